//! Parquet files of any types, good and bad.
#![allow(dead_code, missing_docs)] // every test uses another part

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use parquet::basic::{Compression, LogicalType, Repetition, TimeUnit, Type as Physical};
use parquet::data_type::{
    BoolType, ByteArray, ByteArrayType, DoubleType, FloatType, Int32Type, Int64Type,
};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::types::Type;

/// Values of a column; `None` is a null.
#[derive(Clone)]
pub(crate) enum Values {
    Days(Vec<Option<i32>>),
    Timestamps(TimeUnit, Vec<Option<i64>>),
    Texts(Vec<Option<&'static str>>),
    Bytes(Vec<Option<&'static [u8]>>),
    Doubles(Vec<Option<f64>>),
    Floats(Vec<Option<f32>>),
    Ints(Vec<Option<i64>>),
    Small(Vec<Option<i32>>),
    Decimals(Vec<Option<i64>>),
    Bools(Vec<Option<bool>>),
    /// One value per row, inside a list.
    Lists(Vec<Option<f64>>),
}

use Values::*;

impl Values {
    fn len(&self) -> usize {
        match self {
            Days(v) | Small(v) => v.len(),
            Timestamps(_, v) | Ints(v) | Decimals(v) => v.len(),
            Texts(v) => v.len(),
            Bytes(v) => v.len(),
            Doubles(v) | Lists(v) => v.len(),
            Floats(v) => v.len(),
            Bools(v) => v.len(),
        }
    }

    fn field(&self, name: &str) -> Type {
        let (physical, logical) = match self {
            Days(_) => (Physical::INT32, Some(LogicalType::Date)),
            Timestamps(unit, _) => (Physical::INT64, Some(LogicalType::timestamp(false, *unit))),
            Texts(_) => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
            Bytes(_) => (Physical::BYTE_ARRAY, None),
            Doubles(_) | Lists(_) => (Physical::DOUBLE, None),
            Floats(_) => (Physical::FLOAT, None),
            Ints(_) => (Physical::INT64, None),
            Small(_) => (Physical::INT32, Some(LogicalType::integer(32, true))),
            Decimals(_) => (Physical::INT64, Some(LogicalType::decimal(2, 18))),
            Bools(_) => (Physical::BOOLEAN, None),
        };
        let repetition = match self {
            Lists(_) => Repetition::REPEATED,
            _ => Repetition::OPTIONAL,
        };
        Type::primitive_type_builder(name, physical)
            .with_logical_type(logical)
            .with_precision(if matches!(self, Decimals(_)) { 18 } else { -1 })
            .with_scale(if matches!(self, Decimals(_)) { 2 } else { -1 })
            .with_repetition(repetition)
            .build()
            .unwrap()
    }

    fn write(&self, group: &mut SerializedRowGroupWriter<'_, File>, rows: std::ops::Range<usize>) {
        fn split<T: Clone>(all: &[Option<T>]) -> (Vec<T>, Vec<i16>) {
            let levels = all.iter().map(|v| i16::from(v.is_some())).collect();
            (all.iter().flatten().cloned().collect(), levels)
        }
        let mut column = group.next_column().unwrap().unwrap();
        macro_rules! put {
            ($kind:ty, $values:expr) => {{
                let (values, levels) = split(&$values[rows]);
                column.typed::<$kind>().write_batch(&values, Some(&levels), None).unwrap();
            }};
        }
        let bytes = |v: &[u8]| ByteArray::from(v.to_vec());
        match self {
            Days(v) | Small(v) => put!(Int32Type, v),
            Timestamps(_, v) | Ints(v) | Decimals(v) => put!(Int64Type, v),
            Texts(v) => {
                let v: Vec<_> = v.iter().map(|t| t.map(|t| bytes(t.as_bytes()))).collect();
                put!(ByteArrayType, v);
            }
            Bytes(v) => {
                let v: Vec<_> = v.iter().map(|t| t.map(bytes)).collect();
                put!(ByteArrayType, v);
            }
            Doubles(v) => put!(DoubleType, v),
            Floats(v) => put!(FloatType, v),
            Bools(v) => put!(BoolType, v),
            Lists(v) => {
                let (values, levels) = split(&v[rows]);
                let starts = vec![0; levels.len()];
                column
                    .typed::<DoubleType>()
                    .write_batch(&values, Some(&levels), Some(&starts))
                    .unwrap();
            }
        }
        column.close().unwrap();
    }
}

/// Writes a file of row groups of so many rows.
pub(crate) fn write(
    path: &Path,
    columns: &[(&str, Values)],
    group: usize,
    compression: Compression,
) {
    let fields = columns.iter().map(|(name, values)| Arc::new(values.field(name))).collect();
    let schema = Type::group_type_builder("table").with_fields(fields).build().unwrap();
    let properties = WriterProperties::builder().set_compression(compression).build();
    let file = File::create(path).unwrap();
    let mut writer =
        SerializedFileWriter::new(file, Arc::new(schema), Arc::new(properties)).unwrap();
    let n_rows = columns[0].1.len();
    for first in (0..n_rows).step_by(group) {
        let mut of_group = writer.next_row_group().unwrap();
        for (_, values) in columns {
            values.write(&mut of_group, first..n_rows.min(first + group));
        }
        of_group.close().unwrap();
    }
    writer.close().unwrap();
}

/// A folder of its own, taken away at the end.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    pub(crate) fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("es-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// Writes a file in row groups of three rows.
    pub(crate) fn write(&self, name: &str, columns: &[(&str, Values)]) -> PathBuf {
        let path = self.path(name);
        write(&path, columns, 3, Compression::SNAPPY);
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
