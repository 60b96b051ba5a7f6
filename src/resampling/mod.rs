//! Resampling: bootstrap distributions, sign flips, placebo dates, and what they can detect.
//!
//! This module works on numbers and dates and knows nothing of models. *Drawing* is apart from
//! *reading*: a scheme ([`EventDateBootstrap`], [`ClusterBootstrap`], [`SeriesBootstrap`]) yields a
//! [`BootstrapDistribution`], from which intervals of any [`IntervalMethod`] and level are read, or
//! a [`PathDistribution`], from which a [`SimultaneousBand`] is; [`WildBootstrap`] tests a mean of
//! zero under weights of any of four laws; [`PlaceboDesign`] yields [`PlaceboSets`], on which any
//! statistic gives a [`PlaceboDistribution`].
//!
//! Three event dates are three observations, whatever the number of assets. [`SignFlip`] cannot
//! reach 5 % with fewer than six events, and weights with more than two values only make its p-value
//! look finer; no percentile or `BCa` interval by event date covers more than
//! [`EventDateBootstrap::coverage_ceiling`], and [`TTestPower`] says how large an effect would have
//! had to be. Placebo dates compare the events with what the same windows held at other times, and
//! are the null that the crate trusts; their limit is
//! [`PlaceboDistribution::effective_periods`]. [`LabelRandomisation`] asks whether a condition of
//! the events, or a regime that days are in, makes a difference.
//!
//! Where the distinct outcomes are few they are enumerated, and the result says so. Otherwise
//! replicate k draws from the stream (seed, k), so results have the same bits at any number of
//! threads, and a [`BootstrapRun`] can be computed in shards.

mod band;
mod block_length;
mod cluster_bootstrap;
mod clusters;
mod conformal;
mod distribution;
pub(crate) mod draws;
mod event_date;
mod exceedances;
mod interval;
mod labels;
mod outcomes;
mod paths;
mod placebo;
mod power;
mod reading;
mod reference;
mod run;
mod scheme;
mod series;
mod shards;
mod sign_flip;
mod step_down;
mod studentised;
mod tails;
#[cfg(test)]
mod tests;
mod two_samples;
mod weights;
mod wild;

pub use band::SimultaneousBand;
pub use block_length::{BlockLength, LagRule};
pub use cluster_bootstrap::{ClusterBootstrap, ClusterScheme};
pub use conformal::{
    ConformalInterval, ConformalPermutations, ConformalResult, ConformalSeries, ConformalStatistic,
    ConformalTest,
};
pub use distribution::{BootstrapDistribution, BootstrapSummary, ResamplingScheme};
pub use event_date::EventDateBootstrap;
pub(crate) use exceedances::Bar;
pub use exceedances::Exceedances;
pub use interval::{Interval, IntervalMethod};
pub use labels::{LabelDifference, LabelRandomisation, LabelScheme};
pub use paths::PathDistribution;
pub(crate) use placebo::{
    CircleValues, EventPattern, EventPatterns, Individual, JointShifts, effective_periods,
};
pub use placebo::{
    CircularShift, EffectInterval, ExcessInterval, ExcessIntervalKind, JointStatistic,
    MatchedDesign, MatchedPool, MatchedSets, MinimumDetectableShift, PlaceboCovariate,
    PlaceboDesign, PlaceboDistribution, PlaceboGrid, PlaceboMatch, PlaceboRank, PlaceboSets,
    PlaceboStatistic, PlaceboSummary, PlaceboTest, PseudoEvent, ShiftedCurves, UnboundedBecause,
    UnboundedInterval,
};
pub use power::TTestPower;
pub use reference::{ReferenceDistribution, ReferenceSummary};
pub use run::BootstrapRun;
pub use series::{SeriesBootstrap, SeriesScheme};
pub use shards::BootstrapShard;
pub use sign_flip::{SignFlip, SignFlipTest};
pub(crate) use step_down::{Counts, Ladder};
pub use tails::PValues;
pub use weights::WildWeights;
pub use wild::{WildBootstrap, WildBootstrapTest, WildPValues};
