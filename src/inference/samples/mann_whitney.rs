//! The rank-sum test of two samples.

use serde::{Deserialize, Serialize};

use super::outcome::{NullLaw, SampleTest, SidedPValues, check_sample, degenerate};
use super::wilcoxon::{NormalRank, RankMethod, doubled};
use crate::inference::Card;
use crate::numeric::combinations::n_choices;
use crate::numeric::ranks::{Ranks, average_ranks};
use crate::{Error, Result};

const NAME: &str = "Mann–Whitney U";

pub(super) const CARD: Card = Card {
    id: "mann-whitney",
    name: NAME,
    null: "both groups have one law",
    assumes: "independent values",
    robust_to: "outliers, any law that both share",
    distribution: "exact over all splits of the ranks to a product of sizes of 2,500, then normal",
    allows_for_shared_dates: false,
    reference: "Mann and Whitney 1947; Wilcoxon 1945",
    doi: "10.1214/aoms/1177730491",
    departures: "the exact law is that of the observed ties",
};

/// Largest product of the sizes for which [`RankMethod::Auto`] is exact.
const MOST_EXACT_BY_ITSELF: usize = 2_500;
/// Largest for which [`RankMethod::Exact`] may be asked for: a second or so.
const MOST_EXACT: usize = 10_000;

/// Mann and Whitney's test that two samples have one law.
///
/// U counts the pairs in which x is above y, ties for one half: `U = R − n(n + 1)/2` with R the sum
/// of the ranks of the n values of x among all N = n + m.
///
/// - *Null*: both samples have the same law; rejects where one tends to be above the other.
/// - *Assumes*: independent values. It is not a test of medians or means unless the laws differ in
///   location alone.
/// - *Distribution*: given the ranks, all splits of them into groups of these sizes are equally
///   likely. The exact law is counted by dynamic programming over the doubled ranks, so ties need
///   no approximation. The normal approximation has the mean nm/2 and the variance
///   `nm/12 · (N + 1 − Σ(c³ − c)/(N(N − 1)))`, c the sizes of groups of ties; the continuity
///   correction is one half.
/// - *p-values*: `greater` is against x above y; two-sided is twice the smaller tail.
/// - *Reference*: Mann and Whitney 1947, <https://doi.org/10.1214/aoms/1177730491>; Wilcoxon 1945,
///   <https://doi.org/10.2307/3001968>.
/// - *Departures*: the exact law is that of the observed ties, where the paper has none.
///
/// ```
/// use eventstudy::inference::Alternative;
/// use eventstudy::inference::samples::MannWhitney;
///
/// let test = MannWhitney::new().test(&[0.21, 0.05, 0.12], &[0.02, -0.11, 0.04, -0.03])?;
/// assert_eq!((test.result.statistic, test.u_y), (12.0, 0.0));
/// assert!((test.result.p_value(Alternative::TwoSided) - 2.0 / 35.0).abs() < 1e-15);
/// # Ok::<(), eventstudy::Error>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct MannWhitney {
    method: RankMethod,
}

/// Outcome of [`MannWhitney::test`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MannWhitneyTest {
    /// U of x and its p-values.
    pub result: SampleTest,
    /// U standardised by the normal approximation: with the continuity correction where
    /// [`RankMethod::Normal`] has it, without it where the p-values are exact.
    pub z: f64,
    /// U of y: nm less that of x.
    pub u_y: f64,
    /// `U/(nm)`, the share of pairs with x above y; ½ under the null.
    pub probability_of_superiority: f64,
    /// The smallest exact one-sided p-value of such sizes without ties.
    pub attainable_one_sided: f64,
    /// The smallest exact two-sided one.
    pub attainable_two_sided: f64,
}

impl MannWhitney {
    /// [`RankMethod::Auto`]: exact where nm is at most 2,500.
    pub fn new() -> Self {
        Self::default()
    }

    /// Where the p-values come from.
    #[must_use]
    pub fn method(mut self, method: RankMethod) -> Self {
        self.method = method;
        self
    }

