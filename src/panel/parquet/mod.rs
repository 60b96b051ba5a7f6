//! Prices from Parquet files, with what the readers of delimited text ask of their rows.

mod columns;
mod long;
mod source;
mod wide;
mod write;

use std::path::Path;

pub use wide::{ParquetBlock, WideParquet};

use super::columnar::Quantity;
use super::{ColumnarOptions, PricePanel, VolumePanel};
use crate::Result;
use source::Source;

impl PricePanel {
    /// Reads prices from a Parquet file and finds out its layout.
    ///
    /// The schema is that of [`from_csv_path`](Self::from_csv_path). A *long* file has columns
    /// `date`, `asset` (or `ticker`, `symbol`, `id`) and `close` (or `price`, `value`), one row per
    /// date and asset, in any order. A *wide* file has a column `date` and one column of prices per
    /// asset, sorted by date. A null or NaN is a missing price.
    ///
    /// Dates are of the type date, timestamp (the time is dropped, in UTC where it has a zone) or text;
    /// prices are doubles, floats or signed integers. Pages may be plain or compressed by Snappy. For
    /// other codecs, name them in the manifest of the application, as in
    /// `parquet = { version = "59", features = ["zstd"] }`.
    ///
    /// ```
    /// use eventstudy::panel::PricePanel;
    /// # use chrono::NaiveDate;
    /// # let day = |d| NaiveDate::from_ymd_opt(2026, 1, d).unwrap();
    /// # let btc = vec![(day(1), 100.0), (day(2), 110.0)];
    /// # let prices = PricePanel::from_series(vec![("btc".to_owned(), btc)])?;
    /// # let path = std::env::temp_dir().join(format!("es-doc-{}.parquet", std::process::id()));
    /// prices.write_parquet(&path)?;
    /// let read = PricePanel::from_parquet_path(&path)?;
    /// assert_eq!(read.price(read.asset("btc")?, 1), Some(110.0));
    /// # std::fs::remove_file(path).unwrap();
    /// # Ok::<(), eventstudy::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Every fault names the file, and the row, row group, column and value where there is one, counted
    /// from 0: [`Error::Read`], [`Error::EmptyFile`], [`Error::NoRows`], [`Error::MissingColumn`],
    /// [`Error::Columns`] with a [`ColumnFault`], [`Error::Decode`].
    ///
    /// [`Error::Read`]: crate::Error::Read
    /// [`Error::EmptyFile`]: crate::Error::EmptyFile
    /// [`Error::NoRows`]: crate::Error::NoRows
    /// [`Error::MissingColumn`]: crate::Error::MissingColumn
    /// [`Error::Columns`]: crate::Error::Columns
    /// [`Error::Decode`]: crate::Error::Decode
    /// [`ColumnFault`]: crate::ColumnFault
    pub fn from_parquet_path(path: impl AsRef<Path>) -> Result<Self> {
        Self::from_parquet_path_with(path, &ColumnarOptions::default())
    }

    /// As [`from_parquet_path`](Self::from_parquet_path) with a price column, a layout or a choice of
    /// assets of your own.
    ///
    /// # Errors
    ///
    /// As [`from_parquet_path`](Self::from_parquet_path); for an asset of the options that the file
    /// lacks, [`Error::MissingColumn`](crate::Error::MissingColumn) (wide) or
    /// [`Error::UnknownAsset`](crate::Error::UnknownAsset) (long).
    pub fn from_parquet_path_with(
        path: impl AsRef<Path>,
        options: &ColumnarOptions,
    ) -> Result<Self> {
        let source = Source::open(path.as_ref())?;
        if source.table.is_wide(options) {
            let columns = source.table.wide(options)?;
            let all = 0..columns.assets.len();
            return WideParquet::new(source, columns)?.read(all);
        }
        let columns = source.table.long(Quantity::Price, options)?;
        let long = long::read(&source, Quantity::Price, columns, options)?;
        Self::new(long.axis, long.names, long.values)
    }
}

impl VolumePanel {
    /// Reads the column `volume` of a long Parquet file, see [`PricePanel::from_parquet_path`].
    ///
    /// # Errors
    ///
    /// As there.
    pub fn from_parquet_path(path: impl AsRef<Path>) -> Result<Self> {
        Self::from_parquet_path_with(path, &ColumnarOptions::default())
    }

    /// As [`from_parquet_path`](Self::from_parquet_path) for a choice of assets.
    ///
    /// # Errors
    ///
    /// As there; [`Error::UnknownAsset`](crate::Error::UnknownAsset).
    pub fn from_parquet_path_with(
        path: impl AsRef<Path>,
        options: &ColumnarOptions,
    ) -> Result<Self> {
        let source = Source::open(path.as_ref())?;
        let columns = source.table.long(Quantity::Volume, options)?;
        let long = long::read(&source, Quantity::Volume, columns, options)?;
        Self::new(long.axis, long.names, long.values)
    }
}
