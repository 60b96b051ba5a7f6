//! Sets of matched dates.

use std::fmt;

use chrono::NaiveDate;
use rand::RngExt;
use serde::{Deserialize, Serialize};

use super::PlaceboMatch;
use super::matcher::Matcher;
use crate::numeric::parallel;
use crate::numeric::streams::stream;
use crate::resampling::draws::draws;
use crate::resampling::placebo::grid::day;
use crate::resampling::placebo::sets::check_sizes;
use crate::resampling::placebo::spaced::most_that_fit;
use crate::resampling::placebo::{PlaceboDesign, PlaceboGrid, PlaceboSets};
use crate::{Error, Result};

/// Draws in which a set far enough apart must be found.
const MAX_TRIES: usize = 10_000;

/// Placebo dates that are like the event in what the rules name: its season, the run of prices
/// before it, how restless they were.
///
/// Events chosen by the state of the market (a breakout comes after a rise) may be followed by other
/// returns than an ordinary date because that state is, without any effect of their own. Each event
/// is therefore compared with its *pool*: the dates that [match](PlaceboMatch) it under every rule,
/// each rule looking at what those before it left. A set takes one date per event, each from the
/// pool of its event or its own date, any two dates the separation apart; all such sets are equally
/// likely. The statistic is the mean over the set.
///
/// - *Null*: the events do nothing, and the date of each is one more date of its pool, drawn apart
///   from those of the others but for the separation. The sets are then as likely as the events, and
///   `p = (1 + count) / (1 + n)`.
/// - *Exact* where rules part the dates into classes: calendar months, bins. Nearest dates and
///   calipers are not symmetric (d may be among the nearest of e, not e among those of d), and the
///   null holds as far as the dates of a pool are alike.
/// - *Assumes* what every match does: that nothing else than what is matched on makes the dates of
///   events differ from others.
/// - *Separation*: no more than the smallest distance between two events, so that the events are one
///   of the sets. Events whose windows overlap bunch more than sets drawn from their pools, which
///   then vary too little, and p is too small.
/// - *Draws*: one event has every date of its pool. Several have every combination where there are
///   no more than the sets asked for; else set k is drawn from the stream (seed, k), anew until its
///   dates are far enough apart. An enumeration leaves the set of the events out: the +1 of a p-value
///   counts it.
/// - Matching leaves few dates, and neighbours among them share most of their windows: read
///   [`MatchedPool::n_periods`] before a small p.
///
/// What comes out are [`PlaceboSets`], with the tests, effects and intervals of the plain
/// [`PlaceboDesign`]. Pools hold dates whose windows share days with those of the events; they belong
/// to the null, see [`PlaceboTest`](crate::resampling::PlaceboTest) for what becomes of the effect.
///
/// *Reference*: matching on trailing performance, Barber and Lyon 1996,
/// <https://doi.org/10.1016/0304-405X(96)84701-5>; permutation within matched classes, Rosenbaum
/// 2002, <https://doi.org/10.1007/978-1-4757-3692-2>. *Departures*: the classes are of dates, not of
/// units.
///
/// ```
/// use chrono::{Days, NaiveDate};
/// use eventstudy::resampling::{MatchedDesign, PlaceboGrid, PlaceboMatch};
///
/// let day = |d| NaiveDate::from_ymd_opt(2017, 1, 1).unwrap() + Days::new(d);
/// let value = |d: u64| Some((d as f64 * 0.05).sin());
/// let grid = PlaceboGrid::new((0..1_461).map(day).collect(), (0..1_461).map(value).collect())?;
///
/// let design = MatchedDesign::new([PlaceboMatch::CalendarMonth])?.window_days(30);
/// let november = NaiveDate::from_ymd_opt(2019, 11, 14).unwrap();
/// let found = design.draw(&grid, &[november])?;
/// let pool = &found.pools()[0];
/// assert_eq!((pool.n_dates, pool.n_periods), (4 * 30 - 1, 4)); // four Novembers
/// let test = found.sets().test(&grid, 0.9, None)?;
/// assert_eq!(test.attainable_p(), 1.0 / 120.0);
/// # Ok::<(), eventstudy::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct MatchedDesign {
    rules: Vec<PlaceboMatch>,
    min_separation_days: u32,
    window_days: u32,
    n_sets: usize,
    seed: u64,
}

