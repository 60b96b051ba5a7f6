//! One window of a study: the estimate and what is known of its uncertainty.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{ConformalEstimate, DateBootstrapFault, Judgement, MatchedPlacebo, PlaceboScheme};
use crate::events::Scope;
use crate::inference::{PlaceboAssetsResult, Suitability, TestResult};
use crate::models::Convergence;
use crate::resampling::{EffectInterval, Interval, PValues, PlaceboStatistic, SignFlipTest};
use crate::time::EventWindow;

/// What one event gave in one window.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EventEstimate {
    /// Date of the event.
    pub date: NaiveDate,
    /// Its label.
    pub label: String,
    /// Who responds to it.
    pub scope: Scope,
    /// Abnormal return of the event portfolio, a decimal fraction.
    pub value: f64,
    /// Its standard deviation from the daily steps of its own path in the window, `√(L/(L − 1)
    /// Σ(xₜ − x̄)²)`; `None` where they do not tell.
    #[serde(default)]
    pub std_error: Option<f64>,
    /// Assets in the portfolio.
    pub n_assets: usize,
    /// Share of them with a CAR above zero.
    pub share_positive: f64,
    /// p-values of the test of the study for this event alone among all placebo dates: of its value
    /// over its own daily variation, where that test is studentised.
    pub placebo: Option<PValues>,
    /// What that test compares; `None` without it, and in outcomes of versions that did not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub placebo_statistic: Option<PlaceboStatistic>,
    /// p-values of its value as it is among the same dates: the share of them that gave as much.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rank: Option<PValues>,
    /// As `placebo` among the dates that match this event alone, where dates are matched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub matched_placebo: Option<PValues>,
    /// The mean CAR of its assets among those of as many assets of the pool, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub placebo_assets: Option<PlaceboAssetsResult>,
    /// Why it is not compared with the pool.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub placebo_assets_fault: Option<String>,
    /// The conformal test of this event alone, where it was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conformal: Option<ConformalEstimate>,
    /// Why there is no conformal test.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conformal_fault: Option<String>,
}

impl EventEstimate {
    /// p-values of its value over its own daily variation among all placebo dates; `None` where values
    /// are compared as they are, so that its [rank](Self::rank) is the test.
    pub fn studentised(&self) -> Option<PValues> {
        self.placebo.filter(|_| self.placebo_statistic == Some(PlaceboStatistic::Studentised))
    }
}

/// The slope of a response on one factor of its model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FactorBeta {
    /// Name of the factor.
    pub factor: String,
    /// β, fitted or fixed by the model.
    pub beta: f64,
}

/// What one asset gave after one event in one window, with the fit behind it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ResponseEstimate {
    /// Date of the event.
    pub event: NaiveDate,
    /// Its label.
    pub label: String,
    /// Name of the asset.
    pub asset: String,
    /// CAR, a decimal fraction.
    pub car: f64,
    /// SCAR: the CAR over its forecast standard deviation.
    pub scar: f64,
    /// Standard deviation of the CAR as a forecast, with the error of the fit; a decimal fraction.
    pub forecast_std_dev: f64,
    /// Rows that the CAR covers, L.
    pub n_rows: usize,
    /// α: expected return of a row without what the factors explain, a decimal fraction.
    pub alpha: f64,
    /// β of each factor, in the order of the model.
    pub betas: Vec<FactorBeta>,
    /// Residual standard deviation of the fit, a decimal fraction per row.
    pub residual_std_dev: f64,
    /// Rows that the model was fitted to, M.
    pub n_observations: usize,
    /// How an iterative fit ended; `None` where the fit has a closed form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub convergence: Option<Convergence>,
}

/// A test over responses, or why it could not be computed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ResponseTest {
    /// Name of the test in study files, see [`registry`](crate::inference::registry).
    #[serde(default)]
    pub id: String,
    /// Name of the test in tables.
    pub name: String,
    /// How it stands to the responses of this window.
    #[serde(default = "valid")]
    pub suitability: Suitability,
    /// Why.
    #[serde(default)]
    pub why: String,
    /// The result; `None` where the test is not defined for this sample.
    pub result: Option<TestResult>,
    /// Two-sided p-value.
    pub p_value: Option<f64>,
    /// p-value of the alternative that the mean is above zero.
    #[serde(default)]
    pub p_greater: Option<f64>,
    /// p-value of the alternative that it is below zero.
    #[serde(default)]
    pub p_less: Option<f64>,
    /// Why there is no result.
    pub fault: Option<String>,
    /// True where responses share dates, or windows of different dates overlap, and the test does not
    /// allow for it: its p-value is then far too small.
    pub misled_by_shared_dates: bool,
}

fn mean_statistic() -> PlaceboStatistic {
    PlaceboStatistic::Mean
}

