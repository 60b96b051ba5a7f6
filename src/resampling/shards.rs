//! Parts of a bootstrap that were computed by themselves, and how they are put together.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::distribution::{BootstrapDistribution, ResamplingScheme};
use crate::{Error, Result, ShardFault};

/// The replicates of a range of numbers, made by
/// [`BootstrapRun::run_shard`](super::BootstrapRun::run_shard).
///
/// Serialise it to JSON, which keeps every bit of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BootstrapShard {
    range: Range<usize>,
    replicates: Vec<f64>,
    run: RunFingerprint,
}

/// What all shards of a run have in common.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RunFingerprint {
    pub(super) scheme: ResamplingScheme,
    /// `None` for an enumeration.
    pub(super) seed: Option<u64>,
    pub(super) n_replicates: usize,
    pub(super) n_rows: usize,
    pub(super) point_estimate: f64,
    pub(super) data_sha256: Option<String>,
}

impl RunFingerprint {
    /// What differs first, with both values.
    fn difference(&self, other: &Self) -> Option<(&'static str, String, String)> {
        let pairs = [
            ("scheme", format!("{:?}", self.scheme), format!("{:?}", other.scheme)),
            ("seed", seed(self.seed), seed(other.seed)),
            ("number of replicates", self.n_replicates.to_string(), other.n_replicates.to_string()),
            ("number of rows", self.n_rows.to_string(), other.n_rows.to_string()),
            ("hash of the data", hash(self.data_sha256.as_ref()), hash(other.data_sha256.as_ref())),
            // The shortest text that gives the number back, so equal texts are equal bits.
            (
                "statistic of the sample",
                format!("{:?}", self.point_estimate),
                format!("{:?}", other.point_estimate),
            ),
        ];
        pairs.into_iter().find(|(_, a, b)| a != b)
    }
}

fn seed(seed: Option<u64>) -> String {
    seed.map_or_else(|| "none, as all resamples are enumerated".to_owned(), |s| s.to_string())
}

fn hash(hash: Option<&String>) -> String {
    hash.map_or_else(|| "none".to_owned(), Clone::clone)
}

impl BootstrapShard {
    pub(super) fn new(
        range: Range<usize>,
        replicates: Vec<f64>,
        run: RunFingerprint,
    ) -> Result<Self> {
        if !run.point_estimate.is_finite() {
            return Err(Error::StatisticUndefined { on: "the sample itself".to_owned() });
        }
        let n_undefined = replicates.iter().filter(|v| !v.is_finite()).count();
        if n_undefined > 0 {
            let (n, name) = (replicates.len(), run.scheme.name());
            let on = format!("{n_undefined} of {n} resamples of {name}");
            return Err(Error::StatisticUndefined { on });
        }
        Ok(Self { range, replicates, run })
    }

    /// The numbers of its replicates.
    pub fn range(&self) -> Range<usize> {
        self.range.clone()
    }

    /// Its replicates, in the order of their numbers.
    pub fn replicates(&self) -> &[f64] {
        &self.replicates
    }

    /// Number of replicates of the whole run.
    pub fn n_replicates_of_run(&self) -> usize {
        self.run.n_replicates
    }
}

impl BootstrapDistribution {
    /// Puts the shards of one run together, in any order: the bits of the run in one piece.
    ///
    /// The delete-one values of `BCa` are no part of a shard; add them with
    /// [`with_jackknife`](Self::with_jackknife).
    ///
    /// # Errors
    ///
    /// [`Error::Shard`]: [`ShardFault::Gap`] for a replicate that no shard holds,
    /// [`ShardFault::Overlap`] for one that two hold, [`ShardFault::OfAnotherRun`] for a shard whose
    /// scheme, seed, data, statistic of the sample or number of replicates differs from that of the
    /// first;
    /// [`Error::ShapeMismatch`] for one that does not hold as many replicates as its range;
    /// [`Error::TooFew`] for no shards or fewer than two replicates.
    pub fn from_shards(shards: impl IntoIterator<Item = BootstrapShard>) -> Result<Self> {
        let mut shards: Vec<BootstrapShard> = shards.into_iter().collect();
        let Some(run) = shards.first().map(|shard| shard.run.clone()) else {
            return Err(Error::TooFew {
                what: "a bootstrap from shards".to_owned(),
                unit: "shards",
                n_needed: 1,
                n_found: 0,
            });
        };
        if let Some(gap) = missing(&run, shards.iter().collect())?.into_iter().next() {
            return Err(Error::Shard(ShardFault::Gap { first: gap.start, end: gap.end }));
        }
        // The order of the draws, whatever that of the shards.
        shards.sort_by_key(|shard| shard.range.start);
        let replicates = shards.into_iter().flat_map(|shard| shard.replicates).collect();
        let exact = run.seed.is_none();
        Self::assemble(run.point_estimate, replicates, run.scheme, exact, run.seed)
    }
}

/// The ranges that no shard of the run holds, in increasing order.
pub(super) fn missing(
    run: &RunFingerprint,
    mut shards: Vec<&BootstrapShard>,
) -> Result<Vec<Range<usize>>> {
    for shard in &shards {
        if let Some((what, expected, found)) = run.difference(&shard.run) {
            let Range { start, end } = shard.range;
            let fault = ShardFault::OfAnotherRun { first: start, end, what, expected, found };
            return Err(Error::Shard(fault));
        }
        if shard.replicates.len() != shard.range.len() || shard.range.end > run.n_replicates {
            let Range { start, end } = shard.range;
            return Err(Error::ShapeMismatch {
                what: format!("shard {start}..{end} of {} replicates", run.n_replicates),
                n_found: shard.replicates.len(),
                n_expected: shard.range.end.min(run.n_replicates).saturating_sub(start),
            });
        }
    }
    shards.sort_by_key(|shard| shard.range.start);
    let (mut gaps, mut next) = (Vec::new(), 0);
    for shard in shards {
        let Range { start, end } = shard.range;
        if start < next {
            return Err(Error::Shard(ShardFault::Overlap { first: start, end: end.min(next) }));
        }
        if start > next {
            gaps.push(next..start);
        }
        next = end;
    }
    if next < run.n_replicates {
        gaps.push(next..run.n_replicates);
    }
    Ok(gaps)
}
