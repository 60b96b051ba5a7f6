//! Against the Python package `arch`, see `tests/volatility/README.md`.

use serde::Deserialize;

use super::super::likelihood::{Likelihood, Signs};
use super::super::recursion::Recursion;
use super::super::series::Series;
use super::super::specification::Layout;
use super::{Fitted, fit, natural};
use crate::models::volatility::{ConditionalVariance, ErrorDistribution};

#[derive(Debug, Deserialize)]
struct Reference {
    arch: String,
    fits: Vec<ArchFit>,
}

/// A fit to returns in percent.
#[derive(Debug, Deserialize)]
struct ArchFit {
    series: String,
    variance: ConditionalVariance,
    errors: ErrorDistribution,
    on_market: bool,
    parameters: Vec<f64>,
    std_errors: Vec<f64>,
    robust_std_errors: Vec<f64>,
    log_likelihood: f64,
    initial_variance: f64,
    forecasts: Vec<f64>,
    converged: bool,
}

impl ArchFit {
    fn layout(&self) -> Layout {
        let n_means = 1 + usize::from(self.on_market);
        Layout { variance: self.variance, errors: self.errors, n_means }
    }

    /// Its parameters with the E|z| of the errors' own distribution.
    fn reported(&self) -> Vec<f64> {
        let mut parameters = self.parameters.clone();
        if self.variance == ConditionalVariance::Egarch {
            let layout = self.layout();
            let (alpha, _) = layout.shocks();
            let density = super::super::density::Density::new(layout.nu().map(|at| parameters[at]));
            let normal = std::f64::consts::FRAC_2_PI.sqrt();
            parameters[layout.omega()] += parameters[alpha] * (density.mean_size - normal);
        }
        parameters
    }
}

fn read(name: &str) -> String {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/volatility/");
    std::fs::read_to_string(format!("{path}{name}")).unwrap()
}

/// The fits with the series they are of, in percent.
fn cases() -> Vec<(ArchFit, Series)> {
    let reference: Reference = serde_json::from_str(&read("arch.json")).unwrap();
    assert_eq!(reference.arch, "8.0.0");
    let text = read("series.csv");
    let mut lines = text.lines();
    let names: Vec<&str> = lines.next().unwrap().split(',').collect();
    let rows: Vec<Vec<f64>> = lines
        .map(|line| line.split(',').map(|v| 100.0 * v.parse::<f64>().unwrap()).collect())
        .collect();
    let column = |name: &str| -> Vec<f64> {
        let at = names.iter().position(|n| *n == name).unwrap();
        rows.iter().map(|row| row[at]).collect()
    };
    reference
        .fits
        .into_iter()
        .map(|fit| {
            let returns = column(&fit.series);
            let market = column(&format!("{}_market", fit.series));
            let factors: &[&[f64]] = if fit.on_market { &[&market] } else { &[] };
            let series = Series::new(&returns, factors, 0..returns.len(), 10).unwrap();
            (fit, series)
        })
        .collect()
}

fn close(found: f64, expected: f64, relative: f64, what: &str) {
    let error = (found - expected).abs() / expected.abs();
    assert!(error <= relative, "{what}: {found} against {expected}, relative {error:.1e}");
}

#[test]
fn the_series_are_those_of_the_simulation() {
    use super::simulated::{EGARCH, GARCH, GJR};
    let text = read("series.csv");
    let made = [GARCH.simulate(11, 600), GJR.simulate(12, 600), EGARCH.simulate(13, 600)];
    assert_eq!(text.lines().count(), 601);
    for (t, line) in text.lines().skip(1).enumerate() {
        let row: Vec<f64> = line.split(',').map(|v| v.parse().unwrap()).collect();
        for (of, pair) in made.iter().zip(row.chunks(2)) {
            assert!((of.market[t] - pair[0]).abs() < 1e-9);
            assert!((of.returns[t] - pair[1]).abs() < 1e-9);
        }
    }
}

/// Whether arch takes another E|z| than the model. It has none in the first row, where the model
/// expects the shock to be its mean, so that its first variance is another one too.
fn differs_in_the_first_row(arch: &ArchFit) -> bool {
    arch.variance == ConditionalVariance::Egarch && arch.errors == ErrorDistribution::StudentT
}

