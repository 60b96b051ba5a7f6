//! Calendar-time portfolios: who is inside an event window on each date.

use std::ops::Range;

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};

use super::{EventRequest, Exclusion, Reason};
use crate::panel::{Compounding, PricePanel, ReturnPanel};
use crate::regression::{LeastSquares, Regression};
use crate::time::{DateAxis, EventWindow};
use crate::{Error, Result};

/// How often an asset counts that is inside the windows of several of its events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Overlap {
    /// Once: it is held or it is not (Fama 1998; Mitchell and Stafford 2000).
    #[default]
    OncePerAsset,
    /// Once for each of the events, so that it weighs more while they overlap.
    OncePerEvent,
}

/// How the rows of a regression on factors are weighted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RowWeights {
    /// All alike: ordinary least squares.
    #[default]
    Equal,
    /// By the number of assets in the portfolio: the rows are multiplied by its root, as fits means
    /// of so many independent errors.
    NumberOfAssets,
}

/// A portfolio that holds every asset from the start to the end of its event window.
///
/// On each row its return is the mean, equal- or value-weighted, of the assets that are inside
/// their windows then. Regressed on factors, its intercept is the abnormal return per row, and the
/// correlation between assets of one date is in the variance of the portfolio.
///
/// - *Reference*: Jaffe 1974, Journal of Business 47, pages 410–428; Mandelker 1974,
///   <https://doi.org/10.1016/0304-405X(74)90012-1>; Fama 1998,
///   <https://doi.org/10.1016/S0304-405X(98)00026-9>.
/// - *Departures*: the portfolio is not divided by its own standard deviation date by date, as
///   Jaffe and Mandelker do; a changing number of assets is met by
///   [`RowWeights::NumberOfAssets`] or by a robust covariance.
///
/// An event whose window leaves the data is excluded, unless [`CalendarTime::truncated`] keeps what
/// there is of it. An asset without a return on a row is not in the portfolio on that row, and is
/// counted.
#[derive(Debug, Clone)]
#[must_use = "a portfolio is formed by `portfolio`"]
pub struct CalendarTime<'a> {
    window: EventWindow,
    overlap: Overlap,
    min_assets: usize,
    values: Option<&'a PricePanel>,
    sessions: Option<&'a DateAxis>,
    truncated: bool,
}

impl<'a> CalendarTime<'a> {
    /// Holds assets over this window around their events, equally weighted, on rows with at least
    /// one asset.
    pub fn new(window: EventWindow) -> Self {
        Self {
            window,
            overlap: Overlap::default(),
            min_assets: 1,
            values: None,
            sessions: None,
            truncated: false,
        }
    }

    /// How often an asset counts whose events overlap.
    pub fn overlap(mut self, overlap: Overlap) -> Self {
        self.overlap = overlap;
        self
    }

    /// Fewest distinct assets on a row; with fewer the portfolio has no return there. 1 unless set;
    /// 10 is usual with many events.
    pub fn min_assets(mut self, n: usize) -> Self {
        self.min_assets = n;
        self
    }

    /// Weighs assets by their market value on the row before, so that nothing of the row itself is
    /// used. An asset without one is not in the portfolio on that row, and is counted.
    pub fn weighted_by(mut self, market_values: &'a PricePanel) -> Self {
        self.values = Some(market_values);
        self
    }

    /// Dates of the series in whose sessions [`EventWindow::Sessions`] are counted.
    pub fn sessions(mut self, axis: &'a DateAxis) -> Self {
        self.sessions = Some(axis);
        self
    }

    /// Keeps the part that the data cover of a window that begins before or ends after them.
    pub fn truncated(mut self) -> Self {
        self.truncated = true;
        self
    }

