//! Betas to a benchmark, estimated before an event.

use std::fmt;

use chrono::NaiveDate;
use serde::Serialize;

use super::BetaTerciles;
use super::levels::check_distinct;
use crate::numeric::least_squares;
use crate::panel::{AssetId, ReturnPanel};
use crate::time::{EstimationReturns, EstimationWindow};
use crate::{Error, Result};

/// The beta of one asset.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Beta {
    /// The asset.
    pub asset: String,
    /// β: return of the asset per unit of return of the benchmark.
    pub beta: f64,
    /// `s / √Σ (R_b − R̄_b)²`, s with divisor n − 2; homoskedastic, independent residuals.
    pub std_error: f64,
    /// Rows of the window on which both returns are there.
    pub n_observations: usize,
}

/// Why an asset has no beta.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
#[non_exhaustive]
pub enum BetaFault {
    /// Fewer common returns than the window asks for.
    TooFewObservations {
        /// Common returns found.
        n_found: usize,
        /// Common returns needed.
        n_needed: usize,
    },
    /// The benchmark does not vary over the common returns.
    ConstantBenchmark,
}

/// An asset without a beta.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BetaLack {
    /// The asset.
    pub asset: String,
    /// The reason.
    pub fault: BetaFault,
}

impl fmt::Display for BetaLack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.fault {
            BetaFault::TooFewObservations { n_found, n_needed } => {
                write!(f, "{}: {n_found} common returns, {n_needed} needed", self.asset)
            }
            BetaFault::ConstantBenchmark => {
                write!(f, "{}: the benchmark is constant over the common returns", self.asset)
            }
        }
    }
}

/// Betas of several assets as known before an event.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Betas {
    /// The event date.
    pub event: NaiveDate,
    /// The benchmark.
    pub benchmark: String,
    /// First date of the estimation window.
    pub first_date: NaiveDate,
    /// Last date of the estimation window, before the event.
    pub last_date: NaiveDate,
    /// In increasing order of beta; equal betas by name.
    pub estimates: Vec<Beta>,
    /// Assets without a beta, by name.
    pub lacking: Vec<BetaLack>,
}

/// Betas to a benchmark over the estimation window before an event.
///
/// Least squares of `R_i = α + β R_b + ε` over the rows of the window on which both returns are
/// there; a hole is not bridged. The window ends before the first row on or after the event, so the
/// event day and all that follows is unseen. Sorting by a beta estimated beforehand is the design of
/// Frazzini and Pedersen 2014, <https://doi.org/10.1016/j.jfineco.2013.10.005>; no shrinkage is
/// applied.
///
/// Assumes that beta is constant over the window and that prices are not stale: non-synchronous
/// trading pulls the beta of thinly traded assets toward zero. The benchmark takes no part where it
/// is among the assets.
///
/// # Errors
///
/// [`Error::Setting`] where the window needs fewer than 3 observations, or is
/// anything but a trailing window of returns over one row, with or without excluded dates;
/// [`Error::EventOutsideData`]; [`Error::TooFew`] where the panel has fewer rows before the event
/// than the window; [`Error::DuplicateAsset`].
///
/// ```
/// use chrono::NaiveDate;
/// use eventstudy::context::betas;
/// use eventstudy::panel::{Compounding, PricePanel};
/// use eventstudy::time::EstimationWindow;
///
/// let first = NaiveDate::from_ymd_opt(2021, 1, 1).unwrap();
/// let log_price = |t: u32, beta: f64| (beta * f64::from(t * 7 % 5)).exp();
/// let run = |name: &str, beta: f64| {
///     let dates = first.iter_days().take(40);
///     (name.to_owned(), dates.zip(0..).map(|(d, t)| (d, log_price(t, beta))).collect())
/// };
/// let panel = PricePanel::from_series(vec![run("btc", 0.01), run("ada", 0.015)])?;
/// let returns = panel.to_returns(Compounding::Log);
/// let (btc, ada) = (returns.asset("btc")?, returns.asset("ada")?);
/// let event = first + chrono::Days::new(35);
/// let found = betas(&returns, &[ada], btc, event, &EstimationWindow::trailing(30)?)?;
/// assert!((found.estimates[0].beta - 1.5).abs() < 1e-12);
/// # Ok::<(), eventstudy::Error>(())
/// ```
pub fn betas(
    returns: &ReturnPanel,
    assets: &[AssetId],
    benchmark: AssetId,
    event: NaiveDate,
    window: &EstimationWindow,
) -> Result<Betas> {
    check_distinct(returns.names(), assets)?;
    let n_needed = window.n_needed();
    if n_needed < 3 {
        return Err(Error::Setting {
            name: "min_observations",
            value: n_needed.to_string(),
            expected: "at least 3 returns for a beta",
        });
    }
    let plain = window.comparison_periods().is_empty()
        && !window.excludes_other_events()
        && window.returns() == EstimationReturns::RowByRow;
    if !plain {
        return Err(Error::Setting {
            name: "beta window",
            value: window.to_string(),
            expected: "a trailing window of returns over one row, with the windows of other events left in",
        });
    }
    let axis = returns.axis();
    let outside =
        || Error::EventOutsideData { event, first_date: axis.first(), last_date: axis.last() };
    let event_row = axis.first_on_or_after(event).ok_or_else(outside)?;
    let rows = window.resolve(axis, event_row, &[]).map_err(|_| Error::TooFew {
        what: format!("the beta window before {event}"),
        unit: "rows",
        n_needed: window.length() + window.gap_rows(),
        n_found: event_row,
    })?;
    let market = returns.row(benchmark);
    let (mut estimates, mut lacking) = (Vec::new(), Vec::new());
    for &id in assets.iter().filter(|id| **id != benchmark) {
        let asset = returns.name(id).to_owned();
        let own = returns.row(id);
        let (y, x): (Vec<f64>, Vec<f64>) = rows
            .iter()
            .map(|row| (own[row], market[row]))
            .filter(|(a, b)| !a.is_nan() && !b.is_nan())
            .unzip();
        let n_found = y.len();
        if n_found < n_needed {
            lacking.push(BetaLack {
                asset,
                fault: BetaFault::TooFewObservations { n_found, n_needed },
            });
            continue;
        }
        match least_squares::fit(&y, &[&x]) {
            Some(fit) => {
                let residual_variance = fit.sum_squared_residuals / (n_found - 2) as f64;
                estimates.push(Beta {
                    asset,
                    beta: fit.slopes[0],
                    std_error: (residual_variance * fit.inverse[0]).sqrt(),
                    n_observations: n_found,
                });
            }
            None => lacking.push(BetaLack { asset, fault: BetaFault::ConstantBenchmark }),
        }
    }
    estimates.sort_by(|a, b| a.beta.total_cmp(&b.beta).then_with(|| a.asset.cmp(&b.asset)));
    lacking.sort_by(|a, b| a.asset.cmp(&b.asset));
    Ok(Betas {
        event,
        benchmark: returns.name(benchmark).to_owned(),
        first_date: axis.date(rows.hull().start),
        last_date: axis.date(rows.hull().end - 1),
        estimates,
        lacking,
    })
}

