//! Derivatives against differences.

use rand::RngExt;

use super::super::coordinates::{Coordinates, DEGREES_OF_FREEDOM, MAX_PERSISTENCE};
use super::super::density::Density;
use super::super::likelihood::{Likelihood, Signs};
use super::super::series::Series;
use super::super::specification::Layout;
use super::layouts;
use super::simulated::{EGARCH, draw};
use crate::models::volatility::ConditionalVariance;
use crate::numeric::streams::stream;

fn difference(f: impl Fn(f64) -> f64, at: f64, step: f64) -> f64 {
    (8.0 * (f(at + step) - f(at - step)) - (f(at + 2.0 * step) - f(at - 2.0 * step)))
        / (12.0 * step)
}

fn close(found: f64, expected: f64, tolerance: f64) {
    assert!(
        (found - expected).abs() <= tolerance * expected.abs().max(1.0),
        "{found} against {expected}"
    );
}

/// By the trapezoidal rule over the tangent of an angle, whose derivatives vanish at the ends.
fn integral(f: impl Fn(f64) -> f64) -> f64 {
    let n = 40_000;
    let step = std::f64::consts::PI / f64::from(n);
    (1..n)
        .map(|k| {
            let x = (-std::f64::consts::FRAC_PI_2 + f64::from(k) * step).tan();
            f(x) * (1.0 + x * x) * step
        })
        .sum()
}

#[test]
fn densities_have_mean_zero_variance_one_and_their_mean_size() {
    for nu in [None, Some(4.5), Some(6.0), Some(40.0), Some(480.0)] {
        let density = Density::new(nu);
        let f = |z: f64| density.ln(z * z).exp();
        close(integral(f), 1.0, 1e-9);
        close(integral(|z| z * z * f(z)), 1.0, if nu == Some(4.5) { 1e-4 } else { 1e-8 });
        close(integral(|z| z.abs() * f(z)), density.mean_size, 1e-7);
    }
    close(Density::new(Some(6.0)).mean_size, 0.75, 1e-14);
    // The t has normal limits.
    let (t, normal) = (Density::new(Some(1e6)), Density::new(None));
    close(t.ln(2.0), normal.ln(2.0), 1e-5);
    close(t.mean_size, normal.mean_size, 1e-6);
}

#[test]
fn densities_and_their_derivatives_agree() {
    for nu in [2.1, 3.0, 7.5, 60.0, 450.0] {
        let density = Density::new(Some(nu));
        let step = 1e-3 * (nu - 2.0);
        let slope =
            |f: &dyn Fn(&Density) -> f64| difference(|v| f(&Density::new(Some(v))), nu, step);
        close(density.mean_size_slope, slope(&|d| d.mean_size), 1e-8);
        for z in [0.0, 0.3, 1.0, 4.0, 30.0_f64] {
            close(density.nu_slope(z * z), slope(&|d| d.ln(z * z)), 1e-8);
            let by_z = difference(|z| density.ln(z * z), z, 1e-4);
            close(-z * density.weight(z * z), by_z, 1e-9);
        }
    }
}

#[test]
fn exponential_moments_are_integrals() {
    let density = Density::new(None);
    for (a, c) in [(0.3, -0.1), (0.0, 0.5), (1.5, 1.0), (-0.4, 0.2)] {
        let f = |z: f64| (a * z.abs() + c * z + density.ln(z * z)).exp();
        close(density.exponential_moment(a, c).unwrap(), integral(f), 1e-9);
    }
    assert_eq!(Density::new(Some(8.0)).exponential_moment(0.1, 0.1), None);
}

/// A series with two factors and holes.
fn series() -> Series {
    let simulated = EGARCH.simulate(5, 120);
    let mut stream = stream(6, 0);
    let other: Vec<f64> = (0..120).map(|_| 20.0 + 3.0 * draw(&mut stream, None)).collect();
    let rows = (0..120).map(|t| t + t / 25 * 2);
    Series::new(&simulated.returns, &[&simulated.market, &other], rows, 10).unwrap()
}

