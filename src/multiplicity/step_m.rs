//! Stepwise tests of many models against a benchmark.

use serde::{Deserialize, Serialize};

use super::RelativePerformance;
use super::draws::{RowDraws, n_replicates};
use super::hansen::{HansenVariance, Recentring, Scaled, raise};
use super::maximum::{CriticalValue, MaximumDistribution};
use super::tiles::{self, PrefixSums};
use crate::inference::Card;
use crate::resampling::SeriesBootstrap;
use crate::{Error, Result};

/// Romano and Wolf's (2005) `StepM`: which of many models are better than the benchmark.
///
/// The statistics `√n d̄ₖ/ωₖ` of all models are held against the critical value of their largest
/// resampled one, `max(0, max_k √n (d̄*ₖ − gₖ)/ωₖ)`. Models above it are better; the rest is tested
/// again with the distribution of its own maximum, until none is new. The probability that one model
/// or more is named wrongly is at most the significance.
///
/// - *Null*: for each model, it is not better than the benchmark, `E d ≤ 0`.
/// - *Assumes*: d stationary, dependence that dies out within the blocks; all models that were tried
///   are in the list.
/// - *Robust to*: any dependence between the models.
/// - *Distribution*: resampled.
/// - *Reference*: Romano and Wolf 2005, <https://doi.org/10.1111/j.1468-0262.2005.00615.x>.
/// - *Departures*: ω is [`HansenVariance`] of the sample, the same in every resample, and the maximum
///   is not below 0. [`recentring`](Self::recentring) with `Consistent` is the stepwise version of
///   Hansen's test by Hsu, Hsu and Kuan 2010, <https://doi.org/10.1016/j.jempfin.2010.01.001>.
///
/// Two-sided tests and adjusted p-values are in [`RomanoWolf`](super::RomanoWolf).
///
/// ```
/// use eventstudy::multiplicity::{RelativePerformance, StepM};
/// use eventstudy::resampling::{SeriesBootstrap, SeriesScheme};
/// use ndarray::Array2;
///
/// let wave = |k: usize, t: usize| ((t * (2 * k + 3)) as f64).sin() + 0.3 * k as f64;
/// let series = Array2::from_shape_fn((4, 90), |(k, t)| wave(k, t));
/// let relative = RelativePerformance::of_differences(&series)?;
/// let draws = SeriesBootstrap::new(SeriesScheme::Stationary { mean_block_length: 3.0 })?.replicates(199);
/// let found = StepM::beside(&draws)?.test(&relative, &draws, 0.05)?;
/// assert_eq!(found.superior_models(), [1, 2, 3]);
/// # Ok::<(), eventstudy::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StepM {
    variance: HansenVariance,
    studentised: bool,
    recentring: Recentring,
    rule: CriticalValue,
}

/// One step of [`StepM`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StepMStep {
    /// Models that were tested in it.
    pub n_models: usize,
    /// What their statistics were held against.
    pub critical_value: f64,
    /// Models found better, by increasing number.
    pub better: Vec<usize>,
}

/// What [`StepM`] found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StepMTest {
    /// Probability of naming a model wrongly that was allowed.
    pub significance: f64,
    /// `√n d̄/ω` of each model, or d̄ where the test is not studentised.
    pub statistics: Vec<f64>,
    /// The steps; the last one finds no more, or nothing is left.
    pub steps: Vec<StepMStep>,
    /// Replicates.
    pub n_replicates: usize,
}

impl StepMTest {
    /// The models that are better than the benchmark, by increasing number.
    pub fn superior_models(&self) -> Vec<usize> {
        let mut all: Vec<usize> = self.steps.iter().flat_map(|step| step.better.clone()).collect();
        all.sort_unstable();
        all
    }
}

impl StepM {
    /// Studentised, recentred at the means as in the paper, with the mean block length of these draws.
    ///
    /// # Errors
    ///
    /// As [`HansenVariance::new`].
    pub fn beside(draws: &SeriesBootstrap) -> Result<Self> {
        Self::new(draws.scheme().mean_block_length())
    }

