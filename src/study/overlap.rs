//! Estimation windows that hold days of the windows of other events.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{EventEstimation, Outcome};

/// How far estimation windows reach into the event windows of other events of the same assets.
///
/// What an event does is then part of what is ordinary for a later one, and is taken off its
/// estimate. In the calibration, with ten dates and an effect of four standard deviations of one event,
/// the 95 % placebo interval holds the truth in 89 of 100 studies and the t interval in 45; where these
/// days are left out, by
/// [`EstimationWindow::excluding_other_events`](crate::time::EstimationWindow::excluding_other_events)
/// or `exclude_other_events = true` in a study file, in 94 and 93.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct EstimationOverlap {
    /// Events whose estimation window holds such days.
    pub n_events: usize,
    /// Events that have an estimation window.
    pub n_all_events: usize,
    /// Rows of the estimation windows of those events that lie in windows of other events.
    pub n_rows: usize,
    /// All rows of the estimation windows of those events.
    pub n_all_rows: usize,
    /// Whether they are left out of the fits.
    pub left_out: bool,
}

impl EstimationOverlap {
    /// Counts over all events; `None` where no estimation window holds such days.
    pub(super) fn of(estimation: &[EventEstimation], left_out: bool) -> Option<Self> {
        let found = estimation.iter().map(|e| e.contamination).filter(|c| c.n_overlapping > 0);
        let mut overlap = Self {
            n_events: 0,
            n_all_events: estimation.len(),
            n_rows: 0,
            n_all_rows: 0,
            left_out,
        };
        for contamination in found {
            overlap.n_events += 1;
            overlap.n_rows += contamination.n_overlapping;
            overlap.n_all_rows += contamination.n_rows;
        }
        (overlap.n_events > 0).then_some(overlap)
    }
}

impl fmt::Display for EstimationOverlap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "estimation windows of {} of {} events hold windows of other events, {} of their {} rows: ",
            self.n_events, self.n_all_events, self.n_rows, self.n_all_rows
        )?;
        f.write_str(if self.left_out {
            "they are left out"
        } else {
            "effects there are taken for ordinary and off the estimates; `exclude_other_events = true` \
             leaves these days out"
        })
    }
}

impl Outcome {
    /// How far estimation windows reach into the windows of other events; `None` where none does.
    pub fn estimation_overlap(&self) -> Option<EstimationOverlap> {
        EstimationOverlap::of(&self.estimation, self.settings.estimation.excludes_other_events())
    }
}