/// Parameters somewhere within the bounds.
fn parameters(series: &Series, layout: Layout) -> Vec<f64> {
    let mut parameters = series.least_squares.clone();
    parameters[0] += 0.03;
    parameters[1] *= 0.9;
    parameters.extend(match layout.variance {
        ConditionalVariance::Garch => vec![0.1, 0.12, 0.7],
        ConditionalVariance::Gjr => vec![0.1, 0.05, 0.2, 0.7],
        ConditionalVariance::Egarch => vec![0.05, 0.25, -0.1, 0.9],
    });
    parameters.extend(layout.nu().map(|_| 5.5));
    parameters
}

#[test]
fn gradients_and_scores_agree_with_differences() {
    let series = series();
    for layout in layouts(3) {
        let likelihood = Likelihood::new(&series, layout);
        let at = parameters(&series, layout);
        let gradient = likelihood.gradient(&at, Signs::Own);
        for j in 0..layout.len() {
            let value = |x: f64| {
                let mut moved = at.clone();
                moved[j] = x;
                likelihood.value(&moved)
            };
            close(gradient[j], difference(value, at[j], 1e-4 * at[j].abs()), 1e-6);
        }
        let mut sums = vec![0.0; layout.len()];
        let mut variances = Vec::new();
        likelihood.walk::<true>(&at, Signs::Own, |_, step| {
            variances.push(step.variance);
            for (sum, s) in sums.iter_mut().zip(step.score.iter()) {
                *sum += s;
            }
        });
        assert_eq!(sums, gradient);
        likelihood
            .walk::<false>(&at, Signs::Own, |t, step| close(step.variance, variances[t], 1e-14));
    }
}

#[test]
fn holding_the_signs_changes_nothing_at_the_point_itself() {
    let series = series();
    for layout in layouts(3) {
        let likelihood = Likelihood::new(&series, layout);
        let at = parameters(&series, layout);
        let held = likelihood.signs(&at);
        assert_eq!(
            likelihood.gradient(&at, Signs::Held(&held)),
            likelihood.gradient(&at, Signs::Own)
        );
    }
}

#[test]
fn coordinates_and_their_slopes_agree() {
    let series = series();
    let mut stream = stream(8, 0);
    for layout in layouts(3) {
        let coordinates = Coordinates::new(layout, &series);
        let n = layout.len();
        for _ in 0..20 {
            let point: Vec<f64> = (0..n).map(|_| 4.0 * stream.random::<f64>() - 2.0).collect();
            let slopes = coordinates.slopes(&point);
            for j in 0..n {
                for i in 0..n {
                    let value = |x: f64| {
                        let mut moved = point.clone();
                        moved[j] = x;
                        coordinates.parameters(&moved)[i]
                    };
                    // Degrees of freedom run up to 500.
                    let size = coordinates.parameters(&point)[i].abs().max(1.0);
                    let found = slopes[i * n + j];
                    close(found / size, difference(value, point[j], 1e-4) / size, 1e-7);
                }
            }
        }
    }
}

#[test]
fn all_points_are_within_the_bounds_and_found_again() {
    let series = series();
    let mut stream = stream(9, 0);
    for layout in layouts(3) {
        let coordinates = Coordinates::new(layout, &series);
        for _ in 0..200 {
            let point: Vec<f64> =
                (0..layout.len()).map(|_| 20.0 * stream.random::<f64>() - 10.0).collect();
            let parameters = coordinates.parameters(&point);
            let (first, second) = layout.shocks();
            let beta = parameters[layout.beta()];
            assert!((0.0..1.0).contains(&beta) && parameters[first] >= 0.0);
            if layout.variance != ConditionalVariance::Egarch {
                assert!(parameters[layout.omega()] > 0.0 && parameters[second] >= 0.0);
                let total = f64::midpoint(parameters[first], parameters[second]) + beta;
                assert!(total <= MAX_PERSISTENCE * (1.0 + 1e-15));
            }
            if let Some(nu) = layout.nu() {
                let (low, high) = DEGREES_OF_FREEDOM;
                assert!((low..=high * (1.0 + 1e-14)).contains(&parameters[nu]));
            }
            let again = coordinates.parameters(&coordinates.point(&parameters));
            for (found, expected) in again.iter().zip(&parameters) {
                close(*found, *expected, 1e-9);
            }
        }
    }
}
