use super::*;
use crate::models::testing::{Noise, calibration, close, market_and_asset, same_fit};
use crate::models::{ExpectedReturnModel, MarketModel};
use crate::numeric::least_squares;

fn percent(values: &[i32]) -> Vec<f64> {
    values.iter().map(|v| f64::from(*v) / 100.0).collect()
}

#[test]
fn scholes_williams_by_hand() {
    // In percent; the rows with both neighbours are the five in the middle, with the cross-products
    // RR⁻ 7 of 10, RR 7 of 74/5, RR⁺ −10 of 66/5, and z'z 44/5, z'm 56/5 for the sums of three.
    let market = percent(&[2, -1, 0, 3, 1, -2, 1]);
    let returns = percent(&[1, 1, -1, 2, 3, 0, -1]);
    let factors = [market.as_slice()];
    let sample = EstimationSample::new(&returns, &factors);
    let model = ScholesWilliamsModel::on("m");
    let found = model.estimate(&sample).unwrap();
    let (lag, same_row, lead) = (7.0 / 10.0, 35.0 / 74.0, -25.0 / 33.0);
    let rho = -4.0 / (46.0_f64 / 3.0 * 35.0 / 2.0).sqrt();
    close(found.lag, lag, 1e-13);
    close(found.same_row, same_row, 1e-13);
    close(found.lead, lead, 1e-13);
    close(found.autocorrelation, rho, 1e-13);
    let beta = (lag + same_row + lead) / (1.0 + 2.0 * rho);
    close(found.beta, beta, 1e-13);
    close(found.alpha, 0.01 - beta * 0.002, 1e-13);
    assert_eq!(found.n_rows, 5);

    let fit = model.fit(&sample).unwrap();
    assert_eq!((fit.n_observations(), fit.n_parameters(), fit.degrees_of_freedom()), (5, 2, 3));
    let used = returns[1..6].iter().zip(&market[1..6]);
    let ssr: f64 = used.map(|(r, m)| (r - found.alpha - beta * m).powi(2)).sum();
    close(fit.residual_std_dev(), (ssr / 3.0).sqrt(), 1e-13);
    // q in units of percent squared.
    let q = 44.0 / 5.0 / (56.0_f64 / 5.0).powi(2) * 1e4;
    let error = 4.0 / 5.0 + (0.03_f64 - 2.0 * 0.002).powi(2) * q;
    close(fit.estimation_error(2, &[0.03]), error, 1e-12);
}

#[test]
fn dimson_without_neighbours_is_the_market_model() {
    let (market, asset) = market_and_asset(3, 120);
    let factors = [market.as_slice()];
    let sample = EstimationSample::new(&asset, &factors);
    let dimson = DimsonModel::on("m", 0, 0).fit(&sample).unwrap();
    let ordinary = MarketModel::on("m").fit(&sample).unwrap();
    same_fit(dimson.as_ref(), ordinary.as_ref(), 1, 1e-12);
}

#[test]
fn dimson_is_the_sum_of_a_multiple_regression() {
    let (market, asset) = market_and_asset(4, 90);
    let factors = [market.as_slice()];
    let sample = EstimationSample::new(&asset, &factors);
    let found = DimsonModel::on("m", 2, 1).estimate(&sample).unwrap();
    // Rows 2 to 88 have two rows before and one after.
    let direct = least_squares::fit(
        &asset[2..89],
        &[&market[..87], &market[1..88], &market[2..89], &market[3..]],
    )
    .unwrap();
    assert_eq!(found.n_rows, 87);
    for (a, b) in found.coefficients.iter().zip(&direct.slopes) {
        close(*a, *b, 1e-12);
    }
    close(found.beta, direct.slopes.iter().sum(), 1e-12);
    close(found.variance, direct.inverse.iter().sum(), 1e-12);
    assert_eq!(found.weights, [1.0; 4]);
}

#[test]
fn fowler_and_rorke_weigh_by_the_benchmarks_autocorrelation() {
    let (mut market, asset) = market_and_asset(5, 200);
    for t in 1..200 {
        market[t] += 0.3 * market[t - 1];
    }
    let factors = [market.as_slice()];
    let sample = EstimationSample::new(&asset, &factors);
    let rho = |d: usize| correlation_of(&market[d..], &market[..200 - d]);
    let (one, two) = (rho(1), rho(2));
    let first = DimsonModel::on("m", 1, 1).fowler_rorke().unwrap().estimate(&sample).unwrap();
    let outer = (1.0 + one) / (1.0 + 2.0 * one);
    for (found, expected) in first.weights.iter().zip([outer, 1.0, outer]) {
        close(*found, expected, 1e-12);
    }
    let second = DimsonModel::on("m", 2, 2).fowler_rorke().unwrap().estimate(&sample).unwrap();
    let total = 1.0 + 2.0 * one + 2.0 * two;
    let (far, near) = ((1.0 + one + two) / total, (1.0 + 2.0 * one + two) / total);
    for (found, expected) in second.weights.iter().zip([far, near, 1.0, near, far]) {
        close(*found, expected, 1e-12);
    }
    let beta: f64 = second.weights.iter().zip(&second.coefficients).map(|(w, b)| w * b).sum();
    close(second.beta, beta, 1e-13);
    let refused = DimsonModel::on("m", 2, 1).fowler_rorke().unwrap_err();
    assert!(refused.to_string().contains("1 beside 2 lags"), "{refused}");
}

