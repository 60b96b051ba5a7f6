//! Sets of pseudo-events, and what is computed on them.

use std::sync::Arc;

use super::design::PlaceboDesign;
use super::distribution::PlaceboDistribution;
use super::grid::{PlaceboGrid, PseudoEvent};
use super::randomisation::PlaceboTest;
use crate::numeric::{moments, parallel};
use crate::{Error, Result};

/// Sets of pseudo-events drawn under a [`PlaceboDesign`], or under a
/// [`MatchedDesign`](super::MatchedDesign).
#[derive(Debug, Clone, PartialEq)]
pub struct PlaceboSets {
    pub(super) rows: Vec<usize>,
    pub(super) n_events: usize,
    pub(super) n_distinct_sets: Option<f64>,
    pub(super) n_buffered: usize,
    pub(super) exact: bool,
    pub(super) design: PlaceboDesign,
    pub(super) days: Arc<[i64]>,
}

impl PlaceboSets {
    /// The sets, each as positions on [`PlaceboGrid::dates`] in order of date; matched dates in the
    /// order of their events.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &[usize]> {
        self.rows.chunks_exact(self.n_events)
    }

    /// Number of sets.
    pub fn n_sets(&self) -> usize {
        self.rows.len() / self.n_events
    }

    /// Number of pseudo-events in each.
    pub fn n_events(&self) -> usize {
        self.n_events
    }

    /// Number of distinct sets that the rule allows; `None` beyond about 10²⁰⁰, and for matched dates
    /// that are not enumerated.
    pub fn n_distinct_sets(&self) -> Option<f64> {
        self.n_distinct_sets
    }

    /// Number of dates that pseudo-events are drawn from.
    pub fn n_admissible(&self) -> usize {
        self.days.len()
    }

    /// Number of dates with a value that the buffer around the events takes away.
    pub fn n_buffered(&self) -> usize {
        self.n_buffered
    }

    /// Whether these are all distinct sets once, not a random sample of them.
    pub fn is_exact(&self) -> bool {
        self.exact
    }

    /// The rule they were drawn under.
    pub fn design(&self) -> PlaceboDesign {
        self.design
    }

    /// The seed of a random draw; `None` for an enumeration.
    pub fn seed(&self) -> Option<u64> {
        (!self.exact).then_some(self.design.seed)
    }

    /// Day numbers of the dates that pseudo-events are drawn from.
    pub(super) fn days(&self) -> &Arc<[i64]> {
        &self.days
    }

    /// The randomisation test of the mean of the events, `observed`, with the effect and its interval:
    /// [`PlaceboTest`], which studentises where the grid has variances and the mean a `std_error`.
    ///
    /// # Errors
    ///
    /// As [`mean`](Self::mean); [`Error::BadValue`] where `std_error` is not above zero;
    /// [`Error::Setting`] where all dates lie within the windows of the events.
    pub fn test(
        &self,
        grid: &PlaceboGrid,
        observed: f64,
        std_error: Option<f64>,
    ) -> Result<PlaceboTest> {
        self.check_grid(grid)?;
        PlaceboTest::new(self, observed, std_error, |_, row| grid.pseudo_event(row))
    }

    /// As [`test`](Self::test) where the events differ in who responds to them: `pseudo_event(k, row)`
    /// is what event k, in order of date, would give at a position on [`PlaceboGrid::dates`].
    ///
    /// # Errors
    ///
    /// As [`test`](Self::test).
    pub fn test_by(
        &self,
        observed: f64,
        std_error: Option<f64>,
        pseudo_event: impl Fn(usize, usize) -> PseudoEvent + Sync + Send,
    ) -> Result<PlaceboTest> {
        PlaceboTest::new(self, observed, std_error, pseudo_event)
    }

    /// The mean of the grid over each set, against `observed`, the mean over the events.
    ///
    /// # Errors
    ///
    /// [`Error::ShapeMismatch`] for a grid with fewer dates than the one drawn from;
    /// [`Error::StatisticUndefined`] where `observed` is not finite.
    pub fn mean(&self, grid: &PlaceboGrid, observed: f64) -> Result<PlaceboDistribution> {
        self.statistic(grid, observed, |values| moments::mean(values).unwrap_or(f64::NAN))
    }

    /// Any statistic of the grid's values on each set (in order of date), against `observed`, the
    /// same statistic of the events.
    ///
    /// # Errors
    ///
    /// As [`mean`](Self::mean), for the statistic of a set as well.
    pub fn statistic(
        &self,
        grid: &PlaceboGrid,
        observed: f64,
        statistic: impl Fn(&[f64]) -> f64 + Sync + Send,
    ) -> Result<PlaceboDistribution> {
        self.check_grid(grid)?;
        let values = grid.values();
        self.rows_statistic(observed, |rows| {
            statistic(&rows.iter().map(|row| values[*row]).collect::<Vec<_>>())
        })
    }

    /// Any statistic of the positions of each set on [`PlaceboGrid::dates`], against `observed`.
    ///
    /// # Errors
    ///
    /// [`Error::StatisticUndefined`] where it is not finite.
    pub fn rows_statistic(
        &self,
        observed: f64,
        statistic: impl Fn(&[usize]) -> f64 + Sync + Send,
    ) -> Result<PlaceboDistribution> {
        let k = self.n_events;
        let of_set = |set: usize| statistic(&self.rows[set * k..(set + 1) * k]);
        PlaceboDistribution::new(self, observed, parallel::map(self.n_sets(), of_set))
    }

    /// One value per set that was computed elsewhere, in the order of [`iter`](Self::iter), against
    /// `observed`.
    ///
    /// # Errors
    ///
    /// [`Error::ShapeMismatch`] for another number of values; [`Error::StatisticUndefined`] where one
    /// is not finite.
    pub fn values_of_sets(&self, observed: f64, values: Vec<f64>) -> Result<PlaceboDistribution> {
        if values.len() != self.n_sets() {
            return Err(Error::ShapeMismatch {
                what: "the values of the placebo sets".to_owned(),
                n_found: values.len(),
                n_expected: self.n_sets(),
            });
        }
        PlaceboDistribution::new(self, observed, values)
    }

    fn check_grid(&self, grid: &PlaceboGrid) -> Result<()> {
        let n_found = grid.n_admissible();
        match self.rows.iter().max().filter(|row| **row >= n_found) {
            Some(row) => Err(Error::ShapeMismatch {
                what: "the placebo grid of these sets".to_owned(),
                n_found,
                n_expected: row + 1,
            }),
            None => Ok(()),
        }
    }
}

/// Sets of no events are none, and no sets are no answer.
pub(super) fn check_sizes(what: &str, n_events: usize, n_sets: usize) -> Result<()> {
    if n_events == 0 {
        let (what, unit) = (what.to_owned(), "events");
        return Err(Error::TooFew { what, unit, n_needed: 1, n_found: 0 });
    }
    if n_sets == 0 {
        let (name, value) = ("placebo sets", "0".to_owned());
        return Err(Error::Setting { name, value, expected: "at least one set" });
    }
    Ok(())
}
