//! Robust regression after Huber.

mod estimate;
#[cfg(test)]
mod tests;

pub use estimate::HuberEstimate;

use super::covariance_fit::{CovarianceFit, std_dev};
use super::registry::ModelCard;
use super::{Convergence, EstimationSample, ExpectedReturnModel, FitFault, FittedModel};
use crate::numeric::moments::{mean, return_level, sum_squared_deviations};
use crate::{Error, Result};

/// The market model, or a factor model, with coefficients that outliers of the estimation window
/// cannot drag away.
///
/// ```text
/// Σ_t ψ((R_t − α − Σ βⱼ F_jt) / σ) x_t = 0        ψ(u) = max(−c, min(c, u))
/// ```
///
/// x are 1 and the factors, c is the tuning constant, and the scale σ is the median of the absolute
/// residuals over 0.6745, estimated together with the coefficients. Solved by least squares with
/// the weights `min(1, c/|u|)`, taken anew from the residuals until the coefficients rest. Returns
/// are decimal fractions.
///
/// - *Tuning constant* 1.345: 95 % of the efficiency of least squares for normal errors. As c grows
///   the fit becomes the least-squares fit.
/// - *Residual variance* is `s² = Σ e² / (M − k − 1)`, all residuals around the robust line counted
///   in full, and not σ². What it standardises, an abnormal return of an ordinary day, is not
///   trimmed either: σ measures the core of the distribution alone, and with the fat tails that are
///   the reason for a robust line it would make every test reject too often.
/// - *Standard errors* are Huber's asymptotic ones: the covariance of the coefficients is
///   `v² (X'X)⁻¹` with `v² = K² σ² [Σ ψ(u)² / (M − k − 1)] / [mean ψ'(u)]²` and
///   `K = 1 + (k + 1)/M · var ψ'(u) / [mean ψ'(u)]²` (1981, section 7.6).
/// - *Forecast error* of a sum over L rows: `s² L + v² (L²/M + d'S⁻¹d)`, d the sum over the window
///   of the factors' deviations from their means and S their centred cross-products.
/// - *Assumes* errors independent of the factors and of each other, with one symmetric
///   distribution. Outliers among the factors are not down-weighted.
/// - A fit that does not come to rest is [`FitFault::NotConverged`], never an answer; iterations and
///   the last change stand in [`FittedModel::convergence`]. More than half of the residuals zero is
///   [`FitFault::ZeroVariance`].
///
/// References: P. J. Huber (1964), Robust estimation of a location parameter, Annals of Mathematical
/// Statistics 35, 73–101, <https://doi.org/10.1214/aoms/1177703732>; P. J. Huber (1981), Robust
/// Statistics, Wiley, <https://doi.org/10.1002/0471725250>.
#[derive(Debug, Clone, PartialEq)]
pub struct HuberModel {
    factors: Vec<String>,
    tuning: f64,
    most_iterations: usize,
}

impl HuberModel {
    /// Its card.
    pub(super) const CARD: ModelCard = ModelCard {
        id: "huber",
        name: "Huber robust regression",
        formula: "alpha + sum of beta * factor, M-estimates with scale by median absolute deviation",
        parameters: &["benchmark", "factors", "tuning"],
        feature: None,
        reference: "Huber 1964, Annals of Mathematical Statistics 35, 73-101; Huber 1981",
        doi: Some("10.1214/aoms/1177703732"),
    };

    /// Tuning constant with 95 % efficiency for normal errors.
    pub const TUNING: f64 = 1.345;

    /// Regresses on one benchmark.
    pub fn on(benchmark: impl Into<String>) -> Self {
        Self::on_factors([benchmark])
    }

    /// Regresses on several factors.
    pub fn on_factors<S: Into<String>>(factors: impl IntoIterator<Item = S>) -> Self {
        let factors = factors.into_iter().map(Into::into).collect();
        Self { factors, tuning: Self::TUNING, most_iterations: 500 }
    }

    /// Sets the tuning constant c, in units of the scale.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] below 0.7: the scale is a median, so from there on at least half of the
    /// residuals lie inside ±c, and the asymptotic covariance exists.
    pub fn tuning(mut self, c: f64) -> Result<Self> {
        if !(c >= 0.7 && c.is_finite()) {
            return Err(Error::Setting {
                name: "tuning constant",
                value: c.to_string(),
                expected: "a number of at least 0.7",
            });
        }
        self.tuning = c;
        Ok(self)
    }

    /// Sets the number of iterations after which the fit is given up; 500 unless set.
    #[must_use]
    pub fn most_iterations(mut self, n: usize) -> Self {
        self.most_iterations = n;
        self
    }

    /// The robust fit and its scale.
    ///
    /// # Errors
    ///
    /// As [`fit`](ExpectedReturnModel::fit).
    pub fn estimate(
        &self,
        sample: &EstimationSample<'_>,
    ) -> std::result::Result<HuberEstimate, FitFault> {
        let (returns, factors) = (sample.returns(), sample.factors());
        estimate::estimate(returns, factors, self.tuning, self.most_iterations)
    }
}

impl ExpectedReturnModel for HuberModel {
    fn name(&self) -> String {
        format!("Huber regression on {}", self.factors.join(", "))
    }

    fn factors(&self) -> &[String] {
        &self.factors
    }

    fn fit(
        &self,
        sample: &EstimationSample<'_>,
    ) -> std::result::Result<Box<dyn FittedModel>, FitFault> {
        let estimate = self.estimate(sample)?;
        let returns = sample.returns();
        let (n, n_parameters) = (returns.len(), estimate.slopes.len() + 1);
        let level = return_level(returns);
        let sum_squares: f64 = estimate.residuals.iter().map(|e| e * e).sum();
        let s = std_dev(sum_squares, (n - n_parameters) as f64, level, n)?;
        let total = sum_squared_deviations(returns, mean(returns).unwrap_or_default());
        let convergence = Convergence {
            iterations: estimate.iterations,
            objective: estimate.objective,
            gradient_norm: estimate.gradient_norm,
        };
        // Covariance over s², as everything that is scaled by s later.
        let covariance = estimate.covariance.iter().map(|v| v / (s * s)).collect();
        Ok(Box::new(CovarianceFit {
            intercept: estimate.intercept,
            slopes: estimate.slopes,
            centre: estimate.means,
            covariance,
            n_observations: n,
            n_parameters,
            residual_std_dev: s,
            r_squared: Some(1.0 - sum_squares / total),
            convergence: Some(convergence),
        }))
    }
}
