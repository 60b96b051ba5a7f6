//! Panels of trading volume.

use ndarray::{Array2, Axis};

use super::assets::Assets;
use super::prices::{check_shape, in_rows};
use super::{AssetId, PricePanel, PriceSeries};
use crate::time::DateAxis;
use crate::{Error, Result};

/// Trading volume of several assets on one date axis, `n_assets × n_dates`, in one unit: shares,
/// money, or a share of what there is to trade. A volume of zero is a day without a trade; a
/// missing one is not known.
#[derive(Debug, Clone)]
pub struct VolumePanel {
    axis: DateAxis,
    assets: Assets,
    values: Array2<f64>,
}

impl VolumePanel {
    /// A panel from an array `n_assets × n_dates` in which NaN stands for a volume that is missing.
    ///
    /// # Errors
    ///
    /// [`Error::ShapeMismatch`]; [`Error::DuplicateAsset`]; [`Error::BadValue`] for a volume that is
    /// negative or infinite.
    pub fn new(axis: DateAxis, assets: Vec<String>, values: Array2<f64>) -> Result<Self> {
        check_shape(&axis, assets.len(), &values)?;
        for (asset, row) in values.axis_iter(Axis(0)).enumerate() {
            if let Some(t) = row.iter().position(|v| v.is_infinite() || *v < 0.0) {
                return Err(Error::BadValue {
                    series: format!("volume of {}", assets[asset]),
                    date: axis.date(t),
                    value: row[t],
                    expected: "a finite volume of zero or more",
                });
            }
        }
        Ok(Self { axis, assets: Assets::new(assets)?, values: in_rows(values) })
    }

    /// The volumes of several series, on the dates that any of them has.
    ///
    /// # Errors
    ///
    /// [`Error::EmptyAxis`] without series; [`Error::DuplicateAsset`] for two of one name;
    /// [`Error::SeriesLacks`] for one without volumes.
    pub fn from_series(series: &[PriceSeries]) -> Result<Self> {
        let mut dates: Vec<_> = series.iter().flat_map(|s| s.axis().dates().to_vec()).collect();
        dates.sort_unstable();
        dates.dedup();
        let axis = DateAxis::new(dates)?;
        let mut values = Array2::from_elem((series.len(), axis.len()), f64::NAN);
        for (asset, one) in series.iter().enumerate() {
            let mut n_known = 0;
            for (row, date) in one.axis().dates().iter().enumerate() {
                if let (Some(volume), Some(t)) = (one.volume(row), axis.row_of(*date)) {
                    values[[asset, t]] = volume;
                    n_known += 1;
                }
            }
            if n_known == 0 {
                return Err(Error::SeriesLacks {
                    series: one.name().to_owned(),
                    what: "volumes",
                    condition: "a panel of volumes",
                    column: "volume",
                });
            }
        }
        Self::new(axis, series.iter().map(|s| s.name().to_owned()).collect(), values)
    }

    /// Turnover: volumes in shares over the shares outstanding, decimal fractions; missing where
    /// either is.
    ///
    /// # Errors
    ///
    /// [`Error::ShapeMismatch`] where the shares have other dates; [`Error::UnknownAsset`] where they
    /// lack an asset.
    pub fn turnover(&self, shares: &PricePanel) -> Result<Self> {
        if shares.axis() != &self.axis {
            return Err(Error::ShapeMismatch {
                what: "the axis of the shares (its dates must be those of the volumes)".to_owned(),
                n_found: shares.n_dates(),
                n_expected: self.axis.len(),
            });
        }
        let mut out = self.clone();
        for (asset, mut row) in out.values.axis_iter_mut(Axis(0)).enumerate() {
            let outstanding = shares.row(shares.asset(self.assets.name(AssetId(asset)))?);
            for (volume, n) in row.iter_mut().zip(outstanding) {
                *volume /= n;
            }
        }
        Ok(out)
    }

    /// The dates.
    pub fn axis(&self) -> &DateAxis {
        &self.axis
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

    /// Volume of an asset at a row; `None` where it is missing or off the panel.
    pub fn volume(&self, asset: AssetId, row: usize) -> Option<f64> {
        self.values.get([asset.0, row]).copied().filter(|v| !v.is_nan())
    }

    /// The volumes of one asset, NaN where missing.
    pub(crate) fn row(&self, asset: AssetId) -> &[f64] {
        let n = self.axis.len();
        // Built in standard layout, so the rows lie one after the other.
        self.values.as_slice().map_or(&[], |all| &all[asset.0 * n..(asset.0 + 1) * n])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::NaiveDate;

    fn day(d: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2024, 3, d).unwrap()
    }

    #[test]
    fn series_meet_on_the_dates_of_any() {
        let series = |name: &str, days: &[u32], volumes: Vec<f64>| {
            let closes = days.iter().map(|d| (day(*d), 9.0)).collect();
            PriceSeries::from_closes(name, closes).unwrap().with_volumes(volumes).unwrap()
        };
        let panel = VolumePanel::from_series(&[
            series("a", &[1, 2], vec![5.0, 0.0]),
            series("b", &[2, 4], vec![f64::NAN, 8.0]),
        ])
        .unwrap();
        assert_eq!(panel.axis().dates(), [day(1), day(2), day(4)]);
        let row = |name: &str| {
            let asset = panel.asset(name).unwrap();
            (0..3).map(|t| panel.volume(asset, t)).collect::<Vec<_>>()
        };
        assert_eq!(row("a"), [Some(5.0), Some(0.0), None]);
        assert_eq!(row("b"), [None, None, Some(8.0)]);
        let silent = PriceSeries::from_closes("c", vec![(day(1), 1.0)]).unwrap();
        assert!(matches!(VolumePanel::from_series(&[silent]), Err(Error::SeriesLacks { .. })));
    }

    #[test]
    fn turnover_and_bad_volumes() {
        let axis = DateAxis::new(vec![day(1), day(2)]).unwrap();
        let names = || vec!["a".to_owned()];
        let array = |v: [f64; 2]| Array2::from_shape_vec((1, 2), v.to_vec()).unwrap();
        let volumes = VolumePanel::new(axis.clone(), names(), array([6.0, 0.0])).unwrap();
        let shares = PricePanel::new(axis.clone(), names(), array([3.0, f64::NAN])).unwrap();
        let turnover = volumes.turnover(&shares).unwrap();
        let asset = turnover.asset("a").unwrap();
        assert_eq!((turnover.volume(asset, 0), turnover.volume(asset, 1)), (Some(2.0), None));
        assert_eq!(
            VolumePanel::new(axis, names(), array([1.0, -1.0])).unwrap_err().to_string(),
            "volume of a on 2024-03-02: -1 is not a finite volume of zero or more"
        );
    }
}
