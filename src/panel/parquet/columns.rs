//! Columns of numbers, dates and names, decoded in runs of rows.

use std::sync::Arc;

use chrono::NaiveDate;
use parquet::basic::{ConvertedType, LogicalType, TimeUnit, Type};
use parquet::column::reader::ColumnReaderImpl;
use parquet::data_type::{
    ByteArray, ByteArrayType, DataType, DoubleType, FloatType, Int32Type, Int64Type,
};
use parquet::file::serialized_reader::SerializedPageReader;

use super::super::columnar::date_of_days;
use super::super::csv_source::parse_date;
use super::source::{Chunk, Source};
use crate::error::ColumnFault;
use crate::{Error, Result};

/// How a column of numbers is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NumberType {
    Double,
    Float,
    Int32,
    Int64,
}

/// How a column of dates is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DateType {
    Days,
    /// Units since 1970, so many of which are a day.
    Timestamp {
        per_day: i64,
    },
    Text,
}

const MILLIS_PER_DAY: i64 = 86_400_000;

impl NumberType {
    /// That of a column.
    pub(super) fn of(source: &Source, column: usize) -> Result<Self> {
        let descriptor = source.column(column);
        let is_plain = match (descriptor.logical_type_ref(), descriptor.converted_type()) {
            (Some(LogicalType::Integer(integer)), _) => integer.is_signed,
            (None, converted) => matches!(
                converted,
                ConvertedType::NONE
                    | ConvertedType::INT_8
                    | ConvertedType::INT_16
                    | ConvertedType::INT_32
                    | ConvertedType::INT_64
            ),
            _ => false,
        };
        match descriptor.physical_type() {
            Type::DOUBLE if is_single(source, column) && is_plain => Ok(Self::Double),
            Type::FLOAT if is_single(source, column) && is_plain => Ok(Self::Float),
            Type::INT32 if is_single(source, column) && is_plain => Ok(Self::Int32),
            Type::INT64 if is_single(source, column) && is_plain => Ok(Self::Int64),
            _ => Err(wrong_type(source, column, "floating-point numbers or signed integers")),
        }
    }
}

impl DateType {
    /// That of a column.
    pub(super) fn of(source: &Source, column: usize) -> Result<Self> {
        let descriptor = source.column(column);
        let (logical, converted) = (descriptor.logical_type_ref(), descriptor.converted_type());
        let found = match (descriptor.physical_type(), logical) {
            (Type::INT32, Some(LogicalType::Date)) => Some(Self::Days),
            (Type::INT32, None) if converted == ConvertedType::DATE => Some(Self::Days),
            (Type::INT64, Some(LogicalType::Timestamp(timestamp))) => {
                let per_milli = match timestamp.unit {
                    TimeUnit::MILLIS => 1,
                    TimeUnit::MICROS => 1_000,
                    TimeUnit::NANOS => 1_000_000,
                };
                Some(Self::Timestamp { per_day: MILLIS_PER_DAY * per_milli })
            }
            (Type::INT64, None) if converted == ConvertedType::TIMESTAMP_MILLIS => {
                Some(Self::Timestamp { per_day: MILLIS_PER_DAY })
            }
            (Type::INT64, None) if converted == ConvertedType::TIMESTAMP_MICROS => {
                Some(Self::Timestamp { per_day: MILLIS_PER_DAY * 1_000 })
            }
            (Type::BYTE_ARRAY, _) if is_text(source, column) => Some(Self::Text),
            _ => None,
        };
        found.filter(|_| is_single(source, column)).ok_or_else(|| {
            wrong_type(source, column, "dates, timestamps, or text such as 2026-01-08")
        })
    }
}

/// Checks that a column holds text.
pub(super) fn check_text(source: &Source, column: usize) -> Result<()> {
    if is_text(source, column) && is_single(source, column) {
        Ok(())
    } else {
        Err(wrong_type(source, column, "text"))
    }
}

fn is_text(source: &Source, column: usize) -> bool {
    let descriptor = source.column(column);
    descriptor.physical_type() == Type::BYTE_ARRAY
        && match descriptor.logical_type_ref() {
            Some(logical) => matches!(logical, LogicalType::String | LogicalType::Enum),
            None => matches!(
                descriptor.converted_type(),
                ConvertedType::NONE | ConvertedType::UTF8 | ConvertedType::ENUM
            ),
        }
}

