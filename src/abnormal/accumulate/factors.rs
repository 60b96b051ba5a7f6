//! Factor returns, and sums of them, that all assets share.

use std::ops::Range;

/// How many times the squares of a whole series may exceed those of a window before sums over the
/// window are no longer taken as differences of running sums: what they lose is below 1e-11.
pub(super) const MOST_SQUARES: f64 = 2_500.0;

/// The regressors of a fit, K of them, over all rows of the axis.
#[derive(Debug)]
pub(super) struct Factors<const K: usize> {
    /// Returns, each over all rows; NaN where missing.
    pub(super) raw: [Vec<f64>; K],
    /// Mean of each over the rows that have it.
    pub(super) centre: [f64; K],
    /// Returns less that mean, 0 where missing: no event that needs such a row is placed.
    pub(super) centred: [Vec<f64>; K],
    /// Squares of the centred returns, summed over all rows.
    pub(super) squares: [f64; K],
}

impl<const K: usize> Factors<K> {
    /// From K series of the same length.
    pub(super) fn new(series: &[&[f64]]) -> Self {
        let raw: [Vec<f64>; K] = std::array::from_fn(|j| series[j].to_vec());
        let centre = std::array::from_fn(|j| mean_of_present(&raw[j]));
        let centred: [Vec<f64>; K] = std::array::from_fn(|j| {
            let less = |x: &f64| if x.is_nan() { 0.0 } else { x - centre[j] };
            raw[j].iter().map(less).collect()
        });
        let squares = std::array::from_fn(|j| centred[j].iter().map(|x| x * x).sum());
        Self { raw, centre, centred, squares }
    }

    /// Sums of the centred returns over rows.
    pub(super) fn sums(&self, rows: Range<usize>) -> [f64; K] {
        std::array::from_fn(|j| self.centred[j][rows.clone()].iter().sum())
    }

    /// Centred returns of a row.
    pub(super) fn at(&self, row: usize) -> [f64; K] {
        std::array::from_fn(|j| self.centred[j][row])
    }
}

/// Mean of the values that are not NaN; 0 without.
pub(super) fn mean_of_present(x: &[f64]) -> f64 {
    let (mut sum, mut n) = (0.0, 0_usize);
    for value in x.iter().filter(|value| !value.is_nan()) {
        sum += value;
        n += 1;
    }
    if n == 0 { 0.0 } else { sum / n as f64 }
}

/// `d'Ad`.
pub(super) fn quadratic_form<const K: usize>(d: &[f64; K], a: &[[f64; K]; K]) -> f64 {
    let mut total = 0.0;
    for (d_row, row) in d.iter().zip(a) {
        let mut sum = 0.0;
        for (cell, d_column) in row.iter().zip(d) {
            sum += cell * d_column;
        }
        total += d_row * sum;
    }
    total
}

/// The inverse of a symmetric positive definite matrix; `None` where a column is all but a
/// combination of those before it.
pub(super) fn invert<const K: usize>(matrix: &[[f64; K]; K]) -> Option<[[f64; K]; K]> {
    // Gauss-Jordan; the matrix is positive definite, so the pivots are on the diagonal.
    let mut a = *matrix;
    let mut inverse = [[0.0; K]; K];
    for (i, row) in inverse.iter_mut().enumerate() {
        row[i] = 1.0;
    }
    for i in 0..K {
        let pivot = a[i][i];
        // Also refuses NaN. Below, the fit by rows decides.
        if !(pivot > 1e-5 * matrix[i][i] && pivot.is_finite()) {
            return None;
        }
        for j in 0..K {
            a[i][j] /= pivot;
            inverse[i][j] /= pivot;
        }
        for k in (0..K).filter(|k| *k != i) {
            let factor = a[k][i];
            for j in 0..K {
                a[k][j] -= factor * a[i][j];
                inverse[k][j] -= factor * inverse[i][j];
            }
        }
    }
    Some(inverse)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inverts_by_hand() {
        let inverse = invert(&[[4.0, 2.0], [2.0, 3.0]]).unwrap();
        let expected = [[0.375, -0.25], [-0.25, 0.5]];
        for (row, by_hand) in inverse.iter().zip(expected) {
            assert!(row.iter().zip(by_hand).all(|(a, b)| (a - b).abs() < 1e-15));
        }
        assert!((quadratic_form(&[2.0, -1.0], &inverse) - 3.0).abs() < 1e-14);
        assert!(invert(&[[1.0, 2.0], [2.0, 4.0]]).is_none());
        assert!(invert(&[[f64::NAN]]).is_none());
        assert_eq!(invert::<0>(&[]), Some([]));
    }
}
