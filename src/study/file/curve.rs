//! The table `[curve]`: alternatives to the choices of a study.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::checks::COMPARISON_PERIOD_MEAN;
use super::load::Parts;
use super::{EstimationTable, EventSource, ModelTable, StudyFile};
use crate::abnormal::PortfolioRule;
use crate::events::RuleAlternatives;
use crate::models::ExpectedReturnModel;
use crate::panel::{Compounding, Universe};
use crate::study::{
    EventAlternatives, InputFile, Period, ProgressListener, SpecificationCurve, SpecificationGrid,
    StudyData, UniverseAlternative, Weighting,
};
use crate::time::{EstimationWindow, EventWindow};
use crate::{Error, Result};

/// `[curve]`. A list that is not there leaves the choice of the study; a list takes its place, so it
/// holds that choice too where it is to be among them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CurveTable {
    /// `[curve.rule]`: values of parameters of the rule under `[events]`.
    pub rule: RuleAlternatives,
    /// Event windows, as `windows` of `[study]`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub windows: Option<Vec<EventWindow>>,
    /// Periods that events are taken from: `{ from = 2016-01-01 }`, `{ through = 2020-12-31 }`, both,
    /// or `{}` for all dates. They replace `from` and `through` of the rule.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub periods: Option<Vec<Period>>,
    /// Models, each with the keys of `[model]`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub models: Option<Vec<ModelTable>>,
    /// Estimation windows, each with the keys of `estimation` of `[study]`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub estimations: Option<Vec<EstimationTable>>,
    /// Universes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub universes: Option<Vec<UniverseChoiceTable>>,
    /// `"equal"`, `"market-value"`. Weights by market value are left out, and counted, for a universe
    /// without `top`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weightings: Option<Vec<Weighting>>,
    /// `"mean-of-cars"`, `"daily-rebalanced"`, `"buy-and-hold"`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub portfolios: Option<Vec<PortfolioRule>>,
    /// Fewest event dates of a specification; 1 unless set.
    pub min_event_dates: usize,
}

impl Default for CurveTable {
    fn default() -> Self {
        Self {
            rule: RuleAlternatives::default(),
            windows: None,
            periods: None,
            models: None,
            estimations: None,
            universes: None,
            weightings: None,
            portfolios: None,
            min_event_dates: 1,
        }
    }
}

/// One of `universes` of `[curve]`: `top` with the market values of `[universe]` and without those
/// that it leaves out, or `assets`, whatever it leaves out. History and staleness are as there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UniverseChoiceTable {
    /// What tables call it; `top 20`, or the names, unless set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The n largest by market value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub top: Option<usize>,
    /// These assets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assets: Option<Vec<String>>,
    /// Fewest assets of an event portfolio; that of `[study]` unless set, and 1 for a single asset.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_assets: Option<usize>,
}

/// A study file with its alternatives, everything it names read and checked.
#[derive(Debug, Clone)]
pub struct LoadedCurve {
    /// The file.
    pub file: StudyFile,
    /// Prices and benchmarks on one date axis.
    pub data: StudyData,
    /// What is varied.
    pub grid: SpecificationGrid,
    /// The files that were read, with checksums.
    pub inputs: Vec<InputFile>,
}

impl LoadedCurve {
    /// Runs the grid; the curve holds the study file and the checksums of its inputs.
    ///
    /// # Errors
    ///
    /// As [`SpecificationGrid::run`].
    pub fn run(&self) -> Result<SpecificationCurve> {
        self.run_with_progress(&|_| {})
    }

    /// As [`LoadedCurve::run`], with a listener that is told how far the run has come.
    ///
    /// # Errors
    ///
    /// As [`SpecificationGrid::run`].
    pub fn run_with_progress(&self, progress: ProgressListener<'_>) -> Result<SpecificationCurve> {
        let curve = self.grid.run_with_progress(&self.data, progress);
        let curve = curve.map_err(|error| match error {
            Error::Setting { .. } => self.file.in_file("curve", &error),
            error => error,
        })?;
        Ok(curve.with_inputs(self.inputs.clone()).with_study_file(self.file.clone()))
    }
}

