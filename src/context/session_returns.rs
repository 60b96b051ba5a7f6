//! Returns from session to session of series with two calendars.

use serde::Serialize;

use super::weekly::{BarAlignment, aligned_returns};
use crate::Result;
use crate::panel::{Compounding, PricePanel, ReturnPanel};

/// How two panels with different calendars are brought to returns from one session to the next.
///
/// The every-day asset has one return over all days from session to session, so a weekend's three
/// bars stand beside Monday's session.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct SessionReturns {
    alignment: BarAlignment,
    max_age_days: u32,
    compounding: Compounding,
}

impl SessionReturns {
    /// Log returns; a price stands for its own day alone.
    pub fn new(alignment: BarAlignment) -> Self {
        Self { alignment, max_age_days: 0, compounding: Compounding::Log }
    }

    /// Oldest price, in calendar days, that stands in for a missing one.
    #[must_use]
    pub fn max_age_days(mut self, days: u32) -> Self {
        self.max_age_days = days;
        self
    }

    /// Simple or log returns.
    #[must_use]
    pub fn compounding(mut self, compounding: Compounding) -> Self {
        self.compounding = compounding;
        self
    }

    /// Returns of the assets of both panels at the dates of `sessions`, those of `sessions` first.
    ///
    /// The return at a date ends with the session close of that date and, for `every_day`, with the
    /// bar of the same day or of the day before it; nothing dated later is in it.
    ///
    /// # Errors
    ///
    /// [`Error::EmptyAxis`](crate::Error::EmptyAxis) where the two panels have no date in common;
    /// [`Error::DuplicateAsset`](crate::Error::DuplicateAsset).
    ///
    /// ```
    /// use chrono::NaiveDate;
    /// use eventstudy::context::{BarAlignment, SessionReturns};
    /// use eventstudy::panel::PricePanel;
    ///
    /// let day = |d| NaiveDate::from_ymd_opt(2026, 1, d).unwrap();
    /// let sessions = [8, 9, 12, 13].map(|d| (day(d), 1.0)).to_vec();
    /// let every_day = (1..=16).map(|d| (day(d), f64::from(d).exp())).collect();
    /// let equity = PricePanel::from_series(vec![("rut".to_owned(), sessions)])?;
    /// let crypto = PricePanel::from_series(vec![("btc".to_owned(), every_day)])?;
    /// let daily = SessionReturns::new(BarAlignment::SameDay).of(&equity, &crypto)?;
    /// assert_eq!(daily.axis().dates(), [day(8), day(9), day(12), day(13)]);
    /// // From Friday to Monday, three bars.
    /// assert!((daily.value(daily.asset("btc")?, 2).unwrap() - 3.0).abs() < 1e-12);
    /// # Ok::<(), eventstudy::Error>(())
    /// ```
    pub fn of(&self, sessions: &PricePanel, every_day: &PricePanel) -> Result<ReturnPanel> {
        let dates = sessions.axis().dates().to_vec();
        let age = i64::from(self.max_age_days);
        aligned_returns(dates, sessions, every_day, self.alignment, age, self.compounding)
    }
}
