use proptest::prelude::*;
use rand::RngExt;

use super::*;
use crate::numeric::streams::Stream;
use crate::with_threads;

const STATISTICS: [ConformalStatistic; 3] =
    [ConformalStatistic::Absolute, ConformalStatistic::Square, ConformalStatistic::Sum];
const PERMUTATIONS: [ConformalPermutations; 2] =
    [ConformalPermutations::MovingBlock, ConformalPermutations::Iid];

/// Nearly normal, variance 1.
fn noise(stream: &mut Stream) -> f64 {
    (0..12).map(|_| stream.random::<f64>()).sum::<f64>() - 6.0
}

/// A stationary AR(1) of variance 1.
fn autoregressive(stream: &mut Stream, n: usize, rho: f64) -> Vec<f64> {
    let mut last = noise(stream);
    let scale = (1.0 - rho * rho).sqrt();
    (0..n)
        .map(|_| {
            last = rho * last + scale * noise(stream);
            last
        })
        .collect()
}

#[test]
fn p_values_by_hand() {
    let residuals = vec![4.0, -1.0, 2.0, -4.0, -3.0, 8.0];
    let series = ConformalSeries::of_residuals(residuals, 4..6).unwrap();
    let test = ConformalTest::new().statistic(ConformalStatistic::Sum);
    let found = test.test(&series).unwrap();
    // Sums of two neighbours on the circle, from the event on: 5, 12, 3, 1, -2, -7.
    assert!((found.statistic - 5.0 / 2.0_f64.sqrt()).abs() < 1e-15);
    assert!((found.p_value - 3.0 / 6.0).abs() < 1e-15);
    assert_eq!((found.n_rows, found.n_post, found.n_permutations), (6, 2, 6));
    assert!(found.exact && (found.attainable_p - 1.0 / 6.0).abs() < 1e-15);
    // Absolute values: 11, 12, 5, 3, 6, 7; squares: 73, 80, 17, 5, 20, 25.
    for (statistic, s) in [
        (ConformalStatistic::Absolute, 11.0 / 2.0_f64.sqrt()),
        (ConformalStatistic::Square, 7.1846),
    ] {
        let found = test.statistic(statistic).test(&series).unwrap();
        assert!((found.statistic - s).abs() < 1e-3 && (found.p_value - 2.0 / 6.0).abs() < 1e-15);
    }
    // Any two of the six: sums of 5 and more in size are 4+8, -1+8, 2+8, -3+8, 4+2, -1-4, -4-3.
    let any = test.permutations(ConformalPermutations::Iid).test(&series).unwrap();
    assert_eq!((any.n_permutations, any.exact), (15, true));
    assert!((any.p_value - 7.0 / 15.0).abs() < 1e-15, "{}", any.p_value);
}

#[test]
fn the_interval_of_one_row_has_a_closed_form() {
    // |r_t + θ/T| = |r_p - θ(1 - 1/T)| at θ = y_p - y_t and θ = (r_p + r_t)/(1 - 2/T).
    let values = [0.3, -0.4, 0.1, 0.9, -0.2, 0.05, 0.6, -0.7, 0.2, 0.8];
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let ends = values[..9]
        .iter()
        .flat_map(|v| [values[9] - v, (values[9] + v - 2.0 * mean) / (1.0 - 2.0 / n)]);
    let lower = ends.clone().fold(f64::INFINITY, f64::min);
    let upper = ends.fold(f64::NEG_INFINITY, f64::max);
    let series = ConformalSeries::fitted(&values, &[], 9..10).unwrap();
    for statistic in STATISTICS {
        for permutations in PERMUTATIONS {
            // Only a statistic above all others is rejected.
            let test = ConformalTest::new().statistic(statistic).permutations(permutations);
            let found = test.interval(&series, 0.9).unwrap();
            assert!((found.lower - lower).abs() < 1e-12, "{statistic:?}: {found:?}");
            assert!((found.upper - upper).abs() < 1e-12, "{statistic:?}: {found:?}");
        }
    }
}

