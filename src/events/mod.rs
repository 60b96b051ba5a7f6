//! Events: dates with a scope, listed or detected.
//!
//! An *event* is a date, a label and a [`Scope`]: the whole market responds (a breakout of an index)
//! or one asset does. An [`EventSet`] holds events in the order of their dates; it is listed by the
//! caller ([`EventSet::from_dates`], [`EventSet::from_csv_path`]) or found in a series by an
//! [`EventDetector`].
//!
//! [`BreakoutRule`] finds closes or session highs above what went before: all-time highs, the first
//! rise above a level, and highs of a number of sessions. Whether a row is an event depends on that
//! row and the rows before it, never on a later one.
//!
//! ```
//! use chrono::NaiveDate;
//! use eventstudy::events::{BreakoutRule, EventDetector};
//! use eventstudy::panel::PriceSeries;
//!
//! let day = |d| NaiveDate::from_ymd_opt(2026, 1, d).unwrap();
//! let closes = [100.0, 104.0, 101.0, 99.0, 103.0, 105.0, 106.0];
//! let series = PriceSeries::from_closes("index", (5..).map(day).zip(closes).collect())?;
//!
//! let events = BreakoutRule::all_time_high().base(3).detect(&series)?;
//! let event = events.iter().next().unwrap();
//! assert_eq!((events.len(), event.date), (1, day(10)));
//!
//! let breakout = event.qualification.as_ref().unwrap();
//! assert_eq!((breakout.old_high, breakout.old_high_date), (104.0, day(6)));
//! assert_eq!(breakout.base_sessions, Some(4));
//! # Ok::<(), eventstudy::Error>(())
//! ```

mod alternatives;
mod breakout;
mod detect;
mod event;
mod listed;
mod records;
mod rule;
mod set;
mod standing;
mod words;

#[cfg(test)]
mod tests;

pub use alternatives::{RuleAlternative, RuleAlternatives};
pub(crate) use breakout::price;
pub use breakout::{Basis, Breakout};
pub use event::{Event, EventId, Scope};
pub use rule::BreakoutRule;
pub use set::EventSet;
pub use standing::{LastBreakout, NextTrigger, Phase, Standing};

use crate::Result;
use crate::panel::PriceSeries;

/// Finds events in a series.
///
/// A detector of your own must judge a date by that date and what came before it: with the series
/// cut after any date, it must find the same events up to that date.
pub trait EventDetector {
    /// The events of the series, at least one.
    ///
    /// # Errors
    ///
    /// [`Error::NoEvents`](crate::Error::NoEvents) where there is none; a series without the
    /// figures that the rule needs; a setting outside its domain.
    fn detect(&self, series: &PriceSeries) -> Result<EventSet>;

    /// The rule in words: one sentence that starts in lower case and has no full stop.
    fn rule(&self) -> String;
}
