//! One number per event: what a portfolio of its responses earned beyond expectation.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::{AbnormalReturns, Reason, Response};
use crate::numeric::moments;
use crate::panel::Compounding;
use crate::{Error, Result};

/// How the responses of one event become one abnormal return.
///
/// The definitions differ by tenths in assets that double and halve, so every table names the one
/// it uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PortfolioRule {
    /// Weighted mean of the CARs, `Σ wᵢ Σ_t ARᵢₜ`: a portfolio held at its weights every day, its
    /// daily abnormal returns added up.
    #[default]
    MeanOfCars,
    /// `Π(1 + Σ wᵢ Rᵢₜ) − Π(1 + Σ wᵢ E[Rᵢₜ])`: brought back to its weights every day, compounded.
    DailyRebalanced,
    /// `Σ wᵢ (Π(1 + Rᵢₜ) − Π(1 + E[Rᵢₜ]))`: bought once, never traded; the weighted mean of the
    /// BHARs.
    BuyAndHold,
}

impl PortfolioRule {
    /// The name that tables carry.
    pub fn name(self) -> &'static str {
        match self {
            Self::MeanOfCars => "mean of CARs",
            Self::DailyRebalanced => "daily rebalanced",
            Self::BuyAndHold => "buy and hold",
        }
    }
}

/// The responses of one event with their weights.
#[derive(Debug)]
pub struct EventPortfolio<'a> {
    table: &'a AbnormalReturns,
    members: Vec<(&'a Response, f64)>,
}

impl<'a> EventPortfolio<'a> {
    /// A portfolio of responses of one event; weights are scaled to a sum of one.
    ///
    /// # Errors
    ///
    /// [`Error::TooFew`] without members; [`Error::Setting`] for a weight that is negative or not
    /// finite, or weights that are all zero.
    pub fn new(table: &'a AbnormalReturns, members: Vec<(&'a Response, f64)>) -> Result<Self> {
        if members.is_empty() {
            return Err(Error::TooFew {
                what: "an event portfolio".to_owned(),
                unit: "responses",
                n_needed: 1,
                n_found: 0,
            });
        }
        let total: f64 = members.iter().map(|(_, w)| w).sum();
        let negative = members.iter().map(|(_, w)| *w).find(|w| !w.is_finite() || *w < 0.0);
        if negative.is_some() || total <= 0.0 {
            return Err(Error::Setting {
                name: "weight",
                value: negative.unwrap_or(total).to_string(),
                expected: "finite weights of zero or more, not all zero",
            });
        }
        let members = members.into_iter().map(|(r, w)| (r, w / total)).collect();
        Ok(Self { table, members })
    }

    /// Abnormal return over rows of the event's span, a decimal fraction.
    ///
    /// # Errors
    ///
    /// [`Error::BharOfLogReturns`] for a definition that compounds, on log returns. The inner result
    /// is the fault of the first response that does not cover the rows.
    pub fn abnormal_return(
        &self,
        rule: PortfolioRule,
        rows: Range<usize>,
    ) -> Result<std::result::Result<f64, Reason>> {
        if let Err(reason) = self.check(rule, &rows)? {
            return Ok(Err(reason));
        }
        Ok(Ok(match rule {
            PortfolioRule::MeanOfCars => self.mean_of(|r| r.sum(rows.clone())),
            PortfolioRule::DailyRebalanced => {
                self.rebalanced(rows).last().copied().unwrap_or_default()
            }
            PortfolioRule::BuyAndHold => {
                let held = |(r, w): &(&Response, f64)| {
                    let (actual, expected) = r.growth(rows.clone());
                    w * (actual - expected)
                };
                self.members.iter().map(held).sum()
            }
        }))
    }

    /// Weighted mean of a value of each response.
    pub(crate) fn mean_of(&self, mut value: impl FnMut(&Response) -> f64) -> f64 {
        self.members.iter().map(|(response, weight)| weight * value(response)).sum()
    }

    /// Whether the definition fits the returns, and every response covers the rows.
    fn check(
        &self,
        rule: PortfolioRule,
        rows: &Range<usize>,
    ) -> Result<std::result::Result<(), Reason>> {
        if rule != PortfolioRule::MeanOfCars && self.table.compounding() == Compounding::Log {
            return Err(Error::BharOfLogReturns);
        }
        Ok(self.members.iter().try_for_each(|(r, _)| self.table.check_coverage(r, rows)))
    }

    /// Abnormal return from the first of the rows through each of them.
    ///
    /// Inside a bridged hole an asset stands still; its return enters at the end of the hole.
    ///
    /// # Errors
    ///
    /// As [`EventPortfolio::abnormal_return`].
    pub fn path(
        &self,
        rule: PortfolioRule,
        rows: Range<usize>,
    ) -> Result<std::result::Result<Vec<f64>, Reason>> {
        if let Err(reason) = self.check(rule, &rows)? {
            return Ok(Err(reason));
        }
        Ok(Ok(match rule {
            PortfolioRule::MeanOfCars => self.sums(rows),
            PortfolioRule::DailyRebalanced => self.rebalanced(rows),
            PortfolioRule::BuyAndHold => self.held(rows),
        }))
    }

    /// `Σ wᵢ ARᵢₜ` on each row: the steps of [`PortfolioRule::MeanOfCars`]. A row that a member has no
    /// AR on has the others alone.
    pub(crate) fn daily(&self, rows: Range<usize>) -> Vec<f64> {
        let mut sums = vec![0.0; rows.len()];
        for (response, weight) in &self.members {
            response.add_ars(rows.clone(), *weight, &mut sums);
        }
        sums
    }

    fn sums(&self, rows: Range<usize>) -> Vec<f64> {
        let mut total = 0.0;
        let step = |day: f64| {
            total += day;
            total
        };
        self.daily(rows).into_iter().map(step).collect()
    }

    fn rebalanced(&self, rows: Range<usize>) -> Vec<f64> {
        let (mut actual, mut expected) = (1.0, 1.0);
        rows.map(|t| {
            let (mut day, mut day_expected) = (0.0, 0.0);
            for (response, weight) in &self.members {
                let (r, e) = response.return_and_expected(t).unwrap_or((0.0, 0.0));
                day += weight * r;
                day_expected += weight * e;
            }
            actual *= 1.0 + day;
            expected *= 1.0 + day_expected;
            actual - expected
        })
        .collect()
    }

    fn held(&self, rows: Range<usize>) -> Vec<f64> {
        let mut wealth = vec![(1.0, 1.0); self.members.len()];
        rows.map(|t| {
            let mut total = 0.0;
            for ((response, weight), (actual, expected)) in self.members.iter().zip(&mut wealth) {
                let (r, e) = response.return_and_expected(t).unwrap_or((0.0, 0.0));
                *actual *= 1.0 + r;
                *expected *= 1.0 + e;
                total += weight * (*actual - *expected);
            }
            total
        })
        .collect()
    }
}

