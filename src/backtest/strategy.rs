//! The rules of a strategy.

use chrono::{Days, NaiveDate};

use super::{
    BacktestData, BacktestOutcome, Costs, Delisting, ExitRules, Known, Overlap, Signal, SignalFate,
    Signals, Weights, by_day, vectorised,
};
use crate::panel::Universe;
use crate::{Error, Result};

/// Calendar days within which the first price after a signal must come.
const MAX_WAIT_DAYS: i64 = 7;

/// What is bought on a signal, when, and for how long.
///
/// Unless set: equal weights, no lag, held to the end, no costs, signals during an open trade ignored,
/// the whole equity invested, assets given up after seven days without a price, a capital of 1.
#[derive(Debug, Clone)]
pub struct Strategy {
    pub(super) universe: Universe,
    pub(super) weights: Weights,
    pub(super) lag_days: u32,
    pub(super) exits: ExitRules,
    pub(super) costs: Costs,
    pub(super) overlap: Overlap,
    pub(super) exposure: f64,
    pub(super) delisting: Delisting,
    pub(super) capital: f64,
}

impl Strategy {
    /// Buys the members of a universe, named anew at each entry from what is known on its date.
    pub fn new(universe: Universe) -> Self {
        Self {
            universe,
            weights: Weights::Equal,
            lag_days: 0,
            exits: ExitRules::new(),
            costs: Costs::new(),
            overlap: Overlap::Ignore,
            exposure: 1.0,
            delisting: Delisting::default(),
            capital: 1.0,
        }
    }

    /// How the sum is divided.
    #[must_use]
    pub fn weights(mut self, weights: Weights) -> Self {
        self.weights = weights;
        self
    }

    /// Calendar days by which the entry comes later than the first price after the signal.
    #[must_use]
    pub fn lag_days(mut self, days: u32) -> Self {
        self.lag_days = days;
        self
    }

    /// When a trade is closed.
    #[must_use]
    pub fn exits(mut self, exits: ExitRules) -> Self {
        self.exits = exits;
        self
    }

    /// What trading costs.
    #[must_use]
    pub fn costs(mut self, costs: Costs) -> Self {
        self.costs = costs;
        self
    }

    /// What a signal does while a trade is open.
    #[must_use]
    pub fn overlap(mut self, overlap: Overlap) -> Self {
        self.overlap = overlap;
        self
    }

    /// Sum of a trade over the equity at its entry: 1 is fully invested, 2 borrows as much again, a
    /// negative number sells short. It is not held at that between entry and exit: the loan stays
    /// what it was, whatever becomes of the position.
    #[must_use]
    pub fn exposure(mut self, exposure: f64) -> Self {
        self.exposure = exposure;
        self
    }

    /// When an asset counts as gone, and at what loss.
    #[must_use]
    pub fn delisting(mut self, delisting: Delisting) -> Self {
        self.delisting = delisting;
        self
    }

    /// Equity at the start, in the currency of the prices and volumes. It matters for impact and
    /// participation alone.
    #[must_use]
    pub fn capital(mut self, capital: f64) -> Self {
        self.capital = capital;
        self
    }

    /// The rules in words.
    pub fn name(&self) -> String {
        let mut parts = vec![self.universe.rule(), self.weights.name(), self.exits.name()];
        if self.lag_days > 0 {
            parts.push(format!("lag {} d", self.lag_days));
        }
        // The exact number that was set.
        if self.exposure.total_cmp(&1.0).is_ne() {
            parts.push(format!("exposure {}", self.exposure));
        }
        parts.join("; ")
    }

    /// Trades the signals: asset by asset on whole slices.
    ///
    /// Signals before the period of the data and after it are listed with their fate, like those that
    /// an open trade swallows.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] for a rule outside its domain, for an exit on the trigger, a limit or impact by
    /// volume, or value weights without the data that they need; [`Error::TooFew`] for a period of
    /// fewer than two rows.
    pub fn run(&self, data: &BacktestData, signals: &Signals) -> Result<BacktestOutcome> {
        self.check(data)?;
        Ok(vectorised::run(self, data, signals))
    }

