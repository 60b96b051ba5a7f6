//! Randomisation test by flipping the signs of event means.

use serde::{Deserialize, Serialize};

use super::distribution::check_values;
use super::draws::draws;
use super::tails::{PValues, TIE, WeighedTails, plus_one};
use super::weights::{signs, totals};
use crate::numeric::parallel;
use crate::numeric::streams::stream;
use crate::{Error, Result};

/// Most events whose sign vectors are all enumerated: 2²⁰ of them.
const MOST_ENUMERATED: usize = 20;

/// Fisher's randomisation test of event-date values that are symmetric about zero.
///
/// *Null*: the values, one per event date, are independent and each symmetric about zero, not
/// necessarily with the same law. Then all 2ⁿ sign vectors are equally likely given the absolute
/// values, and the p-value is the share of them whose mean is at least as extreme as the observed
/// one; the observed vector is one of them, and ties (to 10⁻¹² of Σ|xᵢ|) count. *Assumes*
/// symmetry; dependence between assets on one date is harmless because the date is the unit.
/// *Distribution*: enumerated for up to 20 events, beyond that random sign vectors with
/// `p = (1 + count)/(1 + B)`. Flipping the signs of a t statistic gives the same two-sided p-value,
/// since Σxᵢ² does not change. *Reference*: Fisher 1935, The Design of Experiments, section 21;
/// Lehmann and Romano 2005, section 15.2, <https://doi.org/10.1007/0-387-27605-X>.
///
/// ```
/// use eventstudy::resampling::SignFlip;
///
/// let test = SignFlip::new().test(&[0.21, 0.05, 0.12])?;
/// assert_eq!((test.p_values.upper, test.p_values.two_sided), (0.125, 0.25));
/// assert_eq!(test.attainable_two_sided, 0.25); // three events cannot reach 5 %
/// # Ok::<(), eventstudy::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SignFlip {
    n_replicates: usize,
    seed: u64,
}

/// Outcome of [`SignFlip::test`].
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct SignFlipTest {
    /// Mean of the event-date values.
    pub mean: f64,
    /// Number of event dates.
    pub n_events: usize,
    /// Number of sign vectors compared: 2ⁿ, or the random ones.
    pub n_sign_vectors: usize,
    /// Whether they are all 2ⁿ.
    pub exact: bool,
    /// The seed of a random draw; `None` for an enumeration.
    pub seed: Option<u64>,
    /// p-values of mean > 0, mean < 0 and mean ≠ 0.
    pub p_values: PValues,
    /// The smallest one-sided p-value that values of these sizes can give, whatever their signs:
    /// 2⁻ᵐ for m values that are not zero, and not below 1/(B + 1).
    pub attainable_one_sided: f64,
    /// The smallest two-sided one: 2 · 2⁻ᵐ, and not below 1/(B + 1).
    pub attainable_two_sided: f64,
}

draws! {
    SignFlip: replicates -> n_replicates, "The number of random sign vectors for more than 20 events.",
    "The seed; sign vector k is drawn from the stream (seed, k)."
}

impl SignFlip {
    /// 9,999 random sign vectors where there are too many to enumerate, seed 0.
    pub fn new() -> Self {
        Self { n_replicates: 9_999, seed: 0 }
    }

    /// Tests one value per event date.
    ///
    /// # Errors
    ///
    /// [`Error::TooFew`] without values, or without replicates where they are needed;
    /// [`Error::Setting`] for a value that is not finite.
    pub fn test(&self, values: &[f64]) -> Result<SignFlipTest> {
        check_values(values)?;
        let n_events = values.len();
        if n_events == 0 {
            return Err(too_few("events"));
        }
        let exact = n_events <= MOST_ENUMERATED;
        if !exact && self.n_replicates == 0 {
            return Err(too_few("sign vectors"));
        }
        let sum: f64 = values.iter().sum();
        let size: f64 = values.iter().map(|v| v.abs()).sum();
        let slack = TIE * size;
        let (n_sign_vectors, p_values, floor) = if exact {
            // Every sum over all values is one over the first half and one over the second.
            let (first, second) = values.split_at(n_events / 2);
            let [left, right] = [first, second]
                .map(|half| totals(half, &[1.0, -1.0], 0.0, |sum, value, sign| sum + sign * value));
            let all = left.iter().flat_map(|a| right.iter().map(move |b| (a + b, 1.0)));
            let n_sign_vectors = left.len() * right.len();
            (n_sign_vectors, WeighedTails::new(sum, slack, all).shares(), 0.0)
        } else {
            let random = |k| random_signed_sum(values, self.seed, k as u64);
            let sums = parallel::map(self.n_replicates, random);
            let tails = WeighedTails::new(sum, slack, sums.into_iter().map(|sum| (sum, 1.0)));
            (self.n_replicates, tails.plus_one(), plus_one(0, self.n_replicates))
        };
        let n_nonzero = values.iter().filter(|v| v.abs() > 0.0).count();
        let one_sided = 0.5_f64.powi(i32::try_from(n_nonzero).unwrap_or(i32::MAX));
        Ok(SignFlipTest {
            mean: sum / n_events as f64,
            n_events,
            n_sign_vectors,
            exact,
            seed: (!exact).then_some(self.seed),
            p_values,
            attainable_one_sided: one_sided.max(floor),
            attainable_two_sided: (2.0 * one_sided).min(1.0).max(floor),
        })
    }
}

impl Default for SignFlip {
    fn default() -> Self {
        Self::new()
    }
}

fn random_signed_sum(values: &[f64], seed: u64, k: u64) -> f64 {
    let mut sum = 0.0;
    signs(values.len(), &mut stream(seed, k), |at, sign| sum += sign * values[at]);
    sum
}

fn too_few(unit: &'static str) -> Error {
    Error::TooFew { what: "the sign-flip test".to_owned(), unit, n_needed: 1, n_found: 0 }
}
