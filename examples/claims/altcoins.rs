//! The altcoins of a date and their betas, found once for all claims: no seed changes them.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::NaiveDate;
use eventstudy::context::{BetaTerciles, betas};
use eventstudy::panel::{AssetId, Candidate, Compounding, PricePanel, ReturnPanel, Universe};
use eventstudy::time::EstimationWindow;
use eventstudy::{Error, Result};

use crate::market::Market;
use crate::studies::Assets;

/// Days before a date from which betas on BTC are, and the fewest of them with a return.
const BETA_DAYS: usize = 365;
const MIN_RETURNS: usize = 180;

/// What was found of dates so far; threads that ask for the same date at once find the same.
type Found<T> = Mutex<HashMap<NaiveDate, T>>;

pub(crate) struct Altcoins {
    prices: PricePanel,
    universe: Universe,
    returns: ReturnPanel,
    members: Found<Arc<[AssetId]>>,
    terciles: Found<Option<Arc<BetaTerciles>>>,
}

impl Altcoins {
    pub(crate) fn new(market: &Market) -> Result<Self> {
        Ok(Self {
            prices: market.prices.clone(),
            universe: Assets::Altcoins.universe(market)?,
            returns: market.prices.to_returns(Compounding::Simple),
            members: Mutex::default(),
            terciles: Mutex::default(),
        })
    }

    pub(crate) fn universe(&self) -> &Universe {
        &self.universe
    }

    /// The altcoins of a date as the studies select them.
    pub(crate) fn on(&self, date: NaiveDate) -> Arc<[AssetId]> {
        let select = || Ok(members_of(&self.universe, &self.prices, date).into());
        let Ok(found) = once::<_, Infallible>(&self.members, date, select);
        found
    }

    /// Their terciles of beta on BTC; `None` where too few have one.
    pub(crate) fn terciles(&self, date: NaiveDate) -> Result<Option<Arc<BetaTerciles>>> {
        once(&self.terciles, date, || {
            let window = EstimationWindow::trailing(BETA_DAYS)?.min_observations(MIN_RETURNS);
            let btc = self.returns.asset("btc")?;
            let found = betas(&self.returns, &self.on(date), btc, date, &window);
            match found.and_then(|betas| betas.terciles()) {
                Ok(split) => Ok(Some(Arc::new(split))),
                Err(Error::TooFew { .. }) => Ok(None),
                Err(error) => Err(error),
            }
        })
    }
}

/// What is known of a date, or else what is found now. Nothing is locked while it is found.
fn once<T: Clone, E>(
    found: &Found<T>,
    date: NaiveDate,
    find: impl FnOnce() -> Result<T, E>,
) -> Result<T, E> {
    let known = || found.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(value) = known().get(&date) {
        return Ok(value.clone());
    }
    let value = find()?;
    known().insert(date, value.clone());
    Ok(value)
}

/// The assets of an event as a study of that universe selects them.
pub(crate) fn members_of(
    universe: &Universe,
    prices: &PricePanel,
    date: NaiveDate,
) -> Vec<AssetId> {
    universe
        .select(prices, date)
        .into_iter()
        .filter_map(|candidate| match candidate {
            Candidate::Member { asset, .. } => Some(asset),
            _ => None,
        })
        .collect()
}
