//! The fast engine: trades are planned from whole series, then accounted for asset by asset.

use chrono::NaiveDate;

use super::basket::Basket;
use super::book::Book;
use super::exits::{Leg, Order, leg, order};
use super::{
    BacktestData, BacktestOutcome, Overlap, Signal, SignalFate, SignalRecord, Signals, Strategy,
    Trade,
};

/// A trade as it will be, whatever the equity.
#[derive(Debug, Clone)]
pub(super) struct Plan {
    pub(super) signals: Vec<NaiveDate>,
    pub(super) entry: usize,
    pub(super) order: Order,
    pub(super) basket: Basket,
    pub(super) legs: Vec<Leg>,
}

impl Plan {
    /// The trade of one signal on its own; `Err` with the fate of a signal that opens none.
    pub(super) fn of_signal(
        strategy: &Strategy,
        data: &BacktestData,
        signal: &Signal,
    ) -> std::result::Result<Self, SignalFate> {
        let entry = strategy.entry_row(data, signal)?;
        let mut plan = Self::entered(strategy, data, signal, entry)?;
        plan.order = order(strategy, data, &plan.basket, entry, entry, signal.level);
        plan.close(strategy, data);
        Ok(plan)
    }

    /// The trade of a signal entered on a row, without an order to close it.
    pub(super) fn entered(
        strategy: &Strategy,
        data: &BacktestData,
        signal: &Signal,
        entry: usize,
    ) -> std::result::Result<Self, SignalFate> {
        let basket = Basket::at(strategy, data, entry);
        if basket.is_empty() {
            return Err(SignalFate::NoAssets);
        }
        Ok(Self { signals: vec![signal.date], entry, order: None, basket, legs: Vec::new() })
    }

    /// Finds how each asset leaves under the order.
    pub(super) fn close(&mut self, strategy: &Strategy, data: &BacktestData) {
        let of = |asset| leg(strategy, data, asset, self.entry, self.order);
        self.legs = self.basket.members.iter().map(|member| of(member.asset)).collect();
    }

    fn is_open(&self, row: usize) -> bool {
        self.order.is_none_or(|(exit, _)| exit > row)
    }
}

pub(super) fn run(strategy: &Strategy, data: &BacktestData, signals: &Signals) -> BacktestOutcome {
    let (plans, records) = plan(strategy, data, signals);
    account(strategy, data, &plans, records)
}

fn plan(
    strategy: &Strategy,
    data: &BacktestData,
    signals: &Signals,
) -> (Vec<Plan>, Vec<SignalRecord>) {
    let mut plans: Vec<Plan> = Vec::new();
    let mut records = Vec::with_capacity(signals.len());
    for signal in signals {
        let fate = match strategy.entry_row(data, signal) {
            Err(fate) => fate,
            Ok(row) => {
                let n_open = plans.iter().filter(|plan| plan.is_open(row)).count();
                let last = plans.last_mut().filter(|plan| plan.is_open(row));
                match (strategy.overlap, last) {
                    (Overlap::Extend, Some(open)) => {
                        open.signals.push(signal.date);
                        open.order =
                            order(strategy, data, &open.basket, open.entry, row, signal.level);
                        SignalFate::Extended
                    }
                    _ if n_open >= strategy.most() => SignalFate::Ignored,
                    _ => match Plan::entered(strategy, data, signal, row) {
                        Err(fate) => fate,
                        Ok(mut plan) => {
                            plan.order =
                                order(strategy, data, &plan.basket, row, row, signal.level);
                            plans.push(plan);
                            SignalFate::Traded
                        }
                    },
                }
            }
        };
        records.push(SignalRecord { date: signal.date, fate });
    }
    for plan in &mut plans {
        plan.close(strategy, data);
    }
    (plans, records)
}

fn account(
    strategy: &Strategy,
    data: &BacktestData,
    plans: &[Plan],
    signals: Vec<SignalRecord>,
) -> BacktestOutcome {
    let rows = data.rows();
    let mut book = Book::new(strategy, data, rows.clone());
    let mut entered = Vec::with_capacity(plans.len());
    for plan in plans {
        let worth = book.worth_at(plan.entry);
        let budget = (strategy.exposure.abs() * worth / strategy.most() as f64).max(0.0);
        entered.push(book.enter(plan, budget, worth));
    }
    book.settle_all();
    let trades = plans.iter().zip(entered).map(|(plan, trade)| book.trade(plan, trade)).collect();
    let earned = |row: usize| if row == rows.start { 0.0 } else { data.cash_return(row) };
    let cash_returns = rows.clone().map(earned).collect();
    let dates = data.prices().axis().dates()[rows].to_vec();
    book.into_outcome(dates, cash_returns, trades, signals)
}

/// The trade of a plan on its own, with the capital and exposure of the strategy: an account that is
/// opened on the day of its entry.
pub(super) fn alone(strategy: &Strategy, data: &BacktestData, plan: &Plan) -> Trade {
    let last = plan.legs.iter().map(|leg| leg.row).max().unwrap_or(plan.entry);
    let mut book = Book::new(strategy, data, plan.entry..last + 1);
    let budget = strategy.exposure.abs() * strategy.capital / strategy.most() as f64;
    let trade = book.enter(plan, budget, strategy.capital);
    if strategy.costs.funding_per_day > 0.0 {
        book.settle_all();
    }
    book.trade(plan, trade)
}
