//! Where events lie on the axis, and the factor returns around them.

use std::ops::Range;

use chrono::NaiveDate;

use super::{Design, EventRequest, Exclusion, Reason};
use crate::Error;
use crate::events::EventId;
use crate::models::{Horizon, step};
use crate::time::{DateAxis, EventWindow};

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
    /// Factors that responses share.
    pub(super) factors: SpanFactors,
}

impl EventRows {
    /// Row of the axis that is step 1 of a [`Horizon`].
    pub(super) fn first_after(&self) -> usize {
        self.estimation.end
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
    let rows = EventRows {
        event: request.event,
        date: request.date,
        label: request.label.clone(),
        event_row,
        factors: SpanFactors::new(&[], span.clone(), estimation.end),
        estimation,
        span,
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
        let mut needed = rows.estimation.clone().chain(rows.span.clone());
        let row = needed.find(|row| values[*row].is_nan())?;
        Some(Reason::BenchmarkMissing { benchmark: name.clone(), date: axis.date(row) })
    })
}
