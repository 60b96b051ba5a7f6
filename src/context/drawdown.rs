//! How deep a price fell, and how long a rise lasted.

use chrono::{Days, NaiveDate};
use serde::Serialize;

use super::Period;
use super::levels::last_close;
use crate::panel::PriceSeries;
use crate::{Error, Result};

/// A fall from a peak to a trough, on closes.
///
/// Where the price never fell, peak and trough are both the highest close and the depth is zero.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Drawdown {
    /// Date of the peak.
    pub peak_date: NaiveDate,
    /// Close at the peak.
    pub peak: f64,
    /// Date of the trough.
    pub trough_date: NaiveDate,
    /// Close at the trough.
    pub trough: f64,
    /// `1 − trough / peak`, a decimal fraction in [0, 1).
    pub depth: f64,
    /// First date after the trough with a close at or above the peak; `None` where there is none in
    /// the dates that were looked at, and where the depth is zero.
    pub recovery_date: Option<NaiveDate>,
}

/// Maximum drawdown inside a period.
///
/// `max over s ≤ t of 1 − P_t / P_s`, both dates in the period; the first such pair where several
/// are as deep. Recovery is looked for up to the end of the period. On its own it says little: it
/// grows with the length of the period even for a price without drift (Magdon-Ismail and others
/// 2004, <https://doi.org/10.1239/jap/1077134674>), so compare periods of one length.
///
/// # Errors
///
/// [`Error::TooFew`] where the period has no close.
///
/// ```
/// use chrono::NaiveDate;
/// use eventstudy::context::{Period, max_drawdown};
/// use eventstudy::panel::PriceSeries;
///
/// let day = |d| NaiveDate::from_ymd_opt(2021, 5, d).unwrap();
/// let closes = [100.0, 120.0, 60.0, 90.0, 130.0];
/// let dated = (1..).map(day).zip(closes).collect();
/// let series = PriceSeries::from_closes("eth", dated)?;
/// let found = max_drawdown(&series, Period::new(day(1), day(5))?)?;
/// assert_eq!((found.peak_date, found.trough_date, found.depth), (day(2), day(3), 0.5));
/// assert_eq!(found.recovery_date, Some(day(5)));
/// # Ok::<(), eventstudy::Error>(())
/// ```
pub fn max_drawdown(series: &PriceSeries, period: Period) -> Result<Drawdown> {
    let rows = rows(series, period)?;
    let closes = series.closes();
    let mut high = rows.start;
    let (mut peak, mut trough, mut depth) = (rows.start, rows.start, 0.0);
    for row in rows.clone() {
        if closes[row] > closes[high] {
            high = row;
        }
        let fall = 1.0 - closes[row] / closes[high];
        if fall > depth {
            (peak, trough, depth) = (high, row, fall);
        }
    }
    if peak == trough {
        (peak, trough) = (high, high);
    }
    Ok(drawdown(series, peak, trough, rows.end))
}

/// The fall after the highest close of a period, followed through a later date.
///
/// The peak is the highest close of the period (the first of equal ones). The fall lasts until the
/// first close back at or above the peak, or through `through`; the trough is its lowest close (the
/// first of equal ones). A peak on the last date has depth zero: nothing is known of what follows.
///
/// # Errors
///
/// [`Error::TooFew`] where the period has no close; [`Error::Setting`] where `through` lies before
/// the end of the period.
pub fn drawdown_after_peak(
    series: &PriceSeries,
    period: Period,
    through: NaiveDate,
) -> Result<Drawdown> {
    if through < period.to() {
        return Err(Error::Setting {
            name: "through",
            value: through.to_string(),
            expected: "a date on or after the end of the period of the peak",
        });
    }
    let rows = rows(series, period)?;
    let closes = series.closes();
    let mut peak = rows.start;
    for row in rows {
        if closes[row] > closes[peak] {
            peak = row;
        }
    }
    let end = series.axis().last_on_or_before(through).map_or(peak + 1, |row| row + 1);
    let mut trough = peak;
    for row in peak + 1..end {
        if closes[row] < closes[trough] {
            trough = row;
        } else if trough > peak && closes[row] >= closes[peak] {
            break;
        }
    }
    Ok(drawdown(series, peak, trough, end))
}

/// How far a close stands below the highest close so far.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct DrawdownFromHigh {
    /// Date of the close.
    pub date: NaiveDate,
    /// The close.
    pub close: f64,
    /// First date of the highest close up to then.
    pub high_date: NaiveDate,
    /// The highest close.
    pub high: f64,
    /// `1 − close / high`, a decimal fraction in [0, 1).
    pub depth: f64,
    /// Calendar days from the high to the date that was asked for.
    pub days_since_high: i64,
}

/// Drawdown from the running high on a date.
///
/// `1 − P_t / max{P_s : s ≤ t}` over all closes that the series has up to `date`, t the last
/// session on or before it. A series that starts late knows a lower high.
///
/// # Errors
///
/// [`Error::NoLevel`] where the last close is older than `max_age_days` calendar days.
pub fn drawdown_on(
    series: &PriceSeries,
    date: NaiveDate,
    max_age_days: u32,
) -> Result<DrawdownFromHigh> {
    let (row, close) = last_close(series, date, max_age_days)?;
    let closes = series.closes();
    let high_row = (0..=row).fold(0, |high, r| if closes[r] > closes[high] { r } else { high });
    let (high_date, high) = (series.axis().date(high_row), closes[high_row]);
    Ok(DrawdownFromHigh {
        date: series.axis().date(row),
        close,
        high_date,
        high,
        depth: 1.0 - close / high,
        days_since_high: (date - high_date).num_days(),
    })
}

