//! The specification curve holds its size where events change the variance of returns.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::float_cmp)]

mod common;

use common::{Noise, compound, events, panel};
use eventstudy::models::ConstantMeanModel;
use eventstudy::panel::{Compounding, Universe};
use eventstudy::resampling::PlaceboStatistic;
use eventstudy::study::{
    EventAlternatives, EventStudy, PlaceboSettings, SpecificationGrid, StudyData,
};
use eventstudy::time::{EstimationWindow, EventWindow};

const N_CURVES: u64 = 400;

/// Shares of curves of a market without effects, in percent, whose p is at most 5 %: the median of one
/// specification, then median, mean z and least adjusted p of two windows.
fn rejections(statistic: PlaceboStatistic, variance: f64) -> [f64; 4] {
    let study = |windows: &[EventWindow]| {
        EventStudy::builder(Universe::of(["a0"]), ConstantMeanModel)
            .windows(windows.to_vec())
            .estimation_window(EstimationWindow::trailing(60).unwrap())
            .placebo(Some(PlaceboSettings { statistic, ..PlaceboSettings::default() }))
            .build()
            .unwrap()
    };
    let long = EventWindow::rows(1, 20).unwrap();
    let one = study(std::slice::from_ref(&long));
    let two = study(&[EventWindow::rows(1, 10).unwrap(), long]);
    let rejects = |seed: u64| {
        let mut noise = Noise::new(seed);
        // Five events anywhere among the 640 rows with an estimation window and an event window.
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
        rows.sort_unstable();
        let prices = panel(&[("a0", compound(&returns))]);
        let data = StudyData::new(prices, Compounding::Log);
        let curve = |study: &EventStudy| {
            let alternatives = EventAlternatives::one(events(&rows));
            SpecificationGrid::around(study.clone(), alternatives).run(&data).unwrap().joint
        };
        let (one, two) = (curve(&one), curve(&two));
        [
            one.median.p_values.two_sided,
            two.median.p_values.two_sided,
            two.mean_z.p_values.two_sided,
            two.least_adjusted_p,
        ]
        .map(|p| u32::from(p <= 0.05))
    };
    let mut counts = [0; 4];
    for found in (1..=N_CURVES).map(rejects) {
        counts.iter_mut().zip(found).for_each(|(count, one)| *count += one);
    }
    let shares = counts.map(|count| 100.0 * f64::from(count) / N_CURVES as f64);
    println!("{statistic:?}, variance × {variance}: {shares:?} %");
    shares
}

#[test]
fn twice_the_variance_does_not_make_a_curve_reject() {
    use PlaceboStatistic::{Mean, Studentised};
    // Of 400 curves 8.3 % is three standard errors above 5 %.
    for variance in [1.0, 2.0] {
        assert!(rejections(Studentised, variance).iter().all(|share| *share < 8.3));
    }
    // What studentising is for.
    assert!(rejections(Mean, 2.0).iter().all(|share| *share > 9.0));
}
