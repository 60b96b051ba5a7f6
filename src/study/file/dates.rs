//! Dates of a study file, as text or as bare dates of TOML.

use chrono::NaiveDate;
use serde::{Deserialize, Deserializer};

use crate::time::Spelled;

/// One date.
pub(super) fn date<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<NaiveDate>, D::Error> {
    Spelled::deserialize(deserializer).map(|date| Some(date.0))
}

/// A list of dates.
pub(super) fn dates<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<NaiveDate>, D::Error> {
    Ok(Vec::<Spelled>::deserialize(deserializer)?.into_iter().map(|date| date.0).collect())
}

/// Periods of dates, each by its first and last.
pub(super) fn periods<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<(NaiveDate, NaiveDate)>, D::Error> {
    let periods = Vec::<(Spelled, Spelled)>::deserialize(deserializer)?;
    Ok(periods.into_iter().map(|(first, last)| (first.0, last.0)).collect())
}
