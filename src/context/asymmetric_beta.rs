//! Betas in rising and in falling markets.

use serde::Serialize;

use super::PairedReturns;
use crate::numeric::moments::mean;
use crate::numeric::tails;
use crate::regression::{Coefficient, Covariance, LeastSquares};
use crate::{Error, Result};

/// Fewest common returns on either side of the cut.
pub const MIN_SIDE: usize = 10;

const UP: &str = "up beta";
const DOWN: &str = "down beta";

/// Where a rising market ends and a falling one begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum BetaCut {
    /// The mean return of the benchmark over the common returns, as Ang, Chen and Xing have it.
    #[default]
    Mean,
    /// Zero.
    Zero,
}

/// Up-beta, down-beta, and their difference.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct UpDownBetas {
    /// The return of the benchmark at which the two sides meet; up is above it.
    pub cut: f64,
    /// Common returns above the cut.
    pub n_up: usize,
    /// Common returns at or below it.
    pub n_down: usize,
    /// β⁺; t and p are against zero.
    pub up: Coefficient,
    /// β⁻; t and p are against zero.
    pub down: Coefficient,
    /// β⁺ − β⁻: its p is that of the test of asymmetry.
    pub difference: Coefficient,
    /// One beta for both sides, with one intercept.
    pub symmetric: Coefficient,
    /// Name of the covariance.
    pub covariance: String,
    /// Degrees of freedom of the t of up, down and difference.
    pub degrees_of_freedom: f64,
}

impl UpDownBetas {
    /// `P(T > t)` for `t = (β⁺ − 1)/se` under an up-beta of one, against one above: small where the
    /// asset amplifies rises.
    pub fn p_value_up_above_one(&self) -> f64 {
        tails::t_above((self.up.estimate - 1.0) / self.up.std_error, self.degrees_of_freedom)
    }

    /// `P(T > t)` for an up-beta of one, against one below.
    pub fn p_value_up_below_one(&self) -> f64 {
        tails::t_above((1.0 - self.up.estimate) / self.up.std_error, self.degrees_of_freedom)
    }
}

