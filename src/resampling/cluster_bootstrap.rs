//! Bootstrap of clusters of responses.

use std::borrow::Cow;

use rand::RngExt;
use serde::{Deserialize, Serialize};

use super::clusters::{ClusterSum, check_responses, check_sizes, mean, mean_and_std_error};
use super::distribution::{BootstrapDistribution, ResamplingScheme, delete_one};
use super::draws::draws;
use super::outcomes::{Drawn, OrderFree, n_ordered, units_drawn};
use crate::Result;
use crate::numeric::parallel;
use crate::numeric::streams::stream;

/// What a [`ClusterBootstrap`] draws.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ClusterScheme {
    /// As many event dates as there are, with replacement, each with all its responses. Whatever
    /// the dependence within a date is, it is drawn along (Cameron, Gelbach and Miller 2008,
    /// <https://doi.org/10.1162/rest.90.3.414>; of rows of a regression this is the pairs cluster
    /// bootstrap).
    WholeDates,
    /// Event dates as before, then inside each drawn date as many assets as it has, with
    /// replacement.
    ///
    /// *Assumes* assets that are alike and independent given their date. The second draw adds the
    /// variance within dates once more: of the mean of G dates with n responses each the replicates
    /// have variance (b + w/n)/G, where b is the variance of the means of the dates (divisor G) and
    /// w that within dates (divisor Gn); of whole dates they have b/G, which holds w/n already
    /// (Davison and Hinkley 1997, section 3.8, <https://doi.org/10.1017/CBO9780511802843>).
    /// It is for the question what other assets on such dates would have given.
    TwoStage,
}

impl ClusterScheme {
    fn resampling(self) -> ResamplingScheme {
        match self {
            Self::WholeDates => ResamplingScheme::Cluster,
            Self::TwoStage => ResamplingScheme::TwoStageCluster,
        }
    }
}

/// Bootstrap over responses that are given by event date, so that dates with more responses weigh
/// more.
///
/// Every resample has as many dates as there are; the statistic sees the responses of all of them
/// together, a date that was drawn twice twice. [`EventDateBootstrap`](super::EventDateBootstrap) of
/// the means of the dates gives each date the same weight instead.
///
/// *Assumes* independent event dates from one law, sizes included. With few of them the limits are
/// those of [`EventDateBootstrap::coverage_ceiling`](super::EventDateBootstrap::coverage_ceiling).
/// All equally likely resamples are enumerated where there are no more than the replicates asked
/// for: Gᴳ of G whole dates, or the C(2G − 1, G) distinct ones of them with
/// [weights](BootstrapDistribution::weights); (G nⁿ)ᴳ in two stages where all dates have n responses (otherwise the
/// resamples are not equally likely, and are drawn). `BCa` leaves out one whole date at a time,
/// which is a valid jackknife of independent dates; in two stages it is refused.
///
/// ```
/// use eventstudy::resampling::{ClusterBootstrap, ClusterScheme, IntervalMethod};
///
/// let cars = [vec![0.02, 0.05, 0.03], vec![-0.01, 0.01], vec![0.04], vec![0.00, 0.03]];
/// let drawn = ClusterBootstrap::new(ClusterScheme::WholeDates).run_mean(&cars)?;
/// assert_eq!((drawn.n_replicates(), drawn.is_exact()), (256, true));
/// assert!(drawn.interval(IntervalMethod::Bca, 0.9)?.lower > -0.01);
///
/// // Clusters of (y, x) pairs: the slope of a cross-section of CARs.
/// let pairs = [vec![(0.02, 1.0), (0.05, 3.0)], vec![(-0.01, 0.0), (0.01, 2.0)], vec![(0.04, 2.0)]];
/// let drawn = ClusterBootstrap::new(ClusterScheme::WholeDates).run_pairs(&pairs, |rows| {
///     let n = rows.len() as f64;
///     let (y, x) = rows.iter().fold((0.0, 0.0), |(a, b), (y, x)| (a + y / n, b + x / n));
///     let products = rows.iter().map(|r| (r.0 - y) * (r.1 - x)).sum::<f64>();
///     let squares = rows.iter().map(|r| (r.1 - x).powi(2)).sum::<f64>();
///     if squares > 0.0 { products / squares } else { 0.0 }
/// })?;
/// assert_eq!(drawn.n_replicates(), 27);
/// # Ok::<(), eventstudy::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClusterBootstrap {
    scheme: ClusterScheme,
    n_replicates: usize,
    seed: u64,
}

draws! {
    ClusterBootstrap: replicates -> n_replicates, "The number of replicates, and the largest number of distinct resamples to enumerate.",
    "The seed; replicate k is drawn from the stream (seed, k)."
}

impl ClusterBootstrap {
    /// 9,999 replicates, seed 0.
    pub fn new(scheme: ClusterScheme) -> Self {
        Self { scheme, n_replicates: 9_999, seed: 0 }
    }

