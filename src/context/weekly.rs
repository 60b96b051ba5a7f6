//! Weekly returns of a series that trades in sessions and of one that trades every day.

use chrono::{Datelike, Days, NaiveDate, Weekday};
use ndarray::Array2;
use serde::Serialize;

use crate::panel::{Compounding, PricePanel, ReturnPanel};
use crate::time::DateAxis;
use crate::{Error, Result};

/// Which daily bar of an every-day asset stands beside the session close of day D.
///
/// A US session of day D closes at 16:00 New York time, which is 20:00 or 21:00 UTC. The crypto bar
/// of day D closes at 00:00 UTC at its end, three to four hours later; that of day D − 1 closed 20 to
/// 21 hours earlier. Neither is the same moment, so a lead or lag of less than a bar cannot be told
/// from the choice: run both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum BarAlignment {
    /// The bar of day D. The session close is known before this bar closes. The bar holds three or
    /// four hours that the session first shows in its next return, which makes the every-day asset
    /// seem to lead.
    SameDay,
    /// The bar of day D − 1. All of it was known before the session closed. The session holds most
    /// of a day that the every-day asset first shows in its next return, which makes the session seem
    /// to lead.
    PreviousDay,
}

/// How two panels with different calendars are brought to weekly returns.
///
/// *When a week is known*: the week of session date D ends with two closes, and is known when the later
/// of them is. Under [`BarAlignment::SameDay`] that is the end of the UTC day D, hours after the
/// session: a measure over weeks through D may be read on D, and traded from the next bar on. Under
/// [`BarAlignment::PreviousDay`] it is the session close of D. Where D is a holiday an earlier close
/// stands in, so the week was known before; a week is never dated before its own closes. To ask what was
/// known on a date, leave out the weeks that end after it
/// ([`PairedReturns::within`](super::PairedReturns::within),
/// [`LeadLagDesign::through`](super::LeadLagDesign::through)): a week that is not over by then has no
/// return yet, not a shorter one.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct WeeklyReturns {
    weekday: Weekday,
    alignment: BarAlignment,
    max_age_days: u32,
    compounding: Compounding,
}

impl WeeklyReturns {
    /// Log returns from one `weekday` to the next.
    ///
    /// Where the weekday is a holiday, the last price before it stands in, at most three calendar
    /// days old unless set otherwise.
    pub fn on(weekday: Weekday, alignment: BarAlignment) -> Self {
        Self { weekday, alignment, max_age_days: 3, compounding: Compounding::Log }
    }

    /// Oldest price, in calendar days, that stands in for a missing one; at most 6, since an older
    /// one would serve two weeks.
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

    /// Weekly returns of the assets of both panels, those of `sessions` first.
    ///
    /// The dates are the session dates: each weekday in the span that both panels cover. The
    /// return at a date ends with the last price on or before it (under
    /// [`BarAlignment::PreviousDay`], for `every_day`, on or before the day before), so nothing dated
    /// later is in it. A week that lacks either price has no return.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] for an age above 6 days; [`Error::EmptyAxis`] where the two panels have no
    /// such weekday in common; [`Error::DuplicateAsset`].
    ///
    /// ```
    /// use chrono::{NaiveDate, Weekday};
    /// use eventstudy::context::{BarAlignment, WeeklyReturns};
    /// use eventstudy::panel::PricePanel;
    ///
    /// let day = |d| NaiveDate::from_ymd_opt(2026, 1, d).unwrap();
    /// let sessions = [2, 5, 6, 7, 8, 9, 12, 13, 14, 15, 16].map(|d| (day(d), 1.0)).to_vec();
    /// let every_day = (1..=16).map(|d| (day(d), f64::from(d).exp())).collect();
    /// let equity = PricePanel::from_series(vec![("rut".to_owned(), sessions)])?;
    /// let crypto = PricePanel::from_series(vec![("btc".to_owned(), every_day)])?;
    /// let weekly = WeeklyReturns::on(Weekday::Fri, BarAlignment::SameDay).of(&equity, &crypto)?;
    /// assert_eq!(weekly.axis().dates(), [day(2), day(9), day(16)]);
    /// assert!((weekly.value(weekly.asset("btc")?, 1).unwrap() - 7.0).abs() < 1e-12);
    /// # Ok::<(), eventstudy::Error>(())
    /// ```
    pub fn of(&self, sessions: &PricePanel, every_day: &PricePanel) -> Result<ReturnPanel> {
        if self.max_age_days > 6 {
            return Err(Error::Setting {
                name: "max_age_days",
                value: self.max_age_days.to_string(),
                expected: "at most 6 days for weekly returns",
            });
        }
        let (first, _) = common_span(sessions, every_day, self.alignment);
        let last = sessions.axis().last();
        let ahead = self.weekday.days_since(first.weekday()) as usize;
        let dates = first.iter_days().skip(ahead).step_by(7).take_while(|date| *date <= last);
        let age = i64::from(self.max_age_days);
        let dates = dates.collect();
        aligned_returns(dates, sessions, every_day, self.alignment, age, self.compounding)
    }
}

