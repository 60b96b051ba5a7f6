//! Brown and Warner's tests from the variance of the estimation window.

use super::cross_sectional::result;
use super::{Card, NullDistribution, SignificanceTest, TestResult, WindowSample};
use crate::{Error, Result};

/// Brown and Warner 1980: the summed AAR over its standard error under independence.
///
/// `t = Σ_t AAR_t / √(Σ_t Σ_i var_i / N_t²)`, where `var_i` is the sample variance (divisor M − 1)
/// of the response's abnormal returns in the estimation window and `N_t` the responses with an AR
/// on day t. Student t with `mean(M) − 1` degrees of freedom.
///
/// - *Null*: the mean abnormal return is zero.
/// - *Assumes*: abnormal returns independent across responses and days, variance unchanged by the
///   event, estimated parameters without error.
/// - *Robust to*: responses of different variance.
/// - *Reference*: <https://doi.org/10.1016/0304-405X(80)90002-1>.
/// - *Departures*: windows of different lengths use the CAAR and `Σ L_i var_i / N²`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct BrownWarner1980;

/// Brown and Warner 1985: crude dependence adjustment.
///
/// `t = Σ_t AAR_t / (sd · √L)`, where `sd` is the standard deviation (divisor n − 1) of the AAR
/// series over the estimation window, which holds whatever correlation the responses have there.
/// Student t with `mean(M) − 1` degrees of freedom.
///
/// - *Null*: the mean abnormal return is zero.
/// - *Assumes*: the variance of the AAR is unchanged by the event, days independent. With different
///   event dates the estimation rows are lined up by their distance from the event.
/// - *Robust to*: correlation between responses of one date.
/// - *Reference*: <https://doi.org/10.1016/0304-405X(85)90042-X>.
/// - *Departures*: windows of different lengths use the CAAR and the mean of the lengths.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct BrownWarner1985;

impl SignificanceTest for BrownWarner1980 {
    fn card(&self) -> Card {
        Card {
            id: "brown-warner-1980",
            name: "Brown-Warner 1980",
            null: "the mean abnormal return is zero",
            assumes: "independent responses and days, variance unchanged by the event",
            robust_to: "responses of different variance",
            distribution: "t, mean(M) - 1",
            allows_for_shared_dates: false,
            reference: "Brown and Warner 1980",
            doi: "10.1016/0304-405X(80)90002-1",
            departures: "windows of different lengths use the CAAR",
        }
    }

    fn test(&self, sample: &WindowSample) -> Result<TestResult> {
        let (total, variance) = sample.summed_aar();
        ratio(self.card().name, total, variance, sample)
    }
}

impl SignificanceTest for BrownWarner1985 {
    fn card(&self) -> Card {
        Card {
            id: "brown-warner-1985",
            name: "Brown-Warner 1985 (CDA)",
            null: "the mean abnormal return is zero",
            assumes: "variance of the AAR unchanged by the event, days independent",
            robust_to: "correlation between responses of one date",
            distribution: "t, mean(M) - 1",
            allows_for_shared_dates: true,
            reference: "Brown and Warner 1985",
            doi: "10.1016/0304-405X(85)90042-X",
            departures: "windows of different lengths use the CAAR and their mean length",
        }
    }

    fn test(&self, sample: &WindowSample) -> Result<TestResult> {
        let (total, _) = sample.summed_aar();
        let std_dev = sample.estimation_aar_std_dev().unwrap_or(0.0);
        let variance = std_dev * std_dev * sample.window_length();
        ratio(self.card().name, total, variance, sample)
    }
}

fn ratio(test: &str, total: f64, variance: f64, sample: &WindowSample) -> Result<TestResult> {
    if variance.is_nan() || variance <= 0.0 {
        return Err(Error::DegenerateVariance {
            what: test.to_owned(),
            of: "the abnormal returns of the estimation window".to_owned(),
        });
    }
    let degrees_of_freedom = sample.mean_observations() - 1.0;
    let distribution = NullDistribution::StudentT { degrees_of_freedom };
    Ok(result(test, total / variance.sqrt(), distribution, sample))
}
