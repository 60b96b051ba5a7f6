//! Granger causality between two return series, both ways.

use serde::Serialize;

use super::PairedReturns;
use crate::regression::{Coefficient, Covariance, LeastSquares, Regression, WaldTest};
use crate::{Error, Result};

/// What the number of lags is chosen by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum InformationCriterion {
    /// Akaike 1974, <https://doi.org/10.1109/TAC.1974.1100705>: keeps the most lags.
    Aic,
    /// Schwarz 1978, <https://doi.org/10.1214/aos/1176344136>: keeps the fewest.
    Bic,
    /// Hannan and Quinn 1979, <https://doi.org/10.1111/j.2517-6161.1979.tb01072.x>: in between.
    Hqic,
}

/// Number of lags of both series in both equations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LagOrder {
    /// This many, fixed beforehand.
    Rows(u16),
    /// Those from 1 to `max` with the smallest criterion.
    Chosen {
        /// The criterion.
        criterion: InformationCriterion,
        /// Most lags.
        max: u16,
    },
}

/// The criteria at one number of lags.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct OrderCriteria {
    /// Lags, p.
    pub n_lags: u16,
    /// `ln|Σ| + 2 k/n`.
    pub aic: f64,
    /// `ln|Σ| + ln n · k/n`.
    pub bic: f64,
    /// `ln|Σ| + 2 ln ln n · k/n`.
    pub hqic: f64,
}

/// Whether the past of one series helps to predict the other.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct GrangerDirection {
    /// The test that all lags of the leading series are zero in the equation of the other.
    pub test: WaldTest,
    /// Their coefficients from lag 1 on, return of the follower per return of the leader.
    pub lags: Vec<Coefficient>,
    /// Their sum: whether the follower goes on in the direction of the leader.
    pub sum: Coefficient,
}

/// Granger causality both ways.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Granger {
    /// Lags in the tests.
    pub n_lags: u16,
    /// Rows with all lags of both series.
    pub n_observations: usize,
    /// One for each number of lags that was compared, on their common rows; empty for a fixed number.
    pub criteria: Vec<OrderCriteria>,
    /// Name of the covariance of the tests.
    pub covariance: String,
    /// Does the first series lead the second?
    pub first_leads: GrangerDirection,
    /// Does the second series lead the first?
    pub second_leads: GrangerDirection,
}

/// Granger's test that the past of one series does not help to predict another.
///
/// ```text
/// y_t = a + Σ_{l=1}^{p} b_l y_{t−l} + Σ_{l=1}^{p} c_l x_{t−l} + e_t,   null: all c are zero
/// ```
///
/// - *Test*: Wald's of the p coefficients, as χ²(p) and as F(p, n − 2p − 1); under
///   [`Covariance::Classical`] F is the exact test of nested regressions. Granger 1969,
///   <https://doi.org/10.2307/1912791>.
/// - *Covariance*: [`Covariance::Hc1`] unless set otherwise, since variances of returns cluster.
/// - *Lags*: from 1 on, the same in both equations; chosen by `ln|Σ| + penalty · k/n` with Σ the
///   covariance of the residuals of both equations, divisor n, and `k = 2 (2p + 1)` coefficients, all
///   compared on the rows that the largest number of lags leaves. The tests then use every row that the
///   chosen number leaves. A choice from the data is not allowed for in the p-values.
/// - *Assumes*: both series stationary, as returns are. In levels of prices the test would need the
///   extra lag of Toda and Yamamoto.
/// - *Missing*: a row takes part where it and all its lags have both returns; a hole is not bridged.
///
/// To precede is not to cause: a third series that moves both, or a bar that closes later than the
/// other, gives the same p-value. Nothing within one row is a lag.
///
/// ```
/// use chrono::NaiveDate;
/// use eventstudy::context::{GrangerCausality, LagOrder, PairedReturns};
/// use eventstudy::time::DateAxis;
///
/// let first = NaiveDate::from_ymd_opt(2015, 1, 2).unwrap();
/// let axis = DateAxis::new(first.iter_weeks().take(120).collect())?;
/// let x: Vec<Option<f64>> = (0..120).map(|t| Some(f64::from(t * t % 61) * 0.001)).collect();
/// let y: Vec<Option<f64>> = (0..120_usize)
///     .map(|t| Some(x[t.saturating_sub(2)]? + 0.001 * (t * 7 % 11) as f64))
///     .collect();
/// let found = GrangerCausality::new(LagOrder::Rows(3)).test(&PairedReturns::new(axis, &x, &y)?)?;
/// assert!(found.first_leads.test.p_f < 1e-6);
/// assert!((found.first_leads.lags[1].estimate - 1.0).abs() < 0.1); // y follows two weeks later
/// # Ok::<(), eventstudy::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[must_use = "nothing is tested until `test` is called"]
pub struct GrangerCausality {
    order: LagOrder,
    covariance: Covariance,
}

impl GrangerCausality {
    /// With these lags, and heteroskedasticity-robust.
    pub fn new(order: LagOrder) -> Self {
        Self { order, covariance: Covariance::Hc1 }
    }

