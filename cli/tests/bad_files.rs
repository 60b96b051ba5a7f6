//! Files that cannot be read: the whole message, the exit code, and nothing left behind.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::float_cmp)]

mod support;

use support::{Folder, STUDY, prices};

const RUN: [&str; 2] = ["run", "study.toml"];

/// The message for a price file with this text.
fn bad_prices(name: &str, text: &str, message: &str) {
    let folder = Folder::with_study(name);
    folder.write("prices.csv", text);
    folder.fails(&RUN, 2, message);
    folder.fails(&["check", "study.toml"], 2, message);
}

/// The message for a study file in which `from` became `to`.
fn bad_study(name: &str, from: &str, to: &str, message: &str) {
    let folder = Folder::with_study(name);
    folder.edit(from, to);
    folder.fails(&RUN, 2, message);
}

#[test]
fn a_missing_file() {
    let folder = Folder::with_study("missing");
    std::fs::remove_file(folder.path("prices.csv")).unwrap();
    folder.fails(
        &RUN,
        2,
        "error: prices.csv: cannot read the file\n\
         \u{20} caused by: No such file or directory (os error 2)",
    );
    folder.fails(
        &["run", "no-such.toml"],
        2,
        "error: no-such.toml: cannot read the file\n\
         \u{20} caused by: No such file or directory (os error 2)",
    );
}

#[test]
fn an_empty_file_and_one_with_a_header_only() {
    bad_prices(
        "empty",
        "",
        "error: prices.csv: the file is empty; expected a header line and rows",
    );
    bad_prices("header", "date,a,b\n", "error: prices.csv: the file has a header but no rows");
}

#[test]
fn the_wrong_delimiter() {
    bad_prices(
        "delimiter",
        "date:a:b\n2025-01-01:1:2\n",
        "error: prices.csv: line 1: the header `date:a:b` has one column when split at commas; \
         expected at least two (is the delimiter another one?)",
    );
}

#[test]
fn a_byte_order_mark_crlf_and_semicolons_change_nothing() {
    let plain = Folder::with_study("plain").outcome();
    let folder = Folder::with_study("bom");
    let text = folder.read("prices.csv").replace(',', ";").replace('\n', "\r\n");
    folder.write("prices.csv", &format!("\u{feff}{text}"));
    let study = folder.read("study.toml").replace('\n', "\r\n");
    folder.write("study.toml", &format!("\u{feff}{study}"));
    assert_eq!(folder.outcome().windows, plain.windows);
}

#[test]
fn dates_twice_or_out_of_order() {
    bad_prices(
        "twice",
        "date,a\n2025-01-01,1\n2025-01-02,2\n2025-01-02,3\n",
        "error: prices.csv: line 4: 2025-01-02 is there already on line 3",
    );
    bad_prices(
        "long-twice",
        "date,asset,close\n2025-01-01,a,1\n2025-01-01,b,2\n2025-01-01,a,3\n",
        "error: prices.csv: line 4: 2025-01-01 of `a` is there already on line 2",
    );
    bad_prices(
        "unsorted",
        "date,a\n2025-01-02,1\n2025-01-01,2\n",
        "error: prices.csv: line 3: 2025-01-01 comes after 2025-01-02; sort the rows by date",
    );
}

#[test]
fn prices_that_are_none() {
    for (name, cell) in [
        ("negative", "-3"),
        ("zero", "0"),
        ("words", "n/a"),
        ("infinite", "inf"),
        ("overflow", "1e999"),
    ] {
        bad_prices(
            name,
            &format!("date,a,b\n2025-01-01,1,2\n2025-01-02,1,{cell}\n"),
            &format!(
                "error: prices.csv: line 3, column `b`: `{cell}` is not a positive, finite price"
            ),
        );
    }
    bad_prices(
        "date",
        "date,a\n01/02/2025,1\n",
        "error: prices.csv: line 2, column `date`: `01/02/2025` is not a date such as 2026-01-08",
    );
}

