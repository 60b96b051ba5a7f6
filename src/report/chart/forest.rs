//! Many estimates of one quantity, one per row.

use plotters::style::Color;

use super::axis::{self, Scale, percent_label};
use super::canvas::{
    self, Anchor, Canvas, ESTIMATE, GRID, INK, Letters, ORDINARY, OUTSIDE, RULE, SOFT_INK,
};
use super::check::Check;
use super::heading::Heading;
use super::legend::{Legend, ORDINARY_OPACITY, Sign, marker};
use super::{Chart, words};
use crate::Result;

const WIDTH: f64 = 1200.0;
const MARGIN: f64 = 24.0;
const LABELS_MOST: f64 = 400.0;
const INDENT: f64 = 14.0;
const ROW: f64 = 20.0;
const HEADING_ROW: f64 = 28.0;
const SIZE: f64 = 12.0;

/// One estimate.
#[derive(Debug, Clone, PartialEq)]
pub struct ForestRow {
    /// The choices that gave it: "[0,3) months, market model on BTC".
    pub label: String,
    /// The estimate, a decimal fraction.
    pub estimate: f64,
    /// Its interval, lower and upper bound; decimal fractions.
    pub interval: Option<(f64, f64)>,
    /// Range of the same estimate on placebo dates; decimal fractions.
    pub placebo: Option<(f64, f64)>,
    /// p-value from placebo dates.
    pub placebo_p: Option<f64>,
    /// Number of what `n_label` names.
    pub n: usize,
}

/// Rows that share a choice.
#[derive(Debug, Clone, PartialEq)]
pub struct ForestGroup {
    /// The choice: "All-time high after a base of 250 sessions".
    pub heading: String,
    /// The estimates, at least one.
    pub rows: Vec<ForestRow>,
}

/// How much an answer hangs on the choices behind it: one row per estimate, with its interval, what
/// ordinary dates give, and the placebo p-value.
///
/// Estimates with a placebo p of at most `significance` are filled dots, the others hollow. An
/// interval so wide that the estimates would crowd in the middle ends in an arrow at the edge; its
/// figures stand beside it in full.
#[derive(Debug, Clone, PartialEq)]
pub struct EstimateForest {
    /// What is estimated.
    pub title: String,
    /// The answer in one line.
    pub verdict: String,
    /// Lines under the title.
    pub subtitle: Vec<String>,
    /// Abbreviation of the statistic: "CAAR".
    pub measure: String,
    /// What the intervals are: "95 % interval, stationary block bootstrap".
    pub interval_label: String,
    /// What the placebo ranges are: "95 % of ordinary dates".
    pub placebo_label: String,
    /// What `n` counts: "events".
    pub n_label: String,
    /// The p-value up to which a dot is filled, such as 0.05.
    pub significance: f64,
    /// The rows, in order.
    pub groups: Vec<ForestGroup>,
}

/// Most room that the name of the statistic takes over its column.
const NAME_MOST: f64 = 130.0;

/// Positions on the sheet.
struct Columns {
    x: Scale,
    left: f64,
    right: f64,
    /// Right ends of the columns of figures.
    figures: [f64; 4],
}

impl EstimateForest {
    fn rows(&self) -> impl Iterator<Item = &ForestRow> {
        self.groups.iter().flat_map(|g| &g.rows)
    }

    fn check(&self) -> Result<()> {
        let check = Check::new(&self.title);
        check.at_least("groups", 1, self.groups.len())?;
        check.probability(|| "significance".to_owned(), self.significance)?;
        for group in &self.groups {
            check.at_least("rows in each group", 1, group.rows.len())?;
            for row in &group.rows {
                let of = format!("`{}`, `{}`", group.heading, row.label);
                check.fraction(|| format!("estimate of {of}"), row.estimate)?;
                for (what, bounds) in [("interval", row.interval), ("range", row.placebo)] {
                    if let Some(bounds) = bounds {
                        check.bounds(&format!("{what} of {of}"), bounds)?;
                    }
                }
                if let Some(p) = row.placebo_p {
                    check.probability(|| format!("placebo p of {of}"), p)?;
                }
            }
        }
        Ok(())
    }

