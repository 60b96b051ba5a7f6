//! Each unit that was not treated in turn as if it had been.

use serde::Serialize;

use super::Card;
use crate::abnormal::{AbnormalReturns, Response};
use crate::events::EventId;
use crate::panel::AssetId;
use crate::time::EventWindow;
use crate::{Error, Result};

/// Values closer than this, relative to the treated unit's, are ties.
const TIE: f64 = 1e-12;

/// Inference by placebo units: how the asset of an event ranks among assets that had none, each
/// held against its own expected return at the same dates.
///
/// Made for [synthetic controls](crate::models), where a donor in turn takes the place of the
/// treated asset; it works for every model. Two statistics are ranked:
///
/// - the ratio of the root mean squared abnormal return in the window to that in the estimation
///   window (post/pre RMSPE), which allows for units that fit badly before the event, and
/// - the absolute CAR of the window.
///
/// `p = #{units at least as extreme, the treated one counted} / (n + 1)` with n placebo units: no
/// draw and no distribution, so with 19 donors or fewer nothing below 5 % can be reached, see
/// [`PlaceboUnitRanks::attainable`].
///
/// - *Null*: the event did nothing, and each unit might as well have been the treated one.
/// - *Assumes* that the units are exchangeable under the null. Where the treated unit is more
///   volatile than the others its CAR ranks high without an effect; the ratio allows for that.
/// - *Robust to* anything that moves all units at that date, and to any distribution of returns.
/// - *Departures*: the paper's outcome is a level and its gap therefore cumulates; here the gap is
///   the abnormal return of a row. In the paper the treated unit is among the donors of the
///   placebos: it is so here where it stands on the model's list of donors, and not where it does
///   not.
///
/// Reference: A. Abadie, A. Diamond and J. Hainmueller (2010), Synthetic control methods for
/// comparative case studies, Journal of the American Statistical Association 105, 493–505,
/// <https://doi.org/10.1198/jasa.2009.ap08746>.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct PlaceboUnits {
    max_pre_mspe: Option<f64>,
}

/// How one unit fits before the event and departs after it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PlaceboUnit {
    /// Name of the asset.
    pub asset: String,
    /// Root of the mean squared abnormal return over the estimation window, a decimal fraction.
    pub pre_rmspe: f64,
    /// The same over the event window.
    pub post_rmspe: f64,
    /// CAR of the event window, a decimal fraction.
    pub car: f64,
}

/// The treated unit among placebo units.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PlaceboUnitRanks {
    /// The treated unit.
    pub treated: PlaceboUnit,
    /// The placebo units it is ranked among, in the order they came.
    pub placebos: Vec<PlaceboUnit>,
    /// Placebo units dropped for their fit before the event.
    pub n_poor_fit: usize,
    /// Placebo units that could not be computed: no fit, or returns missing.
    pub n_excluded: usize,
    /// Rank of the treated unit by the ratio of RMSPEs, 1 for the largest.
    pub rank_of_ratio: usize,
    /// That rank over the number of units.
    pub p_of_ratio: f64,
    /// Rank of the treated unit by |CAR|, 1 for the largest.
    pub rank_of_car: usize,
    /// That rank over the number of units.
    pub p_of_car: f64,
}

impl PlaceboUnit {
    /// Post/pre RMSPE.
    pub fn ratio(&self) -> f64 {
        self.post_rmspe / self.pre_rmspe
    }
}

impl PlaceboUnitRanks {
    /// The smallest p-value that there can be, one over the number of units.
    pub fn attainable(&self) -> f64 {
        1.0 / (self.placebos.len() + 1) as f64
    }
}

impl PlaceboUnits {
    pub(super) const CARD: Card = Card {
        id: "placebo-units",
        name: "placebo units",
        null: "the event did nothing, any unit might have been the treated one",
        assumes: "units that are exchangeable under the null",
        robust_to: "whatever moves all units at that date; any distribution of returns",
        distribution: "rank among n + 1 units",
        allows_for_shared_dates: true,
        reference: "Abadie, Diamond and Hainmueller 2010",
        doi: "10.1198/jasa.2009.ap08746",
        departures: "gaps are abnormal returns of rows, not of a cumulated level",
    };

    /// Null, assumptions, distribution, reference.
    pub fn card(&self) -> Card {
        Self::CARD
    }

