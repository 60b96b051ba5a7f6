//! How a series stands to a rule on a date.

#[cfg(test)]
mod tests;

use chrono::NaiveDate;
use serde::Serialize;

use super::detect::Search;
use super::rule::Kind;
use super::{BreakoutRule, Event, EventDetector};
use crate::panel::PriceSeries;
use crate::time::add_months;
use crate::{Error, Result};

/// What became of the last breakout.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// It is recent enough, and the last close is above the level that it exceeded.
    Active,
    /// It is recent enough, and the last close is at or below that level.
    FellBack,
    /// More months have passed than were asked for.
    Over,
    /// The rule has found none yet.
    None,
}

/// How a series stands to a rule as of a date.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Standing {
    /// Name of the series.
    pub series: String,
    /// The rule in words.
    pub rule: String,
    /// The last session on or before the date that was asked for; all figures are as of its end.
    pub as_of: NaiveDate,
    /// Its close.
    pub close: f64,
    /// Calendar months after its event in which a breakout can be active.
    pub months: u32,
    /// What became of the last breakout.
    pub phase: Phase,
    /// Events of the rule through [`as_of`](Self::as_of).
    pub n_events: usize,
    /// The last of them.
    pub last: Option<LastBreakout>,
    /// What would be the next one; `None` where there is none: a level is first exceeded once, and a
    /// channel needs its sessions.
    pub next: Option<NextTrigger>,
}

/// The last breakout and what has come of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct LastBreakout {
    /// The event with the figures of its breakout.
    pub event: Event,
    /// Calendar days since the event.
    pub days_since: u32,
    /// Sessions since the event.
    pub sessions_since: usize,
    /// Those of them that closed above the level that was exceeded.
    pub sessions_above: usize,
    /// The first of them that did not.
    pub first_not_above: Option<NaiveDate>,
    /// Last close over that level, minus one.
    pub above_level: f64,
    /// Last close over the close of the event's session, minus one.
    pub return_since: f64,
    /// Highest close from the event on.
    pub highest_close: f64,
    /// Its first date.
    pub highest_close_date: NaiveDate,
    /// Last close over the highest one, minus one: 0 or less.
    pub drawdown: f64,
}

/// What has to be exceeded for the next event.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct NextTrigger {
    /// The price to be exceeded in the next session, on the basis of the rule.
    pub level: f64,
    /// The first date on which it was reached; `None` for the level of a rule.
    pub level_date: Option<NaiveDate>,
    /// The price from which on the margin of the rule is met.
    pub price: f64,
    /// That price over the last close, minus one.
    pub distance: f64,
    /// Sessions since the record before, were it exceeded in the next session. `None` where the
    /// start of the data hides that record.
    pub base_sessions: Option<usize>,
    /// Sessions after the next one that have to pass, without a record, until base, separation and
    /// cluster of the rule allow an event; 0 where they allow it now. `None` where the base is not
    /// known, so that a record comes first that is no event.
    pub sessions_to_wait: Option<usize>,
}

impl BreakoutRule {
    /// How a series stands to the rule at the end of `as_of`: the last breakout, whether it is
    /// active, and what would be the next. No later row is looked at.
    ///
    /// A breakout is [`Active`](Phase::Active) in the `months` calendar months after its event while
    /// the last close is above the level that it exceeded.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] for a date before the first of the series, and for a rule of first events in
    /// years, which says nothing of other years; otherwise as
    /// [`detect`](super::EventDetector::detect), but that a rule without events is no error.
    ///
    /// ```
    /// use chrono::NaiveDate;
    /// use eventstudy::events::{BreakoutRule, Phase};
    /// use eventstudy::panel::PriceSeries;
    ///
    /// let day = |d| NaiveDate::from_ymd_opt(2026, 1, d).unwrap();
    /// let closes = [100.0, 104.0, 101.0, 99.0, 105.0, 108.0, 106.0];
    /// let series = PriceSeries::from_closes("index", (5..).map(day).zip(closes).collect())?;
    /// let rule = BreakoutRule::all_time_high().base(3);
    ///
    /// let standing = rule.standing(&series, day(11), 3)?;
    /// let last = standing.last.unwrap();
    /// assert_eq!((standing.phase, last.event.date), (Phase::Active, day(9)));
    /// assert_eq!((last.sessions_since, last.sessions_above), (2, 2));
    /// assert_eq!(standing.next.unwrap().level, 108.0);
    ///
    /// let before = rule.standing(&series, day(8), 3)?;
    /// assert_eq!((before.phase, before.n_events), (Phase::None, 0));
    /// # Ok::<(), eventstudy::Error>(())
    /// ```
    pub fn standing(
        &self,
        series: &PriceSeries,
        as_of: NaiveDate,
        months: u32,
    ) -> Result<Standing> {
        if !self.first_in_years.is_empty() {
            let years: Vec<String> = self.first_in_years.iter().map(i32::to_string).collect();
            return Err(Error::Setting {
                name: "first_in_years",
                value: years.join(", "),
                expected: "no years, for a standing between events",
            });
        }
        let first = series.axis().first();
        if as_of < first {
            return Err(Error::Setting {
                name: "as of",
                value: as_of.to_string(),
                expected: "a date on or after the first of the series",
            });
        }
        let known = series.through(as_of)?;
        let search = self.search(&known)?;
        let dates = known.axis();
        let reported = |event_row: usize| self.reports(dates.date(event_row));
        let mut events = search.kept.iter().filter(|found| reported(found.event_row));
        let n_events = events.clone().count();
        let row = dates.len() - 1;
        let last = events.next_back().map(|found| {
            let event = self.event(&known, search.prices, found);
            last_breakout(&known, event, found.event_row, found.record.level)
        });
        let phase = match &last {
            None => Phase::None,
            Some(last) => {
                let end = i32::try_from(months).ok().and_then(|n| add_months(last.event.date, n));
                match (end.is_some_and(|end| dates.last() > end), last.above_level > 0.0) {
                    (true, _) => Phase::Over,
                    (false, true) => Phase::Active,
                    (false, false) => Phase::FellBack,
                }
            }
        };
        Ok(Standing {
            series: known.name().to_owned(),
            rule: EventDetector::rule(self),
            as_of: dates.last(),
            close: known.closes()[row],
            months,
            phase,
            n_events,
            last,
            next: self.next_trigger(&known, &search),
        })
    }

