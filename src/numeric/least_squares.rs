//! Least squares with an intercept, ordinary and weighted, by Householder QR of the centred
//! regressors.

use super::moments::{is_negligible, mean, sum_squared_deviations};

/// Coefficients of `y = a + b'x + e` and what forecasts from it need.
#[derive(Debug, Clone)]
pub(crate) struct LeastSquares {
    /// Intercept a.
    pub(crate) intercept: f64,
    /// Slopes b, one per regressor.
    pub(crate) slopes: Vec<f64>,
    /// Means of the regressors over the sample.
    pub(crate) means: Vec<f64>,
    /// Inverse of the centred cross-product matrix, row by row, k × k.
    pub(crate) inverse: Vec<f64>,
    /// Sum of squared residuals.
    pub(crate) sum_squared_residuals: f64,
    /// Sum of squared deviations of y from its mean.
    pub(crate) sum_squared_total: f64,
}

/// Fits by least squares. Regressors come as slices, each as long as `y`.
///
/// `None` where the number of rows does not exceed the number of coefficients, or the centred
/// regressors are linearly dependent to working precision.
pub(crate) fn fit(y: &[f64], regressors: &[&[f64]]) -> Option<LeastSquares> {
    let (n, k) = (y.len(), regressors.len());
    if n < k + 2 {
        return None;
    }
    let y_mean = mean(y)?;
    if let [x] = regressors {
        return fit_line(y, y_mean, x);
    }
    let means = regressors.iter().map(|x| mean(x)).collect::<Option<Vec<_>>>()?;
    let mut columns: Vec<Vec<f64>> =
        regressors.iter().zip(&means).map(|(x, m)| x.iter().map(|v| v - m).collect()).collect();
    let scales: Vec<f64> =
        regressors.iter().zip(&means).map(|(x, m)| sum_squared_deviations(x, *m).sqrt()).collect();
    for ((scale, x), m) in scales.iter().zip(regressors).zip(&means) {
        let largest = x.iter().fold(m.abs(), |a, v| a.max(v.abs()));
        if is_negligible(scale * scale, largest, n) {
            return None;
        }
    }
    let mut response: Vec<f64> = y.iter().map(|v| v - y_mean).collect();
    let upper = triangularise(&mut columns, &mut response, &scales)?;
    let slopes = back_substitute(&upper, &response[..k], k);
    let inverse = inverse_cross_product(&upper, k);
    let intercept = y_mean - slopes.iter().zip(&means).map(|(b, m)| b * m).sum::<f64>();
    let sum_squared_residuals = (0..n)
        .map(|t| {
            let fitted: f64 =
                slopes.iter().zip(regressors).zip(&means).map(|((b, x), m)| b * (x[t] - m)).sum();
            (y[t] - y_mean - fitted).powi(2)
        })
        .sum();
    Some(LeastSquares {
        intercept,
        slopes,
        means,
        inverse,
        sum_squared_residuals,
        sum_squared_total: sum_squared_deviations(y, y_mean),
    })
}

/// Fits by weighted least squares: least Σ w e². The means are weighted, and so are the sums of
/// squares and cross-products. The weights are above zero, one per row.
///
/// `None` as [`fit`] has it.
pub(crate) fn fit_weighted(
    y: &[f64],
    regressors: &[&[f64]],
    weights: &[f64],
) -> Option<LeastSquares> {
    let (n, k) = (y.len(), regressors.len());
    if n < k + 2 {
        return None;
    }
    let total: f64 = weights.iter().sum();
    let mean = |x: &[f64]| x.iter().zip(weights).map(|(v, w)| w * v).sum::<f64>() / total;
    let scaled = |x: &[f64], centre: f64| -> Vec<f64> {
        x.iter().zip(weights).map(|(v, w)| (v - centre) * w.sqrt()).collect()
    };
    let heaviest = weights.iter().fold(0.0_f64, |a, w| a.max(*w)).sqrt();
    let means: Vec<f64> = regressors.iter().map(|x| mean(x)).collect();
    let centred: Vec<Vec<f64>> =
        regressors.iter().zip(&means).map(|(x, m)| scaled(x, *m)).collect();
    let mut scales = Vec::with_capacity(k);
    for (column, x) in centred.iter().zip(regressors) {
        let sum_squares = sum_squared_deviations(column, 0.0);
        let largest = x.iter().fold(0.0_f64, |a, v| a.max(v.abs())) * heaviest;
        if is_negligible(sum_squares, largest, n) {
            return None;
        }
        scales.push(sum_squares.sqrt());
    }
    let y_mean = mean(y);
    let centred_y = scaled(y, y_mean);
    let mut response = centred_y.clone();
    let upper = triangularise(&mut centred.clone(), &mut response, &scales)?;
    let slopes = back_substitute(&upper, &response[..k], k);
    let intercept = y_mean - slopes.iter().zip(&means).map(|(b, m)| b * m).sum::<f64>();
    let residual = |t: usize| {
        let fitted: f64 = slopes.iter().zip(&centred).map(|(b, x)| b * x[t]).sum();
        centred_y[t] - fitted
    };
    Some(LeastSquares {
        intercept,
        sum_squared_residuals: (0..n).map(|t| residual(t).powi(2)).sum(),
        sum_squared_total: sum_squared_deviations(&centred_y, 0.0),
        inverse: inverse_cross_product(&upper, k),
        slopes,
        means,
    })
}

