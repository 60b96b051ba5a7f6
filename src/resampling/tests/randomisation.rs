//! The randomisation test of event dates and what is read from it.

use chrono::NaiveDate;
use proptest::prelude::*;

use super::close;
use super::placebo::day;
use crate::resampling::ExcessIntervalKind::{Centred, EqualTailed};
use crate::resampling::{
    EffectInterval, PValues, PlaceboDesign, PlaceboGrid, PlaceboSets, PlaceboStatistic,
    PlaceboTest, PseudoEvent, UnboundedBecause,
};

fn grid(events: &[(f64, f64, f64)]) -> PlaceboGrid {
    let dates: Vec<NaiveDate> = (0..events.len()).map(|d| day(d as u64)).collect();
    let event = |(value, variance, event_share): &(f64, f64, f64)| {
        Some(PseudoEvent { value: *value, variance: Some(*variance), event_share: *event_share })
    };
    PlaceboGrid::of_pseudo_events(dates, &events.iter().map(event).collect::<Vec<_>>()).unwrap()
}

fn singles(grid: &PlaceboGrid) -> PlaceboSets {
    PlaceboDesign::new().draw(grid, &[day(0)], 1).unwrap()
}

#[test]
fn one_event_by_hand() {
    // The event is on day 0; the others have deviations −2, −1, 1, 2 from their mean 3.
    let grid = grid(&[
        (9.0, 4.0, 1.0),
        (1.0, 1.0, 0.0),
        (2.0, 0.25, 0.0),
        (4.0, 1.0, 0.4),
        (5.0, 0.04, 0.0),
    ]);
    let sets = singles(&grid);
    assert_eq!((sets.n_sets(), sets.is_exact()), (4, true)); // without the event itself
    let test = sets.test(&grid, 9.0, Some(2.0)).unwrap();
    assert_eq!(test.statistic(), PlaceboStatistic::Studentised);
    assert_eq!((test.means().mean(), test.std_error(), test.t()), (3.0, Some(2.0), 3.0));
    // Around 4.2, the mean of all five, t = 2.4 and tₖ = −3.2, −4.4, −0.2, 4.
    let p = test.p_values();
    assert_eq!((p.upper, p.lower, p.two_sided), (0.4, 0.8, 0.8));
    assert_eq!(test.attainable_p(), 0.2);
    assert!(close(test.event_share(), 0.1, 1e-15) && close(test.excess(), 6.0 / 0.9, 1e-14));

    let means = sets.test(&grid, 9.0, None).unwrap();
    assert_eq!(
        (means.statistic(), means.std_error(), means.t()),
        (PlaceboStatistic::Mean, None, 6.0)
    );
    assert_eq!(means.p_values().two_sided, 0.2);
    let p = means.p_values();
    assert_eq!((p.upper, p.lower), (0.2, 1.0));
}

#[test]
fn what_is_wrong_is_said() {
    let grid = grid(&[(0.1, 1.0, 1.0), (0.2, 1.0, 1.0), (0.0, 1.0, 1.0)]);
    let sets = singles(&grid);
    assert_eq!(
        sets.test(&grid, 0.1, Some(1.0)).unwrap_err().to_string(),
        "placebo dates = 100.0 % of their windows are the events' own: expected a period that holds \
         more than the events"
    );
    assert!(sets.test(&grid, 0.1, Some(0.0)).is_err());
    let (dates, event) =
        (vec![day(0)], PseudoEvent { value: 0.1, variance: Some(0.0), event_share: 0.0 });
    assert_eq!(
        PlaceboGrid::of_pseudo_events(dates.clone(), &[Some(event)]).unwrap_err().to_string(),
        "placebo grid on 2017-01-01: 0 is not a variance above zero"
    );
    let event = PseudoEvent { value: 0.1, variance: None, event_share: 1.5 };
    assert!(PlaceboGrid::of_pseudo_events(dates.clone(), &[Some(event)]).is_err());
    let event = PseudoEvent { event_share: 0.5, ..event };
    let alone = PlaceboGrid::of_pseudo_events(dates, &[Some(event)]).unwrap();
    assert_eq!(
        PlaceboDesign::new().draw(&alone, &[day(0)], 1).unwrap_err().to_string(),
        "a placebo comparison needs at least 1 sets of dates beside that of the events, found 0"
    );
}

