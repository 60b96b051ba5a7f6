//! Which pseudo-events are drawn.

use chrono::{Days, NaiveDate};
use proptest::prelude::*;

use super::close;
use crate::numeric::moments::mean;
use crate::resampling::{PlaceboDesign, PlaceboGrid};
use crate::with_threads;

pub(super) fn day(d: u64) -> NaiveDate {
    NaiveDate::from_ymd_opt(2017, 1, 1).unwrap() + Days::new(d)
}

/// A value on every day but each eleventh, skewed and with a mean above zero.
pub(super) fn grid(n_days: u32) -> PlaceboGrid {
    let value = |d: u32| (0.2 * (f64::from(d) * 0.031).sin()).exp() - 0.9;
    let values = (0..n_days).map(|d| (d % 11 != 4).then(|| value(d))).collect();
    PlaceboGrid::new((0..n_days).map(|d| day(u64::from(d))).collect(), values).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn sets_keep_separation_and_buffer(
        separation in 0..120_u32, buffer in 0..60_u32, k in 1..5_usize, seed in any::<u64>(),
        events in prop::collection::vec(0..900_u64, 1..4),
    ) {
        let (grid, events) = (grid(900), events.into_iter().map(day).collect::<Vec<_>>());
        let design = PlaceboDesign::new().min_separation_days(separation).buffer_days(buffer);
        let Ok(sets) = design.sets(50).seed(seed).draw(&grid, &events, k) else {
            return Ok(());
        };
        let admissible = grid.dates().iter().filter(|date| {
            events.iter().all(|e| (**date - *e).num_days().abs() > i64::from(buffer))
        });
        prop_assert_eq!(sets.n_admissible(), admissible.count());
        prop_assert_eq!(sets.n_admissible() + sets.n_buffered(), grid.n_admissible());
        prop_assert_eq!(sets.iter().len(), sets.n_sets());
        for rows in sets.iter() {
            prop_assert_eq!(rows.len(), k);
            let dates: Vec<NaiveDate> = rows.iter().map(|row| grid.dates()[*row]).collect();
            for pair in dates.windows(2) {
                prop_assert!((pair[1] - pair[0]).num_days() >= i64::from(separation.max(1)));
            }
            for (date, event) in dates.iter().flat_map(|d| events.iter().map(move |e| (d, e))) {
                prop_assert!((*date - *event).num_days().abs() > i64::from(buffer));
            }
        }
    }
}

#[test]
fn the_buffer_holds_both_its_ends() {
    let grid = grid(100);
    let draw =
        |buffer| PlaceboDesign::new().buffer_days(buffer).draw(&grid, &[day(50)], 1).unwrap();
    // Days 45 to 55, of which 48 has no value.
    assert_eq!(draw(5).n_buffered(), 10);
    assert_eq!(draw(0).n_buffered(), 1);
    // Without one the event's own date is among the others, and its own set is not compared with it.
    let all = PlaceboDesign::new().draw(&grid, &[day(50)], 1).unwrap();
    assert_eq!((all.n_buffered(), all.n_admissible()), (0, grid.n_admissible()));
    assert_eq!(all.n_sets(), grid.n_admissible() - 1);
}

#[test]
fn few_distinct_sets_are_enumerated_and_agree_with_monte_carlo() {
    let (grid, events) = (grid(160), [day(80)]);
    let design = PlaceboDesign::new().min_separation_days(20).buffer_days(3).seed(6);
    let all = design.sets(1_000_000).draw(&grid, &events, 2).unwrap();
    assert!(all.is_exact() && all.seed().is_none());
    assert_eq!(all.n_distinct_sets(), Some(all.n_sets() as f64));

    let some = design.sets(6_000).draw(&grid, &events, 2).unwrap();
    assert!(!some.is_exact() && some.n_sets() == 6_000 && some.seed() == Some(6));
    assert_eq!(some.n_distinct_sets(), all.n_distinct_sets());
    let (exact, random) = (all.mean(&grid, 0.25).unwrap(), some.mean(&grid, 0.25).unwrap());
    let error = exact.std_dev().unwrap() / 6_000.0_f64.sqrt();
    assert!(close(random.mean(), exact.mean(), 4.0 * error));
    let (p, q) = (random.p_values(), exact.p_values());
    for (p, q) in [(p.upper, q.upper), (p.lower, q.lower), (p.two_sided, q.two_sided)] {
        assert!(close(p, q, 4.0 * (q * (1.0 - q) / 6_000.0).sqrt() + 2e-4), "{p} against {q}");
    }
}

#[test]
fn single_pseudo_events_are_always_enumerated() {
    let grid = grid(400);
    let placebo = PlaceboDesign::new().sets(10).run(&grid, &[day(900)], 0.2).unwrap();
    assert!(placebo.is_exact());
    assert_eq!(placebo.n_sets(), grid.n_admissible());
    // No event lies on the grid, so this is the plain rank among all dates.
    let rank = grid.rank(0.2).unwrap();
    assert_eq!(placebo.p_values(), rank.p_values);
    assert_eq!((placebo.std_dev(), grid.n_inadmissible()), (rank.std_dev, 36));
}

