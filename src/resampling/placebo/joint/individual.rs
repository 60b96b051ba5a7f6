//! Each set of events among its own shifts.

use super::{EventPattern, EventPatterns};
use crate::numeric::{moments, parallel};
use crate::resampling::tails::{PValues, TIE};

/// One set of events against its own shifts, shift 0 among them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Individual {
    /// Mean m of the x(s).
    pub(crate) mean: f64,
    /// Standard deviation of the x(s), divisor N − 1.
    pub(crate) std_dev: f64,
    /// Shifts with a value, N.
    pub(crate) n_shifts: usize,
    /// Shares of the N shifts at least as extreme as shift 0; two-sided by distance from m.
    pub(crate) p_values: PValues,
    /// A shift is significant where its distance from m is above this.
    pub(super) critical: f64,
}

impl Individual {
    /// `(x − m) / sd`.
    pub(crate) fn z(&self, x: f64) -> f64 {
        (x - self.mean) / self.std_dev
    }
}

impl EventPatterns {
    /// Every set among its own shifts; `None` where they do not differ but for rounding.
    ///
    /// At the level `significance` a shift rejects where at most that share of all shifts is as far
    /// from their mean.
    pub(crate) fn individual(&self, significance: f64) -> Vec<Option<Individual>> {
        parallel::map(self.patterns.len(), |k| self.of_one(&self.patterns[k], significance))
    }

    fn of_one(&self, pattern: &EventPattern, significance: f64) -> Option<Individual> {
        let (mut sums, mut counts) = (vec![0.0; self.n_dates], vec![0.0; self.n_dates]);
        self.fill(pattern, 0, &mut sums, &mut counts);
        sums.retain(|x| !x.is_nan());
        let x = sums;
        let (mean, variance) = (moments::mean(&x)?, moments::variance(&x)?);
        let level = moments::return_level(&x);
        if moments::is_negligible(variance * (x.len() - 1) as f64, level, x.len()) {
            return None;
        }
        let observed = pattern.observed;
        let slack = TIE * x.iter().fold(0.0, |most: f64, v| most.max(v.abs()));
        let share = |count: usize| count as f64 / x.len() as f64;
        let distance = (observed - mean).abs() - slack;
        let p_values = PValues {
            upper: share(x.iter().filter(|v| **v >= observed - slack).count()),
            lower: share(x.iter().filter(|v| **v <= observed + slack).count()),
            two_sided: share(x.iter().filter(|v| (**v - mean).abs() >= distance).count()),
        };
        let mut distances: Vec<f64> = x.iter().map(|v| (v - mean).abs()).collect();
        let critical = match rejecting(significance, x.len()) {
            0 => f64::INFINITY,
            t if t >= x.len() => f64::NEG_INFINITY,
            t => *distances.select_nth_unstable_by(t, |a, b| b.total_cmp(a)).1 + slack,
        };
        let std_dev = variance.sqrt();
        Some(Individual { mean, std_dev, n_shifts: x.len(), p_values, critical })
    }
}

/// How many of n shifts the test at that level rejects at most.
fn rejecting(significance: f64, n: usize) -> usize {
    // 1 - 0.95 is a little more than 0.05, and 20 times it a little more than 1.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // 0 <= significance <= 1
    let t = (significance * n as f64 + 1e-9).floor() as usize;
    t.min(n)
}
