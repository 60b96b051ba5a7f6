//! Choices of a specification that are not values of the crate already.

use std::fmt;

use chrono::NaiveDate;
use serde::{Deserialize, Deserializer, Serialize};

use crate::events::{BreakoutRule, EventDetector, EventSet, RuleAlternatives};
use crate::panel::{PriceSeries, Universe};
use crate::time::Spelled;
use crate::{Error, Result};

/// Sets of events that a specification may take, each with the choices that lead to it.
#[derive(Debug, Clone)]
pub struct EventAlternatives {
    pub(super) dimensions: Vec<String>,
    /// One choice per dimension, and the events.
    pub(super) sets: Vec<(Vec<String>, EventSet)>,
}

impl EventAlternatives {
    /// One set of events for all specifications.
    pub fn one(events: EventSet) -> Self {
        Self { dimensions: Vec::new(), sets: vec![(Vec::new(), events)] }
    }

    /// Sets by their names, under the dimension `events`.
    pub fn named<S: Into<String>>(sets: impl IntoIterator<Item = (S, EventSet)>) -> Self {
        let of = |(name, events): (S, EventSet)| (vec![name.into()], events);
        Self { dimensions: vec!["events".to_owned()], sets: sets.into_iter().map(of).collect() }
    }

    /// The breakouts of a series under every combination of alternatives; the parameters are the
    /// dimensions. A rule that finds nothing has an empty set.
    ///
    /// # Errors
    ///
    /// As [`EventDetector::detect`], but for [`Error::NoEvents`].
    pub fn breakouts(
        series: &PriceSeries,
        rule: &BreakoutRule,
        alternatives: &RuleAlternatives,
    ) -> Result<Self> {
        let dimensions = alternatives.parameters().into_iter().map(str::to_owned).collect();
        let mut sets = Vec::new();
        for alternative in alternatives.rules(rule) {
            let events = match alternative.rule.detect(series) {
                Ok(events) => events,
                Err(Error::NoEvents { .. }) => EventSet::default(),
                Err(error) => return Err(error),
            };
            sets.push((alternative.choices, events));
        }
        Ok(Self { dimensions, sets })
    }

    /// The sets in order, each with its choice in every dimension.
    pub fn sets(&self) -> impl ExactSizeIterator<Item = (&[String], &EventSet)> {
        self.sets.iter().map(|(choices, events)| (choices.as_slice(), events))
    }
}

/// A universe that a specification may take.
#[derive(Debug, Clone)]
#[must_use]
pub struct UniverseAlternative {
    pub(super) name: String,
    pub(super) universe: Universe,
    pub(super) min_assets: usize,
}

impl UniverseAlternative {
    /// A universe with the name that tables carry.
    pub fn new(name: impl Into<String>, universe: Universe) -> Self {
        Self { name: name.into(), universe, min_assets: 1 }
    }

    /// Fewest assets of an event portfolio; 1 unless set.
    pub fn min_assets(mut self, n: usize) -> Self {
        self.min_assets = n.max(1);
        self
    }
}

/// A period that events are taken from, both ends included.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Period {
    /// First date; the first there is unless set.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "date")]
    pub from: Option<NaiveDate>,
    /// Last date; the last there is unless set.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "date")]
    pub through: Option<NaiveDate>,
}

/// A date written as text, or as a bare date of TOML.
fn date<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> std::result::Result<Option<NaiveDate>, D::Error> {
    Spelled::deserialize(deserializer).map(|date| Some(date.0))
}

impl Period {
    /// From a date on.
    pub fn from(date: NaiveDate) -> Self {
        Self { from: Some(date), through: None }
    }

    /// Whether it holds a date.
    pub fn holds(&self, date: NaiveDate) -> bool {
        self.from.is_none_or(|from| from <= date) && self.through.is_none_or(|end| date <= end)
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.from, self.through) {
            (None, None) => write!(f, "all dates"),
            (Some(from), None) => write!(f, "from {from}"),
            (None, Some(through)) => write!(f, "through {through}"),
            (Some(from), Some(through)) => write!(f, "{from} to {through}"),
        }
    }
}
