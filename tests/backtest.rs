//! Backtests in closed form, published Sharpe ratios, and what must hold whatever the market does.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::float_cmp)]

mod backtest_support;
mod common;

use std::path::Path;

use backtest_support::{drawn, signals, world};
use chrono::NaiveDate;
use common::{close, compound, day, panel};
use eventstudy::Error;
use eventstudy::backtest::{
    BacktestData, BacktestOutcome, CashRates, Costs, Delisting, ExitReason, ExitRules, Known,
    Overlap, SharpeRatio, Signal, SignalFate, Signals, Strategy, Trials, Weights,
};
use eventstudy::panel::{PricePanel, PriceSeries, Universe};
use eventstudy::resampling::PlaceboDesign;
use proptest::prelude::{ProptestConfig, prop_assert, proptest};

fn on(rows: &[usize]) -> Signals {
    let dates: Vec<NaiveDate> = rows.iter().map(|row| day(*row)).collect();
    Signals::on_dates(&dates, Known::BeforeClose).unwrap()
}

fn growing(rate: f64, n: usize) -> BacktestData {
    BacktestData::new(panel(&[("x", compound(&vec![rate; n - 1]))]))
}

fn x() -> Strategy {
    Strategy::new(Universe::of(["x"]))
}

#[test]
fn constant_growth_has_a_cagr_and_no_ratios() {
    let outcome = x().buy_and_hold(&growing(0.001, 400)).unwrap();
    let p = outcome.performance().unwrap();
    close(p.cagr.unwrap(), 1.001_f64.powf(365.25) - 1.0, 1e-12);
    close(p.total_return, 1.001_f64.powi(399) - 1.0, 1e-12);
    assert!(p.volatility.unwrap() < 1e-12);
    assert_eq!((p.sharpe, p.sortino, p.calmar, p.max_drawdown), (None, None, None, 0.0));
    assert_eq!((p.n_trades, p.n_cut_short, p.profit_factor), (1, 1, None));
    assert_eq!((p.hit_rate, p.exposure), (Some(1.0), 1.0));
}

#[test]
fn no_signal_earns_the_return_of_cash() {
    let rates = CashRates::new(vec![(day(0), 0.0365), (day(10), 0.073)]).unwrap();
    let data = growing(0.01, 21).with_cash(rates);
    let outcome = x().run(&data, &Signals::new(vec![]).unwrap()).unwrap();
    close(*outcome.equity.last().unwrap(), 1.0001_f64.powi(10) * 1.0002_f64.powi(10), 1e-14);
    let p = outcome.performance().unwrap();
    assert_eq!((p.sharpe, p.hit_rate, p.mean_trade, p.exposure), (None, None, None, 0.0));
}

#[test]
fn figures_of_a_short_curve_by_hand() {
    // Equity 1, 1.1, 0.99, 1.188: returns 10 %, −10 %, 20 %.
    let prices = BacktestData::new(panel(&[("x", compound(&[0.1, -0.1, 0.2]))]));
    let p = x().buy_and_hold(&prices).unwrap().performance().unwrap();
    let mean = 0.2 / 3.0;
    let variance = [0.1, -0.1, 0.2].iter().map(|r: &f64| (r - mean).powi(2)).sum::<f64>() / 2.0;
    let a_year = 365.25_f64.sqrt();
    close(p.volatility.unwrap(), variance.sqrt() * a_year, 1e-13);
    close(p.sharpe.unwrap(), mean / variance.sqrt() * a_year, 1e-13);
    close(p.sortino.unwrap(), mean / (0.01_f64 / 3.0).sqrt() * a_year, 1e-13);
    close(p.max_drawdown, 0.1, 1e-13);
    close(p.calmar.unwrap(), (1.188_f64.powf(365.25 / 3.0) - 1.0) / 0.1, 1e-11);
}

#[test]
fn leverage_and_shorts_pay_funding() {
    // A flat price: what is lost is fees and funding alone.
    let flat = growing(0.0, 60);
    let strategy = |exposure| {
        let costs = Costs::new().fee(0.01).funding_per_day(0.001);
        x().exposure(exposure).exits(ExitRules::new().months(1)).costs(costs)
    };
    // Held for the 31 days from 6 January. The loan of 1 grows by what is paid on it; of the short
    // position of 0.99, which is sold with what the fee leaves, funding is paid in money of one's own.
    let loan = 1.001_f64.powi(31) - 1.0;
    for (exposure, funding) in [(1.0, 0.0), (2.0, loan), (0.5, 0.0), (-1.0, 31.0 * 0.001 * 0.99)] {
        let trade = strategy(exposure).run(&flat, &on(&[5])).unwrap().trades.remove(0);
        let expected = -0.01 - 0.01 * 0.99 - funding / f64::abs(exposure);
        close(trade.funding, funding, 1e-12);
        close(trade.net_return.unwrap(), expected, 1e-12);
        close(trade.budget, f64::abs(exposure), 1e-15);
    }
    let fall = growing(-0.01, 60);
    let short = x().exposure(-1.0).exits(ExitRules::new().months(1));
    let trade = short.run(&fall, &on(&[5])).unwrap().trades.remove(0);
    close(trade.net_return.unwrap(), 1.0 - 0.99_f64.powi(31), 1e-12);
}