impl Betas {
    /// The assets in three groups by beta: ⌊n/3⌋ lowest, ⌊n/3⌋ highest, the rest between them.
    ///
    /// The outer groups have one size, so that neither leans on more assets. Equal betas go by name.
    ///
    /// # Errors
    ///
    /// [`Error::TooFew`] for fewer than three betas.
    pub fn terciles(&self) -> Result<BetaTerciles> {
        let n = self.estimates.len();
        if n < 3 {
            return Err(Error::TooFew {
                what: "a split into terciles".to_owned(),
                unit: "assets with a beta",
                n_needed: 3,
                n_found: n,
            });
        }
        let size = n / 3;
        let names = |range: std::ops::Range<usize>| {
            self.estimates[range].iter().map(|b| b.asset.clone()).collect()
        };
        let (low, middle, high) = (names(0..size), names(size..n - size), names(n - size..n));
        Ok(BetaTerciles { event: self.event, low, middle, high })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::panel::Compounding;
    use crate::time::DateAxis;
    use ndarray::Array2;
    use proptest::prelude::*;

    fn day(n: usize) -> NaiveDate {
        NaiveDate::from_ymd_opt(2021, 1, 1).unwrap() + chrono::Days::new(n as u64)
    }

    fn panel(rows: &[(&str, Vec<f64>)]) -> ReturnPanel {
        let n = rows[0].1.len();
        let axis = DateAxis::new((0..n).map(day).collect()).unwrap();
        let values = rows.iter().flat_map(|(_, r)| r.iter().copied()).collect();
        let values = Array2::from_shape_vec((rows.len(), n), values).unwrap();
        let names = rows.iter().map(|(name, _)| (*name).to_owned()).collect();
        ReturnPanel::new(axis, names, values, Compounding::Log).unwrap()
    }

    fn market() -> Vec<f64> {
        (0_u8..12).map(|t| f64::from(t * 7 % 5) * 0.01 - 0.02).collect()
    }

    fn window() -> EstimationWindow {
        EstimationWindow::trailing(8).unwrap().gap(1).min_observations(5)
    }

    #[test]
    fn beta_and_its_standard_error_in_closed_form() {
        // x = 1, 2, 3, 4 and y = 1, 2, 2, 4 (in percent): Sxx = 5, Sxy = 4.5, Syy = 4.75, so the
        // slope is 0.9 and the residual sum of squares 4.75 - 4.5² / 5 = 0.7 (percent squared).
        let x = [0.01, 0.02, 0.03, 0.04, 0.9].to_vec();
        let y = [0.01, 0.02, 0.02, 0.04, -0.5].to_vec();
        let panel = panel(&[("b", x), ("a", y)]);
        let window = EstimationWindow::trailing(4).unwrap();
        let (b, a) = (panel.asset("b").unwrap(), panel.asset("a").unwrap());
        let found = betas(&panel, &[b, a], b, day(4), &window).unwrap();
        assert_eq!(found.estimates.len(), 1, "the benchmark takes no part");
        let beta = &found.estimates[0];
        assert!((beta.beta - 0.9).abs() < 1e-14);
        assert!((beta.std_error - (0.7_f64 / 2.0 / 5.0).sqrt()).abs() < 1e-14);
        assert_eq!((found.first_date, found.last_date), (day(0), day(3)));
    }

    #[test]
    fn lacks_are_counted_with_their_reason() {
        let mut holes = market();
        holes[2..6].fill(f64::NAN);
        let panel = panel(&[("b", market()), ("ok", market()), ("holes", holes)]);
        let assets: Vec<AssetId> = panel.assets().collect();
        let found = betas(&panel, &assets[1..], assets[0], day(10), &window()).unwrap();
        assert_eq!(found.estimates[0].asset, "ok");
        assert!((found.estimates[0].beta - 1.0).abs() < 1e-14);
        assert_eq!(found.lacking[0].to_string(), "holes: 4 common returns, 5 needed");
        let constant = [("b", vec![0.01; 12]), ("ok", market())];
        let panel = self::panel(&constant);
        let found = betas(&panel, &assets[1..2], assets[0], day(10), &window()).unwrap();
        assert_eq!(found.lacking[0].fault, BetaFault::ConstantBenchmark);
        let text = found.terciles().unwrap_err().to_string();
        assert_eq!(text, "a split into terciles needs at least 3 assets with a beta, found 0");
    }

    #[test]
    fn faults_of_the_window() {
        let panel = panel(&[("b", market()), ("a", market())]);
        let assets: Vec<AssetId> = panel.assets().collect();
        let text = |event, window| {
            betas(&panel, &assets, assets[0], event, &window).unwrap_err().to_string()
        };
        assert_eq!(
            text(day(40), window()),
            "event 2021-02-10 is outside the data (2021-01-01 to 2021-01-12)"
        );
        assert_eq!(
            text(day(8), window()),
            "the beta window before 2021-01-09 needs at least 9 rows, found 8"
        );
        assert!(text(day(10), window().min_observations(2)).starts_with("min_observations = 2"));
    }

    proptest! {
        #[test]
        fn betas_know_neither_order_nor_future_and_scale_as_they_must(
            runs in prop::collection::vec(prop::collection::vec(-50_i32..50, 12), 4),
            rotation in 0_usize..4,
            future in -50_i32..50,
            exponent in -3_i32..4,
        ) {
            let names = ["w", "x", "y", "z"];
            let build = |factor: f64, future: Option<i32>| {
                let mut rows = vec![("b", market())];
                for (name, run) in names.iter().zip(&runs) {
                    let mut own: Vec<f64> =
                        run.iter().map(|r| factor * f64::from(*r) * 0.001).collect();
                    if let Some(f) = future {
                        own[9..].fill(f64::from(f) * 0.001);
                    }
                    rows.push((name, own));
                }
                if let Some(f) = future {
                    rows[0].1[9..].fill(f64::from(f) * 0.002);
                }
                panel(&rows)
            };
            let original = build(1.0, None);
            let assets: Vec<AssetId> = original.assets().collect();
            // Rows 1 to 8 are the window of day 10: the gap leaves out row 9.
            let estimate = |panel: &ReturnPanel, assets: &[AssetId]| {
                betas(panel, assets, panel.asset("b").unwrap(), day(10), &window()).unwrap()
            };
            let expected = estimate(&original, &assets);
            let mut rotated = assets[1..].to_vec();
            rotated.rotate_left(rotation);
            prop_assert_eq!(&estimate(&original, &rotated), &expected);
            prop_assert_eq!(&estimate(&build(1.0, Some(future)), &assets), &expected);
            let factor = 2.0_f64.powi(exponent);
            for (a, b) in estimate(&build(factor, None), &assets).estimates.iter().zip(&expected.estimates) {
                prop_assert_eq!(&a.asset, &b.asset);
                prop_assert!((a.beta - factor * b.beta).abs() <= 1e-12 * (factor * b.beta).abs() + 1e-15);
            }
        }
    }
}