#[test]
fn a_ragged_row_and_a_repeated_column() {
    bad_prices(
        "ragged",
        "date,a,b\n2025-01-01,1,2\n2025-01-02,1\n",
        "error: prices.csv: line 3: 2 fields where the header has 3",
    );
    bad_prices(
        "repeated",
        "date,a,a\n2025-01-01,1,2\n",
        "error: prices.csv: line 1: the header names column `a` twice",
    );
}

#[test]
fn columns_that_are_not_there() {
    bad_prices(
        "no-date",
        "day,a\n2025-01-01,1\n",
        "error: prices.csv: no column `date`; the file has `day`, `a`",
    );
    bad_study(
        "no-asset",
        "path = \"prices.csv\"",
        "path = \"prices.csv\"\nassets = [\"a\", \"c\"]",
        "error: study.toml: [prices] assets: prices.csv: no column `c`; the file has `date`, `a`, `b`",
    );
    bad_study(
        "not-long",
        "path = \"prices.csv\"",
        "path = \"prices.csv\"\nlayout = \"long\"",
        "error: prices.csv: no column `asset`; the file has `date`, `a`, `b`",
    );
    bad_study(
        "no-benchmark-column",
        "[events]",
        "[[benchmarks]]\npath = \"prices.csv\"\ncolumns = [\"sp500\"]\n\n[events]",
        "error: study.toml: [[benchmarks]] columns: prices.csv: no column `sp500`; the file has \
         `date`, `a`, `b`",
    );
    let folder = Folder::with_study("event-column");
    folder.write("events.csv", "date,name\n2025-02-10,x\n");
    folder.fails(
        &RUN,
        2,
        "error: events.csv: unknown column `name`; expected `date`, and `label` and `asset` where \
         wanted",
    );
}

/// Messages for a second file, named in the study by `line`, that goes before `[model]`.
fn bad_others(name: &str, line: &str, cases: &[(&str, &str)]) {
    let folder = Folder::with_study(name);
    folder.edit("[model]", &format!("{line}\n\n[model]"));
    for (text, message) in cases {
        folder.write("other.csv", text);
        folder.fails(&RUN, 2, &format!("error: {message}"));
    }
}

#[test]
fn lists_of_events() {
    let folder = Folder::with_study("lists");
    for (text, message) in [
        ("", "the file is empty; expected a header line and rows"),
        ("date,label\n", "the file has a header but no rows"),
        ("date:label\n2025-02-10:x\n", "no column `date`; the file has `date:label`"),
        (
            "date,label\n2025-02-30,x\n",
            "line 2, column `date`: `2025-02-30` is not a date such as 2026-01-08",
        ),
        ("date,label\n2025-02-10\n", "line 2: 1 fields where the header has 2"),
        (
            "date,label\n2025-02-10,x\n2025-02-10,x\n",
            "line 3: event `x` (market) on 2025-02-10 is there already on line 2",
        ),
    ] {
        folder.write("events.csv", text);
        folder.fails(&RUN, 2, &format!("error: events.csv: {message}"));
    }
}

#[test]
fn market_values() {
    bad_others(
        "values",
        "[universe]\ntop = 1\nmarket_values = \"other.csv\"",
        &[
            ("", "other.csv: the file is empty; expected a header line and rows"),
            ("date,asset,market_value\n", "other.csv: the file has a header but no rows"),
            (
                "date,asset\n2025-01-01,a\n",
                "other.csv: no column `market_value`; the file has `date`, `asset`",
            ),
            (
                "date,asset,market_value\n2025-01-01,a,5\n2025-01-01,a,6\n",
                "study.toml: [universe] other.csv: on one date asset `a` occurs twice",
            ),
        ],
    );
}

