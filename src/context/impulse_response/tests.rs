use chrono::{Days, NaiveDate};

use super::*;
use crate::time::DateAxis;

fn day(n: usize) -> NaiveDate {
    NaiveDate::from_ymd_opt(2015, 1, 2).unwrap() + Days::new(n as u64)
}

fn pairs(x: &[f64], y: &[f64]) -> PairedReturns {
    let axis = DateAxis::new((0..x.len()).map(day).collect()).unwrap();
    let some = |v: &[f64]| v.iter().map(|v| (!v.is_nan()).then_some(*v)).collect::<Vec<_>>();
    PairedReturns::new(axis, &some(x), &some(y)).unwrap()
}

/// The series of the reference figures, as in the tests of Granger causality.
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

/// Figures of statsmodels 0.15.0: `OLS(...).fit(cov_type="HAC", use_correction=True, use_t=True)` with
/// h lags on the rows that all horizons have.
#[test]
fn responses_and_errors_are_those_of_statsmodels() {
    let (x, y) = reference();
    let pairs = pairs(&x, &y);
    let run =
        |first| LocalProjections::new(4).first_horizon(first).replicates(99).run(&pairs).unwrap();
    let from_next = [
        (0.530_684_758_552_136_6, 0.081_413_900_519_163_13, 2.338_552_229_894_083_4e-9),
        (0.329_377_616_696_293_8, 0.119_357_752_864_307_94, 0.006_800_173_390_867_631),
        (0.381_981_128_997_327_33, 0.132_672_050_425_549_47, 0.004_808_618_527_653_658),
        (0.199_843_250_715_571_13, 0.118_485_280_734_205_47, 0.094_557_194_428_856_39),
    ];
    let found = run(1);
    assert_eq!((found.n_observations, found.horizons.len()), (114, 4));
    for (at, (response, std_error, p)) in found.horizons.iter().zip(from_next) {
        near(at.response, response);
        near(at.std_error, std_error);
        near(at.p_value, p);
        near(f64::midpoint(at.lower, at.upper), response);
    }
    let at_once = run(0);
    near(at_once.horizons[0].response, -0.044_964_019_609_652_926);
    near(at_once.horizons[4].std_error, 0.103_872_641_990_094_77);
    // The band is about the same coefficients, by another route.
    for (at, (lower, upper)) in found
        .horizons
        .iter()
        .zip(found.band.pointwise_lower.iter().zip(&found.band.pointwise_upper))
    {
        assert!(((lower + upper) / 2.0 - at.response).abs() < 1e-12);
        assert!(*lower < at.response && at.response < *upper);
    }
    assert_eq!(found.peak_horizon, 1);
    assert!(found.peak_quantiles[0] <= 1.0 && found.mean_block_length >= 5.0);
}

#[test]
fn bands_are_as_wide_as_newey_west_intervals_where_both_are_right() {
    // Independent noise: the two must agree but for the noise of the bootstrap and of 400 rows.
    let x: Vec<f64> =
        (0..400_i64).map(|t| (t * t * t * 17 + t * t) % 401 - 200).map(|v| v as f64).collect();
    let y: Vec<f64> =
        (0..400_i64).map(|t| (t * t * t * 5 + 7 * t) % 397 - 198).map(|v| v as f64).collect();
    let found = LocalProjections::new(3).run(&pairs(&x, &y)).unwrap();
    for (j, at) in found.horizons.iter().enumerate() {
        let width = found.band.pointwise_upper[j] - found.band.pointwise_lower[j];
        let ratio = width / (at.upper - at.lower);
        assert!((0.75..1.3).contains(&ratio), "{ratio}");
        assert!(found.band.upper[j] >= found.band.pointwise_upper[j]);
    }
}

#[test]
fn the_same_at_any_number_of_threads() {
    let (x, y) = reference();
    let run = || LocalProjections::new(3).replicates(50).seed(7).run(&pairs(&x, &y)).unwrap();
    assert_eq!(crate::with_threads(1, run).unwrap(), run());
}

#[test]
fn faults_and_holes() {
    let (x, mut y) = reference();
    let whole = pairs(&x, &y);
    let text = |of: LocalProjections| of.run(&whole).unwrap_err().to_string();
    assert!(text(LocalProjections::new(0)).starts_with("first horizon = 1"));
    assert!(text(LocalProjections::new(3).level(1.0)).starts_with("level = 1"));
    assert!(text(LocalProjections::new(3).replicates(1)).contains("replicates"));
    assert!(text(LocalProjections::new(3).mean_block_length(0.5)).contains("0.5"));
    assert!(text(LocalProjections::new(117)).contains("rows"));
    y[50] = f64::NAN;
    // y at 50 is a lag of 51 and 52, and a sum of 47, 48 and 49.
    let found = LocalProjections::new(3).replicates(9).run(&pairs(&x, &y)).unwrap();
    assert_eq!(found.n_observations, 115 - 5);
}
