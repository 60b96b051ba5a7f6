//! Bands of mean paths of event dates, in the standard errors of the replicates.

use ndarray::{Array2, array};

use super::close;
use crate::Error;
use crate::numeric::streams::stream;
use crate::resampling::{EventDateBootstrap, PathDistribution, ResamplingScheme, WildWeights};

const N_DAYS: usize = 20;

/// Paths of event dates whose mean path is zero: running sums of independent steps.
fn event_dates(n_dates: usize, sample: u64, skewed: bool) -> Array2<f64> {
    let mut steps = Array2::zeros((n_dates, N_DAYS));
    let mut of_all = vec![0.0; n_dates * N_DAYS];
    let mut rng = stream(77, sample);
    WildWeights::Normal.draw(of_all.len(), &mut rng, |at, step| of_all[at] = step);
    for (to, step) in steps.iter_mut().zip(of_all) {
        // A squared normal less its mean: skewness 2.8.
        *to = if skewed { step * step - 1.0 } else { step };
    }
    steps.accumulate_axis_inplace(ndarray::Axis(1), |before, day| *day += before);
    steps
}

/// Per cent of samples whose band at 95 % holds the true path: replicates' deviations, then
/// studentised.
fn coverage(n_dates: usize, skewed: bool, n_samples: u64, n_replicates: usize) -> [f64; 2] {
    let truth = [0.0; N_DAYS];
    let mut inside = [0_u32; 2];
    for sample in 0..n_samples {
        let bootstrap = EventDateBootstrap::new().replicates(n_replicates).seed(sample);
        let drawn = bootstrap.run_paths(&event_dates(n_dates, sample, skewed)).unwrap();
        let plain = drawn.simultaneous_band(0.95).unwrap();
        let studentised = drawn.studentised_band(0.95).unwrap();
        inside[0] += u32::from(plain.contains(&truth));
        inside[1] += u32::from(studentised.contains(&truth));
    }
    inside.map(|n| 100.0 * f64::from(n) / n_samples as f64)
}

#[test]
fn with_ten_dates_the_studentised_band_holds_the_whole_path_and_the_plain_one_does_not() {
    let [plain, studentised] = coverage(10, false, 300, 399);
    println!("plain {plain} %, studentised {studentised} %");
    assert!(plain < 90.0, "{plain}");
    // Three standard errors of a share of 95 % among 300.
    assert!(studentised > 95.0 - 3.8, "{studentised}");
}

/// The table in the docs of `studentised_band`.
#[test]
#[ignore = "a table of 2,000 samples per cell, to be run with --release -- --ignored --nocapture"]
fn measured_coverage() {
    for skewed in [false, true] {
        for n_dates in [4, 5, 6, 8, 10, 20, 30, 50] {
            let [plain, studentised] = coverage(n_dates, skewed, 2_000, 999);
            println!("skewed {skewed}, {n_dates} dates: {plain:.1} {studentised:.1}");
        }
    }
}

#[test]
fn one_day_is_the_symmetric_t_interval() {
    let values = [0.4, -0.1, 0.9, 0.3, 0.2, -0.6, 0.7];
    let paths = Array2::from_shape_fn((7, 1), |(k, _)| values[k]);
    for replicates in [999, 99_999] {
        let bootstrap = EventDateBootstrap::new().replicates(replicates).seed(4);
        let band = bootstrap.run_paths(&paths).unwrap().studentised_band(0.9).unwrap();
        let drawn = bootstrap.run_mean_studentised(&values).unwrap();
        let interval = drawn.interval(crate::resampling::IntervalMethod::SymmetricT, 0.9).unwrap();
        assert!(close(band.lower[0], interval.lower, 1e-12));
        assert!(close(band.upper[0], interval.upper, 1e-12));
        assert!(close(band.pointwise_upper[0], interval.upper, 1e-12));
        assert!(band.studentised);
    }
}

#[test]
fn days_have_their_own_units_and_a_still_day_is_a_point() {
    let paths = event_dates(6, 3, true);
    let band = EventDateBootstrap::new().run_paths(&paths).unwrap().studentised_band(0.9).unwrap();
    let mut other = paths.clone();
    other.column_mut(4).iter_mut().for_each(|v| *v = 2.0 - 50.0 * *v);
    other.column_mut(7).fill(0.3);
    let moved = EventDateBootstrap::new().run_paths(&other).unwrap().studentised_band(0.9).unwrap();
    assert!(moved.critical_value <= band.critical_value);
    assert!(close(moved.lower[7], 0.3, 1e-12) && close(moved.upper[7], 0.3, 1e-12));
    assert!(close(moved.pointwise_lower[4], 2.0 - 50.0 * band.pointwise_upper[4], 1e-9));
    assert!((0..N_DAYS).all(|day| band.upper[day] >= band.pointwise_upper[day]));
}

#[test]
fn too_few_dates_have_no_band_and_say_why() {
    let three = event_dates(3, 1, false);
    let drawn = EventDateBootstrap::new().run_paths(&three).unwrap();
    assert_eq!(
        drawn.studentised_band(0.95).unwrap_err().to_string(),
        "the studentised band is not defined for the bootstrap by event date: at this level \
         resamples without spread reach it, so that it has no bounds; there are too few event dates"
    );
    // One resample in nine holds one date alone.
    assert!(drawn.studentised_band(0.85).is_ok());
    let given = PathDistribution::from_replicates(
        vec![0.0],
        vec![1.0, 2.0, 3.0],
        ResamplingScheme::GivenIndependent,
    );
    assert!(matches!(
        given.unwrap().studentised_band(0.9),
        Err(Error::IntervalNotDefined { interval: "the studentised band", .. })
    ));
    let still = array![[0.1, 0.2], [0.1, 0.2], [0.1, 0.2], [0.1, 0.2]];
    let still = EventDateBootstrap::new().run_paths(&still).unwrap();
    assert!(matches!(still.studentised_band(0.5), Err(Error::DegenerateVariance { .. })));
    assert!(matches!(drawn.studentised_band(1.0), Err(Error::Setting { .. })));
}
