//! What a test answers.

use serde::{Deserialize, Serialize};
use statrs::distribution::{ContinuousCDF, Normal, StudentsT};

use crate::numeric::tails;

/// The side of the alternative hypothesis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Alternative {
    /// The mean differs from zero.
    #[default]
    TwoSided,
    /// The mean is above zero.
    Greater,
    /// The mean is below zero.
    Less,
}

/// Distribution of a statistic under its null.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
#[non_exhaustive]
pub enum NullDistribution {
    /// Standard normal.
    Normal,
    /// Student's t.
    StudentT {
        /// Degrees of freedom, above zero.
        degrees_of_freedom: f64,
    },
    /// Every outcome was enumerated; of its distribution the tails at the statistic are kept, the
    /// statistic itself in each of them.
    Exact {
        /// `P(X ≤ x)`.
        lower: f64,
        /// `P(X ≥ x)`.
        upper: f64,
        /// Probability of an outcome at least as extreme on either side, as the test defines it.
        two_sided: f64,
    },
    /// Outcomes were drawn at random; tails as for [`Exact`](Self::Exact), each `(1 + count)/(1 +
    /// draws)`.
    Drawn {
        /// Share of draws at most as large.
        lower: f64,
        /// Share of draws at least as large.
        upper: f64,
        /// Share of draws at least as extreme on either side.
        two_sided: f64,
        /// Draws.
        n_draws: usize,
        /// Their seed.
        seed: u64,
    },
}

impl NullDistribution {
    /// `P(X ≥ x)`, exact far out in the tail and near the middle. Of an enumerated distribution x
    /// is the statistic, whatever is asked.
    pub(crate) fn upper_tail(self, x: f64) -> f64 {
        match self {
            Self::Normal => Normal::standard().sf(x),
            Self::StudentT { degrees_of_freedom } => tails::t_above(x, degrees_of_freedom),
            Self::Exact { upper, .. } | Self::Drawn { upper, .. } => upper,
        }
    }

    /// Probability under the null of a value at least as extreme as `x`.
    fn tail(self, x: f64, alternative: Alternative) -> f64 {
        match (self, alternative) {
            (
                Self::Exact { two_sided, .. } | Self::Drawn { two_sided, .. },
                Alternative::TwoSided,
            ) => two_sided,
            (Self::Exact { lower, .. } | Self::Drawn { lower, .. }, Alternative::Less) => lower,
            (_, Alternative::TwoSided) => 2.0 * self.upper_tail(x.abs()),
            (_, Alternative::Greater) => self.upper_tail(x),
            (_, Alternative::Less) => self.upper_tail(-x),
        }
    }

    /// The x with `P(|X| > x) = significance`; NaN for distributions of which only tails are kept.
    pub(crate) fn two_sided_quantile(self, significance: f64) -> f64 {
        let p = 1.0 - significance / 2.0;
        match self {
            Self::Normal => Normal::new(0.0, 1.0).map_or(f64::NAN, |d| d.inverse_cdf(p)),
            Self::StudentT { degrees_of_freedom } => {
                StudentsT::new(0.0, 1.0, degrees_of_freedom).map_or(f64::NAN, |d| d.inverse_cdf(p))
            }
            Self::Exact { .. } | Self::Drawn { .. } => f64::NAN,
        }
    }
}

/// The outcome of one test over one window.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TestResult {
    /// Name of the test.
    pub test: String,
    /// The statistic.
    pub statistic: f64,
    /// Its distribution under the null.
    pub distribution: NullDistribution,
    /// Responses that it used.
    pub n_responses: usize,
    /// Events that these belong to.
    pub n_events: usize,
    /// Distinct dates of those events.
    pub n_event_dates: usize,
}

impl TestResult {
    /// Degrees of freedom of a t statistic; `None` for a normal one.
    pub fn degrees_of_freedom(&self) -> Option<f64> {
        match self.distribution {
            NullDistribution::StudentT { degrees_of_freedom } => Some(degrees_of_freedom),
            NullDistribution::Normal
            | NullDistribution::Exact { .. }
            | NullDistribution::Drawn { .. } => None,
        }
    }

    /// Probability under the null of a statistic at least as extreme; in (0, 1].
    ///
    /// Tails come from survival functions, so they keep their digits; what would underflow is the
    /// smallest positive number, never 0.
    pub fn p_value(&self, alternative: Alternative) -> f64 {
        self.distribution.tail(self.statistic, alternative).clamp(f64::MIN_POSITIVE, 1.0)
    }

    /// True where responses share event dates, so that the number of independent draws is smaller
    /// than the number of responses.
    pub fn shares_event_dates(&self) -> bool {
        self.n_event_dates < self.n_responses
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn result(statistic: f64, distribution: NullDistribution) -> TestResult {
        let (n_responses, n_events, n_event_dates) = (10, 10, 10);
        TestResult {
            test: String::new(),
            statistic,
            distribution,
            n_responses,
            n_events,
            n_event_dates,
        }
    }

    #[test]
    fn far_tails_keep_their_digits() {
        // 2 (1 - Phi(10)) = 1.523970604832105e-23 (Abramowitz and Stegun 26.2, continued fraction).
        let z = result(-10.0, NullDistribution::Normal);
        let p = z.p_value(Alternative::TwoSided);
        assert!((p / 1.523_970_604_832_105e-23 - 1.0).abs() < 1e-9, "{p:e}");
        assert!(result(80.0, NullDistribution::Normal).p_value(Alternative::TwoSided) > 0.0);
        assert!(z.p_value(Alternative::Greater) <= 1.0);
    }

    #[test]
    fn enumerated_tails_are_answered_as_they_are() {
        let tails = (0.25, 0.875, 0.5);
        let (lower, upper, two_sided) = tails;
        let exact = result(3.0, NullDistribution::Exact { lower, upper, two_sided });
        let (n_draws, seed) = (7, 0);
        let drawn = NullDistribution::Drawn { lower, upper, two_sided, n_draws, seed };
        for found in [exact, result(3.0, drawn)] {
            let p = |side| found.p_value(side);
            let sides = (p(Alternative::Less), p(Alternative::Greater), p(Alternative::TwoSided));
            assert_eq!(sides, tails);
            assert_eq!(found.degrees_of_freedom(), None);
            let json = serde_json::to_string(&found.distribution).unwrap();
            assert_eq!(
                serde_json::from_str::<NullDistribution>(&json).unwrap(),
                found.distribution
            );
        }
    }

    #[test]
    fn cauchy_quartile() {
        let t = result(1.0, NullDistribution::StudentT { degrees_of_freedom: 1.0 });
        assert!((t.p_value(Alternative::Greater) - 0.25).abs() < 1e-14);
        assert!((t.p_value(Alternative::Less) - 0.75).abs() < 1e-14);
        assert!((t.p_value(Alternative::TwoSided) - 0.5).abs() < 1e-14);
    }
}
