//! Placebo dates that are like the events.

mod covariate;
mod design;
mod matcher;
#[cfg(test)]
mod tests;

pub use covariate::{PlaceboCovariate, PlaceboMatch};
pub use design::{MatchedDesign, MatchedPool, MatchedSets};
