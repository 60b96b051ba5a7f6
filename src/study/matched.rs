//! Events against dates that are like them.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::comparison::{Admissible, PlaceboComparison, Unit, dates_of, units};
use super::evaluate::Evaluation;
use super::event_level::mean_by_date;
use super::placebo::{Ordinary, Placebos, fault_in_words, no_placebo};
use super::states::{States, with_age};
use super::{EventStudy, PlaceboEstimate, PlaceboScheme, StudyData};
use crate::events::EventSet;
use crate::resampling::{MatchedPool, PValues};
use crate::time::EventWindow;
use crate::{Error, Result};

/// The estimate against dates that are like the events in what the study names.
///
/// It stands beside the comparison with ordinary dates and decides nothing: verdicts, adjusted
/// p-values and charts rest on [`WindowEstimate::placebo`](super::WindowEstimate::placebo). Where the
/// two differ, the state of the market before the events explains part of what came after.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MatchedPlacebo {
    /// The rules in words, in order.
    pub rules: Vec<String>,
    /// How many dates match each event date, in order.
    pub pools: Vec<MatchedPool>,
    /// The comparison; its dates are those that match any event, and those of the events.
    pub estimate: PlaceboEstimate,
}

/// How many dates match an event date in a window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MatchedDates {
    /// The window: which dates have an estimate hangs on it, and what was known before it.
    pub window: EventWindow,
    /// Day 0 of the event.
    pub event: NaiveDate,
    /// Dates that match it, its own not counted.
    pub n_dates: usize,
    /// The most of them whose windows do not overlap.
    pub n_periods: usize,
    /// Why there are none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fault: Option<String>,
}

impl EventStudy {
    /// Whether dates are to be matched.
    pub(super) fn matches_dates(&self) -> bool {
        self.placebo.as_ref().is_some_and(|settings| !settings.matching.is_empty())
    }

    /// Sets of dates that match the events, with how many match each.
    pub(super) fn matched_comparison(
        &self,
        states: &mut States<'_>,
        placebos: &Placebos,
        window: usize,
        units: &[Unit],
        ordinary: &Ordinary,
    ) -> Result<(PlaceboComparison, Vec<MatchedPool>)> {
        if ordinary.n_overlapping[window] > 0 {
            return Err(overlapping(ordinary.n_overlapping[window]));
        }
        let found = Admissible::of(placebos, window, units, ordinary)?;
        let design = states.design(placebos, window, units, ordinary, &found)?;
        let drawn = design.draw(&found.grid()?, &dates_of(units)).map_err(with_age)?;
        let scheme = (PlaceboScheme::Matched, drawn.min_separation_days());
        let length = ordinary.lengths[window];
        let comparison = self.compare(drawn.sets(), &found, ordinary, length, scheme)?;
        Ok((comparison, drawn.pools().to_vec()))
    }

    /// The comparison of a window with matched dates, or why there is none.
    pub(super) fn matched_placebo(
        &self,
        states: &mut States<'_>,
        placebos: &Placebos,
        window: usize,
        (units, ordinary): (&[Unit], &Ordinary),
        (mean, std_error): (f64, Option<f64>),
    ) -> Result<(Option<MatchedPlacebo>, Option<String>)> {
        if !self.matches_dates() {
            return Ok((None, None));
        }
        let found = self.matched_comparison(states, placebos, window, units, ordinary);
        fault_in_words(found.and_then(|(comparison, pools)| {
            Ok(MatchedPlacebo {
                rules: ordinary.settings.matching.iter().map(ToString::to_string).collect(),
                pools,
                estimate: comparison.estimate(mean, std_error)?,
            })
        }))
    }

    /// How many dates match the events of a check, window by window.
    pub(super) fn matched_dates(
        &self,
        data: &StudyData,
        events: &EventSet,
        evaluation: &Evaluation,
        placebos: &Placebos,
    ) -> Result<Vec<MatchedDates>> {
        let by_window = self.dates_by_window(evaluation);
        let settings = self.placebo.clone().unwrap_or_default();
        let ordinary = self.ordinary(data, &settings, &events.dates(), &by_window)?;
        let mut states = States::new(self, data);
        let mut out = Vec::new();
        for (window, name) in self.windows.iter().enumerate() {
            let dates = mean_by_date(&evaluation.events, window);
            if dates.is_empty() {
                continue;
            }
            let n_overlapping = ordinary.n_overlapping[window];
            let fault = (n_overlapping > 0).then(|| overlapping(n_overlapping).to_string());
            let matched = match units(placebos, &dates, events) {
                Some(units) => {
                    fault_in_words(pools(&mut states, placebos, window, &units, &ordinary))?
                }
                None => (None, Some(no_placebo(events, placebos))),
            };
            for (k, date) in dates.iter().enumerate() {
                let (pool, why) = match &matched {
                    (Some(pools), _) => pools[k].clone(),
                    (None, why) => (None, why.clone()),
                };
                out.push(MatchedDates {
                    window: *name,
                    event: date.date,
                    n_dates: pool.map_or(0, |pool| pool.n_dates),
                    n_periods: pool.map_or(0, |pool| pool.n_periods),
                    fault: why.or_else(|| fault.clone()),
                });
            }
        }
        Ok(out)
    }
}

/// p-values of a single event among the dates that match it.
pub(super) fn matched_placebo_of_event(
    states: &mut States<'_>,
    placebos: &Placebos,
    window: usize,
    unit: &Unit,
    (value, std_error): (f64, Option<f64>),
    ordinary: &Ordinary,
) -> Result<PValues> {
    let units = std::slice::from_ref(unit);
    let found = Admissible::of(placebos, window, units, ordinary)?;
    let design = states.design(placebos, window, units, ordinary, &found)?;
    let grid = found.grid_of(0)?;
    let drawn = design.draw(&grid, &[unit.date]).map_err(with_age)?;
    Ok(drawn.sets().test(&grid, value, ordinary.if_studentised(std_error))?.p_values())
}

/// The dates that match each of the events, or why there are none.
fn pools(
    states: &mut States<'_>,
    placebos: &Placebos,
    window: usize,
    units: &[Unit],
    ordinary: &Ordinary,
) -> Result<Vec<(Option<MatchedPool>, Option<String>)>> {
    let found = Admissible::of(placebos, window, units, ordinary)?;
    let design = states.design(placebos, window, units, ordinary, &found)?;
    let grid = found.grid()?;
    let of_unit = |unit: &Unit| {
        let pools = design.pools(&grid, &[unit.date]).map_err(with_age);
        let (pools, fault) = fault_in_words(pools)?;
        Ok((pools.and_then(|pools| pools.into_iter().next()), fault))
    };
    units.iter().map(of_unit).collect()
}

fn overlapping(n_dates: usize) -> Error {
    Error::Setting {
        name: "match",
        value: format!("dates for {n_dates} events whose windows overlap"),
        expected: "windows that do not overlap, as sets of matched dates would bunch less than \
                   the events, and p would be too small",
    }
}
