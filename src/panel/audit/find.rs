//! The search in one asset.

use chrono::NaiveDate;

use super::{AuditOptions, Fault};
use crate::numeric::quantile::median;
use crate::panel::{AssetId, PricePanel};

/// Makes the median absolute deviation of normal values their standard deviation.
const NORMAL: f64 = 1.482_602_218_505_602;

type Found = Vec<(NaiveDate, Fault)>;

/// The prices of an asset that are there, with their rows.
struct Prices<'a> {
    panel: &'a PricePanel,
    rows: Vec<usize>,
    values: Vec<f64>,
    /// Robust standard deviation of the log return of one row; zero where it is not known.
    deviation: f64,
}

impl Prices<'_> {
    fn date(&self, i: usize) -> NaiveDate {
        self.panel.axis().date(self.rows[i])
    }

    /// Log return from price i to price j.
    fn log_return(&self, i: usize, j: usize) -> f64 {
        (self.values[j] / self.values[i]).ln()
    }

    /// The log return from i to j in deviations.
    fn deviations(&self, i: usize, j: usize) -> Option<f64> {
        let n_rows = (self.rows[j] - self.rows[i]) as f64;
        (self.deviation > 0.0).then(|| self.log_return(i, j) / (self.deviation * n_rows.sqrt()))
    }

    fn is_jump(&self, i: usize, j: usize, options: &AuditOptions) -> bool {
        let by_deviations = options
            .jump_deviations
            .zip(self.deviations(i, j))
            .is_some_and(|(limit, deviations)| deviations.abs() > limit);
        by_deviations || self.log_return(i, j).abs() > options.jump_factor.ln()
    }
}

pub(super) fn find(
    panel: &PricePanel,
    asset: AssetId,
    seams: &[NaiveDate],
    options: &AuditOptions,
) -> Found {
    let row = panel.row(asset);
    let rows: Vec<usize> = (0..row.len()).filter(|t| !row[*t].is_nan()).collect();
    let values: Vec<f64> = rows.iter().map(|t| row[*t]).collect();
    let moves: Vec<f64> = (1..rows.len())
        .filter(|i| rows[*i] - rows[i - 1] == 1)
        .map(|i| (values[i] / values[i - 1]).ln().abs())
        .collect();
    let deviation = NORMAL * median(&moves).unwrap_or(0.0);
    let series = Prices { panel, rows, values, deviation };
    let mut found = jumps(&series, options);
    found.extend(stale_runs(&series, options.stale_rows));
    found.extend(gaps(&series, options.gap_rows));
    for date in seams {
        found.extend(at_seam(&series, *date, options));
    }
    found
}

fn jumps(series: &Prices<'_>, options: &AuditOptions) -> Found {
    let mut found = Found::new();
    let mut i = 1;
    while i < series.values.len() {
        if !series.is_jump(i - 1, i, options) {
            i += 1;
            continue;
        }
        let log_return = series.log_return(i - 1, i);
        if let Some(n_rows) = reversal(series, i, options) {
            let log_return_left = series.log_return(i - 1, i + n_rows);
            let fault = Fault::Reversal { log_return, log_return_left, n_rows };
            found.push((series.date(i), fault));
            // The row that came back is the next one to leave from.
            i += n_rows + 1;
        } else {
            let deviations = series.deviations(i - 1, i);
            let n_rows = series.rows[i] - series.rows[i - 1];
            found.push((series.date(i), Fault::Jump { log_return, deviations, n_rows }));
            i += 1;
        }
    }
    found
}

/// Number of rows from price i on that are off the price before, where the next one is back.
fn reversal(series: &Prices<'_>, i: usize, options: &AuditOptions) -> Option<usize> {
    let base = i - 1;
    let up = series.log_return(base, i) > 0.0;
    let mut smallest = f64::INFINITY;
    for n in 1..=options.reversal_rows {
        let last = i + n - 1;
        if last + 1 >= series.values.len() {
            return None;
        }
        let off = series.log_return(base, last);
        if (off > 0.0) != up || !series.is_jump(base, last, options) {
            return None;
        }
        smallest = smallest.min(off.abs());
        if series.log_return(base, last + 1).abs() < options.reversal_share * smallest {
            return Some(n);
        }
    }
    None
}

#[allow(clippy::float_cmp)] // a stale price is the same price
fn stale_runs(series: &Prices<'_>, least: usize) -> Found {
    let mut found = Found::new();
    let mut start = 0;
    for i in 1..=series.values.len() {
        if i < series.values.len() && series.values[i] == series.values[start] {
            continue;
        }
        if i - start >= least {
            found.push((series.date(start), Fault::StaleRun { n_rows: i - start }));
        }
        start = i;
    }
    found
}

fn gaps(series: &Prices<'_>, least: usize) -> Found {
    series
        .rows
        .windows(2)
        .filter(|pair| pair[1] - pair[0] > least)
        .map(|pair| {
            let n_rows = pair[1] - pair[0] - 1;
            (series.panel.axis().date(pair[0] + 1), Fault::Gap { n_rows })
        })
        .collect()
}

fn at_seam(series: &Prices<'_>, date: NaiveDate, options: &AuditOptions) -> Found {
    let after = series.rows.partition_point(|row| series.panel.axis().date(*row) < date);
    if after == 0 || after == series.rows.len() {
        return Found::new();
    }
    let mut found = Found::new();
    let missing = series.rows[after] - series.rows[after - 1] - 1;
    if missing >= options.gap_rows {
        found.push((series.date(after), Fault::SeamGap { n_rows: missing }));
    }
    let deviations = series.deviations(after - 1, after);
    let shifted = deviations.is_some_and(|d| d.abs() > options.seam_deviations)
        || series.log_return(after - 1, after).abs() > options.jump_factor.ln();
    if shifted {
        let log_return = series.log_return(after - 1, after);
        found.push((series.date(after), Fault::SeamShift { log_return, deviations }));
    }
    found
}
