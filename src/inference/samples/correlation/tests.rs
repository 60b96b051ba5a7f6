use proptest::prelude::*;

use super::*;
use crate::inference::Alternative::{Greater, Less, TwoSided};

type Test = fn(&[f64], &[f64]) -> Result<CorrelationTest>;
const ALL: [Test; 3] = [pearson, spearman, kendall];

/// All orders of a sample.
fn orders(y: &[f64]) -> Vec<Vec<f64>> {
    if y.is_empty() {
        return vec![vec![]];
    }
    (0..y.len())
        .flat_map(|i| {
            let mut rest = y.to_vec();
            let first = rest.remove(i);
            orders(&rest).into_iter().map(move |mut order| {
                order.insert(0, first);
                order
            })
        })
        .collect()
}

/// Shares of all orders with a coefficient at least as extreme.
fn enumerated(test: Test, x: &[f64], y: &[f64]) -> [f64; 3] {
    let observed = test(x, y).unwrap().coefficient;
    let found: Vec<f64> = orders(y).iter().map(|y| test(x, y).unwrap().coefficient).collect();
    let share = |keep: &dyn Fn(f64) -> bool| {
        found.iter().filter(|v| keep(**v)).count() as f64 / found.len() as f64
    };
    [
        share(&|v| v.abs() >= observed.abs() - 1e-9),
        share(&|v| v >= observed - 1e-9),
        share(&|v| v <= observed + 1e-9),
    ]
}

fn permuted(n: u32, step: u32) -> Vec<f64> {
    (1..=n).map(|i| f64::from(i * step % 101)).collect()
}

#[test]
fn exact_laws_are_the_enumerated_ones() {
    let x: Vec<f64> = (1..=6).map(f64::from).collect();
    for y in [[1.0, 3.0, 2.0, 4.0, 6.0, 5.0], [6.0, 2.0, 5.0, 3.0, 4.0, 1.0]] {
        for test in [spearman as Test, kendall] {
            let found = test(&x, &y).unwrap();
            assert!(found.result.is_exact());
            for (side, expected) in
                [TwoSided, Greater, Less].into_iter().zip(enumerated(test, &x, &y))
            {
                assert!((found.result.p_value(side) - expected).abs() < 1e-14, "{side:?}");
            }
        }
    }
    let (tied, y) = ([1.0, 1.0, 2.0, 3.0, 3.0], [2.0, 1.0, 1.0, 5.0, 4.0]);
    let found = spearman(&tied, &y).unwrap();
    let expected = enumerated(spearman, &tied, &y);
    assert!((found.result.p_value(TwoSided) - expected[0]).abs() < 1e-14);
    assert!((found.result.p_value(Greater) - expected[1]).abs() < 1e-14);
}

#[test]
fn kendall_variance_is_that_of_all_orders() {
    let (x, y) = ([1.0, 1.0, 2.0, 3.0, 3.0, 3.0], [2.0, 1.0, 1.0, 5.0, 4.0, 1.0]);
    let s: Vec<f64> = orders(&y).iter().map(|y| kendall(&x, y).unwrap().result.statistic).collect();
    let squares = s.iter().map(|v| v * v).sum::<f64>() / s.len() as f64;
    assert!(s.iter().sum::<f64>().abs() < 1e-9);
    let found = kendall_variance(6.0, &average_ranks(&x), &average_ranks(&y));
    assert!((found - squares).abs() < 1e-10, "{found} against {squares}");
}

#[test]
fn a_perfect_order_of_five_is_not_certain() {
    let x = [1.0, 2.0, 3.0, 4.0, 5.0];
    for test in [spearman as Test, kendall] {
        let found = test(&x, &x).unwrap();
        assert_eq!(found.coefficient, 1.0);
        assert!((found.result.p_value(TwoSided) - 2.0 / 120.0).abs() < 1e-15);
    }
    assert!(matches!(pearson(&x, &x), Err(Error::DegenerateVariance { .. })));
    let long = permuted(20, 1);
    assert!(matches!(spearman(&long, &long), Err(Error::DegenerateVariance { .. })));
}

#[test]
fn many_pairs_are_nearly_normal() {
    let (x, y) = (permuted(90, 7), permuted(90, 37));
    let exact = kendall(&x, &y).unwrap();
    assert!(exact.result.is_exact());
    let z = exact.result.statistic
        / kendall_variance(90.0, &average_ranks(&x), &average_ranks(&y)).sqrt();
    let normal = SampleTest::symmetric("", z, NullDistribution::Normal);
    let (p, q) = (exact.result.p_value(TwoSided), normal.p_value(TwoSided));
    assert!((p - q).abs() < 0.01, "{p} against {q}");
    let tied: Vec<f64> = x.iter().map(|v| (v / 3.0).floor()).collect();
    assert!(!kendall(&tied, &y).unwrap().result.is_exact());
}

#[test]
fn bad_input() {
    for test in ALL {
        assert!(matches!(test(&[1.0, 2.0], &[1.0, 2.0]), Err(Error::TooFew { n_needed: 3, .. })));
        let mismatch = test(&[1.0, 2.0, 3.0], &[1.0, 2.0]);
        assert!(matches!(mismatch, Err(Error::ShapeMismatch { n_found: 2, n_expected: 3, .. })));
        let constant = test(&[1.0, 2.0, 3.0], &[0.7; 3]);
        assert!(matches!(constant, Err(Error::DegenerateVariance { .. })));
        let bad = test(&[1.0, 2.0, f64::NAN], &[1.0, 2.0, 3.0]);
        assert!(matches!(bad, Err(Error::Setting { .. })));
    }
}

proptest! {
    #[test]
    fn symmetric_in_the_sides_and_odd_in_the_sign(
        pairs in prop::collection::vec((-9_i32..10, -9_i32..10), 3..30),
    ) {
        let x: Vec<f64> = pairs.iter().map(|(a, _)| f64::from(*a)).collect();
        let y: Vec<f64> = pairs.iter().map(|(_, b)| f64::from(*b)).collect();
        let turned: Vec<f64> = y.iter().map(|v| -v).collect();
        for test in ALL {
            let Ok(found) = test(&x, &y) else { continue };
            let (back, opposite) = (test(&y, &x).unwrap(), test(&x, &turned).unwrap());
            prop_assert!((found.coefficient - back.coefficient).abs() < 1e-12);
            prop_assert!((found.coefficient + opposite.coefficient).abs() < 1e-12);
            prop_assert!(found.coefficient.abs() <= 1.0);
            for (side, other) in [(TwoSided, TwoSided), (Greater, Less), (Less, Greater)] {
                let p = found.result.p_value(side);
                prop_assert!(p > 0.0 && p <= 1.0);
                prop_assert!((p - back.result.p_value(side)).abs() < 1e-9);
                prop_assert!((p - opposite.result.p_value(other)).abs() < 1e-9);
            }
        }
    }
}
