//! Resamples as runs of neighbouring rows, and what is computed on them.

use crate::numeric::moments;
use crate::numeric::streams::{Stream, stream};

/// A scheme that draws a resample as blocks of rows.
pub(super) trait BlockScheme: Sync + Send {
    /// Calls `block(start, length)` until the lengths add up to `n_drawn` of `n_rows` rows. A block
    /// may run past the last row and then goes on at the first; no block is longer than `n_rows`.
    fn draw(
        &self,
        n_rows: usize,
        n_drawn: usize,
        stream: &mut Stream,
        block: impl FnMut(usize, usize),
    );
}

/// The rows of replicate `k`.
pub(super) fn rows(scheme: &impl BlockScheme, n_rows: usize, seed: u64, k: u64) -> Vec<usize> {
    let mut out = Vec::with_capacity(n_rows);
    scheme.draw(n_rows, n_rows, &mut stream(seed, k), |start, length| {
        out.extend((start..start + length).map(|row| row % n_rows));
    });
    out
}

/// The values of replicate `k`.
pub(super) fn values(scheme: &impl BlockScheme, x: &[f64], seed: u64, k: u64) -> Vec<f64> {
    let n = x.len();
    let mut out = Vec::with_capacity(n);
    scheme.draw(n, n, &mut stream(seed, k), |start, length| {
        let before_end = length.min(n - start);
        out.extend_from_slice(&x[start..start + before_end]);
        out.extend_from_slice(&x[..length - before_end]);
    });
    out
}

/// Sums of any run of neighbouring values, wrapped around, in two look-ups.
///
/// The values are centred on their mean and summed with Neumaier's compensation, so a block sum is
/// off by no more than a few roundings of the largest centred prefix.
#[derive(Debug)]
pub(super) struct PrefixSums {
    centre: f64,
    sums: Vec<f64>,
}

impl PrefixSums {
    /// Prefix sums of the series laid twice end to end; `None` for an empty one.
    pub(super) fn new(x: &[f64]) -> Option<Self> {
        let centre = moments::mean(x)?;
        let mut sums = Vec::with_capacity(2 * x.len() + 1);
        let (mut sum, mut lost) = (0.0_f64, 0.0_f64);
        sums.push(0.0);
        for value in x.iter().chain(x).map(|v| v - centre) {
            let next = sum + value;
            lost +=
                if sum.abs() >= value.abs() { (sum - next) + value } else { (value - next) + sum };
            sum = next;
            sums.push(sum + lost);
        }
        Some(Self { centre, sums })
    }

    /// Number of values.
    fn len(&self) -> usize {
        self.sums.len() / 2
    }

    /// Mean of the values of replicate `k`, in time proportional to its number of blocks.
    pub(super) fn mean(&self, scheme: &impl BlockScheme, seed: u64, k: u64) -> f64 {
        let n = self.len();
        self.centre + self.centred_sum(scheme, n, seed, k) / n as f64
    }

    /// Sum of the first `n_drawn` values of replicate `k`.
    pub(super) fn sum(&self, scheme: &impl BlockScheme, n_drawn: usize, seed: u64, k: u64) -> f64 {
        n_drawn as f64 * self.centre + self.centred_sum(scheme, n_drawn, seed, k)
    }

    fn centred_sum(&self, scheme: &impl BlockScheme, n_drawn: usize, seed: u64, k: u64) -> f64 {
        let mut total = 0.0;
        scheme.draw(self.len(), n_drawn, &mut stream(seed, k), |start, length| {
            total += self.sums[start + length] - self.sums[start];
        });
        total
    }
}
