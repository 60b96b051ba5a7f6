//! Bootstrap, sign flips and placebo sets at the sizes of a real study.
#![allow(missing_docs, clippy::unwrap_used)]

use std::hint::black_box;

use chrono::{Days, NaiveDate};
use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use eventstudy::resampling::{
    EventDateBootstrap, IntervalMethod, PlaceboDesign, PlaceboGrid, SignFlip, StationaryBootstrap,
};

const N_REPLICATES: usize = 9_999;

fn series(n: u32) -> Vec<f64> {
    (0..n).map(|t| (f64::from(t) * 0.37).sin() * 0.02 + (f64::from(t) * 1.3).cos() * 0.01).collect()
}

fn bootstrap(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("stationary bootstrap, 9999 replicates");
    group.sample_size(10);
    for n_rows in [250_u32, 2_500] {
        let x = series(n_rows);
        let scheme = stationary(10.0).unwrap().replicates(N_REPLICATES);
        group.bench_with_input(BenchmarkId::new("mean by prefix sums", n_rows), &x, |b, x| {
            b.iter(|| scheme.run_mean(black_box(x)).unwrap());
        });
        group.bench_with_input(BenchmarkId::new("mean by closure", n_rows), &x, |b, x| {
            let mean = |v: &[f64]| v.iter().sum::<f64>() / v.len() as f64;
            b.iter(|| scheme.run(black_box(x), mean).unwrap());
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
