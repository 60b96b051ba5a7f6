//! Faults of one event or asset: counted exclusions, and nothing lost.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::float_cmp)]

mod support;

use std::fmt::Write as _;

use eventstudy::study::{Outcome, StudyCheck};
use support::{Folder, exclusions, prices, weekday_prices};

/// The study with these events in the list.
fn with_events(name: &str, rows: &str) -> Folder {
    let folder = Folder::with_study(name);
    folder.write("events.csv", &format!("date,label,asset\n{rows}"));
    folder
}

fn n_used(outcome: &Outcome) -> Vec<usize> {
    outcome.windows.iter().map(|w| w.n_events).collect()
}

#[test]
fn an_event_outside_the_data() {
    let folder = with_events("outside", "2024-12-31,before,\n2025-02-10,in,\n2025-04-11,after,\n");
    let outcome = folder.outcome();
    assert_eq!(n_used(&outcome), [1, 1]);
    let outside = "the event is outside the data (2025-01-01 to 2025-04-10)";
    assert_eq!(
        exclusions(&outcome),
        [
            "2024-12-31 a: no price before the event".to_owned(),
            "2024-12-31 b: no price before the event".to_owned(),
            format!("2024-12-31 [+0, +2]: {outside}"),
            format!("2024-12-31 [+1, +5]: {outside}"),
            format!("2025-04-11 [+0, +2]: {outside}"),
            format!("2025-04-11 [+1, +5]: {outside}"),
        ]
    );
}

#[test]
fn nothing_left_is_an_error_and_check_says_why() {
    let folder = with_events("nothing-left", "2024-12-31,before,\n");
    folder.fails(
        &["run", "study.toml"],
        1,
        "error: no response is left: all 4 were excluded, the first because \
         2024-12-31 a: no price before the event",
    );
    let output = folder.run(&["check", "study.toml"]);
    assert_eq!(output.status.code(), Some(1));
    let printed = String::from_utf8(output.stdout).unwrap();
    assert!(printed.contains("\n0 of 1 events would run, 1 would be excluded\n"), "{printed}");
    assert!(printed.ends_with(
        "Exclusions one by one\n\
         2024-12-31 a: no price before the event\n\
         2024-12-31 b: no price before the event\n\
         2024-12-31 [+0, +2]: the event is outside the data (2025-01-01 to 2025-04-10)\n\
         2024-12-31 [+1, +5]: the event is outside the data (2025-01-01 to 2025-04-10)\n"
    ));
}

#[test]
fn an_event_on_a_day_without_trading_is_placed_on_the_next() {
    let folder = with_events("saturday", "2025-03-15,late news,\n");
    folder.write("prices.csv", &weekday_prices(&["a", "b"], 100));
    let outcome = folder.outcome();
    assert_eq!((n_used(&outcome), outcome.exclusions.len()), (vec![1, 1], 0));
    let moved = &outcome.moved[0];
    assert_eq!((outcome.moved.len(), moved.label.as_str()), (1, "late news"));
    assert_eq!(moved.event.to_string(), "2025-03-15");
    assert_eq!(moved.day_zero.to_string(), "2025-03-17");
    let said = "\n2025-03-15 late news: not a date of the prices, day 0 is 2025-03-17\n";
    assert!(folder.prints(&["run", "study.toml"]).contains(said));
    assert!(folder.prints(&["check", "study.toml"]).contains(said));
    assert!(folder.read("results/report.md").contains(said.trim()));
    // It is the study of the Monday.
    folder.write("events.csv", "date,label\n2025-03-17,late news\n");
    let monday = folder.outcome();
    assert!(monday.moved.is_empty());
    assert_eq!(monday.windows[0].mean, outcome.windows[0].mean);
}

#[test]
fn an_estimation_window_that_is_too_short() {
    let folder = with_events("short", "2025-01-15,early,\n2025-03-10,late,\n");
    let outcome = folder.outcome();
    assert_eq!(n_used(&outcome), [1, 1]);
    assert_eq!(
        exclusions(&outcome),
        ["2025-01-15: 14 rows before the event, the estimation window needs 30"]
    );
    // One asset alone lacks prices: the event stays with the other.
    let text = folder.read("prices.csv");
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    for line in &mut lines[45..50] {
        line.truncate(line.rfind(',').unwrap() + 1);
    }
    folder.write("prices.csv", &(lines.join("\n") + "\n"));
    let outcome = folder.outcome();
    assert_eq!(n_used(&outcome), [1, 1]);
    assert_eq!(
        exclusions(&outcome)[1..],
        [
            "2025-03-10 b: 24 of 30 estimation returns present, 30 needed (lower `min_observations` to keep it)"
        ]
    );
}

