//! Events against sets of pseudo-events.

use chrono::NaiveDate;

use super::event_level::{EventDate, Span};
use super::placebo::{Ordinary, POWER, Placebos};
use super::{EventStudy, Judgement, PlaceboEstimate, PlaceboScheme, SchemeChoice, VerdictRule};
use crate::events::{EventSet, Scope};
use crate::resampling::{
    ExcessIntervalKind, PlaceboDesign, PlaceboGrid, PlaceboSets, PlaceboStatistic, PlaceboTest,
    PseudoEvent,
};
use crate::{Error, Result};

/// An event date and the positions among the placebos of who responds on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unit {
    /// Day 0.
    pub(super) date: NaiveDate,
    /// Date of the first event of it, which the prices may see on a later one.
    pub(super) known: NaiveDate,
    pub(super) placebos: Vec<usize>,
}

impl EventStudy {
    /// Sets of as many pseudo-events as there are event dates, spaced like them. Where windows of
    /// the events overlap, or different assets respond to them, the pattern of their dates is shifted
    /// as a whole, unless another scheme is asked for: sets of dates that stand apart would vary less
    /// than events that bunch.
    pub(super) fn placebo_comparison(
        &self,
        placebos: &Placebos,
        window: usize,
        units: &[Unit],
        ordinary: &Ordinary,
    ) -> Result<PlaceboComparison> {
        let length = ordinary.lengths[window];
        let found = Admissible::of(placebos, window, units, ordinary)?;
        let drawn = self.sets(&found, &[window], units, ordinary)?;
        let scheme = (drawn.scheme, drawn.min_separation_days);
        self.compare(&drawn.sets, &found, ordinary, length, scheme)
    }

    /// Sets of pseudo-events on these dates, which serve all of these windows.
    pub(super) fn sets(
        &self,
        found: &Admissible,
        windows: &[usize],
        units: &[Unit],
        ordinary: &Ordinary,
    ) -> Result<DrawnSets> {
        let settings = &ordinary.settings;
        let overlapping = windows.iter().any(|w| ordinary.n_overlapping[*w] > 0);
        let scheme = match settings.scheme {
            SchemeChoice::Auto if overlapping || found.used.len() > 1 => PlaceboScheme::Shifted,
            SchemeChoice::Auto | SchemeChoice::Spaced => PlaceboScheme::Spaced,
            SchemeChoice::Shifted => PlaceboScheme::Shifted,
        };
        // Never closer than the windows of events are; where these overlap, as close as they are.
        let longest = windows.iter().map(|w| ordinary.lengths[*w]).max().unwrap_or(0);
        let separation = settings.min_separation_days.unwrap_or(0).max(longest);
        let smallest = units.windows(2).map(|pair| (pair[1].date - pair[0].date).num_days()).min();
        let nearest = smallest.and_then(|gap| u32::try_from(gap).ok()).filter(|_| overlapping);
        let spaced = scheme == PlaceboScheme::Spaced;
        let separation = nearest.filter(|_| spaced).map_or(separation, |gap| separation.min(gap));
        let design = PlaceboDesign::new()
            .min_separation_days(separation)
            .sets(settings.n_sets)
            .seed(self.seed);
        let (grid, event_dates) = (found.grid()?, dates_of(units));
        let sets = if spaced {
            design.draw(&grid, &event_dates, event_dates.len())?
        } else {
            design.shifts(&grid, &event_dates)?
        };
        Ok(DrawnSets { sets, scheme, min_separation_days: separation })
    }

    /// The sets with what their dates gave, against any mean over the events.
    pub(super) fn compare(
        &self,
        sets: &PlaceboSets,
        found: &Admissible,
        ordinary: &Ordinary,
        window_days: u32,
        (scheme, min_separation_days): (PlaceboScheme, u32),
    ) -> Result<PlaceboComparison> {
        // What was observed is put in later; the sets do not depend on it.
        let test = found.test(sets, (0.0, Some(1.0)), ordinary)?;
        let detectable = match test.minimum_detectable_effect(POWER, 1.0 - self.level) {
            Ok(found) => Some(found.upward),
            Err(Error::TooFew { .. }) => None,
            Err(error) => return Err(error),
        };
        Ok(PlaceboComparison {
            test,
            level: self.level,
            window_days,
            detectable,
            scheme,
            n_buffered: found.n_buffered,
            min_separation_days,
            buffer_days: ordinary.settings.buffer_days,
        })
    }
}