fn correlation_of(x: &[f64], y: &[f64]) -> f64 {
    crate::numeric::moments::correlation(x, y).unwrap()
}

/// An asset with β 1.5 whose last trade of a day is at any time of the day, against a benchmark
/// that is priced at its end.
fn traded_at_any_time(seed: u64, n_days: usize) -> (Vec<f64>, Vec<f64>) {
    const PARTS: usize = 12;
    let mut noise = Noise::new(seed);
    let (mut market, mut asset) = (Vec::new(), Vec::new());
    let mut since_trade = 0.0;
    for _ in 0..n_days {
        let trade = noise.below(PARTS);
        let (mut day, mut observed) = (0.0, 0.0);
        for part in 0..PARTS {
            let m = 0.003 * noise.normal();
            day += m;
            since_trade += 1.5 * m + 0.002 * noise.normal();
            if part == trade {
                observed = since_trade;
                since_trade = 0.0;
            }
        }
        market.push(day);
        asset.push(observed);
    }
    (market, asset)
}

#[test]
fn scholes_williams_and_dimson_recover_beta_where_least_squares_does_not() {
    let (market, asset) = traded_at_any_time(11, 20_000);
    let factors = [market.as_slice()];
    let sample = EstimationSample::new(&asset, &factors);
    let ordinary = MarketModel::on("m").fit(&sample).unwrap().coefficients().1[0];
    // Half of the day's news comes before the last trade, with half a part of it on average.
    assert!((ordinary - 1.5 * 6.5 / 12.0).abs() < 0.03, "{ordinary}");
    let models: [Box<dyn ExpectedReturnModel>; 3] = [
        Box::new(ScholesWilliamsModel::on("m")),
        Box::new(DimsonModel::on("m", 1, 1)),
        Box::new(DimsonModel::on("m", 1, 1).fowler_rorke().unwrap()),
    ];
    for model in models {
        let beta = model.fit(&sample).unwrap().coefficients().1[0];
        assert!((beta - 1.5).abs() < 0.03, "{}: {beta}", model.name());
    }
}

#[test]
fn dimson_recovers_beta_where_trades_are_days_apart() {
    // An asset that trades on two days of five: least squares finds 40 % of beta.
    let mut noise = Noise::new(12);
    let (mut market, mut asset, mut since_trade) = (Vec::new(), Vec::new(), 0.0);
    for _ in 0..40_000 {
        market.push(0.01 * noise.normal());
        since_trade += 0.8 * market[market.len() - 1] + 0.004 * noise.normal();
        asset.push(if noise.uniform() < 0.4 { std::mem::take(&mut since_trade) } else { 0.0 });
    }
    let factors = [market.as_slice()];
    let sample = EstimationSample::new(&asset, &factors);
    let beta = |model: &dyn ExpectedReturnModel| model.fit(&sample).unwrap().coefficients().1[0];
    assert!((beta(&MarketModel::on("m")) - 0.32).abs() < 0.03);
    // The trade before is more than 12 days old once in 460 days.
    assert!((beta(&DimsonModel::on("m", 12, 0)) - 0.8).abs() < 0.04);
}

#[test]
fn scholes_williams_allows_for_an_autocorrelated_benchmark() {
    // R answers a smoothed benchmark, so that the plain sum of the three slopes is too large.
    let mut noise = Noise::new(13);
    let news = noise.normals(20_001, 0.01);
    let market: Vec<f64> = news.windows(2).map(|w| 0.6 * w[1] + 0.4 * w[0]).collect();
    let asset: Vec<f64> = market.iter().map(|m| 1.2 * m + 0.005 * noise.normal()).collect();
    let factors = [market.as_slice()];
    let sample = EstimationSample::new(&asset, &factors);
    let found = ScholesWilliamsModel::on("m").estimate(&sample).unwrap();
    assert!((found.beta - 1.2).abs() < 0.02, "{found:?}");
    assert!(found.lag + found.same_row + found.lead > 2.0);
}

