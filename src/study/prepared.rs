//! Studies whose placebo dates are evaluated once for several sets of events.

use std::sync::Arc;

use chrono::NaiveDate;

use super::comparison::Unit;
use super::placebo::PlaceboDates;
use super::{EventStudy, Outcome, PlaceboComparison, PlaceboSettings, StudyData, Weighting};
use crate::abnormal::PortfolioRule;
use crate::events::{EventSet, Scope};
use crate::{Error, Result};

/// A study on its data with the placebo dates evaluated, ready for any number of event sets.
#[derive(Debug)]
pub struct PreparedStudy<'a> {
    study: EventStudy,
    data: &'a StudyData,
    placebo: Arc<[PlaceboDates]>,
}

impl PreparedStudy<'_> {
    /// Runs the study for a set of events.
    ///
    /// # Errors
    ///
    /// As [`EventStudy::run`].
    pub fn run(&self, events: &EventSet) -> Result<Outcome> {
        self.run_on(self.data, events)
    }

    /// Runs the study for events on other data, against the placebo dates of the data that it was
    /// prepared with: what would the answer be if one price had been another?
    ///
    /// # Errors
    ///
    /// As [`EventStudy::run`].
    pub fn run_on(&self, data: &StudyData, events: &EventSet) -> Result<Outcome> {
        let evaluation = self.study.evaluated(data, events)?;
        self.study.conclude(data, events, evaluation, &self.placebo, &|_| {})
    }

    /// Sets of pseudo-events for events on these dates in a window of the study, counted from 0:
    /// what would the answer be if the mean were another one?
    ///
    /// # Errors
    ///
    /// [`Error::PlaceboSpace`] or [`Error::TooFew`] where there are too few dates, also where the
    /// study has no placebo.
    pub fn comparison(
        &self,
        window: usize,
        event_dates: &[NaiveDate],
    ) -> Result<PlaceboComparison> {
        let ([_], Some(settings)) = (&*self.placebo, &self.study.placebo) else {
            return Err(Error::TooFew {
                what: "a placebo comparison".to_owned(),
                unit: "placebo dates",
                n_needed: 1,
                n_found: 0,
            });
        };
        let by_window = vec![event_dates.to_vec(); self.study.windows.len()];
        let ordinary = self.study.ordinary(self.data, settings, event_dates, &by_window)?;
        let mut dates = event_dates.to_vec();
        dates.sort_unstable();
        dates.dedup();
        let unit = |date| Unit { date, known: date, placebos: vec![0] };
        let units: Vec<Unit> = dates.into_iter().map(unit).collect();
        self.study.placebo_comparison(&self.placebo, window, &units, &ordinary)
    }

    /// Values of single pseudo-events in a window of the study, counted from 0, with their dates,
    /// those near events included; empty where the study has no placebo.
    pub fn placebo_values(&self, window: usize) -> Vec<(NaiveDate, f64)> {
        self.placebo.first().map_or_else(Vec::new, |p| p.single(window))
    }

    /// The same study with other rules for its sets of pseudo-events, whose values are shared: for
    /// events of another rule.
    #[must_use]
    pub fn with_placebo(&self, settings: PlaceboSettings) -> Self {
        let study = EventStudy { placebo: Some(settings), ..self.study.clone() };
        Self { study, data: self.data, placebo: self.placebo.clone() }
    }

    /// The same study with another seed of its draws; the values of the placebo dates, which nothing
    /// is drawn for, are shared.
    #[must_use]
    pub fn with_seed(&self, seed: u64) -> Self {
        let study = EventStudy { seed, ..self.study.clone() };
        Self { study, data: self.data, placebo: self.placebo.clone() }
    }
}

impl EventStudy {
    /// Evaluates the placebo dates of market-wide events, which do not depend on when the events
    /// are, so that several sets of events can be run against them. Events of single assets have no
    /// placebo then, and the outcome says so.
    ///
    /// # Errors
    ///
    /// As [`EventStudy::run`], for what concerns the data; [`Error::Setting`] where the estimation
    /// windows leave out those of other events, so that the placebo dates do depend on them: run
    /// such a study on each set of events.
    pub fn prepare<'a>(&self, data: &'a StudyData) -> Result<PreparedStudy<'a>> {
        self.check_placebo_stands_alone()?;
        let placebo = self.placebo(data, &Scope::Market, None, &|_| {})?;
        Ok(PreparedStudy { study: self.clone(), data, placebo: placebo.into_iter().collect() })
    }

    /// As [`EventStudy::prepare`] for several event portfolios of the same responses, which are
    /// fitted once for all of them.
    ///
    /// # Errors
    ///
    /// As [`EventStudy::prepare`], for any of them.
    pub fn prepare_portfolios<'a>(
        &self,
        data: &'a StudyData,
        portfolios: &[(Weighting, PortfolioRule)],
    ) -> Result<Vec<PreparedStudy<'a>>> {
        self.check_placebo_stands_alone()?;
        let studies: Vec<EventStudy> = portfolios
            .iter()
            .map(|(weighting, rule)| Self { weighting: *weighting, rule: *rule, ..self.clone() })
            .collect();
        let mut placebos: Vec<Option<PlaceboDates>> = studies.iter().map(|_| None).collect();
        if self.placebo.is_some() {
            let dates = self.placebo_dates(data, &studies, &Scope::Market, None, &|_| {})?;
            placebos = dates.into_iter().map(Some).collect();
        }
        let prepared = studies.into_iter().zip(placebos);
        Ok(prepared
            .map(|(study, placebo)| PreparedStudy {
                study,
                data,
                placebo: placebo.into_iter().collect(),
            })
            .collect())
    }

    fn check_placebo_stands_alone(&self) -> Result<()> {
        if self.placebo.is_some() && self.estimation.excludes_other_events() {
            return Err(Error::Setting {
                name: "estimation window of a prepared study",
                value: "without the windows of other events".to_owned(),
                expected: "one that does not depend on the events, or no placebo",
            });
        }
        Ok(())
    }
}
