//! Step-down tests by the largest statistic, and what they answer.

use serde::{Deserialize, Serialize};

use super::adjustment::check_significance;
use crate::Result;
use crate::inference::Alternative;
use crate::resampling::{Counts, Exceedances, Ladder};

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
    /// Adds up the counts of all tiles; no hypothesis has fewer than one that is more extreme.
    pub(super) fn of(
        ladder: &Ladder,
        statistics: &[f64],
        tiles: &[Vec<Counts>],
        alternative: Alternative,
    ) -> Self {
        let sum = |k: usize, which: usize| {
            tiles.iter().fold(Exceedances::NONE, |sum, tile| sum.plus(tile[k][which]))
        };
        let mut step_down: Vec<Exceedances> = (0..ladder.len()).map(|k| sum(k, 2)).collect();
        ladder.rising(&mut step_down, Exceedances::at_least);
        let hypothesis = |(k, step_down): (usize, Exceedances)| {
            let (raw, single_step) = (sum(k, 0), sum(k, 1));
            JointHypothesis { statistic: statistics[k], raw, single_step, step_down }
        };
        let hypotheses = step_down.into_iter().enumerate().map(hypothesis).collect();
        Self { alternative, hypotheses }
    }

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
