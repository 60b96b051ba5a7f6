//! Market models for assets that trade thinly: their prices lag the market's, so returns of one day
//! answer the market of the days around it, and a least-squares slope on the same day is too small.
//!
//! Both models use the benchmark's returns of the rows before and after each row. These are taken
//! inside the estimation window alone, so nothing after it is read; the first and last rows of the
//! window, and rows beside a hole, then lack a neighbour and serve as neighbours only.

mod dimson;
mod scholes_williams;
#[cfg(test)]
mod tests;

pub use dimson::{DimsonEstimate, DimsonModel};
pub use scholes_williams::{ScholesWilliamsEstimate, ScholesWilliamsModel};

use super::covariance_fit::{CovarianceFit, std_dev};
use super::{EstimationSample, FitFault};
use crate::numeric::moments::{mean, return_level, sum_squared_deviations};

/// Positions in a sample around which there are `lags` rows before and `leads` after without a
/// hole, all returns over one row each.
fn with_neighbours(sample: &EstimationSample<'_>, lags: usize, leads: usize) -> Vec<usize> {
    let (rows, lengths): (Vec<_>, Vec<_>) = (sample.rows().collect(), sample.lengths().collect());
    let n = rows.len();
    (lags..n.saturating_sub(leads))
        .filter(|at| {
            let around = at - lags..=at + leads;
            rows[at + leads] - rows[at - lags] == lags + leads
                && lengths[around].iter().all(|n| *n == 1)
        })
        .collect()
}

/// Values at these positions, moved by `shift` rows.
fn shifted(values: &[f64], at: &[usize], shift: isize) -> Vec<f64> {
    at.iter().map(|t| values[t.wrapping_add_signed(shift)]).collect()
}

/// The line `α + β m` through the means of the used rows, with a slope from elsewhere whose
/// variance is `slope_variance` times the residual variance.
fn line(
    returns: &[f64],
    market: &[f64],
    slope: f64,
    slope_variance: f64,
) -> Result<CovarianceFit, FitFault> {
    let n = returns.len();
    let n_parameters = 2;
    let too_few = FitFault::TooFewRows { n_found: n, n_needed: n_parameters + 1 };
    let (Some(r_mean), Some(m_mean)) = (mean(returns), mean(market)) else {
        return Err(too_few);
    };
    if n <= n_parameters {
        return Err(too_few);
    }
    let residuals = returns.iter().zip(market).map(|(r, m)| (r - r_mean) - slope * (m - m_mean));
    let sum_squares: f64 = residuals.map(|e| e * e).sum();
    let divisor = (n - n_parameters) as f64;
    Ok(CovarianceFit {
        intercept: r_mean - slope * m_mean,
        slopes: vec![slope],
        centre: vec![m_mean],
        covariance: vec![1.0 / n as f64, 0.0, 0.0, slope_variance],
        n_observations: n,
        n_parameters,
        residual_std_dev: std_dev(sum_squares, divisor, return_level(returns), n)?,
        r_squared: Some(1.0 - sum_squares / sum_squared_deviations(returns, r_mean)),
        convergence: None,
    })
}
