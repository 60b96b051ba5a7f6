//! Standardised abnormal returns over long windows, with errors clustered by calendar month.

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

use super::matched::{Matched, matched};
use super::{Exclusion, MatchedRequest, Reason};
use crate::events::EventId;
use crate::models::FitFault;
use crate::numeric::moments::{is_negligible, mean, return_level, variance};
use crate::panel::{AssetId, Compounding, ReturnPanel};
use crate::regression::{Clusters, Covariance, Estimates, LeastSquares, Regression};
use crate::time::{DateAxis, EstimationWindow, EventWindow};
use crate::{Error, Result};

/// What is averaged; r and c are the log returns of an asset and of its control, s a standard
/// deviation with divisor n − 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LongRunForm {
    /// Abnormal standardised return, `r/s(r) − c/s(c)`; of a control portfolio the mean of `c/s(c)`
    /// over its members.
    #[default]
    AbnormalStandardised,
    /// Standardised abnormal return, `(r − c)/s(r − c)`; one control.
    StandardisedAbnormal,
    /// Continuously compounded abnormal return, `r − c`, not standardised; one control.
    Compounded,
}

/// Rows from which the standard deviations are taken.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ScaleRows {
    /// Those of the event window, so that a variance that changed with the event is the one that
    /// counts.
    #[default]
    EventWindow,
    /// Those of a window before the event.
    Before(EstimationWindow),
}

/// What the errors of a long-run test may be correlated with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LongRunErrors {
    /// Nothing: the plain t. For comparison.
    Independent,
    /// Others of the same calendar month: the test of the paper.
    #[default]
    Month,
    /// Others of the same asset.
    Asset,
    /// Others of the same month or the same asset.
    MonthAndAsset,
}

/// The standardised long-run test of Dutta, Knif, Kolari and Pynnönen 2018.
///
/// Every row of every event window gives one abnormal return against a control, weighed by its
/// precision. Their mean is tested with standard errors that allow for any correlation within a
/// calendar month, so neither overlapping windows nor shared shocks make it reject too often.
///
/// `t = mean / √V`, with `V = G/(G − 1) Σ_g (Σ_{i∈g} (x_i − mean))² / n²` over the G months; of two
/// groupings `V₁ + V₂ − V₁₂`, each with its own factor.
///
/// - *Null*: the mean abnormal return of a row is zero.
/// - *Assumes*: months (assets) independent of each other, and many of them.
/// - *Robust to*: cross-sectional correlation; different and changing variance; with
///   [`LongRunErrors::MonthAndAsset`] serial correlation within an asset.
/// - *Distribution*: t with G − 1 degrees of freedom, the smaller G of two groupings.
/// - *Reference*: <https://doi.org/10.1016/j.jempfin.2018.02.004>; two groupings after Cameron,
///   Gelbach and Miller 2011, <https://doi.org/10.1198/jbes.2010.07136>.
/// - *Departures*: an R package with an author of the paper among its own takes G degrees of freedom
///   in place of G − 1. Rows that lack a return of the asset or a control are left out and counted.
#[derive(Debug, Clone)]
#[must_use = "the abnormal returns are taken by `sample`"]
pub struct LongRun {
    window: EventWindow,
    form: LongRunForm,
    scale: ScaleRows,
    sessions: Option<DateAxis>,
}

impl LongRun {
    /// Over this window.
    pub fn new(window: EventWindow) -> Self {
        let (form, scale) = (LongRunForm::default(), ScaleRows::default());
        Self { window, form, scale, sessions: None }
    }

    /// What is averaged.
    pub fn form(mut self, form: LongRunForm) -> Self {
        self.form = form;
        self
    }

    /// From which rows the standard deviations are.
    pub fn scale(mut self, rows: ScaleRows) -> Self {
        self.scale = rows;
        self
    }

    /// Dates of the series in whose sessions [`EventWindow::Sessions`] are counted.
    pub fn sessions(mut self, axis: DateAxis) -> Self {
        self.sessions = Some(axis);
        self
    }

