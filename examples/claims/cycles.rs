//! One row per cycle, and how broad the moves after an event were.

use chrono::NaiveDate;
use eventstudy::Result;
use eventstudy::context::{
    Cycle, CycleEnd, Levels, Period, Rotation, RotationBalance, advance_decline_line,
    altcoin_season_over_time, concentration, diffusion, dips, dominance, return_dispersion,
    share_above_own_mean, time_above_trend, total_value,
};
use eventstudy::panel::PriceSeries;
use eventstudy::report::{Align, Cell, Table, fraction, percent};
use eventstudy::time::add_months;

use crate::altcoins::Altcoins;
use crate::market::Market;

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
            Cell::from(of.event.to_string()),
            Cell::from(end_of(of)),
            Cell::from(of.days.to_string()),
            Cell::from(of.days_to_peak.to_string()),
            Cell::number(of.rise(), percent),
            Cell::number(trend.share, fraction),
            Cell::number(trend.longest_run as f64, |n| format!("{n}")).with_remark(open),
            Cell::from(found.dips.len().to_string()),
            Cell::from(found.n_recovered.to_string()),
            found.median_days.map_or_else(
                || Cell::from("not reached"),
                |d| Cell::number(d, |d| format!("{d:.0}")),
            ),
            Cell::number(found.share_open, fraction),
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
        ("BTC dominance at the event", Align::Right),
        ("at the end", Align::Right),
        ("equal coins as concentrated at the event", Align::Right),
        ("at the end", Align::Right),
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
        let tenths = |n: f64| format!("{n:.1}");
        let (before, after) = (total(of.event)?, total(last)?);
        let equal = |date| concentration(&market.values, &market.excluded, date, SNAPSHOT_AGE);
        let equal = [equal(of.event)?, equal(last)?].map(|c| c.effective_number);
        table.row([
            Cell::from(of.event.to_string()),
            Cell::from(end_of(of)),
            Cell::from(found.n_spans.to_string()),
            Cell::from(found.n_rotation.to_string()),
            Cell::from(found.n_withdrawal.to_string()),
            Cell::optional(share(of.event)?, fraction),
            Cell::optional(share(last)?, fraction),
            Cell::number(equal[0], tenths),
            Cell::number(equal[1], tenths),
            Cell::number(after.value / before.value - 1.0, percent),
            Cell::from(format!("{} to {}", before.n_assets, after.n_assets)),
            Cell::number(left.iter().sum::<f64>() / left.len().max(1) as f64, fraction),
        ]);
    }
    Ok(table)
}

/// Breadth at the end of one, three and six months after each event.
pub(crate) fn breadth_table(
    market: &Market,
    altcoins: &Altcoins,
    dates: &[NaiveDate],
) -> Result<Table> {
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
    let universe = altcoins.universe();
    let last = market.prices.axis().last();
    for &event in dates {
        let held = altcoins.on(event);
        for months in [1, 3, MONTHS] {
            let Some(end) = add_months(event, months).filter(|end| *end <= last) else { continue };
            let period = Period::new(event, end)?;
            let above = diffusion(levels, &held, event, end)?.pop();
            let season = altcoin_season_over_time(levels, universe, btc, &[end])?[0].breadth;
            let mean = share_above_own_mean(levels, &altcoins.on(end), end, 200, 150)?;
            let line = advance_decline_line(levels, universe, period)?.pop();
            let dispersion = return_dispersion(levels, &held, period)?;
            table.row([
                Cell::from(event.to_string()),
                Cell::from(months.to_string()),
                Cell::optional(above.and_then(|a| a.breadth.share), fraction),
                above.map_or_else(Cell::none, |a| Cell::from(a.breadth.n_lacking.to_string())),
                Cell::optional(season.share, fraction),
                Cell::optional(mean.share, fraction),
                Cell::optional(line.map(|l| l.line), |l| format!("{l:+.1}")),
                Cell::optional(dispersion.std_dev, |d| format!("{d:.2}")),
            ]);
        }
    }
    Ok(table)
}
