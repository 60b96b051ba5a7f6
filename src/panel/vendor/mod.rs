//! One daily series from one file, in the layouts that vendors write.
//!
//! The traps are in what a day means. A close stamped with a day is, for an exchange, the last price
//! of its session; for a crypto asset, the last price before midnight UTC. Some vendors stamp the
//! price *at* 00:00 UTC with the day that begins there: the close of the day before under a later
//! date, and a study that takes it as it stands looks one day ahead of its events in one direction
//! and one day late in the other. [`VendorOptions::stamp`] says which it is.

mod layout;
mod read;
#[cfg(test)]
mod tests;

use std::path::Path;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::PriceSeries;
use crate::Result;
pub use layout::Layout;

/// The instant at which a vendor takes the price that it stamps with a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DayStamp {
    /// The end of the day. Dates stay as they are.
    EndOfDay,
    /// 00:00 UTC, the start of the day: the close of the day before, to whose date it is moved.
    StartOfDay,
}

/// How to read a vendor file. The default finds the layout out and takes its own day stamp.
#[derive(Debug, Clone, Copy, Default)]
#[non_exhaustive]
pub struct VendorOptions {
    /// The layout; `None` finds it out from the first line.
    pub layout: Option<Layout>,
    /// When the vendor takes its prices; `None` means [`DayStamp::StartOfDay`] for
    /// [`Layout::CoinMetrics2019`] and [`Layout::CoinGecko`], else [`DayStamp::EndOfDay`].
    ///
    /// What moves with a start-of-day stamp: the price and the market value; and for `CoinGecko` the
    /// volume too, which is that of the 24 hours before the snapshot. Volumes in Coin Metrics files of
    /// 2019 are those of the stamped day and stay.
    pub stamp: Option<DayStamp>,
}

impl VendorOptions {
    /// Reads in this layout instead of finding it out.
    #[must_use]
    pub fn layout(mut self, layout: Layout) -> Self {
        self.layout = Some(layout);
        self
    }

    /// Takes the prices to be of this instant.
    #[must_use]
    pub fn stamp(mut self, stamp: DayStamp) -> Self {
        self.stamp = Some(stamp);
        self
    }
}

/// What a vendor says of one day; `None` where it says nothing.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct VendorRow {
    /// The day, after any move that [`DayStamp`] asks for.
    pub date: NaiveDate,
    /// First price.
    pub open: Option<f64>,
    /// Highest price.
    pub high: Option<f64>,
    /// Lowest price.
    pub low: Option<f64>,
    /// Last price, adjusted as [`Layout`] says; the value, which may be negative, of a FRED series or
    /// a `date,value` file.
    pub close: Option<f64>,
    /// Last price adjusted for splits and dividends, where the file has both kinds.
    pub adjusted_close: Option<f64>,
    /// Volume: shares for exchanges, quote currency for Binance, US dollars for the others.
    pub volume: Option<f64>,
    /// Market value in US dollars.
    pub market_value: Option<f64>,
    /// Letter of the source of the row, in files merged from several.
    pub source: Option<char>,
}

impl VendorRow {
    fn of(date: NaiveDate) -> Self {
        Self {
            date,
            open: None,
            high: None,
            low: None,
            close: None,
            adjusted_close: None,
            volume: None,
            market_value: None,
            source: None,
        }
    }

    fn is_blank(&self) -> bool {
        self.close.is_none() && self.volume.is_none() && self.market_value.is_none()
    }
}

/// One daily series as a vendor gives it.
///
/// ```
/// use eventstudy::panel::vendor::{Layout, VendorSeries};
///
/// let path = std::env::temp_dir().join(format!("eventstudy-doc-{}.csv", std::process::id()));
/// std::fs::write(&path, "DATE,DGS10\n2026-01-07,4.1\n2026-01-08,.\n2026-01-09,4.2\n").unwrap();
/// let series = VendorSeries::from_csv_path(&path)?;
/// assert_eq!((series.layout(), series.rows().len(), series.n_blank()), (Layout::Fred, 2, 1));
/// # std::fs::remove_file(path).unwrap();
/// # Ok::<(), eventstudy::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct VendorSeries {
    layout: Layout,
    rows: Vec<VendorRow>,
    n_blank: usize,
    n_partial: usize,
}

impl VendorSeries {
    /// Reads a file whose layout is found out from its first line.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownLayout`](crate::Error::UnknownLayout), and the faults that
    /// [`PricePanel::from_csv_path`](super::PricePanel::from_csv_path) has, with file, line, column
    /// and text. Rows must be sorted by date, without duplicates.
    pub fn from_csv_path(path: impl AsRef<Path>) -> Result<Self> {
        Self::from_csv_path_with(path, VendorOptions::default())
    }

    /// As [`VendorSeries::from_csv_path`] with a layout or a day stamp of your own.
    ///
    /// # Errors
    ///
    /// As [`VendorSeries::from_csv_path`].
    pub fn from_csv_path_with(path: impl AsRef<Path>, options: VendorOptions) -> Result<Self> {
        read::read(path.as_ref(), options)
    }

    /// The layout that was read.
    pub fn layout(&self) -> Layout {
        self.layout
    }

    /// The rows, by increasing date.
    pub fn rows(&self) -> &[VendorRow] {
        &self.rows
    }

    /// Rows left out because they hold neither price nor volume nor market value.
    pub fn n_blank(&self) -> usize {
        self.n_blank
    }

    /// Rows left out because they are of an unfinished day: `CoinGecko` ends its files with a snapshot
    /// taken at the moment of the download.
    pub fn n_partial(&self) -> usize {
        self.n_partial
    }

    /// The dated closes.
    pub fn closes(&self) -> Vec<(NaiveDate, f64)> {
        self.rows.iter().filter_map(|r| Some((r.date, r.close?))).collect()
    }

    /// The dated closes adjusted for dividends; empty where the file has none.
    pub fn adjusted_closes(&self) -> Vec<(NaiveDate, f64)> {
        self.rows.iter().filter_map(|r| Some((r.date, r.adjusted_close?))).collect()
    }

    /// The closes as a [`PriceSeries`], with highs where every row has one, and volumes.
    ///
    /// # Errors
    ///
    /// Those of [`PriceSeries::from_closes`] and [`PriceSeries::with_highs`]: a price that is not
    /// positive, a high below its close.
    pub fn to_price_series(&self, name: &str) -> Result<PriceSeries> {
        let mut series = PriceSeries::from_closes(name, self.closes())?;
        let priced = || self.rows.iter().filter(|r| r.close.is_some());
        if let Some(highs) = priced().map(|r| r.high).collect::<Option<Vec<f64>>>() {
            series = series.with_highs(highs)?;
        }
        if priced().any(|r| r.volume.is_some()) {
            series =
                series.with_volumes(priced().map(|r| r.volume.unwrap_or(f64::NAN)).collect())?;
        }
        Ok(series)
    }
}
