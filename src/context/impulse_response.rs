//! How one return series goes on after a move of another: local projections.

use serde::Serialize;

use super::{PairedReturns, lead_lag::block_length};
use crate::numeric::parallel;
use crate::numeric::quantile::{quantile_sorted, sorted};
use crate::regression::{Covariance, Lags, LeastSquares};
use crate::resampling::{
    PathDistribution, ResamplingScheme, SeriesBootstrap, SeriesScheme, SimultaneousBand,
};
use crate::{Error, Result};

/// The response at one horizon.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct HorizonResponse {
    /// Rows after the move, h.
    pub horizon: u16,
    /// Response of the second series per unit of return of the first.
    pub response: f64,
    /// Newey–West standard error with h lags.
    pub std_error: f64,
    /// Two-sided p of this horizon alone, from t on n − k degrees of freedom.
    pub p_value: f64,
    /// Lower end of the Newey–West interval of this horizon alone.
    pub lower: f64,
    /// Upper end of it.
    pub upper: f64,
}

/// The response over all horizons.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ImpulseResponse {
    /// One for each horizon.
    pub horizons: Vec<HorizonResponse>,
    /// Block-bootstrap band: pointwise and for the whole path.
    pub band: SimultaneousBand,
    /// Rows that have all lags and horizons: one sample for all horizons.
    pub n_observations: usize,
    /// The horizon at which the response is largest; the first of equal ones.
    pub peak_horizon: u16,
    /// Quantiles of that horizon over the resamples: 2.5 %, 50 %, 97.5 %.
    pub peak_quantiles: [f64; 3],
    /// Mean length of the blocks, in rows.
    pub mean_block_length: f64,
}

/// Local projections of the second series on moves of the first.
///
/// ```text
/// Σ_{j=f}^{h} y_{t+j} = a_h + β_h x_t + Σ_{l=1}^{p} (b_l x_{t−l} + c_l y_{t−l}) + e_{t,h}
/// ```
///
/// for each horizon h from f to H; β is the impulse response, cumulated from row f on (Jordà 2005,
/// <https://doi.org/10.1257/0002828053828518>). With f = 0 the move of the same row is in it; with
/// f = 1, as set unless told otherwise, only what follows.
///
/// - *Shock*: x is taken to move first within a row. What moves both series in the same row counts
///   as a move of x, so with f = 0 β is a co-movement and not an effect.
/// - *Newey–West*: `h` lags at horizon h with the factor n/(n − k), since errors of overlapping sums
///   are correlated over h rows (Newey and West 1987, <https://doi.org/10.2307/1913610>). Intervals
///   are of one horizon each. *Assumes* many rows beside the horizon; with H near n/10 they are too
///   short.
/// - *Band*: stationary block bootstrap of the rows (x, lags, sums), which keeps heteroskedasticity and
///   the dependence inside blocks; pointwise, and simultaneous over all horizons. *Assumes* that
///   blocks are long beside the dependence and many; like all block bootstraps it is somewhat too
///   narrow.
/// - *Missing*: a row takes part where all it needs is there; a hole is not bridged.
/// - *Peak*: the horizon of the largest response. It is a maximum over noisy horizons: read it with
///   its quantiles.
///
/// ```
/// use chrono::NaiveDate;
/// use eventstudy::context::{LocalProjections, PairedReturns};
/// use eventstudy::time::DateAxis;
///
/// let first = NaiveDate::from_ymd_opt(2015, 1, 2).unwrap();
/// let axis = DateAxis::new(first.iter_weeks().take(160).collect())?;
/// let x: Vec<Option<f64>> = (0..160).map(|t| Some(f64::from(t * t % 61 - 30) * 0.001)).collect();
/// let y: Vec<Option<f64>> = (0..160_usize)
///     .map(|t| Some(2.0 * x[t.saturating_sub(2)]? + 0.001 * (t * 7 % 11) as f64))
///     .collect();
/// let found = LocalProjections::new(4).replicates(199).run(&PairedReturns::new(axis, &x, &y)?)?;
/// assert!(found.horizons[0].response.abs() < 0.3); // nothing after one week
/// assert!((found.horizons[1].response - 2.0).abs() < 0.3); // all of it after two
/// # Ok::<(), eventstudy::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
#[must_use = "nothing is estimated until `run` is called"]
pub struct LocalProjections {
    last_horizon: u16,
    first_horizon: u16,
    n_lags: u16,
    level: f64,
    n_replicates: usize,
    seed: u64,
    mean_block_length: Option<f64>,
}

