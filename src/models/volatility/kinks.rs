//! Maxima where a residual is zero.
//!
//! The likelihood of an EGARCH has a kink wherever a residual is zero, since |z| has. Such kinks lie
//! as dense as the observations, so one fit in ten or so has its maximum on one. There the gradient
//! jumps: it vanishes along the kink, and to either side the likelihood falls.

use basin::{DenseMatrix, LinearSolveSpd};

use super::climb::{Objective, Summit};
use super::fit::{finish, is_flat};
use super::likelihood::{Likelihood, Signs};
use super::pins::Pins;

/// Sets of residuals that are tried.
const N_SETS: usize = 6;

/// The maximum on the kinks next to a point with the signs of the residuals there, and the
/// iterations that were made.
///
/// The residual nearest to zero is held there, then the next nearest if the gradient does not
/// vanish along the kink; one is let go if the likelihood rises to its side.
pub(super) fn on_kinks(
    objective: &Objective<'_>,
    reached: &[f64],
) -> (Option<(Summit, Vec<f64>)>, usize) {
    let likelihood = objective.likelihood;
    let (series, n_means) = (likelihood.series, likelihood.layout.n_means);
    let (mut rows, mut from, mut iterations) = (Vec::new(), reached.to_vec(), 0);
    let mut let_go = Vec::new();
    for _ in 0..N_SETS {
        if rows.len() < n_means {
            let parameters = objective.coordinates.parameters(&from);
            let size = |t: &usize| series.residual(&parameters, *t).abs();
            let nearest = (0..series.len())
                .filter(|t| !rows.contains(t) && !let_go.contains(t))
                .min_by(|a, b| size(a).total_cmp(&size(b)));
            rows.extend(nearest);
        }
        let Some(pins) = Pins::new(series, &rows, n_means) else { break };
        let pinned = Objective { pins: &pins, ..*objective };
        let Some(summit) = finish(&pinned, &from) else { break };
        iterations += summit.iterations;
        from.clone_from(&summit.point);
        if !is_flat(&summit) {
            if rows.len() == n_means {
                let_go.push(rows.remove(0));
            }
            continue;
        }
        match signs_at(likelihood, &pinned.coordinates.parameters(&summit.point), &pins) {
            Ok(signs) => return (Some((summit, signs)), iterations),
            Err(t) => {
                rows.retain(|row| *row != t);
                let_go.push(t);
            }
        }
    }
    (None, iterations)
}

/// Signs of the pinned residuals at which the likelihood does not change with the means, beside
/// those of the others. Where the likelihood rises as a residual leaves zero, that observation.
fn signs_at(
    likelihood: &Likelihood<'_>,
    parameters: &[f64],
    pins: &Pins,
) -> Result<Vec<f64>, usize> {
    let (series, n_means) = (likelihood.series, likelihood.layout.n_means);
    let mut signs = likelihood.signs(parameters);
    for t in &pins.rows {
        signs[*t] = 0.0;
    }
    let by_means = |signs: &[f64]| {
        let mut gradient = likelihood.gradient(parameters, Signs::Held(signs));
        gradient.truncate(n_means);
        gradient
    };
    let middle = by_means(&signs);
    // The gradient is affine in the signs.
    let mut jumps: Vec<Vec<f64>> = Vec::new();
    for t in &pins.rows {
        signs[*t] = 1.0;
        let jump: Vec<f64> = by_means(&signs).iter().zip(&middle).map(|(a, b)| a - b).collect();
        signs[*t] = 0.0;
        // A larger |z| must lower the likelihood. Residuals fall as the mean rises.
        if jump[0] + dot(&jump[1..], series.row(*t)) <= 0.0 {
            return Err(*t);
        }
        jumps.push(jump);
    }
    let first = pins.rows.first().copied().unwrap_or_default();
    let k = jumps.len();
    let products = DenseMatrix::from_fn(k, k, |i, j| dot(&jumps[i], &jumps[j]));
    let target: Vec<f64> = jumps.iter().map(|jump| -dot(jump, &middle)).collect();
    let Ok(solved) = products.solve_spd(&target) else { return Err(first) };
    for (t, sign) in pins.rows.iter().zip(&solved) {
        if sign.abs() > 1.0 {
            return Err(*t);
        }
        signs[*t] = *sign;
    }
    Ok(signs)
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}