/// Whether each row has one value or none, outside groups and lists.
fn is_single(source: &Source, column: usize) -> bool {
    let descriptor = source.column(column);
    descriptor.max_rep_level() == 0
        && descriptor.max_def_level() <= 1
        && descriptor.path().parts().len() == 1
}

fn wrong_type(source: &Source, column: usize, expected: &'static str) -> Error {
    let descriptor = source.column(column);
    let mut found = match descriptor.logical_type_ref() {
        Some(logical) => format!("{} ({logical:?})", descriptor.physical_type()),
        None if descriptor.converted_type() != ConvertedType::NONE => {
            format!("{} ({})", descriptor.physical_type(), descriptor.converted_type())
        }
        None => descriptor.physical_type().to_string(),
    };
    if !is_single(source, column) {
        found.push_str(" inside a group or list");
    }
    source.table.wrong_type(column, found, expected)
}

/// Values of one type of a column in a row group, from its first row on.
struct Reader<T: DataType> {
    inner: ColumnReaderImpl<T>,
    is_optional: bool,
    levels: Vec<i16>,
    values: Vec<T::T>,
}

impl<T: DataType> Reader<T> {
    fn new(source: &Source, chunk: Chunk, (group, column): (usize, usize)) -> Result<Self> {
        let of_group = source.group(group);
        let pages = SerializedPageReader::new(
            Arc::new(chunk),
            of_group.column(column),
            source.table.rows_of(group).len(),
            None,
        )
        .map_err(|fault| source.undecoded(group, column, fault))?;
        let descriptor = of_group.column(column).column_descr_ptr();
        let is_optional = descriptor.max_def_level() > 0;
        let inner = ColumnReaderImpl::new(descriptor, Box::new(pages));
        Ok(Self { inner, is_optional, levels: Vec::new(), values: Vec::new() })
    }

    /// Appends what becomes of the next `n` rows, `none` of the nulls; the number of rows read.
    fn next<U: Clone>(
        &mut self,
        n: usize,
        none: &U,
        value: impl Fn(&T::T) -> U,
        out: &mut Vec<U>,
    ) -> parquet::errors::Result<usize> {
        self.values.clear();
        self.levels.clear();
        let levels = self.is_optional.then_some(&mut self.levels);
        let (n_rows, _, _) = self.inner.read_records(n, levels, None, &mut self.values)?;
        if self.values.len() == n_rows {
            out.extend(self.values.iter().map(value));
            return Ok(n_rows);
        }
        let mut present = self.values.iter();
        let of_level = |level: &i16| match *level {
            0 => none.clone(),
            _ => present.next().map_or_else(|| none.clone(), &value),
        };
        out.extend(self.levels.iter().map(of_level));
        Ok(n_rows)
    }
}

/// A reader of the stored type.
enum Stored {
    Double(Reader<DoubleType>),
    Float(Reader<FloatType>),
    Int32(Reader<Int32Type>),
    Int64(Reader<Int64Type>),
    Bytes(Reader<ByteArrayType>),
}

/// A column in a row group, read from its first row on.
pub(super) struct Column<'a> {
    source: &'a Source,
    group: usize,
    position: usize,
    stored: Stored,
    /// Rows that are read.
    n_read: usize,
}

impl<'a> Column<'a> {
    /// `place` is the row group and the position of the column.
    pub(super) fn numbers(
        source: &'a Source,
        kind: NumberType,
        chunk: Chunk,
        place: (usize, usize),
    ) -> Result<Self> {
        let stored = match kind {
            NumberType::Double => Stored::Double(Reader::new(source, chunk, place)?),
            NumberType::Float => Stored::Float(Reader::new(source, chunk, place)?),
            NumberType::Int32 => Stored::Int32(Reader::new(source, chunk, place)?),
            NumberType::Int64 => Stored::Int64(Reader::new(source, chunk, place)?),
        };
        Ok(Self { source, group: place.0, position: place.1, stored, n_read: 0 })
    }

