//! Abnormal trading volume.
//!
//! Volume is far from normal; its logarithm is near it. So volumes are turned into a panel of
//! logarithms, which takes part wherever returns do: [`AbnormalReturns`](super::AbnormalReturns)
//! with a [`ConstantMeanModel`](crate::models::ConstantMeanModel) gives mean-adjusted and with a
//! [`MarketModel`](crate::models::MarketModel) on [`LogVolumes::market`] market-adjusted abnormal
//! volume, and every test of [`inference`](crate::inference) reads them.

use std::ops::Range;

use ndarray::Array2;
use serde::{Deserialize, Serialize};

use super::{
    Design, EventRequest, Exclusion, MissingPolicy, Reason, ResponseValue, ResponseValues,
};
use crate::panel::{AssetId, Compounding, ReturnPanel, VolumePanel};
use crate::time::{EstimationRows, EventWindow};
use crate::{Error, Result};

/// The logarithm that is taken of a volume v.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum VolumeLog {
    /// `ln v`; a day without a trade has none and is left out and counted. Does not depend on the
    /// unit but for a constant, which abnormal volume takes away.
    #[default]
    Plain,
    /// `ln(c + v)` with c above zero, in the unit of the volumes, so that days without a trade
    /// count; what comes out depends on c. `Plus(1.0)` is ln(1 + v). For turnover in percent
    /// 0.000255 is usual (Cready and Ramanan 1991; Campbell and Wasley 1996).
    Plus(f64),
}

/// Logarithms of volumes.
#[derive(Debug, Clone)]
pub struct LogVolumes {
    panel: ReturnPanel,
    n_zero: Vec<usize>,
    n_missing: Vec<usize>,
}

impl LogVolumes {
    /// Takes the logarithms.
    ///
    /// - *Reference*: Ajinkya and Jain 1989, Journal of Accounting and Economics 11, pages 331–359;
    ///   Campbell and Wasley 1996, <https://doi.org/10.1007/BF00245187>.
    /// - *Departures*: daily volume is autocorrelated, which the first of them meets by generalised
    ///   least squares. Here fits are ordinary, so the forecast standard deviation of a window of
    ///   several days is too small; single days, or tests from the cross-section alone, are not
    ///   touched.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] for a constant that is not above zero; [`Error::BadValue`] where a
    /// logarithm is not finite.
    ///
    /// ```
    /// use chrono::NaiveDate;
    /// use eventstudy::abnormal::{AbnormalReturns, Design, EventRequest, LogVolumes, VolumeLog};
    /// use eventstudy::events::EventSet;
    /// use eventstudy::models::ConstantMeanModel;
    /// use eventstudy::panel::VolumePanel;
    /// use eventstudy::time::{DateAxis, EstimationWindow, EventWindow};
    /// use ndarray::Array2;
    ///
    /// let start = NaiveDate::from_ymd_opt(2026, 1, 1).unwrap();
    /// let axis = DateAxis::new(start.iter_days().take(40).collect())?;
    /// let mut volumes = Array2::from_shape_fn((1, 40), |(_, t)| 900.0 + (t * 7 % 5) as f64);
    /// volumes[[0, 30]] *= std::f64::consts::E;
    /// let volumes = VolumePanel::new(axis.clone(), vec!["eth".to_owned()], volumes)?;
    ///
    /// let logs = LogVolumes::new(&volumes, VolumeLog::Plain)?;
    /// let events = EventSet::from_dates(&[axis.date(30)])?;
    /// let request = EventRequest {
    ///     event: events.ids().next().unwrap(),
    ///     date: axis.date(30),
    ///     label: String::new(),
    ///     assets: vec![logs.panel().asset("eth")?],
    /// };
    /// let window = EventWindow::rows(0, 0)?;
    /// let design = Design::new(vec![window], EstimationWindow::trailing(25)?)?;
    /// let panel = logs.panel();
    /// let table =
    ///     AbnormalReturns::compute(panel, panel, &ConstantMeanModel, &design, &[request])?;
    /// assert!((table.cars(&window)?.values[0].value - 1.0).abs() < 0.01);
    /// # Ok::<(), eventstudy::Error>(())
    /// ```
    pub fn new(volumes: &VolumePanel, log: VolumeLog) -> Result<Self> {
        let constant = match log {
            VolumeLog::Plain => 0.0,
            VolumeLog::Plus(c) if c.is_finite() && c > 0.0 => c,
            VolumeLog::Plus(c) => {
                return Err(Error::Setting {
                    name: "the constant added to volumes",
                    value: c.to_string(),
                    expected: "a finite number above zero",
                });
            }
        };
        let rows: Vec<&[f64]> = volumes.assets().map(|asset| volumes.row(asset)).collect();
        let values = Array2::from_shape_fn((rows.len(), volumes.axis().len()), |(asset, t)| {
            match rows[asset][t] + constant {
                v if v > 0.0 => v.ln(),
                _ => f64::NAN,
            }
        });
        let count = |of: &dyn Fn(f64) -> bool| {
            rows.iter().map(|row| row.iter().filter(|v| of(**v)).count()).collect()
        };
        let n_zero = match log {
            VolumeLog::Plain => count(&|v| v == 0.0),
            VolumeLog::Plus(_) => vec![0; rows.len()],
        };
        let n_missing = count(&f64::is_nan);
        let names = volumes.names().to_vec();
        let panel = ReturnPanel::new(volumes.axis().clone(), names, values, Compounding::Log)?;
        Ok(Self { panel, n_zero, n_missing })
    }

