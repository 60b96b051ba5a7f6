//! Delimited text with a place in every error. The one reader of all tables.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use csv::StringRecord;
use serde::{Deserialize, Serialize};

use crate::{Error, Result};

/// How to read a delimited file. The default detects the delimiter from the header.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct CsvOptions {
    /// The delimiter; `None` takes whichever of comma, semicolon, tab and bar the header has most
    /// of.
    pub delimiter: Option<u8>,
    /// Name of the price column of a long file; `None` takes `close`, else `price`, else `value`.
    pub price_column: Option<String>,
    /// The layout; `None` finds it out from the header.
    pub layout: Option<TableLayout>,
    /// The assets to read, in this order; `None` reads all. Prices of the others are not looked at,
    /// but their dates stay on the axis.
    pub assets: Option<Vec<String>>,
}

/// How a table holds the prices of several assets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TableLayout {
    /// One row per date and asset.
    Long,
    /// One row per date, one column per asset.
    Wide,
}

impl CsvOptions {
    /// Reads with this delimiter.
    #[must_use]
    pub fn delimiter(mut self, delimiter: u8) -> Self {
        self.delimiter = Some(delimiter);
        self
    }

    /// Takes prices from this column of a long file.
    #[must_use]
    pub fn price_column(mut self, name: &str) -> Self {
        self.price_column = Some(name.to_owned());
        self
    }

    /// Reads in this layout instead of finding it out.
    #[must_use]
    pub fn layout(mut self, layout: TableLayout) -> Self {
        self.layout = Some(layout);
        self
    }

    /// Reads these assets alone.
    #[must_use]
    pub fn assets<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.assets = Some(names.into_iter().map(Into::into).collect());
        self
    }
}

const DELIMITERS: [(u8, &str); 4] =
    [(b',', "commas"), (b';', "semicolons"), (b'\t', "tabs"), (b'|', "bars")];

/// A file being read row by row; the current row is held by the source.
#[derive(Debug)]
pub(crate) struct CsvSource {
    path: PathBuf,
    header: Vec<String>,
    reader: csv::Reader<BufReader<File>>,
    record: StringRecord,
    n_rows: u64,
}

impl CsvSource {
    /// Opens the file and reads its header. Column names are trimmed; a byte-order mark and both
    /// kinds of line ends are accepted.
    pub(crate) fn open(path: &Path, options: &CsvOptions) -> Result<Self> {
        Self::open_columns(path, options, 2)
    }

    /// As [`Self::open`] where a header of fewer than `n_least` columns is the wrong delimiter.
    pub(crate) fn open_columns(path: &Path, options: &CsvOptions, n_least: usize) -> Result<Self> {
        let read = |source| Error::Read { path: path.to_owned(), source };
        let (header_line, line_number) = first_line(path).map_err(read)?;
        let Some(header_line) = header_line else {
            return Err(Error::EmptyFile { path: path.to_owned() });
        };
        let delimiter = options.delimiter.unwrap_or_else(|| most_frequent(&header_line));
        let file = File::open(path).map_err(read)?;
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(delimiter)
            .flexible(true)
            .from_reader(BufReader::with_capacity(1 << 16, file));
        let fields = reader
            .headers()
            .map_err(|source| Error::Csv { path: path.to_owned(), source })?
            .clone();
        let header: Vec<String> = fields
            .iter()
            .map(|f| f.trim().trim_start_matches('\u{feff}').trim().to_owned())
            .collect();
        if header.len() < n_least {
            let named = DELIMITERS.iter().find(|(d, _)| *d == delimiter).map(|(_, n)| *n);
            return Err(Error::Delimiter {
                path: path.to_owned(),
                line: line_number,
                text: header_line.trim_start_matches('\u{feff}').trim_end().to_owned(),
                delimiter: named
                    .map_or_else(|| format!("`{}`", char::from(delimiter)), str::to_owned),
            });
        }
        for (index, name) in header.iter().enumerate() {
            if header[..index].contains(name) {
                return Err(Error::DuplicateColumn {
                    path: path.to_owned(),
                    line: line_number,
                    column: name.clone(),
                });
            }
        }
        let path = path.to_owned();
        Ok(Self { path, header, reader, record: StringRecord::new(), n_rows: 0 })
    }

