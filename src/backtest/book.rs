//! The account of the fast engine: flows by row, then cash and equity from row to row.

use std::ops::Range;

use chrono::NaiveDate;

use super::costs::Liquidity;
use super::vectorised::Plan;
use super::{
    BacktestData, BacktestOutcome, CostTotals, ExitReason, FundingBase, Position, SignalRecord,
    Strategy, Trade,
};
use crate::panel::AssetId;

/// Sums by row of its period; the rows count from its first one.
pub(super) struct Book<'a> {
    strategy: &'a Strategy,
    data: &'a BacktestData,
    /// Row of the panel on which it is opened.
    start: usize,
    /// Flow into cash at the close of a row.
    flow: Vec<f64>,
    /// Value of all positions after the fills of a row, without sign.
    held: Vec<f64>,
    /// Funding paid on a row.
    funding: Vec<f64>,
    cash: Vec<f64>,
    equity: Vec<f64>,
    /// Rows that are settled.
    n_settled: usize,
    interest: f64,
    costs: CostTotals,
    traded: f64,
    capacity: Option<f64>,
}

/// A row as the row before leaves it and its own fills make it.
struct Settled {
    cash: f64,
    interest: f64,
    funding: f64,
    equity: f64,
}

/// A trade whose part of the funding is not known before the account is settled.
pub(super) struct Entered {
    budget: f64,
    positions: Vec<Position>,
    /// Values of its positions from the row of the entry on.
    held: Vec<f64>,
}

impl<'a> Book<'a> {
    /// An account with the capital alone.
    pub(super) fn new(strategy: &'a Strategy, data: &'a BacktestData, rows: Range<usize>) -> Self {
        let zeros = || vec![0.0; rows.len()];
        Self {
            strategy,
            data,
            start: rows.start,
            flow: zeros(),
            held: zeros(),
            funding: zeros(),
            cash: zeros(),
            equity: zeros(),
            n_settled: 0,
            interest: 0.0,
            costs: CostTotals::default(),
            traded: 0.0,
            capacity: None,
        }
    }

    /// Interest and funding are on what stood at the close before.
    fn settled(&self, row: usize) -> Settled {
        let side = self.strategy.side();
        let (before, interest, funding) = match row.checked_sub(1) {
            None => (self.strategy.capital, 0.0, 0.0),
            Some(p) => {
                let (cash, held) = (self.cash[p], self.held[p]);
                let of_loan = self.strategy.costs.funding_base == FundingBase::Loan;
                // The equity less what is held: of a short account, what is not collateral.
                let free = cash + (side - 1.0) * held;
                let base = if of_loan && side > 0.0 { (-cash).max(0.0) } else { held };
                let here = self.start + row;
                let rate = self.strategy.costs.funding_per_day * self.data.days_to(here);
                (cash, free.max(0.0) * self.data.cash_return(here), rate * base)
            }
        };
        let cash = before + interest - funding + self.flow[row];
        Settled { cash, interest, funding, equity: cash + side * self.held[row] }
    }

    fn settle_before(&mut self, end: usize) {
        for row in self.n_settled..end {
            let found = self.settled(row);
            self.cash[row] = found.cash;
            self.equity[row] = found.equity;
            self.funding[row] = found.funding;
            self.interest += found.interest;
            self.costs.funding += found.funding;
        }
        self.n_settled = self.n_settled.max(end);
    }

    /// Settles all rows; no trade is entered after that.
    pub(super) fn settle_all(&mut self) {
        self.settle_before(self.flow.len());
    }

    /// The equity on a row of the panel, of the trades that were entered up to now.
    pub(super) fn worth_at(&mut self, row: usize) -> f64 {
        let row = row - self.start;
        self.settle_before(row);
        self.settled(row).equity
    }

    fn liquidity(&self, asset: AssetId, row: usize) -> Liquidity {
        if self.strategy.costs.needs_volumes() {
            self.data.liquidity(asset, row)
        } else {
            Liquidity::default()
        }
    }

    /// Books a trade of a sum: its flows, and the values of its positions while they are held.
    pub(super) fn enter(&mut self, plan: &Plan, budget: f64, worth: f64) -> Entered {
        let (strategy, data, start) = (self.strategy, self.data, self.start);
        let side = strategy.side();
        let first = plan.entry - start;
        let mut all_held = vec![0.0; self.flow.len() - first];
        let mut positions = Vec::with_capacity(plan.legs.len());
        for (member, leg) in plan.basket.members.iter().zip(&plan.legs) {
            let known = self.liquidity(member.asset, plan.entry);
            let mut sum = member.weight * budget;
            if let Some((limit, volume)) = strategy.costs.max_participation.zip(known.volume) {
                if worth > 0.0 && sum > 0.0 {
                    let full = limit * volume / (sum / worth);
                    self.capacity = Some(self.capacity.map_or(full, |least| least.min(full)));
                }
                if sum > limit * volume {
                    sum = limit * volume;
                    self.costs.n_capped += 1;
                }
            }
            let bought = strategy.costs.of_fill(sum, known);
            let value = sum - bought.total();
            let units = value / member.price;
            let haircut = strategy.delisting.haircut_of(leg.reason);
            let exit_price = leg.price * (1.0 - side * haircut);
            let proceeds = units * exit_price;
            let sold = strategy.costs.of_fill(proceeds, self.liquidity(member.asset, leg.row));
            let last = leg.row - start;
            self.flow[first] -= side * value + bought.total();
            self.flow[last] += side * proceeds - sold.total();
            let row = data.prices().row(member.asset);
            let mut price = member.price;
            for (held, t) in all_held[..last - first].iter_mut().zip(plan.entry..) {
                if !row[t].is_nan() {
                    price = row[t];
                }
                *held += units * price;
            }
            self.costs.add(&bought);
            self.costs.add(&sold);
            self.costs.haircuts += units * leg.price * haircut;
            self.traded += value + proceeds;
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
        for (all, own) in self.held[first..].iter_mut().zip(&all_held) {
            *all += own;
        }
        Entered { budget, positions, held: all_held }
    }

    /// The trade with its part of the funding, by what it held of all that was held.
    pub(super) fn trade(&self, plan: &Plan, entered: Entered) -> Trade {
        let Entered { budget, positions, held } = entered;
        let first = plan.entry - self.start;
        let mut funding = 0.0;
        for (row, own) in (first..).zip(&held).filter(|(_, own)| **own > 0.0) {
            if let Some(paid) = self.funding.get(row + 1) {
                funding += paid * (own / self.held[row]);
            }
        }
        let profit = positions.iter().map(|p| p.profit).sum::<f64>() - funding;
        let entry = self.data.date(plan.entry);
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

    /// The whole of it, once all rows are settled.
    pub(super) fn into_outcome(
        self,
        dates: Vec<NaiveDate>,
        cash_returns: Vec<f64>,
        trades: Vec<Trade>,
        signals: Vec<SignalRecord>,
    ) -> BacktestOutcome {
        BacktestOutcome {
            strategy: self.strategy.name(),
            capital: self.strategy.capital,
            dates,
            equity: self.equity,
            invested: self.held,
            cash_returns,
            trades,
            signals,
            costs: self.costs,
            interest: self.interest,
            traded: self.traded,
            capacity: self.capacity,
        }
    }
}
