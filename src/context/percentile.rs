//! Where a value stands among the values of its own past.

use std::collections::VecDeque;

use chrono::NaiveDate;
use serde::Serialize;

use crate::numeric::moments::mean;
use crate::numeric::parallel;
use crate::panel::{AssetId, PricePanel, PriceSeries};
use crate::{Error, Result};

/// A dated value with its place among the values before it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct PastPercentile {
    /// Date of the value.
    pub date: NaiveDate,
    /// The value, in the unit of the series.
    pub value: f64,
    /// Share of the values before it that are smaller, equal ones counting half; a decimal fraction
    /// in [0, 1].
    pub percentile: f64,
    /// Values before it that it is compared with.
    pub n_past: usize,
}

/// Share of `values` below `value`, equal ones counting half: a decimal fraction in [0, 1], `None`
/// without values.
///
/// `(#{v < x} + ½ #{v = x}) / n`. NaN counts as neither smaller nor equal, so leave it out.
///
/// ```
/// use eventstudy::context::percentile_among;
///
/// assert_eq!(percentile_among(&[1.0, 2.0, 2.0, 5.0], 2.0), Some(0.5));
/// assert_eq!(percentile_among(&[], 2.0), None);
/// ```
pub fn percentile_among(values: &[f64], value: f64) -> Option<f64> {
    let (below, equal) =
        values.iter().fold((0_usize, 0_usize), |(below, equal), v| match v.partial_cmp(&value) {
            Some(std::cmp::Ordering::Less) => (below + 1, equal),
            Some(std::cmp::Ordering::Equal) => (below, equal + 1),
            _ => (below, equal),
        });
    (!values.is_empty()).then(|| (2 * below + equal) as f64 / (2 * values.len()) as f64)
}

/// Percentile of every dated value among the `n_past` values before it.
///
/// `percentile_t = (#{s : x_s < x_t} + ½ #{s : x_s = x_t}) / m`, s over the m = `n_past` values
/// before t, t itself not among them. Values with fewer before them have no percentile and are left
/// out at the start. For a measure whose level means little across assets or decades, such as a
/// volatility or an illiquidity: with sources of volume that are not comparable, only within one of
/// them.
///
/// It describes, and is no p-value: neighbouring values of a trailing measure share most of
/// their days.
///
/// # Errors
///
/// [`Error::Setting`] for no past; [`Error::UnsortedAxis`] unless the dates increase;
/// [`Error::BadValue`] for a value that is not finite.
pub fn percentiles_in_past(
    values: &[(NaiveDate, f64)],
    n_past: usize,
) -> Result<Vec<PastPercentile>> {
    if n_past == 0 {
        let (name, value) = ("values of the past", "0".to_owned());
        return Err(Error::Setting { name, value, expected: "at least one value" });
    }
    check(values)?;
    let mut window: VecDeque<f64> = VecDeque::with_capacity(n_past + 1);
    // The window in increasing order, so that a rank is two binary searches.
    let mut ordered: Vec<f64> = Vec::with_capacity(n_past + 1);
    let mut found = Vec::with_capacity(values.len().saturating_sub(n_past));
    for &(date, value) in values {
        // Minus zero would stand apart from zero in the total order.
        let value = value + 0.0;
        if window.len() == n_past {
            let below = ordered.partition_point(|v| *v < value);
            let not_above = ordered.partition_point(|v| *v <= value);
            let percentile = (below + not_above) as f64 / (2 * n_past) as f64;
            found.push(PastPercentile { date, value, percentile, n_past });
            if let Some(oldest) = window.pop_front() {
                ordered.remove(ordered.partition_point(|v| *v < oldest));
            }
        }
        window.push_back(value);
        ordered.insert(ordered.partition_point(|v| *v < value), value);
    }
    Ok(found)
}

