//! What placebo dates are matched on.

use std::fmt;

use serde::de::{self, MapAccess, Visitor, value::MapAccessDeserializer};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{Error, Result};

/// Rows that a trailing measure looks back on, unless set: a quarter of exchange sessions.
const N_ROWS: usize = 60;
/// Bins, unless set: quintiles.
const N_BINS: usize = 5;

/// One rule by which the date of a pseudo-event must be like that of an event.
///
/// What a date was like is what was known at its end, or, for a window that starts on the date
/// itself or before, at the end of the last day before that window: what is matched on never holds
/// a return of the window. For an event on a day without prices it is the day of the event, not the
/// later one that stands for it.
///
/// In a study file a rule is a word, or a table of its keys:
///
/// ```toml
/// [placebo]
/// match = ["calendar-month", { by = "trailing-return", of = "trigger", rows = 60, bins = 5 }]
/// ```
///
/// ```
/// use eventstudy::study::{MatchRule, MatchSeries, MatchTolerance, PlaceboSettings};
///
/// let rule = MatchRule::trailing_return(MatchSeries::Trigger, 60);
/// let rule = rule.tolerance(MatchTolerance::Bins(5));
/// assert_eq!(rule.to_string(), "same of 5 bins by trailing return of the trigger over 60 rows");
/// let matching = vec![MatchRule::CalendarMonth, rule];
/// let settings = PlaceboSettings { matching, ..PlaceboSettings::default() };
/// # assert_eq!(settings.matching.len(), 2);
/// ```
///
/// A rule looks at the dates that those before it left. See
/// [`MatchedDesign`](crate::resampling::MatchedDesign) for the sets, their null, and what matching
/// assumes.
#[derive(Debug, Clone, PartialEq)]
pub enum MatchRule {
    /// The calendar month of the event, in any year.
    CalendarMonth,
    /// What a series did up to the date.
    Trailing(TrailingMatch),
}

/// What a series did in the rows up to a date, and how near two dates must be in it.
#[derive(Debug, Clone, PartialEq)]
pub struct TrailingMatch {
    /// What is measured.
    pub measure: TrailingMeasure,
    /// Of which series.
    pub of: MatchSeries,
    /// Rows that it looks back on: dates on which the series has a price.
    pub n_rows: usize,
    /// How near is near enough.
    pub tolerance: MatchTolerance,
}

/// A measure of the rows up to a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TrailingMeasure {
    /// [`trailing_return`](crate::context::trailing_return), a decimal fraction.
    TrailingReturn,
    /// [`trailing_volatility`](crate::context::trailing_volatility): a decimal fraction per row.
    TrailingVolatility,
}

/// Whose trailing return or volatility.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum MatchSeries {
    /// Who responds: for a market-wide event the assets of the universe on the date that is looked
    /// at, their simple returns weighted as the study weighs them and rebalanced row by row; the
    /// asset, for an event of one.
    #[default]
    Response,
    /// The series in which breakouts are found, see
    /// [`StudyData::with_trigger`](super::StudyData::with_trigger).
    Trigger,
    /// An asset or a benchmark, the latter on the dates of the assets, as the model sees it.
    Named(String),
}

/// How near two dates must be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum MatchTolerance {
    /// In the same of n quantile bins over all placebo dates, at least 2. Bins part the dates into
    /// classes, so that the comparison is exact.
    Bins(usize),
    /// Among the k nearest dates, at least 1.
    Nearest(usize),
    /// No further away than this, zero or more, in units of the measure.
    Within(f64),
}

impl Default for MatchTolerance {
    fn default() -> Self {
        Self::Bins(N_BINS)
    }
}

impl MatchRule {
    /// The trailing return of a series over so many rows, in the same fifth of all dates.
    pub fn trailing_return(of: MatchSeries, n_rows: usize) -> Self {
        let measure = TrailingMeasure::TrailingReturn;
        Self::Trailing(TrailingMatch { measure, of, n_rows, tolerance: MatchTolerance::default() })
    }

    /// The trailing volatility of a series over so many rows, in the same fifth of all dates.
    pub fn trailing_volatility(of: MatchSeries, n_rows: usize) -> Self {
        let measure = TrailingMeasure::TrailingVolatility;
        Self::Trailing(TrailingMatch { measure, of, n_rows, tolerance: MatchTolerance::default() })
    }

    /// How near is near enough; a calendar month has no such thing.
    #[must_use]
    pub fn tolerance(mut self, tolerance: MatchTolerance) -> Self {
        if let Self::Trailing(of) = &mut self {
            of.tolerance = tolerance;
        }
        self
    }

