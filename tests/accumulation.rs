//! What is accumulated over blocks of assets is what the table of single responses gives.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::float_cmp)]

mod common;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use common::{Noise, axis, day};
use eventstudy::abnormal::{
    AbnormalReturns, Accumulated, Accumulator, Design, EventRequest, ExclusionKind, MissingPolicy,
    Partial, Reason, ResponseDates,
};
use eventstudy::events::{EventId, EventSet};
use eventstudy::inference::{ResidualCorrelation, WindowSample};
use eventstudy::models::{
    ConstantMeanModel, ExpectedReturnModel, FactorModel, MarketAdjustedModel, MarketModel,
};
use eventstudy::panel::{AssetId, Compounding, PricePanel, ReturnPanel};
use eventstudy::time::{EstimationWindow, EventWindow};
use ndarray::Array2;
use proptest::prelude::*;

const N_ASSETS: usize = 75;
const N_DATES: usize = 420;

/// Prices of assets and of three factors; holes where `share` of them are to be missing.
struct World {
    prices: PricePanel,
    factors: PricePanel,
}

impl World {
    fn new(seed: u64, share: f64) -> Self {
        let mut noise = Noise::new(seed);
        let factors: Vec<Vec<f64>> =
            (0..3).map(|_| common::compound(&noise.take(N_DATES - 1, 0.02))).collect();
        let mut prices = Array2::from_elem((N_ASSETS, N_DATES), f64::NAN);
        for i in 0..N_ASSETS {
            let (mut price, (late, early)) = (50.0, (noise.next() > 0.7, noise.next() > 0.7));
            for t in 0..N_DATES {
                if t > 0 {
                    let market: f64 =
                        factors.iter().map(|f| 0.4 * (f[t] / f[t - 1] - 1.0)).sum();
                    price *= 1.0 + market + 0.03 * noise.next();
                }
                let is_out = share > 0.0 && (late && t < 120 || early && t > 330);
                if !is_out && (noise.next() + 1.0) / 2.0 >= share {
                    prices[[i, t]] = price;
                }
            }
        }
        let names = (0..N_ASSETS).map(|i| format!("a{i:03}")).collect();
        let of_factors = Array2::from_shape_fn((3, N_DATES), |(j, t)| factors[j][t]);
        let factor_names = ["m", "f", "g"].map(str::to_owned).to_vec();
        Self {
            prices: PricePanel::new(axis(N_DATES), names, prices).unwrap(),
            factors: PricePanel::new(axis(N_DATES), factor_names, of_factors).unwrap(),
        }
    }

    fn returns(&self, compounding: Compounding) -> (ReturnPanel, ReturnPanel) {
        (self.prices.to_returns(compounding), self.factors.to_returns(compounding))
    }
}

/// Each asset's own dates.
fn own_dates(seed: u64) -> Vec<Vec<NaiveDate>> {
    let mut noise = Noise::new(seed ^ 0xda7e);
    (0..N_ASSETS)
        .map(|_| {
            let mut rows: Vec<usize> =
                (0..6).map(|_| (300.0 + 110.0 * noise.next()) as usize).collect();
            rows.sort_unstable();
            rows.dedup();
            rows.into_iter().map(day).collect()
        })
        .collect()
}

fn designs() -> Vec<Design> {
    let windows = vec![
        EventWindow::rows(-1, 1).unwrap(),
        EventWindow::rows(1, 20).unwrap(),
        EventWindow::months(0, 1).unwrap(),
        EventWindow::days(2, 9).unwrap(),
    ];
    let trailing = EstimationWindow::trailing(120).unwrap().gap(5);
    let without = trailing
        .clone()
        .min_observations(60)
        .excluding_dates([(day(140), day(150)), (day(200), day(204))])
        .unwrap();
    let around = EstimationWindow::comparison([(-90, -21), (40, 60)]).unwrap().min_observations(50);
    [trailing, without, around]
        .map(|estimation| Design::new(windows.clone(), estimation).unwrap())
        .to_vec()
}

fn models() -> Vec<Box<dyn ExpectedReturnModel>> {
    vec![
        Box::new(ConstantMeanModel),
        Box::new(MarketAdjustedModel::on("m")),
        Box::new(MarketModel::on("m")),
        Box::new(FactorModel::on(["m", "f", "g"])),
    ]
}

/// The table of single responses.
fn table(
    (returns, factors): &(ReturnPanel, ReturnPanel),
    model: &dyn ExpectedReturnModel,
    design: &Design,
    own: &[Vec<NaiveDate>],
) -> AbnormalReturns {
    let mut by_date = BTreeMap::<NaiveDate, Vec<AssetId>>::new();
    for (asset, dates) in returns.assets().zip(own) {
        for date in dates {
            by_date.entry(*date).or_default().push(asset);
        }
    }
    let dates: Vec<NaiveDate> = by_date.keys().copied().collect();
    let ids: Vec<EventId> = EventSet::from_dates(&dates).unwrap().ids().collect();
    let requests: Vec<EventRequest> = ids
        .into_iter()
        .zip(by_date)
        .map(|(event, (date, assets))| EventRequest {
            event,
            date,
            label: date.to_string(),
            assets,
        })
        .collect();
    AbnormalReturns::compute(returns, factors, model, design, &requests).unwrap()
}

