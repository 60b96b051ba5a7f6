//! Bootstrap, sign flips and placebo sets at the sizes of a real study.
#![allow(missing_docs, clippy::unwrap_used)]

use std::hint::black_box;

use chrono::{Days, NaiveDate};
use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use eventstudy::resampling::{
    BlockLength, EventDateBootstrap, IntervalMethod, PlaceboDesign, PlaceboGrid, SeriesBootstrap,
    SeriesScheme, SignFlip,
};
use ndarray::Array2;

const N_REPLICATES: usize = 9_999;

fn series(n: u32) -> Vec<f64> {
    (0..n).map(|t| (f64::from(t) * 0.37).sin() * 0.02 + (f64::from(t) * 1.3).cos() * 0.01).collect()
}

fn schemes(block_length: usize) -> [(&'static str, SeriesScheme); 6] {
    [
        ("iid", SeriesScheme::Iid),
        ("moving", SeriesScheme::Moving { block_length }),
        ("circular", SeriesScheme::Circular { block_length }),
        ("stationary", SeriesScheme::Stationary { mean_block_length: block_length as f64 }),
        ("non-overlapping", SeriesScheme::NonOverlapping { block_length }),
        ("tapered", SeriesScheme::Tapered { block_length }),
    ]
}

fn bootstrap(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("stationary bootstrap, 9999 replicates");
    group.sample_size(10);
    for n_rows in [250_u32, 2_500] {
        let x = series(n_rows);
        let scheme = SeriesScheme::Stationary { mean_block_length: 10.0 };
        let scheme = SeriesBootstrap::new(scheme).unwrap().replicates(N_REPLICATES);
        group.bench_with_input(BenchmarkId::new("mean by prefix sums", n_rows), &x, |b, x| {
            b.iter(|| scheme.run_mean(black_box(x)).unwrap());
        });
        group.bench_with_input(BenchmarkId::new("mean by closure", n_rows), &x, |b, x| {
            let mean = |v: &[f64]| v.iter().sum::<f64>() / v.len() as f64;
            b.iter(|| scheme.run(black_box(x), mean).unwrap());
        });
    }
    group.finish();

    let mut group = criterion.benchmark_group("mean of 250 rows in blocks of 10, 10000 replicates");
    group.sample_size(10);
    let x = series(250);
    for (name, scheme) in schemes(10) {
        let bootstrap = SeriesBootstrap::new(scheme).unwrap().replicates(10_000);
        group.bench_function(name, |b| b.iter(|| bootstrap.run_mean(black_box(&x)).unwrap()));
    }
    group.finish();

    let mut group = criterion.benchmark_group("panel of 100 assets, 250 dates, 10000 replicates");
    group.sample_size(10);
    let panel = Array2::from_shape_fn((100, 250), |(asset, date)| x[(7 * asset + date) % 250]);
    let circular = SeriesScheme::Circular { block_length: 10 };
    let bootstrap = SeriesBootstrap::new(circular).unwrap().replicates(10_000);
    group.bench_function("CAAR of 20 days", |b| {
        b.iter(|| bootstrap.run_panel_window_sum(black_box(&panel), 20).unwrap());
    });
    group.finish();

    let mut group = criterion.benchmark_group("paths of 60 days, 10000 replicates");
    group.sample_size(10);
    for n_events in [3_usize, 100] {
        let paths = Array2::from_shape_fn((n_events, 60), |(e, day)| x[(11 * e + day) % 250]);
        let scheme = EventDateBootstrap::new().replicates(10_000);
        group.bench_with_input(BenchmarkId::new("event dates", n_events), &paths, |b, paths| {
            b.iter(|| scheme.run_paths(black_box(paths)).unwrap());
        });
    }
    group.finish();

    let mut group = criterion.benchmark_group("choice of the block length");
    group.sample_size(10);
    for n_rows in [250_u32, 2_500] {
        let x = series(n_rows);
        group.bench_with_input(BenchmarkId::new("Politis and White", n_rows), &x, |b, x| {
            b.iter(|| BlockLength::politis_white(black_box(x)).unwrap());
        });
    }
    group.finish();

    let mut group = criterion.benchmark_group("event dates");
    group.sample_size(10);
    for n_events in [3_u32, 30] {
        let x = series(n_events);
        let scheme = EventDateBootstrap::new().replicates(N_REPLICATES);
        group.bench_with_input(BenchmarkId::new("bootstrap and BCa", n_events), &x, |b, x| {
            b.iter(|| {
                scheme.run_mean(black_box(x)).unwrap().interval(IntervalMethod::Bca, 0.95).unwrap()
            });
        });
    }
    for n_events in [3_u32, 20, 100] {
        let x = series(n_events);
        group.bench_with_input(BenchmarkId::new("sign flip", n_events), &x, |b, x| {
            b.iter(|| SignFlip::new().test(black_box(x)).unwrap());
        });
    }
    group.finish();
}

fn placebo(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("placebo, 3000 days, 9999 sets");
    group.sample_size(10);
    let day = |d| NaiveDate::from_ymd_opt(2017, 1, 1).unwrap() + Days::new(d);
    let values = series(3_000).into_iter().map(Some).collect();
    let grid = PlaceboGrid::new((0..3_000).map(day).collect(), values).unwrap();
    for n_events in [3_u32, 10] {
        let events: Vec<NaiveDate> = (0..n_events).map(|e| day(u64::from(100 + 250 * e))).collect();
        let design = PlaceboDesign::new().min_separation_days(90).buffer_days(45);
        group.bench_with_input(BenchmarkId::new("draw and compare", n_events), &events, |b, e| {
            b.iter(|| design.run(black_box(&grid), e, 0.01).unwrap().p_values());
        });
    }
    group.bench_function("circular shift of 3", |b| {
        let events = [day(100), day(900), day(2_000)];
        b.iter(|| black_box(&grid).circular_shift(&events).unwrap());
    });
    group.finish();
}

criterion_group!(benches, bootstrap, placebo);
criterion_main!(benches);
