//! Views of an outcome for people: they show figures and compute none.
//!
//! [`Table`] is the one form from which terminal text and Markdown come, rounded and in percent;
//! [`markdown`] is the whole report of an outcome. For a program there are [`estimates_csv`] and its
//! neighbours, with the numbers in full and returns as decimal fractions, as everywhere else.

mod backtest;
mod beside;
mod cell;
#[cfg(feature = "plot")]
pub mod chart;
mod csv;
mod curve;
mod format;
mod legend;
mod markdown;
mod status;
mod table;
mod tables;
#[cfg(test)]
mod tests;

pub use crate::files::write_text;
pub use backtest::{
    backtest_performance, backtest_trades, equity_csv, missed_moves, placebo_comparisons,
    random_entries,
};
pub use beside::{beside_legend, matched_placebo, placebo_assets, single_events};
pub use cell::Cell;
pub use csv::{estimates_csv, event_values_csv, response_tests_csv, responses_csv};
pub use curve::{
    curve_choices, curve_exclusions, curve_joint, curve_legend, curve_markdown, curve_summary,
    specifications_csv,
};
pub use format::{count, effect_interval, fraction, level, p_value, percent, percent_interval};
pub use legend::legend;
pub use markdown::markdown;
pub use status::{lag_estimates, lag_events, lag_legend, lag_ordinary, standing, standing_summary};
pub use table::{Align, Table};
pub use tables::{
    among_ordinary_dates, default_tests, estimates, event_values, events, exclusion_counts,
    exclusions, response_tests, verdicts,
};
