//! What a resampling run leaves behind, to be read by intervals and tests.

use serde::{Deserialize, Serialize, Serializer};

use super::outcomes::Outcomes;
pub use super::scheme::ResamplingScheme;
use super::studentised::Studentised;
use super::tails::{PValues, TIE, WeighedTails};
use crate::numeric::moments;
use crate::{Error, Result};

/// Replicates of one statistic, drawn once; intervals of any kind and level are read from them.
///
/// Serialises to its [`BootstrapSummary`], without the replicates.
///
/// ```
/// use eventstudy::resampling::{EventDateBootstrap, IntervalMethod};
///
/// let caar_by_event_date = [0.048, 0.687, 0.662];
/// let drawn = EventDateBootstrap::new().replicates(9_999).run_mean(&caar_by_event_date)?;
/// assert!(drawn.is_exact()); // all 27 resamples of three values
/// let interval = drawn.interval(IntervalMethod::Percentile, 0.95)?;
/// assert!(interval.lower >= 0.048 && interval.upper <= 0.687);
/// # Ok::<(), eventstudy::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct BootstrapDistribution {
    point_estimate: f64,
    drawn: Vec<f64>,
    /// In the order of the draws; `None` where each replicate is one resample.
    weights: Option<Vec<u64>>,
    replicates: Outcomes,
    scheme: ResamplingScheme,
    exact: bool,
    seed: Option<u64>,
    acceleration: std::result::Result<f64, &'static str>,
    studentised: Option<Studentised>,
}

impl BootstrapDistribution {
    /// Takes replicates that were computed elsewhere.
    ///
    /// `BCa` needs [`with_jackknife`](Self::with_jackknife) as well, the studentised intervals
    /// [`with_std_errors`](Self::with_std_errors).
    ///
    /// # Errors
    ///
    /// [`Error::TooFew`] for fewer than two replicates; [`Error::StatisticUndefined`] where the
    /// estimate or a replicate is not finite.
    pub fn from_replicates(
        point_estimate: f64,
        replicates: Vec<f64>,
        scheme: ResamplingScheme,
    ) -> Result<Self> {
        Self::assemble(point_estimate, replicates, scheme, false, None)
    }

    /// Evaluates `statistic` on given draws of rows of `values`; each draw may have any length.
    ///
    /// # Errors
    ///
    /// As [`from_replicates`](Self::from_replicates), and [`Error::Setting`] for a row that
    /// `values` does not have or a value that is not finite.
    pub fn from_draws(
        values: &[f64],
        draws: &[Vec<usize>],
        scheme: ResamplingScheme,
        statistic: impl Fn(&[f64]) -> f64,
    ) -> Result<Self> {
        check_values(values)?;
        let replicates = on_draws(values, draws, &statistic)?;
        let drawn = Self::from_replicates(statistic(values), replicates, scheme)?;
        Ok(drawn.with_jackknife(&delete_one(values, &statistic)))
    }

    /// Checks, and keeps the replicates in both orders.
    pub(super) fn assemble(
        point_estimate: f64,
        drawn: Vec<f64>,
        scheme: ResamplingScheme,
        exact: bool,
        seed: Option<u64>,
    ) -> Result<Self> {
        if drawn.len() < 2 {
            return Err(Error::TooFew {
                what: scheme.name().to_owned(),
                unit: "replicates",
                n_needed: 2,
                n_found: drawn.len(),
            });
        }
        if !point_estimate.is_finite() {
            return Err(Error::StatisticUndefined { on: "the sample itself".to_owned() });
        }
        let n_undefined = drawn.iter().filter(|v| !v.is_finite()).count();
        if n_undefined > 0 {
            let (n, name) = (drawn.len(), scheme.name());
            let on = format!("{n_undefined} of {n} resamples of {name}");
            return Err(Error::StatisticUndefined { on });
        }
        let replicates = Outcomes::new(&drawn, None);
        let acceleration = Err("the delete-one values were not given");
        let studentised = None;
        Ok(Self {
            point_estimate,
            drawn,
            weights: None,
            replicates,
            scheme,
            exact,
            seed,
            acceleration,
            studentised,
        })
    }

    /// Of how many equally likely resamples each replicate is the outcome, in the order of the draws.
    pub(super) fn with_weights(mut self, weights: Option<Vec<u64>>) -> Self {
        self.replicates = Outcomes::new(&self.drawn, weights.as_deref());
        self.weights = weights;
        self
    }

