//! Moments of a sample, and tests of normality by them.

use serde::{Deserialize, Serialize};
use statrs::distribution::{ChiSquared, ContinuousCDF};

use super::outcome::{NullLaw, SampleTest, SidedPValues, Spread, check_size};
use crate::Result;
use crate::inference::Card;

pub(super) const JARQUE_BERA_CARD: Card = Card {
    id: "jarque-bera",
    name: "Jarque–Bera",
    null: "the values are normal",
    assumes: "independent values alike in distribution, hundreds of them",
    robust_to: "any mean and variance",
    distribution: "chi squared, 2",
    allows_for_shared_dates: false,
    reference: "Jarque and Bera 1987",
    doi: "10.2307/1403192",
    departures: "none",
};

pub(super) const DAGOSTINO_CARD: Card = Card {
    id: "dagostino-pearson",
    name: "D'Agostino–Pearson K²",
    null: "the values are normal",
    assumes: "independent values alike in distribution, at least 20",
    robust_to: "any mean and variance",
    distribution: "chi squared, 2",
    allows_for_shared_dates: false,
    reference: "D'Agostino and Pearson 1973",
    doi: "10.1093/biomet/60.3.613",
    departures: "none",
};

/// Mean, spread, skewness and kurtosis of a sample.
///
/// With mₖ = Σ(x − x̄)ᵏ/n: the biased skewness is g₁ = m₃/m₂^1.5 and the biased excess kurtosis
/// g₂ = m₄/m₂² − 3; the others are `G₁ = √(n(n − 1))/(n − 2) g₁` and
/// `G₂ = (n − 1)/((n − 2)(n − 3)) ((n + 1) g₂ + 6)`, unbiased for normal values.
///
/// *Reference*: Joanes and Gill 1998, <https://doi.org/10.1111/1467-9884.00122>.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Moments {
    /// Number of values.
    pub n: usize,
    /// Mean.
    pub mean: f64,
    /// Standard deviation with divisor n − 1.
    pub std_dev: f64,
    /// g₁.
    pub skewness: f64,
    /// G₁; `None` for fewer than three values.
    pub unbiased_skewness: Option<f64>,
    /// g₂.
    pub excess_kurtosis: f64,
    /// G₂; `None` for fewer than four values.
    pub unbiased_excess_kurtosis: Option<f64>,
}

impl Moments {
    /// The moments of a sample of at least two values.
    ///
    /// # Errors
    ///
    /// [`Error::TooFew`](crate::Error::TooFew) for fewer than two values,
    /// [`Error::DegenerateVariance`](crate::Error::DegenerateVariance) where all are the same,
    /// [`Error::Setting`](crate::Error::Setting) for a value that is not finite.
    pub fn of(x: &[f64]) -> Result<Self> {
        Self::named("skewness and kurtosis", x)
    }

    fn named(what: &str, x: &[f64]) -> Result<Self> {
        let spread = Spread::of(what, x)?;
        let (n, mean) = (spread.n, spread.mean);
        let scale = (spread.sum_squares / n).sqrt();
        let power = |k: i32| x.iter().map(|v| ((v - mean) / scale).powi(k)).sum::<f64>() / n;
        let (skewness, excess_kurtosis) = (power(3), power(4) - 3.0);
        let unbiased_skewness =
            (x.len() > 2).then(|| skewness * (n * (n - 1.0)).sqrt() / (n - 2.0));
        let unbiased_excess_kurtosis = (x.len() > 3)
            .then(|| (n - 1.0) / ((n - 2.0) * (n - 3.0)) * ((n + 1.0) * excess_kurtosis + 6.0));
        Ok(Self {
            n: x.len(),
            mean,
            std_dev: spread.variance().sqrt(),
            skewness,
            unbiased_skewness,
            excess_kurtosis,
            unbiased_excess_kurtosis,
        })
    }
}

/// Test of normality of Jarque and Bera.
///
/// `JB = n/6 (g₁² + g₂²/4)` with the biased skewness and excess kurtosis, chi squared with two
/// degrees of freedom in large samples; with some dozens of values it rejects less often than it
/// says. The upper tail is both the two-sided and the `greater` p-value.
///
/// *Reference*: Jarque and Bera 1987, <https://doi.org/10.2307/1403192>. *Departures*: none.
///
/// # Errors
///
/// As [`Moments::of`].
pub fn jarque_bera(x: &[f64]) -> Result<SampleTest> {
    const NAME: &str = JARQUE_BERA_CARD.name;
    let moments = Moments::named(NAME, x)?;
    let kurtosis = moments.excess_kurtosis;
    let statistic = x.len() as f64 / 6.0 * (moments.skewness.powi(2) + kurtosis * kurtosis / 4.0);
    Ok(chi_squared(NAME, statistic))
}

