//! Resampling.

use eventstudy::resampling::{IntervalMethod, SeriesBootstrap, SeriesScheme};
use ndarray::Array2;
use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

use crate::time;

const N_REPLICATES: usize = 10_000;
/// Responses of a CAAR.
const N_RESPONSES: usize = 10_000;
const N_DAYS: usize = 111;

/// The mean of a series.
pub fn series() {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(2);
    let x: Vec<f64> = (0..250).map(|_| rng.random::<f64>() - 0.5).collect();
    let scheme = SeriesScheme::Stationary { mean_block_length: 10.0 };
    let stationary = SeriesBootstrap::new(scheme).unwrap().replicates(N_REPLICATES);
    time("stationary bootstrap mean n=250 L=10, percentile interval", 21, || {
        let drawn = stationary.run_mean(&x).unwrap();
        drawn.interval(IntervalMethod::Percentile, 0.95).unwrap()
    });
    let iid = SeriesBootstrap::new(SeriesScheme::Iid).unwrap().replicates(N_REPLICATES);
    time("iid bootstrap mean n=250, BCa", 21, || {
        iid.run_mean(&x).unwrap().interval(IntervalMethod::Bca, 0.95).unwrap()
    });
}

/// The mean and the mean path of many responses, and of a panel by dates.
pub fn responses() {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(3);
    let x: Vec<f64> = (0..N_RESPONSES).map(|_| rng.random::<f64>() - 0.5).collect();
    let iid = SeriesBootstrap::new(SeriesScheme::Iid).unwrap().replicates(N_REPLICATES);
    time("CAAR of 10000 responses, 10000 iid replicates", 5, || iid.run_mean(&x).unwrap());
    let paths = Array2::from_shape_simple_fn((N_RESPONSES, N_DAYS), || rng.random::<f64>() - 0.5);
    time("CAAR path, 111 days, 10000 responses, 10000 replicates, band", 3, || {
        iid.run_paths(&paths).unwrap().simultaneous_band(0.95).unwrap()
    });
    let panel = Array2::from_shape_simple_fn((1_000, 2_500), || rng.random::<f64>() - 0.5);
    let circular = SeriesScheme::Circular { block_length: 10 };
    let dates = SeriesBootstrap::new(circular).unwrap().replicates(N_REPLICATES);
    time("blocks of dates, 1000 assets x 2500 dates, CAAR of 20 days", 5, || {
        dates.run_panel_window_sum(&panel, 20).unwrap()
    });
}
