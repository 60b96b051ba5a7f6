//! Writes what the other modules found out.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Days, Months, NaiveDate};
use eventstudy::panel::{AuditOptions, Fault as PanelFault, PricePanel, Seam};

use super::clean::Correction;
use super::market_value::{Snapshot, top};
use super::{Coin, Coins};
use crate::Fault;
use crate::config::Config;
use crate::raw::{day, median};
use crate::write::{Writer, cell, quoted, significant};

/// Ranks that are written per month.
const RANKS: usize = 120;
/// A coin has a column where it was ever among this many of the largest that are not excluded.
const COLUMNS_FROM_TOP: usize = 100;
/// Coins that have a column in any case, to the last day.
const ALWAYS: [&str; 2] = ["btc", "eth"];
/// A column ends this many days after the last month in which its coin was among the [`RANKS`].
const DAYS_AFTER_RANKS: u64 = 400;
/// As [`COLUMNS_FROM_TOP`], for volumes.
const VOLUMES_FROM_TOP: usize = 3;
/// Days for which the reach of the closes is printed.
const REACH_DAYS: [NaiveDate; 7] = [
    day(2016, 11, 14),
    day(2020, 11, 13),
    day(2021, 11, 1),
    day(2024, 11, 11),
    day(2025, 9, 18),
    day(2026, 1, 8),
    day(2026, 4, 16),
];
const CLOSE_DIGITS: usize = 5;
const VALUE_DIGITS: usize = 5;
const VOLUME_DIGITS: usize = 4;

pub(super) fn write(
    coins: &Coins,
    corrections: &[Correction],
    unreliable: &BTreeMap<String, f64>,
    snapshots: &[Snapshot],
    config: &Config,
    writer: &mut Writer,
) -> Result<(), Fault> {
    let ever_in = |n: usize| -> BTreeSet<&str> {
        snapshots
            .iter()
            .flat_map(|s| {
                s.values
                    .iter()
                    .map(|(a, _, _)| a.as_str())
                    .filter(|a| config.excluded(a).is_none() && !unreliable.contains_key(*a))
                    .take(n)
            })
            .chain(ALWAYS)
            .collect()
    };
    let wanted = ever_in(COLUMNS_FROM_TOP);
    let whole: BTreeMap<&str, &Coin> = coins
        .iter()
        .filter(|(a, c)| wanted.contains(a.as_str()) && !c.rows.is_empty())
        .map(|(a, c)| (a.as_str(), c))
        .collect();
    let until = columns_end(snapshots);
    let cut: Vec<(&str, Coin)> = whole
        .iter()
        .map(|(a, coin)| {
            let mut coin = (*coin).clone();
            if let Some(end) = until.get(a) {
                coin.rows.retain(|d, _| d <= end);
                coin.volumes.retain(|d, _| d <= end);
            }
            (*a, coin)
        })
        .collect();
    let kept: BTreeMap<&str, &Coin> = cut.iter().map(|(a, c)| (*a, c)).collect();
    println!(
        "closes: {} coins of {} that were ever in the top {COLUMNS_FROM_TOP}",
        kept.len(),
        wanted.len()
    );
    audit(&kept)?;
    reach(&kept, snapshots, config);
    closes(&kept, writer)?;
    market_values(snapshots, writer)?;
    let volumes = ever_in(VOLUMES_FROM_TOP);
    volume(&kept, &volumes, writer)?;
    assets(&kept, &whole, snapshots, unreliable, config, writer)?;
    seams(&kept, writer)?;
    excluded(unreliable, config, writer)?;
    write_corrections(&kept, corrections, writer)
}

/// The last day that is written of each asset that was ever among the ranks.
pub(super) fn columns_end(snapshots: &[Snapshot]) -> BTreeMap<&str, NaiveDate> {
    let mut ends: BTreeMap<&str, NaiveDate> = snapshots
        .iter()
        .flat_map(|s| s.values.iter().take(RANKS).map(|(a, _, _)| (a.as_str(), s.date)))
        .map(|(asset, month)| (asset, month + Days::new(DAYS_AFTER_RANKS)))
        .collect();
    ends.retain(|asset, _| !ALWAYS.contains(asset));
    ends
}

fn every_day(first: Option<NaiveDate>, last: Option<NaiveDate>) -> Vec<NaiveDate> {
    match (first, last) {
        (Some(first), Some(last)) => first.iter_days().take_while(|d| *d <= last).collect(),
        _ => Vec::new(),
    }
}

/// Prints how many of the 50 largest altcoins have closes at and after some days.
fn reach(kept: &BTreeMap<&str, &Coin>, snapshots: &[Snapshot], config: &Config) {
    println!("closes of the 50 largest without btc: on the day, and 1, 2, 3 months later");
    for date in REACH_DAYS {
        let Some(snapshot) = snapshots.iter().rfind(|s| s.date <= date) else { continue };
        let members: Vec<String> =
            top(snapshot, 51, config).into_iter().filter(|asset| asset != "btc").take(50).collect();
        let has = |asset: &str, day: NaiveDate| {
            kept.get(asset).is_some_and(|coin| coin.rows.contains_key(&day))
        };
        let counts: Vec<String> = (0..4)
            .map(|m| {
                let day = date + Months::new(m);
                members.iter().filter(|a| has(a, date) && has(a, day)).count().to_string()
            })
            .collect();
        let without: Vec<&str> =
            members.iter().map(String::as_str).filter(|a| !has(a, date)).take(8).collect();
        println!("  {date}: {}; without: {}", counts.join(", "), without.join(" "));
    }
}