#[test]
fn a_constant_series() {
    let folder = with_events("constant", "2025-03-10,x,\n");
    let mut text = String::new();
    for (row, line) in prices(&["a", "b"], 100).lines().enumerate() {
        let _ = writeln!(text, "{line},{}", if row == 0 { "peg" } else { "1" });
    }
    folder.write("prices.csv", &text);
    let outcome = folder.outcome();
    assert_eq!(
        exclusions(&outcome),
        ["2025-03-10 peg: the abnormal returns of the estimation window do not vary"]
    );
    assert_eq!((n_used(&outcome), outcome.windows[0].n_responses), (vec![1, 1], 2));
}

#[test]
fn a_benchmark_that_misses_a_date() {
    let folder = with_events("benchmark", "2025-02-10,x,\n2025-03-10,y,\n");
    let market: Vec<String> = prices(&["market"], 100).lines().map(str::to_owned).collect();
    let kept: Vec<&str> =
        market.iter().map(String::as_str).filter(|line| !line.starts_with("2025-03-05")).collect();
    folder.write("market.csv", &(kept.join("\n") + "\n"));
    folder.edit("\"constant-mean\"", "\"market-model\"\nbenchmark = \"market\"");
    folder.edit("[events]", "[[benchmarks]]\npath = \"market.csv\"\n\n[events]");
    let outcome = folder.outcome();
    assert_eq!(
        exclusions(&outcome),
        ["2025-03-10: benchmark `market` has no return on 2025-03-05"]
    );
    assert_eq!(n_used(&outcome), [1, 1]);
    // Both ways of bringing the two calendars together keep the event.
    folder.edit("\"market.csv\"", "\"market.csv\"\nalignment = \"carry-forward\"");
    let carried = folder.outcome();
    assert_eq!((n_used(&carried), carried.exclusions.len()), (vec![2, 2], 0));
    folder.edit("\"carry-forward\"", "\"common-dates\"");
    let common = folder.outcome();
    assert_eq!((n_used(&common), common.exclusions.len()), (vec![2, 2], 0));
    assert_ne!(carried.windows[0].mean, common.windows[0].mean);
}

#[test]
fn a_month_lag_beyond_the_data() {
    let folder = with_events("lag", "2025-02-10,x,\n2025-03-10,y,\n");
    folder.edit("{ rows = [0, 2] }, { rows = [1, 5] }", "{ months = [0, 1] }, { months = [1, 2] }");
    let outcome = folder.outcome();
    assert_eq!(n_used(&outcome), [2, 1]);
    assert_eq!(
        exclusions(&outcome),
        ["2025-03-10 [1,2) months: the window needs 2025-05-10, the data run from 2025-01-01 to \
          2025-04-10"]
    );
    let printed = folder.prints(&["check", "study.toml", "--json"]);
    let check: StudyCheck = serde_json::from_str(&printed).unwrap();
    let counts: Vec<Vec<usize>> =
        check.events.iter().map(|e| e.windows.iter().map(|(_, n)| *n).collect()).collect();
    assert_eq!(counts, [[2, 2], [2, 0]]);
    assert_eq!(check.exclusions, outcome.exclusions);
}

#[test]
fn one_event_only() {
    let folder = with_events("one", "2025-03-10,x,\n");
    folder.edit("[placebo]\nenabled = false", "[placebo]\nn_sets = 99");
    folder.edit("[bootstrap]\nenabled = false", "[bootstrap]\nreplicates = 99");
    let outcome = folder.outcome();
    for window in &outcome.windows {
        assert_eq!((window.n_events, window.n_event_dates, window.n_responses), (1, 1, 2));
        // One date has no variance, and its sign can prove nothing.
        assert!(window.event_t.is_none() && window.event_bootstrap.is_none());
        assert!(window.leave_one_out.is_none());
        assert_eq!(window.sign_flip.attainable_two_sided, 1.0);
        assert_eq!(window.sign_flip.p_values.two_sided, 1.0);
        assert!(window.placebo.is_some() != window.placebo_fault.is_some());
    }
}

#[test]
fn an_asset_with_several_events() {
    let folder = with_events("recurring", "2025-02-10,x,a\n2025-02-20,y,a\n2025-03-10,z,b\n");
    let outcome = folder.outcome();
    let window = &outcome.windows[0];
    assert_eq!((window.n_events, window.n_event_dates, window.n_responses), (3, 3, 3));
    assert!(outcome.exclusions.is_empty());
    // Each event keeps the value that it has alone.
    for (k, row) in ["2025-02-10,x,a\n", "2025-02-20,y,a\n", "2025-03-10,z,b\n"].iter().enumerate()
    {
        let alone = with_events(&format!("recurring-{k}"), row).outcome();
        assert_eq!(alone.windows[0].events[0], window.events[k]);
    }
}

