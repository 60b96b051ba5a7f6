//! What tests look at: the responses of one window.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use crate::abnormal::{AbnormalReturns, CumulativeReturn, Exclusion, Response};
use crate::events::EventId;
use crate::numeric::{moments, parallel};
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
    /// Abnormal returns over the window, NaN where missing.
    window_ar: Vec<f64>,
}

/// What a fitted response tells of its estimation window, whether or not it covers the event window.
#[derive(Debug, Clone)]
struct Estimation {
    /// Rows of the axis that the event window takes.
    window: Range<usize>,
    /// Rows of the axis that the estimation window takes.
    rows: Range<usize>,
    /// Abnormal returns over those rows, NaN where missing.
    residuals: Vec<f64>,
    /// Rows with a return, M.
    n_observations: usize,
}

/// The responses that cover one window, with what the tests need of them.
///
/// What is known from the estimation windows (the variance of the AAR, the correlation between
/// responses, the mean number of rows) is taken over all fitted responses of the events that have
/// the window, also those that lack a return inside it.
#[derive(Debug, Clone)]
pub struct WindowSample {
    responses: Vec<SampleResponse>,
    estimations: Vec<Estimation>,
    exclusions: Vec<Exclusion>,
    n_events: usize,
    n_event_dates: usize,
    /// Asked for by several tests and quadratic in the responses, so taken once.
    mean_correlation: OnceLock<f64>,
}

