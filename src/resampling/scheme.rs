//! How replicates were drawn.

use serde::{Deserialize, Serialize};

/// How the replicates of a [`BootstrapDistribution`](super::BootstrapDistribution) were drawn.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(tag = "name", rename_all = "snake_case")]
#[non_exhaustive]
pub enum ResamplingScheme {
    /// Independent draws of event-date values ([`EventDateBootstrap`](super::EventDateBootstrap)).
    EventDate,
    /// Independent rows of a series ([`SeriesScheme::Iid`](super::SeriesScheme::Iid)).
    Iid,
    /// Moving blocks of a series ([`SeriesScheme::Moving`](super::SeriesScheme::Moving)).
    MovingBlock {
        /// Block length in rows.
        block_length: usize,
    },
    /// Circular blocks of a series ([`SeriesScheme::Circular`](super::SeriesScheme::Circular)).
    CircularBlock {
        /// Block length in rows.
        block_length: usize,
    },
    /// Blocks of geometric length ([`SeriesScheme::Stationary`](super::SeriesScheme::Stationary)).
    StationaryBlock {
        /// Mean block length in rows.
        mean_block_length: f64,
    },
    /// Whole event dates with all their responses ([`ClusterBootstrap`](super::ClusterBootstrap)).
    Cluster,
    /// Event dates, then assets inside each of them ([`ClusterBootstrap`](super::ClusterBootstrap)).
    TwoStageCluster,
    /// Blocks side by side ([`SeriesScheme::NonOverlapping`](super::SeriesScheme::NonOverlapping)).
    NonOverlappingBlock {
        /// Block length in rows.
        block_length: usize,
    },
    /// Weighted blocks ([`SeriesScheme::Tapered`](super::SeriesScheme::Tapered)).
    TaperedBlock {
        /// Block length in rows.
        block_length: usize,
    },
    /// Draws made elsewhere, each value independent of the others.
    GivenIndependent,
    /// Draws made elsewhere, in blocks of neighbouring values.
    GivenBlocks,
}

impl ResamplingScheme {
    /// The scheme in words.
    pub fn name(self) -> &'static str {
        match self {
            Self::EventDate => "the bootstrap by event date",
            Self::Iid => "the bootstrap of independent rows",
            Self::MovingBlock { .. } => "the moving block bootstrap",
            Self::CircularBlock { .. } => "the circular block bootstrap",
            Self::StationaryBlock { .. } => "the stationary block bootstrap",
            Self::Cluster => "the cluster bootstrap by event date",
            Self::TwoStageCluster => "the two-stage cluster bootstrap",
            Self::NonOverlappingBlock { .. } => "the non-overlapping block bootstrap",
            Self::TaperedBlock { .. } => "the tapered block bootstrap",
            Self::GivenIndependent => "a bootstrap from given independent draws",
            Self::GivenBlocks => "a bootstrap from given block draws",
        }
    }

    /// Whether the units of a resample are drawn independently of each other: values, or whole
    /// clusters.
    pub fn is_independent(self) -> bool {
        matches!(
            self,
            Self::EventDate
                | Self::Iid
                | Self::Cluster
                | Self::TwoStageCluster
                | Self::GivenIndependent
        )
    }
}