impl StudyFile {
    /// Reads every file that the study names and makes the grid of its table `[curve]`.
    ///
    /// # Errors
    ///
    /// As [`StudyFile::load`]; [`Error::StudyFile`] without a table `[curve]`. A rule that finds no
    /// event is no error here.
    pub fn load_curve(&self) -> Result<LoadedCurve> {
        let Some(curve) = &self.tables.curve else {
            return Err(self.fault(
                "no table [curve]; it lists the alternatives, such as `windows`, `models`, \
                 `universes`, `periods`, and `base` under [curve.rule]",
            ));
        };
        self.check_tables()?;
        self.check_curve(curve)?;
        let (model, estimation) = (self.model()?, self.estimation()?);
        let windows = curve.windows.as_ref().unwrap_or(&self.tables.study.windows);
        let models = self.models(curve)?;
        let estimations = self.estimations(curve, windows)?;
        let mut parts = self.parts()?;
        let known = |factor: &String| parts.data.factors().asset(factor).map(|_| ());
        match &models {
            Some(models) => models
                .iter()
                .flat_map(|model| model.factors())
                .try_for_each(known)
                .map_err(|error| self.fault(format!("[curve] models: {error}")))?,
            None => model
                .factors()
                .iter()
                .try_for_each(known)
                .map_err(|error| self.in_file("model", &error))?,
        }
        let events = self.event_alternatives(curve, &mut parts)?;
        let universes = self.universe_alternatives(curve, &parts)?;
        let mut with_windows = self.clone();
        with_windows.tables.study.windows.clone_from(windows);
        let study = with_windows.study(parts.universe, model, estimation, None)?;
        let mut grid = SpecificationGrid::around(study, events)
            .periods(self.periods(curve))
            .min_event_dates(curve.min_event_dates);
        if let Some(models) = models {
            grid = grid.models(models);
        }
        if let Some(estimations) = estimations {
            grid = grid.estimation_windows(estimations);
        }
        if let Some(universes) = universes {
            grid = grid.universes(universes);
        }
        if let Some(weightings) = &curve.weightings {
            grid = grid.weightings(weightings.iter().copied());
        }
        if let Some(portfolios) = &curve.portfolios {
            grid = grid.portfolios(portfolios.iter().copied());
        }
        Ok(LoadedCurve { file: self.clone(), data: parts.data, grid, inputs: parts.inputs.0 })
    }

    /// Checks what can be seen without any other file.
    fn check_curve(&self, curve: &CurveTable) -> Result<()> {
        let fault = |message: &str| Err(self.fault(format!("[curve] {message}")));
        let lists = [
            ("windows", curve.windows.as_ref().map(Vec::len)),
            ("periods", curve.periods.as_ref().map(Vec::len)),
            ("models", curve.models.as_ref().map(Vec::len)),
            ("estimations", curve.estimations.as_ref().map(Vec::len)),
            ("universes", curve.universes.as_ref().map(Vec::len)),
            ("weightings", curve.weightings.as_ref().map(Vec::len)),
            ("portfolios", curve.portfolios.as_ref().map(Vec::len)),
        ];
        if let Some((key, _)) = lists.iter().find(|(_, n)| *n == Some(0)) {
            return fault(&format!("{key} = []: expected at least one"));
        }
        if curve.min_event_dates == 0 {
            return fault("min_event_dates = 0: expected at least 1");
        }
        let is_list = matches!(self.tables.events, EventSource::List(_));
        if is_list && !curve.rule.parameters().is_empty() {
            return Err(self.fault("[curve.rule] needs a `rule` under [events], not a `list`"));
        }
        for period in curve.periods.iter().flatten() {
            if period.from.zip(period.through).is_some_and(|(from, through)| through < from) {
                return fault(&format!("periods: {period} ends before it starts"));
            }
        }
        let in_sessions = |window: &EventWindow| matches!(window, EventWindow::Sessions { .. });
        if self.tables.trigger.is_none() && curve.windows.iter().flatten().any(in_sessions) {
            return fault("has a window in sessions, which needs a table [trigger]");
        }
        let compounds = |rule: &PortfolioRule| *rule != PortfolioRule::MeanOfCars;
        let log = self.tables.study.compounding == Compounding::Log;
        if log && curve.portfolios.iter().flatten().any(compounds) {
            return fault(
                "portfolios: expected [study] compounding = \"simple\", as the BHAR of \
                 \"daily-rebalanced\" and \"buy-and-hold\" compounds simple returns",
            );
        }
        let mut kinds = match &curve.models {
            Some(models) => models.iter().map(|model| model.kind.as_str()).collect(),
            None => vec![self.tables.model.kind.as_str()],
        };
        let trailing = match &curve.estimations {
            Some(all) => all.iter().any(|table| table.comparison.is_empty()),
            None => self.tables.study.estimation.comparison.is_empty(),
        };
        kinds.retain(|kind| *kind == COMPARISON_PERIOD_MEAN);
        if trailing && !kinds.is_empty() {
            return fault(
                "a model of kind \"comparison-period-mean\" needs `comparison` in every estimation \
                 window",
            );
        }
        for universe in curve.universes.iter().flatten() {
            let has_values = self.tables.universe.market_values.is_some();
            match (universe.top, &universe.assets) {
                (Some(0), _) => return fault("universes: top = 0, expected at least one asset"),
                (Some(_), None) if !has_values => {
                    return fault("universes: `top` needs `market_values` under [universe]");
                }
                (Some(_), None) => {}
                (None, Some(assets)) if !assets.is_empty() => {}
                (None, Some(_)) => {
                    return fault("universes: assets = []: expected at least one name");
                }
                (Some(_), Some(_)) => {
                    return fault("universes: one has both `top` and `assets`; keep one of them");
                }
                (None, None) => return fault("universes: one needs `top` or `assets`"),
            }
        }
        Ok(())
    }

