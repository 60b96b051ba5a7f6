//! Wilcoxon's signed-rank test.

use serde::{Deserialize, Serialize};

use super::outcome::{NullLaw, SampleTest, SidedPValues, check_sample, degenerate};
use crate::inference::{Card, NullDistribution};
use crate::numeric::ranks::average_ranks;
use crate::{Error, Result};

const NAME: &str = "Wilcoxon signed rank";

pub(super) const CARD: Card = Card {
    id: "wilcoxon-signed-rank",
    name: NAME,
    null: "the law of each value is symmetric about zero",
    assumes: "independent values, symmetric laws",
    robust_to: "outliers, any symmetric law",
    distribution: "exact over all sign vectors to 100 values, then normal",
    allows_for_shared_dates: false,
    reference: "Wilcoxon 1945",
    doi: "10.2307/3001968",
    departures: "zeros dropped, or ranked by Pratt or split on request",
};

/// Most values that are not zero for which [`RankMethod::Auto`] is exact.
const MOST_EXACT_BY_ITSELF: usize = 100;
/// Most for which [`RankMethod::Exact`] may be asked for: a second or so.
pub(super) const MOST_EXACT: usize = 1_000;

const CORRECTED: RankMethod = RankMethod::Normal { continuity_correction: true };

/// What is done with values that are zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ZeroRule {
    /// Zeros are left out before ranking (Wilcoxon 1945).
    #[default]
    Drop,
    /// Zeros are ranked with the rest, then their ranks are left out (Pratt 1959,
    /// <https://doi.org/10.1080/01621459.1959.10501526>).
    Pratt,
    /// Zeros are ranked, and each side gets half of their ranks.
    Split,
}

/// Where the p-values of a rank test come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RankMethod {
    /// The exact law where it is cheap, else the normal with the continuity correction.
    #[default]
    Auto,
    /// The exact law.
    Exact,
    /// The normal approximation with the variance reduced for ties.
    Normal {
        /// Whether the statistic moves half a rank towards its mean first.
        continuity_correction: bool,
    },
}

/// Wilcoxon's signed-rank test of one sample.
///
/// The statistic is R⁺, the sum of the ranks of |x| over the positive values; ties share the mean
/// of their ranks.
///
/// - *Null*: the law of each value is symmetric about zero.
/// - *Assumes*: independent values. It is not a test of the median without symmetry.
/// - *Distribution*: given the |x|, every sign vector of the m values that are not zero is equally
///   likely. The exact law of R⁺ is computed by dynamic programming over the ranks, doubled so that
///   shared ranks are integers too; ties and zeros need no approximation. The normal approximation
///   has the mean `½ Σr` and the variance `¼ Σr²` over the ranks r that take part: with dropped
///   zeros `m(m + 1)/4` and `(m(m + 1)(2m + 1) − ½ Σ(c³ − c))/24`, c the sizes of groups of ties.
/// - *p-values*: one-sided `P(R ≥ R⁺)` and `P(R ≤ R⁺)`, two-sided twice the smaller one. With the
///   continuity correction each of the three has its own corrected z.
/// - *Reference*: Wilcoxon 1945, <https://doi.org/10.2307/3001968>.
/// - *Departures*: none. With [`ZeroRule::Split`] the normal approximation takes the split ranks of
///   the zeros into the variance as if they had signs, as is usual; the exact law does not.
///
/// ```
/// use eventstudy::inference::Alternative;
/// use eventstudy::inference::samples::WilcoxonSignedRank;
///
/// let test = WilcoxonSignedRank::new().test(&[0.21, 0.05, 0.12])?;
/// assert_eq!(test.result.statistic, 6.0);
/// assert_eq!(test.result.p_value(Alternative::Greater), 0.125);
/// assert_eq!(test.attainable_two_sided, 0.25); // three values cannot reach 5 %
/// # Ok::<(), eventstudy::Error>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct WilcoxonSignedRank {
    zeros: ZeroRule,
    method: RankMethod,
}

