//! One event × one asset: fit, residuals, abnormal returns.

use std::ops::Range;

use super::{MissingPolicy, Reason};
use crate::events::EventId;
use crate::models::{EstimationSample, ExpectedReturnModel, FittedModel};
use crate::panel::{AssetId, Compounding, ReturnPanel};

/// A response with its fitted model and its returns around the event.
#[derive(Debug)]
pub struct Response {
    event: EventId,
    asset: AssetId,
    /// Position of the event in its table.
    pub(super) place: usize,
    fit: Box<dyn FittedModel>,
    /// Abnormal returns over the estimation rows, NaN where missing.
    residuals: Vec<f64>,
    /// Returns over the span, NaN where missing; a bridged return stands at the end of its hole.
    returns: Vec<f64>,
    /// Expected returns on the rows that have a return.
    expected: Vec<f64>,
    /// Rows that the return at this row covers: 1, more at the end of a bridged hole, else 0.
    covered: Vec<usize>,
    /// Whether every row of the span has a return of its own.
    complete: bool,
}

/// The abnormal return of a response over a window.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CumulativeReturn {
    /// CAR, a decimal fraction: the sum of the abnormal returns.
    pub car: f64,
    /// Sum of the standardised abnormal returns, CSAR; its variance is near the number of rows.
    pub csar: f64,
    /// `s √(L + error)`, a decimal fraction, see [`FittedModel::forecast_std_dev`].
    pub forecast_std_dev: f64,
    /// Rows that the returns cover, L.
    pub n_rows: usize,
}

impl CumulativeReturn {
    /// SCAR: the CAR over its forecast standard deviation.
    pub fn scar(&self) -> f64 {
        self.car / self.forecast_std_dev
    }
}

/// Where to find what all responses of an event share.
#[derive(Debug)]
pub(super) struct Shared<'a> {
    pub(super) event: EventId,
    pub(super) place: usize,
    pub(super) returns: &'a ReturnPanel,
    pub(super) model: &'a dyn ExpectedReturnModel,
    /// Factor returns over all rows of the axis.
    pub(super) factors: &'a [&'a [f64]],
    pub(super) estimation: Range<usize>,
    pub(super) n_needed: usize,
    pub(super) span: Range<usize>,
    pub(super) missing: MissingPolicy,
    /// Whether the abnormal returns of the estimation window are kept.
    pub(super) keep_residuals: bool,
}

impl Response {
    pub(super) fn compute(asset: AssetId, shared: &Shared<'_>) -> Result<Self, Reason> {
        let all = shared.returns.row(asset);
        let estimation = &all[shared.estimation.clone()];
        let factor_rows: Vec<&[f64]> =
            shared.factors.iter().map(|f| &f[shared.estimation.clone()]).collect();
        let n_found = estimation.iter().filter(|r| !r.is_nan()).count();
        if n_found < shared.n_needed {
            return Err(Reason::EstimationTooShort {
                n_found,
                n_needed: shared.n_needed,
                n_rows: estimation.len(),
            });
        }
        let fit = fit(shared.model, estimation, &factor_rows, n_found)?;
        let mut point = vec![0.0; shared.factors.len()];
        let mut expected_at = |fit: &dyn FittedModel, row: usize| {
            for (value, factor) in point.iter_mut().zip(shared.factors) {
                *value = factor[row];
            }
            fit.expected_return(1, &point)
        };
        let residuals = if shared.keep_residuals {
            let rows = estimation.iter().zip(shared.estimation.clone());
            rows.map(|(r, row)| r - expected_at(fit.as_ref(), row)).collect()
        } else {
            Vec::new()
        };
        let n = shared.span.len();
        let mut response = Self {
            event: shared.event,
            asset,
            place: shared.place,
            fit,
            residuals,
            returns: all[shared.span.clone()].to_vec(),
            expected: vec![f64::NAN; n],
            covered: vec![0; n],
            complete: false,
        };
        for t in 0..n {
            if !response.returns[t].is_nan() {
                response.covered[t] = 1;
                response.expected[t] = expected_at(response.fit.as_ref(), shared.span.start + t);
            }
        }
        response.complete = response.covered.iter().all(|rows| *rows == 1);
        if shared.missing == MissingPolicy::Bridge && !response.complete {
            response.bridge(shared);
        }
        Ok(response)
    }

    /// Puts the return over each hole at the row where it ends.
    fn bridge(&mut self, shared: &Shared<'_>) {
        for hole in shared.returns.bridges_within(self.asset, shared.span.clone()) {
            let rows = hole.from_row + 1..hole.to_row + 1;
            let factor_returns: Vec<f64> = shared
                .factors
                .iter()
                .map(|f| compounded(&f[rows.clone()], shared.returns.compounding()))
                .collect();
            let t = hole.to_row - shared.span.start;
            self.returns[t] = hole.value;
            self.covered[t] = rows.len();
            self.expected[t] = self.fit.expected_return(rows.len(), &factor_returns);
        }
    }

    /// The event.
    pub fn event(&self) -> EventId {
        self.event
    }

    /// The asset.
    pub fn asset(&self) -> AssetId {
        self.asset
    }