/// Audits the closes that are written and prints the counts.
fn audit(kept: &BTreeMap<&str, &Coin>) -> Result<(), Fault> {
    let series = kept
        .iter()
        .map(|(a, c)| ((*a).to_owned(), c.rows.iter().map(|(d, r)| (*d, r.close)).collect()))
        .collect();
    let seams = seams_of(kept)
        .into_iter()
        .map(|(asset, date, from, to)| Seam {
            asset: asset.to_owned(),
            date,
            from: from.to_string(),
            to: to.to_string(),
        })
        .collect();
    let options = AuditOptions::default().seams(seams);
    let audit = PricePanel::from_series(series)?.audit(&options)?;
    println!("audit of the closes that are written");
    for (name, n) in audit.counts() {
        println!("  {n:>5} {name}");
    }
    for finding in audit.findings() {
        let shown = match finding.fault {
            PanelFault::Reversal { log_return, .. } => log_return.abs() > 3f64.ln(),
            PanelFault::SeamShift { .. } => true,
            PanelFault::Gap { n_rows } => n_rows > 30,
            _ => false,
        };
        if shown {
            println!("  {finding}");
        }
    }
    Ok(())
}

fn seams_of<'a>(kept: &BTreeMap<&'a str, &Coin>) -> Vec<(&'a str, NaiveDate, char, char)> {
    let mut seams = Vec::new();
    for (asset, coin) in kept {
        let mut before = None;
        for (date, row) in &coin.rows {
            if let Some(before) = before.filter(|b| *b != row.source) {
                seams.push((*asset, *date, before, row.source));
            }
            before = Some(row.source);
        }
    }
    seams
}

fn closes(kept: &BTreeMap<&str, &Coin>, writer: &mut Writer) -> Result<(), Fault> {
    let first = kept.values().filter_map(|c| c.rows.keys().next()).min().copied();
    let last = kept.values().filter_map(|c| c.rows.keys().next_back()).max().copied();
    let names: Vec<&str> = kept.keys().copied().collect();
    writer.table(
        "crypto_close.csv",
        &format!("date,{}", names.join(",")),
        every_day(first, last).into_iter().map(|d| {
            let cells: Vec<String> = kept
                .values()
                .map(|c| cell(c.rows.get(&d).map(|r| r.close), CLOSE_DIGITS))
                .collect();
            format!("{d},{}", cells.join(","))
        }),
    )
}

fn market_values(snapshots: &[Snapshot], writer: &mut Writer) -> Result<(), Fault> {
    let rows = snapshots.iter().flat_map(|snapshot| {
        snapshot.values.iter().take(RANKS).enumerate().map(|(rank, (asset, value, basis))| {
            let value = significant(*value, VALUE_DIGITS);
            format!("{},{asset},{},{value},{}", snapshot.date, rank + 1, basis.name())
        })
    });
    writer.table("crypto_market_value.csv", "date,asset,rank,market_value_usd,basis", rows)
}

fn volume(
    kept: &BTreeMap<&str, &Coin>,
    wanted: &BTreeSet<&str>,
    writer: &mut Writer,
) -> Result<(), Fault> {
    let coins: Vec<(&str, &Coin)> = kept
        .iter()
        .filter(|(a, c)| wanted.contains(**a) && !c.volumes.is_empty())
        .map(|(a, c)| (*a, *c))
        .collect();
    let first = coins.iter().filter_map(|(_, c)| c.volumes.keys().next()).min().copied();
    let last = coins.iter().filter_map(|(_, c)| c.volumes.keys().next_back()).max().copied();
    let names: Vec<&str> = coins.iter().map(|(a, _)| *a).collect();
    let volume_names: Vec<&str> = coins.iter().map(|(a, _)| *a).collect();
    println!("volumes: {} coins: {}", coins.len(), volume_names.join(" "));
    volume_at_seams(kept);
    let rows: Vec<String> = every_day(first, last)
        .into_iter()
        .map(|d| {
            let cells: Vec<String> = coins
                .iter()
                .map(|(_, c)| cell(c.volumes.get(&d).copied(), VOLUME_DIGITS))
                .collect();
            format!("{d},{}", cells.join(","))
        })
        .filter(|line| !line[10..].chars().all(|c| c == ','))
        .collect();
    writer.table("crypto_volume.csv", &format!("date,{}", names.join(",")), rows)
}

