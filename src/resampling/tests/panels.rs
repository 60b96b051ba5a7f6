//! Blocks of dates for all assets at once.

use ndarray::{Array2, ArrayRef2, Axis};
use proptest::prelude::*;

use super::{all_schemes, close, plain_schemes};
use crate::numeric::moments::correlation;
use crate::resampling::{SeriesBootstrap, SeriesScheme};

fn panel(n_assets: usize, n_dates: usize, seed: f64) -> Array2<f64> {
    Array2::from_shape_fn((n_assets, n_dates), |(asset, date)| {
        ((asset as f64 + 1.3) * (date as f64 * 0.7 + seed)).sin() + 0.1 * asset as f64
    })
}

fn mean_of_all(panel: &ArrayRef2<f64>) -> f64 {
    panel.sum() / panel.len() as f64
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn means_of_the_resampled_panels(n_assets in 1..5_usize, n_dates in 8..30_usize, seed in 0.0..9.0_f64) {
        let panel = panel(n_assets, n_dates, seed);
        let by_date = panel.mean_axis(Axis(0)).unwrap().to_vec();
        for scheme in all_schemes(3) {
            let bootstrap = SeriesBootstrap::new(scheme).unwrap().replicates(30).seed(4);
            let fast = bootstrap.run_panel_mean(&panel).unwrap();
            let series = bootstrap.run_mean(&by_date).unwrap();
            for (a, b) in fast.replicates().iter().zip(series.replicates()) {
                prop_assert!(close(*a, *b, 1e-14), "{scheme:?}");
            }
            let window = bootstrap.run_panel_window_sum(&panel, 5).unwrap();
            let of_series = bootstrap.run_window_sum(&by_date, 5).unwrap();
            for (a, b) in window.replicates().iter().zip(of_series.replicates()) {
                prop_assert!(close(*a, *b, 1e-13), "{scheme:?}");
            }
        }
        for scheme in plain_schemes(3) {
            let bootstrap = SeriesBootstrap::new(scheme).unwrap().replicates(30).seed(4);
            let fast = bootstrap.run_panel_mean(&panel).unwrap();
            let plain = bootstrap.run_panel(&panel, mean_of_all).unwrap();
            prop_assert!(close(fast.point_estimate(), plain.point_estimate(), 1e-14));
            for (a, b) in fast.replicates().iter().zip(plain.replicates()) {
                prop_assert!(close(*a, *b, 1e-13), "{scheme:?}");
            }
        }
    }
}

#[test]
fn assets_are_drawn_on_the_same_dates() {
    // The second asset is the first one doubled, so every resample has a correlation of one.
    let mut panel = panel(2, 40, 0.0);
    let doubled = panel.row(0).mapv(|v| 2.0 * v);
    panel.row_mut(1).assign(&doubled);
    let together = |panel: &ArrayRef2<f64>| {
        assert_eq!(panel.dim(), (2, 40));
        correlation(panel.row(0).as_slice().unwrap(), panel.row(1).as_slice().unwrap()).unwrap()
    };
    for scheme in plain_schemes(4) {
        let bootstrap = SeriesBootstrap::new(scheme).unwrap().replicates(50);
        let drawn = bootstrap.run_panel(&panel, together).unwrap();
        assert!(drawn.replicates().iter().all(|r| close(*r, 1.0, 1e-12)));
    }
}

#[test]
fn the_layout_in_memory_does_not_matter() {
    let panel = panel(3, 25, 1.0);
    let by_columns = panel.t().as_standard_layout().into_owned();
    let last = |panel: &ArrayRef2<f64>| panel[[2, 24]] - panel[[0, 3]];
    let bootstrap = SeriesBootstrap::new(SeriesScheme::Circular { block_length: 4 }).unwrap();
    let bootstrap = bootstrap.replicates(40);
    let a = bootstrap.prepare_panel(&panel, last).unwrap().run_shard(0..40).unwrap();
    let b = bootstrap.prepare_panel(&by_columns.t(), last).unwrap().run_shard(0..40).unwrap();
    assert_eq!(a, b);
}

#[test]
fn a_panel_has_assets_and_no_gaps() {
    let bootstrap = SeriesBootstrap::new(SeriesScheme::Circular { block_length: 4 }).unwrap();
    let mut panel = panel(3, 25, 1.0);
    panel[[1, 7]] = f64::NAN;
    let expected = "asset 1 of the panel, row 7: NaN is not a finite number";
    let text = |fault: crate::Error| fault.to_string();
    assert_eq!(text(bootstrap.run_panel(&panel, mean_of_all).unwrap_err()), expected);
    assert_eq!(text(bootstrap.run_panel_mean(&panel).unwrap_err()), expected);
    let empty = Array2::<f64>::zeros((0, 25));
    assert_eq!(
        text(bootstrap.run_panel_mean(&empty).unwrap_err()),
        "a resampled panel needs at least 1 assets, found 0"
    );
    let short = Array2::<f64>::zeros((2, 3));
    assert!(bootstrap.run_panel_mean(&short).is_err());
    let tapered = SeriesBootstrap::new(SeriesScheme::Tapered { block_length: 2 }).unwrap();
    assert!(tapered.run_panel(&short, mean_of_all).is_err());
    assert!(bootstrap.run_panel_window_sum(&short, 4).is_err());
}
