//! Pseudo-events are drawn under the rule of the events: who responds, how they are spaced, when they
//! could have been found; and what overlaps or falls on one day is no independent draw.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::float_cmp)]

mod common;

use chrono::NaiveDate;
use common::{Noise, day, market};
use eventstudy::events::{BreakoutRule, Event, EventSet};
use eventstudy::models::ConstantMeanModel;
use eventstudy::panel::{Compounding, PricePanel, Universe};
use eventstudy::resampling::{PlaceboDesign, PlaceboGrid, PlaceboSets, PlaceboStatistic};
use eventstudy::study::{
    EventStudy, PlaceboEstimate, PlaceboScheme, PlaceboSettings, SchemeChoice, StudyData,
    WindowEstimate,
};
use eventstudy::time::{DateAxis, EstimationWindow, EventWindow};

const N_ASSETS: usize = 8;

fn study(window: EventWindow, placebo: PlaceboSettings) -> EventStudy {
    let names: Vec<String> = (0..N_ASSETS).map(|k| format!("a{k}")).collect();
    EventStudy::builder(Universe::of(names), ConstantMeanModel)
        .windows([window])
        .estimation_window(EstimationWindow::trailing(60).unwrap())
        .placebo(Some(PlaceboSettings { n_sets: 199, ..placebo }))
        .bootstrap(None)
        .tests([])
        .build()
        .unwrap()
}

/// Assets that have nothing in common and answer no event.
fn noise(seed: u64, n_dates: usize) -> PricePanel {
    market(seed, N_ASSETS, n_dates)
        .select(&["a0", "a1", "a2", "a3", "a4", "a5", "a6", "a7"])
        .unwrap()
}

fn estimate(study: &EventStudy, prices: PricePanel, events: &EventSet) -> WindowEstimate {
    let data = StudyData::new(prices, Compounding::Log);
    study.run(&data, events).unwrap().windows.remove(0)
}

fn of_assets(rows: &[(usize, &str)]) -> EventSet {
    let event =
        |(row, name): &(usize, &str)| Event::of_asset(day(*row), name, &format!("{name} {row}"));
    EventSet::new(rows.iter().map(event).collect()).unwrap()
}

#[test]
fn events_of_one_asset_are_held_against_that_asset() {
    let events = of_assets(&[(150, "a3"), (300, "a3"), (450, "a3")]);
    let study = study(EventWindow::rows(1, 10).unwrap(), PlaceboSettings::default());
    let mut n_rejected = 0;
    for seed in 1..=60 {
        let prices = noise(seed, 700);
        let found = estimate(&study, prices.clone(), &events).placebo.unwrap();
        n_rejected += usize::from(found.p_values.two_sided <= 0.05);
        // The other assets are not even looked at.
        let alone = prices.select(&["a3"]).unwrap();
        assert_eq!(estimate(&study, alone, &events).placebo.unwrap(), found);
    }
    // 60 draws at 5 %: more than nine has a chance of 0.1 %. Against the mean of all assets, which
    // varies less, a third is rejected.
    assert!(n_rejected <= 9, "{n_rejected}");
}

#[test]
fn events_of_several_assets_are_shifted_together() {
    let events = of_assets(&[(150, "a3"), (300, "a4"), (303, "a5"), (303, "a1"), (500, "a3")]);
    let study = study(EventWindow::rows(1, 10).unwrap(), PlaceboSettings::default());
    let mut n_rejected = 0;
    for seed in 1..=60 {
        let found = estimate(&study, noise(seed, 700), &events);
        let placebo = found.placebo.unwrap();
        assert_eq!((found.n_events, found.n_event_dates), (5, 4));
        assert_eq!((placebo.scheme, placebo.exact), (PlaceboScheme::Shifted, true));
        // Every date with 60 rows before it and ten after it but the one where the pattern stands.
        assert_eq!((placebo.n_sets, placebo.n_admissible), (628, 629));
        assert!(found.events.iter().all(|e| e.placebo.is_some()));
        n_rejected += usize::from(placebo.p_values.two_sided <= 0.05);
    }
    assert!(n_rejected <= 9, "{n_rejected}");
}

#[test]
fn events_of_very_many_assets_have_no_placebo_and_it_is_said() {
    let names: Vec<String> = (0..51).map(|k| format!("a{k}")).collect();
    let prices = market(1, 51, 200);
    let rows: Vec<(usize, &str)> = names.iter().map(|name| (150, name.as_str())).collect();
    let study = study(EventWindow::rows(1, 10).unwrap(), PlaceboSettings::default());
    let found = estimate(&study, prices, &of_assets(&rows));
    assert!(found.placebo.is_none());
    assert_eq!(
        found.placebo_fault.as_deref(),
        Some(
            "more than 50 assets have events of their own, and each would need a study of its own \
             on every date"
        )
    );
}

