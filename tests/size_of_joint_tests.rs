//! Where nothing is better than the benchmark, a joint test at 5 % says otherwise in 5 % of samples.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::float_cmp)]

mod common;

use common::Noise;
use eventstudy::multiplicity::{
    ModelConfidenceSet, RealityCheck, Recentring, RelativePerformance, RomanoWolf, StepM,
    SuperiorPredictiveAbility, WestfallYoung,
};
use eventstudy::resampling::{SeriesBootstrap, SeriesScheme};
use ndarray::Array2;

const N_SAMPLES: u64 = 400;
const N_MODELS: usize = 5;
const N_ROWS: usize = 60;
/// Tests that are right in large samples: at 80 rows those that take the spread of the sample for
/// that of every resample reject in 6 %.
const MANY_ROWS: usize = 200;
const SIGNIFICANCE: f64 = 0.05;

/// Independent rows of models that share half of their variance and differ in size, with these means
/// in units of their standard deviations.
fn sample(seed: u64, n_rows: usize, means: [f64; N_MODELS]) -> Array2<f64> {
    let mut noise = Noise::new(1_000 + seed);
    let mut table = Array2::zeros((N_MODELS, n_rows));
    for mut date in table.columns_mut() {
        let common = noise.next();
        for (k, value) in date.iter_mut().enumerate() {
            // A uniform number on (−1, 1) has the variance 1/3.
            let unit = (1.5_f64).sqrt() * (common + noise.next());
            *value = (1.0 + k as f64) * (unit + means[k]);
        }
    }
    table
}

/// Rows are independent, so blocks of one row are right.
fn draws(seed: u64) -> SeriesBootstrap {
    SeriesBootstrap::new(SeriesScheme::Stationary { mean_block_length: 1.0 })
        .unwrap()
        .replicates(99)
        .seed(seed)
}

/// Share of samples in which `rejects`, by each of several tests.
fn shares<const N: usize>(
    n_rows: usize,
    means: [f64; N_MODELS],
    rejects: impl Fn(u64, &Array2<f64>) -> [bool; N],
) -> [f64; N] {
    let mut counts = [0_u32; N];
    for seed in 0..N_SAMPLES {
        let found = rejects(seed, &sample(seed, n_rows, means));
        for (count, found) in counts.iter_mut().zip(found) {
            *count += u32::from(found);
        }
    }
    counts.map(|n| f64::from(n) / N_SAMPLES as f64)
}

/// Three standard errors of a share of samples.
fn reach(share: f64) -> f64 {
    3.0 * (share * (1.0 - share) / N_SAMPLES as f64).sqrt()
}

fn is_nominal(name: &str, share: f64) {
    let off = (share - SIGNIFICANCE).abs();
    assert!(off <= reach(SIGNIFICANCE), "{name}: {share}");
}

#[test]
fn where_all_are_as_good_as_the_benchmark() {
    let [spa, white, romano_wolf, step_m] = shares(MANY_ROWS, [0.0; N_MODELS], |seed, table| {
        let relative = RelativePerformance::of_differences(table).unwrap();
        let draws = draws(seed);
        let spa = SuperiorPredictiveAbility::new(1.0).unwrap().test(&relative, &draws).unwrap();
        let joint = RomanoWolf::new().test(&relative, &draws).unwrap();
        let step_m = StepM::new(1.0).unwrap().test(&relative, &draws, SIGNIFICANCE).unwrap();
        [
            spa.p_value(Recentring::Consistent) <= SIGNIFICANCE,
            RealityCheck.test(&relative, &draws).unwrap().p_value() <= SIGNIFICANCE,
            !joint.rejected(SIGNIFICANCE).unwrap().is_empty(),
            !step_m.superior_models().is_empty(),
        ]
    });
    is_nominal("SPA", spa);
    is_nominal("reality check", white);
    is_nominal("Romano-Wolf", romano_wolf);
    is_nominal("StepM", step_m);
}

