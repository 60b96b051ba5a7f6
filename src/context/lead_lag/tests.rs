use chrono::{Days, NaiveDate};
use proptest::prelude::*;
use rand::Rng;

use super::*;
use crate::context::Period;
use crate::numeric::streams::{Stream, stream};
use crate::time::DateAxis;

fn week(n: usize) -> NaiveDate {
    NaiveDate::from_ymd_opt(2015, 1, 2).unwrap() + Days::new(7 * n as u64)
}

pub(in crate::context::lead_lag) fn pairs(x: &[f64], y: &[f64]) -> PairedReturns {
    let axis = DateAxis::new((0..x.len()).map(week).collect()).unwrap();
    let some = |values: &[f64]| -> Vec<Option<f64>> {
        values.iter().map(|v| (!v.is_nan()).then_some(*v)).collect()
    };
    PairedReturns::new(axis, &some(x), &some(y)).unwrap()
}

/// Sum of twelve uniforms less six: mean 0, variance 1.
pub(in crate::context::lead_lag) fn normal(stream: &mut Stream) -> f64 {
    let uniform = |s: &mut Stream| (s.next_u64() >> 11) as f64 / (1_u64 << 53) as f64;
    (0..12).map(|_| uniform(stream)).sum::<f64>() - 6.0
}

/// A stationary AR(1) series.
pub(in crate::context::lead_lag) fn ar1(phi: f64, n: usize, stream: &mut Stream) -> Vec<f64> {
    let mut level = normal(stream) / (1.0 - phi * phi).sqrt();
    let mut next = || {
        level = phi * level + normal(stream);
        level
    };
    (0..n).map(|_| next()).collect()
}

#[test]
fn correlations_and_errors_in_closed_form() {
    // x alternates, so r_x(v) = (−1)^v. y has the period 4 with mean zero: over 16 rows its products
    // at lag 1 are seven of −1 and eight of +1, at lag 2 all fourteen −1, at lag 3 seven of −1 and
    // six of +1.
    let x: Vec<f64> = (0..16).map(|t| [1.0, -1.0][t % 2]).collect();
    let y: Vec<f64> = (0..16).map(|t| [1.0, 1.0, -1.0, -1.0][t % 4]).collect();
    let found = cross_correlations(&pairs(&x, &y), 0, None).unwrap();
    assert_eq!(found.truncation_lag, 3);
    let s = 1.0 + 2.0 * (-(1.0 / 15.0) - 1.0 + 1.0 / 13.0);
    assert!((found.variance_factor - s).abs() < 1e-14);
    // S below 1 is taken as 1.
    assert_eq!((found.lags[0].correlation, found.lags[0].std_error), (0.0, 0.25));
    let own = cross_correlations(&pairs(&x, &x), 0, Some(2)).unwrap();
    assert!((own.variance_factor - 5.0).abs() < 1e-14);
    assert!((own.lags[0].std_error - (5.0_f64 / 16.0).sqrt()).abs() < 1e-15);
    assert_eq!(own.lags[0].correlation, 1.0);
}

#[test]
fn the_p_value_is_the_exact_t_test_where_s_is_one() {
    // r = 0.5 on 14 pairs: t = √12 · 0.5 / √0.75 = 2 on 12 degrees of freedom. For an even number
    // of degrees of freedom the distribution is elementary: with c = 12 / (12 + t²) = 3/4,
    // p = 1 − (t/√(12 + t²)) (1 + c/2 + 3c²/8 + 5c³/16 + 35c⁴/128 + 63c⁵/256).
    let c = 0.75_f64;
    let series = 1.0
        + c / 2.0
        + 3.0 * c * c / 8.0
        + 5.0 * c.powi(3) / 16.0
        + 35.0 * c.powi(4) / 128.0
        + 63.0 * c.powi(5) / 256.0;
    let expected = 1.0 - 0.5 * series;
    assert!((p_value(0.5, 14.0).unwrap() / expected - 1.0).abs() < 1e-10);
    assert!((p_value(-0.5, 14.0).unwrap() / expected - 1.0).abs() < 1e-10);
    assert_eq!(p_value(0.0, 14.0), Some(1.0));
    assert_eq!(p_value(0.9, 2.9), None);
    assert_eq!(p_value(1.0, 14.0), Some(f64::MIN_POSITIVE));
    // One degree of freedom is Cauchy: t = 1 at r = √½, p = ½.
    assert!((p_value(0.5_f64.sqrt(), 3.0).unwrap() - 0.5).abs() < 1e-12);
}

