//! Why a bootstrap over event dates would mislead.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::resampling::EventDateBootstrap;

/// Why a window has no bootstrap interval over event dates. The t interval over dates and that of the
/// placebo test stand in its place.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
#[non_exhaustive]
pub enum DateBootstrapFault {
    /// Fewer event dates than it needs to hold the truth about as often as it says.
    TooFewDates {
        /// Event dates.
        n_found: usize,
        /// [`EventDateBootstrap::FEWEST_DATES`].
        n_needed: usize,
        /// The most that it could cover with so many dates, whatever its level.
        coverage_ceiling: f64,
    },
    /// Windows of different dates overlap: the dates are no independent draws.
    OverlappingWindows {
        /// Event dates whose window overlaps that of another.
        n_overlapping: usize,
        /// Event dates.
        n_event_dates: usize,
    },
}

impl fmt::Display for DateBootstrapFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooFewDates { n_found, n_needed, coverage_ceiling } => write!(
                f,
                "needs {n_needed} event dates to hold the truth about as often as it says, found \
                 {n_found}, with which it holds it in at most {:.0} %",
                100.0 * coverage_ceiling
            ),
            Self::OverlappingWindows { n_overlapping, n_event_dates } => write!(
                f,
                "takes dates for independent, and windows of {n_overlapping} of the \
                 {n_event_dates} overlap"
            ),
        }
    }
}

impl DateBootstrapFault {
    /// What stands in the way of the bootstrap over so many dates; `None` where nothing does.
    pub(super) fn of(n_event_dates: usize, n_overlapping: usize) -> Option<Self> {
        if n_event_dates < EventDateBootstrap::FEWEST_DATES {
            return Some(Self::TooFewDates {
                n_found: n_event_dates,
                n_needed: EventDateBootstrap::FEWEST_DATES,
                coverage_ceiling: EventDateBootstrap::coverage_ceiling(n_event_dates),
            });
        }
        (n_overlapping > 0).then_some(Self::OverlappingWindows { n_overlapping, n_event_dates })
    }
}
