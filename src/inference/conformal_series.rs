//! The residuals of one event, for the conformal test.

use crate::abnormal::{AbnormalReturns, EventRows, Response};
use crate::events::EventId;
use crate::models::ExpectedReturnModel;
use crate::panel::{AssetId, ReturnPanel};
use crate::resampling::ConformalSeries;
use crate::time::EventWindow;
use crate::{Error, Result};

/// Residuals of one response, or of the portfolio of several to one event, over the estimation rows
/// and the rows of a window, fitted to both together: what a
/// [`ConformalTest`](crate::resampling::ConformalTest) takes.
///
/// `members` are assets with weights, which are scaled to a sum of one on each row over the members
/// that have a return there; rows that none has are left out, as are those between estimation window
/// and window. `factors` and `model` are what the table was computed with.
///
/// The table was fitted to the estimation rows alone. The fit to all rows is the least squares of
/// the abnormal returns on a constant, and on the factors of the model where it estimates slopes:
///
/// - For the constant mean, the comparison-period mean, the market model and factor models this *is*
///   the model fitted to all rows, as least squares is not moved by what a fit with the same factors
///   took off before. With members that have all rows it is so for the portfolio too.
/// - For models that fit an intercept and slopes by other means (robust, weighted, thin trading,
///   moving variance) least squares stands in place of their own estimator.
/// - For models without a slope to estimate (market-adjusted, control, synthetic control) it adds a
///   mean; their weights and slopes stay as they were.
/// - Rolling lines and factors that differ from asset to asset stay as they were fitted before the
///   event: an approximation, in which the event rows are not treated quite like the rest.
///
/// A return over several rows, at the end of a bridged hole, counts as one row.
///
/// ```
/// use eventstudy::inference::conformal_series;
/// use eventstudy::prelude::*;
/// use eventstudy::resampling::ConformalTest;
///
/// let coins = CsvOptions::default().assets(["btc", "eth"]);
/// let prices = PricePanel::from_csv_path_with("data/crypto_close.csv", &coins)?;
/// let (model, window) = (MarketModel::on("btc"), EventWindow::days(1, 20)?);
/// let study = EventStudy::builder(Universe::of(["eth"]), model.clone())
///     .estimation_window(EstimationWindow::trailing(250)?)
///     .windows([window])
///     .build()?;
/// let data = StudyData::new(prices, Compounding::Simple);
/// let events = EventSet::from_dates(&[NaiveDate::from_ymd_opt(2020, 11, 13).unwrap()])?;
///
/// let table = study.responses(&data, &events)?;
/// let eth = &table.responses()[0];
/// let members = [(eth.asset(), 1.0)];
/// let series =
///     conformal_series(&table, data.factors(), &model, eth.event(), &members, &window)?;
/// assert_eq!((series.n_rows(), series.n_post()), (270, 20));
/// let found = ConformalTest::new().test(&series)?;
/// assert!(found.p_value >= found.attainable_p && found.attainable_p == 1.0 / 270.0);
/// # Ok::<(), eventstudy::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::NoResponses`] where the event or a member has no response, or the window leaves the
/// data; [`Error::UnknownAsset`] for a factor that `factors` lacks; [`Error::SessionsMissing`]; those
/// of [`ConformalSeries::fitted`].
pub fn conformal_series(
    table: &AbnormalReturns,
    factors: &ReturnPanel,
    model: &dyn ExpectedReturnModel,
    event: EventId,
    members: &[(AssetId, f64)],
    window: &EventWindow,
) -> Result<ConformalSeries> {
    let fault = |first_reason: String| Error::NoResponses { n_excluded: 1, first_reason };
    let rows = table.event_rows(event).ok_or_else(|| fault("the event has no rows".to_owned()))?;
    let in_span = table.window_rows(rows, window)?.map_err(|f| fault(f.to_string()))?;
    let mut found: Vec<(&Response, f64)> = Vec::with_capacity(members.len());
    for (asset, weight) in members {
        let response = table.responses_of(event).find(|r| r.asset() == *asset);
        let response = response
            .ok_or_else(|| fault(format!("{} has no response to the event", table.name(*asset))))?;
        found.push((response, *weight));
    }
    let regressors = regressors(table, factors, model, rows, &found)?;

    let of_window = in_span.start + rows.span.start..in_span.end + rows.span.start;
    let mut axis_rows: Vec<usize> =
        rows.estimation_rows().iter().chain(of_window.clone()).collect();
    axis_rows.sort_unstable();
    axis_rows.dedup();
    let (mut values, mut series) = (Vec::new(), vec![Vec::new(); regressors.len()]);
    let mut post: Option<(usize, usize)> = None;
    for row in axis_rows {
        let at: Vec<f64> = regressors.iter().map(|r| r[row]).collect();
        let is_post = of_window.contains(&row);
        let Some(value) =
            mean_at(&found, rows, row, is_post).filter(|_| !at.iter().any(|f| f.is_nan()))
        else {
            continue;
        };
        if is_post {
            let first = post.map_or(values.len(), |(first, _)| first);
            post = Some((first, values.len() + 1));
        }
        values.push(value);
        for (list, value) in series.iter_mut().zip(at) {
            list.push(value);
        }
    }
    let (first, end) = post.unwrap_or((values.len(), values.len()));
    let series: Vec<&[f64]> = series.iter().map(Vec::as_slice).collect();
    ConformalSeries::fitted(&values, &series, first..end)
}

/// Returns of the factors that all members have slopes on, over all rows of the axis.
fn regressors<'a>(
    table: &AbnormalReturns,
    factors: &'a ReturnPanel,
    model: &dyn ExpectedReturnModel,
    rows: &EventRows,
    members: &[(&Response, f64)],
) -> Result<Vec<&'a [f64]>> {
    let shared = members.iter().all(|(response, _)| {
        let own = model.factors_of(table.name(response.asset()), rows.date);
        own.is_none() && response.fit().standard_errors().is_some()
    });
    if !shared {
        return Ok(Vec::new());
    }
    model.factors().iter().map(|name| Ok(factors.row(factors.asset(name)?))).collect()
}

/// Weighted mean of the abnormal returns of the members that have one on a row of the axis.
fn mean_at(
    members: &[(&Response, f64)],
    rows: &EventRows,
    row: usize,
    is_post: bool,
) -> Option<f64> {
    let (mut sum, mut weight) = (0.0, 0.0);
    for (response, of) in members {
        let ar = if is_post {
            response.ar(row - rows.span.start)
        } else {
            let first = rows.estimation_rows().hull().start;
            response.residuals().get(row - first).copied().filter(|e| !e.is_nan())
        };
        if let Some(ar) = ar {
            sum += of * ar;
            weight += of;
        }
    }
    (weight > 0.0).then(|| sum / weight)
}
