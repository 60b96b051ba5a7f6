//! Replicates with standard errors, and what is read from them.

use proptest::prelude::*;

use super::{close, skewed, values};
use crate::Error;
use crate::numeric::moments;
use crate::resampling::IntervalMethod::{
    Basic, Normal, Percentile, Studentised, StudentisedByReplicates, SymmetricT,
};
use crate::resampling::{
    BootstrapDistribution, EventDateBootstrap, IntervalMethod, ResamplingScheme, SeriesBootstrap,
    SeriesScheme,
};
use crate::with_threads;

const GIVEN: ResamplingScheme = ResamplingScheme::GivenIndependent;

fn exact(x: &[f64]) -> BootstrapDistribution {
    EventDateBootstrap::new().run_mean_studentised(x).unwrap()
}

/// Estimate 10 with standard error 2; t* are -2, -1, 0, 1, 4.
fn by_hand() -> BootstrapDistribution {
    let replicates = vec![14.0, 8.0, 10.0, 11.0, 9.0];
    let drawn = BootstrapDistribution::from_replicates(10.0, replicates, GIVEN).unwrap();
    drawn.with_std_errors(2.0, &[1.0, 1.0, 3.0, 1.0, 1.0]).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_ends_change_places_in_a_mirror(
        x in values(3..6), shift in -2.0..2.0_f64, scale in 0.1..3.0_f64, level in 0.1..0.98_f64,
    ) {
        // Enumerated, so that the replicates of the mirrored sample are the mirrored replicates.
        let mirrored: Vec<f64> = x.iter().map(|v| shift - scale * v).collect();
        let (a, b) = (exact(&x), exact(&mirrored));
        let turned = |v: f64| shift - scale * v;
        for method in [Normal, Basic, Percentile, Studentised, StudentisedByReplicates, SymmetricT] {
            let (Ok(a), Ok(b)) = (a.interval(method, level), b.interval(method, level)) else {
                prop_assert_eq!(a.interval(method, level).is_err(), b.interval(method, level).is_err());
                continue;
            };
            let tolerance = 1e-9 * (1.0 + b.upper - b.lower);
            prop_assert!(close(b.lower, turned(a.upper), tolerance), "{}", method);
            prop_assert!(close(b.upper, turned(a.lower), tolerance), "{}", method);
        }
    }

    #[test]
    fn intervals_hold_the_estimate_where_they_must(x in values(2..12), level in 0.05..0.99_f64) {
        let drawn = EventDateBootstrap::new().replicates(399).run_mean_studentised(&x).unwrap();
        let estimate = drawn.point_estimate();
        let holds = |method| drawn.interval(method, level).map(|i| i.contains(estimate));
        prop_assert!(holds(Normal).unwrap());
        prop_assert!(holds(SymmetricT).unwrap_or(true));
        let tail = (1.0 - level) / 2.0;
        let inside = |q: &dyn Fn(f64) -> f64, at: f64| q(tail) <= at && at <= q(1.0 - tail);
        let of_percentile = inside(&|p| drawn.quantile(p).unwrap(), estimate);
        prop_assert_eq!(holds(Percentile).unwrap(), of_percentile);
        // 2θ̂ − q rounds, so an end on the estimate itself may fall on either side.
        let interval = drawn.interval(Basic, level).unwrap();
        let gap = (interval.lower - estimate).abs().min((interval.upper - estimate).abs());
        prop_assert!(interval.contains(estimate) == of_percentile || gap < 1e-12);
        let of_t = inside(&|p| drawn.studentised_quantile(p).unwrap(), 0.0);
        if let Ok(holds) = holds(Studentised) {
            prop_assert_eq!(holds, of_t);
        }
    }

    #[test]
    fn t_of_the_mean_is_the_closed_form(x in values(3..20), seed in any::<u64>()) {
        let bootstrap = EventDateBootstrap::new().replicates(60).seed(seed);
        let drawn = bootstrap.run_mean_studentised(&x).unwrap();
        let plain = bootstrap.run_mean(&x).unwrap();
        prop_assert_eq!(drawn.replicates_as_drawn(), plain.replicates_as_drawn());
        let n = (x.len() as f64).sqrt();
        let by_closure = bootstrap.run_studentised(&x, |v| {
            (moments::mean(v).unwrap(), moments::std_dev(v).unwrap() / n)
        });
        let by_closure = by_closure.unwrap();
        let pairs = drawn.studentised_replicates().unwrap().iter()
            .zip(by_closure.studentised_replicates().unwrap());
        for (a, b) in pairs {
            prop_assert!(a.total_cmp(b).is_eq() || close(*a, *b, 1e-9 * (1.0 + b.abs())));
        }
        if let Ok(bca) = drawn.interval(IntervalMethod::Bca, 0.8) {
            prop_assert_eq!(bca, plain.interval(IntervalMethod::Bca, 0.8).unwrap());
        }
    }

    #[test]
    fn p_values_are_those_of_the_counts(x in values(3..15), shift in -1.0..1.0_f64) {
        let x: Vec<f64> = x.iter().map(|v| v + shift).collect();
        let drawn = EventDateBootstrap::new().replicates(199).run_mean_studentised(&x).unwrap();
        let t = drawn.point_estimate() / drawn.sample_std_error().unwrap();
        let all = drawn.studentised_replicates().unwrap();
        let weights = drawn.studentised_weights().map_or(vec![1; all.len()], <[u64]>::to_vec);
        let p = |keep: &dyn Fn(f64) -> bool| {
            let kept = all.iter().zip(&weights).filter(|(v, _)| keep(**v)).map(|(_, n)| n);
            (1 + kept.sum::<u64>()) as f64 / (1 + weights.iter().sum::<u64>()) as f64
        };
        let slack = 1e-12 * t.abs().max(1.0);
        let found = drawn.studentised_p_values().unwrap();
        prop_assert_eq!(found.two_sided, p(&|v| v.abs() >= t.abs() - slack));
        prop_assert_eq!(found.upper, p(&|v| v >= t - slack));
        prop_assert_eq!(found.lower, p(&|v| v <= t + slack));
    }
}

