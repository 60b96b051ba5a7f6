//! One number per response, for tests and regressions of any kind.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{AbnormalReturns, Exclusion, Reason, Response};
use crate::Result;
use crate::events::EventId;
use crate::panel::AssetId;
use crate::time::EventWindow;

/// A number that belongs to one event and one asset.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ResponseValue {
    /// The event.
    pub event: EventId,
    /// The asset.
    pub asset: AssetId,
    /// Date of the event.
    pub date: NaiveDate,
    /// The number.
    pub value: f64,
}

/// Numbers of all responses that have one, and why the others have none.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ResponseValues {
    /// The numbers, in the order of the responses.
    pub values: Vec<ResponseValue>,
    /// Responses without a number.
    pub exclusions: Vec<Exclusion>,
}

impl ResponseValues {
    /// The bare numbers, as the tests of samples take them.
    pub fn numbers(&self) -> Vec<f64> {
        self.values.iter().map(|v| v.value).collect()
    }
}

impl AbnormalReturns {
    /// CARs over a window, decimal fractions.
    ///
    /// # Errors
    ///
    /// [`Error::SessionsMissing`](crate::Error::SessionsMissing).
    pub fn cars(&self, window: &EventWindow) -> Result<ResponseValues> {
        let (cars, exclusions) = self.cumulative(window)?;
        let values = cars.into_iter().map(|(response, c)| self.value_of(response, c.car)).collect();
        Ok(ResponseValues { values, exclusions })
    }

    /// What `of` makes of every response over the rows of a window, counted from the first row of
    /// its span.
    pub(super) fn values_over(
        &self,
        window: &EventWindow,
        mut of: impl FnMut(&Response, std::ops::Range<usize>) -> std::result::Result<f64, Reason>,
    ) -> Result<ResponseValues> {
        let mut rows_of = Vec::with_capacity(self.events().len());
        for event in self.events() {
            rows_of.push(self.window_rows(event, window)?);
        }
        let mut out = ResponseValues::default();
        for response in self.responses() {
            let value = match &rows_of[response.place] {
                Ok(rows) => of(response, rows.clone()),
                Err(fault) => Err(Reason::Window { fault: *fault }),
            };
            match value {
                Ok(value) => out.values.push(self.value_of(response, value)),
                Err(reason) => {
                    let event = self.event_of(response);
                    out.exclusions.push(Exclusion {
                        event: event.date,
                        label: event.label.clone(),
                        asset: Some(self.name(response.asset()).to_owned()),
                        window: Some(window.to_string()),
                        reason,
                    });
                }
            }
        }
        Ok(out)
    }

    fn value_of(&self, response: &Response, value: f64) -> ResponseValue {
        let date = self.event_of(response).date;
        ResponseValue { event: response.event(), asset: response.asset(), date, value }
    }
}
