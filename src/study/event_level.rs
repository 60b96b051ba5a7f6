//! Inference with the event date as the unit, apart from placebo dates.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::evaluate::{EventValues, WindowValue};
use super::placebo::POWER;
use super::{DateBootstrapFault, EventDateBootstrapEstimate, EventLevelT, EventStudy, StudyData};
use crate::events::EventId;
use crate::inference::{Alternative, NullDistribution, TestResult};
use crate::numeric::moments;
use crate::resampling::{EventDateBootstrap, IntervalMethod, TTestPower};
use crate::{Error, Result};

impl EventStudy {
    /// The events that cover a window, each with first and last date of it, in order.
    pub(super) fn spans(
        &self,
        window: usize,
        data: &StudyData,
        dates: &[NaiveDate],
    ) -> Result<Vec<Span>> {
        let axis = data.prices().axis();
        let mut spans = Vec::with_capacity(dates.len());
        for event in dates {
            let rows = self.windows[window].resolve(axis, *event, data.sessions())?;
            spans.extend(rows.ok().map(|r| (*event, axis.date(r.start), axis.date(r.end - 1))));
        }
        Ok(spans)
    }

    /// One-sample t over the values of the event dates.
    pub(super) fn event_t(&self, values: &[f64]) -> Result<Option<EventLevelT>> {
        let (n, Some(variance)) = (values.len(), moments::variance(values)) else {
            return Ok(None);
        };
        let Some(mean) = moments::mean(values) else { return Ok(None) };
        let level = moments::return_level(values);
        if moments::is_negligible(variance * (n - 1) as f64, level, n) {
            return Ok(None);
        }
        let std_error = (variance / n as f64).sqrt();
        let degrees_of_freedom = (n - 1) as f64;
        let distribution = NullDistribution::StudentT { degrees_of_freedom };
        let reach = distribution.two_sided_quantile(1.0 - self.level) * std_error;
        let t = mean / std_error;
        let p_value = TestResult {
            test: "t over event dates".to_owned(),
            statistic: t,
            distribution,
            n_responses: n,
            n_events: n,
            n_event_dates: n,
        }
        .p_value(Alternative::TwoSided);
        let detectable =
            TTestPower::one_sample(n)?.minimum_detectable_effect(POWER, 1.0 - self.level)?;
        Ok(Some(EventLevelT {
            t,
            degrees_of_freedom,
            p_value,
            lower: mean - reach,
            upper: mean + reach,
            minimum_detectable_effect: detectable * variance.sqrt(),
        }))
    }

    /// Bootstrap over the values of the event dates, or why it would mislead.
    pub(super) fn event_bootstrap(
        &self,
        values: &[f64],
        n_overlapping: usize,
    ) -> Result<(Option<EventDateBootstrapEstimate>, Option<DateBootstrapFault>)> {
        let Some(settings) = self.bootstrap else { return Ok((None, None)) };
        if let Some(fault) = DateBootstrapFault::of(values.len(), n_overlapping) {
            return Ok((None, Some(fault)));
        }
        let drawn = EventDateBootstrap::new()
            .replicates(settings.replicates)
            .seed(self.seed)
            .run_mean(values)?;
        let bca = match drawn.interval(IntervalMethod::Bca, self.level) {
            Ok(interval) => Some(interval),
            Err(Error::IntervalNotDefined { .. }) => None,
            Err(error) => return Err(error),
        };
        let found = EventDateBootstrapEstimate {
            percentile: drawn.interval(IntervalMethod::Percentile, self.level)?,
            bca,
            exact: drawn.is_exact(),
            n_replicates: drawn.n_replicates(),
            coverage_ceiling: EventDateBootstrap::coverage_ceiling(values.len()),
        };
        Ok((Some(found), None))
    }
}

/// An event with first and last date of a window.
pub(super) type Span = (NaiveDate, NaiveDate, NaiveDate);

/// How many of the windows, in order, share a date with another.
pub(super) fn n_overlapping_of(spans: &[Span]) -> usize {
    // Windows start and end in the order of their events, so neighbours tell.
    let meets = |k: usize| spans[k + 1].1 <= spans[k].2;
    let overlaps = |k: usize| (k > 0 && meets(k - 1)) || (k + 1 < spans.len() && meets(k));
    (0..spans.len()).filter(|k| overlaps(*k)).count()
}

/// The events of one day 0 in one window: the unit of inference. Events on a weekend that the
/// responses first see on Monday are one draw with the event of that Monday.
#[derive(Debug, Clone)]
pub(super) struct EventDate {
    pub(super) date: NaiveDate,
    /// Mean over its events, a decimal fraction.
    pub(super) value: f64,
    /// Mean of their variances; `None` where one of them is not known.
    pub(super) variance: Option<f64>,
    pub(super) events: Vec<EventId>,
}

/// The event dates that cover a window, in order.
pub(super) fn mean_by_date(events: &[EventValues], window: usize) -> Vec<EventDate> {
    let mut by_date: BTreeMap<NaiveDate, Vec<(EventId, &WindowValue)>> = BTreeMap::new();
    for event in events {
        if let Some(value) = &event.windows[window] {
            by_date.entry(event.day_zero).or_default().push((event.id, value));
        }
    }
    let unit = |(date, of_date): (NaiveDate, Vec<(EventId, &WindowValue)>)| {
        let n = of_date.len() as f64;
        let variance: Option<f64> = of_date.iter().map(|(_, v)| v.variance).sum();
        EventDate {
            date,
            value: of_date.iter().map(|(_, v)| v.value).sum::<f64>() / n,
            variance: variance.map(|v| v / n),
            events: of_date.iter().map(|(id, _)| *id).collect(),
        }
    };
    by_date.into_iter().map(unit).collect()
}

/// Standard error of the mean over event dates from the windows themselves, `√ΣV / n`.
pub(super) fn std_error(dates: &[EventDate]) -> Option<f64> {
    let variance: Option<f64> = dates.iter().map(|d| d.variance).sum();
    variance.map(|v| v.sqrt() / dates.len() as f64)
}

/// Smallest and largest mean of the values without one of them.
pub(super) fn leave_one_out(values: &[f64]) -> Option<[f64; 2]> {
    if values.len() < 2 {
        return None;
    }
    let total: f64 = values.iter().sum();
    let without = values.iter().map(|v| (total - v) / (values.len() - 1) as f64);
    let range = without
        .fold([f64::INFINITY, f64::NEG_INFINITY], |[low, high], m| [low.min(m), high.max(m)]);
    Some(range)
}
