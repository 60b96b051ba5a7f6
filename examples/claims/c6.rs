//! C6: an amplifier and not a leader.
//!
//! The rule, fixed before any result was seen. Crypto is BTC; ETH and an index of the altcoins stand
//! beside it and do not enter the verdict.
//!
//! 1. *Lead*. Granger's tests of the Russell 2000 and BTC, both ways, HC1, F at 5 %: 4 weeks of lags in
//!    Friday returns and 5 sessions of lags in session returns, each under both bar alignments, with all
//!    returns, without those that start at a VIX of at least 30, and without March 2020 and November
//!    2022: twelve cells. Supported where the Russell leads, and BTC does not, in all twelve; refuted
//!    where BTC leads in all twelve, alone or beside the Russell; else undecided.
//! 2. *Amplifier*. The up-beta of BTC's weekly return to the Russell's, cut at the mean, HC3, in the
//!    six weekly cells. Supported where the 95 % interval is above 1 in all six; refuted where it is
//!    below 1 in all six; else undecided.
//! 3. *Larger move after the breakout*. BTC's return less the Russell's over [0,3) months after the
//!    rule's events, against all ordinary dates, by the rule of the flagship (5 %, margin 10 %).
//!
//! The claim is supported where all three parts are, refuted where one is, else undecided.

mod after;
mod lead;

use chrono::NaiveDate;
use eventstudy::Result;
use eventstudy::context::{
    BarAlignment, BetaCut, CrisisRule, GrangerCausality, InformationCriterion, LagOrder,
    LeadLagBootstrap, LeadLagDesign, LocalProjections, PairedReturns, Period, ReturnFrequency,
    UpDownBetas, cross_correlations, up_down_betas,
};
use eventstudy::panel::PricePanel;
use eventstudy::regression::Covariance;
use eventstudy::report::{Align, Table, p_value, percent};
use eventstudy::study::{Judgement, Verdict};

use crate::against_ordinary::all_of;
use crate::claim::{Claim, Evidence, verdict_rule};
use crate::market::{Market, NamedEvents};
use crate::ordinary::POWER;
use crate::sessions::{coins, column, russell};
use lead::{cells, lead, readings};

const RUSSELL: &str = "russell2000";
/// The one that verdicts are read from, then those beside it.
const COINS: [&str; 3] = ["btc", "eth", "altcoins"];
const WEEKS: u16 = 4;
const SESSIONS: u16 = 5;
const MAX_LAGS: [u16; 2] = [20, 13];
const STRESS: f64 = 30.0;
const MONTHS: i32 = 3;
const REPLICATES: usize = 499;
/// Horizons of the response, in weeks, that the table shows.
const SHOWN: [u16; 5] = [1, 2, 4, 8, 13];

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
    let (betas, amplifier) = question.betas()?;
    let (after, ordinary, larger) = question.after_events(&sets[0])?;
    let parts = [("lead", lead(&verdicts[0])), ("amplifier", amplifier), ("larger move", larger)];
    let verdict = all_of(&parts.each_ref().map(|(_, j)| j.verdict));
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
            "all three of: the Russell leads BTC and BTC does not lead the Russell (Granger, HC1, 5 %) in \
             all twelve cells of frequency, bar and crises, refuted where BTC leads in all; the 95 % \
             interval of BTC's weekly up-beta above 1 in all six weekly cells, refuted where below 1 in \
             all; BTC's return less the Russell's over [0,{MONTHS}) months after the rule's events above that \
             of ordinary dates with one-sided p ≤ 0.025, refuted where the interval ends below {}. Refuted where \
             one of them is",
            percent(verdict_rule().margin())
        ),
        judgement: Judgement { verdict, because },
        evidence: vec![
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
            Evidence::Table("Lags chosen by a criterion, weekly, all returns", question.chosen()?),
            Evidence::Table("Cross-correlations by the block bootstrap, weekly, all returns", question.correlations()?),
            Evidence::Table("Up- and down-betas to the Russell, weekly", betas),
            Evidence::Table("What follows a move of the Russell, weekly, all returns", question.responses()?),
            Evidence::Text(
                "Return of the coin from the week after on, cumulated, per unit of the Russell's weekly \
                 return: 1 is a move as large. Newey–West interval of each horizon alone; the band covers \
                 all horizons at once, by the block bootstrap, which is somewhat too narrow."
                    .to_owned(),
            ),
            Evidence::Table("After the rule's events", after),
            Evidence::Table("Against ordinary dates", ordinary),
        ],
    })
}

impl Question {
    fn new(market: &Market) -> Result<Self> {
        let day = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).unwrap_or_default();
        let listed = [
            Period::new(day(2020, 2, 29), day(2020, 3, 31))?,
            Period::new(day(2022, 10, 31), day(2022, 11, 30))?,
        ];
        let crises = [
            CrisisRule::none(),
            CrisisRule::close_at_least(column(market, "vix")?, STRESS),
            CrisisRule::dates("March 2020, November 2022", listed),
        ];
        let design = LeadLagDesign::new(LagOrder::Rows(SESSIONS), LagOrder::Rows(WEEKS))
            .significance(verdict_rule().significance())
            .max_lags(MAX_LAGS[0], MAX_LAGS[1])
            .without(crises[1].clone())
            .without(crises[2].clone())
            .since(day(2015, 12, 31));
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