#[test]
fn intervals_by_hand() {
    let drawn = by_hand();
    assert_eq!(drawn.replicates(), [8.0, 9.0, 10.0, 11.0, 14.0]);
    assert_eq!(drawn.replicates_as_drawn(), [14.0, 8.0, 10.0, 11.0, 9.0]);
    assert_eq!(drawn.studentised_replicates().unwrap(), [-2.0, -1.0, 0.0, 1.0, 4.0]);
    // Quantiles at 1/4 and 3/4 of t* are -1 and 1, the half of |t*| = 0, 1, 1, 2, 4 is 1.
    let ends = |method, level| {
        let interval = drawn.interval(method, level).unwrap();
        (interval.lower, interval.upper)
    };
    assert_eq!(ends(Studentised, 0.5), (8.0, 12.0));
    assert_eq!(ends(SymmetricT, 0.5), (8.0, 12.0));
    assert_eq!(drawn.lower_bound(Studentised, 0.875).unwrap(), 10.0 - 2.0 * 2.5);
    assert_eq!(drawn.upper_bound(Studentised, 0.875).unwrap(), 10.0 + 2.0 * 1.5);
    assert_eq!(drawn.lower_bound(SymmetricT, 0.875).unwrap(), 10.0 - 2.0 * 2.0);
    assert_eq!(drawn.upper_bound(SymmetricT, 0.875).unwrap(), 10.0 + 2.0 * 2.0);
    // Mean 10.4, squared deviations 21.2.
    let std_dev = 5.3_f64.sqrt();
    assert!(close(drawn.std_error(), std_dev, 1e-15));
    let (lower, upper) = ends(StudentisedByReplicates, 0.5);
    assert!(close(lower, 10.0 - std_dev, 1e-14) && close(upper, 10.0 + std_dev, 1e-14));
    let (lower, upper) = ends(Normal, 0.95);
    assert!(close(upper - 10.0, 1.959_963_984_540_054 * std_dev, 1e-12));
    assert!(close(lower + upper, 20.0, 1e-12));
    // Two of five below 10: z0 = z(0.4), and the share at p = 1/2 is Φ(2 z0).
    assert!(close(drawn.bias_correction().unwrap(), -0.253_347_103_135_8, 1e-12));
    let share = 0.306_184_698_2; // Φ(-0.506694206)
    let median = drawn.upper_bound(IntervalMethod::BiasCorrected, 0.5).unwrap();
    assert!(close(median, 9.0 + (4.0 * share - 1.0), 1e-9), "{median}");
    // t = 5, beyond all t*; with one added.
    let p = drawn.studentised_p_values().unwrap();
    assert_eq!((p.two_sided, p.upper, p.lower), (1.0 / 6.0, 1.0 / 6.0, 1.0));
}

