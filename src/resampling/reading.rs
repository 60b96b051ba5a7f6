//! Intervals read from a bootstrap distribution.

use statrs::distribution::{ContinuousCDF, Normal};

use super::distribution::{BootstrapDistribution, ResamplingScheme};
use super::interval::{Interval, IntervalMethod, check_level};
use super::studentised::{NO_STD_ERRORS, Studentised};
use super::tails::slack;
use crate::{Error, Result};

impl BootstrapDistribution {
    /// The two-sided interval at `level`, with (1 − level)/2 in each tail.
    ///
    /// ```
    /// use eventstudy::resampling::{EventDateBootstrap, IntervalMethod};
    ///
    /// let caar_by_event_date = [0.021, -0.004, 0.035, 0.012, 0.050, -0.011, 0.027, 0.008];
    /// let drawn = EventDateBootstrap::new().run_mean_studentised(&caar_by_event_date)?;
    /// for method in IntervalMethod::ALL {
    ///     let interval = drawn.interval(*method, 0.95)?; // all from one run
    ///     assert!(interval.contains(drawn.point_estimate()));
    /// }
    /// # Ok::<(), eventstudy::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] for a level outside (0, 1); [`Error::IntervalNotDefined`] for `BCa` of
    /// dependent draws or of two stages, without delete-one values, or with an acceleration that
    /// turns the levels around; for `BCa` and the bias-corrected interval with all replicates on one
    /// side of the estimate; for the studentised ones without standard errors, or where an end is
    /// infinite because resamples without spread reach it.
    pub fn interval(&self, method: IntervalMethod, level: f64) -> Result<Interval> {
        check_level(level)?;
        let tail = (1.0 - level) / 2.0;
        let (lower, upper) = (self.end(method, tail)?, self.end(method, 1.0 - tail)?);
        Ok(Interval { lower, upper, level, method })
    }

    /// The lower end of the one-sided interval `[bound, ∞)` at `level`.
    ///
    /// # Errors
    ///
    /// As [`interval`](Self::interval).
    pub fn lower_bound(&self, method: IntervalMethod, level: f64) -> Result<f64> {
        check_level(level)?;
        self.end(method, 1.0 - level)
    }

    /// The upper end of the one-sided interval `(−∞, bound]` at `level`.
    ///
    /// # Errors
    ///
    /// As [`interval`](Self::interval).
    pub fn upper_bound(&self, method: IntervalMethod, level: f64) -> Result<f64> {
        check_level(level)?;
        self.end(method, level)
    }

    /// The bias correction z0 of [`IntervalMethod::BiasCorrected`] and [`IntervalMethod::Bca`].
    ///
    /// # Errors
    ///
    /// [`Error::IntervalNotDefined`] with all replicates on one side of the estimate.
    pub fn bias_correction(&self) -> Result<f64> {
        self.bias_correction_of(IntervalMethod::BiasCorrected)
    }

    fn bias_correction_of(&self, method: IntervalMethod) -> Result<f64> {
        let (replicates, estimate) = (self.replicates(), self.point_estimate());
        let bound = estimate - slack(replicates, estimate);
        let (n_below, n) = (self.n_below(bound), self.n_resamples());
        if n_below == 0 || n_below == n {
            return Err(self.undefined(
                method,
                "all replicates lie on one side of the estimate, so its bias correction is infinite",
            ));
        }
        let share = n_below as f64 / n as f64;
        Ok(Normal::standard().inverse_cdf(share))
    }

