//! Averages across responses: AAR and CAAR.

use std::collections::BTreeSet;

use super::{AbnormalReturns, CumulativeReturn, Exclusion, Reason, Response};
use crate::time::EventWindow;
use crate::{Error, Result};

/// Average abnormal return at one event time, `(1/N) Σ AR`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Aar {
    /// Event time.
    pub tau: i32,
    /// The mean over the responses with an AR at that time, a decimal fraction.
    pub value: f64,
    /// How many those are.
    pub n_responses: usize,
}

/// Cumulative average abnormal return over a window, `(1/N) Σ CAR`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Caar {
    /// The mean of the CARs, a decimal fraction.
    pub value: f64,
    /// Responses that it averages.
    pub n_responses: usize,
    /// Events that they come from.
    pub n_events: usize,
    /// Distinct days 0 of those events: the number of independent draws is no larger.
    pub n_event_dates: usize,
}

impl AbnormalReturns {
    /// AAR at an event time; `None` where no response has one.
    pub fn aar(&self, tau: i32) -> Option<Aar> {
        let values: Vec<f64> = self.responses().iter().filter_map(|r| self.ar(r, tau)).collect();
        let n_responses = values.len();
        (n_responses > 0).then(|| Aar {
            tau,
            value: values.iter().sum::<f64>() / n_responses as f64,
            n_responses,
        })
    }

    /// CAAR over a window, every response with the same weight.
    ///
    /// # Errors
    ///
    /// [`Error::SessionsMissing`]; [`Error::NoResponses`] where no response has a CAR.
    pub fn caar(&self, window: &EventWindow) -> Result<Caar> {
        let (cars, exclusions) = self.cumulative(window)?;
        if cars.is_empty() {
            return Err(no_responses(self.exclusions().iter().chain(&exclusions)));
        }
        let events: BTreeSet<_> = cars.iter().map(|(r, _)| r.event()).collect();
        let dates: BTreeSet<_> = cars.iter().map(|(r, _)| self.event_of(r).event_row).collect();
        let n_responses = cars.len();
        Ok(Caar {
            value: cars.iter().map(|(_, c)| c.car).sum::<f64>() / n_responses as f64,
            n_responses,
            n_events: events.len(),
            n_event_dates: dates.len(),
        })
    }

    /// CAR and its standard deviation of every response that covers the window, in order, and what
    /// was excluded from this window.
    ///
    /// # Errors
    ///
    /// [`Error::SessionsMissing`].
    #[allow(clippy::type_complexity)] // two lists, read at once by the caller
    pub fn cumulative(
        &self,
        window: &EventWindow,
    ) -> Result<(Vec<(&Response, CumulativeReturn)>, Vec<Exclusion>)> {
        let mut cars = Vec::with_capacity(self.responses().len());
        let mut exclusions = Vec::new();
        let mut rows_of = Vec::with_capacity(self.events().len());
        for event in self.events() {
            rows_of.push(self.window_rows(event, window)?);
        }
        for response in self.responses() {
            let event = self.event_of(response);
            let reason = match &rows_of[response.place] {
                Ok(rows) => match self.cumulate(response, rows.clone()) {
                    Ok(cumulative) => {
                        cars.push((response, cumulative));
                        continue;
                    }
                    Err(reason) => reason,
                },
                Err(fault) => Reason::Window { fault: *fault },
            };
            exclusions.push(Exclusion {
                event: event.date,
                label: event.label.clone(),
                asset: Some(self.name(response.asset()).to_owned()),
                window: Some(window.to_string()),
                reason,
            });
        }
        Ok((cars, exclusions))
    }
}

/// The error that says how many were excluded and why the first one was.
pub(crate) fn no_responses<'a>(exclusions: impl Iterator<Item = &'a Exclusion>) -> Error {
    let mut n_excluded = 0;
    let mut first_reason = "no event has an asset".to_owned();
    for exclusion in exclusions {
        if n_excluded == 0 {
            first_reason = exclusion.to_string();
        }
        n_excluded += 1;
    }
    Error::NoResponses { n_excluded, first_reason }
}
