//! What the Sharpe ratio of the trade is worth, among all trades that were tried.

use eventstudy::Result;
use eventstudy::backtest::{
    ExitRules, Known, SharpeRatio, Signals, Strategy, Trials, TriedStrategies,
};
use eventstudy::report::{Align, Cell, Table, count, p_value};

use super::portfolios::{LARGEST, all};
use super::{LAGS, MONTHS, STOP, World};
use crate::claim::Evidence;
use crate::curve::Curve;
use crate::market::{Market, NamedEvents};

/// Altcoins of a portfolio.
const NUMBERS: [usize; 3] = [10, 20, LARGEST];

/// The grid is that of all trades that this claim puts up: every entry with every portfolio, holding, exit
/// and lag.
pub(super) fn evidence(
    world: &World,
    market: &Market,
    sets: &[NamedEvents],
    primary: &Strategy,
    curve: &Curve,
) -> Result<Vec<Evidence>> {
    let of_set = |set: &NamedEvents| Signals::of_events(&set.events, Known::BeforeClose);
    let russell = sets.iter().map(of_set).collect::<Result<Vec<_>>>()?;
    let portfolios = all(&NUMBERS, market)?;
    let mut grid: Vec<(&Signals, Strategy)> = Vec::new();
    let entries = russell.iter().map(|signals| (signals, true));
    let own = [&world.own, &world.own_channel].map(|signals| (signals, false));
    for (signals, of_russell) in entries.chain(own) {
        for portfolio in &portfolios {
            for months in MONTHS {
                let held = ExitRules::new().months(months);
                let mut exits = vec![held, held.trailing_stop(STOP)];
                // The level of a signal of bitcoin is none of the Russell.
                exits.extend(of_russell.then(|| held.below_level()));
                for (exits, lag) in exits.iter().flat_map(|e| LAGS.map(|lag| (*e, lag))) {
                    grid.push((signals, portfolio.strategy.clone().exits(exits).lag_days(lag)));
                }
            }
        }
    }
    let tried = TriedStrategies::run(&world.data, &grid)?;
    let per_row = tried.trials_per_row()?;
    let per_trade = tried.trials_per_trade()?;
    let early = primary.run(&world.data, &world.signals)?;
    let of_days = SharpeRatio::of(&early.excess_returns()).ok();
    let best = tried.best_per_row().and_then(|best| best.per_row);
    // As if every specification of the study had been a trade as well.
    let of_curve = Trials::new(per_row.n() + curve.curve.n_distinct, per_row.variance())?;
    let rows = [
        ("the claim's, by days", of_days, per_row),
        ("the claim's, by days, the specification curve counted too", of_days, of_curve),
        ("the claim's, by trades", SharpeRatio::of(&early.trade_returns()).ok(), per_trade),
        ("the best of all tried, by days", best, per_row),
    ];
    let counts = [
        ("breakout rules of the Russell", russell.len()),
        ("breakout rules of bitcoin", own.len()),
        ("portfolios", portfolios.len()),
        ("months held", MONTHS.len()),
        ("exits after Russell breakouts: months alone, trailing stop, old high", 3),
        ("exits after bitcoin's: months alone, trailing stop", 2),
        ("lags", LAGS.len()),
        ("trades in the grid", tried.n_asked()),
        ("of them different from each other", tried.distinct().len()),
        ("of them with a Sharpe ratio by days", per_row.n()),
        ("of them with a Sharpe ratio by trades", per_trade.n()),
        ("specifications of the curve, different from each other", curve.curve.n_distinct),
    ];
    let mut table = Table::new([("what was tried", Align::Left), ("number", Align::Right)]);
    for (what, n) in counts {
        table.row([Cell::from(what), Cell::from(count(n))]);
    }
    Ok(vec![
        Evidence::Table("What the Sharpe ratio is worth", sharpe_table(&rows)?),
        Evidence::Table("What was tried: the trials that the deflation counts", table),
        Evidence::Text(
            "Every day is an observation to the rows by days, though all of them come from a few trades; \
             the row by trades counts those. The deflated ratio takes the one shown for the best of all \
             trials, which the claim's own, fixed beforehand, is not."
                .to_owned(),
        ),
    ])
}

fn sharpe_table(rows: &[(&str, Option<SharpeRatio>, Trials)]) -> Result<Table> {
    let mut table = Table::new([
        ("trade", Align::Left),
        ("n", Align::Right),
        ("Sharpe each", Align::Right),
        ("standard error", Align::Right),
        ("P(true > 0)", Align::Right),
        ("trials", Align::Right),
        ("their spread", Align::Right),
        ("best by chance", Align::Right),
        ("deflated", Align::Right),
        ("n for 95 %", Align::Right),
    ]);
    for (name, ratio, trials) in rows {
        let Some(ratio) = ratio else { continue };
        table.row([
            Cell::from(*name),
            Cell::from(count(ratio.n())),
            Cell::number(ratio.value(), |x| format!("{x:+.3}")),
            Cell::number(ratio.std_error(), |x| format!("{x:.3}")),
            Cell::optional(ratio.probabilistic(0.0), p_value),
            Cell::from(count(trials.n())),
            Cell::number(trials.variance().sqrt(), |x| format!("{x:.3}")),
            Cell::number(trials.expected_maximum(), |x| format!("{x:+.3}")),
            Cell::number(ratio.deflated(trials), p_value),
            Cell::optional(ratio.min_track_record(0.0, 0.95)?, |n| format!("{:.0}", n.ceil())),
        ]);
    }
    Ok(table)
}