/// Percentile of the last value on or before `date` among the `n_past` values before it.
///
/// ```
/// use chrono::NaiveDate;
/// use eventstudy::context::{percentile_in_past, trailing_volatility};
/// use eventstudy::panel::PriceSeries;
///
/// let day = |d| NaiveDate::from_ymd_opt(2026, 1, d).unwrap();
/// let closes = [100.0, 101.0, 100.0, 104.0, 95.0, 95.5, 95.4, 95.6];
/// let series = PriceSeries::from_closes("btc", (1..).map(day).zip(closes).collect())?;
/// let volatility = trailing_volatility(&series, 2)?;
/// let calm = percentile_in_past(&volatility, day(8), 4, 0)?;
/// assert_eq!((calm.percentile, calm.n_past), (0.0, 4));
/// # Ok::<(), eventstudy::Error>(())
/// ```
///
/// # Errors
///
/// As [`percentiles_in_past`]; [`Error::TooFew`] where the last value is more than `max_age_days`
/// calendar days old, and where fewer than `n_past` values come before it.
pub fn percentile_in_past(
    values: &[(NaiveDate, f64)],
    date: NaiveDate,
    n_past: usize,
    max_age_days: u32,
) -> Result<PastPercentile> {
    check(values)?;
    let end = values.partition_point(|(d, _)| *d <= date);
    let too_few = |unit, n_needed, n_found| {
        let what = format!("a percentile on {date} within its past");
        Error::TooFew { what, unit, n_needed, n_found }
    };
    let fresh = |of: &NaiveDate| (date - *of).num_days() <= i64::from(max_age_days);
    if !values[..end].last().is_some_and(|(of, _)| fresh(of)) {
        return Err(too_few("values that are not too old", 1, 0));
    }
    let start = end.saturating_sub(n_past.saturating_add(1));
    percentiles_in_past(&values[start..end], n_past)?
        .pop()
        .ok_or_else(|| too_few("earlier values", n_past, end - 1))
}

/// A measure of many assets, each value ranked within the own past of its asset.
#[derive(Debug, Clone)]
pub struct AssetPercentiles {
    /// By asset in the order of the panel; empty where an asset has too few closes.
    ranked: Vec<Vec<PastPercentile>>,
}

/// Mean over assets of the percentile of each in its own past.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct MeanPercentile {
    /// The mean, a decimal fraction; `None` where no asset has a percentile.
    pub mean: Option<f64>,
    /// Assets in it.
    pub n_assets: usize,
    /// Assets without a percentile that is fresh enough.
    pub n_lacking: usize,
}

impl AssetPercentiles {
    /// Ranks `measure` of every asset of a panel among its `n_past` values before
    /// ([`percentiles_in_past`]).
    ///
    /// An asset on which `measure` says [`Error::TooFew`] has no percentile on any date.
    ///
    /// # Errors
    ///
    /// Any other error of `measure`; those of [`percentiles_in_past`].
    pub fn new(
        prices: &PricePanel,
        n_past: usize,
        measure: impl Fn(&PriceSeries) -> Result<Vec<(NaiveDate, f64)>> + Sync + Send,
    ) -> Result<Self> {
        let of_asset = |row: usize| -> Result<Vec<PastPercentile>> {
            let series = match prices.series(&prices.names()[row]) {
                Ok(series) => series,
                Err(Error::EmptyAxis) => return Ok(Vec::new()),
                Err(error) => return Err(error),
            };
            match measure(&series) {
                Ok(values) => percentiles_in_past(&values, n_past),
                Err(Error::TooFew { .. }) => Ok(Vec::new()),
                Err(error) => Err(error),
            }
        };
        let ranked = parallel::map(prices.n_assets(), of_asset);
        Ok(Self { ranked: ranked.into_iter().collect::<Result<_>>()? })
    }

    /// The last percentile of an asset on or before a date, at most `max_age_days` calendar days
    /// old.
    pub fn on(&self, asset: AssetId, date: NaiveDate, max_age_days: u32) -> Option<PastPercentile> {
        let ranked = self.ranked.get(asset.index())?;
        let last = ranked[..ranked.partition_point(|p| p.date <= date)].last()?;
        ((date - last.date).num_days() <= i64::from(max_age_days)).then_some(*last)
    }

    /// The mean over assets of their percentiles on a date.
    ///
    /// `(1/n) Σ percentileᵢ`, n the assets with one that is at most `max_age_days` calendar days
    /// old. Assets of one market move together, so that the mean is one observation, and its
    /// ordinary value is that of other dates, not one half.
    ///
    /// An asset that is listed twice counts twice.
    #[must_use]
    pub fn mean(&self, assets: &[AssetId], date: NaiveDate, max_age_days: u32) -> MeanPercentile {
        let known: Vec<f64> = assets
            .iter()
            .filter_map(|asset| Some(self.on(*asset, date, max_age_days)?.percentile))
            .collect();
        MeanPercentile {
            mean: mean(&known),
            n_assets: known.len(),
            n_lacking: assets.len() - known.len(),
        }
    }
}

