use super::*;
use crate::Error;

fn all() -> [Adjustment; 10] {
    let significance = 0.05;
    [
        Adjustment::Bonferroni,
        Adjustment::Sidak,
        Adjustment::Holm,
        Adjustment::HolmSidak,
        Adjustment::Hochberg,
        Adjustment::Hommel,
        Adjustment::BenjaminiHochberg,
        Adjustment::BenjaminiYekutieli,
        Adjustment::TwoStageBenjaminiHochberg { significance },
        Adjustment::BenjaminiKriegerYekutieli { significance },
    ]
}

#[test]
fn by_hand() {
    // Sorted: 0.01, 0.02, 0.03, 0.5.
    let p = [0.02, 0.5, 0.01, 0.03];
    let adjusted = |rule: Adjustment| rule.adjust(&p).unwrap();
    let is = |rule, wanted: [f64; 4]| {
        for (a, b) in adjusted(rule).iter().zip(wanted) {
            close(*a, b);
        }
    };
    is(Adjustment::Bonferroni, [0.08, 1.0, 0.04, 0.12]);
    is(Adjustment::Holm, [0.06, 0.5, 0.04, 0.06]);
    is(Adjustment::Hochberg, [0.06, 0.5, 0.04, 0.06]);
    is(Adjustment::BenjaminiHochberg, [0.04, 0.5, 0.04, 0.04]);
    let harmonic = 25.0 / 12.0;
    is(Adjustment::BenjaminiYekutieli, [0.04 * harmonic, 1.0, 0.04 * harmonic, 0.04 * harmonic]);
    let sidak = |p: f64, m: i32| 1.0 - (1.0 - p).powi(m);
    is(Adjustment::Sidak, [sidak(0.02, 4), sidak(0.5, 4), sidak(0.01, 4), sidak(0.03, 4)]);
    is(
        Adjustment::HolmSidak,
        [sidak(0.02, 3), 0.5, sidak(0.01, 4), sidak(0.03, 2).max(sidak(0.02, 3))],
    );
    // Three of four are rejected at 5 %: one in four is taken to be true.
    let two_stage = Adjustment::TwoStageBenjaminiHochberg { significance: 0.05 };
    is(two_stage, [0.01, 0.125, 0.01, 0.01]);
    let krieger = Adjustment::BenjaminiKriegerYekutieli { significance: 0.05 };
    is(krieger, [0.0105, 0.13125, 0.0105, 0.0105]);
}

/// Hommel's p-value as the closed test defines it: the largest of Simes' over all subsets.
#[test]
fn hommel_is_the_closed_test_of_simes() {
    let p = [0.04, 0.01, 0.011, 0.25, 0.03, 0.04, 0.9];
    let found = Adjustment::Hommel.adjust(&p).unwrap();
    for (i, adjusted) in found.iter().enumerate() {
        let mut most = 0.0_f64;
        for subset in (0..1_u32 << p.len()).filter(|s| s >> i & 1 == 1) {
            let mut members: Vec<f64> =
                (0..p.len()).filter(|k| subset >> k & 1 == 1).map(|k| p[k]).collect();
            members.sort_by(f64::total_cmp);
            let size = members.len() as f64;
            let simes = members.iter().zip(1_u32..).map(|(p, j)| size * p / f64::from(j));
            most = most.max(simes.fold(f64::INFINITY, f64::min));
        }
        close(*adjusted, most.min(1.0));
    }
}

#[test]
fn a_single_hypothesis_is_not_adjusted() {
    for rule in all() {
        // The factor 1 + q of the last one stays.
        let factor =
            if let Adjustment::BenjaminiKriegerYekutieli { .. } = rule { 1.05 } else { 1.0 };
        close(rule.adjust(&[0.03]).unwrap()[0], 0.03 * factor);
        assert!(rule.adjust(&[]).unwrap().is_empty());
    }
}

#[test]
fn all_rejected_in_the_first_stage_have_no_p_value_of_zero() {
    let p = [0.001, 0.002, 0.003];
    for rule in &all()[8..] {
        assert!(rule.adjust(&p).unwrap().iter().all(|p| *p > 0.0), "{rule:?}");
        assert_eq!(rule.reject(&p, 0.05).unwrap(), [true; 3]);
    }
}

#[test]
fn small_p_values_keep_their_digits() {
    for rule in [Adjustment::Sidak, Adjustment::HolmSidak] {
        let found = rule.adjust(&[1e-20, 1.0, 0.5]).unwrap();
        assert!((found[0] / 3e-20 - 1.0).abs() < 1e-12 && found[1] == 1.0, "{found:?}");
    }
}

#[test]
fn what_is_no_probability_is_refused() {
    for rule in all() {
        for bad in [f64::NAN, -0.1, 1.1, f64::INFINITY] {
            let fault = rule.adjust(&[0.5, bad]).unwrap_err();
            assert!(matches!(fault, Error::BadEntry { row: 1, .. }), "{fault}");
        }
        assert!(rule.reject(&[0.5], 0.0).is_err() && rule.reject(&[0.5], f64::NAN).is_err());
    }
    let fault = Adjustment::Holm.adjust(&[1.5]).unwrap_err();
    assert_eq!(fault.to_string(), "p-values, row 0: 1.5 is not a probability from 0 to 1");
    assert!(Adjustment::TwoStageBenjaminiHochberg { significance: 1.0 }.adjust(&[0.1]).is_err());
}

#[test]
fn a_two_stage_rule_rejects_at_the_significance_asked() {
    // At 5 % the first stage rejects two of four, at 10 % three.
    let p = [0.01, 0.02, 0.07, 0.17];
    let rule = |significance| Adjustment::TwoStageBenjaminiHochberg { significance };
    assert_eq!(rule(0.05).reject(&p, 0.1).unwrap(), rule(0.1).reject(&p, 0.1).unwrap());
    assert_eq!(rule(0.05).reject(&p, 0.1).unwrap(), [true; 4]);
    assert_eq!(rule(0.1).reject(&p, 0.05).unwrap(), [true, true, true, false]);
}
