//! t statistics corrected for skewness.

use serde::{Deserialize, Serialize};

use super::outcome::{SampleTest, Spread, check_size};
use crate::Result;
use crate::inference::{Card, NullDistribution};

pub(super) const JOHNSON_CARD: Card = Card {
    id: "skewness-t-johnson",
    name: "skewness-adjusted t (Johnson)",
    null: "the mean is zero",
    assumes: "independent values alike in distribution, with a third moment",
    robust_to: "skewed values",
    distribution: "normal, or t with n - 1 on request",
    allows_for_shared_dates: false,
    reference: "Johnson 1978; Lyon, Barber and Tsai 1999",
    doi: "10.1111/0022-1082.00101",
    departures: "none; the estimator of the skewness is a choice",
};

pub(super) const HALL_CARD: Card = Card {
    id: "skewness-t-hall",
    name: "skewness-adjusted t (Hall)",
    null: "the mean is zero",
    assumes: "independent values alike in distribution, with a third moment",
    robust_to: "skewed values",
    distribution: "normal, or t with n - 1 on request",
    allows_for_shared_dates: false,
    reference: "Hall 1992; Lyon, Barber and Tsai 1999",
    doi: "10.1111/0022-1082.00101",
    departures: "none; the estimator of the skewness is a choice",
};

/// How skewness is estimated, with s the standard deviation of divisor n − 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SkewnessEstimator {
    /// `γ = Σ(x − x̄)³ / (n s³)`, as Lyon, Barber and Tsai write it.
    LyonBarberTsai,
    /// `γ = n / ((n − 1)(n − 2)) · Σ(x − x̄)³ / s³`, the third k-statistic over s³.
    Unbiased,
}

/// The correction of `t = √n S`, with S = x̄/s.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SkewnessForm {
    /// `√n (S + γS²/3 + γ/(6n))`.
    Johnson,
    /// `√n (S + γS²/3 + γ²S³/27 + γ/(6n))`.
    Hall,
}

impl SkewnessForm {
    /// The corrected statistic of n values with mean over standard deviation S and skewness γ.
    pub(super) fn statistic(self, n: f64, s: f64, gamma: f64) -> f64 {
        let johnson = s + gamma * s * s / 3.0 + gamma / (6.0 * n);
        let cubic = match self {
            Self::Johnson => 0.0,
            Self::Hall => gamma * gamma * s.powi(3) / 27.0,
        };
        n.sqrt() * (johnson + cubic)
    }
}

/// Skewness-adjusted t test of one sample against a mean of zero.
///
/// [`johnson`](Self::johnson): `√n (S + γS²/3 + γ/(6n))` with γ of Lyon, Barber and Tsai.
/// [`hall`](Self::hall): the same with `+ γ²S³/27` inside the brackets and the unbiased γ.
///
/// - *Null*: the mean is zero.
/// - *Assumes*: independent values alike in distribution, skewed but with light enough tails for
///   the third moment to be estimated.
/// - *Distribution*: normal, or with [`student_t`](Self::student_t) t with n − 1 degrees of freedom.
///   The expansions make the statistic normal up to terms of order 1/n; Johnson reads it against t.
///   Lyon, Barber and Tsai advise critical values of a bootstrap instead of either.
/// - *Reference*: Johnson 1978, Journal of the American Statistical Association 73, pages 536–544;
///   Hall 1992, Journal of the Royal Statistical Society B 54, pages 221–228; Lyon, Barber and Tsai
///   1999, <https://doi.org/10.1111/0022-1082.00101>.
/// - *Departures*: none. Which γ goes with which form is a choice of the packages, not of the
///   papers; both can be asked for. Johnson's form is not monotone in S: it turns back where γS falls
///   below −3/2, and below about −3 it has the wrong sign. Hall's cubic term makes it monotone.
///
/// ```
/// use eventstudy::inference::Alternative;
/// use eventstudy::inference::samples::SkewnessAdjustedT;
///
/// let bhar = [0.41, -0.12, 0.05, 1.32, -0.20, 0.11, 0.02, 0.64];
/// let johnson = SkewnessAdjustedT::johnson().test(&bhar)?;
/// assert!(johnson.skewness > 0.0 && johnson.result.statistic > johnson.t);
/// assert!(johnson.result.p_value(Alternative::Greater) < 0.05);
/// # Ok::<(), eventstudy::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SkewnessAdjustedT {
    form: SkewnessForm,
    estimator: SkewnessEstimator,
    student_t: bool,
}

/// Outcome of [`SkewnessAdjustedT::test`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SkewnessAdjusted {
    /// The corrected statistic and its p-values.
    pub result: SampleTest,
    /// Number of values.
    pub n: usize,
    /// Mean.
    pub mean: f64,
    /// Standard deviation with divisor n − 1.
    pub std_dev: f64,
    /// S = mean over standard deviation.
    pub mean_over_std_dev: f64,
    /// The plain t = √n S.
    pub t: f64,
    /// Skewness γ by the estimator that was asked for.
    pub skewness: f64,
}

impl SkewnessAdjustedT {
    /// Johnson's form with the skewness of Lyon, Barber and Tsai, p-values from the normal.
    pub fn johnson() -> Self {
        Self {
            form: SkewnessForm::Johnson,
            estimator: SkewnessEstimator::LyonBarberTsai,
            student_t: false,
        }
    }

    /// Hall's form with the unbiased skewness, p-values from the normal.
    pub fn hall() -> Self {
        Self { form: SkewnessForm::Hall, estimator: SkewnessEstimator::Unbiased, student_t: false }
    }

