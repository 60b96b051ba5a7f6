//! Panels from long tables: one row per date and asset, in any order.

use std::collections::HashMap;

use chrono::NaiveDate;
use ndarray::Array2;

use super::{Quantity, Table};
use crate::error::ColumnFault;
use crate::time::DateAxis;
use crate::{Error, Result};

/// Dates, names and values of a panel.
#[derive(Debug)]
pub(in crate::panel) struct LongPanel {
    pub(in crate::panel) axis: DateAxis,
    pub(in crate::panel) names: Vec<String>,
    pub(in crate::panel) values: Array2<f64>,
}

/// A panel that is filled row by row.
#[derive(Debug)]
pub(in crate::panel) struct LongCells<'a> {
    table: &'a Table,
    quantity: Quantity,
    /// Positions of the columns of assets and of values.
    columns: (usize, usize),
    axis: DateAxis,
    wanted: Option<&'a [String]>,
    /// Position of each asset; `None` for one that is passed over.
    by_name: HashMap<String, Option<usize>>,
    names: Vec<String>,
    /// Dates of the assets one after the other.
    values: Vec<Vec<f64>>,
    is_filled: Vec<Vec<bool>>,
    /// The asset of the row before, which is most often that of the next, too.
    last: Option<(String, Option<usize>)>,
}

impl<'a> LongCells<'a> {
    /// `dates` are those of all rows, in any order, each as often as it occurs or once.
    pub(in crate::panel) fn new(
        table: &'a Table,
        quantity: Quantity,
        columns: (usize, usize),
        mut dates: Vec<NaiveDate>,
        wanted: Option<&'a [String]>,
    ) -> Result<Self> {
        dates.sort_unstable();
        dates.dedup();
        Ok(Self {
            table,
            quantity,
            columns,
            axis: DateAxis::new(dates)?,
            wanted,
            by_name: HashMap::new(),
            names: Vec::new(),
            values: Vec::new(),
            is_filled: Vec::new(),
            last: None,
        })
    }

    /// Adds a row; false where its date and asset are there already.
    ///
    /// # Errors
    ///
    /// [`Error::Columns`] for a row without an asset, or with a value that cannot be.
    pub(in crate::panel) fn push(
        &mut self,
        row: usize,
        date: NaiveDate,
        name: Option<&str>,
        value: f64,
    ) -> Result<bool> {
        let Some(name) = name.map(str::trim).filter(|name| !name.is_empty()) else {
            let text = name.map_or("null", |_| "").to_owned();
            return Err(self.table.cell(row, self.columns.0, text, "the name of an asset"));
        };
        let asset = match &self.last {
            Some((last, asset)) if last == name => *asset,
            _ => {
                let asset = self.position(name);
                self.last = Some((name.to_owned(), asset));
                asset
            }
        };
        let Some(asset) = asset else { return Ok(true) };
        if !self.quantity.allows(value) {
            let expected = self.quantity.expected();
            return Err(self.table.cell(row, self.columns.1, value.to_string(), expected));
        }
        // Dates of all rows are on the axis.
        let Some(t) = self.axis.row_of(date) else { return Ok(true) };
        if std::mem::replace(&mut self.is_filled[asset][t], true) {
            return Ok(false);
        }
        self.values[asset][t] = value;
        Ok(true)
    }

    fn position(&mut self, name: &str) -> Option<usize> {
        if let Some(known) = self.by_name.get(name) {
            return *known;
        }
        let is_wanted = self.wanted.is_none_or(|wanted| wanted.iter().any(|w| w == name));
        let position = is_wanted.then_some(self.names.len());
        if is_wanted {
            self.names.push(name.to_owned());
            self.values.push(vec![f64::NAN; self.axis.len()]);
            self.is_filled.push(vec![false; self.axis.len()]);
        }
        self.by_name.insert(name.to_owned(), position);
        position
    }

    /// The error for a row whose date and asset are there already, in row `first`.
    pub(in crate::panel) fn twice(
        &self,
        row: usize,
        first: usize,
        date: NaiveDate,
        name: &str,
    ) -> Error {
        self.table.fault(ColumnFault::DuplicateRow {
            row: self.table.row(row),
            first: self.table.row(first),
            key: format!("{date} of `{}`", name.trim()),
        })
    }

    /// The panel: assets as they were asked for, else as they came.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownAsset`] for an asset that was asked for and did not come.
    pub(in crate::panel) fn finish(mut self) -> Result<LongPanel> {
        let order: Vec<usize> = match self.wanted {
            None => (0..self.names.len()).collect(),
            Some(wanted) => {
                let place = |name: &String| self.by_name.get(name).copied().flatten();
                let found: Option<Vec<usize>> = wanted.iter().map(place).collect();
                match found {
                    Some(order) => order,
                    None => return Err(self.unknown(wanted)),
                }
            }
        };
        let n_dates = self.axis.len();
        let mut values = Array2::from_elem((order.len(), n_dates), f64::NAN);
        let mut names = Vec::with_capacity(order.len());
        for (mut row, asset) in values.rows_mut().into_iter().zip(order) {
            names.push(self.names[asset].clone());
            for (cell, value) in row.iter_mut().zip(std::mem::take(&mut self.values[asset])) {
                *cell = value;
            }
        }
        Ok(LongPanel { axis: self.axis, names, values })
    }

    fn unknown(&self, wanted: &[String]) -> Error {
        let mut known: Vec<String> = self.by_name.keys().cloned().collect();
        known.sort_unstable();
        let missing = wanted.iter().find(|name| !self.by_name.contains_key(*name));
        Error::UnknownAsset { name: missing.cloned().unwrap_or_default(), known }
    }
}
