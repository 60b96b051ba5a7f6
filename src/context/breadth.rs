//! How many assets take part in a move.

use chrono::{Days, NaiveDate};
use serde::Serialize;

use super::{Levels, Period};
use crate::panel::AssetId;
use crate::{Error, Result};

/// Days over which the altcoin-season index compares returns.
pub const ALTCOIN_SEASON_DAYS: u32 = 90;

/// The share from which an altcoin season is customarily spoken of (three quarters, see
/// <https://www.blockchaincenter.net/en/altcoin-season-index/>). A custom, not a test: no error rate
/// belongs to it.
pub const ALTCOIN_SEASON_SHARE: f64 = 0.75;

/// The share of assets for which something holds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Breadth {
    /// `n_above / n_assets`, a decimal fraction; `None` where no asset could be judged.
    pub share: Option<f64>,
    /// Assets for which it holds.
    pub n_above: usize,
    /// Assets with a level at both ends: the divisor.
    pub n_assets: usize,
    /// Assets without one, which are in neither number.
    pub n_lacking: usize,
}

/// Share of assets with a positive return over a period.
///
/// `#{i : P_i(to) / P_i(from) > 1} / n`, n the assets with both levels. A return of exactly zero is
/// not positive. The equal-weight breadth of Zaremba and others 2021,
/// <https://doi.org/10.1016/j.econmod.2020.04.006>, with a share in place of a difference.
///
/// Assumes that the assets were chosen before the period: among survivors the share is biased
/// upwards.
///
/// # Errors
///
/// [`Error::DuplicateAsset`] for an asset listed twice.
///
/// ```
/// use chrono::NaiveDate;
/// use eventstudy::context::{Levels, Period, share_positive};
/// use eventstudy::panel::PricePanel;
///
/// let day = |d| NaiveDate::from_ymd_opt(2021, 1, d).unwrap();
/// let run = |name: &str, from: f64, to: f64| (name.to_owned(), vec![(day(1), from), (day(31), to)]);
/// let panel = PricePanel::from_series(vec![
///     run("eth", 730.0, 1_314.0),
///     run("xrp", 0.24, 0.49),
///     run("usd", 1.0, 1.0),
///     ("new".to_owned(), vec![(day(31), 3.0)]),
/// ])?;
/// let assets: Vec<_> = panel.assets().collect();
/// let period = Period::new(day(1), day(31))?;
/// let breadth = share_positive(Levels::new(&panel, 3), &assets, period)?;
/// assert_eq!((breadth.n_above, breadth.n_assets, breadth.n_lacking), (2, 3, 1));
/// # Ok::<(), eventstudy::Error>(())
/// ```
pub fn share_positive(levels: Levels<'_>, assets: &[AssetId], period: Period) -> Result<Breadth> {
    levels.check_distinct(assets)?;
    Ok(count(levels, assets.iter().copied(), period, 1.0))
}

/// Share of assets whose return over a period is above that of a benchmark.
///
/// `#{i : P_i(to) / P_i(from) > P_b(to) / P_b(from)} / n`, n the assets with both levels. The
/// benchmark itself takes no part where it is among the assets.
///
/// # Errors
///
/// [`Error::DuplicateAsset`]; [`Error::NoLevel`] where the benchmark has no level at an end of the
/// period, or no price inside it.
pub fn share_above(
    levels: Levels<'_>,
    assets: &[AssetId],
    benchmark: AssetId,
    period: Period,
) -> Result<Breadth> {
    levels.check_distinct(assets)?;
    let bar = levels.gross_return(benchmark, period).ok_or_else(|| {
        let at_start = levels.level(benchmark, period.from()).is_none();
        Error::NoLevel {
            series: levels.prices().names().get(benchmark.index()).cloned().unwrap_or_default(),
            date: if at_start { period.from() } else { period.to() },
            max_age_days: levels.max_age_days(),
        }
    })?;
    let others = assets.iter().copied().filter(|asset| *asset != benchmark);
    Ok(count(levels, others, period, bar))
}

/// Share of assets that beat a benchmark (bitcoin) over the [`ALTCOIN_SEASON_DAYS`] days up to and
/// including `date`.
///
/// [`share_above`] over `(date − 90 days, date]`. The published indices take the top 50 or 100
/// without stablecoins and wrapped tokens as they stand on `date`; assets chosen that way have
/// already won, so hand in those that were largest at the start of the 90 days to see what a holder
/// would have seen. [`ALTCOIN_SEASON_SHARE`] is the customary threshold.
///
/// # Errors
///
/// As [`share_above`].
pub fn altcoin_season_index(
    levels: Levels<'_>,
    assets: &[AssetId],
    benchmark: AssetId,
    date: NaiveDate,
) -> Result<Breadth> {
    let days = Days::new(u64::from(ALTCOIN_SEASON_DAYS));
    let from = date.checked_sub_days(days).unwrap_or(NaiveDate::MIN);
    share_above(levels, assets, benchmark, Period::new(from, date)?)
}

