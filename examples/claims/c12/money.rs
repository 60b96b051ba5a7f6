//! The trade in money: both entries beside holding and random entry, haircuts, slippage and capacity.

use chrono::{Datelike, NaiveDate};
use eventstudy::Result;
use eventstudy::backtest::{
    BacktestOutcome, ExitRules, Known, Performance, PlaceboComparison, RandomEntry, Signals,
    Strategy,
};
use eventstudy::panel::Universe;
use eventstudy::report::{
    Align, Cell as TableCell, Table, backtest_performance, backtest_trades, fraction, percent,
    random_entries,
};

use super::portfolios::{Portfolio, costs, delisting};
use super::{Cell, World, comparisons};
use crate::claim::{Evidence, verdict_rule};
use crate::market::Market;
use crate::studies::Assets;

/// Sets of pseudo-signals of a whole strategy.
const WHOLE_SETS: usize = 999;
/// What is lost of a coin whose source ends: nothing, and what was taken before the rule was revised.
const HAIRCUTS: [(&str, f64); 2] = [("nothing lost", 0.0), ("half lost", 0.5)];
/// Dollars with which slippage is worked out, the share of a day's volume that an order may buy, and
/// the coefficient of its impact.
const CAPITALS: [f64; 4] = [1e5, 1e6, 1e7, 1e8];
const MOST: f64 = 0.01;
const IMPACT: f64 = 1.0;

/// The claim under both haircuts.
pub(super) struct Haircuts {
    pub(super) missed_at_half: PlaceboComparison,
    pub(super) table: Table,
}

/// `main` is the missed move where nothing is lost.
pub(super) fn haircuts(
    world: &World,
    primary: &Strategy,
    main: PlaceboComparison,
) -> Result<Haircuts> {
    let mut cells = Vec::new();
    for (name, share) in HAIRCUTS {
        let strategy = primary.clone().delisting(delisting(share));
        let missed = if share > 0.0 { world.waiting(&strategy, &world.own)? } else { main };
        cells.push(Cell { name: format!("missed move, {name}"), found: missed });
    }
    for (name, share) in HAIRCUTS {
        let strategy = primary.clone().delisting(delisting(share));
        let trade = world.random_trade(&strategy)?;
        cells.push(Cell { name: format!("early trade, {name}"), found: trade });
    }
    Ok(Haircuts { missed_at_half: cells[1].found, table: comparisons(&cells) })
}

fn random_entry(world: &World, strategy: &Strategy) -> Result<RandomEntry> {
    let level = 1.0 - verdict_rule().significance();
    let design = world.design.sets(WHOLE_SETS);
    strategy.random_entry(&world.data, &world.signals, &world.dates, &design, level)
}

/// Both entries, holding with the same costs, random entry, and what size does to them.
pub(super) fn side_by_side(
    world: &World,
    market: &Market,
    portfolios: &[Portfolio],
) -> Result<Vec<Evidence>> {
    let primary = &portfolios[0];
    let early = primary.strategy.run(&world.data, &world.signals)?;
    let late = primary.strategy.run(&world.data, &world.own)?;
    let mut random: Vec<(&str, RandomEntry)> = Vec::new();
    let mut trades = Vec::new();
    for portfolio in portfolios.iter().filter(|p| p.is_basic()) {
        random.push((&portfolio.name, random_entry(world, &portfolio.strategy)?));
    }
    for portfolio in portfolios {
        let found = world.random_trade(&portfolio.strategy)?;
        trades.push(Cell { name: portfolio.name.clone(), found });
    }
    Ok(vec![
        Evidence::Table(
            "Both entries as strategies over three months, and holding, after the same costs",
            performances(world, market, portfolios)?,
        ),
        Evidence::Table("Trades after Russell breakouts", backtest_trades(&early)),
        Evidence::Table("Trades after bitcoin's own breakouts", backtest_trades(&late)),
        Evidence::Table(
            "The whole strategy against the same on random dates",
            random_entries(random.iter().map(|(name, found)| (*name, found))),
        ),
        Evidence::Table("Its mean trade against that of random dates", comparisons(&trades)),
        Evidence::Table(
            "Slippage and capacity of the trades after Russell breakouts, by the dollars put in",
            sizes(world, portfolios)?,
        ),
        Evidence::Text(format!(
            "Slippage is {IMPACT:.0} · σ · √(order / daily volume), and an order buys at most {} of a day's \
             volume. All-exchange volumes are known of twelve coins, and of none for the breakout of 2025: \
             fills without one slip by nothing and are not limited, so that what is shown is the least that \
             slippage can have been, and the capacity that of the orders with a volume.",
            fraction(MOST)
        )),
    ])
}

