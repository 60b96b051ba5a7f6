//! The steps by which models leave a confidence set.

use super::draws::RowDraws;
use super::model_confidence_set::CARD;
use super::tiles::{self, PrefixSums, Tile};
use crate::numeric::{moments, parallel};
use crate::resampling::{Bar, Exceedances};
use crate::{Error, Result};

/// A model that leaves, the statistic of the set before that, and replicates beyond it.
pub(super) type Step = (usize, Option<f64>, Exceedances);

/// Mean losses of all models and in all replicates.
#[derive(Debug)]
pub(super) struct MeanLosses<'a> {
    means: &'a [f64],
    tiles: Vec<Tile>,
    n_replicates: usize,
    /// The largest losses of the models: what their differences are rounded to.
    levels: Vec<f64>,
}

impl<'a> MeanLosses<'a> {
    pub(super) fn new(
        draws: &dyn RowDraws,
        sums: &'a PrefixSums,
        levels: Vec<f64>,
    ) -> Result<Self> {
        let tiles = tiles::map(draws, [sums], |[tile]| tile)?;
        let n_replicates = tiles.iter().map(Tile::n_replicates).sum();
        Ok(Self { means: &sums.means, tiles, n_replicates, levels })
    }

    /// `1/s` from the sum of squares over the replicates of a difference between these models.
    fn inverse(&self, squares: f64, models: &[usize], of: impl Fn() -> String) -> Result<f64> {
        let level = models.iter().map(|k| self.levels[*k]).fold(0.0, f64::max);
        if moments::is_negligible(squares, level, self.n_replicates) {
            return Err(Error::DegenerateVariance { what: CARD.name.to_owned(), of: of() });
        }
        Ok((self.n_replicates as f64 / squares).sqrt())
    }

    /// Steps by the range of all pairs. Which model leaves depends on the means and on s alone, so
    /// that the order is known beforehand, and the maxima over the shrinking sets are gathered from
    /// the last set to the first: each pair is looked at once.
    pub(super) fn by_range(&self) -> Result<Vec<Step>> {
        let n_models = self.means.len();
        let inverses = self.inverse_spreads()?;
        let (order, statistics) = self.order_by_range(&inverses);
        let bars: Vec<Bar> = statistics.iter().map(|t| Bar::new(*t, 1.0)).collect();
        let of_tile = |tile: usize| {
            let tile = &self.tiles[tile];
            let mut most = vec![0.0_f64; tile.n_replicates()];
            let mut counts = vec![Exceedances::NONE; bars.len()];
            for (step, bar) in bars.iter().enumerate().rev() {
                let one = tile.series(order[step]);
                for other in &order[step + 1..] {
                    let inverse = inverses[order[step] * n_models + other];
                    for ((most, a), b) in most.iter_mut().zip(one).zip(tile.series(*other)) {
                        let value = (a - b).abs() * inverse;
                        if value > *most {
                            *most = value;
                        }
                    }
                }
                counts[step] = Exceedances::of(&most, *bar);
            }
            counts
        };
        let counts = parallel::map(self.tiles.len(), of_tile);
        let total = |step: usize| {
            counts
                .iter()
                .fold(Exceedances::NONE, |sum, tile: &Vec<Exceedances>| sum.plus(tile[step]))
        };
        let steps = statistics.iter().enumerate();
        let mut steps: Vec<Step> =
            steps.map(|(step, t)| (order[step], Some(*t), total(step))).collect();
        steps.extend(order.last().map(|last| (*last, None, Exceedances::all(self.n_replicates))));
        Ok(steps)
    }

    /// `1/sᵢⱼ` of all pairs, models × models.
    fn inverse_spreads(&self) -> Result<Vec<f64>> {
        let n_models = self.means.len();
        let squares = parallel::map(n_models, |i| -> Vec<f64> {
            let with = |j: usize| {
                self.tiles.iter().map(|tile| squares_between(tile.series(i), tile.series(j))).sum()
            };
            (i + 1..n_models).map(with).collect()
        });
        let mut inverses = vec![0.0; n_models * n_models];
        for (i, row) in squares.iter().enumerate() {
            for (j, squares) in (i + 1..).zip(row) {
                let of = || format!("the difference between models {i} and {j}");
                let inverse = self.inverse(*squares, &[i, j], of)?;
                inverses[i * n_models + j] = inverse;
                inverses[j * n_models + i] = inverse;
            }
        }
        Ok(inverses)
    }