    /// Draws, and evaluates `statistic` on the responses of each resample.
    ///
    /// `statistic` must not depend on the order of its values.
    ///
    /// # Errors
    ///
    /// [`Error::TooFew`](crate::Error::TooFew) for fewer than two event dates, or one without
    /// responses; [`Error::Setting`](crate::Error::Setting) for a response that is not finite;
    /// [`Error::StatisticUndefined`](crate::Error::StatisticUndefined) where the statistic is not
    /// finite.
    pub fn run(
        &self,
        by_date: &[impl AsRef<[f64]>],
        statistic: impl Fn(&[f64]) -> f64 + Sync + Send,
    ) -> Result<BootstrapDistribution> {
        check_responses(self.name(), by_date)?;
        self.run_pairs(by_date, statistic)
    }

    /// [`run`](Self::run) for rows of any kind, such as pairs (y, x) of a regression, which are not
    /// looked into.
    ///
    /// # Errors
    ///
    /// As [`run`](Self::run).
    pub fn run_pairs<T: Copy + Sync>(
        &self,
        by_date: &[impl AsRef<[T]>],
        statistic: impl Fn(&[T]) -> f64 + Sync + Send,
    ) -> Result<BootstrapDistribution> {
        let dates = self.dates(by_date)?;
        let pooled = |drawn: &[Cow<'_, [T]>]| {
            let rows: Vec<T> = drawn.iter().flat_map(|date| date.iter().copied()).collect();
            statistic(&rows)
        };
        self.collect(&sizes(&dates), |at, rows| rows_of(dates[at], rows), pooled)
    }

    /// [`run_pairs`](Self::run_pairs) for a statistic that gives an estimate and its standard error
    /// from the rows of each drawn date, so that the standard error can allow for dependence within
    /// dates. A date that was drawn twice counts as two.
    ///
    /// # Errors
    ///
    /// As [`run`](Self::run); [`Error::DegenerateVariance`](crate::Error::DegenerateVariance) where
    /// the standard error of the estimate is zero.
    pub fn run_studentised<T: Copy + Sync>(
        &self,
        by_date: &[impl AsRef<[T]>],
        statistic: impl Fn(&[&[T]]) -> (f64, f64) + Sync + Send,
    ) -> Result<BootstrapDistribution> {
        let dates = self.dates(by_date)?;
        let of_dates = |drawn: &[Cow<'_, [T]>]| {
            statistic(&drawn.iter().map(AsRef::as_ref).collect::<Vec<&[T]>>())
        };
        self.collect_studentised(&sizes(&dates), |at, rows| rows_of(dates[at], rows), of_dates)
    }

    /// [`run`](Self::run) for the mean of all responses, from sums and counts of the dates.
    ///
    /// # Errors
    ///
    /// As [`run`](Self::run).
    pub fn run_mean(&self, by_date: &[impl AsRef<[f64]>]) -> Result<BootstrapDistribution> {
        check_responses(self.name(), by_date)?;
        let dates = self.dates(by_date)?;
        let sums = sums_of(&dates);
        self.collect(&sizes(&dates), |at, rows| sum_of(dates[at], sums[at], rows), mean)
    }

    /// [`run_mean`](Self::run_mean) with the standard error `√(G/(G − 1) Σ(S − n m)²) / N` of the G
    /// drawn dates, robust to dependence within them: S is the sum of the n responses of a drawn
    /// date, N the number of all and m their mean.
    ///
    /// # Errors
    ///
    /// As [`run`](Self::run); [`Error::DegenerateVariance`](crate::Error::DegenerateVariance) where
    /// the standard error of the mean is zero.
    pub fn run_mean_studentised(
        &self,
        by_date: &[impl AsRef<[f64]>],
    ) -> Result<BootstrapDistribution> {
        check_responses(self.name(), by_date)?;
        let dates = self.dates(by_date)?;
        let sums = sums_of(&dates);
        let cell = |at: usize, rows: Option<&[usize]>| sum_of(dates[at], sums[at], rows);
        self.collect_studentised(&sizes(&dates), cell, mean_and_std_error)
    }

