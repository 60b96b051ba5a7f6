//! Joint tests of many models on common draws, at the sizes of a search over trading rules.
#![allow(missing_docs, clippy::unwrap_used)]

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use eventstudy::multiplicity::{
    Adjustment, ModelConfidenceSet, RelativePerformance, RomanoWolf, StepM,
    SuperiorPredictiveAbility,
};
use eventstudy::resampling::{SeriesBootstrap, SeriesScheme};
use ndarray::Array2;

/// Models, rows, replicates.
const SHAPES: [(usize, usize, usize); 2] = [(50, 250, 999), (500, 1_000, 10_000)];
const BLOCK: f64 = 10.0;

/// Models that share most of what they earn, one in ten a little better.
fn models(n_models: usize, n_rows: usize) -> Array2<f64> {
    Array2::from_shape_fn((n_models, n_rows), |(k, t)| {
        let (model, row) = (k as f64, t as f64);
        let common = (row * 0.37).sin();
        let own = (row * (1.3 + 0.011 * model) + model).cos();
        let better = if k % 10 == 0 { 0.02 } else { 0.0 };
        0.01 * (common + (1.0 + 0.01 * model) * own + better)
    })
}

fn joint(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("joint tests, models x rows x replicates");
    group.sample_size(10);
    for (n_models, n_rows, n_replicates) in SHAPES {
        let name = format!("{n_models} x {n_rows} x {n_replicates}");
        let table = models(n_models, n_rows);
        let relative = RelativePerformance::of_differences(&table).unwrap();
        let draws = SeriesBootstrap::new(SeriesScheme::Stationary { mean_block_length: BLOCK })
            .unwrap()
            .replicates(n_replicates);
        group.throughput(Throughput::Elements((n_models * n_replicates) as u64));
        let spa = SuperiorPredictiveAbility::new(BLOCK).unwrap();
        group.bench_with_input(BenchmarkId::new("SPA", &name), &relative, |b, x| {
            b.iter(|| spa.test(black_box(x), &draws).unwrap());
        });
        group.bench_with_input(BenchmarkId::new("StepM", &name), &relative, |b, x| {
            b.iter(|| StepM::new(BLOCK).unwrap().test(black_box(x), &draws, 0.05).unwrap());
        });
        group.bench_with_input(BenchmarkId::new("Romano-Wolf", &name), &relative, |b, x| {
            b.iter(|| RomanoWolf::new().test(black_box(x), &draws).unwrap());
        });
        for (statistic, test) in
            [("range", ModelConfidenceSet::range()), ("maximum", ModelConfidenceSet::maximum())]
        {
            let id = BenchmarkId::new(format!("confidence set, {statistic}"), &name);
            group.bench_with_input(id, &table, |b, x| {
                b.iter(|| test.of_performances(black_box(x), &draws).unwrap());
            });
        }
    }
    group.finish();
}

fn adjustments(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("adjustment of p-values");
    let p: Vec<f64> = (0..2_000_u32).map(|k| f64::from(k * 7919 % 2_003) / 2_003.0).collect();
    for rule in [Adjustment::Holm, Adjustment::Hommel, Adjustment::BenjaminiHochberg] {
        group.bench_with_input(BenchmarkId::new(rule.name(), p.len()), &p, |b, p| {
            b.iter(|| rule.adjust(black_box(p)).unwrap());
        });
    }
    group.finish();
}

criterion_group!(benches, joint, adjustments);
criterion_main!(benches);
