//! Bands that hold a whole path.

use serde::{Deserialize, Serialize};

use super::interval::check_level;
use super::outcomes::Outcomes;
use super::paths::PathDistribution;
use super::tails::TIE;
use crate::numeric::{moments, parallel};
use crate::{Error, Result};

/// A band that holds the whole true path, such as the CAAR over the days of an event window, with
/// the probability `level`, and beside it intervals that hold each day with that probability.
///
/// With θ̂ⱼ the path of the sample, θ\*ₖⱼ its replicates and sⱼ the standard deviation of those of day
/// j (divisor B − 1, or B where they are the whole distribution), the band is `θ̂ⱼ ± c sⱼ` where c is
/// the type-7 quantile at `level` of `maxⱼ |θ*ₖⱼ − θ̂ⱼ| / sⱼ` over the replicates: the sup-t band
/// (Montiel Olea and Plagborg-Møller 2019, <https://doi.org/10.1002/jae.2656>). The pointwise
/// intervals have the same quantile of one day in place of the maximum.
///
/// The pointwise intervals hold too little: over twenty days one of them is expected to miss. The
/// band is wider on every day, and narrower than after Bonferroni, since days of a cumulated path
/// move together.
///
/// *Assumes* deviations that are about symmetric, and as many event dates as the replicates need to
/// have their law: the standard deviations are those of the replicates, so that with few dates the
/// band is too narrow, as [`IntervalMethod::Normal`](super::IntervalMethod::Normal) is, and
/// [`studentised_band`](PathDistribution::studentised_band), which says how much, is the one to take.
/// *Departures*:
/// c is read from the replicates themselves, where the paper's plug-in band simulates normal paths
/// with their covariance; days on which all replicates are the same, as where paths are set to zero,
/// are left out of the maximum, and the band is a point there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SimultaneousBand {
    /// Lower edge of the band, by day.
    pub lower: Vec<f64>,
    /// Upper edge of the band, by day.
    pub upper: Vec<f64>,
    /// Lower end of the interval of each day for itself.
    pub pointwise_lower: Vec<f64>,
    /// Upper end of the interval of each day for itself.
    pub pointwise_upper: Vec<f64>,
    /// Standard deviations, or standard errors of a studentised band, from the path of the sample to
    /// the edges, c.
    pub critical_value: f64,
    /// Confidence level, such as 0.95.
    pub level: f64,
    /// Whether it is that of [`studentised_band`](PathDistribution::studentised_band).
    #[serde(default)]
    pub studentised: bool,
}

impl SimultaneousBand {
    /// Whether a path lies in the band on every day; false for one of another length.
    pub fn contains(&self, path: &[f64]) -> bool {
        path.len() == self.lower.len()
            && path
                .iter()
                .zip(self.lower.iter().zip(&self.upper))
                .all(|(v, (lower, upper))| lower <= v && v <= upper)
    }
}

impl PathDistribution {
    /// The band that holds the whole path at `level`.
    ///
    /// ```
    /// use eventstudy::resampling::{PathDistribution, ResamplingScheme};
    ///
    /// let caar = vec![0.01, 0.02, 0.03];
    /// let replicates = (0..999).flat_map(|k| {
    ///     let noise = |day: i32| f64::from((k * (7 + day) + 3 * day) % 101 - 50) * 1e-4;
    ///     [0.01 + noise(1), 0.02 + noise(1) + noise(2), 0.03 + noise(1) + noise(2) + noise(5)]
    /// });
    /// let scheme = ResamplingScheme::GivenIndependent;
    /// let paths = PathDistribution::from_replicates(caar, replicates.collect(), scheme)?;
    /// let band = paths.simultaneous_band(0.95)?;
    /// assert!(band.contains(&[0.01, 0.02, 0.03]));
    /// assert!((0..3).all(|day| band.upper[day] >= band.pointwise_upper[day]));
    /// # Ok::<(), eventstudy::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] for a level outside (0, 1); [`Error::DegenerateVariance`] where all
    /// replicates of every day are the same, or those of one day are and differ from the sample.
    pub fn simultaneous_band(&self, level: f64) -> Result<SimultaneousBand> {
        check_level(level)?;
        let days = parallel::map(self.n_days(), |day| Day::of(self, day, level));
        let days = days.into_iter().collect::<Result<Vec<Day>>>()?;
        if days.iter().all(|day| day.std_dev <= 0.0) {
            return Err(degenerate("the replicates on every day".to_owned()));
        }
        let farthest = self.paths().map(|path| {
            let moving = path.iter().zip(self.point()).zip(&days);
            let moving = moving.filter(|(_, day)| day.std_dev > 0.0);
            moving.fold(0.0, |a: f64, ((v, point), day)| a.max((v - point).abs() / day.std_dev))
        });
        let critical_value = self.quantile(farthest, level);
        Ok(self.around(&days, critical_value, level, false))
    }

