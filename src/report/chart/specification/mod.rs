//! A specification curve: sorted estimates over the choices that gave them.

mod bars;
mod of_curve;

use bars::outline;
use plotters::style::Color;

use super::axis::{self, Scale, percent_label};
use super::canvas::{
    self, Anchor, COUNT, Canvas, ESTIMATE, GRID, INK, Letters, ORDINARY, ORDINARY_EDGE, OUTSIDE,
    RULE, SOFT_INK,
};
use super::check::Check;
use super::heading::Heading;
use super::legend::{DASH, DOTS, Legend, MEDIAN_WIDTH, ORDINARY_OPACITY, Sign};
use super::{Chart, words};
use crate::Result;

const WIDTH: f64 = 1200.0;
const MARGIN: f64 = 24.0;
const CURVE_HEIGHT: f64 = 380.0;
const LABELS_MOST: f64 = 290.0;
/// Room for the medians on the right.
const MEDIANS: f64 = 74.0;
const INDENT: f64 = 12.0;
const ROW: f64 = 18.0;
const HEADING_ROW: f64 = 25.0;
const SIZE: f64 = 11.5;
/// Most specifications whose choices are drawn one by one.
const ONE_BY_ONE: usize = 250;
/// Share of the curve at each end where the band may leave the chart.
const ENDS: f64 = 0.02;
/// A dot closer to the one before it, in pixels, would hide it.
const APART: f64 = 0.7;

/// What the sorted curves of shifted events span.
#[derive(Debug, Clone, PartialEq)]
pub struct CurveBand {
    /// What it is: "95 % of 2,968 shifts".
    pub label: String,
    /// Positions on a sorted curve, increasing from 0 at its left end to 1 at its right end.
    pub positions: Vec<f64>,
    /// Lower bound, a decimal fraction each.
    pub lower: Vec<f64>,
    /// Middle.
    pub median: Vec<f64>,
    /// Upper bound.
    pub upper: Vec<f64>,
}

/// A dimension of choices.
#[derive(Debug, Clone, PartialEq)]
pub struct ChartDimension {
    /// Its name: "window".
    pub name: String,
    /// Names of its choices, at least one, each with the median estimate, a decimal fraction.
    pub choices: Vec<(String, Option<f64>)>,
}

/// The choices behind one estimate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChartChoices {
    /// Position of the estimate among the sorted ones, from 0. Several names of one specification
    /// share it.
    pub position: usize,
    /// Position of the choice in each dimension.
    pub choices: Vec<usize>,
}

/// A specification curve: above, all estimates in order with what shifts of the events span; below,
/// which choices they come from.
///
/// Up to 250 specifications are marked one by one, orange where they are significant. Of more, bars say
/// what share of neighbours on the curve have the choice, as high as the row where it is the largest
/// share in the dimension; orange bars what share of them is significant, as high as the row where all
/// are, and the curve is orange where most are.
#[derive(Debug, Clone, PartialEq)]
pub struct SpecificationChart {
    /// What is estimated.
    pub title: String,
    /// The answer in one line.
    pub verdict: String,
    /// Lines under the title.
    pub subtitle: Vec<String>,
    /// Name of the statistic: "mean abnormal return".
    pub measure: String,
    /// The estimates in increasing order, decimal fractions.
    pub estimates: Vec<f64>,
    /// Which of them are significant on their own.
    pub significant: Vec<bool>,
    /// What significant means: "p at most 0.05 on its own".
    pub significant_label: String,
    /// What shifts of the events span.
    pub band: Option<CurveBand>,
    /// The dimensions to show.
    pub dimensions: Vec<ChartDimension>,
    /// Choices of every specification.
    pub choices: Vec<ChartChoices>,
    /// A position to point out, with what it is: "the study itself".
    pub marked: Option<(usize, String)>,
}

/// Positions on the sheet.
struct Places {
    /// Positions on the curve.
    x: Scale,
    y: Scale,
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
}

