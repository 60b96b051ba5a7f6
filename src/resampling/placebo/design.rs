//! Which sets of pseudo-events are drawn.

use std::sync::Arc;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::distribution::PlaceboDistribution;
use super::grid::{PlaceboGrid, day};
use super::spaced::{SpacedSets, most_that_fit};
use crate::numeric::streams::stream;
use crate::numeric::{moments, parallel};
use crate::{Error, Result};

/// The rule under which pseudo-events are drawn: the rule of the real ones.
///
/// A set has as many dates as there are events, any two at least the separation apart, none within
/// the buffer of a real event. Among all such sets of admissible dates each is equally likely: the
/// sets are counted by a recursion over the dates (holes in the grid included) and drawn from those
/// counts, without rejection. Single pseudo-events, and designs with no more distinct sets than
/// asked for, are enumerated instead.
///
/// *Null*: the event dates are one more such set. It is then valid to compare the observed
/// statistic with the sets, `p = (1 + count) / (1 + n)`, however much their windows overlap; the
/// overlap shows in how coarse that comparison really is
/// ([`effective_periods`](PlaceboDistribution::effective_periods)). The buffer keeps the effect
/// itself out of the null. *Reference*: Davison and Hinkley 1997, section 4.2,
/// <https://doi.org/10.1017/CBO9780511802843>; random event dates as the yardstick of a test,
/// Brown and Warner 1985, <https://doi.org/10.1016/0304-405X(85)90042-X>.
///
/// ```
/// use chrono::{Days, NaiveDate};
/// use eventstudy::resampling::{PlaceboDesign, PlaceboGrid};
///
/// let day = |d| NaiveDate::from_ymd_opt(2017, 1, 1).unwrap() + Days::new(d);
/// let value = |d: u64| Some((d as f64 * 0.05).sin());
/// let grid = PlaceboGrid::new((0..1_500).map(day).collect(), (0..1_500).map(value).collect())?;
/// let events = [day(100), day(700), day(1_300)];
///
/// let design = PlaceboDesign::new().min_separation_days(250).buffer_days(60).sets(999).seed(1);
/// let placebo = design.run(&grid, &events, 0.9)?;
/// assert!(!placebo.is_exact());
/// assert!(placebo.p_values().two_sided >= placebo.attainable_p());
/// assert!(placebo.effective_periods(90) < 20.0); // not 1,137 observations
/// # Ok::<(), eventstudy::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PlaceboDesign {
    min_separation_days: u32,
    buffer_days: u32,
    n_sets: usize,
    seed: u64,
}

impl PlaceboDesign {
    /// No separation, no buffer beyond the event dates themselves, 9,999 sets, seed 0.
    pub fn new() -> Self {
        Self { min_separation_days: 0, buffer_days: 0, n_sets: 9_999, seed: 0 }
    }

    /// Smallest number of days between two pseudo-events of a set.
    #[must_use]
    pub fn min_separation_days(mut self, days: u32) -> Self {
        self.min_separation_days = days;
        self
    }

    /// Days around a real event within which no pseudo-event may be, both ends included.
    #[must_use]
    pub fn buffer_days(mut self, days: u32) -> Self {
        self.buffer_days = days;
        self
    }

    /// Number of sets to draw, and the largest number of sets to enumerate.
    #[must_use]
    pub fn sets(mut self, n_sets: usize) -> Self {
        self.n_sets = n_sets;
        self
    }

