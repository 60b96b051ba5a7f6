//! Faults that packages of the field are known for: tests of samples.
//!
//! One test per fault, named for what it guards; the others are in `defects.rs` and
//! `defects_inference.rs`.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::float_cmp)]

mod common;

use common::{Noise, close};
use eventstudy::Error;
use eventstudy::inference::Alternative::{Greater, Less, TwoSided};
use eventstudy::inference::samples::{
    BootstrappedSkewnessT, DesignEffect, GroupDegreesOfFreedom, IbragimovMueller,
    KolmogorovSmirnov, LabelPermutation, MannWhitney, OneSampleT, RankMethod, SampleTest, SignTest,
    SkewnessAdjustedT, SkewnessEstimator, TwoSampleT, WilcoxonSignedRank, dagostino_pearson,
    jarque_bera, kendall, pearson, shapiro_wilk, spearman,
};
use eventstudy::models::{EstimationSample, ExpectedReturnModel, MarketModel};
use eventstudy::resampling::{EventDateBootstrap, IntervalMethod};

/// The values 1 to n with signs such that the positive ranks add up to `sum`.
fn with_rank_sum(n: usize, sum: usize) -> Vec<f64> {
    let mut left = sum;
    let mut signed: Vec<f64> = (1..=n)
        .rev()
        .map(|rank| {
            if rank <= left {
                left -= rank;
                rank as f64
            } else {
                -(rank as f64)
            }
        })
        .collect();
    assert_eq!(left, 0);
    signed.reverse();
    signed
}

#[test]
fn both_cut_offs_of_the_signed_rank_test_are_two_sided() {
    // A one-sided quantile above beside a two-sided one below rejects up to half as often again.
    for n in [6, 8, 10, 13] {
        let all = n * (n + 1) / 2;
        let p = |sum: usize| {
            let test = WilcoxonSignedRank::new().method(RankMethod::Exact);
            let found = test.test(&with_rank_sum(n, sum)).unwrap();
            assert_eq!(found.positive_ranks, sum as f64);
            [TwoSided, Greater].map(|side| found.result.p_value(side))
        };
        let rejected: Vec<bool> = (0..=all).map(|sum| p(sum)[0] <= 0.05).collect();
        let turned: Vec<bool> = rejected.iter().rev().copied().collect();
        assert_eq!(rejected, turned, "{n} values");
        let mut n_vectors = vec![0_usize; all + 1];
        for signs in 0..1_usize << n {
            n_vectors[(1..=n).filter(|rank| signs >> (rank - 1) & 1 == 1).sum::<usize>()] += 1;
        }
        let size = |keep: &dyn Fn(usize) -> bool| {
            let kept = (0..=all).filter(|sum| keep(*sum)).map(|sum| n_vectors[sum]);
            kept.sum::<usize>() as f64 / (1_usize << n) as f64
        };
        let two_sided = size(&|sum| rejected[sum]);
        let mixed = size(&|sum| (rejected[sum] && 2 * sum < all) || p(sum)[1] <= 0.05);
        assert!(two_sided <= 0.05 && mixed > 0.05, "{n} values: {two_sided} and {mixed}");
    }
}

#[test]
fn a_model_of_two_parameters_takes_two_degrees_of_freedom() {
    let x = Noise::new(61).take(25, 0.02);
    let noise = Noise::new(62).take(25, 0.03);
    let y: Vec<f64> = x.iter().zip(&noise).map(|(x, e)| 0.001 + 0.8 * x + e).collect();
    let factors = [x.as_slice()];
    let fit = MarketModel::on("x").fit(&EstimationSample::new(&y, &factors)).unwrap();
    let (intercept, slopes) = fit.coefficients();
    let residuals = x.iter().zip(&y).map(|(x, y)| y - intercept - slopes[0] * x);
    let squares: f64 = residuals.map(|e| e * e).sum();
    close(fit.residual_std_dev(), (squares / 23.0).sqrt(), 1e-12);
    // The t of the slope is the t of the correlation, with the same degrees of freedom.
    let centre = x.iter().sum::<f64>() / 25.0;
    let spread: f64 = x.iter().map(|v| (v - centre).powi(2)).sum();
    let found = pearson(&x, &y).unwrap();
    assert_eq!(found.result.degrees_of_freedom(), Some(23.0));
    close(found.result.statistic, slopes[0] * spread.sqrt() / fit.residual_std_dev(), 1e-10);
    let pooled = TwoSampleT::pooled().test(&x[..10], &y).unwrap();
    assert_eq!(pooled.result.degrees_of_freedom(), Some(33.0));
}