    /// Studentised, recentred at the means as in the paper; the variances are those of a stationary
    /// bootstrap of that mean block length, in rows, for draws that were
    /// [given](super::GivenDraws). It must be the one of the draws; [`beside`](Self::beside) sees
    /// to that.
    ///
    /// # Errors
    ///
    /// As [`HansenVariance::new`].
    pub fn new(mean_block_length: f64) -> Result<Self> {
        Ok(Self {
            variance: HansenVariance::new(mean_block_length)?,
            studentised: true,
            recentring: Recentring::Upper,
            rule: CriticalValue::default(),
        })
    }

    /// Whether means are divided by ω.
    #[must_use]
    pub fn studentised(mut self, studentised: bool) -> Self {
        self.studentised = studentised;
        self
    }

    /// Where resampled means are centred: `Upper` or `Consistent`.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] for `Lower`, which does not control the probability of an error.
    pub fn recentring(mut self, recentring: Recentring) -> Result<Self> {
        if recentring == Recentring::Lower {
            return Err(Error::Setting {
                name: "recentring",
                value: "lower".to_owned(),
                expected: "consistent or upper; the lower one rejects too often",
            });
        }
        self.recentring = recentring;
        Ok(self)
    }

    /// How critical values are read from the replicates.
    #[must_use]
    pub fn critical_value(mut self, rule: CriticalValue) -> Self {
        self.rule = rule;
        self
    }

    /// Null, assumptions, reference.
    pub fn card(&self) -> Card {
        CARD
    }

    /// Tests the models of `relative` on the resamples of `draws`.
    ///
    /// # Errors
    ///
    /// As [`SuperiorPredictiveAbility::test`](super::SuperiorPredictiveAbility::test), and those of
    /// [`MaximumDistribution::critical_value`].
    pub fn test(
        &self,
        relative: &RelativePerformance,
        draws: &dyn RowDraws,
        significance: f64,
    ) -> Result<StepMTest> {
        let n_replicates = n_replicates(draws, relative.n_rows(), CARD.name)?;
        let scaled = Scaled::new(CARD.name, relative, self.variance, self.studentised)?;
        let sums = PrefixSums::new(relative.values());
        let tiles = tiles::map(draws, [&sums], |[tile]| tile)?;
        let shift = |k: usize| scaled.shift(k, relative.means()[k], self.recentring);
        let mut left: Vec<usize> = (0..relative.n_models()).collect();
        let mut steps: Vec<StepMStep> = Vec::new();
        while !left.is_empty() {
            let of_tile = |tile: &tiles::Tile| {
                let mut maxima = vec![0.0; tile.n_replicates()];
                for k in &left {
                    raise(&mut maxima, tile.series(*k), scaled.factors[*k], shift(*k));
                }
                maxima
            };
            let maxima = tiles.iter().flat_map(of_tile).collect();
            let distribution = MaximumDistribution::new(scaled.maximum(), scaled.scale, maxima);
            let critical_value = distribution.critical_value(significance, self.rule)?;
            let above = |k: &usize| distribution.is_above(scaled.statistics[*k], critical_value);
            let n_models = left.len();
            let better: Vec<usize> = left.iter().copied().filter(above).collect();
            left.retain(|k| !better.contains(k));
            let found_none = better.is_empty();
            steps.push(StepMStep { n_models, critical_value, better });
            if found_none {
                break;
            }
        }
        Ok(StepMTest { significance, statistics: scaled.statistics, steps, n_replicates })
    }
}

pub(super) const CARD: Card = Card {
    id: "step-m",
    name: "StepM",
    null: "each model is not better than the benchmark",
    assumes: "stationary relative performance, dependence that dies out within the blocks",
    robust_to: "dependence between the models",
    distribution: "bootstrap of the largest studentised mean over the models not yet rejected",
    allows_for_shared_dates: true,
    reference: "Romano and Wolf 2005",
    doi: "10.1111/j.1468-0262.2005.00615.x",
    departures: "the variance is Hansen's, of the sample in every resample; the maximum is not below 0",
};
