//! Tables in columns: what Parquet files and record batches have in common.

mod long;

use std::path::PathBuf;

use chrono::NaiveDate;

pub(super) use long::{LongCells, LongPanel};

use super::TableLayout;
use super::read_csv::{ASSET_COLUMNS, PRICE_COLUMNS};
use crate::error::{ColumnFault, TableRow};
use crate::time::DateAxis;
use crate::{Error, Result};

/// How to read a table in columns. The default finds out the layout from the names of the columns.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ColumnarOptions {
    /// Name of the price column of a long table; `None` takes `close`, else `price`, else `value`.
    pub price_column: Option<String>,
    /// The layout; `None` finds it out from the names of the columns.
    pub layout: Option<TableLayout>,
    /// The assets to read, in this order; `None` reads all. Prices of the others are not looked at,
    /// but their dates stay on the axis.
    pub assets: Option<Vec<String>>,
}

impl ColumnarOptions {
    /// Takes prices from this column of a long table.
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

/// What the numbers of a table are, with what each of them must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Quantity {
    Price,
    Volume,
}

impl Quantity {
    pub(super) fn expected(self) -> &'static str {
        match self {
            Self::Price => "a positive, finite price",
            Self::Volume => "a number of zero or more",
        }
    }

    /// Whether a value can stand in a panel; NaN stands for a missing one.
    pub(super) fn allows(self, value: f64) -> bool {
        match self {
            Self::Price => value.is_nan() || value > 0.0 && value < f64::INFINITY,
            Self::Volume => value.is_nan() || (0.0..f64::INFINITY).contains(&value),
        }
    }
}

/// Positions of the columns of a wide table: prices of one asset in each but that of the date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct WideColumns {
    pub(super) date: usize,
    pub(super) assets: Vec<usize>,
}

/// Positions of the columns of a long table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct LongColumns {
    pub(super) date: usize,
    pub(super) asset: usize,
    pub(super) value: usize,
}

/// Names and parts of a table, for its errors.
#[derive(Debug, Clone)]
pub(super) struct Table {
    pub(super) path: PathBuf,
    pub(super) header: Vec<String>,
    /// `row group` or `batch`.
    pub(super) part: &'static str,
    /// First row of each part, and the number of all rows.
    pub(super) starts: Vec<usize>,
}

impl Table {
    /// `n_rows` are those of each part.
    pub(super) fn new(
        path: PathBuf,
        header: Vec<String>,
        part: &'static str,
        n_rows: impl IntoIterator<Item = usize>,
    ) -> Result<Self> {
        let mut starts = vec![0];
        let mut end = 0_usize;
        for n in n_rows {
            end = end.saturating_add(n);
            starts.push(end);
        }
        if end == 0 {
            return Err(Error::NoRows { path });
        }
        Ok(Self { path, header, part, starts })
    }

    pub(super) fn n_rows(&self) -> usize {
        self.starts.last().copied().unwrap_or(0)
    }

    pub(super) fn n_parts(&self) -> usize {
        self.starts.len() - 1
    }

    /// Rows of a part.
    pub(super) fn rows_of(&self, part: usize) -> std::ops::Range<usize> {
        self.starts[part]..self.starts[part + 1]
    }

    /// Position of a column; names compare without regard to ASCII case.
    fn find_column(&self, name: &str) -> Option<usize> {
        self.header.iter().position(|h| h.eq_ignore_ascii_case(name))
    }

    /// As [`Self::find_column`], else an error that lists what there is.
    fn column(&self, name: &str) -> Result<usize> {
        self.find_column(name).ok_or_else(|| Error::MissingColumn {
            path: self.path.clone(),
            column: name.to_owned(),
            found: self.header.clone(),
        })
    }

    /// Whether the table is a wide one: it has no column of assets, or is said to be.
    pub(super) fn is_wide(&self, options: &ColumnarOptions) -> bool {
        match options.layout {
            Some(layout) => layout == TableLayout::Wide,
            None => self.asset_column().is_none(),
        }
    }

    fn asset_column(&self) -> Option<usize> {
        ASSET_COLUMNS.iter().find_map(|name| self.find_column(name))
    }

