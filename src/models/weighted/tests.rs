use super::*;
use crate::models::testing::{Noise, calibration, close, market_and_asset, same_fit};
use crate::models::{FactorModel, MarketModel};

fn model(half_life: f64) -> ExponentiallyWeightedModel {
    ExponentiallyWeightedModel::on("m", half_life).unwrap()
}

#[test]
fn a_half_life_without_end_is_least_squares() {
    let (market, asset) = market_and_asset(31, 150);
    let size = Noise::new(32).normals(150, 0.008);
    let factors = [market.as_slice(), size.as_slice()];
    let one = EstimationSample::new(&asset, &factors[..1]);
    let weighted = model(1e15).fit(&one).unwrap();
    same_fit(weighted.as_ref(), MarketModel::on("m").fit(&one).unwrap().as_ref(), 1, 1e-10);
    let two = EstimationSample::new(&asset, &factors);
    let weighted = ExponentiallyWeightedModel::on_factors(["m", "s"], 1e15).unwrap();
    let ordinary = FactorModel::on(["m", "s"]).fit(&two).unwrap();
    same_fit(weighted.fit(&two).unwrap().as_ref(), ordinary.as_ref(), 2, 1e-10);
}

#[test]
fn three_points_by_hand() {
    // Weights 1/4, 1/2, 1 of the points (0, 0), (1, 2), (2, 1): means 10/7 and 8/7, cross-products
    // 13/14 and 1/7, so β 2/13 and α 12/13.
    let factors = [[0.0, 1.0, 2.0]];
    let factors = [factors[0].as_slice()];
    let returns = [0.0, 2.0, 1.0];
    let sample = EstimationSample::new(&returns, &factors);
    let weights = model(1.0).weights(&sample);
    assert_eq!(weights, [0.25, 0.5, 1.0]);
    // Fewer effective observations than three coefficients and variances need.
    let fault = FitFault::TooFewRows { n_found: 2, n_needed: 3 };
    assert_eq!(model(1.0).fit(&sample).map(|f| f.n_observations()), Err(fault));
    let fit = crate::numeric::least_squares::fit_weighted(&returns, &factors, &weights).unwrap();
    close(fit.slopes[0], 2.0 / 13.0, 1e-14);
    close(fit.intercept, 12.0 / 13.0, 1e-14);
}

#[test]
fn degrees_and_errors_by_matrices() {
    let (market, asset) = market_and_asset(33, 30);
    let factors = [market.as_slice()];
    let sample = EstimationSample::new(&asset, &factors);
    let fit = model(8.0).fit(&sample).unwrap();
    // A = W − W X (X'WX)⁻¹ X'W, written out.
    let n = 30;
    let w: Vec<f64> = (0..n).map(|t| 0.5_f64.powf((n - 1 - t) as f64 / 8.0)).collect();
    let s = |p: i32, q: i32| (0..n).map(|t| w[t].powi(p) * market[t].powi(q)).sum::<f64>();
    let det = s(1, 0) * s(1, 2) - s(1, 1) * s(1, 1);
    let g = [[s(1, 2) / det, -s(1, 1) / det], [-s(1, 1) / det, s(1, 0) / det]];
    let x = |t: usize| [1.0, market[t]];
    let hat = |a: usize, b: usize| -> f64 {
        let (u, v) = (x(a), x(b));
        (0..2).map(|i| (0..2).map(|j| u[i] * g[i][j] * v[j]).sum::<f64>()).sum()
    };
    let matrix = |a: usize, b: usize| {
        let diagonal = if a == b { w[a] } else { 0.0 };
        diagonal - w[a] * hat(a, b) * w[b]
    };
    let trace: f64 = (0..n).map(|t| matrix(t, t)).sum();
    let squares: f64 =
        (0..n).flat_map(|a| (0..n).map(move |b| (a, b))).map(|(a, b)| matrix(a, b).powi(2)).sum();
    let form: f64 =
        (0..n).map(|a| (0..n).map(|b| asset[a] * matrix(a, b) * asset[b]).sum::<f64>()).sum();
    close(fit.residual_std_dev(), (form / trace).sqrt(), 1e-11);
    let rounded_down = fit.degrees_of_freedom() as f64;
    let degrees = trace * trace / squares;
    assert!(rounded_down <= degrees && degrees < rounded_down + 1.0, "{degrees}");
    assert!((15..24).contains(&fit.degrees_of_freedom()));
    // Prediction of 5 rows with the factor sum 0.04: weights of every row in it.
    let error: f64 = (0..n)
        .map(|t| {
            let v = [5.0, 0.04];
            let u = x(t);
            let weight: f64 =
                (0..2).map(|i| (0..2).map(|j| v[i] * g[i][j] * u[j]).sum::<f64>()).sum();
            (weight * w[t]).powi(2)
        })
        .sum();
    close(fit.estimation_error(5, &[0.04]), error, 1e-11);
    let errors = fit.standard_errors().unwrap();
    let s = fit.residual_std_dev();
    close(errors[0], s * fit.estimation_error(1, &[0.0]).sqrt(), 1e-12);
}

