//! Every number that the claims print is looked for in the tables that it may be from.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use eventstudy::report::{Align, Cell, Table, percent, percent_interval};

#[path = "../examples/claims/arguments.rs"]
mod arguments;
#[path = "../examples/claims/numbers.rs"]
mod numbers;
#[allow(dead_code)] // the terminal's side
#[path = "../examples/claims/sheet.rs"]
mod sheet;
#[allow(dead_code)] // the titles
#[path = "../examples/claims/tables.rs"]
mod tables;
#[path = "../examples/claims/trace.rs"]
mod trace;

use arguments::Arguments;
use numbers::{Token, tokens};
use sheet::{Piece, Sheet, Style};
use trace::{ALL_CLAIMS, SETTINGS, Said, unsaid, untraced};

/// The numbers, dates and windows of a text.
fn found(text: &str) -> Vec<String> {
    let counts = tokens(text).into_iter().filter_map(|token| match token {
        Token::Word(_) => None,
        Token::Number(text) | Token::Date(text) | Token::Window(text) => Some(text),
    });
    counts.collect()
}

#[test]
fn numbers_dates_and_windows_of_a_sentence() {
    assert_eq!(
        found("p = 0.594 and the interval [-114.0 %, +67.5 %]"),
        ["0.594", "-114.0%", "67.5%"]
    );
    assert_eq!(found("[-114.0, +67.5] %, 3 to 5 %"), ["-114.0%", "67.5%", "3", "5%"]);
    assert_eq!(found("on 2026-01-08 at 2,603.91, above 1e-4"), ["2026-01-08", "2603.91", "1e-4"]);
    // Names and words with digits count nothing, and a dash between words is no sign.
    assert_eq!(
        found("C13: sp500 over [0,3) months, top-50, 4-week, HC1, the S&P 500, the Russell 2000"),
        ["[0,3)", "50", "4"]
    );
    assert_eq!(found("94f169b5, 81e815a, 3rd"), [""; 0]);
    assert_eq!(found("8 of 13."), ["8", "13"]);
    assert_eq!(found("nothing"), [""; 0]);
}

/// A folder with tables of two claims, settings and the list of tables, as a page writes them.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&folder).unwrap();
    let mut sheet = Sheet::new(Style::Markdown);
    let mut table = Table::new([("mean 7", Align::Left), ("ends", Align::Right)]);
    table.row([Cell::number(0.0421, percent), Cell::interval(-0.01, 0.095, percent_interval)]);
    table.row([Cell::from("altcoins (top 50), [0,3) months"), Cell::from("0.691 (≥ 1e-4)")]);
    table.row([Cell::from("2016-11-14"), Cell::from("17 sessions")]);
    sheet.table("C1", "A", &table);
    let mut other = Table::new([("n", Align::Right)]);
    other.row(["23"]);
    sheet.table("C2", "B", &other);
    let mut settings =
        Table::new([("claim", Align::Left), ("setting", Align::Left), ("value", Align::Left)]);
    settings.row([ALL_CLAIMS, "margin", "+10.0 %"]);
    settings.row(["C2", "lag", "13 weeks"]);
    sheet.table(SETTINGS, "Set", &settings);
    sheet.tables().write(&folder).unwrap();
    folder
}

fn said(text: &str) -> BTreeSet<Said> {
    let sources = ["C1", SETTINGS].map(str::to_owned).to_vec();
    [Said { part: "C1".to_owned(), text: text.to_owned(), sources }].into()
}

#[test]
fn a_made_up_number_is_found() {
    let folder = folder("traced");
    let faults = |text: &str| untraced(&folder, &said(text)).unwrap();
    for text in [
        "+4.2 % within [-1.0 %, +9.5 %], p = 0.691, and +10.0 % asked for",
        "the top 50 over [0,3) months after 2016-11-14, the event of 2016",
        "after 17 sessions without a number of its own",
    ] {
        assert_eq!(faults(text), [""; 0]);
    }
    // Rounded otherwise, with another sign, without per cent; in full; in a header, of another claim, a
    // setting of another claim; a date, a year and a window of no row; a count that is but part of a name.
    for (number, text) in [
        ("4.20%", "found +4.20 %"),
        ("-4.2%", "found -4.2 %"),
        ("4.2", "found 4.2"),
        ("0.0421", "found 0.0421"),
        ("7", "found 7"),
        ("23", "found 23"),
        ("13", "found 13 weeks"),
        ("2016-11-15", "found on 2016-11-15"),
        ("2017", "found in 2017"),
        ("[1,3)", "found over [1,3) months"),
        ("0", "found at 0 events"),
        ("50", "found at 50 events"),
        ("17", "found at 17 events"),
    ] {
        let fault =
            format!("C1: {number} stands in no table of C1, settings; it is said in: {text}");
        assert_eq!(faults(text), [fault]);
    }
    std::fs::remove_file(folder.join("c1-a.csv")).unwrap();
    assert!(untraced(&folder, &said("4.2 %")).is_err());
}

#[test]
fn whatever_a_page_says_is_looked_up() {
    let mut sheet = Sheet::new(Style::Terminal);
    sheet.part("C1", "C1: undecided after 1 look");
    sheet.line(&[Piece::mark("Because "), Piece::of("2 of 3", &["C1"]), Piece::mark(" (4)")]);
    sheet.line_of("C2", &[Piece::of("5 there", &["C2"])]);
    sheet.line(&[Piece::of("6 here", &["C1"])]);
    let mut table = Table::new([("n", Align::Right)]);
    table.row(["2 of 3"]);
    sheet.table("C1", "Table", &table);
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("page");
    std::fs::create_dir_all(&folder).unwrap();
    sheet.tables().write(&folder).unwrap();
    let faults = untraced(&folder, sheet.said()).unwrap();
    let faults: Vec<&str> =
        faults.iter().map(|fault| &fault[..fault.find(" s").unwrap()]).collect();
    assert_eq!(faults, ["C1: 1", "C1: 4", "C1: 6", "C2: 5"]);
    assert!(sheet.text().contains("Because 2 of 3 (4)\n5 there\n6 here\n"));
}

#[test]
fn a_setting_that_nothing_says_is_of_an_earlier_text() {
    let folder = folder("unsaid");
    let of_other = |text: &str| {
        let said = Said { part: "C2".to_owned(), text: text.to_owned(), sources: Vec::new() };
        unsaid(&folder, &[said].into()).unwrap()
    };
    assert_eq!(of_other("lags up to 13 weeks"), [""; 0]);
    assert_eq!(of_other("lags up to 12 weeks"), ["C2: the setting lag (13 weeks) is not said"]);
    assert_eq!(unsaid(&folder, &said("13 weeks")).unwrap().len(), 1);
}

#[test]
fn seeds_of_the_command_line() {
    let parse = |words: &str| Arguments::parse(words.split_whitespace().map(str::to_owned));
    assert_eq!(parse(""), Ok(Arguments { seed: None, other_seeds: Vec::new() }));
    let found = parse("--seed 7 --other-seeds 1,2");
    assert_eq!(found, Ok(Arguments { seed: Some(7), other_seeds: vec![1, 2] }));
    assert_eq!(parse("--seed").unwrap_err(), "--seed needs a value");
    assert_eq!(
        parse("--other-seeds 1,x").unwrap_err(),
        "x: expected a whole number from 0 on as seed"
    );
    assert!(parse("--sede 1").unwrap_err().starts_with("unknown argument --sede;"));
}
