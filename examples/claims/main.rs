//! Did crypto earn abnormal returns after the Russell 2000's breakouts?
//!
//! Puts claims C1–C5 and C13 to the test on the daily prices under `data/` and writes
//! `target/claims/`: the report, the outcomes as JSON, and charts.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod c1;
mod c13;
mod c2;
mod c3;
mod c4;
mod c5;
mod charts;
mod claim;
mod market;
mod page;
mod robust;
mod studies;

use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use eventstudy::Result;
use eventstudy::events::EventSet;

use claim::Claim;
use market::{Market, NamedEvents, event_sets};
use studies::{Assets, Run, Specification, grid};

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            let mut cause = std::error::Error::source(&error);
            while let Some(inner) = cause {
                eprintln!("  because {inner}");
                cause = inner.source();
            }
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    let start = Instant::now();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let market = Market::load(&root.join("data"))?;
    let sets = event_sets(&market.russell)?;
    let data = market.data(market.prices.clone())?;
    let runs: Vec<Run> = grid()
        .iter()
        .map(|specification| specification.run(&market, &data, &sets))
        .collect::<Result<_>>()?;
    let [altcoins, eth, btc] = &runs[..3] else { return Ok(()) };
    let single = |label| -> Result<Run> {
        let one = |set: &NamedEvents, index: usize| -> NamedEvents {
            let date = set.events.dates()[index];
            let events: EventSet = set.events.between(date, date);
            NamedEvents { name: label, events }
        };
        let index = usize::from(label == "2021");
        let sets = [one(&sets[0], index), one(&sets[1], index)];
        Specification::primary(Assets::Altcoins).run(&market, &data, &sets)
    };
    let (of_2017, of_2021) = (single("2017")?, single("2021")?);
    let claims: Vec<Claim> = vec![
        c1::claim(&market)?,
        c2::claim(&market)?,
        c3::claim(&market, &of_2017, altcoins)?,
        c4::claim(&market, &of_2021)?,
        c5::claim(&market, altcoins, eth, btc)?,
        c13::claim(&sets, altcoins, &runs),
    ];
    let robustness = robust::undo_corrections(&market, &sets, altcoins)?;
    let folder = root.join("target/claims");
    let charts = charts::write(&folder, &sets, &runs)?;
    print!("{}", page::terminal(&sets, &claims, &runs, &robustness));
    page::write(&folder, &market, &sets, &claims, &runs, &robustness, &charts)?;
    println!("\nWritten to target/claims: report.md, outcome.json, {}", charts.join(", "));
    eprintln!("{:.1} s", start.elapsed().as_secs_f64());
    Ok(())
}
