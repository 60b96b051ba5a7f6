//! Figures of an equity curve and of its trades.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{BacktestOutcome, ExitReason, SharpeRatio};
use crate::numeric::moments;
use crate::{Error, Result};

/// Days of a year, leap years counted.
const YEAR_DAYS: f64 = 365.25;

/// Returns, risk, and how they came about. Ratios are `None` where they are not defined: no infinite
/// Sharpe ratio comes out of a curve without risk.
///
/// With r the simple returns from row to row, the first of them from the capital, f those of cash, y
/// the years between the first and the last row (days / 365.25) and a = n/y rows a year:
///
/// ```text
/// CAGR       = (E_last / capital)^(1/y) − 1
/// volatility = s(r) √a
/// Sharpe     = mean(r − f) / s(r − f) · √a
/// Sortino    = mean(r − f) / √(mean(min(r − f, 0)²)) · √a
/// Calmar     = CAGR / maximum drawdown
/// ```
///
/// with s of divisor n − 1. *References*: Sharpe 1994, <https://doi.org/10.3905/jpm.1994.409501>; Sortino
/// and Price 1994, <https://doi.org/10.3905/joi.3.3.59>. The factor √a takes returns for
/// uncorrelated (Lo 2002, <https://doi.org/10.2469/faj.v58.n4.2453>). Days in cash belong to the
/// returns: a strategy that is seldom in the market has a lower volatility for that alone.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Performance {
    /// First row.
    pub from: NaiveDate,
    /// Last row.
    pub to: NaiveDate,
    /// Returns that the figures rest on; fewer than rows less one where the equity was lost.
    pub n_returns: usize,
    /// Last equity over the capital, less 1.
    pub total_return: f64,
    /// Growth a year; `None` where the equity was lost.
    pub cagr: Option<f64>,
    /// Standard deviation of returns, a year; `None` for fewer than two.
    pub volatility: Option<f64>,
    /// Sharpe ratio, a year; `None` for excess returns that do not vary.
    pub sharpe: Option<f64>,
    /// Sortino ratio, a year; `None` without an excess return below zero.
    pub sortino: Option<f64>,
    /// `None` without a drawdown.
    pub calmar: Option<f64>,
    /// Deepest fall of the equity from the capital or its highest close so far, 0 to 1; above 1 where
    /// debts are left.
    pub max_drawdown: f64,
    /// Share of the days that a position was held over.
    pub exposure: f64,
    /// Mean value of positions over equity, on the days on which some were held.
    pub mean_gross: Option<f64>,
    /// Values of all fills over the mean equity, a year: 2 is everything bought and sold once.
    pub turnover: Option<f64>,
    /// Trades, those that the data cut short among them.
    pub n_trades: usize,
    /// Trades that the data cut short: closed at the last price.
    pub n_cut_short: usize,
    /// Positions given up for want of a price, the source not being the reason.
    pub n_delisted: usize,
    /// Positions given up since the source of their prices ends or has a hole.
    pub n_source_ended: usize,
    /// Share of trades with a net return above zero; `None` without trades.
    pub hit_rate: Option<f64>,
    /// Sum of profits over sum of losses; `None` without a loss.
    pub profit_factor: Option<f64>,
    /// Mean net return of a trade.
    pub mean_trade: Option<f64>,
    /// Net return of the best trade.
    pub best_trade: Option<f64>,
    /// Net return of the worst trade.
    pub worst_trade: Option<f64>,
}

