//! The specification curve: all specifications stand and fall together.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::float_cmp)]

mod common;
mod curve_support;

use std::sync::Arc;

use chrono::NaiveDate;
use common::{close, market_rows};
use curve_support::*;
use eventstudy::events::{Event, EventSet};
use eventstudy::models::{MarketAdjustedModel, MarketModel};
use eventstudy::panel::Universe;
use eventstudy::resampling::{PlaceboGrid, PlaceboStatistic};
use eventstudy::study::{
    AssetSet, EventAlternatives, EventStudy, ExcludedBecause, Period, PlaceboScheme,
    PlaceboSettings, SpecificationCurve, SpecificationGrid, UniverseAlternative, Weighting,
};
use eventstudy::time::{DateAxis, EstimationWindow, EventWindow};
use eventstudy::{Error, with_threads};

#[test]
fn a_specification_among_its_shifts_is_the_circular_shift_of_its_placebo_dates() {
    // Complete from the 70th row on, events on sessions.
    let rows = market_rows(8, 3, N_ROWS);
    let data = data_of(&rows);
    let window = EventWindow::rows(1, 5).unwrap();
    let plain = PlaceboSettings { statistic: PlaceboStatistic::Mean, ..PlaceboSettings::default() };
    let study = EventStudy::builder(Universe::of(["a0", "a1", "a2"]), MarketModel::on("m"))
        .windows([window])
        .estimation_window(EstimationWindow::trailing(60).unwrap())
        .placebo(Some(plain))
        .build()
        .unwrap();
    let chosen: Vec<NaiveDate> = [20, 71, 72, 140].map(|k| sessions().date(60 + k)).to_vec();
    let events = EventSet::from_dates(&chosen).unwrap();
    let curve = SpecificationGrid::around(study.clone(), EventAlternatives::one(events.clone()))
        .run(&data)
        .unwrap();
    let (dates, single) = study.prepare(&data).unwrap().placebo_values(0).into_iter().unzip();
    let single: Vec<f64> = single;
    let placebo = PlaceboGrid::new(dates, single.into_iter().map(Some).collect()).unwrap();
    let expected = placebo.circular_shift(&chosen).unwrap();
    let [found] = &curve.specifications[..] else { panic!("{curve:?}") };
    close(found.estimate, expected.observed, 1e-12);
    close(found.placebo_mean, expected.mean, 1e-12);
    close(found.excess, found.estimate - found.placebo_mean, 1e-12);
    assert_eq!(found.p_values, expected.p_values);
    assert_eq!(found.adjusted_p, expected.p_values.two_sided);
    assert_eq!(curve.joint.median.p_values.two_sided, expected.p_values.two_sided);
    assert_eq!(
        (curve.joint.n_shifts, found.n_shifts, curve.joint.n_missing),
        (expected.n_shifts, expected.n_shifts, 0)
    );
    assert_eq!(curve.joint.attainable_p, expected.attainable_p);
    assert_eq!(
        (curve.joint.first, curve.joint.last),
        (placebo.dates()[0], *placebo.dates().last().unwrap())
    );
    // Five rows are seven days at most, or five where they hold no weekend.
    assert_eq!(curve.joint.window_days, 7);
    let days = (curve.joint.last - curve.joint.first).num_days() + 7;
    close(curve.joint.effective_periods, days as f64 / 7.0, 1e-12);
    // Without the events themselves among the shifts the existing placebo has the same mean.
    let bunched = study.prepare(&data).unwrap().run(&events).unwrap();
    let shifted = bunched.windows[0].placebo.as_ref().unwrap();
    let n = expected.n_shifts as f64;
    close(shifted.mean * (n - 1.0) + expected.observed, expected.mean * n, 1e-9);
}

