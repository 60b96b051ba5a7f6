//! When the trend of a series turned, or it broke out: dates at which that was known.

use std::fmt;

use chrono::NaiveDate;
use serde::Serialize;

use crate::panel::PriceSeries;
use crate::{Error, Result};

/// What counts as a turn of a trend.
///
/// Both rules look at closes up to the row alone, so a turn is known at the close of its date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
#[non_exhaustive]
pub enum TurnRule {
    /// A close above the mean of the last `length` closes, its own among them, after at least `below`
    /// rows in a row at or below theirs. The trading rule of Brock, Lakonishok and `LeBaron` 1992,
    /// <https://doi.org/10.1111/j.1540-6261.1992.tb04681.x>, with the rows below in place of their
    /// band around the mean.
    AboveMean {
        /// Closes of the mean.
        length: usize,
        /// Fewest rows at or below the mean right before.
        below: usize,
    },
    /// A close above the `length` closes before it, after at least `quiet` rows in a row that were not.
    NewHigh {
        /// Closes that the high is taken over.
        length: usize,
        /// Fewest rows without a new high right before.
        quiet: usize,
    },
}

impl fmt::Display for TurnRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AboveMean { length, below } => {
                write!(f, "first close above its {length}-row mean after {below} rows not above it")
            }
            Self::NewHigh { length, quiet } => {
                write!(f, "first {length}-row high after {quiet} rows without one")
            }
        }
    }
}

/// One turn.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Turn {
    /// The date at whose close it was known.
    pub date: NaiveDate,
    /// That close.
    pub close: f64,
    /// The mean or the high that it is above.
    pub level: f64,
    /// Rows right before it that were not above their level.
    pub n_quiet: usize,
}

/// All turns of a series, in the order of time.
///
/// A row counts from the first on that has a level: `length` closes for the mean, `length` earlier
/// ones for the high. A series too short for the rule has no turn. Rows are those of the series: to
/// compare dates of assets with different calendars, bring their prices onto one axis first.
///
/// # Errors
///
/// [`Error::Setting`] for a length below 2, or no row below or without a high.
///
/// ```
/// use chrono::NaiveDate;
/// use eventstudy::context::{TurnRule, turns};
/// use eventstudy::panel::PriceSeries;
///
/// let first = NaiveDate::from_ymd_opt(2021, 1, 1).unwrap();
/// let closes = [9.0, 8.0, 7.0, 6.0, 9.0, 10.0];
/// let series = PriceSeries::from_closes("x", first.iter_days().zip(closes).collect())?;
/// let found = turns(&series, TurnRule::AboveMean { length: 3, below: 2 })?;
/// assert_eq!(found.len(), 1); // 9 is above the mean of 7, 6 and 9; 7 and 6 were below theirs
/// assert_eq!((found[0].close, found[0].n_quiet), (9.0, 2));
/// # Ok::<(), eventstudy::Error>(())
/// ```
pub fn turns(series: &PriceSeries, rule: TurnRule) -> Result<Vec<Turn>> {
    let (length, needed) = match rule {
        TurnRule::AboveMean { length, below } => (length, below),
        TurnRule::NewHigh { length, quiet } => (length, quiet),
    };
    if length < 2 || needed == 0 {
        return Err(Error::Setting {
            name: "rule of a turn",
            value: rule.to_string(),
            expected: "a length of at least 2 rows, and at least 1 row before the turn",
        });
    }
    let closes = series.closes();
    let level = |row: usize| match rule {
        TurnRule::AboveMean { .. } => (row + 1 >= length)
            .then(|| closes[row + 1 - length..=row].iter().sum::<f64>() / length as f64),
        TurnRule::NewHigh { .. } => (row >= length)
            .then(|| closes[row - length..row].iter().fold(f64::NEG_INFINITY, |a, c| a.max(*c))),
    };
    let (mut found, mut n_quiet) = (Vec::new(), 0);
    for (row, close) in closes.iter().enumerate() {
        let Some(level) = level(row) else { continue };
        if *close <= level {
            n_quiet += 1;
            continue;
        }
        if n_quiet >= needed {
            found.push(Turn { date: series.axis().date(row), close: *close, level, n_quiet });
        }
        n_quiet = 0;
    }
    Ok(found)
}