    /// Drops placebo units whose mean *squared* abnormal return in the estimation window is more
    /// than so many times the treated unit's; the paper shows 20, 5 and 2. None are unless set.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] unless it is a number of at least 1.
    pub fn max_pre_mspe(mut self, times: f64) -> Result<Self> {
        if !(times >= 1.0 && times.is_finite()) {
            return Err(Error::Setting {
                name: "largest mean squared error before the event, over the treated unit's",
                value: times.to_string(),
                expected: "a number of at least 1",
            });
        }
        self.max_pre_mspe = Some(times);
        Ok(self)
    }

    /// Ranks an asset among all others that respond to the same event in the table.
    ///
    /// # Errors
    ///
    /// [`Error::NoResponses`] where the asset has no response that covers the window,
    /// [`Error::SessionsMissing`], and those of [`rank`](Self::rank).
    pub fn compare(
        &self,
        table: &AbnormalReturns,
        event: EventId,
        treated: AssetId,
        window: &EventWindow,
    ) -> Result<PlaceboUnitRanks> {
        let name = table.name(treated);
        let no_response = |reason: String| Error::NoResponses {
            n_excluded: 1,
            first_reason: format!("{name}: {reason}"),
        };
        let (mut own, mut placebos, mut n_excluded) = (None, Vec::new(), 0);
        for response in table.responses_of(event) {
            let unit = unit(table, response, window)?;
            match unit {
                Ok(unit) if response.asset() == treated => own = Some(unit),
                Ok(unit) => placebos.push(unit),
                Err(reason) if response.asset() == treated => return Err(no_response(reason)),
                Err(_) => n_excluded += 1,
            }
        }
        let rows = table.event_rows(event);
        let of_event = |x: &&crate::abnormal::Exclusion| {
            rows.is_some_and(|r| r.date == x.event && r.label == x.label) && x.window.is_none()
        };
        let mut excluded = table.exclusions().iter().filter(of_event);
        let Some(own) = own else {
            let reason = excluded.find(|x| x.asset.as_deref() == Some(name));
            let reason =
                reason.map_or("no response to the event".to_owned(), |x| x.reason.to_string());
            return Err(no_response(reason));
        };
        n_excluded += excluded.filter(|x| x.asset.is_some()).count();
        Ok(PlaceboUnitRanks { n_excluded, ..self.rank(own, placebos)? })
    }

    /// Ranks a unit among others.
    ///
    /// # Errors
    ///
    /// [`Error::TooFew`] without placebo units, [`Error::DegenerateVariance`] where the treated unit
    /// has no abnormal return before the event.
    pub fn rank(
        &self,
        treated: PlaceboUnit,
        mut placebos: Vec<PlaceboUnit>,
    ) -> Result<PlaceboUnitRanks> {
        if treated.pre_rmspe.is_nan() || treated.pre_rmspe <= 0.0 {
            return Err(Error::DegenerateVariance {
                what: "placebo units".to_owned(),
                of: format!("the abnormal returns of {} before the event", treated.asset),
            });
        }
        let n_before = placebos.len();
        if let Some(times) = self.max_pre_mspe {
            placebos.retain(|unit| unit.pre_rmspe.powi(2) <= times * treated.pre_rmspe.powi(2));
        }
        if placebos.is_empty() {
            return Err(Error::TooFew {
                what: "inference by placebo units".to_owned(),
                unit: "placebo units",
                n_needed: 1,
                n_found: 0,
            });
        }
        let rank = |statistic: &dyn Fn(&PlaceboUnit) -> f64| {
            let own = statistic(&treated);
            let least = own - TIE * own.abs();
            // What cannot be compared counts against the treated unit.
            let no_less = |value: f64| value.is_nan() || value >= least;
            1 + placebos.iter().filter(|unit| no_less(statistic(unit))).count()
        };
        let (by_ratio, by_car) = (rank(&PlaceboUnit::ratio), rank(&|unit| unit.car.abs()));
        let share = |rank: usize| rank as f64 / (placebos.len() + 1) as f64;
        Ok(PlaceboUnitRanks {
            rank_of_ratio: by_ratio,
            p_of_ratio: share(by_ratio),
            rank_of_car: by_car,
            p_of_car: share(by_car),
            n_poor_fit: n_before - placebos.len(),
            n_excluded: 0,
            treated,
            placebos,
        })
    }
}