#[test]
fn the_whole_distribution_has_the_divisor_of_all_replicates() {
    let (drawn, whole) = (by_hand(), by_hand().taken_as_exact());
    assert!(!drawn.is_exact() && whole.is_exact());
    assert!(close(whole.std_error() / drawn.std_error(), 0.8_f64.sqrt(), 1e-15));
    assert_eq!(whole.interval(Percentile, 0.5).unwrap(), drawn.interval(Percentile, 0.5).unwrap());
    // The exact standard deviation of a mean: √((n − 1)/n) s/√n.
    let x = skewed(5);
    let (s, drawn) = (moments::std_dev(&x).unwrap(), exact(&x));
    assert!(close(drawn.sample_std_error().unwrap(), s / 5.0_f64.sqrt(), 1e-15));
    assert!(close(drawn.std_error(), 0.8_f64.sqrt() * s / 5.0_f64.sqrt(), 1e-14));
}

#[test]
fn resamples_without_spread_are_infinite() {
    // 27 resamples of 1, 2, 6 about 3: (1,1,1) and (2,2,2) below, (6,6,6) above.
    let drawn = exact(&[1.0, 2.0, 6.0]);
    assert_eq!(drawn.n_resamples_without_spread(), Some(3));
    let t = drawn.studentised_replicates().unwrap();
    assert_eq!(t[..2], [f64::NEG_INFINITY; 2]);
    assert!(t[2].is_finite() && t[25].is_finite());
    assert_eq!(t[26], f64::INFINITY);
    // Quantiles at 2/26 and 25/26 are the last finite ones.
    assert!(drawn.upper_bound(Studentised, 1.0 - 2.0 / 26.0 - 1e-9).is_ok());
    assert!(drawn.lower_bound(Studentised, 25.0 / 26.0 - 1e-9).is_ok());
    assert!(drawn.lower_bound(Studentised, 25.0 / 26.0 + 1e-6).is_err());
    assert_eq!(
        drawn.interval(Studentised, 0.95).unwrap_err().to_string(),
        "the studentised interval is not defined for the bootstrap by event date: at this level \
         an end lies where resamples have no spread and is infinite; there are too few values"
    );
    assert!(drawn.interval(SymmetricT, 0.95).is_err());
    // They are farther out than any t.
    let p = drawn.studentised_p_values().unwrap();
    assert!(p.two_sided >= 4.0 / 28.0);
    // A constant resample at the estimate itself: (2,2,2) of 1, 2, 3.
    let drawn = exact(&[1.0, 2.0, 3.0]);
    assert_eq!(drawn.n_resamples_without_spread(), Some(3));
    let infinite = drawn.studentised_replicates().unwrap().iter().filter(|t| t.is_infinite());
    assert_eq!(infinite.count(), 2);
    // A constant resample of a number that has no exact double.
    let drawn = exact(&[0.1, 0.1, 0.1, 0.7]);
    assert_eq!(drawn.n_resamples_without_spread(), Some(81 + 1));
}

