//! What correlation between the values of one date does to a t test over them.

use serde::{Deserialize, Serialize};

use super::outcome::{
    SampleTest, SidedPValues, Spread, check_probability, check_sample, check_size, degenerate,
};
use crate::inference::{Card, NullDistribution};
use crate::numeric::moments;
use crate::{Error, Result};

const NAME: &str = "design-effect t";

pub(super) const CARD: Card = Card {
    id: "design-effect-t",
    name: NAME,
    null: "the mean over units is zero",
    assumes: "units that are a sample from many alike, one mean correlation",
    robust_to: "that correlation between units",
    distribution: "t, (K - 1) over the design effect",
    allows_for_shared_dates: false,
    reference: "Kish 1965, chapter 5; Kolari and Pynnönen 2010",
    doi: "10.1093/rfs/hhq072",
    departures: "the degrees of freedom are a rule of thumb",
};

/// Kish's design effect of K equally correlated values: `1 + (K − 1) ρ`.
///
/// The variance of their mean is that of independent values times the design effect, so they are
/// worth `K / deff` of those; with ρ = 0.85 six assets are worth 1.1.
///
/// *Assumes* one correlation ρ for all pairs, or its mean in its place. *Reference*: Kish 1965,
/// Survey Sampling, chapter 5; for event studies Kolari and Pynnönen 2010,
/// <https://doi.org/10.1093/rfs/hhq072>.
///
/// ```
/// use eventstudy::inference::samples::DesignEffect;
///
/// let six_assets = DesignEffect::new(6, 0.85)?;
/// assert!((six_assets.factor() - 5.25).abs() < 1e-12 && six_assets.effective_size() < 1.2);
/// // A test at 5 % that takes ten responses with correlation 0.3 as independent rejects in 39 %.
/// let size = DesignEffect::new(10, 0.3)?.size_of_naive_test(0.05)?;
/// assert!((size - 0.394).abs() < 1e-3);
/// # Ok::<(), eventstudy::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct DesignEffect {
    n_units: usize,
    mean_correlation: f64,
}

/// Outcome of [`DesignEffect::t_test`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DesignEffectTest {
    /// t and its p-values with (K − 1)/deff degrees of freedom.
    pub result: SampleTest,
    /// Mean over the units.
    pub mean: f64,
    /// sd/√K, as if the units were independent.
    pub naive_std_error: f64,
    /// The naive one times √deff.
    pub std_error: f64,
    /// p-values of the same t with K − 1 degrees of freedom.
    pub p_values_nominal: SidedPValues,
    /// p-values of the same t by the normal law.
    pub p_values_normal: SidedPValues,
}

impl DesignEffect {
    /// Of `n_units` values with this mean correlation.
    ///
    /// # Errors
    ///
    /// [`Error::TooFew`] for fewer than two units; [`Error::Setting`] for a correlation outside
    /// [−1, 1]; [`Error::DegenerateVariance`] where it is so negative that the mean has no variance.
    pub fn new(n_units: usize, mean_correlation: f64) -> Result<Self> {
        check_size("the design effect", n_units, 2)?;
        if !(-1.0..=1.0).contains(&mean_correlation) {
            return Err(Error::Setting {
                name: "mean correlation",
                value: mean_correlation.to_string(),
                expected: "a number from -1 to 1",
            });
        }
        let effect = Self { n_units, mean_correlation };
        if effect.factor() <= f64::EPSILON * n_units as f64 {
            return Err(degenerate("the design effect", "the mean over the units"));
        }
        Ok(effect)
    }

