//! What a model is fitted to: the observations of one response.

use std::borrow::Cow;
use std::ops::Range;

use super::Reason;
use super::response::Shared;
use crate::models::{EstimationSample, FitFault, FittedModel, PathSample};
use crate::panel::{AssetId, Bridge, Compounding};
use crate::time::{EstimationReturns, EstimationRows};

impl Shared<'_> {
    /// Fits the model to the returns of an asset on these rows of the estimation window.
    pub(super) fn fit(
        &self,
        asset: AssetId,
        estimation: &EstimationRows,
    ) -> Result<Box<dyn FittedModel>, Reason> {
        let all = self.returns.row(asset);
        let holes = self.holes(asset, estimation);
        let present =
            |rows: &Range<usize>| all[rows.clone()].iter().filter(|r| !r.is_nan()).count();
        let n_found = holes.len() + estimation.ranges().iter().map(present).sum::<usize>();
        if n_found < self.n_needed {
            return Err(Reason::EstimationTooShort {
                n_found,
                n_needed: self.n_needed,
                n_rows: estimation.n_rows(),
                n_left_out: estimation.n_rows() - estimation.n_used(),
            });
        }
        let (span, first_after) = (&self.rows.span, estimation.first_after());
        let path_rows = estimation.hull().start.min(span.start)..span.end;
        let path_factors = self.factors_over(&path_rows);
        let n_before = first_after - path_rows.start;
        let path_returns = self.path_returns(all, &path_rows, estimation);
        let path = PathSample::new(&path_returns, &path_factors, n_before);
        let fit = |sample: EstimationSample<'_>| {
            let name = self.returns.name(asset);
            self.fit_sample(&sample.with_asset(name).with_event(self.rows.date), &path)
        };
        if let [rows] = estimation.ranges()
            && n_found == rows.len()
        {
            let factors = self.factors_over(rows);
            let sample = EstimationSample::new(&all[rows.clone()], &factors);
            return fit(sample.with_rows_from(rows.start, first_after));
        }
        let observed = Observations::of(all, estimation, &holes);
        let kept: Vec<Vec<f64>> =
            self.factors.iter().map(|f| observed.factor(f, self.returns.compounding())).collect();
        let factors: Vec<&[f64]> = kept.iter().map(Vec::as_slice).collect();
        let sample = EstimationSample::new(&observed.returns, &factors)
            .with_rows(&observed.rows, first_after);
        if holes.is_empty() { fit(sample) } else { fit(sample.with_lengths(&observed.lengths)) }
    }

    /// Holes whose returns are observations: those of which all rows are estimated on.
    fn holes(&self, asset: AssetId, estimation: &EstimationRows) -> Vec<Bridge> {
        match self.estimation_returns {
            EstimationReturns::RowByRow => Vec::new(),
            EstimationReturns::TradeToTrade => {
                let holes = self.returns.bridges_within(asset, estimation.hull());
                let inside = |hole: &&Bridge| estimation.holds(&rows_of(hole));
                holes.iter().filter(inside).copied().collect()
            }
        }
    }

    /// Returns on the rows of the path, without those that are left out of the estimation window.
    fn path_returns<'a>(
        &self,
        all: &'a [f64],
        path: &Range<usize>,
        estimation: &EstimationRows,
    ) -> Cow<'a, [f64]> {
        let returns = &all[path.clone()];
        let left_out = match estimation.ranges() {
            [rows] if *rows == estimation.hull() => return Cow::Borrowed(returns),
            _ => estimation.hull().filter(|row| {
                let kept = estimation.holds(&(*row..row + 1)) || self.rows.span.contains(row);
                !kept && path.contains(row)
            }),
        };
        let mut returns = returns.to_vec();
        for row in left_out {
            returns[row - path.start] = f64::NAN;
        }
        Cow::Owned(returns)
    }

    fn factors_over(&self, rows: &Range<usize>) -> Vec<&[f64]> {
        self.factors.iter().map(|f| &f[rows.clone()]).collect()
    }

    fn fit_sample(
        &self,
        sample: &EstimationSample<'_>,
        path: &PathSample<'_>,
    ) -> Result<Box<dyn FittedModel>, Reason> {
        let fitted = if sample.has_long_returns() && !self.model.takes_long_returns() {
            Err(FitFault::LongReturns)
        } else {
            self.model.fit_with_path(sample, path)
        };
        fitted.map_err(|fault| Reason::Fit { fault })
    }
}

/// The rows that the return over a hole covers.
fn rows_of(hole: &Bridge) -> Range<usize> {
    hole.from_row + 1..hole.to_row + 1
}

/// Returns of an asset with the rows on which they end.
#[derive(Debug)]
struct Observations {
    returns: Vec<f64>,
    rows: Vec<usize>,
    lengths: Vec<usize>,
}

impl Observations {
    /// The returns there are, and those over `holes`, in the order of the rows.
    fn of(all: &[f64], estimation: &EstimationRows, holes: &[Bridge]) -> Self {
        let n = estimation.n_used();
        let mut observed = Self {
            returns: Vec::with_capacity(n),
            rows: Vec::with_capacity(n),
            lengths: Vec::with_capacity(n),
        };
        let mut holes = holes.iter().peekable();
        for row in estimation.iter() {
            if !all[row].is_nan() {
                observed.push(row, 1, all[row]);
            } else if let Some(hole) = holes.next_if(|hole| hole.to_row == row) {
                observed.push(row, rows_of(hole).len(), hole.value);
            }
        }
        observed
    }

    fn push(&mut self, row: usize, length: usize, value: f64) {
        self.rows.push(row);
        self.lengths.push(length);
        self.returns.push(value);
    }

    /// Returns of a factor over the rows of each observation.
    fn factor(&self, all: &[f64], compounding: Compounding) -> Vec<f64> {
        let ends = self.rows.iter().zip(&self.lengths);
        ends.map(|(row, length)| match length {
            1 => all[*row],
            _ => compounded(&all[row + 1 - length..=*row], compounding),
        })
        .collect()
    }
}

/// The return over all rows from the returns of each.
pub(super) fn compounded(returns: &[f64], compounding: Compounding) -> f64 {
    match compounding {
        Compounding::Log => returns.iter().sum(),
        Compounding::Simple => returns.iter().map(|r| 1.0 + r).product::<f64>() - 1.0,
    }
}