#[test]
fn sidak_in_closed_form_and_far_out() {
    assert!((sidak(0.05, 9) - (1.0 - 0.95_f64.powi(9))).abs() < 1e-15);
    assert!((sidak(1e-18, 9) / 9e-18 - 1.0).abs() < 1e-12);
    assert_eq!(sidak(1.0, 9), 1.0);
    assert!((sidak(0.3, 1) - 0.3).abs() < 1e-15);
}

#[test]
fn a_planted_lead_is_found_with_its_sign_of_lag() {
    let mut stream = stream(11, 0);
    let x: Vec<f64> = (0..200).map(|_| normal(&mut stream)).collect();
    let mut y: Vec<f64> = (0..200).map(|_| 0.5 * normal(&mut stream)).collect();
    for t in 3..200 {
        y[t] -= x[t - 3];
    }
    let found = cross_correlations(&pairs(&x, &y), 5, None).unwrap();
    assert_eq!(found.peak.lag, 3, "x leads by three rows");
    assert!(found.peak.correlation < -0.8);
    assert!(found.peak.search_p_value.unwrap() < 1e-20);
    assert!(found.peak.search_p_value.unwrap() > found.peak.p_value.unwrap());
    let swapped = cross_correlations(&pairs(&y, &x), 5, None).unwrap();
    assert_eq!(swapped.peak.lag, -3);
    assert_eq!(found.lags.iter().map(|c| c.lag).collect::<Vec<_>>(), (-5..=5).collect::<Vec<_>>());
    assert_eq!(found.lags[0].n_pairs, 195);
}

#[test]
fn weeks_left_out_keep_their_place() {
    let mut stream = stream(12, 0);
    let x: Vec<f64> = (0..80).map(|_| normal(&mut stream)).collect();
    let y: Vec<f64> = (0..80).map(|t| if t < 2 { 0.0 } else { x[t - 2] }).collect();
    let whole = pairs(&x, &y);
    let crisis = Period::new(week(29), week(33)).unwrap();
    let kept = whole.without(&[crisis]);
    assert_eq!((kept.n_common(), kept.axis().len()), (76, 80));
    assert_eq!(kept.values(30), (None, None));
    let found = cross_correlations(&kept, 3, None).unwrap();
    assert_eq!(found.peak.lag, 2);
    assert!((found.peak.correlation - 1.0).abs() < 0.02);
    // At lag 2, x is missing at 30..34 and y at 32..36 of the 78 rows.
    assert_eq!(found.lags[5].n_pairs, 72);
    let part = whole.within(Period::new(week(9), week(29)).unwrap()).unwrap();
    assert_eq!((part.axis().first(), part.axis().len()), (week(10), 20));
}

#[test]
fn tiny_and_constant_samples_are_refused() {
    let x: Vec<f64> = (0_u8..12).map(|t| f64::from(t * 5 % 7)).collect();
    let text = |x: &[f64], y: &[f64], lag, cut| {
        cross_correlations(&pairs(x, y), lag, cut).unwrap_err().to_string()
    };
    assert_eq!(
        text(&x, &x, 3, None),
        "the cross-correlation at lag -3 needs at least 10 pairs of returns, found 9"
    );
    assert_eq!(
        text(&x, &[0.01; 12], 0, None),
        "the cross-correlation at lag 0: the variance of one of the series is zero, \
         so the statistic is not defined"
    );
    assert!(text(&x, &x, 0, Some(11)).starts_with("truncation = 11"));
    // Alternating series are as dependent as can be: every r(v) is ±1, so S = 1 + 2 · 4 and fewer
    // than two of the sixteen pairs are independent.
    let alternating: Vec<f64> = (0..16).map(|t| [1.0, -1.0][t % 2]).collect();
    let found = cross_correlations(&pairs(&alternating, &alternating), 0, Some(4)).unwrap();
    assert!((found.variance_factor - 9.0).abs() < 1e-13);
    assert_eq!((found.peak.p_value, found.peak.search_p_value), (None, None));
}

