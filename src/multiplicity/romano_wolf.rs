//! Romano and Wolf's step-down test of many means.

use ndarray::Array2;

use super::RelativePerformance;
use super::draws::{RowDraws, n_replicates};
use super::step_down::{StepDownTest, extremeness};
use super::tiles::{self, PrefixSums};
use crate::inference::{Alternative, Card};
use crate::resampling::{Counts, Ladder};
use crate::{Error, Result};

/// What the difference between a resampled mean and the mean is divided by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ResampleScale {
    /// The standard error of the resample, `sd*/√n`: studentised as the statistic is.
    #[default]
    OfResample,
    /// The standard error of the sample. It is defined on every resample, also on one that holds a
    /// single value again and again, as happens to rules that seldom trade.
    OfSample,
}

/// Romano and Wolf's (2005) step-down test: which of many means differ from zero.
///
/// `tₖ = d̄ₖ/(sₖ/√n)`, sₖ with divisor n − 1, against `t*ₖ = (d̄*ₖ − d̄ₖ)/(s*ₖ/√n)` on resamples of
/// whole rows, d as in [`RelativePerformance`] or any series. Hypotheses by decreasing |t| (t, −t for
/// one side): each is held against the maximum of |t*| over those that are no more extreme, and is
/// not below one that is more extreme.
///
/// - *Null*: for each series, `E d = 0`; for one side `E d ≤ 0` or `E d ≥ 0`.
/// - *Assumes*: d stationary, dependence that dies out within the blocks of the resamples; all
///   hypotheses that were looked at are in the family.
/// - *Robust to*: any dependence between the series, which it uses; autocorrelation, since s scales
///   sample and resamples alike.
/// - *Distribution*: resampled; `p = (1 + #{max |t*| ≥ |t|})/(1 + B)`. The probability of any false
///   rejection is controlled, whichever hypotheses are true.
/// - *Reference*: Romano and Wolf 2005, <https://doi.org/10.1198/016214504000000539>; p-values after
///   Romano and Wolf 2016, <https://doi.org/10.1016/j.spl.2016.02.012>.
/// - *Departures*: s takes the rows of a sample for independent. With autocorrelation the statistic
///   is then no pivot, which costs a refinement and not validity.
///
/// ```
/// use eventstudy::multiplicity::{RelativePerformance, RomanoWolf};
/// use eventstudy::resampling::{SeriesBootstrap, SeriesScheme};
/// use ndarray::Array2;
///
/// let wave = |k: usize, t: usize| ((t * (2 * k + 3)) as f64).sin() + 0.4 * k as f64;
/// let series = Array2::from_shape_fn((3, 90), |(k, t)| wave(k, t));
/// let draws = SeriesBootstrap::new(SeriesScheme::Stationary { mean_block_length: 3.0 })?.replicates(999);
/// let found = RomanoWolf::new().test(&RelativePerformance::of_differences(&series)?, &draws)?;
/// assert_eq!(found.rejected(0.05)?, [1, 2]);
/// assert!(found.p_values()[0] > 0.5);
/// # Ok::<(), eventstudy::Error>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RomanoWolf {
    alternative: Alternative,
    scale: ResampleScale,
}

impl RomanoWolf {
    /// Two-sided, studentised in every resample.
    pub fn new() -> Self {
        Self::default()
    }

    /// The side of the alternative.
    #[must_use]
    pub fn alternative(mut self, alternative: Alternative) -> Self {
        self.alternative = alternative;
        self
    }

    /// What resampled means are divided by.
    #[must_use]
    pub fn scale(mut self, scale: ResampleScale) -> Self {
        self.scale = scale;
        self
    }

    /// Null, assumptions, reference.
    pub fn card(&self) -> Card {
        CARD
    }

