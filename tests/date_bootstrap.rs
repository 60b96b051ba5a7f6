//! The bootstrap over event dates is shown where it covers, and else the outcome says why not.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{Noise, compound, events, panel};
use eventstudy::models::ConstantMeanModel;
use eventstudy::panel::{Compounding, Universe};
use eventstudy::report::{estimates_csv, markdown};
use eventstudy::resampling::EventDateBootstrap;
use eventstudy::study::{
    BootstrapSettings, DateBootstrapFault, EventStudy, EventStudyBuilder, Outcome, StudyData,
};
use eventstudy::time::{EstimationWindow, EventWindow};

/// Events of two assets so many rows apart, from row 40 on.
fn run(
    n: usize,
    step: usize,
    change: impl FnOnce(EventStudyBuilder) -> EventStudyBuilder,
) -> Outcome {
    let mut noise = Noise::new(7);
    let n_rows = 60 + n * step;
    let prices = panel(&[
        ("a", compound(&noise.take(n_rows, 0.02))),
        ("b", compound(&noise.take(n_rows, 0.02))),
    ]);
    let rows: Vec<usize> = (0..n).map(|k| 40 + k * step).collect();
    let study = EventStudy::builder(Universe::of(["a", "b"]), ConstantMeanModel)
        .windows([EventWindow::rows(1, 5).unwrap()])
        .estimation_window(EstimationWindow::trailing(30).unwrap())
        .placebo(None)
        .keep_paths(true);
    let data = StudyData::new(prices, Compounding::Simple);
    change(study).build().unwrap().run(&data, &events(&rows)).unwrap()
}

#[test]
fn with_thirty_dates_apart_it_is_shown() {
    let outcome = run(EventDateBootstrap::FEWEST_DATES, 6, |study| study);
    let window = &outcome.windows[0];
    let found = window.event_bootstrap.as_ref().unwrap();
    assert!(window.event_bootstrap_fault.is_none());
    assert!(found.percentile.lower < window.mean && window.mean < found.percentile.upper);
    assert!(found.bca.is_some() && !found.exact);
    // About as wide as that of t: 1.96 and 2.05 standard errors, with divisors n and n − 1.
    let t = window.event_t.as_ref().unwrap();
    let ratio = (found.percentile.upper - found.percentile.lower) / (t.upper - t.lower);
    assert!((0.85..1.0).contains(&ratio), "{ratio}");
    assert!(markdown(&outcome).contains("; bootstrap over dates ["));
}

#[test]
fn with_fewer_the_reason_stands_in_its_place() {
    let outcome = run(29, 6, |study| study);
    let window = &outcome.windows[0];
    assert!(window.event_bootstrap.is_none() && window.event_t.is_some());
    let DateBootstrapFault::TooFewDates { n_found, n_needed, coverage_ceiling } =
        window.event_bootstrap_fault.unwrap()
    else {
        panic!("{:?}", window.event_bootstrap_fault);
    };
    assert_eq!((n_found, n_needed), (29, 30));
    assert!((coverage_ceiling - EventDateBootstrap::coverage_ceiling(29)).abs() < 1e-15);

    let three = run(3, 6, |study| study);
    let words = "needs 30 event dates to hold the truth about as often as it says, found 3, with \
                 which it holds it in at most 75 %";
    assert_eq!(three.windows[0].event_bootstrap_fault.unwrap().to_string(), words);
    assert!(markdown(&three).contains(&format!("no bootstrap over dates: it {words}")));
    assert!(estimates_csv(&three).contains(words));
    let json: serde_json::Value = serde_json::from_str(&three.to_json().unwrap()).unwrap();
    let fault = &json["windows"][0]["event_bootstrap_fault"];
    assert_eq!(
        (fault["kind"].as_str(), fault["n_found"].as_u64()),
        (Some("too-few-dates"), Some(3))
    );
    let back: Outcome = serde_json::from_value(json).unwrap();
    assert_eq!(back, three);
    assert_eq!(
        run(1, 6, |study| study).windows[0].event_bootstrap_fault.unwrap().to_string(),
        "needs 30 event dates to hold the truth about as often as it says, found 1, with which it \
         holds it in at most 0 %"
    );
}

#[test]
fn dates_whose_windows_overlap_have_none_however_many_they_are() {
    let outcome = run(40, 3, |study| study);
    let window = &outcome.windows[0];
    assert!(window.event_bootstrap.is_none());
    let fault = window.event_bootstrap_fault.unwrap();
    let expected = DateBootstrapFault::OverlappingWindows { n_overlapping: 40, n_event_dates: 40 };
    assert_eq!(fault, expected);
    assert_eq!(
        fault.to_string(),
        "takes dates for independent, and windows of 40 of the 40 overlap"
    );
}

#[test]
fn what_was_not_asked_for_is_no_fault_and_blocks_have_to_be_asked_for() {
    let none = run(3, 6, |study| study.bootstrap(None));
    assert!(none.windows[0].event_bootstrap_fault.is_none());
    let default = run(3, 6, |study| study);
    assert!(default.windows[0].block_bootstrap.is_none() && default.paths[0].lower.is_none());
    let blocks = |study: EventStudyBuilder| {
        study.bootstrap(Some(BootstrapSettings::default().with_blocks(4.0)))
    };
    let asked = run(3, 6, blocks);
    assert!(asked.windows[0].block_bootstrap.is_some() && asked.paths[0].lower.is_some());
    assert!(markdown(&asked).contains("which is too narrow and rejects too often"));
}
