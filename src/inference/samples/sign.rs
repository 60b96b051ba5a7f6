//! The sign test, and intervals of a hit rate.

use serde::{Deserialize, Serialize};

use super::binomial;
use super::outcome::{
    ConfidenceInterval, NullLaw, SampleTest, SidedPValues, check_probability, check_sample,
    check_size, degenerate,
};
use crate::inference::{Card, NullDistribution};
use crate::{Error, Result};

const NAME: &str = "sign test";

pub(super) const CARD: Card = Card {
    id: "sign-test",
    name: NAME,
    null: "a value is as likely above zero as below",
    assumes: "independent values",
    robust_to: "any law, outliers, values of different variance",
    distribution: "binomial with 1/2, exact",
    allows_for_shared_dates: false,
    reference: "Conover 1999, section 3.4",
    doi: "",
    departures: "none",
};

/// Exact sign test of one sample.
///
/// The statistic is the number of positive values among those that are not zero.
///
/// - *Null*: a value is as likely above zero as below, its median is zero.
/// - *Assumes*: independent values; nothing of their laws.
/// - *Distribution*: binomial with probability ½, exact. Two-sided p-values are twice the smaller
///   tail. With five values none is below 6.25 %.
/// - *Reference*: Conover 1999, Practical Nonparametric Statistics, third edition, section 3.4.
/// - *Departures*: none.
///
/// ```
/// use eventstudy::inference::Alternative;
/// use eventstudy::inference::samples::SignTest;
///
/// let found = SignTest.test(&[0.21, 0.05, 0.12, 0.0])?;
/// assert_eq!((found.n_positive, found.n_nonzero), (3, 3));
/// assert_eq!(found.result.p_value(Alternative::TwoSided), 0.25);
/// # Ok::<(), eventstudy::Error>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SignTest;

/// Outcome of [`SignTest::test`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SignTestOutcome {
    /// The number of positive values and its p-values.
    pub result: SampleTest,
    /// Values above zero.
    pub n_positive: usize,
    /// Values that are not zero.
    pub n_nonzero: usize,
    /// Share of positive values among these.
    pub hit_rate: f64,
    /// The smallest one-sided p-value of so many values: 2⁻ⁿ.
    pub attainable_one_sided: f64,
    /// The smallest two-sided one.
    pub attainable_two_sided: f64,
}

impl SignTest {
    /// Tests a sample.
    ///
    /// # Errors
    ///
    /// [`Error::TooFew`] without values, [`Error::DegenerateVariance`] where all are zero,
    /// [`Error::Setting`] for a value that is not finite.
    pub fn test(self, x: &[f64]) -> Result<SignTestOutcome> {
        check_sample(NAME, x, 1)?;
        let n_positive = x.iter().filter(|v| **v > 0.0).count();
        let n_nonzero = n_positive + x.iter().filter(|v| **v < 0.0).count();
        if n_nonzero == 0 {
            return Err(degenerate(NAME, "the signs (all values are zero)"));
        }
        let floor = 0.5_f64.powi(i32::try_from(n_nonzero).unwrap_or(i32::MAX));
        let attainable = SidedPValues::from_tails(floor, 1.0);
        Ok(SignTestOutcome {
            result: SampleTest {
                test: NAME.to_owned(),
                statistic: n_positive as f64,
                law: NullLaw::Exact,
                p_values: p_values(n_nonzero, n_positive),
            },
            n_positive,
            n_nonzero,
            hit_rate: n_positive as f64 / n_nonzero as f64,
            attainable_one_sided: attainable.greater,
            attainable_two_sided: attainable.two_sided,
        })
    }

    /// Probability that the exact two-sided test of `n` values at `significance` rejects where each
    /// is positive with probability `p_positive`.
    ///
    /// The test rejects the counts whose p-value is at most the significance; with `p_positive` ½
    /// the power is its true size, which is below the significance because counts have steps.
    ///
    /// # Errors
    ///
    /// [`Error::TooFew`] for no values; [`Error::Setting`] for a significance outside (0, 1) or a
    /// probability outside [0, 1].
    pub fn power(self, n: usize, p_positive: f64, significance: f64) -> Result<f64> {
        check_size("the power of a sign test", n, 1)?;
        check_probability("significance", significance)?;
        if !(0.0..=1.0).contains(&p_positive) {
            return Err(Error::Setting {
                name: "probability of a positive value",
                value: p_positive.to_string(),
                expected: "a probability from 0 to 1",
            });
        }
        // A p-value that equals the significance, such as 2⁻⁴, must not be lost to rounding.
        let bound = significance * (1.0 + 1e-12);
        let rejected = (0..=n).filter(|k| p_values(n, *k).two_sided <= bound);
        Ok(binomial::probability_of(n, rejected, p_positive))
    }
}

