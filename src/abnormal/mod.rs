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
//! | BHAR | response, window | `Π(1 + R) − Π(1 + E[R])`, simple returns alone |
//! | AAR, CAAR | date, window | means over responses |
//! | event portfolio | event, window | [`EventPortfolio`]: three definitions, each named |
//!
//! A hole inside a window is bridged by its end-point prices, or excludes the response; it is never
//! summed over unless [`MissingPolicy::Available`] asks for that.
//!
//! [`FittedModel::forecast_std_dev`]: crate::models::FittedModel::forecast_std_dev

mod average;
mod design;
mod exclusion;
mod observations;
mod overlap;
mod place;
mod portfolio;
mod response;
mod table;

pub(crate) use average::no_responses;
pub use average::{Aar, Caar};
pub use design::{Design, MissingPolicy};
pub use exclusion::{Exclusion, Reason};
pub use place::{Contamination, EventRows};
pub use portfolio::{EventPortfolio, PortfolioRule};
pub use response::{CumulativeReturn, Response};
pub use table::{AbnormalReturns, EventRequest};
