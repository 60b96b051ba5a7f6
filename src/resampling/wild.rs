//! Wild bootstrap of a mean.

use serde::{Deserialize, Serialize};

use super::clusters::{ClusterSum, check_responses, mean_and_std_error};
use super::distribution::check_values;
use super::draws::draws;
use super::tails::{PValues, TIE, WeighedTails, plus_one};
use super::weights::{Point, WildWeights, totals};
use crate::numeric::parallel;
use crate::numeric::streams::stream;
use crate::{Error, Result};

const NAME: &str = "the wild bootstrap";

/// Wild bootstrap test of a mean of zero, by event date.
///
/// *Null*: the mean is zero. It is imposed: the values are not recentred, each is multiplied by a
/// random weight of mean 0 and variance 1, and the statistic is computed again on what comes out:
/// the mean, and `t = mean / se` with mean and standard error of the weighed values. All responses
/// of one event date have one weight (Cameron, Gelbach and Miller 2008,
/// <https://doi.org/10.1162/rest.90.3.414>), and se is robust to dependence within a date,
/// `√(G/(G − 1) Σ(S − n m)²) / N` over G dates, S the sum of the n responses of one, N in all, m the mean;
/// for one value a date it is s/√n.
///
/// *Assumes* independent event dates. With [`WildWeights::Rademacher`], and responses that have the
/// same joint law when all of a date change sign, the p-values are exact at any number of dates;
/// where dates have one value each, those by the mean and those by t are those of
/// [`SignFlip`](super::SignFlip). Otherwise they are right as the dates become many. *Robust to*
/// variances that differ between dates.
///
/// *Distribution*: where there are no more weight vectors (2ⁿ, or 6ⁿ for Webb's) than the replicates
/// asked for, they are enumerated, each with its probability (those of Mammen's are not equally
/// likely), and p is the probability of a statistic at least as extreme as the observed one, itself
/// included. Otherwise, and with normal weights, vectors are drawn and `p = (1 + count)/(1 + B)`.
/// Ties count: to 10⁻¹² of Σ|S| for N times the mean, and of its bound for t/√(t² + c), a function
/// that increases with t and keeps its digits where t is large.
///
/// ```
/// use eventstudy::resampling::{WildBootstrap, WildWeights};
///
/// let caar_by_event_date = [0.21, 0.05, 0.12];
/// let signs = WildBootstrap::new(WildWeights::Rademacher).test(&caar_by_event_date)?;
/// assert_eq!((signs.n_weight_vectors, signs.studentised.p_values.two_sided), (8, 0.25));
/// let webb = WildBootstrap::new(WildWeights::Webb).test(&caar_by_event_date)?;
/// assert_eq!((webb.n_weight_vectors, webb.exact), (216, true));
/// assert!(webb.studentised.attainable_two_sided < 0.05); // finer than the data are
/// # Ok::<(), eventstudy::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WildBootstrap {
    weights: WildWeights,
    n_replicates: usize,
    seed: u64,
}

/// Outcome of [`WildBootstrap::test`].
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct WildBootstrapTest {
    /// Mean of all responses.
    pub mean: f64,
    /// Its standard error, robust to dependence within a date.
    pub std_error: f64,
    /// `mean / std_error`.
    pub t: f64,
    /// Number of event dates, each with a weight of its own.
    pub n_event_dates: usize,
    /// Number of responses.
    pub n_responses: usize,
    /// The law of the weights.
    pub weights: WildWeights,
    /// Number of weight vectors compared: all there are, or the random ones.
    pub n_weight_vectors: usize,
    /// Whether they are all there are.
    pub exact: bool,
    /// The seed of a random draw; `None` for an enumeration.
    pub seed: Option<u64>,
    /// By the mean.
    pub of_mean: WildPValues,
    /// By t.
    pub studentised: WildPValues,
}

/// p-values by one statistic, and the smallest that could have come out.
///
/// By the mean the attainable ones are those of responses of the same sizes whose sums by date all
/// have one sign; no other signs give less where the weights are symmetric. By t they are the
/// probability that all dates have the same weight (of a positive one for one side), since that
/// leaves |t| as it is: Σ P(w)ᵐ over the values w of a weight, for m dates whose sum is not zero. With
/// random vectors neither is below 1/(B + 1).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct WildPValues {
    /// p-values of mean > 0, mean < 0 and mean ≠ 0.
    pub p_values: PValues,
    /// The smallest one-sided p-value.
    pub attainable_one_sided: f64,
    /// The smallest two-sided p-value.
    pub attainable_two_sided: f64,
}

