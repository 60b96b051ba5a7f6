//! Sums over blocks, taken once and looked up by every replicate.

use super::draw::Resample;
use super::scheme::SeriesScheme;
use super::taper;
use crate::numeric::moments;

/// What a block adds to the sum of a resample, as a deviation from the mean of the series.
#[derive(Debug)]
pub(super) struct BlockSums {
    /// Mean of the series.
    centre: f64,
    n_rows: usize,
    n_drawn: usize,
    of_blocks: OfBlocks,
}

#[derive(Debug)]
enum OfBlocks {
    /// Of rows by themselves.
    Rows(Vec<f64>),
    /// Sums of the first values of the series laid twice end to end.
    Prefix(Vec<f64>),
    /// Weighted sums by start: of whole blocks of that length, and of those that make up the rest.
    Tapered { length: usize, whole: Vec<f64>, last: Vec<f64> },
}

impl BlockSums {
    /// For resamples of `n_drawn` rows of a series that suits the scheme.
    pub(super) fn new(scheme: SeriesScheme, x: &[f64], n_drawn: usize) -> Self {
        let centre = moments::mean(x).unwrap_or(0.0);
        let of_blocks = match scheme {
            SeriesScheme::Tapered { block_length } => tapered(block_length, x, centre, n_drawn),
            SeriesScheme::Iid => OfBlocks::Rows(x.iter().map(|v| v - centre).collect()),
            _ => OfBlocks::Prefix(prefix_sums(x, centre)),
        };
        Self { centre, n_rows: x.len(), n_drawn, of_blocks }
    }

    /// Mean of the series.
    pub(super) fn centre(&self) -> f64 {
        self.centre
    }

    pub(super) fn n_drawn(&self) -> usize {
        self.n_drawn
    }

    /// Sum of the deviations of a resample from the mean of the series, in time proportional to its
    /// number of blocks.
    pub(super) fn sum_of_deviations(&self, resample: Resample) -> f64 {
        let mut total = 0.0;
        match &self.of_blocks {
            OfBlocks::Rows(deviations) => {
                if let Some(sum) = resample.sum_of_rows(deviations, self.n_drawn) {
                    return sum;
                }
                resample.for_each_block(self.n_rows, self.n_drawn, |row, _| {
                    total += deviations[row];
                });
            }
            OfBlocks::Prefix(sums) => {
                resample.for_each_block(self.n_rows, self.n_drawn, |start, length| {
                    total += sums[start + length] - sums[start];
                });
            }
            OfBlocks::Tapered { length: of_whole, whole, last } => {
                resample.for_each_block(self.n_rows, self.n_drawn, |start, length| {
                    total += if length == *of_whole { whole[start] } else { last[start] };
                });
            }
        }
        total
    }

    /// The deviations that a block of `length` rows adds up to from `start`.
    pub(super) fn block(&self, start: usize, length: usize) -> f64 {
        match &self.of_blocks {
            OfBlocks::Rows(deviations) => deviations[start],
            OfBlocks::Prefix(sums) => sums[start + length] - sums[start],
            OfBlocks::Tapered { length: of_whole, whole, .. } if length == *of_whole => {
                whole[start]
            }
            OfBlocks::Tapered { last, .. } => last[start],
        }
    }
}

/// Sums of any run of neighbouring values, wrapped around, are two look-ups apart.
///
/// The values are centred on their mean and summed with Neumaier's compensation, so a block sum is
/// off by no more than a few roundings of the largest centred prefix.
fn prefix_sums(x: &[f64], centre: f64) -> Vec<f64> {
    let mut sums = Vec::with_capacity(2 * x.len() + 1);
    let (mut sum, mut lost) = (0.0_f64, 0.0_f64);
    sums.push(0.0);
    for value in x.iter().chain(x).map(|v| v - centre) {
        let next = sum + value;
        lost += if sum.abs() >= value.abs() { (sum - next) + value } else { (value - next) + sum };
        sum = next;
        sums.push(sum + lost);
    }
    sums
}

fn tapered(block_length: usize, x: &[f64], centre: f64, n_drawn: usize) -> OfBlocks {
    let n_starts = x.len() - block_length + 1;
    let by_start = |length: usize| {
        let weights = taper::weights(length);
        let weighted = |start: usize| {
            let block = x[start..start + length].iter().zip(&weights);
            block.map(|(v, w)| w * (v - centre)).sum()
        };
        (0..n_starts).map(weighted).collect()
    };
    let rest = n_drawn % block_length;
    let whole = if n_drawn < block_length { Vec::new() } else { by_start(block_length) };
    let last = if rest == 0 { Vec::new() } else { by_start(rest) };
    OfBlocks::Tapered { length: block_length, whole, last }
}
