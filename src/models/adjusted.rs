//! Models without slopes to estimate.

use super::{
    EstimationSample, ExpectedReturnModel, FitFault, FittedLinearModel, FittedModel, LinearForm,
};
use crate::numeric::moments::{return_level, sum_squared_deviations};

/// The expected return is the mean of the estimation window (MacKinlay 1997, section 5;
/// <https://www.jstor.org/stable/2729691>).
///
/// Residual variance has the divisor M − 1; the forecast variance of a sum over L rows is
/// `s² (L + L²/M)`.
///
/// [Trade-to-trade](crate::time::EstimationReturns::TradeToTrade) returns R over n rows have the
/// mean `ΣR / Σn`, squares `(R − n·mean)²/n`, and N = Σn in place of M in forecasts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ConstantMeanModel;

impl ExpectedReturnModel for ConstantMeanModel {
    fn name(&self) -> String {
        "constant mean".to_owned()
    }

    fn factors(&self) -> &[String] {
        &[]
    }

    fn takes_long_returns(&self) -> bool {
        true
    }

    fn linear_form(&self) -> Option<LinearForm> {
        Some(LinearForm::Mean)
    }

    fn fit(&self, sample: &EstimationSample<'_>) -> Result<Box<dyn FittedModel>, FitFault> {
        let (mean, sum_squares) = mean_and_squares(sample.returns(), sample)?;
        Ok(Box::new(fitted(mean, Vec::new(), sum_squares, sample)?))
    }
}

/// The expected return is the mean of comparison periods around the event (Masulis 1980, Journal of
/// Financial Economics 8, 139–178), which the design chooses:
/// [`EstimationWindow::comparison`](crate::time::EstimationWindow::comparison).
///
/// It is [`ConstantMeanModel`] on these periods, with its variances: M observations, s² with the
/// divisor M − 1, forecasts `s² (L + L²/M)`. Masulis compares mean daily returns by a t-test of two
/// samples; with s² from the comparison periods alone, a higher variance around the event does not
/// enter. Data after the event were not known at the event, so this is a judgement ex post.
///
/// ```
/// use eventstudy::abnormal::Design;
/// use eventstudy::models::{ComparisonPeriodMeanModel, ExpectedReturnModel};
/// use eventstudy::time::{EstimationWindow, EventWindow};
///
/// let around = EstimationWindow::comparison([(-60, -11), (11, 60)])?;
/// let design = Design::new(vec![EventWindow::rows(-1, 1)?], around)?;
/// assert_eq!(design.estimation().length(), 100);
/// assert_eq!(ComparisonPeriodMeanModel.name(), "comparison-period mean");
/// # Ok::<(), eventstudy::Error>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ComparisonPeriodMeanModel;

impl ExpectedReturnModel for ComparisonPeriodMeanModel {
    fn name(&self) -> String {
        "comparison-period mean".to_owned()
    }

    fn factors(&self) -> &[String] {
        &[]
    }

    fn takes_long_returns(&self) -> bool {
        true
    }

    fn linear_form(&self) -> Option<LinearForm> {
        Some(LinearForm::Mean)
    }

    fn fit(&self, sample: &EstimationSample<'_>) -> Result<Box<dyn FittedModel>, FitFault> {
        ConstantMeanModel.fit(sample)
    }
}

/// The expected return is the benchmark's: `AR = R − R_m`.
///
/// Nothing is estimated for the expectation. The residual variance is taken around the mean of the
/// estimation window's abnormal returns with divisor M − 1, and that mean counts as one estimated
/// parameter in forecasts, `s² (L + L²/M)`. (Another convention takes the variance around zero
/// with divisor M.) Trade-to-trade returns as in [`ConstantMeanModel`], less the benchmark's return
/// over the same rows.
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

    fn takes_long_returns(&self) -> bool {
        true
    }

    fn linear_form(&self) -> Option<LinearForm> {
        Some(LinearForm::Difference)
    }

    fn fit(&self, sample: &EstimationSample<'_>) -> Result<Box<dyn FittedModel>, FitFault> {
        let excess: Vec<f64> =
            sample.returns().iter().zip(sample.factors()[0]).map(|(r, m)| r - m).collect();
        let (_, sum_squares) = mean_and_squares(&excess, sample)?;
        Ok(Box::new(fitted(0.0, vec![1.0], sum_squares, sample)?))
    }
}

pub(super) fn fitted(
    intercept: f64,
    slopes: Vec<f64>,
    sum_squares: f64,
    sample: &EstimationSample<'_>,
) -> Result<FittedLinearModel, FitFault> {
    let (level, n) = (return_level(sample.returns()), sample.n_observations());
    let fitted = FittedLinearModel::with_fixed_slopes(intercept, slopes, sum_squares, level, n)?;
    Ok(fitted.covering(sample.n_rows()))
}

/// Mean per row of the observations `x`, and their squared deviations from it, each over the number
/// of rows that it covers.
pub(super) fn mean_and_squares(
    x: &[f64],
    sample: &EstimationSample<'_>,
) -> Result<(f64, f64), FitFault> {
    if x.len() < 2 {
        return Err(FitFault::TooFewRows { n_found: x.len(), n_needed: 2 });
    }
    let mean = x.iter().sum::<f64>() / sample.n_rows() as f64;
    if !sample.has_long_returns() {
        return Ok((mean, sum_squared_deviations(x, mean)));
    }
    let squares = x.iter().zip(sample.lengths()).map(|(v, n)| {
        let n = n as f64;
        (v - n * mean).powi(2) / n
    });
    Ok((mean, squares.sum()))
}
