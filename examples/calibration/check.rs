//! The short run of continuous integration.

use std::path::Path;

use eventstudy::resampling::EventDateBootstrap;

use crate::reading::P_VALUES;
use crate::record::{self, Outcome, Record};
use crate::results::standard_error;
use crate::run;
use crate::set_ups::{SET_UPS, SetUp, World, batches};
use crate::tally::Kind;

/// Names of the batches, and the samples of each.
const BATCHES: [(&str, usize); 5] = [
    ("staggered_n10_e0", 1_000),
    ("shared-0.3_n1_e0", 1_000),
    ("fat-2_n1_e0", 1_000),
    ("fat-2_n3_e0", 1_000),
    ("crypto-3_n1_e0", 400),
];
/// Standard errors above nominal that are too many.
const TOLERATED: f64 = 4.0;
/// By how much an interval at 95 % may miss its level and still be shown.
const MISSED: f64 = 0.025;
/// Rejects wherever assets share dates and move together; where it does not, nothing was simulated.
const MISLED: &str = "cross-sectional-t";

/// Fails where the default rejects more often than chance explains, in a few cells simulated now and
/// in all that are stored.
pub(crate) fn check() -> Outcome<()> {
    let mut faults = Vec::new();
    for (name, n_samples) in BATCHES {
        let batches = batches();
        let batch = batches.iter().find(|batch| batch.name == name).ok_or("unknown batch")?;
        let tallies = run::run(batch, n_samples, 1)?;
        for (cell, tally) in batch.cells.iter().zip(&tallies) {
            let records = Record::of(cell, tally);
            let default = find(&records, P_VALUES[0].0)?;
            faults.extend(above(default));
            let (rate, error) = rate(default);
            println!("{}: the default rejects in {rate:.1} % ± {error:.1} at 5 %", place(default));
            let shares_dates = match batch.set_up.world {
                World::Simulated(world) => world.correlation > 0.0,
                World::Crypto { .. } => true,
            };
            let misled = find(&records, MISLED)?;
            if shares_dates && above(misled).is_none() {
                faults.push(format!("{}: {MISLED} keeps its size", place(misled)));
            }
        }
    }
    let stored = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/calibration.csv");
    let (_, records) = record::read(&stored)?;
    let of_default = records
        .iter()
        .filter(|r| r.kind == Kind::Test && r.procedure == P_VALUES[0].0 && r.effect.abs() < 1e-9);
    faults.extend(of_default.filter_map(above).map(|fault| format!("stored: {fault}")));
    faults.extend(date_bootstrap(&records));
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
        faults.extend(short.map(|r| format!("stored: {}: {interval} is too short", place(r))));
        let most = of(false).map(|r| r.n_events).max();
        let mut nearest = of(false).filter(|r| Some(r.n_events) == most);
        if nearest.all(|r| about(&r)) || of(true).next().is_none() {
            faults.push(format!("stored: {interval} intervals need other dates than they ask for"));
        }
    }
    faults
}

fn find<'a>(records: &'a [Record], id: &str) -> Outcome<&'a Record> {
    let wanted = |r: &&Record| r.kind == Kind::Test && r.procedure == id;
    Ok(records.iter().find(wanted).ok_or("unknown test")?)
}

fn place(record: &Record) -> String {
    format!("{}, {} events", record.set_up, record.n_events)
}

/// Share of rejections at 5 %, and its standard error, in percent.
fn rate(record: &Record) -> (f64, f64) {
    let (n, hits) = record.counts(5);
    (100.0 * f64::from(hits) / f64::from(n), standard_error(5, n))
}

/// A test that rejects too often, or has no answer in most samples, in words.
fn above(record: &Record) -> Option<String> {
    let (rate, error) = rate(record);
    if record.counts(5).0 < record.n_samples / 2 {
        return Some(format!("{}: {} has no answer", place(record), record.procedure));
    }
    (rate > 5.0 + TOLERATED * error)
        .then(|| format!("{}: {} rejects in {rate:.1} % at 5 %", place(record), record.procedure))
}