    fn is_significant(&self, row: &ForestRow) -> bool {
        row.placebo_p.is_some_and(|p| p <= self.significance)
    }

    fn legend(&self, width: f64) -> Legend {
        let n_tested = self.rows().filter(|r| r.placebo_p.is_some()).count();
        let n_filled = self.rows().filter(|r| self.is_significant(r)).count();
        let of = format!("{} of {}", words::count(n_filled), words::count(n_tested));
        let mut entries = Vec::new();
        if n_tested > 0 {
            let text = format!("placebo p at most {} ({of} rows)", self.significance);
            entries.push((Sign::Filled, text));
        }
        if n_filled < self.rows().count() {
            let text = if n_tested > 0 { "larger, or not tested" } else { "estimate" };
            entries.push((Sign::Hollow, text.to_owned()));
        }
        if self.rows().any(|r| r.interval.is_some()) {
            entries.push((Sign::IntervalBar, self.interval_label.clone()));
        }
        if self.rows().any(|r| r.placebo.is_some()) {
            entries.push((Sign::OrdinaryBar, self.placebo_label.clone()));
        }
        Legend::new(entries, width)
    }

    /// Names of the columns of figures.
    fn names(&self) -> [String; 4] {
        let placebo_p = "placebo p".to_owned();
        [format!("{}, %", self.measure), "interval, %".to_owned(), placebo_p, self.n_label.clone()]
    }

    fn columns(&self) -> Columns {
        let letters = Letters::new(SIZE);
        let widest = self.rows().map(|r| letters.width(&r.label)).fold(0.0, f64::max);
        let left = MARGIN + INDENT + widest.clamp(120.0, LABELS_MOST) + 16.0;
        let n_width = letters.bold().width(&self.n_label).clamp(34.0, 90.0);
        let intervals = self.rows().map(|r| letters.width(&interval_text(r)));
        let interval_width = intervals.fold(70.0, f64::max);
        let n = WIDTH - MARGIN;
        let p = n - n_width - 16.0;
        let interval = p - 76.0;
        let estimate = interval - interval_width - 14.0;
        let name = letters.bold().width(&self.names()[0]).min(NAME_MOST);
        let right = estimate - (name + 14.0).max(76.0);
        let range = axis::range(
            self.rows().map(|r| r.estimate),
            self.rows().flat_map(|r| [r.interval, r.placebo]).flatten().flat_map(<[f64; 2]>::from),
        );
        let x = Scale::new(range, (left, right));
        Columns { x, left, right, figures: [estimate, interval, p, n] }
    }

    fn draw_row(&self, canvas: &Canvas<'_>, at: &Columns, row: &ForestRow, y: f64) -> Result<()> {
        let letters = Letters::new(SIZE);
        let room = at.left - MARGIN - INDENT - 10.0;
        let label = words::elide(&row.label, SIZE, false, room);
        canvas.text((MARGIN + INDENT, y + 4.2), &label, letters)?;
        if let Some((lower, upper)) = row.interval {
            let (from, to) = (at.x.map(at.x.clamp(lower)), at.x.map(at.x.clamp(upper)));
            canvas.line(&[(from, y), (to, y)], ESTIMATE, 1.6)?;
            for (end, bound, inward) in [(from, lower, 7.0), (to, upper, -7.0)] {
                if at.x.holds(bound) {
                    canvas.line(&[(end, y - 4.0), (end, y + 4.0)], ESTIMATE, 1.6)?;
                } else {
                    let arrow = [(end + inward, y - 4.5), (end, y), (end + inward, y + 4.5)];
                    canvas.line(&arrow, ESTIMATE, 1.6)?;
                }
            }
        }
        let significant = self.is_significant(row);
        marker(canvas, (at.x.map(row.estimate), y), significant)?;
        let p = row.placebo_p.map_or_else(|| "—".to_owned(), words::probability);
        let figures = [words::percent(row.estimate), interval_text(row), p, words::count(row.n)];
        for (column, (text, x)) in figures.iter().zip(at.figures).enumerate() {
            let letters = letters.anchor(Anchor::End);
            let letters = match column {
                0 => letters.bold(),
                2 if significant => letters.bold().colour(OUTSIDE),
                _ => letters,
            };
            canvas.text((x, y + 4.2), text, letters)?;
        }
        Ok(())
    }
}

