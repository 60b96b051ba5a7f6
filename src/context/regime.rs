//! How a rise held: cycles, time above trend, and falls that were made good.

use chrono::NaiveDate;
use serde::Serialize;

use super::Period;
use crate::numeric::moments::mean;
use crate::panel::PriceSeries;
use crate::{Error, Result};

/// How a cycle ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CycleEnd {
    /// The close fell by the share of the rule from its high.
    Fell,
    /// It had not done so by the last date looked at: the cycle is censored, and its length and
    /// high are lower bounds.
    Censored,
}

/// A cycle from an event to the fall that ended it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Cycle {
    /// The event.
    pub event: NaiveDate,
    /// The last close on or before it, however old.
    pub start: f64,
    /// First date of the highest close from the event through the end.
    pub peak_date: NaiveDate,
    /// That close.
    pub peak: f64,
    /// First close at least the share of the rule below the highest since the event, or the last
    /// close looked at.
    pub end_date: NaiveDate,
    /// Which of the two.
    pub end: CycleEnd,
    /// Calendar days from the event to the highest close.
    pub days_to_peak: i64,
    /// Calendar days from the event to the end.
    pub days: i64,
}

impl Cycle {
    /// `peak / start − 1`, a decimal fraction.
    pub fn rise(&self) -> f64 {
        self.peak / self.start - 1.0
    }

    /// The days after the event and through the end; `None` where the end is the event.
    pub fn period(&self) -> Option<Period> {
        Period::new(self.event, self.end_date).ok()
    }
}

/// The cycle that an event opens: from its close to the first close at least `fall` below the
/// highest since, at most through `through`.
///
/// The high is known as that of the cycle only when the fall has come: a peak date is hindsight,
/// the end date is not. What is measured over a cycle therefore runs through its end and holds the
/// fall; of three cycles that ended so, the last dip is never made good.
///
/// # Errors
///
/// [`Error::Setting`] for a fall outside (0, 1); [`Error::PeriodReversed`] unless
/// `event < through`; [`Error::TooFew`] without a close on or before the event or none after it.
pub fn cycle(
    series: &PriceSeries,
    event: NaiveDate,
    fall: f64,
    through: NaiveDate,
) -> Result<Cycle> {
    check_fraction("fall", fall)?;
    let path = Path::over(series, Period::new(event, through)?, "a cycle")?;
    let (axis, closes) = (series.axis(), series.closes());
    let mut peak = path.start;
    let mut end = (path.end - 1, CycleEnd::Censored);
    for row in path.start + 1..path.end {
        if closes[row] > closes[peak] {
            peak = row;
        } else if closes[row] <= (1.0 - fall) * closes[peak] {
            end = (row, CycleEnd::Fell);
            break;
        }
    }
    let peak_date = axis.date(peak).max(event);
    let end_date = axis.date(end.0);
    Ok(Cycle {
        event,
        start: closes[path.start],
        peak_date,
        peak: closes[peak],
        end_date,
        end: end.1,
        days_to_peak: (peak_date - event).num_days(),
        days: (end_date - event).num_days(),
    })
}

/// Time that a price spent above its own mean.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct TimeAboveTrend {
    /// `n_above / n_rows`, a decimal fraction.
    pub share: f64,
    /// Rows with a close above the mean.
    pub n_above: usize,
    /// Rows of the period that have a mean.
    pub n_rows: usize,
    /// Rows of the period with too few closes before them.
    pub n_lacking: usize,
    /// Most rows in a row above the mean.
    pub longest_run: usize,
    /// Whether that run, or one as long, lasts to the end of the period, and may go on.
    pub longest_run_is_open: bool,
}

