//! Assets held against others: matched controls, synthetic controls, placebo units.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::float_cmp)]

mod common;

use common::{Noise, close, compound, day, design, events, market, panel, table};
use eventstudy::Error;
use eventstudy::abnormal::Reason;
use eventstudy::inference::{PlaceboUnitRanks, PlaceboUnits};
use eventstudy::models::{
    Characteristics, ControlMatching, ControlModel, ExpectedReturnModel, FitFault, MarketModel,
    MatchRequest,
};
use eventstudy::panel::{Compounding, PricePanel};
use eventstudy::time::EventWindow;

const SIMPLE: Compounding = Compounding::Simple;

#[test]
fn matched_controls_give_abnormal_returns_and_the_rest_is_counted() {
    let prices = market(81, 5, 120);
    let event = day(80);
    let mut known = Characteristics::new(["size"]).unwrap();
    for (asset, size) in [("a0", 10.0), ("a1", 11.0), ("a2", 12.9), ("a3", 50.0)] {
        known.insert(asset, day(3), &[size]).unwrap();
    }
    let request =
        |asset: &str| MatchRequest { asset: asset.to_owned(), event, from: day(20), to: day(90) };
    let matching = ControlMatching::nearest("size").band("size", 0.7, 1.3).unwrap();
    let asked = [request("a0"), request("a3"), request("a4")];
    let found = matching.find(&known, &["a1", "a2", "a3"], &asked, &[("a1", day(60))]).unwrap();
    assert_eq!(found.matches.len(), 1);
    assert_eq!(found.matches[0].controls[0].0, "a2");
    assert_eq!(found.unmatched.len(), 2);

    let returns = prices.to_returns(SIMPLE);
    let window = EventWindow::rows(0, 5).unwrap();
    let assets = ["a0", "a3", "a4"];
    let found = table(&prices, SIMPLE, &found.model, &design(0, 5, 40), &events(&[80]), &assets);
    assert_eq!(found.responses().len(), 1);
    let none = FitFault::TooFewFactors { n_found: 0, n_needed: 1 };
    let reasons: Vec<&Reason> = found.exclusions().iter().map(|x| &x.reason).collect();
    assert_eq!(reasons, [&Reason::Fit { fault: none }, &Reason::Fit { fault: none }]);
    let (cars, _) = found.cumulative(&window).unwrap();
    let value = |name: &str, row: usize| returns.value(returns.asset(name).unwrap(), row).unwrap();
    let car: f64 = (80..=85).map(|row| value("a0", row) - value("a2", row)).sum();
    close(cars[0].1.car, car, 1e-12);
    let excess: Vec<f64> = (40..80).map(|row| value("a0", row) - value("a2", row)).collect();
    let mean = excess.iter().sum::<f64>() / 40.0;
    let variance = excess.iter().map(|e| (e - mean).powi(2)).sum::<f64>() / 39.0;
    close(cars[0].1.forecast_std_dev, (variance * (6.0 + 36.0 / 40.0)).sqrt(), 1e-12);
}

#[test]
fn a_control_that_lacks_returns_excludes_the_asset_and_not_the_event() {
    let mut rows: Vec<(&str, Vec<f64>)> = Vec::new();
    let mut noise = Noise::new(82);
    for name in ["a", "b", "c", "d"] {
        rows.push((name, compound(&noise.take(99, 0.02))));
    }
    rows[1].1[70] = f64::NAN;
    let prices = panel(&rows);
    let mut model = ControlModel::default();
    model.add_control("a", None, "b").unwrap();
    model.add_control("c", None, "d").unwrap();
    let found = table(&prices, SIMPLE, &model, &design(0, 5, 40), &events(&[66]), &["a", "c"]);
    assert_eq!(found.responses().len(), 1);
    assert_eq!(found.exclusions()[0].asset.as_deref(), Some("a"));
    let reason = &found.exclusions()[0].reason;
    assert!(
        matches!(reason, Reason::BenchmarkMissing { benchmark, .. } if benchmark == "b"),
        "{reason:?}"
    );
}

