//! The market model fitted anew for every row of the event window.

mod lines;
#[cfg(test)]
mod tests;

use std::ops::Range;

use self::lines::{Line, rolling_lines};
use super::registry::ModelCard;
use super::{
    EstimationSample, ExpectedReturnModel, FitFault, FittedLinearModel, FittedModel, Horizon,
    PathSample,
};
use crate::numeric::least_squares;
use crate::numeric::moments::return_level;
use crate::{Error, Result};

/// The market model with α and β of every row from the `length` rows before it, by ordinary least
/// squares.
///
/// ```text
/// E[R_t] = α_t + β_t R_mt        α_t, β_t from rows t − gap − length … t − gap − 1
/// ```
///
/// Nothing on or after a row enters its parameters. But *rows of the event window enter the fits of
/// later rows*: abnormal returns of the event leak into β, and into α, through which a part of them
/// is taken for expected afterwards. A [`gap`](Self::gap) as long as the event window keeps them
/// out. Returns are decimal fractions.
///
/// - *Length*: the estimation window less the gap, unless set. `length + gap` must fit into the
///   estimation window.
/// - *Holes*: rows without a return, and rows that the design leaves out of the estimation window,
///   are left out of a fit. A row before which fewer than three returns are left, or a benchmark that
///   does not vary, has no expected return and counts as missing. Over a hole in the event window
///   the parameters of its first row hold.
/// - *Residual variance* `s² = SSR / (M − 2)` (k = 2) of the fit for the row right after the
///   estimation window, before anything of the event; it is not updated, so that an abnormal return
///   does not raise the standard it is held to. Rows of the estimation window itself have the
///   expected returns of that fit.
/// - *Forecast error.* Fits of neighbouring rows share rows, and later ones hold errors of earlier
///   rows of the window. The variance of the sum of abnormal returns over a window W is therefore
///   taken whole: `s² Σⱼ cⱼ²`, `cⱼ = 1[j ∈ W] − Σ_{t ∈ W} h_tj`, with the weights
///   `h_tj = 1/n_t + (R_mt − m̄_t)(R_mj − m̄_t)/S_t` that row j has in the prediction of row t. For
///   one row it is the market model's `s² (1 + 1/n + (R_mt − m̄)²/S)`.
/// - *Assumes* errors of one variance, independent from row to row.
///
/// Betas from moving windows of returns before each date: E. F. Fama and J. D. `MacBeth` (1973),
/// Risk, return, and equilibrium: empirical tests, Journal of Political Economy 81, 607–636,
/// <https://doi.org/10.1086/260061>.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RollingModel {
    factors: [String; 1],
    length: Option<usize>,
    gap: usize,
}

/// Fewest returns of a fit.
const FEWEST: usize = 3;

impl RollingModel {
    /// Its card.
    pub(super) const CARD: ModelCard = ModelCard {
        id: "rolling",
        name: "rolling market model",
        formula: "alpha + beta * benchmark, least squares on the rows before each row",
        parameters: &["benchmark", "length", "gap"],
        feature: None,
        reference: "Fama and MacBeth 1973, Journal of Political Economy 81, 607-636",
        doi: Some("10.1086/260061"),
    };

    /// Regresses on the benchmark of that name.
    pub fn on(benchmark: impl Into<String>) -> Self {
        Self { factors: [benchmark.into()], length: None, gap: 0 }
    }

    /// Sets the rows of every fit.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] for fewer than three.
    pub fn length(mut self, rows: usize) -> Result<Self> {
        if rows < FEWEST {
            return Err(Error::Setting {
                name: "rolling length",
                value: rows.to_string(),
                expected: "at least 3 rows",
            });
        }
        self.length = Some(rows);
        Ok(self)
    }

    /// Leaves rows free between every row and the rows of its fit; 0 unless set.
    #[must_use]
    pub fn gap(mut self, rows: usize) -> Self {
        self.gap = rows;
        self
    }

