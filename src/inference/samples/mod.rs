//! Tests and estimates on plain slices of numbers.
//!
//! Where the tests of [`crate::inference`] look at the responses of a window, these take numbers
//! from anywhere: the CARs of a window, one mean per event date, two groups of events. The numbers
//! of a sample must be independent of each other; hand over one number per event date, not one per
//! response, where responses share dates.
//!
//! Every test answers with a [`SampleTest`]: statistic, null law, degrees of freedom, and a p-value
//! for each [`Alternative`](super::Alternative). Samples of values that are not finite are refused,
//! and so is a statistic that would divide by a variance of zero; the rounding of a constant sample
//! counts as zero.

mod hodges_lehmann;
mod ibragimov_mueller;
mod mann_whitney;
mod outcome;
mod skewness;
mod t;
mod wilcoxon;

pub use hodges_lehmann::{HodgesLehmann, HodgesLehmannEstimate};
pub use ibragimov_mueller::{GroupDegreesOfFreedom, IbragimovMueller};
pub use mann_whitney::{MannWhitney, MannWhitneyTest};
pub use outcome::{ConfidenceInterval, NullLaw, SampleTest, SidedPValues};
pub use skewness::{SkewnessAdjusted, SkewnessAdjustedT, SkewnessEstimator, SkewnessForm};
pub use t::{MeanTest, OneSampleT, TwoSampleT};
pub use wilcoxon::{RankMethod, SignedRankTest, WilcoxonSignedRank, ZeroRule};