/// Sets of pseudo-events, and how they are spaced.
pub(super) struct DrawnSets {
    pub(super) sets: PlaceboSets,
    pub(super) scheme: PlaceboScheme,
    pub(super) min_separation_days: u32,
}

/// The test of a single event among all dates on which it could have been.
pub(super) fn placebo_of_event(
    placebos: &Placebos,
    window: usize,
    unit: &Unit,
    (value, std_error): (f64, Option<f64>),
    ordinary: &Ordinary,
) -> Result<PlaceboTest> {
    let found = Admissible::of(placebos, window, std::slice::from_ref(unit), ordinary)?;
    let grid = found.grid_of(0)?;
    let sets = PlaceboDesign::new().sets(grid.n_admissible()).draw(&grid, &[unit.date], 1)?;
    sets.test(&grid, value, ordinary.if_studentised(std_error))
}

/// Days 0 of the events.
pub(super) fn dates_of(units: &[Unit]) -> Vec<NaiveDate> {
    units.iter().map(|unit| unit.date).collect()
}

/// The event dates with who responds on them; `None` where a scope has no placebo.
pub(super) fn units(
    placebos: &Placebos,
    dates: &[EventDate],
    events: &EventSet,
) -> Option<Vec<Unit>> {
    let position = |scope: &Scope| placebos.iter().position(|p| p.scope == *scope);
    let unit = |date: &EventDate| {
        let mut placebos = Vec::with_capacity(date.events.len());
        for event in &date.events {
            placebos.push(position(&events.event(*event).scope)?);
        }
        placebos.sort_unstable();
        placebos.dedup();
        let known = date.events.iter().map(|event| events.event(*event).date).min();
        Some(Unit { date: date.date, known: known.unwrap_or(date.date), placebos })
    };
    dates.iter().map(unit).collect()
}

/// The dates on which every scope of the events has an estimate in a window.
#[derive(Debug)]
pub(super) struct Admissible {
    pub(super) dates: Vec<NaiveDate>,
    /// First dates of the windows of events on them.
    pub(super) starts: Vec<NaiveDate>,
    /// What an event of each scope would give on each of them.
    rows: Vec<Vec<PseudoEvent>>,
    /// The placebos of these scopes.
    pub(super) used: Vec<usize>,
    /// For each unit the positions of its scopes in a row.
    positions: Vec<Vec<usize>>,
    n_buffered: usize,
}

