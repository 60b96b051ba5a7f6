use chrono::{Datelike, Days, NaiveDate};
use proptest::prelude::*;
use rand::RngExt;

use super::*;
use crate::numeric::streams::stream;
use crate::resampling::{PlaceboGrid, PlaceboTest, PseudoEvent};
use crate::{Error, with_threads};

fn day(d: u64) -> NaiveDate {
    NaiveDate::from_ymd_opt(2015, 1, 1).unwrap() + Days::new(d)
}

/// Values on days from 2015 on, with a hole each eleventh day.
fn grid_of(n_days: u64, value: impl Fn(u64) -> f64) -> PlaceboGrid {
    let values = (0..n_days).map(|d| (d % 11 != 4).then(|| value(d))).collect();
    PlaceboGrid::new((0..n_days).map(day).collect(), values).unwrap()
}

/// Neighbours are alike, as windows that overlap are.
fn smooth(d: u64) -> f64 {
    let t = d as f64;
    (0.031 * t).sin() + 0.6 * (0.0123 * t * (1.0 + 1e-4 * t)).cos() + 0.05 * (2.9 * t).sin()
}

fn covariate(n_days: u64, value: impl Fn(u64) -> f64) -> PlaceboCovariate {
    PlaceboCovariate::new("x", (0..n_days).map(|d| (day(d), value(d))).collect()).unwrap()
}

/// The test of events, each with its date and its value.
fn test_of(design: &MatchedDesign, grid: &PlaceboGrid, events: &[(NaiveDate, f64)]) -> PlaceboTest {
    let dates: Vec<NaiveDate> = events.iter().map(|(date, _)| *date).collect();
    let mean = events.iter().map(|(_, value)| value).sum::<f64>() / events.len() as f64;
    design.draw(grid, &dates).unwrap().sets().test(grid, mean, None).unwrap()
}

fn share_at_most(p_values: &[f64], alpha: f64) -> f64 {
    let n = p_values.iter().filter(|p| **p <= alpha + 1e-12).count();
    n as f64 / p_values.len() as f64
}

#[test]
fn one_event_in_a_class_has_exact_size_however_windows_overlap() {
    let grid = grid_of(1_500, smooth);
    let wave = covariate(1_500, |d| (0.07 * d as f64).cos());
    let rules = [
        vec![PlaceboMatch::CalendarMonth],
        vec![PlaceboMatch::Bin { covariate: wave.clone(), n_bins: 5 }],
        vec![PlaceboMatch::CalendarMonth, PlaceboMatch::Bin { covariate: wave, n_bins: 3 }],
    ];
    for rules in rules {
        let design = MatchedDesign::new(rules).unwrap();
        let (mut two_sided, mut upper) = (Vec::new(), Vec::new());
        for (date, value) in grid.dates().iter().zip(grid.values()) {
            let found = test_of(&design, &grid, &[(*date, *value)]);
            assert!(found.means().is_exact());
            two_sided.push(found.p_values().two_sided);
            upper.push(found.p_values().upper);
        }
        // Each class has a uniform rank, so the size is exact to the coarseness of its ranks.
        for alpha in [0.01, 0.05, 0.1, 0.3, 0.5] {
            for p_values in [&two_sided, &upper] {
                let size = share_at_most(p_values, alpha);
                assert!(size <= alpha && size > alpha - 0.02, "{design}: {size} at {alpha}");
            }
        }
    }
}

#[test]
fn two_events_from_their_pools_have_exact_size() {
    // A short grid: every pair of a March and an October date stands for the events once.
    let grid = grid_of(400, smooth);
    let design = MatchedDesign::new([PlaceboMatch::CalendarMonth]).unwrap();
    let of_month = |month: u32| {
        let rows = grid.dates().iter().zip(grid.values());
        rows.filter(move |(d, _)| d.month() == month).map(|(d, v)| (*d, *v)).collect::<Vec<_>>()
    };
    let (march, october) = (of_month(3), of_month(10));
    // Exact: all combinations but that of the events.
    let found = test_of(&design, &grid, &[march[0], october[0]]);
    assert_eq!(found.means().n_sets(), march.len() * october.len() - 1);
    let mut p_values = Vec::new();
    for first in &march {
        for second in &october {
            p_values.push(test_of(&design, &grid, &[*first, *second]).p_values().two_sided);
        }
    }
    for alpha in [0.01, 0.05, 0.1, 0.5] {
        let size = share_at_most(&p_values, alpha);
        assert!(size <= alpha && size > alpha - 0.01, "{size} at {alpha}");
    }
}

