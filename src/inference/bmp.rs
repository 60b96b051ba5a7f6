//! The standardised cross-sectional test.

use super::cross_sectional::{mean_over_standard_error, t_result};
use super::{Card, SignificanceTest, Standardisation, TestResult, WindowSample};
use crate::Result;

/// Boehmer, Musumeci and Poulsen 1991: cross-sectional t of the standardised abnormal returns.
///
/// `t = mean(A) / (sd(A) / √N)`, where A is the SCAR (or CSAR / √L), with the forecast error in its
/// denominator, and sd has divisor N − 1. Student t with N − 1 degrees of freedom.
///
/// - *Null*: the mean standardised abnormal return is zero.
/// - *Assumes*: responses independent.
/// - *Robust to*: a variance that rises with the event; responses of different variance.
/// - *Reference*: <https://doi.org/10.1016/0304-405X(91)90032-F>.
/// - *Departures*: the paper's distribution is the normal; t(N − 1) is the same for many responses
///   and more careful for few.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Bmp {
    /// How the window is standardised.
    pub form: Standardisation,
}

impl SignificanceTest for Bmp {
    fn card(&self) -> Card {
        Card {
            id: match self.form {
                Standardisation::Scar => "bmp",
                Standardisation::Csar => "bmp-csar",
            },
            name: match self.form {
                Standardisation::Scar => "BMP t",
                Standardisation::Csar => "BMP t (CSAR)",
            },
            null: "the mean standardised abnormal return is zero",
            assumes: "independent responses",
            robust_to: "event-induced variance, responses of different variance",
            distribution: "t, N - 1",
            allows_for_shared_dates: false,
            reference: "Boehmer, Musumeci and Poulsen 1991",
            doi: "10.1016/0304-405X(91)90032-F",
            departures: "t(N - 1) in place of the normal",
        }
    }

    fn test(&self, sample: &WindowSample) -> Result<TestResult> {
        let statistic = statistic(self.card().name, sample, self.form)?;
        Ok(t_result(self.card().name, statistic, sample))
    }
}

pub(super) fn statistic(
    test: &'static str,
    sample: &WindowSample,
    form: Standardisation,
) -> Result<f64> {
    let standardised = sample.standardised(form);
    let level = sample.standardised_level();
    mean_over_standard_error(test, &standardised, level, "the standardised abnormal returns")
}
