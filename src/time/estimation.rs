//! Estimation windows.

mod spec;
#[cfg(test)]
#[allow(clippy::single_range_in_vec_init)] // lists of ranges, some of one
mod tests;

use std::fmt;
use std::ops::Range;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{DateAxis, EstimationFault, EstimationRows, EventWindow};
use crate::{Error, Result};

/// Fewest rows of an estimation window.
const FEWEST: usize = 3;

/// The rows around the event from which the expected-return model is fitted, and what is left out
/// of them.
///
/// A [trailing](Self::trailing) window lies right before the event; [comparison](Self::comparison)
/// periods may lie on both sides of it. Neither overlaps an event window, and all windows of one
/// event share them. Rows that are left out shorten the window: no earlier rows take their place,
/// and [`min_observations`](Self::min_observations) decides whether what is left suffices.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "spec::EstimationSpec", into = "spec::EstimationSpec")]
pub struct EstimationWindow {
    place: Place,
    min_observations: usize,
    excluded: Vec<(NaiveDate, NaiveDate)>,
    excludes_other_events: bool,
    returns: EstimationReturns,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Place {
    Trailing { length: usize, gap: usize },
    Comparison(Vec<(i32, i32)>),
}

/// What becomes of rows of the estimation window that lack a return.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EstimationReturns {
    /// Returns over one row alone enter the fit; a hole leaves out its rows and the row where it
    /// ends.
    #[default]
    RowByRow,
    /// The return over a hole, from the prices at its two ends, is one observation, against factor
    /// returns compounded over the same rows; an observation over n rows is divided by √n
    /// (Maynes and Rumsey 1993, Journal of Banking and Finance 17, 145–157):
    /// `R/√n = α√n + β R_m/√n + e`. Needs a panel made from prices. A hole enters where all its
    /// rows are in the window.
    TradeToTrade,
}

impl EstimationWindow {
    /// The `length` rows (L1) that end right before the event, all of them needed.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] for fewer than 3 rows.
    ///
    /// ```
    /// use eventstudy::time::{DateAxis, EstimationWindow};
    ///
    /// let estimation = EstimationWindow::trailing(250)?.gap(10).min_observations(120);
    /// let first = chrono::NaiveDate::from_ymd_opt(2024, 1, 1).unwrap();
    /// let axis = DateAxis::new(first.iter_days().take(500).collect())?;
    /// // Row 400 is the event, its windows start on row 395.
    /// let rows = estimation.resolve(&axis, 400, &[395..401]).unwrap();
    /// assert_eq!(rows.ranges(), [135..385]);
    /// # Ok::<(), eventstudy::Error>(())
    /// ```
    pub fn trailing(length: usize) -> Result<Self> {
        if length < FEWEST {
            return Err(Error::Setting {
                name: "estimation length",
                value: length.to_string(),
                expected: "at least 3 rows",
            });
        }
        Ok(Self::at(Place::Trailing { length, gap: 0 }, length))
    }

    /// Periods of rows around the event row, both ends included, all of their rows needed: the
    /// comparison periods of Masulis (1980, Journal of Financial Economics 8, 139–178).
    ///
    /// Rows after the event were not known at the event: what is expected is then an ex-post
    /// judgement, and no figure that it gives could have been acted on.
    ///
    /// # Errors
    ///
    /// [`Error::WindowReversed`]; [`Error::Setting`] for periods that overlap or have fewer than 3
    /// rows together.
    ///
    /// ```
    /// use eventstudy::time::EstimationWindow;
    ///
    /// let around = EstimationWindow::comparison([(-60, -6), (6, 60)])?.min_observations(80);
    /// assert_eq!(around.length(), 110);
    /// # Ok::<(), eventstudy::Error>(())
    /// ```
    pub fn comparison(periods: impl IntoIterator<Item = (i32, i32)>) -> Result<Self> {
        let mut periods: Vec<(i32, i32)> = periods.into_iter().collect();
        if let Some((first, last)) = periods.iter().copied().find(|(first, last)| last < first) {
            return Err(Error::WindowReversed { first, last });
        }
        periods.sort_unstable();
        let fault = |value: String, expected| {
            Err(Error::Setting { name: "comparison periods", value, expected })
        };
        if periods.windows(2).any(|pair| pair[1].0 <= pair[0].1) {
            return fault(in_words(&periods), "periods that do not overlap");
        }
        let length = periods.iter().copied().map(n_rows).sum();
        if length < FEWEST {
            return fault(in_words(&periods), "at least 3 rows together");
        }
        Ok(Self::at(Place::Comparison(periods), length))
    }

