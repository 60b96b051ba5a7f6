//! Did crypto earn abnormal returns after the Russell 2000's breakouts?
//!
//! Puts the claims to the test on the daily prices under `data/` and writes `target/claims/`: the
//! report, every table of it as CSV, the outcomes as JSON, and charts. It fails where a printed number
//! stands in no table, or a verdict is another with another seed.
//!
//! ```text
//! cargo run --release --features plot --example claims -- [--seed N] [--other-seeds N,N]
//! ```
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod altcoins;
mod arguments;
mod bar;
mod c1;
mod c10;
mod c11;
mod c12;
mod c13;
mod c2;
mod c3;
mod c4;
mod c5;
mod c6;
mod c7;
mod c8;
mod c9;
mod charts;
mod claim;
mod conditions;
mod crises;
mod curve;
mod cycles;
mod figure;
mod market;
mod numbers;
mod ordinary;
mod own_past;
mod page;
mod prepared;
mod robust;
mod seeds;
mod sessions;
mod settings;
mod sheet;
mod specifications;
mod studies;
mod tables;
mod trace;

use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use eventstudy::Result;
use eventstudy::panel::Compounding;

use altcoins::Altcoins;
use arguments::Arguments;
use bar::Bar;
use claim::Claim;
use curve::Curve;
use market::Market;
use page::Page;
use prepared::{Runs, Studies};
use seeds::Seeds;
use studies::{Assets, Data};

fn main() -> ExitCode {
    let arguments = match Arguments::parse(std::env::args().skip(1)) {
        Ok(arguments) => arguments,
        Err(fault) => {
            eprintln!("error: {fault}");
            return ExitCode::from(2);
        }
    };
    match run(&arguments) {
        Ok(faults) if faults.is_empty() => ExitCode::SUCCESS,
        Ok(faults) => {
            for fault in faults {
                eprintln!("error: {fault}");
            }
            ExitCode::FAILURE
        }
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

/// The claims in their order; the seed of every draw is that of the market.
fn claims(
    market: &Market,
    altcoins: &Altcoins,
    studies: &Studies<'_>,
    runs: &Runs,
    curve: &Curve,
    bar: &Bar,
) -> Result<Vec<Claim>> {
    type Test<'a> = Box<dyn Fn() -> Result<Claim> + 'a>;
    let (all, sets) = (&runs.all, &studies.sets);
    let tests: Vec<Test<'_>> = vec![
        Box::new(|| c1::claim(market)),
        Box::new(|| c2::claim(market)),
        Box::new(|| c3::claim(market, altcoins, &sets[0].placebo, &runs.of_2017, all)),
        Box::new(|| c4::claim(market, altcoins, &sets[0].placebo, &runs.of_2021, all)),
        Box::new(|| c5::claim(market, all)),
        Box::new(|| c6::claim(market, sets)),
        Box::new(|| c7::claim(market, sets)),
        Box::new(|| c8::claim(market, sets, studies.primary(Assets::Altcoins), &all[0])),
        Box::new(|| {
            let groups =
                [("altcoins", Assets::Altcoins), ("ETH", Assets::Eth), ("BTC", Assets::Btc)];
            let groups = groups.map(|(name, assets)| (name, studies.primary(assets)));
            c9::claim(market, sets, &groups, &all[0])
        }),
        Box::new(|| c10::claim(market, sets)),
        Box::new(|| c11::claim(market, altcoins, sets)),
        Box::new(|| c12::claim(market, sets, curve)),
        Box::new(|| c13::claim(sets, &all[0], all, curve)),
    ];
    bar.begin("claims", tests.len());
    let mut claims = Vec::with_capacity(tests.len());
    for test in tests {
        claims.push(test()?);
        bar.step();
    }
    Ok(claims)
}

/// Numbers without a table, settings that nothing says, and verdicts that hang on the seed.
fn run(arguments: &Arguments) -> Result<Vec<String>> {
    let start = Instant::now();
    let bar = Bar::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut market = Market::load(&root.join("data"))?;
    market.seed = arguments.seed.unwrap_or(market.seed);
    let data = Data {
        simple: market.data(market.prices.clone(), Compounding::Simple)?,
        log: market.data(market.prices.clone(), Compounding::Log)?,
    };
    let altcoins = Altcoins::new(&market)?;
    let studies = Studies::prepare(&market, &data, &bar)?;
    let runs = studies.run(&market, &bar)?;
    let curve = curve::run(&market, &data, &bar)?;
    let found = claims(&market, &altcoins, &studies, &runs, &curve, &bar)?;
    let robustness = robust::undo_corrections(&market, &studies.judged(&runs), &bar)?;
    let first = market.seed;
    let mut of_seeds = vec![(first, found)];
    for seed in seeds::others(first, &arguments.other_seeds) {
        market.seed = seed;
        let runs = studies.run(&market, &bar)?;
        of_seeds.push((seed, claims(&market, &altcoins, &studies, &runs, &curve, &bar)?));
    }
    market.seed = first;
    let seeds = Seeds(of_seeds);
    bar.finish();

    let folder = root.join("target/claims");
    let mut charts = charts::write(&folder, &studies.sets, &runs.all)?;
    charts.push(curve.write(&folder)?);
    let page = Page {
        market: &market,
        sets: &studies.sets,
        claims: seeds.first(),
        runs: &runs.all,
        robustness: &robustness,
        seeds: &seeds,
        charts: &charts,
    };
    let terminal = page.terminal()?;
    print!("{}", terminal.text());
    let report = page.write(&folder)?;
    println!(
        "\nWritten to target/claims: report.md, outcome.json, every table as CSV (tables.csv lists them, \
         and of how many of their columns the numbers stand beside the printed ones in full), {}",
        charts.join(", ")
    );
    let [columns, specifications] = curve.seconds;
    eprintln!(
        "{:.1} s, of which for the specification curve {columns:.1} s for the abnormal returns on all \
         dates and {specifications:.1} s for {} specifications",
        start.elapsed().as_secs_f64(),
        curve.curve.n_distinct
    );
    let said = terminal.said() | report.said();
    let mut faults = trace::untraced(&folder, &said)?;
    faults.extend(trace::unsaid(&folder, &said)?);
    faults.extend(seeds.changes());
    Ok(faults)
}