    /// Takes the abnormal returns of all requests. Simple returns are turned into log returns.
    ///
    /// # Errors
    ///
    /// [`Error::ShapeMismatch`] where the controls have other dates; [`Error::UnknownAsset`] for a
    /// control that they lack; [`Error::TooFew`] for a request without controls;
    /// [`Error::Setting`] for one with several where the form takes one; [`Error::DuplicateAsset`]
    /// for a response that is asked for twice; [`Error::SessionsMissing`]; [`Error::NoResponses`]
    /// where none is left. Faults of one response are [`Exclusion`]s.
    pub fn sample(
        &self,
        returns: &ReturnPanel,
        controls: &ReturnPanel,
        requests: &[MatchedRequest],
    ) -> Result<LongRunSample> {
        let several = requests.iter().find(|r| r.controls.len() > 1);
        if let Some(request) = several.filter(|_| self.form != LongRunForm::AbnormalStandardised) {
            return Err(Error::Setting {
                name: "controls",
                value: request.controls.join(", "),
                expected: "one control for each response, where returns are not standardised one \
                           by one",
            });
        }
        let sessions = self.sessions.as_ref();
        let (placed, exclusions) = matched(returns, controls, requests, &self.window, sessions)?;
        let mut sample = LongRunSample { observations: Vec::new(), n_rows_left_out: 0, exclusions };
        for matched in placed {
            match self.abnormal_returns(returns, controls, &matched) {
                Ok((values, n_left_out)) => {
                    sample.n_rows_left_out += n_left_out;
                    let &MatchedRequest { event, asset, .. } = matched.request;
                    sample.observations.extend(values.into_iter().map(|(row, value)| {
                        LongRunReturn { event, asset, date: returns.axis().date(row), value }
                    }));
                }
                Err(reason) => {
                    let excluded = matched.request.exclusion(returns, &self.window, reason);
                    sample.exclusions.push(excluded);
                }
            }
        }
        if sample.observations.is_empty() {
            return Err(super::no_responses(sample.exclusions.iter()));
        }
        Ok(sample)
    }

    /// Abnormal returns by rows, and how many rows were left out.
    fn abnormal_returns(
        &self,
        returns: &ReturnPanel,
        controls: &ReturnPanel,
        matched: &Matched<'_>,
    ) -> std::result::Result<(Vec<(usize, f64)>, usize), Reason> {
        let window = &matched.rows;
        let scale_rows: Vec<usize> = match &self.scale {
            ScaleRows::EventWindow => window.clone().collect(),
            ScaleRows::Before(estimation) => {
                let event_row =
                    returns.axis().first_on_or_after(matched.request.date).unwrap_or(window.start);
                let windows = std::slice::from_ref(window);
                estimation.resolve(returns.axis(), event_row, windows)?.iter().collect()
            }
        };
        let own = (returns, matched.asset);
        let series: Vec<_> = std::iter::once(own)
            .chain(matched.controls.iter().map(|id| (controls, *id)))
            .map(|(panel, id)| (panel.row(id), panel.compounding()))
            .collect();
        let log = |(row, compounding): (&[f64], Compounding), t: usize| match compounding {
            Compounding::Log => row[t],
            Compounding::Simple => row[t].ln_1p(),
        };
        let complete = |t: &usize| series.iter().all(|(row, _)| !row[*t].is_nan());
        let rows: Vec<usize> = window.clone().filter(complete).collect();
        let n_scale_rows = scale_rows.len();
        let scaled: Vec<usize> = scale_rows.into_iter().filter(complete).collect();
        let needed = match &self.scale {
            ScaleRows::EventWindow => 2,
            ScaleRows::Before(estimation) => estimation.n_needed().max(2),
        };
        if scaled.len() < needed {
            return Err(Reason::EstimationTooShort {
                n_found: scaled.len(),
                n_needed: needed,
                n_rows: n_scale_rows,
                n_left_out: 0,
            });
        }
        if rows.is_empty() {
            return Err(Reason::ReturnsMissing {
                n_missing: window.len(),
                n_rows: window.len(),
                first: returns.axis().date(window.start),
            });
        }
        let difference = |t: usize| log(series[0], t) - log(series[1], t);
        let values: Vec<f64> = match self.form {
            LongRunForm::Compounded => rows.iter().map(|t| difference(*t)).collect(),
            LongRunForm::StandardisedAbnormal => {
                let s = std_dev(&scaled.iter().map(|t| difference(*t)).collect::<Vec<_>>())?;
                rows.iter().map(|t| difference(*t) / s).collect()
            }
            LongRunForm::AbnormalStandardised => {
                let of = |of| std_dev(&scaled.iter().map(|t| log(of, *t)).collect::<Vec<_>>());
                let s = series.iter().map(|one| of(*one)).collect::<Result<Vec<f64>, _>>()?;
                let n_controls = (series.len() - 1) as f64;
                let control = |t: usize| -> f64 {
                    let each = series.iter().zip(&s).skip(1).map(|(one, s)| log(*one, t) / s);
                    each.sum::<f64>() / n_controls
                };
                rows.iter().map(|t| log(series[0], *t) / s[0] - control(*t)).collect()
            }
        };
        let n_left_out = window.len() - rows.len();
        Ok((rows.into_iter().zip(values).collect(), n_left_out))
    }
}

