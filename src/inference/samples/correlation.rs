//! Correlations of pairs, and tests that there is none.

use serde::{Deserialize, Serialize};

use super::outcome::{NullLaw, SampleTest, SidedPValues, check_sample, degenerate};
use crate::inference::{Card, NullDistribution};
use crate::numeric::moments;
use crate::numeric::ranks::{Ranks, average_ranks};
use crate::{Error, Result};

pub(super) const PEARSON_CARD: Card = Card {
    id: "pearson",
    name: "Pearson's correlation",
    null: "no correlation",
    assumes: "independent pairs, one variable normal given the other",
    robust_to: "moderate departures from normality where there are many pairs",
    distribution: "t, n - 2",
    allows_for_shared_dates: false,
    reference: "Student 1908, Biometrika 6, pages 302-310",
    doi: "",
    departures: "none",
};

pub(super) const SPEARMAN_CARD: Card = Card {
    id: "spearman",
    name: "Spearman's correlation",
    null: "the sides are independent",
    assumes: "independent pairs",
    robust_to: "outliers, any monotone transformation",
    distribution: "all orders to nine pairs, then t, n - 2",
    allows_for_shared_dates: false,
    reference: "Spearman 1904",
    doi: "10.2307/1412159",
    departures: "none",
};

pub(super) const KENDALL_CARD: Card = Card {
    id: "kendall",
    name: "Kendall's tau-b",
    null: "the sides are independent",
    assumes: "independent pairs",
    robust_to: "outliers, any monotone transformation",
    distribution: "exact to 100 pairs without ties, else normal",
    allows_for_shared_dates: false,
    reference: "Kendall 1938",
    doi: "10.1093/biomet/30.1-2.81",
    departures: "no continuity correction",
};

/// Most pairs of which Spearman's law is enumerated: 9! orders.
const MOST_ORDERS: usize = 9;
/// Most pairs without ties of which Kendall's law is exact.
const MOST_KENDALL: usize = 100;

/// A correlation and the test that it is zero.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CorrelationTest {
    /// The statistic and its p-values.
    pub result: SampleTest,
    /// The coefficient, from −1 to 1.
    pub coefficient: f64,
    /// Number of pairs.
    pub n: usize,
}

/// Pearson's correlation.
///
/// The statistic is `t = r √((n − 2)/(1 − r²))` with n − 2 degrees of freedom, the t of the slope of
/// a line. *Null*: no correlation. *Assumes*: independent pairs, normal in one of the variables
/// given the other. *Reference*: Student 1908, Biometrika 6, pages 302–310. *Departures*: none.
///
/// # Errors
///
/// [`Error::TooFew`] for fewer than three pairs, [`Error::ShapeMismatch`] for sides of different
/// length, [`Error::DegenerateVariance`] where a side is constant or all pairs lie on a line,
/// [`Error::Setting`] for a value that is not finite.
pub fn pearson(x: &[f64], y: &[f64]) -> Result<CorrelationTest> {
    const NAME: &str = PEARSON_CARD.name;
    check_pairs(NAME, x, y)?;
    let coefficient = coefficient(NAME, x, y)?;
    Ok(CorrelationTest { result: by_t(NAME, coefficient, x.len())?, coefficient, n: x.len() })
}

/// Spearman's rank correlation: Pearson's of the average ranks.
///
/// For up to nine pairs all orders of one side are enumerated, ties included; the statistic is then
/// the coefficient and the two-sided p-value the share of orders with one at least as large in
/// magnitude. With more pairs the statistic is t with n − 2 degrees of freedom as in [`pearson`], an
/// approximation. *Null*: independent sides. *Reference*: Spearman 1904,
/// <https://doi.org/10.2307/1412159>. *Departures*: none.
///
/// # Errors
///
/// As [`pearson`].
pub fn spearman(x: &[f64], y: &[f64]) -> Result<CorrelationTest> {
    const NAME: &str = SPEARMAN_CARD.name;
    check_pairs(NAME, x, y)?;
    let n = x.len();
    let (x, y) = (average_ranks(x).values, average_ranks(y).values);
    let coefficient = coefficient(NAME, &x, &y)?;
    let result = if n <= MOST_ORDERS {
        let p_values = spearman_orders(&x, &y);
        SampleTest { test: NAME.to_owned(), statistic: coefficient, law: NullLaw::Exact, p_values }
    } else {
        by_t(NAME, coefficient, n)?
    };
    Ok(CorrelationTest { result, coefficient, n })
}

