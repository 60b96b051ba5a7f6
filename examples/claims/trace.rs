//! Every number that is printed stands in a table.
//!
//! What a page says is looked up in the tables as they were written, the way a reader would. A number is
//! found where a cell of figures holds it with the same sign, decimals and per cent; in a cell of words
//! only beside the same word, so that the 50 of `top 50` is no table for a count of 50. A date is found in
//! any cell, a year where a date of it is, and a window of months where the window stands. Numbers in
//! full, which stand beside the printed ones, do not count: what is printed must be there as printed.
//! Titles and headers belong to their tables: they are neither looked up nor looked in.
//!
//! That a number stands in the right column is not looked at: small counts are found too easily.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use eventstudy::{Error, Result};

use crate::numbers::{Token, tokens};

/// The list of all tables, beside them.
pub(crate) const INDEX: &str = "tables.csv";
/// The section of what was set before any price was read.
pub(crate) const SETTINGS: &str = "settings";
/// Rows of a table of all claims that are for each of them.
pub(crate) const ALL_CLAIMS: &str = "all";

/// A piece of prose as it was printed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Said {
    /// The claim, or the part of the page.
    pub(crate) part: String,
    pub(crate) text: String,
    /// Sections of the tables in which its numbers may stand.
    pub(crate) sources: Vec<String>,
}

/// Numbers of the prose that stand in none of the tables that they may be from, as these were written to
/// `folder`.
///
/// Of a table whose first column is `claim` the rows of the claim count, and those of all claims.
///
/// # Errors
///
/// [`Error::Csv`] where the list of the tables or one of them cannot be read.
pub(crate) fn untraced(folder: &Path, said: &BTreeSet<Said>) -> Result<Vec<String>> {
    let written = Written::read(folder)?;
    let mut faults = BTreeSet::new();
    for said in said {
        let known = written.known(&said.part, &said.sources);
        let missing = known.missing(&said.text).into_iter();
        faults.extend(missing.map(|number| {
            let Said { part, sources, text } = said;
            let sources = sources.join(", ");
            format!("{part}: {number} stands in no table of {sources}; it is said in: {text}")
        }));
    }
    Ok(faults.into_iter().collect())
}

/// Settings of a claim that nothing in its section says: they are of an earlier text.
///
/// # Errors
///
/// As [`untraced`].
pub(crate) fn unsaid(folder: &Path, said: &BTreeSet<Said>) -> Result<Vec<String>> {
    let written = Written::read(folder)?;
    let mut faults = Vec::new();
    for table in written.0.get(SETTINGS).into_iter().flatten().filter(|table| table.by_claim) {
        for row in table.rows.iter().filter(|row| row[0] != ALL_CLAIMS) {
            let texts = said.iter().filter(|said| said.part == row[0]).map(|said| &said.text);
            let said: BTreeSet<Token> = texts.flat_map(|text| tokens(text)).collect();
            let value = row.last().map(String::as_str).unwrap_or_default();
            let numbers = tokens(value).into_iter().filter(|t| !matches!(t, Token::Word(_)));
            if !numbers.into_iter().all(|number| said.contains(&number)) {
                faults.push(format!("{}: the setting {} ({value}) is not said", row[0], row[1]));
            }
        }
    }
    Ok(faults)
}

/// The tables of each section.
struct Written(BTreeMap<String, Vec<Rows>>);

/// The printed cells of a table, without its header.
struct Rows {
    /// Whether the first column names the claim.
    by_claim: bool,
    rows: Vec<Vec<String>>,
}

impl Written {
    fn read(folder: &Path) -> Result<Self> {
        let mut sections: BTreeMap<String, Vec<Rows>> = BTreeMap::new();
        for row in &Rows::read(&folder.join(INDEX))?.rows {
            let (file, section) = (row[0].as_str(), row[1].clone());
            sections.entry(section).or_default().push(Rows::read(&folder.join(file))?);
        }
        Ok(Self(sections))
    }

