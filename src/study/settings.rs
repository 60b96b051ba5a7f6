//! Choices of a study that are small enough to be values.

use std::fmt;

use chrono::NaiveDate;
use serde::de::{self, Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::resampling::BlockLength;
use crate::{Error, Result};

use crate::resampling::PlaceboStatistic;

/// Weights of the assets in an event portfolio.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Weighting {
    /// The same for every asset.
    #[default]
    Equal,
    /// Market value at the last snapshot before the event.
    MarketValue,
}

impl Weighting {
    /// The name that tables carry.
    pub fn name(self) -> &'static str {
        match self {
            Self::Equal => "equal weight",
            Self::MarketValue => "value weight",
        }
    }
}

/// Which assets the windows of one event use.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum AssetSet {
    /// One set for all windows of an event, so that adjoining lags add up: the assets that cover
    /// all of them. Where too few assets do, the window that ends last is given up for that event,
    /// and counted, until enough are left.
    #[default]
    Fixed,
    /// Every window uses the assets that cover it. Lags then do not add up.
    PerWindow,
}

/// How placebo dates are drawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PlaceboSettings {
    /// Sets of pseudo-events to draw; all of them are enumerated where there are fewer.
    pub n_sets: usize,
    /// Fewest calendar days between pseudo-events of a set: what the rule of the events asks for.
    /// Unset takes the length of the window, so that windows of a set overlap no more than those of
    /// the events. (The smallest distance that the events happen to have would be too much: sets
    /// further apart than the rule demands vary less.) Plays no part where windows of the events
    /// overlap, see [`PlaceboScheme::Shifted`].
    pub min_separation_days: Option<u32>,
    /// Calendar days around every event from which no pseudo-event is drawn. Unset there is none, and
    /// the comparison is an exact randomisation test; with one it rejects too often, see
    /// [`PlaceboDesign`](crate::resampling::PlaceboDesign). Around the dates to
    /// [`avoid`](Self::avoid) it is the longest reach of the windows unless set.
    pub buffer_days: Option<u32>,
    /// What is compared: the studentised mean unless set.
    pub statistic: PlaceboStatistic,
    /// First date of pseudo-events: where the search for events began. Unset is the first date with
    /// data.
    pub from: Option<NaiveDate>,
    /// Last date of pseudo-events: where the search for events ended.
    pub through: Option<NaiveDate>,
    /// Dates that the buffer keeps clear of, such as events of the same kind that the study leaves
    /// out.
    pub avoid: Vec<NaiveDate>,
}

impl PlaceboSettings {
    /// Whether a pseudo-event may fall on that date, buffers aside.
    pub(super) fn in_period(&self, date: NaiveDate) -> bool {
        self.from.is_none_or(|from| from <= date) && self.through.is_none_or(|end| date <= end)
    }
}

impl Default for PlaceboSettings {
    fn default() -> Self {
        Self {
            n_sets: 9_999,
            min_separation_days: None,
            buffer_days: None,
            statistic: PlaceboStatistic::default(),
            from: None,
            through: None,
            avoid: Vec::new(),
        }
    }
}

/// How the pseudo-events of a set are spaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PlaceboScheme {
    /// Sets of dates at least as far apart as the events.
    #[default]
    Spaced,
    /// The pattern of the events shifted as a whole, its gaps kept: where windows of events overlap,
    /// or the events differ in who responds to them.
    Shifted,
}

/// How replicates are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct BootstrapSettings {
    /// Number of replicates.
    pub replicates: usize,
    /// Mean length of the blocks of the stationary bootstrap of the estimation windows; unset there
    /// is none. It rejects too often, see [`BlockBootstrapEstimate`](super::BlockBootstrapEstimate).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mean_block_length: Option<MeanBlockLength>,
}

impl Default for BootstrapSettings {
    /// 9,999 replicates over event dates, and no blocks.
    fn default() -> Self {
        Self { replicates: 9_999, mean_block_length: None }
    }
}

impl BootstrapSettings {
    /// With blocks of that length on average: a number of rows such as 10.0, or
    /// [`MeanBlockLength::Auto`].
    ///
    /// A fixed length compares windows, models and studies on one footing, and adds no error of its
    /// own. Daily abnormal returns have little dependence, of which the rule often makes blocks of a
    /// row or two.
    #[must_use]
    pub fn with_blocks(self, mean_length: impl Into<MeanBlockLength>) -> Self {
        Self { mean_block_length: Some(mean_length.into()), ..self }
    }
}

