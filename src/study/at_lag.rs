//! What earlier events had done as long after them as it is now after the last one, and what they
//! did from there on.

#[cfg(test)]
mod tests;

use chrono::NaiveDate;
use serde::Serialize;

use super::placebo::{POWER, fault_in_words};
use super::{EventEstimate, EventStudy, Outcome, PreparedStudy, StudyData, WindowEstimate};
use crate::events::EventSet;
use crate::numeric::quantile;
use crate::time::{DateAxis, EventWindow, add_months};
use crate::{Error, Result};

/// Shares of ordinary dates at which their quantiles are given.
const SHARES: [f64; 5] = [0.05, 0.25, 0.5, 0.75, 0.95];

/// A window of the study, cut at a date between the last event and the end of its window.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct AtLag {
    /// The last date of the prices on or before the date that was asked for; nothing later is known.
    pub as_of: NaiveDate,
    /// The last event through that date.
    pub event: NaiveDate,
    /// Its label.
    pub label: String,
    /// The window of the study that ends last, the longest of those.
    pub window: EventWindow,
    /// Event dates before this one, with data or not.
    pub n_earlier: usize,
    /// From the start of the window through that date; `None` where it has not begun.
    pub elapsed: Option<LagPart>,
    /// The days after that date through the end of the window; `None` where it is over.
    pub rest: Option<LagPart>,
    /// Power at which detectable effects are given.
    pub power: f64,
}

/// One part of the window.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct LagPart {
    /// Its days, rows or sessions around an event.
    pub window: EventWindow,
    /// What the last event gave, alone among ordinary dates; `None` in the part that is to come, and
    /// where there is [no estimate](Self::current_fault).
    pub current: Option<EventEstimate>,
    /// Why there is none.
    pub current_fault: Option<String>,
    /// What the earlier events gave, each, and their mean against ordinary dates; `None` where
    /// there is [no estimate](Self::earlier_fault).
    pub earlier: Option<WindowEstimate>,
    /// Why there is none.
    pub earlier_fault: Option<String>,
    /// What single ordinary dates gave; `None` where there are none.
    pub ordinary: Option<OrdinaryValues>,
}

/// What the same part of the window gave after single dates on which an event could have been.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct OrdinaryValues {
    /// Dates.
    pub n_dates: usize,
    /// Values at 5, 25, 50, 75 and 95 % of them, decimal fractions.
    pub quantiles: [f64; 5],
    /// Share of them with a value above zero.
    pub share_positive: f64,
}