    /// The seed; set k is drawn from the stream (seed, k).
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Draws sets of `n_events` pseudo-events, to be read by any number of statistics.
    ///
    /// `event_dates` are the real events to keep clear of, which may be more than `n_events`: an
    /// event without data has a buffer too.
    ///
    /// # Errors
    ///
    /// [`Error::TooFew`] for sets without dates; [`Error::Setting`] for no sets;
    /// [`Error::PlaceboSpace`] where no set exists.
    pub fn draw(
        &self,
        grid: &PlaceboGrid,
        event_dates: &[NaiveDate],
        n_events: usize,
    ) -> Result<PlaceboSets> {
        if n_events == 0 {
            return Err(Error::TooFew {
                what: "a set of pseudo-events".to_owned(),
                unit: "events",
                n_needed: 1,
                n_found: 0,
            });
        }
        if self.n_sets == 0 {
            return Err(Error::Setting {
                name: "placebo sets",
                value: "0".to_owned(),
                expected: "at least one set",
            });
        }
        let mut events: Vec<i64> = event_dates.iter().map(|date| day(*date)).collect();
        events.sort_unstable();
        let buffer = i64::from(self.buffer_days);
        let clear = |row: &usize| {
            let from = grid.days()[*row] - buffer;
            let nearest = events.partition_point(|event| *event < from);
            events.get(nearest).is_none_or(|event| event - from > 2 * buffer)
        };
        let rows: Vec<usize> = (0..grid.n_admissible()).filter(clear).collect();
        let days: Vec<i64> = rows.iter().map(|row| grid.days()[*row]).collect();
        let separation = i64::from(self.min_separation_days);
        let n_fit = most_that_fit(&days, separation);
        let n_buffered = grid.n_admissible() - rows.len();
        if n_fit < n_events {
            return Err(Error::PlaceboSpace {
                n_events,
                min_separation_days: self.min_separation_days,
                n_admissible: rows.len(),
                n_buffered,
                buffer_days: self.buffer_days,
                n_fit,
            });
        }
        let spaced = SpacedSets::new(&days, separation, n_events);
        let n_distinct_sets = spaced.count();
        let exact = n_events == 1 || n_distinct_sets.is_some_and(|n| n <= self.n_sets as f64);
        let positions = if exact {
            spaced.enumerate()
        } else {
            let set = |k: usize| spaced.draw(&mut stream(self.seed, k as u64));
            parallel::map(self.n_sets, set).concat()
        };
        Ok(PlaceboSets {
            rows: positions.into_iter().map(|position| rows[position]).collect(),
            n_events,
            n_distinct_sets,
            n_buffered,
            exact,
            design: *self,
            days: days.into(),
        })
    }

    /// Every circular shift of the pattern of the events over the grid, its gaps kept as they are.
    ///
    /// The null of events whose windows overlap: they bunch, so the sets must bunch alike, else
    /// their means vary too little. An event that is not on the grid stands at the next date of it.
    /// Shifts that move the pattern by no more than the buffer are left out; separation, number of
    /// sets and seed play no part. However many shifts there are, they hold no more independent
    /// comparisons than the pattern fits into the grid side by side.
    ///
    /// # Errors
    ///
    /// [`Error::TooFew`] without events, or where the grid is so short that no shift is left.
    pub fn shifts(&self, grid: &PlaceboGrid, event_dates: &[NaiveDate]) -> Result<PlaceboSets> {
        let (days, n) = (grid.days(), grid.n_admissible());
        let mut rows: Vec<usize> =
            event_dates.iter().map(|d| days.partition_point(|x| *x < day(*d)) % n.max(1)).collect();
        rows.sort_unstable();
        let buffer = i64::from(self.buffer_days);
        let moved =
            |s: &usize| rows.iter().all(|row| (days[(row + s) % n] - days[*row]).abs() > buffer);
        let kept: Vec<usize> = (1..n).filter(moved).collect();
        if rows.is_empty() || kept.is_empty() {
            return Err(Error::TooFew {
                what: "a shift of the pattern of the events".to_owned(),
                unit: if rows.is_empty() { "events" } else { "placebo dates beyond the buffer" },
                n_needed: 1,
                n_found: 0,
            });
        }
        Ok(PlaceboSets {
            rows: kept.iter().flat_map(|s| rows.iter().map(move |row| (row + s) % n)).collect(),
            n_events: rows.len(),
            n_distinct_sets: Some(kept.len() as f64),
            n_buffered: n - kept.len(),
            exact: true,
            design: *self,
            days: days.into(),
        })
    }

    /// Draws one pseudo-event per event and takes the mean of the grid over each set, to compare
    /// with `observed`, the mean over the events.
    ///
    /// # Errors
    ///
    /// As [`draw`](Self::draw); [`Error::StatisticUndefined`] where `observed` is not finite.
    pub fn run(
        &self,
        grid: &PlaceboGrid,
        event_dates: &[NaiveDate],
        observed: f64,
    ) -> Result<PlaceboDistribution> {
        self.draw(grid, event_dates, event_dates.len())?.mean(grid, observed)
    }
}

impl Default for PlaceboDesign {
    fn default() -> Self {
        Self::new()
    }
}

/// Sets of pseudo-events drawn under a [`PlaceboDesign`].
#[derive(Debug, Clone, PartialEq)]
pub struct PlaceboSets {
    rows: Vec<usize>,
    n_events: usize,
    n_distinct_sets: Option<f64>,
    n_buffered: usize,
    exact: bool,
    design: PlaceboDesign,
    days: Arc<[i64]>,
}

impl PlaceboSets {
    /// The sets, each as positions on [`PlaceboGrid::dates`] in order of date.
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

    /// Number of distinct sets that the rule allows; `None` beyond about 10²⁰⁰.
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
        let values = grid.values();
        if let Some(row) = self.rows.iter().max().filter(|row| **row >= values.len()) {
            return Err(Error::ShapeMismatch {
                what: "the placebo grid of these sets".to_owned(),
                n_found: values.len(),
                n_expected: row + 1,
            });
        }
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
}
