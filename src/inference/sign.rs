//! Sign tests over responses.

use super::cross_sectional::result;
use super::{Card, NullDistribution, SignificanceTest, TestResult, WindowSample};
use crate::{Error, Result};

/// Sign test of the CARs.
///
/// `z = (w − N/2) / √(N/4)`, where w of N responses have a CAR above zero; zero is not above zero.
/// Standard normal.
///
/// - *Null*: a CAR is above zero with probability one half.
/// - *Assumes*: responses independent, median abnormal return zero without an event. Returns are
///   skewed, so that fewer than half are above their mean: see [`GeneralisedSign`].
/// - *Robust to*: outliers, a variance that rises with the event.
/// - *Reference*: Campbell, Lo and MacKinlay 1997, chapter 4
///   (<https://doi.org/10.1515/9781400830213>).
/// - *Departures*: none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sign;

/// What share of abnormal returns is above zero without an event.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Share {
    /// Mean over responses of their shares.
    #[default]
    OfResponses,
    /// Share among all rows of all responses.
    Pooled,
}

/// Cowan 1992: sign test against the share of positive abnormal returns in the estimation window.
///
/// `z = (w − N p̂) / √(N p̂ (1 − p̂))`, where w of N responses have a CAR above zero and p̂ is the mean
/// over responses of the share of estimation rows with an AR above zero. Standard normal. The default
/// is the paper's; [`GeneralisedSign::pooled`] takes p̂ among all rows of all responses, which is the
/// same when no row is missing.
///
/// - *Null*: a CAR is above zero as often as an AR of the estimation window is.
/// - *Assumes*: responses independent. For windows of several days the CARs are less skewed than the
///   ARs that p̂ comes from.
/// - *Robust to*: skewed returns, outliers, a variance that rises with the event.
/// - *Reference*: Cowan 1992, <https://doi.org/10.1007/BF00939016>.
/// - *Departures*: none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct GeneralisedSign {
    share: Share,
}

impl GeneralisedSign {
    /// With p̂ among all estimation rows of all responses.
    pub fn pooled() -> Self {
        Self { share: Share::Pooled }
    }

    /// p̂, the share of positive abnormal returns in the estimation window.
    pub fn expected_share(&self, sample: &WindowSample) -> f64 {
        let (of_responses, pooled) = sample.positive_shares();
        match self.share {
            Share::OfResponses => of_responses,
            Share::Pooled => pooled,
        }
    }
}

impl SignificanceTest for Sign {
    fn card(&self) -> Card {
        Card {
            id: "sign",
            name: "sign z",
            null: "a CAR is above zero with probability one half",
            assumes: "independent responses, median abnormal return zero",
            robust_to: "outliers, event-induced variance",
            distribution: "normal",
            allows_for_shared_dates: false,
            reference: "Campbell, Lo and MacKinlay 1997, chapter 4",
            doi: "10.1515/9781400830213",
            departures: "none",
        }
    }

    fn test(&self, sample: &WindowSample) -> Result<TestResult> {
        standardised_count(self.card().name, sample, 0.5)
    }
}

impl SignificanceTest for GeneralisedSign {
    fn card(&self) -> Card {
        let (id, name, departures) = match self.share {
            Share::OfResponses => ("generalised-sign", "generalised sign z", "none"),
            Share::Pooled => (
                "generalised-sign-pooled",
                "generalised sign z (pooled)",
                "the share of positive returns is taken among all rows of all responses",
            ),
        };
        Card {
            id,
            name,
            null: "a CAR is above zero as often as an AR of the estimation window",
            assumes: "independent responses",
            robust_to: "skewed returns, outliers, event-induced variance",
            distribution: "normal",
            allows_for_shared_dates: false,
            reference: "Cowan 1992",
            doi: "10.1007/BF00939016",
            departures,
        }
    }

    fn test(&self, sample: &WindowSample) -> Result<TestResult> {
        standardised_count(self.card().name, sample, self.expected_share(sample))
    }
}

fn standardised_count(test: &str, sample: &WindowSample, share: f64) -> Result<TestResult> {
    let n = sample.n_responses() as f64;
    let n_positive = sample.responses().iter().filter(|r| r.cumulative.car > 0.0).count() as f64;
    let variance = n * share * (1.0 - share);
    if variance <= 0.0 {
        return Err(Error::DegenerateVariance {
            what: test.to_owned(),
            of: "the signs of the abnormal returns of the estimation window".to_owned(),
        });
    }
    let statistic = (n_positive - n * share) / variance.sqrt();
    Ok(result(test, statistic, NullDistribution::Normal, sample))
}
