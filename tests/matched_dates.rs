//! Studies whose placebo dates are matched: the same as the library by hand, and beside the default
//! comparison.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::float_cmp)]

mod common;

use chrono::{Datelike, NaiveDate};
use common::{day, events, market_rows, panel};
use eventstudy::context::{trailing_return, trailing_volatility};
use eventstudy::events::{Event, EventSet};
use eventstudy::models::{ConstantMeanModel, MarketModel};
use eventstudy::multiplicity::Adjustment;
use eventstudy::panel::{Compounding, PriceSeries, Universe};
use eventstudy::resampling::{
    MatchedDesign, PlaceboCovariate, PlaceboGrid, PlaceboMatch, PlaceboStatistic, PlaceboTest,
};
use eventstudy::study::{
    EventStudy, EventStudyBuilder, MatchRule, MatchSeries, MatchTolerance, Outcome, PlaceboScheme,
    PlaceboSettings, StudyData, VerdictRule,
};
use eventstudy::time::{EstimationWindow, EventWindow};
use eventstudy::{Error, with_threads};

const N_DATES: usize = 900;
const EVENTS: [usize; 3] = [300, 480, 700];

/// Three assets on a market, and a trigger that trades on two days of three.
fn data() -> StudyData {
    let rows = market_rows(31, 3, N_DATES);
    let named: Vec<(&str, Vec<f64>)> = rows.iter().map(|(n, r)| (n.as_str(), r.clone())).collect();
    StudyData::new(panel(&named[1..]), Compounding::Simple)
        .with_benchmarks(&panel(&named[..1]))
        .unwrap()
        .with_trigger(trigger())
        .unwrap()
}

fn trigger() -> PriceSeries {
    let rows = market_rows(32, 0, N_DATES);
    let closes = rows[0].1.iter().enumerate().filter(|(row, _)| row % 3 != 1);
    PriceSeries::from_closes("index", closes.map(|(row, p)| (day(row), *p)).collect()).unwrap()
}

fn settings(matching: Vec<MatchRule>) -> PlaceboSettings {
    PlaceboSettings {
        n_sets: 199,
        min_separation_days: Some(40),
        statistic: PlaceboStatistic::Mean,
        matching,
        ..PlaceboSettings::default()
    }
}

fn builder(names: &[&str], window: EventWindow, settings: PlaceboSettings) -> EventStudyBuilder {
    EventStudy::builder(Universe::of(names.to_vec()), MarketModel::on("m"))
        .windows([window])
        .estimation_window(EstimationWindow::trailing(60).unwrap())
        .placebo(Some(settings))
        .bootstrap(None)
        .tests([])
        .seed(9)
}

fn study(names: &[&str], window: EventWindow, matching: Vec<MatchRule>) -> EventStudy {
    builder(names, window, settings(matching)).build().unwrap()
}

/// The dates with an estimate, and what an event on each would give.
fn grid(study: &EventStudy, data: &StudyData) -> PlaceboGrid {
    let (dates, values) = study.prepare(data).unwrap().placebo_values(0).into_iter().unzip();
    let values: Vec<f64> = values;
    PlaceboGrid::new(dates, values.into_iter().map(Some).collect()).unwrap()
}

fn dates(rows: &[usize]) -> Vec<NaiveDate> {
    rows.iter().map(|row| day(*row)).collect()
}

/// The study's matched comparison is that of these rules, drawn by hand.
#[track_caller]
fn is_that_of(study: &EventStudy, data: &StudyData, days: u32, rules: Vec<PlaceboMatch>) {
    let outcome = study.run(data, &events(&EVENTS)).unwrap();
    let w = &outcome.windows[0];
    assert_eq!(w.matched_placebo_fault, None);
    let matched = w.matched_placebo.as_ref().unwrap();
    let grid = grid(study, data);
    let design = MatchedDesign::new(rules).unwrap();
    let design = design.min_separation_days(days.max(40)).window_days(days).sets(199).seed(9);
    let drawn = design.draw(&grid, &dates(&EVENTS)).unwrap();
    assert_eq!(matched.pools, drawn.pools());
    assert!(matched.pools.iter().all(|pool| pool.n_dates > 5), "{:?}", matched.pools);
    let by_hand = drawn.sets().test(&grid, w.mean, None).unwrap();
    same(&matched.estimate.p_values, &by_hand, matched.estimate.mean);
    assert_eq!(matched.estimate.scheme, PlaceboScheme::Matched);
    assert_eq!(matched.estimate.n_sets, 199);
    assert_eq!(matched.estimate.min_separation_days, days.max(40));
    assert_eq!(matched.estimate.n_admissible, drawn.sets().n_admissible());
    // Each event by itself has every date of its pool.
    for (event, date) in w.events.iter().zip(dates(&EVENTS)) {
        let sets = design.draw(&grid, &[date]).unwrap();
        let alone = sets.sets().test(&grid, event.value, None).unwrap();
        assert_eq!(event.matched_placebo.unwrap(), alone.p_values());
        assert!(event.matched_placebo != event.placebo);
    }
    // And `check` says how many there are.
    let check = study.check(data, &events(&EVENTS)).unwrap();
    let counted: Vec<_> = check.matched.iter().map(|m| (m.event, m.n_dates, m.n_periods)).collect();
    let pools: Vec<_> = drawn.pools().iter().map(|p| (p.event, p.n_dates, p.n_periods)).collect();
    assert_eq!(counted, pools);
}

