//! Event windows.

use std::fmt;
use std::ops::Range;

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};

use super::{DateAxis, Lag};
use crate::{Error, Result};

/// The dates around an event over which abnormal returns are cumulated.
///
/// Windows in rows, days and sessions are closed at both ends and print `[-1, +1]`; a window in
/// calendar months is a [`Lag`] and prints `[0,1) months`.
///
/// # An event on a day without prices
///
/// Windows in rows count from *day 0*, the first row on or after the event; windows in days and
/// months count from the date of the event itself. With prices from Monday to Friday an event on a
/// Saturday has its day 0 on the Monday: rows `[+1, +5]` hold Tuesday to Monday, days `[+1, +5]`
/// Monday to Thursday, and the months after the event start on the Sunday, so that they hold the
/// Monday.
///
/// ```
/// use chrono::{Datelike, NaiveDate, Weekday};
/// use eventstudy::time::{DateAxis, EventWindow};
///
/// let saturday = NaiveDate::from_ymd_opt(2026, 1, 10).unwrap();
/// let days = saturday.iter_days().take(60);
/// let weekdays = days.filter(|d| !matches!(d.weekday(), Weekday::Sat | Weekday::Sun));
/// let friday = saturday.pred_opt().unwrap();
/// let axis = DateAxis::new([friday].into_iter().chain(weekdays).collect())?;
/// let ends = |window: EventWindow| -> eventstudy::Result<(u32, u32)> {
///     let rows = window.resolve(&axis, saturday, None)?.unwrap();
///     Ok((axis.date(rows.start).day(), axis.date(rows.end - 1).day()))
/// };
/// assert_eq!(ends(EventWindow::rows(0, 5)?)?, (12, 19));
/// assert_eq!(ends(EventWindow::rows(1, 5)?)?, (13, 19));
/// assert_eq!(ends(EventWindow::days(1, 5)?)?, (12, 15));
/// assert_eq!(ends(EventWindow::months(0, 1)?)?.0, 12);
/// # Ok::<(), eventstudy::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "WindowSpec", into = "WindowSpec")]
pub enum EventWindow {
    /// Rows of the response axis around the event row, the first row on or after the event date.
    Rows {
        /// First tau.
        first: i32,
        /// Last tau.
        last: i32,
    },
    /// Calendar days around the event date; days without a row hold nothing.
    Days {
        /// First day.
        first: i32,
        /// Last day.
        last: i32,
    },
    /// Sessions of another series (an exchange, say) around the event's session. A response date
    /// belongs to the first session on or after it, so that a weekend belongs to the Monday.
    Sessions {
        /// First session.
        first: i32,
        /// Last session.
        last: i32,
    },
    /// Calendar months after the event.
    Months(Lag),
}

/// What a window looks like in a study file: `{ rows = [-1, 1] }`, `{ months = [0, 3] }`.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum WindowSpec {
    Rows([i32; 2]),
    Days([i32; 2]),
    Sessions([i32; 2]),
    Months([u32; 2]),
}

impl TryFrom<WindowSpec> for EventWindow {
    type Error = Error;

    fn try_from(spec: WindowSpec) -> Result<Self> {
        match spec {
            WindowSpec::Rows([first, last]) => Self::rows(first, last),
            WindowSpec::Days([first, last]) => Self::days(first, last),
            WindowSpec::Sessions([first, last]) => Self::sessions(first, last),
            WindowSpec::Months([from, to]) => Self::months(from, to),
        }
    }
}

impl From<EventWindow> for WindowSpec {
    fn from(window: EventWindow) -> Self {
        match window {
            EventWindow::Rows { first, last } => Self::Rows([first, last]),
            EventWindow::Days { first, last } => Self::Days([first, last]),
            EventWindow::Sessions { first, last } => Self::Sessions([first, last]),
            EventWindow::Months(lag) => Self::Months(lag.into()),
        }
    }
}

/// Why a window has no rows for an event. A fault of one event, so not an [`Error`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
#[non_exhaustive]
pub enum WindowFault {
    /// The event lies outside the dates of the responses.
    EventOutsideData {
        /// First date of the responses.
        first_date: NaiveDate,
        /// Last date of the responses.
        last_date: NaiveDate,
    },
    /// The window reaches before the first date or past the last one.
    WindowOutsideData {
        /// The date that the window needs.
        needed: NaiveDate,
        /// First date of the responses.
        first_date: NaiveDate,
        /// Last date of the responses.
        last_date: NaiveDate,
    },
    /// The window reaches `n_rows` rows or sessions beyond the data.
    RowsOutsideData {
        /// How many rows are missing.
        n_rows: usize,
    },
    /// The dates have no row inside the window.
    NoRows,
}

