//! Who holds the top ranks, and how much of the whole.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Serialize;

use crate::panel::{ExcludedAssets, MarketValues};
use crate::{Error, Result};

/// How far the top n by market value changed between two snapshots.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct RankTurnover {
    /// Date of the first snapshot.
    pub first_snapshot: NaiveDate,
    /// Date of the second snapshot.
    pub second_snapshot: NaiveDate,
    /// n: assets in either top.
    pub n_assets: usize,
    /// Assets of the first top n that are not in the second one.
    pub n_left: usize,
    /// Of these, the assets that the second snapshot does not hold at all.
    pub n_vanished: usize,
    /// `n_left / n`, a decimal fraction.
    pub share_left: f64,
    /// Survivors: assets in the top n of both.
    pub n_survivors: usize,
    /// Mean over the survivors of `|ln(rank₂ / rank₁)|`; `None` without survivors.
    pub mean_abs_log_rank_change: Option<f64>,
}

/// Rank turnover of the top `n` between the last snapshots on or before two dates.
///
/// Ranks count from 1 after the excluded assets are taken out; equal values are ranked by name. The
/// share that left is the out-flow of a ranking list (the flux of Iñiguez and others 2022,
/// <https://doi.org/10.1038/s41467-022-29256-x>); the log rank change weighs a move from 2 to 1
/// like one from 20 to 10. Neither has a null: a list turns over by chance alone, and more over a
/// longer time, so compare spans of one length.
///
/// # Errors
///
/// [`Error::Setting`] for n = 0; [`Error::PeriodReversed`] unless `first < second`;
/// [`Error::NoSnapshot`] where a snapshot is older than `max_age_days` or there is none;
/// [`Error::SameSnapshot`]; [`Error::TooFew`] where a snapshot ranks fewer than n assets, since what
/// it does not list would seem to have left.
pub fn rank_turnover(
    values: &MarketValues,
    excluded: &ExcludedAssets,
    n: usize,
    first: NaiveDate,
    second: NaiveDate,
    max_age_days: u32,
) -> Result<RankTurnover> {
    if n == 0 {
        let (name, value) = ("n", n.to_string());
        return Err(Error::Setting { name, value, expected: "at least one asset" });
    }
    if first >= second {
        return Err(Error::PeriodReversed { from: first, to: second });
    }
    let (first_snapshot, before) = snapshot(values, first, max_age_days)?;
    let (second_snapshot, after) = snapshot(values, second, max_age_days)?;
    if first_snapshot == second_snapshot {
        return Err(Error::SameSnapshot { first, second, snapshot: first_snapshot });
    }
    let before = top(before, excluded, n, first_snapshot)?;
    let rank_after: BTreeMap<&str, usize> =
        top(after, excluded, n, second_snapshot)?.into_iter().zip(1..).collect();
    let (mut n_vanished, mut changes) = (0, Vec::new());
    for (name, rank) in before.into_iter().zip(1_usize..) {
        if let Some(later) = rank_after.get(name) {
            changes.push((*later as f64 / rank as f64).ln().abs());
        } else if !after.iter().any(|(other, _)| other == name) {
            n_vanished += 1;
        }
    }
    let n_survivors = changes.len();
    let n_left = n - n_survivors;
    Ok(RankTurnover {
        first_snapshot,
        second_snapshot,
        n_assets: n,
        n_left,
        n_vanished,
        share_left: n_left as f64 / n as f64,
        n_survivors,
        mean_abs_log_rank_change: crate::numeric::moments::mean(&changes),
    })
}

/// The value of all assets of a snapshot.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct TotalValue {
    /// Date of the snapshot.
    pub snapshot: NaiveDate,
    /// Sum of the market values, currency units.
    pub value: f64,
    /// Assets in the sum.
    pub n_assets: usize,
    /// Assets of the snapshot that are left out by rule.
    pub n_excluded: usize,
}

