mod arch;
mod calculus;
mod fits;
mod forecasts;
mod simulated;

use super::climb::Objective;
use super::coordinates::Coordinates;
use super::covariance::{covariances, report};
use super::fit::{Maximum, maximise};
use super::likelihood::Likelihood;
use super::pins::Pins;
use super::series::Series;
use super::specification::{ConditionalVariance, Layout};
use super::{ErrorDistribution, Estimate};

/// A fit in the units that the series came in.
struct Fitted {
    log_likelihood: f64,
    estimates: Vec<Estimate>,
    maximum: Maximum,
}

fn fit(series: &Series, layout: Layout) -> Fitted {
    let maximum = maximise(series, layout).unwrap();
    let likelihood = Likelihood::new(series, layout);
    let pins = Pins::default();
    let coordinates = Coordinates::new(layout, series);
    let objective = Objective { likelihood: &likelihood, coordinates, pins: &pins };
    let values = report(&objective, &maximum.parameters);
    let names: Vec<String> = (1..layout.n_means).map(|k| format!("x{k}")).collect();
    let covariances = covariances(&objective, &maximum).unwrap();
    Fitted {
        log_likelihood: maximum.value - series.len() as f64 * series.unit.ln(),
        estimates: super::fitted::estimates(layout, &names, &values, &covariances),
        maximum,
    }
}

/// Parameters of the fit from those that are reported.
fn natural(series: &Series, layout: Layout, reported: &[f64]) -> Vec<f64> {
    let mut parameters = reported.to_vec();
    let centre: f64 = reported[1..].iter().zip(&series.factor_means).map(|(b, m)| b * m).sum();
    parameters[0] = (reported[0] + centre) / series.unit;
    for (k, unit) in series.factor_units.iter().enumerate() {
        parameters[k + 1] *= unit / series.unit;
    }
    let (omega, beta) = (layout.omega(), reported[layout.beta()]);
    let (first, second) = layout.shocks();
    match layout.variance {
        ConditionalVariance::Garch => parameters[omega] /= series.unit.powi(2),
        ConditionalVariance::Gjr => {
            parameters[omega] /= series.unit.powi(2);
            parameters[second] = reported[first] + reported[second];
        }
        ConditionalVariance::Egarch => {
            parameters[omega] -= (1.0 - beta) * 2.0 * series.unit.ln();
        }
    }
    parameters
}

/// All variances with all errors.
fn layouts(n_means: usize) -> Vec<Layout> {
    use ConditionalVariance::{Egarch, Garch, Gjr};
    [Garch, Gjr, Egarch]
        .into_iter()
        .flat_map(|variance| {
            [ErrorDistribution::Normal, ErrorDistribution::StudentT].map(|errors| Layout {
                variance,
                errors,
                n_means,
            })
        })
        .collect()
}
