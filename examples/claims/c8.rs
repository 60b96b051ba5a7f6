//! C8: whether the signal counts when small caps lead the broad index.
//!
//! The rule, fixed before any result; since then the comparison of the lead itself, outside the
//! verdict, has been revised (the pattern of breakouts whose windows overlap is shifted). *Small caps
//! lead* where the Russell 2000 has earned more than the S&P 500 over the 63 sessions (three months, as
//! long as the response) up to and including the event. The events are all breakouts with base ≥ 20
//! since 2016: a split of three events reaches no p-value below 1/3. Two parts, altcoins over [0,3)
//! months, level 5 % and margin 10 %:
//!
//! - *With the lead the signal counts*: the breakouts with the lead against ordinary dates with the
//!   lead. What a lead gives without a breakout is thereby no part of the effect.
//! - *The lead makes the difference*: breakouts with the lead less breakouts without it, by all
//!   permutations of the labels.
//!
//! Supported where both are; refuted where one of them is; else undecided. Whether a lead without a
//! breakout says anything is shown beside and does not count.

use chrono::NaiveDate;
use eventstudy::Result;
use eventstudy::context::{ConditionSplit, LeadRule, MeasureWindow, RelativeStrength};
use eventstudy::panel::{CsvOptions, PriceSeries};
use eventstudy::report::{Align, Cell, Table, p_value, percent};
use eventstudy::resampling::{LabelRandomisation, SignFlip};
use eventstudy::study::{Judgement, PlaceboEstimate, PreparedStudy, Verdict};

use crate::claim::{Claim, Evidence, interval_of, rule_in_words, verdict_rule};
use crate::conditions::{Difference, of_dates, of_events, table};
use crate::figure::{Figure, Unit};
use crate::market::{Market, NamedEvents};
use crate::ordinary::{EventRule, Measure, row, table_after, yes_or_no};
use crate::studies::{Run, WHOLE, lag};

/// What counts as a lead, and what else might.
const LEAD: LeadRule = LeadRule::Return { sessions: SESSIONS };
const SESSIONS: usize = 63;
/// Calendar days that hold them.
const SESSION_DAYS: u32 = 92;
const OTHERS: [LeadRule; 7] = [
    LeadRule::Return { sessions: 21 },
    LeadRule::Return { sessions: 126 },
    LeadRule::Return { sessions: 252 },
    LeadRule::NewHigh { sessions: 63 },
    LeadRule::NewHigh { sessions: 252 },
    LeadRule::Slope { sessions: 63 },
    LeadRule::Slope { sessions: 126 },
];
/// Sessions of the high that the table of events names.
const YEAR: usize = 252;

/// `sets` and the outcomes of `altcoins` are in the same order, the widest set last.
pub(crate) fn claim(
    market: &Market,
    sets: &[NamedEvents],
    prepared: &PreparedStudy<'_>,
    altcoins: &Run,
) -> Result<Claim> {
    let sp500 = PriceSeries::from_csv_columns(
        market.path("markets.csv"),
        "S&P 500",
        "sp500",
        &CsvOptions::default(),
    )?;
    let leads = Leads {
        strength: RelativeStrength::of(&market.russell, &sp500)?,
        rule: EventRule::new(market, &sets[0].placebo),
        prepared,
        altcoins,
        sets,
        seed: market.seed,
    };
    let widest = sets.len() - 1;
    let primary = leads.against_dates(LEAD, widest)?;
    let counts = primary.judge();
    let difference = leads.with_and_without(LEAD, widest)?;
    let matters = difference.judge();
    let verdict = Verdict::all_of([counts.verdict, matters.verdict]);
    let figures = vec![
        primary
            .figure("altcoins after breakouts with the lead against dates with it, [0,3) months"),
        difference.figure(
            "altcoins after breakouts with the lead less without it, [0,3) months",
            difference.n(),
        )?,
    ];
    let because = format!(
        "breakouts with the lead against dates with the lead {} ({}); with the lead less without it \
         {} ({})",
        counts.verdict, counts.because, matters.verdict, matters.because
    );
    let (mut conditional, mut differences) = (vec![primary], vec![difference]);
    let mut alone = vec![leads.alone(LEAD)?];
    for set in [2, 0] {
        conditional.push(leads.against_dates(LEAD, set)?);
        differences.push(leads.with_and_without(LEAD, set)?);
    }
    for rule in OTHERS {
        conditional.push(leads.against_dates(rule, widest)?);
        differences.push(leads.with_and_without(rule, widest)?);
        alone.push(leads.alone(rule)?);
    }
    differences.insert(1, leads.turned(LEAD, widest)?);
    let difference_table = table("lead, events, other labels", "with", "without", &differences)?;
    let alone_table = table("lead", "with", "without", &alone)?;
    Ok(Claim {
        id: "C8",
        statement: "The signal counts when small caps lead the broad index.",
        rule: format!(
            "both over [0,3) months, for breakouts with base ≥ 20, small caps leading where they earned \
             more than the S&P 500 over the {SESSIONS} sessions up to the event: breakouts with the lead \
             against ordinary dates with the lead ({}); breakouts with the lead less those without, by \
             all permutations of the labels, with the same level and margin. Refuted where one of \
             them is",
            rule_in_words()
        ),
        revised: None,
        judgement: Judgement { verdict, because },
        evidence: vec![
            Evidence::Measured(
                "What the altcoins earned in the three months after breakouts at which small caps led \
                 the S&P 500, against what followed all other dates with such a lead, and less what \
                 followed breakouts without it. The event-level p of the first is a sign flip of the \
                 abnormal returns, that of the second a permutation of the labels."
                    .to_owned(),
            ),
            Evidence::Figures(figures),
            Evidence::Table("Small caps beside the S&P 500 at each breakout", leads.at_events()?),
            Evidence::Table("The lead at the breakouts against ordinary dates", leads.measure(market)?),
            Evidence::Table(
                "Breakouts with the lead against ordinary dates with the lead",
                conditional_table(&conditional),
            ),
            Evidence::Table(
                "Breakouts with the lead less breakouts without it",
                difference_table,
            ),
            Evidence::Table(
                "The lead alone: all dates with it less all dates without it",
                alone_table,
            ),
            Evidence::Text(
                "Three questions: whether a breakout adds to a lead (the first of the last three \
                 tables), whether a lead adds to a breakout (the second), and whether a lead without any \
                 breakout says something (the third, where breakouts are a dozen of the dates). \
                 Permutations take the breakouts for exchangeable, which breakouts with overlapping \
                 windows are not quite; turned labels keep their order, and are few. The lead alone is set \
                 against all circular shifts of the days on which it held. One row in twenty would \
                 be significant by chance."
                    .to_owned(),
            ),
        ],
    })
}

