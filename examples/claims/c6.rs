//! C6: an amplifier and not a leader.
//!
//! The rule. Crypto is BTC; ETH and an index of the altcoins stand beside it and do not enter the
//! verdict.
//!
//! 1. *Lead*. Granger's tests of the Russell 2000 and BTC, both ways, HC1: 4 weeks of lags in Friday
//!    returns and 5 sessions of lags in session returns, each under both bar alignments, with all
//!    returns, without those that start at a VIX of at least 30, and without March 2020 and November
//!    2022: twelve cells. One leads the other where F has p of at most 5 % and the sum of the
//!    coefficients is above zero: who follows moves the same way. Supported where the Russell leads,
//!    and BTC does not, in all twelve; refuted where BTC leads in all twelve, alone or beside the
//!    Russell; else undecided.
//! 2. *Amplifier*. The up-beta of BTC's weekly return to the Russell's, cut at the mean, HC3, in the
//!    six weekly cells. Supported where the 95 % interval is above 1 in all six; refuted where it is
//!    below 1 in all six; else undecided.
//! 3. *Larger move after the breakout*. BTC's return less the Russell's over [0,3) months after the
//!    rule's events, against all ordinary dates, by the rule of the flagship (5 %, margin 10 %).
//!
//! The claim is supported where all three parts are, refuted where one is, else undecided.
//!
//! Fixed before any result but for the sign, asked for after results had been seen: F alone made a lead
//! of a market that falls after the other has risen.

mod after;
mod beside;
mod lead;

use chrono::NaiveDate;
use eventstudy::Result;
use eventstudy::context::{
    BarAlignment, BetaCut, CrisisRule, LagOrder, LeadLagDesign, PairedReturns, ReturnFrequency,
    UpDownBetas, up_down_betas,
};
use eventstudy::panel::PricePanel;
use eventstudy::regression::Covariance;
use eventstudy::report::{Align, Cell, Table, p_value, percent};
use eventstudy::study::{Judgement, Verdict};

use crate::claim::{Claim, Evidence, verdict_rule};
use crate::crises::crises;
use crate::figure::{Figure, POWER, Unit};
use crate::market::{Market, NamedEvents};
use crate::sessions::{coins, russell};
use lead::{cells, figures, lead, readings};

const RUSSELL: &str = "russell2000";
/// The one that verdicts are read from, then those beside it.
const COINS: [&str; 3] = ["btc", "eth", "altcoins"];
const WEEKS: u16 = 4;
const SESSIONS: u16 = 5;
const MAX_LAGS: [u16; 2] = [20, 13];
const MONTHS: i32 = 3;

/// Everything that the claim is asked of.
struct Question {
    russell: PricePanel,
    coins: PricePanel,
    design: LeadLagDesign,
    crises: [CrisisRule; 3],
    seed: u64,
}

