//! Estimation windows of study files: those that make no sense, and what is said of those that do.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::float_cmp)]

mod support;

use support::Folder;

/// The message for a study file with this estimation window.
fn bad_estimation(name: &str, estimation: &str, message: &str) {
    let folder = Folder::with_study(name);
    folder.edit("{ length = 30 }", estimation);
    let message = format!("error: study.toml: {message}");
    folder.fails(&["run", "study.toml"], 2, &message);
    folder.fails(&["check", "study.toml"], 2, &message);
}

#[test]
fn settings_that_do_not_go_together() {
    for (name, estimation, message) in [
        (
            "nowhere",
            "{ gap = 3 }",
            "[study] estimation needs `length`, for rows before the event, or `comparison`, for \
             periods around it",
        ),
        (
            "twice",
            "{ length = 30, comparison = [[-30, -5]] }",
            "[study] estimation has both `length` and `comparison`; keep one of them",
        ),
        (
            "gap",
            "{ gap = 3, comparison = [[-30, -5]] }",
            "[study] estimation has `comparison`, so there can be no `gap`",
        ),
        (
            "in-window",
            "{ comparison = [[-30, 0], [10, 20]] }",
            "[study] comparison periods = [-30, +0] and [+10, +20]: expected rows outside the event \
             windows",
        ),
        (
            "overlap",
            "{ comparison = [[-30, -10], [-12, -5]] }",
            "[study] comparison periods = [-30, -10] and [-12, -5]: expected periods that do not \
             overlap",
        ),
        (
            "reversed",
            "{ comparison = [[-5, -30]] }",
            "[study] event window [-5, -30] ends before it starts",
        ),
        (
            "more-than-all",
            "{ comparison = [[-30, -5]], min_observations = 27 }",
            "[study] min_observations = 27: expected at most the length of 26",
        ),
        (
            "reversed-dates",
            "{ length = 30, exclude = [[\"2025-02-01\", \"2025-01-31\"]] }",
            "[study] excluded dates = 2025-02-01 to 2025-01-31: expected a first date and a last \
             date that is not before it",
        ),
    ] {
        bad_estimation(name, estimation, message);
    }
}

#[test]
fn values_of_the_wrong_kind() {
    for (name, estimation, message) in [
        (
            "three",
            "{ comparison = [[-30, -5, 7]] }",
            "line 12, column 30: `comparison` has 3 numbers, expected a first and a last",
        ),
        (
            "three-dates",
            "{ length = 30, exclude = [[2025-01-01, 2025-01-02, 2025-01-03]] }",
            "line 12, column 40: `exclude` has 3 dates, expected a first and a last",
        ),
        (
            "no-date",
            "{ length = 30, exclude = [[\"march\", \"april\"]] }",
            "line 12, column 40: `march` is not a date such as 2026-01-08",
        ),
        (
            "no-returns",
            "{ length = 30, returns = \"daily\" }",
            "line 12, column 39: unknown variant `daily`, expected `row-by-row` or `trade-to-trade`",
        ),
    ] {
        bad_estimation(name, estimation, message);
    }
}

#[test]
fn a_comparison_mean_without_comparison_periods() {
    let folder = Folder::with_study("mean");
    folder.edit("constant-mean", "comparison-period-mean");
    folder.fails(
        &["check", "study.toml"],
        2,
        "error: study.toml: [model] kind = \"comparison-period-mean\": expected [study] estimation \
         to have `comparison`, with the periods that it takes the mean of",
    );
}

#[test]
fn what_contaminates_is_in_the_outcome_and_the_report() {
    let folder = Folder::with_study("contaminated");
    folder.edit(
        "{ length = 30 }",
        "{ length = 30, min_observations = 10, exclude = [[2025-03-03, 2025-03-04]] }",
    );
    let kept = folder.outcome();
    let second = &kept.estimation[1];
    assert_eq!(second.label, "second");
    let found = second.contamination;
    // The second event's window holds the six rows of the first one's windows.
    assert_eq!((found.n_rows, found.n_excluded), (30, 2));
    assert_eq!((found.n_overlapping, found.n_other_events), (6, 1));
    assert_eq!(kept.estimation[0].contamination.n_overlapping, 0);
    let line = "- 2025-03-10 second: of 30 estimation rows 2 are on excluded dates; 6 lie in the \
                windows of another event";
    assert!(folder.read("results/report.md").contains(&format!("{line}, kept\n")));

    folder.edit("exclude = ", "exclude_other_events = true, exclude = ");
    let left_out = folder.outcome();
    assert_eq!(left_out.estimation, kept.estimation);
    let report = folder.read("results/report.md");
    assert!(report.contains(&format!("{line}, left out\n")));
    assert!(report.contains(
        "- Estimation: 30 rows, 10 needed, 0 left free before the event and its windows; without \
         2025-03-03 to 2025-03-04; without the windows of other events\n"
    ));
    let values = |o: &eventstudy::study::Outcome| -> Vec<f64> {
        o.windows[0].events.iter().map(|e| e.value).collect()
    };
    assert_eq!(values(&kept)[0], values(&left_out)[0]);
    assert_ne!(values(&kept)[1], values(&left_out)[1]);
    // Run again from the outcome: the same file.
    let again = folder.prints(&["run", "results/outcome.json", "--json"]);
    assert_eq!(serde_json::from_str::<eventstudy::study::Outcome>(&again).unwrap(), left_out);
}

#[test]
fn comparison_periods_and_trade_to_trade_returns_run_from_a_file() {
    let folder = Folder::with_study("comparison");
    folder.edit("constant-mean", "comparison-period-mean");
    folder.edit(
        "{ length = 30 }",
        "{ comparison = [[10, 20], [-20, -2]], returns = \"trade-to-trade\" }",
    );
    let outcome = folder.outcome();
    assert_eq!(outcome.settings.model, "comparison-period mean");
    assert_eq!(
        outcome.settings.estimation.to_string(),
        "30 rows, [-20, -2] and [+10, +20], 30 needed; trade-to-trade over holes"
    );
    assert_eq!(outcome.estimation[0].contamination.n_rows, 30);
}
