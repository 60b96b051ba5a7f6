//! Placebo dates: the statistic on pseudo-events that are drawn under the rule of the real ones.

mod design;
mod distribution;
mod grid;
mod randomisation;
mod sets;
mod shift;
mod spaced;

pub use design::PlaceboDesign;
pub use distribution::{
    ExcessInterval, ExcessIntervalKind, MinimumDetectableShift, PlaceboDistribution, PlaceboSummary,
};
pub use grid::{PlaceboGrid, PlaceboRank, PseudoEvent};
pub use randomisation::{PlaceboStatistic, PlaceboTest};
pub use sets::PlaceboSets;
pub use shift::CircularShift;
