//! The same trade on other dates.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::vectorised::{Plan, alone};
use super::{BacktestData, Signal, Signals, Strategy};
use crate::numeric::{moments, parallel};
use crate::resampling::{
    ExcessInterval, ExcessIntervalKind, PValues, PlaceboDesign, PlaceboGrid, PlaceboSets,
    PseudoEvent,
};
use crate::{Error, Result};

/// Power and level at which the smallest effects are given.
const POWER: f64 = 0.8;

/// A figure of single trades: its mean over the signals against that over other dates.
///
/// The randomisation test of [`PlaceboTest`](crate::resampling::PlaceboTest) on the mean: pseudo-signals are
/// drawn under the rule of the [`PlaceboDesign`], on all dates on which the trade would have come
/// to its end within the data. Where trades of the signals overlap, the pattern of their dates is
/// shifted instead. A pseudo-signal knows what a signal knows; the level that closes its trade is as
/// far below the trigger's close as the median of the signals' levels is below theirs.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PlaceboComparison {
    /// Signals whose trade came to its end.
    pub n_signals: usize,
    /// Other signals: outside the data, without assets, or cut short by the end of the data.
    pub n_lacking: usize,
    /// Mean over the signals, a decimal fraction.
    pub mean: f64,
    /// Mean over the sets of pseudo-signals.
    pub placebo_mean: f64,
    /// Their difference, with the overlap of the windows undone.
    pub excess: f64,
    /// Its equal-tailed interval; `None` where there are too few sets for the level.
    pub interval: Option<ExcessInterval>,
    /// p-values of the excess.
    pub p_values: PValues,
    /// The smallest p-value that so many sets can give.
    pub attainable_p: f64,
    /// The smallest positive excess that would be found with 80 % power.
    pub minimum_detectable_effect: Option<f64>,
    /// Dates that pseudo-signals fall on.
    pub n_dates: usize,
    /// Sets of them.
    pub n_sets: usize,
    /// Whether the sets are shifts of the pattern of the signals, since trades overlap.
    pub is_shifted: bool,
}

/// What the whole strategy gave on sets of other dates: as many signals, as far apart, under the same
/// rules.
///
/// The signals are those of [`PlaceboComparison::n_signals`], whose trades came to their end: a set
/// has as many, each with a trade that comes to its end, and a trade that the data cut short would
/// have no partner among them.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct WholeStrategy {
    /// Signals on which the strategy is run, in reality and in every set.
    pub n_signals: usize,
    /// Total net return of the strategy.
    pub total_return: f64,
    /// Its mean over the sets.
    pub placebo_mean: f64,
    /// 2.5 %, 50 % and 97.5 % quantile over the sets.
    pub placebo_quantiles: [f64; 3],
    /// p-values, the two-sided one by distance from the mean of the sets.
    pub p_values: PValues,
    /// Share of days in the market.
    pub exposure: f64,
    /// Its mean over the sets; under the same exits it is nearly the same.
    pub placebo_exposure: f64,
}

/// A strategy against the same strategy on other dates.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct RandomEntry {
    /// Net returns of single trades.
    pub trade: PlaceboComparison,
    /// The equity at the end.
    pub whole: WholeStrategy,
}

/// A figure of the trade of one signal, with the rows that it is held over.
pub(super) struct Measured {
    pub(super) value: f64,
    pub(super) entry: usize,
    pub(super) exit: usize,
}

impl Strategy {
    /// The mean net return of a trade, and the result of the whole strategy, against what the same rules
    /// gave on other dates. Exposure is matched: every set has as many signals, drawn as far apart as
    /// the rule of the real ones puts them, with the same holding rules and costs; of the real ones
    /// those count whose trade came to its end.
    ///
    /// `dates` are those on which a signal could have come, such as all sessions of the trigger in
    /// the period of the rule; `level` is that of the interval.
    ///
    /// # Errors
    ///
    /// As [`run`](Self::run); [`Error::TooFew`] where no trade of a signal came to its end; those of
    /// [`PlaceboDesign::draw`].
    pub fn random_entry(
        &self,
        data: &BacktestData,
        signals: &Signals,
        dates: &[NaiveDate],
        design: &PlaceboDesign,
        level: f64,
    ) -> Result<RandomEntry> {
        let compared = self.compare_trades(data, signals, dates, design, level)?;
        let Compared { comparison: trade, own, grid, sets } = compared;
        let outcome = |signals: &Signals| -> Result<(f64, f64)> {
            let performance = self.run(data, signals)?.performance()?;
            Ok((performance.total_return, performance.exposure))
        };
        let n_signals = own.len();
        let own = outcome(&own)?;
        let of_set = |rows: &[usize]| {
            // The pattern of dates shifted over the end of the grid starts again at its beginning.
            let mut rows = rows.to_vec();
            rows.sort_unstable();
            rows.dedup();
            let alike = |row: &usize| signals.alike(grid.dates()[*row], data.trigger());
            outcome(&Signals::new(rows.iter().map(alike).collect())?)
        };
        let set_rows: Vec<&[usize]> = sets.iter().collect();
        let found = parallel::map(set_rows.len(), |k| of_set(set_rows[k]));
        let found = found.into_iter().collect::<Result<Vec<_>>>()?;
        let (totals, exposures): (Vec<f64>, Vec<f64>) = found.into_iter().unzip();
        let all = sets.values_of_sets(own.0, totals)?;
        let quantile = |p| all.quantile(p).unwrap_or(f64::NAN);
        let whole = WholeStrategy {
            n_signals,
            total_return: own.0,
            placebo_mean: all.mean(),
            placebo_quantiles: [quantile(0.025), quantile(0.5), quantile(0.975)],
            p_values: all.p_values(),
            exposure: own.1,
            placebo_exposure: moments::mean(&exposures).unwrap_or_default(),
        };
        Ok(RandomEntry { trade, whole })
    }