/// Share of the rows of a period on which the close is above the mean of the last `n_rows` closes
/// up to and including it, and the longest run of such rows.
///
/// With 200 rows the customary line between up- and downtrend: Brock and others 1992,
/// <https://doi.org/10.1111/j.1540-6261.1992.tb04681.x>. A row is a date on which the series has a
/// close, so 200 rows are 200 days of an asset that trades every day. Each row knows the closes up
/// to it alone.
///
/// # Errors
///
/// [`Error::Setting`] for fewer than two rows; [`Error::TooFew`] where no row of the period has a
/// mean.
pub fn time_above_trend(
    series: &PriceSeries,
    period: Period,
    n_rows: usize,
) -> Result<TimeAboveTrend> {
    if n_rows < 2 {
        let value = n_rows.to_string();
        return Err(Error::Setting {
            name: "rows of the trend",
            value,
            expected: "at least 2 rows",
        });
    }
    let closes = series.closes();
    let rows = series.axis().rows_between(period.from(), period.to());
    let n_in_period = rows.len();
    let first = rows.start.max(n_rows - 1);
    let (mut n_above, mut run, mut longest_run) = (0, 0, 0);
    for row in first..rows.end {
        let trend = mean(&closes[row + 1 - n_rows..=row]).unwrap_or(f64::INFINITY);
        run = if closes[row] > trend { run + 1 } else { 0 };
        n_above += usize::from(run > 0);
        longest_run = longest_run.max(run);
    }
    let n_found = rows.end.saturating_sub(first);
    if n_found == 0 {
        return Err(Error::TooFew {
            what: format!("the trend of {} over {n_rows} rows in {period}", series.name()),
            unit: "closes with enough before them",
            n_needed: 1,
            n_found: 0,
        });
    }
    Ok(TimeAboveTrend {
        share: n_above as f64 / n_found as f64,
        n_above,
        n_rows: n_found,
        n_lacking: n_in_period - n_found,
        longest_run,
        longest_run_is_open: longest_run > 0 && run == longest_run,
    })
}

/// A fall from the highest close so far, and how it went on.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Dip {
    /// First date of the highest close before the fall.
    pub peak_date: NaiveDate,
    /// First close at least the share asked for below it: the day on which the dip is seen.
    pub start_date: NaiveDate,
    /// First date of the lowest close from there on.
    pub trough_date: NaiveDate,
    /// `1 − trough / peak`, a decimal fraction.
    pub depth: f64,
    /// First close at or above the peak; `None` where there is none in the period (censored).
    pub recovery_date: Option<NaiveDate>,
    /// Calendar days from the start to the recovery, or to the last close of the period.
    pub days: i64,
}

/// The dips of a period.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Dips {
    /// The dips in order; only the last one can be censored.
    pub dips: Vec<Dip>,
    /// Dips that were made good.
    pub n_recovered: usize,
    /// Kaplan–Meier median of the days to the recovery; `None` where fewer than half were seen to
    /// recover, and without dips.
    pub median_days: Option<f64>,
    /// Share of the rows of the period inside a dip, from its start to the row before its recovery;
    /// a decimal fraction.
    pub share_open: f64,
    /// Rows of the period.
    pub n_rows: usize,
}

