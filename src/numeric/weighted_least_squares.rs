//! Least squares with an intercept and a weight for every row, from centred cross-products.

use super::cholesky::Cholesky;
use super::moments::is_negligible;

/// Coefficients of `y = a + b'x + e` that make `Σ w e²` least.
#[derive(Debug, Clone)]
pub(crate) struct WeightedFit {
    /// Intercept a.
    pub(crate) intercept: f64,
    /// Slopes b, one per regressor.
    pub(crate) slopes: Vec<f64>,
    /// Weighted means of the regressors.
    pub(crate) means: Vec<f64>,
    /// Inverse of the weighted centred cross-products, row by row, k × k.
    pub(crate) inverse: Vec<f64>,
}

impl WeightedFit {
    /// `y − a − b'x` at a row.
    pub(crate) fn residual(&self, y: &[f64], regressors: &[&[f64]], row: usize) -> f64 {
        let fitted: f64 = self.slopes.iter().zip(regressors).map(|(b, x)| b * x[row]).sum();
        y[row] - self.intercept - fitted
    }
}

/// Fits by weighted least squares; the weights are not negative and their sum is positive.
///
/// `None` where there are no more rows than coefficients, or the regressors are constant or
/// linearly dependent to working precision.
pub(crate) fn fit(y: &[f64], regressors: &[&[f64]], weights: &[f64]) -> Option<WeightedFit> {
    let (n, k) = (y.len(), regressors.len());
    if n < k + 2 {
        return None;
    }
    let total: f64 = weights.iter().sum();
    let mean = |x: &[f64]| x.iter().zip(weights).map(|(v, w)| v * w).sum::<f64>() / total;
    let y_mean = mean(y);
    let means: Vec<f64> = regressors.iter().map(|x| mean(x)).collect();
    let (mut products, mut with_y) = (vec![0.0; k * k], vec![0.0; k]);
    for a in 0..k {
        let (x, x_mean) = (regressors[a], means[a]);
        for b in 0..=a {
            let (z, z_mean) = (regressors[b], means[b]);
            let sum: f64 = (0..n).map(|t| weights[t] * (x[t] - x_mean) * (z[t] - z_mean)).sum();
            products[a * k + b] = sum;
            products[b * k + a] = sum;
        }
        with_y[a] = (0..n).map(|t| weights[t] * (x[t] - x_mean) * (y[t] - y_mean)).sum();
        let largest = x.iter().fold(0.0_f64, |m, v| m.max(v.abs()));
        if is_negligible(products[a * k + a] / total * n as f64, largest, n) {
            return None;
        }
    }
    let factor = Cholesky::new(&products, k)?;
    let slopes = factor.solve(&with_y);
    let intercept = y_mean - slopes.iter().zip(&means).map(|(b, m)| b * m).sum::<f64>();
    Some(WeightedFit { intercept, slopes, means, inverse: factor.inverse() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numeric::least_squares;

    fn waves() -> (Vec<f64>, Vec<f64>, Vec<f64>) {
        let x: Vec<f64> = (0..40).map(|t| (f64::from(t) * 0.9).sin()).collect();
        let z: Vec<f64> = (0..40).map(|t| (f64::from(t) * 2.3).cos() + 0.5).collect();
        let y = (0..40).map(|t| 0.2 + x[t] - 3.0 * z[t] + (t as f64 * 7.1).sin()).collect();
        (x, z, y)
    }

    #[test]
    fn equal_weights_are_ordinary_least_squares() {
        let (x, z, y) = waves();
        let ordinary = least_squares::fit(&y, &[&x, &z]).unwrap();
        let weighted = fit(&y, &[&x, &z], &[0.3; 40]).unwrap();
        assert!((ordinary.intercept - weighted.intercept).abs() < 1e-13);
        for j in 0..2 {
            assert!((ordinary.slopes[j] - weighted.slopes[j]).abs() < 1e-13);
            assert!((ordinary.means[j] - weighted.means[j]).abs() < 1e-14);
        }
        for (a, b) in ordinary.inverse.iter().zip(&weighted.inverse) {
            assert!((a - b * 0.3).abs() < 1e-13);
        }
    }

    #[test]
    fn whole_weights_are_repeated_rows() {
        let (x, _, y) = waves();
        let weights: Vec<f64> = (0..40).map(|t| f64::from(t % 3 + 1)).collect();
        let repeat = |v: &[f64]| -> Vec<f64> {
            v.iter().enumerate().flat_map(|(t, a)| vec![*a; t % 3 + 1]).collect()
        };
        let (long_x, long_y) = (repeat(&x), repeat(&y));
        let repeated = least_squares::fit(&long_y, &[&long_x]).unwrap();
        let weighted = fit(&y, &[&x], &weights).unwrap();
        assert!((repeated.slopes[0] - weighted.slopes[0]).abs() < 1e-13);
        assert!((repeated.intercept - weighted.intercept).abs() < 1e-13);
        let at = 5;
        let by_hand = y[at] - weighted.intercept - weighted.slopes[0] * x[at];
        assert_eq!(weighted.residual(&y, &[&x], at), by_hand);
    }

    #[test]
    fn refuses_constant_and_repeated_regressors() {
        let (x, _, y) = waves();
        let twice: Vec<f64> = x.iter().map(|v| 1.0 - 2.0 * v).collect();
        assert!(fit(&y, &[&[0.1; 40]], &[1.0; 40]).is_none());
        assert!(fit(&y, &[&x, &twice], &[1.0; 40]).is_none());
        assert!(fit(&y[..2], &[&x[..2]], &[1.0; 2]).is_none());
    }
}
