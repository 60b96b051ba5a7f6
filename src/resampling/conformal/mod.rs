//! The conformal test of one event.

mod interval;
mod series;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

pub use interval::ConformalInterval;
pub use series::ConformalSeries;

use super::ReferenceDistribution;
use crate::numeric::streams::stream;
use crate::numeric::{combinations, parallel};
use crate::resampling::draws::draws;
use crate::{Error, Result};

/// What is computed from the residuals on T* rows.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum ConformalStatistic {
    /// `S₁ = Σ|û| / √T*`, the paper's first choice: any path of effects, heavy tails.
    #[default]
    Absolute,
    /// `S₂ = √(Σû² / √T*)`: few large effects.
    Square,
    /// `|Σû| / √T*`: an effect that keeps its sign, and the size of the CAR. It does not mind an
    /// event that only raises the variance.
    Sum,
}

/// In which orders the residuals might have come.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum ConformalPermutations {
    /// All T cyclic shifts, which keep neighbours together: for residuals that depend on each other.
    #[default]
    MovingBlock,
    /// Any order: for residuals that are independent. A statistic depends on which rows come last,
    /// not on their order, so that all `C(T, T*)` choices of rows are evaluated where there are few.
    Iid,
}

/// The conformal test of one event: do the residuals of its window stand out among those of its own
/// estimation window?
///
/// The model is fitted to all T rows under the null ([`ConformalSeries`]). With û the residuals and
/// S a statistic of those on the T* rows of the event, a permutation π of the rows puts others in
/// their place, and
///
/// ```text
/// p = #{π : S(û_π) ≥ S(û)} / #{π}      the identity among the π
/// ```
///
/// - *Null*: the event had no effect on any row, or the path of effects that was taken off by
///   [`ConformalSeries::under`].
/// - *Exact* where the residuals are exchangeable: independent, identically distributed returns and
///   a fit that treats all rows alike, which least squares over all rows does. *Approximate* for
///   shifts where residuals are stationary and depend little on those far away, the better the more
///   rows there are for each of the event.
/// - *Not robust to* a variance that is another one around the event, save with
///   [`Sum`](ConformalStatistic::Sum) in part; nor to a model that holds before and not after.
/// - *Smallest p-value*: 1/T with shifts, however many rows the window has. Shifts by few rows share
///   most of theirs, so T/T* is how many windows there are to compare with.
/// - It needs one event and no other date, where a placebo needs windows at other times: it says
///   whether this window is unlike the rows before it, not whether such windows are common.
/// - *Reference*: Chernozhukov, Wüthrich and Zhu 2021, Journal of the American Statistical
///   Association 116, 1849–1864, <https://doi.org/10.1080/01621459.2021.1920957>.
/// - *Departures*: the event rows may lie among the others, not only at their end; rows that are
///   left out between estimation window and event are closed up.
///
/// ```
/// use eventstudy::resampling::{ConformalSeries, ConformalStatistic, ConformalTest};
///
/// let mut returns: Vec<f64> = (0..120).map(|t| 0.01 * (t as f64 * 1.7).sin()).collect();
/// returns[115..].iter_mut().for_each(|r| *r += 0.02);
/// let series = ConformalSeries::fitted(&returns, &[], 115..120)?;
///
/// let test = ConformalTest::new().statistic(ConformalStatistic::Sum);
/// let found = test.test(&series)?;
/// assert_eq!((found.n_permutations, found.attainable_p), (120, 1.0 / 120.0));
/// assert_eq!(found.p_value, found.attainable_p);
/// let effect = test.interval(&series, 0.95)?;
/// assert!(effect.lower > 0.0 && effect.lower < 0.02 && 0.02 < effect.upper);
/// # Ok::<(), eventstudy::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ConformalTest {
    statistic: ConformalStatistic,
    permutations: ConformalPermutations,
    n_draws: usize,
    seed: u64,
}

/// Outcome of [`ConformalTest::test`].
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ConformalResult {
    /// S(û).
    pub statistic: f64,
    /// Share of the permutations with a statistic at least as large.
    pub p_value: f64,
    /// The smallest p-value there can be.
    pub attainable_p: f64,
    /// Rows T.
    pub n_rows: usize,
    /// Rows of the event, T*.
    pub n_post: usize,
    /// Permutations, the identity counted.
    pub n_permutations: usize,
    /// Whether they are all there are.
    pub exact: bool,
}