    /// From one column per unit with one value per event: the mean of Pearson's correlations of all
    /// pairs of columns.
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new); [`Error::ShapeMismatch`] for columns of different length,
    /// [`Error::TooFew`] for fewer than two events, [`Error::DegenerateVariance`] for a constant
    /// column, [`Error::Setting`] for a value that is not finite.
    pub fn of_columns(columns: &[impl AsRef<[f64]>]) -> Result<Self> {
        const WHAT: &str = "the mean correlation";
        check_size(WHAT, columns.len(), 2)?;
        let n_events = columns[0].as_ref().len();
        for column in columns {
            check_sample(WHAT, column.as_ref(), 2)?;
            if column.as_ref().len() != n_events {
                return Err(Error::ShapeMismatch {
                    what: "a column of units".to_owned(),
                    n_found: column.as_ref().len(),
                    n_expected: n_events,
                });
            }
        }
        let mut sum = 0.0;
        for (i, a) in columns.iter().enumerate() {
            for b in &columns[..i] {
                sum += moments::correlation(a.as_ref(), b.as_ref())
                    .ok_or_else(|| degenerate(WHAT, "a column of units"))?;
            }
        }
        let n = columns.len();
        // Rounding may carry the mean of perfect correlations past one.
        Self::new(n, (sum / (n * (n - 1) / 2) as f64).clamp(-1.0, 1.0))
    }

    /// Number of units K.
    pub fn n_units(&self) -> usize {
        self.n_units
    }

    /// The mean correlation ρ.
    pub fn mean_correlation(&self) -> f64 {
        self.mean_correlation
    }

    /// `deff = 1 + (K − 1) ρ`.
    pub fn factor(&self) -> f64 {
        1.0 + (self.n_units - 1) as f64 * self.mean_correlation
    }

    /// `K / deff`, the number of independent values with the same information on the mean; above K
    /// where the correlation is negative.
    pub fn effective_size(&self) -> f64 {
        self.n_units as f64 / self.factor()
    }

    /// `(K − 1) / deff`.
    pub fn degrees_of_freedom(&self) -> f64 {
        (self.n_units - 1) as f64 / self.factor()
    }

    /// t test of the mean of one value per unit, `t = x̄ / (sd/√K · √deff)` with (K − 1)/deff degrees
    /// of freedom.
    ///
    /// - *Null*: the mean over units is zero.
    /// - *Assumes*: the units are a sample from many alike. Where they are the assets that shared
    ///   a few dates, the spread between assets says nothing of the spread between dates, whatever
    ///   the design effect; test event means by
    ///   [`IbragimovMueller`](super::IbragimovMueller) then.
    /// - *Departures*: the degrees of freedom divided by the design effect are a rule of thumb, not
    ///   a theorem.
    ///
    /// # Errors
    ///
    /// [`Error::ShapeMismatch`] unless there is one value per unit;
    /// [`Error::DegenerateVariance`] where all are the same; [`Error::Setting`] for a value that is
    /// not finite.
    pub fn t_test(&self, values: &[f64]) -> Result<DesignEffectTest> {
        if values.len() != self.n_units {
            return Err(Error::ShapeMismatch {
                what: "the values of the units".to_owned(),
                n_found: values.len(),
                n_expected: self.n_units,
            });
        }
        let spread = Spread::of(NAME, values)?;
        let naive_std_error = (spread.variance() / spread.n).sqrt();
        let std_error = naive_std_error * self.factor().sqrt();
        let t = spread.mean / std_error;
        let by = |law: NullDistribution| SampleTest::symmetric(NAME, t, law);
        let student = |degrees_of_freedom| by(NullDistribution::StudentT { degrees_of_freedom });
        Ok(DesignEffectTest {
            result: student(self.degrees_of_freedom()),
            mean: spread.mean,
            naive_std_error,
            std_error,
            p_values_nominal: student(spread.n - 1.0).p_values,
            p_values_normal: by(NullDistribution::Normal).p_values,
        })
    }

    /// The true size of a two-sided z test of the mean that takes the units for independent:
    /// `2 (1 − Φ(z(1 − α/2) √((1 − ρ)/deff)))`.
    ///
    /// With normal values of one variance the deviations from their mean estimate the variance times
    /// 1 − ρ, while the mean has the variance times deff/K; the cross-sectional t divides one by the
    /// other. This is its size in the limit of many units. *Reference*: Kolari and Pynnönen 2010,
    /// <https://doi.org/10.1093/rfs/hhq072>.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] for a significance outside (0, 1).
    pub fn size_of_naive_test(&self, significance: f64) -> Result<f64> {
        check_probability("significance", significance)?;
        let z = NullDistribution::Normal.two_sided_quantile(significance);
        let shrunk = z * ((1.0 - self.mean_correlation) / self.factor()).sqrt();
        Ok((2.0 * NullDistribution::Normal.upper_tail(shrunk)).min(1.0))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::inference::Alternative::TwoSided;
    use crate::inference::samples::OneSampleT;

    #[test]
    fn without_correlation_it_is_the_plain_t() {
        let x = [0.1, 0.4, -0.2, 0.3];
        let found = DesignEffect::new(4, 0.0).unwrap().t_test(&x).unwrap();
        let plain = OneSampleT::new().test(&x).unwrap();
        assert_eq!(found.result.statistic, plain.result.statistic);
        assert_eq!(found.result.p_values, plain.result.p_values);
        assert_eq!(found.p_values_nominal, plain.result.p_values);
        let size = DesignEffect::new(4, 0.0).unwrap().size_of_naive_test(0.05).unwrap();
        assert!((size - 0.05).abs() < 1e-11);
    }

    #[test]
    fn copies_are_one_unit() {
        let column = [0.1, 0.5, -0.3];
        let effect = DesignEffect::of_columns(&[column, column, column]).unwrap();
        assert!((effect.effective_size() - 1.0).abs() < 1e-12);
        assert_eq!(effect.size_of_naive_test(0.05).unwrap(), 1.0);
        let opposite = column.map(|v| -v);
        let none = DesignEffect::of_columns(&[column, opposite]);
        assert!(matches!(none, Err(Error::DegenerateVariance { .. })));
    }

    #[test]
    fn bad_input() {
        assert!(matches!(DesignEffect::new(1, 0.1), Err(Error::TooFew { .. })));
        assert!(DesignEffect::new(3, 1.1).is_err() && DesignEffect::new(3, f64::NAN).is_err());
        let effect = DesignEffect::new(3, 0.5).unwrap();
        assert!(matches!(effect.t_test(&[1.0, 2.0]), Err(Error::ShapeMismatch { .. })));
        assert!(matches!(effect.t_test(&[0.7; 3]), Err(Error::DegenerateVariance { .. })));
        assert!(effect.size_of_naive_test(1.0).is_err());
        let (short, long) = (vec![0.1, 0.2], vec![0.1, 0.3, 0.2]);
        let ragged = DesignEffect::of_columns(&[long.clone(), short]);
        assert!(matches!(ragged, Err(Error::ShapeMismatch { n_found: 2, n_expected: 3, .. })));
        let constant = DesignEffect::of_columns(&[long, vec![0.3; 3]]);
        assert!(matches!(constant, Err(Error::DegenerateVariance { .. })));
    }

    proptest! {
        #[test]
        fn correlation_makes_the_naive_test_reject_more(n in 2_usize..60, rho in 0.0_f64..0.99) {
            let size = |rho| DesignEffect::new(n, rho).unwrap().size_of_naive_test(0.05).unwrap();
            prop_assert!(size(rho + 0.005) > size(rho));
            prop_assert!(size(rho) > 0.049_999 && size(rho) <= 1.0);
        }

        #[test]
        fn p_values_order(x in prop::collection::vec(-1.0_f64..1.0, 2..12), rho in 0.01_f64..0.9) {
            let found = DesignEffect::new(x.len(), rho).unwrap().t_test(&x).unwrap();
            let p = found.result.p_value(TwoSided);
            prop_assert!(p > 0.0 && p <= 1.0 && p >= found.p_values_nominal.two_sided - 1e-12);
            prop_assert!(found.p_values_nominal.two_sided >= found.p_values_normal.two_sided - 1e-12);
            prop_assert!(found.std_error >= found.naive_std_error);
        }
    }
}
