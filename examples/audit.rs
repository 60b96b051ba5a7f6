//! What looks wrong in a table of prices, before a study leans on it.
//!
//! `cargo run --release --example audit [PRICES] [SEAMS]` takes other files: a table of prices, and
//! the days on which its sources change, with columns `asset`, `date`, `from`, `to`.
#![allow(dead_code)] // the tests call what `main` calls

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use eventstudy::panel::{AuditOptions, Fault, Finding, PricePanel, Seam};

type Fallible<T> = Result<T, Box<dyn std::error::Error>>;

fn main() -> Fallible<()> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
    let text = match arguments.next() {
        Some(prices) => audit(&prices, arguments.next().as_deref())?,
        None => audit(&data.join("crypto_close.csv"), Some(&data.join("crypto_seams.csv")))?,
    };
    print!("{text}");
    Ok(())
}

/// Counts by kind, then the largest moves that stayed.
pub(crate) fn audit(prices: &Path, seams: Option<&Path>) -> Fallible<String> {
    let panel = PricePanel::from_csv_path(prices)?;
    let mut options = AuditOptions::default();
    if let Some(seams) = seams {
        options = options.seams(Seam::from_csv_path(seams)?);
    }
    let audit = panel.audit(&options)?;

    let mut text = format!("{} assets, {} dates\n\n", panel.n_assets(), panel.n_dates());
    for (kind, n) in audit.counts() {
        writeln!(text, "{n:>6}  {kind}")?;
    }
    let mut jumps: Vec<&Finding> =
        audit.findings().iter().filter(|finding| finding.fault.name() == "jump").collect();
    jumps.sort_by(|a, b| size(b).total_cmp(&size(a)));
    text += "\nThe largest jumps:\n";
    for finding in jumps.iter().take(5) {
        writeln!(text, "  {finding}")?;
    }
    Ok(text)
}

fn size(finding: &Finding) -> f64 {
    match finding.fault {
        Fault::Jump { log_return, .. } => log_return.abs(),
        _ => 0.0,
    }
}
