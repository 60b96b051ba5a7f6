//! Results of some of the assets, to be merged with those of the others.

use serde::{Deserialize, Serialize};

use super::tally::{Extent, Tally};
use crate::{Error, Result};

/// Assets whose sums are taken one after the other; sums of more are added up in a fixed tree.
pub(super) const SHARD: usize = 32;

/// What was accumulated over some of the assets.
///
/// Sums of floats depend on the order in which they are taken. Assets are therefore summed in shards of
/// 32, by their position among all assets, and shards along a binary tree: shard 0 with 1, 2
/// with 3, their sums with each other, and so on. However the assets were split, in whatever order
/// the parts were made and merged, on however many threads or machines, the same sums are taken in
/// the same order, so that the result has the same bits.
///
/// It serialises, so that a run can be interrupted and go on from what was saved, or be spread over
/// machines: [`SavedRun`](super::SavedRun) keeps a file for each block of assets. Its size is that of a few lists over rows and event dates for every factor of two in
/// the number of assets.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Partial {
    /// What the run depends on but for the returns: parts of different runs are not merged.
    pub(super) run: String,
    /// In the order of the shards.
    pub(super) nodes: Vec<Node>,
    /// The shard that the last asset did not fill.
    pub(super) open: Option<OpenShard>,
}

/// Sums over `n_shards` shards, a power of two, from a multiple of that number on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Node {
    pub(super) first_shard: usize,
    pub(super) n_shards: usize,
    pub(super) tally: Tally,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct OpenShard {
    pub(super) shard: usize,
    pub(super) n_assets: usize,
    pub(super) tally: Tally,
}

impl Partial {
    /// Assets that are in it, as ranges of their positions.
    pub fn assets(&self) -> Vec<std::ops::Range<usize>> {
        let of_node = |n: &Node| n.first_shard * SHARD..(n.first_shard + n.n_shards) * SHARD;
        let of_open = |o: &OpenShard| o.shard * SHARD..o.shard * SHARD + o.n_assets;
        let mut ranges: Vec<std::ops::Range<usize>> = Vec::new();
        for range in self.nodes.iter().map(of_node).chain(self.open.iter().map(of_open)) {
            match ranges.last_mut() {
                Some(last) if last.end == range.start => last.end = range.end,
                _ => ranges.push(range),
            }
        }
        ranges
    }

    /// Number of assets that are in it.
    pub fn n_assets(&self) -> usize {
        self.assets().iter().map(ExactSizeIterator::len).sum()
    }

    /// Puts two parts of one run together, in any order.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] where they are of different runs, where an asset is in both, or where a
    /// part that does not end with a whole shard is followed by another.
    pub fn merge(mut self, other: Self) -> Result<Self> {
        if self.run != other.run {
            return Err(Error::Setting {
                name: "partial result",
                value: format!("of the run {}", other.run),
                expected: "a part of the same run: same model, windows, dates and factors",
            });
        }
        let twice = |first: usize| {
            Err(Error::Setting {
                name: "partial result",
                value: format!("with asset {first}"),
                expected: "assets that are not in the other part",
            })
        };
        for theirs in other.assets() {
            for ours in self.assets() {
                let first = ours.start.max(theirs.start);
                if first < ours.end.min(theirs.end) {
                    return twice(first);
                }
            }
        }
        self.open = match (self.open.take(), other.open) {
            (Some(a), Some(b)) if a.shard == b.shard => return twice(a.shard * SHARD),
            (Some(a), Some(b)) => return Err(unfinished(a.shard.min(b.shard))),
            (a, b) => a.or(b),
        };
        for node in other.nodes {
            self.insert(node);
        }
        if let (Some(open), Some(last)) = (&self.open, self.nodes.last())
            && open.shard < last.first_shard
        {
            return Err(unfinished(open.shard));
        }
        Ok(self)
    }

    /// Adds a node that does not overlap with the others, and adds up what now can be.
    pub(super) fn insert(&mut self, mut node: Node) {
        loop {
            let at = self.nodes.partition_point(|n| n.first_shard < node.first_shard);
            let is_left = node.first_shard.is_multiple_of(2 * node.n_shards);
            let sibling = if is_left { Some(at) } else { at.checked_sub(1) };
            let starts = if is_left {
                node.first_shard + node.n_shards
            } else {
                node.first_shard - node.n_shards
            };
            let found = sibling.filter(|s| {
                let is_it = |n: &Node| n.first_shard == starts && n.n_shards == node.n_shards;
                self.nodes.get(*s).is_some_and(is_it)
            });
            let Some(found) = found else {
                self.nodes.insert(at, node);
                return;
            };
            let other = self.nodes.remove(found);
            let (mut left, right) = if is_left { (node, other) } else { (other, node) };
            left.tally.add(&right.tally);
            left.n_shards *= 2;
            node = left;
        }
    }

    /// Position of the asset that comes next, in a part that is whole from `first` on.
    pub(super) fn next_asset(&self) -> usize {
        let of_node = |n: &Node| (n.first_shard + n.n_shards) * SHARD;
        let closed = self.nodes.last().map_or(0, of_node);
        self.open.as_ref().map_or(closed, |open| open.shard * SHARD + open.n_assets)
    }

    /// Sums over all assets; `None` without any.
    pub(super) fn total(&self) -> Option<Tally> {
        let open = self.open.iter().map(|open| &open.tally);
        let mut tallies = self.nodes.iter().map(|node| &node.tally).chain(open);
        let mut total = tallies.next()?.clone();
        for tally in tallies {
            total.add(tally);
        }
        Some(total)
    }

    /// Whether all lists have these lengths.
    pub(super) fn fits(&self, extent: Extent) -> bool {
        self.nodes.iter().all(|node| node.tally.fits(extent))
            && self.open.iter().all(|open| open.tally.fits(extent))
    }
}

fn unfinished(shard: usize) -> Error {
    let first = shard * SHARD;
    Error::Setting {
        name: "partial result",
        value: format!("that ends between the assets {first} and {}", first + SHARD - 1),
        expected: "parts that start and end at multiples of 32 assets, but for the last",
    }
}
