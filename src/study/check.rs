//! What a study would do, before it does it.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::evaluate::Evaluation;
use super::{EventEstimation, EventStudy, MovedEvent, StudyData};
use crate::Result;
use crate::abnormal::{AbnormalReturns, EventRows, Exclusion};
use crate::events::{EventSet, Scope};
use crate::time::EventWindow;

/// What would run and what would be left out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StudyCheck {
    /// Every event, in the order of the set.
    pub events: Vec<EventCheck>,
    /// Events that are not on a date of the prices.
    pub moved: Vec<MovedEvent>,
    /// What the estimation windows hold.
    #[serde(default)]
    pub estimation: Vec<EventEstimation>,
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
    /// Windows of the study with the number of assets in each; 0 where the window is left out.
    pub windows: Vec<(EventWindow, usize)>,
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
    /// Selects, fits and excludes as [`run`](EventStudy::run) does, without any inference.
    ///
    /// # Errors
    ///
    /// As [`run`](EventStudy::run), but for a study of which nothing is left: that is an answer
    /// here.
    pub fn check(&self, data: &StudyData, events: &EventSet) -> Result<StudyCheck> {
        let evaluation = self.evaluate(data, &Self::occurrences(events))?;
        let axis = data.prices().axis();
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
                windows: (0..self.windows.len())
                    .map(|w| {
                        let values = evaluation.events.iter().find(|values| values.id == id);
                        let value = values.and_then(|values| values.windows[w].as_ref());
                        (self.windows[w], value.map_or(0, |value| value.assets.len()))
                    })
                    .collect(),
            })
            .collect();
        let moved = moved_events(&evaluation, data);
        let estimation = estimation_of(&evaluation.table);
        Ok(StudyCheck { events: checked, moved, estimation, exclusions: evaluation.exclusions })
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
