//! Breakouts of the Russell 2000: what each rule finds, and why each date qualified.
//!
//! `cargo run --release --example breakouts [FILE]` takes another file with the columns `date`,
//! `close`, and `high` and `volume` where it has them.
#![allow(dead_code)] // the tests call what `main` calls

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use eventstudy::events::{Basis, BreakoutRule, EventDetector};
use eventstudy::panel::PriceSeries;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (path, name) = match std::env::args_os().nth(1) {
        Some(path) => (PathBuf::from(path), "series"),
        None => {
            (PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("data/russell2000.csv"), "Russell 2000")
        }
    };
    print!("{}", breakouts(&path, name)?);
    Ok(())
}

/// The events of every rule, one per line.
pub(crate) fn breakouts(path: &Path, name: &str) -> Result<String, Box<dyn std::error::Error>> {
    let series = PriceSeries::from_csv_path(path, name)?;
    let since = NaiveDate::from_ymd_opt(2004, 1, 1).ok_or("no such date")?;

    let all_time_high = BreakoutRule::all_time_high();
    let mut rules = vec![
        all_time_high.clone().base(250).from(since),
        all_time_high.clone().base(250).confirmations(3).from(since),
        all_time_high.clone().first_in_years(&[2017, 2021]),
        BreakoutRule::level(2_600.0),
        BreakoutRule::channel(250).base(250).from(since),
    ];
    if series.highs().is_some() {
        rules.insert(1, all_time_high.basis(Basis::Intraday).base(250).from(since));
    }
    let mut text = String::new();
    for rule in rules {
        writeln!(text, "{}", rule.rule())?;
        match rule.detect(&series) {
            Ok(events) => {
                events.iter().try_for_each(|event| writeln!(text, "  {event}"))?;
            }
            Err(error @ eventstudy::Error::NoEvents { .. }) => writeln!(text, "  {error}")?,
            Err(error) => return Err(error.into()),
        }
        text.push('\n');
    }
    Ok(text)
}
