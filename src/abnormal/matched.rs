//! Responses held against assets of their own: control firms, reference portfolios, a benchmark.

use std::collections::BTreeSet;
use std::ops::Range;

use chrono::NaiveDate;

use super::{Exclusion, MissingPolicy, Reason};
use crate::events::EventId;
use crate::panel::{AssetId, ReturnPanel};
use crate::time::{DateAxis, EventWindow};
use crate::{Error, Result};

/// One response and what it is held against.
#[derive(Debug, Clone)]
pub struct MatchedRequest {
    /// The event.
    pub event: EventId,
    /// Its date.
    pub date: NaiveDate,
    /// Its label, for exclusions.
    pub label: String,
    /// The asset of the panel that responds.
    pub asset: AssetId,
    /// Names of the controls in their panel: the benchmark, one control asset, or the members of a
    /// control portfolio.
    pub controls: Vec<String>,
}

/// The rows of one request with the returns of its asset and its controls on all dates.
#[derive(Debug)]
pub(super) struct Matched<'a> {
    pub(super) request: &'a MatchedRequest,
    pub(super) rows: Range<usize>,
    pub(super) asset: AssetId,
    pub(super) controls: Vec<AssetId>,
}

/// The requests with their rows, and those whose window the data do not cover.
pub(super) fn matched<'a>(
    returns: &ReturnPanel,
    controls: &ReturnPanel,
    requests: &'a [MatchedRequest],
    window: &EventWindow,
    sessions: Option<&DateAxis>,
) -> Result<(Vec<Matched<'a>>, Vec<Exclusion>)> {
    if controls.axis() != returns.axis() {
        return Err(Error::ShapeMismatch {
            what: "the axis of the controls (its dates must be those of the returns)".to_owned(),
            n_found: controls.n_dates(),
            n_expected: returns.n_dates(),
        });
    }
    let mut keys = BTreeSet::new();
    let (mut placed, mut exclusions) = (Vec::with_capacity(requests.len()), Vec::new());
    for request in requests {
        if !keys.insert((request.event, request.asset)) {
            return Err(Error::DuplicateAsset { name: returns.name(request.asset).to_owned() });
        }
        if request.controls.is_empty() {
            return Err(Error::TooFew {
                what: format!("the match of `{}`", returns.name(request.asset)),
                unit: "controls",
                n_needed: 1,
                n_found: 0,
            });
        }
        let ids =
            request.controls.iter().map(|name| controls.asset(name)).collect::<Result<_>>()?;
        match window.resolve(returns.axis(), request.date, sessions)? {
            Ok(rows) => {
                placed.push(Matched { request, rows, asset: request.asset, controls: ids });
            }
            Err(fault) => {
                exclusions.push(request.exclusion(returns, window, Reason::Window { fault }));
            }
        }
    }
    Ok((placed, exclusions))
}

impl MatchedRequest {
    pub(super) fn exclusion(
        &self,
        returns: &ReturnPanel,
        window: &EventWindow,
        reason: Reason,
    ) -> Exclusion {
        Exclusion {
            event: self.date,
            label: self.label.clone(),
            asset: Some(returns.name(self.asset).to_owned()),
            window: Some(window.to_string()),
            reason,
        }
    }
}

/// Returns of one asset over a window, each at the row where it ends.
#[derive(Debug)]
pub(super) struct Steps {
    /// The return that ends on each row, NaN where none does.
    values: Vec<f64>,
    /// First and number of the rows that no return covers.
    uncovered: Option<(usize, usize)>,
}

impl Steps {
    /// With the holes inside the window bridged where the policy wants it.
    pub(super) fn new(
        panel: &ReturnPanel,
        asset: AssetId,
        rows: &Range<usize>,
        missing: MissingPolicy,
    ) -> Self {
        let mut values = panel.row(asset)[rows.clone()].to_vec();
        let mut covered: Vec<bool> = values.iter().map(|v| !v.is_nan()).collect();
        if missing == MissingPolicy::Bridge {
            for hole in panel.bridges_within(asset, rows.clone()) {
                values[hole.to_row - rows.start] = hole.value;
                covered[hole.from_row + 1 - rows.start..=hole.to_row - rows.start].fill(true);
            }
        }
        let mut lacking = covered.iter().enumerate().filter(|(_, c)| !**c).map(|(row, _)| row);
        let uncovered = lacking.next().map(|first| (first, 1 + lacking.count()));
        Self { values, uncovered }
    }

    /// First and number of the rows, from the start of the window, that no return covers.
    pub(super) fn uncovered(&self) -> Option<(usize, usize)> {
        self.uncovered
    }

    pub(super) fn ends_at(&self, row: usize) -> bool {
        !self.values[row].is_nan()
    }

    /// The return over rows after `from` and up to the row `to`, or nothing where it has none.
    pub(super) fn between(&self, rows: Range<usize>) -> f64 {
        let mut present = self.values[rows].iter().filter(|v| !v.is_nan());
        match (present.next(), present.next()) {
            (None, _) => 0.0,
            (Some(one), None) => *one,
            (Some(a), Some(b)) => present.fold((1.0 + a) * (1.0 + b), |w, r| w * (1.0 + r)) - 1.0,
        }
    }
}