    /// Tests the mean of every series on the resamples of `draws`.
    ///
    /// # Errors
    ///
    /// [`Error::DegenerateVariance`] for a series that does not vary; [`Error::StatisticUndefined`]
    /// where one does not vary in some resamples, for which there is [`ResampleScale::OfSample`];
    /// [`Error::TooFew`] for fewer than two replicates; what the draws refuse.
    pub fn test(
        &self,
        relative: &RelativePerformance,
        draws: &dyn RowDraws,
    ) -> Result<StepDownTest> {
        let n_replicates = n_replicates(draws, relative.n_rows(), CARD.name)?;
        relative.check_vary(CARD.name, &relative.squares())?;
        let std_errors = relative.std_errors();
        let statistics: Vec<f64> =
            relative.means().iter().zip(&std_errors).map(|(m, s)| m / s).collect();
        let extreme: Vec<f64> =
            statistics.iter().map(|t| extremeness(*t, self.alternative)).collect();
        // One standard error is what a studentised statistic is measured in.
        let ladder = Ladder::new(&extreme, std::iter::repeat(1.0));
        let sums = PrefixSums::new(relative.values());
        let tiles = match self.scale {
            ResampleScale::OfSample => tiles::map(draws, [&sums], |[means]| {
                let replicates = (0..means.n_series()).flat_map(|k| {
                    let scale = std_errors[k];
                    means.series(k).iter().map(move |deviation| deviation / scale)
                });
                self.count(&ladder, replicates, means.n_replicates())
            })?,
            ResampleScale::OfResample => {
                let square_sums = PrefixSums::new(&squares(relative));
                let n = relative.n_rows() as f64;
                tiles::map(draws, [&sums, &square_sums], |[means, squares]| {
                    let replicates = (0..means.n_series()).flat_map(|k| {
                        let (of_sample, squares) = (square_sums.means[k], squares.series(k));
                        let both = means.series(k).iter().zip(squares);
                        both.map(move |(mean, square)| studentised(*mean, *square, of_sample, n))
                    });
                    self.count(&ladder, replicates, means.n_replicates())
                })?
            }
        };
        let n_undefined: usize = tiles.iter().filter_map(|tile| tile.as_ref().err()).sum();
        if n_undefined > 0 {
            let on =
                format!("{n_undefined} of {n_replicates} resamples, where a series does not vary");
            return Err(Error::StatisticUndefined { on });
        }
        let tiles: Vec<Vec<Counts>> = tiles.into_iter().flatten().collect();
        Ok(StepDownTest::of(&ladder, &statistics, &tiles, self.alternative))
    }

    /// Counts of a tile from t*, series × replicates; or in how many of them one is undefined.
    fn count(
        self,
        ladder: &Ladder,
        replicates: impl Iterator<Item = f64>,
        n: usize,
    ) -> std::result::Result<Vec<Counts>, usize> {
        let extreme: Vec<f64> = replicates.map(|t| extremeness(t, self.alternative)).collect();
        if extreme.iter().any(|t| t.is_nan()) {
            let undefined = |b: &usize| extreme.iter().skip(*b).step_by(n).any(|t| t.is_nan());
            return Err((0..n).filter(undefined).count());
        }
        Ok(ladder.count(&extreme, n))
    }
}

/// Squared deviations from the means.
fn squares(relative: &RelativePerformance) -> Array2<f64> {
    let (values, means) = (relative.values(), relative.means());
    Array2::from_shape_fn(values.dim(), |(k, row)| (values[[k, row]] - means[k]).powi(2))
}

/// t* from the mean of a resample and the mean square of it, both less those of the sample, around
/// the mean of which the squares are taken. NaN where the resample does not vary.
fn studentised(mean: f64, square: f64, of_sample: f64, n: f64) -> f64 {
    let variance = of_sample + square - mean * mean;
    // The rounding of the sums is far below, any variance of rows that differ far above.
    if variance <= 1e-12 * of_sample { f64::NAN } else { mean / (variance / (n - 1.0)).sqrt() }
}

pub(super) const CARD: Card = Card {
    id: "romano-wolf",
    name: "Romano-Wolf step-down",
    null: "each series has mean zero",
    assumes: "stationary series, dependence that dies out within the blocks",
    robust_to: "dependence between the series, autocorrelation",
    distribution: "bootstrap of the largest t over the hypotheses not yet passed",
    allows_for_shared_dates: true,
    reference: "Romano and Wolf 2005",
    doi: "10.1198/016214504000000539",
    departures: "t takes the rows for independent, in the sample and in the resamples alike",
};
