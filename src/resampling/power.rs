//! Power of t tests over events, and the smallest effect they can detect.

use statrs::distribution::{ContinuousCDF, Normal};
use statrs::function::beta::{beta_reg, ln_beta};
use statrs::function::gamma::{gamma_lr, ln_gamma};

use crate::{Error, Result};

/// Power of the two-sided t test of event means: the effect sizes that a number of events can show.
///
/// Effects are in standard deviations of one event's value, δ/σ; multiply by that standard deviation
/// for decimal fractions. *Assumes* independent normal values, one per event date. With m = n for
/// one sample and m = 1/(1/n₁ + 1/n₂) for two, the statistic is noncentral t with ν degrees of
/// freedom and noncentrality δ/σ · √m, and the test rejects where |t| exceeds the central quantile.
/// *Reference*: Cohen 1988, Statistical Power Analysis, chapter 2,
/// <https://doi.org/10.4324/9780203771587>.
///
/// ```
/// use eventstudy::resampling::TTestPower;
///
/// let three_events = TTestPower::one_sample(3)?;
/// let smallest = three_events.minimum_detectable_effect(0.8, 0.05)?;
/// assert!((smallest - 3.264_043_549_7).abs() < 1e-9); // more than three standard deviations
/// # Ok::<(), eventstudy::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TTestPower {
    n_effective: f64,
    degrees_of_freedom: f64,
}

impl TTestPower {
    /// One sample of `n_events` values against zero: n − 1 degrees of freedom.
    ///
    /// # Errors
    ///
    /// [`Error::TooFew`] for fewer than two events.
    pub fn one_sample(n_events: usize) -> Result<Self> {
        at_least("the power of a t test", n_events, 2)?;
        Ok(Self { n_effective: n_events as f64, degrees_of_freedom: (n_events - 1) as f64 })
    }

    /// Two samples with one variance against each other: n₁ + n₂ − 2 degrees of freedom.
    ///
    /// # Errors
    ///
    /// [`Error::TooFew`] for an empty sample or fewer than three events in all.
    pub fn two_samples(n_first: usize, n_second: usize) -> Result<Self> {
        at_least("one side of a two-sample t test", n_first.min(n_second), 1)?;
        at_least("the power of a two-sample t test", n_first + n_second, 3)?;
        Ok(Self {
            n_effective: 1.0 / (1.0 / n_first as f64 + 1.0 / n_second as f64),
            degrees_of_freedom: (n_first + n_second - 2) as f64,
        })
    }

    /// Probability that the two-sided test at `significance` rejects when the effect is
    /// `effect` standard deviations: rejections on the wrong side included.
    ///
    /// The squared statistic is noncentral F(1, ν), so with λ = m (δ/σ)² and Poisson weights,
    /// `power = Σⱼ e^(−λ/2) (λ/2)ʲ/j! · I_y(ν/2, j + ½)`, y = ν/(ν + c²), where c is the critical
    /// value; all terms are positive, so nothing cancels.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] for a significance outside (0, 1) or an effect that is not finite.
    pub fn power(&self, effect: f64, significance: f64) -> Result<f64> {
        probability("significance", significance)?;
        if !effect.is_finite() {
            return Err(Error::Setting {
                name: "effect",
                value: effect.to_string(),
                expected: "a finite number of standard deviations",
            });
        }
        Ok(self.power_at(effect, significance, self.critical_share(significance)))
    }

    /// The smallest effect, in standard deviations, that the two-sided t test at `significance`
    /// detects with probability `power`: where [`power`](Self::power) first reaches it.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] unless 0 < significance < power < 1.
    pub fn minimum_detectable_effect(&self, power: f64, significance: f64) -> Result<f64> {
        check_power(power, significance)?;
        let share = self.critical_share(significance);
        let reached = |effect| self.power_at(effect, significance, share) >= power;
        let mut high = self.normal_effect(power, significance);
        while !reached(high) {
            high *= 2.0;
        }
        Ok(bisect(0.0, high, reached))
    }

    /// The normal approximation `(z(1 − α/2) + z(power)) / √m` to
    /// [`minimum_detectable_effect`](Self::minimum_detectable_effect): σ taken as known and
    /// rejections on the wrong side left out, so with three events it is half of the exact one.
    ///
    /// # Errors
    ///
    /// As there.
    pub fn minimum_detectable_effect_normal(&self, power: f64, significance: f64) -> Result<f64> {
        check_power(power, significance)?;
        Ok(self.normal_effect(power, significance))
    }

    fn normal_effect(&self, power: f64, significance: f64) -> f64 {
        let normal = Normal::standard();
        let z = normal.inverse_cdf(1.0 - significance / 2.0) + normal.inverse_cdf(power);
        z / self.n_effective.sqrt()
    }

    /// y = ν/(ν + c²) with `I_y(ν/2, ½) = significance`, by bisection to the last bit.
    fn critical_share(&self, significance: f64) -> f64 {
        let a = self.degrees_of_freedom / 2.0;
        bisect(0.0, 1.0, |y| y >= 1.0 || (y > 0.0 && beta_reg(a, 0.5, y) >= significance))
    }

