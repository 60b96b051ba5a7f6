//! Two return series on one calendar.

use super::Period;
use crate::panel::{AssetId, ReturnPanel};
use crate::time::DateAxis;
use crate::{Error, Result};

/// Returns of two series on common dates, with places where either may be missing.
///
/// A missing return keeps its place, so that a lag of one row stays one row: leaving weeks out of a
/// lead-lag measure must not push their neighbours together.
///
/// A pair is known when the later of its two closes is: of a session and the bar of the same UTC day, at
/// the end of that day ([`BarAlignment`](super::BarAlignment)). A measure of pairs reads every row it is
/// given, so what was known on a date is the measure of [`within`](Self::within) a period that ends there.
#[derive(Debug, Clone)]
pub struct PairedReturns {
    axis: DateAxis,
    /// NaN where missing, as in a panel.
    x: Vec<f64>,
    y: Vec<f64>,
}

impl PairedReturns {
    /// Two series on one axis; `None` where a return is missing.
    ///
    /// # Errors
    ///
    /// [`Error::ShapeMismatch`]; [`Error::BadValue`] for a return that is not finite.
    pub fn new(axis: DateAxis, x: &[Option<f64>], y: &[Option<f64>]) -> Result<Self> {
        let take = |series: &str, values: &[Option<f64>]| {
            if values.len() != axis.len() {
                return Err(Error::ShapeMismatch {
                    what: format!("the {series} series"),
                    n_found: values.len(),
                    n_expected: axis.len(),
                });
            }
            for (row, value) in values.iter().enumerate() {
                if let Some(value) = *value
                    && !value.is_finite()
                {
                    return Err(Error::BadValue {
                        series: format!("the {series} series"),
                        date: axis.date(row),
                        value,
                        expected: "a finite return",
                    });
                }
            }
            Ok(values.iter().map(|v| v.unwrap_or(f64::NAN)).collect())
        };
        let (x, y) = (take("first", x)?, take("second", y)?);
        Ok(Self { axis, x, y })
    }

    /// Two assets of a panel, from the first row with both returns to the last one.
    ///
    /// # Errors
    ///
    /// [`Error::TooFew`] where no row has both.
    pub fn of(returns: &ReturnPanel, x: AssetId, y: AssetId) -> Result<Self> {
        let (x_row, y_row) = (returns.row(x), returns.row(y));
        let both = |row: &usize| !x_row[*row].is_nan() && !y_row[*row].is_nan();
        let n = returns.n_dates();
        let (Some(first), Some(last)) = ((0..n).find(both), (0..n).rev().find(both)) else {
            return Err(Error::TooFew {
                what: format!("the pair {} and {}", returns.name(x), returns.name(y)),
                unit: "common returns",
                n_needed: 1,
                n_found: 0,
            });
        };
        Ok(Self {
            axis: DateAxis::new(returns.axis().dates()[first..=last].to_vec())?,
            x: x_row[first..=last].to_vec(),
            y: y_row[first..=last].to_vec(),
        })
    }

    /// The pair inside a period.
    ///
    /// # Errors
    ///
    /// [`Error::EmptyAxis`] where the period has no row.
    pub fn within(&self, period: Period) -> Result<Self> {
        let rows = self.axis.rows_between(period.from(), period.to());
        Ok(Self {
            axis: DateAxis::new(self.axis.dates()[rows.clone()].to_vec())?,
            x: self.x[rows.clone()].to_vec(),
            y: self.y[rows].to_vec(),
        })
    }

    /// The pair with the rows of these periods set missing, to see what hangs on a crisis.
    #[must_use]
    pub fn without(&self, periods: &[Period]) -> Self {
        let mut kept = self.clone();
        for (row, date) in self.axis.dates().iter().enumerate() {
            if periods.iter().any(|p| p.contains(*date)) {
                (kept.x[row], kept.y[row]) = (f64::NAN, f64::NAN);
            }
        }
        kept
    }

    /// The dates; each return ends on its date.
    pub fn axis(&self) -> &DateAxis {
        &self.axis
    }

    /// The two returns at a row, each `None` where it is missing.
    pub fn values(&self, row: usize) -> (Option<f64>, Option<f64>) {
        let at = |series: &[f64]| series.get(row).copied().filter(|v| !v.is_nan());
        (at(&self.x), at(&self.y))
    }

    /// Rows with both returns.
    pub fn n_common(&self) -> usize {
        self.x.iter().zip(&self.y).filter(|(a, b)| !a.is_nan() && !b.is_nan()).count()
    }

    /// The returns of the rows with both.
    pub(super) fn common(&self) -> (Vec<f64>, Vec<f64>) {
        let rows = self.x.iter().zip(&self.y);
        rows.filter(|(a, b)| !a.is_nan() && !b.is_nan()).map(|(a, b)| (*a, *b)).unzip()
    }

    pub(super) fn x(&self) -> &[f64] {
        &self.x
    }

    pub(super) fn y(&self) -> &[f64] {
        &self.y
    }
}
