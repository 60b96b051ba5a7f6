//! The windows of a study as one family against common sets of pseudo-events.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use chrono::NaiveDate;
use common::{Noise, close, day, events, market};
use eventstudy::models::ConstantMeanModel;
use eventstudy::multiplicity::{Adjustment, WestfallYoung};
use eventstudy::panel::{Compounding, Universe};
use eventstudy::report::{estimates_csv, markdown};
use eventstudy::resampling::{PlaceboDesign, PlaceboGrid, PlaceboStatistic};
use eventstudy::study::{EventStudy, EventStudyBuilder, PlaceboScheme, PlaceboSettings, StudyData};
use eventstudy::time::{EstimationWindow, EventWindow};
use ndarray::Array2;

const N_DATES: usize = 500;
const N_SETS: usize = 199;

fn data(seed: u64) -> StudyData {
    StudyData::new(market(seed, 3, N_DATES), Compounding::Log)
}

/// A row with room for the estimation window before it and all windows after it.
fn anywhere(noise: &mut Noise) -> usize {
    let share = f64::midpoint(noise.next(), 1.0);
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // 0 <= share < 1
    let row = (share * 420.0) as usize;
    62 + row
}

fn windows() -> [EventWindow; 3] {
    [(1, 5), (6, 15), (1, 15)].map(|(from, to)| EventWindow::rows(from, to).unwrap())
}

fn builder(statistic: PlaceboStatistic) -> EventStudyBuilder {
    EventStudy::builder(Universe::of(["a0", "a1", "a2"]), ConstantMeanModel)
        .windows(windows())
        .estimation_window(EstimationWindow::trailing(60).unwrap())
        .placebo(Some(PlaceboSettings { n_sets: N_SETS, statistic, ..PlaceboSettings::default() }))
        .bootstrap(None)
        .tests([])
        .seed(5)
}

#[test]
fn it_is_the_step_down_test_of_the_common_sets() {
    let (data, rows) = (data(1), [120, 240, 400]);
    let study = builder(PlaceboStatistic::Mean).build().unwrap();
    let prepared = study.prepare(&data).unwrap();
    let outcome = prepared.run(&events(&rows)).unwrap();
    let family = outcome.placebo_family.unwrap();
    assert_eq!((family.n_windows, family.n_sets), (3, N_SETS));
    assert_eq!((family.scheme, family.min_separation_days), (PlaceboScheme::Spaced, 15));
    assert!(outcome.placebo_family_fault.is_none());

    // By hand: dates with a value in the longest window have one in the others.
    let longest = prepared.placebo_values(2);
    assert_eq!(family.n_admissible, longest.len());
    let dates: Vec<NaiveDate> = longest.iter().map(|(date, _)| *date).collect();
    let values: Vec<Vec<f64>> = (0..3)
        .map(|w| {
            let of_window = prepared.placebo_values(w);
            let value = |date| of_window.iter().find(|(d, _)| d == date).unwrap().1;
            dates.iter().map(value).collect()
        })
        .collect();
    let grid = PlaceboGrid::new(dates, values[0].iter().map(|v| Some(*v)).collect()).unwrap();
    let design = PlaceboDesign::new().min_separation_days(15).sets(N_SETS).seed(5);
    let event_dates: Vec<NaiveDate> = rows.iter().map(|row| day(*row)).collect();
    let sets = design.draw(&grid, &event_dates, 3).unwrap();
    let mean = |w: usize, rows: &[usize]| rows.iter().map(|r| values[w][*r]).sum::<f64>() / 3.0;
    let mut replicates = Array2::zeros((N_SETS, 3));
    for (b, set) in sets.iter().enumerate() {
        (0..3).for_each(|w| replicates[[b, w]] = mean(w, set));
    }
    let mut observed = Vec::new();
    for (w, window) in outcome.windows.iter().enumerate() {
        let centre = (replicates.column(w).sum() + window.mean) / (N_SETS + 1) as f64;
        replicates.column_mut(w).iter_mut().for_each(|x| *x -= centre);
        observed.push(window.mean - centre);
    }
    let expected = WestfallYoung::min_p().test(&observed, &replicates).unwrap();
    close(family.p_value, expected.joint_p_value(), 1e-12);
    for (window, p) in outcome.windows.iter().zip(expected.p_values()) {
        let placebo = window.placebo.as_ref().unwrap();
        close(placebo.family_p.unwrap(), p.max(placebo.p_values.two_sided), 1e-12);
    }
    // The sets of the longest window are the common ones.
    let alone = outcome.windows[2].placebo.as_ref().unwrap();
    assert!((alone.p_values.two_sided - expected.hypotheses[2].raw.p_value()).abs() < 1e-12);
    assert!(
        markdown(&outcome).contains("placebo p that allows for all 3 windows, on 199 common sets")
    );
    let header = estimates_csv(&outcome);
    assert!(header.lines().next().unwrap().contains(",placebo_family_p,"));
}

