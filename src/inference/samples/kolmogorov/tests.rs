use proptest::prelude::*;

use super::*;
use crate::inference::Alternative::{Greater, Less, TwoSided};
use crate::numeric::streams::stream;

fn uniform(u: f64) -> f64 {
    u.clamp(0.0, 1.0)
}

/// Shares of splits of all values whose distances are at least the observed ones.
fn enumerated(x: &[f64], y: &[f64]) -> [f64; 3] {
    let all = [x, y].concat();
    let (observed, _) = walk(x, y);
    let masks = (0..1_u32 << all.len()).filter(|m| m.count_ones() as usize == x.len());
    let mut counts = [0_u32; 4];
    for mask in masks {
        let side = |inside: u32| -> Vec<f64> {
            (0..all.len()).filter(|i| mask >> i & 1 == inside).map(|i| all[i]).collect()
        };
        let (found, _) = walk(&side(1), &side(0));
        counts[0] += u32::from(found.largest() >= observed.largest());
        counts[1] += u32::from(found.above >= observed.above);
        counts[2] += u32::from(found.below >= observed.below);
        counts[3] += 1;
    }
    [0, 1, 2].map(|k| f64::from(counts[k]) / f64::from(counts[3]))
}

proptest! {
    #[test]
    fn the_exact_law_of_two_samples_is_the_enumerated_one(
        x in prop::collection::vec(-4_i32..5, 1..6), y in prop::collection::vec(-4_i32..5, 1..6),
    ) {
        let [x, y] = [x, y].map(|v| v.into_iter().map(f64::from).collect::<Vec<f64>>());
        let found = KolmogorovSmirnov::new().two_samples(&x, &y).unwrap();
        let expected = enumerated(&x, &y);
        for (side, expected) in [TwoSided, Greater, Less].into_iter().zip(expected) {
            prop_assert!((found.result.p_value(side) - expected).abs() < 1e-14);
        }
        let back = KolmogorovSmirnov::new().two_samples(&y, &x).unwrap();
        prop_assert_eq!((found.above, found.below), (back.below, back.above));
        prop_assert!((found.result.p_value(Greater) - back.result.p_value(Less)).abs() < 1e-14);
    }

    #[test]
    fn one_sample_turns_with_its_law(x in prop::collection::vec(0.0_f64..1.0, 1..60)) {
        let turned: Vec<f64> = x.iter().map(|u| 1.0 - u).collect();
        let test = KolmogorovSmirnov::new();
        let (a, b) = (test.one_sample(&x, uniform).unwrap(), test.one_sample(&turned, uniform).unwrap());
        prop_assert!((a.above - b.below).abs() < 1e-12 && (a.below - b.above).abs() < 1e-12);
        let p = a.result.p_value(TwoSided);
        prop_assert!(p > 0.0 && p <= 1.0);
        // D is D⁺ or D⁻: the union of both events.
        let smaller = a.result.p_value(Greater).min(a.result.p_value(Less));
        prop_assert!(p >= smaller - 1e-9 && p <= 2.0 * smaller + 1e-9);
    }
}

#[test]
fn rejects_as_often_as_it_says() {
    // 4,000 samples of 12 uniform values at 10 %: standard error 0.0047.
    use rand::RngExt;
    let n_rejected = (0..4_000_u64)
        .filter(|k| {
            let mut stream = stream(11, *k);
            let x: Vec<f64> = (0..12).map(|_| stream.random()).collect();
            let found = KolmogorovSmirnov::new().one_sample(&x, uniform).unwrap();
            found.result.p_value(TwoSided) <= 0.1
        })
        .count();
    assert!((324..=476).contains(&n_rejected), "{n_rejected}");
}

#[test]
fn exact_and_asymptotic_agree_for_many_values() {
    let x: Vec<f64> = (0..300).map(|i| f64::from((i * 7919) % 1009)).collect();
    let y: Vec<f64> = (300..700).map(|i| f64::from((i * 7919) % 1009) + 90.0).collect();
    let p = |method| KolmogorovSmirnov::new().method(method).two_samples(&x, &y).unwrap().result;
    let (exact, asymptotic) = (p(DistanceMethod::Exact), p(DistanceMethod::Asymptotic));
    assert_eq!(p(DistanceMethod::Auto), exact);
    assert!(exact.is_exact() && !asymptotic.is_exact());
    let ratio = asymptotic.p_value(TwoSided) / exact.p_value(TwoSided);
    assert!((ratio - 1.0).abs() < 0.05, "{ratio}");
}

#[test]
fn far_apart_samples_keep_a_positive_p_value() {
    let (x, y): (Vec<f64>, Vec<f64>) =
        ((0..9).map(f64::from).collect(), (9..15).map(f64::from).collect());
    let found = KolmogorovSmirnov::new().two_samples(&x, &y).unwrap();
    // Two of the C(15, 6) orders are this far apart.
    assert!((found.result.p_value(TwoSided) * 5_005.0 / 2.0 - 1.0).abs() < 1e-13);
    assert!((found.result.p_value(Greater) * 5_005.0 - 1.0).abs() < 1e-13);
    assert_eq!((found.result.statistic, found.result.p_value(Less)), (1.0, 1.0));
}

#[test]
fn identical_samples_are_not_apart() {
    let x = [0.1, 0.2, 0.2, 0.7];
    let found = KolmogorovSmirnov::new().two_samples(&x, &x).unwrap();
    assert_eq!((found.result.statistic, found.result.p_value(TwoSided)), (0.0, 1.0));
}

#[test]
fn bad_input() {
    let test = KolmogorovSmirnov::new();
    assert!(matches!(test.one_sample(&[], uniform), Err(Error::TooFew { .. })));
    assert!(matches!(test.one_sample(&[f64::NAN], uniform), Err(Error::Setting { .. })));
    let message = test.one_sample(&[0.3], |_| 1.5).unwrap_err().to_string();
    assert!(message.contains("1.5 at 0.3"), "{message}");
    assert!(test.one_sample(&[0.3], |_| f64::NAN).is_err());
    assert!(matches!(test.two_samples(&[1.0], &[]), Err(Error::TooFew { .. })));
    assert!(matches!(test.two_samples(&[f64::INFINITY], &[1.0]), Err(Error::Setting { .. })));
}
