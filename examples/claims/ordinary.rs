//! A measure on event dates against the same measure on ordinary dates, as the claims show it.

use chrono::NaiveDate;
use eventstudy::context::{MeasureComparison, MeasureWindow, MeasuredDates};
use eventstudy::report::{Align, Cell, Table, count, fraction, p_value};
use eventstudy::resampling::PlaceboDesign;
use eventstudy::study::{Judgement, PlaceboSettings, Verdict};
use eventstudy::{Error, Result};

use crate::claim::verdict_rule;
use crate::figure::{Figure, POWER, Unit};
use crate::market::Market;

/// The rule of some events: the sessions that they can fall on, and how they are spaced.
#[derive(Clone)]
pub(crate) struct EventRule {
    pub(crate) sessions: Vec<NaiveDate>,
    design: PlaceboDesign,
}

impl EventRule {
    /// The sessions of the trigger from the first year on, and the separation of the rule.
    pub(crate) fn new(market: &Market, placebo: &PlaceboSettings) -> Self {
        let all = market.russell.axis().dates().iter().copied();
        let design = PlaceboDesign::new()
            .seed(market.seed)
            .sets(placebo.n_sets)
            .min_separation_days(placebo.min_separation_days.unwrap_or(0));
        let sessions = all.filter(|date| placebo.from.is_none_or(|from| *date >= from)).collect();
        Self { sessions, design }
    }
}

/// A measure on every session.
pub(crate) struct Measure {
    pub(crate) name: String,
    pub(crate) unit: Unit,
    pub(crate) dates: MeasuredDates,
    design: PlaceboDesign,
}

/// What a measure says of some events.
pub(crate) struct Compared {
    pub(crate) name: String,
    unit: Unit,
    pub(crate) found: MeasureComparison,
    /// By the flagship's rule; none for a measure without its margin.
    pub(crate) judgement: Option<Judgement>,
}

impl Measure {
    /// A decimal fraction.
    pub(crate) fn new(
        name: impl Into<String>,
        rule: &EventRule,
        window: MeasureWindow,
        measure: impl Fn(NaiveDate) -> Result<Option<f64>> + Sync + Send,
    ) -> Result<Self> {
        let dates = MeasuredDates::new(rule.sessions.iter().copied(), window, measure)?;
        Ok(Self { name: name.into(), unit: Unit::Percent, dates, design: rule.design })
    }

    /// Another unit.
    pub(crate) fn in_unit(self, unit: Unit) -> Self {
        Self { unit, ..self }
    }

    /// A measure of which half a window does not show half.
    pub(crate) fn undiluted(self) -> Self {
        Self { dates: self.dates.undiluted(), ..self }
    }

    /// The measure on a date.
    pub(crate) fn on(&self, date: NaiveDate) -> Option<f64> {
        self.dates.value_on(date)
    }

    /// Value and percentile among the sessions.
    pub(crate) fn ranked(&self, date: NaiveDate, show: impl FnOnce(f64) -> String) -> [Cell; 2] {
        match (self.on(date), self.dates.percentile_on(date)) {
            (Some(value), Some(rank)) => [Cell::number(value, show), Cell::number(rank, fraction)],
            _ => [Cell::from("not known"), Cell::none()],
        }
    }

    /// The mean over the events that have the measure, under the rule of its sessions; `None` where
    /// none has.
    pub(crate) fn compare(&self, events: &[NaiveDate]) -> Result<Option<Compared>> {
        self.compare_under(events, self.design)
    }

    /// As [`compare`](Self::compare) under the rule of other events.
    pub(crate) fn compare_as(
        &self,
        events: &[NaiveDate],
        rule: &EventRule,
    ) -> Result<Option<Compared>> {
        self.compare_under(events, rule.design)
    }

    fn compare_under(
        &self,
        events: &[NaiveDate],
        design: PlaceboDesign,
    ) -> Result<Option<Compared>> {
        let found = match self.dates.compare(events, design) {
            Ok(found) => found,
            Err(Error::TooFew { .. }) => return Ok(None),
            Err(error) => return Err(error),
        };
        let judged = self.unit == Unit::Percent;
        let judgement = judged.then(|| verdict_rule().judge_test(found.test())).transpose()?;
        Ok(Some(Compared { name: self.name.clone(), unit: self.unit, found, judgement }))
    }
}

