//! From records to events: conditions, thinning, and the figures of each breakout.

use chrono::{Datelike, NaiveDate};

use super::records::{self, Record};
use super::rule::Kind;
use super::{Basis, Breakout, BreakoutRule, Event, EventDetector, EventSet, Scope};
use crate::numeric::quantile::median;
use crate::panel::PriceSeries;
use crate::{Error, Result};

/// Relative rounding that "at least" forgives: 107 is 7 % above 100.
const ROUNDING: f64 = 1e-12;

/// A record that met the conditions, and the row on which that was known.
#[derive(Clone, Copy)]
pub(super) struct Candidate {
    pub(super) record: Record,
    pub(super) event_row: usize,
}

/// What a rule finds in a series before its years and its period are looked at.
pub(super) struct Search<'a> {
    /// On the basis of the rule.
    pub(super) prices: &'a [f64],
    pub(super) records: Vec<Record>,
    /// Those that meet the conditions.
    pub(super) qualified: Vec<Candidate>,
    /// Those of them that stand far enough apart.
    pub(super) kept: Vec<Candidate>,
}

impl EventDetector for BreakoutRule {
    fn detect(&self, series: &PriceSeries) -> Result<EventSet> {
        let Search { prices, records, mut kept, .. } = self.search(series)?;
        let dates = series.axis();
        if !self.first_in_years.is_empty() {
            kept = self.firsts(series, &kept)?;
        }
        kept.retain(|candidate| self.reports(dates.date(candidate.event_row)));
        if kept.is_empty() {
            return Err(self.no_events(series, &records));
        }
        EventSet::new(kept.iter().map(|found| self.event(series, prices, found)).collect())
    }

    fn rule(&self) -> String {
        self.sentence()
    }
}

