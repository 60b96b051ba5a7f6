//! Skewness-adjusted t with critical values of a bootstrap.

use rand::RngExt;
use serde::{Deserialize, Serialize};

use super::outcome::{
    NullLaw, SampleTest, SidedPValues, Spread, check_probability, check_sample, check_size,
};
use super::skewness::{
    SkewnessAdjusted, SkewnessAdjustedT, SkewnessEstimator, SkewnessForm, skewness,
};
use crate::inference::Card;
use crate::numeric::streams::stream;
use crate::numeric::{parallel, quantile};
use crate::resampling::draws::draws;
use crate::{Error, Result};

const NAME: &str = "bootstrapped skewness-adjusted t";

pub(super) const CARD: Card = Card {
    id: "bootstrapped-skewness-t",
    name: NAME,
    null: "the mean is zero",
    assumes: "independent values, many of them",
    robust_to: "skewed values",
    distribution: "resamples of a quarter of the values",
    allows_for_shared_dates: false,
    reference: "Lyon, Barber and Tsai 1999",
    doi: "10.1111/0022-1082.00101",
    departures: "p-values with +1 beside the critical values",
};

/// The bootstrapped skewness-adjusted t test of Lyon, Barber and Tsai.
///
/// From the n values, resamples of m = n/4 (rounded down) are drawn with replacement; each gives
/// `t* = √m (S* + γ*S*²/3 + γ*/(6m))` with `S* = (x̄* − x̄)/s*`, and S, γ as in
/// [`SkewnessAdjustedT::johnson`]. The null is rejected where the t of all n values lies below the
/// α/2 or above the 1 − α/2 quantile of the t*.
///
/// - *Null*: the mean is zero.
/// - *Assumes*: independent values. With resamples of a handful of values t* has wild tails; the
///   authors had 200 values or more.
/// - *Distribution*: resample k is drawn from the stream (seed, k). Critical values are type-7
///   quantiles; p-values are `(1 + count)/(1 + B)` of one tail, two-sided twice the smaller one.
///   Resamples whose values are all the same have no t*; they are left out and counted.
/// - *Reference*: Lyon, Barber and Tsai 1999, <https://doi.org/10.1111/0022-1082.00101>.
/// - *Departures*: the paper has critical values alone.
///
/// ```
/// use eventstudy::inference::samples::BootstrappedSkewnessT;
///
/// let bhar: Vec<f64> = (0..40).map(|i| (f64::from(i * 7 % 40) / 20.0).powi(3) - 0.4).collect();
/// let found = BootstrappedSkewnessT::new().seed(1).test(&bhar)?;
/// let (lower, upper) = found.critical_values(0.05)?;
/// assert_eq!(found.resample_size, 10);
/// assert_eq!(found.observed.result.statistic > upper, found.result.p_values.greater < 0.025);
/// # Ok::<(), eventstudy::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BootstrappedSkewnessT {
    n_draws: usize,
    seed: u64,
    resample_size: Option<usize>,
}

/// Outcome of [`BootstrappedSkewnessT::test`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BootstrappedSkewnessTest {
    /// The statistic of all values and its p-values by the bootstrap.
    pub result: SampleTest,
    /// The same statistic with its moments and normal p-values.
    pub observed: SkewnessAdjusted,
    /// Values in a resample, m.
    pub resample_size: usize,
    /// Resamples without spread, left out.
    pub n_degenerate: usize,
    /// t* of the others, in the order of the draws.
    pub statistics: Vec<f64>,
}

impl BootstrappedSkewnessTest {
    /// The α/2 and 1 − α/2 quantiles (type 7) of t*.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] for a significance outside (0, 1).
    pub fn critical_values(&self, significance: f64) -> Result<(f64, f64)> {
        check_probability("significance", significance)?;
        let sorted = quantile::sorted(&self.statistics);
        let at = |p: f64| quantile::quantile_sorted(&sorted, p).unwrap_or(f64::NAN);
        Ok((at(significance / 2.0), at(1.0 - significance / 2.0)))
    }
}

draws! {
    BootstrappedSkewnessT: draws -> n_draws, "The number of resamples.",
    "The seed."
}

impl BootstrappedSkewnessT {
    /// 1,000 resamples of a quarter of the values, seed 0.
    pub fn new() -> Self {
        Self { n_draws: 1_000, seed: 0, resample_size: None }
    }

    /// Another size of the resamples, at least two values.
    #[must_use]
    pub fn resample_size(mut self, resample_size: usize) -> Self {
        self.resample_size = Some(resample_size);
        self
    }

