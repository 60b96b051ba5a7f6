//! The centre of symmetry that belongs to the signed-rank test.

use serde::{Deserialize, Serialize};

use super::outcome::{ConfidenceInterval, check_probability, check_sample};
use super::wilcoxon::{MOST_EXACT, subset_sum_law};
use crate::numeric::quantile;
use crate::{Error, Result};

/// Hodges–Lehmann estimate of the centre of a symmetric law, with its exact interval.
///
/// The estimate is the median of the n(n + 1)/2 Walsh averages `(xᵢ + xⱼ)/2`, i ≤ j. The interval
/// goes from the q-th smallest to the q-th largest of them, q the largest with `P(W < q) ≤ α/2` for
/// the exact law of the signed-rank statistic W: it holds the centres that the two-sided
/// signed-rank test at α does not reject.
///
/// - *Assumes*: independent values with a symmetric, continuous law.
/// - *Reference*: Hodges and Lehmann 1963, <https://doi.org/10.1214/aoms/1177704172>.
/// - *Departures*: none. The law of W has steps, so the interval covers with the probability
///   [`attained_level`](HodgesLehmannEstimate::attained_level), at least what was asked for.
///   With too few values no interval reaches the level; then it is from the smallest to the
///   largest value, and the attained level is below the one asked for: 0.75 with three values.
///   Ties are taken as they are, which makes the interval wider than it need be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HodgesLehmann {
    level: f64,
}

/// Outcome of [`HodgesLehmann::estimate`].
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct HodgesLehmannEstimate {
    /// The median of the Walsh averages, in the units of the sample.
    pub estimate: f64,
    /// The interval; its level is the one asked for.
    pub interval: ConfidenceInterval,
    /// The probability with which it covers the centre.
    pub attained_level: f64,
}

impl HodgesLehmann {
    /// With an interval of level 0.95.
    pub fn new() -> Self {
        Self { level: 0.95 }
    }

    /// The level of the interval.
    #[must_use]
    pub fn level(mut self, level: f64) -> Self {
        self.level = level;
        self
    }

    /// The estimate from a sample of up to 1,000 values.
    ///
    /// # Errors
    ///
    /// [`Error::TooFew`] without values; [`Error::Setting`] for a value that is not finite, more
    /// than 1,000 values, or a level outside (0, 1).
    pub fn estimate(&self, x: &[f64]) -> Result<HodgesLehmannEstimate> {
        check_probability("level", self.level)?;
        check_sample("the Hodges–Lehmann estimate", x, 1)?;
        if x.len() > MOST_EXACT {
            return Err(Error::Setting {
                name: "values of a Hodges–Lehmann estimate",
                value: x.len().to_string(),
                expected: "at most 1000",
            });
        }
        let pairs = x.iter().enumerate().flat_map(|(i, a)| x[i..].iter().map(move |b| (*a, *b)));
        let mut walsh: Vec<f64> = pairs.map(|(a, b)| f64::midpoint(a, b)).collect();
        walsh.sort_by(f64::total_cmp);
        let (rank, outside) = self.cut(x.len());
        Ok(HodgesLehmannEstimate {
            estimate: quantile::quantile_sorted(&walsh, 0.5).unwrap_or(f64::NAN),
            interval: ConfidenceInterval {
                lower: walsh[rank - 1],
                upper: walsh[walsh.len() - rank],
                level: self.level,
            },
            attained_level: 1.0 - 2.0 * outside,
        })
    }

    /// The rank q of the ends, at least 1, and `P(W < q)`.
    fn cut(self, n: usize) -> (usize, f64) {
        let half = (1.0 - self.level) / 2.0;
        // A level such as 1 − 2⁻⁴ is met exactly; its rounding must not lose a step.
        let bound = half * (1.0 + 1e-12);
        let law = subset_sum_law(1..=n, n * (n + 1) / 4);
        let (mut rank, mut outside) = (1, law[0]);
        // The q-th smallest stays below the q-th largest: at most half of the averages.
        while rank < law.len() && rank < n * (n + 1) / 4 && outside + law[rank] <= bound {
            outside += law[rank];
            rank += 1;
        }
        (rank, outside)
    }
}

