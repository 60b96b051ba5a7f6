//! One statistic among those of placebo dates.

use super::axis::{self, Scale, percent_label};
use super::canvas::{self, Anchor, COUNT, Canvas, ESTIMATE, GRID, INK, Letters, OUTSIDE, RULE};
use super::check::Check;
use super::heading::Heading;
use super::legend::{DOTS, Legend, MEDIAN_WIDTH, Sign};
use super::{Chart, words};
use crate::Result;
use crate::numeric::quantile::{quantile_sorted, sorted};

const WIDTH: f64 = 1000.0;
const MARGIN: f64 = 24.0;
const LEFT: f64 = 76.0;
const PLOT_HEIGHT: f64 = 320.0;
const BARS_MOST: f64 = 80.0;
const BARS_FEWEST: f64 = 8.0;

/// The distribution of a statistic on placebo dates, with the observed value marked in it.
///
/// Bars have the width of Freedman and Diaconis (1981,
/// <https://doi.org/10.1007/BF01025868>), `2 IQR n^(-1/3)`, kept to between 8 and 80 bars, and
/// start at a multiple of it. Under the chart stand the p-value as given and how many placebo
/// dates lie below and above the observed value, which needs no choice of a test.
#[derive(Debug, Clone, PartialEq)]
pub struct PlaceboHistogram {
    /// The statistic and the event.
    pub title: String,
    /// The answer in one line.
    pub verdict: String,
    /// Universe, model, weighting, how placebo dates were drawn.
    pub subtitle: Vec<String>,
    /// Abbreviation of the statistic: "CAAR".
    pub measure: String,
    /// The statistic on each placebo date, in any order; decimal fractions.
    pub values: Vec<f64>,
    /// The statistic of the event, a decimal fraction.
    pub observed: f64,
    /// What it is of: "breakout of 2020-11-13".
    pub observed_label: String,
    /// Its p-value.
    pub p_value: f64,
    /// What the p-value is: "Two-sided placebo p".
    pub p_label: String,
}

impl PlaceboHistogram {
    fn check(&self) -> Result<()> {
        let check = Check::new(&self.title);
        check.at_least("placebo dates", 1, self.values.len())?;
        check.fractions("placebo values", &self.values)?;
        check.fraction(|| "observed value".to_owned(), self.observed)?;
        check.probability(|| "p-value".to_owned(), self.p_value)
    }

    fn caption(&self) -> String {
        let n = self.values.len();
        let below = self.values.iter().filter(|&&v| v < self.observed).count();
        let above = self.values.iter().filter(|&&v| v > self.observed).count();
        let p = words::probability(self.p_value);
        let equals = if p.starts_with('<') { " " } else { " = " };
        format!(
            "{}{equals}{}. Of {} placebo dates, {} lie below the observed value and {} above it.",
            self.p_label,
            p.replace('<', "< "),
            words::count(n),
            words::count(below),
            words::count(above),
        )
    }
}

/// Bars as lower edge, upper edge and count.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // At most 82 bars.
fn bars(sorted: &[f64]) -> Vec<(f64, f64, usize)> {
    let (Some(&low), Some(&high)) = (sorted.first(), sorted.last()) else { return Vec::new() };
    let quartile = |p| quantile_sorted(sorted, p).unwrap_or(low);
    let rule = 2.0 * (quartile(0.75) - quartile(0.25)) / (sorted.len() as f64).cbrt();
    let span = high - low;
    let mut width = rule.clamp(span / BARS_MOST, span / BARS_FEWEST);
    // Values that are one but for rounding share a bar.
    let size = low.abs().max(high.abs());
    if width <= size * 1e-9 {
        width = (size * 0.02).max(0.002);
    }
    let first = (low / width).floor();
    let n = (high / width).floor() - first + 1.0;
    let mut bars: Vec<_> = (0..n as usize)
        .map(|k| ((first + k as f64) * width, (first + k as f64 + 1.0) * width, 0))
        .collect();
    let last = bars.len().saturating_sub(1);
    for value in sorted {
        let at = ((value / width).floor() - first) as usize;
        bars[at.min(last)].2 += 1;
    }
    bars
}

