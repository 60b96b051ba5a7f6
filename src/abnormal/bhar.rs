//! Buy-and-hold abnormal returns against a benchmark, a control asset, a control portfolio, a model.

use super::matched::{Matched, Steps, matched};
use super::{
    AbnormalReturns, Exclusion, MatchedRequest, MissingPolicy, Reason, ResponseValue,
    ResponseValues,
};
use crate::panel::{Compounding, ReturnPanel};
use crate::time::{DateAxis, EventWindow};
use crate::{Error, Result};

/// What an asset and its controls earned over one window.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MatchedReturn {
    /// The response; its value is the BHAR, a decimal fraction.
    pub response: ResponseValue,
    /// `Π(1 + R)` of the asset.
    pub growth: f64,
    /// `Π(1 + R)` of the control, the mean of the members of a portfolio.
    pub control_growth: f64,
    /// `Σ (R − R_control)`, a decimal fraction; of a portfolio the mean of its members every row.
    pub car: f64,
    /// Rows of the window.
    pub n_rows: usize,
}

impl MatchedReturn {
    /// BHAR, `Π(1 + R) − Π(1 + R_control)`, a decimal fraction.
    pub fn bhar(&self) -> f64 {
        self.response.value
    }
}

/// Matched returns of all responses that have them.
#[derive(Debug, Clone, PartialEq)]
pub struct MatchedReturns {
    /// In the order of the requests.
    pub values: Vec<MatchedReturn>,
    /// Responses without.
    pub exclusions: Vec<Exclusion>,
}

impl MatchedReturns {
    /// Buy-and-hold abnormal returns of matched responses.
    ///
    /// `BHAR = Π(1 + R) − (1/m) Σ_j Π(1 + R_j)` over the rows of the window, for m controls j: bought
    /// at its start and never traded, so a control portfolio of several members keeps no weights
    /// (Barber and Lyon 1997, <https://doi.org/10.1016/S0304-405X(96)00890-2>; Lyon, Barber and Tsai
    /// 1999, <https://doi.org/10.1111/0022-1082.00101>). BHARs are skewed to the right, so test them
    /// with [`SkewnessAdjustedT`](crate::inference::samples::SkewnessAdjustedT) or a bootstrap.
    ///
    /// A hole is treated by `missing`, in the controls as in the asset. Under
    /// [`MissingPolicy::Available`] rows on which any of them lacks a return are left out for all.
    ///
    /// # Errors
    ///
    /// [`Error::BharOfLogReturns`]; [`Error::ShapeMismatch`] where the controls have other dates;
    /// [`Error::UnknownAsset`] for a control that they lack; [`Error::TooFew`] for a request without
    /// controls; [`Error::DuplicateAsset`] for a response that is asked for twice;
    /// [`Error::SessionsMissing`]. Faults of one response are [`Exclusion`]s.
    pub fn compute(
        returns: &ReturnPanel,
        controls: &ReturnPanel,
        requests: &[MatchedRequest],
        window: &EventWindow,
        missing: MissingPolicy,
        sessions: Option<&DateAxis>,
    ) -> Result<Self> {
        if [returns, controls].iter().any(|panel| panel.compounding() == Compounding::Log) {
            return Err(Error::BharOfLogReturns);
        }
        let (placed, mut exclusions) = matched(returns, controls, requests, window, sessions)?;
        let mut values = Vec::with_capacity(placed.len());
        for matched in placed {
            match hold(returns, controls, &matched, missing) {
                Ok(value) => values.push(value),
                Err(reason) => {
                    exclusions.push(matched.request.exclusion(returns, window, reason));
                }
            }
        }
        Ok(Self { values, exclusions })
    }

    /// The BHARs, decimal fractions.
    pub fn bhars(&self) -> Vec<f64> {
        self.values.iter().map(MatchedReturn::bhar).collect()
    }

    /// The summed differences, decimal fractions.
    pub fn cars(&self) -> Vec<f64> {
        self.values.iter().map(|v| v.car).collect()
    }
}

