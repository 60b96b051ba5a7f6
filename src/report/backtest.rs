//! Backtests as tables.

use super::{Align, Cell, Table, fraction, p_value, percent, percent_interval};
use crate::backtest::{
    BacktestOutcome, ExitReason, MissedMove, Performance, PlaceboComparison, RandomEntry,
};
use crate::files::csv_text;

fn ratio(value: f64) -> String {
    format!("{value:+.2}")
}

fn plain(value: f64) -> String {
    format!("{value:.2}")
}

/// Growth, risk and trades, one row per strategy.
pub fn backtest_performance<'a>(
    rows: impl IntoIterator<Item = (&'a str, &'a Performance)>,
) -> Table {
    let mut table = Table::new([
        ("strategy", Align::Left),
        ("trades", Align::Right),
        ("total", Align::Right),
        ("CAGR", Align::Right),
        ("volatility", Align::Right),
        ("Sharpe", Align::Right),
        ("Sortino", Align::Right),
        ("Calmar", Align::Right),
        ("max drawdown", Align::Right),
        ("exposure", Align::Right),
        ("turnover", Align::Right),
        ("hit rate", Align::Right),
        ("profit factor", Align::Right),
        ("mean trade", Align::Right),
        ("dead, source ended", Align::Right),
    ]);
    for (name, p) in rows {
        let cut =
            if p.n_cut_short > 0 { format!(" ({} cut)", p.n_cut_short) } else { String::new() };
        table.row([
            Cell::from(name),
            Cell::from(format!("{}{cut}", p.n_trades)),
            Cell::number(p.total_return, percent),
            Cell::optional(p.cagr, percent),
            Cell::optional(p.volatility, |v| format!("{:.1} %", 100.0 * v)),
            Cell::optional(p.sharpe, ratio),
            Cell::optional(p.sortino, ratio),
            Cell::optional(p.calmar, ratio),
            Cell::number(p.max_drawdown, fraction),
            Cell::number(p.exposure, fraction),
            Cell::optional(p.turnover, plain),
            Cell::optional(p.hit_rate, fraction),
            Cell::optional(p.profit_factor, plain),
            Cell::optional(p.mean_trade, percent),
            Cell::from(format!("{}, {}", p.n_delisted, p.n_source_ended)),
        ]);
    }
    table
}

/// One row per trade.
pub fn backtest_trades(outcome: &BacktestOutcome) -> Table {
    let mut table = Table::new([
        ("signal", Align::Left),
        ("entry", Align::Left),
        ("exit", Align::Left),
        ("because", Align::Left),
        ("assets", Align::Right),
        ("lacking", Align::Right),
        ("dead", Align::Right),
        ("source ended", Align::Right),
        ("net return", Align::Right),
        ("best asset", Align::Left),
        ("worst asset", Align::Left),
    ]);
    for trade in &outcome.trades {
        let signals: Vec<String> = trade.signals.iter().map(ToString::to_string).collect();
        let mut ranked: Vec<(f64, &str)> = trade
            .positions
            .iter()
            .filter(|p| p.value > 0.0)
            .map(|p| (p.profit / p.value, p.asset.as_str()))
            .collect();
        ranked.sort_by(|a, b| a.0.total_cmp(&b.0));
        let named = |entry: Option<&(f64, &str)>| {
            entry.map_or_else(Cell::none, |(profit, asset)| {
                Cell::number(*profit, |profit| format!("{asset} {}", percent(profit)))
            })
        };
        table.row([
            Cell::from(signals.join(", ")),
            Cell::from(trade.entry.to_string()),
            Cell::from(trade.exit.to_string()),
            Cell::from(trade.reason.name()),
            Cell::from(trade.positions.len().to_string()),
            Cell::from(trade.n_lacking.to_string()),
            Cell::from(trade.n_closed(ExitReason::Delisted).to_string()),
            Cell::from(trade.n_closed(ExitReason::SourceEnd).to_string()),
            Cell::optional(trade.net_return, percent),
            named(ranked.last()),
            named(ranked.first()),
        ]);
    }
    table
}