impl Chart for PlaceboHistogram {
    fn to_svg(&self) -> Result<String> {
        self.check()?;
        let inner = WIDTH - 2.0 * MARGIN;
        let heading = Heading::of_sheet(&self.title, &self.verdict, &self.subtitle, inner);
        let sorted = sorted(&self.values);
        let bars = bars(&sorted);
        let most = bars.iter().map(|b| b.2).max().unwrap_or(1) as f64;
        let edges = bars.iter().flat_map(|b| [b.0, b.1]);
        let range = axis::range(edges.chain([self.observed]), std::iter::empty());
        let observed = format!("{}: {} %", self.observed_label, words::percent(self.observed));
        let median = quantile_sorted(&sorted, 0.5);
        let mut entries =
            vec![(Sign::Outside, observed.clone()), (Sign::Count, "placebo dates".to_owned())];
        entries.extend(
            median
                .map(|m| (Sign::OrdinaryMedian, format!("their median: {} %", words::percent(m)))),
        );
        let legend = Legend::new(entries, inner);
        let legend_top = MARGIN - 4.0 + heading.height() + 8.0;
        let top = legend_top + legend.height() + 54.0;
        let bottom = top + PLOT_HEIGHT;
        let x = Scale::new(range, (LEFT, WIDTH - MARGIN));
        let y = Scale::new((0.0, most * 1.05), (bottom, top));
        let caption = Letters::new(13.0);
        let caption_lines = caption.wrap(&self.caption(), inner);
        let height = bottom + 62.0 + caption_lines.len() as f64 * 18.0 + 12.0;

        canvas::svg(&self.title, (WIDTH, height), |canvas| {
            heading.draw(canvas, (MARGIN, MARGIN - 4.0))?;
            legend.draw(canvas, (MARGIN, legend_top))?;
            let letters = Letters::new(12.0);
            canvas.text((MARGIN, top - 8.0), "number of placebo dates", letters.bold())?;
            for tick in y.ticks(5.0).0 {
                // Counts are whole; a short axis would have ticks between them.
                if (tick - tick.round()).abs() > 1e-9 {
                    continue;
                }
                canvas.line(&[(LEFT, y.map(tick)), (x.map(range.1), y.map(tick))], GRID, 1.0)?;
                let at = (LEFT - 8.0, y.map(tick) + 4.2);
                canvas.text(at, &format!("{tick:.0}"), letters.anchor(Anchor::End))?;
            }
            for (from, to, count) in bars.iter().filter(|b| b.2 > 0) {
                let corner = (x.map(*from) + 0.4, y.map(*count as f64));
                canvas.rect(corner, (x.map(*to) - 0.4, bottom), COUNT)?;
            }
            let (ticks, step) = x.ticks(8.0);
            let label = letters.anchor(Anchor::Middle);
            for tick in ticks {
                canvas.line(&[(x.map(tick), bottom), (x.map(tick), bottom + 5.0)], RULE, 1.0)?;
                canvas.text((x.map(tick), bottom + 19.0), &percent_label(tick, step), label)?;
            }
            canvas.line(&[(LEFT, bottom), (x.map(range.1), bottom)], RULE, 1.0)?;
            let name = format!("{} on placebo dates, in percent", self.measure);
            let middle = f64::midpoint(LEFT, x.map(range.1));
            canvas.text((middle, bottom + 40.0), &name, label.bold())?;
            let zero = x.map(0.0);
            canvas.line(&[(zero, top), (zero, bottom)], INK, 1.0)?;
            if let Some(median) = median {
                let at = x.map(median);
                canvas.dashed(&[(at, top), (at, bottom)], INK, MEDIAN_WIDTH, DOTS)?;
            }
            let at = x.map(self.observed);
            canvas.line(&[(at, top - 20.0), (at, bottom)], OUTSIDE, 3.0)?;
            draw_label(canvas, at, top - 26.0, &observed, letters.bold().colour(ESTIMATE))?;
            canvas.lines((MARGIN, bottom + 66.0), &caption_lines, caption, 18.0).map(|_| ())
        })
    }
}

/// A label centred over a line where there is room, else moved inside the sheet.
fn draw_label(canvas: &Canvas<'_>, x: f64, y: f64, text: &str, letters: Letters) -> Result<()> {
    let letters = letters.fitted(text, WIDTH - LEFT - 2.0 * MARGIN).anchor(Anchor::Middle);
    let half = letters.width(text) / 2.0;
    let (low, high) = (LEFT + half, WIDTH - MARGIN - half);
    canvas.text((if low < high { x.clamp(low, high) } else { low }, y), text, letters)
}
