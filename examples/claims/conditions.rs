//! Responses with and without a condition, as claims C8 and C9 read them.

use chrono::NaiveDate;
use eventstudy::Result;
use eventstudy::context::ConditionSplit;
use eventstudy::report::{Align, Table, p_value, percent, percent_interval};
use eventstudy::resampling::{
    LabelDifference, LabelRandomisation, PlaceboDesign, PlaceboGrid, PlaceboTest,
};
use eventstudy::study::{Judgement, PreparedStudy, Verdict};

use crate::claim::verdict_rule;
use crate::market::{Market, NamedEvents};
use crate::studies::{Run, WHOLE, lag};

const POWER: f64 = 0.8;

/// What the events of a set gave over [0,3) months, in order of date.
pub(crate) fn of_events(run: &Run, set: usize) -> Vec<(NaiveDate, f64)> {
    let events = lag(&run.outcomes[set], WHOLE).map_or(&[][..], |w| &w.events);
    let mut values: Vec<_> = events.iter().map(|e| (e.date, e.value)).collect();
    values.sort_by_key(|(date, _)| *date);
    values
}

/// What events on all dates since the first year of the study would give in a window of it.
pub(crate) fn of_dates(
    prepared: &PreparedStudy<'_>,
    set: &NamedEvents,
    window: usize,
) -> Vec<(NaiveDate, f64)> {
    let mut values = prepared.placebo_values(window);
    values.retain(|(date, _)| set.placebo.from.is_none_or(|from| from <= *date));
    values
}

/// Sessions of the trigger since the first year of the study.
pub(crate) fn sessions(market: &Market, set: &NamedEvents) -> Vec<NaiveDate> {
    let dates = market.russell.axis().dates().iter().copied();
    dates.filter(|date| set.placebo.from.is_none_or(|from| from <= *date)).collect()
}

/// A comparison of values with and without a label.
pub(crate) struct Compared {
    pub(crate) name: String,
    /// `None` where all values or none have it.
    pub(crate) found: Option<LabelDifference>,
}

impl Compared {
    pub(crate) fn new(
        name: impl Into<String>,
        randomisation: LabelRandomisation,
        (values, label): (Vec<f64>, Vec<bool>),
    ) -> Result<Self> {
        let both = label.contains(&true) && label.contains(&false);
        let found = if both { Some(randomisation.test(&values, &label)?) } else { None };
        Ok(Self { name: name.into(), found })
    }

    pub(crate) fn of(
        name: impl Into<String>,
        randomisation: LabelRandomisation,
        split: &ConditionSplit,
        values: &[(NaiveDate, f64)],
    ) -> Result<Self> {
        Self::new(name, randomisation, split.labelled(values))
    }

    /// By the flagship's rule: a difference above zero at 5 %, or an interval below the margin.
    pub(crate) fn judge(&self) -> Judgement {
        let rule = verdict_rule();
        let undecided =
            |because: &str| Judgement { verdict: Verdict::Undecided, because: because.to_owned() };
        let Some(found) = &self.found else {
            return undecided("there is nothing to compare with");
        };
        match found.interval(1.0 - rule.significance()) {
            Ok(interval) => {
                let judgement = rule.judge_excess(found.difference(), &found.p_values(), interval);
                let because = judgement.because.replace("excess over placebo dates", "difference");
                Judgement { because, ..judgement }
            }
            Err(_) => undecided(&format!("p cannot fall below {}", p_value(found.attainable_p()))),
        }
    }
}

/// One row per comparison.
pub(crate) fn table(first: &str, with: &str, without: &str, all: &[Compared]) -> Table {
    let mut table = Table::new([
        (first.to_owned(), Align::Left),
        ("n".to_owned(), Align::Right),
        (with.to_owned(), Align::Right),
        (without.to_owned(), Align::Right),
        ("difference".to_owned(), Align::Right),
        ("95 % interval".to_owned(), Align::Right),
        ("one-sided p".to_owned(), Align::Right),
        ("p".to_owned(), Align::Right),
        ("detectable".to_owned(), Align::Right),
        ("verdict".to_owned(), Align::Left),
    ]);
    let significance = verdict_rule().significance();
    for one in all {
        let none = || "–".to_owned();
        let Some(d) = &one.found else {
            let mut row = vec![one.name.clone()];
            row.extend((0..9).map(|_| none()));
            table.row(row);
            continue;
        };
        table.row([
            one.name.clone(),
            format!("{}+{}", d.n_with(), d.n_without()),
            percent(d.mean_with()),
            percent(d.mean_without()),
            percent(d.difference()),
            d.interval(1.0 - significance)
                .map_or_else(|_| none(), |i| percent_interval(i.lower, i.upper)),
            p_value(d.p_values().upper),
            format!("{} (≥ {})", p_value(d.p_values().two_sided), p_value(d.attainable_p())),
            d.minimum_detectable_difference(POWER, significance)
                .map_or_else(|_| none(), |m| percent(m.upward)),
            one.judge().verdict.to_string(),
        ]);
    }
    table
}

/// A measure at the events against the same measure on all dates under their rule.
pub(crate) fn measure_test(
    dates: &[NaiveDate],
    (set, seed): (&NamedEvents, u64),
    measure: impl Fn(NaiveDate) -> Option<f64>,
) -> Result<Option<(f64, PlaceboTest)>> {
    let grid = PlaceboGrid::new(dates.to_vec(), dates.iter().map(|date| measure(*date)).collect())?;
    let events = set.events.dates();
    let known: Vec<NaiveDate> =
        events.into_iter().filter(|date| grid.value_on(*date).is_some()).collect();
    if known.is_empty() {
        return Ok(None);
    }
    let observed =
        known.iter().filter_map(|date| grid.value_on(*date)).sum::<f64>() / known.len() as f64;
    let sets = PlaceboDesign::new()
        .seed(seed)
        .min_separation_days(set.placebo.min_separation_days.unwrap_or(0))
        .sets(set.placebo.n_sets)
        .draw(&grid, &known, known.len())?;
    Ok(Some((observed, sets.test(&grid, observed, None)?)))
}

/// Refuted where one part is, supported where all are, else undecided.
pub(crate) fn all_of(parts: &[Verdict]) -> Verdict {
    if parts.contains(&Verdict::Refuted) {
        Verdict::Refuted
    } else if parts.iter().all(|part| *part == Verdict::Supported) {
        Verdict::Supported
    } else {
        Verdict::Undecided
    }
}
