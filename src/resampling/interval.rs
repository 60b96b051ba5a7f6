//! Kinds of intervals.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Error, Result};

/// How an interval is read from a [`BootstrapDistribution`](super::BootstrapDistribution).
///
/// q(p) is the type-7 quantile of the replicates θ\*, t(p) that of t\* = (θ\* − θ̂)/se\*, θ̂ the
/// point estimate, se its own standard error, Φ and z the normal distribution function and its
/// quantiles. Each method says where its end with probability p below it lies: a two-sided interval
/// has the ends at p = (1 − level)/2 and at 1 − p, a one-sided bound is the end at 1 − level (lower)
/// or at level (upper).
///
/// | method | needs | error of a one-sided bound | θ̂ inside |
/// |---|---|---|---|
/// | `Normal` | | n^(−1/2) | always |
/// | `Basic` | | n^(−1/2) | where the percentile interval holds it |
/// | `Percentile` | | n^(−1/2) | where q(p) ≤ θ̂ ≤ q(1 − p) |
/// | `BiasCorrected` | θ\* on both sides of θ̂ | n^(−1/2) | not always |
/// | `Bca` | the same, delete-one values, independent units | 1/n | not always |
/// | `Studentised` | standard errors | 1/n | where t(p) ≤ 0 ≤ t(1 − p) |
/// | `SymmetricT` | standard errors | n^(−1/2); two-sided n^(−2) | always |
///
/// Coverage in per cent of the mean of n independent values at 95 %, measured on 40,000 samples with
/// 399 replicates each:
///
/// | values | n | normal | basic | percentile | bias-corrected | `BCa` | studentised | by the replicates | symmetric t |
/// |---|---|---|---|---|---|---|---|---|---|
/// | normal | 10 | 90.5 | 89.9 | 89.8 | 89.7 | 89.6 | 94.6 | 93.4 | 95.8 |
/// | normal | 20 | 93.0 | 92.5 | 92.6 | 92.5 | 92.5 | 94.8 | 94.1 | 95.3 |
/// | normal | 50 | 94.0 | 93.6 | 93.6 | 93.5 | 93.5 | 94.5 | 94.1 | 94.6 |
/// | exponential | 10 | 85.5 | 83.5 | 85.8 | 86.3 | 87.1 | 93.7 | 92.6 | 92.7 |
/// | exponential | 20 | 89.7 | 88.1 | 89.8 | 90.0 | 90.5 | 94.1 | 93.4 | 93.6 |
/// | exponential | 50 | 92.6 | 91.6 | 92.5 | 92.5 | 92.8 | 94.3 | 93.9 | 94.2 |
///
/// All are equivariant when the statistic is shifted and scaled upwards. When it is turned around,
/// the ends change places except for `BiasCorrected` and `Bca`, which count ties with θ̂ on one
/// side. The errors of coverage are orders for smooth functions of means (Hall 1992, chapter 3,
/// <https://doi.org/10.1007/978-1-4612-4384-7>).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum IntervalMethod {
    /// `θ̂ + z(p) sd*` with sd\* the standard deviation of the replicates
    /// ([`std_error`](super::BootstrapDistribution::std_error): divisor B − 1, or B where the
    /// replicates are the whole distribution). The quantiles are normal, not of t, so with few
    /// event dates the interval is too short.
    Normal,
    /// `2 θ̂ − q(1 − p)`, the reflected percentile (Davison and Hinkley 1997, section 5.2,
    /// <https://doi.org/10.1017/CBO9780511802843>): shift equivariant, first-order correct.
    Basic,
    /// `q(p)` (Efron and Tibshirani 1993, chapter 13, <https://doi.org/10.1201/9780429246593>):
    /// transformation respecting, first-order correct.
    Percentile,
    /// `q(Φ(2 z0 + z(p)))`, the percentile interval freed of median bias (Efron 1981,
    /// <https://doi.org/10.2307/3314608>); z0 as in [`Bca`](Self::Bca), of which it is the case
    /// a = 0. It needs no delete-one values, so it is there for dependent draws too.
    BiasCorrected,
    /// `q(Φ(z0 + (z0 + z(p)) / (1 − a (z0 + z(p)))))`, bias-corrected and accelerated (Efron 1987,
    /// <https://doi.org/10.1080/01621459.1987.10478410>).
    ///
    /// z0 is the normal quantile of the share of replicates strictly below θ̂ (by more than a
    /// relative 10⁻¹², so that rounding does not split ties), and a = Σu³ / (6 (Σu²)^1.5) with u
    /// the mean of the delete-one values minus each of them. Second-order correct for independent
    /// values. The delete-one jackknife is not valid for dependent ones, so asking for `BCa` of a
    /// block bootstrap is an error, not a number. With clusters a whole cluster is left out at a
    /// time, which is valid where the clusters are independent.
    Bca,
    /// `θ̂ − se t(1 − p)`, the bootstrap-t (Efron and Tibshirani 1993, section 12.5): second-order
    /// correct. se is that of the sample, by the same formula as se\*.
    /// With a handful of event dates the tails of t\* are wild, and the interval can be very long.
    Studentised,
    /// `θ̂ − sd* t(1 − p)`, the bootstrap-t scaled by the standard deviation of the replicates in
    /// place of se, as the package arch has it; here to be compared with such figures. sd\* and se\*
    /// are not of one formula (for a mean they differ by √(1 − 1/n)), so it is only first-order
    /// correct.
    StudentisedByReplicates,
    /// `θ̂ ∓ se u(|1 − 2p|)`, with u the quantile of |t\*| (Hall 1992, chapter 3): symmetric
    /// about θ̂. A one-sided bound at `level`
    /// is the end of the two-sided interval at 2 level − 1, right where t is symmetric.
    SymmetricT,
}

impl IntervalMethod {
    /// Every method.
    pub const ALL: &'static [Self] = &[
        Self::Normal,
        Self::Basic,
        Self::Percentile,
        Self::BiasCorrected,
        Self::Bca,
        Self::Studentised,
        Self::StudentisedByReplicates,
        Self::SymmetricT,
    ];

    /// The method in words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::Basic => "basic",
            Self::Percentile => "percentile",
            Self::BiasCorrected => "bias-corrected",
            Self::Bca => "BCa",
            Self::Studentised => "studentised",
            Self::StudentisedByReplicates => "studentised by the replicates",
            Self::SymmetricT => "symmetric t",
        }
    }

    /// The interval in words.
    pub(super) fn interval(self) -> &'static str {
        match self {
            Self::Normal => "the normal interval",
            Self::Basic => "the basic interval",
            Self::Percentile => "the percentile interval",
            Self::BiasCorrected => "the bias-corrected interval",
            Self::Bca => "the BCa interval",
            Self::Studentised => "the studentised interval",
            Self::StudentisedByReplicates => "the interval studentised by the replicates",
            Self::SymmetricT => "the symmetric t interval",
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
