//! Responses grouped by event date.

use super::distribution::check_values;
use crate::numeric::moments;
use crate::{Error, Result};

/// Sum and number of the responses of one event date.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct ClusterSum {
    pub(super) sum: f64,
    pub(super) n: f64,
}

impl ClusterSum {
    pub(super) fn of(responses: impl IntoIterator<Item = f64>) -> Self {
        let empty = Self { sum: 0.0, n: 0.0 };
        responses.into_iter().fold(empty, |c, v| Self { sum: c.sum + v, n: c.n + 1.0 })
    }
}

/// Mean of the pooled responses.
pub(super) fn mean(clusters: &[ClusterSum]) -> f64 {
    let total = |of: fn(&ClusterSum) -> f64| clusters.iter().map(of).sum::<f64>();
    total(|c| c.sum) / total(|c| c.n)
}

/// Mean m of the pooled responses and its standard error robust to dependence within clusters,
/// `√(G/(G − 1) Σ(S − n m)²) / N` over G clusters with S the sum of the n responses of one and N of
/// all: that of a regression on a constant with clusters (Liang and Zeger 1986,
/// <https://doi.org/10.1093/biomet/73.1.13>), and s/√G for clusters of one response. 0 where the
/// deviations are no more than rounding.
pub(super) fn mean_and_std_error(clusters: &[ClusterSum]) -> (f64, f64) {
    let (g, n) = (clusters.len() as f64, clusters.iter().map(|c| c.n).sum::<f64>());
    let mean = mean(clusters);
    let squares: f64 = clusters.iter().map(|c| (c.sum - c.n * mean).powi(2)).sum();
    let level = clusters.iter().fold(0.0, |a: f64, c| a.max(c.sum.abs()));
    let constant = moments::is_negligible(squares, level, clusters.len());
    (mean, if constant { 0.0 } else { (g / (g - 1.0) * squares).sqrt() / n })
}

/// At least two clusters, none of them empty.
pub(super) fn check_sizes(what: &str, sizes: impl IntoIterator<Item = usize>) -> Result<()> {
    let mut n_clusters = 0;
    for (at, size) in sizes.into_iter().enumerate() {
        n_clusters = at + 1;
        if size == 0 {
            return Err(Error::TooFew {
                what: format!("event date {n_clusters} of {what}"),
                unit: "responses",
                n_needed: 1,
                n_found: 0,
            });
        }
    }
    if n_clusters < 2 {
        return Err(Error::TooFew {
            what: what.to_owned(),
            unit: "event dates",
            n_needed: 2,
            n_found: n_clusters,
        });
    }
    Ok(())
}

/// As [`check_sizes`], and every response is finite.
pub(super) fn check_responses(what: &str, clusters: &[impl AsRef<[f64]>]) -> Result<()> {
    check_sizes(what, clusters.iter().map(|c| c.as_ref().len()))?;
    clusters.iter().try_for_each(|c| check_values(c.as_ref()))
}