    fn at(place: Place, length: usize) -> Self {
        Self {
            place,
            min_observations: length,
            excluded: Vec::new(),
            excludes_other_events: false,
            returns: EstimationReturns::default(),
        }
    }

    /// Rows left free between a trailing window and what follows; 0 unless set. Comparison periods
    /// say themselves where they lie.
    #[must_use]
    pub fn gap(mut self, rows: usize) -> Self {
        if let Place::Trailing { gap, .. } = &mut self.place {
            *gap = rows;
        }
        self
    }

    /// Fewest returns that a response must have in the window; all of its rows unless set.
    #[must_use]
    pub fn min_observations(mut self, n: usize) -> Self {
        self.min_observations = n;
        self
    }

    /// Leaves the rows of these dates, both ends included, out of every fit: data that something
    /// else contaminates.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] for a period that ends before it starts.
    pub fn excluding_dates(
        mut self,
        periods: impl IntoIterator<Item = (NaiveDate, NaiveDate)>,
    ) -> Result<Self> {
        for (first, last) in periods {
            if last < first {
                return Err(Error::Setting {
                    name: "excluded dates",
                    value: format!("{first} to {last}"),
                    expected: "a first date and a last date that is not before it",
                });
            }
            self.excluded.push((first, last));
        }
        Ok(self)
    }

    /// Leaves out rows that lie in the event windows of other events of the same asset; they stay
    /// unless set, and are counted either way.
    ///
    /// Windows of later events count too where they reach back into this one's estimation window.
    #[must_use]
    pub fn excluding_other_events(mut self, exclude: bool) -> Self {
        self.excludes_other_events = exclude;
        self
    }

    /// What becomes of rows that lack a return; they are left out unless set.
    #[must_use]
    pub fn with_returns(mut self, returns: EstimationReturns) -> Self {
        self.returns = returns;
        self
    }

    /// L1, rows.
    pub fn length(&self) -> usize {
        match &self.place {
            Place::Trailing { length, .. } => *length,
            Place::Comparison(periods) => periods.iter().copied().map(n_rows).sum(),
        }
    }

    /// Rows left free before the event; 0 for comparison periods.
    pub fn gap_rows(&self) -> usize {
        match &self.place {
            Place::Trailing { gap, .. } => *gap,
            Place::Comparison(_) => 0,
        }
    }

    /// The comparison periods, in order; none for a trailing window.
    pub fn comparison_periods(&self) -> &[(i32, i32)] {
        match &self.place {
            Place::Trailing { .. } => &[],
            Place::Comparison(periods) => periods,
        }
    }

    /// Fewest returns needed.
    pub fn n_needed(&self) -> usize {
        self.min_observations
    }

    /// Dates that are left out.
    pub fn excluded_dates(&self) -> &[(NaiveDate, NaiveDate)] {
        &self.excluded
    }

    /// Whether the windows of other events are left out.
    pub fn excludes_other_events(&self) -> bool {
        self.excludes_other_events
    }

    /// What becomes of rows that lack a return.
    pub fn returns(&self) -> EstimationReturns {
        self.returns
    }

