//! What a study would do, before it does it.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::evaluate::{Evaluation, EventValues};
use super::event_level::{mean_by_date, n_overlapping_of};
use super::placebo::{comparable_scopes, too_many_scopes};
use super::{
    EstimationOverlap, EventEstimation, EventStudy, MatchedDates, MovedEvent, PlaceboSettings,
    StudyData,
};
use crate::Result;
use crate::abnormal::{AbnormalReturns, EventRows, Exclusion};
use crate::events::{EventId, EventSet, Scope};
use crate::panel::{AssetId, Audit, AuditOptions, Finding};
use crate::resampling::PlaceboStatistic;
use crate::time::EventWindow;

/// Degrees of freedom below which a residual variance is little more than a guess.
const FEW_DEGREES: usize = 10;

/// What would run and what would be left out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StudyCheck {
    /// Every event, in the order of the set.
    pub events: Vec<EventCheck>,
    /// Events that are not on a date of the prices.
    pub moved: Vec<MovedEvent>,
    /// Days 0 of more than one event, in order.
    #[serde(default)]
    pub shared_days: Vec<SharedDay>,
    /// Windows in which dates overlap, with how many do: they are no independent draws.
    #[serde(default)]
    pub overlaps: Vec<(EventWindow, usize)>,
    /// Windows of several rows with day 0 among them, under the studentised placebo test and without a
    /// window of day 0 alone: an effect that comes on a single day may be missed there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub blind_to_one_day: Vec<EventWindow>,
    /// Why there will be no placebo dates, where that is known before they are drawn.
    #[serde(default)]
    pub placebo_fault: Option<String>,
    /// How many dates match each event, where dates are matched: with as much work as the placebo
    /// dates of a run.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub matched: Vec<MatchedDates>,
    /// Fits with fewer than ten degrees of freedom; `None` where there are none.
    #[serde(default)]
    pub thin_fits: Option<ThinFits>,
    /// What [`PricePanel::audit`](crate::panel::PricePanel::audit) finds in the prices that the
    /// windows of the events use, estimation windows included; benchmarks are looked at where they
    /// are among the assets.
    #[serde(default)]
    pub audit: Audit,
    /// What the estimation windows hold.
    #[serde(default)]
    pub estimation: Vec<EventEstimation>,
    /// How far they reach into the windows of other events; `None` where none does.
    #[serde(default)]
    pub estimation_overlap: Option<EstimationOverlap>,
    /// Everything that would be left out, with the reason.
    pub exclusions: Vec<Exclusion>,
}

/// One event, and what it would give.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EventCheck {
    /// Its date.
    pub date: NaiveDate,
    /// Its label.
    pub label: String,
    /// Who responds.
    pub scope: Scope,
    /// First date of the prices on or after it; `None` where there is none, or where the event
    /// comes before the data.
    pub day_zero: Option<NaiveDate>,
    /// Where the model is fitted; `None` where the event is left out.
    #[serde(default)]
    pub estimation: Option<EstimationDates>,
    /// Windows of the study with the number of assets in each; 0 where the window is left out.
    pub windows: Vec<(EventWindow, usize)>,
}

/// The estimation window of one event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct EstimationDates {
    /// Its first date.
    pub first: NaiveDate,
    /// Its last date.
    pub last: NaiveDate,
    /// Its rows.
    pub n_rows: usize,
}

/// A day 0 of several events, which are one draw.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SharedDay {
    /// The day.
    pub day_zero: NaiveDate,
    /// Labels of its events.
    pub labels: Vec<String>,
}

/// Fits that leave few degrees of freedom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ThinFits {
    /// How many responses have fewer than ten degrees of freedom.
    pub n_responses: usize,
    /// The fewest that one of them has.
    pub fewest: usize,
}

impl EventCheck {
    /// True where the event has an estimate in at least one window.
    pub fn runs(&self) -> bool {
        self.windows.iter().any(|(_, n_assets)| *n_assets > 0)
    }
}

impl StudyCheck {
    /// Number of events with an estimate in at least one window.
    pub fn n_used(&self) -> usize {
        self.events.iter().filter(|event| event.runs()).count()
    }
}