/// Betas of the second series to the first, apart for rises and falls of the first.
///
/// ```text
/// β⁺ = cov(y, x | x > c)/var(x | x > c),   β⁻ = cov(y, x | x ≤ c)/var(x | x ≤ c)
/// ```
///
/// - *Estimate*: one least-squares regression with an intercept and a slope on either side of the
///   cut c, whose slopes are these ratios. Downside beta and its cut at the mean are those of Ang,
///   Chen and Xing 2006, <https://doi.org/10.1093/rfs/hhj035>.
/// - *Test of asymmetry*: t of `β⁺ − β⁻` under the covariance, [`Covariance::Hc3`] say. Under
///   HC covariances the two sides are uncorrelated, since no row is on both.
/// - *Assumes*: the cut is taken as known; betas constant over the sample. A beta is a co-movement
///   within one row and says nothing of who moves first. Bars that close at different hours pull
///   daily betas toward zero, weekly ones less: run both alignments.
/// - *Rows* with one return missing are left out. Covariances over lags then take neighbours for
///   consecutive that are not.
/// - *Departures*: returns are taken as they are, not in excess of a riskless rate.
///
/// # Errors
///
/// [`Error::TooFew`] for fewer than [`MIN_SIDE`] common returns on a side; those of
/// [`LeastSquares::fit`] and of the covariance.
///
/// ```
/// use chrono::NaiveDate;
/// use eventstudy::context::{BetaCut, PairedReturns, up_down_betas};
/// use eventstudy::regression::Covariance;
/// use eventstudy::time::DateAxis;
///
/// let first = NaiveDate::from_ymd_opt(2021, 1, 1).unwrap();
/// let axis = DateAxis::new(first.iter_weeks().take(80).collect())?;
/// let x: Vec<f64> = (0..80).map(|t| f64::from(t * 37 % 81 - 40) * 0.001).collect();
/// let y = x.iter().zip(0..).map(|(x, t)| {
///     let beta = if *x > 0.0 { 2.0 } else { 1.0 };
///     Some(beta * x + 0.001 * f64::from(t * 5 % 7 - 3))
/// });
/// let pairs = PairedReturns::new(axis, &x.iter().copied().map(Some).collect::<Vec<_>>(), &y.collect::<Vec<_>>())?;
/// let found = up_down_betas(&pairs, BetaCut::Zero, &Covariance::Hc3)?;
/// assert!((found.up.estimate - 2.0).abs() < 0.1 && (found.down.estimate - 1.0).abs() < 0.1);
/// assert!(found.difference.p_value < 0.001);
/// # Ok::<(), eventstudy::Error>(())
/// ```
pub fn up_down_betas(
    pairs: &PairedReturns,
    cut: BetaCut,
    covariance: &Covariance,
) -> Result<UpDownBetas> {
    let (x, y) = pairs.common();
    let cut = match cut {
        BetaCut::Mean => mean(&x).unwrap_or(0.0),
        BetaCut::Zero => 0.0,
    };
    let n_up = x.iter().filter(|v| **v > cut).count();
    let n_down = x.len() - n_up;
    for (side, n_found) in [("an up-beta", n_up), ("a down-beta", n_down)] {
        if n_found < MIN_SIDE {
            let what = side.to_owned();
            return Err(Error::TooFew { what, unit: "returns", n_needed: MIN_SIDE, n_found });
        }
    }
    let side = |up: bool, value: &dyn Fn(f64) -> f64| -> Vec<f64> {
        x.iter().map(|v| if (*v > cut) == up { value(*v) } else { 0.0 }).collect()
    };
    let (up_level, up_slope) = (side(true, &|_| 1.0), side(true, &|v| v));
    let (down_level, down_slope) = (side(false, &|_| 1.0), side(false, &|v| v));
    let fit = LeastSquares::of(&y)
        .without_intercept()
        .on("up intercept", &up_level)
        .on(UP, &up_slope)
        .on("down intercept", &down_level)
        .on(DOWN, &down_slope)
        .fit()?;
    let estimates = fit.estimates(covariance)?;
    let symmetric = LeastSquares::of(&y).on("beta", &x).fit()?.estimates(covariance)?;
    Ok(UpDownBetas {
        cut,
        n_up,
        n_down,
        up: estimates.coefficient(UP)?.clone(),
        down: estimates.coefficient(DOWN)?.clone(),
        difference: estimates.combination("up beta less down beta", &[(UP, 1.0), (DOWN, -1.0)])?,
        symmetric: symmetric.coefficient("beta")?.clone(),
        covariance: estimates.covariance,
        degrees_of_freedom: estimates.degrees_of_freedom,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::DateAxis;
    use chrono::NaiveDate;
    use proptest::prelude::*;

    fn pairs(x: &[f64], y: &[f64]) -> PairedReturns {
        let first = NaiveDate::from_ymd_opt(2021, 1, 1).unwrap();
        let axis = DateAxis::new(first.iter_days().take(x.len()).collect()).unwrap();
        let some = |v: &[f64]| v.iter().map(|v| (!v.is_nan()).then_some(*v)).collect::<Vec<_>>();
        PairedReturns::new(axis, &some(x), &some(y)).unwrap()
    }

    /// Covariance over variance of the rows on one side.
    fn ratio(x: &[f64], y: &[f64], keep: impl Fn(f64) -> bool) -> f64 {
        let rows: Vec<(f64, f64)> =
            x.iter().zip(y).filter(|(x, _)| keep(**x)).map(|(x, y)| (*x, *y)).collect();
        let n = rows.len() as f64;
        let (mx, my) = rows.iter().fold((0.0, 0.0), |(a, b), (x, y)| (a + x / n, b + y / n));
        let cov: f64 = rows.iter().map(|(x, y)| (x - mx) * (y - my)).sum();
        cov / rows.iter().map(|(x, _)| (x - mx).powi(2)).sum::<f64>()
    }

    #[test]
    fn slopes_and_white_errors_of_each_side_alone() {
        let x: Vec<f64> = (0..40_i32).map(|t| f64::from(t * 17 % 41 - 20)).collect();
        let y: Vec<f64> = (0..40_i32).map(|t| f64::from(t * t % 23)).collect();
        let found = up_down_betas(&pairs(&x, &y), BetaCut::Zero, &Covariance::Hc0).unwrap();
        assert!((found.up.estimate / ratio(&x, &y, |v| v > 0.0) - 1.0).abs() < 1e-12);
        assert!((found.down.estimate / ratio(&x, &y, |v| v <= 0.0) - 1.0).abs() < 1e-12);
        // HC0 of a side is that of a regression on its rows alone.
        let (ux, uy): (Vec<f64>, Vec<f64>) =
            x.iter().zip(&y).filter(|(x, _)| **x > 0.0).map(|(x, y)| (*x, *y)).unzip();
        let alone = LeastSquares::of(&uy).on("x", &ux).fit().unwrap();
        let alone = alone.estimates(&Covariance::Hc0).unwrap();
        let expected = alone.coefficient("x").unwrap();
        assert!((found.up.std_error / expected.std_error - 1.0).abs() < 1e-12);
        let squares = found.up.std_error.powi(2) + found.down.std_error.powi(2);
        assert!((found.difference.std_error.powi(2) / squares - 1.0).abs() < 1e-12);
        assert_eq!((found.n_up + found.n_down, found.degrees_of_freedom), (40, 36.0));
        let sum = found.p_value_up_above_one() + found.p_value_up_below_one();
        assert!((sum - 1.0).abs() < 1e-12);
    }

    /// Figures of statsmodels 0.15.0: `OLS(...).fit(cov_type="HC3", use_t=True)` and its `t_test` of the
    /// difference, on the series of the tests of Granger causality.
    #[test]
    fn betas_and_the_test_of_asymmetry_are_those_of_statsmodels() {
        let x: Vec<f64> =
            (0..120_i32).map(|t| f64::from((t * t * 7 + 3 * t) % 61 - 30) * 0.001).collect();
        let w: Vec<f64> =
            (0..120_i32).map(|t| f64::from((t * t * t + 5 * t) % 53 - 26) * 0.001).collect();
        let lag = |t: usize, l: usize| if t >= l { x[t - l] } else { 0.0 };
        let y: Vec<f64> = (0..120).map(|t| w[t] + 0.5 * lag(t, 1) - 0.3 * lag(t, 2)).collect();
        let found = up_down_betas(&pairs(&x, &y), BetaCut::Mean, &Covariance::Hc3).unwrap();
        for (found, expected) in [
            (found.up.estimate, -0.199_281_827_540_565_95),
            (found.up.std_error, 0.302_408_174_481_326_23),
            (found.down.estimate, 0.526_619_759_387_532_1),
            (found.down.std_error, 0.232_313_610_383_645_7),
            (found.difference.estimate, -0.725_901_586_928_098),
            (found.difference.std_error, 0.381_340_159_913_183_7),
            (found.difference.p_value, 0.059_446_198_424_265_9),
        ] {
            assert!((found / expected - 1.0).abs() < 1e-9, "{found} {expected}");
        }
        assert_eq!((found.n_up, found.n_down), (64, 56));
    }

    #[test]
    fn a_side_with_few_returns_is_refused() {
        let x: Vec<f64> = (0..40_i32)
            .map(|t| if t < 9 { 1.0 + f64::from(t) } else { -1.0 - f64::from(t) })
            .collect();
        let y: Vec<f64> = (0..40_i32).map(|t| f64::from(t * t % 23)).collect();
        let text = up_down_betas(&pairs(&x, &y), BetaCut::Zero, &Covariance::Hc3);
        assert_eq!(text.unwrap_err().to_string(), "an up-beta needs at least 10 returns, found 9");
    }

    proptest! {
        #[test]
        fn sides_swap_with_the_sign_and_holes_do_not_count(
            rows in prop::collection::vec((-50_i32..50, -50_i32..50), 50),
            hole in 0_usize..50,
        ) {
            let x: Vec<f64> = rows.iter().map(|r| f64::from(r.0) * 0.001 + 0.0001).collect();
            let y: Vec<f64> = rows.iter().map(|r| f64::from(r.1) * 0.001).collect();
            let measure = |x: &[f64], y: &[f64]| {
                up_down_betas(&pairs(x, y), BetaCut::Zero, &Covariance::Hc3)
            };
            // Too few returns on one side are refused.
            prop_assume!(measure(&x, &y).is_ok());
            let found = measure(&x, &y).unwrap();
            let minus = |v: &[f64]| v.iter().map(|v| -v).collect::<Vec<f64>>();
            let turned = measure(&minus(&x), &minus(&y)).unwrap();
            prop_assert!((turned.up.estimate - found.down.estimate).abs() < 1e-9);
            prop_assert!((turned.up.std_error / found.down.std_error - 1.0).abs() < 1e-6);
            prop_assert!((turned.difference.estimate + found.difference.estimate).abs() < 1e-9);
            let mut holed = y.clone();
            holed[hole] = f64::NAN;
            let (mut sx, mut sy) = (x.clone(), y.clone());
            sx.remove(hole);
            sy.remove(hole);
            let texts = |found: Result<UpDownBetas>| found.map_err(|fault| fault.to_string());
            prop_assert_eq!(texts(measure(&x, &holed)), texts(measure(&sx, &sy)));
        }
    }
}
