//! One row per cycle, and how broad the moves after an event were.

use chrono::NaiveDate;
use eventstudy::Result;
use eventstudy::context::{
    Cycle, CycleEnd, Levels, Period, Rotation, RotationBalance, advance_decline_line,
    altcoin_season_over_time, concentration, diffusion, dips, dominance, return_dispersion,
    share_above_own_mean, time_above_trend, total_value,
};
use eventstudy::panel::PriceSeries;
use eventstudy::report::{Align, Table, fraction, percent};
use eventstudy::time::add_months;

use crate::c3::members;
use crate::market::Market;
use crate::studies::Assets;

pub(crate) const PRICE_AGE: u32 = 3;
pub(crate) const SNAPSHOT_AGE: u32 = 45;
/// Months after the event that the marks run over.
pub(crate) const MONTHS: i32 = 6;
pub(crate) const TREND_DAYS: usize = 200;
pub(crate) const DIP: f64 = 0.20;

fn end_of(cycle: &Cycle) -> String {
    match cycle.end {
        CycleEnd::Fell => cycle.end_date.to_string(),
        CycleEnd::Censored => format!("{} (censored)", cycle.end_date),
    }
}

pub(crate) fn price_table(series: &PriceSeries, cycles: &[Cycle]) -> Result<Table> {
    let mut table = Table::new([
        ("event", Align::Left),
        ("end", Align::Left),
        ("days", Align::Right),
        ("days to the high", Align::Right),
        ("rise to the high", Align::Right),
        ("days above trend", Align::Right),
        ("longest run", Align::Right),
        ("dips", Align::Right),
        ("made good", Align::Right),
        ("median days to recover", Align::Right),
        ("days in an open dip", Align::Right),
    ]);
    for of in cycles {
        let Some(period) = of.period() else { continue };
        let trend = time_above_trend(series, period, TREND_DAYS)?;
        let found = dips(series, period, DIP)?;
        let open = if trend.longest_run_is_open { ", open" } else { "" };
        table.row([
            of.event.to_string(),
            end_of(of),
            of.days.to_string(),
            of.days_to_peak.to_string(),
            percent(of.rise()),
            fraction(trend.share),
            format!("{}{open}", trend.longest_run),
            found.dips.len().to_string(),
            found.n_recovered.to_string(),
            found.median_days.map_or_else(|| "not reached".to_owned(), |d| format!("{d:.0}")),
            fraction(found.share_open),
        ]);
    }
    Ok(table)
}

pub(crate) fn value_table(market: &Market, flows: &[Rotation], cycles: &[Cycle]) -> Result<Table> {
    let mut table = Table::new([
        ("event", Align::Left),
        ("end", Align::Left),
        ("months", Align::Right),
        ("rotation", Align::Right),
        ("withdrawal", Align::Right),
        ("BTC dominance", Align::Right),
        ("equal coins as concentrated", Align::Right),
        ("total value", Align::Right),
        ("coins in the total", Align::Right),
        ("mean share that left a month", Align::Right),
    ]);
    for of in cycles {
        let Some(period) = of.period() else { continue };
        let found = RotationBalance::over(flows, period);
        let left: Vec<f64> = flows
            .iter()
            .filter(|f| period.contains(f.turnover.second_snapshot))
            .map(|f| f.turnover.share_left)
            .collect();
        let share = |date| {
            dominance(&market.values, &market.excluded, "btc", date, SNAPSHOT_AGE).map(|d| d.share)
        };
        let total = |date| total_value(&market.values, &market.excluded, date, SNAPSHOT_AGE);
        // The last snapshot is months before the last price of a cycle that goes on.
        let last = market.values.dates().last().unwrap_or(of.end_date).min(of.end_date);
        let none = || "–".to_owned();
        let ends = [share(of.event)?, share(last)?].map(|s| s.map_or_else(none, fraction));
        let (before, after) = (total(of.event)?, total(last)?);
        let equal = |date| concentration(&market.values, &market.excluded, date, SNAPSHOT_AGE);
        let equal = [equal(of.event)?, equal(last)?].map(|c| format!("{:.1}", c.effective_number));
        table.row([
            of.event.to_string(),
            end_of(of),
            found.n_spans.to_string(),
            found.n_rotation.to_string(),
            found.n_withdrawal.to_string(),
            ends.join(" to "),
            equal.join(" to "),
            percent(after.value / before.value - 1.0),
            format!("{} to {}", before.n_assets, after.n_assets),
            fraction(left.iter().sum::<f64>() / left.len().max(1) as f64),
        ]);
    }
    Ok(table)
}

/// Breadth at the end of one, three and six months after each event.
pub(crate) fn breadth_table(market: &Market, dates: &[NaiveDate]) -> Result<Table> {
    let mut table = Table::new([
        ("event", Align::Left),
        ("months", Align::Right),
        ("above the event", Align::Right),
        ("lacking", Align::Right),
        ("altcoin-season index", Align::Right),
        ("above own 200-day mean", Align::Right),
        ("advance–decline line", Align::Right),
        ("dispersion of log returns", Align::Right),
    ]);
    let levels = Levels::new(&market.prices, PRICE_AGE);
    let btc = market.prices.asset("btc")?;
    let universe = Assets::Altcoins.universe(market)?;
    let last = market.prices.axis().last();
    for &event in dates {
        let held = members(market, event)?;
        for months in [1, 3, MONTHS] {
            let Some(end) = add_months(event, months).filter(|end| *end <= last) else { continue };
            let period = Period::new(event, end)?;
            let above = diffusion(levels, &held, event, end)?.pop();
            let season = altcoin_season_over_time(levels, &universe, btc, &[end])?[0].breadth;
            let mean = share_above_own_mean(levels, &members(market, end)?, end, 200, 150)?;
            let line = advance_decline_line(levels, &universe, period)?.pop();
            let dispersion = return_dispersion(levels, &held, period)?;
            let none = || "–".to_owned();
            table.row([
                event.to_string(),
                months.to_string(),
                above.and_then(|a| a.breadth.share).map_or_else(none, fraction),
                above.map_or_else(none, |a| a.breadth.n_lacking.to_string()),
                season.share.map_or_else(none, fraction),
                mean.share.map_or_else(none, fraction),
                line.map_or_else(none, |l| format!("{:+.1}", l.line)),
                dispersion.std_dev.map_or_else(none, |d| format!("{d:.2}")),
            ]);
        }
    }
    Ok(table)
}
