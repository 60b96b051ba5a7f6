//! Why a fit failed, and how it converged.

use std::fmt;

use serde::{Deserialize, Serialize};

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
    /// The optimiser stopped before it found an optimum.
    NotConverged {
        /// Iterations that were made.
        iterations: usize,
    },
    /// Too few factors with returns where the fit needs them.
    TooFewFactors {
        /// Factors there are.
        n_found: usize,
        /// Factors needed.
        n_needed: usize,
    },
    /// The benchmark's autocorrelation is so negative that a correction for it divides by zero or
    /// less.
    Autocorrelation,
    /// The sample holds returns over several rows, and the model knows returns over one row alone.
    LongReturns,
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
            Self::NotConverged { iterations } => {
                write!(f, "the fit did not converge in {iterations} iterations")
            }
            Self::TooFewFactors { n_found, n_needed } => {
                write!(f, "{n_found} factors with complete returns, the model needs {n_needed}")
            }
            Self::Autocorrelation => {
                write!(
                    f,
                    "the benchmark's autocorrelation is too negative: one plus twice its sum is not \
                     positive"
                )
            }
            Self::LongReturns => {
                write!(f, "the model cannot use returns over several rows, and the sample has some")
            }
        }
    }
}

/// How an iterative fit ended.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Convergence {
    /// Iterations that were made.
    pub iterations: usize,
    /// The log-likelihood, or whatever else was optimised, at the end.
    pub objective: f64,
    /// Norm of its gradient there, zero at an optimum inside the bounds.
    pub gradient_norm: f64,
}
