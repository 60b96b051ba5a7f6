//! Panels that are drawn anew for every sample.

use eventstudy::events::Event;
use eventstudy::models::MarketModel;
use eventstudy::prelude::*;
use eventstudy::study::{EventStudyBuilder, PreparedStudy};
use eventstudy::time::DateAxis;
use ndarray::{Array2, ArrayViewMut1};

use crate::random::Random;
use crate::reading::{Reading, settings};
use crate::set_ups::{Batch, Cell, Dates, Simulated};

/// Assets of a panel with market-wide events.
pub(crate) const N_ASSETS: usize = 15;
/// Rows of a panel, and of one that has to hold more than ten dates far apart.
pub(crate) const ROWS: usize = 400;
pub(crate) const MANY_ROWS: usize = 1_000;
/// Rows of the estimation window.
pub(crate) const ESTIMATION: usize = 60;
/// First and last row of the event window, and how many it has.
const WINDOW: (i32, i32) = (1, 10);
const LENGTH: usize = 10;
/// Fewest rows from one shared date to the next.
pub(crate) const SEPARATION: usize = 20;
/// Standard deviation of the benchmark.
const MARKET: f64 = 0.01;
/// Standard deviations of the first and the last asset beyond the benchmark.
const OWN: (f64, f64) = (0.01, 0.02);

/// A batch of cells with what all of its samples share.
pub(crate) struct Panels<'a> {
    batch: &'a Batch,
    world: Simulated,
    n_rows: usize,
    names: Vec<String>,
    axis: DateAxis,
    /// First row of an event, and the row after the last.
    admissible: (usize, usize),
}

/// Abnormal returns of the assets, and the return of the benchmark.
struct Drawn {
    abnormal: Array2<f64>,
    market: Vec<f64>,
}

impl<'a> Panels<'a> {
    pub(crate) fn new(batch: &'a Batch, world: Simulated) -> Result<Self> {
        let first = &batch.cells[0];
        let n_assets = match world.dates {
            Dates::Shared | Dates::Bunched(_) => N_ASSETS,
            Dates::Staggered | Dates::Daily => first.n_events,
        };
        let start = NaiveDate::from_ymd_opt(2000, 1, 1).unwrap_or_default();
        let n_rows = first.n_rows();
        let mut panels = Self {
            batch,
            world,
            n_rows,
            names: (0..n_assets)
                .map(|k| format!("asset {k}"))
                .chain(["market".to_owned()])
                .collect(),
            axis: DateAxis::new(start.iter_days().take(n_rows).collect())?,
            admissible: (0, 0),
        };
        // The rows that the crate itself finds a place for.
        let data = panels.data(&panels.draw(&mut Random::new(0, "admissible", 0)))?;
        let values = panels.builder(false)?.build()?.prepare(&data)?.placebo_values(0);
        let row = |date: &NaiveDate| panels.axis.row_of(*date);
        let rows: Vec<usize> = values.iter().filter_map(|(date, _)| row(date)).collect();
        panels.admissible = (rows[0], rows[rows.len() - 1] + 1);
        Ok(panels)
    }

    /// What one sample gives for each cell.
    pub(crate) fn sample(&self, seed: u64, k: u64) -> Result<Vec<Reading>> {
        let mut random = Random::new(seed, self.batch.set_up.id, k);
        let drawn = self.draw(&mut random);
        let study = self.study(k)?;
        if let [cell] = &self.batch.cells[..] {
            let rows = self.event_rows(&mut random, cell.n_events);
            let effect = cell.effect * self.std_dev();
            let data = self.data(&self.with_events(drawn, &rows, effect))?;
            let outcome = study.run(&data, &self.events(&rows)?)?;
            return Ok(vec![self.reading(outcome, effect, k)?]);
        }
        let data = self.data(&drawn)?;
        let prepared: PreparedStudy<'_> = study.prepare(&data)?;
        let of_cell = |cell: &Cell| {
            let rows = self.event_rows(&mut random, cell.n_events);
            self.reading(prepared.run(&self.events(&rows)?)?, 0.0, k)
        };
        self.batch.cells.iter().map(of_cell).collect()
    }

    fn study(&self, k: u64) -> Result<EventStudy> {
        self.builder(self.world.leaves_out)?.seed(k + 1).build()
    }

    fn builder(&self, leaves_out: bool) -> Result<EventStudyBuilder> {
        let needed = if self.world.leaves_out { ESTIMATION / 3 } else { ESTIMATION };
        let estimation = EstimationWindow::trailing(ESTIMATION)?
            .min_observations(needed)
            .excluding_other_events(leaves_out);
        let assets = self.names.iter().filter(|name| *name != "market").cloned();
        let builder = EventStudy::builder(Universe::of(assets), MarketModel::on("market"))
            .windows([EventWindow::rows(WINDOW.0, WINDOW.1)?])
            .estimation_window(estimation);
        let separation = match self.world.dates {
            Dates::Shared => u32::try_from(SEPARATION).ok(),
            _ => None,
        };
        let placebo = PlaceboSettings { min_separation_days: separation, ..Default::default() };
        Ok(settings(builder, placebo))
    }