#[test]
fn an_asset_without_prices_is_sold_at_a_loss_and_counted() {
    let mut gone = vec![100.0; 60];
    gone[20..].fill(f64::NAN);
    let data = BacktestData::new(panel(&[("x", gone), ("y", vec![50.0; 60])]));
    let strategy = Strategy::new(Universe::of(["x", "y"]))
        .exits(ExitRules::new().months(1))
        .delisting(Delisting { max_stale_days: 4, haircut: 0.3, source_haircut: 0.0 });
    let outcome = strategy.run(&data, &on(&[10])).unwrap();
    let trade = &outcome.trades[0];
    assert_eq!(trade.n_closed(ExitReason::Delisted), 1);
    // The last price is of row 19; row 24 is the first more than four days later.
    assert_eq!((trade.positions[0].exit, trade.reason), (day(24), ExitReason::Months));
    close(trade.net_return.unwrap(), -0.15, 1e-13);
    close(outcome.costs.haircuts, 0.15, 1e-13);
    assert_eq!(outcome.performance().unwrap().n_delisted, 1);
}

#[test]
fn signals_are_bought_when_they_are_known() {
    let data = growing(0.01, 120);
    let one = |known, lag| {
        let signals = Signals::on_dates(&[day(10)], known).unwrap();
        let strategy = x().lag_days(lag).exits(ExitRules::new().months(1));
        strategy.run(&data, &signals).unwrap().trades[0].entry
    };
    assert_eq!(one(Known::BeforeClose, 0), day(10));
    assert_eq!(one(Known::AtClose, 0), day(11));
    assert_eq!(one(Known::AtClose, 3), day(14));
    // Three weeks without a market: no entry at a price that is not the signal's.
    let prices = (0..40).filter(|r| !(11..32).contains(r)).map(|r| (day(r), 1.0 + r as f64));
    let gap = PricePanel::from_series(vec![("x".to_owned(), prices.collect())]).unwrap();
    let late = Signals::on_dates(&[day(12), day(39), day(50)], Known::BeforeClose).unwrap();
    let outcome = x().run(&BacktestData::new(gap), &late).unwrap();
    let fates: Vec<SignalFate> = outcome.signals.iter().map(|s| s.fate).collect();
    assert_eq!(fates, [SignalFate::NoPrice, SignalFate::AfterData, SignalFate::AfterData]);
}

#[test]
fn the_trigger_and_the_stop_close_a_trade() {
    let mut path = vec![100.0; 60];
    path[15] = 120.0;
    path[16..].fill(89.0);
    let closes = (0..60).map(|r| (day(r), if r >= 25 { 9.0 } else { 10.0 })).collect();
    let data = BacktestData::new(panel(&[("x", path)]))
        .with_trigger(PriceSeries::from_closes("t", closes).unwrap());
    let signal = Signal { date: day(10), known: Known::BeforeClose, level: Some(9.5) };
    let run = |exits| {
        let outcome = x().exits(exits).run(&data, &Signals::new(vec![signal]).unwrap()).unwrap();
        (outcome.trades[0].exit, outcome.trades[0].reason)
    };
    // 89 is more than a quarter below 120; seen on row 16, sold on row 17.
    assert_eq!(run(ExitRules::new().trailing_stop(0.25)), (day(17), ExitReason::TrailingStop));
    assert_eq!(run(ExitRules::new().below_level()), (day(25), ExitReason::BelowLevel));
    assert_eq!(run(ExitRules::new().below_mean(5)), (day(25), ExitReason::BelowMean));
    let all = ExitRules::new().trailing_stop(0.25).below_level().months(1);
    assert_eq!(run(all), (day(17), ExitReason::TrailingStop));
}

