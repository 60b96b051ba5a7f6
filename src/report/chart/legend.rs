//! The legend: each sign with what it means in words.

use plotters::style::{Color, RGBColor};

use super::canvas::{
    COUNT, Canvas, ESTIMATE, INK, INTERVAL, INTERVAL_EDGE, Letters, ORDINARY, ORDINARY_EDGE,
    OUTSIDE, PAPER, SOFT_INK,
};
use super::words;
use crate::Result;

pub(super) const PATH_WIDTH: f64 = 2.6;
pub(super) const OUTSIDE_WIDTH: f64 = 4.6;
pub(super) const DASH: (f64, f64) = (5.0, 3.5);
/// Dashes and gaps of the median of ordinary dates, and its width.
pub(super) const DOTS: (f64, f64) = (2.0, 3.0);
pub(super) const MEDIAN_WIDTH: f64 = 1.5;
pub(super) const ORDINARY_OPACITY: f64 = 0.75;
pub(super) const INTERVAL_OPACITY: f64 = 0.58;
const ROW: f64 = 19.0;
const SWATCH: f64 = 30.0;

/// What a sign in a chart looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    /// The path of the estimate.
    Path,
    /// The part of it outside ordinary dates.
    Outside,
    /// A band around a path.
    IntervalBand,
    /// The band of ordinary dates.
    OrdinaryBand,
    /// The middle of ordinary dates.
    OrdinaryMedian,
    /// An interval as a bar with its estimate.
    IntervalBar,
    /// An estimate with a small placebo p.
    Filled,
    /// An estimate without.
    Hollow,
    /// A bar of ordinary dates.
    OrdinaryBar,
    /// A bar of a histogram.
    Count,
    /// Estimates in order.
    Estimates,
    /// Those of them that are significant.
    SignificantEstimates,
    /// Bars of shares.
    Share,
}

impl Sign {
    fn draw(self, canvas: &Canvas<'_>, x: f64, middle: f64) -> Result<()> {
        let end = x + SWATCH - 8.0;
        let (top, bottom) = (middle - 6.0, middle + 6.0);
        let edges = [[(x, top), (end, top)], [(x, bottom), (end, bottom)]];
        let centre = (f64::midpoint(x, end), middle);
        match self {
            Self::Path => canvas.line(&[(x, middle), (end, middle)], ESTIMATE, PATH_WIDTH),
            Self::Outside => canvas.line(&[(x, middle), (end, middle)], OUTSIDE, OUTSIDE_WIDTH),
            Self::IntervalBand => {
                canvas.rect((x, top), (end, bottom), INTERVAL.mix(INTERVAL_OPACITY))?;
                edges.iter().try_for_each(|e| canvas.line(e, INTERVAL_EDGE, 1.0))
            }
            Self::OrdinaryBand => {
                canvas.rect((x, top), (end, bottom), ORDINARY.mix(ORDINARY_OPACITY))?;
                edges.iter().try_for_each(|e| canvas.dashed(e, ORDINARY_EDGE, 1.1, DASH))
            }
            Self::OrdinaryMedian => {
                canvas.dashed(&[(x, middle), (end, middle)], INK, MEDIAN_WIDTH, DOTS)
            }
            Self::IntervalBar => canvas.line(&[(x, middle), (end, middle)], ESTIMATE, 1.6),
            Self::Filled => marker(canvas, centre, true),
            Self::Hollow => marker(canvas, centre, false),
            Self::Estimates => dots(canvas, centre, 1.4, ESTIMATE),
            Self::SignificantEstimates => dots(canvas, centre, 2.0, OUTSIDE),
            Self::Share => {
                [(0.0, 4.0), (5.0, 9.0), (10.0, 6.0)].into_iter().try_for_each(|(at, height)| {
                    canvas.rect((x + 3.0 + at, bottom - height), (x + 8.0 + at, bottom), COUNT)
                })
            }
            Self::Count => canvas.rect((x + 6.0, top), (end - 6.0, bottom), COUNT),
            Self::OrdinaryBar => {
                canvas.rect((x, middle - 5.0), (end, middle + 5.0), ORDINARY.mix(ORDINARY_OPACITY))
            }
        }
    }
}

/// Some dots of a rising curve.
fn dots(canvas: &Canvas<'_>, (x, y): (f64, f64), radius: f64, colour: RGBColor) -> Result<()> {
    let at = |k: i32| (x + 3.0 * f64::from(k), y - 1.2 * f64::from(k));
    (-3..=3).try_for_each(|k| canvas.dot(at(k), radius, colour))
}

/// The mark of one estimate, filled or hollow.
pub(super) fn marker(canvas: &Canvas<'_>, centre: (f64, f64), filled: bool) -> Result<()> {
    if filled {
        return canvas.dot(centre, 5.0, OUTSIDE);
    }
    canvas.dot(centre, 4.2, ESTIMATE)?;
    canvas.dot(centre, 2.6, PAPER)
}

/// Entries in rows, broken to a width.
#[derive(Debug)]
pub(super) struct Legend {
    entries: Vec<(Sign, String, f64, f64)>,
    n_rows: usize,
    letters: Letters,
    caption: Vec<String>,
}

impl Legend {
    pub(super) fn new(entries: Vec<(Sign, String)>, width: f64) -> Self {
        let letters = Letters::new(12.0);
        let mut placed = Vec::with_capacity(entries.len());
        let (mut x, mut row) = (0.0, 0usize);
        for (sign, text) in entries {
            let text = words::elide(&text, letters.size, false, width - SWATCH);
            let needed = SWATCH + letters.width(&text);
            if x > 0.0 && x + needed > width {
                (x, row) = (0.0, row + 1);
            }
            placed.push((sign, text, x, row as f64 * ROW));
            x += needed + 18.0;
        }
        let n_rows = if placed.is_empty() { 0 } else { row + 1 };
        Self { entries: placed, n_rows, letters, caption: Vec::new() }
    }

    /// Adds a sentence under the entries, broken to a width.
    pub(super) fn caption(self, text: Option<&str>, width: f64) -> Self {
        let caption = text.map_or_else(Vec::new, |text| self.letters.wrap(text, width));
        Self { caption, ..self }
    }

    /// Height in pixels.
    pub(super) fn height(&self) -> f64 {
        (self.n_rows + self.caption.len()) as f64 * ROW
    }

    /// Draws it from its upper left corner down.
    pub(super) fn draw(&self, canvas: &Canvas<'_>, (x, top): (f64, f64)) -> Result<()> {
        for (sign, text, right, down) in &self.entries {
            let middle = top + down + ROW / 2.0;
            sign.draw(canvas, x + right, middle)?;
            canvas.text((x + right + SWATCH, middle + 4.2), text, self.letters)?;
        }
        let under = top + self.n_rows as f64 * ROW + ROW / 2.0 + 4.2;
        canvas.lines((x, under), &self.caption, self.letters.colour(SOFT_INK), ROW)?;
        Ok(())
    }
}
