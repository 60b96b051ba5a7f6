//! The single days of the responses of a sample, for tests that look beyond the CARs.

use std::ops::Range;

use chrono::NaiveDate;

use super::{SampleResponse, WindowSample};

impl WindowSample {
    /// Date of the event of a response, as the first date on or after it: tau 0.
    ///
    /// # Panics
    ///
    /// As [`Self::window_ar`].
    pub fn event_date(&self, response: &SampleResponse) -> NaiveDate {
        self.members[response.member].event_date
    }

    /// Abnormal returns of a response over the window, row by row, NaN where missing.
    ///
    /// # Panics
    ///
    /// Where the response is of another sample with more members.
    pub fn window_ar(&self, response: &SampleResponse) -> &[f64] {
        self.members[response.member].window_ar()
    }

    /// Abnormal returns of a response over its estimation window, row by row, NaN where missing.
    ///
    /// # Panics
    ///
    /// As [`Self::window_ar`].
    pub fn estimation_ar(&self, response: &SampleResponse) -> &[f64] {
        self.members[response.member].residuals()
    }

    /// Whether windows of different event dates share days.
    pub fn windows_overlap(&self) -> bool {
        let mut windows: Vec<(NaiveDate, Range<usize>)> = self
            .responses
            .iter()
            .map(|r| (self.event_date(r), self.members[r.member].window().clone()))
            .collect();
        windows.sort_by_key(|(date, window)| (*date, window.start, window.end));
        windows.dedup();
        windows.windows(2).any(|pair| pair[0].0 != pair[1].0 && pair[1].1.start < pair[0].1.end)
    }
}