    /// An error for a number outside its domain.
    pub(super) fn check(&self) -> Result<()> {
        let Self::Trailing(TrailingMatch { measure, n_rows, tolerance, .. }) = self else {
            return Ok(());
        };
        let fault = |name, value: String, expected| Err(Error::Setting { name, value, expected });
        match (measure, *n_rows) {
            (TrailingMeasure::TrailingReturn, 0) => {
                return fault("match rows", n_rows.to_string(), "at least 1");
            }
            (TrailingMeasure::TrailingVolatility, 0 | 1) => {
                return fault("match rows", n_rows.to_string(), "at least 2 for a volatility");
            }
            _ => {}
        }
        match *tolerance {
            MatchTolerance::Bins(n @ 0..2) => fault("match bins", n.to_string(), "at least 2"),
            MatchTolerance::Nearest(0) => fault("match nearest", "0".to_owned(), "at least 1 date"),
            MatchTolerance::Within(x) if !(x.is_finite() && x >= 0.0) => {
                fault("match within", format!("{x:?}"), "a finite distance of zero or more")
            }
            _ => Ok(()),
        }
    }
}

impl TrailingMatch {
    /// What is measured, in words, without how near.
    pub(super) fn name(&self) -> String {
        let measure = match self.measure {
            TrailingMeasure::TrailingReturn => "trailing return",
            TrailingMeasure::TrailingVolatility => "trailing volatility",
        };
        format!("{measure} of {} over {} rows", self.of, self.n_rows)
    }
}

impl fmt::Display for MatchRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self::Trailing(of) = self else { return f.write_str("same calendar month") };
        let name = of.name();
        match of.tolerance {
            MatchTolerance::Bins(n) => write!(f, "same of {n} bins by {name}"),
            MatchTolerance::Nearest(k) => write!(f, "{k} nearest by {name}"),
            MatchTolerance::Within(x) => write!(f, "within {x} by {name}"),
        }
    }
}

impl fmt::Display for MatchSeries {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Response => f.write_str("the response"),
            Self::Trigger => f.write_str("the trigger"),
            Self::Named(name) => f.write_str(name),
        }
    }
}

const RESPONSE: &str = "response";
const TRIGGER: &str = "trigger";

impl From<&str> for MatchSeries {
    /// `"response"`, `"trigger"`, or else a name.
    fn from(text: &str) -> Self {
        match text {
            RESPONSE => Self::Response,
            TRIGGER => Self::Trigger,
            name => Self::Named(name.to_owned()),
        }
    }
}

/// What a rule looks at, by the words of a study file.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum By {
    CalendarMonth,
    TrailingReturn,
    TrailingVolatility,
}

/// A rule as it is written.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Keys {
    by: By,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    of: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    rows: Option<usize>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    bins: Option<usize>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    nearest: Option<usize>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    within: Option<f64>,
}

impl Keys {
    fn of(by: By) -> Self {
        Self { by, of: None, rows: None, bins: None, nearest: None, within: None }
    }

    fn rule(self) -> std::result::Result<MatchRule, String> {
        let Self { by, of, rows, bins, nearest, within } = self;
        let measure = match by {
            By::TrailingReturn => TrailingMeasure::TrailingReturn,
            By::TrailingVolatility => TrailingMeasure::TrailingVolatility,
            By::CalendarMonth => {
                let keys = [
                    ("of", of.is_some()),
                    ("rows", rows.is_some()),
                    ("bins", bins.is_some()),
                    ("nearest", nearest.is_some()),
                    ("within", within.is_some()),
                ];
                return match keys.iter().find(|(_, there)| *there) {
                    Some((key, _)) => Err(format!("a match by calendar-month has no `{key}`")),
                    None => Ok(MatchRule::CalendarMonth),
                };
            }
        };
        let tolerance = match (bins, nearest, within) {
            (None, None, None) => MatchTolerance::default(),
            (Some(n), None, None) => MatchTolerance::Bins(n),
            (None, Some(k), None) => MatchTolerance::Nearest(k),
            (None, None, Some(x)) => MatchTolerance::Within(x),
            _ => return Err("a match has one of `bins`, `nearest`, `within`".to_owned()),
        };
        let rule = MatchRule::Trailing(TrailingMatch {
            measure,
            of: of.as_deref().map_or_else(MatchSeries::default, MatchSeries::from),
            n_rows: rows.unwrap_or(N_ROWS),
            tolerance,
        });
        rule.check().map_err(|error| error.to_string())?;
        Ok(rule)
    }
}