    fn name(&self) -> &'static str {
        self.scheme.resampling().name()
    }

    fn dates<'a, T>(&self, by_date: &'a [impl AsRef<[T]>]) -> Result<Vec<&'a [T]>> {
        let dates: Vec<&[T]> = by_date.iter().map(AsRef::as_ref).collect();
        check_sizes(self.name(), dates.iter().map(|d| d.len()))?;
        Ok(dates)
    }

    /// `cell` is a drawn date: the number of the date, and its drawn rows where not all are taken.
    fn collect<C: Clone>(
        &self,
        sizes: &[usize],
        cell: impl Fn(usize, Option<&[usize]>) -> C + Sync + Send,
        statistic: impl Fn(&[C]) -> f64 + Sync + Send,
    ) -> Result<BootstrapDistribution> {
        let cells: Vec<C> = (0..sizes.len()).map(|at| cell(at, None)).collect();
        self.replicates_of(sizes, &cell, &statistic)
            .distribution(statistic(&cells), self.scheme.resampling())
            .map(|drawn| drawn.with_jackknife(&delete_one(&cells, &statistic)))
    }

    fn collect_studentised<C: Clone>(
        &self,
        sizes: &[usize],
        cell: impl Fn(usize, Option<&[usize]>) -> C + Sync + Send,
        statistic: impl Fn(&[C]) -> (f64, f64) + Sync + Send,
    ) -> Result<BootstrapDistribution> {
        let cells: Vec<C> = (0..sizes.len()).map(|at| cell(at, None)).collect();
        self.replicates_of(sizes, &cell, &statistic)
            .studentised(statistic(&cells), self.scheme.resampling())
            .map(|drawn| drawn.with_jackknife(&delete_one(&cells, &|c: &[C]| statistic(c).0)))
    }

    /// The statistic of every resample.
    fn replicates_of<C, T: Clone + Send>(
        &self,
        sizes: &[usize],
        cell: &(impl Fn(usize, Option<&[usize]>) -> C + Sync + Send),
        statistic: &(impl Fn(&[C]) -> T + Sync + Send),
    ) -> Drawn<T> {
        let n = sizes.len();
        match self.scheme {
            ClusterScheme::WholeDates => {
                let of_rows = |rows: &[usize]| {
                    statistic(&rows.iter().map(|at| cell(*at, None)).collect::<Vec<C>>())
                };
                let draw = |k: usize| of_rows(&units_drawn(n, self.seed, k));
                let draws = (self.n_replicates, self.seed);
                OrderFree::of(n, self.n_replicates).evaluate(n, draws, of_rows, draw)
            }
            ClusterScheme::TwoStage => {
                let few = |n_outcomes: &usize| *n_outcomes <= self.n_replicates;
                if let Some(n_outcomes) = n_two_stage(sizes).filter(few) {
                    // Row by row a digit of the number of the outcome.
                    let outcome = |k: usize| {
                        let mut left = k;
                        two_stages(sizes, cell, statistic, |n| {
                            let digit = left % n;
                            left /= n;
                            digit
                        })
                    };
                    let replicates = parallel::map(n_outcomes, outcome);
                    return Drawn { replicates, weights: None, seed: None };
                }
                let draw = |k: usize| {
                    let mut stream = stream(self.seed, k as u64);
                    two_stages(sizes, cell, statistic, |n| stream.random_range(0..n))
                };
                let replicates = parallel::map(self.n_replicates, draw);
                Drawn { replicates, weights: None, seed: Some(self.seed) }
            }
        }
    }
}

/// The statistic of one resample in two stages; `below(n)` is the next row out of n.
fn two_stages<C, T>(
    sizes: &[usize],
    cell: &impl Fn(usize, Option<&[usize]>) -> C,
    statistic: &impl Fn(&[C]) -> T,
    mut below: impl FnMut(usize) -> usize,
) -> T {
    let mut rows = Vec::new();
    let cells = (0..sizes.len()).map(|_| {
        let at = below(sizes.len());
        rows.clear();
        rows.extend((0..sizes[at]).map(|_| below(sizes[at])));
        cell(at, Some(&rows))
    });
    statistic(&cells.collect::<Vec<C>>())
}

/// (G nⁿ)ᴳ for G dates of n responses each, where that can be held; `None` for dates of unequal size.
fn n_two_stage(sizes: &[usize]) -> Option<usize> {
    let size = *sizes.first()?;
    if sizes.iter().any(|s| *s != size) {
        return None;
    }
    let of_a_date = usize::try_from(n_ordered(size)?).ok()?.checked_mul(sizes.len())?;
    of_a_date.checked_pow(u32::try_from(sizes.len()).ok()?)
}

fn sizes<T>(dates: &[&[T]]) -> Vec<usize> {
    dates.iter().map(|d| d.len()).collect()
}

/// All rows of a date, or those drawn.
fn rows_of<'a, T: Copy>(date: &'a [T], rows: Option<&[usize]>) -> Cow<'a, [T]> {
    match rows {
        None => Cow::Borrowed(date),
        Some(rows) => Cow::Owned(rows.iter().map(|row| date[*row]).collect()),
    }
}

fn sums_of(dates: &[&[f64]]) -> Vec<ClusterSum> {
    dates.iter().map(|date| ClusterSum::of(date.iter().copied())).collect()
}

/// The sum of a date, or of its drawn rows.
fn sum_of(date: &[f64], all: ClusterSum, rows: Option<&[usize]>) -> ClusterSum {
    rows.map_or(all, |rows| ClusterSum::of(rows.iter().map(|row| date[*row])))
}
