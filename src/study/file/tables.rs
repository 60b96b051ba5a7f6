//! The tables and keys of a study file.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::design::DesignTable;
use super::placebo::{ConformalTable, PlaceboAssetsTable, PlaceboTable};
use crate::events::BreakoutRule;
use crate::panel::TableLayout;
use crate::study::{BootstrapSettings, MeanBlockLength, VerdictRule};

/// Everything in a study file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StudyTables {
    /// `[prices]`: the assets that respond.
    pub prices: PricesTable,
    /// `[[benchmarks]]`: series that models are fitted to and that are not among the assets.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub benchmarks: Vec<BenchmarkTable>,
    /// `[trigger]`: the series in which breakouts are found. Its dates are those on which
    /// pseudo-events may fall, and in which windows in sessions are counted. Needed for a rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trigger: Option<TriggerTable>,
    /// `[events]`: a breakout rule, or a list.
    pub events: EventSource,
    /// `[universe]`: which assets respond to an event; all of them unless it says otherwise.
    #[serde(default)]
    pub universe: UniverseTable,
    /// `[model]`: what returns are expected to be without the event.
    pub model: super::ModelTable,
    /// `[study]`: windows, portfolio, level, seed.
    pub study: DesignTable,
    /// `[placebo]`: pseudo-events on other dates.
    #[serde(default)]
    pub placebo: PlaceboTable,
    /// `[placebo_assets]`: other assets at the same events; not unless it is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub placebo_assets: Option<PlaceboAssetsTable>,
    /// `[conformal]`: the test of every event by itself; not unless it is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conformal: Option<ConformalTable>,
    /// `[bootstrap]`: resampling by event date and by blocks of days.
    #[serde(default)]
    pub bootstrap: BootstrapTable,
    /// `[verdict]`: the rule by which every window is judged; none unless set. `margin` is needed,
    /// `significance` is 0.05 and `side` `"above"` unless set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verdict: Option<VerdictRule>,
    /// `[output]`: what is written where.
    #[serde(default)]
    pub output: OutputTable,
    /// `[curve]`: alternatives for a [specification curve](super::StudyFile::load_curve); nothing else reads
    /// them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub curve: Option<super::CurveTable>,
}

/// `[prices]`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PricesTable {
    /// The file, long or wide; or else `paths`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<PathBuf>,
    /// Several files with different assets. The dates are those of all of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub paths: Vec<PathBuf>,
    /// `"long"` or `"wide"`; found out from the header unless set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub layout: Option<TableLayout>,
    /// Price column of a long file; `close`, else `price`, else `value` unless set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price_column: Option<String>,
    /// The assets to read; all of the file unless set. With several files, each asset is looked for
    /// in all of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assets: Option<Vec<String>>,
}

/// One of `[[benchmarks]]`.
///
/// With `name` the file is one series, with its prices in `close_column`. Without it the file is
/// long or wide as for prices, and `columns` chooses among its series.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BenchmarkTable {
    /// The file.
    pub path: PathBuf,
    /// Names of the series to take; all of the file unless set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub columns: Option<Vec<String>>,
    /// Name of the one series of the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Price column of the one series; `close` unless set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub close_column: Option<String>,
    /// How its dates meet those of the assets; `"exact"` unless set.
    #[serde(default)]
    pub alignment: Alignment,
    /// Oldest price that is carried forward, in calendar days; 5 unless set. For
    /// `alignment = "carry-forward"` alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_age_days: Option<u32>,
}

/// How the dates of a benchmark meet those of the assets.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Alignment {
    /// Each price on its own date. An event that needs another date is excluded and counted.
    #[default]
    Exact,
    /// Each price stays until the next one: on closed days the benchmark returns zero.
    CarryForward,
    /// Assets and benchmarks on the dates that both have, compounded over the days between.
    CommonDates,
}

/// `[trigger]`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TriggerTable {
    /// The file: `date`, the closes, and `high` and `volume` where it has them.
    pub path: PathBuf,
    /// What tables call it; the name of the file unless set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Column of the closes; `close` unless set.
    #[serde(default = "close")]
    pub close_column: String,
}

fn close() -> String {
    "close".to_owned()
}

/// `[events]`: the keys of a [`BreakoutRule`], or `list`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
#[allow(clippy::large_enum_variant)] // there is one per study
pub enum EventSource {
    /// Listed in a file.
    List(EventList),
    /// Breakouts of the trigger.
    Rule(BreakoutRule),
}

/// `[events]` with `list`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventList {
    /// The file: `date`, and `label` and `asset` where wanted.
    pub list: PathBuf,
}

/// `[universe]`. Neither `top` nor `assets`: every asset of the prices.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct UniverseTable {
    /// The n largest by market value at the last snapshot before the event.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub top: Option<usize>,
    /// File of the snapshots: `date`, `asset`, `market_value_usd` or `market_value`. For `top`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub market_values: Option<PathBuf>,
    /// These assets.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assets: Option<Vec<String>>,
    /// File of assets that are left out by rule: `asset`, `kind`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exclude: Option<PathBuf>,
    /// More assets that are left out by rule.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub exclude_assets: Vec<String>,
    /// Fewest prices up to and including the event date; 1 unless set.
    pub min_history: usize,
    /// Oldest last price, in calendar days before the event; 3 unless set.
    pub max_stale_days: u64,
}

impl Default for UniverseTable {
    fn default() -> Self {
        Self {
            top: None,
            market_values: None,
            assets: None,
            exclude: None,
            exclude_assets: Vec::new(),
            min_history: 1,
            max_stale_days: 3,
        }
    }
}

/// `[bootstrap]`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct BootstrapTable {
    /// Whether replicates are drawn; yes unless set.
    pub enabled: bool,
    /// Number of replicates; 9999 unless set.
    pub replicates: usize,
    /// Mean block length of the stationary bootstrap of the estimation windows: rows, at most those
    /// of the windows, or `"auto"`. Unset there is no block bootstrap, which rejects too often.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mean_block_length: Option<MeanBlockLength>,
}

impl Default for BootstrapTable {
    fn default() -> Self {
        let BootstrapSettings { replicates, mean_block_length } = BootstrapSettings::default();
        Self { enabled: true, replicates, mean_block_length }
    }
}

/// `[output]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct OutputTable {
    /// Folder of the files, made where it is not there; nothing is written unless set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub directory: Option<PathBuf>,
    /// `"json"`, `"markdown"`, `"csv"`, `"svg"`; the first two unless set.
    pub formats: Vec<OutputFormat>,
}

impl Default for OutputTable {
    fn default() -> Self {
        Self { directory: None, formats: vec![OutputFormat::Json, OutputFormat::Markdown] }
    }
}

/// A kind of file that a run writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OutputFormat {
    /// `outcome.json`, from which the study can be run again.
    Json,
    /// `report.md`.
    Markdown,
    /// One table per file.
    Csv,
    /// Charts; needs the feature `plot`.
    Svg,
}
