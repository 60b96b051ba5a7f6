//! What trading costs.

use serde::{Deserialize, Serialize};

use crate::{Error, Result};

/// What funding is paid on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FundingBase {
    /// On what is borrowed: the cash below zero of a long account, and the value of what a short one
    /// has sold.
    #[default]
    Loan,
    /// On the whole value of every position, long or short: a perpetual future, of which nothing is
    /// borrowed. Both sides pay.
    Notional,
}

/// Costs of every fill, and of what is borrowed.
///
/// A fill of value v costs
///
/// ```text
/// v · (fee + half spread + c σ √(v / V))
/// ```
///
/// with σ the standard deviation of daily returns and V the mean daily traded value of the asset over
/// the days before, both known before the fill, and c the coefficient of impact: the square-root law.
/// The last term is left out, and the fill counted, where σ or V is not known. The three together are
/// at most 1. A buying order pays them out of its own sum: an order of b buys `b − cost`.
///
/// *Reference* for the square root: Tóth and others 2011, <https://doi.org/10.1103/PhysRevX.1.021006>. A
/// coefficient near 1 is usual. The impact of this law is that of a whole order; nothing is said of how
/// it decays, so that two fills on neighbouring days do not know of each other.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Costs {
    pub(super) fee: f64,
    pub(super) half_spread: f64,
    pub(super) impact: Option<f64>,
    pub(super) max_participation: Option<f64>,
    pub(super) funding_per_day: f64,
    pub(super) funding_base: FundingBase,
}

impl Costs {
    /// No costs.
    pub fn new() -> Self {
        Self::default()
    }

    /// Fee as a share of the value of a fill.
    #[must_use]
    pub fn fee(mut self, share: f64) -> Self {
        self.fee = share;
        self
    }

    /// Half of the spread between bid and ask, as a share of the price.
    #[must_use]
    pub fn half_spread(mut self, share: f64) -> Self {
        self.half_spread = share;
        self
    }

    /// Coefficient of the square-root impact; needs volumes.
    #[must_use]
    pub fn impact(mut self, coefficient: f64) -> Self {
        self.impact = Some(coefficient);
        self
    }

    /// Largest share of an asset's daily traded value that an order buys; what goes beyond is not
    /// bought and stays in cash. Sales are not limited. Needs volumes.
    #[must_use]
    pub fn max_participation(mut self, share: f64) -> Self {
        self.max_participation = Some(share);
        self
    }

    /// Share of the funding base that is paid per calendar day, on what stood at the close before. It
    /// is paid in cash, so that the loan of a leveraged account grows with it; and by the account, so
    /// that a debt left by a lost trade goes on paying.
    #[must_use]
    pub fn funding_per_day(mut self, share: f64) -> Self {
        self.funding_per_day = share;
        self
    }

    /// What funding is paid on: the loan, unless set.
    #[must_use]
    pub fn funding_base(mut self, base: FundingBase) -> Self {
        self.funding_base = base;
        self
    }

    /// Whether volumes are needed.
    pub fn needs_volumes(&self) -> bool {
        self.impact.is_some() || self.max_participation.is_some()
    }

    pub(super) fn check(&self) -> Result<()> {
        let shares = [
            ("fee", Some(self.fee)),
            ("half spread", Some(self.half_spread)),
            ("funding per day", Some(self.funding_per_day)),
            ("largest participation", self.max_participation),
        ];
        for (name, share) in shares {
            if let Some(share) = share.filter(|s| !(0.0..1.0).contains(s)) {
                let expected = "a share from 0, below 1";
                return Err(Error::Setting { name, value: share.to_string(), expected });
            }
        }
        if let Some(zero) = self.max_participation.filter(|s| *s <= 0.0) {
            let (name, expected) = ("largest participation", "a share above 0");
            return Err(Error::Setting { name, value: zero.to_string(), expected });
        }
        if let Some(c) = self.impact.filter(|c| !(c.is_finite() && *c >= 0.0)) {
            let expected = "a coefficient of 0 or more";
            return Err(Error::Setting { name: "impact", value: c.to_string(), expected });
        }
        Ok(())
    }

    /// Cost of a fill of this value.
    pub(super) fn of_fill(&self, value: f64, liquidity: Liquidity) -> FillCost {
        let participation = liquidity.volume.map(|volume| value / volume);
        let impact = self.impact.and_then(|c| {
            let (share, sigma) = participation.zip(liquidity.sigma)?;
            Some(c * sigma * share.sqrt())
        });
        let rates = [self.fee, self.half_spread, impact.unwrap_or(0.0)];
        // More than everything cannot be lost; the parts keep their proportions.
        let scale = value / rates.iter().sum::<f64>().max(1.0);
        FillCost {
            fee: rates[0] * scale,
            spread: rates[1] * scale,
            impact: rates[2] * scale,
            lacks_impact: self.impact.is_some() && impact.is_none(),
        }
    }
}

/// What is known of the trading in an asset before a day.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Liquidity {
    /// Mean traded value per day.
    pub(super) volume: Option<f64>,
    /// Standard deviation of daily returns.
    pub(super) sigma: Option<f64>,
}

/// Cost of one fill by kind.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct FillCost {
    fee: f64,
    spread: f64,
    impact: f64,
    lacks_impact: bool,
}

impl FillCost {
    pub(super) fn total(&self) -> f64 {
        self.fee + self.spread + self.impact
    }
}

/// Costs of a whole backtest, in units of its capital.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct CostTotals {
    /// Fees.
    pub fees: f64,
    /// Half spreads.
    pub spreads: f64,
    /// Impact of the orders.
    pub impact: f64,
    /// Funding, that of debts without a trade included.
    pub funding: f64,
    /// What the haircuts on assets without prices took.
    pub haircuts: f64,
    /// Fills, buying and selling.
    pub n_fills: usize,
    /// Fills for which an impact was asked and volume or volatility is not known.
    pub n_fills_without_impact: usize,
    /// Buying orders that the largest participation cut down.
    pub n_capped: usize,
}

impl CostTotals {
    pub(super) fn add(&mut self, cost: &FillCost) {
        self.fees += cost.fee;
        self.spreads += cost.spread;
        self.impact += cost.impact;
        self.n_fills += 1;
        self.n_fills_without_impact += usize::from(cost.lacks_impact);
    }

    /// All of them.
    pub fn total(&self) -> f64 {
        self.fees + self.spreads + self.impact + self.funding + self.haircuts
    }
}
