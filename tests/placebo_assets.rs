//! Treated assets among sets of as many others at the same events.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::float_cmp)]

mod common;

use common::{close, compound, day, design, events, market, market_rows, panel, table};
use eventstudy::abnormal::AbnormalReturns;
use eventstudy::inference::samples::LabelPermutation;
use eventstudy::inference::{Alternative, AssetDraw, PlaceboAssets, PlaceboAssetsResult};
use eventstudy::models::{ConstantMeanModel, MarketModel};
use eventstudy::panel::{AssetId, Compounding, PricePanel};
use eventstudy::time::EventWindow;
use eventstudy::{Error, Result, with_threads};

const NAMES: [&str; 8] = ["a0", "a1", "a2", "a3", "a4", "a5", "a6", "a7"];
const SIMPLE: Compounding = Compounding::Simple;

fn window() -> EventWindow {
    EventWindow::rows(1, 5).unwrap()
}

fn cars(prices: &PricePanel, event_rows: &[usize], names: &[&str]) -> AbnormalReturns {
    let model = MarketModel::on("m");
    table(prices, SIMPLE, &model, &design(1, 5, 40), &events(event_rows), names)
}

fn ids(prices: &PricePanel, names: &[&str]) -> Vec<AssetId> {
    names.iter().map(|name| prices.asset(name).unwrap()).collect()
}