    /// Opens a file that starts with its first row; the columns are called `names`, or as many of
    /// them as that row has fields.
    pub(crate) fn open_without_header(path: &Path, names: &[&str]) -> Result<Self> {
        let line = Self::first_line(path)?;
        let delimiter = most_frequent(&line);
        let n_fields = line.split(char::from(delimiter)).count().min(names.len());
        let file =
            File::open(path).map_err(|source| Error::Read { path: path.to_owned(), source })?;
        let reader = csv::ReaderBuilder::new()
            .delimiter(delimiter)
            .has_headers(false)
            .flexible(true)
            .from_reader(BufReader::with_capacity(1 << 16, file));
        Ok(Self {
            path: path.to_owned(),
            header: names[..n_fields].iter().map(|n| (*n).to_owned()).collect(),
            reader,
            record: StringRecord::new(),
            n_rows: 0,
        })
    }

    /// The first line that is not blank, without a byte-order mark and line end.
    pub(crate) fn first_line(path: &Path) -> Result<String> {
        let (line, _) =
            first_line(path).map_err(|source| Error::Read { path: path.to_owned(), source })?;
        let line = line.ok_or_else(|| Error::EmptyFile { path: path.to_owned() })?;
        Ok(line.trim_start_matches('\u{feff}').trim().to_owned())
    }

    /// Names of the columns.
    pub(crate) fn header(&self) -> &[String] {
        &self.header
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Position of a column; names compare without regard to ASCII case.
    pub(crate) fn find_column(&self, name: &str) -> Option<usize> {
        self.header.iter().position(|h| h.eq_ignore_ascii_case(name))
    }

    /// As [`Self::find_column`], else an error that lists what there is.
    pub(crate) fn column(&self, name: &str) -> Result<usize> {
        self.find_column(name).ok_or_else(|| Error::MissingColumn {
            path: self.path.clone(),
            column: name.to_owned(),
            found: self.header.clone(),
        })
    }

    /// Moves to the next row; false at the end. A file that ends without any row is an error.
    pub(crate) fn advance(&mut self) -> Result<bool> {
        let more = self
            .reader
            .read_record(&mut self.record)
            .map_err(|source| Error::Csv { path: self.path.clone(), source })?;
        if !more {
            return if self.n_rows == 0 {
                Err(Error::NoRows { path: self.path.clone() })
            } else {
                Ok(false)
            };
        }
        self.n_rows += 1;
        if self.record.len() != self.header.len() {
            return Err(Error::RaggedRow {
                path: self.path.clone(),
                line: self.line(),
                n_found: self.record.len(),
                n_expected: self.header.len(),
            });
        }
        Ok(true)
    }

    /// Line of the current row, from 1.
    pub(crate) fn line(&self) -> u64 {
        self.record.position().map_or(0, csv::Position::line)
    }

    /// Text of a cell of the current row, without the blanks around it.
    pub(crate) fn text(&self, column: usize) -> &str {
        // Not trimmed by the reader, which would copy every row.
        self.record.get(column).unwrap_or("").trim()
    }

    /// A date: `2026-01-08`, `2026/01/08`, `20260108`, or either of the first two with a time
    /// behind it, which is dropped.
    pub(crate) fn date(&self, column: usize) -> Result<NaiveDate> {
        parse_date(self.text(column)).ok_or_else(|| self.fault(column, "a date such as 2026-01-08"))
    }

    /// A positive price, or nothing where the cell is empty, `NA`, `NaN` or `null`.
    pub(crate) fn price(&self, column: usize) -> Result<Option<f64>> {
        self.number(column, "a positive, finite price", |v| v > 0.0)
    }

    /// A number of zero or more, or nothing.
    pub(crate) fn amount(&self, column: usize) -> Result<Option<f64>> {
        self.number(column, "a number of zero or more", |v| v >= 0.0)
    }

    /// A finite number for which `good` holds, or nothing where the cell is missing.
    pub(crate) fn number(
        &self,
        column: usize,
        expected: &'static str,
        good: impl Fn(f64) -> bool,
    ) -> Result<Option<f64>> {
        let text = self.text(column);
        match text.parse::<f64>() {
            Ok(value) if value.is_finite() && good(value) => Ok(Some(value)),
            _ if is_missing(text) => Ok(None),
            _ => Err(self.fault(column, expected)),
        }
    }

    /// The error that points at a cell of the current row.
    pub(crate) fn fault(&self, column: usize, expected: &'static str) -> Error {
        Error::Cell {
            path: self.path.clone(),
            line: self.line(),
            column: self.header.get(column).cloned().unwrap_or_default(),
            text: self.text(column).to_owned(),
            expected,
        }
    }
}

/// Checks that dates increase from row to row.
#[derive(Debug, Default)]
pub(crate) struct DateOrder {
    previous: Option<(NaiveDate, u64)>,
}

impl DateOrder {
    /// An error where `date` does not come after the date before.
    pub(crate) fn check(&mut self, source: &CsvSource, date: NaiveDate) -> Result<()> {
        let line = source.line();
        if let Some((previous, first_line)) = self.previous {
            if date == previous {
                return Err(Error::DuplicateRow {
                    path: source.path.clone(),
                    line,
                    first_line,
                    key: date.to_string(),
                });
            }
            if date < previous {
                return Err(Error::UnsortedRows {
                    path: source.path.clone(),
                    line,
                    date,
                    previous,
                });
            }
        }
        self.previous = Some((date, line));
        Ok(())
    }
}

fn is_missing(text: &str) -> bool {
    text.is_empty() || ["na", "nan", "null"].iter().any(|m| text.eq_ignore_ascii_case(m))
}

/// The date that a text starts with; see [`CsvSource::date`].
pub(crate) fn parse_date(text: &str) -> Option<NaiveDate> {
    let bytes = text.as_bytes();
    let (year, month, day, end) =
        if bytes.len() >= 10 && matches!(bytes[4], b'-' | b'/') && bytes[4] == bytes[7] {
            (digits(&bytes[..4])?, digits(&bytes[5..7])?, digits(&bytes[8..10])?, 10)
        } else if bytes.len() == 8 {
            (digits(&bytes[..4])?, digits(&bytes[4..6])?, digits(&bytes[6..8])?, 8)
        } else {
            return None;
        };
    if end < bytes.len() && !matches!(bytes[end], b'T' | b' ') {
        return None;
    }
    NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)
}

