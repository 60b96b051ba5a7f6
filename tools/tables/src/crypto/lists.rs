//! Lists of coins in the order of market value.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use chrono::NaiveDate;

use super::Coins;
use crate::Fault;
use crate::config::Config;
use crate::raw::day;

/// A list starts this many days before the first price of its symbol: then it means another coin.
const REUSED_AFTER_DAYS: i64 = 200;

/// A row this many times above the one before it ends the verified part of a list.
const VERIFIED_FACTOR: f64 = 2.0;

/// One stated market value.
#[derive(Debug, Clone)]
pub(crate) struct Stated {
    pub(crate) asset: String,
    pub(crate) market_value: f64,
    pub(crate) supply: Option<f64>,
}

/// Everything but the coins' own market values.
#[derive(Debug)]
pub(crate) struct Lists {
    /// Assets in rank order, as of the end of the day.
    pub(crate) ordered: BTreeMap<NaiveDate, Vec<String>>,
    /// Market values of one day.
    pub(crate) stated: BTreeMap<NaiveDate, Vec<Stated>>,
}

impl Lists {
    pub(crate) fn read(raw: &Path, coins: &Coins, config: &Config) -> Result<Self, Fault> {
        let mut ordered: BTreeMap<NaiveDate, Vec<(u32, String)>> = BTreeMap::new();
        let mut first_seen: BTreeMap<String, NaiveDate> = BTreeMap::new();
        for row in table(&raw.join("universe_monthly.csv"), 3)? {
            let date = parse::<NaiveDate>(&row[0])?;
            let first = *first_seen.entry(row[2].clone()).or_insert(date);
            let asset = asset(&row[2], date, first, coins, config);
            ordered.entry(date).or_default().push((parse(&row[1])?, asset));
        }
        let mut stated = BTreeMap::new();
        for (file, date, columns) in [
            ("mcap_top400_2020-12-27.csv", day(2020, 12, 27), (1, 3, None)),
            ("mcap_top100_2026-02-21.csv", day(2026, 2, 21), (1, 4, Some(6))),
        ] {
            let mut list = Vec::new();
            for row in table(&raw.join(file), 4)? {
                let supply = match columns.2.and_then(|c| row.get(c)) {
                    Some(text) if !text.is_empty() => Some(parse::<f64>(text)?),
                    _ => None,
                };
                let market_value = parse::<f64>(&row[columns.1])?;
                // Behind the verified ranks, a list starts again with values nobody has verified.
                let last = list.last().map_or(f64::INFINITY, |s: &Stated| s.market_value);
                if market_value > VERIFIED_FACTOR * last {
                    break;
                }
                if market_value > 0.0 {
                    let asset = asset(&row[columns.0], date, date, coins, config);
                    list.push(Stated { asset, market_value, supply });
                }
            }
            stated.insert(date, list);
        }
        let ordered = ordered
            .into_iter()
            .map(|(date, mut list)| {
                list.sort();
                let mut names: Vec<String> = Vec::with_capacity(list.len());
                for (_, name) in list {
                    if !names.contains(&name) {
                        names.push(name);
                    }
                }
                (date, names)
            })
            .collect();
        Ok(Self { ordered, stated })
    }
}

/// The asset that a list means by a symbol.
///
/// A symbol whose prices start long after the list names another coin, unless it is written down as
/// the same: it gets the year of its first listing as a suffix and has no prices.
fn asset(
    symbol: &str,
    date: NaiveDate,
    first_listed: NaiveDate,
    coins: &Coins,
    config: &Config,
) -> String {
    if let Some(asset) = config.alias(symbol, date) {
        return asset.to_owned();
    }
    let first_price = coins.get(symbol).and_then(|c| c.rows.keys().next());
    match first_price {
        Some(first)
            if (*first - date).num_days() > REUSED_AFTER_DAYS
                && !config.same_coin.iter().any(|s| s == symbol) =>
        {
            format!("{symbol}-{}", first_listed.format("%Y"))
        }
        _ => symbol.to_owned(),
    }
}

/// Rows of a plain comma-separated table without quotes, without its header.
fn table(path: &Path, n_columns: usize) -> Result<Vec<Vec<String>>, Fault> {
    let text =
        fs::read_to_string(path).map_err(|e| Fault::new(format!("{}: {e}", path.display())))?;
    text.lines()
        .enumerate()
        .skip(1)
        .filter(|(_, line)| !line.is_empty())
        .map(|(n, line)| {
            let row: Vec<String> = line.split(',').map(|c| c.trim().to_owned()).collect();
            if row.len() < n_columns {
                return Err(Fault::new(format!(
                    "{}: line {}: {} fields, expected {n_columns}",
                    path.display(),
                    n + 1,
                    row.len()
                )));
            }
            Ok(row)
        })
        .collect()
}

fn parse<T: std::str::FromStr>(text: &str) -> Result<T, Fault> {
    text.parse().map_err(|_| Fault::new(format!("`{text}` is not what its column needs")))
}
