//! What holds for abnormal returns whatever the data are.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::float_cmp)]

mod common;

use std::collections::BTreeSet;

use common::{axis, events, market_rows, panel, requests, table};
use eventstudy::abnormal::{AbnormalReturns, Design, EventRequest, MissingPolicy};
use eventstudy::events::EventSet;
use eventstudy::inference::{SignificanceTest, WindowSample, all_tests};
use eventstudy::models::{
    ConstantMeanModel, ExpectedReturnModel, FactorModel, MarketAdjustedModel, MarketModel,
};
use eventstudy::panel::{Compounding, PricePanel, ReturnPanel};
use eventstudy::time::{EstimationWindow, EventWindow};
use ndarray::Array2;
use proptest::prelude::*;

/// Rows of the estimation window, and the row of the event behind it.
const ESTIMATION: usize = 20;
const EVENT: usize = 24;
/// Last event time, and rows in all.
const LAST: usize = 11;
const N_DATES: usize = EVENT + LAST + 1;

type Rows = Vec<(String, Vec<f64>)>;

fn to_panel(rows: &[(String, Vec<f64>)]) -> PricePanel {
    panel(&rows.iter().map(|(n, r)| (n.as_str(), r.clone())).collect::<Vec<_>>())
}

fn models() -> [Box<dyn ExpectedReturnModel>; 4] {
    [
        Box::new(ConstantMeanModel),
        Box::new(MarketAdjustedModel::on("m")),
        Box::new(MarketModel::on("m")),
        Box::new(FactorModel::on(["m", "a0"])),
    ]
}

fn whole() -> EventWindow {
    EventWindow::rows(0, i32::try_from(LAST).unwrap()).unwrap()
}

fn window_design() -> Design {
    // The row before the event can lack a price.
    let estimation = EstimationWindow::trailing(ESTIMATION).unwrap();
    Design::new(vec![whole()], estimation.min_observations(ESTIMATION - 1)).unwrap()
}

fn near(a: f64, b: f64, tolerance: f64) -> bool {
    (a - b).abs() <= tolerance * (1.0 + a.abs().max(b.abs()))
}

/// CAR and SCAR of every response over the whole window.
fn cars(table: &AbnormalReturns) -> Vec<(f64, f64)> {
    let (cars, _) = table.cumulative(&whole()).unwrap();
    cars.iter().map(|(_, c)| (c.car, c.scar())).collect()
}

fn of_returns(rows: &[(String, Vec<f64>)], model: &dyn ExpectedReturnModel) -> AbnormalReturns {
    let values = Array2::from_shape_fn((rows.len(), N_DATES), |(a, t)| rows[a].1[t]);
    let names: Vec<String> = rows.iter().map(|(n, _)| n.clone()).collect();
    let returns = ReturnPanel::new(axis(N_DATES), names, values, Compounding::Log).unwrap();
    let events = events(&[EVENT]);
    let (event, listed) = events.entries().next().unwrap();
    let assets = vec![returns.asset("a1").unwrap(), returns.asset("a2").unwrap()];
    let request = EventRequest { event, date: listed.date, label: String::new(), assets };
    AbnormalReturns::compute(&returns, &returns, model, &window_design(), &[request]).unwrap()
}

/// Log returns, the first one zero.
fn log_returns(seed: u64) -> Rows {
    let of = |prices: &[f64]| {
        let mut returns = vec![0.0];
        returns.extend(prices.windows(2).map(|p| (p[1] / p[0]).ln()));
        returns
    };
    market_rows(seed, 3, N_DATES).into_iter().map(|(n, p)| (n, of(&p))).collect()
}

/// A market, and one asset with holes on these rows of the event window and the row before it.
fn with_holes(seed: u64, holes: &[bool]) -> Rows {
    let mut rows = market_rows(seed, 1, N_DATES);
    for (at, hole) in holes.iter().enumerate() {
        if *hole {
            rows[1].1[EVENT - 1 + at] = f64::NAN;
        }
    }
    rows
}

fn config() -> ProptestConfig {
    ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(96) }
}

