//! Measures of a condition on a date: relative strength, liquidity, percentiles, and what followed.

use chrono::NaiveDate;
use eventstudy::context::{
    AssetPercentiles, ConditionSplit, LeadRule, RelativeStrength, monthly_slope, percentile_among,
    percentile_in_past, percentiles_in_past, trailing_volatility,
};

use super::common::day;
use super::world::World;
use super::{AT_ONCE, Measure, WITHIN_A_FORTNIGHT, WITHIN_A_QUARTER, WITHIN_A_WEEK};

/// Days over which a response is measured.
const RESPONSE: usize = 30;

fn strength(world: &World) -> RelativeStrength {
    let index = world.prices.series("a1").unwrap();
    RelativeStrength::of(&world.sessions.series("m").unwrap(), &index).unwrap()
}

fn lead_rules() -> [LeadRule; 3] {
    let sessions = 42;
    [LeadRule::Return { sessions }, LeadRule::NewHigh { sessions }, LeadRule::Slope { sessions }]
}

fn volatility(world: &World) -> Vec<(NaiveDate, f64)> {
    trailing_volatility(&world.traded, 20).unwrap()
}

/// What `a0` earned after each date whose response is over by the date of the row.
fn responses(world: &World, row: usize) -> Vec<(NaiveDate, f64)> {
    let closes = world.traded.closes();
    let starts = 100..=row - RESPONSE;
    starts.map(|start| (day(start), closes[start + RESPONSE] / closes[start] - 1.0)).collect()
}

fn split(world: &World, dates: &[NaiveDate]) -> ConditionSplit {
    let strength = strength(world);
    ConditionSplit::of(dates, |date| lead_rules()[0].holds(&strength, date)).unwrap()
}

#[allow(clippy::too_many_lines)] // a table
pub(crate) fn measures() -> Vec<Measure> {
    vec![
        Measure {
            names: &["RelativeStrength::of", "RelativeStrength::axis", "RelativeStrength::ratio"],
            shows_after: WITHIN_A_WEEK,
            as_of: |w, row| {
                let strength = strength(w);
                let dated = strength.axis().dates().iter().zip(strength.ratio());
                let known: Vec<_> = dated.filter(|(date, _)| **date <= day(row)).collect();
                assert!(known.len() > 500);
                format!("{known:?}")
            },
        },
        Measure {
            names: &["RelativeStrength::on"],
            shows_after: WITHIN_A_WEEK,
            as_of: |w, row| format!("{:?}", strength(w).on(day(row), 42).unwrap()),
        },
        Measure {
            names: &["LeadRule::holds"],
            shows_after: &[1, 2, 3, 5, 8, 13, 20, 30, 40, 50, 60, 70, 80],
            as_of: |w, row| {
                let strength = strength(w);
                format!("{:?}", lead_rules().map(|rule| rule.holds(&strength, day(row)).unwrap()))
            },
        },
        Measure {
            names: &["ConditionSplit::of"],
            shows_after: WITHIN_A_QUARTER,
            as_of: |w, row| {
                let dates: Vec<_> = (100..=row).map(day).collect();
                let found = split(w, &dates);
                assert!(!found.with.is_empty() && !found.without.is_empty());
                format!("{found:?}")
            },
        },
        Measure {
            names: &["ConditionSplit::labelled"],
            shows_after: AT_ONCE,
            as_of: |w, row| {
                let responses = responses(w, row);
                let dates: Vec<_> = responses.iter().map(|(date, _)| *date).collect();
                let (values, labels) = split(w, &dates).labelled(&responses);
                assert!(values.len() > 500);
                format!("{values:?} {labels:?}")
            },
        },
        Measure {
            names: &["NetLiquidity::known_on"],
            shows_after: WITHIN_A_FORTNIGHT,
            as_of: |w, row| format!("{:?}", w.liquidity.known_on(day(row)).unwrap()),
        },
        Measure {
            names: &["NetLiquidity::change"],
            shows_after: WITHIN_A_FORTNIGHT,
            as_of: |w, row| {
                let found = [1, 4, 13, 52].map(|n| w.liquidity.change(day(row), n).unwrap());
                format!("{found:?}")
            },
        },
        Measure {
            names: &["NetLiquidity::tercile"],
            shows_after: WITHIN_A_FORTNIGHT,
            as_of: |w, row| format!("{:?}", w.liquidity.tercile(day(row), 13, 80).unwrap()),
        },
        Measure {
            names: &["monthly_slope"],
            shows_after: WITHIN_A_QUARTER,
            as_of: |w, row| {
                let measure = |date| Ok(w.liquidity.change(date, 4)?.relative());
                format!("{:?}", monthly_slope(&responses(w, row), measure).unwrap())
            },
        },
        Measure {
            names: &["percentile_among"],
            shows_after: WITHIN_A_QUARTER,
            as_of: |w, row| {
                let mut known = volatility(w);
                known.retain(|(date, _)| *date <= day(row));
                let (_, now) = known.pop().unwrap();
                let past: Vec<f64> = known.into_iter().map(|(_, value)| value).collect();
                format!("{:?}", percentile_among(&past, now).unwrap())
            },
        },
        Measure {
            names: &["percentile_in_past"],
            shows_after: AT_ONCE,
            as_of: |w, row| {
                format!("{:?}", percentile_in_past(&volatility(w), day(row), 50, 0).unwrap())
            },
        },
        Measure {
            names: &["percentiles_in_past"],
            shows_after: AT_ONCE,
            as_of: |w, row| {
                let mut found = percentiles_in_past(&volatility(w), 50).unwrap();
                found.retain(|p| p.date <= day(row));
                assert!(found.len() > 500);
                format!("{found:?}")
            },
        },
        Measure {
            names: &["AssetPercentiles::new", "AssetPercentiles::on", "AssetPercentiles::mean"],
            shows_after: AT_ONCE,
            as_of: |w, row| {
                let all = AssetPercentiles::new(&w.prices, 50, |s| trailing_volatility(s, 20));
                let all = all.unwrap();
                let mean = all.mean(&w.assets(), day(row), 0);
                assert_eq!(mean.n_assets, 7);
                format!("{:?} {mean:?}", all.on(w.id("a2"), day(row), 0).unwrap())
            },
        },
    ]
}