    /// The band that holds the whole path at `level`, each replicate in its own standard errors:
    /// `θ̂ⱼ ± c sⱼ` with sⱼ the standard error of the path of the sample on day j (of n event dates, the
    /// standard deviation over dates, divisor n − 1, over √n) and c the type-7 quantile at `level` of
    /// `maxⱼ |θ*ₖⱼ − θ̂ⱼ| / s*ₖⱼ`, s\* the same of the replicate: the bootstrap-t of
    /// [`IntervalMethod::SymmetricT`](super::IntervalMethod::SymmetricT) for the maximum over days. The
    /// pointwise intervals have the quantile of one day in place of the maximum.
    ///
    /// Per cent of 2,000 samples whose band at 95 % holds the whole true path, through
    /// [`EventDateBootstrap::run_paths`](super::EventDateBootstrap::run_paths) with 999 replicates; paths
    /// are running sums of 20 independent steps, normal or chi-squared with one degree of freedom
    /// (`cargo test --release --lib -- --ignored measured_coverage --nocapture`):
    ///
    /// | event dates | [`simultaneous_band`](Self::simultaneous_band), normal | studentised, normal | `simultaneous_band`, chi-squared | studentised, chi-squared |
    /// |---|---|---|---|---|
    /// | 4 | 41.8 | 100.0 | 37.5 | 99.8 |
    /// | 5 | 53.8 | 99.9 | 45.6 | 99.0 |
    /// | 6 | 65.1 | 99.8 | 52.8 | 97.2 |
    /// | 8 | 72.5 | 99.0 | 62.5 | 95.8 |
    /// | 10 | 78.7 | 98.5 | 71.0 | 95.2 |
    /// | 20 | 88.2 | 95.5 | 81.5 | 94.0 |
    /// | 30 | 89.8 | 95.5 | 85.2 | 94.8 |
    /// | 50 | 92.0 | 94.6 | 90.3 | 95.4 |
    ///
    /// The studentised band holds what it promises from the least number of dates that have one; with
    /// a handful of them it is very wide.
    ///
    /// *Assumes* independent event dates from one law, as
    /// [`EventDateBootstrap`](super::EventDateBootstrap) does. A day on which a resample has no spread
    /// is infinitely far where its mean differs from that of the sample: with n dates one resample in
    /// n^(n−1) holds one date alone, one in nine of three, so that three dates have no band at 95 %.
    /// Days on which all dates have one value are left out of the maximum, and the band is a point
    /// there.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] for a level outside (0, 1); [`Error::IntervalNotDefined`] where the replicate
    /// paths have no standard errors, which those of
    /// [`EventDateBootstrap::run_paths`](super::EventDateBootstrap::run_paths) have, or where resamples
    /// without spread reach the level, so that the band has no bounds; [`Error::DegenerateVariance`]
    /// where on every day all dates have one value.
    pub fn studentised_band(&self, level: f64) -> Result<SimultaneousBand> {
        check_level(level)?;
        let undefined = |why| Error::IntervalNotDefined {
            interval: "the studentised band",
            scheme: self.scheme().name(),
            why,
        };
        let Some((of_sample, of_replicates)) = self.std_errors() else {
            return Err(undefined("the replicate paths came without standard errors"));
        };
        let zero = |day: usize, value: f64| {
            TIE * self.point()[day].abs().max(value.abs()).max(of_sample[day])
        };
        let moves: Vec<bool> =
            of_sample.iter().enumerate().map(|(day, error)| *error > zero(day, 0.0)).collect();
        if !moves.contains(&true) {
            return Err(degenerate("the event dates on every day".to_owned()));
        }
        let distance = |day: usize, value: f64, error: f64| {
            let (from, zero) = ((value - self.point()[day]).abs(), zero(day, value));
            match (error > zero, from > zero) {
                _ if !moves[day] => 0.0,
                (true, _) => from / error,
                (false, true) => f64::INFINITY,
                (false, false) => 0.0,
            }
        };
        let n_days = self.n_days();
        let errors = || of_replicates.chunks_exact(n_days);
        let farthest = self.paths().zip(errors()).map(|(path, errors)| {
            let days = path.iter().zip(errors).enumerate();
            days.fold(0.0, |a: f64, (day, (value, error))| a.max(distance(day, *value, *error)))
        });
        let critical_value = self.quantile(farthest, level);
        if !critical_value.is_finite() {
            return Err(undefined(
                "at this level resamples without spread reach it, so that it has no bounds; there \
                 are too few event dates",
            ));
        }
        let days = parallel::map(n_days, |day| {
            let of_day =
                self.paths().zip(errors()).map(|(path, e)| distance(day, path[day], e[day]));
            Day { std_dev: of_sample[day], critical_value: self.quantile(of_day, level) }
        });
        Ok(self.around(&days, critical_value, level, true))
    }

