//! The whole study: data, design, events in; an [`Outcome`] out.
//!
//! [`StudyData`] holds prices and benchmarks, [`EventStudy`] what is asked of them. A run selects the
//! universe of every event point in time, fits the expected-return model to every response, forms
//! one abnormal return per event, and sets beside each estimate what can be known of its
//! uncertainty with the *event date* as the unit: exact sign flips, placebo dates, resampling, and
//! the smallest effect that the data could have shown. Tests over responses stand beside them,
//! marked where responses share dates.

mod at_lag;
mod blocks;
mod builder;
mod causes;
mod check;
mod comparison;
mod curve;
mod data;
mod date_bootstrap;
mod disagreement;
mod estimate;
mod evaluate;
mod event_level;
mod family;
mod file;
mod match_rule;
mod matched;
mod one_event;
mod outcome;
mod overlap;
mod placebo;
mod placebo_settings;
mod prepared;
mod progress;
mod responses;
mod run;
mod settings;
mod states;
mod verdict;
mod window;

pub use at_lag::{AtLag, LagPart, OrdinaryValues};
pub use builder::{EventStudy, EventStudyBuilder};
pub use check::{EstimationDates, EventCheck, SharedDay, StudyCheck, ThinFits};
pub use comparison::PlaceboComparison;
pub use curve::{
    ChoiceSummary, CurveDimension, CurveSummary, EventAlternatives, ExcludedBecause,
    ExcludedSpecifications, JointTest, Period, Specification, SpecificationCurve,
    SpecificationGrid, UniverseAlternative,
};
pub use data::StudyData;
pub use date_bootstrap::DateBootstrapFault;
pub use disagreement::Disagreement;
pub use estimate::{
    BlockBootstrapEstimate, EventDateBootstrapEstimate, EventEstimate, EventLevelT, FactorBeta,
    PlaceboEstimate, ResponseEstimate, ResponseTest, WindowEstimate,
};
pub use family::PlaceboFamily;
pub use file::{
    Alignment, BenchmarkTable, BootstrapTable, ConformalTable, CurveTable, DesignTable,
    EstimationTable, EventList, EventSource, LoadedCurve, LoadedStudy, ModelId, ModelTable,
    OutputFormat, OutputTable, PlaceboAssetsTable, PlaceboTable, PricesTable, StudyFile,
    StudyTables, TriggerTable, UniverseChoiceTable, UniverseTable,
};
pub use match_rule::{MatchRule, MatchSeries, MatchTolerance, TrailingMatch, TrailingMeasure};
pub use matched::{MatchedDates, MatchedPlacebo};
pub use one_event::{
    ConformalEstimate, ConformalSettings, PlaceboAssetsSettings, StatedPlaceboAssets,
};
pub use outcome::{
    EventEstimation, EventPath, FORMAT, InputFile, MovedEvent, Outcome, PathBand, ScopeBand,
    StudySettings,
};
pub use overlap::EstimationOverlap;
pub use placebo_settings::{PlaceboScheme, PlaceboSettings, SchemeChoice};
pub use prepared::PreparedStudy;
pub use progress::{Progress, ProgressListener};
pub use settings::{AssetSet, BootstrapSettings, MeanBlockLength, Weighting};
pub use verdict::{ClaimedSide, Judgement, Verdict, VerdictRule};
