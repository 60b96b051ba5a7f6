//! Exact law of the largest distance between two empirical distributions.

/// `P(D ≥ d)`, `P(D⁺ ≥ d⁺)` and `P(D⁻ ≥ d⁻)` over all orders of n values of x and m of y.
///
/// An order is a lattice path from (0, 0) to (n, m), whose distance at (i, j) is `(i/n − j/m)`, here
/// times nm so that it is an integer. Among equally likely paths to (i, j), the last step was one of
/// x with probability i/(i + j); from this the probability that a path has been as far off as
/// observed follows cell by cell, all terms positive (Hodges 1958). With ties the distance counts at
/// the end of a group of equal values alone (Schröer and Trenkler 1995); `ends` holds the numbers
/// of values up to these.
pub(super) fn tails(n: usize, m: usize, observed: &Observed, ends: &[usize]) -> [f64; 3] {
    let mut is_end = vec![false; n + m + 1];
    for end in ends {
        is_end[*end] = true;
    }
    let mut column = vec![[0.0; 3]; m + 1];
    for i in 0..=n {
        for j in 0..=m {
            if i + j == 0 {
                column[0] = observed.reached(0, 0);
                continue;
            }
            let step = i as f64 / (i + j) as f64;
            let (from_x, from_y) = (column[j], if j > 0 { column[j - 1] } else { [0.0; 3] });
            let mut cell = [0.0; 3];
            for side in 0..3 {
                cell[side] = step * from_x[side] + (1.0 - step) * from_y[side];
            }
            if is_end[i + j] {
                let reached = observed.reached(i * m, j * n);
                for side in 0..3 {
                    cell[side] = cell[side].max(reached[side]);
                }
            }
            column[j] = cell;
        }
    }
    column[m]
}

/// Largest distances, times nm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Observed {
    /// Of the distribution of x above that of y.
    pub(super) above: usize,
    /// Of the distribution of x below that of y.
    pub(super) below: usize,
}

impl Observed {
    pub(super) fn largest(&self) -> usize {
        self.above.max(self.below)
    }

    /// 1 where distances as large as the observed ones are reached: both sides, above, below.
    fn reached(&self, x: usize, y: usize) -> [f64; 3] {
        let one = |reached: bool| f64::from(u8::from(reached));
        let (above, below) = (x.saturating_sub(y), y.saturating_sub(x));
        [
            one(above.max(below) >= self.largest()),
            one(above >= self.above),
            one(below >= self.below),
        ]
    }
}
