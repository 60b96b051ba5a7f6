//! `eventstudy audit`: what it prints, its thresholds, and its exit code.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::float_cmp)]

mod support;

use std::fmt::Write as _;

use support::{Folder, days};

/// Two assets over 40 days: one that is clean, one with a misplaced decimal point, a doubling that
/// stays, equal prices and a day without one.
fn folder(name: &str) -> Folder {
    let folder = Folder::empty(name);
    let mut text = "date,calm,coin\n".to_owned();
    for (k, day) in days(40).enumerate() {
        let calm = 100 + k % 3;
        let coin = match k {
            5 => "1000".to_owned(),
            0..15 => (100 + k % 2).to_string(),
            20 => String::new(),
            28..40 => "205".to_owned(),
            _ => (200 + k % 2).to_string(),
        };
        let _ = writeln!(text, "{day},{calm},{coin}");
    }
    folder.write("prices.csv", &text);
    folder
}

/// What is printed, without rules and with cells one blank apart.
fn printed(folder: &Folder, arguments: &[&str]) -> Vec<String> {
    let text = folder.prints(&[&["audit", "prices.csv"][..], arguments].concat());
    let lines = text.lines().filter(|line| !line.starts_with(['─', '═']) && !line.is_empty());
    lines.map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}

const HEAD: &str = "prices.csv: 2 assets on 40 dates, 2025-01-01 to 2025-02-09";

#[test]
fn a_table_of_what_was_found() {
    let folder = folder("audit");
    assert_eq!(
        printed(&folder, &[]),
        [
            HEAD,
            "1 jump, 1 reversal, 1 stale run, 1 gap",
            "asset date kind finding",
            "coin 2025-01-06 reversal 1 row at 10.0000 times the price before, which comes back to \
             1.0000 of it",
            "coin 2025-01-16 jump jump to 2.0100 times the price before (+94.4 deviations)",
            "coin 2025-01-21 gap 1 row without a price",
            "coin 2025-01-29 stale run the same price in 12 rows",
        ]
    );
    assert_eq!(
        printed(&folder, &["--assets", "calm"]),
        ["prices.csv: 1 asset on 40 dates, 2025-01-01 to 2025-02-09", "nothing found"]
    );
}

#[test]
fn every_threshold_is_a_flag() {
    let folder = folder("thresholds");
    folder.write("seams.csv", "asset,date,from,to\ncalm,2025-01-10,x,y\n");
    let counted = |arguments: &[&str]| printed(&folder, arguments)[1].clone();
    for (arguments, counts) in [
        (
            &["--jump-factor", "3", "--jump-deviations", "none"][..],
            "1 reversal, 1 stale run, 1 gap",
        ),
        (&["--jump-factor", "3"], "1 jump, 1 reversal, 1 stale run, 1 gap"),
        (&["--reversal-rows", "0"], "3 jumps, 1 stale run, 1 gap"),
        (&["--stale-rows", "13"], "1 jump, 1 reversal, 1 gap"),
        (&["--gap-rows", "2"], "1 jump, 1 reversal, 1 stale run"),
        (
            &["--seams", "seams.csv", "--seam-deviations", "0.5"],
            "1 jump, 1 reversal, 1 stale run, 1 gap, 1 seam shift",
        ),
    ] {
        assert_eq!(counted(arguments), counts, "{arguments:?}");
    }
    folder.fails(
        &["audit", "prices.csv", "--jump-factor", "1"],
        2,
        "error: jump_factor = 1: expected a factor above 1",
    );
    folder.fails(
        &["audit", "prices.csv", "--assets", "bitcoin"],
        2,
        "error: prices.csv: no column `bitcoin`; the file has `date`, `calm`, `coin`",
    );
    folder.write("seams.csv", "asset,date,from\ncalm,2025-01-10,x\n");
    folder.fails(
        &["audit", "prices.csv", "--seams", "seams.csv"],
        2,
        "error: seams.csv: no column `to`; the file has `asset`, `date`, `from`",
    );
}

#[test]
fn as_json() {
    let folder = folder("audit-json");
    let printed = folder.prints(&["audit", "prices.csv", "--json", "--stale-rows", "13"]);
    let found: serde_json::Value = serde_json::from_str(&printed).unwrap();
    assert_eq!((&found["file"], &found["n_assets"]), (&"prices.csv".into(), &2.into()));
    assert_eq!(found["counts"], serde_json::json!({ "jump": 1, "reversal": 1, "gap": 1 }));
    assert_eq!(
        found["findings"][2],
        serde_json::json!({ "asset": "coin", "date": "2025-01-21", "kind": "gap", "n_rows": 1 })
    );
    assert_eq!(found["findings"].as_array().unwrap().len(), 3);
}
