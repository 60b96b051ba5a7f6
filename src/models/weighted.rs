//! Exponentially weighted regression.

#[cfg(test)]
mod tests;

use super::covariance_fit::{CovarianceFit, std_dev};
use super::registry::ModelCard;
use super::{EstimationSample, ExpectedReturnModel, FitFault, FittedModel};
use crate::numeric::least_squares;
use crate::numeric::moments::return_level;
use crate::{Error, Result};

/// The market model, or a factor model, whose estimation rows count for less the older they are.
///
/// ```text
/// Σ w_t (R_t − α − Σ βⱼ F_jt)² least        w_t = 2^(−age_t / half-life)
/// ```
///
/// The age is counted in rows back from the last observation of the estimation window, over holes
/// too; the fit ends with that window and does not learn from the event window. Returns are decimal
/// fractions.
///
/// - *Residual variance* `s² = Σ w e² / tr A`, with `A = W − W X (X'WX)⁻¹ X'W`: its expectation is
///   σ². It has the degrees of freedom `(tr A)² / tr A²` (Satterthwaite's), rounded down; what they
///   are fewer than the M observations counts as k, the parameters that the variance pays for.
/// - *Forecast error* of a sum over L rows: `s² (L + v'V v)`, v the sum over the window of 1 and the
///   factors and `V = (X'WX)⁻¹ X'W²X (X'WX)⁻¹`.
/// - *Assumes* errors of one variance, independent from row to row, and coefficients that hold over
///   the rows that count and through the event window: the weights are a guard against slow change
///   of β, not a model of it.
/// - The weights must leave an effective number of observations `(Σw)² / Σw²`, near 2.9 half-lives in
///   a long window, of at least k + 2, k the number of factors; else [`FitFault::TooFewRows`].
/// - As the half-life grows the fit becomes the least-squares fit, with M − k − 1 degrees of freedom.
///
/// Exponential weights with one decay factor are those of J. P. Morgan and Reuters (1996),
/// `RiskMetrics` Technical Document, 4th edition, chapter 5, there for variances and covariances.
#[derive(Debug, Clone, PartialEq)]
pub struct ExponentiallyWeightedModel {
    factors: Vec<String>,
    half_life: f64,
}

impl ExponentiallyWeightedModel {
    /// Its card.
    pub(super) const CARD: ModelCard = ModelCard {
        id: "exponentially-weighted",
        name: "exponentially weighted market model",
        formula: "alpha + sum of beta * factor, least squares with weights halved every half-life",
        parameters: &["benchmark", "factors", "half_life"],
        feature: None,
        reference: "J. P. Morgan and Reuters 1996, RiskMetrics Technical Document, 4th edition",
        doi: None,
    };

    /// Regresses on one benchmark, with weights that halve every `half_life` rows.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] unless the half-life is a positive number.
    pub fn on(benchmark: impl Into<String>, half_life: f64) -> Result<Self> {
        Self::on_factors([benchmark], half_life)
    }

    /// Regresses on several factors.
    ///
    /// # Errors
    ///
    /// As [`on`](Self::on).
    pub fn on_factors<S: Into<String>>(
        factors: impl IntoIterator<Item = S>,
        half_life: f64,
    ) -> Result<Self> {
        if !(half_life > 0.0 && half_life.is_finite()) {
            return Err(Error::Setting {
                name: "half-life",
                value: half_life.to_string(),
                expected: "a positive number of rows",
            });
        }
        Ok(Self { factors: factors.into_iter().map(Into::into).collect(), half_life })
    }
}

impl ExpectedReturnModel for ExponentiallyWeightedModel {
    fn name(&self) -> String {
        let factors = self.factors.join(", ");
        format!("exponentially weighted on {factors} (half-life {} rows)", self.half_life)
    }

    fn factors(&self) -> &[String] {
        &self.factors
    }

    fn fit(
        &self,
        sample: &EstimationSample<'_>,
    ) -> std::result::Result<Box<dyn FittedModel>, FitFault> {
        Ok(Box::new(fit(sample, &self.weights(sample))?))
    }
}

