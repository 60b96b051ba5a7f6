//! Placebo dates: the statistic on pseudo-events that are drawn under the rule of the real ones.

mod design;
mod distribution;
mod grid;
mod shift;
mod spaced;

pub use design::{PlaceboDesign, PlaceboSets};
pub use distribution::{
    ExcessInterval, ExcessIntervalKind, MinimumDetectableShift, PlaceboDistribution, PlaceboSummary,
};
pub use grid::{PlaceboGrid, PlaceboRank};
pub use shift::CircularShift;
