//! Long files, read in runs of rows.

use std::collections::BTreeSet;
use std::ops::Range;

use chrono::NaiveDate;
use parquet::data_type::ByteArray;

use super::super::columnar::{LongCells, LongColumns, LongPanel, Quantity};
use super::columns::{Column, DateType, NumberType, check_text};
use super::source::Source;
use crate::Result;
use crate::panel::ColumnarOptions;

/// Rows that are decoded at once.
const RUN: usize = 1 << 16;

/// Reads a long file: its dates for the axis, then all three columns side by side.
pub(super) fn read(
    source: &Source,
    quantity: Quantity,
    columns: LongColumns,
    options: &ColumnarOptions,
) -> Result<LongPanel> {
    let file = LongFile {
        source,
        columns,
        date: DateType::of(source, columns.date)?,
        value: NumberType::of(source, columns.value)?,
    };
    check_text(source, columns.asset)?;
    let mut dates = BTreeSet::new();
    file.for_each_run(
        &mut |run| {
            // Neighbours are most often equal or one day apart: few of them are looked up.
            let mut last = None;
            for date in &run.dates {
                if last.replace(*date) != Some(*date) {
                    dates.insert(*date);
                }
            }
            Ok(())
        },
        false,
    )?;
    let places = (columns.asset, columns.value);
    let wanted = options.assets.as_deref();
    let mut cells =
        LongCells::new(&source.table, quantity, places, dates.into_iter().collect(), wanted)?;
    file.for_each_run(
        &mut |run| {
            for (k, row) in run.rows.clone().enumerate() {
                let (date, name) = (run.dates[k], file.name(run, k)?);
                if !cells.push(row, date, name, run.values[k])? {
                    let name = name.unwrap_or_default();
                    let first = file.first_row(date, name)?.unwrap_or(row);
                    return Err(cells.twice(row, first, date, name));
                }
            }
            Ok(())
        },
        true,
    )?;
    cells.finish()
}

/// A long file and the types of its columns.
struct LongFile<'a> {
    source: &'a Source,
    columns: LongColumns,
    date: DateType,
    value: NumberType,
}

/// Cells of neighbouring rows.
struct Run {
    rows: Range<usize>,
    dates: Vec<NaiveDate>,
    names: Vec<Option<ByteArray>>,
    values: Vec<f64>,
}

impl LongFile<'_> {
    /// Takes run by run; names and values are left out unless they are wanted.
    fn for_each_run(
        &self,
        take: &mut dyn FnMut(&Run) -> Result<()>,
        with_values: bool,
    ) -> Result<()> {
        let (source, columns) = (self.source, self.columns);
        let mut file = source.handle()?;
        let mut run = Run { rows: 0..0, dates: vec![], names: vec![], values: vec![] };
        for group in 0..source.table.n_parts() {
            let mut chunk = |column| source.chunk(&mut file, group, column);
            let at = |column| (group, column);
            let bytes = chunk(columns.date)?;
            let mut dates = Column::dates(source, self.date, bytes, at(columns.date))?;
            let mut others = if with_values {
                let names = chunk(columns.asset)?;
                let values = chunk(columns.value)?;
                Some((
                    Column::texts(source, names, at(columns.asset))?,
                    Column::numbers(source, self.value, values, at(columns.value))?,
                ))
            } else {
                None
            };
            let rows = source.table.rows_of(group);
            for first in rows.clone().step_by(RUN) {
                let n = RUN.min(rows.end - first);
                run.rows = first..first + n;
                run.dates.clear();
                dates.next_dates(self.date, n, &mut run.dates)?;
                if let Some((names, values)) = &mut others {
                    run.names.clear();
                    run.values.clear();
                    names.next_texts(n, &mut run.names)?;
                    values.next_numbers(n, &mut run.values)?;
                }
                take(&run)?;
            }
        }
        Ok(())
    }

    /// Name of the asset of the k-th row of a run.
    fn name<'r>(&self, run: &'r Run, k: usize) -> Result<Option<&'r str>> {
        let Some(bytes) = &run.names[k] else { return Ok(None) };
        let name = std::str::from_utf8(bytes.data()).map_err(|_| {
            let text = String::from_utf8_lossy(bytes.data()).into_owned();
            let (row, column) = (run.rows.start + k, self.columns.asset);
            self.source.table.cell(row, column, text, "a name in UTF-8")
        })?;
        Ok(Some(name))
    }

    /// First row of a date and asset: looked for once it is known that there are two.
    fn first_row(&self, date: NaiveDate, name: &str) -> Result<Option<usize>> {
        let mut found = None;
        self.for_each_run(
            &mut |run| {
                for (k, row) in run.rows.clone().enumerate() {
                    let is_it = found.is_none() && run.dates[k] == date;
                    if is_it && self.name(run, k)?.map(str::trim) == Some(name.trim()) {
                        found = Some(row);
                    }
                }
                Ok(())
            },
            true,
        )?;
        Ok(found)
    }
}
