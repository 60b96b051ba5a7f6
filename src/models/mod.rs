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
//! | [`MarketAdjustedModel`] | return of the benchmark | 0 (the residual mean counts as 1) |
//! | [`MarketModel`] | α + β · benchmark, least squares | 2 |
//! | [`FactorModel`] | α + Σ β · factor, least squares | k + 1 |

mod adjusted;
mod linear;
mod regression;

use std::fmt;

use serde::{Deserialize, Serialize};

pub use adjusted::{ConstantMeanModel, MarketAdjustedModel};
pub use linear::FittedLinearModel;
pub use regression::{FactorModel, MarketModel};

/// The complete rows of one response in its estimation window, in date order.
#[derive(Debug, Clone, Copy)]
pub struct EstimationSample<'a> {
    returns: &'a [f64],
    factors: &'a [&'a [f64]],
}

impl<'a> EstimationSample<'a> {
    /// Returns of the asset, and of each factor on the same rows.
    ///
    /// # Panics
    ///
    /// Where a factor has another number of rows than the returns.
    pub fn new(returns: &'a [f64], factors: &'a [&'a [f64]]) -> Self {
        assert!(factors.iter().all(|f| f.len() == returns.len()), "factors and returns share rows");
        Self { returns, factors }
    }

    /// Returns of the asset, decimal fractions.
    pub fn returns(&self) -> &'a [f64] {
        self.returns
    }

    /// Returns of the factors, in the order of [`ExpectedReturnModel::factors`].
    pub fn factors(&self) -> &'a [&'a [f64]] {
        self.factors
    }

    /// Number of rows, M.
    pub fn n_observations(&self) -> usize {
        self.returns.len()
    }
}

/// Why a model could not be fitted to one response; it becomes an exclusion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
#[non_exhaustive]
pub enum FitFault {
    /// Fewer rows than the model can be fitted to.
    TooFewRows {
        /// Rows there are.
        n_found: usize,
        /// Rows needed.
        n_needed: usize,
    },
    /// The residuals do not vary: the series is constant, or a multiple of the benchmark.
    ZeroVariance,
    /// The factors do not vary, or one is a combination of the others.
    CollinearFactors,
}

impl fmt::Display for FitFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooFewRows { n_found, n_needed } => {
                write!(f, "{n_found} estimation returns, the model needs {n_needed}")
            }
            Self::ZeroVariance => {
                write!(f, "the abnormal returns of the estimation window do not vary")
            }
            Self::CollinearFactors => {
                write!(f, "the factors of the estimation window are constant or collinear")
            }
        }
    }
}

/// A model of the return that an asset would have had without the event.
pub trait ExpectedReturnModel: fmt::Debug + Send + Sync {
    /// Name for tables, with its benchmark: `market model on btc`.
    fn name(&self) -> String;

    /// Names of the series that the model is fitted to, in the order it wants them.
    fn factors(&self) -> &[String];

    /// Fits the model to one response.
    ///
    /// # Errors
    ///
    /// A [`FitFault`], which excludes the response and is counted.
    fn fit(&self, sample: &EstimationSample<'_>) -> Result<Box<dyn FittedModel>, FitFault>;
}

/// A model fitted to one response.
pub trait FittedModel: fmt::Debug + Send + Sync {
    /// Expected return summed over `n_rows` rows, from the factor returns summed over them.
    fn expected_return(&self, n_rows: usize, factor_sums: &[f64]) -> f64;

    /// Variance of the estimation error of the expected return summed over `n_rows` rows, as a
    /// multiple of the residual variance.
    ///
    /// With M estimation rows it is `L²/M + d'S⁻¹d` for L rows, where d is the sum over the window
    /// of the factors' deviations from their estimation means and S their centred cross-products
    /// (Mikkelson and Partch 1988, <https://doi.org/10.1016/0304-405X(88)90030-2>).
    fn estimation_error(&self, n_rows: usize, factor_sums: &[f64]) -> f64;

    /// Intercept α and slopes β, in the order of the factors.
    fn coefficients(&self) -> (f64, &[f64]);

    /// Rows of the estimation sample, M.
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

    /// Standard deviation of an abnormal return summed over `n_rows` rows, with the error of the
    /// estimated parameters: `s · sqrt(L + estimation_error)`.
    fn forecast_std_dev(&self, n_rows: usize, factor_sums: &[f64]) -> f64 {
        let error = self.estimation_error(n_rows, factor_sums);
        self.residual_std_dev() * (n_rows as f64 + error).sqrt()
    }
}
