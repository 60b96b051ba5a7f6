//! What a Sharpe ratio is worth.

use serde::{Deserialize, Serialize};
use statrs::distribution::{ContinuousCDF, Normal};

use crate::numeric::moments;
use crate::{Error, Result};

/// Euler's constant, to the last digit of a double.
const EULER: f64 = 0.577_215_664_901_532_9;

/// A Sharpe ratio per period with what its error hangs on.
///
/// The ratio is `mean / s` of excess returns, s with divisor n − 1, not annualised; skewness and
/// kurtosis are `m₃/m₂^{3/2}` and `m₄/m₂²` with divisor n (3 for a normal law). Its asymptotic
/// variance over n independent periods is
///
/// ```text
/// V = (1 − γ₃ SR + (γ₄ − 1)/4 · SR²) / (n − 1)
/// ```
///
/// Mertens 2002, published by Opdyke 2007, <https://doi.org/10.1057/palgrave.jam.2250084>, with n − 1 as
/// in Bailey and López de Prado 2012, "The Sharpe ratio efficient frontier", Journal of Risk 15(2); for
/// a normal law it is `(1 + SR²/2)/(n − 1)` (Lo 2002, <https://doi.org/10.2469/faj.v58.n4.2453>). *Not
/// robust to* returns that depend on each other, nor to fewer periods than it seems: daily returns of
/// three trades are some hundred numbers and three observations.
///
/// ```
/// use eventstudy::backtest::{SharpeRatio, Trials};
///
/// // Five years of days, 2.5 a year, from 100 trials whose ratios have a variance of 1/2 a year.
/// let found = SharpeRatio::from_moments(1_250, 2.5 / 250_f64.sqrt(), -3.0, 10.0)?;
/// let trials = Trials::new(100, 0.5 / 250.0)?;
/// assert!((found.deflated(&trials) - 0.9004).abs() < 5e-5);
/// # Ok::<(), eventstudy::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct SharpeRatio {
    n: usize,
    value: f64,
    skewness: f64,
    kurtosis: f64,
}

impl SharpeRatio {
    /// That of excess returns per period, such as days, or trades.
    ///
    /// # Errors
    ///
    /// [`Error::TooFew`] for fewer than three; [`Error::BadEntry`] for one that is not finite;
    /// [`Error::DegenerateVariance`] where they do not vary.
    pub fn of(returns: &[f64]) -> Result<Self> {
        let what = || "a Sharpe ratio".to_owned();
        let n = returns.len();
        if n < 3 {
            let unit = "returns";
            return Err(Error::TooFew { what: what(), unit, n_needed: 3, n_found: n });
        }
        if let Some(row) = returns.iter().position(|r| !r.is_finite()) {
            let (value, expected) = (returns[row], "a finite return");
            return Err(Error::BadEntry { what: "returns".to_owned(), row, value, expected });
        }
        let mean = moments::mean(returns).unwrap_or_default();
        let m2 = moments::sum_squared_deviations(returns, mean);
        if moments::is_negligible(m2, moments::return_level(returns), n) {
            return Err(Error::DegenerateVariance { what: what(), of: "the returns".to_owned() });
        }
        let power = |k: i32| returns.iter().map(|r| (r - mean).powi(k)).sum::<f64>() / n as f64;
        let (variance, third, fourth) = (m2 / n as f64, power(3), power(4));
        Ok(Self {
            n,
            value: mean / (m2 / (n - 1) as f64).sqrt(),
            skewness: third / variance.powf(1.5),
            kurtosis: fourth / (variance * variance),
        })
    }

    /// A ratio per period over n periods with these moments, as read from a report.
    ///
    /// # Errors
    ///
    /// [`Error::TooFew`] for n < 3; [`Error::Setting`] for a ratio that is not finite, and for a
    /// kurtosis below 1 + skewness², which no distribution has.
    pub fn from_moments(n: usize, value: f64, skewness: f64, kurtosis: f64) -> Result<Self> {
        if n < 3 {
            let (what, unit) = ("a Sharpe ratio".to_owned(), "returns");
            return Err(Error::TooFew { what, unit, n_needed: 3, n_found: n });
        }
        let fault = |name, value: f64, expected| {
            Err(Error::Setting { name, value: value.to_string(), expected })
        };
        if !value.is_finite() {
            return fault("Sharpe ratio", value, "a finite number");
        }
        if !skewness.is_finite() {
            return fault("skewness", skewness, "a finite number");
        }
        if !(kurtosis.is_finite() && kurtosis >= 1.0 + skewness * skewness) {
            return fault("kurtosis", kurtosis, "at least 1 + skewness²");
        }
        Ok(Self { n, value, skewness, kurtosis })
    }

    /// Number of periods.
    pub fn n(&self) -> usize {
        self.n
    }

    /// The ratio per period.
    pub fn value(&self) -> f64 {
        self.value
    }

    /// γ₃.
    pub fn skewness(&self) -> f64 {
        self.skewness
    }

    /// γ₄, 3 for a normal law.
    pub fn kurtosis(&self) -> f64 {
        self.kurtosis
    }

    /// The ratio a year, of uncorrelated returns.
    pub fn annualised(&self, periods_per_year: f64) -> f64 {
        self.value * periods_per_year.sqrt()
    }

