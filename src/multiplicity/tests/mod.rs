//! What holds of the tests, on made-up numbers.

mod adjustments;
mod faults;
mod joint;
mod sets;

use ndarray::Array2;

use super::*;
use crate::resampling::{SeriesBootstrap, SeriesScheme};

/// Series that move together and differ in size; none has a mean of zero.
fn series(n_series: usize, n_rows: usize) -> Array2<f64> {
    Array2::from_shape_fn((n_series, n_rows), |(k, t)| {
        let (k, t) = (k as f64, t as f64);
        let common = (0.9 * t).sin() + (0.21 * t * t).cos();
        (common + (1.0 + k) * (t * (1.7 + 0.13 * k) + k * t * t).cos()) + 0.15 * k - 0.2
    })
}

fn draws(n_replicates: usize) -> SeriesBootstrap {
    SeriesBootstrap::new(SeriesScheme::Stationary { mean_block_length: 3.0 })
        .unwrap()
        .replicates(n_replicates)
        .seed(11)
}

/// Means of each series over the rows of each replicate.
fn resampled_means(series: &Array2<f64>, draws: &dyn RowDraws) -> Vec<Vec<f64>> {
    let n_rows = series.ncols();
    let of = |rows: &[usize]| -> Vec<f64> {
        let mean = |k: usize| rows.iter().map(|r| series[[k, *r]]).sum::<f64>() / n_rows as f64;
        (0..series.nrows()).map(mean).collect()
    };
    (0..draws.n_replicates(n_rows)).map(|k| of(&draws.rows(n_rows, k).unwrap())).collect()
}

fn means(series: &Array2<f64>) -> Vec<f64> {
    series.rows().into_iter().map(|row| row.sum() / row.len() as f64).collect()
}

fn close(a: f64, b: f64) {
    assert!((a - b).abs() <= 1e-10 * (1.0 + a.abs().max(b.abs())), "{a} and {b}");
}

/// `(1 + #{values ≥ bar})/(1 + B)`; no ties in made-up numbers.
fn p_value(values: impl ExactSizeIterator<Item = f64>, bar: f64) -> f64 {
    let n = values.len();
    (1 + values.filter(|v| *v >= bar).count()) as f64 / (1 + n) as f64
}
