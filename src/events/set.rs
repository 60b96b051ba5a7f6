//! Events in the order of their dates.

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

use super::{Event, EventId, Scope};
use crate::{Error, Result};

/// Events ordered by date, then scope (the market first), then label. May be empty.
///
/// Several events on one date are allowed and count as one date ([`EventSet::n_dates`]); an asset
/// may have several events, and each is an event of its own. The same date, scope and label twice
/// is an error.
///
/// ```
/// use chrono::NaiveDate;
/// use eventstudy::events::{Event, EventSet};
///
/// let day = |d| NaiveDate::from_ymd_opt(2026, 1, d).unwrap();
/// let events = EventSet::new(vec![
///     Event::of_asset(day(9), "eth", "upgrade"),
///     Event::market(day(8), "breakout"),
///     Event::of_asset(day(9), "btc", "upgrade"),
/// ])?;
/// assert_eq!((events.len(), events.n_dates()), (3, 2));
/// assert_eq!(events.labels().collect::<Vec<_>>(), ["breakout", "upgrade", "upgrade"]);
/// # Ok::<(), eventstudy::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Vec<Event>", into = "Vec<Event>")]
pub struct EventSet {
    events: Vec<Event>,
}

impl EventSet {
    /// Takes events in any order.
    ///
    /// # Errors
    ///
    /// [`Error::DuplicateEvent`] for two events with the same date, scope and label.
    pub fn new(mut events: Vec<Event>) -> Result<Self> {
        events.sort_by(|a, b| a.key().cmp(&b.key()));
        match events.windows(2).find(|pair| pair[0].key() == pair[1].key()) {
            None => Ok(Self { events }),
            Some(pair) => Err(Error::DuplicateEvent {
                event: format!("`{}` ({}) on {}", pair[0].label, pair[0].scope, pair[0].date),
            }),
        }
    }

    /// Market events on these dates, each labelled with its date.
    ///
    /// # Errors
    ///
    /// [`Error::DuplicateEvent`] for a date that stands there twice.
    pub fn from_dates(dates: &[NaiveDate]) -> Result<Self> {
        Self::new(dates.iter().map(|date| Event::market(*date, &date.to_string())).collect())
    }

    /// Number of events.
    pub fn len(&self) -> usize {
        self.events.len()
    }

    /// True without events.
    pub fn is_empty(&self) -> bool {
        self.events.is_empty()
    }

    /// The events in order.
    pub fn iter(&self) -> std::slice::Iter<'_, Event> {
        self.events.iter()
    }

    /// The events in order, each with its id.
    pub fn entries(&self) -> impl ExactSizeIterator<Item = (EventId, &Event)> {
        self.events.iter().enumerate().map(|(index, event)| (EventId(index), event))
    }

    /// The ids in order.
    pub fn ids(&self) -> impl ExactSizeIterator<Item = EventId> + use<> {
        (0..self.events.len()).map(EventId)
    }

    /// The event with this id.
    ///
    /// # Panics
    ///
    /// Where the id is of a longer set.
    pub fn event(&self, id: EventId) -> &Event {
        &self.events[id.0]
    }

    /// The labels in the order of the events.
    pub fn labels(&self) -> impl ExactSizeIterator<Item = &str> {
        self.events.iter().map(|event| event.label.as_str())
    }

    /// The distinct dates in order.
    pub fn dates(&self) -> Vec<NaiveDate> {
        let mut dates: Vec<NaiveDate> = self.events.iter().map(|event| event.date).collect();
        dates.dedup();
        dates
    }

    /// Number of distinct dates: what inference may treat as independent at most.
    pub fn n_dates(&self) -> usize {
        self.dates().len()
    }

    /// The events for which `keep` holds.
    #[must_use]
    pub fn filter(&self, keep: impl Fn(&Event) -> bool) -> Self {
        Self { events: self.events.iter().filter(|event| keep(event)).cloned().collect() }
    }

    /// The events from `first` through `last`, both included.
    #[must_use]
    pub fn between(&self, first: NaiveDate, last: NaiveDate) -> Self {
        self.filter(|event| first <= event.date && event.date <= last)
    }

    /// The first events of each of these calendar years: those on the year's earliest event date.
    ///
    /// "The breakout of 2021" is the first one of 2021.
    ///
    /// # Errors
    ///
    /// [`Error::NoEvents`] for a year without any.
    pub fn first_in_years(&self, years: &[i32]) -> Result<Self> {
        let mut firsts = Vec::with_capacity(years.len());
        for &year in years {
            let first = self.events.iter().find(|event| event.date.year() == year);
            let Some(first) = first else {
                return Err(Error::NoEvents { why: format!("none of the set falls in {year}") });
            };
            firsts.push(first.date);
        }
        Ok(self.filter(|event| firsts.contains(&event.date)))
    }

    /// The same dates and labels, with `scope` for every event.
    ///
    /// # Errors
    ///
    /// [`Error::DuplicateEvent`] where events differed in nothing else.
    pub fn with_scope(self, scope: &Scope) -> Result<Self> {
        let rescoped = |event| Event { scope: scope.clone(), ..event };
        Self::new(self.events.into_iter().map(rescoped).collect())
    }

    /// The same events, each with the label that `label` gives it.
    ///
    /// # Errors
    ///
    /// [`Error::DuplicateEvent`] where events differed in nothing else.
    pub fn with_labels(self, label: impl Fn(&Event) -> String) -> Result<Self> {
        let relabelled = |event: Event| Event { label: label(&event), ..event };
        Self::new(self.events.into_iter().map(relabelled).collect())
    }

    /// The events of both sets.
    ///
    /// # Errors
    ///
    /// [`Error::DuplicateEvent`] for an event that is in both.
    pub fn union(self, other: Self) -> Result<Self> {
        Self::new(self.events.into_iter().chain(other.events).collect())
    }
}

