//! The distribution of the largest statistic.

use super::adjustment::check_significance;
use crate::numeric::quantile;
use crate::resampling::{Bar, Exceedances};
use crate::{Error, Result};

/// How a critical value is read from B replicates.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum CriticalValue {
    /// The `⌈(1 − α)(B + 1)⌉`-th smallest replicate: a statistic is above it where its p-value
    /// `(1 + count)/(1 + B)` is at most α.
    #[default]
    OrderStatistic,
    /// The type-7 quantile at 1 − α, as other packages take it. It can lie a replicate lower, so that
    /// a statistic with a p-value just above α is rejected.
    Interpolated,
}

/// The largest statistic over all models in every replicate, beside the observed one.
#[derive(Debug, Clone, PartialEq)]
pub struct MaximumDistribution {
    statistic: f64,
    scale: f64,
    maxima: Vec<f64>,
}

impl MaximumDistribution {
    /// Sorts the maxima; ties are told by the `scale` of the statistic.
    pub(super) fn new(statistic: f64, scale: f64, mut maxima: Vec<f64>) -> Self {
        maxima.sort_by(f64::total_cmp);
        Self { statistic, scale, maxima }
    }

    /// The observed maximum.
    pub fn statistic(&self) -> f64 {
        self.statistic
    }

    /// The maxima of the replicates in increasing order.
    pub fn maxima(&self) -> &[f64] {
        &self.maxima
    }

    /// How many of them reach the observed one.
    pub fn exceedances(&self) -> Exceedances {
        Exceedances::of(&self.maxima, Bar::new(self.statistic, self.scale))
    }

    /// `(1 + #{maxima ≥ statistic}) / (1 + B)`.
    pub fn p_value(&self) -> f64 {
        self.exceedances().p_value()
    }

    /// The value that a statistic must be above to be rejected at `significance` α.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] for a significance that is not between 0 and 1; [`Error::TooFew`] where
    /// there are so few replicates that no p-value could be as small.
    pub fn critical_value(&self, significance: f64, rule: CriticalValue) -> Result<f64> {
        check_significance(significance)?;
        let n = self.maxima.len();
        match rule {
            CriticalValue::Interpolated => {
                Ok(quantile::quantile_sorted(&self.maxima, 1.0 - significance).unwrap_or(f64::NAN))
            }
            CriticalValue::OrderStatistic => {
                // (1 + count)/(1 + n) ≤ α allows that many replicates at or above a statistic.
                let n_allowed = allowed(n, significance).ok_or_else(|| too_few(n, significance))?;
                Ok(self.maxima[n - 1 - n_allowed])
            }
        }
    }

    /// Whether a statistic is above a critical value, ties not counted.
    pub(super) fn is_above(&self, statistic: f64, critical_value: f64) -> bool {
        Bar::new(statistic, self.scale).exceeds(critical_value)
    }
}

/// The most replicates that may be at least as large with a p-value of at most `significance`; the
/// product of both is taken for whole where it is so up to rounding.
fn allowed(n: usize, significance: f64) -> Option<usize> {
    let product = significance * (n + 1) as f64;
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // 0 < product < n + 1
    let whole = (product * (1.0 + 4.0 * f64::EPSILON)).floor() as usize;
    whole.checked_sub(1).filter(|allowed| *allowed < n)
}

fn too_few(n_found: usize, significance: f64) -> Error {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // of a positive number
    let n_needed = (1.0 / significance - 1.0 - 1e-9).ceil() as usize;
    Error::TooFew {
        what: format!("a critical value at {significance}"),
        unit: "replicates",
        n_needed,
        n_found,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn above_the_critical_value_is_a_p_value_at_most_as_large() {
        for n in [19_u32, 20, 39, 99, 100, 199] {
            let maxima: Vec<f64> = (1..=n).map(f64::from).collect();
            for significance in [0.05, 0.1, 0.2, 0.37] {
                let of = |statistic| MaximumDistribution::new(statistic, 1.0, maxima.clone());
                let critical = of(0.0).critical_value(significance, CriticalValue::default());
                let critical = critical.unwrap();
                for half in 0..=2 * n + 1 {
                    let found = of(f64::from(half) / 2.0);
                    let rejected = found.is_above(found.statistic(), critical);
                    assert_eq!(rejected, found.p_value() <= significance, "{n} {half}");
                }
            }
        }
    }

    #[test]
    fn too_few_replicates_have_no_critical_value() {
        let few = MaximumDistribution::new(1.0, 1.0, vec![0.0; 18]);
        let fault = few.critical_value(0.05, CriticalValue::OrderStatistic).unwrap_err();
        assert_eq!(
            fault.to_string(),
            "a critical value at 0.05 needs at least 19 replicates, found 18"
        );
        assert!(few.critical_value(0.05, CriticalValue::Interpolated).is_ok());
        assert!(few.critical_value(1.0, CriticalValue::Interpolated).is_err());
    }
}
