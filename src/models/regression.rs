//! Models fitted by least squares.

use super::{
    EstimationSample, ExpectedReturnModel, FitFault, FittedLinearModel, FittedModel, LinearForm,
};
use crate::numeric::least_squares;
use crate::numeric::moments::return_level;

/// The market model `R = α + β R_m + e`, by ordinary least squares (Fama, Fisher, Jensen and Roll
/// 1969, <https://doi.org/10.2307/2525569>; MacKinlay 1997).
///
/// Residual variance `s² = SSR / (M − 2)`; the forecast variance of a sum over L rows is
/// `s² (L + L²/M + (Σ(R_m − mean))² / Σ_est(R_m − mean)²)`.
///
/// For [trade-to-trade](crate::time::EstimationReturns::TradeToTrade) returns it is
/// `R/√n = α√n + β R_m/√n + e`, and in the forecast variance N = Σn, the rows that the M returns
/// cover, stands in place of M: `L²/N`, `mean = Σ R_m / N`, and `Σ_est (R_m − n·mean)²/n`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MarketModel {
    factors: [String; 1],
}

impl MarketModel {
    /// Regresses on the benchmark of that name.
    pub fn on(benchmark: impl Into<String>) -> Self {
        Self { factors: [benchmark.into()] }
    }
}

impl ExpectedReturnModel for MarketModel {
    fn name(&self) -> String {
        format!("market model on {}", self.factors[0])
    }

    fn factors(&self) -> &[String] {
        &self.factors
    }

    fn takes_long_returns(&self) -> bool {
        true
    }

    fn linear_form(&self) -> Option<LinearForm> {
        Some(LinearForm::LeastSquares)
    }

    fn fit(&self, sample: &EstimationSample<'_>) -> Result<Box<dyn FittedModel>, FitFault> {
        regress(sample)
    }
}

/// The k-factor model `R = α + Σ βⱼ Fⱼ + e`, by ordinary least squares.
///
/// Residual variance `s² = SSR / (M − k − 1)`; trade-to-trade returns as in [`MarketModel`]. Where the factors are excess returns, give the
/// assets as excess returns too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FactorModel {
    factors: Vec<String>,
}

impl FactorModel {
    /// Regresses on the factors of these names.
    pub fn on<S: Into<String>>(factors: impl IntoIterator<Item = S>) -> Self {
        Self { factors: factors.into_iter().map(Into::into).collect() }
    }
}

impl ExpectedReturnModel for FactorModel {
    fn name(&self) -> String {
        format!("factor model on {}", self.factors.join(", "))
    }

    fn factors(&self) -> &[String] {
        &self.factors
    }

    fn takes_long_returns(&self) -> bool {
        true
    }

    fn linear_form(&self) -> Option<LinearForm> {
        Some(LinearForm::LeastSquares)
    }

    fn fit(&self, sample: &EstimationSample<'_>) -> Result<Box<dyn FittedModel>, FitFault> {
        regress(sample)
    }
}

fn regress(sample: &EstimationSample<'_>) -> Result<Box<dyn FittedModel>, FitFault> {
    let n = sample.n_observations();
    let n_needed = sample.factors().len() + 2;
    if n < n_needed {
        return Err(FitFault::TooFewRows { n_found: n, n_needed });
    }
    let level = return_level(sample.returns());
    if sample.has_long_returns() {
        return regress_trade_to_trade(sample, level);
    }
    let fit =
        least_squares::fit(sample.returns(), sample.factors()).ok_or(FitFault::CollinearFactors)?;
    Ok(Box::new(FittedLinearModel::from_least_squares(fit, level, n)?))
}

/// `R/√n = α√n + Σ βⱼ Fⱼ/√n + e` for returns over n rows: the returns per row, weighted by n.
fn regress_trade_to_trade(
    sample: &EstimationSample<'_>,
    level: f64,
) -> Result<Box<dyn FittedModel>, FitFault> {
    let weights: Vec<f64> = sample.lengths().map(|n| n as f64).collect();
    let per_row = |x: &[f64]| -> Vec<f64> { x.iter().zip(&weights).map(|(v, n)| v / n).collect() };
    let factors: Vec<Vec<f64>> = sample.factors().iter().map(|f| per_row(f)).collect();
    let regressors: Vec<&[f64]> = factors.iter().map(Vec::as_slice).collect();
    let fit = least_squares::fit_weighted(&per_row(sample.returns()), &regressors, &weights)
        .ok_or(FitFault::CollinearFactors)?;
    let fitted = FittedLinearModel::from_least_squares(fit, level, sample.n_observations())?;
    Ok(Box::new(fitted.covering(sample.n_rows())))
}
