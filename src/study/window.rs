//! One window of a run.

use std::sync::Arc;

use super::comparison::{Unit, placebo_of_event, units};
use super::evaluate::{Evaluation, EventValues};
use super::event_level::{leave_one_out, mean_by_date, std_error};
use super::matched::matched_placebo_of_event;
use super::placebo::{Ordinary, Placebos, fault_in_words, no_placebo};
use super::states::States;
use super::{
    EventEstimate, EventStudy, Judgement, PlaceboComparison, PlaceboEstimate, ResponseTest,
    StudyData, VerdictRule, WindowEstimate,
};
use crate::Result;
use crate::abnormal::AbnormalReturns;
use crate::events::{EventId, EventSet};
use crate::inference::{
    Alternative, ResidualCorrelation, SampleDesign, SignificanceTest, Suitability, WindowSample,
};
use crate::panel::AssetId;
use crate::resampling::{PlaceboTest, SignFlip};

/// What all windows of a run share.
pub(super) struct OfRun<'a> {
    pub(super) data: &'a StudyData,
    pub(super) events: &'a EventSet,
    pub(super) evaluation: &'a Evaluation,
    pub(super) placebos: &'a Placebos,
    pub(super) ordinary: &'a Ordinary,
    /// The responding assets with their pools.
    pub(super) pool: Option<&'a AbnormalReturns>,
}

impl EventStudy {
    /// The estimate for one window with everything that stands beside it.
    pub(super) fn estimate(
        &self,
        window: usize,
        of_run: &OfRun<'_>,
        states: &mut States<'_>,
    ) -> Result<WindowEstimate> {
        let OfRun { evaluation, placebos, ordinary, events, .. } = *of_run;
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
        let (matched_placebo, matched_placebo_fault) = match &units {
            Some(units) => self.matched_placebo(
                states,
                placebos,
                window,
                (units, ordinary),
                (mean, std_error),
            )?,
            None => (None, placebo_fault.clone().filter(|_| self.matches_dates())),
        };
        let (placebo_assets, placebo_assets_fault) =
            self.against_pool(of_run.pool, window, &members)?;
        let comparable = units.is_some();
        Ok(WindowEstimate {
            window: self.windows[window],
            events: self.event_estimates(window, &covering, comparable, of_run, states)?,
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
            matched_placebo,
            matched_placebo_fault,
            placebo_assets,
            placebo_assets_fault,
            judgement,
            block_bootstrap: self.block_bootstrap(window, evaluation, &covering, mean)?,
            event_bootstrap,
            event_bootstrap_fault,
            leave_one_out: leave_one_out(&values),
        })
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

    /// What each event gave, with the tests of it alone.
    fn event_estimates(
        &self,
        window: usize,
        covering: &[&EventValues],
        comparable: bool,
        of_run: &OfRun<'_>,
        states: &mut States<'_>,
    ) -> Result<Vec<EventEstimate>> {
        let OfRun { evaluation, placebos, ordinary, events, .. } = *of_run;
        let mut estimates = Vec::with_capacity(covering.len());
        for event in covering {
            let Some(value) = &event.windows[window] else { continue };
            let listed = events.event(event.id);
            let std_error = value.variance.map(f64::sqrt);
            let scope = placebos.iter().position(|p| p.scope == listed.scope);
            let (mut alone, mut matched_placebo) = (None, None);
            if let (Some(scope), true) = (scope, comparable) {
                let (date, known) = (event.day_zero, event.date);
                let unit = Unit { date, known, placebos: vec![scope] };
                let observed = (value.value, std_error);
                let found = placebo_of_event(placebos, window, &unit, observed, ordinary);
                alone = fault_in_words(found)?.0;
                if self.matches_dates() {
                    let found = matched_placebo_of_event(
                        states, placebos, window, &unit, observed, ordinary,
                    );
                    matched_placebo = fault_in_words(found)?.0;
                }
            }
            let members: Vec<(EventId, AssetId)> =
                value.assets.iter().map(|asset| (event.id, *asset)).collect();
            let (placebo_assets, placebo_assets_fault) =
                self.against_pool(of_run.pool, window, &members)?;
            let (conformal, conformal_fault) =
                self.conformal(of_run.data, evaluation, window, event)?;
            estimates.push(EventEstimate {
                date: event.date,
                label: listed.label.clone(),
                scope: listed.scope.clone(),
                value: value.value,
                std_error,
                n_assets: value.assets.len(),
                share_positive: value.share_positive,
                placebo: alone.as_ref().map(PlaceboTest::p_values),
                placebo_statistic: alone.as_ref().map(PlaceboTest::statistic),
                rank: alone.as_ref().map(|test| test.means().p_values()),
                matched_placebo,
                placebo_assets,
                placebo_assets_fault,
                conformal,
                conformal_fault,
            });
        }
        Ok(estimates)
    }
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
