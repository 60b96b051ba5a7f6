//! Fits to simulated series, at kinks, on bounds, and to data that cannot be fitted.

use proptest::prelude::*;
use rand::RngExt;

use super::super::coordinates::Coordinates;
use super::super::fit::maximise;
use super::super::likelihood::Likelihood;
use super::super::series::Series;
use super::super::specification::Layout;
use super::simulated::{EGARCH, GARCH, GJR, Process, draw};
use super::{Fitted, fit, layouts, natural};
use crate::models::FitFault;
use crate::models::volatility::{Bound, ConditionalVariance, ErrorDistribution};
use crate::numeric::{least_squares, parallel, streams};

fn errors(process: &Process) -> ErrorDistribution {
    if process.nu.is_some() { ErrorDistribution::StudentT } else { ErrorDistribution::Normal }
}

#[test]
fn parameters_of_a_long_series_are_recovered() {
    let student = |process: Process| Process { nu: Some(6), ..process };
    for (seed, process) in
        [(1, GARCH), (2, GJR), (3, EGARCH), (4, student(GARCH)), (5, student(EGARCH))]
    {
        let simulated = process.simulate(seed, 4_000);
        let series = Series::new(&simulated.returns, &[&simulated.market], 0..4_000, 10).unwrap();
        let layout = Layout { variance: process.kind, errors: errors(&process), n_means: 2 };
        let Fitted { estimates, maximum, .. } = fit(&series, layout);
        assert_eq!(maximum.bounds, []);
        let mut truth = vec![process.intercept, process.beta];
        truth.extend(process.variance.iter().filter(|v| !v.is_nan()));
        truth.extend(process.nu.map(f64::from));
        assert_eq!(estimates.len(), truth.len());
        for (estimate, truth) in estimates.iter().zip(truth) {
            for error in [estimate.std_error, estimate.robust_std_error] {
                let off = (estimate.value - truth) / error.unwrap();
                // Some thirty estimates: one of them is beyond 3 standard errors in every twelfth
                // run of a right program, beyond 3.6 in every hundredth.
                assert!(off.abs() < 3.6, "{process:?} {}: off by {off}", estimate.name);
            }
            let ratio = estimate.robust_std_error.unwrap() / estimate.std_error.unwrap();
            assert!((0.8..1.25).contains(&ratio), "{process:?} {}: {ratio}", estimate.name);
        }
    }
}

/// With α = β = 0 the likelihood is that of least squares, whose estimates maximise it.
#[test]
fn least_squares_is_nested() {
    let simulated = GARCH.simulate(7, 300);
    let series = Series::new(&simulated.returns, &[&simulated.market], 0..300, 10).unwrap();
    let fit = least_squares::fit(&simulated.returns, &[&simulated.market]).unwrap();
    let variance = fit.sum_squared_residuals / 300.0;
    let layout = Layout {
        variance: ConditionalVariance::Garch,
        errors: ErrorDistribution::Normal,
        n_means: 2,
    };
    let reported = [fit.intercept, fit.slopes[0], variance, 0.0, 0.0];
    let parameters = natural(&series, layout, &reported);
    let likelihood = Likelihood::new(&series, layout);
    let value = likelihood.value(&parameters) - 300.0 * series.unit.ln();
    let expected = -150.0 * ((std::f64::consts::TAU * variance).ln() + 1.0);
    assert!((value - expected).abs() < 1e-9 * expected.abs());
    let gradient = likelihood.gradient(&parameters, super::super::likelihood::Signs::Own);
    assert!(gradient[..3].iter().all(|g| g.abs() < 1e-9), "{gradient:?}");
    // What is left to gain is in the variance.
    assert!(gradient[3] > 1.0, "{gradient:?}");
}

fn homoskedastic(seed: u64, n: usize) -> Vec<f64> {
    let mut stream = streams::stream(seed, 0);
    (0..n).map(|_| 0.01 * draw(&mut stream, None)).collect()
}

/// On a bound no step inwards leads higher, and the parameter has no standard error.
#[test]
fn bounds_are_flagged_and_are_maxima() {
    let mut n_on_bounds = 0;
    for seed in 0..6 {
        let returns = homoskedastic(seed, 250);
        let series = Series::new(&returns, &[], 0..250, 10).unwrap();
        for layout in layouts(1) {
            let Fitted { estimates, maximum, .. } = fit(&series, layout);
            let likelihood = Likelihood::new(&series, layout);
            let inside = |at: usize, by: f64| {
                let mut moved = maximum.parameters.clone();
                moved[at] += by;
                likelihood.value(&moved) - maximum.value
            };
            let (first, second) = layout.shocks();
            let (omega, beta) = (layout.omega(), layout.beta());
            for bound in &maximum.bounds {
                n_on_bounds += 1;
                let change = match bound {
                    Bound::Omega => inside(omega, 1e-6),
                    Bound::Alpha => inside(first, 1e-6),
                    Bound::AlphaPlusGamma => inside(second, 1e-6),
                    Bound::Beta => inside(beta, 1e-6),
                    Bound::Persistence => inside(beta, -1e-6),
                    Bound::HeaviestTails => inside(layout.nu().unwrap(), 1e-3),
                    Bound::NormalTails => inside(layout.nu().unwrap(), -1.0),
                };
                assert!(change < 1e-9, "{layout:?} {bound}: {change}");
            }
            let error = |name: &str| estimates.iter().find(|e| e.name == name).unwrap().std_error;
            assert_eq!(
                error("beta").is_none(),
                maximum.bounds.contains(&Bound::Beta)
                    || layout.variance == ConditionalVariance::Egarch
                        && maximum.bounds.contains(&Bound::Persistence)
            );
            if layout.nu().is_some() {
                let on = [Bound::NormalTails, Bound::HeaviestTails];
                assert_eq!(error("nu").is_none(), on.iter().any(|b| maximum.bounds.contains(b)));
            }
        }
    }
    assert!(n_on_bounds > 15, "{n_on_bounds}");
}

