//! The study file: everything that a run depends on, in one table of keys.

mod checks;
mod curve;
mod dates;
mod design;
mod load;
mod model;
mod parse;
mod placebo;
mod tables;

#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

pub use curve::{CurveTable, LoadedCurve, UniverseChoiceTable};
pub use design::{DesignTable, EstimationTable};
pub use load::LoadedStudy;
pub use model::{ModelId, ModelTable};
pub use placebo::{ConformalTable, PlaceboAssetsTable, PlaceboTable};
pub use tables::{
    Alignment, BenchmarkTable, BootstrapTable, EventList, EventSource, OutputFormat, OutputTable,
    PricesTable, StudyTables, TriggerTable, UniverseTable,
};

use super::{Outcome, SpecificationCurve};
use crate::{Error, Result};

/// A study file as it was read, with the path that its relative paths start from.
///
/// The file is TOML with strict keys: one that is not known is an error that names line, column and
/// the keys there are. It stands in the [`Outcome`] of its run, from which
/// [`from_outcome_path`](Self::from_outcome_path) takes it back and runs it again.
///
/// ```
/// use eventstudy::study::StudyFile;
///
/// let text = r#"
///     [prices]
///     path = "prices.csv"          # date, asset, close; or one column per asset
///
///     [events]
///     list = "events.csv"          # date, and label and asset where wanted
///
///     [model]
///     kind = "market-model"
///     benchmark = "btc"
///
///     [study]
///     windows = [{ months = [0, 1] }, { months = [0, 3] }]
///     estimation = { length = 250, gap = 10, min_observations = 200 }
/// "#;
/// let file = StudyFile::parse(text, "studies/first.toml")?;
/// assert_eq!(file.resolve("prices.csv".as_ref()), std::path::Path::new("studies/prices.csv"));
/// assert!(file.tables.placebo.enabled);
/// # Ok::<(), eventstudy::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StudyFile {
    /// Where it was read from, as given. Relative paths in the tables start from its folder.
    pub path: PathBuf,
    /// What it says, defaults included.
    pub tables: StudyTables,
}

impl StudyFile {
    /// Reads a study file.
    ///
    /// # Errors
    ///
    /// [`Error::Read`]; [`Error::StudyFile`] with line, column, and what was expected.
    pub fn from_path(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let text = std::fs::read_to_string(path)
            .map_err(|source| Error::Read { path: path.to_owned(), source })?;
        Self::parse(&text, path)
    }

    /// The study file that is recorded in the outcome of its run, or in its specification curve.
    ///
    /// # Errors
    ///
    /// Those of [`Outcome::from_json_path`]; [`Error::StudyFile`] where the outcome has none.
    pub fn from_outcome_path(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let file = match (Outcome::from_json_path(path), SpecificationCurve::from_json_path(path)) {
            (Err(_), Ok(curve)) => curve.study_file,
            (outcome, _) => outcome?.study_file,
        };
        file.ok_or_else(|| Error::StudyFile {
            path: path.to_owned(),
            message: "the outcome is not of a run from a study file".to_owned(),
        })
    }

    /// Takes the text of a study file that stands, or is to stand, at `path`.
    ///
    /// # Errors
    ///
    /// [`Error::StudyFile`] with line, column, and what was expected.
    pub fn parse(text: &str, path: impl Into<PathBuf>) -> Result<Self> {
        let path = path.into();
        let text = text.trim_start_matches('\u{feff}');
        let tables =
            parse::parse(text).map_err(|message| Error::StudyFile { path: path.clone(), message });
        Ok(Self { tables: tables?, path })
    }

    /// A path of the tables, from the folder of the study file where it is relative.
    pub fn resolve(&self, path: &Path) -> PathBuf {
        self.path.parent().map_or_else(|| path.to_owned(), |folder| folder.join(path))
    }
}
