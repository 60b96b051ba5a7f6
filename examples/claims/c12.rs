//! C12: entering on the Russell's breakout against waiting for crypto's own.
//!
//! The rule, fixed before a result was seen. *Early*: the fifty largest altcoins, equal weight, are
//! bought at the first close after a breakout of the Russell 2000 (all-time high, base ≥ 250
//! sessions, since 2016) is known, and sold three months later. *Waiting*: the same rule buys at the
//! first close after bitcoin's own breakout is known and sells on the same date; it stays in cash
//! where none comes in those three months. Bitcoin's breakout is the same rule in days of a market
//! that never closes: an all-time high, at least 365 days after the record before. Both pay 0.1 % fee
//! and 0.2 % half spread on every fill. The *missed move* is the return of the first less that of the
//! second. Its excess over ordinary dates is judged at 5 % and a margin of 10 %, as everywhere; beyond
//! that, supported needs a positive excess under each holding of one, two and three months and
//! each lag of 0, 1 and 5 days.
//!
//! Revised after results were seen, in one point: a coin whose prices end was sold at half of its last
//! price, as if it had died. The table of coins says of every end that it is one of the source, so a
//! coin is now sold at its last price there, and at half of it only where it is recorded as dead, which
//! none is. The old rule stands beside the new one.

mod money;
mod portfolios;
mod trials;

use std::fmt::Write as _;

use chrono::NaiveDate;
use eventstudy::Result;
use eventstudy::backtest::{
    BacktestData, CashRates, ExitRules, Known, MissedMove, PlaceboComparison, Signals, Strategy,
};
use eventstudy::events::{BreakoutRule, EventDetector};
use eventstudy::panel::{AssetEnds, VolumePanel};
use eventstudy::report::{Table, missed_moves, percent, placebo_comparisons};
use eventstudy::resampling::{PlaceboDesign, SignFlip};
use eventstudy::study::{Judgement, Verdict};

use crate::claim::{Claim, Evidence, rule_in_words, verdict_rule};
use crate::curve::Curve;
use crate::figure::Figure;
use crate::market::{Market, NamedEvents};
use portfolios::Portfolio;

/// Months held and days of lag: the cells that a supported claim must hold in.
const MONTHS: [u32; 3] = [1, 2, 3];
const LAGS: [u32; 3] = [0, 1, 5];
const HOLDING: u32 = 3;
/// Days of a base of bitcoin: 250 sessions are a year.
const OWN_BASE: usize = 365;
const OWN_CHANNEL: usize = 90;
/// Share of the equity of a basket that a trailing stop gives up.
const STOP: f64 = 0.25;

/// One way to ask the question.
struct Cell {
    name: String,
    found: PlaceboComparison,
}