#[test]
fn overlapping_signals_by_rule() {
    let data = growing(0.001, 150);
    let run = |overlap| {
        let strategy = x().exits(ExitRules::new().months(1)).overlap(overlap);
        strategy.run(&data, &on(&[5, 20, 90])).unwrap()
    };
    let entries = |o: &BacktestOutcome| o.trades.iter().map(|t| t.entry).collect::<Vec<_>>();
    let ignored = run(Overlap::Ignore);
    assert_eq!(entries(&ignored), [day(5), day(90)]);
    assert_eq!(ignored.trades[0].exit, day(36));
    let extended = run(Overlap::Extend);
    assert_eq!(extended.trades[0].signals, [day(5), day(20)]);
    assert_eq!(extended.trades[0].exit, day(51));
    let pyramid = run(Overlap::Pyramid { most: 2 });
    assert_eq!(entries(&pyramid), [day(5), day(20), day(90)]);
    close(pyramid.trades[0].budget, 0.5, 1e-15);
}

#[test]
fn impact_is_the_square_root_of_participation() {
    let mut path = compound(&[0.02; 39]);
    for (row, price) in path.iter_mut().enumerate() {
        *price *= if row % 2 == 0 { 1.0 } else { 1.05 };
    }
    let axis = common::axis(40);
    let volumes = ndarray::Array2::from_elem((1, 40), 400.0);
    let volumes = eventstudy::panel::VolumePanel::new(axis, vec!["x".to_owned()], volumes).unwrap();
    let data = BacktestData::new(panel(&[("x", path)])).with_volumes(volumes);
    let cost = |capital: f64| {
        let strategy = x().costs(Costs::new().impact(1.0)).capital(capital);
        let outcome = strategy.run(&data, &on(&[35])).unwrap();
        (outcome.costs.impact, outcome.trades[0].positions[0].value)
    };
    let entry = |capital: f64| capital - cost(capital).1;
    close(entry(4.0) / 4.0 / entry(1.0), 2.0, 1e-12);
    // Returns alternate; σ of the thirty days before by hand.
    let up = 1.02 * 1.05 - 1.0;
    let down = 1.02 / 1.05 - 1.0;
    let returns: Vec<f64> = (0..29).map(|k| if k % 2 == 0 { down } else { up }).collect();
    let mean = returns.iter().sum::<f64>() / 29.0;
    let sigma = (returns.iter().map(|r| (r - mean).powi(2)).sum::<f64>() / 28.0).sqrt();
    close(entry(1.0), sigma * (1.0_f64 / 400.0).sqrt(), 1e-9);
    // A limit of 0.1 % of 400 buys 0.4 of 1, and the strategy holds 0.4.
    let limited = x().costs(Costs::new().max_participation(0.001)).run(&data, &on(&[35])).unwrap();
    close(limited.trades[0].positions[0].value, 0.4, 1e-13);
    close(limited.capacity.unwrap(), 0.4, 1e-13);
    assert_eq!(limited.costs.n_capped, 1);
}

#[test]
fn inverse_volatility_does_not_see_the_price_of_the_entry() {
    let calm = compound(&[0.01, -0.01].repeat(30));
    let wild = compound(&[0.03, -0.03].repeat(30));
    let weights = |last: f64| {
        let mut wild = wild.clone();
        wild[40] = last;
        let data = BacktestData::new(panel(&[("calm", calm.clone()), ("wild", wild)]));
        let strategy = Strategy::new(Universe::of(["calm", "wild"]))
            .weights(Weights::InverseVolatility { rows: 21 });
        strategy.run(&data, &on(&[40])).unwrap().trades[0].positions[0].weight
    };
    close(weights(100.0), 0.75, 1e-12);
    assert_eq!(weights(100.0), weights(300.0));
}

#[test]
fn published_sharpe_ratios() {
    // Bailey and López de Prado 2014: 2.5 a year from five years of days, 100 trials and 46.
    let found = SharpeRatio::from_moments(1_250, 2.5 / 250_f64.sqrt(), -3.0, 10.0).unwrap();
    let trials = |n| Trials::new(n, 0.5 / 250.0).unwrap();
    close(trials(100).expected_maximum(), 0.1132, 5e-4);
    close(found.deflated(&trials(100)), 0.9004, 5e-5);
    close(found.deflated(&trials(46)), 0.9505, 5e-5);
    // Bailey and López de Prado 2012: 24 months at 0.458 each.
    let normal = SharpeRatio::from_moments(24, 0.458, 0.0, 3.0).unwrap();
    let skewed = SharpeRatio::from_moments(24, 0.458, -2.448, 10.164).unwrap();
    close(normal.probabilistic(0.0).unwrap(), 0.982, 5e-4);
    close(skewed.probabilistic(0.0).unwrap(), 0.913, 5e-4);
    // The same: 2 a year is above 1 after so many years of days, weeks, months.
    for (a_year, years) in [(250.0, 2.73), (52.0, 2.83), (12.0, 3.24)] {
        let ratio = SharpeRatio::from_moments(100, 2.0 / f64::sqrt(a_year), 0.0, 3.0).unwrap();
        let n = ratio.min_track_record(1.0 / f64::sqrt(a_year), 0.95).unwrap().unwrap();
        close(n / a_year, years, 2e-3);
    }
}