/// Total market value at the last snapshot on or before `date`, without the excluded assets.
///
/// It is the sum over what the snapshot lists, so two totals compare only where the lists are about
/// as complete; `n_assets` shows it.
///
/// # Errors
///
/// [`Error::NoSnapshot`]; [`Error::TooFew`] where every asset is excluded.
pub fn total_value(
    values: &MarketValues,
    excluded: &ExcludedAssets,
    date: NaiveDate,
    max_age_days: u32,
) -> Result<TotalValue> {
    let (snapshot, listed) = snapshot(values, date, max_age_days)?;
    let kept: Vec<f64> = listed
        .iter()
        .filter(|(name, _)| excluded.kind(name).is_none())
        .map(|(_, value)| *value)
        .collect();
    if kept.is_empty() {
        return Err(too_few(snapshot, 1, 0));
    }
    Ok(TotalValue {
        snapshot,
        value: kept.iter().sum(),
        n_assets: kept.len(),
        n_excluded: listed.len() - kept.len(),
    })
}

/// The share of one asset in the value of all.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Dominance {
    /// The asset.
    pub asset: String,
    /// Its market value, currency units; `None` where the snapshot does not hold it.
    pub asset_value: Option<f64>,
    /// `asset value / total value`, a decimal fraction; `None` where the asset value is.
    pub share: Option<f64>,
    /// The total that it is a share of.
    pub total: TotalValue,
}

/// Dominance of an asset (bitcoin) at the last snapshot on or before `date`.
///
/// Excluded assets (stablecoins, wrapped tokens) are in neither number. Published dominance
/// figures mostly count stablecoins in the total and so lie lower.
///
/// # Errors
///
/// As [`total_value`]; [`Error::Setting`] where the asset is itself excluded by rule.
pub fn dominance(
    values: &MarketValues,
    excluded: &ExcludedAssets,
    asset: &str,
    date: NaiveDate,
    max_age_days: u32,
) -> Result<Dominance> {
    if excluded.kind(asset).is_some() {
        return Err(Error::Setting {
            name: "asset of dominance",
            value: asset.to_owned(),
            expected: "an asset that is not excluded by rule",
        });
    }
    let total = total_value(values, excluded, date, max_age_days)?;
    let (_, listed) = snapshot(values, date, max_age_days)?;
    let asset_value = listed.iter().find(|(name, _)| name == asset).map(|(_, value)| *value);
    let share = asset_value.map(|value| value / total.value);
    Ok(Dominance { asset: asset.to_owned(), asset_value, share, total })
}

pub(super) fn snapshot(
    values: &MarketValues,
    date: NaiveDate,
    max_age_days: u32,
) -> Result<(NaiveDate, &[(String, f64)])> {
    let last = values.as_of(date);
    last.filter(|(of, _)| (date - *of).num_days() <= i64::from(max_age_days))
        .ok_or_else(|| Error::NoSnapshot { date, max_age_days, last: last.map(|(of, _)| of) })
}

fn top<'a>(
    listed: &'a [(String, f64)],
    excluded: &ExcludedAssets,
    n: usize,
    date: NaiveDate,
) -> Result<Vec<&'a str>> {
    let names = listed.iter().map(|(name, _)| name.as_str());
    let top: Vec<&str> = names.filter(|name| excluded.kind(name).is_none()).take(n).collect();
    if top.len() == n { Ok(top) } else { Err(too_few(date, n, top.len())) }
}

