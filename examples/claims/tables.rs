//! Names and places of the tables that are printed.

use std::path::Path;

use eventstudy::Result;
use eventstudy::report::{Align, Table, write_text};

use crate::trace::INDEX;

/// Longest name that a title makes, in characters.
const LONGEST: usize = 48;

/// A table that was printed, as a file.
pub(crate) struct TableFile {
    pub(crate) file: String,
    /// The claim in its own spelling, or the part of the report.
    pub(crate) section: String,
    pub(crate) title: String,
    pub(crate) n_rows: usize,
    /// Columns whose numbers stand beside them in full.
    pub(crate) n_in_full: usize,
    csv: String,
}

/// The tables of a page in their order.
#[derive(Default)]
pub(crate) struct Tables(Vec<TableFile>);

impl Tables {
    /// Adds a table and answers the name of its file.
    pub(crate) fn add(&mut self, section: &str, title: &str, table: &Table) -> String {
        // The parts of the report that are no claim say in their titles what they are.
        let of_claim = section.starts_with('C');
        let name = if of_claim { slug(&format!("{section} {title}")) } else { slug(title) };
        let taken = |file: &str| self.0.iter().any(|t| t.file == file);
        let numbered = (2..).map(|k| format!("{name}-{k}.csv"));
        let mut files = std::iter::once(format!("{name}.csv")).chain(numbered);
        let file = files.find(|file| !taken(file)).unwrap_or_default();
        self.0.push(TableFile {
            file: file.clone(),
            section: section.to_owned(),
            title: title.to_owned(),
            n_rows: table.n_rows(),
            n_in_full: n_in_full(table),
            csv: table.to_csv_with_numbers(),
        });
        file
    }

    /// Writes every table and the list of them, and takes away those of a run before.
    pub(crate) fn write(&self, folder: &Path) -> Result<()> {
        let before = std::fs::read_to_string(folder.join(INDEX)).unwrap_or_default();
        for name in before.lines().skip(1).filter_map(|line| line.split(',').next()) {
            let Some(stem) = name.strip_suffix(".csv") else { continue };
            if stem.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
                // What cannot be removed is replaced or stays beside the list.
                let _ = std::fs::remove_file(folder.join(name));
            }
        }
        let mut index = Table::new([
            ("file", Align::Left),
            ("section", Align::Left),
            ("title", Align::Left),
            ("rows", Align::Right),
            ("columns in full", Align::Right),
        ]);
        for table in &self.0 {
            write_text(folder.join(&table.file), &table.csv)?;
            let TableFile { file, section, title, n_rows, n_in_full, .. } = table;
            let counts = [n_rows, n_in_full].map(ToString::to_string);
            index.row([file.clone(), section.clone(), title.clone()].into_iter().chain(counts));
        }
        write_text(folder.join(INDEX), &index.to_csv())
    }
}

/// Columns of a table that have a cell with numbers behind it.
fn n_in_full(table: &Table) -> usize {
    let (shown, in_full) = (table.to_csv(), table.to_csv_with_numbers());
    let n_columns = |csv: &str| {
        let mut reader = csv::Reader::from_reader(csv.as_bytes());
        reader.headers().map_or(0, csv::StringRecord::len)
    };
    let in_full = in_full.as_str();
    let ends = csv::Reader::from_reader(in_full.as_bytes())
        .headers()
        .map_or(0, |names| names.iter().filter(|name| name.ends_with(" (upper)")).count());
    // The ends of an interval are two columns of one.
    n_columns(in_full) - n_columns(&shown) - ends
}

/// Lower-case words with dashes between them, cut at a word where they are long.
fn slug(text: &str) -> String {
    let lower = text.to_lowercase();
    let mut name = String::new();
    for word in lower.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()) {
        if !name.is_empty() && name.len() + word.len() >= LONGEST {
            break;
        }
        if !name.is_empty() {
            name.push('-');
        }
        name += word;
    }
    name
}