    /// The quantile at `level` of a number of each path.
    fn quantile(&self, of_paths: impl Iterator<Item = f64>, level: f64) -> f64 {
        let values: Vec<f64> = of_paths.collect();
        Outcomes::new(&values, self.weights()).quantile(level).unwrap_or(f64::NAN)
    }

    fn around(
        &self,
        days: &[Day],
        critical_value: f64,
        level: f64,
        studentised: bool,
    ) -> SimultaneousBand {
        let edges = |half: &dyn Fn(&Day) -> f64| {
            self.point().iter().zip(days).map(|(v, day)| v + half(day)).collect::<Vec<f64>>()
        };
        SimultaneousBand {
            lower: edges(&|day| -critical_value * day.std_dev),
            upper: edges(&|day| critical_value * day.std_dev),
            pointwise_lower: edges(&|day| -day.critical_value * day.std_dev),
            pointwise_upper: edges(&|day| day.critical_value * day.std_dev),
            critical_value,
            level,
            studentised,
        }
    }
}

/// What the band has on one day.
struct Day {
    /// Standard deviation of the replicates, 0 where they are all the same; or standard error.
    std_dev: f64,
    /// Quantile of their distances from the path of the sample, in these.
    critical_value: f64,
}

impl Day {
    fn of(paths: &PathDistribution, day: usize, level: f64) -> Result<Self> {
        let point = paths.point()[day];
        let values: Vec<f64> = paths.paths().map(|path| path[day]).collect();
        let outcomes = Outcomes::new(&values, paths.weights());
        let (mean, squares) = (outcomes.mean(), outcomes.sum_squared_deviations());
        if moments::is_negligible(squares, mean.abs().max(point.abs()), values.len()) {
            if moments::is_negligible((mean - point).powi(2), mean.abs().max(point.abs()), 1) {
                return Ok(Self { std_dev: 0.0, critical_value: 0.0 });
            }
            return Err(degenerate(format!("the replicates of day {day}, counted from 0")));
        }
        let divisor = outcomes.total() - u64::from(!paths.is_exact());
        let std_dev = (squares / divisor as f64).sqrt();
        let distances = values.iter().map(|v| (v - point).abs() / std_dev);
        Ok(Self { std_dev, critical_value: paths.quantile(distances, level) })
    }
}

fn degenerate(of: String) -> Error {
    Error::DegenerateVariance { what: "the simultaneous band".to_owned(), of }
}
