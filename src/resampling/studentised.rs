//! Replicates with standard errors.

use super::distribution::{
    BootstrapDistribution, ResamplingScheme, check_values, delete_one, on_draws,
};
use super::outcomes::{Drawn, Outcomes};
use super::series::SeriesBootstrap;
use super::tails::{PValues, TIE, WeighedTails};
use crate::numeric::{moments, parallel};
use crate::{Error, Result};

/// t\* of every replicate, and the standard error that takes them back to the statistic.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Studentised {
    std_error: f64,
    /// Infinite where a resample has no spread.
    t: Outcomes,
    /// Sizes of the same.
    sizes: Outcomes,
    n_without_spread: u64,
}

impl Studentised {
    /// The type-7 quantile of t\*, which may be infinite.
    pub(super) fn quantile(&self, p: f64) -> Option<f64> {
        self.t.quantile(p)
    }

    /// The type-7 quantile of |t\*|, which may be infinite.
    pub(super) fn absolute_quantile(&self, p: f64) -> Option<f64> {
        self.sizes.quantile(p)
    }

    pub(super) fn std_error(&self) -> f64 {
        self.std_error
    }
}

impl BootstrapDistribution {
    /// As [`from_draws`](Self::from_draws) with a statistic that gives an estimate and its standard
    /// error.
    ///
    /// # Errors
    ///
    /// As [`from_draws`](Self::from_draws) and [`with_std_errors`](Self::with_std_errors).
    pub fn from_draws_studentised(
        values: &[f64],
        draws: &[Vec<usize>],
        scheme: ResamplingScheme,
        statistic: impl Fn(&[f64]) -> (f64, f64),
    ) -> Result<Self> {
        check_values(values)?;
        let replicates = on_draws(values, draws, &statistic)?;
        let (replicates, errors): (Vec<f64>, Vec<f64>) = replicates.into_iter().unzip();
        let (estimate, std_error) = statistic(values);
        let drawn = Self::from_replicates(estimate, replicates, scheme)?
            .with_std_errors(std_error, &errors)?;
        Ok(drawn.with_jackknife(&delete_one(values, &|x: &[f64]| statistic(x).0)))
    }

    /// Adds the standard error of the estimate, and that of each replicate in the order of the
    /// draws, from which the studentised intervals and p-values are read.
    ///
    /// With them t\*ₖ = (θ\*ₖ − θ̂) / seₖ. A resample without spread, seₖ = 0 (to 10⁻¹² of the largest
    /// of |θ\*ₖ|, |θ̂| and the standard error of the estimate), has t\*ₖ = ±∞ by the sign of θ\*ₖ − θ̂,
    /// or 0 where the two are equal: the limits as its spread vanishes. An interval that would end
    /// at such a replicate is an error. With n values one resample in n^(n−1) is of this kind,
    /// one in nine for three values;
    /// [`n_resamples_without_spread`](Self::n_resamples_without_spread) counts them.
    ///
    /// # Errors
    ///
    /// [`Error::ShapeMismatch`] unless there is one standard error for each replicate;
    /// [`Error::DegenerateVariance`] where that of the estimate is zero;
    /// [`Error::StatisticUndefined`] where one is negative or not finite.
    pub fn with_std_errors(mut self, std_error: f64, of_replicates: &[f64]) -> Result<Self> {
        let (drawn, estimate) = (self.replicates_as_drawn(), self.point_estimate());
        if of_replicates.len() != drawn.len() {
            return Err(Error::ShapeMismatch {
                what: "the standard errors of the replicates".to_owned(),
                n_found: of_replicates.len(),
                n_expected: drawn.len(),
            });
        }
        let is_valid = |e: &f64| e.is_finite() && *e >= 0.0;
        if !is_valid(&std_error) {
            let on = "the sample itself (its standard error)".to_owned();
            return Err(Error::StatisticUndefined { on });
        }
        if std_error <= TIE * estimate.abs() {
            return Err(Error::DegenerateVariance {
                what: "the studentised bootstrap".to_owned(),
                of: "the estimate".to_owned(),
            });
        }
        let n_undefined = of_replicates.iter().filter(|e| !is_valid(e)).count();
        if n_undefined > 0 {
            let (n, name) = (drawn.len(), self.scheme().name());
            let on = format!("{n_undefined} of {n} resamples of {name} (its standard error)");
            return Err(Error::StatisticUndefined { on });
        }
        let weights = self.weights_as_drawn();
        let mut n_without_spread = 0;
        let mut studentise = |k: usize, value: f64, error: f64| {
            let zero = TIE * value.abs().max(estimate.abs()).max(std_error);
            let deviation = value - estimate;
            if error > zero {
                return deviation / error;
            }
            n_without_spread += weights.map_or(1, |weights| weights[k]);
            if deviation.abs() <= zero { 0.0 } else { f64::INFINITY.copysign(deviation) }
        };
        let pairs = drawn.iter().zip(of_replicates).enumerate();
        let t: Vec<f64> = pairs.map(|(k, (v, e))| studentise(k, *v, *e)).collect();
        let sizes: Vec<f64> = t.iter().map(|t| t.abs()).collect();
        let (t, sizes) = (Outcomes::new(&t, weights), Outcomes::new(&sizes, weights));
        self.set_studentised(Studentised { std_error, t, sizes, n_without_spread });
        Ok(self)
    }

