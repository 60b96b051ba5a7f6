//! What a trade buys, from what is known on the day of its entry.

use super::data::volatility;
use super::{BacktestData, Strategy, Weights};
use crate::panel::{AssetId, Candidate};

/// One asset to buy.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Member {
    pub(super) asset: AssetId,
    /// Share of the sum; the shares add up to 1.
    pub(super) weight: f64,
    /// The price on the day of the entry.
    pub(super) price: f64,
}

/// The assets to buy on a row.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Basket {
    pub(super) members: Vec<Member>,
    /// Members of the universe without a price on the day or without a weight.
    pub(super) n_lacking: usize,
}

impl Basket {
    /// Reads rows up to and including `row`.
    pub(super) fn at(strategy: &Strategy, data: &BacktestData, row: usize) -> Self {
        let prices = data.prices();
        let mut n_lacking = 0;
        let mut raw = Vec::new();
        for candidate in strategy.universe.select(prices, data.date(row)) {
            let Candidate::Member { asset, market_value } = candidate else {
                n_lacking += usize::from(!matches!(candidate, Candidate::ByRule { .. }));
                continue;
            };
            let weight = match &strategy.weights {
                Weights::Equal => Some(1.0),
                Weights::MarketValue => market_value,
                Weights::InverseVolatility { rows } => {
                    // The price of the entry itself is not known when the order is made.
                    let before = row.saturating_sub(*rows)..row;
                    volatility(prices, asset, before, rows / 2).map(f64::recip)
                }
                Weights::Given(list) => {
                    let name = prices.name(asset);
                    list.iter().find(|(n, w)| n == name && *w > 0.0).map(|(_, w)| *w)
                }
            };
            match weight.zip(prices.price(asset, row)) {
                Some((weight, price)) => raw.push(Member { asset, weight, price }),
                None => n_lacking += 1,
            }
        }
        let total: f64 = raw.iter().map(|member| member.weight).sum();
        for member in &mut raw {
            member.weight /= total;
        }
        Self { members: raw, n_lacking }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.members.is_empty()
    }
}
