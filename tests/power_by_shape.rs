//! What the studentised placebo test and that of the plain mean find: an effect that is spread over the
//! window, the same on a single day, and none. The table of the guide about few events is made here:
//! `cargo test --release --test power_by_shape -- --ignored` writes it.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::float_cmp)]

mod common;

use std::path::PathBuf;

use common::Noise;
use eventstudy::models::ConstantMeanModel;
use eventstudy::panel::{Compounding, Universe};
use eventstudy::report::{Align, Table};
use eventstudy::resampling::PlaceboStatistic;
use eventstudy::study::{EventStudy, PlaceboEstimate, PlaceboSettings, StudyData, WindowEstimate};
use eventstudy::time::{EstimationWindow, EventWindow};

const N_STUDIES: u64 = 250;
/// Events of a study, and rows from the first that can have one to the last.
const N_EVENTS: usize = 5;
const FIRST_ROW: usize = 70;
const N_ROWS: usize = 700;
/// Lengths of the windows, which start on day 0.
const LENGTHS: [usize; 2] = [4, 20];

/// What happens in the windows of the events.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Happens {
    Nothing,
    /// The variance doubles, and that is all.
    Restless,
    /// The *detectable* effect of the study, in equal parts on every row.
    Spread,
    /// The same effect on day 0.
    OneDay,
    /// Twice the effect on day 0.
    OneDayTwice,
}

const ALL: [(Happens, &str); 5] = [
    (Happens::Nothing, "nothing"),
    (Happens::Restless, "nothing, but returns vary twice as much"),
    (Happens::Spread, "the *detectable* effect, spread evenly over the days"),
    (Happens::OneDay, "the same effect, on one day"),
    (Happens::OneDayTwice, "twice that effect, on one day"),
];

fn study(length: usize) -> EventStudy {
    let last = i32::try_from(length).unwrap() - 1;
    EventStudy::builder(Universe::of(["x"]), ConstantMeanModel)
        .windows([EventWindow::rows(0, last).unwrap()])
        .estimation_window(EstimationWindow::trailing(60).unwrap())
        .placebo(Some(PlaceboSettings { n_sets: 499, ..PlaceboSettings::default() }))
        .bootstrap(None)
        .tests([])
        .build()
        .unwrap()
}

fn window(study: &EventStudy, returns: &[f64], events: &[usize]) -> WindowEstimate {
    let prices = common::panel(&[("x", common::compound(returns))]);
    let data = StudyData::new(prices, Compounding::Simple);
    study.run(&data, &common::events(events)).unwrap().windows.remove(0)
}

fn estimate(study: &EventStudy, returns: &[f64], events: &[usize]) -> PlaceboEstimate {
    let placebo = window(study, returns, events).placebo.unwrap();
    assert_eq!(placebo.statistic, PlaceboStatistic::Studentised);
    placebo
}

/// Rows of returns, each the one to the next day, and rows of events that are windows apart.
fn market(seed: u64) -> (Vec<f64>, Vec<usize>) {
    let mut noise = Noise::new(seed);
    let mut events: Vec<usize> = Vec::new();
    while events.len() < N_EVENTS {
        let span = (N_ROWS - FIRST_ROW - LENGTHS[1]) as f64;
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // from 0 to the span
        let row = FIRST_ROW + (0.5 * (noise.next() + 1.0) * span) as usize;
        if events.iter().all(|other| other.abs_diff(row) >= LENGTHS[1]) {
            events.push(row);
        }
    }
    events.sort_unstable();
    // The sum of three is near to normal.
    let day = |noise: &mut Noise| 0.02 * (noise.next() + noise.next() + noise.next());
    ((0..N_ROWS).map(|_| day(&mut noise)).collect(), events)
}

fn with(
    mut returns: Vec<f64>,
    events: &[usize],
    length: usize,
    happens: Happens,
    effect: f64,
) -> Vec<f64> {
    for event in events {
        // The return of a row is that from the row before.
        let window = &mut returns[event - 1..event - 1 + length];
        match happens {
            Happens::Nothing => {}
            Happens::Restless => window.iter_mut().for_each(|r| *r *= std::f64::consts::SQRT_2),
            Happens::Spread => window.iter_mut().for_each(|r| *r += effect / length as f64),
            Happens::OneDay => window[0] += effect,
            Happens::OneDayTwice => window[0] += 2.0 * effect,
        }
    }
    returns
}