impl TryFrom<Vec<Event>> for EventSet {
    type Error = Error;

    fn try_from(events: Vec<Event>) -> Result<Self> {
        Self::new(events)
    }
}

impl From<EventSet> for Vec<Event> {
    fn from(set: EventSet) -> Self {
        set.events
    }
}

impl<'a> IntoIterator for &'a EventSet {
    type Item = &'a Event;
    type IntoIter = std::slice::Iter<'a, Event>;

    fn into_iter(self) -> Self::IntoIter {
        self.events.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(y: i32, m: u32, d: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(y, m, d).unwrap()
    }

    fn recurring() -> EventSet {
        EventSet::new(vec![
            Event::of_asset(day(2021, 3, 1), "eth", "upgrade"),
            Event::of_asset(day(2020, 5, 11), "btc", "halving"),
            Event::of_asset(day(2021, 3, 1), "btc", "upgrade"),
            Event::market(day(2021, 3, 1), "upgrade"),
            Event::of_asset(day(2021, 1, 4), "btc", "upgrade"),
        ])
        .unwrap()
    }

    #[test]
    fn order_is_date_then_scope_then_label_whatever_the_input_order() {
        let set = recurring();
        let shown: Vec<String> = set.iter().map(ToString::to_string).collect();
        assert_eq!(
            shown,
            [
                "2020-05-11 halving (btc)",
                "2021-01-04 upgrade (btc)",
                "2021-03-01 upgrade (market)",
                "2021-03-01 upgrade (btc)",
                "2021-03-01 upgrade (eth)",
            ]
        );
        let mut reversed: Vec<Event> = set.clone().into();
        reversed.reverse();
        assert_eq!(EventSet::new(reversed).unwrap(), set);
        for (id, event) in set.entries() {
            assert_eq!(set.event(id), event);
        }
        assert_eq!(set.ids().map(EventId::index).collect::<Vec<_>>(), [0, 1, 2, 3, 4]);
    }

    #[test]
    fn an_asset_may_recur_and_dates_are_counted_once() {
        let set = recurring();
        assert_eq!((set.len(), set.n_dates()), (5, 3));
        assert_eq!(set.filter(|e| e.scope.includes("btc")).len(), 4);
        assert_eq!(set.filter(|e| e.scope.includes("sol")).len(), 1);
        assert_eq!(set.between(day(2021, 1, 4), day(2021, 2, 28)).len(), 1);
        assert!(set.between(day(2022, 1, 1), day(2022, 2, 1)).is_empty());
    }

    #[test]
    fn the_same_event_twice_is_an_error() {
        let twice = vec![day(2021, 1, 4), day(2020, 1, 2), day(2021, 1, 4)];
        assert_eq!(
            EventSet::from_dates(&twice).unwrap_err().to_string(),
            "event `2021-01-04` (market) on 2021-01-04 occurs twice; \
             give the two different labels or drop one"
        );
        let set = recurring();
        assert!(set.clone().union(set.clone()).is_err());
        assert!(set.with_scope(&Scope::Market).is_err());
    }

    #[test]
    fn first_of_a_year_takes_every_event_of_that_date() {
        let set = recurring();
        assert_eq!(set.first_in_years(&[2021]).unwrap().dates(), [day(2021, 1, 4)]);
        let both = set.first_in_years(&[2021, 2020]).unwrap();
        assert_eq!(both.dates(), [day(2020, 5, 11), day(2021, 1, 4)]);
        assert_eq!(
            set.first_in_years(&[2021, 2024]).unwrap_err().to_string(),
            "no events: none of the set falls in 2024"
        );
    }

    #[test]
    fn json_round_trip_and_a_duplicate_in_json() {
        let set = recurring();
        let json = serde_json::to_string(&set).unwrap();
        assert_eq!(serde_json::from_str::<EventSet>(&json).unwrap(), set);
        let one = r#"{"date":"2021-01-04","label":"a","scope":"market"}"#;
        let error = serde_json::from_str::<EventSet>(&format!("[{one},{one}]")).unwrap_err();
        assert!(error.to_string().starts_with("event `a` (market) on 2021-01-04 occurs twice"));
    }
}
