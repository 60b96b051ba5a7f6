//! The path of one event.

use chrono::{Days, NaiveDate};

use super::axis::{self, Scale};
use super::canvas;
use super::car_frame::{Frame, Readings, caption, legend_entries};
use super::check::Check;
use super::heading::Heading;
use super::legend::Legend;
use super::{Chart, words};
use crate::Result;
use crate::time::add_months;

const WIDTH: f64 = 1100.0;
const MARGIN: f64 = 24.0;
const LEFT: f64 = 92.0;
const RIGHT: f64 = 130.0;
const PLOT_HEIGHT: f64 = 400.0;

/// A band from `lower` to `upper` over days since the event.
#[derive(Debug, Clone, PartialEq)]
pub struct Band {
    /// What the band is, in words: "95 % of 1,240 ordinary dates, day by day".
    pub label: String,
    /// Days since the event, increasing; they need not be those of the path.
    pub days: Vec<i32>,
    /// Lower bound per day, decimal fractions.
    pub lower: Vec<f64>,
    /// Upper bound per day, decimal fractions.
    pub upper: Vec<f64>,
    /// A line inside the band, such as the median; decimal fractions.
    pub median: Option<Vec<f64>>,
}

/// Abnormal performance over the days after one event, with its interval and with what ordinary
/// dates give.
///
/// Where the path lies outside the placebo band it is drawn thick and in another colour, and a
/// table under the axis reads the figures off at each month bound. The bounds are `event_date` plus
/// whole months with the day clamped to the end of the month, as in [`Lag`](crate::time::Lag). A
/// path may end before the last bound; the table then gives its last day. An interval so wide that
/// the path would take less than about a third of the axis is cut at the edge, and the legend says
/// so.
#[derive(Debug, Clone, PartialEq)]
pub struct CarPath {
    /// The event: "Russell 2000 breakout of 2020-11-13".
    pub title: String,
    /// The answer in one line.
    pub verdict: String,
    /// Universe, model, weighting, number of assets: one or two lines.
    pub subtitle: Vec<String>,
    /// Day 0.
    pub event_date: NaiveDate,
    /// Months after the event whose bounds are marked, 1 to 120.
    pub n_months: u32,
    /// Abbreviation of the statistic on the vertical axis: "CAAR".
    pub measure: String,
    /// What the path is, in words: "CAAR of 47 assets, equal weight".
    pub label: String,
    /// Days since the event, increasing.
    pub days: Vec<i32>,
    /// The statistic per day, decimal fractions.
    pub values: Vec<f64>,
    /// Interval of the statistic.
    pub interval: Option<Band>,
    /// Range of the same statistic on placebo dates.
    pub placebo: Option<Band>,
    /// A note at the foot: "prices end on 2026-03-15".
    pub note: Option<String>,
}

/// A month bound on the axis of days.
#[derive(Debug, Clone)]
pub(super) struct MonthMark {
    pub(super) label: String,
    pub(super) date: NaiveDate,
    pub(super) day: i32,
}

impl Band {
    fn check(&self, check: Check<'_>, what: &str) -> Result<()> {
        check.at_least("days in each band", 1, self.days.len())?;
        check.days(&format!("days of the {what}"), &self.days)?;
        let series = [("lower bound", Some(&self.lower)), ("upper bound", Some(&self.upper))];
        for (part, values) in series.into_iter().chain([("median", self.median.as_ref())]) {
            let Some(values) = values else { continue };
            check.length(&format!("{part} of the {what}"), values.len(), self.days.len())?;
            check.fractions(&format!("{part} of the {what}"), values)?;
        }
        let bounds = self.lower.iter().zip(&self.upper).enumerate();
        for (i, (&lower, &upper)) in bounds {
            check.bounds(&format!("the {what}, position {i}"), (lower, upper))?;
        }
        Ok(())
    }

    /// Bounds on a day, on the straight line between neighbouring days; `None` outside the band.
    pub(super) fn at(&self, day: i32) -> Option<(f64, f64)> {
        let after = self.days.partition_point(|&d| d < day);
        if *self.days.get(after)? == day {
            return Some((self.lower[after], self.upper[after]));
        }
        let before = after.checked_sub(1)?;
        let gap = f64::from(self.days[after]) - f64::from(self.days[before]);
        let share = (f64::from(day) - f64::from(self.days[before])) / gap;
        let between = |v: &[f64]| v[before] + (v[after] - v[before]) * share;
        Some((between(&self.lower), between(&self.upper)))
    }
}

impl CarPath {
    pub(super) fn check(&self) -> Result<()> {
        let check = Check::new(&self.title);
        check.at_least("days in the path", 1, self.days.len())?;
        check.days("days of the path", &self.days)?;
        check.length("values of the path", self.values.len(), self.days.len())?;
        check.fractions("values of the path", &self.values)?;
        if let Some(band) = &self.interval {
            band.check(check, "interval band")?;
        }
        if let Some(band) = &self.placebo {
            band.check(check, "placebo band")?;
        }
        self.month_marks().map(|_| ())
    }