#[test]
fn standard_errors_that_are_none() {
    let drawn = || BootstrapDistribution::from_replicates(1.0, vec![0.5, 1.0, 1.5], GIVEN).unwrap();
    let with = |error: f64, of: &[f64]| drawn().with_std_errors(error, of);
    assert!(matches!(with(0.1, &[0.1; 2]), Err(Error::ShapeMismatch { n_expected: 3, .. })));
    assert!(matches!(with(0.0, &[0.1; 3]), Err(Error::DegenerateVariance { .. })));
    assert!(matches!(with(f64::NAN, &[0.1; 3]), Err(Error::StatisticUndefined { .. })));
    assert_eq!(
        with(0.1, &[0.1, -0.1, f64::INFINITY]).unwrap_err().to_string(),
        "the statistic is not a finite number on 2 of 3 resamples of a bootstrap from given \
         independent draws (its standard error); use one that is defined on every resample"
    );
    assert_eq!(
        drawn().interval(Studentised, 0.9).unwrap_err().to_string(),
        "the studentised interval is not defined for a bootstrap from given independent draws: \
         the standard errors of the replicates were not given"
    );
    assert!(drawn().studentised_p_values().is_err());
    assert_eq!(drawn().sample_std_error(), None);
    let same = EventDateBootstrap::new().run_mean_studentised(&[0.3; 4]);
    assert!(matches!(same, Err(Error::DegenerateVariance { .. })));
    let rows = vec![vec![0, 1], vec![1, 2]];
    let outside =
        BootstrapDistribution::from_draws_studentised(&[1.0, 2.0], &rows, GIVEN, |x| (x[0], 1.0));
    assert!(matches!(outside, Err(Error::Setting { name: "row of a draw", .. })));
}

#[test]
fn one_thread_and_several_give_the_same_bits() {
    let x = skewed(17);
    let run = || EventDateBootstrap::new().replicates(300).seed(5).run_mean_studentised(&x);
    let one = with_threads(1, run).unwrap().unwrap();
    assert_eq!(one, with_threads(4, run).unwrap().unwrap());
}

#[test]
fn series_are_studentised_on_the_draws_of_their_scheme() {
    let x = skewed(40);
    let error =
        |v: &[f64]| (moments::mean(v).unwrap(), moments::std_dev(v).unwrap() / 40.0_f64.sqrt());
    let plain = |scheme| SeriesBootstrap::new(scheme).unwrap().replicates(200).seed(3);
    let schemes = [
        SeriesScheme::Iid,
        SeriesScheme::Circular { block_length: 5 },
        SeriesScheme::Stationary { mean_block_length: 4.0 },
    ];
    for scheme in schemes {
        let drawn = plain(scheme).run_studentised(&x, error).unwrap();
        let means = plain(scheme).run(&x, |v| moments::mean(v).unwrap()).unwrap();
        assert_eq!(drawn.replicates_as_drawn(), means.replicates_as_drawn());
        assert_eq!((drawn.scheme(), drawn.seed()), (means.scheme(), Some(3)));
        assert!(drawn.interval(Studentised, 0.9).unwrap().contains(drawn.point_estimate()));
    }
    let tapered = plain(SeriesScheme::Tapered { block_length: 5 }).run_studentised(&x, error);
    assert!(matches!(tapered, Err(Error::Setting { name: "scheme", .. })));
}

#[test]
fn enumeration_agrees_with_draws() {
    let x = [0.3, -0.1, 0.7, 0.2, -0.6];
    let exact = exact(&x);
    let drawn = EventDateBootstrap::new().replicates(125).seed(8).run_mean_studentised(&x).unwrap();
    assert!(exact.is_exact() && !drawn.is_exact());
    // Shares of t* below fixed values, which are free of the density at a quantile.
    let share = |of: &BootstrapDistribution, t: f64| {
        let all = of.studentised_replicates().unwrap();
        all.partition_point(|v| *v < t) as f64 / all.len() as f64
    };
    for t in [-3.0, -1.2, -0.4, 0.3, 1.1, 2.5] {
        let p = share(&exact, t);
        assert!(close(share(&drawn, t), p, 4.0 * (p * (1.0 - p) / 125.0).sqrt()), "{t}");
    }
    let (p, q) = (drawn.studentised_p_values().unwrap(), exact.studentised_p_values().unwrap());
    assert!(close(p.two_sided, q.two_sided, 4.0 * (q.two_sided / 125.0).sqrt() + 1.0 / 126.0));
}