fn accumulate(
    (returns, factors): &(ReturnPanel, ReturnPanel),
    model: &dyn ExpectedReturnModel,
    design: &Design,
    own: &[Vec<NaiveDate>],
) -> (Accumulator, Partial, Accumulated) {
    let dates = ResponseDates::of_assets(own.to_vec()).unwrap();
    let run = Accumulator::new(factors, model, design.clone(), dates.dates().to_vec()).unwrap();
    let mut partial = run.start(0).unwrap();
    run.extend(&mut partial, returns, &dates).unwrap();
    let found = run.finish(&partial).unwrap();
    (run, partial, found)
}

fn close(a: f64, b: f64, scale: f64, what: &str) {
    assert!((a - b).abs() <= 1e-10 * scale.max(b.abs()), "{what}: {a} and {b}");
}

/// Everything that both ways give.
fn check(
    data: &(ReturnPanel, ReturnPanel),
    model: &dyn ExpectedReturnModel,
    design: &Design,
    own: &[Vec<NaiveDate>],
) {
    let single = table(data, model, design, own);
    let (_, _, found) = accumulate(data, model, design, own);
    assert_eq!(found.n_fitted, single.responses().len() as u64);
    assert_eq!(found.n_assets, N_ASSETS);
    let count = |kind| found.excluded.get(&kind).map_or(0, |c| c.n_responses);
    let too_short = single
        .exclusions()
        .iter()
        .filter(|e| matches!(e.reason, Reason::EstimationTooShort { .. }))
        .count() as u64;
    assert_eq!(count(ExclusionKind::EstimationTooShort), too_short);
    for aar in &found.path {
        let expected = single.aar(aar.tau).unwrap();
        assert_eq!(aar.n_responses, expected.n_responses as u64);
        close(aar.value, expected.value, 0.01, "AAR");
    }
    for (window, design) in found.windows.iter().zip(design.windows()) {
        let (cars, missing) = single.cumulative(design).unwrap();
        assert_eq!(window.n_responses, cars.len() as u64);
        let no_return = |e: &&eventstudy::abnormal::Exclusion| {
            matches!(e.reason, Reason::ReturnsMissing { .. })
        };
        assert_eq!(window.n_missing, missing.iter().filter(no_return).count() as u64);
        if cars.len() < 2 {
            continue;
        }
        let car: Vec<f64> = cars.iter().map(|(_, c)| c.car).collect();
        let scar: Vec<f64> = cars.iter().map(|(_, c)| c.scar()).collect();
        let n = car.len() as f64;
        let mean = |x: &[f64]| x.iter().sum::<f64>() / n;
        let std_dev = |x: &[f64]| {
            let centre = mean(x);
            (x.iter().map(|v| (v - centre).powi(2)).sum::<f64>() / (n - 1.0)).sqrt()
        };
        close(window.caar.unwrap(), mean(&car), 0.01, "CAAR");
        close(window.car_std_dev.unwrap(), std_dev(&car), 0.01, "sd of CARs");
        close(window.mean_scar.unwrap(), mean(&scar), 0.1, "mean SCAR");
        close(window.scar_std_dev.unwrap(), std_dev(&scar), 0.1, "sd of SCARs");
        assert_eq!(window.n_positive, car.iter().filter(|c| **c > 0.0).count() as u64);
        let variance: f64 = cars
            .iter()
            .map(|(r, _)| r.fit().degrees_of_freedom() as f64)
            .map(|df| df / (df - 2.0))
            .sum();
        close(window.patell_variance.unwrap(), variance, 1.0, "Patell's variance");
        let mut by_date = BTreeMap::<NaiveDate, Vec<f64>>::new();
        for (response, c) in &cars {
            let date = single.event_rows(response.event()).unwrap().date;
            by_date.entry(date).or_default().push(c.car);
        }
        assert_eq!(window.by_date.len(), by_date.len());
        for (of_date, (date, cars)) in window.by_date.iter().zip(by_date) {
            assert_eq!((of_date.date, of_date.n_responses as usize), (date, cars.len()));
            let expected = cars.iter().sum::<f64>() / cars.len() as f64;
            close(of_date.value, expected, 0.01, "CAAR of a date");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]
    #[test]
    fn sums_are_those_of_single_responses(seed in 0..u64::MAX, share in 0.0..0.15_f64) {
        for share in [0.0, share] {
            let world = World::new(seed, share);
            let own = own_dates(seed);
            for compounding in [Compounding::Simple, Compounding::Log] {
                let data = world.returns(compounding);
                for model in models() {
                    for design in designs() {
                        for policy in
                            [MissingPolicy::Bridge, MissingPolicy::Exclude, MissingPolicy::Available]
                        {
                            check(&data, model.as_ref(), &design.clone().missing(policy), &own);
                        }
                    }
                }
            }
        }
    }
}
