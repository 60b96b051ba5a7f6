//! Breadth over time, rotation, market quality and regimes know nothing of what came after.
//!
//! Prices, volumes and market values after a date are drawn anew; every measure of that date must
//! keep its bits, and the future must have been another one.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::float_cmp)]

mod common;

use common::{Noise, day, market_rows, panel};
use eventstudy::context::{
    AssetPercentiles, CapitulationRule, HighLowClose, Levels, Period, RotationBalance,
    RotationRule, VolumeUnit, advance_decline_line, altcoin_season_over_time, amihud_illiquidity,
    capitulation, concentration, corwin_schultz_spread, cycle, diffusion, dips, percentile_in_past,
    percentiles_in_past, return_dispersion, rise_from_low, roll_spread, rotation, rotations,
    share_above_own_mean, share_above_own_mean_over_time, time_above_trend, trailing_volatility,
};
use eventstudy::panel::{AssetId, ExcludedAssets, MarketValues, PricePanel, PriceSeries, Universe};
use proptest::prelude::*;

const N_DATES: usize = 700;
const ASSETS: [&str; 6] = ["m", "a0", "a1", "a2", "a3", "a4"];
/// Rows from one snapshot to the next: about a month, so that spans of a month hold one each.
const SNAPSHOTS: usize = 15;

struct World {
    prices: PricePanel,
    /// `a0` with volumes.
    traded: PriceSeries,
    days: Vec<HighLowClose>,
    values: MarketValues,
}

impl World {
    fn new(seed: u64, future: Option<(usize, u64)>) -> Self {
        let mut rows = market_rows(seed, ASSETS.len() - 1, N_DATES);
        let mut noise = Noise::new(seed ^ 0xfeed);
        let mut volumes: Vec<f64> = noise.take(N_DATES, 1.0).iter().map(|v| 2.0 + v).collect();
        let mut snapshots: Vec<(usize, Vec<f64>)> = (0..N_DATES)
            .step_by(SNAPSHOTS)
            .map(|row| (row, noise.take(ASSETS.len(), 1.0)))
            .collect();
        if let Some((cut, other)) = future {
            let mut noise = Noise::new(other);
            for (_, prices) in &mut rows {
                prices[cut + 1..].iter_mut().for_each(|p| *p *= 1.0 + 0.6 * noise.next());
            }
            volumes[cut + 1..].iter_mut().for_each(|v| *v *= 3.0 + noise.next());
            for (_, values) in snapshots.iter_mut().filter(|(row, _)| *row > cut) {
                *values = noise.take(ASSETS.len(), 1.0);
            }
        }
        let values = snapshots.into_iter().flat_map(|(row, values)| {
            let named = ASSETS.iter().zip(values);
            named.map(move |(name, v)| (day(row), (*name).to_owned(), 1.5 + v)).collect::<Vec<_>>()
        });
        let prices = panel(&rows.iter().map(|(n, r)| (n.as_str(), r.clone())).collect::<Vec<_>>());
        let closes = &rows[1].1;
        let days = closes.windows(2).enumerate().map(|(n, pair)| HighLowClose {
            date: day(n + 1),
            high: 1.01 * pair[0].max(pair[1]),
            low: 0.99 * pair[0].min(pair[1]),
            close: pair[1],
        });
        Self {
            traded: prices.series("a0").unwrap().with_volumes(volumes).unwrap(),
            days: days.collect(),
            values: MarketValues::new(values).unwrap(),
            prices,
        }
    }