    fn known(&self, part: &str, sources: &[String]) -> Known {
        let mut known = Known::default();
        for table in sources.iter().filter_map(|source| self.0.get(source)).flatten() {
            let of_part =
                |row: &&Vec<String>| !table.by_claim || row[0] == part || row[0] == ALL_CLAIMS;
            table.rows.iter().filter(of_part).flatten().for_each(|cell| known.add(cell));
        }
        known
    }
}

impl Rows {
    fn read(path: &Path) -> Result<Self> {
        let fault = |source| Error::Csv { path: path.to_owned(), source };
        let mut reader = csv::Reader::from_path(path).map_err(fault)?;
        let header = reader.headers().map_err(fault)?.clone();
        let in_full = |name: &str| {
            [" (number)", " (lower)", " (upper)"].iter().any(|end| name.ends_with(end))
        };
        let printed: Vec<bool> = header.iter().map(|name| !in_full(name)).collect();
        let mut rows = Vec::new();
        for record in reader.records() {
            let record = record.map_err(fault)?;
            let cells = record.iter().zip(&printed).filter(|(_, printed)| **printed);
            rows.push(cells.map(|(cell, _)| cell.to_owned()).collect());
        }
        Ok(Self { by_claim: header.get(0) == Some("claim"), rows })
    }
}

/// What stands in some tables.
#[derive(Default)]
struct Known {
    /// Numbers of cells without words.
    figures: BTreeSet<String>,
    /// Numbers of the others with the word before or behind.
    beside: BTreeSet<[Token; 2]>,
    dates: BTreeSet<String>,
    windows: BTreeSet<String>,
}

impl Known {
    fn add(&mut self, cell: &str) {
        let found = tokens(cell);
        let joins = |word: &str| word == "to" || word == "of";
        let words = found.iter().any(|token| matches!(token, Token::Word(w) if !joins(w)));
        for token in &found {
            match token {
                Token::Date(date) => _ = self.dates.insert(date.clone()),
                Token::Window(window) => _ = self.windows.insert(window.clone()),
                Token::Number(number) if !words => _ = self.figures.insert(number.clone()),
                Token::Number(_) | Token::Word(_) => {}
            }
        }
        self.beside.extend(pairs(&found).map(|(_, pair)| pair));
    }

    fn missing(&self, text: &str) -> BTreeSet<String> {
        let found = tokens(text);
        let beside: BTreeSet<usize> = pairs(&found)
            .filter(|(_, pair)| self.beside.contains(pair))
            .map(|(at, _)| at)
            .collect();
        let is_missing = |(at, token): (usize, &Token)| match token {
            Token::Word(_) => None,
            Token::Date(date) => (!self.dates.contains(date)).then(|| date.clone()),
            Token::Window(window) => (!self.windows.contains(window)).then(|| window.clone()),
            Token::Number(number) => {
                let known =
                    self.figures.contains(number) || beside.contains(&at) || self.is_year(number);
                (!known).then(|| number.clone())
            }
        };
        found.iter().enumerate().filter_map(is_missing).collect()
    }

    fn is_year(&self, number: &str) -> bool {
        let century = number.starts_with("19") || number.starts_with("20");
        let year = number.len() == 4 && century && number.bytes().all(|b| b.is_ascii_digit());
        year && self.dates.iter().any(|date| date.starts_with(number))
    }
}

/// Each number with the word right before and the word right behind it, and the place of the number.
fn pairs(found: &[Token]) -> impl Iterator<Item = (usize, [Token; 2])> + '_ {
    found.windows(2).enumerate().filter_map(|(at, pair)| match pair {
        [Token::Number(_), Token::Word(_)] => Some((at, [pair[0].clone(), pair[1].clone()])),
        [Token::Word(_), Token::Number(_)] => Some((at + 1, [pair[0].clone(), pair[1].clone()])),
        _ => None,
    })
}