impl SpecificationChart {
    fn check(&self) -> Result<()> {
        let check = Check::new(&self.title);
        let n = self.estimates.len();
        check.at_least("estimates", 1, n)?;
        check.fractions("estimates", &self.estimates)?;
        check.length("marks of significance", self.significant.len(), n)?;
        if let Some(k) = self.estimates.windows(2).position(|pair| pair[1] < pair[0]) {
            let value = format!("{} after {}", self.estimates[k + 1], self.estimates[k]);
            return Err(check.bad(
                format!("estimates, position {}", k + 1),
                &value,
                "estimates in increasing order",
            ));
        }
        if let Some(band) = &self.band {
            check.at_least("positions of the band", 2, band.positions.len())?;
            for (what, values) in
                [("lower", &band.lower), ("median", &band.median), ("upper", &band.upper)]
            {
                check.length(&format!("band, {what}"), values.len(), band.positions.len())?;
                check.fractions(&format!("band, {what}"), values)?;
            }
            for (k, position) in band.positions.iter().enumerate() {
                check.probability(|| format!("position {k} of the band"), *position)?;
            }
        }
        for dimension in &self.dimensions {
            check.at_least("choices in each dimension", 1, dimension.choices.len())?;
            for (name, median) in &dimension.choices {
                check.fraction(|| format!("median of `{name}`"), median.unwrap_or(0.0))?;
            }
        }
        for (k, of) in self.choices.iter().enumerate() {
            check.length(
                "choices of each specification",
                of.choices.len(),
                self.dimensions.len(),
            )?;
            let known = of.choices.iter().zip(&self.dimensions);
            if of.position >= n || known.clone().any(|(at, of)| *at >= of.choices.len()) {
                let what = format!("choices, position {k}");
                return Err(check.bad(
                    what,
                    &format!("{:?} at position {}", of.choices, of.position),
                    "positions that there are",
                ));
            }
        }
        match &self.marked {
            Some((at, _)) if *at >= n => {
                Err(check.bad("marked position".to_owned(), at, "a position on the curve"))
            }
            _ => Ok(()),
        }
    }

    fn legend(&self, width: f64) -> Legend {
        let n = self.significant.iter().filter(|s| **s).count();
        let estimates = if self.estimates.len() == 1 { "estimate" } else { "estimates" };
        let (n, all) = (words::count(n), words::count(self.estimates.len()));
        let label = &self.significant_label;
        let mut entries =
            vec![(Sign::Estimates, format!("{all} {estimates} in order; {label}: {n}"))];
        let is_orange = self.is_orange();
        if (0..self.estimates.len()).any(is_orange) {
            let what = if self.few() { label.clone() } else { format!("most neighbours: {label}") };
            entries.push((Sign::SignificantEstimates, what));
        }
        if let Some(band) = &self.band {
            entries.push((Sign::OrdinaryBand, band.label.clone()));
            entries.push((Sign::OrdinaryMedian, "median of shifts".to_owned()));
        }
        if !self.few() && !self.dimensions.is_empty() {
            let text = "share of neighbours on the curve that have the choice";
            entries.push((Sign::Share, text.to_owned()));
        }
        Legend::new(entries, width)
    }

    fn places(&self, top: f64) -> Places {
        let letters = Letters::new(SIZE);
        let names = self.dimensions.iter().flat_map(|d| &d.choices);
        let widest = names.map(|(name, _)| letters.width(name)).fold(60.0, f64::max);
        let left = MARGIN + INDENT + widest.min(LABELS_MOST) + 14.0;
        let right = WIDTH - MARGIN - MEDIANS;
        let bands = self.band.iter().flat_map(|band| {
            let inner = |p: f64| (ENDS..=1.0 - ENDS).contains(&p);
            let ends = band.lower.iter().zip(&band.upper).zip(&band.positions);
            ends.filter(move |(_, p)| inner(**p)).flat_map(|((low, high), _)| [*low, *high])
        });
        let range = axis::range(self.estimates.iter().copied(), bands);
        let bottom = top + CURVE_HEIGHT;
        let last = (self.estimates.len() - 1) as f64;
        let ends = if last > 0.0 { (0.0, last) } else { (-0.5, 0.5) };
        Places {
            x: Scale::new(ends, (left + 6.0, right - 6.0)),
            y: Scale::new(range, (bottom, top)),
            left,
            right,
            top,
            bottom,
        }
    }

