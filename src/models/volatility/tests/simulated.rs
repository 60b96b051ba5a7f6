//! Series made by the models themselves.

use rand::RngExt;

use crate::models::volatility::ConditionalVariance;
use crate::numeric::streams::{Stream, stream};

/// What a series is made by.
#[derive(Debug, Clone, Copy)]
pub(super) struct Process {
    pub(super) kind: ConditionalVariance,
    pub(super) intercept: f64,
    pub(super) beta: f64,
    /// In the order they are reported.
    pub(super) variance: [f64; 4],
    /// Even degrees of freedom; `None` for normal errors.
    pub(super) nu: Option<u8>,
}

pub(super) const GARCH: Process = Process {
    kind: ConditionalVariance::Garch,
    intercept: 0.0004,
    beta: 1.2,
    variance: [6e-6, 0.08, f64::NAN, 0.89],
    nu: None,
};
pub(super) const GJR: Process = Process {
    kind: ConditionalVariance::Gjr,
    intercept: -0.0002,
    beta: 0.8,
    variance: [1e-5, 0.03, 0.12, 0.86],
    nu: Some(6),
};
pub(super) const EGARCH: Process = Process {
    kind: ConditionalVariance::Egarch,
    intercept: 0.0001,
    beta: 1.0,
    variance: [-0.45, 0.2, -0.08, 0.95],
    nu: None,
};

#[derive(Debug, Clone)]
pub(super) struct Simulated {
    pub(super) returns: Vec<f64>,
    pub(super) market: Vec<f64>,
    /// The variance of each row and of the one after the last.
    pub(super) variances: Vec<f64>,
}

fn normal(stream: &mut Stream) -> f64 {
    let (a, b): (f64, f64) = (stream.random(), stream.random());
    (-2.0 * (1.0 - a).ln()).sqrt() * (std::f64::consts::TAU * b).cos()
}

pub(super) fn draw(stream: &mut Stream, nu: Option<u8>) -> f64 {
    let z = normal(stream);
    let Some(nu) = nu else { return z };
    let chi_squared: f64 = (0..nu / 2).map(|_| -2.0 * (1.0 - stream.random::<f64>()).ln()).sum();
    z * ((f64::from(nu) - 2.0) / chi_squared).sqrt()
}

/// Mean of |z|.
fn mean_size(nu: Option<u8>) -> f64 {
    match nu {
        None => std::f64::consts::FRAC_2_PI.sqrt(),
        // sqrt(4 / π) Γ(5/2) / Γ(3).
        Some(6) => 0.75,
        Some(other) => panic!("no mean size for {other} degrees of freedom"),
    }
}

impl Process {
    /// The variance after a row with that one and that standardised error.
    pub(super) fn next(&self, h: f64, z: f64) -> f64 {
        let [omega, alpha, gamma, beta] = self.variance;
        match self.kind {
            ConditionalVariance::Garch => omega + alpha * h * z * z + beta * h,
            ConditionalVariance::Gjr => {
                omega + (alpha + if z < 0.0 { gamma } else { 0.0 }) * h * z * z + beta * h
            }
            ConditionalVariance::Egarch => {
                (omega + alpha * (z.abs() - mean_size(self.nu)) + gamma * z + beta * h.ln()).exp()
            }
        }
    }

    /// After 500 rows that are thrown away.
    pub(super) fn simulate(&self, seed: u64, n: usize) -> Simulated {
        let mut stream = stream(seed, 0);
        let mut h: f64 = 1.5e-4;
        let mut simulated =
            Simulated { returns: Vec::new(), market: Vec::new(), variances: Vec::new() };
        for t in 0..n + 500 {
            let (market, z) = (0.01 * normal(&mut stream), draw(&mut stream, self.nu));
            if t >= 500 {
                simulated.market.push(market);
                simulated.returns.push(self.intercept + self.beta * market + h.sqrt() * z);
                simulated.variances.push(h);
            }
            h = self.next(h, z);
        }
        simulated.variances.push(h);
        simulated
    }
}
