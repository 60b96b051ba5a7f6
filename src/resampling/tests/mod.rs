//! Properties of resampling across its files.

mod bands;
mod block_length;
mod clusters;
mod coverage;
mod distinct;
mod exact;
mod intervals;
mod panels;
mod paths;
mod placebo;
mod randomisation;
mod reading;
mod schemes;
mod series;
mod shards;
mod sign_flip;
mod studentised;
mod studentised_bands;
mod wild;

use proptest::prelude::*;

use crate::resampling::{SeriesBootstrap, SeriesScheme};

fn stationary(mean_block_length: f64) -> crate::Result<SeriesBootstrap> {
    SeriesBootstrap::new(SeriesScheme::Stationary { mean_block_length })
}

/// All schemes with blocks of that many rows.
fn all_schemes(block_length: usize) -> [SeriesScheme; 6] {
    [
        SeriesScheme::Iid,
        SeriesScheme::Moving { block_length },
        SeriesScheme::Circular { block_length },
        SeriesScheme::Stationary { mean_block_length: block_length as f64 },
        SeriesScheme::NonOverlapping { block_length },
        SeriesScheme::Tapered { block_length },
    ]
}

/// All but the one whose resamples hold weighted deviations.
fn plain_schemes(block_length: usize) -> impl Iterator<Item = SeriesScheme> {
    let is_plain = |scheme: &SeriesScheme| !matches!(scheme, SeriesScheme::Tapered { .. });
    all_schemes(block_length).into_iter().filter(is_plain)
}

/// A short skewed series.
fn skewed(n: u32) -> Vec<f64> {
    (0..n).map(|t| (f64::from(t) * 1.7).sin() + 0.3 * (f64::from(t) * 0.9).cos().exp()).collect()
}

/// Values of ordinary size.
fn values(n: std::ops::Range<usize>) -> impl Strategy<Value = Vec<f64>> {
    prop::collection::vec(-1.0..1.0_f64, n)
}

fn close(a: f64, b: f64, tolerance: f64) -> bool {
    (a - b).abs() <= tolerance
}
