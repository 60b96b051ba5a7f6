//! How placebo dates are drawn.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::MatchRule;
use crate::resampling::PlaceboStatistic;

/// How placebo dates are drawn.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PlaceboSettings {
    /// Sets of pseudo-events to draw; all of them are enumerated where there are fewer.
    pub n_sets: usize,
    /// Fewest calendar days between pseudo-events of a set: what the rule of the events asks for.
    /// Unset takes the length of the window, so that windows of a set overlap no more than those of
    /// the events. (The smallest distance that the events happen to have would be too much: sets
    /// further apart than the rule demands vary less.) Plays no part where windows of the events
    /// overlap, see [`SchemeChoice::Auto`].
    pub min_separation_days: Option<u32>,
    /// Calendar days around every event from which no pseudo-event is drawn. Unset there is none, and
    /// the comparison is an exact randomisation test; with one it rejects too often, see
    /// [`PlaceboDesign`](crate::resampling::PlaceboDesign). Around the dates to
    /// [`avoid`](Self::avoid) it is the longest reach of the windows unless set.
    pub buffer_days: Option<u32>,
    /// What is compared: the studentised mean unless set.
    pub statistic: PlaceboStatistic,
    /// How the pseudo-events of a set are spaced; told from the events unless set.
    pub scheme: SchemeChoice,
    /// What dates are matched on for a second comparison, which stands beside the first and decides
    /// nothing; none unless set.
    #[serde(rename = "match", skip_serializing_if = "Vec::is_empty")]
    pub matching: Vec<MatchRule>,
    /// First date of pseudo-events: where the search for events began. Unset is the first date with
    /// data.
    pub from: Option<NaiveDate>,
    /// Last date of pseudo-events: where the search for events ended.
    pub through: Option<NaiveDate>,
    /// Dates that the buffer keeps clear of, such as events of the same kind that the study leaves
    /// out.
    pub avoid: Vec<NaiveDate>,
}

impl PlaceboSettings {
    /// Whether a pseudo-event may fall on that date, buffers aside.
    pub(super) fn in_period(&self, date: NaiveDate) -> bool {
        self.from.is_none_or(|from| from <= date) && self.through.is_none_or(|end| date <= end)
    }
}

impl Default for PlaceboSettings {
    fn default() -> Self {
        Self {
            n_sets: 9_999,
            min_separation_days: None,
            buffer_days: None,
            statistic: PlaceboStatistic::default(),
            scheme: SchemeChoice::default(),
            matching: Vec::new(),
            from: None,
            through: None,
            avoid: Vec::new(),
        }
    }
}

/// How the pseudo-events of a set are spaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PlaceboScheme {
    /// Sets of dates at least as far apart as the events.
    #[default]
    Spaced,
    /// The pattern of the events shifted as a whole, its gaps kept: where windows of events overlap,
    /// or the events differ in who responds to them.
    Shifted,
    /// One date for each event, like it in what the dates are matched on.
    Matched,
}

/// How the pseudo-events of a set are to be spaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SchemeChoice {
    /// [`Shifted`](PlaceboScheme::Shifted) where windows of the events overlap or the events differ
    /// in who responds to them, [`Spaced`](PlaceboScheme::Spaced) otherwise.
    #[default]
    Auto,
    /// [`PlaceboScheme::Spaced`]. Where windows of the events overlap, dates of a set are no further
    /// apart than the nearest two events; sets then bunch less than the events, their means vary too
    /// little, and p is too small. Where the events differ in who responds, the dates of a set are
    /// given to them in order.
    Spaced,
    /// [`PlaceboScheme::Shifted`]: all shifts of the pattern of the events, which are no more than
    /// there are dates.
    Shifted,
}