/// Omnibus test of normality of D'Agostino and Pearson.
///
/// `K² = z₁² + z₂²` with D'Agostino's normal transform of the skewness and Anscombe and Glynn's of
/// the kurtosis, chi squared with two degrees of freedom. Needs at least 20 values for the second to
/// hold. The upper tail is both the two-sided and the `greater` p-value.
///
/// *Reference*: D'Agostino and Pearson 1973, <https://doi.org/10.1093/biomet/60.3.613>; Anscombe
/// and Glynn 1983, <https://doi.org/10.1093/biomet/70.1.227>; D'Agostino, Belanger and D'Agostino
/// 1990, <https://doi.org/10.1080/00031305.1990.10475751>. *Departures*: none.
///
/// # Errors
///
/// [`Error::TooFew`](crate::Error::TooFew) for fewer than 20 values; else as [`Moments::of`].
pub fn dagostino_pearson(x: &[f64]) -> Result<SampleTest> {
    const NAME: &str = DAGOSTINO_CARD.name;
    check_size(NAME, x.len(), 20)?;
    let moments = Moments::named(NAME, x)?;
    let (n, b2) = (x.len() as f64, moments.excess_kurtosis + 3.0);
    let statistic = skewness_z(n, moments.skewness).powi(2) + kurtosis_z(n, b2).powi(2);
    Ok(chi_squared(NAME, statistic))
}

/// D'Agostino's transform of g₁, by an inverse hyperbolic sine.
///
/// The crate `statrs` has it too, but takes a skewness of zero for another one, and has no
/// transform of the kurtosis.
fn skewness_z(n: f64, g1: f64) -> f64 {
    let y = g1 * ((n + 1.0) * (n + 3.0) / (6.0 * (n - 2.0))).sqrt();
    let b2 = 3.0 * (n * n + 27.0 * n - 70.0) * (n + 1.0) * (n + 3.0)
        / ((n - 2.0) * (n + 5.0) * (n + 7.0) * (n + 9.0));
    let w2 = (2.0 * (b2 - 1.0)).sqrt() - 1.0;
    let delta = 1.0 / (0.5 * w2.ln()).sqrt();
    let alpha = (2.0 / (w2 - 1.0)).sqrt();
    delta * (y / alpha).asinh()
}

/// Anscombe and Glynn's transform of b₂ = g₂ + 3, by the cube root of a chi squared.
fn kurtosis_z(n: f64, b2: f64) -> f64 {
    let mean = 3.0 * (n - 1.0) / (n + 1.0);
    let variance = 24.0 * n * (n - 2.0) * (n - 3.0) / ((n + 1.0).powi(2) * (n + 3.0) * (n + 5.0));
    let standardised = (b2 - mean) / variance.sqrt();
    let root_beta1 = 6.0 * (n * n - 5.0 * n + 2.0) / ((n + 7.0) * (n + 9.0))
        * (6.0 * (n + 3.0) * (n + 5.0) / (n * (n - 2.0) * (n - 3.0))).sqrt();
    let a = 6.0 + 8.0 / root_beta1 * (2.0 / root_beta1 + (1.0 + 4.0 / root_beta1.powi(2)).sqrt());
    let denominator = 1.0 + standardised * (2.0 / (a - 4.0)).sqrt();
    let root = ((1.0 - 2.0 / a) / denominator.abs()).cbrt().copysign(denominator);
    (1.0 - 2.0 / (9.0 * a) - root) / (2.0 / (9.0 * a)).sqrt()
}

