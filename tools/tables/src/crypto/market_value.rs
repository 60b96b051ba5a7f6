//! Market values per month, from what was known before the first day of the month.

use std::collections::BTreeMap;

use chrono::{Days, Months, NaiveDate};

use super::isotonic::{OFF_LIST_FACTOR, by_place, decreasing, without_strays};
use super::lists::Lists;
use super::{Coin, Coins};
use crate::config::Config;
use crate::raw::{day, median};

/// First and last snapshot.
pub(crate) const FIRST: NaiveDate = day(2013, 6, 1);
const LAST: NaiveDate = day(2026, 5, 1);
/// A price is carried no further than this.
const PRICE_DAYS: u64 = 45;
/// A market value this recent is called reported.
const REPORTED_DAYS: i64 = 3;
/// A reported supply older than this gives way to the order of a newer list…
const SUPPLY_DAYS: i64 = 100;
/// …and no supply is carried further than this.
const CARRY_DAYS: i64 = 800;
/// A supply with a larger standard deviation of its log is no anchor of a list.
const ANCHOR_DEVIATION: f64 = 0.7;
/// Variance of a log supply at its report.
const VARIANCE_OF_REPORT: f64 = 0.0025;
/// What each later year adds to it: this much, and the square of the growth of the log supply in the
/// year before the report; a coin without a year of reports is taken to grow by the second figure.
const VARIANCE_PER_YEAR: f64 = 0.01;
const GROWTH_OF_YOUNG: f64 = 1.0;
/// A place in a list is carried no further than this, and not past the next list.
const PLACE_DAYS: i64 = 100;

/// Where a market value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Basis {
    /// Stated by a source for one of the last days.
    Reported,
    /// Last stated supply times the last price.
    Carried,
    /// From the place in an ordered list.
    Ranked,
}

impl Basis {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Reported => "reported",
            Self::Carried => "carried",
            Self::Ranked => "ranked",
        }
    }
}

/// What may be used.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rule {
    pub(super) carried: bool,
    pub(super) lists: bool,
    pub(super) stated: bool,
}

impl Rule {
    pub(crate) const ALL: Self = Self { carried: true, lists: true, stated: true };
}

/// The market values known at the start of one day, largest first.
#[derive(Debug, Clone)]
pub(crate) struct Snapshot {
    pub(crate) date: NaiveDate,
    pub(crate) values: Vec<(String, f64, Basis)>,
}

/// What is known of one coin's supply.
#[derive(Debug, Clone, Copy)]
struct Supply {
    amount: f64,
    date: NaiveDate,
    variance: f64,
    variance_per_year: f64,
    /// Growth of the log supply that is yet to be expected: that of the last year, fading with a mean
    /// life of one year.
    growth: f64,
}

impl Supply {
    fn reported(amount: f64, date: NaiveDate, growth: Option<f64>) -> Self {
        let growth = growth.unwrap_or(GROWTH_OF_YOUNG).clamp(0.0, GROWTH_OF_YOUNG);
        Self {
            amount,
            date,
            variance: VARIANCE_OF_REPORT,
            variance_per_year: VARIANCE_PER_YEAR + growth * growth,
            growth,
        }
    }

    /// Expected log supply as time goes by.
    fn log_amount_at(&self, date: NaiveDate) -> f64 {
        let years = (date - self.date).num_days() as f64 / 365.25;
        self.amount.ln() + self.growth * (1.0 - (-years).exp())
    }

    /// Variance of the log supply as time goes by.
    fn variance_at(&self, date: NaiveDate) -> f64 {
        self.variance + self.variance_per_year * (date - self.date).num_days() as f64 / 365.25
    }
}

/// Growth of the log supply in the year before a report, where there is a report a year back.
fn growth(coin: &Coin, date: NaiveDate, amount: f64) -> Option<f64> {
    let (from, to) = (date - Days::new(395), date - Days::new(335));
    coin.market_values
        .range(from..=to)
        .find_map(|(d, value)| Some((amount * coin.rows.get(d)?.close / value).ln()))
}

/// Snapshots on the first of every month.
pub(crate) fn snapshots(
    coins: &Coins,
    lists: &Lists,
    config: &Config,
    rule: Rule,
) -> Vec<Snapshot> {
    at(coins, lists, config, rule, &months_through(LAST))
}

/// The first days of the months up to a day.
pub(super) fn months_through(last: NaiveDate) -> Vec<NaiveDate> {
    let mut dates = vec![FIRST];
    while let Some(next) = dates.last().map(|d| *d + Months::new(1)).filter(|d| *d <= last) {
        dates.push(next);
    }
    dates
}

