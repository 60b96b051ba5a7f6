//! What a test from outside sees of a sample.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::float_cmp)]

mod common;

use common::{close, day, design, events, market, table};
use eventstudy::inference::{SampleDesign, WindowSample};
use eventstudy::models::MarketModel;
use eventstudy::panel::Compounding;
use eventstudy::time::EventWindow;

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