    /// The bias correction z0 and the acceleration a of [`IntervalMethod::Bca`].
    ///
    /// # Errors
    ///
    /// [`Error::IntervalNotDefined`] as for the interval.
    pub fn bca_constants(&self) -> Result<(f64, f64)> {
        let method = IntervalMethod::Bca;
        if !self.scheme().is_independent() {
            return Err(self.undefined(
                method,
                "its blocks are dependent, so the delete-one jackknife behind the acceleration is \
                 not valid; take the percentile or the basic interval",
            ));
        }
        if self.scheme() == ResamplingScheme::TwoStageCluster {
            return Err(self.undefined(
                method,
                "a jackknife of whole dates leaves out its second stage; take the percentile or \
                 the basic interval, or draw whole dates",
            ));
        }
        let acceleration = self.acceleration().map_err(|why| self.undefined(method, why))?;
        Ok((self.bias_correction_of(method)?, acceleration))
    }

    /// The levels at which [`IntervalMethod::Bca`] reads the quantiles of the replicates.
    ///
    /// # Errors
    ///
    /// As [`interval`](Self::interval).
    pub fn bca_levels(&self, level: f64) -> Result<(f64, f64)> {
        check_level(level)?;
        let tail = (1.0 - level) / 2.0;
        Ok((self.bca_level(tail)?, self.bca_level(1.0 - tail)?))
    }

    fn bca_level(&self, p: f64) -> Result<f64> {
        let (z0, a) = self.bca_constants()?;
        let normal = Normal::standard();
        let z = z0 + normal.inverse_cdf(p);
        let denominator = 1.0 - a * z;
        if denominator <= 0.0 {
            return Err(self.undefined(
                IntervalMethod::Bca,
                "its acceleration is so large that the corrected levels change order",
            ));
        }
        Ok(normal.cdf(z0 + z / denominator))
    }

    /// The end that leaves probability `p` below it, for `p` in (0, 1).
    fn end(&self, method: IntervalMethod, p: f64) -> Result<f64> {
        let read = |p: f64| {
            self.quantile(p).ok_or(Error::Setting {
                name: "level",
                value: p.to_string(),
                expected: "a level between 0 and 1, both excluded",
            })
        };
        let (estimate, normal) = (self.point_estimate(), Normal::standard());
        match method {
            IntervalMethod::Normal => Ok(estimate + normal.inverse_cdf(p) * self.std_error()),
            IntervalMethod::Basic => Ok(2.0 * estimate - read(1.0 - p)?),
            IntervalMethod::Percentile => read(p),
            IntervalMethod::BiasCorrected => {
                let z0 = self.bias_correction()?;
                read(normal.cdf(2.0 * z0 + normal.inverse_cdf(p)))
            }
            IntervalMethod::Bca => read(self.bca_level(p)?),
            IntervalMethod::Studentised => {
                let studentised = self.studentised_for(method)?;
                let t = self.finite(method, studentised.quantile(1.0 - p))?;
                Ok(estimate - studentised.std_error() * t)
            }
            IntervalMethod::StudentisedByReplicates => {
                let t = self.studentised_for(method)?.quantile(1.0 - p);
                Ok(estimate - self.std_error() * self.finite(method, t)?)
            }
            IntervalMethod::SymmetricT => {
                let studentised = self.studentised_for(method)?;
                let inside = (1.0 - 2.0 * p).abs();
                let t = self.finite(method, studentised.absolute_quantile(inside))?;
                let half = studentised.std_error() * t;
                Ok(if p < 0.5 { estimate - half } else { estimate + half })
            }
        }
    }

    fn studentised_for(&self, method: IntervalMethod) -> Result<&Studentised> {
        self.studentised().ok_or_else(|| self.undefined(method, NO_STD_ERRORS))
    }

    fn finite(&self, method: IntervalMethod, t: Option<f64>) -> Result<f64> {
        t.filter(|t| t.is_finite()).ok_or_else(|| {
            self.undefined(
                method,
                "at this level an end lies where resamples have no spread and is infinite; there \
                 are too few values",
            )
        })
    }

    fn undefined(&self, method: IntervalMethod, why: &'static str) -> Error {
        let (interval, scheme) = (method.interval(), self.scheme().name());
        Error::IntervalNotDefined { interval, scheme, why }
    }
}
