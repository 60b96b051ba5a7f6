//! What every scheme of a series has in common, and where they differ.

use proptest::prelude::*;

use super::{all_schemes, close, plain_schemes, skewed, values};
use crate::numeric::moments::{mean, std_dev};
use crate::numeric::quantile::median;
use crate::resampling::series::taper;
use crate::resampling::{
    EventDateBootstrap, IntervalMethod, ResamplingScheme, SeriesBootstrap, SeriesScheme,
};

fn mean_of(x: &[f64]) -> f64 {
    mean(x).unwrap()
}

fn bootstrap(scheme: SeriesScheme) -> SeriesBootstrap {
    SeriesBootstrap::new(scheme).unwrap()
}

/// Replicates in the order in which they were drawn.
fn in_order(scheme: SeriesBootstrap, x: &[f64]) -> Vec<f64> {
    let run = scheme.prepare_mean(x).unwrap();
    run.run_shard(0..run.n_replicates()).unwrap().replicates().to_vec()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn the_fast_mean_is_the_mean_of_the_same_draws(
        x in values(8..50), level in -1e3..1e3_f64, length in 1..5_usize, seed in any::<u64>(),
    ) {
        let x: Vec<f64> = x.iter().map(|v| level + v).collect();
        for scheme in plain_schemes(length) {
            let drawn = bootstrap(scheme).replicates(30).seed(seed);
            let (fast, plain) = (drawn.run_mean(&x).unwrap(), drawn.run(&x, mean_of).unwrap());
            prop_assert_eq!(fast.is_exact(), plain.is_exact());
            for (a, b) in fast.replicates().iter().zip(plain.replicates()) {
                prop_assert!(close(*a, *b, 1e-12 * level.abs().max(1.0)), "{scheme:?}");
            }
            let sums = drawn.run_window_sum(&x, x.len()).unwrap();
            for (a, b) in sums.replicates().iter().zip(fast.replicates()) {
                prop_assert!(close(*a / x.len() as f64, *b, 1e-11 * level.abs().max(1.0)));
            }
        }
    }

    #[test]
    fn a_window_is_the_start_of_the_same_draws(
        x in values(8..40), share in 0.0..1.0_f64, length in 1..5_usize, seed in any::<u64>(),
    ) {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let n_drawn = 1 + (share * (x.len() - 1) as f64) as usize;
        for scheme in plain_schemes(length) {
            let drawn = bootstrap(scheme).replicates(20).seed(seed);
            let run = drawn.prepare_window_sum(&x, n_drawn).unwrap();
            if run.is_exact() || drawn.run_mean(&x).unwrap().is_exact() {
                continue;
            }
            let sums = run.run_shard(0..20).unwrap();
            for (k, sum) in sums.replicates().iter().enumerate() {
                let rows = drawn.rows(x.len(), k).unwrap();
                let by_hand: f64 = rows[..n_drawn].iter().map(|row| x[*row]).sum();
                prop_assert!(close(*sum, by_hand, 1e-12 * x.len() as f64), "{scheme:?}");
            }
        }
    }

    #[test]
    fn tapered_means_are_weighted_blocks_of_the_moving_draws(
        x in values(6..40), length in 1..6_usize, seed in any::<u64>(),
    ) {
        // The starts are those of the moving blocks.
        let moving = bootstrap(SeriesScheme::Moving { block_length: length }).replicates(9).seed(seed);
        let tapered = bootstrap(SeriesScheme::Tapered { block_length: length }).replicates(9).seed(seed);
        let centre = mean_of(&x);
        for (k, found) in in_order(tapered, &x).iter().enumerate() {
            let mut total = 0.0;
            for block in moving.rows(x.len(), k).unwrap().chunks(length) {
                for (row, weight) in block.iter().zip(taper::weights(block.len())) {
                    total += weight * (x[*row] - centre);
                }
            }
            prop_assert!(close(*found, centre + total / x.len() as f64, 1e-13));
        }
    }

    #[test]
    fn shift_and_scale_go_through_every_statistic(
        x in values(8..40), shift in -2.0..2.0_f64, scale in 0.1..9.0_f64, length in 1..5_usize,
    ) {
        let moved: Vec<f64> = x.iter().map(|v| shift + scale * v).collect();
        let middle = |x: &[f64]| median(x).unwrap();
        let largest = |x: &[f64]| x.iter().copied().fold(f64::MIN, f64::max);
        let last_less_first = |x: &[f64]| x[x.len() - 1] - x[0];
        for scheme in all_schemes(length) {
            let drawn = bootstrap(scheme).replicates(25).seed(3);
            let (a, b) = (drawn.run_mean(&x).unwrap(), drawn.run_mean(&moved).unwrap());
            for (a, b) in a.replicates().iter().zip(b.replicates()) {
                prop_assert!(close(*b, shift + scale * a, 1e-12), "{scheme:?}");
            }
            if let SeriesScheme::Tapered { .. } = scheme {
                continue;
            }
            let of = |statistic: &(dyn Fn(&[f64]) -> f64 + Sync + Send)| {
                (drawn.run(&x, statistic).unwrap(), drawn.run(&moved, statistic).unwrap())
            };
            for (statistic, shift) in [
                (&middle as &(dyn Fn(&[f64]) -> f64 + Sync + Send), shift),
                (&largest, shift),
                (&last_less_first, 0.0),
            ] {
                let (a, b) = of(statistic);
                prop_assert!(close(b.point_estimate(), shift + scale * a.point_estimate(), 1e-12));
                for (a, b) in a.replicates().iter().zip(b.replicates()) {
                    prop_assert!(close(*b, shift + scale * a, 1e-12), "{scheme:?}");
                }
            }
        }
    }

    #[test]
    fn the_resamples_of_independent_rows_are_those_of_event_dates(
        x in values(2..5), seed in any::<u64>(),
    ) {
        let iid = bootstrap(SeriesScheme::Iid).replicates(300).seed(seed);
        let dates = EventDateBootstrap::new().replicates(300).seed(seed);
        let (a, b) = (iid.run(&x, mean_of).unwrap(), dates.run_mean(&x).unwrap());
        prop_assert!(a.is_exact() && b.is_exact());
        prop_assert_eq!(a.n_replicates(), b.n_replicates());
        for (a, b) in a.replicates().iter().zip(b.replicates()) {
            prop_assert!(close(*a, *b, 1e-15));
        }
    }

    #[test]
    fn independent_rows_have_the_acceleration_of_the_mean(x in values(9..30), level in 0.5..0.99) {
        let iid = bootstrap(SeriesScheme::Iid).replicates(300);
        let delete_one: Vec<f64> = (0..x.len())
            .map(|left_out| mean_of(&[&x[..left_out], &x[left_out + 1..]].concat()))
            .collect();
        let plain = iid.prepare_mean(&x).unwrap().run().unwrap();
        prop_assert!(plain.interval(IntervalMethod::Bca, level).is_err());
        let by_hand = plain.with_jackknife(&delete_one).interval(IntervalMethod::Bca, level).unwrap();
        let found = iid.run_mean(&x).unwrap().interval(IntervalMethod::Bca, level).unwrap();
        prop_assert!(close(found.lower, by_hand.lower, 1e-9));
        prop_assert!(close(found.upper, by_hand.upper, 1e-9));
    }

    #[test]
    fn influence_values_of_the_mean_give_the_mean(x in values(8..30), seed in any::<u64>()) {
        let deviations: Vec<f64> = x.iter().map(|v| v - mean_of(&x)).collect();
        for scheme in all_schemes(3) {
            let drawn = bootstrap(scheme).replicates(20).seed(seed);
            let (a, b) = (drawn.run_mean(&x), drawn.run_influence(mean_of(&x), &deviations));
            for (a, b) in a.unwrap().replicates().iter().zip(b.unwrap().replicates()) {
                prop_assert!(close(*a, *b, 1e-14), "{scheme:?}");
            }
        }
    }
}

