//! Mean paths of resampled units.

use std::ops::Range;

use ndarray::{Array2, ArrayRef2, ArrayView2};

use super::{SeriesBootstrap, SeriesScheme, taper};
use crate::Result;
use crate::numeric::parallel;
use crate::resampling::paths::{PathDistribution, add_to, check_paths, mean_and_deviations};

/// Replicates whose counts are multiplied with the units at once.
const AT_ONCE: usize = 128;

impl SeriesBootstrap {
    /// Draws rows of `paths` by the scheme, and takes the mean path of each resample.
    ///
    /// `paths` has a row per unit, such as an event or a response, in the order of time, and a
    /// column per day of the event window, cumulated already; see
    /// [`EventDateBootstrap::run_paths`](crate::resampling::EventDateBootstrap::run_paths). Blocks are
    /// of units whose windows overlap or that lie close together: each stands for a path, not for a day.
    /// The `Tapered` scheme weighs the deviations of whole paths from their mean.
    ///
    /// Of the others a replicate is the product of how often each unit was drawn with the units, whose
    /// deviations from the mean path are first rounded to a step of at most n × the largest of them ×
    /// 2⁻⁵¹ for n units: sums are then exact, so that replicates have the same bits on any processor.
    ///
    /// # Errors
    ///
    /// [`Error::TooFew`](crate::Error::TooFew) for fewer than two units or no days;
    /// [`Error::Setting`](crate::Error::Setting) for a block length that does not suit the number of
    /// units; [`Error::BadEntry`](crate::Error::BadEntry) for a value that is not finite.
    pub fn run_paths(&self, paths: &ArrayRef2<f64>) -> Result<PathDistribution> {
        let n_units = paths.nrows();
        self.scheme.check_rows(n_units)?;
        check_paths(paths)?;
        let (point, deviations) = mean_and_deviations(paths);
        let n_exact = self.n_exact(n_units, n_units);
        let exact = n_exact.is_some();
        let n_replicates = n_exact.unwrap_or(self.n_replicates);
        let replicates = if let SeriesScheme::Tapered { block_length } = self.scheme {
            let weights = [block_length, n_units % block_length].map(taper::weights);
            parallel::map(n_replicates, |k| {
                self.tapered_path(exact, k, &weights, &point, &deviations)
            })
        } else {
            let units = on_a_grid(&deviations, point.len());
            parallel::map(n_replicates.div_ceil(AT_ONCE), |task| {
                let first = task * AT_ONCE;
                let range = first..(first + AT_ONCE).min(n_replicates);
                self.counted_paths(exact, range, &point, &units)
            })
        };
        let seed = (!exact).then_some(self.seed);
        PathDistribution::assemble(point, replicates.concat(), self.scheme.into(), exact, seed)
    }

    /// How often each unit was drawn times its deviations: a product of two matrices.
    fn counted_paths(
        &self,
        exact: bool,
        range: Range<usize>,
        point: &[f64],
        units: &Array2<f64>,
    ) -> Vec<f64> {
        let n_units = units.nrows();
        let mut counts = vec![0.0; range.len() * n_units];
        for (k, counts) in range.zip(counts.chunks_exact_mut(n_units)) {
            self.resample(exact, k).for_each_block(n_units, n_units, |start, length| {
                if length == 1 {
                    counts[start] += 1.0;
                    return;
                }
                let (from_first, from_start) = counts.split_at_mut(start);
                let wrapped = length.saturating_sub(from_start.len());
                from_start.iter_mut().take(length).for_each(|count| *count += 1.0);
                from_first[..wrapped].iter_mut().for_each(|count| *count += 1.0);
            });
        }
        let Ok(counts) = ArrayView2::from_shape((counts.len() / n_units, n_units), &counts) else {
            return Vec::new(); // the shape is that of the vector
        };
        let mut paths = counts.dot(units);
        for mut path in paths.outer_iter_mut() {
            for (value, point) in path.iter_mut().zip(point) {
                *value = point + *value / n_units as f64;
            }
        }
        paths.into_raw_vec_and_offset().0
    }

    fn tapered_path(
        &self,
        exact: bool,
        k: usize,
        weights: &[Vec<f64>; 2],
        point: &[f64],
        deviations: &[Vec<f64>],
    ) -> Vec<f64> {
        let n_units = deviations.len();
        let [whole, last] = weights;
        let mut path = point.to_vec();
        self.resample(exact, k).for_each_block(n_units, n_units, |start, length| {
            let weights = if length == last.len() { last } else { whole };
            for (unit, weight) in deviations[start..].iter().zip(weights) {
                add_to(&mut path, weight / n_units as f64, unit);
            }
        });
        path
    }
}

/// The deviations, rounded to multiples of a power of two so large that the sum of any `n` of them, n
/// their number, is exact: sums then have the same bits in any order, on any processor, with or without
/// fused products. The step is at most `n × (the largest deviation) × 2⁻⁵¹`.
fn on_a_grid(deviations: &[Vec<f64>], n_days: usize) -> Array2<f64> {
    let largest = deviations.iter().flatten().fold(0.0_f64, |a, b| a.max(b.abs()));
    let bound = largest * deviations.len() as f64;
    #[allow(clippy::cast_possible_truncation)] // the exponent of a double
    let exponent = if bound > 0.0 { bound.log2().ceil() as i32 - 52 } else { 0 };
    // Added to a value, it leaves no digit below the step.
    let shift = 1.5 * 2.0_f64.powi(52 + exponent);
    Array2::from_shape_fn((deviations.len(), n_days), |(unit, day)| {
        (deviations[unit][day] + shift) - shift
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn sums_on_the_grid_are_exact_in_any_order(
            x in prop::collection::vec(-1.0..1.0_f64, 2..200), power in -200..200_i32,
            rows in prop::collection::vec(any::<prop::sample::Index>(), 200),
        ) {
            let x: Vec<Vec<f64>> = x.iter().map(|v| vec![v * 10.0_f64.powi(power)]).collect();
            let grid = on_a_grid(&x, 1);
            let largest = x.iter().flatten().fold(0.0_f64, |a, b| a.max(b.abs()));
            let step = x.len() as f64 * largest * 2.0_f64.powi(-51);
            for (value, rounded) in x.iter().flatten().zip(&grid) {
                prop_assert!((value - rounded).abs() <= step / 2.0);
            }
            let rows: Vec<usize> = rows[..x.len()].iter().map(|row| row.index(x.len())).collect();
            let one_by_one: f64 = rows.iter().map(|row| grid[[*row, 0]]).sum();
            let backwards: f64 = rows.iter().rev().map(|row| grid[[*row, 0]]).sum();
            let fused = (0..x.len()).fold(0.0_f64, |sum, row| {
                let count = rows.iter().filter(|drawn| **drawn == row).count() as f64;
                count.mul_add(grid[[row, 0]], sum)
            });
            prop_assert_eq!(one_by_one, backwards);
            prop_assert_eq!(one_by_one, fused);
        }
    }
}
