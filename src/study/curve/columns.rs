//! What every event portfolio of a grid gave on every date, in every window.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use chrono::NaiveDate;

use super::grid::SpecificationGrid;
use crate::Result;
use crate::abnormal::{
    AbnormalReturns, EventPortfolio, EventRequest, PortfolioRule, Response, variance_of_sum,
};
use crate::events::{EventId, Scope};
use crate::models::ExpectedReturnModel;
use crate::numeric::parallel;
use crate::panel::AssetId;
use crate::resampling::CircleValues;
use crate::study::evaluate::{Occurrence, steps_of, uncovered};
use crate::study::{AssetSet, EventStudy, Progress, ProgressListener, StudyData, Weighting};
use crate::time::EstimationWindow;

/// A model with the window that it is fitted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Fit {
    pub(super) model: usize,
    pub(super) estimation: usize,
}

/// An event portfolio of the responses of a fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Portfolio {
    pub(super) universe: usize,
    pub(super) weighting: usize,
    pub(super) rule: usize,
}

/// Abnormal returns of all portfolios on all dates, with their variances from the steps of their own
/// windows.
#[derive(Debug)]
pub(super) struct Columns {
    n_windows: usize,
    /// Where the columns of a fit and portfolio start.
    places: BTreeMap<(Fit, Portfolio), usize>,
    values: Vec<CircleValues>,
}

/// Abnormal return of a window and its variance, NaN where there is none.
type Pair = (f64, f64);

impl Columns {
    /// The column of a window; `None` for a portfolio that is not defined.
    pub(super) fn of(&self, fit: Fit, portfolio: Portfolio, window: usize) -> Option<usize> {
        let first = self.places.get(&(fit, portfolio))?;
        (window < self.n_windows).then_some(first + window)
    }

    pub(super) fn all(&self) -> &[CircleValues] {
        &self.values
    }
}

/// A column of pairs. A window of one row tells no variance on any date, a path that stands still on
/// some: these are then dates without a value, as in [`EventStudy::run`].
fn column_of(pairs: impl Iterator<Item = Pair>) -> CircleValues {
    let (mut values, variances): (Vec<f64>, Vec<f64>) = pairs.unzip();
    if variances.iter().all(|v| v.is_nan()) {
        return CircleValues { values, variances: None };
    }
    for (value, variance) in values.iter_mut().zip(&variances) {
        if variance.is_nan() {
            *value = f64::NAN;
        }
    }
    CircleValues { values, variances: Some(variances) }
}

/// The portfolios of a fit, universe by universe.
#[derive(Debug)]
struct Work {
    universes: Vec<UniverseWork>,
    n_portfolios: usize,
}

#[derive(Debug)]
struct UniverseWork {
    /// The study of this universe, of which neither weights nor portfolio definition are read.
    study: EventStudy,
    portfolios: Vec<(Weighting, PortfolioRule)>,
    studentised: bool,
}

impl SpecificationGrid {
    /// Every portfolio on every date. The responses of a date are fitted once for all universes,
    /// windows, weights and portfolio definitions.
    pub(super) fn columns(
        &self,
        data: &StudyData,
        dates: &[NaiveDate],
        scope: &Scope,
        progress: ProgressListener<'_>,
    ) -> Result<Columns> {
        let n_windows = self.study.windows.len();
        let (mut places, mut work, mut n_columns) = (BTreeMap::new(), Vec::new(), 0);
        for fit in self.fits() {
            let mut universes = Vec::new();
            let first = n_columns;
            for universe in 0..self.universes.len() {
                let portfolios = self.portfolios_of(fit, universe);
                for portfolio in &portfolios {
                    places.insert((fit, *portfolio), n_columns);
                    n_columns += n_windows;
                }
                if !portfolios.is_empty() {
                    universes.push(self.universe_work(fit, universe, &portfolios));
                }
            }
            if !universes.is_empty() {
                work.push(Work { universes, n_portfolios: (n_columns - first) / n_windows });
            }
        }
        let n_steps = work.len() * dates.len();
        progress(Progress::Begun { what: "placebo dates", n_steps });
        let found = parallel::map(n_steps, |k| {
            let values = work[k / dates.len()].on_date(data, dates[k % dates.len()], scope);
            progress(Progress::Step);
            values
        })
        .into_iter()
        .collect::<Result<Vec<_>>>()?;
        let mut columns = Vec::with_capacity(n_columns);
        for (of_fit, work) in found.chunks(dates.len().max(1)).zip(&work) {
            for k in 0..work.n_portfolios * n_windows {
                columns.push(column_of(of_fit.iter().map(|values| values[k])));
            }
        }
        Ok(Columns { n_windows, places, values: columns })
    }

