//! The cluster bootstraps.

use proptest::prelude::*;

use super::{close, skewed, values};
use crate::Error;
use crate::numeric::moments::{mean, std_dev, sum_squared_deviations};
use crate::resampling::ClusterScheme::{TwoStage, WholeDates};
use crate::resampling::{
    BootstrapDistribution, ClusterBootstrap, EventDateBootstrap, IntervalMethod, ResamplingScheme,
};
use crate::with_threads;

fn mean_of(x: &[f64]) -> f64 {
    mean(x).unwrap()
}

/// Responses of two to seven dates, one to four each.
fn by_date() -> impl Strategy<Value = Vec<Vec<f64>>> {
    prop::collection::vec(values(1..5), 2..8)
}

fn equal(a: &BootstrapDistribution, b: &BootstrapDistribution, tolerance: f64) -> bool {
    a.n_replicates() == b.n_replicates()
        && a.replicates_as_drawn()
            .iter()
            .zip(b.replicates_as_drawn())
            .all(|(a, b)| close(*a, *b, tolerance))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn the_fast_mean_is_the_mean_of_the_same_draws(
        by_date in by_date(), level in -1e3..1e3_f64, seed in any::<u64>(),
    ) {
        let moved: Vec<Vec<f64>> =
            by_date.iter().map(|d| d.iter().map(|v| level + v).collect()).collect();
        for scheme in [WholeDates, TwoStage] {
            let bootstrap = ClusterBootstrap::new(scheme).replicates(60).seed(seed);
            let fast = bootstrap.run_mean(&moved).unwrap();
            let plain = bootstrap.run(&moved, mean_of).unwrap();
            prop_assert!(equal(&fast, &plain, 1e-12 * level.abs().max(1.0)));
            prop_assert_eq!(fast.is_exact(), plain.is_exact());
        }
    }

    #[test]
    fn studentised_means_have_the_cluster_robust_error(by_date in by_date(), seed in any::<u64>()) {
        let by_rows = |dates: &[&[f64]]| {
            let pooled = dates.concat();
            let (mean, n, g) = (mean_of(&pooled), pooled.len() as f64, dates.len() as f64);
            let scores = dates.iter().map(|d| d.iter().map(|v| v - mean).sum::<f64>());
            let squares = scores.map(|s| s * s).sum::<f64>();
            (mean, (g / (g - 1.0) * squares).sqrt() / n)
        };
        for scheme in [WholeDates, TwoStage] {
            let bootstrap = ClusterBootstrap::new(scheme).replicates(60).seed(seed);
            let fast = bootstrap.run_mean_studentised(&by_date).unwrap();
            let plain = bootstrap.run_studentised(&by_date, by_rows).unwrap();
            prop_assert!(equal(&fast, &plain, 1e-12));
            let (a, b) = (fast.sample_std_error().unwrap(), plain.sample_std_error().unwrap());
            prop_assert!(close(a, b, 1e-12));
            let pairs = fast.studentised_replicates().unwrap().iter()
                .zip(plain.studentised_replicates().unwrap());
            for (a, b) in pairs {
                prop_assert!(a.total_cmp(b).is_eq() || close(*a, *b, 1e-6 * (1.0 + b.abs())));
            }
        }
    }

    #[test]
    fn one_response_a_date_is_the_bootstrap_by_event_date(x in values(2..20), seed in any::<u64>()) {
        let one_each: Vec<[f64; 1]> = x.iter().map(|v| [*v]).collect();
        let dates = ClusterBootstrap::new(WholeDates).replicates(99).seed(seed);
        let plain = EventDateBootstrap::new().replicates(99).seed(seed);
        let (a, b) = (dates.run_mean_studentised(&one_each), plain.run_mean_studentised(&x));
        let (a, b) = (a.unwrap(), b.unwrap());
        prop_assert!(equal(&a, &b, 1e-14));
        for method in IntervalMethod::ALL {
            let (Ok(a), Ok(b)) = (a.interval(*method, 0.8), b.interval(*method, 0.8)) else {
                prop_assert_eq!(a.interval(*method, 0.8).is_err(), b.interval(*method, 0.8).is_err());
                continue;
            };
            prop_assert!(close(a.lower, b.lower, 1e-9) && close(a.upper, b.upper, 1e-9));
        }
    }

    #[test]
    fn resamples_are_whole_dates(sizes in prop::collection::vec(1_usize..5, 6..12), seed in any::<u64>()) {
        // Rows name their date and their place in it.
        let by_date: Vec<Vec<(usize, usize)>> = sizes
            .iter()
            .enumerate()
            .map(|(date, size)| (0..*size).map(|row| (date, row)).collect())
            .collect();
        let n = sizes.len();
        for scheme in [WholeDates, TwoStage] {
            let bootstrap = ClusterBootstrap::new(scheme).replicates(30).seed(seed);
            let drawn = bootstrap.run_studentised(&by_date, |dates: &[&[(usize, usize)]]| {
                let whole = dates.iter().all(|d| d.iter().map(|r| r.1).eq(0..d.len()));
                let one_date = dates.iter().all(|d| {
                    d.iter().all(|r| r.0 == d[0].0 && r.1 < sizes[r.0]) && d.len() == sizes[d[0].0]
                });
                // One date less where it is left out for the jackknife.
                assert!((n - 1..=n).contains(&dates.len()));
                assert!(one_date && (whole || scheme == TwoStage));
                (dates.iter().map(|d| d[0].0 as f64).sum(), 1.0)
            });
            prop_assert_eq!(drawn.unwrap().n_replicates(), 30);
        }
    }
}