/// Where the maximum has a residual at zero, the likelihood falls to both sides of the kink, and
/// between them the gradient does not vanish.
#[test]
fn maxima_on_kinks_are_found() {
    let mut n_on_kinks = 0;
    for seed in 0..25 {
        let simulated = EGARCH.simulate(100 + seed, 250);
        let series = Series::new(&simulated.returns, &[&simulated.market], 0..250, 10).unwrap();
        for layout in layouts(2).into_iter().filter(|l| l.variance == EGARCH.kind) {
            let maximum = maximise(&series, layout).unwrap();
            let likelihood = Likelihood::new(&series, layout);
            let zero = (0..250).filter(|t| maximum.signs[*t].abs() < 1.0);
            for t in zero {
                n_on_kinks += 1;
                assert!(series.residual(&maximum.parameters, t).abs() < 1e-12);
            }
            for j in 0..2 {
                for by in [-1e-4, 1e-4] {
                    let mut moved = maximum.parameters.clone();
                    moved[j] += by;
                    assert!(likelihood.value(&moved) < maximum.value);
                }
            }
        }
    }
    assert!(n_on_kinks >= 2, "{n_on_kinks}");
}

#[test]
fn what_cannot_be_fitted_is_a_fault() {
    let faults = |returns: &[f64], factors: &[&[f64]]| {
        Series::new(returns, factors, 0..returns.len(), 7).unwrap_err()
    };
    assert_eq!(faults(&[0.003; 50], &[]), FitFault::ZeroVariance);
    let market = homoskedastic(1, 50);
    let multiple: Vec<f64> = market.iter().map(|m| 0.001 + 2.0 * m).collect();
    assert_eq!(faults(&multiple, &[&market]), FitFault::ZeroVariance);
    assert_eq!(faults(&market, &[&[0.01; 50]]), FitFault::CollinearFactors);
    assert_eq!(faults(&market, &[&multiple, &multiple]), FitFault::CollinearFactors);
    assert_eq!(faults(&market[..6], &[]), FitFault::TooFewRows { n_found: 6, n_needed: 7 });
}

/// Units are powers of two, so nothing but exponents changes.
#[test]
fn a_change_of_units_changes_no_digit() {
    let simulated = GJR.simulate(21, 250);
    let scaled: Vec<f64> = simulated.returns.iter().map(|r| r * 1024.0).collect();
    for layout in layouts(2).into_iter().filter(|l| l.variance != EGARCH.kind) {
        let fits = [&simulated.returns, &scaled].map(|returns| {
            let series = Series::new(returns, &[&simulated.market], 0..250, 10).unwrap();
            fit(&series, layout).estimates
        });
        for (one, other) in fits[0].iter().zip(&fits[1]) {
            let factor = match one.name.as_str() {
                "intercept" | "x1" => 1024.0,
                "omega" => 1024.0 * 1024.0,
                _ => 1.0,
            };
            assert_eq!(one.value * factor, other.value, "{}", one.name);
            assert_eq!(one.std_error.map(|e| e * factor), other.std_error, "{}", one.name);
        }
    }
}

#[test]
fn fits_are_the_same_bits_at_any_number_of_threads() {
    let all = |n_threads| {
        parallel::with_threads(n_threads, || {
            parallel::map(6, |k| {
                let simulated = EGARCH.simulate(40 + k as u64, 200);
                let series = Series::new(&simulated.returns, &[], 0..200, 10).unwrap();
                let maximum = maximise(&series, layouts(1)[k]).unwrap();
                maximum.parameters.iter().map(|p| p.to_bits()).collect::<Vec<_>>()
            })
        })
        .unwrap()
    };
    assert_eq!(all(1), all(3));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    /// Whatever the data, a fit is a maximum within the bounds, or a fault.
    #[test]
    fn a_fit_is_a_maximum_or_a_fault(
        seed in 0_u64..1_000_000,
        n in 12_usize..120,
        share_of_zeros in 0.0..0.9_f64,
        n_jumps in 0_usize..4,
        which in 0_usize..6,
    ) {
        let mut stream = streams::stream(seed, 1);
        let mut returns: Vec<f64> = (0..n)
            .map(|_| if stream.random::<f64>() < share_of_zeros { 0.0 } else { 0.01 * draw(&mut stream, Some(4)) })
            .collect();
        for _ in 0..n_jumps {
            let at = stream.random_range(0..n);
            returns[at] = 0.5 - stream.random::<f64>();
        }
        let layout = layouts(1)[which];
        let Ok(series) = Series::new(&returns, &[], 0..n, layout.len() + 2) else { return Ok(()) };
        let Ok(maximum) = maximise(&series, layout) else { return Ok(()) };
        let likelihood = Likelihood::new(&series, layout);
        prop_assert!(maximum.value.is_finite());
        prop_assert!(maximum.parameters.iter().all(|p| p.is_finite()));
        // No point nearby is higher.
        let coordinates = Coordinates::new(layout, &series);
        for j in 0..layout.len() {
            for by in [-1e-3, 1e-3] {
                let mut moved = maximum.point.clone();
                moved[j] += by;
                let value = likelihood.value(&coordinates.parameters(&moved));
                // Undefined, where the recursion overflows, is not higher.
                let higher = value > maximum.value + 1e-7;
                prop_assert!(!higher, "{j}: {value} above {}", maximum.value);
            }
        }
    }
}
