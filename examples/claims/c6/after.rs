//! What the Russell and the coins did after events and after ordinary dates.

use chrono::NaiveDate;
use eventstudy::context::response_lags;
use eventstudy::report::{Align, Table, percent, percent_interval};
use eventstudy::study::{Judgement, Verdict};
use eventstudy::time::add_months;
use eventstudy::{Error, Result};

use super::{COINS, MONTHS, Question, RUSSELL};
use crate::claim::verdict_rule;
use crate::market::NamedEvents;
use crate::ordinary::{Ordinary, against_ordinary};

const MONTH_DAYS: u32 = 92;
/// Share of the peak that counts as a response.
const SHARE: f64 = 0.5;

impl Question {
    /// Moves after the events, their comparison with ordinary dates, and what it says of BTC.
    pub(super) fn after_events(&self, set: &NamedEvents) -> Result<(Table, Table, Judgement)> {
        let mut after = Table::new([
            ("event", Align::Left),
            ("series", Align::Left),
            ("return over [0,3)", Align::Right),
            ("days to peak", Align::Right),
            ("days to half of it", Align::Right),
        ]);
        let events = set.events.dates();
        for event in &events {
            for name in [RUSSELL].into_iter().chain(COINS) {
                let Some(path) = self.path(name, *event)? else { continue };
                let last = path.last().map_or(0.0, |(_, value)| *value);
                let lags = response_lags(&[(*event, path)], SHARE)?;
                let lag = &lags.events[0];
                after.row([
                    event.to_string(),
                    name.to_owned(),
                    percent(last),
                    lag.peak.days.to_string(),
                    lag.lag_days.map_or_else(|| "–".to_owned(), |d| d.to_string()),
                ]);
            }
        }
        let axis = self.russell.axis();
        let last = axis.last().min(self.coins.axis().last());
        let last = add_months(last, -MONTHS).unwrap_or(last);
        let from = set.placebo.from.unwrap_or(axis.first());
        let inside = |date: &NaiveDate| from <= *date && *date <= last;
        let dates: Vec<NaiveDate> = axis.dates().iter().copied().filter(inside).collect();
        let mut table =
            Ordinary::table(&[("measure, [0,3) months", Align::Left), ("coin", Align::Left)]);
        let days = [MONTH_DAYS; 2];
        let mut judgement = Judgement {
            verdict: Verdict::Undecided,
            because: "no event has prices for three months".to_owned(),
        };
        for coin in COINS {
            let returns = |date| -> Result<Option<f64>> {
                let both = self.path(coin, date)?.zip(self.path(RUSSELL, date)?);
                Ok(both.and_then(|(c, r)| Some(c.last()?.1 - r.last()?.1)))
            };
            if let Some(found) =
                against_ordinary(&dates, returns, &events, (&set.placebo, self.seed), days)?
            {
                let first = ["return less that of the Russell".to_owned(), coin.to_owned()];
                table.row(found.row(&first, percent, percent_interval));
                if coin == COINS[0] {
                    judgement = verdict_rule().judge_test(&found.test)?;
                }
            }
            let lags = |date| -> Result<Option<f64>> {
                let Some(both) = self.path(coin, date)?.zip(self.path(RUSSELL, date)?) else {
                    return Ok(None);
                };
                let of = |path| -> Result<f64> {
                    Ok(response_lags(&[(date, path)], SHARE)?.events[0].peak.days as f64)
                };
                Ok(Some(of(both.0)? - of(both.1)?))
            };
            if let Some(found) =
                against_ordinary(&dates, lags, &events, (&set.placebo, self.seed), days)?
            {
                let first = ["days to peak less those of the Russell".to_owned(), coin.to_owned()];
                let number = |x: f64| format!("{x:+.0}");
                table.row(found.row(&first, number, |a, b| format!("[{a:+.0}, {b:+.0}]")));
            }
        }
        Ok((after, table, judgement))
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