fn same(p: &eventstudy::resampling::PValues, by_hand: &PlaceboTest, mean: f64) {
    assert_eq!(*p, by_hand.p_values());
    assert_eq!(mean, by_hand.means().mean());
}

fn covariate(values: Vec<(NaiveDate, f64)>) -> PlaceboCovariate {
    PlaceboCovariate::new("x", values).unwrap()
}

#[test]
fn calendar_months_and_the_trigger_by_hand() {
    let data = data();
    // The window starts after the event, so that its day is known.
    let window = EventWindow::days(1, 10).unwrap();
    let study = study(&["a0"], window, vec![MatchRule::CalendarMonth]);
    is_that_of(&study, &data, 10, vec![PlaceboMatch::CalendarMonth]);

    let rules = vec![
        MatchRule::trailing_return(MatchSeries::Trigger, 20).tolerance(MatchTolerance::Bins(3)),
        MatchRule::trailing_volatility("trigger".into(), 15).tolerance(MatchTolerance::Nearest(60)),
    ];
    let of_return = covariate(trailing_return(&trigger(), 20).unwrap());
    let of_volatility = covariate(trailing_volatility(&trigger(), 15).unwrap());
    let by_hand = vec![
        PlaceboMatch::Bin { covariate: of_return, n_bins: 3 },
        PlaceboMatch::Nearest { covariate: of_volatility, k: 60 },
    ];
    is_that_of(&self::study(&["a0", "a1"], window, rules), &data, 10, by_hand);
}

#[test]
fn assets_benchmarks_and_a_window_that_holds_the_day_of_the_event() {
    let data = data();
    let window = EventWindow::rows(-2, 3).unwrap();
    let rules = vec![
        MatchRule::trailing_return("m".into(), 30).tolerance(MatchTolerance::Within(0.08)),
        MatchRule::trailing_volatility("a2".into(), 30).tolerance(MatchTolerance::Bins(2)),
    ];
    // What was known on the third day before the event, the last one before the window.
    let three_days_on = |values: Vec<(NaiveDate, f64)>| {
        let moved = values.into_iter().map(|(d, v)| (d + chrono::Days::new(3), v)).collect();
        covariate(moved).max_age_days(0)
    };
    let rows = market_rows(31, 3, N_DATES);
    let series = |k: usize| {
        let closes = rows[k].1.iter().enumerate().map(|(row, p)| (day(row), *p)).collect();
        PriceSeries::from_closes("s", closes).unwrap()
    };
    let by_hand = vec![
        PlaceboMatch::Caliper {
            covariate: three_days_on(trailing_return(&series(0), 30).unwrap()),
            within: 0.08,
        },
        PlaceboMatch::Bin {
            covariate: three_days_on(trailing_volatility(&series(3), 30).unwrap()),
            n_bins: 2,
        },
    ];
    is_that_of(&study(&["a0"], window, rules), &data, 6, by_hand);
}

#[test]
fn the_response_is_the_mean_of_the_universe() {
    let data = data();
    let window = EventWindow::days(1, 8).unwrap();
    let rules = vec![
        MatchRule::trailing_return(MatchSeries::Response, 25).tolerance(MatchTolerance::Bins(4)),
        MatchRule::trailing_volatility(MatchSeries::Response, 25)
            .tolerance(MatchTolerance::Nearest(50)),
    ];
    let rows = market_rows(31, 3, N_DATES);
    let mut close = 1.0;
    let mut closes = vec![(day(0), close)];
    for row in 1..N_DATES {
        let of = |k: usize| rows[k].1[row] / rows[k].1[row - 1] - 1.0;
        close *= 1.0 + (of(1) + of(2) + of(3)) / 3.0;
        closes.push((day(row), close));
    }
    let series = PriceSeries::from_closes("mean", closes).unwrap();
    let by_hand = vec![
        PlaceboMatch::Bin {
            covariate: covariate(trailing_return(&series, 25).unwrap()),
            n_bins: 4,
        },
        PlaceboMatch::Nearest {
            covariate: covariate(trailing_volatility(&series, 25).unwrap()),
            k: 50,
        },
    ];
    is_that_of(&study(&["a0", "a1", "a2"], window, rules), &data, 8, by_hand);
}

