//! Size of the difference between two groups, in standard deviations.

use serde::{Deserialize, Serialize};
use statrs::distribution::{ContinuousCDF, Normal};

use super::outcome::check_probability;
use super::t::Pair;
use crate::{Error, Result};

/// Difference of the means of two groups over their pooled standard deviation, Cohen's d.
///
/// `d = (x̄ − ȳ)/s` with s² the sum of both sums of squared deviations over n₁ + n₂ − 2. *Assumes*
/// one variance in both groups. *Reference*: Cohen 1988, Statistical Power Analysis, chapter 2,
/// <https://doi.org/10.4324/9780203771587>.
///
/// ```
/// use eventstudy::inference::samples::GroupDifference;
///
/// let (breakouts, others) = ([0.05, 0.69, 0.66], [-0.08, -0.02, -0.04, -0.24, 0.01]);
/// let found = GroupDifference::of(&breakouts, &others)?;
/// assert!(found.cohens_d > 2.0);
/// // Eight events cannot be relied upon to show less than two standard deviations.
/// assert!(found.minimum_detectable_d(0.8, 0.05)? > 2.0);
/// # Ok::<(), eventstudy::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct GroupDifference {
    /// Mean of the first group less that of the second, in the units of the values.
    pub difference: f64,
    /// Pooled standard deviation, in the same units.
    pub pooled_std_dev: f64,
    /// The difference over the pooled standard deviation.
    pub cohens_d: f64,
    /// Size of the first group.
    pub n_first: usize,
    /// Size of the second group.
    pub n_second: usize,
}

impl GroupDifference {
    /// Of two groups of at least two values each.
    ///
    /// # Errors
    ///
    /// [`Error::TooFew`] for fewer than two values in a group, [`Error::DegenerateVariance`] where
    /// both are constant, [`Error::Setting`] for a value that is not finite.
    pub fn of(first: &[f64], second: &[f64]) -> Result<Self> {
        let pair = Pair::of("the size of a difference", first, second)?;
        let (difference, pooled_std_dev) = (pair.x.mean - pair.y.mean, pair.pooled_std_dev());
        Ok(Self {
            difference,
            pooled_std_dev,
            cohens_d: difference / pooled_std_dev,
            n_first: first.len(),
            n_second: second.len(),
        })
    }

    /// The d that a two-sided test at `significance` detects with probability `power`, by the normal
    /// approximation `(z(1 − α/2) + z(power)) √(1/n₁ + 1/n₂)`.
    ///
    /// With few events it is too small: [`TTestPower`](crate::resampling::TTestPower) has the exact
    /// one.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] unless 0 < significance < power < 1.
    pub fn minimum_detectable_d(&self, power: f64, significance: f64) -> Result<f64> {
        check_probability("significance", significance)?;
        check_probability("power", power)?;
        if power <= significance {
            return Err(Error::Setting {
                name: "power",
                value: power.to_string(),
                expected: "a power above the significance",
            });
        }
        let normal = Normal::standard();
        let z = normal.inverse_cdf(power) - normal.inverse_cdf(significance / 2.0);
        Ok(z * (1.0 / self.n_first as f64 + 1.0 / self.n_second as f64).sqrt())
    }

    /// [`minimum_detectable_d`](Self::minimum_detectable_d) times the pooled standard deviation, in
    /// the units of the values.
    ///
    /// # Errors
    ///
    /// As there.
    pub fn minimum_detectable_difference(&self, power: f64, significance: f64) -> Result<f64> {
        Ok(self.minimum_detectable_d(power, significance)? * self.pooled_std_dev)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closed_form() {
        let found = GroupDifference::of(&[1.0, 3.0], &[0.0, 2.0, 4.0, 6.0]).unwrap();
        // Squares 2 + 20 over 4 degrees of freedom.
        assert_eq!((found.difference, found.pooled_std_dev), (-1.0, 5.5_f64.sqrt()));
        assert!((found.cohens_d + 1.0 / 5.5_f64.sqrt()).abs() < 1e-15);
        let z = 1.959_963_984_540_054 + 0.841_621_233_572_914_3;
        let d = found.minimum_detectable_d(0.8, 0.05).unwrap();
        assert!((d - z * 0.75_f64.sqrt()).abs() < 1e-12);
        let units = found.minimum_detectable_difference(0.8, 0.05).unwrap();
        assert!((units / d - found.pooled_std_dev).abs() < 1e-12);
    }

    #[test]
    fn bad_input() {
        let few = GroupDifference::of(&[1.0], &[2.0, 3.0]);
        assert!(matches!(few, Err(Error::TooFew { .. })));
        let constant = GroupDifference::of(&[1.0, 1.0], &[2.0, 2.0]);
        assert!(matches!(constant, Err(Error::DegenerateVariance { .. })));
        let found = GroupDifference::of(&[1.0, 2.0], &[2.0, 4.0]).unwrap();
        for (power, significance) in [(0.05, 0.05), (1.0, 0.05), (0.8, 0.0), (f64::NAN, 0.05)] {
            assert!(found.minimum_detectable_d(power, significance).is_err());
        }
    }
}
