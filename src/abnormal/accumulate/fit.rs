//! The fit of one response, from running sums or row by row.

use super::factors::{Factors, MOST_SQUARES, invert};
use super::places::Place;
use super::running::Running;
use crate::models::{FitFault, LinearForm};
use crate::numeric::least_squares;
use crate::numeric::moments::{is_negligible, mean, return_level, sum_squared_deviations};

/// A fitted line: what expected returns and forecast errors need.
#[derive(Debug)]
pub(super) struct Line<const K: usize> {
    /// Expected return where the factors are zero.
    pub(super) intercept: f64,
    /// Slopes.
    pub(super) slopes: [f64; K],
    /// The intercept on centred returns and factors: `intercept − ȳ + b'x̄`.
    pub(super) shift: f64,
    /// The same of the line that the residuals are taken from.
    pub(super) residual_shift: f64,
    /// Sum of squared residuals.
    pub(super) squares: f64,
    /// Estimation rows, M.
    pub(super) n: usize,
    /// Means and inverse cross-products of the centred factors where they are not those of the place.
    pub(super) own: Option<([f64; K], [[f64; K]; K])>,
    /// Whether sums over windows are to be taken row by row.
    pub(super) by_rows: bool,
}

/// What a fit looks at.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sample<'a, const K: usize> {
    /// Returns that are fitted, over all rows: of the asset, or less those of its benchmark.
    pub(super) y: &'a [f64],
    /// Returns of the asset.
    pub(super) returns: &'a [f64],
    pub(super) factors: &'a Factors<K>,
    pub(super) form: LinearForm,
    pub(super) n_needed: usize,
}

/// Why a response has no fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unfitted {
    TooShort,
    Fault(FitFault),
}

impl<const K: usize> Sample<'_, K> {
    /// Fits at a place.
    pub(super) fn fit(&self, running: &Running<K>, place: &Place<K>) -> Result<Line<K>, Unfitted> {
        let n = if running.is_complete() {
            place.n_estimation
        } else {
            place.estimation.iter().map(|rows| running.n_present(rows)).sum()
        };
        if n < self.n_needed {
            return Err(Unfitted::TooShort);
        }
        let n_needed = K + 2;
        if n < n_needed {
            return Err(Unfitted::Fault(FitFault::TooFewRows { n_found: n, n_needed }));
        }
        match self.by_sums(running, place, n) {
            Some(line) => Ok(line),
            None => self.by_rows(running.mean, place),
        }
    }

    /// `None` where differences of running sums have lost too many digits.
    fn by_sums(&self, running: &Running<K>, place: &Place<K>, n: usize) -> Option<Line<K>> {
        let sums = running.sums(&place.estimation);
        let own = if n == place.n_estimation {
            if !place.is_sound {
                return None;
            }
            None
        } else {
            let of = running.factor_sums(&place.estimation);
            let mut cross = of.products;
            for (i, row) in cross.iter_mut().enumerate() {
                for (cell, x) in row.iter_mut().zip(of.x) {
                    *cell -= of.x[i] * x / n as f64;
                }
                if self.factors.squares[i] >= MOST_SQUARES * row[i] {
                    return None;
                }
            }
            Some((of.x.map(|x| x / n as f64), invert(&cross)?))
        };
        let (means, inverse) = match &own {
            None => (&place.means, &place.inverse),
            Some((means, inverse)) => (means, inverse),
        };
        let y_mean = sums.y / n as f64;
        let products: [f64; K] = std::array::from_fn(|j| sums.products[j] - sums.y * means[j]);
        let mut slopes = [0.0; K];
        let mut squares = sums.squares - sums.y * y_mean;
        let mut residual_shift = y_mean;
        for j in 0..K {
            for i in 0..K {
                slopes[j] += inverse[j][i] * products[i];
            }
            squares -= slopes[j] * products[j];
            residual_shift -= slopes[j] * means[j];
        }
        let all = running.all_squares();
        // No return is further from the mean than the root of the sum of squares.
        let level = 1.0 + running.mean.abs() + all.sqrt();
        if all >= MOST_SQUARES * squares || is_negligible(squares, level, n) {
            return None;
        }
        Some(self.line(running.mean, residual_shift, slopes, squares, n, own, false))
    }

    #[allow(clippy::too_many_arguments)] // the parts of a line, each by its name at two callers
    fn line(
        &self,
        y_mean: f64,
        residual_shift: f64,
        slopes: [f64; K],
        squares: f64,
        n: usize,
        own: Option<([f64; K], [[f64; K]; K])>,
        by_rows: bool,
    ) -> Line<K> {
        let (intercept, shift) = if self.form == LinearForm::Difference {
            (0.0, -y_mean)
        } else {
            let explained: f64 = slopes.iter().zip(self.factors.centre).map(|(b, x)| b * x).sum();
            (residual_shift + y_mean - explained, residual_shift)
        };
        Line { intercept, slopes, shift, residual_shift, squares, n, own, by_rows }
    }

    /// The fit from the returns themselves.
    fn by_rows(&self, y_mean: f64, place: &Place<K>) -> Result<Line<K>, Unfitted> {
        let rows: Vec<usize> = place
            .estimation
            .iter()
            .flat_map(Clone::clone)
            .filter(|row| !self.y[*row].is_nan())
            .collect();
        let of = |x: &[f64]| -> Vec<f64> { rows.iter().map(|row| x[*row]).collect() };
        let (y, returns) = (of(self.y), of(self.returns));
        let level = return_level(&returns);
        let n = y.len();
        let enough = |squares: f64| {
            if is_negligible(squares, level, n) {
                return Err(Unfitted::Fault(FitFault::ZeroVariance));
            }
            Ok(squares)
        };
        if K == 0 {
            let centre = mean(&y).unwrap_or(0.0);
            let squares = enough(sum_squared_deviations(&y, centre))?;
            let line = self.line(y_mean, centre - y_mean, [0.0; K], squares, n, None, true);
            let intercept = if self.form == LinearForm::Difference { 0.0 } else { centre };
            return Ok(Line { intercept, ..line });
        }
        let x: Vec<Vec<f64>> = self.factors.raw.iter().map(|x| of(x)).collect();
        let x: Vec<&[f64]> = x.iter().map(Vec::as_slice).collect();
        let fit = least_squares::fit(&y, &x).ok_or(Unfitted::Fault(FitFault::CollinearFactors))?;
        let squares = enough(fit.sum_squared_residuals)?;
        let slopes: [f64; K] = std::array::from_fn(|j| fit.slopes[j]);
        let means = std::array::from_fn(|j| fit.means[j] - self.factors.centre[j]);
        let inverse = std::array::from_fn(|i| std::array::from_fn(|j| fit.inverse[i * K + j]));
        let explained: f64 = slopes.iter().zip(self.factors.centre).map(|(b, x)| b * x).sum();
        let shift = fit.intercept - y_mean + explained;
        let own = Some((means, inverse));
        let line = self.line(y_mean, shift, slopes, squares, n, own, true);
        // Of a series far from zero the intercept itself has more digits than the shift.
        Ok(Line { intercept: fit.intercept, ..line })
    }
}
