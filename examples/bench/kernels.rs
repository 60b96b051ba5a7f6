//! Three kernels for the guard of instruction counts: the same work on every run, on one thread.

use std::hint::black_box;

use eventstudy::abnormal::Accumulator;
use eventstudy::models::MarketModel;
use eventstudy::resampling::{SeriesBootstrap, SeriesScheme};
use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

use crate::shapes::{FACTORS, PEERS, Shape};

/// Runs a kernel so many times; the difference between two numbers of times is the work alone.
pub fn run(name: &str, n_times: usize) {
    let once: Box<dyn Fn() + Send> = match name {
        "responses" => responses(),
        "stationary" => mean_of(250, SeriesScheme::Stationary { mean_block_length: 10.0 }, 1_000),
        "independent" => mean_of(10_000, SeriesScheme::Iid, 500),
        _ => {
            eprintln!("error: no kernel `{name}`, but responses, stationary, independent");
            std::process::exit(2);
        }
    };
    eventstudy::with_threads(1, move || (0..n_times).for_each(|_| once())).unwrap();
}

/// Market model, CARs, AAR and the sums behind the tests.
fn responses() -> Box<dyn Fn() + Send> {
    let shape = Shape { n_assets: 96, ..PEERS };
    let world = shape.world(false);
    let dates = world.responses.dates().to_vec();
    let model = MarketModel::on(FACTORS[0]);
    let run = Accumulator::new(&world.factors, &model, shape.design(), dates).unwrap();
    Box::new(move || {
        let mut partial = run.start(0).unwrap();
        run.extend(&mut partial, black_box(&world.returns), &world.responses).unwrap();
        black_box(partial);
    })
}

fn mean_of(n: usize, scheme: SeriesScheme, n_replicates: usize) -> Box<dyn Fn() + Send> {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(4);
    let x: Vec<f64> = (0..n).map(|_| rng.random::<f64>() - 0.5).collect();
    let bootstrap = SeriesBootstrap::new(scheme).unwrap().replicates(n_replicates);
    Box::new(move || {
        black_box(bootstrap.run_mean(black_box(&x)).unwrap());
    })
}
