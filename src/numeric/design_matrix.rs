//! Least squares with weights, with or without an intercept, and what each row does to it.

use super::least_squares::{back_substitute, triangularise};
use super::moments::is_negligible;

/// Coefficients of `y = (a +) b'x + e` that make `Σ w e²` least, and the factor R of the design.
///
/// With an intercept the regressors are taken from their weighted means first, so that a large
/// common level costs no digits.
#[derive(Debug, Clone)]
pub(crate) struct Solution {
    /// Intercept first where there is one, then the slopes.
    pub(crate) coefficients: Vec<f64>,
    /// Weighted means of the regressors; zeros without an intercept.
    centre: Vec<f64>,
    /// Weighted mean of y; zero without an intercept.
    y_centre: f64,
    /// `R'R = Σ w d d'` with d the regressors less their centre, row by row, k × k.
    upper: Vec<f64>,
    /// Σ w; `None` without an intercept.
    total_weight: Option<f64>,
}

/// Solves for regressors that are each as long as `y`; weights are above zero.
///
/// `None` where there are no more rows than coefficients, no coefficient at all, or the regressors
/// are linearly dependent to working precision.
pub(crate) fn solve(
    y: &[f64],
    regressors: &[&[f64]],
    weights: Option<&[f64]>,
    with_intercept: bool,
) -> Option<Solution> {
    let (n, k) = (y.len(), regressors.len());
    let n_coefficients = k + usize::from(with_intercept);
    if n_coefficients == 0 || n <= n_coefficients {
        return None;
    }
    let weight = |t: usize| weights.map_or(1.0, |w| w[t]);
    let total_weight = with_intercept.then(|| (0..n).map(weight).sum::<f64>());
    let centre_of = |x: &[f64]| {
        total_weight.map_or(0.0, |total| {
            x.iter().enumerate().map(|(t, v)| weight(t) * v).sum::<f64>() / total
        })
    };
    let y_centre = centre_of(y);
    let centre: Vec<f64> = regressors.iter().map(|x| centre_of(x)).collect();
    let scaled = |x: &[f64], c: f64| -> Vec<f64> {
        x.iter().enumerate().map(|(t, v)| (v - c) * weight(t).sqrt()).collect()
    };
    let mut columns: Vec<Vec<f64>> =
        regressors.iter().zip(&centre).map(|(x, c)| scaled(x, *c)).collect();
    let largest_weight = (0..n).map(weight).fold(0.0, f64::max);
    let mut scales = Vec::with_capacity(k);
    for (column, x) in columns.iter().zip(regressors) {
        let sum_squares: f64 = column.iter().map(|v| v * v).sum();
        let largest = x.iter().fold(0.0_f64, |a, v| a.max(v.abs())) * largest_weight.sqrt();
        let level = if with_intercept { largest } else { 0.0 };
        if is_negligible(sum_squares, level, n) {
            return None;
        }
        scales.push(sum_squares.sqrt());
    }
    let mut response = scaled(y, y_centre);
    let upper = triangularise(&mut columns, &mut response, &scales)?;
    let slopes = back_substitute(&upper, &response[..k], k);
    let mut coefficients = Vec::with_capacity(n_coefficients);
    if with_intercept {
        coefficients.push(y_centre - slopes.iter().zip(&centre).map(|(b, c)| b * c).sum::<f64>());
    }
    coefficients.extend(slopes);
    Some(Solution { coefficients, centre, y_centre, upper, total_weight })
}

impl Solution {
    fn slopes(&self) -> &[f64] {
        &self.coefficients[usize::from(self.total_weight.is_some())..]
    }

    /// y less what the regressors explain of it, from the centre so as to keep its digits.
    pub(crate) fn residual(&self, y: f64, x: impl Fn(usize) -> f64) -> f64 {
        let slopes = self.slopes().iter().zip(&self.centre).enumerate();
        let explained: f64 = slopes.map(|(j, (b, c))| b * (x(j) - c)).sum();
        (y - self.y_centre) - explained
    }

    /// Deviation of y from its weighted mean, or from zero without an intercept.
    pub(crate) fn deviation(&self, y: f64) -> f64 {
        y - self.y_centre
    }

    /// `x'(X'WX)⁻¹x` of a row, without its weight.
    pub(crate) fn leverage(&self, x: impl Fn(usize) -> f64) -> f64 {
        let mut half = self.deviations(1.0, x);
        self.forward_substitute(&mut half);
        let level = self.total_weight.map_or(0.0, f64::recip);
        level + half.iter().map(|v| v * v).sum::<f64>()
    }

    /// `(X'WX)⁻¹x` of a row: what one unit of its weighted error adds to each coefficient.
    pub(crate) fn influence(&self, x: impl Fn(usize) -> f64) -> Vec<f64> {
        self.inverse_times(1.0, x)
    }

    /// `(X'WX)⁻¹`, row by row.
    pub(crate) fn inverse(&self) -> Vec<f64> {
        let unit = |at: usize| move |j: usize| f64::from(u8::from(j == at));
        let mut rows = Vec::with_capacity(self.coefficients.len().pow(2));
        if self.total_weight.is_some() {
            rows.extend(self.inverse_times(1.0, |_| 0.0));
        }
        for j in 0..self.centre.len() {
            rows.extend(self.inverse_times(0.0, unit(j)));
        }
        rows
    }