/// What waiting for another signal cost, one row per signal.
pub fn missed_moves(moves: &[MissedMove]) -> Table {
    let mut table = Table::new([
        ("signal", Align::Left),
        ("entry", Align::Left),
        ("own signal", Align::Left),
        ("late entry", Align::Left),
        ("exit of both", Align::Left),
        ("early", Align::Right),
        ("late", Align::Right),
        ("missed", Align::Right),
    ]);
    for found in moves {
        let none = || "none in time".to_owned();
        table.row([
            Cell::from(found.signal.to_string()),
            Cell::from(found.entry.to_string()),
            Cell::from(found.own_signal.map_or_else(none, |date| date.to_string())),
            found.late_entry.map_or_else(Cell::none, |date| Cell::from(date.to_string())),
            Cell::from(found.exit.to_string()),
            Cell::number(found.early, percent),
            Cell::number(found.late, percent),
            Cell::number(found.missed, percent),
        ]);
    }
    table
}

/// Means over signals against other dates, one row per comparison.
pub fn placebo_comparisons<'a>(
    rows: impl IntoIterator<Item = (&'a str, &'a PlaceboComparison)>,
) -> Table {
    let mut table = Table::new([
        ("of", Align::Left),
        ("signals", Align::Right),
        ("mean", Align::Right),
        ("placebo mean", Align::Right),
        ("excess", Align::Right),
        ("95 % interval", Align::Right),
        ("one-sided p", Align::Right),
        ("placebo p", Align::Right),
        ("detectable", Align::Right),
        ("dates", Align::Right),
    ]);
    for (name, c) in rows {
        table.row([
            Cell::from(name),
            Cell::from(c.n_signals.to_string()),
            Cell::number(c.mean, percent),
            Cell::number(c.placebo_mean, percent),
            Cell::number(c.excess, percent),
            c.interval
                .map_or_else(Cell::none, |i| Cell::interval(i.lower, i.upper, percent_interval)),
            Cell::number(c.p_values.upper, p_value),
            Cell::number(c.p_values.two_sided, p_value)
                .with_remark(&format!(" (≥ {})", p_value(c.attainable_p))),
            Cell::optional(c.minimum_detectable_effect, percent),
            Cell::from(c.n_dates.to_string()),
        ]);
    }
    table
}

/// Whole strategies against the same strategies on other dates.
pub fn random_entries<'a>(rows: impl IntoIterator<Item = (&'a str, &'a RandomEntry)>) -> Table {
    let mut table = Table::new([
        ("strategy", Align::Left),
        ("signals", Align::Right),
        ("total", Align::Right),
        ("random mean", Align::Right),
        ("random median", Align::Right),
        ("95 % of random entries", Align::Right),
        ("p", Align::Right),
        ("exposure", Align::Right),
        ("random exposure", Align::Right),
    ]);
    for (name, found) in rows {
        let whole = &found.whole;
        let [lower, median, upper] = whole.placebo_quantiles;
        table.row([
            Cell::from(name),
            Cell::from(whole.n_signals.to_string()),
            Cell::number(whole.total_return, percent),
            Cell::number(whole.placebo_mean, percent),
            Cell::number(median, percent),
            Cell::interval(lower, upper, percent_interval),
            Cell::number(whole.p_values.two_sided, p_value),
            Cell::number(whole.exposure, fraction),
            Cell::number(whole.placebo_exposure, fraction),
        ]);
    }
    table
}

/// The equity curve as CSV: date, equity, value of positions, return of cash, numbers in full.
pub fn equity_csv(outcome: &BacktestOutcome) -> String {
    let rows: Vec<[String; 4]> = (0..outcome.dates.len())
        .map(|row| {
            [
                outcome.dates[row].to_string(),
                outcome.equity[row].to_string(),
                outcome.invested[row].to_string(),
                outcome.cash_returns[row].to_string(),
            ]
        })
        .collect();
    let header = vec!["date", "equity", "invested", "cash_return"];
    let cells = rows.iter().map(|row| row.iter().map(String::as_str).collect());
    csv_text(std::iter::once(header).chain(cells))
}
