//! The whole study: data, design, events in; an [`Outcome`] out.
//!
//! [`StudyData`] holds prices and benchmarks, [`EventStudy`] what is asked of them. A run selects the
//! universe of every event point in time, fits the expected-return model to every response, forms
//! one abnormal return per event, and sets beside each estimate what can be known of its
//! uncertainty with the *event date* as the unit: exact sign flips, placebo dates, resampling, and
//! the smallest effect that the data could have shown. Tests over responses stand beside them,
//! marked where responses share dates.

mod blocks;
mod builder;
mod data;
mod estimate;
mod evaluate;
mod outcome;
mod placebo;
mod run;
mod settings;
mod verdict;

pub use builder::{EventStudy, EventStudyBuilder};
pub use data::StudyData;
pub use estimate::{
    BlockBootstrapEstimate, EventDateBootstrapEstimate, EventEstimate, EventLevelT,
    PlaceboEstimate, ResponseTest, WindowEstimate,
};
pub use outcome::{EventPath, FORMAT, InputFile, Outcome, PathBand, StudySettings};
pub use run::PreparedStudy;
pub use settings::{AssetSet, BootstrapSettings, PlaceboSettings, Weighting};
pub use verdict::{Judgement, Verdict, VerdictRule};
