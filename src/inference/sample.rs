//! What tests look at: the responses of one window.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use super::generalised_ranks::GeneralisedRanks;
use super::mean_correlation::mean_correlation;
use super::member::Member;
use super::rank_series::RankSeries;
use crate::abnormal::{AbnormalReturns, CumulativeReturn, Exclusion, Response};
use crate::events::EventId;
use crate::numeric::moments;
use crate::panel::AssetId;
use crate::time::EventWindow;
use crate::{Error, Result};

/// How the abnormal return of a window is standardised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standardisation {
    /// `SCAR = CAR / (s √(L + L²/M + …))`: with the covariance that the shared parameters give the
    /// days of a window (Mikkelson and Partch 1988).
    #[default]
    Scar,
    /// `CSAR = Σ SAR`, variance taken as L: ignores that covariance, so it over-rejects for windows
    /// that are long beside the estimation window. For comparison.
    Csar,
}

/// One response as tests see it.
#[derive(Debug, Clone)]
pub struct SampleResponse {
    /// The event.
    pub event: EventId,
    /// The asset.
    pub asset: AssetId,
    /// CAR, CSAR and forecast standard deviation over the window.
    pub cumulative: CumulativeReturn,
    /// Sample variance (divisor M − 1) of the abnormal returns of the estimation window.
    pub estimation_variance: f64,
    /// Estimation rows, M.
    pub n_observations: usize,
    /// Parameters of the model, k.
    pub n_parameters: usize,
    /// Position among the members.
    pub(super) member: usize,
}

/// The responses that cover one window, with what the tests need of them.
///
/// What is known from the estimation windows (the variance of the AAR, the correlation between
/// responses, the share of positive returns, the mean number of rows) and the ranks of other days
/// are taken over all fitted responses of the events that have the window, also those that lack a
/// return inside it.
#[derive(Debug, Clone)]
pub struct WindowSample {
    pub(super) responses: Vec<SampleResponse>,
    pub(super) members: Vec<Member>,
    exclusions: Vec<Exclusion>,
    n_events: usize,
    n_event_dates: usize,
    /// Mean over the responses of `d'S⁻¹d`, see [`Self::mean_leverage`].
    mean_leverage: f64,
    /// Asked for by several tests and dear, so taken once.
    mean_correlation: OnceLock<f64>,
    estimation_aar_std_dev: OnceLock<Option<f64>>,
    rank_series: OnceLock<RankSeries>,
    generalised_ranks: [OnceLock<GeneralisedRanks>; 2],
}

impl WindowSample {
    /// Takes all responses of a table that cover the window.
    ///
    /// # Errors
    ///
    /// [`Error::SessionsMissing`]; [`Error::NoResponses`] where none is left.
    pub fn new(table: &AbnormalReturns, window: &EventWindow) -> Result<Self> {
        Self::select(table, window, |_| true)
    }

    /// Takes these responses only, where they cover the window.
    ///
    /// # Errors
    ///
    /// As [`WindowSample::new`].
    pub fn of(
        table: &AbnormalReturns,
        window: &EventWindow,
        members: &[(EventId, AssetId)],
    ) -> Result<Self> {
        let keys: BTreeSet<_> = members.iter().copied().collect();
        Self::select(table, window, |r| keys.contains(&(r.event(), r.asset())))
    }

