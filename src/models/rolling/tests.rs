use super::*;
use crate::models::MarketModel;
use crate::models::testing::{Noise, calibration, close, market_and_asset, same_fit};
use proptest::prelude::*;

fn fitted(
    model: &RollingModel,
    returns: &[f64],
    market: &[f64],
    n_before: usize,
) -> Box<dyn FittedModel> {
    let factors = [market];
    let path = PathSample::new(returns, &factors, n_before);
    let before = [&market[..n_before]];
    let sample = EstimationSample::new(&returns[..n_before], &before);
    model.fit_with_path(&sample, &path).unwrap()
}

/// The horizon of a step, `last` being the position of the last estimation row.
fn row_of(step: isize, last: usize, market: &[f64]) -> Horizon<'_> {
    let at = last.checked_add_signed(step).unwrap();
    Horizon::row(step, &market[at..=at])
}

/// α and β of a step, from two expected returns.
fn line_at(fit: &dyn FittedModel, step: isize) -> (f64, f64) {
    let at = |m: f64| fit.expected_return(&Horizon::row(step, &[m]));
    (at(0.0), at(1.0) - at(0.0))
}

#[test]
fn the_first_row_is_the_market_model() {
    let (market, asset) = market_and_asset(41, 80);
    let before = [&market[..60]];
    let sample = EstimationSample::new(&asset[..60], &before);
    let rolling = fitted(&RollingModel::on("m"), &asset, &market, 60);
    let ordinary = MarketModel::on("m").fit(&sample).unwrap();
    let at = Horizon::row(1, &market[60..61]);
    close(rolling.expected_return(&at), ordinary.expected_return(&at), 1e-12);
    close(rolling.forecast_std_dev(&[at]), ordinary.forecast_std_dev(&[at]), 1e-12);
    // Without a path it stays the market model for good.
    same_fit(RollingModel::on("m").fit(&sample).unwrap().as_ref(), ordinary.as_ref(), 1, 1e-12);
    let last_30 = [&market[30..60]];
    let short = EstimationSample::new(&asset[30..60], &last_30);
    let length = RollingModel::on("m").length(30).unwrap();
    let ordinary = MarketModel::on("m").fit(&short).unwrap();
    same_fit(length.fit(&sample).unwrap().as_ref(), ordinary.as_ref(), 1, 1e-12);
    assert_eq!(fitted(&length, &asset, &market, 60).n_observations(), 30);
    assert_eq!(rolling.forecast_std_dev(&[]), 0.0);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(40) })]

    /// Crashes and holes come and go; every line is the one fitted afresh.
    #[test]
    fn updated_lines_are_direct_fits(
        seed in 0_u64..1_000_000,
        length in 3_usize..40,
        gap in 0_usize..6,
        crash in 1.0_f64..1e7,
    ) {
        let (mut market, mut asset) = market_and_asset(seed, 120);
        let mut noise = Noise::new(seed + 1);
        for t in 0..120 {
            if noise.uniform() < 0.03 {
                market[t] *= crash;
                asset[t] -= crash * noise.uniform();
            }
            if noise.uniform() < 0.1 {
                asset[t] = f64::NAN;
            }
        }
        let present: Vec<bool> = asset.iter().map(|r| !r.is_nan()).collect();
        let start = 50 - gap - length.min(50 - gap);
        let window = start..50 - gap;
        let lines = rolling_lines(&asset, &market, &present, window.clone(), 70);
        for (ahead, line) in lines.iter().enumerate() {
            let rows = window.start + ahead..window.end + ahead;
            let kept = |x: &[f64]| -> Vec<f64> {
                rows.clone().filter(|t| present[*t]).map(|t| x[t]).collect()
            };
            let direct = least_squares::fit(&kept(&asset), &[&kept(&market)]);
            prop_assert_eq!(line.is_some(), direct.is_some());
            let (Some(line), Some(direct)) = (line, direct) else { continue };
            let near = |a: f64, b: f64, size: f64| (a - b).abs() <= 1e-12 * size;
            // Relative to the terms that they are differences of.
            let (sxx, n) = (1.0 / direct.inverse[0], line.n);
            prop_assert!(near(line.sum_squares, sxx, sxx));
            let spread = (direct.sum_squared_total / sxx).sqrt();
            prop_assert!(near(line.slope, direct.slopes[0], spread.max(direct.slopes[0].abs())));
            prop_assert!(near(line.mean, direct.means[0], (sxx / n).sqrt() + line.mean.abs()));
            let size = (direct.sum_squared_total / n).sqrt() + (spread * direct.means[0]).abs()
                + direct.intercept.abs();
            prop_assert!(near(line.intercept, direct.intercept, size));
        }
    }

    /// What comes after a row has no part in its line.
    #[test]
    fn later_rows_do_not_matter(seed in 0_u64..1_000_000, cut in 41_usize..66) {
        let (market, asset) = market_and_asset(seed, 70);
        let (other_market, other) = market_and_asset(seed + 7, 70);
        let mixed = |a: &[f64], b: &[f64]| [&a[..cut], &b[cut..]].concat();
        let model = RollingModel::on("m").length(25).unwrap().gap(3);
        let first = fitted(&model, &asset, &market, 40);
        let second = fitted(&model, &mixed(&asset, &other), &mixed(&market, &other_market), 40);
        let last = (cut - 40).cast_signed() + 1;
        for step in 1..=last {
            prop_assert_eq!(line_at(first.as_ref(), step), line_at(second.as_ref(), step));
        }
        let rows: Vec<Horizon<'_>> =
            (1..last).map(|s| row_of(s, 39, &market)).collect();
        prop_assert_eq!(first.forecast_std_dev(&rows), second.forecast_std_dev(&rows));
        // The gap of three rows on, the change is seen.
        let step = last + 4;
        prop_assert_ne!(line_at(first.as_ref(), step), line_at(second.as_ref(), step));
    }
}

