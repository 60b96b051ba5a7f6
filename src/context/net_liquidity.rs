//! Net liquidity of the Federal Reserve, as it was known on a date.

use std::fmt;

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::numeric::quantile;
use crate::panel::{ReleasedSeries, ReleasedTable};
use crate::{Error, Result};

/// Oldest observation that stands for a day: a week, and three days for a late release.
const MAX_AGE_DAYS: u32 = 10;
/// Days of a week.
const WEEK: u64 = 7;
/// Fewest changes that a distribution of them needs.
const MIN_CHANGES: usize = 52;

/// Net liquidity: assets of the central bank less the account of the Treasury with it less reverse
/// repos, `N = A − T − R`.
///
/// What the central bank has bought and neither the Treasury nor money funds have parked with it. The
/// three series are released at different lags; all of them are taken for the last *week* whose
/// balance sheet was public at the end of the date: `A` of its day, `T` and `R` of the last day on or
/// before it. No observation stands for a day more than ten days later.
///
/// *Departures*: the measure is that of market comments, not of a paper. `WTREGEN` is the mean of the
/// week that ends on the day of `WALCL`, which is the level of that day, so within a week the two
/// do not match. Values of a table that holds the latest revision alone are those, see
/// [`ReleasedSeries`].
///
/// ```
/// use chrono::{Days, NaiveDate};
/// use eventstudy::context::{LiquidityRegime, NetLiquidity};
/// use eventstudy::panel::{Release, ReleasedSeries};
///
/// let wednesday = |week: u64| NaiveDate::from_ymd_opt(2020, 1, 1).unwrap() + Days::new(7 * week);
/// let weekly = |name: &str, step: f64| {
///     let release = |week: u64| Release {
///         observed: wednesday(week),
///         known: wednesday(week) + Days::new(1),
///         value: 100.0 + step * week as f64,
///     };
///     ReleasedSeries::new(name, (0..30).map(release).collect())
/// };
/// let liquidity =
///     NetLiquidity::new(weekly("assets", 9.0)?, weekly("treasury", 2.0)?, weekly("repos", 1.0)?);
/// // On the Wednesday itself the balance sheet of the week before is the last that is public.
/// assert_eq!(liquidity.known_on(wednesday(20))?.week, wednesday(19));
/// let change = liquidity.change(wednesday(20), 13)?;
/// assert_eq!((change.net(), change.assets()), (6.0 * 13.0, 9.0 * 13.0));
/// assert_eq!(change.regime(), LiquidityRegime::Rising);
/// # Ok::<(), eventstudy::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct NetLiquidity {
    assets: ReleasedSeries,
    treasury_account: ReleasedSeries,
    reverse_repo: ReleasedSeries,
}

/// Net liquidity and its parts in one week, in the unit of the series.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct LiquidityLevel {
    /// The day of the balance sheet.
    pub week: NaiveDate,
    /// Assets of the central bank, A.
    pub assets: f64,
    /// Account of the Treasury, T.
    pub treasury_account: f64,
    /// Reverse repos, R.
    pub reverse_repo: f64,
}

impl LiquidityLevel {
    /// `A − T − R`.
    pub fn net(&self) -> f64 {
        self.assets - self.treasury_account - self.reverse_repo
    }
}

/// Net liquidity of two weeks, both as they were known on one date.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct LiquidityChange {
    /// The earlier week.
    pub from: LiquidityLevel,
    /// The last week that was known.
    pub to: LiquidityLevel,
}

impl LiquidityChange {
    /// Change of net liquidity, in the unit of the series.
    pub fn net(&self) -> f64 {
        self.to.net() - self.from.net()
    }

    /// Change of the assets of the central bank: above zero where it bought.
    pub fn assets(&self) -> f64 {
        self.to.assets - self.from.assets
    }

    /// Change of the account of the Treasury: below zero where it spent from it.
    pub fn treasury_account(&self) -> f64 {
        self.to.treasury_account - self.from.treasury_account
    }

    /// Change of reverse repos: below zero where money left them.
    pub fn reverse_repo(&self) -> f64 {
        self.to.reverse_repo - self.from.reverse_repo
    }

    /// Change of net liquidity over its earlier level, a decimal fraction.
    pub fn relative(&self) -> f64 {
        self.net() / self.from.net()
    }

    /// [`Rising`](LiquidityRegime::Rising) where net liquidity grew, else falling.
    pub fn regime(&self) -> LiquidityRegime {
        if self.net() > 0.0 { LiquidityRegime::Rising } else { LiquidityRegime::Falling }
    }
}

/// Whether net liquidity has grown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LiquidityRegime {
    /// Above its level of some weeks before.
    Rising,
    /// At or below it.
    Falling,
}

impl fmt::Display for LiquidityRegime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Rising => "rising",
            Self::Falling => "falling",
        })
    }
}

/// A third of the changes of the years before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LiquidityThird {
    /// Below the lower cut.
    Low,
    /// From the lower cut to below the upper one.
    Middle,
    /// At the upper cut or above.
    High,
}

