//! Wilcoxon's signed-rank test over responses.

use super::cross_sectional::result;
use super::samples::{NullLaw, RankMethod, SignedRankTest, WilcoxonSignedRank};
use super::{Alternative, Card, NullDistribution, SignificanceTest, TestResult, WindowSample};
use crate::{Error, Result};

const UNCORRECTED: RankMethod = RankMethod::Normal { continuity_correction: false };

/// Where the p-value comes from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Law {
    #[default]
    Exact,
    Normal,
}

/// Wilcoxon 1945: signed ranks of the CARs.
///
/// `W = Σ rank(|CAR|)` over the CARs above zero; zeros are left out and ties averaged. The two-sided
/// p-value is `min(1, 2 min(P(W* ≤ W), P(W* ≥ W)))` over the 2ⁿ sign vectors of the n CARs that are
/// not zero, computed exactly, with ties too. Above n = 100 it is [`Wilcoxon::normal`].
///
/// [`Wilcoxon::normal`] has `z = (W − n(n + 1)/4) / √(n(n + 1)(2n + 1)/24)`, the variance reduced by
/// `Σ(c³ − c)/48` over groups of c ties, without continuity correction. Standard normal.
///
/// - *Null*: each CAR is symmetric about zero.
/// - *Assumes*: independent responses, symmetry.
/// - *Robust to*: outliers, responses of different variance.
/// - *Reference*: Wilcoxon 1945, <https://doi.org/10.2307/3001968>.
/// - *Departures*: none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Wilcoxon {
    law: Law,
}

impl Wilcoxon {
    /// The normal approximation, whatever the number of responses.
    pub fn normal() -> Self {
        Self { law: Law::Normal }
    }

    fn ranked(self, sample: &WindowSample) -> Result<SignedRankTest> {
        let cars = sample.cars();
        let ranked = |method| {
            let test = WilcoxonSignedRank::new().method(method).test(&cars);
            test.map_err(|error| self.own(error))
        };
        match self.law {
            // Exact where that is cheap, which the answer tells.
            Law::Exact => match ranked(RankMethod::Auto)? {
                exact if exact.result.is_exact() => Ok(exact),
                _ => ranked(UNCORRECTED),
            },
            Law::Normal => ranked(UNCORRECTED),
        }
    }

    /// The error under the name of this test.
    fn own(self, error: Error) -> Error {
        match error {
            Error::DegenerateVariance { of, .. } => {
                Error::DegenerateVariance { what: self.card().name.to_owned(), of }
            }
            other => other,
        }
    }
}

impl SignificanceTest for Wilcoxon {
    fn card(&self) -> Card {
        let is_exact = self.law == Law::Exact;
        Card {
            id: if is_exact { "wilcoxon" } else { "wilcoxon-normal" },
            name: if is_exact { "Wilcoxon signed rank" } else { "Wilcoxon signed rank z" },
            null: "each CAR is symmetric about zero",
            assumes: "independent responses, symmetry",
            robust_to: "outliers, responses of different variance",
            distribution: if is_exact { "exact, normal above 100 responses" } else { "normal" },
            allows_for_shared_dates: false,
            reference: "Wilcoxon 1945",
            doi: "10.2307/3001968",
            departures: "none",
        }
    }

    fn test(&self, sample: &WindowSample) -> Result<TestResult> {
        let ranked = self.ranked(sample)?;
        let tail = |alternative| ranked.result.p_value(alternative);
        let (statistic, distribution) = match ranked.result.law {
            NullLaw::Exact => (
                ranked.positive_ranks,
                NullDistribution::Exact {
                    lower: tail(Alternative::Less),
                    upper: tail(Alternative::Greater),
                    two_sided: tail(Alternative::TwoSided),
                },
            ),
            _ => (ranked.z, NullDistribution::Normal),
        };
        Ok(result(self.card().name, statistic, distribution, sample))
    }
}
