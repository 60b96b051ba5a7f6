//! What was left out, and why.

use std::fmt;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::error::names::hint;
use crate::models::FitFault;
use crate::time::{EstimationFault, WindowFault};

/// One event, asset or response that takes no part, with the reason.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Exclusion {
    /// Date of the event.
    pub event: NaiveDate,
    /// Label of the event.
    pub label: String,
    /// The asset; `None` where the whole event is excluded.
    pub asset: Option<String>,
    /// The window; `None` where every window is.
    pub window: Option<String>,
    /// The fault, with what was found and what was needed.
    pub reason: Reason,
}

impl fmt::Display for Exclusion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.event)?;
        if let Some(asset) = &self.asset {
            write!(f, " {asset}")?;
        }
        if let Some(window) = &self.window {
            write!(f, " {window}")?;
        }
        write!(f, ": {}", self.reason)
    }
}

/// Why something takes no part.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "reason")]
#[non_exhaustive]
pub enum Reason {
    /// The event window does not fit the data.
    Window {
        /// What is wrong with it.
        fault: WindowFault,
    },
    /// The data do not reach back to the start of the estimation window.
    EstimationOutsideData {
        /// Rows there are before the event.
        n_found: usize,
        /// Rows needed.
        n_needed: usize,
    },
    /// Too few returns in the estimation window.
    EstimationTooShort {
        /// Returns there are.
        n_found: usize,
        /// Returns needed.
        n_needed: usize,
        /// Rows of the window.
        n_rows: usize,
        /// Those of them that are left out: excluded dates, windows of other events.
        #[serde(default, skip_serializing_if = "is_zero")]
        n_left_out: usize,
    },
    /// The data do not hold all rows of the comparison periods.
    ComparisonOutsideData {
        /// Rows that they hold.
        n_found: usize,
        /// Rows of the periods.
        n_needed: usize,
    },
    /// Rows of the comparison periods lie in the event windows.
    ComparisonInEventWindow {
        /// How many.
        n_rows: usize,
    },
    /// The model could not be fitted.
    Fit {
        /// What is wrong.
        fault: FitFault,
    },
    /// The benchmark has no return on a date that the event needs.
    BenchmarkMissing {
        /// Name of the benchmark.
        benchmark: String,
        /// First date without a return.
        date: NaiveDate,
    },
    /// Returns are missing inside the event window and cannot be bridged.
    ReturnsMissing {
        /// Rows without a return.
        n_missing: usize,
        /// Rows of the window.
        n_rows: usize,
        /// Date of the first one.
        first: NaiveDate,
    },
    /// Nothing was traded in the event window or the estimation window, so their ratio has no
    /// logarithm.
    NoVolume,
    /// No asset of the panel has that name.
    NotInPanel {
        /// The one that was probably meant, where the name was written by hand and is near to one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        meant: Option<String>,
    },
    /// The asset is a factor of the model, which explains it by itself: no residuals are left.
    OwnFactor {
        /// Factors of the model for this asset.
        n_factors: usize,
    },
    /// The asset has no price in the days before the event.
    NotTraded {
        /// Its last price before the event, if there is one.
        last_price: Option<NaiveDate>,
    },
    /// The asset has traded for too short a time.
    HistoryTooShort {
        /// Days with a price.
        n_found: usize,
        /// Days needed.
        n_needed: usize,
    },
    /// Excluded by rule: a stablecoin or a wrapped token, say.
    ByRule {
        /// The kind of asset, in words.
        kind: String,
    },
    /// Fewer assets than an event portfolio needs.
    TooFewAssets {
        /// Assets that are left.
        n_found: usize,
        /// Assets needed.
        n_needed: usize,
    },
}

#[allow(clippy::trivially_copy_pass_by_ref)] // as the serialiser calls it
fn is_zero(n: &usize) -> bool {
    *n == 0
}

impl From<EstimationFault> for Reason {
    fn from(fault: EstimationFault) -> Self {
        match fault {
            EstimationFault::TrailingOutsideData { n_found, n_needed } => {
                Self::EstimationOutsideData { n_found, n_needed }
            }
            EstimationFault::ComparisonOutsideData { n_found, n_needed } => {
                Self::ComparisonOutsideData { n_found, n_needed }
            }
            EstimationFault::InEventWindow { n_rows } => Self::ComparisonInEventWindow { n_rows },
        }
    }
}

impl Reason {
    /// The kind of fault in words, for counting.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Window { .. } => "event window outside the data",
            Self::EstimationOutsideData { .. } => "estimation window outside the data",
            Self::EstimationTooShort { .. } => "too few returns in the estimation window",
            Self::ComparisonOutsideData { .. } => "comparison periods outside the data",
            Self::ComparisonInEventWindow { .. } => "comparison periods in the event windows",
            Self::Fit { .. } => "model not fitted",
            Self::BenchmarkMissing { .. } => "benchmark without a return",
            Self::ReturnsMissing { .. } => "returns missing in the event window",
            Self::NoVolume => "nothing traded",
            Self::NotInPanel { .. } => "no prices of the asset",
            Self::OwnFactor { .. } => "a benchmark of the model",
            Self::NotTraded { .. } => "not traded before the event",
            Self::HistoryTooShort { .. } => "history too short",
            Self::ByRule { .. } => "excluded by rule",
            Self::TooFewAssets { .. } => "too few assets left",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Window { fault } => fault.fmt(f),
            Self::EstimationOutsideData { n_found, n_needed } => {
                write!(f, "{n_found} rows before the event, the estimation window needs {n_needed}")
            }
            Self::EstimationTooShort { n_found, n_needed, n_rows, n_left_out } => {
                write!(f, "{n_found} of {n_rows} estimation returns present, {n_needed} needed")?;
                if *n_left_out > 0 {
                    write!(f, ", {n_left_out} rows left out")?;
                }
                write!(f, " (lower `min_observations` to keep it)")
            }
            Self::ComparisonOutsideData { n_found, n_needed } => {
                write!(
                    f,
                    "the data hold {n_found} of the {n_needed} rows of the comparison periods"
                )
            }
            Self::ComparisonInEventWindow { n_rows } => {
                write!(f, "{n_rows} rows of the comparison periods lie in the event windows")
            }
            Self::Fit { fault } => fault.fmt(f),
            Self::BenchmarkMissing { benchmark, date } => {
                write!(f, "benchmark `{benchmark}` has no return on {date}")
            }
            Self::ReturnsMissing { n_missing, n_rows, first } => {
                write!(f, "{n_missing} of {n_rows} returns missing in the window from {first}")
            }
            Self::NoVolume => {
                write!(f, "nothing was traded in the event window or the estimation window")
            }
            Self::NotInPanel { meant } => {
                write!(f, "the panel has no prices of this asset{}", hint(meant.as_deref()))
            }
            Self::OwnFactor { n_factors: 1 } => write!(f, "is the benchmark itself"),
            Self::OwnFactor { n_factors } => {
                write!(f, "is itself one of the {n_factors} factors of the model")
            }
            Self::NotTraded { last_price: Some(date) } => {
                write!(f, "no price in the days before the event, the last one is of {date}")
            }
            Self::NotTraded { last_price: None } => write!(f, "no price before the event"),
            Self::HistoryTooShort { n_found, n_needed } => {
                write!(f, "{n_found} prices before the event, {n_needed} needed")
            }
            Self::ByRule { kind } => write!(f, "excluded by rule: {kind}"),
            Self::TooFewAssets { n_found, n_needed } => {
                write!(f, "{n_found} assets left, {n_needed} needed")
            }
        }
    }
}