/// `sets` are the breakouts of the Russell, the rule's own first; `curve` says how many specifications
/// of the study itself were tried.
pub(crate) fn claim(market: &Market, sets: &[NamedEvents], curve: &Curve) -> Result<Claim> {
    let world = World::new(market, sets)?;
    let portfolios = portfolios::shown(market)?;
    let primary = &portfolios[0].strategy;
    let main = world.waiting(primary, &world.own)?;
    let cells = world.cells(primary, main)?;
    let haircuts = money::haircuts(&world, primary, main)?;
    let n_positive = cells.iter().filter(|cell| cell.found.excess > 0.0).count();
    let mut judgement = judge(&main);
    if judgement.verdict == Verdict::Supported && n_positive < cells.len() {
        judgement.verdict = Verdict::Undecided;
    }
    let old = &haircuts.missed_at_half;
    let _ = write!(
        judgement.because,
        "; waiting missed {} on average and {} on ordinary dates; its excess is positive in {n_positive} \
         of {} holdings and lags; with half of a coin lost where its source ends it is {} and the verdict {}",
        percent(main.mean),
        percent(main.placebo_mean),
        cells.len(),
        percent(old.excess),
        judge(old).verdict
    );
    let mut figures = Vec::new();
    let mut others = Vec::new();
    for (k, portfolio) in portfolios.iter().enumerate() {
        let found = if k == 0 { main } else { world.waiting(&portfolio.strategy, &world.own)? };
        let moves = world.moves(&portfolio.strategy, &world.own)?;
        let missed: Vec<f64> = moves.iter().map(|m| m.missed).collect();
        figures.push(figure(&format!("missed move, {}", portfolio.name), &found, &missed)?);
        others.push(Cell { name: portfolio.name.clone(), found });
    }
    others.extend(world.other_rules(&portfolios)?);
    let mut evidence = vec![
        Evidence::Measured(
            "The net return of a portfolio bought after a Russell breakout less that of the same bought \
             after bitcoin's own breakout, both sold three months after the first; its mean over the \
             breakouts, against that over all other sessions taken for breakouts."
                .to_owned(),
        ),
        Evidence::Figures(figures),
        Evidence::Table(
            "What waiting missed, altcoins over three months",
            missed_moves(&world.moves(primary, &world.own)?),
        ),
        Evidence::Table("Missed move by months held and days of lag", comparisons(&cells)),
        Evidence::Table(
            "Missed move of other portfolios, exits, and signals of bitcoin",
            comparisons(&others),
        ),
        Evidence::Table(
            "What is lost where a source ends: nothing, or half of a coin",
            haircuts.table,
        ),
    ];
    evidence.extend(money::side_by_side(&world, market, &portfolios)?);
    evidence.extend(trials::evidence(&world, market, sets, primary, curve)?);
    Ok(Claim {
        id: "C12",
        statement: "Waiting for crypto's own signals misses the early move.",
        rule: format!(
            "the altcoins bought after a Russell breakout (base ≥ 250) and held three months, less the same \
             bought after bitcoin's own breakout (all-time high, base ≥ {OWN_BASE} days) and sold on the same \
             date, cash where none comes: {}; supported needs a positive excess for holdings of \
             1, 2 and 3 months and lags of 0, 1 and 5 days as well; a coin \
             whose source of prices ends is sold at its last price",
            rule_in_words()
        ),
        revised: Some(
            "half of the last price was taken off, as if the coin had died, which the table of coins says of \
             none",
        ),
        judgement,
        evidence,
    })
}

fn without_placebo() -> Judgement {
    Judgement {
        verdict: Verdict::Undecided,
        because: "there are too few dates for a placebo".to_owned(),
    }
}

fn judge(found: &PlaceboComparison) -> Judgement {
    found.interval.map_or_else(without_placebo, |interval| {
        verdict_rule().judge_excess(found.excess, &found.p_values, interval)
    })
}

/// `values` are those of the signals, one each.
fn figure(measure: &str, found: &PlaceboComparison, values: &[f64]) -> Result<Figure> {
    let flipped = SignFlip::new().test(values)?;
    Ok(Figure {
        measure: measure.to_owned(),
        n_event_dates: found.n_signals,
        estimate: Some(found.mean),
        excess: Some(found.excess),
        interval: found.interval.map(|interval| (interval.lower, interval.upper)),
        one_sided_p: Some(found.p_values.upper),
        event_p: Some((flipped.p_values.two_sided, flipped.attainable_two_sided)),
        placebo_p: Some((found.p_values.two_sided, found.attainable_p)),
        detectable: found.minimum_detectable_effect,
        ..Figure::default()
    })
}

fn label(months: u32, lag: u32) -> String {
    format!("held {months} mo, lag {lag} d")
}

fn comparisons(cells: &[Cell]) -> Table {
    placebo_comparisons(cells.iter().map(|cell| (cell.name.as_str(), &cell.found)))
}

/// Prices, signals and the dates on which a signal could have been.
struct World {
    data: BacktestData,
    /// Breakouts of the Russell under the rule of the claim.
    signals: Signals,
    /// Bitcoin's own, by its record and by its highest close of 90 days.
    own: Signals,
    own_channel: Signals,
    dates: Vec<NaiveDate>,
    design: PlaceboDesign,
}

