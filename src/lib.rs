//! Event studies.
#![cfg_attr(
    test,
    allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::float_cmp)
)]

pub mod abnormal;
pub mod context;
mod error;
pub mod events;
mod files;
pub mod inference;
pub mod models;
mod numeric;
pub mod panel;
pub mod prelude;
pub mod report;
pub mod resampling;
pub mod study;
pub mod time;

pub use error::{Error, Result};
pub use numeric::parallel::with_threads;
