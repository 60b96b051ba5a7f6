//! Whether a verdict hangs on one corrected price.

use std::collections::BTreeSet;

use chrono::{Duration, NaiveDate};
use eventstudy::report::{Align, Table, percent};
use eventstudy::study::Verdict;
use eventstudy::{Error, Result};

use crate::c3::members;
use crate::claim::judge;
use crate::market::{Market, NamedEvents};
use crate::studies::{Assets, LAGS, Run, Specification, lag};

/// Days around an event that its estimation and event windows reach.
const BEFORE: i64 = 366;
const AFTER: i64 = 93;

/// A price that the tables dropped or repaired.
struct Correction {
    asset: String,
    date: NaiveDate,
    raw: f64,
}

/// What happened when each correction was undone.
pub(crate) struct Robustness {
    pub(crate) n_corrections: usize,
    pub(crate) n_relevant: usize,
    pub(crate) n_flips: usize,
    pub(crate) table: Table,
}

/// Undoes every correction that touches an event's windows, one at a time, and judges again.
pub(crate) fn undo_corrections(
    market: &Market,
    sets: &[NamedEvents],
    altcoins: &Run,
) -> Result<Robustness> {
    let corrections = read(market)?;
    let specification = Specification { whole: false, ..Specification::primary(Assets::Altcoins) };
    let study = specification.study(market)?;
    let data = market.data(market.prices.clone())?;
    let prepared = study.prepare(&data)?;
    let mut table = Table::new([
        ("asset", Align::Left),
        ("date", Align::Left),
        ("events", Align::Left),
        ("months", Align::Left),
        ("mean", Align::Right),
        ("with the raw price", Align::Right),
        ("verdict", Align::Left),
        ("with the raw price", Align::Left),
    ]);
    let (mut n_relevant, mut n_flips) = (0, 0);
    for (index, set) in sets.iter().enumerate() {
        let mut touched: BTreeSet<(NaiveDate, String)> = BTreeSet::new();
        let mut relevant = Vec::new();
        for event in &set.events {
            let assets = members(market, event.date)?;
            for c in &corrections {
                let near = event.date - Duration::days(BEFORE) <= c.date
                    && c.date <= event.date + Duration::days(AFTER);
                let is_member = market.prices.find(&c.asset).is_some_and(|a| assets.contains(&a));
                if near && is_member && touched.insert((c.date, c.asset.clone())) {
                    relevant.push(c);
                }
            }
        }
        n_relevant += relevant.len();
        for c in relevant {
            let changed = market.prices.with_price(&c.asset, c.date, Some(c.raw))?;
            let outcome = prepared.run_on(&market.data(changed)?, &set.events)?;
            let mut largest: Option<(f64, Vec<String>)> = None;
            for (i, (from, to)) in LAGS.iter().enumerate() {
                let (Some(before), Some(after)) =
                    (lag(&altcoins.outcomes[index], i), lag(&outcome, i))
                else {
                    continue;
                };
                let verdicts: [Verdict; 2] =
                    [judge(&altcoins.outcomes[index], i).verdict, judge(&outcome, i).verdict];
                n_flips += usize::from(verdicts[0] != verdicts[1]);
                let change = (after.mean - before.mean).abs();
                if largest.as_ref().is_none_or(|(c, _)| change > *c) {
                    largest = Some((
                        change,
                        vec![
                            c.asset.clone(),
                            c.date.to_string(),
                            set.name.to_owned(),
                            format!("[{from},{to})"),
                            percent(before.mean),
                            percent(after.mean),
                            verdicts[0].to_string(),
                            verdicts[1].to_string(),
                        ],
                    ));
                }
            }
            if let Some((_, row)) = largest {
                table.row(row);
            }
        }
    }
    Ok(Robustness { n_corrections: corrections.len(), n_relevant, n_flips, table })
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