impl BarAlignment {
    /// Both.
    pub const ALL: [Self; 2] = [Self::SameDay, Self::PreviousDay];

    /// The alignment in words.
    pub fn name(self) -> &'static str {
        match self {
            Self::SameDay => "same day",
            Self::PreviousDay => "previous day",
        }
    }

    /// Days by which the bar is before the session.
    fn days_back(self) -> u64 {
        match self {
            Self::SameDay => 0,
            Self::PreviousDay => 1,
        }
    }
}

/// First and last session date on which both panels can have a price.
fn common_span(
    sessions: &PricePanel,
    every_day: &PricePanel,
    alignment: BarAlignment,
) -> (NaiveDate, NaiveDate) {
    let back = alignment.days_back();
    let first = sessions.axis().first().max(forward(every_day.axis().first(), back));
    let last = sessions.axis().last().min(forward(every_day.axis().last(), back));
    (first, last)
}

/// Returns between those of `dates` that both panels span, of the assets of `sessions` by the last
/// price on or before the date, of those of `every_day` by the last price on or before its bar.
pub(super) fn aligned_returns(
    mut dates: Vec<NaiveDate>,
    sessions: &PricePanel,
    every_day: &PricePanel,
    alignment: BarAlignment,
    max_age_days: i64,
    compounding: Compounding,
) -> Result<ReturnPanel> {
    let (first, last) = common_span(sessions, every_day, alignment);
    dates.retain(|date| first <= *date && *date <= last);
    let back = Days::new(alignment.days_back());
    let bars = dates.iter().map(|d| d.checked_sub_days(back).unwrap_or(*d)).collect();
    let axis = DateAxis::new(dates)?;
    let sessions = sessions.carried_onto(&axis, max_age_days)?;
    let bars = relabelled(&every_day.carried_onto(&DateAxis::new(bars)?, max_age_days)?, axis)?;
    Ok(sessions.beside(&bars)?.to_returns(compounding))
}

fn forward(date: NaiveDate, days: u64) -> NaiveDate {
    date.checked_add_days(Days::new(days)).unwrap_or(date)
}