    /// The models in the order in which they leave, and the statistic before each does.
    fn order_by_range(&self, inverses: &[f64]) -> (Vec<usize>, Vec<f64>) {
        let n_models = self.means.len();
        let (mut left, mut order): (Vec<usize>, Vec<usize>) = ((0..n_models).collect(), Vec::new());
        let mut statistics = Vec::with_capacity(n_models - 1);
        while left.len() > 1 {
            let (mut statistic, mut leaves) = (f64::NEG_INFINITY, 0);
            for (place, i) in left.iter().enumerate() {
                for j in left.iter().filter(|j| *j != i) {
                    let t = (self.means[*i] - self.means[*j]) * inverses[i * n_models + j];
                    if t > statistic {
                        (statistic, leaves) = (t, place);
                    }
                }
            }
            statistics.push(statistic);
            order.push(left.remove(leaves));
        }
        order.extend(left);
        (order, statistics)
    }

    /// Steps by the distance from the mean of the set, whose standard deviations change with it.
    pub(super) fn by_maximum(&self) -> Result<Vec<Step>> {
        let mut left: Vec<usize> = (0..self.means.len()).collect();
        let mut steps = Vec::with_capacity(left.len());
        while left.len() > 1 {
            let n = left.len() as f64;
            let centred = parallel::map(self.tiles.len(), |tile| {
                let tile = &self.tiles[tile];
                let mut centre = vec![0.0; tile.n_replicates()];
                for k in &left {
                    for (sum, value) in centre.iter_mut().zip(tile.series(*k)) {
                        *sum += value;
                    }
                }
                for sum in &mut centre {
                    *sum /= n;
                }
                let squares: Vec<f64> =
                    left.iter().map(|k| squares_between(tile.series(*k), &centre)).collect();
                (centre, squares)
            });
            let mut inverses = Vec::with_capacity(left.len());
            for (place, k) in left.iter().enumerate() {
                let squares = centred.iter().map(|(_, squares)| squares[place]).sum();
                let of = || format!("the distance of model {k} from the mean of the set");
                inverses.push(self.inverse(squares, &left, of)?);
            }
            let centre = left.iter().map(|k| self.means[*k]).sum::<f64>() / n;
            let t: Vec<f64> =
                left.iter().zip(&inverses).map(|(k, s)| (self.means[*k] - centre) * s).collect();
            let leaves = super::spa::largest_of(&t);
            let bar = Bar::new(t[leaves], 1.0);
            let counts = parallel::map(self.tiles.len(), |tile| {
                let (tile, (centre, _)) = (&self.tiles[tile], &centred[tile]);
                let mut most = vec![f64::NEG_INFINITY; tile.n_replicates()];
                for (k, inverse) in left.iter().zip(&inverses) {
                    for ((most, value), centre) in most.iter_mut().zip(tile.series(*k)).zip(centre)
                    {
                        let value = (value - centre) * inverse;
                        if value > *most {
                            *most = value;
                        }
                    }
                }
                Exceedances::of(&most, bar)
            });
            let total = counts.into_iter().fold(Exceedances::NONE, Exceedances::plus);
            steps.push((left.remove(leaves), Some(t[leaves]), total));
        }
        steps.extend(left.into_iter().map(|k| (k, None, Exceedances::all(self.n_replicates))));
        Ok(steps)
    }
}

/// `Σ (a − b)²`, in four sums side by side.
fn squares_between(a: &[f64], b: &[f64]) -> f64 {
    let mut sums = [0.0; 4];
    for (a, b) in a.chunks(4).zip(b.chunks(4)) {
        for ((sum, a), b) in sums.iter_mut().zip(a).zip(b) {
            *sum += (a - b) * (a - b);
        }
    }
    (sums[0] + sums[1]) + (sums[2] + sums[3])
}
