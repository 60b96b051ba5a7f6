use ndarray::{Array2, array};

use super::*;
use crate::Error;

#[test]
fn tables_that_do_not_fit() {
    let table = series(2, 10);
    let of = |benchmark: &[f64], table: &Array2<f64>| {
        RelativePerformance::of_losses(benchmark, table).unwrap_err().to_string()
    };
    assert_eq!(of(&[0.0; 9], &table), "the benchmark has length 9, expected 10");
    let mut holed = table.clone();
    holed[[1, 3]] = f64::NAN;
    let finite = "is not a finite number; leave rows with missing values out of all series";
    assert_eq!(of(&[0.0; 10], &holed), format!("model 1, row 3: NaN {finite}"));
    let benchmark: Vec<f64> = (0..10).map(|t| if t == 4 { f64::INFINITY } else { 0.0 }).collect();
    assert_eq!(of(&benchmark, &table), format!("the benchmark, row 4: inf {finite}"));
    assert_eq!(
        of(&[0.0; 10], &Array2::zeros((0, 10))),
        "a joint test needs at least 1 models, found 0"
    );
    assert_eq!(of(&[0.0], &Array2::zeros((2, 1))), "a joint test needs at least 2 rows, found 1");
}

#[test]
fn a_model_that_is_the_benchmark_has_no_statistic() {
    let mut table = series(3, 40);
    table.row_mut(1).fill(0.25);
    let relative = RelativePerformance::of_differences(&table).unwrap();
    let of = "the relative performance of model 1";
    let spa = SuperiorPredictiveAbility::new(2.0).unwrap().test(&relative, &draws(99));
    let step_m = StepM::new(2.0).unwrap().test(&relative, &draws(99), 0.05);
    let romano_wolf = RomanoWolf::new().test(&relative, &draws(99));
    for fault in [spa.unwrap_err(), step_m.unwrap_err(), romano_wolf.unwrap_err()] {
        assert!(fault.to_string().contains(of), "{fault}");
    }
    for test in [ModelConfidenceSet::range(), ModelConfidenceSet::maximum()] {
        let same = ndarray::concatenate![ndarray::Axis(0), series(1, 40), series(1, 40)];
        let fault = test.of_losses(&same, &draws(99)).unwrap_err();
        assert!(matches!(fault, Error::DegenerateVariance { .. }), "{fault}");
    }
}

#[test]
fn a_difference_that_is_only_rounding_does_not_vary() {
    // The model earns a thousandth less than the benchmark on every date.
    let benchmark: Vec<f64> = (0..40).map(|t| 1e6 + f64::from(t).sin()).collect();
    let models = Array2::from_shape_fn((2, 40), |(k, t)| {
        benchmark[t] - if k == 0 { 0.001 } else { (t % 7) as f64 }
    });
    let relative = RelativePerformance::of_performances(&benchmark, &models).unwrap();
    let fault = RomanoWolf::new().test(&relative, &draws(99)).unwrap_err().to_string();
    assert!(fault.contains("the relative performance of model 0 is zero"), "{fault}");
    let fault = SuperiorPredictiveAbility::new(2.0).unwrap().test(&relative, &draws(99));
    assert!(fault.unwrap_err().to_string().contains("model 0"));
}

#[test]
fn a_rule_that_seldom_trades_has_resamples_without_a_trade() {
    let mut table = series(2, 40);
    table.row_mut(1).fill(0.0);
    table[[1, 7]] = 0.5;
    let relative = RelativePerformance::of_differences(&table).unwrap();
    let fault = RomanoWolf::new().test(&relative, &draws(999)).unwrap_err().to_string();
    assert!(fault.contains("of 999 resamples, where a series does not vary"), "{fault}");
    // As many as the draws have without row 7.
    let without = (0..999).filter(|k| !RowDraws::rows(&draws(999), 40, *k).unwrap().contains(&7));
    assert!(fault.contains(&format!("on {} of", without.count())), "{fault}");
    let test = RomanoWolf::new().scale(ResampleScale::OfSample);
    let p = test.test(&relative, &draws(999)).unwrap().p_values();
    assert!(p[1] > 0.1, "{p:?}");
}

#[test]
fn draws_and_settings_that_do_not_fit() {
    let table = series(2, 40);
    let relative = RelativePerformance::of_differences(&table).unwrap();
    let none = draws(1);
    assert!(RealityCheck.test(&relative, &none).is_err());
    assert!(RomanoWolf::new().test(&relative, &none).is_err());
    let short = GivenDraws::new(vec![vec![0; 39]; 5]).unwrap();
    let fault = RealityCheck.test(&relative, &short).unwrap_err().to_string();
    assert_eq!(fault, "draw 0 has length 39, expected 40");
    let long = SeriesBootstrap::new(SeriesScheme::Stationary { mean_block_length: 41.0 }).unwrap();
    assert!(ModelConfidenceSet::range().of_losses(&table, &long).is_err());
    assert!(StepM::new(3.0).unwrap().recentring(Recentring::Lower).is_err());
    let few = StepM::new(3.0).unwrap().test(&relative, &draws(18), 0.05).unwrap_err();
    assert!(few.to_string().contains("at least 19 replicates"), "{few}");
    // Seven rows to a block leave the last five of 40 out of every resample; five leave none.
    let side_by_side = |block_length| {
        SeriesBootstrap::new(SeriesScheme::NonOverlapping { block_length }).unwrap().replicates(99)
    };
    let fault = RealityCheck.test(&relative, &side_by_side(7)).unwrap_err().to_string();
    assert!(fault.contains("blocks of 7 side by side over 40 rows"), "{fault}");
    assert!(RealityCheck.test(&relative, &side_by_side(5)).is_ok());
    let draws_of_three = draws(99);
    assert_eq!(
        StepM::beside(&draws_of_three).unwrap(),
        StepM::new(draws_of_three.scheme().mean_block_length()).unwrap()
    );
    let two = RelativePerformance::of_differences(&series(2, 2)).unwrap();
    let draws = GivenDraws::new(vec![vec![0, 1]; 9]).unwrap();
    let fault = SuperiorPredictiveAbility::new(1.0).unwrap().test(&two, &draws).unwrap_err();
    assert!(fault.to_string().contains("at least 3 rows, found 2"), "{fault}");
    let one = series(1, 40);
    let fault = ModelConfidenceSet::range().of_losses(&one, &super::draws(9)).unwrap_err();
    assert!(fault.to_string().contains("at least 2 models, found 1"), "{fault}");
}

#[test]
fn replicates_that_do_not_fit() {
    let test = WestfallYoung::max_t();
    let replicates = array![[0.1, 0.2], [0.3, f64::NAN]];
    let fault = |observed: &[f64], r: &Array2<f64>| test.test(observed, r).unwrap_err();
    let text = fault(&[1.0, 1.0], &replicates).to_string();
    assert!(text.starts_with("replicates of statistic 1, row 1: NaN"), "{text}");
    let good = array![[0.1, 0.2], [0.3, 0.4]];
    assert!(matches!(fault(&[1.0], &good), Error::ShapeMismatch { .. }));
    assert!(matches!(fault(&[1.0, f64::NAN], &good), Error::BadEntry { row: 1, .. }));
    assert!(matches!(fault(&[], &Array2::zeros((2, 0))), Error::TooFew { .. }));
    assert!(matches!(fault(&[1.0, 1.0], &array![[0.1, 0.2]]), Error::TooFew { .. }));
}