draws! {
    WildBootstrap: replicates -> n_replicates, "The number of random weight vectors, and the largest number of them to enumerate.",
    "The seed; weight vector k is drawn from the stream (seed, k)."
}

impl WildBootstrap {
    /// 9,999 replicates, seed 0.
    pub fn new(weights: WildWeights) -> Self {
        Self { weights, n_replicates: 9_999, seed: 0 }
    }

    /// Tests one value per event date.
    ///
    /// # Errors
    ///
    /// [`Error::TooFew`] for fewer than two event dates or no replicates; [`Error::Setting`] for a
    /// value that is not finite; [`Error::DegenerateVariance`] where all values are the same, so
    /// that there is no t ([`SignFlip`](super::SignFlip) tests their mean).
    pub fn test(&self, values: &[f64]) -> Result<WildBootstrapTest> {
        check_values(values)?;
        let sums: Vec<ClusterSum> = values.iter().map(|v| ClusterSum { sum: *v, n: 1.0 }).collect();
        self.test_sums(&sums)
    }

    /// Tests the mean of all responses, given by event date: dates with more responses weigh more.
    ///
    /// # Errors
    ///
    /// As [`test`](Self::test), and [`Error::TooFew`] for a date without responses.
    pub fn test_responses(&self, by_date: &[impl AsRef<[f64]>]) -> Result<WildBootstrapTest> {
        check_responses(NAME, by_date)?;
        let sums: Vec<ClusterSum> =
            by_date.iter().map(|date| ClusterSum::of(date.as_ref().iter().copied())).collect();
        self.test_sums(&sums)
    }

    fn test_sums(&self, dates: &[ClusterSum]) -> Result<WildBootstrapTest> {
        for (unit, n_needed, n_found) in
            [("event dates", 2, dates.len()), ("replicates", 1, self.n_replicates)]
        {
            if n_found < n_needed {
                return Err(Error::TooFew { what: NAME.to_owned(), unit, n_needed, n_found });
            }
        }
        let (mean, std_error) = mean_and_std_error(dates);
        if std_error <= 0.0 {
            return Err(Error::DegenerateVariance {
                what: NAME.to_owned(),
                of: "the event dates".to_owned(),
            });
        }
        let points = self.weights.points().filter(|p| self.can_enumerate(p.len(), dates.len()));
        let exact = points.is_some();
        let vectors = match &points {
            Some(points) => all_totals(dates, points),
            None => parallel::map(self.n_replicates, |k| {
                let mut total = Totals::NONE;
                self.weights.draw(dates.len(), &mut stream(self.seed, k as u64), |at, weight| {
                    total = total.with(&dates[at], &Point { weight, share: 1.0 });
                });
                total
            }),
        };
        Ok(WildBootstrapTest {
            mean,
            std_error,
            t: mean / std_error,
            n_event_dates: dates.len(),
            n_responses: n_responses(dates),
            weights: self.weights,
            n_weight_vectors: vectors.len(),
            exact,
            seed: (!exact).then_some(self.seed),
            of_mean: by_mean(dates, &vectors, exact),
            studentised: self.by_t(dates, &vectors, exact),
        })
    }

    fn can_enumerate(&self, n_points: usize, n_dates: usize) -> bool {
        let n = u32::try_from(n_dates).ok().and_then(|n| n_points.checked_pow(n));
        n.is_some_and(|n| n <= self.n_replicates)
    }

    fn by_t(&self, dates: &[ClusterSum], vectors: &[Totals], exact: bool) -> WildPValues {
        let scale = Scale::of(dates);
        let observed = scale.score(&Totals::observed(dates));
        let scores = vectors.iter().map(|v| (scale.score(v), v.share));
        let tails = WeighedTails::new(observed, TIE * scale.largest_score(), scores);
        // All weights the same leave |t| as it is.
        let n_nonzero = dates.iter().filter(|d| d.sum.abs() > 0.0).count();
        let n_nonzero = i32::try_from(n_nonzero).unwrap_or(i32::MAX);
        let same = |keep: fn(f64) -> bool| {
            let outcomes = self.weights.outcomes().unwrap_or_default();
            let kept = outcomes.iter().filter(|(weight, _)| keep(*weight));
            kept.map(|(_, probability)| probability.powi(n_nonzero)).sum::<f64>()
        };
        let floor = if exact { 0.0 } else { plus_one(0, vectors.len()) };
        WildPValues {
            p_values: if exact { tails.shares() } else { tails.plus_one() },
            attainable_one_sided: same(|weight| weight > 0.0).max(floor),
            attainable_two_sided: same(|_| true).max(floor),
        }
    }
}

