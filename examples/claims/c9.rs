//! C9: whether liquidity drives it.
//!
//! The rule. *Liquidity* is net liquidity: assets of the Federal Reserve less the account of the
//! Treasury less reverse repos, as published by the end of the day. It is *rising* where it stands
//! above its level of 13 weeks (three months) before. Two parts:
//!
//! - *It was there*: net liquidity was rising at the rule's events (base ≥ 250). Supported where it was
//!   at all of them, else undecided: with three events and every second date rising, at none of
//!   them is a thing of chance. The comparison with ordinary dates is shown beside.
//! - *It matters*: the abnormal return of the altcoins over [0,3) months from all dates since 2016 with
//!   rising liquidity, less that from all dates with falling liquidity, against every circular
//!   shift of the regimes; level 5 % and margin 10 %.
//!
//! Supported where both are; refuted where the second is; else undecided. Fiscal easing is not
//! measured beyond the account of the Treasury: the tables hold no outlays, receipts or deficits.
//!
//! Fixed before any result but for one consequence, revised after results had been seen: liquidity
//! that was rising at none of the events refuted the claim, which chance alone would have done in
//! one case in seven.

mod others;

use chrono::NaiveDate;
use eventstudy::Result;
use eventstudy::context::{
    ConditionSplit, LiquidityChange, LiquidityRegime, LiquidityThird, MeasureWindow, NetLiquidity,
    monthly_slope,
};
use eventstudy::panel::ReleasedTable;
use eventstudy::report::{Align, Cell, Table, fraction, p_value, percent};
use eventstudy::resampling::LabelRandomisation;
use eventstudy::study::{Judgement, PreparedStudy, Verdict};

use crate::claim::{Claim, Evidence, rule_in_words};
use crate::conditions::{Difference, of_dates, of_events, table};
use crate::figure::{Figure, Unit};
use crate::market::{Market, NamedEvents};
use crate::ordinary::{EventRule, Measure, figure, row, table_after, yes_or_no};
use crate::studies::{Run, WHOLE};

/// Weeks of the change that makes the regime, and others.
const WEEKS: u32 = 13;
const OTHER_WEEKS: [u32; 3] = [4, 26, 52];
/// Weeks whose changes make the terciles: five years.
const TRAILING_WEEKS: u32 = 260;
/// The study's window of one month.
const MONTH: usize = 0;

/// Whose responses are read, the primary study first.
pub(crate) type Studies<'a> = [(&'static str, &'a PreparedStudy<'a>)];

