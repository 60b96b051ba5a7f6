//! How far the factors of a window lie from those of the estimation window.

use std::ops::Range;

use crate::numeric::least_squares;

/// Means and inverse cross-products of the factors over the rows of an estimation window.
#[derive(Debug, Clone)]
pub(super) struct FactorDesign {
    means: Vec<f64>,
    inverse: Vec<f64>,
}

impl FactorDesign {
    /// From factor returns over all rows of the axis; `None` where the factors are constant or
    /// collinear there, or lack a return.
    pub(super) fn new(factors: &[&[f64]], estimation: &[Range<usize>]) -> Option<Self> {
        let of = |factor: &&[f64]| -> Vec<f64> {
            estimation.iter().flat_map(|rows| &factor[rows.clone()]).copied().collect()
        };
        let rows: Vec<Vec<f64>> = factors.iter().map(of).collect();
        let Some(first) = rows.first() else {
            return Some(Self { means: Vec::new(), inverse: Vec::new() });
        };
        if rows.iter().any(|row| row.iter().any(|value| value.is_nan())) {
            return None;
        }
        // Means and cross-products are those of the regressors, whatever is regressed on them.
        let slices: Vec<&[f64]> = rows.iter().map(Vec::as_slice).collect();
        let fit = least_squares::fit(first, &slices)?;
        Some(Self { means: fit.means.into(), inverse: fit.inverse.into() })
    }

    /// Means of the factors.
    pub(super) fn means(&self) -> &[f64] {
        &self.means
    }

    /// `S⁻¹`, row by row.
    pub(super) fn inverse(&self) -> &[f64] {
        &self.inverse
    }

    /// `d'S⁻¹d`, where d is the sum over `n_rows` rows of the deviations from the means, from the
    /// factor returns summed over them.
    pub(super) fn leverage(&self, n_rows: usize, sums: &[f64]) -> f64 {
        let length = n_rows as f64;
        let d: Vec<f64> = sums.iter().zip(&self.means).map(|(f, m)| f - length * m).collect();
        let k = d.len();
        let cell = |a: usize, b: usize| d[a] * self.inverse[a * k + b] * d[b];
        (0..k).flat_map(|a| (0..k).map(move |b| (a, b))).map(|(a, b)| cell(a, b)).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(range: Range<usize>) -> Vec<Range<usize>> {
        vec![range]
    }

    #[test]
    fn one_factor_by_hand() {
        let market = [9.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
        let design = FactorDesign::new(&[&market], &rows(1..6)).unwrap();
        // Mean 3, squares around it 10; two rows that sum to 11 are 5 above.
        assert!((design.leverage(2, &[11.0]) - 2.5).abs() < 1e-14);
    }

    #[test]
    fn without_factors_there_is_none() {
        assert!(FactorDesign::new(&[], &rows(0..5)).unwrap().leverage(4, &[]).abs() < 1e-300);
        assert!(FactorDesign::new(&[&[0.1; 9]], &rows(0..9)).is_none());
        let hole = [0.1, 0.2, f64::NAN, 0.3, 0.1];
        assert!(FactorDesign::new(&[&hole], &rows(0..5)).is_none());
        assert!(FactorDesign::new(&[&hole], &rows(3..5)).is_none(), "two rows are too few");
    }
}
