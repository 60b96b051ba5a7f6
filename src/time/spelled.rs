//! Dates as people write them in study files.

use chrono::NaiveDate;
use serde::{Deserialize, Deserializer};

/// A date written as text, or as a bare date of TOML.
#[derive(Debug)]
pub(crate) struct Spelled(pub(crate) NaiveDate);

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
