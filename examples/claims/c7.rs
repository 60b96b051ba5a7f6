//! C7: capital moves in order.
//!
//! The rule, fixed before any result was seen but for one condition, on how many of the claimed steps
//! were seen at all, which was added after results had been seen.
//!
//! Four classes, one series each, so that nothing counts twice: treasuries (price of TLT), S&P 500,
//! Russell 2000, BTC; all on the sessions of the New York exchange, BTC at the bar of the same UTC day.
//! A turn is the first close above the mean of the last 200 sessions after at least 20 sessions in a row
//! not above it. Of each class the turn nearest to the event counts, at most 365 days before and 183
//! days after it. The measure is Kendall's distance D to the claimed order, as a share of the largest
//! distance, averaged over the rule's events (base of at least 250 sessions).
//!
//! Undecided unless each of the three claimed steps (bonds to blue chips, to small caps, to crypto) was
//! seen at more than half of the events, both of its classes having a turn there (the added one: an
//! order of classes that did not turn says nothing of them). Then supported where the sum of distances
//! is small at 5 % under its exact null (dates dealt out at random, events independent) and the mean is
//! below that of ordinary dates with two-sided p of at most 5 %. Refuted where the sum is large at 5 %
//! under the null (P(D ≥ d)) and the mean is above that of ordinary dates with p of at most 5 %: the
//! order is then reversed more than chance has it. Else undecided.
//!
//! Beside it, outside the verdict: the first 252-session high after at least 60 sessions without one as
//! the turn; the seven classes with bonds and credit in one group and BTC, ETH and the altcoins in
//! another; the previous day's bar; the article's events and those with a base of 20.

use chrono::{Days, NaiveDate};
use eventstudy::Result;
use eventstudy::context::{
    BarAlignment, ClaimedOrder, DistanceNull, MeasureWindow, OrderDistance, Turn, TurnRule,
    nearest_turn, turns,
};
use eventstudy::report::{Align, Cell, Table, p_value};
use eventstudy::study::{Judgement, Verdict};

use crate::claim::{Claim, Evidence, verdict_rule};
use crate::figure::{Figure, POWER, Unit};
use crate::market::{Market, NamedEvents};
use crate::ordinary::{Compared, EventRule, Measure, row, table_after};
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
    ordinary: Compared,
}

/// The steps of the four classes.
const STEPS: [&str; 3] =
    ["bonds to blue chips", "blue chips to small caps", "small caps to crypto"];

impl Found {
    fn distance(&self) -> f64 {
        self.orders.iter().map(|o| o.distance).sum()
    }

    fn largest(&self) -> f64 {
        self.orders.iter().map(|o| o.largest).sum()
    }

    /// Events at which a step was seen.
    fn n_with_step(&self, step: usize) -> usize {
        self.orders.iter().filter(|o| o.pairs_of_steps[step] > 0).count()
    }
}

/// More than half of the events.
fn most_of(n_events: usize) -> usize {
    n_events / 2 + 1
}