#[test]
fn ages_are_counted_over_holes() {
    let (market, asset) = market_and_asset(34, 40);
    let factors = [market.as_slice()];
    let rows: Vec<usize> = (0..40).map(|t| if t < 20 { t } else { t + 30 }).collect();
    let sample = EstimationSample::new(&asset, &factors).with_rows(&rows, 90);
    let weights = model(10.0).weights(&sample);
    close(weights[20], 0.5_f64.powf(1.9), 1e-14);
    close(weights[19], 0.5_f64.powf(5.0), 1e-14);
}

#[test]
fn forecast_errors_are_what_they_are_said_to_be() {
    let draw = |noise: &mut Noise| {
        let market = noise.normals(90, 0.01);
        let asset = market.iter().map(|m| m + 0.01 * noise.normal()).collect();
        (asset, vec![market])
    };
    let ratio = calibration(&model(12.0), 60, 30, 6_000, draw);
    assert!((0.94..1.06).contains(&ratio), "{ratio}");
}

#[test]
fn recent_rows_count_for_more() {
    // β changes from 0.5 to 2 halfway.
    let mut noise = Noise::new(36);
    let market = noise.normals(200, 0.01);
    let asset: Vec<f64> = (0..200)
        .map(|t| market[t] * if t < 100 { 0.5 } else { 2.0 } + 0.002 * noise.normal())
        .collect();
    let factors = [market.as_slice()];
    let sample = EstimationSample::new(&asset, &factors);
    let beta = |model: &dyn ExpectedReturnModel| model.fit(&sample).unwrap().coefficients().1[0];
    assert!((beta(&model(15.0)) - 2.0).abs() < 0.1);
    assert!(beta(&MarketModel::on("m")) < 1.6);
}

#[test]
fn faults_are_named() {
    let (market, asset) = market_and_asset(35, 40);
    let fit = |asset: &[f64], market: &[f64], half_life: f64| {
        let factors = [market];
        model(half_life).fit(&EstimationSample::new(asset, &factors)).map(|f| f.n_observations())
    };
    assert_eq!(fit(&[], &[], 9.0), Err(FitFault::TooFewRows { n_found: 0, n_needed: 3 }));
    let few = FitFault::TooFewRows { n_found: 2, n_needed: 3 };
    assert_eq!(fit(&asset[..2], &market[..2], 9.0), Err(few));
    assert_eq!(fit(&asset, &market, 0.9), Err(few));
    assert_eq!(fit(&asset, &market, 1.2), Ok(40));
    assert_eq!(fit(&asset, &[0.01; 40], 9.0), Err(FitFault::CollinearFactors));
    assert_eq!(fit(&market, &market, 9.0), Err(FitFault::ZeroVariance));
    for half_life in [0.0, -3.0, f64::NAN, f64::INFINITY] {
        assert!(ExponentiallyWeightedModel::on("m", half_life).is_err());
    }
}