/// Standard deviation with divisor n − 1 of returns that are not all the same.
fn std_dev(x: &[f64]) -> std::result::Result<f64, Reason> {
    let spread = variance(x).unwrap_or(0.0);
    if is_negligible(spread * (x.len() - 1) as f64, return_level(x), x.len()) {
        return Err(Reason::Fit { fault: FitFault::ZeroVariance });
    }
    Ok(spread.sqrt())
}

/// One abnormal return.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LongRunReturn {
    /// The event.
    pub event: EventId,
    /// The asset.
    pub asset: AssetId,
    /// Date of the row.
    pub date: NaiveDate,
    /// The abnormal return: in standard deviations, or a log return where it is not standardised.
    pub value: f64,
}

/// The abnormal returns of all rows of all event windows.
#[derive(Debug, Clone)]
pub struct LongRunSample {
    observations: Vec<LongRunReturn>,
    n_rows_left_out: usize,
    exclusions: Vec<Exclusion>,
}

impl LongRunSample {
    /// The abnormal returns, in the order of the requests and then of the dates.
    pub fn observations(&self) -> &[LongRunReturn] {
        &self.observations
    }

    /// Rows inside windows that lack a return of the asset or of a control.
    pub fn n_rows_left_out(&self) -> usize {
        self.n_rows_left_out
    }

    /// Responses that were left out whole.
    pub fn exclusions(&self) -> &[Exclusion] {
        &self.exclusions
    }

    /// Mean abnormal return of a row.
    pub fn mean(&self) -> f64 {
        mean(&self.values()).unwrap_or(f64::NAN)
    }

    /// The mean as the intercept of a regression on nothing else.
    ///
    /// # Errors
    ///
    /// Those of [`LeastSquares::fit`].
    pub fn regression(&self) -> Result<Regression> {
        LeastSquares::of(&self.values()).fit()
    }

    /// The test: its only coefficient is the mean, with standard error, t and p.
    ///
    /// # Errors
    ///
    /// As [`Self::regression`]; [`Error::TooFew`] for fewer than two clusters;
    /// [`Error::NegativeVariance`] where that of two groupings comes out so.
    pub fn test(&self, errors: LongRunErrors) -> Result<Estimates> {
        let months =
            || Clusters::by(self.observations.iter().map(|o| (o.date.year(), o.date.month())));
        let assets = || Clusters::by(self.observations.iter().map(|o| o.asset));
        self.regression()?.estimates(&match errors {
            LongRunErrors::Independent => Covariance::Classical,
            LongRunErrors::Month => Covariance::clustered(months()),
            LongRunErrors::Asset => Covariance::clustered(assets()),
            LongRunErrors::MonthAndAsset => Covariance::two_way(months(), assets()),
        })
    }

    fn values(&self) -> Vec<f64> {
        self.observations.iter().map(|o| o.value).collect()
    }
}

#[cfg(test)]
mod tests;
