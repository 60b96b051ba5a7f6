//! The sign-flip test.

use proptest::prelude::*;

use super::{close, values};
use crate::resampling::SignFlip;
use crate::with_threads;

/// Shares of all sign vectors, each sum taken anew.
fn brute_force(x: &[f64]) -> (f64, f64, f64) {
    let observed: f64 = x.iter().sum();
    let slack = 1e-12 * x.iter().map(|v| v.abs()).sum::<f64>();
    let n_vectors = 1_u32 << x.len();
    let sums = (0..n_vectors).map(|signs| {
        let signed = |(i, v): (usize, &f64)| if signs >> i & 1 == 1 { *v } else { -v };
        x.iter().enumerate().map(signed).sum::<f64>()
    });
    let sums: Vec<f64> = sums.collect();
    let share = |keep: &dyn Fn(f64) -> bool| {
        sums.iter().filter(|s| keep(**s)).count() as f64 / f64::from(n_vectors)
    };
    (
        share(&|s| s >= observed - slack),
        share(&|s| s <= observed + slack),
        share(&|s| s.abs() >= observed.abs() - slack),
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn equals_brute_force(x in values(1..11)) {
        let test = SignFlip::new().test(&x).unwrap();
        let p = test.p_values;
        prop_assert_eq!((p.upper, p.lower, p.two_sided), brute_force(&x));
        prop_assert!(p.two_sided >= test.attainable_two_sided);
        prop_assert!(p.upper.min(p.lower) >= test.attainable_one_sided);
    }

    #[test]
    fn ties_of_a_coarse_grid_count(x in prop::collection::vec(-3..=3_i8, 1..10)) {
        let x: Vec<f64> = x.into_iter().map(|v| f64::from(v) * 0.1).collect();
        let p = SignFlip::new().test(&x).unwrap().p_values;
        prop_assert_eq!((p.upper, p.lower, p.two_sided), brute_force(&x));
    }

    #[test]
    fn order_and_scale_do_not_matter(x in values(2..9), scale in 0.01..100.0_f64) {
        let p = SignFlip::new().test(&x).unwrap().p_values;
        let moved: Vec<f64> = x.iter().rev().map(|v| scale * v).collect();
        prop_assert_eq!(p, SignFlip::new().test(&moved).unwrap().p_values);
        let mirrored: Vec<f64> = x.iter().map(|v| -v).collect();
        let mirror = SignFlip::new().test(&mirrored).unwrap().p_values;
        prop_assert_eq!((p.upper, p.two_sided), (mirror.lower, mirror.two_sided));
    }
}

#[test]
fn three_events_on_one_side_reach_a_quarter() {
    let test = SignFlip::new().test(&[0.208, 0.052, 0.125]).unwrap();
    assert_eq!(
        (test.p_values.upper, test.p_values.lower, test.p_values.two_sided),
        (0.125, 1.0, 0.25)
    );
    assert_eq!((test.attainable_one_sided, test.attainable_two_sided), (0.125, 0.25));
    assert_eq!((test.n_sign_vectors, test.exact, test.seed), (8, true, None));
}

#[test]
fn zeros_attain_nothing() {
    let test = SignFlip::new().test(&[0.2, 0.0, 0.1]).unwrap();
    assert_eq!(test.p_values.two_sided, 0.5);
    assert_eq!((test.attainable_one_sided, test.attainable_two_sided), (0.25, 0.5));
    let all_zero = SignFlip::new().test(&[0.0; 4]).unwrap();
    assert_eq!((all_zero.p_values.two_sided, all_zero.attainable_two_sided), (1.0, 1.0));
    assert_eq!(SignFlip::new().test(&[0.3]).unwrap().p_values.two_sided, 1.0);
}

#[test]
fn random_vectors_agree_with_the_enumeration() {
    // A zero more does not change the exact p-value, but makes 21 values, which are drawn.
    let mut x: Vec<f64> = (0..20).map(|t| (f64::from(t) * 2.3).sin() + 0.25).collect();
    let exact = SignFlip::new().test(&x).unwrap();
    x.push(0.0);
    let random = SignFlip::new().replicates(40_000).seed(3);
    let drawn = random.test(&x).unwrap();
    assert!(exact.exact && !drawn.exact && exact.n_sign_vectors == 1 << 20);
    let (p, q) = (drawn.p_values, exact.p_values);
    for (p, q) in [(p.upper, q.upper), (p.lower, q.lower), (p.two_sided, q.two_sided)] {
        assert!(close(p, q, 4.0 * (q * (1.0 - q) / 40_000.0).sqrt()), "{p} against {q}");
    }
    assert!(close(drawn.attainable_two_sided, 1.0 / 40_001.0, 1e-18));
    let threads = |n| with_threads(n, || random.test(&x).unwrap()).unwrap();
    assert_eq!(threads(1), threads(3));
}

#[test]
fn bad_input_is_an_error() {
    assert_eq!(
        SignFlip::new().test(&[]).unwrap_err().to_string(),
        "the sign-flip test needs at least 1 events, found 0"
    );
    assert!(SignFlip::new().test(&[f64::INFINITY]).is_err());
    assert!(SignFlip::new().replicates(0).test(&[0.1; 30]).is_err());
}
