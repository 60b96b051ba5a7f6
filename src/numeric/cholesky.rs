//! Symmetric positive definite systems of a few unknowns, by Cholesky's factor.

/// The lower triangle L with `LL' = A`, row by row.
#[derive(Debug, Clone)]
pub(crate) struct Cholesky {
    lower: Vec<f64>,
    k: usize,
}

impl Cholesky {
    /// Factors `matrix`, k × k row by row, of which the lower triangle is read.
    ///
    /// `None` where a column is a combination of the ones before it: what is left of its diagonal
    /// after they explain it is no more than 1e-13 of what it was. For cross-products that is a
    /// correlation of all but 1e-13, beyond what their sums still tell apart.
    pub(crate) fn new(matrix: &[f64], k: usize) -> Option<Self> {
        let mut lower = vec![0.0; k * k];
        for i in 0..k {
            for j in 0..=i {
                let explained: f64 = (0..j).map(|m| lower[i * k + m] * lower[j * k + m]).sum();
                let rest = matrix[i * k + j] - explained;
                lower[i * k + j] = if i == j {
                    // Also refuses NaN.
                    if !(rest > 1e-13 * matrix[i * k + i] && rest.is_finite()) {
                        return None;
                    }
                    rest.sqrt()
                } else {
                    rest / lower[j * k + j]
                };
            }
        }
        Some(Self { lower, k })
    }

    /// `x` with `L x = b`, so that `x'x = b'A⁻¹b`.
    pub(crate) fn half_solve(&self, b: &[f64]) -> Vec<f64> {
        let k = self.k;
        let mut x = b.to_vec();
        for i in 0..k {
            let known: f64 = (0..i).map(|m| self.lower[i * k + m] * x[m]).sum();
            x[i] = (x[i] - known) / self.lower[i * k + i];
        }
        x
    }
}

/// What only synthetic controls need.
#[cfg(any(test, feature = "synthetic"))]
impl Cholesky {
    /// `x` with `A x = b`.
    pub(crate) fn solve(&self, b: &[f64]) -> Vec<f64> {
        let k = self.k;
        let mut x = self.half_solve(b);
        for i in (0..k).rev() {
            let known: f64 = (i + 1..k).map(|m| self.lower[m * k + i] * x[m]).sum();
            x[i] = (x[i] - known) / self.lower[i * k + i];
        }
        x
    }

    /// `A⁻¹`, row by row.
    pub(crate) fn inverse(&self) -> Vec<f64> {
        let k = self.k;
        let mut inverse = vec![0.0; k * k];
        for j in 0..k {
            let mut unit = vec![0.0; k];
            unit[j] = 1.0;
            for (i, value) in self.solve(&unit).into_iter().enumerate() {
                inverse[i * k + j] = value;
            }
        }
        inverse
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn solves_a_system_by_hand() {
        // [[4, 2], [2, 3]] has the factor [[2, 0], [1, √2]] and the inverse [[3, -2], [-2, 4]] / 8.
        let factor = Cholesky::new(&[4.0, 2.0, 2.0, 3.0], 2).unwrap();
        let x = factor.solve(&[2.0, -1.0]);
        assert!((x[0] - 1.0).abs() < 1e-15 && (x[1] + 1.0).abs() < 1e-15);
        let expected = [0.375, -0.25, -0.25, 0.5];
        assert!(factor.inverse().iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-15));
        let half = factor.half_solve(&[2.0, -1.0]);
        let square: f64 = half.iter().map(|v| v * v).sum();
        assert!((square - 3.0).abs() < 1e-14);
    }

    #[test]
    fn refuses_a_singular_matrix() {
        assert!(Cholesky::new(&[1.0, 2.0, 2.0, 4.0], 2).is_none());
        assert!(Cholesky::new(&[0.0], 1).is_none());
        assert!(Cholesky::new(&[f64::NAN], 1).is_none());
    }
}
