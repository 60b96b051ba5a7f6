//! Hansen's test of superior predictive ability.

use super::RelativePerformance;
use super::draws::{RowDraws, n_replicates};
use super::hansen::{HansenVariance, Recentring, Scaled, raise};
use super::maximum::{CriticalValue, MaximumDistribution};
use super::tiles::{self, PrefixSums};
use crate::Result;
use crate::inference::Card;
use crate::resampling::SeriesBootstrap;

/// Hansen's (2005) test of superior predictive ability: is the best of many models better than the
/// benchmark, or only the luckiest?
///
/// With d of each model as in [`RelativePerformance`], positive where it did better,
///
/// `T = max(0, max_k √n d̄ₖ/ωₖ)` against `T* = max(0, max_k √n (d̄*ₖ − gₖ)/ωₖ)` over the resamples,
///
/// with ω of [`HansenVariance`] and the centre g of [`Recentring`], of which all three are answered:
/// a lower bound, Hansen's consistent p-value, and an upper bound. Dividing by ω keeps one model of
/// large variance from setting the distribution of the maximum; the test is then more powerful.
///
/// - *Null*: no model is better than the benchmark, `E d ≤ 0` for all of them.
/// - *Assumes*: d stationary, dependence that dies out within the blocks of the resamples, models
///   chosen before the data or all of those that were tried. Finite variances.
/// - *Robust to*: any dependence between the models, poor models added to the list (consistent
///   p-value).
/// - *Distribution*: resampled; `p = (1 + #{T* ≥ T})/(1 + B)`.
/// - *Reference*: Hansen 2005, <https://doi.org/10.1198/073500105000000063>.
/// - *Departures*: the paper's p-value is `#{T* > T}/B`, which
///   [`Exceedances::share_above`](super::Exceedances::share_above) has.
///   [`studentised(false)`](Self::studentised) leaves ω out, as the package `arch` does whatever its
///   setting says; with the recentring `Upper` it is then [`RealityCheck`](super::RealityCheck),
///   but for the zero in the maximum.
///
/// ```
/// use eventstudy::multiplicity::{Recentring, RelativePerformance, SuperiorPredictiveAbility};
/// use eventstudy::resampling::{SeriesBootstrap, SeriesScheme};
/// use ndarray::Array2;
///
/// // Two trading rules beside holding; the second earns more on most days.
/// let holding: Vec<f64> = (0..120).map(|t| 0.01 * (f64::from(t) * 0.7).sin()).collect();
/// let rules = Array2::from_shape_fn((2, 120), |(rule, t)| {
///     holding[t] + 0.004 * ((t * (rule + 2)) as f64).cos() + 0.001 * rule as f64
/// });
/// let relative = RelativePerformance::of_performances(&holding, &rules)?;
/// let draws = SeriesBootstrap::new(SeriesScheme::Stationary { mean_block_length: 4.0 })?.replicates(499).seed(1);
/// let found = SuperiorPredictiveAbility::beside(&draws)?.test(&relative, &draws)?;
/// assert_eq!(found.best_model, 1);
/// assert!(found.p_value(Recentring::Consistent) < 0.05);
/// assert!(found.p_value(Recentring::Lower) <= found.p_value(Recentring::Upper));
/// # Ok::<(), eventstudy::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SuperiorPredictiveAbility {
    variance: HansenVariance,
    studentised: bool,
}

/// What [`SuperiorPredictiveAbility`] found.
#[derive(Debug, Clone, PartialEq)]
pub struct SpaTest {
    /// T, the largest statistic of a model, not below 0.
    pub statistic: f64,
    /// The model with the largest statistic.
    pub best_model: usize,
    /// `√n d̄/ω` of each model, or d̄ where the test is not studentised.
    pub statistics: Vec<f64>,
    /// ω² of each model.
    pub variances: Vec<f64>,
    lower: MaximumDistribution,
    consistent: MaximumDistribution,
    upper: MaximumDistribution,
}

impl SuperiorPredictiveAbility {
    /// Studentised, with the mean block length of these draws.
    ///
    /// # Errors
    ///
    /// As [`HansenVariance::new`].
    pub fn beside(draws: &SeriesBootstrap) -> Result<Self> {
        Self::new(draws.scheme().mean_block_length())
    }

