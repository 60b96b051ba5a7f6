//! All responses of one asset.

use std::ops::Range;

use chrono::NaiveDate;

use super::factors::Factors;
use super::fit::{Line, Sample, Unfitted};
use super::holes::Holes;
use super::places::{Place, Places, forecast_error};
use super::residuals::{Centred, Spans};
use super::running::Running;
use super::tally::{ExclusionKind, Tally, WindowTally};
use crate::abnormal::MissingPolicy;
use crate::models::{FitFault, LinearForm};
use crate::panel::{Bridge, Compounding};

/// Where single responses are written, if anywhere.
pub(super) trait Sink {
    /// The row of a response in the table of ARs, one cell per event time. Every cell is written, with
    /// NaN where there is no AR.
    fn ars(&mut self, response: usize) -> Option<&mut [f64]>;

    /// CAR and SCAR of a response in a window.
    fn window(&mut self, response: usize, window: usize, car: f64, scar: f64);
}

/// Keeps nothing of single responses.
#[derive(Debug)]
pub(super) struct Nothing;

impl Sink for Nothing {
    fn ars(&mut self, _: usize) -> Option<&mut [f64]> {
        None
    }

    fn window(&mut self, _: usize, _: usize, _: f64, _: f64) {}
}

/// What all assets share.
#[derive(Debug)]
pub(super) struct Kernel<const K: usize> {
    pub(super) factors: Factors<K>,
    /// What is taken from the returns before they are fitted, over all rows.
    pub(super) benchmark: Option<Vec<f64>>,
    pub(super) places: Places<K>,
    pub(super) dates: Vec<NaiveDate>,
    pub(super) form: LinearForm,
    pub(super) n_needed: usize,
    pub(super) missing: MissingPolicy,
    pub(super) compounding: Compounding,
}

/// One asset.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asset<'a> {
    /// Position among all assets.
    pub(super) index: usize,
    /// Returns over all rows, NaN where missing.
    pub(super) returns: &'a [f64],
    /// Returns over its holes.
    pub(super) bridges: &'a [Bridge],
    /// Positions of its event dates, increasing.
    pub(super) places: &'a [u32],
}

/// Memory that every asset uses again.
#[derive(Debug)]
pub(super) struct Scratch<const K: usize> {
    running: Running<K>,
    adjusted: Vec<f64>,
    ars: Vec<f64>,
    spans: Spans<K>,
    holes: Holes,
}

impl<const K: usize> Scratch<K> {
    pub(super) fn new(n_rows: usize, n_taus: usize) -> Self {
        Self {
            running: Running::with_capacity(n_rows),
            adjusted: Vec::new(),
            ars: Vec::with_capacity(n_taus),
            spans: Spans::new(),
            holes: Holes::default(),
        }
    }
}

impl<const K: usize> Kernel<K> {
    /// The slopes, and the intercept or the mean that the residual variance is taken around.
    const N_PARAMETERS: usize = K + 1;