fn chi_squared(test: &str, statistic: f64) -> SampleTest {
    const DEGREES_OF_FREEDOM: f64 = 2.0;
    let (upper, lower) = ChiSquared::new(DEGREES_OF_FREEDOM)
        .map_or((f64::NAN, f64::NAN), |law| (law.sf(statistic), law.cdf(statistic)));
    SampleTest {
        test: test.to_owned(),
        statistic,
        law: NullLaw::ChiSquared { degrees_of_freedom: DEGREES_OF_FREEDOM },
        p_values: SidedPValues::new(upper, upper, lower),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Error;
    use crate::inference::Alternative::TwoSided;

    #[test]
    fn closed_forms() {
        // Deviations −1, −1, −1, 3: m₂ = 3, m₃ = 6, m₄ = 21.
        let found = Moments::of(&[0.0, 0.0, 0.0, 4.0]).unwrap();
        assert!((found.skewness - 6.0 / 3.0_f64.powf(1.5)).abs() < 1e-14);
        assert!((found.excess_kurtosis - (21.0 / 9.0 - 3.0)).abs() < 1e-14);
        // The third k-statistic over s³: 4/6 · 24 / 8 = 2; G₂ = 3/2 (5 g₂ + 6) = 4.
        assert!((found.unbiased_skewness.unwrap() - 2.0).abs() < 1e-14);
        assert!((found.unbiased_excess_kurtosis.unwrap() - 4.0).abs() < 1e-13);
        let three = Moments::of(&[0.0, 1.0, 5.0]).unwrap();
        assert!(three.unbiased_skewness.is_some() && three.unbiased_excess_kurtosis.is_none());
        assert!(Moments::of(&[0.0, 1.0]).unwrap().unbiased_skewness.is_none());
    }

    #[test]
    fn jarque_bera_has_an_exponential_tail() {
        let x = [0.0, 0.1, 0.3, 0.2, 4.0, 0.25, 0.15];
        let found = jarque_bera(&x).unwrap();
        let expected = (-found.statistic / 2.0).exp();
        assert!((found.p_value(TwoSided) / expected - 1.0).abs() < 1e-12);
        assert_eq!(found.degrees_of_freedom(), Some(2.0));
    }

    #[test]
    fn rejects_normal_values_as_often_as_it_says() {
        use rand::RngExt;
        let n_rejected = (0..3_000_u64)
            .filter(|k| {
                let mut stream = crate::numeric::streams::stream(21, *k);
                let x: Vec<f64> = (0..60)
                    .map(|_| {
                        // Box and Muller.
                        let (u, v): (f64, f64) = (stream.random(), stream.random());
                        (-2.0 * (1.0 - u).ln()).sqrt() * (std::f64::consts::TAU * v).cos()
                    })
                    .collect();
                dagostino_pearson(&x).unwrap().p_value(TwoSided) <= 0.05
            })
            .count();
        // 5 to 6 % by simulation in the literature; standard error 0.4 %.
        assert!((120..=220).contains(&n_rejected), "{n_rejected}");
    }

    #[test]
    fn bad_input() {
        assert!(matches!(Moments::of(&[1.0]), Err(Error::TooFew { .. })));
        assert!(matches!(Moments::of(&[0.3; 9]), Err(Error::DegenerateVariance { .. })));
        assert!(matches!(jarque_bera(&[1.0, f64::NAN]), Err(Error::Setting { .. })));
        let few = dagostino_pearson(&[1.0; 19]);
        assert!(matches!(few, Err(Error::TooFew { n_needed: 20, n_found: 19, .. })));
        assert!(matches!(dagostino_pearson(&[1.0; 20]), Err(Error::DegenerateVariance { .. })));
    }

    proptest! {
        #[test]
        fn scale_and_sign(x in prop::collection::vec(-1.0_f64..1.0, 20..60), scale in 0.001_f64..1e3) {
            let turned: Vec<f64> = x.iter().map(|v| 0.5 - scale * v).collect();
            let (a, b) = (Moments::of(&x).unwrap(), Moments::of(&turned).unwrap());
            prop_assert!((a.skewness + b.skewness).abs() < 1e-9);
            prop_assert!((a.excess_kurtosis - b.excess_kurtosis).abs() < 1e-8);
            // g₂ + 3 ≥ 1 + g₁².
            prop_assert!(a.excess_kurtosis + 2.0 >= a.skewness.powi(2) - 1e-9);
            for test in [jarque_bera, dagostino_pearson] {
                let (p, q) = (test(&x).unwrap().p_value(TwoSided), test(&turned).unwrap().p_value(TwoSided));
                prop_assert!(p > 0.0 && p <= 1.0 && (p - q).abs() < 1e-8);
            }
        }
    }
}
