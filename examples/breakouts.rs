//! Breakouts of the Russell 2000: what each rule finds, and why each date qualified.
//!
//! `cargo run --release --example breakouts [FILE]` takes another file with the columns `date`,
//! `close`, and `high` and `volume` where it has them.

use std::path::PathBuf;

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
    for rule in rules {
        println!("{}", rule.rule());
        match rule.detect(&series) {
            Ok(events) => events.iter().for_each(|event| println!("  {event}")),
            Err(error @ eventstudy::Error::NoEvents { .. }) => println!("  {error}"),
            Err(error) => return Err(error.into()),
        }
        println!();
    }
    Ok(())
}
