//! C7: capital moves in order.
//!
//! The rule, fixed before any result was seen.
//!
//! Four classes, one series each, so that nothing counts twice: treasuries (price of TLT), S&P 500,
//! Russell 2000, BTC; all on the sessions of the New York exchange, BTC at the bar of the same UTC day.
//! A turn is the first close above the mean of the last 200 sessions after at least 20 sessions in a row
//! not above it. Of each class the turn nearest to the event counts, at most 365 days before and 183
//! days after it. The measure is Kendall's distance D to the claimed order, as a share of the largest
//! distance, averaged over the rule's events (base of at least 250 sessions).
//!
//! Supported where the sum of distances is small at 5 % under its exact null (dates dealt out at
//! random, events independent) and the mean is below that of ordinary dates with two-sided p of at most
//! 5 %. Refuted where the sum is large at 5 % under the null (P(D ≥ d)) and the mean is above that of
//! ordinary dates with p of at most 5 %: the order is then reversed more than chance has it. Else
//! undecided.
//!
//! Beside it, outside the verdict: the first 252-session high after at least 60 sessions without one as
//! the turn; the seven classes with bonds and credit in one group and BTC, ETH and the altcoins in
//! another; the previous day's bar; the article's events and those with a base of 20.

use chrono::{Days, NaiveDate};
use eventstudy::Result;
use eventstudy::context::{
    BarAlignment, ClaimedOrder, DistanceNull, OrderDistance, Turn, TurnRule, nearest_turn, turns,
};
use eventstudy::report::{Align, Table, p_value};
use eventstudy::study::{Judgement, Verdict};

use crate::claim::{Claim, Evidence, verdict_rule};
use crate::market::{Market, NamedEvents};
use crate::ordinary::{Ordinary, against_ordinary};
use crate::sessions::{at_sessions, coins, column};

/// Days before and after an event in which a turn belongs to it.
const BEFORE_DAYS: u32 = 365;
const AFTER_DAYS: u32 = 183;
const RULES: [TurnRule; 2] =
    [TurnRule::AboveMean { length: 200, below: 20 }, TurnRule::NewHigh { length: 252, quiet: 60 }];
const COINS: [&str; 3] = ["btc", "eth", "altcoins"];

/// What the claim says, one series for each class.
const FOUR: [&[&str]; 4] = [&["treasuries"], &["sp500"], &["russell2000"], &["btc"]];
/// The same with all classes there are.
const SEVEN: [&[&str]; 4] =
    [&["treasuries", "high_yield"], &["sp500"], &["russell2000"], &["btc", "eth", "altcoins"]];

/// The turns of every class under one rule and bar.
struct Turns {
    rule: TurnRule,
    alignment: BarAlignment,
    classes: Vec<(&'static str, Vec<Turn>)>,
}

/// A set of events under one choice of rule, bar and classes.
struct Found {
    orders: Vec<OrderDistance>,
    null: DistanceNull,
    ordinary: Ordinary,
}

impl Found {
    fn distance(&self) -> f64 {
        self.orders.iter().map(|o| o.distance).sum()
    }

