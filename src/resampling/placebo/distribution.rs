//! The placebo distribution, and what is read from it.

use std::sync::Arc;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize, Serializer};

use super::design::PlaceboDesign;
use super::grid::day;
use super::interval::{ExcessInterval, ExcessIntervalKind};
use super::sets::PlaceboSets;
use crate::numeric::{moments, quantile};
use crate::resampling::interval::check_level;
use crate::resampling::power::check_power;
use crate::resampling::tails::{PValues, TailCounts, at_distance, plus_one, slack};
use crate::{Error, Result};

/// The statistic on sets of pseudo-events, beside the observed one.
///
/// Its mean m is what windows at other times earned, and is not zero. The observed statistic is
/// compared with it, never with zero. Events that raise the variance of returns make an observed
/// statistic extreme without moving its mean; for means of abnormal returns
/// [`PlaceboTest`](super::PlaceboTest) allows for it. Write sₖ for the N set statistics, t for the observed one.
/// Serialises to its [`PlaceboSummary`], without the set statistics.
#[derive(Debug, Clone, PartialEq)]
pub struct PlaceboDistribution {
    observed: f64,
    sorted: Vec<f64>,
    mean: f64,
    n_events: usize,
    n_buffered: usize,
    exact: bool,
    seed: Option<u64>,
    design: PlaceboDesign,
    days: Arc<[i64]>,
}

impl PlaceboDistribution {
    pub(super) fn new(sets: &PlaceboSets, observed: f64, mut statistics: Vec<f64>) -> Result<Self> {
        if !observed.is_finite() {
            return Err(Error::StatisticUndefined { on: "the events".to_owned() });
        }
        let n_undefined = statistics.iter().filter(|v| !v.is_finite()).count();
        if n_undefined > 0 {
            let on = format!("{n_undefined} of {} placebo sets", statistics.len());
            return Err(Error::StatisticUndefined { on });
        }
        statistics.sort_by(f64::total_cmp);
        Ok(Self {
            observed,
            mean: moments::mean(&statistics).unwrap_or(f64::NAN),
            sorted: statistics,
            n_events: sets.n_events(),
            n_buffered: sets.n_buffered(),
            exact: sets.is_exact(),
            seed: sets.seed(),
            design: sets.design(),
            days: Arc::clone(sets.days()),
        })
    }

    /// The same sets against another observed statistic.
    ///
    /// # Errors
    ///
    /// [`Error::StatisticUndefined`] where it is not finite.
    pub fn observing(self, observed: f64) -> Result<Self> {
        if !observed.is_finite() {
            return Err(Error::StatisticUndefined { on: "the events".to_owned() });
        }
        Ok(Self { observed, ..self })
    }

    /// The statistic of the events.
    pub fn observed(&self) -> f64 {
        self.observed
    }

    /// The statistics of the sets in increasing order.
    pub fn statistics(&self) -> &[f64] {
        &self.sorted
    }

    /// Mean m of the set statistics.
    pub fn mean(&self) -> f64 {
        self.mean
    }

    /// Standard deviation of the set statistics, divisor N − 1; `None` for a single set.
    pub fn std_dev(&self) -> Option<f64> {
        moments::std_dev(&self.sorted)
    }

    /// Type-7 quantile of the set statistics; `None` for `p` outside `[0, 1]`.
    pub fn quantile(&self, p: f64) -> Option<f64> {
        quantile::quantile_sorted(&self.sorted, p)
    }

    /// The effect estimate: observed − placebo mean.
    pub fn excess(&self) -> f64 {
        self.observed - self.mean
    }

    /// Number of sets N.
    pub fn n_sets(&self) -> usize {
        self.sorted.len()
    }

    /// Number of dates that pseudo-events were drawn from.
    pub fn n_admissible(&self) -> usize {
        self.days.len()
    }

    /// Whether every distinct set is there once.
    pub fn is_exact(&self) -> bool {
        self.exact
    }

    /// p-values against the placebo distribution, ties counted:
    /// `upper = (1 + #{sₖ ≥ t}) / (N + 1)`, `lower` likewise,
    /// `two_sided = (1 + #{|sₖ − c| ≥ |t − c|}) / (N + 1)` with c the mean of all N + 1 values, t
    /// among them.
    ///
    /// c does not depend on which of the values was observed, so that each is at least as likely to
    /// have a large p as a small one, and the size is exact; around m it would be off by the order of
    /// 1/N. The +1 stands in an enumeration too: the set of the events is not among the N.
    pub fn p_values(&self) -> PValues {
        TailCounts::new(&self.sorted, self.observed, self.centre()).plus_one()
    }

    /// c, the mean of the set statistics and the observed one.
    fn centre(&self) -> f64 {
        self.mean + self.excess() / (self.sorted.len() + 1) as f64
    }

