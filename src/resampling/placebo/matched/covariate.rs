//! What placebo dates are matched on.

use std::fmt;
use std::sync::Arc;

use chrono::NaiveDate;

use crate::{Error, Result};

/// Oldest value that stands for a date, unless set: a week.
const MAX_AGE_DAYS: u32 = 7;

/// A number per date that was known at the end of that date, such as a trailing return.
///
/// On a date without a value the last one before it stands, no older than
/// [`max_age_days`](Self::max_age_days); a later value never does. That the values themselves look
/// back alone is up to who makes them, see [`trailing_return`](crate::context::trailing_return) and
/// [`trailing_volatility`](crate::context::trailing_volatility).
#[derive(Debug, Clone, PartialEq)]
pub struct PlaceboCovariate {
    name: String,
    values: Arc<[(NaiveDate, f64)]>,
    max_age_days: u32,
}

impl PlaceboCovariate {
    /// Takes dated values in order of date, under the name that tables and errors carry.
    ///
    /// # Errors
    ///
    /// [`Error::UnsortedAxis`] where dates do not increase; [`Error::BadValue`] for a value that is
    /// not finite.
    pub fn new(name: impl Into<String>, values: Vec<(NaiveDate, f64)>) -> Result<Self> {
        let name = name.into();
        for (row, pair) in values.windows(2).enumerate() {
            let (previous, date) = (pair[0].0, pair[1].0);
            if date <= previous {
                return Err(Error::UnsortedAxis { row: row + 1, date, previous });
            }
        }
        if let Some((date, value)) = values.iter().find(|(_, value)| !value.is_finite()) {
            return Err(Error::BadValue {
                series: name,
                date: *date,
                value: *value,
                expected: "a finite number",
            });
        }
        Ok(Self { name, values: values.into(), max_age_days: MAX_AGE_DAYS })
    }

    /// Oldest value that stands for a date, in calendar days; 7 unless set.
    #[must_use]
    pub fn max_age_days(mut self, days: u32) -> Self {
        self.max_age_days = days;
        self
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The last value on or before `date` that is not too old.
    pub fn on(&self, date: NaiveDate) -> Option<f64> {
        let row = self.values.partition_point(|(of, _)| *of <= date).checked_sub(1)?;
        let (of, value) = self.values[row];
        ((date - of).num_days() <= i64::from(self.max_age_days)).then_some(value)
    }

    /// As [`on`](Self::on) for an event, which must have one.
    pub(super) fn of_event(&self, event: NaiveDate) -> Result<f64> {
        self.on(event).ok_or_else(|| Error::NoCovariate {
            covariate: self.name.clone(),
            event,
            max_age_days: self.max_age_days,
        })
    }
}

/// One rule by which a date matches an event.
#[derive(Debug, Clone, PartialEq)]
pub enum PlaceboMatch {
    /// The calendar month of the event, in any year. Months part the dates into classes.
    CalendarMonth,
    /// The k dates whose covariate is nearest to that of the event, ties in order of date.
    Nearest {
        /// What is compared.
        covariate: PlaceboCovariate,
        /// How many dates, at least 1. All of them match where there are fewer.
        k: usize,
    },
    /// The quantile bin of the event: the covariate on all dates of the grid is cut at its type-7
    /// quantiles i/n, and a value on a cut belongs to the bin above. Bins part the dates into
    /// classes.
    Bin {
        /// What is compared.
        covariate: PlaceboCovariate,
        /// Number of bins n, at least 2.
        n_bins: usize,
    },
    /// Dates whose covariate is no further than `within` from that of the event.
    Caliper {
        /// What is compared.
        covariate: PlaceboCovariate,
        /// Largest distance, in units of the covariate; zero or more.
        within: f64,
    },
}

impl PlaceboMatch {
    /// An error for a number outside its domain.
    pub(super) fn check(&self) -> Result<()> {
        let (name, value, expected) = match self {
            Self::Nearest { k: 0, .. } => ("nearest", "0".to_owned(), "at least 1 date"),
            Self::Bin { n_bins, .. } if *n_bins < 2 => ("bins", n_bins.to_string(), "at least 2"),
            Self::Caliper { within, .. } if !(within.is_finite() && *within >= 0.0) => {
                ("caliper", within.to_string(), "a finite distance of zero or more")
            }
            _ => return Ok(()),
        };
        Err(Error::Setting { name, value, expected })
    }
}

impl fmt::Display for PlaceboMatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CalendarMonth => f.write_str("same calendar month"),
            Self::Nearest { covariate, k } => write!(f, "{k} nearest by {}", covariate.name),
            Self::Bin { covariate, n_bins } => {
                write!(f, "same of {n_bins} bins by {}", covariate.name)
            }
            Self::Caliper { covariate, within } => {
                write!(f, "within {within} by {}", covariate.name)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(d: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2021, 1, d).unwrap()
    }

    #[test]
    fn the_last_value_stands_and_never_a_later_one() {
        let of = PlaceboCovariate::new("x", vec![(day(3), 1.0), (day(8), 2.0)]).unwrap();
        let found: Vec<_> = [2, 3, 7, 8, 15, 16].map(|d| of.on(day(d))).to_vec();
        assert_eq!(found, [None, Some(1.0), Some(1.0), Some(2.0), Some(2.0), None]);
        assert_eq!(of.max_age_days(0).on(day(4)), None);
    }

    #[test]
    fn faults_are_errors() {
        let unsorted = PlaceboCovariate::new("x", vec![(day(3), 1.0), (day(3), 2.0)]);
        assert!(matches!(unsorted, Err(Error::UnsortedAxis { row: 1, .. })));
        let bad = PlaceboCovariate::new("x", vec![(day(3), f64::NAN)]);
        assert!(matches!(bad, Err(Error::BadValue { .. })));
        let covariate = PlaceboCovariate::new("x", vec![(day(3), 1.0)]).unwrap();
        for rule in [
            PlaceboMatch::Nearest { covariate: covariate.clone(), k: 0 },
            PlaceboMatch::Bin { covariate: covariate.clone(), n_bins: 1 },
            PlaceboMatch::Caliper { covariate: covariate.clone(), within: -0.1 },
            PlaceboMatch::Caliper { covariate, within: f64::NAN },
        ] {
            assert!(matches!(rule.check(), Err(Error::Setting { .. })), "{rule}");
        }
    }
}
