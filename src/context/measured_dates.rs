//! A measure on the dates of events against the same measure on ordinary dates.

use chrono::{Datelike, NaiveDate};
use serde::Serialize;

use super::percentile_among;
use crate::numeric::parallel;
use crate::resampling::{
    EffectInterval, ExcessIntervalKind, MinimumDetectableShift, PValues, PlaceboDesign,
    PlaceboGrid, PlaceboTest, PseudoEvent, SignFlip, SignFlipTest,
};
use crate::{Error, Result};

/// The days that a measure of a date takes in: the dates d with `date − before < d ≤ date + after`.
///
/// A volatility of the 30 days up to a date has 30 before and none after, a return over the three
/// months that follow none before and 92 after.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct MeasureWindow {
    /// Calendar days up to the date, the date itself among them.
    pub before_days: u32,
    /// Calendar days after it.
    pub after_days: u32,
}

impl MeasureWindow {
    /// Of days up to the date alone.
    pub fn before(days: u32) -> Self {
        Self { before_days: days, after_days: 0 }
    }

    /// Of days after the date alone.
    pub fn after(days: u32) -> Self {
        Self { before_days: 0, after_days: days }
    }

    /// All its days.
    pub fn length_days(self) -> u32 {
        self.before_days.saturating_add(self.after_days)
    }
}

/// A measure of a date on every date on which an event could have been.
///
/// The events are compared with ordinary dates by the same measure, by the same code, under the rule
/// of the events:
///
/// - *Estimate*: the mean x̄ of the measure over the n events that have it, the mean m over sets of n
///   ordinary dates, and the excess `(x̄ − m)/(1 − c̄)`, c̄ the mean share of the days of the sets
///   that lie in the windows of the events. What happens in these days is in m as well, and the
///   division undoes it. That takes an effect for spread evenly over the window; for a measure
///   of which half a window does not show half the effect (a rank, an order, a yes or no) ask for
///   [`undiluted`](Self::undiluted), and the excess is `x̄ − m`.
/// - *Test*: the randomisation test of [`PlaceboTest`] on the means; a measure has no variance of its
///   own, so nothing is studentised. *Null*: the events fell on ordinary dates. Exact whatever the
///   dependence between neighbouring dates.
/// - *Sets*: where the windows of no two events share a day, sets of dates at least as far apart as the
///   rule of the events puts them, and never nearer than a window is long
///   ([`PlaceboDesign::draw`]). Where windows share days, every circular shift of the pattern of the
///   events ([`PlaceboDesign::shifts`]): dates that stand apart would give means that vary less than
///   those of events that bunch, and p would be too small.
/// - *Event level*: [`SignFlip`] of `xₑ − m` over the events, for values independent and symmetric
///   about the ordinary mean. With three events it cannot fall below 1/4; where windows share days
///   events are not independent and it is too small.
///
/// *Reference*: Fisher 1935, The Design of Experiments, section 21; Lehmann and Romano 2005, section
/// 15.2, <https://doi.org/10.1007/0-387-27605-X>.
///
/// ```
/// use chrono::{Days, NaiveDate};
/// use eventstudy::context::{MeasureWindow, MeasuredDates};
/// use eventstudy::resampling::PlaceboDesign;
///
/// let day = |d: u64| NaiveDate::from_ymd_opt(2016, 1, 1).unwrap() + Days::new(d);
/// let measured = MeasuredDates::new((0..1_500).map(day), MeasureWindow::before(30), |date| {
///     Ok(Some(((date - day(0)).num_days() as f64 * 0.05).sin()))
/// })?;
/// let design = PlaceboDesign::new().min_separation_days(250).sets(999);
/// let found = measured.compare(&[day(100), day(700), day(1_300)], design)?;
/// assert_eq!((found.n_events(), found.is_shifted()), (3, false));
/// assert!(found.p_values().two_sided >= found.attainable_p());
/// let bunched = measured.compare(&[day(700), day(710), day(720)], design)?;
/// assert!(bunched.is_shifted()); // windows of 30 days, ten days apart
/// # Ok::<(), eventstudy::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct MeasuredDates {
    dates: Vec<NaiveDate>,
    values: Vec<Option<f64>>,
    window: MeasureWindow,
    diluted: bool,
}

/// The mean of a measure over events, against sets of ordinary dates.
#[derive(Debug, Clone, PartialEq)]
pub struct MeasureComparison {
    events: Vec<(NaiveDate, f64)>,
    without: Vec<NaiveDate>,
    n_overlapping: usize,
    effective_periods: f64,
    test: PlaceboTest,
    event_level: SignFlipTest,
}

