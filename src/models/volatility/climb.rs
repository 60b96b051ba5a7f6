//! The climb to a maximum of the likelihood from one start.

use std::convert::Infallible;

use basin::{
    CostFunction, DenseMatrix, Executor, FirstOrderState, Gradient, Hessian, LinearSolveSpd,
    MoreSorensen, TrustRegion,
};

use super::coordinates::Coordinates;
use super::likelihood::{Likelihood, Signs};
use super::pins::Pins;

const MAX_ITERATIONS: u64 = 100;
const MAX_POLISH: usize = 20;

/// The negative log-likelihood per observation in the coordinates of the optimiser.
#[derive(Debug, Clone, Copy)]
pub(super) struct Objective<'a> {
    pub(super) likelihood: &'a Likelihood<'a>,
    pub(super) coordinates: Coordinates,
    /// Residuals that are held at zero, which takes away as many coordinates.
    pub(super) pins: &'a Pins,
}

impl Objective<'_> {
    pub(super) fn parameters(&self, free: &[f64]) -> Vec<f64> {
        self.coordinates.parameters(&self.pins.widen(free))
    }

    fn n_rows(&self) -> f64 {
        self.likelihood.series.len() as f64
    }

    fn value(&self, free: &[f64]) -> f64 {
        let value = self.likelihood.value(&self.parameters(free));
        // A trust region takes infinity for a step that was too long.
        if value.is_finite() { -value / self.n_rows() } else { f64::INFINITY }
    }

    pub(super) fn slope(&self, free: &[f64], signs: Signs<'_>) -> Vec<f64> {
        let point = self.pins.widen(free);
        let parameters = self.coordinates.parameters(&point);
        let gradient = self.likelihood.gradient(&parameters, signs);
        let slopes = self.coordinates.slopes(&point);
        let n = point.len();
        let along = |j: usize| (0..n).map(|i| gradient[i] * slopes[i * n + j]).sum::<f64>();
        let slope: Vec<f64> = (0..n).map(|j| -along(j) / self.n_rows()).collect();
        self.pins.narrow_slope(&slope)
    }

    /// Second derivatives by differences of the gradient, with the signs of the residuals held.
    ///
    /// Central differences for standard errors; one-sided ones are near enough to climb by, at half
    /// the price, given the `slope` at the point itself.
    pub(super) fn curvature(&self, free: &[f64], signs: &[f64], slope: Option<&[f64]>) -> Vec<f64> {
        let n = free.len();
        let mut curvature = vec![0.0; n * n];
        let mut moved = free.to_vec();
        // The root of the rounding error balances it against the first derivative left out.
        let root = if slope.is_some() { f64::EPSILON.sqrt() } else { f64::EPSILON.cbrt() };
        for j in 0..n {
            let x = free[j];
            let step = root * x.abs().max(0.1);
            let mut at = |x: f64| {
                moved[j] = x;
                self.slope(&moved, Signs::Held(signs))
            };
            let above = at(x + step);
            let (below, width) = match slope {
                Some(slope) => (slope.to_vec(), (x + step) - x),
                None => (at(x - step), (x + step) - (x - step)),
            };
            moved[j] = x;
            for i in 0..n {
                curvature[i * n + j] = (above[i] - below[i]) / width;
            }
        }
        for i in 0..n {
            for j in 0..i {
                let mean = f64::midpoint(curvature[i * n + j], curvature[j * n + i]);
                curvature[i * n + j] = mean;
                curvature[j * n + i] = mean;
            }
        }
        curvature
    }

    fn own_curvature(&self, free: &[f64], slope: &[f64]) -> Vec<f64> {
        self.curvature(free, &self.likelihood.signs(&self.parameters(free)), Some(slope))
    }
}

impl CostFunction for Objective<'_> {
    type Param = Vec<f64>;
    type Output = f64;
    type Error = Infallible;

    fn cost(&self, free: &Vec<f64>) -> Result<f64, Infallible> {
        Ok(self.value(free))
    }
}

impl Gradient for Objective<'_> {
    type Gradient = Vec<f64>;

    fn gradient(&self, free: &Vec<f64>) -> Result<Vec<f64>, Infallible> {
        Ok(self.slope(free, Signs::Own))
    }
}