    /// The rows of the window for an event at `event_row` with these event windows, without the
    /// excluded dates.
    ///
    /// # Errors
    ///
    /// An [`EstimationFault`] of this event.
    pub fn resolve(
        &self,
        axis: &DateAxis,
        event_row: usize,
        windows: &[Range<usize>],
    ) -> std::result::Result<EstimationRows, EstimationFault> {
        let windows_from = windows.iter().map(|w| w.start).min().unwrap_or(event_row);
        let rows = match &self.place {
            Place::Trailing { length, gap } => {
                let before = event_row.min(windows_from);
                let end = before.checked_sub(*gap);
                let Some((start, end)) = end.and_then(|end| Some((end.checked_sub(*length)?, end)))
                else {
                    let (n_found, n_needed) = (before, length + gap);
                    return Err(EstimationFault::TrailingOutsideData { n_found, n_needed });
                };
                EstimationRows::new(std::iter::once(start..end), end)
            }
            Place::Comparison(periods) => {
                let held = |(first, last): &(i32, i32)| {
                    // The event window of these rows, cut to the data.
                    let at = |tau: i32| event_row.saturating_add_signed(tau as isize);
                    at(*first).min(axis.len())..at(last.saturating_add(1)).min(axis.len())
                };
                let ranges: Vec<Range<usize>> = periods.iter().map(held).collect();
                let n_found = ranges.iter().map(Range::len).sum();
                let n_needed = self.length();
                if n_found < n_needed {
                    return Err(EstimationFault::ComparisonOutsideData { n_found, n_needed });
                }
                let before = ranges.iter().rev().find(|range| range.end <= windows_from);
                let first_after = before.map_or(windows_from, |range| range.end);
                EstimationRows::new(ranges, first_after)
            }
        };
        let n_rows = rows.n_within(windows);
        if n_rows > 0 {
            return Err(EstimationFault::InEventWindow { n_rows });
        }
        let excluded: Vec<Range<usize>> = self
            .excluded
            .iter()
            .map(|(first, last)| {
                let day_before = first.pred_opt().unwrap_or(*first);
                axis.rows_between(day_before, *last)
            })
            .collect();
        Ok(rows.without(&excluded))
    }

    /// Refuses comparison periods that share rows with event windows in rows, whatever the event.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`].
    pub fn check_apart_from(&self, windows: &[EventWindow]) -> Result<()> {
        for (first, last) in self.comparison_periods() {
            let shares = |window: &EventWindow| match window {
                EventWindow::Rows { first: from, last: to } => first <= to && from <= last,
                _ => false,
            };
            if windows.iter().any(shares) {
                return Err(Error::Setting {
                    name: "comparison periods",
                    value: in_words(self.comparison_periods()),
                    expected: "rows outside the event windows",
                });
            }
        }
        Ok(())
    }
}

impl fmt::Display for EstimationWindow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (length, needed) = (self.length(), self.min_observations);
        match &self.place {
            Place::Trailing { gap, .. } => {
                write!(
                    f,
                    "{length} rows, {needed} needed, {gap} left free before the event and its \
                     windows"
                )?;
            }
            Place::Comparison(periods) => {
                write!(f, "{length} rows, {}, {needed} needed", in_words(periods))?;
            }
        }
        for (first, last) in &self.excluded {
            write!(f, "; without {first} to {last}")?;
        }
        if self.excludes_other_events {
            write!(f, "; without the windows of other events")?;
        }
        match self.returns {
            EstimationReturns::RowByRow => Ok(()),
            EstimationReturns::TradeToTrade => write!(f, "; trade-to-trade over holes"),
        }
    }
}

fn n_rows((first, last): (i32, i32)) -> usize {
    usize::try_from(i64::from(last) - i64::from(first) + 1).unwrap_or(0)
}

/// `[-60, -6] and [+6, +60]`.
fn in_words(periods: &[(i32, i32)]) -> String {
    let words: Vec<String> = periods.iter().map(|(a, b)| format!("[{a:+}, {b:+}]")).collect();
    if words.is_empty() { "none".to_owned() } else { words.join(" and ") }
}
