//! What came of a backtest.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{CostTotals, Performance};
use crate::{Error, Result};

/// Why a position or a trade was closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ExitReason {
    /// Its months were over.
    Months,
    /// The trigger closed below the level of the signal.
    BelowLevel,
    /// The trigger closed below its mean.
    BelowMean,
    /// The trailing stop.
    TrailingStop,
    /// The asset had no price for too long: it died, or nobody knows.
    Delisted,
    /// The same, where the source of its prices ends or has a hole.
    SourceEnd,
    /// The data end; sold at the last price.
    EndOfData,
}

impl ExitReason {
    /// The reason in words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Months => "months over",
            Self::BelowLevel => "trigger below the old high",
            Self::BelowMean => "trigger below its mean",
            Self::TrailingStop => "trailing stop",
            Self::Delisted => "no price any more",
            Self::SourceEnd => "source without prices",
            Self::EndOfData => "end of the data",
        }
    }
}

/// What became of a signal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SignalFate {
    /// It opened a trade.
    Traded,
    /// It extended an open trade.
    Extended,
    /// A trade was open.
    Ignored,
    /// Its entry would lie before the period.
    BeforeData,
    /// Its entry would lie on the last row or after it.
    AfterData,
    /// No row within seven days.
    NoPrice,
    /// No member of the universe could be bought.
    NoAssets,
}

/// A signal with what became of it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct SignalRecord {
    /// The date of the signal.
    pub date: NaiveDate,
    /// What became of it.
    pub fate: SignalFate,
}

/// One asset of a trade.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Position {
    /// The asset.
    pub asset: String,
    /// Share of the sum of the trade.
    pub weight: f64,
    /// Price of the entry.
    pub entry_price: f64,
    /// Value bought or sold short, costs taken off, in units of the capital.
    pub value: f64,
    /// Date of the last fill.
    pub exit: NaiveDate,
    /// Its price, a haircut taken off.
    pub exit_price: f64,
    /// Why it was closed.
    pub reason: ExitReason,
    /// Fees, spreads and impact of both fills.
    pub cost: f64,
    /// What it earned after these costs, before funding.
    pub profit: f64,
}

/// One trade.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Trade {
    /// The signal that opened it, and those that extended it.
    pub signals: Vec<NaiveDate>,
    /// Date of the entry.
    pub entry: NaiveDate,
    /// Date of the last exit of a position.
    pub exit: NaiveDate,
    /// Why it was closed; [`ExitReason::EndOfData`] for one that would have gone on.
    pub reason: ExitReason,
    /// Sum put in: a share of the equity at the entry.
    pub budget: f64,
    /// Members of the universe that could not be bought: no price on the day, or no weight.
    pub n_lacking: usize,
    /// Its part of the funding paid, by the values of what is held.
    pub funding: f64,
    /// What it earned after all costs, without the return of idle cash.
    pub profit: f64,
    /// Profit over the sum put in; `None` where that is zero, the equity being lost.
    pub net_return: Option<f64>,
    /// The assets, in the order of the universe.
    pub positions: Vec<Position>,
}

impl Trade {
    /// Positions closed for that reason.
    pub fn n_closed(&self, reason: ExitReason) -> usize {
        self.positions.iter().filter(|p| p.reason == reason).count()
    }
}

/// The whole of a backtest.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BacktestOutcome {
    /// The rules in words.
    pub strategy: String,
    /// Equity before the first fill: the capital of the strategy.
    pub capital: f64,
    /// Rows of the period.
    pub dates: Vec<NaiveDate>,
    /// Equity at the close of each, after its fills.
    pub equity: Vec<f64>,
    /// Value of all positions at that close, without sign.
    pub invested: Vec<f64>,
    /// What one unit of cash earned from the row before; 0 on the first row.
    pub cash_returns: Vec<f64>,
    /// The trades in order of entry.
    pub trades: Vec<Trade>,
    /// The signals in order.
    pub signals: Vec<SignalRecord>,
    /// What trading cost.
    pub costs: CostTotals,
    /// What free cash earned.
    pub interest: f64,
    /// Values of all fills together.
    pub traded: f64,
    /// The equity at which the first order would have reached the largest participation: the strategy
    /// holds no more. `None` without a limit, or where no volume is known.
    pub capacity: Option<f64>,
}

impl BacktestOutcome {
    /// Returns, risk, and how they came about.
    ///
    /// # Errors
    ///
    /// [`Error::TooFew`] for fewer than two rows.
    pub fn performance(&self) -> Result<Performance> {
        Performance::of(self)
    }

    /// Simple returns of the equity from row to row, one fewer than rows; up to the row on which the
    /// equity was lost.
    ///
    /// The first is from the capital, so that it bears what the fills of the first row cost: together
    /// they are the total return.
    pub fn returns(&self) -> Vec<f64> {
        let before = std::iter::once(&self.capital).chain(self.equity.iter().skip(1));
        let pairs = before.zip(self.equity.iter().skip(1)).take_while(|(before, _)| **before > 0.0);
        pairs.map(|(before, after)| after / before - 1.0).collect()
    }

    /// Net returns of the trades that have one.
    pub fn trade_returns(&self) -> Vec<f64> {
        self.trades.iter().filter_map(|trade| trade.net_return).collect()
    }

    /// Writes the outcome as JSON, numbers in full.
    ///
    /// # Errors
    ///
    /// [`Error::Serialise`].
    pub fn to_json(&self) -> Result<String> {
        serde_json::to_string_pretty(self)
            .map_err(|source| Error::Serialise { what: "the outcome of a backtest", source })
    }
}
