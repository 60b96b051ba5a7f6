//! A bootstrap that is set up: every replicate can be computed by itself.

use std::fmt;
use std::ops::Range;

use hmac_sha256::Hash;
use ndarray::ArrayView2;

use super::distribution::{BootstrapDistribution, ResamplingScheme};
use super::shards::{self, BootstrapShard, RunFingerprint};
use crate::files::hexadecimal;
use crate::numeric::parallel;
use crate::{Error, Result};

/// A bootstrap that is set up and not drawn, made by the `prepare` methods of
/// [`SeriesBootstrap`](super::SeriesBootstrap).
///
/// Replicate k depends on its number and the seed alone, so a long run can be cut into shards that
/// are computed at other times or on other machines, kept as files, and put together to what
/// [`run`](Self::run) would have given, bit for bit. The bootstraps by event date, of clusters and of
/// wild weights, and placebo sets, are computed in one piece: with event dates as their units they take
/// milliseconds to seconds.
///
/// ```
/// use eventstudy::resampling::{BootstrapDistribution, BootstrapShard, SeriesBootstrap, SeriesScheme};
///
/// let series: Vec<f64> = (0..90).map(|t| (f64::from(t) * 0.7).sin()).collect();
/// let scheme = SeriesScheme::Circular { block_length: 6 };
/// let bootstrap = SeriesBootstrap::new(scheme)?.replicates(1_000).seed(7);
/// let range = |x: &[f64]| x.iter().fold(0.0, |a: f64, v| a.max(v.abs()));
///
/// let run = bootstrap.prepare(&series, range)?;
/// let kept = serde_json::to_string(&run.run_shard(600..1_000)?).unwrap();
///
/// // Later: read what there is, compute what is missing.
/// let mut shards: Vec<BootstrapShard> = vec![serde_json::from_str(&kept).unwrap()];
/// for missing in run.missing(&shards)? {
///     shards.push(run.run_shard(missing)?);
/// }
/// assert_eq!(BootstrapDistribution::from_shards(shards)?, run.run()?);
/// # Ok::<(), eventstudy::Error>(())
/// ```
pub struct BootstrapRun<'a, F> {
    pub(super) scheme: ResamplingScheme,
    pub(super) seed: Option<u64>,
    pub(super) n_replicates: usize,
    pub(super) n_rows: usize,
    pub(super) point_estimate: f64,
    /// What is resampled, where the run knows it.
    pub(super) data: Option<ArrayView2<'a, f64>>,
    /// Replicate `k`.
    pub(super) replicate: F,
}

impl<F: Fn(usize) -> f64 + Sync + Send> BootstrapRun<'_, F> {
    /// Number of replicates: those asked for, or all equally likely resamples where there are no
    /// more than that.
    pub fn n_replicates(&self) -> usize {
        self.n_replicates
    }

    /// Whether the replicates are every equally likely resample once.
    pub fn is_exact(&self) -> bool {
        self.seed.is_none()
    }

    /// Computes all replicates.
    ///
    /// # Errors
    ///
    /// [`Error::StatisticUndefined`] where the statistic of the sample or of a resample is not
    /// finite; [`Error::TooFew`] for fewer than two replicates.
    pub fn run(&self) -> Result<BootstrapDistribution> {
        let replicates = parallel::map(self.n_replicates, &self.replicate);
        let (estimate, exact) = (self.point_estimate, self.is_exact());
        BootstrapDistribution::assemble(estimate, replicates, self.scheme, exact, self.seed)
    }

    /// Computes the replicates of a range of numbers, counted from 0.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] for a range that is empty or ends after the last replicate;
    /// [`Error::StatisticUndefined`] where the statistic of the sample or of a resample in the range
    /// is not finite.
    pub fn run_shard(&self, range: Range<usize>) -> Result<BootstrapShard> {
        if range.is_empty() || range.end > self.n_replicates {
            return Err(Error::Setting {
                name: "range of a shard",
                value: format!("{}..{}", range.start, range.end),
                expected: "a range that is not empty and ends at most at the number of replicates",
            });
        }
        let replicates =
            parallel::map(range.len(), |offset| (self.replicate)(range.start + offset));
        BootstrapShard::new(range, replicates, self.fingerprint())
    }

    /// The ranges that `shards` of this run leave to be computed, in increasing order.
    ///
    /// # Errors
    ///
    /// [`ShardFault::Overlap`](crate::ShardFault::Overlap) for a replicate that is there twice;
    /// [`ShardFault::OfAnotherRun`](crate::ShardFault::OfAnotherRun) for a shard whose scheme, seed,
    /// data, statistic of the sample or number of replicates differs from this run's;
    /// [`Error::ShapeMismatch`] for one that does not hold as many replicates as its range.
    pub fn missing(&self, shards: &[BootstrapShard]) -> Result<Vec<Range<usize>>> {
        let shards: Vec<&BootstrapShard> = shards.iter().collect();
        shards::missing(&self.fingerprint(), shards)
    }

    fn fingerprint(&self) -> RunFingerprint {
        RunFingerprint {
            scheme: self.scheme,
            seed: self.seed,
            n_replicates: self.n_replicates,
            n_rows: self.n_rows,
            point_estimate: self.point_estimate,
            data_sha256: self.data.as_ref().map(sha256),
        }
    }
}

impl<F> fmt::Debug for BootstrapRun<'_, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BootstrapRun")
            .field("scheme", &self.scheme)
            .field("seed", &self.seed)
            .field("n_replicates", &self.n_replicates)
            .field("n_rows", &self.n_rows)
            .field("point_estimate", &self.point_estimate)
            .finish_non_exhaustive()
    }
}

/// SHA-256 of the values, row after row, in hexadecimal.
fn sha256(data: &ArrayView2<'_, f64>) -> String {
    let mut hash = Hash::new();
    for value in data {
        hash.update(value.to_bits().to_le_bytes());
    }
    hexadecimal(&hash.finalize())
}
