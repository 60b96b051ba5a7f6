//! Random markets and random strategies: holes, late listings, delistings, a gappy calendar, signals
//! that overlap, every rule.
#![allow(dead_code)] // every test uses another part

use chrono::{Datelike, NaiveDate, Weekday};
use eventstudy::backtest::{
    BacktestData, CashRates, Costs, Delisting, ExitRules, FundingBase, Known, Overlap, Signal,
    Signals, Strategy, Weights,
};
use eventstudy::panel::{
    AssetEnds, ExcludedAssets, MarketValues, PriceEnd, PricePanel, PriceSeries, Universe,
    VolumePanel,
};
use eventstudy::time::DateAxis;
use ndarray::Array2;
use proptest::prelude::*;

use crate::common::{Noise, compound, day};

pub(crate) const N_DAYS: usize = 240;
const ASSETS: usize = 5;

/// What a market is drawn from.
#[derive(Debug, Clone)]
pub(crate) struct World {
    pub(crate) seed: u64,
    /// Share of prices that are missing.
    pub(crate) holes: f64,
    /// Share of days that the calendar lacks.
    pub(crate) closed: f64,
    /// Everything dated after this day is drawn from another seed.
    pub(crate) cut: Option<(usize, u64)>,
}

impl World {
    fn names() -> Vec<String> {
        (0..ASSETS).map(|k| format!("a{k}")).collect()
    }

    /// A path of which what comes after the cut is drawn anew.
    fn path(&self, salt: u64, scale: f64) -> Vec<f64> {
        let mut returns = Noise::new(self.seed ^ (salt << 20)).take(N_DAYS - 1, scale);
        if let Some((cut, other)) = self.cut {
            let fresh = Noise::new(other ^ (salt << 20)).take(N_DAYS, scale);
            for (row, new) in fresh.into_iter().enumerate().skip(cut).take(N_DAYS - 1 - cut) {
                returns[row] = new;
            }
        }
        compound(&returns)
    }

    fn days(&self) -> Vec<usize> {
        let mut noise = Noise::new(self.seed ^ 0xca1e);
        (0..N_DAYS).filter(|row| noise.next() > 2.0 * self.closed - 1.0 || *row == 0).collect()
    }

    /// Which prices there are is the same in both futures but for the delistings after the cut.
    pub(crate) fn prices(&self) -> PricePanel {
        let days = self.days();
        let axis = DateAxis::new(days.iter().map(|row| day(*row)).collect()).unwrap();
        let mut values = Array2::from_elem((ASSETS, days.len()), f64::NAN);
        for asset in 0..ASSETS {
            let path = self.path(asset as u64 + 1, 0.06);
            let mut noise = Noise::new(self.seed ^ (asset as u64 + 77));
            let listed = if asset == 3 { 60 } else { 0 };
            let dead = match asset {
                1 => 90 + (self.seed % 60) as usize,
                2 => 150 + (self.seed % 40) as usize,
                _ => N_DAYS,
            };
            let dead = match self.cut {
                Some((cut, other)) if dead > cut => dead.min(cut + 1 + (other % 60) as usize),
                _ => dead,
            };
            for (t, row) in days.iter().enumerate() {
                let missing = noise.next() < 2.0 * self.holes - 1.0;
                if *row >= listed && *row < dead && !missing {
                    values[[asset, t]] = path[*row];
                }
            }
        }
        PricePanel::new(axis, Self::names(), values).unwrap()
    }

    pub(crate) fn trigger(&self) -> PriceSeries {
        let path = self.path(50, 0.02);
        let weekend = |row: &usize| matches!(day(*row).weekday(), Weekday::Sat | Weekday::Sun);
        let closes = (0..N_DAYS).filter(|row| !weekend(row)).map(|row| (day(row), path[row]));
        PriceSeries::from_closes("trigger", closes.collect()).unwrap()
    }

    fn volumes(&self) -> VolumePanel {
        let axis = DateAxis::new((0..N_DAYS).map(day).collect()).unwrap();
        let n = ASSETS - 1;
        let mut values = Array2::from_elem((n, N_DAYS), 0.0);
        for asset in 0..n {
            for (row, level) in self.path(asset as u64 + 60, 0.1).into_iter().enumerate() {
                values[[asset, row]] = if row % 11 == 3 { f64::NAN } else { level };
            }
        }
        VolumePanel::new(axis, Self::names()[..n].to_vec(), values).unwrap()
    }

    /// Asset 1 died on a day that its prices may not reach, of asset 2 the source ends, of the others
    /// nothing is said. The same in both futures.
    fn ends(&self) -> AssetEnds {
        let row = |asset: u64| 80 + ((self.seed >> asset) % 70) as usize;
        let ends = [("a1", row(1), PriceEnd::Death), ("a2", N_DAYS - 1, PriceEnd::Source)];
        AssetEnds::new(ends.map(|(name, row, end)| (name.to_owned(), day(row), end))).unwrap()
    }

    fn cash(&self) -> CashRates {
        let path = self.path(80, 0.05);
        CashRates::new((5..N_DAYS).step_by(7).map(|r| (day(r), path[r] / 2_000.0)).collect())
            .unwrap()
    }

    fn market_values(&self) -> MarketValues {
        let snapshots = (0..N_DAYS).step_by(20).flat_map(|row| {
            let value =
                move |asset: usize| self.path(asset as u64 + 90, 0.1)[row.saturating_sub(1)];
            Self::names().into_iter().enumerate().map(move |(k, name)| (day(row), name, value(k)))
        });
        MarketValues::new(snapshots).unwrap()
    }