#[test]
fn the_law_of_two_dates_by_hand() {
    // Dates (1, 3) and (8): both (4), once each in two orders (12/3), none of the second (2) or of
    // the first (8).
    let drawn = ClusterBootstrap::new(WholeDates).run_mean(&[vec![1.0, 3.0], vec![8.0]]).unwrap();
    assert!(drawn.is_exact() && drawn.scheme() == ResamplingScheme::Cluster);
    assert_eq!(drawn.replicates(), [2.0, 4.0, 4.0, 8.0]);
    assert_eq!(drawn.point_estimate(), 4.0);
    // Two stages: each of two slots is (1,1), (1,3), (3,1), (3,3) of the first date or two of the
    // second, (2 · 2²)² in all.
    let equal = [vec![1.0, 3.0], vec![8.0, 8.0]];
    let drawn = ClusterBootstrap::new(TwoStage).run_mean(&equal).unwrap();
    assert_eq!((drawn.n_replicates(), drawn.is_exact()), (64, true));
    let count = |v: f64| drawn.replicates().iter().filter(|r| **r == v).count();
    // A slot has mean 1, 2, 2, 3 or four times 8.
    assert_eq!((count(1.0), count(1.5), count(2.0), count(8.0)), (1, 4, 6, 16));
    assert_eq!((count(4.5), count(5.0), count(5.5)), (8, 16, 8));
    // Dates of unequal size are not equally likely in two stages.
    let drawn = ClusterBootstrap::new(TwoStage).run_mean(&[vec![1.0, 3.0], vec![8.0]]).unwrap();
    assert_eq!((drawn.is_exact(), drawn.seed(), drawn.n_replicates()), (false, Some(0), 9_999));
}

#[test]
fn two_stages_add_the_variance_within_dates() {
    let by_date = [vec![0.1, 0.5], vec![-0.3, 0.2], vec![0.9, 0.0]];
    let (g, n) = (3.0, 2.0);
    let means: Vec<f64> = by_date.iter().map(|d| mean_of(d)).collect();
    let between = sum_squared_deviations(&means, mean_of(&means)) / g;
    let within =
        by_date.iter().map(|d| sum_squared_deviations(d, mean_of(d))).sum::<f64>() / (g * n);
    let variance = |scheme| {
        let drawn = ClusterBootstrap::new(scheme).run_mean(&by_date).unwrap();
        assert!(drawn.is_exact());
        drawn.std_error().powi(2)
    };
    assert!(close(variance(WholeDates), between / g, 1e-15));
    assert!(close(variance(TwoStage), (between + within / n) / g, 1e-15));
}

