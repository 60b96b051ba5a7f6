//! Randomisation test by permuting the labels of two groups.

use rand::RngExt;
use serde::{Deserialize, Serialize};

use super::outcome::{NullLaw, SampleTest, SidedPValues, check_sample};
use crate::inference::Card;
use crate::numeric::combinations::n_choices;
use crate::numeric::parallel;
use crate::numeric::streams::stream;
use crate::resampling::draws::draws;
use crate::{Error, Result};

const NAME: &str = "permutation of labels";

pub(super) const CARD: Card = Card {
    id: "label-permutation",
    name: NAME,
    null: "the labels of the groups mean nothing",
    assumes: "values exchangeable under the null, with equal variances",
    robust_to: "any law of the values, few values",
    distribution: "all splits into groups of these sizes, or draws of them with +1",
    allows_for_shared_dates: false,
    reference: "Pitman 1937; Phipson and Smyth 2010",
    doi: "10.2202/1544-6115.1585",
    departures: "none",
};

/// Values closer than this, relative to the largest sum in play, are ties.
const TIE: f64 = 1e-12;

/// Permutation test of the difference of the means of two groups.
///
/// - *Null*: the labels mean nothing: all values are exchangeable between the groups.
/// - *Assumes*: exchangeability under the null, which includes equal variances; nothing of the law.
/// - *Distribution*: all C(n + m, n) splits of the values into groups of these sizes are equally
///   likely. They are all evaluated where there are no more than [`most_splits`](Self::most_splits);
///   p-values are then shares of them, the observed split included. Else random splits are drawn,
///   split k from the stream (seed, k), with `p = (1 + count)/(1 + B)`. The result's
///   [`law`](SampleTest::law) says which. Differences that agree to 10⁻¹² of the sum of the |x|
///   count as equal.
/// - *p-values*: two-sided is the share of splits with a difference at least as large in magnitude,
///   not twice a tail.
/// - *Reference*: Pitman 1937, Supplement to the Journal of the Royal Statistical Society 4, pages
///   119–130; Phipson and Smyth 2010 (the +1), <https://doi.org/10.2202/1544-6115.1585>.
/// - *Departures*: none.
///
/// ```
/// use eventstudy::inference::Alternative;
/// use eventstudy::inference::samples::LabelPermutation;
///
/// let (breakouts, others) = ([0.05, 0.69, 0.66], [-0.08, -0.02, -0.04, -0.24, 0.01]);
/// let test = LabelPermutation::new().test(&breakouts, &others)?;
/// assert!(test.result.is_exact() && test.n_splits == 56);
/// assert_eq!(test.result.p_value(Alternative::Greater), 1.0 / 56.0);
/// # Ok::<(), eventstudy::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LabelPermutation {
    most_splits: usize,
    n_draws: usize,
    seed: u64,
}

/// Outcome of [`LabelPermutation::test`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LabelPermutationTest {
    /// The difference of means, first less second, and its p-values.
    pub result: SampleTest,
    /// Splits compared: all of them, or those drawn.
    pub n_splits: usize,
    /// The smallest one-sided p-value that groups of these sizes can give.
    pub attainable_one_sided: f64,
    /// The smallest two-sided one: twice that where the groups are equally large, since every split
    /// then has a mirror image.
    pub attainable_two_sided: f64,
}

draws! {
    LabelPermutation: draws -> n_draws, "The number of random splits where there are more.",
    "The seed of the random splits."
}

impl LabelPermutation {
    /// Up to 1,000,000 splits enumerated, else 9,999 drawn with seed 0.
    pub fn new() -> Self {
        Self { most_splits: 1_000_000, n_draws: 9_999, seed: 0 }
    }

    /// The largest number of splits that are enumerated.
    #[must_use]
    pub fn most_splits(mut self, most_splits: usize) -> Self {
        self.most_splits = most_splits;
        self
    }

