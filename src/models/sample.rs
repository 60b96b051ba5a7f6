//! What models are given: estimation samples, paths, and the rows that forecasts are asked for.

use std::ops::Range;

use chrono::NaiveDate;

/// The complete observations of one response in its estimation window, in date order.
///
/// ```
/// use eventstudy::models::EstimationSample;
///
/// let (returns, benchmark) = ([0.01, -0.02, 0.03], [0.0, -0.01, 0.02]);
/// let factors = [benchmark.as_slice()];
/// let sample = EstimationSample::new(&returns, &factors);
/// assert_eq!(sample.rows().collect::<Vec<_>>(), [0, 1, 2]);
/// // Steps are counted from the last row of the window.
/// assert_eq!((sample.step_of(2), sample.step_of(5)), (0, 3));
///
/// let with_a_hole = sample.with_rows(&[7, 8, 11], 15).with_asset("eth");
/// assert_eq!(with_a_hole.rows().collect::<Vec<_>>(), [7, 8, 11]);
/// assert_eq!(with_a_hole.step_of(11), -3);
/// ```
#[derive(Debug, Clone, Copy)]
pub struct EstimationSample<'a> {
    asset: &'a str,
    event: Option<NaiveDate>,
    returns: &'a [f64],
    factors: &'a [&'a [f64]],
    rows: Rows<'a>,
    lengths: Option<&'a [usize]>,
    /// Row of the axis that is step 1.
    first_after: usize,
}

#[derive(Debug, Clone, Copy)]
enum Rows<'a> {
    From(usize),
    Listed(&'a [usize]),
}

impl<'a> EstimationSample<'a> {
    /// Returns of the asset, and of each factor on the same rows: rows 0, 1, … of the axis, each
    /// return over one row.
    ///
    /// # Panics
    ///
    /// Where a factor has another number of rows than the returns.
    pub fn new(returns: &'a [f64], factors: &'a [&'a [f64]]) -> Self {
        assert!(factors.iter().all(|f| f.len() == returns.len()), "factors and returns share rows");
        Self {
            asset: "",
            event: None,
            returns,
            factors,
            rows: Rows::From(0),
            lengths: None,
            first_after: returns.len(),
        }
    }

    /// Names the asset.
    #[must_use]
    pub fn with_asset(mut self, asset: &'a str) -> Self {
        self.asset = asset;
        self
    }

    /// Dates the event.
    #[must_use]
    pub fn with_event(mut self, event: NaiveDate) -> Self {
        self.event = Some(event);
        self
    }

    /// Puts the observations on these rows of the axis; `first_after` is the row right after the
    /// estimation window.
    ///
    /// # Panics
    ///
    /// Where there are more or fewer rows than returns, or they do not increase.
    #[must_use]
    pub fn with_rows(mut self, rows: &'a [usize], first_after: usize) -> Self {
        assert_eq!(rows.len(), self.returns.len(), "one row per return");
        assert!(rows.windows(2).all(|pair| pair[0] < pair[1]), "rows increase");
        self.rows = Rows::Listed(rows);
        self.first_after = first_after;
        self
    }

    /// As [`with_rows`](Self::with_rows), for rows without a hole.
    pub(crate) fn with_rows_from(mut self, first: usize, first_after: usize) -> Self {
        self.rows = Rows::From(first);
        self.first_after = first_after;
        self
    }

    /// Says how many rows each observation covers.
    ///
    /// # Panics
    ///
    /// Where there are more or fewer lengths than returns, or one is 0.
    #[must_use]
    pub fn with_lengths(mut self, lengths: &'a [usize]) -> Self {
        assert_eq!(lengths.len(), self.returns.len(), "one length per return");
        assert!(lengths.iter().all(|n| *n > 0), "a return covers at least one row");
        self.lengths = Some(lengths);
        self
    }

    /// Name of the asset; empty where none was given.
    pub fn asset(&self) -> &'a str {
        self.asset
    }

    /// Date of the event, where it was given.
    pub fn event(&self) -> Option<NaiveDate> {
        self.event
    }

