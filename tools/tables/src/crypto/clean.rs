//! What is dropped from the raw prices, row by row with its reason.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use eventstudy::panel::{AuditOptions, Fault, PricePanel};

use super::{Coin, Coins, Row};
use crate::config::Config;

/// A row that the tables leave out.
#[derive(Debug, Clone)]
pub(crate) struct Correction {
    pub(crate) asset: String,
    pub(crate) date: NaiveDate,
    pub(crate) raw: f64,
    pub(crate) reason: String,
}

/// A listing print stands above the price after it by more than this factor.
const LISTING_FALL: f64 = 2.0;
/// How many rows after the first are looked at for a listing print.
const LISTING_ROWS: usize = 5;
/// A listing print has a volume below this share of that of the row after it, or an unknown one.
const LISTING_VOLUME: f64 = 0.5;
/// A spike leaves the price before it by at least this factor…
const SPIKE_FACTOR: f64 = 3.0;
/// …and is a reversal by the defaults of the audit, within this many days…
const SPIKE_DAYS: i64 = 10;
/// …on a volume below this many US dollars, or one that is not known.
const SPIKE_VOLUME: f64 = 1e6;
/// A price off its market value by more than this factor, where both neighbours agree with it.
const VALUE_FACTOR: f64 = 1.3;
/// A move that the noise of a series is counted by.
const NOISE_FACTOR: f64 = 1.6;
/// Share of moves beyond [`NOISE_FACTOR`] above which a series is left out.
const NOISE_SHARE: f64 = 0.03;

/// Drops rows by hand and by rule; returns what was dropped, by asset and date.
pub(crate) fn clean(coins: &mut Coins, config: &Config) -> Vec<Correction> {
    let mut corrections = Vec::new();
    for (asset, coin) in coins.iter_mut() {
        let mut dropped: BTreeMap<NaiveDate, String> = BTreeMap::new();
        for hand in config.drop.iter().filter(|d| d.asset == *asset) {
            for date in coin.rows.range(hand.from..=hand.to).map(|(d, _)| *d) {
                dropped.insert(date, hand.reason.clone());
            }
        }
        let kept: BTreeSet<NaiveDate> = config
            .keep
            .iter()
            .filter(|k| k.asset == *asset)
            .flat_map(|k| coin.rows.range(k.from..=k.to).map(|(d, _)| *d))
            .collect();
        for rule in [opening_print, listing_prints, against_market_value, spikes] {
            let left: Vec<(NaiveDate, Row)> = coin
                .rows
                .iter()
                .filter(|(d, _)| !dropped.contains_key(d))
                .map(|(d, r)| (*d, *r))
                .collect();
            for (date, reason) in rule(&left, coin) {
                if !kept.contains(&date) {
                    dropped.insert(date, reason);
                }
            }
        }
        for (date, reason) in dropped {
            coin.market_values.remove(&date);
            if let Some(row) = coin.rows.remove(&date) {
                let asset = asset.clone();
                corrections.push(Correction { asset, date, raw: row.close, reason });
            }
        }
    }
    corrections
}

type Dropped = Vec<(NaiveDate, String)>;

/// Coin Metrics' 00:00 price of the first listed day stands, once moved back, under a day on which
/// the coin was not listed.
fn opening_print(rows: &[(NaiveDate, Row)], _: &Coin) -> Dropped {
    match rows {
        [(date, first), (_, second), ..] if first.source == 'm' && second.source != 'm' => {
            vec![(*date, "opening print of the first listed day under the day before".to_owned())]
        }
        _ => Vec::new(),
    }
}

/// Rows before a fall that all stand far above the price after it, on little volume.
fn listing_prints(rows: &[(NaiveDate, Row)], coin: &Coin) -> Dropped {
    let volume = |date: NaiveDate| coin.volumes.get(&date).copied();
    for fall in (1..rows.len().min(LISTING_ROWS + 1)).rev() {
        let (date, after) = rows[fall];
        let high = rows[..fall].iter().all(|(_, r)| r.close > LISTING_FALL * after.close);
        let thin = rows[..fall].iter().all(|(d, _)| match (volume(*d), volume(date)) {
            (Some(before), Some(after)) => before < LISTING_VOLUME * after,
            _ => true,
        });
        if high && thin {
            let reason = "listing print: more than twice the price that trading began at";
            return rows[..fall].iter().map(|(d, _)| (*d, reason.to_owned())).collect();
        }
    }
    Vec::new()
}

fn against_market_value(rows: &[(NaiveDate, Row)], coin: &Coin) -> Dropped {
    let supply = |(date, row): &(NaiveDate, Row)| -> Option<f64> {
        Some(coin.market_values.get(date)? / row.close)
    };
    let far = |x: f64, y: f64, factor: f64| (x / y).ln().abs() > factor.ln();
    rows.windows(3)
        .filter_map(|w| {
            let (before, at, after) = (supply(&w[0])?, supply(&w[1])?, supply(&w[2])?);
            let agree = !far(before, after, 1.1);
            let reverts = far(w[1].1.close, w[0].1.close, NOISE_FACTOR)
                && far(w[1].1.close, w[2].1.close, NOISE_FACTOR);
            (agree && reverts && far(at, before, VALUE_FACTOR)).then(|| {
                (w[1].0, "bad print: off the market value that both neighbours fit".to_owned())
            })
        })
        .collect()
}

fn spikes(rows: &[(NaiveDate, Row)], coin: &Coin) -> Dropped {
    let dated = rows.iter().map(|(d, r)| (*d, r.close)).collect();
    let Ok(panel) = PricePanel::from_series(vec![(String::new(), dated)]) else {
        return Vec::new();
    };
    let options = AuditOptions::default().jump_factor(SPIKE_FACTOR).jump_deviations(None);
    let Ok(audit) = panel.audit(&options) else { return Vec::new() };
    let mut dropped = Vec::new();
    for finding in audit.findings() {
        let Fault::Reversal { n_rows, .. } = finding.fault else { continue };
        let first = rows.partition_point(|(d, _)| *d < finding.date);
        let off = &rows[first..first + n_rows];
        let thin = off.iter().all(|(d, _)| coin.volumes.get(d).is_none_or(|v| *v < SPIKE_VOLUME));
        let days = (rows[first + n_rows].0 - rows[first - 1].0).num_days();
        if thin && days <= SPIKE_DAYS {
            dropped.extend(off.iter().map(|(d, _)| {
                (*d, format!("spike by a factor above {SPIKE_FACTOR}, undone in {n_rows} rows"))
            }));
        }
    }
    dropped
}

/// Series whose daily moves are noise even after cleaning, with their share of large moves.
pub(crate) fn unreliable(
    coins: &Coins,
    until: &BTreeMap<&str, NaiveDate>,
    config: &Config,
) -> BTreeMap<String, f64> {
    coins
        .iter()
        .filter(|(asset, _)| config.excluded(asset).is_none())
        .filter_map(|(asset, coin)| {
            let until = until.get(asset.as_str())?;
            let closes: Vec<f64> = coin.rows.range(..=*until).map(|(_, r)| r.close).collect();
            let large =
                closes.windows(2).filter(|w| (w[1] / w[0]).ln().abs() > NOISE_FACTOR.ln()).count();
            let share = large as f64 / closes.len().max(1) as f64;
            (share > NOISE_SHARE && closes.len() > 300).then(|| (asset.clone(), share))
        })
        .collect()
}
