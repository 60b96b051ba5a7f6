//! The block bootstrap of event portfolios covers what it says it covers.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::float_cmp)]

mod common;

use common::{Noise, close, compound, events, panel};
use eventstudy::models::{ConstantMeanModel, ExpectedReturnModel, MarketAdjustedModel};
use eventstudy::panel::{Compounding, Universe};
use eventstudy::resampling::{BlockLength, SeriesBootstrap, SeriesScheme};
use eventstudy::study::{
    BlockBootstrapEstimate, BootstrapSettings, EventStudy, MeanBlockLength, StudyData,
};
use eventstudy::time::{EstimationWindow, EventWindow};

/// One asset that earns `drift` a day more than a flat benchmark, and two events of twenty rows.
fn run(
    seed: u64,
    drift: f64,
    model: impl ExpectedReturnModel + 'static,
) -> (f64, BlockBootstrapEstimate) {
    let returns: Vec<f64> = Noise::new(seed).take(299, 0.03).iter().map(|e| drift + e).collect();
    run_on(&returns, 3.0.into(), model)
}

fn run_on(
    returns: &[f64],
    mean_block_length: MeanBlockLength,
    model: impl ExpectedReturnModel + 'static,
) -> (f64, BlockBootstrapEstimate) {
    let prices = panel(&[("a", compound(returns)), ("flat", vec![1.0; 300])]);
    let study = EventStudy::builder(Universe::of(["a"]), model)
        .windows([EventWindow::rows(1, 20).unwrap()])
        .estimation_window(EstimationWindow::trailing(100).unwrap())
        .bootstrap(Some(
            BootstrapSettings { replicates: 299, ..Default::default() }
                .with_blocks(mean_block_length),
        ))
        .placebo(None)
        .build()
        .unwrap();
    let data = StudyData::new(prices, Compounding::Simple);
    let found = study.run(&data, &events(&[120, 260])).unwrap().windows.remove(0);
    (found.mean, found.block_bootstrap.unwrap())
}

#[test]
fn the_interval_of_a_mean_holds_its_estimate_whatever_the_residuals_mean() {
    for drift in [-0.01, 0.0, 0.01] {
        let (mean, found) = run(1, drift, MarketAdjustedModel::on("flat"));
        assert!(found.lower < mean && mean < found.upper, "{mean} in {found:?}");
        // The drift moves the interval and leaves its length.
        let (still, without) = run(1, 0.0, MarketAdjustedModel::on("flat"));
        close(found.upper - found.lower, without.upper - without.lower, 1e-9);
        close(found.upper - mean, without.upper - still, 1e-9);
    }
}

#[test]
fn a_mean_that_was_estimated_is_covered_as_often_as_the_level_says() {
    let n = 200_u16;
    let covered = (1..=u64::from(n)).filter(|seed| {
        let (_, found) = run(*seed, 0.002, ConstantMeanModel);
        found.lower <= 0.0 && 0.0 <= found.upper
    });
    // The abnormal return is zero on average; 95 % of 200 are 190, with a standard error of 3.1.
    let share = covered.count() as f64 / f64::from(n);
    assert!((0.90..=0.99).contains(&share), "{share}");
}

/// Why the interval is too short however many events there are: residuals of M rows add up to nothing,
/// so that two of them are correlated by −1/M, and blocks of them cancel.
#[test]
fn long_sums_of_blocks_of_short_windows_vary_less_than_the_series() {
    let (n_events, n_rows, total, mean_block_length) = (30, 60, 300, 10.0);
    let bootstrap = SeriesBootstrap::new(SeriesScheme::Stationary { mean_block_length })
        .unwrap()
        .replicates(200);
    let mut noise = Noise::new(11);
    let mut ratio = |seed: u64| {
        let mut pooled = Vec::new();
        for _ in 0..n_events {
            let rows = noise.take(n_rows, 0.03);
            let mean = rows.iter().sum::<f64>() / n_rows as f64;
            pooled.extend(rows.iter().map(|r| r - mean));
        }
        let variance = pooled.iter().map(|r| r * r).sum::<f64>() / pooled.len() as f64;
        let drawn = bootstrap.seed(seed).run_window_sum(&pooled, total).unwrap();
        drawn.std_error().powi(2) / (total as f64 * variance)
    };
    let n_studies = 300_u16;
    let ratios: Vec<f64> = (1..=u64::from(n_studies)).map(&mut ratio).collect();
    let n = f64::from(n_studies);
    let mean = ratios.iter().sum::<f64>() / n;
    let square = ratios.iter().map(|r| (r - mean).powi(2)).sum::<f64>();
    let error = (square / (n - 1.0) / n).sqrt();
    // Rows k apart in a sum of T are neighbours in a block with probability (1 − 1/b)^k, and of one
    // window of M with probability 1 − k/M.
    let together = |k: usize| {
        let stay = (1.0 - 1.0 / mean_block_length).powi(i32::try_from(k).unwrap());
        stay * (1.0 - k as f64 / n_rows as f64) * (1.0 - k as f64 / total as f64)
    };
    let lost = 2.0 * (1..n_rows).map(together).sum::<f64>() / (n_rows - 1) as f64;
    assert!((mean - (1.0 - lost)).abs() < 3.0 * error, "{mean} ± {error}, {}", 1.0 - lost);
    assert!((0.72..0.78).contains(&mean) && error < 0.01, "{mean} ± {error}");
    // About 1 − (2b − 1)/M, as if all rows were of one window and the sum had no end.
    assert!((mean - (1.0 - 19.0 / 60.0)).abs() < 0.08);
}

#[test]
fn drift_alone_is_found_by_a_model_that_expects_none() {
    let (_, with) = run(3, 0.02, MarketAdjustedModel::on("flat"));
    let (_, explained) = run(3, 0.02, ConstantMeanModel);
    assert!(with.p_value < 0.02 && with.lower > 0.0, "{with:?}");
    assert!(explained.p_value > 0.05, "{explained:?}");
}

#[test]
fn a_length_from_the_data_follows_their_dependence() {
    let length = |returns: &[f64]| {
        run_on(returns, MeanBlockLength::Auto, ConstantMeanModel).1.mean_block_length
    };
    let noise = Noise::new(5).take(299, 0.01);
    let slow: Vec<f64> = noise
        .iter()
        .scan(0.0, |level, e| {
            *level = 0.8 * *level + e;
            Some(*level)
        })
        .collect();
    let (short, long) = (length(&noise), length(&slow));
    assert!((1.0..5.0).contains(&short) && long > 2.0 * short, "{short} and {long}");

    // The estimation windows of both events, each centred, end to end.
    let window = |day: usize| {
        let rows = &slow[day - 101..day - 1];
        let mean = rows.iter().sum::<f64>() / 100.0;
        // An estimated mean makes what is drawn for twenty rows longer by √(1 + 20/100).
        rows.iter().map(move |r| (r - mean) * 1.2_f64.sqrt()).collect::<Vec<_>>()
    };
    let pooled = [window(120), window(260)].concat();
    close(long, BlockLength::politis_white(&pooled).unwrap().stationary, 1e-6);
}