#[test]
fn two_events_on_one_date() {
    let folder = with_events("same-date", "2025-03-10,x,a\n2025-03-10,y,b\n2025-02-10,z,a\n");
    let outcome = folder.outcome();
    let window = &outcome.windows[0];
    assert_eq!((window.n_events, window.n_event_dates, window.n_responses), (3, 2, 3));
    // The date is the unit: its two events are averaged first.
    let [early, x, y] = &window.events[..] else { panic!("{:?}", window.events) };
    let mean = f64::midpoint(early.value, f64::midpoint(x.value, y.value));
    assert!((window.mean - mean).abs() < 1e-15);
    assert!(window.tests.iter().any(|test| test.misled_by_shared_dates));
    folder.write("events.csv", "date,label,asset\n2025-03-10,x,a\n2025-03-10,x,a\n");
    folder.fails(
        &["run", "study.toml", "--output", "elsewhere"],
        2,
        "error: events.csv: line 3: event `x` (a) on 2025-03-10 is there already on line 2",
    );
}

#[test]
fn an_event_of_an_asset_that_is_not_there() {
    let folder = with_events("ghost", "2025-03-10,x,a\n2025-03-10,y,ghost\n");
    let outcome = folder.outcome();
    assert_eq!(n_used(&outcome), [1, 1]);
    assert_eq!(
        exclusions(&outcome),
        [
            "2025-03-10 ghost: the panel has no prices of this asset",
            "2025-03-10 [+1, +5]: 0 assets left, 1 needed",
            "2025-03-10 [+0, +2]: 0 assets left, 1 needed",
        ]
    );
}

#[test]
fn the_benchmark_among_the_assets() {
    let folder = with_events("own-benchmark", "2025-02-10,x,\n2025-03-10,y,\n");
    folder.write("prices.csv", &prices(&["a", "b", "m"], 100));
    folder.edit("\"constant-mean\"", "\"market-model\"\nbenchmark = \"m\"");
    let outcome = folder.outcome();
    let itself = ["2025-02-10 m: is the benchmark itself", "2025-03-10 m: is the benchmark itself"];
    assert_eq!(exclusions(&outcome), itself);
    assert_eq!((n_used(&outcome), outcome.windows[0].n_responses), (vec![2, 2], 4));
    for command in ["run", "check"] {
        let printed = folder.prints(&[command, "study.toml"]);
        assert!(printed.contains("a benchmark of the model"), "{printed}");
    }
    folder.edit("benchmark = \"m\"", "factors = [\"m\", \"b\"]");
    folder.edit("market-model", "factor-model");
    let several = exclusions(&folder.outcome());
    let of = |name: &str| format!("2025-02-10 {name}: is itself one of the 2 factors of the model");
    assert_eq!((several.len(), &several[..2]), (4, &[of("b"), of("m")][..]));
}

#[test]
fn names_that_are_nowhere_and_those_that_were_meant() {
    let folder = with_events("meant", "2025-02-10,x,ETH\n2025-02-17,y,doge\n2025-03-10,z,xpr\n");
    folder.write("prices.csv", &prices(&["eth", "xrp", "btc"], 100));
    let why = |n: usize| exclusions(&folder.outcome())[n].clone();
    // Nothing is left without an event that is there.
    folder.write("events.csv", &(folder.read("events.csv") + "2025-03-17,there,btc\n"));
    assert_eq!(
        [why(0), why(1), why(2)],
        [
            "2025-02-10 ETH: the panel has no prices of this asset (is it `eth`?)",
            "2025-02-17 doge: the panel has no prices of this asset",
            "2025-03-10 xpr: the panel has no prices of this asset (is it `xrp`?)",
        ]
    );
    // A universe that spells its assets out.
    folder.write("events.csv", "date,label\n2025-02-10,x\n");
    folder.edit("[model]", "[universe]\nassets = [\"eth\", \"xpr\"]\n\n[model]");
    assert_eq!(why(0), "2025-02-10 xpr: the panel has no prices of this asset (is it `xrp`?)");
    // The series of the prices: both files are named.
    folder.edit("path = \"prices.csv\"", "path = \"prices.csv\"\nassets = [\"eth\", \"xpr\"]");
    folder.fails(
        &["run", "study.toml"],
        2,
        "error: study.toml: [prices] assets: prices.csv: no column `xpr` (is it `xrp`?); the file has \
         `date`, `eth`, `xrp`, `btc`",
    );
    folder.write("long.csv", "date,asset,close\n2025-01-01,eth,1\n2025-01-02,eth,2\n");
    folder.edit("path = \"prices.csv\"", "path = \"long.csv\"\nlayout = \"long\"");
    folder.fails(
        &["run", "study.toml"],
        2,
        "error: study.toml: [prices] assets: long.csv: no series `xpr`; the panel has `eth`",
    );
}
