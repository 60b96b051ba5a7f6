//! Means of every series in every replicate, a few replicates at a time.

use ndarray::Array2;

use super::draws::{RowDraws, check_rows};
use crate::Result;
use crate::numeric::parallel;

/// Replicates of a tile: enough to run along them without a break, few enough that the tile of some
/// hundred series stays in the cache of a core.
const TILE: usize = 64;

/// Sums of the first rows of every series, centred on its mean: row by row, so that a block of rows
/// is added for all series at once.
///
/// The sums are compensated (Neumaier), so that the sum over a block is off by no more than a few
/// roundings of the largest of them, however long the series.
#[derive(Debug)]
pub(super) struct PrefixSums {
    n_rows: usize,
    /// Means of the series.
    pub(super) means: Vec<f64>,
    /// (rows + 1) × series.
    sums: Vec<f64>,
}

impl PrefixSums {
    /// Of series × rows.
    pub(super) fn new(series: &Array2<f64>) -> Self {
        let (n_series, n_rows) = series.dim();
        let means: Vec<f64> =
            series.rows().into_iter().map(|row| row.sum() / n_rows as f64).collect();
        let mut sums = vec![0.0; (n_rows + 1) * n_series];
        for (k, row) in series.rows().into_iter().enumerate() {
            let (mut sum, mut lost) = (0.0_f64, 0.0_f64);
            for (t, value) in row.iter().map(|v| v - means[k]).enumerate() {
                let next = sum + value;
                lost += if sum.abs() >= value.abs() {
                    (sum - next) + value
                } else {
                    (value - next) + sum
                };
                sum = next;
                sums[(t + 1) * n_series + k] = sum + lost;
            }
        }
        Self { n_rows, means, sums }
    }

    fn n_series(&self) -> usize {
        self.means.len()
    }

    /// Mean of each series over the rows of these runs, less its mean over all rows.
    fn deviations(&self, runs: &[(usize, usize)], out: &mut [f64]) {
        let n = self.n_series();
        out.fill(0.0);
        for (from, to) in runs {
            let (before, after) = (&self.sums[from * n..][..n], &self.sums[to * n..][..n]);
            for ((sum, after), before) in out.iter_mut().zip(after).zip(before) {
                *sum += after - before;
            }
        }
        for sum in out {
            *sum /= self.n_rows as f64;
        }
    }
}

/// Means of all series in some replicates, each less the mean of the series.
#[derive(Debug)]
pub(super) struct Tile {
    n_replicates: usize,
    /// Series × replicates.
    values: Vec<f64>,
}

impl Tile {
    /// One series in the replicates of the tile, in their order.
    pub(super) fn series(&self, k: usize) -> &[f64] {
        &self.values[k * self.n_replicates..][..self.n_replicates]
    }

    /// Number of series.
    pub(super) fn n_series(&self) -> usize {
        self.values.len() / self.n_replicates
    }

    /// Number of its replicates.
    pub(super) fn n_replicates(&self) -> usize {
        self.n_replicates
    }
}

/// `f` of all tiles in the order of their replicates; a tile holds one table per `sums`, of the same
/// draws. Spread over threads.
pub(super) fn map<const N: usize, T: Send>(
    draws: &dyn RowDraws,
    sums: [&PrefixSums; N],
    f: impl Fn([Tile; N]) -> T + Sync + Send,
) -> Result<Vec<T>> {
    let n_replicates = draws.n_replicates(sums.first().map_or(0, |s| s.n_rows));
    let of_tile = |tile: usize| {
        let replicates = tile * TILE..((tile + 1) * TILE).min(n_replicates);
        tables(draws, sums, replicates).map(&f)
    };
    parallel::map(n_replicates.div_ceil(TILE), of_tile).into_iter().collect()
}

fn tables<const N: usize>(
    draws: &dyn RowDraws,
    sums: [&PrefixSums; N],
    replicates: std::ops::Range<usize>,
) -> Result<[Tile; N]> {
    let n = replicates.len();
    let mut tiles = sums.map(|s| Tile { n_replicates: n, values: vec![0.0; n * s.n_series()] });
    let mut deviations = sums.map(|s| vec![0.0; s.n_series()]);
    let n_rows = sums.first().map_or(0, |s| s.n_rows);
    for (place, k) in replicates.enumerate() {
        let rows = draws.rows(n_rows, k)?;
        check_rows(&rows, n_rows, k)?;
        let runs = runs(&rows);
        for ((table, sums), out) in tiles.iter_mut().zip(sums).zip(&mut deviations) {
            sums.deviations(&runs, out);
            for (series, value) in out.iter().enumerate() {
                table.values[series * n + place] = *value;
            }
        }
    }
    Ok(tiles)
}

/// The rows as runs of neighbours, first row and the one after the last: the blocks of a block
/// bootstrap, whatever its scheme.
fn runs(rows: &[usize]) -> Vec<(usize, usize)> {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for row in rows {
        match runs.last_mut() {
            Some((_, end)) if end == row => *end += 1,
            _ => runs.push((*row, row + 1)),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;

    use super::super::GivenDraws;
    use super::*;
    use crate::resampling::{SeriesBootstrap, SeriesScheme};

    #[test]
    fn neighbours_are_one_run() {
        assert_eq!(runs(&[3, 4, 5, 0, 1, 1, 7]), [(3, 6), (0, 2), (1, 2), (7, 8)]);
        assert_eq!(runs(&[]), []);
    }

    #[test]
    fn means_by_runs_are_the_means_of_the_rows() {
        let n_rows = 50;
        let series = Array2::from_shape_fn((3, n_rows), |(k, t)| {
            1e3 * k as f64 + ((t * (k + 3)) as f64).sin() * (1.0 + t as f64)
        });
        // More than one tile, and the last one not full.
        let draws = SeriesBootstrap::new(SeriesScheme::Stationary { mean_block_length: 4.0 })
            .unwrap()
            .replicates(TILE + 9)
            .seed(3);
        let sums = PrefixSums::new(&series);
        let tiles = map(&draws, [&sums], |[tile]| tile).unwrap();
        assert_eq!(tiles.iter().map(Tile::n_replicates).collect::<Vec<_>>(), [TILE, 9]);
        for k in 0..TILE + 9 {
            let rows = RowDraws::rows(&draws, n_rows, k).unwrap();
            for (s, values) in series.rows().into_iter().enumerate() {
                let direct: f64 =
                    rows.iter().map(|r| values[*r] - sums.means[s]).sum::<f64>() / n_rows as f64;
                let found = tiles[k / TILE].series(s)[k % TILE];
                assert!((found - direct).abs() < 1e-11, "{found} and {direct}");
            }
        }
    }

    #[test]
    fn a_draw_of_another_length_is_refused() {
        let sums = PrefixSums::new(&Array2::zeros((2, 4)));
        let draws = GivenDraws::new(vec![vec![0, 1, 2]; 5]).unwrap();
        assert!(map(&draws, [&sums], |_| ()).is_err());
        assert!(GivenDraws::new(vec![vec![0, 1], vec![0, 2]]).is_err());
        assert!(GivenDraws::new(vec![vec![0, 1], vec![0]]).is_err());
    }
}