/// The CARs of an event, in the order of the panel.
fn of_event(table: &AbnormalReturns, place: usize) -> Vec<f64> {
    let event = table.events()[place].event;
    let (cars, _) = table.cumulative(&window()).unwrap();
    cars.iter().filter(|(r, _)| r.event() == event).map(|(_, c)| c.car).collect()
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

#[test]
fn one_event_is_the_permutation_of_its_labels() {
    let prices = market(21, 8, 120);
    let table = cars(&prices, &[80], &NAMES);
    let all = of_event(&table, 0);
    let found = PlaceboAssets::new().compare(&table, &ids(&prices, &["a0", "a1", "a2"]), &window());
    let found = found.unwrap();
    let (p, q) = (
        found.reference.p_values,
        LabelPermutation::new().test(&all[..3], &all[3..]).unwrap().result,
    );
    close(p.upper, q.p_value(Alternative::Greater), 1e-14);
    close(p.lower, q.p_value(Alternative::Less), 1e-14);
    close(p.two_sided, q.p_value(Alternative::TwoSided), 1e-14);
    assert_eq!((found.reference.n, found.reference.exact), (55, true));
    close(found.reference.attainable_p, 1.0 / 56.0, 1e-15);
    close(found.reference.observed, mean(&all[..3]), 1e-14);
    // The mean over the 55 other sets.
    let others = (56.0 * mean(&all) - mean(&all[..3])) / 55.0;
    close(found.reference.mean, others, 1e-12);
    let event = &found.events[0];
    assert_eq!((event.n_treated, event.n_placebo, event.n_excluded), (3, 5, 0));
    close(event.treated_caar - event.placebo_caar, mean(&all[..3]) - mean(&all[3..]), 1e-12);
}

#[test]
fn each_set_in_its_turn_has_a_uniform_rank() {
    let prices = market(22, 8, 200);
    let table = cars(&prices, &[80, 140], &NAMES);
    for draw in [AssetDraw::SameAtAllEvents, AssetDraw::AnewAtEachEvent] {
        let mut uppers = Vec::new();
        for (i, first) in NAMES.iter().enumerate() {
            for second in &NAMES[i + 1..] {
                let treated = ids(&prices, &[first, second]);
                let found = PlaceboAssets::new().draw(draw).compare(&table, &treated, &window());
                uppers.push(found.unwrap().reference.p_values.upper);
            }
        }
        uppers.sort_by(f64::total_cmp);
        let n = uppers.len() as f64;
        for (k, p) in uppers.iter().enumerate() {
            match draw {
                AssetDraw::SameAtAllEvents => close(*p, (k + 1) as f64 / n, 1e-12),
                // The 28 are among 784 sets.
                AssetDraw::AnewAtEachEvent => assert!(*p >= 1.0 / 784.0),
            }
        }
    }
}

#[test]
fn several_events_by_brute_force() {
    let prices = market(23, 6, 200);
    let table = cars(&prices, &[80, 140], &NAMES[..6]);
    let (first, second) = (of_event(&table, 0), of_event(&table, 1));
    let treated = ids(&prices, &["a0", "a1"]);
    let pairs: Vec<[usize; 2]> = (0..6).flat_map(|i| (i + 1..6).map(move |j| [i, j])).collect();
    let at = |cars: &[f64], pair: &[usize; 2]| f64::midpoint(cars[pair[0]], cars[pair[1]]);
    let observed = f64::midpoint(at(&first, &[0, 1]), at(&second, &[0, 1]));

    let same: Vec<f64> =
        pairs.iter().map(|p| f64::midpoint(at(&first, p), at(&second, p))).collect();
    let anew: Vec<f64> = pairs
        .iter()
        .flat_map(|p| {
            pairs.iter().map(|q| f64::midpoint(at(&first, p), at(&second, q))).collect::<Vec<_>>()
        })
        .collect();
    for (draw, all) in [(AssetDraw::SameAtAllEvents, same), (AssetDraw::AnewAtEachEvent, anew)] {
        let found = PlaceboAssets::new().draw(draw).compare(&table, &treated, &window()).unwrap();
        let share = |keep: &dyn Fn(f64) -> bool| {
            all.iter().filter(|v| keep(**v)).count() as f64 / all.len() as f64
        };
        let (p, centre) = (found.reference.p_values, mean(&all));
        close(found.reference.observed, observed, 1e-13);
        assert_eq!(found.reference.n, all.len() - 1);
        close(p.upper, share(&|v| v >= observed - 1e-12), 1e-13);
        close(p.lower, share(&|v| v <= observed + 1e-12), 1e-13);
        close(
            p.two_sided,
            share(&|v| (v - centre).abs() >= (observed - centre).abs() - 1e-12),
            1e-13,
        );
    }
}

#[test]
fn what_moves_all_assets_of_a_date_cancels() {
    let rows = market_rows(24, 8, 120);
    let moved = |shock: f64| {
        // A constant mean is fitted, so the shock stays in the abnormal returns of all assets.
        let rows: Vec<(&str, Vec<f64>)> = rows
            .iter()
            .map(|(name, prices)| {
                let returns: Vec<f64> = prices
                    .windows(2)
                    .enumerate()
                    .map(|(k, pair)| pair[1] / pair[0] - 1.0 + if k == 82 { shock } else { 0.0 })
                    .collect();
                (name.as_str(), compound(&returns))
            })
            .collect();
        let prices = panel(&rows);
        let model = ConstantMeanModel;
        let found = table(&prices, SIMPLE, &model, &design(1, 5, 40), &events(&[80]), &NAMES);
        PlaceboAssets::new().compare(&found, &ids(&prices, &["a3", "a5"]), &window()).unwrap()
    };
    let (still, moved) = (moved(0.0), moved(0.3));
    close(moved.reference.observed, still.reference.observed + 0.3, 1e-9);
    close(moved.reference.excess, still.reference.excess, 1e-9);
    assert_eq!(moved.reference.p_values, still.reference.p_values);
}

#[test]
fn many_sets_are_drawn_the_same_at_any_number_of_threads() {
    let prices = market(25, 8, 200);
    let table = cars(&prices, &[80, 140], &NAMES);
    let treated = ids(&prices, &["a1", "a4", "a6"]);
    let run = |sets: usize, seed: u64| -> PlaceboAssetsResult {
        let placebo = PlaceboAssets::new().draw(AssetDraw::AnewAtEachEvent).sets(sets).seed(seed);
        placebo.compare(&table, &treated, &window()).unwrap()
    };
    let (all, some) = (run(3_136, 1).reference, run(3_000, 1).reference);
    assert_eq!((all.n, all.exact, all.seed), (3_135, true, None));
    assert_eq!((some.n, some.exact, some.seed), (3_000, false, Some(1)));
    let error = all.std_dev.unwrap() / 3_000.0_f64.sqrt();
    assert!((some.mean - all.mean).abs() < 4.0 * error);
    let (p, q) = (some.p_values.two_sided, all.p_values.two_sided);
    assert!((p - q).abs() < 4.0 * (q * (1.0 - q) / 3_000.0).sqrt() + 4e-4, "{p} against {q}");
    assert_eq!(with_threads(1, || run(3_000, 1).reference).unwrap(), some);
    assert_ne!(run(3_000, 2).reference, some);
}

#[test]
fn assets_that_lack_data_leave_the_pool_and_are_counted() {
    let mut rows = market_rows(26, 8, 200);
    // a6 has no price at the end of the second window, a7 none before the first event.
    rows[7].1[148..160].fill(f64::NAN);
    rows[8].1[..100].fill(f64::NAN);
    let rows: Vec<(&str, Vec<f64>)> = rows.iter().map(|(n, r)| (n.as_str(), r.clone())).collect();
    let prices = panel(&rows);
    let table = cars(&prices, &[80, 145], &NAMES);
    let treated = ids(&prices, &["a0", "a1"]);
    let counts = |draw: AssetDraw| -> Vec<(usize, usize)> {
        let found = PlaceboAssets::new().draw(draw).compare(&table, &treated, &window()).unwrap();
        found.events.iter().map(|e| (e.n_placebo, e.n_excluded)).collect()
    };
    assert_eq!(counts(AssetDraw::AnewAtEachEvent), [(5, 1), (5, 1)]);
    assert_eq!(counts(AssetDraw::SameAtAllEvents), [(4, 2), (4, 2)]);

    let error = |names: &[&str]| -> Error {
        PlaceboAssets::new().compare(&table, &ids(&prices, names), &window()).unwrap_err()
    };
    let of_a7 = error(&["a0", "a7"]).to_string();
    assert!(
        of_a7.starts_with(
            "no response is left: all 1 were excluded, the first because a7 at 2015-03-22: "
        ),
        "{of_a7}"
    );
    assert!(error(&["a6"]).to_string().contains("a6 at 2015-05-26: "));
}

#[test]
fn faults_are_errors() {
    let prices = market(27, 8, 200);
    let table = cars(&prices, &[80, 140], &NAMES);
    let of = |names: &[&str]| -> Result<PlaceboAssetsResult> {
        PlaceboAssets::new().compare(&table, &ids(&prices, names), &window())
    };
    assert!(matches!(of(&[]), Err(Error::TooFew { unit: "treated assets", .. })));
    assert!(matches!(of(&NAMES), Err(Error::TooFew { unit: "assets of the pool", .. })));
    assert!(matches!(of(&["a1", "a1"]), Err(Error::DuplicateAsset { .. })));
    let none = PlaceboAssets::new().sets(0).compare(&table, &ids(&prices, &["a1"]), &window());
    assert!(matches!(none, Err(Error::Setting { name: "placebo sets", .. })));
    let [first, second] = [0, 1].map(|k| table.events()[k].event);
    let ids = ids(&prices, &["a0", "a1"]);
    let other = [(first, ids[0]), (second, ids[1])];
    let found = PlaceboAssets::new().compare_members(&table, &other, &window()).unwrap_err();
    assert_eq!(
        found.to_string(),
        format!(
            "treated assets = others at {} than at the first event: expected the same at all \
             events, or sets that are drawn anew at each event",
            day(140)
        )
    );
    let anew = PlaceboAssets::new().draw(AssetDraw::AnewAtEachEvent);
    assert_eq!(anew.compare_members(&table, &other, &window()).unwrap().reference.n, 63);
}