struct Leads<'a> {
    strength: RelativeStrength,
    rule: EventRule,
    prepared: &'a PreparedStudy<'a>,
    altcoins: &'a Run,
    sets: &'a [NamedEvents],
    seed: u64,
}

/// Events with the lead against dates with the lead.
struct Conditional {
    name: String,
    n_events: usize,
    n_dates: usize,
    /// Mean over the events; `None` without any.
    mean: Option<f64>,
    /// Sign flip of their abnormal returns, and the least it can reach.
    event_p: Option<(f64, f64)>,
    /// The estimate, or why there is none.
    placebo: Result<PlaceboEstimate, String>,
}

impl Conditional {
    fn judge(&self) -> Judgement {
        match &self.placebo {
            Ok(placebo) => verdict_rule().judge(placebo),
            Err(why) => Judgement { verdict: Verdict::Undecided, because: why.clone() },
        }
    }

    fn figure(&self, measure: &str) -> Figure {
        let figure = match (&self.placebo, self.mean) {
            (Ok(p), Some(mean)) => Figure::of_placebo(measure, (self.n_events, mean), p),
            _ => Figure::not_known(measure),
        };
        Figure { event_p: self.event_p, ..figure }
    }
}

impl Leads<'_> {
    fn split(&self, rule: LeadRule, dates: &[NaiveDate]) -> Result<ConditionSplit> {
        ConditionSplit::of(dates, |date| rule.holds(&self.strength, date))
    }

    fn name(&self, rule: LeadRule, set: usize) -> String {
        format!("{rule}; {}", self.sets[set].name)
    }

    fn against_dates(&self, rule: LeadRule, set: usize) -> Result<Conditional> {
        let held = self.split(rule, &self.rule.sessions)?.with;
        let all = lag(&self.altcoins.outcomes[set], WHOLE).map_or(&[][..], |w| &w.events);
        let events: Vec<_> = all.iter().filter(|e| held.binary_search(&e.date).is_ok()).collect();
        let dates: Vec<NaiveDate> = events.iter().map(|e| e.date).collect();
        let n = events.len() as f64;
        let mean = (!events.is_empty()).then(|| events.iter().map(|e| e.value).sum::<f64>() / n);
        // Independent between event dates, as in the study.
        let values: Vec<f64> = events.iter().map(|e| e.value).collect();
        let flips = mean.map(|_| SignFlip::new().test(&values)).transpose()?;
        let event_p = flips.map(|f| (f.p_values.two_sided, f.attainable_two_sided));
        let variance: Option<f64> = events.iter().map(|e| e.std_error.map(|s| s * s)).sum();
        let study = self
            .prepared
            .with_placebo(self.sets[set].placebo.clone())
            .under_condition(held.iter().copied());
        let placebo = match mean {
            None => Err("no breakout had the lead".to_owned()),
            Some(mean) => study
                .comparison(WHOLE, &dates)
                .and_then(|c| c.estimate(mean, variance.map(|v| v.sqrt() / n)))
                .map_err(|error| error.to_string()),
        };
        let (name, n_events, n_dates) = (self.name(rule, set), events.len(), held.len());
        Ok(Conditional { name, n_events, n_dates, mean, event_p, placebo })
    }

    fn with_and_without(&self, rule: LeadRule, set: usize) -> Result<Difference> {
        self.compare(
            rule,
            set,
            LabelRandomisation::permutations().seed(self.seed),
            "all permutations",
        )
    }

    /// The labels turned along the order of the events.
    fn turned(&self, rule: LeadRule, set: usize) -> Result<Difference> {
        self.compare(rule, set, LabelRandomisation::circular_shifts(), "turned")
    }

    fn compare(
        &self,
        rule: LeadRule,
        set: usize,
        randomisation: LabelRandomisation,
        labels: &str,
    ) -> Result<Difference> {
        let values = of_events(self.altcoins, set);
        let dates: Vec<NaiveDate> = values.iter().map(|(date, _)| *date).collect();
        let name = format!("{}; {labels}", self.name(rule, set));
        Difference::of(name, randomisation, &self.split(rule, &dates)?, &values)
    }

    fn alone(&self, rule: LeadRule) -> Result<Difference> {
        let values = of_dates(self.prepared, &self.sets[0], WHOLE);
        let split = self.split(rule, &self.rule.sessions)?;
        Difference::of(rule.to_string(), LabelRandomisation::circular_shifts(), &split, &values)
    }

    fn at_events(&self) -> Result<Table> {
        let mut table = Table::new([
            ("event", Align::Left),
            ("lead over 63 sessions", Align::Right),
            ("below the ratio's high of a year", Align::Right),
            ("high of", Align::Left),
            ("slope of the ratio a year", Align::Right),
            ("its t", Align::Right),
            ("altcoins over [0,3)", Align::Right),
        ]);
        let widest = self.sets.len() - 1;
        let values = of_events(self.altcoins, widest);
        for date in self.sets[widest].events.dates() {
            let (short, long) = (self.strength.on(date, SESSIONS)?, self.strength.on(date, YEAR)?);
            let value = values.iter().find(|(of, _)| *of == date);
            let slope = short.slope;
            table.row([
                Cell::from(date.to_string()),
                Cell::number(short.relative_return, percent),
                Cell::number(long.distance_from_high, percent),
                Cell::from(long.high_date.to_string()),
                Cell::optional(slope.map(|s| YEAR as f64 * s.per_session), percent),
                Cell::optional(slope.map(|s| s.t), |t| format!("{t:+.1}")),
                Cell::optional(value.map(|(_, value)| *value), percent),
            ]);
        }
        Ok(table)
    }

    fn measure(&self, market: &Market) -> Result<Table> {
        let mut table = table_after(&[("set", Align::Left)]);
        let lead = |date| Ok(self.strength.on(date, SESSIONS)?.relative_return);
        let window = MeasureWindow::before(SESSION_DAYS);
        let measures = [
            Measure::new("lead over 63 sessions", &self.rule, window, |date| lead(date).map(Some))?,
            Measure::new("share with the lead", &self.rule, window, |date| {
                Ok(Some(yes_or_no(lead(date)? > 0.0)))
            })?
            .in_unit(Unit::Ratio)
            .undiluted(),
        ];
        for set in [self.sets.len() - 1, 0] {
            let set = &self.sets[set];
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
}

fn conditional_table(all: &[Conditional]) -> Table {
    let mut table = Table::new([
        ("lead; events", Align::Left),
        ("breakouts", Align::Right),
        ("dates", Align::Right),
        ("abnormal return", Align::Right),
        ("dates with the lead", Align::Right),
        ("excess", Align::Right),
        ("95 % interval", Align::Right),
        ("one-sided p", Align::Right),
        ("placebo p", Align::Right),
        ("detectable", Align::Right),
        ("verdict", Align::Left),
    ]);
    for one in all {
        let placebo = one.placebo.as_ref().ok();
        let show = |f: fn(&PlaceboEstimate) -> f64| Cell::optional(placebo.map(f), percent);
        table.row([
            Cell::from(one.name.as_str()),
            Cell::from(one.n_events.to_string()),
            Cell::from(one.n_dates.to_string()),
            Cell::optional(one.mean, percent),
            show(|p| p.mean),
            show(|p| p.excess),
            interval_of(placebo),
            Cell::optional(placebo.map(|p| p.p_values.upper), p_value),
            placebo.map_or_else(Cell::none, |p| {
                let least = format!(" (≥ {})", p_value(p.attainable_p));
                Cell::number(p.p_values.two_sided, p_value).with_remark(&least)
            }),
            Cell::optional(placebo.and_then(|p| p.minimum_detectable_effect), percent),
            Cell::from(one.judge().verdict.to_string()),
        ]);
    }
    table
}
