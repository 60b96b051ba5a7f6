//! A measure on event dates against the same measure on all ordinary dates.

use chrono::NaiveDate;
use eventstudy::Result;
use eventstudy::report::{Align, Table, count, p_value};
use eventstudy::resampling::{
    EffectInterval, ExcessIntervalKind, PlaceboDesign, PlaceboGrid, PlaceboTest, PseudoEvent,
};
use eventstudy::study::PlaceboSettings;

use crate::claim::verdict_rule;

/// Power at which the smallest detectable effect is given.
pub(crate) const POWER: f64 = 0.8;

/// The randomisation test of a measure, its interval, and what it could have found.
pub(crate) struct Ordinary {
    pub(crate) test: PlaceboTest,
    pub(crate) interval: EffectInterval,
    pub(crate) detectable: f64,
    pub(crate) n_events: usize,
}

/// Tests the mean over the events that have a value.
///
/// The first of `days` is how far the measure looks ahead: nearer ordinary dates share a part of it
/// with the event, which dilutes the excess; 0 leaves the excess as it is. The second is how far apart
/// pseudo-events are where the rule of the events does not say.
pub(crate) fn against_ordinary(
    dates: &[NaiveDate],
    measure: impl Fn(NaiveDate) -> Result<Option<f64>>,
    events: &[NaiveDate],
    (placebo, seed): (&PlaceboSettings, u64),
    [window_days, separation_days]: [u32; 2],
) -> Result<Option<Ordinary>> {
    let mut kept = Vec::new();
    let mut sum = 0.0;
    for event in events {
        if let Some(value) = measure(*event)? {
            kept.push(*event);
            sum += value;
        }
    }
    if kept.is_empty() {
        return Ok(None);
    }
    let share = |date: NaiveDate| {
        let shared = |event: &NaiveDate| {
            1.0 - (date - *event).num_days().abs() as f64 / f64::from(window_days)
        };
        if window_days == 0 { 0.0 } else { kept.iter().map(shared).fold(0.0, f64::max) }
    };
    let mut pseudo_events = Vec::new();
    for date in dates {
        let value = measure(*date)?;
        let event_share = share(*date);
        pseudo_events.push(value.map(|value| PseudoEvent { value, variance: None, event_share }));
    }
    let grid = PlaceboGrid::of_pseudo_events(dates.to_vec(), &pseudo_events)?;
    let design = PlaceboDesign::new()
        .seed(seed)
        .sets(placebo.n_sets)
        .min_separation_days(placebo.min_separation_days.unwrap_or(separation_days));
    let sets = design.draw(&grid, &kept, kept.len())?;
    let test = sets.test(&grid, sum / kept.len() as f64, None)?;
    let significance = verdict_rule().significance();
    let found = test.minimum_detectable_effect(POWER, significance)?;
    Ok(Some(Ordinary {
        interval: test.effect_interval(ExcessIntervalKind::EqualTailed, 1.0 - significance)?,
        detectable: found.upward,
        n_events: kept.len(),
        test,
    }))
}

impl Ordinary {
    pub(crate) fn p(&self) -> f64 {
        self.test.p_values().two_sided
    }

    /// The columns of [`Ordinary::row`].
    pub(crate) fn table(first: &[(&str, Align)]) -> Table {
        let mut columns: Vec<(&str, Align)> = first.to_vec();
        columns.extend([
            ("events", Align::Right),
            ("mean", Align::Right),
            ("ordinary mean", Align::Right),
            ("excess", Align::Right),
            ("95 % interval", Align::Right),
            ("one-sided p", Align::Right),
            ("placebo p", Align::Right),
            ("detectable", Align::Right),
            ("ordinary dates", Align::Right),
        ]);
        Table::new(columns)
    }

    /// `number` shows a value and `span` an interval of the measure.
    pub(crate) fn row(
        &self,
        first: &[String],
        number: impl Fn(f64) -> String,
        span: impl Fn(f64, f64) -> String,
    ) -> Vec<String> {
        let mut row = first.to_vec();
        row.extend([
            self.n_events.to_string(),
            number(self.test.means().observed()),
            number(self.test.means().mean()),
            number(self.test.excess()),
            self.interval.ends().map_or_else(|| "unbounded".to_owned(), |(a, b)| span(a, b)),
            p_value(self.test.p_values().upper),
            format!("{} (≥ {})", p_value(self.p()), p_value(self.test.attainable_p())),
            number(self.detectable),
            count(self.test.means().n_admissible()),
        ]);
        row
    }
}
