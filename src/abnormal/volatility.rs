//! Abnormal volatility: squared abnormal returns over their forecast variance.

use serde::{Deserialize, Serialize};
use statrs::function::gamma::digamma;

use super::{AbnormalReturns, Exclusion, ResponseValue, ResponseValues};
use crate::numeric::tails;
use crate::time::EventWindow;
use crate::{Error, Result};

/// The variance ratio of one response over a window.
///
/// `V = (1/L) Σ U_t` with `U_t = AR_t² / σ_t²` over the L abnormal returns of the window, where
/// `σ_t` is the forecast standard deviation of each, with the error of the estimated parameters.
///
/// Under normal errors of one variance, V over a single row is F(1, M − k) exactly. Over several it
/// is near F(L, M − k): the error that shared parameters give all rows is left out, which matters
/// where the window is long beside the estimation window.
///
/// - *Reference*: Beaver 1968, Journal of Accounting Research 6 (supplement), pages 67–92, for U;
///   Patell 1976, <https://doi.org/10.2307/2490543>, for its forecast variance and moments; Landsman
///   and Maydew 2002, <https://doi.org/10.1111/1475-679X.00071>, for the mean over a window.
/// - *Departures*: Beaver, and Landsman and Maydew, divide by the residual variance; the forecast
///   variance is larger, so V is smaller than theirs.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct VarianceRatio {
    /// The response; its value is V.
    pub response: ResponseValue,
    /// Abnormal returns in the window, L.
    pub n_rows: usize,
    /// M − k of the fit.
    pub degrees_of_freedom: usize,
}

impl VarianceRatio {
    /// V; near 1 where the event changes nothing.
    pub fn ratio(&self) -> f64 {
        self.response.value
    }

    /// `P(F > V)` under F(L, M − k); in (0, 1].
    pub fn p_value(&self) -> f64 {
        tails::f_above(self.ratio(), self.n_rows as f64, self.degrees_of_freedom as f64)
    }

    /// `ln V − E[ln F]`, which has the mean zero under F(L, M − k), with
    /// `E[ln F] = ψ(L/2) − ln(L/2) − ψ(d/2) + ln(d/2)` for d = M − k.
    ///
    /// The expectation is that of normal errors and matters: it is −1.27 for one row. With fat tails
    /// ln V is lower still on an ordinary day, so the test errs towards finding nothing.
    pub fn log_ratio(&self) -> f64 {
        let expected = |half: f64| digamma(half) - half.ln();
        let (l, d) = (self.n_rows as f64 / 2.0, self.degrees_of_freedom as f64 / 2.0);
        self.ratio().ln() - (expected(l) - expected(d))
    }

    /// `(V − E[F]) / sd(F)`: mean zero and variance one under F(L, d), with `E[F] = d/(d − 2)` and
    /// `Var[F] = 2d²(L + d − 2) / (L (d − 2)² (d − 4))`; `None` unless d = M − k is above 4.
    ///
    /// Its sum over N independent responses over √N is Patell's statistic of the variance, near
    /// normal for many.
    pub fn standardised(&self) -> Option<f64> {
        let (l, d) = (self.n_rows as f64, self.degrees_of_freedom as f64);
        if d <= 4.0 {
            return None;
        }
        let mean = d / (d - 2.0);
        let variance = 2.0 * mean * mean * (l + d - 2.0) / (l * (d - 4.0));
        Some((self.ratio() - mean) / variance.sqrt())
    }
}

/// Variance ratios of all responses that have them.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct VarianceRatios {
    /// In the order of the responses.
    pub values: Vec<VarianceRatio>,
    /// Responses without.
    pub exclusions: Vec<Exclusion>,
}

impl VarianceRatios {
    /// The ratios V.
    pub fn ratios(&self) -> Vec<f64> {
        self.values.iter().map(VarianceRatio::ratio).collect()
    }

    /// The centred logarithms, see [`VarianceRatio::log_ratio`]: for the tests of samples, whose
    /// null is a mean of zero.
    ///
    /// # Errors
    ///
    /// [`Error::DegenerateVariance`] where the abnormal returns of a window are all zero.
    pub fn log_ratios(&self) -> Result<Vec<f64>> {
        if self.values.iter().any(|v| v.ratio() <= 0.0) {
            return Err(Error::DegenerateVariance {
                what: "a log variance ratio".to_owned(),
                of: "the abnormal returns of a window".to_owned(),
            });
        }
        Ok(self.values.iter().map(VarianceRatio::log_ratio).collect())
    }

    /// The standardised ratios, see [`VarianceRatio::standardised`].
    ///
    /// # Errors
    ///
    /// [`Error::TooFew`] where a fit has no more than four degrees of freedom.
    pub fn standardised(&self) -> Result<Vec<f64>> {
        let of = |v: &VarianceRatio| {
            v.standardised().ok_or_else(|| Error::TooFew {
                what: "a standardised variance ratio".to_owned(),
                unit: "degrees of freedom",
                n_needed: 5,
                n_found: v.degrees_of_freedom,
            })
        };
        self.values.iter().map(of).collect()
    }
}

impl AbnormalReturns {
    /// The variance ratio of every response over a window, see [`VarianceRatio`].
    ///
    /// A return over a bridged hole counts as one abnormal return, with the variance of all its
    /// rows.
    ///
    /// # Errors
    ///
    /// [`Error::SessionsMissing`].
    pub fn variance_ratios(&self, window: &EventWindow) -> Result<VarianceRatios> {
        let mut sizes = Vec::with_capacity(self.responses().len());
        let ResponseValues { values, exclusions } =
            self.values_over(window, |response, rows| {
                self.check_coverage(response, &rows)?;
                let event = self.event_of(response);
                let (mut sum, mut n_rows) = (0.0, 0);
                for t in rows.filter(|t| response.ar(*t).is_some()) {
                    let one = response.cumulate(t..t + 1, event);
                    sum += one.scar().powi(2);
                    n_rows += 1;
                }
                sizes.push((n_rows, response.fit().degrees_of_freedom()));
                Ok(sum / n_rows as f64)
            })?;
        let with_size = |(response, (n_rows, degrees_of_freedom))| VarianceRatio {
            response,
            n_rows,
            degrees_of_freedom,
        };
        Ok(VarianceRatios {
            values: values.into_iter().zip(sizes).map(with_size).collect(),
            exclusions,
        })
    }
}

#[cfg(test)]
mod tests;