    /// The length where `n_before` rows end with the estimation window.
    fn length_within(&self, n_before: usize) -> std::result::Result<usize, FitFault> {
        let length = self.length.unwrap_or_else(|| n_before.saturating_sub(self.gap));
        let n_needed = self.gap.saturating_add(length.max(FEWEST));
        if n_before < n_needed {
            return Err(FitFault::TooFewRows { n_found: n_before, n_needed });
        }
        Ok(length)
    }
}

/// The fit for the row right after the estimation window.
fn first_fit(
    returns: &[f64],
    market: &[f64],
) -> std::result::Result<(FittedLinearModel, Line), FitFault> {
    let n = returns.len();
    if n < FEWEST {
        return Err(FitFault::TooFewRows { n_found: n, n_needed: FEWEST });
    }
    let fit = least_squares::fit(returns, &[market]).ok_or(FitFault::CollinearFactors)?;
    let line = Line {
        intercept: fit.intercept,
        slope: fit.slopes[0],
        mean: fit.means[0],
        sum_squares: 1.0 / fit.inverse[0],
        n: n as f64,
    };
    Ok((FittedLinearModel::from_least_squares(fit, return_level(returns), n)?, line))
}

impl ExpectedReturnModel for RollingModel {
    fn name(&self) -> String {
        let length = self.length.map_or(String::new(), |rows| format!(" over {rows} rows"));
        let gap = if self.gap > 0 { format!(", gap {}", self.gap) } else { String::new() };
        format!("rolling market model on {}{length}{gap}", self.factors[0])
    }

    fn factors(&self) -> &[String] {
        &self.factors
    }

    /// Fits the rows right before the end of the sample; the parameters then stay as they are.
    fn fit(
        &self,
        sample: &EstimationSample<'_>,
    ) -> std::result::Result<Box<dyn FittedModel>, FitFault> {
        let end = 1 - self.gap.cast_signed();
        let start = self.length.map_or(isize::MIN, |rows| end.saturating_sub_unsigned(rows));
        let used = start..end;
        let kept = |values: &[f64]| -> Vec<f64> {
            let steps = sample.rows().map(|row| sample.step_of(row));
            values.iter().zip(steps).filter(|(_, s)| used.contains(s)).map(|(v, _)| *v).collect()
        };
        let (fitted, _) = first_fit(&kept(sample.returns()), &kept(sample.factors()[0]))?;
        Ok(Box::new(fitted))
    }

    fn fit_with_path(
        &self,
        sample: &EstimationSample<'_>,
        path: &PathSample<'_>,
    ) -> std::result::Result<Box<dyn FittedModel>, FitFault> {
        let (returns, market) = (path.returns(), path.factors()[0]);
        let n_before = usize::try_from(1 - path.steps().start).unwrap_or_default();
        let length = self.length_within(n_before)?;
        let window = n_before - self.gap - length..n_before - self.gap;
        // Up to the end of the estimation window what the sample leaves out is left out.
        let mut present: Vec<bool> = (0..returns.len()).map(|t| t >= n_before).collect();
        for at in sample.rows().filter_map(|row| path.position(sample.step_of(row))) {
            present[at] = true;
        }
        for (present, (r, m)) in present.iter_mut().zip(returns.iter().zip(market)) {
            *present &= !(r.is_nan() || m.is_nan());
        }
        let kept = |values: &[f64]| -> Vec<f64> {
            window.clone().filter(|t| present[*t]).map(|t| values[t]).collect()
        };
        let (first, first_line) = first_fit(&kept(returns), &kept(market))?;
        let n_after = returns.len() - n_before;
        let lines = rolling_lines(returns, market, &present, window.clone(), n_after);
        let market = market.to_vec();
        Ok(Box::new(FittedRolling { first, first_line, lines, window, market, present, n_before }))
    }
}

