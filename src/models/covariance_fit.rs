//! The fitted form of models whose estimates are not those of ordinary least squares.

use super::{Convergence, FitFault, FittedModel, Horizon};
use crate::numeric::moments::is_negligible;

/// `E[R] = α + Σ βⱼ Fⱼ` with any covariance of its estimates.
#[derive(Debug, Clone)]
pub(super) struct CovarianceFit {
    pub(super) intercept: f64,
    pub(super) slopes: Vec<f64>,
    /// Point of the factors at which the level of the fit is taken.
    pub(super) centre: Vec<f64>,
    /// Covariance of (level at the centre, slopes) over the residual variance, row by row.
    pub(super) covariance: Vec<f64>,
    pub(super) n_observations: usize,
    pub(super) n_parameters: usize,
    pub(super) residual_std_dev: f64,
    pub(super) r_squared: Option<f64>,
    pub(super) convergence: Option<Convergence>,
}

/// `sqrt(sum / divisor)`, where the sum of squares is more than the rounding of `n` returns of that
/// [level](crate::numeric::moments::return_level).
pub(super) fn std_dev(
    sum_squares: f64,
    divisor: f64,
    level: f64,
    n: usize,
) -> Result<f64, FitFault> {
    if is_negligible(sum_squares, level, n) {
        return Err(FitFault::ZeroVariance);
    }
    Ok((sum_squares / divisor).sqrt())
}

impl CovarianceFit {
    /// `v'Vv` for v = (L, F − L·centre).
    fn quadratic_form(&self, length: f64, factor_sum: impl Fn(usize) -> f64) -> f64 {
        let size = self.centre.len() + 1;
        let v = |a: usize| match a {
            0 => length,
            _ => factor_sum(a - 1) - length * self.centre[a - 1],
        };
        let row = |a: usize| (0..size).map(|b| self.covariance[a * size + b] * v(b)).sum::<f64>();
        (0..size).map(|a| v(a) * row(a)).sum()
    }
}

impl FittedModel for CovarianceFit {
    fn expected_return(&self, at: &Horizon<'_>) -> f64 {
        let explained: f64 = self.slopes.iter().zip(at.factor_sums).map(|(b, f)| b * f).sum();
        self.intercept * at.n_rows as f64 + explained
    }

    fn estimation_error(&self, n_rows: usize, factor_sums: &[f64]) -> f64 {
        self.quadratic_form(n_rows as f64, |j| factor_sums[j])
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
        let size = self.centre.len() + 1;
        let mut errors = vec![self.quadratic_form(1.0, |_| 0.0).sqrt()];
        errors.extend((1..size).map(|j| self.covariance[j * size + j].sqrt()));
        Some(errors.into_iter().map(|e| e * self.residual_std_dev).collect())
    }

    fn convergence(&self) -> Option<Convergence> {
        self.convergence
    }
}