#[test]
fn sharpe_ratios_that_there_are_not() {
    assert!(matches!(SharpeRatio::of(&[0.1, 0.2]), Err(Error::TooFew { .. })));
    assert!(matches!(SharpeRatio::of(&[0.1; 9]), Err(Error::DegenerateVariance { .. })));
    assert!(matches!(SharpeRatio::of(&[0.1, f64::NAN, 0.2]), Err(Error::BadEntry { .. })));
    assert!(SharpeRatio::from_moments(9, 1.0, 2.0, 3.0).is_err());
    let ratio = SharpeRatio::of(&[0.3, -0.1, 0.4]).unwrap();
    assert_eq!(ratio.min_track_record(ratio.value() + 1.0, 0.95).unwrap(), None);
    assert_eq!(Trials::new(1, 3.0).unwrap().expected_maximum(), 0.0);
    assert!(Trials::new(0, 1.0).is_err() && Trials::of(&[1.0]).is_err());
    // Moments by hand: −1, 0, 1 and 3 times as much on one side.
    let four = SharpeRatio::of(&[-1.0, -1.0, -1.0, 3.0]).unwrap();
    close(four.skewness(), 24.0 / 4.0 / 3_f64.powf(1.5), 1e-14);
    close(four.kurtosis(), (81.0 + 3.0) / 4.0 / 9.0, 1e-14);
    assert_eq!(four.value(), 0.0);
}

#[test]
fn random_entry_is_the_same_trade_on_every_other_date() {
    let world = backtest_support::World { seed: 7, holes: 0.0, closed: 0.0, cut: None };
    let data = BacktestData::new(world.prices()).with_trigger(world.trigger());
    let strategy = Strategy::new(Universe::of(["a0", "a4"]))
        .exits(ExitRules::new().months(1))
        .costs(Costs::new().fee(0.002));
    let (own, dates) = (on(&[100]), (0..240).map(day).collect::<Vec<_>>());
    let design = PlaceboDesign::new();
    let found = strategy.random_entry(&data, &own, &dates, &design, 0.95).unwrap();
    // By hand: a backtest for each date, those that the data cut short left out.
    let all: Vec<(NaiveDate, f64, f64)> = dates
        .iter()
        .filter_map(|date| {
            let one = Signals::on_dates(&[*date], Known::BeforeClose).unwrap();
            let outcome = strategy.run(&data, &one).unwrap();
            let trade = outcome.trades.first().filter(|t| t.reason == ExitReason::Months)?;
            let total = outcome.performance().unwrap().total_return;
            Some((*date, trade.net_return?, total))
        })
        .collect();
    let others: Vec<_> = all.iter().filter(|(date, ..)| *date != day(100)).collect();
    let mean = others.iter().map(|(_, net, _)| net).sum::<f64>() / others.len() as f64;
    assert_eq!((found.trade.n_dates, found.trade.n_sets), (all.len(), others.len()));
    let own = all.iter().find(|(date, ..)| *date == day(100)).unwrap();
    close(found.trade.mean, own.1, 1e-12);
    close(found.trade.placebo_mean, mean, 1e-12);
    close(found.whole.total_return, own.2, 1e-12);
    // One trade of the whole equity: trade and strategy are the same number.
    let n_above = others.iter().filter(|(_, net, _)| *net >= own.1).count();
    let p = (1 + n_above) as f64 / (1 + others.len()) as f64;
    close(found.trade.p_values.upper, p, 1e-12);
    close(found.whole.p_values.upper, p, 1e-12);
}