    /// Forms the portfolio.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] for log returns, or fewest assets of zero; [`Error::ShapeMismatch`] where
    /// the market values have other dates; [`Error::UnknownAsset`] where they lack an asset;
    /// [`Error::SessionsMissing`]; [`Error::NoResponses`] where no event is left.
    pub fn portfolio(
        &self,
        returns: &ReturnPanel,
        requests: &[EventRequest],
    ) -> Result<CalendarTimePortfolio> {
        self.check(returns)?;
        let n_rows = returns.n_dates();
        let mut exclusions = Vec::new();
        // How many windows of each asset hold each row.
        let mut n_windows = vec![vec![0_usize; 0]; returns.n_assets()];
        for request in requests {
            match self.rows(returns.axis(), request.date)? {
                Ok(rows) => {
                    for asset in &request.assets {
                        let counts = &mut n_windows[asset.0];
                        counts.resize(n_rows, 0);
                        counts[rows.clone()].iter_mut().for_each(|n| *n += 1);
                    }
                }
                Err(reason) => exclusions.push(Exclusion {
                    window: Some(self.window.to_string()),
                    ..request.exclusion(None, reason)
                }),
            }
        }
        if n_windows.iter().all(Vec::is_empty) {
            return Err(super::no_responses(exclusions.iter()));
        }
        let weights = self.previous_values(returns, &n_windows)?;
        let mut rows = Vec::with_capacity(n_rows);
        let mut n_missing = 0;
        for t in 0..n_rows {
            let mut row = CalendarRow { n_assets: 0, n_responses: 0, value: None };
            let (mut sum, mut total) = (0.0, 0.0);
            for (asset, counts) in returns.assets().zip(&n_windows) {
                let n_events = counts.get(t).copied().unwrap_or(0);
                if n_events == 0 {
                    continue;
                }
                let r = returns.row(asset)[t];
                let weight = weights.as_ref().map_or(1.0, |w| w[asset.0][t]);
                if r.is_nan() || weight.is_nan() {
                    n_missing += 1;
                    continue;
                }
                let times = match self.overlap {
                    Overlap::OncePerAsset => 1,
                    Overlap::OncePerEvent => n_events,
                };
                row.n_assets += 1;
                row.n_responses += times;
                sum += weight * times as f64 * r;
                total += weight * times as f64;
            }
            row.value = (row.n_assets >= self.min_assets).then(|| sum / total);
            rows.push(row);
        }
        Ok(CalendarTimePortfolio { axis: returns.axis().clone(), rows, n_missing, exclusions })
    }

    fn check(&self, returns: &ReturnPanel) -> Result<()> {
        if returns.compounding() == Compounding::Log {
            return Err(Error::Setting {
                name: "returns",
                value: "log".to_owned(),
                expected: "simple returns, whose mean is the return of a portfolio",
            });
        }
        if self.min_assets == 0 {
            return Err(Error::Setting {
                name: "min_assets",
                value: "0".to_owned(),
                expected: "at least one asset",
            });
        }
        Ok(())
    }

    fn rows(
        &self,
        axis: &DateAxis,
        event: NaiveDate,
    ) -> Result<std::result::Result<Range<usize>, Reason>> {
        let resolved = self.window.resolve(axis, event, self.sessions)?;
        Ok(resolved.or_else(|fault| {
            let part = if self.truncated { partial(&self.window, axis, event) } else { None };
            part.filter(|rows| !rows.is_empty()).ok_or(Reason::Window { fault })
        }))
    }

    /// Market value on the row before, NaN where it is missing; rows of the assets that are held.
    fn previous_values(
        &self,
        returns: &ReturnPanel,
        n_windows: &[Vec<usize>],
    ) -> Result<Option<Vec<Vec<f64>>>> {
        let Some(values) = self.values else { return Ok(None) };
        if values.axis() != returns.axis() {
            return Err(Error::ShapeMismatch {
                what: "the axis of the market values (its dates must be those of the returns)"
                    .to_owned(),
                n_found: values.n_dates(),
                n_expected: returns.n_dates(),
            });
        }
        let of = |(asset, counts): (_, &Vec<usize>)| {
            if counts.is_empty() {
                return Ok(Vec::new());
            }
            let row = values.row(values.asset(returns.name(asset))?);
            let mut before = vec![f64::NAN];
            before.extend_from_slice(&row[..row.len() - 1]);
            Ok(before)
        };
        returns.assets().zip(n_windows).map(of).collect::<Result<_>>().map(Some)
    }
}

/// The rows of a window that are on the axis; `None` for sessions, which have no rows beyond theirs.
fn partial(window: &EventWindow, axis: &DateAxis, event: NaiveDate) -> Option<Range<usize>> {
    let shift = |days: i32| {
        let step = Days::new(u64::from(days.unsigned_abs()));
        if days < 0 { event.checked_sub_days(step) } else { event.checked_add_days(step) }
    };
    match *window {
        EventWindow::Rows { first, last } => {
            let row = axis.first_on_or_after(event).filter(|_| event >= axis.first())?;
            let at = |tau: i32| row.cast_signed().saturating_add(tau as isize);
            let start = usize::try_from(at(first)).unwrap_or(0);
            let end = usize::try_from(at(last) + 1).unwrap_or(0).min(axis.len());
            Some(start..end.max(start))
        }
        EventWindow::Days { first, last } => {
            Some(axis.rows_between(shift(first.saturating_sub(1))?, shift(last)?))
        }
        EventWindow::Months(lag) => {
            let (after, through) = lag.bounds(event)?;
            Some(axis.rows_between(after, through))
        }
        EventWindow::Sessions { .. } => None,
    }
}