#[test]
fn an_enumerated_bootstrap_of_a_few_events_has_no_p_value_of_zero() {
    let (first, second) = ([0.05, 0.69, 0.66], [-0.08, -0.02, -0.04, -0.24, -0.01]);
    let bootstrap = EventDateBootstrap::new().replicates(100_000);
    let drawn = bootstrap.run_mean_difference(&first, &second).unwrap();
    assert!(drawn.is_exact() && drawn.n_replicates() == 84_375);
    // What others print as a p-value; the percentile interval is as sure of itself.
    assert_eq!(drawn.zero_crossing_share(), 0.0);
    assert!(drawn.interval(IntervalMethod::Percentile, 0.999).unwrap().lower > 0.0);
    let p = drawn.p_values();
    assert!(p.two_sided >= 1.0 / 84_376.0 && p.upper >= 1.0 / 84_376.0 && p.lower > 0.0);
    let one = EventDateBootstrap::new().run_mean(&first).unwrap();
    assert!(one.is_exact() && one.zero_crossing_share() == 0.0);
    assert!(one.p_values().two_sided >= 1.0 / 28.0);
    // The tests that are honest about eight events.
    let permuted = LabelPermutation::new().test(&first, &second).unwrap();
    close(permuted.result.p_value(TwoSided), permuted.attainable_two_sided, 1e-12);
    close(permuted.attainable_two_sided, 1.0 / 56.0, 1e-12);
    let welch = TwoSampleT::welch().test(&first, &second).unwrap().result.p_value(TwoSided);
    let groups = IbragimovMueller::new().two_groups(&first, &second).unwrap();
    let p = groups.result.p_value(TwoSided);
    assert!(p > welch && welch > 0.05, "{p} and {welch}");
    let satterthwaite = GroupDegreesOfFreedom::Satterthwaite;
    let same = IbragimovMueller::new().degrees_of_freedom(satterthwaite);
    let same = same.two_groups(&first, &second).unwrap().result.p_value(TwoSided);
    assert_eq!(same, welch);
}

#[test]
fn assets_that_share_dates_are_not_independent_values() {
    // Three events, eight assets that do nearly the same.
    let events = [0.02, 0.09, -0.01];
    let noise = Noise::new(63).take(24, 0.01);
    let assets: Vec<Vec<f64>> =
        noise.chunks(3).map(|e| e.iter().zip(events).map(|(e, v)| v + e).collect()).collect();
    let pooled = OneSampleT::new().test(&assets.concat()).unwrap().result.p_value(TwoSided);
    let means: Vec<f64> =
        (0..3).map(|event| assets.iter().map(|a| a[event]).sum::<f64>() / 8.0).collect();
    let by_event = IbragimovMueller::new().one_group(&means).unwrap().result.p_value(TwoSided);
    assert!(pooled < 0.01 && by_event > 0.2, "{pooled} and {by_event}");
    let effect = DesignEffect::of_columns(&assets).unwrap();
    assert!(effect.effective_size() < 1.2);
    assert!(effect.size_of_naive_test(0.05).unwrap() > 0.6);
}

#[test]
fn the_two_skewness_corrections_and_estimators_are_told_apart() {
    let x = [0.41, -0.12, 0.05, 1.32, -0.20, 0.11, 0.02, 0.64];
    let johnson = SkewnessAdjustedT::johnson();
    let hall = SkewnessAdjustedT::hall();
    let found: Vec<f64> = [SkewnessEstimator::LyonBarberTsai, SkewnessEstimator::Unbiased]
        .into_iter()
        .flat_map(|estimator| [johnson.estimator(estimator), hall.estimator(estimator)])
        .map(|test| test.test(&x).unwrap().result.statistic)
        .collect();
    for (i, a) in found.iter().enumerate() {
        assert!(found[..i].iter().all(|b| (a / b - 1.0).abs() > 1e-3), "{found:?}");
    }
    // Hall's form is monotone in the mean, Johnson's is not.
    let shifted = |test: SkewnessAdjustedT, shift: f64| {
        let moved: Vec<f64> = x.iter().map(|v| v - shift).collect();
        test.test(&moved).unwrap().result.statistic
    };
    assert!(shifted(johnson, 3.0) > shifted(johnson, 1.0));
    assert!(shifted(hall, 3.0) < shifted(hall, 1.0));
}

