//! Least squares over weights that are not negative and sum to one.

#[cfg(test)]
mod tests;

use clarabel::algebra::CscMatrix;
use clarabel::solver::{
    DefaultSettings, DefaultSolver, IPSolver, NonnegativeConeT, SupportedConeT, ZeroConeT,
};

use crate::models::FitFault;
use crate::numeric::cholesky::Cholesky;

/// Weights at the least sum of squares.
#[derive(Debug, Clone)]
pub(super) struct Weights {
    pub(super) values: Vec<f64>,
    /// Iterations of the interior-point method and steps of the crossover.
    pub(super) iterations: usize,
    /// `½ Σ e²`.
    pub(super) objective: f64,
    /// Upper bound of what is left to gain, over the objective: zero where the conditions of Karush,
    /// Kuhn and Tucker hold.
    pub(super) gap: f64,
}

/// Weights below this, of a sum of one, start as zero in the crossover.
const SMALL: f64 = 1e-6;

/// Largest gap of an answer, over its objective.
const OPTIMAL: f64 = 1e-10;

/// Gap that rounding leaves, over `½ Σ y²`.
const ROUNDING: f64 = 1e-14;

/// The weights w ≥ 0 with sum 1 that make `Σ (y − Σ w x)²` least.
///
/// An interior-point method finds which weights are positive; active-set steps from there (the
/// crossover) solve for these exactly. The answer is the only one: where several mixtures fit alike
/// the fault is [`FitFault::CollinearFactors`].
pub(super) fn simplex_least_squares(y: &[f64], x: &[&[f64]]) -> Result<Weights, FitFault> {
    let (start, n_interior) = interior_point(y, x)?;
    let n_steps = 4 * x.len() + 20;
    let mut search = Search { y, x, weights: start, left_out: Vec::new() };
    let mut support: Vec<usize> = (0..x.len()).filter(|j| search.weights[*j] > 0.0).collect();
    for step in 1..=n_steps {
        let Some(target) = search.restricted(&support) else {
            search.leave_out_smallest(&mut support);
            continue;
        };
        if search.move_towards(&target, &mut support) {
            continue;
        }
        let (objective, gradient) = search.gradient();
        let level: f64 = search.weights.iter().zip(&gradient).map(|(w, g)| w * g).sum();
        let lowest = (0..x.len()).min_by(|a, b| gradient[*a].total_cmp(&gradient[*b]));
        let Some(lowest) = lowest else { break };
        let gap = (level - gradient[lowest]).max(0.0);
        let floor = ROUNDING * y.iter().map(|v| v * v).sum::<f64>() / 2.0;
        let rest = OPTIMAL * objective + floor;
        if gap <= rest {
            // A donor that was left out as a mixture of others, and would do as well as they.
            if search.left_out.iter().any(|j| gradient[*j] - level <= rest) {
                return Err(FitFault::CollinearFactors);
            }
            let gap = if objective > 0.0 { gap / objective } else { 0.0 };
            let iterations = n_interior + step;
            return Ok(Weights { values: search.weights, iterations, objective, gap });
        }
        let place = support.partition_point(|j| *j < lowest);
        if support.get(place) == Some(&lowest) {
            // It is in already and cannot be improved: rounding has the last word.
            break;
        }
        support.insert(place, lowest);
    }
    Err(FitFault::NotConverged { iterations: n_interior + n_steps })
}

struct Search<'a> {
    y: &'a [f64],
    x: &'a [&'a [f64]],
    /// Feasible at all times.
    weights: Vec<f64>,
    left_out: Vec<usize>,
}

