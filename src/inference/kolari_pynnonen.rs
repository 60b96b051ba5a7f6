//! Adjustments for correlation between the responses.

use super::cross_sectional::{result, t_result};
use super::{
    Card, NullDistribution, SignificanceTest, Standardisation, TestResult, WindowSample, bmp,
    patell,
};
use crate::{Error, Result};

/// Mean correlation between the responses of a sample, and what it does to their variance.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ResidualCorrelation {
    /// r̄: the mean over all pairs of responses of the correlation of their estimation residuals.
    ///
    /// Residuals are paired by calendar date, never by relative day. A pair counts in proportion to
    /// the dates that its two event windows share, `|A ∩ B| / √(|A| |B|)`: windows that do not
    /// overlap are uncorrelated however alike the residuals are. With one event date the weight is
    /// 1 and r̄ is the paper's.
    pub mean: f64,
    /// Responses, N.
    pub n_responses: usize,
}

impl ResidualCorrelation {
    /// Mean correlation of a sample.
    ///
    /// # Errors
    ///
    /// [`Error::TooFew`] for a single response.
    pub fn of(sample: &WindowSample) -> Result<Self> {
        sample.require("the mean residual correlation", 2)?;
        Ok(Self { mean: sample.mean_residual_correlation(), n_responses: sample.n_responses() })
    }

    /// `1 + (N − 1) r̄`: the variance of the mean as a multiple of what it would be for independent
    /// responses (Kish's design effect).
    pub fn design_effect(self) -> f64 {
        1.0 + (self.n_responses - 1) as f64 * self.mean
    }

    /// `N / (1 + (N − 1) r̄)`: the number of independent responses that would carry as much.
    pub fn effective_responses(self) -> f64 {
        self.n_responses as f64 / self.design_effect()
    }

    /// `√((1 − r̄)/(1 + (N − 1) r̄))`, the factor of the adjusted BMP statistic.
    pub(super) fn bmp_factor(self, test: &'static str) -> Result<f64> {
        let effect = self.checked_design_effect(test)?;
        Ok(((1.0 - self.mean) / effect).sqrt())
    }

    pub(super) fn checked_design_effect(self, test: &'static str) -> Result<f64> {
        // What is left of 1 ± r̄ when a mean of correlations is off by its rounding.
        let rounding = 1e-12 * self.n_responses as f64;
        let effect = self.design_effect();
        if effect > rounding && 1.0 - self.mean > rounding {
            return Ok(effect);
        }
        Err(Error::DegenerateVariance {
            what: test.to_owned(),
            of: format!(
                "the mean of {} responses with mean correlation {:.4}",
                self.n_responses, self.mean
            ),
        })
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Base {
    Patell,
    Bmp,
}

/// Kolari and Pynnönen 2010: the BMP or Patell statistic with the correlation between responses
/// taken out.
///
/// Adjusted BMP: `t_BMP · √((1 − r̄) / (1 + (N − 1) r̄))`, Student t with N − 1 degrees of freedom.
/// Adjusted Patell: `z · √(1 / (1 + (N − 1) r̄))`, standard normal.
///
/// - *Null*: the mean standardised abnormal return is zero.
/// - *Assumes*: one average correlation between responses, the same in the event window as in the
///   estimation window. The adjusted BMP is undersized or oversized as far as that fails.
/// - *Robust to*: correlation between responses of one date; the adjusted BMP also to a variance
///   that rises with the event.
/// - *Reference*: <https://doi.org/10.1093/rfs/hhq072>.
/// - *Departures*: with several event dates, pairs count by the overlap of their windows, see
///   [`ResidualCorrelation::mean`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KolariPynnonen {
    base: Base,
    form: Standardisation,
}

impl KolariPynnonen {
    /// The adjusted BMP statistic.
    pub fn adjusted_bmp(form: Standardisation) -> Self {
        Self { base: Base::Bmp, form }
    }

    /// The adjusted Patell statistic.
    pub fn adjusted_patell(form: Standardisation) -> Self {
        Self { base: Base::Patell, form }
    }
}

impl SignificanceTest for KolariPynnonen {
    fn card(&self) -> Card {
        let (id, name) = match (self.base, self.form) {
            (Base::Bmp, Standardisation::Scar) => ("kolari-pynnonen-bmp", "Kolari-Pynnonen BMP t"),
            (Base::Bmp, Standardisation::Csar) => {
                ("kolari-pynnonen-bmp-csar", "Kolari-Pynnonen BMP t (CSAR)")
            }
            (Base::Patell, Standardisation::Scar) => {
                ("kolari-pynnonen-patell", "Kolari-Pynnonen Patell Z")
            }
            (Base::Patell, Standardisation::Csar) => {
                ("kolari-pynnonen-patell-csar", "Kolari-Pynnonen Patell Z (CSAR)")
            }
        };
        let (distribution, robust_to) = match self.base {
            Base::Bmp => ("t, N - 1", "shared dates, event-induced variance"),
            Base::Patell => ("normal", "shared dates"),
        };
        Card {
            id,
            name,
            null: "the mean standardised abnormal return is zero",
            assumes: "one average correlation, the same in event and estimation window",
            robust_to,
            distribution,
            allows_for_shared_dates: true,
            reference: "Kolari and Pynnonen 2010",
            doi: "10.1093/rfs/hhq072",
            departures: "pairs with different dates count by the overlap of their windows",
        }
    }

    fn test(&self, sample: &WindowSample) -> Result<TestResult> {
        let name = self.card().name;
        let correlation = ResidualCorrelation::of(sample)?;
        Ok(match self.base {
            Base::Bmp => {
                let factor = correlation.bmp_factor(name)?;
                let unadjusted = bmp::statistic(name, sample, self.form)?;
                t_result(name, unadjusted * factor, sample)
            }
            Base::Patell => {
                let effect = correlation.checked_design_effect(name)?;
                let unadjusted = patell::statistic(name, sample, self.form)?;
                result(name, unadjusted / effect.sqrt(), NullDistribution::Normal, sample)
            }
        })
    }
}
