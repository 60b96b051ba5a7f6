//! One event.

use std::fmt;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::Breakout;

/// Position of an event in its [`EventSet`](super::EventSet).
///
/// It means nothing in another set, also in one that was filtered from the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct EventId(pub(super) usize);

impl EventId {
    /// The first event of a set.
    pub(crate) const FIRST: Self = Self(0);

    /// The position, from 0 in the order of dates.
    pub fn index(self) -> usize {
        self.0
    }
}

/// Which assets respond to an event.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Every asset of the universe.
    Market,
    /// The asset of this name.
    Asset(String),
}

impl Scope {
    /// True where the asset responds.
    pub fn includes(&self, asset: &str) -> bool {
        match self {
            Self::Market => true,
            Self::Asset(name) => name == asset,
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Market => f.write_str("market"),
            Self::Asset(name) => f.write_str(name),
        }
    }
}

/// A date on which something became known, and who responds to it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// The day at whose end the event was known: day 0.
    pub date: NaiveDate,
    /// What the tables call it.
    pub label: String,
    /// Who responds.
    pub scope: Scope,
    /// Why a detector took it; `None` for a listed event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub qualification: Option<Breakout>,
}

impl Event {
    /// A listed event to which every asset responds.
    pub fn market(date: NaiveDate, label: &str) -> Self {
        Self { date, label: label.to_owned(), scope: Scope::Market, qualification: None }
    }

    /// A listed event of one asset.
    pub fn of_asset(date: NaiveDate, asset: &str, label: &str) -> Self {
        Self { scope: Scope::Asset(asset.to_owned()), ..Self::market(date, label) }
    }

    /// Order of a set: date, then scope, then label. Equal keys are one event written twice.
    pub(super) fn key(&self) -> (NaiveDate, &Scope, &str) {
        (self.date, &self.scope, &self.label)
    }
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { date, label, scope, qualification } = self;
        write!(f, "{date}")?;
        if label != &date.to_string() {
            write!(f, " {label}")?;
        }
        write!(f, " ({scope})")?;
        qualification.as_ref().map_or(Ok(()), |breakout| write!(f, ": {breakout}"))
    }
}
