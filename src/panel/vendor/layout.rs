//! The layouts of vendor files and how a header tells them apart.

use serde::{Deserialize, Serialize};

/// How a vendor lays out one daily series.
///
/// What the columns mean is the vendor's: whether a close is adjusted, and at which instant a day
/// is stamped, differs between layouts that look alike. The reader states what it does in
/// [`VendorOptions`](super::VendorOptions).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Layout {
    /// Yahoo Finance: `Date,Open,High,Low,Close,Adj Close,Volume`, or the same in lower case with
    /// `adj_close` or without it. `Close` is adjusted for splits, `Adj Close` for dividends too.
    Yahoo,
    /// Stooq, one file per symbol: `Date,Open,High,Low,Close,Volume`. Closes of funds and stocks
    /// are adjusted for splits and dividends.
    Stooq,
    /// Stooq, bulk download: `<TICKER>,<PER>,<DATE>,<TIME>,<OPEN>,…,<VOL>,<OPENINT>`.
    StooqBulk,
    /// Coin Metrics community file: `time,PriceUSD,CapMrktCurUSD,…`. `PriceUSD` of a day is the
    /// price at its end.
    CoinMetrics,
    /// Coin Metrics file of 2019 and before: `date,…,marketcap(USD),price(USD),…`. `price(USD)` of a
    /// day is the price at 00:00 UTC of that day: the close of the day before.
    CoinMetrics2019,
    /// Binance klines: open time in milli- or microseconds since 1970, open, high, low, close,
    /// volume, close time, quote volume, …; with a header or without.
    Binance,
    /// `CoinGecko` history: `snapped_at,price,market_cap,total_volume`, snapshots at 00:00 UTC.
    CoinGecko,
    /// FRED: `DATE` or `observation_date`, then the series; `.` stands for a missing value.
    Fred,
    /// `date` with `close` or `value`, and optionally `open`, `high`, `low`, `adj_close`,
    /// `volume` or `volume_usd`, `market_cap` and a source letter `src`.
    Plain,
}

impl Layout {
    /// Names of the layouts, for messages.
    pub(super) const NAMES: &'static str = "Yahoo, Stooq, Stooq bulk, Coin Metrics, \
        Coin Metrics of 2019, Binance klines, CoinGecko, FRED, date with close or value";

    /// The layout that a header line (or the first row of a file without one) belongs to.
    ///
    /// A header `Date,Open,High,Low,Close,Volume` is Stooq's; in lower case it is taken for
    /// Yahoo's, as tools write it that fetch from there.
    ///
    /// ```
    /// use eventstudy::panel::vendor::Layout;
    ///
    /// let header = "Date,Open,High,Low,Close,Adj Close,Volume";
    /// assert_eq!(Layout::detect(header), Some(Layout::Yahoo));
    /// assert_eq!(Layout::detect("observation_date,DGS10"), Some(Layout::Fred));
    /// assert_eq!(Layout::detect("day,temperature,rain"), None);
    /// ```
    pub fn detect(header: &str) -> Option<Self> {
        let header = header.trim_start_matches('\u{feff}').trim();
        let names: Vec<&str> =
            header.split([',', ';', '\t', '|']).map(|n| n.trim().trim_matches('"')).collect();
        let has = |name: &str| names.iter().any(|n| n.eq_ignore_ascii_case(name));
        let first = *names.first()?;
        if has("<DATE>") && has("<CLOSE>") {
            return Some(Self::StooqBulk);
        }
        if has("snapped_at") {
            return Some(Self::CoinGecko);
        }
        if has("PriceUSD") && has("time") {
            return Some(Self::CoinMetrics);
        }
        if has("price(USD)") && has("date") {
            return Some(Self::CoinMetrics2019);
        }
        if is_epoch(first) && names.len() >= 8 || has("open_time") || has("open time") {
            return Some(Self::Binance);
        }
        if has("observation_date") || (first == "DATE" && names.len() == 2) {
            return Some(Self::Fred);
        }
        if !has("date") {
            return None;
        }
        if has("src") || has("volume_usd") || has("market_cap") {
            return has("close").then_some(Self::Plain);
        }
        if has("adj close") {
            return Some(Self::Yahoo);
        }
        if ["open", "high", "low", "close", "volume"].iter().all(|n| has(n)) {
            return Some(if names.contains(&"Close") { Self::Stooq } else { Self::Yahoo });
        }
        (has("close") || has("value")).then_some(Self::Plain)
    }
}

/// Milliseconds or microseconds since 1970, as klines without a header start.
pub(super) fn is_epoch(text: &str) -> bool {
    matches!(text.len(), 13 | 16) && text.bytes().all(|b| b.is_ascii_digit())
}
