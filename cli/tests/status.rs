//! `eventstudy status`: whether a breakout is active, and what followed earlier ones.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::float_cmp)]

mod support;

use std::fmt::Write as _;

use serde_json::Value;
use support::{Folder, days, prices};

/// An index that makes new highs on days 60, 110 and 160 with 40 sessions between.
fn index(n_days: usize) -> String {
    let mut text = "date,close\n".to_owned();
    let mut high = 100.0;
    for (k, date) in days(n_days).enumerate() {
        let is_event = [60, 110, 160].contains(&k);
        if is_event {
            high *= 1.02;
        }
        let close = if is_event || k == 1 { high } else { 0.99 * high + 0.001 * (k % 5) as f64 };
        let _ = writeln!(text, "{date},{close:.4}");
    }
    text
}

fn folder(name: &str, n_days: usize) -> Folder {
    let folder = Folder::with_study(name);
    folder.write("prices.csv", &prices(&["a", "b"], n_days));
    folder.write("index.csv", &index(n_days));
    folder.edit(
        "[events]\nlist = \"events.csv\"",
        "[trigger]\npath = \"index.csv\"\n\n[events]\nrule = \"all-time-high\"\nbase = 40",
    );
    folder.edit(
        "windows = [{ rows = [0, 2] }, { rows = [1, 5] }]",
        "windows = [{ months = [0, 1] }]",
    );
    folder.edit("[placebo]\nenabled = false", "[placebo]\nn_sets = 99");
    folder
}

fn json(folder: &Folder, arguments: &[&str]) -> Value {
    let all: Vec<&str> =
        ["status", "index.csv", "--json"].iter().chain(arguments).copied().collect();
    serde_json::from_str(&folder.prints(&all)).unwrap()
}

#[test]
fn a_standing_without_a_study() {
    let folder = folder("standing", 200);
    let printed = folder.prints(&["status", "index.csv", "--base", "40", "--as-of", "2025-06-12"]);
    assert_eq!(
        printed.lines().next(),
        Some("index on 2025-06-12: a breakout is active since 2025-06-10, for 2 days (2 sessions)")
    );
    assert!(printed.contains("2 of 2 sessions") && printed.contains("+0.98 %"), "{printed}");
    assert!(printed.contains("Rule: a close above every earlier one of the series, at least 40"));
    assert!(!printed.contains("Responses"), "{printed}");
    let found = json(&folder, &["--base", "40", "--as-of", "2025-06-12"]);
    assert_eq!(found["standing"]["as_of"], "2025-06-12");
    assert_eq!(found["standing"]["n_events"], 3);
    assert_eq!(found["standing"]["last"]["event"]["date"], "2025-06-10");
    assert_eq!((&found["responses"], &found["caveat"]), (&Value::Null, &Value::Null));
    // Before the first event of the rule; and long after the last.
    let early = json(&folder, &["--base", "40", "--as-of", "2025-02-01"]);
    assert_eq!(
        (&early["standing"]["phase"], &early["standing"]["n_events"]),
        (&"none".into(), &0.into())
    );
    let late = json(&folder, &["--base", "40", "--months", "1"]);
    assert_eq!(late["standing"]["phase"], "over");
}

#[test]
fn responses_at_the_lag_of_the_last_breakout() {
    let folder = folder("responses", 200);
    let at = &["--study", "study.toml", "--as-of", "2025-06-20"];
    let found = json(&folder, at);
    let responses = &found["responses"];
    assert_eq!((&responses["event"], &responses["n_earlier"]), (&"2025-06-10".into(), &2.into()));
    assert_eq!(responses["elapsed"]["window"]["days"], serde_json::json!([1, 10]));
    assert_eq!(responses["rest"]["window"]["days"], serde_json::json!([11, 30]));
    assert_eq!(responses["rest"]["earlier"]["n_event_dates"], 2);
    assert!(responses["elapsed"]["current"]["value"].is_f64());
    assert!(responses["rest"]["ordinary"]["n_dates"].as_u64().unwrap() > 50);
    let caveat = found["caveat"].as_str().unwrap();
    assert!(caveat.starts_with("2 earlier event dates are 2 observations"), "{caveat}");
    // The tables hold the same, and end with the caveat.
    let printed = folder.prints(&["status", "index.csv", at[0], at[1], at[2], at[3]]);
    assert!(
        printed
            .contains("\nResponses over [0,1) months after each event, known through 2025-06-20\n")
    );
    assert!(printed.ends_with(&format!("\n{caveat}\n")), "{printed}");
    // Nothing after that date matters: neither prices nor sessions.
    let cut = |text: &str| {
        let kept =
            text.lines().filter(|l| l.starts_with("date") || *l < "2025-06-21").collect::<Vec<_>>();
        kept.join("\n") + "\n"
    };
    for file in ["index.csv", "prices.csv"] {
        folder.write(file, &cut(&folder.read(file)));
    }
    assert_eq!(json(&folder, at), found);
    // No event yet: no responses.
    let early = json(&folder, &["--study", "study.toml", "--as-of", "2025-02-01"]);
    assert_eq!(early["responses"], Value::Null);
}

