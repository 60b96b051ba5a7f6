//! Regression of CARs on what is known of the responses.

use std::collections::BTreeSet;
use std::fmt;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::abnormal::ResponseValue;
use crate::regression::{Clusters, Covariance, Estimates, FTest, LeastSquares};
use crate::{Error, Result};

/// With fewer event dates than this, standard errors clustered by date are marked as unsafe.
pub const ENOUGH_EVENT_DATES: usize = 30;

/// What the errors of a cross-section may be like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CarErrors {
    /// Independent and of one variance.
    Classical,
    /// Independent, of different variance: [`Covariance::Hc0`].
    Hc0,
    /// [`Covariance::Hc1`].
    Hc1,
    /// [`Covariance::Hc2`].
    Hc2,
    /// [`Covariance::Hc3`].
    Hc3,
    /// Correlated between the responses of one event date in any way, with the small-sample factor
    /// of [`Covariance::Clustered`] and t with G − 1 degrees of freedom for G dates.
    #[default]
    EventDate,
}

/// Regression of CARs (or BHARs, or any number per response) on covariates.
///
/// `CAR_i = a + b'x_i + e_i`, ordinary least squares.
///
/// - *Null*: of a coefficient, that it is zero.
/// - *Assumes*: that the covariates were known before the event, and that the errors have nothing to
///   do with them.
/// - *Robust to*: what [`CarErrors`] allows for. Responses of one date share its news, so errors are
///   clustered by date unless another kind is asked for.
/// - *Reference*: MacKinlay 1997, section 7 (<https://www.jstor.org/stable/2729691>).
/// - *Departures*: the error of the estimated CARs is left in the residuals; it does not bias the
///   coefficients.
///
/// Dates, not responses, are what a covariate of the event can be learnt from: with three of them a
/// slope on such a covariate has one degree of freedom, whatever the number of assets.
///
/// ```
/// use eventstudy::inference::{CarErrors, CarRegression};
/// # use eventstudy::abnormal::ResponseValue;
/// # use eventstudy::events::EventSet;
/// # use eventstudy::panel::{Compounding, PricePanel};
/// # use chrono::{Days, NaiveDate};
/// # let start = NaiveDate::from_ymd_opt(2020, 1, 1).unwrap();
/// # let dates: Vec<_> = (0..40).map(|k| start + Days::new(30 * k)).collect();
/// # let one = vec![("a".to_owned(), vec![(start, 1.0)])];
/// # let asset = PricePanel::from_series(one)?.asset("a")?;
/// # let ids = EventSet::from_dates(&dates)?.ids().collect::<Vec<_>>();
/// # let size: Vec<f64> = (0..40).map(|k| f64::from(k * 7 % 13)).collect();
/// # let cars: Vec<ResponseValue> = (0..40).map(|k| ResponseValue {
/// #     event: ids[k], asset, date: dates[k], value: 0.02 * size[k] + (k * k % 7) as f64 / 100.0,
/// # }).collect();
/// // `cars` comes from `AbnormalReturns::cars`, one covariate for each of them from anywhere.
/// let found = CarRegression::of(&cars).on("size", &size).errors(CarErrors::EventDate).run()?;
/// assert!(found.estimates.coefficient("size")?.p_value < 1e-6);
/// assert_eq!((found.n_event_dates, found.warnings.len()), (40, 0));
/// # Ok::<(), eventstudy::Error>(())
/// ```
#[derive(Debug, Clone)]
#[must_use = "a regression is fitted by `run`"]
pub struct CarRegression<'a> {
    responses: &'a [ResponseValue],
    covariates: Vec<(String, &'a [f64])>,
    errors: CarErrors,
}

/// What a cross-section tells.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CarRegressionResult {
    /// Coefficients with standard errors, t and p; `intercept` first.
    pub estimates: Estimates,
    /// Share of the variance of the CARs that is explained; `None` where they do not vary.
    pub r_squared: Option<f64>,
    /// Test that all slopes are zero, under independent errors of one variance; `None` without
    /// covariates.
    pub f_test: Option<FTest>,
    /// Responses that took part.
    pub n_responses: usize,
    /// Responses that lack a covariate.
    pub n_excluded: usize,
    /// Distinct event dates among those that took part.
    pub n_event_dates: usize,
    /// What makes the standard errors doubtful.
    pub warnings: Vec<CarWarning>,
}

/// What makes the standard errors of a cross-section doubtful.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
#[non_exhaustive]
pub enum CarWarning {
    /// Errors clustered by few dates are too small on average, and p-values with them.
    FewClusters {
        /// Event dates there are.
        n_clusters: usize,
        /// Event dates from which on the warning is not given.
        n_enough: usize,
    },
    /// Errors are taken as independent while responses share event dates.
    SharedDates {
        /// Responses there are.
        n_responses: usize,
        /// Their distinct dates.
        n_event_dates: usize,
    },
}

