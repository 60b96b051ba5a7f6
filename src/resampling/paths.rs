//! Replicates of a whole path, such as the CAAR over the days of an event window.

use ndarray::ArrayRef2;

use super::distribution::{BootstrapDistribution, ResamplingScheme};
use super::event_date::EventDateBootstrap;
use super::outcomes::{Drawn, OrderFree, units_drawn};
use super::series::{SeriesBootstrap, SeriesScheme};
use crate::numeric::parallel;
use crate::{Error, Result};

/// Replicates of a path: one row per resample, one column per day of the event window.
///
/// All days of a row come from the same resample, so the rows hold how the days depend on each
/// other; a band that covers the whole path can be read from them, and an interval of any one day
/// from [`day`](Self::day).
#[derive(Debug, Clone, PartialEq)]
pub struct PathDistribution {
    point: Vec<f64>,
    replicates: Vec<f64>,
    /// `None` where each path is one resample.
    weights: Option<Vec<u64>>,
    /// Standard errors of `point`, and of `replicates` in the same order.
    std_errors: Option<(Vec<f64>, Vec<f64>)>,
    scheme: ResamplingScheme,
    exact: bool,
    seed: Option<u64>,
}

impl PathDistribution {
    /// Takes replicate paths that were computed elsewhere, row after row in one vector.
    ///
    /// # Errors
    ///
    /// [`Error::TooFew`] for a path without days or fewer than two replicates;
    /// [`Error::ShapeMismatch`] where the replicates are no whole number of paths;
    /// [`Error::StatisticUndefined`] where a value is not finite.
    pub fn from_replicates(
        point: Vec<f64>,
        replicates: Vec<f64>,
        scheme: ResamplingScheme,
    ) -> Result<Self> {
        Self::assemble(point, replicates, scheme, false, None)
    }

    /// Checks.
    pub(super) fn assemble(
        point: Vec<f64>,
        replicates: Vec<f64>,
        scheme: ResamplingScheme,
        exact: bool,
        seed: Option<u64>,
    ) -> Result<Self> {
        let n_days = point.len();
        let too_few = |unit, n_needed, n_found| Error::TooFew {
            what: format!("a path from {}", scheme.name()),
            unit,
            n_needed,
            n_found,
        };
        if n_days == 0 {
            return Err(too_few("days", 1, 0));
        }
        let n_replicates = replicates.len() / n_days;
        if !replicates.len().is_multiple_of(n_days) {
            return Err(Error::ShapeMismatch {
                what: "the list of replicate paths".to_owned(),
                n_found: replicates.len(),
                n_expected: (n_replicates + 1) * n_days,
            });
        }
        if n_replicates < 2 {
            return Err(too_few("replicates", 2, n_replicates));
        }
        if point.iter().any(|v| !v.is_finite()) {
            return Err(Error::StatisticUndefined { on: "the sample itself".to_owned() });
        }
        let undefined = |path: &&[f64]| path.iter().any(|v| !v.is_finite());
        let n_undefined = replicates.chunks_exact(n_days).filter(undefined).count();
        if n_undefined > 0 {
            let name = scheme.name();
            let on = format!("{n_undefined} of {n_replicates} resamples of {name}");
            return Err(Error::StatisticUndefined { on });
        }
        let (weights, std_errors) = (None, None);
        Ok(Self { point, replicates, weights, std_errors, scheme, exact, seed })
    }

    /// The path of the sample.
    pub fn point(&self) -> &[f64] {
        &self.point
    }

    /// Number of days of the path.
    pub fn n_days(&self) -> usize {
        self.point.len()
    }

    /// Number of replicate paths; all outcomes where [`is_exact`](Self::is_exact), each once for every
    /// resample that has it or with [`weights`](Self::weights).
    pub fn n_replicates(&self) -> usize {
        self.replicates.len() / self.point.len()
    }

    /// The replicate paths in the order in which they were drawn, row after row: value `j` of path
    /// `k` is at `k * n_days + j`.
    pub fn replicates(&self) -> &[f64] {
        &self.replicates
    }

    /// Of how many equally likely resamples each replicate path is the outcome, as
    /// [`BootstrapDistribution::weights`].
    pub fn weights(&self) -> Option<&[u64]> {
        self.weights.as_deref()
    }

    /// Standard errors of the path of the sample, by day, and of the replicate paths in the order of
    /// [`replicates`](Self::replicates), where they were computed.
    pub(super) fn std_errors(&self) -> Option<(&[f64], &[f64])> {
        self.std_errors.as_ref().map(|(sample, all)| (sample.as_slice(), all.as_slice()))
    }

    /// The replicate paths one by one.
    pub fn paths(&self) -> impl ExactSizeIterator<Item = &[f64]> {
        self.replicates.chunks_exact(self.n_days())
    }

    /// The distribution of one day of the path, counted from 0; `None` past its end.
    ///
    /// `BCa` is not defined for it: the paths without one unit are not kept.
    pub fn day(&self, day: usize) -> Option<BootstrapDistribution> {
        let point = *self.point.get(day)?;
        let values = self.paths().map(|path| path[day]).collect();
        // The path was checked as a whole, so no day of it can be at fault.
        BootstrapDistribution::assemble(point, values, self.scheme, self.exact, self.seed)
            .ok()
            .map(|drawn| drawn.with_weights(self.weights.clone()))
    }

    /// How the replicates were drawn.
    pub fn scheme(&self) -> ResamplingScheme {
        self.scheme
    }

    /// Whether the replicates are every equally likely outcome once, not a random sample of them.
    pub fn is_exact(&self) -> bool {
        self.exact
    }

    /// The seed of a random draw; `None` for an enumeration or given draws.
    pub fn seed(&self) -> Option<u64> {
        self.seed
    }
}

