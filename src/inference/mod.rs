//! Significance tests, each with its author's name and a card.
//!
//! A test is a value: it looks at a [`WindowSample`] and answers a [`TestResult`], which is then
//! asked for its statistic, degrees of freedom and p-value. All tests of this module take the
//! *response* as the unit. Where several responses share an event date they are far from
//! independent, and only the tests that say so on their [`Card`] stay near their nominal size; the
//! honest unit is then the event date, see [`crate::resampling`].
//!
//! [`CarRegression`] asks what CARs have to do with covariates, with errors clustered by event date.

mod bmp;
mod brown_warner;
mod car_regression;
mod card;
mod cross_sectional;
mod kolari_pynnonen;
mod patell;
mod result;
mod sample;
pub mod samples;

pub use bmp::Bmp;
pub use brown_warner::{BrownWarner1980, BrownWarner1985};
pub use car_regression::{
    CarErrors, CarRegression, CarRegressionResult, CarWarning, ENOUGH_EVENT_DATES,
};
pub use card::Card;
pub use cross_sectional::CrossSectionalT;
pub use kolari_pynnonen::{KolariPynnonen, ResidualCorrelation};
pub use patell::PatellZ;
pub use result::{Alternative, NullDistribution, TestResult};
pub use sample::{SampleResponse, Standardisation, WindowSample};

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

/// Every test of this module in its default form, in the order of reports.
pub fn all_tests() -> Vec<Box<dyn SignificanceTest>> {
    vec![
        Box::new(CrossSectionalT),
        Box::new(BrownWarner1980),
        Box::new(BrownWarner1985),
        Box::new(PatellZ::default()),
        Box::new(Bmp::default()),
        Box::new(KolariPynnonen::adjusted_patell(Standardisation::default())),
        Box::new(KolariPynnonen::adjusted_bmp(Standardisation::default())),
    ]
}
