//! Faults that packages of this field are known for: responses, fits and missing returns.
//!
//! One test per fault, named for what it guards. Those of tests and intervals are in
//! `defects_inference.rs`.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::float_cmp)]

mod common;

use std::collections::BTreeSet;

use common::{Noise, close, compound, day, design, events, market, panel, table};
use eventstudy::Error;
use eventstudy::abnormal::{
    AbnormalReturns, CalendarTime, Design, MissingPolicy, Reason, RowWeights,
};
use eventstudy::events::{Event, EventSet};
use eventstudy::models::{
    ConstantMeanModel, EstimationSample, ExpectedReturnModel, FactorModel, FitFault,
    MarketAdjustedModel, MarketModel,
};
use eventstudy::panel::{Compounding, ReturnPanel};
use eventstudy::regression::Covariance;
use eventstudy::time::{EstimationWindow, EventWindow};
use ndarray::Array2;

/// Returns of one day are `jump` more at each of these rows.
fn with_jumps(seed: u64, n_dates: usize, jumps: &[(usize, f64)]) -> Vec<f64> {
    let mut returns = Noise::new(seed).take(n_dates - 1, 0.01);
    for (row, jump) in jumps {
        returns[row - 1] += jump;
    }
    compound(&returns)
}

#[test]
fn responses_are_keyed_by_event_and_asset_not_by_asset() {
    let jumps = [(60, 0.20), (120, -0.10), (180, 0.05)];
    let prices =
        panel(&[("a", with_jumps(1, 200, &jumps)), ("b", with_jumps(2, 200, &[(120, 0.30)]))]);
    let listed = |rows: &[(usize, &str)]| {
        EventSet::new(rows.iter().map(|(r, a)| Event::of_asset(day(*r), a, "x")).collect()).unwrap()
    };
    let run = |events: &EventSet| {
        let design = design(0, 0, 40);
        table(&prices, Compounding::Simple, &ConstantMeanModel, &design, events, &[])
    };
    let three = run(&listed(&[(60, "a"), (120, "a"), (180, "a")]));
    let keys: BTreeSet<_> = three.responses().iter().map(|r| (r.event(), r.asset())).collect();
    assert_eq!((three.responses().len(), keys.len()), (3, 3));
    for (response, (_, jump)) in three.responses().iter().zip(jumps) {
        assert!((three.ar(response, 0).unwrap() - jump).abs() < 0.012);
    }
    // Every event has a fit of its own, and other responses change nothing.
    let alphas: Vec<f64> = three.responses().iter().map(|r| r.fit().coefficients().0).collect();
    assert!(alphas[0] != alphas[1] && alphas[1] != alphas[2]);
    let four = run(&listed(&[(60, "a"), (120, "a"), (120, "b"), (180, "a")]));
    let of_a = four.responses().iter().filter(|r| four.name(r.asset()) == "a");
    let again: Vec<Option<f64>> = of_a.map(|r| four.ar(r, 0)).collect();
    let before: Vec<Option<f64>> = three.responses().iter().map(|r| three.ar(r, 0)).collect();
    assert_eq!(again, before);
}

#[test]
fn an_asset_named_twice_for_one_event_is_an_error_not_two_responses() {
    let prices = market(3, 2, 60);
    let returns = prices.to_returns(Compounding::Simple);
    let requests = common::requests(&prices, &events(&[50]), &["a0", "a1", "a0"]);
    let model = ConstantMeanModel;
    let error = AbnormalReturns::compute(&returns, &returns, &model, &design(0, 0, 30), &requests)
        .unwrap_err();
    assert!(matches!(error, Error::DuplicateAsset { name } if name == "a0"));
}

#[test]
fn the_event_window_is_outside_the_fit() {
    let event = 120;
    let windows = [
        (vec![EventWindow::rows(-5, 5).unwrap()], 115),
        (vec![EventWindow::rows(3, 9).unwrap()], 120),
        (vec![EventWindow::days(-2, 2).unwrap()], 118),
        (vec![EventWindow::months(0, 1).unwrap()], 120),
        (vec![EventWindow::rows(0, 0).unwrap(), EventWindow::rows(-8, -6).unwrap()], 112),
    ];
    for (windows, first) in windows {
        for gap in [0, 3] {
            let end = first - gap;
            let fit = |jump: usize| {
                let prices = panel(&[("a", with_jumps(4, 200, &[(jump, 0.5)]))]);
                let estimation = EstimationWindow::trailing(50).unwrap().gap(gap);
                let design = Design::new(windows.clone(), estimation).unwrap();
                let model = ConstantMeanModel;
                let events = events(&[event]);
                let table = table(&prices, Compounding::Log, &model, &design, &events, &["a"]);
                let rows = table.events()[0].estimation.clone();
                assert_eq!(rows, end - 50..end);
                let fit = table.responses()[0].fit();
                (fit.coefficients().0, fit.residual_std_dev())
            };
            let untouched = fit(199);
            for row in end..first + 10 {
                assert_eq!(fit(row), untouched, "{windows:?}, gap {gap}: row {row} is in the fit");
            }
            assert_ne!(fit(end - 1), untouched);
            assert_ne!(fit(end - 50), untouched);
            // Prices after an earlier jump are higher, so their returns round differently.
            close(fit(end - 51).0, untouched.0, 1e-9);
        }
    }
}