    fn select(
        table: &AbnormalReturns,
        window: &EventWindow,
        is_chosen: impl Fn(&Response) -> bool,
    ) -> Result<Self> {
        let (cars, exclusions) = table.cumulative(window)?;
        let mut cars = cars.into_iter().peekable();
        let mut members = Vec::with_capacity(table.responses().len());
        let mut responses: Vec<SampleResponse> = Vec::with_capacity(cars.len());
        // Responses come event by event.
        let mut last: Option<(EventId, Option<Range<usize>>)> = None;
        let mut leverages = 0.0;
        for response in table.responses() {
            let car = cars.next_if(|(r, _)| std::ptr::eq(*r, response));
            if !is_chosen(response) {
                continue;
            }
            let event = table.event_of(response);
            let rows = match &last {
                Some((id, rows)) if *id == response.event() => rows.clone(),
                _ => {
                    let rows = table.window_rows(event, window)?.ok();
                    last = Some((response.event(), rows.clone()));
                    rows
                }
            };
            let Some(rows) = rows else { continue };
            let on_axis = event.span.start + rows.start..event.span.start + rows.end;
            let date = table.axis().date(event.event_row);
            members.push(Member::new(response, event, date, on_axis, car.is_some()));
            let Some((_, cumulative)) = car else { continue };
            leverages += table.factor_leverage(response, rows);
            responses.push(SampleResponse {
                event: response.event(),
                asset: response.asset(),
                cumulative,
                estimation_variance: variance_of_present(response.residuals()),
                n_observations: response.fit().n_observations(),
                n_parameters: response.fit().n_parameters(),
                member: members.len() - 1,
            });
        }
        if responses.is_empty() {
            let all = table.exclusions().iter().chain(&exclusions);
            return Err(crate::abnormal::no_responses(all));
        }
        let events: BTreeSet<_> = responses.iter().map(|r| r.event).collect();
        let dates: BTreeSet<_> =
            events.iter().filter_map(|e| table.event_rows(*e)).map(|e| e.event_row).collect();
        Ok(Self {
            mean_leverage: leverages / responses.len() as f64,
            responses,
            members,
            exclusions,
            n_events: events.len(),
            n_event_dates: dates.len(),
            mean_correlation: OnceLock::new(),
            estimation_aar_std_dev: OnceLock::new(),
            rank_series: OnceLock::new(),
            generalised_ranks: [OnceLock::new(), OnceLock::new()],
        })
    }

    /// The responses, in the order of the table.
    pub fn responses(&self) -> &[SampleResponse] {
        &self.responses
    }

    /// Responses of the table that do not cover the window.
    pub fn exclusions(&self) -> &[Exclusion] {
        &self.exclusions
    }

    /// Number of responses, N.
    pub fn n_responses(&self) -> usize {
        self.responses.len()
    }

    /// Number of events.
    pub fn n_events(&self) -> usize {
        self.n_events
    }

    /// Number of distinct event dates, as the first rows on or after them: tau 0.
    pub fn n_event_dates(&self) -> usize {
        self.n_event_dates
    }

    /// The CARs, decimal fractions.
    pub fn cars(&self) -> Vec<f64> {
        self.responses.iter().map(|r| r.cumulative.car).collect()
    }

    /// CAAR, the mean of the CARs.
    pub fn caar(&self) -> f64 {
        self.cars().iter().sum::<f64>() / self.n_responses() as f64
    }

    /// The standardised abnormal returns of the window: SCAR, or CSAR / √L.
    pub fn standardised(&self, form: Standardisation) -> Vec<f64> {
        self.responses
            .iter()
            .map(|r| match form {
                Standardisation::Scar => r.cumulative.scar(),
                Standardisation::Csar => r.cumulative.csar / (r.cumulative.n_rows as f64).sqrt(),
            })
            .collect()
    }

    /// Σ over the days of the window of the AAR, and of its variance under independence
    /// `Σ_i var_i / N_t²`. Where windows have different lengths the days do not line up; the CAAR
    /// and `Σ_i L_i var_i / N²` take their place, which are the same when nothing is missing.
    pub(super) fn summed_aar(&self) -> (f64, f64) {
        let Some(length) = self.common_length() else {
            let n = self.n_responses() as f64;
            let of = |r: &SampleResponse| r.cumulative.n_rows as f64 * r.estimation_variance;
            let variance = self.responses.iter().map(of).sum::<f64>() / (n * n);
            return (self.caar(), variance);
        };
        let window_ar: Vec<&[f64]> =
            self.responses.iter().map(|r| self.members[r.member].window_ar()).collect();
        let (mut total, mut variance) = (0.0, 0.0);
        for day in 0..length {
            let (mut sum, mut sum_variance, mut n) = (0.0, 0.0, 0.0_f64);
            for (r, ar) in self.responses.iter().zip(&window_ar) {
                if !ar[day].is_nan() {
                    sum += ar[day];
                    sum_variance += r.estimation_variance;
                    n += 1.0;
                }
            }
            if n > 0.0 {
                total += sum / n;
                variance += sum_variance / (n * n);
            }
        }
        (total, variance)
    }

