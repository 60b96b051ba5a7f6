//! From events to an outcome.

use std::sync::Arc;

use chrono::NaiveDate;

use super::check::{estimation_of, moved_events};
use super::evaluate::{Evaluation, EventValues, Occurrence};
use super::event_level::{leave_one_out, mean_by_date};
use super::outcome::{FORMAT, StudySettings};
use super::placebo::{Ordinary, PlaceboDates, common_scope, fault_in_words, no_common_scope};
use super::{
    EventEstimate, EventStudy, Outcome, Progress, ProgressListener, ResponseTest, StudyData,
    WindowEstimate,
};
use crate::abnormal::no_responses;
use crate::events::{EventId, EventSet, Scope};
use crate::inference::{
    Alternative, ResidualCorrelation, SampleDesign, SignificanceTest, Suitability, WindowSample,
};
use crate::panel::AssetId;
use crate::resampling::{PlaceboGrid, SignFlip};
use crate::{Error, Result};

impl EventStudy {
    /// Runs the study.
    ///
    /// Same data, events and seed give the same outcome to the bit at any number of threads.
    ///
    /// # Errors
    ///
    /// [`Error::NoEvents`] for an empty set; [`Error::NoResponses`] where no event has an estimate
    /// in any window, with the first reason; [`Error::UnknownAsset`] for a benchmark that the data
    /// lack; [`Error::BharOfLogReturns`]. What ails one event or one asset is an
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
        let placebo = match common_scope(events) {
            Some(scope) => self.placebo(data, scope, Some(events), progress)?,
            None => None,
        };
        self.conclude(data, events, evaluation, placebo.as_ref(), progress)
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
        placebo: Option<&PlaceboDates>,
        progress: ProgressListener<'_>,
    ) -> Result<Outcome> {
        let comparable = placebo.filter(|p| common_scope(events) == Some(&p.scope));
        let no_placebo =
            (self.placebo.is_some() && comparable.is_none()).then(|| no_common_scope(placebo));
        let placebo = comparable;
        let covered: Vec<usize> = (0..self.windows.len())
            .filter(|w| evaluation.events.iter().any(|e| e.windows[*w].is_some()))
            .collect();
        let by_window: Vec<Vec<NaiveDate>> = (0..self.windows.len())
            .map(|window| dates_of(&mean_by_date(&evaluation.events, window)))
            .collect();
        let settings = self.placebo.clone().unwrap_or_default();
        let ordinary = self.ordinary(data, &settings, &events.dates(), &by_window)?;
        progress(Progress::Begun { what: "windows", n_steps: covered.len() });
        let mut windows = Vec::with_capacity(covered.len());
        for window in covered {
            let mut estimate = self.estimate(window, &evaluation, placebo, &ordinary, events)?;
            estimate.placebo_fault = estimate.placebo_fault.or_else(|| no_placebo.clone());
            windows.push(estimate);
            progress(Progress::Step);
        }
        let band = placebo.filter(|_| self.paths).and_then(|p| p.band(&ordinary, self.level));
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
            paths: if self.paths { self.paths(&evaluation, events)? } else { Vec::new() },
            placebo_band: band,
            exclusions: evaluation.exclusions,
        })
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
            level: self.level,
            seed: self.seed,
        }
    }

    fn estimate(
        &self,
        window: usize,
        evaluation: &Evaluation,
        placebo: Option<&PlaceboDates>,
        ordinary: &Ordinary,
        events: &EventSet,
    ) -> Result<WindowEstimate> {
        let covering: Vec<&EventValues> =
            evaluation.events.iter().filter(|e| e.windows[window].is_some()).collect();
        let by_date = mean_by_date(&evaluation.events, window);
        let dates = dates_of(&by_date);
        let values: Vec<f64> = by_date.iter().map(|(_, v)| *v).collect();
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        let members: Vec<(EventId, AssetId)> = covering
            .iter()
            .flat_map(|e| {
                let assets = e.windows[window].as_ref().map_or(&[][..], |w| &w.assets);
                assets.iter().map(|a| (e.id, *a))
            })
            .collect();
        let sample = WindowSample::of(&evaluation.table, &self.windows[window], &members)?;
        let correlation = ResidualCorrelation::of(&sample).ok();
        let single = placebo.map(|p| p.single(window, Some(ordinary)));
        let (placebo, placebo_fault) = match placebo {
            Some(placebo) => fault_in_words(
                self.placebo_comparison(placebo, window, &dates, ordinary)
                    .and_then(|comparison| comparison.estimate(mean)),
            )?,
            None => (None, None),
        };
        Ok(WindowEstimate {
            window: self.windows[window],
            events: event_estimates(window, &covering, events, single)?,
            mean,
            caar: sample.caar(),
            n_responses: sample.n_responses(),
            n_events: covering.len(),
            n_event_dates: dates.len(),
            n_overlapping_dates: ordinary.n_overlapping[window],
            mean_residual_correlation: correlation.map(|c| c.mean),
            design_effect: correlation.map(ResidualCorrelation::design_effect),
            effective_responses: correlation
                .map(ResidualCorrelation::effective_responses)
                .filter(|n| n.is_finite()),
            responses: if self.responses {
                self.response_estimates(window, &evaluation.table, &members)?
            } else {
                Vec::new()
            },
            tests: response_tests(&sample, &self.tests),
            event_t: self.event_t(&values)?,
            sign_flip: SignFlip::new().seed(self.seed).test(&values)?,
            placebo,
            placebo_fault,
            block_bootstrap: self.block_bootstrap(window, evaluation, &covering, mean)?,
            event_bootstrap: self.event_bootstrap(&values)?,
            leave_one_out: leave_one_out(&values),
        })
    }
}

