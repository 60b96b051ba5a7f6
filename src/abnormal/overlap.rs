//! Event windows of other events in the estimation window of one.

use std::cmp::Ordering;
use std::ops::Range;

use super::{Design, EventRequest};
use crate::Result;
use crate::panel::AssetId;
use crate::time::{DateAxis, EstimationRows};

/// Which rows the event windows of all events take, and of which assets.
#[derive(Debug)]
pub(super) struct Occupancy {
    /// By the first row that they take.
    events: Vec<Occupied>,
    /// Most rows from the first to the last of one event.
    longest: usize,
}

/// What one event takes.
#[derive(Debug)]
pub(super) struct Occupied {
    /// Position of its request.
    request: usize,
    hull: Range<usize>,
    windows: Vec<Range<usize>>,
    /// Who responds, in order.
    assets: Vec<AssetId>,
}

impl Occupancy {
    /// The windows of the requests and of the events beside them, also where they leave the data.
    pub(super) fn new(axis: &DateAxis, design: &Design, requests: &[EventRequest]) -> Result<Self> {
        let mut events = Vec::new();
        if requests.len() + design.beside.len() > 1 {
            for (k, request) in requests.iter().chain(design.beside.iter()).enumerate() {
                events.extend(Occupied::of(axis, design, k, request)?);
            }
        }
        events.sort_by_key(|event| (event.hull.start, event.request));
        let longest = events.iter().map(|event| event.hull.len()).max().unwrap_or(0);
        Ok(Self { events, longest })
    }

    /// Other events than that of a request that share an asset with it and take rows of its
    /// estimation window.
    pub(super) fn others(
        &self,
        request: usize,
        assets: &[AssetId],
        estimation: &EstimationRows,
    ) -> Vec<&Occupied> {
        let hull = estimation.hull();
        let earliest = hull.start.saturating_sub(self.longest);
        let from = self.events.partition_point(|event| event.hull.start < earliest);
        let to = self.events.partition_point(|event| event.hull.start < hull.end);
        let near = self.events.get(from..to).unwrap_or_default();
        let mut found: Vec<&Occupied> = near
            .iter()
            .filter(|event| event.request != request && event.hull.end > hull.start)
            .filter(|event| estimation.n_within(&event.windows) > 0)
            .collect();
        if !found.is_empty() {
            let mut assets = assets.to_vec();
            assets.sort_unstable();
            found.retain(|event| share_one(&event.assets, &assets));
        }
        found
    }
}

impl Occupied {
    fn of(
        axis: &DateAxis,
        design: &Design,
        request: usize,
        asked: &EventRequest,
    ) -> Result<Option<Self>> {
        let mut windows = Vec::with_capacity(design.windows.len());
        for window in &design.windows {
            let rows = window.rows_held(axis, asked.date, design.sessions.as_ref())?;
            windows.extend(Some(rows).filter(|rows| !rows.is_empty()));
        }
        let first = windows.iter().map(|rows| rows.start).min();
        let last = windows.iter().map(|rows| rows.end).max();
        Ok(first.zip(last).map(|(first, last)| {
            let mut assets = asked.assets.clone();
            assets.sort_unstable();
            Self { request, hull: first..last, windows, assets }
        }))
    }

    /// Whether an asset responds to it.
    pub(super) fn is_of(&self, asset: AssetId) -> bool {
        self.assets.binary_search(&asset).is_ok()
    }
}

/// The rows that the windows of these events take.
pub(super) fn windows_of<'a>(events: impl Iterator<Item = &'a Occupied>) -> Vec<Range<usize>> {
    events.flat_map(|event| &event.windows).cloned().collect()
}

/// Whether two sorted lists have an asset in common.
fn share_one(a: &[AssetId], b: &[AssetId]) -> bool {
    let (mut i, mut j) = (0, 0);
    while let (Some(x), Some(y)) = (a.get(i), b.get(j)) {
        match x.cmp(y) {
            Ordering::Equal => return true,
            Ordering::Less => i += 1,
            Ordering::Greater => j += 1,
        }
    }
    false
}
