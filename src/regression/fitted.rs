//! A fitted regression.

use serde::{Deserialize, Serialize};

use super::{Covariance, Estimates, LjungBox, diagnostics};
use crate::Result;
use crate::numeric::design_matrix::Solution;
use crate::numeric::tails;

/// A regression as fitted; standard errors come from [`Regression::estimates`].
#[derive(Debug, Clone)]
pub struct Regression {
    pub(super) names: Vec<String>,
    pub(super) columns: Vec<Vec<f64>>,
    pub(super) weights: Option<Vec<f64>>,
    pub(super) with_intercept: bool,
    pub(super) solution: Solution,
    pub(super) residuals: Vec<f64>,
    /// Σ w e².
    pub(super) sum_squared_residuals: f64,
    /// Σ w (y − mean)², about zero without an intercept.
    pub(super) sum_squared_total: f64,
}

/// The test that all slopes are zero.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct FTest {
    /// F, the explained over the residual variance.
    pub statistic: f64,
    /// Coefficients that are zero under the null.
    pub numerator_df: usize,
    /// n − k.
    pub denominator_df: usize,
    /// `P(F > statistic)` under independent normal errors of one variance; in (0, 1].
    pub p_value: f64,
}

impl Regression {
    /// Names of the coefficients: `intercept` first where there is one, then the regressors.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Coefficients in the order of [`Regression::names`], in units of y per unit of the regressor.
    pub fn params(&self) -> &[f64] {
        &self.solution.coefficients
    }

    /// Rows, n.
    pub fn n_observations(&self) -> usize {
        self.residuals.len()
    }

    /// Coefficients, k; the intercept is one.
    pub fn n_coefficients(&self) -> usize {
        self.names.len()
    }

    /// n − k, at least one.
    pub fn degrees_of_freedom(&self) -> usize {
        self.n_observations() - self.n_coefficients()
    }

    /// Residuals `y − Xb`, unweighted, in units of y.
    pub fn residuals(&self) -> &[f64] {
        &self.residuals
    }

    /// Residuals times the roots of their weights, which are alike in variance where the weights
    /// are right; the residuals themselves without weights.
    pub(super) fn weighted_residuals(&self) -> Vec<f64> {
        self.residuals.iter().enumerate().map(|(t, e)| e * self.weight(t).sqrt()).collect()
    }

    /// Leverages `h = w x'(X'WX)⁻¹x`: from 0 to 1, with the sum k.
    pub fn leverages(&self) -> Vec<f64> {
        (0..self.n_observations())
            .map(|t| self.weight(t) * self.solution.leverage(|j| self.columns[j][t]))
            .collect()
    }

    /// Residual standard deviation `s = √(Σ w e² / (n − k))`, that of an error with weight one.
    pub fn sigma(&self) -> f64 {
        (self.sum_squared_residuals / self.degrees_of_freedom() as f64).sqrt()
    }

    /// R², the share of `Σ w (y − mean)²` that is explained (of `Σ w y²` without an intercept);
    /// `None` where y does not vary.
    pub fn r_squared(&self) -> Option<f64> {
        let varies = self.sum_squared_total > 0.0;
        varies.then(|| 1.0 - self.sum_squared_residuals / self.sum_squared_total)
    }

    /// R² with variances in place of sums of squares: `1 − (1 − R²)(n − 1)/(n − k)`, n in place of
    /// n − 1 without an intercept.
    pub fn adjusted_r_squared(&self) -> Option<f64> {
        let n = self.n_observations() - usize::from(self.with_intercept);
        let ratio = n as f64 / self.degrees_of_freedom() as f64;
        self.r_squared().map(|r| 1.0 - (1.0 - r) * ratio)
    }

    /// The F test that all coefficients but the intercept are zero; `None` where there are none.
    pub fn f_test(&self) -> Option<FTest> {
        let numerator_df = self.columns.len();
        let denominator_df = self.degrees_of_freedom();
        if numerator_df == 0 {
            return None;
        }
        let statistic = self.sum_squared_explained() / numerator_df as f64 / self.sigma().powi(2);
        let p_value = tails::f_above(statistic, numerator_df as f64, denominator_df as f64);
        Some(FTest { statistic, numerator_df, denominator_df, p_value })
    }

