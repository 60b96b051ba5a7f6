//! What holds for regressions whatever the data are, and closed forms.

use proptest::prelude::*;

use super::*;
use crate::Error;

const ALL: [fn(&Clusters) -> Covariance; 10] = [
    |_| Covariance::Classical,
    |_| Covariance::Hc0,
    |_| Covariance::Hc1,
    |_| Covariance::Hc2,
    |_| Covariance::Hc3,
    |_| Covariance::Hc4,
    |_| Covariance::NeweyWest { lags: Lags::CubeRoot, small_sample: true },
    |_| Covariance::newey_west(Lags::Rows(5)),
    |_| Covariance::QuadraticSpectral { bandwidth: Bandwidth::Rows(2.5), small_sample: false },
    |c| Covariance::clustered(c.clone()),
];

fn std_errors(fit: &Regression, covariance: &Covariance) -> Vec<f64> {
    let estimates = fit.estimates(covariance).unwrap();
    estimates.coefficients.iter().map(|c| c.std_error).collect()
}

fn near(a: &[f64], b: &[f64]) -> bool {
    a.len() == b.len()
        && a.iter().zip(b).all(|(a, b)| (a - b).abs() <= 1e-10 * a.abs().max(b.abs()))
}

fn fit(y: &[f64], x: &[f64], z: &[f64]) -> Regression {
    LeastSquares::of(y).on("x", x).on("z", z).fit().unwrap()
}

/// Rows that no two of the three lists explain.
fn rows() -> impl Strategy<Value = (Vec<f64>, Vec<f64>, Vec<f64>)> {
    let list = || prop::collection::vec(-1.0..1.0_f64, 24);
    (list(), list(), list()).prop_filter("dependent", |(y, x, z)| {
        LeastSquares::of(y).on("x", x).on("z", z).fit().is_ok()
    })
}

fn thirds() -> Clusters {
    Clusters::by((0..24).map(|t| t / 3))
}

proptest! {
    #[test]
    fn equal_weights_are_no_weights((y, x, z) in rows(), weight in 0.01..50.0_f64) {
        let plain = fit(&y, &x, &z);
        let weights = [weight; 24];
        let regression = LeastSquares::of(&y).on("x", &x).on("z", &z).weighted(&weights);
        let weighted = regression.fit().unwrap();
        prop_assert!(near(plain.params(), weighted.params()));
        for covariance in ALL.map(|of| of(&thirds())) {
            prop_assert!(near(&std_errors(&plain, &covariance), &std_errors(&weighted, &covariance)));
        }
        prop_assert!((plain.r_squared().unwrap() - weighted.r_squared().unwrap()).abs() < 1e-12);
        prop_assert!((plain.durbin_watson() - weighted.durbin_watson()).abs() < 1e-10);
    }

    #[test]
    fn special_cases_are_hc0((y, x, z) in rows()) {
        let fit = fit(&y, &x, &z);
        let plain = std_errors(&fit, &Covariance::Hc0);
        let singletons = Clusters::by(0..24);
        let same = [
            Covariance::newey_west(Lags::Rows(0)),
            Covariance::QuadraticSpectral { bandwidth: Bandwidth::Rows(0.0), small_sample: false },
            Covariance::Clustered { clusters: singletons.clone(), small_sample: false },
        ];
        for covariance in same {
            prop_assert!(near(&std_errors(&fit, &covariance), &plain), "{covariance:?}");
        }
        let hc1 = std_errors(&fit, &Covariance::Hc1);
        let clustered = std_errors(&fit, &Covariance::clustered(singletons.clone()));
        prop_assert!(near(&clustered, &hc1));
        let one_way = Covariance::Clustered { clusters: thirds(), small_sample: false };
        for second in [singletons, thirds()] {
            let two_way = Covariance::TwoWay { first: thirds(), second, small_sample: false };
            prop_assert!(near(&std_errors(&fit, &two_way), &std_errors(&fit, &one_way)));
        }
    }

    #[test]
    fn units_of_y_and_x_pass_through((y, x, z) in rows(), times in 0.01..100.0_f64) {
        let plain = fit(&y, &x, &z);
        let scale = |v: &[f64], by: f64| -> Vec<f64> { v.iter().map(|a| a * by).collect() };
        let of_y = fit(&scale(&y, times), &x, &z);
        let of_x = fit(&y, &scale(&x, times), &z);
        prop_assert!(near(of_y.params(), &scale(plain.params(), times)));
        prop_assert!((of_x.params()[1] * times / plain.params()[1] - 1.0).abs() < 1e-9);
        for covariance in ALL.map(|of| of(&thirds())) {
            let errors = std_errors(&plain, &covariance);
            prop_assert!(near(&std_errors(&of_y, &covariance), &scale(&errors, times)));
            let other = std_errors(&of_x, &covariance);
            prop_assert!(near(&[other[0], other[1] * times, other[2]], &errors));
        }
    }

    #[test]
    fn a_level_of_y_is_in_the_intercept_alone((y, x, z) in rows(), level in -5.0..5.0_f64) {
        let plain = fit(&y, &x, &z);
        let shifted: Vec<f64> = y.iter().map(|v| v + level).collect();
        let found = fit(&shifted, &x, &z);
        let moved = found.params()[0] - plain.params()[0];
        prop_assert!((moved - level).abs() < 1e-12);
        for covariance in ALL.map(|of| of(&thirds())) {
            let (a, b) = (std_errors(&plain, &covariance), std_errors(&found, &covariance));
            prop_assert!(a.iter().zip(&b).all(|(a, b)| (a / b - 1.0).abs() < 1e-9));
        }
    }

    #[test]
    fn one_regressor_has_f_of_t_squared((y, x, _) in rows()) {
        let fit = LeastSquares::of(&y).on("x", &x).fit().unwrap();
        let slope = &fit.estimates(&Covariance::Classical).unwrap().coefficients[1];
        let f = fit.f_test().unwrap();
        prop_assert!((f.statistic - slope.t.powi(2)).abs() < 1e-10 * (1.0 + f.statistic));
        prop_assert!((f.p_value - slope.p_value).abs() < 1e-11);
        prop_assert!(f.p_value > 0.0 && f.p_value <= 1.0);
    }

    #[test]
    fn p_values_of_both_sides_add_up((y, x, z) in rows()) {
        let estimates = fit(&y, &x, &z).estimates(&Covariance::Hc3).unwrap();
        for c in &estimates.coefficients {
            let above = estimates.p_value_above(c);
            prop_assert!((2.0 * above.min(1.0 - above) - c.p_value).abs() < 1e-14);
        }
    }
}