    /// Every measure of the date of a row, written out with all its figures.
    fn measures(&self, row: usize) -> Vec<String> {
        let date = day(row);
        let levels = Levels::new(&self.prices, 2);
        let benchmark = self.prices.asset("m").unwrap();
        let assets: Vec<AssetId> = self.prices.assets().collect();
        let top = Universe::top(4, self.values.clone()).unwrap().min_history(30);
        let period = Period::new(day(row - 120), date).unwrap();
        let none = ExcludedAssets::default();
        let dates = [day(row - 9), date];
        let flows =
            RotationRule { n: 3, history_months: 6, min_history: 3, ..RotationRule::default() };
        let rule = CapitulationRule {
            high_rows: 60,
            depth: 0.02,
            return_rows: 60,
            return_share: 0.3,
            volume_rows: 20,
            volume_multiple: 1.01,
            ..CapitulationRule::default()
        };
        let upto = |dated: Vec<(chrono::NaiveDate, f64)>| -> Vec<_> {
            dated.into_iter().filter(|(d, _)| *d <= date).collect()
        };
        let volatility = trailing_volatility(&self.traded, 20).unwrap();
        let all_rotations = rotations(&self.values, &none, &flows, 40).unwrap();
        let amihud = amihud_illiquidity(&self.traded, VolumeUnit::Money, 20, 10).unwrap();
        let roll = roll_spread(&self.traded, 20).unwrap();
        let range = corwin_schultz_spread("a0", &self.days).unwrap();
        let ranked = percentiles_in_past(&volatility, 50).unwrap();
        let all = AssetPercentiles::new(&self.prices, 50, |s| trailing_volatility(s, 20)).unwrap();
        vec![
            format!("{:?}", altcoin_season_over_time(levels, &top, benchmark, &dates).unwrap()),
            format!("{:?}", advance_decline_line(levels, &top, period).unwrap()),
            format!("{:?}", diffusion(levels, &assets, day(row - 30), date).unwrap()),
            format!("{:?}", share_above_own_mean(levels, &assets, date, 50, 40).unwrap()),
            format!("{:?}", share_above_own_mean_over_time(levels, &top, &dates, 50, 40).unwrap()),
            format!("{:?}", return_dispersion(levels, &assets, period).unwrap()),
            format!("{:?}", concentration(&self.values, &none, date, 40).unwrap()),
            format!("{:?}", rotation(&self.values, &none, &flows, date, 40).unwrap()),
            format!("{:?}", RotationBalance::over(&all_rotations, period)),
            format!("{:?}", capitulation(&self.traded, &rule, date, 90, 5, 0).unwrap()),
            format!("{:?}", rise_from_low(&self.traded, date, 90, 0).unwrap()),
            format!("{:?}", amihud.iter().filter(|i| i.date <= date).collect::<Vec<_>>()),
            format!("{:?}", roll.iter().filter(|s| s.date <= date).collect::<Vec<_>>()),
            format!("{:?}", range.iter().filter(|s| s.date <= date).collect::<Vec<_>>()),
            format!("{:?}", percentile_in_past(&volatility, date, 50, 0).unwrap()),
            format!("{:?}", upto(ranked.iter().map(|p| (p.date, p.percentile)).collect())),
            format!("{:?}", cycle(&self.traded, day(row - 120), 0.2, date).unwrap()),
            format!("{:?}", time_above_trend(&self.traded, period, 50).unwrap()),
            format!("{:?}", all.mean(&assets, date, 0)),
            format!("{:?}", dips(&self.traded, period, 0.05).unwrap()),
        ]
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(24) })]

    #[test]
    fn nothing_after_the_date_is_read(
        seed in 1_u64..1_000_000, other in 1_u64..1_000_000, cut in 500_usize..620,
    ) {
        let [past, changed] = [None, Some((cut, other))].map(|future| World::new(seed, future));
        for row in [cut - 20, cut] {
            for (a, b) in past.measures(row).iter().zip(changed.measures(row)) {
                prop_assert_eq!(a, &b);
            }
        }
        // The future was another one: past the cut every measure that takes in a month differs.
        let same = past.measures(cut + 70).into_iter().zip(changed.measures(cut + 70));
        let same: Vec<usize> =
            same.enumerate().filter(|(_, (a, b))| a == b).map(|(k, _)| k).collect();
        // A share of six assets, or a rank among 50, can come out alike.
        prop_assert!(same.iter().all(|k| [0, 3, 4, 8, 9, 10, 14, 16, 17].contains(k)), "{:?}", same);
        prop_assert!(same.len() <= 5, "{:?}", same);
    }
}