impl WindowSample {
    /// Takes all responses of a table that cover the window.
    ///
    /// # Errors
    ///
    /// [`Error::SessionsMissing`]; [`Error::NoResponses`] where none is left.
    pub fn new(table: &AbnormalReturns, window: &EventWindow) -> Result<Self> {
        let everyone: Vec<_> = table.responses().iter().map(|r| (r.event(), r.asset())).collect();
        Self::of(table, window, &everyone)
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
        let (cars, exclusions) = table.cumulative(window)?;
        let members: Vec<&Response> =
            table.responses().iter().filter(|r| keys.contains(&(r.event(), r.asset()))).collect();
        let mut estimations = Vec::with_capacity(members.len());
        for response in &members {
            let event = table.event_of(response);
            let Ok(rows) = table.window_rows(event, window)? else { continue };
            estimations.push(Estimation {
                window: event.span.start + rows.start..event.span.start + rows.end,
                rows: event.estimation.clone(),
                residuals: response.residuals().to_vec(),
                n_observations: response.fit().n_observations(),
            });
        }
        let mut responses = Vec::with_capacity(members.len());
        for (response, cumulative) in cars {
            if !keys.contains(&(response.event(), response.asset())) {
                continue;
            }
            let event = table.event_of(response);
            let rows = table.window_rows(event, window)?.unwrap_or(0..0);
            let present: Vec<f64> =
                response.residuals().iter().copied().filter(|e| !e.is_nan()).collect();
            responses.push(SampleResponse {
                event: response.event(),
                asset: response.asset(),
                cumulative,
                estimation_variance: moments::variance(&present).unwrap_or(f64::NAN),
                n_observations: response.fit().n_observations(),
                n_parameters: response.fit().n_parameters(),
                window_ar: rows.map(|t| response.ar(t).unwrap_or(f64::NAN)).collect(),
            });
        }
        if responses.is_empty() {
            let all = table.exclusions().iter().chain(&exclusions);
            return Err(crate::abnormal::no_responses(all));
        }
        let events: BTreeSet<_> = responses.iter().map(|r| r.event).collect();
        let dates: BTreeSet<_> =
            events.iter().filter_map(|e| table.event_rows(*e)).map(|e| e.event_row).collect();
        let (n_events, n_event_dates) = (events.len(), dates.len());
        Ok(Self {
            responses,
            estimations,
            exclusions,
            n_events,
            n_event_dates,
            mean_correlation: OnceLock::new(),
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
        let length = self.responses[0].window_ar.len();
        if self.responses.iter().any(|r| r.window_ar.len() != length) {
            let n = self.n_responses() as f64;
            let of = |r: &SampleResponse| r.cumulative.n_rows as f64 * r.estimation_variance;
            let variance = self.responses.iter().map(of).sum::<f64>() / (n * n);
            return (self.caar(), variance);
        }
        let (mut total, mut variance) = (0.0, 0.0);
        for day in 0..length {
            let (mut sum, mut sum_variance, mut n) = (0.0, 0.0, 0.0_f64);
            for r in self.responses.iter().filter(|r| !r.window_ar[day].is_nan()) {
                sum += r.window_ar[day];
                sum_variance += r.estimation_variance;
                n += 1.0;
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
        let length = self.estimations.iter().map(|r| r.residuals.len()).max()?;
        let aar: Vec<f64> = (0..length)
            .filter_map(|row| {
                let present: Vec<f64> = self
                    .estimations
                    .iter()
                    .filter_map(|r| r.residuals.get(row).copied())
                    .filter(|e| !e.is_nan())
                    .collect();
                moments::mean(&present)
            })
            .collect();
        let residuals = self.estimations.iter().flat_map(|e| &e.residuals);
        let level = moments::return_level(residuals.filter(|e| !e.is_nan()));
        let variance = moments::variance(&aar)?;
        let sum_squares = variance * (aar.len() - 1) as f64;
        (!moments::is_negligible(sum_squares, level, aar.len())).then(|| variance.sqrt())
    }

    /// Rows of the windows, on average where they differ.
    pub(super) fn window_length(&self) -> f64 {
        let total: usize = self.responses.iter().map(|r| r.window_ar.len()).sum();
        total as f64 / self.n_responses() as f64
    }

    /// Mean number of estimation rows, mean(M).
    pub(super) fn mean_observations(&self) -> f64 {
        let total: usize = self.estimations.iter().map(|e| e.n_observations).sum();
        total as f64 / self.estimations.len() as f64
    }

    /// Mean over all pairs of the correlation of the estimation residuals, each pair weighted by
    /// the share of dates that its event windows have in common.
    pub(super) fn mean_residual_correlation(&self) -> f64 {
        *self.mean_correlation.get_or_init(|| {
            let n = self.estimations.len();
            let rows = parallel::map(n, |i| {
                let a = &self.estimations[i];
                let mut total = 0.0;
                for b in &self.estimations[i + 1..] {
                    let overlap = a.window_overlap(b);
                    if overlap > 0.0 {
                        total += overlap * a.correlation(b);
                    }
                }
                total
            });
            rows.iter().sum::<f64>() / (n * (n - 1) / 2) as f64
        })
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

impl Estimation {
    /// Pearson correlation of the residuals of two responses on the calendar dates that both have;
    /// 0 where they share fewer than three or one does not vary on them.
    fn correlation(&self, other: &Self) -> f64 {
        let start = self.rows.start.max(other.rows.start);
        let end = self.rows.end.min(other.rows.end);
        if end < start + 3 {
            return 0.0;
        }
        let a = &self.residuals[start - self.rows.start..end - self.rows.start];
        let b = &other.residuals[start - other.rows.start..end - other.rows.start];
        if a.iter().chain(b).all(|e| !e.is_nan()) {
            return moments::correlation(a, b).unwrap_or(0.0);
        }
        let (x, y): (Vec<f64>, Vec<f64>) = a
            .iter()
            .zip(b)
            .filter(|(a, b)| !a.is_nan() && !b.is_nan())
            .map(|(a, b)| (*a, *b))
            .unzip();
        if x.len() < 3 { 0.0 } else { moments::correlation(&x, &y).unwrap_or(0.0) }
    }

    /// Share of the windows' dates that two responses have in common, `|A ∩ B| / √(|A| |B|)`.
    fn window_overlap(&self, other: &Self) -> f64 {
        let start = self.window.start.max(other.window.start);
        let end = self.window.end.min(other.window.end);
        if start >= end {
            return 0.0;
        }
        let lengths = (self.window.len() * other.window.len()) as f64;
        (end - start) as f64 / lengths.sqrt()
    }
}