#[test]
fn three_events_drawn_from_their_pools_have_nominal_size() {
    let grid = grid_of(2_500, smooth);
    let (n_studies, alpha) = (1_000, 0.05);
    let design = MatchedDesign::new([PlaceboMatch::CalendarMonth]).unwrap().sets(199);
    let of_month = |month: u32| -> Vec<usize> {
        (0..grid.n_admissible()).filter(|row| grid.dates()[*row].month() == month).collect()
    };
    let pools = [of_month(2), of_month(3), of_month(11)];
    let mut p_values = Vec::new();
    for study in 0..n_studies {
        let mut stream = stream(5, study);
        // Events keep the separation that the sets keep.
        let events = loop {
            let rows = pools.each_ref().map(|pool| pool[stream.random_range(0..pool.len())]);
            let mut events = rows.map(|row| (grid.dates()[row], grid.values()[row]));
            events.sort_by_key(|(date, _)| *date);
            if events.windows(2).all(|pair| (pair[1].0 - pair[0].0).num_days() >= 30) {
                break events;
            }
        };
        let design = design.clone().min_separation_days(30).seed(study);
        let found = design.draw(&grid, &events.map(|(date, _)| date)).unwrap();
        assert_eq!((found.min_separation_days(), found.sets().n_sets()), (30, 199));
        p_values.push(test_of(&design, &grid, &events).p_values().two_sided);
    }
    // Exact at 10/200; three Monte Carlo errors.
    let size = share_at_most(&p_values, alpha);
    let error = (alpha * (1.0 - alpha) / n_studies as f64).sqrt();
    assert!((size - alpha).abs() < 3.0 * error, "{size}");
}

#[test]
fn events_that_follow_a_state_are_held_against_that_state() {
    // The value of a date is its state, with noise; events come where the state is high, and do
    // nothing.
    let n_days = 2_000;
    let state = |d: u64| {
        let t = d as f64;
        (0.9 * t).sin() + (0.37 * t).cos() + 0.7 * (0.113 * t).sin()
    };
    let (n_studies, alpha) = (400, 0.05);
    let (mut plain, mut matched) = (Vec::new(), Vec::new());
    let rule = PlaceboMatch::Nearest { covariate: covariate(n_days, state), k: 59 };
    let design = MatchedDesign::new([rule]).unwrap();
    for study in 0..n_studies {
        let mut stream = stream(7, study);
        let noise: Vec<f64> = (0..n_days)
            .map(|_| (0..12).map(|_| stream.random::<f64>()).sum::<f64>() - 6.0)
            .collect();
        let grid = grid_of(n_days, |d| state(d) + 0.5 * noise[usize::try_from(d).unwrap()]);
        let high: Vec<usize> = (0..grid.n_admissible())
            .filter(|row| {
                let d = (grid.dates()[*row] - day(0)).num_days();
                state(u64::try_from(d).unwrap()) > 1.2
            })
            .collect();
        let row = high[stream.random_range(0..high.len())];
        let event = (grid.dates()[row], grid.values()[row]);
        plain.push(grid.rank(event.1).unwrap().p_values.two_sided);
        matched.push(test_of(&design, &grid, &[event]).p_values().two_sided);
    }
    let error = (alpha * (1.0 - alpha) / n_studies as f64).sqrt();
    let (plain, matched) = (share_at_most(&plain, alpha), share_at_most(&matched, alpha));
    assert!(plain > 0.15, "{plain}");
    assert!((matched - alpha).abs() < 3.0 * error, "{matched}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn pools_hold_what_the_rules_say(
        values in prop::collection::vec(-5_i32..6, 40), event in 0_u64..40, k in 1_usize..45,
        n_bins in 2_usize..6, within in 0_i32..4,
    ) {
        let grid = PlaceboGrid::new(
            (0..40).map(|d| day(9 * d)).collect(),
            (0..40).map(|d| Some(f64::from(d))).collect(),
        ).unwrap();
        let x = |d: usize| f64::from(values[d]);
        let named = (0..40).map(|d| (day(9 * d as u64), x(d))).collect();
        let covariate = PlaceboCovariate::new("x", named).unwrap();
        let rows = |rules: Vec<PlaceboMatch>| {
            let design = MatchedDesign::new(rules).unwrap();
            match design.matched_dates(&grid, day(9 * event)) {
                Ok(dates) => dates.iter()
                    .map(|d| usize::try_from((*d - day(0)).num_days() / 9).unwrap()).collect(),
                Err(Error::NoMatch { n_dates, left, .. }) => {
                    assert_eq!((n_dates, left.last().unwrap().1), (39, 0));
                    Vec::new()
                }
                Err(error) => panic!("{error}"),
            }
        };
        let own = usize::try_from(event).unwrap();
        let others: Vec<usize> = (0..40).filter(|d| *d != own).collect();
        let distance = |d: usize| (x(d) - x(own)).abs();

        let near = PlaceboMatch::Nearest { covariate: covariate.clone(), k };
        let mut expected = others.clone();
        expected.sort_by(|a, b| distance(*a).total_cmp(&distance(*b)).then(a.cmp(b)));
        expected.truncate(k);
        expected.sort_unstable();
        prop_assert_eq!(rows(vec![near.clone()]), expected.clone());

        let within = f64::from(within);
        let caliper = PlaceboMatch::Caliper { covariate: covariate.clone(), within };
        let close: Vec<usize> = others.iter().copied().filter(|d| distance(*d) <= within).collect();
        prop_assert_eq!(rows(vec![caliper.clone()]), close.clone());

        // A rule looks at what those before it left.
        let both: Vec<usize> = expected.into_iter().filter(|d| close.contains(d)).collect();
        prop_assert_eq!(rows(vec![near, caliper]), both);

        // Bins are classes: a date is in the pool of every date of its own.
        let bins = PlaceboMatch::Bin { covariate, n_bins };
        let design = MatchedDesign::new([bins]).unwrap();
        let pool = |d: usize| {
            let dates = design.matched_dates(&grid, day(9 * d as u64)).unwrap_or_default();
            let mut rows: Vec<usize> = dates.iter()
                .map(|d| usize::try_from((*d - day(0)).num_days() / 9).unwrap()).collect();
            rows.push(d);
            rows.sort_unstable();
            rows
        };
        let class = pool(own);
        for other in &class {
            prop_assert_eq!(pool(*other), class.clone());
        }
    }
}

