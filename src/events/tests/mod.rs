//! Hand-worked cases of every condition, rules in files, and properties.

mod conditions;
mod properties;
mod rule_files;

use chrono::{Days, NaiveDate};

use super::{BreakoutRule, EventDetector};
use crate::Error;
use crate::panel::PriceSeries;

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// Consecutive days from 2020-12-29: row 3 is the first of January 2021.
fn day(row: usize) -> NaiveDate {
    date("2020-12-29") + Days::new(row as u64)
}

fn series(closes: &[f64]) -> PriceSeries {
    let dated = closes.iter().enumerate().map(|(row, close)| (day(row), *close)).collect();
    PriceSeries::from_closes("index", dated).unwrap()
}

/// Rows of the events; none where the error says that there are none.
fn rows(rule: &BreakoutRule, series: &PriceSeries) -> Vec<usize> {
    match rule.detect(series) {
        Ok(set) => set.iter().map(|e| series.axis().row_of(e.date).unwrap()).collect(),
        Err(Error::NoEvents { .. }) => Vec::new(),
        Err(error) => panic!("{error}"),
    }
}