/// The lines of every row, and what the rows have in common.
#[derive(Debug)]
struct FittedRolling {
    /// Of the row right after the estimation window.
    first: FittedLinearModel,
    first_line: Line,
    /// Of the rows from there on; `None` where there is no fit.
    lines: Vec<Option<Line>>,
    /// Positions on the path of the first fit; those of later ones lie as many rows further on.
    window: Range<usize>,
    market: Vec<f64>,
    present: Vec<bool>,
    n_before: usize,
}

impl FittedRolling {
    /// The line of a step, and how many rows its fit lies behind the first.
    fn line(&self, step: isize) -> (Option<Line>, usize) {
        let ahead = usize::try_from(step - 1).unwrap_or_default().min(self.lines.len());
        match ahead {
            0 => (Some(self.first_line), 0),
            _ => (self.lines.get(ahead).copied().flatten(), ahead),
        }
    }

    /// Variance of the summed abnormal return of several horizons over the residual variance.
    fn variance(&self, rows: &[Horizon<'_>]) -> f64 {
        let n = self.market.len();
        // What the rows of the path weigh in the sum of the expected returns, as the differences
        // from row to row of a level and a tilt, and how often they are in the window.
        let (mut level, mut tilt, mut own) = (vec![0.0; n + 1], vec![0.0; n + 1], vec![0.0; n]);
        let mut variance = 0.0;
        for at in rows {
            let (Some(line), ahead) = self.line(at.first_step) else { return f64::NAN };
            let length = at.n_rows as f64;
            let deviation = at.factor_sums[0] - length * line.mean;
            let slope = deviation / line.sum_squares;
            let mean = length / line.n - slope * line.mean;
            let (from, to) = (self.window.start + ahead, self.window.end + ahead);
            level[from] += mean;
            level[to] -= mean;
            tilt[from] += slope;
            tilt[to] -= slope;
            let position = self.n_before.checked_add_signed(at.first_step - 1);
            match position.and_then(|p| own.get_mut(p)) {
                Some(weight) if at.n_rows == 1 => *weight += 1.0,
                // Rows of a hole, and rows off the path, are in no fit.
                _ => variance += length,
            }
        }
        let (mut mean, mut slope) = (0.0, 0.0);
        for t in 0..n {
            mean += level[t];
            slope += tilt[t];
            if self.present[t] {
                let weight: f64 = own[t] - mean - slope * self.market[t];
                variance += weight * weight;
            } else {
                variance += own[t];
            }
        }
        variance
    }
}

impl FittedModel for FittedRolling {
    fn expected_return(&self, at: &Horizon<'_>) -> f64 {
        self.line(at.first_step).0.map_or(f64::NAN, |line| {
            line.intercept * at.n_rows as f64 + line.slope * at.factor_sums[0]
        })
    }

    /// Of the fit right after the estimation window.
    fn estimation_error(&self, n_rows: usize, factor_sums: &[f64]) -> f64 {
        self.first.estimation_error(n_rows, factor_sums)
    }

    fn coefficients(&self) -> (f64, &[f64]) {
        self.first.coefficients()
    }

    fn n_observations(&self) -> usize {
        self.first.n_observations()
    }

    fn n_parameters(&self) -> usize {
        self.first.n_parameters()
    }

    fn residual_std_dev(&self) -> f64 {
        self.first.residual_std_dev()
    }

    fn r_squared(&self) -> Option<f64> {
        self.first.r_squared()
    }

    fn standard_errors(&self) -> Option<Vec<f64>> {
        self.first.standard_errors()
    }

    fn forecast_std_dev(&self, rows: &[Horizon<'_>]) -> f64 {
        let variance = match rows {
            [] => return 0.0,
            [one] if one.first_step > 0 => {
                let (Some(line), _) = self.line(one.first_step) else { return f64::NAN };
                let length = one.n_rows as f64;
                let deviation = one.factor_sums[0] - length * line.mean;
                length + length * length / line.n + deviation * deviation / line.sum_squares
            }
            _ => self.variance(rows),
        };
        self.residual_std_dev() * variance.sqrt()
    }
}