impl Default for HodgesLehmann {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::inference::Alternative::TwoSided;
    use crate::inference::samples::{RankMethod, WilcoxonSignedRank};

    #[test]
    fn three_values_cover_three_quarters() {
        let found = HodgesLehmann::new().estimate(&[0.4, 0.1, 0.2]).unwrap();
        // Walsh averages 0.1, 0.15, 0.2, 0.25, 0.3, 0.4.
        assert!((found.estimate - 0.225).abs() < 1e-15);
        assert_eq!((found.interval.lower, found.interval.upper), (0.1, 0.4));
        assert_eq!((found.attained_level, found.interval.level), (0.75, 0.95));
    }

    #[test]
    fn a_level_that_is_met_exactly_is_met() {
        let x: Vec<f64> = (1..=6).map(f64::from).collect();
        // P(W = 0) = 1/64.
        let found = HodgesLehmann::new().level(1.0 - 1.0 / 32.0).estimate(&x).unwrap();
        assert_eq!((found.interval.lower, found.interval.upper), (1.0, 6.0));
        assert!((found.attained_level - 31.0 / 32.0).abs() < 1e-15);
        let found = HodgesLehmann::new().level(1.0 - 2.0 / 32.0).estimate(&x).unwrap();
        assert_eq!((found.interval.lower, found.interval.upper), (1.5, 5.5));
    }

    #[test]
    fn bad_input() {
        let test = HodgesLehmann::new();
        assert!(matches!(test.estimate(&[]), Err(Error::TooFew { .. })));
        assert!(matches!(test.estimate(&[f64::NAN]), Err(Error::Setting { .. })));
        assert!(matches!(test.estimate(&[0.0; 1_001]), Err(Error::Setting { .. })));
        assert!(matches!(test.level(0.0).estimate(&[0.0]), Err(Error::Setting { .. })));
        let one = test.estimate(&[0.3]).unwrap();
        assert_eq!((one.estimate, one.interval.lower, one.attained_level), (0.3, 0.3, 0.0));
    }

    proptest! {
        #[test]
        fn the_interval_holds_what_the_test_does_not_reject(
            x in prop::collection::vec(-1.0_f64..1.0, 6..20), level in 0.5_f64..0.96,
        ) {
            let found = HodgesLehmann::new().level(level).estimate(&x).unwrap();
            prop_assert!(found.interval.contains(found.estimate));
            prop_assert!(found.attained_level >= level - 1e-12);
            let exact = WilcoxonSignedRank::new().method(RankMethod::Exact);
            let p = |centre: f64| {
                let shifted: Vec<f64> = x.iter().map(|v| v - centre).collect();
                exact.test(&shifted).unwrap().result.p_value(TwoSided)
            };
            let (inside, gap) = (1.0 - level, 1e-9);
            prop_assert!(p(found.interval.lower - gap) <= inside + 1e-12);
            prop_assert!(p(found.interval.lower + gap) > inside);
            prop_assert!(p(found.interval.upper + gap) <= inside + 1e-12);
            prop_assert!(p(found.interval.upper - gap) > inside);
        }

        #[test]
        fn turns_with_the_sample(x in prop::collection::vec(-1.0_f64..1.0, 1..25)) {
            let turned: Vec<f64> = x.iter().map(|v| -v).collect();
            let (a, b) = (HodgesLehmann::new().estimate(&x), HodgesLehmann::new().estimate(&turned));
            let (a, b) = (a.unwrap(), b.unwrap());
            prop_assert!((a.estimate + b.estimate).abs() < 1e-12);
            prop_assert_eq!(a.interval.lower, -b.interval.upper);
        }
    }
}
