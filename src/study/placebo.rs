//! The study on every date on which an event could have been.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::NaiveDate;

use super::evaluate::{EventValues, Occurrence};
use super::event_level::{Span, n_overlapping_of};
use super::{EventStudy, PathBand, PlaceboSettings, Progress, ProgressListener, StudyData};
use crate::abnormal::EventRequest;
use crate::events::{EventId, EventSet, Scope};
use crate::numeric::{parallel, quantile};
use crate::{Error, Result};

/// What a run knows of ordinary dates: for each scope of its events the pseudo-events of that scope.
pub(super) type Placebos = [PlaceboDates];

/// Power at which minimum detectable effects are given.
pub(super) const POWER: f64 = 0.8;

/// On which dates pseudo-events of a set of events may fall, and how these events lie.
#[derive(Debug)]
pub(super) struct Ordinary {
    pub(super) settings: PlaceboSettings,
    /// All events, also those without data.
    events: Vec<NaiveDate>,
    /// Days around dates to avoid.
    reach: u32,
    /// Calendar days of each window, the most over the events.
    pub(super) lengths: Vec<u32>,
    /// The events of each window with its dates.
    pub(super) spans: Vec<Vec<Span>>,
    /// Event dates of each window whose window overlaps that of another.
    pub(super) n_overlapping: Vec<usize>,
}

impl Ordinary {
    /// Whether a single pseudo-event may fall on that date.
    pub(super) fn admits(&self, date: NaiveDate) -> bool {
        self.settings.in_period(date) && self.is_clear(date)
    }

    /// Whether a date is out of reach of what the buffers keep clear of.
    pub(super) fn is_clear(&self, date: NaiveDate) -> bool {
        let beyond =
            |days: u32| move |other: &NaiveDate| (date - *other).num_days().abs() > i64::from(days);
        let (buffer, avoid) = (self.settings.buffer_days, &self.settings.avoid);
        avoid.iter().all(beyond(buffer.unwrap_or(self.reach)))
            && buffer.is_none_or(|days| self.events.iter().all(beyond(days)))
    }
}

/// What pseudo-events on all dates gave.
#[derive(Debug)]
pub(super) struct PlaceboDates {
    /// Who responds to a pseudo-event.
    pub(super) scope: Scope,
    /// Dates that a pseudo-event may fall on.
    pub(super) dates: Vec<NaiveDate>,
    /// Values per date; `None` where the date is inadmissible in every window.
    pub(super) values: Vec<Option<EventValues>>,
}

impl EventStudy {
    /// Runs the study for a pseudo-event of that scope on every session: universe selected anew,
    /// model fitted anew, the same windows and the same smallest number of assets.
    ///
    /// One answer for each of `studies`, which differ from this one in their event portfolios alone,
    /// so that the responses are fitted once for all.
    ///
    /// The windows of `events` are left out of the estimation windows of pseudo-events where the
    /// study leaves them out of those of other events.
    pub(super) fn placebo_dates(
        &self,
        data: &StudyData,
        studies: &[EventStudy],
        scope: &Scope,
        events: Option<&EventSet>,
        progress: ProgressListener<'_>,
    ) -> Result<Vec<PlaceboDates>> {
        let axis = data.prices().axis();
        let calendar = data.sessions().unwrap_or(axis);
        let dates = calendar.dates()
            [calendar.rows_between(axis.first().pred_opt().unwrap_or(axis.first()), axis.last())]
        .to_vec();
        let beside = match events.filter(|_| self.estimation.excludes_other_events()) {
            Some(events) => self.requests(data, &Self::occurrences(events)).0.into(),
            None => Arc::new([]) as Arc<[EventRequest]>,
        };
        progress(Progress::Begun { what: "placebo dates", n_steps: dates.len() });
        let by_date = parallel::map(dates.len(), |k| {
            let pseudo = Occurrence { id: EventId::FIRST, date: dates[k], label: "placebo", scope };
            let responses = self.fit_responses(data, &[pseudo], &beside, false)?;
            let of_study = |study: &EventStudy| {
                let (_, events) = study.values(&responses, study.paths, &mut Vec::new())?;
                Ok(events.into_iter().next())
            };
            let values = studies.iter().map(of_study).collect::<Result<Vec<_>>>()?;
            progress(Progress::Step);
            Ok(values)
        })
        .into_iter()
        .collect::<Result<Vec<_>>>()?;
        let mut found: Vec<PlaceboDates> = studies
            .iter()
            .map(|_| PlaceboDates {
                scope: scope.clone(),
                dates: dates.clone(),
                values: Vec::with_capacity(dates.len()),
            })
            .collect();
        for values in by_date {
            for (study, value) in found.iter_mut().zip(values) {
                study.values.push(value);
            }
        }
        Ok(found)
    }

