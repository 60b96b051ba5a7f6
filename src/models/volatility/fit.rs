//! From starts to the highest summit.

use super::bounds::{Bound, active, misplaced};
use super::climb::{Objective, Summit, climb, polish};
use super::coordinates::Coordinates;
use super::kinks::on_kinks;
use super::likelihood::{Likelihood, Signs};
use super::pins::Pins;
use super::series::Series;
use super::specification::{ConditionalVariance, Layout};

/// Norm of the gradient per observation at which a point counts as a maximum.
const FLAT: f64 = 1e-8;
/// Norms at which climbs stop: from every start, and of the one that is followed to its end.
const COARSE: f64 = 1e-5;
const FINE: f64 = 1e-10;
/// Log-likelihoods no further apart are of one maximum: at their ends, and where coarse climbs stop.
const EQUAL: f64 = 1e-6;
const NEARLY_EQUAL: f64 = 1e-3;
/// Steps along a coordinate that must not lead higher, and by how much they may for rounding.
const NEARBY: f64 = 1e-3;
const HIGHER: f64 = 1e-8;
/// Climbs that are begun again from a bound that was not the place to stop at, or from a higher
/// point nearby.
const N_RESTARTS: usize = 3;

/// A maximum of the likelihood.
#[derive(Debug, Clone)]
pub(super) struct Maximum {
    pub(super) point: Vec<f64>,
    pub(super) parameters: Vec<f64>,
    /// Signs of the residuals; one that is zero, as the maximum is on a kink, has the sign between
    /// −1 and 1 at which the gradient vanishes.
    pub(super) signs: Vec<f64>,
    pub(super) value: f64,
    pub(super) bounds: Vec<Bound>,
    pub(super) iterations: usize,
    /// Per observation.
    pub(super) gradient_norm: f64,
}

/// The highest maximum that is reached from the starts. Where the highest point is no maximum, the
/// number of iterations that were made.
pub(super) fn maximise(series: &Series, layout: Layout) -> Result<Maximum, usize> {
    let likelihood = Likelihood::new(series, layout);
    let coordinates = Coordinates::new(layout, series);
    let pins = Pins::default();
    let objective = Objective { likelihood: &likelihood, coordinates, pins: &pins };
    let mut summits: Vec<(f64, Summit)> = starts(&likelihood)
        .iter()
        .filter_map(|start| climb(&objective, &coordinates.point(start), COARSE))
        .map(|summit| (likelihood.value(&coordinates.parameters(&summit.point)), summit))
        .collect();
    // Of the same height is the first.
    summits.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    let mut iterations: usize = summits.iter().map(|(_, summit)| summit.iterations).sum();
    let Some(&(highest, _)) = summits.first() else { return Err(iterations) };
    for (height, summit) in summits {
        if height < highest - NEARLY_EQUAL {
            break;
        }
        let (maximum, n) = settle(&objective, &summit.point);
        iterations += n;
        if let Some(maximum) = maximum.filter(|maximum| maximum.value >= highest - EQUAL) {
            return Ok(Maximum { iterations, ..maximum });
        }
    }
    Err(iterations)
}

/// The maximum next to a point, and the iterations that it took from there.
fn settle(objective: &Objective<'_>, reached: &[f64]) -> (Option<Maximum>, usize) {
    let (mut from, mut iterations) = (reached.to_vec(), 0);
    for _ in 0..=N_RESTARTS {
        let Some(summit) = finish(objective, &from) else { break };
        iterations += summit.iterations;
        if !is_flat(&summit) {
            break;
        }
        let parameters = objective.coordinates.parameters(&summit.point);
        match confirm(objective, summit, objective.likelihood.signs(&parameters)) {
            Ok(maximum) => match higher_nearby(objective, &maximum) {
                None => return (Some(maximum), iterations),
                Some(point) => from = point,
            },
            Err(moved) => from = objective.coordinates.point(&moved),
        }
    }
    if objective.likelihood.layout.variance.is_of_logs() {
        let (found, n) = on_kinks(objective, reached);
        iterations += n;
        return (
            found
                .and_then(|(summit, signs)| confirm(objective, summit, signs).ok())
                .filter(|maximum| higher_nearby(objective, maximum).is_none()),
            iterations,
        );
    }
    (None, iterations)
}