#[test]
fn the_response_of_an_event_of_one_asset_is_that_asset() {
    let data = data();
    let listed = |names: [&str; 3]| {
        let event = |(row, name): (&usize, &str)| Event::of_asset(day(*row), name, "e");
        EventSet::new(EVENTS.iter().zip(names).map(event).collect()).unwrap()
    };
    let rule = MatchRule::trailing_return(MatchSeries::Response, 20);
    let window = EventWindow::days(1, 8).unwrap();
    let study = study(&["a0", "a1", "a2"], window, vec![rule]);
    let named = MatchRule::trailing_return("a1".into(), 20);
    let of_name = self::study(&["a0", "a1", "a2"], window, vec![named]);
    let same = listed(["a1", "a1", "a1"]);
    let found = |study: &EventStudy, events: &EventSet| {
        let mut w = study.run(&data, events).unwrap().windows.remove(0);
        (w.matched_placebo.take(), w.matched_placebo_fault.take(), w.events)
    };
    let (response, fault, _) = found(&study, &same);
    let (by_name, ..) = found(&of_name, &same);
    assert_eq!(fault, None);
    let (response, by_name) = (response.unwrap(), by_name.unwrap());
    assert_eq!((response.pools, response.estimate), (by_name.pools, by_name.estimate));
    // Who responds differs: there is no one response, but each event has its own.
    let (response, fault, alone) = found(&study, &listed(["a0", "a1", "a2"]));
    assert!(response.is_none() && alone.iter().all(|event| event.matched_placebo.is_some()));
    assert_eq!(
        fault.unwrap(),
        "match of = the response: expected events that agree in who responds to them"
    );
}

#[test]
fn matched_dates_change_nothing_else_and_decide_nothing() {
    let (data, events) = (data(), events(&EVENTS));
    let window = EventWindow::days(1, 10).unwrap();
    let rule = VerdictRule::default();
    let plain = study(&["a0"], window, vec![]).run(&data, &events).unwrap();
    let matched = study(&["a0"], window, vec![MatchRule::CalendarMonth]);
    let matched = matched.run(&data, &events).unwrap();
    let (a, b) = (&plain.windows[0], &matched.windows[0]);
    assert!(a.matched_placebo.is_none() && b.matched_placebo.is_some());
    let beside = &b.matched_placebo.as_ref().unwrap().estimate;
    assert_ne!(b.placebo.as_ref().unwrap(), beside);
    assert_eq!(a.placebo, b.placebo);
    let judge = |w: &Outcome| rule.judge(w.windows[0].placebo.as_ref().unwrap());
    assert_eq!(judge(&plain), judge(&matched));
    let adjusted = |o: &Outcome| o.adjusted_p_values(Adjustment::Holm).unwrap();
    assert_eq!(adjusted(&plain), adjusted(&matched));
    let mut without = matched.clone();
    let w = &mut without.windows[0];
    w.matched_placebo = None;
    w.events.iter_mut().for_each(|event| event.matched_placebo = None);
    without.settings.placebo.as_mut().unwrap().matching.clear();
    assert_eq!(without, plain);
    // The settings come back from the outcome as they were.
    let back: Outcome = serde_json::from_str(&matched.to_json().unwrap()).unwrap();
    assert_eq!(back, matched);
    assert_eq!(back.settings.placebo.unwrap().matching, [MatchRule::CalendarMonth]);
}

#[test]
fn the_same_bits_at_any_number_of_threads() {
    let data = data();
    let rules = vec![
        MatchRule::trailing_volatility(MatchSeries::Response, 25),
        MatchRule::trailing_return(MatchSeries::Trigger, 25).tolerance(MatchTolerance::Nearest(40)),
    ];
    let settings = PlaceboSettings { statistic: PlaceboStatistic::Studentised, ..settings(rules) };
    let study = builder(&["a0", "a1"], EventWindow::days(1, 10).unwrap(), settings).build();
    let study = study.unwrap();
    let text = |n| {
        let run = || study.run(&data, &events(&EVENTS)).unwrap().to_json().unwrap();
        with_threads(n, run).unwrap()
    };
    let one = text(1);
    assert!(one.contains("matched_placebo") && !one.contains("matched_placebo_fault"));
    for n in [2, 5] {
        assert!(text(n) == one, "differs at {n} threads");
    }
}

