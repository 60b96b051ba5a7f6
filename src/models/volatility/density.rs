//! Log-densities of standardised errors with their derivatives.

use std::f64::consts::{FRAC_2_PI, PI};

use statrs::function::erf::erfc;
use statrs::function::gamma::{digamma, ln_gamma};

/// Density of errors of mean zero and variance one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Density {
    /// Degrees of freedom; `None` for normal errors.
    nu: Option<f64>,
    /// Log-density at zero, and its derivative by ν.
    peak: f64,
    peak_slope: f64,
    /// E|z|, and its derivative by ν.
    pub(super) mean_size: f64,
    pub(super) mean_size_slope: f64,
}

impl Density {
    /// Normal without degrees of freedom.
    pub(super) fn new(nu: Option<f64>) -> Self {
        let Some(nu) = nu else {
            return Self {
                nu: None,
                peak: -0.5 * (2.0 * PI).ln(),
                peak_slope: 0.0,
                mean_size: FRAC_2_PI.sqrt(),
                mean_size_slope: 0.0,
            };
        };
        let (half, above, below) = (0.5 * nu, 0.5 * (nu + 1.0), 0.5 * (nu - 1.0));
        let excess = nu - 2.0;
        let mean_size = (excess / PI).sqrt() * (ln_gamma(below) - ln_gamma(half)).exp();
        Self {
            nu: Some(nu),
            peak: ln_gamma(above) - ln_gamma(half) - 0.5 * (PI * excess).ln(),
            peak_slope: 0.5 * (digamma(above) - digamma(half) - 1.0 / excess),
            mean_size,
            mean_size_slope: 0.5 * mean_size * (1.0 / excess + digamma(below) - digamma(half)),
        }
    }

    /// Log-density at z, from z².
    pub(super) fn ln(&self, square: f64) -> f64 {
        self.peak
            - match self.nu {
                None => 0.5 * square,
                Some(nu) => 0.5 * (nu + 1.0) * (square / (nu - 2.0)).ln_1p(),
            }
    }

    /// `−(d ln f / dz) / z`, the weight that an error has in the score.
    pub(super) fn weight(&self, square: f64) -> f64 {
        match self.nu {
            None => 1.0,
            Some(nu) => (nu + 1.0) / (nu - 2.0 + square),
        }
    }

    /// Derivative of the log-density by ν; zero for normal errors.
    pub(super) fn nu_slope(&self, square: f64) -> f64 {
        let Some(nu) = self.nu else { return 0.0 };
        let excess = nu - 2.0;
        let pull = (nu + 1.0) * square / (excess * (excess + square));
        self.peak_slope + 0.5 * (pull - (square / excess).ln_1p())
    }

    /// `E exp(a |z| + c z)` for normal errors; `None` for Student t, which has no such moments.
    pub(super) fn exponential_moment(&self, a: f64, c: f64) -> Option<f64> {
        let side = |b: f64| (0.5 * b * b).exp() * 0.5 * erfc(-b * std::f64::consts::FRAC_1_SQRT_2);
        match self.nu {
            None => Some(side(a + c) + side(a - c)),
            Some(_) => None,
        }
    }
}
