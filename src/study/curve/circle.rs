//! The circle of dates that sets of events are shifted around.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::grid::SpecificationGrid;
use super::outcome::ExcludedBecause;
use crate::events::EventSet;
use crate::numeric::moments;
use crate::resampling::{CircleValues, EventPattern};
use crate::study::StudyData;
use crate::time::DateAxis;

/// An event of a set in a period.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    /// Position of its date among those that were evaluated; `None` outside the prices.
    date: Option<usize>,
    /// First row of the prices on or after it. Events that share it are one draw.
    day_zero: usize,
}

/// The dates on which everything was evaluated, and the circle among them.
pub(super) struct Circle {
    pub(super) dates: Vec<NaiveDate>,
    /// Positions of the dates on which an event could have been and something has a value.
    pub(super) sessions: Vec<usize>,
}

impl Circle {
    pub(super) fn new(
        dates: Vec<NaiveDate>,
        is_session: &[bool],
        columns: &[CircleValues],
    ) -> Self {
        let has_value = |k: &usize| columns.iter().any(|column| !column.values[*k].is_nan());
        let mut sessions: Vec<usize> = (0..dates.len()).filter(|k| is_session[*k]).collect();
        let first = sessions.iter().position(has_value).unwrap_or(sessions.len());
        let end = sessions.iter().rposition(has_value).map_or(first, |last| last + 1);
        sessions = sessions[first..end].to_vec();
        Self { dates, sessions }
    }

    /// Where the events of a set lie.
    pub(super) fn places(&self, axis: &DateAxis, events: &EventSet) -> Vec<Place> {
        let place = |date: NaiveDate| {
            let inside = axis.first_on_or_after(date).filter(|_| axis.first() <= date);
            let known = inside.and_then(|_| self.dates.binary_search(&date).ok());
            Place { date: known, day_zero: inside.unwrap_or(axis.len()) }
        };
        events.iter().map(|event| place(event.date)).collect()
    }

    /// The events that have a value on a column, as a set on the circle, with their dates.
    pub(super) fn pattern(
        &self,
        places: &[Place],
        values: &CircleValues,
        column: usize,
        least: usize,
    ) -> std::result::Result<(EventPattern, Vec<usize>), ExcludedBecause> {
        if places.is_empty() {
            return Err(ExcludedBecause::NoEvents);
        }
        let CircleValues { values, variances } = values;
        let (mut used, mut by_day): (Vec<usize>, BTreeMap<usize, Vec<usize>>) = Default::default();
        for place in places {
            let Some(date) = place.date.filter(|date| !values[*date].is_nan()) else { continue };
            used.push(date);
            by_day.entry(place.day_zero).or_default().push(date);
        }
        // The variance of several events of a day, which move together, is the mean of theirs.
        let by_day_of = |values: &[f64]| -> Vec<f64> {
            let of_day = |dates: &Vec<usize>| {
                dates.iter().map(|date| values[*date]).sum::<f64>() / dates.len() as f64
            };
            by_day.values().map(of_day).collect()
        };
        let means = by_day_of(values);
        let std_error = variances.as_ref().map(|variances| {
            by_day_of(variances).into_iter().sum::<f64>().sqrt() / means.len() as f64
        });
        let Some(observed) = moments::mean(&means) else { return Err(ExcludedBecause::NoData) };
        if means.len() < least {
            return Err(ExcludedBecause::TooFewEventDates);
        }
        // An event between two sessions stands at the second, one after the last at the last.
        let row = |dates: &Vec<usize>| {
            let first = dates.first().copied().unwrap_or(0);
            let row = self.sessions.partition_point(|session| *session < first);
            row.min(self.sessions.len().saturating_sub(1))
        };
        let rows = by_day.values().map(row).collect();
        Ok((EventPattern { column, rows, observed, std_error }, used))
    }

    pub(super) fn columns(&self, all: &[CircleValues]) -> Vec<CircleValues> {
        let on_circle =
            |of: &Vec<f64>| self.sessions.iter().map(|session| of[*session]).collect::<Vec<f64>>();
        let column = |of: &CircleValues| CircleValues {
            values: on_circle(&of.values),
            variances: of.variances.as_ref().map(on_circle),
        };
        all.iter().map(column).collect()
    }
}

/// For every column the first that has the same bits on every date.
pub(super) fn distinct_columns(columns: &[CircleValues]) -> Vec<usize> {
    let mut first: BTreeMap<Vec<u64>, usize> = BTreeMap::new();
    let bits = |column: &CircleValues| column.values.iter().map(|v| v.to_bits()).collect();
    columns.iter().enumerate().map(|(k, column)| *first.entry(bits(column)).or_insert(k)).collect()
}

impl SpecificationGrid {
    /// The dates to evaluate, those on which an event could have been and those of the events; and
    /// whether they are of the first kind.
    pub(super) fn dates(&self, data: &StudyData) -> (Vec<NaiveDate>, Vec<bool>) {
        let axis = data.prices().axis();
        let calendar = data.sessions().unwrap_or(axis);
        let inside = |date: &NaiveDate| axis.first() <= *date && *date <= axis.last();
        // None is before every date; of the ends it has to be after.
        let from = self.periods.iter().map(|p| p.from).min().flatten();
        let last = self.periods.iter().map(|p| p.through.unwrap_or(NaiveDate::MAX)).max();
        let of_period = |date: &NaiveDate| {
            from.is_none_or(|from| from <= *date) && last.is_none_or(|last| *date <= last)
        };
        let mut dates: BTreeMap<NaiveDate, bool> = BTreeMap::new();
        let events = self.events.sets.iter().flat_map(|(_, set)| set.iter().map(|e| e.date));
        dates.extend(events.filter(inside).filter(of_period).map(|date| (date, false)));
        let sessions = calendar.dates().iter().copied();
        dates.extend(sessions.filter(inside).filter(of_period).map(|date| (date, true)));
        dates.into_iter().unzip()
    }
}
