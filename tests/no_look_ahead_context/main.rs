//! No measure of [`eventstudy::context`] knows what comes after the date that it is asked about.
//!
//! Two worlds are the same through a date; after it every price, volume, market value and release is
//! another (replaced, not cut). Each measure as of a date up to it must keep every digit, and as of a
//! later one must not: a measure that reads nothing would pass the first alone. A public function of
//! `context` that stands neither in the tables of measures nor among those that are none fails the test.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::float_cmp)]

#[path = "../common/mod.rs"]
mod common;

mod conditions;
mod flows;
mod lead_lag;
mod listed;
mod ordinary;
mod series;
mod world;

use std::collections::BTreeSet;

use common::day;
use eventstudy::context::{BarAlignment, LagOrder, LeadLagDesign, ReturnFrequency};
use world::{Future, World};

/// One measure: the public functions behind it, and what it says.
struct Measure {
    names: &'static [&'static str],
    /// Days after the change of which one must show it, in every world.
    shows_after: &'static [usize],
    /// What is known at the end of the date of a row, with all digits. Panics where nothing is.
    as_of: fn(&World, usize) -> String,
}

/// A measure that the first day of another future must change.
const AT_ONCE: &[usize] = &[1];
/// One over weeks, or over rows of which some day is none.
const WITHIN_A_WEEK: &[usize] = &[3, 5, 8];
/// One over releases of a week, each known some days later.
const WITHIN_A_FORTNIGHT: &[usize] = &[5, 10, 16];
/// One that counts, ranks or waits for a snapshot, so that single days may leave it alone.
const WITHIN_A_QUARTER: &[usize] = &[2, 10, 20, 40, 60, 80];

/// Every weekday ends the past in one of the worlds.
const CUTS: std::ops::Range<usize> = 770..777;

fn measures() -> Vec<Measure> {
    let tables = [
        flows::measures(),
        series::measures(),
        lead_lag::measures(),
        conditions::measures(),
        ordinary::measures(),
    ];
    tables.into_iter().flatten().collect()
}

#[test]
fn every_public_function_is_tested_or_is_no_measure() {
    let tested: Vec<&str> = measures().iter().flat_map(|m| m.names.iter().copied()).collect();
    let others: Vec<&str> =
        listed::NO_MEASURES.iter().flat_map(|(_, names)| names.iter().copied()).collect();
    let found = listed::public_functions();
    assert!(found.len() > 100, "{}", found.len());
    let known: BTreeSet<String> =
        tested.iter().chain(&others).map(|name| (*name).to_owned()).collect();
    let missing: Vec<_> = found.difference(&known).collect();
    assert!(missing.is_empty(), "neither measured here nor listed as no measure: {missing:?}");
    let gone: Vec<_> = known.difference(&found).collect();
    assert!(gone.is_empty(), "no public function of context: {gone:?}");
    let twice: Vec<_> = tested.iter().filter(|name| others.contains(name)).collect();
    assert!(twice.is_empty(), "both a measure and none: {twice:?}");
    // What is read from the sources is what the module gives away.
    let free: BTreeSet<String> = found.into_iter().filter(|name| !name.contains("::")).collect();
    assert_eq!(free, listed::reexported_functions());
}

#[test]
fn no_measure_knows_another_future_and_every_one_knows_its_past() {
    let measures = measures();
    for cut in CUTS {
        let past = World::new(cut as u64, None);
        let changed = World::new(cut as u64, Some(Future::after(cut)));
        for measure in &measures {
            let both = |row: usize| [&past, &changed].map(|world| (measure.as_of)(world, row));
            for row in [cut - 9, cut - 1, cut] {
                let [before, after] = both(row);
                let names = measure.names;
                assert_eq!(
                    before,
                    after,
                    "{names:?} as of {}, changed after {}",
                    day(row),
                    day(cut)
                );
            }
            let shows = |days: &usize| {
                let [before, after] = both(cut + days);
                before != after
            };
            assert!(
                measure.shows_after.iter().any(shows),
                "{:?} does not change with what it must know by then, changed after {}",
                measure.names,
                day(cut)
            );
        }
    }
}

/// What *known* means for a pair: under the previous day's bar a session stands beside a bar that closed
/// before it, under the same day's beside one that closes hours after.
#[test]
fn the_bar_of_the_day_is_known_to_the_pair_of_that_day_alone() {
    let design = LeadLagDesign::new(LagOrder::Rows(1), LagOrder::Rows(1));
    // Row 771 is a Friday.
    let friday = 771;
    let past = World::new(3, None);
    let bar = Future { sessions_after: friday, every_day_after: friday - 1 };
    let changed = World::new(3, Some(bar));
    for frequency in [ReturnFrequency::Session, ReturnFrequency::Weekly] {
        let last = |world: &World, alignment| {
            let design = design.clone().through(day(friday));
            let (m, coin) = ((&world.sessions, "m"), (&world.prices, "a0"));
            let pairs = design.pairs(frequency, alignment, m, coin).unwrap();
            assert_eq!(pairs.axis().last(), day(friday));
            pairs.values(pairs.axis().len() - 1)
        };
        let of = |alignment| [&past, &changed].map(|world| last(world, alignment));
        let [(x, y), (other_x, other_y)] = of(BarAlignment::PreviousDay);
        assert!(x.is_some() && y.is_some());
        assert_eq!((x, y), (other_x, other_y));
        let [(x, y), (other_x, other_y)] = of(BarAlignment::SameDay);
        assert_eq!(x, other_x);
        assert_ne!(y.unwrap(), other_y.unwrap());
    }
}
