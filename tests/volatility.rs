//! Models with conditional variance within a study.
#![cfg(feature = "garch")]
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::float_cmp)]

mod common;

use common::{Noise, close, compound, design, events, panel, table};
use eventstudy::abnormal::{AbnormalReturns, Reason};
use eventstudy::models::volatility::{
    ConditionalVariance, ErrorDistribution, FittedGarch, GarchModel, VarianceForecast,
};
use eventstudy::models::{
    EstimationSample, ExpectedReturnModel, FitFault, FittedModel, Horizon, MarketModel,
};
use eventstudy::panel::{Compounding, PricePanel};

const N_ROWS: usize = 330;
const ESTIMATION: usize = 300;
const EVENT: usize = 305;
/// Rows of the axis that are estimated on; the return of a row is the one into it.
const FIRST: usize = EVENT - ESTIMATION;

/// Returns of a market and of an asset that is quiet and wild by turns.
fn returns() -> (Vec<f64>, Vec<f64>) {
    let mut noise = Noise::new(17);
    let market = noise.take(N_ROWS - 1, 0.02);
    let asset = (0..N_ROWS - 1)
        .map(|t| {
            let size = if t / 40 % 2 == 0 { 0.01 } else { 0.05 };
            0.0005 + 1.1 * market[t] + size * noise.next()
        })
        .collect();
    (market, asset)
}

fn prices(market: &[f64], asset: &[f64]) -> PricePanel {
    panel(&[("m", compound(market)), ("a", compound(asset))])
}

fn responses(prices: &PricePanel, model: &dyn ExpectedReturnModel) -> AbnormalReturns {
    table(prices, Compounding::Simple, model, &design(0, 9, ESTIMATION), &events(&[EVENT]), &["a"])
}

/// The same fit without a study.
fn fitted(model: &GarchModel, market: &[f64], asset: &[f64]) -> FittedGarch {
    let rows = FIRST - 1..FIRST - 1 + ESTIMATION;
    let factors = [&market[rows.clone()]];
    model.fit_sample(&EstimationSample::new(&asset[rows], &factors)).unwrap()
}

fn models() -> Vec<GarchModel> {
    use ConditionalVariance::{Egarch, Garch, Gjr};
    let model = |variance| GarchModel::on("m").variance(variance);
    let mut models: Vec<GarchModel> = [Garch, Gjr, Egarch].map(model).to_vec();
    models.push(model(Gjr).errors(ErrorDistribution::StudentT));
    models
}

#[test]
fn abnormal_returns_are_held_against_the_variance_expected_of_their_rows() {
    let (market, asset) = returns();
    let table_of = |model: &GarchModel| responses(&prices(&market, &asset), model);
    for model in models() {
        let fit = fitted(&model, &market, &asset);
        let table = table_of(&model);
        let response = &table.responses()[0];
        let (alpha, slopes) = fit.coefficients();
        let s2 = fit.residual_std_dev().powi(2);
        let (mut car, mut variance, mut sum) = (0.0, 0.0, 0.0);
        for tau in 0..10_u8 {
            let row = EVENT - 1 + usize::from(tau);
            let ar = asset[row] - alpha - slopes[0] * market[row];
            let h = fit.variance_at(isize::from(tau) + 1);
            let error = s2 * fit.estimation_error(1, &[market[row]]);
            let at = response.ar(usize::from(tau)).unwrap();
            close(at, ar, 1e-9);
            close(table.sar(response, i32::from(tau)).unwrap(), ar / (h + error).sqrt(), 1e-9);
            car += ar;
            variance += h;
            sum += market[row];
        }
        let found = table.cumulate(response, 0..10).unwrap();
        close(found.car, car, 1e-9);
        variance += s2 * fit.estimation_error(10, &[sum]);
        close(found.forecast_std_dev, variance.sqrt(), 1e-9);
        // The window ends in a wild stretch, for which its own variance is too small a yardstick.
        let least_squares = responses(&prices(&market, &asset), &MarketModel::on("m"));
        let other = least_squares.cumulate(&least_squares.responses()[0], 0..3).unwrap();
        let three = table.cumulate(response, 0..3).unwrap();
        assert!(three.forecast_std_dev > 1.1 * other.forecast_std_dev);
    }
}

