//! Covariances of coefficients.

use super::kernels::{bartlett, quadratic_spectral};
use super::{Bandwidth, Clusters, Lags, Regression};
use crate::{Error, Result};

/// How the covariance of the coefficients is estimated.
///
/// With n rows, k coefficients, errors e, leverages h and the influence `ψ_t = (X'WX)⁻¹ x_t w_t e_t`
/// of a row:
///
/// | | covariance | t with |
/// |---|---|---|
/// | classical | `s² (X'WX)⁻¹` | n − k |
/// | HC0 to HC4 | `Σ ψψ' ω(h)` | n − k |
/// | Newey–West, quadratic spectral | `Σ_l k(l) Σ_t (ψ_t ψ'_{t−l} + ψ_{t−l} ψ'_t)`, lag 0 once | n − k |
/// | clustered | `Σ_g (Σ_{t∈g} ψ)(Σ_{t∈g} ψ)'` | G − 1 |
/// | two-way | first + second − both | min(G₁, G₂) − 1 |
///
/// The degrees of freedom of t with robust errors are a convention; those of clusters follow
/// Cameron, Gelbach and Miller 2011. [`Estimates::at_degrees_of_freedom`] takes others.
///
/// [`Estimates::at_degrees_of_freedom`]: super::Estimates::at_degrees_of_freedom
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Covariance {
    /// Independent errors of one variance.
    Classical,
    /// ω = 1 (White 1980, <https://doi.org/10.2307/1912934>). Too small with few rows.
    Hc0,
    /// ω = n/(n − k) (MacKinnon and White 1985, <https://doi.org/10.1016/0304-4076(85)90158-7>).
    Hc1,
    /// ω = 1/(1 − h): unbiased where the errors have one variance after all.
    Hc2,
    /// ω = 1/(1 − h)², near the jackknife: the careful choice with few rows.
    Hc3,
    /// ω = (1 − h)^−min(4, nh/k) (Cribari-Neto 2004,
    /// <https://doi.org/10.1016/S0167-9473(02)00366-3>): for rows of high leverage.
    Hc4,
    /// Bartlett's weights `1 − l/(L + 1)` (Newey and West 1987, <https://doi.org/10.2307/1913610>).
    /// Rows count as consecutive. No prewhitening.
    NeweyWest {
        /// Lags, L.
        lags: Lags,
        /// Times n/(n − k).
        small_sample: bool,
    },
    /// The quadratic spectral kernel over all lags (Andrews 1991,
    /// <https://doi.org/10.2307/2938229>). Rows count as consecutive. No prewhitening.
    QuadraticSpectral {
        /// Rows by which lags are divided.
        bandwidth: Bandwidth,
        /// Times n/(n − k).
        small_sample: bool,
    },
    /// Any correlation within clusters, none between them (Liang and Zeger 1986,
    /// <https://doi.org/10.1093/biomet/73.1.13>). Wants many clusters: with few it is too small,
    /// whatever the number of rows.
    Clustered {
        /// The clusters.
        clusters: Clusters,
        /// Times `G/(G − 1) · (n − 1)/(n − k)`.
        small_sample: bool,
    },
    /// Correlation within either of two groupings, dates and assets for instance (Cameron, Gelbach
    /// and Miller 2011, <https://doi.org/10.1198/jbes.2010.07136>).
    ///
    /// As a difference it need not be a covariance: a variance below zero is
    /// [`Error::NegativeVariance`] and is not mended.
    TwoWay {
        /// The first grouping.
        first: Clusters,
        /// The second grouping.
        second: Clusters,
        /// Each of the three terms times its own `G/(G − 1) · (n − 1)/(n − k)`.
        small_sample: bool,
    },
}

/// A covariance with what it was found to use.
#[derive(Debug)]
pub(super) struct Estimated {
    /// k × k, row by row.
    pub(super) matrix: Vec<f64>,
    pub(super) degrees_of_freedom: f64,
    pub(super) n_lags: Option<usize>,
    pub(super) bandwidth: Option<f64>,
    pub(super) n_clusters: Option<usize>,
}

impl Covariance {
    /// Newey and West's covariance without a small-sample factor.
    pub fn newey_west(lags: Lags) -> Self {
        Self::NeweyWest { lags, small_sample: false }
    }

    /// The clustered covariance with its small-sample factor.
    pub fn clustered(clusters: Clusters) -> Self {
        Self::Clustered { clusters, small_sample: true }
    }

    /// The covariance of two groupings with its small-sample factors.
    pub fn two_way(first: Clusters, second: Clusters) -> Self {
        Self::TwoWay { first, second, small_sample: true }
    }