impl fmt::Display for WindowFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::EventOutsideData { first_date, last_date } => {
                write!(f, "the event is outside the data ({first_date} to {last_date})")
            }
            Self::WindowOutsideData { needed, first_date, last_date } => {
                write!(
                    f,
                    "the window needs {needed}, the data run from {first_date} to {last_date}"
                )
            }
            Self::RowsOutsideData { n_rows } => {
                write!(f, "the window reaches {n_rows} rows beyond the data")
            }
            Self::NoRows => write!(f, "the data have no row inside the window"),
        }
    }
}

impl EventWindow {
    /// Rows `first` to `last` of the response axis, both included; row 0 is the event.
    ///
    /// # Errors
    ///
    /// [`Error::WindowReversed`] where `last < first`.
    pub fn rows(first: i32, last: i32) -> Result<Self> {
        ordered(first, last)?;
        Ok(Self::Rows { first, last })
    }

    /// Calendar days `first` to `last`, both included.
    ///
    /// # Errors
    ///
    /// [`Error::WindowReversed`] where `last < first`.
    pub fn days(first: i32, last: i32) -> Result<Self> {
        ordered(first, last)?;
        Ok(Self::Days { first, last })
    }

    /// Sessions `first` to `last` of another series, both included.
    ///
    /// # Errors
    ///
    /// [`Error::WindowReversed`] where `last < first`.
    pub fn sessions(first: i32, last: i32) -> Result<Self> {
        ordered(first, last)?;
        Ok(Self::Sessions { first, last })
    }

    /// Calendar months `[from, to)` after the event, see [`Lag`].
    ///
    /// # Errors
    ///
    /// [`Error::LagReversed`] unless `from < to`.
    pub fn months(from: u32, to: u32) -> Result<Self> {
        Lag::new(from, to).map(Self::Months)
    }

    /// The rows of the response axis that the window holds for an event on `event`.
    ///
    /// `sessions` are the dates of the series that trades in sessions; only
    /// [`EventWindow::Sessions`] reads them.
    ///
    /// A window that the data do not cover is a fault, never a shorter window: for months and days
    /// the axis must reach the last date of the window.
    ///
    /// # Errors
    ///
    /// [`Error::SessionsMissing`] for a window in sessions without `sessions`. The inner result is
    /// the fault of this event.
    pub fn resolve(
        &self,
        axis: &DateAxis,
        event: NaiveDate,
        sessions: Option<&DateAxis>,
    ) -> Result<std::result::Result<Range<usize>, WindowFault>> {
        let Some(event_row) = axis.first_on_or_after(event).filter(|_| event >= axis.first())
        else {
            return Ok(Err(WindowFault::EventOutsideData {
                first_date: axis.first(),
                last_date: axis.last(),
            }));
        };
        Ok(match *self {
            Self::Rows { first, last } => offset_rows(axis, event_row, first, last),
            Self::Days { first, last } => {
                match (shift(event, first.saturating_sub(1)), shift(event, last)) {
                    (Some(after), Some(through)) => covered(axis, after, through),
                    _ => Err(WindowFault::NoRows),
                }
            }
            Self::Sessions { first, last } => {
                let calendar = sessions.ok_or(Error::SessionsMissing)?;
                match session_bounds(calendar, event, first, last) {
                    Ok((after, through)) => covered(axis, after, through),
                    Err(fault) => Err(fault),
                }
            }
            Self::Months(lag) => match lag.bounds(event) {
                Some((after, through)) => covered(axis, after, through),
                None => Err(WindowFault::NoRows),
            },
        })
    }
}

impl fmt::Display for EventWindow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rows { first, last } => write!(f, "[{first:+}, {last:+}]"),
            Self::Days { first, last } => write!(f, "[{first:+}, {last:+}] days"),
            Self::Sessions { first, last } => write!(f, "[{first:+}, {last:+}] sessions"),
            Self::Months(lag) => lag.fmt(f),
        }
    }
}

fn ordered(first: i32, last: i32) -> Result<()> {
    if last < first { Err(Error::WindowReversed { first, last }) } else { Ok(()) }
}

pub(super) fn shift(date: NaiveDate, days: i32) -> Option<NaiveDate> {
    let step = Days::new(u64::from(days.unsigned_abs()));
    if days < 0 { date.checked_sub_days(step) } else { date.checked_add_days(step) }
}

/// `row + tau` where it is on an axis of `len` rows, else by how many rows it misses.
fn offset(row: usize, tau: i32, len: usize) -> std::result::Result<usize, usize> {
    let step = tau.unsigned_abs() as usize;
    if tau < 0 {
        row.checked_sub(step).ok_or_else(|| step - row)
    } else if row + step < len {
        Ok(row + step)
    } else {
        Err(row + step + 1 - len)
    }
}