#[test]
fn a_dummy_gives_the_difference_of_means() {
    // Group 0: 1, 2, 6 (variance 7); group 1: 4, 8 (variance 8).
    let y = [1.0, 4.0, 2.0, 8.0, 6.0];
    let dummy = [0.0, 1.0, 0.0, 1.0, 0.0];
    let fit = LeastSquares::of(&y).on("group", &dummy).fit().unwrap();
    assert!(near(fit.params(), &[3.0, 3.0]));
    // HC2 is Welch's variance, s₀²/3 + s₁²/2; HC0 has the divisors 3 and 2 in place of 2 and 1.
    let slope = |covariance| std_errors(&fit, &covariance)[1];
    assert!((slope(Covariance::Hc2) - (7.0 / 3.0 + 8.0 / 2.0_f64).sqrt()).abs() < 1e-14);
    assert!((slope(Covariance::Hc0) - (14.0 / 9.0 + 8.0 / 4.0_f64).sqrt()).abs() < 1e-14);
    // Pooled variance (14 + 8)/3.
    let pooled = 22.0 / 3.0 * (1.0 / 3.0 + 1.0 / 2.0_f64);
    assert!((slope(Covariance::Classical) - pooled.sqrt()).abs() < 1e-14);
    assert!(near(&fit.leverages(), &[1.0 / 3.0, 0.5, 1.0 / 3.0, 0.5, 1.0 / 3.0]));
    // Rows are alone or in pairs; errors -2, -2, -1, 2, 3. Slope influences: e/2 in group 1, -e/3
    // in group 0.
    let pairs = Clusters::by(["a", "a", "b", "b", "c"]);
    let sums = [2.0 / 3.0 - 1.0, 1.0 / 3.0 + 1.0, -1.0_f64];
    let plain: f64 = sums.iter().map(|s| s * s).sum();
    let factor = 3.0 / 2.0 * 4.0 / 3.0;
    assert!((slope(Covariance::clustered(pairs)) - (plain * factor).sqrt()).abs() < 1e-14);
}

