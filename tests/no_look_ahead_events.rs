//! Whether a date is an event does not depend on what came after it.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::float_cmp)]

use chrono::{Days, NaiveDate};
use eventstudy::Error;
use eventstudy::events::{Basis, BreakoutRule, Event, EventDetector};
use eventstudy::panel::PriceSeries;
use proptest::prelude::*;

/// Step of the close, high above the close, volume (0: not known).
type Row = (i32, i32, u32);

fn first_date() -> NaiveDate {
    NaiveDate::from_ymd_opt(2020, 11, 20).unwrap()
}

fn series(rows: &[Row]) -> PriceSeries {
    let mut price = 100;
    let (mut closes, mut highs, mut volumes) = (vec![], vec![], vec![]);
    for (index, (step, above, volume)) in rows.iter().enumerate() {
        price = (price + step).max(10);
        closes.push((first_date() + Days::new(index as u64), f64::from(price)));
        highs.push(f64::from(price + above));
        volumes.push(if *volume == 0 { f64::NAN } else { f64::from(*volume) });
    }
    let series = PriceSeries::from_closes("index", closes).unwrap();
    series.with_highs(highs).unwrap().with_volumes(volumes).unwrap()
}

fn row() -> impl Strategy<Value = Row> {
    (-3_i32..=3, 0_i32..=2, 0_u32..20)
}

fn rule() -> impl Strategy<Value = BreakoutRule> {
    let kind = prop_oneof![
        Just(BreakoutRule::all_time_high()),
        (1_usize..12).prop_map(BreakoutRule::channel),
        (95_u32..110).prop_map(|level| BreakoutRule::level(f64::from(level))),
    ];
    let conditions = (
        prop_oneof![Just(Basis::Close), Just(Basis::Intraday)],
        0_usize..5,
        prop::option::of(0.0_f64..0.02),
        0_usize..4,
        prop::option::of((0.5_f64..1.5, 1_usize..8)),
        prop::option::of((1_usize..8, -0.05_f64..0.02)),
    );
    let thinning = (0_usize..6, 0_usize..10, any::<bool>(), prop::option::of(0_u64..40));
    (kind, conditions, thinning).prop_map(|(rule, conditions, thinning)| {
        let (basis, base, margin, confirmations, volume, trend) = conditions;
        let (cluster, separation, first_of_year, from) = thinning;
        let mut rule = rule.basis(basis).base(base).confirmations(confirmations);
        rule = rule.cluster(cluster).min_separation(separation);
        if let Some(margin) = margin {
            rule = rule.margin(margin);
        }
        if let Some((multiple, window)) = volume {
            rule = rule.volume_multiple(multiple).volume_window(window);
        }
        if let Some((sessions, least)) = trend {
            rule = rule.trend(sessions, least);
        }
        if first_of_year {
            rule = rule.first_in_years(&[2021]);
        }
        from.map_or(rule.clone(), |days| rule.from(first_date() + Days::new(days)))
    })
}

/// The events through `last`, with every figure of theirs.
fn through(rule: &BreakoutRule, series: &PriceSeries, last: NaiveDate) -> Vec<Event> {
    match rule.detect(series) {
        Ok(set) => set.between(series.axis().first(), last).into(),
        Err(Error::NoEvents { .. }) => Vec::new(),
        Err(error) => panic!("{error}"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn cutting_the_future_changes_nothing(
        rows in prop::collection::vec(row(), 2..90), rule in rule(), cut in 0_usize..90,
    ) {
        let whole = series(&rows);
        let last = whole.axis().date(cut.min(rows.len() - 1));
        let known = whole.through(last).unwrap();
        prop_assert_eq!(through(&rule, &whole, last), through(&rule, &known, last));
    }

    #[test]
    fn another_future_changes_nothing(
        past in prop::collection::vec(row(), 1..60),
        one in prop::collection::vec(row(), 0..40),
        other in prop::collection::vec((-30_i32..=30, 0_i32..=40, 0_u32..1_000), 0..40),
        rule in rule(),
    ) {
        let last = series(&past).axis().last();
        let one = series(&[past.clone(), one].concat());
        let other = series(&[past, other].concat());
        prop_assert_eq!(through(&rule, &one, last), through(&rule, &other, last));
    }
}

/// The properties would hold for a detector that finds nothing; this one finds something.
#[test]
fn the_cases_hold_events() {
    let rows: Vec<Row> = (0..90).map(|row| (if row % 9 < 5 { 2 } else { -1 }, 1, 5)).collect();
    let series = series(&rows);
    let last = series.axis().last();
    for rule in [
        BreakoutRule::all_time_high().base(3),
        BreakoutRule::all_time_high().basis(Basis::Intraday).confirmations(3),
        BreakoutRule::channel(4).cluster(2).min_separation(5),
        BreakoutRule::level(105.0),
    ] {
        assert!(!through(&rule, &series, last).is_empty(), "{}", rule.rule());
    }
}