fn offset_rows(
    axis: &DateAxis,
    event_row: usize,
    first: i32,
    last: i32,
) -> std::result::Result<Range<usize>, WindowFault> {
    let outside = |n_rows| WindowFault::RowsOutsideData { n_rows };
    let start = offset(event_row, first, axis.len()).map_err(outside)?;
    let end = offset(event_row, last, axis.len()).map_err(outside)?;
    Ok(start..end + 1)
}

/// The dates `(after, through]` of the sessions `first` to `last`.
fn session_bounds(
    calendar: &DateAxis,
    event: NaiveDate,
    first: i32,
    last: i32,
) -> std::result::Result<(NaiveDate, NaiveDate), WindowFault> {
    let outside = |n_rows| WindowFault::RowsOutsideData { n_rows };
    let session = calendar.first_on_or_after(event).ok_or(WindowFault::EventOutsideData {
        first_date: calendar.first(),
        last_date: calendar.last(),
    })?;
    // The first session's dates start after the session before it.
    let before = offset(session, first.saturating_sub(1), calendar.len()).map_err(outside)?;
    let through = offset(session, last, calendar.len()).map_err(outside)?;
    Ok((calendar.date(before), calendar.date(through)))
}

/// Rows of `(after, through]`, where the axis covers that period.
fn covered(
    axis: &DateAxis,
    after: NaiveDate,
    through: NaiveDate,
) -> std::result::Result<Range<usize>, WindowFault> {
    let outside = |needed| WindowFault::WindowOutsideData {
        needed,
        first_date: axis.first(),
        last_date: axis.last(),
    };
    let start = after.succ_opt().unwrap_or(after);
    if start < axis.first() {
        return Err(outside(start));
    }
    if through > axis.last() {
        return Err(outside(through));
    }
    let rows = axis.rows_between(after, through);
    if rows.is_empty() { Err(WindowFault::NoRows) } else { Ok(rows) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(y: i32, m: u32, d: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(y, m, d).unwrap()
    }

    fn every_day(from: NaiveDate, n: usize) -> DateAxis {
        DateAxis::new(from.iter_days().take(n).collect()).unwrap()
    }

    #[test]
    fn adjoining_lags_tile_the_quarter() {
        let axis = every_day(day(2020, 12, 1), 200);
        let event = day(2021, 1, 31);
        let rows =
            |a, b| EventWindow::months(a, b).unwrap().resolve(&axis, event, None).unwrap().unwrap();
        let whole = rows(0, 3);
        assert_eq!(axis.date(whole.start), day(2021, 2, 1));
        assert_eq!(axis.date(whole.end - 1), day(2021, 4, 30));
        assert_eq!(rows(0, 1).end, rows(1, 2).start);
        assert_eq!(rows(1, 2).end, rows(2, 3).start);
        assert_eq!(rows(2, 3).end, whole.end);
    }

    #[test]
    fn a_weekend_belongs_to_the_next_session() {
        let axis = every_day(day(2026, 1, 5), 20);
        let sessions =
            DateAxis::new([5, 6, 7, 8, 9, 12, 13, 14].map(|d| day(2026, 1, d)).to_vec()).unwrap();
        let window = EventWindow::sessions(1, 2).unwrap();
        let rows = window.resolve(&axis, day(2026, 1, 8), Some(&sessions)).unwrap().unwrap();
        assert_eq!(
            (axis.date(rows.start), axis.date(rows.end - 1)),
            (day(2026, 1, 9), day(2026, 1, 12))
        );
        assert!(matches!(
            window.resolve(&axis, day(2026, 1, 8), None),
            Err(Error::SessionsMissing)
        ));
    }

    #[test]
    fn a_window_past_the_data_is_a_fault_and_not_a_shorter_window() {
        let axis = every_day(day(2026, 1, 1), 40);
        let fault = |w: EventWindow, d| w.resolve(&axis, d, None).unwrap().unwrap_err();
        assert!(matches!(
            fault(EventWindow::months(0, 1).unwrap(), day(2026, 1, 20)),
            WindowFault::WindowOutsideData { .. }
        ));
        assert!(matches!(
            fault(EventWindow::rows(-3, 0).unwrap(), day(2026, 1, 2)),
            WindowFault::RowsOutsideData { n_rows: 2 }
        ));
        assert!(matches!(
            fault(EventWindow::rows(0, 0).unwrap(), day(2025, 12, 31)),
            WindowFault::EventOutsideData { .. }
        ));
    }

    #[test]
    fn a_reversed_window_is_refused() {
        let text = EventWindow::rows(2, -1).unwrap_err().to_string();
        assert_eq!(text, "event window [+2, -1] ends before it starts");
    }
}
