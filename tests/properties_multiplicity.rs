//! What holds of tests of many hypotheses whatever the numbers are.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::float_cmp)]

mod common;

use common::Noise;
use eventstudy::inference::Alternative;
use eventstudy::multiplicity::{
    Adjustment, CriticalValue, Exceedances, ModelConfidenceSet, Recentring, RelativePerformance,
    ResampleScale, RomanoWolf, StepDownTest, StepM, SuperiorPredictiveAbility, WestfallYoung,
};
use eventstudy::resampling::{SeriesBootstrap, SeriesScheme};
use ndarray::{Array2, Axis};
use proptest::prelude::*;

/// Adjustments that depend on the p-values alone.
const ONE_STAGE: [Adjustment; 8] = [
    Adjustment::Bonferroni,
    Adjustment::Sidak,
    Adjustment::Holm,
    Adjustment::HolmSidak,
    Adjustment::Hochberg,
    Adjustment::Hommel,
    Adjustment::BenjaminiHochberg,
    Adjustment::BenjaminiYekutieli,
];
/// The first is nowhere above the second.
const ORDERED: [(Adjustment, Adjustment); 8] = [
    (Adjustment::Sidak, Adjustment::Bonferroni),
    (Adjustment::Holm, Adjustment::Bonferroni),
    (Adjustment::HolmSidak, Adjustment::Holm),
    (Adjustment::HolmSidak, Adjustment::Sidak),
    (Adjustment::Hochberg, Adjustment::Holm),
    (Adjustment::Hommel, Adjustment::Hochberg),
    (Adjustment::BenjaminiHochberg, Adjustment::Hommel),
    (Adjustment::BenjaminiHochberg, Adjustment::BenjaminiYekutieli),
];

/// Small and large ones, ties and the ends among them.
fn p_values() -> impl Strategy<Value = Vec<f64>> {
    let one = prop_oneof![
        (0..=20_u32).prop_map(|k| f64::from(k) / 20.0),
        0.0..=1.0_f64,
        (0.0..=1.0_f64).prop_map(|p| 0.02 * p),
    ];
    prop::collection::vec(one, 1..30)
}

/// Up to the rounding of a product.
fn at_most(a: &[f64], b: &[f64]) -> bool {
    a.iter().zip(b).all(|(a, b)| *a <= b * (1.0 + 1e-13))
}

fn two_stages(significance: f64) -> [Adjustment; 2] {
    [
        Adjustment::TwoStageBenjaminiHochberg { significance },
        Adjustment::BenjaminiKriegerYekutieli { significance },
    ]
}

