//! Events under a condition are held against dates under the same condition, and with the condition
//! against without.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::float_cmp)]

mod common;

use common::{Noise, compound, day, events, panel};
use eventstudy::Error;
use eventstudy::events::EventSet;
use eventstudy::inference::Alternative;
use eventstudy::inference::samples::LabelPermutation;
use eventstudy::models::ConstantMeanModel;
use eventstudy::panel::{Compounding, Universe};
use eventstudy::resampling::LabelRandomisation;
use eventstudy::study::{EventStudy, PlaceboEstimate, PlaceboSettings, StudyData};
use eventstudy::time::{EstimationWindow, EventWindow};
use proptest::prelude::*;

const N_DATES: usize = 960;
const ASSETS: [&str; 4] = ["a0", "a1", "a2", "a3"];

/// Rows come in blocks of 80 of which the first 40 drift upward; the condition holds on the first 30,
/// so that windows of 10 rows after it see nothing but drift.
fn holds(row: usize) -> bool {
    row % 80 < 30
}

fn study() -> EventStudy {
    EventStudy::builder(Universe::of(ASSETS), ConstantMeanModel)
        .windows([EventWindow::rows(1, 10).unwrap()])
        .estimation_window(EstimationWindow::trailing(60).unwrap())
        .placebo(Some(PlaceboSettings { n_sets: 199, ..PlaceboSettings::default() }))
        .bootstrap(None)
        .tests([])
        .build()
        .unwrap()
}

fn data(seed: u64) -> StudyData {
    let mut noise = Noise::new(seed);
    let mut asset = |name| {
        let drift = |row: usize| if row % 80 < 40 { 0.01 } else { 0.0 };
        let returns: Vec<f64> = (1..N_DATES).map(|row| drift(row) + 0.03 * noise.next()).collect();
        (name, compound(&returns))
    };
    StudyData::new(panel(&ASSETS.map(&mut asset)), Compounding::Simple)
}

/// One date under the condition in every other block, anywhere in it.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // from 0 to 30
fn under_the_condition(seed: u64) -> EventSet {
    let mut noise = Noise::new(seed ^ 0xabcd);
    let rows: Vec<usize> =
        [2, 4, 6, 8, 10].map(|block| 80 * block + (15.0 * (1.0 + noise.next())) as usize).to_vec();
    assert!(rows.iter().all(|row| holds(*row)));
    events(&rows)
}

fn placebo(seed: u64, conditional: bool) -> PlaceboEstimate {
    let data = data(seed);
    let mut prepared = study().prepare(&data).unwrap();
    if conditional {
        prepared = prepared.under_condition((0..N_DATES).filter(|row| holds(*row)).map(day));
    }
    let outcome = prepared.run(&under_the_condition(seed)).unwrap();
    outcome.windows[0].placebo.clone().unwrap()
}

#[test]
fn what_the_condition_gives_is_no_effect_of_the_events() {
    let count = |conditional: bool| {
        (1..=40).filter(|seed| placebo(*seed, conditional).p_values.two_sided <= 0.05).count()
    };
    // Against ordinary dates the drift of the condition is taken for an effect in most studies; against
    // dates under the condition in about 2 of 40: 6 or fewer with 99.7 %.
    let (naive, conditional) = (count(false), count(true));
    assert!(naive >= 20 && conditional <= 6, "{naive}, {conditional}");
    let (any, conditional) = (placebo(1, false), placebo(1, true));
    assert!(any.n_admissible > 2 * conditional.n_admissible);
    // Twelve blocks of thirty, of which the first leaves no estimation window.
    assert_eq!(conditional.n_admissible, 330);
    assert!(conditional.mean > any.mean + 0.02);
}

#[test]
fn an_event_off_the_condition_is_an_error() {
    let data = data(3);
    let prepared = study().prepare(&data).unwrap();
    let held = prepared.under_condition((0..N_DATES).filter(|row| holds(*row)).map(day));
    for result in [
        held.run(&events(&[165, 200])).map(|_| ()),
        held.comparison(0, &[day(200)]).map(|_| ()),
        held.with_seed(9).run(&events(&[200])).map(|_| ()),
        held.with_placebo(PlaceboSettings::default()).run(&events(&[200])).map(|_| ()),
    ] {
        let error = result.unwrap_err();
        assert!(matches!(error, Error::Setting { .. }));
        assert_eq!(
            error.to_string(),
            "event of a study under a condition = 2015-07-20: expected one of the dates on which the \
             condition held"
        );
    }
    // A condition that always holds changes nothing.
    let set = under_the_condition(3);
    let always = prepared.under_condition((0..N_DATES).map(day));
    let found = [prepared, always].map(|study| study.run(&set).unwrap().windows.remove(0));
    assert_eq!(found[0], found[1]);
}

proptest! {
    #[test]
    fn permutations_are_those_of_the_label_permutation(
        first in prop::collection::vec(-4_i32..5, 1..7), second in prop::collection::vec(-4_i32..5, 1..7),
    ) {
        let [first, second] =
            [first, second].map(|v| v.into_iter().map(|v| f64::from(v) / 8.0).collect::<Vec<_>>());
        let label: Vec<bool> =
            (0..first.len() + second.len()).map(|i| i < first.len()).collect();
        let found = LabelRandomisation::permutations().test(&[first.clone(), second.clone()].concat(), &label);
        let (found, expected) = (found.unwrap(), LabelPermutation::new().test(&first, &second).unwrap());
        let p = found.p_values();
        for (p, side) in [
            (p.two_sided, Alternative::TwoSided), (p.upper, Alternative::Greater), (p.lower, Alternative::Less),
        ] {
            prop_assert!((p - expected.result.p_value(side)).abs() < 1e-14);
        }
        prop_assert!((found.difference() - expected.result.statistic).abs() < 1e-12);
        prop_assert_eq!(found.n_labellings(), expected.n_splits);
        prop_assert!((found.attainable_p() - expected.attainable_two_sided).abs() < 1e-15);
    }
}
