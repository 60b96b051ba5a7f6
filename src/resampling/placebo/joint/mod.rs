//! Many sets of events, shifted together around one circle of dates.

mod individual;
mod shifted;
#[cfg(test)]
mod tests;

pub(crate) use individual::Individual;
pub(crate) use shifted::JointShifts;
pub use shifted::{JointStatistic, ShiftedCurves};

/// What an event would give on every date of the circle.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CircleValues {
    /// NaN where there is none.
    pub(crate) values: Vec<f64>,
    /// Its variance from its own window, above zero wherever there is a value; `None` where windows do
    /// not tell, or are not asked.
    pub(crate) variances: Option<Vec<f64>>,
}

/// A column, on which several sets of events may stand.
///
/// Stored twice over, so that a shifted set never has to wrap around.
#[derive(Debug)]
struct Column {
    /// Zero where there is none.
    values: Vec<f64>,
    variances: Option<Vec<f64>>,
    /// One where there is a value, else zero; `None` where there is one on every date.
    present: Option<Vec<f64>>,
}

impl Column {
    fn new(column: &CircleValues) -> Self {
        let there: Vec<bool> = column.values.iter().map(|v| !v.is_nan()).collect();
        let twice = |of: &[f64]| {
            let there = there.iter().chain(&there);
            let all = of.iter().chain(of).zip(there);
            all.map(|(v, there)| if *there { *v } else { 0.0 }).collect::<Vec<f64>>()
        };
        let complete = there.iter().all(|there| *there);
        Self {
            values: twice(&column.values),
            variances: column.variances.as_deref().map(twice),
            present: (!complete).then(|| twice(&vec![1.0; there.len()])),
        }
    }
}

/// A set at several shifts, one after the other.
#[derive(Debug, Clone)]
struct Filled {
    /// NaN where it has no value.
    x: Vec<f64>,
    /// One where it is not studentised.
    std_errors: Vec<f64>,
    /// How many of its events have a value.
    counts: Vec<f64>,
}

impl Filled {
    fn of_shifts(n: usize) -> Self {
        Self { x: vec![0.0; n], std_errors: vec![1.0; n], counts: vec![0.0; n] }
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
    /// Its standard error from their windows, for a column with variances.
    pub(crate) std_error: Option<f64>,
}

/// Sets of events on a circle of dates.
///
/// Write g(j) for the values of a column on the dates j = 0, …, n − 1, and r₁, …, rₘ for the
/// positions of a set. Shift s gives the set the statistic
/// `x(s) = mean of g((rᵢ + s) mod n)` over the i for which there is one; it is missing where there
/// is none, and of a column with variances V its standard error is `s(s) = √ΣV/m` over the same m
/// events. Shift 0 is what was observed. All sets are shifted by the same s, so that whatever they
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
    pub(crate) fn new(columns: &[CircleValues], patterns: Vec<EventPattern>) -> Self {
        Self {
            n_dates: columns.first().map_or(0, |column| column.values.len()),
            columns: columns.iter().map(Column::new).collect(),
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

    /// A pattern at the shifts from `from` on, as many as there is room for.
    fn fill(&self, pattern: &EventPattern, from: usize, to: &mut Filled) {
        let column = &self.columns[pattern.column];
        let add = |to: &mut [f64], all: &[f64]| {
            to.fill(0.0);
            for row in &pattern.rows {
                for (sum, value) in to.iter_mut().zip(&all[row + from..]) {
                    *sum += value;
                }
            }
        };
        add(&mut to.x, &column.values);
        if let Some(present) = &column.present {
            add(&mut to.counts, present);
        } else {
            to.counts.fill(pattern.rows.len() as f64);
        }
        for (sum, n) in to.x.iter_mut().zip(&to.counts) {
            // Zero over zero where no event of the set has a value.
            *sum /= n;
        }
        if let Some(variances) = &column.variances {
            add(&mut to.std_errors, variances);
            for (sum, n) in to.std_errors.iter_mut().zip(&to.counts) {
                *sum = sum.sqrt() / n;
            }
        } else {
            to.std_errors.fill(1.0);
        }
        if from == 0 {
            to.x[0] = pattern.observed;
            to.std_errors[0] = pattern.std_error.unwrap_or(1.0);
        }
    }
}
