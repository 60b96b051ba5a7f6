//! What a reader has to know of a test before believing it.

use serde::Serialize;

/// The card of a test.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Card {
    /// Name for study files and JSON, in kebab case; unique among all tests.
    pub id: &'static str,
    /// Name for tables.
    pub name: &'static str,
    /// The null hypothesis.
    pub null: &'static str,
    /// What it assumes.
    pub assumes: &'static str,
    /// Violations that it withstands.
    pub robust_to: &'static str,
    /// Distribution under the null, with degrees of freedom.
    pub distribution: &'static str,
    /// True where it allows for correlation between the responses of one date.
    pub allows_for_shared_dates: bool,
    /// Paper.
    pub reference: &'static str,
    /// Its DOI.
    pub doi: &'static str,
    /// Where the form used here departs from the paper.
    pub departures: &'static str,
}