#[test]
fn too_few_sets_apart_from_the_events_have_no_interval() {
    // Half of the dates share almost all of their rows with the event.
    let rows: Vec<(f64, f64, f64)> = (0..60)
        .map(|d| (f64::from(d * 7 % 11), 1.0, if d % 2 == 0 { 0.999 } else { 0.0 }))
        .collect();
    let grid = grid(&rows);
    let test = singles(&grid).test(&grid, 5.0, Some(3.0)).unwrap();
    assert_eq!(
        test.interval(0.9).unwrap_err().to_string(),
        "a placebo interval at level 0.9 needs at least 54 placebo sets apart from the events, found 0"
    );
    let whole = test.effect_interval(Centred, 0.9).unwrap();
    let unbounded = UnboundedBecause::TooFewApart { n_needed: 54, n_found: 0 };
    assert_eq!((whole.unbounded(), whole.ends(), whole.level()), (Some(unbounded), None, 0.9));
    assert!(whole.contains(1e9) && whole.contains(-1e9));
    assert_eq!(
        unbounded.to_string(),
        "0 placebo sets move less with an effect than the events do, where 54 must for one to be excluded"
    );
    // It goes to JSON and back, as does one with ends.
    let own = self::grid(&rows.iter().map(|(x, v, _)| (*x, *v, 0.0)).collect::<Vec<_>>());
    let bounded = singles(&own).test(&own, 5.0, Some(3.0)).unwrap();
    let bounded = bounded.effect_interval(EqualTailed, 0.9).unwrap();
    assert!(bounded.unbounded().is_none() && !bounded.contains(1e9));
    for interval in [whole, bounded] {
        let text = serde_json::to_string(&interval).unwrap();
        assert_eq!(serde_json::from_str::<EffectInterval>(&text).unwrap(), interval, "{text}");
    }
    // p and the effect that could be found stay.
    assert!(test.p_values().two_sided > 0.1 && test.minimum_detectable_effect(0.8, 0.1).is_ok());
}

#[test]
fn too_few_sets_exclude_nothing() {
    let rows: Vec<(f64, f64, f64)> = (0..20).map(|d| (f64::from(d), 1.0, 0.0)).collect();
    let grid = grid(&rows);
    let test = singles(&grid).test(&grid, 90.0, Some(1.0)).unwrap();
    // 19 sets reach 5 % on both sides together, 39 on each.
    assert!(test.interval(0.95).is_ok());
    let tails = test.effect_interval(EqualTailed, 0.95).unwrap();
    let unbounded = UnboundedBecause::TooFewSets { n_needed: 39, n_found: 19 };
    assert_eq!(tails.unbounded(), Some(unbounded));
    assert_eq!(unbounded.to_string(), "19 placebo sets exclude no effect, 39 could");
    assert!(test.effect_interval(EqualTailed, 1.0).is_err());
}

fn events(n: std::ops::Range<usize>) -> impl Strategy<Value = Vec<(f64, f64, f64)>> {
    prop::collection::vec((-1.0..1.0_f64, 0.05..2.0_f64, 0.0..0.6_f64), n)
}

/// p of the test of an effect, from the definition.
fn p_of(events: &[(f64, f64, f64)], observed: f64, std_error: f64, effect: f64) -> f64 {
    let less: Vec<f64> = events.iter().map(|(x, _, share)| x - share * effect).collect();
    let own = observed - effect;
    let centre = (less.iter().sum::<f64>() + own) / (less.len() + 1) as f64;
    let t = (own - centre).abs() / std_error;
    let count =
        less.iter().zip(events).filter(|(x, e)| (*x - centre).abs() / e.1.sqrt() >= t).count();
    (1 + count) as f64 / (events.len() + 1) as f64
}

