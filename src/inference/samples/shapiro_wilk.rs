//! The test of normality of Shapiro and Wilk.

use std::f64::consts::{FRAC_1_SQRT_2, FRAC_PI_3, PI};

use statrs::distribution::{ContinuousCDF, Normal};

use super::outcome::{NullLaw, SampleTest, SidedPValues, Spread, check_size};
use crate::inference::{Card, NullDistribution};
use crate::{Error, Result};

const NAME: &str = "Shapiro–Wilk";

pub(super) const CARD: Card = Card {
    id: "shapiro-wilk",
    name: NAME,
    null: "the values are normal",
    assumes: "independent values alike in distribution, 3 to 5,000",
    robust_to: "any mean and variance",
    distribution: "Royston's normal approximation; exact for three values",
    allows_for_shared_dates: false,
    reference: "Shapiro and Wilk 1965; Royston 1995",
    doi: "10.2307/2986146",
    departures: "normal quantiles to full precision",
};
/// Range of the sizes for which Royston fitted his approximation.
const MOST_VALUES: usize = 5_000;

/// Test of normality of Shapiro and Wilk, after Royston.
///
/// `W = (Σ aᵢ x₍ᵢ₎)² / Σ(x − x̄)²` with weights from the normal scores `Φ⁻¹((i − ⅜)/(n + ¼))`, the
/// outermost two corrected by polynomials in 1/√n; a function of W is then nearly normal, with mean
/// and standard deviation by polynomials in n or ln n. Small W speak against normality: the lower
/// tail is both the two-sided and the `less` p-value.
///
/// *Null*: independent values of one normal law. *Reference*: Shapiro and Wilk 1965, Biometrika 52,
/// pages 591–611; Royston 1995, <https://doi.org/10.2307/2986146>. *Departures*: normal quantiles
/// to full precision, where the published routine has a shorter approximation. The p-value is good
/// to two or three digits, as the polynomials are; with three values it is exact.
///
/// # Errors
///
/// [`Error::TooFew`] for fewer than three values, [`Error::DegenerateVariance`] where all are the
/// same, [`Error::Setting`] for a value that is not finite or more than 5,000 values.
pub fn shapiro_wilk(x: &[f64]) -> Result<SampleTest> {
    check_size(NAME, x.len(), 3)?;
    if x.len() > MOST_VALUES {
        return Err(Error::Setting {
            name: "values of a Shapiro–Wilk test",
            value: x.len().to_string(),
            expected: "at most 5000",
        });
    }
    let spread = Spread::of(NAME, x)?;
    let mut sorted = x.to_vec();
    sorted.sort_by(f64::total_cmp);
    let weights = weights(x.len());
    let n = x.len();
    // The weights are antisymmetric; pairs keep a large common level out of the sum.
    let range = |(i, a): (usize, &f64)| a * (sorted[n - 1 - i] - sorted[i]);
    let scores: f64 = weights.iter().enumerate().map(range).sum();
    let root = spread.sum_squares.sqrt();
    // 1 − W as a product, which keeps its digits where W is near one.
    let rest = ((root - scores) * (root + scores) / spread.sum_squares).max(0.0);
    let (less, greater) = tails(n, rest);
    Ok(SampleTest {
        test: NAME.to_owned(),
        statistic: 1.0 - rest,
        law: NullLaw::Royston,
        p_values: SidedPValues::new(less, greater, less),
    })
}

/// Weights of the largest, the second largest, … value; those of the smallest are their negatives.
fn weights(n: usize) -> Vec<f64> {
    if n == 3 {
        return vec![FRAC_1_SQRT_2];
    }
    let (size, normal) = (n as f64, Normal::standard());
    // Normal scores of the larger half, the largest first.
    let mut scores: Vec<f64> =
        (1..=n / 2).map(|i| -normal.inverse_cdf((i as f64 - 0.375) / (size + 0.25))).collect();
    let squares = 2.0 * scores.iter().map(|m| m * m).sum::<f64>();
    let (root, u) = (squares.sqrt(), 1.0 / size.sqrt());
    let outermost = scores[0] / root
        + polynomial(&[0.0, 0.221_157, -0.147_981, -2.071_19, 4.434_685, -2.706_056], u);
    let mut corrected = vec![outermost];
    if n > 5 {
        let correction =
            polynomial(&[0.0, 0.042_981, -0.293_762, -1.752_461, 5.682_633, -3.582_633], u);
        corrected.push(scores[1] / root + correction);
    }
    let left = |all: f64, taken: &[f64]| all - 2.0 * taken.iter().map(|v| v * v).sum::<f64>();
    let scale = (left(squares, &scores[..corrected.len()]) / left(1.0, &corrected)).sqrt();
    for score in &mut scores {
        *score /= scale;
    }
    scores[..corrected.len()].copy_from_slice(&corrected);
    scores
}