    /// The mean net return of a trade alone, against what the same rules gave on other dates: the first
    /// half of [`random_entry`](Self::random_entry), without running the whole strategy on every set.
    ///
    /// # Errors
    ///
    /// As [`random_entry`](Self::random_entry).
    pub fn random_trade(
        &self,
        data: &BacktestData,
        signals: &Signals,
        dates: &[NaiveDate],
        design: &PlaceboDesign,
        level: f64,
    ) -> Result<PlaceboComparison> {
        Ok(self.compare_trades(data, signals, dates, design, level)?.comparison)
    }

    fn compare_trades(
        &self,
        data: &BacktestData,
        signals: &Signals,
        dates: &[NaiveDate],
        design: &PlaceboDesign,
        level: f64,
    ) -> Result<Compared> {
        self.check(data)?;
        let measure = |signal: &Signal| {
            let plan = Plan::of_signal(self, data, signal).ok()?;
            let (exit, _) = plan.order?;
            let value = alone(self, data, &plan).net_return?;
            Some(Measured { value, entry: plan.entry, exit })
        };
        compare(data, signals, dates, design, level, measure)
    }
}

/// A comparison with what it was made of.
pub(super) struct Compared {
    pub(super) comparison: PlaceboComparison,
    /// The signals that have a value.
    pub(super) own: Signals,
    pub(super) grid: PlaceboGrid,
    pub(super) sets: PlaceboSets,
}

/// The mean of a measure over the signals against that over sets of dates.
pub(super) fn compare(
    data: &BacktestData,
    signals: &Signals,
    dates: &[NaiveDate],
    design: &PlaceboDesign,
    level: f64,
    measure: impl Fn(&Signal) -> Option<Measured> + Sync + Send,
) -> Result<Compared> {
    let own: Vec<(Signal, Measured)> =
        signals.iter().filter_map(|signal| Some((*signal, measure(signal)?))).collect();
    let values: Vec<f64> = own.iter().map(|(_, found)| found.value).collect();
    let Some(mean) = moments::mean(&values) else {
        return Err(Error::TooFew {
            what: "a comparison with other dates".to_owned(),
            unit: "signals whose trade came to its end",
            n_needed: 1,
            n_found: 0,
        });
    };
    let mut covered = vec![false; data.prices().n_dates()];
    let mut is_shifted = false;
    for (_, found) in &own {
        for row in &mut covered[found.entry + 1..=found.exit] {
            is_shifted |= *row;
            *row = true;
        }
    }
    let found = parallel::map(dates.len(), |k| measure(&signals.alike(dates[k], data.trigger())));
    let pseudo_event = |found: &Measured| {
        let rows = &covered[found.entry + 1..=found.exit];
        let n_shared = rows.iter().filter(|row| **row).count();
        let event_share = n_shared as f64 / rows.len() as f64;
        PseudoEvent { value: found.value, variance: None, event_share }
    };
    let events: Vec<Option<PseudoEvent>> =
        found.iter().map(|found| found.as_ref().map(pseudo_event)).collect();
    let grid = PlaceboGrid::of_pseudo_events(dates.to_vec(), &events)?;
    let own_dates: Vec<NaiveDate> = own.iter().map(|(signal, _)| signal.date).collect();
    let sets = if is_shifted {
        design.shifts(&grid, &own_dates)?
    } else {
        design.draw(&grid, &own_dates, own.len())?
    };
    let test = sets.test(&grid, mean, None)?;
    let interval = test.effect_interval(ExcessIntervalKind::EqualTailed, level)?.bounded().copied();
    let comparison = PlaceboComparison {
        n_signals: own.len(),
        n_lacking: signals.len() - own.len(),
        mean,
        placebo_mean: test.means().mean(),
        excess: test.excess(),
        interval,
        p_values: test.p_values(),
        attainable_p: test.attainable_p(),
        minimum_detectable_effect: test
            .minimum_detectable_effect(POWER, 1.0 - level)
            .ok()
            .map(|effect| effect.upward),
        n_dates: grid.n_admissible(),
        n_sets: sets.n_sets(),
        is_shifted,
    };
    let own = Signals::new(own.into_iter().map(|(signal, _)| signal).collect())?;
    Ok(Compared { comparison, own, grid, sets })
}
