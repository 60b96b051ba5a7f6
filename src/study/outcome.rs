//! What a run answers: data, of which every report is a view.

use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{
    AssetSet, BootstrapSettings, ConformalSettings, PlaceboFamily, PlaceboSettings,
    StatedPlaceboAssets, StudyFile, VerdictRule, Weighting, WindowEstimate,
};
use crate::abnormal::{Contamination, Exclusion, MissingPolicy, PortfolioRule};
use crate::events::{EventSet, Scope};
use crate::files::{hexadecimal, json_text, read_json};
use crate::time::{EstimationWindow, EventWindow};
use crate::{Error, Result};

/// Version of the JSON form; it rises when a field changes its meaning or goes.
pub const FORMAT: u32 = 1;

/// A file that went into a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputFile {
    /// Its path as given.
    pub path: PathBuf,
    /// Bytes.
    pub n_bytes: u64,
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
}

impl InputFile {
    /// Reads a file and takes its checksum.
    ///
    /// # Errors
    ///
    /// [`Error::Read`].
    pub fn of(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let bytes =
            std::fs::read(path).map_err(|source| Error::Read { path: path.to_owned(), source })?;
        let digest = hmac_sha256::Hash::hash(&bytes);
        Ok(Self {
            path: path.to_owned(),
            n_bytes: bytes.len() as u64,
            sha256: hexadecimal(&digest),
        })
    }
}

/// The settings of a run, as it was run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StudySettings {
    /// Universe, in words.
    pub universe: String,
    /// Expected-return model, in words.
    pub model: String,
    /// Weights.
    pub weighting: Weighting,
    /// Definition of the event portfolio.
    pub portfolio: PortfolioRule,
    /// Event windows.
    pub windows: Vec<EventWindow>,
    /// Estimation window.
    pub estimation: EstimationWindow,
    /// Missing-data policy.
    pub missing: MissingPolicy,
    /// Which assets the windows use.
    pub asset_set: AssetSet,
    /// Fewest assets of an event portfolio.
    pub min_assets: usize,
    /// Placebo dates.
    pub placebo: Option<PlaceboSettings>,
    /// Bootstrap.
    pub bootstrap: Option<BootstrapSettings>,
    /// Placebo assets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub placebo_assets: Option<StatedPlaceboAssets>,
    /// Conformal test.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conformal: Option<ConformalSettings>,
    /// The rule by which windows are judged, where one was fixed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verdict: Option<VerdictRule>,
    /// Confidence level.
    pub level: f64,
    /// Seed.
    pub seed: u64,
}

/// Quantiles of placebo paths, day by day.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct PathBand {
    /// Days since the pseudo-event.
    pub days: Vec<i32>,
    /// Lower quantile at the level of the study, decimal fractions.
    pub lower: Vec<f64>,
    /// Median.
    pub median: Vec<f64>,
    /// Upper quantile.
    pub upper: Vec<f64>,
    /// Pseudo-events.
    pub n_dates: usize,
}

/// What placebo dates of one scope span, day by day.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ScopeBand {
    /// Who responds.
    pub scope: Scope,
    /// The quantiles of these pseudo-events.
    pub band: PathBand,
}

/// The abnormal return of one event portfolio from day to day.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EventPath {
    /// Date of the event.
    pub event: NaiveDate,
    /// Its label.
    pub label: String,
    /// Who responds to it; `None` in outcomes of versions that did not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<Scope>,
    /// Assets in the portfolio.
    pub n_assets: usize,
    /// Days since the event.
    pub days: Vec<i32>,
    /// Abnormal return from the start of the window through that day, decimal fractions.
    pub values: Vec<f64>,
    /// Lower end of the pointwise interval from the block bootstrap, where it was run.
    pub lower: Option<Vec<f64>>,
    /// Upper end.
    pub upper: Option<Vec<f64>>,
}