    fn power_at(&self, effect: f64, significance: f64, share: f64) -> f64 {
        let half_lambda = self.n_effective * effect * effect / 2.0;
        let a = self.degrees_of_freedom / 2.0;
        // The weights of the terms further from the mean than that are nothing beside the others.
        let reach = 12.0 * half_lambda.sqrt() + 60.0;
        let (first, last) = ((half_lambda - reach).floor().max(0.0), half_lambda + reach);
        if half_lambda > MANY_TERMS {
            return thinned_sum(half_lambda, first, last, |j| large_beta_reg(a, j + 0.5, share));
        }
        // I_y(a, b + 1) = I_y(a, b) + y^a (1 - y)^b / (b B(a, b)), upwards from b = first + 1/2; at
        // b = 1/2 it is the significance. The weights are kept as logarithms because the first
        // underflow.
        let mut b = first + 0.5;
        let mut tail = if first > 0.0 { beta_reg(a, b, share) } else { significance };
        let mut step = (a * share.ln() + b * (-share).ln_1p() - ln_beta(a, b)).exp() / b;
        let mut log_weight = -half_lambda;
        if first > 0.0 {
            log_weight += first * half_lambda.ln() - ln_gamma(first + 1.0);
        }
        let (mut sum, mut weights, mut j) = (0.0, 0.0, first);
        while j <= last {
            let weight = log_weight.exp();
            sum += weight * tail;
            weights += weight;
            tail += step;
            step *= (1.0 - share) * (a + b) / (b + 1.0);
            b += 1.0;
            j += 1.0;
            log_weight +=
                if half_lambda > 0.0 { (half_lambda / j).ln() } else { f64::NEG_INFINITY };
        }
        (sum / weights).min(1.0)
    }
}

/// Poisson mean from which on the sum takes every k-th term.
const MANY_TERMS: f64 = 1e5;

/// The Poisson mean of `tail` from every k-th term, k a sixtieth of the standard deviation: both
/// factors are so smooth by then that what is left out changes no digit.
fn thinned_sum(half_lambda: f64, first: f64, last: f64, tail: impl Fn(f64) -> f64) -> f64 {
    let stride = (half_lambda.sqrt() / 60.0).floor().max(1.0);
    // Stirling's series: the logarithm of the gamma function would cancel to nothing here.
    let log_weight = |j: f64| {
        let d = (j - half_lambda) / half_lambda;
        -half_lambda * ((1.0 + d) * d.ln_1p() - d) - 0.5 * d.ln_1p()
    };
    let (mut sum, mut weights, mut j) = (0.0, 0.0, first);
    while j <= last {
        let weight = log_weight(j).exp();
        sum += weight * tail(j);
        weights += weight;
        j += stride;
    }
    (sum / weights).min(1.0)
}

/// `I_y(a, b)` for b far beyond a: with `1 − x = e^(−u)` the integrand is that of the incomplete
/// gamma function up to the order of (a/b)², where the beta function's own logarithms would cancel.
fn large_beta_reg(a: f64, b: f64, y: f64) -> f64 {
    gamma_lr(a, -(b + (a - 1.0) / 2.0) * (-y).ln_1p())
}

/// The smallest number in (low, high] at which an upward-closed condition holds, to the last bit.
fn bisect(mut low: f64, mut high: f64, holds: impl Fn(f64) -> bool) -> f64 {
    loop {
        let middle = low + (high - low) / 2.0;
        if middle <= low || middle >= high {
            return high;
        }
        if holds(middle) {
            high = middle;
        } else {
            low = middle;
        }
    }
}

fn at_least(what: &str, n_found: usize, n_needed: usize) -> Result<()> {
    if n_found >= n_needed {
        return Ok(());
    }
    Err(Error::TooFew { what: what.to_owned(), unit: "events", n_needed, n_found })
}

/// Probabilities asked for are strictly between 0 and 1.
fn probability(name: &'static str, value: f64) -> Result<()> {
    if value > 0.0 && value < 1.0 {
        return Ok(());
    }
    Err(Error::Setting {
        name,
        value: value.to_string(),
        expected: "a probability between 0 and 1, both excluded",
    })
}