#[test]
fn rows_of_the_event_window_enter_later_fits_unless_a_gap_keeps_them_out() {
    let (market, mut asset) = market_and_asset(42, 60);
    let quiet = fitted(&RollingModel::on("m"), &asset, &market, 50);
    let calm = fitted(&RollingModel::on("m").gap(5), &asset, &market, 50);
    asset[50] += 1.0;
    let shaken = fitted(&RollingModel::on("m"), &asset, &market, 50);
    assert_eq!(line_at(quiet.as_ref(), 1), line_at(shaken.as_ref(), 1));
    // One row of fifty: the level rises by a fiftieth of the shock.
    let level = |fit: &dyn FittedModel| fit.expected_return(&Horizon::row(2, &[0.0]));
    assert!(level(shaken.as_ref()) - level(quiet.as_ref()) > 0.015);
    let gap = fitted(&RollingModel::on("m").gap(5), &asset, &market, 50);
    for step in 1..=6 {
        assert_eq!(line_at(calm.as_ref(), step), line_at(gap.as_ref(), step));
    }
    assert_ne!(line_at(calm.as_ref(), 7), line_at(gap.as_ref(), 7));
}

#[test]
fn the_variance_of_a_window_counts_every_error_once() {
    // Weights of all rows in the sum of the abnormal returns, written out.
    let (market, mut asset) = market_and_asset(43, 40);
    asset[12] = f64::NAN;
    asset[31] = f64::NAN;
    let model = RollingModel::on("m").length(15).unwrap().gap(2);
    let fit = fitted(&model, &asset, &market, 30);
    let steps = [1_isize, 2, 4, 5, 6, 10];
    let rows: Vec<Horizon<'_>> = steps.iter().map(|s| row_of(*s, 29, &market)).collect();
    let mut weights = [0.0; 40];
    for step in steps {
        let t = 29 + step.cast_unsigned();
        weights[t] += 1.0;
        let window: Vec<usize> = (t - 17..t - 2).filter(|j| !asset[*j].is_nan()).collect();
        let n = window.len() as f64;
        let mean = window.iter().map(|j| market[*j]).sum::<f64>() / n;
        let sxx: f64 = window.iter().map(|j| (market[*j] - mean).powi(2)).sum();
        for j in window {
            weights[j] -= 1.0 / n + (market[t] - mean) * (market[j] - mean) / sxx;
        }
    }
    let variance: f64 = weights.iter().map(|w| w * w).sum();
    close(fit.forecast_std_dev(&rows), fit.residual_std_dev() * variance.sqrt(), 1e-11);
    // A hole of two rows, whose parameters are those of its first row.
    let sums = [market[30] + market[31]];
    let hole = Horizon { first_step: 1, n_rows: 2, factor_sums: &sums };
    let (alpha, beta) = line_at(fit.as_ref(), 1);
    close(fit.expected_return(&hole), 2.0 * alpha + beta * sums[0], 1e-12);
    let with_hole = [hole, Horizon::row(3, &market[32..33])];
    let alone = fit.forecast_std_dev(&with_hole[..1]).powi(2);
    let both = fit.forecast_std_dev(&with_hole).powi(2);
    assert!(both > alone && alone > 2.0 * fit.residual_std_dev().powi(2));
}

