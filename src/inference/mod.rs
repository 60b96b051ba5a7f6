//! Significance tests, each with its author's name and a card.
//!
//! A test is a value: it looks at a [`WindowSample`] and answers a [`TestResult`], which is then
//! asked for its statistic, degrees of freedom and p-value. All tests of this module take the
//! *response* as the unit. Where several responses share an event date they are far from
//! independent, and only the tests that say so on their [`Card`] stay near their nominal size; the
//! honest unit is then the event date, see [`crate::resampling`].
//!
//! Every test has a name, [`Card::id`], under which [`registry`] lists it and [`tests_named`] finds
//! it.
//!
//! [`CarRegression`] asks what CARs have to do with covariates, with errors clustered by event date.

mod accumulated;
mod bmp;
mod brown_warner;
mod car_regression;
mod card;
mod choice;
mod conformal_series;
mod corrado;
mod corrado_zivney;
mod cross_sectional;
mod generalised_ranks;
mod grank;
mod kolari_pynnonen;
mod lamb;
mod mean_correlation;
mod member;
mod patell;
mod placebo_assets;
mod placebo_units;
mod rank_series;
mod registry;
mod result;
mod sample;
mod sample_rows;
pub mod samples;
mod sign;
mod sign_flip_responses;
mod skewness;
mod wilcoxon;

pub use accumulated::AccumulatedTests;
pub use bmp::Bmp;
pub use brown_warner::{BrownWarner1980, BrownWarner1985};
pub use car_regression::{
    CarErrors, CarRegression, CarRegressionResult, CarWarning, ENOUGH_EVENT_DATES,
};
pub use card::Card;
pub use choice::{Choice, SampleDesign, Suitability};
pub use conformal_series::conformal_series;
pub use corrado::{CorradoRank, CumulativeRank};
pub use corrado_zivney::CorradoZivney;
pub use cross_sectional::CrossSectionalT;
pub use grank::Grank;
pub use kolari_pynnonen::{KolariPynnonen, ResidualCorrelation};
pub use lamb::Lamb;
pub use patell::PatellZ;
pub use placebo_assets::{AssetDraw, PlaceboAssets, PlaceboAssetsEvent, PlaceboAssetsResult};
pub use placebo_units::{PlaceboUnit, PlaceboUnitRanks, PlaceboUnits};
pub use registry::{RegisteredTest, all_tests, registry, tests_named};
pub use result::{Alternative, NullDistribution, TestResult};
pub use sample::{SampleResponse, Standardisation, WindowSample};
pub use sign::{GeneralisedSign, Sign};
pub use sign_flip_responses::SignFlipResponses;
pub use skewness::SkewnessAdjustedCar;
pub use wilcoxon::Wilcoxon;

use crate::Result;

/// A test of the null that abnormal performance over a window is zero.
pub trait SignificanceTest: std::fmt::Debug + Send + Sync {
    /// Null, assumptions, distribution, reference.
    fn card(&self) -> Card;

    /// The result for one window.
    ///
    /// # Errors
    ///
    /// [`Error::TooFew`](crate::Error::TooFew) for too few responses,
    /// [`Error::DegenerateVariance`](crate::Error::DegenerateVariance) where the statistic divides
    /// by a variance of zero.
    fn test(&self, sample: &WindowSample) -> Result<TestResult>;
}