#[test]
fn draws_agree_with_the_enumeration_and_do_not_depend_on_threads() {
    let grid = grid_of(800, smooth);
    let (dates, mean) = ([day(75), day(291)], 1.25);
    let design = MatchedDesign::new([PlaceboMatch::CalendarMonth])
        .unwrap()
        .min_separation_days(200)
        .window_days(40)
        .seed(3);
    let draw = |design: &MatchedDesign| design.draw(&grid, &dates).unwrap();
    let test = |sets: &MatchedSets| sets.sets().test(&grid, mean, None).unwrap();
    // 81 and 57 dates, the events' own among them: few enough for 5,000 sets.
    let all = draw(&design.clone().sets(5_000));
    let drawing = design.sets(3_000);
    let some = draw(&drawing);
    assert!(all.sets().is_exact() && !some.sets().is_exact());
    assert_eq!(all.sets().n_distinct_sets(), Some(all.sets().n_sets() as f64));
    assert_eq!((some.sets().n_sets(), some.sets().seed()), (3_000, Some(3)));
    let (exact, random) = (test(&all), test(&some));
    let error = exact.means().std_dev().unwrap() / 3_000.0_f64.sqrt();
    assert!((exact.means().mean() - random.means().mean()).abs() < 4.0 * error);
    let (p, q) = (random.p_values(), exact.p_values());
    for (p, q) in [(p.upper, q.upper), (p.lower, q.lower), (p.two_sided, q.two_sided)] {
        assert!((p - q).abs() < 4.0 * (q * (1.0 - q) / 3_000.0).sqrt() + 3e-4, "{p} against {q}");
    }
    assert_eq!(with_threads(1, || draw(&drawing)).unwrap(), some);
    assert_ne!(draw(&drawing.clone().seed(4)), some);
}

#[test]
fn sets_hold_one_date_of_each_pool_in_the_order_of_the_events() {
    let grid = grid_of(900, smooth);
    let design = MatchedDesign::new([PlaceboMatch::CalendarMonth]).unwrap().min_separation_days(60);
    // An October before a March: pools are not in order of date.
    for n_sets in [200, 100_000] {
        let found = design.clone().sets(n_sets).draw(&grid, &[day(290), day(430)]).unwrap();
        assert_eq!(found.sets().is_exact(), n_sets > 200);
        for set in found.sets().iter() {
            let [first, second] = [0, 1].map(|k| grid.dates()[set[k]]);
            assert_eq!((first.month(), second.month()), (10, 3));
            assert!((first - second).num_days().abs() >= 60);
            assert!((first, second) != (day(290), day(430)) || n_sets == 200);
        }
    }
}

