//! Bootstrap of a weakly dependent series.

mod draw;
mod exact;
mod panel;
mod paths;
mod scheme;
mod sums;
pub(super) mod taper;

use ndarray::{ArrayView1, ArrayView2, Axis};

pub(super) use draw::Resample;
pub use scheme::SeriesScheme;

use super::distribution::{BootstrapDistribution, check_values, delete_one_means};
use super::run::BootstrapRun;
use crate::numeric::moments;
use crate::resampling::draws::draws;
use crate::{Error, Result};
use sums::BlockSums;

/// Bootstrap of a weakly dependent series by a [`SeriesScheme`].
///
/// All equally likely resamples are enumerated where there are no more of them than the replicates
/// asked for: m^k chains of k = ⌈n/b⌉ blocks with m starts to choose from. Lengths of the
/// `Stationary` scheme are drawn, so its resamples cannot be counted off. Otherwise replicate k
/// draws from the stream (seed, k).
///
/// `run`, `run_mean`, `run_influence`, `run_window_sum` and `run_rows` have a `prepare`, which sets them
/// up as a [`BootstrapRun`] to be computed in shards; `run_studentised` and `run_paths` are computed in
/// one piece. Means and sums take time proportional to the number of blocks of a replicate.
///
/// Independent rows take up to four numbers from each word of the stream, blocks one each.
///
/// `BCa` intervals are not defined for blocks. For `Iid`, `run_mean` can be read by them; to others add
/// the delete-one values with [`with_jackknife`](BootstrapDistribution::with_jackknife).
///
/// ```
/// use eventstudy::resampling::{IntervalMethod, SeriesBootstrap, SeriesScheme};
///
/// let returns: Vec<f64> = (0..90).map(|t| (f64::from(t) * 0.7).sin() * 0.01).collect();
/// let scheme = SeriesScheme::Stationary { mean_block_length: 5.0 };
/// let drawn = SeriesBootstrap::new(scheme)?.replicates(999).seed(7).run_mean(&returns)?;
/// assert_eq!(drawn.n_replicates(), 999);
/// assert!(drawn.interval(IntervalMethod::Bca, 0.95).is_err()); // its blocks are dependent
///
/// let blocks = SeriesScheme::NonOverlapping { block_length: 30 };
/// let exact = SeriesBootstrap::new(blocks)?.run_mean(&returns)?;
/// assert_eq!((exact.n_replicates(), exact.is_exact()), (27, true)); // three blocks of three
/// # Ok::<(), eventstudy::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SeriesBootstrap {
    scheme: SeriesScheme,
    pub(super) n_replicates: usize,
    pub(super) seed: u64,
}

draws! {
    SeriesBootstrap: replicates -> n_replicates, "The number of replicates, and the largest number of resamples to enumerate.",
    "The seed; replicate k is drawn from the stream (seed, k)."
}

impl SeriesBootstrap {
    /// The scheme; 9,999 replicates, seed 0.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] for a block length, or a mean of it, below one row or not finite.
    pub fn new(scheme: SeriesScheme) -> Result<Self> {
        scheme.check_length()?;
        Ok(Self { scheme, n_replicates: 9_999, seed: 0 })
    }

    /// Number of resamples of a series of `n_rows`: the replicates asked for, or all distinct ones
    /// where there are no more of them.
    pub fn n_resamples(&self, n_rows: usize) -> usize {
        let suits = self.scheme.check_rows(n_rows).is_ok();
        let n_exact = if suits { self.n_exact(n_rows, n_rows) } else { None };
        n_exact.unwrap_or(self.n_replicates)
    }

    /// The scheme.
    pub fn scheme(&self) -> SeriesScheme {
        self.scheme
    }

    /// The rows of replicate `k` of a series of `n_rows`; of an enumeration, those of resample `k`.
    ///
    /// # Errors
    ///
    /// [`Error::TooFew`] for fewer than two rows; [`Error::Setting`] for a block length that does
    /// not suit the series, for the `Tapered` scheme, whose resamples hold weighted deviations, or
    /// for a `k` that an enumeration does not have.
    pub fn rows(&self, n_rows: usize, k: usize) -> Result<Vec<usize>> {
        self.check_plain(n_rows)?;
        let n_resamples = self.n_exact(n_rows, n_rows);
        if n_resamples.is_some_and(|n| k >= n) {
            return Err(Error::Setting {
                name: "number of a resample",
                value: k.to_string(),
                expected: "less than the number of resamples, which are enumerated",
            });
        }
        Ok(self.resample(n_resamples.is_some(), k).rows(n_rows))
    }

    /// Draws, and evaluates `statistic` on the values of each resample, which are in the order of
    /// the chain of blocks.
    ///
    /// # Errors
    ///
    /// As [`rows`](Self::rows); [`Error::Setting`] for a value that is not finite;
    /// [`Error::StatisticUndefined`] where the statistic is not finite.
    pub fn run(
        &self,
        series: &[f64],
        statistic: impl Fn(&[f64]) -> f64 + Sync + Send,
    ) -> Result<BootstrapDistribution> {
        self.prepare(series, statistic)?.run()
    }

