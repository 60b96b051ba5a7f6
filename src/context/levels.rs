//! Periods, and the level of an asset on a date.

use std::collections::BTreeSet;
use std::fmt;

use chrono::NaiveDate;
use serde::Serialize;

use crate::panel::{AssetId, PricePanel, PriceSeries};
use crate::time::DateAxis;
use crate::{Error, Result};

/// The dates d with `from < d <= to`; a return over it goes from the level on `from` to that on
/// `to`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Period {
    from: NaiveDate,
    to: NaiveDate,
}

impl Period {
    /// The dates after `from` and through `to`.
    ///
    /// # Errors
    ///
    /// [`Error::PeriodReversed`] unless `from < to`.
    pub fn new(from: NaiveDate, to: NaiveDate) -> Result<Self> {
        if from < to { Ok(Self { from, to }) } else { Err(Error::PeriodReversed { from, to }) }
    }

    /// The date that the period starts after.
    pub fn from(self) -> NaiveDate {
        self.from
    }

    /// The last date.
    pub fn to(self) -> NaiveDate {
        self.to
    }

    /// True for a date of the period.
    pub fn contains(self, date: NaiveDate) -> bool {
        self.from < date && date <= self.to
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "({}, {}]", self.from, self.to)
    }
}

/// The levels of the assets of a panel: on a date, the last price on or before it, unless that is
/// too old.
///
/// ```
/// use chrono::NaiveDate;
/// use eventstudy::context::{Levels, Period};
/// use eventstudy::panel::PricePanel;
///
/// let day = |d| NaiveDate::from_ymd_opt(2021, 1, d).unwrap();
/// let panel = PricePanel::from_series(vec![
///     ("btc".to_owned(), (1..=20).map(|d| (day(d), 100.0 + f64::from(d))).collect()),
///     ("dead".to_owned(), vec![(day(1), 5.0), (day(2), 4.0)]),
/// ])?;
/// let levels = Levels::new(&panel, 3);
/// let period = Period::new(day(1), day(20))?;
/// assert_eq!(levels.gross_return(panel.asset("btc")?, period), Some(120.0 / 101.0));
/// assert_eq!(levels.gross_return(panel.asset("dead")?, period), None);
/// # Ok::<(), eventstudy::Error>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Levels<'a> {
    prices: &'a PricePanel,
    max_age_days: u32,
}

impl<'a> Levels<'a> {
    /// Levels no older than `max_age_days` calendar days; 0 asks for a price on the very date.
    pub fn new(prices: &'a PricePanel, max_age_days: u32) -> Self {
        Self { prices, max_age_days }
    }

    /// The panel.
    pub fn prices(&self) -> &'a PricePanel {
        self.prices
    }

    /// Oldest price allowed, in calendar days.
    pub fn max_age_days(&self) -> u32 {
        self.max_age_days
    }

    /// The level on `date`, with the date of its price.
    pub fn level(&self, asset: AssetId, date: NaiveDate) -> Option<(NaiveDate, f64)> {
        last_price(self.prices.axis(), date, self.max_age_days, |row| self.prices.price(asset, row))
    }

    /// `P(to) / P(from)` of the two levels, a ratio above zero.
    ///
    /// `None` where either level is missing, and where the asset has no price inside the period:
    /// both levels would be one old price and the return a zero that nobody earned.
    pub fn gross_return(&self, asset: AssetId, period: Period) -> Option<f64> {
        let (_, start) = self.level(asset, period.from)?;
        let (date, end) = self.level(asset, period.to)?;
        (date > period.from).then_some(end / start)
    }

    /// An error for an asset that is listed twice.
    pub(super) fn check_distinct(&self, assets: &[AssetId]) -> Result<()> {
        check_distinct(self.prices.names(), assets)
    }
}

/// An error for an asset that is listed twice.
pub(super) fn check_distinct(names: &[String], assets: &[AssetId]) -> Result<()> {
    let mut seen = BTreeSet::new();
    match assets.iter().find(|asset| !seen.insert(**asset)) {
        None => Ok(()),
        Some(asset) => Err(Error::DuplicateAsset {
            name: names.get(asset.index()).cloned().unwrap_or_default(),
        }),
    }
}

/// The last close of a series on or before `date`, with its row.
pub(super) fn last_close(
    series: &PriceSeries,
    date: NaiveDate,
    max_age_days: u32,
) -> Result<(usize, f64)> {
    let axis = series.axis();
    axis.last_on_or_before(date)
        .filter(|row| (date - axis.date(*row)).num_days() <= i64::from(max_age_days))
        .map(|row| (row, series.closes()[row]))
        .ok_or_else(|| Error::NoLevel { series: series.name().to_owned(), date, max_age_days })
}

fn last_price(
    axis: &DateAxis,
    date: NaiveDate,
    max_age_days: u32,
    price: impl Fn(usize) -> Option<f64>,
) -> Option<(NaiveDate, f64)> {
    let last = axis.last_on_or_before(date)?;
    (0..=last)
        .rev()
        .map(|row| (row, axis.date(row)))
        .take_while(|(_, of)| (date - *of).num_days() <= i64::from(max_age_days))
        .find_map(|(row, of)| price(row).map(|p| (of, p)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(d: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2021, 1, d).unwrap()
    }

    fn panel() -> PricePanel {
        PricePanel::from_series(vec![
            ("a".to_owned(), vec![(day(1), 2.0), (day(5), 3.0), (day(9), 4.0)]),
            ("b".to_owned(), (1..=9).map(|d| (day(d), 1.0)).collect()),
        ])
        .unwrap()
    }

    #[test]
    fn a_level_is_the_last_price_unless_it_is_too_old() {
        let panel = panel();
        let a = panel.asset("a").unwrap();
        let levels = Levels::new(&panel, 2);
        assert_eq!(levels.level(a, day(5)), Some((day(5), 3.0)));
        assert_eq!(levels.level(a, day(7)), Some((day(5), 3.0)));
        assert_eq!(levels.level(a, day(8)), None);
        assert_eq!(levels.level(a, day(11)), Some((day(9), 4.0)));
        assert_eq!(levels.level(a, day(12)), None);
        assert_eq!(Levels::new(&panel, 30).level(a, NaiveDate::MIN), None);
    }

    #[test]
    fn one_old_price_at_both_ends_is_no_return() {
        let panel = panel();
        let a = panel.asset("a").unwrap();
        let levels = Levels::new(&panel, 3);
        let over = |from, to| levels.gross_return(a, Period::new(day(from), day(to)).unwrap());
        assert_eq!(over(6, 8), None, "both ends are the price of the fifth");
        assert_eq!(over(4, 8), Some(1.5));
        assert_eq!(over(5, 9), Some(4.0 / 3.0));
    }

    #[test]
    fn a_period_runs_forward() {
        let text = Period::new(day(2), day(2)).unwrap_err().to_string();
        assert_eq!(text, "period (2021-01-02, 2021-01-02] does not end after it starts");
        let period = Period::new(day(2), day(4)).unwrap();
        assert!(!period.contains(day(2)) && period.contains(day(4)) && !period.contains(day(5)));
        assert_eq!(period.to_string(), "(2021-01-02, 2021-01-04]");
    }
}
