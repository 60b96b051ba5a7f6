//! Random weights of mean zero and variance one, and totals under all vectors of them.

use rand::{Rng, RngExt};
use serde::{Deserialize, Serialize};

use crate::numeric::streams::Stream;

/// The law of the weights of a [`WildBootstrap`](super::WildBootstrap), one independent weight for
/// each event date. All have mean 0 and variance 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum WildWeights {
    /// ±1 with probability ½ each (Liu 1988, <https://doi.org/10.1214/aos/1176351062>; Davidson and
    /// Flachaire 2008, <https://doi.org/10.1016/j.jeconom.2008.08.003>): keeps every even moment.
    /// The only law that is exact, for values that are symmetric about zero.
    Rademacher,
    /// −(√5 − 1)/2 with probability (√5 + 1)/(2√5), else (√5 + 1)/2 (Mammen 1993,
    /// <https://doi.org/10.1214/aos/1176349025>): keeps the third moment.
    Mammen,
    /// ±√(1/2), ±1, ±√(3/2) with probability 1/6 each (Webb 2023, Canadian Journal of Economics 56,
    /// 839–858): 6ⁿ vectors in place of 2ⁿ, so that p-values of few clusters are finer. Finer is
    /// not more evidence.
    Webb,
    /// Standard normal.
    Normal,
}

impl WildWeights {
    /// The law in words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Rademacher => "Rademacher",
            Self::Mammen => "Mammen",
            Self::Webb => "Webb",
            Self::Normal => "normal",
        }
    }

    /// The values that a weight takes, each with its probability; `None` for the normal law.
    ///
    /// ```
    /// use eventstudy::resampling::WildWeights;
    ///
    /// let mammen = WildWeights::Mammen.outcomes().unwrap();
    /// let moment = |k| mammen.iter().map(|(w, p)| p * w.powi(k)).sum::<f64>();
    /// assert!(moment(1).abs() < 1e-15 && (moment(3) - 1.0).abs() < 1e-15);
    /// ```
    pub fn outcomes(self) -> Option<Vec<(f64, f64)>> {
        let points = self.points()?;
        let total: f64 = points.iter().map(|p| p.share).sum();
        Some(points.iter().map(|p| (p.weight, p.share / total)).collect())
    }

    pub(super) fn points(self) -> Option<Vec<Point>> {
        let equally_likely =
            |weights: &[f64]| weights.iter().map(|w| Point { weight: *w, share: 1.0 }).collect();
        match self {
            Self::Rademacher => Some(equally_likely(&[-1.0, 1.0])),
            Self::Mammen => {
                let (low, high, p_low) = mammen();
                let rare = Point { weight: high, share: 1.0 - p_low };
                Some(vec![Point { weight: low, share: p_low }, rare])
            }
            Self::Webb => Some(equally_likely(&webb())),
            Self::Normal => None,
        }
    }

    /// Draws `n` weights and hands over each with its position.
    pub(super) fn draw(self, n: usize, stream: &mut Stream, mut weigh: impl FnMut(usize, f64)) {
        match self {
            Self::Rademacher => signs(n, stream, weigh),
            Self::Mammen => {
                let (low, high, p_low) = mammen();
                (0..n).for_each(|at| {
                    weigh(at, if stream.random::<f64>() < p_low { low } else { high });
                });
            }
            Self::Webb => {
                let points = webb();
                (0..n).for_each(|at| weigh(at, points[stream.random_range(0..points.len())]));
            }
            Self::Normal => {
                for first in (0..n).step_by(2) {
                    let (a, b) = normal_pair(stream);
                    weigh(first, a);
                    if first + 1 < n {
                        weigh(first + 1, b);
                    }
                }
            }
        }
    }
}

/// A value that a weight takes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Point {
    pub(super) weight: f64,
    /// Its probability, or 1 where all values are equally likely, so that sums of them are exact.
    pub(super) share: f64,
}

/// The low value, the high one, and the probability of the low one.
fn mammen() -> (f64, f64, f64) {
    let root = 5.0_f64.sqrt();
    ((1.0 - root) / 2.0, f64::midpoint(1.0, root), (root + 1.0) / (2.0 * root))
}

fn webb() -> [f64; 6] {
    let (small, large) = (0.5_f64.sqrt(), 1.5_f64.sqrt());
    [-large, -1.0, -small, small, 1.0, large]
}

