//! Dates as people write them.

use chrono::NaiveDate;
use serde::{Deserialize, Deserializer};

/// A date written as text, or as a bare date of TOML.
struct Spelled(NaiveDate);

impl<'de> Deserialize<'de> for Spelled {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged, expecting = "expected a date such as 2026-01-08")]
        enum Spelling {
            Bare(toml::value::Datetime),
            Text(String),
        }
        let text = match Spelling::deserialize(deserializer)? {
            Spelling::Bare(date) => date.to_string(),
            Spelling::Text(text) => text,
        };
        text.parse().map(Self).map_err(|_| {
            serde::de::Error::custom(format!("`{text}` is not a date such as 2026-01-08"))
        })
    }
}

/// Periods of dates, each by its first and last.
pub(super) fn periods<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<(NaiveDate, NaiveDate)>, D::Error> {
    let periods = Vec::<(Spelled, Spelled)>::deserialize(deserializer)?;
    Ok(periods.into_iter().map(|(first, last)| (first.0, last.0)).collect())
}
