use proptest::prelude::*;

use super::*;

/// Difference of means of the values with the label less those without.
fn difference(values: &[f64], has: &dyn Fn(usize) -> bool) -> f64 {
    let mean = |wanted: bool| {
        let of: Vec<f64> =
            (0..values.len()).filter(|i| has(*i) == wanted).map(|i| values[i]).collect();
        of.iter().sum::<f64>() / of.len() as f64
    };
    mean(true) - mean(false)
}

/// All labellings as tables.
fn all(scheme: LabelScheme, label: &[bool]) -> Vec<Vec<bool>> {
    let (n, k) = (label.len(), label.iter().filter(|has| **has).count());
    match scheme {
        LabelScheme::CircularShifts => {
            (0..n).map(|s| (0..n).map(|i| label[(i + n - s) % n]).collect()).collect()
        }
        LabelScheme::Permutations => (0..1_u32 << n)
            .filter(|mask| mask.count_ones() as usize == k)
            .map(|mask| (0..n).map(|i| mask >> i & 1 == 1).collect())
            .collect(),
    }
}

/// Two-sided p by going through all labellings.
fn p_of(values: &[f64], label: &[bool], tables: &[Vec<bool>]) -> f64 {
    let observed = difference(values, &|i| label[i]).abs();
    let extreme = |t: &&Vec<bool>| difference(values, &|i| t[i]).abs() >= observed - 1e-12;
    tables.iter().filter(extreme).count() as f64 / tables.len() as f64
}

fn less(values: &[f64], label: &[bool], delta: f64) -> Vec<f64> {
    values.iter().zip(label).map(|(v, has)| if *has { v - delta } else { *v }).collect()
}

fn labelled() -> impl Strategy<Value = (Vec<f64>, Vec<bool>)> {
    (3_usize..8).prop_flat_map(|n| {
        let label = prop::collection::vec(any::<bool>(), n)
            .prop_filter("both", |l| l.contains(&true) && l.contains(&false));
        (prop::collection::vec(-1.0..1.0_f64, n), label)
    })
}

const SCHEMES: [LabelRandomisation; 2] = [
    LabelRandomisation { scheme: LabelScheme::Permutations, most: 20_000, seed: 0 },
    LabelRandomisation { scheme: LabelScheme::CircularShifts, most: 20_000, seed: 0 },
];

proptest! {
    #[test]
    fn p_and_interval_are_those_of_all_labellings((values, label) in labelled(), level in 0.3..0.95_f64) {
        for test in SCHEMES {
            let found = test.test(&values, &label).unwrap();
            let tables = all(test.scheme, &label);
            prop_assert_eq!(found.n_labellings(), tables.len());
            let d = difference(&values, &|i| label[i]);
            prop_assert!((found.difference() - d).abs() < 1e-12);
            prop_assert!((found.mean_with() - found.mean_without() - d).abs() < 1e-12);
            prop_assert!((found.p_values().two_sided - p_of(&values, &label, &tables)).abs() < 1e-12);
            let upper = tables.iter().filter(|t| difference(&values, &|i| t[i]) >= d - 1e-12).count();
            prop_assert!((found.p_values().upper - upper as f64 / tables.len() as f64).abs() < 1e-12);
            prop_assert!(found.p_values().two_sided >= found.attainable_p() - 1e-12);
            prop_assert_eq!(found.n_with() + found.n_without(), values.len());
            let Ok(interval) = found.interval(level) else { continue };
            prop_assert!(interval.lower <= d && d <= interval.upper);
            // Inside p is above 1 − level, outside it is not.
            let width = interval.upper - interval.lower;
            for (delta, inside) in [
                (interval.lower + 1e-7 * width, true), (interval.upper - 1e-7 * width, true),
                (interval.lower - 1e-7 * width, false), (interval.upper + 1e-7 * width, false),
            ] {
                let p = p_of(&less(&values, &label, delta), &label, &tables);
                prop_assert_eq!(p > 1.0 - level + 1e-9, inside, "{} at {}", p, delta);
            }
        }
    }

    #[test]
    fn a_detectable_difference_is_found_with_its_power((values, label) in labelled()) {
        let (power, significance) = (0.6, 0.34);
        for test in SCHEMES {
            let found = test.test(&values, &label).unwrap();
            let tables = all(test.scheme, &label);
            let nothing = less(&values, &label, found.difference());
            let Ok(least) = found.minimum_detectable_difference(power, significance) else { continue };
            // Share of truths under which the test finds δ, with the right sign.
            let share = |delta: f64| {
                let finds = |truth: &&Vec<bool>| {
                    let seen = less(&nothing, truth, -delta);
                    let right = difference(&seen, &|i| truth[i]) * delta > 0.0;
                    right && p_of(&seen, truth, &tables) <= significance + 1e-9
                };
                tables.iter().filter(finds).count() as f64 / tables.len() as f64
            };
            for (size, sign) in [(least.upward, 1.0), (least.downward, -1.0)] {
                prop_assert!(share(sign * (size + 1e-6)) >= power - 1e-9);
                if size > 1e-5 {
                    prop_assert!(share(sign * (size - 1e-6)) < power);
                }
            }
        }
    }

    #[test]
    fn adding_to_the_label_moves_the_difference((values, label) in labelled(), delta in -1.0..1.0_f64) {
        for test in SCHEMES {
            let [before, after] = [values.clone(), less(&values, &label, -delta)]
                .map(|values| test.test(&values, &label).unwrap());
            prop_assert!((after.difference() - before.difference() - delta).abs() < 1e-12);
            if let (Ok(a), Ok(b)) = (before.interval(0.6), after.interval(0.6)) {
                prop_assert!((b.lower - a.lower - delta).abs() < 1e-9);
                prop_assert!((b.upper - a.upper - delta).abs() < 1e-9);
            }
        }
    }
}