/// Two independent standard normal numbers (Box and Muller 1958,
/// <https://doi.org/10.1214/aoms/1177706645>).
fn normal_pair(stream: &mut Stream) -> (f64, f64) {
    // 1 - u is uniform on (0, 1], so the logarithm is finite.
    let radius = (-2.0 * (1.0 - stream.random::<f64>()).ln()).sqrt();
    let (sin, cos) = (std::f64::consts::TAU * stream.random::<f64>()).sin_cos();
    (radius * cos, radius * sin)
}

/// Draws `n` signs, 64 from each word, and hands over each with its position.
pub(super) fn signs(n: usize, stream: &mut Stream, mut flip: impl FnMut(usize, f64)) {
    for first in (0..n).step_by(64) {
        let mut word = stream.next_u64();
        for at in first..n.min(first + 64) {
            // The sign bit of −1 where the bit is 0, without a branch that cannot be foreseen.
            flip(at, f64::from_bits(1.0_f64.to_bits() | (!word & 1) << 63));
            word >>= 1;
        }
    }
}

/// The totals of `items` under every vector of `points`, the last item varying fastest. `add` puts
/// one item, weighed by one point, to a total.
///
/// Totals of two halves of the items, added in pairs, are those of all of them, with no more
/// rounding than a plain sum and two additions a vector.
pub(super) fn totals<I, P, T: Copy>(
    items: &[I],
    points: &[P],
    none: T,
    add: impl Fn(T, &I, &P) -> T,
) -> Vec<T> {
    items.iter().fold(vec![none], |totals, item| {
        let with_item = |total: &T| {
            let total = *total;
            points.iter().map(|point| add(total, item, point)).collect::<Vec<T>>()
        };
        totals.iter().flat_map(with_item).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numeric::streams::stream;

    const ALL: [WildWeights; 4] =
        [WildWeights::Rademacher, WildWeights::Mammen, WildWeights::Webb, WildWeights::Normal];

    #[test]
    fn weights_have_mean_zero_and_variance_one() {
        for law in ALL {
            let n = 200_001;
            let mut drawn = vec![0.0; n];
            law.draw(n, &mut stream(3, 1), |at, weight| drawn[at] = weight);
            let moment = |k: i32| drawn.iter().map(|w| w.powi(k)).sum::<f64>() / n as f64;
            // Third and fourth moments: by hand for the discrete laws.
            let (third, fourth) = match law {
                WildWeights::Rademacher => (0.0, 1.0),
                WildWeights::Mammen => (1.0, 2.0),
                WildWeights::Webb => (0.0, 7.0 / 6.0),
                WildWeights::Normal => (0.0, 3.0),
            };
            let error = |variance: f64| 4.0 * (variance / n as f64).sqrt() + 1e-12;
            assert!(moment(1).abs() < error(1.0), "{law:?}");
            assert!((moment(2) - 1.0).abs() < error(fourth - 1.0), "{law:?}");
            assert!((moment(3) - third).abs() < error(15.0), "{law:?}");
            assert!((moment(4) - fourth).abs() < error(96.0), "{law:?}");
            let pairs = drawn.windows(2).map(|w| w[0] * w[1]).sum::<f64>() / n as f64;
            assert!(pairs.abs() < error(1.0), "{law:?}");
            let Some(outcomes) = law.outcomes() else { continue };
            let exact = |k: i32| outcomes.iter().map(|(w, p)| p * w.powi(k)).sum::<f64>();
            for (k, expected) in [(0, 1.0), (1, 0.0), (2, 1.0), (3, third), (4, fourth)] {
                assert!((exact(k) - expected).abs() < 1e-14, "{law:?} {k}");
            }
        }
    }

    #[test]
    fn totals_run_through_every_vector() {
        let all = totals(&[1, 10], &[-1, 0, 1], 0, |sum, item, sign| sum + item * sign);
        assert_eq!(all, [-11, -1, 9, -10, 0, 10, -9, 1, 11]);
        assert_eq!(totals(&[], &[1, 2], 5, |sum, item: &i32, point| sum + item * point), [5]);
    }

    #[test]
    fn signs_are_fair_beyond_one_word() {
        let mut sums = vec![0.0; 130];
        for k in 0..4_000 {
            signs(130, &mut stream(1, k), |at, sign| sums[at] += sign);
        }
        let chi: f64 = sums.iter().map(|s| s * s / 4_000.0).sum();
        assert!((chi - 130.0).abs() < 5.0 * 260.0_f64.sqrt(), "{chi}");
    }
}
