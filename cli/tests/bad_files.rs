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
        "error: prices.csv: no column `c`; the file has `date`, `a`, `b`",
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
        "error: prices.csv: no column `sp500`; the file has `date`, `a`, `b`",
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

#[test]
fn keys_that_a_study_does_not_have() {
    bad_study(
        "unknown-key",
        "estimation = {",
        "wieghting = \"equal\"\nestimation = {",
        "error: study.toml: line 12, column 1: unknown key `wieghting`, expected one of `windows`, \
         `estimation`, `compounding`, `weighting`, `portfolio`, `missing`, `asset_set`, \
         `min_assets`, `level`, `seed`, `paths`",
    );
    bad_study(
        "unknown-table",
        "[output]",
        "[outputs]",
        "error: study.toml: line 20, column 2: unknown key `outputs`, expected one of `prices`, \
         `benchmarks`, `trigger`, `events`, `universe`, `model`, `study`, `placebo`, `bootstrap`, \
         `output`",
    );
    bad_study(
        "unknown-in-estimation",
        "{ length = 30 }",
        "{ lenght = 30 }",
        "error: study.toml: line 12, column 16: unknown key `lenght`, expected one of `length`, \
         `gap`, `min_observations`",
    );
    bad_study(
        "unknown-in-list",
        "list = \"events.csv\"",
        "list = \"events.csv\"\nbase = 250",
        "error: study.toml: line 6, column 1: unknown key `base`, expected `list`",
    );
    bad_study(
        "unknown-in-rule",
        "list = \"events.csv\"",
        "rule = \"all-time-high\"\nbse = 250",
        "error: study.toml: line 6, column 1: unknown key `bse`, expected one of `rule`, `level`, \
         `sessions`, `basis`, `base`, `margin`, `confirmations`, `volume_multiple`, \
         `volume_window`, `trend_sessions`, `trend_return`, `cluster`, `min_separation`, \
         `first_in_years`, `from`, `through`",
    );
    bad_study(
        "unknown-model",
        "constant-mean",
        "capm",
        "error: study.toml: line 8, column 8: unknown variant `capm`, expected one of \
         `constant-mean`, `market-adjusted`, `market-model`, `factor-model`",
    );
    bad_study(
        "missing-key",
        "windows = [{ rows = [0, 2] }, { rows = [1, 5] }]\n",
        "",
        "error: study.toml: line 10, column 1: missing key `windows`",
    );
    bad_study(
        "wrong-type",
        "length = 30",
        "length = \"long\"",
        "error: study.toml: line 12, column 25: invalid type: string \"long\", expected usize",
    );
}

#[test]
fn settings_that_do_not_go_together() {
    for (name, from, to, message) in [
        (
            "both",
            "list =",
            "rule = \"all-time-high\"\nlist =",
            "[events] has both `rule` and `list`; keep one of them",
        ),
        (
            "neither",
            "list = \"events.csv\"",
            "",
            "[events] needs `rule`, for breakouts of the trigger, or `list`, for the file that lists \
          them",
        ),
        (
            "no-trigger",
            "list = \"events.csv\"",
            "rule = \"all-time-high\"",
            "[events] has a rule, which needs a table [trigger] with the `path` of a series",
        ),
        ("no-benchmark", "constant-mean", "market-model", "[model] of this kind needs `benchmark`"),
        (
            "benchmark",
            "\"constant-mean\"",
            "\"constant-mean\"\nbenchmark = \"a\"",
            "[model] of this kind has no `benchmark`",
        ),
        (
            "short",
            "length = 30",
            "length = 2",
            "[study] estimation length = 2: expected at least 3 rows",
        ),
        (
            "many",
            "length = 30",
            "length = 30, min_observations = 31",
            "[study] min_observations = 31: expected at most the length of 30",
        ),
        (
            "level",
            "[placebo]",
            "level = 95\n\n[placebo]",
            "[study] level = 95: expected a confidence level between 0 and 1",
        ),
        (
            "windows",
            "[{ rows = [0, 2] }, { rows = [1, 5] }]",
            "[]",
            "[study] windows = none: expected at least one event window",
        ),
        (
            "top",
            "[model]",
            "[universe]\ntop = 5\n\n[model]",
            "[universe] has `top`, which needs `market_values`",
        ),
        ("no-prices", "path = \"prices.csv\"", "", "[prices] needs `path` or `paths`"),
        (
            "paths",
            "path = \"prices.csv\"",
            "paths = [\"prices.csv\", \"prices.csv\"]",
            "asset `a` is in both prices.csv and prices.csv",
        ),
    ] {
        bad_study(name, from, to, &format!("error: study.toml: {message}"));
    }
    bad_study(
        "unknown-benchmark",
        "\"constant-mean\"",
        "\"market-model\"\nbenchmark = \"spx\"",
        "error: no series `spx`; the panel has `a`, `b`",
    );
}

#[test]
fn a_window_that_is_reversed() {
    bad_study(
        "reversed",
        "{ rows = [0, 2] }",
        "{ rows = [2, 0] }",
        "error: study.toml: line 11, column 11: event window [+2, +0] ends before it starts",
    );
    bad_study(
        "reversed-lag",
        "{ rows = [0, 2] }",
        "{ months = [1, 1] }",
        "error: study.toml: line 11, column 11: month lag [1, 1) must end after it starts",
    );
}

#[test]
fn bhar_of_log_returns() {
    bad_study(
        "log-bhar",
        "[placebo]",
        "compounding = \"log\"\nportfolio = \"buy-and-hold\"\n\n[placebo]",
        "error: BHAR compounds simple returns, but the panel holds log returns; \
         build it with Compounding::Simple",
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
    folder.fails(
        &RUN,
        3,
        "error: results/outcome.json: cannot write the file\n  caused by: File exists (os error 17)",
    );
}

#[test]
fn the_study_that_all_of_this_starts_from_runs() {
    let folder = Folder::with_study("base");
    assert_eq!(folder.read("study.toml"), STUDY);
    assert_eq!(folder.read("prices.csv"), prices(&["a", "b"], 100));
    let outcome = folder.outcome();
    assert_eq!((outcome.events.len(), outcome.exclusions.len()), (2, 0));
}
