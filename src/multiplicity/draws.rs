//! Resamples of dates.

use crate::resampling::{SeriesBootstrap, SeriesScheme};
use crate::{Error, Result};

/// Resamples of the rows of a table: which rows replicate k holds, the same for every series.
///
/// Drawing whole rows keeps what the series of one date have in common, which is what a joint test
/// needs. The dependence from row to row is kept by drawing blocks of rows.
///
/// Every row must be drawn as often as any other on average, as it is where blocks may run past the
/// end: the tests centre resampled means on the mean of the sample.
pub trait RowDraws: Sync {
    /// Number of replicates B of a table of `n_rows`.
    fn n_replicates(&self, n_rows: usize) -> usize;

    /// The rows of replicate `k`, counted from 0: as many as the table has, each below `n_rows`.
    ///
    /// # Errors
    ///
    /// Where the scheme is not defined for so many rows.
    fn rows(&self, n_rows: usize, k: usize) -> Result<Vec<usize>>;
}

impl RowDraws for SeriesBootstrap {
    fn n_replicates(&self, n_rows: usize) -> usize {
        self.n_resamples(n_rows)
    }

    /// # Errors
    ///
    /// As [`SeriesBootstrap::rows`], and [`Error::Setting`] for blocks that hold some rows less often
    /// than others: moving blocks, in which those at the ends are rare, and blocks side by side
    /// whose length does not divide the number of rows, in which the last ones are never drawn.
    fn rows(&self, n_rows: usize, k: usize) -> Result<Vec<usize>> {
        let refuse = |value: String| {
            Err(Error::Setting {
                name: "scheme of a joint test",
                value,
                expected: "one that draws every row as often as any other, such as circular blocks",
            })
        };
        match self.scheme() {
            SeriesScheme::Moving { .. } => refuse("moving blocks".to_owned()),
            SeriesScheme::NonOverlapping { block_length }
                if !n_rows.is_multiple_of(block_length) =>
            {
                refuse(format!("blocks of {block_length} side by side over {n_rows} rows"))
            }
            _ => SeriesBootstrap::rows(self, n_rows, k),
        }
    }
}

/// Resamples that were drawn elsewhere: one list of rows per replicate.
///
/// ```
/// use eventstudy::multiplicity::{GivenDraws, RowDraws};
///
/// let draws = GivenDraws::new(vec![vec![0, 1, 0], vec![2, 2, 1]])?;
/// assert_eq!(draws.rows(3, 1)?, [2, 2, 1]);
/// assert!(draws.rows(4, 1).is_err()); // of a table with three rows
/// # Ok::<(), eventstudy::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GivenDraws {
    rows: Vec<Vec<usize>>,
}

impl GivenDraws {
    /// Takes the rows of every replicate, counted from 0.
    ///
    /// # Errors
    ///
    /// [`Error::ShapeMismatch`] for draws of different lengths; [`Error::Setting`] for a row that a
    /// table of that length does not have.
    pub fn new(rows: Vec<Vec<usize>>) -> Result<Self> {
        let n_rows = rows.first().map_or(0, Vec::len);
        for (k, draw) in rows.iter().enumerate() {
            check_rows(draw, n_rows, k)?;
        }
        Ok(Self { rows })
    }
}

impl RowDraws for GivenDraws {
    fn n_replicates(&self, _n_rows: usize) -> usize {
        self.rows.len()
    }

    fn rows(&self, n_rows: usize, k: usize) -> Result<Vec<usize>> {
        let Some(draw) = self.rows.get(k) else {
            return Err(Error::Setting {
                name: "replicate",
                value: k.to_string(),
                expected: "one of those that were given, counted from 0",
            });
        };
        check_rows(draw, n_rows, k)?;
        Ok(draw.clone())
    }
}

/// A draw is as long as the table and holds rows of it.
pub(super) fn check_rows(draw: &[usize], n_rows: usize, k: usize) -> Result<()> {
    if draw.len() != n_rows {
        return Err(Error::ShapeMismatch {
            what: format!("draw {k}"),
            n_found: draw.len(),
            n_expected: n_rows,
        });
    }
    match draw.iter().find(|row| **row >= n_rows) {
        Some(row) => Err(Error::Setting {
            name: "row of a draw",
            value: row.to_string(),
            expected: "a row of the table, counted from 0",
        }),
        None => Ok(()),
    }
}

/// The number of replicates; a joint test needs some.
pub(super) fn n_replicates(draws: &dyn RowDraws, n_rows: usize, what: &str) -> Result<usize> {
    let n_found = draws.n_replicates(n_rows);
    if n_found < 2 {
        return Err(Error::TooFew {
            what: what.to_owned(),
            unit: "replicates",
            n_needed: 2,
            n_found,
        });
    }
    Ok(n_found)
}
