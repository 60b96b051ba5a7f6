//! Events.
mod event;
mod set;
pub use event::{Event, EventId, Scope};
pub use set::EventSet;
/// Placeholder.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Breakout {}
impl std::fmt::Display for Breakout {
    fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        Ok(())
    }
}
