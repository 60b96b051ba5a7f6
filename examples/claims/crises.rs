//! Returns that a lead or lag must do without.

use chrono::NaiveDate;
use eventstudy::Result;
use eventstudy::context::{CrisisRule, Period};

use crate::market::Market;
use crate::sessions::column;

/// The VIX of a crisis.
const STRESS: f64 = 30.0;

/// All returns; those without a VIX of at least 30; those without two crises of their day.
pub(crate) fn crises(market: &Market) -> Result<[CrisisRule; 3]> {
    let day = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).unwrap_or_default();
    let listed = [
        Period::new(day(2020, 2, 29), day(2020, 3, 31))?,
        Period::new(day(2022, 10, 31), day(2022, 11, 30))?,
    ];
    Ok([
        CrisisRule::none(),
        CrisisRule::close_at_least(column(market, "vix")?, STRESS),
        CrisisRule::dates("March 2020, November 2022", listed),
    ])
}
