//! The mean block length of a study: a number of rows, or chosen from the data.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::float_cmp)]

mod support;

use support::Folder;

/// Blanks the prices of one date.
fn without_prices_on(folder: &Folder, blank: &str) {
    let prices = folder.read("prices.csv");
    let line = |line: &str| match line.split_once(',') {
        Some((date, _)) if date == blank => format!("{date},,"),
        _ => line.to_owned(),
    };
    let lines: Vec<String> = prices.lines().map(line).collect();
    folder.write("prices.csv", &(lines.join("\n") + "\n"));
}

#[test]
fn a_mean_block_that_is_longer_than_what_is_left_of_the_estimation_window() {
    let folder = Folder::with_study("left-of-it");
    folder.write("events.csv", "date,label\n2025-03-10,one\n");
    folder.edit("{ length = 30 }", "{ length = 30, min_observations = 15 }");
    folder.edit("[bootstrap]\nenabled = false", "[bootstrap]\nmean_block_length = 28.5");
    without_prices_on(&folder, "2025-02-20");
    // Two of the 30 rows have no return.
    folder.fails(
        &["run", "study.toml"],
        2,
        "error: study.toml: [bootstrap] mean_block_length = 28.5: expected at most the rows of the \
         estimation windows in which an asset of the event has a return",
    );
    folder.edit("28.5", "28.0");
    folder.prints(&["run", "study.toml"]);
}

#[test]
fn a_mean_block_length_from_the_data() {
    let folder = Folder::with_study("auto-block");
    folder.write("events.csv", "date,label\n2025-03-10,one\n");
    folder.edit("[bootstrap]\nenabled = false", "[bootstrap]\nmean_block_length = \"automatic\"");
    folder.fails(
        &["run", "study.toml"],
        2,
        "error: study.toml: line 18, column 21: invalid value: string \"automatic\", expected a \
         number of rows or \"auto\"",
    );
    folder.edit("\"automatic\"", "\"auto\"");
    folder.prints(&["run", "study.toml"]);
    folder.edit("{ length = 30 }", "{ length = 10 }");
    folder.fails(
        &["check", "study.toml"],
        2,
        "error: study.toml: [bootstrap] mean_block_length = \"auto\" needs at least 11 rows of the \
         estimation windows, found 10",
    );
    // Enough rows, of which too many have no return.
    folder.edit("{ length = 10 }", "{ length = 12, min_observations = 5 }");
    without_prices_on(&folder, "2025-03-05");
    folder.fails(
        &["run", "study.toml"],
        2,
        "error: study.toml: [bootstrap] mean_block_length = \"auto\" needs at least 11 rows of the \
         estimation windows in which an asset of the event has a return, found 10",
    );
}