impl Compared {
    /// Of a measure that no part of a claim asks a margin of.
    pub(crate) fn without_margin(self) -> Self {
        Self { judgement: None, ..self }
    }

    pub(crate) fn figure(&self, measure: impl Into<String>) -> Result<Figure> {
        Figure::of_comparison(measure, &self.found, self.unit)
    }
}

/// The judgement of a comparison, undecided where there is none.
pub(crate) fn judgement(compared: Option<&Compared>) -> Judgement {
    compared.and_then(|c| c.judgement.clone()).unwrap_or_else(|| Judgement {
        verdict: Verdict::Undecided,
        because: "the measure is not known on the date".to_owned(),
    })
}

/// A figure, empty where there is no comparison.
pub(crate) fn figure(measure: &str, compared: Option<&Compared>) -> Result<Figure> {
    compared.map_or_else(|| Ok(Figure::not_known(measure)), |c| c.figure(measure))
}

/// A table of [`row`]s with columns of its own before them.
pub(crate) fn table_after(first: &[(&str, Align)]) -> Table {
    let mut columns: Vec<(&str, Align)> = first.to_vec();
    columns.extend([
        ("measure", Align::Left),
        ("events", Align::Left),
        ("without", Align::Right),
        ("value", Align::Right),
        ("ordinary mean", Align::Right),
        ("excess", Align::Right),
        ("95 % interval", Align::Right),
        ("one-sided p", Align::Right),
        ("placebo p", Align::Right),
        ("event-level p", Align::Right),
        ("detectable", Align::Right),
        ("ordinary dates", Align::Right),
        ("windows side by side", Align::Right),
        ("sets", Align::Left),
        ("verdict", Align::Left),
    ]);
    Table::new(columns)
}

/// One row of a comparison.
pub(crate) fn row(first: Vec<Cell>, compared: &Compared) -> Result<Vec<Cell>> {
    let (found, unit) = (&compared.found, compared.unit);
    let significance = verdict_rule().significance();
    let (p, flips) = (found.p_values(), found.event_level());
    let dates: Vec<String> = found.events().iter().map(|(date, _)| date.to_string()).collect();
    let least = |p: f64| format!(" (≥ {})", p_value(p));
    let number = |x: f64| Cell::number(x, |x| unit.show(x));
    let mut row = first;
    row.extend([
        Cell::from(compared.name.as_str()),
        Cell::from(if dates.len() > 3 { dates.len().to_string() } else { dates.join(", ") }),
        Cell::from(found.without().len().to_string()),
        number(found.mean()),
        number(found.ordinary_mean()),
        number(found.excess()),
        match found.interval(1.0 - significance)?.ends() {
            None => Cell::from("unbounded"),
            ends => unit.interval(ends),
        },
        Cell::number(p.upper, p_value),
        Cell::number(p.two_sided, p_value).with_remark(&least(found.attainable_p())),
        Cell::number(flips.p_values.two_sided, p_value)
            .with_remark(if found.is_shifted() { " (!)" } else { "" })
            .with_remark(&least(flips.attainable_two_sided)),
        Cell::optional(found.detectable(POWER, significance)?.map(|d| d.upward), |x| unit.show(x)),
        Cell::from(count(found.n_ordinary())),
        Cell::number(found.effective_periods(), |x| format!("{x:.0}")),
        Cell::from(if found.is_shifted() { "pattern shifted" } else { "dates apart" }),
        compared
            .judgement
            .as_ref()
            .map_or_else(Cell::none, |judgement| Cell::from(judgement.verdict.to_string())),
    ]);
    Ok(row)
}

/// One row per comparison.
pub(crate) fn table(all: &[Compared]) -> Result<Table> {
    let mut table = table_after(&[]);
    for compared in all {
        table.row(row(Vec::new(), compared)?);
    }
    Ok(table)
}

/// A condition of a date as a measure, whose mean is the share of the dates with it.
pub(crate) fn yes_or_no(holds: bool) -> f64 {
    if holds { 1.0 } else { 0.0 }
}