/// Prices of `t`, a mixture of the first two of eight assets with a jump on each row of the event
/// window, and of these assets.
fn treated(jump: f64) -> PricePanel {
    let mut noise = Noise::new(83);
    let common = noise.take(139, 0.01);
    let donors: Vec<Vec<f64>> =
        (0..8).map(|_| common.iter().map(|m| m + 0.02 * noise.next()).collect()).collect();
    let own: Vec<f64> = (0..139)
        .map(|t| {
            let shock = if (99..105).contains(&t) { jump } else { 0.0 };
            0.5 * donors[0][t] + 0.5 * donors[1][t] + 0.005 * noise.next() + shock
        })
        .collect();
    let mut rows = vec![("t", compound(&own)), ("m", compound(&common))];
    let names = ["d0", "d1", "d2", "d3", "d4", "d5", "d6", "d7"];
    rows.extend(names.into_iter().zip(donors.iter().map(|d| compound(d))));
    panel(&rows)
}

const UNITS: [&str; 9] = ["t", "d0", "d1", "d2", "d3", "d4", "d5", "d6", "d7"];

fn compare(
    prices: &PricePanel,
    model: &dyn ExpectedReturnModel,
    units: PlaceboUnits,
) -> Result<PlaceboUnitRanks, Error> {
    let table = table(prices, SIMPLE, model, &design(0, 5, 80), &events(&[100]), &UNITS);
    let event = table.events()[0].event;
    let asset = prices.asset("t").unwrap();
    units.compare(&table, event, asset, &EventWindow::rows(0, 5).unwrap())
}

#[test]
fn placebo_units_rank_a_treated_asset_under_any_model() {
    let prices = treated(0.1);
    let found = compare(&prices, &MarketModel::on("m"), PlaceboUnits::default()).unwrap();
    assert_eq!(found.placebos.len(), 8);
    assert_eq!((found.rank_of_ratio, found.rank_of_car), (1, 1));
    assert_eq!((found.p_of_car, found.attainable()), (1.0 / 9.0, 1.0 / 9.0));
    assert!((found.treated.car - 0.6).abs() < 0.1, "{found:?}");
    // Without an effect the asset, which is the calmest, has the smallest CAR or near it.
    let found = compare(&treated(0.0), &MarketModel::on("m"), PlaceboUnits::default()).unwrap();
    assert!(found.p_of_car > 0.3 && found.p_of_ratio > 0.1, "{found:?}");
}

#[test]
fn units_that_cannot_be_computed_are_counted() {
    let gap = |name: &str, row: usize, prices: &PricePanel| {
        prices.with_price(name, day(row), None).unwrap()
    };
    let prices = treated(0.1);
    // Row 105 is the last of the window, so the hole cannot be bridged; row 60 shortens the
    // estimation window.
    let prices = gap("d5", 60, &gap("d3", 105, &prices));
    let found = compare(&prices, &MarketModel::on("m"), PlaceboUnits::default()).unwrap();
    assert_eq!((found.placebos.len(), found.n_excluded), (6, 2));
    let prices = gap("t", 60, &prices);
    let fault = compare(&prices, &MarketModel::on("m"), PlaceboUnits::default()).unwrap_err();
    assert!(fault.to_string().contains("t: "), "{fault}");
    assert!(matches!(fault, Error::NoResponses { .. }));
}

#[cfg(feature = "synthetic")]
mod synthetic {
    use super::*;
    use eventstudy::models::{SyntheticControl, SyntheticObjective};

    fn model() -> SyntheticControl {
        SyntheticControl::of(UNITS[1..].iter().copied())
    }

    #[test]
    fn a_synthetic_control_sees_what_happened_to_the_asset_alone() {
        let prices = treated(0.02);
        for objective in
            [SyntheticObjective::Returns, SyntheticObjective::CumulativeLogReturns(SIMPLE)]
        {
            let model = model().objective(objective);
            let strict = PlaceboUnits::default().max_pre_mspe(50.0).unwrap();
            let found = compare(&prices, &model, strict).unwrap();
            assert!((found.treated.car - 0.12).abs() < 0.02, "{found:?}");
            assert_eq!((found.rank_of_ratio, found.p_of_ratio), (1, 1.0 / 9.0));
            assert_eq!(found.n_poor_fit + found.placebos.len(), 8);
        }
        let strict = PlaceboUnits::default().max_pre_mspe(2.0).unwrap();
        let fault = compare(&prices, &model(), strict).unwrap_err();
        assert!(matches!(fault, Error::TooFew { .. }), "{fault}");
    }

