//! From a study file to a study with its data.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::NaiveDate;

use super::{
    Alignment, BenchmarkTable, ConformalTable, EventSource, OutputFormat, StudyFile, TriggerTable,
};
use crate::events::{EventDetector, EventSet};
use crate::models::ExpectedReturnModel;
use crate::panel::{CsvOptions, ExcludedAssets, MarketValues, PricePanel, PriceSeries, Universe};
use crate::study::{
    BootstrapSettings, EventStudy, InputFile, Outcome, PlaceboAssetsSettings, ProgressListener,
    StudyCheck, StudyData,
};
use crate::time::{DateAxis, EstimationWindow};
use crate::{Error, Result};

/// Oldest price that is carried forward, unless the file says otherwise: a long weekend and a day.
const MAX_AGE_DAYS: u32 = 5;

/// A study file with everything it names read and checked.
#[derive(Debug, Clone)]
pub struct LoadedStudy {
    /// The file.
    pub file: StudyFile,
    /// Prices and benchmarks on one date axis.
    pub data: StudyData,
    /// The events, listed or found.
    pub events: EventSet,
    /// What is asked.
    pub study: EventStudy,
    /// The files that were read, with checksums.
    pub inputs: Vec<InputFile>,
}

impl LoadedStudy {
    /// Runs the study; the outcome holds the study file and the checksums of its inputs.
    ///
    /// # Errors
    ///
    /// As [`EventStudy::run`].
    pub fn run(&self) -> Result<Outcome> {
        self.run_with_progress(&|_| {})
    }

    /// As [`LoadedStudy::run`], with a listener that is told how far the run has come.
    ///
    /// # Errors
    ///
    /// As [`EventStudy::run`].
    pub fn run_with_progress(&self, progress: ProgressListener<'_>) -> Result<Outcome> {
        let outcome = self.study.run_with_progress(&self.data, &self.events, progress);
        let outcome = outcome.map_err(|error| self.file.fault_of_run(error))?;
        Ok(outcome.with_inputs(self.inputs.clone()).with_study_file(self.file.clone()))
    }

    /// What the study would run and what it would leave out.
    ///
    /// # Errors
    ///
    /// As [`EventStudy::check`].
    pub fn check(&self) -> Result<StudyCheck> {
        self.study.check(&self.data, &self.events)
    }
}

/// What the tables of a file stand for, but for the events and what is asked of them.
#[derive(Debug)]
pub(super) struct Parts {
    pub(super) data: StudyData,
    pub(super) universe: Universe,
    pub(super) values: Option<MarketValues>,
    pub(super) excluded: ExcludedAssets,
    pub(super) trigger: Option<PriceSeries>,
    pub(super) inputs: Inputs,
}

/// The files that were read so far.
#[derive(Debug, Default)]
pub(super) struct Inputs(pub(super) Vec<InputFile>);

impl Inputs {
    /// Notes a file once.
    fn add(&mut self, path: &Path) -> Result<()> {
        if self.0.iter().all(|file| file.path != path) {
            self.0.push(InputFile::of(path)?);
        }
        Ok(())
    }
}

impl StudyFile {
    /// Reads every file that the study names, finds or lists its events and checks its settings.
    ///
    /// # Errors
    ///
    /// [`Error::StudyFile`] for keys that contradict each other or are missing; those of the
    /// readers and of the detector, each naming its file; [`Error::NoEvents`].
    pub fn load(&self) -> Result<LoadedStudy> {
        let model = self.model()?;
        let estimation = self.estimation()?;
        self.check_tables()?;
        let parts = self.parts()?;
        let pool = self.placebo_assets(&parts)?;
        let Parts { data, universe, trigger, mut inputs, .. } = parts;
        for factor in model.factors() {
            data.factors().asset(factor).map_err(|error| self.in_file("model", &error))?;
        }
        let events = match (&self.tables.events, trigger) {
            (EventSource::List(events), _) => self.listed(&events.list, &mut inputs)?,
            (EventSource::Rule(rule), Some(trigger)) => rule.detect(&trigger)?,
            (EventSource::Rule(_), None) => return Err(self.no_trigger()),
        };
        let axis = data.prices().axis();
        let days: BTreeSet<_> =
            events.dates().into_iter().map(|date| axis.first_on_or_after(date)).collect();
        self.check_block_length(days.len())?;
        let study = self.study(universe, model, estimation, pool)?;
        study.check_matching(&data).map_err(|error| self.in_file("placebo", &error))?;
        Ok(LoadedStudy { file: self.clone(), data, events, study, inputs: inputs.0 })
    }

