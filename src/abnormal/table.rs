//! The table of abnormal returns: every response of every event.

use std::collections::BTreeSet;
use std::ops::Range;

use chrono::NaiveDate;

use super::leverage::FactorDesign;
use super::response::Shared;
use super::{CumulativeReturn, Design, Exclusion, MissingPolicy, Reason, Response};
use crate::events::EventId;
use crate::models::ExpectedReturnModel;
use crate::numeric::parallel;
use crate::panel::{AssetId, Assets, Compounding, ReturnPanel};
use crate::time::{DateAxis, EventWindow, WindowFault};
use crate::{Error, Result};

/// One event and the assets that respond to it.
#[derive(Debug, Clone)]
pub struct EventRequest {
    /// The event.
    pub event: EventId,
    /// Its date.
    pub date: NaiveDate,
    /// Its label, for exclusions.
    pub label: String,
    /// The assets of the panel that respond.
    pub assets: Vec<AssetId>,
}

/// Where an event lies on the axis of the responses.
#[derive(Debug, Clone)]
pub struct EventRows {
    /// The event.
    pub event: EventId,
    /// Its date.
    pub date: NaiveDate,
    /// Its label.
    pub label: String,
    /// First row on or after that date: tau 0.
    pub event_row: usize,
    /// Rows of the estimation window.
    pub estimation: Range<usize>,
    /// Rows from the start of the first event window to the end of the last.
    pub span: Range<usize>,
    /// Factor returns over the span, one list per factor.
    factors: Vec<Vec<f64>>,
}

/// Abnormal returns of all responses, keyed by event and asset.
#[derive(Debug)]
pub struct AbnormalReturns {
    axis: DateAxis,
    sessions: Option<DateAxis>,
    assets: Assets,
    compounding: Compounding,
    missing: MissingPolicy,
    events: Vec<EventRows>,
    /// The factors' estimation rows, event by event; `None` where they are collinear or not kept.
    designs: Vec<Option<FactorDesign>>,
    responses: Vec<Response>,
    exclusions: Vec<Exclusion>,
}

impl AbnormalReturns {
    /// Fits the model to every response and takes its abnormal returns.
    ///
    /// `factors` holds the model's factors on the same dates as `returns`. An event whose windows
    /// or estimation window leave the data is excluded whole; where a design has several windows,
    /// those that the data do not cover are left out and counted, and the event stays with the
    /// rest.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownAsset`] for a factor that `factors` lacks, [`Error::ShapeMismatch`] where its
    /// dates are not those of `returns`, [`Error::DuplicateAsset`] for an asset that is asked for
    /// twice under one event, [`Error::SessionsMissing`]. Faults of one event or one response are
    /// [`Exclusion`]s.
    pub fn compute(
        returns: &ReturnPanel,
        factors: &ReturnPanel,
        model: &dyn ExpectedReturnModel,
        design: &Design,
        requests: &[EventRequest],
    ) -> Result<Self> {
        Self::compute_keeping(returns, factors, model, design, requests, true)
    }

