//! Random entry has the exposure of the strategy, and trials are what was tried.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::float_cmp)]

mod backtest_support;
mod common;

use backtest_support::{N_DAYS, World};
use chrono::NaiveDate;
use common::{close, day};
use eventstudy::Error;
use eventstudy::backtest::{
    BacktestData, Costs, ExitReason, ExitRules, Known, SharpeRatio, Signals, Strategy,
    TriedStrategies,
};
use eventstudy::panel::Universe;
use eventstudy::resampling::PlaceboDesign;

fn world() -> BacktestData {
    let world = World { seed: 11, holes: 0.0, closed: 0.0, cut: None };
    BacktestData::new(world.prices()).with_trigger(world.trigger())
}

fn on(rows: &[usize]) -> Signals {
    let dates: Vec<NaiveDate> = rows.iter().map(|row| day(*row)).collect();
    Signals::on_dates(&dates, Known::BeforeClose).unwrap()
}

fn strategy() -> Strategy {
    Strategy::new(Universe::of(["a0", "a4"]))
        .exits(ExitRules::new().months(1))
        .costs(Costs::new().fee(0.002))
}

#[test]
fn a_trade_that_the_data_cut_short_is_in_neither_side_of_random_entry() {
    let data = world();
    let dates: Vec<NaiveDate> = (0..N_DAYS).map(day).collect();
    let design = PlaceboDesign::new().min_separation_days(40).sets(199);
    let entry =
        |signals: &Signals| strategy().random_entry(&data, signals, &dates, &design, 0.95).unwrap();
    // The last signal is bought and sold on the last day, short of its month.
    let (all, complete) = (on(&[60, 120, 225]), on(&[60, 120]));
    let run = |signals: &Signals| strategy().run(&data, signals).unwrap();
    assert_eq!(run(&all).trades[2].reason, ExitReason::EndOfData);
    let (with, without) = (entry(&all), entry(&complete));
    let trade = strategy().random_trade(&data, &all, &dates, &design, 0.95).unwrap();
    assert_eq!(trade, with.trade);
    assert_eq!((with.trade.n_signals, with.trade.n_lacking), (2, 1));
    assert_eq!(without.trade.n_lacking, 0);
    assert_eq!(with.whole, without.whole);
    let of = |signals: &Signals| run(signals).performance().unwrap();
    assert_eq!(with.whole.n_signals, 2);
    assert_eq!(with.whole.total_return, of(&complete).total_return);
    assert_ne!(with.whole.total_return, of(&all).total_return);
    // Two months on both sides, never three: 2 March to 2 April and 1 May to 1 June, 31 days each.
    let days = (N_DAYS - 1) as f64;
    close(with.whole.exposure, 62.0 / days, 1e-12);
    assert!((with.whole.placebo_exposure - 62.0 / days).abs() < 3.0 / days);
}

#[test]
fn trials_are_the_strategies_that_differ() {
    let data = world();
    let (three, two) = (on(&[30, 90, 150]), on(&[30, 90]));
    let held = |months| strategy().exits(ExitRules::new().months(months));
    // Nothing is stopped by a fall of 99 %, so that the rule changes nothing.
    let stop = strategy().exits(ExitRules::new().months(1).trailing_stop(0.99));
    let never = Signals::new(vec![]).unwrap();
    let all = [
        (&three, held(1)),
        (&three, stop),
        (&three, held(2)),
        (&two, held(1)),
        // A power of two, so that nothing is rounded otherwise.
        (&three, held(1).capital(64.0)),
        (&never, held(1)),
    ];
    let tried = TriedStrategies::run(&data, &all).unwrap();
    assert_eq!((tried.n_asked(), tried.distinct().len()), (6, 4));
    let counts: Vec<usize> = tried.distinct().iter().map(|one| one.n_trades).collect();
    assert_eq!(counts, [3, 2, 2, 0]);
    // By hand: the ratio of each, and the variance over those that have one.
    let ratio = |k: usize| {
        let outcome = all[k].1.run(&data, all[k].0).unwrap();
        SharpeRatio::of(&outcome.excess_returns()).unwrap().value()
    };
    let ratios = [ratio(0), ratio(2), ratio(3)];
    let mean = ratios.iter().sum::<f64>() / 3.0;
    let variance = ratios.iter().map(|r| (r - mean).powi(2)).sum::<f64>() / 2.0;
    let trials = tried.trials_per_row().unwrap();
    assert_eq!(trials.n(), 3);
    close(trials.variance(), variance, 1e-12);
    assert_eq!(tried.distinct()[3].per_row, None);
    let best = ratios.iter().copied().reduce(f64::max).unwrap();
    assert_eq!(tried.best_per_row().unwrap().per_row.unwrap().value(), best);
    // One strategy alone has three trades.
    assert!(matches!(tried.trials_per_trade(), Err(Error::TooFew { n_found: 1, .. })));
    let json = serde_json::to_string(&tried).unwrap();
    assert_eq!(serde_json::from_str::<TriedStrategies>(&json).unwrap(), tried);
    let wrong = [(&three, held(1).exposure(0.0))];
    assert!(TriedStrategies::run(&data, &wrong).is_err());
}
