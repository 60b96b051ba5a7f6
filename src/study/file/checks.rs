//! What the tables must be for a study to be read from them.

use std::sync::Arc;

use super::{Alignment, EventSource, ModelKind, StudyFile};
use crate::models::{
    ConstantMeanModel, ExpectedReturnModel, FactorModel, MarketAdjustedModel, MarketModel,
};
use crate::time::EstimationWindow;
use crate::{Error, Result};

impl StudyFile {
    /// Checks what can be seen without any other file.
    pub(super) fn check_tables(&self) -> Result<()> {
        let tables = &self.tables;
        match (&tables.prices.path, tables.prices.paths.is_empty()) {
            (Some(_), true) | (None, false) => {}
            (Some(_), false) => {
                return Err(self.fault("[prices] has both `path` and `paths`; keep one of them"));
            }
            (None, true) => return Err(self.fault("[prices] needs `path` or `paths`")),
        }
        let lists = [
            ("[prices] assets", tables.prices.assets.as_deref()),
            ("[universe] assets", tables.universe.assets.as_deref()),
        ];
        if let Some((key, _)) = lists.iter().find(|(_, names)| names.is_some_and(<[_]>::is_empty)) {
            return Err(self.fault(format!("{key} = []: expected at least one name")));
        }
        let universe = &tables.universe;
        match (universe.top, &universe.market_values, &universe.assets) {
            (Some(_), Some(_), None) | (None, None, _) => {}
            (Some(_), None, None) => {
                return Err(self.fault("[universe] has `top`, which needs `market_values`"));
            }
            (_, _, Some(_)) => {
                return Err(self.fault(
                    "[universe] has `assets`, so there can be neither `top` nor `market_values`",
                ));
            }
            (None, Some(_), None) => {
                return Err(self.fault("[universe] has `market_values`, which needs `top`"));
            }
        }
        for benchmark in &tables.benchmarks {
            let of = benchmark.path.display();
            if benchmark.max_age_days.is_some() && benchmark.alignment != Alignment::CarryForward {
                return Err(self.fault(format!(
                    "[[benchmarks]] {of} has `max_age_days`, \
                     which needs `alignment = \"carry-forward\"`"
                )));
            }
            if benchmark.name.is_some() && benchmark.columns.is_some() {
                return Err(self.fault(format!(
                    "[[benchmarks]] {of} has both `name`, for a file of one series, \
                     and `columns`; keep one of them"
                )));
            }
            if benchmark.close_column.is_some() && benchmark.name.is_none() {
                return Err(self.fault(format!(
                    "[[benchmarks]] {of} has `close_column`, which needs the `name` of the series"
                )));
            }
        }
        if matches!(tables.events, EventSource::Rule(_)) && tables.trigger.is_none() {
            return Err(self.no_trigger());
        }
        Ok(())
    }

    pub(super) fn no_trigger(&self) -> Error {
        self.fault("[events] has a rule, which needs a table [trigger] with the `path` of a series")
    }

    pub(super) fn model(&self) -> Result<Arc<dyn ExpectedReturnModel>> {
        let table = &self.tables.model;
        let needs = |key: &str| self.fault(format!("[model] of this kind needs `{key}`"));
        let has_no = |key: &str| self.fault(format!("[model] of this kind has no `{key}`"));
        let benchmark = || table.benchmark.clone().ok_or_else(|| needs("benchmark"));
        let takes_benchmark =
            matches!(table.kind, ModelKind::MarketAdjusted | ModelKind::MarketModel);
        if table.benchmark.is_some() && !takes_benchmark {
            return Err(has_no("benchmark"));
        }
        if !table.factors.is_empty() && table.kind != ModelKind::FactorModel {
            return Err(has_no("factors"));
        }
        Ok(match table.kind {
            ModelKind::ConstantMean => Arc::new(ConstantMeanModel),
            ModelKind::MarketAdjusted => Arc::new(MarketAdjustedModel::on(benchmark()?)),
            ModelKind::MarketModel => Arc::new(MarketModel::on(benchmark()?)),
            ModelKind::FactorModel if table.factors.is_empty() => return Err(needs("factors")),
            ModelKind::FactorModel => Arc::new(FactorModel::on(table.factors.clone())),
        })
    }

    pub(super) fn estimation(&self) -> Result<EstimationWindow> {
        let table = self.tables.study.estimation;
        let n_needed = table.min_observations.unwrap_or(table.length);
        if n_needed > table.length {
            return Err(self.fault(format!(
                "[study] min_observations = {n_needed}: expected at most the length of {}",
                table.length
            )));
        }
        let window = EstimationWindow::trailing(table.length)
            .map_err(|error| self.in_file("study", &error))?;
        Ok(window.gap(table.gap).min_observations(n_needed))
    }

    /// A setting outside its domain, with the table and file that it comes from.
    pub(super) fn in_file(&self, table: &str, error: &Error) -> Error {
        self.fault(format!("[{table}] {error}"))
    }

    pub(super) fn fault(&self, message: impl Into<String>) -> Error {
        Error::StudyFile { path: self.path.clone(), message: message.into() }
    }
}