#[test]
fn drawn_permutations_agree_with_all() {
    let values: Vec<f64> = (0..14).map(|t| (f64::from(t) * 1.3).sin() + f64::from(t / 7)).collect();
    let label: Vec<bool> = (0..14).map(|t| t >= 7).collect();
    let exact = LabelRandomisation::permutations().test(&values, &label).unwrap();
    let few = LabelRandomisation::permutations().most(10).seed(3);
    let drawn = few.test(&values, &label).unwrap();
    assert_eq!((exact.is_exact(), exact.seed(), exact.n_labellings()), (true, None, 3_432));
    assert_eq!((drawn.is_exact(), drawn.seed(), drawn.n_labellings()), (false, Some(3), 10_000));
    assert!((exact.p_values().two_sided - drawn.p_values().two_sided).abs() < 0.02);
    let [a, b] = [&exact, &drawn].map(|found| found.interval(0.9).unwrap());
    assert!((a.lower - b.lower).abs() < 0.05 && (a.upper - b.upper).abs() < 0.05);
    assert_eq!(few.test(&values, &label).unwrap(), drawn);
    // Every labelling of half of the values has a mirror image.
    assert!((exact.attainable_p() - 2.0 / 3_432.0).abs() < 1e-15);
}

#[test]
fn three_events_decide_nothing() {
    let found =
        LabelRandomisation::permutations().test(&[0.9, 0.1, 0.2], &[true, false, false]).unwrap();
    assert_eq!((found.n_labellings(), found.p_values().two_sided), (3, 1.0 / 3.0));
    assert_eq!(found.attainable_p(), 1.0 / 3.0);
    let text = found.interval(0.95).unwrap_err().to_string();
    assert_eq!(
        text,
        "a comparison of labels at significance 0.0500 needs at least 20 labellings, found 3"
    );
    assert!(found.minimum_detectable_difference(0.8, 0.05).is_err());
}

#[test]
fn labels_that_last_leave_few_comparisons() {
    // Two stretches of days, the values of which differ, with the label on the second: a
    // permutation takes days for independent, shifts know better.
    let values: Vec<f64> =
        (0..60).map(|t| f64::from(u32::from(t >= 30)) + 0.1 * (f64::from(t) * 2.0).sin()).collect();
    let label: Vec<bool> = (0..60).map(|t| t >= 30).collect();
    let shifts = LabelRandomisation::circular_shifts().test(&values, &label).unwrap();
    let permutations = LabelRandomisation::permutations().test(&values, &label).unwrap();
    assert_eq!(permutations.p_values().two_sided, 1e-4);
    assert!(shifts.p_values().two_sided >= 2.0 / 60.0);
    assert_eq!((shifts.scheme(), shifts.n_labellings()), (LabelScheme::CircularShifts, 60));
}

#[test]
fn bad_input() {
    for test in SCHEMES {
        assert!(matches!(test.test(&[1.0], &[true, false]), Err(Error::ShapeMismatch { .. })));
        assert!(matches!(test.test(&[1.0, f64::NAN], &[true, false]), Err(Error::Setting { .. })));
        for label in [[true, true], [false, false]] {
            assert!(matches!(test.test(&[1.0, 2.0], &label), Err(Error::TooFew { .. })));
        }
        let found = test.test(&[1.0, 2.0], &[true, false]).unwrap();
        assert!(matches!(found.interval(1.0), Err(Error::Setting { .. })));
        assert!(found.minimum_detectable_difference(0.05, 0.8).is_err());
    }
}