    fn models(&self, curve: &CurveTable) -> Result<Option<Vec<Arc<dyn ExpectedReturnModel>>>> {
        let Some(tables) = &curve.models else { return Ok(None) };
        let model = |table: &ModelTable| {
            table.model().map_err(|message| {
                self.fault(format!("[curve] models: \"{}\" {message}", table.kind))
            })
        };
        tables.iter().map(model).collect::<Result<Vec<_>>>().map(Some)
    }

    fn estimations(
        &self,
        curve: &CurveTable,
        windows: &[EventWindow],
    ) -> Result<Option<Vec<EstimationWindow>>> {
        let Some(tables) = &curve.estimations else { return Ok(None) };
        let window = |table| self.estimation_of(table, "estimations:", "curve", windows);
        tables.iter().map(window).collect::<Result<Vec<_>>>().map(Some)
    }

    /// The periods of the table, else that of the rule.
    fn periods(&self, curve: &CurveTable) -> Vec<Period> {
        let of_rule = || match &self.tables.events {
            EventSource::Rule(rule) => {
                let (from, through) = rule.period();
                vec![Period { from, through }]
            }
            EventSource::List(_) => vec![Period::default()],
        };
        curve.periods.clone().unwrap_or_else(of_rule)
    }

    fn event_alternatives(
        &self,
        curve: &CurveTable,
        parts: &mut Parts,
    ) -> Result<EventAlternatives> {
        match (&self.tables.events, &parts.trigger) {
            (EventSource::List(events), _) => {
                Ok(EventAlternatives::one(self.listed(&events.list, &mut parts.inputs)?))
            }
            (EventSource::Rule(rule), Some(trigger)) => {
                let rule = rule.clone().without_period();
                let events = EventAlternatives::breakouts(trigger, &rule, &curve.rule);
                events.map_err(|error| match error {
                    Error::Setting { .. } => self.in_file("curve.rule", &error),
                    error => error,
                })
            }
            (EventSource::Rule(_), None) => Err(self.no_trigger()),
        }
    }

    fn universe_alternatives(
        &self,
        curve: &CurveTable,
        parts: &Parts,
    ) -> Result<Option<Vec<UniverseAlternative>>> {
        let Some(tables) = &curve.universes else { return Ok(None) };
        let of_file = &self.tables.universe;
        let of = |table: &UniverseChoiceTable| {
            let universe = match (table.top, &parts.values, &table.assets) {
                (Some(n), Some(values), _) => {
                    Universe::top(n, values.clone())?.excluding(parts.excluded.clone())
                }
                (_, _, assets) => {
                    let names = assets.clone().unwrap_or_default();
                    for name in &names {
                        let found = parts.data.prices().asset(name);
                        found.map_err(|error| self.fault(format!("[curve] universes: {error}")))?;
                    }
                    Universe::of(names)
                }
            };
            let universe =
                universe.min_history(of_file.min_history).max_stale_days(of_file.max_stale_days);
            let name = match (&table.name, table.top) {
                (Some(name), _) => name.clone(),
                (None, Some(n)) => format!("top {n}"),
                (None, None) => universe.rule(),
            };
            let alone = table.assets.as_ref().is_some_and(|names| names.len() == 1);
            let least = if alone { 1 } else { self.tables.study.min_assets };
            Ok(UniverseAlternative::new(name, universe)
                .min_assets(table.min_assets.unwrap_or(least)))
        };
        tables.iter().map(of).collect::<Result<Vec<_>>>().map(Some)
    }
}
