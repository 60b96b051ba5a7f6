//! The panel of the claims, with events on random dates.

use std::path::Path;

use eventstudy::prelude::*;
use eventstudy::resampling::{PlaceboDesign, PlaceboGrid};
use eventstudy::study::PreparedStudy;
use eventstudy::time::DateAxis;
use ndarray::Array2;

use crate::market::Market;
use crate::random::Random;
use crate::reading::{Reading, settings};
use crate::set_ups::{Batch, Cell};
use crate::studies::{Assets, Specification};

/// With effects, pseudo-events are on every so manieth session: each sample evaluates them anew.
const EVERY: usize = 5;
/// Smallest effect that a claim is about, as in the claims.
pub(crate) const MARGIN: f64 = 0.10;
/// Samples without effects per sample with one.
pub(crate) const SAMPLES_PER_EFFECT: usize = 10;

/// Pseudo-events and events alike: from the first year of the claims on.
fn placebo() -> PlaceboSettings {
    PlaceboSettings { from: NaiveDate::from_ymd_opt(2016, 1, 1), ..Default::default() }
}

/// The prices with the study of one window.
pub(crate) struct Crypto {
    market: Market,
    data: StudyData,
    months: u32,
    /// Where an event may be.
    grid: PlaceboGrid,
}

impl Crypto {
    pub(crate) fn new(batch: &Batch, months: u32) -> Result<Self> {
        let market = Market::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("data"))?;
        let mut data = market.data(market.prices.clone(), Compounding::Simple)?;
        if batch.cells.iter().any(|cell| cell.effect > 0.0) {
            let dates = market.russell.axis().dates().iter().step_by(EVERY).copied();
            data = data.with_sessions(DateAxis::new(dates.collect())?)?;
        }
        let empty = PlaceboGrid::new(Vec::new(), Vec::new())?;
        let mut crypto = Self { market, data, months, grid: empty };
        let study = crypto.study(0)?;
        let values = study.prepare(&crypto.data)?.placebo_values(0);
        let from = placebo().from;
        let values = values.into_iter().filter(|(date, _)| from.is_none_or(|from| from <= *date));
        let (dates, values) = values.map(|(date, value)| (date, Some(value))).unzip();
        crypto.grid = PlaceboGrid::new(dates, values)?;
        Ok(crypto)
    }

    /// The study on the prices as they are.
    pub(crate) fn prepare(&self) -> Result<PreparedStudy<'_>> {
        self.study(0)?.prepare(&self.data)
    }

    /// What one sample without an effect gives for each cell.
    pub(crate) fn sample(
        &self,
        prepared: &PreparedStudy<'_>,
        batch: &Batch,
        seed: u64,
        k: u64,
    ) -> Result<Vec<Reading>> {
        let mut random = Random::new(seed, batch.set_up.id, k);
        let prepared = prepared.with_seed(k + 1);
        let of_cell = |cell: &Cell| {
            let outcome = prepared.run(&self.events(&mut random, cell.n_events)?)?;
            Reading::new(outcome, 0.0, MARGIN, k + 1)
        };
        batch.cells.iter().map(of_cell).collect()
    }

    /// What one sample gives with an effect.
    pub(crate) fn sample_with_effect(
        &self,
        cell: &Cell,
        seed: u64,
        k: u64,
    ) -> Result<Vec<Reading>> {
        let mut random = Random::new(seed, cell.set_up.id, k);
        let events = self.events(&mut random, cell.n_events)?;
        let sessions = self.data.sessions().cloned();
        let mut data =
            self.market.data(self.with_effect(&events, cell.effect)?, Compounding::Simple)?;
        if let Some(sessions) = sessions {
            data = data.with_sessions(sessions)?;
        }
        let outcome = self.study(k + 1)?.run(&data, &events)?;
        Ok(vec![Reading::new(outcome, cell.effect, MARGIN, k + 1)?])
    }

    fn window(&self) -> Result<EventWindow> {
        EventWindow::months(0, self.months)
    }

    /// That of the claims on altcoins, with one window.
    fn study(&self, seed: u64) -> Result<EventStudy> {
        let builder = Specification::primary(Assets::Altcoins).builder(&self.market)?;
        let builder = settings(builder.windows([self.window()?]), placebo());
        builder.keep_paths(false).seed(seed).build()
    }

    /// Events on a random set of dates, as far apart as their windows are long.
    fn events(&self, random: &mut Random, n: usize) -> Result<EventSet> {
        let seed = random.below(usize::MAX) as u64;
        let design = PlaceboDesign::new().min_separation_days(31 * self.months).sets(1).seed(seed);
        let sets = design.draw(&self.grid, &[], n)?;
        let chosen = random.below(sets.n_sets());
        let rows = sets.iter().nth(chosen).unwrap_or_default();
        let dates: Vec<NaiveDate> = rows.iter().map(|row| self.grid.dates()[*row]).collect();
        EventSet::from_dates(&dates)
    }

    /// Prices under which every asset earns the effect besides, spread over the days of each window.
    fn with_effect(&self, events: &EventSet, effect: f64) -> Result<PricePanel> {
        let prices = &self.market.prices;
        let axis = prices.axis();
        let mut values = Array2::from_elem((prices.n_assets(), prices.n_dates()), f64::NAN);
        for (asset, mut row) in prices.assets().zip(values.rows_mut()) {
            for (t, value) in row.iter_mut().enumerate() {
                *value = prices.price(asset, t).unwrap_or(f64::NAN);
            }
        }
        let window = self.window()?;
        for event in events.dates() {
            let Ok(rows) = window.resolve(axis, event, self.data.sessions())? else { continue };
            for mut row in values.rows_mut() {
                let (mut last, mut last_row) = (f64::NAN, rows.start);
                let mut growth = 1.0;
                for t in rows.start.saturating_sub(1)..row.len() {
                    let price = row[t];
                    if price.is_nan() {
                        continue;
                    }
                    if rows.contains(&t) && !last.is_nan() {
                        let days = (t - last_row) as f64;
                        growth *= (price / last + effect * days / rows.len() as f64) * last / price;
                    }
                    (last, last_row) = (price, t);
                    row[t] = price * growth;
                }
            }
        }
        PricePanel::new(axis.clone(), prices.names().to_vec(), values)
    }
}