    /// Adds the responses of an asset; `sink` counts them from 0.
    pub(super) fn add(
        &self,
        asset: Asset<'_>,
        scratch: &mut Scratch<K>,
        tally: &mut Tally,
        sink: &mut impl Sink,
    ) {
        let Scratch { running, adjusted, ars, spans, holes } = scratch;
        let y = match &self.benchmark {
            None => asset.returns,
            Some(benchmark) => {
                adjusted.clear();
                adjusted.extend(asset.returns.iter().zip(benchmark).map(|(r, m)| r - m));
                adjusted
            }
        };
        running.fill(y, &self.factors);
        let sample = Sample {
            y,
            returns: asset.returns,
            factors: &self.factors,
            form: self.form,
            n_needed: self.n_needed,
        };
        spans.clear();
        for (response, index) in asset.places.iter().enumerate() {
            let index = *index as usize;
            let Some(place) = &self.places.of_dates[index] else {
                tally.exclude(ExclusionKind::EventDate, asset.index, self.dates[index]);
                fill(sink.ars(response));
                continue;
            };
            let line = match sample.fit(running, place) {
                Ok(line) => line,
                Err(unfitted) => {
                    tally.exclude(kind_of(unfitted), asset.index, self.dates[index]);
                    fill(sink.ars(response));
                    continue;
                }
            };
            tally.n_fitted += 1;
            let df = line.n - Self::N_PARAMETERS;
            let std_dev = (line.squares / df as f64).sqrt();
            let scale = Scale { inverse_std_dev: 1.0 / std_dev, df };
            if tally.residuals.is_some() {
                spans.put(place, &line);
            }
            let is_whole = running.n_present(&place.span) == place.span.len();
            if is_whole && !line.by_rows {
                tally.complete[index] += 1;
                self.path(y, place, &line, ars, &mut tally.path, sink.ars(response));
                for (w, window) in place.windows.iter().enumerate() {
                    let Some(window) = window else { continue };
                    let mut car = running.sum(&window.rows) - window.length * line.shift;
                    for (slope, sum) in line.slopes.iter().zip(&window.sums) {
                        car -= slope * sum;
                    }
                    let inverse_error = match &line.own {
                        None => window.inverse_error,
                        Some((means, inverse)) => {
                            let (length, n, sums) = (window.length, line.n, &window.sums);
                            1.0 / forecast_error(length, n, sums, means, inverse).sqrt()
                        }
                    };
                    let scar = car * scale.inverse_std_dev * inverse_error;
                    tally.windows[w].add_response(index, car, scar, scale.df);
                    sink.window(response, w, car, scar);
                }
                continue;
            }
            holes.take(&place.span, y, asset.bridges, self.missing, |bridge| self.bridged(bridge));
            self.by_rows(index, response, place, &line, scale, holes, tally, sink);
        }
        if let Some(residuals) = &mut tally.residuals {
            let is_complete = running.is_complete();
            let returns = Centred { y, mean: running.mean, is_complete };
            spans.add_to(residuals, returns, &self.factors);
        }
    }

    /// Adds the ARs of a response without a hole to the path.
    fn path(
        &self,
        y: &[f64],
        place: &Place<K>,
        line: &Line<K>,
        ars: &mut Vec<f64>,
        path: &mut [f64],
        out: Option<&mut [f64]>,
    ) {
        let y = &y[place.span.clone()];
        let path = &mut path[place.offset..place.offset + y.len()];
        let out = out.map(|out| {
            let (before, rest) = out.split_at_mut(place.offset);
            let (of_span, after) = rest.split_at_mut(y.len());
            before.fill(f64::NAN);
            after.fill(f64::NAN);
            of_span
        });
        if let ([slope], [x]) = (&line.slopes[..], &self.factors.raw[..]) {
            let rows = path.iter_mut().zip(y).zip(&x[place.span.clone()]);
            let ar = |y: &f64, x: &f64| y - line.intercept - slope * x;
            match out {
                None => rows.for_each(|((sum, y), x)| *sum += ar(y, x)),
                Some(out) => {
                    for (((sum, y), x), out) in rows.zip(out) {
                        *out = ar(y, x);
                        *sum += *out;
                    }
                }
            }
            return;
        }
        ars.clear();
        ars.extend(y.iter().map(|y| y - line.intercept));
        for (slope, x) in line.slopes.iter().zip(&self.factors.raw) {
            for (ar, x) in ars.iter_mut().zip(&x[place.span.clone()]) {
                *ar -= slope * x;
            }
        }
        for (sum, ar) in path.iter_mut().zip(&*ars) {
            *sum += ar;
        }
        if let Some(out) = out {
            out.copy_from_slice(ars);
        }
    }

    /// Value and factor returns over a hole, as one return.
    fn bridged(&self, bridge: &Bridge) -> f64 {
        let rows = bridge.from_row + 1..bridge.to_row + 1;
        match &self.benchmark {
            None => bridge.value,
            Some(benchmark) => bridge.value - compounded(&benchmark[rows], self.compounding),
        }
    }