fn holes() -> impl Strategy<Value = Vec<bool>> {
    prop::collection::vec(prop::bool::weighted(0.3), LAST + 2)
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn the_unit_of_prices_does_not_matter(
        seed in 1_u64..1_000_000,
        scales in prop::collection::vec(1e-6_f64..1e6, 4),
    ) {
        let rows = market_rows(seed, 3, N_DATES);
        let scaled: Rows = rows
            .iter()
            .zip(&scales)
            .map(|((n, r), s)| (n.clone(), r.iter().map(|p| p * s).collect()))
            .collect();
        for model in models() {
            for compounding in [Compounding::Simple, Compounding::Log] {
                let run = |rows: &Rows| {
                    let (prices, design) = (to_panel(rows), window_design());
                    let assets = ["a1", "a2"];
                    let (model, events) = (model.as_ref(), events(&[EVENT]));
                    cars(&table(&prices, compounding, model, &design, &events, &assets))
                };
                for (a, b) in run(&rows).into_iter().zip(run(&scaled)) {
                    prop_assert!(near(a.0, b.0, 1e-11) && near(a.1, b.1, 1e-9), "{a:?} {b:?}");
                }
            }
        }
    }

    #[test]
    fn the_scale_of_returns_leaves_the_scar(seed in 1_u64..1_000_000, scale in 0.01_f64..50.0) {
        let rows = log_returns(seed);
        let scaled: Rows =
            rows.iter().map(|(n, r)| (n.clone(), r.iter().map(|v| v * scale).collect())).collect();
        for model in models() {
            let [plain, scaled] = [&rows, &scaled].map(|rows| of_returns(rows, model.as_ref()));
            for (a, b) in cars(&plain).into_iter().zip(cars(&scaled)) {
                prop_assert!(near(a.0 * scale, b.0, 1e-10) && near(a.1, b.1, 1e-9), "{a:?} {b:?}");
            }
        }
    }

    #[test]
    fn a_constant_added_to_returns_leaves_models_with_an_intercept(
        seed in 1_u64..1_000_000,
        constant in -0.05_f64..0.05,
    ) {
        let rows = log_returns(seed);
        let shifted: Rows = rows
            .iter()
            .map(|(n, r)| {
                let by = if n == "a1" || n == "a2" { constant } else { 0.0 };
                (n.clone(), r.iter().map(|v| v + by).collect())
            })
            .collect();
        for model in [&models()[0], &models()[2], &models()[3]] {
            let [plain, moved] = [&rows, &shifted].map(|rows| of_returns(rows, model.as_ref()));
            for (a, b) in cars(&plain).into_iter().zip(cars(&moved)) {
                prop_assert!(near(a.0, b.0, 1e-12) && near(a.1, b.1, 1e-9), "{a:?} {b:?}");
            }
            let alpha = |t: &AbnormalReturns| t.responses()[0].fit().coefficients().0;
            prop_assert!(near(alpha(&plain) + constant, alpha(&moved), 1e-12));
        }
    }

    #[test]
    fn a_multiple_of_the_benchmark_goes_into_beta(
        seed in 1_u64..1_000_000,
        multiple in -3.0_f64..3.0,
    ) {
        let rows = log_returns(seed);
        let market = rows[0].1.clone();
        let more: Rows = rows
            .iter()
            .map(|(n, r)| {
                let by = if n == "a1" { multiple } else { 0.0 };
                (n.clone(), r.iter().zip(&market).map(|(v, m)| v + by * m).collect())
            })
            .collect();
        let mut doubled = rows.clone();
        doubled[0].1.iter_mut().for_each(|m| *m *= 2.0);
        let model = MarketModel::on("m");
        let [plain, more, doubled] = [rows, more, doubled].map(|rows| of_returns(&rows, &model));
        let beta = |t: &AbnormalReturns| t.responses()[0].fit().coefficients().1[0];
        prop_assert!(near(beta(&plain) + multiple, beta(&more), 1e-11));
        prop_assert!(near(beta(&plain) / 2.0, beta(&doubled), 1e-11));
        for other in [&more, &doubled] {
            for (a, b) in cars(&plain).into_iter().zip(cars(other)) {
                prop_assert!(near(a.0, b.0, 1e-11) && near(a.1, b.1, 1e-9), "{a:?} {b:?}");
            }
        }
    }

    #[test]
    fn the_order_of_assets_does_not_matter(seed in 1_u64..1_000_000, turn in 1_usize..5) {
        let mut rows = market_rows(seed, 5, N_DATES);
        let run = |rows: &Rows, assets: &[&str]| {
            let (prices, design, model) = (to_panel(rows), window_design(), MarketModel::on("m"));
            let events = events(&[EVENT]);
            let table = table(&prices, Compounding::Simple, &model, &design, &events, assets);
            let sample = WindowSample::new(&table, &whole()).unwrap();
            let statistic = |t: &dyn SignificanceTest| t.test(&sample).unwrap().statistic;
            let mut found = vec![table.caar(&whole()).unwrap().value];
            found.extend(all_tests().iter().map(|t| statistic(t.as_ref())));
            found
        };
        let mut assets = ["a0", "a1", "a2", "a3", "a4"];
        let before = run(&rows, &assets);
        rows[1..].rotate_left(turn);
        assets.rotate_right(1);
        for (a, b) in before.into_iter().zip(run(&rows, &assets)) {
            prop_assert!(near(a, b, 1e-9), "{a:e} {b:e}");
        }
    }

    #[test]
    fn abnormal_returns_add_up(seed in 1_u64..1_000_000, split in 1_usize..LAST) {
        let prices = to_panel(&market_rows(seed, 3, N_DATES));
        let split = i32::try_from(split).unwrap();
        for model in models() {
            let assets = ["a1", "a2"];
            let (design, events) = (window_design(), events(&[EVENT]));
            let model = model.as_ref();
            let table = table(&prices, Compounding::Simple, model, &design, &events, &assets);
            let last = i32::try_from(LAST).unwrap();
            let first = EventWindow::rows(0, split - 1).unwrap();
            let second = EventWindow::rows(split, last).unwrap();
            let car = |w: &EventWindow, k: usize| table.cumulative(w).unwrap().0[k].1.car;
            for (k, response) in table.responses().iter().enumerate() {
                let sum: f64 = (0..=last).map(|tau| table.ar(response, tau).unwrap()).sum();
                prop_assert!(near(car(&whole(), k), sum, 1e-14));
                prop_assert!(near(car(&first, k) + car(&second, k), sum, 1e-14));
            }
            let aars: f64 = (0..=last).map(|tau| table.aar(tau).unwrap().value).sum();
            prop_assert!(near(table.caar(&whole()).unwrap().value, aars, 1e-14));
        }
    }

    #[test]
    fn holes_are_bridged_by_end_point_prices_or_exclude(
        seed in 1_u64..1_000_000,
        holes in holes(),
        first in 0_usize..LAST,
        length in 1_usize..LAST,
    ) {
        let last = (first + length).min(LAST);
        let rows = with_holes(seed, &holes);
        let (market, asset) = (&rows[0].1, &rows[1].1);
        let (from, to) = (EVENT + first - 1, EVENT + last);
        let is_covered = !asset[from].is_nan() && !asset[to].is_nan();
        let window =
            EventWindow::rows(i32::try_from(first).unwrap(), i32::try_from(last).unwrap()).unwrap();
        let model = MarketAdjustedModel::on("m");
        let run = |compounding, policy| {
            let design = window_design().missing(policy);
            table(&to_panel(&rows), compounding, &model, &design, &events(&[EVENT]), &["a0"])
        };

        let log = run(Compounding::Log, MissingPolicy::Bridge);
        let (cars, excluded) = log.cumulative(&window).unwrap();
        prop_assert_eq!(cars.len(), usize::from(is_covered));
        prop_assert_eq!(excluded.len(), usize::from(!is_covered));
        if let Some((_, found)) = cars.first() {
            let ends = (asset[to] / asset[from]).ln() - (market[to] / market[from]).ln();
            prop_assert!(near(found.car, ends, 1e-13), "{} {}", found.car, ends);
            prop_assert_eq!(found.n_rows, last - first + 1);
        }

        let simple = run(Compounding::Simple, MissingPolicy::Bridge);
        let bhar = simple.bhar(&simple.responses()[0], first..last + 1).unwrap();
        prop_assert_eq!(bhar.is_ok(), is_covered);
        if let Ok(bhar) = bhar {
            let ends = asset[to] / asset[from] - market[to] / market[from];
            prop_assert!(near(bhar, ends, 1e-13), "{} {}", bhar, ends);
        }

        let complete = asset[from..=to].iter().all(|p| !p.is_nan());
        let strict = run(Compounding::Log, MissingPolicy::Exclude);
        prop_assert_eq!(strict.cumulative(&window).unwrap().0.len(), usize::from(complete));

        let loose = run(Compounding::Log, MissingPolicy::Available);
        let both = |t: usize| !asset[t - 1].is_nan() && !asset[t].is_nan();
        let there: Vec<f64> = (from + 1..=to)
            .filter(|t| both(*t))
            .map(|t| (asset[t] / asset[t - 1]).ln() - (market[t] / market[t - 1]).ln())
            .collect();
        let (cars, _) = loose.cumulative(&window).unwrap();
        prop_assert_eq!(cars.len(), usize::from(!there.is_empty()));
        if let Some((_, found)) = cars.first() {
            prop_assert!(near(found.car, there.iter().sum(), 1e-13));
            prop_assert_eq!(found.n_rows, there.len());
        }
    }

    #[test]
    fn adjoining_lags_add_over_bridged_holes(
        seed in 1_u64..1_000_000,
        holes in prop::collection::vec(prop::bool::weighted(0.2), 95),
    ) {
        let n_dates = EVENT + 96;
        let mut rows = market_rows(seed, 1, n_dates);
        for (at, _) in holes.iter().enumerate().filter(|(_, hole)| **hole) {
            rows[1].1[EVENT + at] = f64::NAN;
        }
        let lags = [(0, 1), (1, 2), (2, 3), (0, 3), (1, 3)];
        let lags = lags.map(|(a, b)| EventWindow::months(a, b).unwrap());
        let estimation = EstimationWindow::trailing(ESTIMATION).unwrap();
        let design = Design::new(lags.to_vec(), estimation).unwrap();
        let model = MarketAdjustedModel::on("m");
        let (prices, events) = (to_panel(&rows), events(&[EVENT]));
        let table = table(&prices, Compounding::Log, &model, &design, &events, &["a0"]);
        let car = |lag: &EventWindow| Some(table.cumulative(lag).unwrap().0.first()?.1.car);
        let [a, b, c, all, late] = [0, 1, 2, 3, 4].map(|k| car(&lags[k]));
        if let (Some(b), Some(c)) = (b, c) {
            prop_assert!(near(late.unwrap(), b + c, 1e-13));
        }
        if let (Some(a), Some(late)) = (a, late) {
            prop_assert!(near(all.unwrap(), a + late, 1e-13));
        }
    }

    #[test]
    fn nothing_that_was_asked_for_is_lost(
        seed in 1_u64..1_000_000,
        missing in prop::collection::vec(prop::bool::weighted(0.15), 3 * 60),
        rows in prop::collection::btree_set(0_usize..80, 1..5),
        policy in prop_oneof![
            Just(MissingPolicy::Bridge),
            Just(MissingPolicy::Exclude),
            Just(MissingPolicy::Available),
        ],
        n_least in 3_usize..=ESTIMATION,
    ) {
        let mut prices = market_rows(seed, 3, 60);
        for (k, _) in missing.iter().enumerate().filter(|(_, m)| **m) {
            prices[1 + k / 60].1[k % 60] = f64::NAN;
        }
        let prices = to_panel(&prices);
        let windows = vec![EventWindow::rows(-1, 2).unwrap(), EventWindow::rows(3, 9).unwrap()];
        let estimation = EstimationWindow::trailing(ESTIMATION).unwrap().min_observations(n_least);
        let design = Design::new(windows.clone(), estimation).unwrap().missing(policy);
        // Rows beyond the last price are dates outside the data.
        let events: EventSet = events(&rows.into_iter().collect::<Vec<_>>());
        let asked = requests(&prices, &events, &["a0", "a1", "a2"]);
        let returns = prices.to_returns(Compounding::Log);
        let model = MarketModel::on("m");
        let table = AbnormalReturns::compute(&returns, &returns, &model, &design, &asked).unwrap();

        let answered: BTreeSet<_> =
            table.responses().iter().map(|r| (r.event(), r.asset())).collect();
        prop_assert_eq!(answered.len(), table.responses().len());
        for request in &asked {
            let placed = table.event_rows(request.event).is_some();
            let of_event = table.exclusions().iter().filter(|x| x.event == request.date);
            let (of_assets, whole): (Vec<_>, Vec<_>) = of_event.partition(|x| x.asset.is_some());
            prop_assert!(placed || !whole.is_empty());
            for asset in &request.assets {
                let name = prices.name(*asset);
                let of_asset = of_assets.iter().filter(|x| x.asset.as_deref() == Some(name));
                let excluded = of_asset.count();
                let found = usize::from(answered.contains(&(request.event, *asset)));
                prop_assert_eq!(found + excluded, usize::from(placed), "{} {}", request.date, name);
            }
        }
        for window in &windows {
            let (cars, excluded) = table.cumulative(window).unwrap();
            prop_assert_eq!(cars.len() + excluded.len(), table.responses().len());
        }
    }
}
