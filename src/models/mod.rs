//! Expected-return models: an unfitted type, `fit`, a fitted type.
//!
//! A model says which factors it needs and how it is fitted to the returns of an estimation window.
//! What comes out is a [`FittedModel`], which gives expected returns and the standard errors of
//! forecasts; a prediction from an unfitted model cannot be written. Both are public traits, so a
//! model of your own takes part in every study.
//!
//! | model | expected return | parameters |
//! |---|---|---|
//! | [`ConstantMeanModel`] | mean of the estimation window | 1 |
//! | [`ComparisonPeriodMeanModel`] | mean of comparison periods around the event | 1 |
//! | [`MarketAdjustedModel`] | return of the benchmark | 0 (the residual mean counts as 1) |
//! | [`MarketModel`] | α + β · benchmark, least squares | 2 |
//! | [`FactorModel`] | α + Σ β · factor, least squares | k + 1 |
//! | [`ScholesWilliamsModel`] | α + β · benchmark, β of three slopes, for thin trading | 2 |
//! | [`DimsonModel`] | α + β · benchmark, β the sum over lags and leads, for thin trading | 2 |
//! | [`HuberModel`] | α + Σ β · factor, robust | k + 1 |
//! | [`ExponentiallyWeightedModel`] | α + Σ β · factor, old rows weigh less | more than k + 1 |
//! | [`RollingModel`] | α + β · benchmark, anew for every row | 2 |
//! | [`ControlModel`] | return of the asset's own matched controls | 0 (the residual mean counts as 1) |
#![cfg_attr(
    feature = "garch",
    doc = "| [`GarchModel`](volatility::GarchModel) | as the factor model, jointly with a conditional variance | k + 1 |"
)]
#![cfg_attr(
    feature = "synthetic",
    doc = "| [`SyntheticControl`] | return of a mixture of donors | one for each positive weight |"
)]
//!
//! [`model_cards`] lists those of this build with formula, settings and paper.

mod adjusted;
mod control;
mod covariance_fit;
mod fault;
mod form;
mod huber;
mod linear;
mod registry;
mod regression;
mod robust;
mod rolling;
mod sample;
#[cfg(feature = "synthetic")]
mod synthetic;
mod thin_trading;
#[cfg(feature = "garch")]
pub mod volatility;
mod weighted;

#[cfg(test)]
mod testing;

use std::fmt;

use chrono::NaiveDate;

pub use adjusted::{ComparisonPeriodMeanModel, ConstantMeanModel, MarketAdjustedModel};
pub use control::{
    Characteristics, ControlMatching, ControlModel, MatchFault, MatchRequest, MatchResult,
    MatchedControls, Unmatched,
};
pub use fault::{Convergence, FitFault};
pub use form::LinearForm;
pub use huber::{HuberEstimate, HuberModel};
pub use linear::FittedLinearModel;
pub use registry::{ModelCard, model_card, model_cards};
pub use regression::{FactorModel, MarketModel};
pub use rolling::RollingModel;
pub(crate) use sample::step;
pub use sample::{EstimationSample, Horizon, PathSample};
#[cfg(feature = "synthetic")]
pub use synthetic::{SyntheticControl, SyntheticEstimate, SyntheticObjective};
pub use thin_trading::{
    DimsonEstimate, DimsonModel, ScholesWilliamsEstimate, ScholesWilliamsModel,
};
pub use weighted::ExponentiallyWeightedModel;

/// A model of the return that an asset would have had without the event.
///
/// [`name`](Self::name), [`factors`](Self::factors) and [`fit`](Self::fit) make a model; the other
/// methods have defaults that suit one that is fitted once, to the same factors for every asset.
pub trait ExpectedReturnModel: fmt::Debug + Send + Sync {
    /// Name for tables, with its benchmark: `market model on btc`.
    fn name(&self) -> String;

    /// Names of the series that the model is fitted to, in the order it wants them.
    fn factors(&self) -> &[String];

    /// The factors of one asset at one event in place of [`factors`](Self::factors), for models
    /// that hold each asset against others of its own: control assets, matched portfolios.
    ///
    /// Where one of them lacks a return that is needed, that response is excluded and counted; of
    /// [`factors`](Self::factors) the whole event is.
    fn factors_of(&self, asset: &str, event: NaiveDate) -> Option<&[String]> {
        let _ = (asset, event);
        None
    }

