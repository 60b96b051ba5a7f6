//! Panels of prices.

use chrono::NaiveDate;
use ndarray::{Array2, Axis};

use super::assets::Assets;
use super::returns::{Compounding, ReturnPanel};
use super::{AssetId, PriceSeries};
use crate::time::DateAxis;
use crate::{Error, Result};

/// Prices of several assets on one date axis, `n_assets × n_dates`.
///
/// Prices are positive and finite, in one currency; whether they are adjusted for dividends and
/// splits is the caller's to know: adjusted prices must not be used to find new highs.
///
/// ```
/// use eventstudy::panel::{Compounding, PricePanel};
/// use chrono::NaiveDate;
///
/// let day = |d| NaiveDate::from_ymd_opt(2026, 1, d).unwrap();
/// let panel = PricePanel::from_series(vec![
///     ("btc".to_owned(), vec![(day(1), 100.0), (day(2), 110.0), (day(3), 99.0)]),
///     ("new".to_owned(), vec![(day(2), 5.0), (day(3), 6.0)]),
/// ])?;
/// let new = panel.asset("new")?;
/// assert_eq!(panel.price(new, 0), None); // not listed yet: missing, not zero
/// let returns = panel.to_returns(Compounding::Simple);
/// assert!((returns.value(new, 2).unwrap() - 0.2).abs() < 1e-15);
/// # Ok::<(), eventstudy::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct PricePanel {
    axis: DateAxis,
    assets: Assets,
    values: Array2<f64>,
}

impl PricePanel {
    /// A panel from an array `n_assets × n_dates` in which NaN stands for a missing price.
    ///
    /// # Errors
    ///
    /// [`Error::ShapeMismatch`] where the array does not fit the names and the axis;
    /// [`Error::DuplicateAsset`]; [`Error::BadValue`] for a price that is infinite, zero or
    /// negative.
    pub fn new(axis: DateAxis, assets: Vec<String>, values: Array2<f64>) -> Result<Self> {
        check_shape(&axis, assets.len(), &values)?;
        for (asset, row) in values.axis_iter(Axis(0)).enumerate() {
            for (t, &value) in row.iter().enumerate() {
                if value.is_infinite() || value <= 0.0 {
                    return Err(Error::BadValue {
                        series: assets[asset].clone(),
                        date: axis.date(t),
                        value,
                        expected: "a positive, finite price",
                    });
                }
            }
        }
        Ok(Self { axis, assets: Assets::new(assets)?, values: in_rows(values) })
    }

    /// As [`PricePanel::new`] of prices that were checked as they were read.
    pub(super) fn from_valid(
        axis: DateAxis,
        assets: Vec<String>,
        values: Array2<f64>,
    ) -> Result<Self> {
        check_shape(&axis, assets.len(), &values)?;
        Ok(Self { axis, assets: Assets::new(assets)?, values: in_rows(values) })
    }

    /// A panel from one list of dated prices per asset; the axis is the union of their dates.
    ///
    /// # Errors
    ///
    /// As [`PricePanel::new`]; [`Error::EmptyAxis`] where no series has a price; and
    /// [`Error::UnsortedAxis`] where the dates of a series do not increase.
    pub fn from_series(series: Vec<(String, Vec<(NaiveDate, f64)>)>) -> Result<Self> {
        let mut dates: Vec<NaiveDate> =
            series.iter().flat_map(|(_, prices)| prices.iter().map(|(d, _)| *d)).collect();
        dates.sort_unstable();
        dates.dedup();
        let axis = DateAxis::new(dates)?;
        let mut values = Array2::from_elem((series.len(), axis.len()), f64::NAN);
        let mut names = Vec::with_capacity(series.len());
        for (asset, (name, prices)) in series.into_iter().enumerate() {
            for (row, pair) in prices.windows(2).enumerate() {
                if pair[1].0 <= pair[0].0 {
                    return Err(Error::UnsortedAxis {
                        row: row + 1,
                        date: pair[1].0,
                        previous: pair[0].0,
                    });
                }
            }
            let mut row = 0;
            for (date, price) in prices {
                // Both lists increase and the axis holds every date of the series.
                while axis.date(row) < date {
                    row += 1;
                }
                values[[asset, row]] = price;
            }
            names.push(name);
        }
        Self::new(axis, names, values)
    }

    /// The dates.
    pub fn axis(&self) -> &DateAxis {
        &self.axis
    }

    /// Number of assets.
    pub fn n_assets(&self) -> usize {
        self.assets.len()
    }

    /// Number of dates.
    pub fn n_dates(&self) -> usize {
        self.axis.len()
    }

    /// Names in the order of the panel.
    pub fn names(&self) -> &[String] {
        self.assets.names()
    }

    /// All assets in the order of the panel.
    pub fn assets(&self) -> impl Iterator<Item = AssetId> + use<> {
        self.assets.ids()
    }

    /// Name of an asset of this panel.
    ///
    /// # Panics
    ///
    /// Where `asset` is of a larger panel.
    pub fn name(&self, asset: AssetId) -> &str {
        self.assets.name(asset)
    }

