//! Bands that hold a whole path.

use proptest::prelude::*;

use super::close;
use crate::Error;
use crate::numeric::quantile;
use crate::numeric::streams::stream;
use crate::resampling::{PathDistribution, ResamplingScheme, SimultaneousBand, WildWeights};
use crate::with_threads;

const GIVEN: ResamplingScheme = ResamplingScheme::GivenIndependent;

/// Steps of a path, standard normal.
fn steps(n_days: usize, seed: u64, k: u64) -> Vec<f64> {
    let mut out = vec![0.0; n_days];
    WildWeights::Normal.draw(n_days, &mut stream(seed, k), |day, step| out[day] = step);
    out
}

fn cumulate(steps: &mut [f64]) {
    (1..steps.len()).for_each(|day| steps[day] += steps[day - 1]);
}

/// Replicates of a path of running sums, or of independent days.
fn paths(n_days: usize, n_replicates: usize, seed: u64, cumulated: bool) -> PathDistribution {
    let mut all = Vec::with_capacity(n_days * n_replicates);
    let point: Vec<f64> = (0..n_days).map(|day| 0.3 * day as f64).collect();
    for k in 0..n_replicates {
        let mut noise = steps(n_days, seed, k as u64);
        if cumulated {
            cumulate(&mut noise);
        }
        all.extend(noise.iter().zip(&point).map(|(noise, value)| value + noise));
    }
    PathDistribution::from_replicates(point, all, GIVEN).unwrap()
}

