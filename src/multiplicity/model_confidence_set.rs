//! The model confidence set of Hansen, Lunde and Nason.

use ndarray::Array2;
use serde::{Deserialize, Serialize};

use super::adjustment::check_significance;
use super::draws::{RowDraws, n_replicates};
use super::relative::{check_finite, levels};
use super::set_of_models::MeanLosses;
use super::tiles::PrefixSums;
use crate::inference::Card;
use crate::resampling::Exceedances;
use crate::{Error, Result};

/// By which statistic models of equal ability are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SetStatistic {
    /// `max_ij (L̄ᵢ − L̄ⱼ)/sᵢⱼ`, the range of all pairs.
    Range,
    /// `max_i (L̄ᵢ − L̄)/sᵢ`, against the mean of the models in the set.
    Maximum,
}

/// The model confidence set of Hansen, Lunde and Nason (2011): the models that may be the best, found
/// by leaving out one after the other while they differ.
///
/// Of the models in the set the equality of all expected losses is tested; the model with the largest
/// statistic then leaves, until one is left. The p-value of a model is the largest p-value of the
/// tests up to the one after which it left, and the set at 1 − α holds the models with p > α. It
/// holds the best model with a probability of at least 1 − α.
///
/// With L̄ the mean loss and L̄* that of a resample, differences are divided by the bootstrap's own
/// standard deviation, `s² = (1/B) Σ (difference* − difference)²`, and
///
/// - [`range`](Self::range): `max_ij (L̄ᵢ − L̄ⱼ)/sᵢⱼ` against
///   `max_ij |(L̄*ᵢ − L̄*ⱼ) − (L̄ᵢ − L̄ⱼ)|/sᵢⱼ`; the i of the largest pair leaves.
/// - [`maximum`](Self::maximum): `max_i (L̄ᵢ − L̄)/sᵢ`, L̄ the mean over the set, against
///   `max_i ((L̄*ᵢ − L̄*) − (L̄ᵢ − L̄))/sᵢ`; that i leaves.
///
/// - *Null* of a step: all models of the set have the same expected loss.
/// - *Assumes*: differences of losses stationary, dependence that dies out within the blocks of the
///   resamples.
/// - *Robust to*: any dependence between the models.
/// - *Distribution*: resampled; `p = (1 + #{T* ≥ T})/(1 + B)`.
/// - *Reference*: Hansen, Lunde and Nason 2011, <https://doi.org/10.3982/ECTA5771>.
/// - *Departures*: the paper's p-value is `#{T* > T}/B`, which [`Exceedances::share_above`] has.
///
/// ```
/// use eventstudy::multiplicity::ModelConfidenceSet;
/// use eventstudy::resampling::{SeriesBootstrap, SeriesScheme};
/// use ndarray::Array2;
///
/// // The third model loses one more than the others.
/// let losses = Array2::from_shape_fn((3, 90), |(k, t)| {
///     ((t * (2 * k + 3)) as f64).sin() + if k == 2 { 1.0 } else { 0.0 }
/// });
/// let draws = SeriesBootstrap::new(SeriesScheme::Stationary { mean_block_length: 3.0 })?.replicates(499);
/// let found = ModelConfidenceSet::range().of_losses(&losses, &draws)?;
/// assert_eq!(found.included(0.1)?, [0, 1]);
/// # Ok::<(), eventstudy::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ModelConfidenceSet {
    statistic: SetStatistic,
}

/// One model that left, and the test after which it did.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct SetStep {
    /// The model.
    pub model: usize,
    /// The statistic of the models up to then; `None` for the model that is left at the end.
    pub statistic: Option<f64>,
    /// Replicates beyond it.
    pub exceedances: Exceedances,
    /// The same, no fewer than in an earlier step: those of the p-value of the model.
    pub running: Exceedances,
}

/// What [`ModelConfidenceSet`] found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ModelConfidenceSetTest {
    /// The models in the order in which they left; the last one is left at the end.
    pub steps: Vec<SetStep>,
}

impl ModelConfidenceSetTest {
    /// The p-value of each model in the order of the input; 1 for the one that is left at the end.
    pub fn p_values(&self) -> Vec<f64> {
        let mut p = vec![1.0; self.steps.len()];
        for step in &self.steps {
            p[step.model] = step.running.p_value();
        }
        p
    }

    /// The models with a p-value above `significance`, by increasing number: the confidence set at
    /// one less the significance.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] for a significance that is not between 0 and 1.
    pub fn included(&self, significance: f64) -> Result<Vec<usize>> {
        check_significance(significance)?;
        let p = self.p_values();
        Ok((0..p.len()).filter(|k| p[*k] > significance).collect())
    }
}

impl ModelConfidenceSet {
    /// By the range of all pairs, which takes time in proportion to the pairs.
    pub fn range() -> Self {
        Self { statistic: SetStatistic::Range }
    }

    /// By the largest distance from the mean of the set.
    pub fn maximum() -> Self {
        Self { statistic: SetStatistic::Maximum }
    }

    /// Null, assumptions, reference.
    pub fn card(&self) -> Card {
        CARD
    }

    /// The set of models by losses, smaller is better: models × rows.
    ///
    /// # Errors
    ///
    /// [`Error::TooFew`] for fewer than two models, rows or replicates; [`Error::BadEntry`] for a
    /// value that is not finite; [`Error::DegenerateVariance`] for models whose losses do not differ
    /// from resample to resample; what the draws refuse.
    pub fn of_losses(
        &self,
        losses: &Array2<f64>,
        draws: &dyn RowDraws,
    ) -> Result<ModelConfidenceSetTest> {
        let (n_models, n_rows) = losses.dim();
        for (unit, n_found) in [("models", n_models), ("rows", n_rows)] {
            if n_found < 2 {
                let what = CARD.name.to_owned();
                return Err(Error::TooFew { what, unit, n_needed: 2, n_found });
            }
        }
        let n_replicates = n_replicates(draws, n_rows, CARD.name)?;
        check_finite(losses)?;
        let sums = PrefixSums::new(losses);
        let means = MeanLosses::new(draws, &sums, levels(losses))?;
        let found = match self.statistic {
            SetStatistic::Range => means.by_range()?,
            SetStatistic::Maximum => means.by_maximum()?,
        };
        let mut running = Exceedances { n_replicates, ..Exceedances::NONE };
        let steps = found.into_iter().map(|(model, statistic, exceedances)| {
            running = exceedances.at_least(running);
            SetStep { model, statistic, exceedances, running }
        });
        Ok(ModelConfidenceSetTest { steps: steps.collect() })
    }

    /// The set of models by performances, larger is better: models × rows.
    ///
    /// # Errors
    ///
    /// As [`of_losses`](Self::of_losses).
    pub fn of_performances(
        &self,
        performances: &Array2<f64>,
        draws: &dyn RowDraws,
    ) -> Result<ModelConfidenceSetTest> {
        self.of_losses(&performances.mapv(|v| -v), draws)
    }
}

pub(super) const CARD: Card = Card {
    id: "model-confidence-set",
    name: "model confidence set",
    null: "all models of the set have the same expected loss",
    assumes: "stationary differences of losses, dependence that dies out within the blocks",
    robust_to: "dependence between the models",
    distribution: "bootstrap of the largest studentised difference, (1 + count)/(1 + draws)",
    allows_for_shared_dates: true,
    reference: "Hansen, Lunde and Nason 2011",
    doi: "10.3982/ECTA5771",
    departures: "the p-value has +1 and counts ties",
};
