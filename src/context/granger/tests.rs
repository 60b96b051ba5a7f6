use chrono::{Days, NaiveDate};
use proptest::prelude::*;

use super::*;
use crate::context::Period;
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
            25.67246438726184,
            6.4372545445024e-10,
            51.34492877452368,
            7.0890882004251185e-12,
            0.2242569208751382,
            0.10422913272269017,
        ],
    );
    check(
        &classical.second_leads,
        [
            1.1089945358999418,
            0.3334537526337906,
            2.2179890717998836,
            0.3298904874203919,
            -0.12012000157582707,
            0.14083737004084976,
        ],
    );
    check(
        &run(3, Covariance::Hc1).first_leads,
        [
            16.591417834192956,
            5.812783157782633e-9,
            49.774253502578865,
            8.924357900544727e-11,
            0.31763793147751984,
            0.1146860288216108,
        ],
    );
    check(
        &run(3, Covariance::Hc3).second_leads,
        [
            1.5138427446597584,
            0.21494910064258435,
            4.5415282339792755,
            0.20861584054464077,
            0.10580598669942726,
            0.18067951206883956,
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
        (-16.09286903590416, -15.950441957053831, -16.035051777739568),
        (-16.18601072087102, -15.948632256120472, -16.089648623930035),
        (-16.283023105368404, -15.950693254717637, -16.148116169651022),
        (-16.31240956766932, -15.885128331118333, -16.138957793175543),
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
    fn the_two_directions_swap_and_know_neither_scale_nor_future(
        rows in prop::collection::vec((-50_i32..50, -50_i32..50), 60),
        future in -50_i32..50,
        exponent in -6_i32..7,
    ) {
        let x: Vec<f64> = rows.iter().map(|r| f64::from(r.0) * 0.001).collect();
        let y: Vec<f64> = rows.iter().map(|r| f64::from(r.1) * 0.001).collect();
        let seen = Period::new(day(0), day(44)).unwrap();
        let order = LagOrder::Chosen { criterion: InformationCriterion::Aic, max: 4 };
        let measure = |x: &[f64], y: &[f64]| {
            GrangerCausality::new(order).test(&pairs(x, y).within(seen).unwrap())
        };
        let Ok(expected) = measure(&x, &y) else { return Ok(()) };
        let swapped = measure(&y, &x).unwrap();
        prop_assert_eq!(&swapped.first_leads.lags, &expected.second_leads.lags);
        let (mut later_x, mut later_y) = (x.clone(), y.clone());
        later_x[45..].fill(f64::from(future));
        later_y[45..].fill(f64::from(future) * 0.5);
        prop_assert_eq!(&measure(&later_x, &later_y).unwrap(), &expected);
        let factor = 2.0_f64.powi(exponent);
        let scaled: Vec<f64> = x.iter().map(|v| factor * v).collect();
        let found = measure(&scaled, &y).unwrap();
        prop_assert_eq!(found.n_lags, expected.n_lags);
        prop_assert!((found.first_leads.test.f - expected.first_leads.test.f).abs() < 1e-9 * (1.0 + expected.first_leads.test.f));
    }
}