    /// Tests two samples.
    ///
    /// # Errors
    ///
    /// [`Error::TooFew`] for an empty sample; [`Error::DegenerateVariance`] where all values are
    /// the same; [`Error::Setting`] for a value that is not finite, or the exact law where nm is
    /// above 10,000.
    pub fn test(&self, x: &[f64], y: &[f64]) -> Result<MannWhitneyTest> {
        check_sample(NAME, x, 1)?;
        check_sample(NAME, y, 1)?;
        let ranks = average_ranks(&[x, y].concat());
        let (n_x, n_y) = (x.len() as f64, y.len() as f64);
        let (n, product) = (n_x + n_y, n_x * n_y);
        let variance = product / 12.0 * (n + 1.0 - ranks.tie_sum() / (n * (n - 1.0)));
        if ranks.tie_groups.first() == Some(&(x.len() + y.len())) {
            return Err(degenerate(NAME, "the ranks (all values are the same)"));
        }
        let u_x = ranks.values[..x.len()].iter().sum::<f64>() - n_x * (n_x + 1.0) / 2.0;
        let method = match self.method {
            RankMethod::Auto if x.len() * y.len() <= MOST_EXACT_BY_ITSELF => RankMethod::Exact,
            RankMethod::Auto => RankMethod::Normal { continuity_correction: true },
            method => method,
        };
        let normal = NormalRank {
            deviation: u_x - product / 2.0,
            std_dev: variance.sqrt(),
            continuity_correction: method == RankMethod::Normal { continuity_correction: true },
        };
        let (law, p_values) = if method == RankMethod::Exact {
            check_exact(x.len() * y.len())?;
            (NullLaw::Exact, exact(&ranks, x.len()))
        } else {
            (NullLaw::Normal, normal.p_values())
        };
        let floor = 1.0 / n_choices(x.len() + y.len(), x.len());
        let attainable = SidedPValues::from_tails(floor, 1.0);
        Ok(MannWhitneyTest {
            result: SampleTest { test: NAME.to_owned(), statistic: u_x, law, p_values },
            z: normal.z(),
            u_y: product - u_x,
            probability_of_superiority: u_x / product,
            attainable_one_sided: attainable.greater,
            attainable_two_sided: attainable.two_sided,
        })
    }
}

fn check_exact(product: usize) -> Result<()> {
    if product <= MOST_EXACT {
        return Ok(());
    }
    Err(Error::Setting {
        name: "product of the sizes of an exact Mann–Whitney test",
        value: product.to_string(),
        expected: "at most 10000; take the normal approximation",
    })
}

