//! Estimation windows.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::{Error, Result};

/// The rows before the event from which the expected-return model is fitted.
///
/// It has `length` rows and ends `gap` rows before the earlier of the event row and the first row
/// of any event window, so it never overlaps what is tested. All windows of one event share it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct EstimationWindow {
    length: usize,
    gap: usize,
    min_observations: usize,
}

impl EstimationWindow {
    /// The `length` rows (L1) that end right before the event, all of them needed.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] for fewer than 3 rows.
    ///
    /// ```
    /// use eventstudy::time::EstimationWindow;
    ///
    /// let estimation = EstimationWindow::trailing(250)?.gap(10).min_observations(120);
    /// assert_eq!(estimation.rows_before(400, 395), Some(135..385));
    /// # Ok::<(), eventstudy::Error>(())
    /// ```
    pub fn trailing(length: usize) -> Result<Self> {
        if length < 3 {
            return Err(Error::Setting {
                name: "estimation length",
                value: length.to_string(),
                expected: "at least 3 rows",
            });
        }
        Ok(Self { length, gap: 0, min_observations: length })
    }

    /// Rows left free before the event or its first window, whichever is earlier; 0 unless set.
    #[must_use]
    pub fn gap(mut self, rows: usize) -> Self {
        self.gap = rows;
        self
    }

    /// Fewest returns that a response must have in the window; all of them unless set.
    #[must_use]
    pub fn min_observations(mut self, n: usize) -> Self {
        self.min_observations = n;
        self
    }

    /// L1, rows.
    pub fn length(&self) -> usize {
        self.length
    }

    /// Rows left free.
    pub fn gap_rows(&self) -> usize {
        self.gap
    }

    /// Fewest returns needed.
    pub fn n_needed(&self) -> usize {
        self.min_observations
    }

    /// The rows of the window for an event at `event_row` whose windows start at `first_row`;
    /// `None` where the data do not reach back that far.
    pub fn rows_before(&self, event_row: usize, first_row: usize) -> Option<Range<usize>> {
        let end = event_row.min(first_row).checked_sub(self.gap)?;
        Some(end.checked_sub(self.length)?..end)
    }
}