impl EventStudy {
    /// Selects, fits and excludes as [`run`](EventStudy::run) does, without any inference. Where
    /// dates are matched it evaluates the placebo dates, to say how many match each event.
    ///
    /// # Errors
    ///
    /// As [`run`](EventStudy::run), but for a study of which nothing is left: that is an answer
    /// here.
    pub fn check(&self, data: &StudyData, events: &EventSet) -> Result<StudyCheck> {
        self.check_matching(data)?;
        let evaluation = self.evaluate(data, &Self::occurrences(events))?;
        let mut matched = Vec::new();
        if self.matches_dates() && evaluation.events.iter().any(covers) {
            let mut placebos = Vec::new();
            for scope in comparable_scopes(events) {
                placebos.extend(self.placebo(data, scope, Some(events), &|_| {})?);
            }
            matched = self.matched_dates(data, events, &evaluation, &placebos)?;
        }
        let axis = data.prices().axis();
        let dates = |rows: &EventRows| EstimationDates {
            first: axis.date(rows.estimation.start),
            last: axis.date(rows.estimation.end - 1),
            n_rows: rows.estimation.len(),
        };
        let checked = events
            .entries()
            .map(|(id, event)| EventCheck {
                date: event.date,
                label: event.label.clone(),
                scope: event.scope.clone(),
                day_zero: axis
                    .first_on_or_after(event.date)
                    .filter(|_| axis.first() <= event.date)
                    .map(|row| axis.date(row)),
                estimation: evaluation.table.event_rows(id).map(dates),
                windows: (0..self.windows.len())
                    .map(|w| {
                        let values = evaluation.events.iter().find(|values| values.id == id);
                        let value = values.and_then(|values| values.windows[w].as_ref());
                        (self.windows[w], value.map_or(0, |value| value.assets.len()))
                    })
                    .collect(),
            })
            .collect();
        let estimation = estimation_of(&evaluation.table);
        let no_placebo = self.placebo.is_some() && comparable_scopes(events).is_empty();
        Ok(StudyCheck {
            events: checked,
            moved: moved_events(&evaluation, data),
            shared_days: shared_days(&evaluation, events),
            overlaps: self.overlaps(&evaluation, data)?,
            blind_to_one_day: if no_placebo { Vec::new() } else { self.blind_to_one_day() },
            placebo_fault: no_placebo.then(too_many_scopes),
            matched,
            thin_fits: thin_fits(&evaluation),
            audit: self.audit(&evaluation, data)?,
            estimation_overlap: EstimationOverlap::of(
                &estimation,
                self.estimation.excludes_other_events(),
            ),
            estimation,
            exclusions: evaluation.exclusions,
        })
    }

    /// Windows in which the studentised test may miss what comes on day 0 or on a day beside it.
    fn blind_to_one_day(&self) -> Vec<EventWindow> {
        let studentised = |p: &PlaceboSettings| p.statistic == PlaceboStatistic::Studentised;
        let ends = |window: &EventWindow| match window {
            EventWindow::Rows { first, last }
            | EventWindow::Days { first, last }
            | EventWindow::Sessions { first, last } => Some((*first, *last)),
            // They start on the day after the event.
            EventWindow::Months(_) => None,
        };
        let of_day_zero = self.windows.iter().any(|window| ends(window) == Some((0, 0)));
        if of_day_zero || !self.placebo.as_ref().is_some_and(studentised) {
            return Vec::new();
        }
        let blind = |window: &&EventWindow| {
            ends(window).is_some_and(|(first, last)| first <= 0 && 0 <= last && first < last)
        };
        self.windows.iter().filter(blind).copied().collect()
    }

