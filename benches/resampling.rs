//! Bootstrap, sign flips and placebo sets at the sizes of a real study.
#![allow(missing_docs, clippy::unwrap_used)]

use std::hint::black_box;

use chrono::{Days, NaiveDate};
use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use eventstudy::resampling::{
    BlockLength, ClusterBootstrap, ClusterScheme, EventDateBootstrap, IntervalMethod,
    PathDistribution, PlaceboDesign, PlaceboGrid, ResamplingScheme, SeriesBootstrap, SeriesScheme,
    SignFlip, WildBootstrap, WildWeights,
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
    for n_events in [5_u32, 30] {
        let x = series(n_events);
        let scheme = EventDateBootstrap::new().replicates(N_REPLICATES);
        group.bench_with_input(BenchmarkId::new("every interval", n_events), &x, |b, x| {
            b.iter(|| {
                let drawn = scheme.run_mean_studentised(black_box(x)).unwrap();
                let read = |method| drawn.interval(method, 0.9).unwrap();
                IntervalMethod::ALL.iter().map(|method| read(*method)).collect::<Vec<_>>()
            });
        });
        for weights in [WildWeights::Rademacher, WildWeights::Webb] {
            let id = BenchmarkId::new(format!("wild bootstrap, {}", weights.name()), n_events);
            let test = WildBootstrap::new(weights).replicates(N_REPLICATES);
            group.bench_with_input(id, &x, |b, x| b.iter(|| test.test(black_box(x)).unwrap()));
        }
    }
    for n_events in [3_u32, 20, 100] {
        let x = series(n_events);
        group.bench_with_input(BenchmarkId::new("sign flip", n_events), &x, |b, x| {
            b.iter(|| SignFlip::new().test(black_box(x)).unwrap());
        });
    }
    group.finish();
}

fn clusters(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("30 event dates of 50 responses, 9999 replicates");
    group.sample_size(10);
    let by_date: Vec<Vec<f64>> = series(1_500).chunks(50).map(<[f64]>::to_vec).collect();
    for scheme in [ClusterScheme::WholeDates, ClusterScheme::TwoStage] {
        let bootstrap = ClusterBootstrap::new(scheme).replicates(N_REPLICATES);
        group.bench_function(format!("mean by sums, {scheme:?}"), |b| {
            b.iter(|| bootstrap.run_mean(black_box(&by_date)).unwrap());
        });
        group.bench_function(format!("mean by closure, {scheme:?}"), |b| {
            let mean = |v: &[f64]| v.iter().sum::<f64>() / v.len() as f64;
            b.iter(|| bootstrap.run(black_box(&by_date), mean).unwrap());
        });
    }
    let n_days = 60;
    let replicates: Vec<f64> = (0..N_REPLICATES * n_days)
        .map(|at| ((at % n_days + 1) as f64).sqrt() * (at / n_days * 7_919 % 10_007) as f64)
        .collect();
    let scheme = ResamplingScheme::GivenIndependent;
    let point = vec![5_000.0; n_days];
    let paths = PathDistribution::from_replicates(point, replicates, scheme).unwrap();
    group.bench_function("simultaneous band of 60 days", |b| {
        b.iter(|| black_box(&paths).simultaneous_band(0.95).unwrap());
    });
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

criterion_group!(benches, bootstrap, clusters, placebo);
criterion_main!(benches);