    /// What a two-sided test against zero would say, with the placebo distribution moved to mean
    /// zero: `(1 + #{|sₖ − m| ≥ |t|}) / (N + 1)`.
    ///
    /// Biased, and only for comparison: it counts what any window of the period earned (m) as an
    /// effect of the events.
    pub fn biased_p_against_zero(&self) -> f64 {
        let distance = self.observed.abs() - slack(&self.sorted, self.observed);
        plus_one(at_distance(&self.sorted, self.mean, distance), self.n_sets())
    }

    /// The smallest p-value that N sets can give: 1/(N + 1).
    ///
    /// Few independent periods make a small p-value hard to reach long before this does.
    pub fn attainable_p(&self) -> f64 {
        plus_one(0, self.n_sets())
    }

    /// The effective number of independent placebo periods, for windows of `window_days` after
    /// each date: the number of days that the windows of all admissible dates cover together,
    /// over the length of a window.
    ///
    /// Overlapping windows share their returns: 3,000 admissible days in a row are 34 windows of
    /// 90 days. A set of k events uses k of them. Zero where `window_days` is zero.
    pub fn effective_periods(&self, window_days: u32) -> f64 {
        covered_periods(&self.days, window_days)
    }

    /// The interval of the effect at `level`, by inversion of the placebo test.
    ///
    /// The model is that the events add a constant δ to a placebo draw. The interval holds the δ
    /// that the test at 1 − level does not reject when it is taken off the observed statistic.
    ///
    /// [`Centred`](ExcessIntervalKind::Centred) is `[e − u, e + l]` with e the excess, and excludes zero
    /// exactly where the two-sided p-value is at most 1 − level. With dₖ = sₖ − m and
    /// q = (N + 1)/(N − 1), by which the centre c follows what was observed, u is the t-th largest of
    /// the dₖ above zero and the −q dₖ of the others, t = ⌊(1 − level)(N + 1)⌋, and l that of the −dₖ
    /// above zero and the q dₖ of the others. [`EqualTailed`](ExcessIntervalKind::EqualTailed) inverts
    /// both one-sided tests at (1 − level)/2 and follows the skew of the distribution. *Reference*:
    /// Lehmann and Romano 2005, section 15.2, <https://doi.org/10.1007/0-387-27605-X>.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] for a level outside (0, 1); [`Error::TooFew`] where there are too few
    /// sets to reject at that level, so that the interval is the whole line.
    pub fn excess_interval(&self, kind: ExcessIntervalKind, level: f64) -> Result<ExcessInterval> {
        check_level(level)?;
        let (lower, upper) = match kind {
            ExcessIntervalKind::Centred => {
                let [above, below] = self.critical_deviations(1.0 - level)?;
                (self.excess() - above, self.excess() + below)
            }
            ExcessIntervalKind::EqualTailed => {
                let t = self.rejecting_count((1.0 - level) / 2.0)?;
                let n = self.sorted.len();
                (self.observed - self.sorted[n - t], self.observed - self.sorted[t - 1])
            }
        };
        Ok(ExcessInterval { lower, upper, level, kind })
    }

    /// The smallest effects that this design detects with probability `power` in the two-sided
    /// test at `significance`.
    ///
    /// Let the events be one more draw s of the placebo distribution, shifted by δ. The test
    /// rejects upwards where s + δ − m exceeds u and downwards where m − s − δ exceeds l, as in
    /// [`excess_interval`](Self::excess_interval). For δ > 0 the share of the sₖ with sₖ − m + δ > u
    /// grows with δ and reaches `power` beyond `δ = u − x`, x the ⌈power · N⌉-th largest sₖ − m;
    /// downwards it is `l + x` with the ⌈power · N⌉-th smallest. Rejections on the wrong side of zero
    /// are not counted as power.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] unless 0 < significance < power < 1; [`Error::TooFew`] where there are
    /// too few sets to reject at that significance.
    pub fn minimum_detectable_shift(
        &self,
        power: f64,
        significance: f64,
    ) -> Result<MinimumDetectableShift> {
        check_power(power, significance)?;
        let [above, below] = self.critical_deviations(significance)?;
        let n = self.sorted.len();
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // 0 < power < 1
        let needed = ((power * n as f64 - 1e-9).ceil() as usize).clamp(1, n);
        Ok(MinimumDetectableShift {
            upward: above - (self.sorted[n - needed] - self.mean),
            downward: below + (self.sorted[needed - 1] - self.mean),
            power,
            significance,
        })
    }

