//! Rank tests of days and of sums of days.

use super::cross_sectional::result;
use super::{Card, NullDistribution, SignificanceTest, TestResult, WindowSample};
use crate::{Error, Result};

/// Corrado 1989: rank test of the abnormal returns of the window's days.
///
/// The ranks `K_it` of response i run over its `T_i` abnormal returns of the estimation window and of
/// all event windows, ties averaged. With `D_t = (1/N_t) Σ_i (K_it − (T_i + 1)/2)`,
/// `z = Σ_{t in window} D_t / (√L · s)`, where `s² = Σ_t D_t² / mean(T)` over all those days. For one
/// day it is the paper's `D_t / s`. Standard normal.
///
/// - *Null*: abnormal returns of the window have the distribution of the other days.
/// - *Assumes*: the distribution unchanged by the event but for its location, days independent.
///   Ranks of one response add up to a constant, so that for a window that is long beside the
///   estimation window the test rejects too rarely.
/// - *Robust to*: any shape of the distribution; correlation between responses of one date, since s
///   comes from the mean ranks of other days.
/// - *Reference*: Corrado 1989, <https://doi.org/10.1016/0304-405X(89)90064-0>.
/// - *Departures*: the paper tests one day and has one T. Days without any abnormal return do not
///   count in L. Where windows have different lengths, the mean over responses of
///   `Σ_t (K_it − (T_i + 1)/2)` stands for the sum and L is the mean of the lengths. An abnormal
///   return over a bridged hole of n rows is ranked as `AR/√n`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CorradoRank;

/// Cowan 1992 and Campbell and Wasley 1993: the mean rank of the window against that of all days.
///
/// `z = √L (K̄ − Ē) / √(Σ_t (K̄_t − Ē)² / mean(T))`, where `K̄_t` is the mean over responses of the
/// ranks of [`CorradoRank`] on day t, K̄ the mean rank of all days of all responses inside the window,
/// and `Ē = (mean(T) + 1)/2`. When no return is missing it is the same as [`CorradoRank`]. Standard
/// normal.
///
/// - *Null*, *assumes*, *robust to*: as [`CorradoRank`].
/// - *Reference*: Cowan 1992, <https://doi.org/10.1007/BF00939016>; Campbell and Wasley 1993,
///   <https://doi.org/10.1016/0304-405X(93)90025-7>.
/// - *Departures*: with missing returns ranks of series of different length stand beside one common
///   Ē, which moves the statistic; [`CorradoRank`] and [`CorradoZivney::rank`](super::CorradoZivney)
///   do not have that fault.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CumulativeRank;

impl SignificanceTest for CorradoRank {
    fn card(&self) -> Card {
        Card {
            id: "corrado-rank",
            name: "Corrado rank z",
            null: "abnormal returns of the window rank like those of other days",
            assumes: "distribution unchanged but for its location, days independent",
            robust_to: "non-normal returns, correlation between responses of one date",
            distribution: "normal",
            allows_for_shared_dates: true,
            reference: "Corrado 1989",
            doi: "10.1016/0304-405X(89)90064-0",
            departures: "a window is the sum of its days over √L standard deviations",
        }
    }

    fn test(&self, sample: &WindowSample) -> Result<TestResult> {
        let name = self.card().name;
        let series = sample.rank_series();
        let statistic = series
            .standardised_sum(series.mean_ranked, |day| day.centred / day.n)
            .ok_or_else(|| degenerate(name, "the mean ranks of days"))?;
        Ok(result(name, statistic, NullDistribution::Normal, sample))
    }
}

impl SignificanceTest for CumulativeRank {
    fn card(&self) -> Card {
        Card {
            id: "cumulative-rank",
            name: "cumulative rank z",
            null: "abnormal returns of the window rank like those of other days",
            assumes: "distribution unchanged but for its location, days independent, no gaps",
            robust_to: "non-normal returns, correlation between responses of one date",
            distribution: "normal",
            allows_for_shared_dates: true,
            reference: "Cowan 1992; Campbell and Wasley 1993",
            doi: "10.1007/BF00939016",
            departures: "ranks of series of different length beside one common mean rank",
        }
    }

    fn test(&self, sample: &WindowSample) -> Result<TestResult> {
        let name = self.card().name;
        let series = sample.rank_series();
        let expected = f64::midpoint(series.mean_ranked, 1.0);
        let std_dev = series
            .std_dev(series.mean_ranked, |day| day.rank / day.n - expected)
            .ok_or_else(|| degenerate(name, "the mean ranks of days"))?;
        let excess = series.cells.rank / series.cells.n - expected;
        let statistic = series.length.sqrt() * excess / std_dev;
        Ok(result(name, statistic, NullDistribution::Normal, sample))
    }
}

pub(super) fn degenerate(test: &str, of: &str) -> Error {
    Error::DegenerateVariance { what: test.to_owned(), of: of.to_owned() }
}
