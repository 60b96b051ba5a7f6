//! Bars that stand for neighbours on a curve of many specifications.

use super::{LABELS_MOST, MARGIN, MEDIANS, ONE_BY_ONE, Places, SpecificationChart, WIDTH};

/// Least width of a bar.
const BAR: f64 = 7.0;

impl SpecificationChart {
    /// Whether specifications are drawn one by one.
    pub(super) fn few(&self) -> bool {
        self.choices.len().max(self.estimates.len()) <= ONE_BY_ONE
    }

    /// Whether the estimate at a position on the curve is drawn as significant: that it is, or where
    /// there are many that most of its bar are.
    pub(super) fn is_orange(&self) -> impl Fn(usize) -> bool {
        let shares = if self.few() { Vec::new() } else { self.significant_shares() };
        move |position| match shares.get(self.bar(position)) {
            Some(share) => *share > 0.5,
            None => self.significant[position],
        }
    }

    /// The bar that a position on the curve belongs to.
    pub(super) fn bar(&self, position: usize) -> usize {
        position * self.n_bars() / self.estimates.len()
    }

    /// The share of the estimates of each bar that is significant.
    pub(super) fn significant_shares(&self) -> Vec<f64> {
        let mut counts = vec![(0_usize, 0_usize); self.n_bars()];
        for (position, significant) in self.significant.iter().enumerate() {
            let (n, all) = &mut counts[self.bar(position)];
            *n += usize::from(*significant);
            *all += 1;
        }
        counts.into_iter().map(|(n, all)| n as f64 / all.max(1) as f64).collect()
    }

    /// For every choice of a dimension the share that it has among the specifications of each bar.
    pub(super) fn shares(&self, dimension: usize, n_choices: usize) -> Vec<Vec<f64>> {
        let n_bars = self.n_bars();
        let mut counts = vec![vec![0_usize; n_bars]; n_choices];
        for c in &self.choices {
            counts[c.choices[dimension]][self.bar(c.position)] += 1;
        }
        let totals: Vec<usize> =
            (0..n_bars).map(|bar| counts.iter().map(|of_choice| of_choice[bar]).sum()).collect();
        let share = |(n, total): (&usize, &usize)| *n as f64 / (*total).max(1) as f64;
        counts.iter().map(|of_choice| of_choice.iter().zip(&totals).map(share).collect()).collect()
    }

    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // some hundred
    fn n_bars(&self) -> usize {
        let most = ((WIDTH - MARGIN - MEDIANS - LABELS_MOST) / BAR) as usize;
        most.min(self.estimates.len())
    }
}

/// The outline of bars side by side over the whole plot.
pub(super) fn outline(at: &Places, shares: &[f64], bottom: f64, scale: f64) -> Vec<(f64, f64)> {
    let width = (at.right - at.left - 12.0) / shares.len() as f64;
    let mut corners = vec![(at.left + 6.0, bottom)];
    for (k, share) in shares.iter().enumerate() {
        let (from, to) = (k as f64 * width, (k + 1) as f64 * width);
        let y = bottom - share * scale;
        corners.extend([(at.left + 6.0 + from, y), (at.left + 6.0 + to, y)]);
    }
    corners.push((at.right - 6.0, bottom));
    corners
}