/// How many assets rose and fell on one date.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct AdvanceDecline {
    /// The date.
    pub date: NaiveDate,
    /// Assets above their price of the row before.
    pub n_advancing: usize,
    /// Assets below it.
    pub n_declining: usize,
    /// Assets at it.
    pub n_unchanged: usize,
    /// Assets without a price on either of the two rows; in no share.
    pub n_lacking: usize,
    /// `advancing / (advancing + declining + unchanged)`; `None` where that is 0 / 0.
    pub share: Option<f64>,
    /// `(advancing − declining) / (advancing + declining + unchanged)`, in −1 to 1.
    pub net_share: Option<f64>,
}

/// Advances and declines on every row of the panel inside a period.
///
/// An asset advances at row t where `P_t > P_{t−1}`; both prices must be there, none is carried. The
/// net share is the market breadth of Zaremba and others 2021,
/// <https://doi.org/10.1016/j.econmod.2020.04.006>. The first row of a panel has no row before it
/// and every asset lacks.
///
/// # Errors
///
/// [`Error::DuplicateAsset`] for an asset listed twice.
pub fn advance_decline(
    levels: Levels<'_>,
    assets: &[AssetId],
    period: Period,
) -> Result<Vec<AdvanceDecline>> {
    levels.check_distinct(assets)?;
    let prices = levels.prices();
    let rows = prices.axis().rows_between(period.from(), period.to());
    Ok(rows
        .map(|row| {
            let (mut up, mut down, mut same, mut lacking) = (0, 0, 0, 0);
            for &asset in assets {
                let before = row.checked_sub(1).and_then(|r| prices.price(asset, r));
                match (before, prices.price(asset, row)) {
                    (Some(a), Some(b)) if b > a => up += 1,
                    (Some(a), Some(b)) if b < a => down += 1,
                    (Some(_), Some(_)) => same += 1,
                    _ => lacking += 1,
                }
            }
            let n = up + down + same;
            let of = |x: f64| (n > 0).then(|| x / n as f64);
            AdvanceDecline {
                date: prices.axis().date(row),
                n_advancing: up,
                n_declining: down,
                n_unchanged: same,
                n_lacking: lacking,
                share: of(up as f64),
                net_share: of(up as f64 - down as f64),
            }
        })
        .collect())
}

