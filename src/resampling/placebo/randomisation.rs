//! The randomisation test of event dates, and the effect that it does not reject.

use serde::{Deserialize, Serialize};

use super::distribution::{MinimumDetectableShift, PlaceboDistribution, rejecting_count};
use super::grid::PseudoEvent;
use super::interval::{
    EffectInterval, ExcessInterval, ExcessIntervalKind, UnboundedBecause, UnboundedInterval,
};
use super::sets::PlaceboSets;
use crate::numeric::parallel;
use crate::resampling::interval::check_level;
use crate::resampling::power::check_power;
use crate::resampling::tails::{PValues, TIE, WeighedTails, plus_one};
use crate::{Error, Result};

/// What a [`PlaceboTest`] compares.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum PlaceboStatistic {
    /// The mean less the placebo mean, over its standard error from the windows themselves.
    #[default]
    Studentised,
    /// The mean less the placebo mean.
    Mean,
}

/// The randomisation test of event dates: the events against sets of pseudo-events, with the effect
/// that they show and an interval for it. The default procedure of the crate.
///
/// With x̄ the mean over the n events, m the mean of the N sets, and V the variance of a value from
/// the daily abnormal returns of its own window,
///
/// ```text
/// t = (x̄ − m)/s,   s² = ΣV/n²   (studentised; s = 1 for the mean)
/// p = (1 + #{|tₖ| ≥ |t|})/(N + 1)
/// ```
///
/// with tₖ the same of set k. For p the centre m is the mean of all N + 1 values, x̄ among them: it
/// does not depend on which of them was observed, without which the size would be off by the order of
/// 1/N. *Null*: the events do nothing and their dates are one more set of the
/// [`PlaceboDesign`](super::PlaceboDesign). The size is then exact for either statistic, whatever
/// the dependence between assets and days. *Robust to*, studentised: events that raise or lower the
/// variance of returns, since x̄ and s grow together; with twice the variance after five events
/// the test of the mean rejects in 12 of 100 studies at 5 %, the studentised one in 3 or 4
/// (`tests/placebo_rules.rs`). *Not robust to*: event dates that follow from the state of the market in a way that ordinary dates do
/// not share.
///
/// The *excess* is the effect δ that, taken off every row of the events' windows, leaves t = 0. A
/// pseudo-event whose window shares a part c of its rows with theirs loses cδ as well, so that
/// `excess = (x̄ − m)/(1 − c̄)`, c̄ the mean share over the sets: effects dilute the placebo mean, and
/// this undoes it. The *interval* holds every δ that the test does not reject when it is taken off
/// in this way, so where it excludes zero p is at most 1 − level. It assumes an effect that is spread
/// evenly over the window; p does not.
///
/// *Reference*: Fisher 1935, The Design of Experiments, section 21; Lehmann and Romano 2005, sections
/// 15.2 and 5.4, <https://doi.org/10.1007/0-387-27605-X>; studentising for robustness to a changed
/// variance: Janssen 1997, <https://doi.org/10.1016/S0167-7152(97)00043-6>.
///
/// *Power*, studentised: it is meant for effects that are spread over the days of the window, as
/// drifts are. One that comes on a single day of several counts as variation of that window, and is
/// divided by itself: where a jump on one row dwarfs the rest of each window, V is its square and x̄/s is
/// √n, whatever its size; over many rows the power falls as the jump grows.
/// [`guide::few_events`](crate::guide::few_events) has it measured. For the effect of one day take the
/// window of that row, which has no variation of its own so that means are compared, or the mean
/// throughout.
///
/// ```
/// use chrono::{Days, NaiveDate};
/// use eventstudy::resampling::{PlaceboDesign, PlaceboGrid, PlaceboStatistic, PseudoEvent};
///
/// let day = |d| NaiveDate::from_ymd_opt(2017, 1, 1).unwrap() + Days::new(d);
/// let on_day = |d: u64| PseudoEvent {
///     value: 0.1 * (d as f64 * 0.7).sin(),
///     variance: Some(0.01 + 0.005 * (d as f64 * 0.3).cos()),
///     event_share: 0.0,
/// };
/// let grid = PlaceboGrid::of_pseudo_events(
///     (0..900).map(day).collect(),
///     &(0..900).map(|d| Some(on_day(d))).collect::<Vec<_>>(),
/// )?;
/// let sets = PlaceboDesign::new().min_separation_days(60).sets(999).draw(
///     &grid,
///     &[day(100), day(500), day(800)],
///     3,
/// )?;
/// let test = sets.test(&grid, 0.35, Some(0.06))?;
/// assert_eq!(test.statistic(), PlaceboStatistic::Studentised);
/// let interval = test.interval(0.95)?;
/// assert!(test.p_values().two_sided <= 0.05 && interval.lower > 0.0);
/// # Ok::<(), eventstudy::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct PlaceboTest {
    means: PlaceboDistribution,
    statistic: PlaceboStatistic,
    std_error: f64,
    sets: Vec<SetOfPseudoEvents>,
    /// c̄.
    event_share: f64,
}

