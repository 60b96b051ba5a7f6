//! How to go about a study. These modules hold text alone; every piece of code in them is run.
//!
//! 1. [`first_study`]: from CSV files to a report.
//! 2. [`few_events`]: what a handful of events can prove.
//! 3. [`choosing_a_test`]: which test for which design, and how each behaves.
//! 4. [`two_calendars`]: sessions beside days.
//! 5. [`your_data`]: formats, errors, audit and corrections.
//! 6. [`variants`]: where papers and packages differ, and what is used here.

pub mod choosing_a_test;
pub mod few_events;
pub mod first_study;
pub mod two_calendars;
pub mod variants;
pub mod your_data;
