//! The study on every date on which an event could have been.

use std::sync::Arc;

use chrono::NaiveDate;

use super::evaluate::{EventValues, Occurrence};
use super::event_level::n_overlapping_of;
use super::{
    EventStudy, PathBand, PlaceboEstimate, PlaceboScheme, PlaceboSettings, Progress,
    ProgressListener, StudyData,
};
use crate::abnormal::EventRequest;
use crate::events::{EventId, EventSet, Scope};
use crate::numeric::{parallel, quantile};
use crate::resampling::{ExcessIntervalKind, PlaceboDesign, PlaceboDistribution, PlaceboGrid};
use crate::{Error, Result};

/// Power at which minimum detectable effects are given.
pub(super) const POWER: f64 = 0.8;

/// On which dates pseudo-events of a set of events may fall, and how these events lie.
#[derive(Debug)]
pub(super) struct Ordinary {
    pub(super) settings: PlaceboSettings,
    /// Dates that the buffer keeps clear of: all events, also those without data.
    avoid: Vec<NaiveDate>,
    buffer_days: u32,
    /// Calendar days of each window, the most over the events.
    lengths: Vec<u32>,
    /// Event dates of each window whose window overlaps that of another.
    pub(super) n_overlapping: Vec<usize>,
}

impl Ordinary {
    /// Whether a single pseudo-event may fall on that date.
    pub(super) fn admits(&self, date: NaiveDate) -> bool {
        let buffer = i64::from(self.buffer_days);
        self.settings.in_period(date)
            && self.avoid.iter().all(|event| (date - *event).num_days().abs() > buffer)
    }
}

/// What pseudo-events on all dates gave.
#[derive(Debug)]
pub(super) struct PlaceboDates {
    /// Who responds to a pseudo-event.
    pub(super) scope: Scope,
    /// Dates that a pseudo-event may fall on.
    dates: Vec<NaiveDate>,
    /// Values per date; `None` where the date is inadmissible in every window.
    values: Vec<Option<EventValues>>,
}

impl EventStudy {
    /// Runs the study for a pseudo-event of that scope on every session: universe selected anew,
    /// model fitted anew, the same windows and the same smallest number of assets.
    ///
    /// One answer for each of `studies`, which differ from this one in their event portfolios alone,
    /// so that the responses are fitted once for all.
    ///
    /// The windows of `events` are left out of the estimation windows of pseudo-events where the
    /// study leaves them out of those of other events.
    pub(super) fn placebo_dates(
        &self,
        data: &StudyData,
        studies: &[EventStudy],
        scope: &Scope,
        events: Option<&EventSet>,
        progress: ProgressListener<'_>,
    ) -> Result<Vec<PlaceboDates>> {
        let axis = data.prices().axis();
        let calendar = data.sessions().unwrap_or(axis);
        let dates = calendar.dates()
            [calendar.rows_between(axis.first().pred_opt().unwrap_or(axis.first()), axis.last())]
        .to_vec();
        let beside = match events.filter(|_| self.estimation.excludes_other_events()) {
            Some(events) => self.requests(data, &Self::occurrences(events)).0.into(),
            None => Arc::new([]) as Arc<[EventRequest]>,
        };
        progress(Progress::Begun { what: "placebo dates", n_steps: dates.len() });
        let by_date = parallel::map(dates.len(), |k| {
            let pseudo = Occurrence { id: EventId::FIRST, date: dates[k], label: "placebo", scope };
            let responses = self.fit_responses(data, &[pseudo], &beside, false)?;
            let of_study = |study: &EventStudy| {
                let (_, events) = study.values(&responses, study.paths, &mut Vec::new())?;
                Ok(events.into_iter().next())
            };
            let values = studies.iter().map(of_study).collect::<Result<Vec<_>>>()?;
            progress(Progress::Step);
            Ok(values)
        })
        .into_iter()
        .collect::<Result<Vec<_>>>()?;
        let mut found: Vec<PlaceboDates> = studies
            .iter()
            .map(|_| PlaceboDates {
                scope: scope.clone(),
                dates: dates.clone(),
                values: Vec::with_capacity(dates.len()),
            })
            .collect();
        for values in by_date {
            for (study, value) in found.iter_mut().zip(values) {
                study.values.push(value);
            }
        }
        Ok(found)
    }