/// Mean less m, standard error and event share of one set.
#[derive(Debug, Clone, Copy, PartialEq)]
struct SetOfPseudoEvents {
    deviation: f64,
    std_error: f64,
    share: f64,
}

/// Beyond this share the sets hold almost nothing but the events.
const MOST_EVENT_SHARE: f64 = 0.95;

impl PlaceboTest {
    pub(super) fn new(
        sets: &PlaceboSets,
        observed: f64,
        std_error: Option<f64>,
        pseudo_event: impl Fn(usize, usize) -> PseudoEvent + Sync + Send,
    ) -> Result<Self> {
        let n = sets.n_events() as f64;
        let of_set = |set: usize| {
            let rows = &sets.rows[set * sets.n_events..(set + 1) * sets.n_events];
            let (mut value, mut variance, mut share) = (0.0, 0.0, 0.0);
            for (k, row) in rows.iter().enumerate() {
                let event = pseudo_event(k, *row);
                value += event.value;
                variance += event.variance.unwrap_or(f64::NAN);
                share += event.event_share;
            }
            (value / n, variance.sqrt() / n, share / n)
        };
        let found = parallel::map(sets.n_sets(), of_set);
        let means =
            PlaceboDistribution::new(sets, observed, found.iter().map(|set| set.0).collect())?;
        let event_share = found.iter().map(|set| set.2).sum::<f64>() / found.len() as f64;
        if event_share > MOST_EVENT_SHARE {
            return Err(Error::Setting {
                name: "placebo dates",
                value: format!("{:.1} % of their windows are the events' own", 100.0 * event_share),
                expected: "a period that holds more than the events",
            });
        }
        let statistic = match std_error {
            Some(_) if found.iter().all(|set| set.1 > 0.0) => PlaceboStatistic::Studentised,
            _ => PlaceboStatistic::Mean,
        };
        let studentised = statistic == PlaceboStatistic::Studentised;
        let std_error = std_error.filter(|_| studentised).unwrap_or(1.0);
        if !(std_error.is_finite() && std_error > 0.0) {
            return Err(Error::StatisticUndefined { on: "the events".to_owned() });
        }
        let deviation = |(value, std_error, share): (f64, f64, f64)| SetOfPseudoEvents {
            deviation: value - means.mean(),
            std_error: if studentised { std_error } else { 1.0 },
            share,
        };
        let sets = found.into_iter().map(deviation).collect();
        Ok(Self { means, statistic, std_error, sets, event_share })
    }

    /// The same sets against another mean of the events, with its standard error.
    ///
    /// # Errors
    ///
    /// [`Error::StatisticUndefined`] where the mean is not finite, or the test is studentised and
    /// there is no standard error above zero.
    pub fn observing(&self, mean: f64, std_error: Option<f64>) -> Result<Self> {
        let std_error = match self.statistic {
            PlaceboStatistic::Mean => 1.0,
            PlaceboStatistic::Studentised => std_error
                .filter(|s| s.is_finite() && *s > 0.0)
                .ok_or_else(|| Error::StatisticUndefined { on: "the events".to_owned() })?,
        };
        Ok(Self { means: self.means.clone().observing(mean)?, std_error, ..self.clone() })
    }

    /// The means of the sets with the mean of the events: ranks, quantiles, their number.
    pub fn means(&self) -> &PlaceboDistribution {
        &self.means
    }