    fn reading(&self, outcome: Outcome, effect: f64, k: u64) -> Result<Reading> {
        Reading::new(outcome, effect, self.std_dev(), k + 1)
    }

    fn own(&self, asset: usize) -> f64 {
        let n = self.names.len() - 1;
        OWN.0 + (OWN.1 - OWN.0) * asset as f64 / (n - 1).max(1) as f64
    }

    /// Standard deviation of the mean CAR of one event without an effect, the fit's error left out.
    fn std_dev(&self) -> f64 {
        let n = match self.world.dates {
            Dates::Shared | Dates::Bunched(_) => self.names.len() - 1,
            Dates::Staggered | Dates::Daily => 1,
        };
        let own: Vec<f64> = (0..self.names.len() - 1).map(|asset| self.own(asset)).collect();
        let mean = own.iter().sum::<f64>() / own.len() as f64;
        let square = own.iter().map(|own| own * own).sum::<f64>() / own.len() as f64;
        let r = self.world.correlation;
        if n == 1 {
            return (LENGTH as f64 * square).sqrt();
        }
        (LENGTH as f64 * (r * mean * mean + (1.0 - r) * square / n as f64)).sqrt()
    }

    fn draw(&self, random: &mut Random) -> Drawn {
        let Simulated { law, correlation, .. } = self.world;
        let (n_assets, n_rows) = (self.names.len() - 1, self.n_rows);
        let mut market = vec![0.0; n_rows];
        random.fill(law, &mut market);
        let mut common = vec![0.0; n_rows];
        random.fill(law, &mut common);
        let mut abnormal = Array2::from_elem((n_assets, n_rows), 0.0);
        for (asset, mut row) in abnormal.rows_mut().into_iter().enumerate() {
            if let Some(row) = row.as_slice_mut() {
                random.fill(law, row);
            }
            let (own, shared) = ((1.0 - correlation).sqrt(), correlation.sqrt());
            for (value, common) in row.iter_mut().zip(&common) {
                *value = self.own(asset) * (shared * common + own * *value);
            }
        }
        Drawn { abnormal, market: market.into_iter().map(|r| MARKET * r).collect() }
    }

    fn event_rows(&self, random: &mut Random, n: usize) -> Vec<usize> {
        let (from, to) = self.admissible;
        let in_line = |random: &mut Random, step: usize| {
            let first = from + random.below(to - from - (n - 1) * step);
            (0..n).map(|k| first + k * step).collect()
        };
        match self.world.dates {
            Dates::Shared => random.spaced(n, from, to, SEPARATION),
            Dates::Bunched(step) => in_line(random, step),
            Dates::Staggered => (0..n).map(|_| from + random.below(to - from)).collect(),
            Dates::Daily => in_line(random, 1),
        }
    }

    fn events(&self, rows: &[usize]) -> Result<EventSet> {
        let date = |row: &usize| self.axis.date(*row);
        match self.world.dates {
            Dates::Shared | Dates::Bunched(_) => {
                EventSet::from_dates(&rows.iter().map(date).collect::<Vec<_>>())
            }
            Dates::Staggered | Dates::Daily => {
                let of_asset =
                    |(row, name): (&usize, &String)| Event::of_asset(date(row), name, "");
                EventSet::new(rows.iter().zip(&self.names).map(of_asset).collect())
            }
        }
    }

    /// Raises the variance in the windows of the events, and spreads the effect over each of them.
    fn with_events(&self, mut drawn: Drawn, rows: &[usize], effect: f64) -> Drawn {
        let change = |mut row: ArrayViewMut1<'_, f64>, event: usize| {
            for value in row.iter_mut().skip(event + 1).take(LENGTH) {
                *value = self.world.variance.sqrt() * *value + effect / LENGTH as f64;
            }
        };
        let shared = matches!(self.world.dates, Dates::Shared | Dates::Bunched(_));
        for (k, event) in rows.iter().enumerate() {
            if shared {
                drawn.abnormal.rows_mut().into_iter().for_each(|row| change(row, *event));
            } else {
                change(drawn.abnormal.row_mut(k), *event);
            }
        }
        drawn
    }

    /// Prices whose log returns are `β · market + abnormal`, β from 0.5 to 1.5.
    fn data(&self, drawn: &Drawn) -> Result<StudyData> {
        let n_assets = self.names.len() - 1;
        let mut prices = Array2::from_elem((n_assets + 1, self.n_rows), 1.0);
        for (asset, mut row) in prices.rows_mut().into_iter().enumerate() {
            let beta = 0.5 + asset as f64 / (n_assets - 1).max(1) as f64;
            let mut log = 0.0_f64;
            for (t, price) in row.iter_mut().enumerate().skip(1) {
                let market = drawn.market[t];
                log += match drawn.abnormal.get([asset, t]) {
                    Some(abnormal) => beta * market + abnormal,
                    None => market,
                };
                *price = log.exp();
            }
        }
        let prices = PricePanel::new(self.axis.clone(), self.names.clone(), prices)?;
        Ok(StudyData::new(prices, Compounding::Log))
    }
}