    /// What is ordinary beside events on these dates; `covering` are, per window, those that have it.
    pub(super) fn ordinary(
        &self,
        data: &StudyData,
        settings: &PlaceboSettings,
        event_dates: &[NaiveDate],
        covering: &[Vec<NaiveDate>],
    ) -> Result<Ordinary> {
        let (mut reach, mut lengths, mut n_overlapping) = (0, Vec::new(), Vec::new());
        for (window, dates) in covering.iter().enumerate() {
            let spans = self.spans(window, data, dates)?;
            let days =
                |from: NaiveDate, to: NaiveDate| u32::try_from((to - from).num_days()).unwrap_or(0);
            let of_event = |(event, first, last): &(NaiveDate, NaiveDate, NaiveDate)| {
                days((*first).min(*event), (*last).max(*event))
            };
            reach = spans.iter().map(of_event).fold(reach, u32::max);
            lengths.push(spans.iter().map(|(_, a, b)| days(*a, *b) + 1).max().unwrap_or(0));
            n_overlapping.push(n_overlapping_of(&spans));
        }
        let mut avoid: Vec<NaiveDate> =
            event_dates.iter().chain(&settings.avoid).copied().collect();
        avoid.sort_unstable();
        avoid.dedup();
        let buffer_days = settings.buffer_days.unwrap_or(reach);
        Ok(Ordinary { settings: settings.clone(), avoid, buffer_days, lengths, n_overlapping })
    }

    /// Sets of as many pseudo-events as there are `event_dates`, spaced like them: where windows
    /// of the events overlap, the pattern of their dates is shifted as a whole, since sets of
    /// dates that stand apart would vary less than events that bunch.
    pub(super) fn placebo_comparison(
        &self,
        placebo: &PlaceboDates,
        window: usize,
        event_dates: &[NaiveDate],
        ordinary: &Ordinary,
    ) -> Result<PlaceboComparison> {
        let (level, length) = (self.level, ordinary.lengths[window]);
        let values = placebo
            .dates
            .iter()
            .zip(&placebo.values)
            .map(|(date, v)| {
                let value = v.as_ref().filter(|_| ordinary.settings.in_period(*date))?;
                Some(value.windows[window].as_ref()?.value)
            })
            .collect();
        let grid = PlaceboGrid::new(placebo.dates.clone(), values)?;
        // Never closer than the windows of events are: those of this branch do not overlap.
        let separation = ordinary.settings.min_separation_days.unwrap_or(0).max(length);
        let design = PlaceboDesign::new()
            .min_separation_days(separation)
            .buffer_days(ordinary.buffer_days)
            .sets(ordinary.settings.n_sets)
            .seed(self.seed);
        let overlapping = ordinary.n_overlapping[window] > 0;
        let sets = if overlapping {
            design.shifts(&grid, event_dates)?
        } else {
            design.draw(&grid, &ordinary.avoid, event_dates.len())?
        };
        // The sets do not depend on what was observed.
        let drawn = sets.mean(&grid, 0.0)?;
        let detectable = drawn.minimum_detectable_shift(POWER, 1.0 - level)?.upward;
        Ok(PlaceboComparison {
            drawn,
            level,
            window_days: length,
            detectable,
            scheme: if overlapping { PlaceboScheme::Shifted } else { PlaceboScheme::Spaced },
            n_buffered: sets.n_buffered(),
            min_separation_days: separation,
            buffer_days: ordinary.buffer_days,
        })
    }
}

/// Sets of pseudo-events against which any mean over the events can be held.
#[derive(Debug)]
pub struct PlaceboComparison {
    drawn: PlaceboDistribution,
    level: f64,
    window_days: u32,
    detectable: f64,
    scheme: PlaceboScheme,
    n_buffered: usize,
    min_separation_days: u32,
    buffer_days: u32,
}

