//! Coefficients with their uncertainty.

use serde::{Deserialize, Serialize};

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