impl LocalProjections {
    /// Horizons from 1 to `last_horizon` rows, two lags, level 0.95, 999 replicates, seed 0.
    pub fn new(last_horizon: u16) -> Self {
        Self {
            last_horizon,
            first_horizon: 1,
            n_lags: 2,
            level: 0.95,
            n_replicates: 999,
            seed: 0,
            mean_block_length: None,
        }
    }

    /// The first horizon: 0 to have the row of the move itself in the response.
    pub fn first_horizon(mut self, rows: u16) -> Self {
        self.first_horizon = rows;
        self
    }

    /// Lags of both series that are held fixed.
    pub fn lags(mut self, n_lags: u16) -> Self {
        self.n_lags = n_lags;
        self
    }

    /// Level of the intervals and the band.
    pub fn level(mut self, level: f64) -> Self {
        self.level = level;
        self
    }

    /// Number of resamples.
    pub fn replicates(mut self, n_replicates: usize) -> Self {
        self.n_replicates = n_replicates;
        self
    }

    /// The seed; replicate k draws from the stream (seed, k).
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Mean length of blocks in rows; unless set, the longest that Politis and White's rule gives for
    /// the two series and their product, and at least one row more than the last horizon.
    pub fn mean_block_length(mut self, rows: f64) -> Self {
        self.mean_block_length = Some(rows);
        self
    }

    /// Estimates.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] where the first horizon is after the last, or for a level outside (0, 1);
    /// [`Error::TooFew`] where the rows are no more than the coefficients; those of
    /// [`LeastSquares::fit`], of the bootstrap and of its band.
    pub fn run(&self, pairs: &PairedReturns) -> Result<ImpulseResponse> {
        if self.first_horizon > self.last_horizon {
            return Err(Error::Setting {
                name: "first horizon",
                value: self.first_horizon.to_string(),
                expected: "at most the last horizon",
            });
        }
        let sample = Sample::new(self, pairs);
        let n_observations = sample.shock.len();
        let horizons = (self.first_horizon..=self.last_horizon)
            .zip(&sample.sums)
            .map(|(horizon, sums)| self.at(horizon, &sample, sums))
            .collect::<Result<Vec<_>>>()?;
        let mean_block_length = match self.mean_block_length {
            Some(rows) => rows,
            None => block_length(pairs)?.max(f64::from(self.last_horizon) + 1.0),
        };
        let scheme = SeriesScheme::Stationary { mean_block_length };
        let bootstrap = SeriesBootstrap::new(scheme)?.seed(self.seed);
        let in_order: Vec<usize> = (0..n_observations).collect();
        let point = sample.responses(&in_order);
        // Refuses a block length that does not suit the rows, before anything is drawn.
        bootstrap.rows(n_observations, 0)?;
        let drawn = parallel::map(self.n_replicates, |k| {
            let rows = bootstrap.rows(n_observations, k).unwrap_or_default();
            sample.responses(&rows)
        });
        let peaks: Vec<f64> = drawn.iter().map(|path| f64::from(self.peak(path))).collect();
        let peaks = sorted(&peaks);
        let peak_horizon = self.peak(&point);
        let scheme = ResamplingScheme::StationaryBlock { mean_block_length };
        let paths = PathDistribution::from_replicates(point, drawn.concat(), scheme)?;
        let quantile = |p| quantile_sorted(&peaks, p).unwrap_or(f64::NAN);
        Ok(ImpulseResponse {
            horizons,
            band: paths.simultaneous_band(self.level)?,
            n_observations,
            peak_horizon,
            peak_quantiles: [0.025, 0.5, 0.975].map(quantile),
            mean_block_length,
        })
    }