    /// Day 0 and the month bounds.
    pub(super) fn month_marks(&self) -> Result<Vec<MonthMark>> {
        let check = Check::new(&self.title);
        if !(1..=120).contains(&self.n_months) {
            let what = "number of months".to_owned();
            return Err(check.bad(what, &self.n_months, "from 1 to 120 months"));
        }
        (0..=self.n_months)
            .map(|months| {
                let bound = i32::try_from(months).ok().and_then(|m| add_months(self.event_date, m));
                let day = bound.and_then(|d| i32::try_from((d - self.event_date).num_days()).ok());
                let (Some(date), Some(day)) = (bound, day) else {
                    let what = "event date".to_owned();
                    return Err(check.bad(what, &self.event_date, "a date in the common era"));
                };
                let label = match months {
                    0 => "event".to_owned(),
                    1 => "1 month".to_owned(),
                    n => format!("{n} months"),
                };
                Ok(MonthMark { label, date, day })
            })
            .collect()
    }

    /// First and last day of anything that is drawn.
    pub(super) fn day_range(&self) -> Result<(f64, f64)> {
        let marks = self.month_marks()?;
        let bands = [&self.interval, &self.placebo].into_iter().flatten();
        let ends = bands.map(|b| &b.days).chain([&self.days]);
        let ends = ends.flat_map(|d| d.first().into_iter().chain(d.last()).copied());
        let (mut first, mut last) = (0, 1);
        for day in ends.chain(marks.iter().map(|m| m.day)) {
            (first, last) = (first.min(day), last.max(day));
        }
        Ok((f64::from(first), f64::from(last)))
    }

    /// Values that the vertical axis has to hold.
    pub(super) fn core_values(&self) -> impl Iterator<Item = f64> {
        let placebo = self
            .placebo
            .iter()
            .flat_map(|b| b.lower.iter().chain(&b.upper).chain(b.median.iter().flatten()));
        self.values.iter().chain(placebo).copied()
    }

    /// Values that it holds where there is room.
    pub(super) fn wing_values(&self) -> impl Iterator<Item = f64> {
        self.interval.iter().flat_map(|b| b.lower.iter().chain(&b.upper).copied())
    }

    /// The last day on or before `day` with its value; `None` before the path starts.
    pub(super) fn last_value(&self, day: i32) -> Option<(i32, f64)> {
        let at = self.days.partition_point(|&d| d <= day).checked_sub(1)?;
        Some((self.days[at], self.values[at]))
    }

    /// The calendar date of a day since the event.
    pub(super) fn date_of(&self, day: i32) -> Option<NaiveDate> {
        let step = Days::new(u64::from(day.unsigned_abs()));
        if day < 0 {
            self.event_date.checked_sub_days(step)
        } else {
            self.event_date.checked_add_days(step)
        }
    }
}

impl Chart for CarPath {
    fn to_svg(&self) -> Result<String> {
        self.check()?;
        let inner = WIDTH - 2.0 * MARGIN;
        let heading = Heading::of_sheet(&self.title, &self.verdict, &self.subtitle, inner);
        let range = axis::range(self.core_values(), self.wing_values());
        let paths = std::slice::from_ref(self);
        let legend =
            Legend::new(legend_entries(paths, range), inner).caption(caption(paths), inner);
        let legend_top = MARGIN - 4.0 + heading.height() + 8.0;
        let top = legend_top + legend.height() + 34.0;
        let bottom = top + PLOT_HEIGHT;
        let (left, right) = (LEFT, WIDTH - RIGHT);
        let frame = Frame {
            path: self,
            x: Scale::new(self.day_range()?, (left, right)),
            y: Scale::new(range, (bottom, top)),
            left,
            right,
            top,
            bottom,
            narrow: false,
        };
        let notes = self.note.iter().flat_map(|n| words::wrap(n, 11.5, false, inner));
        let notes: Vec<String> = notes.collect();
        let readings = Readings::of(&frame, self.placebo.is_some())?;
        let notes_top = bottom + frame.axis_height() + readings.height();
        let height = notes_top + notes.len() as f64 * 16.0 + 18.0;
        canvas::svg(&self.title, (WIDTH, height), |canvas| {
            heading.draw(canvas, (MARGIN, MARGIN - 4.0))?;
            legend.draw(canvas, (MARGIN, legend_top))?;
            frame.draw_value_axis(canvas, MARGIN)?;
            frame.draw(canvas)?;
            frame.draw_end_label(canvas)?;
            readings.draw(canvas, &frame, Some(MARGIN))?;
            let letters = canvas::Letters::new(11.5).colour(canvas::SOFT_INK);
            canvas.lines((MARGIN, notes_top + 14.0), &notes, letters, 16.0).map(|_| ())
        })
    }
}