    /// Standard deviation (divisor n − 1) over the estimation rows of the AAR series, rows lined up
    /// by their distance from the event; `None` where the responses cancel to rounding.
    pub(super) fn estimation_aar_std_dev(&self) -> Option<f64> {
        *self.estimation_aar_std_dev.get_or_init(|| {
            let residuals = || self.members.iter().map(Member::residuals);
            let length = residuals().map(<[f64]>::len).max()?;
            let mut days = vec![(0.0, 0_usize); length];
            for (day, e) in residuals().flat_map(|r| r.iter().enumerate()) {
                if !e.is_nan() {
                    days[day].0 += e;
                    days[day].1 += 1;
                }
            }
            let aar: Vec<f64> =
                days.iter().filter(|(_, n)| *n > 0).map(|(sum, n)| sum / *n as f64).collect();
            let level = residuals().map(moments::return_level).fold(1.0, f64::max);
            let variance = moments::variance(&aar)?;
            let sum_squares = variance * (aar.len() - 1) as f64;
            (!moments::is_negligible(sum_squares, level, aar.len())).then(|| variance.sqrt())
        })
    }

    /// Rows of the windows where all have the same number.
    fn common_length(&self) -> Option<usize> {
        let mut lengths = self.responses.iter().map(|r| self.members[r.member].window_ar().len());
        let first = lengths.next()?;
        lengths.all(|length| length == first).then_some(first)
    }

    /// Rows of the windows, on average where they differ.
    pub fn window_length(&self) -> f64 {
        let lengths = self.responses.iter().map(|r| self.members[r.member].window_ar().len());
        lengths.sum::<usize>() as f64 / self.n_responses() as f64
    }

    /// Mean number of estimation rows, mean(M).
    pub fn mean_observations(&self) -> f64 {
        let total: usize = self.members.iter().map(|m| m.n_observations).sum();
        total as f64 / self.members.len() as f64
    }

    /// Mean over the responses of `d'S⁻¹d`, with d the sum over the window of the factors'
    /// deviations from their means over all estimation rows of the event, and S their centred
    /// cross-products there. 0 without slopes.
    pub(super) fn mean_leverage(&self) -> f64 {
        self.mean_leverage
    }

    /// Shares of estimation rows with an abnormal return above zero: the mean of the responses'
    /// shares, and the share among all rows of all responses.
    pub(super) fn positive_shares(&self) -> (f64, f64) {
        let (mut shares, mut n_positive, mut n_rows) = (0.0, 0, 0);
        for member in &self.members {
            let present = member.residuals().iter().filter(|e| !e.is_nan());
            let (positive, n) = present.fold((0_usize, 0_usize), |(positive, n), e| {
                (positive + usize::from(*e > 0.0), n + 1)
            });
            shares += positive as f64 / n as f64;
            n_positive += positive;
            n_rows += n;
        }
        (shares / self.members.len() as f64, n_positive as f64 / n_rows as f64)
    }

    /// Ranks of all days, taken once.
    pub(super) fn rank_series(&self) -> &RankSeries {
        self.rank_series.get_or_init(|| RankSeries::new(&self.members, self.common_length()))
    }

    /// Generalised ranks of SCARs divided by `std_dev`, taken once for each of the two forms.
    pub(super) fn generalised_ranks(&self, form: usize, std_dev: f64) -> &GeneralisedRanks {
        self.generalised_ranks[form].get_or_init(|| {
            let members: Vec<(&Member, f64)> = self
                .responses
                .iter()
                .map(|r| (&self.members[r.member], r.cumulative.scar() / std_dev))
                .collect();
            GeneralisedRanks::new(&members)
        })
    }

    /// The level whose rounding the standardised abnormal returns carry.
    pub(super) fn standardised_level(&self) -> f64 {
        let std_devs = self.responses.iter().map(|r| r.cumulative.forecast_std_dev);
        moments::return_level(&self.cars()) / std_devs.fold(f64::INFINITY, f64::min)
    }

    /// Mean over all pairs of the correlation of the estimation residuals, each pair weighted by
    /// the share of dates that its event windows have in common.
    pub(super) fn mean_residual_correlation(&self) -> f64 {
        *self.mean_correlation.get_or_init(|| mean_correlation(&self.members))
    }

    /// Refuses a sample with fewer responses than a test needs.
    pub(super) fn require(&self, test: &'static str, n_needed: usize) -> Result<()> {
        if self.n_responses() >= n_needed {
            return Ok(());
        }
        Err(Error::TooFew {
            what: test.to_owned(),
            unit: "responses",
            n_needed,
            n_found: self.n_responses(),
        })
    }
}

/// Sample variance of the values that are not NaN; NaN for fewer than two.
fn variance_of_present(x: &[f64]) -> f64 {
    if x.iter().any(|e| e.is_nan()) {
        let present: Vec<f64> = x.iter().copied().filter(|e| !e.is_nan()).collect();
        return moments::variance(&present).unwrap_or(f64::NAN);
    }
    moments::variance(x).unwrap_or(f64::NAN)
}
