//! A study with placebo dates, and specifications, on the size of the flagship.

use std::sync::Arc;

use chrono::{Days, NaiveDate};
use eventstudy::abnormal::PortfolioRule;
use eventstudy::events::EventSet;
use eventstudy::models::{
    ConstantMeanModel, ExpectedReturnModel, MarketAdjustedModel, MarketModel,
};
use eventstudy::panel::{Compounding, PricePanel, Universe};
use eventstudy::study::{
    EventAlternatives, EventStudy, EventStudyBuilder, Period, SpecificationGrid, StudyData,
    UniverseAlternative,
};
use eventstudy::time::{EstimationWindow, EventWindow};
use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

use crate::shapes::FLAGSHIP;
use crate::time;

fn day(row: usize) -> NaiveDate {
    NaiveDate::from_ymd_opt(2013, 1, 1).unwrap() + Days::new(row as u64)
}

/// Prices of the market `m` and of the assets.
fn prices() -> PricePanel {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(5);
    let mut noise = |size: f64| size * (rng.random::<f64>() - 0.5);
    let market: Vec<f64> = (1..FLAGSHIP.n_dates).map(|_| noise(0.06)).collect();
    let mut series = vec![("m".to_owned(), market.clone())];
    for name in names(FLAGSHIP.n_assets) {
        series.push((name, market.iter().map(|r| r + noise(0.1)).collect()));
    }
    let priced = |returns: Vec<f64>| {
        let mut price = 100.0;
        let first = std::iter::once((day(0), price));
        first
            .chain(returns.into_iter().enumerate().map(|(t, r)| {
                price *= 1.0 + r;
                (day(t + 1), price)
            }))
            .collect()
    };
    PricePanel::from_series(series.into_iter().map(|(n, r)| (n, priced(r))).collect()).unwrap()
}

fn names(n: usize) -> impl Iterator<Item = String> {
    (0..n).map(|asset| format!("a{asset}"))
}

fn study() -> EventStudyBuilder {
    let lags = [(0, 1), (1, 2), (2, 3), (0, 3), (1, 3)];
    EventStudy::builder(Universe::of(names(FLAGSHIP.n_assets)), MarketModel::on("m"))
        .windows(lags.map(|(from, to)| EventWindow::months(from, to).unwrap()))
        .estimation_window(EstimationWindow::trailing(FLAGSHIP.estimation).unwrap())
}

fn events(rows: &[usize]) -> EventSet {
    EventSet::from_dates(&rows.iter().map(|row| day(*row)).collect::<Vec<_>>()).unwrap()
}

/// From prices to estimates, tests, and placebo comparisons in five windows.
pub fn placebo() {
    let data = StudyData::new(prices(), Compounding::Log);
    let events = events(&[1_400, 2_880, 4_300]);
    let study = study().build().unwrap();
    time("study, 60 assets x 3 events x 5 windows, 9,999 placebo sets", 5, || {
        study.run(&data, &events).unwrap()
    });
}

/// More than five thousand specifications.
pub fn curve() {
    let sets = (0..20).map(|k| {
        let rows: Vec<usize> = (0..3 + k % 7).map(|i| 1_000 + 450 * i + 13 * k).collect();
        (format!("set {k}"), events(&rows))
    });
    let models: [Arc<dyn ExpectedReturnModel>; 3] = [
        Arc::new(MarketModel::on("m")),
        Arc::new(MarketAdjustedModel::on("m")),
        Arc::new(ConstantMeanModel),
    ];
    let universes = [10, 20, 60]
        .map(|n| UniverseAlternative::new(format!("first {n}"), Universe::of(names(n))));
    let grid = SpecificationGrid::around(study().build().unwrap(), EventAlternatives::named(sets))
        .models(models)
        .universes(universes)
        .portfolios([PortfolioRule::MeanOfCars, PortfolioRule::BuyAndHold])
        .periods([0, 1_200, 2_000].map(|row| Period::from(day(row))));
    let data = StudyData::new(prices(), Compounding::Simple);
    let name = format!("curve of {} specifications, joint placebo test", grid.n_named());
    time(&name, 3, || grid.run(&data).unwrap());
}