/// `P(W ≤ w)` and `P(W ≥ w)` with 1 − w given.
fn tails(n: usize, rest: f64) -> (f64, f64) {
    let size = n as f64;
    if n == 3 {
        // W is at least ¾; asin √¾ = π/3.
        let at_most = 6.0 / PI * ((1.0 - rest).max(0.75).sqrt().asin() - FRAC_PI_3);
        return (at_most, 1.0 - at_most);
    }
    let log = rest.max(f64::MIN_POSITIVE).ln();
    let (value, mean, ln_std_dev) = if n <= 11 {
        let bound = polynomial(&[-2.273, 0.459], size);
        if log >= bound {
            return (f64::MIN_POSITIVE, 1.0);
        }
        (
            -(bound - log).ln(),
            polynomial(&[0.544, -0.399_78, 0.025_054, -6.714e-4], size),
            polynomial(&[1.382_2, -0.778_57, 0.062_767, -0.002_032_2], size),
        )
    } else {
        let u = size.ln();
        (
            log,
            polynomial(&[-1.586_1, -0.310_82, -0.083_751, 0.003_891_5], u),
            polynomial(&[-0.480_3, -0.082_676, 0.003_030_2], u),
        )
    };
    let z = (value - mean) / ln_std_dev.exp();
    (NullDistribution::Normal.upper_tail(z), NullDistribution::Normal.upper_tail(-z))
}

/// c₀ + c₁ x + c₂ x² + …
fn polynomial(coefficients: &[f64], x: f64) -> f64 {
    coefficients.iter().rev().fold(0.0, |sum, c| sum * x + c)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::inference::Alternative::{Less, TwoSided};

    #[test]
    fn weights_are_of_length_one() {
        for n in [3, 4, 5, 6, 7, 11, 12, 50, 5_000] {
            let weights = weights(n);
            assert_eq!(weights.len(), n / 2);
            assert!((2.0 * weights.iter().map(|a| a * a).sum::<f64>() - 1.0).abs() < 1e-12, "{n}");
            assert!(weights.windows(2).all(|pair| pair[0] > pair[1]));
        }
        // Table 5 of Shapiro and Wilk for n = 10.
        for (found, table) in weights(10).iter().zip([0.573_9, 0.329_1, 0.214_1, 0.122_4, 0.039_9])
        {
            assert!((found - table).abs() < 2e-3, "{found} against {table}");
        }
    }

    #[test]
    fn three_values_are_exact() {
        // 0, 1, 3: W = ½ · 9 / (14/3) = 27/28; p = 6/π (asin √(27/28) − π/3).
        let found = shapiro_wilk(&[1.0, 3.0, 0.0]).unwrap();
        assert!((found.statistic - 27.0 / 28.0).abs() < 1e-14);
        let expected = 6.0 / PI * ((27.0_f64 / 28.0).sqrt().asin() - FRAC_PI_3);
        assert!((found.p_value(TwoSided) - expected).abs() < 1e-13);
    }

    #[test]
    fn normal_scores_look_normal_and_outliers_do_not() {
        for n in [5, 11, 12, 100, 2_000] {
            let score =
                |i: usize| Normal::standard().inverse_cdf((i as f64 + 0.625) / (n as f64 + 0.25));
            let mut x: Vec<f64> = (0..n).map(score).collect();
            assert!(shapiro_wilk(&x).unwrap().p_value(Less) > 0.9, "{n}");
            x[0] -= 40.0;
            let p = shapiro_wilk(&x).unwrap().p_value(Less);
            assert!(p > 0.0 && p < 1e-2, "{n}: {p}");
        }
    }

    #[test]
    fn bad_input() {
        assert!(matches!(shapiro_wilk(&[1.0, 2.0]), Err(Error::TooFew { n_needed: 3, .. })));
        assert!(matches!(shapiro_wilk(&[0.7; 9]), Err(Error::DegenerateVariance { .. })));
        assert!(matches!(shapiro_wilk(&[1.0, 2.0, f64::NAN]), Err(Error::Setting { .. })));
        assert!(matches!(shapiro_wilk(&vec![1.0; 5_001]), Err(Error::Setting { .. })));
    }

    proptest! {
        #[test]
        fn location_scale_and_sign_do_not_matter(
            x in prop::collection::vec(-1.0_f64..1.0, 3..40), scale in 0.01_f64..100.0,
        ) {
            let moved: Vec<f64> = x.iter().map(|v| 3.0 - scale * v).collect();
            let (a, b) = (shapiro_wilk(&x).unwrap(), shapiro_wilk(&moved).unwrap());
            prop_assert!((a.statistic - b.statistic).abs() < 1e-9);
            prop_assert!(a.statistic > 0.0 && a.statistic <= 1.0);
            let p = a.p_value(TwoSided);
            prop_assert!(p > 0.0 && p <= 1.0 && (p - b.p_value(TwoSided)).abs() < 1e-6);
        }
    }
}