    /// The horizon of the largest response.
    fn peak(&self, path: &[f64]) -> u16 {
        let horizons = (self.first_horizon..=self.last_horizon).zip(path);
        horizons.reduce(|best, at| if at.1 > best.1 { at } else { best }).map_or(0, |(h, _)| h)
    }

    fn at(&self, horizon: u16, sample: &Sample, sums: &[f64]) -> Result<HorizonResponse> {
        let mut regression = LeastSquares::of(sums).on("move", &sample.shock);
        for (j, column) in sample.controls.iter().enumerate() {
            regression = regression.on(format!("lag {j}"), column);
        }
        let lags = Lags::Rows(usize::from(horizon));
        let covariance = Covariance::NeweyWest { lags, small_sample: true };
        let estimates = regression.fit()?.estimates(&covariance)?;
        let found = estimates.coefficient("move")?;
        let (lower, upper) = found.interval(self.level, estimates.degrees_of_freedom)?;
        Ok(HorizonResponse {
            horizon,
            response: found.estimate,
            std_error: found.std_error,
            p_value: found.p_value,
            lower,
            upper,
        })
    }
}

/// The rows that have all lags and horizons.
struct Sample {
    shock: Vec<f64>,
    /// Lags of x, then of y.
    controls: Vec<Vec<f64>>,
    /// Sums of y, one list for each horizon.
    sums: Vec<Vec<f64>>,
}

impl Sample {
    fn new(of: &LocalProjections, pairs: &PairedReturns) -> Self {
        let (x, y) = (pairs.x(), pairs.y());
        let (n_lags, first, last) =
            (usize::from(of.n_lags), usize::from(of.first_horizon), usize::from(of.last_horizon));
        let complete = |row: &usize| {
            let before = *row - n_lags..*row;
            !x[*row].is_nan()
                && before.clone().all(|r| !x[r].is_nan() && !y[r].is_nan())
                && (*row + first..=*row + last).all(|r| !y[r].is_nan())
        };
        let rows: Vec<usize> = (n_lags..x.len().saturating_sub(last)).filter(complete).collect();
        let lagged = |series: &[f64], lag: usize| rows.iter().map(|r| series[r - lag]).collect();
        Self {
            shock: lagged(x, 0),
            controls: [x, y]
                .iter()
                .flat_map(|series| (1..=n_lags).map(|lag| lagged(series, lag)))
                .collect(),
            sums: (first..=last)
                .map(|h| rows.iter().map(|r| y[r + first..=r + h].iter().sum()).collect())
                .collect(),
        }
    }

    /// β of every horizon over these rows: all share the regressors, so x is freed of the others
    /// once. NaN where that leaves nothing.
    fn responses(&self, rows: &[usize]) -> Vec<f64> {
        let take = |column: &Vec<f64>| rows.iter().map(|r| column[*r]).collect::<Vec<f64>>();
        let (shock, controls) = (take(&self.shock), self.controls.iter().map(take));
        let controls: Vec<Vec<f64>> = controls.collect();
        let mut regression = LeastSquares::of(&shock);
        for (j, column) in controls.iter().enumerate() {
            regression = regression.on(format!("lag {j}"), column);
        }
        let Ok(fit) = regression.fit() else { return vec![f64::NAN; self.sums.len()] };
        let rest = fit.residuals();
        let squares: f64 = rest.iter().map(|e| e * e).sum();
        let of = |sums: &Vec<f64>| {
            rows.iter().zip(rest).map(|(r, e)| sums[*r] * e).sum::<f64>() / squares
        };
        self.sums.iter().map(of).collect()
    }
}

#[cfg(test)]
mod tests;