    /// Whether all factors must have returns on all rows of the estimation and event windows.
    ///
    /// Where not, samples, paths and horizons hold NaN for what is missing, and the model must see
    /// to it that what it leaves out has no part in its answers. A row whose expected return is
    /// not finite counts as missing.
    fn needs_complete_factors(&self) -> bool {
        true
    }

    /// Whether the model can use returns over several rows, see [`EstimationSample::lengths`].
    ///
    /// Where not, a response whose estimation sample has such returns is excluded with
    /// [`FitFault::LongReturns`]; `fit` never sees them.
    fn takes_long_returns(&self) -> bool {
        false
    }

    /// The form of a model that sums and products of the returns are enough for; `None` for any
    /// other. Only such models can be [accumulated](crate::abnormal::Accumulator).
    fn linear_form(&self) -> Option<LinearForm> {
        None
    }

    /// Fits the model to one response.
    ///
    /// # Errors
    ///
    /// A [`FitFault`], which excludes the response and is counted.
    fn fit(&self, sample: &EstimationSample<'_>) -> Result<Box<dyn FittedModel>, FitFault>;

    /// As [`fit`](Self::fit), for models that go on learning after the estimation window; it is
    /// what studies call. The answers for a row may depend on rows of `path` before it alone.
    ///
    /// # Errors
    ///
    /// As [`fit`](Self::fit).
    fn fit_with_path(
        &self,
        sample: &EstimationSample<'_>,
        path: &PathSample<'_>,
    ) -> Result<Box<dyn FittedModel>, FitFault> {
        let _ = path;
        self.fit(sample)
    }
}

/// A model fitted to one response.
pub trait FittedModel: fmt::Debug + Send + Sync {
    /// Expected return summed over the rows of `at`.
    fn expected_return(&self, at: &Horizon<'_>) -> f64;

    /// Variance of the estimation error of the expected return summed over `n_rows` rows, as a
    /// multiple of the residual variance.
    ///
    /// With M estimation rows it is `L²/M + d'S⁻¹d` for L rows, where d is the sum over the window
    /// of the factors' deviations from their estimation means and S their centred cross-products
    /// (Mikkelson and Partch 1988, <https://doi.org/10.1016/0304-405X(88)90030-2>).
    fn estimation_error(&self, n_rows: usize, factor_sums: &[f64]) -> f64;

    /// Intercept α and slopes β, in the order of the factors.
    fn coefficients(&self) -> (f64, &[f64]);

    /// Observations of the estimation sample, M.
    fn n_observations(&self) -> usize;

    /// Parameters k that the residual variance pays for: the divisor is M − k.
    fn n_parameters(&self) -> usize;

    /// Residual standard deviation, `sqrt(SSR / (M − k))`.
    fn residual_std_dev(&self) -> f64;

    /// Share of the variance explained, where that is defined.
    fn r_squared(&self) -> Option<f64>;

    /// Standard errors of the intercept and the slopes under independent errors of one variance;
    /// `None` where no slope was estimated.
    fn standard_errors(&self) -> Option<Vec<f64>>;

    /// Degrees of freedom, M − k.
    fn degrees_of_freedom(&self) -> usize {
        self.n_observations() - self.n_parameters()
    }

    /// Standard deviation of the abnormal return summed over all of `rows`, with the error of the
    /// estimated parameters; 0 without rows.
    ///
    /// By default `s · sqrt(L + estimation_error)` over the L rows together, for a residual variance
    /// that is the same on every row. A model whose variance moves gives its own sum.
    fn forecast_std_dev(&self, rows: &[Horizon<'_>]) -> f64 {
        if rows.is_empty() {
            return 0.0;
        }
        sample::summed(rows, |n_rows, factor_sums| {
            let error = self.estimation_error(n_rows, factor_sums);
            self.residual_std_dev() * (n_rows as f64 + error).sqrt()
        })
    }

    /// How an iterative fit ended; `None` where the fit has a closed form.
    fn convergence(&self) -> Option<Convergence> {
        None
    }
}
