//! One path with its bands inside a frame, and the readings under it.

use plotters::style::{Color, RGBAColor};

use super::axis::{Scale, percent_label};
use super::canvas::{
    Anchor, Canvas, ESTIMATE, GRID, INK, INTERVAL, INTERVAL_EDGE, Letters, ORDINARY, ORDINARY_EDGE,
    OUTSIDE, PAPER, RULE, SOFT_INK,
};
use super::car_path::{Band, CarPath};
use super::legend::{
    DASH, DOTS, INTERVAL_OPACITY, MEDIAN_WIDTH, ORDINARY_OPACITY, OUTSIDE_WIDTH, PATH_WIDTH, Sign,
};
use super::words;
use crate::Result;

const READING_ROW: f64 = 18.0;

/// Where a path is drawn, and on which scales.
pub(super) struct Frame<'a> {
    pub(super) path: &'a CarPath,
    pub(super) x: Scale,
    pub(super) y: Scale,
    pub(super) left: f64,
    pub(super) right: f64,
    pub(super) top: f64,
    pub(super) bottom: f64,
    /// One of several panels: smaller letters, texts kept inside the panel.
    pub(super) narrow: bool,
}

/// What the signs of these paths mean, each meaning once; `range` is that of the value axis.
pub(super) fn legend_entries(paths: &[CarPath], range: (f64, f64)) -> Vec<(Sign, String)> {
    let mut entries: Vec<(Sign, String)> = Vec::new();
    let mut add = |sign, text: String| {
        if !entries.contains(&(sign, text.clone())) {
            entries.push((sign, text));
        }
    };
    for path in paths {
        add(Sign::Path, path.label.clone());
    }
    for band in paths.iter().filter_map(|p| p.placebo.as_ref()) {
        add(Sign::OrdinaryBand, band.label.clone());
    }
    if paths.iter().any(|p| p.placebo.as_ref().is_some_and(|b| b.median.is_some())) {
        add(Sign::OrdinaryMedian, "their median".to_owned());
    }
    if paths.iter().any(|p| !outside(p).is_empty()) {
        add(Sign::Outside, "days on which the path is outside that range".to_owned());
    }
    for path in paths {
        let Some(band) = &path.interval else { continue };
        let cut = path.wing_values().any(|v| v < range.0 || v > range.1);
        let tail = if cut { " (cut at the edge of the chart)" } else { "" };
        add(Sign::IntervalBand, format!("{}{tail}", band.label));
    }
    entries
}

/// What the two bands are for, where both are there.
pub(super) fn caption(paths: &[CarPath]) -> Option<&'static str> {
    let any = |band: fn(&CarPath) -> bool| paths.iter().any(band);
    (any(|p| p.placebo.is_some()) && any(|p| p.interval.is_some())).then_some(
        "Grey is what the same study gives on ordinary dates, and shows what is usual; blue is how \
         uncertain the path itself is.",
    )
}

/// Stretches of the path outside the placebo band, as days and values.
fn outside(path: &CarPath) -> Vec<Vec<(f64, f64)>> {
    let Some(band) = &path.placebo else { return Vec::new() };
    let above = |value: f64, bounds: (f64, f64)| value - bounds.1;
    let below = |value: f64, bounds: (f64, f64)| bounds.0 - value;
    let mut stretches = stretches(path, band, above);
    stretches.extend(self::stretches(path, band, below));
    stretches
}

/// Stretches on which `excess` of value and bounds is positive, cut where it crosses zero.
fn stretches(
    path: &CarPath,
    band: &Band,
    excess: impl Fn(f64, (f64, f64)) -> f64,
) -> Vec<Vec<(f64, f64)>> {
    let mut done = Vec::new();
    let mut current: Vec<(f64, f64)> = Vec::new();
    let mut last: Option<((f64, f64), f64)> = None;
    for (&day, &value) in path.days.iter().zip(&path.values) {
        let here = (f64::from(day), value);
        let over = band.at(day).map(|bounds| excess(value, bounds));
        let crossing = last.zip(over).filter(|((_, a), b)| (*a > 0.0) != (*b > 0.0));
        if let Some(((from, a), b)) = crossing {
            let share = a / (a - b);
            current.push((from.0 + (here.0 - from.0) * share, from.1 + (here.1 - from.1) * share));
        }
        if over.is_some_and(|o| o > 0.0) {
            current.push(here);
        } else if !current.is_empty() {
            done.push(std::mem::take(&mut current));
        }
        last = over.map(|o| (here, o));
    }
    done.extend((!current.is_empty()).then_some(current));
    done
}

