//! Did crypto earn abnormal returns after the Russell 2000's breakouts?
//!
//! Puts claims C1–C5, C10, C11 and C13 to the test on the daily prices under `data/` and writes
//! `target/claims/`: the report, the outcomes as JSON, and charts.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod against_ordinary;
mod c1;
mod c10;
mod c11;
mod c13;
mod c2;
mod c3;
mod c4;
mod c5;
mod charts;
mod claim;
mod curve;
mod cycles;
mod market;
mod own_past;
mod page;
mod robust;
mod studies;

use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use eventstudy::Result;
use eventstudy::panel::Compounding;
use eventstudy::study::PreparedStudy;

use claim::Claim;
use market::{Market, NamedEvents, event_sets};
use robust::Judged;
use studies::{Assets, Data, Run, Specification, grid};

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
    let data = Data {
        simple: market.data(market.prices.clone(), Compounding::Simple)?,
        log: market.data(market.prices.clone(), Compounding::Log)?,
    };
    let primary = |assets| -> Result<(Vec<PreparedStudy<'_>>, Run)> {
        let specification = Specification::primary(assets);
        let prepared = specification.prepare(&market, &data)?;
        let run = specification.run(&prepared, &sets)?.remove(0);
        Ok((prepared, run))
    };
    let (prepared, altcoins) = primary(Assets::Altcoins)?;
    let (prepared_eth, eth) = primary(Assets::Eth)?;
    let mut runs = vec![altcoins, eth, primary(Assets::Btc)?.1];
    for specification in grid() {
        runs.extend(specification.run(&specification.prepare(&market, &data)?, &sets)?);
    }
    // The events that are said to be the breakouts of 2017 and of 2021: the rule's and the
    // article's, one at a time.
    let of_year = |index: usize| -> Result<([NamedEvents; 2], Run)> {
        let singles = [&sets[0], &sets[1]].map(|set| set.only(set.events.dates()[index]));
        let run = Specification::primary(Assets::Altcoins).run(&prepared, &singles)?.remove(0);
        Ok((singles, run))
    };
    let (dates_2017, run_2017) = of_year(0)?;
    let (dates_2021, run_2021) = of_year(1)?;
    let curve = curve::run(&market, &data)?;
    let claims: Vec<Claim> = vec![
        c1::claim(&market)?,
        c2::claim(&market)?,
        c3::claim(&market, &run_2017, &runs[0])?,
        c4::claim(&market, &sets[0].placebo, &run_2021)?,
        c5::claim(&market, &runs[0], &runs[1], &runs[2])?,
        c10::claim(&market, &sets)?,
        c11::claim(&market, &sets)?,
        c13::claim(&sets, &runs[0], &runs, &curve)?,
    ];
    let judged = |name, assets, prepared, sets: &[NamedEvents], run: &Run| Judged {
        name,
        assets,
        prepared,
        sets: sets.to_vec(),
        outcomes: run.outcomes.clone(),
    };
    let robustness = robust::undo_corrections(
        &market,
        &[
            judged("altcoins", Assets::Altcoins, &prepared[0], &sets, &runs[0]),
            judged("altcoins, 2017 alone", Assets::Altcoins, &prepared[0], &dates_2017, &run_2017),
            judged("altcoins, 2021 alone", Assets::Altcoins, &prepared[0], &dates_2021, &run_2021),
            judged("ETH", Assets::Eth, &prepared_eth[0], &sets, &runs[1]),
        ],
    )?;
    let folder = root.join("target/claims");
    let mut charts = charts::write(&folder, &sets, &runs)?;
    charts.push(curve.write(&folder)?);
    print!("{}", page::terminal(&sets, &claims, &runs, &robustness));
    page::write(&folder, &market, &sets, &claims, &runs, &robustness, &charts)?;
    println!(
        "\nWritten to target/claims: report.md, outcome.json, specifications.csv, {}",
        charts.join(", ")
    );
    let [columns, specifications] = curve.seconds;
    eprintln!(
        "{:.1} s, of which for the specification curve {columns:.1} s for the abnormal returns on all \
         dates and {specifications:.1} s for {} specifications",
        start.elapsed().as_secs_f64(),
        curve.curve.n_distinct
    );
    Ok(())
}
