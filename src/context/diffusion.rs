//! Breadth from day to day, each day with the assets and prices that were known on it.

use chrono::{Days, NaiveDate};
use serde::Serialize;

use super::{
    ALTCOIN_SEASON_DAYS, AdvanceDecline, Breadth, Levels, Period, advance_decline, share_above,
    share_positive,
};
use crate::numeric::moments::mean;
use crate::panel::{AssetId, Candidate, PricePanel, Universe};
use crate::{Error, Result};

/// A breadth on a date.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct DatedBreadth {
    /// The date.
    pub date: NaiveDate,
    /// The share.
    pub breadth: Breadth,
}

/// The altcoin-season index on each of `dates`.
///
/// The share of assets that beat the benchmark (bitcoin) over the [`ALTCOIN_SEASON_DAYS`] days up
/// to and including the date, of those that `universe` held at the start of these days: what a
/// holder would have seen. The published indices take today's largest, which have already won, and
/// so lie higher; see [`altcoin_season_index`](super::altcoin_season_index) for a list of one's
/// own.
///
/// Neighbouring dates share most of their 90 days: the index moves slowly by construction.
///
/// # Errors
///
/// As [`share_above`], for the first date at fault.
pub fn altcoin_season_over_time(
    levels: Levels<'_>,
    universe: &Universe,
    benchmark: AssetId,
    dates: &[NaiveDate],
) -> Result<Vec<DatedBreadth>> {
    let days = Days::new(u64::from(ALTCOIN_SEASON_DAYS));
    dates
        .iter()
        .map(|&date| {
            let from = date.checked_sub_days(days).unwrap_or(NaiveDate::MIN);
            let held = members(universe, levels.prices(), from);
            let breadth = share_above(levels, &held, benchmark, Period::new(from, date)?)?;
            Ok(DatedBreadth { date, breadth })
        })
        .collect()
}

/// A point of the advance–decline line.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct AdvanceDeclinePoint {
    /// Advances and declines of the date.
    pub day: AdvanceDecline,
    /// Sum of the net shares from the start of the period through the date.
    pub line: f64,
}

/// The advance–decline line over a period.
///
/// `line_t = Σ (advancing − declining) / (advancing + declining + unchanged)`, from the first row
/// of the period through t: the sum of [`AdvanceDecline::net_share`], so that it does not grow with
/// the number of assets as the line of plain counts does. Each row counts the assets that
/// `universe` held at the row before. A row on which no asset could be judged adds nothing; its
/// counts show it. The level of the line depends on where it starts; read its direction against
/// that of the index.
///
/// # Errors
///
/// Those of [`advance_decline`].
///
/// ```
/// use chrono::NaiveDate;
/// use eventstudy::context::{Levels, Period, advance_decline_line};
/// use eventstudy::panel::{PricePanel, Universe};
///
/// let day = |d| NaiveDate::from_ymd_opt(2021, 1, d).unwrap();
/// let run = |name: &str, p: [f64; 3]| (name.to_owned(), (1..).map(day).zip(p).collect());
/// let panel = PricePanel::from_series(vec![
///     run("a", [1.0, 2.0, 3.0]),
///     run("b", [1.0, 2.0, 1.0]),
///     run("c", [3.0, 2.0, 1.0]),
/// ])?;
/// let universe = Universe::of(["a", "b", "c"]);
/// let period = Period::new(day(1), day(3))?;
/// let line = advance_decline_line(Levels::new(&panel, 0), &universe, period)?;
/// assert_eq!((line[0].line, line[1].line), (1.0 / 3.0, 0.0));
/// # Ok::<(), eventstudy::Error>(())
/// ```
pub fn advance_decline_line(
    levels: Levels<'_>,
    universe: &Universe,
    period: Period,
) -> Result<Vec<AdvanceDeclinePoint>> {
    let axis = levels.prices().axis();
    let mut line = 0.0;
    let mut points = Vec::new();
    for row in axis.rows_between(period.from(), period.to()) {
        let date = axis.date(row);
        let before = row.checked_sub(1).map(|r| axis.date(r));
        let held = before.map_or_else(Vec::new, |d| members(universe, levels.prices(), d));
        let from = before.unwrap_or_else(|| date - Days::new(1));
        for day in advance_decline(levels, &held, Period::new(from, date)?)? {
            line += day.net_share.unwrap_or(0.0);
            points.push(AdvanceDeclinePoint { day, line });
        }
    }
    Ok(points)
}

