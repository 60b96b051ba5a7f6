//! The row on which a trade is to be closed, from whole series.

use super::basket::Basket;
use super::{BacktestData, ExitReason, Strategy};
use crate::panel::AssetId;
use crate::time::add_months;

/// An order to close a trade: from this row on, at the first price of each asset.
pub(super) type Order = Option<(usize, ExitReason)>;

/// When and at what price one asset of a trade is sold.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Leg {
    pub(super) row: usize,
    /// Without the haircut.
    pub(super) price: f64,
    pub(super) reason: ExitReason,
}

/// The earliest order of a trade that was entered at `entry`, whose months count from `clock`, and in
/// which no rule had fired through `clock`.
pub(super) fn order(
    strategy: &Strategy,
    data: &BacktestData,
    basket: &Basket,
    entry: usize,
    clock: usize,
    level: Option<f64>,
) -> Order {
    let exits = &strategy.exits;
    let end = data.rows().end;
    let axis = data.prices().axis();
    let mut first: Order = None;
    let mut take = |row: usize, reason| {
        if row < end && first.is_none_or(|(other, _)| row < other) {
            first = Some((row, reason));
        }
    };
    let months = exits.months.and_then(|months| i32::try_from(months).ok());
    let over = months.and_then(|months| add_months(data.date(clock), months));
    if let Some(row) = over.and_then(|date| axis.first_on_or_after(date)) {
        take(row, ExitReason::Months);
    }
    if let Some(trigger) = data.trigger().filter(|_| exits.needs_trigger()) {
        let closes = trigger.closes();
        let sessions = trigger.axis().rows_between(data.date(clock), axis.date(end - 1));
        let level = level.filter(|_| exits.below_level);
        let below_level = |s: &usize| level.is_some_and(|level| closes[*s] < level);
        let below_mean = |s: &usize| exits.below_mean.is_some_and(|n| is_below_mean(closes, *s, n));
        let row_of = |s: usize| axis.first_on_or_after(trigger.axis().date(s));
        if let Some(row) = sessions.clone().find(below_level).and_then(row_of) {
            take(row, ExitReason::BelowLevel);
        }
        if let Some(row) = sessions.clone().find(below_mean).and_then(row_of) {
            take(row, ExitReason::BelowMean);
        }
    }
    if let Some(share) = exits.trailing_stop {
        let until = first.map_or(end, |(row, _)| row);
        let path = values(strategy, data, basket, entry, until);
        let side = strategy.side();
        let mut best = 1.0_f64;
        let stopped = path.iter().position(|value| {
            best = if side > 0.0 { best.max(*value) } else { best.min(*value) };
            is_stopped(*value, best, share, side)
        });
        // Seen at that close, filled from the next one on.
        if let Some(row) = stopped.map(|k| entry + k + 1).filter(|row| *row < until) {
            first = Some((row, ExitReason::TrailingStop));
        }
    }
    first
}

/// Whether a basket has lost (short: gained) its share from its best value.
pub(super) fn is_stopped(value: f64, best: f64, share: f64, side: f64) -> bool {
    if side > 0.0 { value <= (1.0 - share) * best } else { value >= (1.0 + share) * best }
}

/// Whether a close is below the mean of the last n, itself included.
pub(super) fn is_below_mean(closes: &[f64], session: usize, n: usize) -> bool {
    (session + 1).checked_sub(n).is_some_and(|first| {
        closes[session] < closes[first..=session].iter().sum::<f64>() / n as f64
    })
}

/// Value of the basket on the rows from its entry to the one before `until`: Σ w P/P(entry), a missing
/// price standing at the last one, an asset that is gone at what it was sold for.
fn values(
    strategy: &Strategy,
    data: &BacktestData,
    basket: &Basket,
    entry: usize,
    until: usize,
) -> Vec<f64> {
    let mut total = vec![0.0; until.saturating_sub(entry)];
    let side = strategy.side();
    for member in &basket.members {
        let leg = leg(strategy, data, member.asset, entry, None);
        let row = data.prices().row(member.asset);
        let is_gone = matches!(leg.reason, ExitReason::Delisted | ExitReason::SourceEnd);
        let haircut = strategy.delisting.haircut_of(leg.reason);
        let mut last = member.price;
        for (value, t) in total.iter_mut().zip(entry..) {
            if is_gone && t >= leg.row {
                last = leg.price * (1.0 - side * haircut);
            } else if !row[t].is_nan() {
                last = row[t];
            }
            *value += member.weight * (last / member.price);
        }
    }
    total
}

/// How an asset bought at `entry` leaves the trade.
pub(super) fn leg(
    strategy: &Strategy,
    data: &BacktestData,
    asset: AssetId,
    entry: usize,
    order: Order,
) -> Leg {
    let row = data.prices().row(asset);
    let end = data.rows().end;
    let max_stale = i64::from(strategy.delisting.max_stale_days);
    let mut last = entry;
    for t in entry + 1..end {
        if !row[t].is_nan() {
            last = t;
            if let Some((from, reason)) = order.filter(|(from, _)| t >= *from) {
                debug_assert!(t >= from);
                return Leg { row: t, price: row[t], reason };
            }
        } else if (data.date(t) - data.date(last)).num_days() > max_stale {
            let reason = data.gone(asset, data.date(last));
            return Leg { row: t, price: row[last], reason };
        }
    }
    Leg { row: end - 1, price: row[last], reason: ExitReason::EndOfData }
}