/// A power is a probability above the significance, which every effect reaches.
pub(super) fn check_power(power: f64, significance: f64) -> Result<()> {
    probability("significance", significance)?;
    probability("power", power)?;
    if power > significance {
        return Ok(());
    }
    Err(Error::Setting {
        name: "power",
        value: power.to_string(),
        expected: "a power above the significance",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn with_two_degrees_of_freedom_the_critical_value_is_closed_form() {
        // t with 2 degrees of freedom: P(|T| > c) = 1 - c / sqrt(2 + c^2).
        let c2 = |alpha: f64| 2.0 * (1.0 - alpha).powi(2) / (1.0 - (1.0 - alpha).powi(2));
        let test = TTestPower::one_sample(3).unwrap();
        for alpha in [0.01, 0.05, 0.1, 0.5] {
            let expected = 2.0 / (2.0 + c2(alpha));
            assert!((test.critical_share(alpha) / expected - 1.0).abs() < 1e-12);
        }
    }

    #[test]
    fn power_is_the_integral_over_the_standard_deviation() {
        // With two degrees of freedom the estimated over the true standard deviation, s, has the
        // density 2 s exp(-s^2); given s the statistic is normal. Simpson's rule on [0, 8].
        let test = TTestPower::one_sample(3).unwrap();
        let critical = (2.0 / test.critical_share(0.05) - 2.0).sqrt();
        let normal = Normal::standard();
        for effect in [0.3, 1.0, 2.0, 5.0] {
            let shift = effect * 3.0_f64.sqrt();
            let integrand = |s: f64| {
                let reject = normal.sf(critical * s - shift) + normal.cdf(-critical * s - shift);
                reject * 2.0 * s * (-s * s).exp()
            };
            let (n, step) = (8_000_u32, 1e-3);
            let weight = |i: u32| if i == 0 || i == n { 1.0 } else { f64::from(2 + 2 * (i % 2)) };
            let sum: f64 = (0..=n).map(|i| weight(i) * integrand(f64::from(i) * step)).sum();
            let (expected, power) = (sum * step / 3.0, test.power(effect, 0.05).unwrap());
            assert!((power - expected).abs() < 1e-10, "{power} against {expected}");
        }
    }

    #[test]
    fn the_detectable_effect_has_the_power_asked_for() {
        for (first, second) in [(1, 2), (3, 5), (10, 40)] {
            let test = TTestPower::two_samples(first, second).unwrap();
            for (power, significance) in [(0.8, 0.05), (0.5, 0.1), (0.99, 0.01)] {
                let effect = test.minimum_detectable_effect(power, significance).unwrap();
                assert!((test.power(effect, significance).unwrap() - power).abs() < 1e-11);
                let normal = test.minimum_detectable_effect_normal(power, significance).unwrap();
                assert!(effect > normal);
            }
        }
    }

    #[test]
    fn levels_far_out_are_answered_at_once() {
        // With one degree of freedom the critical value is c = cot(πα/2), and so far out the normal
        // value in the numerator is nothing beside its mean: power is P(|Z| < mean / c).
        let test = TTestPower::one_sample(2).unwrap();
        let z = Normal::standard().inverse_cdf(0.9);
        for significance in [1e-4, 1e-6, 1e-9] {
            let critical = 1.0 / (std::f64::consts::FRAC_PI_2 * significance).tan();
            let effect = test.minimum_detectable_effect(0.8, significance).unwrap();
            let expected = critical * z / 2.0_f64.sqrt();
            assert!((effect / expected - 1.0).abs() < 1e-6, "{effect} against {expected}");
        }
    }

    #[test]
    fn the_incomplete_gamma_function_stands_for_the_beta_function() {
        for (a, b, y) in [(0.5, 1e5, 1e-6), (1.0, 2e5, 1e-5), (2.5, 1e5, 3e-5)] {
            let (exact, large) = (beta_reg(a, b, y), large_beta_reg(a, b, y));
            assert!((large / exact - 1.0).abs() < 1e-9, "{large} against {exact}");
        }
    }

    #[test]
    fn the_thinned_sum_is_the_sum() {
        let half_lambda = 1.5 * MANY_TERMS;
        let reach = 12.0 * half_lambda.sqrt() + 60.0;
        let (first, last) = ((half_lambda - reach).floor(), half_lambda + reach);
        let tail = |j: f64| beta_reg(1.0, j + 0.5, 1e-5);
        let thinned = thinned_sum(half_lambda, first, last, tail);
        let log_weight = |j: f64| j * half_lambda.ln() - half_lambda - ln_gamma(j + 1.0);
        let (mut sum, mut j) = (0.0, first);
        while j <= last {
            sum += log_weight(j).exp() * tail(j);
            j += 1.0;
        }
        assert!((thinned / sum - 1.0).abs() < 1e-8, "{thinned} against {sum}");
    }

    #[test]
    fn power_without_an_effect_is_the_significance() {
        for n in [2, 3, 10, 1_000] {
            let test = TTestPower::one_sample(n).unwrap();
            assert!((test.power(0.0, 0.05).unwrap() - 0.05).abs() < 1e-15);
        }
    }

    #[test]
    fn many_events_approach_the_normal_form() {
        let test = TTestPower::one_sample(200_000).unwrap();
        let exact = test.minimum_detectable_effect(0.8, 0.05).unwrap();
        let normal = test.minimum_detectable_effect_normal(0.8, 0.05).unwrap();
        assert!((exact / normal - 1.0).abs() < 2e-5, "{exact} against {normal}");
    }

    #[test]
    fn refuses_a_power_below_the_significance() {
        let test = TTestPower::one_sample(5).unwrap();
        assert!(test.minimum_detectable_effect(0.04, 0.05).is_err());
        assert!(test.minimum_detectable_effect(1.0, 0.05).is_err());
        assert!(TTestPower::one_sample(1).is_err());
        assert!(TTestPower::two_samples(2, 0).is_err());
    }
}