/// Diffusion of a move: on each row of the panel after `event` and through `through`, the share of
/// assets above their level on the event date.
///
/// [`share_positive`] over `(event, d]`, d day by day. Hand in the assets as they were known on the
/// event date; an asset that stops trading is counted as lacking from then on, in neither number,
/// so that where losers stop first the share drifts upwards.
///
/// # Errors
///
/// Those of [`share_positive`]; [`Error::PeriodReversed`] unless `event < through`.
pub fn diffusion(
    levels: Levels<'_>,
    assets: &[AssetId],
    event: NaiveDate,
    through: NaiveDate,
) -> Result<Vec<DatedBreadth>> {
    Period::new(event, through)?;
    let axis = levels.prices().axis();
    axis.rows_between(event, through)
        .map(|row| {
            let date = axis.date(row);
            let breadth = share_positive(levels, assets, Period::new(event, date)?)?;
            Ok(DatedBreadth { date, breadth })
        })
        .collect()
}

/// Share of assets whose level on `date` is above the mean of their own prices of the `n_days`
/// calendar days up to and including it.
///
/// `#{i : P_i(t) > (1/m) Σ P_i(s)} / n`, s over the m days of `(t − n_days, t]` with a price, where
/// m is at least `min_prices`. An asset without a level or with fewer prices is counted as lacking.
/// The mean holds the day itself. With 50 or 200 days the customary measure of how many members of
/// an index are in an uptrend.
///
/// # Errors
///
/// [`Error::DuplicateAsset`]; [`Error::Setting`] for a `min_prices` of zero or above `n_days`.
pub fn share_above_own_mean(
    levels: Levels<'_>,
    assets: &[AssetId],
    date: NaiveDate,
    n_days: u32,
    min_prices: usize,
) -> Result<Breadth> {
    if min_prices == 0 || min_prices as u64 > u64::from(n_days) {
        return Err(Error::Setting {
            name: "min_prices",
            value: min_prices.to_string(),
            expected: "at least one and no more than the days of the mean",
        });
    }
    levels.check_distinct(assets)?;
    let prices = levels.prices();
    let from = date.checked_sub_days(Days::new(u64::from(n_days))).unwrap_or(NaiveDate::MIN);
    let rows = prices.axis().rows_between(from, date);
    let above = |asset: &AssetId| {
        let (_, level) = levels.level(*asset, date)?;
        let known: Vec<f64> = rows.clone().filter_map(|row| prices.price(*asset, row)).collect();
        mean(&known).filter(|_| known.len() >= min_prices).map(|mean| level > mean)
    };
    let judged: Vec<bool> = assets.iter().filter_map(above).collect();
    let n_assets = judged.len();
    let n_above = judged.into_iter().filter(|above| *above).count();
    Ok(Breadth {
        share: (n_assets > 0).then(|| n_above as f64 / n_assets as f64),
        n_above,
        n_assets,
        n_lacking: assets.len() - n_assets,
    })
}

/// [`share_above_own_mean`] on each of `dates`, each with the assets that `universe` held on it.
///
/// # Errors
///
/// As [`share_above_own_mean`].
pub fn share_above_own_mean_over_time(
    levels: Levels<'_>,
    universe: &Universe,
    dates: &[NaiveDate],
    n_days: u32,
    min_prices: usize,
) -> Result<Vec<DatedBreadth>> {
    dates
        .iter()
        .map(|&date| {
            let held = members(universe, levels.prices(), date);
            let breadth = share_above_own_mean(levels, &held, date, n_days, min_prices)?;
            Ok(DatedBreadth { date, breadth })
        })
        .collect()
}

