use chrono::{Datelike, Days, NaiveDate};
use proptest::prelude::*;
use rand::RngExt;

use super::*;
use crate::numeric::streams::stream;
use crate::resampling::PlaceboGrid;
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
            let found = design.run(&grid, &[(*date, *value)]).unwrap();
            assert!(found.reference().is_exact());
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
    let found = design.run(&grid, &[march[0], october[0]]).unwrap();
    assert_eq!(found.reference().n(), march.len() * october.len() - 1);
    let mut p_values = Vec::new();
    for first in &march {
        for second in &october {
            p_values.push(design.run(&grid, &[*first, *second]).unwrap().p_values().two_sided);
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
        let found = design.run(&grid, &events).unwrap();
        assert_eq!((found.min_separation_days(), found.reference().n()), (30, 199));
        p_values.push(found.p_values().two_sided);
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
        matched.push(design.run(&grid, &[event]).unwrap().p_values().two_sided);
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
            (0..40).map(|d| Some(d as f64)).collect(),
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

    #[test]
    fn an_even_effect_comes_back_however_it_dilutes_the_pool(
        effect in -2.0..2.0_f64, length in 1_u32..60, rows in prop::collection::vec(0_u64..600, 1..3),
    ) {
        // The part of a window that it shares with those of the events carries its part of the effect.
        let mut days: Vec<u64> = rows.iter().map(|d| (d / 70) * 70 + 5).collect();
        days.sort_unstable();
        days.dedup();
        let share = |d: u64| {
            let near = |e: &u64| (f64::from(length) - d.abs_diff(*e) as f64).max(0.0);
            days.iter().map(near).sum::<f64>() / f64::from(length)
        };
        let grid = PlaceboGrid::new(
            (0..700).map(day).collect(),
            (0..700).map(|d| Some(0.3 + effect * share(d))).collect(),
        ).unwrap();
        let events: Vec<_> = days.iter().map(|d| (day(*d), 0.3 + effect)).collect();
        let design = MatchedDesign::new([PlaceboMatch::CalendarMonth]).unwrap();
        match design.window_days(length).sets(50).run(&grid, &events) {
            Ok(found) => prop_assert!((found.excess() - effect).abs() < 1e-9),
            Err(error) => prop_assert!(matches!(error, Error::Setting { .. }), "{}", error),
        }
    }
}

#[test]
fn draws_agree_with_the_enumeration_and_do_not_depend_on_threads() {
    let grid = grid_of(800, smooth);
    let events = [(day(75), 1.1), (day(291), 1.4)];
    let design = MatchedDesign::new([PlaceboMatch::CalendarMonth])
        .unwrap()
        .min_separation_days(200)
        .window_days(40)
        .seed(3);
    let all = design.clone().sets(1_000_000).run(&grid, &events).unwrap();
    let drawing = design.sets(5_000);
    // 81 and 57 dates, the events' own among them: few enough for that many sets.
    assert!(drawing.clone().run(&grid, &events).unwrap().reference().is_exact());
    let drawing = drawing.sets(3_000);
    let some = drawing.run(&grid, &events).unwrap();
    let (all_sets, some_sets) = (all.reference(), some.reference());
    assert!(all_sets.is_exact() && !some_sets.is_exact());
    assert_eq!((some_sets.n(), some_sets.seed()), (3_000, Some(3)));
    let error = all_sets.std_dev().unwrap() / 3_000.0_f64.sqrt();
    assert!((all_sets.mean() - some_sets.mean()).abs() < 4.0 * error);
    assert!((all.event_share() - some.event_share()).abs() < 0.02);
    let (p, q) = (some.p_values(), all.p_values());
    for (p, q) in [(p.upper, q.upper), (p.lower, q.lower), (p.two_sided, q.two_sided)] {
        assert!((p - q).abs() < 4.0 * (q * (1.0 - q) / 3_000.0).sqrt() + 3e-4, "{p} against {q}");
    }
    assert_eq!(with_threads(1, || drawing.run(&grid, &events)).unwrap().unwrap(), some);
    assert_ne!(drawing.clone().seed(4).run(&grid, &events).unwrap(), some);
}

#[test]
fn dates_of_a_set_stay_apart_no_more_than_the_events_do() {
    let grid = grid_of(400, smooth);
    let events = |gap: u64| [(day(60), 1.0), (day(60 + gap), 2.0)];
    let design = MatchedDesign::new([PlaceboMatch::CalendarMonth]).unwrap().min_separation_days(50);
    // March and April of one year and January of the next: 12 days is what the events are apart.
    let close = design.run(&grid, &events(12)).unwrap();
    assert_eq!(close.min_separation_days(), 12);
    let far = design.run(&grid, &events(70)).unwrap();
    assert_eq!(far.min_separation_days(), 50);
    // Two events of one date are no error.
    assert_eq!(design.run(&grid, &events(0)).unwrap().min_separation_days(), 0);
}

#[test]
fn pools_report_dates_and_periods_without_overlap() {
    let grid = grid_of(1_461, smooth);
    let design = MatchedDesign::new([PlaceboMatch::CalendarMonth]).unwrap();
    let periods = |length: u32| {
        let found = design.clone().window_days(length).run(&grid, &[(day(318), 0.0)]).unwrap();
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
    let found = design.run(&grid, &[(day(40), 1.0)]).unwrap_err();
    assert_eq!(
        found.to_string(),
        "no placebo date matches the event of 2015-02-10: of 90 other dates there are left 25 by \
         same calendar month, 0 by within 0.5 by x"
    );
    let found = design.run(&grid, &[(day(90), 1.0)]).unwrap_err();
    assert_eq!(
        found.to_string(),
        "x has no value in the 7 days up to the event of 2015-04-01, so that no placebo date can be \
         matched to it"
    );
    assert!(matches!(design.run(&grid, &[]), Err(Error::TooFew { unit: "events", .. })));
    assert!(matches!(MatchedDesign::new([]), Err(Error::Setting { name: "match", .. })));
    let none = design.clone().sets(0).run(&grid, &[(day(40), 1.0)]);
    assert!(matches!(none, Err(Error::Setting { name: "placebo sets", .. })));

    // Nothing but the neighbours of the event.
    let nearest = PlaceboMatch::Nearest { covariate: wave, k: 2 };
    let design = MatchedDesign::new([nearest]).unwrap().window_days(90);
    let found = design.run(&grid, &[(day(20), 1.0)]).unwrap_err();
    assert_eq!(
        found.to_string(),
        "matched dates = 98.9 % of their windows are the events' own: expected matches apart from \
         the events"
    );
    assert!(design.run(&grid, &[(day(20), f64::NAN)]).is_err());
}
