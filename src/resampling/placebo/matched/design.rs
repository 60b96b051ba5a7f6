//! Sets of matched dates.

use std::fmt;

use chrono::NaiveDate;
use rand::RngExt;
use serde::{Deserialize, Serialize};

use super::PlaceboMatch;
use super::matcher::Matcher;
use crate::numeric::parallel;
use crate::numeric::streams::stream;
use crate::resampling::placebo::PlaceboGrid;
use crate::resampling::placebo::grid::day;
use crate::resampling::placebo::spaced::most_that_fit;
use crate::resampling::{PValues, ReferenceDistribution};
use crate::{Error, Result};

/// Draws in which a set far enough apart must be found.
const MAX_TRIES: usize = 10_000;
/// Beyond this share the sets hold almost nothing but the events.
const MOST_EVENT_SHARE: f64 = 0.95;

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
///   dates are far enough apart.
/// - Matching leaves few dates, and neighbours among them share most of their windows: read
///   [`MatchedPool::n_periods`] before a small p.
///
/// A pool holds dates whose windows share days with those of the events. They belong to the null,
/// and dilute the mean of the sets: see [`MatchedDistribution::excess`].
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
/// let found = design.run(&grid, &[(november, 0.9)])?;
/// let pool = &found.pools()[0];
/// assert_eq!((pool.n_dates, pool.n_periods), (4 * 30 - 1, 4)); // four Novembers
/// assert_eq!(found.reference().attainable_p(), 1.0 / 120.0);
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
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct MatchedPool {
    /// Date of the event.
    pub event: NaiveDate,
    /// Distinct dates that match it, its own not counted.
    pub n_dates: usize,
    /// The most of them whose windows do not overlap: what there is to compare the event with.
    pub n_periods: usize,
    /// Mean of the statistic over them.
    pub mean: f64,
}

/// The mean over events beside that of sets of matched dates.
#[derive(Debug, Clone, PartialEq)]
pub struct MatchedDistribution {
    reference: ReferenceDistribution,
    pools: Vec<MatchedPool>,
    event_share: f64,
    min_separation_days: u32,
}

/// A date that an event may take in a set; the first of an event is its own.
#[derive(Debug, Clone, Copy)]
struct Choice {
    day: i64,
    value: f64,
    /// Part of its window that lies within those of the events.
    share: f64,
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

    /// Number of sets to draw for several events, and the largest number of combinations to
    /// enumerate.
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

