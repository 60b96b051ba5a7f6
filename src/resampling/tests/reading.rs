//! What is read from a placebo distribution, and what goes into an outcome.

use proptest::prelude::*;

use super::close;
use super::placebo::{day, grid};
use crate::resampling::ExcessIntervalKind::{Centred, EqualTailed};
use crate::resampling::{
    BootstrapSummary, EventDateBootstrap, PlaceboDesign, PlaceboDistribution, PlaceboGrid,
    PlaceboSummary, SignFlip, SignFlipTest,
};

/// A placebo distribution that is these values.
fn placebo(values: &[f64], observed: f64) -> PlaceboDistribution {
    let dates = (0..values.len() as u64).map(day).collect();
    let grid = PlaceboGrid::new(dates, values.iter().copied().map(Some).collect()).unwrap();
    PlaceboDesign::new().run(&grid, &[day(5_000)], observed).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn the_interval_excludes_zero_where_the_test_rejects(
        values in prop::collection::vec(-1.0..2.0_f64, 19..80), observed in -4.0..5.0_f64,
        level in prop::sample::select(vec![0.5, 0.8, 0.9, 0.95]),
    ) {
        let placebo = placebo(&values, observed);
        let significance = 1.0 - level;
        let p = placebo.p_values();
        let centred = placebo.excess_interval(Centred, level).unwrap();
        let holds_zero = centred.lower <= 0.0 && 0.0 <= centred.upper;
        prop_assert_eq!(holds_zero, p.two_sided > significance + 1e-12);
        // Every effect inside is accepted when it is taken off, none outside.
        let p_less = |effect: f64| {
            placebo.clone().observing(observed - effect).unwrap().p_values().two_sided
        };
        let width = centred.upper - centred.lower;
        for (end, sign) in [(centred.lower, -1.0), (centred.upper, 1.0)] {
            prop_assert!(p_less(end - sign * 1e-9 * width) > significance + 1e-12);
            prop_assert!(p_less(end + sign * 1e-9 * width) <= significance + 1e-12);
        }
        if let Ok(tails) = placebo.excess_interval(EqualTailed, level) {
            prop_assert_eq!(tails.lower <= 0.0, p.upper > significance / 2.0 + 1e-12);
            prop_assert_eq!(tails.upper >= 0.0, p.lower > significance / 2.0 + 1e-12);
        }
        for p in [p.upper, p.lower, p.two_sided, placebo.biased_p_against_zero()] {
            prop_assert!(p >= placebo.attainable_p() && p <= 1.0);
        }
    }

    #[test]
    fn excess_intervals_are_nested_by_level(
        values in prop::collection::vec(-1.0..2.0_f64, 40..80), low in 0.1..0.9_f64,
    ) {
        let placebo = placebo(&values, 0.7);
        for kind in [Centred, EqualTailed] {
            let narrow = placebo.excess_interval(kind, low).unwrap();
            let wide = placebo.excess_interval(kind, low + 0.05).unwrap();
            prop_assert!(wide.lower <= narrow.lower && narrow.lower <= narrow.upper);
            prop_assert!(narrow.upper <= wide.upper);
        }
    }

    #[test]
    fn a_common_shift_changes_only_the_biased_test(
        values in prop::collection::vec(-1.0..1.0_f64, 19..40), shift in -3.0..3.0_f64,
    ) {
        let moved: Vec<f64> = values.iter().map(|v| v + shift).collect();
        let (a, b) = (placebo(&values, 0.6), placebo(&moved, 0.6 + shift));
        prop_assert_eq!(a.p_values(), b.p_values());
        prop_assert!(close(a.excess(), b.excess(), 1e-12));
        let (x, y) = (a.excess_interval(Centred, 0.9), b.excess_interval(Centred, 0.9));
        prop_assert!(close(x.unwrap().lower, y.unwrap().lower, 1e-12));
    }

    #[test]
    fn the_detectable_shift_is_where_power_is_reached(
        values in prop::collection::vec(-1.0..2.0_f64, 19..90), power in 0.3..0.95_f64,
    ) {
        let placebo = placebo(&values, 0.0);
        let found = placebo.minimum_detectable_shift(power, 0.1).unwrap();
        prop_assert!(found.upward >= 0.0 && found.downward >= 0.0);
        // The test itself, on every placebo value moved by the effect.
        let rejects = |effect: f64| {
            let rejected = values.iter().filter(|value| {
                let p = self::placebo(&values, **value + effect).p_values();
                let side = (**value + effect - placebo.mean()).signum();
                p.two_sided <= 0.1 + 1e-12 && side.total_cmp(&effect.signum()).is_eq()
            });
            rejected.count() as f64 / values.len() as f64
        };
        prop_assert!(rejects(found.upward + 1e-9) >= power);
        prop_assert!(rejects(found.upward - 1e-9) < power);
        prop_assert!(rejects(-found.downward - 1e-9) >= power);
        prop_assert!(rejects(-found.downward + 1e-9) < power);
    }
}

