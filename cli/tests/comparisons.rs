//! Matched dates, placebo assets and the conformal test from a study file: what is refused, what
//! `check` and `run` say, and a run again from its own outcome.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::float_cmp)]

mod support;

use eventstudy::inference::AssetDraw;
use eventstudy::study::{Outcome, PlaceboScheme, StudyCheck};
use support::{Folder, prices};

/// A study with keys of `[placebo]`, and tables after it.
fn with(name: &str, keys: &str, tables: &str) -> Folder {
    let folder = Folder::with_study(name);
    folder.edit("[placebo]\nenabled = false", &format!("[placebo]\n{keys}\n{tables}"));
    folder
}

/// Runs and checks a study with these keys and tables, which must be refused.
fn refused(name: &str, keys: &str, tables: &str, message: &str) {
    let folder = with(name, keys, tables);
    for command in ["run", "check"] {
        folder.fails(&[command, "study.toml"], 2, &format!("error: study.toml: {message}"));
    }
}

#[test]
fn keys_that_make_no_sense() {
    let trailing = "match = [{ by = \"trailing-return\"";
    let cases = [
        (
            "match = [\"month\"]".to_owned(),
            "line 15, column 10: unknown variant `month`, expected one of `calendar-month`, \
             `trailing-return`, `trailing-volatility`",
        ),
        ("match = [{ of = \"a\" }]".to_owned(), "line 15, column 10: missing key `by`"),
        (
            format!("{trailing}, days = 3 }}]"),
            "line 15, column 36: unknown key `days`, expected one of `by`, `of`, `rows`, `bins`, \
             `nearest`, `within`",
        ),
        (
            format!("{trailing}, bins = 3, nearest = 5 }}]"),
            "line 15, column 10: a match has one of `bins`, `nearest`, `within`",
        ),
        (
            format!("{trailing}, bins = 1 }}]"),
            "line 15, column 10: match bins = 1: expected at least 2",
        ),
        (
            "match = [{ by = \"calendar-month\", rows = 5 }]".to_owned(),
            "line 15, column 10: a match by calendar-month has no `rows`",
        ),
        (
            "match = \"calendar-month\"".to_owned(),
            "line 15, column 9: invalid type: string \"calendar-month\", expected a sequence",
        ),
        (
            "match = [[\"calendar-month\"]]".to_owned(),
            "line 15, column 10: invalid type: sequence, expected a word such as \
             \"calendar-month\" or a table such as { by = \"trailing-return\" }",
        ),
        (
            format!("{trailing}, of = \"trigger\" }}]"),
            "[placebo] match has of = \"trigger\", which needs a table [trigger] with the `path` of \
             a series",
        ),
        (
            format!("{trailing}, of = \"gold\" }}]"),
            "[placebo] no series `gold`; the panel has `a`, `b`",
        ),
        (
            "scheme = \"circular\"".to_owned(),
            "line 15, column 10: unknown variant `circular`, expected one of `auto`, `spaced`, \
             `shifted`",
        ),
    ];
    for (k, (keys, message)) in cases.into_iter().enumerate() {
        refused(&format!("comparison-key-{k}"), &keys, "", message);
    }
}

#[test]
fn tables_that_make_no_sense() {
    let cases = [
        (
            "[placebo_assets]\npool = [\"a\"]",
            "line 17, column 1: unknown key `pool`, expected one of `top`, `assets`, `draw`, \
             `n_sets`",
        ),
        (
            "[placebo_assets]\ntop = 5",
            "[placebo_assets] has `top`, which needs the `market_values` of [universe]",
        ),
        (
            "[placebo_assets]\ntop = 5\nassets = [\"a\"]",
            "[placebo_assets] has both `top` and `assets`; keep one of them",
        ),
        (
            "[placebo_assets]\nassets = []",
            "[placebo_assets] assets = []: expected at least one name",
        ),
        (
            "[placebo_assets]\nassets = [\"gold\"]",
            "[placebo_assets] no series `gold`; the panel has `a`, `b`",
        ),
        ("[placebo_assets]\nn_sets = 0", "[placebo_assets] n_sets = 0: expected 1 to 10000000"),
        (
            "[[placebo_assets]]\nn_sets = 5",
            "line 16, column 1: `placebo_assets` is a list, expected one table",
        ),
        (
            "[conformal]\nstatistic = \"mean\"",
            "line 17, column 13: unknown variant `mean`, expected one of `absolute`, `square`, \
             `sum`",
        ),
        ("[conformal]\ndraws = 0", "[conformal] draws = 0: expected 1 to 10000000"),
    ];
    for (k, (tables, message)) in cases.into_iter().enumerate() {
        refused(&format!("comparison-table-{k}"), "n_sets = 9", tables, message);
    }
    let folder = with("comparison-portfolio", "n_sets = 9", "[conformal]");
    folder.edit("[study]", "[study]\nportfolio = \"buy-and-hold\"");
    folder.fails(
        &["run", "study.toml"],
        2,
        "error: study.toml: [conformal] is of the mean of CARs, and [study] has portfolio = \
         \"buy-and-hold\"",
    );
}

/// 300 days of four assets on a trigger that is one of them; two events.
fn study(name: &str) -> Folder {
    let folder = with(
        name,
        "n_sets = 99\nmatch = [{ by = \"trailing-return\", of = \"trigger\", rows = 10, bins = 2 }]",
        "[placebo_assets]\n\n[conformal]\nstatistic = \"sum\"",
    );
    folder.write("prices.csv", &prices(&["a", "b", "c", "d"], 300));
    folder.write("index.csv", &prices(&["close"], 300));
    folder.write("events.csv", "date,label\n2025-04-10,first\n2025-07-10,second\n");
    folder.edit("[events]", "[trigger]\npath = \"index.csv\"\n\n[events]");
    folder.edit("[model]", "[universe]\nassets = [\"a\", \"b\"]\n\n[model]");
    folder
}