/// Kendall's tau-b.
///
/// `τ = S / √((N − X)(N − Y))` with S the number of concordant less that of discordant pairs
/// of pairs, N = n(n − 1)/2, and X and Y those tied on a side. The statistic is S. Without ties and
/// for up to 100 pairs its law is exact, by counting the inversions of permutations; else S is
/// normal with the variance reduced for ties. *Null*: independent sides. *Reference*: Kendall 1938,
/// <https://doi.org/10.1093/biomet/30.1-2.81>; for ties Kendall 1970, Rank Correlation Methods,
/// fourth edition, chapter 4. *Departures*: no continuity correction.
///
/// # Errors
///
/// As [`pearson`], but that pairs on a line are no error.
pub fn kendall(x: &[f64], y: &[f64]) -> Result<CorrelationTest> {
    const NAME: &str = KENDALL_CARD.name;
    check_pairs(NAME, x, y)?;
    let n = x.len();
    let order = |a: f64, b: f64| i64::from(a > b) - i64::from(a < b);
    let mut s = 0_i64;
    for i in 1..n {
        for j in 0..i {
            s += order(x[i], x[j]) * order(y[i], y[j]);
        }
    }
    let (x, y) = (average_ranks(x), average_ranks(y));
    let all = (n * (n - 1) / 2) as f64;
    let untied = |ranks: &Ranks| all - over_ties(ranks, |t| t * (t - 1.0)) / 2.0;
    let product = untied(&x) * untied(&y);
    if product <= 0.0 {
        return Err(degenerate(NAME, "a side of the pairs"));
    }
    let statistic = s as f64;
    let coefficient = (statistic / product.sqrt()).clamp(-1.0, 1.0);
    let exact = x.tie_groups.is_empty() && y.tie_groups.is_empty() && n <= MOST_KENDALL;
    let (law, p_values) = if exact {
        (NullLaw::Exact, kendall_inversions(n, s))
    } else {
        let z = statistic / kendall_variance(n as f64, &x, &y).sqrt();
        (NullLaw::Normal, SampleTest::symmetric(NAME, z, NullDistribution::Normal).p_values)
    };
    let result = SampleTest { test: NAME.to_owned(), statistic, law, p_values };
    Ok(CorrelationTest { result, coefficient, n })
}

fn check_pairs(what: &str, x: &[f64], y: &[f64]) -> Result<()> {
    if x.len() != y.len() {
        return Err(Error::ShapeMismatch {
            what: "the second side of the pairs".to_owned(),
            n_found: y.len(),
            n_expected: x.len(),
        });
    }
    check_sample(what, x, 3)?;
    check_sample(what, y, 3)
}

fn coefficient(what: &str, x: &[f64], y: &[f64]) -> Result<f64> {
    moments::correlation(x, y)
        .map(|r| r.clamp(-1.0, 1.0))
        .ok_or_else(|| degenerate(what, "a side of the pairs"))
}

fn by_t(what: &str, r: f64, n: usize) -> Result<SampleTest> {
    let rest = (1.0 - r) * (1.0 + r);
    if rest <= 16.0 * f64::EPSILON {
        return Err(degenerate(what, "the distance from a line (the correlation is ±1)"));
    }
    let degrees_of_freedom = (n - 2) as f64;
    let law = NullDistribution::StudentT { degrees_of_freedom };
    Ok(SampleTest::symmetric(what, r * (degrees_of_freedom / rest).sqrt(), law))
}

/// Over all orders of the ranks of y.
fn spearman_orders(x: &[f64], y: &[f64]) -> SidedPValues {
    let n = x.len();
    let centre = (n + 1) as f64 / 2.0;
    // Quarters at most, so that equal sums are equal to the bit.
    let x: Vec<f64> = x.iter().map(|r| r - centre).collect();
    let mut y: Vec<f64> = y.iter().map(|r| r - centre).collect();
    let sum = |y: &[f64]| x.iter().zip(y).map(|(a, b)| a * b).sum::<f64>();
    let observed = sum(&y);
    let (mut total, mut upper, mut lower, mut far) = (0_u32, 0_u32, 0_u32, 0_u32);
    let mut count = |value: f64| {
        total += 1;
        upper += u32::from(value >= observed);
        lower += u32::from(value <= observed);
        far += u32::from(value.abs() >= observed.abs());
    };
    // Heap's permutations.
    count(observed);
    let (mut counters, mut i) = (vec![0; n], 1);
    while i < n {
        if counters[i] < i {
            y.swap(if i % 2 == 0 { 0 } else { counters[i] }, i);
            count(sum(&y));
            counters[i] += 1;
            i = 1;
        } else {
            counters[i] = 0;
            i += 1;
        }
    }
    let share = |part: u32| f64::from(part) / f64::from(total);
    SidedPValues::new(share(far), share(upper), share(lower))
}

/// Of S without ties: S = N − 2D with D the number of inversions of a random permutation.
fn kendall_inversions(n: usize, s: i64) -> SidedPValues {
    let all = n * (n - 1) / 2;
    let smaller = (all - usize::try_from(s.abs()).unwrap_or(all)) / 2;
    let mut law = vec![0.0; smaller + 1];
    law[0] = 1.0;
    for i in 2..=n {
        // The i-th value is inverted with 0 to i − 1 of those before it.
        for d in (0..=smaller).rev() {
            let from = d.saturating_sub(i - 1);
            law[d] = law[from..=d].iter().sum::<f64>() / i as f64;
        }
    }
    let below: f64 = law[..smaller].iter().sum();
    let (tail, rest) = (below + law[smaller], 1.0 - below);
    if s >= 0 { SidedPValues::from_tails(tail, rest) } else { SidedPValues::from_tails(rest, tail) }
}

/// Variance of S under independence.
fn kendall_variance(n: f64, x: &Ranks, y: &Ranks) -> f64 {
    let full = |t: f64| t * (t - 1.0) * (2.0 * t + 5.0);
    let pairs = |t: f64| t * (t - 1.0);
    let triples = |t: f64| t * (t - 1.0) * (t - 2.0);
    (full(n) - over_ties(x, full) - over_ties(y, full)) / 18.0
        + over_ties(x, pairs) * over_ties(y, pairs) / (2.0 * pairs(n))
        + over_ties(x, triples) * over_ties(y, triples) / (9.0 * triples(n))
}

fn over_ties(ranks: &Ranks, term: impl Fn(f64) -> f64) -> f64 {
    ranks.tie_groups.iter().map(|size| term(*size as f64)).sum()
}

#[cfg(test)]
mod tests;
