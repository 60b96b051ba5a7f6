//! Wide files: one column per asset, of which any block is read alone.

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use ndarray::Array2;

use super::super::columnar::{ColumnarOptions, Quantity, WideColumns};
use super::columns::{Column, DateType, NumberType};
use super::source::Source;
use crate::files::hexadecimal;
use crate::numeric::parallel;
use crate::panel::{AssetBlock, PricePanel};
use crate::time::DateAxis;
use crate::{Error, Result};

/// Columns that a thread decodes before it takes the next ones.
const AT_ONCE: usize = 32;

/// A wide Parquet file whose columns are read when they are needed.
///
/// Opening reads the footer and the dates. A block of assets costs what its own columns cost,
/// whatever else the file holds; its columns are decoded on all threads. Cloning is cheap.
///
/// ```
/// use eventstudy::panel::{PricePanel, WideParquet};
/// # use chrono::NaiveDate;
/// # let day = |d| NaiveDate::from_ymd_opt(2026, 1, d).unwrap();
/// # let one = |name: &str, p| (name.to_owned(), vec![(day(1), p), (day(2), 2.0 * p)]);
/// # let prices = PricePanel::from_series(vec![one("a", 1.0), one("b", 5.0), one("c", 9.0)])?;
/// # let path = std::env::temp_dir().join(format!("es-wide-{}.parquet", std::process::id()));
/// # prices.write_parquet(&path)?;
/// let file = WideParquet::open(&path)?;
/// assert_eq!(file.names(), ["a", "b", "c"]);
/// let block = file.read(1..3)?; // the columns b and c, and no other
/// assert_eq!(block.price(block.asset("c")?, 1), Some(18.0));
/// # std::fs::remove_file(path).unwrap();
/// # Ok::<(), eventstudy::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct WideParquet {
    file: Arc<WideFile>,
}

#[derive(Debug)]
struct WideFile {
    source: Source,
    date_column: usize,
    date_type: DateType,
    axis: DateAxis,
    columns: Vec<(usize, NumberType)>,
    names: Vec<String>,
}

impl WideParquet {
    /// Opens a file with a column `date` and one of prices per asset.
    ///
    /// # Errors
    ///
    /// As [`PricePanel::from_parquet_path`], of which those of the prices come when they are read.
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        Self::open_with(path, &ColumnarOptions::default())
    }

    /// As [`open`](Self::open) for a choice of assets.
    ///
    /// # Errors
    ///
    /// As there.
    pub fn open_with(path: impl AsRef<Path>, options: &ColumnarOptions) -> Result<Self> {
        let source = Source::open(path.as_ref())?;
        let columns = source.table.wide(options)?;
        Self::new(source, columns)
    }

    pub(super) fn new(source: Source, columns: WideColumns) -> Result<Self> {
        let WideColumns { date: date_column, assets } = columns;
        let date_type = DateType::of(&source, date_column)?;
        let names = assets.iter().map(|c| source.table.header[*c].clone()).collect();
        let columns = assets
            .into_iter()
            .map(|c| Ok((c, NumberType::of(&source, c)?)))
            .collect::<Result<Vec<_>>>()?;
        let mut file = source.handle()?;
        let mut dates = Vec::with_capacity(source.table.n_rows().min(1 << 20));
        for group in 0..source.table.n_parts() {
            let chunk = source.chunk(&mut file, group, date_column)?;
            let n = source.table.rows_of(group).len();
            let mut column = Column::dates(&source, date_type, chunk, (group, date_column))?;
            column.next_dates(date_type, n, &mut dates)?;
        }
        let axis = source.table.axis(dates)?;
        let file = WideFile { source, date_column, date_type, axis, columns, names };
        Ok(Self { file: Arc::new(file) })
    }

    /// The dates.
    pub fn axis(&self) -> &DateAxis {
        &self.file.axis
    }

    /// Names of the assets, in the order of the columns or of the options.
    pub fn names(&self) -> &[String] {
        &self.file.names
    }

    /// Number of assets.
    pub fn n_assets(&self) -> usize {
        self.file.names.len()
    }

    /// Reads the prices of the assets at these positions.
    ///
    /// # Errors
    ///
    /// As [`PricePanel::from_parquet_path`]; [`Error::Setting`] for positions beyond the last asset.
    pub fn read(&self, assets: Range<usize>) -> Result<PricePanel> {
        self.file.read(&assets)
    }

    /// The file in blocks of so many assets, the last of which may be smaller. Nothing is read yet.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] for blocks of no assets.
    pub fn blocks(&self, n_assets: usize) -> Result<Vec<ParquetBlock>> {
        if n_assets == 0 {
            let (name, value) = ("assets of a block", n_assets.to_string());
            return Err(Error::Setting { name, value, expected: "one or more" });
        }
        let all = self.n_assets();
        let of = |first: usize| first..all.min(first.saturating_add(n_assets));
        let block = |first| ParquetBlock { file: Arc::clone(&self.file), assets: of(first) };
        Ok((0..all).step_by(n_assets).map(block).collect())
    }
}

