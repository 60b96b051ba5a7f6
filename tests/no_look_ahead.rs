//! Nothing that is said of a date depends on what came after it.
//!
//! Two data sets that are the same through a date and differ after it, in every price, benchmark
//! and market value, must agree in all that was knowable then.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::float_cmp)]

mod common;

use chrono::NaiveDate;
use common::{Noise, axis, day, events, market_rows, panel, requests};
use eventstudy::abnormal::{AbnormalReturns, Design, PortfolioRule};
use eventstudy::events::EventSet;
use eventstudy::models::{
    ConstantMeanModel, ControlModel, DimsonModel, ExpectedReturnModel, ExponentiallyWeightedModel,
    FactorModel, HuberModel, MarketAdjustedModel, MarketModel, RollingModel, ScholesWilliamsModel,
};
use eventstudy::panel::{
    Candidate, Compounding, ExcludedAssets, MarketValues, PricePanel, Universe,
};
use eventstudy::study::{AssetSet, EventStudy, Outcome, PlaceboSettings, StudyData, Weighting};
use eventstudy::time::{EstimationReturns, EstimationWindow, EventWindow};
use proptest::prelude::*;

const N_DATES: usize = 260;
const ASSETS: [&str; 5] = ["a0", "a1", "a2", "a3", "a4"];
/// Rows from one snapshot of market values to the next.
const SNAPSHOTS: usize = 20;

/// A market of which everything after row `cut` is drawn anew from another seed.
#[derive(Debug, Clone)]
struct World {
    prices: PricePanel,
    benchmark: PricePanel,
    values: MarketValues,
}

impl World {
    fn new(seed: u64, holes: bool, future: Option<(usize, u64)>) -> Self {
        let mut rows = market_rows(seed, ASSETS.len(), N_DATES);
        if holes {
            // Coverage may be known ahead: it decides who can be bought at all.
            let mut noise = Noise::new(seed ^ 0xbeef);
            for (_, prices) in &mut rows[1..] {
                for price in prices.iter_mut().filter(|_| noise.next() > 0.9) {
                    *price = f64::NAN;
                }
            }
        }
        let mut snapshots: Vec<(usize, Vec<f64>)> = (0..N_DATES)
            .step_by(SNAPSHOTS)
            .map(|row| (row, Noise::new(seed + row as u64).take(ASSETS.len(), 1.0)))
            .collect();
        if let Some((cut, other)) = future {
            let mut noise = Noise::new(other);
            for (_, prices) in &mut rows {
                for price in &mut prices[cut + 1..] {
                    *price *= 1.0 + 0.5 * noise.next();
                }
            }
            for (row, values) in &mut snapshots {
                // A snapshot of the next morning was not there at the end of the day of the cut.
                if *row > cut {
                    *values = noise.take(values.len(), 1.0);
                }
            }
        }
        let values = snapshots.into_iter().flat_map(|(row, values)| {
            let named = ASSETS.iter().zip(values);
            named.map(move |(name, v)| (day(row), (*name).to_owned(), 1.5 + v)).collect::<Vec<_>>()
        });
        let named = |rows: &[(String, Vec<f64>)]| {
            panel(&rows.iter().map(|(n, r)| (n.as_str(), r.clone())).collect::<Vec<_>>())
        };
        Self {
            values: MarketValues::new(values).unwrap(),
            prices: named(&rows[1..]),
            benchmark: named(&rows[..1]),
        }
    }

    fn universe(&self) -> Universe {
        Universe::top(3, self.values.clone()).unwrap().min_history(40)
    }

    fn data(&self, compounding: Compounding) -> StudyData {
        let sessions = axis(N_DATES).dates().iter().copied().step_by(3).collect();
        let sessions = eventstudy::time::DateAxis::new(sessions).unwrap();
        StudyData::new(self.prices.clone(), compounding)
            .with_benchmarks(&self.benchmark)
            .unwrap()
            .with_sessions(sessions)
            .unwrap()
    }

