//! How calm and how tight markets are, each coin in its own past.

use chrono::NaiveDate;
use eventstudy::Result;
use eventstudy::context::{
    AssetPercentiles, Illiquidity, MeasureWindow, roll_spread, trailing_volatility,
};
use eventstudy::panel::{AssetId, PricePanel, PriceSeries, Universe};

use crate::altcoins::members_of;
use crate::market::Market;
use crate::ordinary::{EventRule, Measure};

const VOLUMES: &str = "crypto_volume.csv";
/// The last day of the all-exchange volumes without a gap.
const VOLUMES_END: (i32, u32, u32) = (2022, 2, 14);
/// Oldest value that stands for a date, in days.
pub(crate) const PRICE_AGE: u32 = 3;
pub(crate) const LARGEST: usize = 50;

/// The coins of every session.
pub(crate) struct Held {
    pub(crate) rule: EventRule,
    pub(crate) members: Vec<(NaiveDate, Vec<AssetId>)>,
}

impl Held {
    pub(crate) fn new(market: &Market, rule: &EventRule) -> Result<Self> {
        let universe =
            Universe::top(LARGEST, market.values.clone())?.excluding(market.excluded.clone());
        let sessions = rule.sessions.iter();
        let members = sessions.map(|d| (*d, members_of(&universe, &market.prices, *d))).collect();
        Ok(Self { rule: rule.clone(), members })
    }

    pub(crate) fn on(&self, date: NaiveDate) -> &[AssetId] {
        let found = self.members.binary_search_by_key(&date, |(d, _)| *d);
        found.map_or(&[], |index| &self.members[index].1)
    }
}

pub(crate) fn roll_rank(
    name: &str,
    market: &Market,
    held: &Held,
    days: u32,
    past: usize,
) -> Result<Measure> {
    let ranked = AssetPercentiles::new(&market.prices, past, |series| {
        Ok(roll_spread(series, days as usize)?.into_iter().map(|s| (s.date, s.spread)).collect())
    })?;
    low_rank(name, &ranked, held, days)
}

pub(crate) fn calm_rank(
    name: &str,
    market: &Market,
    held: &Held,
    days: u32,
    past: usize,
) -> Result<Measure> {
    let ranked = AssetPercentiles::new(&market.prices, past, |series| {
        trailing_volatility(series, days as usize)
    })?;
    low_rank(name, &ranked, held, days)
}

/// One less the mean percentile: the lower the measure, the more.
fn low_rank(name: &str, ranked: &AssetPercentiles, held: &Held, days: u32) -> Result<Measure> {
    Measure::new(name, &held.rule, MeasureWindow::before(days), |date| {
        Ok(ranked.mean(held.on(date), date, PRICE_AGE).mean.map(|m| 1.0 - m))
    })
}

/// All-exchange volumes in money, through the day after which there are none for four years: a
/// percentile in the past must not reach over that.
pub(crate) fn volumes(market: &Market) -> Result<PricePanel> {
    let (year, month, day) = VOLUMES_END;
    let all = PricePanel::from_csv_path(market.path(VOLUMES))?;
    let end = NaiveDate::from_ymd_opt(year, month, day).unwrap_or(all.axis().last());
    all.between(all.axis().first(), end)
}

/// The series with its volumes of a table, where that has them.
pub(crate) fn with_volumes(series: &PriceSeries, volumes: &PricePanel) -> Result<PriceSeries> {
    let asset = volumes.find(series.name());
    let volume_on = |date: &NaiveDate| {
        let row = volumes.axis().row_of(*date)?;
        volumes.price(asset?, row)
    };
    let of_dates = series.axis().dates().iter().map(|d| volume_on(d).unwrap_or(f64::NAN));
    series.clone().with_volumes(of_dates.collect())
}

pub(crate) fn known(found: Vec<Illiquidity>) -> Vec<(NaiveDate, f64)> {
    found.into_iter().filter_map(|i| Some((i.date, i.value?))).collect()
}
