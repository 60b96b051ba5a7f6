//! What is accumulated over blocks of assets is what the table of single responses gives.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::float_cmp)]

mod accumulation_support;
mod common;

use std::collections::BTreeMap;

use accumulation_support::*;
use chrono::NaiveDate;
use common::day;
use eventstudy::abnormal::{
    Accumulator, Design, ExclusionKind, MissingPolicy, Partial, Reason, ResponseDates,
};
use eventstudy::events::{Event, EventSet, Scope};
use eventstudy::inference::{
    AccumulatedTests, Bmp, CrossSectionalT, KolariPynnonen, PatellZ, ResidualCorrelation,
    SignificanceTest, Standardisation, TestResult, WindowSample,
};
use eventstudy::models::{ConstantMeanModel, ExpectedReturnModel, MarketModel};
use eventstudy::panel::{AssetId, Candidate, Compounding, ExcludedAssets, ReturnPanel, Universe};
use eventstudy::time::{EstimationWindow, EventWindow};
use ndarray::Array2;
use proptest::prelude::*;

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
        let tests = AccumulatedTests::of(window).unwrap();
        let sample = WindowSample::new(&single, design).unwrap();
        let same = |found: &TestResult, test: &dyn SignificanceTest| {
            let expected = test.test(&sample).unwrap();
            close(found.statistic, expected.statistic, 1.0, &found.test);
            assert_eq!(found.test, expected.test);
            assert_eq!(found.distribution, expected.distribution);
            assert_eq!(found.n_responses, expected.n_responses);
        };
        same(&tests.cross_sectional, &CrossSectionalT);
        same(&tests.bmp, &Bmp::default());
        same(tests.patell.as_ref().unwrap(), &PatellZ::default());
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
    #![proptest_config(ProptestConfig::with_cases(1))]
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
            let tests = AccumulatedTests::of(&found.windows[0]).unwrap();
            let form = Standardisation::Scar;
            for (found, test) in [
                (tests.kolari_pynnonen_bmp, KolariPynnonen::adjusted_bmp(form)),
                (tests.kolari_pynnonen_patell, KolariPynnonen::adjusted_patell(form)),
            ] {
                let (found, expected) = (found.unwrap(), test.test(&sample).unwrap());
                close(found.statistic, expected.statistic, 1.0, &found.test);
                assert_eq!(found.distribution, expected.distribution);
            }
            // By hand: t over the means of the dates.
            let means: Vec<f64> = found.windows[0].by_date.iter().map(|d| d.value).collect();
            match (&means[..], tests.event_dates) {
                ([_], found) => assert!(found.is_none()),
                ([a, b], Some(found)) => {
                    close(found.statistic, (a + b) / (a - b).abs(), 1.0, "t over dates");
                }
                _ => panic!("{means:?}"),
            }
            close(found.windows[0].mean_correlation.unwrap(), expected, 1.0, "correlation");
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

/// Blocks of prices, as they come from files, with the assets that a universe has on each date.
#[test]
fn chunks_of_a_universe_are_the_whole() {
    let world = World::new(21, 0.03);
    let names = world.prices.names();
    let wanted: Vec<&String> = names.iter().filter(|n| !n.ends_with('7')).collect();
    let excluded = ExcludedAssets::default().with(&names[3], "not wanted");
    let universe = Universe::of(wanted).excluding(excluded).min_history(100);
    let events = EventSet::new(vec![
        Event::market(day(200), "first"),
        Event::market(day(300), "second"),
        Event::of_asset(day(250), names[7].as_str(), "own"),
    ])
    .unwrap();
    let (returns, factors) = world.returns(Compounding::Simple);
    let (whole, left_out) = ResponseDates::of_universe(&events, &universe, &world.prices).unwrap();
    let own: Vec<Vec<NaiveDate>> = (0..N_ASSETS).map(|i| whole.of(i).collect()).collect();
    for (i, dates) in own.iter().enumerate() {
        let expected: Vec<NaiveDate> = events
            .iter()
            .filter(|event| match &event.scope {
                Scope::Asset(name) => *name == names[i],
                Scope::Market => universe
                    .select(&world.prices, event.date)
                    .iter()
                    .any(|c| matches!(c, Candidate::Member { asset, .. } if asset.index() == i)),
            })
            .map(|event| event.date)
            .collect();
        assert_eq!(*dates, expected, "{}", names[i]);
    }
    assert!(left_out.iter().any(|e| matches!(e.reason, Reason::ByRule { .. })));

    let design = designs().swap_remove(0);
    let dates = events.dates();
    let run = Accumulator::new(&factors, &MarketModel::on("m"), design, dates).unwrap();
    let once = run.run_chunks([Ok((returns, whole))]).unwrap();
    let mut n_left_out = 0;
    let blocks = names.chunks(20).map(|names| {
        let prices = world.prices.select(names)?;
        let (responses, left_out) = ResponseDates::of_universe(&events, &universe, &prices)?;
        n_left_out += left_out.len();
        Ok((prices.to_returns(Compounding::Simple), responses))
    });
    assert_eq!(run.run_chunks(blocks).unwrap(), once);
    assert_eq!(n_left_out, left_out.len());
}
