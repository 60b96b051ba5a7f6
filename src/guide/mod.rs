//! How to go about a study. These modules hold text alone; every piece of code in them is run.
//!
//! 1. [`first_study`]: from CSV files to a report.
//! 2. [`few_events`]: what a handful of events can prove.
//! 3. [`two_calendars`]: sessions beside days.
//! 4. [`your_data`]: formats, errors, audit and corrections.

pub mod few_events;
pub mod first_study;
pub mod two_calendars;
pub mod your_data;