#[test]
fn resamples_counted_off_by_hand() {
    let rows = |scheme, n| {
        let drawn = bootstrap(scheme);
        let n_resamples = drawn.run_rows(n, |_| 0.0).unwrap().n_replicates();
        let all: Vec<Vec<usize>> = (0..n_resamples).map(|k| drawn.rows(n, k).unwrap()).collect();
        assert!(drawn.rows(n, n_resamples).is_err());
        all
    };
    // Two starts, two blocks, the second cut to one row.
    let moving = rows(SeriesScheme::Moving { block_length: 3 }, 4);
    assert_eq!(moving, [[0, 1, 2, 0], [1, 2, 3, 0], [0, 1, 2, 1], [1, 2, 3, 1]]);
    let apart = rows(SeriesScheme::NonOverlapping { block_length: 2 }, 5);
    assert_eq!(apart.len(), 8); // two starts, three blocks
    assert_eq!((&apart[0], &apart[7]), (&vec![0, 1, 0, 1, 0], &vec![2, 3, 2, 3, 2]));
    let circular = rows(SeriesScheme::Circular { block_length: 2 }, 3);
    assert_eq!(circular.len(), 9);
    assert_eq!((&circular[2], &circular[8]), (&vec![2, 0, 0], &vec![2, 0, 2]));
    assert_eq!(rows(SeriesScheme::Iid, 2), [[0, 0], [1, 0], [0, 1], [1, 1]]);
}

#[test]
fn the_resamples_of_an_enumeration_are_as_many_as_said() {
    let x = skewed(12);
    let n = |scheme| {
        let drawn = bootstrap(scheme).replicates(20_736).run_mean(&x).unwrap();
        (drawn.n_replicates(), drawn.is_exact(), drawn.seed())
    };
    assert_eq!(n(SeriesScheme::Circular { block_length: 3 }), (20_736, true, None)); // 12^4
    assert_eq!(n(SeriesScheme::Moving { block_length: 3 }), (10_000, true, None)); // 10^4
    assert_eq!(n(SeriesScheme::Tapered { block_length: 3 }), (10_000, true, None));
    assert_eq!(n(SeriesScheme::NonOverlapping { block_length: 3 }), (256, true, None)); // 4^4
    assert_eq!(n(SeriesScheme::NonOverlapping { block_length: 5 }), (8, true, None)); // 2^3
    assert_eq!(n(SeriesScheme::Iid), (20_736, false, Some(0))); // 12^12
    let stationary = SeriesScheme::Stationary { mean_block_length: 12.0 };
    assert_eq!(n(stationary), (20_736, false, Some(0)));
    // A window of fewer rows has fewer outcomes.
    let circular = bootstrap(SeriesScheme::Circular { block_length: 2 });
    let window = circular.run_window_sum(&x, 5).unwrap();
    assert_eq!((window.n_replicates(), window.is_exact()), (1_728, true)); // 12^3
}

