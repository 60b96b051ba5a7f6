//! Running sums of one asset's returns.

use std::ops::Range;

use super::factors::{Factors, mean_of_present};

/// Sums over the rows before a row.
#[derive(Debug, Clone, Copy)]
struct Step<const K: usize> {
    /// Returns less the asset's mean.
    y: f64,
    /// Their squares.
    squares: f64,
    /// Their products with the centred factors.
    products: [f64; K],
}

/// As [`Step`], of the factors, over the rows on which the asset has a return.
#[derive(Debug, Clone, Copy)]
struct FactorStep<const K: usize> {
    n_present: usize,
    x: [f64; K],
    products: [[f64; K]; K],
}

/// Sums over rows of one asset: what least squares need.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sums<const K: usize> {
    pub(super) y: f64,
    pub(super) squares: f64,
    pub(super) products: [f64; K],
}

/// The same of the factors, over the rows on which the asset has a return.
#[derive(Debug, Clone, Copy)]
pub(super) struct FactorSums<const K: usize> {
    pub(super) x: [f64; K],
    pub(super) products: [[f64; K]; K],
}

/// Running sums of one asset; the memory is used again for the next one.
#[derive(Debug)]
pub(super) struct Running<const K: usize> {
    steps: Vec<Step<K>>,
    /// Empty where no return is missing.
    factor_steps: Vec<FactorStep<K>>,
    /// Mean of the returns.
    pub(super) mean: f64,
}

impl<const K: usize> Running<K> {
    /// Memory for `n_rows` rows.
    pub(super) fn with_capacity(n_rows: usize) -> Self {
        Self { steps: Vec::with_capacity(n_rows + 1), factor_steps: Vec::new(), mean: 0.0 }
    }

    /// Takes the returns of an asset, NaN where missing.
    pub(super) fn fill(&mut self, y: &[f64], factors: &Factors<K>) {
        // A sum over all rows says whether one is missing.
        let sum = sum_in_lanes(y);
        let is_complete = !sum.is_nan();
        self.mean = if is_complete { sum / y.len() as f64 } else { mean_of_present(y) };
        self.factor_steps.clear();
        // All of them are written below. Sums that are local stay in registers.
        self.steps.resize(y.len() + 1, Step::ZERO);
        let (first, steps) = self.steps.split_at_mut(1);
        first.fill(Step::ZERO);
        let mut step = Step::ZERO;
        if is_complete {
            for ((row, y), out) in y.iter().enumerate().zip(steps) {
                step.add(y - self.mean, factors.at(row));
                *out = step;
            }
            return;
        }
        let mut factor_step = FactorStep::ZERO;
        self.factor_steps.resize(y.len() + 1, FactorStep::ZERO);
        let factor_steps = &mut self.factor_steps[1..];
        for (((row, y), out), factor_out) in y.iter().enumerate().zip(steps).zip(factor_steps) {
            if !y.is_nan() {
                let x = factors.at(row);
                step.add(y - self.mean, x);
                factor_step.add(x);
            }
            *out = step;
            *factor_out = factor_step;
        }
    }

    /// Whether every row has a return.
    pub(super) fn is_complete(&self) -> bool {
        self.factor_steps.is_empty()
    }

    /// Number of rows with a return.
    pub(super) fn n_present(&self, rows: &Range<usize>) -> usize {
        match self.factor_steps.get(rows.start..=rows.end) {
            Some([first, .., last]) => last.n_present - first.n_present,
            _ => rows.len(),
        }
    }

    /// Sum over rows of the returns less their mean.
    pub(super) fn sum(&self, rows: &Range<usize>) -> f64 {
        self.steps[rows.end].y - self.steps[rows.start].y
    }

    /// Sums over ranges of rows.
    pub(super) fn sums(&self, ranges: &[Range<usize>]) -> Sums<K> {
        let of = |rows: &Range<usize>| {
            let (from, to) = (&self.steps[rows.start], &self.steps[rows.end]);
            Sums {
                y: to.y - from.y,
                squares: to.squares - from.squares,
                products: std::array::from_fn(|j| to.products[j] - from.products[j]),
            }
        };
        if let [rows] = ranges {
            return of(rows);
        }
        let mut total = Sums { y: 0.0, squares: 0.0, products: [0.0; K] };
        for part in ranges.iter().map(of) {
            total.y += part.y;
            total.squares += part.squares;
            for (sum, value) in total.products.iter_mut().zip(part.products) {
                *sum += value;
            }
        }
        total
    }

    /// Sums of the factors over the rows of ranges that have a return.
    pub(super) fn factor_sums(&self, ranges: &[Range<usize>]) -> FactorSums<K> {
        let mut total = FactorSums { x: [0.0; K], products: [[0.0; K]; K] };
        for rows in ranges {
            let steps = (self.factor_steps.get(rows.start), self.factor_steps.get(rows.end));
            let (Some(from), Some(to)) = steps else { continue };
            for i in 0..K {
                total.x[i] += to.x[i] - from.x[i];
                for j in 0..K {
                    total.products[i][j] += to.products[i][j] - from.products[i][j];
                }
            }
        }
        total
    }

    /// Squares of the returns less their mean, over all rows.
    pub(super) fn all_squares(&self) -> f64 {
        self.steps.last().map_or(0.0, |step| step.squares)
    }
}

impl<const K: usize> Step<K> {
    const ZERO: Self = Self { y: 0.0, squares: 0.0, products: [0.0; K] };

    fn add(&mut self, y: f64, x: [f64; K]) {
        self.y += y;
        self.squares += y * y;
        for (sum, x) in self.products.iter_mut().zip(x) {
            *sum += y * x;
        }
    }
}

impl<const K: usize> FactorStep<K> {
    const ZERO: Self = Self { n_present: 0, x: [0.0; K], products: [[0.0; K]; K] };

    fn add(&mut self, x: [f64; K]) {
        self.n_present += 1;
        for i in 0..K {
            self.x[i] += x[i];
            for j in 0..K {
                self.products[i][j] += x[i] * x[j];
            }
        }
    }
}

/// The sum in eight lanes, always the same ones.
fn sum_in_lanes(x: &[f64]) -> f64 {
    let mut lanes = [0.0_f64; 8];
    let chunks = x.chunks_exact(lanes.len());
    let rest: f64 = chunks.remainder().iter().sum();
    for chunk in chunks {
        for (lane, value) in lanes.iter_mut().zip(chunk) {
            *lane += value;
        }
    }
    lanes.iter().sum::<f64>() + rest
}