#[test]
fn the_studentised_curve_has_the_test_of_the_study_that_shifts_its_events() {
    let data = data_of(&market_rows(8, 3, N_ROWS));
    let study = EventStudy::builder(Universe::of(["a0", "a1", "a2"]), MarketModel::on("m"))
        .windows([EventWindow::rows(1, 5).unwrap()])
        .estimation_window(EstimationWindow::trailing(60).unwrap())
        .build()
        .unwrap();
    // Windows that overlap, so that the study shifts the pattern of its events as well.
    let chosen: Vec<NaiveDate> = [20, 71, 72, 140].map(|k| sessions().date(60 + k)).to_vec();
    let events = EventSet::from_dates(&chosen).unwrap();
    let curve = SpecificationGrid::around(study.clone(), EventAlternatives::one(events.clone()))
        .run(&data)
        .unwrap();
    let outcome = study.prepare(&data).unwrap().run(&events).unwrap();
    let (of_study, [of_curve]) = (&outcome.windows[0], &curve.specifications[..]) else {
        panic!("{curve:?}")
    };
    let placebo = of_study.placebo.as_ref().unwrap();
    assert_eq!(placebo.scheme, PlaceboScheme::Shifted);
    close(of_curve.estimate, of_study.mean, 1e-12);
    close(of_curve.std_error.unwrap(), of_study.std_error.unwrap(), 1e-12);
    let p = of_curve.p_values;
    close(p.two_sided, placebo.p_values.two_sided, 1e-12);
    close(p.upper, placebo.p_values.upper, 1e-12);
    close(p.lower, placebo.p_values.lower, 1e-12);
    // One specification is the whole curve.
    assert_eq!(curve.joint.median.p_values, p);
    assert_eq!(curve.joint.mean_z.p_values, p);
    assert_eq!(of_curve.adjusted_p, p.two_sided);
}

#[test]
fn what_the_events_did_is_found_and_what_all_dates_did_is_not() {
    let events = EventSet::from_dates(&[90, 171, 252, 337].map(date)).unwrap();
    let more = EventSet::from_dates(&[90, 252, 300, 337].map(date)).unwrap();
    let run = |effect: f64, drift: f64| {
        let mut rows = market_rows(12, ASSETS.len(), N_ROWS);
        for (_, prices) in &mut rows[1..] {
            let mut factor = 1.0;
            for (row, price) in prices.iter_mut().enumerate() {
                let after = [90, 171, 252, 337]
                    .iter()
                    .any(|event| (1..=4).contains(&(row - event.min(&row))));
                factor *= 1.0 + if after { effect } else { 0.0 } + drift;
                *price *= factor;
            }
        }
        let sets = EventAlternatives::named([("all", events.clone()), ("other", more.clone())]);
        SpecificationGrid::around(study(AssetSet::Fixed), sets)
            .models([
                Arc::new(MarketAdjustedModel::on("m")) as _,
                Arc::new(MarketModel::on("m")) as _,
            ])
            .run(&data_of(&rows))
            .unwrap()
    };
    let found = run(0.03, 0.0);
    // The events and their neighbours alone are as far out.
    assert!(found.joint.median.p_values.two_sided < 0.03, "{:?}", found.joint);
    assert!(found.joint.mean_z.p_values.upper < 0.03);
    assert!(found.joint.significant.p_values.upper < 0.03);
    // Long windows hold the effect on few of their days, which raises their standard errors.
    assert!(found.joint.significant.observed > 0.5);
    assert!(found.joint.least_adjusted_p < 0.03 && found.joint.median.p_values.lower > 0.9);
    // Every date earns what the market does not: no event is behind it.
    let drifting = run(0.0, 0.01);
    let adjusted = drifting.find(&[("model", "market-adjusted on m")]).unwrap();
    assert!(adjusted.iter().all(|s| s.estimate > 0.0 && s.placebo_mean > 0.0));
    assert!(drifting.joint.median.p_values.two_sided > 0.1, "{:?}", drifting.joint);
    assert!(drifting.joint.least_adjusted_p > 0.1);
}

