//! The fitted form.

use super::bounds::Bound;
use super::climb::Objective;
use super::covariance::{Covariances, covariances, report};
use super::fit::Maximum;
use super::likelihood::Signs;
use super::recursion::{Ahead, Recursion};
use super::specification::{ConditionalVariance, ErrorDistribution, Layout};
use crate::models::sample::summed;
use crate::models::{Convergence, EstimationSample, FitFault, FittedModel, Horizon, PathSample};

/// One estimated parameter.
#[derive(Debug, Clone, PartialEq)]
pub struct Estimate {
    /// `intercept`, the name of a factor, `omega`, `alpha`, `gamma`, `beta` or `nu`.
    pub name: String,
    /// Its value, for returns in decimal fractions.
    pub value: f64,
    /// Standard error from the inverse Hessian, right if the distribution of the errors is.
    /// `None` on a [`Bound`], and where the likelihood does not pin the parameters down.
    pub std_error: Option<f64>,
    /// Standard error that stays right for other errors: the sandwich `H⁻¹ S H⁻¹` of the Hessian H
    /// and the sum S of products of the scores (Bollerslev and Wooldridge 1992,
    /// <https://doi.org/10.1080/07474939208800229>).
    pub robust_std_error: Option<f64>,
}

/// A [`GarchModel`](super::GarchModel) fitted to one response.
#[derive(Debug, Clone)]
pub struct FittedGarch {
    layout: Layout,
    intercept: f64,
    slopes: Vec<f64>,
    estimates: Vec<Estimate>,
    bounds: Vec<Bound>,
    convergence: Convergence,
    n_observations: usize,
    /// Of the residuals around the fitted mean.
    sum_squares: f64,
    sum_squared_total: f64,
    factor_means: Vec<f64>,
    factor_units: Vec<f64>,
    /// Covariance of the mean by centred factors over their units.
    mean_covariance: Vec<f64>,
    /// Standard errors of intercept and slopes.
    mean_errors: Vec<f64>,
    variances: Variances,
}

/// Conditional variances by step.
#[derive(Debug, Clone)]
struct Variances {
    /// Factor from the units of the fit to squared decimal fractions.
    scale: f64,
    /// Step of the first observation.
    first: isize,
    /// Of the rows from there on that have been filtered.
    filtered: Vec<f64>,
    before: f64,
    /// Of the rows after them.
    ahead: Ahead,
}

impl Variances {
    fn at(&self, step: isize) -> f64 {
        let from_first = step.saturating_sub(self.first);
        let variance = match usize::try_from(from_first) {
            Err(_) => self.before,
            Ok(row) => match self.filtered.get(row) {
                Some(variance) => *variance,
                None => self.ahead.at(row - self.filtered.len()),
            },
        };
        variance * self.scale
    }
}

impl FittedGarch {
    pub(super) fn new(
        sample: &EstimationSample<'_>,
        path: Option<&PathSample<'_>>,
        names: &[String],
        objective: &Objective<'_>,
        maximum: &Maximum,
    ) -> Result<Self, FitFault> {
        let unpinned = FitFault::NotConverged { iterations: maximum.iterations };
        let covariances = covariances(objective, maximum).ok_or(unpinned)?;
        let (series, layout) = (objective.likelihood.series, objective.likelihood.layout);
        let values = report(objective, &maximum.parameters);
        let n = series.len() as f64;
        let mean = sample.returns().iter().sum::<f64>() / n;
        let squares = (0..series.len()).map(|t| series.residual(&maximum.parameters, t).powi(2));
        let (factor_means, factor_units) =
            (series.factor_means.clone(), series.factor_units.clone());
        let mut fitted = Self {
            layout,
            intercept: values[0],
            slopes: values[1..layout.n_means].to_vec(),
            estimates: estimates(layout, names, &values, &covariances),
            bounds: maximum.bounds.clone(),
            convergence: Convergence {
                iterations: maximum.iterations,
                objective: maximum.value - n * series.unit.ln(),
                gradient_norm: maximum.gradient_norm * n,
            },
            n_observations: series.len(),
            sum_squares: squares.sum::<f64>() * series.unit.powi(2),
            sum_squared_total: sample.returns().iter().map(|r| (r - mean).powi(2)).sum(),
            mean_errors: Vec::new(),
            mean_covariance: covariances.means.iter().map(|c| c * series.unit.powi(2)).collect(),
            factor_means,
            factor_units,
            variances: filter(sample, objective, maximum),
        };
        fitted.mean_errors = fitted.mean_errors();
        if let Some(path) = path {
            fitted.follow(path);
        }
        Ok(fitted)
    }