/// The mean length of the blocks of the stationary bootstrap; in a study file, a number of rows or
/// `"auto"`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum MeanBlockLength {
    /// That many rows.
    Rows(f64),
    /// What [`BlockLength::politis_white`] makes of the abnormal returns that are resampled, at
    /// least one row; one where they do not vary.
    Auto,
}

impl From<f64> for MeanBlockLength {
    fn from(rows: f64) -> Self {
        Self::Rows(rows)
    }
}

impl MeanBlockLength {
    /// The length for that series, in rows.
    pub(super) fn rows(self, series: &[f64]) -> Result<f64> {
        match self {
            Self::Rows(rows) => Ok(rows),
            Self::Auto => match BlockLength::politis_white(series) {
                Ok(chosen) => Ok(chosen.stationary.max(1.0)),
                // Without variation every length gives the same.
                Err(Error::DegenerateVariance { .. }) => Ok(1.0),
                Err(error) => Err(error),
            },
        }
    }
}

const AUTO: &str = "auto";

impl Serialize for MeanBlockLength {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        match self {
            Self::Rows(rows) => serializer.serialize_f64(*rows),
            Self::Auto => serializer.serialize_str(AUTO),
        }
    }
}

impl<'de> Deserialize<'de> for MeanBlockLength {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        deserializer.deserialize_any(MeanBlockLengthVisitor)
    }
}

struct MeanBlockLengthVisitor;

impl Visitor<'_> for MeanBlockLengthVisitor {
    type Value = MeanBlockLength;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a number of rows or \"{AUTO}\"")
    }

    fn visit_f64<E: de::Error>(self, rows: f64) -> std::result::Result<Self::Value, E> {
        Ok(MeanBlockLength::Rows(rows))
    }

    fn visit_i64<E: de::Error>(self, rows: i64) -> std::result::Result<Self::Value, E> {
        Ok(MeanBlockLength::Rows(rows as f64))
    }

    fn visit_u64<E: de::Error>(self, rows: u64) -> std::result::Result<Self::Value, E> {
        Ok(MeanBlockLength::Rows(rows as f64))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> std::result::Result<Self::Value, E> {
        if text == AUTO {
            Ok(MeanBlockLength::Auto)
        } else {
            Err(E::invalid_value(Unexpected::Str(text), &self))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mean_block_length_is_a_number_or_auto() {
        let read = |text: &str| serde_json::from_str::<MeanBlockLength>(text);
        assert_eq!(read("12.5").unwrap(), MeanBlockLength::Rows(12.5));
        assert_eq!(read("12").unwrap(), MeanBlockLength::Rows(12.0));
        assert_eq!(read("\"auto\"").unwrap(), MeanBlockLength::Auto);
        assert!(
            read("\"Auto\"").unwrap_err().to_string().starts_with(
                "invalid value: string \"Auto\", expected a number of rows or \"auto\""
            )
        );
        for length in [MeanBlockLength::Rows(7.25), MeanBlockLength::Auto] {
            assert_eq!(read(&serde_json::to_string(&length).unwrap()).unwrap(), length);
        }
    }

    #[test]
    fn the_length_comes_from_the_series() {
        let auto = |x: &[f64]| MeanBlockLength::Auto.rows(x);
        assert_eq!(auto(&[0.0; 40]).unwrap(), 1.0);
        assert!(matches!(auto(&[0.1, 0.2]), Err(Error::TooFew { n_needed: 11, .. })));
        let slow: Vec<f64> = (0..200).map(|t| (f64::from(t) * 0.1).sin()).collect();
        let chosen = BlockLength::politis_white(&slow).unwrap().stationary;
        assert_eq!(auto(&slow).unwrap(), chosen);
        assert!(chosen > 10.0);
        let quick: Vec<f64> = (0..200).map(|t| (f64::from(t * t) * 0.7).sin()).collect();
        assert!(auto(&quick).unwrap() < 3.0);
        assert_eq!(MeanBlockLength::Rows(4.0).rows(&slow).unwrap(), 4.0);
    }
}