    /// Every third day is an event: what a placebo date sees.
    fn study(&self, rule: PortfolioRule, weighting: Weighting, set: AssetSet) -> Outcome {
        let study = EventStudy::builder(self.universe(), MarketModel::on("m"))
            .windows(windows())
            .estimation_window(estimation())
            .portfolio(rule)
            .weighting(weighting)
            .asset_set(set)
            .placebo(None)
            .bootstrap(None)
            .keep_paths(true)
            .build()
            .unwrap();
        let rows: Vec<usize> = (0..N_DATES).step_by(3).collect();
        study.run(&self.data(Compounding::Simple), &events(&rows)).unwrap()
    }
}

fn windows() -> [EventWindow; 3] {
    [
        EventWindow::rows(-2, 3).unwrap(),
        EventWindow::days(4, 12).unwrap(),
        EventWindow::months(0, 1).unwrap(),
    ]
}

fn estimation() -> EstimationWindow {
    EstimationWindow::trailing(40).unwrap().gap(2).min_observations(20)
}

/// The last date that a window of an event on `date` takes a price from.
fn end(window: &EventWindow, date: NaiveDate) -> Option<NaiveDate> {
    let axis = axis(N_DATES);
    let rows = window.resolve(&axis, date, None).unwrap().ok()?;
    Some(axis.date(rows.end - 1))
}

/// Where assets have holes, without the models that need another asset's returns on all rows.
fn models(holes: bool) -> Vec<Box<dyn ExpectedReturnModel>> {
    let mut models: Vec<Box<dyn ExpectedReturnModel>> = vec![
        Box::new(ConstantMeanModel),
        Box::new(MarketAdjustedModel::on("m")),
        Box::new(MarketModel::on("m")),
        Box::new(ScholesWilliamsModel::on("m")),
        Box::new(DimsonModel::on("m", 1, 1).fowler_rorke().unwrap()),
        Box::new(HuberModel::on("m")),
        Box::new(ExponentiallyWeightedModel::on("m", 12.0).unwrap()),
        Box::new(RollingModel::on("m")),
        Box::new(RollingModel::on("m").length(20).unwrap().gap(4)),
    ];
    if !holes {
        models.push(Box::new(FactorModel::on(["m", "a0"])));
        let mut controls = ControlModel::default();
        for (k, asset) in ASSETS.iter().enumerate() {
            controls.add_equal(*asset, None, [ASSETS[(k + 1) % 5], ASSETS[(k + 2) % 5]]).unwrap();
        }
        models.push(Box::new(controls));
        #[cfg(feature = "synthetic")]
        models.push(Box::new(eventstudy::models::SyntheticControl::of(ASSETS)));
    }
    models
}

/// Ways to choose the estimation data from rows before the event.
fn estimations() -> [EstimationWindow; 3] {
    let excluded = [(day(20), day(25)), (day(100), day(104)), (day(150), day(250))];
    [
        estimation(),
        estimation().excluding_dates(excluded).unwrap().excluding_other_events(true),
        estimation().with_returns(EstimationReturns::TradeToTrade),
    ]
}

/// AR and CAR of every response through row `cut`, its coefficients and standard deviation.
fn known_at(
    world: &World,
    model: &dyn ExpectedReturnModel,
    estimation: &EstimationWindow,
    events: &EventSet,
    cut: usize,
) -> Vec<(String, Vec<u64>)> {
    let data = world.data(Compounding::Log);
    let asked = requests(data.prices(), events, &ASSETS);
    let window = EventWindow::rows(-2, 12).unwrap();
    let design = Design::new(vec![window], estimation.clone()).unwrap();
    let table =
        AbnormalReturns::compute(data.returns(), data.factors(), model, &design, &asked).unwrap();
    let mut known = Vec::new();
    for response in table.responses() {
        let event = table.event_rows(response.event()).unwrap();
        let (alpha, beta) = response.fit().coefficients();
        let mut bits = vec![alpha.to_bits(), response.fit().residual_std_dev().to_bits()];
        bits.extend(beta.iter().map(|b| b.to_bits()));
        let n = (cut + 1).saturating_sub(event.span.start).min(event.span.len());
        for row in 0..n {
            bits.push(response.ar(row).map_or(0, f64::to_bits));
            if let Ok(found) = table.cumulate(response, 0..row + 1) {
                bits.extend([found.car, found.csar, found.forecast_std_dev].map(f64::to_bits));
            }
        }
        known.push((format!("{} {}", event.date, table.name(response.asset())), bits));
    }
    known
}