#[test]
fn copies_are_no_specifications_of_the_curve() {
    let events = EventSet::from_dates(&[date(171), date(252)]).unwrap();
    let more = EventSet::from_dates(&[date(171), date(252), date(337)]).unwrap();
    let unseen = EventSet::from_dates(&[date(3), date(171), date(252)]).unwrap();
    let named_sets =
        [("two", events.clone()), ("again", events), ("unseen", unseen), ("three", more)];
    let curve =
        SpecificationGrid::around(study(AssetSet::Fixed), EventAlternatives::named(named_sets))
            .weightings(WEIGHTINGS)
            .universes([
                UniverseAlternative::new("one", Universe::of(["a0"])),
                UniverseAlternative::new("largest", top(1)),
            ])
            .run(&data())
            .unwrap();
    // Four windows, two distinct sets; of the one asset one weighting is defined, of the largest
    // both are the same.
    assert_eq!(curve.n_named, 4 * 4 * 2 * 2);
    assert_eq!(curve.excluded.len(), 1);
    assert_eq!(
        (curve.excluded[0].reason, curve.excluded[0].n),
        (ExcludedBecause::NoMarketValues, 16)
    );
    assert_eq!((curve.n_distinct, curve.specifications.len()), (16, 48));
    for rank in 1..=16 {
        let same: Vec<_> = curve.specifications.iter().filter(|s| s.rank == rank).collect();
        assert_eq!(same.iter().filter(|s| !s.copy).count(), 1, "{rank}");
        assert!(!same[0].copy);
        assert!(same.iter().all(|s| s.estimate == same[0].estimate && s.z == same[0].z));
    }
    let ranked: Vec<f64> = curve.specifications.iter().map(|s| s.estimate).collect();
    assert!(ranked.is_sorted());
    // Choices that change nothing have one median.
    let of = |name: &str| {
        let sets = &curve.dimensions[0];
        sets.choices.iter().find(|c| c.name == name).unwrap().summary.unwrap().median
    };
    assert_eq!(of("two"), of("again"));
    assert_eq!(of("two"), of("unseen"));
    assert_ne!(of("two"), of("three"));
    assert_eq!(curve.summary.lowest, ranked[0]);
    // An event that is not in the prices is still counted as one of the set.
    let counted = curve.find(&[("events", "unseen")]).unwrap();
    assert!(counted.iter().all(|s| (s.n_events, s.n_event_dates) == (3, 2)));
}

#[test]
fn the_joint_figures_are_those_of_the_table() {
    let curve = grid(AssetSet::Fixed).min_event_dates(2).run(&data()).unwrap();
    let distinct: Vec<_> = curve.specifications.iter().filter(|s| !s.copy).collect();
    assert_eq!(distinct.len(), curve.n_distinct);
    assert!(curve.specifications.iter().all(|s| s.n_event_dates >= 2));
    let too_few = curve.excluded.iter().find(|e| e.reason == ExcludedBecause::TooFewEventDates);
    assert!(too_few.unwrap().n > 0);
    let n = distinct.len() as f64;
    let middle = (distinct.len() - 1) / 2;
    let median = f64::midpoint(distinct[middle].estimate, distinct[distinct.len() / 2].estimate);
    close(curve.summary.median, median, 1e-12);
    close(curve.joint.median.observed, median, 1e-12);
    let mean_z = distinct.iter().map(|s| s.z).sum::<f64>() / n;
    assert!((curve.joint.mean_z.observed - mean_z).abs() < 1e-12);
    let share = |above: bool| {
        let counted =
            distinct.iter().filter(|s| curve.is_significant(s) && (s.excess > 0.0) == above);
        counted.count() as f64 / n
    };
    close(curve.joint.share_above_significant, share(true), 1e-12);
    close(curve.joint.share_below_significant, share(false), 1e-12);
    close(curve.summary.share_significant, share(true) + share(false), 1e-12);
    let on_top = curve.summary.share_above >= 0.5;
    close(curve.joint.significant.observed, share(on_top), 1e-12);
    let least = distinct.iter().map(|s| s.adjusted_p).fold(1.0, f64::min);
    assert_eq!(curve.joint.least_adjusted_p, least);
    for s in &distinct {
        close(s.t.unwrap() * s.std_error.unwrap(), s.excess, 1e-9);
        assert!(s.z.signum() == s.excess.signum());
        assert!(s.p_values.two_sided >= 1.0 / s.n_shifts as f64 - 1e-12);
    }
    let json = curve.to_json().unwrap();
    assert_eq!(serde_json::from_str::<SpecificationCurve>(&json).unwrap(), curve);
}

#[test]
fn parameters_of_a_rule_are_dimensions_and_a_rule_that_finds_nothing_is_counted() {
    let events = breakouts(None);
    assert_eq!(events.sets().len(), 8);
    let curve = SpecificationGrid::around(study(AssetSet::Fixed), events).run(&data()).unwrap();
    assert_eq!(named(&curve, "base"), ["2 sessions", "5 sessions", "10 sessions", "300 sessions"]);
    assert_eq!(named(&curve, "confirmations"), ["0 closes", "2 closes"]);
    let none = &curve.dimensions[0].choices[3];
    assert_eq!((none.n_specifications, none.summary), (0, None));
    assert_eq!((curve.excluded[0].reason, curve.excluded[0].n), (ExcludedBecause::NoEvents, 8));
    let two = &curve.dimensions[0].choices[0];
    assert_eq!(two.n_specifications, 8);
}

