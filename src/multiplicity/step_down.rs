//! Step-down tests by the largest statistic, and what they answer.

use serde::{Deserialize, Serialize};

use super::adjustment::check_significance;
use super::exceedances::{Bar, Exceedances};
use crate::Result;
use crate::inference::Alternative;

/// One hypothesis of a family, tested beside all others on the same resamples.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct JointHypothesis {
    /// Its statistic.
    pub statistic: f64,
    /// Replicates of its own statistic beyond it: the p-value as if it were the only hypothesis.
    pub raw: Exceedances,
    /// Replicates whose most extreme statistic of the whole family is beyond it.
    pub single_step: Exceedances,
    /// Replicates whose most extreme statistic of the hypotheses that are no more extreme than it is
    /// beyond it, and no fewer than those of a more extreme hypothesis.
    pub step_down: Exceedances,
}

/// What [`RomanoWolf`](super::RomanoWolf) and [`WestfallYoung`](super::WestfallYoung) found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StepDownTest {
    /// The side of the alternative.
    pub alternative: Alternative,
    /// The hypotheses in the order of the input.
    pub hypotheses: Vec<JointHypothesis>,
}

impl StepDownTest {
    /// Step-down adjusted p-values in the order of the input, each `(1 + count)/(1 + B)`.
    pub fn p_values(&self) -> Vec<f64> {
        self.hypotheses.iter().map(|h| h.step_down.p_value()).collect()
    }

    /// The p-value of the family: that all hypotheses hold. It is the adjusted one of the most extreme
    /// statistic.
    pub fn joint_p_value(&self) -> f64 {
        self.p_values().into_iter().fold(1.0, f64::min)
    }

    /// Hypotheses that are rejected with a probability of at most `significance` of any false
    /// rejection, by increasing number.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`](crate::Error::Setting) for a significance that is not between 0 and 1.
    pub fn rejected(&self, significance: f64) -> Result<Vec<usize>> {
        check_significance(significance)?;
        let p = self.p_values();
        Ok((0..p.len()).filter(|k| p[*k] <= significance).collect())
    }
}

/// How extreme a statistic is under an alternative.
pub(super) fn extremeness(statistic: f64, alternative: Alternative) -> f64 {
    match alternative {
        Alternative::TwoSided => statistic.abs(),
        Alternative::Greater => statistic,
        Alternative::Less => -statistic,
    }
}

/// Observed statistics, by how extreme they are, against which replicates are counted.
#[derive(Debug)]
pub(super) struct Ladder {
    /// Hypotheses, the most extreme first; equal ones in the order of the input.
    order: Vec<usize>,
    bars: Vec<Bar>,
}

/// Counts of one hypothesis: its own statistic, the family's, those not yet passed.
pub(super) type Counts = [Exceedances; 3];

impl Ladder {
    /// Of how extreme each statistic is; `scales` say what a tie is.
    pub(super) fn new(extreme: &[f64], scales: impl IntoIterator<Item = f64>) -> Self {
        let mut order: Vec<usize> = (0..extreme.len()).collect();
        order.sort_by(|a, b| extreme[*b].total_cmp(&extreme[*a]));
        let bars = extreme.iter().zip(scales).map(|(x, scale)| Bar::new(*x, scale)).collect();
        Self { order, bars }
    }

    /// Counts over `n` replicates, given as hypotheses × replicates.
    pub(super) fn count(&self, extreme: &[f64], n: usize) -> Vec<Counts> {
        let of = |k: usize| &extreme[k * n..][..n];
        let mut counts = vec![[Exceedances::NONE; 3]; self.order.len()];
        let mut most = vec![f64::NEG_INFINITY; n];
        for k in self.order.iter().rev() {
            for (most, value) in most.iter_mut().zip(of(*k)) {
                if *value > *most {
                    *most = *value;
                }
            }
            counts[*k][0] = Exceedances::of(of(*k), self.bars[*k]);
            counts[*k][2] = Exceedances::of(&most, self.bars[*k]);
        }
        // By now the maximum is that of the family.
        for (counts, bar) in counts.iter_mut().zip(&self.bars) {
            counts[1] = Exceedances::of(&most, *bar);
        }
        counts
    }

    /// Adds up the counts of all tiles; no hypothesis has fewer than one that is more extreme.
    pub(super) fn finish(
        &self,
        statistics: &[f64],
        tiles: &[Vec<Counts>],
        alternative: Alternative,
    ) -> StepDownTest {
        let mut hypotheses: Vec<JointHypothesis> = (0..self.order.len())
            .map(|k| {
                let sum = |which: usize| {
                    tiles.iter().fold(Exceedances::NONE, |sum, tile| sum.plus(tile[k][which]))
                };
                let (raw, single_step, step_down) = (sum(0), sum(1), sum(2));
                JointHypothesis { statistic: statistics[k], raw, single_step, step_down }
            })
            .collect();
        for pair in self.order.windows(2) {
            let before = hypotheses[pair[0]].step_down;
            let here = &mut hypotheses[pair[1]].step_down;
            *here = here.at_least(before);
        }
        StepDownTest { alternative, hypotheses }
    }
}
