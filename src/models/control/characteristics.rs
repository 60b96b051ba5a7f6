//! What was known of assets and when.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Days, NaiveDate};

use crate::{Error, Result};

/// Characteristics of assets by the date on which they became known: market value, book-to-market,
/// past return, and the like, in whatever unit.
///
/// An annual account belongs on the date it was published, not on the day the year ended.
#[derive(Debug, Clone, PartialEq)]
pub struct Characteristics {
    names: Vec<String>,
    values: BTreeMap<String, BTreeMap<NaiveDate, Vec<f64>>>,
}

impl Characteristics {
    /// An empty table of characteristics with these names.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] without names, or where one occurs twice.
    pub fn new<S: Into<String>>(names: impl IntoIterator<Item = S>) -> Result<Self> {
        let names: Vec<String> = names.into_iter().map(Into::into).collect();
        let distinct: BTreeSet<&String> = names.iter().collect();
        if names.is_empty() || distinct.len() < names.len() {
            return Err(Error::Setting {
                name: "characteristics",
                value: names.join(", "),
                expected: "at least one name, and none twice",
            });
        }
        Ok(Self { names, values: BTreeMap::new() })
    }

    /// Adds what became known of an asset on a date, one value per name, in their order.
    ///
    /// # Errors
    ///
    /// [`Error::ShapeMismatch`] for more or fewer values than names, [`Error::BadValue`] for one that
    /// is not finite, [`Error::Setting`] where the asset has values
    /// on that date already.
    pub fn insert(&mut self, asset: &str, known: NaiveDate, values: &[f64]) -> Result<()> {
        if values.len() != self.names.len() {
            return Err(Error::ShapeMismatch {
                what: format!("the characteristics of {asset} on {known}"),
                n_found: values.len(),
                n_expected: self.names.len(),
            });
        }
        if let Some((name, value)) = self.names.iter().zip(values).find(|(_, v)| !v.is_finite()) {
            return Err(Error::BadValue {
                series: format!("{name} of {asset}"),
                date: known,
                value: *value,
                expected: "a finite number",
            });
        }
        let of_asset = self.values.entry(asset.to_owned()).or_default();
        if of_asset.insert(known, values.to_vec()).is_some() {
            return Err(Error::Setting {
                name: "characteristics",
                value: format!("{asset} on {known} twice"),
                expected: "one set of values per asset and date",
            });
        }
        Ok(())
    }

    /// The names.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The last values of an asset known before a date, at most `max_age_days` old; `None` without.
    ///
    /// Values of the date itself are not known before it.
    pub fn known_before(&self, asset: &str, date: NaiveDate, max_age_days: u32) -> Option<&[f64]> {
        let (known, values) = self.values.get(asset)?.range(..date).next_back()?;
        let oldest =
            date.checked_sub_days(Days::new(max_age_days.into())).unwrap_or(NaiveDate::MIN);
        (*known >= oldest).then_some(values.as_slice())
    }

    /// Where a name stands among the names.
    pub(super) fn position(&self, name: &str) -> Result<usize> {
        self.names
            .iter()
            .position(|n| n == name)
            .ok_or_else(|| Error::UnknownAsset { name: name.to_owned(), known: self.names.clone() })
    }
}
