//! Every number of a verdict stands in a table.

use std::collections::BTreeSet;
use std::path::Path;

use eventstudy::{Error, Result};

/// A verdict as it is printed.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    pub(crate) id: String,
    pub(crate) because: String,
    /// The rule, whose level and margins are no findings and stand in no table.
    pub(crate) rule: String,
}

/// The list of all tables, beside them.
pub(crate) const INDEX: &str = "tables.csv";

/// Numbers of the verdicts that stand in no table of their claim as it was written to `folder`.
///
/// # Errors
///
/// [`Error::Csv`] where the list of the tables or one of them cannot be read.
pub(crate) fn untraced(folder: &Path, lines: &[Line]) -> Result<Vec<String>> {
    let index = rows(&folder.join(INDEX))?;
    let mut faults = Vec::new();
    for line in lines {
        let mut known = numbers(&line.rule);
        for row in index.iter().filter(|row| row.get(1) == Some(&line.id)) {
            let file = row.first().map_or("", String::as_str);
            for cell in rows(&folder.join(file))?.iter().flatten() {
                known.extend(numbers(cell));
            }
        }
        let missing = numbers(&line.because).into_iter().filter(|number| !known.contains(number));
        faults.extend(missing.map(|number| {
            format!("{number} of the verdict on {} stands in none of its tables", line.id)
        }));
    }
    Ok(faults)
}

/// The rows of a table without its header.
fn rows(path: &Path) -> Result<Vec<Vec<String>>> {
    let fault = |source| Error::Csv { path: path.to_owned(), source };
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_path(path).map_err(fault)?;
    let mut rows = Vec::new();
    for record in reader.records() {
        rows.push(record.map_err(fault)?.iter().map(str::to_owned).collect());
    }
    Ok(rows)
}

/// The numbers and dates in a text, each once, without plus signs and marks between thousands.
///
/// A date such as 2026-01-08 is one number. Digits within a word (`C13`, `sp500`) are none.
pub(crate) fn numbers(text: &str) -> BTreeSet<String> {
    let letters: Vec<char> = text.chars().collect();
    let digit = |at: usize| letters.get(at).is_some_and(char::is_ascii_digit);
    let run = |at: usize| letters.iter().skip(at).take_while(|c| c.is_ascii_digit()).count();
    let mut found = BTreeSet::new();
    let mut at = 0;
    while at < letters.len() {
        let in_word = at > 0 && (letters[at - 1].is_alphabetic() || letters[at - 1] == '_');
        if !digit(at) || in_word {
            // The rest of a word's digits is no number either.
            at += if digit(at) { run(at) } else { 1 };
            continue;
        }
        let start = at;
        let is = |k: usize, c: char| letters.get(k) == Some(&c);
        let dash = |k: usize| is(k, '-') || is(k, '−');
        if run(at) == 4 && dash(at + 4) && run(at + 5) == 2 && dash(at + 7) && run(at + 8) == 2 {
            at += 10;
            found.insert(letters[start..at].iter().collect());
            continue;
        }
        at += run(at);
        while is(at, ',') && run(at + 1) == 3 {
            at += 4;
        }
        if is(at, '.') && digit(at + 1) {
            at += 1 + run(at + 1);
        }
        if is(at, 'e') {
            let digits = at + 1 + usize::from(is(at + 1, '-'));
            if digit(digits) {
                at = digits + run(digits);
            }
        }
        let after_word = start > 1 && letters[start - 2].is_alphanumeric();
        let negative = start > 0 && dash(start - 1) && !after_word;
        let number: String = letters[start..at].iter().filter(|c| **c != ',').collect();
        found.insert(if negative { format!("-{number}") } else { number });
    }
    found
}