impl WideFile {
    fn columns_of(&self, assets: &Range<usize>) -> Result<&[(usize, NumberType)]> {
        self.columns.get(assets.clone()).ok_or_else(|| Error::Setting {
            name: "assets to read",
            value: format!("{assets:?} of {}", self.columns.len()),
            expected: "positions of assets of the file",
        })
    }

    fn read(&self, assets: &Range<usize>) -> Result<PricePanel> {
        let columns = self.columns_of(assets)?;
        let n_dates = self.axis.len();
        // Fresh zeros cost nothing until a thread writes over them.
        let mut cells = vec![0.0; columns.len() * n_dates];
        let work = columns.chunks(AT_ONCE).zip(cells.chunks_mut(AT_ONCE * n_dates)).collect();
        parallel::map_each::<(&[_], &mut [f64]), _>(work, |(columns, cells)| {
            self.decode(columns, cells)
        })
        .into_iter()
        .collect::<Result<()>>()?;
        let n_found = cells.len();
        let values = Array2::from_shape_vec((columns.len(), n_dates), cells).map_err(|_| {
            let (what, n_expected) = ("the table".to_owned(), columns.len() * n_dates);
            Error::ShapeMismatch { what, n_found, n_expected }
        })?;
        PricePanel::from_valid(self.axis.clone(), self.names[assets.clone()].to_vec(), values)
    }

    /// Fills the rows of these columns, with a handle of its own on the file.
    fn decode(&self, columns: &[(usize, NumberType)], cells: &mut [f64]) -> Result<()> {
        let table = &self.source.table;
        let mut file = self.source.handle()?;
        let mut values = Vec::new();
        for group in 0..table.n_parts() {
            let rows = table.rows_of(group);
            for ((column, kind), cells) in columns.iter().zip(cells.chunks_mut(self.axis.len())) {
                let chunk = self.source.chunk(&mut file, group, *column)?;
                values.clear();
                Column::numbers(&self.source, *kind, chunk, (group, *column))?
                    .next_numbers(rows.len(), &mut values)?;
                table.check(Quantity::Price, *column, rows.start, &values)?;
                cells[rows.clone()].copy_from_slice(&values);
            }
        }
        Ok(())
    }

    /// SHA-256 of the stored bytes of the columns, with their names and types.
    fn fingerprint(&self, assets: &Range<usize>) -> Result<String> {
        let mut hash = hmac_sha256::Hash::new();
        let mut file = self.source.handle()?;
        let dates = (self.date_column, format!("{:?}", self.date_type));
        let prices = self.columns_of(assets)?.iter().map(|(c, kind)| (*c, format!("{kind:?}")));
        for (column, kind) in std::iter::once(dates).chain(prices) {
            let name = &self.source.table.header[column];
            hash.update(format!("{}: {name}; {kind}; ", name.len()));
            for group in 0..self.source.table.n_parts() {
                let chunk = self.source.chunk(&mut file, group, column)?;
                let of_group = self.source.group(group).column(column);
                let levels = self.source.column(column).max_def_level();
                let (n, codec) = (chunk.bytes().len(), of_group.compression_codec());
                hash.update(format!(
                    "{} rows, {n} bytes, {codec:?}, {levels}; ",
                    of_group.num_values()
                ));
                hash.update(chunk.bytes());
            }
        }
        Ok(hexadecimal(&hash.finalize()))
    }
}

/// Some of the columns of a [`WideParquet`], read when they are needed.
#[derive(Debug, Clone)]
pub struct ParquetBlock {
    file: Arc<WideFile>,
    assets: Range<usize>,
}

impl ParquetBlock {
    /// Positions of its assets among those of the file.
    pub fn assets(&self) -> Range<usize> {
        self.assets.clone()
    }

    /// Names of its assets.
    pub fn names(&self) -> &[String] {
        &self.file.names[self.assets.clone()]
    }
}

impl AssetBlock for ParquetBlock {
    fn fingerprint(&self) -> Result<String> {
        self.file.fingerprint(&self.assets)
    }

    fn read(&self) -> Result<PricePanel> {
        self.file.read(&self.assets)
    }
}