/// Prints how volumes before and after a change of source compare.
fn volume_at_seams(kept: &BTreeMap<&str, &Coin>) {
    let mut ratios: BTreeMap<(char, char), Vec<f64>> = BTreeMap::new();
    for coin in kept.values() {
        let days: Vec<(&NaiveDate, char)> = coin.rows.iter().map(|(d, r)| (d, r.source)).collect();
        for pair in days.windows(2).filter(|pair| pair[0].1 != pair[1].1) {
            let seam = *pair[1].0;
            let middle = |from: NaiveDate, to: NaiveDate| {
                let volumes: Vec<f64> = coin.volumes.range(from..to).map(|(_, v)| *v).collect();
                (volumes.len() >= 10).then(|| median(volumes))
            };
            let before = middle(seam - Days::new(14), seam);
            let after = middle(seam, seam + Days::new(14));
            if let (Some(before), Some(after)) = (before, after) {
                ratios.entry((pair[0].1, pair[1].1)).or_default().push(after / before);
            }
        }
    }
    for ((from, to), ratios) in ratios {
        println!(
            "  seam {from} to {to}: {} coins, volume of 14 days after over 14 days before: median \
             {:.2}",
            ratios.len(),
            median(ratios)
        );
    }
}

fn assets(
    kept: &BTreeMap<&str, &Coin>,
    whole: &BTreeMap<&str, &Coin>,
    snapshots: &[Snapshot],
    unreliable: &BTreeMap<String, f64>,
    config: &Config,
    writer: &mut Writer,
) -> Result<(), Fault> {
    let last_day = kept.values().filter_map(|c| c.rows.keys().next_back()).max().copied();
    let until = columns_end(snapshots);
    let mut lines: BTreeMap<&str, String> = BTreeMap::new();
    for (asset, coin) in kept {
        let (Some(first), Some(last)) = (coin.rows.keys().next(), coin.rows.keys().next_back())
        else {
            continue;
        };
        let n = coin.rows.len();
        let missing = usize::try_from((*last - *first).num_days() + 1).unwrap_or(n) - n;
        let mut sources = String::new();
        for row in coin.rows.values() {
            if !sources.contains(row.source) {
                sources.push(row.source);
            }
        }
        let end_of_source = whole.get(asset).and_then(|c| c.rows.keys().next_back());
        let end = match end_of_source {
            // Where the source itself has a hole across the cut, the column ends at the hole.
            Some(end) if end > last && coin.ends_near(until.get(asset).copied()) => {
                "left the ranks"
            }
            _ if Some(*last) == last_day => "data end",
            _ => "source",
        };
        lines.insert(asset, format!("{asset},coin,{first},{last},{n},{missing},{sources},{end}"));
    }
    let mut lacking = 0;
    for snapshot in snapshots {
        for (asset, _, _) in snapshot.values.iter().take(RANKS) {
            if lines.contains_key(asset.as_str())
                || config.excluded(asset).is_some()
                || unreliable.contains_key(asset)
            {
                continue;
            }
            lacking += 1;
            lines.insert(asset, format!("{asset},coin,,,0,0,,no source"));
        }
    }
    println!("assets: {} lines, {lacking} with a market value but without closes", lines.len());
    writer.table(
        "crypto_assets.csv",
        "asset,kind,first,last,n_days,n_missing,sources,end",
        lines.into_values(),
    )
}

fn seams(kept: &BTreeMap<&str, &Coin>, writer: &mut Writer) -> Result<(), Fault> {
    let lines = seams_of(kept)
        .into_iter()
        .map(|(asset, date, from, to)| format!("{asset},{date},{from},{to}"));
    writer.table("crypto_seams.csv", "asset,date,from,to", lines)
}

/// Prices were found unreliable later than the asset was ranked, so it keeps its place.
const UNRELIABLE: &str = "unreliable prices";

fn excluded(
    unreliable: &BTreeMap<String, f64>,
    config: &Config,
    writer: &mut Writer,
) -> Result<(), Fault> {
    let mut lines: BTreeMap<&str, String> = BTreeMap::new();
    for group in &config.excluded {
        for asset in &group.assets {
            let place = if group.kind == UNRELIABLE { "kept" } else { "freed" };
            let reason = quoted(&group.reason);
            lines.insert(asset, format!("{asset},{},{place},{reason}", group.kind));
        }
    }
    for (asset, share) in unreliable {
        let reason = format!("{:.1} % of daily moves beyond 60 %", share * 100.0);
        lines.insert(asset, format!("{asset},{UNRELIABLE},kept,{}", quoted(&reason)));
    }
    writer.table("excluded_assets.csv", "asset,kind,place,reason", lines.into_values())
}

fn write_corrections(
    kept: &BTreeMap<&str, &Coin>,
    corrections: &[Correction],
    writer: &mut Writer,
) -> Result<(), Fault> {
    let mut by_reason: BTreeMap<&str, usize> = BTreeMap::new();
    let mut lines = Vec::new();
    for c in corrections.iter().filter(|c| kept.contains_key(c.asset.as_str())) {
        *by_reason.entry(&c.reason).or_default() += 1;
        let raw = significant(c.raw, 6);
        lines.push(format!("crypto_close,{},{},{raw},,{}", c.asset, c.date, quoted(&c.reason)));
    }
    println!("corrections");
    for (reason, n) in by_reason {
        println!("  {n:>5} {reason}");
    }
    writer.table("corrections.csv", "table,asset,date,raw,corrected,reason", lines)
}
