//! Strictly increasing dates.

use std::ops::Range;
use std::sync::Arc;

use chrono::NaiveDate;

use crate::{Error, Result};

/// The dates of a series or panel, strictly increasing. Cloning is cheap.
///
/// ```
/// use chrono::NaiveDate;
/// use eventstudy::time::DateAxis;
///
/// let day = |d| NaiveDate::from_ymd_opt(2026, 1, d).unwrap();
/// let sessions = DateAxis::new(vec![day(7), day(8), day(9), day(12)])?;
/// assert_eq!(sessions.row_of(day(10)), None);
/// assert_eq!(sessions.first_on_or_after(day(10)), Some(3));
/// assert_eq!(sessions.last_on_or_before(day(10)), Some(2));
/// # Ok::<(), eventstudy::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DateAxis {
    dates: Arc<[NaiveDate]>,
}

impl DateAxis {
    /// Takes dates that increase from row to row.
    ///
    /// # Errors
    ///
    /// [`Error::EmptyAxis`] without dates; [`Error::UnsortedAxis`] at the first date that does not
    /// come after the one before it.
    pub fn new(dates: Vec<NaiveDate>) -> Result<Self> {
        if dates.is_empty() {
            return Err(Error::EmptyAxis);
        }
        for (row, pair) in dates.windows(2).enumerate() {
            if pair[1] <= pair[0] {
                return Err(Error::UnsortedAxis { row: row + 1, date: pair[1], previous: pair[0] });
            }
        }
        Ok(Self { dates: dates.into() })
    }

    /// Number of dates, at least one.
    #[allow(clippy::len_without_is_empty)] // an axis is never empty
    pub fn len(&self) -> usize {
        self.dates.len()
    }

    /// All dates in order.
    pub fn dates(&self) -> &[NaiveDate] {
        &self.dates
    }

    /// The date at `row`.
    ///
    /// # Panics
    ///
    /// Where `row` is not on the axis.
    pub fn date(&self, row: usize) -> NaiveDate {
        self.dates[row]
    }

    /// First date.
    pub fn first(&self) -> NaiveDate {
        self.dates[0]
    }

    /// Last date.
    pub fn last(&self) -> NaiveDate {
        self.dates[self.dates.len() - 1]
    }

    /// The row of exactly this date.
    pub fn row_of(&self, date: NaiveDate) -> Option<usize> {
        self.dates.binary_search(&date).ok()
    }

    /// The first row on or after this date; `None` after the last date.
    pub fn first_on_or_after(&self, date: NaiveDate) -> Option<usize> {
        let row = self.dates.partition_point(|d| *d < date);
        (row < self.dates.len()).then_some(row)
    }

    /// The last row on or before this date; `None` before the first date.
    pub fn last_on_or_before(&self, date: NaiveDate) -> Option<usize> {
        self.dates.partition_point(|d| *d <= date).checked_sub(1)
    }

    /// Rows of the dates d with `after < d <= through`; may be empty.
    pub fn rows_between(&self, after: NaiveDate, through: NaiveDate) -> Range<usize> {
        let start = self.dates.partition_point(|d| *d <= after);
        let end = self.dates.partition_point(|d| *d <= through);
        start..end.max(start)
    }
}