fn interval_text(row: &ForestRow) -> String {
    row.interval.map_or_else(
        || "—".to_owned(),
        |(lower, upper)| format!("{} to {}", words::percent(lower), words::percent(upper)),
    )
}

impl Chart for EstimateForest {
    fn to_svg(&self) -> Result<String> {
        self.check()?;
        let inner = WIDTH - 2.0 * MARGIN;
        let heading = Heading::of_sheet(&self.title, &self.verdict, &self.subtitle, inner);
        let legend = self.legend(inner);
        let at = self.columns();
        let legend_top = MARGIN - 4.0 + heading.height() + 8.0;
        let top = legend_top + legend.height() + 40.0;
        let n_rows = self.rows().count() as f64;
        let bottom = top + self.groups.len() as f64 * HEADING_ROW + n_rows * ROW + 8.0;

        canvas::svg(&self.title, (WIDTH, bottom + 50.0), |canvas| {
            heading.draw(canvas, (MARGIN, MARGIN - 4.0))?;
            legend.draw(canvas, (MARGIN, legend_top))?;
            // One size for all: that of the name which fits its column least.
            let names = self.names();
            let bold = Letters::new(SIZE).bold().anchor(Anchor::End);
            let sizes = names.iter().zip([NAME_MOST, 90.0, 74.0, 90.0]);
            let size = sizes.map(|(name, room)| bold.fitted(name, room).size).fold(SIZE, f64::min);
            for (name, x) in names.iter().zip(at.figures) {
                canvas.text((x, top - 10.0), name, Letters { size, ..bold })?;
            }
            let (ticks, step) = at.x.ticks(6.0);
            let letters = Letters::new(SIZE).anchor(Anchor::Middle);
            for &tick in &ticks {
                let x = at.x.map(tick);
                let label = percent_label(tick, step);
                canvas.text((x, bottom + 17.0), &label, letters)?;
                canvas.text((x, top - 10.0), &label, letters.colour(SOFT_INK))?;
            }
            let mut y = top;
            for group in &self.groups {
                canvas.line(&[(MARGIN, y), (WIDTH - MARGIN, y)], RULE, 0.8)?;
                let letters = Letters::new(12.5).bold();
                let text = words::elide(&group.heading, 12.5, true, inner);
                canvas.text((MARGIN, y + 19.0), &text, letters)?;
                y += HEADING_ROW;
                for (i, row) in group.rows.iter().enumerate() {
                    let Some((lower, upper)) = row.placebo else { continue };
                    let (from, to) = (at.x.map(at.x.clamp(lower)), at.x.map(at.x.clamp(upper)));
                    let middle = y + (i as f64 + 0.5) * ROW;
                    let fill = ORDINARY.mix(ORDINARY_OPACITY);
                    canvas.rect((from, middle - 6.5), (to, middle + 6.5), fill)?;
                }
                let group_bottom = y + group.rows.len() as f64 * ROW;
                for &tick in &ticks {
                    let x = at.x.map(tick);
                    canvas.line(&[(x, y), (x, group_bottom)], GRID, 1.0)?;
                }
                let zero = at.x.map(0.0);
                canvas.line(&[(zero, y), (zero, group_bottom)], INK, 1.2)?;
                for row in &group.rows {
                    self.draw_row(canvas, &at, row, y + ROW / 2.0)?;
                    y += ROW;
                }
            }
            canvas.line(&[(at.left, bottom), (at.right, bottom)], RULE, 1.0)?;
            let caption = format!("{}, in percent", self.measure);
            let middle = f64::midpoint(at.left, at.right);
            canvas.text((middle, bottom + 36.0), &caption, letters.bold())
        })
    }
}