pub(crate) fn claim(market: &Market, sets: &[NamedEvents]) -> Result<Claim> {
    let question = Question::new(market)?;
    let verdicts =
        COINS.map(|coin| question.design.run(&question.russell, RUSSELL, &question.coins, coin));
    let verdicts = verdicts.into_iter().collect::<Result<Vec<_>>>()?;
    let (betas, of_betas, amplifier) = question.betas()?;
    let after = question.after_events(market, sets)?;
    let larger = after.judgement;
    let mut all_figures = figures(&verdicts[0])?;
    all_figures.extend(of_betas);
    all_figures.extend(after.figure);
    let parts = [("lead", lead(&verdicts[0])), ("amplifier", amplifier), ("larger move", larger)];
    let verdict = Verdict::all_of(parts.each_ref().map(|(_, j)| j.verdict));
    let because = parts
        .iter()
        .map(|(name, j)| format!("{name} {} ({})", j.verdict, j.because))
        .collect::<Vec<_>>()
        .join("; ");
    Ok(Claim {
        id: "C6",
        statement: "Crypto is an amplifier, not a leader: small caps lead, crypto follows with a larger \
                    move.",
        rule: format!(
            "all three of: the Russell leads BTC and BTC does not lead the Russell (Granger, HC1, 5 %, with \
             a sum of coefficients above zero) in all twelve cells of frequency, bar and crises, refuted \
             where BTC leads in all; the 95 % \
             interval of BTC's weekly up-beta above 1 in all six weekly cells, refuted where below 1 in \
             all; BTC's return less the Russell's over [0,{MONTHS}) months after the rule's events above that \
             of ordinary dates with one-sided p ≤ 0.025, refuted where the interval ends below {}. Refuted where \
             one of them is",
            percent(verdict_rule().margin())
        ),
        revised: Some(
            "a lead was counted whatever the sign of its coefficients, so that a market that falls after the \
             other has risen followed it as well",
        ),
        judgement: Judgement { verdict, because },
        evidence: vec![
            Evidence::Measured(
                "Whether last weeks' and sessions' returns of the Russell help to predict those of BTC, \
                 and the other way; how far BTC rises in weeks in which the Russell does; and what BTC \
                 earned beyond the Russell in the three months after the rule's events. The first two \
                 are of all weeks and sessions, so that they have no event-level or placebo p; their \
                 F and t stand in the tables of cells."
                    .to_owned(),
            ),
            Evidence::Figures(all_figures),
            Evidence::Table("Who leads, counted over the cells", readings(&verdicts)),
            Evidence::Table("Who leads, every cell", cells(&verdicts)?),
            Evidence::Text(format!(
                "Granger's tests with {WEEKS} weeks and {SESSIONS} sessions of lags. Sum: of the \
                 coefficients of the Russell's lags on the coin; detectable: the smallest sum found with \
                 probability 0.8. Largest: of the cross-correlations at lags up to {} sessions and {} \
                 weeks, positive where the Russell leads, with Bartlett's errors and the search allowed \
                 for. The same day's bar leans towards a lead of the coin, the previous day's towards \
                 one of the Russell.",
                MAX_LAGS[0], MAX_LAGS[1]
            )),
            Evidence::Table("Lags chosen by a criterion, weekly", question.chosen()?),
            Evidence::Table("Cross-correlations by the block bootstrap, weekly", question.correlations()?),
            Evidence::Table("Up- and down-betas to the Russell, weekly", betas),
            Evidence::Table("What follows a move of the Russell, weekly", question.responses()?),
            Evidence::Text(
                "Return of the coin from the week after on, cumulated, per unit of the Russell's weekly \
                 return: 1 is a move as large. Newey–West interval of each horizon alone; the band covers \
                 all horizons at once, by the block bootstrap, which is somewhat too narrow."
                    .to_owned(),
            ),
            Evidence::Table("After the rule's events", after.events),
            Evidence::Table("Days to the response within three months, quartiles", after.quartiles),
            Evidence::Text(
                "Quartiles over the events of each set and over all sessions. A response is half of the \
                 peak. A path without drift peaks at either end more often than between, so that the \
                 row of all sessions is the yardstick."
                    .to_owned(),
            ),
            Evidence::Table("Against ordinary dates", after.ordinary),
        ],
    })
}

impl Question {
    fn new(market: &Market) -> Result<Self> {
        let crises = crises(market)?;
        let since = NaiveDate::from_ymd_opt(2015, 12, 31).unwrap_or_default();
        let design = LeadLagDesign::new(LagOrder::Rows(SESSIONS), LagOrder::Rows(WEEKS))
            .significance(verdict_rule().significance())
            .max_lags(MAX_LAGS[0], MAX_LAGS[1])
            .without(crises[1].clone())
            .without(crises[2].clone())
            .since(since)
            .same_direction();
        Ok(Self {
            russell: russell(market)?,
            coins: coins(market)?,
            design,
            crises,
            seed: market.seed,
        })
    }

