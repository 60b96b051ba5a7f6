//! Tests from sums over the responses of a large universe.

use serde::{Deserialize, Serialize};

use super::kolari_pynnonen::ResidualCorrelation;
use super::{NullDistribution, TestResult};
use crate::abnormal::AccumulatedWindow;
use crate::numeric::moments;
use crate::{Error, Result};

/// What the sums over the responses that cover a window tell: the tests of
/// [`CrossSectionalT`](super::CrossSectionalT), [`PatellZ`](super::PatellZ), [`Bmp`](super::Bmp) and
/// [`KolariPynnonen`](super::KolariPynnonen) in their SCAR form, and the t over event dates.
///
/// The formulas are those of the tests over a [`WindowSample`](super::WindowSample). The mean
/// correlation is the pooled one of [`Accumulator`](crate::abnormal::Accumulator). Where assets share
/// dates, the first three take a date for as many observations as it has assets; the last takes it
/// for one, whatever its assets have in common (Ibragimov and Müller 2010,
/// <https://doi.org/10.1198/jbes.2009.08046>).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AccumulatedTests {
    /// `mean(CAR) / (sd(CAR)/√N)`, t with N − 1 degrees of freedom.
    pub cross_sectional: TestResult,
    /// `ΣSCAR / √Σ(M − k)/(M − k − 2)`, standard normal; `None` where a response has fewer than three
    /// degrees of freedom.
    pub patell: Option<TestResult>,
    /// `mean(SCAR) / (sd(SCAR)/√N)`, t with N − 1 degrees of freedom.
    pub bmp: TestResult,
    /// BMP with the mean correlation between responses taken out; `None` where that is not known or
    /// leaves no variance.
    pub kolari_pynnonen_bmp: Option<TestResult>,
    /// Patell with the mean correlation taken out.
    pub kolari_pynnonen_patell: Option<TestResult>,
    /// t over the mean CARs of the event dates; `None` for fewer than two dates.
    pub event_dates: Option<TestResult>,
}

impl AccumulatedTests {
    /// The tests of one window.
    ///
    /// # Errors
    ///
    /// [`Error::TooFew`] for fewer than two responses; [`Error::DegenerateVariance`] where the CARs
    /// or SCARs do not vary.
    pub fn of(window: &AccumulatedWindow) -> Result<Self> {
        let n = usize::try_from(window.n_responses).unwrap_or(usize::MAX);
        let n_dates = window.by_date.len();
        let spread = |mean: Option<f64>, std_dev: Option<f64>, of: &str| {
            let (Some(mean), Some(std_dev)) = (mean, std_dev) else {
                return Err(Error::TooFew {
                    what: format!("the tests of {}", window.window),
                    unit: "responses",
                    n_needed: 2,
                    n_found: n,
                });
            };
            let squares = std_dev * std_dev * (n - 1) as f64;
            if moments::is_negligible(squares, mean.abs(), n) {
                let what = format!("the tests of {}", window.window);
                return Err(Error::DegenerateVariance { what, of: of.to_owned() });
            }
            Ok(mean / (std_dev / (n as f64).sqrt()))
        };
        let result = |test: &str, statistic, distribution| TestResult {
            test: test.to_owned(),
            statistic,
            distribution,
            n_responses: n,
            n_events: n_dates,
            n_event_dates: n_dates,
        };
        let student = |df: usize| NullDistribution::StudentT { degrees_of_freedom: df as f64 };
        let t = spread(window.caar, window.car_std_dev, "the CARs")?;
        let bmp = spread(window.mean_scar, window.scar_std_dev, "the SCARs")?;
        let sum = window.mean_scar.unwrap_or(0.0) * n as f64;
        let patell = window.patell_variance.map(|variance| sum / variance.sqrt());
        let correlation =
            window.mean_correlation.map(|mean| ResidualCorrelation { mean, n_responses: n });
        let name = "Kolari-Pynnonen BMP t";
        let bmp_factor = correlation.and_then(|r| r.bmp_factor(name).ok());
        let effect = correlation.and_then(|r| r.checked_design_effect(name).ok());
        let normal = NullDistribution::Normal;
        let dates: Vec<f64> = window.by_date.iter().map(|date| date.value).collect();
        let over_dates =
            moments::mean(&dates).zip(moments::variance(&dates)).and_then(|(mean, v)| {
                let squares = v * (n_dates - 1) as f64;
                let varies = !moments::is_negligible(squares, mean.abs(), n_dates);
                varies.then(|| mean / (v / n_dates as f64).sqrt())
            });
        Ok(Self {
            cross_sectional: result("cross-sectional t", t, student(n - 1)),
            patell: patell.map(|z| result("Patell Z", z, normal)),
            bmp: result("BMP t", bmp, student(n - 1)),
            kolari_pynnonen_bmp: bmp_factor.map(|f| result(name, bmp * f, student(n - 1))),
            kolari_pynnonen_patell: patell
                .zip(effect)
                .map(|(z, effect)| result("Kolari-Pynnonen Patell Z", z / effect.sqrt(), normal)),
            event_dates: over_dates.map(|t| result("t over event dates", t, student(n_dates - 1))),
        })
    }
}
