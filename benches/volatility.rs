//! Fits of the volatility models at the lengths of estimation windows.
#![allow(missing_docs, clippy::unwrap_used)]

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use eventstudy::models::EstimationSample;
use eventstudy::models::volatility::{ConditionalVariance, ErrorDistribution, GarchModel};
use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

/// Returns of a market and of an asset with GARCH(1,1) errors.
fn series(seed: u64, n: usize) -> (Vec<f64>, Vec<f64>) {
    let mut stream = Xoshiro256PlusPlus::seed_from_u64(seed);
    let mut normal = move || {
        let (a, b): (f64, f64) = (stream.random(), stream.random());
        (-2.0 * (1.0 - a).ln()).sqrt() * (std::f64::consts::TAU * b).cos()
    };
    let mut h = 1e-4;
    (0..n)
        .map(|_| {
            let (market, e) = (0.01 * normal(), f64::sqrt(h) * normal());
            h = 5e-6 + 0.08 * e * e + 0.87 * h;
            (market, 0.0003 + 1.2 * market + e)
        })
        .unzip()
}

fn fit(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("fit of ten series");
    group.sample_size(10);
    for n_rows in [250, 1_000] {
        let all: Vec<_> = (0..10).map(|seed| series(seed, n_rows)).collect();
        for variance in
            [ConditionalVariance::Garch, ConditionalVariance::Gjr, ConditionalVariance::Egarch]
        {
            for errors in [ErrorDistribution::Normal, ErrorDistribution::StudentT] {
                let model = GarchModel::on("market").variance(variance).errors(errors);
                let id = BenchmarkId::new(format!("{variance}, {errors}"), n_rows);
                group.bench_with_input(id, &all, |b, all| {
                    b.iter(|| {
                        for (market, asset) in all {
                            let factors = [market.as_slice()];
                            let sample = EstimationSample::new(black_box(asset), &factors);
                            black_box(model.fit_sample(&sample).unwrap());
                        }
                    });
                });
            }
        }
    }
    group.finish();
}

criterion_group!(benches, fit);
criterion_main!(benches);