/// The turn that is nearest to an event in calendar days, of those at most `before_days` before and
/// `after_days` after it; of two equally near ones the earlier.
///
/// Turns after the event take part, so this tells the history of an event and is no signal.
pub fn nearest_turn(
    turns: &[Turn],
    event: NaiveDate,
    before_days: u32,
    after_days: u32,
) -> Option<Turn> {
    let days = |turn: &Turn| (turn.date - event).num_days();
    let near =
        |turn: &&Turn| (-i64::from(before_days)..=i64::from(after_days)).contains(&days(turn));
    turns.iter().filter(near).min_by_key(|turn| (days(turn).abs(), days(turn))).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(n: usize) -> NaiveDate {
        NaiveDate::from_ymd_opt(2021, 1, 1).unwrap() + chrono::Days::new(n as u64)
    }

    fn series(closes: &[f64]) -> PriceSeries {
        let dated = closes.iter().enumerate().map(|(n, c)| (day(n), *c)).collect();
        PriceSeries::from_closes("x", dated).unwrap()
    }

    #[test]
    fn a_new_high_needs_quiet_rows_before_it() {
        // Highs of two closes: row 2 is above both before it, but no row before it has a level.
        let closes = [1.0, 2.0, 3.0, 3.0, 2.0, 2.5, 4.0, 5.0, 5.0, 6.0];
        let found = turns(&series(&closes), TurnRule::NewHigh { length: 2, quiet: 2 }).unwrap();
        let expected = Turn { date: day(6), close: 4.0, level: 2.5, n_quiet: 3 };
        assert_eq!(found, [expected], "row 9 has one quiet row before it");
        let one = turns(&series(&closes), TurnRule::NewHigh { length: 2, quiet: 1 }).unwrap();
        assert_eq!(one.iter().map(|t| t.date).collect::<Vec<_>>(), [day(6), day(9)]);
    }

    #[test]
    fn an_equal_close_is_not_above_and_a_short_series_has_no_turn() {
        let rule = TurnRule::AboveMean { length: 3, below: 1 };
        assert!(turns(&series(&[2.0; 8]), rule).unwrap().is_empty());
        assert!(turns(&series(&[2.0, 1.0]), rule).unwrap().is_empty());
        let text = turns(&series(&[2.0; 8]), TurnRule::NewHigh { length: 1, quiet: 1 });
        assert!(text.unwrap_err().to_string().starts_with("rule of a turn = first 1-row high"));
    }

    #[test]
    fn the_nearest_turn_is_inside_the_days_and_the_earlier_of_two() {
        let at = |n| Turn { date: day(n), close: 2.0, level: 1.0, n_quiet: 1 };
        let all = [at(2), at(10), at(16), at(30)];
        let near = |event, before, after| nearest_turn(&all, day(event), before, after);
        assert_eq!(near(13, 5, 5), Some(at(10)));
        assert_eq!(near(14, 5, 5), Some(at(16)));
        assert_eq!(near(14, 5, 1), Some(at(10)));
        assert_eq!(near(14, 3, 1), None);
        assert_eq!(near(10, 0, 0), Some(at(10)));
    }

    proptest! {
        #[test]
        fn turns_know_neither_the_future_nor_the_unit_of_prices(
            steps in prop::collection::vec(-9_i32..10, 60),
            other in prop::collection::vec(-9_i32..10, 20),
            rule_of_mean: bool,
        ) {
            let rule = if rule_of_mean {
                TurnRule::AboveMean { length: 5, below: 2 }
            } else {
                TurnRule::NewHigh { length: 5, quiet: 2 }
            };
            let walk = |steps: &[i32]| -> Vec<f64> {
                steps.iter().scan(1000, |p, s| { *p += s; Some(f64::from(*p)) }).collect()
            };
            let closes = walk(&steps);
            let all = turns(&series(&closes), rule).unwrap();
            let mut later = steps.clone();
            later[40..].copy_from_slice(&other);
            let through = |t: &Turn| t.date <= day(39);
            let known: Vec<Turn> = all.iter().copied().filter(through).collect();
            let mut found = turns(&series(&walk(&later)), rule).unwrap();
            found.retain(through);
            prop_assert_eq!(&found, &known);
            let doubled: Vec<f64> = closes.iter().map(|c| 2.0 * c).collect();
            let dates = |t: &[Turn]| t.iter().map(|t| t.date).collect::<Vec<_>>();
            prop_assert_eq!(dates(&turns(&series(&doubled), rule).unwrap()), dates(&all));
            for turn in &all {
                prop_assert!(turn.close > turn.level && turn.n_quiet >= 2);
            }
        }
    }
}
