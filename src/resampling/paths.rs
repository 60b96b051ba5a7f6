//! Replicates of a whole path, such as the CAAR over the days of an event window.

use ndarray::ArrayRef2;

use super::distribution::{BootstrapDistribution, ResamplingScheme};
use super::event_date::EventDateBootstrap;
use super::series::{SeriesBootstrap, SeriesScheme, taper_weights};
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
        Ok(Self { point, replicates, scheme, exact, seed })
    }

    /// The path of the sample.
    pub fn point(&self) -> &[f64] {
        &self.point
    }

    /// Number of days of the path.
    pub fn n_days(&self) -> usize {
        self.point.len()
    }

    /// Number of replicate paths; all distinct equally likely outcomes where
    /// [`is_exact`](Self::is_exact).
    pub fn n_replicates(&self) -> usize {
        self.replicates.len() / self.point.len()
    }

    /// The replicate paths in the order in which they were drawn, row after row: value `j` of path
    /// `k` is at `k * n_days + j`.
    pub fn replicates(&self) -> &[f64] {
        &self.replicates
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
        BootstrapDistribution::assemble(point, values, self.scheme, self.exact, self.seed).ok()
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
    /// the replicates asked for, else replicate k draws from the stream (seed, k).
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
        let rows = SeriesBootstrap::new(SeriesScheme::Iid)?;
        draw(rows.replicates(self.n_replicates).seed(self.seed), scheme, paths)
    }
}

impl SeriesBootstrap {
    /// Draws rows of `paths` by the scheme, and takes the mean path of each resample.
    ///
    /// `paths` has a row per unit, such as an event or a response, in the order of time, and a
    /// column per day of the event window, cumulated already; see
    /// [`EventDateBootstrap::run_paths`]. Blocks are of units whose windows overlap or that lie
    /// close together: each stands for a path, not for a day. The `Tapered` scheme weighs the
    /// deviations of whole paths from their mean.
    ///
    /// # Errors
    ///
    /// [`Error::TooFew`] for fewer than two units or no days; [`Error::Setting`] for a block length
    /// that does not suit the number of units; [`Error::BadEntry`] for a value that is not finite.
    pub fn run_paths(&self, paths: &ArrayRef2<f64>) -> Result<PathDistribution> {
        draw(*self, self.scheme().into(), paths)
    }
}

fn draw(
    bootstrap: SeriesBootstrap,
    scheme: ResamplingScheme,
    paths: &ArrayRef2<f64>,
) -> Result<PathDistribution> {
    let (n_units, n_days) = paths.dim();
    bootstrap.scheme().check_rows(n_units)?;
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
    let mut point = vec![0.0; n_days];
    for path in paths.outer_iter() {
        add_to(&mut point, 1.0 / n_units as f64, path.iter());
    }
    let deviations: Vec<Vec<f64>> = paths
        .outer_iter()
        .map(|path| path.iter().zip(&point).map(|(value, mean)| value - mean).collect())
        .collect();
    let weights = UnitWeights::new(bootstrap.scheme(), n_units);
    let n_exact = bootstrap.n_exact(n_units, n_units);
    let exact = n_exact.is_some();
    let n_replicates = n_exact.unwrap_or(bootstrap.n_replicates);
    let replicates = parallel::map(n_replicates, |k| {
        let mut path = point.clone();
        bootstrap.resample(exact, k).for_each_block(n_units, n_units, |start, length| {
            for (offset, weight) in weights.of_block(length).iter().enumerate() {
                let unit = &deviations[(start + offset) % n_units];
                add_to(&mut path, weight / n_units as f64, unit);
            }
        });
        path
    });
    let seed = (!exact).then_some(bootstrap.seed);
    PathDistribution::assemble(point, replicates.concat(), scheme, exact, seed)
}

fn add_to<'a>(path: &mut [f64], weight: f64, values: impl IntoIterator<Item = &'a f64>) {
    for (sum, value) in path.iter_mut().zip(values) {
        *sum += weight * value;
    }
}

/// Weights of the units of a block: 1, or the taper of blocks of that length.
struct UnitWeights {
    whole: Vec<f64>,
    /// Those of the block that makes up the rest, where they are others.
    last: Vec<f64>,
}

impl UnitWeights {
    fn new(scheme: SeriesScheme, n_units: usize) -> Self {
        match scheme {
            SeriesScheme::Tapered { block_length } => Self {
                whole: taper_weights(block_length),
                last: taper_weights(n_units % block_length),
            },
            _ => Self { whole: vec![1.0; n_units], last: Vec::new() },
        }
    }

    fn of_block(&self, length: usize) -> &[f64] {
        if length == self.last.len() { &self.last } else { &self.whole[..length] }
    }
}
