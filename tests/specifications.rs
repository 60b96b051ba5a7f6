//! Every specification of a curve is the study of its choices.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::float_cmp)]

mod common;
mod curve_support;

use std::sync::Arc;

use common::close;
use curve_support::*;
use eventstudy::study::ExcludedBecause::{
    self, BenchmarkOfItself, NoData, NoEvents, NoMarketValues,
};
use eventstudy::study::{AssetSet, EventStudy};

#[test]
fn every_specification_is_the_study_of_its_choices() {
    let data = data();
    for set in [AssetSet::Fixed, AssetSet::PerWindow] {
        let curve = grid(set).run(&data).unwrap();
        assert_eq!(curve.n_named, 5 * 4 * 2 * 3 * 2 * 4 * 2 * 3);
        let n_excluded: usize = curve.excluded.iter().map(|e| e.n).sum();
        assert_eq!(curve.specifications.len() + n_excluded, curve.n_named);
        let mut n_compared = 0;
        for (name, events) in sets() {
            for period in periods() {
                let events = events.filter(|event| period.holds(event.date));
                for (model, estimation) in models()
                    .into_iter()
                    .flat_map(|m| [60, 75].map(|n| (Arc::clone(&m), estimation(n))))
                {
                    for (universe_name, universe, min_assets) in universes() {
                        for (weighting, rule) in
                            WEIGHTINGS.iter().flat_map(|w| RULES.map(|r| (*w, r)))
                        {
                            let study =
                                EventStudy::builder_of(universe.clone(), Arc::clone(&model))
                                    .windows(windows())
                                    .estimation_window(estimation.clone())
                                    .asset_set(set)
                                    .min_assets(min_assets)
                                    .weighting(weighting)
                                    .portfolio(rule)
                                    .placebo(None)
                                    .bootstrap(None)
                                    .tests([])
                                    .build()
                                    .unwrap();
                            let outcome = study.run(&data, &events);
                            for window in windows() {
                                let found = curve
                                    .find(&[
                                        ("events", name),
                                        ("window", &window.to_string()),
                                        ("period", &period.to_string()),
                                        ("model", &model.name()),
                                        ("estimation", &estimation.to_string()),
                                        ("universe", universe_name),
                                        ("weights", weighting.name()),
                                        ("portfolio", rule.name()),
                                    ])
                                    .unwrap();
                                let of_study =
                                    outcome.as_ref().ok().and_then(|o| o.window(&window));
                                let own_benchmark =
                                    universe_name == "a0" && model.factors() == ["a0"];
                                match (of_study, &found[..]) {
                                    (Some(one), [specification]) => {
                                        close(specification.estimate, one.mean, 1e-12);
                                        assert_eq!(specification.n_event_dates, one.n_event_dates);
                                        assert_eq!(specification.n_events, events.len());
                                        n_compared += 1;
                                    }
                                    (None, []) => {}
                                    (Some(_), []) if own_benchmark => {}
                                    other => panic!("{name} {window} {universe_name}: {other:?}"),
                                }
                            }
                        }
                    }
                }
            }
        }
        assert_eq!(n_compared, curve.specifications.len());
        assert!(n_compared > 2_000, "{n_compared}");
        let reasons: Vec<ExcludedBecause> = curve.excluded.iter().map(|e| e.reason).collect();
        assert_eq!(reasons, [NoEvents, NoData, NoMarketValues, BenchmarkOfItself]);
    }
}
