//! Several events side by side.

use super::axis::{self, Scale};
use super::canvas::{self, Letters, SOFT_INK};
use super::car_frame::{Frame, Readings, caption, legend_entries};
use super::car_path::CarPath;
use super::check::Check;
use super::heading::Heading;
use super::legend::Legend;
use super::{Chart, words};
use crate::Result;

const WIDTH: f64 = 1200.0;
const MARGIN: f64 = 24.0;
const LEFT: f64 = 104.0;
const GAP: f64 = 20.0;
const PLOT_HEIGHT: f64 = 330.0;

/// Paths of up to four events side by side on one value axis and one scale of days.
///
/// The legend lists each wording once: use the same words for the same band in all panels, and put
/// what differs, such as the number of assets, into the subtitle of each.
#[derive(Debug, Clone, PartialEq)]
pub struct CarPanels {
    /// What is compared.
    pub title: String,
    /// The answer in one line.
    pub verdict: String,
    /// Lines under the title.
    pub subtitle: Vec<String>,
    /// The events, 1 to 4; their `measure` is the same.
    pub panels: Vec<CarPath>,
}

impl CarPanels {
    fn check(&self) -> Result<()> {
        let check = Check::new(&self.title);
        check.at_least("panels", 1, self.panels.len())?;
        if self.panels.len() > 4 {
            let what = "number of panels".to_owned();
            return Err(check.bad(what, &self.panels.len(), "from 1 to 4 panels"));
        }
        for panel in &self.panels {
            panel.check()?;
            if panel.measure != self.panels[0].measure {
                let what = format!("measure of panel `{}`", panel.title);
                return Err(check.bad(what, &panel.measure, "the measure of the first panel"));
            }
        }
        Ok(())
    }
}

impl Chart for CarPanels {
    fn to_svg(&self) -> Result<String> {
        self.check()?;
        let n = self.panels.len() as f64;
        let inner = WIDTH - 2.0 * MARGIN;
        let width = (WIDTH - LEFT - MARGIN - GAP * (n - 1.0)) / n;
        let range = axis::range(
            self.panels.iter().flat_map(CarPath::core_values),
            self.panels.iter().flat_map(CarPath::wing_values),
        );
        let mut days = (0f64, 1f64);
        for panel in &self.panels {
            let (first, last) = panel.day_range()?;
            days = (days.0.min(first), days.1.max(last));
        }
        let heading = Heading::of_sheet(&self.title, &self.verdict, &self.subtitle, inner);
        let legend = Legend::new(legend_entries(&self.panels, range), inner)
            .caption(caption(&self.panels), inner);
        let headings: Vec<Heading> = self
            .panels
            .iter()
            .map(|p| Heading::of_panel(&p.title, &p.verdict, &p.subtitle, width))
            .collect();
        let legend_top = MARGIN - 4.0 + heading.height() + 8.0;
        let headings_top = legend_top + legend.height() + 18.0;
        let tallest = headings.iter().map(Heading::height).fold(0.0, f64::max);
        let top = headings_top + tallest + 36.0;
        let bottom = top + PLOT_HEIGHT;

        let with_placebo = self.panels.iter().any(|p| p.placebo.is_some());
        let mut frames = Vec::new();
        for (i, path) in self.panels.iter().enumerate() {
            let left = LEFT + i as f64 * (width + GAP);
            let right = left + width;
            let (x, y) = (Scale::new(days, (left, right)), Scale::new(range, (bottom, top)));
            let frame = Frame { path, x, y, left, right, top, bottom, narrow: true };
            let readings = Readings::of(&frame, with_placebo)?;
            let notes = readings.footnote(path).into_iter().chain(path.note.clone());
            let notes = notes.flat_map(|n| words::wrap(&n, 10.5, false, width));
            frames.push((frame, readings, notes.collect::<Vec<String>>()));
        }
        let notes_top = frames
            .iter()
            .map(|(frame, readings, _)| bottom + frame.axis_height() + readings.height())
            .fold(bottom, f64::max);
        let n_notes = frames.iter().map(|(_, _, notes)| notes.len()).max().unwrap_or(0);
        let height = notes_top + n_notes as f64 * 14.0 + 18.0;

        canvas::svg(&self.title, (WIDTH, height), |canvas| {
            heading.draw(canvas, (MARGIN, MARGIN - 4.0))?;
            legend.draw(canvas, (MARGIN, legend_top))?;
            for (i, (frame, readings, notes)) in frames.iter().enumerate() {
                headings[i].draw(canvas, (frame.left, headings_top))?;
                if i == 0 {
                    frame.draw_value_axis(canvas, MARGIN)?;
                }
                frame.draw(canvas)?;
                readings.draw(canvas, frame, (i == 0).then_some(MARGIN))?;
                let letters = Letters::new(10.5).colour(SOFT_INK);
                canvas.lines((frame.left, notes_top + 12.0), notes, letters, 14.0)?;
            }
            Ok(())
        })
    }
}
