//! Under independent normal returns without an event, a test at 5 % rejects in 5 % of samples.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::float_cmp)]

mod common;

use common::{Noise, axis, day};
use eventstudy::abnormal::{AbnormalReturns, Design, EventRequest};
use eventstudy::events::EventSet;
use eventstudy::inference::{
    Alternative, NullDistribution, RegisteredTest, TestResult, WindowSample, registry,
};
use eventstudy::models::ConstantMeanModel;
use eventstudy::panel::{Compounding, ReturnPanel};
use eventstudy::time::{EstimationWindow, EventWindow};
use ndarray::Array2;

const N_SAMPLES: usize = 500;
const N_ASSETS: usize = 17;
const ESTIMATION: usize = 80;
const WINDOW: usize = 3;

/// A standard normal number (Box and Muller).
fn normal(noise: &mut Noise) -> f64 {
    let (a, b) = (f64::midpoint(noise.next(), 1.0), noise.next());
    (-2.0 * (1.0 - a).ln()).sqrt() * (std::f64::consts::PI * b).cos()
}

/// p-values of tests in one sample of assets of different variance, whose returns have in pairs the
/// correlation `share`.
fn p_values(noise: &mut Noise, share: f64, tests: &[&RegisteredTest]) -> Vec<f64> {
    let n_dates = ESTIMATION + WINDOW;
    let common: Vec<f64> = (0..n_dates).map(|_| share.sqrt() * normal(noise)).collect();
    let values = Array2::from_shape_fn((N_ASSETS, n_dates), |(asset, date)| {
        let size = 0.01 * (1.0 + asset as f64 / 10.0);
        size * (common[date] + (1.0 - share).sqrt() * normal(noise))
    });
    let names = (0..N_ASSETS).map(|k| format!("a{k}")).collect();
    let returns = ReturnPanel::new(axis(n_dates), names, values, Compounding::Simple).unwrap();
    let window = EventWindow::rows(0, i32::try_from(WINDOW).unwrap() - 1).unwrap();
    let design =
        Design::new(vec![window], EstimationWindow::trailing(ESTIMATION).unwrap()).unwrap();
    let listed = EventSet::from_dates(&[day(ESTIMATION)]).unwrap();
    let request = listed.entries().map(|(event, listed)| EventRequest {
        event,
        date: listed.date,
        label: listed.label.clone(),
        assets: returns.assets().collect(),
    });
    let (requests, model): (Vec<_>, _) = (request.collect(), ConstantMeanModel);
    let table = AbnormalReturns::compute(&returns, &returns, &model, &design, &requests).unwrap();
    let sample = WindowSample::new(&table, &window).unwrap();
    let p_value =
        |test: &&RegisteredTest| test.build().test(&sample).unwrap().p_value(Alternative::TwoSided);
    tests.iter().map(p_value).collect()
}

/// All tests but the sign flips, which enumerate 2¹⁷ sign vectors for each sample and are exact.
fn tests() -> Vec<&'static RegisteredTest> {
    registry().iter().filter(|test| test.id() != "sign-flip-responses").collect()
}

/// Share of samples in which each test rejects at 5 %.
fn rejections(seed: u64, share: f64) -> Vec<(&'static RegisteredTest, f64)> {
    let mut noise = Noise::new(seed);
    let tests = tests();
    let mut n_rejected = vec![0_usize; tests.len()];
    for _ in 0..N_SAMPLES {
        for (n, p) in n_rejected.iter_mut().zip(p_values(&mut noise, share, &tests)) {
            *n += usize::from(p <= 0.05);
        }
    }
    let share = |n: usize| n as f64 / N_SAMPLES as f64;
    tests.into_iter().zip(n_rejected.into_iter().map(share)).collect()
}

/// Monte-Carlo error of a rejection rate, three and a half standard errors of 5 %.
fn error() -> f64 {
    3.5 * (0.05 * 0.95 / N_SAMPLES as f64).sqrt()
}

#[test]
fn every_test_keeps_its_size() {
    // A t statistic of so few responses that is read against the normal.
    let (test, n, statistic) = (String::new(), N_ASSETS, 1.959_963_985);
    let (n_responses, n_events, n_event_dates) = (n, 1, 1);
    let distribution = NullDistribution::StudentT { degrees_of_freedom: (n - 1) as f64 };
    let read_as_normal =
        TestResult { test, statistic, distribution, n_responses, n_events, n_event_dates }
            .p_value(Alternative::TwoSided);
    assert!(read_as_normal > 0.06);
    for (test, rate) in rejections(300, 0.0) {
        let expected = if test.id().starts_with("skewness") { read_as_normal } else { 0.05 };
        // GRANK with the standard error in place of the standard deviation has 20 %.
        assert!((rate - expected).abs() <= error(), "{}: {rate}", test.id());
    }
}

#[test]
fn cards_say_who_allows_for_shared_dates() {
    for (test, rate) in rejections(301, 0.3) {
        let allows = test.card().allows_for_shared_dates;
        assert_eq!(allows, rate <= 0.05 + error(), "{}: {rate}", test.id());
    }
}
