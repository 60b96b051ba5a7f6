//! Iteratively reweighted least squares with the scale of the median absolute residual.

use crate::models::FitFault;
use crate::numeric::least_squares::{self, LeastSquares};
use crate::numeric::moments::{is_negligible, return_level};

/// Third quartile of the standard normal distribution: the median absolute value of a normal
/// variable over its standard deviation.
const NORMAL_MEDIAN_ABSOLUTE: f64 = 0.674_489_750_196_081_7;

/// Change of the fitted values, over the scale, at which the iteration rests.
const AT_REST: f64 = 1e-13;

/// A robust fit.
#[derive(Debug, Clone, PartialEq)]
pub struct HuberEstimate {
    /// Intercept α, a decimal fraction.
    pub intercept: f64,
    /// Slopes β, in the order of the factors.
    pub slopes: Vec<f64>,
    /// Robust scale σ, a decimal fraction.
    pub scale: f64,
    /// Weights `min(1, c/|u|)` of the observations at the end.
    pub weights: Vec<f64>,
    /// Residuals around the robust line.
    pub residuals: Vec<f64>,
    /// Means of the factors.
    pub(super) means: Vec<f64>,
    /// Covariance of (level at the means, slopes), row by row.
    pub(super) covariance: Vec<f64>,
    /// Rounds of reweighting.
    pub iterations: usize,
    /// `Σ ρ(u)` at the end, ρ the integral of ψ.
    pub objective: f64,
    /// Largest `|Σ ψ(u) x|` at the end over M, with each factor in units of its deviations; zero at
    /// the solution.
    pub gradient_norm: f64,
}

struct Iterate {
    fit: LeastSquares,
    residuals: Vec<f64>,
    /// Room for the residuals in another order.
    sizes: Vec<f64>,
    scale: f64,
}

pub(super) fn estimate(
    returns: &[f64],
    factors: &[&[f64]],
    tuning: f64,
    most_iterations: usize,
) -> Result<HuberEstimate, FitFault> {
    let (n, k) = (returns.len(), factors.len());
    let n_needed = k + 2;
    if n < n_needed {
        return Err(FitFault::TooFewRows { n_found: n, n_needed });
    }
    let ordinary = least_squares::fit(returns, factors).ok_or(FitFault::CollinearFactors)?;
    let level = return_level(returns);
    let spreads: Vec<f64> = factors
        .iter()
        .zip(&ordinary.means)
        .map(|(x, m)| (x.iter().map(|v| (v - m).powi(2)).sum::<f64>() / n as f64).sqrt())
        .collect();
    let room = vec![0.0; n];
    let mut now =
        Iterate { fit: ordinary.clone(), residuals: room.clone(), sizes: room, scale: 0.0 };
    now.rescale(returns, factors, level)?;
    let mut weights = vec![1.0; n];
    for iterations in 1..=most_iterations {
        for (weight, e) in weights.iter_mut().zip(&now.residuals) {
            *weight = (tuning * now.scale / e.abs()).min(1.0);
        }
        let fit = least_squares::fit_weighted(returns, factors, &weights)
            .ok_or(FitFault::CollinearFactors)?;
        let change = change(&now.fit, &fit, &ordinary.means, &spreads);
        now.fit = fit;
        now.rescale(returns, factors, level)?;
        if change <= AT_REST * now.scale + 4.0 * f64::EPSILON * (level - 1.0) {
            let inverse = &ordinary.inverse;
            return Ok(finish(
                now,
                tuning,
                factors,
                &spreads,
                ordinary.means.into(),
                inverse,
                iterations,
            ));
        }
    }
    Err(FitFault::NotConverged { iterations: most_iterations })
}

impl Iterate {
    /// Takes residuals and scale from the fit.
    fn rescale(&mut self, returns: &[f64], factors: &[&[f64]], level: f64) -> Result<(), FitFault> {
        for (t, residual) in self.residuals.iter_mut().enumerate() {
            *residual = self.fit.residual(returns, factors, t);
        }
        for (size, residual) in self.sizes.iter_mut().zip(&self.residuals) {
            *size = residual.abs();
        }
        self.scale = median(&mut self.sizes) / NORMAL_MEDIAN_ABSOLUTE;
        if is_negligible(self.scale * self.scale, level, 1) {
            return Err(FitFault::ZeroVariance);
        }
        Ok(())
    }
}

/// Median; the mean of the two in the middle where their number is even.
fn median(values: &mut [f64]) -> f64 {
    let n = values.len();
    let (below, middle, _) = values.select_nth_unstable_by(n / 2, f64::total_cmp);
    if n % 2 == 1 {
        return *middle;
    }
    let largest_below = below.iter().fold(f64::NEG_INFINITY, |a, v| a.max(*v));
    f64::midpoint(largest_below, *middle)
}

/// Largest change of the fitted values at the means and one spread away from them.
fn change(a: &LeastSquares, b: &LeastSquares, means: &[f64], spreads: &[f64]) -> f64 {
    let level = |fit: &LeastSquares| {
        fit.intercept + fit.slopes.iter().zip(means).map(|(b, m)| b * m).sum::<f64>()
    };
    let slopes = a.slopes.iter().zip(&b.slopes).zip(spreads);
    slopes.map(|((x, y), s)| (x - y).abs() * s).fold((level(a) - level(b)).abs(), f64::max)
}

#[allow(clippy::too_many_arguments)] // everything that the iteration knows
fn finish(
    now: Iterate,
    tuning: f64,
    factors: &[&[f64]],
    spreads: &[f64],
    means: Vec<f64>,
    inverse: &[f64],
    iterations: usize,
) -> HuberEstimate {
    let Iterate { fit, residuals, scale, .. } = now;
    let (n, k) = (residuals.len(), factors.len());
    let count = n as f64;
    let u: Vec<f64> = residuals.iter().map(|e| e / scale).collect();
    let psi = |u: f64| u.clamp(-tuning, tuning);
    let inside = u.iter().filter(|u| u.abs() <= tuning).count() as f64;
    let slope = inside / count;
    let variance_of_slope = slope * (1.0 - slope);
    let correction = 1.0 + (k + 1) as f64 / count * variance_of_slope / (slope * slope);
    let squares = u.iter().map(|u| psi(*u).powi(2)).sum::<f64>() / (n - k - 1) as f64;
    let v = correction * correction * scale * scale * squares / (slope * slope);
    let mut covariance = vec![0.0; (k + 1) * (k + 1)];
    covariance[0] = v / count;
    for a in 0..k {
        for b in 0..k {
            covariance[(a + 1) * (k + 1) + b + 1] = v * inverse[a * k + b];
        }
    }
    let rho = |u: f64| {
        if u.abs() <= tuning { u * u / 2.0 } else { tuning * (u.abs() - tuning / 2.0) }
    };
    let level_gradient = u.iter().map(|u| psi(*u)).sum::<f64>() / count;
    let gradient = |j: usize| {
        let products = u.iter().zip(factors[j]).map(|(u, x)| psi(*u) * (x - means[j]));
        products.sum::<f64>() / (count * spreads[j])
    };
    HuberEstimate {
        intercept: fit.intercept,
        slopes: fit.slopes.into(),
        scale,
        weights: u.iter().map(|u| (tuning / u.abs()).min(1.0)).collect(),
        objective: u.iter().map(|u| rho(*u)).sum(),
        gradient_norm: (0..k).map(gradient).fold(level_gradient.abs(), |a, g| a.max(g.abs())),
        residuals,
        means,
        covariance,
        iterations,
    }
}