    /// The same replicates taken as every equally likely outcome once, such as an enumeration made
    /// elsewhere: [`is_exact`](Self::is_exact) holds, [`std_error`](Self::std_error) has the
    /// divisor B, and there is no seed.
    #[must_use]
    pub fn taken_as_exact(mut self) -> Self {
        (self.exact, self.seed) = (true, None);
        self
    }

    /// Adds the delete-one values of the statistic, from which `BCa` takes its acceleration.
    #[must_use]
    pub fn with_jackknife(mut self, delete_one: &[f64]) -> Self {
        self.acceleration = acceleration(delete_one);
        self
    }

    /// The statistic of the sample.
    pub fn point_estimate(&self) -> f64 {
        self.point_estimate
    }

    /// The replicates in increasing order.
    pub fn replicates(&self) -> &[f64] {
        self.replicates.values()
    }

    /// Of how many equally likely resamples each of [`replicates`](Self::replicates) is the outcome,
    /// where an enumeration holds resamples of the same values once; `None` where each replicate is
    /// one resample. Everything that is read from the distribution counts a replicate that often.
    pub fn weights(&self) -> Option<&[u64]> {
        self.replicates.weights()
    }

    /// Number of resamples that the replicates stand for: the sum of [`weights`](Self::weights), or
    /// the number of replicates.
    pub fn n_resamples(&self) -> u64 {
        self.replicates.total()
    }

    /// The weights in the order of the draws.
    pub(super) fn weights_as_drawn(&self) -> Option<&[u64]> {
        self.weights.as_deref()
    }

    /// The replicates as they were drawn: that of stream k, or of the k-th given draw, is the k-th.
    pub fn replicates_as_drawn(&self) -> &[f64] {
        &self.drawn
    }

    /// Number of replicates: statistics that were computed. All outcomes where
    /// [`is_exact`](Self::is_exact), each once for every resample that has it or with
    /// [`weights`](Self::weights). In formulas B is [`n_resamples`](Self::n_resamples).
    pub fn n_replicates(&self) -> usize {
        self.drawn.len()
    }

    /// Mean of the replicates.
    pub fn mean(&self) -> f64 {
        self.replicates.mean()
    }

    /// Standard deviation of the replicates: divisor B − 1 (Efron and Tibshirani 1993, algorithm
    /// 6.1), or B where they are the whole distribution ([`is_exact`](Self::is_exact)).
    pub fn std_error(&self) -> f64 {
        let divisor = self.n_resamples() - u64::from(!self.exact);
        (self.replicates.sum_squared_deviations() / divisor as f64).sqrt()
    }

    /// How the replicates were drawn.
    pub fn scheme(&self) -> ResamplingScheme {
        self.scheme
    }

    /// Whether the replicates are every equally likely outcome, not a random sample of them.
    pub fn is_exact(&self) -> bool {
        self.exact
    }

    /// The seed of a random draw; `None` for an enumeration or given draws.
    pub fn seed(&self) -> Option<u64> {
        self.seed
    }

    /// Type-7 quantile of the replicates; `None` for `p` outside `[0, 1]`.
    pub fn quantile(&self, p: f64) -> Option<f64> {
        self.replicates.quantile(p)
    }

    /// Resamples whose replicate is below a bound.
    pub(super) fn n_below(&self, bound: f64) -> u64 {
        self.replicates.n_below(bound)
    }

    /// Resamples whose replicate is at or below a bound.
    pub(super) fn n_at_most(&self, bound: f64) -> u64 {
        self.replicates.n_at_most(bound)
    }