#[test]
fn the_size_is_exact_however_few_dates_there_are() {
    // Each date in its turn is the event: a share of at most α of them is rejected at α, which a
    // centre without the event itself does not hold.
    for seed in 1..40_u32 {
        let n = 8 + seed % 7;
        let rows: Vec<(f64, f64, f64)> = (0..n)
            .map(|d| {
                let x = f64::from(d * seed);
                ((1.3 * x).sin() + 0.4 * (0.7 * x).cos(), 0.1 + (0.9 * x).cos().powi(2), 0.0)
            })
            .collect();
        let grid = grid(&rows);
        let of_test = |studentised: bool| {
            let rows = &rows;
            let grid = &grid;
            move |k: usize| {
                let sets = PlaceboDesign::new().draw(grid, &[day(k as u64)], 1).unwrap();
                let std_error = studentised.then_some(rows[k].1.sqrt());
                sets.test(grid, rows[k].0, std_error).unwrap().p_values()
            }
        };
        let of_means = |k: usize| {
            PlaceboDesign::new().run(&grid, &[day(k as u64)], rows[k].0).unwrap().p_values()
        };
        let of_rank = |k: usize| {
            let others = rows.iter().enumerate();
            let value = |(j, row): (usize, &(f64, f64, f64))| (j != k).then_some(row.0);
            let dates = (0..rows.len()).map(|d| day(d as u64)).collect();
            let others = PlaceboGrid::new(dates, others.map(value).collect()).unwrap();
            others.rank(rows[k].0).unwrap().p_values
        };
        let all: [&dyn Fn(usize) -> PValues; 4] =
            [&of_test(true), &of_test(false), &of_means, &of_rank];
        for p_values in all {
            let found: Vec<PValues> = (0..rows.len()).map(p_values).collect();
            for side in [|p: &PValues| p.two_sided, |p: &PValues| p.upper, |p: &PValues| p.lower] {
                let mut side: Vec<f64> = found.iter().map(side).collect();
                side.sort_by(f64::total_cmp);
                for (k, p) in side.iter().enumerate() {
                    assert!(*p * f64::from(n) >= (k + 1) as f64 - 1e-9, "{side:?}");
                }
            }
        }
    }
}

/// One-sided p of the test of an effect, from the definition: of more than it, or of less.
fn p_beyond(
    events: &[(f64, f64, f64)],
    observed: f64,
    std_error: f64,
    effect: f64,
    sign: f64,
) -> f64 {
    let less: Vec<f64> = events.iter().map(|(x, _, share)| x - share * effect).collect();
    let own = observed - effect;
    let centre = (less.iter().sum::<f64>() + own) / (less.len() + 1) as f64;
    let t = sign * (own - centre) / std_error;
    let beyond = |(x, e): &(&f64, &(f64, f64, f64))| sign * (*x - centre) / e.1.sqrt() >= t;
    (1 + less.iter().zip(events).filter(beyond).count()) as f64 / (events.len() + 1) as f64
}

