//! The rows of an event window as far as the data go.

use std::ops::Range;

use chrono::NaiveDate;

use super::window::shift;
use super::{DateAxis, EventWindow};
use crate::{Error, Result};

impl EventWindow {
    /// The rows of the axis that lie in the window of an event, also where the window goes on
    /// beyond the data: rows that an estimation window of another event should not hold.
    ///
    /// Row 0 of a window in rows is only known for events within the data; none are held for others.
    ///
    /// # Errors
    ///
    /// [`Error::SessionsMissing`] for a window in sessions without `sessions`.
    pub fn rows_held(
        &self,
        axis: &DateAxis,
        event: NaiveDate,
        sessions: Option<&DateAxis>,
    ) -> Result<Range<usize>> {
        let dates = match *self {
            Self::Rows { first, last } => {
                let within = axis.first() <= event;
                let held = axis.first_on_or_after(event).filter(|_| within).map(|row| {
                    let at = |tau: i32| row.saturating_add_signed(tau as isize);
                    let (start, end) = (at(first), at(last.saturating_add(1)));
                    start.min(axis.len())..end.min(axis.len())
                });
                return Ok(held.unwrap_or(0..0));
            }
            Self::Days { first, last } => {
                shift(event, first.saturating_sub(1)).zip(shift(event, last))
            }
            Self::Sessions { first, last } => {
                let calendar = sessions.ok_or(Error::SessionsMissing)?;
                calendar.first_on_or_after(event).map(|session| {
                    let at = |n: i32| session.checked_add_signed(n as isize);
                    let before = at(first.saturating_sub(1));
                    // Sessions beyond the calendar have dates that nobody knows.
                    let before_all = calendar.first().pred_opt().unwrap_or(calendar.first());
                    let date = |row: Option<usize>| match row {
                        Some(row) => calendar.date(row.min(calendar.len() - 1)),
                        None => before_all,
                    };
                    (date(before), date(at(last)))
                })
            }
            Self::Months(lag) => lag.bounds(event),
        };
        Ok(dates.map_or(0..0, |(after, through)| axis.rows_between(after, through)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn axis(first: u32, n: usize) -> DateAxis {
        let from = NaiveDate::from_ymd_opt(2026, 1, first).unwrap();
        DateAxis::new(from.iter_days().take(n).collect()).unwrap()
    }

    fn day(d: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 1, d).unwrap()
    }

    #[test]
    fn within_the_data_they_are_the_rows_of_the_window() {
        let (axis, sessions) = (axis(1, 31), DateAxis::new(vec![day(5), day(9), day(20)]).unwrap());
        for window in [
            EventWindow::rows(-3, 4).unwrap(),
            EventWindow::days(-3, 4).unwrap(),
            EventWindow::sessions(0, 1).unwrap(),
            EventWindow::days(1, 1).unwrap(),
        ] {
            let held = window.rows_held(&axis, day(8), Some(&sessions)).unwrap();
            let rows = window.resolve(&axis, day(8), Some(&sessions)).unwrap().unwrap();
            assert_eq!(held, rows, "{window}");
        }
        assert!(EventWindow::sessions(0, 1).unwrap().rows_held(&axis, day(8), None).is_err());
    }

    #[test]
    fn beyond_the_data_what_there_is_of_them_stays() {
        let (axis, sessions) = (axis(10, 6), axis(12, 3));
        let held =
            |window: EventWindow, d| window.rows_held(&axis, day(d), Some(&sessions)).unwrap();
        assert_eq!(held(EventWindow::rows(-3, 1).unwrap(), 11), 0..3);
        assert_eq!(held(EventWindow::rows(-1, 9).unwrap(), 13), 2..6);
        assert!(held(EventWindow::rows(-1, 9).unwrap(), 9).is_empty());
        assert!(held(EventWindow::rows(-1, 9).unwrap(), 16).is_empty());
        assert_eq!(held(EventWindow::days(0, 3).unwrap(), 8), 0..2);
        assert_eq!(held(EventWindow::days(-2, 3).unwrap(), 17), 5..6);
        assert_eq!(held(EventWindow::months(0, 1).unwrap(), 12), 3..6);
        assert_eq!(held(EventWindow::sessions(-5, 0).unwrap(), 13), 2..4);
        assert_eq!(held(EventWindow::sessions(1, 5).unwrap(), 13), 4..5);
    }
}