impl PlaceboComparison {
    /// What the sets say of a mean over the events, a decimal fraction.
    ///
    /// # Errors
    ///
    /// [`Error::StatisticUndefined`] for a mean that is not finite; [`Error::TooFew`] where there
    /// are too few sets for the level of the study.
    pub fn estimate(&self, mean: f64) -> Result<PlaceboEstimate> {
        let drawn = self.drawn.clone().observing(mean)?;
        let tail = (1.0 - self.level) / 2.0;
        Ok(PlaceboEstimate {
            mean: drawn.mean(),
            std_dev: drawn.std_dev(),
            lower_quantile: drawn.quantile(tail).unwrap_or(f64::NAN),
            upper_quantile: drawn.quantile(1.0 - tail).unwrap_or(f64::NAN),
            excess: drawn.excess(),
            interval: drawn.excess_interval(ExcessIntervalKind::Centred, self.level)?,
            p_values: drawn.p_values(),
            biased_p_against_zero: drawn.biased_p_against_zero(),
            attainable_p: drawn.attainable_p(),
            minimum_detectable_effect: self.detectable,
            n_sets: drawn.n_sets(),
            exact: drawn.is_exact(),
            scheme: self.scheme,
            n_buffered: self.n_buffered,
            n_admissible: drawn.n_admissible(),
            effective_periods: drawn.effective_periods(self.window_days),
            min_separation_days: self.min_separation_days,
            buffer_days: self.buffer_days,
        })
    }
}

impl PlaceboDates {
    /// Values of single pseudo-events in a window, with their dates; only those on ordinary dates
    /// where these are given.
    pub(super) fn single(
        &self,
        window: usize,
        ordinary: Option<&Ordinary>,
    ) -> Vec<(NaiveDate, f64)> {
        self.dates
            .iter()
            .zip(&self.values)
            .filter(|(date, _)| ordinary.is_none_or(|o| o.admits(**date)))
            .filter_map(|(date, values)| {
                let value = values.as_ref()?.windows[window].as_ref()?.value;
                Some((*date, value))
            })
            .collect()
    }

    /// Quantiles of the paths of all pseudo-events on ordinary dates, day by day.
    pub(super) fn band(&self, ordinary: &Ordinary, level: f64) -> Option<PathBand> {
        let paths: Vec<&EventValues> = self
            .values
            .iter()
            .flatten()
            .filter(|v| ordinary.admits(v.date) && v.windows.iter().all(Option::is_some))
            .collect();
        // Quarters differ by a few days: a shorter path stands at its last value.
        let longest = paths.iter().max_by_key(|v| v.path.len()).filter(|v| !v.path.is_empty())?;
        let at = |v: &EventValues, row: usize| v.path.get(row).or(v.path.last()).map(|(_, x)| *x);
        let tail = (1.0 - level) / 2.0;
        let mut band = PathBand { n_dates: paths.len(), ..PathBand::default() };
        for row in 0..longest.path.len() {
            let values: Vec<f64> = paths.iter().filter_map(|v| at(v, row)).collect();
            let sorted = quantile::sorted(&values);
            band.days.push(days_between(longest.date, longest.path[row].0));
            for (list, p) in
                [(&mut band.lower, tail), (&mut band.median, 0.5), (&mut band.upper, 1.0 - tail)]
            {
                list.push(quantile::quantile_sorted(&sorted, p).unwrap_or(f64::NAN));
            }
        }
        Some(band)
    }
}

/// Calendar days from the event to a date of its window.
pub(super) fn days_between(event: NaiveDate, date: NaiveDate) -> i32 {
    // A window of a hundred years is 36,525 days.
    i32::try_from((date - event).num_days()).unwrap_or(i32::MAX)
}

/// The scope that all events share; `None` where they differ, so that no pseudo-event stands for
/// all of them.
pub(super) fn common_scope(events: &EventSet) -> Option<&Scope> {
    let mut scopes = events.iter().map(|event| &event.scope);
    let first = scopes.next()?;
    scopes.all(|scope| scope == first).then_some(first)
}

/// Why there are no placebo dates for events of that scope.
pub(super) fn no_common_scope(placebo: Option<&PlaceboDates>) -> String {
    match placebo {
        Some(dates) => format!(
            "the placebo dates were evaluated for events of scope {}, these have another one",
            dates.scope
        ),
        None => "the events are of different scopes (the market or single assets), so that no \
                 pseudo-event stands for all of them"
            .to_owned(),
    }
}

/// What a fault of the placebo means for the estimate: too few dates are said, not fatal.
pub(super) fn fault_in_words(
    result: Result<PlaceboEstimate>,
) -> Result<(Option<PlaceboEstimate>, Option<String>)> {
    match result {
        Ok(estimate) => Ok((Some(estimate), None)),
        Err(error @ (Error::TooFew { .. } | Error::PlaceboSpace { .. })) => {
            Ok((None, Some(error.to_string())))
        }
        Err(error) => Err(error),
    }
}
