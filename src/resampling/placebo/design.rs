//! Which sets of pseudo-events are drawn.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::distribution::PlaceboDistribution;
use super::grid::{PlaceboGrid, day};
use super::sets::{PlaceboSets, check_sizes};
use super::spaced::{SpacedSets, most_that_fit};
use crate::numeric::parallel;
use crate::numeric::streams::stream;
use crate::resampling::draws::draws;
use crate::{Error, Result};

/// The rule under which pseudo-events are drawn: the rule of the real ones.
///
/// A set has as many dates as there are events, any two at least the separation apart. Among all
/// such sets of admissible dates each is equally likely: the sets are counted by a recursion over the
/// dates (holes in the grid included) and drawn from those counts, without rejection. Single
/// pseudo-events, and designs with no more distinct sets than asked for, are enumerated instead,
/// without the set of the events themselves.
///
/// *Null*: the events do nothing, and their dates are one more such set. The observed statistic is
/// then one of `1 + n` equally likely ones, and `p = (1 + count) / (1 + n)` holds its size exactly,
/// however many events there are and however much windows overlap; the overlap shows in how coarse
/// the comparison is ([`effective_periods`](PlaceboDistribution::effective_periods)).
///
/// *The events' own dates are among the admissible ones*, as in every randomisation test. A buffer
/// that leaves them and their neighbours out
/// ([`buffer_days`](Self::buffer_days)) makes the sets a sample that the events were taken from
/// without being part of it, and the test rejects too often: with 32 windows side by side, five
/// events and a buffer of one window, in 12 % of 400 studies at 5 % (`tests/placebo_rules.rs`).
///
/// *Reference*: Fisher 1935, The Design of Experiments, section 21; Lehmann and Romano 2005, section
/// 15.2, <https://doi.org/10.1007/0-387-27605-X>; Davison and Hinkley 1997, section 4.2,
/// <https://doi.org/10.1017/CBO9780511802843>; random event dates as the yardstick of a test, Brown
/// and Warner 1985, <https://doi.org/10.1016/0304-405X(85)90042-X>.
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
/// let design = PlaceboDesign::new().min_separation_days(250).sets(999).seed(1);
/// let placebo = design.run(&grid, &events, 0.9)?;
/// assert!(!placebo.is_exact());
/// assert!(placebo.p_values().two_sided >= placebo.attainable_p());
/// assert!(placebo.effective_periods(90) < 20.0); // not 1,500 observations
/// # Ok::<(), eventstudy::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PlaceboDesign {
    min_separation_days: u32,
    buffer_days: Option<u32>,
    n_sets: usize,
    pub(super) seed: u64,
}

draws! {
    PlaceboDesign: sets -> n_sets, "Number of sets to draw, and the largest number of sets to enumerate.",
    "The seed; set k is drawn from the stream (seed, k)."
}

impl PlaceboDesign {
    /// No separation, no buffer, 9,999 sets, seed 0.
    pub fn new() -> Self {
        Self { min_separation_days: 0, buffer_days: None, n_sets: 9_999, seed: 0 }
    }

    /// Smallest number of days between two pseudo-events of a set.
    #[must_use]
    pub fn min_separation_days(mut self, days: u32) -> Self {
        self.min_separation_days = days;
        self
    }

    /// Smallest number of days between two pseudo-events of a set, as it is set.
    pub fn separation_days(&self) -> u32 {
        self.min_separation_days
    }

    /// Days around a real event within which no pseudo-event may be, both ends included; without it
    /// the events' own dates belong to the null, and the test is exact.
    ///
    /// For a picture of what dates without events gave, not for a test: see above.
    #[must_use]
    pub fn buffer_days(mut self, days: u32) -> Self {
        self.buffer_days = Some(days);
        self
    }

    /// Draws sets of `n_events` pseudo-events, to be read by any number of statistics.
    ///
    /// `event_dates` are the real events. With a buffer they are kept clear of, and may be more than
    /// `n_events`: an event without data has a buffer too. Without one an enumeration leaves their
    /// own set out: it is the one that the +1 of a p-value counts.
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
        check_sizes("a set of pseudo-events", n_events, self.n_sets)?;
        let mut events: Vec<i64> = event_dates.iter().map(|date| day(*date)).collect();
        events.sort_unstable();
        let clear = |row: &usize| {
            let Some(buffer) = self.buffer_days.map(i64::from) else { return true };
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
                buffer_days: self.buffer_days.unwrap_or(0),
                n_fit,
            });
        }
        let spaced = SpacedSets::new(&days, separation, n_events);
        let n_distinct_sets = spaced.count();
        let exact = n_events == 1 || n_distinct_sets.is_some_and(|n| n <= self.n_sets as f64);
        let positions = if exact {
            let own: Vec<usize> =
                events.iter().filter_map(|event| days.binary_search(event).ok()).collect();
            let all = spaced.enumerate();
            let others = all.chunks_exact(n_events).filter(|set| *set != own.as_slice());
            others.flatten().copied().collect()
        } else {
            let set = |k: usize| spaced.draw(&mut stream(self.seed, k as u64));
            parallel::map(self.n_sets, set).concat()
        };
        if positions.is_empty() {
            return Err(Error::TooFew {
                what: "a placebo comparison".to_owned(),
                unit: "sets of dates beside that of the events",
                n_needed: 1,
                n_found: 0,
            });
        }
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
    /// The pattern where it stands is left out, as are shifts by no more than the buffer where there
    /// is one; separation, number of sets and seed play no part. *Null*: the pattern fell anywhere on
    /// the circle of dates with equal probability. However many shifts there are, they hold no more independent
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
        let moved = |s: &usize| {
            let Some(buffer) = self.buffer_days.map(i64::from) else { return true };
            rows.iter().all(|row| (days[(row + s) % n] - days[*row]).abs() > buffer)
        };
        let kept: Vec<usize> = (1..n).filter(moved).collect();
        if rows.is_empty() || kept.is_empty() {
            return Err(Error::TooFew {
                what: "a shift of the pattern of the events".to_owned(),
                unit: if rows.is_empty() { "events" } else { "other placebo dates" },
                n_needed: 1,
                n_found: 0,
            });
        }
        Ok(PlaceboSets {
            rows: kept.iter().flat_map(|s| rows.iter().map(move |row| (row + s) % n)).collect(),
            n_events: rows.len(),
            n_distinct_sets: Some(kept.len() as f64),
            n_buffered: n - 1 - kept.len(),
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
