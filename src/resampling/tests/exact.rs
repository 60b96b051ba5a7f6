//! Mean and variance of the resampled mean in closed form.

use proptest::prelude::*;

use super::{all_schemes, close, skewed, values};
use crate::numeric::moments::mean;
use crate::resampling::{SeriesBootstrap, SeriesScheme};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn an_enumeration_has_the_closed_moments(x in values(4..8), length in 1..4_usize) {
        for scheme in all_schemes(length) {
            let Ok(drawn) = SeriesBootstrap::new(scheme).unwrap().run_mean(&x) else { continue };
            if !drawn.is_exact() {
                continue;
            }
            prop_assert!(close(drawn.mean(), scheme.exact_mean(&x).unwrap(), 1e-14), "{scheme:?}");
            let variance = drawn.std_error().powi(2);
            prop_assert!(close(variance, scheme.exact_variance(&x).unwrap(), 1e-14), "{scheme:?}");
        }
    }

    #[test]
    fn blocks_of_one_row_are_independent_rows(x in values(2..40)) {
        let iid = SeriesScheme::Iid.exact_variance(&x).unwrap();
        for scheme in all_schemes(1) {
            prop_assert!(close(scheme.exact_variance(&x).unwrap(), iid, 1e-14), "{scheme:?}");
            prop_assert!(close(scheme.exact_mean(&x).unwrap(), mean(&x).unwrap(), 1e-14));
        }
    }

    #[test]
    fn shift_and_scale_go_through(
        x in values(8..40), shift in -5.0..5.0_f64, scale in -3.0..3.0_f64, length in 1..5_usize,
    ) {
        let moved: Vec<f64> = x.iter().map(|v| shift + scale * v).collect();
        for scheme in all_schemes(length) {
            let of = |x: &[f64]| (scheme.exact_mean(x).unwrap(), scheme.exact_variance(x).unwrap());
            let ((m, v), (moved_m, moved_v)) = (of(&x), of(&moved));
            prop_assert!(close(moved_m, shift + scale * m, 1e-13), "{scheme:?}");
            prop_assert!(close(moved_v, scale * scale * v, 1e-13), "{scheme:?}");
        }
    }
}

#[test]
fn what_is_drawn_has_the_closed_moments() {
    let x = skewed(60);
    let n_replicates = 40_000_usize;
    let b = n_replicates as f64;
    for length in [3, 7] {
        for scheme in all_schemes(length) {
            let drawn = SeriesBootstrap::new(scheme).unwrap().replicates(n_replicates).seed(2);
            let drawn = drawn.run_mean(&x).unwrap();
            assert!(!drawn.is_exact());
            let variance = scheme.exact_variance(&x).unwrap();
            let expected = scheme.exact_mean(&x).unwrap();
            assert!(close(drawn.mean(), expected, 4.0 * (variance / b).sqrt()), "{scheme:?}");
            let ratio = drawn.std_error().powi(2) / variance;
            assert!(close(ratio, 1.0, 4.0 * (2.0 / b).sqrt()), "{scheme:?}: {ratio}");
        }
    }
}

#[test]
fn an_enumeration_agrees_with_draws() {
    let x = skewed(7);
    for scheme in [
        SeriesScheme::Moving { block_length: 2 },
        SeriesScheme::Circular { block_length: 2 },
        SeriesScheme::NonOverlapping { block_length: 1 },
        SeriesScheme::Tapered { block_length: 2 },
    ] {
        let bootstrap = SeriesBootstrap::new(scheme).unwrap().replicates(900_000);
        let exact = bootstrap.run_mean(&x).unwrap();
        let n = exact.n_replicates() - 1;
        let drawn = bootstrap.replicates(n).seed(5).run_mean(&x).unwrap();
        assert!(exact.is_exact() && !drawn.is_exact(), "{scheme:?}");
        let error = exact.std_error() / (n as f64).sqrt();
        assert!(close(drawn.mean(), exact.mean(), 4.0 * error), "{scheme:?}");
        for p in [0.1, 0.5, 0.9] {
            // The share of draws at most as large as an exact quantile.
            let q = exact.quantile(p).unwrap() + 1e-12;
            let share =
                |of: &[f64]| of.iter().filter(|v| **v <= q).count() as f64 / of.len() as f64;
            let (found, wanted) = (share(drawn.replicates()), share(exact.replicates()));
            let error = (wanted * (1.0 - wanted) / n as f64).sqrt();
            assert!(close(found, wanted, 4.0 * error), "{scheme:?}: {found} against {wanted}");
        }
    }
}

#[test]
fn the_stationary_variance_with_both_tails_of_weights() {
    // Politis and Romano's own form: R(i) without going around, b(i) with two terms.
    let x = skewed(40);
    let (n, m) = (40.0, mean(&x).unwrap());
    for mean_block_length in [1.0, 2.5, 40.0] {
        let q: f64 = 1.0 - 1.0 / mean_block_length;
        let r =
            |lag: usize| x.iter().zip(&x[lag..]).map(|(a, b)| (a - m) * (b - m)).sum::<f64>() / n;
        let b = |i: f64| (1.0 - i / n) * q.powf(i) + i / n * q.powf(n - i);
        let sum: f64 = (1..40_u32).map(|i| b(f64::from(i)) * r(i as usize)).sum();
        let expected = (r(0) + 2.0 * sum) / n;
        let found = SeriesScheme::Stationary { mean_block_length }.exact_variance(&x).unwrap();
        assert!(close(found / expected, 1.0, 1e-12), "{mean_block_length}");
    }
}

#[test]
fn tapering_has_less_bias_than_moving_blocks() {
    // An MA(1) with coefficient 1/2, whose mean of n values has about 2.25/n as its variance.
    let noise: Vec<f64> = {
        let mut state = 1_u64;
        let mut next = || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 11) as f64 / (1_u64 << 53) as f64
        };
        (0..200_001).map(|_| (next() - 0.5) * 12.0_f64.sqrt()).collect()
    };
    let x: Vec<f64> = noise.windows(2).map(|e| e[1] + 0.5 * e[0]).collect();
    let n = x.len() as f64;
    let scaled = |scheme: SeriesScheme| n * scheme.exact_variance(&x).unwrap();
    let block_length = 10;
    let moving = scaled(SeriesScheme::Moving { block_length });
    let tapered = scaled(SeriesScheme::Tapered { block_length });
    // Moving blocks leave out 2 R(1) / b = 0.1 of 2.25; the error of both from the sample is 0.02.
    assert!(close(moving, 2.15, 0.04), "{moving}");
    assert!(tapered > moving && close(tapered, 2.25, 0.06), "{tapered}");
}
