//! Whose money it is, by hand: loans, interest, the cost of the first fill, and how assets end. Every
//! case is put to both engines.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::float_cmp)]

mod common;

use std::path::Path;

use common::{close, compound, day, panel};
use eventstudy::backtest::{
    BacktestData, BacktestOutcome, CashRates, Costs, Delisting, ExitReason, ExitRules, FundingBase,
    Known, Overlap, Signals, Strategy,
};
use eventstudy::panel::{AssetEnds, PriceEnd, Universe, VolumePanel};

const RATE: f64 = 0.365;

fn on(rows: &[usize]) -> Signals {
    let dates: Vec<_> = rows.iter().map(|row| day(*row)).collect();
    Signals::on_dates(&dates, Known::BeforeClose).unwrap()
}

fn x() -> Strategy {
    Strategy::new(Universe::of(["x"]))
}

/// Both engines.
fn runs(strategy: &Strategy, data: &BacktestData, signals: &Signals) -> [BacktestOutcome; 2] {
    [strategy.run(data, signals).unwrap(), strategy.run_by_day(data, signals).unwrap()]
}

fn with_cash(path: Vec<f64>) -> BacktestData {
    let rates = CashRates::new(vec![(day(0), RATE)]).unwrap();
    BacktestData::new(panel(&[("x", path)])).with_cash(rates)
}

#[test]
fn a_position_that_doubles_leaves_its_loan_as_it_was() {
    // Bought on row 0 for 2, of which 1 is borrowed; 200 from row 1 on; sold on the last row, 4.
    let data = with_cash(vec![100.0, 200.0, 200.0, 200.0, 200.0]);
    let strategy = x().exposure(2.0).costs(Costs::new().funding_per_day(0.01));
    for found in runs(&strategy, &data, &on(&[0])) {
        // The loan grows by what is paid on it, one day after the other. No cash is free, though the
        // equity of 3 is more than the half of 4 that is not borrowed by the exposure of the entry.
        let owed = |days: i32| 1.01_f64.powi(days);
        assert_eq!(found.interest, 0.0);
        close(found.costs.funding, owed(4) - 1.0, 1e-12);
        close(found.trades[0].funding, owed(4) - 1.0, 1e-12);
        for (row, worth) in found.equity.iter().enumerate() {
            let held = if row == 0 { 2.0 } else { 4.0 };
            close(*worth, held - owed(i32::try_from(row).unwrap()), 1e-12);
        }
        close(found.trades[0].net_return.unwrap(), (2.0 - (owed(4) - 1.0)) / 2.0, 1e-12);
    }
}

#[test]
fn a_position_that_halves_leaves_its_loan_as_it_was() {
    let data = with_cash(vec![100.0, 60.0, 60.0, 60.0]);
    let strategy = x().exposure(2.0).costs(Costs::new().funding_per_day(0.01));
    for found in runs(&strategy, &data, &on(&[0])) {
        close(found.costs.funding, 1.01_f64.powi(3) - 1.0, 1e-12);
        close(*found.equity.last().unwrap(), 1.2 - 1.01_f64.powi(3), 1e-12);
    }
}

#[test]
fn one_of_two_trades_under_twofold_exposure_borrows_nothing() {
    // Each is given half of twice the equity: the first buys for 1, the second for 1 on credit.
    let data = with_cash(vec![100.0; 10]);
    let strategy = x()
        .exposure(2.0)
        .overlap(Overlap::Pyramid { most: 2 })
        .costs(Costs::new().funding_per_day(0.01));
    for found in runs(&strategy, &data, &on(&[0])) {
        assert_eq!((found.costs.funding, found.interest), (0.0, 0.0));
        assert_eq!(found.trades[0].budget, 1.0);
    }
    for found in runs(&strategy, &data, &on(&[0, 4])) {
        // From row 4 to row 9 a loan of 1, borne by two trades of equal value.
        let paid = 1.01_f64.powi(5) - 1.0;
        close(found.costs.funding, paid, 1e-12);
        for trade in &found.trades {
            close(trade.funding, paid / 2.0, 1e-12);
        }
    }
}