/// `sets` and the outcomes of `altcoins` are in the same order, the widest set last.
pub(crate) fn claim(
    market: &Market,
    sets: &[NamedEvents],
    studies: &Studies<'_>,
    altcoins: &Run,
) -> Result<Claim> {
    let released = ReleasedTable::from_csv_path(market.path("macro.csv"))?;
    let regimes = Regimes {
        liquidity: NetLiquidity::of_fred(&released)?,
        rule: EventRule::new(market, &sets[0].placebo),
        set: &sets[0],
        studies,
    };
    let widest = sets.len() - 1;
    let events = sets[0].events.dates();
    let rising =
        |date| Ok(regimes.liquidity.change(date, WEEKS)?.regime() == LiquidityRegime::Rising);
    let there = ConditionSplit::of(&events, rising)?;
    let was_there = if there.with.len() == events.len() && !events.is_empty() {
        Verdict::Supported
    } else {
        Verdict::Undecided
    };
    let found = regimes.responses(market, altcoins, widest)?;
    let judgement = found.judgement;
    let because = format!(
        "net liquidity was rising at {} of {} breakouts ({was_there}); after dates with rising less \
         after dates with falling liquidity {} ({})",
        there.with.len(),
        events.len(),
        judgement.verdict,
        judgement.because
    );
    let verdict = Verdict::all_of([was_there, judgement.verdict]);
    let mut figures = vec![figure(
        "share of the events with rising net liquidity",
        regimes.share_rising()?.compare(&events)?.as_ref(),
    )?];
    figures.extend(found.figures);
    Ok(Claim {
        id: "C9",
        statement: "Liquidity drives it (central-bank asset purchases, Treasury account falling, fiscal \
                    easing).",
        rule: rule(),
        revised: Some(
            "liquidity that was rising at none of the events refuted the claim, which chance alone does too \
             often",
        ),
        judgement: Judgement { verdict, because },
        evidence: vec![
            Evidence::Measured(
                "Whether net liquidity was rising at the rule's events, beside how often it is on \
                 ordinary dates; and what the altcoins earned in the three months from all dates with \
                 rising liquidity, less those with falling liquidity."
                    .to_owned(),
            ),
            Evidence::Figures(figures),
            Evidence::Text(
                "Fiscal easing is not tested: of the budget the tables hold the account of the Treasury \
                 alone, and neither outlays nor receipts nor deficits. Net liquidity is assets of the \
                 Federal Reserve less that account less reverse repos, in billions of US dollars, each \
                 as published by the end of the day; values are the latest revision."
                    .to_owned(),
            ),
            Evidence::Table(
                "Net liquidity and its parts before each breakout, change over 13 weeks",
                regimes.at_events(sets, altcoins)?,
            ),
            Evidence::Table("Other conditions, as published by the day", others::table(&released, sets)?),
            Evidence::Table(
                "Liquidity at the breakouts against ordinary dates",
                regimes.measure(market, &[&sets[0], &sets[widest]])?,
            ),
            Evidence::Table("All dates since 2016 by regime, [0,3) months", found.of_dates),
            Evidence::Table(
                "Breakouts with base ≥ 20 by regime, altcoins over [0,3) months",
                found.of_events,
            ),
            Evidence::Table("One month on liquidity known before it", regimes.slopes()?),
            Evidence::Text(
                "All dates are set against all circular shifts of the days on which the condition held, \
                 breakouts against all permutations of their labels. The slopes are of the response over \
                 [0,1) months after the first session of each month, per standard deviation of the \
                 change over 13 weeks, with errors by Newey and West. Abnormal returns have the mean of \
                 the year before taken off, so a regime that lasts longer than a year shows less. Of the \
                 many rows one in twenty would be significant by chance."
                    .to_owned(),
            ),
        ],
    })
}

/// The rule of the claim in words.
fn rule() -> String {
    format!(
        "both of: net liquidity, as published by the day, above its level of {WEEKS} weeks before at \
             all events with base ≥ 250; altcoins over [0,3) months from all \
             dates since 2016 with rising less all dates with falling liquidity, against circular \
             shifts of the regimes, with the level and margin of the other claims ({}). Refuted where \
             the second is",
        rule_in_words()
    )
}

/// A number of a change.
type Part = fn(&LiquidityChange) -> f64;

/// A condition of a date by its name.
type Label<'a> = (String, Box<dyn Fn(NaiveDate) -> Result<bool> + 'a>);

struct Regimes<'a> {
    liquidity: NetLiquidity,
    rule: EventRule,
    set: &'a NamedEvents,
    studies: &'a Studies<'a>,
}

/// What followed under each condition.
struct Responses {
    /// Of all dates by the regime of the rule.
    judgement: Judgement,
    figures: Vec<Figure>,
    of_dates: Table,
    of_events: Table,
}