/// Outcome of [`WilcoxonSignedRank::test`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SignedRankTest {
    /// R⁺ and its p-values.
    pub result: SampleTest,
    /// R⁺ standardised by the normal approximation: with the continuity correction where
    /// [`RankMethod::Normal`] has it, without it where the p-values are exact.
    pub z: f64,
    /// R⁺, the sum of the ranks of the positive values.
    pub positive_ranks: f64,
    /// R⁻, the sum of the ranks of the negative values.
    pub negative_ranks: f64,
    /// Number of values that are not zero.
    pub n_nonzero: usize,
    /// Number of zeros.
    pub n_zeros: usize,
    /// The smallest exact one-sided p-value of so many values: 2⁻ᵐ.
    pub attainable_one_sided: f64,
    /// The smallest exact two-sided one.
    pub attainable_two_sided: f64,
}

impl SignedRankTest {
    /// `min(R⁺, R⁻)`, the statistic of printed tables for the two-sided test.
    pub fn smaller_rank_sum(&self) -> f64 {
        self.positive_ranks.min(self.negative_ranks)
    }
}

impl WilcoxonSignedRank {
    /// Zeros dropped, [`RankMethod::Auto`]: exact for up to 100 values that are not zero.
    pub fn new() -> Self {
        Self::default()
    }

    /// What is done with zeros.
    #[must_use]
    pub fn zeros(mut self, zeros: ZeroRule) -> Self {
        self.zeros = zeros;
        self
    }

    /// Where the p-values come from.
    #[must_use]
    pub fn method(mut self, method: RankMethod) -> Self {
        self.method = method;
        self
    }

    /// Tests a sample.
    ///
    /// # Errors
    ///
    /// [`Error::TooFew`] without values; [`Error::DegenerateVariance`] where all are zero;
    /// [`Error::Setting`] for a value that is not finite, or the exact law of more than 1,000
    /// values.
    pub fn test(&self, x: &[f64]) -> Result<SignedRankTest> {
        check_sample(NAME, x, 1)?;
        let ranked = Ranked::new(x, self.zeros);
        let n_nonzero = ranked.signed.len();
        if n_nonzero == 0 {
            return Err(degenerate(NAME, "the signed ranks (all values are zero)"));
        }
        let method = match self.method {
            RankMethod::Auto if n_nonzero <= MOST_EXACT_BY_ITSELF => RankMethod::Exact,
            RankMethod::Auto => CORRECTED,
            method => method,
        };
        let normal = NormalRank {
            deviation: ranked.positive - ranked.mean(),
            std_dev: ranked.variance().sqrt(),
            continuity_correction: method == CORRECTED,
        };
        let (law, p_values) = if method == RankMethod::Exact {
            check_exact(n_nonzero)?;
            (NullLaw::Exact, ranked.exact())
        } else {
            (NullLaw::Normal, normal.p_values())
        };
        let floor = 0.5_f64.powi(i32::try_from(n_nonzero).unwrap_or(i32::MAX));
        let attainable = SidedPValues::from_tails(floor, 1.0);
        Ok(SignedRankTest {
            result: SampleTest { test: NAME.to_owned(), statistic: ranked.positive, law, p_values },
            z: normal.z(),
            positive_ranks: ranked.positive,
            negative_ranks: ranked.negative,
            n_nonzero,
            n_zeros: x.len() - n_nonzero,
            attainable_one_sided: attainable.greater,
            attainable_two_sided: attainable.two_sided,
        })
    }
}

fn check_exact(n_nonzero: usize) -> Result<()> {
    if n_nonzero <= MOST_EXACT {
        return Ok(());
    }
    Err(Error::Setting {
        name: "values of an exact signed-rank test",
        value: n_nonzero.to_string(),
        expected: "at most 1000; take the normal approximation",
    })
}

/// A statistic of ranks under the normal approximation.
#[derive(Debug, Clone, Copy)]
pub(super) struct NormalRank {
    /// From the mean under the null.
    pub(super) deviation: f64,
    /// Above zero.
    pub(super) std_dev: f64,
    pub(super) continuity_correction: bool,
}

impl NormalRank {
    fn half(&self) -> f64 {
        if self.continuity_correction { 0.5 } else { 0.0 }
    }

