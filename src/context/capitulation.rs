//! Sell-offs that look like the end of a fall, by a stated rule.

use chrono::{Days, NaiveDate};
use serde::Serialize;

use super::levels::last_close;
use super::percentile_among;
use crate::numeric::quantile::median;
use crate::panel::PriceSeries;
use crate::{Error, Result};

/// What makes a row a capitulation: deep below its high, a fall out of the ordinary, on volume out
/// of the ordinary.
///
/// "Capitulation" is a word of market comment without an agreed definition; this is one, in the
/// open. The defaults: at least 20 % (the customary bear market) below the highest close of 365
/// rows, a return among the lowest 5 % of the 250 rows before, and at least 1.5 times the median
/// volume of the 50 rows before. Neither a row nor anything after it is in the past that it is
/// compared with.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct CapitulationRule {
    /// Rows up to and including the day among which the high is looked for.
    pub high_rows: usize,
    /// Least depth below that high, a decimal fraction.
    pub depth: f64,
    /// Rows before the day among whose returns that of the day is ranked.
    pub return_rows: usize,
    /// Largest share of these returns that may lie below that of the day (equal ones count half).
    pub return_share: f64,
    /// Rows before the day whose median volume is the ordinary one.
    pub volume_rows: usize,
    /// Least multiple of that median.
    pub volume_multiple: f64,
    /// From which sell-off on the low is looked for.
    pub trough_from: TroughFrom,
}

impl Default for CapitulationRule {
    fn default() -> Self {
        Self {
            high_rows: 365,
            depth: 0.20,
            return_rows: 250,
            return_share: 0.05,
            volume_rows: 50,
            volume_multiple: 1.5,
            trough_from: TroughFrom::default(),
        }
    }
}

/// A row that fulfils the rule on prices.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct SellOff {
    /// The day.
    pub date: NaiveDate,
    /// `1 − close / high`, a decimal fraction.
    pub depth: f64,
    /// Simple return from the row before, a decimal fraction below zero.
    pub fall: f64,
    /// Volume over its median; `None` where a volume that it needs is missing or the median is
    /// zero.
    pub volume_ratio: Option<f64>,
}

/// From which sell-off on the low of a fall is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TroughFrom {
    /// From the first of the episode: a later sell-off that does not undercut the low does not start
    /// the wait anew. Sell-offs are of one episode where no row between them closes at the high of its
    /// own `high_rows`, which is the end of the fall from peak to recovery.
    #[default]
    FirstOfEpisode,
    /// From the last sell-off: each one starts the wait anew, also one above the low.
    LastSellOff,
}

/// How things stand after the sell-offs before a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CapitulationState {
    /// No row fulfilled the rule.
    Absent,
    /// A row did, and the lowest close of the fall is too young for it to be over.
    Ongoing,
    /// A row did, and the lowest close of the fall is old enough.
    Over,
    /// As [`Over`](Self::Over) by the prices; whether the volume was high is not known.
    OverIfVolume,
}

/// Sell-offs before a date, and the low since.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Capitulation {
    /// The date.
    pub date: NaiveDate,
    /// Rows before it that fulfil the rule on prices and are not known to have had too little
    /// volume.
    pub sell_offs: Vec<SellOff>,
    /// Rows that fulfil the rule on prices and had too little volume.
    pub n_without_volume: usize,
    /// Lowest close from the sell-off of [`CapitulationRule::trough_from`] on, the last of equal ones;
    /// `None` without a sell-off.
    pub trough: Option<(NaiveDate, f64)>,
    /// `close / trough − 1`, a decimal fraction; `None` without a sell-off.
    pub rebound: Option<f64>,
    /// The verdict.
    pub state: CapitulationState,
}

