//! Faults that packages of the field are known for: tests of many hypotheses.
//!
//! One test per fault, named for what it guards.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::float_cmp)]

mod common;

use common::{Noise, close};
use eventstudy::multiplicity::{
    Adjustment, CriticalValue, GivenDraws, HansenVariance, ModelConfidenceSet, Recentring,
    RelativePerformance, RomanoWolf, SuperiorPredictiveAbility,
};
use eventstudy::resampling::{SeriesBootstrap, SeriesScheme};
use ndarray::Array2;

const N_ROWS: usize = 120;
const BLOCK: f64 = 4.0;

/// One model that is steadily better, one that is as good and far noisier.
fn steady_and_noisy() -> Array2<f64> {
    let (steady, noisy) = (Noise::new(5).take(N_ROWS, 0.5), Noise::new(6).take(N_ROWS, 20.0));
    Array2::from_shape_fn((2, N_ROWS), |(k, t)| if k == 0 { 0.1 + steady[t] } else { noisy[t] })
}

fn draws() -> SeriesBootstrap {
    SeriesBootstrap::new(SeriesScheme::Stationary { mean_block_length: BLOCK })
        .unwrap()
        .replicates(999)
        .seed(1)
}

/// The flag of a package is stored, printed and never used: its statistic is the largest mean.
#[test]
fn studentising_the_test_of_the_best_model_divides_by_the_long_run_deviation() {
    let table = steady_and_noisy();
    let relative = RelativePerformance::of_differences(&table).unwrap();
    let test = SuperiorPredictiveAbility::new(BLOCK).unwrap();
    let found = test.test(&relative, &draws()).unwrap();
    let plain = test.studentised(false).test(&relative, &draws()).unwrap();
    // Hansen 2005: √n d̄/ω for each model, the largest of them is the statistic.
    let variance = HansenVariance::new(BLOCK).unwrap();
    for (k, row) in table.rows().into_iter().enumerate() {
        let mean = row.sum() / N_ROWS as f64;
        let omega = variance.of(row.as_slice().unwrap()).unwrap().sqrt();
        close(found.statistics[k], (N_ROWS as f64).sqrt() * mean / omega, 1e-12);
        close(plain.statistics[k], mean, 1e-12);
    }
    close(found.statistic, found.statistics[0].max(found.statistics[1]).max(0.0), 1e-15);
    // The noise of the second model hides the first one where means are compared as they are.
    for recentring in [Recentring::Lower, Recentring::Consistent, Recentring::Upper] {
        let (p, plain) = (found.p_value(recentring), plain.p_value(recentring));
        assert!(p < 0.05 && plain > 0.2, "{recentring:?}: {p} and {plain}");
    }
    let rule = CriticalValue::default();
    assert_eq!(found.better_models(Recentring::Consistent, 0.05, rule).unwrap(), [0]);
    assert!(plain.better_models(Recentring::Consistent, 0.05, rule).unwrap().is_empty());
}

/// The unit in which a model's performance is counted is nobody's hypothesis.
#[test]
fn a_studentised_test_does_not_ask_for_the_unit_of_a_model() {
    let table = steady_and_noisy();
    let scaled = Array2::from_shape_fn(table.dim(), |(k, t)| {
        if k == 1 { table[[k, t]] / 64.0 } else { table[[k, t]] }
    });
    let p = |table: &Array2<f64>, studentised: bool| {
        let relative = RelativePerformance::of_differences(table).unwrap();
        let test = SuperiorPredictiveAbility::new(BLOCK).unwrap().studentised(studentised);
        test.test(&relative, &draws()).unwrap().p_value(Recentring::Consistent)
    };
    assert_eq!(p(&table, true), p(&scaled, true));
    assert!(p(&table, false) > 4.0 * p(&scaled, false));
    let steps = |table: &Array2<f64>| {
        let relative = RelativePerformance::of_differences(table).unwrap();
        RomanoWolf::new().test(&relative, &draws()).unwrap().p_values()
    };
    assert_eq!(steps(&table), steps(&scaled));
}

/// Packages print the share of larger replicates, which is 0 where there are few of them.
#[test]
fn no_joint_p_value_is_below_what_the_replicates_can_show() {
    let table =
        Array2::from_shape_fn((3, 40), |(k, t)| 5.0 * k as f64 + ((t * (k + 2)) as f64).sin());
    let in_order: Vec<usize> = (0..40).collect();
    let draws = (0..9).map(|k| in_order.iter().map(|row| (row * (k + 2)) % 40).collect()).collect();
    let draws = GivenDraws::new(draws).unwrap();
    let relative = RelativePerformance::of_differences(&table).unwrap();
    let spa = SuperiorPredictiveAbility::new(1.0).unwrap().test(&relative, &draws).unwrap();
    let exceedances = spa.distribution(Recentring::Consistent).exceedances();
    assert_eq!((exceedances.share_above(), exceedances.p_value()), (0.0, 0.1));
    let stepped = RomanoWolf::new().test(&relative, &draws).unwrap();
    assert!(stepped.p_values().iter().all(|p| *p >= 0.1));
    let set = ModelConfidenceSet::range().of_losses(&table, &draws).unwrap();
    assert_eq!(set.p_values(), [1.0, 0.1, 0.1]);
    // At a confidence that nine replicates cannot refute, nothing leaves the set.
    assert_eq!(set.included(0.05).unwrap(), [0, 1, 2]);
}

/// Two-stage rules multiply by the share of hypotheses that are left, and must not by none.
#[test]
fn two_stage_p_values_are_not_zero_where_all_are_rejected() {
    let p = [1e-4, 2e-4, 3e-4];
    for rule in [
        Adjustment::TwoStageBenjaminiHochberg { significance: 0.05 },
        Adjustment::BenjaminiKriegerYekutieli { significance: 0.05 },
    ] {
        assert!(rule.adjust(&p).unwrap().iter().all(|adjusted| *adjusted >= 1e-4));
    }
}