    /// What is compared.
    pub fn statistic(&self) -> PlaceboStatistic {
        self.statistic
    }

    /// s, the standard error of the mean of the events from their windows; `None` for
    /// [`PlaceboStatistic::Mean`].
    pub fn std_error(&self) -> Option<f64> {
        (self.statistic == PlaceboStatistic::Studentised).then_some(self.std_error)
    }

    /// t, or x̄ − m for [`PlaceboStatistic::Mean`].
    pub fn t(&self) -> f64 {
        self.deviation() / self.std_error
    }

    /// c̄: share of the rows of the sets that lie within the windows of the events.
    pub fn event_share(&self) -> f64 {
        self.event_share
    }

    /// The effect estimate, `(x̄ − m)/(1 − c̄)`.
    pub fn excess(&self) -> f64 {
        self.deviation() / (1.0 - self.event_share)
    }

    /// p-values of an effect above zero, below zero, and either; ties count.
    pub fn p_values(&self) -> PValues {
        let (t, all) = self.centred();
        let largest = all.clone().fold(t.abs(), |a, v| a.max(v.abs()));
        WeighedTails::new(t, TIE * largest, all.map(|v| (v, 1.0))).plus_one()
    }

    /// t of the events and of every set, in the order of the sets, around the mean of all N + 1
    /// values: what [`p_values`](Self::p_values) counts.
    pub(crate) fn centred(&self) -> (f64, impl Iterator<Item = f64> + Clone) {
        let (lambda, deviation) = (self.lambda(), self.deviation());
        let of_set =
            move |set: &SetOfPseudoEvents| (set.deviation - lambda * deviation) / set.std_error;
        ((1.0 - lambda) * self.t(), self.sets.iter().map(of_set))
    }

    /// The smallest p-value that N sets can give: 1/(N + 1).
    pub fn attainable_p(&self) -> f64 {
        plus_one(0, self.sets.len())
    }

    /// The interval of the effect: every δ with a two-sided p above 1 − level.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] for a level outside (0, 1); [`Error::TooFew`] where there are too few
    /// sets to reject at that level, or too few apart from the events, so that the interval is the
    /// whole line.
    pub fn interval(&self, level: f64) -> Result<ExcessInterval> {
        match self.effect_interval(ExcessIntervalKind::Centred, level)? {
            EffectInterval::Bounded(interval) => Ok(interval),
            EffectInterval::Unbounded(interval) => Err(interval.error()),
        }
    }

    /// The interval of the effect by inversion of the two-sided test, or of both one-sided tests at
    /// (1 − level)/2 each, which follows the skew of the sets.
    ///
    /// With D = x̄ − m − (1 − c̄)δ what is left of the deviation of the events, and λ = 1/(N + 1) the
    /// part of it by which x̄ moves the centre, set k is at least as far up as the events where
    ///
    /// ```text
    /// (dₖ − (cₖ − c̄)δ − λD)/sₖ ≥ (1 − λ)D/s
    /// ```
    ///
    /// which is for all δ from the one on where both sides are equal, and at least as far down for all δ
    /// up to it; both in absolute value between two such δ. A set that moves with δ at least as much
    /// as the events do is counted as extreme under every δ. The ends are the t-th of these from
    /// outside, t = ⌊(1 − level)(N + 1)⌋, or with (1 − level)/2 for equal tails; the line has none where
    /// t sets or more are extreme under every δ.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] for a level outside (0, 1).
    pub fn effect_interval(&self, kind: ExcessIntervalKind, level: f64) -> Result<EffectInterval> {
        check_level(level)?;
        let significance = match kind {
            ExcessIntervalKind::Centred => 1.0 - level,
            ExcessIntervalKind::EqualTailed => (1.0 - level) / 2.0,
        };
        let n = self.sets.len();
        let unbounded =
            |unbounded| Ok(EffectInterval::Unbounded(UnboundedInterval { level, kind, unbounded }));
        let t = match rejecting_count(n, significance) {
            Ok(t) => t,
            Err(Error::TooFew { n_needed, n_found, .. }) => {
                return unbounded(UnboundedBecause::TooFewSets { n_needed, n_found });
            }
            Err(error) => return Err(error),
        };
        let (mut lower, mut upper) = self.turning_points(kind);
        let n_always = n - lower.len();
        if n_always >= t {
            let (n_needed, n_found) = (n - t + 1, lower.len());
            return unbounded(UnboundedBecause::TooFewApart { n_needed, n_found });
        }
        lower.sort_by(f64::total_cmp);
        upper.sort_by(|a, b| b.total_cmp(a));
        let end = t - n_always - 1;
        let (lower, upper) = (lower[end], upper[end]);
        Ok(EffectInterval::Bounded(ExcessInterval { lower, upper, level, kind }))
    }

