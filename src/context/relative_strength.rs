//! How a trigger has done beside a broad index.

use std::fmt;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::panel::PriceSeries;
use crate::regression::{Covariance, Lags, LeastSquares};
use crate::time::DateAxis;
use crate::{Error, Result};

/// Oldest close that stands for a date, in calendar days.
const MAX_AGE_DAYS: u32 = 7;
/// Fewest sessions before the date.
const MIN_SESSIONS: usize = 5;

/// The ratio of a trigger to a broad index, `q = P / I`, on the sessions on which both have a
/// close.
///
/// The ratio has the unit of the one over that of the other, so its level means nothing alone; its
/// changes are the returns of the trigger beyond those of the index. Whatever is said of a date is
/// made of closes on or before it.
///
/// ```
/// use chrono::{Days, NaiveDate};
/// use eventstudy::context::{LeadRule, RelativeStrength};
/// use eventstudy::panel::PriceSeries;
///
/// let day = |d| NaiveDate::from_ymd_opt(2026, 1, 1).unwrap() + Days::new(d);
/// let line = |name: &str, growth: f64| {
///     let close = |d| (day(d), 100.0 * (growth * d as f64).exp() + (d % 3) as f64);
///     PriceSeries::from_closes(name, (0..40).map(close).collect())
/// };
/// let strength = RelativeStrength::of(&line("small caps", 0.01)?, &line("large caps", 0.0)?)?;
/// let found = strength.on(day(30), 20)?;
/// assert!(found.relative_return > 0.2 && found.distance_from_high > -0.02);
/// assert!(LeadRule::Return { sessions: 20 }.holds(&strength, day(30))?);
/// # Ok::<(), eventstudy::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct RelativeStrength {
    name: String,
    axis: DateAxis,
    ratio: Vec<f64>,
}

/// The ratio on a date beside the sessions before it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct RelativeStrengthOn {
    /// The last common session on or before the date.
    pub date: NaiveDate,
    /// Sessions before it that were looked at, n.
    pub n_sessions: usize,
    /// `q_t`, points of the trigger per point of the index.
    pub ratio: f64,
    /// The highest ratio of the n sessions and of the date itself.
    pub high: f64,
    /// When it was, the last such session.
    pub high_date: NaiveDate,
    /// `q_t / high − 1`, a decimal fraction; zero at the high.
    pub distance_from_high: f64,
    /// Whether the ratio is above those of all n sessions before.
    pub is_new_high: bool,
    /// Return of the trigger over n sessions beyond that of the index, `q_t / q_{t − n} − 1`, a
    /// decimal fraction.
    pub relative_return: f64,
    /// The trend of the ratio; `None` where the ratio lies on a straight line to the last digit, as a
    /// constant one does.
    pub slope: Option<RatioSlope>,
}

/// The trend of a ratio: the slope of `ln q` on the number of the session, by ordinary least
/// squares over the n sessions before the date and the date itself.
///
/// The standard error is that of Newey and West 1987, <https://doi.org/10.2307/1913610>, with
/// Bartlett weights to lag `⌊4((n + 1)/100)^(2/9)⌋`; t has n − 1 degrees of freedom. *Assumes* that
/// the ratio strays from a straight line by a stationary error. Ratios of prices are close to random
/// walks, and on those the t grows with the square root of n whatever lags are taken (Durlauf and
/// Phillips 1988, Econometrica 56, pages 1333–1354): of random walks of 64 steps three in four have a
/// |t| beyond 2 (a test of this module). Take it for the steadiness of a trend, not for a test;
/// ordinary dates tell how rare it is.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct RatioSlope {
    /// Log points per session.
    pub per_session: f64,
    /// Its standard error.
    pub std_error: f64,
    /// Slope over standard error.
    pub t: f64,
    /// Lags of the standard error.
    pub n_lags: usize,
}

impl RelativeStrength {
    /// Takes the sessions on which both series have a close.
    ///
    /// # Errors
    ///
    /// [`Error::EmptyAxis`] where there is none.
    pub fn of(trigger: &PriceSeries, index: &PriceSeries) -> Result<Self> {
        let (mut dates, mut ratio) = (Vec::new(), Vec::new());
        for (date, close) in trigger.axis().dates().iter().zip(trigger.closes()) {
            if let Some(row) = index.axis().row_of(*date) {
                dates.push(*date);
                ratio.push(close / index.closes()[row]);
            }
        }
        let name = format!("{} over {}", trigger.name(), index.name());
        Ok(Self { name, axis: DateAxis::new(dates)?, ratio })
    }

    /// The common sessions.
    pub fn axis(&self) -> &DateAxis {
        &self.axis
    }

