//! Views of an outcome for people: they show figures and compute none.
//!
//! [`Table`] is the one form from which terminal text, Markdown and CSV come; [`markdown`] is the
//! whole report of an outcome. Percent exist here alone; everywhere else returns are decimal
//! fractions.

#[cfg(feature = "plot")]
pub mod chart;
mod format;
mod markdown;
mod table;
mod tables;

pub use crate::files::write_text;
pub use format::{count, fraction, p_value, percent, percent_interval};
pub use markdown::markdown;
pub use table::{Align, Table};
pub use tables::{estimates, event_values, events, exclusion_counts, exclusions, response_tests};
