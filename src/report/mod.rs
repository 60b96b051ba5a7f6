//! Views of an outcome for people: they show figures and compute none.

#[cfg(feature = "plot")]
pub mod chart;
