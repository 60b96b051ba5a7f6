//! Raw series by date.

use std::collections::BTreeMap;
use std::path::Path;

use chrono::NaiveDate;
use eventstudy::panel::vendor::{VendorRow, VendorSeries};

use crate::Fault;

/// Values by date.
pub(crate) type Dated = BTreeMap<NaiveDate, f64>;

/// A day of the calendar, for constants.
pub(crate) const fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    match NaiveDate::from_ymd_opt(year, month, day) {
        Some(date) => date,
        None => NaiveDate::MIN,
    }
}

/// The rows of a file.
pub(crate) fn rows(path: &Path) -> Result<Vec<VendorRow>, Fault> {
    Ok(VendorSeries::from_csv_path(path)?.rows().to_vec())
}

/// The closes of a file.
pub(crate) fn closes(path: &Path) -> Result<Dated, Fault> {
    Ok(VendorSeries::from_csv_path(path)?.closes().into_iter().collect())
}

/// Correlation of the log changes of two series over their common dates, with the number of changes.
pub(crate) fn correlation_of_changes(a: &Dated, b: &Dated) -> (f64, usize) {
    let common: Vec<(f64, f64)> =
        a.iter().filter_map(|(d, x)| Some((x.ln(), b.get(d)?.ln()))).collect();
    let changes: Vec<(f64, f64)> =
        common.windows(2).map(|w| (w[1].0 - w[0].0, w[1].1 - w[0].1)).collect();
    let n = changes.len() as f64;
    let (mx, my) = changes.iter().fold((0.0, 0.0), |s, c| (s.0 + c.0 / n, s.1 + c.1 / n));
    let (mut xx, mut yy, mut xy) = (0.0, 0.0, 0.0);
    for (x, y) in &changes {
        xx += (x - mx) * (x - mx);
        yy += (y - my) * (y - my);
        xy += (x - mx) * (y - my);
    }
    (xy / (xx * yy).sqrt(), changes.len())
}

/// Largest relative difference over common dates, with its date and the number of dates.
pub(crate) fn largest_difference(a: &Dated, b: &Dated) -> (f64, Option<NaiveDate>, usize) {
    let mut largest = (0.0, None, 0);
    for (date, x) in a {
        if let Some(y) = b.get(date) {
            largest.2 += 1;
            let difference = (x / y - 1.0).abs();
            if difference > largest.0 {
                (largest.0, largest.1) = (difference, Some(*date));
            }
        }
    }
    largest
}

/// The median, or NaN of nothing.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let n = values.len();
    match n {
        0 => f64::NAN,
        _ if n % 2 == 1 => values[n / 2],
        _ => f64::midpoint(values[n / 2 - 1], values[n / 2]),
    }
}
