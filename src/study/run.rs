//! From events to an outcome.

use chrono::NaiveDate;

use super::check::{estimation_of, moved_events};
use super::evaluate::{Evaluation, Occurrence};
use super::event_level::mean_by_date;
use super::outcome::{FORMAT, StudySettings};
use super::placebo::{PlaceboDates, Placebos, comparable_scopes};
use super::states::States;
use super::window::OfRun;
use super::{
    EventStudy, Outcome, PlaceboAssetsSettings, Progress, ProgressListener, ScopeBand, StudyData,
};
use crate::abnormal::no_responses;
use crate::events::{EventSet, Scope};
use crate::{Error, Result};

impl EventStudy {
    /// Runs the study.
    ///
    /// Same data, events and seed give the same outcome to the bit at any number of threads.
    ///
    /// # Errors
    ///
    /// [`Error::NoEvents`] for an empty set; [`Error::NoResponses`] where no event has an estimate
    /// in any window, with the first reason; [`Error::UnknownAsset`] for a benchmark, or a series to
    /// match on, that the data lack; [`Error::Setting`] for a match on the trigger where the data have
    /// none; [`Error::BharOfLogReturns`]. What ails one event or one asset is an
    /// [`Exclusion`](crate::abnormal::Exclusion) in the outcome.
    pub fn run(&self, data: &StudyData, events: &EventSet) -> Result<Outcome> {
        self.run_with_progress(data, events, &|_| {})
    }

    /// As [`EventStudy::run`], with a listener that is told how far the run has come.
    ///
    /// # Errors
    ///
    /// As [`EventStudy::run`].
    pub fn run_with_progress(
        &self,
        data: &StudyData,
        events: &EventSet,
        progress: ProgressListener<'_>,
    ) -> Result<Outcome> {
        // Before the placebo dates, which take long: a study of which nothing is left says so first.
        let evaluation = self.evaluated(data, events)?;
        let mut placebos = Vec::new();
        for scope in comparable_scopes(events) {
            placebos.extend(self.placebo(data, scope, Some(events), progress)?);
        }
        self.conclude(data, events, evaluation, &placebos, progress)
    }

    pub(super) fn placebo(
        &self,
        data: &StudyData,
        scope: &Scope,
        events: Option<&EventSet>,
        progress: ProgressListener<'_>,
    ) -> Result<Option<PlaceboDates>> {
        if self.placebo.is_none() {
            return Ok(None);
        }
        let dates =
            self.placebo_dates(data, std::slice::from_ref(self), scope, events, progress)?;
        Ok(dates.into_iter().next())
    }

    /// The events, of which at least one has an estimate in a window.
    pub(super) fn evaluated(&self, data: &StudyData, events: &EventSet) -> Result<Evaluation> {
        if events.is_empty() {
            return Err(Error::NoEvents { why: "the set of events is empty".to_owned() });
        }
        self.check_matching(data)?;
        let evaluation = self.evaluate(data, &Self::occurrences(events))?;
        if evaluation.events.iter().all(|e| e.windows.iter().all(Option::is_none)) {
            return Err(no_responses(evaluation.exclusions.iter()));
        }
        Ok(evaluation)
    }

    /// Inference and everything else that an outcome holds.
    pub(super) fn conclude(
        &self,
        data: &StudyData,
        events: &EventSet,
        evaluation: Evaluation,
        placebos: &Placebos,
        progress: ProgressListener<'_>,
    ) -> Result<Outcome> {
        let covered: Vec<usize> = (0..self.windows.len())
            .filter(|w| evaluation.events.iter().any(|e| e.windows[*w].is_some()))
            .collect();
        let by_window = self.dates_by_window(&evaluation);
        let settings = self.placebo.clone().unwrap_or_default();
        let ordinary = self.ordinary(data, &settings, &events.dates(), &by_window)?;
        let pool = self.with_pool(data, &evaluation)?;
        let of_run = OfRun {
            data,
            events,
            evaluation: &evaluation,
            placebos,
            ordinary: &ordinary,
            pool: pool.as_ref(),
        };
        let mut states = States::new(self, data);
        progress(Progress::Begun { what: "windows", n_steps: covered.len() });
        let mut windows = Vec::with_capacity(covered.len());
        for window in covered {
            windows.push(self.estimate(window, &of_run, &mut states)?);
            progress(Progress::Step);
        }
        let (placebo_family, placebo_family_fault) =
            self.placebo_family((&evaluation, events), placebos, &ordinary, &mut windows)?;
        let scopes = if self.paths { comparable_scopes(events) } else { Vec::new() };
        let of_events = placebos.iter().filter(|placebo| scopes.contains(&&placebo.scope));
        let mut bands: Vec<ScopeBand> = of_events
            .filter_map(|placebo| {
                let band = placebo.band(&ordinary, self.level)?;
                Some(ScopeBand { scope: placebo.scope.clone(), band })
            })
            .collect();
        let placebo_band = match scopes[..] {
            [_] => bands.pop().map(|of_scope| of_scope.band),
            _ => None,
        };
        Ok(Outcome {
            format: FORMAT,
            crate_version: env!("CARGO_PKG_VERSION").to_owned(),
            settings: self.settings(),
            study_file: None,
            inputs: Vec::new(),
            events: events.clone(),
            moved: moved_events(&evaluation, data),
            estimation: estimation_of(&evaluation.table),
            windows,
            placebo_family,
            placebo_family_fault,
            paths: if self.paths { self.paths(&evaluation, events)? } else { Vec::new() },
            placebo_band,
            scope_bands: bands,
            exclusions: evaluation.exclusions,
        })
    }

    /// Days 0 of the events that cover each window.
    pub(super) fn dates_by_window(&self, evaluation: &Evaluation) -> Vec<Vec<NaiveDate>> {
        (0..self.windows.len())
            .map(|window| mean_by_date(&evaluation.events, window).iter().map(|d| d.date).collect())
            .collect()
    }

    /// The events as the study sees them.
    pub(super) fn occurrences(events: &EventSet) -> Vec<Occurrence<'_>> {
        let seen = events.entries().map(|(id, event)| Occurrence {
            id,
            date: event.date,
            label: &event.label,
            scope: &event.scope,
        });
        seen.collect()
    }

    fn settings(&self) -> StudySettings {
        StudySettings {
            universe: self.universe.rule(),
            model: self.model.name(),
            weighting: self.weighting,
            portfolio: self.rule,
            windows: self.windows.clone(),
            estimation: self.estimation.clone(),
            missing: self.missing,
            asset_set: self.asset_set,
            min_assets: self.min_assets,
            placebo: self.placebo.clone(),
            bootstrap: self.bootstrap,
            placebo_assets: self.placebo_assets.as_ref().map(PlaceboAssetsSettings::stated),
            conformal: self.conformal,
            verdict: self.verdict,
            level: self.level,
            seed: self.seed,
        }
    }
}
