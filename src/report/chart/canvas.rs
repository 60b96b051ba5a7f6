//! The drawing surface: pixels as floats, plain shapes, text by its baseline.

use plotters::backend::SVGBackend;
use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, IntoDrawingArea};
use plotters::element::{Circle, PathElement, Polygon, Rectangle, Text};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, FontStyle, IntoFont, RGBAColor, RGBColor, ShapeStyle};

use super::words;
use crate::{Error, Result};

/// The backend has whole coordinates only; a tenth of a pixel keeps slow curves smooth.
const UNITS: f64 = 10.0;
/// The backend divides the size of a font by this number.
const FONT_DIVISOR: f64 = 1.24;
/// Where the backend puts the baseline of text that hangs from its top, in ems.
const TOP_TO_BASELINE: f64 = 0.76;

pub(super) const INK: RGBColor = RGBColor(26, 26, 26);
pub(super) const SOFT_INK: RGBColor = RGBColor(90, 90, 90);
pub(super) const GRID: RGBColor = RGBColor(225, 225, 225);
pub(super) const RULE: RGBColor = RGBColor(150, 150, 150);
pub(super) const PAPER: RGBColor = RGBColor(255, 255, 255);
/// The estimate and its path.
pub(super) const ESTIMATE: RGBColor = RGBColor(0, 62, 108);
/// The interval of the estimate.
pub(super) const INTERVAL: RGBColor = RGBColor(86, 180, 233);
pub(super) const INTERVAL_EDGE: RGBColor = RGBColor(0, 114, 178);
/// What ordinary dates give.
pub(super) const ORDINARY: RGBColor = RGBColor(212, 212, 212);
pub(super) const ORDINARY_EDGE: RGBColor = RGBColor(105, 105, 105);
/// Bars of a histogram of ordinary dates.
pub(super) const COUNT: RGBColor = RGBColor(176, 176, 176);
/// What lies outside ordinary dates.
pub(super) const OUTSIDE: RGBColor = RGBColor(213, 94, 0);

/// Which end of a text its position is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// Size, weight, colour and anchor of a text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Letters {
    pub(super) size: f64,
    pub(super) bold: bool,
    pub(super) colour: RGBColor,
    pub(super) anchor: Anchor,
}

impl Letters {
    pub(super) fn new(size: f64) -> Self {
        Self { size, bold: false, colour: INK, anchor: Anchor::Start }
    }

    pub(super) fn bold(self) -> Self {
        Self { bold: true, ..self }
    }

    pub(super) fn colour(self, colour: RGBColor) -> Self {
        Self { colour, ..self }
    }

    pub(super) fn anchor(self, anchor: Anchor) -> Self {
        Self { anchor, ..self }
    }

    pub(super) fn width(&self, text: &str) -> f64 {
        words::width(text, self.size, self.bold)
    }

    pub(super) fn wrap(&self, text: &str, max: f64) -> Vec<String> {
        words::wrap(text, self.size, self.bold, max)
    }

    /// The same letters, smaller where the text would be wider than `max`.
    pub(super) fn fitted(self, text: &str, max: f64) -> Self {
        Self { size: words::size_that_fits(text, self.size, self.bold, max), ..self }
    }
}

/// A white sheet of paper, measured in pixels from its upper left corner.
pub(super) struct Canvas<'a> {
    title: &'a str,
    area: DrawingArea<SVGBackend<'a>, Shift>,
}

/// The SVG that `draw` leaves on a sheet of that size.
pub(super) fn svg(
    title: &str,
    (width, height): (f64, f64),
    draw: impl FnOnce(&Canvas<'_>) -> Result<()>,
) -> Result<String> {
    let mut buffer = String::new();
    {
        let area = SVGBackend::with_string(&mut buffer, (length(width), length(height)))
            .into_drawing_area();
        let canvas = Canvas { title, area };
        canvas.rect((0.0, 0.0), (width, height), PAPER)?;
        draw(&canvas)?;
        canvas.shown(canvas.area.present())?;
    }
    // The drawing is in tenths of pixels: its own opening tag would show it ten times too large.
    let (_, body) = buffer.split_once('>').ok_or_else(|| Error::ChartDrawing {
        chart: title.to_owned(),
        message: "no SVG came back".to_owned(),
    })?;
    Ok(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:.0}\" height=\"{height:.0}\" \
         viewBox=\"0 0 {} {}\" role=\"img\" stroke-linejoin=\"round\">\n<title>{}</title>{body}",
        length(width),
        length(height),
        escaped(title),
    ))
}