    /// The name that tables carry.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Classical => "classical",
            Self::Hc0 => "HC0",
            Self::Hc1 => "HC1",
            Self::Hc2 => "HC2",
            Self::Hc3 => "HC3",
            Self::Hc4 => "HC4",
            Self::NeweyWest { .. } => "Newey-West",
            Self::QuadraticSpectral { .. } => "quadratic spectral",
            Self::Clustered { .. } => "clustered",
            Self::TwoWay { .. } => "two-way clustered",
        }
    }

    pub(super) fn estimate(&self, fit: &Regression) -> Result<Estimated> {
        let (n, k) = (fit.n_observations(), fit.n_coefficients());
        let residual_df = fit.degrees_of_freedom() as f64;
        let factor = n as f64 / residual_df;
        let mut out = Estimated {
            matrix: Vec::new(),
            degrees_of_freedom: residual_df,
            n_lags: None,
            bandwidth: None,
            n_clusters: None,
        };
        if *self == Self::Classical {
            let variance = fit.sigma().powi(2);
            out.matrix = fit.solution.inverse().into_iter().map(|v| v * variance).collect();
            return Ok(out);
        }
        let influences = fit.influences();
        let mut small_sample_factor = 1.0;
        out.matrix = match self {
            Self::Classical | Self::Hc0 => products(&influences, k, |_| 1.0),
            Self::Hc1 => products(&influences, k, |_| factor),
            Self::Hc2 | Self::Hc3 | Self::Hc4 => {
                let leverages = self.leverages(fit)?;
                products(&influences, k, |t| {
                    let h = leverages[t];
                    let power = match self {
                        Self::Hc2 => 1.0,
                        Self::Hc3 => 2.0,
                        _ => (n as f64 * h / k as f64).min(4.0),
                    };
                    (1.0 - h).powf(-power)
                })
            }
            Self::NeweyWest { lags, small_sample } => {
                let n_lags = lags.of(fit)?;
                out.n_lags = Some(n_lags);
                small_sample_factor = if *small_sample { factor } else { 1.0 };
                lagged(&influences, k, n_lags.min(n - 1), |lag| bartlett(lag, n_lags))
            }
            Self::QuadraticSpectral { bandwidth, small_sample } => {
                let bandwidth = bandwidth.of(fit)?;
                out.bandwidth = Some(bandwidth);
                small_sample_factor = if *small_sample { factor } else { 1.0 };
                lagged(&influences, k, n - 1, |lag| quadratic_spectral(lag, bandwidth))
            }
            Self::Clustered { clusters, small_sample } => {
                clusters.check(fit)?;
                out.n_clusters = Some(clusters.n_clusters());
                if *small_sample {
                    small_sample_factor = clusters.small_sample_factor(n, k);
                }
                clusters.covariance(&influences, k)
            }
            Self::TwoWay { first, second, small_sample } => {
                first.check(fit)?;
                second.check(fit)?;
                out.n_clusters = Some(first.n_clusters().min(second.n_clusters()));
                let both = first.within(second);
                let mut matrix = vec![0.0; k * k];
                for (clusters, sign) in [(first, 1.0), (second, 1.0), (&both, -1.0)] {
                    let own = if *small_sample { clusters.small_sample_factor(n, k) } else { 1.0 };
                    let term = clusters.covariance(&influences, k);
                    for (sum, v) in matrix.iter_mut().zip(term) {
                        *sum += sign * own * v;
                    }
                }
                matrix
            }
        };
        if let Some(n_clusters) = out.n_clusters {
            out.degrees_of_freedom = (n_clusters - 1) as f64;
        }
        for v in &mut out.matrix {
            *v *= small_sample_factor;
        }
        refuse_degenerate(&out.matrix, &influences, fit, self.name())?;
        Ok(out)
    }

    /// Leverages, where none is so near one that its residual is zero whatever y is.
    fn leverages(&self, fit: &Regression) -> Result<Vec<f64>> {
        let leverages = fit.leverages();
        if let Some(row) = leverages.iter().position(|h| 1.0 - h < 1e-10) {
            return Err(Error::DegenerateVariance {
                what: self.name().to_owned(),
                of: format!("the residual at row {row}, which has a coefficient to itself,"),
            });
        }
        Ok(leverages)
    }
}

/// `Σ_t ω_t ψ_t ψ_t'`.
pub(super) fn products(rows: &[f64], k: usize, weight: impl Fn(usize) -> f64) -> Vec<f64> {
    let mut sum = vec![0.0; k * k];
    for (t, row) in rows.chunks_exact(k).enumerate() {
        let weight = weight(t);
        for (a, u) in row.iter().enumerate() {
            for (b, v) in row.iter().enumerate() {
                sum[a * k + b] += weight * u * v;
            }
        }
    }
    sum
}

/// `Σ_t ψ_t ψ_t' + Σ_l k(l) Σ_t (ψ_t ψ'_{t−l} + ψ_{t−l} ψ'_t)`.
fn lagged(rows: &[f64], k: usize, n_lags: usize, kernel: impl Fn(usize) -> f64) -> Vec<f64> {
    let mut sum = products(rows, k, |_| 1.0);
    let mut gamma = vec![0.0; k * k];
    for lag in 1..=n_lags {
        let weight = kernel(lag);
        if weight == 0.0 {
            continue;
        }
        gamma.fill(0.0);
        for (now, before) in rows[lag * k..].chunks_exact(k).zip(rows.chunks_exact(k)) {
            for (a, u) in now.iter().enumerate() {
                for (b, v) in before.iter().enumerate() {
                    gamma[a * k + b] += u * v;
                }
            }
        }
        for a in 0..k {
            for b in 0..k {
                sum[a * k + b] += weight * (gamma[a * k + b] + gamma[b * k + a]);
            }
        }
    }
    sum
}

/// Refuses variances below zero, or no more than the rounding of the sums they come from.
fn refuse_degenerate(
    matrix: &[f64],
    influences: &[f64],
    fit: &Regression,
    name: &str,
) -> Result<()> {
    let (n, k) = (fit.n_observations() as f64, fit.n_coefficients());
    for (j, coefficient) in fit.names().iter().enumerate() {
        let squares: f64 = influences.iter().skip(j).step_by(k).map(|v| v * v).sum();
        let rounding = 256.0 * f64::EPSILON * f64::EPSILON * n * squares;
        let variance = matrix[j * k + j];
        let what = format!("the {name} standard error");
        let of = format!("coefficient `{coefficient}`");
        if variance < -rounding {
            return Err(Error::NegativeVariance { what, of, value: variance });
        }
        if variance <= rounding || variance.is_nan() {
            return Err(Error::DegenerateVariance { what, of });
        }
    }
    Ok(())
}
