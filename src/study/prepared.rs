//! Studies whose placebo dates are evaluated once for several sets of events.

use std::collections::BTreeSet;
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
    /// Dates that events and pseudo-events must be on; `None` for any.
    condition: Option<Arc<BTreeSet<NaiveDate>>>,
}

impl PreparedStudy<'_> {
    /// Runs the study for a set of events.
    ///
    /// # Errors
    ///
    /// As [`EventStudy::run`]; [`Error::Setting`] for an event off the dates of
    /// [`under_condition`](Self::under_condition).
    pub fn run(&self, events: &EventSet) -> Result<Outcome> {
        self.run_on(self.data, events)
    }

    /// Runs the study for events on other data, against the placebo dates of the data that it was
    /// prepared with: what would the answer be if one price had been another?
    ///
    /// # Errors
    ///
    /// As [`run`](Self::run).
    pub fn run_on(&self, data: &StudyData, events: &EventSet) -> Result<Outcome> {
        self.check_condition(&events.dates())?;
        let evaluation = self.study.evaluated(data, events)?;
        self.study.conclude(data, events, evaluation, &self.placebo, &|_| {})
    }

    /// Sets of pseudo-events for events on these dates in a window of the study, counted from 0:
    /// what would the answer be if the mean were another one?
    ///
    /// # Errors
    ///
    /// [`Error::PlaceboSpace`] or [`Error::TooFew`] where there are too few dates, also where the
    /// study has no placebo; [`Error::Setting`] for an event off the dates of
    /// [`under_condition`](Self::under_condition).
    pub fn comparison(
        &self,
        window: usize,
        event_dates: &[NaiveDate],
    ) -> Result<PlaceboComparison> {
        self.check_condition(event_dates)?;
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
        let unit = |date| Unit { date, placebos: vec![0] };
        let units: Vec<Unit> = dates.into_iter().map(unit).collect();
        self.study.placebo_comparison(&self.placebo, window, &units, &ordinary)
    }

    /// Values of single pseudo-events in a window of the study, counted from 0, with their dates,
    /// those near events included; empty where the study has no placebo.
    pub fn placebo_values(&self, window: usize) -> Vec<(NaiveDate, f64)> {
        self.placebo.first().map_or_else(Vec::new, |p| p.single(window))
    }

    /// Values of single pseudo-events in a window, on the dates that the rules for pseudo-events
    /// allow.
    pub(super) fn ordinary_values(&self, window: usize) -> Vec<f64> {
        let settings = self.study.placebo.as_ref();
        let admitted = |date: NaiveDate| settings.is_none_or(|s| s.in_period(date));
        let single = self.placebo_values(window).into_iter();
        single.filter(|(date, _)| admitted(*date)).map(|(_, value)| value).collect()
    }

    /// The same study with other rules for its sets of pseudo-events, whose values are shared: for
    /// events of another rule.
    #[must_use]
    pub fn with_placebo(&self, settings: PlaceboSettings) -> Self {
        let study = EventStudy { placebo: Some(settings), ..self.study.clone() };
        let (placebo, condition) = (self.placebo.clone(), self.condition.clone());
        Self { study, data: self.data, placebo, condition }
    }

    /// The same study with another seed of its draws; the values of the placebo dates, which nothing
    /// is drawn for, are shared.
    #[must_use]
    pub fn with_seed(&self, seed: u64) -> Self {
        let study = EventStudy { seed, ..self.study.clone() };
        let (placebo, condition) = (self.placebo.clone(), self.condition.clone());
        Self { study, data: self.data, placebo, condition }
    }

    /// The same study with pseudo-events on these dates alone, those on which a condition of the
    /// events held: what did the events add to the condition?
    ///
    /// Without it events under a condition are set against dates of any kind, and what the condition
    /// gives by itself is taken for an effect of the events. *Null*: the events are any dates on
    /// which the condition held. Where windows of events overlap, the pattern of the events is shifted
    /// along these dates, as if those between were not there.
    ///
    /// Every event must be on one of the dates; the condition must be known at the end of the date, as
    /// those of [`context`](crate::context) are.
    #[must_use]
    pub fn under_condition(&self, dates: impl IntoIterator<Item = NaiveDate>) -> Self {
        let held: BTreeSet<NaiveDate> = dates.into_iter().collect();
        let placebo = self.placebo.iter().map(|p| p.on_dates(&held)).collect();
        let condition = Some(Arc::new(held));
        Self { study: self.study.clone(), data: self.data, placebo, condition }
    }

    fn check_condition(&self, events: &[NaiveDate]) -> Result<()> {
        let Some(held) = &self.condition else { return Ok(()) };
        match events.iter().find(|date| !held.contains(date)) {
            None => Ok(()),
            Some(date) => Err(Error::Setting {
                name: "event of a study under a condition",
                value: date.to_string(),
                expected: "one of the dates on which the condition held",
            }),
        }
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
        Ok(PreparedStudy {
            study: self.clone(),
            data,
            placebo: placebo.into_iter().collect(),
            condition: None,
        })
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
                condition: None,
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