#[test]
fn free_cash_earns_and_collateral_does_not() {
    // 0.1 % a day. Half of the money is in a flat position: the other half and what it earned earn.
    let data = with_cash(vec![100.0; 6]);
    let earned = |base: f64| base * (1.001_f64.powi(5) - 1.0);
    for (exposure, free) in [(0.5, 0.5), (1.0, 0.0), (-0.4, 0.6), (-1.0, 0.0)] {
        for found in runs(&x().exposure(exposure), &data, &on(&[0])) {
            close(found.interest, earned(free), 1e-12);
            close(*found.equity.last().unwrap(), 1.0 + earned(free), 1e-12);
        }
    }
    // A short position of 0.4 that falls to 0.2 gains 0.2 and frees as much again.
    let fall = with_cash(vec![100.0, 50.0, 50.0]);
    for found in runs(&x().exposure(-0.4), &fall, &on(&[0])) {
        close(found.interest, 0.6 * 0.001 + (1.2 + 0.6 * 0.001 - 0.2) * 0.001, 1e-12);
    }
}

#[test]
fn funding_of_a_short_and_of_a_perpetual_is_on_the_whole_value() {
    let data = BacktestData::new(panel(&[("x", vec![100.0, 50.0, 50.0])]));
    let costs = Costs::new().funding_per_day(0.01);
    let perpetual = costs.funding_base(FundingBase::Notional);
    // On 1 on the first day, on half of it on the second; by hand for every side.
    let cases = [(1.0, costs, 0.0), (-1.0, costs, 0.015), (1.0, perpetual, 0.015)];
    for (exposure, costs, paid) in cases.into_iter().chain([(-1.0, perpetual, 0.015)]) {
        for found in runs(&x().exposure(exposure).costs(costs), &data, &on(&[0])) {
            close(found.costs.funding, paid, 1e-12);
            let gained = -exposure * 0.5;
            close(*found.equity.last().unwrap(), 1.0 + gained - paid, 1e-12);
        }
    }
    let leveraged = x().exposure(2.0).costs(perpetual);
    for found in runs(&leveraged, &data, &on(&[0])) {
        close(found.costs.funding, 0.01 * 2.0 + 0.01 * 1.0, 1e-12);
    }
}

#[test]
fn a_debt_without_a_trade_goes_on_paying() {
    // Three times the equity, and a fall by half: lost, with a debt of 0.5 on the day of the exit.
    let mut path = vec![100.0; 40];
    path[1..].fill(50.0);
    let data = BacktestData::new(panel(&[("x", path)]));
    let costs = Costs::new().funding_per_day(0.001);
    let strategy = x().exposure(3.0).exits(ExitRules::new().months(1)).costs(costs);
    for found in runs(&strategy, &data, &on(&[0])) {
        // A loan of 2 for 31 days; sold for 1.5; the rest of the loan for 8 days.
        let owed = 2.0 * 1.001_f64.powi(31);
        close(found.trades[0].funding, owed - 2.0, 1e-12);
        close(*found.equity.last().unwrap(), (1.5 - owed) * 1.001_f64.powi(8), 1e-12);
        close(found.costs.funding, owed - 2.0 + (owed - 1.5) * (1.001_f64.powi(8) - 1.0), 1e-12);
        assert_eq!(found.performance().unwrap().cagr, None);
    }
}

#[test]
fn what_the_first_fill_costs_is_lost_in_every_figure() {
    // Bought on the first row and sold on the last one: 1 %, 0.5 % and 1 %, 0.5 %.
    let data = BacktestData::new(panel(&[("x", compound(&[0.1, -0.2, 0.3]))]));
    let costs = Costs::new().fee(0.01).half_spread(0.005);
    let found = x().costs(costs).capital(500.0).buy_and_hold(&data).unwrap();
    let p = found.performance().unwrap();
    let total = 0.985 * 1.1 * 0.8 * 1.3 * 0.985 - 1.0;
    close(p.total_return, total, 1e-12);
    close(p.cagr.unwrap(), (1.0 + total).powf(365.25 / 3.0) - 1.0, 1e-9);
    // From 1.1 · 0.985, which is above the capital.
    close(p.max_drawdown, 0.2, 1e-12);
    let returns = [0.985 * 1.1 - 1.0, -0.2, 1.3 * 0.985 - 1.0];
    for (found, expected) in found.returns().iter().zip(returns) {
        close(*found, expected, 1e-12);
    }
    let mean = returns.iter().sum::<f64>() / 3.0;
    let variance = returns.iter().map(|r| (r - mean).powi(2)).sum::<f64>() / 2.0;
    close(p.sharpe.unwrap(), mean / variance.sqrt() * 365.25_f64.sqrt(), 1e-12);
    assert_eq!((found.capital, p.n_returns), (500.0, 3));
    // A price that does not move: the fall from the capital is the cost of buying, then that of selling.
    let flat = BacktestData::new(panel(&[("x", vec![100.0; 4])]));
    let p = x().costs(costs).buy_and_hold(&flat).unwrap().performance().unwrap();
    close(p.max_drawdown, 1.0 - 0.985 * 0.985, 1e-12);
}

