//! Rules in words.

use super::rule::Kind;
use super::{Basis, BreakoutRule};

impl BreakoutRule {
    /// The label of an event of this rule.
    pub(super) fn label(&self) -> String {
        let what = match (self.rule, self.level, self.sessions) {
            (Kind::Level, Some(level), _) => format!("first above {level}"),
            (Kind::Channel, _, Some(sessions)) => format!("{sessions}-session high"),
            _ => "all-time high".to_owned(),
        };
        match self.basis {
            Basis::Close => what,
            Basis::Intraday => format!("{what}, intraday"),
        }
    }

    /// The rule as one sentence: what is exceeded, then each condition that is set.
    pub(super) fn sentence(&self) -> String {
        let (one, all) = match self.basis {
            Basis::Close => ("close", "closes"),
            Basis::Intraday => ("session high", "session highs"),
        };
        let (mut text, exceeded) = match (self.rule, self.level, self.sessions) {
            (Kind::Level, Some(level), _) => (format!("the first {one} above {level}"), "level"),
            (Kind::Channel, _, Some(1)) => {
                (format!("a {one} above the {one} of the session before"), "old high")
            }
            (Kind::Channel, _, Some(n)) => {
                (format!("a {one} above the {all} of the {n} sessions before"), "old high")
            }
            _ => (format!("a {one} above every earlier one of the series"), "old high"),
        };
        let mut add = |condition: String| {
            text.push_str(", ");
            text.push_str(&condition);
        };
        if self.base > 0 {
            add(format!("at least {} after the record before", sessions(self.base)));
        }
        if self.margin > 0.0 {
            add(format!("at least {} above the {exceeded}", percent(self.margin)));
        }
        if let (Some(n), Some(least)) = (self.trend_sessions, self.trend_return) {
            let least = percent(least);
            add(format!("with a return of at least {least} over {}", sessions(n)));
        }
        if let Some(multiple) = self.volume_multiple {
            let window = sessions(self.volume_window);
            add(format!("on a volume of at least {multiple} times the median of {window} before"));
        }
        match (self.confirmations, self.basis) {
            (0, _) | (1, Basis::Close) => {}
            (1, Basis::Intraday) => add(format!("with the close above the {exceeded} too")),
            (n, _) => {
                add(format!("dated on the last of {n} consecutive closes above the {exceeded}"));
            }
        }
        if self.cluster > 0 {
            add(format!("the first of those less than {} apart", sessions(self.cluster)));
        }
        if self.min_separation > 0 {
            add(format!("at least {} after the event before", sessions(self.min_separation)));
        }
        if !self.first_in_years.is_empty() {
            let years: Vec<String> = self.first_in_years.iter().map(i32::to_string).collect();
            add(format!("the first in each of the years {}", years.join(", ")));
        }
        match (self.from, self.through) {
            (None, None) => {}
            (Some(from), None) => add(format!("from {from} on")),
            (None, Some(through)) => add(format!("through {through}")),
            (Some(from), Some(through)) => add(format!("from {from} through {through}")),
        }
        text
    }
}

fn sessions(n: usize) -> String {
    if n == 1 { "1 session".to_owned() } else { format!("{n} sessions") }
}

/// A fraction in percent, without the digits that only rounding to binary adds.
fn percent(fraction: f64) -> String {
    format!("{} %", (fraction * 1e8).round() / 1e6)
}