impl EventDateBootstrap {
    /// Draws event dates, and takes the mean path of each resample: of paths of CARs, the path of
    /// the CAAR.
    ///
    /// `paths` has a row per event date and a column per day of the event window, cumulated already:
    /// a day is no unit of a resample, and running sums along drawn days are the path of no event.
    /// Average the responses of one date first, so that what they have in common stays in the unit.
    /// As for single values, all nⁿ resamples are enumerated where there are no more of them than
    /// the replicates asked for, or the C(2n − 1, n) distinct ones with
    /// [weights](PathDistribution::weights); else replicate k draws from the stream (seed, k).
    ///
    /// Every path comes with its standard errors, day by day s/√n with s the standard deviation over
    /// the drawn dates (divisor n − 1), from which
    /// [`studentised_band`](PathDistribution::studentised_band) is read.
    ///
    /// # Errors
    ///
    /// [`Error::TooFew`] for fewer than two event dates or no days; [`Error::BadEntry`] for a value
    /// that is not finite: leave out a date whose path has gaps, or cut all paths to the days that
    /// all have.
    ///
    /// ```
    /// use eventstudy::resampling::EventDateBootstrap;
    /// use ndarray::array;
    ///
    /// let cars = array![[0.01, 0.03, 0.02], [0.00, -0.01, 0.01], [0.02, 0.04, 0.06]];
    /// let drawn = EventDateBootstrap::new().run_paths(&cars)?;
    /// assert_eq!((drawn.n_replicates(), drawn.n_days(), drawn.is_exact()), (27, 3, true));
    /// assert!((drawn.point()[2] - 0.03).abs() < 1e-15);
    /// # Ok::<(), eventstudy::Error>(())
    /// ```
    pub fn run_paths(&self, paths: &ArrayRef2<f64>) -> Result<PathDistribution> {
        let scheme = ResamplingScheme::EventDate;
        if paths.nrows() < 2 {
            return Err(Error::TooFew {
                what: scheme.name().to_owned(),
                unit: "event dates",
                n_needed: 2,
                n_found: paths.nrows(),
            });
        }
        check_paths(paths)?;
        let (n, rows) = (paths.nrows(), SeriesBootstrap::new(SeriesScheme::Iid)?);
        let rows = rows.replicates(self.n_replicates).seed(self.seed);
        let (point, deviations) = mean_and_deviations(paths);
        let of_rows = |drawn: &[usize]| {
            let units: Vec<&[f64]> = drawn.iter().map(|row| deviations[*row].as_slice()).collect();
            mean_path(&point, &units)
        };
        let drawn = match OrderFree::of(n, self.n_replicates) {
            // In the order of the enumeration of independent rows.
            OrderFree::Ordered => {
                let n_outcomes = rows.n_resamples(n);
                let outcome = |k| of_rows(&rows.resample(true, k).rows(n));
                let replicates = parallel::map(n_outcomes, outcome);
                Drawn { replicates, weights: None, seed: None }
            }
            way => way.evaluate(n, (self.n_replicates, self.seed), of_rows, |k| {
                of_rows(&units_drawn(n, self.seed, k))
            }),
        };
        let exact = drawn.is_exact();
        let all: Vec<&[f64]> = deviations.iter().map(Vec::as_slice).collect();
        let (_, of_sample) = mean_path(&point, &all);
        let (means, errors): (Vec<Vec<f64>>, Vec<Vec<f64>>) = drawn.replicates.into_iter().unzip();
        let found = PathDistribution::assemble(point, means.concat(), scheme, exact, drawn.seed)?;
        let std_errors = Some((of_sample, errors.concat()));
        Ok(PathDistribution { weights: drawn.weights, std_errors, ..found })
    }
}

/// The mean of the units around a path, and its standard errors, day by day.
fn mean_path(centre: &[f64], units: &[&[f64]]) -> (Vec<f64>, Vec<f64>) {
    let n = units.len() as f64;
    let mut mean = vec![0.0; centre.len()];
    for unit in units {
        add_to(&mut mean, 1.0 / n, *unit);
    }
    let mut squares = vec![0.0; centre.len()];
    for unit in units {
        for ((sum, value), mean) in squares.iter_mut().zip(*unit).zip(&mean) {
            *sum += (value - mean).powi(2);
        }
    }
    let errors = squares.into_iter().map(|sum| (sum / ((n - 1.0) * n)).sqrt()).collect();
    let path = units.iter().fold(centre.to_vec(), |mut path, unit| {
        add_to(&mut path, 1.0 / n, *unit);
        path
    });
    (path, errors)
}

pub(super) fn check_paths(paths: &ArrayRef2<f64>) -> Result<()> {
    for (unit, path) in paths.outer_iter().enumerate() {
        if let Some((day, value)) = path.iter().enumerate().find(|(_, v)| !v.is_finite()) {
            return Err(Error::BadEntry {
                what: format!("path {unit}"),
                row: day,
                value: *value,
                expected: "a finite number",
            });
        }
    }
    Ok(())
}

/// The mean path, and what each path is away from it.
pub(super) fn mean_and_deviations(paths: &ArrayRef2<f64>) -> (Vec<f64>, Vec<Vec<f64>>) {
    let mut point = vec![0.0; paths.ncols()];
    for path in paths.outer_iter() {
        add_to(&mut point, 1.0 / paths.nrows() as f64, path.iter());
    }
    let deviations = paths
        .outer_iter()
        .map(|path| path.iter().zip(&point).map(|(value, mean)| value - mean).collect())
        .collect();
    (point, deviations)
}

pub(super) fn add_to<'a>(path: &mut [f64], weight: f64, values: impl IntoIterator<Item = &'a f64>) {
    for (sum, value) in path.iter_mut().zip(values) {
        *sum += weight * value;
    }
}