impl Frame<'_> {
    fn at(&self, (day, value): (f64, f64)) -> (f64, f64) {
        (self.x.map(day), self.y.map(self.y.clamp(value)))
    }

    /// The line over days, with a point wherever it leaves the value axis.
    fn curve(&self, days: &[i32], values: &[f64]) -> Vec<(f64, f64)> {
        let points: Vec<_> = days.iter().zip(values).map(|(&d, &v)| (f64::from(d), v)).collect();
        self.y.with_crossings(&points)
    }

    /// The stretches of a line that lie on the value axis, in pixels.
    fn visible(&self, days: &[i32], values: &[f64]) -> Vec<Vec<(f64, f64)>> {
        let curve = self.curve(days, values);
        let on_axis = curve.split(|&(_, v)| !self.y.holds(v));
        on_axis.map(|s| s.iter().map(|&p| self.at(p)).collect()).collect()
    }

    /// Height of day numbers, month labels and dates under the frame.
    pub(super) fn axis_height(&self) -> f64 {
        if self.narrow { 58.0 } else { 66.0 }
    }

    /// Labels of the value axis, left of the frame; its name starts at `name_x`.
    pub(super) fn draw_value_axis(&self, canvas: &Canvas<'_>, name_x: f64) -> Result<()> {
        let (ticks, step) = self.y.ticks(7.0);
        let letters = Letters::new(12.0).anchor(Anchor::End);
        for tick in ticks {
            let label = percent_label(tick, step);
            canvas.text((self.left - 9.0, self.y.map(tick) + 4.2), &label, letters)?;
        }
        canvas.text((self.left - 12.0, self.bottom + 17.0), "day", letters.colour(SOFT_INK))?;
        let name = format!("{} since the event, in percent", self.path.measure);
        canvas.text((name_x, self.top - 12.0), &name, Letters::new(12.0).bold())
    }

    /// Everything inside the frame, and the axis of days under it.
    pub(super) fn draw(&self, canvas: &Canvas<'_>) -> Result<()> {
        let (ticks, _) = self.y.ticks(7.0);
        for tick in ticks {
            let y = self.y.map(tick);
            canvas.line(&[(self.left, y), (self.right, y)], GRID, 1.0)?;
        }
        if let Some(band) = &self.path.placebo {
            self.draw_fill(canvas, band, ORDINARY.mix(ORDINARY_OPACITY))?;
        }
        if let Some(band) = &self.path.interval {
            self.draw_fill(canvas, band, INTERVAL.mix(INTERVAL_OPACITY))?;
            for edge in [&band.lower, &band.upper] {
                for stretch in self.visible(&band.days, edge) {
                    canvas.line(&stretch, INTERVAL_EDGE, 1.0)?;
                }
            }
        }
        if let Some(band) = &self.path.placebo {
            for edge in [&band.lower, &band.upper] {
                for stretch in self.visible(&band.days, edge) {
                    canvas.dashed(&stretch, ORDINARY_EDGE, 1.1, DASH)?;
                }
            }
            if let Some(median) = &band.median {
                for stretch in self.visible(&band.days, median) {
                    canvas.dashed(&stretch, INK, MEDIAN_WIDTH, DOTS)?;
                }
            }
        }
        let zero = self.y.map(0.0);
        canvas.line(&[(self.left, zero), (self.right, zero)], INK, 1.2)?;
        self.draw_days(canvas)?;
        let path = self.curve(&self.path.days, &self.path.values);
        let path: Vec<_> = path.into_iter().map(|p| self.at(p)).collect();
        canvas.line(&path, ESTIMATE, PATH_WIDTH)?;
        for stretch in outside(self.path) {
            let stretch: Vec<_> = stretch.into_iter().map(|p| self.at(p)).collect();
            canvas.line(&stretch, OUTSIDE, OUTSIDE_WIDTH)?;
        }
        let Some(&end) = path.last() else { return Ok(()) };
        canvas.dot(end, 4.5, ESTIMATE)
    }

    fn draw_fill(&self, canvas: &Canvas<'_>, band: &Band, fill: RGBAColor) -> Result<()> {
        let upper = self.curve(&band.days, &band.upper);
        let lower = self.curve(&band.days, &band.lower);
        let corners = upper.into_iter().chain(lower.into_iter().rev());
        let corners: Vec<_> = corners.map(|p| self.at(p)).collect();
        match corners[..] {
            // A band of one day has no width.
            [upper, lower] => canvas.line(&[upper, lower], fill, 8.0),
            _ => canvas.fill(&corners, fill),
        }
    }

    /// Day numbers, and a line, a label and a date at each month bound.
    fn draw_days(&self, canvas: &Canvas<'_>) -> Result<()> {
        let size = if self.narrow { 10.5 } else { 12.0 };
        canvas.line(&[(self.left, self.bottom), (self.right, self.bottom)], RULE, 1.0)?;
        let numbers = Letters::new(size - 0.5).colour(SOFT_INK).anchor(Anchor::Middle);
        for tick in self.x.ticks(if self.narrow { 5.0 } else { 10.0 }).0 {
            let x = self.x.map(tick);
            canvas.line(&[(x, self.bottom), (x, self.bottom + 5.0)], RULE, 1.0)?;
            canvas.text((x, self.bottom + 17.0), &format!("{tick:.0}"), numbers)?;
        }
        let mut free_from = f64::NEG_INFINITY;
        for mark in self.path.month_marks()? {
            let x = self.x.map(f64::from(mark.day));
            canvas.dashed(&[(x, self.top), (x, self.bottom)], RULE, 1.0, (1.5, 3.0))?;
            // The title of a panel names the event.
            if self.narrow && mark.day == 0 {
                continue;
            }
            let date = mark.date.to_string();
            let label = Letters::new(size).bold().anchor(self.anchor());
            let width = label.width(&mark.label).max(label.width(&date));
            let start = match label.anchor {
                Anchor::Start => x,
                Anchor::Middle => x - width / 2.0,
                Anchor::End => x - width,
            };
            // Many months on a narrow axis: every label that has room.
            if start < free_from {
                continue;
            }
            free_from = start + width + 4.0;
            let below = self.bottom + 20.0 + size;
            canvas.text((x, below), &mark.label, label)?;
            let plain = Letters { bold: false, ..label };
            canvas.text((x, below + size + 3.0), &date, plain)?;
        }
        Ok(())
    }

    /// Centred under its bound, or, in a panel, ending there so that it stays inside.
    fn anchor(&self) -> Anchor {
        if self.narrow { Anchor::End } else { Anchor::Middle }
    }

    /// Name and figure at the end of the path.
    pub(super) fn draw_end_label(&self, canvas: &Canvas<'_>) -> Result<()> {
        let (Some(&day), Some(&value)) = (self.path.days.last(), self.path.values.last()) else {
            return Ok(());
        };
        let end = self.at((f64::from(day), value));
        let name = Letters::new(13.0).bold().colour(ESTIMATE).fitted(&self.path.measure, 112.0);
        let figure = format!("{} %", words::percent(value));
        let plain = Letters::new(13.0).bold().colour(INK);
        let width = name.width(&self.path.measure).max(plain.width(&figure));
        let (x, y) = (end.0 + 10.0, end.1.clamp(self.top + 16.0, self.bottom - 22.0));
        canvas.rect((x - 3.0, y - 15.0), (x + width, y + 20.0), PAPER.mix(0.7))?;
        canvas.text((x, y - 1.0), &self.path.measure, name)?;
        canvas.text((x, y + 15.0), &figure, plain)
    }
}