fn valid() -> Suitability {
    Suitability::Valid
}

/// One-sample t over event dates.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EventLevelT {
    /// `mean / (sd / √n)`.
    pub t: f64,
    /// n − 1.
    pub degrees_of_freedom: f64,
    /// Two-sided p-value.
    pub p_value: f64,
    /// Lower end of the interval of the mean, a decimal fraction.
    pub lower: f64,
    /// Upper end.
    pub upper: f64,
    /// Smallest mean that the test detects with 80 % power at its level, a decimal fraction.
    pub minimum_detectable_effect: f64,
}

/// The estimate against pseudo-events on other dates.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlaceboEstimate {
    /// What is compared, see [`PlaceboTest`](crate::resampling::PlaceboTest).
    #[serde(default = "mean_statistic")]
    pub statistic: PlaceboStatistic,
    /// Mean less placebo mean over its standard error; `None` where means are compared.
    #[serde(default)]
    pub t: Option<f64>,
    /// Mean over the sets of pseudo-events: what any dates earned, a decimal fraction. It is not
    /// zero.
    pub mean: f64,
    /// Standard deviation over the sets.
    pub std_dev: Option<f64>,
    /// Lower quantile of the sets at the level of the study.
    pub lower_quantile: f64,
    /// Upper quantile.
    pub upper_quantile: f64,
    /// The effect: estimate − placebo mean, over the share of placebo rows that are not the events'
    /// own; a decimal fraction.
    pub excess: f64,
    /// Share of the rows of the sets that lie within windows of the events.
    #[serde(default)]
    pub event_share: f64,
    /// Interval of the excess, by inversion of the placebo test; the whole line where the sets cannot
    /// exclude any effect.
    pub interval: EffectInterval,
    /// The same by inversion of its two one-sided tests, on which verdicts rest; `None` in outcomes of
    /// versions that had none.
    #[serde(default)]
    pub equal_tailed: Option<EffectInterval>,
    /// p-values of the default test, with +1.
    pub p_values: PValues,
    /// Two-sided p-value that allows for the other windows of the study, never below that of the window
    /// alone; where the windows have a [`PlaceboFamily`](super::PlaceboFamily).
    #[serde(default)]
    pub family_p: Option<f64>,
    /// For comparison only: p-values of the mean as it is, too small where returns vary more after
    /// the events than on other dates. Where they and those of the test differ in what they say,
    /// [`disagreement`](Self::disagreement) says so.
    #[serde(default)]
    pub mean_p_values: Option<PValues>,
    /// For comparison only: the p-value as if other dates had earned zero on average.
    pub biased_p_against_zero: f64,
    /// Smallest p-value that the number of sets allows.
    pub attainable_p: f64,
    /// Smallest excess that is detected with 80 % power at the level of the study, where it is spread
    /// evenly over the rows of the window: see
    /// [`minimum_detectable_effect`](crate::resampling::PlaceboTest::minimum_detectable_effect).
    /// `None` where there are too few sets to detect any.
    pub minimum_detectable_effect: Option<f64>,
    /// Sets of pseudo-events.
    pub n_sets: usize,
    /// Whether they are all sets there are.
    pub exact: bool,
    /// How the sets are spaced.
    #[serde(default)]
    pub scheme: PlaceboScheme,
    /// Dates that buffers around events or avoided dates take away.
    #[serde(default)]
    pub n_buffered: usize,
    /// Dates that pseudo-events were drawn from.
    pub n_admissible: usize,
    /// How many windows without overlap those dates hold.
    pub effective_periods: f64,
    /// Days between the pseudo-events of a set.
    pub min_separation_days: u32,
    /// Days around real events that were left out; `None` where their dates belong to the null.
    pub buffer_days: Option<u32>,
}

/// The stationary block bootstrap of the event portfolios' abnormal returns, for comparison; made
/// where [`BootstrapSettings::with_blocks`](super::BootstrapSettings::with_blocks) asks for it.
///
/// Its interval is too short and its p-value too small: at 5 % it rejects in 5 to 36 of 100 studies
/// without an effect (`docs/calibration.md` in the repository). Four things are in it, of which no
/// better resampling of the estimation windows mends the last two:
///
/// 1. The M residuals of an estimation window add up to nothing, so that two of them are correlated by
///    −1/M and blocks of them cancel. A long sum of blocks of mean length b has about `1 − (2b − 1)/M`
///    times the variance of the series: 0.7 of it at b = 10 and M = 60.
/// 2. The variance of sums rests on some M/b blocks per event date, and the quantiles do not allow for
///    the error of so small a sample.
/// 3. The variance after an event is taken for that before it.
/// 4. The mean of ordinary dates is taken for zero, which in real prices it is not; the t over event
///    dates, which has none of the first three faults, rejects in 13 of 100 there at 30 dates.
///
/// The placebo test is what is left when all four are mended: it studentises by the windows
/// themselves, and takes mean and dependence from other dates ([`PlaceboEstimate`]).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BlockBootstrapEstimate {
    /// Interval of the mean, from the centred abnormal returns of the estimation windows: the
    /// estimate minus the quantiles of what windows of the same length add up to there.
    pub lower: f64,
    /// Upper end.
    pub upper: f64,
    /// Two-sided p-value with +1, of the null that the abnormal return is zero.
    pub p_value: f64,
    /// Replicates.
    pub n_replicates: usize,
    /// Mean block length in rows, as set or as chosen from the abnormal returns.
    pub mean_block_length: f64,
}

