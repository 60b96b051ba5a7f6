//! How long studies take, from returns to CARs, with placebo dates, and under every combination of
//! choices.
//!
//! The work is given by [`SHAPES`]. `cargo bench` measures it, `cargo bench -- --test` runs each
//! once. One element is one response: a fit, its abnormal returns and its CAR.
#![allow(missing_docs, clippy::unwrap_used)]

#[path = "../tests/common/mod.rs"]
mod common;

use std::hint::black_box;
use std::sync::Arc;

use common::{day, events, market, requests};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use eventstudy::abnormal::{AbnormalReturns, Design, PortfolioRule};
use eventstudy::events::EventSet;
use eventstudy::models::{
    ConstantMeanModel, ExpectedReturnModel, MarketAdjustedModel, MarketModel,
};
use eventstudy::panel::{Compounding, PricePanel, Universe};
use eventstudy::study::{
    EventAlternatives, EventStudy, Period, PlaceboSettings, SpecificationGrid, StudyData,
    UniverseAlternative,
};
use eventstudy::time::{EstimationWindow, EventWindow};

/// How much there is to do.
struct Shape {
    name: &'static str,
    n_assets: usize,
    n_dates: usize,
    /// Events, each with all assets responding.
    n_events: usize,
    /// Rows of the estimation window.
    estimation: usize,
    window: Window,
}

/// Event windows of a shape.
enum Window {
    /// Calendar months after the event.
    Months(u32),
    /// Rows on both sides of the event.
    Around(i32),
}

/// The shapes that are timed.
///
/// - `flagship`: the question the crate was written for. The larger crypto assets, thirteen years
///   of days, three breakouts, a quarter after each.
/// - `peers`: the largest study that other packages publish timings of. A thousand assets, ten
///   years of sessions, twenty events each, 250 rows of estimation and 111 of event window.
const SHAPES: [Shape; 2] = [
    Shape {
        name: "flagship",
        n_assets: 60,
        n_dates: 4_700,
        n_events: 3,
        estimation: 250,
        window: Window::Months(3),
    },
    Shape {
        name: "peers",
        n_assets: 1_000,
        n_dates: 2_500,
        n_events: 20,
        estimation: 250,
        window: Window::Around(55),
    },
];

impl Shape {
    fn prices(&self) -> PricePanel {
        market(1, self.n_assets, self.n_dates)
    }

    fn assets(&self) -> Vec<String> {
        (0..self.n_assets).map(|k| format!("a{k}")).collect()
    }

    /// Evenly spread over the dates that have room for both windows.
    fn events(&self) -> EventSet {
        let (first, last) = (self.estimation + 60, self.n_dates - 100);
        let step = (last - first) / self.n_events;
        events(&(0..self.n_events).map(|k| first + k * step).collect::<Vec<_>>())
    }

    fn window(&self) -> EventWindow {
        match self.window {
            Window::Months(n) => EventWindow::months(0, n).unwrap(),
            Window::Around(n) => EventWindow::rows(-n, n).unwrap(),
        }
    }

    fn estimation(&self) -> EstimationWindow {
        EstimationWindow::trailing(self.estimation).unwrap()
    }
}

/// Market model, abnormal returns and CARs of every response.
fn responses(c: &mut Criterion) {
    let mut group = c.benchmark_group("fit, AR and CAR");
    group.sample_size(10);
    for shape in &SHAPES {
        let prices = shape.prices();
        let returns = prices.to_returns(Compounding::Log);
        let assets = shape.assets();
        let names: Vec<&str> = assets.iter().map(String::as_str).collect();
        let asked = requests(&prices, &shape.events(), &names);
        let window = shape.window();
        let design = Design::new(vec![window], shape.estimation()).unwrap();
        let model = MarketModel::on("m");
        group.throughput(Throughput::Elements((shape.n_assets * shape.n_events) as u64));
        group.bench_function(BenchmarkId::from_parameter(shape.name), |b| {
            b.iter(|| {
                let returns = black_box(&returns);
                let table =
                    AbnormalReturns::compute(returns, returns, &model, &design, &asked).unwrap();
                let caar = table.caar(&window).unwrap();
                assert_eq!(caar.n_responses, shape.n_assets * shape.n_events);
                caar.value
            });
        });
    }
    group.finish();
}

/// A whole study of the first shape, whose placebo dates are all dates of the panel.
fn placebo(c: &mut Criterion) {
    let shape = &SHAPES[0];
    let window = shape.window();
    let study = EventStudy::builder(Universe::of(shape.assets()), MarketModel::on("m"))
        .windows([window])
        .estimation_window(shape.estimation())
        .placebo(Some(PlaceboSettings::default()))
        .bootstrap(None)
        .build()
        .unwrap();
    let data = StudyData::new(shape.prices(), Compounding::Log);
    let events = shape.events();
    let n_dates = shape.n_dates - shape.estimation;
    let mut group = c.benchmark_group("placebo dates");
    group.sample_size(10);
    group.throughput(Throughput::Elements((shape.n_assets * n_dates) as u64));
    group.bench_function(BenchmarkId::from_parameter(shape.name), |b| {
        b.iter(|| study.run(black_box(&data), &events).unwrap());
    });
    group.finish();
}

/// More than five thousand specifications over the market of the first shape: twenty sets of events,
/// five windows, three periods, three models, three universes, two portfolio definitions.
fn curve(c: &mut Criterion) {
    let shape = &SHAPES[0];
    let lags = [(0, 1), (1, 2), (2, 3), (0, 3), (1, 3)];
    let study = EventStudy::builder(Universe::of(shape.assets()), MarketModel::on("m"))
        .windows(lags.map(|(from, to)| EventWindow::months(from, to).unwrap()))
        .estimation_window(shape.estimation())
        .build()
        .unwrap();
    let sets = (0..20).map(|k| {
        let rows: Vec<usize> = (0..3 + k % 7).map(|i| 1_000 + 450 * i + 13 * k).collect();
        (format!("set {k}"), events(&rows))
    });
    let models: [Arc<dyn ExpectedReturnModel>; 3] = [
        Arc::new(MarketModel::on("m")),
        Arc::new(MarketAdjustedModel::on("m")),
        Arc::new(ConstantMeanModel),
    ];
    let universes = [10, 20, 60].map(|n| {
        let names = shape.assets().into_iter().take(n);
        UniverseAlternative::new(format!("first {n}"), Universe::of(names))
    });
    let grid = SpecificationGrid::around(study, EventAlternatives::named(sets))
        .models(models)
        .universes(universes)
        .portfolios([PortfolioRule::MeanOfCars, PortfolioRule::BuyAndHold])
        .periods([0, 1_200, 2_000].map(|row| Period::from(day(row))));
    let data = StudyData::new(shape.prices(), Compounding::Simple);
    let n = grid.n_named();
    assert!(n > 5_000, "{n}");
    let mut group = c.benchmark_group("specification curve");
    group.sample_size(10);
    group.throughput(Throughput::Elements(n as u64));
    group.bench_function(BenchmarkId::from_parameter("curve"), |b| {
        b.iter(|| grid.run(black_box(&data)).unwrap());
    });
    group.finish();
}

criterion_group!(benches, responses, placebo, curve);
criterion_main!(benches);
