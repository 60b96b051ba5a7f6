//! The data of a study.

use chrono::NaiveDate;

use crate::panel::{Compounding, PricePanel, ReturnPanel};
use crate::time::DateAxis;
use crate::{Error, Result};

/// Prices of the assets and of the benchmarks on one date axis, with their returns.
#[derive(Debug, Clone)]
pub struct StudyData {
    prices: PricePanel,
    returns: ReturnPanel,
    factors: ReturnPanel,
    sessions: Option<DateAxis>,
}

impl StudyData {
    /// Data of assets that serve as each other's benchmarks.
    pub fn new(prices: PricePanel, compounding: Compounding) -> Self {
        let returns = prices.to_returns(compounding);
        Self { prices, factors: returns.clone(), returns, sessions: None }
    }

    /// Adds benchmarks beside the assets.
    ///
    /// Bring them onto the dates of the assets first, by
    /// [`carried_onto`](PricePanel::carried_onto) or
    /// [`on_common_dates`](PricePanel::on_common_dates): the choice is yours to state.
    ///
    /// # Errors
    ///
    /// [`Error::ShapeMismatch`] where the dates differ; [`Error::DuplicateAsset`] where an asset has
    /// the name of a benchmark.
    pub fn with_benchmarks(mut self, benchmarks: &PricePanel) -> Result<Self> {
        let both = self.prices.beside(benchmarks)?;
        self.factors = both.to_returns(self.returns.compounding());
        Ok(self)
    }

    /// Dates on which pseudo-events may fall, and in which windows in sessions are counted: those
    /// of the trigger. Every date of the assets unless set.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] where the sessions and the assets have no date in common.
    pub fn with_sessions(mut self, sessions: DateAxis) -> Result<Self> {
        let (first, last) = (self.prices.axis().first(), self.prices.axis().last());
        if sessions.rows_between(first, last).is_empty() {
            return Err(Error::Setting {
                name: "sessions",
                value: format!("{} to {}", sessions.first(), sessions.last()),
                expected: "dates within those of the prices",
            });
        }
        self.sessions = Some(sessions);
        Ok(self)
    }

    /// The data through `date`, as they stood at the end of that day.
    ///
    /// # Errors
    ///
    /// [`Error::EmptyAxis`] where prices or sessions start later.
    pub fn through(&self, date: NaiveDate) -> Result<Self> {
        let of_sessions = |sessions: &DateAxis| {
            let n = sessions.last_on_or_before(date).map_or(0, |row| row + 1);
            DateAxis::new(sessions.dates()[..n].to_vec())
        };
        Ok(Self {
            prices: self.prices.between(self.prices.axis().first(), date)?,
            returns: self.returns.through(date)?,
            factors: self.factors.through(date)?,
            sessions: self.sessions.as_ref().map(of_sessions).transpose()?,
        })
    }

    /// Prices of the assets.
    pub fn prices(&self) -> &PricePanel {
        &self.prices
    }

    /// Returns of the assets.
    pub fn returns(&self) -> &ReturnPanel {
        &self.returns
    }

    /// Returns of assets and benchmarks, for the models.
    pub fn factors(&self) -> &ReturnPanel {
        &self.factors
    }

    /// Dates of the trigger, where they were given.
    pub fn sessions(&self) -> Option<&DateAxis> {
        self.sessions.as_ref()
    }
}
