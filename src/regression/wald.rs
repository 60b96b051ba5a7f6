//! Tests of several coefficients at once, and of weighted sums of them.

use serde::{Deserialize, Serialize};

use super::{Coefficient, Estimates};
use crate::numeric::cholesky::Cholesky;
use crate::numeric::tails;
use crate::{Error, Result};

/// The test that some coefficients are all zero.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct WaldTest {
    /// `W = b'V⁻¹b`, with b the q coefficients and V their covariance.
    pub chi_squared: f64,
    /// W/q.
    pub f: f64,
    /// q.
    pub numerator_df: usize,
    /// Degrees of freedom of t under the same covariance; n − k unless it is clustered.
    pub denominator_df: f64,
    /// `P(χ²(q) > W)`; in (0, 1].
    pub p_chi_squared: f64,
    /// `P(F(q, denominator) > W/q)`; in (0, 1].
    pub p_f: f64,
}

impl Estimates {
    /// Tests that these coefficients are all zero (Wald 1943, <https://doi.org/10.2307/1990256>).
    ///
    /// Under [`Covariance::Classical`](super::Covariance::Classical), f is the F statistic of the
    /// regression with them against that without, and its p-value is exact for independent normal
    /// errors of one variance. Under any other covariance both p-values are approximations for many
    /// rows, of which that of F rejects less often.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownRegressor`]; [`Error::TooFew`] without a name;
    /// [`Error::DuplicateRegressor`] for one that is listed twice; [`Error::DegenerateVariance`]
    /// where their covariance has no inverse.
    ///
    /// ```
    /// use eventstudy::regression::{Covariance, LeastSquares};
    ///
    /// let x: Vec<f64> = (0..30).map(|t| f64::from(t * 7 % 11)).collect();
    /// let y: Vec<f64> = x.iter().zip(0..).map(|(x, t)| x + f64::from(t * 5 % 7)).collect();
    /// let estimates = LeastSquares::of(&y).on("x", &x).fit()?.estimates(&Covariance::Classical)?;
    /// let test = estimates.wald(&["x"])?;
    /// assert!((test.f - estimates.coefficient("x")?.t.powi(2)).abs() < 1e-9 * test.f);
    /// # Ok::<(), eventstudy::Error>(())
    /// ```
    pub fn wald<S: AsRef<str>>(&self, names: &[S]) -> Result<WaldTest> {
        let rows = names.iter().map(|name| self.row(name.as_ref())).collect::<Result<Vec<_>>>()?;
        if rows.is_empty() {
            return Err(Error::TooFew {
                what: "a Wald test".to_owned(),
                unit: "coefficients",
                n_needed: 1,
                n_found: 0,
            });
        }
        if let Some(at) = (1..rows.len()).find(|at| rows[..*at].contains(&rows[*at])) {
            return Err(Error::DuplicateRegressor { name: names[at].as_ref().to_owned() });
        }
        let (k, q) = (self.coefficients.len(), rows.len());
        // To standard errors of one, so that units do not decide what counts as singular.
        let scale = |row: usize| self.coefficients[row].std_error;
        let matrix: Vec<f64> = rows
            .iter()
            .flat_map(|i| rows.iter().map(move |j| (*i, *j)))
            .map(|(i, j)| self.matrix[i * k + j] / (scale(i) * scale(j)))
            .collect();
        let t: Vec<f64> = rows.iter().map(|row| self.coefficients[*row].t).collect();
        let factor = Cholesky::new(&matrix, q).ok_or_else(|| Error::DegenerateVariance {
            what: "a Wald test".to_owned(),
            of: "a combination of the coefficients".to_owned(),
        })?;
        let chi_squared: f64 = factor.half_solve(&t).iter().map(|v| v * v).sum();
        let f = chi_squared / q as f64;
        Ok(WaldTest {
            chi_squared,
            f,
            numerator_df: q,
            denominator_df: self.degrees_of_freedom,
            p_chi_squared: tails::chi_squared_above(chi_squared, q as f64),
            p_f: tails::f_above(f, q as f64, self.degrees_of_freedom),
        })
    }