    /// `(X'WX)⁻¹(constant, x)`.
    fn inverse_times(&self, constant: f64, x: impl Fn(usize) -> f64) -> Vec<f64> {
        let mut d = self.deviations(constant, x);
        self.forward_substitute(&mut d);
        let slopes = back_substitute(&self.upper, &d, d.len());
        let Some(total) = self.total_weight else { return slopes };
        let at_centre: f64 = slopes.iter().zip(&self.centre).map(|(b, c)| b * c).sum();
        let mut out = vec![constant / total - at_centre];
        out.extend(slopes);
        out
    }

    fn deviations(&self, constant: f64, x: impl Fn(usize) -> f64) -> Vec<f64> {
        self.centre.iter().enumerate().map(|(j, c)| x(j) - constant * c).collect()
    }

    /// Solves `R'z = d` in place.
    fn forward_substitute(&self, d: &mut [f64]) {
        let k = d.len();
        for j in 0..k {
            for m in 0..j {
                d[j] -= self.upper[m * k + j] * d[m];
            }
            d[j] /= self.upper[j * k + j];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::least_squares;
    use super::*;

    fn waves() -> [Vec<f64>; 3] {
        let of = |f: fn(f64) -> f64| (0..30).map(|t| f(f64::from(t))).collect();
        [of(|t| (0.9 * t).sin()), of(|t| (2.3 * t).cos() + 0.5), of(|t| (7.1 * t).sin() + t / 9.0)]
    }

    #[test]
    fn equal_weights_are_the_fit_of_models() {
        let [x, z, y] = waves();
        let plain = least_squares::fit(&y, &[&x, &z]).unwrap();
        for weights in [None, Some([0.3; 30].as_slice())] {
            let found = solve(&y, &[&x, &z], weights, true).unwrap();
            let wanted = [plain.intercept, plain.slopes[0], plain.slopes[1]];
            for (a, b) in found.coefficients.iter().zip(wanted) {
                assert!((a - b).abs() < 1e-14);
            }
        }
    }

    #[test]
    fn a_column_of_ones_is_an_intercept() {
        let [x, z, y] = waves();
        let weights: Vec<f64> = (1..=30).map(|t| f64::from(t).sqrt()).collect();
        let within = solve(&y, &[&x, &z], Some(&weights), true).unwrap();
        let ones = [1.0; 30];
        let beside = solve(&y, &[&ones, &x, &z], Some(&weights), false).unwrap();
        let pairs = |a: &[f64], b: &[f64]| a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-13);
        assert!(pairs(&within.coefficients, &beside.coefficients));
        assert!(pairs(&within.inverse(), &beside.inverse()));
        for t in 0..30 {
            let (row, full) = ([x[t], z[t]], [1.0, x[t], z[t]]);
            assert!(pairs(&within.influence(|j| row[j]), &beside.influence(|j| full[j])));
            let h = within.leverage(|j| row[j]);
            assert!((h - beside.leverage(|j| full[j])).abs() < 1e-14);
            let e = within.residual(y[t], |j| row[j]);
            assert!((e - beside.residual(y[t], |j| full[j])).abs() < 1e-13);
        }
    }

    #[test]
    fn leverages_sum_to_the_number_of_coefficients() {
        let [x, z, y] = waves();
        let weights: Vec<f64> = (1..=30).map(|t| 1.0 / f64::from(t)).collect();
        let found = solve(&y, &[&x, &z], Some(&weights), true).unwrap();
        let total: f64 = (0..30).map(|t| weights[t] * found.leverage(|j| [x[t], z[t]][j])).sum();
        assert!((total - 3.0).abs() < 1e-12);
    }

    #[test]
    fn refuses_what_has_no_solution() {
        let [x, _, y] = waves();
        let line: Vec<f64> = x.iter().map(|v| 1.0 - 2.0 * v).collect();
        assert!(solve(&y, &[&x, &line], None, true).is_none());
        assert!(solve(&y, &[&x, &line], None, false).is_some());
        assert!(solve(&y, &[&[0.1; 30]], None, true).is_none());
        assert!(solve(&y, &[&[0.1; 30]], None, false).is_some());
        assert!(solve(&y, &[&[0.0; 30]], None, false).is_none());
        assert!(solve(&y, &[], None, false).is_none());
        assert!(solve(&y[..2], &[&x[..2]], None, true).is_none());
        let mean = solve(&y, &[], None, true).unwrap();
        assert!((mean.coefficients[0] - y.iter().sum::<f64>() / 30.0).abs() < 1e-15);
    }

    #[test]
    fn a_large_common_level_costs_no_digits() {
        let [x, z, y] = waves();
        let far: Vec<f64> = x.iter().map(|v| v + 1_048_576.0).collect();
        let x_near: Vec<f64> = far.iter().map(|v| v - 1_048_576.0).collect();
        let near = solve(&y, &[&x_near, &z], None, true).unwrap();
        let found = solve(&y, &[&far, &z], None, true).unwrap();
        for (a, b) in found.slopes().iter().zip(near.slopes()) {
            assert!((a / b - 1.0).abs() < 1e-9, "{a} {b}");
        }
        let h = (found.leverage(|j| [far[3], z[3]][j]), near.leverage(|j| [x_near[3], z[3]][j]));
        assert!((h.0 / h.1 - 1.0).abs() < 1e-9);
    }
}
