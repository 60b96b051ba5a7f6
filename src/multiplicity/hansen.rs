//! Long-run variances, recentring and scale of Hansen's test.

use serde::{Deserialize, Serialize};

use super::RelativePerformance;
use crate::numeric::{moments, parallel};
use crate::{Error, Result};

/// Hansen's (2005, <https://doi.org/10.1198/073500105000000063>) estimate of the variance of `√n d̄`:
/// that of the mean under the stationary bootstrap, in closed form.
///
/// `ω² = γ̂(0) + 2 Σ_{i=1}^{n−1} κᵢ γ̂(i)`, `κᵢ = (1 − i/n)(1 − q)^i + (i/n)(1 − q)^(n−i)`, with
/// autocovariances of divisor n and q the inverse of the mean block length. It is never below zero.
/// At a mean block of one row it is the variance with divisor n, right for independent rows.
///
/// ```
/// use eventstudy::multiplicity::HansenVariance;
///
/// let slow: Vec<f64> = (0..90).map(|t| (f64::from(t) * 0.2).sin()).collect();
/// let independent = HansenVariance::new(1.0)?.of(&slow)?;
/// let dependent = HansenVariance::new(4.0)?.of(&slow)?;
/// assert!(dependent > 3.0 * independent); // neighbours move together
/// # Ok::<(), eventstudy::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HansenVariance {
    mean_block_length: f64,
}

impl HansenVariance {
    /// With the mean block length of the bootstrap that the variance stands beside, in rows.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] for a length below one row or not finite.
    pub fn new(mean_block_length: f64) -> Result<Self> {
        if mean_block_length.is_finite() && mean_block_length >= 1.0 {
            return Ok(Self { mean_block_length });
        }
        Err(Error::Setting {
            name: "mean block length",
            value: mean_block_length.to_string(),
            expected: "a number of rows, at least 1",
        })
    }

    /// ω² of a series.
    ///
    /// # Errors
    ///
    /// [`Error::TooFew`] for fewer than two values; [`Error::BadEntry`] for one that is not finite.
    pub fn of(&self, series: &[f64]) -> Result<f64> {
        if series.len() < 2 {
            return Err(Error::TooFew {
                what: "a long-run variance".to_owned(),
                unit: "values",
                n_needed: 2,
                n_found: series.len(),
            });
        }
        if let Some((row, value)) = series.iter().enumerate().find(|(_, v)| !v.is_finite()) {
            let (what, expected) = ("the series".to_owned(), "a finite number");
            return Err(Error::BadEntry { what, row, value: *value, expected });
        }
        Ok(self.of_finite(series))
    }

    fn of_finite(self, series: &[f64]) -> f64 {
        let n = series.len();
        let centre = moments::mean(series).unwrap_or(f64::NAN);
        let centred: Vec<f64> = series.iter().map(|v| v - centre).collect();
        let product = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
        // The second term of κ at i is the first at n − i, so that lags can be taken around the end
        // of the series; the weights then only fall, and what is too small to count is left out.
        let stay = 1.0 - 1.0 / self.mean_block_length;
        let (mut sum, mut weight) = (product(&centred, &centred), 1.0);
        for lag in 1..n {
            weight *= stay;
            if weight < f64::EPSILON * f64::EPSILON {
                break;
            }
            let share = 1.0 - lag as f64 / n as f64;
            let forward = product(&centred[..n - lag], &centred[lag..]);
            let around = product(&centred[n - lag..], &centred[..lag]);
            sum += 2.0 * share * weight * (forward + around);
        }
        (sum / n as f64).max(0.0)
    }
}

/// Where the bootstrapped means are centred: what a model that is worse than the benchmark counts
/// for in the null (Hansen 2005).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Recentring {
    /// At `max(d̄, 0)`: models that did worse are taken to be worse. The p-value is a lower bound.
    Lower,
    /// At d̄ unless `d̄ < −√(ω²/n · 2 ln ln n)`, then at 0: models that did significantly worse drop
    /// out. Hansen's consistent p-value, the one to read.
    Consistent,
    /// At d̄: every model is taken to be as good as the benchmark, White's least favourable null. The
    /// p-value is an upper bound, which poor models raise.
    Upper,
}

/// Statistics of all models on one scale, and what their replicates are shifted by.
#[derive(Debug)]
pub(super) struct Scaled {
    /// ω² of each model.
    pub(super) variances: Vec<f64>,
    /// `√n/ω`, or 1.
    pub(super) factors: Vec<f64>,
    /// `√n d̄/ω`, or d̄.
    pub(super) statistics: Vec<f64>,
    /// What an ordinary statistic is in size, for ties.
    pub(super) scale: f64,
    thresholds: Vec<f64>,
}

