//! Lead and lag, betas, turns and the order of rotation do not know what comes later.
//!
//! Two worlds that are the same through a row and differ after it, in every price, must agree in all
//! that is said of returns and dates up to that row.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::float_cmp)]

mod common;

use common::{Noise, day, panel};
use eventstudy::context::{
    BarAlignment, BetaCut, ClaimedOrder, CrisisRule, GrangerCausality, InformationCriterion,
    LagOrder, LeadLagBootstrap, LeadLagDesign, LocalProjections, PairedReturns, Period,
    ReturnFrequency, Turn, TurnRule, chained_index, cross_correlations, nearest_turn,
    response_lags, turns, up_down_betas,
};
use eventstudy::panel::{PricePanel, PriceSeries, Universe};
use eventstudy::regression::Covariance;
use proptest::prelude::*;

const N_DATES: usize = 420;

/// Prices of `m` in sessions (six days of seven) and of three coins every day.
struct World {
    sessions: PricePanel,
    coins: PricePanel,
}

impl World {
    fn new(seed: u64, future: Option<(usize, u64)>) -> Self {
        let mut rows = common::market_rows(seed, 3, N_DATES);
        if let Some((cut, other)) = future {
            let mut noise = Noise::new(other);
            for (_, prices) in &mut rows {
                for price in &mut prices[cut + 1..] {
                    *price *= 1.0 + 0.5 * noise.next();
                }
            }
        }
        let coins: Vec<(&str, Vec<f64>)> =
            rows[1..].iter().map(|(n, r)| (n.as_str(), r.clone())).collect();
        let traded = rows[0].1.iter().enumerate().filter(|(row, _)| row % 7 != 3);
        let sessions = vec![("m".to_owned(), traded.map(|(row, p)| (day(row), *p)).collect())];
        Self { sessions: PricePanel::from_series(sessions).unwrap(), coins: panel(&coins) }
    }

    fn stress(&self) -> CrisisRule {
        CrisisRule::close_at_least(self.sessions.series("m").unwrap(), 100.0)
    }

    /// The returns that end up to row `cut`.
    fn pairs(
        &self,
        frequency: ReturnFrequency,
        alignment: BarAlignment,
        cut: usize,
    ) -> PairedReturns {
        let design = LeadLagDesign::new(LagOrder::Rows(2), LagOrder::Rows(2));
        let (m, coin) = ((&self.sessions, "m"), (&self.coins, "a0"));
        let all = design.pairs(frequency, alignment, m, coin).unwrap();
        let all = all.without(&self.stress().periods(all.axis()));
        all.within(Period::new(day(0), day(cut)).unwrap()).unwrap()
    }

    fn series(&self, name: &str) -> PriceSeries {
        self.coins.series(name).unwrap()
    }
}

fn known(series: &PriceSeries, cut: usize) -> Vec<u64> {
    let dated = series.axis().dates().iter().zip(series.closes());
    dated.filter(|(date, _)| **date <= day(cut)).map(|(_, close)| close.to_bits()).collect()
}

fn turns_until(series: &PriceSeries, rule: TurnRule, cut: usize) -> Vec<Turn> {
    turns(series, rule).unwrap().into_iter().filter(|turn| turn.date <= day(cut)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(8) })]

    #[test]
    fn lead_and_lag_know_nothing_later(
        seed in 1_u64..1_000_000,
        other in 1_u64..1_000_000,
        cut in 330_usize..N_DATES - 1,
    ) {
        let worlds = [World::new(seed, None), World::new(seed, Some((cut, other)))];
        for frequency in [ReturnFrequency::Session, ReturnFrequency::Weekly] {
            for alignment in BarAlignment::ALL {
                let [a, b] = worlds.each_ref().map(|w| w.pairs(frequency, alignment, cut));
                prop_assert_eq!(a.axis().dates(), b.axis().dates());
                for row in 0..a.axis().len() {
                    prop_assert_eq!(a.values(row), b.values(row));
                }
                let chosen =
                    LagOrder::Chosen { criterion: InformationCriterion::Aic, max: 2 };
                let measured = [&a, &b].map(|pairs| {
                    (
                        cross_correlations(pairs, 2, None).ok(),
                        LeadLagBootstrap::new(2).replicates(9).run(pairs).ok(),
                        GrangerCausality::new(chosen).test(pairs).ok(),
                        LocalProjections::new(2).replicates(9).run(pairs).ok(),
                        up_down_betas(pairs, BetaCut::Mean, &Covariance::Hc3).ok(),
                    )
                });
                prop_assert_eq!(&measured[0], &measured[1]);
            }
        }
    }

    #[test]
    fn turns_orders_and_indices_know_nothing_later(
        seed in 1_u64..1_000_000,
        other in 1_u64..1_000_000,
        cut in 200_usize..N_DATES - 40,
        event in 100_usize..200,
    ) {
        let worlds = [World::new(seed, None), World::new(seed, Some((cut, other)))];
        let rules = [
            TurnRule::AboveMean { length: 30, below: 5 },
            TurnRule::NewHigh { length: 30, quiet: 10 },
        ];
        let order = ClaimedOrder::new([["a0"], ["a1"], ["a2"]]).unwrap();
        for rule in rules {
            let [a, b] = worlds.each_ref().map(|w| {
                ["a0", "a1", "a2"].map(|name| turns_until(&w.series(name), rule, cut))
            });
            prop_assert_eq!(&a, &b);
            // Turns up to the last day that may count for the event: a rotation is known then.
            let after = u32::try_from(cut - event).unwrap();
            let distances = worlds.each_ref().map(|w| {
                let dates = ["a0", "a1", "a2"].map(|name| {
                    let all = turns(&w.series(name), rule).unwrap();
                    (name, nearest_turn(&all, day(event), 100, after).map(|turn| turn.date))
                });
                order.distance(&dates).ok()
            });
            prop_assert_eq!(&distances[0], &distances[1]);
        }
        let universe = Universe::of(["a0", "a1", "a2"]).min_history(20);
        let [a, b] = worlds.each_ref().map(|w| {
            known(&chained_index(&w.coins, &universe, "coins", 2).unwrap(), cut)
        });
        prop_assert!(!a.is_empty());
        prop_assert_eq!(a, b);
        let [a, b] = worlds.each_ref().map(|w| {
            let series = w.series("a0");
            let path = (event + 1..=cut).map(|row| (day(row), series.closes()[row] / 100.0 - 1.0));
            response_lags(&[(day(event), path.collect())], 0.5).unwrap()
        });
        prop_assert_eq!(a, b);
        // A crisis is told from closes on or before the start of a return.
        let axis = common::axis(N_DATES);
        let [a, b] = worlds.each_ref().map(|w| {
            let mut periods = w.stress().periods(&axis);
            periods.retain(|period| period.from() <= day(cut));
            periods
        });
        prop_assert_eq!(a, b);
    }
}
