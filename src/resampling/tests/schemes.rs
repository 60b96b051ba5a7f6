//! What the schemes draw.

use proptest::prelude::*;

use super::{close, skewed, stationary, values};
use crate::numeric::moments::{mean, std_dev, sum_squared_deviations};
use crate::resampling::EventDateBootstrap;
use crate::with_threads;

fn mean_of(x: &[f64]) -> f64 {
    mean(x).unwrap()
}

/// Exact variance of the stationary bootstrap mean: (1/n) (C(0) + 2 Σ (1 − i/n)(1 − p)^i C(i)) with
/// circular autocovariances C (Politis and Romano 1994, lemma 1).
fn stationary_variance(x: &[f64], mean_block_length: f64) -> f64 {
    let (n, m) = (x.len(), mean_of(x));
    let covariance =
        |lag: usize| (0..n).map(|t| (x[t] - m) * (x[(t + lag) % n] - m)).sum::<f64>() / n as f64;
    let weight =
        |i: usize| (1.0 - i as f64 / n as f64) * (1.0 - 1.0 / mean_block_length).powf(i as f64);
    (covariance(0) + 2.0 * (1..n).map(|i| weight(i) * covariance(i)).sum::<f64>()) / n as f64
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn the_fast_mean_is_the_mean_of_the_same_draws(
        x in values(2..60), level in -1e3..1e3_f64, share in 0.0..1.0_f64, seed in any::<u64>(),
    ) {
        let x: Vec<f64> = x.iter().map(|v| level + v).collect();
        let length = 1.0 + share * (x.len() - 1) as f64;
        let scheme = stationary(length).unwrap().replicates(40).seed(seed);
        let (fast, plain) = (scheme.run_mean(&x).unwrap(), scheme.run(&x, mean_of).unwrap());
        for (a, b) in fast.replicates().iter().zip(plain.replicates()) {
            prop_assert!(close(*a, *b, 1e-12 * level.abs().max(1.0)));
        }
    }

    #[test]
    fn rows_are_those_of_the_values(x in values(2..40), seed in any::<u64>()) {
        let scheme = stationary(2.0).unwrap().replicates(20).seed(seed);
        let by_value = scheme.run(&x, |v| v.iter().enumerate().map(|(i, v)| v / (1 + i) as f64).sum());
        let by_row = scheme
            .run_rows(x.len(), |r| r.iter().enumerate().map(|(i, r)| x[*r] / (1 + i) as f64).sum());
        prop_assert_eq!(by_value.unwrap(), by_row.unwrap());
        prop_assert!(scheme.rows(x.len(), 3).unwrap().iter().all(|row| *row < x.len()));
    }

    #[test]
    fn the_order_of_event_dates_does_not_matter(x in values(2..5)) {
        let mut reversed = x.clone();
        reversed.reverse();
        let run = |x: &[f64]| EventDateBootstrap::new().run_mean(x).unwrap();
        let (a, b) = (run(&x), run(&reversed));
        prop_assert!(a.is_exact());
        for (a, b) in a.replicates().iter().zip(b.replicates()) {
            prop_assert!(close(*a, *b, 1e-14));
        }
    }
}

#[test]
fn stationary_moments_are_the_exact_ones() {
    let x = skewed(60);
    let n_replicates = 40_000_usize;
    for length in [1.0, 3.0, 7.5] {
        let scheme = stationary(length).unwrap().replicates(n_replicates).seed(2);
        let drawn = scheme.run_mean(&x).unwrap();
        let variance = stationary_variance(&x, length);
        let b = n_replicates as f64;
        assert!(close(drawn.mean(), mean_of(&x), 4.0 * (variance / b).sqrt()));
        assert!(close(drawn.std_error().powi(2) / variance, 1.0, 4.0 * (2.0 / b).sqrt()));
    }
}

#[test]
fn block_lengths_are_geometric_and_starts_uniform() {
    // A row follows its predecessor with probability 1 - p + p / n, independently of the past.
    let (n, length) = (50, 4.0);
    let scheme = stationary(length).unwrap().seed(9);
    let (mut n_pairs, mut n_joined, mut starts) = (0.0, 0.0, vec![0.0_f64; n]);
    let mut joined_twice = 0.0;
    for k in 0..4_000 {
        let rows = scheme.rows(n, k).unwrap();
        starts[rows[0]] += 1.0;
        let joins: Vec<bool> = rows.windows(2).map(|r| r[1] == (r[0] + 1) % n).collect();
        n_pairs += joins.len() as f64;
        n_joined += joins.iter().filter(|j| **j).count() as f64;
        joined_twice += joins.windows(2).filter(|j| j[0] && j[1]).count() as f64;
    }
    let stay = 0.75 + 0.25 / n as f64;
    let error = (stay * (1.0 - stay) / n_pairs).sqrt();
    assert!(close(n_joined / n_pairs, stay, 4.0 * error));
    let twice = joined_twice / (n_pairs - 4_000.0);
    assert!(close(twice, stay * stay, 12.0 * error), "{twice}");
    let chi: f64 = starts.iter().map(|c| (c - 80.0).powi(2) / 80.0).sum();
    assert!(close(chi, 49.0, 5.0 * 98.0_f64.sqrt()), "{chi}");
}

