//! Covariances of the estimates.

use basin::{DenseMatrix, LinearSolveSpd};

use super::climb::Objective;
use super::fit::Maximum;
use super::likelihood::Signs;
use super::specification::{ConditionalVariance, Layout};

/// Covariances of the parameters as they are reported, row by row.
#[derive(Debug, Clone)]
pub(super) struct Covariances {
    /// Inverse Hessian, and the sandwich of Bollerslev and Wooldridge; `None` where the likelihood
    /// does not pin the parameters down.
    pub(super) parameters: Option<(Vec<f64>, Vec<f64>)>,
    /// Inverse Hessian of the mean of the centred and scaled factors, in the units of the series.
    pub(super) means: Vec<f64>,
}

/// Covariances at a maximum; `None` where not even the mean is pinned down.
///
/// They are taken in the optimiser's coordinates, of which those on a bound have no part, and
/// carried over by the derivatives of the parameters (delta method).
pub(super) fn covariances(objective: &Objective<'_>, maximum: &Maximum) -> Option<Covariances> {
    let (likelihood, coordinates) = (objective.likelihood, objective.coordinates);
    let (layout, n_rows) = (likelihood.layout, likelihood.series.len());
    let (n, n_means) = (layout.len(), layout.n_means);
    let slopes = coordinates.slopes(&maximum.point);
    let free: Vec<usize> =
        (0..n).filter(|j| (0..n).any(|i| slopes[i * n + j].abs() > 0.0)).collect();
    let curvature = objective.curvature(&maximum.point, &maximum.signs, None);
    let hessian = |rows: &[usize]| {
        let m = rows.len();
        let total = |i: usize, j: usize| curvature[rows[i] * n + rows[j]] * n_rows as f64;
        inverse(&DenseMatrix::from_fn(m, m, total))
    };
    let m = free.len();
    let carry: Vec<f64> = (0..n)
        .flat_map(|i| free.iter().map(move |j| (i, *j)))
        .map(|(i, j)| slopes[i * n + j])
        .collect();
    if let Some(inverse) = hessian(&free) {
        let bread = between(&carry, &inverse, m);
        let means = (0..n_means).flat_map(|i| bread[i * n..i * n + n_means].to_vec()).collect();
        let products = score_products(objective, maximum, &carry, m);
        // carry · H⁻¹, so that the meat is between.
        let half = product(&carry, &inverse, m);
        let robust = between(&half, &products, m);
        let report = reported(objective);
        let to_report = |c: &[f64]| between(&report, c, n);
        return Some(Covariances {
            parameters: Some((to_report(&bread), to_report(&robust))),
            means,
        });
    }
    let means = hessian(&(0..n_means).collect::<Vec<_>>())?;
    Some(Covariances { parameters: None, means })
}

/// Sum over the observations of the products of their scores by the free coordinates.
fn score_products(
    objective: &Objective<'_>,
    maximum: &Maximum,
    carry: &[f64],
    m: usize,
) -> Vec<f64> {
    let mut products = vec![0.0; m * m];
    let mut score = vec![0.0; m];
    let signs = Signs::Held(&maximum.signs);
    objective.likelihood.walk::<true>(&maximum.parameters, signs, |_, step| {
        for (j, s) in score.iter_mut().enumerate() {
            *s = step.score.iter().zip(carry[j..].iter().step_by(m)).map(|(a, b)| a * b).sum();
        }
        for (row, a) in products.chunks_exact_mut(m).zip(&score) {
            for (sum, b) in row.iter_mut().zip(&score) {
                *sum += a * b;
            }
        }
    });
    products
}

/// Derivatives of the parameters as they are reported by those of the fit, row by row.
fn reported(objective: &Objective<'_>) -> Vec<f64> {
    let (series, layout) = (objective.likelihood.series, objective.likelihood.layout);
    let n = layout.len();
    let mut to = vec![0.0; n * n];
    for j in 0..n {
        to[j * n + j] = 1.0;
    }
    to[0] = series.unit;
    for (k, (mean, unit)) in series.factor_means.iter().zip(&series.factor_units).enumerate() {
        let j = k + 1;
        to[j] = -series.unit * mean / unit;
        to[j * n + j] = series.unit / unit;
    }
    let (omega, beta) = (layout.omega(), layout.beta());
    match layout.variance {
        ConditionalVariance::Garch => to[omega * n + omega] = series.unit * series.unit,
        ConditionalVariance::Gjr => {
            to[omega * n + omega] = series.unit * series.unit;
            let (rising, falling) = layout.shocks();
            to[falling * n + rising] = -1.0;
        }
        ConditionalVariance::Egarch => to[omega * n + beta] = -2.0 * series.unit.ln(),
    }
    to
}

/// The parameters as they are reported: returns in decimal fractions, factors as they came, α and γ
/// of a GJR.
pub(super) fn report(objective: &Objective<'_>, parameters: &[f64]) -> Vec<f64> {
    let layout: Layout = objective.likelihood.layout;
    let to = reported(objective);
    let n = parameters.len();
    let mut values: Vec<f64> = to
        .chunks_exact(n)
        .map(|row| row.iter().zip(parameters).map(|(a, b)| a * b).sum())
        .collect();
    if layout.variance == ConditionalVariance::Egarch {
        values[layout.omega()] += 2.0 * objective.likelihood.series.unit.ln();
    }
    values
}

/// Inverse of a positive definite matrix, which is first scaled to a unit diagonal.
fn inverse(matrix: &DenseMatrix<f64>) -> Option<Vec<f64>> {
    let n = matrix.nrows();
    let scale: Vec<f64> = (0..n).map(|j| matrix.get(j, j).sqrt().recip()).collect();
    if !scale.iter().all(|s| s.is_finite()) {
        return None;
    }
    let scaled = DenseMatrix::from_fn(n, n, |i, j| matrix.get(i, j) * scale[i] * scale[j]);
    let mut inverse = vec![0.0; n * n];
    for j in 0..n {
        let mut unit = vec![0.0; n];
        unit[j] = 1.0;
        let column = scaled.solve_spd(&unit).ok()?;
        for (i, value) in column.iter().enumerate() {
            inverse[i * n + j] = value * scale[i] * scale[j];
        }
    }
    inverse.iter().all(|v| v.is_finite()).then_some(inverse)
}

/// `A B` for a B of m columns, square.
fn product(a: &[f64], b: &[f64], m: usize) -> Vec<f64> {
    a.chunks_exact(m)
        .flat_map(|row| {
            (0..m).map(move |j| row.iter().zip(b[j..].iter().step_by(m)).map(|(x, y)| x * y).sum())
        })
        .collect()
}

/// `A B A'` for a square B of m columns.
fn between(a: &[f64], b: &[f64], m: usize) -> Vec<f64> {
    let left = product(a, b, m);
    left.chunks_exact(m)
        .flat_map(|row| {
            a.chunks_exact(m).map(move |other| row.iter().zip(other).map(|(x, y)| x * y).sum())
        })
        .collect()
}