    /// Sets up [`run`](Self::run).
    ///
    /// # Errors
    ///
    /// As [`run`](Self::run), but for undefined statistics, which the run finds.
    pub fn prepare<S: Fn(&[f64]) -> f64 + Sync + Send>(
        self,
        series: &[f64],
        statistic: S,
    ) -> Result<BootstrapRun<'_, impl Fn(usize) -> f64 + Sync + Send + use<'_, S>>> {
        check_values(series)?;
        let n = series.len();
        self.check_plain(n)?;
        let estimate = statistic(series);
        let of = move |resample: Resample| statistic(&resample.values(series));
        Ok(self.set_up(n, n, Some(one_row(series)), estimate, of))
    }

    /// Draws, and takes the mean of each resample: the draws of [`run`](Self::run), in time
    /// proportional to the number of blocks.
    ///
    /// # Errors
    ///
    /// As [`run`](Self::run), but that every scheme has a mean.
    pub fn run_mean(&self, series: &[f64]) -> Result<BootstrapDistribution> {
        let drawn = self.prepare_mean(series)?.run()?;
        Ok(match self.scheme {
            SeriesScheme::Iid => drawn.with_jackknife(&delete_one_means(series)),
            _ => drawn,
        })
    }

    /// Sets up [`run_mean`](Self::run_mean).
    ///
    /// # Errors
    ///
    /// As [`run_mean`](Self::run_mean).
    pub fn prepare_mean(
        self,
        series: &[f64],
    ) -> Result<BootstrapRun<'_, impl Fn(usize) -> f64 + Sync + Send + use<'_>>> {
        let estimate = moments::mean(series).unwrap_or(f64::NAN);
        self.mean_deviations(series, estimate)
    }

    /// Draws a statistic that is approximately linear, by its influence values: replicate
    /// `θ̂ + (1/n) Σ (IF*ₜ − mean of IF)`, the sum over the rows of the resample.
    ///
    /// `influence` holds, row by row, what the row contributes: for a smooth function h of the mean
    /// of a vector, `IFₜ = ∇h(x̄)ᵀ(xₜ − x̄)`. For the `Tapered` scheme this is how its authors extend
    /// it beyond the mean (Paparoditis and Politis 2002, *The tapered block bootstrap for general
    /// statistics from stationary sequences*, Econometrics Journal 5, 131–148).
    ///
    /// # Errors
    ///
    /// As [`run_mean`](Self::run_mean).
    ///
    /// ```
    /// use eventstudy::resampling::{SeriesBootstrap, SeriesScheme};
    ///
    /// // exp(mean), whose influence values are exp(mean) (x - mean).
    /// let x: Vec<f64> = (0..60).map(|t| (f64::from(t) * 0.7).sin()).collect();
    /// let mean = x.iter().sum::<f64>() / 60.0;
    /// let influence: Vec<f64> = x.iter().map(|v| mean.exp() * (v - mean)).collect();
    /// let bootstrap = SeriesBootstrap::new(SeriesScheme::Tapered { block_length: 6 })?;
    /// let drawn = bootstrap.replicates(99).run_influence(mean.exp(), &influence)?;
    /// assert_eq!(drawn.point_estimate(), mean.exp());
    /// # Ok::<(), eventstudy::Error>(())
    /// ```
    pub fn run_influence(
        &self,
        point_estimate: f64,
        influence: &[f64],
    ) -> Result<BootstrapDistribution> {
        self.prepare_influence(point_estimate, influence)?.run()
    }

    /// Sets up [`run_influence`](Self::run_influence).
    ///
    /// # Errors
    ///
    /// As [`run_influence`](Self::run_influence).
    pub fn prepare_influence(
        self,
        point_estimate: f64,
        influence: &[f64],
    ) -> Result<BootstrapRun<'_, impl Fn(usize) -> f64 + Sync + Send + use<'_>>> {
        self.mean_deviations(influence, point_estimate)
    }

    /// Draws, and takes the sum of the first `n_drawn` values of each resample: what a window of
    /// that length adds up to in the series. The point estimate is `n_drawn` times the mean.
    ///
    /// # Errors
    ///
    /// As [`run_mean`](Self::run_mean); [`Error::Setting`] unless `n_drawn` is from 1 to the number
    /// of rows.
    pub fn run_window_sum(&self, series: &[f64], n_drawn: usize) -> Result<BootstrapDistribution> {
        self.prepare_window_sum(series, n_drawn)?.run()
    }

    /// Sets up [`run_window_sum`](Self::run_window_sum).
    ///
    /// # Errors
    ///
    /// As [`run_window_sum`](Self::run_window_sum).
    pub fn prepare_window_sum(
        self,
        series: &[f64],
        n_drawn: usize,
    ) -> Result<BootstrapRun<'_, impl Fn(usize) -> f64 + Sync + Send + use<'_>>> {
        check_values(series)?;
        self.scheme.check_rows(series.len())?;
        check_drawn(n_drawn, series.len())?;
        let sums = BlockSums::new(self.scheme, series, n_drawn);
        let at_mean = n_drawn as f64 * sums.centre();
        Ok(self.linear(sums, one_row(series), at_mean, 1.0))
    }

