//! What a test of samples answers, and what all of them check.

use serde::{Deserialize, Serialize};

use crate::inference::{Alternative, NullDistribution};
use crate::numeric::moments;
use crate::{Error, Result};

/// Law of a statistic under its null, from which its p-values are.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
#[non_exhaustive]
pub enum NullLaw {
    /// Standard normal.
    Normal,
    /// Student's t.
    StudentT {
        /// Degrees of freedom, above zero.
        degrees_of_freedom: f64,
    },
    /// Chi squared; the upper tail is the only one.
    ChiSquared {
        /// Degrees of freedom, above zero.
        degrees_of_freedom: f64,
    },
    /// The law of one sample's largest distance at an effective size, or its limit; the upper tail
    /// is the only one.
    Kolmogorov,
    /// Royston's normal approximation to a function of W; the lower tail is the only one.
    Royston,
    /// The finite-sample law itself: every outcome counted, nothing approximated.
    Exact,
    /// Outcomes drawn at random, with `p = (1 + count)/(1 + n)`.
    Drawn {
        /// How many were drawn.
        n_draws: usize,
        /// The seed.
        seed: u64,
    },
    /// Draws that were made elsewhere, with the same +1.
    GivenDraws {
        /// How many there are.
        n_draws: usize,
    },
}

impl From<NullDistribution> for NullLaw {
    fn from(distribution: NullDistribution) -> Self {
        match distribution {
            NullDistribution::Normal => Self::Normal,
            NullDistribution::StudentT { degrees_of_freedom } => {
                Self::StudentT { degrees_of_freedom }
            }
            NullDistribution::Exact { .. } => Self::Exact,
            NullDistribution::Drawn { n_draws, seed, .. } => Self::Drawn { n_draws, seed },
        }
    }
}

/// p-values of one statistic, each in (0, 1].
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct SidedPValues {
    /// Against any departure from the null.
    pub two_sided: f64,
    /// Against a statistic, or the quantity that it measures, above what the null says.
    pub greater: f64,
    /// Against one below.
    pub less: f64,
}

impl SidedPValues {
    /// From both tails; two-sided is twice the smaller one, at most 1.
    pub(super) fn from_tails(greater: f64, less: f64) -> Self {
        Self::new(2.0 * greater.min(less), greater, less)
    }

    /// What would underflow is the smallest positive number.
    pub(super) fn new(two_sided: f64, greater: f64, less: f64) -> Self {
        let [two_sided, greater, less] =
            [two_sided, greater, less].map(|p: f64| p.clamp(f64::MIN_POSITIVE, 1.0));
        Self { two_sided, greater, less }
    }

    /// The p-value against one alternative.
    pub fn of(&self, alternative: Alternative) -> f64 {
        match alternative {
            Alternative::TwoSided => self.two_sided,
            Alternative::Greater => self.greater,
            Alternative::Less => self.less,
        }
    }
}

/// The outcome of one test of samples.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SampleTest {
    /// Name of the test.
    pub test: String,
    /// The statistic.
    pub statistic: f64,
    /// Its law under the null.
    pub law: NullLaw,
    /// Its p-values.
    pub p_values: SidedPValues,
}

impl SampleTest {
    /// A statistic with a symmetric law.
    pub(super) fn symmetric(test: &str, statistic: f64, law: NullDistribution) -> Self {
        let p_values = SidedPValues::new(
            2.0 * law.upper_tail(statistic.abs()),
            law.upper_tail(statistic),
            law.upper_tail(-statistic),
        );
        Self { test: test.to_owned(), statistic, law: law.into(), p_values }
    }

    /// Probability under the null of a statistic at least as extreme; in (0, 1].
    pub fn p_value(&self, alternative: Alternative) -> f64 {
        self.p_values.of(alternative)
    }

    /// Degrees of freedom of a t or chi-squared statistic.
    pub fn degrees_of_freedom(&self) -> Option<f64> {
        match self.law {
            NullLaw::StudentT { degrees_of_freedom }
            | NullLaw::ChiSquared { degrees_of_freedom } => Some(degrees_of_freedom),
            _ => None,
        }
    }

    /// True where the p-values come from the whole finite-sample law, not from a limit of it or
    /// from draws.
    pub fn is_exact(&self) -> bool {
        self.law == NullLaw::Exact
    }
}

/// A sample is finite and has at least `n_needed` values.
pub(super) fn check_sample(what: &str, x: &[f64], n_needed: usize) -> Result<()> {
    check_size(what, x.len(), n_needed)?;
    match x.iter().enumerate().find(|(_, v)| !v.is_finite()) {
        Some((row, value)) => Err(Error::Setting {
            name: "value of a sample",
            value: format!("{value} (row {row})"),
            expected: "a finite number; leave missing values out before testing",
        }),
        None => Ok(()),
    }
}

pub(super) fn check_size(what: &str, n_found: usize, n_needed: usize) -> Result<()> {
    if n_found >= n_needed {
        return Ok(());
    }
    Err(Error::TooFew { what: what.to_owned(), unit: "values", n_needed, n_found })
}

pub(super) fn degenerate(what: &str, of: &str) -> Error {
    Error::DegenerateVariance { what: what.to_owned(), of: of.to_owned() }
}

/// Size, mean and sum of squared deviations of a sample.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Spread {
    pub(super) n: f64,
    pub(super) mean: f64,
    pub(super) sum_squares: f64,
}

impl Spread {
    /// Of a sample with at least two values that are not all the same.
    pub(super) fn of(what: &str, x: &[f64]) -> Result<Self> {
        check_sample(what, x, 2)?;
        let spread = Self::of_any(x);
        if spread.is_negligible(x) {
            return Err(degenerate(what, "the sample"));
        }
        Ok(spread)
    }

    /// Of a sample that was checked and may be constant.
    pub(super) fn of_any(x: &[f64]) -> Self {
        let n = x.len() as f64;
        let mean = x.iter().sum::<f64>() / n;
        Self { n, mean, sum_squares: moments::sum_squared_deviations(x, mean) }
    }

    /// True where the deviations are the rounding of a constant.
    pub(super) fn is_negligible(&self, x: &[f64]) -> bool {
        let level = x.iter().fold(0.0, |a: f64, v| a.max(v.abs()));
        moments::is_negligible(self.sum_squares, level, x.len())
    }

    /// With divisor n − 1.
    pub(super) fn variance(&self) -> f64 {
        self.sum_squares / (self.n - 1.0)
    }
}

/// A two-sided confidence interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ConfidenceInterval {
    /// Lower end.
    pub lower: f64,
    /// Upper end.
    pub upper: f64,
    /// Confidence level, such as 0.95.
    pub level: f64,
}

impl ConfidenceInterval {
    /// Whether `value` lies in the closed interval.
    pub fn contains(&self, value: f64) -> bool {
        self.lower <= value && value <= self.upper
    }
}

/// Levels, significances and powers are strictly between 0 and 1.
pub(super) fn check_probability(name: &'static str, value: f64) -> Result<()> {
    if value > 0.0 && value < 1.0 {
        return Ok(());
    }
    Err(Error::Setting {
        name,
        value: value.to_string(),
        expected: "a number between 0 and 1, both excluded",
    })
}