    pub(crate) fn universe(&self, top: bool) -> Universe {
        if top {
            let excluded = ExcludedAssets::default().with("a4", "left out");
            Universe::top(3, self.market_values()).unwrap().excluding(excluded).min_history(10)
        } else {
            Universe::of(Self::names())
        }
    }

    pub(crate) fn data(&self) -> BacktestData {
        BacktestData::new(self.prices())
            .with_trigger(self.trigger())
            .with_volumes(self.volumes())
            .with_cash(self.cash())
            .with_asset_ends(self.ends())
    }
}

pub(crate) fn world() -> impl Strategy2<Value = World> {
    (any::<u64>(), prop_oneof![Just(0.0), 0.0..0.3], prop_oneof![Just(0.0), 0.0..0.3])
        .prop_map(|(seed, holes, closed)| World { seed, holes, closed, cut: None })
}

/// The trait of proptest, whose name is taken.
pub(crate) use proptest::strategy::Strategy as Strategy2;

fn weights() -> impl Strategy2<Value = Weights> {
    let given = |a: f64, b: f64, c: f64| {
        Weights::Given(vec![("a0".to_owned(), a), ("a1".to_owned(), b), ("a3".to_owned(), c)])
    };
    prop_oneof![
        Just(Weights::Equal),
        Just(Weights::MarketValue),
        (4_usize..30).prop_map(|rows| Weights::InverseVolatility { rows }),
        (0.1..2.0, 0.0..2.0, 0.0..2.0).prop_map(move |(a, b, c)| given(a, b, c)),
    ]
}

fn exits() -> impl Strategy2<Value = ExitRules> {
    (
        prop::option::of(1_u32..4),
        prop::option::of(0.02..0.5),
        any::<bool>(),
        prop::option::of(2_usize..30),
    )
        .prop_map(|(months, stop, level, mean)| {
            let mut rules = ExitRules::new();
            rules = months.map_or(rules, |n| rules.months(n));
            rules = stop.map_or(rules, |share| rules.trailing_stop(share));
            rules = if level { rules.below_level() } else { rules };
            mean.map_or(rules, |n| rules.below_mean(n))
        })
}

fn costs() -> impl Strategy2<Value = Costs> {
    (
        0.0..0.01,
        0.0..0.01,
        prop::option::of(0.0..2.0),
        prop::option::of(0.001..0.5),
        prop_oneof![Just(0.0), 0.0..0.003],
        prop_oneof![Just(FundingBase::Loan), Just(FundingBase::Notional)],
    )
        .prop_map(|(fee, spread, impact, limit, funding, base)| {
            let mut costs = Costs::new().fee(fee).half_spread(spread);
            costs = costs.funding_per_day(funding).funding_base(base);
            costs = impact.map_or(costs, |c| costs.impact(c));
            limit.map_or(costs, |share| costs.max_participation(share))
        })
}

fn overlap() -> impl Strategy2<Value = Overlap> {
    prop_oneof![
        Just(Overlap::Ignore),
        Just(Overlap::Extend),
        (1_usize..4).prop_map(|most| Overlap::Pyramid { most }),
    ]
}

/// Everything of a strategy but its universe.
#[derive(Debug, Clone)]
pub(crate) struct Rules {
    weights: Weights,
    exits: ExitRules,
    costs: Costs,
    overlap: Overlap,
    exposure: f64,
    delisting: Delisting,
    lag: u32,
    capital: f64,
    top: bool,
}

impl Rules {
    pub(crate) fn strategy(&self, world: &World) -> Strategy {
        Strategy::new(world.universe(self.top || self.weights == Weights::MarketValue))
            .weights(self.weights.clone())
            .exits(self.exits)
            .costs(self.costs)
            .overlap(self.overlap)
            .exposure(self.exposure)
            .delisting(self.delisting)
            .lag_days(self.lag)
            .capital(self.capital)
    }
}

pub(crate) fn rules() -> impl Strategy2<Value = Rules> {
    let exposure = prop_oneof![Just(1.0), Just(0.5), Just(2.0), Just(-1.0), Just(-0.4)];
    let haircut = || prop_oneof![Just(0.0), 0.0..=1.0];
    let delisting = (0_u32..9, haircut(), haircut()).prop_map(|(days, haircut, source_haircut)| {
        Delisting { max_stale_days: days, haircut, source_haircut }
    });
    let capital = prop_oneof![Just(1.0), 1.0..1e4];
    (weights(), exits(), costs(), overlap(), exposure, delisting, 0_u32..6, capital, any::<bool>())
        .prop_map(|(weights, exits, costs, overlap, exposure, delisting, lag, capital, top)| {
            Rules { weights, exits, costs, overlap, exposure, delisting, lag, capital, top }
        })
}

/// Signals on some days, known early or late, some with a level near the trigger's close.
pub(crate) fn signals(world: &World, drawn: &[(usize, bool, Option<f64>)]) -> Signals {
    let trigger = world.trigger();
    let mut drawn = drawn.to_vec();
    drawn.sort_by_key(|(row, ..)| *row);
    drawn.dedup_by_key(|(row, ..)| *row);
    let one = |(row, late, level): (usize, bool, Option<f64>)| {
        let date: NaiveDate = day(row);
        let known = if late { Known::AtClose } else { Known::BeforeClose };
        let close = trigger.axis().last_on_or_before(date).map(|s| trigger.closes()[s]);
        Signal { date, known, level: level.zip(close).map(|(share, close)| share * close) }
    };
    Signals::new(drawn.into_iter().map(one).collect()).unwrap()
}

pub(crate) fn drawn() -> impl Strategy2<Value = Vec<(usize, bool, Option<f64>)>> {
    prop::collection::vec((0..N_DAYS, any::<bool>(), prop::option::of(0.9..1.02)), 0..12)
}
