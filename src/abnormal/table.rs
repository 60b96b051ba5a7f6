//! The table of abnormal returns: every response of every event.

use std::collections::BTreeSet;
use std::ops::Range;

use chrono::NaiveDate;

use super::leverage::FactorDesign;
use super::overlap::{Occupancy, Occupied, windows_of};
use super::place::{EventRows, Fault, SpanFactors, missing_factor, place};
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

impl EventRequest {
    /// What is left out of this event: an asset, or all of it.
    pub(super) fn exclusion(&self, asset: Option<&str>, reason: Reason) -> Exclusion {
        Exclusion {
            event: self.date,
            label: self.label.clone(),
            asset: asset.map(str::to_owned),
            window: None,
            reason,
        }
    }
}

/// One response to be computed.
struct Work<'a> {
    place: usize,
    asset: AssetId,
    request: &'a EventRequest,
    /// Factors that no other response shares, over all rows of the axis.
    own: Option<Vec<&'a [f64]>>,
}

/// What all responses share.
struct Setting<'a> {
    returns: &'a ReturnPanel,
    model: &'a dyn ExpectedReturnModel,
    design: &'a Design,
    factors: &'a [&'a [f64]],
    keep_residuals: bool,
}

impl Setting<'_> {
    fn response(
        &self,
        work: &Work<'_>,
        rows: &EventRows,
        others: &[&Occupied],
    ) -> std::result::Result<Response, Reason> {
        let estimation = &self.design.estimation;
        let shared = Shared {
            rows,
            place: work.place,
            returns: self.returns,
            model: self.model,
            factors: work.own.as_deref().unwrap_or(self.factors),
            n_needed: estimation.n_needed(),
            estimation_returns: estimation.returns(),
            missing: self.design.missing,
            keep_residuals: self.keep_residuals,
        };
        let over_span =
            |f: &Vec<&[f64]>| SpanFactors::new(f, rows.span.clone(), rows.first_after());
        let own = work.own.as_ref().map(over_span);
        if estimation.excludes_other_events() && !others.is_empty() {
            let of_asset = others.iter().copied().filter(|other| other.is_of(work.asset));
            let left = rows.rows.without(&windows_of(of_asset));
            return Response::compute(work.asset, &shared, &left, own);
        }
        Response::compute(work.asset, &shared, &rows.rows, own)
    }
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
    /// The shared factors' estimation rows, event by event; `None` where they are collinear, not
    /// complete or not kept.
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
        let series = |names: &[String]| -> Result<Vec<&[f64]>> {
            names.iter().map(|name| Ok(factors.row(factors.asset(name)?))).collect()
        };
        let shared_factors = series(model.factors())?;
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
        let occupancy = Occupancy::new(returns.axis(), design, requests)?;
        let (mut work, mut others) = (Vec::new(), Vec::<Vec<&Occupied>>::new());
        for (index, request) in requests.iter().enumerate() {
            let (mut rows, left_out) = match place(returns.axis(), design, request) {
                Ok(placed) => placed,
                Err(Fault::Event(exclusions)) => {
                    table.exclusions.extend(exclusions);
                    continue;
                }
                Err(Fault::Error(error)) => return Err(error),
            };
            let missing = |names: &[String], series: &[&[f64]]| {
                let complete = model.needs_complete_factors();
                if complete { missing_factor(&table.axis, &rows, names, series) } else { None }
            };
            if let Some(reason) = missing(model.factors(), &shared_factors) {
                table.exclusions.push(request.exclusion(None, reason));
                continue;
            }
            table.exclusions.extend(left_out);
            for asset in &request.assets {
                let name = returns.name(*asset);
                let own = match model.factors_of(name, request.date) {
                    Some(names) => {
                        let own = series(names)?;
                        if let Some(reason) = missing(names, &own) {
                            table.exclusions.push(request.exclusion(Some(name), reason));
                            continue;
                        }
                        Some(own)
                    }
                    None => None,
                };
                work.push(Work { place: table.events.len(), asset: *asset, request, own });
            }
            let design = || FactorDesign::new(&shared_factors, rows.rows.ranges());
            table.designs.push(keep_residuals.then(design).flatten());
            let overlapping = occupancy.others(index, &request.assets, &rows.rows);
            let windows = windows_of(overlapping.iter().copied());
            rows.contamination.n_overlapping = rows.rows.n_within(&windows);
            rows.contamination.n_other_events = overlapping.len();
            others.push(overlapping);
            rows.factors = SpanFactors::new(&shared_factors, rows.span.clone(), rows.first_after());
            table.events.push(rows);
        }
        let setting = Setting { returns, model, design, factors: &shared_factors, keep_residuals };
        let responses = parallel::map(work.len(), |k| {
            let place = work[k].place;
            setting.response(&work[k], &table.events[place], &others[place])
        });
        for (Work { asset, request, .. }, response) in work.iter().zip(responses) {
            match response {
                Ok(response) => table.responses.push(response),
                Err(reason) => {
                    let name = Some(returns.name(*asset));
                    table.exclusions.push(request.exclusion(name, reason));
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
        Ok(response.cumulate(rows, self.event_of(response)))
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
        Some(response.cumulate(row..row + 1, self.event_of(response)).csar)
    }

    /// `d'S⁻¹d` over rows of the span: d the sum of the factors' deviations from their means over all
    /// estimation rows of the event, S their centred cross-products there.
    ///
    /// Of factors that are not shared, or not complete, it is what the fit itself has beyond the
    /// error of its mean.
    pub(crate) fn factor_leverage(&self, response: &Response, rows: Range<usize>) -> f64 {
        let fit = response.fit();
        // A model of one parameter has no slope, whatever factors it looks at.
        if fit.n_parameters() < 2 {
            return 0.0;
        }
        let factors = response.factors(self.event_of(response));
        let sum = |k: usize| rows.clone().map(|row| factors.at(row)[k]).sum::<f64>();
        let sums: Vec<f64> = (0..factors.n_factors()).map(sum).collect();
        match &self.designs[response.place] {
            Some(design) if !response.has_own_factors() => design.leverage(rows.len(), &sums),
            _ => {
                let length = rows.len() as f64;
                let of_mean = length * length / fit.n_observations() as f64;
                (fit.estimation_error(rows.len(), &sums) - of_mean).max(0.0)
            }
        }
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
