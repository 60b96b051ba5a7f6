//! Whether a verdict hangs on one corrected price.

use std::collections::BTreeSet;

use chrono::{Duration, NaiveDate};
use eventstudy::events::EventSet;
use eventstudy::panel::{Compounding, PricePanel};
use eventstudy::report::{Align, Cell, Table, count, percent};
use eventstudy::study::{Outcome, PlaceboComparison, PreparedStudy, WindowEstimate};
use eventstudy::{Error, Result};

use crate::altcoins::members_of;
use crate::bar::Bar;
use crate::claim::{judge, verdict_rule};
use crate::market::{Market, NamedEvents};
use crate::studies::{Assets, LAGS, Specification, lag};

/// Days around an event that its estimation and event windows reach.
const BEFORE: i64 = 366;
const AFTER: i64 = 93;
/// Changes of a mean below this are rounding; from the second on a reader could notice them.
const NEGLIGIBLE: f64 = 1e-9;
const NOTICEABLE: f64 = 0.005;

/// A price that the tables dropped or repaired.
struct Correction {
    asset: String,
    date: NaiveDate,
    raw: f64,
}

/// What happened when each correction was undone.
pub(crate) struct Robustness {
    pub(crate) n_corrections: usize,
    /// What happened to all studies together.
    pub(crate) all: Undone,
    /// How many corrections there are, and what happened to each study.
    pub(crate) judged: Table,
    /// The changes that a reader could notice.
    pub(crate) table: Table,
}

/// What undoing corrections did.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Undone {
    /// Pairs of a correction and an event whose windows it touches.
    pub(crate) n_relevant: usize,
    /// Largest change of a mean over any lag and event set, a decimal fraction.
    pub(crate) largest: f64,
    pub(crate) n_flips: usize,
}

impl Undone {
    fn and(self, other: Self) -> Self {
        Self {
            n_relevant: self.n_relevant + other.n_relevant,
            largest: self.largest.max(other.largest),
            n_flips: self.n_flips + other.n_flips,
        }
    }
}

/// A change of a mean in percentage points.
pub(crate) fn points(change: f64) -> String {
    format!("{:.1}", 100.0 * change)
}

/// What one event gave in one lag.
#[derive(Clone, Copy)]
struct Value {
    mean: f64,
    variance: f64,
}

/// Verdicts that a correction might change: one study and its event sets.
pub(crate) struct Judged<'a> {
    pub(crate) name: &'static str,
    pub(crate) assets: Assets,
    pub(crate) prepared: &'a PreparedStudy<'a>,
    pub(crate) sets: Vec<NamedEvents>,
    pub(crate) outcomes: Vec<Outcome>,
}

/// Undoes every correction that touches an event's windows, one at a time, and judges again against
/// the placebo dates of the corrected prices.
pub(crate) fn undo_corrections(
    market: &Market,
    all: &[Judged<'_>],
    bar: &Bar,
) -> Result<Robustness> {
    bar.begin("corrections", all.len());
    let corrections = read(market)?;
    let mut found = Robustness {
        n_corrections: corrections.len(),
        all: Undone::default(),
        judged: Table::new([
            ("study", Align::Left),
            ("prices corrected", Align::Right),
            ("times one touches an event", Align::Right),
            ("largest change of a mean, points", Align::Right),
            ("verdicts changed", Align::Right),
        ]),
        table: Table::new([
            ("asset", Align::Left),
            ("date", Align::Left),
            ("events", Align::Left),
            ("months", Align::Left),
            ("mean", Align::Right),
            ("mean with the raw price", Align::Right),
            ("verdict", Align::Left),
            ("verdict with the raw price", Align::Left),
        ]),
    };
    for judged in all {
        let undone = found.undo(market, &corrections, judged)?;
        found.add(judged.name, undone);
        found.all = found.all.and(undone);
        bar.step();
    }
    found.add("all of them", found.all);
    Ok(found)
}

impl Judged<'_> {
    /// Sets of pseudo-events for every event set and lag that has a placebo.
    fn comparisons(&self) -> Result<Vec<Vec<Option<PlaceboComparison>>>> {
        let of_set = |(set, outcome): (&NamedEvents, &Outcome)| {
            let prepared = self.prepared.with_placebo(set.placebo.clone());
            let of_lag = |i: usize| {
                let Some(w) = lag(outcome, i).filter(|w| w.placebo.is_some()) else {
                    return Ok(None);
                };
                let dates: Vec<NaiveDate> = w.events.iter().map(|e| e.date).collect();
                prepared.comparison(i, &dates).map(Some)
            };
            (0..LAGS.len()).map(of_lag).collect()
        };
        self.sets.iter().zip(&self.outcomes).map(of_set).collect()
    }
}

impl Robustness {
    fn add(&mut self, name: &str, undone: Undone) {
        self.judged.row([
            Cell::from(name),
            Cell::from(count(self.n_corrections)),
            Cell::from(count(undone.n_relevant)),
            Cell::number(undone.largest, points),
            Cell::from(undone.n_flips.to_string()),
        ]);
    }

