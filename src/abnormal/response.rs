//! One event × one asset: fit, residuals, abnormal returns.

use std::ops::Range;

use super::observations::compounded;
use super::place::{EventRows, SpanFactors};
use super::{MissingPolicy, Reason};
use crate::events::EventId;
use crate::models::{ExpectedReturnModel, FittedModel, Horizon, step};
use crate::panel::{AssetId, ReturnPanel};
use crate::time::{EstimationReturns, EstimationRows};

/// A response with its fitted model and its returns around the event.
#[derive(Debug)]
pub struct Response {
    event: EventId,
    asset: AssetId,
    /// Position of the event in its table.
    pub(super) place: usize,
    fit: Box<dyn FittedModel>,
    /// Factors that no other response shares.
    own: Option<SpanFactors>,
    /// Abnormal returns over the estimation rows from the first to the last, NaN where missing, left
    /// out of the fit, or part of a return over several rows.
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
    pub(super) rows: &'a EventRows,
    pub(super) place: usize,
    pub(super) returns: &'a ReturnPanel,
    pub(super) model: &'a dyn ExpectedReturnModel,
    /// Returns of the factors over all rows of the axis.
    pub(super) factors: &'a [&'a [f64]],
    pub(super) n_needed: usize,
    pub(super) estimation_returns: EstimationReturns,
    pub(super) missing: MissingPolicy,
    /// Whether the abnormal returns of the estimation window are kept.
    pub(super) keep_residuals: bool,
}

impl Response {
    /// Fits the model to these rows of the estimation window. `own` are the factors over the span
    /// where they are not those of the event.
    pub(super) fn compute(
        asset: AssetId,
        shared: &Shared<'_>,
        estimation: &EstimationRows,
        own: Option<SpanFactors>,
    ) -> Result<Self, Reason> {
        let rows = shared.rows;
        let all = shared.returns.row(asset);
        let fit = shared.fit(asset, estimation)?;
        let residuals = if shared.keep_residuals {
            let mut point = vec![0.0; shared.factors.len()];
            let residual = |row: usize| {
                for (value, factor) in point.iter_mut().zip(shared.factors) {
                    *value = factor[row];
                }
                let at = Horizon::row(step(row, rows.first_after()), &point);
                all[row] - fit.expected_return(&at)
            };
            residuals_over(estimation, residual)
        } else {
            Vec::new()
        };
        let n = rows.span.len();
        let mut response = Self {
            event: rows.event,
            asset,
            place: shared.place,
            fit,
            own,
            residuals,
            returns: all[rows.span.clone()].to_vec(),
            expected: vec![f64::NAN; n],
            covered: vec![0; n],
            complete: false,
        };
        for t in 0..n {
            if !response.returns[t].is_nan() {
                let at = response.factors(rows).horizon(t);
                let expected = response.fit.expected_return(&at);
                response.put(t, response.returns[t], expected, 1);
            }
        }
        response.complete = response.covered.iter().all(|rows| *rows == 1);
        if shared.missing == MissingPolicy::Bridge && !response.complete {
            response.bridge(shared);
        }
        Ok(response)
    }

    /// A return over so many rows that end at a row of the span; missing without an expectation.
    fn put(&mut self, row: usize, value: f64, expected: f64, n_rows: usize) {
        if expected.is_finite() {
            self.returns[row] = value;
            self.expected[row] = expected;
            self.covered[row] = n_rows;
        } else {
            self.returns[row] = f64::NAN;
        }
    }

    /// Puts the return over each hole at the row where it ends.
    fn bridge(&mut self, shared: &Shared<'_>) {
        let span = &shared.rows.span;
        for hole in shared.returns.bridges_within(self.asset, span.clone()) {
            let rows = hole.from_row + 1..hole.to_row + 1;
            let factor_returns: Vec<f64> = shared
                .factors
                .iter()
                .map(|f| compounded(&f[rows.clone()], shared.returns.compounding()))
                .collect();
            let at = Horizon {
                first_step: step(rows.start, shared.rows.first_after()),
                n_rows: rows.len(),
                factor_sums: &factor_returns,
            };
            let expected = self.fit.expected_return(&at);
            self.put(hole.to_row - span.start, hole.value, expected, rows.len());
        }
    }

