//! Results as CSV: one row for each procedure in each cell.

use std::error::Error as StdError;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::set_ups::Cell;
use crate::tally::{Kind, Tally};

/// Of anything that can go wrong in this program.
pub(crate) type Outcome<T> = Result<T, Box<dyn StdError + Send + Sync>>;

/// What one procedure did in one cell. Counts are missing where the procedure has none.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Record {
    pub(crate) set_up: String,
    pub(crate) n_events: usize,
    /// As in [`SetUp::effects`](crate::set_ups::SetUp::effects).
    pub(crate) effect: f64,
    pub(crate) n_samples: u32,
    pub(crate) kind: Kind,
    pub(crate) procedure: String,
    pub(crate) n_at_1: u32,
    pub(crate) hits_at_1: u32,
    pub(crate) n_at_5: u32,
    pub(crate) hits_at_5: u32,
    pub(crate) n_at_10: u32,
    pub(crate) hits_at_10: u32,
    /// Of intervals at 95 % with ends, a decimal fraction.
    pub(crate) mean_width: Option<f64>,
    /// Intervals at 95 % without ends, which hold every effect.
    #[serde(default)]
    pub(crate) n_unbounded: u32,
}

impl Record {
    /// Samples in which the procedure is defined and those with a hit, at 1, 5 or 10 %.
    pub(crate) fn counts(&self, percent: u32) -> (u32, u32) {
        match percent {
            1 => (self.n_at_1, self.hits_at_1),
            10 => (self.n_at_10, self.hits_at_10),
            _ => (self.n_at_5, self.hits_at_5),
        }
    }

    /// The records of a cell.
    pub(crate) fn of(cell: &Cell, tally: &Tally) -> Vec<Self> {
        let record = |line: &crate::tally::Line| {
            let n_bounded = line.n[1] - line.n_unbounded;
            let mean = line.width / f64::from(n_bounded);
            Self {
                set_up: cell.set_up.id.to_owned(),
                n_events: cell.n_events,
                effect: cell.effect,
                n_samples: tally.n_samples,
                kind: line.kind,
                procedure: line.id.to_owned(),
                n_at_1: line.n[0],
                hits_at_1: line.hits[0],
                n_at_5: line.n[1],
                hits_at_5: line.hits[1],
                n_at_10: line.n[2],
                hits_at_10: line.hits[2],
                mean_width: (line.kind == Kind::Interval && n_bounded > 0).then_some(mean),
                n_unbounded: line.n_unbounded,
            }
        };
        tally.lines.iter().map(record).collect()
    }
}

/// Writes records below lines of comment.
pub(crate) fn write(path: &Path, comments: &[String], records: &[Record]) -> Outcome<()> {
    let mut text: String = comments.iter().flat_map(|line| ["# ", line, "\n"]).collect();
    let mut rows = csv::Writer::from_writer(Vec::new());
    for record in records {
        rows.serialize(record)?;
    }
    text.push_str(&String::from_utf8(rows.into_inner()?)?);
    // Whole or not at all: what is half-written would be taken for finished by the next run.
    let unfinished = path.with_extension("unfinished");
    std::fs::write(&unfinished, text)?;
    std::fs::rename(&unfinished, path)?;
    Ok(())
}

/// Comments and records of a file.
pub(crate) fn read(path: &Path) -> Outcome<(Vec<String>, Vec<Record>)> {
    let fault = |error| format!("{}: {error}", path.display());
    let text = std::fs::read_to_string(path).map_err(fault)?;
    let comments = text.lines().map_while(|line| line.strip_prefix("# ")).map(str::to_owned);
    let mut rows = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(text.as_bytes());
    let records = rows.deserialize().collect::<Result<Vec<Record>, _>>()?;
    Ok((comments.collect(), records))
}
