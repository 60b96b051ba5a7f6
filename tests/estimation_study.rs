//! Whole studies under every choice of estimation data: placebo dates follow the rules of events.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::float_cmp)]

mod common;

use common::{close, day, events, market, market_rows, panel, requests};
use eventstudy::abnormal::{AbnormalReturns, Design, PortfolioRule};
use eventstudy::models::{ComparisonPeriodMeanModel, ConstantMeanModel, ExpectedReturnModel};
use eventstudy::panel::{Compounding, PricePanel, Universe};
use eventstudy::study::{
    BootstrapSettings, EventStudy, EventStudyBuilder, Outcome, PlaceboSettings, StudyData,
    Weighting,
};
use eventstudy::time::{EstimationReturns, EstimationWindow, EventWindow};

const N_DATES: usize = 160;

fn window() -> EventWindow {
    EventWindow::rows(-1, 3).unwrap()
}

fn study(
    model: impl ExpectedReturnModel + 'static,
    estimation: EstimationWindow,
) -> EventStudyBuilder {
    EventStudy::builder(Universe::of(["a0", "a1"]), model)
        .windows([window()])
        .estimation_window(estimation)
        .placebo(Some(PlaceboSettings { buffer_days: Some(0), ..PlaceboSettings::default() }))
        .bootstrap(None)
}

fn trailing() -> EstimationWindow {
    EstimationWindow::trailing(30).unwrap().min_observations(10)
}

fn holed() -> PricePanel {
    let mut rows = market_rows(41, 2, N_DATES);
    for row in [20, 33, 34, 70, 71, 95] {
        rows[1].1[row] = f64::NAN;
    }
    panel(&rows.iter().map(|(n, r)| (n.as_str(), r.clone())).collect::<Vec<_>>())
}

/// Mean CAR of the responses on each date that has one, with the real events beside it.
fn by_hand(prices: &PricePanel, estimation: &EstimationWindow, real: &[usize]) -> Vec<f64> {
    let returns = prices.to_returns(Compounding::Simple);
    let beside = requests(prices, &events(real), &["a0", "a1"]);
    let model = ConstantMeanModel;
    let value = |row: usize| {
        let asked = requests(prices, &events(&[row]), &["a0", "a1"]);
        let design = Design::new(vec![window()], estimation.clone()).unwrap();
        let design = design.beside(beside.clone());
        let table = AbnormalReturns::compute(&returns, &returns, &model, &design, &asked).unwrap();
        table.caar(&window()).ok().map(|caar| caar.value)
    };
    (0..N_DATES).filter(|row| !real.contains(row)).filter_map(value).collect()
}

#[test]
fn placebo_dates_leave_out_the_windows_of_the_events_too() {
    let data = StudyData::new(holed(), Compounding::Simple);
    let excluded = [(day(60), day(64))];
    for estimation in [
        trailing(),
        trailing().excluding_dates(excluded).unwrap(),
        trailing().excluding_other_events(true),
        trailing().with_returns(EstimationReturns::TradeToTrade).excluding_other_events(true),
    ] {
        let study = study(ConstantMeanModel, estimation.clone()).build().unwrap();
        let outcome = study.run(&data, &events(&[80])).unwrap();
        let found = outcome.windows[0].placebo.as_ref().unwrap();
        let values = by_hand(data.prices(), &estimation, &[80]);
        assert_eq!((found.n_sets, found.exact), (values.len(), true));
        close(found.mean, values.iter().sum::<f64>() / values.len() as f64, 1e-12);
    }
    // With the event's window left in, other pseudo-events have other values.
    let of = |estimation| by_hand(data.prices(), &estimation, &[80]);
    let (kept, left_out) = (of(trailing()), of(trailing().excluding_other_events(true)));
    let n_changed = kept.iter().zip(&left_out).filter(|(a, b)| a != b).count();
    // The window takes rows 79 to 83; estimation windows of 30 rows end a row before the event.
    assert_eq!((kept.len(), n_changed), (left_out.len(), 30 + 5 - 1));
}

