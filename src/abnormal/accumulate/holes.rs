//! The returns of a span in which some are missing.

use super::kernel::SpanRows;
use crate::abnormal::MissingPolicy;
use crate::abnormal::response::uncovered;
use crate::panel::Bridge;

/// Returns over the rows of a span, those over holes bridged where the policy has it so.
#[derive(Debug, Default)]
pub(super) struct Holes {
    values: Vec<f64>,
    /// Rows that the return at each row covers; 0 for none.
    covered: Vec<usize>,
}

impl Holes {
    /// Takes the returns of a span; `value` is the return over a hole.
    pub(super) fn take(
        &mut self,
        span: &std::ops::Range<usize>,
        y: &[f64],
        bridges: &[Bridge],
        missing: MissingPolicy,
        value: impl Fn(&Bridge) -> f64,
    ) {
        let y = &y[span.clone()];
        self.values.clear();
        self.values.extend_from_slice(y);
        self.covered.clear();
        self.covered.extend(y.iter().map(|y| usize::from(!y.is_nan())));
        if missing != MissingPolicy::Bridge {
            return;
        }
        let first = bridges.partition_point(|hole| hole.from_row + 1 < span.start);
        for hole in bridges[first..].iter().take_while(|hole| hole.to_row < span.end) {
            let row = hole.to_row - span.start;
            self.values[row] = value(hole);
            self.covered[row] = hole.to_row - hole.from_row;
        }
    }

    /// The return at a row of the span and the number of rows that it covers, 0 for none.
    pub(super) fn at(&self, row: usize) -> (f64, usize) {
        (self.values[row], self.covered[row])
    }

    /// Whether the policy is content with what there is in a window.
    pub(super) fn covers(&self, window: &SpanRows, missing: MissingPolicy) -> bool {
        match uncovered(&self.covered, window) {
            None => true,
            Some((n_missing, _)) => missing == MissingPolicy::Available && n_missing < window.len(),
        }
    }
}