    fn largest(&self) -> f64 {
        self.orders.iter().map(|o| o.largest).sum()
    }
}

pub(crate) fn claim(market: &Market, sets: &[NamedEvents]) -> Result<Claim> {
    let (four, seven) = (ClaimedOrder::new(FOUR)?, ClaimedOrder::new(SEVEN)?);
    let mut choices = Vec::new();
    for rule in RULES {
        for alignment in BarAlignment::ALL {
            choices.push(Turns::new(market, rule, alignment)?);
        }
    }
    let mut table = Ordinary::table(&[
        ("turn", Align::Left),
        ("classes", Align::Left),
        ("bar", Align::Left),
        ("set", Align::Left),
        ("distance", Align::Right),
        ("largest", Align::Right),
        ("by chance", Align::Right),
        ("exact P(D ≤ d)", Align::Right),
        ("exact P(D ≥ d)", Align::Right),
        ("5 % at most", Align::Right),
    ]);
    let mut primary = None;
    for turns in &choices {
        for (name, order) in [("four", &four), ("seven", &seven)] {
            for set in [&sets[0], &sets[1], &sets[3]] {
                let Some(found) = turns.of(market, order, set)? else { continue };
                table.row(found.row(&[
                    turns.rule.to_string(),
                    name.to_owned(),
                    turns.alignment.name().to_owned(),
                    set.name.to_owned(),
                ]));
                primary = primary.or(Some(found));
            }
        }
    }
    let judgement = primary.as_ref().map_or_else(
        || Judgement {
            verdict: Verdict::Undecided,
            because: "no event has two classes with a turn".to_owned(),
        },
        judge,
    );
    let mut evidence = vec![
        Evidence::Table("Distance from the claimed order, every choice", table),
        Evidence::Text(format!(
            "The first row is what the verdict is read from. Distance: pairs of classes in the wrong \
             order, summed over events; mean, ordinary mean, excess and detectable: the share of the \
             largest distance, 0 in the claimed order and 1 reversed. Exact P: all orders as likely \
             as any other, events independent; `5 % at most` is the largest distance that would have \
             shown the order at 5 %. Of each class the turn nearest to the event counts, from \
             {BEFORE_DAYS} days before to {AFTER_DAYS} days after it. With seven classes BTC, ETH and \
             altcoins count three times though they move together, so their exact P is too small. \
             Credit (HYG) ends on 2025-09-26."
        )),
    ];
    for (title, turns) in
        ["Turns around the events: 200-session mean", "Turns around the events: 252-session high"]
            .into_iter()
            .zip(choices.iter().step_by(2))
    {
        evidence.push(Evidence::Table(title, turns.table(&sets[0].events.dates(), &seven)?));
    }
    Ok(Claim {
        id: "C7",
        statement: "Capital moves in order: bonds stabilise, then blue chips, then small caps, then \
                    crypto.",
        rule: "four classes (TLT, S&P 500, Russell 2000, BTC), each with the first close above its \
               200-session mean after 20 sessions not above it that is nearest to the event; Kendall's \
               distance to the claimed order over the rule's events. Supported where the distance is \
               small at 5 % under its exact null and below that of ordinary dates with p ≤ 0.05; \
               refuted where it is large at 5 % and above that of ordinary dates with p ≤ 0.05; else \
               undecided"
            .to_owned(),
        judgement,
        evidence,
    })
}

fn judge(found: &Found) -> Judgement {
    let significance = verdict_rule().significance();
    let (distance, p) = (found.distance(), found.ordinary.p());
    let (near, far) = (found.null.p_at_most(distance), found.null.p_at_least(distance));
    let excess = found.ordinary.test.excess();
    let verdict = if near <= significance && excess < 0.0 && p <= significance {
        Verdict::Supported
    } else if far <= significance && excess > 0.0 && p <= significance {
        Verdict::Refuted
    } else {
        Verdict::Undecided
    };
    let because = format!(
        "{distance} of {} pairs were in the wrong order where chance gives {} (exact p = {}); the mean \
         share is {} against {} on ordinary dates, p = {}",
        found.largest(),
        mean(&found.null),
        p_value(near),
        share(found.ordinary.test.means().observed()),
        share(found.ordinary.test.means().mean()),
        p_value(p)
    );
    Judgement { verdict, because }
}

fn mean(null: &DistanceNull) -> String {
    format!("{:.1}", null.mean())
}

fn share(x: f64) -> String {
    format!("{x:.2}")
}

impl Found {
    fn row(&self, first: &[String]) -> Vec<String> {
        let (distance, null) = (self.distance(), &self.null);
        let critical = null.critical_distance(verdict_rule().significance());
        let mut first = first.to_vec();
        first.extend([
            distance.to_string(),
            self.largest().to_string(),
            mean(null),
            p_value(null.p_at_most(distance)),
            p_value(null.p_at_least(distance)),
            critical.map_or_else(|| "none".to_owned(), |d| d.to_string()),
        ]);
        self.ordinary.row(&first, share, |a, b| format!("[{}, {}]", share(a), share(b)))
    }
}

impl Turns {
    fn new(market: &Market, rule: TurnRule, alignment: BarAlignment) -> Result<Self> {
        let coins = coins(market)?;
        let mut classes = vec![("russell2000", turns(&market.russell, rule)?)];
        for name in ["treasuries", "high_yield", "sp500"] {
            classes.push((name, turns(&column(market, name)?, rule)?));
        }
        for name in COINS {
            classes.push((name, turns(&at_sessions(market, &coins, name, alignment)?, rule)?));
        }
        Ok(Self { rule, alignment, classes })
    }

