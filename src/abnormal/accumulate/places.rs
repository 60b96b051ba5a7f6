//! Where each event date lies, with all that the assets need not compute again.

use std::ops::Range;

use chrono::NaiveDate;

use super::factors::{Factors, MOST_SQUARES, quadratic_form};
use crate::Error;
use crate::abnormal::leverage::FactorDesign;
use crate::abnormal::place::{Fault, missing_factor, place};
use crate::abnormal::{Design, EventRequest, Exclusion, Reason};
use crate::events::EventId;
use crate::models::FitFault;
use crate::time::DateAxis;

/// An event date on the axis.
#[derive(Debug)]
pub(super) struct Place<const K: usize> {
    /// First row on or after the date.
    pub(super) event_row: usize,
    /// Rows of the estimation window.
    pub(super) estimation: Vec<Range<usize>>,
    /// How many those are.
    pub(super) n_estimation: usize,
    /// Rows from the first to the last of any window.
    pub(super) span: Range<usize>,
    /// Position of the first of them among the event times of the path.
    pub(super) offset: usize,
    /// Means of the centred factors over the estimation rows.
    pub(super) means: [f64; K],
    /// Inverse of their cross-products about those means.
    pub(super) inverse: [[f64; K]; K],
    /// Whether the cross-products can be taken from running sums.
    pub(super) is_sound: bool,
    /// The windows of the design; `None` where the data do not hold one.
    pub(super) windows: Vec<Option<PlacedWindow<K>>>,
}

/// A window of an event date.
#[derive(Debug)]
pub(super) struct PlacedWindow<const K: usize> {
    /// Rows of the axis.
    pub(super) rows: Range<usize>,
    /// Number of rows, L.
    pub(super) length: f64,
    /// Sums of the centred factors over them.
    pub(super) sums: [f64; K],
    /// `1 / √(L + L²/M + d'S⁻¹d)` for a complete estimation window.
    pub(super) inverse_error: f64,
}

/// What the places of a list of dates have in common.
#[derive(Debug)]
pub(super) struct Places<const K: usize> {
    /// One per date; `None` where the date is excluded.
    pub(super) of_dates: Vec<Option<Place<K>>>,
    /// Event time of the first position of the path.
    pub(super) first_tau: isize,
    /// Positions of the path.
    pub(super) n_taus: usize,
    /// Dates and windows that are excluded for all assets.
    pub(super) exclusions: Vec<Exclusion>,
}

impl<const K: usize> Places<K> {
    /// Places the dates. `named` are the series that must be complete, with their names.
    pub(super) fn new(
        axis: &DateAxis,
        design: &Design,
        dates: &[NaiveDate],
        factors: &Factors<K>,
        named: (&[String], &[&[f64]]),
    ) -> Result<Self, Error> {
        let mut exclusions = Vec::new();
        let mut places = Vec::with_capacity(dates.len());
        for date in dates {
            let request = EventRequest {
                event: EventId::FIRST,
                date: *date,
                label: date.to_string(),
                assets: Vec::new(),
            };
            let (rows, left_out) = match place(axis, design, &request) {
                Ok(placed) => placed,
                Err(Fault::Error(error)) => return Err(error),
                Err(Fault::Event(of_event)) => {
                    exclusions.extend(of_event);
                    places.push(None);
                    continue;
                }
            };
            if let Some(reason) = missing_factor(axis, &rows, named.0, named.1) {
                exclusions.push(request.exclusion(None, reason));
                places.push(None);
                continue;
            }
            let estimation = rows.estimation_rows().ranges().to_vec();
            let raw: [&[f64]; K] = std::array::from_fn(|j| factors.raw[j].as_slice());
            let n_estimation = rows.estimation_rows().n_used();
            // With fewer rows than coefficients every response is excluded when it is fitted.
            let is_enough = n_estimation >= K + 2;
            let shared = if is_enough {
                FactorDesign::new(&raw, &estimation)
            } else {
                FactorDesign::new(&[], &[])
            };
            let Some(shared) = shared else {
                let reason = Reason::Fit { fault: FitFault::CollinearFactors };
                exclusions.push(request.exclusion(None, reason));
                places.push(None);
                continue;
            };
            exclusions.extend(left_out);
            let (mut means, mut inverse) = ([0.0; K], [[0.0; K]; K]);
            for (j, mean) in shared.means().iter().enumerate() {
                means[j] = mean - factors.centre[j];
            }
            for (cell, value) in inverse.iter_mut().flatten().zip(shared.inverse()) {
                *cell = *value;
            }
            // The inverse has at least the reciprocal of each sum of squares on its diagonal.
            let is_sound =
                is_enough && (0..K).all(|j| factors.squares[j] * inverse[j][j] < MOST_SQUARES);
            let mut windows = Vec::with_capacity(design.windows().len());
            for window in design.windows() {
                let resolved = window.resolve(axis, *date, design.sessions.as_ref())?;
                windows.push(resolved.ok().map(|rows| {
                    let (length, sums) = (rows.len() as f64, factors.sums(rows.clone()));
                    let error = forecast_error(length, n_estimation, &sums, &means, &inverse);
                    PlacedWindow { rows, length, sums, inverse_error: 1.0 / error.sqrt() }
                }));
            }
            places.push(Some(Place {
                event_row: rows.event_row,
                estimation,
                n_estimation,
                span: rows.span.clone(),
                offset: 0,
                means,
                inverse,
                is_sound,
                windows,
            }));
        }
        let tau = |place: &Place<K>, row: usize| row.cast_signed() - place.event_row.cast_signed();
        let placed = || places.iter().flatten();
        let first_tau = placed().map(|p| tau(p, p.span.start)).min().unwrap_or(0);
        let end_tau = placed().map(|p| tau(p, p.span.end)).max().unwrap_or(0);
        for place in places.iter_mut().flatten() {
            let from_first = place.span.start.cast_signed() - place.event_row.cast_signed();
            place.offset = (from_first - first_tau).unsigned_abs();
        }
        let n_taus = (end_tau - first_tau).unsigned_abs();
        Ok(Self { of_dates: places, first_tau, n_taus, exclusions })
    }
}

/// `L + L²/M + d'S⁻¹d`: the forecast variance of a sum over L rows over the residual variance.
pub(super) fn forecast_error<const K: usize>(
    length: f64,
    n_observations: usize,
    sums: &[f64; K],
    means: &[f64; K],
    inverse: &[[f64; K]; K],
) -> f64 {
    let d: [f64; K] = std::array::from_fn(|j| sums[j] - length * means[j]);
    length + length * length / n_observations as f64 + quadratic_form(&d, inverse)
}