#[test]
fn benchmarks_and_triggers() {
    bad_others(
        "benchmarks",
        "[[benchmarks]]\npath = \"other.csv\"\nalignment = \"common-dates\"",
        &[
            ("", "other.csv: the file is empty; expected a header line and rows"),
            (
                "date,m\n2020-01-01,5\n",
                "study.toml: [[benchmarks]] other.csv has no date in common with the prices",
            ),
            (
                "date,m,a\n2025-01-01,5,6\n",
                "study.toml: [[benchmarks]] other.csv: there is a series `a` already; \
                 leave it out of `columns`",
            ),
        ],
    );
    bad_others(
        "triggers",
        "[trigger]\npath = \"other.csv\"",
        &[
            ("date,close\n", "other.csv: the file has a header but no rows"),
            ("date,a\n2025-01-01,4\n", "other.csv: no column `close`; the file has `date`, `a`"),
            (
                "date,close\n2025-01-02,4\n2025-01-01,5\n",
                "other.csv: line 3: 2025-01-01 comes after 2025-01-02; sort the rows by date",
            ),
            (
                "date,close,volume\n2025-01-01,4,-3\n",
                "other.csv: line 2, column `volume`: `-3` is not a number of zero or more",
            ),
            (
                "date,close\n2030-01-01,4\n2030-01-02,5\n",
                "study.toml: [trigger] sessions = 2030-01-01 to 2030-01-02: \
                 expected dates within those of the prices",
            ),
        ],
    );
}

#[test]
fn no_events_detected() {
    let folder = Folder::with_study("none-detected");
    folder.edit("list = \"events.csv\"", "rule = \"level\"\nlevel = 1000");
    folder.edit("[model]", "[trigger]\npath = \"prices.csv\"\nclose_column = \"a\"\n\n[model]");
    let message = "error: no events: `prices` has none from 2025-01-01 to 2025-04-10 under the \
                   rule: the first close above 1000";
    folder.fails(&RUN, 1, message);
    folder.fails(&["check", "study.toml"], 1, message);
    folder.fails(
        &["detect", "prices.csv", "--close-column", "a", "--rule", "level", "--level", "1000"],
        1,
        message,
    );
}

#[test]
fn an_outcome_that_is_none() {
    let folder = Folder::with_study("no-outcome");
    folder.write("other.json", "{}\n");
    folder.fails(
        &["run", "other.json"],
        2,
        "error: other.json: not a valid outcome\n\
         \u{20} caused by: missing field `format` at line 1 column 2",
    );
}

#[test]
fn an_output_folder_that_cannot_be_made() {
    let folder = Folder::with_study("no-folder");
    folder.write("results", "a file stands here");
    // Before any work, and by `check` as well.
    for arguments in
        [&RUN[..], &["check", "study.toml"], &["run", "study.toml", "-o", "results/in"]]
    {
        folder.fails(arguments, 3, "error: results: is a file, expected a folder");
    }
    folder.prints(&["run", "study.toml", "--output", "elsewhere/deeper"]);
}

#[test]
fn a_file_that_cannot_be_written_leaves_no_half_of_itself() {
    let folder = Folder::with_study("second-file");
    std::fs::create_dir_all(folder.path("results/report.md/in the way")).unwrap();
    let output = folder.run(&["run", "study.toml", "--quiet"]);
    assert_eq!(
        String::from_utf8_lossy(&output.stderr),
        "error: results/report.md: cannot write the file\n  caused by: Is a directory (os error 21)\n"
    );
    assert_eq!((output.status.code(), output.stdout.len()), (Some(3), 0));
    // The first file is whole, and of the second nothing is there.
    assert!(
        eventstudy::study::Outcome::from_json_path(folder.path("results/outcome.json")).is_ok()
    );
    assert_eq!(std::fs::read_dir(folder.path("results")).unwrap().count(), 2);
}

#[test]
fn the_study_that_all_of_this_starts_from_runs() {
    let folder = Folder::with_study("base");
    assert_eq!(folder.read("study.toml"), STUDY);
    assert_eq!(folder.read("prices.csv"), prices(&["a", "b"], 100));
    let outcome = folder.outcome();
    assert_eq!((outcome.events.len(), outcome.exclusions.len()), (2, 0));
}