    fn chosen(&self) -> Result<Table> {
        use InformationCriterion::{Aic, Bic, Hqic};
        let mut table = Table::new([
            ("coin", Align::Left),
            ("bar", Align::Left),
            ("criterion", Align::Left),
            ("lags", Align::Right),
            ("weeks", Align::Right),
            ("Russell leads, p", Align::Right),
            ("coin leads, p", Align::Right),
        ]);
        let orders = [("AIC", Aic), ("HQIC", Hqic), ("BIC", Bic)]
            .map(|(name, criterion)| (name, LagOrder::Chosen { criterion, max: MAX_LAGS[1] }));
        for coin in COINS {
            for alignment in BarAlignment::ALL {
                let pairs = self.weekly(coin, alignment)?;
                let fixed = ("13 weeks", LagOrder::Rows(MAX_LAGS[1]));
                for (name, order) in orders.into_iter().chain([fixed]) {
                    let found = GrangerCausality::new(order).test(&pairs)?;
                    table.row([
                        coin.to_owned(),
                        alignment.name().to_owned(),
                        name.to_owned(),
                        found.n_lags.to_string(),
                        found.n_observations.to_string(),
                        p_value(found.first_leads.test.p_f),
                        p_value(found.second_leads.test.p_f),
                    ]);
                }
            }
        }
        Ok(table)
    }

    fn correlations(&self) -> Result<Table> {
        let mut table = Table::new([
            ("coin", Align::Left),
            ("bar", Align::Left),
            ("same week", Align::Right),
            ("95 % interval", Align::Right),
            ("week after", Align::Right),
            ("95 % interval", Align::Right),
            ("largest", Align::Right),
            ("at lag", Align::Right),
            ("p with search", Align::Right),
            ("by Bartlett", Align::Right),
        ]);
        for coin in COINS {
            for alignment in BarAlignment::ALL {
                let pairs = self.weekly(coin, alignment)?;
                let found = LeadLagBootstrap::new(MAX_LAGS[1])
                    .replicates(REPLICATES)
                    .seed(self.seed)
                    .run(&pairs)?;
                let bartlett = cross_correlations(&pairs, MAX_LAGS[1], None)?.peak;
                let mut row = vec![coin.to_owned(), alignment.name().to_owned()];
                for lag in [0, 1] {
                    let at = found.lags.iter().find(|c| c.lag == lag);
                    let none = || "–".to_owned();
                    row.push(at.map_or_else(none, |c| format!("{:+.2}", c.correlation)));
                    row.push(
                        at.map_or_else(none, |c| format!("[{:+.2}, {:+.2}]", c.lower, c.upper)),
                    );
                }
                let p = |p: Option<f64>| p.map_or_else(|| "–".to_owned(), p_value);
                row.push(format!("{:+.2}", found.peak.correlation));
                row.push(found.peak.lag.to_string());
                row.push(p(found.peak.search_p_value));
                row.push(p(bartlett.search_p_value));
                table.row(row);
            }
        }
        Ok(table)
    }

    /// All coins in the table, BTC in the judgement.
    fn betas(&self) -> Result<(Table, Judgement)> {
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
        for coin in COINS {
            for alignment in BarAlignment::ALL {
                let all = self.weekly(coin, alignment)?;
                for crises in &self.crises {
                    let pairs = all.without(&crises.periods(all.axis()));
                    let found: UpDownBetas =
                        up_down_betas(&pairs, BetaCut::Mean, &Covariance::Hc3)?;
                    let level = 1.0 - rule.significance();
                    let up = found.up.interval(level, found.degrees_of_freedom)?;
                    let down = found.down.interval(level, found.degrees_of_freedom)?;
                    if coin == COINS[0] {
                        intervals.push(up);
                    }
                    table.row([
                        coin.to_owned(),
                        alignment.name().to_owned(),
                        crises.name().to_owned(),
                        format!("{}, {}", found.n_up, found.n_down),
                        beta(found.up.estimate),
                        format!("[{}, {}]", beta(up.0), beta(up.1)),
                        beta(found.up.minimum_detectable(POWER, rule.significance())?),
                        beta(found.down.estimate),
                        format!("[{}, {}]", beta(down.0), beta(down.1)),
                        beta(found.difference.estimate),
                        p_value(found.difference.p_value),
                    ]);
                }
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
        Ok((table, Judgement { verdict, because }))
    }

    fn responses(&self) -> Result<Table> {
        let mut table = Table::new([
            ("coin", Align::Left),
            ("bar", Align::Left),
            ("weeks", Align::Right),
            ("response", Align::Right),
            ("Newey–West", Align::Right),
            ("p", Align::Right),
            ("band of all", Align::Right),
            ("largest at week", Align::Right),
        ]);
        for coin in COINS {
            for alignment in BarAlignment::ALL {
                let pairs = self.weekly(coin, alignment)?;
                let found = LocalProjections::new(MAX_LAGS[1])
                    .replicates(REPLICATES)
                    .seed(self.seed)
                    .run(&pairs)?;
                let [low, _, high] = found.peak_quantiles;
                for (j, at) in found.horizons.iter().enumerate() {
                    if !SHOWN.contains(&at.horizon) {
                        continue;
                    }
                    table.row([
                        coin.to_owned(),
                        alignment.name().to_owned(),
                        at.horizon.to_string(),
                        beta(at.response),
                        format!("[{}, {}]", beta(at.lower), beta(at.upper)),
                        p_value(at.p_value),
                        format!("[{}, {}]", beta(found.band.lower[j]), beta(found.band.upper[j])),
                        format!("{} [{low:.0}, {high:.0}]", found.peak_horizon),
                    ]);
                }
            }
        }
        Ok(table)
    }
}

fn beta(x: f64) -> String {
    format!("{x:+.2}")
}
