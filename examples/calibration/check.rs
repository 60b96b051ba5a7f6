//! The short run of continuous integration.

use crate::reading::P_VALUES;
use crate::record::{Outcome, Record};
use crate::results::standard_error;
use crate::run;
use crate::set_ups::{SetUp, batches};
use crate::tally::Kind;

/// Names of the batches, and the samples of each.
const BATCHES: [(&str, usize); 4] = [
    ("shared-0.3_n1_e0", 400),
    ("fat-2_n3_e0", 400),
    ("fat-2_n1_e0", 400),
    ("crypto-3_n1_e0", 400),
];
/// Standard errors above nominal that are too many.
const TOLERATED: f64 = 4.0;
/// Rejects in any design with shared dates; where it does not, nothing is simulated.
const MISLED: &str = "cross-sectional-t";

/// Fails where the default rejects more often than chance explains.
pub(crate) fn check() -> Outcome<()> {
    let mut faults = Vec::new();
    for (name, n_samples) in BATCHES {
        let batches = batches();
        let batch = batches.iter().find(|batch| batch.name == name).ok_or("unknown batch")?;
        let tallies = run::run(batch, n_samples, 1)?;
        for (cell, tally) in batch.cells.iter().zip(&tallies) {
            let records = Record::of(cell, tally);
            let rate = |id: &str| -> Outcome<(f64, f64)> {
                let wanted = |r: &&Record| r.kind == Kind::Test && r.procedure == id;
                let record = records.iter().find(wanted).ok_or("unknown test")?;
                let (n, hits) = record.counts(5);
                Ok((100.0 * f64::from(hits) / f64::from(n), standard_error(5, n)))
            };
            let (default, error) = rate(P_VALUES[0].0)?;
            let (misled, _) = rate(MISLED)?;
            let SetUp { title, default_holds, .. } = cell.set_up;
            println!(
                "{title}, {} dates: the default rejects in {default:.1} % at 5 %, {MISLED} in {misled:.1} %",
                cell.n_events
            );
            // No figure is a fault as well.
            let holds = default <= 5.0 + TOLERATED * error;
            if *default_holds && !holds {
                faults.push(format!("{title}, {} dates: {default:.1} %", cell.n_events));
            }
            if misled <= 5.0 + TOLERATED * error {
                faults.push(format!(
                    "{title}: {MISLED} in {misled:.1} %, as if dates were not shared"
                ));
            }
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(faults.join("\n").into()) }
}
