//! Two calendars: a series that trades on exchange days beside assets that trade every day.

use chrono::{Datelike, NaiveDate, Weekday};
use ndarray::Array2;

use super::PricePanel;
use crate::time::DateAxis;
use crate::{Error, Result};

impl PricePanel {
    /// The panel on the dates of another axis, each price carried forward over dates without one.
    ///
    /// This is how an equity benchmark stands beside assets that trade every day: on closed days
    /// its price stays and its return is zero. A price older than `max_age` calendar days is not
    /// carried: the date is missing. Nothing is taken from a later date.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] for a negative `max_age`.
    pub fn carried_onto(&self, axis: &DateAxis, max_age: i64) -> Result<Self> {
        if max_age < 0 {
            return Err(Error::Setting {
                name: "max_age",
                value: max_age.to_string(),
                expected: "a number of days of zero or more",
            });
        }
        let mut values = Array2::from_elem((self.n_assets(), axis.len()), f64::NAN);
        for asset in self.assets() {
            let prices = self.row(asset);
            let mut next = 0;
            let mut known: Option<(NaiveDate, f64)> = None;
            for (row, &date) in axis.dates().iter().enumerate() {
                while next < self.n_dates() && self.axis().date(next) <= date {
                    if !prices[next].is_nan() {
                        known = Some((self.axis().date(next), prices[next]));
                    }
                    next += 1;
                }
                if let Some((of, price)) = known
                    && (date - of).num_days() <= max_age
                {
                    values[[asset.index(), row]] = price;
                }
            }
        }
        Self::new(axis.clone(), self.names().to_vec(), values)
    }

    /// The panel on those of its own dates that `axis` has too.
    ///
    /// Taken to returns, an asset that trades every day then compounds over the days on which the
    /// other series is closed.
    ///
    /// # Errors
    ///
    /// [`Error::EmptyAxis`] where there is no common date.
    pub fn on_common_dates(&self, axis: &DateAxis) -> Result<Self> {
        self.on_rows(|date| axis.row_of(date).is_some())
    }

    /// The panel on its dates of one weekday, for weekly returns.
    ///
    /// Carry the panel onto an every-day axis first where a weekday can be a holiday.
    ///
    /// # Errors
    ///
    /// [`Error::EmptyAxis`] where there is no such date.
    pub fn on_weekday(&self, weekday: Weekday) -> Result<Self> {
        self.on_rows(|date| date.weekday() == weekday)
    }

    /// This panel and the assets of another one with the same dates.
    ///
    /// # Errors
    ///
    /// [`Error::ShapeMismatch`] where the dates differ; [`Error::DuplicateAsset`].
    pub fn beside(&self, other: &Self) -> Result<Self> {
        if self.axis() != other.axis() {
            return Err(Error::ShapeMismatch {
                what: "the axis of the second panel (its dates must be the same)".to_owned(),
                n_found: other.n_dates(),
                n_expected: self.n_dates(),
            });
        }
        let names: Vec<String> = self.names().iter().chain(other.names()).cloned().collect();
        let values: Vec<f64> = self
            .assets()
            .flat_map(|a| self.row(a))
            .chain(other.assets().flat_map(|a| other.row(a)))
            .copied()
            .collect();
        Self::from_rows(self.axis().clone(), names, values)
    }

    /// The panel on its dates from `first` to `last`, both included.
    ///
    /// # Errors
    ///
    /// [`Error::EmptyAxis`] where there is no such date.
    pub fn between(&self, first: NaiveDate, last: NaiveDate) -> Result<Self> {
        self.on_rows(|date| first <= date && date <= last)
    }

    fn on_rows(&self, keep: impl Fn(NaiveDate) -> bool) -> Result<Self> {
        let rows: Vec<usize> =
            (0..self.n_dates()).filter(|row| keep(self.axis().date(*row))).collect();
        let axis = DateAxis::new(rows.iter().map(|row| self.axis().date(*row)).collect())?;
        let values =
            self.assets().flat_map(|a| rows.iter().map(move |row| self.row(a)[*row])).collect();
        Self::from_rows(axis, self.names().to_vec(), values)
    }

    /// A panel from prices asset by asset.
    fn from_rows(axis: DateAxis, names: Vec<String>, values: Vec<f64>) -> Result<Self> {
        let (n_found, shape) = (values.len(), (names.len(), axis.len()));
        let values = Array2::from_shape_vec(shape, values).map_err(|_| Error::ShapeMismatch {
            what: "the prices".to_owned(),
            n_found,
            n_expected: shape.0 * shape.1,
        })?;
        Self::new(axis, names, values)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(d: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 1, d).unwrap()
    }

    #[test]
    fn a_carried_price_is_never_from_the_future_and_never_too_old() {
        let equity = vec![(day(2), 10.0), (day(5), 11.0), (day(12), 12.0)];
        let panel = PricePanel::from_series(vec![("spx".to_owned(), equity)]).unwrap();
        let axis = DateAxis::new((1..=12).map(day).collect()).unwrap();
        let carried = panel.carried_onto(&axis, 4).unwrap();
        let spx = carried.asset("spx").unwrap();
        let prices: Vec<Option<f64>> = (0..12).map(|t| carried.price(spx, t)).collect();
        let (a, b, c) = (Some(10.0), Some(11.0), Some(12.0));
        assert_eq!(prices, [None, a, a, a, b, b, b, b, b, None, None, c]);
        assert!(panel.carried_onto(&axis, -1).is_err());
    }

    #[test]
    fn common_dates_and_weekdays() {
        let every_day = (1..=14).map(|d| (day(d), f64::from(d))).collect();
        let panel = PricePanel::from_series(vec![("btc".to_owned(), every_day)]).unwrap();
        let sessions = DateAxis::new([2, 5, 6, 20].map(day).to_vec()).unwrap();
        let common = panel.on_common_dates(&sessions).unwrap();
        assert_eq!(common.axis().dates(), [2, 5, 6].map(day));
        let fridays = panel.on_weekday(Weekday::Fri).unwrap();
        assert_eq!(fridays.axis().dates(), [2, 9].map(day));
        assert_eq!(
            fridays.dated_prices(fridays.asset("btc").unwrap()),
            [(day(2), 2.0), (day(9), 9.0)]
        );
    }

    #[test]
    fn beside_needs_the_same_dates_and_other_names() {
        let one = |name: &str, first: u32| {
            let prices = (first..first + 3).map(|d| (day(d), 1.0)).collect();
            PricePanel::from_series(vec![(name.to_owned(), prices)]).unwrap()
        };
        assert_eq!(one("a", 1).beside(&one("b", 1)).unwrap().names(), ["a", "b"]);
        assert!(matches!(one("a", 1).beside(&one("b", 2)), Err(Error::ShapeMismatch { .. })));
        assert!(matches!(one("a", 1).beside(&one("a", 1)), Err(Error::DuplicateAsset { .. })));
    }
}
