//! What is asked on the command line.

use std::path::PathBuf;

use crate::record::Outcome;

const USAGE: &str = "\
usage: calibration [--sims N] [--cells PATTERN] [--seed N] [--out FILE]
       calibration --check
       calibration --page FILE | --guide FILE | --few-events FILE | --current FILE

  --sims N          samples of each cell, 10000 unless set
  --cells PATTERN   those whose name holds this text, all unless set
  --seed N          seed of the samples, 1 unless set
  --out FILE        results as CSV, target/calibration/results.csv unless set
  --check           few samples of a few cells, and the stored ones; fails where the default breaks a
                    promise: size, coverage, error rates of verdicts, power
  --page FILE       the page of documentation from stored results
  --guide FILE      the table of tests in the guide from stored results
  --few-events FILE the tables of the guide about few events from stored results
  --current FILE    fails where stored results are of other procedures than those of this build";

/// What to do.
pub(crate) enum Task {
    Simulate(Simulation),
    Check,
    Page(PathBuf),
    Guide(PathBuf),
    Current(PathBuf),
    FewEvents(PathBuf),
}

/// Which cells, how often, from where, to where.
pub(crate) struct Simulation {
    pub(crate) n_samples: usize,
    pub(crate) pattern: String,
    pub(crate) seed: u64,
    pub(crate) out: Option<PathBuf>,
}

/// Reads the arguments of the process.
pub(crate) fn read() -> Outcome<Task> {
    let mut simulation =
        Simulation { n_samples: 10_000, pattern: String::new(), seed: 1, out: None };
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        if argument == "--check" {
            return Ok(Task::Check);
        }
        let value = arguments.next().ok_or(USAGE)?;
        match argument.as_str() {
            "--sims" => simulation.n_samples = value.parse()?,
            "--cells" => simulation.pattern = value,
            "--seed" => simulation.seed = value.parse()?,
            "--out" => simulation.out = Some(value.into()),
            "--page" => return Ok(Task::Page(value.into())),
            "--current" => return Ok(Task::Current(value.into())),
            "--guide" => return Ok(Task::Guide(value.into())),
            "--few-events" => return Ok(Task::FewEvents(value.into())),
            _ => return Err(USAGE.into()),
        }
    }
    if simulation.n_samples == 0 {
        return Err("--sims is at least 1".into());
    }
    Ok(Task::Simulate(simulation))
}