#[test]
fn order_reaches_the_statistic() {
    // The share of rows that follow their predecessor is high for blocks, low for single rows.
    let joined = |rows: &[usize]| {
        let n = rows.windows(2).filter(|r| r[1] == r[0] + 1).count();
        n as f64 / (rows.len() - 1) as f64
    };
    let share = |scheme| bootstrap(scheme).replicates(200).run_rows(60, joined).unwrap().mean();
    assert!(share(SeriesScheme::Moving { block_length: 10 }) > 0.88);
    assert!(share(SeriesScheme::NonOverlapping { block_length: 10 }) > 0.88);
    assert!(share(SeriesScheme::Iid) < 0.05);
}

#[test]
fn a_scheme_says_what_it_needs() {
    let x = skewed(8);
    let text = |scheme: SeriesScheme, x: &[f64]| {
        let drawn = SeriesBootstrap::new(scheme).and_then(|b| b.run_mean(x));
        drawn.unwrap_err().to_string()
    };
    let (moving, circular) = (
        |block_length| SeriesScheme::Moving { block_length },
        |block_length| SeriesScheme::Circular { block_length },
    );
    let zero = "block length = 0: expected a number of rows, at least 1";
    assert_eq!(text(moving(0), &x), zero);
    assert_eq!(text(circular(0), &x), zero);
    let whole = "block length = 8: expected less than the number of rows of the series";
    assert_eq!(text(moving(8), &x), whole);
    assert_eq!(text(SeriesScheme::Tapered { block_length: 8 }, &x), whole);
    assert!(bootstrap(circular(8)).run_mean(&x).is_ok());
    assert_eq!(
        text(circular(9), &x),
        "block length = 9: expected at most the number of rows of the series"
    );
    assert_eq!(
        text(SeriesScheme::NonOverlapping { block_length: 5 }, &x),
        "block length = 5: expected at most half the number of rows of the series"
    );
    assert_eq!(
        text(SeriesScheme::Iid, &[0.1]),
        "the bootstrap of independent rows needs at least 2 rows, found 1"
    );
    assert!(text(circular(2), &[0.1, f64::NAN, 0.2]).starts_with("value to resample = NaN"));
    assert!(circular(9).exact_variance(&x).is_err() && circular(0).exact_mean(&x).is_err());
    for n_drawn in [0, 9] {
        let fault = bootstrap(circular(2)).run_window_sum(&x, n_drawn).unwrap_err();
        assert!(fault.to_string().starts_with("rows drawn = "));
    }
}

#[test]
fn a_tapered_resample_has_no_median() {
    let x = skewed(20);
    let tapered = bootstrap(SeriesScheme::Tapered { block_length: 4 });
    let expected = "scheme = the tapered block bootstrap: expected one that draws rows as they are: \
                    a tapered resample holds weighted deviations, of which there are means, sums \
                    over a window and, by its influence values, a smooth statistic";
    let faults = [
        tapered.run(&x, |v| std_dev(v).unwrap()).unwrap_err(),
        tapered.run_rows(20, |_| 0.0).unwrap_err(),
        tapered.rows(20, 0).unwrap_err(),
    ];
    for fault in faults {
        assert_eq!(fault.to_string(), expected);
    }
}

#[test]
fn schemes_go_to_json_and_back() {
    let json = serde_json::to_string(&SeriesScheme::Moving { block_length: 5 }).unwrap();
    assert_eq!(json, r#"{"name":"moving","block_length":5}"#);
    for scheme in all_schemes(5) {
        let text = serde_json::to_string(&scheme).unwrap();
        assert_eq!(serde_json::from_str::<SeriesScheme>(&text).unwrap(), scheme);
        let drawn: ResamplingScheme = scheme.into();
        let text = serde_json::to_string(&drawn).unwrap();
        assert_eq!(serde_json::from_str::<ResamplingScheme>(&text).unwrap(), drawn);
        assert_eq!(scheme.name(), drawn.name());
        assert_eq!(drawn.is_independent(), scheme == SeriesScheme::Iid);
    }
    let old = r#"{"name":"stationary_block","mean_block_length":10.0}"#;
    let old: ResamplingScheme = serde_json::from_str(old).unwrap();
    assert_eq!(old, SeriesScheme::Stationary { mean_block_length: 10.0 }.into());
    assert!(serde_json::from_str::<SeriesScheme>(r#"{"name":"moving","length":5}"#).is_err());
}