    /// Reads prices, benchmarks, market values and the trigger.
    pub(super) fn parts(&self) -> Result<Parts> {
        let mut inputs = Inputs::default();
        let prices = self.prices(&mut inputs)?;
        let (prices, benchmarks) = self.benchmarks(prices, &mut inputs)?;
        let (values, excluded) = self.members(&prices, &mut inputs)?;
        let universe = self.universe(&prices, values.clone(), excluded.clone())?;
        let mut data = StudyData::new(prices, self.tables.study.compounding);
        if let Some(benchmarks) = benchmarks {
            data = data.with_benchmarks(&benchmarks)?;
        }
        let trigger = match &self.tables.trigger {
            Some(table) => Some(self.trigger(table, &mut inputs)?),
            None => None,
        };
        if let Some(trigger) = &trigger {
            data = data
                .with_trigger(trigger.clone())
                .map_err(|error| self.in_file("trigger", &error))?;
        }
        Ok(Parts { data, universe, values, excluded, trigger, inputs })
    }

    /// The events of a list.
    pub(super) fn listed(&self, path: &Path, inputs: &mut Inputs) -> Result<EventSet> {
        let path = self.resolve(path);
        let events = EventSet::from_csv_path(&path)?;
        inputs.add(&path)?;
        Ok(events)
    }

    fn prices(&self, inputs: &mut Inputs) -> Result<PricePanel> {
        let table = &self.tables.prices;
        let paths: Vec<PathBuf> =
            table.path.iter().chain(&table.paths).map(|path| self.resolve(path)).collect();
        let mut options = CsvOptions::default();
        options.price_column.clone_from(&table.price_column);
        options.layout = table.layout;
        if let [path] = &paths[..] {
            options.assets.clone_from(&table.assets);
            let panel = self.panel(path, &options, "[prices] assets")?;
            inputs.add(path)?;
            return Ok(panel);
        }
        let mut panels = Vec::with_capacity(paths.len());
        for path in &paths {
            panels.push(PricePanel::from_csv_path_with(path, &options)?);
            inputs.add(path)?;
        }
        self.distinct(&paths, &panels)?;
        let panel = on_all_dates(&panels)?;
        match &table.assets {
            Some(names) => panel.select(names).map_err(|error| self.in_file("prices", &error)),
            None => Ok(panel),
        }
    }

    /// A table of prices; where it lacks a series that the study file asks for, the fault names both
    /// files.
    fn panel(&self, path: &Path, options: &CsvOptions, key: &str) -> Result<PricePanel> {
        let asked = |name: &String| options.assets.as_ref().is_some_and(|all| all.contains(name));
        PricePanel::from_csv_path_with(path, options).map_err(|error| match &error {
            Error::MissingColumn { column, .. } if asked(column) => {
                self.fault(format!("{key}: {error}"))
            }
            Error::UnknownAsset { name, .. } if asked(name) => {
                self.fault(format!("{key}: {}: {error}", path.display()))
            }
            _ => error,
        })
    }

    fn distinct(&self, paths: &[PathBuf], panels: &[PricePanel]) -> Result<()> {
        for (second, panel) in panels.iter().enumerate() {
            for first in 0..second {
                if let Some(name) = panel.names().iter().find(|n| panels[first].find(n).is_some()) {
                    let (a, b) = (paths[first].display(), paths[second].display());
                    return Err(self.fault(format!("asset `{name}` is in both {a} and {b}")));
                }
            }
        }
        Ok(())
    }

    /// The assets, and the benchmarks on the same dates.
    fn benchmarks(
        &self,
        mut prices: PricePanel,
        inputs: &mut Inputs,
    ) -> Result<(PricePanel, Option<PricePanel>)> {
        let mut read = Vec::new();
        for table in &self.tables.benchmarks {
            let panel = self.benchmark(table, inputs)?;
            if table.alignment == Alignment::CommonDates {
                prices = prices.on_common_dates(panel.axis()).map_err(|_| {
                    self.fault(format!(
                        "[[benchmarks]] {} has no date in common with the prices",
                        table.path.display()
                    ))
                })?;
            }
            read.push((table, panel));
        }
        let mut all: Option<PricePanel> = None;
        for (table, panel) in read {
            let max_age = match table.alignment {
                Alignment::CarryForward => table.max_age_days.unwrap_or(MAX_AGE_DAYS),
                Alignment::Exact | Alignment::CommonDates => 0,
            };
            let there = |name: &str| {
                prices.find(name).is_some() || all.as_ref().is_some_and(|a| a.find(name).is_some())
            };
            if let Some(name) = panel.names().iter().find(|name| there(name)) {
                return Err(self.fault(format!(
                    "[[benchmarks]] {}: there is a series `{name}` already; leave it out of \
                     `columns`",
                    table.path.display()
                )));
            }
            let panel = panel.carried_onto(prices.axis(), i64::from(max_age))?;
            all = Some(match all {
                Some(all) => all.beside(&panel)?,
                None => panel,
            });
        }
        Ok((prices, all))
    }

