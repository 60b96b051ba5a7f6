//! Panels of returns.

use std::ops::Range;

use chrono::NaiveDate;
use ndarray::{Array2, Axis, Slice};
use serde::{Deserialize, Serialize};

use super::assets::Assets;
use super::prices::{check_shape, in_rows};
use super::{AssetId, PricePanel};
use crate::time::DateAxis;
use crate::{Error, Result};

/// How a return is formed from two prices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Compounding {
    /// `P_t / P_s − 1`.
    Simple,
    /// `ln(P_t / P_s)`.
    Log,
}

impl Compounding {
    /// The return from price `from` to price `to`, a decimal fraction.
    pub fn between(self, from: f64, to: f64) -> f64 {
        match self {
            Self::Simple => to / from - 1.0,
            Self::Log => (to / from).ln(),
        }
    }
}

/// A return over a hole: from the last price before it to the first price after it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bridge {
    /// Row of the last price before the hole.
    pub from_row: usize,
    /// Row of the first price after it; at least two rows later.
    pub to_row: usize,
    /// The return between the two, as a decimal fraction.
    pub value: f64,
}

/// Returns of several assets on one date axis, `n_assets × n_dates`, as decimal fractions.
///
/// The value at row t is the return from row t − 1 to row t, so row 0 has none when the panel comes
/// from prices.
#[derive(Debug, Clone)]
pub struct ReturnPanel {
    axis: DateAxis,
    assets: Assets,
    compounding: Compounding,
    values: Array2<f64>,
    bridges: Vec<Vec<Bridge>>,
}

impl ReturnPanel {
    /// A panel from an array `n_assets × n_dates` in which NaN stands for a missing return.
    ///
    /// A panel made from returns knows no prices, so its holes cannot be bridged.
    ///
    /// # Errors
    ///
    /// [`Error::ShapeMismatch`]; [`Error::DuplicateAsset`]; [`Error::BadValue`] for an infinite
    /// return or a simple return of −1 or less.
    pub fn new(
        axis: DateAxis,
        assets: Vec<String>,
        values: Array2<f64>,
        compounding: Compounding,
    ) -> Result<Self> {
        check_shape(&axis, assets.len(), &values)?;
        for (asset, row) in values.axis_iter(Axis(0)).enumerate() {
            for (t, &value) in row.iter().enumerate() {
                let total_loss = compounding == Compounding::Simple && value <= -1.0;
                if value.is_infinite() || total_loss {
                    return Err(Error::BadValue {
                        series: assets[asset].clone(),
                        date: axis.date(t),
                        value,
                        expected: "a finite return above -1",
                    });
                }
            }
        }
        let bridges = vec![Vec::new(); assets.len()];
        let values = in_rows(values);
        Ok(Self { axis, assets: Assets::new(assets)?, compounding, values, bridges })
    }

    pub(crate) fn from_prices(prices: &PricePanel, compounding: Compounding) -> Self {
        let n = prices.n_dates();
        let mut values = Array2::from_elem((prices.n_assets(), n), f64::NAN);
        let mut bridges = vec![Vec::new(); prices.n_assets()];
        for asset in prices.assets() {
            let row = prices.row(asset);
            let mut previous: Option<usize> = None;
            for (t, &price) in row.iter().enumerate() {
                if price.is_nan() {
                    continue;
                }
                if let Some(s) = previous {
                    let value = compounding.between(row[s], price);
                    if s + 1 == t {
                        values[[asset.0, t]] = value;
                    } else {
                        bridges[asset.0].push(Bridge { from_row: s, to_row: t, value });
                    }
                }
                previous = Some(t);
            }
        }
        let (axis, assets) = (prices.axis().clone(), prices.asset_names().clone());
        Self { axis, assets, compounding, values, bridges }
    }

    /// The panel through `date`, as it stood at the end of that day: a return over a hole that ends
    /// later is not known yet.
    ///
    /// # Errors
    ///
    /// [`Error::EmptyAxis`] where it starts later.
    pub fn through(&self, date: NaiveDate) -> Result<Self> {
        let n = self.axis.last_on_or_before(date).map_or(0, |row| row + 1);
        let known = |bridges: &Vec<Bridge>| {
            bridges.iter().filter(|bridge| bridge.to_row < n).copied().collect()
        };
        Ok(Self {
            axis: DateAxis::new(self.axis.dates()[..n].to_vec())?,
            assets: self.assets.clone(),
            compounding: self.compounding,
            values: self.values.slice_axis(Axis(1), Slice::from(..n)).to_owned(),
            bridges: self.bridges.iter().map(known).collect(),
        })
    }

    /// The dates.
    pub fn axis(&self) -> &DateAxis {
        &self.axis
    }

    /// Simple or log.
    pub fn compounding(&self) -> Compounding {
        self.compounding
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

    /// Return of an asset at a row; `None` where it is missing or off the panel.
    pub fn value(&self, asset: AssetId, row: usize) -> Option<f64> {
        self.values.get([asset.0, row]).copied().filter(|v| !v.is_nan())
    }

    /// The holes of an asset that lie between `rows.start − 1` and the last of the rows: each can
    /// be stepped over inside that window.
    pub fn bridges_within(&self, asset: AssetId, rows: Range<usize>) -> &[Bridge] {
        let all = &self.bridges[asset.0];
        let start = all.partition_point(|b| b.from_row + 1 < rows.start);
        let end = all.partition_point(|b| b.to_row < rows.end);
        &all[start..end.max(start)]
    }

    pub(crate) fn asset_names(&self) -> &Assets {
        &self.assets
    }

    /// The returns of one asset, NaN where missing.
    pub(crate) fn row(&self, asset: AssetId) -> &[f64] {
        let n = self.n_dates();
        // Built in standard layout, so the rows lie one after the other.
        self.values.as_slice().map_or(&[], |all| &all[asset.0 * n..(asset.0 + 1) * n])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::NaiveDate;

    #[test]
    fn a_hole_has_no_return_but_a_bridge() {
        let day = |d| NaiveDate::from_ymd_opt(2021, 5, d).unwrap();
        let prices = PricePanel::from_series(vec![
            ("a".to_owned(), vec![(day(1), 1.0), (day(2), 2.0), (day(5), 3.0), (day(6), 6.0)]),
            ("b".to_owned(), (1..=6).map(|d| (day(d), 1.0)).collect()),
        ])
        .unwrap();
        let returns = prices.to_returns(Compounding::Simple);
        let a = returns.asset("a").unwrap();
        let present: Vec<_> = (0..6).map(|t| returns.value(a, t)).collect();
        assert_eq!(present, [None, Some(1.0), None, None, None, Some(1.0)]);
        let hole = Bridge { from_row: 1, to_row: 4, value: 0.5 };
        assert_eq!(returns.bridges_within(a, 2..6), [hole]);
        assert_eq!(returns.bridges_within(a, 0..5), [hole]);
        assert!(returns.bridges_within(a, 3..6).is_empty(), "its start lies before the window");
        assert!(returns.bridges_within(a, 2..4).is_empty(), "its end lies after the window");
    }
}
