use proptest::prelude::*;

use super::*;
use crate::panel::Release;

fn day(n: u64) -> NaiveDate {
    // A Wednesday.
    NaiveDate::from_ymd_opt(2014, 1, 1).unwrap() + Days::new(n)
}

/// Weekly values, public the day after.
fn weekly(name: &str, values: &[f64]) -> ReleasedSeries {
    let release = |(week, value): (usize, &f64)| {
        let observed = day(7 * week as u64);
        Release { observed, known: observed + Days::new(1), value: *value }
    };
    ReleasedSeries::new(name, values.iter().enumerate().map(release).collect()).unwrap()
}

/// Daily values, public at once.
fn daily(name: &str, values: &[f64]) -> ReleasedSeries {
    let release = |(n, value): (usize, &f64)| {
        let observed = day(n as u64);
        Release { observed, known: observed, value: *value }
    };
    ReleasedSeries::new(name, values.iter().enumerate().map(release).collect()).unwrap()
}

fn example() -> NetLiquidity {
    let assets: Vec<f64> = (0..80).map(|w| 4_000.0 + 10.0 * f64::from(w)).collect();
    let treasury: Vec<f64> = (0..80).map(|w| 300.0 - f64::from(w)).collect();
    let repos: Vec<f64> = (0..560).map(f64::from).collect();
    NetLiquidity::new(weekly("A", &assets), weekly("T", &treasury), daily("R", &repos))
}

#[test]
fn the_parts_are_of_the_last_week_that_is_public() {
    let liquidity = example();
    let week = |n| liquidity.known_on(day(n)).unwrap().week;
    // Week 10 is of day 70 and public on day 71.
    assert_eq!((week(70), week(71), week(77), week(78)), (day(63), day(70), day(70), day(77)));
    let level = liquidity.known_on(day(77)).unwrap();
    assert_eq!((level.assets, level.treasury_account, level.reverse_repo), (4_100.0, 290.0, 70.0));
    assert_eq!(level.net(), 3_740.0);
    let change = liquidity.change(day(77), 4).unwrap();
    assert_eq!(change.from.week, day(42));
    assert_eq!((change.assets(), change.treasury_account()), (40.0, -4.0));
    assert_eq!((change.reverse_repo(), change.net()), (28.0, 16.0));
    assert_eq!(change.relative(), 16.0 / 3_724.0);
    assert_eq!(change.regime(), LiquidityRegime::Rising);
    let back = LiquidityChange { from: change.to, to: change.from };
    assert_eq!(back.regime(), LiquidityRegime::Falling);
    let still = LiquidityChange { from: change.to, to: change.to };
    assert_eq!(
        (still.regime(), still.regime().to_string()),
        (LiquidityRegime::Falling, "falling".to_owned())
    );
}

#[test]
fn a_stale_series_is_an_error() {
    let liquidity = example();
    // The last week, 79, is of day 553.
    assert_eq!(liquidity.known_on(day(563)).unwrap().week, day(553));
    let text = liquidity.known_on(day(564)).unwrap_err().to_string();
    assert_eq!(text, "A, as public on 2015-07-19, has no value in the 10 days up to 2015-07-19");
    assert!(matches!(liquidity.change(day(30), 13), Err(Error::NoLevel { .. })));
    assert!(matches!(liquidity.change(day(300), 0), Err(Error::Setting { .. })));
    let short = NetLiquidity { reverse_repo: daily("R", &[1.0]), ..liquidity };
    assert!(short.known_on(day(100)).unwrap_err().to_string().starts_with("R, as public on"));
}

#[test]
fn terciles_of_changes_by_hand() {
    // Changes of one week are 1, 2, …, 69 times the same share, so each new one is the highest.
    let mut values = vec![1_000.0];
    for k in 1..70 {
        values.push(values[k - 1] * (1.0 + 1e-4 * k as f64));
    }
    let zero = vec![0.0; 70];
    let liquidity = NetLiquidity::new(weekly("A", &values), weekly("T", &zero), weekly("R", &zero));
    let found = liquidity.tercile(day(7 * 69 + 1), 1, 260).unwrap();
    assert_eq!((found.third, found.n_changes), (LiquidityThird::High, 68));
    // Quantile 1/3 of 1, …, 68 is 1 + 67/3.
    assert!((found.cuts[0] / (1e-4 * (1.0 + 67.0 / 3.0)) - 1.0).abs() < 1e-9);
    assert!((found.cuts[1] / (1e-4 * (1.0 + 134.0 / 3.0)) - 1.0).abs() < 1e-9);
    let shorter = liquidity.tercile(day(7 * 69 + 1), 1, 60).unwrap();
    assert!(shorter.n_changes == 60 && shorter.cuts[0] > found.cuts[0]);
    let few = liquidity.tercile(day(7 * 52 + 1), 1, 260);
    assert!(matches!(few, Err(Error::TooFew { n_needed: 52, n_found: 51, .. })));
}

#[test]
fn the_units_of_fred() {
    let table = ReleasedTable::new(vec![
        weekly("WALCL", &[4_000_000.0]),
        weekly("WTREGEN", &[300_000.0]),
        weekly("RRPONTSYD", &[200.0]),
    ]);
    let liquidity = NetLiquidity::of_fred(&table.unwrap()).unwrap();
    assert!((liquidity.known_on(day(1)).unwrap().net() - 3_500.0).abs() < 1e-9);
    let lacks = ReleasedTable::new(vec![weekly("WALCL", &[1.0])]).unwrap();
    assert!(matches!(NetLiquidity::of_fred(&lacks), Err(Error::UnknownAsset { .. })));
}

proptest! {
    #[test]
    fn net_is_linear_in_its_parts(
        a in prop::collection::vec(1e3..1e4_f64, 60), t in prop::collection::vec(1.0..500.0_f64, 60),
        r in prop::collection::vec(0.0..300.0_f64, 60), weeks in 1_u32..40, at in 300_u64..420,
    ) {
        let liquidity = NetLiquidity::new(weekly("A", &a), weekly("T", &t), weekly("R", &r));
        let change = liquidity.change(day(at), weeks).unwrap();
        let parts = change.assets() - change.treasury_account() - change.reverse_repo();
        prop_assert!((change.net() - parts).abs() < 1e-9);
        prop_assert_eq!((change.to.week - change.from.week).num_days(), 7 * i64::from(weeks));
        prop_assert!(change.to.week < day(at) && (day(at) - change.to.week).num_days() <= 7);
    }
}