    /// Compares events, each with its date and its value, with sets of matched dates.
    ///
    /// # Errors
    ///
    /// As [`matched_dates`](Self::matched_dates), for any event; [`Error::TooFew`] without events;
    /// [`Error::StatisticUndefined`] for a value that is not finite; [`Error::Setting`] for no sets,
    /// or where the pools hold little but the windows of the events; [`Error::MatchedSpace`] where
    /// sets of dates far enough apart are not found.
    pub fn run(
        &self,
        grid: &PlaceboGrid,
        events: &[(NaiveDate, f64)],
    ) -> Result<MatchedDistribution> {
        if events.is_empty() {
            return Err(Error::TooFew {
                what: "a set of matched dates".to_owned(),
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
        let (pools, choices) = self.pools(grid, events)?;
        let separation = self.separation(events);
        let n_combinations: f64 = choices.iter().map(|c| c.len() as f64).product();
        let exact = events.len() == 1 || n_combinations <= self.n_sets as f64;
        let (found, n_tries) = if exact {
            let n = choices.iter().map(Vec::len).product();
            (enumerate(&choices, i64::from(separation)), n)
        } else {
            let set = |k: usize| self.draw(&choices, i64::from(separation), k);
            // No set is left out: one that is not found would leave the others unequally likely.
            let drawn: Option<Vec<_>> = parallel::map(self.n_sets, set).into_iter().collect();
            (drawn.unwrap_or_default(), MAX_TRIES)
        };
        if found.is_empty() {
            return Err(Error::MatchedSpace {
                n_events: events.len(),
                min_separation_days: separation,
                n_tries,
            });
        }
        let n = found.len() as f64;
        let event_share = found.iter().map(|(_, share)| share).sum::<f64>() / n;
        if event_share > MOST_EVENT_SHARE {
            return Err(Error::Setting {
                name: "matched dates",
                value: format!("{:.1} % of their windows are the events' own", 100.0 * event_share),
                expected: "matches apart from the events",
            });
        }
        let observed = events.iter().map(|(_, value)| value).sum::<f64>() / events.len() as f64;
        let means = found.into_iter().map(|(mean, _)| mean).collect();
        let seed = (!exact).then_some(self.seed);
        let reference =
            ReferenceDistribution::new("a comparison with matched dates", observed, means, seed)?;
        Ok(MatchedDistribution { reference, pools, event_share, min_separation_days: separation })
    }

    fn pools(
        &self,
        grid: &PlaceboGrid,
        events: &[(NaiveDate, f64)],
    ) -> Result<(Vec<MatchedPool>, Vec<Vec<Choice>>)> {
        let matcher = Matcher::new(grid, &self.rules);
        let length = i64::from(self.window_days);
        let share = |day_of: i64| {
            let within =
                |(event, _): &(NaiveDate, f64)| (length - (day_of - day(*event)).abs()).max(0);
            (events.iter().map(within).sum::<i64>() as f64 / length as f64).min(1.0)
        };
        let (mut pools, mut choices) = (Vec::new(), Vec::new());
        for (event, value) in events {
            let rows = matcher.rows(*event)?;
            let days: Vec<i64> = rows.iter().map(|row| grid.days()[*row]).collect();
            let sum: f64 = rows.iter().map(|row| grid.values()[*row]).sum();
            pools.push(MatchedPool {
                event: *event,
                n_dates: rows.len(),
                n_periods: most_that_fit(&days, length),
                mean: sum / rows.len() as f64,
            });
            let own = Choice { day: day(*event), value: *value, share: 1.0 };
            let others = rows.iter().map(|row| {
                let day = grid.days()[*row];
                Choice { day, value: grid.values()[*row], share: share(day) }
            });
            choices.push(std::iter::once(own).chain(others).collect());
        }
        Ok((pools, choices))
    }

    /// Two dates of a set differ, and the events are one of the sets.
    fn separation(&self, events: &[(NaiveDate, f64)]) -> u32 {
        let mut days: Vec<i64> = events.iter().map(|(event, _)| day(*event)).collect();
        days.sort_unstable();
        let smallest = days.windows(2).map(|pair| pair[1] - pair[0]).min();
        let asked = self.min_separation_days.max(1);
        smallest.and_then(|gap| u32::try_from(gap).ok()).map_or(asked, |gap| asked.min(gap))
    }

    /// Mean and event share of set k.
    fn draw(&self, choices: &[Vec<Choice>], separation: i64, k: usize) -> Option<(f64, f64)> {
        let mut stream = stream(self.seed, k as u64);
        let mut set: Vec<Choice> = Vec::with_capacity(choices.len());
        for _ in 0..MAX_TRIES {
            set.clear();
            // Each event draws, also after a clash: else early events would be favoured.
            set.extend(choices.iter().map(|c| c[stream.random_range(0..c.len())]));
            let apart = (1..set.len()).all(|k| is_apart(&set[..k], &set[k], separation));
            if apart {
                return Some(summary(&set));
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

impl MatchedDistribution {
    /// The mean over the events among those of the sets, with p-values.
    pub fn reference(&self) -> &ReferenceDistribution {
        &self.reference
    }

    /// p-values of the mean over the events.
    pub fn p_values(&self) -> PValues {
        self.reference.p_values()
    }

    /// The pool of each event, in the order of the events.
    pub fn pools(&self) -> &[MatchedPool] {
        &self.pools
    }

    /// c̄: mean part of the windows of a set that lies within the windows of the events.
    pub fn event_share(&self) -> f64 {
        self.event_share
    }

    /// The effect estimate `(x̄ − m)/(1 − c̄)`, m the mean over the sets.
    ///
    /// An effect that is spread evenly over the window is in the window of a matched date by the
    /// part that it shares with those of the events, which dilutes m; the divisor undoes it.
    pub fn excess(&self) -> f64 {
        self.reference.excess() / (1.0 - self.event_share)
    }

    /// Days between two dates of a set, at least.
    pub fn min_separation_days(&self) -> u32 {
        self.min_separation_days
    }
}

fn is_apart(chosen: &[Choice], next: &Choice, separation: i64) -> bool {
    chosen.iter().all(|choice| (choice.day - next.day).abs() >= separation)
}

/// Mean and event share, summed in the order of the events.
fn summary(set: &[Choice]) -> (f64, f64) {
    let n = set.len() as f64;
    let sums = set.iter().fold((0.0, 0.0), |(v, s), c| (v + c.value, s + c.share));
    (sums.0 / n, sums.1 / n)
}

/// All sets but that of the events themselves.
fn enumerate(choices: &[Vec<Choice>], separation: i64) -> Vec<(f64, f64)> {
    fn extend(
        rest: &[Vec<Choice>],
        separation: i64,
        is_own: bool,
        chosen: &mut Vec<Choice>,
        found: &mut Vec<(f64, f64)>,
    ) {
        let Some((first, rest)) = rest.split_first() else {
            if !is_own {
                found.push(summary(chosen));
            }
            return;
        };
        for (k, choice) in first.iter().enumerate() {
            if is_apart(chosen, choice, separation) {
                chosen.push(*choice);
                extend(rest, separation, is_own && k == 0, chosen, found);
                chosen.pop();
            }
        }
    }
    let mut found = Vec::new();
    extend(choices, separation, true, &mut Vec::new(), &mut found);
    found
}