#[test]
fn enumeration_is_every_resample_and_agrees_with_monte_carlo() {
    let x = [0.3, -0.1, 0.7, 0.2, -0.6];
    let exact = EventDateBootstrap::new().run_mean(&x).unwrap();
    assert_eq!((exact.n_replicates(), exact.is_exact(), exact.seed()), (3_125, true, None));
    let variance = sum_squared_deviations(&x, mean_of(&x)) / 25.0;
    assert!(close(exact.mean(), mean_of(&x), 1e-15));
    assert!(close(exact.std_error().powi(2) / variance, 1.0, 1e-12));
    assert_eq!(exact.replicates()[0], mean_of(&[-0.6; 5]));

    // One less than there are distinct resamples.
    let random = EventDateBootstrap::new().replicates(125).seed(4).run_mean(&x).unwrap();
    assert_eq!((random.n_replicates(), random.is_exact(), random.seed()), (125, false, Some(4)));
    assert!(close(random.std_error() / exact.std_error(), 1.0, 4.0 * (0.5 / 125.0_f64).sqrt()));
    let (p, q) = (random.p_values().upper, exact.p_values().upper);
    assert!(close(p, q, 4.0 * (q * (1.0 - q) / 125.0).sqrt() + 1.0 / 126.0));
}

#[test]
fn enumeration_of_three_by_hand() {
    let drawn = EventDateBootstrap::new().run_mean(&[0.0, 3.0, 9.0]).unwrap();
    let mut by_hand = Vec::new();
    for a in [0.0, 1.0, 3.0] {
        for b in [0.0, 1.0, 3.0] {
            for c in [0.0, 1.0, 3.0] {
                by_hand.push(a + b + c);
            }
        }
    }
    by_hand.sort_by(f64::total_cmp);
    assert_eq!(drawn.replicates(), by_hand);
    // 1 + #{m* - 4 >= 4} = 2 of 28; m* - 4 is never below -4 but once equal to it.
    assert_eq!(drawn.p_values().upper, 2.0 / 28.0);
    assert_eq!(drawn.p_values().two_sided, 3.0 / 28.0);
}

#[test]
fn one_thread_and_several_give_the_same_bits() {
    let x = skewed(120);
    let all = || {
        let blocks = stationary(6.0).unwrap().replicates(501).seed(1);
        (
            blocks.run_mean(&x).unwrap(),
            blocks.run(&x, |v| std_dev(v).unwrap()).unwrap(),
            EventDateBootstrap::new().replicates(501).seed(1).run_mean(&x[..9]).unwrap(),
        )
    };
    let alone = with_threads(1, all).unwrap();
    assert_eq!(alone, with_threads(4, all).unwrap());
    assert_eq!(alone, all());
}

#[test]
fn a_replicate_depends_on_its_number_and_the_seed_alone() {
    let scheme = stationary(3.0).unwrap();
    let rows = |seed, k| scheme.seed(seed).rows(40, k).unwrap();
    assert_eq!(rows(1, 5), rows(1, 5));
    assert_ne!(rows(1, 5), rows(1, 6));
    assert_ne!(rows(1, 5), rows(2, 5));
    let x = skewed(40);
    let (few, many) = (scheme.replicates(10).run_mean(&x), scheme.replicates(20).run_mean(&x));
    let (few, many) = (few.unwrap(), many.unwrap());
    assert!(few.replicates().iter().all(|v| many.replicates().contains(v)));
}

#[test]
fn bad_input_is_an_error_with_its_reason() {
    let text = |error: crate::Error| error.to_string();
    assert_eq!(
        text(stationary(0.5).unwrap_err()),
        "mean block length = 0.5: expected a number of rows, at least 1"
    );
    let blocks = stationary(8.0).unwrap();
    assert_eq!(
        text(blocks.run_mean(&[0.1; 5]).unwrap_err()),
        "mean block length = 8: expected at most the number of rows of the series"
    );
    assert_eq!(
        text(blocks.run_mean(&[0.1]).unwrap_err()),
        "the stationary block bootstrap needs at least 2 rows, found 1"
    );
    assert_eq!(
        text(EventDateBootstrap::new().run_mean(&[0.1]).unwrap_err()),
        "the bootstrap by event date needs at least 2 event dates, found 1"
    );
    assert_eq!(
        text(EventDateBootstrap::new().run_mean(&[0.1, f64::NAN]).unwrap_err()),
        "value to resample = NaN: expected a finite number; leave missing values out before \
         resampling"
    );
    let t = |x: &[f64]| mean_of(x) / std_dev(x).unwrap();
    assert_eq!(
        text(EventDateBootstrap::new().run(&[1.0, 2.0, 3.0], t).unwrap_err()),
        "the statistic is not a finite number on 3 of 27 resamples of the bootstrap by event date; \
         use one that is defined on every resample"
    );
    assert!(EventDateBootstrap::new().replicates(1).run_mean(&[0.1, 0.2]).is_err());
}