    /// The deviation moves half a rank towards zero, and stops there.
    pub(super) fn z(&self) -> f64 {
        let size = (self.deviation.abs() - self.half()).max(0.0);
        size.copysign(self.deviation) / self.std_dev
    }

    pub(super) fn p_values(&self) -> SidedPValues {
        let tail = |deviation: f64| NullDistribution::Normal.upper_tail(deviation / self.std_dev);
        SidedPValues::new(
            2.0 * NullDistribution::Normal.upper_tail(self.z().abs()),
            tail(self.deviation - self.half()),
            tail(-self.deviation - self.half()),
        )
    }
}

/// Ranks of |x|.
struct Ranked {
    /// Of the values that are not zero.
    signed: Vec<f64>,
    /// Ranks of zeros that are split between the sides.
    split: Vec<f64>,
    positive: f64,
    negative: f64,
}

impl Ranked {
    fn new(x: &[f64], zeros: ZeroRule) -> Self {
        let is_zero = |v: &f64| v.abs() <= 0.0;
        let ranked: Vec<f64> = match zeros {
            ZeroRule::Drop => x.iter().copied().filter(|v| !is_zero(v)).collect(),
            ZeroRule::Pratt | ZeroRule::Split => x.to_vec(),
        };
        let sizes: Vec<f64> = ranked.iter().map(|v| v.abs()).collect();
        let ranks = average_ranks(&sizes).values;
        let mut out = Self { signed: vec![], split: vec![], positive: 0.0, negative: 0.0 };
        for (value, rank) in ranked.iter().zip(ranks) {
            if is_zero(value) {
                if zeros == ZeroRule::Split {
                    out.split.push(rank);
                }
                continue;
            }
            out.signed.push(rank);
            if *value > 0.0 {
                out.positive += rank;
            } else {
                out.negative += rank;
            }
        }
        let half = out.split.iter().sum::<f64>() / 2.0;
        out.positive += half;
        out.negative += half;
        out
    }

    fn mean(&self) -> f64 {
        f64::midpoint(self.positive, self.negative)
    }

    fn variance(&self) -> f64 {
        self.signed.iter().chain(&self.split).map(|r| r * r).sum::<f64>() / 4.0
    }

    /// Over all sign vectors of the values that are not zero.
    fn exact(&self) -> SidedPValues {
        let weights: Vec<usize> = self.signed.iter().map(|r| doubled(*r)).collect();
        let total: usize = weights.iter().sum();
        let split = self.split.iter().sum::<f64>() / 2.0;
        let positive = doubled(self.positive - split);
        let (at_most, at_least) = subset_sum_tails(&weights, positive, total);
        SidedPValues::from_tails(at_least, at_most)
    }
}

/// Twice an average rank, or a sum of them: an integer.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // ranks are at least 1
pub(super) fn doubled(rank: f64) -> usize {
    (2.0 * rank).round() as usize
}

/// `P(W = 0), …, P(W = up_to)` of the sum W of a subset of `weights` that each is in with
/// probability ½.
pub(super) fn subset_sum_law(weights: impl Iterator<Item = usize>, up_to: usize) -> Vec<f64> {
    let mut law = vec![0.0; up_to + 1];
    law[0] = 1.0;
    for weight in weights {
        for sum in (0..=up_to).rev() {
            let with = if sum >= weight { law[sum - weight] } else { 0.0 };
            law[sum] = 0.5 * (law[sum] + with);
        }
    }
    law
}

/// `P(W ≤ w)` and `P(W ≥ w)`; `total` is the sum of the weights.
///
/// The law is symmetric, so the smaller tail is summed from the far end, all terms positive.
fn subset_sum_tails(weights: &[usize], w: usize, total: usize) -> (f64, f64) {
    let smaller = w.min(total - w);
    let law = subset_sum_law(weights.iter().copied(), smaller);
    let below: f64 = law[..smaller].iter().sum();
    let (tail, rest) = (below + law[smaller], 1.0 - below);
    if w == smaller { (tail, rest) } else { (rest, tail) }
}

#[cfg(test)]
mod tests;