    /// For each set apart from the events the δ from which on it is as extreme as they are, and up to
    /// which it is.
    fn turning_points(&self, kind: ExcessIntervalKind) -> (Vec<f64>, Vec<f64>) {
        let (lambda, own) = (self.lambda(), 1.0 - self.event_share);
        let (at, slope) = ((1.0 - lambda) * self.t(), (1.0 - lambda) * own / self.std_error);
        let (mut from, mut to) = (Vec::new(), Vec::new());
        for set in &self.sets {
            let u = (set.deviation - lambda * self.deviation()) / set.std_error;
            let v = (set.share - self.event_share - lambda * own) / set.std_error;
            let moved = match kind {
                ExcessIntervalKind::Centred => v.abs(),
                ExcessIntervalKind::EqualTailed => v,
            };
            if moved >= slope * (1.0 - TIE) {
                continue;
            }
            let same_side = (at - u) / (slope - v);
            let other_side = match kind {
                ExcessIntervalKind::Centred => (at + u) / (slope + v),
                ExcessIntervalKind::EqualTailed => same_side,
            };
            from.push(same_side.min(other_side));
            to.push(same_side.max(other_side));
        }
        (from, to)
    }

    /// The smallest effects that this design detects with probability `power` in the two-sided
    /// test at `significance`: the events are taken for one more of the sets, with δ added.
    ///
    /// δ is taken to be spread evenly over the rows of the windows, so that it leaves sₖ as it is: the
    /// power for a drift. An effect on few of the rows raises s, and the studentised test may miss one
    /// many times as large; that of the mean does not care where in the window δ comes.
    ///
    /// With q the t-th largest |tₖ|, t = ⌊significance (N + 1)⌋, set k would be found where
    /// `dₖ + (1 − c̄)δ > q sₖ`; the effect is the ⌈power · N⌉-th smallest δ of these, downwards
    /// likewise. Rejections on the wrong side of zero are not counted as power. The
    /// centre is taken for that of the sets, without the events: an error of the order of 1/N. Sets that
    /// share windows with the events are taken to stay where they are; where so many do that the
    /// interval has no ends, the effect that would be found is larger than this.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] unless 0 < significance < power < 1; [`Error::TooFew`] where there are
    /// too few sets to reject at that significance.
    pub fn minimum_detectable_effect(
        &self,
        power: f64,
        significance: f64,
    ) -> Result<MinimumDetectableShift> {
        check_power(power, significance)?;
        let n = self.sets.len();
        let t = rejecting_count(n, significance)?;
        let mut sizes: Vec<f64> =
            self.sets.iter().map(|set| set.deviation.abs() / set.std_error).collect();
        sizes.sort_by(|a, b| b.total_cmp(a));
        let critical = sizes[t - 1];
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // 0 < power < 1
        let needed = ((power * n as f64 - 1e-9).ceil() as usize).clamp(1, n);
        let smallest = |sign: f64| {
            let needs = |set: &SetOfPseudoEvents| {
                (critical * set.std_error - sign * set.deviation) / (1.0 - self.event_share)
            };
            let mut effects: Vec<f64> = self.sets.iter().map(needs).collect();
            effects.sort_by(f64::total_cmp);
            effects[needed - 1]
        };
        Ok(MinimumDetectableShift {
            upward: smallest(1.0),
            downward: smallest(-1.0),
            power,
            significance,
        })
    }

    /// By how much of its deviation x̄ moves the mean of all N + 1 values.
    fn lambda(&self) -> f64 {
        1.0 / (self.sets.len() + 1) as f64
    }

    /// x̄ − m.
    fn deviation(&self) -> f64 {
        self.means.observed() - self.means.mean()
    }
}
