//! How far a price moves for the money that changes hands.

use chrono::NaiveDate;
use serde::Serialize;

use crate::numeric::moments::mean;
use crate::panel::PriceSeries;
use crate::{Error, Result};

/// What the volumes of a series count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum VolumeUnit {
    /// Money, as crypto volumes are mostly stated.
    Money,
    /// Shares or coins; times the close of the day they are money.
    Units,
}

/// Amihud's illiquidity over the rows up to a date.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Illiquidity {
    /// The date.
    pub date: NaiveDate,
    /// Mean absolute return per million of money traded, a decimal fraction; `None` where fewer
    /// rows than asked for have both.
    pub value: Option<f64>,
    /// Rows with a return and a volume above zero: the divisor.
    pub n_observations: usize,
    /// Rows of the window without a volume, or with a volume of zero.
    pub n_lacking: usize,
}

/// Amihud's illiquidity ratio over the last `n_rows` rows up to and including each date.
///
/// `ILLIQ_t = 10⁶ · (1/m) Σ |R_s| / V_s`, s over the m rows of the last `n_rows` with a volume
/// above zero, `R_s = P_s / P_{s−1} − 1` the simple return from the row before, `V_s` the money
/// traded. Amihud 2002, <https://doi.org/10.1016/S1386-4181(01)00024-6>, equation 1. *Departures*:
/// the mean runs over trailing rows, not over a calendar year, so that it is known at its date.
///
/// The level means nothing across sources of volume (all exchanges or one, with wash trading or
/// without) nor across decades of growing trade: compare it within one source, as
/// [`percentiles_in_past`](super::percentiles_in_past) does. A value is large where little was
/// traded or the price moved much, for whatever reason, news included.
///
/// A series without any volume gives dates without a value. The first `n_rows` rows have none and
/// are not in the list.
///
/// ```
/// use chrono::NaiveDate;
/// use eventstudy::context::{VolumeUnit, amihud_illiquidity};
/// use eventstudy::panel::PriceSeries;
///
/// let day = |d| NaiveDate::from_ymd_opt(2021, 1, d).unwrap();
/// let closes = [(1, 100.0), (2, 110.0), (3, 99.0)].map(|(d, p)| (day(d), p));
/// let series = PriceSeries::from_closes("eth", closes.to_vec())?;
/// let series = series.with_volumes(vec![1e6, 2e6, 4e6])?;
/// let found = amihud_illiquidity(&series, VolumeUnit::Money, 2, 2)?;
/// // Ten percent on two million, ten percent on four million.
/// assert!((found[0].value.unwrap() - (0.05 + 0.025) / 2.0).abs() < 1e-15);
/// # Ok::<(), eventstudy::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::Setting`] for no rows, or a `min_observations` of zero or above `n_rows`;
/// [`Error::TooFew`] where the series has no more rows than that; [`Error::BadValue`] for a ratio that
/// is not a finite number.
pub fn amihud_illiquidity(
    series: &PriceSeries,
    unit: VolumeUnit,
    n_rows: usize,
    min_observations: usize,
) -> Result<Vec<Illiquidity>> {
    if min_observations == 0 || min_observations > n_rows {
        return Err(Error::Setting {
            name: "min_observations",
            value: min_observations.to_string(),
            expected: "at least one and no more than the rows of the window",
        });
    }
    let (closes, dates) = (series.closes(), series.axis().dates());
    if closes.len() <= n_rows {
        return Err(Error::TooFew {
            what: format!("the illiquidity of {} over {n_rows} rows", series.name()),
            unit: "closes",
            n_needed: n_rows + 1,
            n_found: closes.len(),
        });
    }
    let ratio = |row: usize| {
        let volume = series.volume(row).filter(|v| *v > 0.0)?;
        let money = match unit {
            VolumeUnit::Money => volume,
            VolumeUnit::Units => volume * closes[row],
        };
        Some(1e6 * (closes[row] / closes[row - 1] - 1.0).abs() / money)
    };
    let ratios: Vec<Option<f64>> = (1..closes.len()).map(ratio).collect();
    if let Some(row) = ratios.iter().position(|r| r.is_some_and(|r| !r.is_finite())) {
        return Err(Error::BadValue {
            series: format!("illiquidity of {}", series.name()),
            date: dates[row + 1],
            value: ratios[row].unwrap_or(f64::NAN),
            expected: "a finite number",
        });
    }
    // Ratio k is that of row k + 1.
    Ok(dates[n_rows..]
        .iter()
        .zip(ratios.windows(n_rows))
        .map(|(date, window)| {
            let known: Vec<f64> = window.iter().copied().flatten().collect();
            Illiquidity {
                date: *date,
                value: mean(&known).filter(|_| known.len() >= min_observations),
                n_observations: known.len(),
                n_lacking: n_rows - known.len(),
            }
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::Days;
    use proptest::prelude::*;

    fn day(n: usize) -> NaiveDate {
        NaiveDate::from_ymd_opt(2021, 1, 1).unwrap() + Days::new(n as u64)
    }

    fn series(closes: &[f64], volumes: &[f64]) -> PriceSeries {
        let dated = closes.iter().enumerate().map(|(n, p)| (day(n), *p)).collect();
        PriceSeries::from_closes("s", dated).unwrap().with_volumes(volumes.to_vec()).unwrap()
    }

    #[test]
    fn days_without_trade_are_left_out_and_counted() {
        let s = series(&[1.0, 2.0, 1.0, 1.5, 1.5], &[1.0, 4e6, 0.0, f64::NAN, 5e6]);
        let found = amihud_illiquidity(&s, VolumeUnit::Money, 3, 1).unwrap();
        // One at +100 % on four million; the two after it are not known; then no move on five.
        assert_eq!((found[0].value, found[0].n_observations), (Some(0.25), 1));
        assert_eq!((found[1].value, found[1].n_lacking), (Some(0.0), 2));
        let strict = amihud_illiquidity(&s, VolumeUnit::Money, 3, 2).unwrap();
        assert_eq!((strict[0].value, strict[0].n_observations), (None, 1));
        let bare = PriceSeries::from_closes("s", vec![(day(0), 1.0), (day(1), 2.0)]).unwrap();
        let none = amihud_illiquidity(&bare, VolumeUnit::Money, 1, 1).unwrap();
        assert_eq!((none[0].value, none[0].n_lacking), (None, 1));
    }

    #[test]
    fn units_are_money_at_the_close() {
        let s = series(&[8.0, 10.0, 5.0], &[0.0, 3e5, 4e5]);
        let units = amihud_illiquidity(&s, VolumeUnit::Units, 2, 2).unwrap();
        let money = series(&[8.0, 10.0, 5.0], &[0.0, 3e6, 2e6]);
        assert_eq!(units, amihud_illiquidity(&money, VolumeUnit::Money, 2, 2).unwrap());
    }

    #[test]
    fn faults_are_errors() {
        let s = series(&[1.0, 2.0], &[1.0, 1.0]);
        for (rows, least) in [(0, 0), (2, 3), (2, 0)] {
            let found = amihud_illiquidity(&s, VolumeUnit::Money, rows, least);
            assert!(matches!(found, Err(Error::Setting { .. })));
        }
        let text = amihud_illiquidity(&s, VolumeUnit::Money, 2, 1).unwrap_err().to_string();
        assert_eq!(text, "the illiquidity of s over 2 rows needs at least 3 closes, found 2");
    }

    #[test]
    fn a_volume_next_to_nothing_is_an_error() {
        let s = series(&[1.0, 2.0], &[1.0, f64::MIN_POSITIVE]);
        let text = amihud_illiquidity(&s, VolumeUnit::Money, 1, 1).unwrap_err().to_string();
        assert_eq!(text, "illiquidity of s on 2021-01-02: inf is not a finite number");
    }

    proptest! {
        #[test]
        fn prices_have_no_scale_and_volumes_have(
            rows in prop::collection::vec((1_u32..9, 1_u32..9), 6..30), shift in -8_i32..8,
        ) {
            let closes: Vec<f64> = rows.iter().map(|(p, _)| f64::from(*p)).collect();
            let volumes: Vec<f64> = rows.iter().map(|(_, v)| f64::from(*v)).collect();
            let of = |p: f64, v: f64| {
                let s = series(
                    &closes.iter().map(|x| p * x).collect::<Vec<_>>(),
                    &volumes.iter().map(|x| v * x).collect::<Vec<_>>(),
                );
                let found = amihud_illiquidity(&s, VolumeUnit::Money, 4, 4).unwrap();
                found.iter().map(|i| i.value.unwrap()).collect::<Vec<_>>()
            };
            let factor = 2.0_f64.powi(shift);
            prop_assert_eq!(of(factor, 1.0), of(1.0, 1.0));
            let scaled: Vec<f64> = of(1.0, factor).iter().map(|x| x * factor).collect();
            prop_assert_eq!(scaled, of(1.0, 1.0));
        }
    }
}
