//! White's reality check.

use super::RelativePerformance;
use super::draws::{RowDraws, n_replicates};
use super::hansen::raise;
use super::maximum::MaximumDistribution;
use super::spa::largest_of;
use super::tiles::{self, PrefixSums};
use crate::Result;
use crate::inference::Card;

/// White's (2000) reality check of the best of many models.
///
/// `V = max_k d̄ₖ` against `V* = max_k (d̄*ₖ − d̄ₖ)` over the resamples, d as in
/// [`RelativePerformance`].
///
/// - *Null*: no model is better than the benchmark, `E d ≤ 0` for all of them, at the point of it
///   that is least favourable: all are as good.
/// - *Assumes*: d stationary, dependence that dies out within the blocks; all models that were tried
///   are in the list.
/// - *Robust to*: any dependence between the models. Not to models of unequal variance, of which the
///   noisiest sets the distribution, nor to poor models, which lower the power: take
///   [`SuperiorPredictiveAbility`](super::SuperiorPredictiveAbility).
/// - *Distribution*: resampled; `p = (1 + #{V* ≥ V})/(1 + B)`.
/// - *Reference*: White 2000, <https://doi.org/10.1111/1468-0262.00152>.
/// - *Departures*: the factor √n, which stands on both sides, is left out.
///
/// ```
/// use eventstudy::multiplicity::{RealityCheck, RelativePerformance};
/// use eventstudy::resampling::{SeriesBootstrap, SeriesScheme};
/// use ndarray::Array2;
///
/// let wave = |k: usize, t: usize| 0.01 * ((t * (2 * k + 3)) as f64).sin();
/// let series = Array2::from_shape_fn((4, 90), |(k, t)| wave(k, t));
/// let relative = RelativePerformance::of_differences(&series)?;
/// let draws = SeriesBootstrap::new(SeriesScheme::Stationary { mean_block_length: 3.0 })?.replicates(199);
/// assert!(RealityCheck.test(&relative, &draws)?.p_value() > 0.05);
/// # Ok::<(), eventstudy::Error>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RealityCheck;

/// What [`RealityCheck`] found.
#[derive(Debug, Clone, PartialEq)]
pub struct RealityCheckTest {
    /// The model of the largest mean.
    pub best_model: usize,
    /// The largest mean and that of every resample.
    pub distribution: MaximumDistribution,
}

impl RealityCheckTest {
    /// `(1 + #{V* ≥ V})/(1 + B)`.
    pub fn p_value(&self) -> f64 {
        self.distribution.p_value()
    }
}

impl RealityCheck {
    /// Null, assumptions, reference.
    pub fn card(&self) -> Card {
        CARD
    }

    /// Tests the models of `relative` on the resamples of `draws`.
    ///
    /// # Errors
    ///
    /// [`Error::TooFew`](crate::Error::TooFew) for fewer than two replicates; what the draws refuse.
    pub fn test(
        &self,
        relative: &RelativePerformance,
        draws: &dyn RowDraws,
    ) -> Result<RealityCheckTest> {
        n_replicates(draws, relative.n_rows(), CARD.name)?;
        let sums = PrefixSums::new(relative.values());
        let tiles = tiles::map(draws, [&sums], |[tile]| {
            let mut maxima = vec![f64::NEG_INFINITY; tile.n_replicates()];
            for k in 0..relative.n_models() {
                raise(&mut maxima, tile.series(k), 1.0, 0.0);
            }
            maxima
        })?;
        let best_model = largest_of(relative.means());
        let scale = relative.std_errors().into_iter().fold(0.0, f64::max);
        let statistic = relative.means()[best_model];
        let distribution = MaximumDistribution::new(statistic, scale, tiles.concat());
        Ok(RealityCheckTest { best_model, distribution })
    }
}

pub(super) const CARD: Card = Card {
    id: "reality-check",
    name: "reality check",
    null: "no model is better than the benchmark",
    assumes: "stationary relative performance, dependence that dies out within the blocks",
    robust_to: "dependence between the models",
    distribution: "bootstrap of the largest mean, (1 + count)/(1 + draws)",
    allows_for_shared_dates: true,
    reference: "White 2000",
    doi: "10.1111/1468-0262.00152",
    departures: "the p-value has +1 and counts ties",
};