#[test]
fn enumeration_agrees_with_draws() {
    let equal: Vec<Vec<f64>> = skewed(6).chunks(2).map(<[f64]>::to_vec).collect();
    let unequal: Vec<Vec<f64>> =
        vec![vec![0.1, 0.4, -0.2], vec![0.5], vec![-0.1, 0.0], vec![0.7, 0.3]];
    // Of four whole dates 35 resamples are distinct.
    for (scheme, by_date, n) in [(WholeDates, unequal, 34), (TwoStage, equal, 1_727)] {
        let exact = ClusterBootstrap::new(scheme).run_mean(&by_date).unwrap();
        let runs: Vec<BootstrapDistribution> = (0..=10_000 / n)
            .map(|s| {
                let bootstrap = ClusterBootstrap::new(scheme).replicates(n).seed(s as u64);
                bootstrap.run_mean(&by_date).unwrap()
            })
            .collect();
        assert!(exact.is_exact() && runs.iter().all(|r| !r.is_exact()));
        let all: Vec<f64> = runs.iter().flat_map(|r| r.replicates().to_vec()).collect();
        let b = all.len() as f64;
        assert!(close(mean_of(&all), exact.mean(), 4.0 * exact.std_error() / b.sqrt()));
        let ratio = std_dev(&all).unwrap() / exact.std_error();
        assert!(close(ratio, 1.0, 4.0 / b.sqrt()), "{ratio}");
        for p in [0.1, 0.4, 0.8] {
            let at = exact.quantile(p).unwrap() + 1e-9;
            let share = |x: &[f64]| x.iter().filter(|v| **v < at).count() as f64 / x.len() as f64;
            let (found, wanted) = (share(&all), share(exact.replicates()));
            assert!(close(found, wanted, 4.0 * (wanted * (1.0 - wanted) / b).sqrt()));
        }
    }
}

#[test]
fn every_row_is_drawn_as_often() {
    // The number of times that a row is in a resample has the mean 1, whatever the sizes.
    let by_date: Vec<Vec<usize>> = vec![
        vec![0, 1, 2, 3],
        vec![4],
        vec![5, 6, 7],
        vec![8, 9],
        vec![10],
        vec![11],
        vec![12],
        vec![13, 14],
    ];
    for scheme in [WholeDates, TwoStage] {
        for row in 0..15 {
            let times = |rows: &[usize]| rows.iter().filter(|r| **r == row).count() as f64;
            let bootstrap = ClusterBootstrap::new(scheme).replicates(3_000).seed(row as u64);
            let drawn = bootstrap.run_pairs(&by_date, times).unwrap();
            let error = 4.0 * drawn.std_error() / 3_000_f64.sqrt();
            assert!(!drawn.is_exact() && close(drawn.mean(), 1.0, error), "{scheme:?} {row}");
        }
    }
}

#[test]
fn pairs_of_a_regression() {
    // y = 2 + 3 x without error: every resample in which x varies has the slope 3.
    let by_date: Vec<Vec<(f64, f64)>> = (0..5_i32)
        .map(|date| {
            (0..3_i32).map(|k| f64::from(date * 2 + k)).map(|x| (2.0 + 3.0 * x, x)).collect()
        })
        .collect();
    let slope = |rows: &[(f64, f64)]| {
        let n = rows.len() as f64;
        let (y, x) = rows.iter().fold((0.0, 0.0), |(a, b), (y, x)| (a + y / n, b + x / n));
        let products = rows.iter().map(|r| (r.0 - y) * (r.1 - x)).sum::<f64>();
        products / rows.iter().map(|r| (r.1 - x).powi(2)).sum::<f64>()
    };
    for scheme in [WholeDates, TwoStage] {
        let drawn = ClusterBootstrap::new(scheme).replicates(200).run_pairs(&by_date, slope);
        let drawn = drawn.unwrap();
        assert!(drawn.replicates().iter().all(|v| close(*v, 3.0, 1e-12)));
    }
}

