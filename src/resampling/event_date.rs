//! Bootstrap by event date.

use super::distribution::{BootstrapDistribution, ResamplingScheme, check_values, delete_one};
use super::draws::draws;
use super::series::{Resample, SeriesScheme};
use super::studentised::mean_and_std_error;
use crate::numeric::{moments, parallel};
use crate::{Error, Result};

/// Bootstrap that draws whole event dates, independently and with replacement (Efron and
/// Tibshirani 1993, <https://doi.org/10.1201/9780429246593>).
///
/// The unit is one value per event date, such as the CAAR of that date, so dependence between the
/// assets that share a date stays inside the unit. All nⁿ equally likely resamples are enumerated
/// where there are no more of them than the replicates asked for.
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
/// # Ok::<(), eventstudy::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EventDateBootstrap {
    pub(super) n_replicates: usize,
    pub(super) seed: u64,
}

draws! {
    EventDateBootstrap: replicates -> n_replicates, "The number of replicates, and the largest number of resamples to enumerate.",
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
        let (replicates, exact, seed) = self.replicates_of(values, &statistic)?;
        let scheme = ResamplingScheme::EventDate;
        BootstrapDistribution::assemble(statistic(values), replicates, scheme, exact, seed)
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
        let (replicates, exact, seed) = self.replicates_of(values, &statistic)?;
        let (sample, scheme) = (statistic(values), ResamplingScheme::EventDate);
        BootstrapDistribution::assemble_studentised(sample, replicates, scheme, exact, seed)
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

    /// The statistic of every resample, whether they are all there are, and the seed if not.
    fn replicates_of<T: Clone + Send>(
        &self,
        values: &[f64],
        statistic: &(impl Fn(&[f64]) -> T + Sync + Send),
    ) -> Result<(Vec<T>, bool, Option<u64>)> {
        check_values(values)?;
        if values.len() < 2 {
            return Err(Error::TooFew {
                what: ResamplingScheme::EventDate.name().to_owned(),
                unit: "event dates",
                n_needed: 2,
                n_found: values.len(),
            });
        }
        if n_resamples(values.len()).is_some_and(|n| n <= self.n_replicates) {
            return Ok((enumerate(values, statistic), true, None));
        }
        let draw = |k| statistic(&self.resample(values, k as u64));
        Ok((parallel::map(self.n_replicates, draw), false, Some(self.seed)))
    }

    /// The values of replicate `k`.
    pub(super) fn resample(&self, values: &[f64], k: u64) -> Vec<f64> {
        Resample::drawn(SeriesScheme::Iid, self.seed, k).values(values)
    }
}

impl Default for EventDateBootstrap {
    fn default() -> Self {
        Self::new()
    }
}

/// nⁿ, where it can be held.
pub(super) fn n_resamples(n: usize) -> Option<usize> {
    n.checked_pow(u32::try_from(n).ok()?)
}

/// The statistic of all nⁿ resamples, each as often as it comes up, so that they are equal to the
/// bit.
pub(super) fn enumerate<T: Clone>(values: &[f64], statistic: &impl Fn(&[f64]) -> T) -> Vec<T> {
    enumerate_rows(values.len(), &|rows: &[usize]| {
        statistic(&rows.iter().map(|row| values[*row]).collect::<Vec<_>>())
    })
}

/// The statistic of all nⁿ draws of n rows, those that hold the same rows evaluated once and repeated
/// n!/∏ mᵢ! times.
pub(super) fn enumerate_rows<T: Clone>(n: usize, statistic: &impl Fn(&[usize]) -> T) -> Vec<T> {
    let mut out = Vec::new();
    let mut rows = vec![0; n];
    loop {
        out.extend(std::iter::repeat_n(statistic(&rows), n_orders(&rows)));
        // The next non-decreasing sequence of rows.
        let Some(at) = (0..n).rev().find(|at| rows[*at] + 1 < n) else { return out };
        let next = rows[at] + 1;
        rows[at..].fill(next);
    }
}

/// Number of orders of a sorted sequence: the product of binomials over its runs.
fn n_orders(sorted: &[usize]) -> usize {
    let (mut orders, mut run) = (1, 0);
    for (at, row) in sorted.iter().enumerate() {
        run = if at > 0 && sorted[at - 1] == *row { run + 1 } else { 1 };
        orders = orders * (at + 1) / run;
    }
    orders
}
