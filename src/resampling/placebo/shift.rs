//! Circular shift of the event pattern.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::grid::PlaceboGrid;
use crate::numeric::{moments, quantile};
use crate::resampling::tails::{PValues, TailCounts};
use crate::{Error, Result};

/// Outcome of [`PlaceboGrid::circular_shift`].
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct CircularShift {
    /// Mean of the statistic over the event dates.
    pub observed: f64,
    /// Number of shifts, one per admissible date, the zero shift included.
    pub n_shifts: usize,
    /// Mean over all shifts, which is the mean of the grid.
    pub mean: f64,
    /// Shares of the shifts at least as extreme, the zero shift included; two-sided by distance
    /// from the mean.
    pub p_values: PValues,
    /// The smallest p-value there can be, one over the number of shifts.
    pub attainable_p: f64,
}

impl PlaceboGrid {
    /// Shifts the whole event pattern over the admissible dates, wrapped around, and compares the
    /// mean of the events with that of every shifted pattern.
    ///
    /// With the admissible dates numbered 0 to n − 1 and events at the positions iₑ, shift s has the
    /// mean mₛ of the values at (iₑ + s) mod n. `upper` is the share of s with mₛ ≥ m₀, `two_sided`
    /// that with |mₛ − m̄| ≥ |m₀ − m̄|; s = 0 is one of them and a tie, so there is no +1. The
    /// distances between events are kept in admissible dates, which are days only on a grid
    /// without holes. *Null*: the pattern fell anywhere on the circle with equal probability.
    /// *Reference*: time-shifted surrogates, Lancaster and others 2018,
    /// <https://doi.org/10.1016/j.physrep.2018.06.001>.
    ///
    /// # Errors
    ///
    /// [`Error::TooFew`] without events; [`Error::NotOnPlaceboGrid`] for an event date that is not
    /// admissible.
    pub fn circular_shift(&self, event_dates: &[NaiveDate]) -> Result<CircularShift> {
        if event_dates.is_empty() {
            return Err(Error::TooFew {
                what: "a circular shift of the event pattern".to_owned(),
                unit: "events",
                n_needed: 1,
                n_found: 0,
            });
        }
        let mut rows = event_dates
            .iter()
            .map(|date| self.row_of(*date).ok_or(Error::NotOnPlaceboGrid { date: *date }))
            .collect::<Result<Vec<_>>>()?;
        // Sums in the order of the dates, whatever order they came in.
        rows.sort_unstable();
        let (values, n_shifts) = (self.values(), self.n_admissible());
        let shifted = |s: usize| {
            let sum: f64 = rows.iter().map(|row| values[(row + s) % n_shifts]).sum();
            sum / rows.len() as f64
        };
        let means: Vec<f64> = (0..n_shifts).map(shifted).collect();
        let observed = means[0];
        let mean = moments::mean(&means).unwrap_or(f64::NAN);
        let p_values = TailCounts::new(&quantile::sorted(&means), observed, mean).shares();
        Ok(CircularShift {
            observed,
            n_shifts,
            mean,
            p_values,
            attainable_p: 1.0 / n_shifts as f64,
        })
    }
}
