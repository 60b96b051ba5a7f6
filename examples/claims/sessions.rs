//! Series of C6 and C7: classes of assets and coins on the sessions of the exchange.

use chrono::{Days, NaiveDate};
use eventstudy::Result;
use eventstudy::context::{BarAlignment, chained_index};
use eventstudy::panel::{CsvOptions, PricePanel, PriceSeries};

use crate::market::Market;
use crate::studies::Assets;

/// Fewest altcoins with a price on a row of their index.
const MIN_ALTCOINS: usize = 10;
/// Oldest close of a coin that stands for a session.
const MAX_AGE_DAYS: i64 = 3;

/// The Russell 2000 as a panel.
pub(crate) fn russell(market: &Market) -> Result<PricePanel> {
    PricePanel::from_series(vec![("russell2000".to_owned(), dated(&market.russell))])
}

/// BTC, ETH and the altcoins, the last as an index of the point-in-time universe.
pub(crate) fn coins(market: &Market) -> Result<PricePanel> {
    let universe = Assets::Altcoins.universe(market)?;
    let altcoins = chained_index(&market.prices, &universe, "altcoins", MIN_ALTCOINS)?;
    let coin = |name: &str| -> Result<_> {
        Ok((name.to_owned(), market.prices.dated_prices(market.prices.asset(name)?)))
    };
    PricePanel::from_series(vec![
        coin("btc")?,
        coin("eth")?,
        ("altcoins".to_owned(), dated(&altcoins)),
    ])
}

/// A column of `markets.csv`.
pub(crate) fn column(market: &Market, name: &str) -> Result<PriceSeries> {
    PriceSeries::from_csv_columns(market.path("markets.csv"), name, name, &CsvOptions::default())
}

/// A coin at the sessions of the Russell 2000: each with the bar of its day, or the day before it.
pub(crate) fn at_sessions(
    market: &Market,
    coins: &PricePanel,
    name: &str,
    alignment: BarAlignment,
) -> Result<PriceSeries> {
    let asset = coins.asset(name)?;
    let back = Days::new(u64::from(alignment == BarAlignment::PreviousDay));
    let at = |session: &NaiveDate| {
        let bar = session.checked_sub_days(back)?;
        let (row, price) = coins.last_price(asset, bar)?;
        let age = (bar - coins.axis().date(row)).num_days();
        (age <= MAX_AGE_DAYS).then_some((*session, price))
    };
    PriceSeries::from_closes(name, market.russell.axis().dates().iter().filter_map(at).collect())
}

fn dated(series: &PriceSeries) -> Vec<(NaiveDate, f64)> {
    series.axis().dates().iter().copied().zip(series.closes().iter().copied()).collect()
}