    fn draw_curve(&self, canvas: &Canvas<'_>, at: &Places) -> Result<()> {
        let letters = Letters::new(12.0);
        if let Some(band) = &self.band {
            draw_band(canvas, at, band, (self.estimates.len() - 1) as f64)?;
        }
        let (ticks, step) = at.y.ticks(7.0);
        for tick in ticks {
            let y = at.y.map(tick);
            canvas.line(&[(at.left, y), (at.right, y)], GRID, 1.0)?;
            let label = percent_label(tick, step);
            canvas.text((at.left - 8.0, y + 4.2), &label, letters.anchor(Anchor::End))?;
        }
        let zero = at.y.map(0.0);
        canvas.line(&[(at.left, zero), (at.right, zero)], INK, 1.2)?;
        let is_orange = self.is_orange();
        let radius = if self.few() { 2.6 } else { 1.5 };
        let mut before = (f64::NEG_INFINITY, f64::NEG_INFINITY);
        for (k, estimate) in self.estimates.iter().enumerate() {
            let dot = (at.x.map(k as f64), at.y.map(*estimate));
            let hidden = (dot.0 - before.0).abs().max((dot.1 - before.1).abs()) < APART;
            if self.few() || !hidden {
                let colour = if is_orange(k) { OUTSIDE } else { ESTIMATE };
                canvas.dot(dot, radius, colour)?;
                before = dot;
            }
        }
        if let Some((position, label)) = &self.marked {
            let (x, value) = (at.x.map(*position as f64), self.estimates[*position]);
            canvas.dashed(&[(x, at.top), (x, at.bottom)], SOFT_INK, 1.2, DASH)?;
            let text = format!("{label}: {} %", words::percent(value));
            let letters = letters.bold().fitted(&text, at.right - at.left);
            let half = letters.width(&text) / 2.0;
            let middle = x.clamp(at.left + half, (at.right - half).max(at.left + half));
            canvas.text((middle, at.top - 6.0), &text, letters.anchor(Anchor::Middle))?;
        }
        Ok(())
    }

    /// The rows of choices from `top` down.
    fn draw_choices(&self, canvas: &Canvas<'_>, at: &Places, top: f64) -> Result<()> {
        let letters = Letters::new(SIZE);
        let label = |y: f64, text: &str| {
            let text = words::elide(text, SIZE, false, at.left - MARGIN - INDENT - 10.0);
            canvas.line(&[(at.left, y + ROW - 2.0), (at.right, y + ROW - 2.0)], GRID, 1.0)?;
            canvas.text((MARGIN + INDENT, y + ROW - 5.0), &text, letters)
        };
        let mut y = top;
        if !self.few() {
            label(y, &self.significant_label)?;
            let bars = outline(at, &self.significant_shares(), y + ROW - 2.0, ROW - 4.0);
            canvas.fill(&bars, OUTSIDE.mix(1.0))?;
            y += ROW;
        }
        for (k, dimension) in self.dimensions.iter().enumerate() {
            canvas.line(&[(MARGIN, y + 3.0), (WIDTH - MARGIN, y + 3.0)], RULE, 0.7)?;
            canvas.text((MARGIN, y + 18.0), &dimension.name, letters.bold())?;
            y += HEADING_ROW;
            let shares = self.shares(k, dimension.choices.len());
            let most = shares.iter().flatten().copied().fold(0.0, f64::max);
            for (choice, (name, median)) in dimension.choices.iter().enumerate() {
                label(y, name)?;
                if let Some(median) = median {
                    let text = words::percent(*median);
                    let letters = letters.anchor(Anchor::End);
                    canvas.text((WIDTH - MARGIN, y + ROW - 5.0), &text, letters)?;
                }
                if self.few() {
                    let chosen = self.choices.iter().filter(|c| c.choices[k] == choice);
                    for c in chosen {
                        let colour = if self.significant[c.position] { OUTSIDE } else { ESTIMATE };
                        canvas.dot((at.x.map(c.position as f64), y + ROW / 2.0), 2.2, colour)?;
                    }
                } else if most > 0.0 {
                    let scale = (ROW - 4.0) / most;
                    let bars = outline(at, &shares[choice], y + ROW - 2.0, scale);
                    canvas.fill(&bars, COUNT.mix(1.0))?;
                }
                y += ROW;
            }
        }
        Ok(())
    }

