//! One series with its high and volume: where breakouts are looked for.

use std::path::Path;

use chrono::NaiveDate;

use super::CsvOptions;
use super::csv_source::{CsvSource, DateOrder};
use crate::time::DateAxis;
use crate::{Error, Result};

/// Closes of one series, with the session highs and the volume where they are known.
///
/// For breakouts to new highs the prices must be a price index, or prices adjusted for splits
/// alone: a dividend-adjusted series reaches its highs on other days.
#[derive(Debug, Clone)]
pub struct PriceSeries {
    name: String,
    axis: DateAxis,
    close: Vec<f64>,
    high: Option<Vec<f64>>,
    volume: Option<Vec<f64>>,
}

impl PriceSeries {
    /// A series of dated closes.
    ///
    /// # Errors
    ///
    /// [`Error::EmptyAxis`], [`Error::UnsortedAxis`], or [`Error::BadValue`] for a close that is not
    /// positive and finite.
    pub fn from_closes(name: &str, closes: Vec<(NaiveDate, f64)>) -> Result<Self> {
        let axis = DateAxis::new(closes.iter().map(|(d, _)| *d).collect())?;
        let close: Vec<f64> = closes.into_iter().map(|(_, p)| p).collect();
        check(name, &axis, &close, "a positive, finite price", |v| v.is_finite() && v > 0.0)?;
        Ok(Self { name: name.to_owned(), axis, close, high: None, volume: None })
    }

    /// Adds session highs, one per date.
    ///
    /// # Errors
    ///
    /// [`Error::ShapeMismatch`]; [`Error::BadValue`] for a high that is not a number or lies below
    /// the close.
    pub fn with_highs(mut self, highs: Vec<f64>) -> Result<Self> {
        self.check_length("the highs", highs.len())?;
        for (row, (&high, &close)) in highs.iter().zip(&self.close).enumerate() {
            if !high.is_finite() || high < close {
                return Err(Error::BadValue {
                    series: format!("high of {}", self.name),
                    date: self.axis.date(row),
                    value: high,
                    expected: "a finite price at or above the close",
                });
            }
        }
        self.high = Some(highs);
        Ok(self)
    }

    /// Adds volumes, one per date; NaN where a volume is not known.
    ///
    /// # Errors
    ///
    /// [`Error::ShapeMismatch`]; [`Error::BadValue`] for a negative or infinite volume.
    pub fn with_volumes(mut self, volumes: Vec<f64>) -> Result<Self> {
        self.check_length("the volumes", volumes.len())?;
        check(&self.name, &self.axis, &volumes, "a volume of zero or more", |v| {
            v.is_nan() || (v.is_finite() && v >= 0.0)
        })?;
        self.volume = Some(volumes);
        Ok(self)
    }

    /// Reads columns `date` and `close`, and `high` and `volume` where the file has them.
    ///
    /// Rows without a close are left out; a missing high stands for the close, a missing volume
    /// stays missing.
    ///
    /// # Errors
    ///
    /// Those of [`PricePanel::from_csv_path`](super::PricePanel::from_csv_path), and
    /// [`Error::MissingColumn`].
    pub fn from_csv_path(path: impl AsRef<Path>, name: &str) -> Result<Self> {
        Self::from_csv_columns(path, name, "close", &CsvOptions::default())
    }

    /// As [`PriceSeries::from_csv_path`] with the closes in column `close`.
    ///
    /// # Errors
    ///
    /// As [`PriceSeries::from_csv_path`].
    pub fn from_csv_columns(
        path: impl AsRef<Path>,
        name: &str,
        close: &str,
        options: &CsvOptions,
    ) -> Result<Self> {
        let mut source = CsvSource::open(path.as_ref(), options)?;
        let date_column = source.column("date")?;
        let close_column = source.column(close)?;
        let high_column = source.find_column("high");
        let volume_column = source.find_column("volume");
        let (mut dates, mut closes, mut highs, mut volumes) = (vec![], vec![], vec![], vec![]);
        let mut order = DateOrder::default();
        while source.advance()? {
            let date = source.date(date_column)?;
            order.check(&source, date)?;
            let Some(price) = source.price(close_column)? else { continue };
            dates.push(date);
            closes.push(price);
            if let Some(column) = high_column {
                highs.push(source.price(column)?.unwrap_or(price));
            }
            if let Some(column) = volume_column {
                volumes.push(source.amount(column)?.unwrap_or(f64::NAN));
            }
        }
        let series = Self::from_closes(name, dates.into_iter().zip(closes).collect())?;
        let series = if high_column.is_some() { series.with_highs(highs)? } else { series };
        if volume_column.is_some() { series.with_volumes(volumes) } else { Ok(series) }
    }

    /// Name of the series.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The dates.
    pub fn axis(&self) -> &DateAxis {
        &self.axis
    }

    /// Closes, one per date.
    pub fn closes(&self) -> &[f64] {
        &self.close
    }

    /// Session highs, one per date, where they are known.
    pub fn highs(&self) -> Option<&[f64]> {
        self.high.as_deref()
    }

    /// Volume at a row; `None` where the series has none or it is missing.
    pub fn volume(&self, row: usize) -> Option<f64> {
        self.volume.as_ref()?.get(row).copied().filter(|v| !v.is_nan())
    }

    /// True where the series has a volume column.
    pub fn has_volume(&self) -> bool {
        self.volume.is_some()
    }

    /// The series through `date`, as it stood at the end of that day.
    ///
    /// # Errors
    ///
    /// [`Error::EmptyAxis`] where it starts later.
    pub fn through(&self, date: NaiveDate) -> Result<Self> {
        let n = self.axis.last_on_or_before(date).map_or(0, |row| row + 1);
        Ok(Self {
            name: self.name.clone(),
            axis: DateAxis::new(self.axis.dates()[..n].to_vec())?,
            close: self.close[..n].to_vec(),
            high: self.high.as_ref().map(|h| h[..n].to_vec()),
            volume: self.volume.as_ref().map(|v| v[..n].to_vec()),
        })
    }

    fn check_length(&self, what: &str, n: usize) -> Result<()> {
        if n == self.close.len() {
            return Ok(());
        }
        Err(Error::ShapeMismatch {
            what: format!("{what} of {}", self.name),
            n_found: n,
            n_expected: self.close.len(),
        })
    }
}

fn check(
    name: &str,
    axis: &DateAxis,
    values: &[f64],
    expected: &'static str,
    good: impl Fn(f64) -> bool,
) -> Result<()> {
    match values.iter().position(|v| !good(*v)) {
        None => Ok(()),
        Some(row) => Err(Error::BadValue {
            series: name.to_owned(),
            date: axis.date(row),
            value: values[row],
            expected,
        }),
    }
}