fn n_responses(dates: &[ClusterSum]) -> usize {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a count
    let n = dates.iter().map(|d| d.n).sum::<f64>() as usize;
    n
}

fn by_mean(dates: &[ClusterSum], vectors: &[Totals], exact: bool) -> WildPValues {
    let observed = Totals::observed(dates);
    let slack = TIE * observed.absolute;
    let read = |observed: f64, of: fn(&Totals) -> f64| {
        let tails = WeighedTails::new(observed, slack, vectors.iter().map(|v| (of(v), v.share)));
        if exact { tails.shares() } else { tails.plus_one() }
    };
    let one_sign = read(observed.absolute, |v| v.absolute);
    WildPValues {
        p_values: read(observed.sum, |v| v.sum),
        attainable_one_sided: one_sign.upper,
        attainable_two_sided: one_sign.two_sided,
    }
}

/// Sums over dates of what the statistics are made of, w the weight and S the sum of a date with n
/// responses; all but the share are sums, so that those of two halves of the dates add up.
#[derive(Debug, Clone, Copy)]
struct Totals {
    /// Σ w S.
    sum: f64,
    /// Σ w |S|.
    absolute: f64,
    /// Σ w² S².
    squares: f64,
    /// Σ w S n.
    crossed: f64,
    /// Product of the shares of the weights.
    share: f64,
}

impl Totals {
    const NONE: Self = Self { sum: 0.0, absolute: 0.0, squares: 0.0, crossed: 0.0, share: 1.0 };

    fn with(self, date: &ClusterSum, point: &Point) -> Self {
        let weighed = point.weight * date.sum;
        Self {
            sum: self.sum + weighed,
            absolute: self.absolute + point.weight * date.sum.abs(),
            squares: self.squares + weighed * weighed,
            crossed: self.crossed + weighed * date.n,
            share: self.share * point.share,
        }
    }

    fn joined(&self, other: &Self) -> Self {
        Self {
            sum: self.sum + other.sum,
            absolute: self.absolute + other.absolute,
            squares: self.squares + other.squares,
            crossed: self.crossed + other.crossed,
            share: self.share * other.share,
        }
    }

    /// Those of the responses as they are.
    fn observed(dates: &[ClusterSum]) -> Self {
        let as_it_is = Point { weight: 1.0, share: 1.0 };
        dates.iter().fold(Self::NONE, |total, date| total.with(date, &as_it_is))
    }
}

/// The totals of every vector of weights.
fn all_totals(dates: &[ClusterSum], points: &[Point]) -> Vec<Totals> {
    let (first, second) = dates.split_at(dates.len() / 2);
    let [left, right] =
        [first, second].map(|half| totals(half, points, Totals::NONE, Totals::with));
    left.iter().flat_map(|a| right.iter().map(move |b| a.joined(b))).collect()
}

/// What turns totals into a monotone function of t.
///
/// With A = Σ w S, m = A/N and D = Σ(w S − n m)² = Q − 2AC/N + kA², k = Σn²/N², t is A/√D but for a
/// factor. Where D is small against its terms, as in a vector that makes all dates alike, its digits
/// are lost, and a tie with the observed t would be missed. A/√(D + kA²) increases with t, is
/// bounded by 1/√k, and loses none.
#[derive(Debug, Clone, Copy)]
struct Scale {
    n: f64,
    k: f64,
}

impl Scale {
    fn of(dates: &[ClusterSum]) -> Self {
        let n: f64 = dates.iter().map(|d| d.n).sum();
        Self { n, k: dates.iter().map(|d| d.n * d.n).sum::<f64>() / (n * n) }
    }

    fn score(&self, total: &Totals) -> f64 {
        let level = self.k * total.sum * total.sum;
        let spread = total.squares - 2.0 * total.sum * total.crossed / self.n + level;
        let score = total.sum / (spread.max(0.0) + level).sqrt();
        if score.is_finite() { score } else { 0.0 }
    }

    fn largest_score(&self) -> f64 {
        self.k.sqrt().recip()
    }
}