impl fmt::Display for CarWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::FewClusters { n_clusters, n_enough } => write!(
                f,
                "{n_clusters} event dates are few: below {n_enough}, clustered standard errors are \
                 too small on average"
            ),
            Self::SharedDates { n_responses, n_event_dates } => write!(
                f,
                "{n_responses} responses share {n_event_dates} event dates, but their errors are \
                 taken as independent"
            ),
        }
    }
}

impl<'a> CarRegression<'a> {
    /// Regresses these numbers, with an intercept.
    pub fn of(responses: &'a [ResponseValue]) -> Self {
        Self { responses, covariates: Vec::new(), errors: CarErrors::default() }
    }

    /// Adds a covariate, one value for each response; NaN where it is not known, which leaves the
    /// response out and counts it.
    pub fn on(mut self, name: impl Into<String>, values: &'a [f64]) -> Self {
        self.covariates.push((name.into(), values));
        self
    }

    /// What the errors may be like; correlated within event dates unless set.
    pub fn errors(mut self, errors: CarErrors) -> Self {
        self.errors = errors;
        self
    }

    /// Fits the regression.
    ///
    /// # Errors
    ///
    /// Those of [`LeastSquares::fit`] and of the covariance; [`Error::TooFew`] where errors are
    /// clustered and there are no more event dates than coefficients, since their covariance is then
    /// singular.
    pub fn run(self) -> Result<CarRegressionResult> {
        for (name, values) in &self.covariates {
            if values.len() != self.responses.len() {
                return Err(Error::ShapeMismatch {
                    what: format!("covariate `{name}`"),
                    n_found: values.len(),
                    n_expected: self.responses.len(),
                });
            }
        }
        let known = |i: &usize| self.covariates.iter().all(|(_, x)| !x[*i].is_nan());
        let kept: Vec<usize> = (0..self.responses.len()).filter(known).collect();
        let cars: Vec<f64> = kept.iter().map(|i| self.responses[*i].value).collect();
        let columns: Vec<Vec<f64>> =
            self.covariates.iter().map(|(_, x)| kept.iter().map(|i| x[*i]).collect()).collect();
        let pairs = self.covariates.iter().zip(&columns);
        let regression = pairs.fold(LeastSquares::of(&cars), |r, ((name, _), x)| r.on(name, x));
        let fit = regression.fit()?;

        let dates: Vec<NaiveDate> = kept.iter().map(|i| self.responses[*i].date).collect();
        let n_event_dates = dates.iter().collect::<BTreeSet<_>>().len();
        let n_responses = kept.len();
        let mut warnings = Vec::new();
        let covariance = match self.errors {
            CarErrors::Classical => Covariance::Classical,
            CarErrors::Hc0 => Covariance::Hc0,
            CarErrors::Hc1 => Covariance::Hc1,
            CarErrors::Hc2 => Covariance::Hc2,
            CarErrors::Hc3 => Covariance::Hc3,
            CarErrors::EventDate => {
                let n_coefficients = fit.n_coefficients();
                if n_event_dates <= n_coefficients {
                    return Err(Error::TooFew {
                        what: format!(
                            "a regression with {n_coefficients} coefficients and errors clustered \
                             by date"
                        ),
                        unit: "event dates",
                        n_needed: n_coefficients + 1,
                        n_found: n_event_dates,
                    });
                }
                Covariance::clustered(Clusters::by(dates))
            }
        };
        if self.errors == CarErrors::EventDate {
            if n_event_dates < ENOUGH_EVENT_DATES {
                let (n_clusters, n_enough) = (n_event_dates, ENOUGH_EVENT_DATES);
                warnings.push(CarWarning::FewClusters { n_clusters, n_enough });
            }
        } else if n_event_dates < n_responses {
            warnings.push(CarWarning::SharedDates { n_responses, n_event_dates });
        }
        Ok(CarRegressionResult {
            estimates: fit.estimates(&covariance)?,
            r_squared: fit.r_squared(),
            f_test: fit.f_test(),
            n_responses,
            n_excluded: self.responses.len() - n_responses,
            n_event_dates,
            warnings,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::EventSet;
    use crate::panel::PricePanel;
    use proptest::prelude::*;

    /// Responses whose dates are these days of 2024.
    fn responses(cars: &[f64], days: &[u64]) -> Vec<ResponseValue> {
        let start = NaiveDate::from_ymd_opt(2024, 1, 1).unwrap();
        let names = (0..cars.len()).map(|k| (format!("a{k}"), vec![(start, 1.0)])).collect();
        let panel = PricePanel::from_series(names).unwrap();
        let dates: Vec<NaiveDate> = days.iter().map(|d| start + chrono::Days::new(*d)).collect();
        let distinct: Vec<NaiveDate> =
            dates.iter().copied().collect::<BTreeSet<_>>().into_iter().collect();
        let events = EventSet::from_dates(&distinct).unwrap();
        let event_of = |date: NaiveDate| events.entries().find(|(_, e)| e.date == date).unwrap().0;
        let assets = panel.assets();
        let rows = cars.iter().zip(dates.iter().zip(assets));
        rows.map(|(value, (date, asset))| ResponseValue {
            event: event_of(*date),
            asset,
            date: *date,
            value: *value,
        })
        .collect()
    }

    #[test]
    fn clusters_are_the_dates_of_the_events() {
        // Means per date 1, 3, 5: the intercept alone is their mean, and its errors sum to -4, 0, 4.
        let cars = responses(&[0.0, 2.0, 2.0, 4.0, 3.0, 7.0], &[0, 0, 9, 9, 20, 20]);
        let found = CarRegression::of(&cars).run().unwrap();
        let only = &found.estimates.coefficients[0];
        assert!((only.estimate - 3.0).abs() < 1e-14);
        let variance = 32.0 / 36.0 * 3.0 / 2.0_f64;
        assert!((only.std_error - variance.sqrt()).abs() < 1e-14);
        assert_eq!((found.n_event_dates, found.estimates.degrees_of_freedom), (3, 2.0));
        assert_eq!(found.warnings, [CarWarning::FewClusters { n_clusters: 3, n_enough: 30 }]);
        let plain = CarRegression::of(&cars).errors(CarErrors::Hc3).run().unwrap();
        assert_eq!(plain.warnings, [CarWarning::SharedDates { n_responses: 6, n_event_dates: 3 }]);
        assert_eq!(
            plain.warnings[0].to_string(),
            "6 responses share 3 event dates, but their errors are taken as independent"
        );
    }

    #[test]
    fn too_few_dates_for_a_covariate_are_refused() {
        let cars = responses(&[0.0, 2.0, 2.0, 4.0, 3.0, 7.0], &[0, 0, 9, 9, 20, 20]);
        let (x, z) = ([1.0, 2.0, 2.0, 5.0, 3.0, 4.0], [0.0, 1.0, 0.0, 1.0, 1.0, 3.0]);
        let regression = CarRegression::of(&cars).on("x", &x).on("z", &z);
        assert_eq!(
            regression.clone().run().unwrap_err().to_string(),
            "a regression with 3 coefficients and errors clustered by date needs at least 4 event \
             dates, found 3"
        );
        assert!(regression.errors(CarErrors::Classical).run().is_ok());
    }

    #[test]
    fn a_response_without_its_covariate_is_counted() {
        let cars = responses(&[0.1, 0.3, 0.2, 0.7, 0.4], &[0, 1, 2, 3, 4]);
        let x = [1.0, 2.0, f64::NAN, 5.0, 3.0];
        let found = CarRegression::of(&cars).on("x", &x).run().unwrap();
        assert_eq!((found.n_responses, found.n_excluded, found.n_event_dates), (4, 1, 4));
        let kept: Vec<ResponseValue> =
            cars.iter().enumerate().filter(|(i, _)| *i != 2).map(|(_, c)| *c).collect();
        let without = CarRegression::of(&kept).on("x", &[1.0, 2.0, 5.0, 3.0]).run().unwrap();
        assert_eq!(found.estimates, without.estimates);
        let error = CarRegression::of(&cars).on("x", &x[..3]).run().unwrap_err();
        assert_eq!(error.to_string(), "covariate `x` has length 3, expected 5");
    }

    proptest! {
        #[test]
        fn a_date_for_every_response_is_hc1(
            cars in prop::collection::vec(-0.5..0.5_f64, 12),
            x in prop::collection::vec(-1.0..1.0_f64, 12),
        ) {
            let days: Vec<u64> = (0..12).map(|d| 3 * d).collect();
            let cars = responses(&cars, &days);
            let of = |errors| {
                let found = CarRegression::of(&cars).on("x", &x).errors(errors).run().unwrap();
                (found.estimates.coefficients, found.warnings.len())
            };
            let ((clustered, few), (hc1, none)) = (of(CarErrors::EventDate), of(CarErrors::Hc1));
            prop_assert_eq!((few, none), (1, 0));
            for (a, b) in clustered.iter().zip(&hc1) {
                prop_assert!((a.std_error / b.std_error - 1.0).abs() < 1e-10);
                // The same t with 11 in place of 10 degrees of freedom.
                prop_assert!(a.p_value <= b.p_value * (1.0 + 1e-9));
            }
        }
    }
}