    fn weekly(&self, coin: &str, alignment: BarAlignment) -> Result<PairedReturns> {
        let (first, second) = ((&self.russell, RUSSELL), (&self.coins, coin));
        self.design.pairs(ReturnFrequency::Weekly, alignment, first, second)
    }

    /// The weekly returns of a coin under one bar and one rule for crises, in their order.
    fn weekly_cells(&self, coin: &str) -> Result<Vec<(BarAlignment, &CrisisRule, PairedReturns)>> {
        let mut cells = Vec::new();
        for alignment in BarAlignment::ALL {
            let all = self.weekly(coin, alignment)?;
            for crises in &self.crises {
                cells.push((alignment, crises, all.without(&crises.periods(all.axis()))));
            }
        }
        Ok(cells)
    }

    /// All coins in the table, BTC in the figures of all returns and in the judgement.
    fn betas(&self) -> Result<(Table, Vec<Figure>, Judgement)> {
        let mut table = Table::new([
            ("coin", Align::Left),
            ("bar", Align::Left),
            ("left out", Align::Left),
            ("weeks up, down", Align::Right),
            ("up-beta", Align::Right),
            ("95 % interval", Align::Right),
            ("detectable above 1", Align::Right),
            ("down-beta", Align::Right),
            ("95 % interval", Align::Right),
            ("up − down", Align::Right),
            ("p of asymmetry", Align::Right),
        ]);
        let rule = verdict_rule();
        let mut intervals: Vec<(f64, f64)> = Vec::new();
        let mut figures = Vec::new();
        for coin in COINS {
            for (at, (alignment, crises, pairs)) in self.weekly_cells(coin)?.iter().enumerate() {
                let found: UpDownBetas = up_down_betas(pairs, BetaCut::Mean, &Covariance::Hc3)?;
                let level = 1.0 - rule.significance();
                let up = found.up.interval(level, found.degrees_of_freedom)?;
                let down = found.down.interval(level, found.degrees_of_freedom)?;
                let detectable = found.up.minimum_detectable(POWER, rule.significance())?;
                if coin == COINS[0] {
                    intervals.push(up);
                    if at % self.crises.len() == 0 {
                        figures.push(Figure {
                            measure: format!("up-beta of BTC less 1, {}", alignment.name()),
                            unit: Unit::Ratio,
                            estimate: Some(found.up.estimate),
                            excess: Some(found.up.estimate - 1.0),
                            interval: Some((up.0 - 1.0, up.1 - 1.0)),
                            detectable: Some(detectable),
                            ..Figure::default()
                        });
                    }
                }
                let number = |x: f64| Cell::number(x, beta);
                table.row([
                    Cell::from(coin),
                    Cell::from(alignment.name()),
                    Cell::from(crises.name()),
                    Cell::from(format!("{}, {}", found.n_up, found.n_down)),
                    number(found.up.estimate),
                    Unit::Ratio.interval(Some(up)),
                    number(detectable),
                    number(found.down.estimate),
                    Unit::Ratio.interval(Some(down)),
                    number(found.difference.estimate),
                    Cell::number(found.difference.p_value, p_value),
                ]);
            }
        }
        let lowest = intervals.iter().map(|i| i.0).fold(f64::INFINITY, f64::min);
        let highest = intervals.iter().map(|i| i.1).fold(f64::NEG_INFINITY, f64::max);
        let verdict = if lowest > 1.0 {
            Verdict::Supported
        } else if highest < 1.0 {
            Verdict::Refuted
        } else {
            Verdict::Undecided
        };
        let because = format!(
            "the intervals of BTC's weekly up-beta reach from {} to {} over {} cells",
            beta(lowest),
            beta(highest),
            intervals.len()
        );
        Ok((table, figures, Judgement { verdict, because }))
    }
}

fn beta(x: f64) -> String {
    format!("{x:+.2}")
}