    /// The logarithms, one for each asset and date, missing where there is none. Nothing is bridged
    /// over a hole.
    pub fn panel(&self) -> &ReturnPanel {
        &self.panel
    }

    /// Days of an asset whose volume is zero and has no logarithm.
    ///
    /// # Panics
    ///
    /// Where `asset` is of a larger panel.
    pub fn n_zero(&self, asset: AssetId) -> usize {
        self.n_zero[asset.0]
    }

    /// Days of an asset whose volume is not known.
    ///
    /// # Panics
    ///
    /// Where `asset` is of a larger panel.
    pub fn n_missing(&self, asset: AssetId) -> usize {
        self.n_missing[asset.0]
    }

    /// The mean of the logarithms over the assets that have one on a date, as a panel of that name:
    /// the market of a market model of volume. An asset is part of its own market.
    ///
    /// # Errors
    ///
    /// Those of [`ReturnPanel::new`], which do not arise.
    pub fn market(&self, name: &str) -> Result<ReturnPanel> {
        let n = self.panel.n_dates();
        let values = Array2::from_shape_fn((1, n), |(_, t)| {
            let present = self.panel.assets().map(|a| self.panel.row(a)[t]).filter(|v| !v.is_nan());
            let (sum, count) = present.fold((0.0, 0_usize), |(s, c), v| (s + v, c + 1));
            if count == 0 { f64::NAN } else { sum / count as f64 }
        });
        let axis = self.panel.axis().clone();
        ReturnPanel::new(axis, vec![name.to_owned()], values, Compounding::Log)
    }
}

/// The log volume ratio of every response, `ln(mean(V over the window) / mean(V over the estimation
/// window))`.
///
/// Days without a trade count as zero; days that are not known are left out of the estimation mean,
/// of which the design says how many it needs, and exclude the response where they are in the
/// window, unless the design takes what is available. Where nothing changed the ratio is below zero
/// on average, since the mean over fewer days varies more and the logarithm is concave: hold it
/// against controls, or use [`LogVolumes`].
///
/// # Errors
///
/// [`Error::SessionsMissing`]. Faults of one response are [`Exclusion`]s.
pub fn log_volume_ratios(
    volumes: &VolumePanel,
    design: &Design,
    window: &EventWindow,
    requests: &[EventRequest],
) -> Result<ResponseValues> {
    let axis = volumes.axis();
    let mut out = ResponseValues::default();
    for request in requests {
        let exclude = |asset: Option<&str>, reason| Exclusion {
            window: Some(window.to_string()),
            ..request.exclusion(asset, reason)
        };
        let rows = match window.resolve(axis, request.date, design.sessions.as_ref())? {
            Ok(rows) => rows,
            Err(fault) => {
                out.exclusions.push(exclude(None, Reason::Window { fault }));
                continue;
            }
        };
        let event_row = axis.first_on_or_after(request.date).unwrap_or(rows.start);
        let windows = std::slice::from_ref(&rows);
        let estimation = match design.estimation.resolve(axis, event_row, windows) {
            Ok(estimation) => estimation,
            Err(fault) => {
                out.exclusions.push(exclude(None, fault.into()));
                continue;
            }
        };
        for asset in &request.assets {
            match log_ratio(volumes, design, *asset, &rows, &estimation) {
                Ok(value) => {
                    let (event, date) = (request.event, request.date);
                    out.values.push(ResponseValue { event, asset: *asset, date, value });
                }
                Err(reason) => out.exclusions.push(exclude(Some(volumes.name(*asset)), reason)),
            }
        }
    }
    Ok(out)
}

fn log_ratio(
    volumes: &VolumePanel,
    design: &Design,
    asset: AssetId,
    rows: &Range<usize>,
    estimation: &EstimationRows,
) -> std::result::Result<f64, Reason> {
    let all = volumes.row(asset);
    let known = |rows: &mut dyn Iterator<Item = usize>| -> Vec<f64> {
        rows.map(|t| all[t]).filter(|v| !v.is_nan()).collect()
    };
    let (inside, before) = (known(&mut rows.clone()), known(&mut estimation.iter()));
    let n_missing = rows.len() - inside.len();
    if n_missing > 0 && (design.missing != MissingPolicy::Available || inside.is_empty()) {
        let first = rows.clone().find(|t| all[*t].is_nan()).unwrap_or(rows.start);
        let first = volumes.axis().date(first);
        return Err(Reason::ReturnsMissing { n_missing, n_rows: rows.len(), first });
    }
    let n_needed = design.estimation.n_needed().max(1);
    if before.len() < n_needed {
        let (n_found, n_rows) = (before.len(), estimation.n_used());
        let n_left_out = estimation.n_rows() - n_rows;
        return Err(Reason::EstimationTooShort { n_found, n_needed, n_rows, n_left_out });
    }
    let mean = |x: &[f64]| x.iter().sum::<f64>() / x.len() as f64;
    let ratio = (mean(&inside) / mean(&before)).ln();
    if ratio.is_finite() { Ok(ratio) } else { Err(Reason::NoVolume) }
}

#[cfg(test)]
mod tests;