    /// Returns of the asset, decimal fractions.
    pub fn returns(&self) -> &'a [f64] {
        self.returns
    }

    /// Returns of the factors, in the order of [`ExpectedReturnModel::factors`] or
    /// [`factors_of`]. NaN where missing, for a model that takes them so.
    ///
    /// [`ExpectedReturnModel::factors`]: super::ExpectedReturnModel::factors
    /// [`factors_of`]: super::ExpectedReturnModel::factors_of
    pub fn factors(&self) -> &'a [&'a [f64]] {
        self.factors
    }

    /// Number of observations, M.
    pub fn n_observations(&self) -> usize {
        self.returns.len()
    }

    /// Row of the axis on which each observation ends, strictly increasing. Those of neighbours
    /// differ by one; a larger difference is a hole.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = usize> + use<'a> {
        let rows = self.rows;
        (0..self.returns.len()).map(move |k| match rows {
            Rows::From(first) => first + k,
            Rows::Listed(rows) => rows[k],
        })
    }

    /// Rows that each observation covers: 1, more for a trade-to-trade return over a hole.
    pub fn lengths(&self) -> impl ExactSizeIterator<Item = usize> + use<'a> {
        let lengths = self.lengths;
        (0..self.returns.len()).map(move |k| lengths.map_or(1, |lengths| lengths[k]))
    }

    /// Rows that all observations cover together: M where each covers one.
    pub fn n_rows(&self) -> usize {
        self.lengths.map_or(self.returns.len(), |lengths| lengths.iter().sum())
    }

    /// Whether an observation covers more than one row.
    pub fn has_long_returns(&self) -> bool {
        self.lengths.is_some_and(|lengths| lengths.iter().any(|n| *n > 1))
    }

    /// A row of the axis as a [step](Horizon::first_step).
    pub fn step_of(&self, row: usize) -> isize {
        step(row, self.first_after)
    }
}

/// Returns of the asset and of the factors on all rows from the start of the estimation window to
/// the end of the last event window; those of the asset are NaN where missing or left out of the
/// estimation window.
///
/// It is for models whose parameters move as the event window goes on. The parameters of a row may
/// use rows before it, never the row itself or later ones.
#[derive(Debug, Clone, Copy)]
pub struct PathSample<'a> {
    returns: &'a [f64],
    factors: &'a [&'a [f64]],
    /// Rows up to and including step 0.
    n_before: usize,
}

impl<'a> PathSample<'a> {
    /// Returns of the asset and of each factor on the same rows, of which the first `n_before` end
    /// with the last row of the estimation window.
    ///
    /// # Panics
    ///
    /// Where a factor has another number of rows than the returns.
    pub fn new(returns: &'a [f64], factors: &'a [&'a [f64]], n_before: usize) -> Self {
        assert!(factors.iter().all(|f| f.len() == returns.len()), "factors and returns share rows");
        Self { returns, factors, n_before }
    }

    /// Returns of the asset, decimal fractions, NaN where missing or left out.
    pub fn returns(&self) -> &'a [f64] {
        self.returns
    }

    /// Returns of the factors on the same rows.
    pub fn factors(&self) -> &'a [&'a [f64]] {
        self.factors
    }

    /// The [steps](Horizon::first_step) of the rows, in order.
    pub fn steps(&self) -> Range<isize> {
        let first = step(0, self.n_before);
        first..first + self.returns.len().cast_signed()
    }

    /// Where the row of a step stands in the lists; `None` where it is not among them.
    pub fn position(&self, step: isize) -> Option<usize> {
        let steps = self.steps();
        let at = step.checked_sub(steps.start)?;
        usize::try_from(at).ok().filter(|at| *at < self.returns.len())
    }
}

/// Rows that an expected return or the standard deviation of its error is asked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Horizon<'a> {
    /// Where they start: rows of the axis from the last row of the estimation window, 1 for the row
    /// right after it. 0 and less for rows of the window itself, whose abnormal returns are taken
    /// too, and for an event that comes before the whole of its estimation data.
    pub first_step: isize,
    /// How many rows: 1, more for a return over a hole.
    pub n_rows: usize,
    /// Factor returns summed over the rows, in the order of the factors. For an expected return
    /// over a hole they are compounded as the returns are.
    pub factor_sums: &'a [f64],
}

