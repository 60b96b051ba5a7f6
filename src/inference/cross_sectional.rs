//! The t-test over responses.

use super::{Card, NullDistribution, SignificanceTest, TestResult, WindowSample};
use crate::numeric::moments;
use crate::{Error, Result};

/// Cross-sectional t-test of the CARs.
///
/// `t = CAAR / (sd(CAR) / √N)`, standard deviation with divisor N − 1, Student t with N − 1 degrees
/// of freedom.
///
/// - *Null*: the mean CAR is zero.
/// - *Assumes*: CARs independent across responses and alike in distribution. With a shared event
///   date that is wrong, and the test rejects far too often.
/// - *Robust to*: a variance that rises with the event.
/// - *Reference*: MacKinlay 1997, section 5 (<https://www.jstor.org/stable/2729691>); Campbell, Lo
///   and MacKinlay 1997, chapter 4 (<https://doi.org/10.1515/9781400830213>).
/// - *Departures*: none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CrossSectionalT;

impl SignificanceTest for CrossSectionalT {
    fn card(&self) -> Card {
        Card {
            id: "cross-sectional-t",
            name: "cross-sectional t",
            null: "the mean CAR is zero",
            assumes: "independent responses",
            robust_to: "event-induced variance",
            distribution: "t, N - 1",
            allows_for_shared_dates: false,
            reference: "Campbell, Lo and MacKinlay 1997, chapter 4",
            doi: "10.1515/9781400830213",
            departures: "none",
        }
    }

    fn test(&self, sample: &WindowSample) -> Result<TestResult> {
        let cars = sample.cars();
        let level = moments::return_level(&cars);
        let statistic = mean_over_standard_error(self.card().name, &cars, level, "the CARs")?;
        Ok(t_result(self.card().name, statistic, sample))
    }
}

/// `mean / (sd / √n)` of values that carry the rounding of `level`.
pub(super) fn mean_over_standard_error(
    test: &'static str,
    x: &[f64],
    level: f64,
    of: &'static str,
) -> Result<f64> {
    let (Some(mean), Some(variance)) = (moments::mean(x), moments::variance(x)) else {
        return Err(Error::TooFew {
            what: test.to_owned(),
            unit: "responses",
            n_needed: 2,
            n_found: x.len(),
        });
    };
    let sum_squares = variance * (x.len() - 1) as f64;
    if moments::is_negligible(sum_squares, level, x.len()) {
        return Err(Error::DegenerateVariance { what: test.to_owned(), of: of.to_owned() });
    }
    Ok(mean / (variance / x.len() as f64).sqrt())
}

/// A t statistic with N − 1 degrees of freedom.
pub(super) fn t_result(test: &str, statistic: f64, sample: &WindowSample) -> TestResult {
    let degrees_of_freedom = (sample.n_responses() - 1) as f64;
    result(test, statistic, NullDistribution::StudentT { degrees_of_freedom }, sample)
}

pub(super) fn result(
    test: &str,
    statistic: f64,
    distribution: NullDistribution,
    sample: &WindowSample,
) -> TestResult {
    TestResult {
        test: test.to_owned(),
        statistic,
        distribution,
        n_responses: sample.n_responses(),
        n_events: sample.n_events(),
        n_event_dates: sample.n_event_dates(),
    }
}
