//! Tests and estimates on plain slices of numbers.
//!
//! Where the tests of [`crate::inference`] look at the responses of a window, these take numbers
//! from anywhere: the CARs of a window, one mean per event date, two groups of events. The numbers
//! of a sample must be independent of each other; hand over one number per event date, not one per
//! response, where responses share dates.
//!
//! [`cards`] lists them all with what they assume. Every test answers with a [`SampleTest`]: statistic, null law, degrees of freedom, and a p-value
//! for each [`Alternative`](super::Alternative). Samples of values that are not finite are refused,
//! and so is a statistic that would divide by a variance of zero; the rounding of a constant sample
//! counts as zero.

mod binomial;
mod bootstrapped_t;
mod cards;
mod correlation;
mod design_effect;
mod effect_size;
mod hodges_lehmann;
mod ibragimov_mueller;
mod kolmogorov;
mod mann_whitney;
mod moments;
mod outcome;
mod permutation;
mod shapiro_wilk;
mod sign;
mod skewness;
mod t;
mod wilcoxon;

pub use bootstrapped_t::{BootstrappedSkewnessT, BootstrappedSkewnessTest};
pub use cards::cards;
pub use correlation::{CorrelationTest, kendall, pearson, spearman};
pub use design_effect::{DesignEffect, DesignEffectTest};
pub use effect_size::GroupDifference;
pub use hodges_lehmann::{HodgesLehmann, HodgesLehmannEstimate};
pub use ibragimov_mueller::{GroupDegreesOfFreedom, IbragimovMueller};
pub use kolmogorov::{DistanceMethod, DistanceTest, KolmogorovSmirnov};
pub use mann_whitney::{MannWhitney, MannWhitneyTest};
pub use moments::{Moments, dagostino_pearson, jarque_bera};
pub use outcome::{ConfidenceInterval, NullLaw, SampleTest, SidedPValues};
pub use permutation::{LabelPermutation, LabelPermutationTest};
pub use shapiro_wilk::shapiro_wilk;
pub use sign::{ProportionInterval, SignTest, SignTestOutcome};
pub use skewness::{SkewnessAdjusted, SkewnessAdjustedT, SkewnessEstimator, SkewnessForm};
pub use t::{MeanTest, OneSampleT, TwoSampleT};
pub use wilcoxon::{RankMethod, SignedRankTest, WilcoxonSignedRank, ZeroRule};