fn config() -> ProptestConfig {
    ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(12) }
}

/// The world as it was, and one with another future after row `cut`.
fn two_worlds(seed: u64, holes: bool, cut: usize, other: u64) -> [World; 2] {
    [None, Some((cut, other))].map(|future| World::new(seed, holes, future))
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn the_universe_is_the_one_of_the_day(
        seed in 1_u64..1_000_000,
        other in 1_u64..1_000_000,
        cut in 50_usize..N_DATES,
        holes: bool,
    ) {
        let worlds = two_worlds(seed, holes, cut, other);
        for row in 0..=cut {
            let [a, b] = worlds.each_ref().map(|w| w.universe().select(&w.prices, day(row)));
            prop_assert_eq!(a, b);
        }
    }

    #[test]
    fn fits_and_abnormal_returns_do_not_know_the_future(
        seed in 1_u64..1_000_000,
        other in 1_u64..1_000_000,
        cut in 81_usize..200,
        holes: bool,
    ) {
        let worlds = two_worlds(seed, holes, cut, other);
        // Estimation windows that end by the cut; event windows on both sides of it.
        let events = events(&[60, cut - 20, cut - 5, cut - 1, cut, cut + 2]);
        let models = models(holes);
        for (model, estimation) in models.iter().flat_map(|m| estimations().map(|e| (m, e))) {
            if holes && estimation.returns() != EstimationReturns::RowByRow && !model.takes_long_returns() {
                continue;
            }
            let [a, b] =
                worlds.each_ref().map(|w| known_at(w, model.as_ref(), &estimation, &events, cut));
            prop_assert!(a.len() > 10 || estimation.excludes_other_events());
            prop_assert!(!a.is_empty());
            prop_assert_eq!(a, b);
        }
    }

    #[test]
    fn comparison_periods_end_where_they_say(
        seed in 1_u64..1_000_000,
        other in 1_u64..1_000_000,
        event in 40_usize..150,
    ) {
        let around = EstimationWindow::comparison([(-30, -5), (16, 25)]).unwrap();
        let known = |future| {
            let world = World::new(seed, false, future);
            known_at(&world, &MarketModel::on("m"), &around, &events(&[event]), event + 12)
        };
        let found = known(None);
        prop_assert_eq!(found.len(), ASSETS.len());
        prop_assert_eq!(&found, &known(Some((event + 25, other))));
        // Rows of the periods after the event do count: that is what makes them ex post.
        prop_assert_ne!(&found, &known(Some((event + 24, other))));
    }

    #[test]
    fn a_whole_study_does_not_know_the_future(
        seed in 1_u64..1_000_000,
        other in 1_u64..1_000_000,
        cut in 120_usize..200,
        holes: bool,
        rule in prop_oneof![
            Just(PortfolioRule::MeanOfCars),
            Just(PortfolioRule::DailyRebalanced),
            Just(PortfolioRule::BuyAndHold),
        ],
        weighting in prop_oneof![Just(Weighting::Equal), Just(Weighting::MarketValue)],
        set in prop_oneof![Just(AssetSet::Fixed), Just(AssetSet::PerWindow)],
    ) {
        let worlds = two_worlds(seed, holes, cut, other);
        let [a, b] = worlds.each_ref().map(|w| w.study(rule, weighting, set));
        let known = |outcome: &Outcome, window: &EventWindow| -> Vec<_> {
            let of_window = outcome.window(window).unwrap().events.iter();
            of_window
                .filter(|e| end(window, e.date).is_some_and(|end| end <= day(cut)))
                .map(|e| (e.date, e.value.to_bits(), e.n_assets, e.share_positive.to_bits()))
                .collect()
        };
        for window in &windows() {
            let found = known(&a, window);
            prop_assert!(found.len() > 3, "{} values of {}", found.len(), window);
            prop_assert_eq!(found, known(&b, window));
            // The future was changed: what came after the cut is not the same.
            let all = |o: &Outcome| o.window(window).unwrap().mean.to_bits();
            prop_assert_ne!(all(&a), all(&b));
        }
        let paths = |outcome: &Outcome| -> Vec<_> {
            let known = outcome.paths.iter().map(|p| {
                let days = p.days.iter().zip(&p.values);
                let values: Vec<u64> = days
                    .filter(|(days, _)| p.event + chrono::TimeDelta::days(i64::from(**days)) <= day(cut))
                    .map(|(_, value)| value.to_bits())
                    .collect();
                (p.event, values)
            });
            known.filter(|(event, _)| *event <= day(cut)).collect()
        };
        prop_assert_eq!(paths(&a), paths(&b));
    }
}

