//! The fitted form of every model that is linear in its factors.

use super::{FitFault, FittedModel, Horizon};
use crate::numeric::few::Few;
use crate::numeric::least_squares::LeastSquares;
use crate::numeric::moments::is_negligible;

/// `E[R] = α + Σ βⱼ Fⱼ`, with what its forecast errors need.
#[derive(Debug, Clone)]
pub struct FittedLinearModel {
    intercept: f64,
    slopes: Few,
    /// Factor means and inverse centred cross-products; empty where no slope was estimated.
    factor_means: Few,
    inverse: Few,
    n_observations: usize,
    /// Rows that the observations cover.
    n_rows: usize,
    n_parameters: usize,
    residual_std_dev: f64,
    r_squared: Option<f64>,
}

impl FittedLinearModel {
    /// A model whose slopes were fixed beforehand; only a mean was taken from the sample.
    ///
    /// `sum_squares` are the squared deviations of the abnormal returns around their own mean, and
    /// `level` the [level](crate::numeric::moments::return_level) of the returns they came from.
    pub(super) fn with_fixed_slopes(
        intercept: f64,
        slopes: Vec<f64>,
        sum_squares: f64,
        level: f64,
        n_observations: usize,
    ) -> Result<Self, FitFault> {
        let residual_std_dev = std_dev(sum_squares, level, n_observations, 1)?;
        Ok(Self {
            intercept,
            slopes: slopes.into(),
            factor_means: Few::none(),
            inverse: Few::none(),
            n_observations,
            n_rows: n_observations,
            n_parameters: 1,
            residual_std_dev,
            r_squared: None,
        })
    }

    /// A model fitted by least squares to returns of that
    /// [level](crate::numeric::moments::return_level).
    pub(super) fn from_least_squares(
        fit: LeastSquares,
        level: f64,
        n_observations: usize,
    ) -> Result<Self, FitFault> {
        let n_parameters = fit.slopes.len() + 1;
        let residual_std_dev =
            std_dev(fit.sum_squared_residuals, level, n_observations, n_parameters)?;
        Ok(Self {
            intercept: fit.intercept,
            slopes: fit.slopes,
            factor_means: fit.means,
            inverse: fit.inverse,
            n_observations,
            n_rows: n_observations,
            n_parameters,
            residual_std_dev,
            r_squared: Some(1.0 - fit.sum_squared_residuals / fit.sum_squared_total),
        })
    }

    /// Says how many rows the observations cover where that is not one each.
    pub(super) fn covering(mut self, n_rows: usize) -> Self {
        self.n_rows = n_rows;
        self
    }

    /// `d'S⁻¹d` for a deviation `d(j)` of each factor.
    fn quadratic_form(&self, d: impl Fn(usize) -> f64) -> f64 {
        let k = self.factor_means.len();
        (0..k).map(|a| (0..k).map(|b| d(a) * self.inverse[a * k + b] * d(b)).sum::<f64>()).sum()
    }
}

fn std_dev(sum_squares: f64, level: f64, n: usize, k: usize) -> Result<f64, FitFault> {
    if is_negligible(sum_squares, level, n) {
        return Err(FitFault::ZeroVariance);
    }
    Ok((sum_squares / (n - k) as f64).sqrt())
}

impl FittedModel for FittedLinearModel {
    fn expected_return(&self, at: &Horizon<'_>) -> f64 {
        let explained: f64 = self.slopes.iter().zip(at.factor_sums).map(|(b, f)| b * f).sum();
        self.intercept * at.n_rows as f64 + explained
    }

    fn estimation_error(&self, n_rows: usize, factor_sums: &[f64]) -> f64 {
        let length = n_rows as f64;
        let mean_part = length * length / self.n_rows as f64;
        match &self.factor_means[..] {
            [] => mean_part,
            [mean] => mean_part + (factor_sums[0] - length * mean).powi(2) * self.inverse[0],
            means => mean_part + self.quadratic_form(|j| factor_sums[j] - length * means[j]),
        }
    }

    fn coefficients(&self) -> (f64, &[f64]) {
        (self.intercept, &self.slopes)
    }

    fn n_observations(&self) -> usize {
        self.n_observations
    }

    fn n_parameters(&self) -> usize {
        self.n_parameters
    }

    fn residual_std_dev(&self) -> f64 {
        self.residual_std_dev
    }

    fn r_squared(&self) -> Option<f64> {
        self.r_squared
    }

    fn standard_errors(&self) -> Option<Vec<f64>> {
        let k = self.factor_means.len();
        if k == 0 {
            return None;
        }
        let centre = self.quadratic_form(|j| self.factor_means[j]);
        let mut errors = vec![(1.0 / self.n_rows as f64 + centre).sqrt()];
        errors.extend((0..k).map(|j| self.inverse[j * k + j].sqrt()));
        Some(errors.into_iter().map(|e| e * self.residual_std_dev).collect())
    }
}