/// The number that these bytes spell in digits alone.
fn digits(bytes: &[u8]) -> Option<u32> {
    bytes.iter().try_fold(0, |number, byte| {
        byte.is_ascii_digit().then(|| 10 * number + u32::from(byte - b'0'))
    })
}

/// The first line that is not blank, with its number from 1.
fn first_line(path: &Path) -> std::io::Result<(Option<String>, u64)> {
    let mut reader = BufReader::new(File::open(path)?);
    let mut bytes = Vec::new();
    let mut number = 0;
    loop {
        bytes.clear();
        number += 1;
        if reader.read_until(b'\n', &mut bytes)? == 0 {
            return Ok((None, number));
        }
        let line = String::from_utf8_lossy(&bytes).into_owned();
        if !line.trim_start_matches('\u{feff}').trim().is_empty() {
            return Ok((Some(line), number));
        }
    }
}

fn most_frequent(header: &str) -> u8 {
    let count = |d: u8| header.bytes().filter(|b| *b == d).count();
    // The first of the list wins a tie, so a header without any is read as commas.
    DELIMITERS.iter().rev().max_by_key(|(d, _)| count(*d)).map_or(b',', |(d, _)| *d)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_in_the_usual_spellings() {
        let expected = NaiveDate::from_ymd_opt(2026, 1, 8);
        for text in
            ["2026-01-08", "2026/01/08", "20260108", "2026-01-08T21:00:00Z", "2026-01-08 00:00"]
        {
            assert_eq!(parse_date(text), expected, "{text}");
        }
        for text in
            ["08/01/2026", "2026-1-8", "2026-02-30", "2026-01/08", "2026-01-08x", "", "+2026-01-8"]
        {
            assert_eq!(parse_date(text), None, "{text}");
        }
    }

    #[test]
    fn the_delimiter_is_the_one_the_header_has_most_of() {
        assert_eq!(most_frequent("date;close"), b';');
        assert_eq!(most_frequent("date\tclose, adjusted\thigh"), b'\t');
        assert_eq!(most_frequent("date"), b',');
    }
}
