//! A study with placebo dates, and specifications, on the size of the flagship.

use std::sync::Arc;

use chrono::{Days, NaiveDate};
use eventstudy::abnormal::PortfolioRule;
use eventstudy::events::EventSet;
use eventstudy::models::{
    ConstantMeanModel, ExpectedReturnModel, MarketAdjustedModel, MarketModel,
};
use eventstudy::panel::{Compounding, PricePanel, Universe};
use eventstudy::resampling::{PlaceboDesign, PlaceboGrid, PseudoEvent};
use eventstudy::study::{
    EventAlternatives, EventStudy, EventStudyBuilder, Period, SpecificationGrid, StudyData,
    UniverseAlternative,
};
use eventstudy::time::{EstimationWindow, EventWindow};
use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

use crate::shapes::FLAGSHIP;
use crate::{time, time_on_one};

const N_SETS: usize = 10_000;

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

/// Sets of pseudo-events drawn once, and read for five windows: test, interval and power.
pub fn sets() {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(7);
    let n_dates = FLAGSHIP.n_dates - FLAGSHIP.estimation - 93;
    let grids: Vec<PlaceboGrid> = (0..5)
        .map(|_| {
            let mut event = || PseudoEvent {
                value: rng.random::<f64>() - 0.5,
                variance: Some(0.05 + 0.1 * rng.random::<f64>()),
                event_share: 0.0,
            };
            let events: Vec<_> = (0..n_dates).map(|_| Some(event())).collect();
            PlaceboGrid::of_pseudo_events((0..n_dates).map(day).collect(), &events).unwrap()
        })
        .collect();
    let dates = [1_000, 2_000, 3_000].map(day);
    let drawn = || {
        let design = PlaceboDesign::new().min_separation_days(93).sets(N_SETS);
        design.draw(&grids[0], &dates, dates.len()).unwrap()
    };
    let rows: Vec<[usize; 3]> = drawn().iter().map(|set| [set[0], set[1], set[2]]).collect();
    time_on_one("limit: sums over 10000 sets of 3 dates, 5 windows", 9, || {
        let sums = grids.iter().flat_map(|grid| {
            let values = grid.values();
            rows.iter().map(|set| set.iter().map(|row| values[*row]).sum::<f64>())
        });
        sums.collect::<Vec<f64>>()
    });
    time("10000 sets of 3 dates drawn, test and interval of 5 windows", 9, || {
        let sets = drawn();
        let of = |grid: &PlaceboGrid| {
            let test = sets.test(grid, 0.4, Some(0.2)).unwrap();
            (test.p_values(), test.interval(0.95).unwrap())
        };
        grids.iter().map(of).collect::<Vec<_>>()
    });
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
