//! Title, verdict and subtitle at the head of a chart.

use super::canvas::{Canvas, ESTIMATE, INK, Letters, SOFT_INK};
use crate::Result;

/// Lines in three sizes, broken to a width.
#[derive(Debug)]
pub(super) struct Heading {
    blocks: [(Vec<String>, Letters, f64); 3],
}

impl Heading {
    /// The heading of a whole sheet.
    pub(super) fn of_sheet(title: &str, verdict: &str, subtitle: &[String], width: f64) -> Self {
        Self::new(title, verdict, subtitle, width, [20.0, 15.0, 12.5])
    }

    /// The heading of one panel among several.
    pub(super) fn of_panel(title: &str, verdict: &str, subtitle: &[String], width: f64) -> Self {
        Self::new(title, verdict, subtitle, width, [14.0, 12.5, 11.0])
    }

    fn new(title: &str, verdict: &str, subtitle: &[String], width: f64, sizes: [f64; 3]) -> Self {
        let [title_size, verdict_size, subtitle_size] = sizes;
        let block = |text: &[&str], letters: Letters| {
            let lines = text.iter().flat_map(|t| letters.wrap(t, width)).collect();
            (lines, letters, (letters.size * 1.36).round())
        };
        let subtitle: Vec<&str> = subtitle.iter().map(String::as_str).collect();
        Self {
            blocks: [
                block(&[title], Letters::new(title_size).bold().colour(INK)),
                block(&[verdict], Letters::new(verdict_size).bold().colour(ESTIMATE)),
                block(&subtitle, Letters::new(subtitle_size).colour(SOFT_INK)),
            ],
        }
    }

    /// Height in pixels.
    pub(super) fn height(&self) -> f64 {
        self.blocks.iter().map(|(lines, _, leading)| lines.len() as f64 * leading).sum()
    }

    /// Draws it from its upper left corner down.
    pub(super) fn draw(&self, canvas: &Canvas<'_>, (x, top): (f64, f64)) -> Result<()> {
        let mut y = top;
        for (lines, letters, leading) in &self.blocks {
            canvas.lines((x, y + letters.size), lines, *letters, *leading)?;
            y += lines.len() as f64 * leading;
        }
        Ok(())
    }
}
