//! Dates with and without a condition, and what a measure says of responses.

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::numeric::moments;
use crate::regression::{Covariance, Lags, LeastSquares};
use crate::{Error, Result};

/// Dates by whether a condition held on them.
///
/// For events and for ordinary dates alike: the condition must be one that is known at the end of
/// the date, as the measures of this module are. A date on which it cannot be told is kept apart
/// with the reason.
///
/// ```
/// use chrono::NaiveDate;
/// use eventstudy::context::ConditionSplit;
///
/// let day = |d| NaiveDate::from_ymd_opt(2026, 1, d).unwrap();
/// let split = ConditionSplit::of(&[day(5), day(6), day(9)], |date| Ok(date > day(5)))?;
/// assert_eq!((split.with, split.without), (vec![day(6), day(9)], vec![day(5)]));
/// # Ok::<(), eventstudy::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ConditionSplit {
    /// Dates on which it held.
    pub with: Vec<NaiveDate>,
    /// Dates on which it did not.
    pub without: Vec<NaiveDate>,
    /// Dates on which the data do not tell, and why.
    pub unknown: Vec<(NaiveDate, String)>,
}

impl ConditionSplit {
    /// Asks the condition on every date.
    ///
    /// # Errors
    ///
    /// Those of the condition, but [`Error::NoLevel`] and [`Error::TooFew`]: a date without data is
    /// [`unknown`](Self::unknown).
    pub fn of(
        dates: &[NaiveDate],
        mut holds: impl FnMut(NaiveDate) -> Result<bool>,
    ) -> Result<Self> {
        let mut split = Self::default();
        for date in dates {
            match holds(*date) {
                Ok(true) => split.with.push(*date),
                Ok(false) => split.without.push(*date),
                Err(error @ (Error::NoLevel { .. } | Error::TooFew { .. })) => {
                    split.unknown.push((*date, error.to_string()));
                }
                Err(error) => return Err(error),
            }
        }
        Ok(split)
    }

    /// The values of dates on which the condition is known, and whether it held on each: what
    /// [`LabelRandomisation`](crate::resampling::LabelRandomisation) compares.
    pub fn labelled(&self, values: &[(NaiveDate, f64)]) -> (Vec<f64>, Vec<bool>) {
        let [with, without] =
            [&self.with, &self.without].map(|d| d.iter().collect::<BTreeSet<_>>());
        let label = |date: &NaiveDate| {
            with.contains(date).then_some(true).or(without.contains(date).then_some(false))
        };
        values.iter().filter_map(|(date, value)| Some((*value, label(date)?))).unzip()
    }
}

/// The slope of responses on a measure, one date a month.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct MonthlySlope {
    /// Months with a response and a measure.
    pub n_months: usize,
    /// Change of the response, a decimal fraction, per standard deviation of the measure.
    pub slope: f64,
    /// Its standard error by Newey and West.
    pub std_error: f64,
    /// Slope over standard error.
    pub t: f64,
    /// Two-sided p-value of t with `n_months − 2` degrees of freedom.
    pub p_value: f64,
    /// Lags of the standard error.
    pub n_lags: usize,
    /// Standard deviation of the measure over the months, divisor n − 1, in its unit.
    pub measure_std_dev: f64,
}

/// Regresses responses of the month after a date on a measure known at that date, one date a month:
/// the first with both.
///
/// `y_m = a + b x_m / s + e_m` by ordinary least squares, s the standard deviation of x. Responses
/// of a month after the first date of each month hardly overlap, so that months are observations;
/// the error of Newey and West 1987 (<https://doi.org/10.2307/1913610>, lags `⌊4 (n/100)^(2/9)⌋`)
/// allows for what dependence is left and for a changing variance. *Assumes* that x is not itself
/// driven by earlier y: a measure that lasts for months and answers to returns biases b in small
/// samples (Stambaugh 1999, <https://doi.org/10.1016/S0304-405X(99)00041-0>). *Degrees of freedom*
/// n − 2.
///
/// `responses` are dated values in order of date; a date on which the measure is not known
/// ([`Error::NoLevel`], [`Error::TooFew`]) gives way to the next of its month.
///
/// # Errors
///
/// [`Error::TooFew`] for fewer than 12 months; [`Error::DegenerateVariance`] where the measure does
/// not vary; those of the measure and of the regression.
pub fn monthly_slope(
    responses: &[(NaiveDate, f64)],
    mut measure: impl FnMut(NaiveDate) -> Result<f64>,
) -> Result<MonthlySlope> {
    const MIN_MONTHS: usize = 12;
    let (mut x, mut y, mut last) = (Vec::new(), Vec::new(), None);
    for (date, response) in responses {
        let month = Some((date.year(), date.month()));
        if month == last {
            continue;
        }
        match measure(*date) {
            Ok(value) => {
                x.push(value);
                y.push(*response);
                last = month;
            }
            Err(Error::NoLevel { .. } | Error::TooFew { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    if x.len() < MIN_MONTHS {
        return Err(Error::TooFew {
            what: "a regression on months".to_owned(),
            unit: "months",
            n_needed: MIN_MONTHS,
            n_found: x.len(),
        });
    }
    let std_dev = moments::std_dev(&x).unwrap_or(0.0);
    if std_dev <= 0.0 {
        return Err(Error::DegenerateVariance {
            what: "a regression on months".to_owned(),
            of: "the measure".to_owned(),
        });
    }
    let scaled: Vec<f64> = x.iter().map(|v| v / std_dev).collect();
    let fit = LeastSquares::of(&y).on("measure", &scaled).fit()?;
    let estimates = fit.estimates(&Covariance::newey_west(Lags::TwoNinths))?;
    let found = estimates.coefficient("measure")?;
    Ok(MonthlySlope {
        n_months: x.len(),
        slope: found.estimate,
        std_error: found.std_error,
        t: found.t,
        p_value: found.p_value,
        n_lags: estimates.n_lags.unwrap_or(0),
        measure_std_dev: std_dev,
    })
}

#[cfg(test)]
mod tests;