#[test]
fn estimates_do_not_depend_on_what_came_after() {
    let cut = 300;
    let last = date(cut);
    let axis = DateAxis::new(dates()).unwrap();
    let ends = |window: &EventWindow, date: NaiveDate| {
        let rows = window.resolve(&axis, date, Some(&sessions())).unwrap().ok()?;
        Some(axis.date(rows.end - 1))
    };
    // Events whose windows all end by the cut.
    let known = |events: &EventSet| {
        events.filter(|event| {
            windows().iter().all(|window| ends(window, event.date).is_none_or(|end| end <= last))
                && event.date <= last
        })
    };
    let run = |cut: Option<usize>| {
        let sets: Vec<(String, EventSet)> = breakouts(cut)
            .sets()
            .map(|(choices, events)| (choices.join(", "), known(events)))
            .filter(|(_, events)| !events.is_empty())
            .collect();
        SpecificationGrid::around(study(AssetSet::Fixed), EventAlternatives::named(sets))
            .models(models())
            .weightings(WEIGHTINGS)
            .periods(periods())
            .run(&data_of(&rows(cut)))
            .unwrap()
    };
    let (one, other) = (run(None), run(Some(cut)));
    let estimates = |curve: &SpecificationCurve| {
        let mut all: Vec<(Vec<String>, f64, usize)> = curve
            .specifications
            .iter()
            .map(|s| (s.choices.clone(), s.estimate, s.n_event_dates))
            .collect();
        all.sort_by(|a, b| a.0.cmp(&b.0));
        all
    };
    assert!(one.specifications.len() > 100, "{}", one.specifications.len());
    assert_eq!(estimates(&one), estimates(&other));
    // The dates that stand for other times did change.
    assert_ne!(one.joint, other.joint);
}

#[test]
fn a_curve_is_the_same_text_at_any_number_of_threads() {
    let data = data();
    let text = |n| {
        with_threads(n, || grid(AssetSet::Fixed).run(&data).unwrap().to_json().unwrap()).unwrap()
    };
    let one = text(1);
    assert!(one.len() > 100_000);
    for n_threads in [2, 3, 7] {
        assert!(text(n_threads) == one, "differs at {n_threads} threads");
    }
}

#[test]
fn faults_of_a_grid_are_named() {
    let events = || EventAlternatives::named(sets());
    let around = || SpecificationGrid::around(study(AssetSet::Fixed), events());
    let fault = |grid: SpecificationGrid| grid.run(&data()).unwrap_err().to_string();
    assert_eq!(
        fault(around().weightings([])),
        "specification grid = no weights: expected at least one choice of everything"
    );
    assert_eq!(
        fault(around().weightings([Weighting::Equal, Weighting::Equal])),
        "specification grid = weights `equal weight` twice: expected different choices"
    );
    let long = (40..4_000).map(estimation);
    assert_eq!(
        fault(around().estimation_windows(long).periods((1..40).map(|k| Period::from(date(k))))),
        "specification grid = 3088800 specifications: expected at most 250,000"
    );
    assert_eq!(
        fault(around().estimation_windows([estimation(60).excluding_other_events(true)])),
        "specification grid = an estimation window without the windows of other events: expected \
         estimation windows that do not depend on the events"
    );
    let of_asset = EventSet::new(vec![Event::of_asset(date(200), "a0", "own")]).unwrap();
    let mixed =
        EventAlternatives::named([("market", sets()[0].1.clone()), ("own", of_asset.clone())]);
    assert_eq!(
        fault(SpecificationGrid::around(study(AssetSet::Fixed), mixed)),
        "specification grid = events of different scopes: expected events of one scope"
    );
    let none = EventAlternatives::one(EventSet::default());
    let error = SpecificationGrid::around(study(AssetSet::Fixed), none).run(&data()).unwrap_err();
    assert!(matches!(error, Error::NoEvents { .. }));
    let early = EventAlternatives::one(EventSet::from_dates(&[date(1)]).unwrap());
    assert_eq!(
        fault(SpecificationGrid::around(study(AssetSet::Fixed), early)),
        "no response is left: all 4 were excluded, the first because no event with data"
    );
    let curve = around().run(&data()).unwrap();
    assert_eq!(
        curve.find(&[("weights", "equal")]).unwrap_err().to_string(),
        "choice of a specification = weights `equal`: expected a dimension of the curve and one of \
         its choices"
    );
    // Events of one asset, whatever the universe.
    let own = SpecificationGrid::around(study(AssetSet::Fixed), EventAlternatives::one(of_asset));
    assert_eq!(own.run(&data()).unwrap().specifications.len(), 4);
}
