//! The short run of continuous integration.

use std::path::Path;

use eventstudy::resampling::EventDateBootstrap;

use crate::gate;
use crate::reading::{INTERVALS, P_VALUES};
use crate::record::{self, Outcome, Record};
use crate::results::{Results, standard_error};
use crate::run;
use crate::set_ups::{Cell, SET_UPS, SetUp, World, batches};
use crate::tally::Kind;

/// Names of the batches, and the samples of each.
const BATCHES: [(&str, usize); 7] = [
    ("staggered_n10_e0", 1_000),
    ("shared-0.3_n1_e0", 1_000),
    ("shared-0.3_n1_e1", 500),
    ("shared-0.3_n3_e2", 300),
    ("fat-2_n1_e0", 1_000),
    ("fat-2_n3_e0", 1_000),
    ("crypto-3_n1_e0", 400),
];
/// By how much an interval at 95 % may miss its level and still be shown.
const MISSED: f64 = 0.025;
/// Rejects wherever assets share dates and move together; where it does not, nothing was simulated.
const MISLED: &str = "cross-sectional-t";

/// Fails where the default breaks a promise by more than chance explains, in a few cells simulated now
/// and in all that are stored.
pub(crate) fn check() -> Outcome<()> {
    let mut faults = Vec::new();
    for (name, n_samples) in BATCHES {
        let batches = batches();
        let batch = batches.iter().find(|batch| batch.name == name).ok_or("unknown batch")?;
        let tallies = run::run(batch, n_samples, 1)?;
        for (cell, tally) in batch.cells.iter().zip(&tallies) {
            let records = Record::of(cell, tally);
            faults.extend(gate::faults(&records, gate::FRESH));
            println!("{}", in_words(&records, cell)?);
            let shares_dates = match batch.set_up.world {
                World::Simulated(world) => world.correlation > 0.0,
                World::Crypto { .. } => true,
            };
            let misled = find(&records, Kind::Test, MISLED)?;
            if shares_dates && cell.effect < 1e-9 && keeps_its_size(misled) {
                faults.push(format!("{}: keeps its size", gate::place(misled)));
            }
        }
    }
    let stored = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/calibration.csv");
    let (comments, records) = record::read(&stored)?;
    let stored = Results { comments, records };
    if stored.are_current() {
        let of_stored = gate::faults(&stored.records, gate::tolerated(&stored.records));
        faults.extend(of_stored.into_iter().map(|fault| format!("stored: {fault}")));
    } else {
        faults.push("stored: of other procedures than those of this build".to_owned());
    }
    faults.extend(date_bootstrap(&stored.records));
    if faults.is_empty() { Ok(()) } else { Err(faults.join("\n").into()) }
}

/// From [`EventDateBootstrap::FEWEST_DATES`] on, intervals over dates hold the truth about as often as
/// they say where dates are independent draws around zero; with fewer they somewhere do not.
fn date_bootstrap(records: &[Record]) -> Vec<String> {
    let about = |record: &&Record| {
        let (n, hits) = record.counts(5);
        f64::from(hits) >= f64::from(n) * (0.95 - MISSED)
    };
    let mut faults = Vec::new();
    for interval in ["percentile", "bca"] {
        let is_one = |r: &&Record| {
            let set_up = SET_UPS.iter().find(|set_up| set_up.id == r.set_up);
            r.kind == Kind::Interval
                && r.procedure == interval
                && r.effect.abs() < 1e-9
                && r.n_events > 1
                && set_up.is_some_and(SetUp::dates_are_draws_around_zero)
        };
        let of = |enough: bool| {
            let is_enough =
                move |r: &&Record| (r.n_events >= EventDateBootstrap::FEWEST_DATES) == enough;
            records.iter().filter(is_one).filter(is_enough)
        };
        let short = of(true).filter(|r| !about(r));
        faults.extend(short.map(|r| format!("stored: {}: too short", gate::place(r))));
        let most = of(false).map(|r| r.n_events).max();
        let mut nearest = of(false).filter(|r| Some(r.n_events) == most);
        if nearest.all(|r| about(&r)) || of(true).next().is_none() {
            faults.push(format!("stored: {interval} intervals need other dates than they ask for"));
        }
    }
    faults
}

/// What the default did in a cell.
fn in_words(records: &[Record], cell: &Cell) -> Outcome<String> {
    let (test, interval) = (Kind::Test, Kind::Interval);
    let of = |kind, id, percent| -> Outcome<String> {
        let (n, hits) = find(records, kind, id)?.counts(percent);
        Ok(format!("{:.1}", gate::share(n, hits)))
    };
    let default = P_VALUES[0].0;
    let effect =
        if cell.effect < 1e-9 { String::new() } else { format!(", effect {}", cell.effect) };
    Ok(format!(
        "{}, {} events{effect}: rejects in {} / {} / {} % at 1 / 5 / 10 %, covers in {} and {} % at \
         95 %, supports in {}, refutes in {} %",
        cell.set_up.id,
        cell.n_events,
        of(test, default, 1)?,
        of(test, default, 5)?,
        of(test, default, 10)?,
        of(interval, INTERVALS[0].0, 5)?,
        of(interval, INTERVALS[1].0, 5)?,
        of(Kind::Verdict, "supported", 5)?,
        of(Kind::Verdict, "refuted", 5)?,
    ))
}

fn find<'a>(records: &'a [Record], kind: Kind, id: &str) -> Outcome<&'a Record> {
    let wanted = |r: &&Record| r.kind == kind && r.procedure == id;
    Ok(records.iter().find(wanted).ok_or("unknown procedure")?)
}

/// Whether a test rejects at 5 % about as often as it should, or less.
fn keeps_its_size(record: &Record) -> bool {
    let (n, hits) = record.counts(5);
    gate::share(n, hits) <= 5.0 + gate::FRESH * standard_error(5, n)
}
