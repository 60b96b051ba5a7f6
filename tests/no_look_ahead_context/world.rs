//! A made-up market of which everything after a date may be another.

use chrono::{Datelike, Days, Weekday};
use eventstudy::context::{CrisisRule, HighLowClose, Levels, NetLiquidity, Period};
use eventstudy::panel::{
    AssetId, MarketValues, PricePanel, PriceSeries, Release, ReleasedSeries, Universe,
};

use super::common::{Noise, day, market_rows, panel};

const N_DATES: usize = 900;
const N_ASSETS: usize = 6;
/// Rows from one snapshot of market values to the next: about half a month.
const SNAPSHOTS: usize = 15;

/// The last rows that are as they were.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Future {
    /// Of what trades in sessions.
    pub(crate) sessions_after: usize,
    /// Of all else.
    pub(crate) every_day_after: usize,
}

impl Future {
    pub(crate) fn after(row: usize) -> Self {
        Self { sessions_after: row, every_day_after: row }
    }
}

pub(crate) struct World {
    /// `m` and `a0` to `a5`, every day.
    pub(crate) prices: PricePanel,
    /// `m` in sessions: six days of seven, and some Fridays are holidays.
    pub(crate) sessions: PricePanel,
    /// `a0` with volumes.
    pub(crate) traded: PriceSeries,
    /// Its days with their range.
    pub(crate) days: Vec<HighLowClose>,
    pub(crate) values: MarketValues,
    pub(crate) liquidity: NetLiquidity,
    /// An index of fear between 10 and 30, no day like the one before.
    fear: PriceSeries,
}

impl World {
    pub(crate) fn new(seed: u64, future: Option<Future>) -> Self {
        let mut noise = Noise::new(seed ^ 0xfeed);
        let mut other = Noise::new(seed ^ 0xabcd_ef01);
        let cut = future.map_or(N_DATES, |f| f.every_day_after);
        let mut rows = market_rows(seed, N_ASSETS, N_DATES);
        let trades = |row: &usize| {
            let date = day(*row);
            date.weekday() != Weekday::Sun && row % 63 != 1
        };
        let mut sessions: Vec<_> =
            (0..N_DATES).filter(trades).map(|row| (day(row), rows[0].1[row])).collect();
        let last_session = future.map_or(N_DATES, |f| f.sessions_after);
        for (date, price) in &mut sessions {
            if *date > day(last_session) {
                *price *= 1.0 + 0.6 * other.next();
            }
        }
        for (_, prices) in &mut rows {
            let later = prices.iter_mut().skip(cut + 1);
            later.for_each(|price| *price *= 1.0 + 0.6 * other.next());
        }
        let mut volumes: Vec<f64> = noise.take(N_DATES, 1.0).iter().map(|v| 2.0 + v).collect();
        volumes.iter_mut().skip(cut + 1).for_each(|v| *v *= 3.0 + other.next());
        let mut fear = noise.take(N_DATES, 10.0);
        fear.iter_mut().skip(cut + 1).for_each(|f| *f = 10.0 * other.next());
        let fear = fear.iter().enumerate().map(|(row, f)| (day(row), 20.0 + f)).collect();
        let prices = panel(&rows.iter().map(|(n, r)| (n.as_str(), r.clone())).collect::<Vec<_>>());
        let days = rows[1].1.windows(2).enumerate().map(|(n, pair)| HighLowClose {
            date: day(n + 1),
            high: 1.01 * pair[0].max(pair[1]),
            low: 0.99 * pair[0].min(pair[1]),
            close: pair[1],
        });
        Self {
            sessions: PricePanel::from_series(vec![("m".to_owned(), sessions)]).unwrap(),
            traded: prices.series("a0").unwrap().with_volumes(volumes).unwrap(),
            days: days.collect(),
            fear: PriceSeries::from_closes("fear", fear).unwrap(),
            values: values(&prices, [&mut noise, &mut other], cut),
            liquidity: NetLiquidity::new(
                released("assets", [&mut noise, &mut other], 7, 1, cut).scaled(10.0).unwrap(),
                released("account", [&mut noise, &mut other], 7, 2, cut),
                released("repos", [&mut noise, &mut other], 1, 1, cut),
            ),
            prices,
        }
    }

    pub(crate) fn levels(&self) -> Levels<'_> {
        Levels::new(&self.prices, 2)
    }

    pub(crate) fn id(&self, name: &str) -> AssetId {
        self.prices.asset(name).unwrap()
    }

    pub(crate) fn assets(&self) -> Vec<AssetId> {
        self.prices.assets().collect()
    }

    pub(crate) fn top(&self) -> Universe {
        Universe::top(4, self.values.clone()).unwrap().min_history(30)
    }

    /// A rule for crises that a fifth of the days fulfil.
    pub(crate) fn stress(&self) -> CrisisRule {
        CrisisRule::close_at_least(self.fear.clone(), 26.0)
    }
}

/// The days after row `row - n` through `row`.
pub(crate) fn last(n: usize, row: usize) -> Period {
    Period::new(day(row - n), day(row)).unwrap()
}

fn values(prices: &PricePanel, [noise, other]: [&mut Noise; 2], cut: usize) -> MarketValues {
    let mut rows = Vec::new();
    for row in (0..N_DATES).step_by(SNAPSHOTS) {
        let drawn = noise.take(prices.names().len(), 1.0);
        let drawn = if row > cut { other.take(drawn.len(), 1.0) } else { drawn };
        let named = prices.names().iter().zip(drawn);
        rows.extend(named.map(|(name, v)| (day(row), name.clone(), 1.5 + v)));
    }
    MarketValues::new(rows).unwrap()
}

/// A figure every `step` days, public `lag` days later and revised once, `lag` days after that.
fn released(
    name: &str,
    [noise, other]: [&mut Noise; 2],
    step: usize,
    lag: u64,
    cut: usize,
) -> ReleasedSeries {
    let mut releases = Vec::new();
    for row in (0..N_DATES).step_by(step) {
        for times in [1, 2] {
            let known = day(row) + Days::new(lag * times);
            let drawn = 100.0 + 5.0 * noise.next();
            let later = known > day(cut);
            let value = if later { 100.0 + 50.0 * other.next() } else { drawn };
            releases.push(Release { observed: day(row), known, value });
        }
    }
    ReleasedSeries::new(name, releases).unwrap()
}
