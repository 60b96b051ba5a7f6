//! The schemes by which a series is resampled.

use serde::{Deserialize, Serialize};

use crate::resampling::ResamplingScheme;
use crate::{Error, Result};

/// How the rows of a series are drawn, for [`SeriesBootstrap`](super::SeriesBootstrap).
///
/// A resample of n rows is a chain of blocks of neighbouring rows, drawn independently of each
/// other; the last block is cut where the resample has n rows. Lengths are in rows.
///
/// | scheme | starts | last row goes on at the first | mean of the resampled mean |
/// |---|---|---|---|
/// | `Iid` | n | | that of the series |
/// | `Moving` | n − b + 1 | no | weighs the ends less |
/// | `Circular` | n | yes | that of the series |
/// | `Stationary` | n | yes | that of the series |
/// | `NonOverlapping` | ⌊n/b⌋ | no | leaves out the last n mod b rows |
/// | `Tapered` | n − b + 1 | no | weighs the ends less |
///
/// All but the first *assume* a stationary series whose dependence dies out well within a block,
/// and blocks that are short against the series. [`exact_mean`](Self::exact_mean) and
/// [`exact_variance`](Self::exact_variance) say what a scheme makes of a given series without
/// drawing, [`BlockLength`](crate::resampling::BlockLength) suggests a length.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(tag = "name", rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum SeriesScheme {
    /// Independent rows: for a series without dependence (Efron and Tibshirani 1993,
    /// <https://doi.org/10.1201/9780429246593>).
    Iid,
    /// Moving blocks of Künsch (1989, <https://doi.org/10.1214/aos/1176347265>): all n − b + 1
    /// blocks of b neighbouring rows are equally likely.
    Moving {
        /// Rows of a block, b; less than n.
        block_length: usize,
    },
    /// Circular blocks of Politis and Romano (1992, *A circular block-resampling procedure for
    /// stationary data*, in *Exploring the limits of bootstrap*, Wiley): moving
    /// blocks of a series whose last row is followed by its first, so that every row is drawn as
    /// often as any other.
    Circular {
        /// Rows of a block, b; at most n.
        block_length: usize,
    },
    /// The stationary bootstrap of Politis and Romano (1994,
    /// <https://doi.org/10.1080/01621459.1994.10476870>): starts uniform on all rows, lengths
    /// geometric with mean b (`P(L = l) = (1 − 1/b)^(l−1) / b`), the row after the last being the
    /// first. Given the series the resample is stationary.
    ///
    /// At b close to n the spread is far too small: with b = n more than a third of the resamples
    /// are the series itself, turned.
    Stationary {
        /// Mean of the rows of a block, b; from 1 to n.
        mean_block_length: f64,
    },
    /// Non-overlapping blocks of Carlstein (1986, <https://doi.org/10.1214/aos/1176350057>): the
    /// ⌊n/b⌋ blocks that start at the rows 0, b, 2b, … are equally likely.
    ///
    /// *Departure*: Carlstein takes the variance of a statistic over the blocks; here the blocks
    /// are drawn and joined.
    NonOverlapping {
        /// Rows of a block, b; at most n/2.
        block_length: usize,
    },
    /// Tapered blocks of Paparoditis and Politis (2001, <https://doi.org/10.1093/biomet/88.4.1105>):
    /// moving blocks of the deviations from the mean of the series, row j = 1, …, ℓ of a block
    /// multiplied by
    ///
    /// `√ℓ · w((j − ½)/ℓ) / √(Σᵢ w((i − ½)/ℓ)²)`,
    ///
    /// where w is the trapezoid that rises from 0 to 1 on [0, c] and falls on [1 − c, 1], with the
    /// c = 0.43 that the authors found best. The squares of the weights of a block add up to its
    /// length, so the variance of rows without dependence is kept. Less bias than the moving
    /// blocks: of the order b⁻² against b⁻¹.
    ///
    /// A resample holds weighted deviations, not values, so it has a mean, and a sum over a window,
    /// but no median and no maximum: a statistic of raw values is an error, one that is smooth goes
    /// by its influence values ([`run_influence`](super::SeriesBootstrap::run_influence)).
    ///
    /// *Departure*: the authors draw ⌊n/b⌋ whole blocks and rescale. Here a shorter last block
    /// makes up n rows; it is tapered as a block of its own length ℓ and starts where whole blocks
    /// do.
    Tapered {
        /// Rows of a block, b; less than n.
        block_length: usize,
    },
}