    /// Findings of the audit that touch a price of which the study makes use.
    fn audit(&self, evaluation: &Evaluation, data: &StudyData) -> Result<Audit> {
        let prices = data.prices();
        let benchmarks = || self.model.factors().iter().filter_map(|name| prices.find(name));
        let of_benchmarks =
            used(evaluation).flat_map(|event| benchmarks().map(|asset| (event.id, asset)));
        let mut ranges: BTreeMap<&str, Vec<Range<usize>>> = BTreeMap::new();
        for (event, asset) in members(evaluation).into_iter().chain(of_benchmarks) {
            let Some(rows) = evaluation.table.event_rows(event) else { continue };
            // A return hangs on the price before it too.
            let with_price_before = |rows: &Range<usize>| rows.start.saturating_sub(1)..rows.end;
            ranges
                .entry(prices.name(asset))
                .or_default()
                .extend([with_price_before(&rows.estimation), with_price_before(&rows.span)]);
        }
        let touches = |finding: &Finding| {
            let Some(ranges) = ranges.get(finding.asset.as_str()) else { return false };
            let Some(first) = prices.axis().first_on_or_after(finding.date) else { return false };
            let end = first + finding.fault.n_rows();
            ranges.iter().any(|rows| first < rows.end && rows.start < end)
        };
        Ok(prices.audit(&AuditOptions::default())?.keeping(touches))
    }

    fn overlaps(
        &self,
        evaluation: &Evaluation,
        data: &StudyData,
    ) -> Result<Vec<(EventWindow, usize)>> {
        let mut overlaps = Vec::new();
        for (k, window) in self.windows.iter().enumerate() {
            let dates: Vec<NaiveDate> =
                mean_by_date(&evaluation.events, k).into_iter().map(|d| d.date).collect();
            let n = n_overlapping_of(&self.spans(k, data, &dates)?);
            if n > 0 {
                overlaps.push((*window, n));
            }
        }
        Ok(overlaps)
    }
}

/// The events that were placed on a later date than their own.
pub(super) fn moved_events(evaluation: &Evaluation, data: &StudyData) -> Vec<MovedEvent> {
    let axis = data.prices().axis();
    let placed = evaluation.table.events().iter().map(|rows| MovedEvent {
        event: rows.date,
        label: rows.label.clone(),
        day_zero: axis.date(rows.event_row),
    });
    placed.filter(|moved| moved.day_zero != moved.event).collect()
}

/// The days 0 that events with an estimate share.
fn shared_days(evaluation: &Evaluation, events: &EventSet) -> Vec<SharedDay> {
    let mut by_day: BTreeMap<NaiveDate, Vec<String>> = BTreeMap::new();
    for event in used(evaluation) {
        by_day.entry(event.day_zero).or_default().push(events.event(event.id).label.clone());
    }
    by_day
        .into_iter()
        .filter(|(_, labels)| labels.len() > 1)
        .map(|(day_zero, labels)| SharedDay { day_zero, labels })
        .collect()
}

/// Events with an estimate in at least one window.
fn used(evaluation: &Evaluation) -> impl Iterator<Item = &EventValues> {
    evaluation.events.iter().filter(|event| covers(event))
}

/// Whether an event has an estimate in at least one window.
fn covers(event: &EventValues) -> bool {
    event.windows.iter().any(Option::is_some)
}

/// Events and assets that take part in at least one window.
fn members(evaluation: &Evaluation) -> BTreeSet<(EventId, AssetId)> {
    let of = |event: &EventValues| {
        let (id, windows) = (event.id, event.windows.clone());
        let assets = windows.into_iter().flatten().flat_map(|window| window.assets);
        assets.map(move |asset| (id, asset)).collect::<Vec<_>>()
    };
    evaluation.events.iter().flat_map(of).collect()
}

fn thin_fits(evaluation: &Evaluation) -> Option<ThinFits> {
    let members = members(evaluation);
    let responses = evaluation.table.responses().iter();
    let degrees = responses
        .filter(|response| members.contains(&(response.event(), response.asset())))
        .map(|response| response.fit().degrees_of_freedom())
        .filter(|degrees| *degrees < FEW_DEGREES);
    degrees.fold(None, |thin: Option<ThinFits>, degrees| {
        let (n, fewest) = thin.map_or((0, degrees), |thin| (thin.n_responses, thin.fewest));
        Some(ThinFits { n_responses: n + 1, fewest: fewest.min(degrees) })
    })
}

/// The estimation window of every event that was placed.
pub(super) fn estimation_of(table: &AbnormalReturns) -> Vec<EventEstimation> {
    let of_event = |rows: &EventRows| EventEstimation {
        event: rows.date,
        label: rows.label.clone(),
        first: table.axis().date(rows.estimation.start),
        last: table.axis().date(rows.estimation.end - 1),
        contamination: rows.contamination,
    };
    table.events().iter().map(of_event).collect()
}
