//! The same data, events and seed give the same outcome, to the bit, however many threads there are.
//!
//! [`with_and_without_threads_the_bits_are_these`] holds stored figures, so that running this file
//! with and without default features compares the two builds with each other:
//! `cargo test --test determinism` and `cargo test --no-default-features --test determinism`.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::float_cmp)]

mod common;

use common::{axis, day, events, market_rows, panel};
use eventstudy::abnormal::PortfolioRule;
use eventstudy::models::{ConstantMeanModel, MarketModel};
use eventstudy::panel::{Compounding, MarketValues, Universe};
use eventstudy::study::{
    BootstrapSettings, EventStudy, Outcome, PlaceboSettings, StudyData, Weighting,
};
use eventstudy::time::{EstimationWindow, EventWindow};
use eventstudy::with_threads;

const ASSETS: [&str; 6] = ["a0", "a1", "a2", "a3", "a4", "a5"];
const N_DATES: usize = 700;

fn data(compounding: Compounding) -> StudyData {
    let mut rows = market_rows(77, ASSETS.len(), N_DATES);
    // One asset is listed late, one has a hole inside an event window.
    rows[3].1[..250].fill(f64::NAN);
    rows[4].1[405..409].fill(f64::NAN);
    let named: Vec<(&str, Vec<f64>)> = rows.iter().map(|(n, r)| (n.as_str(), r.clone())).collect();
    let (benchmark, assets) = named.split_at(1);
    let sessions = axis(N_DATES).dates().iter().copied().step_by(2).collect();
    StudyData::new(panel(assets), compounding)
        .with_benchmarks(&panel(benchmark))
        .unwrap()
        .with_sessions(eventstudy::time::DateAxis::new(sessions).unwrap())
        .unwrap()
}

fn universe() -> Universe {
    let values = (0..N_DATES).step_by(30).flat_map(|row| {
        let named = ASSETS.iter().enumerate();
        named.map(move |(k, name)| (day(row), (*name).to_owned(), 1.0 + ((row + k) % 7) as f64))
    });
    Universe::top(4, MarketValues::new(values).unwrap()).unwrap()
}

fn study(rule: PortfolioRule) -> EventStudy {
    EventStudy::builder(universe(), MarketModel::on("m"))
        .windows([(0, 1), (1, 2), (0, 3)].map(|(a, b)| EventWindow::months(a, b).unwrap()))
        .estimation_window(EstimationWindow::trailing(120).unwrap().min_observations(60))
        .weighting(Weighting::MarketValue)
        .portfolio(rule)
        .placebo(Some(PlaceboSettings {
            n_sets: 499,
            buffer_days: Some(31),
            ..PlaceboSettings::default()
        }))
        .bootstrap(Some(
            BootstrapSettings { replicates: 499, ..Default::default() }.with_blocks(5.0),
        ))
        .keep_paths(true)
        .seed(42)
        .build()
        .unwrap()
}

fn run(rule: PortfolioRule, compounding: Compounding) -> Outcome {
    study(rule).run(&data(compounding), &events(&[200, 400, 540])).unwrap()
}

#[test]
fn an_outcome_is_the_same_text_at_any_number_of_threads() {
    let cases = [
        (PortfolioRule::MeanOfCars, Compounding::Log),
        (PortfolioRule::DailyRebalanced, Compounding::Simple),
        (PortfolioRule::BuyAndHold, Compounding::Simple),
    ];
    for (rule, compounding) in cases {
        let text = |n| with_threads(n, || run(rule, compounding).to_json().unwrap()).unwrap();
        let one = text(1);
        assert!(one.len() > 20_000, "{}", one.len());
        for n_threads in [1, 2, 3, 7] {
            assert!(text(n_threads) == one, "{rule:?} differs at {n_threads} threads");
        }
    }
}

#[test]
fn an_outcome_survives_its_json_form() {
    let outcome = run(PortfolioRule::MeanOfCars, Compounding::Log);
    let path = std::env::temp_dir().join(format!("outcome-{}.json", std::process::id()));
    std::fs::write(&path, outcome.to_json().unwrap()).unwrap();
    let read = Outcome::from_json_path(&path);
    std::fs::remove_file(&path).unwrap();
    assert_eq!(read.unwrap(), outcome);
}

#[test]
fn another_seed_draws_other_sets() {
    let of = |seed| {
        let window = EventWindow::rows(1, 10).unwrap();
        let study = EventStudy::builder(Universe::of(ASSETS), ConstantMeanModel)
            .windows([window])
            .estimation_window(EstimationWindow::trailing(60).unwrap().min_observations(30))
            .placebo(Some(PlaceboSettings { n_sets: 199, ..PlaceboSettings::default() }))
            .bootstrap(None)
            .seed(seed)
            .build()
            .unwrap();
        let outcome = study.run(&data(Compounding::Log), &events(&[200, 400])).unwrap();
        let found = outcome.window(&window).unwrap();
        (found.mean, found.placebo.as_ref().unwrap().mean)
    };
    let (first, again, other) = (of(1), of(1), of(2));
    assert_eq!(first, again);
    assert_eq!(first.0, other.0);
    assert_ne!(first.1, other.1);
}

/// Figures of the outcome of [`run`] that take no more than the four operations and square roots,
/// which every machine rounds alike.
fn figures(outcome: &Outcome) -> Vec<(&'static str, f64)> {
    let first = &outcome.windows[0];
    let whole = &outcome.windows[2];
    let placebo = whole.placebo.as_ref().unwrap();
    let block = whole.block_bootstrap.as_ref().unwrap();
    let band = outcome.placebo_band.as_ref().unwrap();
    vec![
        ("mean of the first month", first.mean),
        ("mean of three months", whole.mean),
        ("CAAR", whole.caar),
        ("mean residual correlation", whole.mean_residual_correlation.unwrap()),
        ("t over event dates", whole.event_t.as_ref().unwrap().t),
        ("sign flip p", whole.sign_flip.p_values.two_sided),
        ("placebo mean", placebo.mean),
        ("placebo standard deviation", placebo.std_dev.unwrap()),
        ("placebo p", placebo.p_values.two_sided),
        ("placebo interval", placebo.interval.ends().unwrap().0),
        ("lower end by blocks", block.lower),
        ("p by blocks", block.p_value),
        ("end of the path", outcome.paths[1].values[outcome.paths[1].values.len() - 1]),
        ("end of the band", band.upper[band.upper.len() - 1]),
    ]
}

#[test]
fn with_and_without_threads_the_bits_are_these() {
    let found = figures(&run(PortfolioRule::MeanOfCars, Compounding::Simple));
    for ((name, found), stored) in found.iter().zip(STORED) {
        assert_eq!(found.to_bits(), stored.to_bits(), "{name}: {found:e}, stored {stored:e}");
    }
    assert_eq!(found.len(), STORED.len());
}

/// What [`figures`] gave when the outcome was last meant to change.
const STORED: [f64; 14] = [
    -0.032_770_540_843_852_35,
    -0.048_485_950_137_961_14,
    -0.025_033_026_306_278_783,
    -0.001_837_542_249_919_257_1,
    -2.190_171_765_248_029,
    0.25,
    0.018_223_430_561_851_266,
    0.043_692_384_532_210_56,
    0.12,
    -0.252_701_357_614_801_9,
    -0.164_061_278_178_626_26,
    0.43,
    -0.044_387_065_224_527_51,
    0.156_674_023_343_331_64,
];
