//! Why a breakout qualified.

use std::fmt;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// The price that has to exceed what went before.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Basis {
    /// The close, against earlier closes.
    #[default]
    Close,
    /// The session high, against earlier session highs.
    Intraday,
}

/// The figures of one breakout. Prices are in the units of the series, ratios are decimal fractions.
///
/// Every figure is as of the end of [`date`](Self::date), the session of the breakout. With
/// confirmation closes the event itself is dated later.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Breakout {
    /// The session of the breakout.
    pub date: NaiveDate,
    /// What had to be exceeded, and by what.
    pub basis: Basis,
    /// The price that was exceeded: the old high, or the level of the rule.
    pub level: f64,
    /// The highest price before, on the same basis: of the whole series, or of the sessions of the
    /// channel.
    pub old_high: f64,
    /// The first date on which the old high was reached.
    pub old_high_date: NaiveDate,
    /// The close.
    pub close: f64,
    /// The session high, where the series has highs.
    pub high: Option<f64>,
    /// Sessions since the record before: the difference of their row numbers. `None` where that
    /// record lies at or before the start of the data.
    pub base_sessions: Option<usize>,
    /// Close or high (by basis) over the level, minus one.
    pub margin: f64,
    /// Volume over the median volume of the sessions before (50 unless the rule says otherwise).
    /// `None` without that many sessions, with fewer than half of their volumes known, or with a
    /// median of zero.
    pub volume_ratio: Option<f64>,
    /// Close over the last close of the calendar year before, minus one. `None` where the series
    /// has no close in that year.
    pub year_to_date: Option<f64>,
    /// Return of the closes over the sessions of the rule's trend condition. `None` without one, or
    /// before so many sessions.
    pub trend_return: Option<f64>,
}

impl fmt::Display for Breakout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.basis, self.high) {
            (Basis::Intraday, Some(high)) => write!(f, "high {}", price(high))?,
            _ => write!(f, "close {}", price(self.close))?,
        }
        let margin = 100.0 * self.margin;
        if self.level.total_cmp(&self.old_high).is_eq() {
            write!(f, " above {} of {}", price(self.old_high), self.old_high_date)?;
            write!(f, " by {margin:.2} %")?;
        } else {
            write!(f, " above the level {} by {margin:.2} %", price(self.level))?;
            write!(f, ", old high {} of {}", price(self.old_high), self.old_high_date)?;
        }
        if self.basis == Basis::Intraday {
            write!(f, ", close {}", price(self.close))?;
        }
        match self.base_sessions {
            Some(1) => write!(f, ", base 1 session")?,
            Some(base) => write!(f, ", base {base} sessions")?,
            None => write!(f, ", base unknown")?,
        }
        if let Some(ratio) = self.volume_ratio {
            write!(f, ", volume {ratio:.2} times the median")?;
        }
        if let Some(year_to_date) = self.year_to_date {
            write!(f, ", year to date {:+.2} %", 100.0 * year_to_date)?;
        }
        if let Some(trend) = self.trend_return {
            write!(f, ", trend {:+.2} %", 100.0 * trend)?;
        }
        Ok(())
    }
}

/// Two decimals from 10 upwards, four significant digits below.
pub(crate) fn price(value: f64) -> String {
    let mut decimals = 2;
    let mut scaled = value;
    while scaled < 10.0 && decimals < 12 {
        scaled *= 10.0;
        decimals += 1;
    }
    format!("{value:.decimals$}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(d: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 1, d).unwrap()
    }

    fn breakout() -> Breakout {
        Breakout {
            date: day(8),
            basis: Basis::Close,
            level: 100.0,
            old_high: 100.0,
            old_high_date: day(5),
            close: 102.5,
            high: Some(103.0),
            base_sessions: Some(3),
            margin: 0.025,
            volume_ratio: Some(1.5),
            year_to_date: Some(-0.04),
            trend_return: None,
        }
    }

    #[test]
    fn one_readable_line() {
        assert_eq!(
            breakout().to_string(),
            "close 102.50 above 100.00 of 2026-01-05 by 2.50 %, base 3 sessions, \
             volume 1.50 times the median, year to date -4.00 %"
        );
        let intraday = Breakout {
            basis: Basis::Intraday,
            level: 101.0,
            margin: 2.0 / 101.0,
            base_sessions: None,
            volume_ratio: None,
            year_to_date: None,
            trend_return: Some(0.1),
            ..breakout()
        };
        assert_eq!(
            intraday.to_string(),
            "high 103.00 above the level 101.00 by 1.98 %, old high 100.00 of 2026-01-05, \
             close 102.50, base unknown, trend +10.00 %"
        );
    }

    #[test]
    fn small_prices_keep_their_digits() {
        assert_eq!(price(2_603.91), "2603.91");
        assert_eq!(price(9.876_54), "9.877");
        assert_eq!(price(0.000_123_456), "0.0001235");
    }
}
