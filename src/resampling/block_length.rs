//! How long the blocks should be.

use serde::{Deserialize, Serialize};

use super::distribution::check_values;
use super::series::SeriesScheme;
use crate::numeric::moments;
use crate::{Error, Result};

/// How the autocorrelations are taken that the rule compares with a critical value, and which value
/// that is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum LagRule {
    /// `ρ(k) = R(k)/R(0)` against `Φ⁻¹(0.975) √(log₁₀ n / n)`, as in the R package np.
    ///
    /// The default: it is the autocorrelation that goes with the R(k) of which the length itself is
    /// made, it cannot exceed 1, and it shrinks with the lag, where few pairs are left.
    #[default]
    Autocorrelation,
    /// `ρ(k) = Σ eₜeₜ₊ₖ / √(v₁v₂)` against `2 √(log₁₀ n / n)`, as in the Python package arch: v₁ is
    /// the sum of e² without its first k + 1 values, v₂ that without its last k + 1.
    PairedCorrelation,
}

/// Block lengths chosen from the data by the rule of Politis and White.
///
/// The length that minimises the mean squared error of the block bootstrap's variance of the mean,
/// as n grows (Politis and White 2004, <https://doi.org/10.1081/ETC-120028836>, with the correction
/// of Patton, Politis and White 2009, <https://doi.org/10.1080/07474930802459016>):
///
/// `b = (2 G² / D)^(1/3) n^(1/3)`, with `D = 2 g²` for the stationary bootstrap and `D = 4/3 g²` for
/// circular blocks, which serve moving ones as well;
/// `G = Σ λ(k/M) |k| R(k)`, `g = Σ λ(k/M) R(k)`, k from −M to M,
///
/// where `R(k) = (1/n) Σₜ (xₜ − x̄)(xₜ₊ₖ − x̄)`, λ is the flat-top window, 1 up to ½ and 2 (1 − |t|)
/// from there to 1, and `M = min(2 m̂, m_max)`, `m_max = ⌈√n⌉ + K`, `K = max(5, ⌊log₁₀ n⌋)`. m̂ is the
/// first lag from which on K autocorrelations in a row are below the critical value; where there is
/// none, M is `m_max`. Lengths are capped at `⌈min(3 √n, n/3)⌉`.
///
/// *Assumes* a stationary series whose autocovariances die out. Of a trend it makes long blocks, not
/// a warning. *Departures*: the text of 2004 takes the lag before that run as m̂; the packages that
/// the numbers are compared with, and this one, take its first lag. The length is for a variance of
/// a mean; for quantiles the best one grows more slowly.
///
/// ```
/// use eventstudy::resampling::{BlockLength, SeriesBootstrap};
///
/// let series: Vec<f64> = (0..200).map(|t| (f64::from(t * t) * 0.1).sin()).collect();
/// let chosen = BlockLength::politis_white(&series)?;
/// let drawn = SeriesBootstrap::new(chosen.stationary_scheme())?.replicates(99).run_mean(&series)?;
/// assert_eq!(drawn.n_replicates(), 99);
/// # Ok::<(), eventstudy::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct BlockLength {
    /// Mean length of the stationary bootstrap, as the formula gives it: it may be below one row.
    pub stationary: f64,
    /// Length of circular blocks, as the formula gives it: no whole number, and it may be below one.
    pub circular: f64,
    /// How the autocorrelations were taken.
    pub rule: LagRule,
    /// What an autocorrelation is compared with.
    pub critical_value: f64,
    /// K, how many in a row must be below it.
    pub n_quiet_lags: usize,
    /// m̂, the first lag of that run; `None` where there is no run.
    pub first_quiet_lag: Option<usize>,
    /// M, the largest lag in the sums.
    pub largest_lag: usize,
    /// `R(0)`, the variance with divisor n.
    pub variance: f64,
    /// g, the estimate of n times the variance of the mean.
    pub long_run_variance: f64,
    /// G, the estimate of `Σ |k| R(k)`.
    pub weighted_covariance: f64,
    /// The cap on both lengths.
    pub cap: f64,
}

impl BlockLength {
    /// The fewest rows of which all lags that the rule looks at can be taken.
    pub(crate) const LEAST_ROWS: usize = 11;

    /// What errors are about.
    pub(crate) const WHAT: &str = "the choice of a block length";

