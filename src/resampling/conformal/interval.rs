//! The constant effects that a conformal test does not reject.

use serde::{Deserialize, Serialize};

use super::{ConformalPermutations, ConformalSeries, ConformalStatistic, ConformalTest};
use crate::numeric::parallel;
use crate::resampling::interval::check_level;
use crate::resampling::tails::TIE;
use crate::{Error, Result};

/// Confidence interval of an effect that is the same on every row of the event.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ConformalInterval {
    /// Lower end, per row, in the units of the residuals.
    pub lower: f64,
    /// Upper end.
    pub upper: f64,
    /// Confidence level, such as 0.95.
    pub level: f64,
}

impl ConformalTest {
    /// The interval of a constant effect per row, by inversion of the test: from the smallest to the
    /// largest θ that it does not reject at 1 − `level`.
    ///
    /// Under the null of θ the residuals are `û − θ v`, v those of a series that is 1 on the event
    /// rows: the model is fitted anew for every θ. Permutation π is at least as extreme as the
    /// identity on a set of θ with ends where both statistics are equal: roots of a quadratic for
    /// [`Sum`](ConformalStatistic::Sum) and [`Square`](ConformalStatistic::Square), of a piecewise
    /// linear function for [`Absolute`](ConformalStatistic::Absolute). These ends are computed, and
    /// the permutations counted between them: there is no grid. θ is rejected where p is at most
    /// 1 − `level`.
    ///
    /// The θ that are not rejected may have gaps; the interval spans them. It holds an effect that
    /// is constant; the p-value of no effect does not need that.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] for a level outside (0, 1), or no draws; [`Error::TooFew`] where there are
    /// too few permutations to reject anything at that level; [`Error::IntervalNotDefined`] where
    /// effects of any size are accepted, as for an event of more than half of the rows, or none is.
    pub fn interval(&self, series: &ConformalSeries, level: f64) -> Result<ConformalInterval> {
        check_level(level)?;
        let places = self.places(series)?;
        let (n, significance) = (places.len() + 1, 1.0 - level);
        // 1 - 0.9 is a little less than 0.1, and 100 times it a little less than 10.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // 0 <= value <= n
        let n_rejected = (significance * n as f64 + 1e-9).floor() as usize;
        if n_rejected == 0 {
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // 0 < significance
            let n_needed = (1.0 / significance - 1e-9).ceil() as usize;
            return Err(Error::TooFew {
                what: format!("a conformal interval at level {level}"),
                unit: "permutations",
                n_needed,
                n_found: n,
            });
        }
        let post: Vec<usize> = series.post().collect();
        let sets = parallel::map(places.len(), |k| {
            let rows = places.rows(k);
            match self.statistic {
                ConformalStatistic::Absolute => piecewise_linear(series, &rows, &post),
                ConformalStatistic::Square => quadratic(series, &rows, &post, squares),
                ConformalStatistic::Sum => quadratic(series, &rows, &post, square_of_sum),
            }
        });
        let (lower, upper) = hull(&sets.concat(), n_rejected).map_err(|why| {
            let scheme = match self.permutations {
                ConformalPermutations::MovingBlock => "shifts of the rows",
                ConformalPermutations::Iid => "permutations of the rows",
            };
            Error::IntervalNotDefined { interval: "the conformal interval", scheme, why }
        })?;
        Ok(ConformalInterval { lower, upper, level })
    }
}

/// A closed interval of θ, its ends infinite where it is unbounded.
type Span = (f64, f64);

/// From the first to the last θ that at least `n` of the spans hold.
fn hull(spans: &[Span], n: usize) -> std::result::Result<(f64, f64), &'static str> {
    let from_below = |spans: Vec<Span>| {
        let mut n_open = spans.iter().filter(|s| s.0 == f64::NEG_INFINITY).count();
        if n_open >= n {
            return Some(f64::NEG_INFINITY);
        }
        let mut starts: Vec<f64> = spans.iter().map(|s| s.0).filter(|x| x.is_finite()).collect();
        let mut ends: Vec<f64> = spans.iter().map(|s| s.1).filter(|x| x.is_finite()).collect();
        starts.sort_by(f64::total_cmp);
        ends.sort_by(f64::total_cmp);
        let mut ended = ends.into_iter().peekable();
        starts.into_iter().find(|start| {
            n_open += 1;
            while ended.next_if(|end| end < start).is_some() {
                n_open -= 1;
            }
            n_open >= n
        })
    };
    let lower = from_below(spans.to_vec());
    let upper = from_below(spans.iter().map(|(a, b)| (-b, -a)).collect()).map(|x| -x);
    match (lower, upper) {
        (Some(lower), Some(upper)) if lower.is_finite() && upper.is_finite() => Ok((lower, upper)),
        (Some(_), Some(_)) => Err(
            "effects of any size are accepted: there are too few rows beside those of the event",
        ),
        _ => Err("no constant effect is accepted: the rows of the event differ by more than one"),
    }
}

/// `(c₀, c₁, c₂)` of `c₀ + c₁θ + c₂θ²`.
type Coefficients = (f64, f64, f64);

