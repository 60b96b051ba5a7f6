//! Event studies on whole panels.

use eventstudy::abnormal::Accumulator;
use eventstudy::models::{ExpectedReturnModel, FactorModel, MarketModel};

use crate::shapes::{FACTORS, LARGE, PEERS, Shape, TALL, World};
use crate::{time, time_on_one};

/// The size that peers are timed on: the whole table of ARs, and CARs.
pub fn peers() {
    for (state, with_holes) in [("complete", false), ("holes", true)] {
        let world = PEERS.world(with_holes);
        let run = accumulator(PEERS, &world, &MarketModel::on(FACTORS[0]), false);
        time(&format!("1000x20, AR table + AAR + CAR, {state}"), 21, || {
            let mut partial = run.start(0).unwrap();
            run.extend_keeping(&mut partial, &world.returns, &world.responses).unwrap()
        });
    }
}

/// A million responses.
pub fn large() {
    for (state, with_holes) in [("complete", false), ("holes", true)] {
        let world = LARGE.world(with_holes);
        let one = MarketModel::on(FACTORS[0]);
        let three = FactorModel::on(FACTORS);
        let models: [(&str, &dyn ExpectedReturnModel); 2] =
            [("1 factor", &one), ("3 factors", &three)];
        for (name, model) in models {
            for (sums, correlation) in [("fit + AAR + 5 CARs", false), ("and correlation", true)] {
                let run = accumulator(LARGE, &world, model, correlation);
                accumulate(&format!("10000x100, {name}, {sums}, {state}"), 7, &run, &world);
            }
        }
        let run = accumulator(LARGE, &world, &one, false);
        let n_cells = LARGE.n_responses() * LARGE.n_taus();
        time_on_one("limit: writing as many numbers as the AR table has", 3, || {
            std::hint::black_box(vec![1.0_f64; n_cells])
        });
        time(&format!("10000x100, 1 factor, AR table kept, {state}"), 3, || {
            let mut partial = run.start(0).unwrap();
            run.extend_keeping(&mut partial, &world.returns, &world.responses).unwrap()
        });
    }
}

/// Minute bars.
pub fn tall() {
    for (state, with_holes) in [("complete", false), ("holes", true)] {
        let world = TALL.world(with_holes);
        let run = accumulator(TALL, &world, &MarketModel::on(FACTORS[0]), true);
        let name = format!("200 x 1e6 rows x 50, 1 factor, all sums, {state}");
        accumulate(&name, 5, &run, &world);
    }
}

fn accumulator(
    shape: Shape,
    world: &World,
    model: &dyn ExpectedReturnModel,
    correlation: bool,
) -> Accumulator {
    let dates = world.responses.dates().to_vec();
    let run = Accumulator::new(&world.factors, model, shape.design(), dates).unwrap();
    run.mean_correlation(correlation)
}

fn accumulate(name: &str, n: usize, run: &Accumulator, world: &World) {
    time(name, n, || {
        let mut partial = run.start(0).unwrap();
        run.extend(&mut partial, &world.returns, &world.responses).unwrap();
        partial
    });
}
