//! Skewness-adjusted t tests over responses.

use super::cross_sectional::{mean_over_standard_error, result};
use super::samples::{SkewnessAdjusted, SkewnessAdjustedT, SkewnessEstimator};
use super::{Card, NullDistribution, SignificanceTest, TestResult, WindowSample};
use crate::Result;
use crate::numeric::moments;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Johnson,
    Hall,
}

/// Skewness-adjusted t of the CARs.
///
/// With `S = CAAR / sd(CAR)`, standard deviation with divisor N − 1, and skewness γ:
///
/// - [`johnson`](Self::johnson): `√N (S + γS²/3 + γ/(6N))`, with `γ = Σ(CAR − CAAR)³ / (N sd³)`;
/// - [`hall`](Self::hall): `√N (S + γS²/3 + γ²S³/27 + γ/(6N))`, with
///   `γ = N / ((N − 1)(N − 2)) · Σ(CAR − CAAR)³ / sd³`.
///
/// Standard normal. [`estimator`](Self::estimator) takes the other γ.
///
/// - *Null*: the mean CAR is zero.
/// - *Assumes*: responses independent and alike in distribution, tails light enough for a third
///   moment.
/// - *Robust to*: skewed CARs, a variance that rises with the event.
/// - *Reference*: Lyon, Barber and Tsai 1999, <https://doi.org/10.1111/0022-1082.00101>; Johnson
///   1978, Journal of the American Statistical Association 73, pages 536–544; Hall 1992, Journal of
///   the Royal Statistical Society B 54, pages 221–228.
/// - *Departures*: the normal distribution for few responses; Lyon, Barber and Tsai bootstrap it. What
///   the forms do with a large γS is said at [`SkewnessAdjustedT`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SkewnessAdjustedCar {
    form: Form,
    adjusted: SkewnessAdjustedT,
}

impl SkewnessAdjustedCar {
    /// Johnson's form.
    pub fn johnson() -> Self {
        Self { form: Form::Johnson, adjusted: SkewnessAdjustedT::johnson() }
    }

    /// Hall's form.
    pub fn hall() -> Self {
        Self { form: Form::Hall, adjusted: SkewnessAdjustedT::hall() }
    }

    /// Another estimator of the skewness.
    #[must_use]
    pub fn estimator(mut self, estimator: SkewnessEstimator) -> Self {
        self.adjusted = self.adjusted.estimator(estimator);
        self
    }

    /// The statistic with mean, standard deviation, skewness and plain t.
    ///
    /// # Errors
    ///
    /// As the test itself.
    pub fn adjusted(&self, sample: &WindowSample) -> Result<SkewnessAdjusted> {
        let name = self.card().name;
        sample.require(name, 3)?;
        let cars = sample.cars();
        // CARs carry the rounding of the prices that they come from, which is more than their own.
        mean_over_standard_error(name, &cars, moments::return_level(&cars), "the CARs")?;
        self.adjusted.test(&cars)
    }
}

impl SignificanceTest for SkewnessAdjustedCar {
    fn card(&self) -> Card {
        let is_hall = self.form == Form::Hall;
        Card {
            id: if is_hall { "skewness-hall" } else { "skewness-johnson" },
            name: self.adjusted.name(),
            null: "the mean CAR is zero",
            assumes: "independent responses alike in distribution",
            robust_to: "skewed CARs, event-induced variance",
            distribution: "normal",
            allows_for_shared_dates: false,
            reference: if is_hall {
                "Hall 1992; Lyon, Barber and Tsai 1999"
            } else {
                "Johnson 1978; Lyon, Barber and Tsai 1999"
            },
            doi: "10.1111/0022-1082.00101",
            departures: "the normal in place of a bootstrap",
        }
    }

    fn test(&self, sample: &WindowSample) -> Result<TestResult> {
        let statistic = self.adjusted(sample)?.result.statistic;
        Ok(result(self.card().name, statistic, NullDistribution::Normal, sample))
    }
}
