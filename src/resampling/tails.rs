//! Tail counts of a sorted reference distribution, with ties.

use serde::{Deserialize, Serialize};

/// Values closer than this, relative to the largest magnitude in play, are ties.
pub(super) const TIE: f64 = 1e-12;

/// p-values of one observed value against a reference distribution, both tails and each alone.
///
/// The reference distribution, what it is centred on and whether one is added to the counts are
/// said where the value is made.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PValues {
    /// Probability of a value at least as large as the observed one.
    pub upper: f64,
    /// Probability of a value at least as small as the observed one.
    pub lower: f64,
    /// Probability of a value at least as far from the centre as the observed one.
    pub two_sided: f64,
}

/// How many reference values are at least as extreme as an observed one, ties included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TailCounts {
    pub(super) n_upper: usize,
    pub(super) n_lower: usize,
    pub(super) n_two_sided: usize,
    pub(super) n: usize,
}

impl TailCounts {
    /// Counts in `sorted` (increasing); two-sided by distance from `centre`.
    pub(super) fn new(sorted: &[f64], observed: f64, centre: f64) -> Self {
        let slack = slack(sorted, observed);
        let n_upper = at_least(sorted, observed - slack);
        let n_lower = at_most(sorted, observed + slack);
        let n_two_sided = at_distance(sorted, centre, (observed - centre).abs() - slack);
        Self { n_upper, n_lower, n_two_sided, n: sorted.len() }
    }

    /// Counts over the number of reference values, which include the observed one.
    pub(super) fn shares(self) -> PValues {
        let of = |count: usize| count as f64 / self.n as f64;
        PValues {
            upper: of(self.n_upper),
            lower: of(self.n_lower),
            two_sided: of(self.n_two_sided),
        }
    }

    /// `(1 + count) / (1 + n)`: the observed value is one more draw of the reference distribution
    /// (Davison and Hinkley 1997, section 4.2), so no p-value is zero.
    pub(super) fn plus_one(self) -> PValues {
        let of = |count: usize| plus_one(count, self.n);
        PValues {
            upper: of(self.n_upper),
            lower: of(self.n_lower),
            two_sided: of(self.n_two_sided),
        }
    }
}

/// Weight of the reference values at least as extreme as an observed one around zero.
#[derive(Debug, Clone, Copy)]
pub(super) struct WeighedTails {
    upper: f64,
    lower: f64,
    two_sided: f64,
    total: f64,
}

impl WeighedTails {
    /// Takes reference values in any order, each with its weight, a weight of 1 to count them;
    /// values within `slack` of the observed one are ties.
    pub(super) fn new(
        observed: f64,
        slack: f64,
        values: impl IntoIterator<Item = (f64, f64)>,
    ) -> Self {
        let mut tails = Self { upper: 0.0, lower: 0.0, two_sided: 0.0, total: 0.0 };
        for (value, weight) in values {
            let within = |inside: bool| if inside { weight } else { 0.0 };
            tails.upper += within(value >= observed - slack);
            tails.lower += within(value <= observed + slack);
            tails.two_sided += within(value.abs() >= observed.abs() - slack);
            tails.total += weight;
        }
        tails
    }

    /// The weights over that of all reference values, which are the whole reference distribution.
    pub(super) fn shares(self) -> PValues {
        let of = |weight: f64| weight / self.total;
        PValues { upper: of(self.upper), lower: of(self.lower), two_sided: of(self.two_sided) }
    }

    /// `(1 + count) / (1 + n)`, as [`TailCounts::plus_one`].
    pub(super) fn plus_one(self) -> PValues {
        let of = |count: f64| (1.0 + count) / (1.0 + self.total);
        PValues { upper: of(self.upper), lower: of(self.lower), two_sided: of(self.two_sided) }
    }
}

/// `(1 + count) / (1 + n)`.
pub(super) fn plus_one(count: usize, n: usize) -> f64 {
    (1 + count) as f64 / (1 + n) as f64
}

/// What counts as a tie between `observed` and a value of `sorted`.
pub(super) fn slack(sorted: &[f64], observed: f64) -> f64 {
    let ends = [sorted.first(), sorted.last()];
    TIE * ends.into_iter().flatten().fold(observed.abs(), |a, v| a.max(v.abs()))
}

/// Number of values `>= bound`.
fn at_least(sorted: &[f64], bound: f64) -> usize {
    sorted.len() - sorted.partition_point(|v| *v < bound)
}

/// Number of values `<= bound`.
fn at_most(sorted: &[f64], bound: f64) -> usize {
    sorted.partition_point(|v| *v <= bound)
}

/// Number of values at least `distance` from `centre`.
pub(super) fn at_distance(sorted: &[f64], centre: f64, distance: f64) -> usize {
    if distance <= 0.0 {
        return sorted.len();
    }
    at_least(sorted, centre + distance) + at_most(sorted, centre - distance)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_ties_on_both_sides() {
        let counts = TailCounts::new(&[-2.0, -1.0, 0.0, 1.0, 2.0], 1.0, 0.0);
        assert_eq!(counts, TailCounts { n_upper: 2, n_lower: 4, n_two_sided: 4, n: 5 });
        let p = counts.plus_one();
        assert!((p.upper - 0.5).abs() < 1e-15 && (p.two_sided - 5.0 / 6.0).abs() < 1e-15);
    }

    #[test]
    fn a_value_off_by_rounding_is_a_tie() {
        let counts = TailCounts::new(&[0.1 + 0.2], 0.3, 0.0);
        assert_eq!((counts.n_upper, counts.n_lower, counts.n_two_sided), (1, 1, 1));
    }

    #[test]
    fn at_the_centre_everything_is_as_far() {
        assert_eq!(TailCounts::new(&[1.0, 2.0, 3.0], 2.0, 2.0).n_two_sided, 3);
    }
}
