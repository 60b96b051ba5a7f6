//! Models whose fit is a function of sums.

use serde::{Deserialize, Serialize};

/// How a model of one intercept and fixed or least-squares slopes is fitted.
///
/// Such a fit needs the returns only through their sums, squares and products with the factors, so
/// that it costs the same whatever the length of the estimation window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinearForm {
    /// The mean of the estimation window; no factor.
    Mean,
    /// The return of one factor. The mean difference is estimated for the residual variance alone.
    Difference,
    /// Intercept and slopes by ordinary least squares.
    LeastSquares,
}
