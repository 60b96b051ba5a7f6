use proptest::prelude::*;

use super::*;
use crate::inference::Alternative;

/// Both tails by going through all sign vectors.
fn enumerated(x: &[f64], zeros: ZeroRule) -> (f64, f64) {
    let ranked = Ranked::new(x, zeros);
    let split: f64 = ranked.split.iter().sum::<f64>() / 2.0;
    let m = ranked.signed.len();
    let sums = (0..1_u32 << m).map(|signs| {
        let chosen = (0..m).filter(|i| signs >> i & 1 == 1).map(|i| ranked.signed[i]);
        chosen.sum::<f64>() + split
    });
    let (mut at_least, mut at_most) = (0_u32, 0_u32);
    for sum in sums {
        at_least += u32::from(sum >= ranked.positive - 1e-9);
        at_most += u32::from(sum <= ranked.positive + 1e-9);
    }
    let all = f64::from(1_u32 << m);
    (f64::from(at_least) / all, f64::from(at_most) / all)
}

const RULES: [ZeroRule; 3] = [ZeroRule::Drop, ZeroRule::Pratt, ZeroRule::Split];

proptest! {
    #[test]
    fn the_exact_law_is_the_enumerated_one(x in prop::collection::vec(-4_i32..5, 1..11)) {
        let x: Vec<f64> = x.into_iter().map(|v| f64::from(v) / 8.0).collect();
        for zeros in RULES {
            let test = WilcoxonSignedRank::new().zeros(zeros).method(RankMethod::Exact);
            let Ok(found) = test.test(&x) else {
                prop_assert!(x.iter().all(|v| *v == 0.0));
                continue;
            };
            let (greater, less) = enumerated(&x, zeros);
            prop_assert!((found.result.p_value(Alternative::Greater) - greater).abs() < 1e-14);
            prop_assert!((found.result.p_value(Alternative::Less) - less).abs() < 1e-14);
            let two_sided = (2.0 * greater.min(less)).min(1.0);
            prop_assert!((found.result.p_value(Alternative::TwoSided) - two_sided).abs() < 1e-14);
            prop_assert!(two_sided >= found.attainable_two_sided);
        }
    }

    #[test]
    fn turning_the_signs_turns_the_tails(
        x in prop::collection::vec(-30_i32..31, 1..60), corrected: bool,
    ) {
        let x: Vec<f64> = x.into_iter().map(f64::from).collect();
        let turned: Vec<f64> = x.iter().map(|v| -v).collect();
        let normal = RankMethod::Normal { continuity_correction: corrected };
        for (zeros, method) in RULES.into_iter().zip([RankMethod::Exact, normal, normal]) {
            let test = WilcoxonSignedRank::new().zeros(zeros).method(method);
            let (Ok(a), Ok(b)) = (test.test(&x), test.test(&turned)) else { continue };
            prop_assert_eq!(a.positive_ranks, b.negative_ranks);
            prop_assert_eq!(a.z, -b.z);
            let sides = [Alternative::Greater, Alternative::Less, Alternative::TwoSided];
            let opposite = [Alternative::Less, Alternative::Greater, Alternative::TwoSided];
            for (side, other) in sides.into_iter().zip(opposite) {
                let p = a.result.p_value(side);
                prop_assert!(p > 0.0 && p <= 1.0);
                prop_assert!((p - b.result.p_value(other)).abs() < 1e-13);
            }
            let n = x.len() - if zeros == ZeroRule::Drop { a.n_zeros } else { 0 };
            let all = (n * (n + 1)) as f64 / 2.0;
            let left_out = if zeros == ZeroRule::Pratt { a.n_zeros * (a.n_zeros + 1) } else { 0 };
            let sum = a.positive_ranks + a.negative_ranks;
            prop_assert_eq!(sum, all - left_out as f64 / 2.0);
        }
    }
}

#[test]
fn variance_has_the_published_form() {
    let x = [0.0, 0.0, 1.0, -1.0, 1.0, 2.0, -3.0, 3.0, 5.0];
    let term = |c: f64| c * c * c - c;
    let v = |n: f64| n * (n + 1.0) * (2.0 * n + 1.0);
    let ties = term(3.0) + term(2.0);
    let expected = [
        (v(7.0) - ties / 2.0) / 24.0,
        (v(9.0) - v(2.0) - ties / 2.0) / 24.0,
        (v(9.0) - ties / 2.0 - term(2.0) / 2.0) / 24.0,
    ];
    for (zeros, expected) in RULES.into_iter().zip(expected) {
        let found = Ranked::new(&x, zeros).variance();
        assert!((found - expected).abs() < 1e-12, "{zeros:?}: {found} against {expected}");
    }
}

#[test]
fn many_values_are_nearly_normal() {
    let x: Vec<f64> = (1..=400_i32).map(|i| f64::from((i * 7919) % 401 - 190)).collect();
    let p = |method| {
        let found = WilcoxonSignedRank::new().method(method).test(&x).unwrap();
        (found.result.p_value(Alternative::TwoSided), found.result.is_exact())
    };
    let (exact, is_exact) = p(RankMethod::Exact);
    let (corrected, _) = p(RankMethod::Normal { continuity_correction: true });
    let (plain, _) = p(RankMethod::Normal { continuity_correction: false });
    assert!(is_exact && exact > 0.01 && exact < 0.9);
    assert!((corrected / exact - 1.0).abs() < 1e-3, "{corrected} against {exact}");
    assert!(corrected > plain && (plain / exact - 1.0).abs() < 2e-3, "{plain} against {exact}");
    assert_eq!(p(RankMethod::Auto), (corrected, false));
}

#[test]
fn far_tails_are_not_lost() {
    let x: Vec<f64> = (1..=600).map(f64::from).collect();
    let test = WilcoxonSignedRank::new().method(RankMethod::Exact).test(&x).unwrap();
    let p = test.result.p_value(Alternative::Greater);
    assert!((p / 0.5_f64.powi(600) - 1.0).abs() < 1e-12, "{p:e}");
    assert_eq!(test.result.p_value(Alternative::Less), 1.0);
}

#[test]
fn the_correction_stops_at_the_mean() {
    // R⁺ = R⁻ for 1, 2, −3: nothing is left to correct.
    let method = RankMethod::Normal { continuity_correction: true };
    let found = WilcoxonSignedRank::new().method(method).test(&[1.0, 2.0, -3.0]).unwrap();
    assert_eq!((found.z, found.result.p_value(Alternative::TwoSided)), (0.0, 1.0));
    assert!(found.result.p_value(Alternative::Greater) > 0.5);
}

#[test]
fn refuses_what_has_no_ranks() {
    for zeros in RULES {
        let test = WilcoxonSignedRank::new().zeros(zeros);
        assert!(matches!(test.test(&[]), Err(Error::TooFew { n_needed: 1, .. })));
        let zeros = test.test(&[0.0, -0.0, 0.0]);
        assert!(matches!(zeros, Err(Error::DegenerateVariance { .. })));
        assert!(matches!(test.test(&[1.0, f64::NAN]), Err(Error::Setting { .. })));
        assert!(matches!(test.test(&[f64::NEG_INFINITY]), Err(Error::Setting { .. })));
    }
    let test = WilcoxonSignedRank::new().method(RankMethod::Exact);
    let message = test.test(&vec![1.0; 1_001]).unwrap_err().to_string();
    assert!(message.contains("1001") && message.contains("normal"), "{message}");
}
