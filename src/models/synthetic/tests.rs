use super::*;
use crate::models::MarketAdjustedModel;
use crate::models::testing::{Noise, calibration_of, close, market_and_asset, same_fit};

/// An asset that is half `a` and half `b` with noise, and donors `a`, `b`, `c`.
fn three_donors(noise: &mut Noise, n: usize) -> (Vec<f64>, Vec<Vec<f64>>) {
    let market = noise.normals(n, 0.01);
    let donors: Vec<Vec<f64>> =
        (0..3).map(|_| market.iter().map(|m| m + 0.02 * noise.normal()).collect()).collect();
    let asset =
        (0..n).map(|t| 0.5 * donors[0][t] + 0.5 * donors[1][t] + 0.01 * noise.normal()).collect();
    (asset, donors)
}

fn slices(series: &[Vec<f64>]) -> Vec<&[f64]> {
    series.iter().map(Vec::as_slice).collect()
}

fn model() -> SyntheticControl {
    SyntheticControl::of(["a", "b", "c"])
}

#[test]
fn one_donor_is_the_market_adjusted_model() {
    let (donor, asset) = market_and_asset(71, 60);
    let factors = [donor.as_slice()];
    let sample = EstimationSample::new(&asset, &factors);
    let adjusted = MarketAdjustedModel::on("a").fit(&sample).unwrap();
    let synthetic = SyntheticControl::of(["a"]);
    same_fit(synthetic.fit(&sample).unwrap().as_ref(), adjusted.as_ref(), 1, 1e-13);
    let cumulated = SyntheticObjective::CumulativeLogReturns(Compounding::Simple);
    let fit = synthetic.objective(cumulated).fit(&sample).unwrap();
    same_fit(fit.as_ref(), adjusted.as_ref(), 1, 1e-13);
}

#[test]
fn weights_and_variance_of_a_mixture() {
    let (asset, donors) = three_donors(&mut Noise::new(72), 400);
    let factors = slices(&donors);
    let sample = EstimationSample::new(&asset, &factors);
    let fit = model().fit(&sample).unwrap();
    let (alpha, weights) = fit.coefficients();
    assert_eq!(alpha, 0.0);
    for (w, expected) in weights.iter().zip([0.5, 0.5, 0.0]) {
        assert!((w - expected).abs() < 0.06, "{weights:?}");
    }
    close(weights.iter().sum(), 1.0, 1e-13);
    let positive = weights.iter().filter(|w| **w > 0.0).count();
    assert_eq!(fit.n_parameters(), positive);
    let excess: Vec<f64> = (0..400)
        .map(|t| asset[t] - donors.iter().zip(weights).map(|(d, w)| d[t] * w).sum::<f64>())
        .collect();
    let mean = excess.iter().sum::<f64>() / 400.0;
    let squares: f64 = excess.iter().map(|e| (e - mean).powi(2)).sum();
    close(fit.residual_std_dev(), (squares / (400 - positive) as f64).sqrt(), 1e-12);
    assert!(fit.convergence().unwrap().gradient_norm < 1e-10);
    let estimate = model().estimate(&sample, None).unwrap();
    let rmspe = (excess.iter().map(|e| e * e).sum::<f64>() / 400.0).sqrt();
    close(estimate.pre_rmspe, rmspe, 1e-12);
    assert_eq!((estimate.weights.as_slice(), estimate.n_dropped), (weights, 0));
}

#[test]
fn donors_without_returns_are_dropped_and_the_asset_is_none() {
    let (asset, mut donors) = three_donors(&mut Noise::new(73), 90);
    donors[1][20] = f64::NAN;
    let before: Vec<&[f64]> = donors.iter().map(|d| &d[..60]).collect();
    let sample = EstimationSample::new(&asset[..60], &before);
    let found = model().estimate(&sample, None).unwrap();
    assert_eq!((found.n_dropped, found.weights[1]), (1, 0.0));
    let fit = model().fit(&sample).unwrap();
    let expected = fit.expected_return(&Horizon::row(1, &[0.01, f64::NAN, 0.03]));
    close(expected, 0.01 * found.weights[0] + 0.03 * found.weights[2], 1e-13);
    assert!(fit.forecast_std_dev(&[Horizon::row(1, &[0.01, f64::NAN, 0.03])]).is_finite());
    // A donor that stops in the event window.
    let mut stopped = donors.clone();
    stopped[0][75] = f64::NAN;
    let whole = slices(&stopped);
    let path = PathSample::new(&asset, &whole, 60);
    let found = model().estimate(&sample, Some(&path)).unwrap();
    assert_eq!((found.n_dropped, found.weights.as_slice()), (2, [0.0, 0.0, 1.0].as_slice()));
    let own = model().estimate(&sample.with_asset("c"), None).unwrap();
    assert_eq!((own.n_dropped, own.weights.as_slice()), (1, [1.0, 0.0, 0.0].as_slice()));
    let fault = FitFault::TooFewFactors { n_found: 0, n_needed: 1 };
    assert_eq!(model().estimate(&sample.with_asset("c"), Some(&path)).unwrap_err(), fault);
}

