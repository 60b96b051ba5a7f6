//! Replicates of a whole path, such as the CAAR over the days of an event window.

use super::distribution::{BootstrapDistribution, ResamplingScheme};
use crate::{Error, Result};

/// Replicates of a path: one row per resample, one column per day of the event window.
///
/// All days of a row come from the same resample, so the rows hold how the days depend on each
/// other; a band that covers the whole path can be read from them, and an interval of any one day
/// from [`day`](Self::day).
#[derive(Debug, Clone, PartialEq)]
pub struct PathDistribution {
    point: Vec<f64>,
    replicates: Vec<f64>,
    scheme: ResamplingScheme,
    exact: bool,
    seed: Option<u64>,
}

impl PathDistribution {
    /// Takes replicate paths that were computed elsewhere, row after row in one vector.
    ///
    /// # Errors
    ///
    /// [`Error::TooFew`] for a path without days or fewer than two replicates;
    /// [`Error::ShapeMismatch`] where the replicates are no whole number of paths;
    /// [`Error::StatisticUndefined`] where a value is not finite.
    pub fn from_replicates(
        point: Vec<f64>,
        replicates: Vec<f64>,
        scheme: ResamplingScheme,
    ) -> Result<Self> {
        Self::assemble(point, replicates, scheme, false, None)
    }

    /// Checks.
    pub(super) fn assemble(
        point: Vec<f64>,
        replicates: Vec<f64>,
        scheme: ResamplingScheme,
        exact: bool,
        seed: Option<u64>,
    ) -> Result<Self> {
        let n_days = point.len();
        let too_few = |unit, n_needed, n_found| Error::TooFew {
            what: format!("a path from {}", scheme.name()),
            unit,
            n_needed,
            n_found,
        };
        if n_days == 0 {
            return Err(too_few("days", 1, 0));
        }
        let n_replicates = replicates.len() / n_days;
        if !replicates.len().is_multiple_of(n_days) {
            return Err(Error::ShapeMismatch {
                what: "the list of replicate paths".to_owned(),
                n_found: replicates.len(),
                n_expected: (n_replicates + 1) * n_days,
            });
        }
        if n_replicates < 2 {
            return Err(too_few("replicates", 2, n_replicates));
        }
        if point.iter().any(|v| !v.is_finite()) {
            return Err(Error::StatisticUndefined { on: "the sample itself".to_owned() });
        }
        let undefined = |path: &&[f64]| path.iter().any(|v| !v.is_finite());
        let n_undefined = replicates.chunks_exact(n_days).filter(undefined).count();
        if n_undefined > 0 {
            let name = scheme.name();
            let on = format!("{n_undefined} of {n_replicates} resamples of {name}");
            return Err(Error::StatisticUndefined { on });
        }
        Ok(Self { point, replicates, scheme, exact, seed })
    }

    /// The path of the sample.
    pub fn point(&self) -> &[f64] {
        &self.point
    }

    /// Number of days of the path.
    pub fn n_days(&self) -> usize {
        self.point.len()
    }

    /// Number of replicate paths; all distinct equally likely outcomes where
    /// [`is_exact`](Self::is_exact).
    pub fn n_replicates(&self) -> usize {
        self.replicates.len() / self.point.len()
    }

    /// The replicate paths in the order in which they were drawn, row after row: value `j` of path
    /// `k` is at `k * n_days + j`.
    pub fn replicates(&self) -> &[f64] {
        &self.replicates
    }

    /// The replicate paths one by one.
    pub fn paths(&self) -> impl ExactSizeIterator<Item = &[f64]> {
        self.replicates.chunks_exact(self.n_days())
    }

    /// The distribution of one day of the path, counted from 0; `None` past its end.
    ///
    /// `BCa` is not defined for it: the paths without one unit are not kept.
    pub fn day(&self, day: usize) -> Option<BootstrapDistribution> {
        let point = *self.point.get(day)?;
        let values = self.paths().map(|path| path[day]).collect();
        // The path was checked as a whole, so no day of it can be at fault.
        BootstrapDistribution::assemble(point, values, self.scheme, self.exact, self.seed).ok()
    }

    /// How the replicates were drawn.
    pub fn scheme(&self) -> ResamplingScheme {
        self.scheme
    }

    /// Whether the replicates are every equally likely outcome once, not a random sample of them.
    pub fn is_exact(&self) -> bool {
        self.exact
    }

    /// The seed of a random draw; `None` for an enumeration or given draws.
    pub fn seed(&self) -> Option<u64> {
        self.seed
    }
}
