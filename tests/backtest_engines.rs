//! The fast engine and the one that walks through the days agree, and neither looks ahead.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::float_cmp)]

mod backtest_support;
mod common;

use std::collections::BTreeSet;

use backtest_support::{N_DAYS, World, drawn, rules, signals, world};
use chrono::NaiveDate;
use common::day;
use eventstudy::backtest::{BacktestData, BacktestOutcome, ExitReason, SignalFate, Trade};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

/// Largest difference between the engines, relative to the larger number or the capital.
const TOLERANCE: f64 = 1e-12;

fn near(a: f64, b: f64, scale: f64) -> bool {
    (a - b).abs() <= TOLERANCE * a.abs().max(b.abs()).max(scale)
}

fn all_near(a: &[f64], b: &[f64], scale: f64) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| near(*a, *b, scale))
}

fn same_trade(a: &Trade, b: &Trade, scale: f64) {
    assert_eq!((&a.signals, a.entry, a.exit), (&b.signals, b.entry, b.exit));
    assert_eq!((a.reason, a.n_lacking), (b.reason, b.n_lacking), "{}", a.entry);
    assert!(all_near(&[a.budget, a.funding, a.profit], &[b.budget, b.funding, b.profit], scale));
    assert_eq!(a.net_return.is_some(), b.net_return.is_some());
    assert!(near(a.net_return.unwrap_or(0.0), b.net_return.unwrap_or(0.0), 1.0));
    assert_eq!(a.positions.len(), b.positions.len());
    for (a, b) in a.positions.iter().zip(&b.positions) {
        assert_eq!((&a.asset, a.exit, a.reason), (&b.asset, b.exit, b.reason));
        assert!(near(a.exit_price, b.exit_price, 0.0) && near(a.weight, b.weight, 0.0));
        assert!(all_near(&[a.value, a.cost, a.profit], &[b.value, b.cost, b.profit], scale));
    }
}

fn same(a: &BacktestOutcome, b: &BacktestOutcome) {
    assert_eq!(a.capital, b.capital);
    // Leverage can multiply the capital; rounding is relative to what was there at most.
    let scale = a.equity.iter().chain(&a.invested).fold(a.capital, |most, v| most.max(v.abs()));
    assert_eq!((&a.strategy, &a.dates, &a.signals), (&b.strategy, &b.dates, &b.signals));
    assert!(all_near(&a.equity, &b.equity, scale), "{:?}\n{:?}", a.equity, b.equity);
    assert!(all_near(&a.invested, &b.invested, scale));
    assert_eq!(a.cash_returns, b.cash_returns);
    assert_eq!(a.trades.len(), b.trades.len());
    for (a, b) in a.trades.iter().zip(&b.trades) {
        same_trade(a, b, scale);
    }
    let of = |o: &BacktestOutcome| {
        let c = o.costs;
        [c.fees, c.spreads, c.impact, c.funding, c.haircuts, o.interest, o.traded]
    };
    let traded = a.traded.max(scale);
    assert!(all_near(&of(a), &of(b), traded), "{:?}\n{:?}", of(a), of(b));
    let counts = |o: &BacktestOutcome| {
        (o.costs.n_fills, o.costs.n_fills_without_impact, o.costs.n_capped, o.capacity.is_some())
    };
    assert_eq!(counts(a), counts(b));
    assert!(near(a.capacity.unwrap_or(0.0), b.capacity.unwrap_or(0.0), 0.0));
}

/// Entries, fates and fills through a date, and the equity through it.
fn known(outcome: &BacktestOutcome, last: NaiveDate) -> (Vec<String>, Vec<u64>) {
    let n = outcome.dates.partition_point(|date| *date <= last);
    let mut words = Vec::new();
    for trade in outcome.trades.iter().filter(|trade| trade.entry <= last) {
        words.push(format!("{} {}", trade.entry, trade.budget));
        for p in &trade.positions {
            words.push(format!("{} {} {} {}", p.asset, p.weight, p.entry_price, p.value));
            if p.exit <= last {
                words.push(format!("{} {} {:?} {}", p.exit, p.exit_price, p.reason, p.profit));
            }
        }
    }
    let bits = outcome.equity[..n].iter().chain(&outcome.invested[..n]).map(|v| v.to_bits());
    (words, bits.collect())
}