/// Two assets of which the first lacks the return of day 0.
fn with_a_missing_day(policy: MissingPolicy) -> AbnormalReturns {
    let mut values = Array2::from_elem((2, 60), 0.0);
    let mut noise = Noise::new(5);
    values.iter_mut().for_each(|v| *v = 0.01 * noise.next());
    values[[0, 50]] = f64::NAN;
    for row in 49..=51 {
        values[[1, row]] = 0.10;
    }
    let names = ["a", "b"].map(str::to_owned).to_vec();
    let returns = ReturnPanel::new(common::axis(60), names, values, Compounding::Simple).unwrap();
    let events = events(&[50]);
    let (event, listed) = events.entries().next().unwrap();
    let request = eventstudy::abnormal::EventRequest {
        event,
        date: listed.date,
        label: String::new(),
        assets: returns.assets().collect(),
    };
    let design = design(-1, 1, 40).missing(policy);
    AbnormalReturns::compute(&returns, &returns, &ConstantMeanModel, &design, &[request]).unwrap()
}

#[test]
fn a_missing_abnormal_return_is_not_a_zero() {
    let window = EventWindow::rows(-1, 1).unwrap();
    for policy in [MissingPolicy::Exclude, MissingPolicy::Bridge] {
        let table = with_a_missing_day(policy);
        let day_0 = table.aar(0).unwrap();
        assert_eq!(day_0.n_responses, 1);
        assert_eq!(Some(day_0.value), table.ar(&table.responses()[1], 0));
        let (cars, excluded) = table.cumulative(&window).unwrap();
        assert_eq!((cars.len(), excluded.len()), (1, 1));
        assert!(matches!(excluded[0].reason, Reason::ReturnsMissing { n_missing: 1, .. }));
        assert_eq!(table.caar(&window).unwrap().value, cars[0].1.car);
    }
}

#[test]
fn available_returns_are_summed_but_not_scaled_up() {
    let table = with_a_missing_day(MissingPolicy::Available);
    let window = EventWindow::rows(-1, 1).unwrap();
    let (cars, _) = table.cumulative(&window).unwrap();
    let a = &table.responses()[0];
    let sum = table.ar(a, -1).unwrap() + table.ar(a, 1).unwrap();
    close(cars[0].1.car, sum, 1e-14);
    assert_eq!((cars[0].1.n_rows, cars[1].1.n_rows), (2, 3));
    assert_eq!(table.aar(0).unwrap().n_responses, 1);
}

#[test]
fn zero_returns_at_the_start_are_data() {
    let mut returns = Noise::new(6).take(80, 0.02);
    returns[..25].fill(0.0);
    let prices = panel(&[("a", compound(&returns))]);
    let design = design(0, 0, 60);
    let model = ConstantMeanModel;
    let table = table(&prices, Compounding::Simple, &model, &design, &events(&[70]), &["a"]);
    let fit = table.responses()[0].fit();
    assert_eq!(fit.n_observations(), 60);
    close(fit.coefficients().0, returns[9..69].iter().sum::<f64>() / 60.0, 1e-12);
}

/// α, β, s and the sums of the regression of y on x, by the textbook formulas.
fn regression(y: &[f64], x: &[f64]) -> (f64, f64, f64, f64, f64) {
    let n = y.len() as f64;
    let (mean_x, mean_y) = (x.iter().sum::<f64>() / n, y.iter().sum::<f64>() / n);
    let sxx: f64 = x.iter().map(|v| (v - mean_x).powi(2)).sum();
    let sxy: f64 = x.iter().zip(y).map(|(a, b)| (a - mean_x) * (b - mean_y)).sum();
    let beta = sxy / sxx;
    let alpha = mean_y - beta * mean_x;
    let ssr: f64 = x.iter().zip(y).map(|(a, b)| (b - alpha - beta * a).powi(2)).sum();
    (alpha, beta, (ssr / (n - 2.0)).sqrt(), mean_x, sxx)
}