/// The prices under other dates, as many as there were.
fn relabelled(panel: &PricePanel, axis: DateAxis) -> Result<PricePanel> {
    let mut values = Array2::from_elem((panel.n_assets(), panel.n_dates()), f64::NAN);
    for asset in panel.assets() {
        for row in 0..panel.n_dates() {
            if let Some(price) = panel.price(asset, row) {
                values[[asset.index(), row]] = price;
            }
        }
    }
    PricePanel::new(axis, panel.names().to_vec(), values)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(n: u64) -> NaiveDate {
        // A Friday.
        NaiveDate::from_ymd_opt(2021, 1, 1).unwrap() + Days::new(n)
    }

    fn panel(name: &str, prices: Vec<(u64, f64)>) -> PricePanel {
        let dated = prices.into_iter().map(|(n, p)| (day(n), p)).collect();
        PricePanel::from_series(vec![(name.to_owned(), dated)]).unwrap()
    }

    /// Log price n on day n, on weekdays only where `sessions` is true.
    fn line(name: &str, days: std::ops::Range<u64>, sessions: bool) -> PricePanel {
        let open = |n: &u64| !sessions || day(*n).weekday().num_days_from_monday() < 5;
        panel(name, days.filter(open).map(|n| (n, (0.01 * n as f64).exp())).collect())
    }

    fn value(returns: &ReturnPanel, name: &str, row: usize) -> Option<f64> {
        returns.value(returns.asset(name).unwrap(), row)
    }

    #[test]
    fn the_previous_day_takes_the_bar_before() {
        let equity = line("rut", 0..30, true);
        // A single jump on Friday, day 14, of the crypto bar.
        let jump = (0..30).map(|n| (n, if n >= 14 { 2.0 } else { 1.0 })).collect();
        let crypto = panel("btc", jump);
        let weekly = |alignment| WeeklyReturns::on(Weekday::Fri, alignment).of(&equity, &crypto);
        let same = weekly(BarAlignment::SameDay).unwrap();
        let previous = weekly(BarAlignment::PreviousDay).unwrap();
        assert_eq!(same.axis().dates(), [0, 7, 14, 21, 28].map(day));
        // The first crypto bar closes after the first session, so the span starts a week later.
        assert_eq!(previous.axis().dates(), [7, 14, 21, 28].map(day));
        assert_eq!(value(&same, "btc", 2), Some(2.0_f64.ln()));
        assert_eq!(value(&previous, "btc", 1), Some(0.0));
        assert_eq!(value(&previous, "btc", 2), Some(2.0_f64.ln()));
        assert!((value(&same, "rut", 3).unwrap() - 0.07).abs() < 1e-12);
    }

    #[test]
    fn a_holiday_takes_the_price_before_and_a_hole_has_no_return() {
        let mut prices =
            line("rut", 0..30, true).dated_prices(line("rut", 0..30, true).asset("rut").unwrap());
        prices.retain(|(date, _)| *date != day(14) && !(day(17)..=day(21)).contains(date));
        let equity = PricePanel::from_series(vec![("rut".to_owned(), prices)]).unwrap();
        let crypto = line("btc", 0..30, false);
        let found = WeeklyReturns::on(Weekday::Fri, BarAlignment::SameDay);
        let weekly = found.of(&equity, &crypto).unwrap();
        assert!((value(&weekly, "rut", 2).unwrap() - 0.06).abs() < 1e-12, "Thursday for Friday");
        assert_eq!((value(&weekly, "rut", 3), value(&weekly, "rut", 4)), (None, None));
        assert!((value(&weekly, "btc", 3).unwrap() - 0.07).abs() < 1e-12);
        let text = found.max_age_days(7).of(&equity, &crypto).unwrap_err().to_string();
        assert_eq!(text, "max_age_days = 7: expected at most 6 days for weekly returns");
        let simple = found.compounding(Compounding::Simple).of(&equity, &crypto).unwrap();
        assert!((value(&simple, "btc", 1).unwrap() - 0.07_f64.exp_m1()).abs() < 1e-12);
    }

    #[test]
    fn the_past_does_not_see_the_future_and_price_scale_is_nothing() {
        let (equity, crypto) = (line("rut", 0..60, true), line("btc", 0..60, false));
        let disturbed = |panel: &PricePanel, name: &str, from: u64| {
            let prices = panel.dated_prices(panel.asset(name).unwrap()).into_iter();
            let prices = prices.map(|(d, p)| (d, if d > day(from) { 0.3 } else { 4.0 * p }));
            PricePanel::from_series(vec![(name.to_owned(), prices.collect())]).unwrap()
        };
        for alignment in [BarAlignment::SameDay, BarAlignment::PreviousDay] {
            let rule = WeeklyReturns::on(Weekday::Fri, alignment);
            let expected = rule.of(&equity, &crypto).unwrap();
            let known = match alignment {
                BarAlignment::SameDay => 28,
                BarAlignment::PreviousDay => 27,
            };
            let (a, b) = (disturbed(&equity, "rut", 28), disturbed(&crypto, "btc", known));
            let found = rule.of(&a, &b).unwrap();
            let last = found.axis().row_of(day(28)).unwrap();
            for name in ["rut", "btc"] {
                for row in 0..=last {
                    assert_eq!(value(&found, name, row), value(&expected, name, row));
                }
                assert_ne!(value(&found, name, last + 1), value(&expected, name, last + 1));
            }
        }
    }
}