    /// The standard error of the estimate that came with those of the replicates; that of the
    /// replicates themselves is [`std_error`](Self::std_error).
    pub fn sample_std_error(&self) -> Option<f64> {
        self.studentised().map(Studentised::std_error)
    }

    /// t\* = (θ\* − θ̂)/se\* of all replicates in increasing order, infinite for resamples without
    /// spread; `None` where the standard errors were not given. Of an enumeration with
    /// [`weights`](Self::weights), those of the distinct outcomes.
    pub fn studentised_replicates(&self) -> Option<&[f64]> {
        self.studentised().map(|s| s.t.values())
    }

    /// The weights of [`studentised_replicates`](Self::studentised_replicates), as
    /// [`weights`](Self::weights) are of the replicates, whose order is another.
    pub fn studentised_weights(&self) -> Option<&[u64]> {
        self.studentised()?.t.weights()
    }

    /// The type-7 quantile of t\*; `None` for `p` outside `[0, 1]` and where the standard errors
    /// were not given.
    pub fn studentised_quantile(&self, p: f64) -> Option<f64> {
        self.studentised()?.quantile(p)
    }

    /// Number of resamples whose standard error is zero.
    pub fn n_resamples_without_spread(&self) -> Option<u64> {
        self.studentised().map(|s| s.n_without_spread)
    }

    /// p-values of the null that the parameter is zero, from the studentised replicates: with
    /// t = θ̂/se and t\* as in [`with_std_errors`](Self::with_std_errors),
    ///
    /// `two_sided = (1 + #{|t*ₖ| ≥ |t|}) / (B + 1)`, `upper = (1 + #{t*ₖ ≥ t}) / (B + 1)`, `lower`
    /// likewise.
    ///
    /// Studentising is the second guideline of Hall and Wilson (1991,
    /// <https://doi.org/10.2307/2532163>): t is closer to pivotal than θ̂ − θ, so that the error of
    /// the p-value shrinks faster. Ties, to 10⁻¹² of t, count; the +1 is kept in an enumeration, as
    /// in [`p_values`](Self::p_values).
    ///
    /// # Errors
    ///
    /// [`Error::IntervalNotDefined`] where the standard errors were not given.
    pub fn studentised_p_values(&self) -> Result<PValues> {
        let studentised = self.studentised().ok_or(Error::IntervalNotDefined {
            interval: "a studentised p-value",
            scheme: self.scheme().name(),
            why: NO_STD_ERRORS,
        })?;
        let t = self.point_estimate() / studentised.std_error;
        let slack = TIE * t.abs().max(1.0);
        Ok(WeighedTails::new(t, slack, studentised.t.iter()).plus_one())
    }
}

impl SeriesBootstrap {
    /// [`run`](Self::run) for a statistic that gives an estimate and its standard error, so that the
    /// studentised intervals and p-values can be read as well.
    ///
    /// The standard error must allow for the dependence that the blocks are there for, in the sample
    /// as in a resample: with s/√n of a dependent series t is not near a pivot, and studentising
    /// gains nothing. Resamples without spread are treated as in
    /// [`with_std_errors`](BootstrapDistribution::with_std_errors).
    ///
    /// # Errors
    ///
    /// As [`run`](Self::run); [`Error::DegenerateVariance`] where the standard error of the estimate
    /// is zero, [`Error::StatisticUndefined`] where one is negative or not finite.
    pub fn run_studentised(
        &self,
        series: &[f64],
        statistic: impl Fn(&[f64]) -> (f64, f64) + Sync + Send,
    ) -> Result<BootstrapDistribution> {
        check_values(series)?;
        let n = series.len();
        self.check_plain(n)?;
        let n_exact = self.n_exact(n, n);
        let exact = n_exact.is_some();
        let replicates = parallel::map(n_exact.unwrap_or(self.n_replicates), |k| {
            statistic(&self.resample(exact, k).values(series))
        });
        let seed = (!exact).then_some(self.seed);
        Drawn { replicates, weights: None, seed }
            .studentised(statistic(series), self.scheme().into())
    }
}

pub(super) const NO_STD_ERRORS: &str = "the standard errors of the replicates were not given";

/// The mean and its standard error s/√n, s with the divisor n − 1; 0 where all values are the same.
pub(super) fn mean_and_std_error(x: &[f64]) -> (f64, f64) {
    let n = x.len() as f64;
    let mean = moments::mean(x).unwrap_or(f64::NAN);
    let squares = moments::sum_squared_deviations(x, mean);
    let constant = moments::is_negligible(squares, mean, x.len());
    (mean, if constant { 0.0 } else { (squares / ((n - 1.0) * n)).sqrt() })
}
