//! Studies that compare with other assets at the same events, or each event with its own estimation
//! window: the same as the library by hand.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::float_cmp)]

mod common;

use common::{close, day, events, market_rows, panel};
use eventstudy::abnormal::PortfolioRule;
use eventstudy::events::{Event, EventId, EventSet};
use eventstudy::inference::{AssetDraw, PlaceboAssets, conformal_series};
use eventstudy::models::MarketModel;
use eventstudy::panel::{AssetId, Compounding, MarketValues, Universe};
use eventstudy::resampling::{ConformalPermutations, ConformalStatistic, ConformalTest};
use eventstudy::study::{
    ConformalSettings, EventStudy, EventStudyBuilder, Outcome, PlaceboAssetsSettings, StudyData,
    Weighting,
};
use eventstudy::time::{EstimationWindow, EventWindow};
use eventstudy::{Error, with_threads};

const N_DATES: usize = 500;
const EVENTS: [usize; 2] = [200, 380];
const NAMES: [&str; 8] = ["a0", "a1", "a2", "a3", "a4", "a5", "a6", "a7"];

/// Eight assets and the market that they follow, in one panel.
fn data() -> StudyData {
    let rows = market_rows(51, NAMES.len(), N_DATES);
    let named: Vec<(&str, Vec<f64>)> = rows.iter().map(|(n, r)| (n.as_str(), r.clone())).collect();
    StudyData::new(panel(&named), Compounding::Simple)
}

fn all() -> Universe {
    Universe::of(["m", "a0", "a1", "a2", "a3", "a4", "a5", "a6", "a7"])
}

fn windows() -> [EventWindow; 2] {
    [EventWindow::rows(0, 3).unwrap(), EventWindow::days(1, 15).unwrap()]
}

fn builder(universe: Universe) -> EventStudyBuilder {
    EventStudy::builder(universe, MarketModel::on("m"))
        .windows(windows())
        .estimation_window(EstimationWindow::trailing(80).unwrap().gap(2))
        .placebo(None)
        .bootstrap(None)
        .tests([])
        .seed(3)
}

fn with_pool(universe: Universe, settings: PlaceboAssetsSettings) -> Outcome {
    let study = builder(universe).placebo_assets(Some(settings)).build().unwrap();
    study.run(&data(), &events(&EVENTS)).unwrap()
}

#[test]
fn placebo_assets_by_hand() {
    let data = data();
    let outcome = with_pool(Universe::of(["a1", "a4"]), PlaceboAssetsSettings::of(all()));
    let ids = |names: &[&str]| -> Vec<AssetId> {
        names.iter().map(|name| data.prices().asset(name).unwrap()).collect()
    };
    // Without the benchmark, which is fitted to itself.
    let both = builder(Universe::of(NAMES)).build().unwrap();
    let table = both.responses(&data, &events(&EVENTS)).unwrap();
    for (w, window) in outcome.windows.iter().zip(windows()) {
        let by_hand = PlaceboAssets::new().seed(3).compare(&table, &ids(&["a1", "a4"]), &window);
        let by_hand = by_hand.unwrap();
        assert_eq!(w.placebo_assets.as_ref().unwrap(), &by_hand);
        assert_eq!((by_hand.draw, by_hand.reference.n), (AssetDraw::SameAtAllEvents, 27));
        // The responses are those of the study.
        close(by_hand.reference.observed, w.caar, 1e-12);
        for (event, id) in w.events.iter().zip(table.events()) {
            let members = ids(&["a1", "a4"]).into_iter().map(|asset| (id.event, asset));
            let members: Vec<(EventId, AssetId)> = members.collect();
            let alone = PlaceboAssets::new().seed(3).compare_members(&table, &members, &window);
            assert_eq!(event.placebo_assets.as_ref().unwrap(), &alone.unwrap());
        }
    }
    let stated = outcome.settings.placebo_assets.unwrap();
    assert_eq!((stated.draw, stated.n_sets), (None, 9_999));
    assert_eq!(stated.pool, all().rule());
}

