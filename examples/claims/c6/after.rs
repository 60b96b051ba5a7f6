//! What the Russell and the coins did after events and after ordinary dates.

use chrono::NaiveDate;
use eventstudy::context::{MeasureWindow, ResponseLags, response_lags};
use eventstudy::report::{Align, Cell, Table, percent};
use eventstudy::study::Judgement;
use eventstudy::time::add_months;
use eventstudy::{Error, Result};

use super::{COINS, MONTHS, Question, RUSSELL};
use crate::figure::{Figure, Unit};
use crate::market::{Market, NamedEvents};
use crate::ordinary::{EventRule, Measure, judgement, row, table_after};

/// The most days of three months.
const DAYS: u32 = 92;
/// Share of the peak that counts as a response.
const SHARE: f64 = 0.5;

/// Everything that is said of the months after the events.
pub(super) struct After {
    pub(super) events: Table,
    pub(super) quartiles: Table,
    pub(super) ordinary: Table,
    /// BTC less the Russell.
    pub(super) figure: Option<Figure>,
    pub(super) judgement: Judgement,
}

impl Question {
    /// Moves after the events of the first set, their comparison with ordinary dates, and what it
    /// says of BTC.
    pub(super) fn after_events(&self, market: &Market, sets: &[NamedEvents]) -> Result<After> {
        let events = sets[0].events.dates();
        let rule = EventRule::new(market, &sets[0].placebo);
        let mut ordinary = table_after(&[("coin", Align::Left)]);
        let mut of_btc = None;
        let window = MeasureWindow::after(DAYS);
        for coin in COINS {
            let returns = Measure::new(
                "return less that of the Russell, [0,3) months",
                &rule,
                window,
                |date| {
                    let both = self.path(coin, date)?.zip(self.path(RUSSELL, date)?);
                    Ok(both.and_then(|(c, r)| Some(c.last()?.1 - r.last()?.1)))
                },
            )?;
            let peaks =
                Measure::new("days to peak less those of the Russell", &rule, window, |date| {
                    let both = self.path(coin, date)?.zip(self.path(RUSSELL, date)?);
                    let of = |path| -> Result<f64> {
                        Ok(response_lags(&[(date, path)], SHARE)?.events[0].peak.days as f64)
                    };
                    both.map(|(c, r)| Ok(of(c)? - of(r)?)).transpose()
                })?
                .in_unit(Unit::Days)
                .undiluted();
            for (measure, is_primary) in [(returns, coin == COINS[0]), (peaks, false)] {
                let Some(found) = measure.compare(&events)? else { continue };
                ordinary.row(row(vec![Cell::from(coin)], &found)?);
                if is_primary {
                    of_btc = Some(found);
                }
            }
        }
        let name = "BTC's return less the Russell's after the rule's events, [0,3) months";
        Ok(After {
            events: self.each(&events)?,
            quartiles: self.quartiles(sets, &rule)?,
            ordinary,
            figure: of_btc.as_ref().map(|found| found.figure(name)).transpose()?,
            judgement: judgement(of_btc.as_ref()),
        })
    }

    fn each(&self, events: &[NaiveDate]) -> Result<Table> {
        let mut table = Table::new([
            ("event", Align::Left),
            ("series", Align::Left),
            ("return over [0,3)", Align::Right),
            ("days to peak", Align::Right),
            ("days to half of it", Align::Right),
        ]);
        for event in events {
            for name in [RUSSELL].into_iter().chain(COINS) {
                let Some(path) = self.path(name, *event)? else { continue };
                let last = path.last().map(|(_, value)| *value);
                let lag = response_lags(&[(*event, path)], SHARE)?.events[0];
                table.row([
                    Cell::from(event.to_string()),
                    Cell::from(name),
                    Cell::optional(last, percent),
                    Cell::from(lag.peak.days.to_string()),
                    lag.lag_days.map_or_else(Cell::none, |d| Cell::from(d.to_string())),
                ]);
            }
        }
        Ok(table)
    }

    /// Time to peak and response lag over the events of every set, and over all sessions.
    fn quartiles(&self, sets: &[NamedEvents], rule: &EventRule) -> Result<Table> {
        let mut table = Table::new([
            ("dates", Align::Left),
            ("series", Align::Left),
            ("n", Align::Right),
            ("days to peak, lower quartile", Align::Right),
            ("median", Align::Right),
            ("upper", Align::Right),
            ("days to half of it, lower quartile", Align::Right),
            ("median", Align::Right),
            ("upper", Align::Right),
            ("never above the start", Align::Right),
            ("highest at the end", Align::Right),
        ]);
        let mut all: Vec<(&str, Vec<NaiveDate>)> =
            sets.iter().map(|set| (set.name, set.events.dates())).collect();
        all.push(("all sessions", rule.sessions.clone()));
        let whole = |x: f64| format!("{x:.0}");
        for (set, dates) in all {
            for name in [RUSSELL].into_iter().chain(COINS) {
                let mut paths = Vec::new();
                for date in &dates {
                    paths.extend(self.path(name, *date)?.map(|path| (*date, path)));
                }
                if paths.is_empty() {
                    continue;
                }
                let found: ResponseLags = response_lags(&paths, SHARE)?;
                let mut row = vec![
                    Cell::from(set),
                    Cell::from(name),
                    Cell::from(found.events.len().to_string()),
                ];
                row.extend(found.days_to_peak_quartiles.map(|x| Cell::number(x, whole)));
                row.extend(
                    (0..3).map(|k| Cell::optional(found.lag_quartiles.map(|q| q[k]), whole)),
                );
                row.push(Cell::from(found.n_without_response.to_string()));
                row.push(Cell::from(found.n_still_rising.to_string()));
                table.row(row);
            }
        }
        Ok(table)
    }

    /// Return since the close of the date, over three months; `None` where prices do not reach that
    /// far.
    fn path(&self, name: &str, date: NaiveDate) -> Result<Option<Vec<(NaiveDate, f64)>>> {
        let panel = if name == RUSSELL { &self.russell } else { &self.coins };
        let asset = panel.asset(name)?;
        let end = add_months(date, MONTHS).ok_or(Error::PeriodReversed { from: date, to: date })?;
        let axis = panel.axis();
        let (Some(start), Some(last)) = (axis.row_of(date), axis.last_on_or_before(end)) else {
            return Ok(None);
        };
        let priced = |row: usize| panel.price(asset, row).map(|p| (axis.date(row), p));
        let Some((_, base)) = priced(start) else { return Ok(None) };
        let path: Vec<_> =
            (start + 1..=last).filter_map(priced).map(|(d, p)| (d, p / base - 1.0)).collect();
        // Sessions leave at most four days at the end of three months.
        let reaches = path.last().is_some_and(|(d, _)| (end - *d).num_days() <= 4);
        Ok((axis.last() >= end && reaches).then_some(path))
    }
}