impl Serialize for MatchRule {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let Self::Trailing(of) = self else {
            return Keys::of(By::CalendarMonth).serialize(serializer);
        };
        let by = match of.measure {
            TrailingMeasure::TrailingReturn => By::TrailingReturn,
            TrailingMeasure::TrailingVolatility => By::TrailingVolatility,
        };
        let name = match &of.of {
            MatchSeries::Response => RESPONSE,
            MatchSeries::Trigger => TRIGGER,
            MatchSeries::Named(name) => name,
        };
        let mut keys = Keys { of: Some(name.to_owned()), rows: Some(of.n_rows), ..Keys::of(by) };
        match of.tolerance {
            MatchTolerance::Bins(n) => keys.bins = Some(n),
            MatchTolerance::Nearest(k) => keys.nearest = Some(k),
            MatchTolerance::Within(x) => keys.within = Some(x),
        }
        keys.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for MatchRule {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        deserializer.deserialize_any(RuleVisitor)
    }
}

struct RuleVisitor;

impl<'de> Visitor<'de> for RuleVisitor {
    type Value = MatchRule;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "a word such as \"calendar-month\" or a table such as { by = \"trailing-return\" }",
        )
    }

    fn visit_str<E: de::Error>(self, word: &str) -> std::result::Result<Self::Value, E> {
        let by = By::deserialize(de::value::StrDeserializer::new(word))?;
        Keys::of(by).rule().map_err(E::custom)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> std::result::Result<Self::Value, A::Error> {
        let keys = Keys::deserialize(MapAccessDeserializer::new(map))?;
        keys.rule().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> std::result::Result<MatchRule, String> {
        serde_json::from_str(text).map_err(|error| error.to_string())
    }

    #[test]
    fn a_rule_is_a_word_or_a_table() {
        assert_eq!(read("\"calendar-month\"").unwrap(), MatchRule::CalendarMonth);
        let word = read("\"trailing-return\"").unwrap();
        assert_eq!(word, MatchRule::trailing_return(MatchSeries::Response, 60));
        let table = r#"{"by":"trailing-volatility","of":"btc","rows":20,"within":0.01}"#;
        let rule = MatchRule::trailing_volatility("btc".into(), 20);
        let rule = rule.tolerance(MatchTolerance::Within(0.01));
        assert_eq!(read(table).unwrap(), rule);
        assert_eq!(rule.to_string(), "within 0.01 by trailing volatility of btc over 20 rows");
        for rule in [
            rule,
            word,
            MatchRule::CalendarMonth,
            MatchRule::trailing_return(MatchSeries::Trigger, 5)
                .tolerance(MatchTolerance::Nearest(9)),
        ] {
            assert_eq!(read(&serde_json::to_string(&rule).unwrap()).unwrap(), rule);
        }
    }

    #[test]
    fn faults_name_the_key() {
        for (text, fault) in [
            (
                "\"month\"",
                "unknown variant `month`, expected one of `calendar-month`, \
              `trailing-return`, `trailing-volatility`",
            ),
            (r#"{"by":"calendar-month","rows":3}"#, "a match by calendar-month has no `rows`"),
            (
                r#"{"by":"trailing-return","bins":3,"within":0.1}"#,
                "a match has one of `bins`, `nearest`, `within`",
            ),
            (r#"{"by":"trailing-return","bins":1}"#, "match bins = 1: expected at least 2"),
            (r#"{"by":"trailing-return","rows":0}"#, "match rows = 0: expected at least 1"),
            (
                r#"{"by":"trailing-volatility","rows":1}"#,
                "match rows = 1: expected at least 2 for a volatility",
            ),
            (
                r#"{"by":"trailing-return","nearest":0}"#,
                "match nearest = 0: expected at least 1 date",
            ),
            (
                r#"{"by":"trailing-return","within":-0.5}"#,
                "match within = -0.5: expected a finite distance of zero or more",
            ),
            (
                r#"{"by":"trailing-return","days":5}"#,
                "unknown field `days`, expected one of `by`, `of`, `rows`, `bins`, `nearest`, `within`",
            ),
            (
                "3",
                "invalid type: integer `3`, expected a word such as \"calendar-month\" or a table \
              such as { by = \"trailing-return\" }",
            ),
        ] {
            let found = read(text).unwrap_err();
            assert!(found.starts_with(fault), "{text}: {found}");
        }
    }
}