#[test]
fn assets_that_respond_to_one_event_alone_are_drawn_anew() {
    let values =
        [(0, "a0", 9.0), (0, "a1", 8.0), (0, "a2", 7.0), (300, "a2", 9.0), (300, "a3", 8.0)];
    let values = values.map(|(row, name, v)| (day(row), name.to_owned(), v));
    let top = Universe::top(2, MarketValues::new(values).unwrap()).unwrap();
    let outcome = with_pool(top.clone(), PlaceboAssetsSettings::of(all()));
    let found = outcome.windows[0].placebo_assets.as_ref().unwrap();
    assert_eq!(found.draw, AssetDraw::AnewAtEachEvent);
    // a2 and a3 are in the pool of the first event, a0 and a1 in that of the second.
    let counts: Vec<_> = found.events.iter().map(|e| (e.n_treated, e.n_placebo)).collect();
    assert_eq!(counts, [(2, 6), (2, 6)]);
    assert_eq!(found.reference.n, 28 * 28 - 1);
    // What is asked for and cannot be is said.
    let same = PlaceboAssetsSettings {
        draw: Some(AssetDraw::SameAtAllEvents),
        ..PlaceboAssetsSettings::of(all())
    };
    let w = with_pool(top, same).windows.remove(0);
    assert!(w.placebo_assets.is_none() && w.events.iter().all(|e| e.placebo_assets.is_some()));
    let fault = w.placebo_assets_fault.unwrap();
    assert!(fault.starts_with("treated assets = others at "), "{fault}");
    // A pool of nobody but those who respond.
    let nobody = PlaceboAssetsSettings::of(Universe::of(["a0", "a1", "m"]));
    let w = with_pool(Universe::of(["a0", "a1"]), nobody).windows.remove(0);
    let fault = "placebo assets needs at least 1 assets of the pool, found 0";
    assert_eq!(w.placebo_assets_fault.as_deref(), Some(fault));
    assert_eq!(w.events[0].placebo_assets_fault.as_deref(), Some(fault));
}

#[test]
fn assets_with_an_event_on_the_same_date_are_not_in_its_pool() {
    let listed = [(200, "a0"), (200, "a1"), (380, "a0")];
    let listed = listed.map(|(row, name)| Event::of_asset(day(row), name, name)).to_vec();
    let listed = EventSet::new(listed).unwrap();
    let settings = PlaceboAssetsSettings::of(all());
    let study = builder(all()).placebo_assets(Some(settings)).build().unwrap();
    let outcome = study.run(&data(), &listed).unwrap();
    let found = outcome.windows[0].placebo_assets.as_ref().unwrap();
    let counts: Vec<_> = found.events.iter().map(|e| (e.n_treated, e.n_placebo)).collect();
    assert_eq!(counts, [(1, 6), (1, 6), (1, 7)]);
}

#[test]
fn an_asset_that_lacks_prices_later_is_still_in_the_pool() {
    // Who is gone by the second event was there at the first.
    let mut rows = market_rows(51, NAMES.len(), N_DATES);
    rows[8].1[300..].fill(f64::NAN);
    let named: Vec<(&str, Vec<f64>)> = rows.iter().map(|(n, r)| (n.as_str(), r.clone())).collect();
    let data = StudyData::new(panel(&named), Compounding::Simple);
    let anew = PlaceboAssetsSettings {
        draw: Some(AssetDraw::AnewAtEachEvent),
        ..PlaceboAssetsSettings::of(all())
    };
    let study = builder(Universe::of(["a0"])).placebo_assets(Some(anew)).build().unwrap();
    let outcome = study.run(&data, &events(&EVENTS)).unwrap();
    let found = outcome.windows[0].placebo_assets.as_ref().unwrap();
    assert_eq!(found.events.iter().map(|e| e.n_placebo).collect::<Vec<_>>(), [7, 6]);
}

#[test]
fn the_conformal_test_by_hand() {
    let data = data();
    let values = NAMES.iter().enumerate().map(|(k, n)| (day(0), (*n).to_owned(), 1.0 + k as f64));
    let top = Universe::top(8, MarketValues::new(values).unwrap()).unwrap();
    let settings = [
        ConformalSettings::default(),
        ConformalSettings {
            statistic: ConformalStatistic::Sum,
            permutations: ConformalPermutations::Iid,
            n_draws: 99,
        },
    ];
    for settings in settings {
        let study = builder(top.clone())
            .weighting(Weighting::MarketValue)
            .conformal(Some(settings))
            .build()
            .unwrap();
        let outcome = study.run(&data, &events(&EVENTS)).unwrap();
        assert_eq!(outcome.settings.conformal, Some(settings));
        let table = study.responses(&data, &events(&EVENTS)).unwrap();
        let test = ConformalTest::new()
            .statistic(settings.statistic)
            .permutations(settings.permutations)
            .draws(settings.n_draws)
            .seed(3);
        for (w, window) in outcome.windows.iter().zip(windows()) {
            for (event, rows) in w.events.iter().zip(table.events()) {
                // The study has the members largest first.
                let members: Vec<(AssetId, f64)> = (0..8)
                    .rev()
                    .map(|k| (data.prices().asset(NAMES[k]).unwrap(), 1.0 + k as f64))
                    .collect();
                let model = MarketModel::on("m");
                let series =
                    conformal_series(&table, data.factors(), &model, rows.event, &members, &window)
                        .unwrap();
                assert_eq!(series.n_rows(), 80 + series.n_post());
                let found = event.conformal.unwrap();
                let by_hand = test.test(&series).unwrap();
                close(found.result.statistic, by_hand.statistic, 1e-12);
                assert_eq!(found.result.p_value, by_hand.p_value);
                assert_eq!(found.result.n_permutations, by_hand.n_permutations);
                let (interval, expected) = (found.interval.unwrap(), test.interval(&series, 0.95));
                close(interval.lower, expected.as_ref().unwrap().lower, 1e-9);
                close(interval.upper, expected.as_ref().unwrap().upper, 1e-9);
            }
        }
    }
}

