//! Stationary block bootstrap.

use rand::RngExt;

use super::blocks::{self, BlockScheme, PrefixSums};
use super::distribution::{BootstrapDistribution, ResamplingScheme, check_values};
use crate::numeric::streams::Stream;
use crate::numeric::{moments, parallel};
use crate::{Error, Result};

/// Stationary bootstrap of Politis and Romano (1994,
/// <https://doi.org/10.1080/01621459.1994.10476870>) of a weakly dependent series.
///
/// A resample is a chain of blocks of neighbouring rows: starts uniform on all rows, lengths
/// geometric with mean b (`P(L = l) = (1 − 1/b)^(l−1) / b`), the row after the last being the first,
/// the last block cut where the resample is as long as the series. Given the series the resample is
/// stationary, and the mean of the resampled mean is the mean of the series.
///
/// *Assumes* stationarity and dependence that dies out well within b, with b small against the
/// number of rows: at b equal to it, more than a third of the resamples are the series itself,
/// turned, and the spread is far too small.
///
/// ```
/// use eventstudy::resampling::{IntervalMethod, StationaryBootstrap};
///
/// let returns: Vec<f64> = (0..90).map(|t| (f64::from(t) * 0.7).sin() * 0.01).collect();
/// let drawn = StationaryBootstrap::new(5.0)?.replicates(999).seed(7).run_mean(&returns)?;
/// assert_eq!(drawn.n_replicates(), 999);
/// assert!(drawn.interval(IntervalMethod::Bca, 0.95).is_err()); // its blocks are dependent
/// # Ok::<(), eventstudy::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StationaryBootstrap {
    mean_block_length: f64,
    n_replicates: usize,
    seed: u64,
}

impl StationaryBootstrap {
    /// Blocks of `mean_block_length` rows on average; 9,999 replicates, seed 0.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] for a mean below one row or not finite.
    pub fn new(mean_block_length: f64) -> Result<Self> {
        if mean_block_length.is_finite() && mean_block_length >= 1.0 {
            Ok(Self { mean_block_length, n_replicates: 9_999, seed: 0 })
        } else {
            Err(length_error(mean_block_length, "a number of rows, at least 1"))
        }
    }

    /// The number of replicates.
    #[must_use]
    pub fn replicates(mut self, n_replicates: usize) -> Self {
        self.n_replicates = n_replicates;
        self
    }

    /// The seed; replicate k draws from the stream (seed, k).
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// The number of replicates that a run draws.
    pub fn n_replicates(&self) -> usize {
        self.n_replicates
    }

    /// The rows of replicate `k` of a series of `n_rows`.
    ///
    /// # Errors
    ///
    /// [`Error::TooFew`] for fewer than two rows; [`Error::Setting`] where the mean block is longer
    /// than the series.
    pub fn rows(&self, n_rows: usize, k: u64) -> Result<Vec<usize>> {
        self.check(n_rows)?;
        Ok(blocks::rows(self, n_rows, self.seed, k))
    }

    /// Draws, and evaluates `statistic` on the values of each resample.
    ///
    /// # Errors
    ///
    /// As [`rows`](Self::rows); [`Error::Setting`] for a value that is not finite;
    /// [`Error::StatisticUndefined`] where the statistic is not finite.
    pub fn run(
        &self,
        series: &[f64],
        statistic: impl Fn(&[f64]) -> f64 + Sync + Send,
    ) -> Result<BootstrapDistribution> {
        check_values(series)?;
        self.check(series.len())?;
        self.collect(statistic(series), |k| {
            statistic(&blocks::values(self, series, self.seed, k as u64))
        })
    }

    /// Draws, and takes the mean of each resample: the draws of [`run`](Self::run), in time
    /// proportional to the number of blocks.
    ///
    /// # Errors
    ///
    /// As [`run`](Self::run).
    pub fn run_mean(&self, series: &[f64]) -> Result<BootstrapDistribution> {
        check_values(series)?;
        self.check(series.len())?;
        let Some(sums) = PrefixSums::new(series) else {
            return Err(too_short(series.len()));
        };
        let estimate = moments::mean(series).unwrap_or(f64::NAN);
        self.collect(estimate, |k| sums.mean(self, self.seed, k as u64))
    }

