//! Calendar months.

use std::fmt;

use chrono::{Months, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::{Error, Result};

/// The date `months` calendar months later (earlier where negative), the day clamped to the end of
/// the month: 31 January plus one month is 28 or 29 February.
///
/// `None` outside the years that [`NaiveDate`] can hold.
pub fn add_months(date: NaiveDate, months: i32) -> Option<NaiveDate> {
    let step = Months::new(months.unsigned_abs());
    if months < 0 { date.checked_sub_months(step) } else { date.checked_add_months(step) }
}

/// A lag in calendar months after the event, `[from, to)`.
///
/// It holds the response dates d with `event + from months < d <= event + to months` (month ends
/// clamped): `[0,1)` starts the day after the event, and adjoining lags neither overlap nor leave a
/// gap, so their CARs add up.
///
/// ```
/// use eventstudy::time::Lag;
///
/// assert_eq!(Lag::new(0, 1)?.to_string(), "[0,1) months");
/// assert!(Lag::new(2, 2).is_err());
/// # Ok::<(), eventstudy::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "[u32; 2]", into = "[u32; 2]")]
pub struct Lag {
    from: u32,
    to: u32,
}

impl Lag {
    /// Months `from` (excluded point) through `to`.
    ///
    /// # Errors
    ///
    /// [`Error::LagReversed`] unless `from < to`; [`Error::Setting`] beyond 1,200 months.
    pub fn new(from: u32, to: u32) -> Result<Self> {
        if from >= to {
            return Err(Error::LagReversed { from, to });
        }
        if to > 1_200 {
            return Err(Error::Setting {
                name: "lag",
                value: to.to_string(),
                expected: "at most 1200 months",
            });
        }
        Ok(Self { from, to })
    }

    /// First month bound.
    pub fn from_month(self) -> u32 {
        self.from
    }

    /// Last month bound.
    pub fn to_month(self) -> u32 {
        self.to
    }

    /// The two dates `event + from months` and `event + to months`; dates of the lag lie after the
    /// first and not after the second. `None` outside the years that a date can hold.
    pub fn bounds(self, event: NaiveDate) -> Option<(NaiveDate, NaiveDate)> {
        let from = event.checked_add_months(Months::new(self.from))?;
        let to = event.checked_add_months(Months::new(self.to))?;
        Some((from, to))
    }
}

impl fmt::Display for Lag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{},{}) months", self.from, self.to)
    }
}

impl TryFrom<[u32; 2]> for Lag {
    type Error = Error;

    fn try_from([from, to]: [u32; 2]) -> Result<Self> {
        Self::new(from, to)
    }
}

impl From<Lag> for [u32; 2] {
    fn from(lag: Lag) -> Self {
        [lag.from, lag.to]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(y: i32, m: u32, d: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(y, m, d).unwrap()
    }

    #[test]
    fn month_ends_are_clamped() {
        assert_eq!(add_months(day(2021, 1, 31), 1), Some(day(2021, 2, 28)));
        assert_eq!(add_months(day(2020, 1, 31), 1), Some(day(2020, 2, 29)));
        assert_eq!(add_months(day(2020, 3, 31), -1), Some(day(2020, 2, 29)));
        assert_eq!(add_months(day(2020, 12, 15), 3), Some(day(2021, 3, 15)));
    }

    #[test]
    fn bounds_are_counted_from_the_event_and_not_chained() {
        let lag = Lag::new(1, 2).unwrap();
        assert_eq!(lag.bounds(day(2021, 1, 31)), Some((day(2021, 2, 28), day(2021, 3, 31))));
    }
}
