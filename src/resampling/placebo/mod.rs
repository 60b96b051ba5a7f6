//! Placebo dates: the statistic on pseudo-events that are drawn under the rule of the real ones.

mod design;
mod distribution;
mod grid;
mod joint;
mod shift;
mod spaced;

pub use design::{PlaceboDesign, PlaceboSets};
pub(crate) use distribution::effective_periods;
pub use distribution::{
    ExcessInterval, ExcessIntervalKind, MinimumDetectableShift, PlaceboDistribution, PlaceboSummary,
};
pub use grid::{PlaceboGrid, PlaceboRank};
pub(crate) use joint::{EventPattern, EventPatterns, Individual, JointShifts};
pub use joint::{JointStatistic, ShiftedCurves};
pub use shift::CircularShift;
