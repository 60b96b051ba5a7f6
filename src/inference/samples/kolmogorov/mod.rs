//! Largest distance between distribution functions.
//!
//! Own code: the exact one-sample law of `statrs` comes with its linear algebra, is limited to 140
//! values and loses small tails as differences from one, and its two-sample limit is not the
//! finite-sample law used here.

mod law;
mod paths;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

use self::paths::Observed;
use super::outcome::{NullLaw, SampleTest, SidedPValues, check_sample};
use crate::inference::Card;
use crate::{Error, Result};

pub(in crate::inference::samples) const ONE_SAMPLE_CARD: Card = Card {
    id: "kolmogorov-smirnov-one-sample",
    name: "Kolmogorov–Smirnov, one sample",
    null: "the values are from a given law",
    assumes: "independent values, a continuous law fixed beforehand",
    robust_to: "any such law",
    distribution: "exact to 4,000 values, then Kolmogorov's limit with its term in 1/√n",
    allows_for_shared_dates: false,
    reference: "Marsaglia, Tsang and Wang 2003; Simard and L'Ecuyer 2011",
    doi: "10.18637/jss.v008.i18",
    departures: "none",
};

pub(in crate::inference::samples) const TWO_SAMPLES_CARD: Card = Card {
    id: "kolmogorov-smirnov-two-samples",
    name: "Kolmogorov–Smirnov, two samples",
    null: "both groups have one law",
    assumes: "independent values",
    robust_to: "outliers, any law that both share, ties",
    distribution: "exact by counting paths to a product of sizes of 1,000,000",
    allows_for_shared_dates: false,
    reference: "Hodges 1958; Schröer and Trenkler 1995",
    doi: "10.1007/BF02589501",
    departures: "beyond that the law of one sample of the effective size",
};

/// Largest nm for which the two-sample law is exact by itself, and at all.
const MOST_PATHS_BY_ITSELF: usize = 1_000_000;
const MOST_PATHS: usize = 100_000_000;

/// Where the p-values of a two-sample test come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DistanceMethod {
    /// Exact where nm is at most 1,000,000, else asymptotic.
    #[default]
    Auto,
    /// Over all orders of the values, with ties as observed.
    Exact,
    /// The one-sample law at the effective size nm/(n + m), rounded.
    Asymptotic,
}

/// The test of Kolmogorov and Smirnov.
///
/// [`one_sample`](Self::one_sample) compares the empirical distribution function `Fₙ` with a given
/// continuous one; [`two_samples`](Self::two_samples) compares two empirical ones. The statistic is
/// `D = max |Fₙ − F|`.
///
/// - *Null*: the sample is from that law; both samples are from one law.
/// - *Assumes*: independent values, and a law fixed beforehand. With a mean or a standard deviation
///   taken from the sample itself the p-values are far too large.
/// - *Distribution*: one sample, exact: Smirnov's sum for one side, the matrix of Marsaglia, Tsang
///   and Wang for two, twice the one-sided tail where both agree to 10⁻¹¹; beyond 4,000 values
///   Kolmogorov's limit with its term in 1/√n. Two samples, exact by counting lattice paths.
/// - *p-values*: `greater` is against `Fₙ` above F, which is values *below* what the null says, as
///   in other packages; `less` the opposite.
/// - *Reference*: Marsaglia, Tsang and Wang 2003, <https://doi.org/10.18637/jss.v008.i18>; Simard
///   and L'Ecuyer 2011, <https://doi.org/10.18637/jss.v039.i11>; Birnbaum and Tingey 1951,
///   <https://doi.org/10.1214/aoms/1177729550>; Hodges 1958, <https://doi.org/10.1007/BF02589501>;
///   Schröer and Trenkler 1995, <https://doi.org/10.1016/0167-9473(94)00040-P>.
/// - *Departures*: the asymptotic two-sample p-value is that of one sample of the effective size,
///   which is nearer to the exact one than Kolmogorov's limit.
///
/// ```
/// use eventstudy::inference::Alternative;
/// use eventstudy::inference::samples::KolmogorovSmirnov;
///
/// let found = KolmogorovSmirnov::new().one_sample(&[0.2, 0.55, 0.7], |u: f64| u.clamp(0.0, 1.0))?;
/// assert!((found.result.statistic - 0.3).abs() < 1e-15);
/// assert!(found.result.is_exact() && found.result.p_value(Alternative::TwoSided) > 0.8);
/// # Ok::<(), eventstudy::Error>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct KolmogorovSmirnov {
    method: DistanceMethod,
}

/// Outcome of a test by the largest distance.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DistanceTest {
    /// D and its p-values; the one-sided ones are those of D⁺ and D⁻.
    pub result: SampleTest,
    /// D⁺ = max (Fₙ − F).
    pub above: f64,
    /// D⁻ = max (F − Fₙ).
    pub below: f64,
}

impl KolmogorovSmirnov {
    /// [`DistanceMethod::Auto`].
    pub fn new() -> Self {
        Self::default()
    }

