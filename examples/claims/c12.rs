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

use std::fmt::Write as _;

use chrono::NaiveDate;
use eventstudy::Result;
use eventstudy::backtest::{
    BacktestData, BacktestOutcome, CashRates, Costs, Delisting, ExitRules, Known, MissedMove,
    PlaceboComparison, SharpeRatio, Signals, Strategy, Trials,
};
use eventstudy::events::{BreakoutRule, EventDetector};
use eventstudy::panel::Universe;
use eventstudy::report::{
    Align, Table, backtest_performance, backtest_trades, missed_moves, p_value, percent,
    placebo_comparisons, random_entries,
};
use eventstudy::resampling::PlaceboDesign;
use eventstudy::study::{Judgement, Verdict};

use crate::claim::{Claim, Evidence, rule_in_words, verdict_rule};
use crate::market::{Market, NamedEvents};
use crate::studies::Assets;

/// Months held and days of lag: the cells that a supported claim must hold in.
const MONTHS: [u32; 3] = [1, 2, 3];
const LAGS: [u32; 3] = [0, 1, 5];
const HOLDING: u32 = 3;
/// Days of a base of bitcoin: 250 sessions are a year.
const OWN_BASE: usize = 365;
const OWN_CHANNEL: usize = 90;
/// Sets of pseudo-signals of a whole strategy.
const WHOLE_SETS: usize = 999;

/// One way to ask the question.
struct Cell {
    name: String,
    found: PlaceboComparison,
}

