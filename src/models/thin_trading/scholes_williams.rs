//! Scholes and Williams 1977.

use super::super::{EstimationSample, ExpectedReturnModel, FitFault, FittedModel};
use super::{line, shifted, with_neighbours};
use crate::models::registry::ModelCard;
use crate::numeric::moments::{correlation, is_negligible, mean};

/// The market model with the beta of Scholes and Williams, for assets whose last trade of a day is
/// at times a day old.
///
/// ```text
/// β = (β⁻ + β⁰ + β⁺) / (1 + 2ρ)        α = mean(R) − β · mean(R_m)
/// ```
///
/// β⁻, β⁰ and β⁺ are the least-squares slopes of the asset's return on the benchmark's return one
/// row before, on the same row, and one row after, each in a regression of its own; ρ is the
/// benchmark's first-order autocorrelation. Returns are decimal fractions.
///
/// - *Rows.* All three slopes and α come from the N rows of the estimation window that have both
///   neighbours in it (the paper's t = 2 … T − 1); ρ from all pairs of neighbours. Rows beside a
///   hole lack a neighbour.
/// - *Assumes* that every trade is at most one row old, that the benchmark's true returns are
///   independent from row to row, and one variance of the errors.
/// - *Residual variance.* The paper gives consistent α and β and no variance for forecasts; event
///   studies take the variance of `R − α − β R_m` over the estimation window (Brown and Warner
///   1985, <https://doi.org/10.1016/0304-405X(85)90042-X>). So does this model, on the N rows with
///   divisor N − 2 (k = 2). The line is not that of least squares, so the sum of squares is a
///   little too large and tests a little too careful.
/// - *Forecast error* of a sum over L rows: `s² (L + L²/N + (Σ(R_m − mean))² q)` with
///   `q = Σ(z − z̄)² / (Σ(z − z̄)(R_m − mean))²` and z the sum of the benchmark's three returns:
///   β is, but for the ends of the window, the instrumental-variables estimate with instrument z.
///   The serial correlation that thin trading gives to the errors is not allowed for.
///
/// Reference: M. Scholes and J. Williams (1977), Estimating betas from nonsynchronous data, Journal
/// of Financial Economics 5, 309–327, <https://doi.org/10.1016/0304-405X(77)90041-1>.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScholesWilliamsModel {
    factors: [String; 1],
}

/// The parts of a Scholes–Williams beta.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ScholesWilliamsEstimate {
    /// Slope on the benchmark's return of the row before, β⁻.
    pub lag: f64,
    /// Slope on the benchmark's return of the same row, β⁰.
    pub same_row: f64,
    /// Slope on the benchmark's return of the row after, β⁺.
    pub lead: f64,
    /// First-order autocorrelation of the benchmark, ρ.
    pub autocorrelation: f64,
    /// `(β⁻ + β⁰ + β⁺) / (1 + 2ρ)`.
    pub beta: f64,
    /// Intercept that goes with it, a decimal fraction.
    pub alpha: f64,
    /// Rows with both neighbours, N.
    pub n_rows: usize,
}

impl ScholesWilliamsModel {
    /// Its card.
    pub(in crate::models) const CARD: ModelCard = ModelCard {
        id: "scholes-williams",
        name: "Scholes–Williams market model",
        formula: "alpha + beta * benchmark, beta = (lag + same-row + lead slope) / (1 + 2 rho)",
        parameters: &["benchmark"],
        feature: None,
        reference: "Scholes and Williams 1977, Journal of Financial Economics 5, 309-327",
        doi: Some("10.1016/0304-405X(77)90041-1"),
    };

    /// Regresses on the benchmark of that name.
    pub fn on(benchmark: impl Into<String>) -> Self {
        Self { factors: [benchmark.into()] }
    }

    /// The estimate and what it is made of.
    ///
    /// # Errors
    ///
    /// [`FitFault::TooFewRows`] for fewer than three rows with both neighbours,
    /// [`FitFault::CollinearFactors`] for a benchmark that does not vary,
    /// [`FitFault::Autocorrelation`] where `1 + 2ρ` is not positive.
    pub fn estimate(
        &self,
        sample: &EstimationSample<'_>,
    ) -> Result<ScholesWilliamsEstimate, FitFault> {
        Rows::new(sample)?.estimate()
    }
}