fn dates_of(by_date: &[(NaiveDate, f64)]) -> Vec<NaiveDate> {
    by_date.iter().map(|(date, _)| *date).collect()
}

/// What each event gave, ranked among the pseudo-events on ordinary dates.
fn event_estimates(
    window: usize,
    covering: &[&EventValues],
    events: &EventSet,
    placebo: Option<Vec<(NaiveDate, f64)>>,
) -> Result<Vec<EventEstimate>> {
    let grid = match placebo {
        Some(values) if !values.is_empty() => {
            let (dates, values) = values.into_iter().map(|(d, v)| (d, Some(v))).unzip();
            Some(PlaceboGrid::new(dates, values)?)
        }
        _ => None,
    };
    let mut estimates = Vec::with_capacity(covering.len());
    for event in covering {
        let Some(value) = &event.windows[window] else { continue };
        let rank = match &grid {
            Some(grid) => Some(grid.rank(value.value)?.p_values),
            None => None,
        };
        estimates.push(EventEstimate {
            date: event.date,
            label: events.event(event.id).label.clone(),
            scope: events.event(event.id).scope.clone(),
            value: value.value,
            n_assets: value.assets.len(),
            share_positive: value.share_positive,
            placebo: rank,
        });
    }
    Ok(estimates)
}

/// Every test asked for, with how it stands to the sample.
fn response_tests(sample: &WindowSample, tests: &[Arc<dyn SignificanceTest>]) -> Vec<ResponseTest> {
    let design = SampleDesign::of(sample);
    tests
        .iter()
        .map(|test| {
            let card = test.card();
            let choice = design.choice(&card);
            let (result, fault) = match test.test(sample) {
                Ok(result) => (Some(result), None),
                Err(error) => (None, Some(error.to_string())),
            };
            ResponseTest {
                id: card.id.to_owned(),
                name: card.name.to_owned(),
                misled_by_shared_dates: choice.suitability == Suitability::Misled,
                suitability: choice.suitability,
                why: choice.why,
                p_value: result.as_ref().map(|r| r.p_value(Alternative::TwoSided)),
                p_greater: result.as_ref().map(|r| r.p_value(Alternative::Greater)),
                p_less: result.as_ref().map(|r| r.p_value(Alternative::Less)),
                result,
                fault,
            }
        })
        .collect()
}