    /// The covariance of the tests.
    pub fn covariance(mut self, covariance: Covariance) -> Self {
        self.covariance = covariance;
        self
    }

    /// Tests both directions.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] for no lag; [`Error::TooFew`] where the rows with all lags are no more
    /// than the coefficients; those of [`LeastSquares::fit`] and of the covariance.
    pub fn test(&self, pairs: &PairedReturns) -> Result<Granger> {
        let (most, criterion) = match self.order {
            LagOrder::Rows(n) => (n, None),
            LagOrder::Chosen { criterion, max } => (max, Some(criterion)),
        };
        if most == 0 {
            return Err(Error::Setting {
                name: "lags of a Granger test",
                value: "0".to_owned(),
                expected: "at least 1",
            });
        }
        let mut criteria = Vec::new();
        let mut n_lags = most;
        if let Some(criterion) = criterion {
            for p in 1..=most {
                criteria.push(Lagged::new(pairs, p, most).criteria(p)?);
            }
            let value = |c: &OrderCriteria| match criterion {
                InformationCriterion::Aic => c.aic,
                InformationCriterion::Bic => c.bic,
                InformationCriterion::Hqic => c.hqic,
            };
            let best = criteria.iter().min_by(|a, b| value(a).total_cmp(&value(b)));
            n_lags = best.map_or(most, |c| c.n_lags);
        }
        let rows = Lagged::new(pairs, n_lags, n_lags);
        let direction = |follower_is_second: bool| -> Result<GrangerDirection> {
            let (own, other) =
                if follower_is_second { (&rows.y, &rows.x) } else { (&rows.x, &rows.y) };
            let estimates = fit(own, other)?.estimates(&self.covariance)?;
            let names: Vec<String> = (1..=usize::from(n_lags)).map(other_lag).collect();
            let lags = names.iter().map(|name| estimates.coefficient(name).cloned());
            let terms: Vec<(&str, f64)> = names.iter().map(|name| (name.as_str(), 1.0)).collect();
            Ok(GrangerDirection {
                test: estimates.wald(&names)?,
                lags: lags.collect::<Result<_>>()?,
                sum: estimates.combination("sum of the lags", &terms)?,
            })
        };
        Ok(Granger {
            n_lags,
            n_observations: rows.x[0].len(),
            criteria,
            covariance: self.covariance.name().to_owned(),
            first_leads: direction(true)?,
            second_leads: direction(false)?,
        })
    }
}

/// The two series and their lags over the rows where none is missing.
struct Lagged {
    /// The series, then its lags from 1 on.
    x: Vec<Vec<f64>>,
    y: Vec<Vec<f64>>,
}

impl Lagged {
    /// `n_lags` lags, over the rows that have `most`.
    fn new(pairs: &PairedReturns, n_lags: u16, most: u16) -> Self {
        let (n_lags, most) = (usize::from(n_lags), usize::from(most));
        let there = |row: usize| !pairs.x()[row].is_nan() && !pairs.y()[row].is_nan();
        let rows: Vec<usize> =
            (most..pairs.x().len()).filter(|row| (row - most..=*row).all(there)).collect();
        let columns = |series: &[f64]| {
            (0..=n_lags).map(|lag| rows.iter().map(|row| series[row - lag]).collect()).collect()
        };
        Self { x: columns(pairs.x()), y: columns(pairs.y()) }
    }

    fn criteria(&self, n_lags: u16) -> Result<OrderCriteria> {
        let (of_x, of_y) = (fit(&self.x, &self.y)?, fit(&self.y, &self.x)?);
        let n = self.x[0].len() as f64;
        let product = |a: &Regression, b: &Regression| {
            a.residuals().iter().zip(b.residuals()).map(|(a, b)| a * b).sum::<f64>() / n
        };
        let determinant =
            product(&of_x, &of_x) * product(&of_y, &of_y) - product(&of_x, &of_y).powi(2);
        if determinant.is_nan() || determinant <= 0.0 {
            return Err(Error::DegenerateVariance {
                what: "the choice of lags".to_owned(),
                of: "a combination of the residuals".to_owned(),
            });
        }
        let per_row = 2.0 * f64::from(2 * n_lags + 1) / n;
        let with = |penalty: f64| determinant.ln() + penalty * per_row;
        Ok(OrderCriteria {
            n_lags,
            aic: with(2.0),
            bic: with(n.ln()),
            hqic: with(2.0 * n.ln().ln()),
        })
    }
}

fn other_lag(lag: usize) -> String {
    format!("other, lag {lag}")
}

/// A series on its own lags and those of the other.
fn fit(own: &[Vec<f64>], other: &[Vec<f64>]) -> Result<Regression> {
    let mut regression = LeastSquares::of(&own[0]);
    for (lag, column) in own.iter().enumerate().skip(1) {
        regression = regression.on(format!("own, lag {lag}"), column);
    }
    for (lag, column) in other.iter().enumerate().skip(1) {
        regression = regression.on(other_lag(lag), column);
    }
    regression.fit()
}

#[cfg(test)]
mod tests;