/// Returns and the benchmark's three returns on the rows that have both neighbours.
struct Rows {
    returns: Vec<f64>,
    lag: Vec<f64>,
    market: Vec<f64>,
    lead: Vec<f64>,
    autocorrelation: f64,
}

impl Rows {
    fn new(sample: &EstimationSample<'_>) -> Result<Self, FitFault> {
        let at = with_neighbours(sample, 1, 1);
        if at.len() < 3 {
            return Err(FitFault::TooFewRows { n_found: at.len(), n_needed: 3 });
        }
        let market = sample.factors()[0];
        let pairs = with_neighbours(sample, 1, 0);
        let autocorrelation =
            correlation(&shifted(market, &pairs, 0), &shifted(market, &pairs, -1))
                .ok_or(FitFault::CollinearFactors)?;
        if 1.0 + 2.0 * autocorrelation <= f64::EPSILON {
            return Err(FitFault::Autocorrelation);
        }
        Ok(Self {
            returns: shifted(sample.returns(), &at, 0),
            lag: shifted(market, &at, -1),
            market: shifted(market, &at, 0),
            lead: shifted(market, &at, 1),
            autocorrelation,
        })
    }

    fn estimate(&self) -> Result<ScholesWilliamsEstimate, FitFault> {
        let slope = |market: &[f64]| slope(&self.returns, market).ok_or(FitFault::CollinearFactors);
        let (lag, same_row, lead) = (slope(&self.lag)?, slope(&self.market)?, slope(&self.lead)?);
        let beta = (lag + same_row + lead) / (1.0 + 2.0 * self.autocorrelation);
        let level = |x: &[f64]| mean(x).unwrap_or_default();
        let alpha = level(&self.returns) - beta * level(&self.market);
        Ok(ScholesWilliamsEstimate {
            lag,
            same_row,
            lead,
            autocorrelation: self.autocorrelation,
            beta,
            alpha,
            n_rows: self.returns.len(),
        })
    }

    /// Variance of the instrumental-variables slope over the residual variance.
    fn slope_variance(&self) -> Result<f64, FitFault> {
        let sums = self.lag.iter().zip(&self.market).zip(&self.lead);
        let instrument: Vec<f64> = sums.map(|((a, b), c)| a + b + c).collect();
        let (zz, zm) =
            cross_products(&instrument, &self.market).ok_or(FitFault::CollinearFactors)?;
        let variance = zz / (zm * zm);
        if variance.is_finite() { Ok(variance) } else { Err(FitFault::CollinearFactors) }
    }
}

/// `Σ(x − x̄)²` and `Σ(x − x̄)(y − ȳ)`.
fn cross_products(x: &[f64], y: &[f64]) -> Option<(f64, f64)> {
    let (x_mean, y_mean) = (mean(x)?, mean(y)?);
    let pairs = x.iter().zip(y).map(|(a, b)| (a - x_mean, b - y_mean));
    Some(pairs.fold((0.0, 0.0), |(xx, xy), (a, b)| (xx + a * a, xy + a * b)))
}

/// Least-squares slope of `y` on `x`; `None` where `x` does not vary.
fn slope(y: &[f64], x: &[f64]) -> Option<f64> {
    let (xx, xy) = cross_products(x, y)?;
    let largest = x.iter().fold(0.0_f64, |a, v| a.max(v.abs()));
    (!is_negligible(xx, largest, x.len())).then(|| xy / xx)
}

impl ExpectedReturnModel for ScholesWilliamsModel {
    fn name(&self) -> String {
        format!("Scholes–Williams market model on {}", self.factors[0])
    }

    fn factors(&self) -> &[String] {
        &self.factors
    }

    fn fit(&self, sample: &EstimationSample<'_>) -> Result<Box<dyn FittedModel>, FitFault> {
        let rows = Rows::new(sample)?;
        let estimate = rows.estimate()?;
        let variance = rows.slope_variance()?;
        Ok(Box::new(line(&rows.returns, &rows.market, estimate.beta, variance)?))
    }
}