fn p_values(n_nonzero: usize, n_positive: usize) -> SidedPValues {
    let (at_most, at_least) = binomial::tails(n_nonzero, n_positive, 0.5);
    SidedPValues::from_tails(at_least, at_most)
}

/// How the interval of a probability is made from a count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProportionInterval {
    /// The probabilities at which neither tail of the count is below α/2 (Clopper and Pearson 1934,
    /// <https://doi.org/10.1093/biomet/26.4.404>): covers at least as often as it says.
    ClopperPearson,
    /// The probabilities that the score test does not reject (Wilson 1927,
    /// <https://doi.org/10.1080/01621459.1927.10502953>): covers about as often as it says.
    Wilson,
    /// Wilson's with the continuity correction, as in Newcombe 1998, Statistics in Medicine 17,
    /// pages 857–872, method 4.
    WilsonContinuity,
}

impl ProportionInterval {
    /// The interval of the probability of a hit after `n_hits` in `n` trials.
    ///
    /// # Errors
    ///
    /// [`Error::TooFew`] for no trials; [`Error::Setting`] for more hits than trials or a level
    /// outside (0, 1).
    pub fn of(self, n_hits: usize, n: usize, level: f64) -> Result<ConfidenceInterval> {
        check_size("the interval of a hit rate", n, 1)?;
        check_probability("level", level)?;
        if n_hits > n {
            return Err(Error::Setting {
                name: "hits",
                value: n_hits.to_string(),
                expected: "at most the number of trials",
            });
        }
        let (mut lower, mut upper) = match self {
            Self::ClopperPearson => clopper_pearson(n_hits, n, level),
            Self::Wilson => wilson(n_hits, n, level),
            Self::WilsonContinuity => wilson_continuity(n_hits, n, level),
        };
        // Without hits every probability down to zero stays in, without misses every one up to 1.
        if n_hits == 0 {
            lower = 0.0;
        }
        if n_hits == n {
            upper = 1.0;
        }
        Ok(ConfidenceInterval { lower, upper, level })
    }
}

/// Ends by bisection to the last bit; the tails are monotone in the probability.
fn clopper_pearson(k: usize, n: usize, level: f64) -> (f64, f64) {
    let half = (1.0 - level) / 2.0;
    let lower = || bisect(|p| binomial::tails(n, k, p).1 >= half);
    let upper = || bisect(|p| binomial::tails(n, k, p).0 <= half);
    (if k == 0 { 0.0 } else { lower() }, if k == n { 1.0 } else { upper() })
}

/// Where an upward-closed condition on [0, 1] starts to hold.
fn bisect(holds: impl Fn(f64) -> bool) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    loop {
        let middle = f64::midpoint(low, high);
        if middle <= low || middle >= high {
            return high;
        }
        if holds(middle) {
            high = middle;
        } else {
            low = middle;
        }
    }
}

fn wilson(k: usize, n: usize, level: f64) -> (f64, f64) {
    let z = NullDistribution::Normal.two_sided_quantile(1.0 - level);
    let (n, p) = (n as f64, k as f64 / n as f64);
    let scale = 1.0 + z * z / n;
    let centre = (p + z * z / (2.0 * n)) / scale;
    let half_width = z * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt() / scale;
    (centre - half_width, centre + half_width)
}