    pub(super) fn fits(&self) -> impl Iterator<Item = Fit> {
        let n = self.estimations.len();
        (0..self.models.len())
            .flat_map(move |model| (0..n).map(move |estimation| Fit { model, estimation }))
    }

    /// Universe by universe.
    pub(super) fn all_portfolios(&self) -> impl Iterator<Item = Portfolio> {
        let (n_weightings, n_rules) = (self.weightings.len(), self.portfolios.len());
        (0..self.universes.len() * n_weightings * n_rules).map(move |k| Portfolio {
            universe: k / (n_weightings * n_rules),
            weighting: k / n_rules % n_weightings,
            rule: k % n_rules,
        })
    }

    fn portfolios_of(&self, fit: Fit, universe: usize) -> Vec<Portfolio> {
        self.all_portfolios()
            .filter(|p| p.universe == universe && self.undefined(fit, *p).is_none())
            .collect()
    }

    fn universe_work(&self, fit: Fit, universe: usize, portfolios: &[Portfolio]) -> UniverseWork {
        let of = &self.universes[universe];
        let model: &Arc<dyn ExpectedReturnModel> = &self.models[fit.model];
        let estimation: &EstimationWindow = &self.estimations[fit.estimation];
        let study = EventStudy {
            universe: of.universe.clone(),
            min_assets: of.min_assets,
            model: Arc::clone(model),
            estimation: estimation.clone(),
            placebo: None,
            bootstrap: None,
            tests: Vec::new(),
            ..self.study.clone()
        };
        let choice = |p: &Portfolio| (self.weightings[p.weighting], self.portfolios[p.rule]);
        let portfolios = portfolios.iter().map(choice).collect();
        UniverseWork { study, portfolios, studentised: self.is_studentised() }
    }
}

impl Work {
    /// Portfolio after portfolio, what each window gives.
    fn on_date(&self, data: &StudyData, date: NaiveDate, scope: &Scope) -> Result<Vec<Pair>> {
        let id = EventId::FIRST;
        let occurrence = Occurrence { id, date, label: "placebo", scope };
        let members: Vec<Vec<(AssetId, Option<f64>)>> = self
            .universes
            .iter()
            .map(|universe| universe.study.members(data, &occurrence, &mut Vec::new()))
            .collect();
        let mut seen = BTreeSet::new();
        let asked = members.iter().flatten().map(|(asset, _)| *asset);
        let request = EventRequest {
            event: id,
            date,
            label: occurrence.label.to_owned(),
            assets: asked.filter(|asset| seen.insert(*asset)).collect(),
        };
        let Some(first) = self.universes.first() else { return Ok(Vec::new()) };
        let nobody: Arc<[EventRequest]> = Arc::new([]);
        let n_windows = first.study.windows.len();
        let mut values = vec![(f64::NAN, f64::NAN); self.n_portfolios * n_windows];
        let table = first.study.table(data, &[request], &nobody, false)?;
        let [event] = table.events() else { return Ok(values) };
        let mut rows = Vec::with_capacity(n_windows);
        for window in &first.study.windows {
            rows.push(table.window_rows(event, window)?.ok());
        }
        let mut sums = Sums::of(&table, id, n_windows);
        let mut place = values.chunks_exact_mut(n_windows);
        for (universe, members) in self.universes.iter().zip(&members) {
            universe.fill(&table, members, &rows, &mut sums, &mut place)?;
        }
        Ok(values)
    }
}

