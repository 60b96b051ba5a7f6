//! The slow engine: one day after the other, with nothing in hand but the days so far.

use chrono::NaiveDate;

use super::basket::Basket;
use super::costs::Liquidity;
use super::exits::{is_below_mean, is_stopped};
use super::{
    BacktestData, BacktestOutcome, CostTotals, ExitReason, FundingBase, Overlap, Position, Signal,
    SignalFate, SignalRecord, Signals, Strategy, Trade,
};
use crate::panel::AssetId;
use crate::time::add_months;

/// One asset of an open trade.
struct Holding {
    asset: AssetId,
    units: f64,
    last_price: f64,
    last_date: NaiveDate,
    is_held: bool,
    position: Position,
}

/// A trade from its entry on.
struct OpenTrade {
    signals: Vec<NaiveDate>,
    entry: NaiveDate,
    /// When its months are over.
    over: Option<NaiveDate>,
    level: Option<f64>,
    best: f64,
    is_stopped: bool,
    order: Option<ExitReason>,
    budget: f64,
    n_lacking: usize,
    funding: f64,
    holdings: Vec<Holding>,
}

impl OpenTrade {
    fn held(&self) -> f64 {
        let held = self.holdings.iter().filter(|h| h.is_held);
        held.map(|h| h.units * h.last_price).sum()
    }

    fn into_trade(self) -> Trade {
        let positions: Vec<Position> = self.holdings.into_iter().map(|h| h.position).collect();
        let profit = positions.iter().map(|p| p.profit).sum::<f64>() - self.funding;
        Trade {
            signals: self.signals,
            entry: self.entry,
            exit: positions.iter().map(|p| p.exit).max().unwrap_or(self.entry),
            reason: self.order.unwrap_or(ExitReason::EndOfData),
            budget: self.budget,
            n_lacking: self.n_lacking,
            funding: self.funding,
            profit,
            net_return: (self.budget > 0.0).then(|| profit / self.budget),
            positions,
        }
    }
}

/// The account as it stands on a day.
struct Account<'a> {
    strategy: &'a Strategy,
    data: &'a BacktestData,
    row: usize,
    cash: f64,
    trades: Vec<OpenTrade>,
    costs: CostTotals,
    interest: f64,
    traded: f64,
    capacity: Option<f64>,
}

pub(super) fn run(strategy: &Strategy, data: &BacktestData, signals: &Signals) -> BacktestOutcome {
    let rows = data.rows();
    let mut account = Account {
        strategy,
        data,
        row: rows.start,
        cash: strategy.capital,
        trades: Vec::new(),
        costs: CostTotals::default(),
        interest: 0.0,
        traded: 0.0,
        capacity: None,
    };
    let (mut equity, mut invested, mut cash_returns) = (Vec::new(), Vec::new(), Vec::new());
    let mut waiting = signals.iter().peekable();
    let mut records = Vec::new();
    for row in rows.clone() {
        account.row = row;
        let is_last = row + 1 == rows.end;
        let earned = if row > rows.start { account.accrue() } else { 0.0 };
        account.see_prices();
        account.give_orders();
        account.sell(is_last);
        while let Some(signal) = waiting.peek().copied() {
            let target = strategy.target(signal);
            if target.is_none_or(|target| target > account.today()) {
                break;
            }
            let fate = match target.map(|target| (account.today() - target).num_days()) {
                Some(1..) if row == rows.start => SignalFate::BeforeData,
                _ if is_last => SignalFate::AfterData,
                Some(8..) => SignalFate::NoPrice,
                _ => account.take(signal),
            };
            records.push(SignalRecord { date: signal.date, fate });
            waiting.next();
        }
        account.watch_stops();
        equity.push(account.equity());
        invested.push(account.held());
        cash_returns.push(earned);
    }
    let fate = SignalFate::AfterData;
    records.extend(waiting.map(|signal| SignalRecord { date: signal.date, fate }));
    BacktestOutcome {
        strategy: strategy.name(),
        capital: strategy.capital,
        dates: data.prices().axis().dates()[rows].to_vec(),
        equity,
        invested,
        cash_returns,
        trades: account.trades.into_iter().map(OpenTrade::into_trade).collect(),
        signals: records,
        costs: account.costs,
        interest: account.interest,
        traded: account.traded,
        capacity: account.capacity,
    }
}

