//! Variances along rows and ahead.

use super::super::likelihood::{Likelihood, Signs};
use super::super::recursion::Recursion;
use super::super::series::Series;
use super::super::specification::Layout;
use super::layouts;
use super::simulated::{EGARCH, GARCH, GJR, Process, draw};
use crate::models::volatility::{ConditionalVariance, ErrorDistribution};
use crate::numeric::streams::stream;

fn close(found: f64, expected: f64, relative: f64) {
    assert!((found - expected).abs() <= relative * expected.abs(), "{found} against {expected}");
}

/// The recursion of a process, with the parameters of the fit.
fn recursion(process: &Process) -> Recursion {
    let errors = match process.nu {
        None => ErrorDistribution::Normal,
        Some(_) => ErrorDistribution::StudentT,
    };
    let layout = Layout { variance: process.kind, errors, n_means: 1 };
    let [omega, alpha, gamma, beta] = process.variance;
    let mut parameters = vec![0.0];
    parameters.extend(match process.kind {
        ConditionalVariance::Garch => vec![omega, alpha, beta],
        ConditionalVariance::Gjr => vec![omega, alpha, alpha + gamma, beta],
        ConditionalVariance::Egarch => vec![omega, alpha, gamma, beta],
    });
    parameters.extend(process.nu.map(f64::from));
    Recursion::new(layout, &parameters)
}

/// Means of the variance, or of its log, over simulated paths, with their standard errors.
fn simulated(process: &Process, start: f64, n: usize, f: impl Fn(f64) -> f64) -> Vec<(f64, f64)> {
    let n_paths = 20_000;
    let mut sums = vec![(0.0, 0.0); n];
    for path in 0..n_paths {
        let mut stream = stream(77, path);
        let mut h = start;
        for (sum, squares) in &mut sums {
            *sum += f(h);
            *squares += f(h) * f(h);
            h = process.next(h, draw(&mut stream, process.nu));
        }
    }
    let m = n_paths as f64;
    sums.into_iter()
        .map(|(sum, squares)| (sum / m, ((squares / m - (sum / m).powi(2)) / m).max(0.0).sqrt()))
        .collect()
}

#[test]
fn expected_variances_are_means_over_paths() {
    for process in [GARCH, GJR, EGARCH] {
        let ahead = recursion(&process).ahead(4e-4);
        for (k, (mean, error)) in simulated(&process, 4e-4, 25, |h| h).into_iter().enumerate() {
            let off = (ahead.at(k) - mean).abs();
            assert!(off <= 4.0 * error + 1e-16, "{process:?} {k}: {off} with error {error}");
            // The errors are small enough to tell the expectation from the expected log.
            assert!(error < 0.01 * mean);
        }
    }
}

#[test]
fn with_student_t_errors_an_egarch_is_forecast_in_logs() {
    let process = Process { nu: Some(6), ..EGARCH };
    let ahead = recursion(&process).ahead(4e-4);
    for (k, (mean, error)) in simulated(&process, 4e-4, 25, f64::ln).into_iter().enumerate() {
        assert!((ahead.at(k).ln() - mean).abs() <= 4.0 * error + 1e-12, "{k}");
    }
}

#[test]
fn expectations_follow_their_recursions() {
    for process in [GARCH, GJR] {
        let [omega, alpha, gamma, beta] = process.variance;
        let p = alpha + beta + if gamma.is_nan() { 0.0 } else { 0.5 * gamma };
        let ahead = recursion(&process).ahead(9e-4);
        close(ahead.persistence(), p, 1e-15);
        let mut h = 9e-4;
        for k in 0..400 {
            close(ahead.at(k), h, 1e-12);
            h = omega + p * h;
        }
        close(ahead.at(100_000), omega / (1.0 - p), 1e-12);
    }
    // Beyond what is kept of a persistent EGARCH.
    let slow = Process { variance: [-1e-4, 0.02, 0.01, 0.999_99], ..EGARCH };
    let ahead = recursion(&slow).ahead(1e-4);
    let (one, two) = (ahead.at(2_047), ahead.at(2_048));
    assert!(two > one && two < 1.001 * one);
    assert!(ahead.at(5_000).is_finite());
}

#[test]
fn without_persistence_the_next_row_says_all() {
    let none = Process { variance: [2e-4, 0.0, f64::NAN, 0.0], ..GARCH };
    let ahead = recursion(&none).ahead(9e-4);
    assert_eq!([0, 1, 2, 9].map(|k| ahead.at(k)), [9e-4, 2e-4, 2e-4, 2e-4]);
    let none = Process { variance: [-8.0, 0.0, 0.0, 0.0], ..EGARCH };
    let ahead = recursion(&none).ahead(9e-4);
    close(ahead.at(0), 9e-4, 1e-14);
    close(ahead.at(5), (-8.0_f64).exp(), 1e-14);
}

/// The walk that the likelihood takes is the recursion, and a hole takes the expectation.
#[test]
fn holes_take_the_expected_variance() {
    let simulated = GJR.simulate(3, 60);
    let rows: Vec<usize> = (0..60).map(|t| t + 3 * usize::from(t >= 20)).collect();
    for layout in layouts(1) {
        let series = Series::new(&simulated.returns, &[], rows.iter().copied(), 5).unwrap();
        let mut parameters = vec![0.02];
        parameters.extend(match layout.variance {
            ConditionalVariance::Garch => vec![0.1, 0.12, 0.7],
            ConditionalVariance::Gjr => vec![0.1, 0.05, 0.2, 0.7],
            ConditionalVariance::Egarch => vec![0.05, 0.25, -0.1, 0.9],
        });
        parameters.extend(layout.nu().map(|_| 5.0));
        let recursion = Recursion::new(layout, &parameters);
        let mut expected = recursion.next(series.initial_variance, None);
        let next =
            Likelihood::new(&series, layout).walk::<false>(&parameters, Signs::Own, |t, step| {
                if t == 20 {
                    for _ in 0..3 {
                        expected = recursion.next(expected, None);
                    }
                }
                close(step.variance, expected, 1e-13);
                expected = recursion.next(expected, Some(series.residual(&parameters, t)));
            });
        close(next, expected, 1e-13);
    }
}
