//! Coordinates of the optimiser, in which every value is allowed.
//!
//! Bounded parameters are squared sines and cosines, so that a bound is reached at a finite point
//! where the likelihood is flat across it: a maximum on a bound converges as fast as any other, and
//! a point on a bound that is none has negative curvature and is left.

use std::f64::consts::FRAC_PI_2;

use super::series::{FLOOR, Series};
use super::specification::Layout;

/// Largest persistence: of α + β, α + γ/2 + β, and β of an EGARCH.
pub(super) const MAX_PERSISTENCE: f64 = 1.0 - 1e-8;
/// Smallest and largest degrees of freedom. Above the largest the t is normal for all that any
/// sample can tell.
pub(super) const DEGREES_OF_FREEDOM: (f64, f64) = (2.05, 500.0);
/// A share so small is taken as zero.
const SNAP: f64 = 1e-8;

/// The way from coordinates to parameters.
#[derive(Debug, Clone, Copy)]
pub(super) struct Coordinates {
    pub(super) layout: Layout,
    /// Variance of the least-squares residuals, the unit of ω.
    variance: f64,
}

/// `sin²`, `cos²` and the derivative of the former; exact at the ends.
#[derive(Debug, Clone, Copy)]
struct Share {
    sin: f64,
    cos: f64,
    slope: f64,
}

impl Share {
    fn at(angle: f64) -> Self {
        let (s, c) = angle.sin_cos();
        // Half π is not a double, so its cosine is 6e-17.
        if c.abs() < 1e-15 {
            return Self { sin: 1.0, cos: 0.0, slope: 0.0 };
        }
        Self { sin: s * s, cos: c * c, slope: 2.0 * s * c }
    }

    /// The angle at which sin² is that share.
    fn angle(share: f64) -> f64 {
        share.clamp(0.0, 1.0).sqrt().asin()
    }

    /// The angle itself, or the end of the quarter turn that it is next to.
    fn snapped(angle: f64) -> f64 {
        let share = Self::at(angle);
        if share.sin < SNAP {
            0.0
        } else if share.cos < SNAP {
            FRAC_PI_2
        } else {
            angle
        }
    }
}

impl Coordinates {
    pub(super) fn new(layout: Layout, series: &Series) -> Self {
        Self { layout, variance: series.variance }
    }

    /// The smallest ω of a GARCH or GJR variance.
    pub(super) fn omega_floor(&self) -> f64 {
        FLOOR * self.variance
    }

    /// Variance of the least-squares residuals.
    pub(super) fn variance(&self) -> f64 {
        self.variance
    }

    fn is_egarch(&self) -> bool {
        self.layout.variance.is_of_logs()
    }

    /// Parameters at a point.
    pub(super) fn parameters(&self, point: &[f64]) -> Vec<f64> {
        let mut parameters = point.to_vec();
        let first = self.layout.omega();
        let variance = &point[first..=self.layout.beta()];
        let to = &mut parameters[first..];
        match *variance {
            [_, root, _, angle] if self.is_egarch() => {
                to[1] = root * root;
                to[3] = MAX_PERSISTENCE * Share::at(angle).sin;
            }
            [root, total, shock] => {
                let (total, shock) = (Share::at(total), Share::at(shock));
                to[0] = self.omega_floor() + self.variance * root * root;
                to[1] = MAX_PERSISTENCE * total.sin * shock.sin;
                to[2] = MAX_PERSISTENCE * total.sin * shock.cos;
            }
            [root, total, shock, rising] => {
                let [total, shock, rising] = [total, shock, rising].map(Share::at);
                to[0] = self.omega_floor() + self.variance * root * root;
                let shocks = 2.0 * MAX_PERSISTENCE * total.sin * shock.sin;
                to[1] = shocks * rising.sin;
                to[2] = shocks * rising.cos;
                to[3] = MAX_PERSISTENCE * total.sin * shock.cos;
            }
            _ => {}
        }
        if let Some(nu) = self.layout.nu() {
            parameters[nu] = 1.0 / inverse_degrees(Share::at(point[nu]).sin);
        }
        parameters
    }

