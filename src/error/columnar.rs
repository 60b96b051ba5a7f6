//! Faults of tables that are held in columns.

use std::fmt;

use chrono::NaiveDate;

/// Where a row of a table in columns stands. Rows and parts are counted from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TableRow {
    /// Position in the whole table.
    pub row: usize,
    /// What the table is made of: `row group` or `batch`.
    pub part: &'static str,
    /// Position of the part that holds the row.
    pub n_part: usize,
}

impl fmt::Display for TableRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "row {} ({} {})", self.row, self.part, self.n_part)
    }
}

/// What is wrong in a table that is held in columns.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ColumnFault {
    /// A column of another type than is needed.
    #[error("column `{column}` holds {found}; expected {expected}")]
    Type {
        /// Name of the column.
        column: String,
        /// The type that it has.
        found: String,
        /// The types that would do.
        expected: &'static str,
    },
    /// A cell that does not hold what its column needs.
    #[error("{row}, column `{column}`: `{text}` is not {expected}")]
    Cell {
        /// Where it stands.
        row: TableRow,
        /// Name of the column.
        column: String,
        /// The value as text; `null` for none.
        text: String,
        /// What the column needs, with its article.
        expected: &'static str,
    },
    /// A date (in a long table: a date and asset) that occurs twice.
    #[error("{row}: {key} is there already in {first}")]
    DuplicateRow {
        /// The second occurrence.
        row: TableRow,
        /// The first one.
        first: TableRow,
        /// The repeated date, with the asset where there is one.
        key: String,
    },
    /// Dates that do not increase from row to row.
    #[error("{row}: {date} comes after {previous}; sort the rows by date")]
    UnsortedRows {
        /// Where the order breaks.
        row: TableRow,
        /// The date there.
        date: NaiveDate,
        /// The date before it.
        previous: NaiveDate,
    },
    /// A column with another number of rows than the table.
    #[error("column `{column}` has {n_found} rows in {part} {n_part}, which has {n_expected}")]
    Rows {
        /// Name of the column.
        column: String,
        /// What the table is made of.
        part: &'static str,
        /// Position of the part.
        n_part: usize,
        /// Rows of the column.
        n_found: usize,
        /// Rows of the part.
        n_expected: usize,
    },
}
