//! Made-up markets, the same to the bit on every machine: integers and the four operations alone.
#![allow(dead_code)] // every test uses another part

use chrono::{Days, NaiveDate};
use eventstudy::abnormal::{AbnormalReturns, Design, EventRequest};
use eventstudy::events::{EventSet, Scope};
use eventstudy::models::ExpectedReturnModel;
use eventstudy::panel::{Compounding, PricePanel};
use eventstudy::time::{DateAxis, EstimationWindow, EventWindow};
use ndarray::Array2;

/// Numbers that look random.
#[derive(Debug, Clone)]
pub(crate) struct Noise(u64);

impl Noise {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x2545_f491_4f6c_dd1d)
    }

    /// The next number, in [−1, 1).
    pub(crate) fn next(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        // The upper 52 bits are exact in a double.
        (self.0 >> 12) as f64 / (1_u64 << 51) as f64 - 1.0
    }

    /// The next `n` numbers, `scale` in size.
    pub(crate) fn take(&mut self, n: usize, scale: f64) -> Vec<f64> {
        (0..n).map(|_| scale * self.next()).collect()
    }
}

/// The date of a row: every day from 2015 on.
pub(crate) fn day(row: usize) -> NaiveDate {
    NaiveDate::from_ymd_opt(2015, 1, 1).unwrap() + Days::new(row as u64)
}

/// Every day from 2015 on.
pub(crate) fn axis(n_dates: usize) -> DateAxis {
    DateAxis::new((0..n_dates).map(day).collect()).unwrap()
}

/// Prices from 100 on with these simple returns, one price more than there are returns.
pub(crate) fn compound(returns: &[f64]) -> Vec<f64> {
    let mut prices = vec![100.0];
    prices.extend(returns.iter().scan(100.0, |price, r| {
        *price *= 1.0 + r;
        Some(*price)
    }));
    prices
}

/// A panel of named rows of prices, NaN where missing, on every day from 2015 on.
pub(crate) fn panel(rows: &[(&str, Vec<f64>)]) -> PricePanel {
    let n_dates = rows[0].1.len();
    let values = Array2::from_shape_fn((rows.len(), n_dates), |(asset, row)| rows[asset].1[row]);
    let names = rows.iter().map(|(name, _)| (*name).to_owned()).collect();
    PricePanel::new(axis(n_dates), names, values).unwrap()
}

/// A market and assets that follow it: `m`, `a0`, `a1`, … with betas from 0.5 to 1.5.
pub(crate) fn market(seed: u64, n_assets: usize, n_dates: usize) -> PricePanel {
    let rows = market_rows(seed, n_assets, n_dates);
    let rows: Vec<(&str, Vec<f64>)> = rows.iter().map(|(n, r)| (n.as_str(), r.clone())).collect();
    panel(&rows)
}

/// The rows of [`market`].
pub(crate) fn market_rows(seed: u64, n_assets: usize, n_dates: usize) -> Vec<(String, Vec<f64>)> {
    let mut noise = Noise::new(seed);
    let market = noise.take(n_dates - 1, 0.02);
    let mut rows = vec![("m".to_owned(), compound(&market))];
    for asset in 0..n_assets {
        let beta = 0.5 + 0.25 * (asset % 5) as f64;
        let own = noise.take(n_dates - 1, 0.03);
        let returns: Vec<f64> =
            market.iter().zip(&own).map(|(m, e)| 0.001 + beta * m + e).collect();
        rows.push((format!("a{asset}"), compound(&returns)));
    }
    rows
}

/// A design of one window in rows after an estimation window right before it.
pub(crate) fn design(first: i32, last: i32, estimation: usize) -> Design {
    let window = EventWindow::rows(first, last).unwrap();
    Design::new(vec![window], EstimationWindow::trailing(estimation).unwrap()).unwrap()
}

/// Requests for events: all of `assets`, or the one that the event is of.
pub(crate) fn requests(
    prices: &PricePanel,
    events: &EventSet,
    assets: &[&str],
) -> Vec<EventRequest> {
    let find = |name: &str| prices.asset(name).unwrap();
    events
        .entries()
        .map(|(event, listed)| EventRequest {
            event,
            date: listed.date,
            label: listed.label.clone(),
            assets: match &listed.scope {
                Scope::Market => assets.iter().map(|name| find(name)).collect(),
                Scope::Asset(name) => vec![find(name)],
            },
        })
        .collect()
}

/// Abnormal returns of assets of a panel that holds its benchmarks too.
pub(crate) fn table(
    prices: &PricePanel,
    compounding: Compounding,
    model: &dyn ExpectedReturnModel,
    design: &Design,
    events: &EventSet,
    assets: &[&str],
) -> AbnormalReturns {
    let returns = prices.to_returns(compounding);
    let requests = requests(prices, events, assets);
    AbnormalReturns::compute(&returns, &returns, model, design, &requests).unwrap()
}

/// Market events on the dates of these rows.
pub(crate) fn events(rows: &[usize]) -> EventSet {
    let dates: Vec<NaiveDate> = rows.iter().map(|row| day(*row)).collect();
    EventSet::from_dates(&dates).unwrap()
}

/// Asserts that two numbers agree to `relative` of the larger one.
#[track_caller]
pub(crate) fn close(found: f64, expected: f64, relative: f64) {
    let scale = found.abs().max(expected.abs());
    assert!((found - expected).abs() <= relative * scale, "found {found:e}, expected {expected:e}");
}
