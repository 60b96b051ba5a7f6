//! Properties of resampling across its files.

mod bands;
mod clusters;
mod coverage;
mod intervals;
mod placebo;
mod reading;
mod schemes;
mod sign_flip;
mod studentised;
mod wild;

use proptest::prelude::*;

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
