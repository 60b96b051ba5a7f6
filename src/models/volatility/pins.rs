//! Residuals that are held at zero.

use super::series::Series;

/// Observations whose residuals are held at zero. Each takes one of the intercept and the slopes
/// away, which follows from those that are left.
#[derive(Debug, Clone, Default)]
pub(super) struct Pins {
    pub(super) rows: Vec<usize>,
    /// Coordinates taken away, one per row.
    pivots: Vec<usize>,
    n_means: usize,
    /// For each of these its value where all that are left are zero, and what each of the means
    /// takes off it; zero for those taken away.
    equations: Vec<Vec<f64>>,
}

/// A pivot smaller than this share of its row is none.
const SINGULAR: f64 = 1e-10;

impl Pins {
    /// `None` where so many residuals cannot be zero together.
    pub(super) fn new(series: &Series, rows: &[usize], n_means: usize) -> Option<Self> {
        let mut pins = Self { n_means, ..Self::default() };
        for t in rows {
            // b₀ + Σ b x = y, in the means that are left.
            let mut equation = vec![series.returns[*t], 1.0];
            equation.extend_from_slice(series.row(*t));
            let size = equation[1..].iter().fold(0.0, |a: f64, b| a.max(b.abs()));
            for (pivot, known) in pins.pivots.iter().zip(&pins.equations) {
                let factor = std::mem::take(&mut equation[pivot + 1]);
                subtract(&mut equation, factor, known);
            }
            let means = 0..n_means;
            let pivot =
                means.max_by(|a, b| equation[a + 1].abs().total_cmp(&equation[b + 1].abs()))?;
            let scale = std::mem::take(&mut equation[pivot + 1]);
            if scale.abs() <= SINGULAR * size {
                return None;
            }
            for value in &mut equation {
                *value /= scale;
            }
            for known in &mut pins.equations {
                let factor = std::mem::take(&mut known[pivot + 1]);
                subtract(known, factor, &equation);
            }
            pins.rows.push(*t);
            pins.pivots.push(pivot);
            pins.equations.push(equation);
        }
        Some(pins)
    }

    /// All coordinates, from those that are left.
    pub(super) fn widen(&self, free: &[f64]) -> Vec<f64> {
        let mut point = free.to_vec();
        if self.pivots.is_empty() {
            return point;
        }
        let mut pivots = self.pivots.clone();
        pivots.sort_unstable();
        for pivot in pivots {
            point.insert(pivot, 0.0);
        }
        for (pivot, equation) in self.pivots.iter().zip(&self.equations) {
            let taken: f64 =
                equation[1..].iter().zip(&point[..self.n_means]).map(|(a, b)| a * b).sum();
            point[*pivot] = equation[0] - taken;
        }
        point
    }

    /// The coordinates that are left of a point.
    pub(super) fn narrow(&self, point: &[f64]) -> Vec<f64> {
        let left = point.iter().enumerate().filter(|(j, _)| !self.pivots.contains(j));
        left.map(|(_, x)| *x).collect()
    }

    /// The slope by the coordinates that are left, from that by all.
    pub(super) fn narrow_slope(&self, slope: &[f64]) -> Vec<f64> {
        if self.pivots.is_empty() {
            return slope.to_vec();
        }
        let mut total = slope.to_vec();
        for (pivot, equation) in self.pivots.iter().zip(&self.equations) {
            for (sum, taken) in total.iter_mut().zip(&equation[1..]) {
                *sum -= slope[*pivot] * taken;
            }
        }
        self.narrow(&total)
    }
}

fn subtract(from: &mut [f64], factor: f64, what: &[f64]) {
    for (a, b) in from.iter_mut().zip(what) {
        *a -= factor * b;
    }
}