impl Regimes<'_> {
    /// `widest` is the set whose events are split.
    fn responses(&self, market: &Market, altcoins: &Run, widest: usize) -> Result<Responses> {
        let labels = self.labels();
        let sessions = &self.rule.sessions;
        let (name, primary) = &labels[0];
        let dates = ConditionSplit::of(sessions, primary)?;
        let mut of_dates = Vec::new();
        for study in 0..self.studies.len() {
            of_dates.push(self.compare(name, study, &dates)?);
        }
        for (name, holds) in &labels[1..] {
            of_dates.push(self.compare(name, 0, &ConditionSplit::of(sessions, holds)?)?);
        }
        let values = of_events(altcoins, widest);
        let with_values: Vec<NaiveDate> = values.iter().map(|(date, _)| *date).collect();
        let of_label = |(name, holds): &Label<'_>| {
            let split = ConditionSplit::of(&with_values, holds)?;
            let labels = LabelRandomisation::permutations().seed(market.seed);
            Difference::of(name.clone(), labels, &split, &values)
        };
        let of_events = labels.iter().map(of_label).collect::<Result<Vec<_>>>()?;
        let figures = vec![
            of_dates[0].figure(
                "altcoins after all dates with rising less falling liquidity, [0,3) months",
                0,
            )?,
            of_events[0].figure(
                "altcoins after breakouts with rising less falling liquidity, [0,3) months, not counted",
                values.len(),
            )?,
        ];
        Ok(Responses {
            judgement: of_dates[0].judge(),
            figures,
            of_dates: table("condition; assets", "with", "without", &of_dates)?,
            of_events: table("condition", "with", "without", &of_events)?,
        })
    }

    /// The regime of the rule first.
    fn labels(&self) -> Vec<Label<'_>> {
        let change = |weeks, name: &str, holds: fn(&LiquidityChange) -> bool| -> Label<'_> {
            let of_date = move |date| Ok(holds(&self.liquidity.change(date, weeks)?));
            (format!("{name} over {weeks} weeks"), Box::new(of_date))
        };
        let net =
            |weeks| change(weeks, "net liquidity up", |c| c.regime() == LiquidityRegime::Rising);
        let tercile = |date| {
            let tercile = self.liquidity.tercile(date, WEEKS, TRAILING_WEEKS)?;
            Ok(tercile.third == LiquidityThird::High)
        };
        let mut labels = vec![net(WEEKS)];
        labels.extend(OTHER_WEEKS.map(net));
        labels.push(("in the upper third of 5 years".to_owned(), Box::new(tercile)));
        labels.push(change(WEEKS, "central-bank assets up", |c| c.assets() > 0.0));
        labels.push(change(WEEKS, "Treasury account down", |c| c.treasury_account() < 0.0));
        labels.push(change(WEEKS, "reverse repos down", |c| c.reverse_repo() < 0.0));
        labels
    }

    fn compare(&self, name: &str, study: usize, split: &ConditionSplit) -> Result<Difference> {
        let (assets, prepared) = self.studies[study];
        let values = of_dates(prepared, self.set, WHOLE);
        let name = format!("{name}; {assets}");
        Difference::of(name, LabelRandomisation::circular_shifts(), split, &values)
    }

    fn at_events(&self, sets: &[NamedEvents], altcoins: &Run) -> Result<Table> {
        let mut table = Table::new([
            ("event", Align::Left),
            ("base ≥ 250", Align::Left),
            ("week known", Align::Left),
            ("net", Align::Right),
            ("change", Align::Right),
            ("relative", Align::Right),
            ("regime", Align::Left),
            ("third of 5 years", Align::Left),
            ("assets", Align::Right),
            ("Treasury account", Align::Right),
            ("reverse repos", Align::Right),
            ("over 4 weeks", Align::Right),
            ("over 26", Align::Right),
            ("over 52", Align::Right),
            ("altcoins over [0,3)", Align::Right),
        ]);
        let flagship = sets[0].events.dates();
        let values = of_events(altcoins, sets.len() - 1);
        for date in sets[sets.len() - 1].events.dates() {
            let found = self.liquidity.change(date, WEEKS)?;
            let third = match self.liquidity.tercile(date, WEEKS, TRAILING_WEEKS)?.third {
                LiquidityThird::Low => "low",
                LiquidityThird::Middle => "middle",
                LiquidityThird::High => "high",
            };
            let relative = OTHER_WEEKS
                .map(|weeks| Ok(self.liquidity.change(date, weeks)?.relative()))
                .into_iter()
                .collect::<Result<Vec<_>>>()?;
            let value = values.iter().find(|(of, _)| *of == date);
            let billions = |x: f64| Cell::number(x, |x| format!("{x:+.0}"));
            let mut row = vec![
                Cell::from(date.to_string()),
                Cell::from(if flagship.contains(&date) { "yes" } else { "" }),
                Cell::from(found.to.week.to_string()),
                Cell::number(found.to.net(), |x| format!("{x:.0}")),
                billions(found.net()),
                Cell::number(found.relative(), percent),
                Cell::from(found.regime().to_string()),
                Cell::from(third),
                billions(found.assets()),
                billions(found.treasury_account()),
                billions(found.reverse_repo()),
            ];
            row.extend(relative.into_iter().map(|x| Cell::number(x, percent)));
            row.push(Cell::optional(value.map(|(_, value)| *value), percent));
            table.row(row);
        }
        Ok(table)
    }

    fn over_13_weeks(&self, name: &str, part: Part) -> Result<Measure> {
        Measure::new(name, &self.rule, MeasureWindow::before(7 * WEEKS), |date| {
            Ok(Some(part(&self.liquidity.change(date, WEEKS)?)))
        })
    }

    fn share_rising(&self) -> Result<Measure> {
        let rising: Part = |c| yes_or_no(c.regime() == LiquidityRegime::Rising);
        let found = self.over_13_weeks("share with rising net liquidity", rising)?;
        Ok(found.in_unit(Unit::Ratio).undiluted())
    }

    fn measure(&self, market: &Market, sets: &[&NamedEvents]) -> Result<Table> {
        let mut table = table_after(&[("set", Align::Left)]);
        let measures = [
            self.share_rising()?,
            self.over_13_weeks(
                "net liquidity, relative change over 13 weeks",
                LiquidityChange::relative,
            )?,
            self.over_13_weeks("assets, change over net liquidity", |c| c.assets() / c.from.net())?,
            self.over_13_weeks("Treasury account, change over net liquidity", |c| {
                c.treasury_account() / c.from.net()
            })?,
            self.over_13_weeks("reverse repos, change over net liquidity", |c| {
                c.reverse_repo() / c.from.net()
            })?,
        ];
        for set in sets {
            let rule = EventRule::new(market, &set.placebo);
            for measure in &measures {
                if let Some(found) = measure.compare_as(&set.events.dates(), &rule)? {
                    // No part of the claim asks for a margin of these.
                    table.row(row(vec![Cell::from(set.name)], &found.without_margin())?);
                }
            }
        }
        Ok(table)
    }

    fn slopes(&self) -> Result<Table> {
        let mut table = Table::new([
            ("assets", Align::Left),
            ("measure, change over 13 weeks", Align::Left),
            ("months", Align::Right),
            ("slope", Align::Right),
            ("standard error", Align::Right),
            ("p", Align::Right),
            ("one standard deviation", Align::Right),
        ]);
        let parts: [(&str, Part); 4] = [
            ("net liquidity", LiquidityChange::relative),
            ("assets over net liquidity", |c| c.assets() / c.from.net()),
            ("Treasury account over net liquidity", |c| c.treasury_account() / c.from.net()),
            ("reverse repos over net liquidity", |c| c.reverse_repo() / c.from.net()),
        ];
        for (assets, prepared) in self.studies {
            let values = of_dates(prepared, self.set, MONTH);
            for (name, part) in parts {
                let measure = |date| Ok(part(&self.liquidity.change(date, WEEKS)?));
                let found = monthly_slope(&values, measure)?;
                table.row([
                    Cell::from(*assets),
                    Cell::from(name),
                    Cell::from(found.n_months.to_string()),
                    Cell::number(found.slope, percent),
                    Cell::number(found.std_error, fraction),
                    Cell::number(found.p_value, p_value),
                    Cell::number(found.measure_std_dev, percent),
                ]);
            }
        }
        Ok(table)
    }
}