fn wilson_continuity(k: usize, n: usize, level: f64) -> (f64, f64) {
    let z = NullDistribution::Normal.two_sided_quantile(1.0 - level);
    let (n, p) = (n as f64, k as f64 / n as f64);
    let (q, scale) = (1.0 - p, 2.0 * (n + z * z));
    let root = |sign: f64| {
        let inside = z * z - sign * 2.0 - 1.0 / n + 4.0 * p * (n * q + sign);
        z * inside.max(0.0).sqrt()
    };
    let centre = 2.0 * n * p + z * z;
    let (lower, upper) = ((centre - 1.0 - root(1.0)) / scale, (centre + 1.0 + root(-1.0)) / scale);
    (lower.max(0.0), upper.min(1.0))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::inference::Alternative::{Greater, Less, TwoSided};

    #[test]
    fn five_values_do_not_reach_five_percent() {
        let found = SignTest.test(&[0.1, 0.2, 0.3, 0.4, 0.5]).unwrap();
        assert_eq!(found.result.p_value(TwoSided), 0.0625);
        assert_eq!(found.attainable_two_sided, 0.0625);
        assert_eq!(SignTest.power(5, 1.0, 0.05).unwrap(), 0.0);
        assert_eq!(SignTest.power(5, 1.0, 0.0625).unwrap(), 1.0);
        assert!((SignTest.power(5, 0.5, 0.0625).unwrap() - 0.0625).abs() < 1e-15);
    }

    #[test]
    fn clopper_pearson_of_no_hits_is_closed_form() {
        // (1 − p)ⁿ = α/2.
        let found = ProportionInterval::ClopperPearson.of(0, 12, 0.9).unwrap();
        assert_eq!(found.lower, 0.0);
        assert!((found.upper - (1.0 - 0.05_f64.powf(1.0 / 12.0))).abs() < 1e-14);
        let found = ProportionInterval::ClopperPearson.of(12, 12, 0.9).unwrap();
        assert!((found.lower - 0.05_f64.powf(1.0 / 12.0)).abs() < 1e-14);
        assert_eq!(found.upper, 1.0);
    }

    #[test]
    fn bad_input() {
        assert!(matches!(SignTest.test(&[]), Err(Error::TooFew { .. })));
        assert!(matches!(SignTest.test(&[0.0, -0.0]), Err(Error::DegenerateVariance { .. })));
        assert!(matches!(SignTest.test(&[f64::INFINITY]), Err(Error::Setting { .. })));
        assert!(SignTest.power(5, 1.1, 0.05).is_err() && SignTest.power(5, 0.5, 0.0).is_err());
        assert!(matches!(SignTest.power(0, 0.5, 0.05), Err(Error::TooFew { .. })));
        for method in [ProportionInterval::ClopperPearson, ProportionInterval::Wilson] {
            assert!(method.of(3, 2, 0.95).is_err() && method.of(1, 2, 1.0).is_err());
            assert!(matches!(method.of(0, 0, 0.95), Err(Error::TooFew { .. })));
        }
    }

    proptest! {
        #[test]
        fn turns_with_the_sample(x in prop::collection::vec(-5_i32..6, 1..80)) {
            let x: Vec<f64> = x.into_iter().map(f64::from).collect();
            let turned: Vec<f64> = x.iter().map(|v| -v).collect();
            let (Ok(a), Ok(b)) = (SignTest.test(&x), SignTest.test(&turned)) else { return Ok(()) };
            prop_assert_eq!(a.n_positive + b.n_positive, a.n_nonzero);
            for (side, other) in [(Greater, Less), (Less, Greater), (TwoSided, TwoSided)] {
                let (p, q) = (a.result.p_value(side), b.result.p_value(other));
                prop_assert!(p > 0.0 && p <= 1.0 && (p - q).abs() < 1e-12);
            }
            prop_assert!(a.result.p_value(TwoSided) >= a.attainable_two_sided * (1.0 - 1e-12));
        }

        #[test]
        fn intervals_hold_the_rate_and_mirror(n in 1_usize..200, share in 0.0_f64..1.0, level in 0.5_f64..0.999) {
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
            let k = (share * (n + 1) as f64) as usize;
            let methods = [
                ProportionInterval::ClopperPearson,
                ProportionInterval::Wilson,
                ProportionInterval::WilsonContinuity,
            ];
            let [exact, wilson, corrected] = methods.map(|m| m.of(k, n, level).unwrap());
            for (method, found) in methods.into_iter().zip([exact, wilson, corrected]) {
                let rate = k as f64 / n as f64;
                prop_assert!(found.lower <= rate + 1e-12 && found.upper >= rate - 1e-12);
                prop_assert!(found.lower >= 0.0 && found.upper <= 1.0);
                let other = method.of(n - k, n, level).unwrap();
                prop_assert!((found.lower + other.upper - 1.0).abs() < 1e-9);
            }
            prop_assert!(corrected.lower <= wilson.lower + 1e-12);
            prop_assert!(corrected.upper >= wilson.upper - 1e-12);
        }

        #[test]
        fn clopper_pearson_holds_what_the_tails_do_not_reject(n in 1_usize..60, k in 0_usize..61) {
            let k = k.min(n);
            let found = ProportionInterval::ClopperPearson.of(k, n, 0.9).unwrap();
            if k > 0 {
                prop_assert!((binomial::tails(n, k, found.lower).1 - 0.05).abs() < 1e-12);
            }
            if k < n {
                prop_assert!((binomial::tails(n, k, found.upper).0 - 0.05).abs() < 1e-12);
            }
        }
    }
}