#[test]
fn clusters_have_their_own_degrees_of_freedom() {
    let y: Vec<f64> = (0..24).map(|t| f64::from(t / 3 + t * 7 % 11)).collect();
    let fit = LeastSquares::of(&y).fit().unwrap();
    let clustered = fit.estimates(&Covariance::clustered(thirds())).unwrap();
    assert_eq!((clustered.degrees_of_freedom, clustered.n_clusters), (7.0, Some(8)));
    let two_way = Covariance::two_way(thirds(), Clusters::by((0..24).map(|t| t % 5)));
    assert_eq!(fit.estimates(&two_way).unwrap().degrees_of_freedom, 4.0);
    // Halves and parities, whose four cells have means that cancel in both.
    let crossed: Vec<f64> = (0..24).map(|t| f64::from((t / 12 + t % 2) % 2)).collect();
    let two_way = Covariance::two_way(
        Clusters::by((0..24).map(|t| t / 12)),
        Clusters::by((0..24).map(|t| t % 2)),
    );
    let error = LeastSquares::of(&crossed).fit().unwrap().estimates(&two_way);
    assert!(matches!(error, Err(Error::NegativeVariance { value, .. }) if value < 0.0));
    let hc = fit.estimates(&Covariance::Hc1).unwrap();
    assert_eq!(hc.degrees_of_freedom, 23.0);
    let wider = clustered.clone().at_degrees_of_freedom(23.0).unwrap();
    assert!(wider.coefficients[0].p_value < clustered.coefficients[0].p_value);
    assert!(hc.at_degrees_of_freedom(0.0).is_err());
}

#[test]
fn weights_of_a_mean_and_a_line_through_the_origin() {
    let y = [1.0, 4.0, 7.0];
    let weights = [1.0, 2.0, 1.0];
    let mean = LeastSquares::of(&y).weighted(&weights).fit().unwrap();
    assert!(near(mean.params(), &[4.0]));
    // Σ w e² = 9 + 0 + 9 over 2 degrees of freedom, over Σ w.
    assert!(near(&std_errors(&mean, &Covariance::Classical), &[(9.0_f64 / 4.0).sqrt()]));
    let x = [1.0, 2.0, 3.0];
    let line = LeastSquares::of(&y).on("x", &x).without_intercept().fit().unwrap();
    assert!(near(line.params(), &[30.0 / 14.0]));
    let explained = 900.0 / 14.0;
    assert!((line.r_squared().unwrap() - explained / 66.0).abs() < 1e-15);
    let f = line.f_test().unwrap();
    assert_eq!((f.numerator_df, f.denominator_df), (1, 2));
    assert!((f.statistic - explained / ((66.0 - explained) / 2.0)).abs() < 1e-10);
}

#[test]
fn serial_correlation_by_hand() {
    // Deviations from the mean 2: -1, 1, -1, 1, 0.
    let x = [1.0, 3.0, 1.0, 3.0, 2.0];
    let r = autocorrelations(&x, 2).unwrap();
    assert!(near(&r, &[-0.75, 0.5]));
    let test = ljung_box(&x, 2).unwrap();
    assert!((test.statistic - 35.0 * (0.5625 / 4.0 + 0.25 / 3.0)).abs() < 1e-13);
    assert!((test.p_value - (-test.statistic / 2.0).exp()).abs() < 1e-15);
    let fit = LeastSquares::of(&x).fit().unwrap();
    assert!((fit.durbin_watson() - 13.0 / 4.0).abs() < 1e-14);
    assert!(near(&fit.residual_autocorrelations(2).unwrap(), &r));
    assert!(autocorrelations(&x, 5).is_err() && autocorrelations(&x, 0).is_err());
    assert!(matches!(autocorrelations(&[0.1; 9], 2), Err(Error::DegenerateVariance { .. })));
}

#[test]
fn a_constant_with_bartletts_weights_by_hand() {
    // Deviations -1, 1, -1, 1, 0: Σ d² = 4, Σ d_t d_{t-1} = -3, lag 2: 2; weights 2/3 and 1/3.
    let y = [1.0, 3.0, 1.0, 3.0, 2.0];
    let fit = LeastSquares::of(&y).fit().unwrap();
    let sum = 4.0 + 2.0 * (2.0 / 3.0 * -3.0 + 1.0 / 3.0 * 2.0);
    let found = std_errors(&fit, &Covariance::newey_west(Lags::Rows(2)));
    assert!((found[0] - (sum / 25.0_f64).sqrt()).abs() < 1e-14);
    let small = Covariance::NeweyWest { lags: Lags::Rows(2), small_sample: true };
    assert!((std_errors(&fit, &small)[0] - (sum / 25.0 * 5.0 / 4.0_f64).sqrt()).abs() < 1e-14);
}

