//! Linear regression with robust covariances.
//!
//! [`LeastSquares`] states a regression, [`Regression`] is its fit, and [`Estimates`] are its
//! coefficients with the standard errors of one [`Covariance`]: one fit can be read under several.
//! It needs numbers alone, so it serves factor regressions of calendar-time portfolios,
//! cross-sections of CARs and market models alike.
//!
//! ```
//! use eventstudy::regression::{Covariance, Lags, LeastSquares};
//!
//! let x: Vec<f64> = (0..40).map(|t| f64::from(t * 7 % 11)).collect();
//! let y: Vec<f64> = x.iter().zip(0..).map(|(x, t)| 1.0 + 2.0 * x + f64::from(t * 5 % 7)).collect();
//! let fit = LeastSquares::of(&y).on("x", &x).fit()?;
//!
//! let classical = fit.estimates(&Covariance::Classical)?;
//! let robust = fit.estimates(&Covariance::newey_west(Lags::Automatic))?;
//! assert_eq!(classical.coefficient("x")?.estimate, robust.coefficient("x")?.estimate);
//! assert!(robust.coefficient("x")?.p_value < 1e-6);
//! # Ok::<(), eventstudy::Error>(())
//! ```
//!
//! | covariance | allows for | reference |
//! |---|---|---|
//! | [`Covariance::Classical`] | nothing: independent errors of one variance | |
//! | [`Covariance::Hc0`] to [`Covariance::Hc4`] | errors of different variance | White 1980, MacKinnon and White 1985, Cribari-Neto 2004 |
//! | [`Covariance::NeweyWest`], [`Covariance::QuadraticSpectral`] | the same, and serial correlation | Newey and West 1987, 1994; Andrews 1991 |
//! | [`Covariance::Clustered`] | any correlation within clusters | Liang and Zeger 1986 |
//! | [`Covariance::TwoWay`] | the same along two groupings | Cameron, Gelbach and Miller 2011 |

mod clusters;
mod covariance;
mod diagnostics;
mod estimates;
mod fitted;
mod kernels;
mod least_squares;
#[cfg(test)]
mod tests;
mod wald;

pub use clusters::Clusters;
pub use covariance::Covariance;
pub use diagnostics::{LjungBox, autocorrelations, ljung_box};
pub use estimates::{Coefficient, Estimates};
pub use fitted::{FTest, Regression};
pub use kernels::{Bandwidth, Lags};
pub use least_squares::LeastSquares;
pub use wald::WaldTest;
