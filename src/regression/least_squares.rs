//! What a regression is asked to be.

use super::Regression;
use crate::numeric::design_matrix;
use crate::numeric::moments::is_negligible;
use crate::{Error, Result};

/// Name of the intercept among the coefficients.
pub(super) const INTERCEPT: &str = "intercept";

/// A regression of y on named regressors, with an intercept unless that is taken away.
///
/// Without weights it is ordinary least squares; with weights w it minimises `Σ w e²`, as fits
/// errors whose variance is `σ²/w`. The solution comes from Householder reflections of the
/// regressors less their (weighted) means, so neither a large common level nor columns of different
/// size cost digits.
#[derive(Debug, Clone)]
#[must_use = "a regression is not fitted until `fit` is called"]
pub struct LeastSquares<'a> {
    y: &'a [f64],
    names: Vec<String>,
    columns: Vec<&'a [f64]>,
    weights: Option<&'a [f64]>,
    with_intercept: bool,
}

impl<'a> LeastSquares<'a> {
    /// Regresses these values.
    pub fn of(y: &'a [f64]) -> Self {
        Self { y, names: Vec::new(), columns: Vec::new(), weights: None, with_intercept: true }
    }

    /// Adds a regressor, one value for each of y.
    pub fn on(mut self, name: impl Into<String>, x: &'a [f64]) -> Self {
        self.names.push(name.into());
        self.columns.push(x);
        self
    }

    /// Fits without an intercept. R² and F are then about zero in place of the mean.
    pub fn without_intercept(mut self) -> Self {
        self.with_intercept = false;
        self
    }

    /// Weighs the squared errors, one weight above zero for each value of y. Only their ratios
    /// matter to coefficients and standard errors.
    pub fn weighted(mut self, weights: &'a [f64]) -> Self {
        self.weights = Some(weights);
        self
    }

    /// Fits the regression.
    ///
    /// # Errors
    ///
    /// [`Error::ShapeMismatch`] for a list of another length than y; [`Error::BadEntry`] for a value
    /// that is not finite or a weight that is not above zero; [`Error::DuplicateRegressor`] for a
    /// name that occurs twice or is `intercept`; [`Error::TooFew`] where there are no more values
    /// than coefficients; [`Error::DependentRegressors`]; [`Error::DegenerateVariance`] where the
    /// regressors explain y to the last digit.
    pub fn fit(self) -> Result<Regression> {
        self.check()?;
        let n_coefficients = self.names.len() + usize::from(self.with_intercept);
        if n_coefficients == 0 || self.y.len() <= n_coefficients {
            return Err(Error::TooFew {
                what: format!("a regression with {n_coefficients} coefficients"),
                unit: if n_coefficients == 0 { "coefficients" } else { "rows" },
                n_needed: n_coefficients + 1,
                n_found: if n_coefficients == 0 { 0 } else { self.y.len() },
            });
        }
        let solution =
            design_matrix::solve(self.y, &self.columns, self.weights, self.with_intercept)
                .ok_or_else(|| Error::DependentRegressors { regressors: self.names.clone() })?;
        let residuals: Vec<f64> = (0..self.y.len())
            .map(|t| solution.residual(self.y[t], |j| self.columns[j][t]))
            .collect();
        let sum_squares: f64 = residuals.iter().map(|e| e * e).sum();
        if is_negligible(sum_squares, self.largest_term(&solution.coefficients), self.y.len()) {
            return Err(Error::DegenerateVariance {
                what: "a regression".to_owned(),
                of: "the residuals".to_owned(),
            });
        }
        let mut names = Vec::with_capacity(n_coefficients);
        if self.with_intercept {
            names.push(INTERCEPT.to_owned());
        }
        names.extend(self.names);
        let weight = |t: usize| self.weights.map_or(1.0, |w| w[t]);
        let weigh = |x: &dyn Fn(usize) -> f64| -> f64 {
            (0..self.y.len()).map(|t| weight(t) * x(t) * x(t)).sum()
        };
        Ok(Regression {
            names,
            columns: self.columns.iter().map(|x| x.to_vec()).collect(),
            weights: self.weights.map(<[f64]>::to_vec),
            with_intercept: self.with_intercept,
            sum_squared_residuals: weigh(&|t| residuals[t]),
            sum_squared_total: weigh(&|t| solution.deviation(self.y[t])),
            solution,
            residuals,
        })
    }

    /// Largest size among y and the terms of its fit: their rounding is in the residuals.
    fn largest_term(&self, coefficients: &[f64]) -> f64 {
        let size = |x: &[f64]| x.iter().fold(0.0_f64, |a, v| a.max(v.abs()));
        let slopes = &coefficients[usize::from(self.with_intercept)..];
        let terms = slopes.iter().zip(&self.columns).map(|(b, x)| b.abs() * size(x));
        terms.fold(size(self.y), f64::max)
    }

    fn check(&self) -> Result<()> {
        finite("y", self.y)?;
        for (j, (name, x)) in self.names.iter().zip(&self.columns).enumerate() {
            if self.names[..j].contains(name) || name == INTERCEPT && self.with_intercept {
                return Err(Error::DuplicateRegressor { name: name.clone() });
            }
            same_length(&format!("regressor `{name}`"), x.len(), self.y.len())?;
            finite(&format!("regressor `{name}`"), x)?;
        }
        if let Some(weights) = self.weights {
            same_length("the weights", weights.len(), self.y.len())?;
            if let Some(row) = weights.iter().position(|w| !(w.is_finite() && *w > 0.0)) {
                return Err(Error::BadEntry {
                    what: "the weights".to_owned(),
                    row,
                    value: weights[row],
                    expected: "a finite number above zero",
                });
            }
        }
        Ok(())
    }
}

pub(super) fn finite(what: &str, x: &[f64]) -> Result<()> {
    match x.iter().position(|v| !v.is_finite()) {
        None => Ok(()),
        Some(row) => Err(Error::BadEntry {
            what: what.to_owned(),
            row,
            value: x[row],
            expected: "a finite number",
        }),
    }
}

pub(super) fn same_length(what: &str, n_found: usize, n_expected: usize) -> Result<()> {
    if n_found == n_expected {
        return Ok(());
    }
    Err(Error::ShapeMismatch { what: what.to_owned(), n_found, n_expected })
}