fn escaped(text: &str) -> String {
    words::clean(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[allow(clippy::cast_possible_truncation)] // Charts are some thousand pixels wide and high.
fn unit(pixels: f64) -> i32 {
    (pixels * UNITS).round() as i32
}

fn length(pixels: f64) -> u32 {
    unit(pixels).unsigned_abs()
}

fn point((x, y): (f64, f64)) -> (i32, i32) {
    (unit(x), unit(y))
}

fn stroke(colour: impl Color, width: f64) -> ShapeStyle {
    colour.to_rgba().stroke_width(length(width))
}

impl Canvas<'_> {
    fn shown<E: std::fmt::Display>(&self, drawn: std::result::Result<(), E>) -> Result<()> {
        drawn.map_err(|e| Error::ChartDrawing {
            chart: self.title.to_owned(),
            message: e.to_string(),
        })
    }

    pub(super) fn rect(
        &self,
        upper_left: (f64, f64),
        lower_right: (f64, f64),
        fill: impl Color,
    ) -> Result<()> {
        let corners = [point(upper_left), point(lower_right)];
        self.shown(self.area.draw(&Rectangle::new(corners, fill.to_rgba().filled())))
    }

    /// A closed shape without an edge.
    pub(super) fn fill(&self, corners: &[(f64, f64)], fill: RGBAColor) -> Result<()> {
        let corners: Vec<_> = corners.iter().copied().map(point).collect();
        self.shown(self.area.draw(&Polygon::new(corners, fill)))
    }

    /// A line through the points.
    pub(super) fn line(&self, points: &[(f64, f64)], colour: impl Color, width: f64) -> Result<()> {
        let points: Vec<_> = points.iter().copied().map(point).collect();
        self.shown(self.area.draw(&PathElement::new(points, stroke(colour, width))))
    }

    /// A dashed line through the points; dashes run on around corners.
    pub(super) fn dashed(
        &self,
        points: &[(f64, f64)],
        colour: impl Color + Copy,
        width: f64,
        (dash, gap): (f64, f64),
    ) -> Result<()> {
        let Some(&first) = points.first() else { return Ok(()) };
        let (mut on, mut left) = (true, dash);
        let mut current = vec![first];
        for pair in points.windows(2) {
            let (mut from, to) = (pair[0], pair[1]);
            let mut rest = (to.0 - from.0).hypot(to.1 - from.1);
            while rest > left {
                let share = left / rest;
                from = (from.0 + (to.0 - from.0) * share, from.1 + (to.1 - from.1) * share);
                rest -= left;
                current.push(from);
                if on {
                    self.line(&current, colour, width)?;
                }
                on = !on;
                left = if on { dash } else { gap };
                current = vec![from];
            }
            left -= rest;
            current.push(to);
        }
        if on && current.len() > 1 { self.line(&current, colour, width) } else { Ok(()) }
    }

    pub(super) fn dot(&self, centre: (f64, f64), radius: f64, fill: impl Color) -> Result<()> {
        let dot = Circle::new(point(centre), unit(radius), fill.to_rgba().filled());
        self.shown(self.area.draw(&dot))
    }

    /// One line of text; `y` is its baseline.
    pub(super) fn text(&self, (x, y): (f64, f64), text: &str, letters: Letters) -> Result<()> {
        let horizontal = match letters.anchor {
            Anchor::Start => HPos::Left,
            Anchor::Middle => HPos::Center,
            Anchor::End => HPos::Right,
        };
        let weight = if letters.bold { FontStyle::Bold } else { FontStyle::Normal };
        let style = ("sans-serif", letters.size * UNITS * FONT_DIVISOR)
            .into_font()
            .style(weight)
            .color(&letters.colour)
            .pos(Pos::new(horizontal, VPos::Top));
        let top = y - TOP_TO_BASELINE * letters.size;
        self.shown(self.area.draw(&Text::new(words::clean(text), point((x, top)), style)))
    }

    /// Lines of text below each other; returns the baseline that a further line would have.
    pub(super) fn lines(
        &self,
        (x, y): (f64, f64),
        lines: &[String],
        letters: Letters,
        leading: f64,
    ) -> Result<f64> {
        let mut baseline = y;
        for line in lines {
            self.text((x, baseline), line, letters)?;
            baseline += leading;
        }
        Ok(baseline)
    }
}
