//! The data of one fit, in units of their own scale.

use crate::models::FitFault;
use crate::numeric::least_squares;
use crate::numeric::moments::{is_negligible, mean, return_level, sum_squared_deviations};

/// Decay of the weights of the variance before the sample, and how many residuals have a weight.
const DECAY: f64 = 0.94;
const N_WEIGHTED: usize = 75;

/// The initial variance, the intercept of the variance and the variance itself are not taken below
/// this share of the variance of the least-squares residuals.
pub(super) const FLOOR: f64 = 1e-8;

/// Returns and factors of one estimation window. Returns are divided by a unit near their residual
/// standard deviation, factors are centred and divided by one near theirs. Units are powers of
/// two, so nothing is rounded by them.
#[derive(Debug, Clone)]
pub(super) struct Series {
    pub(super) returns: Vec<f64>,
    /// Row by row.
    factors: Vec<f64>,
    /// Rows without an observation right before each one. The row before the first counts as one:
    /// it is where the recursion starts.
    pub(super) holes: Vec<usize>,
    pub(super) unit: f64,
    pub(super) factor_means: Vec<f64>,
    pub(super) factor_units: Vec<f64>,
    /// Least-squares intercept and slopes, and the mean of their squared residuals.
    pub(super) least_squares: Vec<f64>,
    pub(super) variance: f64,
    /// Kurtosis of the least-squares residuals.
    pub(super) kurtosis: f64,
    /// Variance before the first row.
    pub(super) initial_variance: f64,
}

impl Series {
    /// From observations on these rows of the axis.
    pub(super) fn new(
        returns: &[f64],
        factors: &[&[f64]],
        rows: impl IntoIterator<Item = usize>,
        n_needed: usize,
    ) -> Result<Self, FitFault> {
        let n_found = returns.len();
        if n_found < n_needed {
            return Err(FitFault::TooFewRows { n_found, n_needed });
        }
        let fit = least_squares::fit(returns, factors).ok_or(FitFault::CollinearFactors)?;
        if is_negligible(fit.sum_squared_residuals, return_level(returns), n_found) {
            return Err(FitFault::ZeroVariance);
        }
        let per_row = |sum: f64| (sum / n_found as f64).sqrt();
        let unit = power_of_two(per_row(fit.sum_squared_residuals));
        let factor_units: Vec<f64> = factors
            .iter()
            .zip(&fit.means)
            .map(|(f, m)| power_of_two(per_row(sum_squared_deviations(f, *m))))
            .collect();
        let mut scaled = Vec::with_capacity(n_found * factors.len());
        for t in 0..n_found {
            let row = factors.iter().zip(&fit.means).zip(&factor_units);
            scaled.extend(row.map(|((f, m), u)| (f[t] - m) / u));
        }
        let centre = mean(returns).unwrap_or_default();
        let mut least_squares = vec![centre / unit];
        least_squares.extend(fit.slopes.iter().zip(&factor_units).map(|(b, u)| b * u / unit));
        let mut series = Self {
            returns: returns.iter().map(|r| r / unit).collect(),
            factors: scaled,
            holes: holes(rows),
            unit,
            factor_means: fit.means.into(),
            factor_units,
            least_squares,
            variance: 0.0,
            kurtosis: 0.0,
            initial_variance: 0.0,
        };
        series.start();
        Ok(series)
    }

    /// Moments of the least-squares residuals.
    fn start(&mut self) {
        let squares: Vec<f64> =
            (0..self.len()).map(|t| self.residual(&self.least_squares, t).powi(2)).collect();
        let n = squares.len() as f64;
        self.variance = squares.iter().sum::<f64>() / n;
        self.kurtosis =
            squares.iter().map(|s| s * s).sum::<f64>() / n / (self.variance * self.variance);
        let (mut sum, mut total, mut weight) = (0.0, 0.0, 1.0);
        for square in squares.iter().take(N_WEIGHTED) {
            sum += weight * square;
            total += weight;
            weight *= DECAY;
        }
        self.initial_variance = (sum / total).max(FLOOR * self.variance);
    }

    pub(super) fn len(&self) -> usize {
        self.returns.len()
    }

    /// Factors of an observation.
    pub(super) fn row(&self, t: usize) -> &[f64] {
        let k = self.factor_units.len();
        &self.factors[t * k..(t + 1) * k]
    }

    /// Return less the mean that an intercept and slopes give, which lead the parameters.
    pub(super) fn residual(&self, parameters: &[f64], t: usize) -> f64 {
        let slopes = &parameters[1..];
        let explained: f64 = slopes.iter().zip(self.row(t)).map(|(b, x)| b * x).sum();
        self.returns[t] - parameters[0] - explained
    }
}

/// Rows between each observation and the one before, one before the first.
fn holes(rows: impl IntoIterator<Item = usize>) -> Vec<usize> {
    let mut before = None;
    rows.into_iter()
        .map(|row| {
            let n = before.map_or(1, |before: usize| row - before - 1);
            before = Some(row);
            n
        })
        .collect()
}

fn power_of_two(scale: f64) -> f64 {
    scale.log2().round().exp2()
}