impl UniverseWork {
    /// The values of each portfolio of the universe, into the next places.
    fn fill<'v>(
        &self,
        table: &AbnormalReturns,
        members: &[(AssetId, Option<f64>)],
        rows: &[Option<Range<usize>>],
        sums: &mut Sums<'_>,
        places: &mut impl Iterator<Item = &'v mut [Pair]>,
    ) -> Result<()> {
        let fitted = |(asset, _): &(AssetId, Option<f64>)| sums.response(*asset);
        let responses: Vec<&Response> = members.iter().filter_map(fitted).collect();
        let market_values: BTreeMap<AssetId, Option<f64>> = members.iter().copied().collect();
        let mut rows = rows.to_vec();
        let sets = self.study.asset_sets(table, &responses, &mut rows, &mut Vec::new());
        for ((weighting, rule), place) in self.portfolios.iter().zip(places) {
            let weight = |response: &Response| match weighting {
                Weighting::Equal => 1.0,
                // A universe without market values has no such portfolio.
                Weighting::MarketValue => {
                    market_values.get(&response.asset()).copied().flatten().unwrap_or(f64::NAN)
                }
            };
            // Windows with the same members share their days.
            let fixed = self.study.asset_set == AssetSet::Fixed;
            let hull = self.studentised.then(|| hull_of(&rows)).flatten().filter(|_| fixed);
            let mut days: Vec<f64> = Vec::new();
            for (window, (rows, set)) in rows.iter().zip(&sets).enumerate() {
                let Some(rows) = rows else { continue };
                let weighted = set.iter().map(|response| (*response, weight(response))).collect();
                let portfolio = EventPortfolio::new(table, weighted)?;
                place[window] = match rule {
                    PortfolioRule::MeanOfCars => {
                        let car = portfolio.mean_of(|response| sums.car(response, window, rows));
                        if !self.studentised {
                            (car, f64::NAN)
                        } else if let Some(hull) = &hull {
                            if days.is_empty() {
                                days = portfolio.daily(hull.clone());
                            }
                            (car, variance(&days[rows.start - hull.start..rows.end - hull.start]))
                        } else {
                            (car, variance(&portfolio.daily(rows.clone())))
                        }
                    }
                    PortfolioRule::DailyRebalanced | PortfolioRule::BuyAndHold => {
                        let path = portfolio
                            .path(*rule, rows.clone())?
                            .map_err(|reason| uncovered(&reason))?;
                        let value = path.last().copied().unwrap_or_default();
                        let studentised = self.studentised.then(|| variance(&steps_of(&path)));
                        (value, studentised.unwrap_or(f64::NAN))
                    }
                };
            }
        }
        Ok(())
    }
}

/// From the first to the last row of any window.
fn hull_of(rows: &[Option<Range<usize>>]) -> Option<Range<usize>> {
    let start = rows.iter().flatten().map(|r| r.start).min()?;
    Some(start..rows.iter().flatten().map(|r| r.end).max()?)
}

fn variance(steps: &[f64]) -> f64 {
    variance_of_sum(steps).unwrap_or(f64::NAN)
}

/// The responses of an event by asset, with the CARs that portfolios share.
struct Sums<'t> {
    responses: BTreeMap<AssetId, (&'t Response, usize)>,
    n_windows: usize,
    /// Response after response; NaN until it is asked for.
    cars: Vec<f64>,
}

impl<'t> Sums<'t> {
    fn of(table: &'t AbnormalReturns, event: EventId, n_windows: usize) -> Self {
        let responses: BTreeMap<_, _> = table
            .responses_of(event)
            .enumerate()
            .map(|(k, response)| (response.asset(), (response, k)))
            .collect();
        let cars = vec![f64::NAN; responses.len() * n_windows];
        Self { responses, n_windows, cars }
    }

    fn response(&self, asset: AssetId) -> Option<&'t Response> {
        self.responses.get(&asset).map(|(response, _)| *response)
    }

    fn car(&mut self, response: &Response, window: usize, rows: &Range<usize>) -> f64 {
        let Some((_, k)) = self.responses.get(&response.asset()) else { return f64::NAN };
        let car = &mut self.cars[k * self.n_windows + window];
        if car.is_nan() {
            *car = response.sum(rows.clone());
        }
        *car
    }
}
