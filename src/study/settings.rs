//! Choices of a study that are small enough to be values.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::resampling::PlaceboStatistic;

/// Weights of the assets in an event portfolio.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Weighting {
    /// The same for every asset.
    #[default]
    Equal,
    /// Market value at the last snapshot before the event.
    MarketValue,
}

impl Weighting {
    /// The name that tables carry.
    pub fn name(self) -> &'static str {
        match self {
            Self::Equal => "equal weight",
            Self::MarketValue => "value weight",
        }
    }
}

/// Which assets the windows of one event use.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum AssetSet {
    /// One set for all windows of an event, so that adjoining lags add up: the assets that cover
    /// all of them. Where too few assets do, the window that ends last is given up for that event,
    /// and counted, until enough are left.
    #[default]
    Fixed,
    /// Every window uses the assets that cover it. Lags then do not add up.
    PerWindow,
}

/// How placebo dates are drawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PlaceboSettings {
    /// Sets of pseudo-events to draw; all of them are enumerated where there are fewer.
    pub n_sets: usize,
    /// Fewest calendar days between pseudo-events of a set: what the rule of the events asks for.
    /// Unset takes the length of the window, so that windows of a set overlap no more than those of
    /// the events. (The smallest distance that the events happen to have would be too much: sets
    /// further apart than the rule demands vary less.) Plays no part where windows of the events
    /// overlap, see [`PlaceboScheme::Shifted`].
    pub min_separation_days: Option<u32>,
    /// Calendar days around every event from which no pseudo-event is drawn. Unset there is none, and
    /// the comparison is an exact randomisation test; with one it rejects too often, see
    /// [`PlaceboDesign`](crate::resampling::PlaceboDesign). Around the dates to
    /// [`avoid`](Self::avoid) it is the longest reach of the windows unless set.
    pub buffer_days: Option<u32>,
    /// What is compared: the studentised mean unless set.
    pub statistic: PlaceboStatistic,
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
}

/// How replicates are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct BootstrapSettings {
    /// Number of replicates.
    pub replicates: usize,
    /// Mean length of the blocks of the stationary bootstrap, in rows.
    pub mean_block_length: f64,
}

impl Default for BootstrapSettings {
    fn default() -> Self {
        Self { replicates: 9_999, mean_block_length: 10.0 }
    }
}
