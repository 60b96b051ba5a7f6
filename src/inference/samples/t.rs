//! t tests of one and of two samples.

use serde::{Deserialize, Serialize};

use super::outcome::{
    ConfidenceInterval, SampleTest, Spread, check_probability, check_sample, degenerate,
};
use crate::inference::{Card, NullDistribution};
use crate::{Error, Result};

pub(super) const ONE_SAMPLE_CARD: Card = Card {
    id: "one-sample-t",
    name: "one-sample t",
    null: "the mean is zero, or what is set",
    assumes: "independent normal values",
    robust_to: "moderate departures from normality where there are many values",
    distribution: "t, n - 1",
    allows_for_shared_dates: false,
    reference: "Student 1908",
    doi: "10.1093/biomet/6.1.1",
    departures: "none",
};

pub(super) const WELCH_CARD: Card = Card {
    id: "welch-t",
    name: "Welch's t",
    null: "the means of two groups are equal",
    assumes: "independent normal values",
    robust_to: "variances that differ between the groups",
    distribution: "t, Satterthwaite's degrees of freedom",
    allows_for_shared_dates: false,
    reference: "Welch 1947; Satterthwaite 1946",
    doi: "10.1093/biomet/34.1-2.28",
    departures: "none",
};

pub(super) const POOLED_CARD: Card = Card {
    id: "pooled-t",
    name: "pooled two-sample t",
    null: "the means of two groups are equal",
    assumes: "independent normal values, one variance in both groups",
    robust_to: "variances that differ, nearly, where the groups are of one size",
    distribution: "t, n1 + n2 - 2",
    allows_for_shared_dates: false,
    reference: "Student 1908",
    doi: "10.1093/biomet/6.1.1",
    departures: "none",
};

/// Outcome of a t test.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MeanTest {
    /// t and its p-values.
    pub result: SampleTest,
    /// The mean, or the difference of two means.
    pub estimate: f64,
    /// Its standard error.
    pub std_error: f64,
    /// Confidence interval of the mean or difference.
    pub interval: ConfidenceInterval,
}

impl MeanTest {
    /// `(estimate − null)/std_error` against t; the level was checked.
    pub(super) fn new(
        test: &str,
        estimate: f64,
        null: f64,
        std_error: f64,
        degrees_of_freedom: f64,
        level: f64,
    ) -> Self {
        let law = NullDistribution::StudentT { degrees_of_freedom };
        let half_width = law.two_sided_quantile(1.0 - level) * std_error;
        Self {
            result: SampleTest::symmetric(test, (estimate - null) / std_error, law),
            estimate,
            std_error,
            interval: ConfidenceInterval {
                lower: estimate - half_width,
                upper: estimate + half_width,
                level,
            },
        }
    }
}

/// Student's t test of the mean of one sample.
///
/// `t = (x̄ − μ₀) / (s/√n)` with n − 1 degrees of freedom, s with divisor n − 1; the interval is
/// `x̄ ± t(1 − α/2) s/√n`.
///
/// - *Null*: the mean is μ₀, zero unless set.
/// - *Assumes*: independent normal values. Over event dates this is the test of Ibragimov and
///   Müller, see [`IbragimovMueller`](super::IbragimovMueller), which needs less.
/// - *Reference*: Student 1908, <https://doi.org/10.1093/biomet/6.1.1>.
/// - *Departures*: none.
///
/// ```
/// use eventstudy::inference::Alternative;
/// use eventstudy::inference::samples::OneSampleT;
///
/// let found = OneSampleT::new().test(&[0.21, 0.05, 0.12])?;
/// assert_eq!(found.result.degrees_of_freedom(), Some(2.0));
/// assert!(found.result.p_value(Alternative::TwoSided) > 0.1 && found.interval.contains(0.0));
/// # Ok::<(), eventstudy::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OneSampleT {
    null_mean: f64,
    level: f64,
}

impl OneSampleT {
    /// Against a mean of zero, with an interval of level 0.95.
    pub fn new() -> Self {
        Self { null_mean: 0.0, level: 0.95 }
    }

    /// The mean under the null, in the units of the sample.
    #[must_use]
    pub fn null_mean(mut self, null_mean: f64) -> Self {
        self.null_mean = null_mean;
        self
    }

    /// The level of the interval.
    #[must_use]
    pub fn level(mut self, level: f64) -> Self {
        self.level = level;
        self
    }

    /// Tests a sample of at least two values.
    ///
    /// # Errors
    ///
    /// [`Error::TooFew`] for fewer than two values, [`Error::DegenerateVariance`] where all are the
    /// same, [`Error::Setting`] for a value or a null mean that is not finite or a level outside
    /// (0, 1).
    pub fn test(&self, x: &[f64]) -> Result<MeanTest> {
        const NAME: &str = ONE_SAMPLE_CARD.name;
        check_probability("level", self.level)?;
        if !self.null_mean.is_finite() {
            return Err(Error::Setting {
                name: "null mean",
                value: self.null_mean.to_string(),
                expected: "a finite number",
            });
        }
        let spread = Spread::of(NAME, x)?;
        let std_error = (spread.variance() / spread.n).sqrt();
        let (mean, null) = (spread.mean, self.null_mean);
        Ok(MeanTest::new(NAME, mean, null, std_error, spread.n - 1.0, self.level))
    }
}

