//! Synthetic controls.

mod simplex;
#[cfg(test)]
mod tests;

use self::simplex::{Weights, cross_products, simplex_least_squares};
use super::covariance_fit::std_dev;
use super::registry::ModelCard;
use super::{
    Convergence, EstimationSample, ExpectedReturnModel, FitFault, FittedModel, Horizon, PathSample,
};
use crate::numeric::cholesky::Cholesky;
use crate::numeric::moments::{mean, return_level, sum_squared_deviations};
use crate::panel::Compounding;

/// The expected return is that of a portfolio of donors, with weights fitted to the asset's own
/// returns before the event.
///
/// ```text
/// min_w Σ_t (R_t − Σⱼ wⱼ R_jt)²   with  wⱼ ≥ 0, Σ wⱼ = 1          AR_t = R_t − Σⱼ wⱼ R_jt
/// ```
///
/// The sum runs over the estimation window. With [`SyntheticObjective::CumulativeLogReturns`] the
/// distance is between cumulated log returns, that is between the paths of log prices, as in the
/// paper's outcomes in levels; abnormal returns are still those of each row. Weights that are not
/// negative and sum to one keep the control inside the range of its donors. Returns are decimal
/// fractions.
///
/// - *Departure*: the paper also matches covariates, with weights of their own; here all returns of
///   the estimation window are matched, each alike, and nothing else.
/// - *Donors*: the asset itself is none, even where it is on the list. A donor that lacks a return
///   on a row that the fit or the event windows need is dropped; [`estimate`](Self::estimate) counts
///   these. None left is [`FitFault::TooFewFactors`]. Which assets are fit to be donors (without an
///   event of their own, unaffected by this one) is for the user to say.
/// - *Solution*: by an interior-point method and a crossover to the exact weights; what is left to
///   gain stands in [`FittedModel::convergence`] as the gradient norm, over the objective `½ Σ e²`.
///   Where several mixtures fit alike the fault is [`FitFault::CollinearFactors`].
/// - *Residual variance*: the paper has none and tests by placebo units
///   ([`PlaceboUnits`](crate::inference::PlaceboUnits)), which suits this model best. For the tests
///   that standardise: around the mean of the estimation window's abnormal returns, as in
///   [`MarketAdjustedModel`](super::MarketAdjustedModel), with divisor M − k, k the number of
///   positive weights: one less for their sum, one more for the mean. (The degrees of freedom of a
///   fit onto a polyhedron are the dimension of its face: Meyer and Woodroofe 2000, Annals of
///   Statistics 28, 1083–1104, <https://doi.org/10.1214/aos/1015956708>.) Weights fitted to
///   cumulated returns do not make the squares of the rows least; there the divisor is
///   `M − k − (k − 1) + tr(V D'D)`, with V as below and D the donors' returns less the first's, which
///   is the expectation over σ².
/// - *Forecast error* of a sum over L rows: `s² (L + L²/M + d'V d)`, d the sums of the donors with
///   positive weights less that of the first of them, V the covariance of the other weights over
///   the error variance, taken as if it had been known which weights are zero. `L²/M` is for the
///   mean that is removed from the variance, by the same convention as in the market-adjusted model;
///   the expected return has no intercept.
/// - *Assumes* that the mixture that fits before would have gone on fitting without the event.
///
/// Reference: A. Abadie, A. Diamond and J. Hainmueller (2010), Synthetic control methods for
/// comparative case studies, Journal of the American Statistical Association 105, 493–505,
/// <https://doi.org/10.1198/jasa.2009.ap08746>.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntheticControl {
    donors: Vec<String>,
    objective: SyntheticObjective,
}

/// What a synthetic control is fitted to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SyntheticObjective {
    /// The returns of every row.
    #[default]
    Returns,
    /// Log returns cumulated from the start of the estimation window; rows without a return of the
    /// asset are left out of the sums. Says how the returns of the study are compounded.
    CumulativeLogReturns(Compounding),
}

/// The weights of one fit.
#[derive(Debug, Clone, PartialEq)]
pub struct SyntheticEstimate {
    /// Weight of every donor, in the order of the list; 0 for those dropped.
    pub weights: Vec<f64>,
    /// Donors that were dropped for lack of returns.
    pub n_dropped: usize,
    /// Root of the mean squared abnormal return over the estimation window, a decimal fraction.
    pub pre_rmspe: f64,
    /// How the optimisation ended.
    pub convergence: Convergence,
}

impl SyntheticControl {
    /// Its card.
    pub(super) const CARD: ModelCard = ModelCard {
        id: "synthetic-control",
        name: "synthetic control",
        formula: "weighted return of donors, weights not negative with sum one, fitted beforehand",
        parameters: &["donors"],
        feature: Some("synthetic"),
        reference: "Abadie, Diamond and Hainmueller 2010, Journal of the American Statistical \
                    Association 105, 493-505",
        doi: Some("10.1198/jasa.2009.ap08746"),
    };

    /// Mixes these donors.
    pub fn of<S: Into<String>>(donors: impl IntoIterator<Item = S>) -> Self {
        let donors = donors.into_iter().map(Into::into).collect();
        Self { donors, objective: SyntheticObjective::default() }
    }