#[test]
fn one_that_is_better_takes_no_other_with_it() {
    let means = [0.0, 0.0, 1.0, 0.0, 0.0];
    let [found, wrong] = shares(N_ROWS, means, |seed, table| {
        let relative = RelativePerformance::of_differences(table).unwrap();
        let rejected = RomanoWolf::new().test(&relative, &draws(seed)).unwrap();
        let rejected = rejected.rejected(SIGNIFICANCE).unwrap();
        [rejected.contains(&2), rejected.iter().any(|k| *k != 2)]
    });
    assert!(found > 0.99, "{found}");
    is_nominal("false rejections", wrong);
}

#[test]
fn poor_models_cost_the_reality_check_its_power_and_not_hansens_test() {
    // The poor models are the noisy ones.
    let means = [0.3, -0.6, -0.6, -0.6, -0.6];
    let [hansen, plain, white] = shares(N_ROWS, means, |seed, table| {
        let relative = RelativePerformance::of_differences(table).unwrap();
        let spa = SuperiorPredictiveAbility::new(1.0).unwrap();
        let p = |spa: SuperiorPredictiveAbility, rule| {
            spa.test(&relative, &draws(seed)).unwrap().p_value(rule) <= SIGNIFICANCE
        };
        [
            p(spa, Recentring::Consistent),
            p(spa.studentised(false), Recentring::Upper),
            RealityCheck.test(&relative, &draws(seed)).unwrap().p_value() <= SIGNIFICANCE,
        ]
    });
    assert!(hansen > 0.5 && white < 0.05 && plain < 0.05, "{hansen} {plain} {white}");
}

#[test]
fn the_confidence_set_holds_the_best_model_as_often_as_it_says() {
    let confidence = 0.9;
    // Losses: the first is the best by little, the last the worst by much.
    let losses = [0.0, 0.1, 0.2, 0.3, 1.0];
    for test in [ModelConfidenceSet::range(), ModelConfidenceSet::maximum()] {
        let [best, worst] = shares(N_ROWS, losses, |seed, table| {
            // Of one size, so that what is better is better in units of any of them.
            let sizes: Vec<f64> = (0..N_MODELS).map(|k| 1.0 + k as f64).collect();
            let table = Array2::from_shape_fn(table.dim(), |(k, t)| table[[k, t]] / sizes[k]);
            let found = test.of_losses(&table, &draws(seed)).unwrap();
            let set = found.included(1.0 - confidence).unwrap();
            [set.contains(&0), set.contains(&4)]
        });
        assert!(best >= confidence - reach(confidence), "{test:?}: {best}");
        assert!(worst < 0.05, "{test:?}: {worst}");
    }
    // All are as good: the whole set stays with that probability.
    for test in [ModelConfidenceSet::range(), ModelConfidenceSet::maximum()] {
        let [whole] = shares(N_ROWS, [0.0; N_MODELS], |seed, table| {
            let table =
                Array2::from_shape_fn(table.dim(), |(k, t)| table[[k, t]] / (1.0 + k as f64));
            let found = test.of_losses(&table, &draws(seed)).unwrap();
            [found.included(1.0 - confidence).unwrap().len() == N_MODELS]
        });
        assert!((whole - confidence).abs() <= reach(confidence), "{test:?}: {whole}");
    }
}

#[test]
fn exchangeable_replicates_give_an_exact_joint_test() {
    // The sample is one more draw of a law that is neither normal nor symmetric.
    let law = |noise: &mut Noise| {
        let common = noise.next().powi(2);
        [1.0, 50.0, 0.02].map(|size| size * (common + noise.next().powi(4)))
    };
    for test in [WestfallYoung::max_t(), WestfallYoung::min_p()] {
        let [rejected] = shares(N_ROWS, [0.0; N_MODELS], |seed, _| {
            let mut noise = Noise::new(9_000 + seed);
            let observed = law(&mut noise);
            let drawn: Vec<[f64; 3]> = (0..99).map(|_| law(&mut noise)).collect();
            let replicates = Array2::from_shape_fn((99, 3), |(b, k)| drawn[b][k]);
            let found = test.test(&observed, &replicates).unwrap();
            [!found.rejected(SIGNIFICANCE).unwrap().is_empty()]
        });
        assert!(rejected <= SIGNIFICANCE + reach(SIGNIFICANCE), "{test:?}: {rejected}");
        assert!(
            rejected >= SIGNIFICANCE - 2.0 * reach(SIGNIFICANCE) && rejected > 0.0,
            "{rejected}"
        );
    }
}