    /// Tests two groups.
    ///
    /// # Errors
    ///
    /// [`Error::TooFew`] for an empty group, or for no draws where they are needed;
    /// [`Error::Setting`] for a value that is not finite. Values that are all the same are no error:
    /// every split is as extreme as the observed one, so p is 1.
    pub fn test(&self, first: &[f64], second: &[f64]) -> Result<LabelPermutationTest> {
        check_sample(NAME, first, 1)?;
        check_sample(NAME, second, 1)?;
        let values = [first, second].concat();
        let groups = Groups::new(&values, first.len());
        let all_splits = n_choices(values.len(), first.len());
        let exact = all_splits <= self.most_splits as f64;
        let (counts, law, added) = if exact {
            (groups.enumerate(), NullLaw::Exact, 0)
        } else {
            if self.n_draws == 0 {
                return Err(Error::TooFew {
                    what: NAME.to_owned(),
                    unit: "draws",
                    n_needed: 1,
                    n_found: 0,
                });
            }
            let law = NullLaw::Drawn { n_draws: self.n_draws, seed: self.seed };
            (groups.draw(self.n_draws, self.seed), law, 1)
        };
        let p = |count: usize| (count + added) as f64 / (counts.n + added) as f64;
        let floor = if exact { 1.0 / all_splits } else { p(0).max(1.0 / all_splits) };
        let mirrored = if exact && first.len() == second.len() { 2.0 } else { 1.0 };
        let (n, m) = (first.len() as f64, second.len() as f64);
        let statistic = first.iter().sum::<f64>() / n - second.iter().sum::<f64>() / m;
        let p_values = SidedPValues::new(p(counts.two_sided), p(counts.upper), p(counts.lower));
        Ok(LabelPermutationTest {
            result: SampleTest { test: NAME.to_owned(), statistic, law, p_values },
            n_splits: counts.n,
            attainable_one_sided: floor,
            attainable_two_sided: (floor * mirrored).min(1.0),
        })
    }
}

impl Default for LabelPermutation {
    fn default() -> Self {
        Self::new()
    }
}

/// Splits at least as extreme as the observed one.
#[derive(Debug, Clone, Copy, Default)]
struct Counts {
    upper: usize,
    lower: usize,
    two_sided: usize,
    n: usize,
}

/// Values about their common mean: the difference of means is then a multiple of the sum over the
/// first group alone.
struct Groups {
    centred: Vec<f64>,
    n_first: usize,
    observed: f64,
    slack: f64,
}

impl Groups {
    fn new(values: &[f64], n_first: usize) -> Self {
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        let centred: Vec<f64> = values.iter().map(|v| v - mean).collect();
        let observed = centred[..n_first].iter().sum();
        // Of the values as given: a constant differs from its mean by rounding.
        let size: f64 = values.iter().map(|v| v.abs()).sum();
        Self { centred, n_first, observed, slack: TIE * size }
    }

    fn add(&self, counts: &mut Counts, sum: f64) {
        counts.upper += usize::from(sum >= self.observed - self.slack);
        counts.lower += usize::from(sum <= self.observed + self.slack);
        counts.two_sided += usize::from(sum.abs() >= self.observed.abs() - self.slack);
        counts.n += 1;
    }

    /// Goes through all combinations in lexicographic order, keeping the sums of their beginnings.
    fn enumerate(&self) -> Counts {
        let (n, k) = (self.centred.len(), self.n_first);
        let mut chosen: Vec<usize> = (0..k).collect();
        let mut sums = vec![0.0; k + 1];
        let mut counts = Counts::default();
        let mut from = 0;
        loop {
            for i in from..k {
                sums[i + 1] = sums[i] + self.centred[chosen[i]];
            }
            self.add(&mut counts, sums[k]);
            let Some(last) = (0..k).rev().find(|i| chosen[*i] < n - k + i) else { return counts };
            chosen[last] += 1;
            for i in last + 1..k {
                chosen[i] = chosen[i - 1] + 1;
            }
            from = last;
        }
    }