    /// The asset of that name.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownAsset`], with the names there are.
    pub fn asset(&self, name: &str) -> Result<AssetId> {
        self.assets.require(name)
    }

    /// The asset of that name, if the panel has it.
    pub fn find(&self, name: &str) -> Option<AssetId> {
        self.assets.find(name)
    }

    /// Price of an asset at a row; `None` where it is missing or off the panel.
    pub fn price(&self, asset: AssetId, row: usize) -> Option<f64> {
        self.values.get([asset.0, row]).copied().filter(|v| !v.is_nan())
    }

    /// Price of an asset at the last row on or before `date` where it has one, with that row.
    pub fn last_price(&self, asset: AssetId, date: NaiveDate) -> Option<(usize, f64)> {
        let last = self.axis.last_on_or_before(date)?;
        (0..=last).rev().find_map(|row| self.price(asset, row).map(|price| (row, price)))
    }

    /// First and last row at which the asset has a price.
    pub fn coverage(&self, asset: AssetId) -> Option<(usize, usize)> {
        let row = self.row(asset);
        let first = row.iter().position(|v| !v.is_nan())?;
        let last = row.iter().rposition(|v| !v.is_nan())?;
        Some((first, last))
    }

    /// Number of prices up to and including `row`, counted no further than `enough`.
    pub(crate) fn n_prices_up_to(&self, asset: AssetId, row: usize, enough: usize) -> usize {
        self.row(asset)[..=row].iter().rev().filter(|v| !v.is_nan()).take(enough).count()
    }

    /// Dated prices of one asset, without the missing ones.
    pub fn dated_prices(&self, asset: AssetId) -> Vec<(NaiveDate, f64)> {
        self.row(asset)
            .iter()
            .enumerate()
            .filter(|(_, v)| !v.is_nan())
            .map(|(row, v)| (self.axis.date(row), *v))
            .collect()
    }

    /// One asset as a series of closes.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownAsset`]; [`Error::EmptyAxis`] where the asset has no price at all.
    pub fn series(&self, name: &str) -> Result<PriceSeries> {
        PriceSeries::from_closes(name, self.dated_prices(self.asset(name)?))
    }

    /// The panel restricted to these assets, in that order.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownAsset`] for a name that the panel does not hold.
    pub fn select<S: AsRef<str>>(&self, names: &[S]) -> Result<Self> {
        let ids = names.iter().map(|n| self.asset(n.as_ref())).collect::<Result<Vec<_>>>()?;
        let rows: Vec<usize> = ids.iter().map(|id| id.0).collect();
        Self::new(
            self.axis.clone(),
            names.iter().map(|n| n.as_ref().to_owned()).collect(),
            self.values.select(Axis(0), &rows),
        )
    }

    /// The panel with one price set, or taken away: for asking what hangs on it.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownAsset`]; [`Error::NoSession`] for a date that is not on the axis;
    /// [`Error::BadValue`].
    pub fn with_price(&self, name: &str, date: NaiveDate, price: Option<f64>) -> Result<Self> {
        let asset = self.asset(name)?;
        let Some(row) = self.axis.row_of(date) else {
            return Err(Error::NoSession { series: name.to_owned(), date });
        };
        let value = price.unwrap_or(f64::NAN);
        if value.is_infinite() || value <= 0.0 {
            let (series, expected) = (name.to_owned(), "a positive, finite price");
            return Err(Error::BadValue { series, date, value, expected });
        }
        let mut changed = self.clone();
        changed.values[[asset.0, row]] = value;
        Ok(changed)
    }

    /// Returns from row to row; a return is missing where either price is.
    ///
    /// Holes are kept as [`Bridge`](super::Bridge)s so that a window can step over them by its
    /// end-point prices.
    pub fn to_returns(&self, compounding: Compounding) -> ReturnPanel {
        ReturnPanel::from_prices(self, compounding)
    }

    /// The prices of one asset, NaN where missing.
    pub(crate) fn row(&self, asset: AssetId) -> &[f64] {
        let n = self.n_dates();
        // Built in standard layout, so the rows lie one after the other.
        self.values.as_slice().map_or(&[], |all| &all[asset.0 * n..(asset.0 + 1) * n])
    }

    pub(crate) fn asset_names(&self) -> &Assets {
        &self.assets
    }
}

/// The array with the dates of an asset next to each other.
pub(crate) fn in_rows(values: Array2<f64>) -> Array2<f64> {
    if values.is_standard_layout() { values } else { values.as_standard_layout().into_owned() }
}

pub(crate) fn check_shape(axis: &DateAxis, n_assets: usize, values: &Array2<f64>) -> Result<()> {
    let (rows, columns) = values.dim();
    if rows != n_assets {
        return Err(Error::ShapeMismatch {
            what: "the first axis of the values".to_owned(),
            n_found: rows,
            n_expected: n_assets,
        });
    }
    if columns != axis.len() {
        return Err(Error::ShapeMismatch {
            what: "the second axis of the values".to_owned(),
            n_found: columns,
            n_expected: axis.len(),
        });
    }
    Ok(())
}