    /// A response with a hole in its span, or of numbers that running sums are not fit for.
    #[allow(clippy::too_many_arguments)] // one caller, with all of it at hand
    fn by_rows(
        &self,
        index: usize,
        response: usize,
        place: &Place<K>,
        line: &Line<K>,
        scale: Scale,
        holes: &Holes,
        tally: &mut Tally,
        sink: &mut impl Sink,
    ) {
        let n = place.span.len();
        let mut out = sink.ars(response);
        fill(out.as_deref_mut());
        let mut ars = vec![f64::NAN; n];
        for (t, ar) in ars.iter_mut().enumerate() {
            let (value, n_rows) = holes.at(t);
            if n_rows == 0 {
                continue;
            }
            let row = place.span.start + t;
            let rows = row + 1 - n_rows..row + 1;
            let mut expected = line.intercept * n_rows as f64;
            for (slope, x) in line.slopes.iter().zip(&self.factors.raw) {
                expected += slope * compounded(&x[rows.clone()], self.compounding);
            }
            *ar = value - expected;
            tally.path[place.offset + t] += *ar;
            tally.path_n[place.offset + t] += 1;
            if let Some(out) = &mut out {
                out[place.offset + t] = *ar;
            }
        }
        let (means, inverse) = match &line.own {
            None => (&place.means, &place.inverse),
            Some((means, inverse)) => (means, inverse),
        };
        for (w, window) in place.windows.iter().enumerate() {
            let Some(window) = window else { continue };
            let in_span = window.rows.start - place.span.start..window.rows.end - place.span.start;
            if !holes.covers(&in_span, self.missing) {
                tally.windows[w].n_missing += 1;
                continue;
            }
            let (mut car, mut n_rows, mut sums) = (0.0, 0, [0.0; K]);
            for t in in_span.filter(|t| holes.at(*t).1 > 0) {
                car += ars[t];
                let length = holes.at(t).1;
                n_rows += length;
                let row = place.span.start + t;
                for (sum, x) in sums.iter_mut().zip(&self.factors.centred) {
                    *sum += x[row + 1 - length..=row].iter().sum::<f64>();
                }
            }
            let error = forecast_error(n_rows as f64, line.n, &sums, means, inverse);
            let scar = car * scale.inverse_std_dev / error.sqrt();
            tally.windows[w].add_response(index, car, scar, scale.df);
            sink.window(response, w, car, scar);
        }
    }
}

fn fill(row: Option<&mut [f64]>) {
    if let Some(row) = row {
        row.fill(f64::NAN);
    }
}

#[derive(Debug, Clone, Copy)]
struct Scale {
    inverse_std_dev: f64,
    df: usize,
}

impl WindowTally {
    #[inline]
    fn add_response(&mut self, place: usize, car: f64, scar: f64, df: usize) {
        self.n += 1;
        self.car += car;
        self.car_squares += car * car;
        self.scar += scar;
        self.scar_squares += scar * scar;
        if df > 2 {
            self.patell_variance += df as f64 / (df - 2) as f64;
        } else {
            self.n_without_variance += 1;
        }
        self.n_positive += u64::from(car > 0.0);
        self.by_date[place] += car;
        self.by_date_n[place] += 1;
    }
}

fn kind_of(unfitted: Unfitted) -> ExclusionKind {
    match unfitted {
        Unfitted::TooShort => ExclusionKind::EstimationTooShort,
        Unfitted::Fault(FitFault::ZeroVariance) => ExclusionKind::ZeroVariance,
        Unfitted::Fault(FitFault::TooFewRows { .. }) => ExclusionKind::TooFewRows,
        Unfitted::Fault(_) => ExclusionKind::CollinearFactors,
    }
}

/// The return over all rows from the returns of each.
fn compounded(returns: &[f64], compounding: Compounding) -> f64 {
    match returns {
        [one] => *one,
        _ => crate::abnormal::observations::compounded(returns, compounding),
    }
}

/// Rows of a window, counted from the first row of the span.
pub(super) type SpanRows = Range<usize>;
