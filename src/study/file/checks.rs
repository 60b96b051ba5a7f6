//! What the tables must be for a study to be read from them.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Alignment, EstimationTable, EventSource, StudyFile};
use crate::abnormal::PortfolioRule;
use crate::inference::{SignificanceTest, all_tests, tests_named};
use crate::models::ExpectedReturnModel;
use crate::panel::Compounding;
use crate::panel::{MarketValues, PricePanel};
use crate::resampling::BlockLength;
use crate::study::{MeanBlockLength, Weighting};
use crate::time::{EstimationWindow, EventWindow};
use crate::{Error, Result};

/// The model that needs comparison periods.
pub(super) const COMPARISON_PERIOD_MEAN: &str = "comparison-period-mean";
/// Most sets or replicates: beyond them no p-value becomes finer, and memory runs out.
const MAX_DRAWS: usize = 10_000_000;

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
            (
                "[placebo_assets] assets",
                tables.placebo_assets.as_ref().and_then(|table| table.assets.as_deref()),
            ),
        ];
        if let Some((key, _)) = lists.iter().find(|(_, names)| names.is_some_and(<[_]>::is_empty)) {
            return Err(self.fault(format!("{key} = []: expected at least one name")));
        }
        let named = lists.iter().filter_map(|(key, names)| Some((*key, (*names)?)));
        for (key, names) in named.chain(tables.model.names()) {
            let mut seen = BTreeSet::new();
            if let Some(name) = names.iter().find(|name| !seen.insert(*name)) {
                return Err(self.fault(format!("{key} names `{name}` twice")));
            }
        }
        self.check_draws()?;
        self.check_universe()?;
        self.check_design()?;
        self.check_benchmarks()?;
        self.check_comparisons()?;
        if matches!(tables.events, EventSource::Rule(_)) && tables.trigger.is_none() {
            return Err(self.no_trigger());
        }
        Ok(())
    }

    fn check_universe(&self) -> Result<()> {
        let universe = &self.tables.universe;
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
        Ok(())
    }

    fn check_design(&self) -> Result<()> {
        let (design, universe) = (&self.tables.study, &self.tables.universe);
        let windows = &design.windows;
        if let Some(k) = (1..windows.len()).find(|&k| windows[..k].contains(&windows[k])) {
            return Err(self.fault(format!("[study] windows has {} twice", windows[k])));
        }
        if design.weighting == Weighting::MarketValue && universe.top.is_none() {
            return Err(self.fault(
                "[study] weighting = \"market-value\": expected [universe] to have `top` and \
                 `market_values`, from which the weights are taken",
            ));
        }
        let in_sessions = |window: &EventWindow| matches!(window, EventWindow::Sessions { .. });
        if windows.iter().any(in_sessions) && self.tables.trigger.is_none() {
            return Err(self.fault(
                "[study] has a window in sessions, which needs a table [trigger] with the `path` \
                 of the series that trades in them",
            ));
        }
        let portfolio = match design.portfolio {
            PortfolioRule::MeanOfCars => None,
            PortfolioRule::DailyRebalanced => Some("daily-rebalanced"),
            PortfolioRule::BuyAndHold => Some("buy-and-hold"),
        };
        if let Some(portfolio) = portfolio.filter(|_| design.compounding == Compounding::Log) {
            return Err(self.fault(format!(
                "[study] compounding = \"log\": expected \"simple\", as the BHAR of \
                 portfolio = \"{portfolio}\" compounds simple returns"
            )));
        }
        Ok(())
    }

    fn check_benchmarks(&self) -> Result<()> {
        for benchmark in &self.tables.benchmarks {
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
        Ok(())
    }

    fn check_draws(&self) -> Result<()> {
        let (placebo, bootstrap) = (&self.tables.placebo, &self.tables.bootstrap);
        if self.tables.verdict.is_some() && !placebo.enabled {
            return Err(self.fault(
                "[placebo] enabled = false: expected true, as the verdicts of [verdict] rest on \
                 placebo dates",
            ));
        }
        if placebo.enabled {
            self.check_number("[placebo] n_sets", placebo.n_sets)?;
        }
        if bootstrap.enabled && !(2..=MAX_DRAWS).contains(&bootstrap.replicates) {
            let n = bootstrap.replicates;
            return Err(
                self.fault(format!("[bootstrap] replicates = {n}: expected 2 to {MAX_DRAWS}"))
            );
        }
        match bootstrap.mean_block_length {
            Some(MeanBlockLength::Rows(length))
                if bootstrap.enabled && !(length.is_finite() && length >= 1.0) =>
            {
                Err(self.fault(format!(
                    "[bootstrap] mean_block_length = {length:?}: expected a number of rows, at \
                     least 1, or \"auto\""
                )))
            }
            _ => Ok(()),
        }
    }

    /// A number of draws under that key.
    pub(super) fn check_number(&self, key: &str, n: usize) -> Result<()> {
        if (1..=MAX_DRAWS).contains(&n) {
            return Ok(());
        }
        Err(self.fault(format!("{key} = {n}: expected 1 to {MAX_DRAWS}")))
    }

    /// The mean block must fit into the estimation windows of that many days 0, or be chosen from
    /// them.
    pub(super) fn check_block_length(&self, n_days: usize) -> Result<()> {
        let bootstrap = &self.tables.bootstrap;
        let n_rows = self.tables.study.estimation.n_rows().saturating_mul(n_days);
        let Some(mean_block_length) = bootstrap.mean_block_length.filter(|_| bootstrap.enabled)
        else {
            return Ok(());
        };
        let (n_needed, expected) = match mean_block_length {
            MeanBlockLength::Auto => (
                BlockLength::LEAST_ROWS as f64,
                format!(
                    "\"auto\" needs at least {} rows of the estimation windows, found {n_rows}",
                    BlockLength::LEAST_ROWS
                ),
            ),
            MeanBlockLength::Rows(length) => (
                length,
                format!(
                    "{length:?}: expected at most the {n_rows} rows of the estimation windows, \
                     from which blocks are drawn"
                ),
            ),
        };
        if n_needed > n_rows as f64 {
            return Err(self.fault(format!("[bootstrap] mean_block_length = {expected}")));
        }
        Ok(())
    }

    /// A fault of the run in the words of the file, where it is one of its settings.
    pub(super) fn fault_of_run(&self, error: Error) -> Error {
        match error {
            Error::Setting { name: "mean block length", value, .. } => self.fault(format!(
                "[bootstrap] mean_block_length = {value}: expected at most the rows of the \
                 estimation windows in which an asset of the event has a return"
            )),
            Error::TooFew { what, n_needed, n_found, .. } if what == BlockLength::WHAT => self
                .fault(format!(
                    "[bootstrap] mean_block_length = \"auto\" needs at least {n_needed} rows of \
                     the estimation windows in which an asset of the event has a return, found \
                     {n_found}"
                )),
            error => error,
        }
    }

    /// An asset to leave out that is nowhere is a slip of the pen, and the one that was meant would
    /// stay in.
    pub(super) fn check_exclusions(
        &self,
        prices: &PricePanel,
        values: Option<&MarketValues>,
    ) -> Result<()> {
        let valued = |name: &str| {
            values.is_some_and(|values| {
                let snapshots = values.dates().filter_map(|date| values.as_of(date));
                snapshots.flat_map(|(_, assets)| assets).any(|(asset, _)| asset == name)
            })
        };
        let names = &self.tables.universe.exclude_assets;
        match names.iter().find(|name| prices.find(name).is_none() && !valued(name)) {
            Some(name) => Err(self.fault(format!(
                "[universe] exclude_assets: `{name}` is an asset of neither the prices nor the \
                 market values"
            ))),
            None => Ok(()),
        }
    }

    pub(super) fn no_trigger(&self) -> Error {
        self.fault("[events] has a rule, which needs a table [trigger] with the `path` of a series")
    }

    pub(super) fn model(&self) -> Result<Arc<dyn ExpectedReturnModel>> {
        self.tables.model.model().map_err(|message| self.fault(format!("[model] {message}")))
    }

    /// The tests that the study names, or all.
    pub(super) fn tests(&self) -> Result<Vec<Box<dyn SignificanceTest>>> {
        match &self.tables.study.tests {
            Some(names) => {
                let names: Vec<&str> = names.iter().map(String::as_str).collect();
                tests_named(&names).map_err(|error| self.in_file("study", &error))
            }
            None => Ok(all_tests()),
        }
    }

    pub(super) fn estimation(&self) -> Result<EstimationWindow> {
        let design = &self.tables.study;
        let window =
            self.estimation_of(&design.estimation, "estimation", "study", &design.windows)?;
        let mean_of_periods = self.tables.model.kind.as_str() == COMPARISON_PERIOD_MEAN;
        if mean_of_periods && design.estimation.comparison.is_empty() {
            return Err(self.fault(
                "[model] kind = \"comparison-period-mean\": expected [study] estimation to have \
                 `comparison`, with the periods that it takes the mean of",
            ));
        }
        Ok(window)
    }

    /// The estimation window of a table under a key of another.
    pub(super) fn estimation_of(
        &self,
        table: &EstimationTable,
        key: &str,
        of: &str,
        windows: &[EventWindow],
    ) -> Result<EstimationWindow> {
        let fault = |message: &str| self.fault(format!("[{of}] {key} {message}"));
        let window = match (table.length, table.comparison.as_slice()) {
            (Some(length), []) => {
                EstimationWindow::trailing(length).map(|w| w.gap(table.gap.unwrap_or(0)))
            }
            (None, [_, ..]) if table.gap.is_some() => {
                return Err(fault("has `comparison`, so there can be no `gap`"));
            }
            (None, periods @ [_, ..]) => EstimationWindow::comparison(periods.iter().copied()),
            (Some(_), [_, ..]) => {
                return Err(fault("has both `length` and `comparison`; keep one of them"));
            }
            (None, []) => {
                return Err(fault(
                    "needs `length`, for rows before the event, or `comparison`, for periods \
                     around it",
                ));
            }
        };
        let window = window.map_err(|error| self.in_file(of, &error))?;
        let n_needed = table.min_observations.unwrap_or(window.length());
        if n_needed > window.length() {
            return Err(self.fault(format!(
                "[{of}] min_observations = {n_needed}: expected at most the length of {}",
                window.length()
            )));
        }
        let window = window.min_observations(n_needed);
        let window = window
            .check_apart_from(windows)
            .and_then(|()| window.excluding_dates(table.exclude.clone()));
        Ok(window
            .map_err(|error| self.in_file(of, &error))?
            .excluding_other_events(table.exclude_other_events)
            .with_returns(table.returns))
    }

    /// A setting outside its domain, with the table and file that it comes from.
    pub(super) fn in_file(&self, table: &str, error: &Error) -> Error {
        self.fault(format!("[{table}] {error}"))
    }

    pub(super) fn fault(&self, message: impl Into<String>) -> Error {
        Error::StudyFile { path: self.path.clone(), message: message.into() }
    }
}
