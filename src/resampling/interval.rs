//! Intervals read from a bootstrap distribution.

use std::fmt;

use serde::{Deserialize, Serialize};
use statrs::distribution::{ContinuousCDF, Normal};

use super::distribution::BootstrapDistribution;
use super::tails::slack;
use crate::{Error, Result};

/// How an interval is read from a [`BootstrapDistribution`].
///
/// q(p) is the type-7 quantile of the replicates, θ̂ the point estimate, Φ and z the normal
/// distribution function and its quantiles; the ends below are those at p = (1 − level)/2 and at
/// 1 − p.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum IntervalMethod {
    /// `q(p)` (Efron and Tibshirani 1993, chapter 13, <https://doi.org/10.1201/9780429246593>):
    /// transformation respecting, first-order correct.
    Percentile,
    /// `q(Φ(z0 + (z0 + z(p)) / (1 − a (z0 + z(p)))))`, bias-corrected and accelerated (Efron 1987,
    /// <https://doi.org/10.1080/01621459.1987.10478410>).
    ///
    /// z0 is the normal quantile of the share of replicates strictly below θ̂ (by more than a
    /// relative 10⁻¹², so that rounding does not split ties), and a = Σu³ / (6 (Σu²)^1.5) with u
    /// the mean of the delete-one values minus each of them. Second-order correct for independent
    /// values. The delete-one jackknife is not valid for dependent ones, so asking for `BCa` of a
    /// block bootstrap is an error, not a number.
    Bca,
    /// `2 θ̂ − q(1 − p)`, the reflected percentile (Davison and Hinkley 1997, section 5.2,
    /// <https://doi.org/10.1017/CBO9780511802843>): shift equivariant, first-order correct.
    Basic,
}

impl IntervalMethod {
    /// The method in words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Percentile => "percentile",
            Self::Bca => "BCa",
            Self::Basic => "basic",
        }
    }
}

impl fmt::Display for IntervalMethod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A two-sided confidence interval, in the units of the statistic.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// Lower end.
    pub lower: f64,
    /// Upper end.
    pub upper: f64,
    /// Confidence level, such as 0.95.
    pub level: f64,
    /// How it was read.
    pub method: IntervalMethod,
}

impl Interval {
    /// Whether `value` lies in the closed interval.
    pub fn contains(&self, value: f64) -> bool {
        self.lower <= value && value <= self.upper
    }
}

impl BootstrapDistribution {
    /// The two-sided interval at `level`, with (1 − level)/2 in each tail.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] for a level outside (0, 1); [`Error::IntervalNotDefined`] for `BCa` of
    /// dependent draws, without delete-one values, with all replicates on one side of the
    /// estimate, or with an acceleration that turns the levels around.
    pub fn interval(&self, method: IntervalMethod, level: f64) -> Result<Interval> {
        check_level(level)?;
        let tail = (1.0 - level) / 2.0;
        let (lower, upper) = (self.end(method, tail)?, self.end(method, 1.0 - tail)?);
        Ok(Interval { lower, upper, level, method })
    }

    /// The lower end of the one-sided interval `[bound, ∞)` at `level`.
    ///
    /// # Errors
    ///
    /// As [`interval`](Self::interval).
    pub fn lower_bound(&self, method: IntervalMethod, level: f64) -> Result<f64> {
        check_level(level)?;
        self.end(method, 1.0 - level)
    }

    /// The upper end of the one-sided interval `(−∞, bound]` at `level`.
    ///
    /// # Errors
    ///
    /// As [`interval`](Self::interval).
    pub fn upper_bound(&self, method: IntervalMethod, level: f64) -> Result<f64> {
        check_level(level)?;
        self.end(method, level)
    }

    /// The bias correction z0 and the acceleration a of [`IntervalMethod::Bca`].
    ///
    /// # Errors
    ///
    /// [`Error::IntervalNotDefined`] as for the interval.
    pub fn bca_constants(&self) -> Result<(f64, f64)> {
        if !self.scheme().is_independent() {
            return Err(self.undefined(
                "its blocks are dependent, so the delete-one jackknife behind the acceleration is \
                 not valid; take the percentile or the basic interval",
            ));
        }
        let acceleration = self.acceleration().map_err(|why| self.undefined(why))?;
        let (replicates, estimate) = (self.replicates(), self.point_estimate());
        let bound = estimate - slack(replicates, estimate);
        let n_below = replicates.partition_point(|v| *v < bound);
        if n_below == 0 || n_below == replicates.len() {
            return Err(self.undefined(
                "all replicates lie on one side of the estimate, so its bias correction is infinite",
            ));
        }
        let share = n_below as f64 / replicates.len() as f64;
        Ok((Normal::standard().inverse_cdf(share), acceleration))
    }

    /// The levels at which [`IntervalMethod::Bca`] reads the quantiles of the replicates.
    ///
    /// # Errors
    ///
    /// As [`interval`](Self::interval).
    pub fn bca_levels(&self, level: f64) -> Result<(f64, f64)> {
        check_level(level)?;
        let tail = (1.0 - level) / 2.0;
        Ok((self.bca_level(tail)?, self.bca_level(1.0 - tail)?))
    }

    fn bca_level(&self, p: f64) -> Result<f64> {
        let (z0, a) = self.bca_constants()?;
        let normal = Normal::standard();
        let z = z0 + normal.inverse_cdf(p);
        let denominator = 1.0 - a * z;
        if denominator <= 0.0 {
            return Err(self
                .undefined("its acceleration is so large that the corrected levels change order"));
        }
        Ok(normal.cdf(z0 + z / denominator))
    }

    /// The end that leaves probability `p` below it, for `p` in (0, 1).
    fn end(&self, method: IntervalMethod, p: f64) -> Result<f64> {
        let read = |p: f64| {
            self.quantile(p).ok_or(Error::Setting {
                name: "level",
                value: p.to_string(),
                expected: "a level between 0 and 1, both excluded",
            })
        };
        match method {
            IntervalMethod::Percentile => read(p),
            IntervalMethod::Basic => Ok(2.0 * self.point_estimate() - read(1.0 - p)?),
            IntervalMethod::Bca => read(self.bca_level(p)?),
        }
    }

    fn undefined(&self, why: &'static str) -> Error {
        let interval = "the BCa interval";
        Error::IntervalNotDefined { interval, scheme: self.scheme().name(), why }
    }
}

/// Confidence levels are strictly between 0 and 1.
pub(super) fn check_level(level: f64) -> Result<()> {
    if level > 0.0 && level < 1.0 {
        return Ok(());
    }
    Err(Error::Setting {
        name: "level",
        value: level.to_string(),
        expected: "a level between 0 and 1, both excluded",
    })
}