pub(super) fn at(
    coins: &Coins,
    lists: &Lists,
    config: &Config,
    rule: Rule,
    dates: &[NaiveDate],
) -> Vec<Snapshot> {
    let mut state = State {
        coins,
        config,
        supplies: BTreeMap::new(),
        ranked: BTreeMap::new(),
        placed: BTreeMap::new(),
        last_list: NaiveDate::MIN,
    };
    let mut done = NaiveDate::MIN;
    let mut snapshots = Vec::new();
    for &date in dates {
        let last_day = date - Days::new(1);
        let mut anchors: Vec<NaiveDate> = Vec::new();
        if rule.lists {
            anchors.extend(lists.ordered.range(done..=last_day).map(|(d, _)| *d));
        }
        if rule.stated {
            anchors.extend(lists.stated.range(done..=last_day).map(|(d, _)| *d));
        }
        anchors.sort_unstable();
        for anchor in anchors {
            state.take_reports(anchor);
            if let Some(list) = lists.ordered.get(&anchor) {
                state.take_list(list, anchor);
            }
            if let Some(list) = lists.stated.get(&anchor) {
                state.take_stated(list, anchor);
            }
        }
        state.take_reports(last_day);
        snapshots.push(state.snapshot(date, rule));
        done = date;
    }
    snapshots
}

struct State<'a> {
    coins: &'a Coins,
    config: &'a Config,
    /// Last supply that follows from a stated market value.
    supplies: BTreeMap<String, Supply>,
    /// Last supply that follows from a place in a list.
    ranked: BTreeMap<String, (f64, NaiveDate)>,
    /// Value from a list, for assets without a price, with the day of the list.
    placed: BTreeMap<String, (f64, NaiveDate, bool)>,
    last_list: NaiveDate,
}

