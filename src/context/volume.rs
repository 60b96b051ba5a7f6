//! Whether the volume of a session was out of the ordinary.

use chrono::NaiveDate;
use serde::Serialize;

use super::percentile_among;
use crate::numeric::quantile::median;
use crate::panel::PriceSeries;
use crate::{Error, Result};

/// The volume of a session against its own past.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct VolumeRatio {
    /// The session.
    pub date: NaiveDate,
    /// Its volume, in the unit of the series.
    pub volume: f64,
    /// Median volume of the `window` sessions before it.
    pub median: f64,
    /// `volume / median`.
    pub ratio: f64,
    /// Sessions in the median, w.
    pub window: usize,
    /// Share of the ratios of the m sessions before it that are smaller, equal ones counting half; a
    /// decimal fraction in [0, 1]. `None` where none of the m has a ratio.
    pub percentile: Option<f64>,
    /// Ratios that the percentile is taken among.
    pub n_ratios: usize,
    /// Sessions among the m without a ratio, since a volume that it needs is missing or the median
    /// is zero.
    pub n_lacking: usize,
}

/// Volume of the session on `date` over the median of the `window` sessions before it, and the
/// percentile of that ratio among the ratios of the `history` sessions before it.
///
/// `ratio_t = V_t / median(V_{t−w}, …, V_{t−1})`; `percentile = (#{s : ratio_s < ratio_t} +
/// ½ #{s : ratio_s = ratio_t}) / m`, s over the m sessions before t. The session itself is in
/// neither. Ranking a day's volume within its recent past is the measure of Gervais, Kaniel and
/// Mingelgrin 2001 (49 days before), <https://doi.org/10.1111/0022-1082.00349>; the median keeps one
/// extreme session from moving the base.
///
/// The percentile describes: volumes are autocorrelated and have seasons (index reconstitution,
/// option expiry), so it is no p-value. Volumes must be in shares, or adjusted for splits.
///
/// # Errors
///
/// [`Error::Setting`] for a window or history of zero; [`Error::NoSession`] where the series has no
/// session on `date`; [`Error::TooFew`] where fewer than `window + history` sessions come before it,
/// or the volume of the session or one of its window is missing; [`Error::BadValue`] where the
/// median is zero.
pub fn volume_ratio(
    series: &PriceSeries,
    date: NaiveDate,
    window: usize,
    history: usize,
) -> Result<VolumeRatio> {
    for (name, value) in [("window", window), ("history", history)] {
        if value == 0 {
            let value = value.to_string();
            return Err(Error::Setting { name, value, expected: "at least one session" });
        }
    }
    let row = series
        .axis()
        .row_of(date)
        .ok_or_else(|| Error::NoSession { series: series.name().to_owned(), date })?;
    let too_few = |unit, n_needed, n_found| Error::TooFew {
        what: format!("the volume ratio of {} on {date}", series.name()),
        unit,
        n_needed,
        n_found,
    };
    if row < window + history {
        return Err(too_few("earlier sessions", window + history, row));
    }
    let n_known = (row - window..=row).filter(|r| series.volume(*r).is_some()).count();
    let (Some(volume), Some(base)) = (series.volume(row), base(series, row, window)) else {
        return Err(too_few("sessions with a volume", window + 1, n_known));
    };
    if base <= 0.0 {
        return Err(Error::BadValue {
            series: format!("median volume of {}", series.name()),
            date,
            value: base,
            expected: "a volume above zero",
        });
    }
    let ratio = volume / base;
    let past: Vec<f64> = (row - history..row)
        .filter_map(|r| Some(series.volume(r)? / base_above_zero(series, r, window)?))
        .collect();
    let n_ratios = past.len();
    Ok(VolumeRatio {
        date,
        volume,
        median: base,
        ratio,
        window,
        percentile: percentile_among(&past, ratio),
        n_ratios,
        n_lacking: history - n_ratios,
    })
}

/// Median volume of the `window` sessions before a row; `None` where one is missing.
fn base(series: &PriceSeries, row: usize, window: usize) -> Option<f64> {
    let volumes =
        (row.checked_sub(window)?..row).map(|r| series.volume(r)).collect::<Option<Vec<f64>>>()?;
    median(&volumes)
}

fn base_above_zero(series: &PriceSeries, row: usize, window: usize) -> Option<f64> {
    base(series, row, window).filter(|b| *b > 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(n: usize) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 1, 1).unwrap() + chrono::Days::new(n as u64)
    }

    fn series(volumes: &[f64]) -> PriceSeries {
        let closes = (0..volumes.len()).map(|n| (day(n), 200.0)).collect();
        PriceSeries::from_closes("iwm", closes).unwrap().with_volumes(volumes.to_vec()).unwrap()
    }

    #[test]
    fn ratio_and_percentile_by_hand() {
        // Window 3: the ratios of rows 3 to 6 are 4/2, 2/3, 3/3 and 5/3; that of row 7 is 5/3.
        let series = series(&[1.0, 2.0, 3.0, 4.0, 2.0, 3.0, 5.0, 5.0]);
        let found = volume_ratio(&series, day(7), 3, 4).unwrap();
        assert_eq!((found.volume, found.median, found.ratio), (5.0, 3.0, 5.0 / 3.0));
        // Two are smaller and one is equal: (2 + 1/2) / 4.
        assert_eq!((found.percentile, found.n_ratios, found.n_lacking), (Some(0.625), 4, 0));
    }

    #[test]
    fn a_missing_volume_is_counted_and_never_zero() {
        let mut volumes = vec![2.0; 20];
        volumes[19] = 6.0;
        volumes[10] = f64::NAN;
        let found = volume_ratio(&series(&volumes), day(19), 3, 12).unwrap();
        assert_eq!((found.ratio, found.percentile), (3.0, Some(1.0)));
        // Row 10 itself and rows 11 to 13, whose medians need it.
        assert_eq!((found.n_ratios, found.n_lacking), (8, 4));
        let text =
            |date, w, m| volume_ratio(&series(&volumes), date, w, m).unwrap_err().to_string();
        assert_eq!(
            text(day(12), 3, 4),
            "the volume ratio of iwm on 2026-01-13 needs at least 4 sessions with a volume, found 3"
        );
        assert_eq!(
            text(day(12), 3, 10),
            "the volume ratio of iwm on 2026-01-13 needs at least 13 earlier sessions, found 12"
        );
        assert_eq!(text(day(40), 3, 10), "iwm has no session on 2026-02-10");
        assert_eq!(text(day(12), 0, 10), "window = 0: expected at least one session");
        let idle = volume_ratio(&series(&[0.0; 9]), day(8), 3, 3).unwrap_err().to_string();
        assert_eq!(idle, "median volume of iwm on 2026-01-09: 0 is not a volume above zero");
    }

    proptest! {
        #[test]
        fn knows_neither_unit_nor_future(
            volumes in prop::collection::vec(1_u32..50, 20),
            future in 1_u32..50,
            exponent in -8_i32..9,
        ) {
            let original: Vec<f64> = volumes.iter().map(|v| f64::from(*v)).collect();
            let measure = |volumes: &[f64]| {
                let found = volume_ratio(&series(volumes), day(15), 5, 8).unwrap();
                (found.ratio, found.percentile, found.n_ratios)
            };
            let factor = 2.0_f64.powi(exponent);
            let mut changed: Vec<f64> = original.iter().map(|v| factor * v).collect();
            changed[16..].fill(f64::from(future));
            prop_assert_eq!(measure(&changed), measure(&original));
            let percentile = measure(&original).1.unwrap();
            prop_assert!((0.0..=1.0).contains(&percentile));
        }
    }
}
