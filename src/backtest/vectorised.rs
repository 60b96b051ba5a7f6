//! The fast engine: trades are planned from whole series, then accounted for asset by asset.

use chrono::NaiveDate;

use super::basket::Basket;
use super::costs::Liquidity;
use super::exits::{Leg, Order, leg, order};
use super::{
    BacktestData, BacktestOutcome, CostTotals, ExitReason, Overlap, Position, Signal, SignalFate,
    SignalRecord, Signals, Strategy, Trade,
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

/// Sums by row of the period.
struct Book {
    /// Flow into cash at the close of a row.
    flow: Vec<f64>,
    /// Value of all positions after the fills of a row, without sign.
    held: Vec<f64>,
    /// Funding paid on a row.
    funding: Vec<f64>,
    cash: Vec<f64>,
    interest: f64,
}

impl Book {
    /// Cash and equity on a row, from those of the row before.
    fn settle(&mut self, strategy: &Strategy, data: &BacktestData, row: usize) -> (f64, f64, f64) {
        let side = strategy.side();
        let (before, interest) = match row.checked_sub(1) {
            None => (strategy.capital, 0.0),
            Some(p) => {
                let idle =
                    (self.cash[p] + side * self.held[p] - strategy.tied() * self.held[p]).max(0.0);
                (self.cash[p], idle * data.cash_return(data.rows().start + row))
            }
        };
        let cash = before + interest - self.funding[row] + self.flow[row];
        (cash, interest, cash + side * self.held[row])
    }
}

fn account(
    strategy: &Strategy,
    data: &BacktestData,
    plans: &[Plan],
    signals: Vec<SignalRecord>,
) -> BacktestOutcome {
    let (start, n) = (data.rows().start, data.rows().len());
    let zeros = || vec![0.0; n];
    let mut book =
        Book { flow: zeros(), held: zeros(), funding: zeros(), cash: zeros(), interest: 0.0 };
    let mut equity = zeros();
    let mut sums = Sums::default();
    let mut trades = Vec::with_capacity(plans.len());
    let mut next = 0;
    let mut settle_before = |book: &mut Book, end: usize| {
        for (row, worth) in equity.iter_mut().enumerate().take(end).skip(next) {
            let (cash, interest, found) = book.settle(strategy, data, row);
            book.cash[row] = cash;
            book.interest += interest;
            *worth = found;
        }
        next = next.max(end);
    };
    for plan in plans {
        let row = plan.entry - start;
        settle_before(&mut book, row);
        let worth = book.settle(strategy, data, row).2;
        let budget = (strategy.exposure.abs() * worth / strategy.most() as f64).max(0.0);
        trades.push(enter(strategy, data, plan, budget, worth, &mut book, &mut sums));
    }
    settle_before(&mut book, n);
    BacktestOutcome {
        strategy: strategy.name(),
        dates: data.prices().axis().dates()[data.rows()].to_vec(),
        equity,
        invested: book.held,
        cash_returns: (0..n)
            .map(|row| if row == 0 { 0.0 } else { data.cash_return(start + row) })
            .collect(),
        trades,
        signals,
        costs: sums.costs,
        interest: book.interest,
        traded: sums.traded,
        capacity: sums.capacity,
    }
}

#[derive(Default)]
struct Sums {
    costs: CostTotals,
    traded: f64,
    capacity: Option<f64>,
}

/// Books a trade of a sum: its flows, and the values of its positions while they are held.
fn enter(
    strategy: &Strategy,
    data: &BacktestData,
    plan: &Plan,
    budget: f64,
    worth: f64,
    book: &mut Book,
    sums: &mut Sums,
) -> Trade {
    let (start, n) = (data.rows().start, data.rows().len());
    let side = strategy.side();
    let needs_volumes = strategy.costs.needs_volumes();
    let liquidity = |asset, row| {
        if needs_volumes { data.liquidity(asset, row) } else { Liquidity::default() }
    };
    let mut held = vec![0.0; n];
    let mut positions = Vec::with_capacity(plan.legs.len());
    for (member, leg) in plan.basket.members.iter().zip(&plan.legs) {
        let known = liquidity(member.asset, plan.entry);
        let mut sum = member.weight * budget;
        if let Some((limit, volume)) = strategy.costs.max_participation.zip(known.volume) {
            if worth > 0.0 && sum > 0.0 {
                let full = limit * volume / (sum / worth);
                sums.capacity = Some(sums.capacity.map_or(full, |least| least.min(full)));
            }
            if sum > limit * volume {
                sum = limit * volume;
                sums.costs.n_capped += 1;
            }
        }
        let bought = strategy.costs.of_fill(sum, known);
        let value = sum - bought.total();
        let units = value / member.price;
        let haircut = match leg.reason {
            ExitReason::Delisted => strategy.delisting.haircut,
            _ => 0.0,
        };
        let exit_price = leg.price * (1.0 - side * haircut);
        let proceeds = units * exit_price;
        let sold = strategy.costs.of_fill(proceeds, liquidity(member.asset, leg.row));
        let (first, last) = (plan.entry - start, leg.row - start);
        book.flow[first] -= side * value + bought.total();
        book.flow[last] += side * proceeds - sold.total();
        let row = data.prices().row(member.asset);
        let mut price = member.price;
        for (held, t) in held[first..last].iter_mut().zip(plan.entry..) {
            if !row[t].is_nan() {
                price = row[t];
            }
            *held += units * price;
        }
        sums.costs.add(&bought);
        sums.costs.add(&sold);
        sums.costs.haircuts += units * leg.price * haircut;
        sums.traded += value + proceeds;
        positions.push(Position {
            asset: data.prices().name(member.asset).to_owned(),
            weight: member.weight,
            entry_price: member.price,
            value,
            exit: data.date(leg.row),
            exit_price,
            reason: leg.reason,
            cost: bought.total() + sold.total(),
            profit: side * (proceeds - value) - bought.total() - sold.total(),
        });
    }
    let rate = strategy.costs.funding_per_day * strategy.borrowed();
    let mut funding = 0.0;
    for row in 1..n {
        let paid = rate * held[row - 1] * data.days_to(start + row);
        book.funding[row] += paid;
        funding += paid;
    }
    for (all, own) in book.held.iter_mut().zip(&held) {
        *all += own;
    }
    sums.costs.funding += funding;
    trade(data, plan, budget, funding, positions)
}

fn trade(
    data: &BacktestData,
    plan: &Plan,
    budget: f64,
    funding: f64,
    positions: Vec<Position>,
) -> Trade {
    let profit = positions.iter().map(|p| p.profit).sum::<f64>() - funding;
    let entry = data.date(plan.entry);
    Trade {
        signals: plan.signals.clone(),
        entry,
        exit: positions.iter().map(|p| p.exit).max().unwrap_or(entry),
        reason: plan.order.map_or(ExitReason::EndOfData, |(_, reason)| reason),
        budget,
        n_lacking: plan.basket.n_lacking,
        funding,
        profit,
        net_return: (budget > 0.0).then(|| profit / budget),
        positions,
    }
}

/// The trade of a plan on its own, with the capital and exposure of the strategy.
pub(super) fn alone(strategy: &Strategy, data: &BacktestData, plan: &Plan) -> Trade {
    let n = data.rows().len();
    let zeros = || vec![0.0; n];
    let mut book =
        Book { flow: zeros(), held: zeros(), funding: zeros(), cash: zeros(), interest: 0.0 };
    let budget = strategy.exposure.abs() * strategy.capital / strategy.most() as f64;
    enter(strategy, data, plan, budget, strategy.capital, &mut book, &mut Sums::default())
}
