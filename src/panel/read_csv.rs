//! Price panels from wide and long files.

use std::path::Path;

use ndarray::Array2;

use super::csv_source::{CsvSource, DateOrder};
use super::read_long::read_long;
use super::{CsvOptions, PricePanel, TableLayout, VolumePanel};
use crate::time::DateAxis;
use crate::{Error, Result};

/// Columns that make a file a long one.
pub(super) const ASSET_COLUMNS: [&str; 4] = ["asset", "ticker", "symbol", "id"];
/// Columns that hold the price of a long file, in the order of preference.
pub(super) const PRICE_COLUMNS: [&str; 3] = ["close", "price", "value"];

impl PricePanel {
    /// Reads prices from a delimited file and finds out its layout.
    ///
    /// A *long* file has columns `date`, `asset` (or `ticker`, `symbol`, `id`) and `close` (or
    /// `price`, `value`), one row per date and asset, in any order. A *wide* file has a column
    /// `date` and one column of prices per asset, sorted by date. An empty cell, `NA`, `NaN` or
    /// `null` is a missing price. The delimiter is detected; a byte-order mark and CRLF are
    /// accepted.
    ///
    /// # Errors
    ///
    /// Every fault names the file, and the line, column and text where there is one:
    /// [`Error::Read`], [`Error::EmptyFile`], [`Error::NoRows`], [`Error::Delimiter`],
    /// [`Error::MissingColumn`], [`Error::DuplicateColumn`], [`Error::RaggedRow`],
    /// [`Error::Cell`], [`Error::DuplicateRow`], [`Error::UnsortedRows`].
    pub fn from_csv_path(path: impl AsRef<Path>) -> Result<Self> {
        Self::from_csv_path_with(path, &CsvOptions::default())
    }

    /// As [`PricePanel::from_csv_path`] with a delimiter, a price column, a layout or a choice of
    /// assets of your own.
    ///
    /// # Errors
    ///
    /// As [`PricePanel::from_csv_path`]; for an asset of the options that the file lacks,
    /// [`Error::MissingColumn`] (wide) or [`Error::UnknownAsset`] (long).
    pub fn from_csv_path_with(path: impl AsRef<Path>, options: &CsvOptions) -> Result<Self> {
        let source = CsvSource::open(path.as_ref(), options)?;
        let asset_column = ASSET_COLUMNS.iter().find_map(|name| source.find_column(name));
        match (options.layout, asset_column) {
            (Some(TableLayout::Wide), _) | (None, None) => {
                let (axis, names, values) = read_wide(source, options, CsvSource::price)?;
                Self::new(axis, names, values)
            }
            (_, Some(asset_column)) => read_long(source, asset_column, options),
            (Some(TableLayout::Long), None) => Err(Error::MissingColumn {
                path: source.path().to_owned(),
                column: ASSET_COLUMNS[0].to_owned(),
                found: source.header().to_vec(),
            }),
        }
    }
}

impl VolumePanel {
    /// Reads volumes from a delimited file with a column `date` and one column per asset, sorted by
    /// date. An empty cell, `NA`, `NaN` or `null` is a volume that is not known.
    ///
    /// # Errors
    ///
    /// Those of a wide file in [`PricePanel::from_csv_path`]; [`Error::Cell`] for a volume below zero.
    pub fn from_csv_path(path: impl AsRef<Path>) -> Result<Self> {
        let options = CsvOptions::default();
        let source = CsvSource::open(path.as_ref(), &options)?;
        let (axis, names, values) = read_wide(source, &options, CsvSource::amount)?;
        Self::new(axis, names, values)
    }
}

/// Dates, names, and an array `n_assets × n_dates`, each cell read by `cell`.
fn read_wide(
    mut source: CsvSource,
    options: &CsvOptions,
    cell: impl Fn(&CsvSource, usize) -> Result<Option<f64>>,
) -> Result<(DateAxis, Vec<String>, Array2<f64>)> {
    let date_column = source.column("date")?;
    let columns: Vec<usize> = match &options.assets {
        Some(names) => names.iter().map(|name| source.column(name)).collect::<Result<_>>()?,
        None => (0..source.header().len()).filter(|c| *c != date_column).collect(),
    };
    let names: Vec<String> = columns.iter().map(|c| source.header()[*c].clone()).collect();
    let mut dates = Vec::new();
    let mut by_date = Vec::new();
    let mut order = DateOrder::default();
    while source.advance()? {
        let date = source.date(date_column)?;
        order.check(&source, date)?;
        dates.push(date);
        for &column in &columns {
            by_date.push(cell(&source, column)?.unwrap_or(f64::NAN));
        }
    }
    let values = Array2::from_shape_vec((dates.len(), names.len()), by_date).map_err(|_| {
        Error::ShapeMismatch {
            what: "the table".to_owned(),
            n_found: dates.len(),
            n_expected: names.len(),
        }
    })?;
    Ok((DateAxis::new(dates)?, names, values.reversed_axes()))
}
