//! Enumeration of distinct outcomes against that of all ordered ones, and against draws.

use ndarray::Array2;
use proptest::prelude::*;

use super::{close, skewed, values};
use crate::numeric::moments;
use crate::resampling::{
    BootstrapDistribution, ClusterBootstrap, ClusterScheme, EventDateBootstrap, IntervalMethod,
};

/// Both hold the same law, one of them each outcome once.
fn same_law(ordered: &BootstrapDistribution, distinct: &BootstrapDistribution) {
    assert!(ordered.is_exact() && ordered.weights().is_none());
    assert!(distinct.is_exact() && distinct.seed().is_none());
    assert_eq!(distinct.n_resamples(), ordered.n_replicates() as u64);
    assert_eq!(distinct.weights().unwrap().iter().sum::<u64>(), distinct.n_resamples());
    assert!(distinct.n_replicates() < ordered.n_replicates());
    assert_eq!(distinct.summary().n_resamples, Some(distinct.n_resamples()));
    // Sums of up to 46,656 values.
    assert!(close(ordered.mean(), distinct.mean(), 1e-11));
    assert!(close(ordered.std_error() / distinct.std_error(), 1.0, 1e-12));
    assert_eq!(ordered.p_values(), distinct.p_values());
    for p in (0..=100).map(|k| f64::from(k) / 100.0) {
        assert!(close(ordered.quantile(p).unwrap(), distinct.quantile(p).unwrap(), 1e-13), "{p}");
    }
    assert_eq!(ordered.zero_crossing_share(), distinct.zero_crossing_share());
    assert_eq!(ordered.n_resamples_without_spread(), distinct.n_resamples_without_spread());
    if ordered.sample_std_error().is_some() {
        assert_eq!(
            ordered.studentised_p_values().unwrap(),
            distinct.studentised_p_values().unwrap()
        );
    }
    for method in IntervalMethod::ALL {
        let of = |drawn: &BootstrapDistribution| drawn.interval(*method, 0.9);
        match (of(ordered), of(distinct)) {
            (Ok(a), Ok(b)) => {
                assert!(close(a.lower, b.lower, 1e-10) && close(a.upper, b.upper, 1e-10));
            }
            (Err(a), Err(b)) => assert_eq!(a.to_string(), b.to_string()),
            (a, b) => panic!("{method:?}: {a:?} {b:?}"),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn distinct_outcomes_are_the_ordered_ones_with_weights(x in values(4..7)) {
        let n_ordered = x.len().pow(u32::try_from(x.len()).unwrap());
        let all = EventDateBootstrap::new().replicates(n_ordered);
        let distinct = all.replicates(n_ordered - 1);
        same_law(
            &all.run_mean_studentised(&x).unwrap(),
            &distinct.run_mean_studentised(&x).unwrap(),
        );
        let largest = |x: &[f64]| x.iter().fold(f64::NEG_INFINITY, |a, v| a.max(*v));
        same_law(&all.run(&x, largest).unwrap(), &distinct.run(&x, largest).unwrap());
        // Clusters of one and two responses.
        let dates: Vec<Vec<f64>> =
            x.iter().enumerate().map(|(k, v)| vec![*v; 1 + k % 2]).collect();
        let clusters = ClusterBootstrap::new(ClusterScheme::WholeDates);
        let (all, distinct) = (clusters.replicates(n_ordered), clusters.replicates(n_ordered - 1));
        same_law(
            &all.run_mean_studentised(&dates).unwrap(),
            &distinct.run_mean_studentised(&dates).unwrap(),
        );
    }
}

#[test]
fn two_groups_and_paths_have_weights_as_well() {
    let (first, second) = (skewed(3), skewed(4));
    let bootstrap = EventDateBootstrap::new();
    let all = bootstrap.replicates(27 * 256).run_mean_difference(&first, &second).unwrap();
    let distinct = bootstrap.replicates(27 * 256 - 1).run_mean_difference(&first, &second).unwrap();
    assert_eq!(distinct.n_replicates(), 10 * 35);
    same_law(&all, &distinct);

    let paths = Array2::from_shape_fn((5, 4), |(k, day)| skewed(40)[8 * k + day]);
    let all = bootstrap.run_paths(&paths).unwrap();
    let distinct = bootstrap.replicates(3_124).run_paths(&paths).unwrap();
    assert_eq!((all.n_replicates(), all.weights()), (3_125, None));
    assert_eq!((distinct.n_replicates(), distinct.is_exact()), (126, true));
    assert_eq!(distinct.weights().unwrap().iter().sum::<u64>(), 3_125);
    for day in 0..4 {
        same_law(&all.day(day).unwrap(), &distinct.day(day).unwrap());
    }
    for level in [0.5, 0.9, 0.95] {
        let bands = [&all, &distinct].map(|paths| {
            [paths.simultaneous_band(level).unwrap(), paths.studentised_band(level).unwrap()]
        });
        for (a, b) in bands[0].iter().zip(&bands[1]) {
            assert!(close(a.critical_value, b.critical_value, 1e-9));
            assert!(a.upper.iter().zip(&b.upper).all(|(a, b)| close(*a, *b, 1e-9)));
        }
    }
}

#[test]
fn from_six_to_eight_dates_nothing_is_random() {
    for (n, n_outcomes) in [(6, 462), (7, 1_716), (8, 6_435)] {
        let x = skewed(n);
        let bootstrap = EventDateBootstrap::new();
        let exact = bootstrap.run_mean(&x).unwrap();
        assert_eq!((exact.n_replicates(), exact.is_exact()), (n_outcomes, true));
        assert_eq!(exact, bootstrap.seed(9).run_mean(&x).unwrap());
        // The law of the mean in closed form.
        let mean = moments::mean(&x).unwrap();
        let variance = moments::sum_squared_deviations(&x, mean) / f64::from(n * n);
        assert!(close(exact.mean(), mean, 1e-13));
        assert!(close(exact.std_error().powi(2) / variance, 1.0, 1e-12));
        // As many draws as there are outcomes less one are random, and agree.
        let few = n_outcomes - 1;
        let drawn = bootstrap.replicates(few).seed(3).run_mean(&x).unwrap();
        assert!(!drawn.is_exact() && drawn.weights().is_none());
        let error = exact.std_error() / (few as f64).sqrt();
        assert!(close(drawn.mean(), mean, 4.0 * error));
        for p in [0.1, 0.5, 0.9] {
            let q = exact.quantile(p).unwrap() + 1e-12;
            let share = drawn.replicates().partition_point(|v| *v <= q) as f64 / few as f64;
            let wanted = exact.n_at_most(q) as f64 / exact.n_resamples() as f64;
            let error = (wanted * (1.0 - wanted) / few as f64).sqrt();
            assert!(close(share, wanted, 4.0 * error), "{n} {p}: {share} {wanted}");
        }
    }
    let nine = EventDateBootstrap::new().run_mean(&skewed(9)).unwrap();
    assert!(!nine.is_exact());
}