#[test]
fn estimation_errors_are_those_of_least_squares_under_even_variance() {
    let mut noise = Noise::new(3);
    let market = noise.take(N_ROWS - 1, 0.02);
    let asset: Vec<f64> = market.iter().map(|m| 0.8 * m + 0.03 * noise.next()).collect();
    let rows = 0..ESTIMATION;
    let factors = [&market[rows.clone()]];
    let sample = EstimationSample::new(&asset[rows], &factors);
    let garch = GarchModel::on("m").fit_sample(&sample).unwrap();
    let least_squares = MarketModel::on("m").fit(&sample).unwrap();
    let at = |fit: &dyn FittedModel| fit.estimation_error(5, &[0.06]);
    close(at(&garch), at(least_squares.as_ref()), 0.05);
    close(garch.residual_std_dev(), least_squares.residual_std_dev(), 0.01);
    close(garch.r_squared().unwrap(), least_squares.r_squared().unwrap(), 0.01);
    let errors = |fit: &dyn FittedModel| fit.standard_errors().unwrap();
    for (one, other) in errors(&garch).iter().zip(errors(least_squares.as_ref())) {
        close(*one, other, 0.05);
    }
    let named = |name: &str| garch.estimate(name).unwrap().std_error.unwrap();
    close(errors(&garch)[0], named("intercept"), 1e-9);
    close(errors(&garch)[1], named("m"), 1e-9);
    assert!(
        GarchModel::constant_mean().fit_sample(&sample_of(&asset)).unwrap().r_squared().is_none()
    );
}

fn sample_of(returns: &[f64]) -> EstimationSample<'_> {
    EstimationSample::new(returns, &[])
}

fn std_devs(model: &GarchModel, market: &[f64], asset: &[f64]) -> Vec<f64> {
    let table = responses(&prices(market, asset), model);
    let response = &table.responses()[0];
    (0..10).map(|tau| table.cumulate(response, tau..tau + 1).unwrap().forecast_std_dev).collect()
}

#[test]
fn nothing_after_the_estimation_window_has_a_part_in_its_forecast() {
    let (market, asset) = returns();
    for model in models() {
        let before = std_devs(&model, &market, &asset);
        let mut changed = asset.clone();
        for value in &mut changed[EVENT - 1..] {
            *value *= -3.0;
        }
        assert_eq!(std_devs(&model, &market, &changed), before);
    }
}

#[test]
fn one_step_forecasts_know_the_rows_before_and_no_others() {
    let (market, asset) = returns();
    for model in models() {
        let model = model.forecast(VarianceForecast::OneStep);
        let before = std_devs(&model, &market, &asset);
        let fit = fitted(&model, &market, &asset);
        for tau in [0_usize, 4] {
            let mut changed = asset.clone();
            changed[EVENT - 1 + tau] = 0.3;
            let after = std_devs(&model, &market, &changed);
            assert_eq!(after[..=tau], before[..=tau]);
            let later = &after[tau + 1..];
            assert!(later.iter().zip(&before[tau + 1..]).all(|(a, b)| a != b), "{model:?} {tau}");
        }
        // The first row is the same one row ahead of the window.
        let first = (fit.variance_at(1)
            + fit.residual_std_dev().powi(2) * fit.estimation_error(1, &[market[EVENT - 1]]))
        .sqrt();
        close(before[0], first, 1e-9);
    }
}