    /// As [`Self::compute`]; without the abnormal returns of the estimation windows, which only
    /// inference reads, where they are not kept.
    pub(crate) fn compute_keeping(
        returns: &ReturnPanel,
        factors: &ReturnPanel,
        model: &dyn ExpectedReturnModel,
        design: &Design,
        requests: &[EventRequest],
        keep_residuals: bool,
    ) -> Result<Self> {
        if factors.axis() != returns.axis() {
            return Err(Error::ShapeMismatch {
                what: "the axis of the factors (its dates must be those of the returns)".to_owned(),
                n_found: factors.n_dates(),
                n_expected: returns.n_dates(),
            });
        }
        let factor_ids =
            model.factors().iter().map(|name| factors.asset(name)).collect::<Result<Vec<_>>>()?;
        let factor_rows: Vec<&[f64]> = factor_ids.iter().map(|id| factors.row(*id)).collect();
        let mut table = Self {
            axis: returns.axis().clone(),
            sessions: design.sessions.clone(),
            assets: returns.asset_names().clone(),
            compounding: returns.compounding(),
            missing: design.missing,
            events: Vec::new(),
            designs: Vec::new(),
            responses: Vec::new(),
            exclusions: Vec::new(),
        };
        let mut keys = BTreeSet::new();
        let mut asked = requests.iter().flat_map(|r| r.assets.iter().map(|a| (r.event, *a)));
        if let Some((_, asset)) = asked.find(|key| !keys.insert(*key)) {
            return Err(Error::DuplicateAsset { name: returns.name(asset).to_owned() });
        }
        let mut work: Vec<(usize, AssetId, usize)> = Vec::new();
        for (index, request) in requests.iter().enumerate() {
            match place(returns.axis(), design, model, &factor_rows, request) {
                Ok((rows, left_out)) => {
                    table.exclusions.extend(left_out);
                    let event = table.events.len();
                    work.extend(request.assets.iter().map(|asset| (event, *asset, index)));
                    let design = || FactorDesign::new(&factor_rows, rows.estimation.clone());
                    table.designs.push(keep_residuals.then(design).flatten());
                    table.events.push(rows);
                }
                Err(Fault::Event(exclusions)) => table.exclusions.extend(exclusions),
                Err(Fault::Error(error)) => return Err(error),
            }
        }
        let responses = parallel::map(work.len(), |k| {
            let (event, asset, _) = work[k];
            let rows = &table.events[event];
            let shared = Shared {
                event: rows.event,
                place: event,
                returns,
                model,
                factors: &factor_rows,
                estimation: rows.estimation.clone(),
                n_needed: design.estimation.n_needed(),
                span: rows.span.clone(),
                missing: design.missing,
                keep_residuals,
            };
            Response::compute(asset, &shared)
        });
        for ((_, asset, index), response) in work.iter().zip(responses) {
            match response {
                Ok(response) => table.responses.push(response),
                Err(reason) => {
                    table.exclusions.push(Exclusion {
                        event: requests[*index].date,
                        label: requests[*index].label.clone(),
                        asset: Some(returns.name(*asset).to_owned()),
                        window: None,
                        reason,
                    });
                }
            }
        }
        Ok(table)
    }

    /// The dates.
    pub fn axis(&self) -> &DateAxis {
        &self.axis
    }

    /// Simple or log.
    pub fn compounding(&self) -> Compounding {
        self.compounding
    }

    /// Events that were placed on the axis.
    pub fn events(&self) -> &[EventRows] {
        &self.events
    }

    /// All responses, event by event, in the order of the requests.
    pub fn responses(&self) -> &[Response] {
        &self.responses
    }

    /// Responses of one event.
    pub fn responses_of(&self, event: EventId) -> impl Iterator<Item = &Response> {
        self.responses.iter().filter(move |r| r.event() == event)
    }

    /// Events and responses that were excluded, with reasons.
    pub fn exclusions(&self) -> &[Exclusion] {
        &self.exclusions
    }

    /// Name of an asset.
    ///
    /// # Panics
    ///
    /// Where `asset` is of a larger panel.
    pub fn name(&self, asset: AssetId) -> &str {
        self.assets.name(asset)
    }

    /// Where an event lies on the axis; `None` where it was excluded.
    pub fn event_rows(&self, event: EventId) -> Option<&EventRows> {
        self.events.iter().find(|e| e.event == event)
    }

    /// The rows of a window of one event, counted from the first row of its span.
    ///
    /// # Errors
    ///
    /// [`Error::SessionsMissing`]; the inner result is the fault of this event, also where the
    /// window leaves the span that was computed.
    pub fn window_rows(
        &self,
        event: &EventRows,
        window: &EventWindow,
    ) -> Result<std::result::Result<Range<usize>, WindowFault>> {
        let resolved = window.resolve(&self.axis, event.date, self.sessions.as_ref())?;
        Ok(resolved.and_then(|rows| {
            if rows.start < event.span.start || rows.end > event.span.end {
                let before = event.span.start.saturating_sub(rows.start);
                let after = rows.end.saturating_sub(event.span.end);
                return Err(WindowFault::RowsOutsideData { n_rows: before.max(after) });
            }
            Ok(rows.start - event.span.start..rows.end - event.span.start)
        }))
    }

    /// CAR, CSAR and forecast standard deviation of a response over rows of its span.
    ///
    /// # Errors
    ///
    /// [`Reason::ReturnsMissing`] where the missing-data policy excludes the response.
    pub fn cumulate(
        &self,
        response: &Response,
        rows: Range<usize>,
    ) -> std::result::Result<CumulativeReturn, Reason> {
        self.check_coverage(response, &rows)?;
        Ok(response.cumulate(rows, &self.event_of(response).factors))
    }