/// An event that is not on a date of the prices, and the date that stands for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MovedEvent {
    /// Date of the event.
    pub event: NaiveDate,
    /// Its label.
    pub label: String,
    /// First date of the prices on or after it: row 0 of its windows in rows.
    pub day_zero: NaiveDate,
}

/// The estimation window of one event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventEstimation {
    /// Date of the event.
    pub event: NaiveDate,
    /// Its label.
    pub label: String,
    /// First date of the window.
    pub first: NaiveDate,
    /// Its last date.
    pub last: NaiveDate,
    /// Rows that are left out, and rows that the windows of other events overlap.
    #[serde(flatten)]
    pub contamination: Contamination,
}

/// Everything a run found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// Version of this form.
    pub format: u32,
    /// Version of the crate that wrote it.
    pub crate_version: String,
    /// The settings.
    pub settings: StudySettings,
    /// The study file of the run, where it was run from one: [`StudyFile::from_outcome_path`] runs it
    /// again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub study_file: Option<StudyFile>,
    /// Files that went in, where the caller named them.
    pub inputs: Vec<InputFile>,
    /// The events that were asked about, with why they qualified.
    pub events: EventSet,
    /// Those of them that are not on a date of the prices.
    #[serde(default)]
    pub moved: Vec<MovedEvent>,
    /// Estimation windows of the events that were placed, with what contaminates them.
    #[serde(default)]
    pub estimation: Vec<EventEstimation>,
    /// One estimate per window that at least one event covers, in the order of the settings.
    pub windows: Vec<WindowEstimate>,
    /// The windows as one family against placebo dates, where there are several.
    #[serde(default)]
    pub placebo_family: Option<PlaceboFamily>,
    /// Why there are several windows with placebo dates and no family.
    #[serde(default)]
    pub placebo_family_fault: Option<String>,
    /// Paths of the event portfolios, where they were asked for.
    pub paths: Vec<EventPath>,
    /// What placebo dates span, day by day, where it was asked for and the same assets respond to all
    /// events; see [`band_of`](Self::band_of).
    pub placebo_band: Option<PathBand>,
    /// The same for each of the scopes, where events differ in who responds to them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scope_bands: Vec<ScopeBand>,
    /// Everything that was left out, with the reason.
    pub exclusions: Vec<Exclusion>,
}

impl Outcome {
    /// The estimate for a window.
    pub fn window(&self, window: &EventWindow) -> Option<&WindowEstimate> {
        self.windows.iter().find(|w| w.window == *window)
    }

    /// What placebo dates span beside this path: those of the assets that respond to its event.
    pub fn band_of(&self, path: &EventPath) -> Option<&PathBand> {
        let of_scope = |b: &&ScopeBand| path.scope.as_ref() == Some(&b.scope);
        let among_several = || self.scope_bands.iter().find(of_scope).map(|b| &b.band);
        self.placebo_band.as_ref().or_else(among_several)
    }

    /// Adds the files that went in.
    #[must_use]
    pub fn with_inputs(mut self, inputs: Vec<InputFile>) -> Self {
        self.inputs = inputs;
        self
    }

    /// Adds the study file of the run.
    #[must_use]
    pub fn with_study_file(mut self, file: StudyFile) -> Self {
        self.study_file = Some(file);
        self
    }

    /// The versioned JSON form, indented, with a line feed at the end.
    ///
    /// # Errors
    ///
    /// [`Error::Serialise`] where a number is not finite: JSON has no word for it, and what is
    /// written must read back.
    pub fn to_json(&self) -> Result<String> {
        json_text(self, "the outcome")
    }

    /// Reads an outcome back.
    ///
    /// # Errors
    ///
    /// [`Error::Read`]; [`Error::Deserialise`] for anything that is not an outcome of this format.
    pub fn from_json_path(path: impl AsRef<Path>) -> Result<Self> {
        read_json(path.as_ref(), "outcome")
    }
}
