//! Bands that hold a whole path.

use serde::{Deserialize, Serialize};

use super::interval::check_level;
use super::paths::PathDistribution;
use crate::numeric::{moments, parallel, quantile};
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
/// band is too narrow, as [`IntervalMethod::Normal`](super::IntervalMethod::Normal) is. *Departures*:
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
    /// Standard deviations from the path of the sample to the edges, c.
    pub critical_value: f64,
    /// Confidence level, such as 0.95.
    pub level: f64,
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
        let farthest: Vec<f64> = self
            .paths()
            .map(|path| {
                let moving = path.iter().zip(self.point()).zip(&days);
                let moving = moving.filter(|(_, day)| day.std_dev > 0.0);
                moving.fold(0.0, |a: f64, ((v, point), day)| a.max((v - point).abs() / day.std_dev))
            })
            .collect();
        let critical_value =
            quantile::quantile_sorted(&quantile::sorted(&farthest), level).unwrap_or(f64::NAN);
        let edges = |half: &dyn Fn(&Day) -> f64| {
            self.point().iter().zip(&days).map(|(v, day)| v + half(day)).collect::<Vec<f64>>()
        };
        Ok(SimultaneousBand {
            lower: edges(&|day| -critical_value * day.std_dev),
            upper: edges(&|day| critical_value * day.std_dev),
            pointwise_lower: edges(&|day| -day.critical_value * day.std_dev),
            pointwise_upper: edges(&|day| day.critical_value * day.std_dev),
            critical_value,
            level,
        })
    }
}

/// The replicates of one day.
struct Day {
    /// 0 where they are all the same.
    std_dev: f64,
    /// Quantile of their distances from the path of the sample, in standard deviations.
    critical_value: f64,
}

impl Day {
    fn of(paths: &PathDistribution, day: usize, level: f64) -> Result<Self> {
        let point = paths.point()[day];
        let values: Vec<f64> = paths.paths().map(|path| path[day]).collect();
        let mean = moments::mean(&values).unwrap_or(f64::NAN);
        let squares = moments::sum_squared_deviations(&values, mean);
        if moments::is_negligible(squares, mean.abs().max(point.abs()), values.len()) {
            if moments::is_negligible((mean - point).powi(2), mean.abs().max(point.abs()), 1) {
                return Ok(Self { std_dev: 0.0, critical_value: 0.0 });
            }
            return Err(degenerate(format!("the replicates of day {day}, counted from 0")));
        }
        let divisor = values.len() - usize::from(!paths.is_exact());
        let std_dev = (squares / divisor as f64).sqrt();
        let distances: Vec<f64> = values.iter().map(|v| (v - point).abs() / std_dev).collect();
        let critical_value = quantile::quantile_sorted(&quantile::sorted(&distances), level);
        Ok(Self { std_dev, critical_value: critical_value.unwrap_or(f64::NAN) })
    }
}

fn degenerate(of: String) -> Error {
    Error::DegenerateVariance { what: "the simultaneous band".to_owned(), of }
}
