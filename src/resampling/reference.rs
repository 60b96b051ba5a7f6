//! One observed value among those that chance alone would have given.

use serde::{Deserialize, Serialize};

use super::tails::{PValues, TailCounts, plus_one};
use crate::numeric::moments;
use crate::{Error, Result};

/// An observed statistic beside the n values that a randomisation gives it: other dates, other
/// assets, other orders of the rows.
///
/// *Null*: the observed value is one more draw of the randomisation, so that all n + 1 are equally
/// likely to be the one observed. Then `P(p ≤ α) ≤ α` for each p-value (Davison and Hinkley 1997,
/// section 4.2, <https://doi.org/10.1017/CBO9780511802843>). An enumeration holds every other
/// outcome once, the observed one not among them; the +1 counts it, so that p is the share of all
/// outcomes at least as extreme.
#[derive(Debug, Clone, PartialEq)]
pub struct ReferenceDistribution {
    observed: f64,
    sorted: Vec<f64>,
    centre: f64,
    seed: Option<u64>,
}

impl ReferenceDistribution {
    /// `values` are the statistics of the randomisation without the observed one; `seed` that of
    /// random draws, `None` for an enumeration. `of` names the comparison in errors.
    ///
    /// # Errors
    ///
    /// [`Error::TooFew`] without values; [`Error::StatisticUndefined`] where one is not finite.
    pub(crate) fn new(
        of: &str,
        observed: f64,
        mut values: Vec<f64>,
        seed: Option<u64>,
    ) -> Result<Self> {
        if values.is_empty() {
            return Err(Error::TooFew {
                what: of.to_owned(),
                unit: "outcomes beside the observed one",
                n_needed: 1,
                n_found: 0,
            });
        }
        if !(observed.is_finite() && values.iter().all(|v| v.is_finite())) {
            return Err(Error::StatisticUndefined { on: of.to_owned() });
        }
        values.sort_by(f64::total_cmp);
        // Of all n + 1, so that it does not depend on which of them was observed.
        let centre = (values.iter().sum::<f64>() + observed) / (values.len() + 1) as f64;
        Ok(Self { observed, sorted: values, centre, seed })
    }

    /// The observed statistic.
    pub fn observed(&self) -> f64 {
        self.observed
    }

    /// The other n statistics in increasing order.
    pub fn statistics(&self) -> &[f64] {
        &self.sorted
    }

    /// Their number n.
    pub fn n(&self) -> usize {
        self.sorted.len()
    }

    /// Their mean.
    pub fn mean(&self) -> f64 {
        moments::mean(&self.sorted).unwrap_or(f64::NAN)
    }

    /// Their standard deviation, divisor n − 1; `None` for a single one.
    pub fn std_dev(&self) -> Option<f64> {
        moments::std_dev(&self.sorted)
    }

    /// Observed − mean.
    pub fn excess(&self) -> f64 {
        self.observed - self.mean()
    }

    /// `upper = (1 + #{sₖ ≥ t}) / (1 + n)`, `lower` likewise, and
    /// `two_sided = (1 + #{|sₖ − c| ≥ |t − c|}) / (1 + n)` with c the mean of all n + 1 values;
    /// ties count.
    pub fn p_values(&self) -> PValues {
        TailCounts::new(&self.sorted, self.observed, self.centre).plus_one()
    }

    /// The smallest p-value there can be, `1 / (1 + n)`.
    pub fn attainable_p(&self) -> f64 {
        plus_one(0, self.n())
    }

    /// Whether these are all other outcomes, each once.
    pub fn is_exact(&self) -> bool {
        self.seed.is_none()
    }

    /// The seed of a random draw; `None` for an enumeration.
    pub fn seed(&self) -> Option<u64> {
        self.seed
    }

    /// The figures that go into an outcome.
    pub fn summary(&self) -> ReferenceSummary {
        ReferenceSummary {
            observed: self.observed,
            mean: self.mean(),
            std_dev: self.std_dev(),
            excess: self.excess(),
            p_values: self.p_values(),
            attainable_p: self.attainable_p(),
            n: self.n(),
            exact: self.is_exact(),
            seed: self.seed,
        }
    }
}

/// A [`ReferenceDistribution`] without its statistics.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ReferenceSummary {
    /// The observed statistic.
    pub observed: f64,
    /// Mean of the others.
    pub mean: f64,
    /// Their standard deviation, divisor n − 1; `None` for a single one.
    pub std_dev: Option<f64>,
    /// Observed − mean.
    pub excess: f64,
    /// p-values with +1, the two-sided one centred on the mean of all n + 1 values.
    pub p_values: PValues,
    /// The smallest p-value there can be.
    pub attainable_p: f64,
    /// Number of outcomes beside the observed one.
    pub n: usize,
    /// Whether they are all there are.
    pub exact: bool,
    /// The seed of a random draw.
    pub seed: Option<u64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_centre_is_that_of_all_values() {
        // 4 among 0, 1, 3: the mean of the four is 2, and only 0 is as far from it as 4.
        let found = ReferenceDistribution::new("a test", 4.0, vec![3.0, 0.0, 1.0], None).unwrap();
        let p = found.p_values();
        assert_eq!((p.upper, p.lower, p.two_sided), (0.25, 1.0, 0.5));
        assert_eq!((found.attainable_p(), found.is_exact()), (0.25, true));
        assert!((found.excess() - 8.0 / 3.0).abs() < 1e-15);
    }

    #[test]
    fn every_value_in_turn_has_a_uniform_rank() {
        let all = [0.3, -1.2, 0.8, 2.5, -0.1, 0.9, 1.4];
        let mut found: Vec<f64> = (0..all.len())
            .map(|k| {
                let others: Vec<f64> = (0..all.len()).filter(|j| *j != k).map(|j| all[j]).collect();
                let test = ReferenceDistribution::new("", all[k], others, Some(1)).unwrap();
                test.p_values().two_sided * 7.0
            })
            .collect();
        found.sort_by(f64::total_cmp);
        for (k, p) in found.iter().enumerate() {
            assert!((p - (k + 1) as f64).abs() < 1e-12, "{found:?}");
        }
    }

    #[test]
    fn faults_are_errors() {
        let none = ReferenceDistribution::new("a test", 1.0, vec![], None).unwrap_err();
        assert_eq!(
            none.to_string(),
            "a test needs at least 1 outcomes beside the observed one, found 0"
        );
        for (observed, value) in [(f64::NAN, 1.0), (1.0, f64::INFINITY)] {
            let found = ReferenceDistribution::new("a test", observed, vec![value], None);
            assert!(matches!(found, Err(Error::StatisticUndefined { .. })));
        }
    }
}
