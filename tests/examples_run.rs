//! The examples run, and say what they are there to say.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::{Path, PathBuf};

#[path = "../examples/audit.rs"]
mod audit;
#[path = "../examples/backtest.rs"]
mod backtest;
#[path = "../examples/breakouts.rs"]
mod breakouts;
#[path = "../examples/custom_model.rs"]
mod custom_model;
#[path = "../examples/listed_events.rs"]
mod listed_events;
#[path = "../examples/quickstart.rs"]
mod quickstart;

fn at(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The one line that starts and ends with these words, its cells one space apart.
fn line(text: &str, start: &str, end: &str) -> String {
    let words = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut found: Vec<String> = text
        .lines()
        .map(words)
        .filter(|line| line.starts_with(start) && line.ends_with(end))
        .collect();
    assert_eq!(found.len(), 1, "{start:?} … {end:?} in\n{text}");
    found.remove(0)
}

#[test]
fn quickstart_finds_three_breakouts_and_writes_its_report() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("quickstart");
    let _ = std::fs::remove_dir_all(&folder);
    let text = quickstart::quickstart(&at("data"), &folder).unwrap();
    for date in ["2016-11-14", "2020-11-13", "2025-09-18"] {
        line(&text, &format!("[0,3) months {date} "), "");
    }
    let estimate = line(&text, "[0,3) months 3 6 ", "");
    assert!(estimate.contains("(least 0.250)"), "{estimate}");
    // Two windows, three events, two assets.
    let responses = std::fs::read_to_string(folder.join("responses.csv")).unwrap();
    assert_eq!(responses.lines().count(), 1 + 2 * 3 * 2);
    line(&responses, "\"[0,3) months\",2025-09-18,all-time high,eth,", "");
    assert!(responses.lines().next().unwrap().ends_with(",alpha,beta_sp500"), "{responses}");
    let report = std::fs::read_to_string(folder.join("report.md")).unwrap();
    assert!(report.contains("- Expected returns: market model on sp500\n"), "{report}");
    assert!(report.contains("| 2025-09-18 | all-time high | market | close 2467.70 above 2442.74"));
}

#[test]
fn listed_events_are_responses_of_one_asset_each() {
    let prices = at("data/crypto_close.csv");
    let text = listed_events::listed_events(&at("examples/halvings.csv"), &prices).unwrap();
    // Three events of one asset stay three.
    for date in ["2016-07-09", "2020-05-11", "2024-04-20"] {
        line(&text, &format!("[-1, +1] {date} "), "");
    }
    line(&text, "[-1, +1] 8 8 ", "");
    line(&text, "[-1, +1] cross-sectional t ", "");
}

#[test]
fn the_audit_counts_what_the_table_holds() {
    let seams = at("data/crypto_seams.csv");
    let text = audit::audit(&at("data/crypto_close.csv"), Some(&seams)).unwrap();
    assert!(text.starts_with("370 assets, 4863 dates\n"), "{text}");
    for kind in ["jump", "reversal", "stale_run", "gap", "seam_shift", "seam_gap"] {
        let counted = line(&text, "", &format!(" {kind}"));
        let n: usize = counted.split(' ').next().unwrap().parse().unwrap();
        assert!(n > 0, "{kind}");
    }
    // The collapse of LUNA is no fault, and no audit may drop it.
    line(&text, "luna 2022-05-12: jump to 0.0003 times the price before", "");
}

#[test]
fn a_model_and_a_test_from_outside_take_part() {
    let text = custom_model::custom_model(&at("data")).unwrap();
    assert!(text.starts_with("median of the estimation window\n"), "{text}");
    let test = line(&text, "[0,3) months exact sign test of the CARs ", "p far too small");
    assert!(test.contains("(!)"), "{test}");
    line(&text, "[0,3) months GRANK-T ", "a test over dates");
}

#[test]
fn breakouts_are_listed_rule_by_rule() {
    let text = breakouts::breakouts(&at("data/russell2000.csv"), "Russell 2000").unwrap();
    line(&text, "2026-01-08", "");
    assert!(text.contains("2016-11-14") && text.contains("2020-11-09"), "{text}");
}

#[test]
fn the_backtest_stands_beside_random_entry() {
    let text = backtest::backtest(&at("data")).unwrap();
    for signal in ["2016-11-14", "2020-11-13", "2025-09-18"] {
        line(&text, &format!("{signal} {signal} "), "");
    }
    line(&text, "Russell breakouts 3 ", "");
    line(&text, "bought and held 1 (1 cut) ", "");
    line(&text, "whole strategy ", "");
    line(&text, "Sharpe ratio over 3 trades: ", "");
}
