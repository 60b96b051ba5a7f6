//! Least-squares lines over a window that moves row by row.

use std::ops::Range;

use crate::numeric::double_double::DoubleDouble;
use crate::numeric::moments::is_negligible;

use super::FEWEST;

/// A line with what its forecast error needs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Line {
    pub(super) intercept: f64,
    pub(super) slope: f64,
    /// Mean of the benchmark over the rows of the fit.
    pub(super) mean: f64,
    /// Squared deviations from it.
    pub(super) sum_squares: f64,
    /// Rows of the fit.
    pub(super) n: f64,
}

/// Running sums of one window, in [`DoubleDouble`]: a crash that leaves the window leaves nothing
/// behind, and nothing is lost where a sum of squares is less than what is taken from it.
#[derive(Default)]
struct Moving {
    /// Largest benchmark return so far.
    largest: f64,
    n: usize,
    x: DoubleDouble,
    y: DoubleDouble,
    xx: DoubleDouble,
    xy: DoubleDouble,
}

impl Moving {
    fn add(&mut self, market: f64, ret: f64) {
        let [x, y, xx, xy] = terms(market, ret);
        (self.x, self.y) = (self.x.plus(x), self.y.plus(y));
        (self.xx, self.xy) = (self.xx.plus(xx), self.xy.plus(xy));
        self.largest = self.largest.max(market.abs());
        self.n += 1;
    }

    fn take_back(&mut self, market: f64, ret: f64) {
        let [x, y, xx, xy] = terms(market, ret);
        (self.x, self.y) = (self.x.minus(x), self.y.minus(y));
        (self.xx, self.xy) = (self.xx.minus(xx), self.xy.minus(xy));
        self.n -= 1;
    }

    /// `None` for too few rows or a benchmark that does not vary.
    fn line(&self) -> Option<Line> {
        if self.n < FEWEST {
            return None;
        }
        let n = self.n as f64;
        let (x_mean, y_mean) = (self.x.over(n), self.y.over(n));
        let sum_squares = self.xx.minus(self.x.times(x_mean)).value();
        if is_negligible(sum_squares, self.largest, self.n) {
            return None;
        }
        let slope = self.xy.minus(self.x.times(y_mean)).value() / sum_squares;
        let mean = x_mean.value();
        let intercept = y_mean.value() - slope * mean;
        Some(Line { intercept, slope, mean, sum_squares, n })
    }
}

/// What a row adds to the sums.
fn terms(x: f64, y: f64) -> [DoubleDouble; 4] {
    [x.into(), y.into(), DoubleDouble::product(x, x), DoubleDouble::product(x, y)]
}

/// The lines over `window`, and over it moved by one row at a time, `n` in all.
pub(super) fn rolling_lines(
    returns: &[f64],
    market: &[f64],
    present: &[bool],
    window: Range<usize>,
    n: usize,
) -> Vec<Option<Line>> {
    let mut moving = Moving::default();
    for t in window.clone().filter(|t| present[*t]) {
        moving.add(market[t], returns[t]);
    }
    let mut lines = Vec::with_capacity(n);
    for ahead in 0..n {
        if ahead > 0 {
            let (out, into) = (window.start + ahead - 1, window.end + ahead - 1);
            if present[into] {
                moving.add(market[into], returns[into]);
            }
            if present[out] {
                moving.take_back(market[out], returns[out]);
            }
        }
        lines.push(moving.line());
    }
    lines
}