    /// Whether a response has what the missing-data policy wants over rows of its span.
    ///
    /// # Errors
    ///
    /// [`Reason::ReturnsMissing`] where it has not.
    pub fn check_coverage(
        &self,
        response: &Response,
        rows: &Range<usize>,
    ) -> std::result::Result<(), Reason> {
        match response.uncovered(rows) {
            Some((n_missing, first))
                if self.missing != MissingPolicy::Available || n_missing == rows.len() =>
            {
                let start = self.event_of(response).span.start;
                let first = self.axis.date(start + first);
                Err(Reason::ReturnsMissing { n_missing, n_rows: rows.len(), first })
            }
            _ => Ok(()),
        }
    }

    /// AR at an event time; `None` where the response has none.
    pub fn ar(&self, response: &Response, tau: i32) -> Option<f64> {
        response.ar(self.span_row(response, tau)?)
    }

    /// SAR at an event time: the AR over its forecast standard deviation.
    pub fn sar(&self, response: &Response, tau: i32) -> Option<f64> {
        let row = self.span_row(response, tau)?;
        response.ar(row)?;
        Some(response.cumulate(row..row + 1, &self.event_of(response).factors).csar)
    }

    /// `d'S⁻¹d` of the factors over rows of the span of a response's event, see
    /// [`FactorDesign::leverage`]; `None` where the factors are collinear.
    pub(crate) fn factor_leverage(&self, response: &Response, rows: Range<usize>) -> Option<f64> {
        let design = self.designs[response.place].as_ref()?;
        let factors = &self.event_of(response).factors;
        let sums: Vec<f64> = factors.iter().map(|f| f[rows.clone()].iter().sum()).collect();
        Some(design.leverage(rows.len(), &sums))
    }

    fn span_row(&self, response: &Response, tau: i32) -> Option<usize> {
        let event = self.event_of(response);
        let row = event.event_row.checked_add_signed(isize::try_from(tau).ok()?)?;
        row.checked_sub(event.span.start).filter(|r| *r < event.span.len())
    }

    pub(crate) fn event_of(&self, response: &Response) -> &EventRows {
        &self.events[response.place]
    }
}

enum Fault {
    Event(Vec<Exclusion>),
    Error(Error),
}

/// Finds the rows of an event, with the windows that had to be left out.
fn place(
    axis: &DateAxis,
    design: &Design,
    model: &dyn ExpectedReturnModel,
    factors: &[&[f64]],
    request: &EventRequest,
) -> std::result::Result<(EventRows, Vec<Exclusion>), Fault> {
    let exclude = |window: Option<&EventWindow>, reason| Exclusion {
        event: request.date,
        label: request.label.clone(),
        asset: None,
        window: window.map(ToString::to_string),
        reason,
    };
    let mut left_out = Vec::new();
    let mut span: Option<Range<usize>> = None;
    for window in &design.windows {
        match window.resolve(axis, request.date, design.sessions.as_ref()).map_err(Fault::Error)? {
            Ok(rows) => {
                span = Some(match span {
                    Some(s) => s.start.min(rows.start)..s.end.max(rows.end),
                    None => rows,
                });
            }
            Err(fault) => left_out.push(exclude(Some(window), Reason::Window { fault })),
        }
    }
    let (Some(span), Some(event_row)) = (span, axis.first_on_or_after(request.date)) else {
        return Err(Fault::Event(left_out));
    };
    let Some(estimation) = design.estimation.rows_before(event_row, span.start) else {
        let n_found = event_row.min(span.start);
        let n_needed = design.estimation.length() + design.estimation.gap_rows();
        return Err(Fault::Event(vec![exclude(
            None,
            Reason::EstimationOutsideData { n_found, n_needed },
        )]));
    };
    for (name, values) in model.factors().iter().zip(factors) {
        let missing = estimation.clone().chain(span.clone()).find(|row| values[*row].is_nan());
        if let Some(row) = missing {
            let (benchmark, date) = (name.clone(), axis.date(row));
            return Err(Fault::Event(vec![exclude(
                None,
                Reason::BenchmarkMissing { benchmark, date },
            )]));
        }
    }
    let factors = factors.iter().map(|f| f[span.clone()].to_vec()).collect();
    let rows = EventRows {
        event: request.event,
        date: request.date,
        label: request.label.clone(),
        event_row,
        estimation,
        span,
        factors,
    };
    Ok((rows, left_out))
}
