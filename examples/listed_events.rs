//! Events from a list, each of one asset: block rewards that halved, with three assets hit more
//! than once.
//!
//! `cargo run --release --example listed_events [EVENTS]` takes another file with columns `date`,
//! `asset` and `label`.
#![allow(dead_code)] // the tests call what `main` calls

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use eventstudy::abnormal::MissingPolicy;
use eventstudy::prelude::*;
use eventstudy::report::{exclusions, response_tests};

fn main() -> Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let list = std::env::args_os().nth(1).map(PathBuf::from);
    let list = list.unwrap_or_else(|| root.join("examples/halvings.csv"));
    print!("{}", listed_events(&list, &root.join("data/crypto_close.csv"))?);
    Ok(())
}

/// The events one by one, the estimates, the tests over responses, and what was left out.
pub(crate) fn listed_events(list: &Path, prices: &Path) -> Result<String> {
    let events = EventSet::from_csv_path(list)?;
    let assets: BTreeSet<String> = events
        .iter()
        .filter_map(|event| match &event.scope {
            Scope::Asset(name) => Some(name.clone()),
            Scope::Market => None,
        })
        .collect();
    let prices = PricePanel::from_csv_path(prices)?;

    let study = EventStudy::builder(Universe::of(assets), ConstantMeanModel)
        .estimation_window(EstimationWindow::trailing(250)?.gap(20).min_observations(200))
        .windows([
            EventWindow::rows(-10, -1)?,
            EventWindow::rows(-1, 1)?,
            EventWindow::rows(0, 30)?,
        ])
        .missing(MissingPolicy::Exclude)
        // Pseudo-events are of the whole universe: no yardstick for events of one asset each.
        .placebo(None)
        .build()?;
    let outcome = study.run(&StudyData::new(prices, Compounding::Log), &events)?;

    let tables = [
        ("Events", event_values(&outcome)),
        ("Estimates", estimates(&outcome)),
        ("Tests over responses", response_tests(&outcome)),
        ("Left out", exclusions(&outcome)),
    ];
    let filled = tables.iter().filter(|(_, table)| table.n_rows() > 0);
    let sections = filled.map(|(title, table)| [title, "\n\n", &table.to_text(), "\n"].concat());
    Ok(sections.collect())
}