#[test]
fn rules_are_exact_at_whole_roots() {
    let lags = |rule: Lags, n| rule.for_rows(n).unwrap();
    assert_eq!((lags(Lags::TwoNinths, 100), lags(Lags::TwoNinths, 99)), (4, 3));
    assert_eq!((lags(Lags::CubeRoot, 64), lags(Lags::CubeRoot, 63)), (3, 2));
    assert_eq!((lags(Lags::FourthRoot, 81), lags(Lags::FourthRoot, 80)), (3, 2));
    assert_eq!(Lags::Automatic.for_rows(50), None);
}

#[test]
fn the_quadratic_spectral_kernel_has_no_seam() {
    // On either side of the point where the series takes over: k(x) = 1 - z²/10 + z⁴/280 - z⁶/15120.
    let width = |z: f64| 1.2 * std::f64::consts::PI / z;
    for z in [0.0199, 0.0201, 0.3_f64] {
        let wanted = 1.0 - z * z / 10.0 + z.powi(4) / 280.0 - z.powi(6) / 15120.0;
        assert!((kernels::quadratic_spectral(1, width(z)) - wanted).abs() < 2e-10, "{z}");
    }
    assert_eq!(kernels::quadratic_spectral(3, 0.0), 0.0);
    // Zero of tan z = z.
    assert!(kernels::quadratic_spectral(1, width(4.493_409_457_909_064)).abs() < 1e-15);
}

#[test]
fn faults_say_what_was_found() {
    let y = [1.0, 2.0, 4.0, 3.0];
    let x = [1.0, 2.0, 3.0, 5.0];
    let text = |r: LeastSquares<'_>| r.fit().unwrap_err().to_string();
    assert_eq!(
        text(LeastSquares::of(&y).on("x", &x[..3])),
        "regressor `x` has length 3, expected 4"
    );
    assert_eq!(text(LeastSquares::of(&y).on("x", &x).on("x", &y)), "regressor `x` occurs twice");
    assert_eq!(
        text(LeastSquares::of(&[1.0, f64::NAN, 2.0])),
        "y, row 1: NaN is not a finite number"
    );
    assert_eq!(
        text(LeastSquares::of(&y).weighted(&[1.0, 1.0, 0.0, 1.0])),
        "the weights, row 2: 0 is not a finite number above zero"
    );
    assert_eq!(
        text(LeastSquares::of(&y).on("a", &x).on("b", &[2.0, 4.0, 6.0, 10.0])),
        "the regressors are linearly dependent, so they have no coefficients of their own; they \
         are `a`, `b`"
    );
    assert_eq!(
        text(LeastSquares::of(&y[..2]).on("a", &x[..2])),
        "a regression with 2 coefficients needs at least 3 rows, found 2"
    );
    assert_eq!(
        text(LeastSquares::of(&[0.3, 0.1, 0.2]).on("x", &[3.0, 1.0, 2.0])),
        "a regression: the variance of the residuals is zero, so the statistic is not defined"
    );
    let fit = LeastSquares::of(&y).on("x", &x).fit().unwrap();
    let text = |c: Covariance| fit.estimates(&c).unwrap_err().to_string();
    assert_eq!(
        text(Covariance::newey_west(Lags::Rows(4))),
        "lags = 4: expected fewer lags than rows"
    );
    assert_eq!(
        text(Covariance::clustered(Clusters::by([1; 4]))),
        "a clustered covariance needs at least 2 clusters, found 1"
    );
    assert_eq!(
        text(Covariance::clustered(Clusters::by([1, 2]))),
        "the clusters has length 2, expected 4"
    );
}

#[test]
fn standard_errors_that_are_zero_are_refused() {
    // The dummy is one in a single row, whose residual is zero whatever y is.
    let y = [1.0, 2.0, 4.0, 3.0, 7.0];
    let dummy = [0.0, 0.0, 0.0, 0.0, 1.0];
    let fit = LeastSquares::of(&y).on("last", &dummy).fit().unwrap();
    for covariance in [Covariance::Hc2, Covariance::Hc3, Covariance::Hc4] {
        let error = fit.estimates(&covariance).unwrap_err();
        assert!(error.to_string().contains("residual at row 4"), "{error}");
    }
    // Two clusters, each with a mean of its own: their influences sum to zero.
    let halves = [0.0, 0.0, 1.0, 1.0, 1.0];
    let fit = LeastSquares::of(&y).on("half", &halves).fit().unwrap();
    let clusters = Clusters::by(halves.map(|h| h > 0.5));
    let error = fit.estimates(&Covariance::clustered(clusters)).unwrap_err();
    assert!(matches!(error, Error::DegenerateVariance { .. }), "{error}");
}