impl MeasuredDates {
    /// Takes the measure of every date; the dates increase.
    ///
    /// `None` and a fault for want of data ([`Error::NoLevel`], [`Error::TooFew`]) leave a date
    /// without a value: it is no ordinary date, and an event on it is counted in
    /// [`without`](MeasureComparison::without). The dates are measured side by side on all threads.
    ///
    /// # Errors
    ///
    /// Those of the measure but the two; [`Error::UnsortedAxis`] where dates do not increase;
    /// [`Error::BadValue`] for a value that is not finite.
    pub fn new(
        dates: impl IntoIterator<Item = NaiveDate>,
        window: MeasureWindow,
        measure: impl Fn(NaiveDate) -> Result<Option<f64>> + Sync + Send,
    ) -> Result<Self> {
        let dates: Vec<NaiveDate> = dates.into_iter().collect();
        let of_row = |row: usize| match measure(dates[row]) {
            Err(Error::NoLevel { .. } | Error::TooFew { .. }) => Ok(None),
            found => found,
        };
        let values = parallel::map(dates.len(), of_row).into_iter().collect::<Result<Vec<_>>>()?;
        let known = || dates.iter().zip(&values).filter_map(|(d, v)| Some((*d, (*v)?)));
        if let Some((date, value)) = known().find(|(_, value)| !value.is_finite()) {
            let (series, expected) = ("measure".to_owned(), "a finite number, or none");
            return Err(Error::BadValue { series, date, value, expected });
        }
        // Checks the order as well.
        PlaceboGrid::new(dates.clone(), values.clone())?;
        Ok(Self { dates, values, window, diluted: true })
    }

    /// For a measure that an effect is not spread evenly over: the excess is the plain difference.
    #[must_use]
    pub fn undiluted(mut self) -> Self {
        self.diluted = false;
        self
    }

    /// The dates with their values.
    pub fn values(&self) -> impl ExactSizeIterator<Item = (NaiveDate, Option<f64>)> + '_ {
        self.dates.iter().copied().zip(self.values.iter().copied())
    }

    /// Number of dates with a value.
    pub fn n_known(&self) -> usize {
        self.values.iter().flatten().count()
    }

    /// The measure on a date; `None` where it has none, or the date is not among these.
    pub fn value_on(&self, date: NaiveDate) -> Option<f64> {
        self.values[self.dates.binary_search(&date).ok()?]
    }

    /// Share of the dates with a lower value than this one has, equal ones counting half: a decimal
    /// fraction in [0, 1].
    pub fn percentile_on(&self, date: NaiveDate) -> Option<f64> {
        let known: Vec<f64> = self.values.iter().copied().flatten().collect();
        percentile_among(&known, self.value_on(date)?)
    }

    /// The mean over these events against sets of ordinary dates.
    ///
    /// `design` gives the separation of the rule, the number of sets and the seed. An event listed
    /// twice counts once; one without a value is counted and left out.
    ///
    /// # Errors
    ///
    /// [`Error::TooFew`] where no event has a value; those of [`PlaceboDesign::draw`] and
    /// [`PlaceboDesign::shifts`]; [`Error::Setting`] where nearly all days of the sets lie in the
    /// windows of the events.
    pub fn compare(
        &self,
        events: &[NaiveDate],
        design: PlaceboDesign,
    ) -> Result<MeasureComparison> {
        let mut all = events.to_vec();
        all.sort_unstable();
        all.dedup();
        let (mut found, mut without) = (Vec::new(), Vec::new());
        for event in all {
            match self.value_on(event) {
                Some(value) => found.push((event, value)),
                None => without.push(event),
            }
        }
        if found.is_empty() {
            let (what, unit) = ("a comparison with ordinary dates".to_owned(), "events");
            return Err(Error::TooFew { what, unit, n_needed: 1, n_found: 0 });
        }
        let dates: Vec<NaiveDate> = found.iter().map(|(date, _)| *date).collect();
        let mean = found.iter().map(|(_, value)| value).sum::<f64>() / found.len() as f64;
        let pseudo_event = |(date, value): (NaiveDate, Option<f64>)| {
            let event_share = if self.diluted { self.share_of(date, &dates) } else { 0.0 };
            value.map(|value| PseudoEvent { value, variance: None, event_share })
        };
        let pseudo_events: Vec<_> = self.values().map(pseudo_event).collect();
        let grid = PlaceboGrid::of_pseudo_events(self.dates.clone(), &pseudo_events)?;
        let length = self.window.length_days();
        let n_overlapping = n_overlapping(&dates, length);
        let sets = if n_overlapping > 0 {
            design.shifts(&grid, &dates)?
        } else {
            let apart = design.separation_days().max(length);
            design.min_separation_days(apart).draw(&grid, &dates, dates.len())?
        };
        let test = sets.test(&grid, mean, None)?;
        let ordinary = test.means().mean();
        let deviations: Vec<f64> = found.iter().map(|(_, value)| value - ordinary).collect();
        Ok(MeasureComparison {
            effective_periods: test.means().effective_periods(length.max(1)),
            event_level: SignFlip::new().test(&deviations)?,
            events: found,
            without,
            n_overlapping,
            test,
        })
    }

    /// Share of the days of the window of a date that lie in windows of the events, which are in
    /// order.
    fn share_of(&self, date: NaiveDate, events: &[NaiveDate]) -> f64 {
        let length = i64::from(self.window.length_days());
        if length == 0 {
            return 0.0;
        }
        let before = i64::from(self.window.before_days);
        let first = |d: NaiveDate| i64::from(d.num_days_from_ce()) - before;
        let (mut reached, end) = (first(date), first(date) + length);
        let mut covered = 0;
        for event in events {
            let (from, to) = (first(*event).max(reached), (first(*event) + length).min(end));
            if to > from {
                covered += to - from;
                reached = to;
            }
        }
        covered as f64 / length as f64
    }
}