#[test]
fn forecast_errors_are_what_they_are_said_to_be() {
    let draw = |noise: &mut Noise| {
        let market = noise.normals(70, 0.01);
        let asset = market.iter().map(|m| m + 0.01 * noise.normal()).collect();
        (asset, vec![market])
    };
    let model = RollingModel::on("m").length(20).unwrap();
    let ratio = calibration(&model, 30, 40, 6_000, draw);
    assert!((0.94..1.06).contains(&ratio), "{ratio}");
    let ratio = calibration(&model.gap(10), 30, 40, 6_000, draw);
    assert!((0.94..1.06).contains(&ratio), "{ratio}");
}

#[test]
fn rows_without_a_fit_have_no_expected_return() {
    let (market, mut asset) = market_and_asset(44, 40);
    for value in &mut asset[18..38] {
        *value = f64::NAN;
    }
    let model = RollingModel::on("m").length(6).unwrap();
    let fit = fitted(&model, &asset, &market, 20);
    // Rows 14 to 17 are there; the fit of step 2 has three of them, that of step 3 two.
    assert!(fit.expected_return(&Horizon::row(1, &[0.01])).is_finite());
    assert!(fit.expected_return(&Horizon::row(2, &[0.01])).is_finite());
    assert!(fit.expected_return(&Horizon::row(3, &[0.01])).is_nan());
    assert!(fit.forecast_std_dev(&[Horizon::row(3, &[0.01])]).is_nan());
    assert!(fit.expected_return(&Horizon::row(99, &[0.01])).is_nan());
}

#[test]
fn rows_left_out_of_the_sample_are_left_out_of_the_fits() {
    let (market, asset) = market_and_asset(46, 40);
    let model = RollingModel::on("m").length(12).unwrap();
    let factors = [market.as_slice()];
    let path = PathSample::new(&asset, &factors, 30);
    // Rows 22 to 25 are not to be used, whatever is on them.
    let rows: Vec<usize> = (0..22).chain(26..30).collect();
    let kept = |x: &[f64]| rows.iter().map(|t| x[*t]).collect::<Vec<f64>>();
    let (kept_asset, kept_market) = (kept(&asset), kept(&market));
    let kept_factors = [kept_market.as_slice()];
    let sample = EstimationSample::new(&kept_asset, &kept_factors).with_rows(&rows, 30);
    let without = model.fit_with_path(&sample, &path).unwrap();
    let mut holes = asset.clone();
    holes[22..26].fill(f64::NAN);
    let missing = fitted(&model, &holes, &market, 30);
    assert_eq!((without.n_observations(), missing.n_observations()), (8, 8));
    for step in 1..=10 {
        assert_eq!(line_at(without.as_ref(), step), line_at(missing.as_ref(), step));
    }
}

#[test]
fn faults_are_named() {
    let (market, asset) = market_and_asset(45, 40);
    let fit = |model: &RollingModel, returns: &[f64], market: &[f64]| {
        let factors = [market];
        let path = PathSample::new(returns, &factors, 20);
        let before = [&market[..20]];
        let sample = EstimationSample::new(&returns[..20], &before);
        model.fit_with_path(&sample, &path).map(|f| f.n_observations())
    };
    let long = RollingModel::on("m").length(18).unwrap().gap(3);
    let fault = FitFault::TooFewRows { n_found: 20, n_needed: 21 };
    assert_eq!(fit(&long, &asset, &market), Err(fault));
    assert_eq!(fit(&RollingModel::on("m").gap(3), &asset, &market), Ok(17));
    let gap = FitFault::TooFewRows { n_found: 20, n_needed: 21 };
    assert_eq!(fit(&RollingModel::on("m").gap(18), &asset, &market), Err(gap));
    assert_eq!(fit(&RollingModel::on("m"), &asset, &[0.01; 40]), Err(FitFault::CollinearFactors));
    assert_eq!(fit(&RollingModel::on("m"), &market, &market), Err(FitFault::ZeroVariance));
    let none = FitFault::TooFewRows { n_found: 0, n_needed: 3 };
    assert_eq!(fit(&RollingModel::on("m"), &[f64::NAN; 40], &market), Err(none));
    assert!(RollingModel::on("m").length(2).is_err());
}