/// Falls of at least `depth` from the highest close since the start of a period, and how long each
/// took to be made good.
///
/// The last close on or before the start is the first high. A dip is seen on the first row with
/// `P_t ≤ (1 − depth) max P_s`, and is over on the first with `P_t ≥ max P_s`; until then deeper
/// falls belong to it. The median of the days counts a dip that is still open as censored at the
/// end of the period (Kaplan and Meier 1958, <https://doi.org/10.1080/01621459.1958.10501452>):
/// leaving it out would make recoveries look fast just where the last one never came.
///
/// ```
/// use chrono::NaiveDate;
/// use eventstudy::context::{Period, dips};
/// use eventstudy::panel::PriceSeries;
///
/// let day = |d| NaiveDate::from_ymd_opt(2021, 1, d).unwrap();
/// let closes = [100.0, 75.0, 90.0, 110.0, 80.0, 70.0];
/// let series = PriceSeries::from_closes("btc", (1..).map(day).zip(closes).collect())?;
/// let found = dips(&series, Period::new(day(1), day(6))?, 0.2)?;
/// assert_eq!((found.dips.len(), found.n_recovered), (2, 1));
/// assert_eq!(found.dips[0].days, 2);
/// assert_eq!(found.share_open, 0.8);
/// # Ok::<(), eventstudy::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::Setting`] for a depth outside (0, 1); [`Error::TooFew`] without a close on or before
/// the start of the period or none in it.
pub fn dips(series: &PriceSeries, period: Period, depth: f64) -> Result<Dips> {
    check_fraction("depth", depth)?;
    let path = Path::over(series, period, "the dips")?;
    let (axis, closes) = (series.axis(), series.closes());
    let mut peak = path.start;
    let mut open: Option<Dip> = None;
    let (mut dips, mut n_open) = (Vec::new(), 0);
    for row in path.start + 1..path.end {
        let (date, close) = (axis.date(row), closes[row]);
        if close >= closes[peak] {
            if let Some(dip) = open.take() {
                let days = (date - dip.start_date).num_days();
                dips.push(Dip { recovery_date: Some(date), days, ..dip });
            }
            if close > closes[peak] {
                peak = row;
            }
            continue;
        }
        let fall = 1.0 - close / closes[peak];
        match &mut open {
            Some(dip) if fall > dip.depth => (dip.depth, dip.trough_date) = (fall, date),
            None if close <= (1.0 - depth) * closes[peak] => {
                open = Some(Dip {
                    peak_date: axis.date(peak),
                    start_date: date,
                    trough_date: date,
                    depth: fall,
                    recovery_date: None,
                    days: 0,
                });
            }
            _ => {}
        }
        n_open += usize::from(open.is_some());
    }
    let n_recovered = dips.len();
    let last = axis.date(path.end - 1);
    dips.extend(open.map(|dip| Dip { days: (last - dip.start_date).num_days(), ..dip }));
    let n_rows = path.end - path.start - 1;
    let times: Vec<(i64, bool)> =
        dips.iter().map(|d| (d.days, d.recovery_date.is_some())).collect();
    Ok(Dips {
        n_recovered,
        median_days: kaplan_meier_median(times),
        share_open: n_open as f64 / n_rows as f64,
        n_rows,
        dips,
    })
}

/// The smallest time by which the estimated share still waiting is at most one half; `true` marks
/// times that ended, `false` censored ones, which count as waiting at their own time.
fn kaplan_meier_median(mut times: Vec<(i64, bool)>) -> Option<f64> {
    times.sort_unstable_by_key(|(days, ended)| (*days, !*ended));
    let mut waiting = 1.0;
    for (index, (days, ended)) in times.iter().enumerate() {
        if *ended {
            let at_risk = (times.len() - index) as f64;
            waiting *= (at_risk - 1.0) / at_risk;
            // Products of fractions such as 3/4 · 2/3 miss one half by a rounding.
            if waiting <= 0.5 + 1e-12 {
                return Some(*days as f64);
            }
        }
    }
    None
}

/// Rows of a period with the row that its level at the start comes from.
struct Path {
    start: usize,
    end: usize,
}

impl Path {
    fn over(series: &PriceSeries, period: Period, what: &str) -> Result<Self> {
        let start = series.axis().last_on_or_before(period.from());
        let rows = series.axis().rows_between(period.from(), period.to());
        match start {
            Some(start) if !rows.is_empty() => Ok(Self { start, end: rows.end }),
            _ => Err(Error::TooFew {
                what: format!("{what} of {} in {period}", series.name()),
                unit: "closes, one of them on or before its start",
                n_needed: 2,
                n_found: rows.len() + usize::from(start.is_some()),
            }),
        }
    }
}

fn check_fraction(name: &'static str, value: f64) -> Result<()> {
    if value > 0.0 && value < 1.0 {
        return Ok(());
    }
    let value = value.to_string();
    Err(Error::Setting { name, value, expected: "a fraction between 0 and 1" })
}

#[cfg(test)]
mod tests;
