//! Choices of a study that are small enough to be values.

use serde::{Deserialize, Serialize};

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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PlaceboSettings {
    /// Sets of pseudo-events to draw; all of them are enumerated where there are fewer.
    pub n_sets: usize,
    /// Fewest calendar days between pseudo-events of a set; unset takes the smallest distance
    /// between the real events. Plays no part where windows of the events overlap, see
    /// [`PlaceboScheme::Shifted`].
    pub min_separation_days: Option<u32>,
    /// Calendar days around every real event from which no pseudo-event is drawn.
    pub buffer_days: u32,
}

impl Default for PlaceboSettings {
    fn default() -> Self {
        Self { n_sets: 9_999, min_separation_days: None, buffer_days: 31 }
    }
}

/// How the pseudo-events of a set are spaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PlaceboScheme {
    /// Sets of dates at least as far apart as the events.
    #[default]
    Spaced,
    /// The pattern of the events shifted as a whole, its gaps kept: where windows of events overlap.
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