pub(super) fn too_few(date: NaiveDate, n_needed: usize, n_found: usize) -> Error {
    let what = format!("the ranking of {date}");
    Error::TooFew { what, unit: "assets that are not excluded", n_needed, n_found }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(m: u32, d: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2017, m, d).unwrap()
    }

    fn values(rows: &[(NaiveDate, &str, f64)]) -> MarketValues {
        MarketValues::new(rows.iter().map(|(d, n, v)| (*d, (*n).to_owned(), *v))).unwrap()
    }

    fn sample() -> MarketValues {
        values(&[
            (day(1, 1), "btc", 80.0),
            (day(1, 1), "usdt", 12.0),
            (day(1, 1), "eth", 10.0),
            (day(1, 1), "maid", 6.0),
            (day(1, 1), "xmr", 4.0),
            (day(6, 1), "eth", 60.0),
            (day(6, 1), "btc", 50.0),
            (day(6, 1), "xrp", 30.0),
            (day(6, 1), "xem", 20.0),
            (day(6, 1), "xmr", 5.0),
        ])
    }

    fn stable() -> ExcludedAssets {
        ExcludedAssets::default().with("usdt", "stablecoin")
    }

    #[test]
    fn turnover_by_hand() {
        let found = rank_turnover(&sample(), &stable(), 4, day(1, 15), day(6, 20), 31).unwrap();
        assert_eq!((found.first_snapshot, found.second_snapshot), (day(1, 1), day(6, 1)));
        // btc 1 to 2 and eth 2 to 1 stay; maid vanishes and xmr falls to 5.
        assert_eq!((found.n_left, found.n_vanished, found.n_survivors), (2, 1, 2));
        assert_eq!(found.share_left, 0.5);
        assert!((found.mean_abs_log_rank_change.unwrap() - 2.0_f64.ln()).abs() < 1e-15);
        let three = rank_turnover(&sample(), &stable(), 3, day(1, 15), day(6, 20), 31).unwrap();
        assert_eq!((three.n_left, three.n_vanished), (1, 1));
    }

    #[test]
    fn dominance_by_hand() {
        let jan = dominance(&sample(), &stable(), "btc", day(1, 1), 0).unwrap();
        assert_eq!((jan.share, jan.total.value), (Some(0.8), 100.0));
        assert_eq!((jan.total.n_assets, jan.total.n_excluded), (4, 1));
        let absent = dominance(&sample(), &stable(), "xem", day(1, 1), 0).unwrap();
        assert_eq!((absent.asset_value, absent.share), (None, None));
        assert!(dominance(&sample(), &stable(), "usdt", day(1, 1), 0).is_err());
        let all = ExcludedAssets::default();
        assert_eq!(total_value(&sample(), &all, day(3, 1), 90).unwrap().value, 112.0);
    }

    #[test]
    fn faults_say_what_is_missing() {
        let (sample, none) = (sample(), ExcludedAssets::default());
        let text = |n, first, second, age| {
            rank_turnover(&sample, &none, n, first, second, age).unwrap_err().to_string()
        };
        assert_eq!(
            text(3, day(3, 15), day(6, 15), 31),
            "no snapshot of market values in the 31 days up to 2017-03-15; \
             the last one is of 2017-01-01"
        );
        let early = NaiveDate::from_ymd_opt(2016, 12, 31).unwrap();
        assert_eq!(
            text(3, early, day(6, 15), 31),
            "no snapshot of market values in the 31 days up to 2016-12-31; all are later"
        );
        assert_eq!(
            text(3, day(1, 2), day(1, 9), 31),
            "2017-01-02 and 2017-01-09 both fall on the snapshot of 2017-01-01; two are needed"
        );
        assert_eq!(
            text(6, day(1, 1), day(6, 1), 0),
            "the ranking of 2017-01-01 needs at least 6 assets that are not excluded, found 5"
        );
        assert!(text(3, day(6, 1), day(1, 1), 0).starts_with("period (2017-06-01"));
        assert!(text(0, day(1, 1), day(6, 1), 0).starts_with("n = 0"));
    }

    proptest! {
        #[test]
        fn turnover_knows_neither_currency_nor_order_nor_future(
            first in prop::collection::vec(1_u32..1000, 8),
            second in prop::collection::vec(1_u32..1000, 8),
            later in 1_u32..1000,
            rotation in 0_usize..16,
        ) {
            let build = |scale: f64, later: u32, rotation: usize| {
                let rows = |month, run: &[u32]| {
                    run.iter()
                        .enumerate()
                        .map(|(i, v)| (day(month, 1), format!("a{i}"), scale * f64::from(*v)))
                        .collect::<Vec<_>>()
                };
                let mut all = rows(1, &first);
                all.extend(rows(2, &second));
                all.extend(rows(3, &[later; 8]));
                let n = all.len();
                all.rotate_left(rotation % n);
                MarketValues::new(all).unwrap()
            };
            let none = ExcludedAssets::default();
            let measure = |values: &MarketValues| {
                (
                    rank_turnover(values, &none, 4, day(1, 10), day(2, 10), 31).unwrap(),
                    dominance(values, &none, "a0", day(2, 10), 31).unwrap().share,
                )
            };
            let expected = measure(&build(1.0, 1, 0));
            prop_assert_eq!(measure(&build(1024.0, later, rotation)), expected);
            prop_assert_eq!(expected.0.n_survivors + expected.0.n_left, 4);
        }
    }
}