fn config() -> ProptestConfig {
    ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn adjusted_p_values_are_larger_and_in_the_same_order(p in p_values()) {
        for rule in ONE_STAGE.into_iter().chain(two_stages(0.05)) {
            let adjusted = rule.adjust(&p).unwrap();
            prop_assert!(adjusted.iter().all(|p| (0.0..=1.0).contains(p)), "{:?}", rule);
            for (i, a) in p.iter().enumerate() {
                for (j, b) in p.iter().enumerate() {
                    prop_assert!(a > b || adjusted[i] <= adjusted[j], "{:?}", rule);
                }
            }
        }
        for rule in ONE_STAGE {
            prop_assert!(at_most(&p, &rule.adjust(&p).unwrap()), "{:?}", rule);
        }
    }

    #[test]
    fn rules_stand_in_their_known_order(p in p_values()) {
        for (smaller, larger) in ORDERED {
            let (a, b) = (smaller.adjust(&p).unwrap(), larger.adjust(&p).unwrap());
            prop_assert!(at_most(&a, &b), "{:?} above {:?}: {:?} {:?}", smaller, larger, a, b);
        }
    }

    #[test]
    fn a_smaller_p_value_raises_no_other(p in p_values(), which in any::<usize>(), by in 0.0..1.0) {
        let mut lowered = p.clone();
        lowered[which % p.len()] *= by;
        for rule in ONE_STAGE {
            let (a, b) = (rule.adjust(&lowered).unwrap(), rule.adjust(&p).unwrap());
            prop_assert!(at_most(&a, &b), "{:?}", rule);
        }
    }

    #[test]
    fn the_order_of_the_hypotheses_does_not_matter(p in p_values(), turn in any::<usize>()) {
        let mut turned = p.clone();
        turned.rotate_left(turn % p.len());
        for rule in ONE_STAGE.into_iter().chain(two_stages(0.1)) {
            let mut adjusted = rule.adjust(&p).unwrap();
            adjusted.rotate_left(turn % p.len());
            prop_assert_eq!(&adjusted, &rule.adjust(&turned).unwrap(), "{:?}", rule);
        }
    }

    /// The procedures as their papers state them, by comparing sorted p-values with bars. Bars of
    /// tenths and p-values of twentieths would meet up to rounding, so a bar is never met.
    #[test]
    fn rejections_are_those_of_the_procedures(
        p in p_values(),
        significance in prop::sample::select(vec![0.0503, 0.1007, 0.2011]),
    ) {
        let m = p.len();
        let mut sorted = p.clone();
        sorted.sort_by(f64::total_cmp);
        let (n, a) = (m as f64, significance);
        let passes = |i: usize, bar: f64| sorted[i] <= bar;
        let count = |rule: Adjustment| {
            rule.reject(&p, significance).unwrap().iter().filter(|r| **r).count()
        };
        let down = |bar: &dyn Fn(usize) -> f64| (0..m).take_while(|i| passes(*i, bar(*i))).count();
        let up = |bar: &dyn Fn(usize) -> f64| {
            (0..m).rev().find(|i| passes(*i, bar(*i))).map_or(0, |i| i + 1)
        };
        let holm = |i: usize| a / (m - i) as f64;
        prop_assert_eq!(count(Adjustment::Holm), down(&holm));
        prop_assert_eq!(count(Adjustment::Hochberg), up(&holm));
        let sidak = |i: usize| 1.0 - (1.0 - a).powf(1.0 / (m - i) as f64);
        prop_assert_eq!(count(Adjustment::HolmSidak), down(&sidak));
        let linear = |q: f64| move |i: usize| q * (i + 1) as f64 / n;
        prop_assert_eq!(count(Adjustment::BenjaminiHochberg), up(&linear(a)));
        let harmonic: f64 = (1..=m).map(|i| 1.0 / i as f64).sum();
        prop_assert_eq!(count(Adjustment::BenjaminiYekutieli), up(&linear(a / harmonic)));
        let [bh, bky] = two_stages(0.5);
        for (rule, q) in [(bh, a), (bky, a / (1.0 + a))] {
            let first = up(&linear(q));
            let both = if first == 0 || first == m {
                first
            } else {
                up(&linear(q * n / (m - first) as f64))
            };
            prop_assert_eq!(count(rule), both, "{:?}", rule);
        }
    }
}

/// Series that share a common part, some with a mean.
fn series(seed: u64, n_series: usize, n_rows: usize) -> Array2<f64> {
    let mut noise = Noise::new(seed);
    let common = noise.take(n_rows, 1.0);
    let mut table = Array2::zeros((n_series, n_rows));
    for (k, mut row) in table.rows_mut().into_iter().enumerate() {
        let (mean, size) = (0.3 * noise.next(), 0.5 + k as f64);
        for (value, common) in row.iter_mut().zip(&common) {
            *value = common + size * (noise.next() + mean);
        }
    }
    table
}

fn steps_hold(found: &StepDownTest) -> std::result::Result<(), TestCaseError> {
    for h in &found.hypotheses {
        let p = [h.raw, h.step_down, h.single_step].map(Exceedances::p_value);
        prop_assert!(p[0] <= p[1] && p[1] <= p[2] && p[0] > 0.0 && p[2] <= 1.0, "{:?}", p);
        prop_assert!(h.step_down.n_above <= h.step_down.n_at_least);
        prop_assert!(h.step_down.share_above() <= h.step_down.p_value() + 1e-15);
    }
    // The most extreme statistic is tested against the whole family in both.
    let single = found.hypotheses.iter().map(|h| h.single_step.p_value()).fold(1.0, f64::min);
    prop_assert_eq!(found.joint_p_value(), single);
    for significance in [0.05, 0.2, 0.5] {
        let step_down = found.rejected(significance).unwrap();
        let single = found.hypotheses.iter().enumerate();
        let mut single = single.filter(|(_, h)| h.single_step.p_value() <= significance);
        prop_assert!(single.all(|(k, _)| step_down.contains(&k)));
    }
    Ok(())
}

fn few() -> ProptestConfig {
    ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(24) }
}

