//! Event studies.
#![cfg_attr(
    test,
    allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::float_cmp)
)]

mod error;
mod numeric;
pub mod panel;
pub mod report;
pub mod time;

pub use error::{Error, Result};
pub use numeric::parallel::with_threads;
