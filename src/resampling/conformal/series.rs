//! The rows of a conformal test, with the model fitted to all of them.

use std::ops::Range;

use crate::numeric::least_squares;
use crate::{Error, Result};

const NAME: &str = "a conformal test";

/// Residuals of one response or portfolio over its estimation rows and its event rows, in order of
/// date, with what a change of the event rows would do to them.
///
/// The test needs residuals of a model that was fitted *under the null to all rows*, the event rows
/// among them: then no row is treated otherwise than the rest, and the order of the residuals is the
/// only thing that chance has chosen. [`fitted`](Self::fitted) does that fit;
/// [`of_residuals`](Self::of_residuals) takes residuals of a model that was fitted elsewhere.
#[derive(Debug, Clone, PartialEq)]
pub struct ConformalSeries {
    residuals: Vec<f64>,
    /// Residuals of a series that is 1 on the post rows and 0 elsewhere: what a constant effect of 1
    /// adds to `residuals`.
    response: Vec<f64>,
    post: Range<usize>,
    /// Regressors beside the constant; `None` where nothing was fitted.
    regressors: Option<Vec<Vec<f64>>>,
}

impl ConformalSeries {
    /// Residuals as they are, of a model that they were not used to fit or whose fit hardly moves
    /// with the event rows. `post` are the event rows.
    ///
    /// An effect stays in the event rows whole: nothing of it goes into a fit.
    ///
    /// # Errors
    ///
    /// [`Error::TooFew`] without post rows or without other rows, [`Error::ShapeMismatch`] where
    /// `post` leaves the residuals, [`Error::BadEntry`] for a residual that is not finite.
    pub fn of_residuals(residuals: Vec<f64>, post: Range<usize>) -> Result<Self> {
        check(&residuals, &post)?;
        let response = indicator(residuals.len(), &post);
        Ok(Self { residuals, response, post, regressors: None })
    }

    /// Residuals of the least squares of `values` on a constant and the regressors over all rows:
    /// the constant-mean model without regressors, the market model with one, factor models with
    /// several.
    ///
    /// `values` may be returns, or abnormal returns of the same model fitted to some of the rows
    /// alone: a linear combination of the regressors more or less leaves the residuals as they are.
    ///
    /// ```
    /// use eventstudy::resampling::ConformalSeries;
    ///
    /// let series = ConformalSeries::fitted(&[0.01, 0.03, -0.01, 0.05], &[], 3..4)?;
    /// // The mean of all four is 0.02: the event row is in the fit.
    /// assert!((series.residuals()[3] - 0.03).abs() < 1e-15);
    /// # Ok::<(), eventstudy::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`of_residuals`](Self::of_residuals); [`Error::ShapeMismatch`] for regressors of another
    /// length; [`Error::DegenerateVariance`] where the regressors are collinear, or there are no
    /// more rows than coefficients.
    pub fn fitted(values: &[f64], regressors: &[&[f64]], post: Range<usize>) -> Result<Self> {
        check(values, &post)?;
        for regressor in regressors {
            if regressor.len() != values.len() {
                return Err(Error::ShapeMismatch {
                    what: "a regressor of a conformal test".to_owned(),
                    n_found: regressor.len(),
                    n_expected: values.len(),
                });
            }
            check_finite("regressors of a conformal test", regressor)?;
        }
        let response = residuals_of(&indicator(values.len(), &post), regressors)?;
        Ok(Self {
            residuals: residuals_of(values, regressors)?,
            response,
            post,
            regressors: Some(regressors.iter().map(|r| r.to_vec()).collect()),
        })
    }

    /// The series under the null that the event had these effects, one per post row: they are taken
    /// off, and the model is fitted again.
    ///
    /// # Errors
    ///
    /// [`Error::ShapeMismatch`] for another number of effects; [`Error::BadEntry`] for one that is
    /// not finite.
    pub fn under(&self, effects: &[f64]) -> Result<Self> {
        if effects.len() != self.post.len() {
            return Err(Error::ShapeMismatch {
                what: "effects under the null of a conformal test".to_owned(),
                n_found: effects.len(),
                n_expected: self.post.len(),
            });
        }
        check_finite("effects under the null of a conformal test", effects)?;
        let mut path = vec![0.0; self.residuals.len()];
        path[self.post.clone()].copy_from_slice(effects);
        if let Some(regressors) = &self.regressors {
            let regressors: Vec<&[f64]> = regressors.iter().map(Vec::as_slice).collect();
            path = residuals_of(&path, &regressors)?;
        }
        let residuals = self.residuals.iter().zip(&path).map(|(u, p)| u - p).collect();
        Ok(Self { residuals, ..self.clone() })
    }

    /// The residuals û, in order of date.
    pub fn residuals(&self) -> &[f64] {
        &self.residuals
    }

    /// What a constant effect of 1 per row adds to each residual.
    pub(super) fn response(&self) -> &[f64] {
        &self.response
    }

    /// The event rows.
    pub fn post(&self) -> Range<usize> {
        self.post.clone()
    }

    /// Number of rows T.
    pub fn n_rows(&self) -> usize {
        self.residuals.len()
    }

    /// Number of event rows T*.
    pub fn n_post(&self) -> usize {
        self.post.len()
    }
}

fn indicator(n: usize, post: &Range<usize>) -> Vec<f64> {
    (0..n).map(|row| if post.contains(&row) { 1.0 } else { 0.0 }).collect()
}

fn residuals_of(values: &[f64], regressors: &[&[f64]]) -> Result<Vec<f64>> {
    if regressors.is_empty() {
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        return Ok(values.iter().map(|v| v - mean).collect());
    }
    let fit = least_squares::fit(values, regressors).ok_or_else(|| Error::DegenerateVariance {
        what: NAME.to_owned(),
        of: "a combination of the regressors".to_owned(),
    })?;
    Ok((0..values.len()).map(|row| fit.residual(values, regressors, row)).collect())
}

fn check(values: &[f64], post: &Range<usize>) -> Result<()> {
    if post.end > values.len() {
        return Err(Error::ShapeMismatch {
            what: "the rows of a conformal test".to_owned(),
            n_found: values.len(),
            n_expected: post.end,
        });
    }
    let too_few = |unit| Error::TooFew { what: NAME.to_owned(), unit, n_needed: 1, n_found: 0 };
    if post.is_empty() {
        return Err(too_few("rows of the event"));
    }
    if post.len() == values.len() {
        return Err(too_few("rows beside those of the event"));
    }
    check_finite("rows of a conformal test", values)
}

fn check_finite(what: &str, values: &[f64]) -> Result<()> {
    match values.iter().position(|v| !v.is_finite()) {
        None => Ok(()),
        Some(row) => Err(Error::BadEntry {
            what: what.to_owned(),
            row,
            value: values[row],
            expected: "a finite number",
        }),
    }
}