    /// The columns of a wide table.
    pub(super) fn wide(&self, options: &ColumnarOptions) -> Result<WideColumns> {
        let date = self.column("date")?;
        let assets = match &options.assets {
            Some(names) => names.iter().map(|n| self.column(n)).collect::<Result<_>>()?,
            None => (0..self.header.len()).filter(|c| *c != date).collect(),
        };
        Ok(WideColumns { date, assets })
    }

    /// The columns of a long table.
    pub(super) fn long(
        &self,
        quantity: Quantity,
        options: &ColumnarOptions,
    ) -> Result<LongColumns> {
        let date = self.column("date")?;
        let asset = self.asset_column().map_or_else(|| self.column(ASSET_COLUMNS[0]), Ok)?;
        let value = match (quantity, &options.price_column) {
            (Quantity::Volume, _) => self.column("volume")?,
            (Quantity::Price, Some(name)) => self.column(name)?,
            (Quantity::Price, None) => PRICE_COLUMNS
                .iter()
                .find_map(|name| self.find_column(name))
                .map_or_else(|| self.column(PRICE_COLUMNS[0]), Ok)?,
        };
        Ok(LongColumns { date, asset, value })
    }

    pub(super) fn row(&self, row: usize) -> TableRow {
        let n_part = self.starts.partition_point(|start| *start <= row).saturating_sub(1);
        TableRow { row, part: self.part, n_part }
    }

    pub(super) fn fault(&self, fault: ColumnFault) -> Error {
        Error::Columns { table: self.path.clone(), fault: Box::new(fault) }
    }

    /// A column of another type than is needed.
    pub(super) fn wrong_type(&self, column: usize, found: String, expected: &'static str) -> Error {
        self.fault(ColumnFault::Type { column: self.header[column].clone(), found, expected })
    }

    /// A cell that does not hold what its column needs.
    pub(super) fn cell(
        &self,
        row: usize,
        column: usize,
        text: String,
        expected: &'static str,
    ) -> Error {
        let column = self.header[column].clone();
        self.fault(ColumnFault::Cell { row: self.row(row), column, text, expected })
    }

    /// A cell of the date column that holds none.
    pub(super) fn no_date(&self, row: usize, column: usize, text: Option<&str>) -> Error {
        let text = text.unwrap_or("null").to_owned();
        self.cell(row, column, text, "a date such as 2026-01-08")
    }

    /// Checks the values of a column from `first_row` on.
    pub(super) fn check(
        &self,
        quantity: Quantity,
        column: usize,
        first_row: usize,
        values: &[f64],
    ) -> Result<()> {
        // One pass without a branch first: the compiler makes vector instructions of it.
        if values.iter().fold(true, |good, v| good & quantity.allows(*v)) {
            return Ok(());
        }
        match values.iter().position(|v| !quantity.allows(*v)) {
            Some(k) => {
                let text = values[k].to_string();
                Err(self.cell(first_row + k, column, text, quantity.expected()))
            }
            None => Ok(()),
        }
    }

    /// The axis of a wide table: its dates increase from row to row.
    pub(super) fn axis(&self, dates: Vec<NaiveDate>) -> Result<DateAxis> {
        for (row, pair) in dates.windows(2).enumerate() {
            let (previous, date) = (pair[0], pair[1]);
            if date == previous {
                return Err(self.fault(ColumnFault::DuplicateRow {
                    row: self.row(row + 1),
                    first: self.row(row),
                    key: date.to_string(),
                }));
            }
            if date < previous {
                let row = self.row(row + 1);
                return Err(self.fault(ColumnFault::UnsortedRows { row, date, previous }));
            }
        }
        DateAxis::new(dates)
    }
}

/// The date so many days after 1970-01-01.
pub(super) fn date_of_days(days: i64) -> Option<NaiveDate> {
    const EPOCH_FROM_CE: i32 = 719_163;
    let days = i32::try_from(days).ok()?.checked_add(EPOCH_FROM_CE)?;
    NaiveDate::from_num_days_from_ce_opt(days)
}