    fn choices_height(&self) -> f64 {
        let n_rows: usize = self.dimensions.iter().map(|d| d.choices.len()).sum();
        let n_rows = n_rows + usize::from(!self.few());
        self.dimensions.len() as f64 * HEADING_ROW + n_rows as f64 * ROW
    }
}

fn draw_band(canvas: &Canvas<'_>, at: &Places, band: &CurveBand, last: f64) -> Result<()> {
    let line = |values: &[f64]| -> Vec<(f64, f64)> {
        let points = band.positions.iter().zip(values).map(|(p, v)| (at.x.map(p * last), *v));
        at.y.with_crossings(&points.collect::<Vec<_>>())
    };
    let inside = |(x, v): &(f64, f64)| (*x, at.y.map(at.y.clamp(*v)));
    let (lower, upper) = (line(&band.lower), line(&band.upper));
    let corners: Vec<_> = upper.iter().chain(lower.iter().rev()).map(inside).collect();
    canvas.fill(&corners, ORDINARY.mix(ORDINARY_OPACITY))?;
    let dashed = |points: &[(f64, f64)], colour, width, dash| {
        // What is beyond the chart has no edge in it.
        let runs = points.split(|(_, v)| !at.y.holds(*v));
        runs.map(|run| run.iter().map(inside).collect::<Vec<_>>())
            .try_for_each(|run| canvas.dashed(&run, colour, width, dash))
    };
    dashed(&lower, ORDINARY_EDGE, 1.1, DASH)?;
    dashed(&upper, ORDINARY_EDGE, 1.1, DASH)?;
    dashed(&line(&band.median), INK, MEDIAN_WIDTH, DOTS)
}

impl Chart for SpecificationChart {
    fn to_svg(&self) -> Result<String> {
        self.check()?;
        let inner = WIDTH - 2.0 * MARGIN;
        let heading = Heading::of_sheet(&self.title, &self.verdict, &self.subtitle, inner);
        let legend = self.legend(inner);
        let legend_top = MARGIN - 4.0 + heading.height() + 8.0;
        let top = legend_top + legend.height() + if self.marked.is_some() { 42.0 } else { 30.0 };
        let at = self.places(top);
        let choices_top = at.bottom + 34.0;
        let height = choices_top + self.choices_height() + 14.0;

        canvas::svg(&self.title, (WIDTH, height), |canvas| {
            heading.draw(canvas, (MARGIN, MARGIN - 4.0))?;
            legend.draw(canvas, (MARGIN, legend_top))?;
            let letters = Letters::new(SIZE);
            let name = format!("{}, in percent", self.measure);
            let name_top = top - if self.marked.is_some() { 22.0 } else { 10.0 };
            canvas.text((MARGIN, name_top), &name, letters.bold())?;
            self.draw_curve(canvas, &at)?;
            let n = self.estimates.len();
            let ends = [
                (at.x.map(0.0), "1".to_owned(), Anchor::Start),
                (at.x.map((n - 1) as f64), words::count(n), Anchor::End),
                (
                    f64::midpoint(at.left, at.right),
                    "rank of the estimate".to_owned(),
                    Anchor::Middle,
                ),
            ];
            for (x, text, anchor) in ends {
                canvas.text((x, at.bottom + 16.0), &text, letters.anchor(anchor))?;
            }
            if !self.dimensions.is_empty() {
                let letters = letters.bold().anchor(Anchor::End);
                canvas.text((WIDTH - MARGIN, choices_top - 4.0), "median, %", letters)?;
            }
            self.draw_choices(canvas, &at, choices_top)
        })
    }
}