impl EventStudy {
    /// Cuts the window of the study that ends last at `as_of` and asks of both parts what the events
    /// before the last one gave, beside ordinary dates, and of the first part what the last event
    /// has given so far.
    ///
    /// Both parts are studies of their own under the settings of this one: the model is fitted, the
    /// universe selected and the placebo dates are evaluated for them. Windows in months are cut in
    /// calendar days, of which the last event's months decide how many there are. Prices, sessions
    /// and events after `as_of` are taken away first, so that the answer does not depend on them; an
    /// earlier event whose part is not complete by then is left out of it.
    ///
    /// The parts describe earlier events. That the next one behaves like them is an assumption of
    /// the reader: [`AtLag::caveat`] says how little they can carry.
    ///
    /// # Errors
    ///
    /// [`Error::NoEvents`] where no event is on or before `as_of`; [`Error::Setting`] where the prices
    /// end before the last event, or where the study's estimation windows leave out those of other
    /// events; [`Error::EmptyAxis`] where the data start after `as_of`. What ails one part is said in
    /// it.
    pub fn at_lag(&self, data: &StudyData, events: &EventSet, as_of: NaiveDate) -> Result<AtLag> {
        let data = data.through(as_of)?;
        let axis = data.prices().axis();
        let known = events.filter(|event| event.date <= as_of);
        let Some(last) = known.iter().next_back() else {
            let why = format!("none of the study's is on or before {as_of}");
            return Err(Error::NoEvents { why });
        };
        if axis.last() < last.date {
            return Err(Error::Setting {
                name: "last date of the prices",
                value: axis.last().to_string(),
                expected: "a date on or after the last event",
            });
        }
        let earlier = known.filter(|event| event.date < last.date);
        let current = known.filter(|event| event.date == last.date);
        let window = self.longest(last.date)?;
        let (elapsed, rest) = cut(window, last.date, axis, data.sessions())?;
        let part = |window| LagPart {
            window,
            current: None,
            current_fault: None,
            earlier: None,
            earlier_fault: None,
            ordinary: None,
        };
        let (mut elapsed, mut rest) = (elapsed.map(part), rest.map(part));
        let windows: Vec<EventWindow> =
            [&elapsed, &rest].into_iter().flatten().map(|part| part.window).collect();
        let study = self.of_windows(windows)?;
        let prepared = study.prepare(&data)?;
        let (outcome, fault) = outcome_or_fault(&prepared, &earlier)?;
        for (k, part) in [&mut elapsed, &mut rest].into_iter().flatten().enumerate() {
            part.fill(&prepared, k, outcome.as_ref(), fault.as_ref());
        }
        if let Some(part) = &mut elapsed {
            // Its rest is still to come, and may not decide which assets count.
            let study = self.of_windows(vec![part.window])?;
            let (outcome, fault) = outcome_or_fault(&study.prepare(&data)?, &current)?;
            let estimate = outcome.and_then(|outcome| outcome.windows.into_iter().next());
            part.current = estimate.and_then(|w| w.events.into_iter().next());
            part.current_fault = fault;
        }
        Ok(AtLag {
            as_of: axis.last(),
            event: last.date,
            label: last.label.clone(),
            window,
            n_earlier: earlier.n_dates(),
            elapsed,
            rest,
            power: POWER,
        })
    }

    /// The same study of other windows, without tests and replicates.
    fn of_windows(&self, windows: Vec<EventWindow>) -> Result<Self> {
        self.estimation.check_apart_from(&windows)?;
        Ok(Self {
            windows,
            bootstrap: None,
            tests: Vec::new(),
            paths: false,
            responses: false,
            ..self.clone()
        })
    }

    /// The window that ends last after an event, of several the one that starts first.
    fn longest(&self, event: NaiveDate) -> Result<EventWindow> {
        let unit = |window: &EventWindow| match window {
            EventWindow::Rows { .. } => 0,
            EventWindow::Sessions { .. } => 1,
            EventWindow::Days { .. } | EventWindow::Months(_) => 2,
        };
        let Some(first) = self.windows.first() else {
            return Err(Error::NoEvents { why: "the study has no window".to_owned() });
        };
        // Rows and days cannot be compared without the dates of the future: those of the first window
        // count.
        let alike = self.windows.iter().filter(|window| unit(window) == unit(first));
        let key = |window: &&EventWindow| {
            let (start, end) = ends(**window, event);
            (end, std::cmp::Reverse(start))
        };
        Ok(alike.max_by_key(key).copied().unwrap_or(*first))
    }
}

/// First and last row, session or calendar day of a window.
fn ends(window: EventWindow, event: NaiveDate) -> (i64, i64) {
    match window {
        EventWindow::Rows { first, last }
        | EventWindow::Days { first, last }
        | EventWindow::Sessions { first, last } => (i64::from(first), i64::from(last)),
        EventWindow::Months(lag) => {
            let days = |months: u32| {
                let date = i32::try_from(months).ok().and_then(|n| add_months(event, n));
                date.map_or(i64::MAX, |date| (date - event).num_days())
            };
            (days(lag.from_month()).saturating_add(1), days(lag.to_month()))
        }
    }
}

