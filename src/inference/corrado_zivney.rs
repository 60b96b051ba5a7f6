//! The rank test for series of different length, and the sign test around the median.

use super::corrado::degenerate;
use super::cross_sectional::result;
use super::rank_series::Day;
use super::{Card, NullDistribution, SignificanceTest, TestResult, WindowSample};
use crate::Result;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Score {
    Rank,
    Sign,
}

/// Corrado and Zivney 1992: rank and sign tests that allow for missing returns.
///
/// Each response has `T_i` abnormal returns in the estimation window and all event windows. The rank
/// form scores them as `U_it = K_it/(1 + T_i) − ½` with the ranks of [`CorradoRank`], the sign form
/// as `sign(AR_it − median_i)` with the median over the same days. With
/// `Z_t = (1/√N_t) Σ_i score_it`, `z = Σ_{t in window} Z_t / (√L · s)`, where
/// `s² = Σ_t Z_t² / mean(T)` over all those days. For one day it is `Z_t / s`, as the paper has it.
/// Standard normal.
///
/// - *Null*: abnormal returns of the window are distributed like those of the other days; for the
///   sign form, they have the same median.
/// - *Assumes*: days independent; for the rank form the distribution unchanged by the event but for
///   its location.
/// - *Robust to*: any shape of the distribution, missing returns, correlation between responses of
///   one date; the sign form also to a variance that rises with the event.
/// - *Reference*: Corrado and Zivney 1992, <https://doi.org/10.2307/2331331>.
/// - *Departures*: the divisor is the mean of the `T_i`. Windows of several days, windows of different
///   lengths and bridged holes are treated as for [`CorradoRank`].
///
/// [`CorradoRank`]: super::CorradoRank
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CorradoZivney {
    score: Score,
}

impl CorradoZivney {
    /// The rank test.
    pub fn rank() -> Self {
        Self { score: Score::Rank }
    }

    /// The sign test.
    pub fn sign() -> Self {
        Self { score: Score::Sign }
    }
}

impl SignificanceTest for CorradoZivney {
    fn card(&self) -> Card {
        let is_rank = self.score == Score::Rank;
        Card {
            id: if is_rank { "corrado-zivney-rank" } else { "corrado-zivney-sign" },
            name: if is_rank { "Corrado-Zivney rank z" } else { "Corrado-Zivney sign z" },
            null: if is_rank {
                "abnormal returns of the window rank like those of other days"
            } else {
                "abnormal returns of the window have the median of all days"
            },
            assumes: if is_rank {
                "distribution unchanged but for its location, days independent"
            } else {
                "days independent"
            },
            robust_to: if is_rank {
                "non-normal returns, missing returns, correlation between responses of one date"
            } else {
                "skewed returns, event-induced variance, correlation between responses of one date"
            },
            distribution: "normal",
            allows_for_shared_dates: true,
            reference: "Corrado and Zivney 1992",
            doi: "10.2307/2331331",
            departures: "a window is the sum of its days over √L standard deviations",
        }
    }

    fn test(&self, sample: &WindowSample) -> Result<TestResult> {
        let name = self.card().name;
        let score = |day: &Day| {
            let sum = match self.score {
                Score::Rank => day.scaled,
                Score::Sign => day.sign,
            };
            sum / day.n.sqrt()
        };
        let statistic = sample
            .rank_series()
            .standardised_sum(1.0, score)
            .ok_or_else(|| degenerate(name, "the scores of days"))?;
        Ok(result(name, statistic, NullDistribution::Normal, sample))
    }
}
