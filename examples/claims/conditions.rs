//! Responses with and without a condition, as claims C8 and C9 read them.

use chrono::NaiveDate;
use eventstudy::Result;
use eventstudy::context::ConditionSplit;
use eventstudy::report::{Align, Cell, Table, p_value, percent};
use eventstudy::resampling::{LabelDifference, LabelRandomisation};
use eventstudy::study::{Judgement, PreparedStudy, Verdict};

use crate::claim::verdict_rule;
use crate::figure::Figure;
use crate::market::NamedEvents;
use crate::studies::{Run, WHOLE, lag};

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

/// A comparison of values with and without a label.
pub(crate) struct Difference {
    pub(crate) name: String,
    /// `None` where all values or none have it.
    pub(crate) found: Option<LabelDifference>,
}

impl Difference {
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

    /// Values compared.
    pub(crate) fn n(&self) -> usize {
        self.found.as_ref().map_or(0, |found| found.n_with() + found.n_without())
    }

    /// The figure of the values of `n_event_dates` events, or of ordinary dates where that is zero.
    pub(crate) fn figure(&self, measure: &str, n_event_dates: usize) -> Result<Figure> {
        match &self.found {
            Some(found) => Figure::of_labels(measure, n_event_dates, found),
            None => Ok(Figure::not_known(measure)),
        }
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
pub(crate) fn table(first: &str, with: &str, without: &str, all: &[Difference]) -> Result<Table> {
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
    for one in all {
        let name = Cell::from(one.name.as_str());
        let Some(d) = &one.found else {
            table.row(std::iter::once(name).chain((0..9).map(|_| Cell::none())));
            continue;
        };
        let figure = one.figure("", 0)?;
        table.row([
            name,
            Cell::from(format!("{}+{}", d.n_with(), d.n_without())),
            Cell::number(d.mean_with(), percent),
            Cell::number(d.mean_without(), percent),
            Cell::number(d.difference(), percent),
            figure.unit.interval(figure.interval),
            Cell::number(d.p_values().upper, p_value),
            Cell::number(d.p_values().two_sided, p_value)
                .with_remark(&format!(" (≥ {})", p_value(d.attainable_p()))),
            Cell::optional(figure.detectable, percent),
            Cell::from(one.judge().verdict.to_string()),
        ]);
    }
    Ok(table)
}
