//! Price panels as wide Parquet files.

use std::fs::{self, File};
use std::path::Path;
use std::sync::Arc;

use chrono::{Datelike, NaiveDate};
use parquet::basic::{Compression, LogicalType, Repetition, Type as PhysicalType};
use parquet::data_type::{DoubleType, Int32Type};
use parquet::errors::Result as ParquetResult;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::Type;

use crate::panel::PricePanel;
use crate::{Error, Result};

/// Rows of a row group: a column of it is 512 KiB.
const GROUP: usize = 1 << 16;

impl PricePanel {
    /// Writes a wide Parquet file: a column `date` and one of doubles per asset, null where a price is
    /// missing.
    ///
    /// The file is written under a temporary name and renamed when complete. Prices hardly repeat, so
    /// columns are plain: reading them is little more than copying. Values read back bit by bit.
    ///
    /// # Errors
    ///
    /// [`Error::Write`]; [`Error::Setting`] for an asset called `date`, which is the name of the
    /// column of dates.
    pub fn write_parquet(&self, path: impl AsRef<Path>) -> Result<()> {
        let path = path.as_ref();
        if let Some(name) = self.names().iter().find(|n| n.eq_ignore_ascii_case("date")) {
            return Err(Error::Setting {
                name: "asset",
                value: name.clone(),
                expected: "another name than that of the column of dates",
            });
        }
        let fault = |source| Error::Write { path: path.to_owned(), source };
        if let Some(folder) = path.parent().filter(|f| !f.as_os_str().is_empty()) {
            fs::create_dir_all(folder).map_err(fault)?;
        }
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(format!(".{}.tmp", std::process::id()));
        let temporary = path.with_file_name(name);
        let written = File::create(&temporary).and_then(|file| {
            self.write_columns(file).map_err(std::io::Error::other)?;
            fs::rename(&temporary, path)
        });
        written.map_err(|source| {
            // The first fault is the one to report; the remnant may not even exist.
            let _ = fs::remove_file(&temporary);
            fault(source)
        })
    }

    fn write_columns(&self, file: File) -> ParquetResult<()> {
        let date = Type::primitive_type_builder("date", PhysicalType::INT32)
            .with_logical_type(Some(LogicalType::Date))
            .with_repetition(Repetition::REQUIRED)
            .build()?;
        let mut fields = vec![Arc::new(date)];
        for name in self.names() {
            let prices = Type::primitive_type_builder(name, PhysicalType::DOUBLE)
                .with_repetition(Repetition::OPTIONAL)
                .build()?;
            fields.push(Arc::new(prices));
        }
        let schema = Type::group_type_builder("prices").with_fields(fields).build()?;
        let properties = WriterProperties::builder()
            .set_compression(Compression::UNCOMPRESSED)
            .set_dictionary_enabled(false)
            .set_statistics_enabled(EnabledStatistics::None)
            .build();
        let mut writer = SerializedFileWriter::new(file, Arc::new(schema), Arc::new(properties))?;
        for first in (0..self.n_dates()).step_by(GROUP) {
            let rows = first..self.n_dates().min(first + GROUP);
            let mut group = writer.next_row_group()?;
            if let Some(mut column) = group.next_column()? {
                let dates = &self.axis().dates()[rows.clone()];
                let days: Vec<i32> = dates.iter().map(|date| days(*date)).collect();
                column.typed::<Int32Type>().write_batch(&days, None, None)?;
                column.close()?;
            }
            for asset in self.assets() {
                let Some(mut column) = group.next_column()? else { break };
                let all = &self.row(asset)[rows.clone()];
                let present: Vec<f64> = all.iter().copied().filter(|v| !v.is_nan()).collect();
                let levels: Vec<i16> = all.iter().map(|v| i16::from(!v.is_nan())).collect();
                column.typed::<DoubleType>().write_batch(&present, Some(&levels), None)?;
                column.close()?;
            }
            group.close()?;
        }
        writer.close()?;
        Ok(())
    }
}

/// Days since 1970-01-01.
fn days(date: NaiveDate) -> i32 {
    date.num_days_from_ce() - NaiveDate::default().num_days_from_ce()
}