/// Where a change stands among those before it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct LiquidityTercile {
    /// The third that the change falls into.
    pub third: LiquidityThird,
    /// The relative change itself, a decimal fraction.
    pub relative_change: f64,
    /// Type-7 quantiles 1/3 and 2/3 of the relative changes before it.
    pub cuts: [f64; 2],
    /// How many changes those are.
    pub n_changes: usize,
}

impl NetLiquidity {
    /// Takes the three series, all in one unit.
    pub fn new(
        assets: ReleasedSeries,
        treasury_account: ReleasedSeries,
        reverse_repo: ReleasedSeries,
    ) -> Self {
        Self { assets, treasury_account, reverse_repo }
    }

    /// `WALCL`, `WTREGEN` and `RRPONTSYD` of a table that holds them as FRED does, the first two
    /// in millions of US dollars and the third in billions; levels are then in billions.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownAsset`] for a series that the table lacks.
    pub fn of_fred(table: &ReleasedTable) -> Result<Self> {
        let billions = |name, unit| table.series(name)?.scaled(unit);
        Ok(Self::new(
            billions("WALCL", 1e-3)?,
            billions("WTREGEN", 1e-3)?,
            billions("RRPONTSYD", 1.0)?,
        ))
    }

    /// The last week that was public at the end of `date`.
    ///
    /// # Errors
    ///
    /// [`Error::NoLevel`] where a series has no value in the ten days before the day it is asked for.
    pub fn known_on(&self, date: NaiveDate) -> Result<LiquidityLevel> {
        self.level(date, date)
    }

    /// The last week that was public at the end of `date` against the week so many weeks before it, in
    /// the revision of `date`.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] for no weeks; [`Error::NoLevel`].
    pub fn change(&self, date: NaiveDate, weeks: u32) -> Result<LiquidityChange> {
        check_weeks(weeks)?;
        self.change_up_to(self.known_on(date)?, date, weeks)
    }

    /// Where the relative change over `weeks` weeks stands among those that ended in the
    /// `trailing_weeks` weeks before, all as known on `date`. Weeks without a change, such as those
    /// before the start of the series, count neither way.
    ///
    /// # Errors
    ///
    /// As [`change`](Self::change); [`Error::TooFew`] where fewer than 52 changes are known.
    pub fn tercile(
        &self,
        date: NaiveDate,
        weeks: u32,
        trailing_weeks: u32,
    ) -> Result<LiquidityTercile> {
        let now = self.change(date, weeks)?;
        let mut before = Vec::with_capacity(trailing_weeks as usize);
        for back in 1..=trailing_weeks {
            let found = self.back(now.to.week, back).and_then(|week| self.level(week, date));
            match found.and_then(|level| self.change_up_to(level, date, weeks)) {
                Ok(change) => before.push(change.relative()),
                Err(Error::NoLevel { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        if before.len() < MIN_CHANGES {
            return Err(Error::TooFew {
                what: format!("a tercile of net liquidity on {date}"),
                unit: "earlier changes",
                n_needed: MIN_CHANGES,
                n_found: before.len(),
            });
        }
        let sorted = quantile::sorted(&before);
        let cuts = [1.0 / 3.0, 2.0 / 3.0]
            .map(|p| quantile::quantile_sorted(&sorted, p).unwrap_or(f64::NAN));
        let relative_change = now.relative();
        let third = if relative_change < cuts[0] {
            LiquidityThird::Low
        } else if relative_change < cuts[1] {
            LiquidityThird::Middle
        } else {
            LiquidityThird::High
        };
        Ok(LiquidityTercile { third, relative_change, cuts, n_changes: before.len() })
    }

    fn change_up_to(
        &self,
        to: LiquidityLevel,
        known_on: NaiveDate,
        weeks: u32,
    ) -> Result<LiquidityChange> {
        let from = self.level(self.back(to.week, weeks)?, known_on)?;
        Ok(LiquidityChange { from, to })
    }

    /// The last week on or before `by`, as known on `known_on`.
    fn level(&self, by: NaiveDate, known_on: NaiveDate) -> Result<LiquidityLevel> {
        let of = |series: &ReleasedSeries, by| series.recent(by, known_on, MAX_AGE_DAYS);
        let assets = of(&self.assets, by)?;
        let week = assets.observed;
        Ok(LiquidityLevel {
            week,
            assets: assets.value,
            treasury_account: of(&self.treasury_account, week)?.value,
            reverse_repo: of(&self.reverse_repo, week)?.value,
        })
    }

    fn back(&self, week: NaiveDate, weeks: u32) -> Result<NaiveDate> {
        week.checked_sub_days(Days::new(WEEK * u64::from(weeks))).ok_or_else(|| Error::NoLevel {
            series: self.assets.name().to_owned(),
            date: week,
            max_age_days: MAX_AGE_DAYS,
        })
    }
}

fn check_weeks(weeks: u32) -> Result<()> {
    if weeks > 0 {
        return Ok(());
    }
    Err(Error::Setting {
        name: "weeks of a change of liquidity",
        value: "0".to_owned(),
        expected: "at least 1 week",
    })
}

#[cfg(test)]
mod tests;
