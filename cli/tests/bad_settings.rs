//! Study files that make no sense: the whole message, the exit code, and nothing left behind.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::float_cmp)]

mod support;

use eventstudy::inference::{RegisteredTest, registry};
use support::Folder;

/// The message for a study file in which `from` became `to`.
fn bad_study(name: &str, from: &str, to: &str, message: &str) {
    let folder = Folder::with_study(name);
    folder.edit(from, to);
    folder.fails(&["run", "study.toml"], 2, message);
    folder.fails(&["check", "study.toml"], 2, message);
}

#[test]
fn keys_that_a_study_does_not_have() {
    bad_study(
        "unknown-key",
        "estimation = {",
        "wieghting = \"equal\"\nestimation = {",
        "error: study.toml: line 12, column 1: unknown key `wieghting`, expected one of `windows`, \
         `estimation`, `compounding`, `weighting`, `portfolio`, `missing`, `asset_set`, \
         `min_assets`, `level`, `seed`, `paths`, `tests`, `responses`",
    );
    bad_study(
        "unknown-table",
        "[output]",
        "[outputs]",
        "error: study.toml: line 20, column 2: unknown key `outputs`, expected one of `prices`, \
         `benchmarks`, `trigger`, `events`, `universe`, `model`, `study`, `placebo`, \
         `placebo_assets`, `conformal`, `bootstrap`, `verdict`, `output`, `curve`",
    );
    bad_study(
        "unknown-in-estimation",
        "{ length = 30 }",
        "{ lenght = 30 }",
        "error: study.toml: line 12, column 16: unknown key `lenght`, expected one of `length`, \
         `gap`, `comparison`, `min_observations`, `exclude`, `exclude_other_events`, `returns`",
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
        "unknown-window",
        "{ rows = [0, 2] }",
        "{ weeks = [0, 2] }",
        "error: study.toml: line 11, column 14: unknown variant `weeks`, expected one of `rows`, \
         `days`, `sessions`, `months`",
    );
    let models: Vec<String> =
        eventstudy::models::model_cards().map(|card| format!("`{}`", card.id)).collect();
    bad_study(
        "unknown-model",
        "constant-mean",
        "capm",
        &format!(
            "error: study.toml: line 8, column 8: no model `capm`, expected one of {}",
            models.join(", ")
        ),
    );
    bad_study(
        "unknown-test",
        "[placebo]",
        "tests = [\"bmp\", \"bmq\"]\n\n[placebo]",
        &format!("error: study.toml: [study] no test `bmq` (is it `bmp`?); there are {}", {
            let ids: Vec<&str> = registry().iter().map(RegisteredTest::id).collect();
            ids.join(", ")
        }),
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
        "error: study.toml: line 12, column 25: invalid type: string \"long\", expected a whole number of 0 or more",
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
            "[model] of this kind has no `benchmark`; it takes no other key",
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
            "[study] level = 95.0: expected a confidence level from 0.5 to 0.999999, such as 0.95",
        ),
        (
            "tiny-level",
            "[placebo]",
            "level = 1e-300\n\n[placebo]",
            "[study] level = 1e-300: expected a confidence level from 0.5 to 0.999999, such as 0.95",
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
        "error: study.toml: [model] no series `spx`; the panel has `a`, `b`",
    );
}