#[test]
fn variances_and_event_shares_go_into_the_test() {
    // Values and standard errors grow together: studentised, no date stands out.
    let of = |d: u64| PseudoEvent {
        value: if d.is_multiple_of(2) { 1.0 } else { -1.0 } * (1.0 + d as f64),
        variance: Some((1.0 + d as f64).powi(2)),
        event_share: if d == 40 { 1.0 } else { 0.25 },
    };
    let events: Vec<_> = (0..59).map(|d| Some(of(d))).collect();
    let grid = PlaceboGrid::of_pseudo_events((0..59).map(day).collect(), &events).unwrap();
    let design = MatchedDesign::new([PlaceboMatch::CalendarMonth]).unwrap();
    // The 40th day is in a February of 28.
    let sets = design.draw(&grid, &[day(40)]).unwrap();
    let test = sets.sets().test(&grid, of(40).value, Some(41.0)).unwrap();
    assert_eq!(sets.pools()[0].n_dates, 27);
    assert!((test.event_share() - 0.25).abs() < 1e-12);
    assert!((test.excess() - (41.0 - test.means().mean()) / 0.75).abs() < 1e-12);
    let raw = sets.sets().test(&grid, of(40).value, None).unwrap();
    assert!(test.p_values().two_sided > raw.p_values().two_sided);
}

#[test]
fn dates_of_a_set_stay_apart_no_more_than_the_events_do() {
    let grid = grid_of(400, smooth);
    let design = MatchedDesign::new([PlaceboMatch::CalendarMonth]).unwrap().min_separation_days(50);
    let separation =
        |gap: u64| design.draw(&grid, &[day(60), day(60 + gap)]).unwrap().min_separation_days();
    // What the events are apart where that is less; two of one date are no error.
    assert_eq!([12, 70, 0].map(separation), [12, 50, 0]);
}

#[test]
fn pools_report_dates_and_periods_without_overlap() {
    let grid = grid_of(1_461, smooth);
    let design = MatchedDesign::new([PlaceboMatch::CalendarMonth]).unwrap();
    let periods = |length: u32| {
        let found = design.clone().window_days(length).draw(&grid, &[day(318)]).unwrap();
        (found.pools()[0].n_dates, found.pools()[0].n_periods)
    };
    // Four Novembers of 30 days less the holes and the event itself.
    let n = grid.dates().iter().filter(|d| d.month() == 11).count() - 1;
    assert_eq!(periods(1), (n, n));
    assert_eq!(periods(10).1, 12);
    assert_eq!(periods(30).1, 4);
    assert_eq!(periods(400).1, 2);
}

#[test]
fn faults_name_dates_and_counts() {
    let grid = grid_of(100, smooth);
    let wave = covariate(50, |d| d as f64);
    let caliper = PlaceboMatch::Caliper { covariate: wave.clone(), within: 0.5 };
    let design = MatchedDesign::new([PlaceboMatch::CalendarMonth, caliper]).unwrap();
    let found = design.draw(&grid, &[day(40)]).unwrap_err();
    assert_eq!(
        found.to_string(),
        "no placebo date matches the event of 2015-02-10: of 90 other dates there are left 25 by \
         same calendar month, 0 by within 0.5 by x"
    );
    let found = design.draw(&grid, &[day(90)]).unwrap_err();
    assert_eq!(
        found.to_string(),
        "x has no value in the 7 days up to the event of 2015-04-01, so that no placebo date can be \
         matched to it"
    );
    assert!(matches!(design.draw(&grid, &[]), Err(Error::TooFew { unit: "events", .. })));
    assert!(matches!(MatchedDesign::new([]), Err(Error::Setting { name: "match", .. })));
    let none = design.clone().sets(0).draw(&grid, &[day(40)]);
    assert!(matches!(none, Err(Error::Setting { name: "placebo sets", .. })));

    // Dates that stay apart only where the events stand cannot be drawn often enough.
    let short = grid_of(40, smooth);
    let design = MatchedDesign::new([PlaceboMatch::CalendarMonth]).unwrap();
    let crowded: Vec<NaiveDate> = (0..28).map(day).collect();
    let found = design.sets(10).draw(&short, &crowded).unwrap_err();
    assert_eq!(
        found.to_string(),
        "no set of 28 matched dates at least 1 days apart was found in 10000 tries; lower the \
         separation or match more dates"
    );
}