#[test]
fn what_stands_in_the_way_of_a_match_is_said() {
    let data = data();
    let window = EventWindow::days(1, 30).unwrap();
    let rule = || vec![MatchRule::CalendarMonth];
    let fault = |study: &EventStudy, rows: &[usize]| {
        let outcome = study.run(&data, &events(rows)).unwrap();
        assert!(outcome.windows[0].placebo.is_some());
        outcome.windows[0].matched_placebo_fault.clone().unwrap()
    };
    assert_eq!(
        fault(&study(&["a0"], window, rule()), &[300, 310, 700]),
        "match = dates for 2 events whose windows overlap: expected windows that do not overlap, as \
         sets of matched dates would bunch less than the events, and p would be too small"
    );
    let near = |within| {
        let of = MatchRule::trailing_return(MatchSeries::Trigger, 20);
        vec![of.tolerance(MatchTolerance::Within(within))]
    };
    let none = fault(&study(&["a0"], window, near(0.0)), &EVENTS);
    assert!(none.starts_with("no placebo date matches the event of "), "{none}");
    let long = vec![MatchRule::trailing_return(MatchSeries::Trigger, 400)];
    let early = fault(&study(&["a0"], window, long), &EVENTS);
    assert_eq!(
        early,
        format!(
            "trailing return of the trigger over 400 rows has no value in the 7 days up to the event \
             of {}, so that no placebo date can be matched to it",
            day(300)
        )
    );
    // A series that is not there is a fault of the study.
    let run = |rule: MatchRule, data: &StudyData| {
        study(&["a0"], window, vec![rule]).run(data, &events(&EVENTS)).unwrap_err()
    };
    let unknown = run(MatchRule::trailing_return("gold".into(), 5), &data);
    assert!(matches!(unknown, Error::UnknownAsset { .. }), "{unknown}");
    let rows = market_rows(31, 1, N_DATES);
    let both: Vec<(&str, Vec<f64>)> = rows.iter().map(|(n, r)| (n.as_str(), r.clone())).collect();
    let without = StudyData::new(panel(&both), Compounding::Simple);
    assert_eq!(
        run(MatchRule::trailing_return(MatchSeries::Trigger, 5), &without).to_string(),
        "match of = the trigger: expected data with a trigger"
    );
    for rule in [
        MatchRule::trailing_return(MatchSeries::Response, 0),
        MatchRule::trailing_volatility(MatchSeries::Response, 1),
        MatchRule::trailing_return(MatchSeries::Response, 5).tolerance(MatchTolerance::Bins(1)),
    ] {
        let built = builder(&["a0"], window, settings(vec![rule])).build();
        assert!(matches!(built, Err(Error::Setting { .. })));
    }
}

#[test]
fn an_event_on_a_day_without_prices_is_matched_by_what_was_known_on_it() {
    // Assets trade from Monday to Friday; the trigger every day.
    let all = market_rows(41, 1, 1_300);
    let weekday = |row: usize| day(row).weekday().number_from_monday() <= 5;
    let series = |prices: &[f64], keep: &dyn Fn(usize) -> bool| {
        let rows = prices.iter().enumerate().filter(|(row, _)| keep(*row));
        rows.map(|(row, p)| (day(row), *p)).collect::<Vec<_>>()
    };
    let prices = eventstudy::panel::PricePanel::from_series(vec![(
        "a0".to_owned(),
        series(&all[1].1, &weekday),
    )])
    .unwrap();
    let saturday = (600..607).find(|row| day(*row).weekday().number_from_monday() == 6).unwrap();
    let pools = |monday: f64, saturday_price: f64| {
        let mut index = all[0].1.clone();
        index[saturday] *= saturday_price;
        index[saturday + 2] *= monday;
        let trigger = PriceSeries::from_closes("index", series(&index, &|_| true)).unwrap();
        let data = StudyData::new(prices.clone(), Compounding::Simple);
        let rule = MatchRule::trailing_return(MatchSeries::Trigger, 5);
        let study = EventStudy::builder(Universe::of(["a0"]), ConstantMeanModel)
            .windows([EventWindow::rows(1, 5).unwrap()])
            .estimation_window(EstimationWindow::trailing(60).unwrap())
            .placebo(Some(settings(vec![rule.tolerance(MatchTolerance::Within(0.01))])))
            .build()
            .unwrap();
        let data = data.with_trigger(trigger).unwrap();
        study.check(&data, &events(&[saturday])).unwrap().matched.remove(0).n_dates
    };
    let usual = pools(1.0, 1.0);
    assert!(usual > 20, "{usual}");
    assert!(pools(1.0, 3.0) < usual / 2, "the state on the Saturday counts");
    // One date has another state of its own, and five look back on it.
    assert!(usual.abs_diff(pools(3.0, 1.0)) <= 6, "that of the Monday does not");
}