#[test]
fn a_study_whose_placebo_depends_on_the_events_is_not_prepared() {
    let data = StudyData::new(market(42, 2, N_DATES), Compounding::Simple);
    let dependent = study(ConstantMeanModel, trailing().excluding_other_events(true));
    let message = "estimation window of a prepared study = without the windows of other events: \
                   expected one that does not depend on the events, or no placebo";
    let built = dependent.clone().build().unwrap();
    assert_eq!(built.prepare(&data).unwrap_err().to_string(), message);
    let portfolios = [(Weighting::Equal, PortfolioRule::MeanOfCars)];
    assert_eq!(built.prepare_portfolios(&data, &portfolios).unwrap_err().to_string(), message);
    assert!(dependent.placebo(None).build().unwrap().prepare(&data).is_ok());
    let independent = study(ConstantMeanModel, trailing()).build().unwrap();
    let two = events(&[60, 75]);
    let prepared = independent.prepare(&data).unwrap().run(&two).unwrap();
    assert_eq!(prepared, independent.run(&data, &two).unwrap());
}

#[test]
fn a_prepared_study_takes_another_seed() {
    let data = StudyData::new(market(44, 2, N_DATES), Compounding::Simple);
    // Few enough that sets are drawn, not enumerated.
    let settings = PlaceboSettings { n_sets: 99, ..PlaceboSettings::default() };
    let seeded = |seed| {
        let study = study(ConstantMeanModel, trailing()).placebo(Some(settings.clone()));
        study.seed(seed).build().unwrap()
    };
    let two = events(&[60, 75]);
    let (first, second) = (seeded(1), seeded(2));
    let prepared = first.prepare(&data).unwrap();
    let other = prepared.with_seed(2).run(&two).unwrap();
    assert_eq!(other, second.run(&data, &two).unwrap());
    assert_ne!(other.windows[0].placebo, prepared.run(&two).unwrap().windows[0].placebo);
}

#[test]
fn an_outcome_tells_what_the_estimation_windows_hold() {
    let data = StudyData::new(market(43, 2, N_DATES), Compounding::Simple);
    let built = study(ConstantMeanModel, trailing()).build().unwrap();
    let two = events(&[60, 75]);
    let outcome = built.run(&data, &two).unwrap();
    let of = |outcome: &Outcome, k: usize| {
        let e = &outcome.estimation[k];
        (e.event, e.first, e.last, e.contamination.n_overlapping, e.contamination.n_other_events)
    };
    // Windows take rows 59 to 63 and 74 to 78; estimation ends a row before the event's window.
    assert_eq!(of(&outcome, 0), (day(60), day(29), day(58), 0, 0));
    assert_eq!(of(&outcome, 1), (day(75), day(44), day(73), 5, 1));
    assert_eq!(built.check(&data, &two).unwrap().estimation, outcome.estimation);
    // An outcome of before there was such a list still reads.
    let json = outcome.to_json().unwrap();
    let mut value: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(value["estimation"][1]["n_overlapping"], 5);
    value.as_object_mut().unwrap().remove("estimation");
    let old: Outcome = serde_json::from_value(value).unwrap();
    assert!(old.estimation.is_empty());
}

#[test]
fn a_study_on_comparison_periods_runs_whole() {
    let data = StudyData::new(market(44, 2, N_DATES), Compounding::Simple);
    let around = EstimationWindow::comparison([(-20, -5), (8, 20)]).unwrap();
    let builder = EventStudy::builder(Universe::of(["a0", "a1"]), ComparisonPeriodMeanModel)
        .windows([window()])
        .estimation_window(around.clone())
        .bootstrap(Some(BootstrapSettings::default().with_blocks(10.0)));
    let outcome = builder.clone().build().unwrap().run(&data, &events(&[40, 100])).unwrap();
    let estimate = &outcome.windows[0];
    let placebo = estimate.placebo.as_ref().unwrap();
    // Placebo dates need the rows of both periods.
    assert!(placebo.n_admissible <= N_DATES - 41);
    assert!(estimate.block_bootstrap.is_some());
    assert!(outcome.to_json().unwrap().contains("\"comparison\""));
    let returns = data.returns();
    let asset = returns.asset("a0").unwrap();
    let r = |row| returns.value(asset, row).unwrap();
    let rows: Vec<usize> = (20..36).chain(48..61).collect();
    let mean = rows.iter().map(|row| r(*row)).sum::<f64>() / rows.len() as f64;
    let alone = EventStudy::builder(Universe::of(["a0"]), ComparisonPeriodMeanModel)
        .windows([window()])
        .estimation_window(around)
        .placebo(None)
        .bootstrap(None);
    let found = alone.build().unwrap().run(&data, &events(&[40])).unwrap();
    let car: f64 = (39..44).map(|row| r(row) - mean).sum();
    close(found.windows[0].mean, car, 1e-12);
    let close_by = builder.windows([EventWindow::rows(-5, 3).unwrap()]).build().unwrap_err();
    assert!(close_by.to_string().starts_with("comparison periods = [-20, -5] and [+8, +20]"));
}