impl State<'_> {
    /// True where it is written down that an asset has no market value on a day.
    fn barred(&self, asset: &str, date: NaiveDate) -> bool {
        self.config.no_value.iter().any(|n| n.asset == asset && n.from <= date && date <= n.to)
    }

    /// Takes the last market value of every coin up to and with a day.
    fn take_reports(&mut self, through: NaiveDate) {
        for (asset, coin) in self.coins {
            let since = self.supplies.get(asset).map_or(NaiveDate::MIN, |s| s.date);
            let last =
                coin.market_values.range(since..=through).rev().take(30).find_map(|(d, value)| {
                    let close = coin.rows.get(d)?.close;
                    (!self.barred(asset, *d)).then_some((*d, value / close))
                });
            if let Some((date, amount)) = last {
                let supply = Supply::reported(amount, date, growth(coin, date, amount));
                self.supplies.insert(asset.clone(), supply);
            }
        }
    }

    /// Takes market values that a source stated on one day for coins whose own reports are old.
    fn take_stated(&mut self, list: &[super::lists::Stated], date: NaiveDate) {
        for stated in list {
            let known = self.supplies.get(&stated.asset);
            if known.is_some_and(|s| (date - s.date).num_days() < 60) {
                continue;
            }
            let close = self.coins.get(&stated.asset).and_then(|c| c.last_close(date, 3));
            if let Some((_, close)) = close {
                let amount = stated.supply.unwrap_or(stated.market_value / close);
                let growth = known.and_then(|before| {
                    let years = (date - before.date).num_days() as f64 / 365.25;
                    (years > 0.9).then(|| (amount / before.amount).ln() / years)
                });
                self.supplies.insert(stated.asset.clone(), Supply::reported(amount, date, growth));
            }
            self.placed.insert(stated.asset.clone(), (stated.market_value, date, true));
        }
        // Whoever would stand well inside a list and does not stand in it has no such value.
        let least = list.iter().map(|s| s.market_value).fold(f64::INFINITY, f64::min);
        let gone: Vec<String> = self
            .coins
            .iter()
            .filter(|(asset, coin)| {
                let value = self
                    .supply(asset, date)
                    .zip(coin.last_close(date, PRICE_DAYS))
                    .map_or(0.0, |(supply, close)| supply.0 * close.1);
                value > OFF_LIST_FACTOR * least && !list.iter().any(|s| s.asset == **asset)
            })
            .map(|(asset, _)| asset.clone())
            .collect();
        for asset in gone {
            self.supplies.remove(&asset);
            self.ranked.remove(&asset);
        }
    }

    /// Fits market values to the order of a list as of the end of `date`.
    ///
    /// The log values of the coins whose supply is known, which fall by age in weight, are made to
    /// decrease along the list (isotonic least squares); the others are interpolated by place.
    fn take_list(&mut self, list: &[String], date: NaiveDate) {
        let known: Vec<Option<(f64, f64)>> = list
            .iter()
            .map(|asset| {
                let supply = self.supplies.get(asset)?;
                if self.barred(asset, date) || supply.variance_at(date).sqrt() > ANCHOR_DEVIATION {
                    return None;
                }
                let (_, close) = self.coins.get(asset)?.last_close(date, 3)?;
                Some((supply.log_amount_at(date) + close.ln(), 1.0 / supply.variance_at(date)))
            })
            .collect();
        let anchors = without_strays(&known);
        if anchors.len() < 5 {
            return;
        }
        let fitted = decreasing(&anchors);
        for (place, asset) in list.iter().enumerate() {
            let value = by_place(&anchors, &fitted, place).exp();
            self.placed.insert(asset.clone(), (value, date, false));
            let close = self.coins.get(asset).and_then(|c| c.last_close(date, 3));
            if let Some((_, close)) = close {
                self.ranked.insert(asset.clone(), (value / close, date));
            }
        }
        self.last_list = date;
    }

    /// Amount and day of the supply to value an asset with, and whether it follows from a place in a
    /// list: a report, unless it is old and a list is newer.
    fn supply(&self, asset: &str, date: NaiveDate) -> Option<(f64, NaiveDate, bool)> {
        let age = |of: NaiveDate| (date - of).num_days();
        let report = self.supplies.get(asset).map(|s| (s.amount, s.date, false));
        let ranked = self.ranked.get(asset).map(|r| (r.0, r.1, true));
        match (report, ranked) {
            (Some(r), Some(l)) if age(r.1) > SUPPLY_DAYS && l.1 > r.1 => ranked,
            (Some(_), _) => report,
            (None, _) => ranked,
        }
        .filter(|found| age(found.1) <= CARRY_DAYS && !self.barred(asset, date))
    }

    fn snapshot(&self, date: NaiveDate, rule: Rule) -> Snapshot {
        let last_day = date - Days::new(1);
        let mut values: BTreeMap<String, (f64, Basis)> = BTreeMap::new();
        for (asset, coin) in self.coins {
            let close = coin.last_close(last_day, PRICE_DAYS);
            let (Some((_, close)), Some((amount, known, ranked))) =
                (close, self.supply(asset, last_day))
            else {
                continue;
            };
            let basis = match (ranked, (last_day - known).num_days() < REPORTED_DAYS) {
                (true, _) => Basis::Ranked,
                (false, true) => Basis::Reported,
                (false, false) => Basis::Carried,
            };
            if basis == Basis::Reported || rule.carried {
                values.insert(asset.clone(), (amount * close, basis));
            }
        }
        for (asset, (value, listed, stated)) in &self.placed {
            let age = (last_day - *listed).num_days();
            if age > PLACE_DAYS || *listed < self.last_list {
                continue;
            }
            let basis = match stated {
                true if age < REPORTED_DAYS => Basis::Reported,
                true => Basis::Carried,
                false => Basis::Ranked,
            };
            values
                .entry(asset.clone())
                .or_insert_with(|| (value * self.market_change(*listed, last_day), basis));
        }
        let mut values: Vec<(String, f64, Basis)> =
            values.into_iter().map(|(asset, (value, basis))| (asset, value, basis)).collect();
        values.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        Snapshot { date, values }
    }

    /// Median price relative of the coins that have a supply, for what has a place but no price.
    fn market_change(&self, from: NaiveDate, to: NaiveDate) -> f64 {
        let relatives: Vec<f64> = self
            .supplies
            .keys()
            .filter(|asset| self.config.excluded(asset).is_none())
            .filter_map(|asset| {
                let coin: &Coin = self.coins.get(asset)?;
                Some(coin.last_close(to, 3)?.1 / coin.last_close(from, 3)?.1)
            })
            .collect();
        if relatives.is_empty() { 1.0 } else { median(relatives) }
    }
}

/// The `n` largest that are not excluded.
pub(crate) fn top(snapshot: &Snapshot, n: usize, config: &Config) -> Vec<String> {
    snapshot
        .values
        .iter()
        .map(|(asset, _, _)| asset)
        .filter(|asset| config.excluded(asset).is_none())
        .take(n)
        .cloned()
        .collect()
}

#[cfg(test)]
mod tests;
