//! Series whose values become public after the day they are of.

use std::path::Path;

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};

use super::CsvOptions;
use super::csv_source::CsvSource;
use crate::{Error, Result};

/// One published value.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Release {
    /// The day that the value is of.
    pub observed: NaiveDate,
    /// The day at the end of which it was public.
    pub known: NaiveDate,
    /// The value, in the unit of the series.
    pub value: f64,
}

/// Two observations of a series as they were known on one date.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ReleasedChange {
    /// The earlier one.
    pub from: Release,
    /// The later one.
    pub to: Release,
}

impl ReleasedChange {
    /// Later less earlier value, in the unit of the series.
    pub fn absolute(&self) -> f64 {
        self.to.value - self.from.value
    }

    /// Later over earlier value less one, a decimal fraction.
    pub fn relative(&self) -> f64 {
        self.to.value / self.from.value - 1.0
    }
}

/// A series of which each value became public some time after the day that it is of: figures of a
/// central bank, prices of a statistical office, rates that are fixed the day after.
///
/// A value may be used from the end of the day `known` on and never before, whatever day it is of.
///
/// *Revisions*: an observation may have several releases, each known on another day; a later one
/// stands in the place of those before it from its own day on, so what was known on a date does not
/// change afterwards. A table that holds the latest revision alone under the day of the first print
/// tells more than was known, and nothing in it shows that.
///
/// ```
/// use chrono::NaiveDate;
/// use eventstudy::panel::{Release, ReleasedSeries};
///
/// let day = |m, d| NaiveDate::from_ymd_opt(2026, m, d).unwrap();
/// let release = |observed, known, value| Release { observed, known, value };
/// let series = ReleasedSeries::new("money", vec![
///     release(day(1, 1), day(2, 24), 100.0),
///     release(day(1, 1), day(3, 24), 101.0), // revised a month later
///     release(day(2, 1), day(3, 24), 103.0),
/// ])?;
/// assert_eq!(series.as_known_on(day(2, 23)), None);
/// assert_eq!(series.as_known_on(day(2, 24)).unwrap().value, 100.0);
/// assert_eq!(series.as_known_on(day(3, 24)).unwrap().value, 103.0);
/// assert_eq!(series.observed_by(day(1, 31), day(3, 23)).unwrap().value, 100.0);
/// assert_eq!(series.observed_by(day(1, 31), day(3, 24)).unwrap().value, 101.0);
/// # Ok::<(), eventstudy::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct ReleasedSeries {
    name: String,
    /// In order of the day observed, then of the day known.
    releases: Vec<Release>,
}

impl ReleasedSeries {
    /// Takes releases in any order.
    ///
    /// # Errors
    ///
    /// [`Error::EmptyAxis`] without any; [`Error::BadValue`] for a value that is not finite, one that
    /// is known before the day it is of, and a second value of a day that became known on the same
    /// day as the first.
    pub fn new(name: impl Into<String>, mut releases: Vec<Release>) -> Result<Self> {
        let name = name.into();
        if releases.is_empty() {
            return Err(Error::EmptyAxis);
        }
        releases.sort_by_key(|r| (r.observed, r.known));
        for (row, release) in releases.iter().enumerate() {
            let twice = row > 0
                && (releases[row - 1].observed, releases[row - 1].known)
                    == (release.observed, release.known);
            let expected = if !release.value.is_finite() {
                "a finite number"
            } else if release.known < release.observed {
                "known on or after the day that it is of"
            } else if twice {
                "the only value of that day that became known on its day"
            } else {
                continue;
            };
            return Err(Error::BadValue {
                series: name,
                date: release.observed,
                value: release.value,
                expected,
            });
        }
        Ok(Self { name, releases })
    }

    /// Name of the series.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// All releases, in order of the day observed, then of the day known.
    pub fn releases(&self) -> &[Release] {
        &self.releases
    }

    /// The series times a factor, to bring it to another unit.
    ///
    /// # Errors
    ///
    /// [`Error::BadValue`] where a product is not finite.
    pub fn scaled(&self, factor: f64) -> Result<Self> {
        let scale = |r: &Release| Release { value: r.value * factor, ..*r };
        Self::new(self.name.clone(), self.releases.iter().map(scale).collect())
    }

    /// The latest observation that was public at the end of `date`, in its revision of that day.
    pub fn as_known_on(&self, date: NaiveDate) -> Option<Release> {
        self.observed_by(date, date)
    }

    /// The latest observation of a day no later than `observed_by` that was public at the end of
    /// `known_on`, in its revision of that day.
    pub fn observed_by(&self, observed_by: NaiveDate, known_on: NaiveDate) -> Option<Release> {
        let n = self.releases.partition_point(|r| r.observed <= observed_by);
        self.releases[..n].iter().rev().find(|r| r.known <= known_on).copied()
    }

    /// As [`observed_by`](Self::observed_by), no older than `max_age_days` calendar days.
    ///
    /// # Errors
    ///
    /// [`Error::NoLevel`] where there is none or it is older.
    pub fn recent(
        &self,
        observed_by: NaiveDate,
        known_on: NaiveDate,
        max_age_days: u32,
    ) -> Result<Release> {
        let young = |r: &Release| (observed_by - r.observed).num_days() <= i64::from(max_age_days);
        self.observed_by(observed_by, known_on).filter(young).ok_or_else(|| Error::NoLevel {
            series: format!("{}, as public on {known_on},", self.name),
            date: observed_by,
            max_age_days,
        })
    }