    /// `Σ w (ŷ − mean)²`, the mean zero without an intercept. The difference of the other two sums
    /// would lose its digits where little is explained.
    fn sum_squared_explained(&self) -> f64 {
        let slopes = &self.params()[usize::from(self.with_intercept)..];
        let of_row = |t: usize| slopes.iter().zip(&self.columns).map(|(b, x)| b * x[t]).sum();
        let explained: Vec<f64> = (0..self.n_observations()).map(of_row).collect();
        let weights: f64 = (0..explained.len()).map(|t| self.weight(t)).sum();
        let sum: f64 = explained.iter().enumerate().map(|(t, x)| self.weight(t) * x).sum();
        let mean = if self.with_intercept { sum / weights } else { 0.0 };
        explained.iter().enumerate().map(|(t, x)| self.weight(t) * (x - mean).powi(2)).sum()
    }

    /// Durbin and Watson's `Σ (e_t − e_{t−1})² / Σ e²`, near 2 without serial correlation; of the
    /// weighted residuals (Durbin and Watson 1950, <https://doi.org/10.1093/biomet/37.3-4.409>).
    ///
    /// Rows count as consecutive.
    pub fn durbin_watson(&self) -> f64 {
        let e = self.weighted_residuals();
        let steps: f64 = e.windows(2).map(|pair| (pair[1] - pair[0]).powi(2)).sum();
        steps / self.sum_squared_residuals
    }

    /// Autocorrelations `Σ e_t e_{t−l} / Σ e²` of the weighted residuals at lags 1 to `n_lags`. The
    /// residuals are not brought to a mean of zero: with an intercept it is zero.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`](crate::Error::Setting) unless there are more rows than lags.
    pub fn residual_autocorrelations(&self, n_lags: usize) -> Result<Vec<f64>> {
        diagnostics::about_zero(&self.weighted_residuals(), n_lags)
    }

    /// Ljung and Box's test that the residuals are not autocorrelated, see
    /// [`ljung_box`](super::ljung_box).
    ///
    /// # Errors
    ///
    /// As [`Regression::residual_autocorrelations`].
    pub fn ljung_box(&self, n_lags: usize) -> Result<LjungBox> {
        let n = self.n_observations();
        Ok(LjungBox::of(&self.residual_autocorrelations(n_lags)?, n))
    }

    /// Coefficients with standard errors, t and p under a covariance.
    ///
    /// # Errors
    ///
    /// [`Error::DegenerateVariance`](crate::Error::DegenerateVariance) where a standard error is zero
    /// to rounding, and those of the covariance, see its variants.
    pub fn estimates(&self, covariance: &Covariance) -> Result<Estimates> {
        Estimates::new(self, covariance)
    }

    pub(super) fn weight(&self, row: usize) -> f64 {
        self.weights.as_ref().map_or(1.0, |w| w[row])
    }

    /// `(X'WX)⁻¹ x w e` of every row, n × k: what each row's error adds to the coefficients. Every
    /// sandwich covariance is a sum of their products.
    pub(super) fn influences(&self) -> Vec<f64> {
        let mut out = Vec::with_capacity(self.n_observations() * self.n_coefficients());
        for (t, e) in self.residuals.iter().enumerate() {
            let score = self.weight(t) * e;
            let row = self.solution.influence(|j| self.columns[j][t]);
            out.extend(row.into_iter().map(|v| v * score));
        }
        out
    }

    /// Scores `w e x` of one regressor, or `w e` of the intercept where there is no other.
    pub(super) fn slope_scores(&self) -> Vec<Vec<f64>> {
        let errors: Vec<f64> =
            self.residuals.iter().enumerate().map(|(t, e)| e * self.weight(t)).collect();
        if self.columns.is_empty() {
            return vec![errors];
        }
        let of = |x: &Vec<f64>| x.iter().zip(&errors).map(|(x, e)| x * e).collect();
        self.columns.iter().map(of).collect()
    }
}
