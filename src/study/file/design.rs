//! The table `[study]` and its estimation window.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::abnormal::{MissingPolicy, PortfolioRule};
use crate::panel::Compounding;
use crate::study::{AssetSet, Weighting};
use crate::time::{EstimationReturns, EventWindow};

/// `[study]`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DesignTable {
    /// Event windows: `{ months = [0, 1] }`, `{ days = [-5, 5] }`, `{ rows = [-1, 1] }`,
    /// `{ sessions = [0, 5] }`.
    pub windows: Vec<EventWindow>,
    /// Estimation window.
    pub estimation: EstimationTable,
    /// `"simple"` or `"log"` returns; simple unless set.
    #[serde(default = "simple")]
    pub compounding: Compounding,
    /// `"equal"` or `"market-value"`; equal unless set.
    #[serde(default)]
    pub weighting: Weighting,
    /// `"mean-of-cars"`, `"daily-rebalanced"` or `"buy-and-hold"`; the first unless set.
    #[serde(default)]
    pub portfolio: PortfolioRule,
    /// `"bridge"`, `"exclude"` or `"available"`; the first unless set.
    #[serde(default)]
    pub missing: MissingPolicy,
    /// `"fixed"` or `"per-window"`; the first unless set.
    #[serde(default)]
    pub asset_set: AssetSet,
    /// Fewest assets of an event portfolio; 1 unless set.
    #[serde(default = "one")]
    pub min_assets: usize,
    /// Confidence level of every interval, from 0.5 to 0.999999; 0.95 unless set.
    #[serde(default = "level")]
    pub level: f64,
    /// Seed of every draw; 1 unless set.
    #[serde(default = "seed")]
    pub seed: u64,
    /// Whether the outcome keeps the day-by-day path of every event portfolio; not unless set, or
    /// unless charts are asked for.
    #[serde(default)]
    pub paths: bool,
    /// Names of tests over responses, as `eventstudy list tests` gives them; all unless set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tests: Option<Vec<String>>,
    /// Whether the outcome keeps every response with its fit; yes unless set.
    #[serde(default = "yes")]
    pub responses: bool,
}

fn yes() -> bool {
    true
}

fn simple() -> Compounding {
    Compounding::Simple
}

fn one() -> usize {
    1
}

fn level() -> f64 {
    0.95
}

fn seed() -> u64 {
    1
}

/// `estimation` of `[study]`: rows before the event by `length` and `gap`, or else `comparison`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EstimationTable {
    /// Rows before the event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub length: Option<usize>,
    /// Rows left free before the event or its first window, whichever is earlier; 0 unless set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gap: Option<usize>,
    /// Instead of `length`: periods of rows around the event, first and last row of each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub comparison: Vec<(i32, i32)>,
    /// Fewest returns that a response must have among them; all unless set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_observations: Option<usize>,
    /// Dates that are left out of every fit, first and last date of each period.
    #[serde(
        default,
        skip_serializing_if = "Vec::is_empty",
        deserialize_with = "super::dates::periods"
    )]
    pub exclude: Vec<(NaiveDate, NaiveDate)>,
    /// Whether rows in the event windows of other events of the same asset are left out; not unless
    /// set.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub exclude_other_events: bool,
    /// `"row-by-row"` or `"trade-to-trade"`; the first unless set.
    #[serde(default)]
    pub returns: EstimationReturns,
}

impl EstimationTable {
    /// Rows of the estimation window.
    pub(super) fn n_rows(&self) -> usize {
        let of_period = |(first, last): &(i32, i32)| {
            usize::try_from(i64::from(*last) - i64::from(*first) + 1).unwrap_or(0)
        };
        self.length.unwrap_or_else(|| self.comparison.iter().map(of_period).sum())
    }
}
