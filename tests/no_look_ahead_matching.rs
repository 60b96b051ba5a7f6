//! What placebo dates are matched on knows nothing of what came after.
//!
//! Events and the dates that may match them end on a date; everything after it, and what the window of
//! an event on it holds, is another in the second data set. The same dates must match.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::float_cmp)]

mod common;

use common::{Noise, day, events, market_rows, panel};
use eventstudy::models::ConstantMeanModel;
use eventstudy::panel::{Compounding, MarketValues, PriceSeries, Universe};
use eventstudy::study::{
    EventStudy, MatchRule, MatchSeries, MatchTolerance, MatchedDates, PlaceboSettings, StudyData,
    Weighting,
};
use eventstudy::time::{EstimationWindow, EventWindow};
use proptest::prelude::*;

const N_DATES: usize = 300;
const N_ASSETS: usize = 4;
const NAMES: [&str; N_ASSETS] = ["a0", "a1", "a2", "a3"];

/// Prices, trigger and market values, of which everything from row `from` on is drawn anew.
fn data(seed: u64, future: Option<(usize, u64)>) -> (StudyData, Universe) {
    let mut rows = market_rows(seed, N_ASSETS, N_DATES);
    let mut values: Vec<(usize, Vec<f64>)> = (0..N_DATES)
        .step_by(10)
        .map(|row| (row, Noise::new(seed + row as u64).take(N_ASSETS, 1.0)))
        .collect();
    if let Some((from, other)) = future {
        let mut noise = Noise::new(other);
        for (_, prices) in &mut rows {
            prices[from..].iter_mut().for_each(|price| *price *= 1.0 + 0.5 * noise.next());
        }
        for (_, values) in values.iter_mut().filter(|(row, _)| *row >= from) {
            *values = noise.take(N_ASSETS, 1.0);
        }
    }
    let values = values.into_iter().flat_map(|(row, values)| {
        let named = NAMES.iter().zip(values);
        named.map(move |(name, v)| (day(row), (*name).to_owned(), 1.5 + v)).collect::<Vec<_>>()
    });
    let closes = rows[0].1.iter().enumerate().filter(|(row, _)| row % 2 == 0);
    let trigger = closes.map(|(row, price)| (day(row), *price)).collect();
    let named: Vec<(&str, Vec<f64>)> =
        rows[1..].iter().map(|(n, r)| (n.as_str(), r.clone())).collect();
    let data = StudyData::new(panel(&named), Compounding::Simple)
        .with_trigger(PriceSeries::from_closes("index", trigger).unwrap())
        .unwrap();
    let universe = Universe::top(2, MarketValues::new(values).unwrap()).unwrap();
    (data, universe)
}

fn rules() -> Vec<MatchRule> {
    let series = [MatchSeries::Response, MatchSeries::Trigger, MatchSeries::Named("a1".to_owned())];
    let mut rules = vec![MatchRule::CalendarMonth];
    for (of, n_rows) in series.into_iter().zip([5, 12, 20]) {
        let tolerances =
            [MatchTolerance::Bins(4), MatchTolerance::Nearest(15), MatchTolerance::Within(0.02)];
        for tolerance in tolerances {
            rules.push(MatchRule::trailing_return(of.clone(), n_rows).tolerance(tolerance));
            rules.push(MatchRule::trailing_volatility(of.clone(), n_rows).tolerance(tolerance));
        }
    }
    rules
}

/// How many dates up to row `cut` match events on these rows.
fn matched(
    (data, universe): &(StudyData, Universe),
    (rule, window): (&MatchRule, EventWindow),
    cut: usize,
    rows: &[usize],
) -> Vec<MatchedDates> {
    let settings = PlaceboSettings {
        n_sets: 9,
        through: Some(day(cut)),
        matching: vec![rule.clone()],
        ..PlaceboSettings::default()
    };
    let study = EventStudy::builder(universe.clone(), ConstantMeanModel)
        .windows([window])
        .estimation_window(EstimationWindow::trailing(30).unwrap())
        .weighting(Weighting::MarketValue)
        .placebo(Some(settings))
        .bootstrap(None)
        .tests([])
        .build()
        .unwrap();
    study.check(data, &events(rows)).unwrap().matched
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]

    #[test]
    fn the_same_dates_match_whatever_comes_after(
        seed in 1_u64..1000, other in 1000_u64..2000, cut in 75_usize..110,
    ) {
        let cut = 2 * cut;
        let rows = [cut - 60, cut];
        // With the row from which on all is another: the first after the day of the event, or that
        // day itself and the two before it, where the window holds them.
        let windows = [
            (EventWindow::days(1, 6).unwrap(), cut + 1),
            (EventWindow::rows(0, 6).unwrap(), cut),
            (EventWindow::rows(-2, 4).unwrap(), cut - 2),
        ];
        for (window, from) in windows {
            let (one, two) = (data(seed, None), data(seed, Some((from, other))));
            let mut n_found = 0;
            for rule in rules() {
                let found = matched(&one, (&rule, window), cut, &rows);
                prop_assert_eq!(&found, &matched(&two, (&rule, window), cut, &rows), "{}", rule);
                n_found += found.iter().map(|m| m.n_dates).sum::<usize>();
            }
            prop_assert!(n_found > 200, "{}", n_found);
        }
    }
}

#[test]
fn what_was_known_does_decide_which_dates_match() {
    let window = EventWindow::rows(0, 6).unwrap();
    for rule in rules().iter().filter(|rule| **rule != MatchRule::CalendarMonth) {
        // The nearest are always as many.
        if rule.to_string().contains("nearest") {
            continue;
        }
        let counts: Vec<Vec<MatchedDates>> = [None, Some((170, 1)), Some((170, 2))]
            .into_iter()
            .map(|future| matched(&data(5, future), (rule, window), 200, &[140, 200]))
            .collect();
        assert!(counts.windows(2).any(|pair| pair[0] != pair[1]), "{rule}");
    }
}