fn check(values: &[(NaiveDate, f64)]) -> Result<()> {
    for (row, pair) in values.windows(2).enumerate() {
        let (previous, date) = (pair[0].0, pair[1].0);
        if date <= previous {
            return Err(Error::UnsortedAxis { row: row + 1, date, previous });
        }
    }
    match values.iter().find(|(_, value)| !value.is_finite()) {
        None => Ok(()),
        Some(&(date, value)) => {
            let series = "the measure".to_owned();
            Err(Error::BadValue { series, date, value, expected: "a finite value" })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::Days;
    use proptest::prelude::*;

    fn day(n: usize) -> NaiveDate {
        NaiveDate::from_ymd_opt(2021, 1, 1).unwrap() + Days::new(n as u64)
    }

    fn dated(values: &[f64]) -> Vec<(NaiveDate, f64)> {
        values.iter().enumerate().map(|(n, v)| (day(n), *v)).collect()
    }

    #[test]
    fn ties_count_half_and_the_value_is_not_in_its_past() {
        let values = dated(&[1.0, 2.0, 2.0, 3.0, 2.0, 9.0]);
        let found = percentiles_in_past(&values, 4).unwrap();
        assert_eq!(found.len(), 2);
        assert_eq!((found[0].date, found[0].percentile), (day(4), 0.5));
        assert_eq!((found[1].value, found[1].percentile), (9.0, 1.0));
        let last = percentile_in_past(&values, day(7), 4, 2).unwrap();
        assert_eq!(last, found[1]);
    }

    #[test]
    fn faults_are_errors() {
        let values = dated(&[1.0, 2.0, 3.0]);
        let text = percentile_in_past(&values, day(9), 2, 3).unwrap_err().to_string();
        assert_eq!(
            text,
            "a percentile on 2021-01-10 within its past needs at least 1 values that are not too \
             old, found 0"
        );
        let text = percentile_in_past(&values, day(2), 3, 0).unwrap_err().to_string();
        assert_eq!(
            text,
            "a percentile on 2021-01-03 within its past needs at least 3 earlier values, found 2"
        );
        assert!(matches!(percentiles_in_past(&values, 0), Err(Error::Setting { .. })));
        let bad = dated(&[1.0, f64::NAN]);
        assert!(matches!(percentiles_in_past(&bad, 1), Err(Error::BadValue { .. })));
        let mut unsorted = values;
        unsorted.swap(0, 1);
        assert!(matches!(percentiles_in_past(&unsorted, 1), Err(Error::UnsortedAxis { .. })));
    }

    #[test]
    fn assets_are_ranked_in_their_own_past() {
        let run = |name: &str, scale: f64, moves: &[f64]| {
            let prices = moves.iter().scan(scale, |p, m| {
                *p *= 1.0 + m;
                Some(*p)
            });
            (name.to_owned(), (0..).map(day).zip(prices).collect())
        };
        let panel = PricePanel::from_series(vec![
            run("rising", 1.0, &[0.0, 0.1, 0.2, 0.3, 0.4]),
            run("falling", 900.0, &[0.0, 0.4, 0.3, 0.2, 0.1]),
            run("young", 1.0, &[0.0]),
        ])
        .unwrap();
        let assets: Vec<AssetId> = panel.assets().collect();
        let returns = |s: &PriceSeries| super::super::trailing_return(s, 1);
        let ranked = AssetPercentiles::new(&panel, 3, returns).unwrap();
        let found = ranked.mean(&assets, day(4), 0);
        // The largest of its past in one, the smallest in the other, nothing known of the third.
        assert_eq!((found.mean, found.n_assets, found.n_lacking), (Some(0.5), 2, 1));
        assert_eq!(ranked.on(assets[0], day(6), 2).unwrap().percentile, 1.0);
        assert_eq!(ranked.on(assets[0], day(7), 2), None);
        assert_eq!(ranked.mean(&assets, day(3), 0).mean, None);
        let fault = AssetPercentiles::new(&panel, 3, |s| super::super::trailing_return(s, 0));
        assert!(matches!(fault, Err(Error::Setting { .. })));
    }

    proptest! {
        #[test]
        fn the_sliding_window_is_the_plain_count(
            values in prop::collection::vec(-3_i32..3, 2..60), n_past in 1_usize..20,
        ) {
            let values: Vec<f64> = values.into_iter().map(f64::from).collect();
            let found = percentiles_in_past(&dated(&values), n_past).unwrap();
            prop_assert_eq!(found.len(), values.len().saturating_sub(n_past));
            for (k, p) in found.iter().enumerate() {
                let plain = percentile_among(&values[k..k + n_past], values[k + n_past]);
                prop_assert_eq!(Some(p.percentile), plain);
                let single = percentile_in_past(&dated(&values), p.date, n_past, 0).unwrap();
                prop_assert_eq!(&single, p);
            }
        }
    }
}
