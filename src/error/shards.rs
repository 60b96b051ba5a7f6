//! Faults of runs that are put together from parts.

use std::path::PathBuf;

/// What is wrong with the parts of a run.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ShardFault {
    /// Replicates of a bootstrap that no shard holds.
    #[error("no shard holds the replicates {first}..{end}")]
    Gap {
        /// Number of the first one, from 0.
        first: usize,
        /// Number after the last one.
        end: usize,
    },
    /// Replicates of a bootstrap that two shards hold.
    #[error("two shards hold the replicates {first}..{end}")]
    Overlap {
        /// Number of the first one, from 0.
        first: usize,
        /// Number after the last one.
        end: usize,
    },
    /// Shards of two bootstraps.
    #[error("the shard {first}..{end} is of another run: its {what} is {found}, not {expected}")]
    OfAnotherRun {
        /// Number of its first replicate, from 0.
        first: usize,
        /// Number after its last one.
        end: usize,
        /// What differs.
        what: &'static str,
        /// That of the run.
        expected: String,
        /// That of the shard.
        found: String,
    },
    /// A saved part of a run that is of another run.
    #[error(
        "{}: is of another run: its {what} is {found}, not {expected}; take another folder, or \
         delete the file", path.display()
    )]
    FileOfAnotherRun {
        /// The file.
        path: PathBuf,
        /// What differs.
        what: &'static str,
        /// That of the run.
        expected: String,
        /// That of the file.
        found: String,
    },
}
