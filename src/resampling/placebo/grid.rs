//! The statistic on every date on which an event might have been.

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::numeric::{moments, quantile};
use crate::resampling::tails::{PValues, TailCounts};
use crate::{Error, Result};

/// What an event would give on a date.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PseudoEvent {
    /// The statistic, such as the abnormal return of the event portfolio, a decimal fraction.
    pub value: f64,
    /// Its variance as seen inside its own window; `None` where that is not known.
    pub variance: Option<f64>,
    /// Share of the rows behind it that lie within the windows of real events, from 0 to 1: how much
    /// of an effect of the events it holds.
    pub event_share: f64,
}

/// Dates, increasing, each with the statistic that a pseudo-event on that date would have.
///
/// A date without a value is inadmissible: its window leaves the data, its universe is empty, or
/// whatever else the caller counted. The statistic of a real event must come from the same code.
///
/// ```
/// use chrono::{Days, NaiveDate};
/// use eventstudy::resampling::PlaceboGrid;
///
/// let first = NaiveDate::from_ymd_opt(2020, 1, 1).unwrap();
/// let dates: Vec<_> = (0..99).map(|d| first + Days::new(d)).collect();
/// let grid = PlaceboGrid::new(dates, (0..99).map(|d| Some(f64::from(d))).collect())?;
/// assert_eq!(grid.rank(98.0)?.p_values.upper, 0.02);
/// # Ok::<(), eventstudy::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct PlaceboGrid {
    dates: Vec<NaiveDate>,
    days: Vec<i64>,
    values: Vec<f64>,
    /// Variance and event share of each value; empty where neither is known.
    spreads: Vec<(Option<f64>, f64)>,
    n_dates: usize,
}

impl PlaceboGrid {
    /// Takes one value per date; `None` and NaN mark the inadmissible dates.
    ///
    /// # Errors
    ///
    /// [`Error::UnsortedAxis`] where dates do not increase; [`Error::ShapeMismatch`] for another
    /// number of values; [`Error::BadValue`] for an infinite one.
    pub fn new(dates: Vec<NaiveDate>, values: Vec<Option<f64>>) -> Result<Self> {
        let n_dates = dates.len();
        if values.len() != n_dates {
            return Err(Error::ShapeMismatch {
                what: "values of the placebo grid".to_owned(),
                n_found: values.len(),
                n_expected: n_dates,
            });
        }
        for (row, pair) in dates.windows(2).enumerate() {
            if pair[1] <= pair[0] {
                return Err(Error::UnsortedAxis { row: row + 1, date: pair[1], previous: pair[0] });
            }
        }
        let (dates, values): (Vec<NaiveDate>, Vec<f64>) = dates
            .into_iter()
            .zip(values)
            .filter_map(|(date, value)| value.filter(|v| !v.is_nan()).map(|v| (date, v)))
            .unzip();
        if let Some(row) = values.iter().position(|v| v.is_infinite()) {
            return Err(Error::BadValue {
                series: "placebo grid".to_owned(),
                date: dates[row],
                value: values[row],
                expected: "a finite statistic",
            });
        }
        let days = dates.iter().map(|date| day(*date)).collect();
        Ok(Self { dates, days, values, spreads: Vec::new(), n_dates })
    }

