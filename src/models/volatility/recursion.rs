//! The variance recursion step by step, and its expectation ahead.

use super::density::Density;
use super::specification::{ConditionalVariance, Layout};

/// Forecasts of an EGARCH that are kept; those after them are made when asked for.
const N_KEPT: usize = 2_048;

/// A variance recursion with known parameters, in the units of its series.
#[derive(Debug, Clone)]
pub(super) struct Recursion {
    kind: ConditionalVariance,
    omega: f64,
    /// Coefficients after e ≥ 0 and e < 0, or α and γ of an EGARCH.
    shocks: (f64, f64),
    beta: f64,
    density: Density,
}

impl Recursion {
    pub(super) fn new(layout: Layout, parameters: &[f64]) -> Self {
        let (first, second) = layout.shocks();
        Self {
            kind: layout.variance,
            omega: parameters[layout.omega()],
            shocks: (parameters[first], parameters[second]),
            beta: parameters[layout.beta()],
            density: Density::new(layout.nu().map(|at| parameters[at])),
        }
    }

    /// α + β, α + γ/2 + β, or β of an EGARCH.
    pub(super) fn persistence(&self) -> f64 {
        let shocks =
            if self.kind.is_of_logs() { 0.0 } else { f64::midpoint(self.shocks.0, self.shocks.1) };
        shocks + self.beta
    }

    /// The variance after a row with that variance and residual; without a residual the expected
    /// one, of an EGARCH the one whose log is expected.
    pub(super) fn next(&self, variance: f64, residual: Option<f64>) -> f64 {
        let Some(e) = residual else { return self.carried(variance, 1) };
        if self.kind.is_of_logs() {
            let z = e / variance.sqrt();
            let (alpha, gamma) = self.shocks;
            let shock = alpha * (z.abs() - self.density.mean_size) + gamma * z;
            (self.omega + shock + self.beta * variance.ln()).exp()
        } else {
            let shock = if e < 0.0 { self.shocks.1 } else { self.shocks.0 };
            self.omega + shock * e * e + self.beta * variance
        }
    }

    /// The variance n rows on as its own recursion expects it: of an EGARCH in logs.
    fn carried(&self, variance: f64, n: usize) -> f64 {
        let persistence = self.persistence();
        let power = power(persistence, n);
        // 1 + P + P² + …, without the loss of digits where P is next to one.
        let sum = if persistence > 0.0 {
            -(n as f64 * persistence.ln()).exp_m1() / (1.0 - persistence)
        } else {
            f64::from(u8::from(n > 0))
        };
        if self.kind.is_of_logs() {
            (self.omega * sum + power * variance.ln()).exp()
        } else {
            self.omega * sum + power * variance
        }
    }

    /// Log of the factor by which the expectation of an EGARCH's variance grows beyond the carried
    /// one with the shock that is i rows old, `ln E exp(βⁱ (α (|z| − E|z|) + γ z))`; zero for Student
    /// t errors, with which that expectation is infinite.
    fn growth(&self, i: usize) -> f64 {
        let (alpha, gamma) = self.shocks;
        let weight = power(self.beta, i);
        self.density
            .exponential_moment(weight * alpha, weight * gamma)
            .map_or(0.0, |moment| moment.ln() - weight * alpha * self.density.mean_size)
    }

    /// Expected variances from a row whose variance is known.
    pub(super) fn ahead(self, variance: f64) -> Ahead {
        let mut growth = Vec::new();
        if self.kind.is_of_logs() {
            let mut sum = 0.0_f64;
            growth.push(sum);
            while growth.len() < N_KEPT {
                let term = self.growth(growth.len() - 1);
                sum += term;
                growth.push(sum);
                if term.abs() <= f64::EPSILON {
                    break;
                }
            }
        }
        Ahead { recursion: self, variance, growth }
    }
}

/// xⁿ, with 0⁰ = 1.
fn power(x: f64, n: usize) -> f64 {
    x.powi(i32::try_from(n).unwrap_or(i32::MAX))
}

/// Expected variances of the rows from one whose variance is known.
#[derive(Debug, Clone)]
pub(super) struct Ahead {
    recursion: Recursion,
    variance: f64,
    /// Log growth of an EGARCH's expectation after 0, 1, … rows.
    growth: Vec<f64>,
}

impl Ahead {
    pub(super) fn recursion(&self) -> &Recursion {
        &self.recursion
    }

    pub(super) fn persistence(&self) -> f64 {
        self.recursion.persistence()
    }

    /// Expected variance n rows on.
    pub(super) fn at(&self, n: usize) -> f64 {
        let carried = self.recursion.carried(self.variance, n);
        let Some(last) = self.growth.last() else { return carried };
        let growth = self.growth.get(n).copied().unwrap_or_else(|| {
            let rest = if self.growth.len() < N_KEPT { 0..0 } else { N_KEPT - 1..n };
            last + rest.map(|i| self.recursion.growth(i)).sum::<f64>()
        });
        carried * growth.exp()
    }
}
