//! Which bounds a fit has reached, and whether it belongs there.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::coordinates::{Coordinates, DEGREES_OF_FREEDOM, MAX_PERSISTENCE};
use super::specification::ConditionalVariance;

/// A bound that the likelihood is largest on. The parameter has no standard error there, and
/// likelihood ratios are not χ².
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Bound {
    /// ω of a GARCH or GJR is as good as zero: 1e-8 of the residual variance.
    Omega,
    /// α = 0: errors, of a GJR those that are not negative, do not move the variance.
    Alpha,
    /// α + γ = 0 in a GJR: negative errors do not move the variance.
    AlphaPlusGamma,
    /// β = 0 in a GARCH or GJR.
    Beta,
    /// Persistence `1 − 1e-8`: α + β, α + γ/2 + β, |β| of an EGARCH. Shocks to the variance last.
    Persistence,
    /// ν = 2.05: tails as heavy as the fit allows.
    HeaviestTails,
    /// ν = 500: the t is as good as normal.
    NormalTails,
}

impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Omega => "omega at zero",
            Self::Alpha => "alpha at zero",
            Self::AlphaPlusGamma => "alpha + gamma at zero",
            Self::Beta => "beta at zero",
            Self::Persistence => "persistence at one",
            Self::HeaviestTails => "degrees of freedom at 2.05",
            Self::NormalTails => "degrees of freedom at 500",
        })
    }
}

/// Relative distance below which a parameter is on its bound.
const TOUCH: f64 = 1e-12;
/// Slope, per observation, that may point inwards from a bound: no more than a point with a
/// vanishing gradient has.
const INWARD: f64 = 1e-6;
/// How far a new climb begins from a bound.
const ASIDE: f64 = 0.02;

/// Bounds that the parameters are on, in the order of [`Bound`].
pub(super) fn active(coordinates: &Coordinates, parameters: &[f64]) -> Vec<Bound> {
    let layout = coordinates.layout;
    let (omega, beta) = (parameters[layout.omega()], parameters[layout.beta()]);
    let (rising, falling) = layout.shocks();
    let (rising, falling) = (parameters[rising], parameters[falling]);
    let mut found = Vec::new();
    let mut note = |reached: bool, bound: Bound| {
        if reached {
            found.push(bound);
        }
    };
    let most = MAX_PERSISTENCE * (1.0 - TOUCH);
    match layout.variance {
        ConditionalVariance::Egarch => {
            note(rising <= TOUCH, Bound::Alpha);
            note(beta <= TOUCH, Bound::Beta);
            note(beta >= most, Bound::Persistence);
        }
        variance => {
            note(omega <= coordinates.omega_floor() * (1.0 + TOUCH), Bound::Omega);
            note(rising <= TOUCH, Bound::Alpha);
            note(variance == ConditionalVariance::Gjr && falling <= TOUCH, Bound::AlphaPlusGamma);
            note(beta <= TOUCH, Bound::Beta);
            note(f64::midpoint(rising, falling) + beta >= most, Bound::Persistence);
        }
    }
    if let Some(nu) = layout.nu() {
        let (low, high) = DEGREES_OF_FREEDOM;
        note(parameters[nu] <= low * (1.0 + TOUCH), Bound::HeaviestTails);
        note(parameters[nu] >= high * (1.0 - TOUCH), Bound::NormalTails);
    }
    found
}

/// Where a step from a bound into the allowed region raises the likelihood, so that it is no
/// maximum (conditions of Karush, Kuhn and Tucker), parameters off that bound; `None` for a maximum.
/// The gradient is per observation and by the parameters.
pub(super) fn misplaced(
    coordinates: &Coordinates,
    parameters: &[f64],
    gradient: &[f64],
    active: &[Bound],
) -> Option<Vec<f64>> {
    let layout = coordinates.layout;
    let (rising, falling) = layout.shocks();
    let (omega, beta) = (layout.omega(), layout.beta());
    let on = |bound: Bound| active.contains(&bound);
    let mut moved = parameters.to_vec();
    if let Some(nu) = layout.nu() {
        // The coordinate is 1/ν, whose slope does not vanish as ν grows.
        let by_inverse = -gradient[nu] * parameters[nu].powi(2);
        if (on(Bound::HeaviestTails) && by_inverse < -INWARD)
            || (on(Bound::NormalTails) && by_inverse > INWARD)
        {
            moved[nu] = 10.0;
            return Some(moved);
        }
    }
    let egarch = layout.variance.is_of_logs();
    // What a unit of persistence is worth along the bound on it; zero off the bound. A GJR's
    // coefficients count half each, an EGARCH's shocks not at all.
    let share = if rising == falling { 1.0 } else { 0.5 };
    let worth = |at: usize| if at == beta || egarch { gradient[at] } else { gradient[at] / share };
    let inside = [
        (rising, on(Bound::Alpha)),
        (falling, on(Bound::AlphaPlusGamma) || (rising == falling && on(Bound::Alpha))),
        (beta, on(Bound::Beta)),
    ];
    let price = match (on(Bound::Persistence), egarch) {
        (false, _) => 0.0,
        (true, true) => gradient[beta],
        (true, false) => {
            let free = inside.iter().filter(|(_, zero)| !zero);
            free.map(|(at, _)| worth(*at)).fold(f64::MIN, f64::max)
        }
    };
    let bar = if egarch { 0.0 } else { price };
    if let Some((at, _)) = inside.iter().find(|(at, zero)| *zero && worth(*at) - bar > INWARD) {
        moved[*at] = ASIDE;
        moved[beta] *= 1.0 - ASIDE;
        return Some(moved);
    }
    if price < -INWARD {
        moved[beta] *= 1.0 - ASIDE;
        return Some(moved);
    }
    if on(Bound::Omega) && gradient[omega] > INWARD {
        moved[omega] = ASIDE * coordinates.variance();
        return Some(moved);
    }
    None
}