impl Hessian for Objective<'_> {
    type Hessian = DenseMatrix<f64>;

    fn hessian(&self, free: &Vec<f64>) -> Result<DenseMatrix<f64>, Infallible> {
        let n = free.len();
        let curvature = self.own_curvature(free, &self.slope(free, Signs::Own));
        Ok(DenseMatrix::from_row_slice(n, n, &curvature))
    }
}

/// Where a climb ended.
#[derive(Debug, Clone)]
pub(super) struct Summit {
    /// All coordinates.
    pub(super) point: Vec<f64>,
    pub(super) iterations: usize,
    /// Norm of the gradient per observation by the free coordinates.
    pub(super) gradient_norm: f64,
}

/// Climbs by trust-region Newton steps (Moré and Sorensen 1983) until the gradient per observation,
/// or the step, is no longer than that. `None` where the start itself has no likelihood.
pub(super) fn climb(objective: &Objective<'_>, start: &[f64], tolerance: f64) -> Option<Summit> {
    let start = objective.pins.narrow(start);
    if !objective.value(&start).is_finite() {
        return None;
    }
    let solver = TrustRegion::with_subproblem(MoreSorensen::new())
        .with_radius(0.5)
        .with_max_radius(2.0)
        .with_absolute_gradient_tolerance(tolerance)
        .with_absolute_step_tolerance::<Vec<f64>, f64>(tolerance);
    let run = Executor::new(*objective, solver, FirstOrderState::new(start))
        .max_iter(MAX_ITERATIONS)
        .run();
    let result = match run {
        Ok(result) => result,
        Err(never) => match never {},
    };
    let free = result.param().clone();
    Some(Summit {
        gradient_norm: norm(&objective.slope(&free, Signs::Own)),
        point: objective.pins.widen(&free),
        iterations: usize::try_from(result.iter()).unwrap_or(usize::MAX),
    })
}

/// Newton steps on the gradient alone, as long as they make it smaller, from a point that the trust
/// region has left near the maximum. Bounds that the point is on are kept.
pub(super) fn polish(objective: &Objective<'_>, summit: &mut Summit) {
    objective.coordinates.snap(&mut summit.point);
    let mut free = objective.pins.narrow(&summit.point);
    let mut slope = objective.slope(&free, Signs::Own);
    let mut best = norm(&slope);
    for _ in 0..MAX_POLISH {
        let Some(step) = newton_step(&slope, &objective.own_curvature(&free, &slope)) else {
            break;
        };
        let trial: Vec<f64> = free.iter().zip(&step).map(|(x, d)| x + d).collect();
        let trial_slope = objective.slope(&trial, Signs::Own);
        let trial_norm = norm(&trial_slope);
        // Not a number is no progress either.
        if trial_norm.partial_cmp(&best) != Some(std::cmp::Ordering::Less) {
            break;
        }
        (free, slope, best) = (trial, trial_slope, trial_norm);
        summit.iterations += 1;
    }
    summit.point = objective.pins.widen(&free);
    summit.gradient_norm = best;
}

/// `−H⁻¹g` over the coordinates that the likelihood depends on at all; `None` where the curvature
/// is not positive there.
fn newton_step(slope: &[f64], curvature: &[f64]) -> Option<Vec<f64>> {
    let n = slope.len();
    // A coordinate on a bound has no slope and is kept.
    let moving: Vec<usize> = (0..n).filter(|j| slope[*j].abs() > 0.0).collect();
    let m = moving.len();
    let part = DenseMatrix::from_fn(m, m, |i, j| curvature[moving[i] * n + moving[j]]);
    let down: Vec<f64> = moving.iter().map(|j| -slope[*j]).collect();
    let solved = part.solve_spd(&down).ok()?;
    let mut step = vec![0.0; n];
    for (j, d) in moving.iter().zip(&solved) {
        step[*j] = *d;
    }
    Some(step)
}

fn norm(x: &[f64]) -> f64 {
    x.iter().map(|v| v * v).sum::<f64>().sqrt()
}