/// Half widths of the pointwise intervals in standard deviations of each day.
fn pointwise_critical(paths: &PathDistribution, band: &SimultaneousBand) -> Vec<f64> {
    (0..paths.n_days())
        .map(|day| {
            let std_dev = (band.upper[day] - paths.point()[day]) / band.critical_value;
            (band.pointwise_upper[day] - paths.point()[day]) / std_dev
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn wider_than_pointwise_and_within_bonferroni(
        n_days in 2_usize..9, seed in any::<u64>(), cumulated in any::<bool>(),
        level in prop::sample::select(vec![0.5, 0.8, 0.9, 0.95]),
    ) {
        let paths = paths(n_days, 999, seed, cumulated);
        let band = paths.simultaneous_band(level).unwrap();
        let wider = paths.simultaneous_band(level + 0.04).unwrap();
        for day in 0..n_days {
            prop_assert!(band.pointwise_upper[day] <= band.upper[day]);
            prop_assert!(band.lower[day] <= band.pointwise_lower[day]);
            prop_assert!(wider.lower[day] <= band.lower[day] && band.upper[day] <= wider.upper[day]);
            let middle = f64::midpoint(band.lower[day], band.upper[day]);
            prop_assert!(close(middle, paths.point()[day], 1e-12));
        }
        // By the union bound no more than K (998 α/K + 1) replicates leave intervals corrected to α/K
        // somewhere, and at least 998 α leave the band or lie on its edge.
        let corrected_level = 1.0 - (1.0 - level - (n_days as f64 + 0.01) / 998.0) / n_days as f64;
        let each = paths.simultaneous_band(corrected_level).unwrap();
        let corrected = pointwise_critical(&paths, &each);
        let widest = corrected.iter().fold(0.0, |a: f64, c| a.max(*c));
        prop_assert!(band.critical_value <= widest + 1e-9, "{} {widest}", band.critical_value);
    }

    #[test]
    fn each_day_has_its_own_unit(seed in any::<u64>(), shift in -3.0..3.0_f64, scale in 0.1..9.0_f64) {
        let before = paths(5, 99, seed, true);
        let moved = |values: &[f64]| -> Vec<f64> {
            let unit = |at: usize| if at % 5 == 2 { -scale } else { 1.0 + at as f64 % 5.0 };
            values.iter().enumerate().map(|(at, v)| shift + unit(at) * v).collect()
        };
        let after = PathDistribution::from_replicates(
            moved(before.point()), moved(before.replicates()), GIVEN).unwrap();
        let (a, b) = (before.simultaneous_band(0.9).unwrap(), after.simultaneous_band(0.9).unwrap());
        prop_assert!(close(a.critical_value, b.critical_value, 1e-9));
        prop_assert!(close(b.upper[1], shift + 2.0 * a.upper[1], 1e-9));
        prop_assert!(close(b.upper[2], shift - scale * a.lower[2], 1e-9));
    }

    #[test]
    fn the_share_of_replicates_inside_is_the_level(seed in any::<u64>(), level in 0.1..0.98_f64) {
        let paths = paths(6, 500, seed, true);
        let band = paths.simultaneous_band(level).unwrap();
        let inside = paths.paths().filter(|path| band.contains(path)).count();
        prop_assert!(close(inside as f64 / 500.0, level, 1.5 / 500.0));
    }
}

#[test]
fn by_hand() {
    // Day 1: deviations -2, 0, 2, 0; day 2: 1, -1, 3, -3. Squared sums 8 and 20, divisor 3.
    let replicates = vec![-1.0, 3.0, 1.0, 1.0, 3.0, 5.0, 1.0, -1.0];
    let paths = PathDistribution::from_replicates(vec![1.0, 2.0], replicates, GIVEN).unwrap();
    let band = paths.simultaneous_band(0.5).unwrap();
    let (s1, s2) = (f64::sqrt(8.0 / 3.0), f64::sqrt(20.0 / 3.0));
    // Maxima 2/s1 = 1.2247, 1/s2 = 0.3873, 2/s1, 3/s2 = 1.1619; the median is between the middle two.
    let critical = f64::midpoint(2.0 / s1, 3.0 / s2);
    assert!(close(band.critical_value, critical, 1e-14));
    assert!(close(band.upper[0], 1.0 + critical * s1, 1e-14));
    assert!(close(band.lower[1], 2.0 - critical * s2, 1e-14));
    // Distances 0, 0, 2, 2 and 1, 1, 3, 3.
    for (found, wanted) in band.pointwise_lower.iter().zip([0.0, 0.0]) {
        assert!(close(*found, wanted, 1e-14));
    }
    for (found, wanted) in band.pointwise_upper.iter().zip([2.0, 4.0]) {
        assert!(close(*found, wanted, 1e-14));
    }
    assert!(band.contains(&[1.0, 2.0]) && !band.contains(&[1.0, 9.0]) && !band.contains(&[1.0]));
    let text = serde_json::to_string(&band).unwrap();
    assert_eq!(serde_json::from_str::<SimultaneousBand>(&text).unwrap(), band);
}

#[test]
fn critical_values_of_normal_paths() {
    // Independent days: P(max |Z| ≤ c) = (1 − 2Φ(−c))ⁿ; c of 10 days at 95 % is 2.800, as after Šidák.
    // One thing on all days: 1.960.
    let band = paths(10, 20_000, 4, false).simultaneous_band(0.95).unwrap();
    assert!(close(band.critical_value, 2.800, 0.06), "{}", band.critical_value);
    let one = paths(1, 20_000, 5, false).simultaneous_band(0.95).unwrap();
    assert!(close(one.critical_value, 1.960, 0.04), "{}", one.critical_value);
    assert_eq!(one.upper, one.pointwise_upper);
    let cumulated = paths(10, 20_000, 6, true).simultaneous_band(0.95).unwrap();
    assert!(cumulated.critical_value > 2.1 && cumulated.critical_value < 2.75);
}

#[test]
fn the_band_covers_the_whole_path() {
    // Paths of running sums around zero; the truth is zero, the sample one more path of the same law.
    let replicates = paths(8, 2_000, 7, true);
    let deviations: Vec<f64> = replicates
        .replicates()
        .iter()
        .enumerate()
        .map(|(at, v)| v - replicates.point()[at % 8])
        .collect();
    let (mut n_band, mut n_pointwise) = (0.0, 0.0);
    let n_samples = 600;
    for k in 0..n_samples {
        let mut sample = steps(8, 99, k);
        cumulate(&mut sample);
        // The first 400 replicates, around the sample.
        let around: Vec<f64> =
            deviations[..3_200].iter().enumerate().map(|(at, v)| sample[at % 8] + v).collect();
        let paths = PathDistribution::from_replicates(sample, around, GIVEN).unwrap();
        let band = paths.simultaneous_band(0.9).unwrap();
        n_band += f64::from(u8::from(band.contains(&[0.0; 8])));
        let pointwise = band.pointwise_lower.iter().zip(&band.pointwise_upper);
        let all_days = pointwise.fold(true, |all, (low, high)| all && *low <= 0.0 && 0.0 <= *high);
        n_pointwise += f64::from(u8::from(all_days));
    }
    let n = n_samples as f64;
    // Errors of the samples, and of the 400 replicates behind the critical value.
    let error = 4.0 * (0.09 / n + 0.09 / 400.0_f64).sqrt();
    assert!(close(n_band / n, 0.9, error), "{}", n_band / n);
    assert!(n_pointwise / n < 0.8);
}

#[test]
fn days_without_spread() {
    // Day 0 is set to zero.
    let replicates = vec![0.0, 1.0, 0.0, 3.0, 0.0, 2.0];
    let paths = PathDistribution::from_replicates(vec![0.0, 2.0], replicates, GIVEN).unwrap();
    let band = paths.simultaneous_band(0.5).unwrap();
    assert_eq!((band.lower[0], band.upper[0]), (0.0, 0.0));
    assert!(close(band.critical_value, 1.0, 1e-15));
    let same = PathDistribution::from_replicates(vec![0.0], vec![0.0; 3], GIVEN).unwrap();
    assert_eq!(
        same.simultaneous_band(0.9).unwrap_err().to_string(),
        "the simultaneous band: the variance of the replicates on every day is zero, so the \
         statistic is not defined"
    );
    let off = PathDistribution::from_replicates(vec![0.1], vec![0.0; 3], GIVEN).unwrap();
    assert!(matches!(off.simultaneous_band(0.9), Err(Error::DegenerateVariance { .. })));
    for level in [0.0, 1.0, f64::NAN] {
        assert!(matches!(paths.simultaneous_band(level), Err(Error::Setting { .. })));
    }
}

#[test]
fn intervals_of_a_day_and_threads() {
    let paths = paths(4, 300, 11, true);
    let band = with_threads(1, || paths.simultaneous_band(0.9)).unwrap().unwrap();
    assert_eq!(band, with_threads(4, || paths.simultaneous_band(0.9)).unwrap().unwrap());
    let day = paths.day(2).unwrap();
    let std_dev = (band.upper[2] - paths.point()[2]) / band.critical_value;
    assert!(close(std_dev, day.std_error(), 1e-12));
    let distances: Vec<f64> =
        day.replicates().iter().map(|v| (v - day.point_estimate()).abs()).collect();
    let half = quantile::quantile_sorted(&quantile::sorted(&distances), 0.9).unwrap();
    assert!(close(band.pointwise_upper[2] - paths.point()[2], half, 1e-12));
}