    /// One benchmark file on the dates on which it has a price.
    fn benchmark(&self, table: &BenchmarkTable, inputs: &mut Inputs) -> Result<PricePanel> {
        let path = self.resolve(&table.path);
        let mut options = CsvOptions::default();
        let series: Vec<(String, Vec<(NaiveDate, f64)>)> = if let Some(name) = &table.name {
            let column = table.close_column.as_deref().unwrap_or("close");
            let series = PriceSeries::from_csv_columns(&path, name, column, &options)?;
            let dates = series.axis().dates().iter().copied();
            vec![(name.clone(), dates.zip(series.closes().iter().copied()).collect())]
        } else {
            options.assets.clone_from(&table.columns);
            let panel = self.panel(&path, &options, "[[benchmarks]] columns")?;
            let of = |asset| (panel.name(asset).to_owned(), panel.dated_prices(asset));
            panel.assets().map(of).collect()
        };
        inputs.add(&path)?;
        PricePanel::from_series(series)
    }

    /// Market values, and whom the universe leaves out.
    fn members(
        &self,
        prices: &PricePanel,
        inputs: &mut Inputs,
    ) -> Result<(Option<MarketValues>, ExcludedAssets)> {
        let table = &self.tables.universe;
        let values = match &table.market_values {
            Some(path) => {
                let path = self.resolve(path);
                let values = MarketValues::from_csv_path(&path).map_err(|error| match error {
                    Error::DuplicateAsset { .. } => {
                        self.fault(format!("[universe] {}: on one date {error}", path.display()))
                    }
                    _ => error,
                })?;
                inputs.add(&path)?;
                Some(values)
            }
            None => None,
        };
        self.check_exclusions(prices, values.as_ref())?;
        let mut excluded = match &table.exclude {
            Some(path) => {
                let path = self.resolve(path);
                let excluded = ExcludedAssets::from_csv_path(&path)?;
                inputs.add(&path)?;
                excluded
            }
            None => ExcludedAssets::default(),
        };
        for asset in &table.exclude_assets {
            excluded = excluded.with(asset, "named in the study file");
        }
        Ok((values, excluded))
    }

    fn universe(
        &self,
        prices: &PricePanel,
        values: Option<MarketValues>,
        excluded: ExcludedAssets,
    ) -> Result<Universe> {
        let table = &self.tables.universe;
        let universe = match (table.top, values, &table.assets) {
            (Some(n), Some(values), _) => {
                Universe::top(n, values).map_err(|error| self.in_file("universe", &error))?
            }
            (_, _, Some(names)) => Universe::of(names.clone()),
            _ => Universe::of(prices.names().to_vec()),
        };
        Ok(universe
            .excluding(excluded)
            .min_history(table.min_history)
            .max_stale_days(table.max_stale_days))
    }

    fn trigger(&self, table: &TriggerTable, inputs: &mut Inputs) -> Result<PriceSeries> {
        let path = self.resolve(&table.path);
        let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
        let name = table.name.clone().or(stem).unwrap_or_default();
        let options = CsvOptions::default();
        let series = PriceSeries::from_csv_columns(&path, &name, &table.close_column, &options)?;
        inputs.add(&path)?;
        Ok(series)
    }

    pub(super) fn study(
        &self,
        universe: Universe,
        model: Arc<dyn ExpectedReturnModel>,
        estimation: EstimationWindow,
        pool: Option<PlaceboAssetsSettings>,
    ) -> Result<EventStudy> {
        let (design, output) = (&self.tables.study, &self.tables.output);
        let bootstrap = self.tables.bootstrap;
        EventStudy::builder_of(universe, model)
            .windows(design.windows.iter().copied())
            .estimation_window(estimation)
            .weighting(design.weighting)
            .portfolio(design.portfolio)
            .missing(design.missing)
            .asset_set(design.asset_set)
            .min_assets(design.min_assets)
            .placebo(self.tables.placebo.settings(&self.tables.events))
            .bootstrap(bootstrap.enabled.then_some(BootstrapSettings {
                replicates: bootstrap.replicates,
                mean_block_length: bootstrap.mean_block_length,
            }))
            .placebo_assets(pool)
            .conformal(self.tables.conformal.map(ConformalTable::settings))
            .tests(self.tests()?)
            .verdict(self.tables.verdict)
            .level(design.level)
            .keep_responses(design.responses)
            .keep_paths(design.paths || output.formats.contains(&OutputFormat::Svg))
            .seed(design.seed)
            .build()
            .map_err(|error| self.in_file("study", &error))
    }
}

/// The panels side by side on the dates of all of them.
fn on_all_dates(panels: &[PricePanel]) -> Result<PricePanel> {
    let mut dates: Vec<NaiveDate> = panels.iter().flat_map(|p| p.axis().dates()).copied().collect();
    dates.sort_unstable();
    dates.dedup();
    let axis = DateAxis::new(dates)?;
    let mut all: Option<PricePanel> = None;
    for panel in panels {
        let panel = panel.carried_onto(&axis, 0)?;
        all = Some(match all {
            Some(all) => all.beside(&panel)?,
            None => panel,
        });
    }
    all.ok_or(Error::EmptyAxis)
}