    /// The figures that go into an outcome.
    pub fn summary(&self) -> PlaceboSummary {
        PlaceboSummary {
            observed: self.observed,
            mean: self.mean,
            std_dev: self.std_dev(),
            excess: self.excess(),
            p_values: self.p_values(),
            biased_p_against_zero: self.biased_p_against_zero(),
            attainable_p: self.attainable_p(),
            n_sets: self.n_sets(),
            n_events: self.n_events,
            n_admissible: self.n_admissible(),
            n_buffered: self.n_buffered,
            exact: self.exact,
            seed: self.seed,
            design: self.design,
        }
    }

    /// How far above and below m a value must lie for the two-sided test to reject it.
    ///
    /// What is observed D above m moves the centre by λD, λ = 1/(N + 1): set k is at least as far from
    /// it where |dₖ − λD| ≥ (1 − λ)D, which is D ≤ dₖ or D ≤ −dₖ/(1 − 2λ).
    fn critical_deviations(&self, significance: f64) -> Result<[f64; 2]> {
        let t = self.rejecting_count(significance)?;
        let n = self.sorted.len();
        if n < 2 {
            return Err(Error::TooFew {
                what: format!("a placebo test at significance {significance:.4}"),
                unit: "placebo sets",
                n_needed: 2,
                n_found: n,
            });
        }
        let opposite = (n + 1) as f64 / (n - 1) as f64;
        let beyond = |sign: f64| {
            let of = |v: &f64| {
                let deviation = sign * (v - self.mean);
                if deviation >= 0.0 { deviation } else { -opposite * deviation }
            };
            let mut all: Vec<f64> = self.sorted.iter().map(of).collect();
            all.sort_by(|a, b| b.total_cmp(a));
            all[t - 1]
        };
        Ok([beyond(1.0), beyond(-1.0)])
    }

    fn rejecting_count(&self, significance: f64) -> Result<usize> {
        rejecting_count(self.sorted.len(), significance)
    }
}

/// The largest `1 + count` of `n` sets that is still rejected: ⌊significance (n + 1)⌋, from 1 to n.
pub(super) fn rejecting_count(n: usize, significance: f64) -> Result<usize> {
    // 1 - 0.9 is a little less than 0.1, and 100 times it a little less than 10.
    let t = (significance * (n + 1) as f64 + 1e-9).floor();
    if t < 1.0 {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let n_needed = (1.0 / significance - 1e-9).ceil() as usize - 1; // 0 < significance < 1
        return Err(Error::TooFew {
            what: format!("a placebo test at significance {significance:.4}"),
            unit: "placebo sets",
            n_needed,
            n_found: n,
        });
    }
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // 1 <= t <= n + 1
    Ok((t as usize).min(n))
}

impl Serialize for PlaceboDistribution {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        self.summary().serialize(serializer)
    }
}

/// How many windows of that many days the windows after all these days hold side by side.
fn covered_periods(days: &[i64], window_days: u32) -> f64 {
    if window_days == 0 {
        return 0.0;
    }
    let length = i64::from(window_days);
    let gaps = days.windows(2).map(|pair| (pair[1] - pair[0]).min(length));
    let covered = gaps.sum::<i64>() + if days.is_empty() { 0 } else { length };
    covered as f64 / length as f64
}

/// As [`PlaceboDistribution::effective_periods`], for dates that increase.
pub(crate) fn effective_periods(dates: &[NaiveDate], window_days: u32) -> f64 {
    let days: Vec<i64> = dates.iter().map(|date| day(*date)).collect();
    covered_periods(&days, window_days)
}

/// A [`PlaceboDistribution`] without its set statistics.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PlaceboSummary {
    /// The statistic of the events.
    pub observed: f64,
    /// Mean of the set statistics.
    pub mean: f64,
    /// Their standard deviation, divisor N − 1.
    pub std_dev: Option<f64>,
    /// Observed − mean.
    pub excess: f64,
    /// p-values with +1, the two-sided one centred on the mean of the sets and the observed value.
    pub p_values: PValues,
    /// For comparison only: the two-sided p-value as if the null had mean zero.
    pub biased_p_against_zero: f64,
    /// The smallest p-value that the number of sets allows.
    pub attainable_p: f64,
    /// Number of sets.
    pub n_sets: usize,
    /// Number of pseudo-events in each.
    pub n_events: usize,
    /// Number of dates that they were drawn from.
    pub n_admissible: usize,
    /// Number of dates that the buffer took away.
    pub n_buffered: usize,
    /// Whether every distinct set is there once.
    pub exact: bool,
    /// The seed of a random draw.
    pub seed: Option<u64>,
    /// The rule.
    pub design: PlaceboDesign,
}

/// The smallest effects that a placebo test detects, in the units of the statistic.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct MinimumDetectableShift {
    /// The smallest positive effect.
    pub upward: f64,
    /// Size of the smallest negative effect.
    pub downward: f64,
    /// Probability with which they are detected.
    pub power: f64,
    /// Significance of the test.
    pub significance: f64,
}