/// How far a close stands above the lowest close of late.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct RiseFromLow {
    /// Date of the close.
    pub date: NaiveDate,
    /// The close.
    pub close: f64,
    /// Last date of the lowest close.
    pub low_date: NaiveDate,
    /// The lowest close.
    pub low: f64,
    /// `close / low − 1`, a decimal fraction of zero or more.
    pub rise: f64,
    /// Calendar days from the low to the date that was asked for.
    pub days_since_low: i64,
}

/// Rise of the last close on or before `date` from the lowest close of the `lookback_days` calendar
/// days up to `date`.
///
/// `P_t / min{P_s} − 1`, s in the lookback through t. The lowest close of a whole history is mostly
/// its first, so the lookback is part of the measure.
///
/// # Errors
///
/// [`Error::NoLevel`] where the last close is older than `max_age_days` calendar days;
/// [`Error::Setting`] for a lookback of no more than that age.
pub fn rise_from_low(
    series: &PriceSeries,
    date: NaiveDate,
    lookback_days: u32,
    max_age_days: u32,
) -> Result<RiseFromLow> {
    if lookback_days <= max_age_days {
        return Err(Error::Setting {
            name: "lookback_days",
            value: lookback_days.to_string(),
            expected: "more days than the oldest close allowed",
        });
    }
    let (row, close) = last_close(series, date, max_age_days)?;
    let (axis, closes) = (series.axis(), series.closes());
    let from = date.checked_sub_days(Days::new(u64::from(lookback_days))).unwrap_or(NaiveDate::MIN);
    let rows = axis.rows_between(from, date);
    let low_row = rows.fold(row, |low, r| if closes[r] <= closes[low] { r } else { low });
    let (low_date, low) = (axis.date(low_row), closes[low_row]);
    Ok(RiseFromLow {
        date: axis.date(row),
        close,
        low_date,
        low,
        rise: close / low - 1.0,
        days_since_low: (date - low_date).num_days(),
    })
}

/// When a cumulative path was highest.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct TimeToPeak {
    /// Calendar days from the event to the maximum; 0 where the path never rose above its start.
    pub days: i64,
    /// Date of the maximum.
    pub date: NaiveDate,
    /// The maximum, in the unit of the path; 0 where the path never rose above its start.
    pub value: f64,
    /// True where the maximum is the last point: the path may rise further, and the days are a
    /// lower bound.
    pub is_last: bool,
}

/// Days from the event to the maximum of a cumulative path (a CAR or CAAR by date).
///
/// The path starts at zero on the event date and goes on through the dated values; the first of
/// equal maxima counts. For a driftless path the time of the maximum follows the arcsine law: early
/// and late peaks are the likeliest, so a peak at either end is no evidence of a fast or slow
/// response.
///
/// # Errors
///
/// [`Error::TooFew`] for an empty path; [`Error::UnsortedAxis`] unless the dates increase and come
/// after the event; [`Error::BadValue`] for a value that is not finite.
pub fn time_to_peak(event: NaiveDate, path: &[(NaiveDate, f64)]) -> Result<TimeToPeak> {
    if path.is_empty() {
        let what = "the time to the peak".to_owned();
        return Err(Error::TooFew { what, unit: "points of the path", n_needed: 1, n_found: 0 });
    }
    let mut previous = event;
    let mut peak = TimeToPeak { days: 0, date: event, value: 0.0, is_last: false };
    for (row, &(date, value)) in path.iter().enumerate() {
        if date <= previous {
            return Err(Error::UnsortedAxis { row, date, previous });
        }
        if !value.is_finite() {
            let series = "the cumulative path".to_owned();
            return Err(Error::BadValue { series, date, value, expected: "a finite value" });
        }
        if value > peak.value {
            let is_last = row + 1 == path.len();
            peak = TimeToPeak { days: (date - event).num_days(), date, value, is_last };
        }
        previous = date;
    }
    Ok(peak)
}

fn rows(series: &PriceSeries, period: Period) -> Result<std::ops::Range<usize>> {
    let rows = series.axis().rows_between(period.from(), period.to());
    if rows.is_empty() {
        return Err(Error::TooFew {
            what: format!("a drawdown of {} in {period}", series.name()),
            unit: "closes",
            n_needed: 1,
            n_found: 0,
        });
    }
    Ok(rows)
}

/// The fall between two rows, recovery looked for in the rows after the trough and before `end`.
fn drawdown(series: &PriceSeries, peak: usize, trough: usize, end: usize) -> Drawdown {
    let (axis, closes) = (series.axis(), series.closes());
    let recovery = (trough + 1..end).find(|row| closes[*row] >= closes[peak]);
    Drawdown {
        peak_date: axis.date(peak),
        peak: closes[peak],
        trough_date: axis.date(trough),
        trough: closes[trough],
        depth: 1.0 - closes[trough] / closes[peak],
        recovery_date: recovery.filter(|_| trough > peak).map(|row| axis.date(row)),
    }
}

#[cfg(test)]
mod tests;