    /// The ratio on each of them.
    pub fn ratio(&self) -> &[f64] {
        &self.ratio
    }

    /// The ratio on the last common session on or before `date`, at most 7 days before it, beside the
    /// `n_sessions` sessions before that.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] for fewer than 5 sessions; [`Error::NoLevel`] where the last session is too
    /// old; [`Error::TooFew`] where the series begins later.
    pub fn on(&self, date: NaiveDate, n_sessions: usize) -> Result<RelativeStrengthOn> {
        let (first, row) = self.rows(date, n_sessions)?;
        let (before, ratio) = (&self.ratio[first..row], self.ratio[row]);
        let (mut high, mut high_row) = (ratio, row);
        for (k, other) in before.iter().enumerate().rev() {
            if *other > high {
                (high, high_row) = (*other, first + k);
            }
        }
        Ok(RelativeStrengthOn {
            date: self.axis.date(row),
            n_sessions,
            ratio,
            high,
            high_date: self.axis.date(high_row),
            distance_from_high: ratio / high - 1.0,
            is_new_high: before.iter().all(|other| ratio > *other),
            relative_return: ratio / before[0] - 1.0,
            slope: slope(&self.ratio[first..=row])?,
        })
    }

    /// First row of the sessions before a date, and its own.
    fn rows(&self, date: NaiveDate, n_sessions: usize) -> Result<(usize, usize)> {
        if n_sessions < MIN_SESSIONS {
            return Err(Error::Setting {
                name: "sessions of relative strength",
                value: n_sessions.to_string(),
                expected: "at least 5 sessions",
            });
        }
        let recent =
            |row: &usize| (date - self.axis.date(*row)).num_days() <= i64::from(MAX_AGE_DAYS);
        let row = self.axis.last_on_or_before(date).filter(recent).ok_or_else(|| {
            Error::NoLevel { series: self.name.clone(), date, max_age_days: MAX_AGE_DAYS }
        })?;
        let first = row.checked_sub(n_sessions).ok_or_else(|| Error::TooFew {
            what: format!("the relative strength of {} on {date}", self.name),
            unit: "sessions before",
            n_needed: n_sessions,
            n_found: row,
        })?;
        Ok((first, row))
    }
}

/// See [`RatioSlope`].
fn slope(ratio: &[f64]) -> Result<Option<RatioSlope>> {
    let logs: Vec<f64> = ratio.iter().map(|q| q.ln()).collect();
    let sessions: Vec<f64> = (0..ratio.len()).map(|t| t as f64).collect();
    let fit = match LeastSquares::of(&logs).on("session", &sessions).fit() {
        Ok(fit) => fit,
        Err(Error::DegenerateVariance { .. }) => return Ok(None),
        Err(error) => return Err(error),
    };
    let estimates = fit.estimates(&Covariance::newey_west(Lags::TwoNinths))?;
    let found = estimates.coefficient("session")?;
    Ok(Some(RatioSlope {
        per_session: found.estimate,
        std_error: found.std_error,
        t: found.t,
        n_lags: estimates.n_lags.unwrap_or(0),
    }))
}

/// When a trigger counts as leading the index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LeadRule {
    /// It has earned more over so many sessions:
    /// [`relative_return`](RelativeStrengthOn::relative_return) above zero.
    Return {
        /// Sessions up to the date.
        sessions: usize,
    },
    /// The ratio is at a new high of so many sessions:
    /// [`is_new_high`](RelativeStrengthOn::is_new_high).
    NewHigh {
        /// Sessions before the date.
        sessions: usize,
    },
    /// The ratio has trended upward over so many sessions: [`slope`](RelativeStrengthOn::slope)
    /// above zero.
    Slope {
        /// Sessions before the date.
        sessions: usize,
    },
}

impl LeadRule {
    /// Whether the trigger leads on a date, by what was known at its close.
    ///
    /// # Errors
    ///
    /// As [`RelativeStrength::on`].
    pub fn holds(self, strength: &RelativeStrength, date: NaiveDate) -> Result<bool> {
        Ok(match self {
            Self::Return { sessions } => strength.on(date, sessions)?.relative_return > 0.0,
            Self::NewHigh { sessions } => strength.on(date, sessions)?.is_new_high,
            Self::Slope { sessions } => {
                strength.on(date, sessions)?.slope.is_some_and(|slope| slope.per_session > 0.0)
            }
        })
    }
}

impl fmt::Display for LeadRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Return { sessions } => write!(f, "return over {sessions} sessions"),
            Self::NewHigh { sessions } => write!(f, "ratio at a high of {sessions} sessions"),
            Self::Slope { sessions } => write!(f, "slope of the ratio over {sessions} sessions"),
        }
    }
}

#[cfg(test)]
mod tests;