/// How many of the dates, in order, are nearer to another than a window is long.
fn n_overlapping(dates: &[NaiveDate], length_days: u32) -> usize {
    let meets = |pair: &[NaiveDate]| (pair[1] - pair[0]).num_days() < i64::from(length_days);
    let near: Vec<bool> = dates.windows(2).map(meets).collect();
    let at = |k: usize| near.get(k).copied().unwrap_or(false);
    (0..dates.len()).filter(|k| at(*k) || (*k > 0 && at(k - 1))).count()
}

impl MeasureComparison {
    /// The events with a value, in order of date.
    pub fn events(&self) -> &[(NaiveDate, f64)] {
        &self.events
    }

    /// Number of events with a value: the unit of inference.
    pub fn n_events(&self) -> usize {
        self.events.len()
    }

    /// Events that have none, or are not among the dates.
    pub fn without(&self) -> &[NaiveDate] {
        &self.without
    }

    /// Events whose window shares days with that of another.
    pub fn n_overlapping(&self) -> usize {
        self.n_overlapping
    }

    /// Whether the sets are shifts of the pattern of the events.
    pub fn is_shifted(&self) -> bool {
        self.n_overlapping > 0
    }

    /// Number of ordinary dates.
    pub fn n_ordinary(&self) -> usize {
        self.test.means().n_admissible()
    }

    /// How many windows the ordinary dates hold side by side
    /// ([`effective_periods`](crate::resampling::PlaceboDistribution::effective_periods)).
    pub fn effective_periods(&self) -> f64 {
        self.effective_periods
    }

    /// x̄, the mean over the events.
    pub fn mean(&self) -> f64 {
        self.test.means().observed()
    }

    /// m, the mean over the sets of ordinary dates.
    pub fn ordinary_mean(&self) -> f64 {
        self.test.means().mean()
    }

    /// The excess, in the unit of the measure.
    pub fn excess(&self) -> f64 {
        self.test.excess()
    }

    /// p-values among the sets.
    pub fn p_values(&self) -> PValues {
        self.test.p_values()
    }

    /// The smallest p-value that there can be.
    pub fn attainable_p(&self) -> f64 {
        self.test.attainable_p()
    }

    /// The equal-tailed interval of the excess.
    ///
    /// # Errors
    ///
    /// As [`PlaceboTest::effect_interval`].
    pub fn interval(&self, level: f64) -> Result<EffectInterval> {
        self.test.effect_interval(ExcessIntervalKind::EqualTailed, level)
    }

    /// The smallest excesses that would have been found; `None` where no excess would, for want of
    /// sets.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] unless 0 < significance < power < 1.
    pub fn detectable(
        &self,
        power: f64,
        significance: f64,
    ) -> Result<Option<MinimumDetectableShift>> {
        match self.test.minimum_detectable_effect(power, significance) {
            Ok(found) => Ok(Some(found)),
            Err(Error::TooFew { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The sign-flip test of the values less the ordinary mean.
    pub fn event_level(&self) -> &SignFlipTest {
        &self.event_level
    }

    /// The randomisation test, which a
    /// [`VerdictRule`](crate::study::VerdictRule::judge_test) judges.
    pub fn test(&self) -> &PlaceboTest {
        &self.test
    }
}

#[cfg(test)]
mod tests;