#[test]
fn bca_leaves_out_whole_dates() {
    let by_date = [vec![0.1, 0.5], vec![0.9], vec![0.0, 0.2, 0.3], vec![0.4, 0.1]];
    let drawn = ClusterBootstrap::new(WholeDates).run_mean(&by_date).unwrap();
    let left_out: Vec<f64> = (0..4)
        .map(|g| {
            let rest: Vec<Vec<f64>> = by_date
                .iter()
                .enumerate()
                .filter(|(at, _)| *at != g)
                .map(|(_, d)| d.clone())
                .collect();
            mean_of(&rest.concat())
        })
        .collect();
    let centre = mean_of(&left_out);
    let (squares, cubes) = left_out
        .iter()
        .fold((0.0, 0.0), |(s, c), v| (s + (centre - v).powi(2), c + (centre - v).powi(3)));
    let (_, acceleration) = drawn.bca_constants().unwrap();
    assert!(close(acceleration, cubes / (6.0 * f64::powf(squares, 1.5)), 1e-12));
    let two_stage = ClusterBootstrap::new(TwoStage).replicates(99).run_mean(&by_date).unwrap();
    assert_eq!(
        two_stage.interval(IntervalMethod::Bca, 0.9).unwrap_err().to_string(),
        "the BCa interval is not defined for the two-stage cluster bootstrap: a jackknife of whole \
         dates leaves out its second stage; take the percentile or the basic interval, or draw \
         whole dates"
    );
    assert!(two_stage.interval(IntervalMethod::BiasCorrected, 0.9).is_ok());
}

#[test]
fn one_thread_and_several_give_the_same_bits() {
    let by_date: Vec<Vec<f64>> = skewed(40).chunks(3).map(<[f64]>::to_vec).collect();
    for scheme in [WholeDates, TwoStage] {
        let run = || ClusterBootstrap::new(scheme).replicates(200).seed(3).run(&by_date, mean_of);
        let one = with_threads(1, run).unwrap().unwrap();
        assert_eq!(one, with_threads(4, run).unwrap().unwrap());
        let fewer = ClusterBootstrap::new(scheme).replicates(50).seed(3).run(&by_date, mean_of);
        assert_eq!(fewer.unwrap().replicates_as_drawn(), &one.replicates_as_drawn()[..50]);
    }
}

#[test]
fn bad_input() {
    let bootstrap = ClusterBootstrap::new(WholeDates);
    let message = |by_date: &[Vec<f64>]| bootstrap.run_mean(by_date).unwrap_err().to_string();
    assert_eq!(
        message(&[vec![0.1, 0.2]]),
        "the cluster bootstrap by event date needs at least 2 event dates, found 1"
    );
    assert_eq!(
        message(&[vec![0.1], vec![], vec![0.2]]),
        "event date 2 of the cluster bootstrap by event date needs at least 1 responses, found 0"
    );
    let bad = [vec![0.1], vec![f64::NAN]];
    assert!(matches!(bootstrap.run(&bad, mean_of), Err(Error::Setting { .. })));
    assert!(matches!(bootstrap.run_mean(&bad), Err(Error::Setting { .. })));
    let same = bootstrap.run_mean_studentised(&[vec![0.1, 0.1], vec![0.1]]);
    assert!(matches!(same, Err(Error::DegenerateVariance { .. })));
    let undefined = bootstrap
        .run_pairs(&[[1, 2], [3, 4]], |rows| if rows[0] == rows[2] { f64::NAN } else { 0.5 });
    assert!(matches!(undefined, Err(Error::StatisticUndefined { .. })));
}