/// The asset first, then its controls, from row to row on which all of them end a return.
fn hold(
    returns: &ReturnPanel,
    controls: &ReturnPanel,
    matched: &Matched<'_>,
    missing: MissingPolicy,
) -> std::result::Result<MatchedReturn, Reason> {
    let rows = &matched.rows;
    let asset = Steps::new(returns, matched.asset, rows, missing);
    let members: Vec<Steps> =
        matched.controls.iter().map(|id| Steps::new(controls, *id, rows, missing)).collect();
    let date = |row: usize| returns.axis().date(rows.start + row);
    let too_few = |first: usize, n_missing| Reason::ReturnsMissing {
        n_missing,
        n_rows: rows.len(),
        first: date(first),
    };
    let everyone = || std::iter::once(&asset).chain(&members);
    let common: Vec<usize> =
        (0..rows.len()).filter(|t| everyone().all(|steps| steps.ends_at(*t))).collect();
    if missing == MissingPolicy::Available {
        if common.is_empty() {
            return Err(too_few(0, rows.len()));
        }
    } else {
        if let Some((first, n_missing)) = asset.uncovered() {
            return Err(too_few(first, n_missing));
        }
        for (steps, name) in members.iter().zip(&matched.request.controls) {
            if let Some((first, _)) = steps.uncovered() {
                let date = date(first);
                return Err(Reason::BenchmarkMissing { benchmark: name.clone(), date });
            }
        }
    }
    let m = members.len() as f64;
    let (mut growth, mut member_growth, mut car) = (1.0, vec![1.0; members.len()], 0.0);
    let mut from = 0;
    for to in common {
        // Rows that one of them lacks are left out for all where that is the policy.
        let over = if missing == MissingPolicy::Available { to..to + 1 } else { from..to + 1 };
        let mut control = 0.0;
        for (growth, steps) in member_growth.iter_mut().zip(&members) {
            let r = steps.between(over.clone());
            *growth *= 1.0 + r;
            control += r;
        }
        let r = asset.between(over);
        growth *= 1.0 + r;
        car += r - control / m;
        from = to + 1;
    }
    let control_growth = member_growth.iter().sum::<f64>() / m;
    let &MatchedRequest { event, date, asset, .. } = matched.request;
    let response = ResponseValue { event, asset, date, value: growth - control_growth };
    Ok(MatchedReturn { response, growth, control_growth, car, n_rows: rows.len() })
}

