//! `eventstudy list`.

use std::process::ExitCode;

use eventstudy::inference::{Card, RegisteredTest, registry, samples};
use eventstudy::models::{ModelCard, model_cards};
use eventstudy::report::{Align, Table};
use serde::Serialize;

use crate::arguments::{Global, ListOptions, Registry};
use crate::failure::{Failure, print};
use crate::output::drawn;

pub(crate) fn list(options: &ListOptions, global: &Global) -> Result<ExitCode, Failure> {
    let text = match (options.what, global.json) {
        (Registry::Tests, true) => json(&Tests::all())?,
        (Registry::Tests, false) => format!(
            "Tests over responses, for `tests` in a study file\n\n{}\n\
             Tests of samples: in the library, `inference::samples`, on one number for each event or \
             group;\nnot names for `tests` in a study file\n\n{}",
            drawn(&tests()),
            drawn(&of_samples())
        ),
        (Registry::Models, true) => json(&model_cards().collect::<Vec<&ModelCard>>())?,
        (Registry::Models, false) => drawn(&models()),
    };
    print(&text)?;
    Ok(ExitCode::SUCCESS)
}

/// Tests for study files, and those that are in the library alone.
#[derive(Serialize)]
struct Tests {
    tests: Vec<Card>,
    samples: &'static [Card],
}

impl Tests {
    fn all() -> Self {
        let tests = registry().iter().map(RegisteredTest::card).collect();
        Self { tests, samples: samples::cards() }
    }
}

fn json(cards: &impl Serialize) -> Result<String, Failure> {
    let fault = |source| eventstudy::Error::Serialise { what: "the registry", source };
    Ok(serde_json::to_string_pretty(cards).map_err(fault)? + "\n")
}

fn tests() -> Table {
    let mut table = Table::new([
        ("test", Align::Left),
        ("name", Align::Left),
        ("under the null", Align::Left),
        ("shared dates", Align::Left),
        ("robust to", Align::Left),
        ("paper", Align::Left),
    ]);
    for card in registry().iter().map(RegisteredTest::card) {
        let shared = if card.allows_for_shared_dates { "allowed for" } else { "misled" };
        table.row([card.id, card.name, card.distribution, shared, card.robust_to, card.reference]);
    }
    table
}

fn of_samples() -> Table {
    let mut table = Table::new([
        ("test", Align::Left),
        ("name", Align::Left),
        ("null", Align::Left),
        ("under the null", Align::Left),
        ("assumes", Align::Left),
        ("paper", Align::Left),
    ]);
    for card in samples::cards() {
        let of = [card.id, card.name, card.null, card.distribution, card.assumes, card.reference];
        table.row(of);
    }
    table
}

fn models() -> Table {
    let mut table = Table::new([
        ("model", Align::Left),
        ("expected return", Align::Left),
        ("keys in [model]", Align::Left),
        ("paper", Align::Left),
    ]);
    for card in model_cards() {
        let keys = card.parameters.join(", ");
        table.row([card.id, card.formula, keys.as_str(), card.reference]);
    }
    table
}