fn count(
    levels: Levels<'_>,
    assets: impl Iterator<Item = AssetId>,
    period: Period,
    bar: f64,
) -> Breadth {
    let (mut n_above, mut n_assets, mut n_lacking) = (0, 0, 0);
    for asset in assets {
        match levels.gross_return(asset, period) {
            Some(gross) => {
                n_assets += 1;
                n_above += usize::from(gross > bar);
            }
            None => n_lacking += 1,
        }
    }
    let share = (n_assets > 0).then(|| n_above as f64 / n_assets as f64);
    Breadth { share, n_above, n_assets, n_lacking }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::panel::PricePanel;
    use proptest::prelude::*;

    fn day(n: u64) -> NaiveDate {
        NaiveDate::from_ymd_opt(2021, 1, 1).unwrap() + Days::new(n)
    }

    fn period(from: u64, to: u64) -> Period {
        Period::new(day(from), day(to)).unwrap()
    }

    /// Assets `a0`, `a1`, … with these prices from day 0 on; zero stands for none.
    fn panel(prices: &[Vec<f64>]) -> PricePanel {
        let series = prices.iter().enumerate().map(|(i, run)| {
            let dated = (0..).map(day).zip(run.iter().copied()).filter(|(_, p)| *p > 0.0);
            (format!("a{i}"), dated.collect())
        });
        PricePanel::from_series(series.collect()).unwrap()
    }

    #[test]
    fn zero_returns_are_not_positive_and_lacks_are_counted() {
        let panel = panel(&[
            vec![1.0, 1.0, 2.0],
            vec![1.0, 5.0, 1.0],
            vec![2.0, 3.0, 1.9],
            vec![0.0, 0.0, 9.0],
            vec![4.0, 0.0, 0.0],
        ]);
        let assets: Vec<AssetId> = panel.assets().collect();
        let levels = Levels::new(&panel, 0);
        let found = share_positive(levels, &assets, period(0, 2)).unwrap();
        let expected = Breadth { share: Some(1.0 / 3.0), n_above: 1, n_assets: 3, n_lacking: 2 };
        assert_eq!(found, expected);
        let none = share_positive(levels, &assets[3..], period(0, 2)).unwrap();
        assert_eq!((none.share, none.n_assets, none.n_lacking), (None, 0, 2));
        let twice = [assets[0], assets[1], assets[0]];
        let text = share_positive(levels, &twice, period(0, 2)).unwrap_err().to_string();
        assert_eq!(text, "asset `a0` occurs twice");
    }

    #[test]
    fn the_benchmark_takes_no_part_and_must_have_its_levels() {
        let panel = panel(&[vec![1.0, 2.0], vec![1.0, 3.0], vec![1.0, 2.0], vec![1.0, 0.0]]);
        let assets: Vec<AssetId> = panel.assets().collect();
        let levels = Levels::new(&panel, 0);
        let found = share_above(levels, &assets, assets[0], period(0, 1)).unwrap();
        let expected = Breadth { share: Some(0.5), n_above: 1, n_assets: 2, n_lacking: 1 };
        assert_eq!(found, expected);
        let text = share_above(levels, &assets, assets[3], period(0, 1)).unwrap_err().to_string();
        assert_eq!(text, "a3 has no value in the 0 days up to 2021-01-02");
    }

    #[test]
    fn the_season_runs_ninety_days() {
        // Only the step from day 10 to day 11 separates the two assets.
        let flat = vec![1.0; 120];
        let mut step = flat.clone();
        step[11..].fill(2.0);
        let panel = panel(&[flat, step]);
        let assets: Vec<AssetId> = panel.assets().collect();
        let at = |n| {
            altcoin_season_index(Levels::new(&panel, 0), &assets, assets[0], day(n)).unwrap().share
        };
        assert_eq!((at(100), at(101)), (Some(1.0), Some(0.0)));
    }

    #[test]
    fn advances_and_declines_add_up() {
        let panel = panel(&[
            vec![1.0, 2.0, 2.0],
            vec![1.0, 2.0, 1.0],
            vec![3.0, 2.0, 0.0],
            vec![0.0, 2.0, 3.0],
        ]);
        let assets: Vec<AssetId> = panel.assets().collect();
        let days = advance_decline(Levels::new(&panel, 9), &assets, period(0, 2)).unwrap();
        let counts: Vec<_> = days
            .iter()
            .map(|d| (d.n_advancing, d.n_declining, d.n_unchanged, d.n_lacking))
            .collect();
        assert_eq!(counts, [(2, 1, 0, 1), (1, 1, 1, 1)]);
        assert_eq!(days[0].share, Some(2.0 / 3.0));
        assert_eq!(days[0].net_share, Some(1.0 / 3.0));
        assert_eq!(days[1].net_share, Some(0.0));
        let first = Period::new(day(0) - Days::new(1), day(0)).unwrap();
        let start = advance_decline(Levels::new(&panel, 9), &assets, first).unwrap();
        assert_eq!((start[0].n_lacking, start[0].share), (4, None));
    }

    proptest! {
        #[test]
        fn breadth_knows_neither_scale_nor_order_nor_future(
            prices in prop::collection::vec(prop::collection::vec(1_u32..9, 12), 2..7),
            scale in 0_i32..6,
            rotation in 0_usize..7,
            future in 1_u32..9,
        ) {
            let prices: Vec<Vec<f64>> =
                prices.iter().map(|run| run.iter().map(|p| f64::from(*p)).collect()).collect();
            let original = panel(&prices);
            let assets: Vec<AssetId> = original.assets().collect();
            let measure = |panel: &PricePanel, assets: &[AssetId]| {
                let levels = Levels::new(panel, 2);
                (
                    share_positive(levels, assets, period(1, 8)).unwrap(),
                    share_above(levels, assets, panel.asset("a0").unwrap(), period(1, 8)).unwrap(),
                    advance_decline(levels, assets, period(1, 8)).unwrap(),
                )
            };
            let expected = measure(&original, &assets);

            let mut rotated = assets.clone();
            rotated.rotate_left(rotation % assets.len());
            prop_assert_eq!(&measure(&original, &rotated), &expected);

            let mut changed = prices.clone();
            for (i, run) in changed.iter_mut().enumerate() {
                // A power of two leaves every ratio exact.
                let factor = 2.0_f64.powi(scale * i32::try_from(i).unwrap());
                for (t, p) in run.iter_mut().enumerate() {
                    *p = factor * if t > 8 { f64::from(future) } else { *p };
                }
            }
            prop_assert_eq!(&measure(&panel(&changed), &assets), &expected);
        }
    }
}