impl Search<'_> {
    /// Weights on the support that sum to one, of any sign, with the least sum of squares; `None`
    /// where they are not unique.
    fn restricted(&self, support: &[usize]) -> Option<Vec<f64>> {
        let (first, others) = support.split_first()?;
        let base = self.x[*first];
        let k = others.len();
        let differences: Vec<Vec<f64>> = others
            .iter()
            .map(|j| self.x[*j].iter().zip(base).map(|(a, b)| a - b).collect())
            .collect();
        let y: Vec<f64> = self.y.iter().zip(base).map(|(a, b)| a - b).collect();
        let rest = Cholesky::new(&cross_products(&differences), k)?
            .solve(&differences.iter().map(|d| dot(d, &y)).collect::<Vec<_>>());
        let mut weights = vec![0.0; self.x.len()];
        weights[*first] = 1.0 - rest.iter().sum::<f64>();
        for (j, w) in others.iter().zip(rest) {
            weights[*j] = w;
        }
        Some(weights)
    }

    /// Takes out of the support the member that matters least.
    fn leave_out_smallest(&mut self, support: &mut Vec<usize>) {
        let smallest = (0..support.len())
            .min_by(|a, b| self.weights[support[*a]].total_cmp(&self.weights[support[*b]]));
        let Some(at) = smallest else { return };
        let out = support.remove(at);
        self.left_out.push(out);
        self.weights[out] = 0.0;
        let total: f64 = self.weights.iter().sum();
        if total > 0.0 {
            for w in &mut self.weights {
                *w /= total;
            }
        } else if let Some(first) = support.first() {
            self.weights[*first] = 1.0;
        }
    }

    /// Goes to `target`, or as far as all weights stay positive; true where one became zero on the
    /// way and left the support.
    fn move_towards(&mut self, target: &[f64], support: &mut Vec<usize>) -> bool {
        let (mut share, mut blocking) = (1.0, None);
        for (at, j) in support.iter().enumerate() {
            if target[*j] < 0.0 {
                let here = self.weights[*j];
                let most = here / (here - target[*j]);
                if most < share || blocking.is_none() {
                    (share, blocking) = (most.min(share), Some(at));
                }
            }
        }
        for (w, t) in self.weights.iter_mut().zip(target) {
            *w += share * (t - *w);
        }
        if let Some(at) = blocking {
            self.weights[support.remove(at)] = 0.0;
            return true;
        }
        self.weights.copy_from_slice(target);
        false
    }

    /// `½ Σ e²` and its gradient.
    fn gradient(&self) -> (f64, Vec<f64>) {
        let minus: Vec<f64> = (0..self.y.len())
            .map(|t| {
                self.weights.iter().zip(self.x).map(|(w, x)| w * x[t]).sum::<f64>() - self.y[t]
            })
            .collect();
        let gradient = self.x.iter().map(|x| dot(x, &minus)).collect();
        (dot(&minus, &minus) / 2.0, gradient)
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

/// All products of columns, row by row.
pub(super) fn cross_products(columns: &[Vec<f64>]) -> Vec<f64> {
    columns.iter().flat_map(|a| columns.iter().map(move |b| dot(a, b))).collect()
}

/// Weights near the optimum, small ones zero, and the iterations they took.
fn interior_point(y: &[f64], x: &[&[f64]]) -> Result<(Vec<f64>, usize), FitFault> {
    let n = x.len();
    if n <= 1 {
        return Ok((vec![1.0; n], 0));
    }
    let scale = x.iter().map(|c| dot(c, c)).fold(f64::MIN_POSITIVE, f64::max);
    // The upper triangle by columns, as the solver wants it.
    let (mut starts, mut rows, mut values) = (vec![0], Vec::new(), Vec::new());
    for b in 0..n {
        for a in 0..=b {
            rows.push(a);
            values.push(dot(x[a], x[b]) / scale);
        }
        starts.push(rows.len());
    }
    let quadratic = CscMatrix::new(n, n, starts, rows, values);
    let linear: Vec<f64> = x.iter().map(|c| -dot(c, y) / scale).collect();
    // Row 0: the sum is one; row j + 1: weight j is not negative.
    let starts = (0..=n).map(|j| 2 * j).collect();
    let rows = (0..n).flat_map(|j| [0, j + 1]).collect();
    let values = (0..n).flat_map(|_| [1.0, -1.0]).collect();
    let constraints = CscMatrix::new(n + 1, n, starts, rows, values);
    let mut bounds = vec![0.0; n + 1];
    bounds[0] = 1.0;
    let cones: [SupportedConeT<f64>; 2] = [ZeroConeT(1), NonnegativeConeT(n)];
    let settings = DefaultSettings { verbose: false, ..DefaultSettings::default() };
    let solver = DefaultSolver::new(&quadratic, &linear, &constraints, &bounds, &cones, settings);
    let Ok(mut solver) = solver else { return Err(FitFault::NotConverged { iterations: 0 }) };
    solver.solve();
    let iterations = solver.solution.iterations as usize;
    let mut weights = solver.solution.x.clone();
    let largest = weights.iter().fold(0.0_f64, |a, w| a.max(*w));
    // Whatever the solver says of itself, the crossover judges by the conditions of the optimum.
    if !(largest > 0.0 && largest.is_finite() && weights.iter().all(|w| w.is_finite())) {
        return Err(FitFault::NotConverged { iterations });
    }
    for w in &mut weights {
        *w = if *w > SMALL * largest { *w } else { 0.0 };
    }
    let total: f64 = weights.iter().sum();
    for w in &mut weights {
        *w /= total;
    }
    Ok((weights, iterations))
}