proptest! {
    #[test]
    fn the_interval_holds_the_effects_that_are_not_rejected(
        events in events(40..90), observed in -2.0..2.0_f64, std_error in 0.1..0.5_f64,
    ) {
        // The first date stands for the event and is not compared.
        let grid = grid(&events);
        let others = &events[1..];
        let test = singles(&grid).test(&grid, observed, Some(std_error)).unwrap();
        let Ok(interval) = test.interval(0.9) else { return Ok(()) };
        prop_assert!(interval.lower <= test.excess() && test.excess() <= interval.upper);
        let width = interval.upper - interval.lower;
        // Sets that move more than the events count as extreme whatever the effect.
        let n_all = events.len() as f64;
        let centre_share = (others.iter().map(|(_, _, share)| share).sum::<f64>() + 1.0) / n_all;
        let slope = (1.0 - centre_share) / std_error;
        let always = others
            .iter()
            .any(|(_, variance, share)| (share - centre_share).abs() / variance.sqrt() >= slope);
        for (end, sign) in [(interval.lower, -1.0), (interval.upper, 1.0)] {
            let inside = end - sign * 1e-9 * width;
            let outside = end + sign * 1e-6 * width;
            prop_assert!(p_of(others, observed, std_error, outside) <= 0.1 + 1e-12);
            prop_assert!(always || p_of(others, observed, std_error, inside) > 0.1 - 1e-12);
        }
        prop_assert!((p_of(others, observed, std_error, 0.0) - test.p_values().two_sided).abs() < 1e-12);
        prop_assert!(interval.contains_zero() || test.p_values().two_sided <= 0.1 + 1e-12);
        // Wider at a higher level, where there is one.
        if let Ok(wider) = test.interval(0.95) {
            prop_assert!(wider.lower <= interval.lower && wider.upper >= interval.upper);
        }
    }

    #[test]
    fn equal_tails_hold_what_neither_side_rejects(
        events in events(60..120), observed in -2.0..2.0_f64, std_error in 0.1..0.5_f64,
    ) {
        let grid = grid(&events);
        let others = &events[1..];
        let test = singles(&grid).test(&grid, observed, Some(std_error)).unwrap();
        let Some(found) = test.effect_interval(EqualTailed, 0.9).unwrap().bounded().copied() else {
            return Ok(());
        };
        prop_assert!(found.lower <= found.upper && found.kind == EqualTailed);
        let n_all = events.len() as f64;
        let centre_share = (others.iter().map(|(_, _, share)| share).sum::<f64>() + 1.0) / n_all;
        let slope = (1.0 - centre_share) / std_error;
        let always =
            others.iter().any(|(_, v, share)| (share - centre_share) / v.sqrt() >= slope);
        let width = found.upper - found.lower;
        let p = |effect: f64, sign: f64| p_beyond(others, observed, std_error, effect, sign);
        // Below the lower end the events are too far up, above the upper one too far down.
        for (end, sign) in [(found.lower, 1.0), (found.upper, -1.0)] {
            prop_assert!(p(end - sign * 1e-6 * width, sign) <= 0.05 + 1e-12);
            prop_assert!(always || p(end + sign * 1e-9 * width, sign) > 0.05 - 1e-12);
        }
        let of_test = test.p_values();
        prop_assert!((p(0.0, 1.0) - of_test.upper).abs() < 1e-12);
        prop_assert!((p(0.0, -1.0) - of_test.lower).abs() < 1e-12);
        prop_assert!(found.lower <= 0.0 || of_test.upper <= 0.05 + 1e-12);
        prop_assert!(found.upper >= 0.0 || of_test.lower <= 0.05 + 1e-12);
        if let Some((lower, upper)) = test.effect_interval(EqualTailed, 0.95).unwrap().ends() {
            prop_assert!(lower <= found.lower && upper >= found.upper);
        }
    }

    #[test]
    fn scale_and_level_pass_through(
        events in events(30..60), observed in -1.0..1.0_f64, scale in 0.5..4.0_f64, level in -2.0..2.0_f64,
    ) {
        let moved: Vec<_> =
            events.iter().map(|(x, v, c)| (level + scale * x, scale * scale * v, *c)).collect();
        let (grid, moved) = (grid(&events), grid(&moved));
        let a = singles(&grid).test(&grid, observed, Some(0.3)).unwrap();
        let b = singles(&moved).test(&moved, level + scale * observed, Some(scale * 0.3)).unwrap();
        prop_assert!(close(a.t(), b.t(), 1e-9));
        prop_assert_eq!(a.p_values(), b.p_values());
        prop_assert!(close(scale * a.excess(), b.excess(), 1e-9));
        if let (Ok(a), Ok(b)) = (a.interval(0.9), b.interval(0.9)) {
            prop_assert!(close(scale * a.lower, b.lower, 1e-7) && close(scale * a.upper, b.upper, 1e-7));
        }
    }
}

#[test]
fn the_detectable_effect_is_found_with_that_power() {
    // So many that the centre without the events is that with them.
    let rows: Vec<(f64, f64, f64)> = (0..2_000)
        .map(|d| {
            let d = f64::from(d);
            ((d * 1.3).sin() + 0.5 * (d * 0.37).cos(), 0.6 + 0.4 * (d * 0.11).sin(), 0.0)
        })
        .collect();
    let grid = grid(&rows);
    let sets = singles(&grid);
    let test = sets.test(&grid, 0.0, Some(1.0)).unwrap();
    let found = test.minimum_detectable_effect(0.8, 0.05).unwrap();
    // The events are set k with the effect added: how often is it found?
    let power = |effect: f64| {
        let found = |k: &usize| {
            let (value, variance, _) = rows[*k];
            let test: PlaceboTest = test.observing(value + effect, Some(variance.sqrt())).unwrap();
            test.t() * effect > 0.0 && test.p_values().two_sided <= 0.05
        };
        (1..rows.len()).filter(found).count() as f64 / (rows.len() - 1) as f64
    };
    assert!(power(found.upward * 1.001) >= 0.8 && power(found.upward * 0.98) < 0.8);
    assert!(power(-found.downward * 1.001) >= 0.8 && power(-found.downward * 0.98) < 0.8);
}
