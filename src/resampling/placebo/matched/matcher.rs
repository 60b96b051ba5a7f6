//! Which dates match an event.

use chrono::{Datelike, NaiveDate};

use super::PlaceboMatch;
use crate::numeric::quantile;
use crate::resampling::placebo::PlaceboGrid;
use crate::{Error, Result};

/// Rules on a grid, with what depends on neither event.
pub(super) struct Matcher<'a> {
    grid: &'a PlaceboGrid,
    rules: &'a [PlaceboMatch],
    /// The inner cuts of each rule by bins.
    cuts: Vec<Vec<f64>>,
}

impl<'a> Matcher<'a> {
    pub(super) fn new(grid: &'a PlaceboGrid, rules: &'a [PlaceboMatch]) -> Self {
        let cuts = rules.iter().map(|rule| cuts(grid, rule)).collect();
        Self { grid, rules, cuts }
    }

    /// Rows of the grid, without that of the event itself, that every rule leaves, in order of date.
    /// Each rule looks at what those before it left.
    pub(super) fn rows(&self, event: NaiveDate) -> Result<Vec<usize>> {
        let dates = self.grid.dates();
        let mut rows: Vec<usize> = (0..dates.len()).filter(|row| dates[*row] != event).collect();
        let n_dates = rows.len();
        let mut left = Vec::with_capacity(self.rules.len());
        for (rule, cuts) in self.rules.iter().zip(&self.cuts) {
            rows = matching(rule, cuts, dates, event, rows)?;
            left.push((rule.to_string(), rows.len()));
        }
        if rows.is_empty() {
            return Err(Error::NoMatch { event, n_dates, left });
        }
        Ok(rows)
    }
}

fn matching(
    rule: &PlaceboMatch,
    cuts: &[f64],
    dates: &[NaiveDate],
    event: NaiveDate,
    mut rows: Vec<usize>,
) -> Result<Vec<usize>> {
    match rule {
        PlaceboMatch::CalendarMonth => rows.retain(|row| dates[*row].month() == event.month()),
        PlaceboMatch::Nearest { covariate, k } => {
            let own = covariate.of_event(event)?;
            let distance = |row: usize| Some(((covariate.on(dates[row])? - own).abs(), row));
            let mut by_distance: Vec<(f64, usize)> =
                rows.into_iter().filter_map(distance).collect();
            by_distance.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            rows = by_distance.into_iter().take(*k).map(|(_, row)| row).collect();
            rows.sort_unstable();
        }
        PlaceboMatch::Bin { covariate, .. } => {
            let own = bin(cuts, covariate.of_event(event)?);
            rows.retain(|row| covariate.on(dates[*row]).is_some_and(|v| bin(cuts, v) == own));
        }
        PlaceboMatch::Caliper { covariate, within } => {
            let own = covariate.of_event(event)?;
            let near = |v: f64| (v - own).abs() <= *within;
            rows.retain(|row| covariate.on(dates[*row]).is_some_and(near));
        }
    }
    Ok(rows)
}

fn cuts(grid: &PlaceboGrid, rule: &PlaceboMatch) -> Vec<f64> {
    let PlaceboMatch::Bin { covariate, n_bins } = rule else { return Vec::new() };
    let values: Vec<f64> = grid.dates().iter().filter_map(|date| covariate.on(*date)).collect();
    let sorted = quantile::sorted(&values);
    let cut = |i: usize| quantile::quantile_sorted(&sorted, i as f64 / *n_bins as f64);
    (1..*n_bins).filter_map(cut).collect()
}

/// Number of the bin, from 0.
fn bin(cuts: &[f64], value: f64) -> usize {
    cuts.partition_point(|cut| *cut <= value)
}
