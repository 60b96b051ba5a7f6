//! Abnormal returns of large universes: added up response by response, never held all at once.

mod accumulated;
mod accumulator;
mod blocks;
mod checks;
mod dates;
mod factors;
mod fit;
mod holes;
mod kernel;
mod partial;
mod places;
mod residuals;
mod running;
mod saved;
mod table;
mod tally;

pub use accumulated::{Accumulated, AccumulatedAar, AccumulatedWindow, DateCaar};
pub use accumulator::Accumulator;
pub use dates::ResponseDates;
pub use partial::Partial;
pub use saved::SavedRun;
pub use table::ResponseTable;
pub use tally::{ExclusionCount, ExclusionKind};