    /// Tests a sample.
    ///
    /// # Errors
    ///
    /// [`Error::TooFew`] for fewer than eight values (three where the size of the resamples was
    /// set), resamples of fewer than two, or no resample with any spread;
    /// [`Error::DegenerateVariance`] where all values are the same; [`Error::Setting`] for a value
    /// that is not finite.
    pub fn test(&self, x: &[f64]) -> Result<BootstrappedSkewnessTest> {
        if self.resample_size.is_none() {
            check_size(NAME, x.len(), 8)?;
        }
        let size = self.resample_size.unwrap_or(x.len() / 4);
        let sample = Sample::new(x, size)?;
        let statistics = parallel::map(self.n_draws, |k| {
            let mut stream = stream(self.seed, k as u64);
            let drawn: Vec<f64> = (0..size).map(|_| x[stream.random_range(0..x.len())]).collect();
            sample.statistic(&drawn)
        });
        sample.finish(statistics, Some(self.seed))
    }

    /// Tests a sample by given resamples, each a list of rows of the sample, all of one length; the
    /// number of resamples, their size and the seed of `self` play no part.
    ///
    /// # Errors
    ///
    /// As [`test`](Self::test); [`Error::ShapeMismatch`] for lists of different length,
    /// [`Error::Setting`] for a row that the sample does not have.
    pub fn test_with_rows(
        self,
        x: &[f64],
        draws: &[impl AsRef<[usize]>],
    ) -> Result<BootstrappedSkewnessTest> {
        let size = draws.first().map_or(0, |rows| rows.as_ref().len());
        let sample = Sample::new(x, size)?;
        let mut statistics = Vec::with_capacity(draws.len());
        for rows in draws {
            let rows = rows.as_ref();
            if rows.len() != size {
                return Err(Error::ShapeMismatch {
                    what: "a resample".to_owned(),
                    n_found: rows.len(),
                    n_expected: size,
                });
            }
            if let Some(row) = rows.iter().find(|row| **row >= x.len()) {
                return Err(Error::Setting {
                    name: "row of a resample",
                    value: row.to_string(),
                    expected: "a row of the sample, counted from 0",
                });
            }
            let drawn: Vec<f64> = rows.iter().map(|row| x[*row]).collect();
            statistics.push(sample.statistic(&drawn));
        }
        sample.finish(statistics, None)
    }
}

impl Default for BootstrappedSkewnessT {
    fn default() -> Self {
        Self::new()
    }
}

struct Sample {
    observed: SkewnessAdjusted,
    resample_size: usize,
}

impl Sample {
    fn new(x: &[f64], resample_size: usize) -> Result<Self> {
        check_sample(NAME, x, 3)?;
        check_size("a resample of the skewness-adjusted t", resample_size, 2)?;
        Ok(Self { observed: SkewnessAdjustedT::johnson().test(x)?, resample_size })
    }

    /// t* of a resample; `None` where its values are all the same.
    fn statistic(&self, drawn: &[f64]) -> Option<f64> {
        let centred: Vec<f64> = drawn.iter().map(|v| v - self.observed.mean).collect();
        let spread = Spread::of_any(&centred);
        if Spread::of_any(drawn).is_negligible(drawn) {
            return None;
        }
        let std_dev = spread.variance().sqrt();
        let gamma = skewness(&centred, spread.mean, std_dev, SkewnessEstimator::LyonBarberTsai);
        Some(SkewnessForm::Johnson.statistic(spread.n, spread.mean / std_dev, gamma))
    }

