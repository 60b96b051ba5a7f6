//! Patell's standardised residual test.

use super::cross_sectional::result;
use super::{Card, NullDistribution, SignificanceTest, Standardisation, TestResult, WindowSample};
use crate::{Error, Result};

/// Patell 1976: the sum of standardised abnormal returns over its theoretical standard deviation.
///
/// `z = Σ A_i / √(Σ Q_i)`, where `A_i` is the SCAR (or CSAR / √L) and `Q_i = (M − k) / (M − k − 2)`
/// the variance of a Student t with M − k degrees of freedom. In the CSAR form it is
/// `(1/√N) Σ CSAR_i / √(L Q_i)`, as the paper has it. Standard normal.
///
/// - *Null*: the mean standardised abnormal return is zero.
/// - *Assumes*: responses independent, variance unchanged by the event, residuals normal.
/// - *Robust to*: responses of different variance; parameter error enters the standardisation.
/// - *Reference*: <https://doi.org/10.2307/2490543>; for the SCAR, Mikkelson and Partch 1988,
///   <https://doi.org/10.1016/0304-405X(88)90030-2>.
/// - *Departures*: the default is the SCAR form, since the CSAR form leaves out the covariance that
///   shared parameters give the days of a window. s has divisor M − k, not M − 1.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PatellZ {
    /// How the window is standardised.
    pub form: Standardisation,
}

impl SignificanceTest for PatellZ {
    fn card(&self) -> Card {
        Card {
            id: match self.form {
                Standardisation::Scar => "patell-z",
                Standardisation::Csar => "patell-z-csar",
            },
            name: match self.form {
                Standardisation::Scar => "Patell Z",
                Standardisation::Csar => "Patell Z (CSAR)",
            },
            null: "the mean standardised abnormal return is zero",
            assumes: "independent responses, variance unchanged by the event, normal residuals",
            robust_to: "responses of different variance",
            distribution: "normal",
            allows_for_shared_dates: false,
            reference: "Patell 1976",
            doi: "10.2307/2490543",
            departures: match self.form {
                Standardisation::Scar => "SCAR with the covariance of shared parameters",
                Standardisation::Csar => "s has divisor M - k, not M - 1",
            },
        }
    }

    fn test(&self, sample: &WindowSample) -> Result<TestResult> {
        let statistic = statistic(self.card().name, sample, self.form)?;
        Ok(result(self.card().name, statistic, NullDistribution::Normal, sample))
    }
}

pub(super) fn statistic(
    test: &'static str,
    sample: &WindowSample,
    form: Standardisation,
) -> Result<f64> {
    let standardised = sample.standardised(form);
    let mut variances = Vec::with_capacity(standardised.len());
    for r in sample.responses() {
        let df = r.n_observations - r.n_parameters;
        if df < 3 {
            return Err(Error::TooFew {
                what: test.to_owned(),
                unit: "degrees of freedom in every estimation window",
                n_needed: 3,
                n_found: df,
            });
        }
        variances.push(df as f64 / (df - 2) as f64);
    }
    Ok(match form {
        Standardisation::Scar => {
            standardised.iter().sum::<f64>() / variances.iter().sum::<f64>().sqrt()
        }
        Standardisation::Csar => {
            let scaled = standardised.iter().zip(&variances).map(|(a, q)| a / q.sqrt());
            scaled.sum::<f64>() / (sample.n_responses() as f64).sqrt()
        }
    })
}
