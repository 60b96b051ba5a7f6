//! Abnormal returns of responses, and what is made of them.
//!
//! A *response* is one event × one asset. AR, CAR, SAR, SCAR and BHAR belong to a response and are
//! keyed by `(EventId, AssetId)`, never by asset alone; AAR and CAAR average across responses.
//!
//! | quantity | of | formula |
//! |---|---|---|
//! | AR | response, date | `R − E[R]` |
//! | CAR | response, window | `Σ AR` |
//! | SAR | response, date | `AR / (s √(1 + error))`, see [`FittedModel::forecast_std_dev`] |
//! | SCAR | response, window | `CAR / (s √(L + error))` |
//! | BHAR | response, window | `Π(1 + R) − Π(1 + E[R])`, simple returns alone; against controls [`MatchedReturns`] |
//! | AAR, CAAR | date, window | means over responses |
//! | event portfolio | event, window | [`EventPortfolio`]: three definitions, each named |
//! | calendar-time portfolio | date | [`CalendarTime`]: the assets inside their event windows |
//! | standardised long-run return | response, date | [`LongRun`]: against a control, clustered by month |
//! | abnormal volume | response, window | [`LogVolumes`], [`log_volume_ratios`] |
//! | abnormal volatility | response, window | [`VarianceRatio`]: `(1/L) Σ AR²/σ²` |
//!
//! | sums over a large universe | response | [`Accumulator`]: in blocks of assets, nothing kept |
//!
//! A hole inside a window is bridged by its end-point prices, or excludes the response; it is never
//! summed over unless [`MissingPolicy::Available`] asks for that.
//!
//! [`FittedModel::forecast_std_dev`]: crate::models::FittedModel::forecast_std_dev

mod accumulate;
#[cfg(feature = "arrow")]
mod arrow;
mod average;
mod bhar;
mod calendar_time;
mod coefficients;
mod design;
mod exclusion;
mod leverage;
mod long_run;
mod matched;
mod observations;
mod overlap;
mod place;
mod portfolio;
mod response;
mod table;
mod values;
mod volatility;
mod volume;

pub use accumulate::{
    Accumulated, AccumulatedAar, AccumulatedWindow, Accumulator, DateCaar, ExclusionCount,
    ExclusionKind, Partial, ResponseDates, ResponseTable, SavedRun,
};
pub(crate) use average::no_responses;
pub use average::{Aar, Caar};
pub use bhar::{MatchedReturn, MatchedReturns};
pub use calendar_time::{CalendarRow, CalendarTime, CalendarTimePortfolio, Overlap, RowWeights};
pub use design::{Design, MissingPolicy};
pub use exclusion::{Exclusion, Reason};
pub use long_run::{LongRun, LongRunErrors, LongRunForm, LongRunReturn, LongRunSample, ScaleRows};
pub use matched::MatchedRequest;
pub use place::{Contamination, EventRows};
pub(crate) use portfolio::variance_of_sum;
pub use portfolio::{EventPortfolio, PortfolioRule};
pub use response::{CumulativeReturn, Response};
pub use table::{AbnormalReturns, EventRequest};
pub use values::{ResponseValue, ResponseValues};
pub use volatility::{VarianceRatio, VarianceRatios};
pub use volume::{LogVolumes, VolumeLog, log_volume_ratios};
