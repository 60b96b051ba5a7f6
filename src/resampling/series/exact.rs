//! Mean and variance of the resampled mean without drawing.

use super::scheme::{FixedBlocks, SeriesScheme};
use super::sums::BlockSums;
use crate::Result;
use crate::numeric::moments;
use crate::resampling::distribution::check_values;

impl SeriesScheme {
    /// Mean of the resampled mean, given the series: what
    /// [`run_mean`](super::SeriesBootstrap::run_mean) would average to over infinitely many
    /// replicates.
    ///
    /// It is the mean of the series for `Iid`, `Circular` and `Stationary`. For the others, with
    /// k = ⌈n/b⌉ blocks of which the last has r = n − (k − 1) b rows, S the sum over a block and S'
    /// that over its first r rows, it is `((k − 1) E S + E S') / n`, over all starts; for `Tapered`
    /// S and S' are weighted sums of deviations, and the mean of the series is added.
    ///
    /// # Errors
    ///
    /// [`Error::TooFew`](crate::Error::TooFew) for fewer than two rows;
    /// [`Error::Setting`](crate::Error::Setting) for a length that does not suit the series or a
    /// value that is not finite.
    ///
    /// ```
    /// use eventstudy::resampling::SeriesScheme;
    ///
    /// let series = [1.0, 2.0, 3.0, 8.0];
    /// let moving = SeriesScheme::Moving { block_length: 2 };
    /// // Blocks of mean 1.5, 2.5 and 5.5.
    /// assert!((moving.exact_mean(&series)? - 9.5 / 3.0).abs() < 1e-15);
    /// let circular = SeriesScheme::Circular { block_length: 2 };
    /// assert_eq!(circular.exact_mean(&series)?, 3.5);
    /// # Ok::<(), eventstudy::Error>(())
    /// ```
    pub fn exact_mean(self, series: &[f64]) -> Result<f64> {
        let (sums, blocks) = self.prepare(series)?;
        let centre = sums.centre();
        let n = series.len();
        Ok(match (self, blocks) {
            (Self::Iid | Self::Circular { .. }, _) | (_, None) => centre,
            (_, Some(blocks)) => {
                let (n_whole, rest) = split(blocks, n);
                let mean = |length| moments::mean(&by_start(&sums, blocks, length)).unwrap_or(0.0);
                centre + (n_whole as f64 * mean(blocks.length) + mean(rest)) / n as f64
            }
        })
    }

    /// Variance of the resampled mean, given the series.
    ///
    /// With blocks of one length, `((k − 1) Var S + Var S') / n²` in the notation of
    /// [`exact_mean`](Self::exact_mean), the divisor of the variances being the number of starts;
    /// for `Iid` this is `(1/n²) Σ (xₜ − x̄)²`. For `Stationary`, with p = 1/b,
    ///
    /// `(1/n) (C(0) + 2 Σᵢ (1 − i/n) (1 − p)ⁱ C(i))`, i from 1 to n − 1,
    ///
    /// where `C(i) = (1/n) Σₜ (xₜ − x̄)(xₜ₊ᵢ − x̄)` goes around the end of the series (Politis and
    /// Romano 1994, lemma 1, <https://doi.org/10.1080/01621459.1994.10476870>). That takes time
    /// proportional to n².
    ///
    /// # Errors
    ///
    /// As [`exact_mean`](Self::exact_mean).
    pub fn exact_variance(self, series: &[f64]) -> Result<f64> {
        let (sums, blocks) = self.prepare(series)?;
        let n = series.len();
        let Some(blocks) = blocks else {
            let Self::Stationary { mean_block_length } = self else { return Ok(0.0) };
            return Ok(stationary_variance(series, sums.centre(), mean_block_length));
        };
        let (n_whole, rest) = split(blocks, n);
        let variance = |length| {
            let sums = by_start(&sums, blocks, length);
            let mean = moments::mean(&sums).unwrap_or(0.0);
            moments::sum_squared_deviations(&sums, mean) / sums.len() as f64
        };
        let n = n as f64;
        Ok((n_whole as f64 * variance(blocks.length) + variance(rest)) / (n * n))
    }

    fn prepare(self, series: &[f64]) -> Result<(BlockSums, Option<FixedBlocks>)> {
        check_values(series)?;
        self.check_rows(series.len())?;
        let sums = BlockSums::new(self, series, series.len());
        Ok((sums, self.fixed(series.len())))
    }
}

/// Number of blocks before the last one, and the rows of the last.
fn split(blocks: FixedBlocks, n_rows: usize) -> (usize, usize) {
    let n_whole = n_rows.div_ceil(blocks.length) - 1;
    (n_whole, n_rows - n_whole * blocks.length)
}

fn by_start(sums: &BlockSums, blocks: FixedBlocks, length: usize) -> Vec<f64> {
    (0..blocks.n_starts).map(|at| sums.block(at * blocks.stride, length)).collect()
}

fn stationary_variance(x: &[f64], mean: f64, mean_block_length: f64) -> f64 {
    let n = x.len();
    let e: Vec<f64> = x.iter().map(|v| v - mean).collect();
    let covariance = |lag: usize| {
        let (head, tail) = e.split_at(n - lag);
        let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
        (dot(head, &e[lag..]) + dot(tail, &e[..lag])) / n as f64
    };
    let stay = 1.0 - 1.0 / mean_block_length;
    let mut decay = 1.0;
    let mut sum = covariance(0);
    for lag in 1..n {
        decay *= stay;
        sum += 2.0 * (1.0 - lag as f64 / n as f64) * decay * covariance(lag);
    }
    sum / n as f64
}