impl Admissible {
    pub(super) fn of(
        placebos: &Placebos,
        window: usize,
        units: &[Unit],
        ordinary: &Ordinary,
    ) -> Result<Self> {
        let needed = |k: &usize| units.iter().any(|unit| unit.placebos.contains(k));
        let used: Vec<usize> = (0..placebos.len()).filter(needed).collect();
        let own: Vec<Vec<(NaiveDate, NaiveDate)>> =
            used.iter().map(|k| own_spans(*k, &ordinary.spans[window], units)).collect();
        // All placebos are on the same dates.
        let all = used.first().map_or(&[][..], |k| &placebos[*k].dates);
        let (mut found, mut n_buffered) = (Vec::new(), 0);
        for (row, date) in all.iter().enumerate() {
            if !ordinary.settings.in_period(*date) {
                continue;
            }
            let event = |(k, own): (&usize, &Vec<(NaiveDate, NaiveDate)>)| {
                let value = placebos[*k].values[row].as_ref()?.windows[window].as_ref()?;
                Some(PseudoEvent {
                    value: value.value,
                    variance: value.variance,
                    event_share: share_within(value.dates, own),
                })
            };
            let Some(events) = used.iter().zip(&own).map(event).collect::<Option<Vec<_>>>() else {
                continue;
            };
            if !ordinary.is_clear(*date) {
                n_buffered += 1;
                continue;
            }
            let values = used.first().and_then(|k| placebos[*k].values[row].as_ref());
            let start =
                values.and_then(|v| v.windows[window].as_ref()).map_or(*date, |v| v.dates.0);
            found.push((*date, start, events));
        }
        // A window of one row tells no variance on any date, a path that stands still on some.
        let known = |events: &Vec<PseudoEvent>| events.iter().all(|e| e.variance.is_some());
        let studentised = ordinary.settings.statistic == PlaceboStatistic::Studentised;
        if studentised && found.iter().any(|(.., events)| known(events)) {
            found.retain(|(.., events)| known(events));
        }
        if found.is_empty() {
            return Err(Error::TooFew {
                what: "a placebo comparison".to_owned(),
                unit: "dates on which all scopes of the events have an estimate",
                n_needed: 1,
                n_found: 0,
            });
        }
        let position = |k: &usize| used.iter().position(|other| other == k);
        let positions =
            units.iter().map(|unit| unit.placebos.iter().filter_map(position).collect()).collect();
        let (mut dates, mut starts, mut rows) = (Vec::new(), Vec::new(), Vec::new());
        for (date, start, events) in found {
            dates.push(date);
            starts.push(start);
            rows.push(events);
        }
        Ok(Self { dates, starts, rows, used, positions, n_buffered })
    }

    /// The dates, where only these matter for the sets.
    pub(super) fn grid(&self) -> Result<PlaceboGrid> {
        PlaceboGrid::new(self.dates.clone(), self.rows.iter().map(|e| Some(e[0].value)).collect())
    }

    /// What an event like that at a position among the units would give on each of the dates.
    pub(super) fn grid_of(&self, unit: usize) -> Result<PlaceboGrid> {
        let of_unit = |events: &Vec<PseudoEvent>| Some(average(&self.positions[unit], events));
        let events: Vec<_> = self.rows.iter().map(of_unit).collect();
        PlaceboGrid::of_pseudo_events(self.dates.clone(), &events)
    }

    /// Without the dates that are not among these, which are in order.
    pub(super) fn keep(&mut self, dates: &[NaiveDate]) {
        let kept: Vec<bool> = self.dates.iter().map(|d| dates.binary_search(d).is_ok()).collect();
        let mut keep = kept.iter().copied();
        self.dates.retain(|_| keep.next().unwrap_or(false));
        let mut keep = kept.iter().copied();
        self.starts.retain(|_| keep.next().unwrap_or(false));
        let mut keep = kept.iter().copied();
        self.rows.retain(|_| keep.next().unwrap_or(false));
    }

    /// The test of a mean over the events, with its standard error, against sets on these dates.
    pub(super) fn test(
        &self,
        sets: &PlaceboSets,
        (mean, std_error): (f64, Option<f64>),
        ordinary: &Ordinary,
    ) -> Result<PlaceboTest> {
        let studentised = ordinary.settings.statistic == PlaceboStatistic::Studentised
            && self.rows.iter().flatten().all(|e| e.variance.is_some());
        let unit = |k: usize, row: usize| average(&self.positions[k], &self.rows[row]);
        sets.test_by(mean, std_error.filter(|_| studentised), unit)
    }
}

/// The windows of the events of one scope.
fn own_spans(placebo: usize, spans: &[Span], units: &[Unit]) -> Vec<(NaiveDate, NaiveDate)> {
    let of_scope = |span: &&Span| {
        units.iter().any(|unit| unit.date == span.0 && unit.placebos.contains(&placebo))
    };
    merged(spans.iter().filter(of_scope).map(|(_, from, to)| (*from, *to)))
}