/// One row of a calendar-time portfolio.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CalendarRow {
    /// Distinct assets held.
    pub n_assets: usize,
    /// Times that they count: events under [`Overlap::OncePerEvent`], else assets.
    pub n_responses: usize,
    /// Return of the portfolio, a decimal fraction; `None` with too few assets.
    pub value: Option<f64>,
}

/// The portfolio on every date.
#[derive(Debug, Clone)]
pub struct CalendarTimePortfolio {
    axis: DateAxis,
    rows: Vec<CalendarRow>,
    n_missing: usize,
    exclusions: Vec<Exclusion>,
}

impl CalendarTimePortfolio {
    /// The dates.
    pub fn axis(&self) -> &DateAxis {
        &self.axis
    }

    /// One for each date.
    pub fn rows(&self) -> &[CalendarRow] {
        &self.rows
    }

    /// Dates on which the portfolio has a return.
    pub fn n_returns(&self) -> usize {
        self.rows.iter().filter(|row| row.value.is_some()).count()
    }

    /// Asset-dates inside a window that lack a return or a market value.
    pub fn n_missing(&self) -> usize {
        self.n_missing
    }

    /// Events whose window the data do not cover.
    pub fn exclusions(&self) -> &[Exclusion] {
        &self.exclusions
    }

    /// The portfolio less a series, the return of a riskless asset for instance.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownAsset`]; [`Error::ShapeMismatch`]; [`Error::BadValue`] where the series lacks
    /// a return on a date of the portfolio.
    pub fn in_excess_of(mut self, panel: &ReturnPanel, name: &str) -> Result<Self> {
        let series = self.series(panel, name)?;
        let present = self.rows.iter_mut().filter_map(|row| row.value.as_mut());
        for (value, base) in present.zip(series) {
            *value -= base;
        }
        Ok(self)
    }

    /// Regresses the portfolio on factors, over the dates on which it has a return; the intercept is
    /// the abnormal return per row. Without factors it is the mean of the portfolio.
    ///
    /// Dates without a return are left out, and what is left counts as consecutive: a Newey–West
    /// covariance sees the date after a gap as the next one.
    ///
    /// # Errors
    ///
    /// As [`Self::in_excess_of`], and those of [`LeastSquares::fit`].
    pub fn regress(
        &self,
        factors: &ReturnPanel,
        names: &[&str],
        weights: RowWeights,
    ) -> Result<Regression> {
        let y: Vec<f64> = self.rows.iter().filter_map(|row| row.value).collect();
        let held = self.rows.iter().filter(|row| row.value.is_some());
        let n_held: Vec<f64> = held.map(|row| row.n_responses as f64).collect();
        let columns =
            names.iter().map(|name| self.series(factors, name)).collect::<Result<Vec<_>>>()?;
        let pairs = names.iter().zip(&columns);
        let regression = pairs.fold(LeastSquares::of(&y), |r, (name, x)| r.on(*name, x));
        match weights {
            RowWeights::Equal => regression.fit(),
            RowWeights::NumberOfAssets => regression.weighted(&n_held).fit(),
        }
    }

    /// A series on the dates of the portfolio.
    fn series(&self, panel: &ReturnPanel, name: &str) -> Result<Vec<f64>> {
        if panel.axis() != &self.axis {
            return Err(Error::ShapeMismatch {
                what: format!("the axis of `{name}` (its dates must be those of the portfolio)"),
                n_found: panel.n_dates(),
                n_expected: self.axis.len(),
            });
        }
        let all = panel.row(panel.asset(name)?);
        let held = self.rows.iter().enumerate().filter(|(_, row)| row.value.is_some());
        held.map(|(t, _)| match all[t] {
            r if r.is_nan() => Err(Error::BadValue {
                series: name.to_owned(),
                date: self.axis.date(t),
                value: r,
                expected: "a return, which every date of the portfolio needs",
            }),
            r => Ok(r),
        })
        .collect()
    }
}

#[cfg(test)]
mod tests;
