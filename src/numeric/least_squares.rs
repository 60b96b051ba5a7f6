//! Least squares with an intercept, ordinary and weighted: ratios of centred sums for one regressor,
//! the QR of [`design_matrix`](super::design_matrix) for several.

use super::design_matrix::solve;
use super::few::Few;
use super::moments::{is_negligible, largest_size};

/// Coefficients of `y = a + b'x + e` and what forecasts from it need.
#[derive(Debug, Clone)]
pub(crate) struct LeastSquares {
    /// Intercept a.
    pub(crate) intercept: f64,
    /// Slopes b, one per regressor.
    pub(crate) slopes: Few,
    /// Means of the regressors over the sample, weighted as the fit is.
    pub(crate) means: Few,
    /// Inverse of the (weighted) centred cross-product matrix, row by row, k × k.
    pub(crate) inverse: Few,
    /// Sum of (weighted) squared residuals.
    pub(crate) sum_squared_residuals: f64,
    /// Sum of (weighted) squared deviations of y from its mean.
    pub(crate) sum_squared_total: f64,
}

impl LeastSquares {
    /// `y − a − b'x` at a row.
    pub(crate) fn residual(&self, y: &[f64], regressors: &[&[f64]], row: usize) -> f64 {
        let fitted: f64 = self.slopes.iter().zip(regressors).map(|(b, x)| b * x[row]).sum();
        y[row] - self.intercept - fitted
    }
}

/// Fits by least squares. Regressors come as slices, each as long as `y`.
///
/// `None` where the number of rows does not exceed the number of coefficients, or the centred
/// regressors are linearly dependent to working precision.
pub(crate) fn fit(y: &[f64], regressors: &[&[f64]]) -> Option<LeastSquares> {
    match regressors {
        [x] => fit_line(y, x, |_| 1.0),
        _ => fit_several(y, regressors, None),
    }
}

/// Fits by weighted least squares: least Σ w e². The weights, one per row, are not negative and
/// some are above zero.
///
/// `None` as [`fit`] has it.
pub(crate) fn fit_weighted(
    y: &[f64],
    regressors: &[&[f64]],
    weights: &[f64],
) -> Option<LeastSquares> {
    match regressors {
        [x] => fit_line(y, x, |t| weights[t]),
        _ => fit_several(y, regressors, Some(weights)),
    }
}

fn fit_several(y: &[f64], regressors: &[&[f64]], weights: Option<&[f64]>) -> Option<LeastSquares> {
    let solution = solve(y, regressors, weights, true)?;
    let weight = |t: usize| weights.map_or(1.0, |w| w[t]);
    let (mut sum_squared_residuals, mut sum_squared_total) = (0.0, 0.0);
    for (t, value) in y.iter().enumerate() {
        sum_squared_residuals +=
            weight(t) * solution.residual(*value, |j| regressors[j][t]).powi(2);
        sum_squared_total += weight(t) * solution.deviation(*value).powi(2);
    }
    let inverse = solution.inverse_of_slopes();
    let (intercept, slopes) = solution.coefficients.split_first()?;
    Some(LeastSquares {
        intercept: *intercept,
        slopes: slopes.to_vec().into(),
        means: solution.centre.into(),
        inverse: inverse.into(),
        sum_squared_residuals,
        sum_squared_total,
    })
}

/// One regressor: the ratio of centred sums, without copies.
fn fit_line(y: &[f64], x: &[f64], weight: impl Fn(usize) -> f64) -> Option<LeastSquares> {
    let n = y.len();
    if n < 3 {
        return None;
    }
    let (mut total, mut x_sum, mut y_sum) = (0.0, 0.0, 0.0);
    let mut heaviest = 0.0_f64;
    for (t, (a, b)) in x.iter().zip(y).enumerate() {
        let w = weight(t);
        total += w;
        x_sum += w * a;
        y_sum += w * b;
        heaviest = heaviest.max(w);
    }
    let (x_mean, y_mean) = (x_sum / total, y_sum / total);
    let (mut sxx, mut sxy, mut syy) = (0.0, 0.0, 0.0);
    for (t, (a, b)) in x.iter().zip(y).enumerate() {
        let (w, da, db) = (weight(t), a - x_mean, b - y_mean);
        sxx += w * da * da;
        sxy += w * da * db;
        syy += w * db * db;
    }
    if is_negligible(sxx, largest_size(x) * heaviest.sqrt(), n) {
        return None;
    }
    let slope = sxy / sxx;
    let mut sum_squared_residuals = 0.0;
    for (t, (a, b)) in x.iter().zip(y).enumerate() {
        let e = (b - y_mean) - slope * (a - x_mean);
        sum_squared_residuals += weight(t) * e * e;
    }
    Some(LeastSquares {
        intercept: y_mean - slope * x_mean,
        slopes: Few::One(slope),
        means: Few::One(x_mean),
        inverse: Few::One(1.0 / sxx),
        sum_squared_residuals,
        sum_squared_total: syy,
    })
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
        let fit = fit_weighted(&y, &[&x, &z], &weights).unwrap();
        let by_hand = y[5] - fit.intercept - fit.slopes[0] * x[5] - fit.slopes[1] * z[5];
        close(fit.residual(&y, &[&x, &z], 5), by_hand);
        assert!(fit_weighted(&y, &[&[0.1; 12]], &weights).is_none());
        assert!(fit_weighted(&y, &[&x, &x], &weights).is_none());
        assert!(fit_weighted(&y[..2], &[&x[..2]], &weights[..2]).is_none());
    }

    #[test]
    fn weights_do_not_move_the_cut_off_of_collinear_regressors() {
        let wave =
            |step: f64| -> Vec<f64> { (0..30).map(|t| (f64::from(t) * step).sin()).collect() };
        let (x, z, y) = (wave(0.9), wave(2.3), wave(7.1));
        let weights: Vec<f64> = (0..30).map(|t| f64::from(t - 29).exp2()).collect();
        for (share, is_fit) in [(1e-9, true), (1e-15, false)] {
            let near: Vec<f64> = x.iter().zip(&z).map(|(x, z)| x + share * z).collect();
            assert_eq!(fit(&y, &[&x, &near]).is_some(), is_fit);
            assert_eq!(fit_weighted(&y, &[&x, &near], &weights).is_some(), is_fit);
        }
    }

    #[test]
    fn survives_a_large_common_level() {
        let x: Vec<f64> = (0..50).map(|t| 1e6 + f64::from(t * 37 % 11)).collect();
        let y: Vec<f64> = x.iter().map(|v| 4.0 + 0.25 * v).collect();
        let fit = fit(&y, &[&x]).unwrap();
        assert!((fit.slopes[0] - 0.25).abs() < 1e-12);
    }
}