    #[test]
    fn the_treated_asset_is_a_donor_where_it_is_listed() {
        let prices = treated(0.02);
        let units = PlaceboUnits::default();
        let apart = compare(&prices, &model(), units).unwrap();
        let among = compare(&prices, &SyntheticControl::of(UNITS), units).unwrap();
        assert_eq!(apart.treated, among.treated);
        let of = |found: &PlaceboUnitRanks, name: &str| {
            found.placebos.iter().find(|unit| unit.asset == name).unwrap().clone()
        };
        // The asset is half d0, so it takes part in the control of d0.
        assert_ne!(of(&apart, "d0"), of(&among, "d0"));
    }

    #[test]
    fn a_donor_without_returns_is_dropped_and_its_neighbours_stay() {
        let prices = treated(0.02).with_price("d1", day(102), None).unwrap();
        let table = table(&prices, SIMPLE, &model(), &design(0, 5, 80), &events(&[100]), &UNITS);
        assert_eq!(table.exclusions(), []);
        let weights = |asset: usize| table.responses()[asset].fit().coefficients().1.to_vec();
        assert!(weights(0)[0] > 0.3 && weights(0)[1] == 0.0, "{:?}", weights(0));
        // The hole of d1 itself is bridged, over donors that have returns.
        let window = EventWindow::rows(0, 5).unwrap();
        assert_eq!(table.cumulative(&window).unwrap().0.len(), 9);
        assert!(table.responses().iter().all(|r| r.fit().convergence().is_some()));
    }

    #[test]
    fn the_bits_are_the_same_at_any_number_of_threads() {
        let prices = treated(0.02);
        let run = || compare(&prices, &model(), PlaceboUnits::default()).unwrap();
        let one = eventstudy::with_threads(1, run).unwrap();
        assert_eq!(eventstudy::with_threads(3, run).unwrap(), one);
    }
}

#[test]
fn whole_studies_run_on_the_new_models() {
    use eventstudy::models::{
        DimsonModel, ExponentiallyWeightedModel, HuberModel, RollingModel, ScholesWilliamsModel,
    };
    use eventstudy::panel::Universe;
    use eventstudy::study::{EventStudy, PlaceboSettings, StudyData};
    use eventstudy::time::EstimationWindow;
    use std::sync::Arc;

    let prices = treated(0.05);
    let data = StudyData::new(prices, SIMPLE);
    let mut controls = ControlModel::default();
    controls.add_equal("t", None, ["d0", "d1"]).unwrap();
    let models: Vec<Arc<dyn ExpectedReturnModel>> = vec![
        Arc::new(ScholesWilliamsModel::on("m")),
        Arc::new(DimsonModel::on("m", 1, 1)),
        Arc::new(HuberModel::on("m")),
        Arc::new(ExponentiallyWeightedModel::on("m", 20.0).unwrap()),
        Arc::new(RollingModel::on("m")),
        Arc::new(controls),
        #[cfg(feature = "synthetic")]
        Arc::new(eventstudy::models::SyntheticControl::of(UNITS)),
    ];
    for model in models {
        let name = model.name();
        let window = EventWindow::rows(0, 5).unwrap();
        let study = EventStudy::builder_of(Universe::of(["t"]), model)
            .windows([window])
            .estimation_window(EstimationWindow::trailing(50).unwrap())
            .placebo(Some(PlaceboSettings::default()))
            .build()
            .unwrap();
        let outcome = study.run(&data, &events(&[100])).unwrap();
        let found = outcome.window(&window).unwrap();
        assert!((found.mean - 0.3).abs() < 0.1, "{name}: {}", found.mean);
        let placebo = found.placebo.as_ref().unwrap();
        assert!(placebo.mean.abs() < 0.1, "{name}: {placebo:?}");
    }
}
