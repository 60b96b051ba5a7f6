//! Dimson 1979, with the correction of Fowler and Rorke 1983 as an option.

use super::super::{EstimationSample, ExpectedReturnModel, FitFault, FittedModel};
use super::{line, shifted, with_neighbours};
use crate::models::registry::ModelCard;
use crate::numeric::least_squares;
use crate::numeric::moments::{correlation, mean};
use crate::{Error, Result};

/// The market model with Dimson's aggregated coefficients, for assets that trade thinly.
///
/// ```text
/// R_t = a + Σ_{k=−lags}^{leads} β_k R_m,t+k + e_t        β = Σ β_k        α = mean(R) − β · mean(R_m)
/// ```
///
/// One multiple regression on the benchmark's returns of the rows around each row; the sum of its
/// slopes is the beta, and the expected return of a row is `α + β R_m` with the benchmark's return
/// of that row alone. Returns are decimal fractions.
///
/// - *Rows.* The N rows of the estimation window that have all neighbours in it; rows beside a hole
///   lack one.
/// - *Assumes* that no trade is older than the number of lags, and one variance of the errors.
///   Where the benchmark itself is autocorrelated the sum is not consistent: Fowler and Rorke show
///   that the coefficients then need the weights of [`fowler_rorke`](Self::fowler_rorke).
/// - *Residual variance.* Of `R − α − β R_m`, the abnormal return that is tested (as in Brown and
///   Warner 1985, <https://doi.org/10.1016/0304-405X(85)90042-X>), not of the multiple regression;
///   divisor N − 2 (k = 2). The line is not that of least squares, so the sum of squares is a little
///   too large and tests a little too careful.
/// - *Forecast error* of a sum over L rows: `s² (L + L²/N + (Σ(R_m − mean))² w'S⁻¹w)`, S the
///   centred cross-products of the regressors and w the weights of the sum, all 1 unless corrected;
///   the autocorrelations in w are taken as known, and serial correlation of the errors is not
///   allowed for.
/// - With no leads and lags it is the [`MarketModel`](super::super::MarketModel).
///
/// References: E. Dimson (1979), Risk measurement when shares are subject to infrequent trading,
/// Journal of Financial Economics 7, 197–226, <https://doi.org/10.1016/0304-405X(79)90013-8>;
/// D. Fowler and C. Rorke (1983), a comment with the same title, Journal of Financial Economics 12,
/// 279–283.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DimsonModel {
    factors: [String; 1],
    lags: usize,
    leads: usize,
    corrected: bool,
}

/// The parts of an aggregated beta.
#[derive(Debug, Clone, PartialEq)]
pub struct DimsonEstimate {
    /// Slopes of the multiple regression, from the longest lag to the longest lead.
    pub coefficients: Vec<f64>,
    /// Weights with which they are summed; all 1 without correction.
    pub weights: Vec<f64>,
    /// The weighted sum.
    pub beta: f64,
    /// Intercept that goes with it, a decimal fraction.
    pub alpha: f64,
    /// Variance of the sum over the residual variance.
    pub variance: f64,
    /// Rows with all neighbours, N.
    pub n_rows: usize,
}

impl DimsonModel {
    /// Its card.
    pub(in crate::models) const CARD: ModelCard = ModelCard {
        id: "dimson",
        name: "Dimson aggregated coefficients",
        formula: "alpha + beta * benchmark, beta = sum of the slopes on lagged and leading benchmark",
        parameters: &["benchmark", "lags", "leads", "fowler_rorke"],
        feature: None,
        reference: "Dimson 1979, Journal of Financial Economics 7, 197-226",
        doi: Some("10.1016/0304-405X(79)90013-8"),
    };

    /// Regresses on the benchmark's returns of `lags` rows before each row, the row itself, and
    /// `leads` rows after.
    pub fn on(benchmark: impl Into<String>, lags: usize, leads: usize) -> Self {
        Self { factors: [benchmark.into()], lags, leads, corrected: false }
    }

    /// Weighs the slopes for the benchmark's own autocorrelation.
    ///
    /// With n lags and n leads and the benchmark's autocorrelations ρ₁ … ρₙ (later ones taken as
    /// zero) the slope at distance j has the weight `Σ_{k=−n}^{n} ρ_|k−j| / (1 + 2 Σ ρ)`: for n = 1
    /// that is `(1 + ρ₁) / (1 + 2ρ₁)` beside 1 for the slope of the same row. ρ are correlations
    /// of the benchmark's returns over all pairs of rows at that distance.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] where the numbers of leads and lags differ; the weights are derived for
    /// equal ones.
    pub fn fowler_rorke(mut self) -> Result<Self> {
        if self.lags != self.leads {
            return Err(Error::Setting {
                name: "leads of the Fowler-Rorke correction",
                value: format!("{} beside {} lags", self.leads, self.lags),
                expected: "as many leads as lags",
            });
        }
        self.corrected = true;
        Ok(self)
    }