impl<'a> Horizon<'a> {
    /// One row.
    pub fn row(step: isize, factors: &'a [f64]) -> Self {
        Self { first_step: step, n_rows: 1, factor_sums: factors }
    }

    /// The step of the last row.
    pub fn last_step(&self) -> isize {
        self.first_step + self.n_rows.cast_signed() - 1
    }
}

/// The step of a row where `first_after` is the row of step 1.
pub(crate) fn step(row: usize, first_after: usize) -> isize {
    row.cast_signed() - first_after.cast_signed() + 1
}

/// Factors whose sums over rows stay on the stack.
const FEW: usize = 8;

/// Number of rows and factor sums over all of the rows, handed to `read`.
pub(super) fn summed<R>(rows: &[Horizon<'_>], read: impl FnOnce(usize, &[f64]) -> R) -> R {
    if let [one] = rows {
        return read(one.n_rows, one.factor_sums);
    }
    let n_rows = rows.iter().map(|row| row.n_rows).sum();
    let n_factors = rows.first().map_or(0, |r| r.factor_sums.len());
    if n_factors == 1 {
        return read(n_rows, &[rows.iter().filter_map(|row| row.factor_sums.first()).sum()]);
    }
    let (mut few, mut many) = ([0.0; FEW], Vec::new());
    let sums = if let Some(sums) = few.get_mut(..n_factors) {
        sums
    } else {
        many.resize(n_factors, 0.0);
        many.as_mut_slice()
    };
    for row in rows {
        for (sum, value) in sums.iter_mut().zip(row.factor_sums) {
            *sum += value;
        }
    }
    read(n_rows, sums)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_and_positions_are_the_same_rows() {
        let returns = [0.1, 0.2, 0.3, 0.4, 0.5];
        let path = PathSample::new(&returns, &[], 3);
        assert_eq!(path.steps(), -2..3);
        let found: Vec<_> = (-4..5).map(|s| path.position(s)).collect();
        let expected = [None, None, Some(0), Some(1), Some(2), Some(3), Some(4), None, None];
        assert_eq!(found, expected);
        assert_eq!(path.position(isize::MIN), None);
        let horizon = Horizon { first_step: 2, n_rows: 3, factor_sums: &[] };
        assert_eq!((horizon.last_step(), Horizon::row(-1, &[]).last_step()), (4, -1));
    }

    #[test]
    fn sums_are_the_same_on_the_stack_and_off_it() {
        for n_factors in [0, 1, FEW, FEW + 1] {
            let a: Vec<f64> = (0..n_factors).map(|k| k as f64).collect();
            let b = vec![0.5; n_factors];
            let rows = [
                Horizon::row(1, &a),
                Horizon { first_step: 2, n_rows: 4, factor_sums: &b },
                Horizon::row(6, &b),
            ];
            let expected: Vec<f64> = a.iter().map(|v| v + 1.0).collect();
            summed(&rows, |n, sums| assert_eq!((n, sums), (6, expected.as_slice())));
            summed(&rows[1..2], |n, sums| assert_eq!((n, sums), (4, b.as_slice())));
        }
        summed(&[], |n, sums| assert_eq!((n, sums.len()), (0, 0)));
    }

    #[test]
    fn lengths_are_one_unless_given() {
        let returns = [0.1, 0.2];
        let sample = EstimationSample::new(&returns, &[]);
        assert_eq!(sample.lengths().collect::<Vec<_>>(), [1, 1]);
        assert!(!sample.has_long_returns() && !sample.with_lengths(&[1, 1]).has_long_returns());
        let long = sample.with_lengths(&[1, 3]);
        assert!(long.has_long_returns());
        assert_eq!(long.lengths().sum::<usize>(), 4);
        assert_eq!((long.n_rows(), sample.n_rows()), (4, 2));
    }
}
