//! What is bought, and in which proportions.

use eventstudy::Result;
use eventstudy::backtest::{Costs, Delisting, ExitRules, Strategy, Weights};
use eventstudy::panel::{MarketValues, Universe};

use super::HOLDING;
use crate::market::Market;
use crate::studies::Assets;

/// The altcoins of the claim; the grid of trials also takes fewer.
pub(super) const LARGEST: usize = 50;
/// Days before the entry from which volatilities are taken.
const VOLATILITY_ROWS: usize = 90;
const LARGE: [&str; 2] = ["btc", "eth"];
/// Shares of the price, for every fill.
const FEE: f64 = 0.001;
const HALF_SPREAD: f64 = 0.002;

/// A named portfolio, held three months with the costs of the claim.
pub(super) struct Portfolio {
    pub(super) name: String,
    pub(super) strategy: Strategy,
    is_equal: bool,
}

impl Portfolio {
    /// Of equal weights, so that it stands for its assets.
    pub(super) fn is_basic(&self) -> bool {
        self.is_equal
    }
}

/// Fee and half spread.
pub(super) fn costs() -> Costs {
    Costs::new().fee(FEE).half_spread(HALF_SPREAD)
}

/// Given up after seven days without a price: half of the last one is lost with a coin that died, and
/// this share where its source ends.
pub(super) fn delisting(source_haircut: f64) -> Delisting {
    Delisting { max_stale_days: 7, haircut: 0.5, source_haircut }
}

fn portfolio(assets: &str, universe: Universe, weights: &Weights, is_one: bool) -> Portfolio {
    let name = if is_one { assets.to_owned() } else { format!("{assets}, {}", weights.name()) };
    let strategy = Strategy::new(universe)
        .weights(weights.clone())
        .exits(ExitRules::new().months(HOLDING))
        .costs(costs())
        .delisting(delisting(0.0));
    Portfolio { name, strategy, is_equal: *weights == Weights::Equal }
}

/// Every weighting of some numbers of altcoins and of BTC with ETH, and these two alone.
pub(super) fn all(largest: &[usize], market: &Market) -> Result<Vec<Portfolio>> {
    let weightings = [
        Weights::Equal,
        Weights::MarketValue,
        Weights::InverseVolatility { rows: VOLATILITY_ROWS },
    ];
    let mut found = Vec::new();
    for n in largest {
        for weights in &weightings {
            let name = format!("altcoins (top {n})");
            found.push(portfolio(&name, Assets::altcoins(*n, market)?, weights, false));
        }
    }
    let large = of_large(&market.values)?;
    for weights in &weightings {
        found.push(portfolio("BTC and ETH", large.clone(), weights, false));
    }
    for (name, asset) in [("BTC", "btc"), ("ETH", "eth")] {
        found.push(portfolio(name, Universe::of([asset]), &Weights::Equal, true));
    }
    Ok(found)
}

/// Those whose figures are shown, the claim's own first.
pub(super) fn shown(market: &Market) -> Result<Vec<Portfolio>> {
    all(&[LARGEST], market)
}

/// BTC and ETH by their market values alone.
fn of_large(values: &MarketValues) -> Result<Universe> {
    let snapshots = values.dates().filter_map(|date| values.as_of(date));
    let rows = snapshots.flat_map(|(date, values)| {
        let large = values.iter().filter(|(name, _)| LARGE.contains(&name.as_str()));
        large.map(move |(name, value)| (date, name.clone(), *value))
    });
    Universe::top(LARGE.len(), MarketValues::new(rows)?)
}
