//! What makes a breakout, as settings.

use chrono::NaiveDate;
use serde::{Deserialize, Deserializer, Serialize};

use super::Basis;
use crate::time::Spelled;
use crate::{Error, Result};

/// A breakout rule: what has to be exceeded, and the conditions a breakout has to meet.
///
/// Three kinds share all conditions:
///
/// - [`all_time_high`](Self::all_time_high): above every earlier close (or session high, by
///   [`basis`](Self::basis)) of the series;
/// - [`level`](Self::level): the first one above a level;
/// - [`channel`](Self::channel): above each of the n sessions before.
///
/// Conditions are off unless set, and are judged at the session of the breakout with what was known
/// at its end. Then [`cluster`](Self::cluster), [`min_separation`](Self::min_separation) and
/// [`first_in_years`](Self::first_in_years) thin the qualifying breakouts, in this order, and
/// [`from`](Self::from) and [`through`](Self::through) choose what is reported. Records, clusters
/// and separation always count from the start of the series. "At least" holds up to a relative
/// rounding of 1e-12.
///
/// What counts as a new high depends on the series: a price index and the total-return index of
/// the same shares reach their highs on different days. The rule takes the series as it is; see
/// [`PriceSeries`](crate::panel::PriceSeries).
///
/// **The start of the data.** "All-time" means since the first row. The first row is no record, the
/// base of the record after it is not known and fails any condition on the base, and a series
/// that starts above a level never rises above it for the first time.
///
/// In a study file the rule is a table with the setters' names as keys; unknown keys are errors:
///
/// ```
/// use eventstudy::events::BreakoutRule;
///
/// #[derive(serde::Deserialize)]
/// struct Study {
///     events: BreakoutRule,
/// }
/// let text = r#"
///     [events]
///     rule = "all-time-high"
///     basis = "close"
///     base = 250
///     from = 2016-01-01
/// "#;
/// let study: Study = toml::from_str(text)?;
/// let from = chrono::NaiveDate::from_ymd_opt(2016, 1, 1).unwrap();
/// assert_eq!(study.events, BreakoutRule::all_time_high().base(250).from(from));
/// # Ok::<(), toml::de::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
// `remote` keeps the derived reader as an inherent function, so that the trait can check after it.
#[serde(remote = "Self", deny_unknown_fields)]
pub struct BreakoutRule {
    pub(super) rule: Kind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) level: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) sessions: Option<usize>,
    #[serde(default)]
    pub(super) basis: Basis,
    #[serde(default)]
    pub(super) base: usize,
    #[serde(default)]
    pub(super) margin: f64,
    #[serde(default)]
    pub(super) confirmations: usize,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) volume_multiple: Option<f64>,
    #[serde(default = "volume_window")]
    pub(super) volume_window: usize,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) trend_sessions: Option<usize>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) trend_return: Option<f64>,
    #[serde(default)]
    pub(super) cluster: usize,
    #[serde(default)]
    pub(super) min_separation: usize,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) first_in_years: Vec<i32>,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "date")]
    pub(super) from: Option<NaiveDate>,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "date")]
    pub(super) through: Option<NaiveDate>,
}

/// The kinds of rules, as the study file names them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Kind {
    AllTimeHigh,
    Level,
    Channel,
}

fn volume_window() -> usize {
    50
}

impl BreakoutRule {
    fn new(rule: Kind) -> Self {
        Self {
            rule,
            level: None,
            sessions: None,
            basis: Basis::Close,
            base: 0,
            margin: 0.0,
            confirmations: 0,
            volume_multiple: None,
            volume_window: volume_window(),
            trend_sessions: None,
            trend_return: None,
            cluster: 0,
            min_separation: 0,
            first_in_years: Vec::new(),
            from: None,
            through: None,
        }
    }

    /// Every price above all earlier ones of the series.
    pub fn all_time_high() -> Self {
        Self::new(Kind::AllTimeHigh)
    }

    /// The first price above `level`: one event at most. The conditions are judged at that one; a
    /// later rise above the level is not the first.
    pub fn level(level: f64) -> Self {
        Self { level: Some(level), ..Self::new(Kind::Level) }
    }

    /// Every price above those of the `sessions` sessions before (the channel of Donchian).
    pub fn channel(sessions: usize) -> Self {
        Self { sessions: Some(sessions), ..Self::new(Kind::Channel) }
    }

    /// Closes against closes (the default), or session highs against session highs.
    #[must_use]
    pub fn basis(mut self, basis: Basis) -> Self {
        self.basis = basis;
        self
    }

    /// At least this many sessions since the record before, as the difference of row numbers: 1 for
    /// a record on the day after a record. A record is what the rule's kind finds, whether it meets
    /// the conditions or not; for a level it is an all-time high.
    #[must_use]
    pub fn base(mut self, sessions: usize) -> Self {
        self.base = sessions;
        self
    }

    /// At least this fraction above the old high (of a level rule: above the level).
    #[must_use]
    pub fn margin(mut self, margin: f64) -> Self {
        self.margin = margin;
        self
    }

    /// This many consecutive closes above the old high (or level), from the session of the breakout
    /// on. The event is dated on the last of them, as only then it is known; 0 and 1 are the same
    /// for closes.
    #[must_use]
    pub fn confirmations(mut self, closes: usize) -> Self {
        self.confirmations = closes;
        self
    }

    /// Volume at least this multiple of the median of the sessions before. A breakout without that
    /// figure does not qualify.
    #[must_use]
    pub fn volume_multiple(mut self, multiple: f64) -> Self {
        self.volume_multiple = Some(multiple);
        self
    }