/// Two assets without prices from row 20 on.
fn silent(end: Option<PriceEnd>, last: usize) -> BacktestData {
    let mut gone = vec![100.0; 60];
    gone[20..].fill(f64::NAN);
    let data = BacktestData::new(panel(&[("x", gone), ("y", vec![50.0; 60])]));
    let rows = end.map(|end| ("x".to_owned(), day(last), end));
    data.with_asset_ends(AssetEnds::new(rows).unwrap())
}

#[test]
fn a_death_and_the_end_of_a_source_have_haircuts_of_their_own() {
    let delisting = Delisting { max_stale_days: 4, haircut: 0.3, source_haircut: 0.1 };
    let strategy = Strategy::new(Universe::of(["x", "y"]))
        .exits(ExitRules::new().months(1))
        .delisting(delisting);
    let cases = [
        (Some(PriceEnd::Death), 19, ExitReason::Delisted, 0.15),
        (Some(PriceEnd::Source), 19, ExitReason::SourceEnd, 0.05),
        // Prices of it are on record after row 19, whatever it died of: a hole in the source.
        (Some(PriceEnd::Death), 30, ExitReason::SourceEnd, 0.05),
        // The record is of other prices, or there is none.
        (Some(PriceEnd::Source), 10, ExitReason::Delisted, 0.15),
        (None, 0, ExitReason::Delisted, 0.15),
    ];
    for (end, last, reason, loss) in cases {
        for found in runs(&strategy, &silent(end, last), &on(&[10])) {
            let position = &found.trades[0].positions[0];
            assert_eq!((position.exit, position.reason), (day(24), reason));
            close(found.trades[0].net_return.unwrap(), -loss, 1e-12);
            close(found.costs.haircuts, loss, 1e-12);
            let p = found.performance().unwrap();
            let dead = usize::from(reason == ExitReason::Delisted);
            assert_eq!((p.n_delisted, p.n_source_ended), (dead, 1 - dead));
        }
    }
    let wrong = strategy.delisting(Delisting { source_haircut: 1.1, ..delisting });
    let fault = wrong.run(&silent(None, 0), &on(&[10])).unwrap_err().to_string();
    assert_eq!(fault, "haircut of a source = 1.1: expected a share from 0 to 1");
}

#[test]
fn a_trailing_stop_sees_the_haircut_of_its_kind_of_end() {
    // Half of the basket loses half: the basket a quarter, which touches a stop of 20 %.
    let stop = ExitRules::new().months(1).trailing_stop(0.2);
    let delisting = Delisting { max_stale_days: 4, haircut: 0.5, source_haircut: 0.0 };
    let strategy = Strategy::new(Universe::of(["x", "y"])).exits(stop).delisting(delisting);
    let cases = [
        (PriceEnd::Death, day(25), ExitReason::TrailingStop),
        (PriceEnd::Source, day(41), ExitReason::Months),
    ];
    for (end, exit, reason) in cases {
        for found in runs(&strategy, &silent(Some(end), 19), &on(&[10])) {
            assert_eq!((found.trades[0].exit, found.trades[0].reason), (exit, reason));
        }
    }
}

#[test]
fn the_tables_of_the_flagship_are_read() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
    let ends = AssetEnds::from_csv_path(data.join("crypto_assets.csv")).unwrap();
    // Nothing in it is recorded as dead.
    assert_eq!((ends.n(PriceEnd::Death), ends.n(PriceEnd::Source)), (0, 369));
    let last = |y, m, d| chrono::NaiveDate::from_ymd_opt(y, m, d).unwrap();
    for (name, date) in [("ren", last(2020, 12, 16)), ("cro", last(2025, 11, 12))] {
        assert_eq!(ends.after(name, date), Some(PriceEnd::Source), "{name}");
    }
    assert_eq!(ends.after("leo", last(2020, 12, 16)), None);
    let volumes = VolumePanel::from_csv_path(data.join("crypto_volume.csv")).unwrap();
    let btc = volumes.asset("btc").unwrap();
    let on = |date| volumes.volume(btc, volumes.axis().row_of(date).unwrap());
    assert_eq!((volumes.names().len(), on(last(2020, 11, 13)).is_some()), (12, true));
    assert!(on(last(2022, 1, 1)).is_some());
}