/// A point a small step away along one coordinate that is higher than a maximum: there a likelihood
/// that is rough, as that of few or of mostly equal returns, has a vanishing gradient on the way up.
fn higher_nearby(objective: &Objective<'_>, maximum: &Maximum) -> Option<Vec<f64>> {
    let moves = (0..maximum.point.len()).flat_map(|j| [(j, -NEARBY), (j, NEARBY)]);
    moves
        .map(|(j, by)| {
            let mut moved = maximum.point.clone();
            moved[j] += by;
            moved
        })
        .find(|moved| {
            let parameters = objective.coordinates.parameters(moved);
            objective.likelihood.value(&parameters) > maximum.value + HIGHER
        })
}

/// The climb to its end.
pub(super) fn finish(objective: &Objective<'_>, from: &[f64]) -> Option<Summit> {
    let mut summit = climb(objective, from, FINE)?;
    polish(objective, &mut summit);
    Some(summit)
}

/// Whether the gradient at a summit counts as zero.
pub(super) fn is_flat(summit: &Summit) -> bool {
    summit.gradient_norm <= FLAT
}

/// A summit as a maximum; where it is on a bound that it does not belong on, parameters that are
/// off it.
fn confirm(
    objective: &Objective<'_>,
    summit: Summit,
    signs: Vec<f64>,
) -> Result<Maximum, Vec<f64>> {
    let likelihood = objective.likelihood;
    let parameters = objective.coordinates.parameters(&summit.point);
    let bounds = active(&objective.coordinates, &parameters);
    let n = likelihood.series.len() as f64;
    let gradient = likelihood.gradient(&parameters, Signs::Held(&signs));
    let gradient: Vec<f64> = gradient.iter().map(|g| g / n).collect();
    if let Some(moved) = misplaced(&objective.coordinates, &parameters, &gradient, &bounds) {
        return Err(moved);
    }
    Ok(Maximum {
        value: likelihood.value(&parameters),
        point: summit.point,
        parameters,
        signs,
        bounds,
        iterations: summit.iterations,
        gradient_norm: summit.gradient_norm,
    })
}

/// Starts with the least-squares mean.
fn starts(likelihood: &Likelihood<'_>) -> Vec<Vec<f64>> {
    let (series, layout) = (likelihood.series, likelihood.layout);
    variances(layout.variance, series.variance)
        .into_iter()
        .map(|variance| {
            let mut start = series.least_squares.clone();
            start.extend(variance);
            if layout.nu().is_some() {
                start.push(degrees_of_freedom(series.kurtosis));
            }
            start
        })
        .collect()
}

/// Parameters of the variance whose long-run variance, or log variance, is the given one: lasting
/// and passing shocks, small and large ones, of either side. They lie in the basins of the maxima
/// that short samples have beside each other.
fn variances(kind: ConditionalVariance, level: f64) -> Vec<Vec<f64>> {
    let persistent = |persistence: f64, share: f64| {
        let (shock, beta) = (share * persistence, (1.0 - share) * persistence);
        ((1.0 - persistence) * level, shock, beta)
    };
    match kind {
        ConditionalVariance::Garch => {
            [(0.98, 0.05), (0.9, 0.2), (0.7, 0.6), (0.3, 0.05), (0.3, 0.6)]
                .map(|(persistence, share)| {
                    let (omega, shock, beta) = persistent(persistence, share);
                    vec![omega, shock, beta]
                })
                .to_vec()
        }
        ConditionalVariance::Gjr => [
            (0.98, 0.05, 0.2),
            (0.98, 0.05, 1.8),
            (0.7, 0.2, 1.8),
            (0.7, 0.6, 1.0),
            (0.3, 0.05, 1.0),
            (0.3, 0.6, 1.0),
        ]
        .map(|(persistence, share, rising)| {
            let (omega, shock, beta) = persistent(persistence, share);
            vec![omega, rising * shock, (2.0 - rising) * shock, beta]
        })
        .to_vec(),
        ConditionalVariance::Egarch => [
            (0.05, -0.1, 0.98),
            (0.05, 0.1, 0.98),
            (0.2, 0.0, 0.98),
            (0.2, 0.0, 0.7),
            (0.05, 0.1, 0.3),
            (0.2, 0.0, 0.3),
        ]
        .map(|(alpha, gamma, beta)| vec![(1.0 - beta) * level.ln(), alpha, gamma, beta])
        .to_vec(),
    }
}

/// Those at which a t has that kurtosis, within 5 and 30.
fn degrees_of_freedom(kurtosis: f64) -> f64 {
    if kurtosis > 3.0 { (4.0 + 6.0 / (kurtosis - 3.0)).clamp(5.0, 30.0) } else { 30.0 }
}