/// The dates that match one event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct MatchedPool {
    /// Date of the event.
    pub event: NaiveDate,
    /// Distinct dates that match it, its own not counted.
    pub n_dates: usize,
    /// The most of them whose windows do not overlap: what there is to compare the event with.
    pub n_periods: usize,
}

/// Sets of matched dates, and the pools that they are drawn from.
#[derive(Debug, Clone, PartialEq)]
pub struct MatchedSets {
    sets: PlaceboSets,
    pools: Vec<MatchedPool>,
    min_separation_days: u32,
}

/// A row of the grid that an event may take in a set.
#[derive(Debug, Clone, Copy)]
struct Choice {
    row: usize,
    day: i64,
    is_own: bool,
}

draws! {
    MatchedDesign: sets -> n_sets, "Number of sets to draw for several events, and the largest number of combinations to enumerate.",
    "The seed; set k is drawn from the stream (seed, k)."
}

impl MatchedDesign {
    /// Dates that match under all of these rules; no separation, windows of one day, 9,999 sets,
    /// seed 0.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] without a rule, or for a rule with a number outside its domain.
    pub fn new(rules: impl IntoIterator<Item = PlaceboMatch>) -> Result<Self> {
        let rules: Vec<PlaceboMatch> = rules.into_iter().collect();
        if rules.is_empty() {
            return Err(Error::Setting {
                name: "match",
                value: "none".to_owned(),
                expected: "at least one rule",
            });
        }
        rules.iter().try_for_each(PlaceboMatch::check)?;
        Ok(Self { rules, min_separation_days: 0, window_days: 1, n_sets: 9_999, seed: 0 })
    }

    /// Smallest number of days between two dates of a set.
    #[must_use]
    pub fn min_separation_days(mut self, days: u32) -> Self {
        self.min_separation_days = days;
        self
    }

    /// Length of the window of an event in days, from which overlaps are told.
    #[must_use]
    pub fn window_days(mut self, days: u32) -> Self {
        self.window_days = days.max(1);
        self
    }

    /// The dates of the grid that match an event, its own left out, in order.
    ///
    /// # Errors
    ///
    /// [`Error::NoCovariate`] where the event has no value to match on; [`Error::NoMatch`] where no
    /// date is left.
    pub fn matched_dates(&self, grid: &PlaceboGrid, event: NaiveDate) -> Result<Vec<NaiveDate>> {
        let rows = Matcher::new(grid, &self.rules).rows(event)?;
        Ok(rows.into_iter().map(|row| grid.dates()[row]).collect())
    }

    /// Draws sets of one date for each of the events, in the order of the events.
    ///
    /// The date of an event is among its choices where the grid has a value on it.
    ///
    /// # Errors
    ///
    /// As [`matched_dates`](Self::matched_dates), for any event; [`Error::TooFew`] without events;
    /// [`Error::Setting`] for no sets; [`Error::MatchedSpace`] where sets of dates far enough apart
    /// are not found.
    pub fn draw(&self, grid: &PlaceboGrid, event_dates: &[NaiveDate]) -> Result<MatchedSets> {
        check_sizes("a set of matched dates", event_dates.len(), self.n_sets)?;
        let (pools, choices) = self.pools(grid, event_dates)?;
        let separation = self.separation(event_dates);
        let n_combinations: f64 = choices.iter().map(|c| c.len() as f64).product();
        let exact = event_dates.len() == 1 || n_combinations <= self.n_sets as f64;
        let (rows, n_tries) = if exact {
            let n = choices.iter().map(Vec::len).product();
            (enumerate(&choices, i64::from(separation)), n)
        } else {
            let set = |k: usize| self.set(&choices, i64::from(separation), k);
            // No set is left out: one that is not found would leave the others unequally likely.
            let drawn: Option<Vec<_>> = parallel::map(self.n_sets, set).into_iter().collect();
            (drawn.unwrap_or_default().concat(), MAX_TRIES)
        };
        if rows.is_empty() {
            return Err(Error::MatchedSpace {
                n_events: event_dates.len(),
                min_separation_days: separation,
                n_tries,
            });
        }
        let mut days: Vec<i64> = choices.iter().flatten().map(|choice| choice.day).collect();
        days.sort_unstable();
        days.dedup();
        let sets = PlaceboSets {
            n_distinct_sets: exact.then_some((rows.len() / event_dates.len()) as f64),
            rows,
            n_events: event_dates.len(),
            n_buffered: 0,
            exact,
            design: PlaceboDesign::new()
                .min_separation_days(separation)
                .sets(self.n_sets)
                .seed(self.seed),
            days: days.into(),
        };
        Ok(MatchedSets { sets, pools, min_separation_days: separation })
    }