#[test]
fn placebo_dates_take_the_values_that_events_would() {
    // The placebo distribution of single dates is what events on these dates give: the same code,
    // so what holds for the events of the studies above holds for placebo dates.
    let world = World::new(7, true, None);
    let window = EventWindow::rows(1, 5).unwrap();
    let builder = EventStudy::builder(world.universe(), MarketModel::on("m"))
        .windows([window])
        .estimation_window(estimation())
        .bootstrap(None);
    let data = world.data(Compounding::Simple);
    let settings = PlaceboSettings { buffer_days: Some(0), ..PlaceboSettings::default() };
    let with_placebo = builder.clone().placebo(Some(settings)).build().unwrap();
    let without = builder.placebo(None).build().unwrap();
    let one = with_placebo.run(&data, &events(&[120])).unwrap();
    let found = one.window(&window).unwrap().placebo.as_ref().unwrap();
    let rows: Vec<usize> = (0..N_DATES).step_by(3).filter(|row| *row != 120).collect();
    let all = without.run(&data, &events(&rows)).unwrap();
    let all = all.window(&window).unwrap();
    assert_eq!((found.n_sets, found.exact), (all.n_event_dates, true));
    common::close(found.mean, all.mean, 1e-12);
    let values = all.events.iter().map(|e| e.value);
    let std_dev = {
        let squares: f64 = values.map(|v| (v - all.mean).powi(2)).sum();
        (squares / (all.events.len() - 1) as f64).sqrt()
    };
    common::close(found.std_dev.unwrap(), std_dev, 1e-10);
}

#[test]
fn prices_that_later_prove_bad_do_not_let_the_next_in_rank_in() {
    let rows = [("a", 9.0), ("usd", 8.0), ("bad", 7.0), ("b", 6.0), ("c", 5.0)];
    let values = rows.map(|(name, value)| (day(0), name.to_owned(), value));
    let top = Universe::top(2, MarketValues::new(values).unwrap()).unwrap();
    let prices = panel(&[("a", vec![1.0; 9]), ("b", vec![1.0; 9]), ("c", vec![1.0; 9])]);
    let members = |excluded: ExcludedAssets| -> Vec<String> {
        let found = top.clone().excluding(excluded).select(&prices, day(5));
        let names = found.iter().filter_map(|candidate| match candidate {
            Candidate::Member { asset, .. } => Some(prices.name(*asset).to_owned()),
            _ => None,
        });
        names.collect()
    };
    let stable = || ExcludedAssets::default().with("usd", "stablecoin");
    assert_eq!(members(stable().with("bad", "unreliable prices")), ["a", "b"]);
    assert_eq!(members(stable().with_place("bad", "unreliable prices")), ["a"]);
    let folder = std::env::temp_dir().join(format!("eventstudy-places-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join("excluded.csv");
    let read = |text: &str| {
        std::fs::write(&path, text).unwrap();
        ExcludedAssets::from_csv_path(&path)
    };
    let found = read("asset,kind,place\nusd,stablecoin,freed\nbad,unreliable prices,kept\n");
    assert_eq!(members(found.unwrap()), ["a"]);
    assert_eq!(members(read("asset,kind\nusd,stablecoin\nbad,unreliable\n").unwrap()), ["a", "b"]);
    let fault = read("asset,kind,place\nusd,stablecoin,none\n").unwrap_err().to_string();
    assert!(fault.ends_with("line 2, column `place`: `none` is not `kept` or `freed`"), "{fault}");
    std::fs::remove_dir_all(folder).unwrap();
}