#[test]
fn events_that_bunch_are_held_against_sets_that_bunch() {
    let events = common::events(&[200, 201, 203, 206, 400]);
    let study = study(EventWindow::rows(1, 20).unwrap(), PlaceboSettings::default());
    let mut n_rejected = 0;
    for seed in 1..=60 {
        let found = estimate(&study, noise(seed, 700), &events);
        let placebo = found.placebo.unwrap();
        assert_eq!((found.n_event_dates, found.n_overlapping_dates), (5, 4));
        assert_eq!((placebo.scheme, placebo.exact), (PlaceboScheme::Shifted, true));
        n_rejected += usize::from(placebo.p_values.two_sided <= 0.05);
    }
    // Sets of five dates that stand apart reject in a third of these.
    assert!(n_rejected <= 9, "{n_rejected}");
}

#[test]
fn events_far_apart_are_held_against_sets_at_least_a_window_apart() {
    let study = study(EventWindow::months(0, 1).unwrap(), PlaceboSettings::default());
    let found = estimate(&study, noise(1, 900), &common::events(&[150, 300, 700]));
    let placebo = found.placebo.unwrap();
    assert_eq!(found.n_overlapping_dates, 0);
    assert_eq!(placebo.scheme, PlaceboScheme::Spaced);
    // Not the 150 days that the events happen to lie apart, and their own dates among the others.
    assert_eq!((placebo.min_separation_days, placebo.buffer_days), (31, None));
    assert_eq!(placebo.n_buffered, 0);
    assert!(placebo.event_share > 0.0 && placebo.event_share < 0.2);
}

#[test]
fn no_pseudo_event_is_outside_the_period_or_near_an_avoided_date() {
    let settings = PlaceboSettings {
        from: Some(day(200)),
        through: Some(day(400)),
        avoid: vec![day(350)],
        buffer_days: Some(10),
        ..PlaceboSettings::default()
    };
    let study = study(EventWindow::rows(1, 5).unwrap(), settings);
    let found = estimate(&study, noise(1, 900), &common::events(&[300]));
    // 201 dates less 21 around the event and 21 around the avoided one.
    let placebo = found.placebo.unwrap();
    assert_eq!((placebo.n_admissible, placebo.n_buffered), (159, 42));
    assert_eq!(placebo.n_sets, 159);
}

#[test]
fn without_a_buffer_the_null_holds_the_event_dates_and_avoids_the_reach_of_others() {
    let settings = PlaceboSettings {
        from: Some(day(200)),
        through: Some(day(400)),
        avoid: vec![day(350)],
        ..PlaceboSettings::default()
    };
    let study = study(EventWindow::rows(1, 5).unwrap(), settings);
    let found = estimate(&study, noise(1, 900), &common::events(&[300]));
    // 201 dates less five on either side of the avoided one and itself; the set of the event itself
    // is not compared with it.
    let placebo = found.placebo.unwrap();
    assert_eq!((placebo.n_admissible, placebo.n_buffered, placebo.n_sets), (190, 11, 189));
}

/// Share of studies of a market without effects that reject at 5 %, in percent.
fn rejections(statistic: PlaceboStatistic, buffer_days: Option<u32>, variance: f64) -> f64 {
    let n_studies = 400;
    let settings = PlaceboSettings { statistic, buffer_days, ..PlaceboSettings::default() };
    let study = study(EventWindow::rows(1, 20).unwrap(), settings);
    let rejects = |seed: u64| {
        let mut noise = Noise::new(seed);
        // Five events at random among the 640 rows with an estimation window and an event window.
        let mut rows: Vec<usize> = Vec::new();
        while rows.len() < 5 {
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // from 0 to 640
            let row = 60 + ((noise.next() + 1.0) * 320.0) as usize;
            if rows.iter().all(|other| other.abs_diff(row) >= 20) {
                rows.push(row);
            }
        }
        let mut returns = noise.take(720, 0.02);
        for row in &rows {
            for value in &mut returns[*row..*row + 20] {
                *value *= variance.sqrt();
            }
        }
        let prices = common::panel(&[("a0", common::compound(&returns))]);
        rows.sort_unstable();
        let found = estimate(&study, prices, &common::events(&rows)).placebo.unwrap();
        u32::from(found.p_values.two_sided <= 0.05)
    };
    let share = 100.0 * f64::from((1..=n_studies).map(rejects).sum::<u32>()) / n_studies as f64;
    println!("{statistic:?}, buffer {buffer_days:?}, variance × {variance}: {share} %");
    share
}

#[test]
fn the_default_holds_its_size_where_a_buffer_and_the_plain_mean_do_not() {
    use PlaceboStatistic::{Mean, Studentised};
    // Of 400 studies 8.3 % is three standard errors above 5 %.
    assert!(rejections(Studentised, None, 1.0) < 8.3);
    assert!(rejections(Mean, None, 1.0) < 8.3);
    assert!(rejections(Studentised, None, 2.0) < 8.3);
    assert!(rejections(Mean, None, 2.0) > 9.0);
    assert!(rejections(Mean, Some(20), 1.0) > 9.0);
}