    /// Filters the variance on through the rows of the path after the last observation.
    fn follow(&mut self, path: &PathSample<'_>) {
        let variances = &mut self.variances;
        let recursion = variances.ahead.recursion().clone();
        let mut next = variances.ahead.at(0);
        let after = variances.first + variances.filtered.len().cast_signed();
        for step in after..path.steps().end {
            variances.filtered.push(next);
            let row = path.position(step);
            let residual = row.map(|row| {
                let explained: f64 =
                    self.slopes.iter().zip(path.factors()).map(|(b, f)| b * f[row]).sum();
                (path.returns()[row] - self.intercept - explained) / variances.scale.sqrt()
            });
            next = recursion.next(next, residual.filter(|e| e.is_finite()));
        }
        variances.ahead = recursion.ahead(next);
    }

    /// Standard errors of the intercept and the slopes from their covariance.
    fn mean_errors(&self) -> Vec<f64> {
        let k = self.factor_means.len();
        let mut all = vec![self.mean_variance(1.0, |_| 0.0).sqrt()];
        all.extend((0..k).map(|j| {
            let at = (j + 1) * (k + 1) + j + 1;
            self.mean_covariance[at].sqrt() / self.factor_units[j]
        }));
        all
    }

    /// Variance of the estimated mean of a sum over that many rows with those factor sums.
    fn mean_variance(&self, n_rows: f64, factor_sums: impl Fn(usize) -> f64) -> f64 {
        let n = self.factor_means.len() + 1;
        let d = |j: usize| match j {
            0 => n_rows,
            j => {
                (factor_sums(j - 1) - n_rows * self.factor_means[j - 1]) / self.factor_units[j - 1]
            }
        };
        (0..n)
            .map(|a| (0..n).map(|b| d(a) * self.mean_covariance[a * n + b] * d(b)).sum::<f64>())
            .sum()
    }

    /// All parameters: intercept, slopes, variance, degrees of freedom.
    pub fn estimates(&self) -> &[Estimate] {
        &self.estimates
    }

    /// The parameter of that name, see [`Estimate::name`].
    pub fn estimate(&self, name: &str) -> Option<&Estimate> {
        self.estimates.iter().find(|e| e.name == name)
    }

    /// Bounds that the estimates are on.
    pub fn bounds(&self) -> &[Bound] {
        &self.bounds
    }

    /// How the conditional variance moves.
    pub fn conditional_variance(&self) -> ConditionalVariance {
        self.layout.variance
    }

    /// Distribution of the errors.
    pub fn error_distribution(&self) -> ErrorDistribution {
        self.layout.errors
    }

    /// Log-likelihood of the returns in decimal fractions.
    pub fn log_likelihood(&self) -> f64 {
        self.convergence.objective
    }

    /// How fast shocks to the variance fade: α + β, α + γ/2 + β, β of an EGARCH.
    pub fn persistence(&self) -> f64 {
        self.variances.ahead.persistence()
    }

    /// Variance of the error on the row of a [step](Horizon::first_step), squared decimal fractions.
    ///
    /// On rows of the estimation window it is the one given the rows before, on later rows the
    /// forecast that the [model](super::GarchModel) describes, before the first observation
    /// the variance that the recursion starts from.
    pub fn variance_at(&self, step: isize) -> f64 {
        self.variances.at(step)
    }
}

impl FittedModel for FittedGarch {
    fn expected_return(&self, at: &Horizon<'_>) -> f64 {
        let explained: f64 = self.slopes.iter().zip(at.factor_sums).map(|(b, f)| b * f).sum();
        self.intercept * at.n_rows as f64 + explained
    }