    /// Draws, and evaluates `statistic` on the rows of each resample: one draw for several series
    /// at once. The point estimate is the statistic of the rows in order.
    ///
    /// # Errors
    ///
    /// As [`run`](Self::run).
    pub fn run_rows(
        &self,
        n_rows: usize,
        statistic: impl Fn(&[usize]) -> f64 + Sync + Send,
    ) -> Result<BootstrapDistribution> {
        self.prepare_rows(n_rows, statistic)?.run()
    }

    /// Sets up [`run_rows`](Self::run_rows).
    ///
    /// # Errors
    ///
    /// As [`run_rows`](Self::run_rows), but for undefined statistics, which the run finds.
    pub fn prepare_rows<'a, S: Fn(&[usize]) -> f64 + Sync + Send + 'a>(
        self,
        n_rows: usize,
        statistic: S,
    ) -> Result<BootstrapRun<'a, impl Fn(usize) -> f64 + Sync + Send + use<'a, S>>> {
        self.check_plain(n_rows)?;
        let in_order: Vec<usize> = (0..n_rows).collect();
        let estimate = statistic(&in_order);
        let of = move |resample: Resample| statistic(&resample.rows(n_rows));
        Ok(self.set_up(n_rows, n_rows, None, estimate, of))
    }

    /// θ̂ and the mean deviation of each resample.
    fn mean_deviations(
        self,
        values: &[f64],
        estimate: f64,
    ) -> Result<BootstrapRun<'_, impl Fn(usize) -> f64 + Sync + Send + use<'_>>> {
        check_values(values)?;
        self.scheme.check_rows(values.len())?;
        let sums = BlockSums::new(self.scheme, values, values.len());
        Ok(self.linear(sums, one_row(values), estimate, values.len() as f64))
    }

    /// The estimate and the sum of the deviations of each resample by a divisor.
    #[allow(clippy::needless_pass_by_value)] // a view, which the run keeps
    fn linear(
        self,
        sums: BlockSums,
        data: ArrayView2<'_, f64>,
        estimate: f64,
        divisor: f64,
    ) -> BootstrapRun<'_, impl Fn(usize) -> f64 + Sync + Send + use<'_>> {
        let (n_rows, n_drawn) = (data.ncols(), sums.n_drawn());
        let of = move |resample| estimate + sums.sum_of_deviations(resample) / divisor;
        self.set_up(n_rows, n_drawn, Some(data), estimate, of)
    }

    fn set_up<S: Fn(Resample) -> f64 + Sync + Send>(
        self,
        n_rows: usize,
        n_drawn: usize,
        data: Option<ArrayView2<'_, f64>>,
        point_estimate: f64,
        statistic: S,
    ) -> BootstrapRun<'_, impl Fn(usize) -> f64 + Sync + Send + use<'_, S>> {
        let n_exact = self.n_exact(n_rows, n_drawn);
        let exact = n_exact.is_some();
        BootstrapRun {
            scheme: self.scheme.into(),
            seed: (!exact).then_some(self.seed),
            n_replicates: n_exact.unwrap_or(self.n_replicates),
            n_rows,
            point_estimate,
            data,
            replicate: move |k| statistic(self.resample(exact, k)),
        }
    }

    /// Replicate or outcome `k`.
    pub(super) fn resample(&self, exact: bool, k: usize) -> Resample {
        if exact {
            Resample::outcome(self.scheme, k)
        } else {
            Resample::drawn(self.scheme, self.seed, k as u64)
        }
    }

    /// The number of equally likely resamples, where they are enumerated.
    pub(super) fn n_exact(&self, n_rows: usize, n_drawn: usize) -> Option<usize> {
        let n_outcomes = self.scheme.fixed(n_rows)?.n_outcomes(n_drawn)?;
        (n_outcomes <= self.n_replicates).then_some(n_outcomes)
    }

    /// The scheme must suit the series and draw rows as they are.
    pub(super) fn check_plain(&self, n_rows: usize) -> Result<()> {
        self.scheme.check_rows(n_rows)?;
        if let SeriesScheme::Tapered { .. } = self.scheme {
            return Err(Error::Setting {
                name: "scheme",
                value: self.scheme.name().to_owned(),
                expected: "one that draws rows as they are: a tapered resample holds weighted \
                           deviations, of which there are means, sums over a window and, by its \
                           influence values, a smooth statistic",
            });
        }
        Ok(())
    }
}

fn check_drawn(n_drawn: usize, n_rows: usize) -> Result<()> {
    if n_drawn >= 1 && n_drawn <= n_rows {
        return Ok(());
    }
    Err(Error::Setting {
        name: "rows drawn",
        value: n_drawn.to_string(),
        expected: "from 1 to the number of rows of the series",
    })
}

/// A series as a table of one row.
fn one_row(series: &[f64]) -> ArrayView2<'_, f64> {
    ArrayView1::from(series).insert_axis(Axis(0))
}
