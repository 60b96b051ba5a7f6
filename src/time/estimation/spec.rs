//! How an outcome writes an estimation window.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{EstimationReturns, EstimationWindow, Place};
use crate::{Error, Result};

/// The keys of a trailing window, or `comparison`; what is not set is not written.
#[derive(Serialize, Deserialize)]
pub(super) struct EstimationSpec {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    length: Option<usize>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    gap: Option<usize>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    comparison: Vec<(i32, i32)>,
    min_observations: usize,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    exclude: Vec<(NaiveDate, NaiveDate)>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    exclude_other_events: bool,
    #[serde(default, skip_serializing_if = "is_row_by_row")]
    returns: EstimationReturns,
}

impl TryFrom<EstimationSpec> for EstimationWindow {
    type Error = Error;

    fn try_from(spec: EstimationSpec) -> Result<Self> {
        let window = match spec.length {
            Some(length) => Self::trailing(length)?.gap(spec.gap.unwrap_or(0)),
            None => Self::comparison(spec.comparison)?,
        };
        Ok(window
            .min_observations(spec.min_observations)
            .excluding_dates(spec.exclude)?
            .excluding_other_events(spec.exclude_other_events)
            .with_returns(spec.returns))
    }
}

impl From<EstimationWindow> for EstimationSpec {
    fn from(window: EstimationWindow) -> Self {
        let (length, gap, comparison) = match window.place {
            Place::Trailing { length, gap } => (Some(length), Some(gap), Vec::new()),
            Place::Comparison(periods) => (None, None, periods),
        };
        Self {
            length,
            gap,
            comparison,
            min_observations: window.min_observations,
            exclude: window.excluded,
            exclude_other_events: window.excludes_other_events,
            returns: window.returns,
        }
    }
}

#[allow(clippy::trivially_copy_pass_by_ref)] // as the serialiser calls it
fn is_row_by_row(returns: &EstimationReturns) -> bool {
    *returns == EstimationReturns::RowByRow
}
