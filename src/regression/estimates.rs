//! Coefficients with their uncertainty.

use serde::{Deserialize, Serialize};
use statrs::distribution::{ContinuousCDF, Normal, StudentsT};

use super::{Covariance, Regression};
use crate::numeric::tails;
use crate::{Error, Result};

/// One coefficient.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Coefficient {
    /// `intercept`, or the name of the regressor.
    pub name: String,
    /// Its estimate, in units of y per unit of the regressor.
    pub estimate: f64,
    /// Its standard error, in the same unit.
    pub std_error: f64,
    /// Estimate over standard error.
    pub t: f64,
    /// Two-sided p of t; in (0, 1].
    pub p_value: f64,
}

impl Coefficient {
    /// Two-sided interval `b ∓ q se`, q the quantile of Student's t.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] for a level outside (0, 1), or unless the degrees of freedom are above
    /// zero.
    ///
    /// ```
    /// use eventstudy::regression::{Covariance, LeastSquares};
    ///
    /// let y = [1.0, 2.0, 3.0, 4.0, 6.0];
    /// let estimates = LeastSquares::of(&y).fit()?.estimates(&Covariance::Classical)?;
    /// let mean = estimates.coefficient("intercept")?;
    /// let (lower, upper) = mean.interval(0.95, estimates.degrees_of_freedom)?;
    /// assert!((upper - mean.estimate - 2.776_445 * mean.std_error).abs() < 1e-5);
    /// assert!((lower + upper - 2.0 * mean.estimate).abs() < 1e-12);
    /// # Ok::<(), eventstudy::Error>(())
    /// ```
    pub fn interval(&self, level: f64, degrees_of_freedom: f64) -> Result<(f64, f64)> {
        check_share("level", level)?;
        let t = StudentsT::new(0.0, 1.0, degrees_of_freedom).map_err(|_| Error::Setting {
            name: "degrees of freedom",
            value: degrees_of_freedom.to_string(),
            expected: "a finite number above zero",
        })?;
        let half = t.inverse_cdf(0.5 + level / 2.0) * self.std_error;
        Ok((self.estimate - half, self.estimate + half))
    }

    /// The smallest true value that a two-sided test at `significance` finds with probability
    /// `power`: `(z(1 − significance/2) + z(power)) se`, normal quantiles (Bloom 1995,
    /// <https://doi.org/10.1177/0193841X9501900504>).
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] unless both are between 0 and 1.
    pub fn minimum_detectable(&self, power: f64, significance: f64) -> Result<f64> {
        check_share("power", power)?;
        check_share("significance", significance)?;
        let normal = Normal::standard();
        let sum = normal.inverse_cdf(1.0 - significance / 2.0) + normal.inverse_cdf(power);
        Ok(sum * self.std_error)
    }
}

fn check_share(name: &'static str, share: f64) -> Result<()> {
    if share > 0.0 && share < 1.0 {
        return Ok(());
    }
    Err(Error::Setting {
        name,
        value: share.to_string(),
        expected: "a number between 0 and 1, both excluded",
    })
}

/// The coefficients of a regression under one covariance.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Estimates {
    /// Name of the covariance.
    pub covariance: String,
    /// The coefficients, in the order of [`Regression::names`].
    pub coefficients: Vec<Coefficient>,
    /// Covariance of the estimates, k × k, row by row.
    pub matrix: Vec<f64>,
    /// Degrees of freedom of t.
    pub degrees_of_freedom: f64,
    /// Lags of a Newey–West covariance.
    pub n_lags: Option<usize>,
    /// Bandwidth of the quadratic spectral kernel, in rows.
    pub bandwidth: Option<f64>,
    /// Clusters, the smaller number where there are two groupings.
    pub n_clusters: Option<usize>,
}

impl Estimates {
    pub(super) fn new(fit: &Regression, covariance: &Covariance) -> Result<Self> {
        let estimated = covariance.estimate(fit)?;
        let k = fit.n_coefficients();
        let coefficient = |(j, (name, estimate)): (usize, (&String, &f64))| {
            let std_error = estimated.matrix[j * k + j].sqrt();
            let t = estimate / std_error;
            let p_value = tails::two_tails_of_t(t, estimated.degrees_of_freedom);
            Coefficient { name: name.clone(), estimate: *estimate, std_error, t, p_value }
        };
        let pairs = fit.names().iter().zip(fit.params()).enumerate();
        Ok(Self {
            covariance: covariance.name().to_owned(),
            coefficients: pairs.map(coefficient).collect(),
            degrees_of_freedom: estimated.degrees_of_freedom,
            n_lags: estimated.n_lags,
            bandwidth: estimated.bandwidth,
            n_clusters: estimated.n_clusters,
            matrix: estimated.matrix,
        })
    }

    /// The coefficient of that name.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownRegressor`], with the names there are.
    pub fn coefficient(&self, name: &str) -> Result<&Coefficient> {
        self.coefficients.iter().find(|c| c.name == name).ok_or_else(|| Error::UnknownRegressor {
            name: name.to_owned(),
            known: self.coefficients.iter().map(|c| c.name.clone()).collect(),
        })
    }

    /// `P(T > t)` of a coefficient under the null that it is zero, against one above zero; one less
    /// it is the p against one below.
    pub fn p_value_above(&self, coefficient: &Coefficient) -> f64 {
        tails::t_above(coefficient.t, self.degrees_of_freedom)
    }

    /// The same with p-values at other degrees of freedom of t: n − k in place of G − 1, say.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] unless they are above zero.
    pub fn at_degrees_of_freedom(mut self, degrees_of_freedom: f64) -> Result<Self> {
        if !(degrees_of_freedom.is_finite() && degrees_of_freedom > 0.0) {
            return Err(Error::Setting {
                name: "degrees of freedom",
                value: degrees_of_freedom.to_string(),
                expected: "a finite number above zero",
            });
        }
        self.degrees_of_freedom = degrees_of_freedom;
        for coefficient in &mut self.coefficients {
            coefficient.p_value = tails::two_tails_of_t(coefficient.t, degrees_of_freedom);
        }
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_and_detectable_effects_in_closed_form() {
        let of = |estimate, std_error| {
            let (t, p_value) = (estimate / std_error, 0.5);
            Coefficient { name: "b".to_owned(), estimate, std_error, t, p_value }
        };
        let found = of(2.0, 0.5);
        // One degree of freedom is Cauchy: the quantile of 75 % is 1.
        let (lower, upper) = found.interval(0.5, 1.0).unwrap();
        assert!((lower - 1.5).abs() < 1e-9 && (upper - 2.5).abs() < 1e-9);
        assert!(found.interval(1.0, 1.0).is_err() && found.interval(0.5, 0.0).is_err());
        // 1.959964 + 0.841621.
        let detectable = found.minimum_detectable(0.8, 0.05).unwrap();
        assert!((detectable - 0.5 * 2.801_585_218_1).abs() < 1e-9, "{detectable}");
        assert!(found.minimum_detectable(1.0, 0.05).is_err());
    }
}