#[test]
fn the_forecast_error_is_in_the_scar() {
    let prices = market(7, 1, 60);
    let returns = prices.to_returns(Compounding::Simple);
    let row = |name: &str, rows: std::ops::Range<usize>| -> Vec<f64> {
        let asset = returns.asset(name).unwrap();
        rows.map(|t| returns.value(asset, t).unwrap()).collect()
    };
    let design = design(0, 9, 30);
    let model = MarketModel::on("m");
    let table = table(&prices, Compounding::Simple, &model, &design, &events(&[45]), &["a0"]);
    let (y, x) = (row("a0", 15..45), row("m", 15..45));
    let (alpha, beta, s, mean_x, sxx) = regression(&y, &x);
    let (event_y, event_x) = (row("a0", 45..55), row("m", 45..55));
    let ar: Vec<f64> = event_y.iter().zip(&event_x).map(|(r, m)| r - alpha - beta * m).collect();
    let deviation: f64 = event_x.iter().map(|m| m - mean_x).sum();
    let (length, m) = (10.0_f64, 30.0);
    let variance = s * s * (length + length * length / m + deviation * deviation / sxx);
    let car: f64 = ar.iter().sum();
    let found = table.cumulate(&table.responses()[0], 0..10).unwrap();
    close(found.car, car, 1e-12);
    close(found.forecast_std_dev, variance.sqrt(), 1e-12);
    close(found.scar(), car / variance.sqrt(), 1e-12);
    let plain = car / (s * length.sqrt());
    assert!((found.scar() / plain).abs() < 0.9, "{} beside {plain}", found.scar());
}

#[test]
fn the_square_root_of_the_forecast_error_is_taken_once() {
    let prices = market(8, 1, 60);
    let design = design(0, 0, 30);
    let model = ConstantMeanModel;
    let table = table(&prices, Compounding::Simple, &model, &design, &events(&[45]), &["a0"]);
    let response = &table.responses()[0];
    let s = response.fit().residual_std_dev();
    let expected = table.ar(response, 0).unwrap() / (s * (1.0_f64 + 1.0 / 30.0).sqrt());
    close(table.sar(response, 0).unwrap(), expected, 1e-13);
}

#[test]
fn every_parameter_costs_a_degree_of_freedom() {
    let prices = market(9, 2, 60);
    let models: [(Box<dyn ExpectedReturnModel>, usize); 4] = [
        (Box::new(ConstantMeanModel), 1),
        (Box::new(MarketAdjustedModel::on("m")), 1),
        (Box::new(MarketModel::on("m")), 2),
        (Box::new(FactorModel::on(["m", "a1"])), 3),
    ];
    for (model, n_parameters) in models {
        let design = design(0, 0, 30);
        let (events, assets) = (events(&[45]), ["a0"]);
        let table = table(&prices, Compounding::Simple, model.as_ref(), &design, &events, &assets);
        let fit = table.responses()[0].fit();
        assert_eq!(fit.n_parameters(), n_parameters, "{}", model.name());
        assert_eq!(fit.degrees_of_freedom(), 30 - n_parameters);
    }
}

#[test]
fn the_residual_variance_has_the_divisor_of_its_model() {
    let mut noise = Noise::new(10);
    let (y, x) = (noise.take(40, 0.02), noise.take(40, 0.02));
    let factors = [x.as_slice()];
    let sample = EstimationSample::new(&y, &factors);
    let (_, _, s, _, _) = regression(&y, &x);
    close(MarketModel::on("m").fit(&sample).unwrap().residual_std_dev(), s, 1e-12);
    // Market-adjusted: around its own mean, divisor M - 1.
    let excess: Vec<f64> = y.iter().zip(&x).map(|(r, m)| r - m).collect();
    let mean = excess.iter().sum::<f64>() / 40.0;
    let squares: f64 = excess.iter().map(|v| (v - mean).powi(2)).sum();
    let fit = MarketAdjustedModel::on("m").fit(&sample).unwrap();
    close(fit.residual_std_dev(), (squares / 39.0).sqrt(), 1e-12);
}

#[test]
fn a_perfect_fit_is_a_fault_and_not_a_huge_statistic() {
    let x = Noise::new(11).take(40, 0.02);
    let double: Vec<f64> = x.iter().map(|v| 2.0 * v).collect();
    let shifted: Vec<f64> = x.iter().map(|v| 0.3 * v + 0.001).collect();
    let constant = vec![0.001; 40];
    let fit = |model: &dyn ExpectedReturnModel, y: &[f64]| {
        model.fit(&EstimationSample::new(y, &[&x])).map(|f| f.residual_std_dev())
    };
    let market = MarketModel::on("m");
    for y in [&x, &double, &shifted, &constant] {
        assert_eq!(fit(&market, y), Err(FitFault::ZeroVariance));
    }
    assert_eq!(fit(&MarketAdjustedModel::on("m"), &x), Err(FitFault::ZeroVariance));
    let without = EstimationSample::new(&constant, &[]);
    assert_eq!(ConstantMeanModel.fit(&without).unwrap_err(), FitFault::ZeroVariance);
    let factors = [constant.as_slice()];
    let flat = EstimationSample::new(&x, &factors);
    assert_eq!(market.fit(&flat).unwrap_err(), FitFault::CollinearFactors);
}

