//! The log-likelihood with its scores: the variance recursion and the derivatives it carries along.

use super::density::Density;
use super::lanes::Lanes;
use super::series::Series;
use super::specification::{ConditionalVariance, Layout};

/// What the recursion says of one observation.
#[derive(Debug, Clone, Copy)]
pub(super) struct Step<'a> {
    /// Log-density of the return; zero with scores, which do without it.
    pub(super) ln: f64,
    /// Conditional variance.
    pub(super) variance: f64,
    /// Derivatives of the log-density by all parameters; empty where none were asked for.
    pub(super) score: &'a Lanes,
}

/// Signs that |z| is taken with in an EGARCH.
#[derive(Debug, Clone, Copy)]
pub(super) enum Signs<'a> {
    /// Those that the residuals have.
    Own,
    /// Given ones. The likelihood has a kink wherever a residual is zero; with the signs held it is
    /// smooth, and its second derivatives are those that the likelihood has almost everywhere.
    Held(&'a [f64]),
}

/// Log-likelihood of one series under one specification.
///
/// Parameters stand in the order of [`Layout`]. The variance of the first row follows from the
/// initial variance as if the row before it had no observation, and a row without one takes its
/// expectation: `ω + P h` with the persistence P, for an EGARCH the expected log, `ω + β ln h`.
#[derive(Debug, Clone)]
pub(super) struct Likelihood<'a> {
    pub(super) series: &'a Series,
    pub(super) layout: Layout,
    /// Derivatives of the mean of each observation by the parameters: one and the factors.
    means: Vec<Lanes>,
}

impl<'a> Likelihood<'a> {
    pub(super) fn new(series: &'a Series, layout: Layout) -> Self {
        let mean = |t: usize| {
            let mut mean = Lanes::zeros(layout.len());
            mean[0] = 1.0;
            mean[1..layout.n_means].copy_from_slice(series.row(t));
            mean
        };
        Self { series, layout, means: (0..series.len()).map(mean).collect() }
    }

    pub(super) fn density(&self, parameters: &[f64]) -> Density {
        Density::new(self.layout.nu().map(|at| parameters[at]))
    }

    /// Log-likelihood; not finite where the recursion leaves the numbers.
    pub(super) fn value(&self, parameters: &[f64]) -> f64 {
        let mut sum = 0.0;
        self.walk::<false>(parameters, Signs::Own, |_, step| sum += step.ln);
        sum
    }

    /// Gradient of the log-likelihood.
    pub(super) fn gradient(&self, parameters: &[f64], signs: Signs<'_>) -> Vec<f64> {
        let mut sums = Lanes::zeros(parameters.len());
        self.walk::<true>(parameters, signs, |_, step| sums.add(1.0, step.score));
        sums[..parameters.len()].to_vec()
    }

    /// Signs of all residuals.
    pub(super) fn signs(&self, parameters: &[f64]) -> Vec<f64> {
        (0..self.series.len()).map(|t| sign(self.series.residual(parameters, t))).collect()
    }

