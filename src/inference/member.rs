//! A fitted response around its event, whether or not it covers the window that is tested.

use std::ops::Range;

use chrono::NaiveDate;

use crate::abnormal::{EventRows, Response};
use crate::numeric::moments;

/// What a fitted response tells of its estimation window and of the rows of all event windows.
#[derive(Debug, Clone)]
pub(super) struct Member {
    /// Row of the axis that is tau 0.
    event_row: usize,
    /// Its date.
    pub(super) event_date: NaiveDate,
    /// Rows of the axis that the tested window takes.
    window: Range<usize>,
    /// Rows of the axis that the estimation window takes.
    estimation: Range<usize>,
    /// Rows of the axis from the start of the first event window to the end of the last.
    span: Range<usize>,
    /// Abnormal returns over the estimation rows, then over the span, NaN where missing.
    ar: Vec<f64>,
    /// Rows of the span, from its start, whose AR is over a bridged hole, and how many rows that
    /// has.
    long: Vec<(usize, usize)>,
    /// Estimation rows with a return, M.
    pub(super) n_observations: usize,
    /// s, the residual standard deviation of the fit.
    pub(super) residual_std_dev: f64,
    /// Whether it has the returns that the tested window needs.
    pub(super) covers: bool,
}

impl Member {
    /// `window` are rows of the axis.
    pub(super) fn new(
        response: &Response,
        event: &EventRows,
        event_date: NaiveDate,
        window: Range<usize>,
        covers: bool,
    ) -> Self {
        let residuals = response.residuals();
        let mut ar = Vec::with_capacity(residuals.len() + event.span.len());
        ar.extend_from_slice(residuals);
        ar.extend((0..event.span.len()).map(|row| response.ar(row).unwrap_or(f64::NAN)));
        let long = (0..event.span.len())
            .map(|row| (row, response.covered(row)))
            .filter(|(_, n_rows)| *n_rows > 1)
            .collect();
        Self {
            event_row: event.event_row,
            event_date,
            window,
            estimation: event.estimation.clone(),
            span: event.span.clone(),
            ar,
            long,
            n_observations: response.fit().n_observations(),
            residual_std_dev: response.fit().residual_std_dev(),
            covers,
        }
    }

    /// Ends of the estimation window and of the tested window, rows of the axis.
    pub(super) fn rows(&self) -> [usize; 4] {
        let (estimation, window) = (&self.estimation, &self.window);
        [estimation.start, estimation.end, window.start, window.end]
    }

    /// Rows of the axis that the tested window takes.
    pub(super) fn window(&self) -> &Range<usize> {
        &self.window
    }

    /// Abnormal returns over the estimation rows, NaN where missing.
    pub(super) fn residuals(&self) -> &[f64] {
        &self.ar[..self.ar.len() - self.span.len()]
    }

    /// Abnormal returns over the tested window, NaN where missing.
    pub(super) fn window_ar(&self) -> &[f64] {
        &self.ar[self.place(self.window.start)..self.place(self.window.end)]
    }

    /// Abnormal returns over estimation rows and span, each of one row: one over a bridged hole of
    /// n rows is divided by √n.
    pub(super) fn daily_ar(&self) -> Vec<f64> {
        let mut ar = self.ar.clone();
        let first = self.residuals().len();
        for (row, n_rows) in &self.long {
            ar[first + row] /= (*n_rows as f64).sqrt();
        }
        ar
    }

    /// Position of a row of the span among [`Self::daily_ar`].
    fn place(&self, row: usize) -> usize {
        self.residuals().len() + row - self.span.start
    }

    /// Positions of the tested window among [`Self::daily_ar`].
    pub(super) fn window_places(&self) -> Range<usize> {
        self.place(self.window.start)..self.place(self.window.end)
    }

    /// Event time of the first row of the span.
    pub(super) fn first_tau(&self) -> isize {
        self.span.start.cast_signed() - self.event_row.cast_signed()
    }

    /// Event time after the last row of the span.
    pub(super) fn end_tau(&self) -> isize {
        self.span.end.cast_signed() - self.event_row.cast_signed()
    }

    /// Pearson correlation of the residuals of two responses on the calendar dates that both have;
    /// 0 where they share fewer than three or one does not vary on them.
    pub(super) fn correlation(&self, other: &Self) -> f64 {
        let start = self.estimation.start.max(other.estimation.start);
        let end = self.estimation.end.min(other.estimation.end);
        if end < start + 3 {
            return 0.0;
        }
        let on_both = |m: &Self| start - m.estimation.start..end - m.estimation.start;
        let (a, b) = (&self.residuals()[on_both(self)], &other.residuals()[on_both(other)]);
        if a.iter().chain(b).all(|e| !e.is_nan()) {
            return moments::correlation(a, b).unwrap_or(0.0);
        }
        let (x, y): (Vec<f64>, Vec<f64>) = a
            .iter()
            .zip(b)
            .filter(|(a, b)| !a.is_nan() && !b.is_nan())
            .map(|(a, b)| (*a, *b))
            .unzip();
        if x.len() < 3 { 0.0 } else { moments::correlation(&x, &y).unwrap_or(0.0) }
    }

    /// Share of the windows' dates that two responses have in common, `|A ∩ B| / √(|A| |B|)`.
    pub(super) fn window_overlap(&self, other: &Self) -> f64 {
        let start = self.window.start.max(other.window.start);
        let end = self.window.end.min(other.window.end);
        if start >= end {
            return 0.0;
        }
        let lengths = (self.window.len() * other.window.len()) as f64;
        (end - start) as f64 / lengths.sqrt()
    }
}