draws! {
    ConformalTest: draws -> n_draws, "Number of permutations in any order to draw, and the largest number to enumerate.",
    "The seed; permutation k is drawn from the stream (seed, k)."
}

impl ConformalTest {
    /// [`Absolute`](ConformalStatistic::Absolute) residuals, shifts; for permutations in any order
    /// up to 9,999 enumerated or drawn, seed 0.
    pub fn new() -> Self {
        Self {
            statistic: ConformalStatistic::default(),
            permutations: ConformalPermutations::default(),
            n_draws: 9_999,
            seed: 0,
        }
    }

    /// The statistic.
    #[must_use]
    pub fn statistic(mut self, statistic: ConformalStatistic) -> Self {
        self.statistic = statistic;
        self
    }

    /// The permutations.
    #[must_use]
    pub fn permutations(mut self, permutations: ConformalPermutations) -> Self {
        self.permutations = permutations;
        self
    }

    /// Tests the null that the event rows are like the others.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] for no draws.
    pub fn test(&self, series: &ConformalSeries) -> Result<ConformalResult> {
        let (n_rows, n_post) = (series.n_rows(), series.n_post());
        let residuals = series.residuals();
        let scale = (n_post as f64).sqrt();
        let of = |rows: &[usize]| {
            let values = rows.iter().map(|row| residuals[*row]);
            match self.statistic {
                ConformalStatistic::Absolute => values.map(f64::abs).sum::<f64>() / scale,
                ConformalStatistic::Square => (values.map(|u| u * u).sum::<f64>() / scale).sqrt(),
                ConformalStatistic::Sum => values.sum::<f64>().abs() / scale,
            }
        };
        let observed = of(&series.post().collect::<Vec<_>>());
        let places = self.places(series)?;
        let statistics = parallel::map(places.len(), |k| of(&places.rows(k)));
        let seed = (!places.exact).then_some(self.seed);
        let reference = ReferenceDistribution::new("a conformal test", observed, statistics, seed)?;
        Ok(ConformalResult {
            statistic: observed,
            p_value: reference.p_values().upper,
            attainable_p: reference.attainable_p(),
            n_rows,
            n_post,
            n_permutations: reference.n() + 1,
            exact: places.exact,
        })
    }

    /// The rows that each permutation but the identity puts in the place of those of the event.
    fn places(&self, series: &ConformalSeries) -> Result<Places> {
        let (n_rows, n_post, post) = (series.n_rows(), series.n_post(), series.post());
        if self.permutations == ConformalPermutations::MovingBlock {
            return Ok(Places { n_rows, post: post.collect(), how: How::Shifted, exact: true });
        }
        if self.n_draws == 0 {
            return Err(Error::Setting {
                name: "conformal draws",
                value: "0".to_owned(),
                expected: "at least one permutation",
            });
        }
        let exact = combinations::n_choices(n_rows, n_post) <= self.n_draws as f64;
        let post: Vec<usize> = post.collect();
        let how = if exact {
            let mut all = combinations::choices(n_rows, n_post);
            all.retain(|rows| *rows != post);
            How::Listed(all)
        } else {
            How::Drawn { n: self.n_draws, seed: self.seed }
        };
        Ok(Places { n_rows, post, how, exact })
    }
}

impl Default for ConformalTest {
    fn default() -> Self {
        Self::new()
    }
}

/// Permutations other than the identity, by the rows that they bring into the event window.
#[derive(Debug)]
struct Places {
    n_rows: usize,
    post: Vec<usize>,
    how: How,
    exact: bool,
}

#[derive(Debug)]
enum How {
    Shifted,
    Listed(Vec<Vec<usize>>),
    Drawn { n: usize, seed: u64 },
}

impl Places {
    fn len(&self) -> usize {
        match &self.how {
            How::Shifted => self.n_rows - 1,
            How::Listed(all) => all.len(),
            How::Drawn { n, .. } => *n,
        }
    }

    fn rows(&self, k: usize) -> Vec<usize> {
        match &self.how {
            How::Shifted => self.post.iter().map(|row| (row + k + 1) % self.n_rows).collect(),
            How::Listed(all) => all[k].clone(),
            How::Drawn { seed, .. } => {
                combinations::draw(&mut stream(*seed, k as u64), self.n_rows, self.post.len())
            }
        }
    }
}
