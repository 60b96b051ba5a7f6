//! What is said of events next to ordinary dates does not know what comes later.
//!
//! Two worlds that are the same through a row and differ after it, in every price, must agree in every
//! measure of a date whose window ends by that row, and in every comparison of such dates.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::float_cmp)]

mod common;

use chrono::NaiveDate;
use common::{Noise, day, panel};
use eventstudy::context::{
    CapitulationRule, LagOrder, LeadLagDesign, Levels, MeasureComparison, MeasureWindow,
    MeasuredDates, Period, TroughFrom, capitulation, held_basket, trailing_volatility,
};
use eventstudy::panel::{AssetId, PricePanel};
use eventstudy::resampling::PlaceboDesign;
use proptest::prelude::*;

const N_DATES: usize = 420;
/// Days that a measure looks ahead, or back.
const AHEAD: usize = 20;

/// A market and three coins, with another future after a row where one is asked for.
fn world(seed: u64, future: Option<(usize, u64)>) -> PricePanel {
    let mut rows = common::market_rows(seed, 3, N_DATES);
    if let Some((cut, other)) = future {
        let mut noise = Noise::new(other);
        for (_, prices) in &mut rows {
            for price in &mut prices[cut + 1..] {
                *price *= 1.0 + 0.5 * noise.next();
            }
        }
    }
    let rows: Vec<(&str, Vec<f64>)> = rows.iter().map(|(n, r)| (n.as_str(), r.clone())).collect();
    panel(&rows)
}

/// The value of the coins, held for some days from a date on.
fn basket(prices: &PricePanel, date: NaiveDate) -> eventstudy::Result<Option<f64>> {
    let assets: Vec<AssetId> = prices.assets().collect();
    let end = date + chrono::Days::new(AHEAD as u64);
    if end > prices.axis().last() {
        return Ok(None);
    }
    let found = held_basket(Levels::new(prices, 0), &assets, "coins", Period::new(date, end)?)?;
    Ok(found.series.closes().last().copied())
}

fn volatility(prices: &PricePanel, date: NaiveDate) -> eventstudy::Result<Option<f64>> {
    let all = trailing_volatility(&prices.series("a0")?, AHEAD)?;
    Ok(all.iter().find(|(of, _)| *of == date).map(|(_, value)| *value))
}

type MeasureOf = fn(&PricePanel, NaiveDate) -> eventstudy::Result<Option<f64>>;

/// A measure of every tenth row through the last, as the caller gives it.
fn measured(prices: &PricePanel, last: usize, measure: MeasureOf, ahead: bool) -> MeasuredDates {
    let days = u32::try_from(AHEAD).unwrap();
    let window = if ahead { MeasureWindow::after(days) } else { MeasureWindow::before(days) };
    let dates = (0..=last).step_by(5).map(day);
    MeasuredDates::new(dates, window, |date| measure(prices, date)).unwrap()
}

/// Of events that stand apart, and of some whose windows overlap.
fn compared(dates: &MeasuredDates) -> [MeasureComparison; 2] {
    let design = PlaceboDesign::new().sets(199).min_separation_days(40);
    [[60, 150, 240], [60, 70, 150]].map(|rows| dates.compare(&rows.map(day), design).unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(24) })]

    #[test]
    fn nothing_after_the_windows_is_read(
        seed in 1_u64..1_000_000, other in 1_u64..1_000_000, cut in 290_usize..380,
    ) {
        let [past, changed] = [None, Some((cut, other))].map(|future| world(seed, future));
        for (measure, ahead) in [(basket as MeasureOf, true), (volatility as MeasureOf, false)] {
            let last = if ahead { cut - AHEAD } else { cut };
            let [a, b] = [&past, &changed].map(|prices| measured(prices, last, measure, ahead));
            prop_assert!(a.n_known() > 40);
            prop_assert_eq!(&a, &b);
            let [apart, bunched] = compared(&a);
            prop_assert!(!apart.is_shifted() && bunched.is_shifted());
            prop_assert_eq!([apart, bunched], compared(&b));
            // The future was another one: dates whose windows reach into it tell.
            let [a, b] = [&past, &changed].map(|prices| measured(prices, N_DATES - 1, measure, ahead));
            prop_assert_ne!(a, b);
        }
    }

    #[test]
    fn the_value_of_a_basket_is_that_of_its_days(
        seed in 1_u64..1_000_000, other in 1_u64..1_000_000, cut in 30_usize..400,
    ) {
        let held = |prices: &PricePanel| {
            let assets: Vec<AssetId> = prices.assets().collect();
            let period = Period::new(day(10), day(N_DATES - 1)).unwrap();
            held_basket(Levels::new(prices, 0), &assets, "coins", period).unwrap().series
        };
        let [past, changed] = [None, Some((cut, other))].map(|f| held(&world(seed, f)));
        let known = cut - 9;
        prop_assert_eq!(&past.closes()[..known], &changed.closes()[..known]);
        prop_assert_ne!(past.closes(), changed.closes());
    }

    #[test]
    fn a_capitulation_is_told_from_its_past(
        seed in 1_u64..1_000_000, other in 1_u64..1_000_000, cut in 250_usize..400,
    ) {
        let [past, changed] = [None, Some((cut, other))].map(|f| world(seed, f).series("a1").unwrap());
        for trough_from in [TroughFrom::FirstOfEpisode, TroughFrom::LastSellOff] {
            let rule = CapitulationRule {
                high_rows: 60,
                depth: 0.02,
                return_rows: 60,
                return_share: 0.3,
                volume_rows: 1,
                trough_from,
                ..CapitulationRule::default()
            };
            let on = |series, row| capitulation(series, &rule, day(row), 90, 5, 0).unwrap();
            for row in [cut - 7, cut] {
                prop_assert_eq!(on(&past, row), on(&changed, row));
            }
            let after = N_DATES - 1;
            prop_assert_ne!(on(&past, after), on(&changed, after));
        }
    }

    #[test]
    fn a_lead_by_its_sign_is_told_from_its_past(
        seed in 1_u64..1_000_000, other in 1_u64..1_000_000, cut in 300_usize..380,
    ) {
        // The panels end where the worlds part, or later.
        let run = |prices: &PricePanel, last: usize| {
            let prices = prices.between(day(0), day(last)).unwrap();
            let (m, coin) = (prices.select(&["m"]).unwrap(), prices.select(&["a0"]).unwrap());
            let design = LeadLagDesign::new(LagOrder::Rows(2), LagOrder::Rows(1)).same_direction();
            let found = design.max_lags(3, 3).run(&m, "m", &coin, "a0").unwrap();
            (found.count_against_the_sign(), found)
        };
        let [past, changed] = [None, Some((cut, other))].map(|future| world(seed, future));
        prop_assert_eq!(run(&past, cut), run(&changed, cut));
        prop_assert_ne!(run(&past, N_DATES - 1), run(&changed, N_DATES - 1));
    }
}
