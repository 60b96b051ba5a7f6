//! Serial correlation of a series.

use serde::{Deserialize, Serialize};

use crate::numeric::{moments, tails};
use crate::{Error, Result};

/// Ljung and Box's test.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct LjungBox {
    /// Q.
    pub statistic: f64,
    /// Lags, the degrees of freedom of chi-square.
    pub n_lags: usize,
    /// `P(χ² > Q)`; in (0, 1].
    pub p_value: f64,
}

impl LjungBox {
    /// From autocorrelations at lags 1, 2, … of n values.
    pub(super) fn of(autocorrelations: &[f64], n: usize) -> Self {
        let n_lags = autocorrelations.len();
        let term = |(lag, r): (usize, &f64)| r * r / (n - lag) as f64;
        let sum: f64 = (1..).zip(autocorrelations).map(term).sum();
        let statistic = n as f64 * (n + 2) as f64 * sum;
        Self { statistic, n_lags, p_value: tails::chi_squared_above(statistic, n_lags as f64) }
    }
}

/// Autocorrelations `Σ d_t d_{t−l} / Σ d²` at lags 1 to `n_lags`, d the deviations from the mean.
///
/// # Errors
///
/// [`Error::Setting`] unless there are more values than lags; [`Error::DegenerateVariance`] where
/// the values do not vary; [`Error::BadEntry`].
pub fn autocorrelations(x: &[f64], n_lags: usize) -> Result<Vec<f64>> {
    super::least_squares::finite("the series", x)?;
    let mean = moments::mean(x).unwrap_or(0.0);
    let d: Vec<f64> = x.iter().map(|v| v - mean).collect();
    if moments::is_negligible(d.iter().map(|v| v * v).sum(), mean, x.len()) {
        return Err(Error::DegenerateVariance {
            what: "an autocorrelation".to_owned(),
            of: "the series".to_owned(),
        });
    }
    about_zero(&d, n_lags)
}

/// Ljung and Box's test that the first `n_lags` autocorrelations of a series are zero.
///
/// `Q = n (n + 2) Σ r_l² / (n − l)`, chi-square with as many degrees of freedom as lags (Ljung and
/// Box 1978, <https://doi.org/10.1093/biomet/65.2.297>). The series is observed, not the residual
/// of a fitted autoregression, whose parameters would cost degrees of freedom; it is independent
/// and of one variance under the null, so changing volatility rejects too often.
///
/// # Errors
///
/// As [`autocorrelations`].
pub fn ljung_box(x: &[f64], n_lags: usize) -> Result<LjungBox> {
    Ok(LjungBox::of(&autocorrelations(x, n_lags)?, x.len()))
}

/// Autocorrelations of values whose mean is taken to be zero.
pub(super) fn about_zero(x: &[f64], n_lags: usize) -> Result<Vec<f64>> {
    if n_lags == 0 || n_lags >= x.len() {
        return Err(Error::Setting {
            name: "lags",
            value: n_lags.to_string(),
            expected: "at least one lag, and fewer than there are values",
        });
    }
    let total: f64 = x.iter().map(|v| v * v).sum();
    let at = |lag: usize| x[lag..].iter().zip(x).map(|(a, b)| a * b).sum::<f64>() / total;
    Ok((1..=n_lags).map(at).collect())
}
