//! Tests of many hypotheses: adjusted p-values, and joint tests on common draws.
//!
//! Who looks at forty thresholds, five windows and three models has six hundred hypotheses, and
//! thirty of them look significant at 5 % where nothing happened. This module says what is left.
//!
//! | question | at hand | use |
//! |---|---|---|
//! | which of k claims hold? | k p-values | [`Adjustment`] |
//! | which of k statistics are unusual? | joint replicates of them | [`WestfallYoung`] |
//! | which of k means differ from zero? | k series on one date axis | [`RomanoWolf`] |
//! | is the best of k rules better than a benchmark? | the same | [`SuperiorPredictiveAbility`], [`RealityCheck`] |
//! | which rules are better than a benchmark? | the same | [`StepM`] |
//! | which rules may be the best? | losses on one date axis | [`ModelConfidenceSet`] |
//!
//! All joint tests take resamples of whole rows, [`RowDraws`]: a block bootstrap such as
//! [`SeriesBootstrap`](crate::resampling::SeriesBootstrap), or [`GivenDraws`]. Blocks must
//! be long enough for the dependence from row to row. Models are numbered from 0 in the order of
//! the rows of their table.
//!
//! Signs: a [`RelativePerformance`] is positive where a model did better than the benchmark,
//! whether it was made of losses or of performances. [`ModelConfidenceSet`] takes one or the other.
//!
//! p-values are `(1 + #{at least as large})/(1 + B)`, ties to 10⁻¹² counted. Other packages print
//! `#{larger}/B`; both counts are in [`Exceedances`].
//!
//! No adjustment helps against hypotheses that were looked at and not told.

mod adjustment;
mod cards;
mod draws;
mod hansen;
mod maximum;
mod model_confidence_set;
mod reality_check;
mod relative;
mod romano_wolf;
mod set_of_models;
mod spa;
mod step_down;
mod step_m;
#[cfg(test)]
mod tests;
mod tiles;
mod westfall_young;

pub use adjustment::Adjustment;
pub use cards::cards;
pub use draws::{GivenDraws, RowDraws};
pub use hansen::{HansenVariance, Recentring};
pub use maximum::{CriticalValue, MaximumDistribution};
pub use model_confidence_set::{ModelConfidenceSet, ModelConfidenceSetTest, SetStep};
pub use reality_check::{RealityCheck, RealityCheckTest};
pub use relative::RelativePerformance;
pub use romano_wolf::{ResampleScale, RomanoWolf};
pub use spa::{SpaTest, SuperiorPredictiveAbility};
pub use step_down::{JointHypothesis, StepDownTest};
pub use step_m::{StepM, StepMStep, StepMTest};
pub use westfall_young::WestfallYoung;

pub use crate::resampling::Exceedances;