#[test]
fn what_does_not_go_together() {
    let folder = folder("conflicts", 200);
    folder.fails(
        &["status", "index.csv", "--as-of", "2024-12-31"],
        2,
        "error: as of = 2024-12-31: expected a date on or after the first of the series",
    );
    let said = folder.run(&["status", "index.csv", "--study", "study.toml", "--base", "3"]);
    assert_eq!(said.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&said.stderr).contains("cannot be used with"));
    folder.edit("rule = \"all-time-high\"\nbase = 40", "list = \"events.csv\"");
    folder.fails(
        &["status", "index.csv", "--study", "study.toml"],
        2,
        "error: study.toml: the events are a list; a status needs a rule under [events]",
    );
}

#[test]
fn dates_that_the_file_does_not_have_are_said() {
    let folder = folder("no-session", 200);
    let last = "2025-07-19";
    let as_of = |date: &str| {
        let arguments = ["--base", "40", "--as-of", date];
        let found = json(&folder, &arguments);
        let all = [&["status", "index.csv"][..], &arguments].concat();
        let printed = folder.prints(&all);
        let note = found["note"].as_str().map(str::to_owned);
        let second = printed.lines().nth(1).unwrap();
        assert!(note.as_deref().map_or(second.starts_with("Rule: "), |note| note == second));
        (found["standing"]["as_of"].as_str().unwrap().to_owned(), note)
    };
    assert_eq!(as_of(last), (last.to_owned(), None));
    let later = format!(
        "the file ends on {last}, before 2030-01-01: this is how things stood then, and nothing later \
         is known"
    );
    assert_eq!(as_of("2030-01-01"), (last.to_owned(), Some(later)));
    // A day without a row.
    let text = folder.read("index.csv");
    let kept: Vec<&str> = text.lines().filter(|line| !line.starts_with("2025-06-12")).collect();
    folder.write("index.csv", &(kept.join("\n") + "\n"));
    let between = "2025-06-12 is no date of the file: as of 2025-06-11, the last before it";
    assert_eq!(as_of("2025-06-12"), ("2025-06-11".to_owned(), Some(between.to_owned())));
    // Without a date the last one is meant.
    assert_eq!(json(&folder, &["--base", "40"])["note"], Value::Null);
}

#[test]
fn a_study_file_in_the_place_of_prices() {
    let folder = folder("swapped", 200);
    folder.fails(
        &["status", "study.toml"],
        2,
        "error: study.toml: a study file where a file of prices is expected; try `eventstudy status \
         index.csv --study study.toml`",
    );
    folder.fails(
        &["detect", "study.toml", "--base", "40"],
        2,
        "error: study.toml: a study file where a file of prices is expected",
    );
    folder.fails(
        &["audit", "study.toml"],
        2,
        "error: study.toml: a study file where a file of prices is expected; `eventstudy check \
         study.toml` looks at the prices of a study",
    );
    // Nothing is known of a file that is not there, or of a study without a trigger.
    for file in ["none.toml", "other.toml"] {
        folder.write("other.toml", "not a study");
        folder.fails(
            &["status", file],
            2,
            &format!(
                "error: {file}: a study file where a file of prices is expected; try `eventstudy \
                 status FILE --study {file}`"
            ),
        );
    }
}

#[test]
fn tables_are_as_wide_as_asked() {
    let folder = folder("columns", 200);
    let widest = |columns: &str| {
        let output = folder
            .command(&["status", "index.csv", "--study", "study.toml", "--as-of", "2025-06-20"])
            .env("COLUMNS", columns)
            .output()
            .unwrap();
        assert!(output.status.success());
        let text = String::from_utf8(output.stdout).unwrap();
        // Lines of text are not broken.
        let rules = text.lines().filter(|line| line.starts_with('─'));
        rules.map(|line| line.chars().count()).max().unwrap()
    };
    let free = widest("");
    assert!(free > 120, "{free}");
    assert_eq!((widest("0"), widest("wide"), widest("1000")), (free, free, free));
    assert!((80..=100).contains(&widest("100")));
    assert!(widest("60") <= 60);
}