impl Default for OneSampleT {
    fn default() -> Self {
        Self::new()
    }
}

/// t test of the difference of the means of two samples.
///
/// With v = s²/n of each sample, [`welch`](Self::welch) is `t = (x̄ − ȳ)/√(v₁ + v₂)` with
/// Satterthwaite's degrees of freedom `(v₁ + v₂)² / (v₁²/(n₁ − 1) + v₂²/(n₂ − 1))`, and
/// [`pooled`](Self::pooled) has the standard error `s √(1/n₁ + 1/n₂)`, s² the sum of both sums of
/// squared deviations over the n₁ + n₂ − 2 degrees of freedom.
///
/// - *Null*: the means are equal.
/// - *Assumes*: independent normal values; pooled also equal variances.
/// - *Reference*: Welch 1947, <https://doi.org/10.1093/biomet/34.1-2.28>; Satterthwaite 1946,
///   <https://doi.org/10.2307/3002019>; Student 1908, <https://doi.org/10.1093/biomet/6.1.1>.
/// - *Departures*: none.
///
/// ```
/// use eventstudy::inference::samples::TwoSampleT;
///
/// let (breakouts, others) = ([0.21, 0.05, 0.12], [0.02, -0.11, 0.04, -0.03]);
/// let found = TwoSampleT::welch().test(&breakouts, &others)?;
/// assert!((found.estimate - 0.1467).abs() < 1e-4);
/// # Ok::<(), eventstudy::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TwoSampleT {
    pooled: bool,
    level: f64,
}

impl TwoSampleT {
    /// Each sample with its own variance; interval of level 0.95.
    pub fn welch() -> Self {
        Self { pooled: false, level: 0.95 }
    }

    /// One variance for both samples; interval of level 0.95.
    pub fn pooled() -> Self {
        Self { pooled: true, level: 0.95 }
    }

    /// The level of the interval.
    #[must_use]
    pub fn level(mut self, level: f64) -> Self {
        self.level = level;
        self
    }

    /// Name of the test.
    pub fn name(&self) -> &'static str {
        if self.pooled { POOLED_CARD.name } else { WELCH_CARD.name }
    }

    /// Tests two samples of at least two values each.
    ///
    /// # Errors
    ///
    /// [`Error::TooFew`] for fewer than two values in a sample, [`Error::DegenerateVariance`] where
    /// both are constant, [`Error::Setting`] for a value that is not finite or a level outside
    /// (0, 1).
    pub fn test(&self, x: &[f64], y: &[f64]) -> Result<MeanTest> {
        check_probability("level", self.level)?;
        let pair = Pair::of(self.name(), x, y)?;
        let (std_error, degrees_of_freedom) =
            if self.pooled { pair.pooled() } else { pair.welch() };
        let estimate = pair.x.mean - pair.y.mean;
        Ok(MeanTest::new(self.name(), estimate, 0.0, std_error, degrees_of_freedom, self.level))
    }
}

/// Two samples, not both constant.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pair {
    pub(super) x: Spread,
    pub(super) y: Spread,
}

impl Pair {
    /// A sample that is constant but for rounding has no variance at all.
    pub(super) fn of(what: &str, x: &[f64], y: &[f64]) -> Result<Self> {
        let spread = |sample: &[f64]| -> Result<Spread> {
            check_sample(what, sample, 2)?;
            let spread = Spread::of_any(sample);
            let constant = spread.is_negligible(sample);
            Ok(if constant { Spread { sum_squares: 0.0, ..spread } } else { spread })
        };
        let pair = Self { x: spread(x)?, y: spread(y)? };
        if pair.x.sum_squares + pair.y.sum_squares > 0.0 {
            Ok(pair)
        } else {
            Err(degenerate(what, "both samples"))
        }
    }

    /// Standard error and Satterthwaite's degrees of freedom.
    pub(super) fn welch(&self) -> (f64, f64) {
        let of = |s: &Spread| (s.variance() / s.n, s.n - 1.0);
        let ((vx, fx), (vy, fy)) = (of(&self.x), of(&self.y));
        let total = vx + vy;
        // As shares of the total, so that squares of tiny variances do not underflow.
        let (sx, sy) = (vx / total, vy / total);
        (total.sqrt(), 1.0 / (sx * sx / fx + sy * sy / fy))
    }

    /// Standard error and degrees of freedom with one variance.
    pub(super) fn pooled(&self) -> (f64, f64) {
        let scale = (1.0 / self.x.n + 1.0 / self.y.n).sqrt();
        (self.pooled_std_dev() * scale, self.x.n + self.y.n - 2.0)
    }