    /// Another estimator of the skewness.
    #[must_use]
    pub fn estimator(mut self, estimator: SkewnessEstimator) -> Self {
        self.estimator = estimator;
        self
    }

    /// p-values from t with n − 1 degrees of freedom.
    #[must_use]
    pub fn student_t(mut self) -> Self {
        self.student_t = true;
        self
    }

    /// Name of the test.
    pub fn name(&self) -> &'static str {
        match self.form {
            SkewnessForm::Johnson => JOHNSON_CARD.name,
            SkewnessForm::Hall => HALL_CARD.name,
        }
    }

    /// Tests a sample of at least three values.
    ///
    /// # Errors
    ///
    /// [`Error::TooFew`](crate::Error::TooFew) for fewer than three values,
    /// [`Error::DegenerateVariance`](crate::Error::DegenerateVariance) where all are the same,
    /// [`Error::Setting`](crate::Error::Setting) for a value that is not finite.
    pub fn test(&self, x: &[f64]) -> Result<SkewnessAdjusted> {
        check_size(self.name(), x.len(), 3)?;
        let spread = Spread::of(self.name(), x)?;
        let std_dev = spread.variance().sqrt();
        let (n, mean) = (spread.n, spread.mean);
        let skewness = skewness(x, mean, std_dev, self.estimator);
        let mean_over_std_dev = mean / std_dev;
        let statistic = self.form.statistic(n, mean_over_std_dev, skewness);
        let law = if self.student_t {
            NullDistribution::StudentT { degrees_of_freedom: n - 1.0 }
        } else {
            NullDistribution::Normal
        };
        Ok(SkewnessAdjusted {
            result: SampleTest::symmetric(self.name(), statistic, law),
            n: x.len(),
            mean,
            std_dev,
            mean_over_std_dev,
            t: n.sqrt() * mean_over_std_dev,
            skewness,
        })
    }
}

/// γ of at least three values, not all the same, with this mean and standard deviation.
pub(super) fn skewness(x: &[f64], mean: f64, std_dev: f64, estimator: SkewnessEstimator) -> f64 {
    let n = x.len() as f64;
    // Standardised first, so that the cubes of tiny returns do not underflow.
    let cubes: f64 = x.iter().map(|v| ((v - mean) / std_dev).powi(3)).sum();
    match estimator {
        SkewnessEstimator::LyonBarberTsai => cubes / n,
        SkewnessEstimator::Unbiased => cubes * n / ((n - 1.0) * (n - 2.0)),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Error;
    use crate::inference::Alternative;

    #[test]
    fn closed_form_of_four_values() {
        // Mean 1, deviations −1, −1, −1, 3: s² = 4, Σd³ = 24.
        let x = [0.0, 0.0, 0.0, 4.0];
        let johnson = SkewnessAdjustedT::johnson().test(&x).unwrap();
        let gamma = 24.0 / (4.0 * 8.0);
        assert_eq!((johnson.mean_over_std_dev, johnson.skewness), (0.5, gamma));
        let expected = 2.0 * (0.5 + gamma / 12.0 + gamma / 24.0);
        assert!((johnson.result.statistic - expected).abs() < 1e-15);
        let hall = SkewnessAdjustedT::hall().student_t().test(&x).unwrap();
        let gamma = 4.0 / 6.0 * 24.0 / 8.0;
        let expected = 2.0 * (0.5 + gamma / 12.0 + gamma * gamma / 216.0 + gamma / 24.0);
        assert!((hall.result.statistic - expected).abs() < 1e-14);
        assert_eq!(hall.result.degrees_of_freedom(), Some(3.0));
        assert_eq!(johnson.result.degrees_of_freedom(), None);
    }

    #[test]
    fn refuses_what_has_no_skewness() {
        let test = SkewnessAdjustedT::johnson();
        assert!(matches!(test.test(&[1.0, 2.0]), Err(Error::TooFew { n_needed: 3, .. })));
        let constant = test.test(&[0.1 + 0.2, 0.3, 0.3]);
        assert!(matches!(constant, Err(Error::DegenerateVariance { .. })));
        for bad in [f64::NAN, f64::INFINITY] {
            let message = test.test(&[0.1, bad, 0.3]).unwrap_err().to_string();
            assert!(message.contains("(row 1)") && message.contains("finite"), "{message}");
        }
    }

    proptest! {
        #[test]
        fn symmetric_under_a_change_of_sign_and_scale(
            x in prop::collection::vec(-1.0_f64..1.0, 3..40), scale in 0.01_f64..100.0,
        ) {
            for test in [SkewnessAdjustedT::johnson(), SkewnessAdjustedT::hall().student_t()] {
                let Ok(found) = test.test(&x) else { continue };
                let turned: Vec<f64> = x.iter().map(|v| -scale * v).collect();
                let turned = test.test(&turned).unwrap();
                let size = 1.0 + found.result.statistic.abs();
                prop_assert!((found.result.statistic + turned.result.statistic).abs() < 1e-9 * size);
                let p = found.result.p_value(Alternative::Greater);
                prop_assert!(p > 0.0 && p <= 1.0);
                prop_assert!((p - turned.result.p_value(Alternative::Less)).abs() < 1e-9);
            }
        }

        #[test]
        fn symmetric_samples_are_not_corrected(half in prop::collection::vec(0.01_f64..1.0, 2..20)) {
            let x: Vec<f64> = half.iter().flat_map(|v| [1.0 - v, 1.0 + v]).collect();
            let found = SkewnessAdjustedT::hall().test(&x).unwrap();
            prop_assert!((found.result.statistic - found.t).abs() < 1e-9 * found.t.abs());
        }
    }
}