    fn near(&self, class: &str, event: NaiveDate) -> Option<Turn> {
        let (_, turns) = self.classes.iter().find(|(name, _)| *name == class)?;
        nearest_turn(turns, event, BEFORE_DAYS, AFTER_DAYS)
    }

    /// `None` where fewer than two groups have a turn.
    fn order(&self, order: &ClaimedOrder, event: NaiveDate) -> Result<Option<OrderDistance>> {
        let dates: Vec<(&str, Option<NaiveDate>)> = order
            .groups()
            .iter()
            .flatten()
            .map(|class| (class.as_str(), self.near(class, event).map(|turn| turn.date)))
            .collect();
        match order.distance(&dates) {
            Ok(found) => Ok(Some(found)),
            Err(eventstudy::Error::TooFew { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn of(
        &self,
        market: &Market,
        order: &ClaimedOrder,
        set: &NamedEvents,
    ) -> Result<Option<Found>> {
        let sessions = market.russell.axis();
        // Ordinary dates have the days after them that the events' turns may lie in.
        let last = market.prices.axis().last().min(sessions.last());
        let last = last.checked_sub_days(Days::new(u64::from(AFTER_DAYS))).unwrap_or(last);
        let from = set.placebo.from.unwrap_or(sessions.first());
        let inside = |date: &NaiveDate| from <= *date && *date <= last;
        let dates: Vec<NaiveDate> = sessions.dates().iter().copied().filter(inside).collect();
        let events: Vec<NaiveDate> = set.events.dates().into_iter().filter(inside).collect();
        let measure = |date: NaiveDate| -> Result<Option<f64>> {
            Ok(self.order(order, date)?.map(|o| o.distance / o.largest))
        };
        let Some(ordinary) = against_ordinary(
            &dates,
            measure,
            &events,
            (&set.placebo, market.seed),
            [0, AFTER_DAYS],
        )?
        else {
            return Ok(None);
        };
        let orders = events.iter().map(|event| self.order(order, *event));
        let orders: Vec<OrderDistance> =
            orders.collect::<Result<Vec<_>>>()?.into_iter().flatten().collect();
        let null = DistanceNull::sum_of(orders.iter().map(|o| &o.null));
        Ok(Some(Found { orders, null, ordinary }))
    }

    /// One row per event: the date of each class, and the distances of the event.
    fn table(&self, events: &[NaiveDate], order: &ClaimedOrder) -> Result<Table> {
        let classes: Vec<&String> = order.groups().iter().flatten().collect();
        let mut columns = vec![("event".to_owned(), Align::Left)];
        columns.extend(classes.iter().map(|class| ((*class).clone(), Align::Left)));
        columns.extend(["distance, four", "exact p"].map(|c| (c.to_owned(), Align::Right)));
        let mut table = Table::new(columns);
        let four = ClaimedOrder::new(FOUR)?;
        for event in events {
            let mut row = vec![event.to_string()];
            row.extend(classes.iter().map(|class| {
                self.near(class, *event).map_or_else(|| "–".to_owned(), |t| t.date.to_string())
            }));
            let found = self.order(&four, *event)?;
            let none = || "–".to_owned();
            row.push(
                found.as_ref().map_or_else(none, |o| format!("{} of {}", o.distance, o.largest)),
            );
            row.push(found.map_or_else(none, |o| p_value(o.null.p_at_most(o.distance))));
            table.row(row);
        }
        Ok(table)
    }
}
