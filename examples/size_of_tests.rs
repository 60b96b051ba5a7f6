//! How often does each test reject when nothing happened?
//!
//! Simulates samples without an event under four designs and counts the rejections of every test
//! over responses at 5 %, as the table of `guide::choosing_a_test` shows them.
#![allow(clippy::unwrap_used)]

use eventstudy::abnormal::{AbnormalReturns, Design, EventRequest};
use eventstudy::events::EventSet;
use eventstudy::inference::{Alternative, WindowSample, registry};
use eventstudy::models::ConstantMeanModel;
use eventstudy::panel::{Compounding, ReturnPanel};
use eventstudy::prelude::*;
use eventstudy::report::{Align, Table};
use eventstudy::time::DateAxis;
use ndarray::Array2;
use rand::{Rng, RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

const N_SAMPLES: usize = 2_000;
const N_RESPONSES: usize = 30;
const ESTIMATION: usize = 120;
const WINDOW: i32 = 3;

/// Correlation between responses, and the factor on standard deviations in the event window.
const DESIGNS: [(&str, f64, f64); 4] = [
    ("independent", 0.0, 1.0),
    ("independent, variance ×4", 0.0, 2.0),
    ("one date, correlation 0.3", 0.3, 1.0),
    ("one date, 0.3, variance ×4", 0.3, 2.0),
];

/// Nearly normal, by the four operations alone, so that every machine has the same numbers.
fn nearly_normal(random: &mut impl Rng) -> f64 {
    (0..12).map(|_| random.random::<f64>()).sum::<f64>() - 6.0
}

/// Assets of different variance on one axis, the last rows of which are the event window.
fn returns(random: &mut impl Rng, correlation: f64, factor: f64) -> ReturnPanel {
    let n_dates = ESTIMATION + WINDOW.unsigned_abs() as usize;
    let common: Vec<f64> = (0..n_dates).map(|_| nearly_normal(random)).collect();
    let values = Array2::from_shape_fn((N_RESPONSES, n_dates), |(asset, row)| {
        let size = 0.01 * (1.0 + asset as f64 / 10.0) * if row < ESTIMATION { 1.0 } else { factor };
        let own = nearly_normal(random);
        size * (correlation.sqrt() * common[row] + (1.0 - correlation).sqrt() * own)
    });
    let first = NaiveDate::from_ymd_opt(2020, 1, 1).unwrap();
    let axis = DateAxis::new(first.iter_days().take(n_dates).collect()).unwrap();
    let names = (0..N_RESPONSES).map(|k| format!("a{k}")).collect();
    ReturnPanel::new(axis, names, values, Compounding::Simple).unwrap()
}

fn main() -> Result<()> {
    // Sign flips of thirty responses are drawn, which takes long; they behave as the t-test does.
    let tests: Vec<_> = registry().iter().filter(|t| t.id() != "sign-flip-responses").collect();
    let window = EventWindow::rows(0, WINDOW - 1)?;
    let design = Design::new(vec![window], EstimationWindow::trailing(ESTIMATION)?)?;
    let mut rates = vec![Vec::new(); tests.len()];
    for (k, (_, correlation, factor)) in DESIGNS.iter().enumerate() {
        let mut random = Xoshiro256PlusPlus::seed_from_u64(k as u64);
        let mut n_rejected = vec![0_u32; tests.len()];
        for _ in 0..N_SAMPLES {
            let returns = returns(&mut random, *correlation, *factor);
            let events = EventSet::from_dates(&[returns.axis().date(ESTIMATION)])?;
            let requests: Vec<EventRequest> = events
                .entries()
                .map(|(event, listed)| EventRequest {
                    event,
                    date: listed.date,
                    label: listed.label.clone(),
                    assets: returns.assets().collect(),
                })
                .collect();
            let model = ConstantMeanModel;
            let table = AbnormalReturns::compute(&returns, &returns, &model, &design, &requests)?;
            let sample = WindowSample::new(&table, &window)?;
            for (n, test) in n_rejected.iter_mut().zip(&tests) {
                let p = test.build().test(&sample)?.p_value(Alternative::TwoSided);
                *n += u32::from(p <= 0.05);
            }
        }
        for (rates, n) in rates.iter_mut().zip(n_rejected) {
            rates.push(100.0 * f64::from(n) / N_SAMPLES as f64);
        }
    }
    let columns = [("test", Align::Left), ("name in study files", Align::Left)];
    let designs = DESIGNS.iter().map(|(name, ..)| (*name, Align::Right));
    let mut table = Table::new(columns.into_iter().chain(designs));
    for (test, rates) in tests.iter().zip(rates) {
        let names = [test.card().name.to_owned(), format!("`{}`", test.id())];
        table.row(names.into_iter().chain(rates.iter().map(|rate| format!("{rate:.1} %"))));
    }
    print!("{}", table.to_markdown());
    Ok(())
}