    /// Derivatives of the parameters of the variance by its coordinates, row by row.
    fn variance_slopes(&self, point: &[f64]) -> Vec<f64> {
        let variance = &point[self.layout.omega()..=self.layout.beta()];
        let p = MAX_PERSISTENCE;
        match *variance {
            [_, root, _, angle] if self.is_egarch() => vec![
                1.0,
                0.0,
                0.0,
                0.0, //
                0.0,
                2.0 * root,
                0.0,
                0.0, //
                0.0,
                0.0,
                1.0,
                0.0, //
                0.0,
                0.0,
                0.0,
                p * Share::at(angle).slope,
            ],
            [root, total, shock] => {
                let (t, s) = (Share::at(total), Share::at(shock));
                vec![
                    2.0 * self.variance * root,
                    0.0,
                    0.0, //
                    0.0,
                    p * t.slope * s.sin,
                    p * t.sin * s.slope, //
                    0.0,
                    p * t.slope * s.cos,
                    -p * t.sin * s.slope,
                ]
            }
            [root, total, shock, rising] => {
                let [t, s, r] = [total, shock, rising].map(Share::at);
                let q = 2.0 * p;
                vec![
                    2.0 * self.variance * root,
                    0.0,
                    0.0,
                    0.0, //
                    0.0,
                    q * t.slope * s.sin * r.sin,
                    q * t.sin * s.slope * r.sin,
                    q * t.sin * s.sin * r.slope, //
                    0.0,
                    q * t.slope * s.sin * r.cos,
                    q * t.sin * s.slope * r.cos,
                    -q * t.sin * s.sin * r.slope, //
                    0.0,
                    p * t.slope * s.cos,
                    -p * t.sin * s.slope,
                    0.0,
                ]
            }
            _ => Vec::new(),
        }
    }

    /// Derivatives of the parameters by the coordinates, row by row.
    pub(super) fn slopes(&self, point: &[f64]) -> Vec<f64> {
        let (n, first, m) = (self.layout.len(), self.layout.omega(), self.layout.n_variance());
        let mut slopes = vec![0.0; n * n];
        for j in 0..first {
            slopes[j * n + j] = 1.0;
        }
        for (i, row) in self.variance_slopes(point).chunks_exact(m).enumerate() {
            let at = (first + i) * n + first;
            slopes[at..at + m].copy_from_slice(row);
        }
        if let Some(nu) = self.layout.nu() {
            let share = Share::at(point[nu]);
            let inverse = inverse_degrees(share.sin);
            let (low, high) = DEGREES_OF_FREEDOM;
            slopes[nu * n + nu] = -(1.0 / low - 1.0 / high) * share.slope / (inverse * inverse);
        }
        slopes
    }

    /// The point of parameters within the bounds.
    pub(super) fn point(&self, parameters: &[f64]) -> Vec<f64> {
        let mut point = parameters.to_vec();
        let first = self.layout.omega();
        let to = &mut point[first..];
        let from = &parameters[first..=self.layout.beta()];
        let root = ((from[0] - self.omega_floor()) / self.variance).max(0.0).sqrt();
        match *from {
            [_, alpha, _, beta] if self.is_egarch() => {
                to[1] = alpha.max(0.0).sqrt();
                to[3] = Share::angle(beta / MAX_PERSISTENCE);
            }
            [_, alpha, beta] => {
                to[0] = root;
                to[1] = Share::angle((alpha + beta) / MAX_PERSISTENCE);
                to[2] = Share::angle(share_of(alpha, beta));
            }
            [_, rising, falling, beta] => {
                let shocks = f64::midpoint(rising, falling);
                to[0] = root;
                to[1] = Share::angle((shocks + beta) / MAX_PERSISTENCE);
                to[2] = Share::angle(share_of(shocks, beta));
                to[3] = Share::angle(share_of(rising, falling));
            }
            _ => {}
        }
        if let Some(nu) = self.layout.nu() {
            let (low, high) = DEGREES_OF_FREEDOM;
            let share = (1.0 / parameters[nu] - 1.0 / high) / (1.0 / low - 1.0 / high);
            point[nu] = Share::angle(share);
        }
        point
    }

    /// Moves what is next to a bound onto it.
    pub(super) fn snap(&self, point: &mut [f64]) {
        let first = self.layout.omega();
        let beta = self.layout.beta();
        let (root, angles) =
            if self.is_egarch() { (first + 1, beta..=beta) } else { (first, first + 1..=beta) };
        if point[root].powi(2) < SNAP {
            point[root] = 0.0;
        }
        for angle in &mut point[angles] {
            *angle = Share::snapped(*angle);
        }
        if let Some(nu) = self.layout.nu() {
            point[nu] = Share::snapped(point[nu]);
        }
    }
}

/// Share of a in a + b; a half of nothing.
fn share_of(a: f64, b: f64) -> f64 {
    if a + b > 0.0 { a / (a + b) } else { 0.5 }
}

/// 1/ν, which runs evenly from normal errors to the heaviest tails.
fn inverse_degrees(share: f64) -> f64 {
    let (low, high) = DEGREES_OF_FREEDOM;
    1.0 / high + (1.0 / low - 1.0 / high) * share
}