impl Scaled {
    pub(super) fn new(
        what: &str,
        relative: &RelativePerformance,
        variance: HansenVariance,
        studentised: bool,
    ) -> Result<Self> {
        let (n_models, n_rows) = (relative.n_models(), relative.n_rows());
        // ln ln n must be above zero.
        if n_rows < 3 {
            let what = what.to_owned();
            return Err(Error::TooFew { what, unit: "rows", n_needed: 3, n_found: n_rows });
        }
        let variances = parallel::map(n_models, |k| variance.of_finite(relative.model(k)));
        let n = n_rows as f64;
        let squares: Vec<f64> = variances.iter().map(|variance| variance * n).collect();
        relative.check_vary(what, &squares)?;
        let std_errors: Vec<f64> = variances.iter().map(|v| (v / n).sqrt()).collect();
        let factors: Vec<f64> =
            std_errors.iter().map(|s| if studentised { 1.0 / s } else { 1.0 }).collect();
        let statistics = relative.means().iter().zip(&factors).map(|(m, f)| m * f).collect();
        let scale = if studentised { 1.0 } else { std_errors.iter().copied().fold(0.0, f64::max) };
        let reach = (2.0 * n.ln().ln()).sqrt();
        let thresholds = std_errors.iter().map(|s| -s * reach).collect();
        Ok(Self { variances, factors, statistics, scale, thresholds })
    }

    /// `(d̄ − g)` on the scale of the statistic, g the centre: added to a scaled `d̄* − d̄`.
    pub(super) fn shift(&self, k: usize, mean: f64, recentring: Recentring) -> f64 {
        let centre = match recentring {
            Recentring::Lower => mean.max(0.0),
            Recentring::Consistent if mean < self.thresholds[k] => 0.0,
            Recentring::Consistent | Recentring::Upper => mean,
        };
        (mean - centre) * self.factors[k]
    }

    /// max(0, largest statistic).
    pub(super) fn maximum(&self) -> f64 {
        self.statistics.iter().copied().fold(0.0, f64::max)
    }
}

/// `out = max(out, factor · deviation + shift)`, replicate by replicate.
pub(super) fn raise(out: &mut [f64], deviations: &[f64], factor: f64, shift: f64) {
    for (most, deviation) in out.iter_mut().zip(deviations) {
        let value = factor * deviation + shift;
        if value > *most {
            *most = value;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The formula as it is written.
    fn direct(x: &[f64], mean_block_length: f64) -> f64 {
        let n = x.len();
        let centre = x.iter().sum::<f64>() / n as f64;
        let gamma = |i: usize| {
            (0..n - i).map(|t| (x[t] - centre) * (x[t + i] - centre)).sum::<f64>() / n as f64
        };
        let q = 1.0 / mean_block_length;
        let kappa = |i: usize| {
            let (share, exponent) = (i as f64 / n as f64, i32::try_from(i).unwrap());
            let rest = i32::try_from(n - i).unwrap();
            (1.0 - share) * (1.0 - q).powi(exponent) + share * (1.0 - q).powi(rest)
        };
        gamma(0) + 2.0 * (1..n).map(|i| kappa(i) * gamma(i)).sum::<f64>()
    }

    #[test]
    fn lags_around_the_end_are_the_second_term_of_the_weights() {
        let x: Vec<f64> =
            (0..400).map(|t| (f64::from(t) * 0.31).sin() + 0.01 * f64::from(t)).collect();
        for length in [1.0, 1.5, 6.0, 40.0, 400.0, 1e6] {
            let (found, wanted) =
                (HansenVariance::new(length).unwrap().of(&x).unwrap(), direct(&x, length));
            assert!((found / wanted - 1.0).abs() < 1e-10, "{length}: {found} and {wanted}");
        }
    }

    #[test]
    fn lengths_and_series_that_have_no_variance() {
        assert!(HansenVariance::new(0.9).is_err() && HansenVariance::new(f64::NAN).is_err());
        let variance = HansenVariance::new(3.0).unwrap();
        assert!(variance.of(&[1.0]).is_err() && variance.of(&[1.0, f64::NAN]).is_err());
        assert_eq!(variance.of(&[2.0; 9]).unwrap(), 0.0);
        // Blocks of one row: the variance with divisor n.
        let rising = HansenVariance::new(1.0).unwrap().of(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
        assert!((rising.unwrap() - 35.0 / 12.0).abs() < 1e-12);
    }
}
