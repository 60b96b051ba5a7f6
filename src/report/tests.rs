//! An outcome that the tests of the reports look at.

use chrono::{Days, NaiveDate};

use crate::events::{Event, EventSet};
use crate::models::MarketModel;
use crate::panel::{Compounding, PricePanel, Universe};
use crate::study::{BootstrapSettings, EventStudy, Outcome, PlaceboSettings, StudyData};
use crate::time::{EstimationWindow, EventWindow};

fn day(k: u64) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 1, 1).unwrap() + Days::new(k)
}

/// Two windows, two events, two assets on a benchmark.
pub(super) fn outcome(keep: bool) -> Outcome {
    let wave = |a: f64, b: f64| {
        let price = move |k: u64| {
            let t = k as f64;
            100.0 * (1.0 + 0.1 * (a * t).sin() + 0.05 * (b * t * t).cos())
        };
        (0..200).map(|k| (day(k), price(k))).collect::<Vec<_>>()
    };
    let series = [("x", wave(0.7, 0.3)), ("y", wave(1.3, 0.2)), ("index", wave(0.4, 0.6))];
    let prices = PricePanel::from_series(series.map(|(n, p)| (n.to_owned(), p)).to_vec()).unwrap();
    let events =
        EventSet::new(vec![Event::market(day(80), "one, first"), Event::market(day(150), "two")]);
    let study = EventStudy::builder(Universe::of(["x", "y"]), MarketModel::on("index"))
        .estimation_window(EstimationWindow::trailing(40).unwrap())
        .windows([EventWindow::rows(0, 1).unwrap(), EventWindow::months(0, 1).unwrap()])
        .placebo(Some(PlaceboSettings {
            n_sets: 99,
            buffer_days: Some(2),
            ..PlaceboSettings::default()
        }))
        .bootstrap(Some(BootstrapSettings::default().with_blocks(10.0)))
        .keep_responses(keep)
        .build()
        .unwrap();
    study.run(&StudyData::new(prices, Compounding::Simple), &events.unwrap()).unwrap()
}