fn performances(world: &World, market: &Market, portfolios: &[Portfolio]) -> Result<Table> {
    let mut rows: Vec<(String, Performance)> = Vec::new();
    for (entry, signals) in [("Russell", &world.signals), ("bitcoin's own", &world.own)] {
        for portfolio in portfolios {
            let outcome = portfolio.strategy.run(&world.data, signals)?;
            rows.push((format!("{entry}: {}", portfolio.name), outcome.performance()?));
        }
    }
    for (name, outcome) in held(world, market)? {
        rows.push((name.to_owned(), outcome.performance()?));
    }
    Ok(backtest_performance(rows.iter().map(|(name, found)| (name.as_str(), found))))
}

/// Bitcoin and the altcoins bought and held with the costs of the trades. Of the altcoins of the first
/// day few have prices to the end, so that they are also bought anew every January.
fn held(world: &World, market: &Market) -> Result<Vec<(&'static str, BacktestOutcome)>> {
    let of = |universe| Strategy::new(universe).costs(costs()).delisting(delisting(0.0));
    let altcoins = of(Assets::Altcoins.universe(market)?);
    let dates = &world.data.prices().axis().dates()[world.data.rows()];
    let is_new_year = |date: &&NaiveDate| date.ordinal() == 1;
    let januaries: Vec<NaiveDate> = dates.iter().filter(is_new_year).copied().collect();
    let yearly = altcoins.clone().exits(ExitRules::new().months(12));
    let januaries = Signals::on_dates(&januaries, Known::BeforeClose)?;
    Ok(vec![
        ("BTC bought and held", of(Universe::of(["btc"])).buy_and_hold(&world.data)?),
        ("altcoins of the first day bought and held", altcoins.buy_and_hold(&world.data)?),
        ("altcoins bought anew every January", yearly.run(&world.data, &januaries)?),
    ])
}

fn dollars(x: f64) -> String {
    if x < 1e6 { format!("{:.1} thousand", x / 1e3) } else { format!("{:.1} million", x / 1e6) }
}

fn sizes(world: &World, portfolios: &[Portfolio]) -> Result<Table> {
    let mut table = Table::new([
        ("portfolio", Align::Left),
        ("dollars", Align::Right),
        ("total", Align::Right),
        ("slippage", Align::Right),
        ("all costs", Align::Right),
        ("fills", Align::Right),
        ("without volume", Align::Right),
        ("orders cut", Align::Right),
        ("capacity in dollars", Align::Right),
    ]);
    for portfolio in portfolios.iter().filter(|p| p.is_basic()) {
        for capital in CAPITALS {
            let limited = costs().impact(IMPACT).max_participation(MOST);
            let strategy = portfolio.strategy.clone().costs(limited).capital(capital);
            let outcome = strategy.run(&world.data, &world.signals)?;
            let paid = &outcome.costs;
            let share = |sum: f64| TableCell::number(sum / capital, percent);
            table.row([
                TableCell::from(portfolio.name.as_str()),
                TableCell::number(capital, dollars),
                TableCell::number(outcome.performance()?.total_return, percent),
                share(paid.impact),
                share(paid.total()),
                TableCell::from(paid.n_fills.to_string()),
                TableCell::from(paid.n_fills_without_impact.to_string()),
                TableCell::from(paid.n_capped.to_string()),
                TableCell::optional(outcome.capacity, dollars),
            ]);
        }
    }
    Ok(table)
}
