use chrono::Days;
use proptest::prelude::*;

use super::*;
use crate::numeric::streams::stream;

fn day(n: usize) -> NaiveDate {
    NaiveDate::from_ymd_opt(2020, 1, 1).unwrap() + Days::new(n as u64)
}

fn series(name: &str, closes: &[f64]) -> PriceSeries {
    let dated = closes.iter().enumerate().map(|(n, p)| (day(n), *p)).collect();
    PriceSeries::from_closes(name, dated).unwrap()
}

/// A trigger against an index that stands still.
fn against_one(closes: &[f64]) -> RelativeStrength {
    RelativeStrength::of(&series("a", closes), &series("b", &vec![1.0; closes.len()])).unwrap()
}

#[test]
fn figures_by_hand() {
    let strength = against_one(&[5.0, 2.0, 4.0, 3.0, 4.0, 3.0, 3.8]);
    let found = strength.on(day(6), 5).unwrap();
    assert_eq!((found.date, found.ratio, found.high), (day(6), 3.8, 4.0));
    // The last of two equal highs; the five of row 0 is out of sight.
    assert_eq!(found.high_date, day(4));
    assert!((found.distance_from_high + 0.05).abs() < 1e-15 && !found.is_new_high);
    assert!((found.relative_return - 0.9).abs() < 1e-15);
    let rising = against_one(&[1.0, 2.0, 3.0, 4.0, 5.0, 5.0, 6.0]);
    let found = rising.on(day(6), 6).unwrap();
    assert!(found.is_new_high && found.high_date == day(6));
    assert_eq!((found.distance_from_high, found.relative_return), (0.0, 5.0));
    // At the high of before, not above it.
    let level = rising.on(day(5), 5).unwrap();
    assert!(!level.is_new_high && level.high_date == day(5) && level.distance_from_high == 0.0);
}

#[test]
fn the_slope_by_hand() {
    // ln q = t + e with e = (1, −1, −1, 1, 1, −1, −1, 1)/8, which sums to zero and so does t e.
    let e = [1.0, -1.0, -1.0, 1.0, 1.0, -1.0, -1.0, 1.0];
    let closes: Vec<f64> = (0..8).map(|t| (t as f64 + e[t] / 8.0).exp()).collect();
    let found = against_one(&closes).on(day(7), 7).unwrap().slope.unwrap();
    assert!((found.per_session - 1.0).abs() < 1e-12);
    // ⌊4 (8/100)^(2/9)⌋ = 2 lags with weights 2/3 and 1/3.
    assert_eq!(found.n_lags, 2);
    let (mut meat, x) = (0.0, |t: usize| t as f64 - 3.5);
    for lag in 0..=2 {
        let c: f64 = (lag..8).map(|t| x(t) * e[t] * x(t - lag) * e[t - lag] / 64.0).sum();
        meat += if lag == 0 { c } else { 2.0 * (1.0 - lag as f64 / 3.0) * c };
    }
    let bread: f64 = (0..8).map(|t| x(t) * x(t)).sum();
    assert!((found.std_error / (meat.sqrt() / bread) - 1.0).abs() < 1e-9, "{found:?}");
    assert!((found.t - found.per_session / found.std_error).abs() < 1e-9);
    assert_eq!(against_one(&[2.0; 9]).on(day(8), 6).unwrap().slope, None);
}

#[test]
fn only_common_sessions_count() {
    let a = series("a", &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]);
    let mut dated: Vec<(NaiveDate, f64)> = (0..8).map(|n| (day(n), 2.0)).collect();
    dated.remove(3);
    let b = PriceSeries::from_closes("b", dated).unwrap();
    let strength = RelativeStrength::of(&a, &b).unwrap();
    assert_eq!(strength.ratio(), [0.5, 1.0, 1.5, 2.5, 3.0, 3.5, 4.0]);
    assert_eq!(strength.axis().len(), 7);
    assert_eq!(strength.on(day(10), 6).unwrap().relative_return, 7.0);
    let text = strength.on(day(15), 6).unwrap_err().to_string();
    assert_eq!(text, "a over b has no value in the 7 days up to 2020-01-16");
    let text = strength.on(day(6), 6).unwrap_err().to_string();
    assert_eq!(
        text,
        "the relative strength of a over b on 2020-01-07 needs at least 6 sessions before, found 5"
    );
    assert!(matches!(strength.on(day(7), 4), Err(Error::Setting { .. })));
    let apart = PriceSeries::from_closes("c", vec![(day(90), 1.0)]).unwrap();
    assert!(matches!(RelativeStrength::of(&a, &apart), Err(Error::EmptyAxis)));
}

#[test]
fn a_random_walk_seems_to_trend() {
    use rand::RngExt;
    let n_walks = 1_000;
    let beyond = (0..n_walks).filter(|walk| {
        let mut stream = stream(11, *walk);
        let mut level = 0.0_f64;
        let closes: Vec<f64> = (0..65)
            .map(|_| {
                level += stream.random_range(-0.01..0.01);
                level.exp()
            })
            .collect();
        let slope = against_one(&closes).on(day(64), 64).unwrap().slope.unwrap();
        slope.t.abs() > 2.0
    });
    let share = beyond.count() as f64 / n_walks as f64;
    assert!((0.7..0.8).contains(&share), "{share}");
}

proptest! {
    #[test]
    fn units_do_not_matter_and_rules_read_the_figures(
        a in prop::collection::vec(0.5..2.0_f64, 40), b in prop::collection::vec(0.5..2.0_f64, 40),
        n in 5_usize..30, at in 30_usize..40, scale in 0.1..10.0_f64,
    ) {
        let of = |a: &[f64]| RelativeStrength::of(&series("a", a), &series("b", &b)).unwrap();
        let found = of(&a).on(day(at), n).unwrap();
        let scaled: Vec<f64> = a.iter().map(|p| p * scale).collect();
        let other = of(&scaled).on(day(at), n).unwrap();
        prop_assert!((found.relative_return - other.relative_return).abs() < 1e-12);
        prop_assert!((found.distance_from_high - other.distance_from_high).abs() < 1e-12);
        let [x, y] = [found, other].map(|f| f.slope.unwrap());
        prop_assert!((x.per_session - y.per_session).abs() < 1e-10);
        prop_assert!((x.std_error - y.std_error).abs() < 1e-9 * x.std_error);
        prop_assert!(found.distance_from_high <= 0.0 && found.relative_return > -1.0);
        let holds = |rule: LeadRule| rule.holds(&of(&a), day(at)).unwrap();
        prop_assert_eq!(holds(LeadRule::Return { sessions: n }), found.relative_return > 0.0);
        prop_assert_eq!(holds(LeadRule::NewHigh { sessions: n }), found.is_new_high);
        prop_assert_eq!(holds(LeadRule::Slope { sessions: n }), x.per_session > 0.0);
        // The index led where the trigger did not.
        let back = RelativeStrength::of(&series("b", &b), &series("a", &a)).unwrap();
        let back = back.on(day(at), n).unwrap();
        let product = (1.0 + back.relative_return) * (1.0 + found.relative_return);
        prop_assert!((product - 1.0).abs() < 1e-12);
    }
}