/// What the events of one date, whose scopes are at these positions, would give together.
fn average(positions: &[usize], events: &[PseudoEvent]) -> PseudoEvent {
    if let [only] = positions {
        return events[*only];
    }
    let n = positions.len() as f64;
    let of_date = || positions.iter().map(|k| &events[*k]);
    let variance: Option<f64> = of_date().map(|e| e.variance).sum();
    PseudoEvent {
        value: of_date().map(|e| e.value).sum::<f64>() / n,
        variance: variance.map(|v| v / n),
        event_share: of_date().map(|e| e.event_share).sum::<f64>() / n,
    }
}

/// Spans in order of their first dates, those that meet joined.
fn merged(spans: impl Iterator<Item = (NaiveDate, NaiveDate)>) -> Vec<(NaiveDate, NaiveDate)> {
    let mut all: Vec<_> = spans.collect();
    all.sort_unstable();
    let mut out: Vec<(NaiveDate, NaiveDate)> = Vec::with_capacity(all.len());
    for (from, to) in all {
        match out.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(to),
            _ => out.push((from, to)),
        }
    }
    out
}

/// Share of the days of a span that lie within spans of which no two meet.
fn share_within((from, to): (NaiveDate, NaiveDate), spans: &[(NaiveDate, NaiveDate)]) -> f64 {
    let days = |a: NaiveDate, b: NaiveDate| ((b - a).num_days() + 1).max(0);
    let within: i64 = spans.iter().map(|(a, b)| days(from.max(*a), to.min(*b))).sum();
    within as f64 / days(from, to) as f64
}

/// Sets of pseudo-events against which any mean over the events can be held.
#[derive(Debug)]
pub struct PlaceboComparison {
    test: PlaceboTest,
    level: f64,
    window_days: u32,
    detectable: Option<f64>,
    scheme: PlaceboScheme,
    n_buffered: usize,
    min_separation_days: u32,
    buffer_days: Option<u32>,
}

impl PlaceboComparison {
    /// What the sets say of a mean over the events, a decimal fraction, with its
    /// [standard error](super::WindowEstimate::std_error).
    ///
    /// # Errors
    ///
    /// [`Error::StatisticUndefined`] for a mean that is not finite, or without a standard error where
    /// the test needs one.
    pub fn estimate(&self, mean: f64, std_error: Option<f64>) -> Result<PlaceboEstimate> {
        let test = self.test.observing(mean, std_error)?;
        let means = test.means();
        let studentised = test.statistic() == PlaceboStatistic::Studentised;
        let tail = (1.0 - self.level) / 2.0;
        Ok(PlaceboEstimate {
            statistic: test.statistic(),
            t: studentised.then(|| test.t()),
            mean: means.mean(),
            std_dev: means.std_dev(),
            lower_quantile: means.quantile(tail).unwrap_or(f64::NAN),
            upper_quantile: means.quantile(1.0 - tail).unwrap_or(f64::NAN),
            excess: test.excess(),
            event_share: test.event_share(),
            interval: test.effect_interval(ExcessIntervalKind::Centred, self.level)?,
            equal_tailed: Some(test.effect_interval(ExcessIntervalKind::EqualTailed, self.level)?),
            p_values: test.p_values(),
            family_p: None,
            mean_p_values: Some(means.p_values()),
            biased_p_against_zero: means.biased_p_against_zero(),
            attainable_p: test.attainable_p(),
            minimum_detectable_effect: self.detectable,
            n_sets: means.n_sets(),
            exact: means.is_exact(),
            scheme: self.scheme,
            n_buffered: self.n_buffered,
            n_admissible: means.n_admissible(),
            effective_periods: means.effective_periods(self.window_days),
            min_separation_days: self.min_separation_days,
            buffer_days: self.buffer_days,
        })
    }

    /// What a rule says of a mean over the events, at the significance of the rule.
    ///
    /// # Errors
    ///
    /// As [`estimate`](Self::estimate).
    pub fn judge(
        &self,
        rule: &VerdictRule,
        mean: f64,
        std_error: Option<f64>,
    ) -> Result<Judgement> {
        rule.judge_test(&self.test.observing(mean, std_error)?)
    }
}