    /// The estimate and what it is made of.
    ///
    /// # Errors
    ///
    /// [`FitFault::TooFewRows`] where fewer rows with all neighbours are left than the regression
    /// needs, [`FitFault::CollinearFactors`] for a benchmark that does not vary,
    /// [`FitFault::Autocorrelation`] where the correction divides by zero or less.
    pub fn estimate(
        &self,
        sample: &EstimationSample<'_>,
    ) -> std::result::Result<DimsonEstimate, FitFault> {
        let (returns, market, at) = self.rows(sample)?;
        self.estimate_on(sample, &returns, &market, &at)
    }

    /// Returns and benchmark on the rows that have all neighbours, and where these are.
    #[allow(clippy::type_complexity)] // three lists, read at once by the caller
    fn rows(
        &self,
        sample: &EstimationSample<'_>,
    ) -> std::result::Result<(Vec<f64>, Vec<f64>, Vec<usize>), FitFault> {
        let at = with_neighbours(sample, self.lags, self.leads);
        let n_needed = self.lags.saturating_add(self.leads).saturating_add(3);
        if at.len() < n_needed {
            return Err(FitFault::TooFewRows { n_found: at.len(), n_needed });
        }
        let market = shifted(sample.factors()[0], &at, 0);
        Ok((shifted(sample.returns(), &at, 0), market, at))
    }

    fn estimate_on(
        &self,
        sample: &EstimationSample<'_>,
        returns: &[f64],
        market: &[f64],
        at: &[usize],
    ) -> std::result::Result<DimsonEstimate, FitFault> {
        let shifts = -self.lags.cast_signed()..=self.leads.cast_signed();
        let regressors: Vec<Vec<f64>> =
            shifts.map(|shift| shifted(sample.factors()[0], at, shift)).collect();
        let slices: Vec<&[f64]> = regressors.iter().map(Vec::as_slice).collect();
        let fit = least_squares::fit(returns, &slices).ok_or(FitFault::CollinearFactors)?;
        let k = fit.slopes.len();
        let weights = if self.corrected { self.weights(sample)? } else { vec![1.0; k] };
        let beta: f64 = weights.iter().zip(&fit.slopes).map(|(w, b)| w * b).sum();
        let row = |a: usize| (0..k).map(|b| fit.inverse[a * k + b] * weights[b]).sum::<f64>();
        let variance = (0..k).map(|a| weights[a] * row(a)).sum();
        let level = |x: &[f64]| mean(x).unwrap_or_default();
        Ok(DimsonEstimate {
            coefficients: fit.slopes.into(),
            weights,
            beta,
            alpha: level(returns) - beta * level(market),
            variance,
            n_rows: returns.len(),
        })
    }

    /// The weights of Fowler and Rorke.
    fn weights(&self, sample: &EstimationSample<'_>) -> std::result::Result<Vec<f64>, FitFault> {
        let n = self.lags;
        let market = sample.factors()[0];
        let mut rho = vec![1.0];
        for distance in 1..=n {
            let pairs = with_neighbours(sample, distance, 0);
            let before = shifted(market, &pairs, -distance.cast_signed());
            let r = correlation(&shifted(market, &pairs, 0), &before);
            rho.push(r.ok_or(FitFault::CollinearFactors)?);
        }
        let total = 1.0 + 2.0 * rho[1..].iter().sum::<f64>();
        if total <= f64::EPSILON {
            return Err(FitFault::Autocorrelation);
        }
        let weight =
            |j: usize| (0..=2 * n).filter_map(|k| rho.get(k.abs_diff(j))).sum::<f64>() / total;
        Ok((0..=2 * n).map(weight).collect())
    }
}

impl ExpectedReturnModel for DimsonModel {
    fn name(&self) -> String {
        let correction = if self.corrected { ", Fowler–Rorke weights" } else { "" };
        let Self { factors: [benchmark], lags, leads, .. } = self;
        format!("Dimson market model on {benchmark} ({lags} lags, {leads} leads{correction})")
    }

    fn factors(&self) -> &[String] {
        &self.factors
    }

    fn fit(
        &self,
        sample: &EstimationSample<'_>,
    ) -> std::result::Result<Box<dyn FittedModel>, FitFault> {
        let (returns, market, at) = self.rows(sample)?;
        let estimate = self.estimate_on(sample, &returns, &market, &at)?;
        Ok(Box::new(line(&returns, &market, estimate.beta, estimate.variance)?))
    }
}
