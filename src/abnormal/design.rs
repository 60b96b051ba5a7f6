//! What a study asks of every event.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::EventRequest;
use crate::time::{DateAxis, EstimationWindow, EventWindow};
use crate::{Error, Result};

/// What to do with rows of an event window that lack a return.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MissingPolicy {
    /// Step over a hole by the prices at its two ends, and expect the same of the model; exclude
    /// the response where a hole touches an end of the window. Needs a panel made from prices.
    #[default]
    Bridge,
    /// Exclude the response.
    Exclude,
    /// Sum the returns there are. A missing day then adds nothing: the CAR is too small in size
    /// wherever the price moved over the hole. For comparison with packages that do so.
    Available,
}

/// Windows, estimation window and missing-data policy, the same for every event.
#[derive(Debug, Clone)]
pub struct Design {
    pub(crate) windows: Vec<EventWindow>,
    pub(crate) estimation: EstimationWindow,
    pub(crate) missing: MissingPolicy,
    pub(crate) sessions: Option<DateAxis>,
    pub(crate) beside: Arc<[EventRequest]>,
}

impl Design {
    /// A design with these event windows.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] without windows, and for comparison periods that share rows with one.
    pub fn new(windows: Vec<EventWindow>, estimation: EstimationWindow) -> Result<Self> {
        if windows.is_empty() {
            return Err(Error::Setting {
                name: "windows",
                value: "none".to_owned(),
                expected: "at least one event window",
            });
        }
        estimation.check_apart_from(&windows)?;
        Ok(Self {
            windows,
            estimation,
            missing: MissingPolicy::default(),
            sessions: None,
            beside: Arc::new([]),
        })
    }

    /// Treats missing returns in event windows by this policy.
    #[must_use]
    pub fn missing(mut self, policy: MissingPolicy) -> Self {
        self.missing = policy;
        self
    }

    /// Dates of the series in whose sessions [`EventWindow::Sessions`] are counted.
    #[must_use]
    pub fn sessions(mut self, axis: DateAxis) -> Self {
        self.sessions = Some(axis);
        self
    }

    /// Events that are not asked about, whose windows count as those of other events: the real
    /// events where the requests are pseudo-events.
    #[must_use]
    pub fn beside(mut self, events: impl Into<Arc<[EventRequest]>>) -> Self {
        self.beside = events.into();
        self
    }

    /// The event windows.
    pub fn windows(&self) -> &[EventWindow] {
        &self.windows
    }

    /// The estimation window.
    pub fn estimation(&self) -> &EstimationWindow {
        &self.estimation
    }
}
