//! All the strategies that were tried before one was reported.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{BacktestData, SharpeRatio, Signals, Strategy, Trials};
use crate::Result;
use crate::numeric::parallel;

/// One of the strategies that were tried.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TriedStrategy {
    /// The rules in words.
    pub strategy: String,
    /// Trades.
    pub n_trades: usize,
    /// Total net return.
    pub total_return: f64,
    /// Sharpe ratio of the excess returns from row to row, not annualised; `None` where they do not
    /// vary or are fewer than three.
    pub per_row: Option<SharpeRatio>,
    /// Sharpe ratio of the net returns of the trades; `None` for fewer than three.
    pub per_trade: Option<SharpeRatio>,
}

/// Strategies that were tried, each counted once: those whose equity is the same to the bit on every
/// row are one trial.
///
/// The deflated Sharpe ratio asks how many there were and how much their ratios differ. That is
/// answered here by running them. What was tried elsewhere, or by others on the same data, is not
/// counted, so that the deflation errs on the mild side.
///
/// ```
/// use chrono::{Days, NaiveDate};
/// use eventstudy::backtest::{BacktestData, ExitRules, Known, Signals, Strategy, TriedStrategies};
/// use eventstudy::panel::{PricePanel, Universe};
///
/// let day = |d| NaiveDate::from_ymd_opt(2021, 1, 1).unwrap() + Days::new(d);
/// let path = |d: u64| (day(d), 100.0 + (d % 7) as f64 + d as f64 / 10.0);
/// let data = BacktestData::new(PricePanel::from_series(vec![(
///     "eth".to_owned(),
///     (0..200).map(path).collect(),
/// )])?);
/// let signals = Signals::on_dates(&[day(10), day(80)], Known::BeforeClose)?;
/// let held = |months| Strategy::new(Universe::of(["eth"])).exits(ExitRules::new().months(months));
///
/// let tried = TriedStrategies::run(&data, &[(&signals, held(1)), (&signals, held(2)), (&signals, held(1))])?;
/// assert_eq!((tried.n_asked(), tried.distinct().len()), (3, 2));
/// assert_eq!(tried.trials_per_row()?.n(), 2);
/// # Ok::<(), eventstudy::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TriedStrategies {
    n_asked: usize,
    distinct: Vec<TriedStrategy>,
}

impl TriedStrategies {
    /// Runs all of them on the same data.
    ///
    /// # Errors
    ///
    /// As [`Strategy::run`], of the first that has a fault.
    pub fn run(data: &BacktestData, all: &[(&Signals, Strategy)]) -> Result<Self> {
        let one = |k: usize| -> Result<([u8; 32], TriedStrategy)> {
            let (signals, strategy) = &all[k];
            let outcome = strategy.run(data, signals)?;
            // A digest stands for the curve. Capital is a matter of scale.
            let mut digest = hmac_sha256::Hash::new();
            for worth in &outcome.equity {
                digest.update((worth / outcome.capital).to_bits().to_le_bytes());
            }
            Ok((
                digest.finalize(),
                TriedStrategy {
                    strategy: strategy.name(),
                    n_trades: outcome.trades.len(),
                    total_return: outcome.performance()?.total_return,
                    per_row: SharpeRatio::of(&outcome.excess_returns()).ok(),
                    per_trade: SharpeRatio::of(&outcome.trade_returns()).ok(),
                },
            ))
        };
        let mut seen = BTreeSet::new();
        let mut distinct = Vec::new();
        for found in parallel::map(all.len(), one) {
            let (curve, tried) = found?;
            if seen.insert(curve) {
                distinct.push(tried);
            }
        }
        Ok(Self { n_asked: all.len(), distinct })
    }

    /// Strategies that were asked for.
    pub fn n_asked(&self) -> usize {
        self.n_asked
    }

    /// Those that differ, in the order in which they were asked for.
    pub fn distinct(&self) -> &[TriedStrategy] {
        &self.distinct
    }

    /// The trials by their Sharpe ratios per row; a strategy without one, such as one that never traded,
    /// is none.
    ///
    /// # Errors
    ///
    /// [`Error::TooFew`](crate::Error::TooFew) for fewer than two.
    pub fn trials_per_row(&self) -> Result<Trials> {
        self.trials(|tried| tried.per_row)
    }

    /// The trials by their Sharpe ratios per trade; a strategy of fewer than three trades is none.
    ///
    /// # Errors
    ///
    /// [`Error::TooFew`](crate::Error::TooFew) for fewer than two.
    pub fn trials_per_trade(&self) -> Result<Trials> {
        self.trials(|tried| tried.per_trade)
    }

    /// The one with the highest Sharpe ratio per row, the first of equals; `None` where none has any.
    pub fn best_per_row(&self) -> Option<&TriedStrategy> {
        let value = |tried: &TriedStrategy| tried.per_row.map(|ratio| ratio.value());
        let with_one = self.distinct.iter().filter(|tried| tried.per_row.is_some());
        with_one.reduce(|best, other| if value(other) > value(best) { other } else { best })
    }

    fn trials(&self, ratio: impl Fn(&TriedStrategy) -> Option<SharpeRatio>) -> Result<Trials> {
        let found = self.distinct.iter().filter_map(ratio).map(|found| found.value());
        Trials::of(&found.collect::<Vec<_>>())
    }
}
