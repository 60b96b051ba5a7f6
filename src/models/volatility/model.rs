//! The unfitted form.

use serde::{Deserialize, Serialize};

use super::climb::Objective;
use super::coordinates::Coordinates;
use super::fit::maximise;
use super::fitted::FittedGarch;
use super::likelihood::Likelihood;
use super::pins::Pins;
use super::series::Series;
use super::specification::{ConditionalVariance, ErrorDistribution, Layout};
use crate::models::{EstimationSample, ExpectedReturnModel, FitFault, FittedModel, PathSample};

/// What the variance of a row after the estimation window is forecast from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum VarianceForecast {
    /// The estimation window alone, any number of rows ahead. What happens at the event cannot
    /// raise the yardstick it is held against.
    #[default]
    FromWindow,
    /// All rows before it, those of the gap and the event window among them, one row ahead. The
    /// parameters stay those of the estimation window. Variance that an event brings is taken up
    /// from its second day on, so that later abnormal returns are held against it.
    OneStep,
}

/// A market, factor or constant-mean model with conditional variance:
/// `R = α + Σ βⱼ Fⱼ + e`, `e = sqrt(h) z`, by maximum likelihood of all parameters together.
///
/// # Estimation
///
/// The variance h follows a [`ConditionalVariance`], z an [`ErrorDistribution`]. The recursion
/// starts from `h₀ = Σ 0.94ⁱ eᵢ² / Σ 0.94ⁱ` over the first 75 least-squares residuals, the exponentially
/// weighted variance of the first rows seen backwards. A row without a return takes the expected
/// variance, `ω + P h` with the persistence P, of an EGARCH the expected log variance.
///
/// The likelihood is climbed by trust-region Newton steps from five or six starts, in coordinates
/// in which every value keeps the bounds, and the highest maximum is taken. A maximum has a
/// gradient of no more than 1e-8 per observation ([`Convergence`](crate::models::Convergence) has that
/// of the whole), and no step from a [`Bound`](super::Bound) that it is on leads higher. Where the
/// highest point that was reached is none, the fit is [`FitFault::NotConverged`].
///
/// Two departures from Nelson's EGARCH: α and β are not let below zero, where the recursion soon
/// no longer forgets its start (is not invertible) and its likelihood means nothing. And as |z| has a
/// kink, the maximum may be one where a residual is exactly zero; the gradient then vanishes along
/// the kink, and its limits from the sides enclose zero. Second derivatives are those beside the
/// kinks.
///
/// Give it a few hundred rows. In 250 a quarter and more of the fits end on a bound.
///
/// # Forecasts
///
/// No row after the estimation window has a part in the forecast of a variance, unless
/// [`VarianceForecast::OneStep`] asks for it, and then only rows before the one in question. From
/// the last observation on, h is the expectation of the recursion:
///
/// - GARCH and GJR: `E h' = ω + P · E h`;
/// - EGARCH with normal errors: `E h` in closed form, `exp(E ln h) · Π E exp(βⁱ g(z))` with
///   `g(z) = α (|z| − E|z|) + γ z` over the rows between (Nelson 1991);
/// - EGARCH with Student t errors: `exp(E ln h)`, for `E h` is infinite from the second row on.
///
/// A standardised abnormal return is `AR / sqrt(h + s² · estimation error)`, a cumulative one has
/// the sum of the variances over its rows. The estimation error is that of the maximum-likelihood
/// mean, of which also the expected return is made.
///
/// # Agreement
///
/// Log-likelihood, estimates and standard errors are tested against the Python package `arch`,
/// which takes `sqrt(2/π)` for E|z| also with Student t errors: its ω of an EGARCH is this one less
/// `α (E|z| − sqrt(2/π))`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GarchModel {
    factors: Vec<String>,
    variance: ConditionalVariance,
    errors: ErrorDistribution,
    forecast: VarianceForecast,
}

impl GarchModel {
    /// A market model on the benchmark of that name, with GARCH(1,1) variance and normal errors.
    pub fn on(benchmark: impl Into<String>) -> Self {
        Self::on_factors([benchmark.into()])
    }

    /// A model on the factors of these names.
    pub fn on_factors<S: Into<String>>(factors: impl IntoIterator<Item = S>) -> Self {
        Self {
            factors: factors.into_iter().map(Into::into).collect(),
            variance: ConditionalVariance::default(),
            errors: ErrorDistribution::default(),
            forecast: VarianceForecast::default(),
        }
    }

    /// A model whose expected return is constant.
    pub fn constant_mean() -> Self {
        Self::on_factors::<String>([])
    }

    /// How the conditional variance moves.
    #[must_use]
    pub fn variance(mut self, variance: ConditionalVariance) -> Self {
        self.variance = variance;
        self
    }

    /// How the standardised errors are distributed.
    #[must_use]
    pub fn errors(mut self, errors: ErrorDistribution) -> Self {
        self.errors = errors;
        self
    }

    /// What variances after the estimation window are forecast from.
    #[must_use]
    pub fn forecast(mut self, forecast: VarianceForecast) -> Self {
        self.forecast = forecast;
        self
    }

    /// As [`fit`](ExpectedReturnModel::fit), with all that was estimated.
    ///
    /// # Errors
    ///
    /// [`FitFault::NotConverged`], beside what a least-squares fit can fail with.
    pub fn fit_sample(&self, sample: &EstimationSample<'_>) -> Result<FittedGarch, FitFault> {
        self.fit_and_follow(sample, None)
    }

    fn fit_and_follow(
        &self,
        sample: &EstimationSample<'_>,
        path: Option<&PathSample<'_>>,
    ) -> Result<FittedGarch, FitFault> {
        if sample.has_long_returns() {
            return Err(FitFault::LongReturns);
        }
        let layout = Layout {
            variance: self.variance,
            errors: self.errors,
            n_means: sample.factors().len() + 1,
        };
        let rows = sample.rows();
        let series = Series::new(sample.returns(), sample.factors(), rows, layout.len() + 2)?;
        let maximum = maximise(&series, layout)
            .map_err(|iterations| FitFault::NotConverged { iterations })?;
        let objective = Objective {
            likelihood: &Likelihood::new(&series, layout),
            coordinates: Coordinates::new(layout, &series),
            pins: &Pins::default(),
        };
        FittedGarch::new(sample, path, &self.factors, &objective, &maximum)
    }
}

impl ExpectedReturnModel for GarchModel {
    fn name(&self) -> String {
        let mean = match self.factors.as_slice() {
            [] => "constant mean".to_owned(),
            [one] => format!("market model on {one}"),
            all => format!("factor model on {}", all.join(", ")),
        };
        format!("{mean}, {} with {} errors", self.variance, self.errors)
    }

    fn factors(&self) -> &[String] {
        &self.factors
    }

    fn fit(&self, sample: &EstimationSample<'_>) -> Result<Box<dyn FittedModel>, FitFault> {
        Ok(Box::new(self.fit_sample(sample)?))
    }

    fn fit_with_path(
        &self,
        sample: &EstimationSample<'_>,
        path: &PathSample<'_>,
    ) -> Result<Box<dyn FittedModel>, FitFault> {
        let path = (self.forecast == VarianceForecast::OneStep).then_some(path);
        Ok(Box::new(self.fit_and_follow(sample, path)?))
    }
}
