//! Decisions made by hand, with their reasons.

use std::collections::BTreeMap;
use std::path::Path;

use chrono::NaiveDate;
use serde::Deserialize;

use crate::Fault;

/// The file `tables.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    /// New names of raw files.
    pub(crate) rename: BTreeMap<String, String>,
    /// Symbols of lists whose file starts long after the list but is of the same coin.
    pub(crate) same_coin: Vec<String>,
    /// Names that a list uses for an asset.
    pub(crate) alias: Vec<Alias>,
    /// Assets that a crypto universe should leave out.
    pub(crate) excluded: Vec<Excluded>,
    /// Rows that are left out.
    pub(crate) drop: Vec<DropRows>,
    /// Jumps that look like faults and are real.
    pub(crate) keep: Vec<KeepRows>,
    /// Market values that a source states but that cannot be one.
    pub(crate) no_value: Vec<DropRows>,
}

/// A list's symbol for an asset, through a period.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Alias {
    pub(crate) symbol: String,
    pub(crate) asset: String,
    #[serde(default = "earliest")]
    pub(crate) from: NaiveDate,
    #[serde(default = "latest")]
    pub(crate) to: NaiveDate,
}

/// Assets of one kind that are no crypto assets in the sense of the study.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Excluded {
    pub(crate) kind: String,
    pub(crate) reason: String,
    pub(crate) assets: Vec<String>,
}

/// Rows of one asset.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DropRows {
    pub(crate) asset: String,
    #[serde(default = "earliest")]
    pub(crate) from: NaiveDate,
    #[serde(default = "latest")]
    pub(crate) to: NaiveDate,
    pub(crate) reason: String,
}

/// Rows of one asset that no rule may drop.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct KeepRows {
    pub(crate) asset: String,
    pub(crate) from: NaiveDate,
    pub(crate) to: NaiveDate,
    #[allow(dead_code)] // read by whoever reads the file
    pub(crate) reason: String,
}

fn earliest() -> NaiveDate {
    NaiveDate::MIN
}

fn latest() -> NaiveDate {
    NaiveDate::MAX
}

impl Config {
    pub(crate) fn read(path: &Path) -> Result<Self, Fault> {
        let text = std::fs::read_to_string(path)
            .map_err(|e| Fault::new(format!("{}: {e}", path.display())))?;
        toml::from_str(&text).map_err(|e| Fault::new(format!("{}: {e}", path.display())))
    }

    /// Kind and reason of an excluded asset.
    pub(crate) fn excluded(&self, asset: &str) -> Option<(&str, &str)> {
        self.excluded
            .iter()
            .find(|group| group.assets.iter().any(|a| a == asset))
            .map(|group| (group.kind.as_str(), group.reason.as_str()))
    }

    /// The asset that a list means by `symbol` on a date, if it is written down here.
    pub(crate) fn alias(&self, symbol: &str, date: NaiveDate) -> Option<&str> {
        self.alias
            .iter()
            .find(|a| a.symbol == symbol && a.from <= date && date <= a.to)
            .map(|a| a.asset.as_str())
    }
}
