//! Large universes: fits, CARs, AAR and the sums behind the tests, for each shape and state.
#![allow(missing_docs, unreachable_pub, clippy::unwrap_used)]
#![allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]

mod shapes;

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use eventstudy::abnormal::Accumulator;
use eventstudy::models::{ExpectedReturnModel, FactorModel, MarketModel};
use shapes::{FACTORS, FLAGSHIP, LARGE, PEERS, Shape, TALL};

/// In test mode every bench runs once, on less.
fn sized(shape: Shape) -> Shape {
    if std::env::args().any(|argument| argument == "--test") { shape.smaller() } else { shape }
}

fn accumulate(criterion: &mut Criterion) {
    let models: [(&str, Box<dyn ExpectedReturnModel>); 2] = [
        ("one factor", Box::new(MarketModel::on(FACTORS[0]))),
        ("three factors", Box::new(FactorModel::on(FACTORS))),
    ];
    for shape in [FLAGSHIP, PEERS, LARGE, TALL].map(sized) {
        for (state, with_holes) in [("complete", false), ("holes", true)] {
            let world = shape.world(with_holes);
            let mut group = criterion.benchmark_group(format!("accumulate, {}", shape.name));
            group.sample_size(10);
            group.throughput(Throughput::Elements((shape.n_responses() * shape.n_taus()) as u64));
            for (name, model) in &models {
                let dates = world.responses.dates().to_vec();
                let run = Accumulator::new(&world.factors, model.as_ref(), shape.design(), dates)
                    .unwrap();
                group.bench_function(BenchmarkId::new(*name, state), |b| {
                    b.iter(|| {
                        let mut partial = run.start(0).unwrap();
                        run.extend(&mut partial, black_box(&world.returns), &world.responses)
                            .unwrap();
                        partial
                    });
                });
            }
            group.finish();
        }
    }
}

criterion_group!(benches, accumulate);
criterion_main!(benches);