#[test]
fn the_benchmark_itself_is_excluded_with_a_reason() {
    let prices = market(12, 1, 60);
    let design = design(0, 0, 30);
    let model = MarketModel::on("m");
    let table = table(&prices, Compounding::Log, &model, &design, &events(&[45]), &["m", "a0"]);
    assert_eq!(table.responses().len(), 1);
    assert_eq!(table.exclusions()[0].asset.as_deref(), Some("m"));
    let fault = FitFault::ZeroVariance;
    assert_eq!(table.exclusions()[0].reason, Reason::Fit { fault });
}

/// Mean, and t of it with divisor n − 1.
fn mean_and_t(x: &[f64]) -> (f64, f64) {
    let n = x.len() as f64;
    let mean = x.iter().sum::<f64>() / n;
    let squares: f64 = x.iter().map(|v| (v - mean).powi(2)).sum();
    (mean, mean / (squares / (n - 1.0) / n).sqrt())
}

/// t of the calendar-time portfolio of eight assets with events a row apart and windows of five
/// rows, and t of the mean abnormal return by relative day over its deviation in the window itself.
fn portfolio_and_relative_days(change: impl Fn(usize, usize, f64) -> f64) -> (f64, f64) {
    let (n_assets, first) = (8, 40);
    let mut noise = Noise::new(13);
    let values = Array2::from_shape_fn((n_assets, 60), |(asset, row)| {
        change(asset, row, 0.01 * noise.next())
    });
    let names = (0..n_assets).map(|k| format!("a{k}")).collect();
    let returns =
        ReturnPanel::new(common::axis(60), names, values.clone(), Compounding::Simple).unwrap();
    let listed = (0..n_assets).map(|k| Event::of_asset(day(first + k), &format!("a{k}"), "x"));
    let listed = EventSet::new(listed.collect()).unwrap();
    let requests: Vec<_> = listed
        .entries()
        .zip(returns.assets())
        .map(|((event, listed), asset)| eventstudy::abnormal::EventRequest {
            event,
            date: listed.date,
            label: String::new(),
            assets: vec![asset],
        })
        .collect();
    let window = EventWindow::rows(0, 4).unwrap();
    let portfolio = CalendarTime::new(window).portfolio(&returns, &requests).unwrap();
    let fit = portfolio.regress(&returns, &[], RowWeights::Equal).unwrap();
    let estimates = fit.estimates(&Covariance::Classical).unwrap();
    let found = estimates.coefficient("intercept").unwrap();
    let mean = |held: &[(usize, usize)]| {
        held.iter().map(|(asset, row)| values[[*asset, *row]]).sum::<f64>() / held.len() as f64
    };
    let assets = 0..n_assets;
    let by_date: Vec<f64> = (first..first + n_assets + 4)
        .map(|row| {
            let held = assets.clone().filter(|k| (first + k..=first + k + 4).contains(&row));
            mean(&held.map(|k| (k, row)).collect::<Vec<_>>())
        })
        .collect();
    let (estimate, t) = mean_and_t(&by_date);
    assert_eq!((portfolio.n_returns(), fit.degrees_of_freedom()), (12, 11));
    close(found.estimate, estimate, 1e-12);
    close(found.t, t, 1e-10);
    let by_relative_day: Vec<f64> = (0..5)
        .map(|tau| mean(&assets.clone().map(|k| (k, first + k + tau)).collect::<Vec<_>>()))
        .collect();
    (found.t, mean_and_t(&by_relative_day).1)
}

#[test]
fn the_calendar_time_portfolio_is_grouped_by_date_and_not_by_relative_day() {
    // One date on which all assets move: one row of the portfolio, but the same share of every
    // relative day, so that it is in the mean of the wrong form and not in its deviation.
    let (t, wrong) = portfolio_and_relative_days(|_, row, r| if row == 44 { r + 0.3 } else { r });
    assert!(t.abs() < 1.3 && wrong > 10.0, "{t} and {wrong}");
    // An effect of the event day: the wrong form has it in its own denominator, and stays below one
    // whatever its size.
    let (t, wrong) =
        portfolio_and_relative_days(|asset, row, r| if row == 40 + asset { r + 0.3 } else { r });
    assert!(t > 2.2 && wrong < 1.1, "{t} and {wrong}");
}
