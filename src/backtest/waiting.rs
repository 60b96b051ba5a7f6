//! The same trade, entered only on the market's own signal.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::random_entry::{Measured, PlaceboComparison, compare};
use super::vectorised::{Plan, alone};
use super::{BacktestData, Signal, Signals, Strategy};
use crate::Result;
use crate::resampling::PlaceboDesign;

/// What waiting for another signal cost: one trade entered on a signal, and the same rules entered on
/// the first of other signals on or after its date, both closed by the same order.
///
/// Whoever waits stays in cash, which earns nothing here, until the other signal; where none can be
/// traded before the exit, for all of the time. The basket is that of the day of the entry, so that
/// the two can differ. Both pay the costs of their own fills and have the lag of the strategy.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct MissedMove {
    /// Date of the signal.
    pub signal: NaiveDate,
    /// Date of its entry.
    pub entry: NaiveDate,
    /// Date of the order that closes both.
    pub exit: NaiveDate,
    /// Net return of the trade entered on the signal, a decimal fraction.
    pub early: f64,
    /// Date of the other signal, where it came in time to be traded.
    pub own_signal: Option<NaiveDate>,
    /// Date of its entry.
    pub late_entry: Option<NaiveDate>,
    /// Net return of the trade entered on it; 0 in cash.
    pub late: f64,
    /// Early less late.
    pub missed: f64,
}

impl Strategy {
    /// What waiting for `own` cost after one signal; `None` where its trade did not open or did not
    /// come to its end within the data.
    ///
    /// # Errors
    ///
    /// As [`run`](Self::run).
    pub fn missed_move(
        &self,
        data: &BacktestData,
        signal: &Signal,
        own: &Signals,
    ) -> Result<Option<MissedMove>> {
        self.check(data)?;
        Ok(self.missed(data, signal, own).map(|(found, ..)| found))
    }

    /// The mean missed move over the signals against that over other dates: whether waiting costs more
    /// after them than it does after any date.
    ///
    /// The null distribution holds what the drift of the market costs whoever is not in it.
    ///
    /// # Errors
    ///
    /// As [`random_entry`](Self::random_entry).
    pub fn waiting(
        &self,
        data: &BacktestData,
        signals: &Signals,
        own: &Signals,
        dates: &[NaiveDate],
        design: &PlaceboDesign,
        level: f64,
    ) -> Result<PlaceboComparison> {
        self.check(data)?;
        let measure = |signal: &Signal| {
            let (found, entry, exit) = self.missed(data, signal, own)?;
            Some(Measured { value: found.missed, entry, exit })
        };
        Ok(compare(data, signals, dates, design, level, measure)?.comparison)
    }

    /// With the rows of entry and exit.
    fn missed(
        &self,
        data: &BacktestData,
        signal: &Signal,
        own: &Signals,
    ) -> Option<(MissedMove, usize, usize)> {
        let plan = Plan::of_signal(self, data, signal).ok()?;
        let (exit, reason) = plan.order?;
        let early = alone(self, data, &plan).net_return?;
        let late = own.first_on_or_after(signal.date).and_then(|other| {
            let row = self.entry_row(data, other).ok().filter(|row| *row < exit)?;
            let mut plan = Plan::entered(self, data, other, row).ok()?;
            plan.order = Some((exit, reason));
            plan.close(self, data);
            Some((other.date, data.date(row), alone(self, data, &plan).net_return?))
        });
        let late_return = late.map_or(0.0, |(_, _, net_return)| net_return);
        let found = MissedMove {
            signal: signal.date,
            entry: data.date(plan.entry),
            exit: data.date(exit),
            early,
            own_signal: late.map(|(date, ..)| date),
            late_entry: late.map(|(_, entry, _)| entry),
            late: late_return,
            missed: early - late_return,
        };
        Some((found, plan.entry, exit))
    }
}