/// `(Σ(û − θv))²`.
fn square_of_sum(series: &ConformalSeries, rows: &[usize]) -> Coefficients {
    let sum = |of: &[f64]| rows.iter().map(|row| of[*row]).sum::<f64>();
    let (a, b) = (sum(series.residuals()), sum(series.response()));
    (a * a, -2.0 * a * b, b * b)
}

/// `Σ(û − θv)²`.
fn squares(series: &ConformalSeries, rows: &[usize]) -> Coefficients {
    let (u, v) = (series.residuals(), series.response());
    let sum = |x: &[f64], y: &[f64]| rows.iter().map(|row| x[*row] * y[*row]).sum::<f64>();
    (sum(u, u), -2.0 * sum(u, v), sum(v, v))
}

/// Where a quadratic on `rows` is at least that on the rows of the event.
fn quadratic(
    series: &ConformalSeries,
    rows: &[usize],
    post: &[usize],
    of: fn(&ConformalSeries, &[usize]) -> Coefficients,
) -> Vec<Span> {
    let (p, q) = (of(series, rows), of(series, post));
    let difference = |p: f64, q: f64| {
        let d = p - q;
        if d.abs() <= TIE * p.abs().max(q.abs()) { 0.0 } else { d }
    };
    let (c0, c1, c2) = (difference(p.0, q.0), difference(p.1, q.1), difference(p.2, q.2));
    if c2 == 0.0 {
        return linear(c0, c1);
    }
    let (square, product) = (c1 * c1, 4.0 * c2 * c0);
    let discriminant = difference(square, product);
    if discriminant < 0.0 {
        return if c2 > 0.0 { vec![ALL] } else { Vec::new() };
    }
    // The root that is free of cancellation, and the other one from their product.
    let far = -0.5 * (c1 + discriminant.sqrt().copysign(c1));
    let (x, y) = if far == 0.0 { (0.0, 0.0) } else { (far / c2, c0 / far) };
    let (low, high) = (x.min(y), x.max(y));
    if c2 < 0.0 {
        vec![(low, high)]
    } else if low < high {
        vec![(f64::NEG_INFINITY, low), (high, f64::INFINITY)]
    } else {
        vec![ALL]
    }
}

const ALL: Span = (f64::NEG_INFINITY, f64::INFINITY);

/// Where `c₀ + c₁θ` is not below zero.
fn linear(c0: f64, c1: f64) -> Vec<Span> {
    if c1 > 0.0 {
        vec![(-c0 / c1, f64::INFINITY)]
    } else if c1 < 0.0 {
        vec![(f64::NEG_INFINITY, -c0 / c1)]
    } else if c0 >= 0.0 {
        vec![ALL]
    } else {
        Vec::new()
    }
}

/// Where `Σ|û − θv|` on `rows` is at least that on the rows of the event.
fn piecewise_linear(series: &ConformalSeries, rows: &[usize], post: &[usize]) -> Vec<Span> {
    let (u, v) = (series.residuals(), series.response());
    // Rows of both cancel.
    let only = |rows: &[usize], others: &[usize]| -> Vec<usize> {
        rows.iter().copied().filter(|row| !others.contains(row)).collect()
    };
    let (added, taken) = (only(rows, post), only(post, rows));
    let both = || added.iter().chain(&taken);
    let at = |theta: f64| {
        let sum = |rows: &[usize]| rows.iter().map(|row| (u[*row] - theta * v[*row]).abs()).sum();
        let (plus, minus): (f64, f64) = (sum(&added), sum(&taken));
        let d = plus - minus;
        if d.abs() <= TIE * plus.max(minus) { 0.0 } else { d }
    };
    let mut kinks: Vec<f64> =
        both().filter(|row| v[**row] != 0.0).map(|row| u[*row] / v[*row]).collect();
    kinks.sort_by(f64::total_cmp);
    let (Some(first), Some(last)) = (kinks.first().copied(), kinks.last().copied()) else {
        return if at(0.0) >= 0.0 { vec![ALL] } else { Vec::new() };
    };
    let steepness = |rows: &[usize]| rows.iter().map(|row| v[*row].abs()).sum::<f64>();
    let (plus, minus) = (steepness(&added), steepness(&taken));
    let slope = if (plus - minus).abs() <= TIE * plus.max(minus) { 0.0 } else { plus - minus };

    let mut spans: Vec<Span> = Vec::new();
    let mut push = |low: f64, high: f64| match spans.last_mut() {
        Some(before) if before.1 >= low => before.1 = before.1.max(high),
        _ => spans.push((low, high)),
    };
    // Left of the first kink, as a function of the distance from it, then kink by kink.
    for (low, high) in linear(at(first), slope) {
        if high >= 0.0 {
            push(first - high, first - low.max(0.0));
        }
    }
    for pair in kinks.windows(2) {
        let ([a, b], [fa, fb]) = ([pair[0], pair[1]], [at(pair[0]), at(pair[1])]);
        let root = || a + (b - a) * (fa / (fa - fb));
        match (fa >= 0.0, fb >= 0.0) {
            (true, true) => push(a, b),
            (true, false) => push(a, root()),
            (false, true) => push(root(), b),
            (false, false) => {}
        }
    }
    for (low, high) in linear(at(last), slope) {
        if high >= 0.0 {
            push(last + low.max(0.0), last + high);
        }
    }
    spans
}
