//! Many sets of events, shifted together around one circle of dates.

mod individual;
mod shifted;
#[cfg(test)]
mod tests;

pub(crate) use individual::Individual;
pub(crate) use shifted::JointShifts;
pub use shifted::{JointStatistic, ShiftedCurves};

/// A statistic on every date of the circle, on which several sets of events may stand.
///
/// Stored twice over, so that a shifted set never has to wrap around.
#[derive(Debug)]
struct Column {
    /// Zero where there is none.
    values: Vec<f64>,
    /// One where there is a value, else zero; `None` where there is one on every date.
    present: Option<Vec<f64>>,
}

impl Column {
    fn new(values: &[f64]) -> Self {
        let twice = |of: &dyn Fn(f64) -> f64| {
            values.iter().chain(values).map(|v| of(*v)).collect::<Vec<f64>>()
        };
        let complete = values.iter().all(|v| !v.is_nan());
        Self {
            values: twice(&|v| if v.is_nan() { 0.0 } else { v }),
            present: (!complete).then(|| twice(&|v| if v.is_nan() { 0.0 } else { 1.0 })),
        }
    }
}

/// A set of events on a column.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct EventPattern {
    /// The column.
    pub(crate) column: usize,
    /// Positions of the events on the circle.
    pub(crate) rows: Vec<usize>,
    /// The mean over the events themselves, which need not stand on dates of the circle.
    pub(crate) observed: f64,
}

/// Sets of events on a circle of dates.
///
/// Write g(j) for the values of a column on the dates j = 0, …, n − 1, and r₁, …, rₘ for the
/// positions of a set. Shift s gives the set the statistic
/// `x(s) = mean of g((rᵢ + s) mod n)` over the i for which there is one; it is missing where there
/// is none. Shift 0 is what was observed. All sets are shifted by the same s, so that whatever they
/// have in common stays.
#[derive(Debug)]
pub(crate) struct EventPatterns {
    n_dates: usize,
    columns: Vec<Column>,
    patterns: Vec<EventPattern>,
}

impl EventPatterns {
    /// Columns of one length, NaN where there is no value; rows and columns of the patterns are
    /// within them, and no pattern is empty.
    pub(crate) fn new(columns: &[Vec<f64>], patterns: Vec<EventPattern>) -> Self {
        Self {
            n_dates: columns.first().map_or(0, Vec::len),
            columns: columns.iter().map(|values| Column::new(values)).collect(),
            patterns,
        }
    }

    /// Number of shifts, shift 0 among them.
    pub(crate) fn n_shifts(&self) -> usize {
        self.n_dates
    }

    pub(crate) fn patterns(&self) -> &[EventPattern] {
        &self.patterns
    }

    /// Without the sets for which `keep` is false.
    pub(crate) fn keeping(mut self, keep: &[bool]) -> Self {
        let mut keep = keep.iter();
        self.patterns.retain(|_| keep.next().copied().unwrap_or(false));
        self
    }

    /// x(s) of a pattern for the shifts from `from` on, NaN where missing; `counts` is as long.
    fn fill(&self, pattern: &EventPattern, from: usize, sums: &mut [f64], counts: &mut [f64]) {
        let column = &self.columns[pattern.column];
        let add = |to: &mut [f64], all: &[f64]| {
            to.fill(0.0);
            for row in &pattern.rows {
                for (sum, value) in to.iter_mut().zip(&all[row + from..]) {
                    *sum += value;
                }
            }
        };
        add(sums, &column.values);
        if let Some(present) = &column.present {
            add(counts, present);
        } else {
            counts.fill(pattern.rows.len() as f64);
        }
        for (sum, n) in sums.iter_mut().zip(counts) {
            // Zero over zero where no event of the set has a value.
            *sum /= *n;
        }
        if from == 0 {
            sums[0] = pattern.observed;
        }
    }
}
