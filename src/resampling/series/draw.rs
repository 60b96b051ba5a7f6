//! One resample: a chain of blocks of rows, drawn or counted off.

use rand::RngExt;

use super::scheme::{FixedBlocks, SeriesScheme};
use crate::numeric::streams::{stream, uniform_below};

/// One resample of the rows of a series.
#[derive(Debug, Clone, Copy)]
pub(in crate::resampling) struct Resample {
    scheme: SeriesScheme,
    source: Source,
}

#[derive(Debug, Clone, Copy)]
enum Source {
    Stream { seed: u64, k: u64 },
    Outcome(usize),
}

impl Resample {
    /// Replicate `k` under `seed`.
    pub(in crate::resampling) fn drawn(scheme: SeriesScheme, seed: u64, k: u64) -> Self {
        Self { scheme, source: Source::Stream { seed, k } }
    }

    /// Number `k` of all equally likely chains of blocks, which are counted from 0; for blocks of
    /// one length.
    pub(super) fn outcome(scheme: SeriesScheme, k: usize) -> Self {
        Self { scheme, source: Source::Outcome(k) }
    }

    /// Calls `block(start, length)` until the lengths add up to `n_drawn` of `n_rows` rows. A block
    /// may run past the last row and then goes on at the first; no block is longer than `n_rows`.
    pub(in crate::resampling) fn for_each_block(
        self,
        n_rows: usize,
        n_drawn: usize,
        mut block: impl FnMut(usize, usize),
    ) {
        match (self.source, self.scheme) {
            (Source::Stream { seed, k }, SeriesScheme::Stationary { mean_block_length }) => {
                geometric(mean_block_length, n_rows, n_drawn, seed, k, block);
            }
            (Source::Stream { seed, k }, SeriesScheme::Iid) => {
                uniform_below(&mut stream(seed, k), n_rows, n_drawn, |rows| {
                    for row in rows {
                        block(*row, 1);
                    }
                });
            }
            (Source::Stream { seed, k }, scheme) => {
                let Some(blocks) = scheme.fixed(n_rows) else { return };
                let mut stream = stream(seed, k);
                chain(blocks, n_drawn, || stream.random_range(0..blocks.n_starts), block);
            }
            (Source::Outcome(mut digits), scheme) => {
                let Some(blocks) = scheme.fixed(n_rows) else { return };
                let next = || {
                    let digit = digits % blocks.n_starts;
                    digits /= blocks.n_starts;
                    digit
                };
                chain(blocks, n_drawn, next, block);
            }
        }
    }

    /// Sum of the values of `n_drawn` independent rows, for drawn resamples of the scheme `Iid`.
    pub(super) fn sum_of_rows(self, values: &[f64], n_drawn: usize) -> Option<f64> {
        let (Source::Stream { seed, k }, SeriesScheme::Iid) = (self.source, self.scheme) else {
            return None;
        };
        // No sum waits for another.
        let mut sums = [0.0; 4];
        uniform_below(&mut stream(seed, k), values.len(), n_drawn, |rows| {
            for (sum, row) in sums.iter_mut().zip(rows) {
                *sum += values[*row];
            }
        });
        Some(sums.iter().sum())
    }

    /// The rows of the resample.
    pub(in crate::resampling) fn rows(self, n_rows: usize) -> Vec<usize> {
        let mut out = Vec::with_capacity(n_rows);
        self.for_each_block(n_rows, n_rows, |start, length| {
            out.extend((start..start + length).map(|row| row % n_rows));
        });
        out
    }

    /// The values of the resample.
    pub(in crate::resampling) fn values(self, x: &[f64]) -> Vec<f64> {
        let mut out = Vec::with_capacity(x.len());
        self.append_values(x, &mut out);
        out
    }

    /// Appends the values of the resample to `out`.
    pub(super) fn append_values(self, x: &[f64], out: &mut Vec<f64>) {
        let n = x.len();
        self.for_each_block(n, n, |start, length| {
            let before_end = length.min(n - start);
            out.extend_from_slice(&x[start..start + before_end]);
            out.extend_from_slice(&x[..length - before_end]);
        });
    }
}

/// Blocks of one length, the last one cut.
fn chain(
    blocks: FixedBlocks,
    n_drawn: usize,
    mut next: impl FnMut() -> usize,
    mut block: impl FnMut(usize, usize),
) {
    let mut n_left = n_drawn;
    while n_left > 0 {
        let length = blocks.length.min(n_left);
        block(next() * blocks.stride, length);
        n_left -= length;
    }
}

/// Blocks of geometric length, the last one cut.
fn geometric(
    mean_block_length: f64,
    n_rows: usize,
    n_drawn: usize,
    seed: u64,
    k: u64,
    mut block: impl FnMut(usize, usize),
) {
    let mut stream = stream(seed, k);
    let per_log = 1.0 / (-1.0 / mean_block_length).ln_1p();
    let mut n_left = n_drawn;
    while n_left > 0 {
        let start = stream.random_range(0..n_rows);
        // 1 - u is uniform on (0, 1]; the inverse of the geometric survival function.
        let u: f64 = stream.random();
        let more = (1.0 - u).ln() * per_log;
        let length = if more < (n_left - 1) as f64 {
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
            let whole = more as usize; // 0 <= more < n_left - 1, rounded down
            whole + 1
        } else {
            n_left
        };
        block(start, length);
        n_left -= length;
    }
}
