//! A Parquet file: its footer, and the bytes of its columns.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use bytes::{Buf, Bytes};
use parquet::errors::{ParquetError, Result as ParquetResult};
use parquet::file::metadata::{
    ParquetMetaData, ParquetMetaDataOptions, ParquetMetaDataReader, ParquetStatisticsPolicy,
    RowGroupMetaData,
};
use parquet::file::reader::{ChunkReader, Length};
use parquet::schema::types::ColumnDescriptor;

use super::super::columnar::Table;
use crate::error::ColumnFault;
use crate::{Error, Result};

/// What a file's footer says.
#[derive(Debug)]
pub(super) struct Source {
    pub(super) table: Table,
    metadata: ParquetMetaData,
    n_bytes: u64,
}

impl Source {
    pub(super) fn open(path: &Path) -> Result<Self> {
        let read = |source| Error::Read { path: path.to_owned(), source };
        let file = File::open(path).map_err(read)?;
        let n_bytes = file.metadata().map_err(read)?.len();
        if n_bytes == 0 {
            return Err(Error::EmptyFile { path: path.to_owned() });
        }
        // Values are checked one by one, so what the writer says of them is not read.
        let options = ParquetMetaDataOptions::new()
            .with_column_stats_policy(ParquetStatisticsPolicy::SkipAll)
            .with_size_stats_policy(ParquetStatisticsPolicy::SkipAll)
            .with_encoding_stats_policy(ParquetStatisticsPolicy::SkipAll);
        let metadata = ParquetMetaDataReader::new()
            .with_metadata_options(Some(options))
            .parse_and_finish(&file)
            .map_err(|source| undecoded(path, "the footer".to_owned(), source))?;
        let columns = metadata.file_metadata().schema_descr().columns();
        let header = columns.iter().map(|column| column.path().string()).collect();
        let n_rows = metadata
            .row_groups()
            .iter()
            .map(|group| usize::try_from(group.num_rows()))
            .collect::<std::result::Result<Vec<_>, _>>()
            .map_err(|_| malformed(path, "the footer", "a negative number of rows"))?;
        let table = Table::new(path.to_owned(), header, "row group", n_rows)?;
        Ok(Self { table, metadata, n_bytes })
    }

    pub(super) fn path(&self) -> &PathBuf {
        &self.table.path
    }

    pub(super) fn group(&self, group: usize) -> &RowGroupMetaData {
        self.metadata.row_group(group)
    }

    pub(super) fn column(&self, column: usize) -> &ColumnDescriptor {
        &self.metadata.file_metadata().schema_descr().columns()[column]
    }

    /// Opens the file once more: every handle has a position of its own.
    pub(super) fn handle(&self) -> Result<File> {
        File::open(self.path()).map_err(|source| Error::Read { path: self.path().clone(), source })
    }

    /// The stored bytes of a column in a row group.
    pub(super) fn chunk(&self, file: &mut File, group: usize, column: usize) -> Result<Chunk> {
        let of_column = self.group(group).column(column);
        let n_rows = self.table.rows_of(group).len();
        if usize::try_from(of_column.num_values()).ok() != Some(n_rows) {
            return Err(self.table.fault(ColumnFault::Rows {
                column: self.table.header[column].clone(),
                part: self.table.part,
                n_part: group,
                n_found: usize::try_from(of_column.num_values()).unwrap_or(0),
                n_expected: n_rows,
            }));
        }
        let first_page = of_column.data_page_offset();
        let start = of_column.dictionary_page_offset().unwrap_or(first_page).min(first_page);
        let extent = u64::try_from(start).ok().zip(u64::try_from(of_column.compressed_size()).ok());
        let inside =
            extent.filter(|(start, n)| start.checked_add(*n).is_some_and(|e| e <= self.n_bytes));
        let Some((start, n)) = inside else {
            return Err(malformed(
                self.path(),
                &self.what(group, column),
                "bytes outside the file",
            ));
        };
        let read = |source| Error::Read { path: self.path().clone(), source };
        file.seek(SeekFrom::Start(start)).map_err(read)?;
        // Within the length of the file, so it fits.
        let mut bytes = Vec::with_capacity(usize::try_from(n).unwrap_or(0));
        let n_read = file.take(n).read_to_end(&mut bytes).map_err(read)?;
        if n_read as u64 != n {
            return Err(malformed(self.path(), &self.what(group, column), "too few bytes"));
        }
        Ok(Chunk { start, bytes: bytes.into() })
    }

    /// A column in words.
    pub(super) fn what(&self, group: usize, column: usize) -> String {
        format!("column `{}` of row group {group}", self.table.header[column])
    }

    pub(super) fn undecoded(&self, group: usize, column: usize, source: ParquetError) -> Error {
        undecoded(self.path(), self.what(group, column), source)
    }
}

fn undecoded(path: &Path, what: String, source: ParquetError) -> Error {
    Error::Decode { path: path.to_owned(), what, source: Box::new(source) }
}

fn malformed(path: &Path, what: &str, why: &str) -> Error {
    undecoded(path, what.to_owned(), ParquetError::General(why.to_owned()))
}

/// Bytes of a column, addressed by their place in the file.
#[derive(Debug, Clone)]
pub(super) struct Chunk {
    start: u64,
    bytes: Bytes,
}

impl Chunk {
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    fn from(&self, start: u64) -> ParquetResult<Bytes> {
        start
            .checked_sub(self.start)
            .and_then(|at| usize::try_from(at).ok())
            .filter(|at| *at <= self.bytes.len())
            .map(|at| self.bytes.slice(at..))
            .ok_or_else(|| ParquetError::EOF(format!("offset {start} is outside the column")))
    }
}

impl Length for Chunk {
    fn len(&self) -> u64 {
        self.start + self.bytes.len() as u64
    }
}

impl ChunkReader for Chunk {
    type T = bytes::buf::Reader<Bytes>;

    fn get_read(&self, start: u64) -> ParquetResult<Self::T> {
        Ok(self.from(start)?.reader())
    }

    fn get_bytes(&self, start: u64, length: usize) -> ParquetResult<Bytes> {
        let bytes = self.from(start)?;
        if length > bytes.len() {
            let n = bytes.len();
            return Err(ParquetError::EOF(format!("{length} bytes wanted, {n} left")));
        }
        Ok(bytes.slice(..length))
    }
}
