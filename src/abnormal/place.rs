//! Where events lie on the axis, and the factor returns around them.

use std::ops::Range;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{Design, EventRequest, Exclusion, Reason};
use crate::Error;
use crate::events::EventId;
use crate::models::{Horizon, step};
use crate::time::{DateAxis, EstimationRows, EventWindow};

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
    /// Rows of the estimation window, from the first to the last; see
    /// [`estimation_rows`](Self::estimation_rows) for those left out between them.
    pub estimation: Range<usize>,
    /// What lies in the estimation window that should not.
    pub contamination: Contamination,
    /// Rows from the start of the first event window to the end of the last.
    pub span: Range<usize>,
    pub(super) rows: EstimationRows,
    /// Factors that responses share.
    pub(super) factors: SpanFactors,
}

/// Rows of an estimation window that something else than ordinary days may have moved.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contamination {
    /// Rows of the estimation window, before any is left out.
    pub n_rows: usize,
    /// Those on excluded dates, left out of every fit.
    pub n_excluded: usize,
    /// Those of the rest that lie in event windows of other events with an asset in common. They are
    /// left out of the fits of these assets where the design says so, else they stay.
    pub n_overlapping: usize,
    /// How many such events there are.
    pub n_other_events: usize,
}

impl EventRows {
    /// Rows of the estimation window without the excluded dates. What the windows of other events
    /// take is left out asset by asset, and is still among them.
    pub fn estimation_rows(&self) -> &EstimationRows {
        &self.rows
    }

    /// Row of the axis that is step 1 of a [`Horizon`].
    pub(super) fn first_after(&self) -> usize {
        self.rows.first_after()
    }
}

/// Factor returns over the span, row by row, with the steps of the rows.
#[derive(Debug, Clone)]
pub(super) struct SpanFactors {
    values: Vec<f64>,
    n_factors: usize,
    first_step: isize,
}

impl SpanFactors {
    /// From factor returns over all rows of the axis.
    pub(super) fn new(factors: &[&[f64]], span: Range<usize>, first_after: usize) -> Self {
        let first_step = step(span.start, first_after);
        let values = match factors {
            [one] => one[span].to_vec(),
            _ => span.flat_map(|row| factors.iter().map(move |f| f[row])).collect(),
        };
        Self { values, n_factors: factors.len(), first_step }
    }

    /// Number of factors.
    pub(super) fn n_factors(&self) -> usize {
        self.n_factors
    }

    /// Factor returns on a row of the span.
    pub(super) fn at(&self, row: usize) -> &[f64] {
        &self.values[row * self.n_factors..(row + 1) * self.n_factors]
    }

    /// The step of a row of the span.
    pub(super) fn step(&self, row: usize) -> isize {
        self.first_step + row.cast_signed()
    }

    /// A row of the span as a horizon.
    pub(super) fn horizon(&self, row: usize) -> Horizon<'_> {
        Horizon::row(self.step(row), self.at(row))
    }
}

/// What keeps an event from being placed.
pub(super) enum Fault {
    Event(Vec<Exclusion>),
    Error(Error),
}

/// Finds the rows of an event, with the windows that had to be left out.
pub(super) fn place(
    axis: &DateAxis,
    design: &Design,
    request: &EventRequest,
) -> Result<(EventRows, Vec<Exclusion>), Fault> {
    let exclude = |window: Option<&EventWindow>, reason| Exclusion {
        window: window.map(ToString::to_string),
        ..request.exclusion(None, reason)
    };
    let (mut left_out, mut windows) = (Vec::new(), Vec::new());
    for window in &design.windows {
        match window.resolve(axis, request.date, design.sessions.as_ref()).map_err(Fault::Error)? {
            Ok(rows) => windows.push(rows),
            Err(fault) => left_out.push(exclude(Some(window), Reason::Window { fault })),
        }
    }
    let first = windows.iter().map(|rows| rows.start).min();
    let last = windows.iter().map(|rows| rows.end).max();
    let (Some((first, last)), Some(event_row)) =
        (first.zip(last), axis.first_on_or_after(request.date))
    else {
        return Err(Fault::Event(left_out));
    };
    let estimation = match design.estimation.resolve(axis, event_row, &windows) {
        Ok(rows) => rows,
        Err(fault) => return Err(Fault::Event(vec![exclude(None, fault.into())])),
    };
    let n_rows = estimation.n_rows();
    let n_excluded = n_rows - estimation.n_used();
    let rows = EventRows {
        event: request.event,
        date: request.date,
        label: request.label.clone(),
        event_row,
        estimation: estimation.hull(),
        contamination: Contamination { n_rows, n_excluded, ..Contamination::default() },
        factors: SpanFactors::new(&[], first..last, estimation.first_after()),
        span: first..last,
        rows: estimation,
    };
    Ok((rows, left_out))
}

/// The first of the factors that lacks a return on a row that the event needs.
pub(super) fn missing_factor(
    axis: &DateAxis,
    rows: &EventRows,
    names: &[String],
    factors: &[&[f64]],
) -> Option<Reason> {
    names.iter().zip(factors).find_map(|(name, values)| {
        let mut needed = rows.rows.iter().chain(rows.span.clone());
        let row = needed.find(|row| values[*row].is_nan())?;
        Some(Reason::BenchmarkMissing { benchmark: name.clone(), date: axis.date(row) })
    })
}
