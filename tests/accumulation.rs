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

    fn returns(&self, compounding: Compounding) -> (ReturnPanel, ReturnPanel) {
        (self.prices.to_returns(compounding), self.factors.to_returns(compounding))
    }
}

/// A row from 190 to 410.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn row_near(noise: f64) -> usize {
    (300.0 + 110.0 * noise) as usize
}

/// Each asset's own dates.
fn own_dates(seed: u64) -> Vec<Vec<NaiveDate>> {
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
    #![proptest_config(ProptestConfig::with_cases(2))]
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

fn some_world() -> ((ReturnPanel, ReturnPanel), Vec<Vec<NaiveDate>>, Design) {
    let world = World::new(7, 0.03);
    (world.returns(Compounding::Simple), own_dates(7), designs().swap_remove(0))
}

/// The assets from `from` on, `n` of them, with their dates.
fn block(
    data: &(ReturnPanel, ReturnPanel),
    own: &[Vec<NaiveDate>],
    from: usize,
    n: usize,
) -> (ReturnPanel, ResponseDates) {
    let returns = &data.0;
    let ids: Vec<AssetId> = returns.assets().skip(from).take(n).collect();
    let names = ids.iter().map(|id| returns.name(*id).to_owned()).collect();
    let values = Array2::from_shape_fn((n, returns.n_dates()), |(i, t)| {
        returns.value(ids[i], t).unwrap_or(f64::NAN)
    });
    let panel =
        ReturnPanel::new(returns.axis().clone(), names, values, returns.compounding()).unwrap();
    (panel, ResponseDates::of_assets(own[from..from + n].to_vec()).unwrap())
}

#[test]
fn any_split_gives_the_same_bits() {
    let (data, own, design) = some_world();
    // Blocks are made of returns, which know no bridges: neither must the whole.
    let whole = block(&data, &own, 0, N_ASSETS);
    let model = MarketModel::on("m");
    let dates = ResponseDates::of_assets(own.clone()).unwrap().dates().to_vec();
    let run = Accumulator::new(&data.1, &model, design, dates).unwrap();
    let mut once = run.start(0).unwrap();
    run.extend(&mut once, &whole.0, &whole.1).unwrap();
    let expected = run.finish(&once).unwrap();

    // In blocks that do not heed the shards, one after the other, saved and read in between.
    for sizes in [vec![1, 30, 2, 40, 2], vec![64, 11], vec![75], vec![32, 32, 11]] {
        let mut partial = run.start(0).unwrap();
        let mut from = 0;
        for n in sizes {
            let (returns, responses) = block(&data, &own, from, n);
            run.extend(&mut partial, &returns, &responses).unwrap();
            let saved = serde_json::to_string(&partial).unwrap();
            partial = serde_json::from_str(&saved).unwrap();
            from += n;
        }
        assert_eq!(partial, once);
    }
    // In parts, in any order and grouping.
    let part = |from: usize, n: usize| {
        let mut partial = run.start(from).unwrap();
        let (returns, responses) = block(&data, &own, from, n);
        run.extend(&mut partial, &returns, &responses).unwrap();
        partial
    };
    let (a, b, c) = (part(0, 32), part(32, 32), part(64, 11));
    let left = a.clone().merge(b.clone()).unwrap().merge(c.clone()).unwrap();
    let right = a.clone().merge(b.clone().merge(c.clone()).unwrap()).unwrap();
    let turned = c.clone().merge(a.clone()).unwrap().merge(b.clone()).unwrap();
    for merged in [left, right, turned] {
        assert_eq!(merged, once);
        assert_eq!(run.finish(&merged).unwrap(), expected);
    }
    for threads in [1, 2, 5] {
        let alone = eventstudy::with_threads(threads, || {
            let mut partial = run.start(0).unwrap();
            run.extend(&mut partial, &whole.0, &whole.1).unwrap();
            partial
        });
        assert_eq!(alone.unwrap(), once);
    }

    let fault = |result: eventstudy::Result<Partial>| result.unwrap_err().to_string();
    assert!(fault(a.clone().merge(a.clone())).contains("asset 0"));
    let short = part(0, 20);
    assert!(fault(short.clone().merge(b.clone())).contains("between the assets 0 and 31"));
    assert!(fault(b.clone().merge(short)).contains("between the assets 0 and 31"));
    assert!(run.start(5).unwrap_err().to_string().contains("multiple of 32"));
    assert!(run.finish(&b).unwrap_err().to_string().contains("all assets from 0 on"));
    assert!(run.finish(&run.start(0).unwrap()).is_err());
    let other = Accumulator::new(
        &data.1,
        &ConstantMeanModel,
        designs().swap_remove(0),
        run.dates().to_vec(),
    )
    .unwrap();
    assert!(fault(a.merge(other.start(32).unwrap())).contains("same run"));
    assert!(other.finish(&once).is_err());
}

#[test]
fn the_table_holds_the_responses() {
    let world = World::new(11, 0.04);
    let (data, own) = (world.returns(Compounding::Simple), own_dates(11));
    for model in models() {
        for design in designs() {
            let single = table(&data, model.as_ref(), &design, &own);
            let (run, partial, _) = accumulate(&data, model.as_ref(), &design, &own);
            let responses = ResponseDates::of_assets(own.clone()).unwrap();
            let mut again = run.start(0).unwrap();
            let kept = run.extend_keeping(&mut again, &data.0, &responses).unwrap();
            // The path is summed from rounded ARs here and not there.
            assert_eq!(again.n_assets(), partial.n_assets());
            let mut row = 0;
            for (asset, dates) in data.0.assets().zip(&own) {
                for date in dates {
                    let of = |r: &&eventstudy::abnormal::Response| {
                        r.asset() == asset && single.event_rows(r.event()).unwrap().date == *date
                    };
                    let response = single.responses().iter().find(of);
                    for (k, ar) in kept.ars().row(row).iter().enumerate() {
                        let tau = i32::try_from(kept.first_tau() + k.cast_signed()).unwrap();
                        match response.and_then(|r| single.ar(r, tau)) {
                            Some(expected) => close(*ar, expected, 0.01, "AR"),
                            None => assert!(ar.is_nan()),
                        }
                    }
                    for (w, window) in design.windows().iter().enumerate() {
                        let rows = response.and_then(|r| {
                            let event = single.event_rows(r.event()).unwrap();
                            single.window_rows(event, window).unwrap().ok()
                        });
                        let found =
                            response.zip(rows).and_then(|(r, rows)| single.cumulate(r, rows).ok());
                        match found {
                            Some(c) => {
                                close(kept.cars()[[row, w]], c.car, 0.01, "CAR");
                                close(kept.scars()[[row, w]], c.scar(), 0.1, "SCAR");
                            }
                            None => assert!(kept.cars()[[row, w]].is_nan()),
                        }
                    }
                    row += 1;
                }
            }
            assert_eq!(row, kept.ars().nrows());
        }
    }
}

#[test]
fn with_one_date_the_mean_correlation_is_that_of_the_pairs() {
    let world = World::new(3, 0.0);
    let data = world.returns(Compounding::Simple);
    for dates in [vec![day(250)], vec![day(180), day(380)]] {
        let own = vec![dates; N_ASSETS];
        // Estimation windows of the two dates do not overlap.
        let windows = vec![EventWindow::rows(1, 20).unwrap()];
        let design = Design::new(windows, EstimationWindow::trailing(120).unwrap()).unwrap();
        for model in models() {
            let single = table(&data, model.as_ref(), &design, &own);
            let sample = WindowSample::new(&single, &design.windows()[0]).unwrap();
            let expected = ResidualCorrelation::of(&sample).unwrap().mean;
            let (_, _, found) = accumulate(&data, model.as_ref(), &design, &own);
            close(found.windows[0].mean_correlation.unwrap(), expected, 1.0, "correlation");
        }
    }
}

/// Numbers that running sums are not good at are fitted row by row.
#[test]
fn hostile_numbers_keep_their_digits() {
    let world = World::new(5, 0.0);
    let (returns, factors) = world.returns(Compounding::Simple);
    let own = own_dates(5);
    let kinds: [&dyn Fn(usize, f64) -> f64; 6] = [
        &|_, r| 1e4 + 1e-2 * r, // level of 10^6 times the noise
        &|t, r| if t < 200 { 5.0 * r } else { 1e-6 * r }, // calm after a storm
        &|t, r| if t < 210 { 1e3 + r } else { r }, // a shift of level
        &|t, r| if (150..230).contains(&t) { 0.0 } else { r }, // a stretch of zeros
        &|t, r| if t == 60 { 1e6 } else { r }, // a single monster
        &|_, r| 1e-9 * r,       // next to nothing
    ];
    for (k, kind) in kinds.iter().enumerate() {
        let values = Array2::from_shape_fn((N_ASSETS, N_DATES), |(i, t)| {
            match returns.value(returns.assets().nth(i).unwrap(), t) {
                Some(r) => kind(t, r),
                None => f64::NAN,
            }
        });
        let axis = returns.axis().clone();
        let names = returns.names().to_vec();
        let hostile = ReturnPanel::new(axis, names, values, Compounding::Simple).unwrap();
        let data = (hostile, factors.clone());
        for model in models() {
            for design in designs() {
                let single = table(&data, model.as_ref(), &design, &own);
                let responses = ResponseDates::of_assets(own.clone()).unwrap();
                let dates = responses.dates().to_vec();
                let run = Accumulator::new(&data.1, model.as_ref(), design.clone(), dates).unwrap();
                let mut partial = run.start(0).unwrap();
                let kept = run.extend_keeping(&mut partial, &data.0, &responses).unwrap();
                let found = run.finish(&partial).unwrap();
                assert_eq!(found.n_fitted, single.responses().len() as u64, "kind {k}");
                let mut row = 0;
                for (asset, dates) in data.0.assets().zip(&own) {
                    for date in dates {
                        let of = |r: &&eventstudy::abnormal::Response| {
                            r.asset() == asset
                                && single.event_rows(r.event()).unwrap().date == *date
                        };
                        if let Some(r) = single.responses().iter().find(of) {
                            let event = single.event_rows(r.event()).unwrap();
                            let level = 1e4 * f64::from(u8::from(k == 0))
                                + 1e3 * f64::from(u8::from(k == 2));
                            for (w, window) in design.windows().iter().enumerate() {
                                let Ok(rows) = single.window_rows(event, window).unwrap() else {
                                    continue;
                                };
                                let Ok(c) = single.cumulate(r, rows) else { continue };
                                // Returns of that level carry its rounding, whoever adds them up.
                                let rounding = 1e-13 * level * c.n_rows as f64;
                                let scale = c.forecast_std_dev + rounding * 1e10;
                                close(
                                    kept.cars()[[row, w]],
                                    c.car,
                                    scale,
                                    &format!(
                                        "CAR of kind {k}, {}, forecast sd {}, {} rows, {date} {window} {}",
                                        model.name(),
                                        c.forecast_std_dev,
                                        c.n_rows,
                                        r.fit().residual_std_dev()
                                    ),
                                );
                                let rounding = rounding / c.forecast_std_dev;
                                close(
                                    kept.scars()[[row, w]],
                                    c.scar(),
                                    1.0 + 1e10 * rounding,
                                    "hostile SCAR",
                                );
                            }
                        }
                        row += 1;
                    }
                }
            }
        }
    }
}

#[test]
fn what_it_cannot_do_is_refused() {
    let (data, own, design) = some_world();
    let dates = ResponseDates::of_assets(own).unwrap().dates().to_vec();
    let refused = |model: &dyn ExpectedReturnModel, design: Design| {
        Accumulator::new(&data.1, model, design, dates.clone()).unwrap_err().to_string()
    };
    let robust = eventstudy::models::HuberModel::on("m");
    assert!(refused(&robust, design.clone()).contains("linear form"));
    let estimation = design.estimation().clone();
    let windows = design.windows().to_vec();
    let with = |estimation| Design::new(windows.clone(), estimation).unwrap();
    let others = with(estimation.clone().excluding_other_events(true));
    assert!(refused(&ConstantMeanModel, others).contains("other events"));
    let long = eventstudy::time::EstimationReturns::TradeToTrade;
    assert!(
        refused(&ConstantMeanModel, with(estimation.with_returns(long))).contains("row by row")
    );
    assert!(refused(&MarketModel::on("nobody"), design.clone()).contains("nobody"));

    let run = Accumulator::new(&data.1, &ConstantMeanModel, design, dates).unwrap();
    let mut partial = run.start(0).unwrap();
    let short = ResponseDates::shared(3, &[day(250)]).unwrap();
    assert!(run.extend(&mut partial, &data.0, &short).is_err());
    let elsewhere = ResponseDates::shared(N_ASSETS, &[day(1)]).unwrap();
    let fault = run.extend(&mut partial, &data.0, &elsewhere).unwrap_err().to_string();
    assert!(fault.contains("one of the dates of the run"), "{fault}");
    assert_eq!(partial, run.start(0).unwrap(), "a refused block leaves no trace");
}