impl Performance {
    pub(super) fn of(outcome: &BacktestOutcome) -> Result<Self> {
        let (equity, dates) = (&outcome.equity, &outcome.dates);
        let &[_, .., last] = equity.as_slice() else {
            return Err(Error::TooFew {
                what: "the performance of a backtest".to_owned(),
                unit: "rows",
                n_needed: 2,
                n_found: equity.len(),
            });
        };
        let (from, to) = (dates[0], dates[dates.len() - 1]);
        let days = (to - from).num_days() as f64;
        let years = days / YEAR_DAYS;
        let returns = outcome.returns();
        let excess = outcome.excess_returns();
        let a_year = (returns.len() as f64 / years).sqrt();
        let is_lost = equity.iter().any(|e| *e <= 0.0);
        let cagr = (!is_lost).then(|| (last / outcome.capital).powf(years.recip()) - 1.0);
        let max_drawdown = deepest(outcome.capital, equity);
        let held: Vec<f64> = outcome.invested.iter().zip(equity).map(|(v, e)| v / e).collect();
        let in_market: Vec<f64> = held.iter().copied().filter(|g| *g > 0.0).collect();
        let days_held: f64 = (1..dates.len())
            .filter(|row| outcome.invested[row - 1] > 0.0)
            .map(|row| (dates[row] - dates[row - 1]).num_days() as f64)
            .sum();
        let trades = outcome.trade_returns();
        let (wins, losses): (Vec<f64>, Vec<f64>) =
            outcome.trades.iter().map(|trade| trade.profit).partition(|profit| *profit > 0.0);
        let lost = -losses.iter().sum::<f64>();
        let mean_equity = moments::mean(equity).filter(|mean| *mean > 0.0 && !is_lost);
        Ok(Self {
            from,
            to,
            n_returns: returns.len(),
            total_return: last / outcome.capital - 1.0,
            cagr,
            volatility: moments::std_dev(&returns).map(|s| s * a_year),
            sharpe: SharpeRatio::of(&excess).ok().map(|ratio| ratio.value() * a_year),
            sortino: sortino(&excess).map(|ratio| ratio * a_year),
            calmar: cagr.filter(|_| max_drawdown > 0.0).map(|growth| growth / max_drawdown),
            max_drawdown,
            exposure: days_held / days,
            mean_gross: moments::mean(&in_market),
            turnover: mean_equity.map(|mean| outcome.traded / mean / years),
            n_trades: outcome.trades.len(),
            n_cut_short: outcome.n_cut_short(),
            n_delisted: outcome.n_given_up(ExitReason::Delisted),
            n_source_ended: outcome.n_given_up(ExitReason::SourceEnd),
            hit_rate: (!trades.is_empty())
                .then(|| trades.iter().filter(|r| **r > 0.0).count() as f64 / trades.len() as f64),
            profit_factor: (lost > 0.0).then(|| wins.iter().sum::<f64>() / lost),
            mean_trade: moments::mean(&trades),
            best_trade: trades.iter().copied().reduce(f64::max),
            worst_trade: trades.iter().copied().reduce(f64::min),
        })
    }
}

impl BacktestOutcome {
    /// Returns less those of cash.
    pub fn excess_returns(&self) -> Vec<f64> {
        let cash = self.cash_returns.iter().skip(1);
        self.returns().iter().zip(cash).map(|(own, cash)| own - cash).collect()
    }

    /// Rows a year: returns over the years that they span.
    pub fn rows_per_year(&self) -> Option<f64> {
        let days = (*self.dates.last()? - *self.dates.first()?).num_days() as f64;
        let n = self.dates.len().saturating_sub(1);
        (days > 0.0).then(|| n as f64 * YEAR_DAYS / days)
    }

    /// Trades that the data cut short.
    pub fn n_cut_short(&self) -> usize {
        self.trades.iter().filter(|t| t.reason == ExitReason::EndOfData).count()
    }

    fn n_given_up(&self, reason: ExitReason) -> usize {
        self.trades.iter().map(|trade| trade.n_closed(reason)).sum()
    }
}

/// Deepest fall from the highest value so far, as a share of it; the first one is the capital.
fn deepest(capital: f64, equity: &[f64]) -> f64 {
    let (mut high, mut depth) = (capital, 0.0_f64);
    for value in equity {
        high = high.max(*value);
        depth = depth.max(1.0 - value / high);
    }
    depth
}

/// Mean over the root of the mean square of what lies below zero.
fn sortino(excess: &[f64]) -> Option<f64> {
    let mean = moments::mean(excess)?;
    let below = excess.iter().map(|r| r.min(0.0).powi(2)).sum::<f64>();
    let is_nothing = moments::is_negligible(below, moments::return_level(excess), excess.len());
    (!is_nothing).then(|| mean / (below / excess.len() as f64).sqrt())
}