    /// The model as fitted to this response.
    pub fn fit(&self) -> &dyn FittedModel {
        self.fit.as_ref()
    }

    /// Abnormal returns over the rows of the estimation window, NaN where missing.
    pub(crate) fn residuals(&self) -> &[f64] {
        &self.residuals
    }

    /// AR at a row of the span (0 its first row); `None` where missing.
    pub fn ar(&self, row: usize) -> Option<f64> {
        let ar = self.returns.get(row)? - self.expected.get(row)?;
        (!ar.is_nan()).then_some(ar)
    }

    /// Rows that the AR at a row of the span covers: 1, more at the end of a bridged hole, else 0.
    pub(crate) fn covered(&self, row: usize) -> usize {
        self.covered.get(row).copied().unwrap_or(0)
    }

    /// Sum of the ARs over rows of the span; a row without one adds nothing.
    pub(crate) fn sum(&self, rows: Range<usize>) -> f64 {
        let (returns, expected) = (&self.returns[rows.clone()], &self.expected[rows]);
        let ars = returns.iter().zip(expected).map(|(r, e)| r - e);
        ars.filter(|ar| !ar.is_nan()).sum()
    }

    /// `Π(1 + R)` and `Π(1 + E[R])` over rows of the span; a row without a return adds nothing.
    pub(super) fn growth(&self, rows: Range<usize>) -> (f64, f64) {
        let (returns, expected) = (&self.returns[rows.clone()], &self.expected[rows]);
        let present = returns.iter().zip(expected).filter(|(r, _)| !r.is_nan());
        present.fold((1.0, 1.0), |(a, b), (r, e)| (a * (1.0 + r), b * (1.0 + e)))
    }

    /// Return and expected return at a row of the span; `None` where missing.
    pub fn return_and_expected(&self, row: usize) -> Option<(f64, f64)> {
        let (r, e) = (*self.returns.get(row)?, *self.expected.get(row)?);
        (!r.is_nan()).then_some((r, e))
    }

    /// Rows among these that no return covers, with the first of them.
    ///
    /// A bridged hole is covered only where the window holds all of it.
    pub(super) fn uncovered(&self, rows: &Range<usize>) -> Option<(usize, usize)> {
        if self.complete {
            return None;
        }
        let mut covered_from = rows.end;
        let mut missing = None;
        for t in rows.clone().rev() {
            let is_missing = if self.covered[t] > 0 {
                covered_from = (t + 1).saturating_sub(self.covered[t]);
                // Where the hole starts before the window its return cannot be split.
                covered_from < rows.start
            } else {
                t < covered_from
            };
            if is_missing {
                let n = missing.map_or(0, |(n, _)| n);
                missing = Some((n + 1, t));
            }
        }
        missing
    }

    /// CAR, CSAR and their standard deviation over rows of the span that are all covered, or over
    /// those there are. `factors` are the factor returns over the span.
    pub(super) fn cumulate(&self, rows: Range<usize>, factors: &[Vec<f64>]) -> CumulativeReturn {
        let (mut car, mut csar, mut n_rows) = (0.0, 0.0, 0);
        let mut factor_sums = vec![0.0; factors.len()];
        let mut sums = vec![0.0; factors.len()];
        for t in rows {
            let length = self.covered[t];
            if length == 0 {
                continue;
            }
            for (sum, factor) in sums.iter_mut().zip(factors) {
                *sum = factor[t + 1 - length..=t].iter().sum();
            }
            let ar = self.returns[t] - self.expected[t];
            car += ar;
            csar += ar / self.fit.forecast_std_dev(length, &sums) * (length as f64).sqrt();
            n_rows += length;
            for (total, sum) in factor_sums.iter_mut().zip(&sums) {
                *total += sum;
            }
        }
        let forecast_std_dev = self.fit.forecast_std_dev(n_rows, &factor_sums);
        CumulativeReturn { car, csar, forecast_std_dev, n_rows }
    }
}

fn fit(
    model: &dyn ExpectedReturnModel,
    returns: &[f64],
    factors: &[&[f64]],
    n_found: usize,
) -> Result<Box<dyn FittedModel>, Reason> {
    let fitted = if n_found == returns.len() {
        model.fit(&EstimationSample::new(returns, factors))
    } else {
        let keep = |x: &[f64]| -> Vec<f64> {
            x.iter().zip(returns).filter(|(_, r)| !r.is_nan()).map(|(v, _)| *v).collect()
        };
        let kept: Vec<Vec<f64>> = factors.iter().map(|f| keep(f)).collect();
        let slices: Vec<&[f64]> = kept.iter().map(Vec::as_slice).collect();
        model.fit(&EstimationSample::new(&keep(returns), &slices))
    };
    fitted.map_err(|fault| Reason::Fit { fault })
}

/// The return over all rows from the returns of each.
fn compounded(returns: &[f64], compounding: Compounding) -> f64 {
    match compounding {
        Compounding::Log => returns.iter().sum(),
        Compounding::Simple => returns.iter().map(|r| 1.0 + r).product::<f64>() - 1.0,
    }
}