    /// Sets what is fitted.
    #[must_use]
    pub fn objective(mut self, objective: SyntheticObjective) -> Self {
        self.objective = objective;
        self
    }

    /// The weights, with the count of dropped donors.
    ///
    /// `path` gives the rows of the event windows, on which donors must have returns too.
    ///
    /// # Errors
    ///
    /// As [`fit_with_path`](ExpectedReturnModel::fit_with_path).
    pub fn estimate(
        &self,
        sample: &EstimationSample<'_>,
        path: Option<&PathSample<'_>>,
    ) -> Result<SyntheticEstimate, FitFault> {
        let fit = Fit::new(self, sample, path)?;
        let excess = fit.excess(sample);
        let pre_rmspe = (excess.iter().map(|e| e * e).sum::<f64>() / excess.len() as f64).sqrt();
        Ok(SyntheticEstimate {
            weights: fit.all_weights(self.donors.len()),
            n_dropped: fit.n_dropped,
            pre_rmspe,
            convergence: fit.convergence(),
        })
    }
}

/// Weights over the donors that have returns.
struct Fit {
    used: Vec<usize>,
    n_dropped: usize,
    /// The series that were fitted, of the used donors.
    series: Vec<Vec<f64>>,
    weights: Weights,
}

impl Fit {
    fn new(
        model: &SyntheticControl,
        sample: &EstimationSample<'_>,
        path: Option<&PathSample<'_>>,
    ) -> Result<Self, FitFault> {
        let (returns, factors) = (sample.returns(), sample.factors());
        if returns.len() < 2 {
            return Err(FitFault::TooFewRows { n_found: returns.len(), n_needed: 2 });
        }
        let after = path.map(|p| (p, p.position(1).unwrap_or(p.returns().len())));
        let complete = |j: usize| {
            let in_window = factors[j].iter().all(|v| v.is_finite());
            in_window
                && after.is_none_or(|(p, at)| p.factors()[j][at..].iter().all(|v| v.is_finite()))
        };
        let donors = (0..factors.len()).filter(|j| model.donors[*j] != sample.asset());
        let (used, dropped): (Vec<usize>, Vec<usize>) = donors.partition(|j| complete(*j));
        if used.is_empty() {
            return Err(FitFault::TooFewFactors { n_found: 0, n_needed: 1 });
        }
        let series: Vec<Vec<f64>> =
            used.iter().map(|j| model.objective.series(factors[*j])).collect();
        let slices: Vec<&[f64]> = series.iter().map(Vec::as_slice).collect();
        let weights = simplex_least_squares(&model.objective.series(returns), &slices)?;
        Ok(Self { used, n_dropped: dropped.len(), series, weights })
    }

    /// Donors with positive weights: place among the used, place among all, weight.
    fn active(&self) -> impl Iterator<Item = (usize, usize, f64)> {
        let places = self.used.iter().zip(&self.weights.values).enumerate();
        places.filter(|(_, (_, w))| **w > 0.0).map(|(at, (j, w))| (at, *j, *w))
    }

    fn all_weights(&self, n: usize) -> Vec<f64> {
        let mut weights = vec![0.0; n];
        for (_, j, w) in self.active() {
            weights[j] = w;
        }
        weights
    }

    /// Abnormal returns of the sample.
    fn excess(&self, sample: &EstimationSample<'_>) -> Vec<f64> {
        let factors = sample.factors();
        let rows = sample.returns().iter().enumerate();
        rows.map(|(t, r)| r - self.active().map(|(_, j, w)| w * factors[j][t]).sum::<f64>())
            .collect()
    }

    fn convergence(&self) -> Convergence {
        let Weights { iterations, objective, gap, .. } = self.weights;
        Convergence { iterations, objective, gradient_norm: gap }
    }
}

impl SyntheticObjective {
    fn series(self, returns: &[f64]) -> Vec<f64> {
        let mut sum = 0.0;
        let mut cumulated = |log: f64| {
            sum += log;
            sum
        };
        match self {
            Self::Returns => returns.to_vec(),
            Self::CumulativeLogReturns(Compounding::Log) => {
                returns.iter().map(|r| cumulated(*r)).collect()
            }
            Self::CumulativeLogReturns(Compounding::Simple) => {
                returns.iter().map(|r| cumulated(r.ln_1p())).collect()
            }
        }
    }

    /// Covariance of all but the first of the positive weights over the error variance of a row,
    /// from the fitted series less the first.
    fn covariance(self, differences: &[Vec<f64>]) -> Option<Vec<f64>> {
        let k = differences.len();
        let factor = Cholesky::new(&cross_products(differences), k)?;
        if self == Self::Returns {
            return Some(factor.inverse());
        }
        // The error of a row is in every later sum: the weights answer it by the sums of the series
        // from that row on.
        let to_the_end: Vec<Vec<f64>> = differences
            .iter()
            .map(|series| {
                let mut sum = 0.0;
                let mut sums: Vec<f64> = series
                    .iter()
                    .rev()
                    .map(|v| {
                        sum += v;
                        sum
                    })
                    .collect();
                sums.reverse();
                sums
            })
            .collect();
        let middle = cross_products(&to_the_end);
        let half: Vec<Vec<f64>> = middle.chunks(k.max(1)).map(|row| factor.solve(row)).collect();
        let column = |b: usize| half.iter().map(|row| row[b]).collect::<Vec<_>>();
        Some((0..k).flat_map(|b| factor.solve(&column(b))).collect())
    }
}

