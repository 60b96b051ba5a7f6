//! The wild bootstrap of the CAAR with signs as weights.

use super::cross_sectional::result;
use super::{Card, NullDistribution, SignificanceTest, TestResult, WindowSample};
use crate::resampling::SignFlip;
use crate::{Error, Result};

/// Sign flips of the CARs: the wild bootstrap of the CAAR with Rademacher weights and the null
/// imposed.
///
/// The statistic is the CAAR. Each of the 2ᴺ sign vectors w gives `(1/N) Σ w_i CAR_i`; the two-sided
/// p-value is the share of them at least as far from zero as the CAAR, the observed signs among them
/// and ties counted. For more than 20 responses sign vectors are drawn, with
/// `p = (1 + count)/(1 + draws)`.
///
/// **Every response has a sign of its own, so that responses are taken for independent.** Where they
/// share event dates they are not, and the p-value is far too small: fifty assets that fall together
/// on one date are one observation, of which two sign vectors exist. The test with the event date as
/// the unit is [`SignFlip`].
///
/// - *Null*: the CARs are independent and each symmetric about zero, not necessarily with the same
///   law.
/// - *Assumes*: independent responses, symmetry.
/// - *Robust to*: responses of different variance, a variance that rises with the event, outliers.
/// - *Reference*: Lehmann and Romano 2005, section 15.2, <https://doi.org/10.1007/0-387-27605-X>.
/// - *Departures*: the CAAR is not divided by its standard error; the two-sided p-value is the same,
///   since no sign vector changes `Σ CAR²`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SignFlipResponses {
    draws: SignFlip,
}

impl SignFlipResponses {
    /// 9,999 sign vectors where there are too many to enumerate, seed 0.
    pub fn new() -> Self {
        Self::default()
    }

    /// The number of random sign vectors for more than 20 responses.
    #[must_use]
    pub fn replicates(mut self, n_replicates: usize) -> Self {
        self.draws = self.draws.replicates(n_replicates);
        self
    }

    /// The seed; sign vector k is drawn from the stream (seed, k).
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.draws = self.draws.seed(seed);
        self
    }
}

impl SignificanceTest for SignFlipResponses {
    fn card(&self) -> Card {
        Card {
            id: "sign-flip-responses",
            name: "sign flip of responses",
            null: "each CAR is symmetric about zero",
            assumes: "independent responses, symmetry",
            robust_to: "responses of different variance, event-induced variance, outliers",
            distribution: "all sign vectors, random ones above 20 responses",
            allows_for_shared_dates: false,
            reference: "Lehmann and Romano 2005, section 15.2",
            doi: "10.1007/0-387-27605-X",
            departures: "the CAAR is not divided by its standard error",
        }
    }

    fn test(&self, sample: &WindowSample) -> Result<TestResult> {
        let name = self.card().name;
        let cars = sample.cars();
        if cars.iter().all(|car| car.abs() <= 0.0) {
            return Err(Error::DegenerateVariance {
                what: name.to_owned(),
                of: "the CARs, which are all zero,".to_owned(),
            });
        }
        let flips = self.draws.test(&cars)?;
        let p = flips.p_values;
        let (lower, upper, two_sided) = (p.lower, p.upper, p.two_sided);
        let distribution = match flips.seed {
            None => NullDistribution::Exact { lower, upper, two_sided },
            Some(seed) => {
                let n_draws = flips.n_sign_vectors;
                NullDistribution::Drawn { lower, upper, two_sided, n_draws, seed }
            }
        };
        Ok(result(name, flips.mean, distribution, sample))
    }
}