/// The assets of the universe on a date.
fn members(universe: &Universe, prices: &PricePanel, date: NaiveDate) -> Vec<AssetId> {
    let candidates = universe.select(prices, date).into_iter();
    candidates
        .filter_map(|candidate| match candidate {
            Candidate::Member { asset, .. } => Some(asset),
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::panel::MarketValues;

    fn day(n: u64) -> NaiveDate {
        NaiveDate::from_ymd_opt(2021, 1, 1).unwrap() + Days::new(n)
    }

    /// Prices from day 0 on; zero stands for none.
    fn panel(prices: &[(&str, Vec<f64>)]) -> PricePanel {
        let series = prices.iter().map(|(name, run)| {
            let dated = (0..).map(day).zip(run.iter().copied()).filter(|(_, p)| *p > 0.0);
            ((*name).to_owned(), dated.collect())
        });
        PricePanel::from_series(series.collect()).unwrap()
    }

    fn step(at: usize, to: f64) -> Vec<f64> {
        (0..200).map(|n| if n < at { 1.0 } else { to }).collect()
    }

    /// The two largest of day 0 are `a` and `b`; from day 100 on `a` and `c`.
    fn two_largest() -> Universe {
        let rows = [(0, "a", 3.0), (0, "b", 2.0), (0, "c", 1.0), (100, "a", 3.0), (100, "c", 2.0)];
        let values = MarketValues::new(rows.map(|(n, name, v)| (day(n), name.to_owned(), v)));
        Universe::top(2, values.unwrap()).unwrap()
    }

    #[test]
    fn the_season_is_of_those_held_at_its_start() {
        let panel = panel(&[
            ("a", step(150, 2.0)),
            ("b", step(150, 0.5)),
            ("c", step(120, 4.0)),
            ("btc", step(500, 1.0)),
        ]);
        let btc = panel.asset("btc").unwrap();
        let dates = [day(120), day(150), day(189), day(190)];
        let found =
            altcoin_season_over_time(Levels::new(&panel, 0), &two_largest(), btc, &dates).unwrap();
        // The winner `c` is held from day 100 on only.
        let shares: Vec<_> = found.iter().map(|d| d.breadth.share).collect();
        assert_eq!(shares, [Some(0.0), Some(0.5), Some(0.5), Some(1.0)]);
        let early =
            altcoin_season_over_time(Levels::new(&panel, 0), &two_largest(), btc, &[day(9)]);
        assert!(matches!(early, Err(Error::NoLevel { .. })));
    }

    #[test]
    fn the_line_is_of_those_held_the_day_before() {
        let panel = panel(&[("a", step(100, 2.0)), ("b", step(101, 2.0)), ("c", step(101, 0.5))]);
        let period = Period::new(day(98), day(102)).unwrap();
        let line = advance_decline_line(Levels::new(&panel, 0), &two_largest(), period).unwrap();
        // Day 100: `a` of `a` and `b` rises. Day 101: `c` of `a` and `c` falls; `b` has left.
        let found: Vec<f64> = line.iter().map(|p| p.line).collect();
        assert_eq!(found, [0.0, 0.5, 0.0, 0.0]);
        assert_eq!((line[1].day.n_advancing, line[2].day.n_declining), (1, 1));
        let first = Period::new(day(0) - Days::new(1), day(0)).unwrap();
        let start = advance_decline_line(Levels::new(&panel, 0), &two_largest(), first).unwrap();
        assert_eq!((start[0].line, start[0].day.share), (0.0, None));
    }

    #[test]
    fn diffusion_is_measured_from_the_event() {
        let panel = panel(&[
            ("a", vec![1.0, 2.0, 3.0, 1.5]),
            ("b", vec![9.0, 2.0, 1.0, 3.0]),
            ("c", vec![1.0, 2.0, 0.0, 0.0]),
        ]);
        let assets: Vec<AssetId> = panel.assets().collect();
        let found = diffusion(Levels::new(&panel, 0), &assets, day(1), day(3)).unwrap();
        let counts: Vec<_> =
            found.iter().map(|d| (d.date, d.breadth.n_above, d.breadth.n_lacking)).collect();
        assert_eq!(counts, [(day(2), 1, 1), (day(3), 1, 1)]);
        assert!(diffusion(Levels::new(&panel, 0), &assets, day(3), day(3)).is_err());
    }

    #[test]
    fn a_mean_needs_its_prices_and_holds_its_day() {
        let panel = panel(&[
            ("up", vec![1.0, 2.0, 3.0, 4.0]),
            ("down", vec![4.0, 3.0, 2.0, 1.0]),
            ("flat", vec![2.0, 2.0, 2.0, 2.0]),
            ("new", vec![0.0, 0.0, 1.0, 9.0]),
            ("gone", vec![1.0, 2.0, 3.0, 0.0]),
        ]);
        let assets: Vec<AssetId> = panel.assets().collect();
        let levels = Levels::new(&panel, 0);
        let found = share_above_own_mean(levels, &assets, day(3), 3, 3).unwrap();
        assert_eq!((found.n_above, found.n_assets, found.n_lacking), (1, 3, 2));
        let two = share_above_own_mean(levels, &assets, day(3), 3, 2).unwrap();
        assert_eq!((two.n_above, two.n_assets, two.n_lacking), (2, 4, 1));
        // A level carried for a day is set against the mean of the prices that are there.
        let carried = share_above_own_mean(Levels::new(&panel, 1), &assets, day(3), 3, 2).unwrap();
        assert_eq!((carried.n_above, carried.n_assets, carried.n_lacking), (3, 5, 0));
        for least in [0, 4] {
            assert!(share_above_own_mean(levels, &assets, day(3), 3, least).is_err());
        }
        let named = Universe::of(["up", "down"]);
        let over_time =
            share_above_own_mean_over_time(levels, &named, &[day(2), day(3)], 2, 2).unwrap();
        assert!(over_time.iter().all(|d| d.breadth.share == Some(0.5)));
    }
}