impl ExponentiallyWeightedModel {
    fn weights(&self, sample: &EstimationSample<'_>) -> Vec<f64> {
        let last = sample.rows().last().unwrap_or_default();
        sample.rows().map(|row| (-((last - row) as f64) / self.half_life).exp2()).collect()
    }
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // counts, rounded down
fn fit(
    sample: &EstimationSample<'_>,
    weights: &[f64],
) -> std::result::Result<CovarianceFit, FitFault> {
    let (returns, factors) = (sample.returns(), sample.factors());
    let (n, k) = (returns.len(), factors.len());
    let n_needed = k + 2;
    let power = |p: i32| weights.iter().map(|w| w.powi(p)).sum::<f64>();
    let (total, squares) = (power(1), power(2));
    let n_effective = if n == 0 { 0.0 } else { total * total / squares };
    // The slack is for equal weights, which must not lose a row to rounding.
    if n < n_needed || n_effective < n_needed as f64 - 1e-9 {
        let n_found = if n < n_needed { n } else { n_effective as usize };
        return Err(FitFault::TooFewRows { n_found, n_needed });
    }
    let fit =
        least_squares::fit_weighted(returns, factors, weights).ok_or(FitFault::CollinearFactors)?;
    // Cross-products of (1, factors less their weighted means) with the squared and cubed weights,
    // each times (X'WX)⁻¹, which is block diagonal in these coordinates.
    let size = k + 1;
    let column =
        |j: usize, t: usize| if j == 0 { 1.0 } else { factors[j - 1][t] - fit.means[j - 1] };
    let times_inverse = |p: i32| {
        let product = |a: usize, b: usize| -> f64 {
            (0..n).map(|t| weights[t].powi(p) * column(a, t) * column(b, t)).sum()
        };
        let products: Vec<f64> = (0..size * size).map(|at| product(at / size, at % size)).collect();
        let mut out = vec![0.0; size * size];
        for b in 0..size {
            out[b] = products[b] / total;
            for a in 1..size {
                out[a * size + b] = (1..size)
                    .map(|c| fit.inverse[(a - 1) * k + c - 1] * products[c * size + b])
                    .sum();
            }
        }
        out
    };
    let (second, third) = (times_inverse(2), times_inverse(3));
    let trace = |m: &[f64]| (0..size).map(|a| m[a * size + a]).sum::<f64>();
    let trace_of_square: f64 =
        (0..size * size).map(|at| second[at] * second[(at % size) * size + at / size]).sum();
    let divisor = total - trace(&second);
    // Equal weights must not lose a degree to rounding.
    let degrees = divisor * divisor / (squares - 2.0 * trace(&third) + trace_of_square) + 1e-6;
    let mut covariance = vec![0.0; size * size];
    for a in 0..size {
        covariance[a * size] = second[a * size] / total;
        for b in 1..size {
            covariance[a * size + b] =
                (1..size).map(|c| second[a * size + c] * fit.inverse[(c - 1) * k + b - 1]).sum();
        }
    }
    let mean = returns.iter().zip(weights).map(|(r, w)| r * w).sum::<f64>() / total;
    let total_squares: f64 = returns.iter().zip(weights).map(|(r, w)| w * (r - mean).powi(2)).sum();
    let residual_squares: f64 =
        (0..n).map(|t| weights[t] * fit.residual(returns, factors, t).powi(2)).sum();
    // As if the weights had the mean 1, which is what the sizes of roundings go by.
    let scale = n as f64 / total;
    let residual_std_dev =
        std_dev(residual_squares * scale, divisor * scale, return_level(returns), n)?;
    Ok(CovarianceFit {
        intercept: fit.intercept,
        slopes: fit.slopes.into(),
        centre: fit.means.into(),
        covariance,
        n_observations: n,
        n_parameters: n - degrees.min((n - size) as f64) as usize,
        residual_std_dev,
        r_squared: Some(1.0 - residual_squares / total_squares),
        convergence: None,
    })
}
