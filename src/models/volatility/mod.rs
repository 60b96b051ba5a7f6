//! Market models whose conditional variance is estimated by maximum likelihood: GARCH, GJR and
//! EGARCH errors, normal or Student t (feature `garch`).
//!
//! Returns that are calm in one year and wild in the next make the residual variance of a whole
//! estimation window the wrong yardstick for what follows it. A [`GarchModel`] fits the mean and
//! the variance of the returns jointly, and an abnormal return is held against the variance that
//! was to be expected on its day.
//!
//! ```
//! use eventstudy::models::volatility::{ConditionalVariance, ErrorDistribution, GarchModel};
//! use eventstudy::models::{EstimationSample, FittedModel, Horizon};
//!
//! // Quiet and wild stretches of 50 rows each.
//! let wave = |t: usize, a: f64| ((t * t) as f64 * a).sin();
//! let size = |t: usize| if t / 50 % 2 == 0 { 0.01 } else { 0.03 };
//! let market: Vec<f64> = (0..500).map(|t| 0.01 * wave(t, 0.7)).collect();
//! let asset: Vec<f64> = (0..500).map(|t| 1.2 * market[t] + size(t) * wave(t, 1.3)).collect();
//!
//! let model = GarchModel::on("market")
//!     .variance(ConditionalVariance::Garch)
//!     .errors(ErrorDistribution::Normal);
//! let factors = [market.as_slice()];
//! let fitted = model.fit_sample(&EstimationSample::new(&asset, &factors))?;
//!
//! let beta = fitted.estimate("market").unwrap();
//! assert!((beta.value - 1.2).abs() < 3.0 * beta.robust_std_error.unwrap());
//! // The window ends in a wild stretch; the variance is expected to come down from there.
//! assert!(fitted.variance_at(1) > fitted.variance_at(100));
//! let sums = [0.0];
//! let rows: Vec<Horizon<'_>> = (1..=10).map(|step| Horizon::row(step, &sums)).collect();
//! let expected: f64 = (1..=10).map(|step| fitted.variance_at(step)).sum();
//! assert!(fitted.forecast_std_dev(&rows) > expected.sqrt());
//! # Ok::<(), eventstudy::models::FitFault>(())
//! ```

mod bounds;
mod cards;
mod climb;
mod coordinates;
mod covariance;
mod density;
mod fit;
mod fitted;
mod kinks;
mod lanes;
mod likelihood;
mod model;
mod pins;
mod recursion;
mod series;
mod specification;
#[cfg(test)]
mod tests;

pub use bounds::Bound;
pub use fitted::{Estimate, FittedGarch};
pub use model::{GarchModel, VarianceForecast};
pub use specification::{ConditionalVariance, ErrorDistribution};
