//! The return since the end of the year before.

use chrono::{Datelike, NaiveDate};
use serde::Serialize;

use super::levels::last_close;
use crate::panel::PriceSeries;
use crate::{Error, Result};

/// Year-to-date return of a series.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct YearToDate {
    /// Date of the close: the last session on or before the date that was asked for.
    pub date: NaiveDate,
    /// The close.
    pub close: f64,
    /// Date of the last close of the calendar year before.
    pub base_date: NaiveDate,
    /// That close.
    pub base_close: f64,
    /// `close / base close − 1`, a decimal fraction.
    pub value: f64,
}

/// Return from the last close of the previous calendar year to the last close on or before `date`.
///
/// On the days of a year before its first session the two closes are the same and the value is
/// zero. A price index leaves dividends out.
///
/// # Errors
///
/// [`Error::NoLevel`] where the series has no close in the `max_age_days` calendar days up to
/// `date`, or up to the last day of the previous year.
///
/// ```
/// use chrono::NaiveDate;
/// use eventstudy::context::year_to_date;
/// use eventstudy::panel::PriceSeries;
///
/// let day = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).unwrap();
/// let closes = vec![(day(2025, 12, 31), 2_000.0), (day(2026, 1, 8), 2_100.0)];
/// let series = PriceSeries::from_closes("index", closes)?;
/// let found = year_to_date(&series, day(2026, 1, 8), 4)?;
/// assert!((found.value - 0.05).abs() < 1e-15);
/// # Ok::<(), eventstudy::Error>(())
/// ```
pub fn year_to_date(
    series: &PriceSeries,
    date: NaiveDate,
    max_age_days: u32,
) -> Result<YearToDate> {
    let (row, close) = last_close(series, date, max_age_days)?;
    let year_end = NaiveDate::from_ymd_opt(date.year() - 1, 12, 31)
        .ok_or_else(|| Error::NoLevel { series: series.name().to_owned(), date, max_age_days })?;
    let (base_row, base_close) = last_close(series, year_end, max_age_days)?;
    Ok(YearToDate {
        date: series.axis().date(row),
        close,
        base_date: series.axis().date(base_row),
        base_close,
        value: close / base_close - 1.0,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(y: i32, m: u32, d: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(y, m, d).unwrap()
    }

    fn series(scale: f64, last: f64) -> PriceSeries {
        let closes = [
            (day(2024, 12, 30), 90.0),
            (day(2025, 12, 30), 100.0),
            (day(2026, 1, 2), 103.0),
            (day(2026, 1, 8), 110.0),
            (day(2026, 1, 9), last),
        ];
        PriceSeries::from_closes("rut", closes.map(|(d, p)| (d, scale * p)).to_vec()).unwrap()
    }

    #[test]
    fn measured_from_the_last_close_of_the_year_before() {
        let found = year_to_date(&series(1.0, 50.0), day(2026, 1, 8), 4).unwrap();
        assert_eq!((found.base_date, found.base_close), (day(2025, 12, 30), 100.0));
        assert!((found.value - 0.1).abs() < 1e-15);
        let weekend = year_to_date(&series(1.0, 120.0), day(2026, 1, 11), 4).unwrap();
        assert_eq!(weekend.date, day(2026, 1, 9));
        let holiday = year_to_date(&series(1.0, 120.0), day(2026, 1, 1), 4).unwrap();
        assert_eq!((holiday.date, holiday.value), (day(2025, 12, 30), 0.0));
    }

    #[test]
    fn knows_neither_scale_nor_future() {
        let value =
            |scale, last| year_to_date(&series(scale, last), day(2026, 1, 8), 4).unwrap().value;
        assert_eq!(value(8.0, 1.0), value(1.0, 999.0));
    }

    #[test]
    fn a_year_without_a_recent_close_is_named() {
        let text = |date| year_to_date(&series(1.0, 50.0), date, 4).unwrap_err().to_string();
        assert_eq!(text(day(2026, 1, 14)), "rut has no value in the 4 days up to 2026-01-14");
        assert_eq!(text(day(2024, 12, 31)), "rut has no value in the 4 days up to 2023-12-31");
    }
}
