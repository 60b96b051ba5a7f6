//! Prices from record batches of Arrow.

use std::path::PathBuf;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, Date32Type, Date64Type, Float32Type, Float64Type, Int32Type, Int64Type,
    TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType,
    TimestampSecondType,
};
use arrow_array::{Array, RecordBatch};
use arrow_schema::{DataType, TimeUnit};
use chrono::NaiveDate;
use ndarray::Array2;

use super::columnar::{LongCells, LongColumns, LongPanel, Quantity, Table, date_of_days};
use super::csv_source::parse_date;
use super::{ColumnarOptions, PricePanel, VolumePanel};
use crate::{Error, Result};

/// What the table is called in errors.
const TABLE: &str = "record batches";

const SECONDS_PER_DAY: i64 = 86_400;

impl PricePanel {
    /// Prices from record batches of one schema, which is that of
    /// [`from_csv_path`](Self::from_csv_path), wide or long: rows of a batch follow those of the batch
    /// before.
    ///
    /// Dates are of the type date, timestamp (the time is dropped, in UTC where it has a zone) or text;
    /// prices are 64- or 32-bit floats or signed integers. A null or NaN is a missing price.
    ///
    /// ```
    /// use std::sync::Arc;
    ///
    /// use arrow_array::{ArrayRef, Date32Array, Float64Array, RecordBatch};
    /// use eventstudy::panel::PricePanel;
    ///
    /// let date: ArrayRef = Arc::new(Date32Array::from(vec![20_454, 20_455])); // 2026-01-01, -02
    /// let btc: ArrayRef = Arc::new(Float64Array::from(vec![Some(100.0), None]));
    /// let batch = RecordBatch::try_from_iter([("date", date), ("btc", btc)]).unwrap();
    /// let prices = PricePanel::from_record_batches(&[batch])?;
    /// assert_eq!(prices.axis().last().to_string(), "2026-01-02");
    /// assert_eq!(prices.price(prices.asset("btc")?, 1), None);
    /// # Ok::<(), eventstudy::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::NoRows`]; [`Error::MissingColumn`]; [`Error::Columns`] with the row, batch, column and
    /// value, counted from 0; [`Error::DuplicateAsset`].
    pub fn from_record_batches(batches: &[RecordBatch]) -> Result<Self> {
        Self::from_record_batches_with(batches, &ColumnarOptions::default())
    }

    /// As [`from_record_batches`](Self::from_record_batches) with a price column, a layout or a choice
    /// of assets of your own.
    ///
    /// # Errors
    ///
    /// As there; [`Error::UnknownAsset`] for an asset that a long table lacks.
    pub fn from_record_batches_with(
        batches: &[RecordBatch],
        options: &ColumnarOptions,
    ) -> Result<Self> {
        let batches = Batches::new(batches)?;
        if !batches.table.is_wide(options) {
            let long = batches.long(Quantity::Price, options)?;
            return Self::new(long.axis, long.names, long.values);
        }
        let columns = batches.table.wide(options)?;
        let axis = batches.table.axis(batches.dates(columns.date)?)?;
        let names = columns.assets.iter().map(|c| batches.table.header[*c].clone()).collect();
        let mut values = Array2::zeros((columns.assets.len(), axis.len()));
        for (column, mut row) in columns.assets.iter().zip(values.rows_mut()) {
            let numbers = batches.numbers(*column)?;
            batches.table.check(Quantity::Price, *column, 0, &numbers)?;
            for (cell, value) in row.iter_mut().zip(numbers) {
                *cell = value;
            }
        }
        Self::new(axis, names, values)
    }
}

impl VolumePanel {
    /// The column `volume` of long record batches, see [`PricePanel::from_record_batches`].
    ///
    /// # Errors
    ///
    /// As there.
    pub fn from_record_batches(batches: &[RecordBatch]) -> Result<Self> {
        let long = Batches::new(batches)?.long(Quantity::Volume, &ColumnarOptions::default())?;
        Self::new(long.axis, long.names, long.values)
    }
}

/// Batches of one schema.
struct Batches<'a> {
    batches: &'a [RecordBatch],
    table: Table,
}

impl<'a> Batches<'a> {
    fn new(batches: &'a [RecordBatch]) -> Result<Self> {
        let path = PathBuf::from(TABLE);
        let Some(first) = batches.first() else { return Err(Error::NoRows { path }) };
        let schema = first.schema();
        let header: Vec<String> = schema.fields().iter().map(|f| f.name().clone()).collect();
        for (n_part, batch) in batches.iter().enumerate() {
            let names: Vec<String> =
                batch.schema().fields().iter().map(|f| f.name().clone()).collect();
            if names != header {
                let what = format!("the columns of batch {n_part} (they must be those of batch 0)");
                let (n_found, n_expected) = (names.len(), header.len());
                return Err(Error::ShapeMismatch { what, n_found, n_expected });
            }
        }
        let n_rows = batches.iter().map(RecordBatch::num_rows);
        Ok(Self { batches, table: Table::new(path, header, "batch", n_rows)? })
    }

    fn wrong_type(&self, column: usize, found: &DataType, expected: &'static str) -> Error {
        self.table.wrong_type(column, found.to_string(), expected)
    }

