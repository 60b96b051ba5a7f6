//! Models without slopes to estimate.

use super::{EstimationSample, ExpectedReturnModel, FitFault, FittedLinearModel, FittedModel};
use crate::numeric::moments::{return_level, sum_squared_deviations};

/// The expected return is the mean of the estimation window (MacKinlay 1997, section 5;
/// <https://www.jstor.org/stable/2729691>).
///
/// Residual variance has the divisor M − 1; the forecast variance of a sum over L rows is
/// `s² (L + L²/M)`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ConstantMeanModel;

impl ExpectedReturnModel for ConstantMeanModel {
    fn name(&self) -> String {
        "constant mean".to_owned()
    }

    fn factors(&self) -> &[String] {
        &[]
    }

    fn fit(&self, sample: &EstimationSample<'_>) -> Result<Box<dyn FittedModel>, FitFault> {
        let (mean, sum_squares) = mean_and_squares(sample.returns())?;
        let size = return_level(sample.returns());
        let n = sample.n_observations();
        let fitted = FittedLinearModel::with_fixed_slopes(mean, Vec::new(), sum_squares, size, n)?;
        Ok(Box::new(fitted))
    }
}

/// The expected return is the benchmark's: `AR = R − R_m`.
///
/// Nothing is estimated for the expectation. The residual variance is taken around the mean of the
/// estimation window's abnormal returns with divisor M − 1, and that mean counts as one estimated
/// parameter in forecasts, `s² (L + L²/M)`. (Another convention takes the variance around zero
/// with divisor M.)
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MarketAdjustedModel {
    factors: [String; 1],
}

impl MarketAdjustedModel {
    /// Adjusts by the benchmark of that name.
    pub fn on(benchmark: impl Into<String>) -> Self {
        Self { factors: [benchmark.into()] }
    }
}

impl ExpectedReturnModel for MarketAdjustedModel {
    fn name(&self) -> String {
        format!("market-adjusted on {}", self.factors[0])
    }

    fn factors(&self) -> &[String] {
        &self.factors
    }

    fn fit(&self, sample: &EstimationSample<'_>) -> Result<Box<dyn FittedModel>, FitFault> {
        let excess: Vec<f64> =
            sample.returns().iter().zip(sample.factors()[0]).map(|(r, m)| r - m).collect();
        let (_, sum_squares) = mean_and_squares(&excess)?;
        let size = return_level(sample.returns());
        let n = sample.n_observations();
        let fitted = FittedLinearModel::with_fixed_slopes(0.0, vec![1.0], sum_squares, size, n)?;
        Ok(Box::new(fitted))
    }
}

fn mean_and_squares(x: &[f64]) -> Result<(f64, f64), FitFault> {
    if x.len() < 2 {
        return Err(FitFault::TooFewRows { n_found: x.len(), n_needed: 2 });
    }
    let mean = x.iter().sum::<f64>() / x.len() as f64;
    Ok((mean, sum_squared_deviations(x, mean)))
}