#[test]
fn an_effect_is_found_and_too_few_permutations_have_no_interval() {
    let mut rows = market_rows(51, 1, N_DATES);
    // A tenth more on each of the four days of the first event, for good.
    for (n, row) in (1..=4).zip(200..204) {
        rows[1].1[row] *= 1.1_f64.powi(n);
    }
    rows[1].1[204..].iter_mut().for_each(|price| *price *= 1.1_f64.powi(4));
    let named: Vec<(&str, Vec<f64>)> = rows.iter().map(|(n, r)| (n.as_str(), r.clone())).collect();
    let data = StudyData::new(panel(&named), Compounding::Simple);
    let study = |level| {
        let study = builder(Universe::of(["a0"])).conformal(Some(ConformalSettings::default()));
        study.level(level).build().unwrap().run(&data, &events(&EVENTS)).unwrap()
    };
    let of = |outcome: &Outcome, event: usize| outcome.windows[0].events[event].conformal.unwrap();
    let usual = study(0.9);
    let found = of(&usual, 0);
    assert_eq!((found.result.n_rows, found.result.n_post), (84, 4));
    assert_eq!(found.result.p_value, 1.0 / 84.0);
    let interval = found.interval.unwrap();
    assert!(interval.lower > 0.05 && 0.1 < interval.upper, "{interval:?}");
    assert!(of(&usual, 1).result.p_value > 0.05);
    // 84 shifts cannot reject at 1 %.
    assert_eq!(of(&study(0.99), 0).interval, None);
}

#[test]
fn what_is_not_asked_for_is_not_there_and_a_portfolio_that_does_not_fit_is_refused() {
    let plain = builder(Universe::of(["a0"])).build().unwrap();
    let outcome = plain.run(&data(), &events(&EVENTS)).unwrap();
    let json = outcome.to_json().unwrap();
    for word in ["conformal", "placebo_assets", "matched"] {
        assert!(!json.contains(word), "{word}");
    }
    let conformal = Some(ConformalSettings::default());
    let built = builder(all()).portfolio(PortfolioRule::BuyAndHold).conformal(conformal).build();
    assert!(
        built.unwrap_err().to_string().starts_with("conformal test of a portfolio = "),
        "refused"
    );
    let none = ConformalSettings { n_draws: 0, ..ConformalSettings::default() };
    assert!(matches!(builder(all()).conformal(Some(none)).build(), Err(Error::Setting { .. })));
    let none = PlaceboAssetsSettings { n_sets: 0, ..PlaceboAssetsSettings::of(all()) };
    assert!(matches!(
        builder(all()).placebo_assets(Some(none)).build(),
        Err(Error::Setting { .. })
    ));
}

#[test]
fn the_same_bits_at_any_number_of_threads_and_back_from_json() {
    let data = data();
    let iid = ConformalSettings {
        permutations: ConformalPermutations::Iid,
        n_draws: 499,
        ..ConformalSettings::default()
    };
    let drawn = PlaceboAssetsSettings { n_sets: 25, ..PlaceboAssetsSettings::of(all()) };
    let study = builder(Universe::of(["a1", "a4"]))
        .conformal(Some(iid))
        .placebo_assets(Some(drawn))
        .build()
        .unwrap();
    let run = || study.run(&data, &events(&EVENTS)).unwrap();
    let one = with_threads(1, || run().to_json().unwrap()).unwrap();
    for n in [2, 5] {
        assert!(with_threads(n, || run().to_json().unwrap()).unwrap() == one, "{n} threads");
    }
    assert_eq!(serde_json::from_str::<Outcome>(&one).unwrap(), run());
}