impl AbnormalReturns {
    /// BHARs against the model over a window, `Π(1 + R) − Π(1 + E[R])`, see [`Self::bhar`].
    ///
    /// # Errors
    ///
    /// [`Error::BharOfLogReturns`]; [`Error::SessionsMissing`].
    pub fn bhars(&self, window: &EventWindow) -> Result<ResponseValues> {
        if self.compounding() == Compounding::Log {
            return Err(Error::BharOfLogReturns);
        }
        self.values_over(window, |response, rows| {
            self.check_coverage(response, &rows)?;
            let (actual, expected) = response.growth(rows);
            Ok(actual - expected)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::EventSet;
    use crate::panel::PricePanel;
    use chrono::NaiveDate;
    use ndarray::Array2;
    use proptest::prelude::*;

    fn day(row: usize) -> NaiveDate {
        NaiveDate::from_ymd_opt(2024, 1, 1).unwrap() + chrono::Days::new(row as u64)
    }

    fn prices(rows: &[(&str, &[f64])]) -> PricePanel {
        let n = rows[0].1.len();
        let axis = DateAxis::new((0..n).map(day).collect()).unwrap();
        let values = Array2::from_shape_fn((rows.len(), n), |(a, t)| rows[a].1[t]);
        PricePanel::new(axis, rows.iter().map(|r| r.0.to_owned()).collect(), values).unwrap()
    }

    fn compute(
        prices: &PricePanel,
        controls: &[&str],
        missing: MissingPolicy,
    ) -> Result<MatchedReturns> {
        let returns = prices.to_returns(Compounding::Simple);
        let event = EventSet::from_dates(&[day(1)]).unwrap().ids().next().unwrap();
        let request = MatchedRequest {
            event,
            date: day(1),
            label: String::new(),
            asset: prices.asset("a").unwrap(),
            controls: controls.iter().map(|c| (*c).to_owned()).collect(),
        };
        let window = EventWindow::rows(1, 4).unwrap();
        MatchedReturns::compute(&returns, &returns, &[request], &window, missing, None)
    }

    const NONE: f64 = f64::NAN;

    #[test]
    fn a_benchmark_and_a_portfolio_by_hand() {
        let panel = prices(&[
            ("a", &[1.0, 2.0, 3.0, 3.0, 6.0, 4.0]),
            ("c", &[9.0, 4.0, 4.0, 5.0, 5.0, 6.0]),
            ("d", &[1.0, 1.0, 2.0, 2.0, 2.0, 4.0]),
        ]);
        let found = compute(&panel, &["c"], MissingPolicy::Bridge).unwrap().values[0];
        assert!((found.bhar() - (2.0 - 1.5)).abs() < 1e-15);
        let car = (0.5 + 0.0 + 1.0 - 1.0 / 3.0) - (0.0 + 0.25 + 0.0 + 0.2);
        assert!((found.car - car).abs() < 1e-15);
        let found = compute(&panel, &["c", "d"], MissingPolicy::Exclude).unwrap().values[0];
        assert!((found.control_growth - 2.75).abs() < 1e-15);
        assert!((found.growth - 2.0).abs() < 1e-15 && found.n_rows == 4);
    }

    #[test]
    fn a_hole_is_bridged_left_out_or_excludes() {
        let panel = prices(&[
            ("a", &[1.0, 2.0, 3.0, NONE, 6.0, 4.0]),
            ("c", &[9.0, 4.0, 4.0, 5.0, 5.0, 6.0]),
        ]);
        let found = compute(&panel, &["c"], MissingPolicy::Bridge).unwrap().values[0];
        assert!((found.bhar() - 0.5).abs() < 1e-15);
        let car = (0.5 + 1.0 - 1.0 / 3.0) - (0.0 + 0.25 + 0.2);
        assert!((found.car - car).abs() < 1e-15);
        let excluded = compute(&panel, &["c"], MissingPolicy::Exclude).unwrap();
        assert!(excluded.values.is_empty());
        let reason = Reason::ReturnsMissing { n_missing: 2, n_rows: 4, first: day(3) };
        assert_eq!(excluded.exclusions[0].reason, reason);
        // Rows 2 and 5 are there for both: 3/2 and 4/6 against 4/4 and 6/5.
        let found = compute(&panel, &["c"], MissingPolicy::Available).unwrap().values[0];
        assert!((found.growth - 1.0).abs() < 1e-15 && (found.control_growth - 1.2).abs() < 1e-15);
    }

    #[test]
    fn a_control_that_ends_is_named() {
        let panel = prices(&[
            ("a", &[1.0, 2.0, 3.0, 3.0, 6.0, 4.0]),
            ("c", &[9.0, 4.0, 4.0, 5.0, NONE, NONE]),
        ]);
        let excluded = compute(&panel, &["c"], MissingPolicy::Bridge).unwrap().exclusions;
        let reason = Reason::BenchmarkMissing { benchmark: "c".to_owned(), date: day(4) };
        assert_eq!(excluded[0].reason, reason);
        assert_eq!(
            compute(&panel, &[], MissingPolicy::Bridge).unwrap_err().to_string(),
            "the match of `a` needs at least 1 controls, found 0"
        );
        assert!(matches!(
            compute(&panel, &["x"], MissingPolicy::Bridge),
            Err(Error::UnknownAsset { .. })
        ));
    }

    proptest! {
        #[test]
        fn nothing_is_earned_beyond_itself(
            own in prop::collection::vec(0.1..10.0_f64, 6),
            hole in 2..5_usize,
        ) {
            let mut own = own;
            own[hole] = NONE;
            let panel = prices(&[("a", &own), ("m", &[1.0, 2.0, 1.0, 2.0, 1.0, 2.0])]);
            for missing in [MissingPolicy::Bridge, MissingPolicy::Available] {
                let found = compute(&panel, &["a"], missing).unwrap().values[0];
                prop_assert_eq!((found.bhar(), found.car), (0.0, 0.0));
            }
            let found = compute(&panel, &["m"], MissingPolicy::Bridge).unwrap().values[0];
            prop_assert!((found.growth / (own[5] / own[1]) - 1.0).abs() < 1e-13);
        }
    }
}