    fn pools(
        &self,
        grid: &PlaceboGrid,
        event_dates: &[NaiveDate],
    ) -> Result<(Vec<MatchedPool>, Vec<Vec<Choice>>)> {
        let matcher = Matcher::new(grid, &self.rules);
        let (mut pools, mut choices) = (Vec::new(), Vec::new());
        for event in event_dates {
            let rows = matcher.rows(*event)?;
            let days: Vec<i64> = rows.iter().map(|row| grid.days()[*row]).collect();
            pools.push(MatchedPool {
                event: *event,
                n_dates: rows.len(),
                n_periods: most_that_fit(&days, i64::from(self.window_days)),
            });
            let choice = |row: usize, is_own| Choice { row, day: grid.days()[row], is_own };
            let own = grid.row_of(*event).map(|row| choice(row, true));
            choices.push(own.into_iter().chain(rows.iter().map(|r| choice(*r, false))).collect());
        }
        Ok((pools, choices))
    }

    /// Two dates of a set differ, and the events are one of the sets.
    fn separation(&self, event_dates: &[NaiveDate]) -> u32 {
        let mut days: Vec<i64> = event_dates.iter().map(|event| day(*event)).collect();
        days.sort_unstable();
        let smallest = days.windows(2).map(|pair| pair[1] - pair[0]).min();
        let asked = self.min_separation_days.max(1);
        smallest.and_then(|gap| u32::try_from(gap).ok()).map_or(asked, |gap| asked.min(gap))
    }

    /// The rows of set k.
    fn set(&self, choices: &[Vec<Choice>], separation: i64, k: usize) -> Option<Vec<usize>> {
        let mut stream = stream(self.seed, k as u64);
        let mut set: Vec<Choice> = Vec::with_capacity(choices.len());
        for _ in 0..MAX_TRIES {
            set.clear();
            // Each event draws, also after a clash: else early events would be favoured.
            set.extend(choices.iter().map(|c| c[stream.random_range(0..c.len())]));
            if (1..set.len()).all(|k| is_apart(&set[..k], &set[k], separation)) {
                return Some(set.iter().map(|choice| choice.row).collect());
            }
        }
        None
    }
}

impl fmt::Display for MatchedDesign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rules: Vec<String> = self.rules.iter().map(ToString::to_string).collect();
        f.write_str(&rules.join(", "))
    }
}

impl MatchedSets {
    /// The sets, each with one position on [`PlaceboGrid::dates`] per event, in the order of the
    /// events.
    pub fn sets(&self) -> &PlaceboSets {
        &self.sets
    }

    /// The pool of each event, in the order of the events.
    pub fn pools(&self) -> &[MatchedPool] {
        &self.pools
    }

    /// Days between two dates of a set, at least.
    pub fn min_separation_days(&self) -> u32 {
        self.min_separation_days
    }
}

fn is_apart(chosen: &[Choice], next: &Choice, separation: i64) -> bool {
    chosen.iter().all(|choice| (choice.day - next.day).abs() >= separation)
}

/// The rows of all sets but that of the events themselves, one set after another.
fn enumerate(choices: &[Vec<Choice>], separation: i64) -> Vec<usize> {
    fn extend(
        rest: &[Vec<Choice>],
        separation: i64,
        chosen: &mut Vec<Choice>,
        found: &mut Vec<usize>,
    ) {
        let Some((first, rest)) = rest.split_first() else {
            if !chosen.iter().all(|choice| choice.is_own) {
                found.extend(chosen.iter().map(|choice| choice.row));
            }
            return;
        };
        for choice in first {
            if is_apart(chosen, choice, separation) {
                chosen.push(*choice);
                extend(rest, separation, chosen, found);
                chosen.pop();
            }
        }
    }
    let mut found = Vec::new();
    extend(choices, separation, &mut Vec::new(), &mut found);
    found
}
