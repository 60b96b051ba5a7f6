//! Placebo dates: the statistic on pseudo-events that are drawn under the rule of the real ones.

mod design;
mod distribution;
mod grid;
mod interval;
mod joint;
mod matched;
mod randomisation;
mod sets;
mod shift;
mod spaced;

pub use design::PlaceboDesign;
pub(crate) use distribution::effective_periods;
pub use distribution::{MinimumDetectableShift, PlaceboDistribution, PlaceboSummary};
pub use grid::{PlaceboGrid, PlaceboRank, PseudoEvent};
pub use interval::{
    EffectInterval, ExcessInterval, ExcessIntervalKind, UnboundedBecause, UnboundedInterval,
};
pub(crate) use joint::{CircleValues, EventPattern, EventPatterns, Individual, JointShifts};
pub use joint::{JointStatistic, ShiftedCurves};
pub use matched::{MatchedDesign, MatchedPool, MatchedSets, PlaceboCovariate, PlaceboMatch};
pub use randomisation::{PlaceboStatistic, PlaceboTest};
pub use sets::PlaceboSets;
pub use shift::CircularShift;