/// Studies of all in which the studentised test and the plain mean reject at 5 %, for each of [`ALL`].
fn rejections(length: usize) -> Vec<[u32; 2]> {
    let study = study(length);
    let mut counts = vec![[0, 0]; ALL.len()];
    for seed in 1..=N_STUDIES {
        let (returns, events) = market(seed);
        let nothing = estimate(&study, &returns, &events);
        let effect = nothing.minimum_detectable_effect.unwrap();
        for ((happens, _), count) in ALL.iter().zip(&mut counts) {
            let found = if *happens == Happens::Nothing {
                nothing.clone()
            } else {
                estimate(&study, &with(returns.clone(), &events, length, *happens, effect), &events)
            };
            count[0] += u32::from(found.p_values.two_sided <= 0.05);
            count[1] += u32::from(found.mean_p_values.unwrap().two_sided <= 0.05);
        }
    }
    counts
}

fn in_100(count: u32) -> f64 {
    100.0 * f64::from(count) / N_STUDIES as f64
}

/// The table of the guide.
fn markdown(of_lengths: &[Vec<[u32; 2]>]) -> String {
    let mut table =
        Table::new([("in the windows of five events".to_owned(), Align::Left)].into_iter().chain(
            LENGTHS.iter().flat_map(|n| {
                ["studentised", "plain mean"]
                    .map(|test| (format!("{test}, {n} days"), Align::Right))
            }),
        ));
    for (k, (_, words)) in ALL.iter().enumerate() {
        let cells =
            of_lengths.iter().flat_map(|counts| counts[k]).map(|n| format!("{:.0}", in_100(n)));
        table.row([(*words).to_owned()].into_iter().chain(cells));
    }
    format!(
        "Rejections at 5 % in 100 studies, {N_STUDIES} simulated for each row.\n\n{}",
        table.to_markdown()
    )
}

fn guide() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/guide/power_by_shape.md")
}

#[test]
fn the_guide_has_what_is_measured_and_it_is_what_the_guide_says() {
    let found: Vec<Vec<[u32; 2]>> = LENGTHS.iter().map(|length| rejections(*length)).collect();
    println!("{}", markdown(&found));
    // Of 250 studies three standard errors are 4.1 at 5 %, and 7.6 at 80 %.
    for counts in &found {
        let of = |happens| {
            let row = ALL.iter().position(|(other, _)| *other == happens).unwrap();
            counts[row].map(in_100)
        };
        assert!(of(Happens::Nothing).iter().all(|rate| *rate < 9.1));
        let [studentised, mean] = of(Happens::Restless);
        assert!(studentised < 9.1 && mean > 9.1);
        // What *detectable* promises holds for the one shape, and not for the other.
        let [studentised, mean] = of(Happens::Spread);
        assert!((studentised - 80.0).abs() < 7.6 && mean > 72.4);
        let [studentised, mean] = of(Happens::OneDay);
        assert!(studentised < 40.0 && mean > 72.4);
        let [studentised, mean] = of(Happens::OneDayTwice);
        assert!(studentised < 60.0 && mean > 98.0);
    }
    // Over many days the larger jump is found less often.
    let rate = |happens| found[1][ALL.iter().position(|(other, _)| *other == happens).unwrap()][0];
    assert!(rate(Happens::OneDayTwice) < rate(Happens::OneDay));
    let text = std::fs::read_to_string(guide()).unwrap();
    assert_eq!(text, markdown(&found), "{}: to be written anew", guide().display());
}

#[test]
#[ignore = "writes the table of the guide"]
fn write_the_table_of_the_guide() {
    let found: Vec<Vec<[u32; 2]>> = LENGTHS.iter().map(|length| rejections(*length)).collect();
    std::fs::write(guide(), markdown(&found)).unwrap();
}

/// A jump that dwarfs everything else makes the mean over its standard error the root of the number of
/// events, whatever its size.
#[test]
fn a_jump_alone_makes_t_the_root_of_the_number_of_events() {
    let (returns, _) = market(1);
    // No window lies in the estimation window of another event.
    let events = [100, 220, 340, 460, 580];
    for length in LENGTHS {
        let study = study(length);
        for n in 1..=N_EVENTS {
            let rows = &events[..n];
            let found = |jump: f64| {
                window(&study, &with(returns.clone(), rows, length, Happens::OneDay, jump), rows)
            };
            let root = (n as f64).sqrt();
            let t = [1e3, 1e4].map(|jump| {
                let w = found(jump);
                common::close(w.mean / w.std_error.unwrap(), root, 1e-3);
                // Of the jumps the placebo mean has those in its windows, and takes off those in its
                // estimation windows.
                let placebo = w.placebo.unwrap();
                let t = placebo.t.unwrap();
                let lowest = (1.0 - placebo.event_share) * root;
                assert!(lowest < t && t < 1.05 * root, "{n} events, {length} days: {t}");
                t
            });
            common::close(t[0], t[1], 1e-2);
        }
    }
}