    /// The weighted sum `Σ w b` of coefficients, such as the difference of two, with its standard
    /// error `√(w'Vw)`, t and two-sided p. A name may occur more than once; its weights add up.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownRegressor`]; [`Error::DegenerateVariance`] where the variance of the sum is
    /// not above the rounding of its terms.
    pub fn combination(&self, name: &str, terms: &[(&str, f64)]) -> Result<Coefficient> {
        let k = self.coefficients.len();
        let mut weights = vec![0.0; k];
        for (of, weight) in terms {
            weights[self.row(of)?] += weight;
        }
        let estimate = weights.iter().zip(&self.coefficients).map(|(w, c)| w * c.estimate).sum();
        let (mut variance, mut size) = (0.0, 0.0);
        for i in 0..k {
            for j in 0..k {
                let term = weights[i] * weights[j] * self.matrix[i * k + j];
                variance += term;
                size += term.abs();
            }
        }
        if variance.is_nan() || variance <= 64.0 * f64::EPSILON * size {
            return Err(Error::DegenerateVariance {
                what: format!("the {} standard error", self.covariance),
                of: format!("`{name}`"),
            });
        }
        let std_error = variance.sqrt();
        let t = estimate / std_error;
        let p_value = tails::two_tails_of_t(t, self.degrees_of_freedom);
        Ok(Coefficient { name: name.to_owned(), estimate, std_error, t, p_value })
    }

    fn row(&self, name: &str) -> Result<usize> {
        self.coefficients.iter().position(|c| c.name == name).ok_or_else(|| {
            Error::UnknownRegressor {
                name: name.to_owned(),
                known: self.coefficients.iter().map(|c| c.name.clone()).collect(),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::regression::{Covariance, LeastSquares};

    fn sample() -> (Vec<f64>, Vec<f64>, Vec<f64>) {
        let a: Vec<f64> = (0..24_u32).map(|t| f64::from(t * 7 % 11)).collect();
        let b: Vec<f64> = (0..24_u32).map(|t| f64::from(t * t % 13) * 100.0).collect();
        let noise = (0..24_u32).map(|t| f64::from(t * 5 % 7));
        let y = a.iter().zip(&b).zip(noise).map(|((a, b), e)| 0.2 * a + 0.001 * b + e).collect();
        (a, b, y)
    }

    #[test]
    fn f_is_that_of_the_restricted_regression() {
        let (a, b, y) = sample();
        let whole = LeastSquares::of(&y).on("a", &a).on("b", &b).fit().unwrap();
        let estimates = whole.estimates(&Covariance::Classical).unwrap();
        let test = estimates.wald(&["a", "b"]).unwrap();
        let expected = whole.f_test().unwrap();
        assert!((test.f / expected.statistic - 1.0).abs() < 1e-12);
        assert!((test.p_f / expected.p_value - 1.0).abs() < 1e-11);
        let squares = |fit: &crate::regression::Regression| -> f64 {
            fit.residuals().iter().map(|e| e * e).sum()
        };
        let restricted = squares(&LeastSquares::of(&y).on("a", &a).fit().unwrap());
        let f = (restricted - squares(&whole)) / (squares(&whole) / 21.0);
        let single = estimates.wald(&["b"]).unwrap();
        assert!((single.f / f - 1.0).abs() < 1e-11);
        assert_eq!((single.numerator_df, single.denominator_df), (1, 21.0));
        assert!(single.p_chi_squared < single.p_f);
    }

    #[test]
    fn a_combination_is_a_coefficient_of_the_turned_regression() {
        // With s = a + b as regressor in place of a, y = βa + γb = βs + (γ − β)b.
        let (a, b, y) = sample();
        let of = |x: &[f64]| LeastSquares::of(&y).on("x", x).on("b", &b).fit().unwrap();
        let sum: Vec<f64> = a.iter().zip(&b).map(|(a, b)| a + b).collect();
        let plain = of(&a).estimates(&Covariance::Hc3).unwrap();
        let turned = of(&sum).estimates(&Covariance::Hc3).unwrap();
        let found = plain.combination("γ − β", &[("b", 1.0), ("x", -1.0)]).unwrap();
        let expected = turned.coefficient("b").unwrap();
        assert!((found.estimate / expected.estimate - 1.0).abs() < 1e-10);
        assert!((found.std_error / expected.std_error - 1.0).abs() < 1e-10);
        assert!((found.p_value / expected.p_value - 1.0).abs() < 1e-9);
        let nothing = plain.combination("nothing", &[("b", 1.0), ("b", -1.0)]).unwrap_err();
        assert_eq!(
            nothing.to_string(),
            "the HC3 standard error: the variance of `nothing` is zero, so the statistic is not defined"
        );
    }

    #[test]
    fn faults_are_named() {
        let (a, _, y) = sample();
        let fit = LeastSquares::of(&y).on("a", &a).fit().unwrap();
        let estimates = fit.estimates(&Covariance::Classical).unwrap();
        let text = |names: &[&str]| estimates.wald(names).unwrap_err().to_string();
        assert!(text(&[]).contains("at least 1 coefficients"));
        assert!(text(&["z"]).contains('z'));
        assert!(text(&["a", "a"]).contains('a'));
    }
}
