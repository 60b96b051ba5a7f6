//! What a test from outside sees of a sample.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::float_cmp)]

mod common;

use common::{close, day, design, events, market, table};
use eventstudy::abnormal::Design;
use eventstudy::inference::{ResidualCorrelation, SampleDesign, WindowSample};
use eventstudy::models::{ConstantMeanModel, MarketModel};
use eventstudy::panel::Compounding;
use eventstudy::time::{EstimationWindow, EventWindow};

fn sample(rows: &[usize]) -> WindowSample {
    let prices = market(5, 3, 400);
    let table = table(
        &prices,
        Compounding::Simple,
        &MarketModel::on("m"),
        &design(0, 9, 60),
        &events(rows),
        &["a0", "a1", "a2"],
    );
    WindowSample::new(&table, &EventWindow::rows(0, 9).unwrap()).unwrap()
}

#[test]
fn days_add_up_to_what_the_response_has() {
    let sample = sample(&[100, 300]);
    assert_eq!((sample.n_responses(), sample.n_event_dates()), (6, 2));
    for (k, response) in sample.responses().iter().enumerate() {
        let (window, before) = (sample.window_ar(response), sample.estimation_ar(response));
        assert_eq!((window.len(), before.len()), (10, 60));
        close(window.iter().sum(), response.cumulative.car, 1e-12);
        // Least-squares residuals.
        assert!(before.iter().sum::<f64>().abs() < 1e-12);
        let n = before.len() as f64;
        close(
            before.iter().map(|e| e * e).sum::<f64>() / (n - 1.0),
            response.estimation_variance,
            1e-9,
        );
        assert_eq!(sample.event_date(response), day(if k < 3 { 100 } else { 300 }));
    }
}

#[test]
fn overlap_is_seen_between_dates_alone() {
    for (rows, overlap) in
        [(&[100, 300][..], false), (&[100, 110], false), (&[100, 109], true), (&[100], false)]
    {
        let sample = sample(rows);
        assert_eq!(sample.windows_overlap(), overlap, "{rows:?}");
        assert_eq!(SampleDesign::of(&sample).windows_overlap, overlap);
    }
}

#[test]
fn the_mean_correlation_is_the_mean_over_pairs() {
    let mut rows = common::market_rows(9, 6, 400);
    // One asset with a hole in its estimation window; dates whose windows overlap, and one apart.
    rows[3].1[70..74].fill(f64::NAN);
    let named: Vec<(&str, Vec<f64>)> = rows.iter().map(|(n, r)| (n.as_str(), r.clone())).collect();
    let prices = common::panel(&named);
    let design = Design::new(
        vec![EventWindow::rows(0, 9).unwrap()],
        EstimationWindow::trailing(60).unwrap().min_observations(40),
    )
    .unwrap();
    let (model, events) = (ConstantMeanModel, events(&[100, 104, 300]));
    let table = table(
        &prices,
        Compounding::Simple,
        &model,
        &design,
        &events,
        &["a0", "a1", "a2", "a3", "a4", "a5"],
    );
    let sample = WindowSample::new(&table, &EventWindow::rows(0, 9).unwrap()).unwrap();
    let responses = sample.responses();
    let place = |k: usize| [100_usize, 104, 300][k / 6];
    let n = responses.len();
    assert_eq!(n, 18);
    let mut total = 0.0;
    for i in 0..n {
        for j in i + 1..n {
            let (a, b) = (place(i), place(j));
            let shared = 10_usize.saturating_sub(b - a) as f64 / 10.0;
            if shared <= 0.0 {
                continue;
            }
            // Residuals end at the row before their event.
            let (x, y) = (sample.estimation_ar(&responses[i]), sample.estimation_ar(&responses[j]));
            let pairs = x[b - a..].iter().zip(y).filter(|(x, y)| !x.is_nan() && !y.is_nan());
            let (x, y): (Vec<f64>, Vec<f64>) = pairs.map(|(x, y)| (*x, *y)).unzip();
            total += shared * pearson(&x, &y);
        }
    }
    let found = ResidualCorrelation::of(&sample).unwrap().mean;
    close(found, total / (n * (n - 1) / 2) as f64, 1e-12);
}

fn pearson(x: &[f64], y: &[f64]) -> f64 {
    let n = x.len() as f64;
    let (mx, my) = (x.iter().sum::<f64>() / n, y.iter().sum::<f64>() / n);
    let of = |a: &[f64], ma: f64, b: &[f64], mb: f64| -> f64 {
        a.iter().zip(b).map(|(a, b)| (a - ma) * (b - mb)).sum()
    };
    of(x, mx, y, my) / (of(x, mx, x, mx) * of(y, my, y, my)).sqrt()
}
