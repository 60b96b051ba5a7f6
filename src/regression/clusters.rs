//! Groupings of rows.

use std::collections::BTreeMap;

use super::Regression;
use crate::{Error, Result};

/// Which rows belong together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clusters {
    /// Number of the cluster of each row, from 0.
    codes: Vec<usize>,
    n_clusters: usize,
}

impl Clusters {
    /// Rows with equal labels make a cluster.
    ///
    /// ```
    /// use eventstudy::regression::Clusters;
    ///
    /// assert_eq!(Clusters::by(["2024-01", "2024-02", "2024-01"]).n_clusters(), 2);
    /// ```
    pub fn by<T: Ord>(labels: impl IntoIterator<Item = T>) -> Self {
        let mut known = BTreeMap::new();
        let mut codes = Vec::new();
        for label in labels {
            let next = known.len();
            codes.push(*known.entry(label).or_insert(next));
        }
        Self { codes, n_clusters: known.len() }
    }

    /// Number of clusters, G.
    pub fn n_clusters(&self) -> usize {
        self.n_clusters
    }

    /// Rows that are together in both groupings.
    pub(super) fn within(&self, other: &Self) -> Self {
        Self::by(self.codes.iter().zip(&other.codes))
    }

    /// `G/(G − 1) · (n − 1)/(n − k)`.
    pub(super) fn small_sample_factor(&self, n: usize, k: usize) -> f64 {
        let g = self.n_clusters as f64;
        g / (g - 1.0) * (n - 1) as f64 / (n - k) as f64
    }

    /// Sum over clusters of the products of summed influences, k × k.
    pub(super) fn covariance(&self, influences: &[f64], k: usize) -> Vec<f64> {
        let mut sums = vec![0.0; self.n_clusters * k];
        for (row, code) in influences.chunks_exact(k).zip(&self.codes) {
            for (sum, v) in sums[code * k..].iter_mut().zip(row) {
                *sum += v;
            }
        }
        super::covariance::products(&sums, k, |_| 1.0)
    }

    pub(super) fn check(&self, regression: &Regression) -> Result<()> {
        let n = regression.n_observations();
        super::least_squares::same_length("the clusters", self.codes.len(), n)?;
        if self.n_clusters < 2 {
            return Err(Error::TooFew {
                what: "a clustered covariance".to_owned(),
                unit: "clusters",
                n_needed: 2,
                n_found: self.n_clusters,
            });
        }
        Ok(())
    }
}
