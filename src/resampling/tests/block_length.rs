//! Block lengths chosen from the data.

use proptest::prelude::*;

use super::{close, values};
use crate::Error;
use crate::resampling::{BlockLength, LagRule, SeriesScheme};

const RULES: [LagRule; 2] = [LagRule::Autocorrelation, LagRule::PairedCorrelation];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn shift_scale_and_direction_of_time_do_not_matter(
        x in values(11..120), shift in -3.0..3.0_f64, scale in 0.1..9.0_f64,
    ) {
        let moved: Vec<f64> = x.iter().rev().map(|v| shift - scale * v).collect();
        for rule in RULES {
            let of = |x: &[f64]| BlockLength::politis_white_with(x, rule).unwrap();
            let (a, b) = (of(&x), of(&moved));
            prop_assert_eq!(a.first_quiet_lag, b.first_quiet_lag);
            prop_assert!(close(a.variance * scale * scale / b.variance, 1.0, 1e-9));
            // Lengths are ill-conditioned where the long-run variance is a small difference.
            if a.long_run_variance.abs() > 1e-3 * a.variance {
                prop_assert!(close(a.stationary, b.stationary, 1e-6 * a.cap), "{a:?} {b:?}");
                prop_assert!(close(a.circular, b.circular, 1e-6 * a.cap));
            }
        }
    }

    #[test]
    fn lengths_are_within_their_bounds(x in values(11..80)) {
        for rule in RULES {
            let found = BlockLength::politis_white_with(&x, rule).unwrap();
            for length in [found.stationary, found.circular] {
                prop_assert!(length >= 0.0 && length <= found.cap);
            }
            // The same G and g with D = 2 and 4/3: circular blocks are (3/2)^(1/3) times as long.
            if found.circular < found.cap {
                prop_assert!(close(found.circular / found.stationary, 1.5_f64.cbrt(), 1e-12));
            }
            let m = (x.len() as f64).sqrt().ceil() + found.n_quiet_lags as f64;
            prop_assert!(found.largest_lag as f64 <= m);
            match found.stationary_scheme() {
                SeriesScheme::Stationary { mean_block_length } => prop_assert!(mean_block_length >= 1.0),
                other => prop_assert!(false, "{other:?}"),
            }
            match found.circular_scheme() {
                SeriesScheme::Circular { block_length } => prop_assert!(block_length >= 1),
                other => prop_assert!(false, "{other:?}"),
            }
        }
    }
}

#[test]
fn two_lags_by_hand() {
    // Every third value is not zero, so lags 1 and 2 are small and equal, and the run starts at once:
    // M = 2, λ(1/2) = 1 and λ(1) = 0, so G = 2 R(1) and g = R(0) + 2 R(1).
    let mut x = vec![0.0; 60];
    x[20] = 1.0;
    x[21] = 0.2;
    x[40] = -1.2;
    let found = BlockLength::politis_white(&x).unwrap();
    assert_eq!((found.first_quiet_lag, found.largest_lag, found.n_quiet_lags), (Some(1), 2, 5));
    let r0 = (1.0 + 0.04 + 1.44) / 60.0;
    let r1 = 0.2 / 60.0;
    assert!(close(found.variance, r0, 1e-16) && close(found.weighted_covariance, 2.0 * r1, 1e-16));
    assert!(close(found.long_run_variance, r0 + 2.0 * r1, 1e-16));
    let ratio = 2.0 * r1 / (r0 + 2.0 * r1);
    assert!(close(found.stationary, (ratio * ratio * 60.0).cbrt(), 1e-13));
    assert!(close(found.circular, (1.5 * ratio * ratio * 60.0).cbrt(), 1e-13));
    let c: f64 = 1.959_963_984_540_054;
    assert!(close(found.critical_value, c * (60.0_f64.log10() / 60.0).sqrt(), 1e-16));
    assert_eq!(found.cap, 20.0);
}

#[test]
fn a_trend_has_no_quiet_lags_and_reaches_the_cap() {
    let x: Vec<f64> = (0..100).map(f64::from).collect();
    for rule in RULES {
        let found = BlockLength::politis_white_with(&x, rule).unwrap();
        assert_eq!((found.first_quiet_lag, found.largest_lag), (None, 15));
        assert!(found.stationary > 10.0 && found.cap == 30.0);
    }
}

#[test]
fn series_without_a_choice() {
    let short = BlockLength::politis_white(&[0.1; 10]).unwrap_err();
    assert_eq!(short.to_string(), "the choice of a block length needs at least 11 rows, found 10");
    assert!(matches!(
        BlockLength::politis_white(&[0.1; 30]),
        Err(Error::DegenerateVariance { .. })
    ));
    assert!(BlockLength::politis_white(&[f64::NAN; 30]).is_err());
    // Eleven rows are enough for all lags of both rules.
    let x: Vec<f64> = (0..11).map(|t| (f64::from(t) * 2.1).sin()).collect();
    for rule in RULES {
        assert!(BlockLength::politis_white_with(&x, rule).unwrap().largest_lag <= 9);
    }
    let json = serde_json::to_string(&BlockLength::politis_white(&x).unwrap()).unwrap();
    assert!(json.contains("\"rule\":\"autocorrelation\""), "{json}");
}

#[test]
fn both_autocorrelations_by_hand() {
    let e = [1.0, -2.0, 3.0, -1.0, -1.0];
    let products: Vec<f64> =
        (0..3).map(|lag| e.iter().zip(&e[lag..]).map(|(a, b)| a * b).sum()).collect();
    assert_eq!(products, [16.0, -10.0, 2.0]);
    let whole = |lag| LagRule::Autocorrelation.correlation(&e, &products, lag);
    assert_eq!((whole(1), whole(2)), (-0.625, 0.125));
    // Without its first two values the series has squares 9, 1, 1, without its last two 1, 4, 9.
    let paired = |lag| LagRule::PairedCorrelation.correlation(&e, &products, lag);
    assert!(close(paired(1), -10.0 / (11.0_f64 * 14.0).sqrt(), 1e-15));
    assert!(close(paired(2), 2.0 / (2.0_f64 * 5.0).sqrt(), 1e-15));
}

#[test]
fn the_rules_differ_where_a_lag_is_near_the_critical_value() {
    // The first lag has the correlation c/(1 + c²) = 0.28; √(log₁₀ n / n) is 0.1414.
    let c = 0.306_27;
    let mut x: Vec<f64> = vec![0.0; 100];
    (x[30], x[31], x[70], x[71]) = (1.0, c, -1.0, -c);
    let of = |rule| BlockLength::politis_white_with(&x, rule).unwrap();
    let (np, arch) = (of(LagRule::Autocorrelation), of(LagRule::PairedCorrelation));
    assert!(np.critical_value < 0.28 && 0.28 < arch.critical_value);
    assert_eq!((np.first_quiet_lag, np.largest_lag), (Some(2), 4));
    assert_eq!((arch.first_quiet_lag, arch.largest_lag), (Some(1), 2));
    // The other lags in the sums are zero, and λ(1/4) = λ(1/2) = 1.
    assert!(close(np.stationary, arch.stationary, 1e-12));
}