    fn next_trigger(&self, known: &PriceSeries, search: &Search<'_>) -> Option<NextTrigger> {
        let Search { prices, records, .. } = search;
        let n = prices.len();
        // The first of the highest prices among these rows.
        let top_of = |first: usize| {
            (first + 1..n).fold(first, |top, row| if prices[row] > prices[top] { row } else { top })
        };
        let since_top = |top: usize| (top > 0).then(|| n - top);
        let (level, top, base_sessions) = match (self.rule, self.level, self.sessions) {
            (Kind::Level, Some(level), _) => {
                let top = top_of(0);
                if prices[top] > level {
                    return None;
                }
                (level, None, since_top(top))
            }
            (Kind::Channel, _, Some(sessions)) => {
                let top = top_of(n.checked_sub(sessions)?);
                (prices[top], Some(top), records.last().map(|record| n - record.row))
            }
            _ => {
                let top = top_of(0);
                (prices[top], Some(top), since_top(top))
            }
        };
        let price = level * (1.0 + self.margin);
        let close = known.closes()[n - 1];
        Some(NextTrigger {
            level,
            level_date: top.map(|row| known.axis().date(row)),
            price,
            distance: price / close - 1.0,
            base_sessions,
            sessions_to_wait: self.sessions_to_wait(n, base_sessions, search),
        })
    }

    /// Sessions that have to pass before a record on row `next` could be an event.
    fn sessions_to_wait(
        &self,
        next: usize,
        base_sessions: Option<usize>,
        search: &Search<'_>,
    ) -> Option<usize> {
        let base = match base_sessions {
            _ if self.base == 0 => 0,
            Some(sessions) => self.base.saturating_sub(sessions),
            None => return None,
        };
        // Dated on the last of the closes that confirm it.
        let event_row = next + self.confirmations.saturating_sub(1);
        let left = |found: Option<&super::detect::Candidate>, sessions: usize| {
            found.map_or(0, |found| sessions.saturating_sub(event_row - found.event_row))
        };
        let separation = left(search.kept.last(), self.min_separation);
        let cluster = left(search.qualified.last(), self.cluster);
        Some(base.max(separation).max(cluster))
    }
}

fn last_breakout(known: &PriceSeries, event: Event, event_row: usize, level: f64) -> LastBreakout {
    let (closes, dates) = (known.closes(), known.axis());
    let row = closes.len() - 1;
    let after = event_row + 1..=row;
    let highest = (event_row..=row)
        .fold(event_row, |top, row| if closes[row] > closes[top] { row } else { top });
    let days = (dates.date(row) - event.date).num_days();
    LastBreakout {
        days_since: u32::try_from(days).unwrap_or(u32::MAX),
        sessions_since: row - event_row,
        sessions_above: after.clone().filter(|row| closes[*row] > level).count(),
        first_not_above: after.clone().find(|row| closes[*row] <= level).map(|row| dates.date(row)),
        above_level: closes[row] / level - 1.0,
        return_since: closes[row] / closes[event_row] - 1.0,
        highest_close: closes[highest],
        highest_close_date: dates.date(highest),
        drawdown: closes[row] / closes[highest] - 1.0,
        event,
    }
}
