//! The breakout as a trade: what ETH bought on breakouts of the Russell 2000 earned after costs, and what
//! the same trade earned on other dates.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

use std::fmt::Write as _;
use std::path::Path;

use eventstudy::backtest::{
    BacktestData, CashRates, Costs, ExitRules, Known, SharpeRatio, Signals, Strategy,
};
use eventstudy::prelude::*;
use eventstudy::report::{
    backtest_performance, backtest_trades, placebo_comparisons, random_entries,
};
use eventstudy::resampling::PlaceboDesign;

pub(crate) fn backtest(data: &Path) -> Result<String> {
    let index = PriceSeries::from_csv_path(data.join("russell2000.csv"), "Russell 2000")?;
    let coins = CsvOptions::default().assets(["eth"]);
    let prices = PricePanel::from_csv_path_with(data.join("crypto_close.csv"), &coins)?;
    let from = NaiveDate::from_ymd_opt(2016, 1, 1).unwrap();
    let rule = BreakoutRule::all_time_high().base(250).from(from);
    let last = prices.axis().last();
    let dates: Vec<NaiveDate> =
        index.axis().dates().iter().copied().filter(|d| (from..=last).contains(d)).collect();
    // New York closes hours before the daily bar of crypto does.
    let signals = Signals::of_events(&rule.detect(&index)?, Known::BeforeClose)?;
    let market = BacktestData::new(prices)
        .with_trigger(index)
        .with_cash(CashRates::from_csv_path(data.join("macro.csv"), "DFF")?)
        .between(from, last)?;

    let strategy = Strategy::new(Universe::of(["eth"]))
        .exits(ExitRules::new().months(3).trailing_stop(0.3))
        .costs(Costs::new().fee(0.001).half_spread(0.001));
    let outcome = strategy.run(&market, &signals)?;
    let held = strategy.buy_and_hold(&market)?;
    let (own, hold) = (outcome.performance()?, held.performance()?);

    let mut text = format!("{}\n\n{}", outcome.strategy, backtest_trades(&outcome).to_text());
    let rows = [("Russell breakouts", &own), ("bought and held", &hold)];
    let _ = write!(text, "\n{}", backtest_performance(rows).to_text());

    let design = PlaceboDesign::new().min_separation_days(rule.separation_days()).sets(999);
    let random = strategy.random_entry(&market, &signals, &dates, &design, 0.95)?;
    let trade = placebo_comparisons([("net return of a trade", &random.trade)]);
    let whole = random_entries([("whole strategy", &random)]);
    let _ = write!(text, "\n{}\n{}\n", trade.to_text(), whole.to_text());
    for (unit, returns) in [("days", outcome.excess_returns()), ("trades", outcome.trade_returns())]
    {
        let sharpe = SharpeRatio::of(&returns)?;
        let sure = sharpe.probabilistic(0.0).map_or_else(String::new, |p| format!("{p:.2}"));
        let (value, error) = (sharpe.value(), sharpe.std_error());
        let n = sharpe.n();
        let _ = writeln!(
            text,
            "Sharpe ratio over {n} {unit}: {value:.2} each, standard error {error:.2}, P(true > 0) = {sure}"
        );
    }
    Ok(text)
}

#[allow(dead_code)] // a test runs the function above
fn main() -> Result<()> {
    print!("{}", backtest(&Path::new(env!("CARGO_MANIFEST_DIR")).join("data"))?);
    Ok(())
}