#[test]
fn what_waiting_missed_by_hand() {
    // 1 % a day; the other signal comes ten days later and is known at its close.
    let data = growing(0.01, 120);
    let strategy = x().exits(ExitRules::new().months(1)).costs(Costs::new().fee(0.001));
    let signal = Signal { date: day(30), known: Known::BeforeClose, level: None };
    let own = |row| Signals::on_dates(&[day(3), day(row)], Known::AtClose).unwrap();
    let found = strategy.missed_move(&data, &signal, &own(40)).unwrap().unwrap();
    assert_eq!((found.entry, found.late_entry), (day(30), Some(day(41))));
    // 31 January to 28 February.
    assert_eq!(found.exit, day(58));
    let net = |days: i32| 1.01_f64.powi(days) * 0.999 * 0.999 - 1.0;
    close(found.early, net(28), 1e-12);
    close(found.late, net(17), 1e-12);
    close(found.missed, net(28) - net(17), 1e-12);
    let never = strategy.missed_move(&data, &signal, &own(57)).unwrap().unwrap();
    assert_eq!((never.own_signal, never.late), (None, 0.0));
    let too_late = Signal { date: day(100), ..signal };
    assert_eq!(strategy.missed_move(&data, &too_late, &own(105)).unwrap(), None);
}

#[test]
fn rules_without_what_they_need_are_errors() {
    let data = growing(0.01, 30);
    let text = |strategy: Strategy| strategy.run(&data, &on(&[5])).unwrap_err().to_string();
    assert_eq!(
        text(x().exits(ExitRules::new().below_mean(50))),
        "exits = trigger below its 50-session mean: expected data with a trigger"
    );
    assert!(text(x().costs(Costs::new().impact(1.0))).contains("data with volumes"));
    assert!(text(x().weights(Weights::MarketValue)).contains("a universe with market values"));
    assert!(text(x().exposure(0.0)).contains("other than 0"));
    assert!(text(x().costs(Costs::new().fee(-0.1))).contains("fee = -0.1"));
    assert!(text(x().exits(ExitRules::new().trailing_stop(1.0))).contains("between 0 and 1"));
    assert!(text(x().overlap(Overlap::Pyramid { most: 0 })).contains("at least one trade"));
    assert!(data.clone().between(day(40), day(50)).is_err());
    let outcome = x().run(&data, &on(&[5])).unwrap();
    let json = outcome.to_json().unwrap();
    assert_eq!(serde_json::from_str::<BacktestOutcome>(&json).unwrap(), outcome);
    let csv = eventstudy::report::equity_csv(&outcome);
    assert_eq!(csv.lines().count(), 31);
    let last = format!("{},{},0,0", day(29), outcome.equity[29]);
    assert_eq!(csv.lines().last(), Some(last.as_str()));
}

#[test]
fn the_rate_of_cash_is_read_by_the_day_on_which_it_is_known() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/macro.csv");
    let rates = CashRates::from_csv_path(&path, "DFF").unwrap();
    let on = |y, m, d| rates.on(NaiveDate::from_ymd_opt(y, m, d).unwrap());
    assert_eq!(on(2013, 1, 1), 0.0);
    close(on(2013, 1, 2), 0.0009, 1e-15);
    close(on(2013, 1, 3), 0.0017, 1e-15);
    assert!(CashRates::from_csv_path(&path, "none").unwrap_err().to_string().contains("DFF"));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]

    #[test]
    fn a_higher_cost_lowers_every_trade(
        world in world(), drawn in drawn(), low in 0.0..0.01_f64, more in 0.0001..0.02_f64, kind in 0..5_usize,
    ) {
        let data = world.data();
        let signals = signals(&world, &drawn);
        let strategy = |cost: f64| {
            let costs = Costs::new().fee(0.001);
            let exits = ExitRules::new().months(1);
            // A haircut is a fall of the basket, which may touch the stop.
            let exits = if kind == 4 { exits } else { exits.trailing_stop(0.3) };
            let base = Strategy::new(world.universe(false)).exits(exits);
            let gone = |haircut| Delisting { max_stale_days: 3, haircut, source_haircut: 0.0 };
            match kind {
                0 => base.costs(costs.fee(cost)),
                1 => base.costs(costs.half_spread(cost)),
                2 => base.costs(costs.impact(50.0 * cost)),
                3 => base.costs(costs.funding_per_day(cost)).exposure(2.0),
                _ => base.costs(costs).delisting(gone(30.0 * cost)),
            }
        };
        let cheap = strategy(low).run(&data, &signals).unwrap();
        let dear = strategy(low + more).run(&data, &signals).unwrap();
        assert_eq!(cheap.trades.len(), dear.trades.len());
        // Later orders of a poorer strategy are smaller, and their impact with them.
        let n = if kind == 2 { 1 } else { cheap.trades.len() };
        for (cheap, dear) in cheap.trades.iter().zip(&dear.trades).take(n) {
            let (Some(a), Some(b)) = (cheap.net_return, dear.net_return) else { continue };
            prop_assert!(b <= a + 1e-14, "{} {a} {b}", cheap.entry);
        }
    }
}