    fn finish(
        self,
        statistics: Vec<Option<f64>>,
        seed: Option<u64>,
    ) -> Result<BootstrappedSkewnessTest> {
        let n_drawn = statistics.len();
        let statistics: Vec<f64> = statistics.into_iter().flatten().collect();
        if statistics.is_empty() {
            return Err(Error::TooFew {
                what: NAME.to_owned(),
                unit: "resamples with any spread",
                n_needed: 1,
                n_found: 0,
            });
        }
        let n_draws = statistics.len();
        let statistic = self.observed.result.statistic;
        let p = |keep: &dyn Fn(f64) -> bool| {
            let count = statistics.iter().filter(|t| keep(**t)).count();
            (1 + count) as f64 / (1 + n_draws) as f64
        };
        let p_values = SidedPValues::from_tails(p(&|t| t >= statistic), p(&|t| t <= statistic));
        let law = match seed {
            Some(seed) => NullLaw::Drawn { n_draws, seed },
            None => NullLaw::GivenDraws { n_draws },
        };
        Ok(BootstrappedSkewnessTest {
            result: SampleTest { test: NAME.to_owned(), statistic, law, p_values },
            observed: self.observed,
            resample_size: self.resample_size,
            n_degenerate: n_drawn - n_draws,
            statistics,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inference::Alternative::{Greater, Less, TwoSided};

    fn skewed() -> Vec<f64> {
        (0..48).map(|i| (f64::from(i * 11 % 48) / 24.0).powi(3) - 1.5).collect()
    }

    #[test]
    fn a_resample_by_hand() {
        // Mean 2; rows 1, 2 are 1 and 3: S* = 0, γ* = 0. Rows 3, 3, 0: mean 8/3 about 2.
        let x = [0.0, 1.0, 3.0, 4.0];
        let test = BootstrappedSkewnessT::new();
        let found = test.test_with_rows(&x, &[[1, 2], [3, 3], [3, 0]]).unwrap();
        assert_eq!((found.n_degenerate, found.statistics.len()), (1, 2));
        assert_eq!(found.statistics, [0.0, 0.0]);
        let found = test.test_with_rows(&x, &[[3, 3, 0]]).unwrap();
        let s = (8.0 / 3.0 - 2.0) / (16.0_f64 / 3.0).sqrt();
        // Σd³ = 2 (4/3)³ − (8/3)³ = −128/9.
        let gamma = -128.0 / 9.0 / (3.0 * (16.0_f64 / 3.0).powf(1.5));
        let expected = 3.0_f64.sqrt() * (s + gamma * s * s / 3.0 + gamma / 18.0);
        assert!((found.statistics[0] - expected).abs() < 1e-14);
        assert_eq!(found.result.law, NullLaw::GivenDraws { n_draws: 1 });
    }

    #[test]
    fn reruns_are_the_same_and_have_plus_one() {
        let x = skewed();
        let test = BootstrappedSkewnessT::new().draws(400).seed(7);
        let found = test.test(&x).unwrap();
        assert_eq!(found, test.test(&x).unwrap());
        assert_ne!(found.statistics, test.seed(8).test(&x).unwrap().statistics);
        assert_eq!((found.resample_size, found.n_degenerate), (12, 0));
        let far: Vec<f64> = x.iter().map(|v| v + 40.0).collect();
        let found = test.test(&far).unwrap();
        assert_eq!(found.result.p_value(Greater), 1.0 / 401.0);
        assert_eq!(
            (found.result.p_value(TwoSided), found.result.p_value(Less)),
            (2.0 / 401.0, 1.0)
        );
    }

    #[test]
    fn turns_with_the_sample() {
        let (x, test) = (skewed(), BootstrappedSkewnessT::new().seed(2));
        let turned: Vec<f64> = x.iter().map(|v| -v).collect();
        let (a, b) = (test.test(&x).unwrap(), test.test(&turned).unwrap());
        assert_eq!(a.result.p_value(Greater), b.result.p_value(Less));
        let ((lower, upper), (low, high)) =
            (a.critical_values(0.05).unwrap(), b.critical_values(0.05).unwrap());
        assert!((lower + high).abs() < 1e-9 && (upper + low).abs() < 1e-9);
        assert!(lower < 0.0 && upper > 0.0 && a.critical_values(0.0).is_err());
    }

    #[test]
    fn bad_input() {
        let test = BootstrappedSkewnessT::new();
        assert!(matches!(test.test(&[0.1; 7]), Err(Error::TooFew { n_needed: 8, .. })));
        assert!(matches!(test.test(&[0.1; 9]), Err(Error::DegenerateVariance { .. })));
        assert!(matches!(test.test(&[f64::NAN; 9]), Err(Error::Setting { .. })));
        assert!(matches!(test.draws(0).test(&skewed()), Err(Error::TooFew { .. })));
        assert!(matches!(test.resample_size(1).test(&skewed()), Err(Error::TooFew { .. })));
        let x = [0.0, 1.0, 3.0, 4.0];
        let ragged = test.test_with_rows(&x, &[vec![0, 1], vec![0, 1, 2]]);
        assert!(matches!(ragged, Err(Error::ShapeMismatch { .. })));
        assert!(matches!(test.test_with_rows(&x, &[[0, 4]]), Err(Error::Setting { .. })));
        assert!(matches!(test.test_with_rows(&x, &[[1, 1]]), Err(Error::TooFew { .. })));
        let none: [Vec<usize>; 0] = [];
        assert!(matches!(test.test_with_rows(&x, &none), Err(Error::TooFew { .. })));
    }
}