/// The window through the last date of the axis, and what is left of it.
fn cut(
    window: EventWindow,
    event: NaiveDate,
    axis: &DateAxis,
    sessions: Option<&DateAxis>,
) -> Result<(Option<EventWindow>, Option<EventWindow>)> {
    type Make = fn(i32, i32) -> Result<EventWindow>;
    // From the event's row to the last known one.
    let steps = |calendar: &DateAxis| {
        let known = calendar.rows_between(event.pred_opt().unwrap_or(event), axis.last());
        i64::try_from(known.len()).unwrap_or(i64::MAX) - 1
    };
    let (now, make): (i64, Make) = match window {
        EventWindow::Rows { .. } => (steps(axis), EventWindow::rows),
        EventWindow::Sessions { .. } => {
            (steps(sessions.ok_or(Error::SessionsMissing)?), EventWindow::sessions)
        }
        EventWindow::Days { .. } | EventWindow::Months(_) => {
            ((axis.last() - event).num_days(), EventWindow::days)
        }
    };
    let (first, last) = ends(window, event);
    let of = |from: i64, to: i64| {
        // A window of a hundred years is 36,525 days.
        let ends = i32::try_from(from).ok().zip(i32::try_from(to).ok());
        ends.filter(|_| from <= to).map(|(from, to)| make(from, to)).transpose()
    };
    Ok((of(first, last.min(now))?, of(first.max(now + 1), last)?))
}

/// The outcome, or in words why no event has an estimate.
fn outcome_or_fault(
    prepared: &PreparedStudy<'_>,
    events: &EventSet,
) -> Result<(Option<Outcome>, Option<String>)> {
    if events.is_empty() {
        return Ok((None, Some("there is none".to_owned())));
    }
    match prepared.run(events) {
        Err(error @ Error::NoResponses { .. }) => Ok((None, Some(error.to_string()))),
        result => fault_in_words(result),
    }
}

impl LagPart {
    fn fill(
        &mut self,
        prepared: &PreparedStudy<'_>,
        k: usize,
        outcome: Option<&Outcome>,
        fault: Option<&String>,
    ) {
        self.earlier = outcome.and_then(|outcome| outcome.window(&self.window)).cloned();
        if self.earlier.is_none() {
            let uncovered = || format!("no earlier event has data over {}", self.window);
            self.earlier_fault = Some(fault.cloned().unwrap_or_else(uncovered));
        }
        let values: Vec<f64> = prepared.ordinary_values(k);
        if values.is_empty() {
            return;
        }
        let sorted = quantile::sorted(&values);
        let n_positive = values.iter().filter(|value| **value > 0.0).count();
        self.ordinary = Some(OrdinaryValues {
            n_dates: values.len(),
            quantiles: SHARES.map(|p| quantile::quantile_sorted(&sorted, p).unwrap_or(f64::NAN)),
            share_positive: n_positive as f64 / values.len() as f64,
        });
    }
}

impl AtLag {
    /// What the figures cannot say, in sentences.
    pub fn caveat(&self) -> String {
        let part = self.rest.as_ref().or(self.elapsed.as_ref());
        let earlier = part.and_then(|part| part.earlier.as_ref());
        let Some(w) = earlier else {
            return "No earlier event has a response here: nothing is known of what follows one. \
                    What ordinary dates gave is no forecast."
                .to_owned();
        };
        let n = w.n_event_dates;
        let dates = if n == 1 {
            "1 earlier event date is 1 observation".to_owned()
        } else {
            format!("{n} earlier event dates are {n} observations")
        };
        let power = w.placebo.as_ref().map_or_else(String::new, |p| {
            let Some(least) = p.minimum_detectable_effect else {
                return format!(
                    " {} sets of ordinary dates are too few to find any excess.",
                    p.n_sets
                );
            };
            format!(
                " Of an excess spread over the days of {} one below {:.1} % would probably have been \
                 missed (power {:.0} %), and the ordinary dates hold {:.0} such windows side by side, no more.",
                w.window,
                100.0 * least,
                100.0 * self.power,
                p.effective_periods
            )
        });
        format!(
            "{dates}, however many assets responded: over dates alone no two-sided p-value can fall \
             below {:.3}.{power} These figures say what happened then; they neither forecast what comes \
             nor show that the breakout is the cause.",
            w.sign_flip.attainable_two_sided
        )
    }
}