#[test]
fn values_after_the_estimation_window_do_not_matter() {
    let (mut asset, mut donors) = three_donors(&mut Noise::new(74), 90);
    let estimate = |asset: &[f64], donors: &[Vec<f64>]| {
        let (whole, before) = (slices(donors), donors.iter().map(|d| &d[..60]).collect::<Vec<_>>());
        let path = PathSample::new(asset, &whole, 60);
        model().estimate(&EstimationSample::new(&asset[..60], &before), Some(&path)).unwrap()
    };
    let first = estimate(&asset, &donors);
    for t in 60..90 {
        asset[t] *= -7.0;
        donors[1][t] += 0.5;
    }
    assert_eq!(estimate(&asset, &donors), first);
}

#[test]
fn paths_of_log_prices_are_matched_on_request() {
    let (asset, donors) = three_donors(&mut Noise::new(75), 120);
    let factors = slices(&donors);
    let sample = EstimationSample::new(&asset, &factors);
    let cumulated = SyntheticObjective::CumulativeLogReturns(Compounding::Simple);
    let found = model().objective(cumulated).estimate(&sample, None).unwrap();
    let path = |x: &[f64]| -> Vec<f64> {
        let mut log = 0.0;
        x.iter()
            .map(|r| {
                log += r.ln_1p();
                log
            })
            .collect()
    };
    let paths: Vec<Vec<f64>> = donors.iter().map(|d| path(d)).collect();
    let own = path(&asset);
    let distance = |w: &[f64]| -> f64 {
        (0..120)
            .map(|t| (own[t] - paths.iter().zip(w).map(|(p, w)| p[t] * w).sum::<f64>()).powi(2))
            .sum()
    };
    let best = distance(&found.weights);
    for a in 0..=20 {
        for b in 0..=20 - a {
            let (a, b) = (f64::from(a) / 20.0, f64::from(b) / 20.0);
            assert!(distance(&[a, b, 1.0 - a - b]) >= best * (1.0 - 1e-9));
        }
    }
    let of_returns = model().estimate(&sample, None).unwrap();
    assert!(distance(&of_returns.weights) > best);
    assert!(of_returns.pre_rmspe < found.pre_rmspe);
    // Log returns are cumulated as they are.
    let logs: Vec<Vec<f64>> =
        donors.iter().map(|d| d.iter().map(|r| r.ln_1p()).collect()).collect();
    let log_asset: Vec<f64> = asset.iter().map(|r| r.ln_1p()).collect();
    let log_factors = slices(&logs);
    let log_sample = EstimationSample::new(&log_asset, &log_factors);
    let cumulated = SyntheticObjective::CumulativeLogReturns(Compounding::Log);
    let same = model().objective(cumulated).estimate(&log_sample, None).unwrap();
    assert_eq!(same.weights, found.weights);
}

#[test]
fn forecast_errors_are_what_they_are_said_to_be() {
    // Every donor has a weight far from its bounds.
    let draw = |noise: &mut Noise| {
        let (_, donors) = three_donors(noise, 90);
        let asset = (0..90)
            .map(|t| {
                0.4 * donors[0][t] + 0.3 * (donors[1][t] + donors[2][t]) + 0.002 * noise.normal()
            })
            .collect();
        (asset, donors)
    };
    // Less the part of the mean, which is counted by convention and not part of the expectation.
    let variance = |fit: &dyn FittedModel, rows: &[Horizon<'_>]| {
        let s = fit.residual_std_dev();
        fit.forecast_std_dev(rows).powi(2) - s * s * 30.0 * 30.0 / 60.0
    };
    let ratio = calibration_of(&model(), 60, 30, 3_000, draw, variance);
    assert!((0.93..1.07).contains(&ratio), "{ratio}");
    let cumulated = SyntheticObjective::CumulativeLogReturns(Compounding::Log);
    let ratio = calibration_of(&model().objective(cumulated), 60, 30, 3_000, draw, variance);
    assert!((0.93..1.07).contains(&ratio), "{ratio}");
}

#[test]
fn faults_are_named() {
    let (asset, donors) = three_donors(&mut Noise::new(76), 30);
    let fit = |asset: &[f64], donors: &[Vec<f64>]| {
        let factors = slices(donors);
        model().fit(&EstimationSample::new(asset, &factors)).map(|f| f.n_observations())
    };
    assert_eq!(fit(&donors[1], &donors), Err(FitFault::ZeroVariance));
    let short: Vec<Vec<f64>> = donors.iter().map(|d| d[..1].to_vec()).collect();
    assert_eq!(fit(&asset[..1], &short), Err(FitFault::TooFewRows { n_found: 1, n_needed: 2 }));
    let twins = [donors[0].clone(), donors[0].clone(), donors[2].clone()];
    assert_eq!(fit(&asset, &twins), Err(FitFault::CollinearFactors));
}