    /// √V, per period.
    pub fn std_error(&self) -> f64 {
        (self.spread(self.value) / (self.n - 1) as f64).sqrt()
    }

    /// √V under a normal law, per period.
    pub fn std_error_normal(&self) -> f64 {
        ((1.0 + self.value * self.value / 2.0) / (self.n - 1) as f64).sqrt()
    }

    /// Probabilistic Sharpe ratio: the confidence that the true ratio per period is above `benchmark`,
    ///
    /// ```text
    /// PSR = Φ( (SR − SR*) √(n − 1) / √(1 − γ₃ SR + (γ₄ − 1)/4 · SR²) )
    /// ```
    ///
    /// Bailey and López de Prado 2012. `None` where the error is zero, as for returns of two values and
    /// a ratio that hides their spread.
    pub fn probabilistic(&self, benchmark: f64) -> Option<f64> {
        let error = self.std_error();
        (error > 0.0).then(|| Normal::standard().cdf((self.value - benchmark) / error))
    }

    /// Deflated Sharpe ratio: the probabilistic one against the largest ratio that so many trials
    /// would have shown by chance, [`Trials::expected_maximum`].
    ///
    /// Bailey and López de Prado 2014, <https://doi.org/10.3905/jpm.2014.40.5.094>. 0 or 1 where the
    /// error is zero.
    pub fn deflated(&self, trials: &Trials) -> f64 {
        let benchmark = trials.expected_maximum();
        self.probabilistic(benchmark).unwrap_or(if self.value > benchmark { 1.0 } else { 0.0 })
    }

    /// Fewest periods after which this ratio would be above `benchmark` at a one-sided `confidence`:
    ///
    /// ```text
    /// n* = 1 + (1 − γ₃ SR + (γ₄ − 1)/4 · SR²) (z / (SR − SR*))²
    /// ```
    ///
    /// Bailey and López de Prado 2012, the minimum track record length. `None` where the ratio is not above the
    /// benchmark: no track record is long enough.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] for a confidence outside (0.5, 1).
    pub fn min_track_record(&self, benchmark: f64, confidence: f64) -> Result<Option<f64>> {
        if !(confidence > 0.5 && confidence < 1.0) {
            return Err(Error::Setting {
                name: "confidence",
                value: confidence.to_string(),
                expected: "a share above 0.5 and below 1",
            });
        }
        let z = Normal::standard().inverse_cdf(confidence);
        let above = self.value - benchmark;
        Ok((above > 0.0).then(|| 1.0 + self.spread(self.value) * (z / above).powi(2)))
    }

    /// 1 − γ₃ SR + (γ₄ − 1)/4 · SR², which is never below zero: γ₄ ≥ 1 + γ₃².
    fn spread(&self, ratio: f64) -> f64 {
        let square = (self.kurtosis - 1.0) / 4.0 * ratio * ratio;
        (1.0 - self.skewness * ratio + square).max(0.0)
    }
}

/// How many strategies were tried before one was reported, and how much their ratios differ.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Trials {
    n: usize,
    variance: f64,
}

impl Trials {
    /// n trials whose Sharpe ratios per period have this variance. Trials that are much alike count
    /// for fewer than their number; counting them all errs on the strict side.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] for no trials or a variance below zero.
    pub fn new(n: usize, variance: f64) -> Result<Self> {
        let fault = |name, value: String, expected| Err(Error::Setting { name, value, expected });
        if n == 0 {
            return fault("trials", "0".to_owned(), "at least one");
        }
        if !(variance.is_finite() && variance >= 0.0) {
            return fault("variance of trials", variance.to_string(), "a number of 0 or more");
        }
        Ok(Self { n, variance })
    }

    /// These trials, by their Sharpe ratios per period; divisor n − 1.
    ///
    /// # Errors
    ///
    /// [`Error::TooFew`] for fewer than two.
    pub fn of(ratios: &[f64]) -> Result<Self> {
        let variance = moments::variance(ratios).ok_or_else(|| Error::TooFew {
            what: "the variance of trials".to_owned(),
            unit: "Sharpe ratios",
            n_needed: 2,
            n_found: ratios.len(),
        })?;
        Self::new(ratios.len(), variance)
    }

    /// Number of trials.
    pub fn n(&self) -> usize {
        self.n
    }

    /// Variance of their ratios per period.
    pub fn variance(&self) -> f64 {
        self.variance
    }

    /// The largest ratio that is expected of trials of no worth:
    ///
    /// ```text
    /// SR₀ = √V ((1 − γ) Φ⁻¹(1 − 1/N) + γ Φ⁻¹(1 − 1/(N e)))
    /// ```
    ///
    /// with Euler's γ; 0 for a single trial. An approximation for independent normal ratios: for two
    /// trials it is 0.52 √V, where `√(V/π)` = 0.56 √V is exact.
    pub fn expected_maximum(&self) -> f64 {
        if self.n == 1 {
            return 0.0;
        }
        let (normal, n) = (Normal::standard(), self.n as f64);
        let near = normal.inverse_cdf(1.0 - n.recip());
        let far = normal.inverse_cdf(1.0 - (n * std::f64::consts::E).recip());
        self.variance.sqrt() * ((1.0 - EULER) * near + EULER * far)
    }
}
