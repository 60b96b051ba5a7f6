//! Weights, exits, and what happens to overlapping signals and to assets that stop trading.

use serde::{Deserialize, Serialize};

use super::ExitReason;
use crate::{Error, Result};

/// How the sum of a trade is divided over the assets that can be bought at the entry.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Weights {
    /// Equal sums.
    Equal,
    /// In proportion to market value at the last snapshot up to the entry; a universe without values
    /// is an error.
    MarketValue,
    /// In proportion to 1/σ, σ the standard deviation of the returns between the prices of the
    /// `rows` rows before the entry, which is not among them. An asset with fewer than half of them,
    /// or whose price did not move, is left out and counted.
    InverseVolatility {
        /// Rows of the panel, at least 4.
        rows: usize,
    },
    /// In proportion to these numbers, by name, each zero or more. Members without one are left out
    /// and counted.
    Given(Vec<(String, f64)>),
}

impl Weights {
    /// The rule in words.
    pub fn name(&self) -> String {
        match self {
            Self::Equal => "equal weight".to_owned(),
            Self::MarketValue => "value weight".to_owned(),
            Self::InverseVolatility { rows } => format!("inverse volatility of {rows} rows"),
            Self::Given(list) => {
                let one = |(name, weight): &(String, f64)| format!("{name} {weight}");
                list.iter().map(one).collect::<Vec<_>>().join(", ")
            }
        }
    }

    pub(super) fn check(&self) -> Result<()> {
        let fault =
            |value: String, expected| Err(Error::Setting { name: "weights", value, expected });
        match self {
            Self::InverseVolatility { rows: rows @ 0..4 } => {
                fault(format!("inverse volatility of {rows} rows"), "at least 4 rows")
            }
            Self::Given(list)
                if !list.iter().all(|(_, w)| w.is_finite() && *w >= 0.0)
                    || !list.iter().any(|(_, w)| *w > 0.0) =>
            {
                fault(self.name(), "weights of zero or more, one of them above zero")
            }
            _ => Ok(()),
        }
    }
}

/// When a trade is closed: whichever of these fires first. Without any it is held to the end.
///
/// Months and the trigger are known before the close of their day, and are filled at it; a trailing
/// stop is seen at a close and filled at the next. An asset without a price on that day is sold on
/// the first day that has one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ExitRules {
    pub(super) months: Option<u32>,
    pub(super) trailing_stop: Option<f64>,
    pub(super) below_level: bool,
    pub(super) below_mean: Option<usize>,
}

impl ExitRules {
    /// No rule: held to the end of the data.
    pub fn new() -> Self {
        Self::default()
    }

    /// At the first price on or after the entry date plus this many calendar months, the day clamped
    /// to the end of the month.
    #[must_use]
    pub fn months(mut self, months: u32) -> Self {
        self.months = Some(months);
        self
    }

    /// After a close at which the basket has lost this share of its best close since the entry, a
    /// decimal fraction. The basket is that of the weights at the entry, before costs; an asset
    /// without a price stands at its last one. For a short position: gained on its lowest.
    #[must_use]
    pub fn trailing_stop(mut self, share: f64) -> Self {
        self.trailing_stop = Some(share);
        self
    }

    /// At the first close of the trigger below the level of the signal: the old high that the breakout
    /// exceeded.
    #[must_use]
    pub fn below_level(mut self) -> Self {
        self.below_level = true;
        self
    }

    /// At the first close of the trigger below the mean of its last `sessions` closes, that one
    /// included.
    #[must_use]
    pub fn below_mean(mut self, sessions: usize) -> Self {
        self.below_mean = Some(sessions);
        self
    }

    /// Whether a rule looks at the trigger.
    pub fn needs_trigger(&self) -> bool {
        self.below_level || self.below_mean.is_some()
    }

    /// The rules in words.
    pub fn name(&self) -> String {
        let mut parts = Vec::new();
        parts.extend(self.months.map(|n| format!("{n} month{}", if n == 1 { "" } else { "s" })));
        parts.extend(
            self.trailing_stop.map(|share| format!("trailing stop {:.0} %", 100.0 * share)),
        );
        parts.extend(self.below_level.then(|| "trigger below the old high".to_owned()));
        parts.extend(self.below_mean.map(|n| format!("trigger below its {n}-session mean")));
        if parts.is_empty() { "held to the end".to_owned() } else { parts.join(" or ") }
    }

    pub(super) fn check(&self) -> Result<()> {
        if let Some(n) = self.months.filter(|n| !(1..=1_200).contains(n)) {
            let expected = "1 to 1200 months";
            return Err(Error::Setting { name: "exit months", value: n.to_string(), expected });
        }
        if let Some(share) = self.trailing_stop.filter(|s| !(*s > 0.0 && *s < 1.0)) {
            return Err(Error::Setting {
                name: "trailing stop",
                value: share.to_string(),
                expected: "a share between 0 and 1",
            });
        }
        if let Some(n) = self.below_mean.filter(|n| *n < 2) {
            let expected = "2 sessions or more";
            return Err(Error::Setting {
                name: "mean of the trigger",
                value: n.to_string(),
                expected,
            });
        }
        Ok(())
    }
}

/// What a signal does while a trade is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Overlap {
    /// Nothing.
    Ignore,
    /// The months of the open trade are counted anew from where the signal would have been bought, and
    /// its level takes the place of the old one. Assets and weights stay.
    Extend,
    /// It opens a trade of its own beside the others, up to `most` at a time; each is given 1/most
    /// of the equity at its entry, times the exposure.
    Pyramid {
        /// Most trades at a time, at least 1.
        most: usize,
    },
}

/// When an asset counts as gone, and at what loss it is sold.
///
/// An asset without a price stands at its last one. On the first day without a price that is more
/// than `max_stale_days` days after the last one it is sold, at the last price less a haircut. An
/// asset that died and a source that ends look alike on that day. Where the data say which it is
/// ([`BacktestData::with_asset_ends`](super::BacktestData::with_asset_ends)), an end or a hole of the
/// source has a haircut of its own: the asset went on trading and could have been sold. What is not
/// said to be of the source is taken for a death.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Delisting {
    /// Calendar days without a price that are borne.
    pub max_stale_days: u32,
    /// Share of the last price that is lost where the asset died or nobody knows, from 0 to 1; a
    /// short position pays it on top.
    pub haircut: f64,
    /// The same where the source of its prices ends or has a hole.
    pub source_haircut: f64,
}

impl Default for Delisting {
    /// Seven days, no haircut.
    fn default() -> Self {
        Self { max_stale_days: 7, haircut: 0.0, source_haircut: 0.0 }
    }
}

impl Delisting {
    /// The share of the last price that a position closed for this reason loses.
    pub(super) fn haircut_of(&self, reason: ExitReason) -> f64 {
        match reason {
            ExitReason::Delisted => self.haircut,
            ExitReason::SourceEnd => self.source_haircut,
            _ => 0.0,
        }
    }
}
