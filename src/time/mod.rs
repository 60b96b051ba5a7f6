//! Dates, event time and windows.
//!
//! A calendar is the dates that a series has: a [`DateAxis`]. There are no holiday tables. A
//! position on an axis is a *row* (`usize`), signed time around an event is *tau* (`i32`, day 0 the
//! event), and a point in calendar time is a [`chrono::NaiveDate`].

mod axis;
mod estimation;
mod estimation_rows;
mod held;
mod months;
mod spelled;
mod window;

pub use axis::DateAxis;
pub use estimation::{EstimationReturns, EstimationWindow};
pub use estimation_rows::{EstimationFault, EstimationRows};
pub use months::{Lag, add_months};
pub(crate) use spelled::Spelled;
pub use window::{EventWindow, WindowFault};
