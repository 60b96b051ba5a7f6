//! How often does every test reject where nothing happened, how often does every interval hold the
//! truth, and how often is an effect found?
//!
//! Simulates panels without an event and with one, and draws random dates in the real panel of the
//! claims; runs a study on each; counts what every test over responses, every test and interval over
//! event dates and the rule of verdicts say. `docs/calibration.md` shows what it found.
//!
//! Finished batches of cells stay in `target/calibration/`: a run that was stopped goes on from them.
#![allow(clippy::unwrap_used)]

mod arguments;
mod check;
mod crypto;
mod few_events;
mod gate;
mod guide;
mod page;
mod prose;
mod random;
mod reading;
mod record;
mod results;
mod run;
mod set_ups;
mod simulated;
mod store;
mod tally;

#[allow(dead_code)] // the claims use the rest
#[path = "../claims/market.rs"]
mod market;
#[allow(dead_code)]
#[path = "../claims/studies.rs"]
mod studies;

use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use arguments::{Simulation, Task};
use reading::PROCEDURES;
use record::{Outcome, Record};
use results::Results;
use set_ups::batches;
use store::{Finished, Store};

fn main() -> ExitCode {
    match work() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn work() -> Outcome<()> {
    let stored = |path| -> Outcome<Results> {
        let (comments, records) = record::read(path)?;
        Ok(Results { comments, records })
    };
    match arguments::read()? {
        Task::Simulate(simulation) => simulate(&simulation),
        Task::Check => check::check(),
        Task::Current(path) => current(&path, &stored(&path)?),
        Task::Page(path) => {
            print!("{}", page::page(&stored(&path)?));
            Ok(())
        }
        Task::Guide(path) => {
            print!("{}", guide::guide(&stored(&path)?));
            Ok(())
        }
        Task::FewEvents(path) => {
            print!("{}", few_events::few_events(&stored(&path)?)?);
            Ok(())
        }
    }
}

/// Fails for results of procedures that are no more.
fn current(path: &Path, results: &Results) -> Outcome<()> {
    if results.are_current() {
        return Ok(());
    }
    let command = results.comments.first().map_or("", String::as_str);
    let path = path.display();
    Err(format!(
        "{path}: results of other procedures than these; to be made again by {command}, with \
         `--out {path}`"
    )
    .into())
}

fn simulate(simulation: &Simulation) -> Outcome<()> {
    let Simulation { n_samples, pattern, seed, out } = simulation;
    let store = Store::open(*n_samples, *seed)?;
    let mut batches = batches();
    batches.retain(|batch| batch.name.contains(pattern.as_str()));
    if batches.is_empty() {
        return Err(format!("no cell has `{pattern}` in its name").into());
    }
    let (mut records, mut seconds) = (Vec::<Record>::new(), 0.0);
    for (k, batch) in batches.iter().enumerate() {
        let known = store.finished(batch);
        let again = if known.is_some() { ", from before" } else { "" };
        let finished = if let Some(finished) = known {
            finished
        } else {
            let start = Instant::now();
            let tallies = run::run(batch, *n_samples, *seed)?;
            let cells = batch.cells.iter().zip(&tallies);
            let records = cells.flat_map(|(cell, tally)| Record::of(cell, tally)).collect();
            let finished = Finished { records, seconds: start.elapsed().as_secs_f64() };
            store.keep(batch, &finished)?;
            finished
        };
        seconds += finished.seconds;
        let done = format!("{}/{} {}", k + 1, batches.len(), batch.name);
        eprintln!("{done}: {:.0} s{again}, {seconds:.0} s in all", finished.seconds);
        records.extend(finished.records);
    }
    let cells = if pattern.is_empty() { String::new() } else { format!(" --cells {pattern}") };
    let command = format!("--sims {n_samples} --seed {seed}{cells}");
    let n_threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let comments = [
        format!("`cargo run --release --example calibration -- {command}`"),
        format!(
            "version {}, {:.0} minutes on {n_threads} cores",
            env!("CARGO_PKG_VERSION"),
            seconds / 60.0
        ),
        PROCEDURES.to_owned(),
    ];
    let out = out.clone().unwrap_or_else(|| store.results());
    record::write(&out, &comments, &records)?;
    println!("{} rows in {}", records.len(), out.display());
    Ok(())
}