    /// Whether its factors are its own, not those of the event.
    pub(super) fn has_own_factors(&self) -> bool {
        self.own.is_some()
    }

    /// Its factors over the span.
    pub(super) fn factors<'a>(&'a self, event: &'a EventRows) -> &'a SpanFactors {
        self.own.as_ref().unwrap_or(&event.factors)
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

    /// Abnormal returns over the rows of the estimation window from the first to the last, NaN where
    /// missing or left out of the fit. A return over several rows has none.
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

    /// Adds the ARs over rows of the span, times `weight`, to `sums`; a row without one adds nothing.
    pub(super) fn add_ars(&self, rows: Range<usize>, weight: f64, sums: &mut [f64]) {
        let (returns, expected) = (&self.returns[rows.clone()], &self.expected[rows]);
        for ((sum, r), e) in sums.iter_mut().zip(returns).zip(expected) {
            let ar = r - e;
            *sum += if ar.is_nan() { 0.0 } else { weight * ar };
        }
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
        if self.complete { None } else { uncovered(&self.covered, rows) }
    }

    /// CAR, CSAR and their standard deviation over rows of the span that are all covered, or over
    /// those there are. `event` is where the event of this response lies.
    pub(super) fn cumulate(&self, rows: Range<usize>, event: &EventRows) -> CumulativeReturn {
        let factors = self.factors(event);
        let sums = self.sums_over_holes(rows.clone(), factors);
        let mut sums = sums.chunks(factors.n_factors().max(1));
        let (mut car, mut csar, mut n_rows) = (0.0, 0.0, 0);
        let mut horizons = Vec::with_capacity(rows.len());
        let present = rows.filter(|t| self.covered[*t] > 0);
        for t in present {
            let ar = self.returns[t] - self.expected[t];
            car += ar;
            let mut horizon = factors.horizon(t);
            let length = self.covered[t];
            n_rows += length;
            let mut weight = 1.0;
            if length > 1 {
                horizon.first_step += 1 - length.cast_signed();
                horizon.n_rows = length;
                horizon.factor_sums = sums.next().unwrap_or_default();
                weight = (length as f64).sqrt();
            }
            csar += ar / self.fit.forecast_std_dev(std::slice::from_ref(&horizon)) * weight;
            horizons.push(horizon);
        }
        let forecast_std_dev = self.fit.forecast_std_dev(&horizons);
        CumulativeReturn { car, csar, forecast_std_dev, n_rows }
    }

    /// Factor returns summed over each bridged hole that ends on one of the rows.
    fn sums_over_holes(&self, rows: Range<usize>, factors: &SpanFactors) -> Vec<f64> {
        let mut sums = Vec::new();
        if self.complete {
            return sums;
        }
        for t in rows.filter(|t| self.covered[*t] > 1) {
            let hole = t + 1 - self.covered[t]..t + 1;
            let sum = |k: usize| hole.clone().map(|row| factors.at(row)[k]).sum::<f64>();
            sums.extend((0..factors.n_factors()).map(sum));
        }
        sums
    }
}

/// Residuals from the first to the last row, NaN on those that are left out.
fn residuals_over(estimation: &EstimationRows, mut residual: impl FnMut(usize) -> f64) -> Vec<f64> {
    let hull = estimation.hull();
    let mut residuals = Vec::with_capacity(hull.len());
    for rows in estimation.ranges() {
        residuals.resize(rows.start - hull.start, f64::NAN);
        residuals.extend(rows.clone().map(&mut residual));
    }
    residuals.resize(hull.len(), f64::NAN);
    residuals
}

/// Rows among these that no return covers, with the first of them. `covered` holds the rows that the
/// return at each row covers, 0 for none.
///
/// A bridged hole is covered only where the window holds all of it.
pub(super) fn uncovered(covered: &[usize], rows: &Range<usize>) -> Option<(usize, usize)> {
    let mut covered_from = rows.end;
    let mut missing = None;
    for t in rows.clone().rev() {
        let is_missing = if covered[t] > 0 {
            covered_from = (t + 1).saturating_sub(covered[t]);
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
