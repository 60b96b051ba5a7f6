//! How often does every test reject, and how often does every interval hold the truth?
#![allow(clippy::unwrap_used)]

mod crypto;
mod random;
mod reading;
mod record;
mod run;
mod set_ups;
mod simulated;
mod tally;

#[allow(dead_code)] // the claims use the rest
#[path = "../claims/market.rs"]
mod market;
#[allow(dead_code)]
#[path = "../claims/studies.rs"]
mod studies;

use std::path::Path;
use std::time::Instant;

use record::{Outcome, Record};
use set_ups::batches;

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let n_samples: usize = arguments[0].parse()?;
    let pattern = arguments.get(1).cloned().unwrap_or_default();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/calibration");
    std::fs::create_dir_all(&folder)?;
    for batch in batches().iter().filter(|b| b.name.contains(&pattern)) {
        let start = Instant::now();
        let tallies = run::run(batch, n_samples, 1)?;
        let records: Vec<Record> =
            batch.cells.iter().zip(&tallies).flat_map(|(cell, tally)| Record::of(cell, tally)).collect();
        record::write(&folder.join(format!("{}.csv", batch.name)), &[], &records)?;
        eprintln!("{}: {} cells, {:.1} s", batch.name, batch.cells.len(), start.elapsed().as_secs_f64());
    }
    Ok(())
}