#[test]
fn the_likelihood_is_the_same_function() {
    let mut n = 0;
    for (arch, mut series) in cases() {
        let what = format!("{arch:?}");
        let unit = series.unit;
        close(series.initial_variance * unit * unit, arch.initial_variance, 1e-12, &what);
        let parameters = natural(&series, arch.layout(), &arch.reported());
        if differs_in_the_first_row(&arch) {
            let omega = arch.layout().omega();
            let shift = arch.reported()[omega] - arch.parameters[omega];
            series.initial_variance *= (-shift / arch.parameters[arch.layout().beta()]).exp();
        }
        let likelihood = Likelihood::new(&series, arch.layout());
        let value = likelihood.value(&parameters) - series.len() as f64 * unit.ln();
        close(value, arch.log_likelihood, 1e-12, &what);
        n += 1;
    }
    assert_eq!(n, 12);
}

/// arch stops where the log-likelihood changes by less than 1e-12, with gradients by differences
/// of 1e-8 in the parameters, and so leaves them open by some 1e-5 of their standard errors; here
/// the gradient is zero to its last digits.
#[test]
fn the_maximum_is_the_same() {
    for (arch, series) in cases() {
        assert!(arch.converged);
        let what = format!("{} on {}, {}", arch.variance, arch.series, arch.errors);
        let Fitted { log_likelihood, estimates, maximum } = fit(&series, arch.layout());
        assert!(maximum.gradient_norm < 1e-12, "{what}: {}", maximum.gradient_norm);
        let (same_value, same_place) =
            if differs_in_the_first_row(&arch) { (1e-5, 1e-2) } else { (1e-10, 1e-4) };
        close(log_likelihood, arch.log_likelihood, same_value, &what);
        if !differs_in_the_first_row(&arch) {
            assert!(log_likelihood >= arch.log_likelihood - 1e-9, "{what}: {log_likelihood}");
        }
        let pairs = estimates.iter().zip(arch.reported()).zip(&arch.std_errors);
        for ((estimate, expected), error) in pairs {
            // Where arch takes differences of the likelihood across a kink, its standard errors are
            // too small.
            let error = estimate.std_error.unwrap().max(*error);
            let off = (estimate.value - expected).abs() / error;
            assert!(off < same_place, "{what} {}: off by {off} standard errors", estimate.name);
        }
    }
}

/// arch's Hessian is made of differences of the log-likelihood, good to three or four digits, and
/// its products of scores are taken around their mean with divisor n − 1.
#[test]
fn standard_errors_are_the_same() {
    let (mut n, mut n_on_kinks) = (0, 0);
    for (arch, series) in cases() {
        let what = format!("{} on {}, {}", arch.variance, arch.series, arch.errors);
        let Fitted { estimates, maximum, .. } = fit(&series, arch.layout());
        if maximum.signs.iter().any(|s| s.abs() < 1.0) {
            // Its differences reach across the kink.
            assert!(estimates[0].std_error.unwrap() > 5.0 * arch.std_errors[0]);
            n_on_kinks += 1;
            continue;
        }
        let divisor = ((series.len() - 1) as f64 / series.len() as f64).sqrt();
        for (j, estimate) in estimates.iter().enumerate() {
            if differs_in_the_first_row(&arch) && estimate.name == "omega" {
                continue;
            }
            let tolerance = if differs_in_the_first_row(&arch) { 2e-3 } else { 5e-4 };
            close(estimate.std_error.unwrap(), arch.std_errors[j], tolerance, &what);
            let robust = arch.robust_std_errors[j] * divisor;
            close(estimate.robust_std_error.unwrap(), robust, tolerance, &what);
            n += 1;
        }
    }
    assert_eq!((n, n_on_kinks), (63, 1));
}

#[test]
fn forecasts_are_the_same() {
    for (arch, series) in cases() {
        let what = format!("{arch:?}");
        let parameters = natural(&series, arch.layout(), &arch.reported());
        let likelihood = Likelihood::new(&series, arch.layout());
        let next = likelihood.walk::<false>(&parameters, Signs::Own, |_, _| ());
        let ahead = Recursion::new(arch.layout(), &parameters).ahead(next);
        for (k, expected) in arch.forecasts.iter().enumerate() {
            close(ahead.at(k) * series.unit * series.unit, *expected, 1e-12, &what);
        }
    }
}
