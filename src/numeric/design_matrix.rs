//! Least squares with weights, with or without an intercept, and what each row does to it.

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
    pub(super) centre: Vec<f64>,
    /// Weighted mean of y; zero without an intercept.
    y_centre: f64,
    /// `R'R = Σ w d d'` with d the regressors less their centre, row by row, k × k.
    upper: Vec<f64>,
    /// Σ w; `None` without an intercept.
    total_weight: Option<f64>,
}

/// Solves for regressors that are each as long as `y`; weights are not negative and some are above
/// zero.
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
    let root = |t: usize| weights.map_or(1.0, |w| w[t].sqrt());
    let total_weight = with_intercept.then(|| (0..n).map(weight).sum::<f64>());
    let centre_of = |x: &[f64]| {
        total_weight.map_or(0.0, |total| {
            x.iter().enumerate().map(|(t, v)| weight(t) * v).sum::<f64>() / total
        })
    };
    let y_centre = centre_of(y);
    let centre: Vec<f64> = regressors.iter().map(|x| centre_of(x)).collect();
    let scaled = |x: &[f64], c: f64| -> Vec<f64> {
        x.iter().enumerate().map(|(t, v)| (v - c) * root(t)).collect()
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

    /// The rows and columns of `(X'WX)⁻¹` of the slopes: `(R'R)⁻¹`.
    pub(super) fn inverse_of_slopes(&self) -> Vec<f64> {
        inverse_cross_product(&self.upper, self.centre.len())
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

/// Householder reflections; returns the upper triangle R row by row and leaves Q'y in `response`.
fn triangularise(
    columns: &mut [Vec<f64>],
    response: &mut [f64],
    scales: &[f64],
) -> Option<Vec<f64>> {
    let (n, k) = (response.len(), columns.len());
    let mut upper = vec![0.0; k * k];
    for j in 0..k {
        let norm = columns[j][j..].iter().map(|v| v * v).sum::<f64>().sqrt();
        // What is left of a regressor after the others explain it; 1e-12 of its own size is noise.
        if norm <= 1e-12 * scales[j] {
            return None;
        }
        let pivot = if columns[j][j] > 0.0 { -norm } else { norm };
        let mut v = columns[j][j..].to_vec();
        v[0] -= pivot;
        let v_squared: f64 = v.iter().map(|a| a * a).sum();
        let reflect = |target: &mut [f64]| {
            let factor =
                2.0 * v.iter().zip(&target[j..n]).map(|(a, b)| a * b).sum::<f64>() / v_squared;
            for (b, a) in target[j..n].iter_mut().zip(&v) {
                *b -= factor * a;
            }
        };
        for column in columns.iter_mut().skip(j + 1) {
            reflect(column);
        }
        reflect(response);
        upper[j * k + j] = pivot;
        for c in j + 1..k {
            upper[j * k + c] = columns[c][j];
        }
    }
    Some(upper)
}

/// Solves R b = c for an upper triangle R.
fn back_substitute(upper: &[f64], c: &[f64], k: usize) -> Vec<f64> {
    let mut b = c.to_vec();
    for j in (0..k).rev() {
        for m in j + 1..k {
            b[j] -= upper[j * k + m] * b[m];
        }
        b[j] /= upper[j * k + j];
    }
    b
}

/// (R'R)⁻¹ from the columns of R⁻¹.
fn inverse_cross_product(upper: &[f64], k: usize) -> Vec<f64> {
    let columns: Vec<Vec<f64>> = (0..k)
        .map(|j| {
            let mut unit = vec![0.0; k];
            unit[j] = 1.0;
            back_substitute(upper, &unit, k)
        })
        .collect();
    let mut inverse = vec![0.0; k * k];
    for a in 0..k {
        for b in 0..k {
            inverse[a * k + b] = columns.iter().map(|c| c[a] * c[b]).sum();
        }
    }
    inverse
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
    fn equal_weights_are_the_line_from_centred_sums() {
        let [x, _, y] = waves();
        let plain = least_squares::fit(&y, &[&x]).unwrap();
        for weights in [None, Some([0.3; 30].as_slice())] {
            let found = solve(&y, &[&x], weights, true).unwrap();
            let wanted = [plain.intercept, plain.slopes[0]];
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