    /// The latest observation that was public at the end of `date` against that of `days` calendar days
    /// before it, both in the revision of `date` and no older than `max_age_days`.
    ///
    /// # Errors
    ///
    /// [`Error::NoLevel`] where either is missing.
    pub fn change_as_known_on(
        &self,
        date: NaiveDate,
        days: u32,
        max_age_days: u32,
    ) -> Result<ReleasedChange> {
        let to = self.recent(date, date, max_age_days)?;
        let before = to.observed.checked_sub_days(Days::new(u64::from(days)));
        let from = self.recent(before.unwrap_or(NaiveDate::MIN), date, max_age_days)?;
        Ok(ReleasedChange { from, to })
    }

    /// Every observation that was public at the end of `date`, each in its revision of that day, in
    /// order of the day observed.
    pub fn history_as_known_on(&self, date: NaiveDate) -> Vec<Release> {
        let mut known: Vec<Release> = Vec::new();
        for release in self.releases.iter().filter(|r| r.known <= date) {
            match known.last_mut() {
                Some(last) if last.observed == release.observed => *last = *release,
                _ => known.push(*release),
            }
        }
        known
    }
}

/// Released series by their names.
#[derive(Debug, Clone, PartialEq)]
pub struct ReleasedTable {
    series: Vec<ReleasedSeries>,
}

/// Columns of the file.
const COLUMNS: [&str; 4] = ["series", "observed", "known", "value"];

impl ReleasedTable {
    /// Reads a file with columns `series`, `observed`, `known` and `value`, one row per release, in
    /// any order. An empty value is no release.
    ///
    /// # Errors
    ///
    /// Those of [`PricePanel::from_csv_path`](super::PricePanel::from_csv_path), and
    /// [`Error::Cell`] for a release that is known before the day it is of.
    pub fn from_csv_path(path: impl AsRef<Path>) -> Result<Self> {
        let mut source = CsvSource::open(path.as_ref(), &CsvOptions::default())?;
        let mut columns = [0; 4];
        for (column, name) in columns.iter_mut().zip(COLUMNS) {
            *column = source.column(name)?;
        }
        let [name_column, observed_column, known_column, value_column] = columns;
        let mut found: Vec<(String, Vec<(Release, u64)>)> = Vec::new();
        let mut last = 0;
        while source.advance()? {
            let name = source.text(name_column);
            if name.is_empty() {
                return Err(source.fault(name_column, "the name of a series"));
            }
            // Rows of a series mostly follow each other.
            if found.get(last).is_none_or(|(of, _)| of != name) {
                last = found.iter().position(|(of, _)| of == name).unwrap_or(found.len());
                if last == found.len() {
                    found.push((name.to_owned(), Vec::new()));
                }
            }
            let (observed, known) = (source.date(observed_column)?, source.date(known_column)?);
            if known < observed {
                return Err(source.fault(known_column, "a date on or after the date observed"));
            }
            if let Some(value) = source.number(value_column, "a finite number", |_| true)? {
                found[last].1.push((Release { observed, known, value }, source.line()));
            }
        }
        let mut series = Vec::with_capacity(found.len());
        for (name, mut releases) in found {
            releases.sort_by_key(|(r, line)| (r.observed, r.known, *line));
            let key = |r: &Release| (r.observed, r.known);
            if let Some(pair) = releases.windows(2).find(|p| key(&p[0].0) == key(&p[1].0)) {
                let Release { observed, known, .. } = pair[0].0;
                return Err(Error::DuplicateRow {
                    path: source.path().to_owned(),
                    line: pair[1].1,
                    first_line: pair[0].1,
                    key: format!("`{name}` of {observed}, known {known},"),
                });
            }
            let releases: Vec<Release> = releases.into_iter().map(|(r, _)| r).collect();
            if !releases.is_empty() {
                series.push(ReleasedSeries::new(name, releases)?);
            }
        }
        Self::new(series)
    }

    /// A table of these series.
    ///
    /// # Errors
    ///
    /// [`Error::DuplicateAsset`] for a name that occurs twice.
    pub fn new(series: Vec<ReleasedSeries>) -> Result<Self> {
        for (row, one) in series.iter().enumerate() {
            if series[..row].iter().any(|other| other.name == one.name) {
                return Err(Error::DuplicateAsset { name: one.name.clone() });
            }
        }
        Ok(Self { series })
    }

    /// The series of that name.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownAsset`], with the names there are.
    pub fn series(&self, name: &str) -> Result<&ReleasedSeries> {
        self.series.iter().find(|s| s.name == name).ok_or_else(|| Error::UnknownAsset {
            name: name.to_owned(),
            known: self.series.iter().map(|s| s.name.clone()).collect(),
        })
    }

    /// All series, in the order of the file.
    pub fn iter(&self) -> std::slice::Iter<'_, ReleasedSeries> {
        self.series.iter()
    }
}

impl<'a> IntoIterator for &'a ReleasedTable {
    type Item = &'a ReleasedSeries;
    type IntoIter = std::slice::Iter<'a, ReleasedSeries>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

#[cfg(test)]
mod tests;
