use super::*;
use crate::models::testing::{Noise, calibration, close, market_and_asset, same_fit};
use crate::models::{FactorModel, MarketModel};

#[test]
fn a_huge_tuning_constant_is_least_squares() {
    let (market, asset) = market_and_asset(21, 100);
    let size = Noise::new(22).normals(100, 0.008);
    let factors = [market.as_slice(), size.as_slice()];
    let sample = EstimationSample::new(&asset, &factors);
    let robust = HuberModel::on_factors(["m", "s"]).tuning(1e9).unwrap().fit(&sample).unwrap();
    let ordinary = FactorModel::on(["m", "s"]).fit(&sample).unwrap();
    same_fit(robust.as_ref(), ordinary.as_ref(), 2, 1e-10);
    assert_eq!(robust.convergence().unwrap().iterations, 1);
}

#[test]
fn the_answer_solves_the_equations_of_the_estimate() {
    let (market, mut asset) = market_and_asset(23, 60);
    asset[7] += 0.4;
    asset[31] -= 0.3;
    let factors = [market.as_slice()];
    let model = HuberModel::on("m");
    let found = model.estimate(&EstimationSample::new(&asset, &factors)).unwrap();
    let psi = |e: f64| (e / found.scale).clamp(-1.345, 1.345);
    let sum: f64 = found.residuals.iter().map(|e| psi(*e)).sum();
    let product: f64 = found.residuals.iter().zip(&market).map(|(e, m)| psi(*e) * m).sum();
    assert!(sum.abs() < 1e-9 && product.abs() < 1e-11, "{sum} {product}");
    assert!(found.gradient_norm < 1e-11);
    let mut sizes: Vec<f64> = found.residuals.iter().map(|e| e.abs()).collect();
    sizes.sort_by(f64::total_cmp);
    close(found.scale, f64::midpoint(sizes[29], sizes[30]) / 0.674_489_750_196_081_7, 1e-12);
    for t in 0..60 {
        close(found.residuals[t], asset[t] - found.intercept - found.slopes[0] * market[t], 1e-9);
        close(found.weights[t], (1.345 * found.scale / found.residuals[t].abs()).min(1.0), 1e-12);
    }
}

#[test]
fn outliers_do_not_drag_the_line_away() {
    let (market, mut asset) = market_and_asset(24, 200);
    let factors = [market.as_slice()];
    let beta = |model: &dyn ExpectedReturnModel, asset: &[f64]| {
        model.fit(&EstimationSample::new(asset, &factors)).unwrap().coefficients().1[0]
    };
    let (robust, ordinary) = (HuberModel::on("m"), MarketModel::on("m"));
    let before = (beta(&robust, &asset), beta(&ordinary, &asset));
    let best = (0..200).max_by(|a, b| market[*a].total_cmp(&market[*b])).unwrap();
    asset[best] -= 1.0;
    let after = (beta(&robust, &asset), beta(&ordinary, &asset));
    assert!((after.0 - before.0).abs() < 0.15, "{before:?} {after:?}");
    assert!((after.1 - before.1).abs() > 1.0, "{before:?} {after:?}");
}

#[test]
fn forecast_errors_are_what_they_are_said_to_be() {
    let fat = |noise: &mut Noise| {
        let market = noise.normals(90, 0.01);
        let asset = market.iter().map(|m| m + 0.01 * noise.fat()).collect();
        (asset, vec![market])
    };
    let normal = |noise: &mut Noise| {
        let market = noise.normals(90, 0.01);
        let asset = market.iter().map(|m| m + 0.01 * noise.normal()).collect();
        (asset, vec![market])
    };
    let model = HuberModel::on("m");
    let ratio = calibration(&model, 50, 40, 2_000, normal);
    assert!((0.90..1.10).contains(&ratio), "{ratio}");
    // Means of squares of fat tails settle slowly.
    let ratio = calibration(&model, 50, 40, 4_000, fat);
    assert!((0.85..1.15).contains(&ratio), "{ratio}");
}

#[test]
fn faults_are_named() {
    let (market, asset) = market_and_asset(25, 40);
    let factors = [market.as_slice()];
    let fit = |model: &HuberModel, asset: &[f64], factors: &[&[f64]]| {
        model.fit(&EstimationSample::new(asset, factors)).map(|f| f.n_observations())
    };
    let model = HuberModel::on("m");
    let short = FitFault::TooFewRows { n_found: 2, n_needed: 3 };
    assert_eq!(fit(&model, &asset[..2], &[&market[..2]]), Err(short));
    assert_eq!(fit(&model, &asset, &[&[0.001; 40]]), Err(FitFault::CollinearFactors));
    // More than half of the rows lie on a line.
    let mostly: Vec<f64> = market
        .iter()
        .zip(&asset)
        .enumerate()
        .map(|(t, (m, a))| if t < 24 { *m } else { *a })
        .collect();
    assert_eq!(fit(&model, &mostly, &factors), Err(FitFault::ZeroVariance));
    let hasty = model.clone().most_iterations(2);
    assert_eq!(fit(&hasty, &asset, &factors), Err(FitFault::NotConverged { iterations: 2 }));
    for c in [0.0, 0.5, -1.0, f64::NAN, f64::INFINITY] {
        assert!(HuberModel::on("m").tuning(c).is_err());
    }
}