#[test]
fn neighbours_are_sought_across_no_hole() {
    let market = percent(&[2, -1, 0, 3, 1, -2, 1, 4, -3, 2, 0, 1]);
    let returns = percent(&[1, 1, -1, 2, 3, 0, -1, 2, 2, -2, 1, 0]);
    let factors = [market.as_slice()];
    let rows = [10, 11, 12, 13, 20, 21, 22, 23, 24, 31, 32, 33];
    let sample = EstimationSample::new(&returns, &factors).with_rows(&rows, 40);
    assert_eq!(with_neighbours(&sample, 1, 1), [1, 2, 5, 6, 7, 10]);
    assert_eq!(with_neighbours(&sample, 2, 0), [2, 3, 6, 7, 8, 11]);
    assert_eq!(with_neighbours(&sample, 0, 0).len(), 12);
    assert_eq!(with_neighbours(&sample, 3, 3), [0_usize; 0]);
    assert_eq!(with_neighbours(&sample, usize::MAX, 0), [0_usize; 0]);
    let lengths = [1, 1, 1, 1, 1, 1, 2, 1, 1, 1, 1, 1];
    assert_eq!(with_neighbours(&sample.with_lengths(&lengths), 1, 1), [1, 2, 10]);
    let found = DimsonModel::on("m", 1, 0).estimate(&sample).unwrap();
    let at = [1, 2, 3, 5, 6, 7, 8, 10, 11];
    let pick = |x: &[f64], back: usize| at.iter().map(|t| x[t - back]).collect::<Vec<_>>();
    let direct =
        least_squares::fit(&pick(&returns, 0), &[&pick(&market, 1), &pick(&market, 0)]).unwrap();
    assert_eq!(found.n_rows, 9);
    close(found.coefficients[0], direct.slopes[0], 1e-12);
    close(found.coefficients[1], direct.slopes[1], 1e-12);
}

#[test]
fn forecast_errors_are_what_they_are_said_to_be() {
    // Trades at every close, so that the errors are independent; short samples and long windows
    // make the part of the estimates large.
    let draw = |noise: &mut Noise| {
        let market = noise.normals(180, 0.01);
        let asset = market.iter().map(|m| m + 0.01 * noise.normal()).collect();
        (asset, vec![market])
    };
    let models: [Box<dyn ExpectedReturnModel>; 3] = [
        Box::new(ScholesWilliamsModel::on("m")),
        Box::new(DimsonModel::on("m", 1, 1)),
        Box::new(DimsonModel::on("m", 2, 2)),
    ];
    for model in models {
        let ratio = calibration(model.as_ref(), 100, 80, 4_000, draw);
        // The standard error of the ratio is 0.022; s² is too large by some 2/100.
        assert!((0.93..1.05).contains(&ratio), "{}: {ratio}", model.name());
    }
}

#[test]
fn faults_are_named() {
    let (market, asset) = market_and_asset(6, 40);
    let fit = |model: &dyn ExpectedReturnModel, n: usize, market: &[f64]| {
        let factors = [&market[..n]];
        model.fit(&EstimationSample::new(&asset[..n], &factors)).map(|f| f.n_observations())
    };
    let (sw, dimson) = (ScholesWilliamsModel::on("m"), DimsonModel::on("m", 1, 2));
    assert_eq!(fit(&sw, 4, &market), Err(FitFault::TooFewRows { n_found: 2, n_needed: 3 }));
    assert_eq!(fit(&sw, 5, &market), Ok(3));
    assert_eq!(fit(&dimson, 8, &market), Err(FitFault::TooFewRows { n_found: 5, n_needed: 6 }));
    assert_eq!(fit(&dimson, 9, &market), Ok(6));
    assert_eq!(fit(&sw, 40, &[0.01; 40]), Err(FitFault::CollinearFactors));
    assert_eq!(fit(&dimson, 40, &[0.01; 40]), Err(FitFault::CollinearFactors));
    let swinging: Vec<f64> =
        (0..40).map(|t| if t % 2 == 0 { 0.01 } else { -0.01 } + market[t] / 50.0).collect();
    assert_eq!(fit(&sw, 40, &swinging), Err(FitFault::Autocorrelation));
    let corrected = DimsonModel::on("m", 1, 1).fowler_rorke().unwrap();
    assert_eq!(fit(&corrected, 40, &swinging), Err(FitFault::Autocorrelation));
    let factors = [market.as_slice()];
    let copy = EstimationSample::new(&market, &factors);
    assert_eq!(dimson.fit(&copy).map(|f| f.n_observations()), Err(FitFault::ZeroVariance));
}