impl ExpectedReturnModel for SyntheticControl {
    fn name(&self) -> String {
        format!("synthetic control of {} donors", self.donors.len())
    }

    fn factors(&self) -> &[String] {
        &self.donors
    }

    /// Donors without returns are dropped.
    fn needs_complete_factors(&self) -> bool {
        false
    }

    fn fit(&self, sample: &EstimationSample<'_>) -> Result<Box<dyn FittedModel>, FitFault> {
        Ok(Box::new(self.fitted(sample, None)?))
    }

    /// As [`fit`](ExpectedReturnModel::fit), with donors that have returns in the event windows too;
    /// their values there are not read.
    fn fit_with_path(
        &self,
        sample: &EstimationSample<'_>,
        path: &PathSample<'_>,
    ) -> Result<Box<dyn FittedModel>, FitFault> {
        Ok(Box::new(self.fitted(sample, Some(path))?))
    }
}

impl SyntheticControl {
    fn fitted(
        &self,
        sample: &EstimationSample<'_>,
        path: Option<&PathSample<'_>>,
    ) -> Result<FittedSynthetic, FitFault> {
        let fit = Fit::new(self, sample, path)?;
        let excess = fit.excess(sample);
        let active: Vec<(usize, usize, f64)> = fit.active().collect();
        let (n, k) = (excess.len(), active.len());
        if n <= k {
            return Err(FitFault::TooFewRows { n_found: n, n_needed: k + 1 });
        }
        let sum_squares = sum_squared_deviations(&excess, mean(&excess).unwrap_or_default());
        let fitted = less_first(active.iter().map(|(at, ..)| fit.series[*at].as_slice()));
        let covariance = self.objective.covariance(&fitted).ok_or(FitFault::CollinearFactors)?;
        let divisor = match self.objective {
            SyntheticObjective::Returns => (n - k) as f64,
            SyntheticObjective::CumulativeLogReturns(_) => {
                let returns = active.iter().map(|(_, j, _)| sample.factors()[*j]);
                let products = cross_products(&less_first(returns));
                let trace: f64 = covariance.iter().zip(&products).map(|(v, d)| v * d).sum();
                (n - k) as f64 - (k - 1) as f64 + trace
            }
        };
        let residual_std_dev = std_dev(sum_squares, divisor, return_level(sample.returns()), n)?;
        Ok(FittedSynthetic {
            weights: fit.all_weights(self.donors.len()),
            active: active.iter().map(|(_, j, _)| *j).collect(),
            covariance,
            n_observations: n,
            residual_std_dev,
            convergence: fit.convergence(),
        })
    }
}

/// Every series but the first, less the first.
fn less_first<'a>(mut series: impl Iterator<Item = &'a [f64]>) -> Vec<Vec<f64>> {
    let Some(base) = series.next() else { return Vec::new() };
    series.map(|x| x.iter().zip(base).map(|(a, b)| a - b).collect()).collect()
}

#[derive(Debug)]
struct FittedSynthetic {
    weights: Vec<f64>,
    /// Places of the positive weights.
    active: Vec<usize>,
    /// Of all of these but the first, over the residual variance, row by row.
    covariance: Vec<f64>,
    n_observations: usize,
    residual_std_dev: f64,
    convergence: Convergence,
}

impl FittedModel for FittedSynthetic {
    fn expected_return(&self, at: &Horizon<'_>) -> f64 {
        self.active.iter().map(|j| self.weights[*j] * at.factor_sums[*j]).sum()
    }

    fn estimation_error(&self, n_rows: usize, factor_sums: &[f64]) -> f64 {
        let length = n_rows as f64;
        let k = self.active.len() - 1;
        let d = |a: usize| factor_sums[self.active[a + 1]] - factor_sums[self.active[0]];
        let row = |a: usize| (0..k).map(|b| self.covariance[a * k + b] * d(b)).sum::<f64>();
        length * length / self.n_observations as f64 + (0..k).map(|a| d(a) * row(a)).sum::<f64>()
    }

    fn coefficients(&self) -> (f64, &[f64]) {
        (0.0, &self.weights)
    }

    fn n_observations(&self) -> usize {
        self.n_observations
    }

    fn n_parameters(&self) -> usize {
        self.active.len()
    }

    fn residual_std_dev(&self) -> f64 {
        self.residual_std_dev
    }

    fn r_squared(&self) -> Option<f64> {
        None
    }

    fn standard_errors(&self) -> Option<Vec<f64>> {
        None
    }

    fn convergence(&self) -> Option<Convergence> {
        Some(self.convergence)
    }
}
