//! How far the ranking hangs on its rule, and how it meets other lists.

use std::collections::BTreeMap;

use chrono::Days;

use super::Coins;
use super::lists::{Lists, Stated};
use super::market_value::{Basis, Rule, Snapshot, at, months_through, snapshots, top};
use crate::config::Config;
use crate::raw::median;

/// Prints how far the ranking hangs on its rule, and how it meets the two stated lists.
pub(crate) fn compare(coins: &Coins, lists: &Lists, config: &Config, all: &[Snapshot]) {
    let reported = Rule { carried: false, lists: false, stated: false };
    let carried = Rule { carried: true, lists: false, stated: false };
    let unaided = Rule { carried: true, lists: true, stated: false };
    let reported = snapshots(coins, lists, config, reported);
    let carried = snapshots(coins, lists, config, carried);
    println!("market values: members of the 50 largest, by rule (excluded assets left out)");
    for (i, snapshot) in all.iter().enumerate() {
        let month = snapshot.date.format("%m").to_string();
        if !["01", "06", "09", "11"].contains(&month.as_str()) {
            continue;
        }
        let members = top(snapshot, 50, config);
        let common = |other: &Snapshot| {
            let other = top(other, 50, config);
            (other.len(), members.iter().filter(|a| other.contains(a)).count())
        };
        let (n_reported, same_reported) = common(&reported[i]);
        let (n_carried, same_carried) = common(&carried[i]);
        let list = lists.ordered.range(..snapshot.date).next_back().map_or(0, |(_, list)| {
            let list: Vec<&String> =
                list.iter().filter(|a| config.excluded(a).is_none()).take(50).collect();
            members.iter().filter(|a| list.contains(a)).count()
        });
        let count = |basis| snapshot.values.iter().take(120).filter(|v| v.2 == basis).count();
        println!(
            "  {}: {} values, first 120: {} reported {} carried {} ranked; of {} in the top 50: \
             {same_reported} by reports alone ({n_reported}), {same_carried} with carried supply \
             ({n_carried}), {list} in the list before",
            snapshot.date,
            snapshot.values.len(),
            count(Basis::Reported),
            count(Basis::Carried),
            count(Basis::Ranked),
            members.len(),
        );
    }
    stamp_of_lists(coins, lists);
    for (date, stated) in &lists.stated {
        let next = *date + Days::new(1);
        let mut dates = months_through(*date);
        dates.push(next);
        let Some(snapshot) = at(coins, lists, config, unaided, &dates).pop() else { continue };
        against(&snapshot, stated, config);
    }
}

/// Prints on which day's values the order of the lists fits best.
fn stamp_of_lists(coins: &Coins, lists: &Lists) {
    for before in [0, 1] {
        let (mut n_pairs, mut n_wrong) = (0, 0);
        for (date, list) in &lists.ordered {
            let day = *date - Days::new(before);
            let values: Vec<f64> = list
                .iter()
                .filter_map(|asset| coins.get(asset)?.market_values.get(&day).copied())
                .collect();
            n_pairs += values.windows(2).count();
            n_wrong += values.windows(2).filter(|pair| pair[0] < pair[1]).count();
        }
        println!(
            "order of the lists by values stated {before} days before their date: {n_wrong} of \
             {n_pairs} neighbours out of order"
        );
    }
}

/// Compares a snapshot made without a stated list with that list.
fn against(snapshot: &Snapshot, stated: &[Stated], config: &Config) {
    let values: BTreeMap<&str, (f64, Basis)> =
        snapshot.values.iter().map(|(a, v, b)| (a.as_str(), (*v, *b))).collect();
    let kept: Vec<&Stated> =
        stated.iter().filter(|s| config.excluded(&s.asset).is_none()).collect();
    println!("market values at {} against the list stated then", snapshot.date);
    for n in [20, 50, 100] {
        let ours = top(snapshot, n, config);
        let same = kept.iter().take(n).filter(|s| ours.contains(&s.asset)).count();
        let absent: Vec<&str> = kept
            .iter()
            .take(n)
            .map(|s| s.asset.as_str())
            .filter(|a| !values.contains_key(a))
            .collect();
        println!(
            "  top {n}: {same} of {} common; not known to the table: {}",
            kept.len().min(n),
            absent.join(" ")
        );
    }
    for basis in [Basis::Reported, Basis::Carried, Basis::Ranked] {
        let mut off: Vec<(f64, &str)> = kept
            .iter()
            .take(100)
            .filter_map(|s| {
                let (value, b) = values.get(s.asset.as_str())?;
                (*b == basis).then(|| ((value / s.market_value).ln(), s.asset.as_str()))
            })
            .collect();
        let middle = median(off.iter().map(|o| o.0.abs()).collect());
        let bias = median(off.iter().map(|o| o.0).collect());
        off.sort_by(|a, b| b.0.abs().total_cmp(&a.0.abs()));
        let worst: Vec<String> =
            off.iter().take(8).map(|(x, a)| format!("{a} {:.2}", x.exp())).collect();
        println!(
            "  {}: {} coins, median |log ratio| {middle:.3}, median {bias:+.3}; farthest: {}",
            basis.name(),
            off.len(),
            worst.join(", ")
        );
    }
}
