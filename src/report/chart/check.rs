//! What every chart asks of its numbers.

use crate::{Error, Result};

/// Larger than any return there is; beyond it labels would not fit.
const LARGEST: f64 = 1e6;

/// Names the chart at fault in each error.
#[derive(Debug, Clone, Copy)]
pub(super) struct Check<'a> {
    chart: &'a str,
}

impl<'a> Check<'a> {
    pub(super) fn new(chart: &'a str) -> Self {
        Self { chart }
    }

    pub(super) fn bad(self, what: String, value: &impl ToString, expected: &'static str) -> Error {
        Error::ChartValue { chart: self.chart.to_owned(), what, value: value.to_string(), expected }
    }

    pub(super) fn at_least(self, unit: &'static str, needed: usize, found: usize) -> Result<()> {
        if found < needed {
            return Err(Error::TooFew {
                what: format!("chart `{}`", self.chart),
                unit,
                n_needed: needed,
                n_found: found,
            });
        }
        Ok(())
    }

    pub(super) fn length(self, what: &str, found: usize, expected: usize) -> Result<()> {
        if found != expected {
            return Err(Error::ShapeMismatch {
                what: format!("chart `{}`: {what}", self.chart),
                n_found: found,
                n_expected: expected,
            });
        }
        Ok(())
    }

    pub(super) fn fraction(self, what: impl FnOnce() -> String, value: f64) -> Result<()> {
        if value.is_finite() && value.abs() <= LARGEST {
            return Ok(());
        }
        Err(self.bad(what(), &value, "a finite decimal fraction, at most 1e6 in size"))
    }

    pub(super) fn fractions(self, what: &str, values: &[f64]) -> Result<()> {
        values
            .iter()
            .enumerate()
            .try_for_each(|(i, &v)| self.fraction(|| format!("{what}, position {i}"), v))
    }

    /// A pair of bounds in order.
    pub(super) fn bounds(self, what: &str, (lower, upper): (f64, f64)) -> Result<()> {
        self.fraction(|| format!("lower bound of {what}"), lower)?;
        self.fraction(|| format!("upper bound of {what}"), upper)?;
        if lower > upper {
            let value = format!("[{lower}, {upper}]");
            return Err(self.bad(what.to_owned(), &value, "a lower bound not above the upper one"));
        }
        Ok(())
    }

    pub(super) fn days(self, what: &str, days: &[i32]) -> Result<()> {
        for (i, pair) in days.windows(2).enumerate() {
            if pair[1] <= pair[0] {
                let value = format!("{} after {}", pair[1], pair[0]);
                let what = format!("{what}, position {}", i + 1);
                return Err(self.bad(what, &value, "days that increase"));
            }
        }
        Ok(())
    }

    pub(super) fn probability(self, what: impl FnOnce() -> String, value: f64) -> Result<()> {
        if (0.0..=1.0).contains(&value) {
            return Ok(());
        }
        Err(self.bad(what(), &value, "a probability from 0 to 1"))
    }
}
