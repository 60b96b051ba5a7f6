//! What sums over all responses tell.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::tally::{ExclusionCount, ExclusionKind, ResidualTally, WindowTally};
use crate::abnormal::Exclusion;
use crate::time::EventWindow;

/// Averages over all responses of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Accumulated {
    /// Number of assets.
    pub n_assets: usize,
    /// Responses to which the model was fitted.
    pub n_fitted: u64,
    /// Event dates and windows that are excluded for all assets.
    pub exclusions: Vec<Exclusion>,
    /// Responses that are excluded, by reason.
    pub excluded: BTreeMap<ExclusionKind, ExclusionCount>,
    /// AAR at each event time that has one.
    pub path: Vec<AccumulatedAar>,
    /// One for each window of the design, in its order.
    pub windows: Vec<AccumulatedWindow>,
}

/// Average abnormal return at one event time, `(1/N) Σ AR`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct AccumulatedAar {
    /// Event time.
    pub tau: i32,
    /// The mean over the responses with an AR at that time, a decimal fraction.
    pub value: f64,
    /// How many those are.
    pub n_responses: u64,
}

/// Averages over the responses that cover one window.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AccumulatedWindow {
    /// The window.
    pub window: EventWindow,
    /// Number of responses, N.
    pub n_responses: u64,
    /// Fitted responses whose returns do not cover the window.
    pub n_missing: u64,
    /// CAAR, a decimal fraction; `None` without a response.
    pub caar: Option<f64>,
    /// Standard deviation of the CARs, divisor N − 1; `None` for fewer than two.
    pub car_std_dev: Option<f64>,
    /// Mean of the SCARs.
    pub mean_scar: Option<f64>,
    /// Standard deviation of the SCARs, divisor N − 1.
    pub scar_std_dev: Option<f64>,
    /// `Σ (M − k)/(M − k − 2)`, the variance of ΣSCAR for independent normal responses;
    /// `None` where a response has fewer than three degrees of freedom.
    pub patell_variance: Option<f64>,
    /// Responses with a CAR above zero.
    pub n_positive: u64,
    /// Mean correlation r̄ between responses, see [`Accumulator`](super::Accumulator); `None` where it
    /// was not asked for, or for fewer than two responses.
    pub mean_correlation: Option<f64>,
    /// Mean CAR of every event date that has one: the event date is the unit of inference.
    pub by_date: Vec<DateCaar>,
}

/// Mean CAR of the responses to the events of one date.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct DateCaar {
    /// The date.
    pub date: NaiveDate,
    /// Mean CAR, a decimal fraction.
    pub value: f64,
    /// Number of responses.
    pub n_responses: u32,
}

/// Rows of a window on each date, with the date; `None` where the data do not hold it.
pub(super) type WindowRows = Vec<(NaiveDate, Option<std::ops::Range<usize>>)>;

impl AccumulatedWindow {
    /// `rows` are those of the window, date by date.
    pub(super) fn of(
        window: EventWindow,
        tally: &WindowTally,
        rows: &WindowRows,
        residuals: Option<&ResidualTally>,
    ) -> Self {
        let n = tally.n as f64;
        let mean = |sum: f64| (tally.n > 0).then(|| sum / n);
        let std_dev = |sum: f64, squares: f64| {
            let variance = (squares - sum * sum / n) / (n - 1.0);
            (tally.n > 1).then(|| variance.max(0.0).sqrt())
        };
        let with_n = rows.iter().zip(&tally.by_date).zip(&tally.by_date_n);
        let by_date = with_n
            .filter(|(_, n)| **n > 0)
            .map(|(((date, _), sum), n)| DateCaar {
                date: *date,
                value: sum / f64::from(*n),
                n_responses: *n,
            })
            .collect();
        Self {
            window,
            n_responses: tally.n,
            n_missing: tally.n_missing,
            caar: mean(tally.car),
            car_std_dev: std_dev(tally.car, tally.car_squares),
            mean_scar: mean(tally.scar),
            scar_std_dev: std_dev(tally.scar, tally.scar_squares),
            patell_variance: (tally.n_without_variance == 0).then_some(tally.patell_variance),
            n_positive: tally.n_positive,
            mean_correlation: residuals
                .filter(|_| tally.n > 1)
                .map(|residuals| mean_correlation(tally, rows, residuals)),
            by_date,
        }
    }
}

/// r̄ over all pairs of responses.
fn mean_correlation(tally: &WindowTally, rows: &WindowRows, residuals: &ResidualTally) -> f64 {
    let ratio = |sum: f64, n: f64| if n > 0.0 { sum / n } else { 0.0 };
    let own_n = residuals.own_pairs as f64 - residuals.n as f64;
    let of_own = ratio(residuals.own_squares - residuals.n as f64, own_n);
    let squares: f64 = residuals.daily.iter().map(|z| z * z).sum();
    let pairs: f64 = residuals.daily_n.iter().map(|n| f64::from(*n).powi(2)).sum();
    let of_others = ratio(squares - residuals.own_squares, pairs - residuals.own_pairs as f64);
    let (all, own) = (overlap(tally, rows), own_overlap(rows, residuals));
    let n = tally.n as f64;
    (of_others * (all - own).max(0.0) + of_own * own) / (n * (n - 1.0) / 2.0)
}

/// Sum over all pairs of responses of the share of rows that their windows have in common.
fn overlap(tally: &WindowTally, rows: &WindowRows) -> f64 {
    let mut placed: Vec<(&std::ops::Range<usize>, f64)> = rows
        .iter()
        .zip(&tally.by_date_n)
        .filter(|(_, n)| **n > 0)
        .filter_map(|((_, rows), n)| Some((rows.as_ref()?, f64::from(*n))))
        .collect();
    placed.sort_by_key(|(rows, _)| (rows.start, rows.end));
    let longest = placed.iter().map(|(rows, _)| rows.len()).max().unwrap_or(0);
    let mut total = 0.0;
    for (k, (rows, n)) in placed.iter().enumerate() {
        total += n * (n - 1.0) / 2.0;
        for (later, m) in &placed[k + 1..] {
            if later.start >= rows.start + longest {
                break;
            }
            let shared = rows.end.min(later.end).saturating_sub(later.start);
            total += n * m * shared as f64 / ((rows.len() * later.len()) as f64).sqrt();
        }
    }
    total
}

/// The same over the pairs of responses of one asset, with the mean length of the windows.
fn own_overlap(rows: &WindowRows, residuals: &ResidualTally) -> f64 {
    let lengths: Vec<f64> =
        rows.iter().filter_map(|(_, rows)| Some(rows.as_ref()?.len() as f64)).collect();
    let length = lengths.iter().sum::<f64>() / lengths.len() as f64;
    let share = |distance: usize| (1.0 - distance as f64 / length).max(0.0);
    let pairs = residuals.own_distances.iter().enumerate();
    pairs.filter(|(_, n)| **n > 0).map(|(distance, n)| *n as f64 * share(distance)).sum()
}