/// One regressor: the ratio of centred sums, without copies.
fn fit_line(y: &[f64], y_mean: f64, x: &[f64]) -> Option<LeastSquares> {
    let x_mean = mean(x)?;
    let (mut sxx, mut sxy, mut syy, mut largest) = (0.0, 0.0, 0.0, 0.0_f64);
    for (a, b) in x.iter().zip(y) {
        let (da, db) = (a - x_mean, b - y_mean);
        sxx += da * da;
        sxy += da * db;
        syy += db * db;
        largest = largest.max(a.abs());
    }
    if is_negligible(sxx, largest, x.len()) {
        return None;
    }
    let slope = sxy / sxx;
    let sum_squared_residuals = x
        .iter()
        .zip(y)
        .map(|(a, b)| {
            let e = (b - y_mean) - slope * (a - x_mean);
            e * e
        })
        .sum();
    Some(LeastSquares {
        intercept: y_mean - slope * x_mean,
        slopes: vec![slope],
        means: vec![x_mean],
        inverse: vec![1.0 / sxx],
        sum_squared_residuals,
        sum_squared_total: syy,
    })
}

/// Householder reflections; returns the upper triangle R row by row and leaves Q'y in `response`.
pub(super) fn triangularise(
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
pub(super) fn back_substitute(upper: &[f64], c: &[f64], k: usize) -> Vec<f64> {
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
    use super::*;

    #[test]
    fn recovers_exact_coefficients() {
        let x1: Vec<f64> = (0..20).map(|t| f64::from(t).sin()).collect();
        let x2: Vec<f64> = (0..20).map(|t| f64::from(t * t % 7)).collect();
        let y: Vec<f64> = x1.iter().zip(&x2).map(|(a, b)| 0.5 - 2.0 * a + 3.0 * b).collect();
        let fit = fit(&y, &[&x1, &x2]).unwrap();
        assert!((fit.intercept - 0.5).abs() < 1e-13);
        assert!((fit.slopes[0] + 2.0).abs() < 1e-13 && (fit.slopes[1] - 3.0).abs() < 1e-13);
        assert!(fit.sum_squared_residuals < 1e-24);
    }

    #[test]
    fn refuses_a_constant_and_a_repeated_regressor() {
        let x: Vec<f64> = (0..20).map(|t| f64::from(t).cos()).collect();
        let twice: Vec<f64> = x.iter().map(|v| 2.0 * v + 1.0).collect();
        let y = vec![0.3; 20];
        assert!(fit(&y, &[&[0.1; 20]]).is_none());
        assert!(fit(&y, &[&x, &twice]).is_none());
        assert!(fit(&y[..2], &[&x[..2]]).is_none());
    }

    #[test]
    fn whole_weights_are_repeated_rows() {
        let wave =
            |step: f64| -> Vec<f64> { (0..12).map(|t| (f64::from(t) * step).sin()).collect() };
        let (x, z, y) = (wave(0.9), wave(2.3), wave(7.1));
        let weights: Vec<f64> = (0..12).map(|t| f64::from(t % 3 + 1)).collect();
        let repeated = |x: &[f64]| -> Vec<f64> {
            x.iter().enumerate().flat_map(|(t, v)| vec![*v; t % 3 + 1]).collect()
        };
        let close = |a: f64, b: f64| assert!((a - b).abs() < 1e-13, "{a} {b}");
        for regressors in [vec![x.as_slice()], vec![x.as_slice(), z.as_slice()]] {
            let long: Vec<Vec<f64>> = regressors.iter().map(|x| repeated(x)).collect();
            let long: Vec<&[f64]> = long.iter().map(Vec::as_slice).collect();
            let plain = fit(&repeated(&y), &long).unwrap();
            let weighted = fit_weighted(&y, &regressors, &weights).unwrap();
            close(weighted.intercept, plain.intercept);
            close(weighted.sum_squared_residuals, plain.sum_squared_residuals);
            close(weighted.sum_squared_total, plain.sum_squared_total);
            for (a, b) in [
                (&weighted.slopes, &plain.slopes),
                (&weighted.means, &plain.means),
                (&weighted.inverse, &plain.inverse),
            ] {
                assert_eq!(a.len(), b.len());
                a.iter().zip(b).for_each(|(a, b)| close(*a, *b));
            }
        }
        assert!(fit_weighted(&y, &[&[0.1; 12]], &weights).is_none());
        assert!(fit_weighted(&y, &[&x, &x], &weights).is_none());
        assert!(fit_weighted(&y[..2], &[&x[..2]], &weights[..2]).is_none());
    }

    #[test]
    fn survives_a_large_common_level() {
        let x: Vec<f64> = (0..50).map(|t| 1e6 + f64::from(t * 37 % 11)).collect();
        let y: Vec<f64> = x.iter().map(|v| 4.0 + 0.25 * v).collect();
        let fit = fit(&y, &[&x]).unwrap();
        assert!((fit.slopes[0] - 0.25).abs() < 1e-12);
    }
}