    /// Where the p-values of two samples come from.
    #[must_use]
    pub fn method(mut self, method: DistanceMethod) -> Self {
        self.method = method;
        self
    }

    /// Tests a sample against the continuous law with this distribution function.
    ///
    /// # Errors
    ///
    /// [`Error::TooFew`] without values; [`Error::Setting`] for a value that is not finite, or where
    /// the distribution function is not between 0 and 1.
    pub fn one_sample(&self, x: &[f64], distribution: impl Fn(f64) -> f64) -> Result<DistanceTest> {
        const NAME: &str = ONE_SAMPLE_CARD.name;
        check_sample(NAME, x, 1)?;
        let n = x.len();
        let mut sorted = x.to_vec();
        sorted.sort_by(f64::total_cmp);
        let (mut above, mut below) = (0.0_f64, 0.0_f64);
        for (i, value) in sorted.iter().enumerate() {
            let level = distribution(*value);
            if !(0.0..=1.0).contains(&level) {
                return Err(Error::Setting {
                    name: "distribution function",
                    value: format!("{level} at {value}"),
                    expected: "a probability from 0 to 1",
                });
            }
            above = above.max((i + 1) as f64 / n as f64 - level);
            below = below.max(level - i as f64 / n as f64);
        }
        let d = above.max(below);
        let law = if n <= law::MOST_EXACT { NullLaw::Exact } else { NullLaw::Kolmogorov };
        let p_values = SidedPValues::new(
            law::two_sided(n, d),
            law::one_sided(n, above),
            law::one_sided(n, below),
        );
        Ok(DistanceTest {
            result: SampleTest { test: NAME.to_owned(), statistic: d, law, p_values },
            above,
            below,
        })
    }

    /// Tests whether two samples have one law; above and below are of the first.
    ///
    /// # Errors
    ///
    /// [`Error::TooFew`] for an empty sample; [`Error::Setting`] for a value that is not finite, or
    /// the exact law where nm is above 100,000,000.
    pub fn two_samples(&self, x: &[f64], y: &[f64]) -> Result<DistanceTest> {
        const NAME: &str = TWO_SAMPLES_CARD.name;
        check_sample(NAME, x, 1)?;
        check_sample(NAME, y, 1)?;
        let (n, m) = (x.len(), y.len());
        let (observed, ends) = walk(x, y);
        let exact = match self.method {
            DistanceMethod::Auto => n * m <= MOST_PATHS_BY_ITSELF,
            DistanceMethod::Exact => true,
            DistanceMethod::Asymptotic => false,
        };
        if exact && n * m > MOST_PATHS {
            return Err(Error::Setting {
                name: "product of the sizes of an exact Kolmogorov–Smirnov test",
                value: (n * m).to_string(),
                expected: "at most 100000000; take the asymptotic law",
            });
        }
        let share = |distance: usize| distance as f64 / (n * m) as f64;
        let (d, above, below) =
            (share(observed.largest()), share(observed.above), share(observed.below));
        let [two_sided, greater, less] = if exact {
            paths::tails(n, m, &observed, &ends)
        } else {
            let effective = rounded_quotient(n * m, n + m).max(1);
            [
                law::two_sided(effective, d),
                law::one_sided(effective, above),
                law::one_sided(effective, below),
            ]
        };
        Ok(DistanceTest {
            result: SampleTest {
                test: NAME.to_owned(),
                statistic: d,
                law: if exact { NullLaw::Exact } else { NullLaw::Kolmogorov },
                p_values: SidedPValues::new(two_sided, greater, less),
            },
            above,
            below,
        })
    }
}

fn rounded_quotient(numerator: usize, denominator: usize) -> usize {
    (2 * numerator + denominator) / (2 * denominator)
}

/// Largest distances, and how many values there are up to each distinct one.
fn walk(x: &[f64], y: &[f64]) -> (Observed, Vec<usize>) {
    let sorted = |sample: &[f64]| {
        let mut sorted = sample.to_vec();
        sorted.sort_by(f64::total_cmp);
        sorted
    };
    let (x, y) = (sorted(x), sorted(y));
    let (n, m) = (x.len(), y.len());
    let (mut i, mut j) = (0, 0);
    let mut observed = Observed { above: 0, below: 0 };
    let mut ends = Vec::with_capacity(n + m);
    while i < n || j < m {
        let next = match (x.get(i), y.get(j)) {
            (Some(a), Some(b)) => a.min(*b),
            (Some(value), None) | (None, Some(value)) => *value,
            (None, None) => break,
        };
        i += x[i..].iter().take_while(|v| **v <= next).count();
        j += y[j..].iter().take_while(|v| **v <= next).count();
        observed.above = observed.above.max((i * m).saturating_sub(j * n));
        observed.below = observed.below.max((j * n).saturating_sub(i * m));
        ends.push(i + j);
    }
    (observed, ends)
}