/// Over all splits of the ranks, the first `n_x` of which are of x.
fn exact(ranks: &Ranks, n_x: usize) -> SidedPValues {
    let weights: Vec<usize> = ranks.values.iter().map(|r| doubled(*r)).collect();
    let n_chosen = n_x.min(weights.len() - n_x);
    // The smaller group is the one whose sum is counted; the sums of both add up to a constant.
    let group = if n_chosen == n_x { &weights[..n_x] } else { &weights[n_x..] };
    let observed: usize = group.iter().sum();
    let mut sorted = weights.clone();
    sorted.sort_unstable_by(|a, b| b.cmp(a));
    let largest: usize = sorted[..n_chosen].iter().sum();
    let width = largest + 1;
    // Row j holds the number of ways in which j of the ranks so far add up to each sum.
    let mut counts = vec![0.0; (n_chosen + 1) * width];
    counts[0] = 1.0;
    for (seen, weight) in weights.iter().enumerate() {
        for j in (1..=n_chosen.min(seen + 1)).rev() {
            let (fewer, row) = counts[(j - 1) * width..].split_at_mut(width);
            for (ways, without) in row[*weight..width].iter_mut().zip(&*fewer) {
                *ways += without;
            }
        }
    }
    let law = &counts[n_chosen * width..];
    let total: f64 = law.iter().sum();
    let at_most = law[..=observed].iter().sum::<f64>() / total;
    let at_least = law[observed..].iter().sum::<f64>() / total;
    if n_chosen == n_x {
        SidedPValues::from_tails(at_least, at_most)
    } else {
        SidedPValues::from_tails(at_most, at_least)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::inference::Alternative::{Greater, Less, TwoSided};

    /// Shares of splits with U at least and at most the observed one.
    fn enumerated(x: &[f64], y: &[f64]) -> (f64, f64) {
        let all = [x, y].concat();
        let u = |inside: &dyn Fn(usize) -> bool| -> f64 {
            let indices = 0..all.len();
            let pairs = indices.clone().flat_map(|i| indices.clone().map(move |j| (i, j)));
            let apart = pairs.filter(|(i, j)| inside(*i) && !inside(*j));
            apart
                .map(|(i, j)| {
                    f64::from(u8::from(all[i] > all[j]))
                        + 0.5 * f64::from(u8::from(all[i] == all[j]))
                })
                .sum()
        };
        let observed = u(&|i| i < x.len());
        let masks = (0..1_u32 << all.len()).filter(|m| m.count_ones() as usize == x.len());
        let us: Vec<f64> = masks.map(|m| u(&|i| m >> i & 1 == 1)).collect();
        let share = |count: usize| count as f64 / us.len() as f64;
        let at_least = us.iter().filter(|v| **v >= observed).count();
        let at_most = us.iter().filter(|v| **v <= observed).count();
        (share(at_least), share(at_most))
    }

    proptest! {
        #[test]
        fn the_exact_law_is_the_enumerated_one(
            x in prop::collection::vec(-4_i32..5, 1..5), y in prop::collection::vec(-4_i32..5, 1..5),
        ) {
            let [x, y] = [x, y].map(|v| v.into_iter().map(f64::from).collect::<Vec<f64>>());
            let test = MannWhitney::new().method(RankMethod::Exact);
            let Ok(found) = test.test(&x, &y) else {
                prop_assert!([&x[..], &y].concat().iter().all(|v| *v == x[0]));
                return Ok(());
            };
            let (greater, less) = enumerated(&x, &y);
            prop_assert!((found.result.p_value(Greater) - greater).abs() < 1e-14);
            prop_assert!((found.result.p_value(Less) - less).abs() < 1e-14);
            let p = found.result.p_value(TwoSided);
            prop_assert!((p - (2.0 * greater.min(less)).min(1.0)).abs() < 1e-14);
            prop_assert!(p >= found.attainable_two_sided - 1e-15);
        }

        #[test]
        fn antisymmetric(
            x in prop::collection::vec(-20_i32..21, 1..15), y in prop::collection::vec(-20_i32..21, 1..15),
        ) {
            let [x, y] = [x, y].map(|v| v.into_iter().map(f64::from).collect::<Vec<f64>>());
            for method in [
                RankMethod::Exact,
                RankMethod::Normal { continuity_correction: true },
                RankMethod::Normal { continuity_correction: false },
            ] {
                let test = MannWhitney::new().method(method);
                let (Ok(a), Ok(b)) = (test.test(&x, &y), test.test(&y, &x)) else { continue };
                prop_assert_eq!((a.result.statistic, a.z), (b.u_y, -b.z));
                for (side, other) in [(Greater, Less), (Less, Greater), (TwoSided, TwoSided)] {
                    let (p, q) = (a.result.p_value(side), b.result.p_value(other));
                    prop_assert!(p > 0.0 && p <= 1.0 && (p - q).abs() < 1e-12);
                }
            }
        }
    }

    #[test]
    fn many_values_are_nearly_normal() {
        let value = |i: u32| f64::from((i * 7919) % 1009);
        let x: Vec<f64> = (0..80).map(value).collect();
        let y: Vec<f64> = (80..180).map(|i| value(i) + 60.0).collect();
        let p = |method| MannWhitney::new().method(method).test(&x, &y).unwrap().result;
        let exact = p(RankMethod::Exact);
        let normal = p(RankMethod::Normal { continuity_correction: true });
        assert!(exact.is_exact() && !normal.is_exact());
        let ratio = normal.p_value(TwoSided) / exact.p_value(TwoSided);
        assert!((ratio - 1.0).abs() < 5e-3, "{ratio}");
        assert_eq!(p(RankMethod::Auto), normal);
    }

    #[test]
    fn ways_to_choose() {
        assert_eq!([n_choices(5, 2), n_choices(5, 0), n_choices(5, 5)], [10.0, 1.0, 1.0]);
        assert!((n_choices(28, 14) / 40_116_600.0 - 1.0).abs() < 1e-14);
    }

    #[test]
    fn bad_input() {
        let test = MannWhitney::new();
        assert!(matches!(test.test(&[], &[1.0]), Err(Error::TooFew { .. })));
        assert!(matches!(test.test(&[1.0], &[f64::NAN]), Err(Error::Setting { .. })));
        assert!(matches!(test.test(&[1.0; 3], &[1.0; 4]), Err(Error::DegenerateVariance { .. })));
        let exact = test.method(RankMethod::Exact);
        let (x, y) = (vec![0.0; 101], vec![1.0; 100]);
        assert!(exact.test(&x, &y).unwrap_err().to_string().contains("10100"));
    }
}