    /// Draws, and takes the sum of the first `n_drawn` values of each resample: what a window of
    /// that length adds up to in the series. The point estimate is `n_drawn` times the mean.
    ///
    /// # Errors
    ///
    /// As [`run`](Self::run); [`Error::Setting`] unless `n_drawn` is from 1 to the number of rows.
    pub fn run_window_sum(&self, series: &[f64], n_drawn: usize) -> Result<BootstrapDistribution> {
        check_values(series)?;
        self.check(series.len())?;
        if n_drawn == 0 || n_drawn > series.len() {
            return Err(Error::Setting {
                name: "rows drawn",
                value: n_drawn.to_string(),
                expected: "from 1 to the number of rows of the series",
            });
        }
        let Some(sums) = PrefixSums::new(series) else {
            return Err(too_short(series.len()));
        };
        let estimate = moments::mean(series).unwrap_or(f64::NAN) * n_drawn as f64;
        self.collect(estimate, |k| sums.sum(self, n_drawn, self.seed, k as u64))
    }

    /// Draws, and evaluates `statistic` on the rows of each resample: one draw of dates for
    /// several assets at once. The point estimate is the statistic of the rows in order.
    ///
    /// # Errors
    ///
    /// As [`run`](Self::run).
    pub fn run_rows(
        &self,
        n_rows: usize,
        statistic: impl Fn(&[usize]) -> f64 + Sync + Send,
    ) -> Result<BootstrapDistribution> {
        self.check(n_rows)?;
        let in_order: Vec<usize> = (0..n_rows).collect();
        self.collect(statistic(&in_order), |k| {
            statistic(&blocks::rows(self, n_rows, self.seed, k as u64))
        })
    }

    fn collect(
        &self,
        point_estimate: f64,
        replicate: impl Fn(usize) -> f64 + Sync + Send,
    ) -> Result<BootstrapDistribution> {
        let replicates = parallel::map(self.n_replicates, replicate);
        let scheme =
            ResamplingScheme::StationaryBlock { mean_block_length: self.mean_block_length };
        BootstrapDistribution::assemble(point_estimate, replicates, scheme, false, Some(self.seed))
    }

    fn check(&self, n_rows: usize) -> Result<()> {
        if n_rows < 2 {
            return Err(too_short(n_rows));
        }
        if self.mean_block_length > n_rows as f64 {
            return Err(length_error(
                self.mean_block_length,
                "at most the number of rows of the series",
            ));
        }
        Ok(())
    }
}

impl BlockScheme for StationaryBootstrap {
    fn draw(
        &self,
        n_rows: usize,
        n_drawn: usize,
        stream: &mut Stream,
        mut block: impl FnMut(usize, usize),
    ) {
        let per_log = 1.0 / (-1.0 / self.mean_block_length).ln_1p();
        let mut n_left = n_drawn;
        while n_left > 0 {
            let start = stream.random_range(0..n_rows);
            // 1 - u is uniform on (0, 1]; the inverse of the geometric survival function.
            let u: f64 = stream.random();
            let more = ((1.0 - u).ln() * per_log).floor();
            let length = if more < (n_left - 1) as f64 {
                #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
                let more = more as usize; // 0 <= more < n_left - 1
                more + 1
            } else {
                n_left
            };
            block(start, length);
            n_left -= length;
        }
    }
}

fn too_short(n_rows: usize) -> Error {
    Error::TooFew {
        what: "the stationary block bootstrap".to_owned(),
        unit: "rows",
        n_needed: 2,
        n_found: n_rows,
    }
}

fn length_error(mean_block_length: f64, expected: &'static str) -> Error {
    Error::Setting { name: "mean block length", value: mean_block_length.to_string(), expected }
}