/// Sell-offs in the `lookback_days` calendar days up to `date`, and whether they are over: the
/// lowest close since the first of the last episode of them is at least `quiet_days` calendar days
/// old, so that for so long no close was lower. ([`TroughFrom`] has the other reading.)
///
/// Whether a fall was the last one shows later; the rule says only what was to be seen on the date.
///
/// # Errors
///
/// [`Error::Setting`] for a rule with empty windows, a depth or share outside (0, 1), or a multiple
/// that is not above zero; [`Error::NoLevel`] where the last close is more than `max_age_days`
/// calendar days old; [`Error::TooFew`] where the first row of the lookback has fewer rows before
/// it than the rule needs.
///
/// ```
/// use chrono::{Days, NaiveDate};
/// use eventstudy::context::{CapitulationRule, CapitulationState, capitulation};
/// use eventstudy::panel::PriceSeries;
///
/// let first = NaiveDate::from_ymd_opt(2021, 1, 1).unwrap();
/// let day = |n: u64| first + Days::new(n);
/// // Ten quiet days, a crash on day 10 on three times the volume, and a slow rise.
/// let close = |n: u64| if n < 10 { 100.0 + (n % 2) as f64 } else { 60.0 + n as f64 };
/// let series = PriceSeries::from_closes("btc", (0..20).map(|n| (day(n), close(n))).collect())?
///     .with_volumes((0..20).map(|n| if n == 10 { 3e6 } else { 1e6 }).collect())?;
/// let rule = CapitulationRule {
///     high_rows: 5, return_rows: 5, volume_rows: 5, ..CapitulationRule::default()
/// };
/// let found = capitulation(&series, &rule, day(19), 12, 7, 0)?;
/// assert_eq!(found.state, CapitulationState::Over);
/// assert_eq!(found.sell_offs[0].date, day(10));
/// # Ok::<(), eventstudy::Error>(())
/// ```
pub fn capitulation(
    series: &PriceSeries,
    rule: &CapitulationRule,
    date: NaiveDate,
    lookback_days: u32,
    quiet_days: u32,
    max_age_days: u32,
) -> Result<Capitulation> {
    rule.check()?;
    let (last, close) = last_close(series, date, max_age_days)?;
    let from = date.checked_sub_days(Days::new(u64::from(lookback_days))).unwrap_or(date);
    let rows = series.axis().rows_between(from, date);
    // A return needs one close more than itself.
    let needed = (rule.high_rows - 1).max(rule.return_rows + 1).max(rule.volume_rows);
    if rows.start < needed {
        return Err(Error::TooFew {
            what: format!(
                "a capitulation of {} in the {lookback_days} days up to {date}",
                series.name()
            ),
            unit: "closes before them",
            n_needed: needed,
            n_found: rows.start,
        });
    }
    let found: Vec<(usize, SellOff)> =
        rows.filter_map(|row| Some((row, rule.sell_off(series, row)?))).collect();
    let (kept, without): (Vec<_>, Vec<_>) = found
        .into_iter()
        .partition(|(_, s)| s.volume_ratio.is_none_or(|ratio| ratio >= rule.volume_multiple));
    let closes = series.closes();
    let kept_rows: Vec<usize> = kept.iter().map(|(row, _)| *row).collect();
    let trough = rule.start_of_trough(closes, &kept_rows).map(|start| {
        (start..=last).fold(start, |low, r| if closes[r] <= closes[low] { r } else { low })
    });
    let state = match trough.map(|row| (date - series.axis().date(row)).num_days()) {
        None => CapitulationState::Absent,
        Some(days) if days < i64::from(quiet_days) => CapitulationState::Ongoing,
        Some(_) if kept.iter().any(|(_, s)| s.volume_ratio.is_some()) => CapitulationState::Over,
        Some(_) => CapitulationState::OverIfVolume,
    };
    Ok(Capitulation {
        date,
        sell_offs: kept.into_iter().map(|(_, sell_off)| sell_off).collect(),
        n_without_volume: without.len(),
        trough: trough.map(|row| (series.axis().date(row), closes[row])),
        rebound: trough.map(|row| close / closes[row] - 1.0),
        state,
    })
}

impl CapitulationRule {
    fn check(&self) -> Result<()> {
        let fault = |name, value: String, expected| Err(Error::Setting { name, value, expected });
        let rows = [
            ("high_rows", self.high_rows),
            ("return_rows", self.return_rows),
            ("volume_rows", self.volume_rows),
        ];
        if let Some((name, value)) = rows.into_iter().find(|(_, n)| *n == 0) {
            return fault(name, value.to_string(), "at least one row");
        }
        for (name, value) in [("depth", self.depth), ("return_share", self.return_share)] {
            if !(value > 0.0 && value < 1.0) {
                return fault(name, value.to_string(), "a fraction between 0 and 1");
            }
        }
        if !(self.volume_multiple.is_finite() && self.volume_multiple > 0.0) {
            return fault(
                "volume_multiple",
                self.volume_multiple.to_string(),
                "a number above zero",
            );
        }
        Ok(())
    }

    /// The sell-off from which on the low is looked for, among the rows of all of them in order.
    fn start_of_trough(&self, closes: &[f64], sell_offs: &[usize]) -> Option<usize> {
        let (first, last) = (*sell_offs.first()?, *sell_offs.last()?);
        let is_high = |row: &usize| {
            closes[row + 1 - self.high_rows..=*row].iter().all(|p| *p <= closes[*row])
        };
        match self.trough_from {
            TroughFrom::LastSellOff => Some(last),
            TroughFrom::FirstOfEpisode => {
                let recovered = (first..last).rev().find(is_high).unwrap_or(first);
                sell_offs.iter().copied().find(|row| *row >= recovered)
            }
        }
    }

    /// The row as a sell-off by its prices; there are rows enough before it.
    fn sell_off(&self, series: &PriceSeries, row: usize) -> Option<SellOff> {
        let closes = series.closes();
        let high = closes[row + 1 - self.high_rows..=row].iter().fold(0.0_f64, |a, p| a.max(*p));
        let depth = 1.0 - closes[row] / high;
        let fall = closes[row] / closes[row - 1] - 1.0;
        if depth < self.depth || fall >= 0.0 {
            return None;
        }
        let past: Vec<f64> = closes[row - 1 - self.return_rows..row]
            .windows(2)
            .map(|pair| pair[1] / pair[0] - 1.0)
            .collect();
        if percentile_among(&past, fall)? > self.return_share {
            return None;
        }
        let volumes: Option<Vec<f64>> =
            (row - self.volume_rows..row).map(|r| series.volume(r)).collect();
        let usual = volumes.and_then(|v| median(&v)).filter(|m| *m > 0.0);
        let volume_ratio = series.volume(row).zip(usual).map(|(volume, usual)| volume / usual);
        Some(SellOff { date: series.axis().date(row), depth, fall, volume_ratio })
    }
}

#[cfg(test)]
mod tests;