    /// The acceleration a of `BCa`, or why there is none.
    pub(super) fn acceleration(&self) -> std::result::Result<f64, &'static str> {
        self.acceleration
    }

    /// What the studentised intervals are read from.
    pub(super) fn studentised(&self) -> Option<&Studentised> {
        self.studentised.as_ref()
    }

    pub(super) fn set_studentised(&mut self, studentised: Studentised) {
        self.studentised = Some(studentised);
    }

    /// p-values of the null that the parameter is zero, from the recentred distribution:
    /// the law of θ̂ under the null is approximated by that of θ\* − θ̂, so
    ///
    /// `two_sided = (1 + #{|θ*ₖ − θ̂| ≥ |θ̂|}) / (B + 1)`,
    /// `upper = (1 + #{θ*ₖ − θ̂ ≥ θ̂}) / (B + 1)`, `lower` likewise.
    ///
    /// Recentring is the first guideline of Hall and Wilson (1991,
    /// <https://doi.org/10.2307/2532163>); the +1 follows Davison and Hinkley (1997, section 4.2,
    /// <https://doi.org/10.1017/CBO9780511802843>).
    ///
    /// *Assumes* that θ̂ − θ has the same law whatever θ is, which holds for a mean or another
    /// location, not for a variance or a ratio. *Departure*: the +1 is kept in an enumeration,
    /// because the observed value is not one of the recentred outcomes and the bootstrap is an
    /// approximation even when nothing is random in it. With a handful of event dates it is far
    /// too small a p-value; take [`SignFlip`](super::SignFlip) or placebo dates instead.
    pub fn p_values(&self) -> PValues {
        let recentred = self.replicates.iter().map(|(v, weight)| (v - self.point_estimate, weight));
        let largest = recentred.clone().fold(self.point_estimate.abs(), |a, (v, _)| a.max(v.abs()));
        WeighedTails::new(self.point_estimate, TIE * largest, recentred).plus_one()
    }

    /// The figures that go into an outcome.
    pub fn summary(&self) -> BootstrapSummary {
        BootstrapSummary {
            point_estimate: self.point_estimate,
            std_error: self.std_error(),
            n_replicates: self.n_replicates(),
            n_resamples: self.weights().map(|_| self.n_resamples()),
            scheme: self.scheme,
            exact: self.exact,
            seed: self.seed,
        }
    }
}

impl Serialize for BootstrapDistribution {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        self.summary().serialize(serializer)
    }
}

/// A [`BootstrapDistribution`] without its replicates.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct BootstrapSummary {
    /// The statistic of the sample.
    pub point_estimate: f64,
    /// Standard deviation of the replicates.
    pub std_error: f64,
    /// Number of replicates; of an enumeration with weights, of distinct outcomes.
    pub n_replicates: usize,
    /// Number of equally likely resamples that the distinct outcomes of an enumeration stand for;
    /// `None` where each replicate is one resample.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub n_resamples: Option<u64>,
    /// How they were drawn.
    pub scheme: ResamplingScheme,
    /// Whether they are every equally likely outcome once.
    pub exact: bool,
    /// The seed of a random draw.
    pub seed: Option<u64>,
}

/// The statistic on given draws of rows of `values`.
pub(super) fn on_draws<T>(
    values: &[f64],
    draws: &[Vec<usize>],
    statistic: &impl Fn(&[f64]) -> T,
) -> Result<Vec<T>> {
    if let Some(row) = draws.iter().flatten().find(|row| **row >= values.len()) {
        return Err(Error::Setting {
            name: "row of a draw",
            value: row.to_string(),
            expected: "a row of the values, counted from 0",
        });
    }
    let of =
        |draw: &Vec<usize>| statistic(&draw.iter().map(|row| values[*row]).collect::<Vec<_>>());
    Ok(draws.iter().map(of).collect())
}

/// The statistic with each unit left out in turn.
pub(super) fn delete_one<T: Clone>(values: &[T], statistic: &impl Fn(&[T]) -> f64) -> Vec<f64> {
    (0..values.len())
        .map(|left_out| {
            let mut rest = values.to_vec();
            rest.remove(left_out);
            statistic(&rest)
        })
        .collect()
}

/// The mean with each of the values left out in turn.
pub(super) fn delete_one_means(values: &[f64]) -> Vec<f64> {
    let mean = moments::mean(values).unwrap_or(f64::NAN);
    let n_left = values.len() as f64 - 1.0;
    values.iter().map(|value| mean + (mean - value) / n_left).collect()
}

/// a = Σu³ / (6 (Σu²)^1.5) with u the mean of the delete-one values minus each of them.
fn acceleration(delete_one: &[f64]) -> std::result::Result<f64, &'static str> {
    let centre = moments::mean(delete_one).unwrap_or(f64::NAN);
    if !centre.is_finite() {
        return Err("the statistic is not defined with one value left out");
    }
    let squares = moments::sum_squared_deviations(delete_one, centre);
    if moments::is_negligible(squares, centre, delete_one.len()) {
        return Err("leaving one value out does not change the statistic");
    }
    let cubes: f64 = delete_one.iter().map(|v| (centre - v).powi(3)).sum();
    Ok(cubes / (6.0 * squares.powf(1.5)))
}

/// The values that a scheme resamples must be finite.
pub(super) fn check_values(values: &[f64]) -> Result<()> {
    match values.iter().find(|v| !v.is_finite()) {
        Some(value) => Err(Error::Setting {
            name: "value to resample",
            value: value.to_string(),
            expected: "a finite number; leave missing values out before resampling",
        }),
        None => Ok(()),
    }
}