pub(crate) fn claim(market: &Market, set: &NamedEvents) -> Result<Claim> {
    let world = World::new(market, set)?;
    let primary = World::strategy(Assets::Altcoins, market)?;
    let own = world.own(&BreakoutRule::all_time_high().base(OWN_BASE))?;
    let rule = verdict_rule();

    let cells = world.cells(&primary, &own)?;
    let main = cells.iter().find(|cell| cell.name == label(HOLDING, 0)).map(|cell| &cell.found);
    let n_positive = cells.iter().filter(|cell| cell.found.excess > 0.0).count();
    let judged = main
        .and_then(|found| Some(rule.judge_excess(found.excess, &found.p_values, found.interval?)));
    let mut judgement = judged.unwrap_or_else(|| Judgement {
        verdict: Verdict::Undecided,
        because: "there are too few dates for a placebo".to_owned(),
    });
    if judgement.verdict == Verdict::Supported && n_positive < cells.len() {
        judgement.verdict = Verdict::Undecided;
    }
    if let Some(found) = main {
        let _ = write!(
            judgement.because,
            "; waiting missed {} on average and {} on ordinary dates; its excess is positive in {n_positive} \
             of {} holdings and lags",
            percent(found.mean),
            percent(found.placebo_mean),
            cells.len()
        );
    }
    let mut evidence = vec![
        Evidence::Table(
            "What waiting missed, altcoins over three months",
            missed_moves(&world.moves(&primary, &own)?),
        ),
        Evidence::Table("Missed move by months held and days of lag", comparisons(&cells)),
        Evidence::Table(
            "Other assets, and other signals of bitcoin",
            comparisons(&world.others(market, &primary, &own)?),
        ),
    ];
    evidence.extend(world.side_by_side(market, &primary, &own)?);
    Ok(Claim {
        id: "C12",
        statement: "Waiting for crypto's own signals misses the early move.",
        rule: format!(
            "the altcoins bought after a Russell breakout (base ≥ 250) and held three months, less the same \
             bought after bitcoin's own breakout (all-time high, base ≥ {OWN_BASE} days) and sold on the same \
             date, cash where none comes: {}; supported needs a positive excess for holdings of \
             1, 2 and 3 months and lags of 0, 1 and 5 days as well",
            rule_in_words()
        ),
        judgement,
        evidence,
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
    signals: Signals,
    dates: Vec<NaiveDate>,
    design: PlaceboDesign,
    from: NaiveDate,
}

impl World {
    fn new(market: &Market, set: &NamedEvents) -> Result<Self> {
        let axis = market.prices.axis();
        let from = set.placebo.from.unwrap_or(axis.first());
        let data = BacktestData::new(market.prices.clone())
            .with_trigger(market.russell.clone())
            .with_cash(CashRates::from_csv_path(market.path("macro.csv"), "DFF")?)
            .between(from, axis.last())?;
        let sessions = market.russell.axis().dates().iter().copied();
        let separation = set.placebo.min_separation_days.unwrap_or_default();
        Ok(Self {
            data,
            signals: Signals::of_events(&set.events, Known::BeforeClose)?,
            dates: sessions.filter(|date| (from..=axis.last()).contains(date)).collect(),
            design: PlaceboDesign::new().seed(market.seed).min_separation_days(separation),
            from,
        })
    }

    /// Fee 0.1 %, half spread 0.2 %; half of what a coin was last worth is lost when its prices end.
    fn strategy(assets: Assets, market: &Market) -> Result<Strategy> {
        Ok(Strategy::new(assets.universe(market)?)
            .exits(ExitRules::new().months(HOLDING))
            .costs(Costs::new().fee(0.001).half_spread(0.002))
            .delisting(Delisting { max_stale_days: 7, haircut: 0.5 }))
    }

    /// Bitcoin's own breakouts, known at the close of their day.
    fn own(&self, rule: &BreakoutRule) -> Result<Signals> {
        let bitcoin = self.data.prices().series("btc")?;
        Signals::of_events(&rule.clone().from(self.from).detect(&bitcoin)?, Known::AtClose)
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

    fn cells(&self, primary: &Strategy, own: &Signals) -> Result<Vec<Cell>> {
        let mut cells = Vec::new();
        for months in MONTHS {
            for lag in LAGS {
                let strategy = primary.clone().exits(ExitRules::new().months(months)).lag_days(lag);
                let found = self.waiting(&strategy, own)?;
                cells.push(Cell { name: label(months, lag), found });
            }
        }
        Ok(cells)
    }

    fn others(&self, market: &Market, primary: &Strategy, own: &Signals) -> Result<Vec<Cell>> {
        let channel = self.own(&BreakoutRule::channel(OWN_CHANNEL))?;
        let stop = ExitRules::new().months(HOLDING).trailing_stop(0.25);
        let broken = ExitRules::new().months(HOLDING).below_level();
        let coin = |assets| Self::strategy(assets, market);
        let asked = [
            ("BTC", coin(Assets::Btc)?, own),
            ("ETH", coin(Assets::Eth)?, own),
            ("BTC, 90-day high of BTC", coin(Assets::Btc)?, &channel),
            ("altcoins, 90-day high of BTC", primary.clone(), &channel),
            ("altcoins, trailing stop 25 %", primary.clone().exits(stop), own),
            ("altcoins, out below the old high of the Russell", primary.clone().exits(broken), own),
        ];
        asked
            .into_iter()
            .map(|(name, strategy, own)| {
                Ok(Cell { name: name.to_owned(), found: self.waiting(&strategy, own)? })
            })
            .collect()
    }

    /// Both entries as strategies of their own, holding bitcoin, random entry, and the Sharpe ratios.
    fn side_by_side(
        &self,
        market: &Market,
        primary: &Strategy,
        own: &Signals,
    ) -> Result<Vec<Evidence>> {
        let early = primary.run(&self.data, &self.signals)?;
        let late = primary.run(&self.data, own)?;
        let held = Strategy::new(Universe::of(["btc"])).buy_and_hold(&self.data)?;
        let names = ["Russell breakouts", "bitcoin's own breakouts", "BTC bought and held"];
        let all = [&early, &late, &held];
        let figures = all.iter().map(|o| o.performance()).collect::<Result<Vec<_>>>()?;
        let level = 1.0 - verdict_rule().significance();
        let design = self.design.sets(WHOLE_SETS);
        let random =
            primary.random_entry(&self.data, &self.signals, &self.dates, &design, level)?;
        let trials = self.trials(market)?;
        Ok(vec![
            Evidence::Table(
                "Both entries as strategies: altcoins, three months, after costs",
                backtest_performance(names.into_iter().zip(&figures)),
            ),
            Evidence::Table("Trades after Russell breakouts", backtest_trades(&early)),
            Evidence::Table("Trades after bitcoin's own breakouts", backtest_trades(&late)),
            Evidence::Table(
                "The whole strategy against the same on random dates",
                random_entries([(names[0], &random)]),
            ),
            Evidence::Table(
                "Its mean trade against that of random dates",
                placebo_comparisons([(names[0], &random.trade)]),
            ),
            Evidence::Table("What the Sharpe ratio is worth", sharpe_table(&early, &trials)?),
            Evidence::Text(format!(
                "The deflated ratio counts {} trials: every holding, lag and asset group above. Each day \
                 is an observation to the first row, though all of them come from {} trades; the second \
                 row counts the trades.",
                trials.n(),
                early.trades.len()
            )),
        ])
    }

    /// Sharpe ratios per day of all holdings, lags and asset groups.
    fn trials(&self, market: &Market) -> Result<Trials> {
        let mut ratios = Vec::new();
        for assets in [Assets::Altcoins, Assets::Eth, Assets::Btc] {
            let strategy = Self::strategy(assets, market)?;
            for months in MONTHS {
                for lag in LAGS {
                    let cell = strategy.clone().exits(ExitRules::new().months(months));
                    let outcome = cell.lag_days(lag).run(&self.data, &self.signals)?;
                    ratios.push(SharpeRatio::of(&outcome.excess_returns())?.value());
                }
            }
        }
        Trials::of(&ratios)
    }
}

fn sharpe_table(outcome: &BacktestOutcome, trials: &Trials) -> Result<Table> {
    let mut table = Table::new([
        ("observations", Align::Left),
        ("n", Align::Right),
        ("Sharpe each", Align::Right),
        ("standard error", Align::Right),
        ("P(true > 0)", Align::Right),
        ("deflated", Align::Right),
        ("n for 95 %", Align::Right),
    ]);
    let rows = [("days", outcome.excess_returns()), ("trades", outcome.trade_returns())];
    for (name, returns) in rows {
        let Ok(ratio) = SharpeRatio::of(&returns) else { continue };
        let deflated =
            if name == "days" { p_value(ratio.deflated(trials)) } else { "–".to_owned() };
        let none = || "–".to_owned();
        table.row([
            name.to_owned(),
            ratio.n().to_string(),
            format!("{:+.3}", ratio.value()),
            format!("{:.3}", ratio.std_error()),
            ratio.probabilistic(0.0).map_or_else(none, p_value),
            deflated,
            ratio.min_track_record(0.0, 0.95)?.map_or_else(none, |n| format!("{:.0}", n.ceil())),
        ]);
    }
    Ok(table)
}