    fn undo(&mut self, market: &Market, all: &[Correction], judged: &Judged<'_>) -> Result<Undone> {
        let mut undone = Undone::default();
        let universe = judged.assets.universe(market)?;
        let study = Specification::primary(judged.assets).bare_study(market)?;
        let comparisons = judged.comparisons()?;
        let dates: BTreeSet<NaiveDate> =
            judged.sets.iter().flat_map(|s| s.events.dates()).collect();
        for date in dates {
            let members = members_of(&universe, &market.prices, date);
            let names: Vec<&str> = members.iter().map(|a| market.prices.name(*a)).collect();
            if names.is_empty() {
                continue;
            }
            let (first, last) = (date - Duration::days(BEFORE), date + Duration::days(AFTER));
            let prices = market.prices.select(&names)?.between(first, last)?;
            let event = EventSet::from_dates(&[date])?;
            let values = |prices: PricePanel| -> Result<Vec<Option<Value>>> {
                let data = market.data(prices, Compounding::Simple)?;
                let of_lag = |w: &WindowEstimate| Value {
                    mean: w.mean,
                    variance: w.std_error.map_or(0.0, |s| s * s),
                };
                match study.run(&data, &event) {
                    Ok(outcome) => {
                        Ok((0..LAGS.len()).map(|i| lag(&outcome, i).map(of_lag)).collect())
                    }
                    Err(Error::NoResponses { .. }) => Ok(vec![None; LAGS.len()]),
                    Err(error) => Err(error),
                }
            };
            let before = values(prices.clone())?;
            for c in all {
                let near = first <= c.date && c.date <= last;
                if !near || !names.contains(&c.asset.as_str()) {
                    continue;
                }
                undone.n_relevant += 1;
                let after = values(prices.with_price(&c.asset, c.date, Some(c.raw))?)?;
                let change = |i: usize| Some((before[i]?, after[i]?));
                for (index, set) in judged.sets.iter().enumerate() {
                    if set.events.dates().contains(&date) {
                        let name = format!("{}, {}", judged.name, set.name);
                        let outcome = &judged.outcomes[index];
                        let found =
                            self.judge_again(c, &name, outcome, &comparisons[index], &change)?;
                        undone = undone.and(found);
                    }
                }
            }
        }
        Ok(undone)
    }

    /// Judges one event set with the value of one event changed, lag by lag.
    fn judge_again(
        &mut self,
        c: &Correction,
        name: &str,
        outcome: &Outcome,
        comparisons: &[Option<PlaceboComparison>],
        change: &dyn Fn(usize) -> Option<(Value, Value)>,
    ) -> Result<Undone> {
        let mut undone = Undone::default();
        for (i, (from, to)) in LAGS.iter().enumerate() {
            let (Some(w), Some((before, after)), Some(comparison)) =
                (lag(outcome, i), change(i), &comparisons[i])
            else {
                continue;
            };
            let n = w.n_event_dates as f64;
            let mean = w.mean + (after.mean - before.mean) / n;
            let variance = |s: f64| s * s + (after.variance - before.variance) / (n * n);
            let std_error = w.std_error.map(|s| variance(s).sqrt());
            let moved = (mean - w.mean).abs();
            if moved < NEGLIGIBLE {
                continue;
            }
            undone.largest = undone.largest.max(moved);
            let verdicts = [
                judge(outcome, i).verdict,
                verdict_rule().judge(&comparison.estimate(mean, std_error)?).verdict,
            ];
            let flips = verdicts[0] != verdicts[1];
            undone.n_flips += usize::from(flips);
            if flips || moved >= NOTICEABLE {
                self.table.row([
                    Cell::from(c.asset.as_str()),
                    Cell::from(c.date.to_string()),
                    Cell::from(name),
                    Cell::from(format!("[{from},{to})")),
                    Cell::number(w.mean, percent),
                    Cell::number(mean, percent),
                    Cell::from(verdicts[0].to_string()),
                    Cell::from(verdicts[1].to_string()),
                ]);
            }
        }
        Ok(undone)
    }
}

fn read(market: &Market) -> Result<Vec<Correction>> {
    let path = market.path("corrections.csv");
    let fault = |source| Error::Csv { path: path.clone(), source };
    let mut reader = csv::Reader::from_path(&path).map_err(fault)?;
    let mut corrections = Vec::new();
    for record in reader.records() {
        let record = record.map_err(fault)?;
        let line = record.position().map_or(0, csv::Position::line);
        let cell = |column: usize| record.get(column).unwrap_or_default();
        let bad = |column: usize, name: &str, expected| Error::Cell {
            path: path.clone(),
            line,
            column: name.to_owned(),
            text: cell(column).to_owned(),
            expected,
        };
        if cell(0) == "crypto_close" {
            corrections.push(Correction {
                asset: cell(1).to_owned(),
                date: cell(2).parse().map_err(|_| bad(2, "date", "a date such as 2026-01-08"))?,
                raw: cell(3).parse().map_err(|_| bad(3, "raw", "a price"))?,
            });
        }
    }
    Ok(corrections)
}