pub(crate) fn claim(market: &Market, sets: &[NamedEvents]) -> Result<Claim> {
    let (four, seven) = (ClaimedOrder::new(FOUR)?, ClaimedOrder::new(SEVEN)?);
    let mut choices = Vec::new();
    for rule in RULES {
        for alignment in BarAlignment::ALL {
            choices.push(Turns::new(market, rule, alignment)?);
        }
    }
    let mut table = table_after(&[
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
    let n_events = sets[0].events.dates().len();
    let mut primary = None;
    for turns in &choices {
        for (name, order) in [("four", &four), ("seven", &seven)] {
            for set in [&sets[0], &sets[1], &sets[3]] {
                let Some(found) = turns.of(market, order, set)? else { continue };
                table.row(found.row(vec![
                    Cell::from(turns.rule.to_string()),
                    Cell::from(name),
                    Cell::from(turns.alignment.name()),
                    Cell::from(set.name),
                ])?);
                primary = primary.or(Some(found));
            }
        }
    }
    let judgement = primary.as_ref().map_or_else(
        || Judgement {
            verdict: Verdict::Undecided,
            because: "no event has two classes with a turn".to_owned(),
        },
        |found| judge(found, n_events, four.n_pairs()),
    );
    let figures = primary.iter().map(Found::figure).collect::<Result<_>>()?;
    let seen = primary.iter().map(|found| found.seen(n_events, &four));
    let mut evidence = vec![
        Evidence::Measured(
            "How many pairs of four classes turned in the wrong order around the rule's events, \
             against all orders dealt at random and against the same share around every other session. \
             A claim of less: the one-sided p and the detectable effect are of fewer wrong pairs, and \
             the event-level p is that of the orders dealt at random within each event."
                .to_owned(),
        ),
        Evidence::Figures(figures),
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
    evidence.extend(seen.map(|table| Evidence::Table("Which claimed steps were seen", table)));
    Ok(Claim {
        id: "C7",
        statement: "Capital moves in order: bonds stabilise, then blue chips, then small caps, then \
                    crypto.",
        rule: "four classes (TLT, S&P 500, Russell 2000, BTC), each with the first close above its \
               200-session mean after 20 sessions not above it that is nearest to the event, at most \
               365 days before and 183 days after it; Kendall's distance to the claimed order over \
               the rule's events. Undecided unless each of the three steps has both of its classes \
               with a turn at more than half of the events; then supported where the distance is \
               small at 5 % under its exact null and below that of ordinary dates with p ≤ 0.05; \
               refuted where it is large at 5 % and above that of ordinary dates with p ≤ 0.05; else \
               undecided"
            .to_owned(),
        revised: Some("how many of the claimed steps were seen did not matter"),
        judgement,
        evidence,
    })
}

fn judge(found: &Found, n_events: usize, n_pairs: usize) -> Judgement {
    let significance = verdict_rule().significance();
    let comparison = &found.ordinary.found;
    let (distance, p) = (found.distance(), comparison.p_values().two_sided);
    let (near, far) = (found.null.p_at_most(distance), found.null.p_at_least(distance));
    let excess = comparison.excess();
    let steps = [0, 1, 2].map(|step| found.n_with_step(step));
    let verdict = if steps.iter().any(|n| *n < most_of(n_events)) {
        Verdict::Undecided
    } else if near <= significance && excess < 0.0 && p <= significance {
        Verdict::Supported
    } else if far <= significance && excess > 0.0 && p <= significance {
        Verdict::Refuted
    } else {
        Verdict::Undecided
    };
    let of_step = |(name, n): (&str, usize)| format!("{name} at {n}");
    let because = format!(
        "{} of the {} claimed pairs were seen ({} of {n_events} events, at least {} asked for; without \
         a turn: {}); {distance} of them were in the wrong order where chance gives {} (exact p = {}); the \
         mean share is {} against {} on ordinary dates, p = {}",
        found.largest(),
        n_events * n_pairs,
        STEPS.into_iter().zip(steps).map(of_step).collect::<Vec<_>>().join(", "),
        most_of(n_events),
        found.missing_in_words(),
        mean(&found.null),
        p_value(near),
        Unit::Ratio.show(comparison.mean()),
        Unit::Ratio.show(comparison.ordinary_mean()),
        p_value(p)
    );
    Judgement { verdict, because }
}

fn mean(null: &DistanceNull) -> String {
    format!("{:.1}", null.mean())
}

impl Found {
    fn row(&self, mut first: Vec<Cell>) -> Result<Vec<Cell>> {
        let (distance, null) = (self.distance(), &self.null);
        let critical = null.critical_distance(verdict_rule().significance());
        let plain = |x: f64| Cell::number(x, |x| x.to_string());
        first.extend([
            plain(distance),
            plain(self.largest()),
            Cell::number(null.mean(), |_| mean(null)),
            Cell::number(null.p_at_most(distance), p_value),
            Cell::number(null.p_at_least(distance), p_value),
            critical.map_or_else(|| Cell::from("none"), plain),
        ]);
        row(first, &self.ordinary)
    }

    /// Of fewer wrong pairs.
    fn figure(&self) -> Result<Figure> {
        let found = &self.ordinary.found;
        let significance = verdict_rule().significance();
        let figure = self.ordinary.figure("share of the seen pairs in the wrong order")?;
        Ok(Figure {
            one_sided_p: Some(found.p_values().lower),
            detectable: found.detectable(POWER, significance)?.map(|d| -d.downward),
            event_p: Some((self.null.p_at_most(self.distance()), self.null.p_at_most(0.0))),
            ..figure
        })
    }

    /// Classes without a turn, and at how many events.
    fn missing(&self) -> Vec<(&str, usize)> {
        let mut all: Vec<(&str, usize)> = Vec::new();
        for name in self.orders.iter().flat_map(|o| &o.missing) {
            match all.iter_mut().find(|(known, _)| known == name) {
                Some((_, n)) => *n += 1,
                None => all.push((name, 1)),
            }
        }
        all
    }

    fn missing_in_words(&self) -> String {
        let of_class = |(name, n): (&str, usize)| format!("{name} at {n}");
        let all: Vec<String> = self.missing().into_iter().map(of_class).collect();
        if all.is_empty() { "none".to_owned() } else { all.join(", ") }
    }

    /// One row for each step and each class without a turn, and one for all pairs.
    fn seen(&self, n_events: usize, order: &ClaimedOrder) -> Table {
        let mut table = Table::new([
            ("of the claim", Align::Left),
            ("seen", Align::Right),
            ("of", Align::Right),
            ("at least", Align::Right),
        ]);
        let count = |n: usize| Cell::from(n.to_string());
        let events = count(n_events);
        for (step, name) in STEPS.into_iter().enumerate() {
            let least = count(most_of(n_events));
            let name = Cell::from(format!("step from {name}, events"));
            table.row([name, count(self.n_with_step(step)), events.clone(), least]);
        }
        for (name, n) in self.missing() {
            let name = Cell::from(format!("{name} without a turn, events"));
            table.row([name, count(n), events.clone(), Cell::none()]);
        }
        table.row([
            Cell::from("pairs of classes"),
            Cell::from(self.largest().to_string()),
            count(n_events * order.n_pairs()),
            Cell::none(),
        ]);
        table
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
        // A date has the days after it that its turns may lie in.
        let last = market.prices.axis().last().min(market.russell.axis().last());
        let last = last.checked_sub_days(Days::new(u64::from(AFTER_DAYS))).unwrap_or(last);
        let window = MeasureWindow { before_days: BEFORE_DAYS, after_days: AFTER_DAYS };
        let rule = EventRule::new(market, &set.placebo);
        let measure = Measure::new("share of pairs in the wrong order", &rule, window, |date| {
            let found = if date <= last { self.order(order, date)? } else { None };
            Ok(found.map(|o| o.distance / o.largest))
        })?
        .in_unit(Unit::Ratio)
        .undiluted();
        let Some(ordinary) = measure.compare(&set.events.dates())? else { return Ok(None) };
        let events: Vec<NaiveDate> = ordinary.found.events().iter().map(|(d, _)| *d).collect();
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
            let mut row = vec![Cell::from(event.to_string())];
            row.extend(classes.iter().map(|class| {
                let near = self.near(class, *event);
                near.map_or_else(Cell::none, |t| Cell::from(t.date.to_string()))
            }));
            let found = self.order(&four, *event)?;
            let of = |o: &OrderDistance| {
                Cell::number(o.distance, |d| d.to_string())
                    .with_remark(&format!(" of {}", o.largest))
            };
            row.push(found.as_ref().map_or_else(Cell::none, of));
            row.push(Cell::optional(found.map(|o| o.null.p_at_most(o.distance)), p_value));
            table.row(row);
        }
        Ok(table)
    }
}
