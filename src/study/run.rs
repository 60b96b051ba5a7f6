//! From events to an outcome.

use std::sync::Arc;

use chrono::NaiveDate;

use super::check::{estimation_of, moved_events};
use super::comparison::{Unit, placebo_of_event, units};
use super::evaluate::{Evaluation, EventValues, Occurrence};
use super::event_level::{leave_one_out, mean_by_date, std_error};
use super::outcome::{FORMAT, StudySettings};
use super::placebo::{
    Ordinary, PlaceboDates, Placebos, comparable_scopes, fault_in_words, no_placebo,
};
use super::{
    EventEstimate, EventStudy, Judgement, Outcome, PlaceboComparison, PlaceboEstimate, Progress,
    ProgressListener, ResponseTest, StudyData, VerdictRule, WindowEstimate,
};
use crate::abnormal::no_responses;
use crate::events::{EventId, EventSet, Scope};
use crate::inference::{
    Alternative, ResidualCorrelation, SampleDesign, SignificanceTest, Suitability, WindowSample,
};
use crate::panel::AssetId;
use crate::resampling::SignFlip;
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
        let by_window: Vec<Vec<NaiveDate>> = (0..self.windows.len())
            .map(|window| mean_by_date(&evaluation.events, window).iter().map(|d| d.date).collect())
            .collect();
        let settings = self.placebo.clone().unwrap_or_default();
        let ordinary = self.ordinary(data, &settings, &events.dates(), &by_window)?;
        progress(Progress::Begun { what: "windows", n_steps: covered.len() });
        let mut windows = Vec::with_capacity(covered.len());
        for window in covered {
            windows.push(self.estimate(window, &evaluation, placebos, &ordinary, events)?);
            progress(Progress::Step);
        }
        let (placebo_family, placebo_family_fault) =
            self.placebo_family((&evaluation, events), placebos, &ordinary, &mut windows)?;
        let band = match placebos {
            [one] if self.paths && comparable_scopes(events) == [&one.scope] => {
                one.band(&ordinary, self.level)
            }
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
            verdict: self.verdict,
            level: self.level,
            seed: self.seed,
        }
    }

    /// The mean of the events against the sets, with what the rule of the study says of it.
    fn judged(
        &self,
        comparison: &PlaceboComparison,
        mean: f64,
        std_error: Option<f64>,
    ) -> Result<(PlaceboEstimate, Option<Judgement>)> {
        let judge = |rule: VerdictRule| comparison.judge(&rule, mean, std_error);
        Ok((comparison.estimate(mean, std_error)?, self.verdict.map(judge).transpose()?))
    }

    fn estimate(
        &self,
        window: usize,
        evaluation: &Evaluation,
        placebos: &Placebos,
        ordinary: &Ordinary,
        events: &EventSet,
    ) -> Result<WindowEstimate> {
        let covering: Vec<&EventValues> =
            evaluation.events.iter().filter(|e| e.windows[window].is_some()).collect();
        let by_date = mean_by_date(&evaluation.events, window);
        let values: Vec<f64> = by_date.iter().map(|d| d.value).collect();
        let std_error = std_error(&by_date);
        let n_overlapping_dates = ordinary.n_overlapping[window];
        let (event_bootstrap, event_bootstrap_fault) =
            self.event_bootstrap(&values, n_overlapping_dates)?;
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
        let units = units(placebos, &by_date, events);
        let (compared, placebo_fault) = match &units {
            _ if self.placebo.is_none() => (None, None),
            Some(units) => fault_in_words(
                self.placebo_comparison(placebos, window, units, ordinary)
                    .and_then(|comparison| self.judged(&comparison, mean, std_error)),
            )?,
            None => (None, Some(no_placebo(events, placebos))),
        };
        let (placebo, judgement) = compared.unzip();
        let judgement = judgement.unwrap_or_else(|| {
            let why = placebo_fault.as_deref().unwrap_or("none was asked for");
            self.verdict.map(|_| Judgement::without_placebo(why))
        });
        let mut estimates = event_estimates(window, &covering, events);
        for (estimate, event) in estimates.iter_mut().zip(&covering) {
            let scope = placebos.iter().position(|p| p.scope == estimate.scope);
            let (Some(scope), true) = (scope, units.is_some()) else { continue };
            let unit = Unit { date: event.day_zero, placebos: vec![scope] };
            let observed = (estimate.value, estimate.std_error);
            let found = placebo_of_event(placebos, window, &unit, observed, ordinary);
            estimate.placebo = fault_in_words(found)?.0;
        }
        Ok(WindowEstimate {
            window: self.windows[window],
            events: estimates,
            mean,
            std_error,
            caar: sample.caar(),
            n_responses: sample.n_responses(),
            n_events: covering.len(),
            n_event_dates: by_date.len(),
            n_overlapping_dates,
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
            judgement,
            block_bootstrap: self.block_bootstrap(window, evaluation, &covering, mean)?,
            event_bootstrap,
            event_bootstrap_fault,
            leave_one_out: leave_one_out(&values),
        })
    }
}

/// What each event gave.
fn event_estimates(
    window: usize,
    covering: &[&EventValues],
    events: &EventSet,
) -> Vec<EventEstimate> {
    let of_event = |event: &&EventValues| {
        let value = event.windows[window].as_ref()?;
        Some(EventEstimate {
            date: event.date,
            label: events.event(event.id).label.clone(),
            scope: events.event(event.id).scope.clone(),
            value: value.value,
            std_error: value.variance.map(f64::sqrt),
            n_assets: value.assets.len(),
            share_positive: value.share_positive,
            placebo: None,
        })
    };
    covering.iter().filter_map(of_event).collect()
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
