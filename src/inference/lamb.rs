//! The test of the portfolio of all responses with its forecast error.

use super::corrado::degenerate;
use super::cross_sectional::result;
use super::{Card, NullDistribution, SignificanceTest, TestResult, WindowSample};
use crate::Result;

/// Lamb 1995: the summed AAR over the forecast error of the portfolio of all responses.
///
/// `z = Σ_t AAR_t / (sd · √(L + L²/M + d'S⁻¹d))`, where `sd` is the standard deviation (divisor
/// n − 1) of the AAR series over the estimation window, M the mean number of estimation rows, d the
/// sum over the window of the factors' deviations from their means over the estimation window and S
/// their centred cross-products there; for one day and the market model the root is
/// `√(1 + 1/M + (R_m − mean)² / Σ(R_m − mean)²)`. Standard normal.
///
/// - *Null*: the mean abnormal return is zero.
/// - *Assumes*: the variance of the AAR is unchanged by the event, days independent, expected
///   returns by least squares on factors that all responses share.
/// - *Robust to*: correlation between responses of one date; parameter error enters the
///   denominator, which the [crude dependence adjustment](super::BrownWarner1985) leaves out.
/// - *Reference*: Lamb 1995, <https://doi.org/10.2307/253695>.
/// - *Departures*: the paper tests the day of one event. Longer windows take the forecast variance of
///   a sum. With several event dates the estimation rows are lined up by their distance from the
///   event and `d'S⁻¹d` is averaged over the responses. Windows of different lengths use the CAAR
///   and the mean of the lengths. A model without slopes has no `d'S⁻¹d`; where responses have
///   factors of their own it is what each fit has in its place.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Lamb;

impl SignificanceTest for Lamb {
    fn card(&self) -> Card {
        Card {
            id: "lamb",
            name: "Lamb z",
            null: "the mean abnormal return is zero",
            assumes: "variance of the AAR unchanged by the event, days independent",
            robust_to: "correlation between responses of one date",
            distribution: "normal",
            allows_for_shared_dates: true,
            reference: "Lamb 1995",
            doi: "10.2307/253695",
            departures: "longer windows take the forecast variance of a sum",
        }
    }

    fn test(&self, sample: &WindowSample) -> Result<TestResult> {
        let name = self.card().name;
        let std_dev = sample.estimation_aar_std_dev().ok_or_else(|| {
            degenerate(name, "the mean abnormal returns of the estimation window")
        })?;
        let (total, _) = sample.summed_aar();
        let length = sample.window_length();
        let error = length + length * length / sample.mean_observations() + sample.mean_leverage();
        let statistic = total / (std_dev * error.sqrt());
        Ok(result(name, statistic, NullDistribution::Normal, sample))
    }
}
