//! What is said of a date does not depend on what came after it: the standing of a series to a rule,
//! and the responses at the lag of that date.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::float_cmp)]

mod common;

use chrono::NaiveDate;
use common::{Noise, axis, day, market_rows, panel};
use eventstudy::events::{BreakoutRule, EventSet};
use eventstudy::models::MarketModel;
use eventstudy::panel::{Compounding, PriceSeries, Universe};
use eventstudy::study::{EventStudy, PlaceboSettings, StudyData};
use eventstudy::time::{EstimationWindow, EventWindow};
use proptest::prelude::*;

fn series(closes: &[f64], volumes: &[f64]) -> PriceSeries {
    let dated = closes.iter().enumerate().map(|(row, close)| (day(row), *close)).collect();
    let series = PriceSeries::from_closes("index", dated).unwrap();
    series.with_volumes(volumes.to_vec()).unwrap()
}

fn rules() -> impl Strategy<Value = BreakoutRule> {
    let kinds = prop_oneof![
        Just(BreakoutRule::all_time_high()),
        (1_usize..12).prop_map(BreakoutRule::channel),
        (95_u32..110).prop_map(|level| BreakoutRule::level(f64::from(level))),
    ];
    let settings = (0_usize..5, 0_usize..4, 0_usize..6, 0_usize..10, any::<bool>());
    (kinds, settings).prop_map(|(rule, (base, confirmations, cluster, separation, volume))| {
        let rule = rule.base(base).confirmations(confirmations);
        let rule = rule.cluster(cluster).min_separation(separation);
        if volume { rule.volume_multiple(1.1).volume_window(4) } else { rule }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn a_standing_knows_no_later_session(
        steps in prop::collection::vec((-3_i32..=3, 1_u32..9), 2..80),
        other in prop::collection::vec((-30_i32..=30, 0_u32..1_000), 1..40),
        cut in 0_usize..80,
        months in 0_u32..3,
        rule in rules(),
    ) {
        let walk = |steps: &[(i32, u32)]| {
            let mut price = 100.0_f64;
            let step = |(step, _): &(i32, u32)| { price = (price + f64::from(*step)).max(10.0); price };
            let closes: Vec<f64> = steps.iter().map(step).collect();
            let volumes: Vec<f64> = steps.iter().map(|(_, v)| f64::from(*v)).collect();
            series(&closes, &volumes)
        };
        let cut = cut.min(steps.len() - 1);
        let as_of = day(cut);
        let whole = rule.standing(&walk(&steps), as_of, months).unwrap();
        let known = rule.standing(&walk(&steps[..=cut]), as_of, months).unwrap();
        prop_assert_eq!(&whole, &known);
        let perturbed = [steps[..=cut].to_vec(), other].concat();
        prop_assert_eq!(&whole, &rule.standing(&walk(&perturbed), as_of, months).unwrap());
    }
}

const N_DATES: usize = 420;
const EVENTS: [usize; 4] = [120, 200, 280, 360];

fn study(window: EventWindow) -> EventStudy {
    EventStudy::builder(Universe::of(["a0", "a1", "a2"]), MarketModel::on("m"))
        .estimation_window(EstimationWindow::trailing(60).unwrap())
        .windows([window])
        .placebo(Some(PlaceboSettings { n_sets: 199, ..PlaceboSettings::default() }))
        .build()
        .unwrap()
}

/// The market with every price after `as_of` replaced, and a hole that begins on it.
fn data(as_of: Option<usize>) -> StudyData {
    let mut noise = Noise::new(99);
    let rows = market_rows(5, 3, N_DATES);
    let changed = |(name, prices): &(String, Vec<f64>)| {
        let mut prices = prices.clone();
        for price in prices.iter_mut().skip(as_of.map_or(N_DATES, |row| row + 1)) {
            *price *= 3.0 + noise.next();
        }
        if let Some(row) = as_of.filter(|_| name == "a1") {
            prices[row + 1] = f64::NAN;
        }
        (name.clone(), prices)
    };
    let rows: Vec<(String, Vec<f64>)> = rows.iter().map(changed).collect();
    let rows: Vec<(&str, Vec<f64>)> = rows.iter().map(|(n, p)| (n.as_str(), p.clone())).collect();
    StudyData::new(panel(&rows), Compounding::Simple).with_sessions(axis(N_DATES)).unwrap()
}

fn events(rows: &[usize]) -> EventSet {
    EventSet::from_dates(&rows.iter().map(|row| day(*row)).collect::<Vec<NaiveDate>>()).unwrap()
}

#[test]
fn responses_at_a_lag_know_no_later_price_and_no_later_event() {
    for window in [
        EventWindow::months(0, 1).unwrap(),
        EventWindow::rows(0, 25).unwrap(),
        EventWindow::sessions(1, 25).unwrap(),
    ] {
        let study = study(window);
        for as_of in [280, 281, 290, 303, 330] {
            let text = |data: &StudyData, rows: &[usize]| {
                let found = study.at_lag(data, &events(rows), day(as_of)).unwrap();
                serde_json::to_string(&found).unwrap()
            };
            let known = text(&data(None).through(day(as_of)).unwrap(), &EVENTS[..3]);
            assert_eq!(text(&data(None), &EVENTS), known, "{window} at {as_of}");
            assert_eq!(text(&data(Some(as_of)), &EVENTS), known, "{window} at {as_of}");
            assert_eq!(text(&data(None), &[120, 200, 280, as_of + 1]), known);
            // The answer hangs on what is known.
            if as_of > 281 {
                assert_ne!(text(&data(Some(250)), &EVENTS), known, "{window} at {as_of}");
            }
        }
    }
}