/// Blocks of one length: where they may start, and how many there are to choose from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::resampling) struct FixedBlocks {
    pub(super) length: usize,
    pub(super) n_starts: usize,
    /// Rows from one start to the next.
    pub(super) stride: usize,
}

impl FixedBlocks {
    /// Number of chains of blocks of `n_drawn` rows, all equally likely; `None` where it cannot be
    /// held.
    pub(super) fn n_outcomes(self, n_drawn: usize) -> Option<usize> {
        let n_blocks = n_drawn.div_ceil(self.length);
        self.n_starts.checked_pow(u32::try_from(n_blocks).ok()?)
    }
}

impl SeriesScheme {
    /// The scheme in words.
    pub fn name(self) -> &'static str {
        ResamplingScheme::from(self).name()
    }

    /// Mean length of a block in rows; 1 for independent rows.
    pub fn mean_block_length(self) -> f64 {
        match self {
            Self::Iid => 1.0,
            Self::Stationary { mean_block_length } => mean_block_length,
            Self::Moving { block_length }
            | Self::Circular { block_length }
            | Self::NonOverlapping { block_length }
            | Self::Tapered { block_length } => block_length as f64,
        }
    }

    /// The blocks of a series of `n_rows`; `None` for lengths that are drawn too.
    pub(in crate::resampling) fn fixed(self, n_rows: usize) -> Option<FixedBlocks> {
        let (length, n_starts, stride) = match self {
            Self::Iid => (1, n_rows, 1),
            Self::Circular { block_length } => (block_length, n_rows, 1),
            Self::Moving { block_length } | Self::Tapered { block_length } => {
                (block_length, n_rows - block_length + 1, 1)
            }
            Self::NonOverlapping { block_length } => {
                (block_length, n_rows / block_length, block_length)
            }
            Self::Stationary { .. } => return None,
        };
        Some(FixedBlocks { length, n_starts, stride })
    }

    /// The length must make sense for some series.
    pub(super) fn check_length(self) -> Result<()> {
        match self {
            Self::Iid => Ok(()),
            Self::Stationary { mean_block_length } => {
                if mean_block_length.is_finite() && mean_block_length >= 1.0 {
                    return Ok(());
                }
                Err(mean_length_error(mean_block_length, "a number of rows, at least 1"))
            }
            Self::Moving { block_length }
            | Self::Circular { block_length }
            | Self::NonOverlapping { block_length }
            | Self::Tapered { block_length } => {
                if block_length >= 1 {
                    return Ok(());
                }
                Err(length_error(block_length, "a number of rows, at least 1"))
            }
        }
    }

    /// The series must have two rows, and more than one block to choose from.
    pub(in crate::resampling) fn check_rows(self, n_rows: usize) -> Result<()> {
        self.check_length()?;
        if n_rows < 2 {
            return Err(Error::TooFew {
                what: self.name().to_owned(),
                unit: "rows",
                n_needed: 2,
                n_found: n_rows,
            });
        }
        match self {
            Self::Stationary { mean_block_length } if mean_block_length > n_rows as f64 => Err(
                mean_length_error(mean_block_length, "at most the number of rows of the series"),
            ),
            Self::Circular { block_length } if block_length > n_rows => {
                Err(length_error(block_length, "at most the number of rows of the series"))
            }
            Self::Moving { block_length } | Self::Tapered { block_length }
                if block_length >= n_rows =>
            {
                Err(length_error(block_length, "less than the number of rows of the series"))
            }
            Self::NonOverlapping { block_length } if block_length > n_rows / 2 => {
                Err(length_error(block_length, "at most half the number of rows of the series"))
            }
            _ => Ok(()),
        }
    }
}

impl From<SeriesScheme> for ResamplingScheme {
    fn from(scheme: SeriesScheme) -> Self {
        match scheme {
            SeriesScheme::Iid => Self::Iid,
            SeriesScheme::Moving { block_length } => Self::MovingBlock { block_length },
            SeriesScheme::Circular { block_length } => Self::CircularBlock { block_length },
            SeriesScheme::Stationary { mean_block_length } => {
                Self::StationaryBlock { mean_block_length }
            }
            SeriesScheme::NonOverlapping { block_length } => {
                Self::NonOverlappingBlock { block_length }
            }
            SeriesScheme::Tapered { block_length } => Self::TaperedBlock { block_length },
        }
    }
}

fn mean_length_error(mean_block_length: f64, expected: &'static str) -> Error {
    Error::Setting { name: "mean block length", value: mean_block_length.to_string(), expected }
}

fn length_error(block_length: usize, expected: &'static str) -> Error {
    Error::Setting { name: "block length", value: block_length.to_string(), expected }
}