    /// As [`new`](Self::new) with the variance and the event share of each value.
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new); [`Error::BadValue`] for a variance that is not above zero or a share
    /// outside 0 to 1.
    pub fn of_pseudo_events(dates: Vec<NaiveDate>, events: &[Option<PseudoEvent>]) -> Result<Self> {
        for (date, event) in dates.iter().zip(events) {
            let Some(PseudoEvent { variance, event_share, .. }) = event else { continue };
            let fault = |value, expected| {
                let series = "placebo grid".to_owned();
                Err(Error::BadValue { series, date: *date, value, expected })
            };
            if let Some(variance) = variance.filter(|v| !(v.is_finite() && *v > 0.0)) {
                return fault(variance, "a variance above zero");
            }
            if !(0.0..=1.0).contains(event_share) {
                return fault(*event_share, "a share from 0 to 1");
            }
        }
        let spreads = events
            .iter()
            .flatten()
            .filter(|e| !e.value.is_nan())
            .map(|e| (e.variance, e.event_share))
            .collect();
        let grid = Self::new(dates, events.iter().map(|e| e.map(|e| e.value)).collect())?;
        Ok(Self { spreads, ..grid })
    }

    /// What an event at a position on [`dates`](Self::dates) would give.
    pub(super) fn pseudo_event(&self, row: usize) -> PseudoEvent {
        let (variance, event_share) = self.spreads.get(row).copied().unwrap_or((None, 0.0));
        PseudoEvent { value: self.values[row], variance, event_share }
    }

    /// The admissible dates in order.
    pub fn dates(&self) -> &[NaiveDate] {
        &self.dates
    }

    /// Their statistics.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// Day numbers of the admissible dates.
    pub(super) fn days(&self) -> &[i64] {
        &self.days
    }

    /// Number of admissible dates.
    pub fn n_admissible(&self) -> usize {
        self.dates.len()
    }

    /// Number of dates without a value.
    pub fn n_inadmissible(&self) -> usize {
        self.n_dates - self.dates.len()
    }

    /// The statistic on a date; `None` where it is not admissible.
    pub fn value_on(&self, date: NaiveDate) -> Option<f64> {
        self.row_of(date).map(|row| self.values[row])
    }

    /// Position of a date among the admissible ones.
    pub(super) fn row_of(&self, date: NaiveDate) -> Option<usize> {
        self.dates.binary_search(&date).ok()
    }

    /// The rank of one event's statistic among those of all dates of the grid, ties counted:
    /// `p = (1 + count) / (n + 1)`, the two-sided one by distance from the mean of all n + 1 values.
    ///
    /// The event is one value more, so its own date must not be on the grid for p to be exact; where it
    /// is, the event counts twice and p is a little too large. [`PlaceboDesign`](super::PlaceboDesign)
    /// leaves the own set of the events out by itself. Neighbouring windows overlap, so n dates are far
    /// fewer than n observations.
    ///
    /// # Errors
    ///
    /// [`Error::TooFew`] without an admissible date; [`Error::StatisticUndefined`] where `observed`
    /// is not finite.
    pub fn rank(&self, observed: f64) -> Result<PlaceboRank> {
        if !observed.is_finite() {
            return Err(Error::StatisticUndefined { on: "the event".to_owned() });
        }
        let sorted = quantile::sorted(&self.values);
        let mean = moments::mean(&sorted).ok_or_else(|| Error::TooFew {
            what: "a rank among placebo dates".to_owned(),
            unit: "admissible dates",
            n_needed: 1,
            n_found: 0,
        })?;
        let centre = mean + (observed - mean) / (sorted.len() + 1) as f64;
        Ok(PlaceboRank {
            observed,
            n_admissible: sorted.len(),
            mean,
            std_dev: moments::std_dev(&sorted),
            p_values: TailCounts::new(&sorted, observed, centre).plus_one(),
        })
    }
}

/// Outcome of [`PlaceboGrid::rank`].
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PlaceboRank {
    /// Statistic of the event.
    pub observed: f64,
    /// Number of admissible dates.
    pub n_admissible: usize,
    /// Mean of the statistic over them.
    pub mean: f64,
    /// Standard deviation over them, divisor n − 1; `None` for a single date.
    pub std_dev: Option<f64>,
    /// p-values with +1, the two-sided one centred on the mean of the grid and the observed value.
    pub p_values: PValues,
}

/// Number of a day, so that differences are days.
pub(super) fn day(date: NaiveDate) -> i64 {
    i64::from(date.num_days_from_ce())
}