proptest! {
    #![proptest_config(few())]

    #[test]
    fn step_down_rejects_what_a_single_step_does(
        seed in 0_u64..1_000_000,
        n_series in 1_usize..6,
        block in 1.0..6.0,
    ) {
        let relative = RelativePerformance::of_differences(&series(seed, n_series, 40));
        let relative = relative.unwrap();
        let draws = SeriesBootstrap::new(SeriesScheme::Stationary { mean_block_length: block }).unwrap().replicates(99).seed(seed);
        for side in [Alternative::TwoSided, Alternative::Greater, Alternative::Less] {
            for scale in [ResampleScale::OfResample, ResampleScale::OfSample] {
                let test = RomanoWolf::new().alternative(side).scale(scale);
                steps_hold(&test.test(&relative, &draws).unwrap())?;
            }
            let replicates = series(seed + 1, 99, n_series);
            for test in [WestfallYoung::max_t(), WestfallYoung::min_p()] {
                let test = test.alternative(side);
                let observed = relative.means();
                steps_hold(&test.test(observed, &replicates).unwrap())?;
            }
        }
    }

    #[test]
    fn a_hypothesis_more_makes_no_p_value_smaller(seed in 0_u64..1_000_000) {
        let table = series(seed, 5, 40);
        let draws = SeriesBootstrap::new(SeriesScheme::Stationary { mean_block_length: 2.0 }).unwrap().replicates(99).seed(seed);
        let p = |of: &[usize]| {
            let relative = RelativePerformance::of_differences(&table.select(Axis(0), of));
            RomanoWolf::new().test(&relative.unwrap(), &draws).unwrap().p_values()
        };
        let (fewer, more) = (p(&[0, 1, 2, 3]), p(&[0, 1, 2, 3, 4]));
        prop_assert!(fewer.iter().zip(&more).all(|(a, b)| a <= b), "{:?} {:?}", fewer, more);
    }

    #[test]
    fn recentrings_are_ordered_and_steps_find_more(seed in 0_u64..1_000_000, block in 1.0..6.0) {
        let table = series(seed, 6, 40);
        let relative = RelativePerformance::of_differences(&table).unwrap();
        let draws = SeriesBootstrap::new(SeriesScheme::Stationary { mean_block_length: block }).unwrap().replicates(99).seed(seed);
        for studentised in [true, false] {
            let spa = SuperiorPredictiveAbility::new(block).unwrap().studentised(studentised);
            let spa = spa.test(&relative, &draws).unwrap();
            let [lower, consistent, upper] =
                [Recentring::Lower, Recentring::Consistent, Recentring::Upper]
                    .map(|rule| spa.p_value(rule));
            prop_assert!(0.0 < lower && lower <= consistent && consistent <= upper && upper <= 1.0);
            for recentring in [Recentring::Consistent, Recentring::Upper] {
                let step_m = StepM::new(block).unwrap().studentised(studentised);
                let step_m = step_m.recentring(recentring).unwrap();
                let found = step_m.test(&relative, &draws, 0.1).unwrap().superior_models();
                let rule = CriticalValue::OrderStatistic;
                let first = spa.better_models(recentring, 0.1, rule).unwrap();
                prop_assert!(first.iter().all(|k| found.contains(k)));
            }
        }
    }

    #[test]
    fn a_confidence_set_holds_the_best_of_the_sample(seed in 0_u64..1_000_000) {
        let losses = series(seed, 6, 40);
        let draws = SeriesBootstrap::new(SeriesScheme::Stationary { mean_block_length: 2.0 }).unwrap().replicates(99).seed(seed);
        let least = |a: usize, b: usize| {
            if losses.row(b).sum() < losses.row(a).sum() { b } else { a }
        };
        let best = (0..6).fold(0, least);
        // By the range no pair ranks the best behind another, so it is never the one to leave.
        let found = ModelConfidenceSet::range().of_losses(&losses, &draws).unwrap();
        prop_assert_eq!(found.p_values()[best], 1.0);
        for test in [ModelConfidenceSet::range(), ModelConfidenceSet::maximum()] {
            let found = test.of_losses(&losses, &draws).unwrap();
            let p: Vec<f64> = found.steps.iter().map(|step| step.running.p_value()).collect();
            prop_assert!(p.windows(2).all(|pair| pair[0] <= pair[1]));
            let mut models: Vec<usize> = found.steps.iter().map(|step| step.model).collect();
            models.sort_unstable();
            prop_assert_eq!(models, (0..6).collect::<Vec<_>>());
        }
    }
}