#[test]
fn variances_stand_at_their_steps() {
    let (_, asset) = returns();
    let returns = &asset[..100];
    let model = GarchModel::constant_mean();
    let whole = model.fit_sample(&sample_of(returns)).unwrap();
    // The same observations, with two holes in and three rows after them.
    let rows: Vec<usize> =
        (0..100).map(|t| 7 + t + usize::from(t >= 30) + usize::from(t >= 60)).collect();
    let sample = sample_of(returns).with_rows(&rows, rows[99] + 4);
    let holed = model.fit_sample(&sample).unwrap();
    assert_eq!(sample.step_of(rows[99]), -3);
    let value = |name: &str| holed.estimate(name).unwrap().value;
    let expected = |h: f64| value("omega") + holed.persistence() * h;
    // The rows without an observation carry the expectation on.
    for t in [30, 60] {
        let hole = sample.step_of(rows[t]) - 1;
        close(holed.variance_at(hole + 1), expected(holed.variance_at(hole)), 1e-12);
        let e = returns[t - 1] - value("intercept");
        let after =
            value("omega") + value("alpha") * e * e + value("beta") * holed.variance_at(hole - 1);
        close(holed.variance_at(hole), after, 1e-9);
    }
    for step in -2..40 {
        close(holed.variance_at(step + 1), expected(holed.variance_at(step)), 1e-12);
    }
    let first = sample.step_of(rows[0]);
    close(holed.variance_at(first), expected(holed.variance_at(first - 1)), 1e-12);
    assert_eq!(holed.variance_at(first - 1), holed.variance_at(isize::MIN));
    // Without holes.
    assert!(whole.variance_at(-99) > 0.0);
    assert_eq!(whole.forecast_std_dev(&[]), 0.0);
    let long = Horizon { first_step: 2, n_rows: 3, factor_sums: &[] };
    let rows = [2, 3, 4].map(|step| Horizon::row(step, &[]));
    close(whole.forecast_std_dev(&[long]), whole.forecast_std_dev(&rows), 1e-14);
}

#[test]
fn a_fit_without_a_maximum_is_an_exclusion() {
    // Most returns are zero, and the t's density rises without end at a mean of zero.
    let mut noise = Noise::new(5);
    let market = noise.take(N_ROWS - 1, 0.02);
    let asset: Vec<f64> = (0..N_ROWS - 1)
        .map(|_| if noise.next() < 0.5 { 0.0 } else { 0.02 * noise.next() })
        .collect();
    let model = GarchModel::constant_mean()
        .variance(ConditionalVariance::Egarch)
        .errors(ErrorDistribution::StudentT);
    let table = responses(&prices(&market, &asset), &model);
    assert_eq!(table.responses().len(), 0);
    let exclusion = &table.exclusions()[0];
    let Reason::Fit { fault: FitFault::NotConverged { iterations } } = exclusion.reason else {
        panic!("{:?}", exclusion.reason);
    };
    assert!(iterations > 0);
}

#[test]
fn what_least_squares_cannot_fit_is_the_same_fault() {
    let model = GarchModel::on("m");
    let market = Noise::new(1).take(60, 0.02);
    let constant = vec![0.001; 60];
    let faults = |returns: &[f64], market: &[f64]| {
        let factors = [market];
        model.fit_sample(&EstimationSample::new(returns, &factors)).unwrap_err()
    };
    assert_eq!(faults(&constant, &market), FitFault::ZeroVariance);
    assert_eq!(faults(&market, &constant), FitFault::CollinearFactors);
    assert_eq!(
        faults(&market[..6], &market[10..16]),
        FitFault::TooFewRows { n_found: 6, n_needed: 7 }
    );
    let factors = [market.as_slice()];
    let lengths = vec![2; 60];
    let long = EstimationSample::new(&constant, &factors).with_lengths(&lengths);
    assert_eq!(model.fit_sample(&long).unwrap_err(), FitFault::LongReturns);
}

#[test]
fn fits_report_how_they_converged() {
    let (market, asset) = returns();
    for model in models() {
        let fit = fitted(&model, &market, &asset);
        let convergence = FittedModel::convergence(&fit).unwrap();
        assert!(convergence.iterations > 5);
        assert!(convergence.gradient_norm < 1e-6);
        assert_eq!(convergence.objective, fit.log_likelihood());
        assert_eq!(fit.degrees_of_freedom(), ESTIMATION - 2);
    }
}

#[test]
fn models_have_names() {
    let names: Vec<String> = [
        GarchModel::on("spx"),
        GarchModel::on_factors(["mkt", "smb"]).variance(ConditionalVariance::Egarch),
        GarchModel::constant_mean()
            .variance(ConditionalVariance::Gjr)
            .errors(ErrorDistribution::StudentT),
    ]
    .iter()
    .map(ExpectedReturnModel::name)
    .collect();
    assert_eq!(
        names,
        [
            "market model on spx, GARCH(1,1) with normal errors",
            "factor model on mkt, smb, EGARCH(1,1) with normal errors",
            "constant mean, GJR(1,1,1) with Student t errors",
        ]
    );
}