    /// The numbers of a column; NaN stands for a null.
    fn numbers(&self, column: usize) -> Result<Vec<f64>> {
        let mut out = Vec::with_capacity(self.table.n_rows());
        for batch in self.batches {
            let array = batch.column(column).as_ref();
            let found = match array.data_type() {
                DataType::Float64 => append::<Float64Type, _>(array, f64::NAN, |v| v, &mut out),
                DataType::Float32 => append::<Float32Type, _>(array, f64::NAN, f64::from, &mut out),
                DataType::Int32 => append::<Int32Type, _>(array, f64::NAN, f64::from, &mut out),
                DataType::Int64 => append::<Int64Type, _>(array, f64::NAN, |v| v as f64, &mut out),
                _ => None,
            };
            found.ok_or_else(|| {
                let expected = "64- or 32-bit floats or signed integers";
                self.wrong_type(column, array.data_type(), expected)
            })?;
        }
        Ok(out)
    }

    /// The texts of a column in a batch; `None` where it holds something else.
    fn texts(array: &'a dyn Array) -> Option<Vec<Option<&'a str>>> {
        match array.data_type() {
            DataType::Utf8 => array.as_string_opt::<i32>().map(|a| a.iter().collect()),
            DataType::LargeUtf8 => array.as_string_opt::<i64>().map(|a| a.iter().collect()),
            DataType::Utf8View => array.as_string_view_opt().map(|a| a.iter().collect()),
            _ => None,
        }
    }

    /// The dates of a column, each of which there must be.
    fn dates(&self, column: usize) -> Result<Vec<NaiveDate>> {
        let mut out: Vec<NaiveDate> = Vec::with_capacity(self.table.n_rows());
        for batch in self.batches {
            let array = batch.column(column).as_ref();
            if let Some(texts) = Self::texts(array) {
                for text in texts {
                    let date = text.and_then(|text| parse_date(text.trim()));
                    out.push(date.ok_or_else(|| self.table.no_date(out.len(), column, text))?);
                }
                continue;
            }
            let days = days_of(array).ok_or_else(|| {
                let expected = "dates, timestamps, or text such as 2026-01-08";
                self.wrong_type(column, array.data_type(), expected)
            })?;
            for days in days {
                let date = days.and_then(date_of_days).ok_or_else(|| {
                    let text = days.map(|days| format!("day {days} from 1970-01-01"));
                    self.table.no_date(out.len(), column, text.as_deref())
                });
                out.push(date?);
            }
        }
        Ok(out)
    }

    fn long(&self, quantity: Quantity, options: &ColumnarOptions) -> Result<LongPanel> {
        let LongColumns { date, asset, value } = self.table.long(quantity, options)?;
        let (dates, values) = (self.dates(date)?, self.numbers(value)?);
        let mut names = Vec::with_capacity(self.table.n_rows());
        for batch in self.batches {
            let array = batch.column(asset).as_ref();
            let texts = Self::texts(array)
                .ok_or_else(|| self.wrong_type(asset, array.data_type(), "text"))?;
            names.extend(texts);
        }
        let wanted = options.assets.as_deref();
        let mut cells =
            LongCells::new(&self.table, quantity, (asset, value), dates.clone(), wanted)?;
        for (row, ((date, name), value)) in dates.iter().zip(&names).zip(values).enumerate() {
            if !cells.push(row, *date, *name, value)? {
                let name = name.unwrap_or_default();
                let is_it =
                    |k: &usize| dates[*k] == *date && names[*k].map(str::trim) == Some(name.trim());
                let first = (0..row).find(is_it).unwrap_or(row);
                return Err(cells.twice(row, first, *date, name));
            }
        }
        cells.finish()
    }
}

/// Appends a value per row; `None` where the array is of another type.
fn append<T: ArrowPrimitiveType, U: Clone>(
    array: &dyn Array,
    none: U,
    value: impl Fn(T::Native) -> U,
    out: &mut Vec<U>,
) -> Option<()> {
    let array = array.as_primitive_opt::<T>()?;
    if array.null_count() == 0 {
        out.extend(array.values().iter().map(|v| value(*v)));
    } else {
        out.extend(array.iter().map(|v| v.map_or_else(|| none.clone(), &value)));
    }
    Some(())
}

/// Days since 1970 of an array of dates or timestamps.
fn days_of(array: &dyn Array) -> Option<Vec<Option<i64>>> {
    let mut days = Vec::with_capacity(array.len());
    let per_day = |per_second: i64| move |v: i64| Some(v.div_euclid(SECONDS_PER_DAY * per_second));
    match array.data_type() {
        DataType::Date32 => {
            append::<Date32Type, _>(array, None, |v| Some(i64::from(v)), &mut days)?;
        }
        DataType::Date64 => append::<Date64Type, _>(array, None, per_day(1_000), &mut days)?,
        DataType::Timestamp(unit, _) => match unit {
            TimeUnit::Second => {
                append::<TimestampSecondType, _>(array, None, per_day(1), &mut days)?;
            }
            TimeUnit::Millisecond => {
                append::<TimestampMillisecondType, _>(array, None, per_day(1_000), &mut days)?;
            }
            TimeUnit::Microsecond => {
                append::<TimestampMicrosecondType, _>(array, None, per_day(1_000_000), &mut days)?;
            }
            TimeUnit::Nanosecond => {
                let per_day = per_day(1_000_000_000);
                append::<TimestampNanosecondType, _>(array, None, per_day, &mut days)?;
            }
        },
        _ => return None,
    }
    Some(days)
}