impl Account<'_> {
    fn today(&self) -> NaiveDate {
        self.data.date(self.row)
    }

    /// Today's price.
    fn price(&self, asset: AssetId) -> Option<f64> {
        self.data.prices().price(asset, self.row)
    }

    fn liquidity(&self, asset: AssetId) -> Liquidity {
        if self.strategy.costs.needs_volumes() {
            self.data.liquidity(asset, self.row)
        } else {
            Liquidity::default()
        }
    }

    fn held(&self) -> f64 {
        self.trades.iter().map(OpenTrade::held).sum()
    }

    fn equity(&self) -> f64 {
        self.cash + self.strategy.side() * self.held()
    }

    /// Interest and funding since yesterday's close, on what was held then; returns what a unit of
    /// cash earned.
    fn accrue(&mut self) -> f64 {
        let (cash, held, costs) = (self.cash, self.held(), &self.strategy.costs);
        let is_long = self.strategy.side() > 0.0;
        // The proceeds of a short sale and as much again are collateral.
        let free = if is_long { cash } else { cash - 2.0 * held };
        let base = match costs.funding_base {
            FundingBase::Loan if is_long => (-cash).max(0.0),
            FundingBase::Loan | FundingBase::Notional => held,
        };
        let paid = costs.funding_per_day * base * self.data.days_to(self.row);
        for trade in &mut self.trades {
            if held > 0.0 {
                trade.funding += paid * (trade.held() / held);
            }
        }
        let earned = self.data.cash_return(self.row);
        let interest = free.max(0.0) * earned;
        self.costs.funding += paid;
        self.cash += interest - paid;
        self.interest += interest;
        earned
    }

    fn see_prices(&mut self) {
        let (prices, row, today) = (self.data.prices(), self.row, self.today());
        for trade in &mut self.trades {
            for holding in trade.holdings.iter_mut().filter(|h| h.is_held) {
                if let Some(price) = prices.price(holding.asset, row) {
                    (holding.last_price, holding.last_date) = (price, today);
                }
            }
        }
    }

    /// Whether the trigger, in its sessions since yesterday's close, fell below the level or the mean.
    fn breakdown(&self, level: Option<f64>) -> Option<ExitReason> {
        let exits = &self.strategy.exits;
        let trigger = self.data.trigger().filter(|_| exits.needs_trigger())?;
        let yesterday = self.data.date(self.row.checked_sub(1)?);
        let sessions = trigger.axis().rows_between(yesterday, self.today());
        let known = &trigger.closes()[..sessions.end];
        let level = level.filter(|_| exits.below_level);
        if sessions.clone().any(|s| level.is_some_and(|level| known[s] < level)) {
            return Some(ExitReason::BelowLevel);
        }
        let n = exits.below_mean?;
        sessions.clone().any(|s| is_below_mean(known, s, n)).then_some(ExitReason::BelowMean)
    }

    fn give_orders(&mut self) {
        let today = self.today();
        for k in 0..self.trades.len() {
            let trade = &self.trades[k];
            if trade.order.is_some() {
                continue;
            }
            let order = if trade.over.is_some_and(|over| over <= today) {
                Some(ExitReason::Months)
            } else {
                let stop = trade.is_stopped.then_some(ExitReason::TrailingStop);
                self.breakdown(trade.level).or(stop)
            };
            self.trades[k].order = order;
        }
    }

    fn sell(&mut self, is_last: bool) {
        let today = self.today();
        let max_stale = i64::from(self.strategy.delisting.max_stale_days);
        for k in 0..self.trades.len() {
            for h in 0..self.trades[k].holdings.len() {
                let trade = &self.trades[k];
                let holding = &trade.holdings[h];
                if !holding.is_held {
                    continue;
                }
                let is_priced = holding.last_date == today;
                let is_gone = (today - holding.last_date).num_days() > max_stale;
                let reason = match trade.order {
                    Some(reason) if is_priced => reason,
                    _ if is_gone => self.data.gone(holding.asset, holding.last_date),
                    _ if is_last => ExitReason::EndOfData,
                    _ => continue,
                };
                self.close(k, h, reason);
            }
        }
    }

    fn close(&mut self, trade: usize, holding: usize, reason: ExitReason) {
        let (side, today) = (self.strategy.side(), self.today());
        let haircut = self.strategy.delisting.haircut_of(reason);
        let asset = self.trades[trade].holdings[holding].asset;
        let liquidity = self.liquidity(asset);
        let holding = &mut self.trades[trade].holdings[holding];
        self.costs.haircuts += holding.units * holding.last_price * haircut;
        holding.last_price *= 1.0 - side * haircut;
        holding.is_held = false;
        let proceeds = holding.units * holding.last_price;
        let cost = self.strategy.costs.of_fill(proceeds, liquidity);
        self.cash += side * proceeds - cost.total();
        self.costs.add(&cost);
        self.traded += proceeds;
        let position = &mut holding.position;
        (position.exit, position.exit_price, position.reason) = (today, holding.last_price, reason);
        position.cost += cost.total();
        position.profit = side * (proceeds - position.value) - position.cost;
    }

    /// What a signal does that can be traded today.
    fn take(&mut self, signal: &Signal) -> SignalFate {
        let n_open = self.trades.iter().filter(|trade| trade.order.is_none()).count();
        let over = self.months_over();
        if self.strategy.overlap == Overlap::Extend
            && let Some(open) = self.trades.last_mut().filter(|trade| trade.order.is_none())
        {
            open.signals.push(signal.date);
            (open.over, open.level) = (over, signal.level);
            return SignalFate::Extended;
        }
        if n_open >= self.strategy.most() {
            return SignalFate::Ignored;
        }
        let basket = Basket::at(self.strategy, self.data, self.row);
        if basket.is_empty() {
            return SignalFate::NoAssets;
        }
        self.open(signal, &basket);
        SignalFate::Traded
    }

    fn months_over(&self) -> Option<NaiveDate> {
        let months = i32::try_from(self.strategy.exits.months?).ok()?;
        add_months(self.today(), months)
    }

    fn open(&mut self, signal: &Signal, basket: &Basket) {
        let (today, side, worth) = (self.today(), self.strategy.side(), self.equity());
        let most = self.strategy.most() as f64;
        let budget = (self.strategy.exposure.abs() * worth / most).max(0.0);
        let mut holdings = Vec::with_capacity(basket.members.len());
        for member in &basket.members {
            let Some(price) = self.price(member.asset) else { continue };
            let known = self.liquidity(member.asset);
            let mut sum = member.weight * budget;
            if let (Some(limit), Some(volume)) =
                (self.strategy.costs.max_participation, known.volume)
            {
                if worth > 0.0 && sum > 0.0 {
                    let full = limit * volume / (sum / worth);
                    self.capacity = Some(self.capacity.map_or(full, |least| least.min(full)));
                }
                if sum > limit * volume {
                    sum = limit * volume;
                    self.costs.n_capped += 1;
                }
            }
            let cost = self.strategy.costs.of_fill(sum, known);
            let value = sum - cost.total();
            self.cash -= side * value + cost.total();
            self.costs.add(&cost);
            self.traded += value;
            holdings.push(Holding {
                asset: member.asset,
                units: value / price,
                last_price: price,
                last_date: today,
                is_held: true,
                position: Position {
                    asset: self.data.prices().name(member.asset).to_owned(),
                    weight: member.weight,
                    entry_price: price,
                    value,
                    exit: today,
                    exit_price: price,
                    reason: ExitReason::EndOfData,
                    cost: cost.total(),
                    profit: 0.0,
                },
            });
        }
        self.trades.push(OpenTrade {
            signals: vec![signal.date],
            entry: today,
            over: self.months_over(),
            level: signal.level,
            best: 1.0,
            is_stopped: false,
            order: None,
            budget,
            n_lacking: basket.n_lacking,
            funding: 0.0,
            holdings,
        });
    }

    /// At the close: whether a trailing stop is touched, to be sold from tomorrow on.
    fn watch_stops(&mut self) {
        let Some(share) = self.strategy.exits.trailing_stop else { return };
        let side = self.strategy.side();
        for trade in self.trades.iter_mut().filter(|trade| trade.order.is_none()) {
            let value = trade.holdings.iter().fold(0.0, |sum, h| {
                sum + h.position.weight * (h.last_price / h.position.entry_price)
            });
            trade.best = if side > 0.0 { trade.best.max(value) } else { trade.best.min(value) };
            trade.is_stopped |= is_stopped(value, trade.best, share, side);
        }
    }
}