    /// Of the maximum-likelihood mean, `d'Vd / s²` with the inverse-Hessian covariance V of the
    /// intercept and the slopes and d = (L, factor sums).
    fn estimation_error(&self, n_rows: usize, factor_sums: &[f64]) -> f64 {
        let variance = self.mean_variance(n_rows as f64, |j| factor_sums[j]);
        variance / self.residual_std_dev().powi(2)
    }

    fn coefficients(&self) -> (f64, &[f64]) {
        (self.intercept, &self.slopes)
    }

    fn n_observations(&self) -> usize {
        self.n_observations
    }

    /// Those of the mean.
    fn n_parameters(&self) -> usize {
        self.layout.n_means
    }

    fn residual_std_dev(&self) -> f64 {
        (self.sum_squares / self.degrees_of_freedom() as f64).sqrt()
    }

    fn r_squared(&self) -> Option<f64> {
        (!self.slopes.is_empty()).then(|| 1.0 - self.sum_squares / self.sum_squared_total)
    }

    /// From the inverse Hessian; robust ones are among the [estimates](Self::estimates).
    fn standard_errors(&self) -> Option<Vec<f64>> {
        (!self.slopes.is_empty()).then(|| self.mean_errors.clone())
    }

    /// `sqrt(Σ h + s² · estimation error)`, with the variance h of each row.
    fn forecast_std_dev(&self, rows: &[Horizon<'_>]) -> f64 {
        if rows.is_empty() {
            return 0.0;
        }
        let steps = rows.iter().flat_map(|row| row.first_step..=row.last_step());
        let errors: f64 = steps.map(|step| self.variance_at(step)).sum();
        let mean = summed(rows, |n_rows, factor_sums| {
            self.mean_variance(n_rows as f64, |j| factor_sums[j])
        });
        (errors + mean).sqrt()
    }

    fn convergence(&self) -> Option<Convergence> {
        Some(self.convergence)
    }
}

/// The filtered variances of the estimation window and what follows them.
fn filter(
    sample: &EstimationSample<'_>,
    objective: &Objective<'_>,
    maximum: &Maximum,
) -> Variances {
    let likelihood = objective.likelihood;
    let series = likelihood.series;
    let recursion = Recursion::new(likelihood.layout, &maximum.parameters);
    let mut filtered: Vec<f64> = Vec::with_capacity(series.len());
    let mut last = (series.initial_variance, None);
    let next = likelihood.walk::<false>(&maximum.parameters, Signs::Own, |t, step| {
        // The hole before the first observation is the start of the recursion.
        let hole = if t == 0 { 0 } else { series.holes[t] };
        for _ in 0..hole {
            last = (recursion.next(last.0, last.1), None);
            filtered.push(last.0);
        }
        filtered.push(step.variance);
        last = (step.variance, Some(series.residual(&maximum.parameters, t)));
    });
    Variances {
        scale: series.unit.powi(2),
        first: sample.rows().next().map_or(0, |row| sample.step_of(row)),
        filtered,
        before: series.initial_variance,
        ahead: recursion.ahead(next),
    }
}

pub(super) fn estimates(
    layout: Layout,
    factors: &[String],
    values: &[f64],
    covariances: &Covariances,
) -> Vec<Estimate> {
    let mut names = vec!["intercept".to_owned()];
    names.extend_from_slice(factors);
    names.extend(layout.names().map(str::to_owned));
    let n = layout.len();
    let error = |covariance: &[f64], j: usize| {
        // A parameter on a bound has no variance.
        Some(covariance[j * n + j]).filter(|v| *v > 0.0).map(f64::sqrt)
    };
    let both = covariances.parameters.as_ref();
    let estimate = |(j, (name, value)): (usize, (String, &f64))| Estimate {
        name,
        value: *value,
        std_error: both.and_then(|(hessian, _)| error(hessian, j)),
        robust_std_error: both.and_then(|(_, robust)| error(robust, j)),
    };
    names.into_iter().zip(values).enumerate().map(estimate).collect()
}
