//! What is said of relative strength and liquidity on a date does not depend on what came after it.
//!
//! Prices dated after the date, and releases that became public after it whatever day they are of, are
//! drawn anew; nothing that was knowable may change.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::float_cmp)]

mod common;

use chrono::{Days, NaiveDate};
use common::{Noise, compound, day};
use eventstudy::context::{
    ConditionSplit, LeadRule, NetLiquidity, RelativeStrength, RelativeStrengthOn, monthly_slope,
};
use eventstudy::panel::{PriceSeries, Release, ReleasedSeries};
use proptest::prelude::*;

const N_DATES: usize = 900;
const SESSIONS: [usize; 3] = [21, 63, 126];

fn prices(name: &str, seed: u64, future: Option<(usize, u64)>) -> PriceSeries {
    let mut closes = compound(&Noise::new(seed).take(N_DATES - 1, 0.03));
    if let Some((cut, other)) = future {
        let mut noise = Noise::new(other);
        for close in &mut closes[cut + 1..] {
            *close *= 1.0 + 0.5 * noise.next();
        }
    }
    // One calendar of sessions has holes.
    let dated = closes.into_iter().enumerate().filter(|(row, _)| name == "a" || row % 11 != 5);
    PriceSeries::from_closes(name, dated.map(|(row, close)| (day(row), close)).collect()).unwrap()
}

/// A figure every `step` days, public `lag` days later and revised once, `lag` days after that.
fn released(seed: u64, step: usize, lag: u64, future: Option<(usize, u64)>) -> ReleasedSeries {
    let mut noise = Noise::new(seed);
    let mut releases = Vec::new();
    for row in (0..N_DATES).step_by(step) {
        for times in [1, 2] {
            let known = day(row) + Days::new(lag * times);
            releases.push(Release { observed: day(row), known, value: 100.0 + 5.0 * noise.next() });
        }
    }
    if let Some((cut, other)) = future {
        let mut noise = Noise::new(other);
        for release in releases.iter_mut().filter(|r| r.known > day(cut)) {
            release.value = 100.0 + 50.0 * noise.next();
        }
    }
    ReleasedSeries::new(format!("every {step}"), releases).unwrap()
}

fn liquidity(seed: u64, future: Option<(usize, u64)>) -> NetLiquidity {
    let [a, t, r] = [(7, 1), (7, 2), (1, 1)];
    NetLiquidity::new(
        released(seed, a.0, a.1, future).scaled(10.0).unwrap(),
        released(seed + 1, t.0, t.1, future),
        released(seed + 2, r.0, r.1, future),
    )
}

fn strength(seed: u64, future: Option<(usize, u64)>) -> RelativeStrength {
    let index = prices("b", seed + 9, future.map(|(cut, other)| (cut, other + 1)));
    RelativeStrength::of(&prices("a", seed, future), &index).unwrap()
}

fn leads(strength: &RelativeStrength, date: NaiveDate) -> Vec<bool> {
    let rules = SESSIONS.into_iter().flat_map(|sessions| {
        [
            LeadRule::Return { sessions },
            LeadRule::NewHigh { sessions },
            LeadRule::Slope { sessions },
        ]
    });
    rules.map(|rule| rule.holds(strength, date).unwrap()).collect()
}

fn figures(strength: &RelativeStrength, date: NaiveDate) -> Vec<RelativeStrengthOn> {
    SESSIONS.map(|sessions| strength.on(date, sessions).unwrap()).to_vec()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn relative_strength(seed in 1_u64..1_000, other in 1_001_u64..2_000, cut in 200_usize..880) {
        let (before, after) = (strength(seed, None), strength(seed, Some((cut, other))));
        for date in [day(cut), day(cut - 1), day(cut - 60)] {
            prop_assert_eq!(figures(&before, date), figures(&after, date));
            prop_assert_eq!(leads(&before, date), leads(&after, date));
        }
        // The disturbance is one.
        prop_assert_ne!(figures(&before, day(cut + 2)), figures(&after, day(cut + 2)));
        let dates: Vec<NaiveDate> = (0..=cut).step_by(7).map(day).collect();
        let split = |strength: &RelativeStrength| {
            ConditionSplit::of(&dates, |date| LeadRule::Return { sessions: 63 }.holds(strength, date))
        };
        prop_assert_eq!(split(&before).unwrap(), split(&after).unwrap());
    }

    #[test]
    fn net_liquidity(seed in 1_u64..1_000, other in 1_001_u64..2_000, cut in 750_usize..880) {
        let (before, after) = (liquidity(seed, None), liquidity(seed, Some((cut, other))));
        for date in [day(cut), day(cut - 3), day(cut - 30)] {
            prop_assert_eq!(before.known_on(date).unwrap(), after.known_on(date).unwrap());
            for weeks in [1, 4, 13, 52] {
                let [a, b] = [&before, &after].map(|l| l.change(date, weeks).unwrap());
                prop_assert_eq!(a, b);
                prop_assert_eq!(a.regime(), b.regime());
            }
            let [a, b] = [None, Some((cut, other))]
                .map(|future| released(seed, 7, 5, future).change_as_known_on(date, 91, 12).unwrap());
            prop_assert_eq!(a, b);
            let [a, b] = [&before, &after].map(|l| l.tercile(date, 13, 104).unwrap());
            prop_assert_eq!(a, b);
        }
        let later = day(cut + 9);
        prop_assert_ne!(before.change(later, 13).unwrap(), after.change(later, 13).unwrap());
    }

    #[test]
    fn months_that_are_over(seed in 1_u64..1_000, other in 1_001_u64..2_000, cut in 750_usize..820) {
        let mut noise = Noise::new(seed + 77);
        let responses: Vec<(NaiveDate, f64)> =
            (0..=cut + 70).map(|row| (day(row), noise.next())).collect();
        let slope = |liquidity: &NetLiquidity, through: usize| {
            let known = &responses[..=through];
            monthly_slope(known, |date| Ok(liquidity.change(date, 13)?.relative())).unwrap()
        };
        let (before, after) = (liquidity(seed, None), liquidity(seed, Some((cut, other))));
        prop_assert_eq!(slope(&before, cut), slope(&after, cut));
        // Two months on, liquidity that was not known then counts.
        prop_assert_ne!(slope(&before, cut + 70), slope(&after, cut + 70));
    }
}
