//! Which variance, which errors, and where their parameters stand.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How the conditional variance h moves with the errors e = sqrt(h) · z.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ConditionalVariance {
    /// GARCH(1,1), `h' = ω + α e² + β h` (Bollerslev 1986,
    /// <https://doi.org/10.1016/0304-4076(86)90063-1>), with ω > 0, α, β ≥ 0 and α + β < 1.
    #[default]
    Garch,
    /// GJR(1,1,1), `h' = ω + (α + γ I(e < 0)) e² + β h` (Glosten, Jagannathan and Runkle 1993,
    /// <https://doi.org/10.1111/j.1540-6261.1993.tb05128.x>), with ω > 0, α, α + γ, β ≥ 0 and
    /// α + γ/2 + β < 1.
    Gjr,
    /// EGARCH(1,1), `ln h' = ω + α (|z| − E|z|) + γ z + β ln h` (Nelson 1991,
    /// <https://doi.org/10.2307/2938260>), with |β| < 1.
    ///
    /// The paper writes γ for α and θ for γ. E|z| is that of the errors' own distribution.
    Egarch,
}

impl ConditionalVariance {
    fn names(self) -> &'static [&'static str] {
        match self {
            Self::Garch => &["omega", "alpha", "beta"],
            Self::Gjr | Self::Egarch => &["omega", "alpha", "gamma", "beta"],
        }
    }

    /// Whether the recursion is one of ln h.
    pub(super) fn is_of_logs(self) -> bool {
        self == Self::Egarch
    }
}

impl fmt::Display for ConditionalVariance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Garch => "GARCH(1,1)",
            Self::Gjr => "GJR(1,1,1)",
            Self::Egarch => "EGARCH(1,1)",
        })
    }
}

/// Distribution of the standardised errors z, which have mean zero and variance one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ErrorDistribution {
    /// Standard normal. With other errors the estimates are quasi-maximum-likelihood, and the
    /// robust standard errors are the ones to use.
    #[default]
    Normal,
    /// Student t scaled to variance one, with degrees of freedom ν > 2 that are estimated
    /// (Bollerslev 1987, Review of Economics and Statistics 69, pages 542–547).
    StudentT,
}

impl fmt::Display for ErrorDistribution {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Normal => "normal",
            Self::StudentT => "Student t",
        })
    }
}

/// Where each parameter stands: intercept, slopes, variance, degrees of freedom.
///
/// Within the fit a GJR variance has the coefficients of e² after e ≥ 0 and e < 0, α and α + γ, in
/// place of α and γ, so that all bounds but one are on single parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Layout {
    pub(super) variance: ConditionalVariance,
    pub(super) errors: ErrorDistribution,
    /// The intercept and the slopes.
    pub(super) n_means: usize,
}

impl Layout {
    pub(super) fn n_variance(self) -> usize {
        self.variance.names().len()
    }

    /// Number of parameters.
    pub(super) fn len(self) -> usize {
        self.n_means + self.n_variance() + usize::from(self.nu().is_some())
    }

    pub(super) fn omega(self) -> usize {
        self.n_means
    }

    pub(super) fn beta(self) -> usize {
        self.n_means + self.n_variance() - 1
    }

    /// Coefficients after e ≥ 0 and e < 0, or α and γ of an EGARCH; the same one twice for a GARCH.
    pub(super) fn shocks(self) -> (usize, usize) {
        (self.omega() + 1, self.beta() - 1)
    }

    /// Degrees of freedom, where they are estimated.
    pub(super) fn nu(self) -> Option<usize> {
        match self.errors {
            ErrorDistribution::Normal => None,
            ErrorDistribution::StudentT => Some(self.n_means + self.n_variance()),
        }
    }

    /// Names of the variance's and the distribution's parameters, in order.
    pub(super) fn names(self) -> impl Iterator<Item = &'static str> {
        self.variance.names().iter().copied().chain(self.nu().map(|_| "nu"))
    }
}