    fn draw(&self, n_draws: usize, seed: u64) -> Counts {
        let sums = parallel::map(n_draws, |k| {
            let mut stream = stream(seed, k as u64);
            let mut rest = self.centred.clone();
            // The first places of a Fisher–Yates shuffle.
            let mut sum = 0.0;
            for place in 0..self.n_first {
                rest.swap(place, stream.random_range(place..self.centred.len()));
                sum += rest[place];
            }
            sum
        });
        let mut counts = Counts::default();
        for sum in sums {
            self.add(&mut counts, sum);
        }
        counts
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::inference::Alternative::{Greater, Less, TwoSided};

    /// Shares by going through all subsets, differences computed from scratch.
    fn enumerated(first: &[f64], second: &[f64]) -> [f64; 3] {
        let all = [first, second].concat();
        let difference = |inside: &dyn Fn(usize) -> bool| {
            let mean = |wanted: bool| {
                let picked: Vec<f64> =
                    (0..all.len()).filter(|i| inside(*i) == wanted).map(|i| all[i]).collect();
                picked.iter().sum::<f64>() / picked.len() as f64
            };
            mean(true) - mean(false)
        };
        let observed = difference(&|i| i < first.len());
        let masks = (0..1_u32 << all.len()).filter(|m| m.count_ones() as usize == first.len());
        let found: Vec<f64> = masks.map(|m| difference(&|i| m >> i & 1 == 1)).collect();
        let share = |keep: &dyn Fn(f64) -> bool| {
            found.iter().filter(|v| keep(**v)).count() as f64 / found.len() as f64
        };
        [
            share(&|v| v.abs() >= observed.abs() - 1e-9),
            share(&|v| v >= observed - 1e-9),
            share(&|v| v <= observed + 1e-9),
        ]
    }

    proptest! {
        #[test]
        fn the_exact_law_is_the_enumerated_one(
            a in prop::collection::vec(-4_i32..5, 1..6), b in prop::collection::vec(-4_i32..5, 1..6),
        ) {
            let [a, b] = [a, b].map(|v| v.into_iter().map(|v| f64::from(v) / 8.0).collect::<Vec<_>>());
            let found = LabelPermutation::new().test(&a, &b).unwrap();
            let expected = enumerated(&a, &b);
            for (side, expected) in [TwoSided, Greater, Less].into_iter().zip(expected) {
                prop_assert!((found.result.p_value(side) - expected).abs() < 1e-14);
            }
            prop_assert!(found.result.p_value(Greater) >= found.attainable_one_sided - 1e-15);
            prop_assert!(found.result.p_value(TwoSided) >= found.attainable_two_sided - 1e-15);
            let back = LabelPermutation::new().test(&b, &a).unwrap();
            prop_assert_eq!(found.result.statistic, -back.result.statistic);
            prop_assert_eq!(found.result.p_value(Greater), back.result.p_value(Less));
            prop_assert_eq!(found.result.p_value(TwoSided), back.result.p_value(TwoSided));
        }
    }

    #[test]
    fn draws_agree_with_the_enumeration() {
        let a = [0.3, 0.1, 0.5, 0.2, 0.9, 0.4];
        let b = [0.0, 0.2, -0.1, 0.35, 0.1, 0.05, 0.25];
        let exact = LabelPermutation::new().test(&a, &b).unwrap();
        let drawing = LabelPermutation::new().most_splits(10).draws(20_000).seed(5);
        let drawn = drawing.test(&a, &b).unwrap();
        assert_eq!(drawn.result.law, NullLaw::Drawn { n_draws: 20_000, seed: 5 });
        assert_eq!((exact.n_splits, drawn.n_splits), (1_716, 20_000));
        for side in [TwoSided, Greater, Less] {
            let p = exact.result.p_value(side);
            let error = (p * (1.0 - p) / 20_000.0).sqrt();
            assert!((drawn.result.p_value(side) - p).abs() < 4.0 * error + 1e-4);
        }
        assert_eq!(drawing.test(&a, &b).unwrap(), drawn);
        assert_ne!(drawing.seed(6).test(&a, &b).unwrap().result.p_values, drawn.result.p_values);
    }

    #[test]
    fn draws_have_plus_one() {
        let (a, b) = ([9.0; 12], [0.0; 12]);
        let drawn = LabelPermutation::new().most_splits(0).draws(99).test(&a, &b).unwrap();
        assert_eq!(drawn.result.p_value(TwoSided), 0.01);
        assert_eq!(drawn.attainable_two_sided, 0.01);
        // 12 of 24 in 2,704,156 ways; both extremes count.
        let exact = LabelPermutation::new().most_splits(3_000_000).test(&a, &b).unwrap();
        assert!((exact.result.p_value(TwoSided) * 2_704_156.0 - 2.0).abs() < 1e-9);
        assert_eq!(exact.result.p_value(TwoSided), exact.attainable_two_sided);
    }

    #[test]
    fn equal_values_are_never_extreme() {
        let found = LabelPermutation::new().test(&[0.1 + 0.2, 0.3], &[0.3, 0.3, 0.3]).unwrap();
        assert_eq!(found.result.p_value(TwoSided), 1.0);
    }

    #[test]
    fn bad_input() {
        let test = LabelPermutation::new();
        assert!(matches!(test.test(&[], &[1.0]), Err(Error::TooFew { .. })));
        assert!(matches!(test.test(&[1.0], &[f64::NAN]), Err(Error::Setting { .. })));
        let none = test.most_splits(1).draws(0).test(&[1.0], &[2.0]);
        assert!(matches!(none, Err(Error::TooFew { unit: "draws", .. })));
    }
}
