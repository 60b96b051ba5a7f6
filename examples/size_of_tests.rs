//! How often does each test reject when nothing happened?
//!
//! Simulates samples without an event under five designs and counts the rejections of every test
//! over responses at 5 %, as the table of `guide::choosing_a_test` shows them, beside what each
//! assumes.
#![allow(clippy::unwrap_used)]

use eventstudy::abnormal::{AbnormalReturns, Design, EventRequest};
use eventstudy::events::{Event, EventSet, Scope};
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

/// Where the events are and how returns behave.
struct Situation {
    name: &'static str,
    /// Between returns of one date.
    correlation: f64,
    /// On standard deviations from the first event on.
    factor: f64,
    /// Rows from the event of one asset to that of the next; with zero all share a date.
    step: usize,
    /// Rows of the event window.
    window: usize,
}

const fn one_date(name: &'static str, correlation: f64, factor: f64) -> Situation {
    Situation { name, correlation, factor, step: 0, window: 3 }
}

const SITUATIONS: [Situation; 5] = [
    one_date("independent", 0.0, 1.0),
    one_date("independent, variance ×4", 0.0, 2.0),
    one_date("one date, correlation 0.3", 0.3, 1.0),
    one_date("one date, 0.3, variance ×4", 0.3, 2.0),
    Situation { name: "dates a day apart, 0.3", correlation: 0.3, factor: 1.0, step: 1, window: 5 },
];

/// Nearly normal, by the four operations alone, so that every machine has the same numbers.
fn nearly_normal(random: &mut impl Rng) -> f64 {
    (0..12).map(|_| random.random::<f64>()).sum::<f64>() - 6.0
}

/// Assets of different variance on one axis, the event of the first of which is `ESTIMATION` rows
/// from the start and the window of the last of which ends it.
fn returns(random: &mut impl Rng, situation: &Situation) -> ReturnPanel {
    let Situation { correlation, factor, step, window, .. } = *situation;
    let n_dates = ESTIMATION + step * (N_RESPONSES - 1) + window;
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

/// One event of all assets, or one of each.
fn events(returns: &ReturnPanel, step: usize) -> Result<EventSet> {
    if step == 0 {
        return EventSet::from_dates(&[returns.axis().date(ESTIMATION)]);
    }
    let of = |(k, asset)| {
        let date = returns.axis().date(ESTIMATION + step * k);
        Event::of_asset(date, returns.name(asset), "")
    };
    EventSet::new(returns.assets().enumerate().map(of).collect())
}

fn requests(returns: &ReturnPanel, events: &EventSet) -> Result<Vec<EventRequest>> {
    let request = |(event, listed): (_, &Event)| {
        let assets = match &listed.scope {
            Scope::Market => returns.assets().collect(),
            Scope::Asset(name) => vec![returns.asset(name)?],
        };
        Ok(EventRequest { event, date: listed.date, label: listed.label.clone(), assets })
    };
    events.entries().map(request).collect()
}

fn main() -> Result<()> {
    // Sign flips of thirty responses are drawn, which takes long; they behave as the t-test does.
    let tests: Vec<_> = registry().iter().filter(|t| t.id() != "sign-flip-responses").collect();
    let mut rates = vec![Vec::new(); tests.len()];
    for (k, situation) in SITUATIONS.iter().enumerate() {
        let mut random = Xoshiro256PlusPlus::seed_from_u64(k as u64);
        let window = EventWindow::rows(0, i32::try_from(situation.window).unwrap() - 1)?;
        let design = Design::new(vec![window], EstimationWindow::trailing(ESTIMATION)?)?;
        let mut n_rejected = vec![0_u32; tests.len()];
        for _ in 0..N_SAMPLES {
            let returns = returns(&mut random, situation);
            let requests = requests(&returns, &events(&returns, situation.step)?)?;
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
    let columns = ["test", "name in study files", "assumes"].map(|name| (name, Align::Left));
    let situations = SITUATIONS.iter().map(|situation| (situation.name, Align::Right));
    let mut table = Table::new(columns.into_iter().chain(situations));
    for (test, rates) in tests.iter().zip(rates) {
        let card = test.card();
        let words = [card.name.to_owned(), format!("`{}`", card.id), card.assumes.to_owned()];
        table.row(words.into_iter().chain(rates.iter().map(|rate| format!("{rate:.1} %"))));
    }
    print!("{}", table.to_markdown());
    Ok(())
}
