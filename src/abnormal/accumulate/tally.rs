//! Sums over responses.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Why a response takes no part, without the numbers of the single case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ExclusionKind {
    /// The event date itself is excluded, for all assets.
    EventDate,
    /// Too few returns in the estimation window.
    EstimationTooShort,
    /// Fewer returns than the model has coefficients to fit.
    TooFewRows,
    /// The factors are constant or collinear where the asset has returns.
    CollinearFactors,
    /// The residuals do not vary.
    ZeroVariance,
}

/// How many responses were excluded for one reason, and which was the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExclusionCount {
    /// Number of responses.
    pub n_responses: u64,
    /// Position of the asset of the first of them.
    pub first_asset: usize,
    /// Event date of the first of them.
    pub first_date: NaiveDate,
}

/// Sums over the responses of a range of assets.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Tally {
    pub(super) n_fitted: u64,
    pub(super) excluded: BTreeMap<ExclusionKind, ExclusionCount>,
    /// Sum of the ARs at each event time.
    pub(super) path: Vec<f64>,
    /// Responses with an AR at each event time, of those that lack one at some.
    pub(super) path_n: Vec<u64>,
    /// Responses that have all their ARs, by event date.
    pub(super) complete: Vec<u32>,
    pub(super) windows: Vec<WindowTally>,
    pub(super) residuals: Option<ResidualTally>,
}

/// Sums over the responses that cover one window.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct WindowTally {
    pub(super) n: u64,
    pub(super) car: f64,
    pub(super) car_squares: f64,
    pub(super) scar: f64,
    pub(super) scar_squares: f64,
    /// Σ (M − k) / (M − k − 2).
    pub(super) patell_variance: f64,
    /// Responses with fewer than three degrees of freedom, for which Patell's variance is not
    /// defined.
    pub(super) n_without_variance: u64,
    pub(super) n_positive: u64,
    /// Fitted responses whose returns do not cover the window.
    pub(super) n_missing: u64,
    /// Sum of the CARs by event date.
    pub(super) by_date: Vec<f64>,
    /// Number of CARs by event date.
    pub(super) by_date_n: Vec<u32>,
}

/// Sums over the estimation residuals z of all responses, each scaled to a mean square of one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct ResidualTally {
    /// Σ z by row of the axis.
    pub(super) daily: Vec<f64>,
    /// Number of z by row.
    pub(super) daily_n: Vec<u32>,
    /// Σ over assets and rows of (Σ z of the asset's own responses)².
    pub(super) own_squares: f64,
    /// Σ over assets and rows of the squared number of the asset's own responses.
    pub(super) own_pairs: u64,
    /// Number of z, which is Σ z².
    pub(super) n: u64,
    /// Pairs of responses of one asset by the rows between their dates.
    pub(super) own_distances: Vec<u64>,
}

/// Lengths of the lists of a [`Tally`].
#[derive(Debug, Clone, Copy)]
pub(super) struct Extent {
    pub(super) n_rows: usize,
    pub(super) n_places: usize,
    pub(super) n_taus: usize,
    pub(super) n_windows: usize,
    pub(super) with_residuals: bool,
}

impl Tally {
    /// No responses.
    pub(super) fn empty(extent: Extent) -> Self {
        let window = WindowTally {
            n: 0,
            car: 0.0,
            car_squares: 0.0,
            scar: 0.0,
            scar_squares: 0.0,
            patell_variance: 0.0,
            n_without_variance: 0,
            n_positive: 0,
            n_missing: 0,
            by_date: vec![0.0; extent.n_places],
            by_date_n: vec![0; extent.n_places],
        };
        Self {
            n_fitted: 0,
            excluded: BTreeMap::new(),
            path: vec![0.0; extent.n_taus],
            path_n: vec![0; extent.n_taus],
            complete: vec![0; extent.n_places],
            windows: vec![window; extent.n_windows],
            residuals: extent.with_residuals.then(|| ResidualTally {
                daily: vec![0.0; extent.n_rows],
                daily_n: vec![0; extent.n_rows],
                own_squares: 0.0,
                own_pairs: 0,
                n: 0,
                own_distances: vec![0; extent.n_taus.max(1)],
            }),
        }
    }

    /// Counts a response that is excluded.
    pub(super) fn exclude(&mut self, kind: ExclusionKind, asset: usize, date: NaiveDate) {
        let first = ExclusionCount { n_responses: 0, first_asset: asset, first_date: date };
        self.excluded.entry(kind).or_insert(first).n_responses += 1;
    }

    /// Adds what the next assets gave.
    pub(super) fn add(&mut self, next: &Self) {
        self.n_fitted += next.n_fitted;
        for (kind, count) in &next.excluded {
            let of = ExclusionCount { n_responses: 0, ..*count };
            self.excluded.entry(*kind).or_insert(of).n_responses += count.n_responses;
        }
        add_all(&mut self.path, &next.path);
        add_all(&mut self.path_n, &next.path_n);
        add_all(&mut self.complete, &next.complete);
        for (window, next) in self.windows.iter_mut().zip(&next.windows) {
            window.add(next);
        }
        if let (Some(residuals), Some(next)) = (&mut self.residuals, &next.residuals) {
            residuals.add(next);
        }
    }

    /// Whether its lists have these lengths.
    pub(super) fn fits(&self, extent: Extent) -> bool {
        let of_window = |w: &WindowTally| {
            w.by_date.len() == extent.n_places && w.by_date_n.len() == extent.n_places
        };
        let of_residuals = |r: &ResidualTally| {
            r.daily.len() == extent.n_rows
                && r.daily_n.len() == extent.n_rows
                && r.own_distances.len() == extent.n_taus.max(1)
        };
        self.path.len() == extent.n_taus
            && self.path_n.len() == extent.n_taus
            && self.complete.len() == extent.n_places
            && self.windows.len() == extent.n_windows
            && self.windows.iter().all(of_window)
            && self.residuals.is_some() == extent.with_residuals
            && self.residuals.iter().all(of_residuals)
    }
}

impl WindowTally {
    fn add(&mut self, next: &Self) {
        self.n += next.n;
        self.car += next.car;
        self.car_squares += next.car_squares;
        self.scar += next.scar;
        self.scar_squares += next.scar_squares;
        self.patell_variance += next.patell_variance;
        self.n_without_variance += next.n_without_variance;
        self.n_positive += next.n_positive;
        self.n_missing += next.n_missing;
        add_all(&mut self.by_date, &next.by_date);
        add_all(&mut self.by_date_n, &next.by_date_n);
    }
}

impl ResidualTally {
    fn add(&mut self, next: &Self) {
        add_all(&mut self.daily, &next.daily);
        add_all(&mut self.daily_n, &next.daily_n);
        self.own_squares += next.own_squares;
        self.own_pairs += next.own_pairs;
        self.n += next.n;
        add_all(&mut self.own_distances, &next.own_distances);
    }
}

fn add_all<T: Copy + std::ops::AddAssign>(sums: &mut [T], next: &[T]) {
    for (sum, value) in sums.iter_mut().zip(next) {
        *sum += *value;
    }
}