    pub(super) fn pooled_std_dev(&self) -> f64 {
        ((self.x.sum_squares + self.y.sum_squares) / (self.x.n + self.y.n - 2.0)).sqrt()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::inference::Alternative::{Greater, Less, TwoSided};

    #[test]
    fn closed_forms_with_two_degrees_of_freedom() {
        // Mean 2, s = 1: t = 2√3; with ν = 2 the two-sided p is 1 − t/√(2 + t²).
        let found = OneSampleT::new().test(&[1.0, 2.0, 3.0]).unwrap();
        let t = 2.0 * 3.0_f64.sqrt();
        assert!((found.result.statistic - t).abs() < 1e-14);
        let p = 1.0 - t / (2.0 + t * t).sqrt();
        assert!((found.result.p_value(TwoSided) / p - 1.0).abs() < 1e-12);
        assert!((found.result.p_value(Greater) * 2.0 / p - 1.0).abs() < 1e-12);
        // The quantile with ν = 2 at 0.975: t² = 2 · 0.95²/(1 − 0.95²).
        let quantile = (2.0 * 0.9025 / 0.0975_f64).sqrt();
        assert!((found.interval.upper - 2.0 - quantile / 3.0_f64.sqrt()).abs() < 1e-11);
        let shifted = OneSampleT::new().null_mean(2.0).test(&[1.0, 2.0, 3.0]).unwrap();
        assert_eq!((shifted.result.statistic, shifted.result.p_value(TwoSided)), (0.0, 1.0));
    }

    #[test]
    fn a_constant_side_leaves_the_degrees_of_freedom_of_the_other() {
        let found = TwoSampleT::welch().test(&[0.3; 9], &[1.0, 2.0, 4.0, 8.0]).unwrap();
        assert!((found.result.degrees_of_freedom().unwrap() - 3.0).abs() < 1e-12);
        assert!(found.result.statistic < 0.0);
    }

    #[test]
    fn degenerate_and_bad_input() {
        let is_degenerate = |e: Error| matches!(e, Error::DegenerateVariance { .. });
        assert!(is_degenerate(OneSampleT::new().test(&[0.7; 5]).unwrap_err()));
        for test in [TwoSampleT::welch(), TwoSampleT::pooled()] {
            assert!(is_degenerate(test.test(&[0.7; 5], &[0.1; 4]).unwrap_err()));
            let few = test.test(&[0.1, 0.2], &[0.3]);
            assert!(matches!(few, Err(Error::TooFew { n_found: 1, n_needed: 2, .. })));
            assert!(test.test(&[0.1, f64::NAN], &[0.3, 0.4]).is_err());
            assert!(test.level(1.0).test(&[0.1, 0.2], &[0.3, 0.4]).is_err());
        }
        assert!(OneSampleT::new().null_mean(f64::NAN).test(&[0.1, 0.2]).is_err());
        assert!(OneSampleT::new().level(0.0).test(&[0.1, 0.2]).is_err());
    }

    proptest! {
        #[test]
        fn antisymmetric_and_consistent(
            x in prop::collection::vec(-1.0_f64..1.0, 2..30),
            y in prop::collection::vec(-1.0_f64..1.0, 2..30),
            level in 0.01_f64..0.999,
        ) {
            for test in [TwoSampleT::welch().level(level), TwoSampleT::pooled().level(level)] {
                let (a, b) = (test.test(&x, &y).unwrap(), test.test(&y, &x).unwrap());
                let t = a.result.statistic;
                prop_assert!((t + b.result.statistic).abs() <= 1e-9 * t.abs());
                prop_assert!((a.result.p_value(Greater) - b.result.p_value(Less)).abs() < 1e-9);
                let df = a.result.degrees_of_freedom().unwrap();
                let (n, smaller) = (x.len() + y.len() - 2, x.len().min(y.len()) - 1);
                prop_assert!(df <= n as f64 + 1e-9 && df >= smaller as f64 - 1e-9);
                prop_assert!(a.interval.contains(a.estimate));
                // An interval excludes zero exactly where the test at 1 − level rejects.
                let p = a.result.p_value(TwoSided);
                prop_assert!(p > 0.0 && p <= 1.0);
                prop_assume!((p - (1.0 - level)).abs() > 1e-9);
                prop_assert_eq!(a.interval.contains(0.0), p > 1.0 - level);
            }
        }

        #[test]
        fn equal_sizes_and_spreads_give_one_t(x in prop::collection::vec(-1.0_f64..1.0, 2..30)) {
            let y: Vec<f64> = x.iter().map(|v| 0.5 - v).collect();
            let welch = TwoSampleT::welch().test(&x, &y).unwrap();
            let pooled = TwoSampleT::pooled().test(&x, &y).unwrap();
            let difference = (welch.result.statistic - pooled.result.statistic).abs();
            prop_assert!(difference < 1e-9 * (1.0 + welch.result.statistic.abs()));
            let df = welch.result.degrees_of_freedom().unwrap();
            prop_assert!((df - (2 * x.len() - 2) as f64).abs() < 1e-6);
        }
    }
}