#[test]
fn without_an_effect_a_family_rejects_as_often_as_its_level() {
    let data = data(2);
    let prepared = builder(PlaceboStatistic::Studentised).build().unwrap().prepare(&data).unwrap();
    let (mut noise, mut n_below) = (Noise::new(9), [0, 0]);
    let (mut less_severe, mut n_holm) = (0, 0);
    for study in 0..400 {
        // Three dates apart, anywhere.
        let rows = loop {
            let mut rows: Vec<usize> = (0..3).map(|_| anywhere(&mut noise)).collect();
            rows.sort_unstable();
            if rows.windows(2).all(|pair| pair[1] - pair[0] >= 15) {
                break rows;
            }
        };
        let outcome = prepared.with_seed(study).run(&events(&rows)).unwrap();
        let p = outcome.placebo_family.unwrap().p_value;
        n_below[0] += usize::from(p <= 0.1);
        n_below[1] += usize::from(p <= 0.3);
        let holm = outcome.adjusted_p_values(Adjustment::Holm).unwrap();
        let smallest = |all: &mut dyn Iterator<Item = f64>| all.fold(1.0, f64::min);
        let by_family = smallest(
            &mut outcome.windows.iter().map(|w| w.placebo.as_ref().unwrap().family_p.unwrap()),
        );
        let by_holm = smallest(&mut holm.into_iter().flatten());
        n_holm += usize::from(by_holm < 1.0);
        less_severe += usize::from(by_family < by_holm && by_holm < 1.0);
    }
    // 40 and 120 of 400, with standard errors of 6 and 9.2.
    assert!((19..=61).contains(&n_below[0]), "{n_below:?}");
    assert!((88..=152).contains(&n_below[1]), "{n_below:?}");
    // Windows that move together need not pay for each other in full.
    assert!(less_severe * 10 > n_holm * 8, "{less_severe} of {n_holm}");
}

#[test]
fn windows_of_different_dates_are_no_family() {
    // The last event has no room for the longer windows.
    let outcome = builder(PlaceboStatistic::Mean)
        .build()
        .unwrap()
        .run(&data(3), &events(&[120, 240, N_DATES - 8]))
        .unwrap();
    assert!(outcome.placebo_family.is_none());
    assert!(outcome.windows.iter().all(|w| w.placebo.as_ref().unwrap().family_p.is_none()));
    let why = outcome.placebo_family_fault.as_ref().unwrap();
    assert!(why.starts_with("the windows do not have the same event dates"));
    let report = markdown(&outcome);
    assert!(report.contains("placebo p after Holm over 3 windows: ") && report.contains(why));

    // One window is no family, and needs no reason.
    let alone = builder(PlaceboStatistic::Mean).windows([windows()[0]]).build().unwrap();
    let outcome = alone.run(&data(3), &events(&[120, 240])).unwrap();
    assert!(outcome.placebo_family.is_none() && outcome.placebo_family_fault.is_none());
}

#[test]
fn windows_that_overlap_are_shifted_together() {
    // Ten rows apart: the windows of fifteen rows overlap, those of five do not.
    let outcome = builder(PlaceboStatistic::Studentised)
        .build()
        .unwrap()
        .run(&data(4), &events(&[120, 130, 400]))
        .unwrap();
    let of = |w: usize| outcome.windows[w].placebo.as_ref().unwrap();
    assert_eq!((of(0).scheme, of(2).scheme), (PlaceboScheme::Spaced, PlaceboScheme::Shifted));
    let family = outcome.placebo_family.unwrap();
    assert_eq!(family.scheme, PlaceboScheme::Shifted);
    assert!(family.p_value >= family.attainable_p);
    assert!(outcome.windows.iter().all(|w| {
        let placebo = w.placebo.as_ref().unwrap();
        placebo.family_p.unwrap() >= placebo.p_values.two_sided
    }));
}