/// The figures at the month bounds, as a table under the axis.
pub(super) struct Readings {
    columns: Vec<Column>,
    names: Vec<String>,
    starred: bool,
}

struct Column {
    day: i32,
    width: f64,
    cells: Vec<(String, bool)>,
}

impl Readings {
    /// Reads the path at each month bound, or at its last day where it ends before; rows on
    /// ordinary dates are there where `with_placebo`, also under a path without a placebo band.
    pub(super) fn of(frame: &Frame<'_>, with_placebo: bool) -> Result<Self> {
        let path = frame.path;
        let mut names = vec![format!("{}, %", path.measure)];
        if path.interval.is_some() && !frame.narrow {
            names.push("its interval".to_owned());
        }
        if with_placebo {
            let rows: &[&str] = if frame.narrow {
                &["ordinary, high", "ordinary, low"]
            } else {
                &["ordinary dates"]
            };
            names.extend(rows.iter().map(|&r| r.to_owned()));
            names.push(format!("{} is", path.measure));
        }
        let marks = path.month_marks()?;
        let mut columns = Vec::new();
        for pair in marks.windows(2) {
            let day = pair[1].day;
            let width = frame.x.map(f64::from(day)) - frame.x.map(f64::from(pair[0].day)) - 8.0;
            let cells = cells(frame, pair[0].day, day, with_placebo);
            columns.push(Column { day, width, cells });
        }
        let starred = columns.iter().any(|c| c.cells[0].0.ends_with('*'));
        Ok(Self { columns, names, starred })
    }

