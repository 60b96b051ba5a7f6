use chrono::{Days, NaiveDate};
use proptest::prelude::*;

use super::*;
use crate::numeric::streams::stream;
use crate::time::DateAxis;
use rand::Rng;

fn day(n: usize) -> NaiveDate {
    NaiveDate::from_ymd_opt(2015, 1, 2).unwrap() + Days::new(n as u64)
}

fn pairs(x: &[f64], y: &[f64]) -> PairedReturns {
    let axis = DateAxis::new((0..x.len()).map(day).collect()).unwrap();
    let some = |v: &[f64]| v.iter().map(|v| (!v.is_nan()).then_some(*v)).collect::<Vec<_>>();
    PairedReturns::new(axis, &some(x), &some(y)).unwrap()
}

/// The series of the reference figures: whole numbers over 1000, and y that follows x.
fn reference() -> (Vec<f64>, Vec<f64>) {
    let x: Vec<f64> =
        (0..120_i32).map(|t| f64::from((t * t * 7 + 3 * t) % 61 - 30) * 0.001).collect();
    let w: Vec<f64> =
        (0..120_i32).map(|t| f64::from((t * t * t + 5 * t) % 53 - 26) * 0.001).collect();
    let lag = |t: usize, l: usize| if t >= l { x[t - l] } else { 0.0 };
    let y = (0..120).map(|t| w[t] + 0.5 * lag(t, 1) - 0.3 * lag(t, 2)).collect();
    (x, y)
}

fn near(found: f64, expected: f64) {
    assert!((found / expected - 1.0).abs() < 1e-9, "{found} {expected}");
}

/// Figures of statsmodels 0.15.0: `OLS(...).fit(cov_type, use_t=True)`, `wald_test` with and without
/// `use_f`, `t_test` of the sum.
#[test]
fn tests_and_sums_are_those_of_statsmodels() {
    let (x, y) = reference();
    let pairs = pairs(&x, &y);
    let run = |lags, covariance| {
        GrangerCausality::new(LagOrder::Rows(lags)).covariance(covariance).test(&pairs).unwrap()
    };
    let check = |found: &GrangerDirection, expected: [f64; 6]| {
        near(found.test.f, expected[0]);
        near(found.test.p_f, expected[1]);
        near(found.test.chi_squared, expected[2]);
        near(found.test.p_chi_squared, expected[3]);
        near(found.sum.estimate, expected[4]);
        near(found.sum.std_error, expected[5]);
    };
    let classical = run(2, Covariance::Classical);
    assert_eq!((classical.n_observations, classical.criteria.len()), (118, 0));
    check(
        &classical.first_leads,
        [
            25.672_464_387_261_84,
            6.437_254_544_502_4e-10,
            51.344_928_774_523_68,
            7.089_088_200_425_118_5e-12,
            0.224_256_920_875_138_2,
            0.104_229_132_722_690_17,
        ],
    );
    check(
        &classical.second_leads,
        [
            1.108_994_535_899_941_8,
            0.333_453_752_633_790_6,
            2.217_989_071_799_883_6,
            0.329_890_487_420_391_9,
            -0.120_120_001_575_827_07,
            0.140_837_370_040_849_76,
        ],
    );
    check(
        &run(3, Covariance::Hc1).first_leads,
        [
            16.591_417_834_192_956,
            5.812_783_157_782_633e-9,
            49.774_253_502_578_865,
            8.924_357_900_544_727e-11,
            0.317_637_931_477_519_84,
            0.114_686_028_821_610_8,
        ],
    );
    check(
        &run(3, Covariance::Hc3).second_leads,
        [
            1.513_842_744_659_758_4,
            0.214_949_100_642_584_35,
            4.541_528_233_979_275_5,
            0.208_615_840_544_640_77,
            0.105_805_986_699_427_26,
            0.180_679_512_068_839_56,
        ],
    );
}

