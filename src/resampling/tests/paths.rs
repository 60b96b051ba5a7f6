//! Replicates of a whole path.

use ndarray::{Array2, array};
use proptest::prelude::*;

use super::{all_schemes, close};
use crate::resampling::{
    EventDateBootstrap, PathDistribution, ResamplingScheme, SeriesBootstrap, SeriesScheme,
};
use crate::{Error, with_threads};

fn paths(n_units: usize, n_days: usize, seed: f64) -> Array2<f64> {
    let mut paths = Array2::from_shape_fn((n_units, n_days), |(unit, day)| {
        ((unit as f64 + 1.7) * (day as f64 * 0.9 + seed)).sin() * 0.02
    });
    for mut path in paths.outer_iter_mut() {
        path.accumulate_axis_inplace(ndarray::Axis(0), |before, day| *day += before);
    }
    paths
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_day_has_the_distribution_of_its_column(
        n_units in 8..20_usize, n_days in 1..6_usize, seed in 0.0..9.0_f64,
    ) {
        let paths = paths(n_units, n_days, seed);
        for scheme in all_schemes(3) {
            let bootstrap = SeriesBootstrap::new(scheme).unwrap().replicates(40).seed(8);
            let drawn = bootstrap.run_paths(&paths).unwrap();
            prop_assert_eq!((drawn.n_days(), drawn.replicates().len()), (n_days, n_days * drawn.n_replicates()));
            for day in 0..n_days {
                let by_path = drawn.day(day).unwrap();
                let by_column = bootstrap.run_mean(&paths.column(day).to_vec()).unwrap();
                prop_assert_eq!(by_path.is_exact(), by_column.is_exact());
                prop_assert_eq!(by_path.n_replicates(), by_column.n_replicates());
                prop_assert_eq!((by_path.scheme(), by_path.seed()), (by_column.scheme(), by_column.seed()));
                prop_assert!(close(by_path.point_estimate(), by_column.point_estimate(), 1e-15));
                for (a, b) in by_path.replicates().iter().zip(by_column.replicates()) {
                    prop_assert!(close(*a, *b, 1e-14), "{scheme:?}");
                }
            }
            prop_assert!(drawn.day(n_days).is_none());
        }
    }
}

#[test]
fn three_event_dates_have_27_paths() {
    let cars = array![[0.0, 3.0], [3.0, 0.0], [6.0, 6.0]];
    let drawn = EventDateBootstrap::new().run_paths(&cars).unwrap();
    assert_eq!((drawn.n_replicates(), drawn.is_exact(), drawn.seed()), (27, true, None));
    assert_eq!(drawn.scheme(), ResamplingScheme::EventDate);
    assert_eq!(drawn.point(), [3.0, 3.0]);
    // The days of a path come from the same dates.
    let mut by_hand = Vec::new();
    for c in cars.outer_iter() {
        for b in cars.outer_iter() {
            for a in cars.outer_iter() {
                by_hand.push([(a[0] + b[0] + c[0]) / 3.0, (a[1] + b[1] + c[1]) / 3.0]);
            }
        }
    }
    for (path, expected) in drawn.paths().zip(by_hand) {
        assert!(close(path[0], expected[0], 1e-15) && close(path[1], expected[1], 1e-15));
    }
    for day in 0..2 {
        let of_day = drawn.day(day).unwrap();
        let alone = EventDateBootstrap::new().run_mean(&cars.column(day).to_vec()).unwrap();
        assert_eq!((of_day.scheme(), of_day.is_exact()), (alone.scheme(), alone.is_exact()));
        for (a, b) in of_day.replicates().iter().zip(alone.replicates()) {
            assert!(close(*a, *b, 1e-15));
        }
    }
}

#[test]
fn one_thread_and_several_give_the_same_paths() {
    let paths = paths(12, 30, 0.3);
    let all = || {
        let blocks = SeriesScheme::Stationary { mean_block_length: 2.0 };
        let blocks = SeriesBootstrap::new(blocks).unwrap().replicates(101).seed(3);
        let dates = EventDateBootstrap::new().replicates(101).seed(3);
        (blocks.run_paths(&paths).unwrap(), dates.run_paths(&paths).unwrap())
    };
    let alone = with_threads(1, all).unwrap();
    assert_eq!(alone, with_threads(3, all).unwrap());
    assert_eq!((alone.1.n_replicates(), alone.1.seed()), (101, Some(3)));
}

#[test]
fn bad_paths_are_errors() {
    let scheme = ResamplingScheme::GivenIndependent;
    let given = |point: &[f64], replicates: &[f64]| {
        PathDistribution::from_replicates(point.to_vec(), replicates.to_vec(), scheme)
    };
    assert!(given(&[1.0, 2.0], &[1.0, 2.0, 3.0, 4.0]).is_ok());
    assert!(matches!(given(&[], &[]), Err(Error::TooFew { unit: "days", .. })));
    assert!(matches!(
        given(&[1.0, 2.0], &[1.0, 2.0, 3.0]),
        Err(Error::ShapeMismatch { n_found: 3, n_expected: 4, .. })
    ));
    assert!(matches!(given(&[1.0, 2.0], &[1.0, 2.0]), Err(Error::TooFew { n_found: 1, .. })));
    assert_eq!(
        given(&[1.0, 2.0], &[1.0, 2.0, 3.0, f64::NAN]).unwrap_err().to_string(),
        "the statistic is not a finite number on 1 of 2 resamples of a bootstrap from given \
         independent draws; use one that is defined on every resample"
    );
    assert!(given(&[f64::NAN], &[1.0, 2.0]).is_err());

    let run = |paths: &Array2<f64>| EventDateBootstrap::new().run_paths(paths);
    assert_eq!(
        run(&Array2::zeros((1, 4))).unwrap_err().to_string(),
        "the bootstrap by event date needs at least 2 event dates, found 1"
    );
    assert!(run(&Array2::zeros((3, 0))).is_err());
    let mut gap = paths(4, 5, 0.0);
    gap[[2, 3]] = f64::NAN;
    assert_eq!(run(&gap).unwrap_err().to_string(), "path 2, row 3: NaN is not a finite number");
    let long = SeriesBootstrap::new(SeriesScheme::Moving { block_length: 4 }).unwrap();
    assert!(long.run_paths(&paths(4, 5, 0.0)).is_err());
}