#[test]
fn residuals_of_the_model_of_some_rows_give_the_fit_to_all() {
    let mut stream = stream(1, 0);
    let market: Vec<f64> = (0..60).map(|_| noise(&mut stream)).collect();
    let other: Vec<f64> = (0..60).map(|_| noise(&mut stream)).collect();
    let returns: Vec<f64> =
        market.iter().map(|m| 0.1 + 1.3 * m + 0.2 * noise(&mut stream)).collect();
    for regressors in [vec![], vec![market.as_slice()], vec![market.as_slice(), &other]] {
        let all = ConformalSeries::fitted(&returns, &regressors, 50..60).unwrap();
        // Residuals of least squares: orthogonal to the constant and to the regressors.
        assert!(all.residuals().iter().sum::<f64>().abs() < 1e-12);
        for x in &regressors {
            let product: f64 = all.residuals().iter().zip(*x).map(|(u, x)| u * x).sum();
            assert!(product.abs() < 1e-11);
        }
        let abnormal: Vec<f64> = (0..60)
            .map(|t| returns[t] - 0.07 - regressors.iter().map(|x| 0.9 * x[t]).sum::<f64>())
            .collect();
        let again = ConformalSeries::fitted(&abnormal, &regressors, 50..60).unwrap();
        for (a, b) in all.residuals().iter().zip(again.residuals()) {
            assert!((a - b).abs() < 1e-12);
        }
        // A null of effects is the fit to returns without them.
        let effects: Vec<f64> = (0..10).map(|k| 0.1 * f64::from(k)).collect();
        let mut without = returns.clone();
        for (r, e) in without[50..].iter_mut().zip(&effects) {
            *r -= e;
        }
        let expected = ConformalSeries::fitted(&without, &regressors, 50..60).unwrap();
        let found = all.under(&effects).unwrap();
        for (a, b) in found.residuals().iter().zip(expected.residuals()) {
            assert!((a - b).abs() < 1e-12);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn intervals_hold_what_the_test_does_not_reject(
        values in prop::collection::vec(-1.0..1.0_f64, 24..40), market in prop::collection::vec(-1.0..1.0_f64, 40),
        n_post in 1_usize..6, from in 0_usize..30, level in 0.5..0.95_f64, kind in 0_usize..3,
        shifted in any::<bool>(), with_market in any::<bool>(), effect in -3.0..3.0_f64,
    ) {
        let n = values.len();
        let from = from.min(n - n_post);
        let post = from..from + n_post;
        let mut values = values;
        values[post.clone()].iter_mut().for_each(|v| *v += effect);
        let market = &market[..n];
        let regressors: Vec<&[f64]> = if with_market { vec![market] } else { vec![] };
        let series = ConformalSeries::fitted(&values, &regressors, post).unwrap();
        let test = ConformalTest::new()
            .statistic(STATISTICS[kind])
            .permutations(PERMUTATIONS[usize::from(shifted)])
            .draws(150);
        let p = |theta: f64| {
            let null = series.under(&vec![theta; n_post]).unwrap();
            test.test(&null).unwrap().p_value
        };
        match test.interval(&series, level) {
            Ok(found) => {
                let (a, b) = (found.lower, found.upper);
                prop_assert!(a <= b);
                let alpha = 1.0 - level + 1e-9;
                // Ends are accepted (a hair inside), everything outside is not.
                let hair = 1e-7 * (1.0 + b - a);
                if b - a > 3.0 * hair {
                    prop_assert!(p(a).max(p(a + hair)) > alpha, "{} at {a}", p(a));
                    prop_assert!(p(b).max(p(b - hair)) > alpha, "{} at {b}", p(b));
                }
                for step in [0.0, 1e-3, 0.01, 0.1, 0.3, 1.0, 3.0, 10.0] {
                    for theta in [a - hair - step, b + hair + step] {
                        prop_assert!(p(theta) <= alpha, "{} at {theta} outside {found:?}", p(theta));
                    }
                }
                // Zero is inside wherever it is not rejected.
                prop_assert!(p(0.0) <= alpha || (a <= 0.0 && 0.0 <= b));
            }
            // A window whose residuals differ by more than a constant; never for the sum, of which
            // some effect leaves nothing.
            Err(error) => {
                let none = error.to_string().contains("no constant effect is accepted");
                prop_assert!(none && kind < 2, "{error}");
            }
        }
    }

    #[test]
    fn p_values_do_not_depend_on_scale_or_sign(
        values in prop::collection::vec(-1.0..1.0_f64, 30), scale in 0.01..100.0_f64, kind in 0_usize..3,
    ) {
        let test = ConformalTest::new().statistic(STATISTICS[kind]);
        let p = |k: f64| {
            let scaled: Vec<f64> = values.iter().map(|v| k * v).collect();
            test.test(&ConformalSeries::fitted(&scaled, &[], 25..30).unwrap()).unwrap().p_value
        };
        prop_assert_eq!(p(1.0), p(scale));
        prop_assert_eq!(p(1.0), p(-1.0));
        // Every window in its turn has a rank of its own: the p-values are 1/T, 2/T, … or ties.
        let mut all: Vec<f64> = (0..=25)
            .map(|from| {
                let series = ConformalSeries::fitted(&values, &[], from..from + 5).unwrap();
                test.test(&series).unwrap().p_value * 30.0
            })
            .collect();
        all.sort_by(f64::total_cmp);
        prop_assert!(all.windows(2).all(|pair| pair[1] - pair[0] > 0.5));
    }
}

/// How often a window of 20 rows at the end is rejected at 5 %.
fn rejections(test: ConformalTest, n_rows: usize, rho: f64, effect: f64, n_studies: u64) -> f64 {
    let rejected = (0..n_studies).filter(|study| {
        let mut stream = stream(11, *study);
        let mut values = autoregressive(&mut stream, n_rows, rho);
        values[n_rows - 20..].iter_mut().for_each(|v| *v += effect);
        let series = ConformalSeries::fitted(&values, &[], n_rows - 20..n_rows).unwrap();
        test.test(&series).unwrap().p_value <= 0.05 + 1e-12
    });
    rejected.count() as f64 / n_studies as f64
}

#[test]
fn independent_returns_have_exact_size() {
    let n_studies = 1_500;
    let error = (0.05 * 0.95 / n_studies as f64).sqrt();
    for statistic in STATISTICS {
        let test = ConformalTest::new().statistic(statistic);
        // 5 of 100 shifts; 5 of 100 draws, the identity one of them.
        let shifted = rejections(test, 100, 0.0, 0.0, n_studies);
        assert!((shifted - 0.05).abs() < 3.0 * error, "{statistic:?} shifted: {shifted}");
        let any = test.permutations(ConformalPermutations::Iid).draws(99);
        let any = rejections(any, 100, 0.0, 0.0, n_studies);
        assert!((any - 0.05).abs() < 3.0 * error, "{statistic:?} in any order: {any}");
    }
}

#[test]
fn dependent_returns_need_shifts() {
    let n_studies = 1_000;
    let error = (0.05 * 0.95 / n_studies as f64).sqrt();
    let test = ConformalTest::new().statistic(ConformalStatistic::Sum);
    let shifted = rejections(test, 260, 0.3, 0.0, n_studies);
    assert!((shifted - 0.05).abs() < 3.0 * error, "{shifted}");
    // Orders that tear neighbours apart have sums that vary too little.
    let any = test.permutations(ConformalPermutations::Iid).draws(99);
    let any = rejections(any, 260, 0.3, 0.0, 400);
    assert!(any > 0.09, "{any}");
}

#[test]
fn effects_are_found() {
    let test = ConformalTest::new().statistic(ConformalStatistic::Sum);
    // With the variance known the power would be that of z = δ√(T*(1 - T*/T)): 0.188, 0.574, 0.990
    // for δ of a quarter, a half and one standard deviation per row. The 13 windows that 260 rows
    // hold tell it a little worse.
    let n_studies = 400;
    for (effect, most) in [(0.25, 0.188), (0.5, 0.574), (1.0, 0.990)] {
        let power = rejections(test, 260, 0.0, effect, n_studies);
        let error = (most * (1.0 - most) / n_studies as f64).sqrt();
        assert!(power < most + 3.0 * error && power > most - 0.12, "{power} at {effect}");
    }
}

#[test]
fn draws_agree_with_the_enumeration_and_do_not_depend_on_threads() {
    let mut stream = stream(3, 0);
    let values: Vec<f64> = (0..16).map(|_| noise(&mut stream)).collect();
    let series = ConformalSeries::fitted(&values, &[], 12..16).unwrap();
    let any = ConformalTest::new().permutations(ConformalPermutations::Iid);
    for statistic in STATISTICS {
        let all = any.statistic(statistic).test(&series).unwrap();
        assert_eq!((all.n_permutations, all.exact), (1_820, true));
        let drawing = any.statistic(statistic).draws(1_500).seed(9);
        let some = drawing.test(&series).unwrap();
        assert_eq!((some.n_permutations, some.exact), (1_501, false));
        let (p, q) = (some.p_value, all.p_value);
        assert!((p - q).abs() < 4.0 * (q * (1.0 - q) / 1_500.0).sqrt() + 1e-3, "{p} against {q}");
        assert_eq!(with_threads(1, || drawing.test(&series)).unwrap().unwrap(), some);
        let (a, b) = (
            drawing.interval(&series, 0.9).unwrap(),
            any.statistic(statistic).interval(&series, 0.9),
        );
        assert!((a.lower - b.unwrap().lower).abs() < 0.3);
    }
}

#[test]
fn faults_are_errors() {
    let fitted = |n: usize, post| ConformalSeries::fitted(&vec![0.5; n], &[], post);
    assert!(matches!(fitted(5, 5..5), Err(Error::TooFew { unit: "rows of the event", .. })));
    assert!(matches!(fitted(5, 0..5), Err(Error::TooFew { n_found: 0, .. })));
    assert!(matches!(fitted(5, 4..7), Err(Error::ShapeMismatch { n_expected: 7, .. })));
    let bad = ConformalSeries::of_residuals(vec![0.0, f64::NAN, 1.0], 2..3);
    assert!(matches!(bad, Err(Error::BadEntry { row: 1, .. })));
    let flat = ConformalSeries::fitted(&[0.1, 0.2, 0.3, 0.1], &[&[1.0; 4]], 3..4);
    assert!(matches!(flat, Err(Error::DegenerateVariance { .. })));

    let values: Vec<f64> = (0..12).map(|t| f64::from(t * t % 7)).collect();
    let series = ConformalSeries::fitted(&values, &[], 10..12).unwrap();
    assert!(matches!(series.under(&[1.0]), Err(Error::ShapeMismatch { n_expected: 2, .. })));
    let test = ConformalTest::new();
    assert_eq!(
        test.interval(&series, 0.95).unwrap_err().to_string(),
        "a conformal interval at level 0.95 needs at least 20 permutations, found 12"
    );
    let none = test.permutations(ConformalPermutations::Iid).draws(0).test(&series);
    assert!(matches!(none, Err(Error::Setting { name: "conformal draws", .. })));
    // An event of more than half of the rows moves the others more than itself.
    let long = ConformalSeries::fitted(&values, &[], 4..12).unwrap();
    let found = test.interval(&long, 0.8).unwrap_err();
    assert!(found.to_string().contains("effects of any size are accepted"), "{found}");
}