/// Figures of statsmodels 0.15.0: `VAR(...).select_order(4)`.
#[test]
fn criteria_are_those_of_statsmodels_and_choose() {
    let (x, y) = reference();
    let pairs = pairs(&x, &y);
    let run = |criterion| {
        GrangerCausality::new(LagOrder::Chosen { criterion, max: 4 }).test(&pairs).unwrap()
    };
    let found = run(InformationCriterion::Bic);
    let expected = [
        (-16.092_869_035_904_16, -15.950_441_957_053_831, -16.035_051_777_739_568),
        (-16.186_010_720_871_02, -15.948_632_256_120_472, -16.089_648_623_930_035),
        (-16.283_023_105_368_404, -15.950_693_254_717_637, -16.148_116_169_651_022),
        (-16.312_409_567_669_32, -15.885_128_331_118_333, -16.138_957_793_175_543),
    ];
    for (criteria, (aic, bic, hqic)) in found.criteria.iter().zip(expected) {
        near(criteria.aic, aic);
        near(criteria.bic, bic);
        near(criteria.hqic, hqic);
    }
    assert_eq!((found.n_lags, found.n_observations), (3, 117));
    assert_eq!(run(InformationCriterion::Hqic).n_lags, 3);
    assert_eq!(run(InformationCriterion::Aic).n_lags, 4);
}

#[test]
fn holes_cost_the_rows_whose_lags_they_are() {
    let (x, mut y) = reference();
    y[50] = f64::NAN;
    let found = GrangerCausality::new(LagOrder::Rows(2)).test(&pairs(&x, &y)).unwrap();
    assert_eq!(found.n_observations, 118 - 3);
    let none = GrangerCausality::new(LagOrder::Rows(0)).test(&pairs(&x, &y)).unwrap_err();
    assert!(none.to_string().starts_with("lags of a Granger test = 0"));
    let short = GrangerCausality::new(LagOrder::Rows(3)).test(&pairs(&x[..10], &y[..10]));
    assert!(matches!(short, Err(Error::TooFew { .. })));
}

/// Share of 2,000 pairs of independent series whose variance follows a shared state in which a test
/// at 5 % rejects.
fn size(covariance: &Covariance) -> f64 {
    let rejected = (0..2_000).filter(|k| {
        let mut stream = stream(515, *k);
        let mut uniform = || (stream.next_u64() >> 11) as f64 / (1_u64 << 53) as f64 - 0.5;
        let mut state = 0.0;
        let (mut x, mut y) = (Vec::new(), Vec::new());
        for _ in 0..200 {
            state = 0.8 * state + uniform();
            let scale = 1.0 + 9.0 * f64::max(state, 0.0);
            x.push(scale * uniform());
            y.push(scale * uniform());
        }
        let test = GrangerCausality::new(LagOrder::Rows(1)).covariance(covariance.clone());
        test.test(&pairs(&x, &y)).unwrap().first_leads.test.p_f < 0.05
    });
    rejected.count() as f64 / 2_000.0
}

#[test]
fn robust_errors_hold_the_size_where_variances_cluster() {
    // The binomial standard error of a rate of 5 % is 0.49 points.
    let robust = size(&Covariance::Hc1);
    assert!((0.03..0.075).contains(&robust), "{robust}");
    let classical = size(&Covariance::Classical);
    assert!(classical > robust + 0.03, "{classical}");
}

proptest! {
    #[test]
    fn the_two_directions_swap_and_do_not_know_scale(
        rows in prop::collection::vec((-50_i32..50, -50_i32..50), 45),
        exponent in -6_i32..7,
    ) {
        let x: Vec<f64> = rows.iter().map(|r| f64::from(r.0) * 0.001).collect();
        let y: Vec<f64> = rows.iter().map(|r| f64::from(r.1) * 0.001).collect();
        let order = LagOrder::Chosen { criterion: InformationCriterion::Aic, max: 4 };
        let measure = |x: &[f64], y: &[f64]| GrangerCausality::new(order).test(&pairs(x, y));
        // Lags of a constant series are no regressors.
        prop_assume!(measure(&x, &y).is_ok());
        let expected = measure(&x, &y).unwrap();
        let swapped = measure(&y, &x).unwrap();
        prop_assert_eq!(&swapped.first_leads.lags, &expected.second_leads.lags);
        let factor = 2.0_f64.powi(exponent);
        let scaled: Vec<f64> = x.iter().map(|v| factor * v).collect();
        let found = measure(&scaled, &y).unwrap();
        prop_assert_eq!(found.n_lags, expected.n_lags);
        prop_assert!((found.first_leads.test.f - expected.first_leads.test.f).abs() < 1e-9 * (1.0 + expected.first_leads.test.f));
    }
}