    /// The lengths for a series, by the default [`LagRule`].
    ///
    /// # Errors
    ///
    /// [`Error::TooFew`] for fewer than 11 rows; [`Error::Setting`] for a value that is not finite;
    /// [`Error::DegenerateVariance`] for a constant series, for which all lengths are the same.
    pub fn politis_white(series: &[f64]) -> Result<Self> {
        Self::politis_white_with(series, LagRule::default())
    }

    /// The lengths for a series.
    ///
    /// # Errors
    ///
    /// As [`politis_white`](Self::politis_white).
    pub fn politis_white_with(series: &[f64], rule: LagRule) -> Result<Self> {
        check_values(series)?;
        let n = series.len();
        if n < Self::LEAST_ROWS {
            return Err(Error::TooFew {
                what: Self::WHAT.to_owned(),
                unit: "rows",
                n_needed: Self::LEAST_ROWS,
                n_found: n,
            });
        }
        let mean = moments::mean(series).unwrap_or(0.0);
        let e: Vec<f64> = series.iter().map(|v| v - mean).collect();
        if moments::is_negligible(dot(&e, &e), mean, n) {
            return Err(Error::DegenerateVariance {
                what: Self::WHAT.to_owned(),
                of: "the series".to_owned(),
            });
        }
        let rows = n as f64;
        let n_quiet_lags = 5.max(n.ilog10() as usize);
        let most_lags = ceil_sqrt(n) + n_quiet_lags;
        let critical_value = rule.constant() * (rows.log10() / rows).sqrt();
        let products: Vec<f64> = (0..=most_lags).map(|lag| dot(&e[..n - lag], &e[lag..])).collect();
        let is_quiet = |lag: usize| rule.correlation(&e, &products, lag).abs() < critical_value;
        let quiet: Vec<bool> = (1..=most_lags).map(is_quiet).collect();
        let first_quiet_lag =
            quiet.windows(n_quiet_lags).position(|run| run.iter().all(|q| *q)).map(|at| at + 1);
        let largest_lag = first_quiet_lag.map_or(most_lags, |lag| most_lags.min(2 * lag));
        let (mut long_run, mut weighted) = (products[0] / rows, 0.0);
        for (lag, product) in products.iter().enumerate().take(largest_lag + 1).skip(1) {
            let twice = 2.0 * flat_top(lag as f64 / largest_lag as f64) * product / rows;
            long_run += twice;
            weighted += lag as f64 * twice;
        }
        let cap = (3.0 * rows.sqrt()).min(rows / 3.0).ceil();
        // A long-run variance of zero makes no number or an infinite one, and the cap of both.
        let length =
            |d: f64| (2.0 * weighted * weighted / (d * long_run * long_run) * rows).cbrt().min(cap);
        Ok(Self {
            stationary: length(2.0),
            circular: length(4.0 / 3.0),
            rule,
            critical_value,
            n_quiet_lags,
            first_quiet_lag,
            largest_lag,
            variance: products[0] / rows,
            long_run_variance: long_run,
            weighted_covariance: weighted,
            cap,
        })
    }

    /// The stationary bootstrap with the length chosen for it, at least one row.
    pub fn stationary_scheme(&self) -> SeriesScheme {
        SeriesScheme::Stationary { mean_block_length: self.stationary.max(1.0) }
    }

    /// Circular blocks of the length chosen for them, to the nearest row and at least one.
    pub fn circular_scheme(&self) -> SeriesScheme {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // 0 <= length <= cap
        let block_length = self.circular.round().max(1.0) as usize;
        SeriesScheme::Circular { block_length }
    }
}

impl LagRule {
    fn constant(self) -> f64 {
        match self {
            // The normal quantile at 0.975.
            Self::Autocorrelation => 1.959_963_984_540_054,
            Self::PairedCorrelation => 2.0,
        }
    }

    /// NaN, and so not below any value, where one of the parts does not vary.
    pub(super) fn correlation(self, e: &[f64], products: &[f64], lag: usize) -> f64 {
        match self {
            Self::Autocorrelation => products[lag] / products[0],
            Self::PairedCorrelation => {
                let (later, earlier) = (&e[lag + 1..], &e[..e.len() - lag - 1]);
                products[lag] / (dot(later, later) * dot(earlier, earlier)).sqrt()
            }
        }
    }
}

/// The flat-top window for t from 0 to 1.
fn flat_top(t: f64) -> f64 {
    (2.0 * (1.0 - t)).min(1.0)
}

fn ceil_sqrt(n: usize) -> usize {
    let floor = n.isqrt();
    floor + usize::from(floor * floor < n)
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}
