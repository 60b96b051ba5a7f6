//! Weights of lags, and how many lags or how wide a band to take.

use super::Regression;
use crate::numeric::moments;
use crate::{Error, Result};

/// How many lags a Newey–West covariance takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Lags {
    /// This many; below the number of rows. With overlapping windows of h rows at least h − 1.
    Rows(usize),
    /// `⌊4 (n/100)^(2/9)⌋`, the rule by which Newey and West 1994 choose their first lag.
    TwoNinths,
    /// `⌊0.75 n^(1/3)⌋`.
    CubeRoot,
    /// `⌊n^(1/4)⌋`.
    FourthRoot,
    /// `⌊bandwidth⌋` of the data, see [`Regression::newey_west_bandwidth`].
    Automatic,
}

/// How wide the quadratic spectral kernel is.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Bandwidth {
    /// This many rows, zero or more; with zero no lag counts.
    Rows(f64),
    /// From first-order autoregressions of the scores, see [`Regression::andrews_bandwidth`].
    Automatic,
}

impl Lags {
    /// Lags for n rows; `None` for [`Lags::Automatic`], which needs the data.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // roots of a count
    pub fn for_rows(self, n: usize) -> Option<usize> {
        let n = n as f64;
        match self {
            Self::Rows(lags) => Some(lags),
            Self::TwoNinths => Some((4.0 * (n / 100.0).powf(2.0 / 9.0)).floor() as usize),
            Self::CubeRoot => Some((0.75 * n.cbrt()).floor() as usize),
            Self::FourthRoot => Some(n.sqrt().sqrt().floor() as usize),
            Self::Automatic => None,
        }
    }

    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // checked to be finite
    pub(super) fn of(self, fit: &Regression) -> Result<usize> {
        let n = fit.n_observations();
        match (self, self.for_rows(n)) {
            (Self::Rows(lags), _) if lags >= n => Err(Error::Setting {
                name: "lags",
                value: lags.to_string(),
                expected: "fewer lags than rows",
            }),
            (_, Some(lags)) => Ok(lags),
            (_, None) => Ok(fit.newey_west_bandwidth()?.floor() as usize),
        }
    }
}

impl Bandwidth {
    pub(super) fn of(self, fit: &Regression) -> Result<f64> {
        match self {
            Self::Automatic => fit.andrews_bandwidth(),
            Self::Rows(rows) if rows.is_finite() && rows >= 0.0 => Ok(rows),
            Self::Rows(rows) => Err(Error::Setting {
                name: "bandwidth",
                value: rows.to_string(),
                expected: "a finite number of rows, zero or more",
            }),
        }
    }
}

/// `1 − l/(L + 1)`.
pub(super) fn bartlett(lag: usize, n_lags: usize) -> f64 {
    (1.0 - lag as f64 / (n_lags + 1) as f64).max(0.0)
}

/// `25/(12π²x²) (sin(z)/z − cos z)` with x = l/bandwidth and z = 6πx/5.
pub(super) fn quadratic_spectral(lag: usize, bandwidth: f64) -> f64 {
    let x = lag as f64 / bandwidth;
    let z = 1.2 * std::f64::consts::PI * x;
    if z < 0.02 {
        // sin(z)/z and cos z cancel; the first terms of the series, of which the next is z⁶/15120.
        return 1.0 - z * z / 10.0 * (1.0 - z * z / 28.0);
    }
    if z.is_infinite() { 0.0 } else { 3.0 / (z * z) * (z.sin() / z - z.cos()) }
}

impl Regression {
    /// Newey and West's 1994 automatic bandwidth for Bartlett's kernel, in rows, without
    /// prewhitening (<https://doi.org/10.2307/2297912>).
    ///
    /// `1.1447 ((s₁/s₀)²)^(1/3) n^(1/3)`, where `h_t` is the sum of the scores `x e` of all
    /// regressors but the intercept, `c_j = Σ h_t h_{t+j} / n`, `s₀ = c₀ + 2 Σ c_j` and
    /// `s₁ = 2 Σ j c_j` over j = 1 to `⌊4 (n/100)^(2/9)⌋`. A regression on an intercept alone takes
    /// the score of that. The sum gives every regressor the weight one, so the bandwidth depends on
    /// their units.
    ///
    /// # Errors
    ///
    /// [`Error::DegenerateVariance`] where s₀ is zero.
    pub fn newey_west_bandwidth(&self) -> Result<f64> {
        let n = self.n_observations();
        let scores = self.slope_scores();
        let h: Vec<f64> = (0..n).map(|t| scores.iter().map(|s| s[t]).sum()).collect();
        let n_lags = Lags::TwoNinths.for_rows(n).unwrap_or(0).min(n - 1);
        let (mut s0, mut s1) = (0.0, 0.0);
        for lag in 0..=n_lags {
            let c: f64 = h[lag..].iter().zip(&h).map(|(a, b)| a * b).sum::<f64>() / n as f64;
            let times = if lag == 0 { 1.0 } else { 2.0 };
            s0 += times * c;
            s1 += times * lag as f64 * c;
        }
        let ratio: f64 = s1 / s0;
        finite(1.1447 * (ratio * ratio).cbrt() * (n as f64).cbrt(), "Newey-West bandwidth")
    }

    /// Andrews's 1991 bandwidth for the quadratic spectral kernel, in rows, from first-order
    /// autoregressions of the scores (<https://doi.org/10.2307/2938229>, section 6).
    ///
    /// `1.3221 (n a)^(1/5)` with `a = Σ 4ρ²σ⁴/(1 − ρ)⁸ / Σ σ⁴/(1 − ρ)⁴`, summed over the scores of
    /// all regressors but the intercept (of the intercept where it is alone), each fitted with a
    /// mean by least squares. No prewhitening.
    ///
    /// # Errors
    ///
    /// [`Error::DegenerateVariance`] where the scores do not vary; [`Error::TooFew`] below 4 rows.
    pub fn andrews_bandwidth(&self) -> Result<f64> {
        let n = self.n_observations();
        if n < 4 {
            return Err(Error::TooFew {
                what: "the bandwidth of Andrews".to_owned(),
                unit: "rows",
                n_needed: 4,
                n_found: n,
            });
        }
        let (mut above, mut below) = (0.0, 0.0);
        for score in self.slope_scores() {
            let (rho, variance) = autoregression(&score);
            let weight = variance * variance / (1.0 - rho).powi(4);
            above += weight * 4.0 * rho * rho / (1.0 - rho).powi(4);
            below += weight;
        }
        finite(1.3221 * (n as f64 * above / below).powf(0.2), "bandwidth of Andrews")
    }
}

/// Slope and mean squared error of `x_t = a + ρ x_{t−1} + u_t`.
fn autoregression(x: &[f64]) -> (f64, f64) {
    let (before, now) = (&x[..x.len() - 1], &x[1..]);
    let mean = |v: &[f64]| moments::mean(v).unwrap_or(f64::NAN);
    let (before_mean, now_mean) = (mean(before), mean(now));
    let pairs = || before.iter().zip(now).map(|(a, b)| (a - before_mean, b - now_mean));
    let rho = pairs().map(|(a, b)| a * b).sum::<f64>() / pairs().map(|(a, _)| a * a).sum::<f64>();
    let sum_squares: f64 = pairs().map(|(a, b)| (b - rho * a).powi(2)).sum();
    (rho, sum_squares / now.len() as f64)
}

fn finite(value: f64, what: &str) -> Result<f64> {
    if value.is_finite() {
        return Ok(value);
    }
    Err(Error::DegenerateVariance { what: format!("the {what}"), of: "the scores".to_owned() })
}