/// A response as a unit, or why it is none.
fn unit(
    table: &AbnormalReturns,
    response: &Response,
    window: &EventWindow,
) -> Result<std::result::Result<PlaceboUnit, String>> {
    let event = table.event_of(response);
    let rows = match table.window_rows(event, window)? {
        Ok(rows) => rows,
        Err(fault) => return Ok(Err(fault.to_string())),
    };
    let car = match table.cumulate(response, rows.clone()) {
        Ok(cumulative) => cumulative.car,
        Err(reason) => return Ok(Err(reason.to_string())),
    };
    let root_mean_square = |values: &mut dyn Iterator<Item = f64>| {
        let (n, sum) = values.fold((0, 0.0), |(n, sum), v| (n + 1, sum + v * v));
        (sum / f64::from(n)).sqrt()
    };
    let before = response.residuals().iter().copied().filter(|e| !e.is_nan());
    Ok(Ok(PlaceboUnit {
        asset: table.name(response.asset()).to_owned(),
        pre_rmspe: root_mean_square(&mut before.into_iter()),
        post_rmspe: root_mean_square(&mut rows.filter_map(|row| response.ar(row))),
        car,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(asset: &str, pre: f64, post: f64, car: f64) -> PlaceboUnit {
        PlaceboUnit { asset: asset.to_owned(), pre_rmspe: pre, post_rmspe: post, car }
    }

    fn others() -> Vec<PlaceboUnit> {
        vec![
            unit("a", 0.01, 0.02, 0.05),
            unit("b", 0.01, 0.03, -0.09),
            unit("c", 0.05, 0.25, 0.4),
            unit("d", 0.02, 0.01, 0.01),
        ]
    }

    #[test]
    fn ranks_count_the_treated_unit() {
        let treated = unit("t", 0.01, 0.04, -0.3);
        let found = PlaceboUnits::default().rank(treated.clone(), others()).unwrap();
        // Ratios 4 against 2, 3, 5, 0.5; sizes 0.3 against 0.05, 0.09, 0.4, 0.01.
        assert_eq!((found.rank_of_ratio, found.rank_of_car), (2, 2));
        assert_eq!((found.p_of_ratio, found.p_of_car), (0.4, 0.4));
        assert_eq!((found.attainable(), found.n_poor_fit), (0.2, 0));
        // `c` has 25 times the treated unit's squared error, `d` four times.
        let strict = PlaceboUnits::default().max_pre_mspe(20.0).unwrap();
        let found = strict.rank(treated.clone(), others()).unwrap();
        assert_eq!((found.rank_of_ratio, found.p_of_ratio, found.p_of_car), (1, 0.25, 0.25));
        assert_eq!((found.n_poor_fit, found.placebos.len()), (1, 3));
        let found = strict.max_pre_mspe(2.0).unwrap().rank(treated, others()).unwrap();
        assert_eq!((found.n_poor_fit, found.attainable()), (2, 1.0 / 3.0));
    }

    #[test]
    fn ties_and_what_cannot_be_compared_count_against_the_treated_unit() {
        let treated = unit("t", 0.01, 0.03, 0.1);
        let mut units = others();
        units.push(unit("e", 0.01, f64::NAN, -0.1 * (1.0 - 1e-15)));
        let found = PlaceboUnits::default().rank(treated, units).unwrap();
        // Ratio 3 as `b`, less than `c`, and `e` has none; size 0.1 as `e`, less than `c`.
        assert_eq!((found.rank_of_ratio, found.rank_of_car), (4, 3));
    }

    #[test]
    fn faults_are_errors() {
        let rank = |treated, others| PlaceboUnits::default().rank(treated, others).unwrap_err();
        let found = rank(unit("t", 0.0, 0.1, 0.1), others());
        assert!(matches!(found, Error::DegenerateVariance { .. }), "{found}");
        let found = rank(unit("t", 0.1, 0.1, 0.1), Vec::new());
        assert!(matches!(found, Error::TooFew { n_needed: 1, n_found: 0, .. }), "{found}");
        for times in [0.5, f64::NAN, f64::INFINITY] {
            assert!(PlaceboUnits::default().max_pre_mspe(times).is_err());
        }
    }
}