    /// Sessions of the volume median, 50 unless set. At least half of their volumes must be known.
    #[must_use]
    pub fn volume_window(mut self, sessions: usize) -> Self {
        self.volume_window = sessions;
        self
    }

    /// A return of the closes of at least `trend_return`, a decimal fraction, over the `sessions`
    /// sessions that end with the breakout. The keys are `trend_sessions` and `trend_return`.
    #[must_use]
    pub fn trend(mut self, sessions: usize, trend_return: f64) -> Self {
        self.trend_sessions = Some(sessions);
        self.trend_return = Some(trend_return);
        self
    }

    /// Keeps the first of each cluster: a breakout less than `sessions` sessions after the
    /// qualifying breakout before it, kept or not, belongs to the cluster of that one.
    #[must_use]
    pub fn cluster(mut self, sessions: usize) -> Self {
        self.cluster = sessions;
        self
    }

    /// At least this many sessions since the event before that was kept.
    #[must_use]
    pub fn min_separation(mut self, sessions: usize) -> Self {
        self.min_separation = sessions;
        self
    }

    /// Keeps the first event of each of these calendar years. A year without one is an error.
    #[must_use]
    pub fn first_in_years(mut self, years: &[i32]) -> Self {
        self.first_in_years = years.to_vec();
        self
    }

    /// Reports events on or after this date.
    #[must_use]
    pub fn from(mut self, date: NaiveDate) -> Self {
        self.from = Some(date);
        self
    }

    /// Reports events on or before this date.
    #[must_use]
    pub fn through(mut self, date: NaiveDate) -> Self {
        self.through = Some(date);
        self
    }

    /// The rule without [`from`](Self::from) and [`through`](Self::through).
    #[must_use]
    pub fn without_period(mut self) -> Self {
        (self.from, self.through) = (None, None);
        self
    }

    /// Calendar days that the rule puts between two of its events, at least; 0 where it puts none.
    ///
    /// A base of b sessions is a separation as well: the event before was itself a record. Sessions
    /// count as 7/5 of a day, which is never more than they take.
    pub fn separation_days(&self) -> u32 {
        let sessions = self.base.max(self.cluster).max(self.min_separation);
        u32::try_from(sessions.saturating_mul(7) / 5).unwrap_or(u32::MAX)
    }

    /// First and last date that the rule reports events on, where they are set.
    pub fn period(&self) -> (Option<NaiveDate>, Option<NaiveDate>) {
        (self.from, self.through)
    }

    /// Checks the settings, which [`detect`](super::EventDetector::detect) and reading from a file
    /// do too.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] with the first setting that is outside its domain, is missing for the
    /// kind of rule, or does not belong to it.
    pub fn check(&self) -> Result<()> {
        let fault = |name, value: String, expected| Err(Error::Setting { name, value, expected });
        let shown = |value: Option<f64>| value.map_or_else(|| "none".to_owned(), |v| v.to_string());
        let count = |n: Option<usize>| n.map_or_else(|| "none".to_owned(), |n| n.to_string());
        match (self.rule, self.level) {
            (Kind::Level, Some(level)) if level.is_finite() && level > 0.0 => {}
            (Kind::Level, level) => {
                return fault("level", shown(level), "a positive price, for a rule `level`");
            }
            (_, None) => {}
            (_, level) => {
                return fault("level", shown(level), "no level unless the rule is `level`");
            }
        }
        match (self.rule, self.sessions) {
            (Kind::Channel, Some(1..)) | (Kind::AllTimeHigh | Kind::Level, None) => {}
            (Kind::Channel, n) => {
                return fault("sessions", count(n), "1 or more, for a rule `channel`");
            }
            (_, n) => return fault("sessions", count(n), "none unless the rule is `channel`"),
        }
        if !(self.margin.is_finite() && self.margin >= 0.0) {
            return fault("margin", self.margin.to_string(), "a fraction of 0 or more");
        }
        if self.volume_multiple.is_some_and(|m| !(m.is_finite() && m > 0.0)) {
            return fault("volume_multiple", shown(self.volume_multiple), "a positive multiple");
        }
        if self.volume_window == 0 {
            return fault("volume_window", "0".to_owned(), "1 session or more");
        }
        match (self.trend_sessions, self.trend_return) {
            (None, None) => {}
            (Some(1..), Some(least)) if least.is_finite() && least > -1.0 => {}
            (Some(1..), least) => {
                let expected = "a fraction above -1, together with `trend_sessions`";
                return fault("trend_return", shown(least), expected);
            }
            (n, _) => {
                let expected = "1 or more, together with `trend_return`";
                return fault("trend_sessions", count(n), expected);
            }
        }
        match (self.from, self.through) {
            (Some(from), Some(through)) if through < from => {
                fault("through", through.to_string(), "a date on or after `from`")
            }
            _ => Ok(()),
        }
    }
}

impl<'de> Deserialize<'de> for BreakoutRule {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        let rule = Self::deserialize(deserializer)?;
        rule.check().map_err(serde::de::Error::custom)?;
        Ok(rule)
    }
}

impl Serialize for BreakoutRule {
    fn serialize<S: serde::Serializer>(
        &self,
        serializer: S,
    ) -> std::result::Result<S::Ok, S::Error> {
        Self::serialize(self, serializer)
    }
}

/// A date written as text, or as a bare date of TOML.
fn date<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> std::result::Result<Option<NaiveDate>, D::Error> {
    Spelled::deserialize(deserializer).map(|date| Some(date.0))
}