fn config() -> ProptestConfig {
    ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn the_engines_agree(
        world in world(), rules in rules(), drawn in drawn(), first in 0_usize..40, last in 150..N_DAYS,
    ) {
        let (strategy, signals) = (rules.strategy(&world), signals(&world, &drawn));
        let data = world.data().between(day(first), day(last)).unwrap();
        let fast = strategy.run(&data, &signals).unwrap();
        let slow = strategy.run_by_day(&data, &signals).unwrap();
        same(&fast, &slow);
    }

    #[test]
    fn another_future_changes_nothing_that_was_known(
        world in world(), rules in rules(), drawn in drawn(), cut in 40_usize..200, other in any::<u64>(),
    ) {
        let (strategy, signals) = (rules.strategy(&world), signals(&world, &drawn));
        let changed = World { cut: Some((cut, other)), ..world.clone() };
        // The universe knows the snapshots of its world.
        let strategy_there = rules.strategy(&changed);
        for engine in 0..2 {
            let run = |strategy: &eventstudy::backtest::Strategy, data: &BacktestData| match engine {
                0 => strategy.run(data, &signals).unwrap(),
                _ => strategy.run_by_day(data, &signals).unwrap(),
            };
            let here = run(&strategy, &world.data());
            let there = run(&strategy_there, &changed.data());
            prop_assert_eq!(known(&here, day(cut)), known(&there, day(cut)));
        }
    }

    #[test]
    fn data_that_end_earlier_change_nothing_before(
        world in world(), rules in rules(), drawn in drawn(), end in 60..N_DAYS,
    ) {
        let (strategy, signals) = (rules.strategy(&world), signals(&world, &drawn));
        let cut = world.data().between(day(0), day(end)).unwrap();
        // The last row sells what is left and takes no entries.
        let before = cut.prices().axis().date(cut.rows().end - 2);
        let here = strategy.run(&world.data(), &signals).unwrap();
        let there = strategy.run(&cut, &signals).unwrap();
        prop_assert_eq!(known(&here, before), known(&there, before));
    }

    #[test]
    fn a_missed_move_hangs_on_nothing_after_its_exit(
        world in world(), rules in rules(), drawn in drawn(), own in drawn(), other in any::<u64>(),
    ) {
        let (here, own) = (signals(&world, &drawn), signals(&world, &own));
        let data = world.data();
        let strategy = rules.strategy(&world);
        for signal in &here {
            let Some(found) = strategy.missed_move(&data, signal, &own).unwrap() else {
                continue;
            };
            // The order may wait for a price of single assets, so a few days are left as they were.
            let cut = usize::try_from((found.exit - day(0)).num_days()).unwrap() + 45;
            if cut + 1 >= N_DAYS {
                continue;
            }
            let changed = World { cut: Some((cut, other)), ..world.clone() };
            let again = rules.strategy(&changed).missed_move(&changed.data(), signal, &own).unwrap();
            prop_assert_eq!(Some(found), again);
        }
    }

    #[test]
    fn what_is_earned_adds_up(world in world(), rules in rules(), drawn in drawn()) {
        let (strategy, signals) = (rules.strategy(&world), signals(&world, &drawn));
        let data = world.data();
        let found = strategy.run(&data, &signals).unwrap();
        let profits: f64 = found.trades.iter().map(|trade| trade.profit).sum();
        // A debt that a lost trade left goes on paying.
        let without_trade = found.costs.funding - found.trades.iter().map(|t| t.funding).sum::<f64>();
        let last = *found.equity.last().unwrap();
        let earned = profits + found.interest - without_trade;
        let scale = found.traded + found.capital;
        prop_assert!((last - found.capital - earned).abs() <= 1e-12 * scale);
        let is_lost = found.equity.iter().any(|worth| *worth <= 0.0);
        prop_assert!(is_lost || without_trade.abs() <= 1e-12 * scale);
        let growth: f64 = found.returns().iter().map(|r| 1.0 + r).product();
        prop_assert!(is_lost || (growth * found.capital - last).abs() <= 1e-10 * scale);
        prop_assert_eq!(found.invested.last(), Some(&0.0));
    }
}

/// The properties would hold for engines that do nothing.
#[test]
fn the_cases_hold_every_exit_and_every_fate() {
    let mut runner = TestRunner::deterministic();
    let (mut reasons, mut fates) = (BTreeSet::new(), BTreeSet::new());
    let (mut capped, mut funded, mut haircut) = (0, 0, 0);
    for _ in 0..600 {
        let (world, rules, drawn) =
            (world(), rules(), drawn()).new_tree(&mut runner).unwrap().current();
        let data = world.data().between(day(20), day(N_DAYS - 20)).unwrap();
        let found = rules.strategy(&world).run(&data, &signals(&world, &drawn)).unwrap();
        reasons.extend(found.trades.iter().flat_map(|t| t.positions.iter().map(|p| p.reason)));
        fates.extend(found.signals.iter().map(|s| format!("{:?}", s.fate)));
        capped += found.costs.n_capped;
        funded += usize::from(found.costs.funding > 1e-9 * found.capital);
        haircut += usize::from(found.costs.haircuts > 0.0);
    }
    let all = [
        ExitReason::Months,
        ExitReason::BelowLevel,
        ExitReason::BelowMean,
        ExitReason::TrailingStop,
        ExitReason::Delisted,
        ExitReason::SourceEnd,
        ExitReason::EndOfData,
    ];
    assert_eq!(reasons, BTreeSet::from(all));
    for fate in [
        SignalFate::Traded,
        SignalFate::Extended,
        SignalFate::Ignored,
        SignalFate::BeforeData,
        SignalFate::AfterData,
        SignalFate::NoAssets,
    ] {
        assert!(fates.contains(&format!("{fate:?}")), "{fate:?} in {fates:?}");
    }
    assert!(capped > 20 && funded > 20 && haircut > 20, "{capped} {funded} {haircut}");
}
