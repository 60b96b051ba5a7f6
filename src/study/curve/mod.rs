//! The specification curve: one question, answered under every combination of defensible choices.

mod alternatives;
mod choices;
mod circle;
mod columns;
mod grid;
mod outcome;
mod run;

pub use alternatives::{EventAlternatives, Period, UniverseAlternative};
pub use grid::SpecificationGrid;
pub use outcome::{
    ChoiceSummary, CurveDimension, CurveSummary, ExcludedBecause, ExcludedSpecifications,
    JointTest, Specification, SpecificationCurve,
};
