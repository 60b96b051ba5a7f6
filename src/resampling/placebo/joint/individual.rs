//! Each set of events among its own shifts.

use super::{EventPattern, EventPatterns, Filled};
use crate::numeric::{moments, parallel};
use crate::resampling::tails::{PValues, TIE};

/// One set of events against its own shifts, shift 0 among them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Individual {
    /// Mean m of the x(s).
    pub(crate) mean: f64,
    /// Standard deviation of the x(s), divisor N − 1.
    pub(crate) std_dev: f64,
    /// `√(Σt²/(N − 1))` over the shifts; the standard deviation of the x(s) where the set is not
    /// studentised.
    scale: f64,
    /// Shifts with a value, N.
    pub(crate) n_shifts: usize,
    /// Shares of the N shifts whose t is at least as extreme as that of shift 0.
    pub(crate) p_values: PValues,
    /// A shift is significant where the size of its t is above this.
    pub(super) critical: f64,
}

impl Individual {
    /// `t = (x − m)/s`, s = 1 where the set is not studentised.
    pub(crate) fn t(&self, x: f64, std_error: f64) -> f64 {
        (x - self.mean) / std_error
    }

    /// t in units of its own size over the shifts.
    pub(crate) fn z(&self, x: f64, std_error: f64) -> f64 {
        self.t(x, std_error) / self.scale
    }
}

impl EventPatterns {
    /// Every set among its own shifts; `None` where they do not differ but for rounding.
    ///
    /// At the level `significance` a shift rejects where at most that share of all shifts has a t of
    /// its size or more.
    pub(crate) fn individual(&self, significance: f64) -> Vec<Option<Individual>> {
        parallel::map(self.patterns.len(), |k| self.of_one(&self.patterns[k], significance))
    }

    fn of_one(&self, pattern: &EventPattern, significance: f64) -> Option<Individual> {
        let mut filled = Filled::of_shifts(self.n_dates);
        self.fill(pattern, 0, &mut filled);
        let there = filled.x.iter().zip(&filled.std_errors).filter(|(x, _)| !x.is_nan());
        let (x, std_errors): (Vec<f64>, Vec<f64>) = there.map(|(x, s)| (*x, *s)).unzip();
        let (mean, variance) = (moments::mean(&x)?, moments::variance(&x)?);
        let level = moments::return_level(&x);
        if moments::is_negligible(variance * (x.len() - 1) as f64, level, x.len()) {
            return None;
        }
        let mut sizes: Vec<(f64, f64)> =
            x.iter().zip(&std_errors).map(|(x, s)| (((x - mean) / s).abs(), *s)).collect();
        let squares: f64 = sizes.iter().map(|(t, _)| t * t).sum();
        let critical = match rejecting(significance, x.len()) {
            0 => f64::INFINITY,
            k if k >= x.len() => f64::NEG_INFINITY,
            k => {
                let (t, s) = *sizes.select_nth_unstable_by(k, |a, b| b.0.total_cmp(&a.0)).1;
                t + TIE * largest(&x) / s
            }
        };
        Some(Individual {
            mean,
            std_dev: variance.sqrt(),
            scale: (squares / (x.len() - 1) as f64).sqrt(),
            n_shifts: x.len(),
            p_values: p_values(&x, &std_errors, mean),
            critical,
        })
    }
}

/// Shares of `t = (x − mean)/s` at least as extreme as the first of them, which is that of shift 0;
/// values of x closer than rounding are ties.
pub(super) fn p_values(x: &[f64], std_errors: &[f64], mean: f64) -> PValues {
    let (Some(first), Some(own)) = (x.first(), std_errors.first()) else {
        return PValues { upper: f64::NAN, lower: f64::NAN, two_sided: f64::NAN };
    };
    let (observed, rounding) = ((first - mean) / own, TIE * largest(x));
    let share = |extreme: &dyn Fn(f64, f64) -> bool| {
        let all = x.iter().zip(std_errors);
        let count = all.filter(|(x, s)| extreme((**x - mean) / **s, rounding / s.min(*own)));
        count.count() as f64 / x.len() as f64
    };
    PValues {
        upper: share(&|t, slack| t >= observed - slack),
        lower: share(&|t, slack| t <= observed + slack),
        two_sided: share(&|t, slack| t.abs() >= observed.abs() - slack),
    }
}

fn largest(x: &[f64]) -> f64 {
    x.iter().fold(0.0, |most, v| most.max(v.abs()))
}

/// How many of n shifts the test at that level rejects at most.
fn rejecting(significance: f64, n: usize) -> usize {
    // 1 - 0.95 is a little more than 0.05, and 20 times it a little more than 1.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // 0 <= significance <= 1
    let t = (significance * n as f64 + 1e-9).floor() as usize;
    t.min(n)
}
