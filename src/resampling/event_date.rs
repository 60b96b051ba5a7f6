//! Bootstrap by event date.

use super::distribution::{BootstrapDistribution, ResamplingScheme, check_values, delete_one};
use super::draws::draws;
use super::outcomes::{Drawn, OrderFree, units_drawn};
use super::studentised::mean_and_std_error;
use crate::numeric::moments;
use crate::{Error, Result};

/// Bootstrap that draws whole event dates, independently and with replacement (Efron and
/// Tibshirani 1993, <https://doi.org/10.1201/9780429246593>).
///
/// The unit is one value per event date, such as the CAAR of that date, so dependence between the
/// assets that share a date stays inside the unit. All nⁿ equally likely resamples are enumerated
/// where there are no more of them than the replicates asked for. Resamples with the same values in
/// another order give the same statistic, so that with more resamples the C(2n − 1, n) distinct ones
/// are enumerated where these are no more than the replicates asked for, each with the number of its
/// orders as its [weight](BootstrapDistribution::weights): with 9,999 replicates up to five and up to
/// eight dates.
///
/// *Assumes* independent, identically distributed event dates. With few of them no interval read
/// from it can be wide enough: see [`coverage_ceiling`](Self::coverage_ceiling) and
/// [`FEWEST_DATES`](Self::FEWEST_DATES).
///
/// ```
/// use eventstudy::resampling::EventDateBootstrap;
///
/// assert_eq!(EventDateBootstrap::coverage_ceiling(3), 0.75);
/// let drawn = EventDateBootstrap::new().run_mean(&[0.1, 0.2, 0.6])?;
/// assert_eq!((drawn.n_replicates(), drawn.is_exact()), (27, true));
/// let drawn = EventDateBootstrap::new().run_mean(&[0.1, 0.2, 0.6, -0.3, 0.0, 0.4])?;
/// assert!(drawn.is_exact());
/// assert_eq!((drawn.n_replicates(), drawn.n_resamples()), (462, 46_656));
/// # Ok::<(), eventstudy::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EventDateBootstrap {
    pub(super) n_replicates: usize,
    pub(super) seed: u64,
}

draws! {
    EventDateBootstrap: replicates -> n_replicates, "The number of replicates, and the largest number of distinct resamples to enumerate.",
    "The seed; replicate k is drawn from the stream (seed, k)."
}

impl EventDateBootstrap {
    /// From so many independent event dates on a percentile or `BCa` interval of the mean at 95 %
    /// holds the truth in 93 of 100 studies or more; with ten in 87 to 95, with three in 66 to 70
    /// (`docs/calibration.md` in the repository). Studies show none with fewer.
    pub const FEWEST_DATES: usize = 30;

    /// 9,999 replicates, seed 0.
    pub fn new() -> Self {
        Self { n_replicates: 9_999, seed: 0 }
    }

    /// The largest probability with which a percentile or `BCa` interval of a mean can hold the
    /// centre of a symmetric distribution, at any level: 1 − 2^(1−n) for n event dates.
    ///
    /// Every resampled mean lies between the smallest and the largest value, and with probability
    /// 2 · 2⁻ⁿ all values lie on one side of the centre.
    pub fn coverage_ceiling(n_event_dates: usize) -> f64 {
        let halvings = i32::try_from(n_event_dates).unwrap_or(i32::MAX) - 1;
        (1.0 - 0.5_f64.powi(halvings)).max(0.0)
    }

    /// Draws, and evaluates `statistic` on each resample.
    ///
    /// `statistic` must not depend on the order of its values.
    ///
    /// # Errors
    ///
    /// [`Error::TooFew`] for fewer than two event dates; [`Error::Setting`] for a value that is not
    /// finite; [`Error::StatisticUndefined`] where the statistic is not finite.
    pub fn run(
        &self,
        values: &[f64],
        statistic: impl Fn(&[f64]) -> f64 + Sync + Send,
    ) -> Result<BootstrapDistribution> {
        self.replicates_of(values, &statistic)?
            .distribution(statistic(values), ResamplingScheme::EventDate)
            .map(|drawn| drawn.with_jackknife(&delete_one(values, &statistic)))
    }

    /// [`run`](Self::run) for the mean.
    ///
    /// # Errors
    ///
    /// As [`run`](Self::run).
    pub fn run_mean(&self, values: &[f64]) -> Result<BootstrapDistribution> {
        self.run(values, |x| moments::mean(x).unwrap_or(f64::NAN))
    }

    /// [`run`](Self::run) for a statistic that gives an estimate and its standard error, so that the
    /// studentised intervals and p-values can be read as well.
    ///
    /// The standard error must be made from the values of the resample in the way in which it is
    /// made from the sample; resamples without spread are treated as in
    /// [`with_std_errors`](BootstrapDistribution::with_std_errors).
    ///
    /// # Errors
    ///
    /// As [`run`](Self::run); [`Error::DegenerateVariance`] where the standard error of the estimate
    /// is zero, [`Error::StatisticUndefined`] where one is negative or not finite.
    pub fn run_studentised(
        &self,
        values: &[f64],
        statistic: impl Fn(&[f64]) -> (f64, f64) + Sync + Send,
    ) -> Result<BootstrapDistribution> {
        self.replicates_of(values, &statistic)?
            .studentised(statistic(values), ResamplingScheme::EventDate)
            .map(|drawn| drawn.with_jackknife(&delete_one(values, &|x: &[f64]| statistic(x).0)))
    }

    /// [`run_studentised`](Self::run_studentised) for the mean with the standard error s/√n, s with
    /// the divisor n − 1.
    ///
    /// # Errors
    ///
    /// As [`run_studentised`](Self::run_studentised).
    pub fn run_mean_studentised(&self, values: &[f64]) -> Result<BootstrapDistribution> {
        self.run_studentised(values, mean_and_std_error)
    }

    /// The statistic of every resample.
    fn replicates_of<T: Clone + Send>(
        &self,
        values: &[f64],
        statistic: &(impl Fn(&[f64]) -> T + Sync + Send),
    ) -> Result<Drawn<T>> {
        check_values(values)?;
        if values.len() < 2 {
            return Err(Error::TooFew {
                what: ResamplingScheme::EventDate.name().to_owned(),
                unit: "event dates",
                n_needed: 2,
                n_found: values.len(),
            });
        }
        let n = values.len();
        Ok(OrderFree::of(n, self.n_replicates).evaluate(
            n,
            (self.n_replicates, self.seed),
            |rows| statistic(&rows.iter().map(|row| values[*row]).collect::<Vec<_>>()),
            |k| statistic(&self.resample(values, k)),
        ))
    }

    /// The values of replicate `k`.
    pub(super) fn resample(&self, values: &[f64], k: usize) -> Vec<f64> {
        units_drawn(values.len(), self.seed, k).into_iter().map(|unit| values[unit]).collect()
    }
}

impl Default for EventDateBootstrap {
    fn default() -> Self {
        Self::new()
    }
}