    /// As [`run`](Self::run), day by day: each day is traded on what is known on it. The slow engine, by
    /// which the other one is checked.
    ///
    /// # Errors
    ///
    /// As [`run`](Self::run).
    pub fn run_by_day(&self, data: &BacktestData, signals: &Signals) -> Result<BacktestOutcome> {
        self.check(data)?;
        Ok(by_day::run(self, data, signals))
    }

    /// The same universe, weights and costs, bought on the first day and held to the end. An asset
    /// whose prices end is sold under the rule of [`Delisting`], and nothing is bought in its place.
    ///
    /// # Errors
    ///
    /// As [`run`](Self::run).
    pub fn buy_and_hold(&self, data: &BacktestData) -> Result<BacktestOutcome> {
        data.check()?;
        let first = Signals::on_dates(&[data.date(data.rows().start)], Known::BeforeClose)?;
        self.clone().exits(ExitRules::new()).lag_days(0).run(data, &first)
    }

    pub(super) fn check(&self, data: &BacktestData) -> Result<()> {
        data.check()?;
        self.exits.check()?;
        self.costs.check()?;
        self.weights.check()?;
        let fault = |name, value: String, expected| Err(Error::Setting { name, value, expected });
        if self.exits.needs_trigger() && data.trigger().is_none() {
            return fault("exits", self.exits.name(), "data with a trigger");
        }
        if self.costs.needs_volumes() && !data.has_volumes() {
            let expected = "data with volumes, for impact and participation";
            return fault("costs", "by volume".to_owned(), expected);
        }
        if self.weights == Weights::MarketValue && !self.universe.has_market_values() {
            return fault("weights", self.weights.name(), "a universe with market values");
        }
        if self.overlap == (Overlap::Pyramid { most: 0 }) {
            return fault("pyramid", "0".to_owned(), "at least one trade");
        }
        if !(self.exposure.is_finite() && self.exposure != 0.0) {
            return fault("exposure", self.exposure.to_string(), "a finite number other than 0");
        }
        if !(self.capital.is_finite() && self.capital > 0.0) {
            return fault("capital", self.capital.to_string(), "a sum above 0");
        }
        let Delisting { haircut, source_haircut, .. } = self.delisting;
        for (name, share) in [("haircut", haircut), ("haircut of a source", source_haircut)] {
            if !(0.0..=1.0).contains(&share) {
                return fault(name, share.to_string(), "a share from 0 to 1");
            }
        }
        Ok(())
    }

    /// 1 for a long strategy, −1 for a short one.
    pub(super) fn side(&self) -> f64 {
        self.exposure.signum()
    }

    /// Most trades at a time.
    pub(super) fn most(&self) -> usize {
        if let Overlap::Pyramid { most } = self.overlap { most } else { 1 }
    }

    /// First date on which the trade of a signal may be entered.
    pub(super) fn target(&self, signal: &Signal) -> Option<NaiveDate> {
        let after = u64::from(signal.known == Known::AtClose) + u64::from(self.lag_days);
        signal.date.checked_add_days(Days::new(after))
    }

    /// Row of the entry of a signal, or why there is none.
    pub(super) fn entry_row(
        &self,
        data: &BacktestData,
        signal: &Signal,
    ) -> std::result::Result<usize, SignalFate> {
        let rows = data.rows();
        let Some(target) = self.target(signal) else { return Err(SignalFate::AfterData) };
        if target < data.date(rows.start) {
            return Err(SignalFate::BeforeData);
        }
        match data.prices().axis().first_on_or_after(target) {
            // A trade needs a row after its entry.
            Some(row) if row + 1 < rows.end => match (data.date(row) - target).num_days() {
                0..=MAX_WAIT_DAYS => Ok(row),
                _ => Err(SignalFate::NoPrice),
            },
            _ => Err(SignalFate::AfterData),
        }
    }
}