/// Every test of one sample under a name.
fn one_sample(x: &[f64]) -> Vec<(&'static str, eventstudy::Result<SampleTest>)> {
    let normal = RankMethod::Normal { continuity_correction: true };
    vec![
        ("t", OneSampleT::new().test(x).map(|t| t.result)),
        ("one group", IbragimovMueller::new().one_group(x).map(|t| t.result)),
        ("Johnson", SkewnessAdjustedT::johnson().test(x).map(|t| t.result)),
        ("Hall", SkewnessAdjustedT::hall().student_t().test(x).map(|t| t.result)),
        ("bootstrapped", BootstrappedSkewnessT::new().draws(99).test(x).map(|t| t.result)),
        ("Jarque-Bera", jarque_bera(x)),
        ("K2", dagostino_pearson(x)),
        ("W", shapiro_wilk(x)),
        ("signed rank", WilcoxonSignedRank::new().test(x).map(|t| t.result)),
        ("normal", WilcoxonSignedRank::new().method(normal).test(x).map(|t| t.result)),
        ("sign", SignTest.test(x).map(|t| t.result)),
    ]
}

/// Every test of two samples, and of pairs, under a name.
fn two_samples(x: &[f64], y: &[f64]) -> Vec<(&'static str, eventstudy::Result<SampleTest>)> {
    vec![
        ("Welch", TwoSampleT::welch().test(x, y).map(|t| t.result)),
        ("pooled", TwoSampleT::pooled().test(x, y).map(|t| t.result)),
        ("two groups", IbragimovMueller::new().two_groups(x, y).map(|t| t.result)),
        ("rank sum", MannWhitney::new().test(x, y).map(|t| t.result)),
        ("Pearson", pearson(x, y).map(|t| t.result)),
        ("Spearman", spearman(x, y).map(|t| t.result)),
        ("Kendall", kendall(x, y).map(|t| t.result)),
        ("distance", KolmogorovSmirnov::new().two_samples(x, y).map(|t| t.result)),
        ("labels", LabelPermutation::new().draws(99).test(x, y).map(|t| t.result)),
    ]
}

#[test]
fn p_values_of_samples_are_never_zero_and_never_nan() {
    for (k, shift) in [0.0, 0.01, 1.0, 1e6].into_iter().enumerate() {
        let noise = Noise::new(70 + k as u64).take(60, 0.02);
        let x: Vec<f64> = noise[..30].iter().map(|v| v + shift).collect();
        let y = &noise[30..];
        for (name, found) in one_sample(&x).into_iter().chain(two_samples(&x, y)) {
            let found = found.unwrap_or_else(|e| panic!("{name} at {shift}: {e}"));
            assert!(found.statistic.is_finite(), "{name}");
            for side in [TwoSided, Greater, Less] {
                let p = found.p_value(side);
                assert!(p > 0.0 && p <= 1.0, "{name} {side:?} at {shift}: {p}");
            }
        }
    }
}

#[test]
fn a_constant_sample_is_an_error_of_every_test_that_divides_by_its_spread() {
    // 0.1 + 0.2 is not 0.3 to the last bit.
    let constant: Vec<f64> = (0..24).map(|i| if i % 2 == 0 { 0.3 } else { 0.1 + 0.2 }).collect();
    let ranks_of_one_size = ["signed rank", "normal", "sign"];
    for (name, found) in one_sample(&constant) {
        match found {
            Err(Error::DegenerateVariance { .. }) => {}
            Ok(_) if ranks_of_one_size.contains(&name) => {}
            other => panic!("{name}: {other:?}"),
        }
    }
    let zeros = [0.0; 24];
    for (name, found) in one_sample(&zeros).into_iter().chain(two_samples(&zeros, &zeros)) {
        match found {
            Err(Error::DegenerateVariance { .. }) => {}
            // Of equal samples nothing is more extreme.
            Ok(found) if ["distance", "labels"].contains(&name) => {
                assert_eq!(found.p_value(TwoSided), 1.0);
            }
            other => panic!("{name}: {other:?}"),
        }
    }
}

#[test]
fn a_missing_value_is_an_error_and_says_where() {
    for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let mut x = Noise::new(80).take(24, 0.02);
        let y = Noise::new(81).take(24, 0.02);
        x[17] = bad;
        let tests = one_sample(&x).into_iter().chain(two_samples(&x, &y));
        for (name, found) in tests.chain(two_samples(&y, &x)) {
            let message = found.unwrap_err().to_string();
            assert!(
                message.contains("(row 17)") && message.contains("finite"),
                "{name}: {message}"
            );
        }
    }
}
