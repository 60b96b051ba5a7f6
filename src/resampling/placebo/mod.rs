//! Placebo dates: the statistic on pseudo-events that are drawn under the rule of the real ones.

mod design;
mod distribution;
mod grid;
mod matched;
mod shift;
mod spaced;

pub use design::{PlaceboDesign, PlaceboSets};
pub use distribution::{
    ExcessInterval, ExcessIntervalKind, MinimumDetectableShift, PlaceboDistribution, PlaceboSummary,
};
pub use grid::{PlaceboGrid, PlaceboRank};
pub use matched::{
    MatchedDesign, MatchedDistribution, MatchedPool, PlaceboCovariate, PlaceboMatch,
};
pub use shift::CircularShift;