    /// What is ordinary beside events on these dates; `covering` are, per window, those that have it.
    pub(super) fn ordinary(
        &self,
        data: &StudyData,
        settings: &PlaceboSettings,
        event_dates: &[NaiveDate],
        covering: &[Vec<NaiveDate>],
    ) -> Result<Ordinary> {
        let (mut reach, mut lengths) = (0, Vec::new());
        let (mut all_spans, mut n_overlapping) = (Vec::new(), Vec::new());
        for (window, dates) in covering.iter().enumerate() {
            let spans = self.spans(window, data, dates)?;
            let days =
                |from: NaiveDate, to: NaiveDate| u32::try_from((to - from).num_days()).unwrap_or(0);
            let of_event = |(event, first, last): &(NaiveDate, NaiveDate, NaiveDate)| {
                days((*first).min(*event), (*last).max(*event))
            };
            reach = spans.iter().map(of_event).fold(reach, u32::max);
            lengths.push(spans.iter().map(|(_, a, b)| days(*a, *b) + 1).max().unwrap_or(0));
            n_overlapping.push(n_overlapping_of(&spans));
            all_spans.push(spans);
        }
        Ok(Ordinary {
            settings: settings.clone(),
            events: event_dates.to_vec(),
            reach,
            lengths,
            spans: all_spans,
            n_overlapping,
        })
    }
}

impl PlaceboDates {
    /// What is on these dates alone.
    pub(super) fn on_dates(&self, dates: &BTreeSet<NaiveDate>) -> Self {
        let kept = |(date, values): (&NaiveDate, &Option<EventValues>)| {
            values.as_ref().filter(|_| dates.contains(date)).cloned()
        };
        Self {
            scope: self.scope.clone(),
            dates: self.dates.clone(),
            values: self.dates.iter().zip(&self.values).map(kept).collect(),
        }
    }

    /// Values of single pseudo-events in a window, with their dates.
    pub(super) fn single(&self, window: usize) -> Vec<(NaiveDate, f64)> {
        self.dates
            .iter()
            .zip(&self.values)
            .filter_map(|(date, values)| {
                let value = values.as_ref()?.windows[window].as_ref()?.value;
                Some((*date, value))
            })
            .collect()
    }

    /// Quantiles of the paths of all pseudo-events on ordinary dates, day by day.
    pub(super) fn band(&self, ordinary: &Ordinary, level: f64) -> Option<PathBand> {
        let paths: Vec<&EventValues> = self
            .values
            .iter()
            .flatten()
            .filter(|v| ordinary.admits(v.date) && v.windows.iter().all(Option::is_some))
            .collect();
        // Quarters differ by a few days: a shorter path stands at its last value.
        let longest = paths.iter().max_by_key(|v| v.path.len()).filter(|v| !v.path.is_empty())?;
        let at = |v: &EventValues, row: usize| v.path.get(row).or(v.path.last()).map(|(_, x)| *x);
        let tail = (1.0 - level) / 2.0;
        let mut band = PathBand { n_dates: paths.len(), ..PathBand::default() };
        for row in 0..longest.path.len() {
            let values: Vec<f64> = paths.iter().filter_map(|v| at(v, row)).collect();
            let sorted = quantile::sorted(&values);
            band.days.push(days_between(longest.date, longest.path[row].0));
            for (list, p) in
                [(&mut band.lower, tail), (&mut band.median, 0.5), (&mut band.upper, 1.0 - tail)]
            {
                list.push(quantile::quantile_sorted(&sorted, p).unwrap_or(f64::NAN));
            }
        }
        Some(band)
    }
}

/// Calendar days from the event to a date of its window.
pub(super) fn days_between(event: NaiveDate, date: NaiveDate) -> i32 {
    // A window of a hundred years is 36,525 days.
    i32::try_from((date - event).num_days()).unwrap_or(i32::MAX)
}

/// Most scopes of which pseudo-events are evaluated: each is a study of its own on every date.
const MOST_SCOPES: usize = 50;

/// Who responds to the events, each scope once, in the order of the events; none where they are too
/// many.
pub(super) fn comparable_scopes(events: &EventSet) -> Vec<&Scope> {
    let mut scopes: Vec<&Scope> = Vec::new();
    for event in events {
        if !scopes.contains(&&event.scope) {
            scopes.push(&event.scope);
        }
        if scopes.len() > MOST_SCOPES {
            return Vec::new();
        }
    }
    scopes
}

/// Why these events have no placebo.
pub(super) fn no_placebo(events: &EventSet, placebos: &Placebos) -> String {
    if comparable_scopes(events).is_empty() {
        return too_many_scopes();
    }
    let names: Vec<String> = placebos.iter().map(|p| p.scope.to_string()).collect();
    format!(
        "the placebo dates were evaluated for events of scope {}, these have others",
        names.join(", ")
    )
}

/// In words, that each asset would need placebo dates of its own.
pub(super) fn too_many_scopes() -> String {
    format!(
        "more than {MOST_SCOPES} assets have events of their own, and each would need a study of \
         its own on every date"
    )
}

/// What a fault of the placebo means for the estimate: too few dates are said, not fatal.
pub(super) fn fault_in_words<T>(result: Result<T>) -> Result<(Option<T>, Option<String>)> {
    match result {
        Ok(estimate) => Ok((Some(estimate), None)),
        Err(
            error @ (Error::TooFew { .. } | Error::PlaceboSpace { .. } | Error::Setting { .. }),
        ) => Ok((None, Some(error.to_string()))),
        Err(error) => Err(error),
    }
}