/// The bootstrap over event dates: from [`FEWEST_DATES`](crate::resampling::EventDateBootstrap::FEWEST_DATES) on, and
/// only where their windows do not overlap.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EventDateBootstrapEstimate {
    /// Percentile interval of the mean.
    pub percentile: Interval,
    /// BCa interval; `None` where it is not defined for these values.
    pub bca: Option<Interval>,
    /// Whether all resamples were enumerated.
    pub exact: bool,
    /// Resamples.
    pub n_replicates: usize,
    /// The most that an interval between the smallest and the largest value can cover, whatever
    /// its nominal level.
    pub coverage_ceiling: f64,
}

/// The estimate for one window with everything that stands beside it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WindowEstimate {
    /// The window.
    pub window: EventWindow,
    /// What each event gave; events that do not cover the window are among the exclusions.
    pub events: Vec<EventEstimate>,
    /// Mean over event dates of the event portfolios' abnormal returns, a decimal fraction.
    pub mean: f64,
    /// Its standard error from the daily steps within the windows, `√ΣV / n`; `None` where they do
    /// not tell.
    #[serde(default)]
    pub std_error: Option<f64>,
    /// CAAR: mean over responses, a decimal fraction.
    pub caar: f64,
    /// Responses.
    pub n_responses: usize,
    /// Events.
    pub n_events: usize,
    /// Distinct event dates: the unit of inference.
    pub n_event_dates: usize,
    /// Of them, those whose window overlaps that of another: they are no independent draws, and
    /// sign flip and t over event dates, which take them for such, reject too often.
    #[serde(default)]
    pub n_overlapping_dates: usize,
    /// r̄: mean correlation between responses, by calendar date.
    pub mean_residual_correlation: Option<f64>,
    /// `1 + (N − 1) r̄`.
    pub design_effect: Option<f64>,
    /// Number of independent responses that would carry as much.
    pub effective_responses: Option<f64>,
    /// The responses one by one, event by event; kept where
    /// [`keep_responses`](super::EventStudyBuilder::keep_responses) asks for it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub responses: Vec<ResponseEstimate>,
    /// Tests over responses.
    pub tests: Vec<ResponseTest>,
    /// t-test over event dates; `None` for a single date.
    pub event_t: Option<EventLevelT>,
    /// Exact sign flip over event dates.
    pub sign_flip: SignFlipTest,
    /// Placebo dates; `None` where they were not asked for or there are too few.
    pub placebo: Option<PlaceboEstimate>,
    /// Why there is no placebo.
    pub placebo_fault: Option<String>,
    /// The same with dates that match the events, where that was asked for. It decides nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub matched_placebo: Option<MatchedPlacebo>,
    /// Why there are no matched dates.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub matched_placebo_fault: Option<String>,
    /// The mean CAR of the responding assets, over events, among those of as many assets of a pool:
    /// the mean of CARs with equal weights, whatever the portfolio of the study.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub placebo_assets: Option<PlaceboAssetsResult>,
    /// Why they are not compared with the pool.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub placebo_assets_fault: Option<String>,
    /// What the [`VerdictRule`](super::VerdictRule) of the study says, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub judgement: Option<Judgement>,
    /// Block bootstrap, where blocks were asked for; for the mean of CARs only.
    pub block_bootstrap: Option<BlockBootstrapEstimate>,
    /// Bootstrap over event dates; `None` where it was not asked for or would mislead.
    pub event_bootstrap: Option<EventDateBootstrapEstimate>,
    /// Why there is none, where it was asked for.
    #[serde(default)]
    pub event_bootstrap_fault: Option<DateBootstrapFault>,
    /// Smallest and largest mean when one event date is left out; `None` for a single date.
    pub leave_one_out: Option<[f64; 2]>,
}

impl WindowEstimate {
    /// The test over responses of that [name](ResponseTest::id); `None` where it was not asked for.
    pub fn test(&self, id: &str) -> Option<&ResponseTest> {
        self.tests.iter().find(|test| test.id == id)
    }
}