#[test]
fn check_says_how_many_dates_match() {
    let folder = study("matched-check");
    let check: StudyCheck =
        serde_json::from_str(&folder.prints(&["check", "study.toml", "--json"])).unwrap();
    assert_eq!(check.matched.len(), 4);
    assert!(check.matched.iter().all(|m| m.n_dates > 50 && m.n_periods > 3 && m.fault.is_none()));
    let printed = folder.prints(&["check", "study.toml"]);
    let (_, table) = printed
        .split_once("Placebo dates that match each event, and windows without overlap among them\n")
        .unwrap();
    let rows: Vec<&str> = table.lines().filter(|line| line.starts_with(" 2025-")).collect();
    for (row, day) in rows.iter().zip(["2025-04-10", "2025-07-10"]) {
        let of_day = check.matched.iter().filter(|m| m.event.to_string() == day);
        let cells: Vec<String> =
            of_day.map(|m| format!("{} dates, {} windows", m.n_dates, m.n_periods)).collect();
        let words = row.split("   ").map(str::trim).filter(|cell| !cell.is_empty());
        assert_eq!(words.collect::<Vec<_>>(), [day, cells[0].as_str(), cells[1].as_str()]);
    }
    // The pools are those of the run.
    let outcome = folder.outcome();
    let pools = outcome.windows.iter().flat_map(|w| &w.matched_placebo.as_ref().unwrap().pools);
    let counts: Vec<_> = pools.map(|p| (p.event, p.n_dates, p.n_periods)).collect();
    let checked: Vec<_> = check.matched.iter().map(|m| (m.event, m.n_dates, m.n_periods)).collect();
    assert_eq!(counts, checked);
    // Too early for a trailing return over so many rows.
    folder.edit("rows = 10", "rows = 200");
    let printed = folder.prints(&["check", "study.toml"]);
    let line = "[+0, +2]: no matched placebo: trailing return of the trigger over 200 rows has no \
                value in the 7 days up to the event of 2025-04-10, so that no placebo date can be \
                matched to it\n";
    assert!(printed.contains(line), "{printed}");
    // Nothing of it where no dates are to be matched.
    let text = folder.read("study.toml");
    let line = text.lines().find(|line| line.starts_with("match")).unwrap().to_owned();
    folder.edit(&line, "");
    assert!(!folder.prints(&["check", "study.toml"]).contains("match"));
}

#[test]
fn a_run_shows_them_and_is_repeated_from_its_outcome() {
    let folder = study("matched-run");
    folder
        .edit("directory = \"results\"", "directory = \"results\"\nformats = [\"json\", \"csv\"]");
    let outcome = folder.outcome();
    let settings = &outcome.settings;
    assert_eq!(settings.placebo.as_ref().unwrap().matching.len(), 1);
    assert!(settings.placebo_assets.is_some() && settings.conformal.is_some());
    for w in &outcome.windows {
        let matched = w.matched_placebo.as_ref().unwrap();
        assert_eq!(matched.estimate.scheme, PlaceboScheme::Matched);
        assert_eq!(
            matched.rules,
            ["same of 2 bins by trailing return of the trigger over 10 rows"]
        );
        assert_eq!(w.placebo_assets.as_ref().unwrap().draw, AssetDraw::SameAtAllEvents);
        assert!(w.events.iter().all(|e| e.conformal.is_some() && e.placebo_assets.is_some()));
    }
    let csv = folder.read("results/event_values.csv");
    assert_eq!(csv.lines().count(), 5);
    let printed = folder.prints(&["run", "study.toml"]);
    for heading in ["\nMatched placebo dates\n", "\nPlacebo assets\n", "\nEvents by themselves\n"] {
        assert!(printed.contains(heading), "{heading}");
    }
    assert!(printed.contains("\nMatched p compares each event with dates like it: same of 2 bins"));
    let again: Outcome =
        serde_json::from_str(&folder.prints(&["run", "results/outcome.json", "--json"])).unwrap();
    assert_eq!(again.windows, outcome.windows);
    assert_eq!(again.settings, outcome.settings);
    // Not asked for, not shown.
    let plain = Folder::with_study("matched-plain");
    let printed = plain.prints(&["run", "study.toml"]);
    for word in ["Matched", "Placebo assets", "by themselves", "Conformal"] {
        assert!(!printed.contains(word), "{word}");
    }
}

#[test]
fn the_template_runs_with_these_keys() {
    let data = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../data");
    let folder = Folder::empty("template-comparisons");
    folder.run(&["init", "--data", data.to_str().unwrap()]);
    for line in [
        "# match = [\"calendar-month\", { by",
        "# scheme = \"auto\"",
        "# [placebo_assets]",
        "# top = 200",
        "# [conformal]",
        "# statistic = \"absolute\"",
        "# permutations = \"moving-block\"",
        "# draws = 9999",
    ] {
        folder.edit(line, &line[2..]);
    }
    folder.edit("# enabled = true\n# replicates", "enabled = false\n# replicates");
    let file = eventstudy::study::StudyFile::from_path(folder.path("study.toml")).unwrap();
    let loaded = file.load().unwrap();
    assert_eq!(
        loaded.study.summary(),
        "top 50 by market value; market model on btc; equal weight, \
                                        mean of CARs"
    );
    assert_eq!(file.tables.placebo.matching.len(), 2);
    assert_eq!(file.tables.placebo_assets.unwrap().top, Some(200));
    assert!(file.tables.conformal.is_some());
}
