//! Every number of a verdict is looked for in the tables of its claim.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::{Path, PathBuf};

#[path = "../examples/claims/arguments.rs"]
mod arguments;
#[path = "../examples/claims/trace.rs"]
mod trace;

use arguments::Arguments;
use trace::{Line, numbers, untraced};

fn found(text: &str) -> Vec<String> {
    numbers(text).into_iter().collect()
}

#[test]
fn numbers_and_dates_of_a_sentence() {
    assert_eq!(
        found("p = 0.594 and the interval [-114.0 %, +67.5 %]"),
        ["-114.0", "0.594", "67.5"]
    );
    assert_eq!(found("on 2026-01-08 at 2,603.91, above 1e-4"), ["1e-4", "2026-01-08", "2603.91"]);
    // A window is two numbers, a word with digits none, and a dash between words no sign.
    assert_eq!(found("C13: sp500 over [0,3) months, top-50, 4-week"), ["0", "3", "4", "50"]);
    assert_eq!(found("8 of 13."), ["13", "8"]);
    assert_eq!(found("nothing"), [""; 0]);
}

/// A folder with one claim, its table and the list of tables.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&folder).unwrap();
    let write = |file: &str, text: &str| std::fs::write(folder.join(file), text).unwrap();
    write("tables.csv", "file,section,title,rows\nc1-a.csv,C1,A,1\nc2-b.csv,C2,B,1\n");
    write("c1-a.csv", "mean 7,ends\n+4.2 %,\"[-1.0, +9.5] %\"\n");
    write("c2-b.csv", "n\n17\n");
    folder
}

fn line(because: &str) -> Line {
    Line { id: "C1".to_owned(), because: because.to_owned(), rule: "at least 10 %".to_owned() }
}

#[test]
fn a_number_without_a_table_is_found() {
    let folder = folder("traced");
    let said = |because: &str| untraced(&folder, &[line(because)]).unwrap();
    assert_eq!(said("+4.2 % within -1.0 to 9.5, 10 % asked for"), [""; 0]);
    // Rounded otherwise, with another sign, in a header, in the table of another claim.
    for number in ["4.20", "-4.2", "7", "17"] {
        let fault = format!("{number} of the verdict on C1 stands in none of its tables");
        assert_eq!(said(&format!("found {number}")), [fault]);
    }
    std::fs::remove_file(folder.join("c1-a.csv")).unwrap();
    assert!(untraced(&folder, &[line("4.2")]).is_err());
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
