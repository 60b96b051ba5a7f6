//! What a series did in the rows up to a date.

use chrono::NaiveDate;

use crate::numeric::moments;
use crate::panel::PriceSeries;
use crate::{Error, Result};

/// Return over the last `n_rows` rows of the series up to and including each of its dates,
/// `P_t / P_{t − n} − 1`, a decimal fraction.
///
/// A row is a date on which the series has a close. Dates with fewer than `n_rows` rows before them
/// have none; nothing after a date goes into its value.
///
/// ```
/// use chrono::NaiveDate;
/// use eventstudy::context::trailing_return;
/// use eventstudy::panel::PriceSeries;
///
/// let day = |d| NaiveDate::from_ymd_opt(2026, 1, d).unwrap();
/// let closes = [(5, 100.0), (6, 110.0), (7, 99.0), (8, 121.0)].map(|(d, p)| (day(d), p));
/// let series = PriceSeries::from_closes("index", closes.to_vec())?;
/// let found = trailing_return(&series, 2)?;
/// assert_eq!(found.len(), 2);
/// assert!(found[1].0 == day(8) && (found[1].1 - 0.1).abs() < 1e-15);
/// # Ok::<(), eventstudy::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::Setting`] for no rows; [`Error::TooFew`] where the series has no more rows than that.
pub fn trailing_return(series: &PriceSeries, n_rows: usize) -> Result<Vec<(NaiveDate, f64)>> {
    check(series, n_rows, 1, "a trailing return")?;
    let (closes, dates) = (series.closes(), series.axis().dates());
    Ok((n_rows..closes.len()).map(|t| (dates[t], closes[t] / closes[t - n_rows] - 1.0)).collect())
}

/// Standard deviation, divisor n − 1, of the last `n_rows` log returns of the series up to and
/// including each of its dates; a decimal fraction per row, not annualised.
///
/// Dates with fewer than `n_rows` rows before them have none; nothing after a date goes into its
/// value.
///
/// # Errors
///
/// [`Error::Setting`] for fewer than two rows; [`Error::TooFew`] where the series has no more rows
/// than that.
pub fn trailing_volatility(series: &PriceSeries, n_rows: usize) -> Result<Vec<(NaiveDate, f64)>> {
    check(series, n_rows, 2, "a trailing volatility")?;
    let (closes, dates) = (series.closes(), series.axis().dates());
    let returns: Vec<f64> = closes.windows(2).map(|pair| (pair[1] / pair[0]).ln()).collect();
    // Return k ends on row k + 1.
    let ends = dates[n_rows..].iter().zip(returns.windows(n_rows));
    Ok(ends.map(|(date, of)| (*date, moments::std_dev(of).unwrap_or(0.0))).collect())
}

fn check(series: &PriceSeries, n_rows: usize, least: usize, what: &str) -> Result<()> {
    if n_rows < least {
        return Err(Error::Setting {
            name: "trailing rows",
            value: n_rows.to_string(),
            expected: if least == 1 { "at least 1 row" } else { "at least 2 rows" },
        });
    }
    let n_found = series.closes().len();
    if n_found <= n_rows {
        return Err(Error::TooFew {
            what: format!("{what} of {} over {n_rows} rows", series.name()),
            unit: "closes",
            n_needed: n_rows + 1,
            n_found,
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::Days;
    use proptest::prelude::*;

    fn day(k: usize) -> NaiveDate {
        NaiveDate::from_ymd_opt(2020, 1, 1).unwrap() + Days::new(k as u64)
    }

    fn series(closes: &[f64]) -> PriceSeries {
        let dated = closes.iter().enumerate().map(|(k, p)| (day(k), *p)).collect();
        PriceSeries::from_closes("s", dated).unwrap()
    }

    #[test]
    fn volatility_by_hand() {
        let (a, b) = (0.02_f64, -0.01_f64);
        let closes = [1.0, a.exp(), (a + b).exp(), (a + b + a).exp()];
        let found = trailing_volatility(&series(&closes), 2).unwrap();
        assert_eq!(found.iter().map(|(d, _)| *d).collect::<Vec<_>>(), [day(2), day(3)]);
        // Of two values the deviation is their distance over √2.
        for (_, value) in found {
            assert!((value - 0.03 / 2.0_f64.sqrt()).abs() < 1e-15);
        }
    }

    proptest! {
        #[test]
        fn a_value_knows_nothing_of_later_dates(
            closes in prop::collection::vec(0.5..2.0_f64, 12..40), n in 2_usize..10, at in 0_usize..40,
            factor in 0.1..10.0_f64,
        ) {
            let whole = series(&closes);
            let at = at.clamp(n, closes.len() - 1);
            let other: Vec<f64> = closes
                .iter()
                .enumerate()
                .map(|(k, p)| if k > at { p * factor } else { *p })
                .collect();
            for of in [trailing_return, trailing_volatility] {
                let all = of(&whole, n).unwrap();
                let upto = |found: Vec<(NaiveDate, f64)>| {
                    found.into_iter().filter(|(d, _)| *d <= day(at)).collect::<Vec<_>>()
                };
                let cut = of(&whole.through(day(at)).unwrap(), n).unwrap();
                prop_assert_eq!(cut.last().map(|(d, _)| *d), Some(day(at)));
                prop_assert_eq!(&upto(all), &cut);
                prop_assert_eq!(upto(of(&series(&other), n).unwrap()), cut);
            }
        }
    }

    #[test]
    fn faults_are_errors() {
        let short = series(&[1.0, 2.0, 3.0]);
        assert!(matches!(trailing_return(&short, 0), Err(Error::Setting { .. })));
        assert!(matches!(trailing_volatility(&short, 1), Err(Error::Setting { .. })));
        assert_eq!(
            trailing_return(&short, 3).unwrap_err().to_string(),
            "a trailing return of s over 3 rows needs at least 4 closes, found 3"
        );
    }
}
