//! Worlds for tests of accumulated abnormal returns, and both ways to them.
#![allow(dead_code)] // every test uses another part

use std::collections::BTreeMap;

use crate::common::{self, Noise, axis, day};
use chrono::NaiveDate;
use eventstudy::abnormal::{
    AbnormalReturns, Accumulated, Accumulator, Design, EventRequest, Partial, ResponseDates,
};
use eventstudy::events::{EventId, EventSet};
use eventstudy::models::{
    ConstantMeanModel, ExpectedReturnModel, FactorModel, MarketAdjustedModel, MarketModel,
};
use eventstudy::panel::{AssetId, Compounding, PricePanel, ReturnPanel};
use eventstudy::time::{EstimationWindow, EventWindow};
use ndarray::Array2;

pub(crate) const N_ASSETS: usize = 75;
pub(crate) const N_DATES: usize = 420;

/// Prices of assets and of three factors; holes where `share` of them are to be missing.
pub(crate) struct World {
    pub(crate) prices: PricePanel,
    pub(crate) factors: PricePanel,
}

impl World {
    pub(crate) fn new(seed: u64, share: f64) -> Self {
        let mut noise = Noise::new(seed);
        let factors: Vec<Vec<f64>> =
            (0..3).map(|_| common::compound(&noise.take(N_DATES - 1, 0.02))).collect();
        let mut prices = Array2::from_elem((N_ASSETS, N_DATES), f64::NAN);
        for i in 0..N_ASSETS {
            let (mut price, (late, early)) = (50.0, (noise.next() > 0.7, noise.next() > 0.7));
            for t in 0..N_DATES {
                if t > 0 {
                    let market: f64 = factors.iter().map(|f| 0.4 * (f[t] / f[t - 1] - 1.0)).sum();
                    price *= 1.0 + market + 0.03 * noise.next();
                }
                let is_out = share > 0.0 && (late && t < 120 || early && t > 330);
                if !is_out && noise.next() >= 2.0 * share - 1.0 {
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

    pub(crate) fn returns(&self, compounding: Compounding) -> (ReturnPanel, ReturnPanel) {
        (self.prices.to_returns(compounding), self.factors.to_returns(compounding))
    }
}

/// A row from 190 to 410.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
pub(crate) fn row_near(noise: f64) -> usize {
    (300.0 + 110.0 * noise) as usize
}

/// Each asset's own dates.
pub(crate) fn own_dates(seed: u64) -> Vec<Vec<NaiveDate>> {
    let mut noise = Noise::new(seed ^ 0xda7e);
    (0..N_ASSETS)
        .map(|_| {
            let mut rows: Vec<usize> = (0..6).map(|_| row_near(noise.next())).collect();
            rows.sort_unstable();
            rows.dedup();
            rows.into_iter().map(day).collect()
        })
        .collect()
}

pub(crate) fn designs() -> Vec<Design> {
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

pub(crate) fn models() -> Vec<Box<dyn ExpectedReturnModel>> {
    vec![
        Box::new(ConstantMeanModel),
        Box::new(MarketAdjustedModel::on("m")),
        Box::new(MarketModel::on("m")),
        Box::new(FactorModel::on(["m", "f", "g"])),
    ]
}

/// The table of single responses.
pub(crate) fn table(
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

pub(crate) fn accumulate(
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

pub(crate) fn close(a: f64, b: f64, scale: f64, what: &str) {
    assert!((a - b).abs() <= 1e-10 * scale.max(b.abs()), "{what}: {a} and {b}");
}