    /// Visits the observations in order; returns the variance of the row after the last.
    pub(super) fn walk<const SCORES: bool>(
        &self,
        parameters: &[f64],
        signs: Signs<'_>,
        visit: impl FnMut(usize, Step<'_>),
    ) -> f64 {
        match self.layout.variance {
            ConditionalVariance::Egarch => self.walk_logs::<SCORES>(parameters, signs, visit),
            ConditionalVariance::Garch | ConditionalVariance::Gjr => {
                self.walk_squares::<SCORES>(parameters, visit)
            }
        }
    }

    fn zeros<const SCORES: bool>(&self) -> Lanes {
        Lanes::zeros(if SCORES { self.layout.len() } else { 0 })
    }

    /// GARCH and GJR: `h' = ω + a e² + β h`, where a depends on the sign of e.
    fn walk_squares<const SCORES: bool>(
        &self,
        parameters: &[f64],
        mut visit: impl FnMut(usize, Step<'_>),
    ) -> f64 {
        let (layout, series) = (self.layout, self.series);
        let density = self.density(parameters);
        let (rising, falling) = layout.shocks();
        let (omega_at, beta_at, nu_at) = (layout.omega(), layout.beta(), layout.nu());
        let (omega, beta) = (parameters[omega_at], parameters[beta_at]);
        let persistence = f64::midpoint(parameters[rising], parameters[falling]) + beta;
        let (mut slopes, mut score) = (self.zeros::<SCORES>(), self.zeros::<SCORES>());
        let mut h = series.initial_variance;
        for t in 0..series.len() {
            for _ in 0..series.holes[t] {
                if SCORES {
                    slopes.scale(persistence);
                    slopes[omega_at] += 1.0;
                    slopes[rising] += 0.5 * h;
                    slopes[falling] += 0.5 * h;
                    slopes[beta_at] += h;
                }
                h = omega + persistence * h;
            }
            let e = series.residual(parameters, t);
            let square = e * e;
            let precision = 1.0 / h;
            let z_square = square * precision;
            let ln = if SCORES { 0.0 } else { density.ln(z_square) - 0.5 * h.ln() };
            if SCORES {
                let weight = density.weight(z_square);
                score.set(0.5 * (weight * z_square - 1.0) * precision, &slopes);
                score.add(weight * e * precision, &self.means[t]);
                if let Some(nu) = nu_at {
                    score[nu] = density.nu_slope(z_square);
                }
            }
            visit(t, Step { ln, variance: h, score: &score });
            let shock = if e < 0.0 { falling } else { rising };
            if SCORES {
                slopes.scale(beta);
                slopes.add(-2.0 * parameters[shock] * e, &self.means[t]);
                slopes[omega_at] += 1.0;
                slopes[shock] += square;
                slopes[beta_at] += h;
            }
            h = omega + parameters[shock] * square + beta * h;
        }
        h
    }

    /// EGARCH: `ln h' = ω + α (|z| − E|z|) + γ z + β ln h`.
    fn walk_logs<const SCORES: bool>(
        &self,
        parameters: &[f64],
        signs: Signs<'_>,
        mut visit: impl FnMut(usize, Step<'_>),
    ) -> f64 {
        let (layout, series) = (self.layout, self.series);
        let density = self.density(parameters);
        let (alpha_at, gamma_at) = layout.shocks();
        let (omega_at, beta_at, nu_at) = (layout.omega(), layout.beta(), layout.nu());
        let (omega, beta) = (parameters[omega_at], parameters[beta_at]);
        let (alpha, gamma) = (parameters[alpha_at], parameters[gamma_at]);
        let (mut slopes, mut score) = (self.zeros::<SCORES>(), self.zeros::<SCORES>());
        let mut ln_h = series.initial_variance.ln();
        for t in 0..series.len() {
            for _ in 0..series.holes[t] {
                if SCORES {
                    slopes.scale(beta);
                    slopes[omega_at] += 1.0;
                    slopes[beta_at] += ln_h;
                }
                ln_h = omega + beta * ln_h;
            }
            let root = (-0.5 * ln_h).exp();
            let z = series.residual(parameters, t) * root;
            let square = z * z;
            let ln = if SCORES { 0.0 } else { density.ln(square) - 0.5 * ln_h };
            if SCORES {
                let weight = density.weight(square);
                score.set(0.5 * (weight * square - 1.0), &slopes);
                score.add(weight * z * root, &self.means[t]);
                if let Some(nu) = nu_at {
                    score[nu] += density.nu_slope(square);
                }
            }
            visit(t, Step { ln, variance: 1.0 / (root * root), score: &score });
            let side = match signs {
                Signs::Own => sign(z),
                Signs::Held(signs) => signs[t],
            };
            let surprise = side * z - density.mean_size;
            if SCORES {
                let pull = alpha * side + gamma;
                slopes.scale(beta - 0.5 * pull * z);
                slopes.add(-pull * root, &self.means[t]);
                slopes[omega_at] += 1.0;
                slopes[alpha_at] += surprise;
                slopes[gamma_at] += z;
                slopes[beta_at] += ln_h;
                if let Some(nu) = nu_at {
                    slopes[nu] -= alpha * density.mean_size_slope;
                }
            }
            ln_h = omega + alpha * surprise + gamma * z + beta * ln_h;
        }
        ln_h.exp()
    }
}

/// 1 for zero.
fn sign(x: f64) -> f64 {
    if x < 0.0 { -1.0 } else { 1.0 }
}
