//! A measure on event dates against the same measure on ordinary dates.

use std::ops::Deref;

use chrono::NaiveDate;
use eventstudy::Result;
use eventstudy::context::percentile_among;
use eventstudy::report::{Align, Cell, Table, count, p_value, percent, percent_interval};
use eventstudy::resampling::{
    EffectInterval, ExcessIntervalKind, PValues, PlaceboDesign, PlaceboGrid, PseudoEvent,
};
use eventstudy::study::{Judgement, PlaceboSettings, Verdict};

use crate::claim::verdict_rule;
use crate::market::Market;

/// Share of the effects of the smallest detectable size that would be found.
const POWER: f64 = 0.8;

/// A measure on every session since the first one that an event could fall on.
pub(crate) struct Ordinary {
    pub(crate) name: String,
    values: Vec<(NaiveDate, Option<f64>)>,
    /// Days that the measure takes in: dates nearer to an event share some of them with it.
    span_days: f64,
    /// Seed of the sets of dates.
    seed: u64,
}

/// The mean of some event dates among sets of ordinary dates.
pub(crate) struct Comparison {
    pub(crate) name: String,
    dates: Vec<NaiveDate>,
    pub(crate) observed: f64,
    ordinary: f64,
    excess: f64,
    interval: EffectInterval,
    p: PValues,
    attainable: f64,
    detectable: f64,
    n_ordinary: usize,
    pub(crate) judgement: Judgement,
}

/// Sessions of the trigger, and the seed of what is drawn among them.
#[derive(Clone)]
pub(crate) struct Sessions {
    dates: Vec<NaiveDate>,
    seed: u64,
}

impl Deref for Sessions {
    type Target = [NaiveDate];

    fn deref(&self) -> &[NaiveDate] {
        &self.dates
    }
}

/// The sessions of the trigger on which an event of a set could have been.
pub(crate) fn sessions(market: &Market, placebo: &PlaceboSettings) -> Sessions {
    let all = market.russell.axis().dates().iter().copied();
    let dates = all.filter(|date| placebo.from.is_none_or(|from| *date >= from)).collect();
    Sessions { dates, seed: market.seed }
}

impl Ordinary {
    pub(crate) fn new(
        name: impl Into<String>,
        dates: &Sessions,
        span_days: f64,
        measure: impl Fn(NaiveDate) -> Result<Option<f64>>,
    ) -> Result<Self> {
        let values = dates.iter().map(|d| Ok((*d, measure(*d)?))).collect::<Result<_>>()?;
        Ok(Self { name: name.into(), values, span_days, seed: dates.seed })
    }

    /// The measure on a date.
    pub(crate) fn on(&self, date: NaiveDate) -> Option<f64> {
        self.values.iter().find(|(d, _)| *d == date)?.1
    }

    /// Share of the ordinary dates with a lower value, equal ones counting half.
    pub(crate) fn percentile(&self, date: NaiveDate) -> Option<f64> {
        let known: Vec<f64> = self.values.iter().filter_map(|(_, v)| *v).collect();
        percentile_among(&known, self.on(date)?)
    }

    /// The mean over these dates, where all have the measure, against sets of dates as far apart as
    /// the rule puts events.
    pub(crate) fn compare(
        &self,
        events: &[NaiveDate],
        placebo: &PlaceboSettings,
    ) -> Result<Option<Comparison>> {
        let Some(found) = events.iter().map(|d| self.on(*d)).collect::<Option<Vec<f64>>>() else {
            return Ok(None);
        };
        let observed = found.iter().sum::<f64>() / found.len() as f64;
        let pseudo_event = |(date, value): &(NaiveDate, Option<f64>)| {
            let nearest = events.iter().map(|e| (*date - *e).num_days().abs()).min()?;
            let event_share = (1.0 - nearest as f64 / self.span_days).max(0.0);
            value.map(|value| PseudoEvent { value, variance: None, event_share })
        };
        let all: Vec<_> = self.values.iter().map(pseudo_event).collect();
        let dates = self.values.iter().map(|(date, _)| *date).collect();
        let grid = PlaceboGrid::of_pseudo_events(dates, &all)?;
        let sets = PlaceboDesign::new()
            .min_separation_days(placebo.min_separation_days.unwrap_or(0))
            .seed(self.seed)
            .draw(&grid, events, events.len())?;
        let test = sets.test(&grid, observed, None)?;
        let rule = verdict_rule();
        let level = 1.0 - rule.significance();
        let interval = test.effect_interval(ExcessIntervalKind::EqualTailed, level)?;
        Ok(Some(Comparison {
            name: self.name.clone(),
            dates: events.to_vec(),
            observed,
            ordinary: test.means().mean(),
            excess: test.excess(),
            p: test.p_values(),
            attainable: test.attainable_p(),
            detectable: test.minimum_detectable_effect(POWER, rule.significance())?.upward,
            n_ordinary: grid.n_admissible(),
            judgement: rule.judge_test(&test)?,
            interval,
        }))
    }
}

/// The judgement of a comparison, undecided where there is none.
pub(crate) fn judgement(comparison: Option<&Comparison>) -> Judgement {
    comparison.map_or_else(
        || Judgement {
            verdict: Verdict::Undecided,
            because: "the measure is not known on the date".to_owned(),
        },
        |c| c.judgement.clone(),
    )
}

/// One row per comparison.
pub(crate) fn table(comparisons: &[Comparison]) -> Table {
    let mut table = Table::new([
        ("measure", Align::Left),
        ("events", Align::Left),
        ("value", Align::Right),
        ("ordinary mean", Align::Right),
        ("excess", Align::Right),
        ("95 % interval", Align::Right),
        ("one-sided p", Align::Right),
        ("placebo p", Align::Right),
        ("detectable", Align::Right),
        ("ordinary dates", Align::Right),
        ("verdict", Align::Left),
    ]);
    for c in comparisons {
        let dates: Vec<String> = c.dates.iter().map(ToString::to_string).collect();
        table.row([
            Cell::from(c.name.as_str()),
            Cell::from(dates.join(", ")),
            Cell::number(c.observed, percent),
            Cell::number(c.ordinary, percent),
            Cell::number(c.excess, percent),
            c.interval
                .ends()
                .map_or_else(Cell::none, |(a, b)| Cell::interval(a, b, percent_interval)),
            Cell::number(c.p.upper, p_value),
            Cell::number(c.p.two_sided, p_value)
                .with_remark(&format!(" (≥ {})", p_value(c.attainable))),
            Cell::number(c.detectable, percent),
            Cell::from(count(c.n_ordinary)),
            Cell::from(c.judgement.verdict.to_string()),
        ]);
    }
    table
}

/// Refuted where a part is, supported where all are.
pub(crate) fn all_of(parts: &[Verdict]) -> Verdict {
    if parts.contains(&Verdict::Refuted) {
        Verdict::Refuted
    } else if parts.iter().all(|v| *v == Verdict::Supported) {
        Verdict::Supported
    } else {
        Verdict::Undecided
    }
}