#[test]
fn settings_out_of_their_range() {
    for (name, from, to, message) in [
        (
            "no-sets",
            "[placebo]\nenabled = false",
            "[placebo]\nn_sets = 0",
            "[placebo] n_sets = 0: expected 1 to 10000000",
        ),
        (
            "too-many",
            "[bootstrap]\nenabled = false",
            "[bootstrap]\nreplicates = 999999999999",
            "[bootstrap] replicates = 999999999999: expected 2 to 10000000",
        ),
        (
            "one-replicate",
            "[bootstrap]\nenabled = false",
            "[bootstrap]\nreplicates = 1",
            "[bootstrap] replicates = 1: expected 2 to 10000000",
        ),
        (
            "no-block",
            "[bootstrap]\nenabled = false",
            "[bootstrap]\nmean_block_length = nan",
            "[bootstrap] mean_block_length = NaN: expected a number of rows, at least 1, or \
          \"auto\"",
        ),
        (
            "long-block",
            "[bootstrap]\nenabled = false",
            "[bootstrap]\nmean_block_length = 61.0",
            "[bootstrap] mean_block_length = 61.0: expected at most the 60 rows of the estimation \
          windows, from which blocks are drawn",
        ),
        (
            "window-twice",
            "{ rows = [1, 5] }",
            "{ rows = [0, 2] }",
            "[study] windows has [+0, +2] twice",
        ),
        (
            "asset-twice",
            "[model]",
            "[universe]\nassets = [\"a\", \"a\"]\n\n[model]",
            "[universe] assets names `a` twice",
        ),
        (
            "no-assets",
            "[model]",
            "[universe]\nassets = []\n\n[model]",
            "[universe] assets = []: expected at least one name",
        ),
        (
            "factor-twice",
            "\"constant-mean\"",
            "\"factor-model\"\nfactors = [\"a\", \"a\"]",
            "[model] factors names `a` twice",
        ),
        (
            "excluded-ghost",
            "[model]",
            "[universe]\nexclude_assets = [\"aa\"]\n\n[model]",
            "[universe] exclude_assets: `aa` is an asset of neither the prices nor the market values",
        ),
        (
            "weights",
            "[placebo]",
            "weighting = \"market-value\"\n\n[placebo]",
            "[study] weighting = \"market-value\": expected [universe] to have `top` and \
          `market_values`, from which the weights are taken",
        ),
    ] {
        bad_study(name, from, to, &format!("error: study.toml: {message}"));
    }
}

#[test]
fn lists_in_the_place_of_tables_and_of_pairs() {
    for (name, from, to, message) in [
        (
            "three",
            "{ rows = [0, 2] }",
            "{ rows = [0, 1, 2] }",
            "line 11, column 21: `rows` has 3 numbers, expected a first and a last",
        ),
        (
            "one",
            "{ rows = [0, 2] }",
            "{ rows = [0] }",
            "line 11, column 21: invalid length 1, expected an array of length 2",
        ),
        (
            "two-units",
            "{ rows = [0, 2] }",
            "{ rows = [0, 2], days = [0, 2] }",
            "line 11, column 12: expected one of `rows`, `days`, `sessions`, `months`, and one alone",
        ),
        (
            "half",
            "{ rows = [0, 2] }",
            "{ rows = [0.5, 2] }",
            "line 11, column 22: invalid type: floating point `0.5`, expected a whole number of at \
          most ten digits",
        ),
        (
            "no-unit",
            "[{ rows = [0, 2] }, { rows = [1, 5] }]",
            "[[1, 10]]",
            "line 11, column 12: a window needs a unit, expected { rows = [1, 10] }, or `days`, \
          `sessions` or `months` in place of `rows`",
        ),
        (
            "no-list",
            "[{ rows = [0, 2] }, { rows = [1, 5] }]",
            "[-1, 10]",
            "line 11, column 12: a window needs a unit, expected { rows = [-1, 10] }, or `days`, \
          `sessions` or `months` in place of `rows`",
        ),
        (
            "in-words",
            "{ rows = [0, 2] }, { rows = [1, 5] }",
            "{ rows = [0, 2] }, \"1 to 5\"",
            "line 11, column 31: a window needs a unit, expected { rows = [0, 5] }, or `days`, \
          `sessions` or `months` in place of `rows`",
        ),
        ("estimation", "{ length = 30 }", "[30]", "line 12, column 14: expected { length = … }"),
        (
            "listed-events",
            "[events]",
            "[[events]]",
            "line 4, column 1: `events` is a list, expected one table",
        ),
        (
            "listed-placebo",
            "[placebo]\nenabled = false",
            "[[placebo]]\nenabled = false",
            "line 14, column 1: `placebo` is a list, expected one table",
        ),
    ] {
        bad_study(name, from, to, &format!("error: study.toml: {message}"));
    }
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
    for portfolio in ["buy-and-hold", "daily-rebalanced"] {
        bad_study(
            "log-bhar",
            "[placebo]",
            &format!("compounding = \"log\"\nportfolio = \"{portfolio}\"\n\n[placebo]"),
            &format!(
                "error: study.toml: [study] compounding = \"log\": expected \"simple\", as the \
                 BHAR of portfolio = \"{portfolio}\" compounds simple returns"
            ),
        );
    }
}

#[test]
fn sessions_of_no_series() {
    bad_study(
        "sessions",
        "{ rows = [0, 2] }",
        "{ sessions = [0, 2] }",
        "error: study.toml: [study] has a window in sessions, which needs a table [trigger] with \
         the `path` of the series that trades in them",
    );
}