#[test]
fn a_rule_gives_its_separation_and_its_period() {
    let from = day(3);
    let rule = BreakoutRule::all_time_high().base(250).min_separation(20).from(from);
    assert_eq!(rule.separation_days(), 350);
    assert_eq!(rule.period(), (Some(from), None));
    assert_eq!(BreakoutRule::all_time_high().separation_days(), 0);
}

#[test]
fn events_that_are_first_seen_on_one_day_are_one_draw() {
    let weekdays: Vec<NaiveDate> = (0..900)
        .map(day)
        .filter(|d| !["Sat", "Sun"].contains(&&*d.format("%a").to_string()))
        .collect();
    let n = weekdays.len();
    let series = |seed| {
        let returns = Noise::new(seed).take(n - 1, 0.02);
        weekdays.iter().copied().zip(common::compound(&returns)).collect::<Vec<_>>()
    };
    let named = (0..N_ASSETS).map(|k| (format!("a{k}"), series(k as u64 + 1))).collect();
    let prices = PricePanel::from_series(named).unwrap();
    assert_eq!(prices.axis(), &DateAxis::new(weekdays).unwrap());
    let study = study(EventWindow::rows(0, 5).unwrap(), PlaceboSettings::default());
    let date = |text: &str| text.parse::<NaiveDate>().unwrap();
    let of = |dates: &[&str]| {
        let dates: Vec<_> = dates.iter().map(|d| date(d)).collect();
        estimate(&study, prices.clone(), &EventSet::from_dates(&dates).unwrap())
    };
    // A Saturday, the Sunday and the Monday after it, and a Wednesday in another month.
    let weekend = of(&["2016-02-06", "2016-02-07", "2016-02-08", "2016-06-01"]);
    let monday = of(&["2016-02-08", "2016-06-01"]);
    assert_eq!((weekend.n_events, weekend.n_event_dates), (4, 2));
    common::close(weekend.mean, monday.mean, 1e-12);
    let p = |w: &WindowEstimate| w.event_t.as_ref().unwrap().p_value;
    common::close(p(&weekend), p(&monday), 1e-9);
    let n_sets = |w: &WindowEstimate| w.placebo.as_ref().unwrap().n_sets;
    assert_eq!(n_sets(&weekend), n_sets(&monday));
}

#[test]
fn a_scheme_that_is_asked_for_is_that_of_the_library() {
    let data = StudyData::new(noise(17, 900), Compounding::Log);
    let of_scheme = |scheme, rows: &[usize]| {
        let settings = PlaceboSettings {
            scheme,
            min_separation_days: Some(40),
            statistic: PlaceboStatistic::Mean,
            ..PlaceboSettings::default()
        };
        let study = study(EventWindow::days(1, 30).unwrap(), settings);
        let w = study.run(&data, &common::events(rows)).unwrap().windows.remove(0);
        let values = study.prepare(&data).unwrap().placebo_values(0).into_iter();
        let (dates, values) = values.map(|(date, value)| (date, Some(value))).unzip();
        (w.placebo.unwrap(), w.mean, PlaceboGrid::new(dates, values).unwrap())
    };
    let is_that_of =
        |found: &PlaceboEstimate, sets: &PlaceboSets, grid: &PlaceboGrid, mean: f64| {
            let by_hand = sets.test(grid, mean, None).unwrap();
            assert_eq!(found.p_values, by_hand.p_values());
            assert_eq!((found.mean, found.n_sets), (by_hand.means().mean(), sets.n_sets()));
        };
    let dates = |rows: [usize; 3]| rows.map(day);
    let design = PlaceboDesign::new().min_separation_days(40).sets(199).seed(1);

    let apart = [300, 480, 700];
    let (shifted, mean, grid) = of_scheme(SchemeChoice::Shifted, &apart);
    assert_eq!((shifted.scheme, shifted.exact), (PlaceboScheme::Shifted, true));
    is_that_of(&shifted, &design.shifts(&grid, &dates(apart)).unwrap(), &grid, mean);
    let (auto, ..) = of_scheme(SchemeChoice::Auto, &apart);
    assert_eq!(auto, of_scheme(SchemeChoice::Spaced, &apart).0);
    assert_eq!((auto.scheme, auto.min_separation_days), (PlaceboScheme::Spaced, 40));

    // Where windows overlap, the dates of a set are as close as the events.
    let close = [300, 312, 700];
    let (auto, ..) = of_scheme(SchemeChoice::Auto, &close);
    assert_eq!(auto, of_scheme(SchemeChoice::Shifted, &close).0);
    let (spaced, mean, grid) = of_scheme(SchemeChoice::Spaced, &close);
    assert_eq!((spaced.scheme, spaced.min_separation_days), (PlaceboScheme::Spaced, 12));
    let sets = design.min_separation_days(12).draw(&grid, &dates(close), 3).unwrap();
    is_that_of(&spaced, &sets, &grid, mean);
}
