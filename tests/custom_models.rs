//! Models written against the public traits: parameters and variances that move, factors of the
//! asset's own, factors with holes.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::float_cmp)]

mod common;

use std::collections::BTreeMap;
use std::sync::Mutex;

use chrono::NaiveDate;
use common::{close, day, events, market, market_rows, panel, requests, table};
use eventstudy::abnormal::{AbnormalReturns, Design, Reason};
use eventstudy::models::{
    Convergence, EstimationSample, ExpectedReturnModel, FitFault, FittedModel, Horizon,
    MarketModel, PathSample,
};
use eventstudy::panel::{Compounding, PricePanel};
use eventstudy::time::{EstimationWindow, EventWindow};

/// Expects a fixed amount per step, with a variance that grows by the step.
#[derive(Debug)]
struct Drift {
    n_observations: usize,
}

/// Expected return of step t.
fn drift(step: isize) -> f64 {
    0.001 * step as f64
}

/// Variance of step t.
fn variance(step: isize) -> f64 {
    1e-4 * (2.0 + step as f64)
}

fn steps(at: &Horizon<'_>) -> impl Iterator<Item = isize> + use<> {
    at.first_step..=at.last_step()
}

impl FittedModel for Drift {
    fn expected_return(&self, at: &Horizon<'_>) -> f64 {
        steps(at).map(drift).sum()
    }
    fn estimation_error(&self, _: usize, _: &[f64]) -> f64 {
        0.0
    }
    fn coefficients(&self) -> (f64, &[f64]) {
        (0.0, &[])
    }
    fn n_observations(&self) -> usize {
        self.n_observations
    }
    fn n_parameters(&self) -> usize {
        1
    }
    fn residual_std_dev(&self) -> f64 {
        0.01
    }
    fn r_squared(&self) -> Option<f64> {
        None
    }
    fn standard_errors(&self) -> Option<Vec<f64>> {
        None
    }
    fn forecast_std_dev(&self, rows: &[Horizon<'_>]) -> f64 {
        rows.iter().flat_map(steps).map(variance).sum::<f64>().sqrt()
    }
    fn convergence(&self) -> Option<Convergence> {
        Some(Convergence { iterations: 3, objective: -1.0, gradient_norm: 0.0 })
    }
}

/// What a model was given for one response.
#[derive(Debug, Clone, PartialEq)]
struct Seen {
    event: Option<NaiveDate>,
    rows: Vec<usize>,
    steps: Vec<isize>,
    returns: Vec<f64>,
    path: Vec<f64>,
    path_steps: std::ops::Range<isize>,
}

#[derive(Debug, Default)]
struct DriftModel {
    seen: Mutex<BTreeMap<String, Seen>>,
}

impl ExpectedReturnModel for DriftModel {
    fn name(&self) -> String {
        "drift".to_owned()
    }
    fn factors(&self) -> &[String] {
        &[]
    }
    fn fit(&self, _: &EstimationSample<'_>) -> Result<Box<dyn FittedModel>, FitFault> {
        panic!("studies fit with the path")
    }
    fn fit_with_path(
        &self,
        sample: &EstimationSample<'_>,
        path: &PathSample<'_>,
    ) -> Result<Box<dyn FittedModel>, FitFault> {
        let seen = Seen {
            event: sample.event(),
            rows: sample.rows().collect(),
            steps: sample.rows().map(|row| sample.step_of(row)).collect(),
            returns: sample.returns().to_vec(),
            path: path.returns().to_vec(),
            path_steps: path.steps(),
        };
        self.seen.lock().unwrap().insert(sample.asset().to_owned(), seen);
        Ok(Box::new(Drift { n_observations: sample.n_observations() }))
    }
}

fn design(first: i32, last: i32, length: usize, gap: usize) -> Design {
    let estimation = EstimationWindow::trailing(length).unwrap().gap(gap).min_observations(3);
    Design::new(vec![EventWindow::rows(first, last).unwrap()], estimation).unwrap()
}

/// A market whose asset a0 lacks prices on these rows.
fn with_holes(holes: &[usize]) -> PricePanel {
    let mut rows = market_rows(3, 2, 60);
    for row in holes {
        rows[1].1[*row] = f64::NAN;
    }
    panel(&rows.iter().map(|(n, r)| (n.as_str(), r.clone())).collect::<Vec<_>>())
}

#[test]
fn steps_are_counted_from_the_estimation_window_also_over_holes() {
    // Rows 17 to 36 are estimated on, 37 to 39 are the gap, 40 to 45 the window; 42 and 43 lack
    // prices, so the return of row 44 covers three rows. So do rows 20 and 21 in the estimation.
    let prices = with_holes(&[20, 42, 43]);
    let model = DriftModel::default();
    let table = table(
        &prices,
        Compounding::Log,
        &model,
        &design(0, 5, 20, 3),
        &events(&[40]),
        &["a0", "a1"],
    );
    let a0 = &table.responses()[0];
    let price = |row: usize| prices.price(prices.asset("a0").unwrap(), row).unwrap();
    let expected: f64 = (price(45) / price(39)).ln() - (4..10).map(drift).sum::<f64>();
    let found = table.cumulate(a0, 0..6).unwrap();
    close(found.car, expected, 1e-12);
    close(found.forecast_std_dev, (4..10).map(variance).sum::<f64>().sqrt(), 1e-12);
    assert_eq!(found.n_rows, 6);
    let sar = |from: usize, to: usize, steps: std::ops::Range<isize>| {
        let ar = (price(to) / price(from)).ln() - steps.clone().map(drift).sum::<f64>();
        ar / steps.map(variance).sum::<f64>().sqrt() * ((to - from) as f64).sqrt()
    };
    let csar = sar(39, 40, 4..5) + sar(40, 41, 5..6) + sar(41, 44, 6..9) + sar(44, 45, 9..10);
    close(found.csar, csar, 1e-12);
    close(table.sar(a0, 5).unwrap(), sar(44, 45, 9..10), 1e-12);
    assert_eq!(a0.fit().convergence().unwrap().iterations, 3);

    let seen = model.seen.lock().unwrap();
    let rows: Vec<usize> = (17..37).filter(|row| ![20, 21].contains(row)).collect();
    let steps: Vec<isize> = rows.iter().map(|row| row.cast_signed() - 36).collect();
    assert_eq!((&seen["a0"].rows, &seen["a0"].steps), (&rows, &steps));
    assert_eq!(seen["a0"].event, Some(day(40)));
    assert_eq!(seen["a1"].rows, (17..37).collect::<Vec<_>>());
    let returns = prices.to_returns(Compounding::Log);
    let a0 = returns.asset("a0").unwrap();
    let all = |rows: std::ops::Range<usize>| -> Vec<_> {
        rows.map(|row| returns.value(a0, row)).collect()
    };
    let path: Vec<_> = seen["a0"].path.iter().map(|r| Some(*r).filter(|r| !r.is_nan())).collect();
    assert_eq!(path, all(17..46));
    assert_eq!(seen["a0"].path_steps, -19..10);
    let kept: Vec<f64> = all(17..37).into_iter().flatten().collect();
    assert_eq!(seen["a0"].returns, kept);
}

#[test]
fn what_is_left_out_of_the_estimation_is_not_in_the_path_either() {
    let prices = market(7, 1, 60);
    let model = DriftModel::default();
    let estimation = EstimationWindow::trailing(20).unwrap().gap(3).min_observations(3);
    // Rows 17 to 36 are estimated on; rows 35 and 36 are excluded, and 40 is the event.
    let estimation = estimation.excluding_dates([(day(20), day(21)), (day(35), day(41))]).unwrap();
    let design = Design::new(vec![EventWindow::rows(0, 5).unwrap()], estimation).unwrap();
    let table = table(&prices, Compounding::Log, &model, &design, &events(&[40]), &["a0"]);
    assert_eq!(table.responses().len(), 1);
    let seen = model.seen.lock().unwrap();
    assert_eq!(seen["a0"].rows, (17..20).chain(22..35).collect::<Vec<_>>());
    // Steps are still counted from the end of the window.
    assert_eq!(*seen["a0"].steps.last().unwrap(), -2);
    let missing: Vec<usize> =
        (0..29).filter(|k| seen["a0"].path[*k].is_nan()).map(|k| k + 17).collect();
    assert_eq!(missing, [20, 21, 35, 36]);
}

/// The market model against a benchmark of each asset's own.
#[derive(Debug)]
struct Controls {
    controls: BTreeMap<&'static str, [String; 1]>,
}

impl ExpectedReturnModel for Controls {
    fn name(&self) -> String {
        "controls".to_owned()
    }
    fn factors(&self) -> &[String] {
        &[]
    }
    fn factors_of(&self, asset: &str, event: NaiveDate) -> Option<&[String]> {
        assert_eq!(event, day(40));
        self.controls.get(asset).map(<[String; 1]>::as_slice)
    }
    fn fit(&self, sample: &EstimationSample<'_>) -> Result<Box<dyn FittedModel>, FitFault> {
        MarketModel::on("whatever it is given").fit(sample)
    }
}

#[test]
fn factors_of_an_asset_are_its_own() {
    let mut rows = market_rows(4, 4, 60);
    // The control of a1 lacks a price in the event window: a1 goes, the event stays.
    rows[4].1[41] = f64::NAN;
    // The return over the hole of a0 is expected by its control's over the same rows.
    rows[1].1[42] = f64::NAN;
    let prices = panel(&rows.iter().map(|(n, r)| (n.as_str(), r.clone())).collect::<Vec<_>>());
    let controls = [("a0", ["a2".to_owned()]), ("a1", ["a3".to_owned()])].into();
    let (design, events) = (design(0, 5, 20, 0), events(&[40]));
    let found = table(
        &prices,
        Compounding::Simple,
        &Controls { controls },
        &design,
        &events,
        &["a0", "a1"],
    );
    let on_a2 =
        table(&prices, Compounding::Simple, &MarketModel::on("a2"), &design, &events, &["a0"]);
    assert_eq!((found.responses().len(), found.events().len()), (1, 1));
    let of = |table: &AbnormalReturns| table.cumulate(&table.responses()[0], 0..6).unwrap();
    assert_eq!(of(&found), of(&on_a2));
    assert_eq!(found.exclusions().len(), 1);
    assert_eq!(found.exclusions()[0].asset.as_deref(), Some("a1"));
    let benchmark = "a3".to_owned();
    assert_eq!(found.exclusions()[0].reason, Reason::BenchmarkMissing { benchmark, date: day(41) });
}

#[test]
fn an_unknown_control_is_an_error() {
    let prices = market(5, 1, 60);
    let controls = [("a0", ["nobody".to_owned()])].into();
    let returns = prices.to_returns(Compounding::Simple);
    let asked = requests(&prices, &events(&[40]), &["a0"]);
    let model = Controls { controls };
    let error = AbnormalReturns::compute(&returns, &returns, &model, &design(0, 5, 20, 0), &asked);
    assert!(error.unwrap_err().to_string().contains("nobody"));
}

/// Expects the mean of those of its donors that have returns on all estimation rows.
#[derive(Debug)]
struct Donors {
    names: Vec<String>,
}

#[derive(Debug)]
struct MeanOf {
    kept: Vec<usize>,
    n_observations: usize,
}

impl ExpectedReturnModel for Donors {
    fn name(&self) -> String {
        "donors".to_owned()
    }
    fn factors(&self) -> &[String] {
        &self.names
    }
    fn needs_complete_factors(&self) -> bool {
        false
    }
    fn fit(&self, sample: &EstimationSample<'_>) -> Result<Box<dyn FittedModel>, FitFault> {
        let complete = |k: &usize| sample.factors()[*k].iter().all(|f| !f.is_nan());
        let kept: Vec<usize> = (0..self.names.len()).filter(complete).collect();
        if kept.len() < 2 {
            return Err(FitFault::TooFewFactors { n_found: kept.len(), n_needed: 2 });
        }
        Ok(Box::new(MeanOf { kept, n_observations: sample.n_observations() }))
    }
}

impl FittedModel for MeanOf {
    fn expected_return(&self, at: &Horizon<'_>) -> f64 {
        self.kept.iter().map(|k| at.factor_sums[*k]).sum::<f64>() / self.kept.len() as f64
    }
    fn estimation_error(&self, _: usize, _: &[f64]) -> f64 {
        0.0
    }
    fn coefficients(&self) -> (f64, &[f64]) {
        (0.0, &[])
    }
    fn n_observations(&self) -> usize {
        self.n_observations
    }
    fn n_parameters(&self) -> usize {
        1
    }
    fn residual_std_dev(&self) -> f64 {
        0.01
    }
    fn r_squared(&self) -> Option<f64> {
        None
    }
    fn standard_errors(&self) -> Option<Vec<f64>> {
        None
    }
}

#[test]
fn donors_may_have_holes_and_no_hole_becomes_a_number() {
    let mut rows = market_rows(6, 5, 60);
    rows[2].1[30] = f64::NAN; // a1 is no donor
    rows[3].1[43] = f64::NAN; // a2 is one, and lacks returns on rows 43 and 44
    let prices = panel(&rows.iter().map(|(n, r)| (n.as_str(), r.clone())).collect::<Vec<_>>());
    let model = Donors { names: ["a1", "a2", "a3", "a4"].map(str::to_owned).to_vec() };
    let (design, events) = (design(0, 5, 20, 0), events(&[40]));
    let table = table(&prices, Compounding::Simple, &model, &design, &events, &["a0"]);
    let response = &table.responses()[0];
    let returns = prices.to_returns(Compounding::Simple);
    let r = |name: &str, row: usize| returns.value(returns.asset(name).unwrap(), row).unwrap();
    let ar = |row| r("a0", row) - (r("a2", row) + r("a3", row) + r("a4", row)) / 3.0;
    let found = table.cumulate(response, 0..3).unwrap();
    close(found.car, ar(40) + ar(41) + ar(42), 1e-12);
    close(found.forecast_std_dev, 0.01 * 3.0_f64.sqrt(), 1e-12);
    assert_eq!((response.ar(3), response.ar(4)), (None, None));
    close(response.ar(5).unwrap(), ar(45), 1e-12);
    let missing = Reason::ReturnsMissing { n_missing: 2, n_rows: 6, first: day(43) };
    assert_eq!(table.cumulate(response, 0..6), Err(missing));
}

#[test]
fn faults_say_what_was_found() {
    assert_eq!(
        FitFault::NotConverged { iterations: 500 }.to_string(),
        "the fit did not converge in 500 iterations"
    );
    assert_eq!(
        FitFault::TooFewFactors { n_found: 1, n_needed: 2 }.to_string(),
        "1 factors with complete returns, the model needs 2"
    );
}