    pub(super) fn dates(
        source: &'a Source,
        kind: DateType,
        chunk: Chunk,
        place: (usize, usize),
    ) -> Result<Self> {
        match kind {
            DateType::Days => Self::numbers(source, NumberType::Int32, chunk, place),
            DateType::Timestamp { .. } => Self::numbers(source, NumberType::Int64, chunk, place),
            DateType::Text => Self::texts(source, chunk, place),
        }
    }

    pub(super) fn texts(source: &'a Source, chunk: Chunk, place: (usize, usize)) -> Result<Self> {
        let stored = Stored::Bytes(Reader::new(source, chunk, place)?);
        Ok(Self { source, group: place.0, position: place.1, stored, n_read: 0 })
    }

    /// Appends the next `n` numbers; NaN stands for a null.
    pub(super) fn next_numbers(&mut self, n: usize, out: &mut Vec<f64>) -> Result<()> {
        let nan = &f64::NAN;
        let read = match &mut self.stored {
            Stored::Double(reader) => reader.next(n, nan, |v| *v, out),
            Stored::Float(reader) => reader.next(n, nan, |v| f64::from(*v), out),
            Stored::Int32(reader) => reader.next(n, nan, |v| f64::from(*v), out),
            Stored::Int64(reader) => reader.next(n, nan, |v| *v as f64, out),
            Stored::Bytes(_) => Ok(0),
        };
        self.check_rows(read, n)
    }

    /// Appends the next `n` dates, each of which there must be.
    pub(super) fn next_dates(
        &mut self,
        kind: DateType,
        n: usize,
        out: &mut Vec<NaiveDate>,
    ) -> Result<()> {
        let (table, column) = (&self.source.table, self.position);
        let first_row = table.rows_of(self.group).start + self.n_read;
        if kind == DateType::Text {
            let mut texts = Vec::with_capacity(n);
            self.next_texts(n, &mut texts)?;
            for (k, text) in texts.iter().enumerate() {
                let text = text.as_ref().map(|text| String::from_utf8_lossy(text.data()));
                let date = text.as_deref().and_then(|text| parse_date(text.trim()));
                out.push(
                    date.ok_or_else(|| table.no_date(first_row + k, column, text.as_deref()))?,
                );
            }
            return Ok(());
        }
        let per_day = match kind {
            DateType::Timestamp { per_day } => per_day,
            DateType::Days | DateType::Text => 1,
        };
        let mut days: Vec<Option<i64>> = Vec::with_capacity(n);
        let read = match &mut self.stored {
            Stored::Int32(reader) => reader.next(n, &None, |v| Some(i64::from(*v)), &mut days),
            Stored::Int64(reader) => {
                reader.next(n, &None, |v| Some(v.div_euclid(per_day)), &mut days)
            }
            _ => Ok(0),
        };
        self.check_rows(read, n)?;
        for (k, days) in days.iter().enumerate() {
            let date = days.and_then(date_of_days).ok_or_else(|| {
                let text = days.map(|days| format!("day {days} from 1970-01-01"));
                table.no_date(first_row + k, column, text.as_deref())
            });
            out.push(date?);
        }
        Ok(())
    }

    /// Appends the next `n` texts.
    pub(super) fn next_texts(&mut self, n: usize, out: &mut Vec<Option<ByteArray>>) -> Result<()> {
        let read = match &mut self.stored {
            Stored::Bytes(reader) => reader.next(n, &None, |v| Some(v.clone()), out),
            _ => Ok(0),
        };
        self.check_rows(read, n)
    }

    fn check_rows(&mut self, read: parquet::errors::Result<usize>, n: usize) -> Result<()> {
        let n_rows =
            read.map_err(|fault| self.source.undecoded(self.group, self.position, fault))?;
        self.n_read += n_rows;
        if n_rows == n {
            return Ok(());
        }
        Err(self.source.table.fault(ColumnFault::Rows {
            column: self.source.table.header[self.position].clone(),
            part: self.source.table.part,
            n_part: self.group,
            n_found: self.n_read,
            n_expected: self.source.table.rows_of(self.group).len(),
        }))
    }
}