#[test]
fn p_values_by_hand() {
    // The mean of all six is 7/3: the observed 4 lies 5/3 from it, as does the other 4, and 0 further.
    let placebo = placebo(&[0.0, 1.0, 2.0, 3.0, 4.0], 4.0);
    let p = placebo.p_values();
    assert_eq!((p.upper, p.lower, p.two_sided), (2.0 / 6.0, 1.0, 3.0 / 6.0));
    // Moved to mean zero no value is as far as 4.
    assert_eq!(placebo.biased_p_against_zero(), 1.0 / 6.0);
    assert_eq!((placebo.excess(), placebo.attainable_p()), (2.0, 1.0 / 6.0));
    assert_eq!((placebo.quantile(0.25), placebo.quantile(0.5)), (Some(1.0), Some(2.0)));
    assert!(close(placebo.std_dev().unwrap(), 2.5_f64.sqrt(), 1e-15));
    // t = floor(0.5 * 6) = 3 and q = 6/4: above the mean the distances count as 2, 1, 0, below it as
    // 1.5 and 3, and the third largest is 1.5; so downwards.
    let interval = placebo.excess_interval(Centred, 0.5).unwrap();
    assert_eq!((interval.lower, interval.upper), (0.5, 3.5));
    // t = floor(0.25 * 6) = 1: the extremes.
    let interval = placebo.excess_interval(EqualTailed, 0.5).unwrap();
    assert_eq!((interval.lower, interval.upper), (0.0, 4.0));
    // 0.8 * 5 = 4 values must pass 1.5: the fourth largest is -1 from the mean.
    let shift = placebo.minimum_detectable_shift(0.8, 0.5).unwrap();
    assert_eq!((shift.upward, shift.downward), (2.5, 2.5));
    // Two values: the centre follows the observed one so closely that its mirror image stays as far.
    let two = self::placebo(&[-1.0, 1.0], 0.5).excess_interval(Centred, 0.5).unwrap();
    assert_eq!((two.lower, two.upper), (-2.5, 3.5));
    assert!(self::placebo(&[1.0], 0.5).excess_interval(Centred, 0.5).is_err());
}

#[test]
fn levels_that_the_sets_cannot_reach_are_an_error() {
    let placebo = placebo(&[0.0, 1.0, 2.0], 0.5);
    assert_eq!(
        placebo.excess_interval(Centred, 0.95).unwrap_err().to_string(),
        "a placebo test at significance 0.0500 needs at least 19 placebo sets, found 3"
    );
    assert!(placebo.minimum_detectable_shift(0.8, 0.05).is_err());
    assert!(placebo.minimum_detectable_shift(0.2, 0.3).is_err());
    assert!(placebo.excess_interval(Centred, 1.0).is_err());
    let nineteen: Vec<f64> = (0..19).map(f64::from).collect();
    assert!(self::placebo(&nineteen, 0.5).excess_interval(Centred, 0.95).is_ok());
}

#[test]
fn overlapping_windows_are_few_periods() {
    let in_a_row = placebo(&vec![0.1; 3_000], 0.2);
    assert!(close(in_a_row.effective_periods(90), 3_089.0 / 90.0, 1e-12));
    assert_eq!((in_a_row.effective_periods(1), in_a_row.effective_periods(0)), (3_000.0, 0.0));
    // Days 0, 100 and 103: windows of 30 days cover 30 + 3 + 30.
    let grid = PlaceboGrid::new(vec![day(0), day(100), day(103)], vec![Some(0.1); 3]).unwrap();
    let apart = PlaceboDesign::new().run(&grid, &[day(900)], 0.1).unwrap();
    assert!(close(apart.effective_periods(30), 2.1, 1e-12));
}

#[test]
fn outcomes_go_to_json_and_back_without_replicates() {
    let grid = grid(1_000);
    let design = PlaceboDesign::new().min_separation_days(90).buffer_days(30).sets(99).seed(2);
    let placebo = design.run(&grid, &[day(300), day(600)], 0.2).unwrap();
    let text = serde_json::to_string(&placebo).unwrap();
    assert!(text.len() < 700, "{text}");
    assert_eq!(serde_json::from_str::<PlaceboSummary>(&text).unwrap(), placebo.summary());

    let drawn = EventDateBootstrap::new().run_mean(&[0.1, 0.2, 0.4]).unwrap();
    let text = serde_json::to_string(&drawn).unwrap();
    assert!(text.contains(r#""scheme":{"name":"event_date"},"exact":true,"seed":null"#), "{text}");
    assert_eq!(serde_json::from_str::<BootstrapSummary>(&text).unwrap(), drawn.summary());

    let test = SignFlip::new().test(&[0.1, -0.3]).unwrap();
    let text = serde_json::to_string(&test).unwrap();
    assert_eq!(serde_json::from_str::<SignFlipTest>(&text).unwrap(), test);
}