    /// Studentised; the variances are those of a stationary bootstrap of that mean block length, in
    /// rows, for draws that were [given](super::GivenDraws). It must be the one of the draws;
    /// [`beside`](Self::beside) sees to that.
    ///
    /// # Errors
    ///
    /// As [`HansenVariance::new`].
    pub fn new(mean_block_length: f64) -> Result<Self> {
        Ok(Self { variance: HansenVariance::new(mean_block_length)?, studentised: true })
    }

    /// Whether means are divided by ω.
    #[must_use]
    pub fn studentised(mut self, studentised: bool) -> Self {
        self.studentised = studentised;
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
    /// [`Error::TooFew`](crate::Error::TooFew) for fewer than three rows or two replicates;
    /// [`Error::DegenerateVariance`](crate::Error::DegenerateVariance) for a model that is always as
    /// far from the benchmark; what the draws refuse.
    pub fn test(&self, relative: &RelativePerformance, draws: &dyn RowDraws) -> Result<SpaTest> {
        n_replicates(draws, relative.n_rows(), CARD.name)?;
        let scaled = Scaled::new(CARD.name, relative, self.variance, self.studentised)?;
        let sums = PrefixSums::new(relative.values());
        let rules = [Recentring::Lower, Recentring::Consistent, Recentring::Upper];
        let shifts = rules.map(|rule| -> Vec<f64> {
            let shift = |(k, mean): (usize, &f64)| scaled.shift(k, *mean, rule);
            relative.means().iter().enumerate().map(shift).collect()
        });
        let tiles = tiles::map(draws, [&sums], |[tile]| {
            let mut maxima = [(); 3].map(|()| vec![0.0; tile.n_replicates()]);
            for (k, factor) in scaled.factors.iter().enumerate() {
                for (maxima, shifts) in maxima.iter_mut().zip(&shifts) {
                    raise(maxima, tile.series(k), *factor, shifts[k]);
                }
            }
            maxima
        })?;
        let statistic = scaled.maximum();
        let of = |rule: usize| {
            let maxima = tiles.iter().flat_map(|tile| tile[rule].iter().copied()).collect();
            MaximumDistribution::new(statistic, scaled.scale, maxima)
        };
        Ok(SpaTest {
            statistic,
            best_model: largest_of(&scaled.statistics),
            lower: of(0),
            consistent: of(1),
            upper: of(2),
            statistics: scaled.statistics,
            variances: scaled.variances,
        })
    }
}

impl SpaTest {
    /// The distribution of the maximum under a recentring.
    pub fn distribution(&self, recentring: Recentring) -> &MaximumDistribution {
        match recentring {
            Recentring::Lower => &self.lower,
            Recentring::Consistent => &self.consistent,
            Recentring::Upper => &self.upper,
        }
    }

    /// `(1 + #{T* ≥ T})/(1 + B)`.
    pub fn p_value(&self, recentring: Recentring) -> f64 {
        self.distribution(recentring).p_value()
    }

    /// Models whose statistic is above the critical value at `significance`, by increasing number:
    /// all of them are better than the benchmark with that probability of any error.
    /// [`StepM`](super::StepM) goes on from there and finds more.
    ///
    /// # Errors
    ///
    /// As [`MaximumDistribution::critical_value`].
    pub fn better_models(
        &self,
        recentring: Recentring,
        significance: f64,
        rule: CriticalValue,
    ) -> Result<Vec<usize>> {
        let distribution = self.distribution(recentring);
        let critical = distribution.critical_value(significance, rule)?;
        let above = |k: &usize| distribution.is_above(self.statistics[*k], critical);
        Ok((0..self.statistics.len()).filter(above).collect())
    }
}

/// The first position of the largest value.
pub(super) fn largest_of(values: &[f64]) -> usize {
    let first = |best: usize, k: usize| if values[k] > values[best] { k } else { best };
    (0..values.len()).fold(0, first)
}

pub(super) const CARD: Card = Card {
    id: "superior-predictive-ability",
    name: "superior predictive ability",
    null: "no model is better than the benchmark",
    assumes: "stationary relative performance, dependence that dies out within the blocks",
    robust_to: "dependence between the models, poor models in the list",
    distribution: "bootstrap of the largest studentised mean, (1 + count)/(1 + draws)",
    allows_for_shared_dates: true,
    reference: "Hansen 2005",
    doi: "10.1198/073500105000000063",
    departures: "the p-value has +1 and counts ties",
};