impl BreakoutRule {
    pub(super) fn search<'a>(&self, series: &'a PriceSeries) -> Result<Search<'a>> {
        self.check()?;
        let prices = self.prices(series)?;
        if self.volume_multiple.is_some() && !series.has_volume() {
            return Err(lacks(series, "volumes", "a volume multiple", "volume"));
        }
        let records = match self.rule {
            Kind::AllTimeHigh => records::all_time(prices),
            // The setting is there: it was checked.
            Kind::Level => {
                self.level.and_then(|l| records::first_above(prices, l)).into_iter().collect()
            }
            Kind::Channel => self.sessions.map_or_else(Vec::new, |n| records::channel(prices, n)),
        };
        let qualified: Vec<Candidate> =
            records.iter().filter_map(|record| self.qualify(series, prices, *record)).collect();
        let kept = self.thinned(&qualified);
        Ok(Search { prices, records, qualified, kept })
    }

    /// The event of a candidate.
    pub(super) fn event(&self, series: &PriceSeries, prices: &[f64], found: &Candidate) -> Event {
        Event {
            date: series.axis().date(found.event_row),
            label: self.label(),
            scope: Scope::Market,
            qualification: Some(self.breakout(series, prices, &found.record)),
        }
    }

    fn prices<'a>(&self, series: &'a PriceSeries) -> Result<&'a [f64]> {
        match self.basis {
            Basis::Close => Ok(series.closes()),
            Basis::Intraday => series
                .highs()
                .ok_or_else(|| lacks(series, "session highs", "the intraday basis", "high")),
        }
    }

    /// The record as a candidate, where it meets every condition on itself.
    fn qualify(&self, series: &PriceSeries, prices: &[f64], record: Record) -> Option<Candidate> {
        let row = record.row;
        let closes = series.closes();
        let least_rise = self.margin * record.level;
        let meets = (self.base == 0 || record.base.is_some_and(|base| base >= self.base))
            && prices[row] - record.level >= least_rise - ROUNDING * record.level
            && self.trend_return.is_none_or(|least| {
                self.trend_at(closes, row).is_some_and(|trend| trend >= least - ROUNDING)
            })
            && self.volume_multiple.is_none_or(|least| {
                self.volume_ratio(series, row)
                    .is_some_and(|ratio| ratio >= least * (1.0 - ROUNDING))
            });
        let event_row = row.saturating_add(self.confirmations.saturating_sub(1));
        let confirmed = self.confirmations == 0
            || closes.get(row..=event_row)?.iter().all(|close| *close > record.level);
        (meets && confirmed).then_some(Candidate { record, event_row })
    }

    /// Without the followers of each cluster, then without those too soon after the last kept.
    fn thinned(&self, qualified: &[Candidate]) -> Vec<Candidate> {
        let mut kept: Vec<Candidate> = Vec::with_capacity(qualified.len());
        let mut before: Option<usize> = None;
        for &candidate in qualified {
            let row = candidate.event_row;
            let opens = before.is_none_or(|before| row - before >= self.cluster);
            before = Some(row);
            if opens && kept.last().is_none_or(|last| row - last.event_row >= self.min_separation) {
                kept.push(candidate);
            }
        }
        kept
    }

    /// The first event of each year that was asked for.
    fn firsts(&self, series: &PriceSeries, kept: &[Candidate]) -> Result<Vec<Candidate>> {
        let year = |candidate: &&Candidate| series.axis().date(candidate.event_row).year();
        let mut years = self.first_in_years.clone();
        years.sort_unstable();
        years.dedup();
        let first = |wanted: &i32| {
            kept.iter().find(|candidate| year(candidate) == *wanted).copied().ok_or_else(|| {
                let why = format!(
                    "`{}` has none in {wanted} under the rule: {}",
                    series.name(),
                    self.sentence()
                );
                Error::NoEvents { why }
            })
        };
        years.iter().map(first).collect()
    }

    pub(super) fn reports(&self, date: NaiveDate) -> bool {
        self.from.is_none_or(|from| from <= date)
            && self.through.is_none_or(|through| date <= through)
    }

    /// The empty result, with what was searched and how near it came.
    fn no_events(&self, series: &PriceSeries, records: &[Record]) -> Error {
        let axis = series.axis();
        let first = self.from.map_or(axis.first(), |from| from.max(axis.first()));
        let last = self.through.map_or(axis.last(), |through| through.min(axis.last()));
        let name = series.name();
        if last < first {
            let (start, end) = (axis.first(), axis.last());
            let why =
                format!("`{name}` runs from {start} to {end}, outside the period of the rule");
            return Error::NoEvents { why };
        }
        let n = records.iter().filter(|record| self.reports(axis.date(record.row))).count();
        let near = match n {
            0 if self.level.is_some_and(|level| starts_above(series, self.basis, level)) => {
                "; the series starts above it".to_owned()
            }
            0 => String::new(),
            1 => "; the one new high there does not meet every condition".to_owned(),
            n => format!("; none of the {n} new highs there meets every condition"),
        };
        let why = format!(
            "`{name}` has none from {first} to {last} under the rule: {}{near}",
            self.sentence()
        );
        Error::NoEvents { why }
    }

    fn breakout(&self, series: &PriceSeries, prices: &[f64], record: &Record) -> Breakout {
        let row = record.row;
        let close = series.closes()[row];
        Breakout {
            date: series.axis().date(row),
            basis: self.basis,
            level: record.level,
            old_high: record.old_high,
            old_high_date: series.axis().date(record.old_high_row),
            close,
            high: series.highs().map(|highs| highs[row]),
            base_sessions: record.base,
            margin: prices[row] / record.level - 1.0,
            volume_ratio: self.volume_ratio(series, row),
            year_to_date: last_of_year_before(series, row).map(|then| close / then - 1.0),
            trend_return: self.trend_at(series.closes(), row),
        }
    }

    fn trend_at(&self, closes: &[f64], row: usize) -> Option<f64> {
        let then = row.checked_sub(self.trend_sessions?)?;
        Some(closes[row] / closes[then] - 1.0)
    }

    fn volume_ratio(&self, series: &PriceSeries, row: usize) -> Option<f64> {
        let volume = series.volume(row)?;
        let first = row.checked_sub(self.volume_window)?;
        let known: Vec<f64> = (first..row).filter_map(|r| series.volume(r)).collect();
        if 2 * known.len() < self.volume_window {
            return None;
        }
        median(&known).filter(|median| *median > 0.0).map(|median| volume / median)
    }
}

fn starts_above(series: &PriceSeries, basis: Basis, level: f64) -> bool {
    let prices = if basis == Basis::Close { Some(series.closes()) } else { series.highs() };
    prices.and_then(<[f64]>::first).is_some_and(|first| *first > level)
}

/// The last close of the calendar year before that of `row`.
fn last_of_year_before(series: &PriceSeries, row: usize) -> Option<f64> {
    let axis = series.axis();
    let year = axis.date(row).year() - 1;
    let then = axis.last_on_or_before(NaiveDate::from_ymd_opt(year, 12, 31)?)?;
    (axis.date(then).year() == year).then(|| series.closes()[then])
}

fn lacks(
    series: &PriceSeries,
    what: &'static str,
    condition: &'static str,
    column: &'static str,
) -> Error {
    Error::SeriesLacks { series: series.name().to_owned(), what, condition, column }
}
