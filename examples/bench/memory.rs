//! Peak memory of a large run that keeps nothing, where the system tells it.

use eventstudy::abnormal::Accumulator;
use eventstudy::models::MarketModel;

use crate::shapes::{FACTORS, LARGE};

/// Prints the size of the returns and what the run took on top of what was there before it.
pub fn run() {
    let world = LARGE.world(false);
    let dates = world.responses.dates().to_vec();
    let model = MarketModel::on(FACTORS[0]);
    let run = Accumulator::new(&world.factors, &model, LARGE.design(), dates).unwrap();
    let before = peak();
    let mut partial = run.start(0).unwrap();
    run.extend(&mut partial, &world.returns, &world.responses).unwrap();
    let panel = (LARGE.n_assets * LARGE.n_dates * size_of::<f64>()) as f64 / 1e6;
    match (before, peak()) {
        (Some(before), Some(after)) => println!(
            "returns {panel:.0} MB; peak before the run {before:.0} MB, after it {after:.0} MB: {:+.1} % of the returns",
            100.0 * (after - before) / panel
        ),
        _ => println!("this system does not tell the peak memory of a process"),
    }
}

/// In megabytes.
fn peak() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM"))?;
    line.split_whitespace().nth(1)?.parse().ok().map(|kib: f64| kib * 1.024e-3)
}
