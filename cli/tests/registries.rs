//! Models and tests by name: listed, and run from a study file.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::float_cmp)]

mod support;

use eventstudy::inference::{RegisteredTest, registry, samples};
use eventstudy::study::Outcome;
use support::Folder;

#[test]
fn the_registries_are_listed() {
    let folder = Folder::empty("list");
    let tests = folder.prints(&["list", "tests"]);
    let models = folder.prints(&["list", "models"]);
    for test in registry() {
        assert!(tests.contains(test.id()), "{}", test.id());
    }
    let (for_studies, of_samples) = tests.split_once("Tests of samples").unwrap();
    assert!(for_studies.starts_with("Tests over responses, for `tests` in a study file\n"));
    assert!(of_samples.contains("not names for `tests` in a study file\n"), "{of_samples}");
    for card in samples::cards() {
        assert!(of_samples.contains(card.id), "{}", card.id);
    }
    for card in eventstudy::models::model_cards() {
        assert!(models.contains(card.id), "{}", card.id);
    }
    let cards: serde_json::Value =
        serde_json::from_str(&folder.prints(&["list", "models", "--json"])).unwrap();
    let ids: Vec<&str> =
        cards.as_array().unwrap().iter().map(|card| card["id"].as_str().unwrap()).collect();
    assert!(ids.contains(&"garch") && ids.contains(&"synthetic-control"), "{ids:?}");
    let cards: serde_json::Value =
        serde_json::from_str(&folder.prints(&["list", "tests", "--json"])).unwrap();
    let ids = |key: &str| {
        let cards = cards[key].as_array().unwrap().iter();
        cards.map(|card| card["id"].as_str().unwrap()).collect::<Vec<_>>()
    };
    let registered: Vec<&str> = registry().iter().map(RegisteredTest::id).collect();
    let of_samples: Vec<&str> = samples::cards().iter().map(|card| card.id).collect();
    assert_eq!((ids("tests"), ids("samples")), (registered, of_samples));
}

#[test]
fn a_study_runs_under_a_model_and_tests_that_it_names() {
    let folder = Folder::with_study("named");
    folder.edit(
        "kind = \"constant-mean\"",
        "kind = \"dimson\"\nbenchmark = \"b\"\nlags = 1\nleads = 1",
    );
    folder.edit("[placebo]", "tests = [\"grank-t\", \"bmp\"]\n\n[placebo]");
    let outcome: Outcome =
        serde_json::from_str(&folder.prints(&["run", "study.toml", "--json"])).unwrap();
    assert!(outcome.settings.model.contains("Dimson"), "{}", outcome.settings.model);
    let ids: Vec<&str> = outcome.windows[0].tests.iter().map(|test| test.id.as_str()).collect();
    assert_eq!(ids, ["grank-t", "bmp"]);
}