#[test]
fn sets_are_drawn_once_and_read_by_any_statistic() {
    let grid = grid(800);
    let events = [day(100), day(400), day(700)];
    let sets = PlaceboDesign::new().min_separation_days(90).sets(300).draw(&grid, &events, 3);
    let sets = sets.unwrap();
    let by_value = sets.statistic(&grid, 0.1, |v| v[0] - v[2]).unwrap();
    let by_row = sets.rows_statistic(0.1, |r| grid.values()[r[0]] - grid.values()[r[2]]).unwrap();
    assert_eq!(by_value, by_row);
    let mean_of = sets.statistic(&grid, 0.1, |v| mean(v).unwrap()).unwrap();
    assert_eq!(mean_of, sets.mean(&grid, 0.1).unwrap());
    let short = PlaceboGrid::new(vec![day(0)], vec![Some(0.1)]).unwrap();
    assert!(sets.mean(&short, 0.1).is_err());
    assert_eq!(
        sets.statistic(&grid, 0.1, |_| f64::NAN).unwrap_err().to_string(),
        "the statistic is not a finite number on 300 of 300 placebo sets; use one that is defined \
         on every resample"
    );
}

#[test]
fn threads_and_the_order_of_events_do_not_matter() {
    let grid = grid(2_000);
    let design = PlaceboDesign::new().min_separation_days(120).buffer_days(30).sets(700).seed(8);
    let run = |events: &[NaiveDate]| design.run(&grid, events, 0.3).unwrap();
    let events = [day(200), day(900), day(1_600)];
    let alone = with_threads(1, || run(&events)).unwrap();
    assert_eq!(alone, with_threads(4, || run(&events)).unwrap());
    assert_eq!(alone, run(&[events[2], events[0], events[1]]));
}

#[test]
fn what_does_not_fit_is_an_error_with_its_numbers() {
    let grid = grid(100);
    let design = PlaceboDesign::new().min_separation_days(30).buffer_days(5);
    assert_eq!(
        design.run(&grid, &[day(50); 9], 0.1).unwrap_err().to_string(),
        "9 pseudo-events at least 30 days apart do not fit into 81 admissible dates (10 more are \
         within 5 days of an event); at most 4 do, so lower the separation or the buffer, or take \
         a longer series"
    );
    assert_eq!(
        design.draw(&grid, &[], 0).unwrap_err().to_string(),
        "a set of pseudo-events needs at least 1 events, found 0"
    );
    assert_eq!(
        design.sets(0).run(&grid, &[day(1)], 0.1).unwrap_err().to_string(),
        "placebo sets = 0: expected at least one set"
    );
    assert!(design.run(&grid, &[day(1)], f64::NAN).is_err());
    let empty = PlaceboGrid::new(vec![day(0)], vec![None]).unwrap();
    assert!(design.run(&empty, &[day(9)], 0.1).is_err());
    assert!(empty.rank(0.1).is_err() && empty.n_inadmissible() == 1);
}

#[test]
fn a_grid_refuses_bad_dates_and_values() {
    let text =
        |dates: Vec<NaiveDate>, values| PlaceboGrid::new(dates, values).unwrap_err().to_string();
    assert_eq!(
        text(vec![day(1), day(1)], vec![None, None]),
        "date 2017-01-02 at row 1 does not come after 2017-01-02"
    );
    assert_eq!(text(vec![day(1)], vec![]), "values of the placebo grid has length 0, expected 1");
    assert_eq!(
        text(vec![day(1)], vec![Some(f64::INFINITY)]),
        "placebo grid on 2017-01-02: inf is not a finite statistic"
    );
    let holes = PlaceboGrid::new(vec![day(1), day(2)], vec![Some(f64::NAN), Some(0.5)]).unwrap();
    assert_eq!((holes.n_admissible(), holes.value_on(day(2))), (1, Some(0.5)));
    assert_eq!(holes.value_on(day(1)), None);
}

#[test]
fn a_shifted_pattern_by_hand() {
    let values = [5.0, 1.0, 2.0, 8.0];
    let grid = PlaceboGrid::new((0..4).map(day).collect(), values.into_iter().map(Some).collect())
        .unwrap();
    // Events on rows 0 and 3: means (5+8)/2, (1+5)/2, (2+1)/2, (8+2)/2 around 4.
    let shift = grid.circular_shift(&[day(3), day(0)]).unwrap();
    assert_eq!((shift.observed, shift.mean, shift.n_shifts), (6.5, 4.0, 4));
    let p = shift.p_values;
    assert_eq!((p.upper, p.lower, p.two_sided), (0.25, 1.0, 0.5));
    assert_eq!(shift.attainable_p, 0.25);
    assert_eq!(shift, grid.circular_shift(&[day(0), day(3)]).unwrap());
    assert_eq!(
        grid.circular_shift(&[day(7)]).unwrap_err().to_string(),
        "the placebo grid has no value on the event date 2017-01-08; the event pattern cannot be \
         shifted"
    );
    assert!(grid.circular_shift(&[]).is_err());
}