impl World {
    fn new(market: &Market, sets: &[NamedEvents]) -> Result<Self> {
        let axis = market.prices.axis();
        let placebo = &sets[0].placebo;
        let from = placebo.from.unwrap_or(axis.first());
        let data = BacktestData::new(market.prices.clone())
            .with_trigger(market.russell.clone())
            .with_asset_ends(AssetEnds::from_csv_path(market.path("crypto_assets.csv"))?)
            .with_volumes(VolumePanel::from_csv_path(market.path("crypto_volume.csv"))?)
            .with_cash(CashRates::from_csv_path(market.path("macro.csv"), "DFF")?)
            .between(from, axis.last())?;
        let sessions = market.russell.axis().dates().iter().copied();
        let separation = placebo.min_separation_days.unwrap_or_default();
        let bitcoin = data.prices().series("btc")?;
        // Known at the close of their day.
        let own = |rule: BreakoutRule| {
            Signals::of_events(&rule.from(from).detect(&bitcoin)?, Known::AtClose)
        };
        Ok(Self {
            signals: Signals::of_events(&sets[0].events, Known::BeforeClose)?,
            own: own(BreakoutRule::all_time_high().base(OWN_BASE))?,
            own_channel: own(BreakoutRule::channel(OWN_CHANNEL))?,
            dates: sessions.filter(|date| (from..=axis.last()).contains(date)).collect(),
            design: PlaceboDesign::new().seed(market.seed).min_separation_days(separation),
            data,
        })
    }

    fn moves(&self, strategy: &Strategy, own: &Signals) -> Result<Vec<MissedMove>> {
        let of_signal = |signal| strategy.missed_move(&self.data, signal, own);
        let moves = self.signals.iter().map(of_signal).collect::<Result<Vec<_>>>()?;
        Ok(moves.into_iter().flatten().collect())
    }

    fn waiting(&self, strategy: &Strategy, own: &Signals) -> Result<PlaceboComparison> {
        let level = 1.0 - verdict_rule().significance();
        strategy.waiting(&self.data, &self.signals, own, &self.dates, &self.design, level)
    }

    fn random_trade(&self, strategy: &Strategy) -> Result<PlaceboComparison> {
        let level = 1.0 - verdict_rule().significance();
        strategy.random_trade(&self.data, &self.signals, &self.dates, &self.design, level)
    }

    /// `main` is that of the claim's own holding without a lag.
    fn cells(&self, primary: &Strategy, main: PlaceboComparison) -> Result<Vec<Cell>> {
        let mut cells = Vec::new();
        for months in MONTHS {
            for lag in LAGS {
                let strategy = primary.clone().exits(ExitRules::new().months(months)).lag_days(lag);
                let is_main = (months, lag) == (HOLDING, 0);
                let found = if is_main { main } else { self.waiting(&strategy, &self.own)? };
                cells.push(Cell { name: label(months, lag), found });
            }
        }
        Ok(cells)
    }

    /// Other signals of bitcoin, and other exits.
    fn other_rules(&self, portfolios: &[Portfolio]) -> Result<Vec<Cell>> {
        let held = || ExitRules::new().months(HOLDING);
        let mut asked: Vec<(String, Strategy, &Signals)> = Vec::new();
        for portfolio in portfolios.iter().filter(|p| p.is_basic()) {
            let name = format!("{}, {OWN_CHANNEL}-day high of BTC", portfolio.name);
            asked.push((name, portfolio.strategy.clone(), &self.own_channel));
        }
        let primary = &portfolios[0];
        for (name, exits) in [
            ("trailing stop 25 %", held().trailing_stop(STOP)),
            ("out below the old high of the Russell", held().below_level()),
        ] {
            let strategy = primary.strategy.clone().exits(exits);
            asked.push((format!("{}, {name}", primary.name), strategy, &self.own));
        }
        let ask = |(name, strategy, own): (String, Strategy, &Signals)| {
            Ok(Cell { name, found: self.waiting(&strategy, own)? })
        };
        asked.into_iter().map(ask).collect()
    }
}
