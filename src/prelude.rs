//! What a study from files to a report needs, for `use eventstudy::prelude::*`.
//!
//! [`Result`] is among it and takes the place of the one that Rust brings; [`NaiveDate`] is the
//! calendar date of the crate `chrono`, of the version that this crate uses.

pub use chrono::NaiveDate;

pub use crate::events::{BreakoutRule, Event, EventDetector, EventSet, Scope};
pub use crate::models::{ConstantMeanModel, FactorModel, MarketAdjustedModel, MarketModel};
pub use crate::panel::{
    Compounding, CsvOptions, ExcludedAssets, MarketValues, PricePanel, PriceSeries, Universe,
};
pub use crate::report::{
    Table, estimates, estimates_csv, event_values, exclusion_counts, markdown, responses_csv,
    write_text,
};
pub use crate::study::{EventStudy, Outcome, PlaceboSettings, StudyData, Weighting};
pub use crate::time::{EstimationWindow, EventWindow};
pub use crate::{Error, Result};