/// Variance of a sum of steps from the steps themselves, `L/(L − 1) Σ(xₜ − x̄)²`, as if they were
/// independent; `None` for fewer than two steps or steps that do not differ.
pub(crate) fn variance_of_sum(steps: &[f64]) -> Option<f64> {
    let (variance, n) = (moments::variance(steps)?, steps.len());
    let level = moments::return_level(steps);
    (!moments::is_negligible(variance * (n - 1) as f64, level, n)).then_some(variance * n as f64)
}

impl AbnormalReturns {
    /// Buy-and-hold abnormal return of a response over rows of its span,
    /// `Π(1 + R) − Π(1 + E[R])` (Barber and Lyon 1997,
    /// <https://doi.org/10.1016/S0304-405X(96)00890-2>).
    ///
    /// Under [`MarketAdjustedModel`](crate::models::MarketAdjustedModel) it is the BHAR against the
    /// benchmark.
    ///
    /// # Errors
    ///
    /// [`Error::BharOfLogReturns`]; the inner result is the fault of this response.
    pub fn bhar(
        &self,
        response: &Response,
        rows: Range<usize>,
    ) -> Result<std::result::Result<f64, Reason>> {
        if self.compounding() == Compounding::Log {
            return Err(Error::BharOfLogReturns);
        }
        if let Err(reason) = self.check_coverage(response, &rows) {
            return Ok(Err(reason));
        }
        let (actual, expected) = response.growth(rows);
        Ok(Ok(actual - expected))
    }
}
