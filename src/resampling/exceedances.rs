//! Counts of replicates beyond an observed statistic.

use serde::{Deserialize, Serialize};

/// Values closer than this, relative to the scale of a statistic, are ties.
const TIE: f64 = 1e-12;

/// How many replicates go beyond an observed statistic: both counts, with and without ties, from
/// which the p-values of the field's conventions follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exceedances {
    /// Replicates above the statistic.
    pub n_above: usize,
    /// Replicates above it or tied with it.
    pub n_at_least: usize,
    /// Replicates B.
    pub n_replicates: usize,
}

impl Exceedances {
    /// `(1 + #{at least as large}) / (1 + B)`: the p-value of this crate, valid because the observed
    /// statistic is one more draw under the null (Davison and Hinkley 1997, section 4.2,
    /// <https://doi.org/10.1017/CBO9780511802843>). It is never 0.
    pub fn p_value(self) -> f64 {
        (1 + self.n_at_least) as f64 / (1 + self.n_replicates) as f64
    }

    /// `#{larger} / B`, which other packages print as a p-value. It can be 0 and then claims more
    /// than any number of draws can show.
    pub fn share_above(self) -> f64 {
        self.n_above as f64 / self.n_replicates as f64
    }

    /// `#{at least as large} / B`, where the observed statistic is one of the replicates.
    pub(crate) fn share(self) -> f64 {
        self.n_at_least as f64 / self.n_replicates as f64
    }

    /// Nothing counted yet, of no replicates.
    pub(crate) const NONE: Self = Self { n_above: 0, n_at_least: 0, n_replicates: 0 };

    /// Counts among values in any order; NaN and negative infinity are no value.
    pub(crate) fn of(values: &[f64], bar: Bar) -> Self {
        let mut counts = Self::NONE;
        for value in values {
            counts.n_above += usize::from(*value > bar.most);
            counts.n_at_least += usize::from(*value >= bar.least);
            counts.n_replicates += usize::from(*value > f64::NEG_INFINITY);
        }
        counts
    }

    /// Counts of other replicates added.
    pub(crate) fn plus(self, other: Self) -> Self {
        Self {
            n_above: self.n_above + other.n_above,
            n_at_least: self.n_at_least + other.n_at_least,
            n_replicates: self.n_replicates + other.n_replicates,
        }
    }

    /// The larger of each count.
    pub(crate) fn at_least(self, other: Self) -> Self {
        Self {
            n_above: self.n_above.max(other.n_above),
            n_at_least: self.n_at_least.max(other.n_at_least),
            n_replicates: self.n_replicates,
        }
    }

    /// Every replicate is beyond.
    pub(crate) fn all(n_replicates: usize) -> Self {
        Self { n_above: n_replicates, n_at_least: n_replicates, n_replicates }
    }
}

/// An observed statistic with what counts as a tie around it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Bar {
    /// The smallest value that ties.
    least: f64,
    /// The largest one.
    most: f64,
}

impl Bar {
    /// Ties up to 10⁻¹² of the statistic or of its `scale`, whichever is larger.
    pub(crate) fn new(statistic: f64, scale: f64) -> Self {
        let slack = TIE * statistic.abs().max(scale);
        Self { least: statistic - slack, most: statistic + slack }
    }

    /// Whether the statistic is above a value, and not tied with it.
    pub(crate) fn exceeds(self, value: f64) -> bool {
        self.least > value
    }
}