#[test]
fn a_pair_checks_its_input_and_drops_its_empty_ends() {
    let axis = DateAxis::new((0..3).map(week).collect()).unwrap();
    let short = PairedReturns::new(axis.clone(), &[Some(0.1)], &[None; 3]);
    assert_eq!(short.unwrap_err().to_string(), "the first series has length 1, expected 3");
    let nan = PairedReturns::new(axis.clone(), &[None; 3], &[None, Some(f64::NAN), None]);
    assert!(matches!(nan, Err(Error::BadValue { .. })));
    let values = ndarray::arr2(&[[f64::NAN, 0.1, f64::NAN], [0.2, 0.3, 0.4], [0.2, f64::NAN, 0.4]]);
    let names = ["x", "y", "z"].map(str::to_owned).to_vec();
    let returns =
        crate::panel::ReturnPanel::new(axis, names, values, crate::panel::Compounding::Log)
            .unwrap();
    let id = |name| returns.asset(name).unwrap();
    let pair = PairedReturns::of(&returns, id("x"), id("y")).unwrap();
    assert_eq!((pair.axis().dates(), pair.values(0)), (&[week(1)][..], (Some(0.1), Some(0.3))));
    let text = PairedReturns::of(&returns, id("x"), id("z")).unwrap_err().to_string();
    assert_eq!(text, "the pair x and z needs at least 1 common returns, found 0");
}

/// Share of 2,000 pairs of independent AR(1) series in which a test at 5 % rejects.
fn size(n: usize, phi: f64, max_lag: u16, p: impl Fn(&LeadLag) -> Option<f64>) -> f64 {
    let rejected = (0..2_000).filter(|k| {
        let mut stream = stream(2_026, *k);
        let (x, y) = (ar1(phi, n, &mut stream), ar1(phi, n, &mut stream));
        let found = cross_correlations(&pairs(&x, &y), max_lag, None).unwrap();
        p(&found).is_some_and(|p| p < 0.05)
    });
    rejected.count() as f64 / 2_000.0
}

#[test]
fn the_test_holds_its_size_where_a_plain_one_does_not() {
    // The binomial standard error of a rate of 5 % is 0.49 points.
    let one_lag = |found: &LeadLag| found.peak.p_value;
    let white = size(60, 0.0, 0, one_lag);
    assert!((0.03..0.065).contains(&white), "{white}");
    let persistent = size(120, 0.7, 0, one_lag);
    assert!((0.03..0.08).contains(&persistent), "{persistent}");
    let plain = size(120, 0.7, 0, |found| p_value(found.peak.correlation, 120.0));
    assert!(plain > 0.2, "{plain}");
    let searched = size(120, 0.5, 6, |found| found.peak.search_p_value);
    assert!(searched < 0.075, "{searched}");
    let unsearched = size(120, 0.5, 6, one_lag);
    assert!(unsearched > 0.2, "{unsearched}");
}

proptest! {
    #[test]
    fn correlations_know_neither_scale_nor_order_of_the_two(
        rows in prop::collection::vec((-50_i32..50, -50_i32..50), 30),
        exponent in -6_i32..7,
    ) {
        let x: Vec<f64> = rows.iter().map(|r| f64::from(r.0) * 0.001).collect();
        let y: Vec<f64> = rows.iter().map(|r| f64::from(r.1) * 0.001).collect();
        let measure = |x: &[f64], y: &[f64]| cross_correlations(&pairs(x, y), 4, None);
        // A constant series has no correlation.
        prop_assume!(measure(&x, &y).is_ok());
        let expected = measure(&x, &y).unwrap();

        let factor = 2.0_f64.powi(exponent);
        let scaled: Vec<f64> = x.iter().map(|v| -factor * v).collect();
        let found = measure(&scaled, &y).unwrap();
        prop_assert_eq!(found.variance_factor, expected.variance_factor);
        for (a, b) in found.lags.iter().zip(&expected.lags) {
            prop_assert_eq!((a.correlation, a.p_value), (-b.correlation, b.p_value));
        }

        let swapped = measure(&y, &x).unwrap();
        for (a, b) in swapped.lags.iter().rev().zip(&expected.lags) {
            prop_assert_eq!(a.lag, -b.lag);
            prop_assert!((a.correlation - b.correlation).abs() < 1e-14);
        }
        prop_assert!(expected.peak.search_p_value >= expected.peak.p_value);
    }
}