    /// What the star at a figure means, where there is one.
    pub(super) fn footnote(&self, path: &CarPath) -> Option<String> {
        let last = path.date_of(*path.days.last()?)?;
        self.starred.then(|| format!("* on {last}, the last day of the path"))
    }

    pub(super) fn height(&self) -> f64 {
        self.names.len() as f64 * READING_ROW + 10.0
    }

    /// Draws the table, with the names of its rows where `names_x` says.
    pub(super) fn draw(
        &self,
        canvas: &Canvas<'_>,
        frame: &Frame<'_>,
        names_x: Option<f64>,
    ) -> Result<()> {
        let size = if frame.narrow { 11.0 } else { 12.5 };
        let top = frame.bottom + frame.axis_height();
        let baseline = |row: usize| top + row as f64 * READING_ROW + 14.0;
        let start = names_x.unwrap_or(frame.left);
        canvas.line(&[(start, top), (frame.right, top)], GRID, 1.0)?;
        if let Some(x) = names_x {
            for (row, name) in self.names.iter().enumerate() {
                canvas.text((x, baseline(row)), name, Letters::new(12.0).colour(SOFT_INK))?;
            }
        }
        for column in &self.columns {
            let x = frame.x.map(f64::from(column.day));
            let anchor = frame.anchor();
            for (row, (cell, outside)) in column.cells.iter().enumerate() {
                let letters = Letters::new(size).anchor(anchor);
                let letters = if row == 0 || *outside { letters.bold() } else { letters };
                let letters = if *outside { letters.colour(OUTSIDE) } else { letters };
                let letters = letters.fitted(cell, column.width);
                canvas.text((x, baseline(row)), cell, letters)?;
            }
        }
        Ok(())
    }
}

/// Cells of the column for the bound at `day`; dashes where the path ended before the bound at
/// `previous`.
fn cells(frame: &Frame<'_>, previous: i32, day: i32, with_placebo: bool) -> Vec<(String, bool)> {
    let path = frame.path;
    let missing = || ("—".to_owned(), false);
    let read = path.last_value(day).filter(|&(at, _)| at > previous);
    let range = |band: &Band| {
        read.and_then(|(at, _)| band.at(at)).map_or_else(missing, |(lower, upper)| {
            (format!("{} to {}", words::percent(lower), words::percent(upper)), false)
        })
    };
    let ends_early = path.days.last().is_some_and(|&last| last < day);
    let value = read.map_or_else(missing, |(at, value)| {
        let figure = words::percent(value);
        let text = match path.date_of(at).filter(|_| ends_early) {
            None => figure,
            Some(_) if frame.narrow => format!("{figure}*"),
            Some(date) => format!("{figure} (path ends {date})"),
        };
        (text, false)
    });
    let mut cells = vec![value];
    cells.extend(path.interval.as_ref().filter(|_| !frame.narrow).map(range));
    if with_placebo {
        let band = path.placebo.as_ref();
        let bounds = read.and_then(|(at, value)| Some((value, band?.at(at)?)));
        if frame.narrow {
            let figure = |v: f64| (words::percent(v), false);
            cells.push(bounds.map_or_else(missing, |(_, (_, upper))| figure(upper)));
            cells.push(bounds.map_or_else(missing, |(_, (lower, _))| figure(lower)));
        } else {
            cells.push(band.map_or_else(missing, range));
        }
        cells.push(bounds.map_or_else(missing, |(value, (lower, upper))| {
            if value > upper {
                ("above them".to_owned(), true)
            } else if value < lower {
                ("below them".to_owned(), true)
            } else {
                ("inside".to_owned(), false)
            }
        }));
    }
    cells
}
